/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* framed: waits below functions whose variables are known. A byte on stdin ends it. */
#include "victim.h"

#include <unistd.h>

struct point {
	int x, y;
};

static int seen;

static __attribute__((noipa)) void wait_here(int lost)
{
	char byte;

	__asm__ volatile("" ::"r"(lost));
	victim_ready();
	if (read(0, &byte, 1) >= 0)
		seen++;
}

static inline __attribute__((always_inline)) void inlined(const struct point *p, long factor)
{
	long product = p->x * factor;

	wait_here(77);
	__asm__ volatile("" ::"r"(product), "m"(*p));
}

static __attribute__((noipa)) int framed(int count, const char *text, struct point by)
{
	struct point point = {count, by.y};
	int sum = count + by.x;

	__asm__ volatile("" : "+m"(point), "+r"(sum) : "r"(text));
	for (int i = 2; i < 3; i++) {
		long text_too = sum + i;

		inlined(&point, text_too);
		__asm__ volatile("" ::"r"(text_too), "r"(i));
	}
	__asm__ volatile("" ::"r"(sum), "r"(text), "m"(point));
	return sum;
}

int main(void)
{
	victim_init();
	if (framed(4, "words", (struct point){10, 20}) != 14)
		victim_fail("framed() is wrong");
	return victim_verdict();
}
