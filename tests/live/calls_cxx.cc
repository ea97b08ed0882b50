// SPDX-License-Identifier: LGPL-2.1-or-later
// Functions of C++ that check their arguments themselves: see calls_cxx.py.
#include <cstdio>
#include <cstring>
#include <string>
#include <stdexcept>
#include <unistd.h>
namespace calls
{
struct Base {
	int base = 3;
	virtual ~Base()
	{
	}
	virtual int kind() const
	{
		return 1;
	}
};
struct Derived : Base {
	int own = 5;
	int kind() const override
	{
		return 2;
	}
};
enum Plain { one = 1, two = 2 };
enum class Scoped { a = 4 };
int take(int a)
{
	return a == 7 ? 1 : -1;
}
int take(double a)
{
	return a == 7.5 ? 2 : -2;
}
int take(const char *s)
{
	return !strcmp(s, "x") ? 3 : -3;
}
int take(const Base &b)
{
	return b.base == 3 ? 4 + 10 * b.kind() : -4;
}
int take(Base *b)
{
	return b->base == 3 ? 5 + 10 * b->kind() : -5;
}
int take(Plain p)
{
	return p == two ? 6 : -6;
}
int take(bool b)
{
	return b ? 8 : -8;
}
int take(char c)
{
	return c == 'c' ? 9 : -9;
}
int take(int a, long b)
{
	return a == 1 && b == 2 ? 10 : -10;
}
int by_default(int a, int b = 5)
{
	return a + b;
}
struct Heavy {
	std::string name;
	int n;
	Heavy(const char *s, int n) : name(s), n(n)
	{
	}
	Heavy(const Heavy &o) : name(o.name), n(o.n)
	{
	}
	~Heavy()
	{
	}
};
Heavy heavy("heavy", 12);
int by_value(Heavy h)
{
	return h.name == "heavy" && h.n == 12 ? (int)h.name.size() : -1;
}
Heavy make(int n)
{
	return Heavy("made", n);
}
struct Small {
	int a;
	short b;
};
Small small{1, 2};
Small make_small(int a)
{
	return {a, 9};
}
int sum(Small s)
{
	return s.a + s.b;
}
struct Big {
	long v[5];
};
Big make_big(long a)
{
	return {{a, a + 1, a + 2, a + 3, a + 4}};
}
long sum_big(Big b)
{
	return b.v[0] + b.v[4];
}
struct Vec {
	int x, y;
	Vec operator+(const Vec &o) const
	{
		return {x + o.x, y + o.y};
	}
	bool operator==(const Vec &o) const
	{
		return x == o.x && y == o.y;
	}
	int operator[](int i) const
	{
		return i ? y : x;
	}
};
Vec operator-(const Vec &a, const Vec &b)
{
	return {a.x - b.x, a.y - b.y};
}
Vec v1{1, 2}, v2{3, 4};
int fails(int n)
{
	if (n)
		throw std::runtime_error("no");
	return 0;
}
struct Counter {
	static int made;
	int n = 0;
	static int next(int by)
	{
		made += by;
		return made;
	}
	int add(int by)
	{
		n += by;
		return n;
	}
	int add(int by) const
	{
		return -by;
	}
	int get() const
	{
		return n;
	}
};
int Counter::made = 0;
Counter counter;
template <typename T> T twice(T v)
{
	return v + v;
}
template <typename T, int N> T scaled(T v)
{
	return v * N;
}
Derived derived;
Base *base = &derived;
Scoped scoped = Scoped::a;
int scoped_of(Scoped s)
{
	return s == Scoped::a ? 4 : -4;
}
int &slot()
{
	static int s = 21;
	return s;
}
void bump(int &n)
{
	n++;
}
int rvalue(int &&n)
{
	return n + 1;
}
int many(int a, double b, const Small &c, Small d, const char *e, long f, float g)
{
	return a == 1 && b == 2.5 && c.a == 1 && d.b == 2 && !strcmp(e, "e") && f == 6 && g == 7.5f;
}
} // namespace calls
namespace
{
int hidden(int a)
{
	return a + 100;
}
} // namespace
using namespace calls;
int main()
{
	volatile int s = take(7) + take(7.5) + take("x") + take(derived) + take(&derived) +
			 take(two) + take(true) + take('c') + take(1, 2L) + by_default(1) +
			 by_value(heavy) + make(1).n + make_small(1).a + sum(small) +
			 sum_big(make_big(1)) + (v1 + v2).x + (v1 - v2).x + (v1 == v2) + v1[0] +
			 Counter::next(0) + counter.add(0) + ((const Counter &)counter).add(0) +
			 counter.get() + twice(1) + (int)twice(1.5) + scaled<int, 3>(1) +
			 scoped_of(scoped) + slot() + rvalue(1) +
			 many(1, 2.5, small, small, "e", 6, 7.5f) + hidden(1);
	int z = 0;
	bump(z);
	try {
		fails(0);
	} catch (...) {
	}
	if (write(1, "R", 1) != 1)
		return 1;
	for (;;) {
		pause();
		(void)s;
	}
}
