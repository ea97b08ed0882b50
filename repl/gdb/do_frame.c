/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Frames and what is in them. */
#include <ctype.h>
#include <string.h>

#include "interject/listing.h"
#include "repl/gdb/stop.h"
#include "repl/gdb/subs.h"
#include "repl/gdb/symbols.h"

static struct ij_error *locals_of(struct ij_gdb *g, unsigned level, bool parameters,
				  const char *indent, bool *any_ret);

/* What options of a backtrace set for it alone. */
static const struct {
	const char *name, *setting; /* NULL: nothing, it is known */
	bool has_value;
} options[] = {
	{"-frame-arguments", "print frame-arguments", true},
	{"-frame-info", "print frame-info", true},
	{"-entry-values", "print entry-values", true},
	{"-past-main", "backtrace past-main", false},
	{"-past-entry", NULL, false},
	{"-raw-frame-arguments", NULL, false},
	{"-no-filters", NULL, false},
	{"-hide", NULL, false},
};

/* @args: moved behind the options. What they set stays set. */
static struct ij_error *take_options(struct ij_gdb *g, char **args, bool *full_ret)
{
	while (**args == '-' && isalpha((unsigned char)(*args)[1])) {
		const size_t len = strcspn(*args, " \t");
		struct ij_text line = {0};
		const char *value = "";
		struct ij_error *err;
		bool found;
		size_t i = 0;

		if (len == 5 && !strncmp(*args, "-full", len)) {
			*full_ret = true;
			(void)ij_gdb_word(args);
			continue;
		}
		while (i < IJ_CLI_COUNT(options) && (strlen(options[i].name) != len ||
						     strncmp(options[i].name, *args, len) != 0))
			i++;
		/* It is an expression. */
		if (i == IJ_CLI_COUNT(options))
			return NULL;
		(void)ij_gdb_word(args);
		if (options[i].has_value || !strncmp(*args, "on", 2) || !strncmp(*args, "off", 3))
			value = ij_gdb_word(args);
		if (!options[i].setting)
			continue;
		ij_text_printf(&line, "%s %s", options[i].setting, value);
		err = line.str ? ij_gdb_settings_set(&g->settings, line.str, &found)
			       : ij_cli_nomem();
		ij_text_deinit(&line);
		IJ_CLI_TRY(err);
	}
	if (!strncmp(*args, "full", 4) && (!(*args)[4] || isspace((unsigned char)(*args)[4]))) {
		*full_ret = true;
		*args = ij_gdb_trim(*args + 4);
	}
	return NULL;
}

static struct ij_error *show_frames(struct ij_gdb *g, char *args);

IJ_GDB_DO(backtrace)
{
	int64_t was[IJ_GDB_SETTINGS];
	struct ij_error *err;

	memcpy(was, g->settings.numbers, sizeof(was));
	err = show_frames(g, args);
	memcpy(g->settings.numbers, was, sizeof(was));
	return err;
}

static struct ij_error *show_frames(struct ij_gdb *g, char *args)
{
	struct ij_debugger_frame frame;
	bool full = false, any;
	long count = 0;
	unsigned len = 0, first = 0;
	struct ij_error *err;

	IJ_CLI_TRY(take_options(g, &args, &full));
	if (*args) {
		int64_t value;

		IJ_CLI_TRY(ij_gdb_number(g, args, &value));
		count = (long)value;
	}
	while (!(err = ij_debugger_frame(g->debugger, len, &frame)))
		len++;
	if (!len)
		return err;
	ij_error_free(err);
	if (count < 0 && (unsigned long)-count < len)
		first = len - (unsigned)-count;
	for (unsigned i = first; i < len && (count <= 0 || i < (unsigned long)count); i++) {
		IJ_CLI_TRY(ij_gdb_frame_line(g, i, true));
		if (full) {
			IJ_CLI_TRY(locals_of(g, i, false, "        ", &any));
			if (!any)
				printf("No locals.\n");
		}
		if (g->interrupted)
			break;
	}
	if (count > 0 && (unsigned long)count < len && g->from_tty)
		printf("(More stack frames follow...)\n");
	return NULL;
}

static struct ij_error *show_selected(struct ij_gdb *g)
{
	return ij_gdb_frame_show(g, true);
}

/* The frame that @args means: NUMBER, level NUMBER, function NAME; none: the selected one. */
static struct ij_error *frame_of(struct ij_gdb *g, char *args, unsigned *ret)
{
	struct ij_debugger_place *places;
	struct ij_debugger_frame frame;
	struct ij_error *err = NULL;
	int64_t number;
	size_t len;

