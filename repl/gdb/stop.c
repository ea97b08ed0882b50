/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is printed when the program stops (gdb/infrun.c, print_stop_event; gdb/stack.c,
 * print_frame). */
#include "repl/gdb/stop.h"

#include <string.h>

#include "repl/gdb/breaks.h"
#include "repl/gdb/display.h"
#include "repl/gdb/threads.h"

/* The words of `print entry-values` and `print frame-info`. */
enum { DEFAULT, NO, ONLY, PREFERRED, IF_NEEDED, BOTH, COMPACT };
enum { AUTO, SOURCE_LINE, LOCATION, SOURCE_AND_LOCATION, LOCATION_AND_ADDRESS, SHORT_LOCATION };

struct arguments {
	struct ij_gdb *g;
	unsigned level;
	bool any;
};

/* ", name@entry=5". @value: NULL: @problem says why there is none. */
static void tell_argument(struct arguments *all, const char *name, const char *suffix,
			  const struct ij_datum *value, const char *problem)
{
	struct ij_gdb *g = all->g;
	int64_t which = g->settings.numbers[IJ_GDB_SETTING_PRINT_FRAME_ARGUMENTS];
	struct ij_text text = {0};

	printf("%s%s%s=", all->any ? ", " : "", name, suffix);
	all->any = true;
	/* "scalars": what has parts is not told. */
	if (value && (which == 2 || (which == 0 && !ij_datum_is_scalar(value)))) {
		fputs("...", stdout);
		return;
	}
	ij_gdb_variable(g, value, problem, &text);
	fputs(ij_text_get(&text), stdout);
	ij_text_deinit(&text);
}

static bool are_same(const struct ij_gdb *g, const struct ij_datum *a, const struct ij_datum *b)
{
	struct ij_text left = {0}, right = {0};
	bool same;

	ij_gdb_variable(g, a, NULL, &left);
	ij_gdb_variable(g, b, NULL, &right);
	same = !strcmp(ij_text_get(&left), ij_text_get(&right));
	ij_text_deinit(&left);
	ij_text_deinit(&right);
	return same;
}

/* A parameter, and what it was at entry as far as that is wanted (gdb/stack.c, read_frame_arg). */
static void one_argument(void *ctx, const char *name, const struct ij_datum *value,
			 const char *problem)
{
	struct arguments *all = ctx;
	struct ij_gdb *g = all->g;
	const int64_t mode = g->settings.numbers[IJ_GDB_SETTING_PRINT_ENTRY_VALUES];
	const bool lost = !value && *problem == '<';
	struct ij_datum *entry = NULL;
	bool missing, with_value;

	if (mode != NO && (mode != IF_NEEDED || lost))
		ij_error_free(ij_debugger_entry(g->debugger, all->level, name, &entry));
	if ((mode == DEFAULT || mode == COMPACT) && entry && value && are_same(g, value, entry)) {
		char suffix[264];

		snprintf(suffix, sizeof(suffix), "=%.256s@entry", name);
		tell_argument(all, name, suffix, value, problem);
		ij_datum_free(entry);
		return;
	}
	missing = !entry && (mode == ONLY || mode == BOTH || (mode == PREFERRED && lost));
	with_value = mode != ONLY && !(mode == PREFERRED && (entry || missing)) &&
		     !((mode == COMPACT || mode == IF_NEEDED) && lost && entry);
	if (with_value)
		tell_argument(all, name, "", value, problem);
	if (entry || missing)
		tell_argument(all, name, "@entry", entry, "<optimized out>");
	ij_datum_free(entry);
}

static int64_t frame_info(const struct ij_gdb *g, int64_t otherwise)
{
	const int64_t set = g->settings.numbers[IJ_GDB_SETTING_PRINT_FRAME_INFO];

	return set == AUTO ? otherwise : set;
}

struct ij_error *ij_gdb_frame_arguments(struct ij_gdb *g, unsigned level)
{
	struct arguments arguments = {.g = g, .level = level};

	return ij_debugger_variables(g->debugger, level, true, one_argument, &arguments);
}

/* @what: of these, that a place is told by. */
static struct ij_error *line_of(struct ij_gdb *g, const struct ij_debugger_frame *frame,
				bool number, int64_t what)
{
	if (number)
		printf("#%-3u", frame->level);
	if (frame->dummy) {
		printf("<function called from gdb>\n");
		return NULL;
	}
	if (frame->signal) {
		printf("<signal handler called>\n");
		return NULL;
	}
	if (((!frame->inlines && (!frame->exact || !frame->file)) ||
	     what == LOCATION_AND_ADDRESS) &&
	    ij_gdb_is_on(&g->settings, IJ_GDB_SETTING_PRINT_ADDRESS))
		printf("0x%016llx in ", (unsigned long long)frame->pc);
	printf("%s (", frame->function ? frame->function : "??");
	IJ_CLI_TRY(ij_gdb_frame_arguments(g, frame->level));
	putchar(')');
	if (what == SHORT_LOCATION)
		;
	else if (frame->file)
		printf(" at %s:%u", frame->file, frame->line);
	else if (frame->module)
		printf(" from %s", frame->module);
	putchar('\n');
	return NULL;
}

