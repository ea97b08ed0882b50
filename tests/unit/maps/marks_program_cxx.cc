// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Marked functions that are left by exceptions, in the manner of marks_program.c: marks that an
 * object opens when it is made and closes when it is destroyed, in landing pads, too.
 */
#include <csignal>
#include <unistd.h>

#include "interject/safepoint.h"

#define NOINLINE extern "C" __attribute__((noinline))

extern "C" {
extern volatile int shadow, data[64];
volatile int shadow __attribute__((visibility("hidden")));
volatile int data[64];
int helper(int x);
int t_guard(int x), t_twice(int x), t_catch(int x), t_partly(int x), t_rethrow(int x);
}

namespace
{

struct guard {
	__attribute__((always_inline)) guard()
	{
		IJ_MARK_("incl shadow(%%rip)\n", IJ_NOTE_UNSAFE_BEGIN);
	}
	__attribute__((always_inline)) ~guard()
	{
		IJ_MARK_("decl shadow(%%rip)\n", IJ_NOTE_UNSAFE_END);
	}
};

} // namespace

NOINLINE int helper(int x)
{
	data[60] += x;
	if (x % 3 == 0)
		throw x;
	return x * 5;
}

NOINLINE int t_guard(int x)
{
	data[1] += x;
	guard here;
	data[2] += helper(x);
	return data[2];
}

NOINLINE int t_twice(int x)
{
	guard outer;
	data[3] += helper(x);
	{
		guard inner;
		data[4] += helper(x + 1);
	}
	data[5] += helper(x + 2);
	return data[5];
}

NOINLINE int t_catch(int x)
{
	try {
		guard here;
		data[6] += helper(x);
	} catch (int what) {
		data[7] += what;
	}
	data[8] += x;
	try {
		data[9] += helper(x + 1);
	} catch (int what) {
		guard here;
		data[10] += what;
	}
	return data[9];
}

NOINLINE int t_partly(int x)
{
	int sum = 0;

	for (int i = 0; i < x; i++) {
		if (i & 1) {
			guard here;
			sum += helper(3 * i + 1);
		}
		sum += helper(3 * i + 2);
	}
	return sum;
}

NOINLINE int t_rethrow(int x)
{
	guard here;
	try {
		return helper(x);
	} catch (int what) {
		data[11] += what;
		if (what > 3)
			throw;
	}
	return 2;
}

static void call(int (*func)(int), int x)
{
	try {
		data[12] += func(x);
	} catch (int what) {
		data[13] += what;
	}
}

/* Few throw: each takes some ten thousand instructions. */
int main()
{
	raise(SIGSTOP);
	call(t_guard, 1);
	call(t_guard, 0);
	call(t_twice, 2);
	call(t_catch, 1);
	call(t_catch, 3);
	call(t_catch, 2);
	call(t_partly, 5);
	call(t_rethrow, 1);
	call(t_rethrow, 6);
	_exit(shadow ? 2 : 0);
}