	*ret = ij_debugger_selected(g->debugger);
	if (!strncmp(args, "function ", 9)) {
		args = ij_gdb_trim(args + 9);
		for (unsigned i = 0; !(err = ij_debugger_frame(g->debugger, i, &frame)); i++) {
			if (!frame.function || strcmp(frame.function, args) != 0)
				continue;
			*ret = i;
			return NULL;
		}
		ij_error_free(err);
		/* What is no function at all is said in other words. */
		IJ_CLI_TRY(ij_debugger_locate(g->debugger, args, NULL, 0, false, &places, &len));
		free(places);
		return IJ_GDB_TEXT(NOTFOUND, "No frame for function \"%s\".", args);
	}
	if (!strncmp(args, "level ", 6))
		args += 6;
	if (!*args)
		return NULL;
	IJ_CLI_TRY(ij_gdb_number(g, args, &number));
	*ret = number < 0 || number > UINT32_MAX ? UINT32_MAX : (unsigned)number;
	return NULL;
}

IJ_GDB_DO(frame)
{
	unsigned level;

	if (!strncmp(args, "apply", 5) && (!args[5] || isspace((unsigned char)args[5])))
		return ij_gdb_frame_apply(g, ij_gdb_trim(args + 5));
	if (*args && ij_debugger_state_of(g->debugger) == IJ_DEBUGGER_NONE)
		return IJ_GDB_TEXT(NOPROC, "No registers.");
	if (*args) {
		IJ_CLI_TRY(frame_of(g, args, &level));
		if (level == UINT32_MAX)
			return IJ_GDB_TEXT(NOTFOUND, "No frame at level %s.", args);
		IJ_CLI_TRY(ij_debugger_select(g->debugger, level));
	}
	return show_selected(g);
}

IJ_GDB_DO(select_frame)
{
	unsigned level;

	IJ_CLI_TRY(frame_of(g, args, &level));
	return ij_debugger_select(g->debugger, level);
}

static struct ij_error *move(struct ij_gdb *g, char *args, int sign)
{
	unsigned at = ij_debugger_selected(g->debugger), len = 0;
	struct ij_debugger_frame frame;
	struct ij_error *err;
	int64_t count = 1, to;

	if (*args)
		IJ_CLI_TRY(ij_gdb_number(g, args, &count));
	while (!(err = ij_debugger_frame(g->debugger, len, &frame)))
		len++;
	if (!len)
		return err;
	ij_error_free(err);
	to = (int64_t)at + sign * count;
	if (to < 0 && !at && !*args)
		return IJ_GDB_TEXT(NOTFOUND,
				   "Bottom (innermost) frame selected; you cannot go down.");
	if (to >= (int64_t)len && at + 1 == len && !*args)
		return IJ_GDB_TEXT(NOTFOUND, "Initial frame selected; you cannot go up.");
	to = to < 0 ? 0 : to >= (int64_t)len ? (int64_t)len - 1 : to;
	return ij_debugger_select(g->debugger, (unsigned)to);
}

IJ_GDB_DO(up)
{
	IJ_CLI_TRY(move(g, args, 1));
	return show_selected(g);
}

IJ_GDB_DO(down)
{
	IJ_CLI_TRY(move(g, args, -1));
	return show_selected(g);
}

IJ_GDB_DO(up_silently)
{
	return move(g, args, 1);
}

IJ_GDB_DO(down_silently)
{
	return move(g, args, -1);
}

/* Its arguments, and where it saved what. */
static struct ij_error *tell_saved(struct ij_gdb *g, unsigned level,
				   const struct ij_debugger_frame_about *about)
{
	if (about->base) {
		printf(" Arglist at 0x%llx, args: ", (unsigned long long)about->base);
		IJ_CLI_TRY(ij_gdb_frame_arguments(g, level));
		printf("\n Locals at 0x%llx, ", (unsigned long long)about->base);
	} else {
		printf(" Arglist at unknown address.\n Locals at unknown address, ");
	}
	if (about->cfa)
		printf("Previous frame's sp is 0x%llx\n", (unsigned long long)about->cfa);
	else
		printf("Previous frame's sp in rsp\n");
	if (!about->len)
		return NULL;
	printf(" Saved registers:\n ");
	for (unsigned i = 0; i < about->len; i++)
		printf("%s %s at 0x%llx", i ? "," : "", about->saved[i].name,
		       (unsigned long long)about->saved[i].addr);
	putchar('\n');
	return NULL;
}

