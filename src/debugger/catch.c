/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a program can be stopped at besides places: forks, execs, system calls, signals. */
#include <stdlib.h>
#include <string.h>

#include "debugger/debugger.h"
#include "lang/systable.h"

void ij_catch_renew(struct ij_debugger *d)
{
	if (!d->inf)
		return;
	d->inf->catches = 0;
	d->inf->caught_signals = 0;
	IJ_VEC_EACH (&d->catches, it) {
		d->inf->catches |= 1u << it->what;
		if (it->what == IJ_DEBUGGER_CATCH_SIGNAL)
			d->inf->caught_signals |=
				it->number < 0 ? UINT64_MAX : UINT64_C(1) << (it->number - 1);
	}
}

void ij_catch_forget(struct ij_debugger *d, unsigned id)
{
	for (size_t i = 0; i < d->catches.len; i++)
		if (d->catches.items[i].id == id)
			d->catches.items[i--] = d->catches.items[--d->catches.len];
	ij_catch_renew(d);
}

struct ij_error *ij_debugger_catch(struct ij_debugger *d, unsigned id, enum ij_debugger_catch what,
				   int number)
{
	IJ_TRY(ij_vec_push(&d->catches, ((struct ij_debugger_catching){id, what, number})));
	ij_catch_renew(d);
	return NULL;
}

static struct ij_debugger_caught caught_of(const struct ij_inferior_event *met)
{
	switch (met->kind) {
	case IJ_INFERIOR_FORKED:
		return (struct ij_debugger_caught){.what = IJ_DEBUGGER_CATCH_FORK,
						   .child = met->child};
	case IJ_INFERIOR_VFORKED:
		return (struct ij_debugger_caught){.what = IJ_DEBUGGER_CATCH_VFORK,
						   .child = met->child};
	case IJ_INFERIOR_EXECUTED:
		return (struct ij_debugger_caught){.what = IJ_DEBUGGER_CATCH_EXEC};
	case IJ_INFERIOR_SIGNAL:
		return (struct ij_debugger_caught){.what = IJ_DEBUGGER_CATCH_SIGNAL,
						   .number = met->signo};
	default:
		return (struct ij_debugger_caught){.what = IJ_DEBUGGER_CATCH_SYSCALL,
						   .number = met->status,
						   .returned = met->kind == IJ_INFERIOR_CALLED};
	}
}

static int by_number(const void *a, const void *b)
{
	const unsigned x = *(const unsigned *)a, y = *(const unsigned *)b;

	return (x > y) - (x < y);
}

bool ij_catch_hits(struct ij_debugger *d, const struct ij_inferior_event *met,
		   struct ij_debugger_event *event)
{
	const struct ij_debugger_caught caught = caught_of(met);
	unsigned hits = 0;

	/* The list may change while it is asked. */
	for (size_t i = 0; i < d->catches.len; i++) {
		const struct ij_debugger_catching it = d->catches.items[i];
		bool known =
			it.what != caught.what || (it.number >= 0 && it.number != caught.number);

		for (unsigned j = 0; j < hits; j++)
			known = known || event->hits[j] == it.id;
		if (!known && hits < IJ_DEBUGGER_HITS_MAX &&
		    (!d->hooks.hit || d->hooks.hit(d->hooks.ctx, it.id)))
			event->hits[hits++] = it.id;
	}
	if (!hits)
		return false;
	qsort(event->hits, hits, sizeof(*event->hits), by_number);
	event->kind = IJ_DEBUGGER_BREAKPOINT;
	event->hits_len = hits;
	event->caught = caught;
	return true;
}

/* ---- System calls by name ---- */

const char *ij_debugger_syscall(int number)
{
	return ij_syscall_name(number);
}

int ij_debugger_syscall_number(const char *name)
{
	int number = ij_syscall_number(name, strlen(name));
	const char *own = number < 0 ? NULL : ij_syscall_name(number);

	/* What the C library calls otherwise is none. */
	return own && !strcmp(own, name) ? number : -1;
}

int ij_debugger_syscall_group(const char *group, size_t idx)
{
	static const struct {
		const char *group;
		int number;
	} rows[] = {
#define IJ_SYSGROUP(group, number) {group, number},
#include "debugger/sysgroups_x86_64.def"
#undef IJ_SYSGROUP
	};

	for (size_t i = 0; i < IJ_COUNT(rows); i++)
		if (!strcmp(rows[i].group, group) && !idx--)
			return rows[i].number;
	return -1;
}
