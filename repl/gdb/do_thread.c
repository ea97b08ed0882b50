/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* thread, thread apply, info threads. */
#include <ctype.h>
#include <string.h>

#include "repl/gdb/stop.h"
#include "repl/gdb/subs.h"
#include "repl/gdb/threads.h"

enum { TEXT_SIZE = 96 };

static struct ij_error *need_threads(struct ij_gdb *g)
{
	if (!ij_debugger_pid(g->debugger))
		return IJ_GDB_TEXT(NOPROC, "No thread selected");
	return ij_gdb_threads_renew(g);
}

/* What is looked at, to be looked at again. */
struct looked {
	pid_t tid;
	unsigned level;
};

static struct looked look_from(struct ij_gdb *g)
{
	return (struct looked){ij_debugger_current(g->debugger), ij_debugger_selected(g->debugger)};
}

/* The thread may be gone meanwhile, and its frames be others. */
static void look_back(struct ij_gdb *g, const struct looked *from)
{
	struct ij_error *err = ij_debugger_select_thread(g->debugger, from->tid);

	if (!err)
		err = ij_debugger_select(g->debugger, from->level);
	ij_error_free(err);
}

IJ_GDB_DO(info_threads)
{
	const struct looked from = look_from(g);
	int width = (int)strlen("Target Id");
	char text[TEXT_SIZE];
	struct ij_error *err = NULL;
	pid_t tid;

	(void)args;
	if (!ij_debugger_pid(g->debugger)) {
		printf("No threads.\n");
		return NULL;
	}
	IJ_CLI_TRY(ij_gdb_threads_renew(g));
	for (size_t i = 0; (tid = ij_debugger_thread(g->debugger, i)); i++) {
		ij_gdb_thread_text(g, tid, true, text, sizeof(text));
		width = (int)strlen(text) > width ? (int)strlen(text) : width;
	}
	printf("  Id   %-*s Frame \n", width, "Target Id");
	for (unsigned number = 1; number <= g->threads.len && !err; number++) {
		tid = ij_gdb_thread_of(g, number);
		if (!tid)
			continue;
		ij_gdb_thread_text(g, tid, true, text, sizeof(text));
		printf("%c %-4u %-*s ", tid == ij_debugger_current(g->debugger) ? '*' : ' ', number,
		       width, text);
		if (tid != ij_debugger_current(g->debugger))
			err = ij_debugger_select_thread(g->debugger, tid);
		if (!err)
			err = ij_gdb_frame_line(g, 0, false);
		if (tid != from.tid)
			look_back(g, &from);
	}
	return err;
}

static struct ij_error *switch_to(struct ij_gdb *g, pid_t tid)
{
	char text[TEXT_SIZE];

	IJ_CLI_TRY(ij_debugger_select_thread(g->debugger, tid));
	ij_gdb_thread_text(g, tid, false, text, sizeof(text));
	printf("[Switching to thread %u (%s)]\n", ij_gdb_thread_number(g, tid), text);
	return ij_gdb_frame_show(g, true);
}

/* One of the list "1 3-5 $x", which @pos is moved behind. Errors: USAGE. */
static struct ij_error *take_range(struct ij_gdb *g, char **pos, unsigned *first_ret,
				   unsigned *last_ret)
{
	char *word = *pos, *end;
	int64_t value;

	if (*word == '$') {
		word = ij_gdb_word(pos);
		IJ_CLI_TRY(ij_gdb_number(g, word, &value));
		*first_ret = *last_ret = value > 0 && value < UINT32_MAX ? (unsigned)value : 0;
		return NULL;
	}
	/* "1.2": of the first and only inferior. */
	if (!strncmp(word, "1.", 2))
		word += 2;
	*first_ret = *last_ret = (unsigned)strtoul(word, &end, 10);
	if (*end == '-')
		*last_ret = (unsigned)strtoul(end + 1, &end, 10);
	if (end == word || (*end && *end != ' ' && *end != '\t'))
		return IJ_GDB_TEXT(USAGE, "Invalid thread ID: %s", *pos);
	if (*last_ret < *first_ret)
		return IJ_GDB_TEXT(USAGE, "inverted range");
	*pos = end + strspn(end, " \t");
	return NULL;
}

/* One command in one thread. */
static struct ij_error *apply(struct ij_gdb *g, unsigned number, const char *command,
			      const struct ij_gdb_applying *how)
{
	pid_t tid = ij_gdb_thread_of(g, number);
	char text[TEXT_SIZE];
	struct ij_error *err;

	if (!tid)
		return NULL;
	IJ_CLI_TRY(ij_debugger_select_thread(g->debugger, tid));
	ij_gdb_thread_text(g, tid, true, text, sizeof(text));
	if (!how->quiet)
		printf("\nThread %u (%s):\n", number, text);
	err = ij_gdb_execute(g, command);
	if (!err || (!how->go_on && !how->silent))
		return err;
	if (how->go_on)
		printf("%s\n", ij_error_message(err));
	ij_error_free(err);
	return NULL;
}

