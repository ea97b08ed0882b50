/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The life of a session, its lines, and what is told of those that fail. */
#include "repl/gdb/breaks.h"
#include "repl/gdb/display.h"
#include "repl/gdb/logging.h"
#include "repl/gdb/stop.h"
#include "repl/gdb/skips.h"
#include "repl/gdb/values.h"

#include <errno.h>
#include <ctype.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

struct ij_error *ij_gdb_debugger_create(struct ij_gdb *g, struct ij_debugger **ret)
{
	const struct ij_debugger_hooks hooks = {.ctx = g,
						.hit = ij_gdb_break_hit,
						.told = ij_gdb_signal_told,
						.forked = ij_gdb_forked_told,
						.skips = ij_gdb_skips,
						.number = ij_gdb_value_number,
						.setting = ij_gdb_value_setting};

	IJ_CLI_TRY(ij_debugger_create(g->protos, ret));
	ij_debugger_hooks_set(*ret, &hooks);
	return NULL;
}

const char *ij_gdb_given_up(const struct ij_gdb *g, int os)
{
	return (os == EACCES || os == EPERM) && g->host->gave_up(g->host->ctx)
		       ? "\nThe privileges of root were given up with the first process that was "
			 "attached to: start\ninterject anew, or set interject privileges keep "
			 "before "
			 "that."
		       : "";
}

struct ij_error *ij_gdb_init(struct ij_gdb *g, const struct ij_gdb_host *host,
			     struct ij_prototypes *protos)
{
	*g = (struct ij_gdb){.host = host, .protos = protos, .side = {.fd = -1}};
	ij_call_options_init(&g->call, sizeof(g->call));
	g->call.explain = true;
	ij_gdb_settings_init(&g->settings);
	g->next_break = g->next_display = 1;
	IJ_CLI_TRY(ij_gdb_debugger_create(g, &g->debugger));
	return ij_gdb_inferiors_init(g);
}

void ij_gdb_deinit(struct ij_gdb *g)
{
	if (g->side.destroy)
		g->side.destroy(g->side.ctx);
	g->from_tty = false;
	ij_gdb_log_end(g);
	ij_gdb_inferiors_deinit(g);
	ij_debugger_destroy(g->debugger);
	g->debugger = NULL;
	ij_prototypes_destroy(g->protos);
	ij_gdb_settings_deinit(&g->settings);
	IJ_LIST_EACH (&g->users, it) {
		free(it->name);
		free(it->document);
		free(it->alias);
		ij_gdb_lines_deinit(&it->body);
	}
	ij_list_deinit(&g->users);
	ij_text_deinit(&g->story);
	ij_gdb_breaks_deinit(g);
	ij_gdb_skips_deinit(g);
	ij_gdb_displays_deinit(g);
	ij_list_deinit(&g->threads);
	ij_gdb_source_forget(g);
	IJ_LIST_EACH (&g->folders, it)
		free(*it);
	ij_list_deinit(&g->folders);
	IJ_LIST_EACH (&g->env, it)
		free(*it);
	ij_list_deinit(&g->env);
	free(g->tty);
	free(g->missing);
	free(g->look.file);
	free(g->look.path);
	free(g->last);
	free(g->x_next);
}

void ij_gdb_interrupt(struct ij_gdb *g)
{
	struct ij_debugger *debugger = g->debugger;

	g->interrupted = 1;
	if (debugger)
		ij_debugger_interrupt(debugger);
}

static struct ij_gdb_user *user_find(struct ij_gdb *g, const char *name, size_t len)
{
	IJ_LIST_EACH (&g->users, it)
		if (!strncmp(it->name, name, len) && !it->name[len])
			return it;
	return NULL;
}

/* Whether @text at @pos is `$arg` and a number, or `$argc`. */
static bool is_arg(const char *pos, size_t *len_ret, int *number_ret)
{
	char *end;

	if (strncmp(pos, "$arg", 4) != 0)
		return false;
	if (pos[4] == 'c' && !isalnum((unsigned char)pos[5]) && pos[5] != '_') {
		*len_ret = 5;
		*number_ret = -1;
		return true;
	}
	if (!isdigit((unsigned char)pos[4]))
		return false;
	*number_ret = (int)strtol(pos + 4, &end, 10);
	*len_ret = (size_t)(end - pos);
	return true;
}

