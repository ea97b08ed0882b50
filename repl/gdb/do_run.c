/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Files, and programs that are started of them. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "repl/gdb/breaks.h"
#include "repl/gdb/process.h"
#include "repl/gdb/stop.h"
#include "repl/gdb/subs.h"

extern char **environ;

void ij_gdb_look_forget(struct ij_gdb *g)
{
	free(g->look.file);
	free(g->look.path);
	g->look.file = g->look.path = NULL;
	g->look.line = g->look.next = g->look.first = g->look.listed = 0;
	g->look.fresh = false;
}

struct ij_error *ij_gdb_file(struct ij_gdb *g, const char *path)
{
	struct ij_error *err = ij_debugger_file(g->debugger, path);
	struct stat st;

	if (err)
		return err;
	ij_gdb_look_forget(g);
	if (!path)
		return NULL;
	g->file_time = stat(path, &st) ? (struct timespec){0} : st.st_mtim;
	if (g->quiet)
		return NULL;
	printf("Reading symbols from %s...\n", path);
	if (!ij_debugger_has_debug(g->debugger))
		printf("(No debugging symbols found in %s)\n", path);
	return NULL;
}

IJ_GDB_DO(file)
{
	size_t len = strlen(args);

	if (ij_debugger_pid(g->debugger) &&
	    !ij_gdb_ask(g, "A program is being debugged already.\n"
			   "Are you sure you want to change the file? "))
		return IJ_GDB_TEXT(USAGE, "File not changed.");
	if (!*args) {
		const char *path = ij_debugger_path(g->debugger);

		printf("No executable file now.\n");
		if (path && !ij_gdb_ask(g, "Discard symbol table from `%s'? ", path))
			return IJ_GDB_TEXT(USAGE, "Not confirmed.");
		printf("No symbol file now.\n");
		return ij_gdb_file(g, NULL);
	}
	if (len > 1 && strchr("'\"", *args) && args[len - 1] == *args) {
		args[len - 1] = 0;
		args++;
	}
	g->quiet = false;
	IJ_CLI_TRY(ij_gdb_file(g, args));
	ij_gdb_breaks_renew(g);
	return NULL;
}

IJ_GDB_DO(exec_file)
{
	if (*args)
		return ij_gdb_do_file(g, args);
	printf("No executable file now.\n");
	return ij_gdb_file(g, NULL);
}

IJ_GDB_DO(symbol_file)
{
	const char *path = ij_debugger_path(g->debugger);

	if (*args)
		return ij_gdb_do_file(g, args);
	if (path && !ij_gdb_ask(g, "Discard symbol table from `%s'? ", path))
		return IJ_GDB_TEXT(USAGE, "Not confirmed.");
	printf("No symbol file now.\n");
	return ij_gdb_file(g, NULL);
}

/* The environment that the program gets: ours, changed by `set environment`. */
static struct ij_error *make_env(const struct ij_gdb *g, char ***ret)
{
	IJ_LIST(char *) list = {0};
	struct ij_error *err = NULL;

	for (char **it = environ; *it && !err; it++) {
		size_t len = strcspn(*it, "=");
		bool changed = false;

		IJ_LIST_EACH (&g->env, own)
			changed = changed || (!strncmp(*own, *it, len) &&
					      ((*own)[len] == '=' || !(*own)[len]));
		/* gdb's program sees the size of its terminal. */
		if (!changed && strncmp(*it, "LINES=", 6) != 0 && strncmp(*it, "COLUMNS=", 8) != 0)
			err = ij_list_push(&list, *it);
	}
	IJ_LIST_EACH (&g->env, own)
		if (!err && strchr(*own, '='))
			err = ij_list_push(&list, *own);
	if (!err)
		err = ij_list_push(&list, (char *)(uintptr_t) "LINES=24");
	if (!err)
		err = ij_list_push(&list, (char *)(uintptr_t) "COLUMNS=80");
	if (!err)
		err = ij_list_push(&list, NULL);
	if (err)
		ij_list_deinit(&list);
	else
		*ret = list.items;
	return err;
}

