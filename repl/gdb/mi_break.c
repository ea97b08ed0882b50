/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* -break-* of GDB/MI, and breakpoints as tuples (gdb/mi/mi-cmd-break.c; gdb/breakpoint.c). */
#include <ctype.h>
#include <string.h>

#include "repl/gdb/breaks.h"
#include "repl/gdb/mi.h"

/* ---- Telling of them ---- */

static void groups(struct ij_mi *mi)
{
	ij_mi_open(mi, "thread-groups", '[');
	ij_mi_field(mi, NULL, "i1");
	ij_mi_close(mi, '[');
}

static void place_fields(struct ij_mi *mi, uint64_t addr)
{
	struct ij_debugger *d = mi->g->debugger;
	struct ij_debugger_place place;
	const char *function = NULL;
	uint64_t end, start = 0;
	struct ij_error *err;
	char *name = NULL;

	ij_mi_address(mi, "addr", addr);
	(void)ij_debugger_function(d, addr, &function, &start, &end);
	err = ij_debugger_line(d, addr, &place, &end);
	if (err && function)
		ij_mi_fieldf(mi, "at", addr == start ? "<%s>" : "<%s+%llu>", function,
			     (unsigned long long)(addr - start));
	if (!err) {
		if (function)
			ij_error_free(ij_debugger_demangle(function, &name));
		if (name)
			ij_mi_field(mi, "func", name);
		free(name);
		ij_mi_field(mi, "file", place.file);
		ij_mi_field(mi, "fullname", place.path);
		ij_mi_fieldf(mi, "line", "%u", place.line);
	}
	ij_error_free(err);
	groups(mi);
}

static void locations(struct ij_mi *mi, const struct ij_gdb_break *it)
{
	ij_mi_open(mi, "locations", '[');
	for (size_t i = 0; i < it->addrs.len; i++) {
		ij_mi_open(mi, NULL, '{');
		ij_mi_fieldf(mi, "number", "%u.%zu", it->id, i + 1);
		ij_mi_field(mi, "enabled", it->invalid ? "N" : "y");
		place_fields(mi, it->addrs.items[i]);
		ij_mi_close(mi, '{');
	}
	ij_mi_close(mi, '[');
}

static const char *type_of(const struct ij_gdb_break *it)
{
	if (ij_gdb_break_is_watch(it))
		return ij_gdb_watch_row(it);
	if (it->catches || it->kind == IJ_GDB_BREAK_EVENT)
		return "catchpoint";
	return it->print ? "dprintf" : it->hardware ? "hw breakpoint" : "breakpoint";
}

/* Where it is. */
static void where_fields(struct ij_mi *mi, const struct ij_gdb_break *it, bool several)
{
	if (it->catches) {
		ij_mi_fieldf(mi, "what", "exception %s", it->catches);
		ij_mi_field(mi, "catch-type", it->catches);
	} else if (it->kind == IJ_GDB_BREAK_EVENT) {
		struct ij_text names = {0};

		ij_gdb_catch_names(it, &names);
		if (names.len)
			ij_mi_field(mi, "what", ij_text_get(&names));
		ij_text_deinit(&names);
		ij_mi_field(mi, "catch-type", ij_gdb_catch_word(it->event));
		groups(mi);
	} else if (it->kind != IJ_GDB_BREAK_CODE) {
		ij_mi_field(mi, "what", it->given ? it->given : it->spec);
		groups(mi);
	} else if (several) {
		ij_mi_field(mi, "addr", "<MULTIPLE>");
	} else if (it->addrs.len) {
		place_fields(mi, it->addrs.items[0]);
	} else {
		ij_mi_field(mi, "addr", "<PENDING>");
		ij_mi_field(mi, "pending", it->given ? it->given : it->spec);
	}
}

