/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* interject gdb: gdb's command line and commands, upon this program's attaching and privileges. */
#include <unistd.h>

#include "cli/commands.h"
#include "cli/front.h"
#include "repl/gdb/start.h"

static struct ij_gdb *volatile active;

static void on_signal(int signo)
{
	struct ij_gdb *g = active;

	(void)signo;
	if (g)
		ij_gdb_interrupt(g);
}

static void catch_signals(struct ij_gdb *g)
{
	const struct sigaction action = {.sa_handler = on_signal};

	active = g;
	sigaction(SIGINT, &action, NULL);
}

static void keep(void *ctx, bool on)
{
	struct ij_front *front = ctx;

	front->keeps = on;
}

static bool gave_up(void *ctx)
{
	const struct ij_front *front = ctx;

	return front->root && front->dropped;
}

static int run(struct ij_gdb_args *args, struct ij_front *front)
{
	const struct ij_gdb_host host = {
		.attach = front->host.attach, .keep = keep, .gave_up = gave_up, .ctx = front};
	struct ij_prototypes *protos;
	struct ij_error *err;
	struct ij_gdb g;
	int status;

	err = ij_prototypes_create(&protos);
	if (!err)
		err = ij_gdb_init(&g, &host, protos);
	if (err)
		return ij_commands_fail(err);
	catch_signals(&g);
	status = ij_gdb_start(&g, args);
	active = NULL;
	ij_gdb_deinit(&g);
	return status;
}

int ij_cmd_gdb(int argc, char **argv)
{
	char name[] = "repl", *none[] = {name, NULL};
	struct ij_options options;
	struct ij_gdb_args args;
	struct ij_front front;
	struct ij_error *err;
	int status;

	err = ij_gdb_args_parse(argc, argv, &args);
	if (err)
		return ij_commands_fail(err);
	/* What its attaching is by: the defaults of the REPL's options. */
	err = ij_options_parse(IJ_COMMAND_REPL, 1, none, &options);
	if (!err) {
		err = ij_front_init(&front, &options);
		status = err ? ij_commands_fail(err) : run(&args, &front);
		ij_front_deinit(&front);
		ij_options_deinit(&options);
	} else {
		status = ij_commands_fail(err);
	}
	ij_gdb_args_deinit(&args);
	return status;
}
