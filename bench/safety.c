/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * safety [-n ATTEMPTS] [-g GDB_ATTEMPTS] [-w SECONDS] [-s SEED] [-t TARGET]...: what calls at
 * random instants do to a program: interject against gdb -batch, the same calls on the same targets
 * in the same run. Run by hand, as root or with ptrace_scope 0, from a release build:
 *
 *     cmake --preset release && cmake --build --preset release && build/release/bench/safety
 *
 * Each attempt is a process of the tool, as users run it, after a random pause. A row counts what
 * its attempts came to: done; refused (untouched, no safe-point in time); failed (the tool says
 * so); hung (the tool had to be killed after 10 s); died: the target's deaths, up to SECONDS (10)
 * after the last attempt; wrong: a call whose result is not right, or a target whose own check of
 * all its work failed. A target that died or hung is started anew.
 *
 * For interject also: the share of attempts that were done within 5 and within 50 ms from the first
 * stop to the safe-point, of all attempts, and the median and the 99th percentile of that time.
 */
#include "subject.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ATTEMPTS_MAX = 100000, HUNG_MS = 10000, GAP_US = 15000, TARGETS_MAX = 16 };

static struct session session;
static const char *program = IJ_PROGRAM_PATH; /* or the environment's IJ_PROGRAM */
static long attempts = 200, gdb_attempts = 20, watch_s = 10;

/* What is called, and what is right for its result. */
struct callee {
	const char *expr; /* for interject */
	const char *gdb;  /* the same for gdb */
	enum { ANY, ZERO_ONE, ZERO, NONZERO, COUNT } right;
};

static const struct row {
	const char *kind;
	bool thread; /* in the thread that the victim names, not in any */
	struct callee callees[2];
} rows[] = {
	{"malloc-mt", false, {{"malloc_trim(0)", "call (int)malloc_trim(0)", ZERO_ONE}}},
	{"malloc-mt4", false, {{"malloc_trim(0)", "call (int)malloc_trim(0)", ZERO_ONE}}},
	{"malloc-st", false, {{"malloc_trim(0)", "call (int)malloc_trim(0)", ZERO_ONE}}},
	{"stdio", false, {{"fflush(0)", "call (int)fflush(0)", ZERO}}},
	{"dlopen",
	 false,
	 {{"dlopen(\"" IJ_VICTIMS_DIR "/libij_plugin2.so\", 2)",
	   "call (void*)dlopen(\"" IJ_VICTIMS_DIR "/libij_plugin2.so\", 2)", NONZERO}}},
	{"redis", false, {{"malloc_trim(0)", "call (int)malloc_trim(0)", ZERO_ONE}}},
	{"python", false, {{"malloc_trim(0)", "call (int)malloc_trim(0)", ZERO_ONE}}},
	{"nginx", false, {{"malloc_trim(0)", "call (int)malloc_trim(0)", ZERO_ONE}}},
	{"boehm", false, {{"GC_gcollect()", "print ((int(*)(void))GC_gcollect)()", ANY}}},
	{"exceptions", false, {{"malloc_trim(0)", "call (int)malloc_trim(0)", ZERO_ONE}}},
	{"rseq", false, {{"(long)f_count()", "call (long)f_count()", COUNT}}},
	{"small",
	 true,
	 {{"getpid()", "call (int)getpid()", NONZERO},
	  {"(int)f_deep(12)", "call (int)f_deep(12)", ANY}}},
};

struct tally {
	long attempts, done, refused, failed, hung, died, wrong;
	long within5, within50;
	double arrival[ATTEMPTS_MAX]; /* ms, of those done */
	long long last;               /* the last count of a callee that counts */
};

static struct tally tally;

static bool right(const struct callee *callee, long long value)
{
	switch (callee->right) {
	case ZERO_ONE:
		return value == 0 || value == 1;
	case ZERO:
		return value == 0;
	case NONZERO:
		return value != 0;
	case COUNT:
		return tally.last < 0 || value == tally.last + 1;
	case ANY:
		break;
	}
	return true;
}

