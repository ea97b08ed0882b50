/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* catch: exceptions of C++, forks, execs, system calls and signals (gdb/break-catch-fork.c,
 * break-catch-exec.c, break-catch-syscall.c, break-catch-sig.c). */
#include <ctype.h>
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "repl/gdb/breaks.h"

/* What a subcommand catches. */
enum kind { EXCEPTION, EVENT, ADA };

static const struct row {
	const char *word;
	enum kind kind;
	const char *text; /* of the list of them */
	enum ij_debugger_catch event;
	/* Of EXCEPTION: a function of the runtime of C++ (Itanium C++ ABI: Exception Handling,
	 * 2.4.3), and what happened there. */
	const char *function, *happened;
} rows[] = {
	{"assert", ADA, "Catch failed Ada assertions, when raised.", 0, NULL, NULL},
	{"catch", EXCEPTION, "Catch an exception, when caught.", 0, "__cxa_begin_catch",
	 "exception caught"},
	{"exception", ADA, "Catch Ada exceptions, when raised.", 0, NULL, NULL},
	{"exec", EVENT, "Catch calls to exec.", IJ_DEBUGGER_CATCH_EXEC, NULL, NULL},
	{"fork", EVENT, "Catch calls to fork.", IJ_DEBUGGER_CATCH_FORK, NULL, NULL},
	{"handlers", ADA, "Catch Ada exceptions, when handled.", 0, NULL, NULL},
	{"rethrow", EXCEPTION, "Catch an exception, when rethrown.", 0, "__cxa_rethrow",
	 "exception rethrown"},
	{"signal", EVENT, "Catch signals by their names and/or numbers.", IJ_DEBUGGER_CATCH_SIGNAL,
	 NULL, NULL},
	{"syscall", EVENT, "Catch system calls by their names, groups and/or numbers.",
	 IJ_DEBUGGER_CATCH_SYSCALL, NULL, NULL},
	{"throw", EXCEPTION, "Catch an exception, when thrown.", 0, "__cxa_throw",
	 "exception thrown"},
	{"vfork", EVENT, "Catch calls to vfork.", IJ_DEBUGGER_CATCH_VFORK, NULL, NULL},
};

const char *ij_gdb_catch_word(enum ij_debugger_catch event)
{
	for (size_t i = 0; i < IJ_CLI_COUNT(rows); i++)
		if (rows[i].kind == EVENT && rows[i].event == event)
			return rows[i].word;
	return "";
}

const char *ij_gdb_catch_event(const struct ij_gdb_break *it)
{
	for (size_t i = 0; i < IJ_CLI_COUNT(rows); i++)
		if (rows[i].kind == EXCEPTION && !strcmp(rows[i].word, it->catches))
			return rows[i].happened;
	return it->catches;
}

/* ---- Telling of them ---- */

/* The name of number @number; of a system call without one "9999". */
static void name_of(const struct ij_gdb_break *it, int number, char buf[IJ_GDB_SIGNAL_MAX])
{
	char text[IJ_GDB_SIGNAL_MAX];
	const char *name;

	if (it->event == IJ_DEBUGGER_CATCH_SIGNAL) {
		ij_gdb_signal_words(number, buf, text);
		return;
	}
	name = ij_debugger_syscall(number);
	if (name)
		snprintf(buf, IJ_GDB_SIGNAL_MAX, "%s", name);
	else
		snprintf(buf, IJ_GDB_SIGNAL_MAX, "%d", number);
}

/* The names, @between them; of @numbered with the numbers of system calls that have one. */
static void names(const struct ij_gdb_break *it, const char *between, bool numbered,
		  struct ij_text *out)
{
	char name[IJ_GDB_SIGNAL_MAX];

	for (size_t i = 0; i < it->numbers.len; i++) {
		int number = it->numbers.items[i];

		name_of(it, number, name);
		if (i)
			ij_text_puts(out, between);
		if (numbered && ij_debugger_syscall(number))
			ij_text_printf(out, "'%s' [%d]", name, number);
		else
			ij_text_puts(out, name);
	}
}

static bool has_numbers(const struct ij_gdb_break *it)
{
	return it->event == IJ_DEBUGGER_CATCH_SIGNAL || it->event == IJ_DEBUGGER_CATCH_SYSCALL;
}

static void list_names(const struct ij_gdb_break *it, struct ij_text *out)
{
	const bool is_signal = it->event == IJ_DEBUGGER_CATCH_SIGNAL;

	names(it, is_signal ? " " : ", ", false, out);
	if (!it->numbers.len)
		ij_text_puts(out, !is_signal     ? "<any syscall>"
				  : it->with_own ? "<any signal>"
						 : "<standard signals>");
}

