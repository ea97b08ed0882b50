/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Attempts at random instants on programs that people really run.
 *
 * IJ_ATTEMPTS (40; 200 for the record) attempts of each of four calls on each program while it is
 * under load. Every attempt ends done or untouched, at least 90 % on each program done; afterwards,
 * and IJ_LATER (0; 60 for the record) seconds later, the program's own work is right. Prints the
 * counts.
 */
#include "programs.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct tool tool;

enum { ATTEMPTS_MAX = 10000, DONE_PERCENT = 90, GAP_MS = 20 };

static const char *const exprs[] = {"getpid()", "malloc_trim(0)", "malloc(3000)",
				    "setenv(\"IJ_T\", \"x\", 1)"};

struct tally {
	long done, refused, stops;
	double pauses[ATTEMPTS_MAX]; /* of those done, microseconds */
};

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static void attempt(const struct program *prog, struct subject *sub, const char *expr,
		    struct tally *tally)
{
	char tracer[16];
	if (!harness_pause(sub->target.pidfd, rand() % GAP_MS))
		fail_msg("%s died before an attempt of %s", prog->name, expr);
	tool_run(&tool, "call", sub->target.pid, "--json", expr, NULL);
	if (tool.status == 4) {
		char untouched[16] = "";
		tally->refused++;
		tool_json(&tool, "untouched", untouched, sizeof(untouched));
		assert_string_equal(untouched, "true");
	} else {
		tool_expect(&tool, 0);
		tally->pauses[tally->done++] = tool_json_number(&tool, "pause_us");
	}
	char stops[32] = "";
	if (tool_json(&tool, "attempts", stops, sizeof(stops)))
		tally->stops += strtol(stops, NULL, 10);
	proc_status(sub->target.pid, sub->target.pid, "TracerPid", tracer, sizeof(tracer));
	if (strcmp(tracer, "0") != 0)
		fail_msg("%s has tracer %s after %s", prog->name, tracer, expr);
}

static void print_tally(const char *name, const char *expr, struct tally *tally)
{
	double median = 0, most = 0;
	if (tally->done) {
		qsort(tally->pauses, (size_t)tally->done, sizeof(double), by_size);
		median = tally->pauses[tally->done / 2];
		most = tally->pauses[tally->done - 1];
	}
	print_message("%-24s %-24s done %4ld  refused %3ld  stops %5ld  pause us: median %7.0f"
		      "  max %8.0f\n",
		      name, expr, tally->done, tally->refused, tally->stops, median, most);
}

static void attempts_at_random(void **state)
{
	const struct program *prog = *state;
	static struct tally tallies[sizeof(exprs) / sizeof(exprs[0])];
	enum { EXPRS = sizeof(exprs) / sizeof(exprs[0]) };
	long attempts = harness_env("IJ_ATTEMPTS", 40), done = 0;
	struct subject sub = {.port = 0};
	assert_true(attempts > 0 && attempts <= ATTEMPTS_MAX);
	memset(tallies, 0, sizeof(tallies));
	prog->start(&sub);
	for (long i = 0; i < attempts; i++)
		for (unsigned k = 0; k < EXPRS; k++)
			attempt(prog, &sub, exprs[k], &tallies[k]);
	for (unsigned k = 0; k < EXPRS; k++) {
		print_tally(prog->name, exprs[k], &tallies[k]);
		done += tallies[k].done;
	}
	if (!harness_pause(sub.target.pidfd, (int)harness_env("IJ_LATER", 0) * 1000))
		fail_msg("%s died later", prog->name);
	prog->finish(&sub);
	if (done * 100 < attempts * EXPRS * DONE_PERCENT)
		fail_msg("only %ld of %ld attempts on %s were done", done, attempts * EXPRS,
			 prog->name);
}

int main(void)
{
	static const struct program *const programs[] = {
		&ij_program_redis,  &ij_program_nginx,  &ij_program_python,     &ij_program_sqlite,
		&ij_program_storm4, &ij_program_storm1, &ij_program_exceptions, &ij_program_daemon};
	enum { PROGRAMS = sizeof(programs) / sizeof(programs[0]) };
	struct CMUnitTest tests[PROGRAMS];
	srand((unsigned)harness_env("IJ_SEED", 1));
	for (size_t i = 0; i < PROGRAMS; i++)
		tests[i] = (struct CMUnitTest)LIVE_ROW(programs[i]->name, attempts_at_random,
						       programs[i]);
	const char *filter = getenv("IJ_FILTER");
	if (filter)
		cmocka_set_test_filter(filter);
	return _cmocka_run_group_tests("programs", tests, PROGRAMS, NULL, NULL);
}