static void quote(struct ij_text *text, const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				    "_-./+=:,@%";

	if (!*word)
		ij_text_puts(text, "''");
	for (; *word; word++) {
		if (*word == '\n')
			ij_text_puts(text, "'\n'");
		else if (strchr(plain, *word))
			ij_text_add(text, word, 1);
		else
			ij_text_printf(text, "\\%c", *word);
	}
}

/* `set args` of what stands behind --args. */
struct ij_error *ij_gdb_args_quote(struct ij_gdb *g, char *const *args, size_t len)
{
	struct ij_text text = {0};
	char **to = &g->settings.texts[IJ_GDB_SETTING_ARGS];

	for (size_t i = 0; i < len; i++) {
		if (i)
			ij_text_puts(&text, " ");
		quote(&text, args[i]);
	}
	free(*to);
	*to = NULL;
	return ij_text_take(&text, to);
}

static struct ij_error *start(struct ij_gdb *g, bool at_once, struct ij_debugger_event *event)
{
	const char *shell = getenv("SHELL"), *args = g->settings.texts[IJ_GDB_SETTING_ARGS];
	struct ij_debugger_run run = {
		.size = sizeof(run),
		.shell = shell && *shell ? shell : "/bin/sh",
		.cwd = g->settings.texts[IJ_GDB_SETTING_CWD],
		.tty = g->tty,
		.random_addresses =
			!ij_gdb_is_on(&g->settings, IJ_GDB_SETTING_DISABLE_RANDOMIZATION),
		.at_once = at_once,
	};
	const char *path = ij_debugger_path(g->debugger);
	struct ij_text command = {0};
	struct ij_error *err;
	char **env;

	if (run.cwd && !*run.cwd)
		run.cwd = NULL;
	if (!ij_gdb_is_on(&g->settings, IJ_GDB_SETTING_STARTUP_WITH_SHELL))
		run.shell = "/bin/sh";
	quote(&command, path);
	if (args && *args)
		ij_text_printf(&command, " %s", args);
	run.command = ij_text_get(&command);
	IJ_LIST_EACH (&g->breaks, it)
		(*it)->hits = 0;
	err = make_env(g, &env);
	if (!err) {
		run.env = env;
		if (g->from_tty)
			printf("Starting program: %s %s\n", path, args ? args : "");
		fflush(stdout);
		err = ij_debugger_start(g->debugger, &run, event);
		free(env);
	}
	ij_text_deinit(&command);
	g->was = ij_debugger_pid(g->debugger) ? ij_debugger_pid(g->debugger) : g->was;
	return err;
}

static struct ij_error *prepare(struct ij_gdb *g, char *args)
{
	char *copy;

	IJ_CLI_TRY(ij_gdb_inferiors_check(g));
	/* It would run as somebody else than who asks for it. */
	if (*ij_gdb_given_up(g, EPERM))
		return IJ_GDB_TEXT(PERM, "ptrace: Operation not permitted.%s",
				   ij_gdb_given_up(g, EPERM));
	if (ij_debugger_state_of(g->debugger) != IJ_DEBUGGER_NONE) {
		if (!ij_gdb_ask(g, "The program being debugged has been started already.\n"
				   "Start it from the beginning? "))
			return IJ_GDB_TEXT(USAGE, "Program not restarted.");
		ij_debugger_kill(g->debugger);
	}
	if (!ij_debugger_path(g->debugger))
		return IJ_GDB_TEXT(USAGE, "No executable file specified.\n"
					  "Use the \"file\" or \"exec-file\" command.");
	if (!*args)
		return NULL;
	copy = strdup(args);
	if (!copy)
		return ij_cli_nomem();
	free(g->settings.texts[IJ_GDB_SETTING_ARGS]);
	g->settings.texts[IJ_GDB_SETTING_ARGS] = copy;
	return NULL;
}

static struct ij_error *run(struct ij_gdb *g, char *args)
{
	struct ij_debugger_resume resume = {.how = IJ_DEBUGGER_CONTINUE};
	struct ij_debugger_event event;

	IJ_CLI_TRY(prepare(g, args));
	IJ_CLI_TRY(start(g, false, &event));
	if (event.kind == IJ_DEBUGGER_STARTED) {
		g->generation = UINT64_MAX;
		IJ_CLI_TRY(ij_gdb_resume(g, &resume, &event));
	}
	return ij_gdb_stopped(g, &event);
}

