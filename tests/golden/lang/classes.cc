// SPDX-License-Identifier: LGPL-2.1-or-later
// What classes may consist of, and where values of theirs are found: see classes.py.
#include <cstddef>
#include <cstdio>
#include <initializer_list>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace zoo
{

enum class Size : unsigned char { small = 1, large = 7 };
enum class Mood { calm, wild = -3 };
enum Legs : short { two = 2, four = 4 };
typedef int Weight;
using Callback = int (*)(Weight, const char *);

struct Plain {
	int a;
	double b;
	char text[8];
	unsigned flags : 3;
	signed int offset : 5;
	bool set : 1;
};

class Hidden
{
	int secret;
	int more[2];
	friend struct Friend;
	Hidden *next;
};

struct Mixed {
	int open;
	Mixed(int v) : open(v), guarded(v + 1), closed(v + 2)
	{
	}
	int get() const
	{
		return open;
	}

      protected:
	int guarded;
	void touch()
	{
		guarded++;
	}

      private:
	int closed;
	static int count;
	static const int limit = 12;
	int peek(int by, const char *why) volatile;
};
int Mixed::count = 4;
int Mixed::peek(int by, const char *) volatile
{
	return closed + by;
}

class Animal
{
      public:
	typedef int id_type;
	enum Kind { bird, fish };
	struct Tag {
		int number;
	};
	explicit Animal(int id) : id_(id)
	{
	}
	Animal(const Animal &other) = default;
	Animal(Animal &&other) = default;
	Animal &operator=(const Animal &other) = delete;
	virtual ~Animal()
	{
		alive--;
	}
	virtual int weight() const
	{
		return 1;
	}
	virtual void rename(const char *name, ...)
	{
		(void)name;
	}
	virtual int pure(Size size) = 0;
	static int born(int how_many);
	id_type id() const
	{
		return id_;
	}
	int overloaded(int a)
	{
		return a;
	}
	int overloaded(double a) const
	{
		return (int)a;
	}
	int overloaded(const Tag &tag, int (*fn)(int))
	{
		return fn(tag.number);
	}
	operator int() const
	{
		return id_;
	}
	operator const char *() const
	{
		return "animal";
	}
	bool operator<(const Animal &other) const
	{
		return id_ < other.id_;
	}
	int operator()(int a, int b)
	{
		return a + b;
	}
	int operator[](std::size_t at) const
	{
		return (int)at;
	}
	static void *operator new(std::size_t size);
	static void operator delete(void *at);
	Animal &&moved() &&
	{
		return static_cast<Animal &&>(*this);
	}
	int lvalue() const &
	{
		return 1;
	}
	template <typename T> T as(T from) const
	{
		return from + id_;
	}
	static int alive;

      protected:
	id_type id_;
	Kind kind_ = fish;
	Tag tag_ = {5};
};
int Animal::alive = 2;
int Animal::born(int how_many)
{
	alive += how_many;
	return alive;
}
void *Animal::operator new(std::size_t size)
{
	return ::operator new(size);
}
void Animal::operator delete(void *at)
{
	::operator delete(at);
}

class Dog : public Animal
{
      public:
	Dog(int id, Size size) : Animal(id), size_(size)
	{
	}
	int weight() const override
	{
		return 30;
	}
	int pure(Size size) override
	{
		return (int)size;
	}
	Size size_;
	Plain plain_{1, 2.5, "dog", 5, -2, true};
};

struct Left {
	int left = 1;
	virtual int side()
	{
		return left;
	}
};
struct Right {
	int right = 2;
	virtual int side()
	{
		return right;
	}
};
struct Both : public Left, protected Right {
	int both = 3;
	int side() override
	{
		return left + right;
	}
};

struct Top {
	int top = 10;
	virtual ~Top()
	{
	}
};
struct Via1 : virtual public Top {
	int via1 = 11;
};
struct Via2 : public virtual Top {
	int via2 = 12;
};
struct Diamond : public Via1, private Via2 {
	int diamond = 13;
};
struct Empty {
};
struct Derived : Empty, Plain {
	using Number = long;
	Number number = 99;
};
class Only : Plain
{
};

union Any {
	int i;
	float f;
	struct {
		short low, high;
	} halves;
	Any() : i(0x3f800000)
	{
	}
};

struct Anonymous {
	int kind;
	union {
		int number;
		char letters[4];
		struct {
			short x, y;
		};
	};
	struct {
		int deep;
	} inner;
	enum { first, second } choice;
};

template <typename T, int N = 3, typename... More> struct Box {
	typedef T value_type;
	typedef T *pointer;
	typedef Box<T, N> self;
	T list[N];
	T *end;
	const T &ref() const
	{
		return list[0];
	}
	T sum() const
	{
		T total = T();
		for (int i = 0; i < N; i++)
			total += list[i];
		return total;
	}
	void set(int at, T value, std::pair<T, int> both);
	value_type at(int i)
	{
		return list[i];
	}
	static T shared;
};
template <typename T, int N, typename... More> T Box<T, N, More...>::shared = T(8);
template <typename T, int N, typename... More>
void Box<T, N, More...>::set(int at, T value, std::pair<T, int>)
{
	list[at] = value;
}

template <typename K, class V> class Pair : public Box<K, 2>
{
      public:
	K key;
	V value;
	Pair<V, K> *swapped;
	bool is(const K &k, V v) const
	{
		return key == k && value == v;
	}
};

struct Refs {
	int &lref;
	const double &cref;
	int &&rref;
	Plain &object;
	int Plain::*data;
	int (Mixed::*function)() const;
	int (Animal::*virt)() const;
	void (*plain)(int, ...);
	Callback callback;
	int (*table[2])(Weight, const char *);
	const char *const *names;
	int (&array)[3];
};

struct Statics {
	static Plain plain;
	static int numbers[3];
	static Statics self;
	static constexpr double ratio = 0.5;
	static const char *const name;
	int x;
};
Plain Statics::plain{7, 8, "stat", 0, 0, false};
int Statics::numbers[3] = {1, 2, 3};
Statics Statics::self{55};
const char *const Statics::name = "statics";

struct Forward;
Forward *forward;

int three[3] = {3, 4, 5};
int value = 42;
double real = 1.25;
int answer(Weight w, const char *text)
{
	return w + (int)text[0];
}
int use(int v)
{
	return v * 2;
}
Plain plain{1, 2.5, "plain", 5, -2, true};
Mixed mixed(20);
Dog dog(7, Size::large);
Animal *animal = &dog;
Animal &animal_ref = dog;
const Dog &dog_ref = dog;
Dog *no_dog;
Both both;
Right *right = (Right *)(Left *)&both;
Diamond diamond;
Via1 *via1 = &diamond;
Top *top = &diamond;
Empty empty;
Derived derived;
Only only;
Any any;
Anonymous anonymous = {1, {0x41424344}, {9}, Anonymous::second};
Box<int> box{{1, 2, 3}, nullptr};
Box<Plain, 1> plain_box{{{9, 9.5, "boxed", 1, 1, false}}, nullptr};
Box<double, 2, int, char> wide{{0.5, 1.5}, nullptr};
Pair<int, double> pair;
Refs refs{value,
	  real,
	  static_cast<int &&>(value),
	  plain,
	  &Plain::a,
	  &Mixed::get,
	  &Animal::weight,
	  nullptr,
	  answer,
	  {answer, answer},
	  nullptr,
	  three};
Statics statics{66};
Hidden *hidden;
int Plain::*none = nullptr;
double Plain::*data = &Plain::b;
int (Mixed::*method)() const = &Mixed::get;
int (Animal::*virtual_method)() const = &Animal::weight;
int (Mixed::*no_method)() const = nullptr;
Size size = Size::small;
Mood mood = Mood::wild;
Legs legs = four;
Callback callback = answer;
nullptr_t null = nullptr;
std::initializer_list<int> list{1, 2};

template <typename T> T larger(T a, T b)
{
	return a > b ? a : b;
}
inline namespace v2
{
int versioned = 5;
}

} // namespace zoo

