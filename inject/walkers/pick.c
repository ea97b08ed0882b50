/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The walker that moves nobody: another thread may stand at a safe-point already. */
#include "inject/pick.h"

#include <stdlib.h>
#include <string.h>

#include "inject/go/go.h"
#include "inject/rank.h"

/* What a stop costs the thread's own system call. */
static enum ij_rank rank_of(const struct ij_process *process, const struct ij_blocked *blocked)
{
	char link[16] = "";

	if (ij_rank_asks(blocked))
		ij_process_fd_link(process, (int)blocked->args[0], link, sizeof(link));
	return ij_rank_of(blocked, !strncmp(link, "socket:", 7));
}

static int by_rank(const void *a, const void *b)
{
	const struct ij_candidate *x = a, *y = b;

	return x->rank != y->rank ? (x->rank < y->rank ? -1 : 1) : 0;
}

/* Which threads: any; for a call in Go those that run, or those that wait in the kernel and can be
 * woken. */
enum which { ALL, RUNNING, IDLE };

static size_t pick(struct ij_injector *inj, pid_t only, enum which which,
		   struct ij_candidate *candidates)
{
	size_t len = 0;

	if (only) {
		candidates[0] = (struct ij_candidate){.tid = only};
		return 1;
	}
	for (size_t i = 0; i < inj->tids.list.len && len < IJ_PICK_MAX; i++) {
		struct ij_blocked blocked;
		pid_t tid = inj->tids.list.items[i];

		ij_process_blocked(&inj->process, tid, &blocked);
		/* What sleeps in Go is the scheduler, or has let go of its goroutine. */
		if (which != ALL && blocked.known && blocked.running == (which == IDLE))
			continue;
		if (which == IDLE && ij_go_wakes(blocked.nr) == IJ_GO_WAKE_NOT)
			continue;
		/* Twice the rank and one more: the main thread goes first among its equals. */
		candidates[len] = (struct ij_candidate){
			.tid = tid,
			.rank = rank_of(&inj->process, &blocked) * 2 + (tid != inj->process.pid)};
		/* The scheduler can always be woken; a goroutine only where it is repeated. */
		if (which == IDLE)
			candidates[len].rank = ij_go_wakes(blocked.nr) != IJ_GO_WAKE_EPOLL;
		len++;
	}
	qsort(candidates, len, sizeof(candidates[0]), by_rank);
	return len;
}

size_t ij_pick(struct ij_injector *inj, pid_t only, bool go, struct ij_candidate *candidates)
{
	return pick(inj, only, go ? RUNNING : ALL, candidates);
}

size_t ij_pick_idle(struct ij_injector *inj, pid_t only, struct ij_candidate *candidates)
{
	return pick(inj, only, IDLE, candidates);
}

bool ij_pick_is_scheduler(const struct ij_candidate *candidate)
{
	return !candidate->rank;
}
