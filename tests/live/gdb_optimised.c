/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A program whose optimised code is looked at: what is inlined, and what callers tell of calls. See
 * gdb_commands.py. */
#include <stdio.h>
#include <stdlib.h>
static volatile int sink;
struct pair {
	int a, b;
};
__attribute__((noinline)) static int leaf(int a, int b, const char *s)
{
	sink += a;
	a += 5;
	sink += b;
	printf("%d %s\n", a, s);
	sink += a;
	return a + sink;
}
__attribute__((noinline)) static int middle(int n, struct pair *p)
{
	int r = leaf(n * 2, p->b, "text");
	sink += r;
	return r + leaf(7, n, "other") + 1;
}
static inline int inl(int k)
{
	int z = k * 3;
	sink += z;
	return z + leaf(z, 2, "in");
}
__attribute__((noinline)) int loop(int n)
{
	int total = 0;
	for (int i = 0; i < n; i++) {
		total += i * sink;
		if (total > 1000)
			total -= 7;
	}
	return total;
}
__attribute__((noinline)) int rec(int n)
{
	if (n <= 0)
		return 1;
	return n * rec(n - 1) + sink;
}
int main(int argc, char **argv)
{
	struct pair p = {argc, 3};
	int x = middle(argc + 4, &p);
	x += inl(x & 7);
	x += loop(argc + 2);
	x += rec(3);
	printf("%d %s\n", x, argv[0] ? "ok" : "no");
	return 0;
}
