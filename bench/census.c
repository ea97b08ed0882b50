/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * census [-n STOPS] [-u UNSAFE] [-s SEED] [-t TARGET]...: where random stops of programs at work
 * are, and how each walker fares alone. Prints markdown. Run by hand, as root or with ptrace_scope
 * 0.
 *
 * First table: STOPS (1000) stops of a target's working thread, judged for malloc_trim(0),
 * injecting nothing: the share of each verdict, and what held the allocator. Second table: calls of
 * free(0), which has the same need and does nothing, with one walker allowed, until UNSAFE (100) of
 * them began at an unsafe stop, or PATIENCE_S have passed: the share of these that arrived at a
 * safe-point, and the median and 99th percentile of the time from the stop to there.
 */
#include "subject.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "session/session.h"
#include "session/verdict.h"

enum { GAP_US = 5000, SAMPLES_MAX = 10000, TARGETS_MAX = 16, PATIENCE_S = 2, CALLS_MAX = 1500 };

static long stops = 1000, unsafe_wanted = 100;

/* Columns of the first table. */
enum share { SAFE, ALLOCATOR, LOADER, FORK, OTHER, LOCK, UNWIND, SYSCALL, REST, SHARES };
static const char *const share_names[SHARES] = {"safe",          "allocator frame",  "loader frame",
						"fork frame",    "other frame",      "lock",
						"cannot unwind", "in a system call", "else"};

static enum share share_of(const struct ij_wire_verdict *v)
{
	switch (v->reason) {
	case IJ_WIRE_REASON_NONE:
		return SAFE;
	case IJ_WIRE_REASON_FRAME:
		return v->classes & IJ_CLASS(ALLOCATOR) ? ALLOCATOR
		       : v->classes & IJ_CLASS(LOADER)  ? LOADER
		       : v->classes & IJ_CLASS(FORK)    ? FORK
							: OTHER;
	case IJ_WIRE_REASON_LOCK:
		return LOCK;
	case IJ_WIRE_REASON_UNWIND:
		return UNWIND;
	case IJ_WIRE_REASON_SYSCALL:
		return SYSCALL;
	default:
		return REST;
	}
}

static int complain(const char *name, struct ij_error *err)
{
	fprintf(stderr, "%s: %s\n", name, err->msg);
	ij_error_free(err);
	return -1;
}

struct work {
	const struct subject_kind *kind;
	struct subject sub;
	struct ij_session *session;
	struct ij_call call;
	ij_classes need;
};

/* The thread that does the work: idle ones would only be idle. */
static pid_t worker(const struct work *work)
{
	return strcmp(work->kind->name, "small") == 0 ? subject_tid(&work->sub)
						      : work->sub.target.pid;
}

static void pass_at_random(void)
{
	bench_pass((uint64_t)(rand() % GAP_US) * 1000);
}

