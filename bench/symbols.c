/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Time and peak memory from the start of the tool to a function that is found and has a type,
 * beside gdb, which is asked for the same function.
 *
 *	symbols [-n RUNS] [COMMAND FUNCTION CALL]...
 *	symbols '/usr/bin/node -e setInterval(()=>{},1000)' malloc_trim 'malloc_trim(1)'
 *	symbols '/usr/bin/redis-server --port 7771' getpid 'getpid()'
 *	symbols '/usr/bin/redis-server --port 7771' fopen 'fopen("a","b")'
 *	symbols '/usr/bin/redis-server --port 7771' _IO_new_file_overflow
 *'_IO_new_file_overflow(0,0)' bench/large.py /tmp/x && symbols /tmp/x/large unit_017::flat_99
 *'unit_017::flat_99(0, 1)'
 *
 * The command is the path of a program and its arguments, between spaces; it must run on. Nothing
 * is called: the call stands behind sizeof. Prototypes tell the types of most functions of the C
 * library; of _IO_new_file_overflow only its debug information does (libc6-dbg). Each figure is the
 *best of five runs: CPU time, which other work on the machine does not change, wall time, and the
 *peak of memory. `cold` is interject with an empty cache, `warm` the same again; `gdb -p` attaches
 *to the same process, as interject does, and `gdb` only reads the file, which tells it of no
 *library.
 */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ARGS_MAX = 8 };

struct cost {
	double wall_ms, cpu_ms;
	long kib;
};

static struct session ses;
static unsigned runs = 5;

static void best(struct cost *cost)
{
	double wall_ms = (double)ses.wall_ns / 1e6, cpu_ms = (double)ses.cpu_ns / 1e6;

	if (!cost->wall_ms || wall_ms < cost->wall_ms)
		cost->wall_ms = wall_ms;
	if (!cost->cpu_ms || cpu_ms < cost->cpu_ms)
		cost->cpu_ms = cpu_ms;
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

/* @pid: 0: of the file alone. */
static void run_gdb(const char *program, pid_t pid, const char *function, struct cost *cost)
{
	char command[512], pid_text[16];

	snprintf(command, sizeof(command), "ptype %s", function);
	snprintf(pid_text, sizeof(pid_text), "%d", pid);
	const char *const argv[] = {
		"/usr/bin/gdb",        "-nx", "-batch", "-ex", command, pid ? "-p" : program,
		pid ? pid_text : NULL, NULL};
	session_run(&ses, argv, 0);
	best(cost);
}

static void clear_cache(void)
{
	const char *home = getenv("XDG_CACHE_HOME");
	char command[512];

	/* That of nobody, who reads files when the tool is started by root. */
	snprintf(command, sizeof(command), "rm -rf '%s/interject'%s", home,
		 geteuid() ? ""
			   : " /var/cache/interject/*/interject/names"
			     " /var/cache/interject/*/interject/sections");
	if (system(command))
		fprintf(stderr, "cannot clear %s\n", home);
}

static void print(const char *label, const struct cost *cost, const struct cost *gdb)
{
	printf("  %-7s %8.1f ms of CPU %8.1f ms %8ld KiB", label, cost->cpu_ms, cost->wall_ms,
	       cost->kib);
	if (gdb)
		printf("   gdb -p: %.1f and %.1f times as long, %.1f times the memory",
		       gdb->cpu_ms / cost->cpu_ms, gdb->wall_ms / cost->wall_ms,
		       (double)gdb->kib / (double)cost->kib);
	puts("");
}

/* @command is changed. */
static void measure(char *command, const char *function, const char *call)
{
	const char *argv[ARGS_MAX + 1] = {strtok(command, " ")};
	const char *program = argv[0];
	struct cost cold = {0}, warm = {0}, attached = {0}, file = {0};
	struct target target = {.pid = 0};
	bool good = program != NULL;

	for (size_t i = 0; i + 1 < ARGS_MAX && argv[i]; i++)
		argv[i + 1] = strtok(NULL, " ");
	if (!good || !target_start(&target, argv, false) || !target_settled(&target, 200)) {
		fprintf(stderr, "%s cannot be started\n", command);
		return;
	}
	for (unsigned i = 0; i < runs && good; i++) {
		clear_cache();
		good = run_interject(target.pid, call, &cold) &&
		       run_interject(target.pid, call, &warm);
		run_gdb(program, target.pid, function, &attached);
		run_gdb(program, 0, function, &file);
	}
	target_stop(&target);
	if (!good) {
		fprintf(stderr, "%s: interject failed on %s: %s\n", program, call, ses.out);
		return;
	}
	printf("%s, %s\n", program, function);
	print("cold", &cold, &attached);
	print("warm", &warm, &attached);
	print("gdb -p", &attached, NULL);
	print("gdb", &file, NULL);
	fflush(stdout);
}

int main(int argc, char **argv)
{
	char cache[] = "/tmp/ij-symbols-XXXXXX";

	if (argc > 2 && !strcmp(argv[1], "-n")) {
		runs = (unsigned)strtoul(argv[2], NULL, 10);
		argv += 2;
		argc -= 2;
	}
	if (!runs || argc < 4 || (argc - 1) % 3) {
		fprintf(stderr, "usage: symbols [-n RUNS] COMMAND FUNCTION CALL ...\n");
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
