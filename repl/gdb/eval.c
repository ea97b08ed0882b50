/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Evaluating for commands, and how values are to look. */
#include <ctype.h>
#include <string.h>

#include "repl/gdb/stop.h"

/* What stopped a call is told before why that is an end of it. */
static void tell_call(struct ij_gdb *g)
{
	struct ij_debugger_event event;

	if (!ij_debugger_call_event(g->debugger, &event))
		return;
	ij_error_free(ij_gdb_stopped(g, &event));
	fflush(stdout);
}

void ij_gdb_language(struct ij_gdb *g)
{
	const int64_t language = g->settings.numbers[IJ_GDB_SETTING_LANGUAGE];

	/* "auto" and "local" come first. */
	ij_debugger_set_language(g->debugger, language < 2                      ? IJ_DEBUGGER_AUTO
					      : language == IJ_GDB_LANGUAGE_CXX ? IJ_DEBUGGER_CXX
										: IJ_DEBUGGER_C);
	g->settings.is_cxx = ij_debugger_is_cxx(g->debugger);
}

struct ij_error *ij_gdb_eval(struct ij_gdb *g, const char *text, struct ij_datum **ret)
{
	struct ij_error *err;

	ij_gdb_language(g);
	ij_debugger_may_call(g->debugger, ij_gdb_is_on(&g->settings, IJ_GDB_SETTING_MAY_CALL));
	ij_debugger_unwind_on_signal(g->debugger,
				     ij_gdb_is_on(&g->settings, IJ_GDB_SETTING_UNWINDONSIGNAL));
	if (g->call.timeout_ns == 0)
		ij_call_options_init(&g->call, sizeof(g->call));
	g->call.force = g->settings.numbers[IJ_GDB_SETTING_UNSAFE] == 1;
	if (g->settings.numbers[IJ_GDB_SETTING_DIRECT_CALL_TIMEOUT])
		g->call.timeout_ns =
			(uint64_t)g->settings.numbers[IJ_GDB_SETTING_DIRECT_CALL_TIMEOUT] *
			1000000000u;
	err = ij_debugger_eval(g->debugger, text, &g->call, 0, ret);
	if (err)
		tell_call(g);
	if (ij_error_code_of(err) == IJ_ERR_UNSAFE && ij_gdb_asks(g) &&
	    g->settings.numbers[IJ_GDB_SETTING_UNSAFE] == 0) {
		printf("%s\n", ij_error_message(err));
		if (ij_gdb_answer("Call it all the same? (y or n) ", false)) {
			ij_error_free(err);
			g->call.force = true;
			err = ij_debugger_eval(g->debugger, text, &g->call, 0, ret);
			if (err)
				tell_call(g);
		}
	}
	return err;
}

/* @any: what is no number, but is somewhere, may stand for where it is. */
static struct ij_error *number(struct ij_gdb *g, const char *text, bool any, int64_t *ret)
{
	struct ij_datum *datum;
	uint64_t addr;
	bool is;

	IJ_CLI_TRY(ij_gdb_eval(g, text, &datum));
	is = ij_datum_integer(datum, ret);
	if (!is && any && ij_datum_address(datum, &addr)) {
		is = true;
		*ret = (int64_t)addr;
	}
	ij_datum_free(datum);
	return is ? NULL : IJ_GDB_TEXT(TYPE, "Value can't be converted to integer.");
}

struct ij_error *ij_gdb_number(struct ij_gdb *g, const char *text, int64_t *ret)
{
	return number(g, text, false, ret);
}

struct ij_error *ij_gdb_to_address(struct ij_gdb *g, const char *text, uint64_t *ret)
{
	int64_t value;

	IJ_CLI_TRY(number(g, text, true, &value));
	*ret = (uint64_t)value;
	return NULL;
}

void ij_gdb_how(const struct ij_gdb *g, char format, struct ij_datum_how *ret)
{
	const struct ij_gdb_settings *s = &g->settings;

	ij_datum_how_init(ret, sizeof(*ret));
	ret->format = format;
	ret->elements = (unsigned)s->numbers[IJ_GDB_SETTING_PRINT_ELEMENTS];
	ret->repeats = (unsigned)s->numbers[IJ_GDB_SETTING_PRINT_REPEATS];
	ret->depth = (unsigned)s->numbers[IJ_GDB_SETTING_PRINT_MAX_DEPTH];
	if (!ret->depth)
		ret->depth = UINT32_MAX;
	ret->pretty = ij_gdb_is_on(s, IJ_GDB_SETTING_PRINT_PRETTY);
	ret->array = ij_gdb_is_on(s, IJ_GDB_SETTING_PRINT_ARRAY);
	ret->indexes = ij_gdb_is_on(s, IJ_GDB_SETTING_PRINT_ARRAY_INDEXES);
	ret->null_stop = ij_gdb_is_on(s, IJ_GDB_SETTING_PRINT_NULL_STOP);
	ret->sevenbit = ij_gdb_is_on(s, IJ_GDB_SETTING_PRINT_SEVENBIT);
	ret->no_union = !ij_gdb_is_on(s, IJ_GDB_SETTING_PRINT_UNION);
	ret->no_address = !ij_gdb_is_on(s, IJ_GDB_SETTING_PRINT_ADDRESS);
	ret->object = ij_gdb_is_on(s, IJ_GDB_SETTING_PRINT_OBJECT);
	ret->no_statics = !ij_gdb_is_on(s, IJ_GDB_SETTING_PRINT_STATIC);
	ret->no_symbol = !ij_gdb_is_on(s, IJ_GDB_SETTING_PRINT_SYMBOL);
}

void ij_gdb_variable(const struct ij_gdb *g, const struct ij_datum *value, const char *problem,
		     struct ij_text *out)
{
	struct ij_error *err = NULL;
	struct ij_datum_how how;
	char *text;

	ij_gdb_how(g, 0, &how);
	how.bare = true;
	how.pretty = false;
	if (value)
		err = ij_datum_text(g->debugger, value, &how, &text);
	if (value && !err) {
		ij_text_puts(out, text);
		free(text);
		return;
	}
	if (err)
		problem = ij_error_message(err);
	/* "<optimized out>" says it as it is. */
	if (!err && *problem == '<')
		ij_text_puts(out, problem);
	else
		ij_text_printf(out, "<error reading variable: %s>", problem);
	ij_error_free(err);
}

struct ij_error *ij_gdb_format(char **args, struct ij_gdb_format *ret)
{
	char *pos = *args;
	bool negative = false;

	*ret = (struct ij_gdb_format){.count = 1};
	if (*pos != '/')
		return NULL;
	ret->any = true;
	pos++;
	if (*pos == '-' && isdigit((unsigned char)pos[1])) {
		negative = true;
		pos++;
	}
	if (isdigit((unsigned char)*pos)) {
		ret->count = strtoll(pos, &pos, 10);
		ret->count = negative ? -ret->count : ret->count;
		ret->counted = true;
	}
	for (; isalpha((unsigned char)*pos); pos++) {
		if (strchr("bhwg", *pos))
			ret->size = *pos;
		else if (*pos != 'r')
			ret->letter = *pos;
	}
	if (*pos && *pos != ' ' && *pos != '\t')
		return IJ_GDB_TEXT(USAGE, "Invalid number \"%s\".", *args + 1);
	if (ret->letter && !strchr("xduotacfszi", ret->letter))
		return IJ_GDB_TEXT(USAGE, "Undefined output format \"%c\".", ret->letter);
	*args = pos + strspn(pos, " \t");
	return NULL;
}