/* A line of a user's command with its arguments put in. */
static struct ij_error *with_args(const struct ij_gdb *g, const char *line, char **ret)
{
	struct ij_text text = {0};

	for (const char *pos = line; *pos;) {
		size_t len;
		int number;

		if (!is_arg(pos, &len, &number)) {
			ij_text_add(&text, pos++, 1);
			continue;
		}
		if (number < 0)
			ij_text_printf(&text, "%zu", g->args.len);
		else if ((size_t)number < g->args.len)
			ij_text_puts(&text, g->args.items[number]);
		else
			ij_text_add(&text, pos, len);
		pos += len;
	}
	return ij_text_take(&text, ret);
}

/* The words of @args; quotes keep what is in them together. */
static struct ij_error *split_args(const char *args, struct ij_gdb *g)
{
	while (*args) {
		size_t len = 0;
		char quote = 0, *word;
		struct ij_error *err;

		while (args[len] && (quote || !strchr(" \t", args[len]))) {
			if (quote && args[len] == quote)
				quote = 0;
			else if (!quote && strchr("\"'", args[len]))
				quote = args[len];
			len++;
		}
		word = strndup(args, len);
		if (!word)
			return ij_cli_nomem();
		err = g->args.len < IJ_GDB_SCRIPT_ARGS_MAX
			      ? ij_list_push(&g->args, word)
			      : IJ_GDB_TEXT(LIMIT, "too many arguments of a command");
		if (err) {
			free(word);
			return err;
		}
		args += len;
		args += strspn(args, " \t");
	}
	return NULL;
}

static struct ij_error *run_user(struct ij_gdb *g, const struct ij_gdb_user *user, const char *args)
{
	__typeof__(g->args) outer = g->args;
	struct ij_gdb_lines body = {{0}};
	const bool inside = g->in_user;
	struct ij_error *err = NULL;

	/* It may define itself anew while it runs. */
	IJ_LIST_EACH (&user->body.list, it) {
		char *copy = strdup(*it);

		err = copy ? ij_list_push(&body.list, copy) : ij_cli_nomem();
		if (err)
			break;
	}
	g->args.items = NULL;
	g->args.len = 0;
	if (!err)
		err = split_args(args, g);
	g->in_user = true;
	if (!err)
		err = ij_gdb_run_lines(g, &body);
	g->in_user = inside;
	IJ_LIST_EACH (&g->args, it)
		free(*it);
	ij_list_deinit(&g->args);
	g->args = outer;
	ij_gdb_lines_deinit(&body);
	return err;
}

/* The name of the command that @line begins with. */
static size_t name_len(const char *line)
{
	size_t len = 0;

	if (*line == '!' || *line == '|')
		return 1;
	while (isalnum((unsigned char)line[len]) || (line[len] && strchr("-_.", line[len])))
		len++;
	return len;
}

static struct ij_error *run_command(struct ij_gdb *g, char *line);

static struct ij_error *run_alias(struct ij_gdb *g, const struct ij_gdb_user *user,
				  const char *args)
{
	struct ij_text line = {0};
	struct ij_error *err;

	/* "/x" belongs to the name. */
	ij_text_printf(&line, "%s%s", user->alias, args);
	err = line.str ? run_command(g, line.str) : ij_cli_nomem();
	ij_text_deinit(&line);
	return err;
}

static struct ij_error *run_command(struct ij_gdb *g, char *line)
{
	const struct ij_gdb_command *command;
	size_t len = name_len(line);
	const struct ij_gdb_user *user;

