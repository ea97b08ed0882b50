/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* -stack-* of GDB/MI, and frames as tuples (gdb/mi/mi-cmd-stack.c; gdb/stack.c, print_frame). */
#include <string.h>

#include "repl/gdb/mi.h"

enum { DEPTH_MAX = 10000 }; /* frames that are told of at once */

struct ij_error *ij_mi_values(const char *text, enum ij_mi_values *ret)
{
	static const char *const names[] = {"--no-values", "--all-values", "--simple-values"};

	for (int i = 0; i < 3; i++) {
		if (strcmp(text, names[i]) != 0 && (text[0] != '0' + i || text[1]))
			continue;
		*ret = (enum ij_mi_values)i;
		return NULL;
	}
	return IJ_MI_USAGE("Unknown value for PRINT_VALUES: must be: 0 or \"--no-values\", 1 or "
			   "\"--all-values\", 2 or \"--simple-values\"");
}

/* ---- Variables ---- */

struct listing {
	struct ij_mi *mi;
	enum ij_mi_values values;
	bool skip;      /* those that are not to be had now */
	bool arguments; /* which of a list of both they are */
	bool tuples;    /* also where only names are told */
	bool frame;     /* of a frame: what has parts is told of as the settings say */
};

static void value_field(const struct listing *listing, const struct ij_datum *value,
			const char *problem)
{
	struct ij_text text = {0};

	ij_gdb_variable(listing->mi->g, value, problem, &text);
	ij_mi_field(listing->mi, "value", ij_text_get(&text));
	ij_text_deinit(&text);
}

static void type_field(struct ij_mi *mi, const struct ij_datum *value)
{
	struct ij_error *err;
	char *text;

	if (!value)
		return;
	err = ij_datum_type(value, &text);
	if (!err) {
		ij_mi_field(mi, "type", text);
		free(text);
	}
	ij_error_free(err);
}

static void one(void *ctx, const char *name, const struct ij_datum *value, const char *problem)
{
	struct listing *listing = ctx;
	struct ij_mi *mi = listing->mi;
	int64_t which = mi->g->settings.numbers[IJ_GDB_SETTING_PRINT_FRAME_ARGUMENTS];
	bool simple = value && ij_datum_is_scalar(value);
	bool tuple = listing->tuples || listing->values != IJ_MI_NO_VALUES;

	if (listing->skip && !value)
		return;
	if (tuple)
		ij_mi_open(mi, NULL, '{');
	ij_mi_field(mi, "name", name);
	if (listing->arguments)
		ij_mi_field(mi, "arg", "1");
	if (listing->values == IJ_MI_SIMPLE_VALUES)
		type_field(mi, value);
	if (listing->frame && value && (which == 2 || (which == 0 && !simple)))
		ij_mi_field(mi, "value", "...");
	else if (listing->values == IJ_MI_ALL_VALUES ||
		 (listing->values == IJ_MI_SIMPLE_VALUES && (simple || !value)))
		value_field(listing, value, problem);
	if (tuple)
		ij_mi_close(mi, '{');
}

static struct ij_error *variables(struct listing *listing, unsigned level, bool parameters)
{
	return ij_debugger_variables(listing->mi->g->debugger, level, parameters, one, listing);
}

/* ---- Frames ---- */

static struct ij_error *arguments(struct ij_mi *mi, unsigned level)
{
	struct listing listing = {.mi = mi, .values = IJ_MI_ALL_VALUES, .frame = true};
	struct ij_error *err;

	ij_mi_open(mi, "args", '[');
	err = variables(&listing, level, true);
	ij_mi_close(mi, '[');
	return err;
}

struct ij_error *ij_mi_frame(struct ij_mi *mi, unsigned level, bool with_level, bool with_arguments)
{
	struct ij_debugger_frame frame;
	struct ij_error *err = NULL;

