/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The order in which gdb does what its command line says (gdb/main.c, captured_main_1). */
#include "repl/gdb/start.h"

#include <string.h>
#include <unistd.h>

#include "repl/file.h"
#include "repl/gdb/mi.h"
#include "repl/gdb/process.h"

static void greet(void)
{
	printf("GNU gdb (interject %s) 13.1\n"
	       "This is interject, which speaks as gdb does: calls are safe, or the process is "
	       "untouched.\n"
	       "Type \"help\" for the commands, \"info interject\" for what was judged of the last "
	       "call.\n\n",
	       ij_version());
}

/*
 * Files are read before anything is attached to: where that gives up privileges they might not be
 * readable any more.
 */
static void load(struct ij_gdb *g, struct ij_gdb_args *args)
{
	IJ_LIST_EACH (&args->run, it) {
		struct ij_error *err;

		if (!it->is_file)
			continue;
		err = access(it->text, R_OK) && strcmp(it->text, "-") != 0
			      ? IJ_GDB_TEXT(USAGE, "%s: No such file or directory.", it->text)
			      : ij_file_load(it->text, &it->loaded);
		if (err)
			ij_gdb_tell(g, err);
	}
}

static void run(struct ij_gdb *g, const struct ij_gdb_args *args, bool early)
{
	IJ_LIST_EACH (&args->run, it) {
		if (it->early != early || g->quit)
			continue;
		g->from_tty = !it->is_file && !g->batch;
		if (!it->is_file)
			ij_gdb_run(g, it->text);
		else if (it->loaded)
			ij_gdb_tell(g, ij_gdb_run_text(g, it->text, it->loaded));
		g->flow = IJ_GDB_NEXT;
		fflush(stdout);
	}
}

/* Commands behind the attaching, but for those that end it. */
static bool are_many(const struct ij_gdb_args *args)
{
	size_t count = 0;

	IJ_LIST_EACH (&args->run, it) {
		if (it->early)
			continue;
		if (it->is_file)
			return true;
		if (strcmp(it->text, "detach") != 0 && strcmp(it->text, "quit") != 0 &&
		    strncmp(it->text, "set ", 4) != 0)
			count++;
	}
	return count > 1;
}

static void attach(struct ij_gdb *g, const char *text)
{
	char *end;
	long pid = strtol(text, &end, 0);

	if (*end || pid < 0 || pid > INT32_MAX)
		ij_gdb_tell(g, IJ_GDB_TEXT(USAGE, "Illegal process-id: %s.", text));
	else
		ij_gdb_tell(g, ij_gdb_attach(g, (pid_t)pid));
	fflush(stdout);
}

static int status_of(const struct ij_gdb *g, const struct ij_gdb_args *args)
{
	if (g->quit && g->quit_status)
		return g->quit_status & 0xff;
	if (args->gdb_status)
		return args->batch && g->failed;
	if (args->batch && !g->status)
		return g->failed;
	return args->batch ? g->status : 0;
}

struct start {
	struct ij_gdb *g;
	struct ij_gdb_args *args;
};

/* All that the command line says, up to where a person or another program speaks. */
static void begin(void *ctx)
{
	struct ij_gdb *g = ((struct start *)ctx)->g;
	struct ij_gdb_args *args = ((struct start *)ctx)->args;
	struct ij_error *err;

	if (!args->quiet)
		greet();
	if (args->cd && chdir(args->cd))
		ij_gdb_tell(g, IJ_GDB_TEXT(USAGE, "%s: No such file or directory.", args->cd));
	load(g, args);
	run(g, args, true);
	g->quiet = args->quiet && args->batch;
	IJ_LIST_EACH (&args->folders, it) {
		char *copy = strdup(*it);

		err = copy ? ij_list_push(&g->folders, copy) : ij_cli_nomem();
		if (err)
			ij_gdb_tell(g, err);
	}
	if (args->program || args->symbols)
		ij_gdb_tell(g, ij_gdb_file(g, args->program ? args->program : args->symbols));
	if (args->args)
		ij_gdb_tell(g, ij_gdb_args_quote(g, args->args, args->args_len));
	if (args->core)
		ij_gdb_tell(g,
			    IJ_GDB_TEXT(UNSUPPORTED,
					"%s: core files are not supported; nothing can be called "
					"in one",
					args->core));
	g->many = args->batch && are_many(args);
	if (args->pid && !g->quit)
		attach(g, args->pid);
	run(g, args, false);
}

int ij_gdb_start(struct ij_gdb *g, struct ij_gdb_args *args)
{
	struct start start = {g, args};
	struct ij_error *err;

	if (args->help) {
		ij_gdb_args_help(stdout);
		return 0;
	}
	if (args->version) {
		printf("GNU gdb (interject %s) 13.1\n", ij_version());
		return 0;
	}
	g->batch = args->batch;
	g->interactive = !args->batch && isatty(0);
	if (args->batch)
		g->settings.numbers[IJ_GDB_SETTING_CONFIRM] = 0;
	/* The terminal is for answers in batch mode never: what is not safe is not done. */
	g->settings.numbers[IJ_GDB_SETTING_UNSAFE] = g->interactive ? 0 : 2;
	g->settings.numbers[IJ_GDB_SETTING_INT3] = g->interactive ? 0 : 2;
	if (args->mi) {
		ij_mi_loop(g, begin, &start);
	} else {
		begin(&start);
		if (!args->batch && !g->quit)
			ij_gdb_loop(g);
	}
	err = ij_gdb_let_go(g, args->mi || ij_debugger_is_own(g->debugger));
	if (err)
		ij_gdb_tell(g, err);
	fflush(stdout);
	return status_of(g, args);
}