void ij_mi_bkpt(struct ij_mi *mi, const struct ij_gdb_break *it)
{
	/* A place where the condition means nothing is told of by itself. */
	bool several =
		it->kind == IJ_GDB_BREAK_CODE && !it->catches && (it->addrs.len > 1 || it->invalid);

	ij_mi_open(mi, "bkpt", '{');
	ij_mi_fieldf(mi, "number", "%u", it->id);
	ij_mi_field(mi, "type", type_of(it));
	ij_mi_field(mi, "disp", it->temporary ? "del" : "keep");
	ij_mi_field(mi, "enabled", it->disabled ? "n" : "y");
	where_fields(mi, it, several);
	if (it->condition)
		ij_mi_field(mi, "cond", it->condition);
	ij_mi_fieldf(mi, "times", "%lu", it->hits);
	if (it->ignore)
		ij_mi_fieldf(mi, "ignore", "%lu", it->ignore);
	if (it->commands.list.len || it->print) {
		ij_mi_open(mi, "script", '[');
		if (it->silent)
			ij_mi_field(mi, NULL, "silent");
		if (it->print)
			ij_mi_fieldf(mi, NULL, "printf %s", it->print);
		IJ_LIST_EACH (&it->commands.list, line)
			ij_mi_field(mi, NULL, *line);
		ij_mi_close(mi, '[');
	}
	if (it->kind != IJ_GDB_BREAK_EVENT && !it->catches)
		ij_mi_field(mi, "original-location", it->given ? it->given : it->spec);
	if (several)
		locations(mi, it);
	ij_mi_close(mi, '{');
}

static void column(struct ij_mi *mi, int width, const char *name, const char *head)
{
	ij_mi_open(mi, NULL, '{');
	ij_mi_fieldf(mi, "width", "%d", width);
	ij_mi_field(mi, "alignment", !strcmp(name, "what") ? "2" : "-1");
	ij_mi_field(mi, "col_name", name);
	ij_mi_field(mi, "colhdr", head);
	ij_mi_close(mi, '{');
}

/* Where nothing is at an address the table has no room for one. */
static bool has_places(const struct ij_gdb *g)
{
	IJ_LIST_EACH (&g->breaks, it)
		if ((*it)->kind != IJ_GDB_BREAK_EVENT)
			return true;
	return false;
}

/* BreakpointTable={...} of all, or of number @only, 0: of all. */
static void table(struct ij_mi *mi, unsigned only)
{
	struct ij_gdb *g = mi->g;

	ij_gdb_breaks_renew(g);
	ij_mi_open(mi, "BreakpointTable", '{');
	ij_mi_fieldf(mi, "nr_rows", "%zu", only ? (size_t)1 : g->breaks.len);
	ij_mi_field(mi, "nr_cols", "6");
	ij_mi_open(mi, "hdr", '[');
	column(mi, 7, "number", "Num");
	column(mi, 14, "type", "Type");
	column(mi, 4, "disp", "Disp");
	column(mi, 3, "enabled", "Enb");
	column(mi, has_places(g) ? 18 : 10, "addr", "Address");
	column(mi, 40, "what", "What");
	ij_mi_close(mi, '[');
	ij_mi_open(mi, "body", '[');
	IJ_LIST_EACH (&g->breaks, it)
		if (!only || (*it)->id == only)
			ij_mi_bkpt(mi, *it);
	ij_mi_close(mi, '[');
	ij_mi_close(mi, '{');
}

IJ_MI_DO(break_list)
{
	(void)call;
	table(mi, 0);
	return NULL;
}

IJ_MI_DO(break_info)
{
	unsigned id = call->argc ? (unsigned)strtoul(call->argv[0], NULL, 10) : 0;

	if (call->argc && !ij_gdb_break_find(mi->g, id)) {
		ij_mi_open(mi, "BreakpointTable", '{');
		ij_mi_close(mi, '{');
		return IJ_GDB_TEXT(NOTFOUND, "No breakpoint or watchpoint matching '%s'.",
				   call->argv[0]);
	}
	table(mi, id);
	return NULL;
}

/* ---- Setting them ---- */

/** What -break-insert was given. */
struct insert {
	struct ij_gdb_break_how how;
	const char *source, *function, *label, *line;
	bool qualified;
	char *spec, *given;
};

static struct ij_error *take_options(struct ij_mi_call *call, struct insert *ret)
{
	static const char *const names[] = {"h",          "t",        "c:",
					    "i:",         "p:",       "f",
					    "d",          "a",        "-force-condition",
					    "-qualified", "-source:", "-function:",
					    "-label:",    "-line:",   NULL};
	const char *arg = NULL;
	int idx;

