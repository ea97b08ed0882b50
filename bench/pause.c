/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * pause [-n SESSIONS] [-g GDB_SESSIONS] [TARGET...]: how long a target stands still for one cold
 * call (attach, call getpid(), detach), the wall time and the peak memory of the tool: interject
 * against gdb -batch in the same run. Run by hand, as root or with ptrace_scope 0, on a quiet
 * machine, from a release build:
 *
 *     cmake --preset release && cmake --build --preset release && build/release/bench/pause
 *
 * Targets: `tiny` reads its own clock all the time, and its longest gap during a session is the
 * pause. A gap is also what the scheduler does to any program: the row "nobody" shows the same
 * measurement over as long a time without any tool. `redis`, `python` and `node` are the real
 * programs, idle or (python) busy; for them the pause is the time from the first to the last sight
 * of the main thread in a tracing stop, seen by polling /proc/PID/task/PID/stat. For interject the
 * table also has the pause that it reports itself. For the wall time sessions are run without the
 * observer, which takes a CPU.
 *
 * Memory: for interject the sum of the VmHWM of all its processes, read as each exits in a session
 * of its own; for gdb, which is one process, ru_maxrss.
 */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SESSIONS_MAX = 10000 };

static struct session session;
static const char *program = IJ_PROGRAM_PATH; /* or the environment's IJ_PROGRAM */
static long sessions = 50, gdb_sessions = 5;

struct series {
	long len;
	double pause[SESSIONS_MAX]; /* microseconds; as measured from outside */
	double told[SESSIONS_MAX];  /* as the tool says */
	double wall[SESSIONS_MAX];
	long rss_kib;
	long failed; /* sessions that did not end with status 0 */
};

static struct series ours, theirs, nobody;

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static double median(double *values, long len)
{
	qsort(values, (size_t)len, sizeof(double), by_size);
	return len ? values[len / 2] : 0;
}

static double most(double *values, long len)
{
	qsort(values, (size_t)len, sizeof(double), by_size);
	return len ? values[len - 1] : 0;
}

static void gap_reset(const struct target *tgt)
{
	tgt->page->reset = 1;
	while (tgt->page->reset)
		bench_pass(1000);
}

/* One session for its pause, and one undisturbed for its wall time; the tiny target needs only one.
 */
static void measure(struct series *ser, const struct target *tgt, bool tiny,
		    const char *const argv[])
{
	if (tiny)
		gap_reset(tgt);
	session_run(&session, argv, tiny ? 0 : tgt->pid);
	double pause = (double)(tiny ? tgt->page->gap_ns : session.stopped_ns) / 1000;
	const char *told_at = strstr(session.out, "\"pause_us\":");
	double told = told_at ? strtod(told_at + strlen("\"pause_us\":"), NULL) : 0;
	if (!tiny)
		session_run(&session, argv, 0);
	if (session.status != 0) {
		ser->failed++;
		return;
	}
	ser->pause[ser->len] = pause;
	ser->told[ser->len] = told;
	ser->wall[ser->len] = (double)session.wall_ns / 1000;
	ser->rss_kib = session.rss_kib > ser->rss_kib ? session.rss_kib : ser->rss_kib;
	ser->len++;
}

static void print_row(const char *target, const char *tool, struct series *ser, bool told)
{
	printf("%-8s %-10s %6ld %6ld %10.0f %10.0f ", target, tool, ser->len, ser->failed,
	       median(ser->pause, ser->len), most(ser->pause, ser->len));
	if (told)
		printf("%10.0f %10.0f ", median(ser->told, ser->len), most(ser->told, ser->len));
	else
		printf("%10s %10s ", "-", "-");
	printf("%10.1f %8.1f\n", median(ser->wall, ser->len) / 1000, (double)ser->rss_kib / 1024);
}

