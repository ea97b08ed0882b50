/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Self-deadlocks of a running call. */
#include "inject/deadlock.h"

#include <linux/futex.h>
#include <sys/syscall.h>

/* What glibc's low-level lock waits for: its word to be no longer 2, "locked, with waiters". */
#define CONTENDED 2

bool ij_deadlock_is_lock_wait(const struct ij_blocked *blocked)
{
	int op = (int)blocked->args[1] & FUTEX_CMD_MASK;

	return blocked->known && !blocked->running && blocked->nr == SYS_futex &&
	       op == FUTEX_WAIT && blocked->args[2] == CONTENDED;
}

bool ij_deadlock_find(const struct ij_process *process, const struct ij_blocked *blocked,
		      pid_t inner_tid, unsigned threads, struct ij_deadlock *ret)
{
	struct {
		uint32_t word, count, owner;
	} mutex;
	IJ_ERROR_AUTO err = NULL;

	if (!ij_deadlock_is_lock_wait(blocked) || blocked->args[3])
		return false;
	err = ij_mem_read((struct ij_mem *)&process->mem.mem, blocked->args[0], &mutex,
			  sizeof(mutex));
	if (err || mutex.word != CONTENDED)
		return false;
	*ret = (struct ij_deadlock){.lock = blocked->args[0]};
	if (mutex.owner == (uint32_t)inner_tid) {
		ret->owner = inner_tid;
		return true;
	}
	return threads == 1;
}