IJ_GDB_DO(run)
{
	return run(g, args);
}

IJ_GDB_DO(start)
{
	char place[] = "main";

	if (ij_debugger_state_of(g->debugger) == IJ_DEBUGGER_NONE && !ij_debugger_path(g->debugger))
		return IJ_GDB_TEXT(USAGE, "No symbol table loaded.  Use the \"file\" command.");
	IJ_CLI_TRY(ij_gdb_do_tbreak(g, place));
	return run(g, args);
}

IJ_GDB_DO(starti)
{
	struct ij_debugger_event event;

	IJ_CLI_TRY(prepare(g, args));
	IJ_CLI_TRY(start(g, true, &event));
	return ij_gdb_stopped(g, &event);
}

IJ_GDB_DO(tty)
{
	char *copy = strdup(args);

	if (!copy)
		return ij_cli_nomem();
	free(g->tty);
	g->tty = copy;
	return NULL;
}

static struct ij_error *env_change(struct ij_gdb *g, char *entry)
{
	size_t len = strcspn(entry, "=");

	for (size_t i = 0; i < g->env.len; i++) {
		if (strncmp(g->env.items[i], entry, len) != 0 ||
		    (g->env.items[i][len] && g->env.items[i][len] != '='))
			continue;
		free(g->env.items[i]);
		g->env.items[i] = entry;
		return NULL;
	}
	return ij_list_push(&g->env, entry);
}

IJ_GDB_DO(set_environment)
{
	char *value = args + strcspn(args, " \t="), *entry;
	struct ij_error *err;
	size_t len = (size_t)(value - args);

	if (!len)
		return IJ_GDB_TEXT(USAGE, "Argument required (environment variable and value).");
	value += strspn(value, " \t");
	value += *value == '=';
	value += strspn(value, " \t");
	if (asprintf(&entry, "%.*s=%s", (int)len, args, value) < 0)
		return ij_cli_nomem();
	err = env_change(g, entry);
	if (err)
		free(entry);
	return err;
}

IJ_GDB_DO(unset)
{
	char *word = ij_gdb_word(&args), *entry;
	struct ij_error *err;

	if (strncmp("environment", word, strlen(word)) != 0 || strlen(word) < 3)
		return IJ_GDB_TEXT(
			USAGE,
			*word ? "Undefined unset command: \"%s\".  Try \"help unset\"."
			      : "\"unset%s\" must be followed by the name of an unset command.",
			word);
	if (!*args)
		return NULL;
	entry = strdup(args);
	if (!entry)
		return ij_cli_nomem();
	err = env_change(g, entry);
	if (err)
		free(entry);
	return err;
}

/* What it is in the program's environment: that which was set here, or ours. NULL: it is not. */
static const char *env_get(const struct ij_gdb *g, const char *name)
{
	const size_t len = strlen(name);

	IJ_LIST_EACH (&g->env, it)
		if (!strncmp(*it, name, len) && (!(*it)[len] || (*it)[len] == '='))
			return (*it)[len] ? *it + len + 1 : NULL;
	return getenv(name);
}

IJ_GDB_DO(show_environment)
{
	const char *value;

	if (*args) {
		value = env_get(g, args);
		if (value)
			printf("%s = %s\n", args, value);
		else
			printf("Environment variable \"%s\" not defined.\n", args);
		return NULL;
	}
	for (char **it = environ; *it; it++) {
		char *name = strndup(*it, strcspn(*it, "="));

		if (!name)
			return ij_cli_nomem();
		value = env_get(g, name);
		if (value)
			printf("%s=%s\n", name, value);
		free(name);
	}
	IJ_LIST_EACH (&g->env, it) {
		char *name = strndup(*it, strcspn(*it, "="));

		if (!name)
			return ij_cli_nomem();
		if (strchr(*it, '=') && !getenv(name))
			printf("%s\n", *it);
		free(name);
	}
	return NULL;
}

IJ_GDB_DO(show_inferior_tty)
{
	(void)args;
	printf("Terminal for future runs of program being debugged is \"%s\".\n",
	       g->tty ? g->tty : "");
	return NULL;
}