IJ_GDB_DO(info_frame)
{
	struct ij_debugger_frame frame, outer, inner;
	struct ij_debugger_frame_about about;
	bool is_inner = false;
	struct ij_error *err;
	unsigned level;

	IJ_CLI_TRY(frame_of(g, args, &level));
	IJ_CLI_TRY(ij_debugger_frame(g->debugger, level, &frame));
	IJ_CLI_TRY(ij_debugger_frame_about(g->debugger, level, &about));
	if (*args)
		printf("Stack frame at 0x%llx:\n rip = 0x%llx", (unsigned long long)frame.cfa,
		       (unsigned long long)frame.pc);
	else
		printf("Stack level %u, frame at 0x%llx:\n rip = 0x%llx", level,
		       (unsigned long long)frame.cfa, (unsigned long long)frame.pc);
	if (frame.function)
		printf(" in %s", frame.function);
	if (frame.file)
		printf(" (%s:%u)", frame.file, frame.line);
	err = ij_debugger_frame(g->debugger, level + 1, &outer);
	if (about.saved_pc)
		printf("; saved rip = 0x%llx", (unsigned long long)about.saved_pc);
	else if (!err)
		printf("; saved rip = 0x%llx", (unsigned long long)outer.pc);
	putchar('\n');
	if (!err && about.is_inlined)
		printf(" inlined into frame %u", outer.level);
	else if (!err)
		printf(" called by frame at 0x%llx", (unsigned long long)outer.cfa);
	if (level) {
		struct ij_error *none = ij_debugger_frame(g->debugger, level - 1, &inner);

		is_inner = !none;
		ij_error_free(none);
	}
	if (is_inner)
		printf("%scaller of frame at 0x%llx", err ? " " : ", ",
		       (unsigned long long)inner.cfa);
	if (!err || is_inner)
		putchar('\n');
	ij_error_free(err);
	if (about.language)
		printf(" source language %s.\n", about.language);
	return tell_saved(g, level, &about);
}

struct listing {
	struct ij_gdb *g;
	const char *indent;
	const regex_t *wanted; /* NULL: all */
	bool any;
};

static void one_variable(void *ctx, const char *name, const struct ij_datum *value,
			 const char *problem)
{
	struct listing *listing = ctx;
	struct ij_datum_how how;
	struct ij_error *err;
	char *text;

	if (listing->wanted && regexec(listing->wanted, name, 0, NULL, 0))
		return;
	listing->any = true;
	printf("%s%s = ", listing->indent, name);
	if (!value) {
		if (*problem == '<')
			printf("%s\n", problem);
		else
			printf("<error reading variable %s (%s)>\n", name, problem);
		return;
	}
	ij_gdb_how(listing->g, 0, &how);
	how.bare = true;
	err = ij_datum_text(listing->g->debugger, value, &how, &text);
	if (err) {
		printf("<error reading variable %s (%s)>\n", name, ij_error_message(err));
		ij_error_free(err);
		return;
	}
	printf("%s\n", text);
	free(text);
}

static struct ij_error *locals_of(struct ij_gdb *g, unsigned level, bool parameters,
				  const char *indent, bool *any_ret)
{
	struct listing listing = {.g = g, .indent = indent};

	IJ_CLI_TRY(ij_debugger_variables(g->debugger, level, parameters, one_variable, &listing));
	*any_ret = listing.any;
	return NULL;
}

static struct ij_error *no_frame(struct ij_gdb *g)
{
	struct ij_debugger_frame frame;
	struct ij_error *err = ij_debugger_frame(g->debugger, 0, &frame);

	if (!err)
		return NULL;
	ij_error_free(err);
	return IJ_GDB_TEXT(NOPROC, "No frame selected.");
}

/* `info locals` and `info args`; @args: the name is to match it, behind -q. */
static struct ij_error *variables(struct ij_gdb *g, char *args, bool arguments, const char *none)
{
	struct listing listing = {.g = g, .indent = ""};
	struct ij_error *err;
	bool quiet = false;
	regex_t pattern;

	if (!strncmp(args, "-q", 2) && (!args[2] || isspace((unsigned char)args[2]))) {
		quiet = true;
		args = ij_gdb_trim(args + 2);
	}
	IJ_CLI_TRY(no_frame(g));
	if (*args) {
		IJ_CLI_TRY(ij_gdb_regex(args, &pattern));
		listing.wanted = &pattern;
	}
	err = ij_debugger_variables(g->debugger, ij_debugger_selected(g->debugger), arguments,
				    one_variable, &listing);
	if (*args)
		regfree(&pattern);
	if (!err && !listing.any && !quiet && *args)
		printf("No matching %s.\n", arguments ? "arguments" : "locals");
	else if (!err && !listing.any && !quiet)
		puts(none);
	return err;
}

IJ_GDB_DO(info_locals)
{
	return variables(g, args, false, "No locals.");
}

IJ_GDB_DO(info_args)
{
	return variables(g, args, true, "No arguments.");
}
