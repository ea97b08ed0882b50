/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Functions that stop at a trap, whose variables are looked for while they stand there. */

struct point {
	int x, y;
};

struct wide {
	long list[3];
	unsigned low : 3, high : 9;
};

int framed(int first, double second, struct point third, const char *fourth);
int framed_call(void);

static inline __attribute__((always_inline)) int inner(int scale, const struct point *p)
{
	int product = scale * p->x;

	__asm__ volatile("int3" ::"r"(product), "r"(scale), "r"(p) : "memory");
	return product;
}

int framed(int first, double second, struct point third, const char *fourth)
{
	static int counter = 41;
	struct wide wide = {{first, 2, 3}, 5, 300};
	struct point copy = third;
	int sum = first + third.x;
	long result = 0;

	__asm__ volatile("" : "+m"(wide), "+m"(counter), "+x"(second) : "r"(sum));
	for (int i = 0; i < 3; i++) {
		long shadow = sum + i;

		if (i == 2) {
			const char *first = fourth + i;

			__asm__ volatile("int3" ::"r"(first), "r"(shadow), "x"(second), "r"(copy.y),
					 "r"(third.x), "m"(wide)
					 : "memory");
			result += *first + third.x + copy.y;
		}
		result += shadow;
	}
	__asm__ volatile("" : "+m"(copy));
	result += inner(sum, &copy);
	__asm__ volatile("" ::"r"(sum), "x"(second), "m"(wide), "m"(counter));
	return (int)result + counter + (int)wide.list[1] + (int)wide.high;
}

static __attribute__((noinline)) int late(int lost, long other)
{
	__asm__ volatile("" ::"r"(lost), "r"(other));
	__asm__ volatile("xor %%edi, %%edi\n\txor %%esi, %%esi" ::: "rdi", "rsi", "memory");
	__asm__ volatile("int3" ::: "memory");
	return 3;
}

int framed_call(void)
{
	return late(77, -5) + 1;
}
