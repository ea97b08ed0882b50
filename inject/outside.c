/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Is the thread outside the C library? */
#include "inject/outside.h"

#include <linux/futex.h>
#include <sys/syscall.h>

#define ROOTS_MAX 2

bool ij_outside_is_sleep(long nr, const uint64_t args[6])
{
	static const long sleeps[] = {
#ifdef SYS_poll /* not on newer machines */
		SYS_poll,
		SYS_select,
		SYS_epoll_wait,
		SYS_pause,
#endif
		SYS_restart_syscall, /* a sleep with a timeout, which these locks have not */
		SYS_ppoll,
		SYS_pselect6,
		SYS_epoll_pwait,
		SYS_nanosleep,
		SYS_clock_nanosleep,
		SYS_accept,
		SYS_accept4,
		SYS_recvfrom,
		SYS_recvmsg,
		SYS_wait4,
		SYS_waitid,
		SYS_rt_sigsuspend,
		SYS_rt_sigtimedwait,
	};

	if (nr == SYS_futex)
		return ((int)args[1] & FUTEX_CMD_MASK) == FUTEX_WAIT_BITSET;
	for (size_t i = 0; i < IJ_COUNT(sleeps); i++)
		if (nr == sleeps[i])
			return true;
	return false;
}

/* Of the C library or its loader: where one of the known locks is. */
static bool is_library(const struct ij_outside *outside, ij_addr pc)
{
	const struct ij_unwind_module *module = ij_unwind_module_find(outside->space, pc);

	for (uint32_t i = 0; module && i < outside->target->locks_len; i++) {
		ij_addr addr = outside->target->locks[i].addr;

		if (addr >= module->lo && addr < module->hi)
			return true;
	}
	return false;
}

bool ij_outside_is(const struct ij_outside *outside)
{
	size_t first = 0, end = outside->frames_len;
	uint64_t args[6];

	/* A list that is full may lack the outer frames. */
	if (!end || end >= IJ_WIRE_FRAMES_MAX)
		return false;
	ij_regs_syscall_args_get(outside->regs, args);
	if (ij_outside_is_sleep(ij_regs_syscall(outside->regs), args))
		while (first < end && is_library(outside, outside->frames[first]))
			first++;
	/* The program's _start, which calls into the library. */
	if (end > first && end >= 2 && !is_library(outside, outside->frames[end - 1]) &&
	    is_library(outside, outside->frames[end - 2]))
		end--;
	for (unsigned i = 0; i < ROOTS_MAX; i++)
		if (end > first && is_library(outside, outside->frames[end - 1]))
			end--;
	/* Nothing but the library: its own threads work there. */
	if (first >= end)
		return false;
	for (size_t i = first; i < end; i++)
		if (is_library(outside, outside->frames[i]))
			return false;
	return true;
}
