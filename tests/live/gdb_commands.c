/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A program for gdb's commands: values of all kinds, blocks, recursion, a signal. See
 * gdb_commands.py. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum colour { RED, GREEN = 5, BLUE };
struct point {
	int x, y;
};
struct bits {
	unsigned a : 3;
	int b : 5;
	unsigned long c : 40;
};
union both {
	int i;
	float f;
	char c[4];
};
struct deep {
	struct point p[2];
	union both u;
	struct deep *next;
	char name[12];
	enum colour col;
	double d;
	int (*fn)(int);
};

static __thread int tls_var = 7;
int global = 42;
static int file_static = 3;
const char *text = "hello world";
char buffer[64] = "buffered";
struct bits bits = {5, -3, 12345678901UL};
struct deep deep = {{{1, 2}, {3, 4}}, {65}, 0, "deep", GREEN, 2.5, 0};
int matrix[3][4] = {{1, 2, 3, 4}, {5, 6, 7, 8}, {9, 10, 11, 12}};
double ratio = 1.5;
float fl = 0.25f;
long double ld = 3.75L;
unsigned char bytes[16] = {0, 1, 2, 3, 0x7f, 0x80, 0xff, 65, 66, 67};
short shorts[8] = {1, -1, 300};
long longs[4] = {1, -1, 1L << 40};
volatile int sink;
_Bool flag = 1;

int twice(int n)
{
	return n * 2;
}

static int helper(int a, int b)
{
	int sum = a + b;
	{
		int inner = sum * 2;
		static int counted;

		counted += inner;
		sum = twice(inner) + counted;
	}
	for (int i = 0; i < 3; i++)
		sum += i;
	return sum;
}

double average(double a, double b)
{
	int r = 2;

	return (a + b) / r;
}

struct point make(int x, int y)
{
	struct point p = {x, y};

	return p;
}

struct deep whole(struct deep d, char c)
{
	d.name[0] = c;
	return d;
}

void nothing(void)
{
	sink++;
}

int recurse(int n)
{
	if (n == 0)
		return 1;
	return n * recurse(n - 1);
}

int main(int argc, char **argv)
{
	int local = 5;
	int array[4] = {1, 2, 3, 4};
	char *dynamic = malloc(16);
	struct point pt;
	struct deep w;
	double avg;

	strcpy(dynamic, "dyn");
	deep.fn = twice;
	tls_var++;
	local = helper(local, argc);
	nothing();
	printf("local %d\n", local);
	avg = average(local, ratio);
	pt = make(3, 4);
	w = whole(deep, 'D');
	recurse(3);
	sink = (int)(avg + pt.x + w.p[0].x + file_static);
	for (int i = 0; i < 4; i++)
		sink += array[i];
	free(dynamic);
	raise(SIGUSR1);
	return argv[0][0] & 3;
}
