/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Marked functions of every shape that compilers tear apart: cold paths, early exits, inlined
 * locks, loops, a jump table, nesting, calls that do not return.
 *
 * Each mark also counts in `shadow`, by an instruction that stands right before it: the test steps
 * through the program and compares. What starts with t_ is compared; the rest is called from there.
 */
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "interject/safepoint.h"

#define BEGIN()  IJ_MARK_("incl shadow(%%rip)\n", IJ_NOTE_UNSAFE_BEGIN)
#define END()    IJ_MARK_("decl shadow(%%rip)\n", IJ_NOTE_UNSAFE_END)
#define NOINLINE __attribute__((noinline))
#define INLINE   static inline __attribute__((always_inline))

volatile int shadow __attribute__((visibility("hidden")));
volatile int data[64];
static volatile int lock_word;

NOINLINE __attribute__((cold)) void cold_path(int x)
{
	data[60] += x;
}

NOINLINE int plain(int x)
{
	data[61] += x;
	return x * 3;
}

INLINE void lock(void)
{
	while (__atomic_exchange_n(&lock_word, 1, __ATOMIC_ACQUIRE))
		cold_path(1);
	BEGIN();
}

INLINE void unlock(void)
{
	END();
	__atomic_store_n(&lock_word, 0, __ATOMIC_RELEASE);
}

NOINLINE int t_lock(int n)
{
	int sum = 0;

	for (int i = 0; i < n; i++) {
		lock();
		data[i & 31] += i;
		if (__builtin_expect(data[i & 31] > 40, 0)) {
			cold_path(i);
			data[33]++;
		}
		sum += data[(i + 7) & 31];
		unlock();
		sum ^= plain(i);
	}
	return sum;
}

NOINLINE int t_early(int a, int b)
{
	if (a < 0)
		return -1;
	BEGIN();
	data[1] += a;
	if (a == b) {
		END();
		return plain(a);
	}
	data[2] += b;
	if (__builtin_expect(a > 5 * b, 0)) {
		cold_path(a);
		data[3]--;
		END();
		return 7;
	}
	data[4] = plain(b);
	END();
	return data[4] + a;
}

NOINLINE int t_loop(int n)
{
	int sum = 0;

	for (int i = 0; i < n; i++) {
		if (i % 3 == 0) {
			data[5]++;
			continue;
		}
		BEGIN();
		for (int k = 0; k < i; k++) {
			if (data[k & 31] == 13)
				break;
			sum += data[k & 31] * k;
		}
		END();
		if (sum > 100000)
			break;
		data[6] ^= sum;
	}
	return sum;
}

NOINLINE int t_switch(int op, int x)
{
	BEGIN();
	switch (op) {
	case 0:
		data[8] += x;
		break;
	case 1:
		data[9] -= x;
		END();
		return x;
	case 2:
		data[10] ^= plain(x);
		break;
	case 3:
		data[11] = data[10] * x;
		/* fall through */
	case 4:
		data[12] |= x;
		break;
	case 5:
		data[13] = data[12] % (x + 1);
		END();
		return plain(x);
	case 6:
		data[14] += data[13];
		cold_path(x);
		break;
	default:
		data[15]++;
		break;
	}
	END();
	data[16] += op;
	return data[16];
}

NOINLINE int t_switch_outside(int op, int x)
{
	switch (op) {
	case 0:
		lock();
		data[17] += x;
		unlock();
		break;
	case 1:
		data[18] -= x;
		break;
	case 2:
		lock();
		data[19] ^= plain(x);
		unlock();
		return 4;
	case 3:
		data[20] = data[10] * x;
		break;
	case 4:
		data[21] |= x;
		break;
	case 5:
		lock();
		data[22] = x;
		unlock();
		break;
	default:
		return plain(9);
	}
	data[23] += x;
	return x;
}

INLINE void inner(int x)
{
	BEGIN();
	data[24] += x;
	END();
}

NOINLINE int t_nested(int n)
{
	int sum = 0;

	BEGIN();
	inner(n);
	do {
		data[25] += n;
		sum += data[n & 31];
	} while (--n > 0);
	inner(sum);
	data[26] += sum;
	END();
	return sum;
}

NOINLINE int t_rotated(int n)
{
	int sum = 0;

	BEGIN();
	do {
		sum += data[n & 31];
	} while (--n > 0);
	END();
	while (data[27] < sum)
		data[27] += 1 + (sum >> 4);
	BEGIN();
	while (data[28] < sum)
		data[28] += 1 + (sum >> 4);
	END();
	return sum;
}

NOINLINE int t_noreturn(int a)
{
	BEGIN();
	data[29] += a;
	if (data[29] == 123456)
		abort();
	END();
	if (data[29] == 7654321)
		abort();
	data[30] += a;
	BEGIN();
	if (a == 99999)
		_exit(3);
	data[31] = a;
	END();
	return a;
}

int main(void)
{
	raise(SIGSTOP);
	t_lock(50);
	for (int i = -1; i < 20; i++)
		t_early(i, 3);
	t_loop(20);
	for (int i = -1; i < 9; i++) {
		t_switch(i, i + 5);
		t_switch_outside(i, i + 5);
	}
	t_nested(5);
	t_nested(1);
	t_rotated(6);
	t_noreturn(2);
	_exit(shadow ? 2 : 0);
}