static void run_target(const char *name, const struct target *tgt, bool tiny)
{
	char number[16];
	snprintf(number, sizeof(number), "%d", tgt->pid);
	const char *const call[] = {program, "call",   "-p",       number, "-t",
				    number,  "--json", "getpid()", NULL};
	const char *const gdb[] = {"/usr/bin/gdb",       "-q", "-nx", "-p", number, "-batch", "-ex",
				   "call (int)getpid()", NULL};
	memset(&ours, 0, sizeof(ours));
	memset(&theirs, 0, sizeof(theirs));
	memset(&nobody, 0, sizeof(nobody));
	for (long i = 0; i < sessions; i++) {
		measure(&ours, tgt, tiny, call);
		if (!tiny)
			continue;
		gap_reset(tgt);
		bench_pass(session.wall_ns);
		nobody.pause[nobody.len] = (double)tgt->page->gap_ns / 1000;
		nobody.wall[nobody.len++] = (double)session.wall_ns / 1000;
	}
	for (long i = 0; i < gdb_sessions; i++)
		measure(&theirs, tgt, tiny, gdb);
	ours.rss_kib = session_peak_kib(call);
	print_row(name, "interject", &ours, true);
	if (gdb_sessions)
		print_row(name, "gdb", &theirs, false);
	if (tiny)
		print_row(name, "nobody", &nobody, false);
	/* Where the observer is too slow for our stops, our own word is the larger number. */
	double seen = median(ours.pause, ours.len), told = median(ours.told, ours.len);
	double pause = !tiny && told > seen ? told : seen;
	if (ours.len && theirs.len)
		printf("%-8s gdb/interject: pause %.0f, wall %.0f, memory %.0f\n", name,
		       median(theirs.pause, theirs.len) / pause,
		       median(theirs.wall, theirs.len) / median(ours.wall, ours.len),
		       (double)theirs.rss_kib / (double)ours.rss_kib);
	fflush(stdout);
}

#define PORT "PORT" /* stands for a free one */

static const struct kind {
	const char *name;
	const char *argv[12];
} kinds[] = {
	{"tiny", {IJ_GAP_VICTIM, NULL}},
	{"redis",
	 {"/usr/bin/redis-server", "--bind", "127.0.0.1", "--save", "", "--port", PORT, NULL}},
	{"python",
	 {"/usr/bin/python3", "-c",
	  "import json\nwhile True: json.loads(json.dumps({'a': list(range(99))}))", NULL}},
	{"node", {"/usr/bin/node", "-e", "setInterval(() => JSON.stringify([1, 2]), 10)", NULL}},
};

static void run_kind(const struct kind *kind)
{
	struct target tgt = {0};
	char port[16];
	const char *argv[12];
	snprintf(port, sizeof(port), "%d", bench_free_port());
	for (unsigned i = 0; i < 12; i++)
		argv[i] = kind->argv[i] && strcmp(kind->argv[i], PORT) == 0 ? port : kind->argv[i];
	bool tiny = strcmp(kind->name, "tiny") == 0;
	if (access(kind->argv[0], X_OK) != 0)
		printf("%-8s %s is not installed\n", kind->name, kind->argv[0]);
	else if (!target_start(&tgt, argv, tiny) || (!tiny && !target_settled(&tgt, 300)))
		printf("%-8s did not start\n", kind->name);
	else
		run_target(kind->name, &tgt, tiny);
	target_stop(&tgt);
}

int main(int argc, char **argv)
{
	int option;
	if (getenv("IJ_PROGRAM"))
		program = getenv("IJ_PROGRAM");
	while ((option = getopt(argc, argv, "n:g:")) != -1) {
		if (option == 'n')
			sessions = strtol(optarg, NULL, 10);
		else if (option == 'g')
			gdb_sessions = strtol(optarg, NULL, 10);
		else
			return 2;
	}
	if (sessions < 1 || sessions > SESSIONS_MAX || gdb_sessions < 0 ||
	    gdb_sessions > SESSIONS_MAX)
		return 2;
	printf("%-8s %-10s %6s %6s %10s %10s %10s %10s %10s %8s\n", "target", "tool", "done",
	       "failed", "pause/us", "max", "told/us", "max", "wall/ms", "MiB");
	for (unsigned i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		bool wanted = optind == argc;
		for (int k = optind; k < argc; k++)
			wanted |= strcmp(argv[k], kinds[i].name) == 0;
		if (wanted)
			run_kind(&kinds[i]);
	}
	return 0;
}