/* A frame as `print frame-info` has it; @otherwise: where that is "auto". */
static struct ij_error *print_frame(struct ij_gdb *g, const struct ij_debugger_frame *frame,
				    bool number, int64_t otherwise)
{
	const int64_t what = frame_info(g, otherwise);

	/* Without a source a line is nothing. */
	if (what != SOURCE_LINE || !frame->file || frame->dummy || frame->signal)
		IJ_CLI_TRY(line_of(g, frame, number, what));
	if (what == SOURCE_LINE || what == SOURCE_AND_LOCATION)
		ij_gdb_source_line(g, frame, what == SOURCE_LINE);
	return NULL;
}

struct ij_error *ij_gdb_frame_line(struct ij_gdb *g, unsigned level, bool number)
{
	struct ij_debugger_frame frame;

	IJ_CLI_TRY(ij_debugger_frame(g->debugger, level, &frame));
	return print_frame(g, &frame, number, LOCATION);
}

void ij_gdb_source_line(struct ij_gdb *g, const struct ij_debugger_frame *frame, bool address)
{
	struct ij_error *err;

	if (!frame->file)
		return;
	if (address && !frame->exact && !frame->inlines &&
	    ij_gdb_is_on(&g->settings, IJ_GDB_SETTING_PRINT_ADDRESS))
		printf("0x%016llx\t", (unsigned long long)frame->pc);
	err = ij_gdb_source(g, frame->file, frame->path, frame->line, frame->line);
	ij_error_free(err);
	ij_gdb_look_at(g, frame->file, frame->path, frame->line);
}

struct ij_error *ij_gdb_frame_show(struct ij_gdb *g, bool number)
{
	struct ij_debugger_frame frame;

	IJ_CLI_TRY(ij_debugger_frame(g->debugger, ij_debugger_selected(g->debugger), &frame));
	return print_frame(g, &frame, number, SOURCE_AND_LOCATION);
}

/* Who stopped: "Thread 2 "name"", or @alone if there is but one. */
static void tell_thread(struct ij_gdb *g, const char *alone, const char *hit)
{
	pid_t tid = ij_debugger_current(g->debugger);

	if (!tid || !ij_gdb_threads_many(g)) {
		fputs(alone, stdout);
		return;
	}
	ij_gdb_thread_tell(g, tid);
	fputs(hit, stdout);
}

static void tell_signal(struct ij_gdb *g, const char *what, int signo)
{
	char name[IJ_GDB_SIGNAL_MAX], text[IJ_GDB_SIGNAL_MAX];

	ij_gdb_signal_words(signo, name, text);
	putchar('\n');
	tell_thread(g, "Program ", "");
	printf("%s signal %s, %s.\n", what, name, text);
}

void ij_gdb_signal_told(void *ctx, int signo)
{
	tell_signal(ctx, "received", signo);
}

void ij_gdb_forked_told(void *ctx, pid_t child, bool vfork)
{
	const struct ij_gdb *g = ctx;

	if (ij_gdb_is_on(&g->settings, IJ_GDB_SETTING_PRINT_INFERIOR_EVENTS))
		printf("[Detaching after %s from child process %d]\n", vfork ? "vfork" : "fork",
		       child);
}

static struct ij_error *ended(struct ij_gdb *g, const struct ij_debugger_event *event)
{
	if (event->kind == IJ_DEBUGGER_KILLED && !event->signo) {
		printf("\nThe program no longer exists.\n");
		return NULL;
	}
	if (event->kind == IJ_DEBUGGER_KILLED) {
		char name[IJ_GDB_SIGNAL_MAX], text[IJ_GDB_SIGNAL_MAX];

		ij_gdb_signal_words(event->signo, name, text);
		printf("\nProgram terminated with signal %s, %s.\n", name, text);
		printf("The program no longer exists.\n");
		return ij_debugger_set_integer(g->debugger, "$_exitsignal", event->signo);
	}
	if (event->status)
		printf("[Inferior %u (process %d) exited with code %02o]\n", g->inferior, g->was,
		       (unsigned)event->status);
	else
		printf("[Inferior %u (process %d) exited normally]\n", g->inferior, g->was);
	return ij_debugger_set_integer(g->debugger, "$_exitcode", event->status);
}

static void tell_breakpoint(struct ij_gdb *g, struct ij_gdb_break *it,
			    const struct ij_debugger_event *event)
{
	unsigned place;

	putchar('\n');
	if (!it->ended)
		tell_thread(g, "", "hit ");
	if (it->kind == IJ_GDB_BREAK_EVENT) {
		ij_gdb_catch_tell(it, event);
		return;
	}
	if (it->kind != IJ_GDB_BREAK_CODE) {
		ij_gdb_watch_tell(it);
		return;
	}
	if (it->catches) {
		printf("%s %u (%s), ", it->temporary ? "Temporary catchpoint" : "Catchpoint",
		       it->id, ij_gdb_catch_event(it));
		return;
	}
	printf("%s %u", it->temporary ? "Temporary breakpoint" : "Breakpoint", it->id);
	place = ij_gdb_break_place_of(g, it);
	if (place)
		printf(".%u", place);
	fputs(", ", stdout);
}