static int census(struct work *work)
{
	long counts[SHARES] = {0}, seen = 0;
	const struct ij_wire_check what = {
		.need = work->need, .tid = worker(work), .wait_ns = 2000000000u};

	while (seen < stops) {
		struct ij_judged verdicts;
		struct ij_error *err;

		pass_at_random();
		err = ij_session_judge_for(work->session, &what, &verdicts);
		if (err)
			return complain(work->kind->name, err);
		IJ_VEC_EACH (&verdicts.list, v) {
			counts[share_of(v)]++;
			seen++;
		}
		ij_vec_deinit(&verdicts.list);
	}
	printf("| %s |", work->kind->name);
	for (unsigned i = 0; i < SHARES; i++)
		printf(" %.1f |", 100.0 * (double)counts[i] / (double)seen);
	putchar('\n');
	fflush(stdout);
	return 0;
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

/* One walker alone; a cell "share median/p99". */
static int walk_alone(struct work *work, uint32_t walker)
{
	static double times[SAMPLES_MAX];
	long unsafe = 0, arrived = 0;
	uint64_t start = bench_now_ns();
	const struct ij_call_options options = {
		.timeout_ns = 5000000000u,
		.pause_ns = 50000000u,
		.wait_ns = 200000000u,
		.walkers = 1u << walker,
		.tid = walker == IJ_WIRE_WALKER_PICK ? 0 : worker(work),
	};

	for (long i = 0; i < CALLS_MAX && unsafe < unsafe_wanted &&
			 bench_now_ns() - start < PATIENCE_S * 1000000000ull;
	     i++) {
		struct ij_call_result result;
		struct ij_error *err;

		pass_at_random();
		err = ij_session_call(work->session, &work->call, &options, &result);
		if (err)
			return complain(work->kind->name, err);
		const struct ij_wire_outcome *o = &result.outcome;
		bool walked = o->status == IJ_WIRE_DONE && o->method != IJ_WIRE_WALKERS;
		unsafe += walked || o->status == IJ_WIRE_UNSAFE;
		if (walked)
			times[arrived++] = (double)o->wait_ns / 1000000;
		if (o->status != IJ_WIRE_DONE && o->status != IJ_WIRE_UNSAFE)
			fprintf(stderr, "%s: %s: %s\n", work->kind->name, ij_walker_name(walker),
				ij_outcome_status_name(o->status));
		ij_call_result_deinit(&result);
	}
	if (!unsafe) {
		printf(" - |");
	} else if (!arrived) {
		printf(" 0 of %ld |", unsafe);
	} else {
		qsort(times, (size_t)arrived, sizeof(double), by_size);
		printf(" %ld of %ld, %.2f/%.1f |", arrived, unsafe, times[arrived / 2],
		       times[arrived * 99 / 100]);
	}
	fflush(stdout);
	return 0;
}

/* `until` needs a place that a person names, and arrives when the program does. */
static const uint32_t alone[] = {
	IJ_WIRE_WALKER_PICK,       IJ_WIRE_WALKER_STEP,     IJ_WIRE_WALKER_RETURN,
	IJ_WIRE_WALKER_RESTART,    IJ_WIRE_WALKER_SIMULATE, IJ_WIRE_WALKER_DISPLACE,
	IJ_WIRE_WALKER_TRAMPOLINE, IJ_WIRE_WALKER_EXIT,     IJ_WIRE_WALKER_POLL,
	IJ_WIRE_WALKER_RETRY,
};

static int walks(struct work *work)
{
	int failed = 0;

	printf("| %s |", work->kind->name);
	for (unsigned i = 0; i < IJ_COUNT(alone) && !failed; i++)
		failed = walk_alone(work, alone[i]);
	putchar('\n');
	return failed;
}

static struct ij_error *open_target(struct work *work, const char *expr)
{
	static const struct ij_session_options options = {.size = sizeof(options),
							  .tracer_path = IJ_TRACER_PATH};
	struct ij_prototypes *protos;
	struct ij_error *err;

	IJ_TRY(ij_prototypes_create(&protos));
	err = ij_call_parse(protos, expr, &work->call);
	ij_prototypes_destroy(protos);
	if (err)
		return err;
	IJ_TRY(ij_session_spawn(work->sub.target.pid, &options, &work->session));
	IJ_TRY(ij_session_open(work->session));
	return ij_session_need(work->session, &work->call, &work->need);
}

static void run(const struct subject_kind *kind, const char *expr, int (*part)(struct work *work))
{
	struct work work = {.kind = kind};
	char why[512];
	struct ij_error *err;

	if (!subject_available(kind))
		fprintf(stderr, "%s is not installed\n", kind->name);
	else if (!subject_start(kind, &work.sub))
		fprintf(stderr, "%s did not start\n", kind->name);
	else if ((err = open_target(&work, expr)))
		complain(kind->name, err);
	else if (part(&work) == 0) {
		ij_session_destroy(work.session);
		work.session = NULL;
		if (!subject_right(kind, &work.sub, why, sizeof(why)))
			fprintf(stderr, "%s: wrong: %s\n", kind->name, why);
	}
	ij_session_destroy(work.session);
	subject_stop(&work.sub);
}

static void table(char *const wanted[], unsigned wanted_len, const char *expr,
		  int (*part)(struct work *work))
{
	for (unsigned i = 0; i < subject_kinds_len; i++) {
		bool chosen = wanted_len == 0;
		for (unsigned k = 0; k < wanted_len; k++)
			chosen |= strcmp(wanted[k], subject_kinds[i].name) == 0;
		if (chosen)
			run(&subject_kinds[i], expr, part);
	}
}

static void head(const char *first)
{
	printf("\n| %s |", first);
}

static void head_end(unsigned columns)
{
	printf("\n|---|");
	for (unsigned i = 0; i < columns; i++)
		printf("---|");
	putchar('\n');
}

int main(int argc, char **argv)
{
	char *wanted[TARGETS_MAX];
	unsigned wanted_len = 0, seed = 1;
	int option;

	while ((option = getopt(argc, argv, "n:u:s:t:")) != -1) {
		if (option == 'n')
			stops = strtol(optarg, NULL, 10);
		else if (option == 'u')
			unsafe_wanted = strtol(optarg, NULL, 10);
		else if (option == 's')
			seed = (unsigned)strtoul(optarg, NULL, 10);
		else if (option == 't' && wanted_len < TARGETS_MAX)
			wanted[wanted_len++] = optarg;
		else
			return 2;
	}
	if (stops < 0 || unsafe_wanted < 0 || unsafe_wanted > CALLS_MAX || optind != argc)
		return 2;
	srand(seed);
	if (stops) {
		head("target, % of stops");
		for (unsigned i = 0; i < SHARES; i++)
			printf(" %s |", share_names[i]);
		head_end(SHARES);
		table(wanted, wanted_len, "malloc_trim(0)", census);
	}
	if (unsafe_wanted) {
		head("arrived, ms median/p99");
		for (unsigned i = 0; i < IJ_COUNT(alone); i++)
			printf(" %s |", ij_walker_name(alone[i]));
		head_end(IJ_COUNT(alone));
		table(wanted, wanted_len, "free(0)", walks);
	}
	return 0;
}
