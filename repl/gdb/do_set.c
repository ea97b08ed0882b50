/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* set and show. */
#include <ctype.h>
#include <string.h>
#include <unistd.h>

#include "repl/gdb/logging.h"
#include "repl/gdb/subs.h"

const struct ij_gdb_command ij_gdb_set[] = {
	{"environment", ij_gdb_do_set_environment, NULL, "NAME [=] VALUE",
	 "Have a variable in the program's environment.", false},
	{"inferior-tty", ij_gdb_do_tty, NULL, "DEVICE", "The terminal of the program.", false},
	{"variable", ij_gdb_do_set_variable, NULL, "VAR = EXPR", "Evaluate an assignment.", false},
	{NULL, NULL, NULL, NULL, NULL, false},
};

const struct ij_gdb_command ij_gdb_show[] = {
	{"convenience", ij_gdb_do_show_convenience, NULL, "", "The variables of the session.",
	 false},
	{"directories", ij_gdb_do_show_directories, NULL, "", "Where source files are looked for.",
	 false},
	{"environment", ij_gdb_do_show_environment, NULL, "[NAME]",
	 "The environment of the program.", false},
	{"inferior-tty", ij_gdb_do_show_inferior_tty, NULL, "", "The terminal of the program.",
	 false},
	{"values", ij_gdb_do_show_values, NULL, "", "The last values of the history.", false},
	{"user", ij_gdb_do_show_user, NULL, "[NAME]", "Commands that were defined.", false},
	{"version", ij_gdb_do_show_version, NULL, "", "The version.", false},
	{NULL, NULL, NULL, NULL, NULL, false},
};

IJ_GDB_DO(set_variable)
{
	struct ij_datum *datum;

	if (!*args)
		return IJ_GDB_TEXT(USAGE, "Argument required (expression to compute).");
	IJ_CLI_TRY(ij_gdb_eval(g, args, &datum));
	ij_datum_free(datum);
	return NULL;
}

/* `set $x` makes it void, as nothing else does. */
static bool is_lone_variable(const char *args)
{
	size_t len = 1;

	if (*args != '$')
		return false;
	while (isalnum((unsigned char)args[len]) || args[len] == '_')
		len++;
	return !args[len];
}

/* Change a setting, and tell of it. @found_ret: as of ij_gdb_settings_set. */
static struct ij_error *change(struct ij_gdb *g, char *args, bool *found_ret)
{
	const char *name = NULL;
	char *was, *now = NULL;
	struct ij_error *err;

	IJ_CLI_TRY(ij_gdb_settings_value(&g->settings, args, &name, &was));
	err = ij_gdb_settings_set(&g->settings, args, found_ret);
	if (!err && was)
		err = ij_gdb_settings_value(&g->settings, name, NULL, &now);
	if (!err && was && g->observer && strcmp(was, now) != 0)
		g->observer->setting(g->observer->ctx, name, now);
	if (!err && was && g->log && strcmp(name, "logging enabled") != 0 &&
	    !strncmp(name, "logging ", 8))
		ij_gdb_log_warn(g);
	if (!err && was && !strcmp(name, "logging enabled")) {
		if (ij_gdb_is_on(&g->settings, IJ_GDB_SETTING_LOGGING_ENABLED))
			err = ij_gdb_log_begin(g);
		else
			ij_gdb_log_end(g);
	}
	free(was);
	free(now);
	return err;
}

/* "logging on" and "logging off" are older words. */
static struct ij_error *set_logging(struct ij_gdb *g, const char *word)
{
	char line[32];
	bool found;

	fflush(stdout);
	fprintf(stderr,
		"Warning: 'set logging %s', an alias for the command 'set logging enabled', is "
		"deprecated.\nUse 'set logging enabled %s'.\n\n",
		word, word);
	snprintf(line, sizeof(line), "logging enabled %s", word);
	return change(g, line, &found);
}