namespace
{
struct Secret {
	int code;
};
Secret secret{1234};
} // namespace

std::string text("hello");
std::string long_text(40, 'y');
std::vector<int> numbers{1, 2, 3};
std::vector<std::string> words{"a", "b"};
std::map<int, std::string> table{{1, "one"}};
std::pair<int, zoo::Plain> both{5, zoo::plain};
std::unique_ptr<zoo::Plain> unique(new zoo::Plain(zoo::plain));
std::shared_ptr<int> shared = std::make_shared<int>(3);

struct Visitor {
	int seen = 0;
	int visit(const zoo::Animal &animal, zoo::Plain by_value, int &counter,
		  zoo::Box<int> &boxed);
};

int Visitor::visit(const zoo::Animal &animal, zoo::Plain by_value, int &counter,
		   zoo::Box<int> &boxed)
{
	auto add = [&counter, by_value](int more) { return counter += more + by_value.a; };
	const zoo::Animal *pointer = &animal;
	std::string local = "local";
	zoo::Box<int>::value_type first = boxed.at(0);
	seen += animal.weight() + add(2) + first; // the place
	return seen + (int)local.size() + pointer->id();
}

int main()
{
	Visitor visitor;
	int counter = 1;
	int sum = visitor.visit(zoo::dog, zoo::plain, counter, zoo::box);

	zoo::pair.key = 3;
	sum += zoo::box.sum() + zoo::larger(3, 4) + (int)zoo::larger(1.5, 2.5) + zoo::dog.as(4) +
	       (int)zoo::dog.as(4L) + zoo::versioned + secret.code +
	       (zoo::pair.is(1, 2.0) ? 1 : 0) + zoo::use(1) + zoo::Animal::born(0) +
	       zoo::dog.overloaded(1) + ((const zoo::Dog &)zoo::dog).overloaded(1.0) +
	       zoo::dog.overloaded({1}, zoo::use) + (int)zoo::dog + (zoo::dog < zoo::dog) +
	       zoo::dog(1, 2) + zoo::dog.operator[](1) + zoo::dog.lvalue() + zoo::mixed.get();
	zoo::box.set(0, 1, {1, 2});
	return sum == 0;
}
