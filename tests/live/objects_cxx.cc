// SPDX-License-Identifier: LGPL-2.1-or-later
// Classes of C++ with constructors, and names in scopes that need not be written: see
// objects_cxx.py.
#include <cstdio>
#include <string>
#include <unistd.h>
struct Point {
	int x, y;
	static constexpr int origin = 7;
	static const long limit = 123456789012;
	Point() : x(1), y(2)
	{
	}
	Point(int a, int b) : x(a), y(b)
	{
	}
	explicit Point(const char *s) : x(s[0]), y(s[1])
	{
	}
	int sum() const
	{
		return x + y;
	}
};
int live;
struct Counted {
	int id;
	Counted(int i) : id(i)
	{
		live++;
	}
	Counted(const Counted &o) : id(o.id)
	{
		live++;
	}
	~Counted()
	{
		live--;
	}
	int get() const
	{
		return id + 1000 * live;
	}
};
// Copied byte by byte, and yet passed by an address: it is its end that takes more.
int ended;
struct Ending {
	int id;
	Ending(int i) : id(i)
	{
	}
	~Ending()
	{
		ended += id;
	}
};
struct Moved : Ending {
	Moved() : Ending(1)
	{
	}
	Moved(Moved &&other) : Ending(other.id)
	{
	}
} moved;
Ending lasting(5);
int ending(Ending e)
{
	return e.id + 10 * ended;
}
int moving(Moved m)
{
	return m.id;
}
struct Twin {
	int id;
	Twin(int i) : id(i)
	{
	}
} twin_object(8);
int twin(const Twin &t)
{
	return t.id;
}
struct Plain {
	int a;
	double b;
};
struct Wide {
	long v;
	Wide(int i) : v(i * 10L)
	{
	}
};
struct Base {
	int b;
	Base(int i) : b(i)
	{
	}
};
struct Derived : Base {
	Derived() : Base(4)
	{
	}
} derived;
long wide(Wide w)
{
	return w.v;
}
long wide_reference(const Wide &w)
{
	return w.v + 1;
}
long wide_changed(Wide &w)
{
	return ++w.v;
}
int point(Point p)
{
	return p.x * 100 + p.y;
}
int plain(Plain p)
{
	return p.a * 10 + (int)p.b;
}
int base(const Base &b)
{
	return b.b;
}
int counted(const Counted &c)
{
	return c.id + live * 1000;
}
int counted_value(Counted c)
{
	return c.id + live * 1000;
}
size_t length(const std::string &s)
{
	return s.size();
}
size_t length_value(std::string s)
{
	return s.size();
}
namespace own
{
inline namespace v2
{
int inner = 5;
int add(int x)
{
	return x + 1;
}
struct S {
	int q;
	static int shared;
} s{4};
int S::shared = 9;
} // namespace v2
namespace deep
{
inline namespace v3
{
inline namespace v4
{
int bottom = 8;
}
} // namespace v3
} // namespace deep
namespace plain_one
{
int hidden_in_it = 3;
}
} // namespace own
template <class T> T doubled(T x)
{
	return x + x;
}
template <class T> T same(T x)
{
	return x;
}
template <class T> struct Box {
	T v;
	T get() const
	{
		return v;
	}
};
template <class T> struct Pair {
	T a, b;
};
Box<int> box{5};
Pair<int> ints{1, 2};
Pair<long> longs{3, 4};
int counter()
{
	static int n = 41;
	return ++n;
}
int calls(int d)
{
	static int sum = 10;
	{
		static int inner = 2;
		sum += inner;
	}
	return sum += d;
}
int calls(double)
{
	static int sum = 70;
	return ++sum;
}
namespace ns
{
int f(const char *)
{
	static int k = 6;
	return k++;
}
struct M {
	int method()
	{
		static int m = 77;
		return m++;
	}
};
} // namespace ns
static int in_file(int i)
{
	static const int table[3] = {1, 2, 3};
	return table[i % 3];
}
int main()
{
	Point p, q(1, 2), r("ab");
	Counted c(1), d(c);
	Wide w(1);
	ns::M m;
	std::string text = "hello";
	volatile long sum = wide(1) + wide_reference(2) + wide_changed(w) + point(p) +
			    plain({1, 2}) + counted(c) + counted_value(d) + base(derived) +
			    own::add(1) + doubled(2) + same(1) + (int)same(2.5) + box.get() +
			    counter() + ending(lasting) + twin(Twin(1)) + moving(Moved()) +
			    calls(1) + calls(2.5) + ns::f("") + m.method() + in_file(live) +
			    q.sum() + r.sum() + d.get() + (long)length(text) +
			    (long)length_value(text) + ints.a + longs.a;
	ended = 0;
	if (write(1, "R", 1) != 1)
		return 1;
	for (;;) {
		pause();
		(void)sum;
	}
}
