/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Attaching, and what is said of the file that the process runs (gdb/infcmd.c, attach_command;
 * gdb/exec.c, validate_exec_file). */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "repl/gdb/breaks.h"
#include "repl/gdb/display.h"
#include "repl/gdb/proc.h"
#include "repl/gdb/process.h"
#include "repl/gdb/stop.h"

/* Where the process is, as far as that can be seen from outside: "0x7f12 in poll () from libc". */
static void tell_place(struct ij_gdb *g, pid_t pid)
{
	uint64_t pc;
	char *text = NULL, *section;
	struct ij_error *err;

	if (!ij_gdb_sleeps_at(pid, pid, &pc))
		return;
	err = ij_debugger_symbol(g->debugger, pc, &text);
	if (err || !text) {
		printf("0x%016llx in ?? ()\n", (unsigned long long)pc);
		ij_error_free(err);
		return;
	}
	section = strstr(text, " in section ");
	if (section) {
		char *of = strstr(section + 1, " of ");

		*section = 0;
		text[strcspn(text, " ")] = 0;
		printf("0x%016llx in %s ()%s%s\n", (unsigned long long)pc, text, of ? " from " : "",
		       of ? of + 4 : "");
	}
	free(text);
}

/* Is the file the one that was read? If not it is read anew. */
static void read_anew(struct ij_gdb *g)
{
	const char *path = ij_debugger_path(g->debugger);
	struct stat st;

	if (!path || stat(path, &st) ||
	    (st.st_mtim.tv_sec == g->file_time.tv_sec &&
	     st.st_mtim.tv_nsec == g->file_time.tv_nsec))
		return;
	printf("`%s' has changed; re-reading symbols.\n", path);
	g->file_time = st.st_mtim;
}

/* The process may run another file than the one that was named. Names are its own all the same. */
static struct ij_error *compare_files(struct ij_gdb *g)
{
	static const char *const handlings[] = {"ask", "warn", "off"};
	const int64_t how = g->settings.numbers[IJ_GDB_SETTING_EXEC_FILE_MISMATCH];
	struct ij_debugger_module module;

	if (how == 2 || !ij_debugger_module(g->debugger, 0, &module) ||
	    ij_debugger_runs_file(g->debugger))
		return NULL;
	fflush(stdout);
	fprintf(stderr,
		"warning: Build ID mismatch between current exec-file %s\nand automatically "
		"determined exec-file %s\nexec-file-mismatch handling is currently \"%s\"\n",
		ij_debugger_path(g->debugger), module.path, handlings[how]);
	fflush(stderr);
	if (how == 1 || !ij_gdb_ask(g, "Load new symbol table from \"%s\"? ", module.path))
		return NULL;
	return ij_gdb_file(g, module.path);
}

/* Whoever traces it already is named, as gdb does (gdb/linux-nat.c, attach_proc_task_lwp_callback).
 */
static struct ij_error *check_free(struct ij_gdb *g, pid_t pid)
{
	const pid_t tracer = pid ? ij_gdb_tracer(pid) : 0;

	if (!tracer)
		return ij_gdb_inferiors_check(g);
	fprintf(stderr, "warning: process %d is already traced by process %d\n", pid, tracer);
	return IJ_GDB_TEXT(TRACED, "process %d traces it already", tracer);
}

/* Attach, and say of which file the process is. */
static struct ij_error *take(struct ij_gdb *g, pid_t pid)
{
	const bool named = ij_debugger_path(g->debugger);
	struct ij_session *session;
	struct ij_error *err;

	if (named && !g->batch)
		printf("Attaching to program: %s, process %d\n", ij_debugger_path(g->debugger),
		       pid);
	else if (!g->batch || g->input)
		printf("Attaching to process %d\n", pid);
	fflush(stdout);
	IJ_CLI_TRY(check_free(g, pid));
	g->host->keep(g->host->ctx, g->settings.numbers[IJ_GDB_SETTING_PRIVILEGES] == 1);
	err = pid ? g->host->attach(g->host->ctx, pid, g->protos, &session)
		  : IJ_GDB_TEXT(NOPROC, "there is no process 0");
	if (err)
		return err;
	read_anew(g);
	err = ij_debugger_attach(g->debugger, session);
	if (err) {
		ij_session_destroy(session);
		return err;
	}
	if (named)
		return compare_files(g);
	if (!g->batch && ij_debugger_path(g->debugger))
		printf("Reading symbols from %s...\n", ij_debugger_path(g->debugger));
	return NULL;
}

struct ij_error *ij_gdb_attach(struct ij_gdb *g, pid_t pid)
{
	struct ij_error *err;

	if (ij_debugger_state_of(g->debugger) != IJ_DEBUGGER_NONE)
		return IJ_GDB_TEXT(USAGE, "A program is being debugged already.");
	err = take(g, pid);
	if (err) {
		enum ij_error_code code = ij_error_code_of(err);
		struct ij_error *told;

		/* gdb's words first, then why. */
		told = ij_error_create(code, "%s\n%s",
				       code == IJ_ERR_NOPROC ? "ptrace: No such process."
							     : "ptrace: Operation not permitted.",
				       ij_error_message(err));
		ij_error_free(err);
		g->status = ij_status_worse(g->status, ij_error_exit_status(code));
		return told;
	}
	g->was = pid;
	ij_gdb_breaks_renew(g);
	/* A batch looks at it when it wants to; to a person, and to an editor, it stands. */
	if (g->batch) {
		tell_place(g, pid);
		/* What several commands do belongs together. */
		return g->many ? ij_debugger_hold(g->debugger) : NULL;
	}
	IJ_CLI_TRY(ij_debugger_hold(g->debugger));
	err = ij_gdb_frame_show(g, false);
	ij_gdb_displays(g);
	if (!err && g->observer) {
		const struct ij_debugger_event event = {.kind = IJ_DEBUGGER_STARTED};
		const struct ij_gdb_returned none = {0};

		(void)g->observer->stopping(g->observer->ctx, &event);
		g->observer->stopped(g->observer->ctx, &event, &none);
	}
	/* That was not the person's looking: calls may be made elsewhere still. */
	return err ? err : ij_debugger_hold(g->debugger);
}

IJ_GDB_DO(core_file)
{
	if (!*args) {
		if (g->from_tty)
			printf("No core file now.\n");
		return NULL;
	}
	if (access(args, R_OK))
		return IJ_GDB_TEXT(NOTFOUND, "%s: No such file or directory.", args);
	return IJ_GDB_TEXT(UNSUPPORTED,
			   "core-file: cores are not supported, for nothing can be called in them; "
			   "%s is not read",
			   args);
}

IJ_GDB_DO(attach)
{
	char *end;
	long pid = strtol(args, &end, 0);

	if (!*args)
		return IJ_GDB_TEXT(USAGE, "Argument required (process-id to attach).");
	if (*end || pid < 0 || pid > INT32_MAX)
		return IJ_GDB_TEXT(USAGE, "Illegal process-id: %s.", args);
	if (ij_debugger_state_of(g->debugger) != IJ_DEBUGGER_NONE) {
		if (!ij_gdb_ask(g, "A program is being debugged already.  Kill it? "))
			return IJ_GDB_TEXT(USAGE, "Not killed.");
		IJ_CLI_TRY(ij_gdb_let_go(g, false));
	}
	return ij_gdb_attach(g, (pid_t)pid);
}
