/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Watching memory by the debug registers (Intel SDM 3B, 18.2), in a program that we started. */
#include <stddef.h>
#include <sys/ptrace.h>
#include <sys/user.h>

#include "debugger/own.h"

enum { STATUS = 6, CONTROL = 7, ON_WRITE = 1, ON_ACCESS = 3 };

static void *place_of(unsigned idx)
{
	return (void *)(offsetof(struct user, u_debugreg) + idx * sizeof(long));
}

static uintptr_t length_of(unsigned size)
{
	return size == 8 ? 2 : size - 1;
}

void ij_own_watch(struct ij_inferior *inf, pid_t tid)
{
	uintptr_t control = 0;

	if (!inf->watches.len && !inf->watched)
		return;
	/* The addresses first: one that is not aligned is refused with what is on. */
	ptrace(PTRACE_POKEUSER, tid, place_of(CONTROL), NULL);
	for (unsigned i = 0; i < inf->watches.len; i++) {
		const struct ij_inferior_watch *it = &inf->watches.items[i];
		uintptr_t kind = it->reads ? ON_ACCESS : ON_WRITE;

		if (ptrace(PTRACE_POKEUSER, tid, place_of(i), (void *)it->addr))
			continue;
		control |= (uintptr_t)1 << (2 * i);
		control |= (kind | length_of(it->size) << 2) << (16 + 4 * i);
	}
	ptrace(PTRACE_POKEUSER, tid, place_of(CONTROL), (void *)control);
}

bool ij_own_watch_met(struct ij_inferior *inf, pid_t tid, uint64_t *ret)
{
	long status;

	if (!inf->watches.len)
		return false;
	status = ptrace(PTRACE_PEEKUSER, tid, place_of(STATUS), NULL);
	for (unsigned i = 0; i < inf->watches.len; i++) {
		if (!(status >> i & 1))
			continue;
		ptrace(PTRACE_POKEUSER, tid, place_of(STATUS), NULL);
		*ret = inf->watches.items[i].addr;
		return true;
	}
	return false;
}
