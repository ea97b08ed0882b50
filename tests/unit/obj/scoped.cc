// SPDX-License-Identifier: LGPL-2.1-or-later
// Functions of one name in several scopes, for test_scoped.c.
namespace scope_1
{
int flat_9(int a)
{
	return a + 1;
}
template <class T> struct Box {
	T flat_9(T a) const;
};
template <class T> T Box<T>::flat_9(T a) const
{
	return a + 2;
}
template int Box<int>::flat_9(int) const;
namespace inner_22
{
int flat_9(int a)
{
	return a + 3;
}
} // namespace inner_22
namespace
{
__attribute__((noinline, used)) int flat_9(long a)
{
	return (int)a + 4;
}
} // namespace
} // namespace scope_1
namespace scope_2
{
double flat_9(double a)
{
	return a + 5;
}
int flat_90(int a)
{
	return a + 6;
}
// "16flat_9_and_more_", in which there is "6flat_9".
int flat_9_and_more_(int a)
{
	return a + 7;
}
} // namespace scope_2
int flat_9(int a, int b)
{
	return a + b;
}
