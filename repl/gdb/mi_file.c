/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* -file-*, -environment-*, -gdb-* and -inferior-tty-* of GDB/MI (gdb/mi/mi-cmd-file.c,
 * mi-cmd-env.c). */
#include <string.h>
#include <unistd.h>

#include "repl/gdb/breaks.h"
#include "repl/gdb/mi.h"
#include "repl/gdb/subs.h"

/* ---- Files ---- */

IJ_MI_DO(file_exec_and_symbols)
{
	struct ij_gdb *g = mi->g;

	/* The file is not told of in words. */
	g->quiet = true;
	IJ_CLI_TRY(ij_gdb_file(g, call->argc ? call->argv[0] : NULL));
	ij_gdb_breaks_renew(g);
	ij_mi_vars_forget(mi);
	return NULL;
}

IJ_MI_DO(file_list_exec_source_file)
{
	const char *file = NULL;
	unsigned line = 0;

	if (call->argc)
		return IJ_MI_USAGE("-file-list-exec-source-file: Usage: No args");
	ij_gdb_here(mi->g, &file, &line);
	if (!file)
		return IJ_GDB_TEXT(NOTFOUND,
				   "No symbol table is loaded.  Use the \"file\" command.");
	ij_mi_fieldf(mi, "line", "%u", line);
	ij_mi_field(mi, "file", mi->g->look.file);
	ij_mi_field(mi, "fullname", file);
	ij_mi_field(mi, "macro-info", "0");
	return NULL;
}

IJ_MI_DO(file_list_shared_libraries)
{
	struct ij_debugger_module module;

	if (call->argc > 1)
		return IJ_MI_USAGE("Usage: -file-list-shared-libraries [REGEXP]");
	if (call->argc)
		return IJ_GDB_TEXT(UNSUPPORTED, "-file-list-shared-libraries: a REGEXP is not "
						"supported");
	ij_mi_open(mi, "shared-libraries", '[');
	for (size_t i = 0; mi->pid && ij_debugger_module(mi->g->debugger, i, &module); i++) {
		if (module.is_main || !module.text)
			continue;
		ij_mi_open(mi, NULL, '{');
		ij_mi_library(mi, &module);
		ij_mi_close(mi, '{');
	}
	ij_mi_close(mi, '[');
	return NULL;
}

/* ---- The environment ---- */

IJ_MI_DO(environment_cd)
{
	(void)mi;
	if (!call->argc)
		return IJ_MI_USAGE("-environment-cd: Usage DIRECTORY");
	if (chdir(call->argv[0]))
		return IJ_GDB_TEXT(OS, "%s: No such file or directory.", call->argv[0]);
	return NULL;
}

IJ_MI_DO(environment_pwd)
{
	char *path;

	if (call->argc)
		return IJ_MI_USAGE("-environment-pwd: No arguments allowed");
	path = getcwd(NULL, 0);
	if (!path)
		return IJ_GDB_TEXT(OS, "Error finding name of working directory.");
	ij_mi_field(mi, "cwd", path);
	free(path);
	return NULL;
}

/* Whether -r is the first argument, which is taken then. */
static struct ij_error *take_reset(struct ij_mi_call *call, bool *ret)
{
	static const char *const names[] = {"r", NULL};
	const char *arg = NULL;
	int idx;

	*ret = false;
	for (;;) {
		IJ_CLI_TRY(ij_mi_option(call, names, &idx, &arg));
		if (idx < 0)
			return NULL;
		*ret = true;
	}
}

/* The folders that @call names, and behind them @rest, as a path has them. */
static struct ij_error *path_of(const struct ij_mi_call *call, const char *rest, char **ret)
{
	struct ij_text text = {0};

	for (size_t i = call->at; i < call->argc; i++)
		ij_text_printf(&text, "%s%s", text.len ? ":" : "", call->argv[i]);
	if (*rest)
		ij_text_printf(&text, "%s%s", text.len ? ":" : "", rest);
	return ij_text_take(&text, ret);
}

IJ_MI_DO(environment_directory)
{
	struct ij_gdb *g = mi->g;
	struct ij_text path = {0};
	bool reset;

	IJ_CLI_TRY(take_reset(call, &reset));
	if (reset) {
		IJ_LIST_EACH (&g->folders, it)
			free(*it);
		ij_list_deinit(&g->folders);
	}
	/* The last one of the list is looked in first. */
	for (size_t i = call->argc; i-- > call->at;) {
		char *copy = strdup(call->argv[i]);
		struct ij_error *err = copy ? ij_list_push(&g->folders, copy) : ij_cli_nomem();

		if (err) {
			free(copy);
			return err;
		}
	}
	for (size_t i = g->folders.len; i-- > 0;)
		ij_text_printf(&path, "%s:", g->folders.items[i]);
	ij_text_puts(&path, "$cdir:$cwd");
	ij_mi_field(mi, "source-path", ij_text_get(&path));
	ij_text_deinit(&path);
	return NULL;
}

IJ_MI_DO(environment_path)
{
	const char *first = getenv("PATH"), *now;
	struct ij_error *err;
	char *path, *entry;
	bool reset;

	IJ_CLI_TRY(take_reset(call, &reset));
	first = first ? first : "";
	now = mi->path && !reset ? mi->path : first;
	IJ_CLI_TRY(path_of(call, now, &path));
	if (asprintf(&entry, "PATH=%s", path) < 0) {
		free(path);
		return ij_cli_nomem();
	}
	err = ij_gdb_do_set_environment(mi->g, entry);
	free(entry);
	if (err) {
		free(path);
		return err;
	}
	free(mi->path);
	mi->path = path;
	ij_mi_field(mi, "path", path);
	return NULL;
}

IJ_MI_DO(inferior_tty_set)
{
	return ij_mi_plain(mi, call, ij_gdb_do_tty);
}

IJ_MI_DO(inferior_tty_show)
{
	if (call->argc)
		return IJ_MI_USAGE("-inferior-tty-show: Usage: No args");
	if (mi->g->tty && *mi->g->tty)
		ij_mi_field(mi, "inferior_tty_terminal", mi->g->tty);
	return NULL;
}

/* ---- The debugger ---- */

IJ_MI_DO(gdb_set)
{
	return ij_mi_plain(mi, call, ij_gdb_do_set);
}

IJ_MI_DO(gdb_show)
{
	struct ij_error *err;
	char *value = NULL;

	IJ_CLI_TRY(ij_gdb_settings_value(&mi->g->settings, ij_gdb_trim(call->rest), NULL, &value));
	if (!value) {
		err = ij_mi_plain(mi, call, ij_gdb_do_show);
		return err;
	}
	ij_mi_field(mi, "value", value);
	free(value);
	return NULL;
}

IJ_MI_DO(gdb_version)
{
	char none[] = "";

	(void)call;
	return ij_gdb_do_show_version(mi->g, none);
}

IJ_MI_DO(gdb_exit)
{
	(void)call;
	mi->ended = true;
	return NULL;
}

IJ_MI_DO(interpreter_exec)
{
	if (call->argc < 2)
		return IJ_MI_USAGE("-interpreter-exec: Usage: -interpreter-exec interp command");
	if (strcmp(call->argv[0], "console") != 0)
		return IJ_GDB_TEXT(NOTFOUND, "-interpreter-exec: could not find interpreter \"%s\"",
				   call->argv[0]);
	for (size_t i = 1; i < call->argc; i++)
		IJ_CLI_TRY(ij_mi_console(mi, call->argv[i]));
	return NULL;
}
