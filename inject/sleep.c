/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* nanosleep made by ppoll. */
#include "inject/sleep.h"

#include <sys/syscall.h>

#include "base/clock.h"

/* The time to sleep from now, if this is a sleep that the kernel would accept. */
static bool span_of(struct ij_injector *inj, long nr, const uint64_t args[6], struct timespec *ret)
{
	bool clocked = nr == SYS_clock_nanosleep;
	struct timespec now, when;
	IJ_ERROR_AUTO err = NULL;

	if (nr != SYS_nanosleep && !clocked)
		return false;
	err = ij_mem_read(&inj->process.mem.mem, args[clocked ? 2 : 0], &when, sizeof(when));
	if (err || when.tv_sec < 0 || (unsigned long)when.tv_nsec >= IJ_NS_PER_S)
		return false;
	if (clocked && args[1] & TIMER_ABSTIME) {
		if (clock_gettime((clockid_t)args[0], &now))
			return false;
		when.tv_sec -= now.tv_sec;
		when.tv_nsec -= now.tv_nsec;
		if (when.tv_nsec < 0) {
			when.tv_sec--;
			when.tv_nsec += (long)IJ_NS_PER_S;
		}
		if (when.tv_sec < 0)
			when = (struct timespec){0};
	}
	*ret = when;
	return true;
}

static struct ij_error *entry(struct ij_sleep *sleep, struct ij_injector *inj,
			      struct ij_thread *thread)
{
	ij_addr place = ij_pages_desc(inj->now) + IJ_STUB_SLEEP;
	const uint64_t ppoll_args[6] = {0, 0, place};
	struct timespec span;
	struct ij_regs regs;

	IJ_TRY(ij_thread_regs_get(thread, &regs));
	sleep->nr = ij_regs_syscall_nr(&regs);
	ij_regs_syscall_args_get(&regs, sleep->args);
	if (!span_of(inj, sleep->nr, sleep->args, &span))
		return NULL;
	IJ_TRY(ij_pages_write(inj->now, &inj->process, place, &span, sizeof(span)));
	ij_regs_syscall_change(&regs, SYS_ppoll, ppoll_args);
	sleep->changed = true;
	return ij_thread_regs_set(thread, &regs);
}

static struct ij_error *leave(struct ij_sleep *sleep, struct ij_thread *thread)
{
	struct ij_regs regs;

	if (!sleep->changed)
		return NULL;
	sleep->changed = false;
	IJ_TRY(ij_thread_regs_get(thread, &regs));
	/* Were it interrupted, it is the original call that is made again. */
	ij_regs_syscall_change(&regs, sleep->nr, sleep->args);
	return ij_thread_regs_set(thread, &regs);
}

struct ij_error *ij_sleep_step(struct ij_sleep *sleep, struct ij_injector *inj,
			       struct ij_thread *thread)
{
	sleep->at_entry = !sleep->at_entry;
	return sleep->at_entry ? entry(sleep, inj, thread) : leave(sleep, thread);
}