/* What precedes the place; whether that is told whole. */
static bool tell_why(struct ij_gdb *g, const struct ij_debugger_event *event, bool *silent_ret)
{
	struct ij_gdb_break *it;

	switch (event->kind) {
	case IJ_DEBUGGER_BREAKPOINT:
		it = ij_gdb_break_find(g, event->hits[0]);
		for (unsigned i = 0; i < event->hits_len; i++) {
			struct ij_gdb_break *hit = ij_gdb_break_find(g, event->hits[i]);

			*silent_ret = *silent_ret || (hit && hit->silent);
		}
		if (it && !*silent_ret)
			tell_breakpoint(g, it, event);
		return true;
	case IJ_DEBUGGER_SIGNALLED:
		if (event->signo)
			tell_signal(g, "received", event->signo);
		return true;
	case IJ_DEBUGGER_STARTED:
		printf("\nProgram stopped.\n");
		return true;
	default:
		return event->moved;
	}
}

/* Have what the function returned in the history. */
static struct ij_error *take_value(struct ij_gdb *g, struct ij_gdb_returned *ret)
{
	struct ij_datum_how how;
	struct ij_datum *datum;
	struct ij_error *err;

	IJ_CLI_TRY(ij_debugger_returned(g->debugger, &datum));
	if (!datum)
		return NULL;
	ij_gdb_how(g, 0, &how);
	err = ij_datum_text(g->debugger, datum, &how, &ret->text);
	if (!err)
		err = ij_datum_type(datum, &ret->type);
	if (!err)
		err = ij_debugger_keep(g->debugger, datum, &ret->number);
	ij_datum_free(datum);
	return err;
}

/* Another thread is looked at than before. */
static void tell_switch(struct ij_gdb *g)
{
	pid_t tid = ij_debugger_current(g->debugger);
	char text[96];

	if (ij_gdb_threads_many(g) && g->looked_at && g->looked_at != tid) {
		ij_gdb_thread_text(g, tid, false, text, sizeof(text));
		printf("[Switching to %s]\n", text);
	}
	g->looked_at = tid;
}

static void tell_value(struct ij_gdb *g, const struct ij_gdb_returned *value)
{
	if (!value->number)
		return;
	if (ij_gdb_is_on(&g->settings, IJ_GDB_SETTING_PRINT_FINISH))
		printf("Value returned is $%u = %s\n", value->number, value->text);
	else
		printf("Value returned is $%u = <not displayed>\n", value->number);
}

/* Tell it in words: where it stands, and what came of it. */
static struct ij_error *tell(struct ij_gdb *g, const struct ij_debugger_event *event,
			     struct ij_gdb_returned *value)
{
	struct ij_debugger_frame frame;
	bool silent = false, whole;

	tell_switch(g);
	whole = tell_why(g, event, &silent);
	if (!silent) {
		IJ_CLI_TRY(ij_debugger_frame(g->debugger, 0, &frame));
		IJ_CLI_TRY(
			print_frame(g, &frame, false, whole ? SOURCE_AND_LOCATION : SOURCE_LINE));
	}
	tell_value(g, value);
	if (!silent)
		ij_gdb_displays(g);
	return NULL;
}

/* What becomes of a stop that is not told in words. */
static void look(struct ij_gdb *g)
{
	struct ij_debugger_frame frame;
	struct ij_error *err = ij_debugger_frame(g->debugger, 0, &frame);

	if (!err && frame.file)
		ij_gdb_look_at(g, frame.file, frame.path, frame.line);
	ij_error_free(err);
}

struct ij_error *ij_gdb_stopped(struct ij_gdb *g, const struct ij_debugger_event *event)
{
	const struct ij_gdb_observer *observer = g->observer;
	struct ij_gdb_returned value = {0};
	struct ij_error *err = NULL;
	bool words = !observer || observer->stopping(observer->ctx, event);

	if (event->kind == IJ_DEBUGGER_EXITED || event->kind == IJ_DEBUGGER_KILLED) {
		ij_gdb_breaks_ended(g);
		err = ended(g, event);
		if (observer)
			observer->stopped(observer->ctx, event, &value);
		return err;
	}
	g->was = ij_debugger_pid(g->debugger);
	g->stop = *event;
	if (event->kind == IJ_DEBUGGER_RETURNED)
		err = take_value(g, &value);
	/* At the end of a call that was given up "GDB will silently stop." */
	if (!err && words && event->kind != IJ_DEBUGGER_CALL_ENDED)
		err = tell(g, event, &value);
	else
		look(g);
	if (observer)
		observer->stopped(observer->ctx, event, &value);
	free(value.text);
	free(value.type);
	IJ_CLI_TRY(err);
	g->met = event->hits_len ? event->hits[0] : 0;
	ij_gdb_breaks_met(g, event);
	return ij_gdb_breaks_commands(g, event);
}

void ij_gdb_notice_end(struct ij_gdb *g)
{
	struct ij_debugger_event event;

	if (ij_debugger_died(g->debugger, &event))
		ij_error_free(ij_gdb_stopped(g, &event));
}
