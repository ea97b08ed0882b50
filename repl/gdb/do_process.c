/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Attaching, letting go, and ending. */
#include <ctype.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "repl/gdb/proc.h"
#include "repl/gdb/process.h"

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

struct ij_error *ij_gdb_attach(struct ij_gdb *g, pid_t pid)
{
	struct ij_session *session;
	struct ij_error *err;

	if (ij_debugger_state_of(g->debugger) != IJ_DEBUGGER_NONE)
		return IJ_GDB_TEXT(USAGE, "A program is being debugged already.");
	err = g->host->attach(g->host->ctx, pid, g->protos, &session);
	if (!err) {
		err = ij_debugger_attach(g->debugger, session);
		if (err)
			ij_session_destroy(session);
	}
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
	tell_place(g, pid);
	return NULL;
}

IJ_GDB_DO(attach)
{
	char *end;
	long pid = strtol(args, &end, 0);

	if (!*args)
		return IJ_GDB_TEXT(USAGE, "Argument required (process-id to attach).");
	if (*end || pid <= 0 || pid > INT32_MAX)
		return IJ_GDB_TEXT(USAGE, "Illegal process-id: %s.", args);
	if (ij_debugger_state_of(g->debugger) != IJ_DEBUGGER_NONE) {
		if (!ij_gdb_ask(g, "A program is being debugged already.  Kill it? "))
			return IJ_GDB_TEXT(USAGE, "Not killed.");
		IJ_CLI_TRY(ij_gdb_let_go(g, false));
	}
	printf("Attaching to process %ld\n", pid);
	fflush(stdout);
	return ij_gdb_attach(g, (pid_t)pid);
}

struct ij_error *ij_gdb_let_go(struct ij_gdb *g, bool quiet)
{
	pid_t pid = ij_debugger_pid(g->debugger);
	unsigned left = 0;
	struct ij_error *err;

	if (!pid)
		return NULL;
	/* What was started ends with us; what was attached to goes on. */
	if (quiet && ij_debugger_state_of(g->debugger) == IJ_DEBUGGER_STOPPED) {
		ij_debugger_kill(g->debugger);
		return NULL;
	}
	err = ij_debugger_detach(g->debugger, &left);
	g->call.tid = 0;
	/* That it ended meanwhile is no failure. */
	if (ij_error_code_of(err) == IJ_ERR_GONE) {
		ij_error_free(err);
		err = NULL;
	}
	if (err)
		return err;
	if (g->observer)
		g->observer->gone(g->observer->ctx);
	if (left)
		fprintf(stderr,
			"warning: %u mapping(s) of ours could not be removed from process %d; they "
			"do no harm, and the next session removes them\n",
			left, pid);
	if (!quiet && ij_gdb_is_on(&g->settings, IJ_GDB_SETTING_PRINT_INFERIOR_EVENTS))
		printf("[Inferior 1 (process %d) detached]\n", pid);
	return NULL;
}

IJ_GDB_DO(detach)
{
	struct ij_debugger_module module = {.path = ""};
	pid_t pid = ij_debugger_pid(g->debugger);

	(void)args;
	if (!pid)
		return IJ_GDB_TEXT(USAGE, "The program is not being run.");
	(void)ij_debugger_module(g->debugger, 0, &module);
	if (!g->batch || ij_debugger_state_of(g->debugger) == IJ_DEBUGGER_STOPPED)
		printf("Detaching from program: %s, process %d\n", module.path, pid);
	return ij_gdb_let_go(g, false);
}

IJ_GDB_DO(kill)
{
	pid_t pid = ij_debugger_pid(g->debugger);
	bool alive;

	(void)args;
	if (!pid)
		return IJ_GDB_TEXT(USAGE, "The program is not being run.");
	if (!ij_gdb_ask(g, "Kill the program being debugged? "))
		return IJ_GDB_TEXT(USAGE, "Not confirmed.");
	if (ij_debugger_state_of(g->debugger) == IJ_DEBUGGER_STOPPED) {
		ij_debugger_kill(g->debugger);
		printf("[Inferior 1 (process %d) killed]\n", pid);
		return NULL;
	}
	alive = ij_session_alive(ij_debugger_session(g->debugger));
	IJ_CLI_TRY(ij_gdb_let_go(g, true));
	/* The number is the process's own for as long as the session knew it alive. */
	if (alive && kill(pid, SIGKILL))
		return IJ_GDB_TEXT(PERM, "process %d cannot be killed", pid);
	printf("[Inferior 1 (process %d) killed]\n", pid);
	return NULL;
}

