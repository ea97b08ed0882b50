/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * keeper REGISTER: a program of the Boehm-Demers-Weiser collector whose only pointer to an object
 * is in one register (keeper_x86_64.S), general or vector; `none`: nowhere.
 *
 * The collector finds what lies in memory that it scans, and registers only if somebody has pushed
 * them there. When the page says stop, the object is looked at once more. A finalizer that ran
 * shows in the page's `received`: with `none` it must, else that is a failure.
 */
#include "victim.h"

#include <gc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { WORDS = 64 };

/* The asm's: rip-relative, so that no register is needed for them. */
uint64_t keeper_hidden; /* complement of the pointer */
_Alignas(4096) struct victim_page keeper_page;

#define REGISTERS(X) \
	X(rax)       \
	X(rbx)       \
	X(rcx)       \
	X(rdx)       \
	X(rsi)       \
	X(rdi)       \
	X(rbp)       \
	X(r8) X(r9) X(r10) X(r11) X(r12) X(r13) X(r14) X(r15) X(xmm0) X(xmm3) X(xmm12) X(none)
#define DECLARE(name) void keeper_##name(void);
REGISTERS(DECLARE)

static const struct {
	const char *name;
	void (*hold)(void);
} holders[] = {
#define ROW(name) {#name, keeper_##name},
	REGISTERS(ROW)};

/** For callers: an address in the frame that this runs in. */
void *keeper_stack(void);
void *keeper_stack(void)
{
	char *volatile here = __builtin_frame_address(0);
	return here;
}

static void finalize(void *object, void *data)
{
	(void)object;
	(void)data;
	keeper_page.received++;
}

static __attribute__((noinline)) void allocate(void)
{
	uint64_t *object = GC_MALLOC(WORDS * sizeof(*object));
	for (unsigned i = 0; i < WORDS; i++)
		object[i] = 1000 + i;
	GC_REGISTER_FINALIZER_NO_ORDER(object, finalize, NULL, NULL, NULL);
	keeper_hidden = ~(uint64_t)(uintptr_t)object;
}

/* Overwrite what allocate() and its callees left on the stack. */
static __attribute__((noinline)) void scrub(void)
{
	char below[32768];
	memset(below, 0, sizeof(below));
	__asm__ volatile("" : : "r"(below) : "memory");
}

static void check(void)
{
	const uint64_t *object = (const uint64_t *)(uintptr_t)~keeper_hidden;
	for (unsigned i = 0; i < WORDS; i++)
		if (object[i] != 1000 + i) {
			victim_fail("word %u of the object was overwritten", i);
			return;
		}
}

int main(int argc, char **argv)
{
	unsigned row = 0;
	while (argc > 1 && row < sizeof(holders) / sizeof(holders[0]) &&
	       strcmp(holders[row].name, argv[1]) != 0)
		row++;
	if (argc < 2 || row == sizeof(holders) / sizeof(holders[0]))
		return 2;
	victim_init();
	if (mmap(&keeper_page, sizeof(keeper_page), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED,
		 VICTIM_PAGE_FD, 0) == MAP_FAILED)
		return 2;
	GC_INIT();
	GC_set_finalize_on_demand(1);
	allocate();
	scrub();
	victim_ready();
	holders[row].hold();
	bool none = strcmp(argv[1], "none") == 0;
	if (!none && keeper_page.received == 0)
		check();
	return victim_verdict();
}
