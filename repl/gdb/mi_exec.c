/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* -exec-*, -target-* and -thread-* of GDB/MI (gdb/mi/mi-main.c, mi-cmd-target.c). */
#include <string.h>

#include "repl/gdb/mi.h"
#include "repl/gdb/proc.h"
#include "repl/gdb/process.h"
#include "repl/gdb/threads.h"

/* ---- Going on ---- */

/* A command of gdb's own with the words of @call, which may not ask to go backward. */
static struct ij_error *go(struct ij_mi *mi, struct ij_mi_call *call, ij_gdb_fn fn)
{
	for (size_t i = 0; i < call->argc; i++)
		if (!strcmp(call->argv[i], "--reverse"))
			return IJ_GDB_TEXT(UNSUPPORTED,
					   "Target native does not support this command.");
	return ij_mi_plain(mi, call, fn);
}

IJ_MI_DO(exec_continue)
{
	return go(mi, call, ij_gdb_do_continue);
}

IJ_MI_DO(exec_finish)
{
	return go(mi, call, ij_gdb_do_finish);
}

IJ_MI_DO(exec_next)
{
	return go(mi, call, ij_gdb_do_next);
}

IJ_MI_DO(exec_next_instruction)
{
	return go(mi, call, ij_gdb_do_nexti);
}

IJ_MI_DO(exec_step)
{
	return go(mi, call, ij_gdb_do_step);
}

IJ_MI_DO(exec_step_instruction)
{
	return go(mi, call, ij_gdb_do_stepi);
}

IJ_MI_DO(exec_until)
{
	return go(mi, call, ij_gdb_do_until);
}

IJ_MI_DO(exec_jump)
{
	return go(mi, call, ij_gdb_do_jump);
}

IJ_MI_DO(exec_run)
{
	static const char *const names[] = {"-start", NULL};
	const char *arg = NULL;
	char none[] = "";
	bool start = false;
	int idx;

	for (;;) {
		IJ_CLI_TRY(ij_mi_option(call, names, &idx, &arg));
		if (idx < 0)
			break;
		start = true;
	}
	if (call->at < call->argc)
		return IJ_MI_USAGE("Invalid argument: %s", call->argv[call->at]);
	return start ? ij_gdb_do_start(mi->g, none) : ij_gdb_do_run(mi->g, none);
}

IJ_MI_DO(exec_interrupt)
{
	(void)mi;
	(void)call;
	/* One that came while it runs was obeyed before. */
	return IJ_GDB_TEXT(USAGE, "Inferior not executing.");
}

IJ_MI_DO(exec_return)
{
	struct ij_error *err;

	IJ_CLI_TRY(ij_gdb_return(mi->g, ij_gdb_trim(call->rest)));
	ij_mi_open(mi, "frame", '{');
	err = ij_mi_frame(mi, 0, true, true);
	ij_mi_close(mi, '{');
	return err;
}

IJ_MI_DO(exec_arguments)
{
	char *copy = strdup(ij_gdb_trim(call->rest));

	if (!copy)
		return ij_cli_nomem();
	free(mi->g->settings.texts[IJ_GDB_SETTING_ARGS]);
	mi->g->settings.texts[IJ_GDB_SETTING_ARGS] = copy;
	return NULL;
}

/* ---- Targets ---- */

IJ_MI_DO(target_attach)
{
	return ij_mi_plain(mi, call, ij_gdb_do_attach);
}

IJ_MI_DO(target_detach)
{
	if (call->argc > 1)
		return IJ_MI_USAGE("Usage: -target-detach [pid | thread-group]");
	if (!ij_debugger_pid(mi->g->debugger))
		return IJ_GDB_TEXT(USAGE, "The program is not being run.");
	return ij_gdb_let_go(mi->g, false);
}

IJ_MI_DO(target_select)
{
	(void)mi;
	if (!call->argc)
		return IJ_MI_USAGE("Argument required (target name).  Try `help target'");
	return IJ_GDB_TEXT(UNSUPPORTED,
			   "-target-select: target \"%s\" is not supported: only programs on this "
			   "machine are, by -exec-run and -target-attach",
			   call->argv[0]);
}

/* ---- Threads ---- */

static unsigned current(const struct ij_mi *mi)
{
	pid_t tid = ij_debugger_current(mi->g->debugger);

	if (!tid && mi->threads.len)
		return mi->threads.items[0].id;
	return ij_mi_thread_id(mi, tid);
}

IJ_MI_DO(thread_list_ids)
{
	(void)call;
	ij_mi_sync(mi);
	ij_mi_open(mi, "thread-ids", '{');
	IJ_LIST_EACH (&mi->threads, it)
		ij_mi_fieldf(mi, "thread-id", "%u", it->id);
	ij_mi_close(mi, '{');
	if (mi->threads.len)
		ij_mi_fieldf(mi, "current-thread-id", "%u", current(mi));
	ij_mi_fieldf(mi, "number-of-threads", "%zu", mi->threads.len);
	return NULL;
}

