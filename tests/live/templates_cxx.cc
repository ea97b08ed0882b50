// SPDX-License-Identifier: LGPL-2.1-or-later
// Templates, operators of the library's classes, and what is inherited, to be called by the names
// that people write.
#include <array>
#include <cstdio>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <sys/prctl.h>
#include <signal.h>
#include <unistd.h>
#include <unordered_map>
#include <vector>

#define KEPT __attribute__((noinline, used))
#ifdef __clang__
#define WHOLE
#else
#define WHOLE __attribute__((noipa)) /* no clone of it, with other arguments */
#endif

namespace ns
{
enum class Color { red, green = 5 };
template <class T> KEPT WHOLE T twice(T x)
{
	return x + x;
}
template <class T, int N = 3> KEPT WHOLE T scale(T x)
{
	return x * N;
}
template <Color C> KEPT WHOLE int paint(int x)
{
	return x + (int)C;
}
template <class T> KEPT WHOLE std::size_t len_of(const T &x)
{
	return x.size();
}
struct Point {
	int x, y;
	KEPT WHOLE bool operator==(const Point &o) const
	{
		return x == o.x && y == o.y;
	}
	KEPT WHOLE int operator()(int k) const
	{
		return x * k;
	}
	KEPT WHOLE int operator[](int k) const
	{
		return k ? y : x;
	}
	template <class T> KEPT WHOLE T get() const
	{
		return T(x) / 2;
	}
	template <class T> KEPT WHOLE T add(T v) const
	{
		return v + x;
	}
};
KEPT WHOLE bool operator<(const Point &a, const Point &b)
{
	return a.x < b.x;
}
template <class T> KEPT WHOLE T operator*(const Point &p, T k)
{
	return p.x * k;
}
inline namespace v1
{
struct Inner {
	int v;
};
KEPT WHOLE int operator+(const Inner &a, const Inner &b)
{
	return a.v + b.v;
}
} // namespace v1
} // namespace ns

template <class T> struct Box {
	T v;
	template <class U> __attribute__((noinline)) WHOLE U as() const
	{
		return U(v) + U(1);
	}
	static int made;
};
template <class T> int Box<T>::made = 3;
template <class T> KEPT WHOLE bool operator!=(const Box<T> &a, const Box<T> &b)
{
	return a.v != b.v;
}
template <class T, class U = int> struct Pair {
	T a;
	U b;
	KEPT WHOLE U second() const
	{
		return b;
	}
};

struct Base {
	int bv = 11;
	virtual ~Base()
	{
	}
	virtual KEPT WHOLE int id() const
	{
		return 1;
	}
	KEPT WHOLE int id(int k) const
	{
		return k;
	}
	KEPT WHOLE int plain() const
	{
		return bv;
	}
};
struct Mid : virtual Base {
	int mv = 22;
	KEPT WHOLE int id() const override
	{
		return 2;
	}
};
struct Derived : Mid {
	int dv = 33;
	KEPT WHOLE int id() const override
	{
		return 3;
	}
};

/* What has a better one that is nowhere. */
static inline __attribute__((always_inline)) int pick(double x)
{
	return (int)x + 1;
}
KEPT WHOLE int pick(int x)
{
	return x;
}
struct Wrapped {
	int v;
	KEPT WHOLE Wrapped(int v) : v(v)
	{
	}
};
KEPT WHOLE int choose(const Wrapped &w)
{
	return w.v;
}
KEPT WHOLE int choose(const char *)
{
	return -1;
}

typedef std::string Name;
std::string text = "hello", other = "world";
Name name = "name";
std::vector<int> vi{1, 2, 3}, vj{1, 2, 4};
std::vector<std::string> names{"a", "bb"};
std::map<std::string, int> ages{{"ann", 30}, {"bob", 40}};
std::function<int(int)> fun = [](int x) { return x + 1; };
ns::Point p1{1, 2}, p2{3, 4};
ns::Inner in1{1}, in2{2};
Box<int> b1{5}, b2{6};
Pair<short> pair{1, 2};
Box<Pair<short>> nested{{3, 4}};
Derived derived;
std::unique_ptr<ns::Point> owned(new ns::Point{4, 5}), nothing;
std::shared_ptr<ns::Point> shared = std::make_shared<ns::Point>(ns::Point{6, 7});
std::optional<int> maybe = 5, none;
std::array<int, 3> fixed{7, 8, 9};
std::vector<short> few{1, 2, 3};
std::unordered_map<int, int> hashed{{1, 2}};
std::set<int> several{3, 1};
std::list<int> linked{1, 2, 3};
int number = 3, limit = 7;
double real = 2.5;

template <class... T> KEPT WHOLE void use(const T &...)
{
}

int main()
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	use(ns::twice(3), ns::twice(2.5), ns::scale(3), ns::scale<int, 4>(3),
	    ns::paint<ns::Color::green>(1), ns::len_of(text), ns::len_of(vi));
	use(p1 == p2, p1(1), p1[1], p1.get<int>(), p1.get<double>(), p1.add(1), p1.add(1.5),
	    p1 < p2, p1 * 2, p1 * 2.5, in1 + in2);
	use(b1.as<double>(), b1 != b2, Box<int>::made, pair.second(), derived.id(), derived.plain(),
	    derived.Base::id(4), nested.v.second());
	use(pick(1), pick(1.5), choose(Wrapped(1)), choose("a"));
	use(text == "hello", text == other, text + "x", text + other, text < other, text != other,
	    vi == vj, vi < vj, ages == ages);
	use(vi.size(), vi[1], names[1], ages["ann"], ages.at("bob"), ages.size(), fun(3),
	    names.size(), text.substr(1), std::string::npos);
	if (write(1, "R", 1) != 1)
		return 1;
	for (;;)
		pause();
}
