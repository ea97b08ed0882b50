/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What GDB/MI says of itself (gdb/mi/mi-main.c, mi-cmd-info.c). */
#include <string.h>

#include "repl/gdb/mi.h"

static void list(struct ij_mi *mi, const char *name, const char *const *items, size_t len)
{
	ij_mi_open(mi, name, '[');
	for (size_t i = 0; i < len; i++)
		ij_mi_field(mi, NULL, items[i]);
	ij_mi_close(mi, '[');
}

IJ_MI_DO(list_features)
{
	static const char *const features[] = {
		"frozen-varobjs",           "pending-breakpoints",          "thread-info",
		"data-read-memory-bytes",   "breakpoint-notifications",     "language-option",
		"info-gdb-mi-command",      "undefined-command-error-code", "exec-run-start-option",
		"data-disassemble-a-option"};

	if (call->argc)
		return IJ_MI_USAGE("-list-features should be passed no arguments");
	list(mi, "features", features, IJ_CLI_COUNT(features));
	return NULL;
}

IJ_MI_DO(list_target_features)
{
	static const char *const features[] = {"async"};

	if (call->argc)
		return IJ_MI_USAGE("-list-target-features should be passed no arguments");
	list(mi, "features", features,
	     ij_gdb_is_on(&mi->g->settings, IJ_GDB_SETTING_MI_ASYNC) ? 1 : 0);
	return NULL;
}

IJ_MI_DO(info_gdb_mi_command)
{
	const char *name;

	if (call->argc != 1)
		return IJ_MI_USAGE("Usage: -info-gdb-mi-command MI_COMMAND_NAME");
	name = call->argv[0];
	ij_mi_open(mi, "command", '{');
	ij_mi_field(mi, "exists", ij_mi_find(name + (*name == '-')) ? "true" : "false");
	ij_mi_close(mi, '{');
	return NULL;
}

IJ_MI_DO(complete)
{
	const char *text = call->argc ? call->argv[0] : "";
	size_t len = strlen(text), common = 0;
	const char *first = NULL;

	if (call->argc != 1)
		return IJ_MI_USAGE("Usage: -complete COMMAND");
	for (const struct ij_gdb_command *it = ij_gdb_commands; it->name; it++) {
		if (!it->summary || strncmp(it->name, text, len) != 0)
			continue;
		if (!first) {
			first = it->name;
			common = strlen(first);
		}
		while (strncmp(first, it->name, common) != 0)
			common--;
	}
	if (first)
		ij_mi_fieldf(mi, "completion", "%.*s", (int)common, first);
	ij_mi_open(mi, "matches", '[');
	for (const struct ij_gdb_command *it = ij_gdb_commands; it->name; it++)
		if (it->summary && !strncmp(it->name, text, len))
			ij_mi_field(mi, NULL, it->name);
	ij_mi_close(mi, '[');
	ij_mi_field(mi, "max_completions_reached", "0");
	return NULL;
}

/* What other sides turn on by habit, and is as they want it anyway. */
IJ_MI_DO(nothing)
{
	(void)mi;
	(void)call;
	return NULL;
}
