/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* -data-disassemble (gdb/mi/mi-cmd-disas.c; gdb/disasm.c). */
#include <string.h>

#include "repl/gdb/mi.h"

#define USAGE                                                                                \
	"-data-disassemble: Usage: ( -f filename -l linenum [-n howmany] | -s startaddr -e " \
	"endaddr"                                                                            \
	" | -a addr ) [ --opcodes mode ] [ --source ] [ [--] mode ]."

enum {
	WITH_SOURCE = 1 << 0,
	WITH_BYTES = 1 << 1,
	CODE_MAX = 1 << 20, /* bytes that are told of at once */
};

/** What is told of. */
struct part {
	uint64_t start, end;
	long most; /* instructions; -1: all */
	unsigned what;
	unsigned line; /* whose instructions stand in a list that is open; 0: none */
};

static struct ij_error *instruction(struct ij_mi *mi, struct part *part, uint64_t *at)
{
	struct ij_debugger *d = mi->g->debugger;
	const char *function;
	uint64_t start, end;
	unsigned size;
	char *text;

	IJ_CLI_TRY(ij_gdb_instruction(mi->g, *at, &text, &size));
	ij_mi_open(mi, NULL, '{');
	ij_mi_address(mi, "address", *at);
	if (ij_debugger_function(d, *at, &function, &start, &end)) {
		ij_mi_field(mi, "func-name", function);
		ij_mi_fieldf(mi, "offset", "%llu", (unsigned long long)(*at - start));
	}
	if (part->what & WITH_BYTES) {
		uint8_t bytes[16];
		struct ij_text hex = {0};
		struct ij_error *err =
			size <= sizeof(bytes) ? ij_debugger_read(d, *at, bytes, size) : NULL;

		for (unsigned i = 0; !err && i < size && i < sizeof(bytes); i++)
			ij_text_printf(&hex, "%s%02x", i ? " " : "", bytes[i]);
		ij_mi_field(mi, "opcodes", ij_text_get(&hex));
		ij_text_deinit(&hex);
		ij_error_free(err);
	}
	ij_mi_field(mi, "inst", text);
	ij_mi_close(mi, '{');
	free(text);
	*at += size;
	return NULL;
}

static void close_line(struct ij_mi *mi, struct part *part)
{
	if (!part->line)
		return;
	ij_mi_close(mi, '[');
	ij_mi_close(mi, '{');
	part->line = 0;
}

/* The line that the instruction at @addr is of begins a tuple, unless that is open. */
static void open_line(struct ij_mi *mi, struct part *part, uint64_t addr)
{
	struct ij_debugger_place place;
	uint64_t end;
	struct ij_error *err = ij_debugger_line(mi->g->debugger, addr, &place, &end);

	if (!err && place.line != part->line) {
		close_line(mi, part);
		ij_mi_open(mi, "src_and_asm_line", '{');
		ij_mi_fieldf(mi, "line", "%u", place.line);
		ij_mi_field(mi, "file", place.file);
		if (place.path)
			ij_mi_field(mi, "fullname", place.path);
		ij_mi_open(mi, "line_asm_insn", '[');
		part->line = place.line;
	}
	ij_error_free(err);
}

static struct ij_error *tell(struct ij_mi *mi, struct part *part)
{
	struct ij_error *err = NULL;

	ij_mi_open(mi, "asm_insns", '[');
	for (uint64_t at = part->start; at < part->end && part->most && !err;) {
		if (part->what & WITH_SOURCE)
			open_line(mi, part, at);
		err = instruction(mi, part, &at);
		part->most -= part->most > 0;
	}
	close_line(mi, part);
	ij_mi_close(mi, '[');
	return err;
}

static struct ij_error *function_at(struct ij_mi *mi, uint64_t addr, struct part *part)
{
	const char *name;

	if (ij_debugger_function(mi->g->debugger, addr, &name, &part->start, &part->end))
		return NULL;
	return IJ_GDB_TEXT(NOTFOUND, "-data-disassemble: No function contains specified address");
}

/* The function that line @line of @file is of. */
static struct ij_error *function_of_line(struct ij_mi *mi, const char *file, const char *line,
					 struct part *part)
{
	struct ij_debugger_place *places;
	struct ij_text spec = {0};
	struct ij_error *err;
	uint64_t addr = 0;
	size_t len = 0;

	ij_text_printf(&spec, "%s:%s", file, line);
	err = ij_debugger_locate(mi->g->debugger, ij_text_get(&spec), NULL, 0, false, &places,
				 &len);
	ij_text_deinit(&spec);
	IJ_CLI_TRY(err);
	addr = len ? places[0].addr : 0;
	free(places);
	if (!addr)
		return IJ_MI_USAGE("-data-disassemble: Invalid line number");
	return function_at(mi, addr, part);
}

IJ_MI_DO(data_disassemble)
{
	static const char *const names[] = {
		"f:", "l:", "n:", "s:", "e:", "a:", "-opcodes:", "-source", NULL};
	static const unsigned modes[] = {0,           WITH_SOURCE,
					 WITH_BYTES,  WITH_SOURCE | WITH_BYTES,
					 WITH_SOURCE, WITH_SOURCE | WITH_BYTES};
	const char *given[8] = {NULL}, *arg = NULL, *mode = NULL;
	struct part part = {.most = -1};
	uint64_t addr;
	int idx;

	for (;;) {
		IJ_CLI_TRY(ij_mi_option(call, names, &idx, &arg));
		if (idx < 0)
			break;
		given[idx] = arg ? arg : "";
	}
	if (call->argc - call->at > 1)
		return IJ_MI_USAGE(USAGE);
	if (call->at < call->argc) {
		mode = call->argv[call->at];
		if (*mode < '0' || *mode > '5' || mode[1])
			return IJ_MI_USAGE("-data-disassemble: Mode argument must be in the range "
					   "0-5.");
		part.what = modes[*mode - '0'];
	}
	if (part.what && (given[6] || given[7]))
		return IJ_MI_USAGE(
			"-data-disassemble: --opcodes and --source can only be used with "
			"mode 0");
	if (given[6] && strcmp(given[6], "none") != 0) {
		if (strcmp(given[6], "bytes") != 0 && strcmp(given[6], "display") != 0)
			return IJ_MI_USAGE(
				"-data-disassemble: unknown value for -opcodes argument");
		part.what |= WITH_BYTES;
	}
	if (given[7])
		part.what |= WITH_SOURCE;
	if (given[0] && given[1] && !given[3] && !given[4] && !given[5]) {
		IJ_CLI_TRY(function_of_line(mi, given[0], given[1], &part));
		if (given[2])
			part.most = strtol(given[2], NULL, 10);
	} else if (given[3] && given[4] && !given[0] && !given[1] && !given[2] && !given[5]) {
		IJ_CLI_TRY(ij_gdb_to_address(mi->g, given[3], &part.start));
		IJ_CLI_TRY(ij_gdb_to_address(mi->g, given[4], &part.end));
	} else if (given[5] && !given[0] && !given[1] && !given[2] && !given[3] && !given[4]) {
		IJ_CLI_TRY(ij_gdb_to_address(mi->g, given[5], &addr));
		IJ_CLI_TRY(function_at(mi, addr, &part));
	} else {
		return IJ_MI_USAGE(USAGE);
	}
	if (part.end - part.start > CODE_MAX)
		return IJ_MI_USAGE("-data-disassemble: more than %d bytes", CODE_MAX);
	return tell(mi, &part);
}
