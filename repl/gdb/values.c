/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What expressions ask the session: $_thread and its like, settings, functions. */
#include "repl/gdb/values.h"

#include <string.h>

#include "repl/gdb/subs.h"
#include "repl/gdb/threads.h"

enum { MAJOR = 13, MINOR = 1 }; /* of the gdb that is followed */

static int64_t thread_number(struct ij_gdb *g)
{
	if (ij_debugger_state_of(g->debugger) != IJ_DEBUGGER_STOPPED)
		return 0;
	ij_error_free(ij_gdb_threads_renew(g));
	return ij_gdb_thread_number(g, ij_debugger_current(g->debugger));
}

static int64_t thread_count(struct ij_gdb *g)
{
	int64_t count = 0;

	if (ij_debugger_state_of(g->debugger) == IJ_DEBUGGER_STOPPED)
		while (ij_debugger_thread(g->debugger, (size_t)count))
			count++;
	return count;
}

static int64_t major_number(struct ij_gdb *g)
{
	(void)g;
	return MAJOR;
}

static int64_t minor_number(struct ij_gdb *g)
{
	(void)g;
	return MINOR;
}

static int64_t inferior_number(struct ij_gdb *g)
{
	return g->inferior;
}

static const struct {
	const char *name;
	int64_t (*get)(struct ij_gdb *g);
} numbers[] = {
	{"$_gdb_minor", minor_number},   {"$_gdb_major", major_number},
	{"$_inferior", inferior_number}, {"$_inferior_thread_count", thread_count},
	{"$_gthread", thread_number},    {"$_thread", thread_number},
};

bool ij_gdb_value_number(void *ctx, const char *name, int64_t *ret)
{
	for (size_t i = 0; i < IJ_CLI_COUNT(numbers); i++) {
		if (strcmp(numbers[i].name, name) != 0)
			continue;
		*ret = numbers[i].get(ctx);
		return true;
	}
	return false;
}

struct ij_error *ij_gdb_value_setting(void *ctx, const char *name, char **ret, bool *is_number_ret,
				      int64_t *number_ret)
{
	struct ij_gdb *g = ctx;

	*is_number_ret = ij_gdb_settings_number(&g->settings, name, number_ret);
	return ij_gdb_settings_value(&g->settings, name, NULL, ret);
}

/* One of the session's own, or that the program set. */
static struct ij_error *show(struct ij_gdb *g, const char *name)
{
	struct ij_datum_how how;
	struct ij_datum *datum;
	struct ij_error *err;
	char *text;

	IJ_CLI_TRY(ij_gdb_eval(g, name, &datum));
	ij_gdb_how(g, 0, &how);
	err = ij_datum_text(g->debugger, datum, &how, &text);
	ij_datum_free(datum);
	if (err) {
		printf("%s = <error: %s>\n", name, ij_error_message(err));
		ij_error_free(err);
	} else {
		printf("%s = %s\n", name, text);
		free(text);
	}
	return NULL;
}

IJ_GDB_DO(show_convenience)
{
	const char *name;

	(void)args;
	for (size_t i = 0; (name = ij_debugger_convenience(g->debugger, i)); i++)
		IJ_CLI_TRY(show(g, name));
	for (size_t i = 0; (name = ij_debugger_session_function(i)); i++)
		printf("%s = <internal function %s>\n", name, name + 1);
	for (size_t i = 0; i < IJ_CLI_COUNT(numbers); i++)
		IJ_CLI_TRY(show(g, numbers[i].name));
	return NULL;
}
