/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Several programs in one session (gdb/inferior.c): each has a file and a history of its own, and
 * at most one of them has a process.
 */
#include <string.h>

#include "repl/gdb/breaks.h"
#include "repl/gdb/process.h"
#include "repl/gdb/stop.h"
#include "repl/gdb/subs.h"
#include "repl/gdb/threads.h"

/* Its debugger; that of the current one is where all look for it. */
static struct ij_debugger *debugger_of(const struct ij_gdb *g, const struct ij_gdb_inferior *it)
{
	return it->id == g->inferior ? g->debugger : it->debugger;
}

static struct ij_gdb_inferior *find(struct ij_gdb *g, int64_t id)
{
	IJ_LIST_EACH (&g->inferiors, it)
		if (it->id == id)
			return it;
	return NULL;
}

struct ij_error *ij_gdb_inferiors_init(struct ij_gdb *g)
{
	const struct ij_gdb_inferior first = {.id = 1};

	g->inferior = 1;
	g->next_inferior = 2;
	return ij_list_push(&g->inferiors, first);
}

void ij_gdb_inferiors_deinit(struct ij_gdb *g)
{
	IJ_LIST_EACH (&g->inferiors, it)
		if (it->id != g->inferior)
			ij_debugger_destroy(it->debugger);
	ij_list_deinit(&g->inferiors);
}

struct ij_error *ij_gdb_inferiors_check(const struct ij_gdb *g)
{
	IJ_LIST_EACH (&g->inferiors, it)
		if (it->id != g->inferior && ij_debugger_pid(it->debugger))
			return IJ_GDB_TEXT(UNSUPPORTED,
					   "Inferior %u has a process: only one of them can have "
					   "one at a time.",
					   it->id);
	return NULL;
}

static void description(const struct ij_gdb *g, const struct ij_gdb_inferior *it, char *ret,
			size_t size)
{
	const pid_t pid = ij_debugger_pid(debugger_of(g, it));

	if (pid)
		snprintf(ret, size, "process %d", pid);
	else
		snprintf(ret, size, "<null>");
}

IJ_GDB_DO(info_inferiors)
{
	(void)args;
	printf("  Num  Description       Connection           Executable        \n");
	IJ_LIST_EACH (&g->inferiors, it) {
		struct ij_debugger *d = debugger_of(g, it);
		struct ij_debugger_module module = {.path = ""};
		char text[32];

		(void)ij_debugger_module(d, 0, &module);
		description(g, it, text, sizeof(text));
		printf("%c %-4u %-17s %-20s %-17s \n", it->id == g->inferior ? '*' : ' ', it->id,
		       text, ij_debugger_pid(d) ? "1 (native)" : "", module.path);
	}
	return NULL;
}

IJ_GDB_DO(add_inferior)
{
	struct ij_gdb_inferior made = {.id = g->next_inferior};
	const char *exec = NULL;
	struct ij_error *err;

	while (*args) {
		const char *word = ij_gdb_word(&args);

		if (!strcmp(word, "-exec") && *args)
			exec = ij_gdb_word(&args);
		else if (!strcmp(word, "-copies") && *args && strcmp(args, "1") != 0)
			return IJ_GDB_TEXT(UNSUPPORTED, "add-inferior: one copy at a time");
		else if (strcmp(word, "-no-connection") != 0)
			return IJ_GDB_TEXT(USAGE, "Invalid argument");
	}
	IJ_CLI_TRY(ij_gdb_debugger_create(g, &made.debugger));
	err = ij_list_push(&g->inferiors, made);
	if (err) {
		ij_debugger_destroy(made.debugger);
		return err;
	}
	g->next_inferior++;
	printf("[New inferior %u]\nAdded inferior %u%s\n", made.id, made.id,
	       ij_debugger_pid(g->debugger) ? " on connection 1 (native)" : "");
	if (!exec)
		return NULL;
	IJ_CLI_TRY(ij_debugger_file(made.debugger, exec));
	if (!g->quiet && !g->batch)
		printf("Reading symbols from %s...\n", exec);
	return NULL;
}

static struct ij_error *take_id(struct ij_gdb *g, char *args, struct ij_gdb_inferior **ret)
{
	int64_t id;

	IJ_CLI_TRY(ij_gdb_number(g, args, &id));
	*ret = find(g, id);
	return *ret ? NULL : IJ_GDB_TEXT(NOTFOUND, "Inferior ID %lld not known.", (long long)id);
}

/* What belongs to one of them: its debugger, and what was looked at. */
static void change(struct ij_gdb *g, struct ij_gdb_inferior *to)
{
	struct ij_gdb_inferior *from = find(g, g->inferior);

	from->debugger = g->debugger;
	from->file_time = g->file_time;
	from->was = g->was;
	g->debugger = to->debugger;
	g->file_time = to->file_time;
	g->was = to->was;
	to->debugger = NULL;
	g->inferior = to->id;
	g->threads.len = 0;
	g->threads_of = 0;
	g->looked_at = 0;
	g->generation = UINT64_MAX;
	ij_gdb_look_forget(g);
	ij_gdb_source_forget(g);
}

IJ_GDB_DO(inferior)
{
	struct ij_gdb_inferior *it = find(g, g->inferior);
	const char *path;
	char text[32], thread[128];
	pid_t tid;

	if (*args)
		IJ_CLI_TRY(take_id(g, args, &it));
	if (*args && it->id != g->inferior)
		change(g, it);
	path = ij_debugger_path(g->debugger);
	description(g, it, text, sizeof(text));
	printf("[%s inferior %s%u [%s] (%s)]\n", *args ? "Switching to" : "Current",
	       *args ? "" : "is ", it->id, text, path ? path : "<noexec>");
	if (!*args || ij_debugger_state_of(g->debugger) != IJ_DEBUGGER_STOPPED)
		return NULL;
	IJ_CLI_TRY(ij_gdb_threads_renew(g));
	tid = ij_debugger_current(g->debugger);
	ij_gdb_thread_text(g, tid, false, thread, sizeof(thread));
	printf("[Switching to thread %u.%u (%s)]\n", it->id, ij_gdb_thread_number(g, tid), thread);
	IJ_CLI_TRY(ij_debugger_select(g->debugger, 0));
	return ij_gdb_frame_show(g, true);
}

IJ_GDB_DO(remove_inferiors)
{
	if (!*args)
		return IJ_GDB_TEXT(USAGE, "Requires an argument (inferior id(s) to remove)");
	while (*args) {
		char *word = ij_gdb_word(&args);
		struct ij_gdb_inferior *it;
		struct ij_error *err = take_id(g, word, &it);

		fflush(stdout);
		if (err) {
			fprintf(stderr, "warning: %s\n", ij_error_message(err));
			ij_error_free(err);
		} else if (it->id == g->inferior) {
			fprintf(stderr, "warning: Can not remove current inferior %u.\n", it->id);
		} else if (ij_debugger_pid(it->debugger)) {
			fprintf(stderr, "warning: Can not remove active inferior %u.\n", it->id);
		} else {
			const size_t idx = (size_t)(it - g->inferiors.items);

			ij_debugger_destroy(it->debugger);
			memmove(it, it + 1, (g->inferiors.len - idx - 1) * sizeof(*it));
			g->inferiors.len--;
		}
	}
	return NULL;
}
