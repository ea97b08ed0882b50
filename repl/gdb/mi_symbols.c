/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* -symbol-* of GDB/MI (gdb/mi/mi-symbol-cmds.c). */
#include <string.h>

#include "repl/gdb/mi.h"
#include "repl/gdb/symbols.h"

/* What is asked; everything is borrowed from the call. */
struct asked {
	struct ij_gdb_search_how how;
	size_t most; /* definitions that are told of */
};

static struct ij_error *take_options(struct ij_mi_call *call, struct asked *ret)
{
	/* Types have neither types nor symbols. */
	static const char *const names[] = {"-name:", "-max-results:", "-include-nondebug",
					    "-type:", NULL};
	static const char *const of_types[] = {"-name:", "-max-results:", NULL};
	const char *arg = NULL;
	char *end;
	int idx;

	ret->most = SIZE_MAX;
	for (;;) {
		IJ_CLI_TRY(ij_mi_option(call, ret->how.what == IJ_DEBUGGER_TYPES ? of_types : names,
					&idx, &arg));
		switch (idx) {
		case 0:
			ret->how.name = arg;
			break;
		case 1:
			ret->most = strtoul(arg, &end, 10);
			if (end == arg || *end)
				return IJ_MI_USAGE("invalid value for --max-results argument");
			break;
		case 2:
			ret->how.symbols = true;
			break;
		case 3:
			ret->how.type = arg;
			break;
		default:
			if (call->at < call->argc)
				return IJ_MI_USAGE("-%s: Unknown argument \"%s\"", call->name,
						   call->argv[call->at]);
			return NULL;
		}
	}
}

static void definition(struct ij_mi *mi, const struct ij_debugger_definition *it, bool is_type)
{
	ij_mi_open(mi, NULL, '{');
	if (it->line)
		ij_mi_fieldf(mi, "line", "%u", it->line);
	ij_mi_field(mi, "name", it->name);
	if (!is_type) {
		ij_mi_field(mi, "type", it->type);
		ij_mi_field(mi, "description", it->text);
	}
	ij_mi_close(mi, '{');
}

/* By files, as they are sorted. Returns where symbols without debug information begin. */
static size_t debugged(struct ij_mi *mi, const struct ij_debugger_definitions *list,
		       const struct asked *asked)
{
	const struct ij_debugger_definition *it;
	const char *file = NULL;
	size_t i = 0;

	for (; i < asked->most && (it = ij_debugger_definition(list, i)) && it->file; i++) {
		if (!file)
			ij_mi_open(mi, "debug", '[');
		if (!file || strcmp(file, it->file) != 0) {
			if (file) {
				ij_mi_close(mi, '[');
				ij_mi_close(mi, '{');
			}
			ij_mi_open(mi, NULL, '{');
			ij_mi_field(mi, "filename", it->file);
			ij_mi_field(mi, "fullname", it->path);
			ij_mi_open(mi, "symbols", '[');
		}
		file = it->file;
		definition(mi, it, asked->how.what == IJ_DEBUGGER_TYPES);
	}
	if (file) {
		ij_mi_close(mi, '[');
		ij_mi_close(mi, '{');
		ij_mi_close(mi, '[');
	}
	return i;
}

static struct ij_error *search(struct ij_mi *mi, struct ij_mi_call *call,
			       enum ij_debugger_defined what)
{
	struct asked asked = {.how = {.what = what}};
	const struct ij_debugger_definition *it;
	struct ij_debugger_definitions *list;
	size_t from;

	IJ_CLI_TRY(take_options(call, &asked));
	IJ_CLI_TRY(ij_gdb_search(mi->g, &asked.how, &list));
	ij_mi_open(mi, "symbols", '{');
	from = debugged(mi, list, &asked);
	if (from < asked.most && ij_debugger_definition(list, from)) {
		ij_mi_open(mi, "nondebug", '[');
		for (size_t i = from; i < asked.most && (it = ij_debugger_definition(list, i));
		     i++) {
			ij_mi_open(mi, NULL, '{');
			ij_mi_address(mi, "address", it->addr);
			ij_mi_field(mi, "name", it->name);
			ij_mi_close(mi, '{');
		}
		ij_mi_close(mi, '[');
	}
	ij_mi_close(mi, '{');
	ij_debugger_definitions_free(list);
	return NULL;
}

IJ_MI_DO(symbol_info_functions)
{
	return search(mi, call, IJ_DEBUGGER_FUNCTIONS);
}

IJ_MI_DO(symbol_info_variables)
{
	return search(mi, call, IJ_DEBUGGER_VARIABLES);
}

IJ_MI_DO(symbol_info_types)
{
	return search(mi, call, IJ_DEBUGGER_TYPES);
}

static void row(void *ctx, uint64_t addr, unsigned line)
{
	struct ij_mi *mi = ctx;

	ij_mi_open(mi, NULL, '{');
	ij_mi_address(mi, "pc", addr);
	ij_mi_fieldf(mi, "line", "%u", line);
	ij_mi_close(mi, '{');
}

IJ_MI_DO(symbol_list_lines)
{
	struct ij_error *err;

	if (call->argc != 1)
		return IJ_MI_USAGE("-symbol-list-lines: Usage: SOURCE_FILENAME");
	ij_mi_open(mi, "lines", '[');
	err = ij_debugger_rows(mi->g->debugger, call->argv[0], row, mi);
	ij_mi_close(mi, '[');
	if (ij_error_code_of(err) == IJ_ERR_NOTFOUND) {
		ij_error_free(err);
		return IJ_GDB_TEXT(NOTFOUND, "-symbol-list-lines: Unknown source file name.");
	}
	return err;
}
