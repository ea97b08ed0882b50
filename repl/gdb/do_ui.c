/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* new-ui: GDB/MI upon another terminal, beside a person at the console (gdb/top.c, new_ui_command).
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "repl/gdb/mi.h"

static void destroy(void *ctx)
{
	struct ij_mi *mi = ctx;

	close(mi->input.fd);
	ij_mi_end(mi);
	free(mi);
}

/* The lines that are there; a terminal that went away is left. */
static bool serve(void *ctx)
{
	struct ij_mi *mi = ctx;
	struct ij_gdb *g = mi->g;
	struct ij_gdb_input *outer = g->input;
	char *line = ij_mi_input_line(&mi->input);
	bool ran = false;

	g->input = &mi->input.lines;
	g->from_tty = false;
	while (line) {
		ij_mi_run(mi, line);
		ran = true;
		free(line);
		if (mi->ended) {
			g->quit = true;
			break;
		}
		if (!ij_mi_input_pending(&mi->input))
			break;
		line = ij_mi_input_line(&mi->input);
	}
	g->input = outer;
	if (ran)
		return true;
	destroy(mi);
	g->side = (struct ij_gdb_side){.fd = -1};
	return false;
}

IJ_GDB_DO(new_ui)
{
	char *name = ij_gdb_word(&args);
	struct ij_error *err;
	struct ij_mi *mi;
	int fd;

	if (!*name || !*args)
		return IJ_GDB_TEXT(USAGE, "Usage: new-ui INTERPRETER TTY");
	if (strcmp(name, "mi") != 0 && strcmp(name, "mi2") != 0 && strcmp(name, "mi3") != 0)
		return IJ_GDB_TEXT(UNSUPPORTED,
				   "new-ui: only mi, mi2 and mi3 are supported beside the console");
	if (g->observer)
		return IJ_GDB_TEXT(UNSUPPORTED, "new-ui: there can be but one");
	fd = open(args, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (fd < 0)
		return IJ_GDB_TEXT(OS, "opening of terminal failed: %s.", strerror(errno));
	mi = malloc(sizeof(*mi));
	if (!mi) {
		close(fd);
		return ij_cli_nomem();
	}
	err = ij_mi_begin(mi, g, fd, fcntl(fd, F_DUPFD_CLOEXEC, 0));
	if (err) {
		destroy(mi);
		return err;
	}
	mi->beside = true;
	ij_mi_sync(mi);
	ij_mi_line(mi, "(gdb) ");
	g->side = (struct ij_gdb_side){.fd = fd, .serve = serve, .destroy = destroy, .ctx = mi};
	printf("New UI allocated\n");
	return NULL;
}
