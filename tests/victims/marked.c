/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * marked: nearly all the time in code that it marks as unsafe or as restartable. Each mark also
 * counts in `shadow`, by an instruction right before it; f_marked, to be injected, fails the victim
 * if it runs at any other count than 0. Argument: "flat" or "deep" (in a function that is called
 * between the marks), "polls" (checks inside of marked code, too), "many" (exits), "restart", or
 * "again": the same for calls that may come where the sequence starts, which is behind its
 * counting. Ends when the page says stop.
 */
#include "interject/safepoint.h"
#include "victim.h"

#include <string.h>

#define BEGIN()   IJ_MARK_("incl shadow(%%rip)\n", IJ_NOTE_UNSAFE_BEGIN)
#define END()     IJ_MARK_("decl shadow(%%rip)\n", IJ_NOTE_UNSAFE_END)
#define R_BEGIN() IJ_MARK_("incl shadow(%%rip)\n", IJ_NOTE_RESTARTABLE_BEGIN)
#define R_END()   IJ_MARK_("decl shadow(%%rip)\n", IJ_NOTE_RESTARTABLE_END)

enum { LOOPS = 20000 };

extern volatile int shadow, calls;
extern int f_marked(void);

volatile int shadow __attribute__((visibility("hidden")));
volatile int calls;
static volatile uint32_t pool[64], sink;

static int at_start_too;

int f_marked(void)
{
	if (shadow > at_start_too)
		victim_fail("a call ran between two marks, %d deep", shadow);
	return ++calls;
}

static __attribute__((noinline)) void dig(uint32_t seed)
{
	for (uint32_t i = 0; i < LOOPS; i++)
		pool[i & 63] += seed ^ i;
}

static __attribute__((noinline)) int work(uint32_t seed, int deep, int polls)
{
	BEGIN();
	if (polls)
		IJ_SAFEPOINT();
	if (deep) {
		dig(seed);
	} else {
		for (uint32_t i = 0; i < LOOPS; i++)
			pool[i & 63] += seed ^ i;
	}
	if (__builtin_expect(pool[seed & 63] == 77, 0)) {
		pool[1]++;
		END();
		return 1;
	}
	switch (seed & 7) {
	case 0:
		pool[2]++;
		break;
	case 1:
		dig(3);
		break;
	case 2:
		pool[3] ^= pool[4];
		END();
		return 2;
	case 3:
		pool[6] -= 3;
		break;
	case 4:
		pool[7] = pool[8];
		break;
	default:
		pool[5]++;
		break;
	}
	END();
	return 3;
}

/* Leaves by more ways than a thread has breakpoints. */
static __attribute__((noinline)) int leave(uint32_t seed)
{
	BEGIN();
	for (uint32_t i = 0; i < LOOPS; i++) {
		pool[i & 63] += seed ^ i;
#define LEAVE(n)                        \
	if (pool[n] == 77 + (n)) {      \
		END();                  \
		return pool[n + 1] + n; \
	}
		LEAVE(10)
		LEAVE(20)
		LEAVE(30)
		LEAVE(40)
		LEAVE(50)
#undef LEAVE
	}
	END();
	return 0;
}

/* What is read may be read once more. */
static __attribute__((noinline)) uint32_t look(uint32_t seed)
{
	uint32_t sum;

	R_BEGIN();
	sum = 0;
	for (uint32_t i = 0; i < LOOPS; i++)
		sum += pool[i & 63] ^ seed;
	R_END();
	return sum;
}

int main(int argc, char **argv)
{
	const char *mode = argc > 1 ? argv[1] : "flat";
	int deep = !strcmp(mode, "deep"), polls = !strcmp(mode, "polls");
	int again = !strcmp(mode, "again"), restart = again || !strcmp(mode, "restart");
	int many = !strcmp(mode, "many");

	at_start_too = again;
	victim_init();
	victim_ready();
	for (uint32_t round = 0; !victim_stopping(); round++) {
		/* Nobody else writes to the pool in this mode. */
		if (restart && look(round) != LOOPS * round)
			victim_fail("the sum of round %u is wrong", round);
		if (!restart)
			sink += (uint32_t)(many ? leave(round) : work(round, deep, polls));
		IJ_SAFEPOINT();
		if (shadow)
			victim_fail("the marks do not balance: %d", shadow);
		victim_round();
	}
	return victim_verdict();
}
