/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Commands that run others: with, pipe, frame apply, faas; and alias (gdb/cli/cli-cmds.c,
 * gdb/stack.c). */
#include <ctype.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "repl/gdb/stop.h"
#include "repl/gdb/subs.h"
#include "repl/gdb/threads.h"

/* @text up to the word @mark; NULL: it is not there. What follows it is in *@rest_ret. */
static char *split(char *text, const char *mark, char **rest_ret)
{
	const size_t len = strlen(mark);

	for (char *pos = text; (pos = strstr(pos, mark)); pos += len) {
		if ((pos != text && !isspace((unsigned char)pos[-1])) ||
		    (pos[len] && !isspace((unsigned char)pos[len])))
			continue;
		*rest_ret = ij_gdb_trim(pos + len);
		*pos = 0;
		return ij_gdb_trim(text);
	}
	return NULL;
}

IJ_GDB_DO(with)
{
	struct ij_error *err, *back;
	struct ij_text line = {0};
	const char *name = NULL;
	char *command, *was, *setting;

	if (!*args)
		return IJ_GDB_TEXT(USAGE, "Missing arguments.");
	setting = split(args, "--", &command);
	if (!setting) {
		setting = args;
		command = g->last;
	}
	IJ_CLI_TRY(ij_gdb_settings_value(&g->settings, setting, &name, &was));
	if (!was)
		return IJ_GDB_TEXT(NOTFOUND, "Undefined set command: \"%s\".  Try \"help set\".",
				   ij_gdb_word(&setting));
	if (!command || !*command) {
		free(was);
		return IJ_GDB_TEXT(USAGE, "No previous command to relaunch");
	}
	command = strdup(command);
	err = command ? ij_gdb_do_set(g, setting) : ij_cli_nomem();
	if (!err) {
		err = ij_gdb_execute(g, command);
		ij_text_printf(&line, "%s %s", name, was);
		back = ij_text_get(&line) ? ij_gdb_do_set(g, line.str) : ij_cli_nomem();
		if (err)
			ij_error_free(back);
		else
			err = back;
	}
	ij_text_deinit(&line);
	free(command);
	free(was);
	return err;
}

/* Run @command with its output in @shell. */
static struct ij_error *run_piped(struct ij_gdb *g, const char *command, const char *shell)
{
	const int out = dup(STDOUT_FILENO);
	struct ij_error *err;
	int status;
	FILE *pipe;

	fflush(stdout);
	pipe = out >= 0 ? popen(shell, "we") : NULL;
	if (!pipe || dup2(fileno(pipe), STDOUT_FILENO) < 0) {
		if (pipe)
			(void)pclose(pipe);
		if (out >= 0)
			close(out);
		return IJ_GDB_TEXT(OS, "Error launching \"%s\"", shell);
	}
	err = ij_gdb_execute(g, command);
	fflush(stdout);
	/* Who reads sees the end of it. */
	(void)dup2(out, STDOUT_FILENO);
	close(out);
	status = pclose(pipe);
	if (err)
		return err;
	if (WIFEXITED(status))
		return ij_debugger_set_integer(g->debugger, "$_shell_exitcode",
					       WEXITSTATUS(status));
	return ij_debugger_set_integer(g->debugger, "$_shell_exitsignal", WTERMSIG(status));
}

IJ_GDB_DO(pipe)
{
	const char *mark = "|";
	char *command, *shell, *copy;
	struct sigaction ignore = {.sa_handler = SIG_IGN}, was;
	struct ij_error *err;

	if (!strncmp(args, "-d", 2) && isspace((unsigned char)args[2])) {
		args = ij_gdb_trim(args + 2);
		mark = ij_gdb_word(&args);
	}
	if (!*args)
		return IJ_GDB_TEXT(USAGE, "Missing COMMAND");
	if (!strcmp(mark, "|")) {
		shell = strchr(args, '|');
		command = args;
		if (shell) {
			*shell = 0;
			shell = ij_gdb_trim(shell + 1);
			command = ij_gdb_trim(args);
		}
	} else {
		command = split(args, mark, &shell);
		shell = command ? shell : NULL;
	}
	if (!shell)
		return IJ_GDB_TEXT(USAGE, "Missing delimiter before SHELL_COMMAND");
	if (!*command)
		return IJ_GDB_TEXT(USAGE, "Missing COMMAND");
	if (!*shell)
		return IJ_GDB_TEXT(USAGE, "Missing SHELL_COMMAND");
	copy = strdup(command);
	if (!copy)
		return ij_cli_nomem();
	/* Who reads may end before all was written. */
	sigaction(SIGPIPE, &ignore, &was);
	err = run_piped(g, copy, shell);
	sigaction(SIGPIPE, &was, NULL);
	clearerr(stdout);
	free(copy);
	return err;
}