void ij_gdb_catch_names(const struct ij_gdb_break *it, struct ij_text *out)
{
	if (has_numbers(it))
		list_names(it, out);
	else if (it->child)
		ij_text_printf(out, "%d", it->child);
	else if (it->program)
		ij_text_puts(out, it->program);
}

void ij_gdb_catch_what(const struct ij_gdb_break *it, struct ij_text *out)
{
	ij_text_puts(out, ij_gdb_catch_word(it->event));
	if (it->child)
		ij_text_printf(out, ", process %d ", it->child);
	if (it->program)
		ij_text_printf(out, ", program \"%s\" ", it->program);
	if (!has_numbers(it))
		return;
	ij_text_puts(out, it->numbers.len > 1 ? "s \"" : " \"");
	list_names(it, out);
	ij_text_puts(out, "\" ");
}

/* "Catchpoint 1 (syscalls 'getpid' [39] 'write' [1])". */
static void tell_new(const struct ij_gdb_break *it)
{
	const char *what = ij_gdb_catch_word(it->event);
	struct ij_text list = {0};

	printf("Catchpoint %u (", it->id);
	names(it, " ", it->event == IJ_DEBUGGER_CATCH_SYSCALL, &list);
	if (it->numbers.len)
		printf("%s%s %s)\n", what, it->numbers.len > 1 ? "s" : "", ij_text_get(&list));
	else if (it->event == IJ_DEBUGGER_CATCH_SIGNAL)
		printf("%s)\n", it->with_own ? "any signal" : "standard signals");
	else
		printf("%s%s)\n", it->event == IJ_DEBUGGER_CATCH_SYSCALL ? "any " : "", what);
	ij_text_deinit(&list);
}

void ij_gdb_catch_tell(const struct ij_gdb_break *it, const struct ij_debugger_event *event)
{
	const struct ij_debugger_caught *caught = &event->caught;
	char name[IJ_GDB_SIGNAL_MAX];

	printf("%s %u (", it->temporary ? "Temporary catchpoint" : "Catchpoint", it->id);
	name_of(it, caught->number, name);
	switch (it->event) {
	case IJ_DEBUGGER_CATCH_FORK:
	case IJ_DEBUGGER_CATCH_VFORK:
		printf("%sed process %d), ", ij_gdb_catch_word(it->event), caught->child);
		return;
	case IJ_DEBUGGER_CATCH_EXEC:
		printf("exec'd %s), ", it->program ? it->program : "");
		return;
	case IJ_DEBUGGER_CATCH_SYSCALL:
		printf("%s syscall %s), ", caught->returned ? "returned from" : "call to", name);
		return;
	default:
		printf("signal %s), ", name);
	}
}

void ij_gdb_catch_command(const struct ij_gdb_break *it, struct ij_text *out)
{
	ij_text_printf(out, "%s %s", it->temporary ? "tcatch" : "catch",
		       ij_gdb_catch_word(it->event));
	if (it->with_own)
		ij_text_puts(out, " all");
	if (it->numbers.len)
		ij_text_puts(out, " ");
	names(it, " ", false, out);
}

/* ---- Having them ---- */

struct ij_error *ij_gdb_catch_place(struct ij_gdb *g, const struct ij_gdb_break *it)
{
	ij_debugger_unbreak(g->debugger, it->id);
	if (it->disabled)
		return NULL;
	IJ_LIST_EACH (&it->numbers, number)
		IJ_CLI_TRY(ij_debugger_catch(g->debugger, it->id, it->event, *number));
	if (it->numbers.len)
		return NULL;
	if (it->event != IJ_DEBUGGER_CATCH_SIGNAL || it->with_own)
		return ij_debugger_catch(g->debugger, it->id, it->event, -1);
	for (int i = 1; i < IJ_DEBUGGER_SIGNALS; i++)
		if (i != SIGTRAP && i != SIGINT)
			IJ_CLI_TRY(ij_debugger_catch(g->debugger, it->id, it->event, i));
	return NULL;
}