	for (;;) {
		IJ_CLI_TRY(ij_mi_option(call, names, &idx, &arg));
		switch (idx) {
		case -1:
			return NULL;
		case 0:
			ret->how.hardware = true;
			break;
		case 1:
			ret->how.temporary = true;
			break;
		case 2:
			ret->how.condition = arg;
			break;
		case 3:
			ret->how.ignore = strtoul(arg, NULL, 10);
			break;
		case 4:
			return IJ_GDB_TEXT(UNSUPPORTED,
					   "-%s: breakpoints of one thread are not supported",
					   call->name);
		case 5:
			ret->how.pending = true;
			break;
		case 6:
			ret->how.disabled = true;
			break;
		case 7:
			return IJ_GDB_TEXT(UNSUPPORTED, "-%s: tracepoints are not supported",
					   call->name);
		case 8:
			ret->how.forced = true;
			break;
		case 9:
			ret->qualified = true;
			break;
		case 10:
			ret->source = arg;
			break;
		case 11:
			ret->function = arg;
			break;
		case 12:
			ret->label = arg;
			break;
		default:
			ret->line = arg;
			break;
		}
	}
}

/* The place that --source and the like mean, and as gdb tells it. */
static struct ij_error *explicit_place(const struct ij_mi_call *call, struct insert *in)
{
	struct ij_text spec = {0}, given = {0};
	struct ij_error *err;

	if (in->source && !in->function && !in->label && !in->line)
		return IJ_MI_USAGE("-%s: --source option requires --function, --label, or --line",
				   call->name);
	if (in->label)
		return IJ_GDB_TEXT(NOTFOUND, "No label \"%s\" defined in function \"%s\".",
				   in->label, in->function ? in->function : "");
	if (in->source) {
		ij_text_printf(&spec, "%s:", in->source);
		ij_text_printf(&given, "-source %s ", in->source);
	}
	if (in->function) {
		ij_text_puts(&spec, in->function);
		ij_text_printf(&given, "-function %s", in->function);
	}
	if (in->line && !in->function)
		ij_text_puts(&spec, in->line);
	if (in->line)
		ij_text_printf(&given, "%s-line %s", in->function ? " " : "", in->line);
	err = ij_text_take(&spec, &in->spec);
	if (!err)
		err = ij_text_take(&given, &in->given);
	ij_text_deinit(&given);
	return err;
}

/* A place in one word: quotes around a file's name are not part of it. */
static struct ij_error *plain_place(const char *text, struct insert *in)
{
	const char *garbage = strstr(text, " if ");
	struct ij_text spec = {0};
	struct ij_error *err;

	if (garbage)
		return IJ_MI_USAGE("Garbage '%s' at end of location", garbage + 1);
	for (; *text; text++)
		if (*text != '"')
			ij_text_add(&spec, text, 1);
	err = ij_text_take(&spec, &in->spec);
	if (!err && in->qualified && asprintf(&in->given, "-qualified %s", in->spec) < 0)
		err = ij_cli_nomem();
	return err;
}

static struct ij_error *insert(struct ij_mi *mi, struct insert *in)
{
	struct ij_debugger_place *places;
	struct ij_gdb_break *it;
	bool pending = in->how.pending;
	struct ij_error *err;
	size_t len;

	in->how.spec = in->spec;
	in->how.given = in->given;
	in->how.pending = false;
	err = ij_gdb_break_new(mi->g, &in->how, &places, &len, &it);
	if (pending && ij_error_code_of(err) == IJ_ERR_NOTFOUND) {
		fprintf(stderr, "%s\n", ij_error_message(err));
		ij_error_free(err);
		in->how.pending = true;
		err = ij_gdb_break_new(mi->g, &in->how, &places, &len, &it);
	}
	IJ_CLI_TRY(err);
	free(places);
	ij_mi_bkpt(mi, it);
	return NULL;
}

static struct ij_error *place(const struct ij_mi_call *call, struct insert *in, bool is_explicit)
{
	if (is_explicit)
		return explicit_place(call, in);
	return plain_place(call->argv[call->at], in);
}

IJ_MI_DO(break_insert)
{
	struct insert in = {.source = NULL};
	struct ij_error *err = take_options(call, &in);
	bool is_explicit = in.source || in.function || in.label || in.line;

	if (!err && call->at >= call->argc && !is_explicit)
		err = IJ_MI_USAGE("-break-insert: Missing <location>");
	if (!err && call->at + !is_explicit < call->argc)
		err = IJ_MI_USAGE("-break-insert: Garbage following %s",
				  is_explicit ? "explicit location" : "<location>");
	if (!err)
		err = place(call, &in, is_explicit);
	if (!err)
		err = insert(mi, &in);
	free(in.spec);
	free(in.given);
	return err;
}

/* The format as a string of C, and its arguments, as printf has them. */
static struct ij_error *printf_of(const struct ij_mi_call *call, size_t at, char **ret)
{
	struct ij_text text = {0};

