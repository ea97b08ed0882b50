/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Asking the rules. */
#include "tracer/guard.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct ij_error *ij_guard_init(struct ij_guard *guard, pid_t pid)
{
	char path[64];
	struct ij_error *err;
	ssize_t len;

	ij_permit_user(&guard->user);
	snprintf(path, sizeof(path), "/proc/%d/exe", pid);
	len = readlink(path, guard->program, sizeof(guard->program) - 1);
	guard->program[len > 0 ? len : 0] = 0;
	err = ij_permit_load(IJ_PERMIT_FILE, &guard->rules);
	if (guard->rules)
		ij_permit_groups(&guard->user);
	return err;
}

void ij_guard_deinit(struct ij_guard *guard)
{
	free(guard->rules);
	guard->rules = NULL;
}

static struct ij_error *decide(const struct ij_guard *guard, enum ij_permit_kind kind,
			       const char *name, bool force)
{
	const struct ij_permit_request request = {
		.user = &guard->user,
		.program = guard->program,
		.kind = kind,
		.name = name,
		.force = force,
	};

	return guard->rules ? ij_permit_decide(guard->rules, &request) : NULL;
}

struct ij_error *ij_guard_call(const struct ij_guard *guard, struct ij_wire_call *call)
{
	call->name[sizeof(call->name) - 1] = 0;
	call->expr[sizeof(call->expr) - 1] = 0;
	return decide(guard,
		      call->flags & IJ_WIRE_CALL_SYSCALL ? IJ_PERMIT_SYSCALL : IJ_PERMIT_CALL,
		      call->name, call->flags & IJ_WIRE_CALL_FORCE);
}

struct ij_error *ij_guard_write(const struct ij_guard *guard)
{
	return decide(guard, IJ_PERMIT_WRITE, "", false);
}

struct ij_error *ij_guard_hold(const struct ij_guard *guard)
{
	return decide(guard, IJ_PERMIT_HOLD, "", false);
}