	if (!len)
		return IJ_GDB_TEXT(NOTFOUND, "Undefined command: \"\".  Try \"help\".");
	if (len == 3 && !strncmp(line, "end", len))
		return IJ_GDB_TEXT(USAGE, "This command cannot be used at the top level.");
	user = user_find(g, line, len);
	if (user && user->alias)
		return run_alias(g, user, line + len);
	if (user)
		return run_user(g, user, ij_gdb_trim(line + len));
	IJ_CLI_TRY(ij_gdb_find(ij_gdb_commands, "", line, len, &command));
	g->repeatable = command->repeats;
	/* Blanks at the end of what is echoed are meant. */
	if (!strcmp(command->name, "echo"))
		return command->run(g, line + len + strspn(line + len, " \t"));
	return command->run(g, ij_gdb_trim(line + len));
}

struct ij_error *ij_gdb_execute(struct ij_gdb *g, const char *line)
{
	struct ij_error *err;
	char *copy;

	line += strspn(line, " \t\r\n");
	g->repeatable = false;
	if (!*line || *line == '#')
		return NULL;
	if (g->depth >= IJ_GDB_DEPTH_MAX)
		return IJ_GDB_TEXT(LIMIT, "Max user call depth exceeded -- command aborted.");
	if (g->in_user) {
		IJ_CLI_TRY(with_args(g, line, &copy));
	} else {
		copy = strdup(line);
		if (!copy)
			return ij_cli_nomem();
	}
	ij_gdb_notice_end(g);
	g->depth++;
	if (ij_gdb_is_on(&g->settings, IJ_GDB_SETTING_TRACE_COMMANDS))
		printf("%.*s%s\n", (int)g->depth, "++++++++++++++++++++++++++++++++", line);
	err = run_command(g, copy);
	g->depth--;
	free(copy);
	return err;
}

void ij_gdb_tell(struct ij_gdb *g, struct ij_error *err)
{
	enum ij_error_code code = ij_error_code_of(err);

	g->failed = err;
	if (!err)
		return;
	fflush(stdout);
	if (*ij_error_message(err))
		fprintf(stderr, "%s\n", ij_error_message(err));
	fflush(stderr);
	/* What became of a call counts; a wrong word does not. */
	if (ij_error_exit_status(code) > 3)
		g->status = ij_status_worse(g->status, ij_error_exit_status(code));
	ij_error_free(err);
}

void ij_gdb_run(struct ij_gdb *g, const char *line)
{
	g->interrupted = 0;
	ij_gdb_tell(g, ij_gdb_execute(g, line));
	/* One that runs since the command let it go may have come to its own end, of which gdb,
	 * where it would stand, hears nothing before it is let go. */
	if (ij_debugger_current(g->debugger))
		ij_gdb_notice_end(g);
	fflush(stdout);
}

bool ij_gdb_asks(const struct ij_gdb *g)
{
	return !g->batch && !g->unasked && isatty(0) && (!g->input || g->input->is_person);
}

bool ij_gdb_answer(const char *question, bool otherwise)
{
	char *line = NULL;
	size_t size = 0;
	bool yes = otherwise;

	for (;;) {
		fputs(question, stdout);
		fflush(stdout);
		if (getline(&line, &size, stdin) < 0 || *line == '\n')
			break;
		if (strchr("yYnN", *line)) {
			yes = *line == 'y' || *line == 'Y';
			break;
		}
		printf("Please answer y or n.\n");
	}
	free(line);
	return yes;
}

bool ij_gdb_ask(struct ij_gdb *g, const char *format, ...)
{
	struct ij_text question = {0};
	char *text;
	va_list args;
	bool yes;

	if (g->unasked || !ij_gdb_is_on(&g->settings, IJ_GDB_SETTING_CONFIRM))
		return true;
	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		text = NULL;
	va_end(args);
	ij_text_printf(&question, "%s(y or n) ", text ? text : "");
	free(text);
	if (ij_gdb_asks(g)) {
		yes = ij_gdb_answer(ij_text_get(&question), true);
	} else {
		printf("%s[answered Y; input not from terminal]\n", ij_text_get(&question));
		yes = true;
	}
	ij_text_deinit(&question);
	return yes;
}