	ij_mi_quote(&text, call->argv[at], strlen(call->argv[at]));
	for (size_t i = at + 1; i < call->argc; i++)
		ij_text_printf(&text, ",%s", call->argv[i]);
	return ij_text_take(&text, ret);
}

IJ_MI_DO(dprintf_insert)
{
	struct insert in = {.source = NULL};
	struct ij_error *err = take_options(call, &in);
	bool is_explicit = in.source || in.function || in.label || in.line;
	size_t format = call->at + !is_explicit;
	char *print = NULL;

	if (!err && call->at >= call->argc && !is_explicit)
		err = IJ_MI_USAGE("-dprintf-insert: Missing <location>");
	if (!err && format >= call->argc)
		err = IJ_MI_USAGE("-dprintf-insert: Missing <format>");
	if (!err)
		err = printf_of(call, format, &print);
	if (!err)
		err = place(call, &in, is_explicit);
	in.how.print = print;
	if (!err)
		err = insert(mi, &in);
	free(print);
	free(in.spec);
	free(in.given);
	return err;
}

/* ---- Changing them ---- */

static struct ij_error *find(struct ij_mi *mi, const char *text, struct ij_gdb_break **ret)
{
	char *end;
	unsigned long id = strtoul(text, &end, 10);

	if (end == text || (*end && *end != '.'))
		return IJ_MI_USAGE("Bad breakpoint number '%s'", text);
	*ret = ij_gdb_break_find(mi->g, (unsigned)id);
	return *ret ? NULL : IJ_GDB_TEXT(NOTFOUND, "No breakpoint number %lu.", id);
}

IJ_MI_DO(break_condition)
{
	static const char *const names[] = {"-force", NULL};
	struct ij_text text = {0};
	struct ij_gdb_break *it;
	const char *arg = NULL;
	bool force = false;
	struct ij_error *err;
	int idx;

	for (;;) {
		IJ_CLI_TRY(ij_mi_option(call, names, &idx, &arg));
		if (idx < 0)
			break;
		force = true;
	}
	if (call->at >= call->argc)
		return IJ_MI_USAGE("-break-condition: Missing the <number> argument");
	IJ_CLI_TRY(find(mi, call->argv[call->at], &it));
	for (size_t i = call->at + 1; i < call->argc; i++)
		ij_text_printf(&text, "%s%s", text.len ? " " : "", call->argv[i]);
	err = ij_gdb_break_condition(mi->g, it, text.len ? ij_text_get(&text) : NULL, force);
	ij_text_deinit(&text);
	return err;
}

IJ_MI_DO(break_commands)
{
	struct ij_gdb_lines body = {{0}};
	struct ij_gdb_break *it;
	struct ij_error *err = NULL;

	if (!call->argc)
		return IJ_MI_USAGE("USAGE: %s <BKPT> [<COMMAND> [<COMMAND>...]]", call->name);
	it = ij_gdb_break_find(mi->g, (unsigned)strtoul(call->argv[0], NULL, 10));
	if (!it)
		return IJ_GDB_TEXT(NOTFOUND, "breakpoint %s not found.", call->argv[0]);
	for (size_t i = 1; i < call->argc && !err; i++) {
		char *copy = strdup(call->argv[i]);

		err = copy ? ij_list_push(&body.list, copy) : ij_cli_nomem();
		if (err)
			free(copy);
	}
	if (err)
		ij_gdb_lines_deinit(&body);
	else
		ij_gdb_break_commands(mi->g, it, &body);
	return err;
}

IJ_MI_DO(break_after)
{
	struct ij_gdb_break *it;

	if (call->argc != 2)
		return IJ_MI_USAGE("-break-after: Usage: NUMBER COUNT");
	IJ_CLI_TRY(find(mi, call->argv[0], &it));
	it->ignore = strtoul(call->argv[1], NULL, 10);
	if (it->ignore)
		printf("Will ignore next %lu crossings of breakpoint %u.\n", it->ignore, it->id);
	return NULL;
}

IJ_MI_DO(break_delete)
{
	return ij_mi_plain(mi, call, ij_gdb_do_delete);
}

IJ_MI_DO(break_enable)
{
	return ij_mi_plain(mi, call, ij_gdb_do_enable);
}

IJ_MI_DO(break_disable)
{
	return ij_mi_plain(mi, call, ij_gdb_do_disable);
}