IJ_GDB_DO(alias)
{
	const struct ij_gdb_command *command;
	struct ij_gdb_user made = {.name = NULL};
	struct ij_error *err;
	char *name, *pos, *equals;

	while (*args == '-') {
		pos = args;
		name = ij_gdb_word(&pos);
		if (strcmp(name, "-a") != 0 && strcmp(name, "--") != 0)
			return IJ_GDB_TEXT(USAGE, "Unrecognized option at: %s", name);
		args = pos;
	}
	equals = strchr(args, '=');
	if (!equals)
		return IJ_GDB_TEXT(USAGE,
				   "Usage: alias [-a] [--] ALIAS = COMMAND [DEFAULT-ARGS...]");
	*equals = 0;
	name = ij_gdb_trim(args);
	pos = ij_gdb_trim(equals + 1);
	if (!*name)
		return IJ_GDB_TEXT(USAGE,
				   "Usage: alias [-a] [--] ALIAS = COMMAND [DEFAULT-ARGS...]");
	if (name[strcspn(name, " \t")])
		return IJ_GDB_TEXT(UNSUPPORTED, "alias: names of one word only: %s", name);
	if (!*pos)
		return IJ_GDB_TEXT(NOTFOUND, "Undefined command: \"\".  Try \"help\".");
	IJ_CLI_TRY(ij_gdb_find(ij_gdb_commands, "", pos, strcspn(pos, " \t/"), &command));
	for (const struct ij_gdb_command *it = ij_gdb_commands; it->name; it++)
		if (!strcmp(it->name, name))
			return IJ_GDB_TEXT(USAGE, "Alias already exists: %s", name);
	IJ_LIST_EACH (&g->users, it)
		if (!strcmp(it->name, name))
			return IJ_GDB_TEXT(USAGE, "Alias already exists: %s", name);
	made.name = strdup(name);
	made.alias = strdup(pos);
	err = made.name && made.alias ? ij_list_push(&g->users, made) : ij_cli_nomem();
	if (err) {
		free(made.name);
		free(made.alias);
	}
	return err;
}

/* ---- Commands in frames ---- */

struct applying {
	struct ij_gdb_applying how;
	const char *command;
};

static struct ij_error *take_flags(char **args, struct applying *ret)
{
	IJ_CLI_TRY(ij_gdb_apply_flags(args, &ret->how, NULL));
	ret->command = *args;
	return NULL;
}

/* What @command prints, whole. @ret: free(3) it. @said_ret: how it failed; NULL: it did not. */
static struct ij_error *capture(struct ij_gdb *g, const char *command, char **ret,
				struct ij_error **said_ret)
{
	const int file = memfd_create("output", MFD_CLOEXEC), out = dup(STDOUT_FILENO);
	struct ij_error *err = NULL;
	char *text = NULL;
	off_t size = 0;

	fflush(stdout);
	if (file < 0 || out < 0 || dup2(file, STDOUT_FILENO) < 0)
		err = IJ_GDB_TEXT(OS, "the output of a command cannot be taken");
	if (!err) {
		*said_ret = ij_gdb_execute(g, command);
		fflush(stdout);
		(void)dup2(out, STDOUT_FILENO);
		size = lseek(file, 0, SEEK_END);
		text = size >= 0 ? calloc(1, (size_t)size + 1) : NULL;
		if (!text || pread(file, text, (size_t)size, 0) != size) {
			free(text);
			ij_error_free(*said_ret);
			err = ij_cli_nomem();
		}
	}
	if (file >= 0)
		close(file);
	if (out >= 0)
		close(out);
	*ret = text;
	return err;
}

static struct ij_error *apply_one(struct ij_gdb *g, unsigned level, const struct applying *how)
{
	struct ij_error *said = NULL, *err = NULL;
	char *text;

