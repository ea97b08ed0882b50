/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Children that a program of ours forks: they are let go of, without what we wrote into them. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include "debugger/own.h"

/* Whether @child stood already when its parent told of it. */
static bool was_early(struct ij_inferior *inf, pid_t child)
{
	for (size_t i = 0; i < inf->early.len; i++) {
		if (inf->early.items[i] != child)
			continue;
		inf->early.items[i] = inf->early.items[--inf->early.len];
		return true;
	}
	return false;
}

/* A child that it forked: ours are not its breakpoints. */
static void let_child_go(struct ij_inferior *inf, pid_t child, bool shares)
{
	char path[32];
	int mem;

	if (!shares) {
		snprintf(path, sizeof(path), "/proc/%d/mem", child);
		mem = open(path, O_RDWR | O_CLOEXEC);
		IJ_VEC_EACH (&inf->breaks, it)
			if (it->in && mem >= 0)
				(void)!pwrite(mem, &it->was, 1, (off_t)it->addr);
		if (mem >= 0)
			close(mem);
	}
	ptrace(PTRACE_DETACH, child, NULL, NULL);
	if (inf->forked)
		inf->forked(inf->told_ctx, child, shares);
}

/* @child of @parent goes its way. */
static void leave(struct ij_inferior *inf, pid_t parent, pid_t child, bool shares)
{
	if (shares) {
		ij_own_lift(inf);
		inf->vforks = parent;
	}
	let_child_go(inf, child, shares);
}

void ij_own_leave_child(struct ij_inferior *inf)
{
	if (inf->child)
		leave(inf, inf->parent, inf->child, inf->child_shares);
	inf->child = 0;
}

bool ij_own_is_caught(const struct ij_inferior *inf, int status)
{
	return ((status >> 16) == PTRACE_EVENT_FORK &&
		inf->catches & 1u << IJ_DEBUGGER_CATCH_FORK) ||
	       ((status >> 16) == PTRACE_EVENT_VFORK &&
		inf->catches & 1u << IJ_DEBUGGER_CATCH_VFORK);
}

bool ij_own_forked(struct ij_inferior *inf, const struct ij_inferior_thread *thread, int status)
{
	const bool shares = (status >> 16) == PTRACE_EVENT_VFORK;
	unsigned long message = 0;
	pid_t child;
	int first;

	ptrace(PTRACE_GETEVENTMSG, thread->tid, NULL, &message);
	child = (pid_t)message;
	while (!was_early(inf, child) && waitpid(child, &first, __WALL) < 0 && errno == EINTR)
		;
	if (!ij_own_is_caught(inf, status)) {
		leave(inf, thread->tid, child, shares);
		return true;
	}
	inf->parent = thread->tid;
	inf->child = child;
	inf->child_shares = shares;
	return false;
}