	IJ_CLI_TRY(ij_debugger_frame(mi->g->debugger, level, &frame));
	if (with_level)
		ij_mi_fieldf(mi, "level", "%u", frame.level);
	ij_mi_address(mi, "addr", frame.pc);
	ij_mi_field(mi, "func",
		    frame.dummy      ? "<function called from gdb>"
		    : frame.signal   ? "<signal handler called>"
		    : frame.function ? frame.function
				     : "??");
	if (with_arguments && !frame.dummy && !frame.signal)
		err = arguments(mi, level);
	if (frame.file) {
		ij_mi_field(mi, "file", frame.file);
		if (frame.path)
			ij_mi_field(mi, "fullname", frame.path);
		ij_mi_fieldf(mi, "line", "%u", frame.line);
	} else if (frame.module) {
		ij_mi_field(mi, "from", frame.module);
	}
	ij_mi_field(mi, "arch", ij_debugger_architecture());
	return err;
}

/* The number of frames, at most @most. Errors: "No stack.". */
static struct ij_error *depth(struct ij_mi *mi, unsigned most, unsigned *ret)
{
	struct ij_debugger_frame frame;
	struct ij_error *err = NULL;
	unsigned len = 0;

	while (len < most && !(err = ij_debugger_frame(mi->g->debugger, len, &frame)))
		len++;
	*ret = len;
	if (!len && err) {
		ij_error_free(err);
		return IJ_GDB_TEXT(NOPROC, "No registers.");
	}
	ij_error_free(err);
	return NULL;
}

/* The frames LOW to HIGH that the arguments from @at on ask for; else all. */
static struct ij_error *range(struct ij_mi *mi, const struct ij_mi_call *call, size_t at,
			      unsigned *first_ret, unsigned *end_ret)
{
	unsigned len = 0;

	IJ_CLI_TRY(depth(mi, DEPTH_MAX, &len));
	*first_ret = 0;
	*end_ret = len;
	if (call->argc < at + 2)
		return NULL;
	*first_ret = (unsigned)strtoul(call->argv[at], NULL, 10);
	if (*first_ret >= len)
		return IJ_GDB_TEXT(NOTFOUND, "-%s: Not enough frames in stack.", call->name);
	if (*call->argv[at + 1] != '-' && strtoul(call->argv[at + 1], NULL, 10) < len)
		*end_ret = (unsigned)strtoul(call->argv[at + 1], NULL, 10) + 1;
	return NULL;
}

/* Options that change nothing here, and --skip-unavailable. */
static struct ij_error *options(struct ij_mi_call *call, bool *skip_ret)
{
	while (call->at < call->argc) {
		const char *text = call->argv[call->at];

		if (!strcmp(text, "--skip-unavailable"))
			*skip_ret = true;
		else if (strcmp(text, "--no-frame-filters") != 0)
			break;
		call->at++;
	}
	return NULL;
}

IJ_MI_DO(stack_list_frames)
{
	unsigned first, end;
	bool skip = false;
	size_t args;

	IJ_CLI_TRY(options(call, &skip));
	args = call->argc - call->at;
	if (args != 0 && args != 2)
		return IJ_MI_USAGE("-stack-list-frames: Usage: [--no-frame-filters] [FRAME_LOW "
				   "FRAME_HIGH]");
	IJ_CLI_TRY(range(mi, call, call->at, &first, &end));
	ij_mi_open(mi, "stack", '[');
	for (unsigned i = first; i < end; i++) {
		ij_mi_open(mi, "frame", '{');
		IJ_CLI_TRY(ij_mi_frame(mi, i, true, false));
		ij_mi_close(mi, '{');
	}
	ij_mi_close(mi, '[');
	return NULL;
}

