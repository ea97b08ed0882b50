/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One call in Go at a time in a process: the handler takes every trap of the protocol for its own.
 * So sessions take turns, and wait for what a dead one left to end by itself.
 */
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "inject/attempt.h"
#include "inject/go/go.h"

/* The name belongs to a socket, and goes when we do. Where none can be had there is no order but
 * what SIGTRAP's action tells. */
static bool lock(struct ij_injector *inj)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	const struct ij_process *process = &inj->process;
	int len = snprintf(addr.sun_path + 1, sizeof(addr.sun_path) - 1, "interject-go-%d-%llu",
			   process->pid, (unsigned long long)process->start_time);
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return true;
	if (!bind(fd, (struct sockaddr *)&addr,
		  (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)len))) {
		inj->go_turn = fd;
		return true;
	}
	close(fd);
	return errno != EADDRINUSE;
}

/* Does the thread stand in the gadgets through which a call is entered? If it cannot be said, yes.
 */
static bool is_entering(struct ij_injector *inj, pid_t tid)
{
	ij_addr call = inj->target.syscall_ret, back = inj->target.sigreturn, pc;
	struct ij_wire_verdict verdict;
	struct ij_thread thread;
	struct ij_stop stop = {0};
	struct ij_error *err;

	ij_watchdog_arm(&inj->watchdog, IJ_HOLD_MAX_NS);
	err = ij_attempt_stop(inj, tid, &thread, &stop, &verdict);
	pc = ij_regs_pc(&stop.regs);
	if (!err && thread.stopped)
		ij_attempt_let_go(&stop);
	ij_place_leave(&inj->place);
	ij_watchdog_disarm(&inj->watchdog);
	if (err || verdict.reason) {
		ij_error_free(err);
		return verdict.reason != IJ_WIRE_REASON_THREAD_GONE;
	}
	return pc - call < IJ_SYSCALL_RET_SIZE || pc - back < IJ_SIGRETURN_SIZE;
}

bool ij_go_turn_take(struct ij_injector *inj)
{
	if (inj->go_turn < 0 && !lock(inj))
		return false;
	for (size_t i = 0; i < inj->vmas.list.len; i++) {
		const struct ij_vma *vma = &inj->vmas.list.items[i];
		pid_t inner, tid;

		/* A session that is just dying still seems to live. */
		if (vma->lo == inj->pages.base ||
		    !ij_pages_are_busy(&inj->process, &inj->vmas, vma, &inner))
			continue;
		tid = ij_injector_thread_of(inj, inner);
		if (tid && is_entering(inj, tid))
			return false;
	}
	return true;
}

void ij_go_turn_end(struct ij_injector *inj)
{
	if (inj->go_turn >= 0)
		close(inj->go_turn);
	inj->go_turn = -1;
}
