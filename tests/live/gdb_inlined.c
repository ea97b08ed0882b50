// SPDX-License-Identifier: LGPL-2.1-or-later
// Functions that are nowhere by themselves: inlined wherever they are called, cloned, or split. To
// be compiled with -O2.
volatile int sink;

static inline __attribute__((always_inline)) int everywhere(int n)
{
	sink = n;
	return n * 3 + 1;
}

static __attribute__((noinline)) int cloned(int n, int unused)
{
	sink += n + unused;
	return n + 7;
}

__attribute__((noinline)) int first(int n)
{
	sink = n + 1;
	return everywhere(n) + cloned(n, 3);
}

__attribute__((noinline)) int second(int n)
{
	sink = n + 2;
	return everywhere(n + 1) * cloned(n, 3);
}

static inline __attribute__((always_inline)) int outer(int n)
{
	sink = n - 1;
	return everywhere(n + 2) - 1;
}

__attribute__((noinline)) int third(int n)
{
	sink = n + 3;
	return outer(n) + sink;
}

int main(int argc, char **argv)
{
	(void)argv;
	sink = argc;
	return (first(argc) + second(argc) + third(argc)) & 1;
}