struct ij_error *ij_gdb_quit_ask(struct ij_gdb *g)
{
	enum ij_debugger_state state = ij_debugger_state_of(g->debugger);

	if (state == IJ_DEBUGGER_NONE || g->batch)
		return NULL;
	if (ij_gdb_ask(g,
		       "A debugging session is active.\n\n\tInferior 1 [process %d] will be "
		       "%s.\n\nQuit anyway? ",
		       ij_debugger_pid(g->debugger),
		       state == IJ_DEBUGGER_STOPPED ? "killed" : "detached"))
		return NULL;
	return IJ_GDB_TEXT(USAGE, "Not confirmed.");
}

IJ_GDB_DO(quit)
{
	int64_t status = 0;

	if (*args)
		IJ_CLI_TRY(ij_gdb_number(g, args, &status));
	IJ_CLI_TRY(ij_gdb_quit_ask(g));
	g->quit_status = (int)status;
	g->quit = true;
	return NULL;
}

IJ_GDB_DO(shell)
{
	const char *shell = getenv("SHELL");
	int status = 0;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid) {
		if (!shell || !*shell)
			shell = "/bin/sh";
		if (*args)
			execl(shell, shell, "-c", args, (char *)NULL);
		else
			execl(shell, shell, (char *)NULL);
		_exit(127);
	}
	if (pid < 0)
		return IJ_GDB_TEXT(OS, "Fork failed");
	while (waitpid(pid, &status, 0) < 0 && !g->interrupted)
		;
	if (WIFEXITED(status))
		return ij_debugger_set_integer(g->debugger, "$_shell_exitcode",
					       WEXITSTATUS(status));
	return ij_debugger_set_integer(g->debugger, "$_shell_exitsignal", WTERMSIG(status));
}

IJ_GDB_DO(thread)
{
	pid_t pid = ij_debugger_pid(g->debugger), *tids, tid;
	size_t len, number;
	char *end;

	if (!pid)
		return IJ_GDB_TEXT(USAGE, "No thread selected");
	IJ_CLI_TRY(ij_gdb_threads(pid, &tids, &len));
	number = strtoul(args, &end, 0);
	if (!*args) {
		for (number = 1; number < len && tids[number - 1] != g->call.tid;)
			number++;
		if (!g->call.tid)
			number = 1;
	} else if (*end || !number || number > len) {
		free(tids);
		return *end ? IJ_GDB_TEXT(USAGE, "Invalid thread ID: %s", args)
			    : IJ_GDB_TEXT(NOTFOUND, "Unknown thread %s.", args);
	}
	tid = tids[number - 1];
	free(tids);
	if (*args)
		g->call.tid = tid;
	printf(*args ? "[Switching to thread %zu (LWP %d)](running)\n"
		     : "[Current thread is %zu (LWP %d)]\n",
	       number, tid);
	return NULL;
}

IJ_GDB_DO(help)
{
	const struct ij_gdb_command *command;
	size_t len = strcspn(args, " \t");

	IJ_LIST_EACH (&g->users, it)
		if (*args && !strcmp(it->name, args)) {
			fputs(it->document ? it->document : "User-defined.\n", stdout);
			return NULL;
		}
	if (!*args) {
		printf("List of commands:\n\n");
		for (const struct ij_gdb_command *it = ij_gdb_commands; it->name; it++)
			if (it->summary)
				printf("%s -- %s\n", it->name, it->summary);
		printf("\nType \"help\" followed by command name for full documentation.\n");
		return NULL;
	}
	IJ_CLI_TRY(ij_gdb_find(ij_gdb_commands, "", args, len, &command));
	for (const struct ij_gdb_command *it = ij_gdb_commands; it->name; it++)
		if (it->summary && it->run == command->run)
			command = it;
	printf("%s\nUsage: %s %s\n", command->summary, command->name, command->usage);
	for (const struct ij_gdb_command *it = command->subs; it && it->name; it++)
		printf("%s %s -- %s\n", command->name, it->name, it->summary);
	return NULL;
}

IJ_GDB_DO(complete)
{
	size_t len = strlen(args);

	(void)g;
	for (const struct ij_gdb_command *it = ij_gdb_commands; it->name; it++)
		if (it->summary && !strncmp(it->name, args, len))
			printf("%s\n", it->name);
	return NULL;
}
