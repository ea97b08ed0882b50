/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The life of a session in GDB/MI: its lines, and the result records that answer them. */
#include "repl/gdb/mi.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "repl/gdb/stop.h"

const struct ij_mi_command ij_mi_commands[] = {
#define IJ_MI(name, function, usage, summary) {name, ij_mi_do_##function, usage, summary},
#include "repl/gdb/mi.def"
#undef IJ_MI
	{NULL, NULL, NULL, NULL},
};

const struct ij_mi_command *ij_mi_find(const char *name)
{
	for (const struct ij_mi_command *it = ij_mi_commands; it->name; it++)
		if (!strcmp(it->name, name))
			return it;
	return NULL;
}

/* What is looked at. */
struct chosen {
	pid_t tid;
	unsigned level;
};

static struct chosen chosen_now(const struct ij_mi *mi)
{
	const struct ij_debugger *d = mi->g->debugger;

	return (struct chosen){ij_debugger_current(d), ij_debugger_selected(d)};
}

/* A person chose another thread or frame. */
static void tell_chosen(struct ij_mi *mi, const struct chosen *was)
{
	const struct chosen now = chosen_now(mi);
	struct ij_text outer = mi->fields;

	if (!now.tid || !was->tid || (now.tid == was->tid && now.level == was->level))
		return;
	mi->fields = (struct ij_text){0};
	ij_mi_fieldf(mi, "id", "%u", ij_mi_thread_id(mi, now.tid));
	ij_mi_open(mi, "frame", '{');
	ij_error_free(ij_mi_frame(mi, now.level, true, true));
	ij_mi_close(mi, '{');
	ij_mi_record(mi, "", "=thread-selected");
	mi->fields = outer;
}

struct ij_error *ij_mi_console(struct ij_mi *mi, const char *line)
{
	struct ij_gdb *g = mi->g;
	const struct ij_mi_command *command = mi->command;
	struct ij_error *err;
	bool one_by_one = mi->one_by_one, quiet = mi->quiet_breaks;
	const struct chosen was = chosen_now(mi);

	mi->command = NULL;
	mi->one_by_one = mi->quiet_breaks = false;
	g->from_tty = true;
	g->quiet = false;
	err = ij_gdb_execute(g, line);
	g->from_tty = false;
	if (!mi->ran)
		tell_chosen(mi, &was);
	mi->command = command;
	mi->one_by_one = one_by_one;
	mi->quiet_breaks = quiet;
	fflush(stdout);
	if (err && *ij_error_message(err)) {
		fprintf(stderr, "%s\n", ij_error_message(err));
		fflush(stderr);
	}
	return err;
}

struct ij_error *ij_mi_plain(struct ij_mi *mi, struct ij_mi_call *call, ij_gdb_fn fn)
{
	return fn(mi->g, ij_gdb_trim(call->rest));
}

static struct ij_error *choose(struct ij_mi *mi, const struct ij_mi_call *call,
			       struct chosen *was_ret)
{
	struct ij_debugger *d = mi->g->debugger;
	pid_t tid;

	*was_ret = chosen_now(mi);
	if (call->frame != -1 && call->thread == -1)
		return IJ_MI_USAGE("Cannot specify --frame without --thread");
	if (call->thread == -1)
		return NULL;
	ij_mi_sync(mi);
	tid = ij_mi_thread_tid(mi, (unsigned)call->thread);
	if (!tid)
		return IJ_GDB_TEXT(NOTFOUND, "Invalid thread id: %ld", call->thread);
	if (was_ret->tid)
		IJ_CLI_TRY(ij_debugger_select_thread(d, tid));
	return call->frame == -1 ? NULL : ij_debugger_select(d, (unsigned)call->frame);
}

/* Back to what was looked at, if the program still stands there. */
static void choose_again(struct ij_mi *mi, const struct ij_mi_call *call, const struct chosen *was)
{
	struct ij_debugger *d = mi->g->debugger;

	if (call->thread == -1 || mi->ran || !was->tid)
		return;
	ij_error_free(ij_debugger_select_thread(d, was->tid));
	ij_error_free(ij_debugger_select(d, was->level));
}

static struct ij_error *run_command(struct ij_mi *mi, struct ij_mi_call *call)
{
	struct chosen was;
	struct ij_error *err;

	mi->command = ij_mi_find(call->name);
	mi->quiet_breaks = !strncmp(call->name, "break-", 6) || !strncmp(call->name, "dprintf-", 8);
	mi->one_by_one = !strncmp(call->name, "exec-", 5);
	mi->quiet_set = !strcmp(call->name, "gdb-set");
	err = ij_mi_split(call);
	if (!err)
		err = choose(mi, call, &was);
	if (!err) {
		err = mi->command->run(mi, call);
		choose_again(mi, call, &was);
	}
	mi->command = NULL;
	mi->quiet_breaks = mi->quiet_set = mi->one_by_one = false;
	return err;
}

static struct ij_error *run_plain(struct ij_mi *mi, const struct ij_mi_call *call)
{
	struct ij_text echo = {0};

	if (!*call->rest)
		return NULL;
	ij_text_printf(&echo, "%s\n", call->rest);
	fputs(ij_text_get(&echo), stderr);
	ij_text_deinit(&echo);
	return ij_mi_console(mi, call->rest);
}