static void value_came(const struct row *row, const struct callee *callee, long long value)
{
	tally.done++;
	if (!right(callee, value)) {
		tally.wrong++;
		fprintf(stderr, "%s: %s gave %lld after %lld\n", row->kind, callee->expr, value,
			tally.last);
	}
	tally.last = value;
}

static const char *member(const char *name)
{
	char key[64];
	snprintf(key, sizeof(key), "\"%s\":", name);
	const char *at = strstr(session.out, key);
	return at ? at + strlen(key) : "";
}

static void attempt_ours(const struct row *row, const struct callee *callee,
			 const struct subject *sub)
{
	char number[16], thread[16];
	snprintf(number, sizeof(number), "%d", sub->target.pid);
	snprintf(thread, sizeof(thread), "%d", subject_tid(sub));
	const char *argv[] = {program,      "call", "-p", number, "--json",
			      callee->expr, NULL,   NULL, NULL};
	if (row->thread) {
		argv[6] = "-t";
		argv[7] = thread;
	}
	session_run(&session, argv, 0);
	if (session.overdue) {
		tally.hung++;
	} else if (session.status == 0) {
		/* Of the members of `walk` the last: what was spent until the call could begin. */
		const char *us = strstr(member("walk"), "\"us\":");
		double ms = us ? strtod(us + strlen("\"us\":"), NULL) / 1000 : 0;
		tally.arrival[tally.done] = ms;
		tally.within5 += ms <= 5;
		tally.within50 += ms <= 50;
		const char *value = member("value");
		value_came(row, callee, strtoll(value + (*value == '"'), NULL, 0));
	} else if (session.status == 4) {
		tally.refused++;
		if (strncmp(member("untouched"), "true", 4) != 0)
			tally.wrong++;
	} else {
		tally.failed++;
		fprintf(stderr, "%s: %s: exit status %d: %s", row->kind, callee->expr,
			session.status, session.out);
	}
}

/* "\n$1 = 5", "\n$1 = (void *) 0x5" */
static long long gdb_value(const char *text)
{
	text += strlen("\n$1 = ");
	if (*text == '(')
		text += strcspn(text, ")") + 1;
	return strtoll(text, NULL, 0);
}

static void attempt_gdb(const struct row *row, const struct callee *callee,
			const struct subject *sub)
{
	char number[16];
	snprintf(number, sizeof(number), "%d", sub->target.pid);
	const char *argv[] = {"/usr/bin/gdb", "-q", "-nx", "-p", number, "-batch",
			      "-ex",          NULL, NULL,  NULL, NULL};
	unsigned at = 7;
	if (row->thread) {
		argv[at++] = "thread 2";
		argv[at++] = "-ex";
	}
	argv[at] = callee->gdb;
	session_run(&session, argv, 0);
	const char *value = strstr(session.out, "\n$1 = ");
	if (session.overdue)
		tally.hung++;
	else if (value)
		value_came(row, callee, gdb_value(value));
	else
		tally.failed++;
}