struct ij_error *ij_gdb_apply_flags(char **args, struct ij_gdb_applying *ret, bool *ascending)
{
	while (**args == '-' && isalpha((unsigned char)(*args)[1])) {
		const char *word = ij_gdb_word(args);

		if (!strcmp(word, "-q"))
			ret->quiet = true;
		else if (!strcmp(word, "-c"))
			ret->go_on = true;
		else if (!strcmp(word, "-s"))
			ret->silent = true;
		else if (ascending && !strcmp(word, "-ascending"))
			*ascending = true;
		else
			return IJ_GDB_TEXT(USAGE, "Unrecognized option at: %s", word);
	}
	return NULL;
}

static struct ij_error *apply_all(struct ij_gdb *g, char *args)
{
	struct ij_gdb_applying how = {.quiet = false};
	struct ij_error *err = NULL;
	bool ascending = false;
	const unsigned len = (unsigned)g->threads.len;

	IJ_CLI_TRY(ij_gdb_apply_flags(&args, &how, &ascending));
	if (!*args)
		return IJ_GDB_TEXT(USAGE,
				   "Please specify a command at the end of 'thread apply all'");
	for (unsigned i = 1; i <= len && !err && !g->interrupted; i++)
		err = apply(g, ascending ? i : len + 1 - i, args, &how);
	return err;
}

static struct ij_error *apply_list(struct ij_gdb *g, char *list)
{
	struct ij_gdb_applying how = {.quiet = false};
	struct ij_error *err = NULL;
	char *args = list;
	unsigned first, last;

	while (isdigit((unsigned char)*args) || *args == '$')
		IJ_CLI_TRY(take_range(g, &args, &first, &last));
	if (args == list)
		return IJ_GDB_TEXT(USAGE, "Invalid thread ID: %s", list);
	IJ_CLI_TRY(ij_gdb_apply_flags(&args, &how, NULL));
	if (!*args)
		return IJ_GDB_TEXT(USAGE, "Please specify a command following the thread ID list");
	for (char *pos = list;
	     pos < args && !err && (isdigit((unsigned char)*pos) || *pos == '$');) {
		IJ_CLI_TRY(take_range(g, &pos, &first, &last));
		for (unsigned i = first; i <= last && i - first < g->threads.len + 1 && !err; i++) {
			if (!ij_gdb_thread_of(g, i))
				printf("warning: Unknown thread %u\n", i);
			err = apply(g, i, args, &how);
		}
	}
	return err;
}

static struct ij_error *apply_any(struct ij_gdb *g, char *args)
{
	const struct looked from = look_from(g);
	struct ij_error *err;

	if (!*args)
		return IJ_GDB_TEXT(USAGE, "Please specify a thread ID list");
	if (!strncmp(args, "all", 3) && (!args[3] || isspace((unsigned char)args[3])))
		err = apply_all(g, ij_gdb_trim(args + 3));
	else
		err = apply_list(g, args);
	if (ij_debugger_pid(g->debugger))
		look_back(g, &from);
	return err;
}

IJ_GDB_DO(thread)
{
	char text[TEXT_SIZE];
	unsigned first, last;
	char *pos = args;
	pid_t tid;

	if (!strncmp(args, "apply", 5) && (!args[5] || isspace((unsigned char)args[5]))) {
		return apply_any(g, ij_gdb_trim(args + 5));
	}
	if (!*args) {
		IJ_CLI_TRY(need_threads(g));
		tid = ij_debugger_current(g->debugger);
		ij_gdb_thread_text(g, tid, false, text, sizeof(text));
		printf("[Current thread is %u (%s)]\n", ij_gdb_thread_number(g, tid), text);
		return NULL;
	}
	IJ_CLI_TRY(take_range(g, &pos, &first, &last));
	if (*pos || first != last)
		return IJ_GDB_TEXT(USAGE, "Invalid thread ID: %s", args);
	tid = ij_gdb_thread_of(g, first);
	if (!tid)
		return IJ_GDB_TEXT(NOTFOUND, "Unknown thread %u.", first);
	return switch_to(g, tid);
}

/* taas, tfaas: thread apply all, errors and what prints nothing left out. */
IJ_GDB_DO(taas)
{
	struct ij_text command = {0};
	struct ij_error *err;

	ij_text_printf(&command, "thread apply all -s %s", args);
	err = ij_gdb_execute(g, ij_text_get(&command));
	ij_text_deinit(&command);
	return err;
}
