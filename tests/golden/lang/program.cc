// SPDX-License-Identifier: LGPL-2.1-or-later
// What a program of C++ has in its debug information: objects of its own and of the standard
// library.
#include <array>
#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <unistd.h>

namespace shop
{

enum class Colour : unsigned char { red = 1, green, blue = 9 };
enum Flags { none = 0, small = 1, cheap = 2, fresh = 4 };

struct Price {
	int whole;
	short cents;
	bool operator==(const Price &other) const
	{
		return whole == other.whole && cents == other.cents;
	}
	Price operator+(const Price &other) const;
};

Price Price::operator+(const Price &other) const
{
	return {whole + other.whole, (short)(cents + other.cents)};
}

class Thing
{
      public:
	explicit Thing(int id) : id_(id)
	{
	}
	virtual ~Thing()
	{
	}
	virtual int weight() const
	{
		return 1;
	}
	int id() const
	{
		return id_;
	}
	static int made;
	static const int limit = 12;

      protected:
	int id_;
};

int Thing::made = 3;

class Fruit : public Thing
{
      public:
	Fruit(int id, Colour colour) : Thing(id), colour_(colour)
	{
	}
	int weight() const override
	{
		return 7;
	}
	int scaled(int by) const
	{
		return weight() * by;
	}
	int scaled(double by) const
	{
		return (int)(weight() * by);
	}
	Colour colour_;
	struct Seed {
		char kind;
		unsigned int age : 4, count : 12;
	} seed{'s', 3, 200};
};

template <typename T, int N> struct Box {
	T list[N];
	T sum() const
	{
		T total = T();
		for (int i = 0; i < N; i++)
			total += list[i];
		return total;
	}
};

Price price{3, 50};
Price prices[3] = {{1, 10}, {2, 20}, {3, 30}};
Fruit apple(42, Colour::green);
Thing *thing = &apple;
Thing &other = apple;
Colour colour = Colour::blue;
Colour odd = (Colour)77;
Flags flags = (Flags)(small | fresh);
Flags many = (Flags)9;
Box<int, 4> box{{1, 2, 3, 4}};
Box<double, 2> wide{{0.5, 1.25}};
int Price::*member = &Price::whole;
int total(int a, int b)
{
	return a + b;
}
double total(double a, double b)
{
	return a + b;
}
int (*pointer)(int, int) = total;
union Either {
	int i;
	float f;
	char bytes[4];
} either{0x3f800000};
const char *const words[] = {"zero", "one", nullptr};
wchar_t wide_text[] = L"w\u00e4rm";
char16_t short_text[] = u"sixteen";
char plain[12] = "abc";
char zeros[300] = "x";
signed char tiny = -5;
unsigned long long huge = 0xfedcba9876543210ull;
__int128 vast = ((__int128)1 << 100) + 1;
bool yes = true;
float third = 1.0f / 3;
double tenth = 0.1;
long double exact = 0.5L;
volatile int shaky = 8;
int matrix[2][3] = {{1, 2, 3}, {4, 5, 6}};
struct {
	int a, b;
} nameless = {1, 2};
void *nothing = nullptr;

} // namespace shop

namespace
{
int hidden = 99;
}

std::string text = "hello";
std::string long_text(40, 'y');
std::vector<int> numbers{1, 2, 3};
std::map<int, std::string> table{{1, "one"}};
std::pair<int, char> pair{5, 'c'};
std::array<short, 3> array{{7, 8, 9}};
std::unique_ptr<int> unique(new int(6));
std::shared_ptr<shop::Price> shared = std::make_shared<shop::Price>();
std::atomic<int> counter{11};

int main()
{
	shop::Price sum = shop::price + shop::prices[1];
	bool used = sum == shop::price || shop::total(1.0, 2.0) > 5 || shop::box.sum() == 3 ||
		    shop::wide.sum() > 9 || shop::apple.scaled(2) == 3 ||
		    shop::apple.scaled(1.5) == 3 || shop::thing->weight() + shop::other.id() == 1 ||
		    hidden == 1 || shop::odd == shop::colour;

	if (write(1, "R", 1) != 1 || used)
		return 1;
	for (;;)
		pause();
}
