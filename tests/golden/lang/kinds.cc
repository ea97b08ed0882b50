// SPDX-License-Identifier: LGPL-2.1-or-later
// Names of C++ that are found by their scope: variables of functions, members that are constants,
// inline namespaces, templates; and classes with constructors.
#include <unistd.h>

struct Point {
	int x, y;
	static constexpr int origin = 7;
	static constexpr double scale = 2.5;
	static const long limit = 123456789012;
	static constexpr char letter = 'p';
	static constexpr bool flat = true;
	static int made;
	Point(int a, int b) : x(a), y(b)
	{
		made++;
	}
	int sum() const
	{
		return x + y;
	}
};
int Point::made;

struct Note {
	long id;
	explicit Note(long i) : id(i)
	{
	}
	~Note()
	{
		id = 0;
	}
};

namespace own
{
inline namespace v2
{
int inner = 5;
struct Pair {
	short a;
	long b;
	static int shared;
	enum class Mood { calm = 3, wild };
} pair{1, 2};
Pair::Mood mood = Pair::Mood::wild;
int Pair::shared = 9;
typedef unsigned short half;
half halves[2] = {3, 4};
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
} // namespace own

template <class T> struct Box {
	T v;
	static constexpr int rank = 6;
	static T last;
	struct Lid {
		char kind;
		T inside;
	} lid;
	T get() const
	{
		return v;
	}
};
template <class T> T Box<T>::last = 70;
template <class T, int N> struct Row {
	T list[N];
};

Point point(3, 4);
Note note(12);
Box<int> box{5, {'k', 6}};
Row<short, 3> row{{1, 2, 3}};
Row<long, 2> rows{{4, 5}};

int counter()
{
	static int n = 41;
	static const char *name = "counter";

	return ++n + (*name == 'x');
}
int calls(int d)
{
	static int sum = 10;

	sum += d;
	return sum;
}
int calls(double d)
{
	static double sum = 70.5;

	sum += d;
	return (int)sum;
}
namespace ns
{
int first(const char *text)
{
	static Point kept(1, 2);

	return kept.x + *text;
}
struct Machine {
	int run(int by)
	{
		static int total[3] = {1, 2, 3};

		return total[0] += by;
	}
};
} // namespace ns
template <class T> T twice(T x)
{
	static int count = 2;

	count++;
	return x + x;
}
static int in_file(int i)
{
	static unsigned char table[4] = {1, 2, 3, 4};

	return table[i];
}

int main()
{
	ns::Machine machine;
	int used = counter() + calls(1) + calls(1.5) + ns::first("a") + machine.run(2) + twice(4) +
		   in_file(1) + point.sum() + box.get() + own::inner + own::deep::bottom +
		   own::Pair::shared + row.list[0] + (int)rows.list[0] + Box<int>::last +
		   own::halves[0] + Box<int>::rank + (int)Point::scale + Point::origin;

	if (write(1, "R", 1) != 1 || used == 1)
		return 1;
	for (;;)
		pause();
}