void ij_gdb_catch_resume(struct ij_gdb *g)
{
	if (!ij_debugger_pid(g->debugger) || ij_debugger_is_own(g->debugger))
		return;
	IJ_LIST_EACH (&g->breaks, pos) {
		struct ij_gdb_break *it = *pos;

		if (it->kind != IJ_GDB_BREAK_EVENT || it->disabled ||
		    it->event == IJ_DEBUGGER_CATCH_SIGNAL)
			continue;
		/* Its tracer does not follow what it forks, and goes when it executes another. */
		fflush(stdout);
		fprintf(stderr,
			"warning: Error inserting catchpoint %u: Your system does not support this "
			"type\nof catchpoint.\n",
			it->id);
		ij_gdb_break_enable(g, it, false);
	}
}

bool ij_gdb_catch_exec(struct ij_gdb *g, struct ij_debugger_event *event)
{
	char link[32], path[PATH_MAX];
	ssize_t len;

	snprintf(link, sizeof(link), "/proc/%d/exe", ij_debugger_pid(g->debugger));
	len = readlink(link, path, sizeof(path) - 1);
	path[len < 0 ? 0 : len] = 0;
	event->hits_len = 0;
	for (size_t i = 0; i < g->breaks.len; i++) {
		struct ij_gdb_break *it = g->breaks.items[i];

		if (it->kind != IJ_GDB_BREAK_EVENT || it->event != IJ_DEBUGGER_CATCH_EXEC ||
		    event->hits_len >= IJ_DEBUGGER_HITS_MAX || !ij_gdb_break_hit(g, it->id))
			continue;
		free(it->program);
		it->program = strdup(path);
		event->hits[event->hits_len++] = it->id;
	}
	if (!event->hits_len)
		return false;
	event->kind = IJ_DEBUGGER_BREAKPOINT;
	event->caught.what = IJ_DEBUGGER_CATCH_EXEC;
	return true;
}

/* ---- What is asked for ---- */

/* The numbers of the system calls that @args name. */
static struct ij_error *take_calls(char *args, struct ij_gdb_break *it)
{
	while (*args) {
		const char *word = ij_gdb_word(&args), *colon = strchr(word, ':');
		int number;
		char *end;

		if (colon && (!strncmp(word, "group:", 6) || !strncmp(word, "g:", 2))) {
			if (ij_debugger_syscall_group(colon + 1, 0) < 0)
				return IJ_GDB_TEXT(NOTFOUND, "Unknown syscall group '%s'.",
						   colon + 1);
			for (size_t i = 0; (number = ij_debugger_syscall_group(colon + 1, i)) >= 0;
			     i++)
				IJ_CLI_TRY(ij_list_push(&it->numbers, number));
			continue;
		}
		number = (int)strtol(word, &end, 0);
		if (*end)
			number = ij_debugger_syscall_number(word);
		if (number < 0)
			return IJ_GDB_TEXT(NOTFOUND, "Unknown syscall name '%s'.", word);
		IJ_CLI_TRY(ij_list_push(&it->numbers, number));
	}
	return NULL;
}

static struct ij_error *take_signals(char *args, struct ij_gdb_break *it)
{
	while (*args) {
		const char *word = ij_gdb_word(&args);
		int number = 0;
		char *end;

		if (!strcmp(word, "all")) {
			if (*args || it->numbers.len)
				return IJ_GDB_TEXT(USAGE,
						   "'all' cannot be caught with other signals");
			it->with_own = true;
			return NULL;
		}
		(void)strtol(word, &end, 0);
		if (!*end || !strncmp(word, "SIG", 3))
			number = ij_gdb_signal_of(word);
		if (!number && !*end)
			return IJ_GDB_TEXT(USAGE,
					   "Only signals 1-15 are valid as numeric signals.\nUse "
					   "\"info signals\" for a list of symbolic signals.");
		if (!number)
			return IJ_GDB_TEXT(NOTFOUND, "Unknown signal name '%s'.", word);
		IJ_CLI_TRY(ij_list_push(&it->numbers, number));
	}
	return NULL;
}

/* " if EXPR", which is all that may follow. */
static struct ij_error *take_condition(const char *args, struct ij_gdb_break *it)
{
	if (!*args)
		return NULL;
	if (strncmp(args, "if", 2) != 0 || !isspace((unsigned char)args[2]))
		return IJ_GDB_TEXT(USAGE, "Junk at end of arguments.");
	it->condition = strdup(args + 2 + strspn(args + 2, " \t"));
	return it->condition ? NULL : ij_cli_nomem();
}

