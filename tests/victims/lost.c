/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * lost STATE: spins where its stack cannot be followed, or leads through code that no file
 * describes, until the page says stop; then checks that it comes back to where it was.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "victim.h"

typedef void spin_fn(struct victim_page *page);
typedef void spin_with_fn(struct victim_page *page, uint64_t word);

spin_fn lost_spin, lost_pushed, lost_above, lost_below, lost_endless, lost_plain, lost_aligned;
spin_with_fn lost_framed, lost_overwritten, lost_wild;
extern const char lost_spin_end[], lost_framed_end[];

/* A copy of the code in executable memory of no file, as compilers at run time make it. */
static void *copy(const void *code, const char *end)
{
	size_t size = (size_t)(end - (const char *)code);
	char *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (page == MAP_FAILED)
		exit(2);
	memcpy(page, code, size);
	mprotect(page, 4096, PROT_READ | PROT_EXEC);
	return page;
}

static spin_fn *copied_spin(void)
{
	return (spin_fn *)copy((const void *)lost_spin, lost_spin_end);
}

static spin_with_fn *copied_framed(void)
{
	return (spin_with_fn *)copy((const void *)lost_framed, lost_framed_end);
}

static void jit(void)
{
	copied_spin()(victim_page);
}

/* Copied code in the middle of the stack, with native code on top of it. */
static void jit_below(void)
{
	copied_framed()(victim_page, (uintptr_t)lost_spin);
}

static spin_with_fn *compare_code;

static int compare(const void *a, const void *b)
{
	if (compare_code)
		compare_code(victim_page, (uintptr_t)lost_spin);
	compare_code = NULL;
	return *(const char *)a - *(const char *)b;
}

/* And below that a function of libc that is not finished. */
static void jit_in_qsort(void)
{
	char text[] = "dcba";

	compare_code = copied_framed();
	qsort(text, 4, 1, compare);
	if (strcmp(text, "abcd") != 0)
		victim_fail("sorted to %s", text);
}

static void overwritten(void)
{
	lost_overwritten(victim_page, 0x4141414141414141);
}

/* With what is code, but not behind any call. */
static void overwritten_code(void)
{
	lost_overwritten(victim_page, (uintptr_t)lost_spin + 3);
}

/* With the address of data. */
static void overwritten_data(void)
{
	lost_overwritten(victim_page, (uintptr_t)victim_page);
}

static void wild(void)
{
	lost_wild(victim_page, 0x1000);
}

static void wild_high(void)
{
	lost_wild(victim_page, UINT64_MAX - 7);
}

static void pushed(void)
{
	lost_pushed(victim_page);
}

static void above(void)
{
	lost_above(victim_page);
}

static void below(void)
{
	lost_below(victim_page);
}

static void endless(void)
{
	lost_endless(victim_page);
}

static void plain(void)
{
	lost_plain(victim_page);
}

static void aligned(void)
{
	lost_aligned(victim_page);
}

/* Not lost at all: its pointer is where debug information says. */
static void named(void)
{
	struct victim_page *named_page = victim_page;

	while (!named_page->stop)
		named_page->rounds++;
}

static const struct {
	const char *name;
	void (*run)(void);
} states[] = {
	{"jit", jit},
	{"jit_below", jit_below},
	{"jit_in_qsort", jit_in_qsort},
	{"overwritten", overwritten},
	{"overwritten_code", overwritten_code},
	{"overwritten_data", overwritten_data},
	{"wild", wild},
	{"wild_high", wild_high},
	{"pushed", pushed},
	{"above", above},
	{"below", below},
	{"endless", endless},
	{"plain", plain},
	{"aligned", aligned},
	{"named", named},
};

int main(int argc, char **argv)
{
	volatile uint64_t canary = 0x1122334455667788;

	victim_init();
	for (size_t i = 0; argc > 1 && i < sizeof(states) / sizeof(states[0]); i++) {
		if (strcmp(states[i].name, argv[1]) != 0)
			continue;
		victim_ready();
		states[i].run();
		if (canary != 0x1122334455667788)
			victim_fail("the frame of main was overwritten");
		return victim_verdict();
	}
	puts("usage: lost STATE");
	return 2;
}
