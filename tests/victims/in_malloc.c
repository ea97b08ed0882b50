/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A program whose only thread stands inside a function of its own, for as long as it lives:
 * in_malloc MODE, where the function is
 *   malloc  malloc, which this program replaces by one that spins when it is told to
 *   arena   arena_alloc, of which no built-in rule knows
 */
#include "victim.h"

#include <stddef.h>
#include <string.h>

void *__libc_malloc(size_t size);
void *arena_alloc(size_t size);

static bool spinning;

static void spin(void)
{
	victim_ready();
	while (!victim_stopping()) {
		for (volatile int i = 0; i < 10000; i++)
			;
		victim_page->rounds++;
	}
}

/* Exported, for libc binds to it; so it is known by name in a stripped program too. */
__attribute__((noinline)) void *malloc(size_t size)
{
	if (spinning) {
		spinning = false;
		spin();
	}
	return __libc_malloc(size);
}

__attribute__((noinline)) void *arena_alloc(size_t size)
{
	static char arena[64];

	spin();
	return arena + size % sizeof(arena);
}

int main(int argc, char **argv)
{
	void *volatile block;

	if (argc != 2)
		return 2;
	victim_init();
	spinning = !strcmp(argv[1], "malloc");
	if (spinning)
		block = malloc(16);
	else
		block = arena_alloc(16);
	if (!block)
		victim_fail("no memory");
	return victim_verdict();
}
