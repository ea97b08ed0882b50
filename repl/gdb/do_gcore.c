/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* generate-core-file (gdb/gcore.c). */
#include <string.h>

#include "interject/core.h"
#include "repl/gdb/subs.h"

static void unread(void *ctx, uint64_t addr, uint64_t size)
{
	(void)ctx;
	fflush(stdout);
	fprintf(stderr, "warning: Memory read failed for corefile section, %llu bytes at 0x%llx.\n",
		(unsigned long long)size, (unsigned long long)addr);
}

IJ_GDB_DO(gcore)
{
	const struct ij_debugger_core how = {
		.size = sizeof(how),
		.no_filter = !ij_gdb_is_on(&g->settings, IJ_GDB_SETTING_USE_COREDUMP_FILTER),
		.excluded = ij_gdb_is_on(&g->settings, IJ_GDB_SETTING_DUMP_EXCLUDED),
		.unread = unread,
	};
	char usual[32];

	if (!ij_debugger_pid(g->debugger))
		return IJ_GDB_TEXT(NOPROC, "You can't do that without a process to debug.");
	snprintf(usual, sizeof(usual), "core.%d", ij_debugger_pid(g->debugger));
	if (!*args)
		args = usual;
	IJ_CLI_TRY(ij_debugger_core(g->debugger, args, &how));
	printf("Saved corefile %s\n", args);
	return NULL;
}
