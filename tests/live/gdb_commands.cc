// SPDX-License-Identifier: LGPL-2.1-or-later
// A program for what gdb's commands do in C++: templates, overloads, exceptions. See
// gdb_commands.py.
#include <stdio.h>
template <class T> T larger(T a, T b)
{
	return a > b ? a : b;
}
namespace zoo
{
template <class T> T larger(T a, T b)
{
	return a > b ? a : b;
}
struct Animal {
	virtual ~Animal()
	{
	}
	virtual int legs()
	{
		return 4;
	}
	int over(int a)
	{
		return a;
	}
	int over(double a)
	{
		return (int)a;
	}
	template <class T> T as(T v)
	{
		return v + 1;
	}
};
struct Bird : Animal {
	int legs() override
	{
		return 2;
	}
};
} // namespace zoo
int f(int x)
{
	return x;
}
int f(double x)
{
	return (int)x;
}
template <class T> struct Box {
	T v;
	Box(T x) : v(x)
	{
	}
	T get() const
	{
		return v;
	}
};
int thrower(int n)
{
	if (n > 1)
		throw n;
	return n;
}
int main()
{
	zoo::Bird b;
	zoo::Animal *a = &b;
	int sum = larger(1, 2) + (int)larger(1.5, 2.5) + zoo::larger(3, 4) +
		  (int)zoo::larger(2.0, 1.0);
	sum += a->legs() + a->over(1) + a->over(2.0) + a->as(1) + (int)a->as(2.5);
	sum += f(1) + f(2.0);
	Box<int> bi(3);
	Box<double> bd(4.5);
	sum += bi.get() + (int)bd.get();
	try {
		thrower(1);
		thrower(sum);
	} catch (int e) {
		sum += e;
	}
	printf("%d\n", sum);
	return 0;
}