IJ_MI_DO(stack_info_depth)
{
	unsigned len = 0, most = DEPTH_MAX;

	if (call->argc > 1)
		return IJ_MI_USAGE("-stack-info-depth: Usage: [MAX_DEPTH]");
	if (call->argc && *call->argv[0] != '-')
		most = (unsigned)strtoul(call->argv[0], NULL, 10);
	IJ_CLI_TRY(depth(mi, most, &len));
	ij_mi_fieldf(mi, "depth", "%u", len);
	return NULL;
}

IJ_MI_DO(stack_info_frame)
{
	struct ij_error *err;

	if (call->argc)
		return IJ_MI_USAGE("-stack-info-frame: No arguments allowed");
	ij_mi_open(mi, "frame", '{');
	err = ij_mi_frame(mi, ij_debugger_selected(mi->g->debugger), true, false);
	ij_mi_close(mi, '{');
	if (!err)
		return NULL;
	ij_error_free(err);
	return IJ_GDB_TEXT(NOPROC, "No registers.");
}

IJ_MI_DO(stack_select_frame)
{
	if (call->argc != 1)
		return IJ_MI_USAGE("-stack-select-frame: Usage: FRAME_SPEC");
	return ij_debugger_select(mi->g->debugger, (unsigned)strtoul(call->argv[0], NULL, 10));
}

IJ_MI_DO(stack_list_arguments)
{
	struct listing listing = {.mi = mi};
	unsigned first, end;
	size_t args;

	IJ_CLI_TRY(options(call, &listing.skip));
	args = call->argc - call->at;
	if (args != 1 && args != 3)
		return IJ_MI_USAGE("-stack-list-arguments: Usage: [--no-frame-filters] "
				   "[--skip-unavailable] PRINT_VALUES [FRAME_LOW FRAME_HIGH]");
	IJ_CLI_TRY(ij_mi_values(call->argv[call->at], &listing.values));
	IJ_CLI_TRY(range(mi, call, call->at + 1, &first, &end));
	ij_mi_open(mi, "stack-args", '[');
	for (unsigned i = first; i < end; i++) {
		ij_mi_open(mi, "frame", '{');
		ij_mi_fieldf(mi, "level", "%u", i);
		ij_mi_open(mi, "args", '[');
		IJ_CLI_TRY(variables(&listing, i, true));
		ij_mi_close(mi, '[');
		ij_mi_close(mi, '{');
	}
	ij_mi_close(mi, '[');
	return NULL;
}

/* The only argument besides the options: how values are told. */
static struct ij_error *only_values(struct ij_mi_call *call, struct listing *listing)
{
	IJ_CLI_TRY(options(call, &listing->skip));
	if (call->argc - call->at != 1)
		return IJ_MI_USAGE("-%s: Usage: [--no-frame-filters] [--skip-unavailable] "
				   "PRINT_VALUES",
				   call->name);
	return ij_mi_values(call->argv[call->at], &listing->values);
}

static struct ij_error *no_frame(struct ij_error *err)
{
	if (ij_error_code_of(err) != IJ_ERR_NOPROC)
		return err;
	ij_error_free(err);
	return IJ_GDB_TEXT(NOPROC, "No frame selected.");
}

IJ_MI_DO(stack_list_locals)
{
	struct listing listing = {.mi = mi};

	IJ_CLI_TRY(only_values(call, &listing));
	ij_mi_open(mi, "locals", '[');
	IJ_CLI_TRY(no_frame(variables(&listing, ij_debugger_selected(mi->g->debugger), false)));
	ij_mi_close(mi, '[');
	return NULL;
}

IJ_MI_DO(stack_list_variables)
{
	unsigned level = ij_debugger_selected(mi->g->debugger);
	struct listing listing = {.mi = mi, .tuples = true};

	IJ_CLI_TRY(only_values(call, &listing));
	ij_mi_open(mi, "variables", '[');
	listing.arguments = true;
	IJ_CLI_TRY(no_frame(variables(&listing, level, true)));
	listing.arguments = false;
	IJ_CLI_TRY(variables(&listing, level, false));
	ij_mi_close(mi, '[');
	return NULL;
}
