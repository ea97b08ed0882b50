/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The same of C++: namespaces, classes, overloads, references, templates. */
#include "victim_cxx.h"

namespace shapes
{

enum class Unit { MM, CM = 10 };

struct Base {
	int id;
	int twice() const
	{
		return 2 * id;
	}
};

class Box : public Base
{
      public:
	static int made;
	double w, h;

	Box(int n, double a, double b) : w(a), h(b)
	{
		id = n;
		made++;
	}
	double area() const
	{
		return w * h;
	}
	double area(double by) const
	{
		return w * h * by;
	}
	void scale(int by)
	{
		w *= by;
		h *= by;
	}
	static int count()
	{
		return made;
	}
};

int Box::made = 0;
Box box(7, 2, 3);
Unit unit = Unit::CM;
int depth = 3;

int add(int a, int b)
{
	return a + b;
}

double add(double a, double b)
{
	return a + b + 0.5;
}

int total(const Box &b, int extra)
{
	return static_cast<int>(b.area()) + extra;
}

void bump(int &n)
{
	n++;
}

template <typename T> T larger(T a, T b)
{
	return a > b ? a : b;
}
template int larger<int>(int, int);

namespace
{
int tucked = 5;
int tuck(int x)
{
	return x * tucked;
}
} /* namespace */

int untuck(int x)
{
	return tuck(x) + 1;
}

} /* namespace shapes */

namespace
{
int hidden = 11;
}

int &reference = shapes::depth;

int plain(int x)
{
	return x + hidden;
}

int seen_depth()
{
	return shapes::depth;
}

double seen_area()
{
	return shapes::box.area() + shapes::box.area(1) + shapes::Box::count() +
	       shapes::box.twice();
}

int main()
{
	volatile double sink;

	shapes::box.scale(1);
	victim_init();
	victim_ready();
	while (!victim_stopping()) {
		sink = seen_area();
		victim_round();
	}
	(void)sink;
	return victim_verdict();
}
