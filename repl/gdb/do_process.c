/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Letting go, and ending. */
#include <ctype.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "repl/gdb/breaks.h"
#include "repl/gdb/proc.h"
#include "repl/gdb/process.h"

struct ij_error *ij_gdb_let_go(struct ij_gdb *g, bool quiet)
{
	pid_t pid = ij_debugger_pid(g->debugger);
	unsigned left = 0;
	struct ij_error *err;

	if (!pid)
		return NULL;
	/* What was started ends with us; what was attached to goes on. */
	if (quiet && ij_debugger_is_own(g->debugger)) {
		ij_debugger_kill(g->debugger);
		return NULL;
	}
	err = ij_debugger_detach(g->debugger, &left);
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
		printf("[Inferior %u (process %d) detached]\n", g->inferior, pid);
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
	if (!g->batch || ij_debugger_is_own(g->debugger))
		printf("Detaching from program: %s, process %d\n", module.path, pid);
	return ij_gdb_let_go(g, false);
}

IJ_GDB_DO(kill)
{
	pid_t pid = ij_debugger_pid(g->debugger);

	(void)args;
	if (!pid)
		return IJ_GDB_TEXT(USAGE, "The program is not being run.");
	if (!ij_gdb_ask(g, "Kill the program being debugged? "))
		return IJ_GDB_TEXT(USAGE, "Not confirmed.");
	ij_debugger_kill(g->debugger);
	ij_gdb_breaks_ended(g);
	printf("[Inferior %u (process %d) killed]\n", g->inferior, pid);
	return NULL;
}

struct ij_error *ij_gdb_quit_ask(struct ij_gdb *g)
{
	if (!ij_debugger_pid(g->debugger) || g->batch)
		return NULL;
	if (ij_gdb_ask(g,
		       "A debugging session is active.\n\n\tInferior %u [process %d] will be "
		       "%s.\n\nQuit anyway? ",
		       g->inferior, ij_debugger_pid(g->debugger),
		       ij_debugger_is_own(g->debugger) ? "killed" : "detached"))
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
