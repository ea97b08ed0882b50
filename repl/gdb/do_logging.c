/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is printed goes to a file, too, or only there: set logging (gdb/cli/cli-logging.c). */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "repl/gdb/logging.h"

/* A stream of the process, and what it is while all is logged. */
struct ij_gdb_log_stream {
	const struct ij_gdb_log *log;
	FILE **stream, *was;
	int fd;
};

struct ij_gdb_log {
	FILE *file;
	char *path;
	bool redirect; /* only to the file */
	struct ij_gdb_log_stream out, err;
};

static ssize_t write_both(void *ctx, const char *text, size_t size)
{
	const struct ij_gdb_log_stream *it = ctx;
	size_t done = it->log->redirect ? size : 0;

	(void)fwrite(text, 1, size, it->log->file);
	(void)fflush(it->log->file);
	while (done < size) {
		ssize_t len = write(it->fd, text + done, size - done);

		if (len < 0 && errno != EINTR)
			break;
		done += len < 0 ? 0 : (size_t)len;
	}
	/* That it cannot be written there is not for who prints. */
	return (ssize_t)size;
}

static bool begin_stream(struct ij_gdb_log_stream *it, const struct ij_gdb_log *log, FILE **stream,
			 int fd)
{
	const cookie_io_functions_t io = {.write = write_both};
	FILE *made;

	*it = (struct ij_gdb_log_stream){.log = log, .stream = stream, .was = *stream, .fd = fd};
	(void)fflush(*stream);
	made = fopencookie(it, "w", io);
	if (!made)
		return false;
	setvbuf(made, NULL, _IOLBF, BUFSIZ);
	*stream = made;
	return true;
}

static void end_stream(struct ij_gdb_log_stream *it)
{
	if (!it->stream)
		return;
	(void)fclose(*it->stream);
	*it->stream = it->was;
	it->stream = NULL;
}

void ij_gdb_log_end(struct ij_gdb *g)
{
	struct ij_gdb_log *log = g->log;

	if (!log)
		return;
	end_stream(&log->out);
	end_stream(&log->err);
	fclose(log->file);
	if (g->from_tty)
		printf("Done logging to %s.\n", log->path);
	free(log->path);
	free(log);
	g->log = NULL;
}

struct ij_error *ij_gdb_log_undefined(const char *args)
{
	static const struct {
		const char *name, *text;
	} subs[] = {
		{"debugredirect", "Set the logging debug output mode."},
		{"enabled", "Enable logging."},
		{"file", "Set the current logfile."},
		{"overwrite", "Set whether logging overwrites or appends to the log file."},
		{"redirect", "Set the logging output mode."},
	};
	const size_t len = strcspn(args, " \t");

	if (!strcmp(args, "file"))
		return IJ_GDB_TEXT(USAGE, "Argument required (filename to set it to.).");
	if (*args)
		return IJ_GDB_TEXT(
			NOTFOUND,
			"Undefined set logging command: \"%.*s\".  Try \"help set logging\".",
			(int)len, args);
	printf("List of set logging subcommands:\n\n");
	for (size_t i = 0; i < IJ_CLI_COUNT(subs); i++)
		printf("set logging %s -- %s\n", subs[i].name, subs[i].text);
	printf("\nType \"help set logging\" followed by set logging subcommand name for full "
	       "documentation.\nType \"apropos word\" to search for commands related to \"word\".\n"
	       "Type \"apropos -v word\" for full documentation of commands related to "
	       "\"word\".\nCommand name abbreviations are allowed if unambiguous.\n");
	return NULL;
}

void ij_gdb_log_warn(const struct ij_gdb *g)
{
	fflush(stdout);
	fprintf(stderr,
		"warning: Currently logging to %s.  Turn the logging off and on to make the new "
		"setting effective.\n",
		g->log->path);
}

struct ij_error *ij_gdb_log_begin(struct ij_gdb *g)
{
	const char *name = g->settings.texts[IJ_GDB_SETTING_LOGGING_FILE];
	struct ij_gdb_log *log;

	if (!name || !*name)
		name = "gdb.txt";
	if (g->log) {
		printf("Already logging to %s.\n", g->log->path);
		return NULL;
	}
	log = calloc(1, sizeof(*log));
	if (!log)
		return ij_cli_nomem();
	log->path = strdup(name);
	log->redirect = ij_gdb_is_on(&g->settings, IJ_GDB_SETTING_LOGGING_REDIRECT);
	log->file = fopen(
		name, ij_gdb_is_on(&g->settings, IJ_GDB_SETTING_LOGGING_OVERWRITE) ? "we" : "ae");
	if (!log->file || !log->path) {
		struct ij_error *err =
			log->file ? ij_cli_nomem()
				  : IJ_GDB_TEXT(OS, "set logging: %s: %s.%s", name, strerror(errno),
						ij_gdb_given_up(g, errno));

		if (log->file)
			fclose(log->file);
		free(log->path);
		free(log);
		return err;
	}
	if (g->from_tty)
		printf("%s output to %s.\n%s debug output to %s.\n",
		       log->redirect ? "Redirecting" : "Copying", name,
		       ij_gdb_is_on(&g->settings, IJ_GDB_SETTING_LOGGING_DEBUGREDIRECT)
			       ? "Redirecting"
			       : "Copying",
		       name);
	g->log = log;
	if (begin_stream(&log->out, log, &stdout, STDOUT_FILENO) &&
	    begin_stream(&log->err, log, &stderr, STDERR_FILENO))
		return NULL;
	ij_gdb_log_end(g);
	return ij_cli_nomem();
}