/* What gdb's `info threads` has of a thread, with its innermost frame. */
static struct ij_error *thread_fields(struct ij_mi *mi, const struct ij_mi_thread *thread)
{
	struct ij_debugger *d = mi->g->debugger;
	struct ij_error *err;
	char *name, text[64];

	ij_mi_fieldf(mi, "id", "%u", thread->id);
	ij_gdb_thread_text(mi->g, thread->tid, false, text, sizeof(text));
	ij_mi_field(mi, "target-id", text);
	if (!ij_gdb_thread_name(mi->pid, thread->tid, &name)) {
		ij_mi_field(mi, "name", name);
		free(name);
	}
	IJ_CLI_TRY(ij_debugger_select_thread(d, thread->tid));
	ij_mi_open(mi, "frame", '{');
	err = ij_mi_frame(mi, 0, true, true);
	ij_mi_close(mi, '{');
	ij_mi_field(mi, "state", "stopped");
	return err;
}

IJ_MI_DO(thread_info)
{
	struct ij_debugger *d = mi->g->debugger;
	pid_t was = ij_debugger_current(d);
	unsigned level = ij_debugger_selected(d);
	unsigned long only = call->argc ? strtoul(call->argv[0], NULL, 10) : 0;
	struct ij_error *err = NULL;

	if (call->argc > 1)
		return IJ_MI_USAGE("Invalid MI command");
	ij_mi_sync(mi);
	ij_mi_open(mi, "threads", '[');
	IJ_LIST_EACH (&mi->threads, it) {
		if (err || (only && it->id != only))
			continue;
		ij_mi_open(mi, NULL, '{');
		err = thread_fields(mi, it);
		ij_mi_close(mi, '{');
	}
	ij_mi_close(mi, '[');
	if (was) {
		ij_error_free(ij_debugger_select_thread(d, was));
		ij_error_free(ij_debugger_select(d, level));
	}
	IJ_CLI_TRY(err);
	if (mi->threads.len && !only)
		ij_mi_fieldf(mi, "current-thread-id", "%u", current(mi));
	return NULL;
}

IJ_MI_DO(thread_select)
{
	struct ij_debugger *d = mi->g->debugger;
	unsigned long id;
	struct ij_error *err;

	if (call->argc != 1)
		return IJ_MI_USAGE("-thread-select: USAGE: threadnum.");
	id = strtoul(call->argv[0], NULL, 10);
	IJ_LIST_EACH (&mi->threads, it) {
		if (it->id != id)
			continue;
		IJ_CLI_TRY(ij_debugger_select_thread(d, it->tid));
		ij_mi_fieldf(mi, "new-thread-id", "%lu", id);
		ij_mi_open(mi, "frame", '{');
		err = ij_mi_frame(mi, 0, true, true);
		ij_mi_close(mi, '{');
		return err;
	}
	return IJ_GDB_TEXT(NOTFOUND, "Thread ID %lu not known.", id);
}

/* The one group that there is: its process, or what it would be of. */
IJ_MI_DO(list_thread_groups)
{
	struct ij_debugger *d = mi->g->debugger;
	const char *path = ij_debugger_path(d);
	bool inner = false;
	struct ij_error *err = NULL;

	for (size_t i = 0; i < call->argc; i++) {
		if (!strcmp(call->argv[i], "--available"))
			return IJ_GDB_TEXT(UNSUPPORTED,
					   "-list-thread-groups: --available is not supported");
		inner = inner || !strcmp(call->argv[i], "i1");
		if (!strcmp(call->argv[i], "--recurse"))
			i++;
	}
	ij_mi_sync(mi);
	if (inner) {
		struct ij_mi_call none = {.name = call->name};

		if (mi->pid)
			return ij_mi_do_thread_info(mi, &none);
		ij_mi_open(mi, "threads", '[');
		ij_mi_close(mi, '[');
		return NULL;
	}
	ij_mi_open(mi, "groups", '[');
	ij_mi_open(mi, NULL, '{');
	ij_mi_field(mi, "id", "i1");
	ij_mi_field(mi, "type", "process");
	if (mi->pid)
		ij_mi_fieldf(mi, "pid", "%d", mi->pid);
	else if (mi->has_exited)
		ij_mi_fieldf(mi, "exit-code", "%o", (unsigned)mi->exit_status);
	if (path)
		ij_mi_field(mi, "executable", path);
	ij_mi_close(mi, '{');
	ij_mi_close(mi, '[');
	return err;
}
