/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Watchpoints of GDB/MI (gdb/mi/mi-cmd-break.c; gdb/breakpoint.c, print_it_watchpoint). */
#include <string.h>

#include "repl/gdb/breaks.h"
#include "repl/gdb/mi.h"

static const struct kind {
	const char *field, *reason;
} kinds[] = {
	[IJ_GDB_BREAK_WRITE] = {"wpt", "watchpoint-trigger"},
	[IJ_GDB_BREAK_READ] = {"hw-rwpt", "read-watchpoint-trigger"},
	[IJ_GDB_BREAK_ACCESS] = {"hw-awpt", "access-watchpoint-trigger"},
};

static void watched(struct ij_mi *mi, const struct ij_gdb_break *it)
{
	ij_mi_open(mi, kinds[it->kind].field, '{');
	ij_mi_fieldf(mi, "number", "%u", it->id);
	ij_mi_field(mi, "exp", it->given ? it->given : it->spec);
	ij_mi_close(mi, '{');
}

void ij_mi_watch_fields(struct ij_mi *mi, const struct ij_gdb_break *it)
{
	if (it->ended) {
		ij_mi_field(mi, "reason", "watchpoint-scope");
		ij_mi_fieldf(mi, "wpnum", "%u", it->id);
		return;
	}
	ij_mi_field(mi, "reason", kinds[it->kind].reason);
	watched(mi, it);
	ij_mi_open(mi, "value", '{');
	if (it->old)
		ij_mi_field(mi, "old", it->old);
	ij_mi_field(mi, it->kind == IJ_GDB_BREAK_READ ? "value" : "new",
		    it->value ? it->value : "");
	ij_mi_close(mi, '{');
}

IJ_MI_DO(break_watch)
{
	static const char *const names[] = {"r", "a", NULL};
	enum ij_gdb_break_kind kind = IJ_GDB_BREAK_WRITE;
	struct ij_gdb_break *it;
	const char *arg = NULL;
	int idx;

	for (;;) {
		IJ_CLI_TRY(ij_mi_option(call, names, &idx, &arg));
		if (idx < 0)
			break;
		kind = idx ? IJ_GDB_BREAK_ACCESS : IJ_GDB_BREAK_READ;
	}
	if (call->at >= call->argc)
		return IJ_MI_USAGE("-break-watch: Missing <expression>");
	if (call->at + 1 < call->argc)
		return IJ_MI_USAGE("-break-watch: Garbage following <expression>");
	IJ_CLI_TRY(ij_gdb_watch_new(mi->g, kind, call->argv[call->at], NULL, false, &it));
	watched(mi, it);
	return NULL;
}