static void print_head(void)
{
	printf("%-11s %-10s %8s %6s %8s %7s %5s %5s %6s %8s %8s %10s %9s\n", "target", "tool",
	       "attempts", "done", "refused", "failed", "hung", "died", "wrong", "<=5ms", "<=50ms",
	       "median/ms", "p99/ms");
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static void print_tally(const struct row *row, bool ours)
{
	printf("%-11s %-10s %8ld %6ld %8ld %7ld %5ld %5ld %6ld", row->kind,
	       ours ? "interject" : "gdb", tally.attempts, tally.done, tally.refused, tally.failed,
	       tally.hung, tally.died, tally.wrong);
	if (ours && tally.done) {
		qsort(tally.arrival, (size_t)tally.done, sizeof(double), by_size);
		double all = (double)tally.attempts / 100;
		printf(" %7.1f%% %7.1f%% %10.2f %9.2f", (double)tally.within5 / all,
		       (double)tally.within50 / all, tally.arrival[tally.done / 2],
		       tally.arrival[tally.done * 99 / 100]);
	}
	putchar('\n');
	fflush(stdout);
}

/* Check the target a last time; true if nothing was found to be wrong with it. */
static void judge(const struct row *row, const struct subject_kind *kind, struct subject *sub)
{
	char why[512] = "";
	if (!subject_alive(sub, (int)watch_s * 1000)) {
		tally.died++;
		fprintf(stderr, "%s: died\n", row->kind);
	} else if (!subject_right(kind, sub, why, sizeof(why))) {
		tally.wrong++;
		fprintf(stderr, "%s: wrong: %s\n", row->kind, why);
	}
}

static bool restart(const struct subject_kind *kind, struct subject *sub)
{
	subject_stop(sub);
	tally.last = -1;
	if (subject_start(kind, sub))
		return true;
	fprintf(stderr, "%s did not start\n", kind->name);
	return false;
}

static void run(const struct row *row, const struct subject_kind *kind, bool ours, long count)
{
	struct subject sub = {0};
	memset(&tally, 0, sizeof(tally));
	session.limit_ms = HUNG_MS;
	if (!restart(kind, &sub))
		count = 0;
	for (long i = 0; i < count; i++) {
		const struct callee *callee = &row->callees[row->callees[1].expr ? i % 2 : 0];
		long hung = tally.hung;
		bench_pass((uint64_t)(rand() % GAP_US) * 1000);
		tally.attempts++;
		if (ours)
			attempt_ours(row, callee, &sub);
		else
			attempt_gdb(row, callee, &sub);
		bool dead = !subject_alive(&sub, 0);
		tally.died += dead;
		if (dead)
			fprintf(stderr, "%s: died after %s\n", row->kind, callee->expr);
		if ((dead || tally.hung > hung) && !restart(kind, &sub))
			break;
	}
	if (count)
		judge(row, kind, &sub);
	subject_stop(&sub);
	print_tally(row, ours);
}

static bool in_range(long number)
{
	return number >= 0 && number <= ATTEMPTS_MAX;
}

int main(int argc, char **argv)
{
	const char *wanted[TARGETS_MAX];
	unsigned wanted_len = 0, seed = 1;
	int option;
	if (getenv("IJ_PROGRAM"))
		program = getenv("IJ_PROGRAM");
	while ((option = getopt(argc, argv, "n:g:w:s:t:")) != -1) {
		if (option == 'n')
			attempts = strtol(optarg, NULL, 10);
		else if (option == 'g')
			gdb_attempts = strtol(optarg, NULL, 10);
		else if (option == 'w')
			watch_s = strtol(optarg, NULL, 10);
		else if (option == 's')
			seed = (unsigned)strtoul(optarg, NULL, 10);
		else if (option == 't' && wanted_len < TARGETS_MAX)
			wanted[wanted_len++] = optarg;
		else
			return 2;
	}
	if (!in_range(attempts) || !in_range(gdb_attempts) || !in_range(watch_s) || optind != argc)
		return 2;
	srand(seed);
	print_head();
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct subject_kind *kind = subject_find(rows[i].kind);
		bool chosen = wanted_len == 0;
		for (unsigned k = 0; k < wanted_len; k++)
			chosen |= strcmp(wanted[k], rows[i].kind) == 0;
		if (!chosen)
			continue;
		if (!subject_available(kind)) {
			printf("%-11s is not installed\n", kind->name);
			continue;
		}
		if (attempts)
			run(&rows[i], kind, true, attempts);
		if (gdb_attempts)
			run(&rows[i], kind, false, gdb_attempts);
	}
	return 0;
}