static struct ij_error *catch_event(struct ij_gdb *g, const struct row *row, char *args,
				    bool temporary)
{
	struct ij_gdb_break *it = calloc(1, sizeof(*it));
	struct ij_error *err;

	if (!it)
		return ij_cli_nomem();
	*it = (struct ij_gdb_break){.id = g->next_break,
				    .kind = IJ_GDB_BREAK_EVENT,
				    .event = row->event,
				    .temporary = temporary};
	err = ij_list_push(&g->breaks, it);
	if (err) {
		free(it);
		return err;
	}
	if (row->event == IJ_DEBUGGER_CATCH_SYSCALL)
		err = take_calls(args, it);
	else if (row->event == IJ_DEBUGGER_CATCH_SIGNAL)
		err = take_signals(args, it);
	else
		err = take_condition(args, it);
	if (!err)
		err = ij_gdb_catch_place(g, it);
	if (err) {
		ij_gdb_break_drop(g, it->id);
		return err;
	}
	g->next_break++;
	tell_new(it);
	ij_gdb_break_changed(g, it, IJ_GDB_CREATED);
	return ij_debugger_set_integer(g->debugger, "$bpnum", it->id);
}

struct ij_error *ij_gdb_catch_exception(struct ij_gdb *g, const char *word, bool temporary,
					struct ij_gdb_break **ret)
{
	struct ij_gdb_break_how how = {.temporary = temporary, .pending = true};
	struct ij_debugger_place *places = NULL;
	size_t len;

	for (size_t i = 0; i < IJ_CLI_COUNT(rows); i++) {
		if (rows[i].kind != EXCEPTION || strcmp(rows[i].word, word) != 0)
			continue;
		how.spec = rows[i].function;
		how.catches = rows[i].word;
	}
	IJ_CLI_TRY(ij_gdb_break_new(g, &how, &places, &len, ret));
	free(places);
	return NULL;
}

static struct ij_error *catch_exception(struct ij_gdb *g, const char *word, const char *args,
					bool temporary)
{
	struct ij_gdb_break *it;

	if (*args)
		return IJ_GDB_TEXT(UNSUPPORTED,
				   "catch %s of exceptions that match \"%s\" is not supported: it "
				   "stops at every one.",
				   word, args);
	IJ_CLI_TRY(ij_gdb_catch_exception(g, word, temporary, &it));
	printf("%s %u (%s)\n", temporary ? "Temporary catchpoint" : "Catchpoint", it->id,
	       it->catches);
	ij_gdb_break_changed(g, it, IJ_GDB_CREATED);
	return NULL;
}

static struct ij_error *list(const char *name)
{
	printf("List of %s subcommands:\n\n", name);
	for (size_t i = 0; i < IJ_CLI_COUNT(rows); i++)
		printf("%s %s -- %s\n", name, rows[i].word, rows[i].text);
	printf("\nType \"help %s\" followed by %s subcommand name for full documentation.\n"
	       "Type \"apropos word\" to search for commands related to \"word\".\n"
	       "Type \"apropos -v word\" for full documentation of commands related to "
	       "\"word\".\nCommand name abbreviations are allowed if unambiguous.\n",
	       name, name);
	return NULL;
}

static struct ij_error *run(struct ij_gdb *g, const char *name, char *args, bool temporary)
{
	const char *word = ij_gdb_word(&args);
	const size_t len = strlen(word);
	const struct row *found = NULL;
	struct ij_text several = {0};
	unsigned count = 0;

	if (!len)
		return list(name);
	for (size_t i = 0; i < IJ_CLI_COUNT(rows); i++) {
		if (strncmp(rows[i].word, word, len) != 0)
			continue;
		found = &rows[i];
		ij_text_printf(&several, "%s%s", count++ ? ", " : "", rows[i].word);
		if (!rows[i].word[len]) {
			count = 1;
			break;
		}
	}
	if (count > 1) {
		struct ij_error *err = IJ_GDB_TEXT(AMBIGUOUS, "Ambiguous %s command \"%s\": %s.",
						   name, word, ij_text_get(&several));

		ij_text_deinit(&several);
		return err;
	}
	ij_text_deinit(&several);
	if (!found)
		return IJ_GDB_TEXT(NOTFOUND, "Undefined %s command: \"%s\".  Try \"help %s\".",
				   name, word, name);
	if (found->kind == ADA)
		return IJ_GDB_TEXT(NOTFOUND,
				   "Unable to insert catchpoint.  Is this an Ada main program?");
	return found->kind == EVENT ? catch_event(g, found, args, temporary)
				    : catch_exception(g, found->word, args, temporary);
}

IJ_GDB_DO(catch)
{
	return run(g, "catch", args, false);
}

IJ_GDB_DO(tcatch)
{
	return run(g, "tcatch", args, true);
}