IJ_GDB_DO(set)
{
	bool found;

	if (!strcmp(args, "logging on") || !strcmp(args, "logging off"))
		return set_logging(g, args + strlen("logging "));
	if (!*args)
		return IJ_GDB_TEXT(USAGE, "Argument required (expression to compute).");
	if (is_lone_variable(args))
		return NULL;
	/* "set x=1" is no setting, whatever it begins with. */
	if (!strcmp(args, "logging") || !strcmp(args, "logging file"))
		return ij_gdb_log_undefined(ij_gdb_trim(args + strlen("logging")));
	if (*args != '$' && args[strcspn(args, " \t=")] != '=') {
		IJ_CLI_TRY(change(g, args, &found));
		if (found)
			return NULL;
	}
	if (!strncmp(args, "var", 3)) {
		size_t len = strcspn(args, " \t(*$");

		if (!strncmp("variable", args, len))
			return ij_gdb_do_set_variable(g, ij_gdb_trim(args + len));
	}
	if (!strncmp(args, "env", 3)) {
		size_t len = strcspn(args, " \t");

		if (!strncmp("environment", args, len))
			return ij_gdb_do_set_environment(g, ij_gdb_trim(args + len));
	}
	if (!strncmp(args, "inferior-tty", strcspn(args, " \t")) && strcspn(args, " \t") > 4)
		return ij_gdb_do_tty(g, ij_gdb_trim(args + strcspn(args, " \t")));
	if (strchr(args, '='))
		return ij_gdb_do_set_variable(g, args);
	if (!strncmp(args, "logging ", strlen("logging ")))
		return ij_gdb_log_undefined(ij_gdb_trim(args + strlen("logging")));
	/* Scripts set much that is of no use here: they go on. */
	fflush(stdout);
	fprintf(stderr, "warning: no setting \"%s\" is known; it is ignored.\n", args);
	return NULL;
}

IJ_GDB_DO(show)
{
	const struct ij_gdb_command *command;
	size_t len = strcspn(args, " \t");
	struct ij_error *err;
	bool found;

	if (!*args)
		return IJ_GDB_TEXT(USAGE, "\"show\" must be followed by the name of a setting.");
	ij_gdb_language(g);
	IJ_CLI_TRY(ij_gdb_settings_show(&g->settings, args, &found));
	if (found)
		return NULL;
	if (args[len] && ij_gdb_settings_is_group(args, len))
		return IJ_GDB_TEXT(NOTFOUND,
				   "Undefined show %.*s command: \"%s\".  Try \"help show %.*s\".",
				   (int)len, args, ij_gdb_trim(args + len), (int)len, args);
	err = ij_gdb_find(ij_gdb_show, "show ", args, len, &command);
	if (err)
		return err;
	return command->run(g, ij_gdb_trim(args + len));
}

IJ_GDB_DO(show_version)
{
	(void)g;
	(void)args;
	printf("GNU gdb (interject) 13.1 compatible, interject %s\n", ij_version());
	return NULL;
}

IJ_GDB_DO(show_values)
{
	const unsigned len = ij_debugger_history(g->debugger);
	int64_t first = (int64_t)len - 9;

	/* Those around a number (gdb/value.c, show_values). */
	if (*args) {
		IJ_CLI_TRY(ij_gdb_number(g, args, &first));
		first -= 5;
	}
	first = first < 1 ? 1 : first;
	for (unsigned i = (unsigned)first; i < first + 10 && i <= len; i++) {
		struct ij_datum_how how;
		struct ij_datum *datum;
		struct ij_error *err;
		char name[16], *text;

		snprintf(name, sizeof(name), "$%u", i);
		IJ_CLI_TRY(ij_gdb_eval(g, name, &datum));
		ij_gdb_how(g, 0, &how);
		err = ij_datum_text(g->debugger, datum, &how, &text);
		ij_datum_free(datum);
		IJ_CLI_TRY(err);
		printf("%s = %s\n", name, text);
		free(text);
	}
	return NULL;
}

/* Indented by its blocks. */
static void show_body(const struct ij_gdb_user *user)
{
	int depth = 1;

	printf("User command \"%s\":\n", user->name);
	IJ_LIST_EACH (&user->body.list, it) {
		const char *line = *it;
		size_t len = strcspn(line, " \t");
		bool is_else = len == 4 && !strncmp(line, "else", 4);
		bool is_end = len == 3 && !strncmp(line, "end", 3);

		depth -= depth > 1 && (is_end || is_else);
		printf("%*s%s\n", 2 * depth, "", line);
		depth += is_else || (len == 2 && !strncmp(line, "if", 2)) ||
			 (len == 5 && !strncmp(line, "while", 5));
	}
	putchar('\n');
}

IJ_GDB_DO(show_user)
{
	bool any = false;

	IJ_LIST_EACH (&g->users, it) {
		if (*args && strcmp(args, it->name) != 0)
			continue;
		any = true;
		show_body(it);
	}
	return any || !*args ? NULL : IJ_GDB_TEXT(NOTFOUND, "Not a user command.");
}

IJ_GDB_DO(pwd)
{
	char *path = getcwd(NULL, 0);

	(void)g;
	(void)args;
	if (!path)
		return IJ_GDB_TEXT(OS, "Error finding name of working directory.");
	printf("Working directory %s.\n", path);
	free(path);
	return NULL;
}

IJ_GDB_DO(cd)
{
	const char *home = getenv("HOME"), *path = *args ? args : home;

	if (!path || chdir(path))
		return IJ_GDB_TEXT(OS, "%s: No such file or directory.", path ? path : "~");
	return ij_gdb_do_pwd(g, args);
}
