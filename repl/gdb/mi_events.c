/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What GDB/MI tells of its own accord: async records (gdb's manual, 27.7.2; gdb/mi/mi-interp.c). */
#include <string.h>

#include "repl/gdb/breaks.h"
#include "repl/gdb/mi.h"
#include "repl/gdb/threads.h"

unsigned ij_mi_thread_id(const struct ij_mi *mi, pid_t tid)
{
	IJ_LIST_EACH (&mi->threads, it)
		if (it->tid == tid)
			return it->id;
	return 0;
}

pid_t ij_mi_thread_tid(const struct ij_mi *mi, unsigned id)
{
	IJ_LIST_EACH (&mi->threads, it)
		if (it->id == id)
			return it->tid;
	return 0;
}

/* ---- What came and went ---- */

static void sync_threads(struct ij_mi *mi)
{
	struct ij_gdb *g = mi->g;
	size_t kept = 0;
	pid_t tid;

	ij_error_free(ij_gdb_threads_renew(g));
	IJ_LIST_EACH (&mi->threads, it) {
		if (ij_gdb_thread_of(g, it->id) == it->tid)
			mi->threads.items[kept++] = *it;
		else
			ij_mi_line(mi, "=thread-exited,id=\"%u\",group-id=\"i1\"", it->id);
	}
	mi->threads.len = kept;
	for (size_t i = 0; (tid = ij_debugger_thread(g->debugger, i)); i++) {
		const struct ij_mi_thread thread = {tid, ij_gdb_thread_number(g, tid)};

		if (ij_mi_thread_id(mi, tid))
			continue;
		ij_error_free(ij_list_push(&mi->threads, thread));
		ij_mi_line(mi, "=thread-created,id=\"%u\",group-id=\"i1\"", thread.id);
	}
}

static bool knows_library(const struct ij_mi *mi, const char *path)
{
	IJ_LIST_EACH (&mi->libraries, it)
		if (!strcmp(*it, path))
			return true;
	return false;
}

static void library_names(struct ij_mi *mi, const char *path)
{
	ij_mi_field(mi, "id", path);
	ij_mi_field(mi, "target-name", path);
	ij_mi_field(mi, "host-name", path);
}

void ij_mi_library(struct ij_mi *mi, const struct ij_debugger_module *module)
{
	library_names(mi, module->path);
	ij_mi_field(mi, "symbols-loaded", "0");
	ij_mi_field(mi, "thread-group", "i1");
	ij_mi_open(mi, "ranges", '[');
	ij_mi_open(mi, NULL, '{');
	ij_mi_address(mi, "from", module->text);
	ij_mi_address(mi, "to", module->text_end);
	ij_mi_close(mi, '{');
	ij_mi_close(mi, '[');
}

static void library_loaded(struct ij_mi *mi, const struct ij_debugger_module *module)
{
	char *copy = strdup(module->path);
	struct ij_error *err = copy ? ij_list_push(&mi->libraries, copy) : NULL;

	if (err) {
		free(copy);
		ij_error_free(err);
	}
	ij_mi_library(mi, module);
	ij_mi_record(mi, "", "=library-loaded");
}

static void sync_libraries(struct ij_mi *mi)
{
	struct ij_debugger *d = mi->g->debugger;
	struct ij_debugger_module module;
	size_t kept = 0;

	IJ_LIST_EACH (&mi->libraries, it) {
		bool lives = false;

		for (size_t i = 0; mi->pid && ij_debugger_module(d, i, &module); i++)
			lives = lives || !strcmp(module.path, *it);
		if (lives) {
			mi->libraries.items[kept++] = *it;
			continue;
		}
		/* With the process it is gone anyway. */
		if (mi->pid) {
			library_names(mi, *it);
			ij_mi_field(mi, "thread-group", "i1");
			ij_mi_record(mi, "", "=library-unloaded");
		}
		free(*it);
	}
	mi->libraries.len = kept;
	for (size_t i = 0; mi->pid && ij_debugger_module(d, i, &module); i++)
		if (!module.is_main && module.text && !knows_library(mi, module.path))
			library_loaded(mi, &module);
}

void ij_mi_sync(struct ij_mi *mi)
{
	pid_t pid = ij_debugger_pid(mi->g->debugger);
	struct ij_text fields = mi->fields;

	mi->fields = (struct ij_text){0};
	if (mi->pid && pid != mi->pid) {
		IJ_LIST_EACH (&mi->threads, it)
			ij_mi_line(mi, "=thread-exited,id=\"%u\",group-id=\"i1\"", it->id);
		mi->threads.len = 0;
		ij_mi_field(mi, "id", "i1");
		if (mi->exited)
			ij_mi_fieldf(mi, "exit-code", "%o", (unsigned)mi->exit_status);
		mi->has_exited = mi->exited;
		ij_mi_record(mi, "", "=thread-group-exited");
		mi->pid = 0;
		sync_libraries(mi);
	}
	mi->exited = false;
	if (pid && !mi->pid) {
		mi->pid = pid;
		ij_mi_line(mi, "=thread-group-started,id=\"i1\",pid=\"%d\"", pid);
	}
	if (mi->pid) {
		sync_threads(mi);
		sync_libraries(mi);
	}
	mi->fields = fields;
}

/* ---- Going on and standing ---- */

static void running(void *ctx)
{
	struct ij_mi *mi = ctx;

	if (mi->running)
		return;
	ij_mi_sync(mi);
	mi->running = true;
	if (!mi->ran)
		ij_mi_line(mi, "%s^running", mi->token);
	ij_mi_line(mi, "*running,thread-id=\"all\"");
	if (!mi->ran)
		ij_mi_line(mi, "(gdb) ");
	mi->ran = true;
	/* Stops are told in words where the person is. */
	if (mi->beside)
		ij_mi_speak(mi, false);
	ij_mi_input_watch(&mi->input);
}

static bool stopping(void *ctx, const struct ij_debugger_event *event)
{
	struct ij_mi *mi = ctx;

	if (mi->running)
		ij_mi_input_unwatch(&mi->input);
	/* What interrupted it is over. */
	mi->g->interrupted = 0;
	mi->exited = event->kind == IJ_DEBUGGER_EXITED;
	mi->exit_status = event->status;
	if (event->kind != IJ_DEBUGGER_EXITED && event->kind != IJ_DEBUGGER_KILLED)
		ij_mi_sync(mi);
	return !mi->one_by_one ||
	       (event->kind != IJ_DEBUGGER_STEPPED && event->kind != IJ_DEBUGGER_RETURNED &&
		event->kind != IJ_DEBUGGER_REACHED);
}

static void signal_fields(struct ij_mi *mi, int signo)
{
	char name[IJ_GDB_SIGNAL_MAX], text[IJ_GDB_SIGNAL_MAX];

	ij_gdb_signal_words(signo, name, text);
	ij_mi_field(mi, "signal-name", signo ? name : "0");
	ij_mi_field(mi, "signal-meaning", signo ? text : "Signal 0");
}

static const char *reason_of(const struct ij_debugger_caught *caught)
{
	switch (caught->what) {
	case IJ_DEBUGGER_CATCH_FORK:
	case IJ_DEBUGGER_CATCH_VFORK:
	case IJ_DEBUGGER_CATCH_EXEC:
		return ij_gdb_catch_word(caught->what);
	case IJ_DEBUGGER_CATCH_SYSCALL:
		return caught->returned ? "syscall-return" : "syscall-entry";
	default:
		return "breakpoint-hit";
	}
}

static void caught_fields(struct ij_mi *mi, const struct ij_debugger_caught *caught,
			  const struct ij_gdb_break *it)
{
	const char *name;

	switch (caught->what) {
	case IJ_DEBUGGER_CATCH_FORK:
	case IJ_DEBUGGER_CATCH_VFORK:
		ij_mi_fieldf(mi, "newpid", "%d", caught->child);
		break;
	case IJ_DEBUGGER_CATCH_EXEC:
		ij_mi_field(mi, "new-exec", it && it->program ? it->program : "");
		break;
	case IJ_DEBUGGER_CATCH_SYSCALL:
		ij_mi_fieldf(mi, "syscall-number", "%d", caught->number);
		name = ij_debugger_syscall(caught->number);
		if (name)
			ij_mi_field(mi, "syscall-name", name);
		break;
	default:
		break;
	}
}

/* Why it stands, as fields. */
static void reason_fields(struct ij_mi *mi, const struct ij_debugger_event *event)
{
	const struct ij_gdb_break *it;

	switch (event->kind) {
	case IJ_DEBUGGER_BREAKPOINT:
		it = ij_gdb_break_find(mi->g, event->hits[0]);
		if (it && ij_gdb_break_is_watch(it)) {
			ij_mi_watch_fields(mi, it);
			break;
		}
		ij_mi_field(mi, "reason", reason_of(&event->caught));
		ij_mi_field(mi, "disp", it && it->temporary ? "del" : "keep");
		ij_mi_fieldf(mi, "bkptno", "%u", event->hits[0]);
		caught_fields(mi, &event->caught, it);
		break;
	case IJ_DEBUGGER_STEPPED:
		ij_mi_field(mi, "reason", "end-stepping-range");
		break;
	case IJ_DEBUGGER_REACHED:
		ij_mi_field(mi, "reason", "location-reached");
		break;
	case IJ_DEBUGGER_RETURNED:
		ij_mi_field(mi, "reason", "function-finished");
		break;
	case IJ_DEBUGGER_SIGNALLED:
		ij_mi_field(mi, "reason", "signal-received");
		signal_fields(mi, event->signo);
		break;
	case IJ_DEBUGGER_EXECUTED:
		ij_mi_field(mi, "reason", "exec");
		break;
	case IJ_DEBUGGER_EXITED:
		ij_mi_field(mi, "reason", event->status ? "exited" : "exited-normally");
		if (event->status)
			ij_mi_fieldf(mi, "exit-code", "%02o", (unsigned)event->status);
		break;
	case IJ_DEBUGGER_KILLED:
		ij_mi_field(mi, "reason", "exited-signalled");
		signal_fields(mi, event->signo);
		break;
	case IJ_DEBUGGER_STARTED:
	case IJ_DEBUGGER_CALL_ENDED:
		break;
	}
}

static void stopped(void *ctx, const struct ij_debugger_event *event,
		    const struct ij_gdb_returned *returned)
{
	struct ij_mi *mi = ctx;
	struct ij_text outer = mi->fields;
	struct ij_error *err;

	fflush(stdout);
	mi->fields = (struct ij_text){0};
	mi->running = false;
	if (event->kind == IJ_DEBUGGER_EXITED || event->kind == IJ_DEBUGGER_KILLED) {
		ij_mi_sync(mi);
		reason_fields(mi, event);
		ij_mi_record(mi, "", "*stopped");
		mi->fields = outer;
		return;
	}
	reason_fields(mi, event);
	ij_mi_open(mi, "frame", '{');
	err = ij_mi_frame(mi, 0, false, true);
	ij_error_free(err);
	ij_mi_close(mi, '{');
	if (returned->number) {
		ij_mi_fieldf(mi, "gdb-result-var", "$%u", returned->number);
		ij_mi_field(mi, "return-value", returned->text);
	}
	ij_mi_fieldf(mi, "thread-id", "%u",
		     ij_mi_thread_id(mi, ij_debugger_current(mi->g->debugger)));
	ij_mi_field(mi, "stopped-threads", "all");
	ij_mi_record(mi, "", "*stopped");
	mi->fields = outer;
}

static void gone(void *ctx)
{
	ij_mi_sync(ctx);
}

static void setting(void *ctx, const char *name, const char *text)
{
	struct ij_mi *mi = ctx;
	struct ij_text outer = mi->fields;

	if (mi->quiet_set)
		return;
	mi->fields = (struct ij_text){0};
	ij_mi_field(mi, "param", name);
	ij_mi_field(mi, "value", text);
	ij_mi_record(mi, "", "=cmd-param-changed");
	mi->fields = outer;
}

static void breakpoint(void *ctx, const struct ij_gdb_break *it, enum ij_gdb_change change)
{
	struct ij_mi *mi = ctx;
	struct ij_text outer = mi->fields;

	if (mi->quiet_breaks)
		return;
	mi->fields = (struct ij_text){0};
	if (change == IJ_GDB_DELETED) {
		ij_mi_fieldf(mi, "id", "%u", it->id);
		ij_mi_record(mi, "", "=breakpoint-deleted");
	} else {
		ij_mi_bkpt(mi, it);
		ij_mi_record(mi, "",
			     change == IJ_GDB_CREATED ? "=breakpoint-created"
						      : "=breakpoint-modified");
	}
	mi->fields = outer;
}

void ij_mi_observe(struct ij_mi *mi)
{
	mi->observer = (struct ij_gdb_observer){.running = running,
						.stopping = stopping,
						.stopped = stopped,
						.gone = gone,
						.setting = setting,
						.breakpoint = breakpoint,
						.ctx = mi};
	mi->g->observer = &mi->observer;
}
