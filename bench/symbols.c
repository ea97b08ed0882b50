/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Time and peak memory from the start of the tool to a function that is found and has a type,
 *beside gdb, which is asked for the same function of the same file.
 *
 *	symbols [PROGRAM FUNCTION CALL]...
 *	symbols ./big flat_1 'flat_1(1, 2.0)'
 *
 * The program is started without arguments and must run on. Each line is the best of five runs:
 *`cold` of interject with an empty cache of its own, `warm` of the same again; then gdb's. Nothing
 *is called: the call stands behind sizeof.
 */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { RUNS = 5 };

struct cost {
	double ms;
	long kib;
};

static struct session ses;

static void best(struct cost *cost)
{
	double ms = (double)ses.wall_ns / 1e6;

	if (!cost->ms || ms < cost->ms)
		cost->ms = ms;
	if (!cost->kib || ses.rss_kib < cost->kib)
		cost->kib = ses.rss_kib;
}

static bool run_interject(pid_t pid, const char *call, struct cost *cost)
{
	char pid_text[16], expr[512];

	snprintf(pid_text, sizeof(pid_text), "%d", pid);
	snprintf(expr, sizeof(expr), "sizeof(%s)", call);
	const char *const argv[] = {IJ_PROGRAM_PATH, "call", "-p", pid_text, expr, NULL};
	session_run(&ses, argv, 0);
	best(cost);
	return !ses.status;
}

static bool run_gdb(const char *program, const char *function, struct cost *cost)
{
	char command[512];

	snprintf(command, sizeof(command), "ptype %s", function);
	const char *const argv[] = {"/usr/bin/gdb", "-nx", "-batch", "-ex", command, program, NULL};
	session_run(&ses, argv, 0);
	best(cost);
	return !ses.status;
}

static void clear_cache(void)
{
	const char *home = getenv("XDG_CACHE_HOME");
	char command[512];

	/* That of nobody, who reads files when the tool is started by root. */
	snprintf(command, sizeof(command), "rm -rf '%s/interject'%s", home,
		 geteuid() ? "" : " /var/cache/interject/*/interject/names");
	if (system(command))
		fprintf(stderr, "cannot clear %s\n", home);
}

static void measure(const char *program, const char *function, const char *call)
{
	const char *const argv[] = {program, NULL};
	struct cost cold = {0}, warm = {0}, gdb = {0};
	struct target target = {.pid = 0};
	bool good = true;

	if (!target_start(&target, argv, false) || !target_settled(&target, 200)) {
		fprintf(stderr, "%s cannot be started\n", program);
		return;
	}
	for (unsigned i = 0; i < RUNS && good; i++) {
		clear_cache();
		good = run_interject(target.pid, call, &cold) &&
		       run_interject(target.pid, call, &warm);
	}
	for (unsigned i = 0; i < RUNS && good; i++)
		run_gdb(program, function, &gdb);
	target_stop(&target);
	if (!good) {
		fprintf(stderr, "%s: interject failed on %s: %s\n", program, call, ses.out);
		return;
	}
	printf("%-24s cold %8.1f ms %7ld KiB   warm %8.1f ms %7ld KiB   gdb %8.1f ms %7ld KiB   "
	       "%.0f and %.0f times faster\n",
	       strrchr(program, '/') ? strrchr(program, '/') + 1 : program, cold.ms, cold.kib,
	       warm.ms, warm.kib, gdb.ms, gdb.kib, gdb.ms / cold.ms, gdb.ms / warm.ms);
}

int main(int argc, char **argv)
{
	char cache[] = "/tmp/ij-symbols-XXXXXX";

	if (argc < 4 || (argc - 1) % 3) {
		fprintf(stderr, "usage: %s PROGRAM FUNCTION CALL ...\n", argv[0]);
		return 2;
	}
	if (!mkdtemp(cache) || setenv("XDG_CACHE_HOME", cache, 1))
		return 1;
	for (int i = 1; i + 2 < argc; i += 3)
		measure(argv[i], argv[i + 1], argv[i + 2]);
	clear_cache();
	rmdir(cache);
	return 0;
}