	IJ_CLI_TRY(ij_debugger_select(g->debugger, level));
	IJ_CLI_TRY(capture(g, how->command, &text, &said));
	if (said && how->how.silent) {
		ij_error_free(said);
		free(text);
		return NULL;
	}
	if (!how->how.quiet && (!how->how.silent || *text))
		err = ij_gdb_frame_line(g, level, true);
	fputs(text, stdout);
	free(text);
	if (said && how->how.go_on) {
		printf("%s\n", ij_error_message(said));
		ij_error_free(said);
		said = NULL;
	}
	if (said)
		ij_error_free(err);
	return said ? said : err;
}

static unsigned count_frames(struct ij_gdb *g)
{
	struct ij_debugger_frame frame;
	struct ij_error *err;
	unsigned len = 0;

	while (!(err = ij_debugger_frame(g->debugger, len, &frame)))
		len++;
	ij_error_free(err);
	return len;
}

/* From frame @first on, those that there are. */
static struct ij_error *apply_range(struct ij_gdb *g, unsigned first, unsigned end,
				    const struct applying *how)
{
	for (unsigned level = first; level < end && !g->interrupted; level++)
		IJ_CLI_TRY(apply_one(g, level, how));
	return NULL;
}

static struct ij_error *no_command(void)
{
	return IJ_GDB_TEXT(USAGE, "Please specify a command to apply on the selected frames");
}

/* "all", "level N...", "COUNT", "-COUNT". */
static struct ij_error *apply_frames(struct ij_gdb *g, char *args)
{
	const unsigned len = count_frames(g);
	struct applying how = {.command = NULL};
	unsigned first = 0, end = len;

	if (!*args)
		return IJ_GDB_TEXT(USAGE, "Missing COUNT argument.");
	if (!strncmp(args, "level", 5) && (!args[5] || isspace((unsigned char)args[5]))) {
		char *levels = ij_gdb_trim(args + 5), *pos = levels;

		pos += strspn(pos, "0123456789- \t");
		/* A flag is no range. */
		while (pos > levels && (pos[-1] == '-' || isspace((unsigned char)pos[-1])))
			pos--;
		if (pos == levels)
			return IJ_GDB_TEXT(USAGE, "Missing or invalid LEVEL... argument");
		if (*pos)
			*pos++ = 0;
		pos = ij_gdb_trim(pos);
		IJ_CLI_TRY(take_flags(&pos, &how));
		if (!*how.command)
			return no_command();
		while (*levels) {
			char *word = ij_gdb_word(&levels), *dash;

			first = (unsigned)strtoul(word, &dash, 10);
			end = *dash == '-' ? (unsigned)strtoul(dash + 1, NULL, 10) : first;
			IJ_CLI_TRY(apply_range(g, first, end < len ? end + 1 : len, &how));
		}
		return NULL;
	}
	if (!strncmp(args, "all", 3) && (!args[3] || isspace((unsigned char)args[3]))) {
		args = ij_gdb_trim(args + 3);
	} else {
		int64_t count;
		char *word = ij_gdb_word(&args);

		if (!strchr("-$0123456789", *word))
			return IJ_GDB_TEXT(USAGE, "Invalid COUNT argument.");
		IJ_CLI_TRY(ij_gdb_number(g, word, &count));
		if (count < 0)
			first = (uint64_t)-count < len ? len - (unsigned)-count : 0;
		else if (count < (int64_t)len)
			end = (unsigned)count;
	}
	IJ_CLI_TRY(take_flags(&args, &how));
	if (!*how.command)
		return no_command();
	return apply_range(g, first, end, &how);
}

struct ij_error *ij_gdb_frame_apply(struct ij_gdb *g, char *args)
{
	struct ij_debugger_frame frame;
	const unsigned selected = ij_debugger_selected(g->debugger);
	struct ij_error *err;

	if (ij_debugger_state_of(g->debugger) == IJ_DEBUGGER_NONE)
		return IJ_GDB_TEXT(NOPROC, "No stack.");
	IJ_CLI_TRY(ij_debugger_frame(g->debugger, 0, &frame));
	err = apply_frames(g, args);
	if (ij_debugger_state_of(g->debugger) == IJ_DEBUGGER_STOPPED)
		ij_error_free(ij_debugger_select(g->debugger, selected));
	return err;
}

IJ_GDB_DO(faas)
{
	struct ij_text command = {0};
	struct ij_error *err;

	if (!*args)
		return IJ_GDB_TEXT(USAGE, "Please specify a command to apply on all frames");
	ij_text_printf(&command, "all -s %s", args);
	err = command.str ? ij_gdb_frame_apply(g, command.str) : ij_cli_nomem();
	ij_text_deinit(&command);
	return err;
}
