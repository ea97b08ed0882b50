// SPDX-License-Identifier: LGPL-2.1-or-later
// Classes that are passed by an address, operators, pointers to members, vectors: see
// values_cxx.py. Every object of Ledger knows where it was made, so that one that was moved behind
// its back is seen.
#include <complex>
#include <cstring>
#include <functional>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <unistd.h>
#include <vector>

struct Ledger {
	static int live, broken, copies;
	int n;
	Ledger *self;
	explicit Ledger(int n) : n(n), self(this)
	{
		live++;
	}
	Ledger(const Ledger &o) : n(o.n), self(this)
	{
		broken += o.self != &o;
		live++;
		copies++;
	}
	~Ledger()
	{
		broken += self != this;
		live--;
	}
	Ledger &operator=(const Ledger &o)
	{
		broken += self != this || o.self != &o;
		n = o.n;
		return *this;
	}
	int twice() const
	{
		return self == this ? 2 * n : -1;
	}
};
int Ledger::live, Ledger::broken, Ledger::copies;
Ledger one(1), two(2);

struct Child : Ledger {
	int more = 7;
	Child() : Ledger(30)
	{
	}
};
Child child;

int value_of(Ledger l)
{
	return l.self == &l ? l.n : -1;
}
Ledger made(int n)
{
	return Ledger(n);
}
int both(Ledger a, int x, Ledger b, const char *s)
{
	return a.self == &a && b.self == &b ? a.n * 1000 + x * 100 + b.n * 10 + (int)strlen(s) : -1;
}
Ledger throws(Ledger l)
{
	throw std::runtime_error("no");
}
struct Maker {
	int base = 100;
	Ledger make(int n) const
	{
		return Ledger(base + n);
	}
	virtual Ledger make_virtual(Ledger l)
	{
		return Ledger(base + l.n);
	}
};
Maker maker;

struct Owner { // it cannot be copied
	std::unique_ptr<int> p;
};
Owner owner{std::make_unique<int>(7)};
int owned(Owner o)
{
	return *o.p;
}

std::string text = "hello", other = "a text that is too long to lie in the object itself";
size_t length_of(std::string s)
{
	return s.size();
}
size_t length_at(const std::string &s)
{
	return s.size();
}
std::string shout(std::string s)
{
	for (auto &c : s)
		c = (char)(c - 32);
	return s + "!";
}
std::vector<int> numbers = {1, 2, 3};
int sum(std::vector<int> v)
{
	int s = 0;
	for (int x : v)
		s += x;
	return s;
}
std::vector<int> up_to(int n)
{
	std::vector<int> v;
	for (int i = 0; i < n; i++)
		v.push_back(i);
	return v;
}

struct Top {
	virtual ~Top()
	{
	}
	virtual int kind()
	{
		return 1;
	}
	int plain(int x)
	{
		return top + x;
	}
	int top = 11;
};
struct Side {
	virtual ~Side()
	{
	}
	int side = 12;
};
struct Whole : Top, Side {
	int kind() override
	{
		return 3;
	}
	int whole = 13;
};
Whole whole;
Top *top = &whole, only_top, *lone = &only_top;
Side *side = &whole;
Side &side_ref = whole;
int Top::*data = &Top::top;
int (Top::*function)() = &Top::kind;
int (Top::*plain)(int) = &Top::plain;

struct Number {
	int v;
	Number operator+(const Number &o) const
	{
		return {v + o.v};
	}
	Number &operator+=(int x)
	{
		v += x;
		return *this;
	}
	Number &operator++()
	{
		++v;
		return *this;
	}
	Number operator++(int)
	{
		Number old = *this;
		v += 10;
		return old;
	}
	int operator()(int a, int b) const
	{
		return v + a * b;
	}
	int operator*() const
	{
		return v;
	}
	Number *operator->()
	{
		return this;
	}
	operator int() const
	{
		return v;
	}
	explicit operator bool() const
	{
		return v > 100;
	}
};
Number number{5};
struct Handle {
	Number *to;
	Number *operator->() const
	{
		return to;
	}
};
Handle handle{&number};
auto lambda = [](int x) { return x * 3; };
std::function<int(int)> stored = [](int x) { return x + 4; };

int pick(int)
{
	return 1;
}
int pick(long long)
{
	return 2;
}
int pick(double)
{
	return 3;
}
int lasting(const Ledger &)
{
	return 1;
}
int lasting(Ledger &&)
{
	return 2;
}

struct Big {
	long v[6];
};
Big letters(const char *s)
{
	return {{s[0], s[1]}};
}
long joined(Big b, const char *s)
{
	return b.v[0] * 1000 + s[0];
}
typedef int v4si __attribute__((vector_size(16)));
typedef float v4sf __attribute__((vector_size(16)));
v4si ints = {1, 2, 3, 4}, tens = {10, 20, 30, 40};
v4sf floats = {1.5, 2.5, 3.5, 4.5};
double _Complex complex_number = 1.0 + 2.0j;
bool yes = true;

int main()
{
	volatile int s = value_of(one) + made(1).n + both(one, 1, two, "") + maker.make(1).n +
			 maker.make_virtual(one).n + owned({std::make_unique<int>(1)}) +
			 (int)length_of(text) + (int)length_at(other) + (int)shout(text).size() +
			 sum(numbers) + (int)up_to(3).size() + top->kind() + (top->*plain)(1) +
			 lambda(1) + stored(1) + pick(1) + pick(1ll) + pick(1.0) + lasting(one) +
			 lasting(made(1)) + (int)joined(letters("x"), "y") + one.twice() +
			 (int)child.more;
	Number n = number;
	n += 1;
	++n;
	n++;
	s += n(1, 2) + *n + n->v + (int)(n + n) + (n ? 1 : 0) + handle->v;
	one = one;
	text = text;
	try {
		throws(one);
	} catch (...) {
	}
	Ledger::copies = 0;
	if (write(1, "R", 1) != 1)
		return 1;
	for (;;) {
		pause();
		(void)s;
	}
}
