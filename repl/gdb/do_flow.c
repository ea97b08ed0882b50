/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* if, while, define, document, source. */
#include <ctype.h>
#include <string.h>

#include "repl/gdb/gdb.h"

static struct ij_error *is_true(struct ij_gdb *g, const char *text, bool *ret)
{
	int64_t value;

	IJ_CLI_TRY(ij_gdb_number(g, text, &value));
	*ret = value;
	return NULL;
}

IJ_GDB_DO(if)
{
	struct ij_gdb_lines body = {{0}}, other = {{0}};
	struct ij_error *err;
	bool yes = false;

	if (!*args)
		return IJ_GDB_TEXT(USAGE, "if command requires an argument.");
	err = ij_gdb_read_block(g, &body, &other, true);
	if (!err)
		err = is_true(g, args, &yes);
	if (!err)
		err = ij_gdb_run_lines(g, yes ? &body : &other);
	ij_gdb_lines_deinit(&body);
	ij_gdb_lines_deinit(&other);
	return err;
}

IJ_GDB_DO(while)
{
	struct ij_gdb_lines body = {{0}};
	struct ij_error *err;
	bool yes = false;

	if (!*args)
		return IJ_GDB_TEXT(USAGE, "while command requires an argument.");
	err = ij_gdb_read_block(g, &body, NULL, true);
	while (!err && !g->quit) {
		err = g->interrupted ? IJ_GDB_TEXT(INTERRUPTED, "Quit") : is_true(g, args, &yes);
		if (err || !yes)
			break;
		err = ij_gdb_run_lines(g, &body);
		if (g->flow == IJ_GDB_BREAK) {
			g->flow = IJ_GDB_NEXT;
			break;
		}
		g->flow = IJ_GDB_NEXT;
	}
	ij_gdb_lines_deinit(&body);
	return err;
}

IJ_GDB_DO(loop_break)
{
	(void)args;
	g->flow = IJ_GDB_BREAK;
	return NULL;
}

IJ_GDB_DO(loop_continue)
{
	(void)args;
	g->flow = IJ_GDB_CONTINUE;
	return NULL;
}

static struct ij_gdb_user *find(struct ij_gdb *g, const char *name)
{
	IJ_LIST_EACH (&g->users, it)
		if (!strcmp(it->name, name))
			return it;
	return NULL;
}

static struct ij_error *check_name(const char *name)
{
	size_t len = 0;

	while (isalnum((unsigned char)name[len]) || (name[len] && strchr("-_.", name[len])))
		len++;
	if (!*name)
		return IJ_GDB_TEXT(USAGE, "Argument required (name of command to define).");
	if (name[len] || !isalpha((unsigned char)*name))
		return IJ_GDB_TEXT(USAGE, "Junk in argument list: \"%s\"", name + len);
	return NULL;
}

/* The person is told once what to type. */
static void instruct(const struct ij_gdb *g, const char *what, const char *name)
{
	if (g->interactive && g->input && !g->input->outer)
		printf("Type %s for definition of \"%s\".\nEnd with a line saying just \"end\".\n",
		       what, name);
}

IJ_GDB_DO(define)
{
	const struct ij_gdb_command *builtin;
	struct ij_gdb_lines body = {{0}};
	struct ij_gdb_user *user;
	struct ij_error *err;

	IJ_CLI_TRY(check_name(args));
	user = find(g, args);
	err = ij_gdb_find(ij_gdb_commands, "", args, strlen(args), &builtin);
	if (!err && !user && !strcmp(builtin->name, args) &&
	    !ij_gdb_ask(g, "Really redefine built-in command \"%s\"? ", args))
		return IJ_GDB_TEXT(USAGE, "Command \"%s\" not redefined.", args);
	ij_error_free(err);
	if (user && !ij_gdb_ask(g, "Redefine command \"%s\"? ", args))
		return IJ_GDB_TEXT(USAGE, "Command \"%s\" not redefined.", args);
	instruct(g, "commands", args);
	err = ij_gdb_read_block(g, &body, NULL, false);
	if (!err && !user) {
		struct ij_gdb_user made = {.name = strdup(args)};

		err = made.name ? ij_list_push(&g->users, made) : ij_cli_nomem();
		if (err)
			free(made.name);
		else
			user = &g->users.items[g->users.len - 1];
	}
	if (err) {
		ij_gdb_lines_deinit(&body);
		return err;
	}
	ij_gdb_lines_deinit(&user->body);
	user->body = body;
	return NULL;
}

IJ_GDB_DO(document)
{
	struct ij_gdb_user *user = find(g, args);
	struct ij_gdb_lines body = {{0}};
	struct ij_text text = {0};
	struct ij_error *err;

	IJ_CLI_TRY(check_name(args));
	if (!user)
		return IJ_GDB_TEXT(NOTFOUND, "Undefined command: \"%s\".  Try \"help\".", args);
	instruct(g, "documentation", args);
	err = ij_gdb_read_block(g, &body, NULL, false);
	IJ_LIST_EACH (&body.list, it)
		ij_text_printf(&text, "%s\n", *it);
	ij_gdb_lines_deinit(&body);
	if (!err) {
		free(user->document);
		user->document = NULL;
		err = ij_text_take(&text, &user->document);
	}
	ij_text_deinit(&text);
	return err;
}

IJ_GDB_DO(source)
{
	char *pos = args;

	while (!strncmp(pos, "-v", 2) || !strncmp(pos, "-s", 2))
		(void)ij_gdb_word(&pos);
	if (!*pos)
		return IJ_GDB_TEXT(USAGE, "source command requires file name of file to source.");
	return ij_gdb_run_file(g, pos);
}