/* The result record, unless `^running` was one, and the prompt. */
static void answer(struct ij_mi *mi, const struct ij_mi_call *call, struct ij_error *err)
{
	if (mi->running) {
		ij_mi_input_unwatch(&mi->input);
		mi->running = false;
	}
	if (err) {
		ij_text_deinit(&mi->fields);
		ij_mi_sync(mi);
		ij_mi_field(mi, "msg", ij_error_message(err));
		if (call->name && !ij_mi_find(call->name))
			ij_mi_field(mi, "code", "undefined-command");
		ij_mi_record(mi, mi->token, "^error");
	} else if (mi->ended) {
		ij_mi_record(mi, mi->token, "^exit");
		return;
	} else if (!mi->ran) {
		struct ij_text fields = mi->fields;

		mi->fields = (struct ij_text){0};
		ij_mi_sync(mi);
		mi->fields = fields;
		ij_mi_record(mi, mi->token,
			     call->name && !strcmp(call->name, "target-select") ? "^connected"
										: "^done");
	}
	/* One that follows a stop is of the command that let it run, unless commands are taken
	 * then. */
	if (!mi->ran || !ij_gdb_is_on(&mi->g->settings, IJ_GDB_SETTING_MI_ASYNC))
		ij_mi_line(mi, "(gdb) ");
}

void ij_mi_run(struct ij_mi *mi, const char *line)
{
	struct ij_mi_call call;
	struct ij_error *err = ij_mi_parse(line, &call);

	if (!err && !call.name && !*call.rest && !*call.token) {
		ij_mi_line(mi, "(gdb) ");
		ij_mi_call_deinit(&call);
		return;
	}
	mi->token = call.token ? call.token : "";
	mi->ran = false;
	mi->g->interrupted = 0;
	ij_text_deinit(&mi->fields);
	ij_mi_speak(mi, true);
	mi->g->unasked = true;
	if (!err)
		err = call.name ? run_command(mi, &call) : run_plain(mi, &call);
	/* Whoever lets it go on is told of its end by that. */
	if (err)
		ij_gdb_notice_end(mi->g);
	fflush(stdout);
	fflush(stderr);
	mi->ended = mi->ended || mi->g->quit;
	answer(mi, &call, err);
	ij_error_free(err);
	if (mi->beside)
		ij_mi_speak(mi, false);
	mi->g->unasked = !mi->beside;
	mi->token = "";
	/* What goes on from now on is no command's of this side. */
	mi->ran = true;
	mi->g->flow = IJ_GDB_NEXT;
	ij_mi_call_deinit(&call);
}

/* A line that came while the program runs: what cannot wait for its end. */
static bool urgent(void *ctx, const char *line)
{
	struct ij_mi *mi = ctx;
	size_t len = strspn(line, "0123456789");

	if (!strncmp(line + len, "-exec-interrupt", 15)) {
		fprintf(mi->out, "%.*s^done\n(gdb) \n", (int)len, line);
		fflush(mi->out);
		return true;
	}
	return false;
}

void ij_mi_speak(struct ij_mi *mi, bool on)
{
	if (on == (mi->was_out != NULL))
		return;
	fflush(stdout);
	fflush(stderr);
	if (on) {
		mi->was_out = stdout;
		mi->was_err = stderr;
		stdout = mi->console;
		stderr = mi->log;
	} else {
		stdout = mi->was_out;
		stderr = mi->was_err;
		mi->was_out = mi->was_err = NULL;
	}
}

struct ij_error *ij_mi_begin(struct ij_mi *mi, struct ij_gdb *g, int in, int out)
{
	*mi = (struct ij_mi){.g = g, .token = "", .ran = true};
	mi->out = out < 0 ? NULL : fdopen(out, "w");
	IJ_CLI_TRY(ij_mi_input_init(&mi->input, in));
	mi->input.urgent = urgent;
	mi->input.ctx = mi;
	if (!mi->out)
		return IJ_GDB_TEXT(OS, "cannot write records");
	mi->console = ij_mi_stream(mi, '~');
	mi->log = ij_mi_stream(mi, '&');
	if (!mi->console || !mi->log)
		return ij_cli_nomem();
	/* Bytes are told as they are. */
	g->settings.numbers[IJ_GDB_SETTING_PRINT_SEVENBIT] = 1;
	ij_mi_observe(mi);
	ij_mi_line(mi, "=thread-group-added,id=\"i1\"");
	return NULL;
}

void ij_mi_end(struct ij_mi *mi)
{
	FILE *const files[] = {mi->console, mi->log, mi->out};

	ij_mi_speak(mi, false);
	mi->g->observer = NULL;
	for (size_t i = 0; i < IJ_CLI_COUNT(files); i++)
		if (files[i])
			fclose(files[i]);
	ij_mi_input_deinit(&mi->input);
	ij_mi_vars_deinit(&mi->vars);
	IJ_LIST_EACH (&mi->libraries, it)
		free(*it);
	ij_list_deinit(&mi->libraries);
	ij_list_deinit(&mi->threads);
	ij_list_deinit(&mi->registers);
	ij_text_deinit(&mi->fields);
	free(mi->path);
}

void ij_mi_loop(struct ij_gdb *g, void (*early)(void *ctx), void *ctx)
{
	struct ij_mi mi;
	struct ij_error *err = ij_mi_begin(&mi, g, 0, dup(1));
	char *line;

	if (err) {
		ij_mi_end(&mi);
		ij_gdb_tell(g, err);
		return;
	}
	/* Nobody can be asked. */
	g->interactive = false;
	g->settings.numbers[IJ_GDB_SETTING_UNSAFE] = 2;
	g->unasked = true;
	ij_mi_speak(&mi, true);
	early(ctx);
	ij_mi_sync(&mi);
	g->input = &mi.input.lines;
	if (!g->quit)
		ij_mi_line(&mi, "(gdb) ");
	while (!mi.ended && !g->quit && (line = ij_mi_input_line(&mi.input))) {
		ij_mi_run(&mi, line);
		free(line);
	}
	g->input = NULL;
	ij_mi_end(&mi);
}
