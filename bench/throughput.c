/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * throughput [-n RUNS] [-g GDB_CALLS]: calls a second in one session, interject against gdb and
 * against the least that any ptrace-based tool must do, in the same run. Run by hand, as root or
 * with ptrace_scope 0, on a quiet machine, from a release build:
 *
 *     cmake --preset release && cmake --build --preset release && build/release/bench/throughput
 *
 * The function is int f_add(int, int) of the tests, in a victim that spins. Rows:
 *   ring       1,000 calls in one stop, made by a loop in the target
 *   steps      1,000 calls in one stop, each with a stop of its own at its end
 *   call       each call judged anew, in a stop of its own: `interject call f g ...`
 *   bare       the limit of steps: a child of ours, its registers set, continued, waited for, and
 *              its registers read; nothing is judged, saved or restored
 *   gdb        gdb.parse_and_eval in a loop, without attaching
 */
#include "bench.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include "session/series.h"

enum { CALLS = 1000 };

static long runs = 100, gdb_calls = 200;
static struct ij_call_options options;

static void fail(struct ij_error *err)
{
	fprintf(stderr, "throughput: %s\n", err->msg);
	exit(1);
}

static void print_row(const char *name, double calls, uint64_t ns)
{
	printf("%-8s %10.0f %14.0f %12.3f\n", name, calls, calls * 1e9 / (double)ns,
	       (double)ns / calls / 1000);
	fflush(stdout);
}

/* Median of the runs' times. */
static int by_size(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
	return (x > y) - (x < y);
}

static void run_series(struct ij_session *session, struct ij_call *const *calls, const char *name,
		       enum ij_series_way way)
{
	uint64_t *ns = calloc((size_t)runs, sizeof(*ns));
	struct ij_series *series;
	struct ij_error *err = ij_series_create(session, calls, CALLS, way, &options, &series);
	if (err)
		fail(err);
	for (long i = 0; ns && i < runs; i++) {
		struct ij_series_result result;
		uint64_t start = bench_now_ns();
		if ((err = ij_series_run(series, &result)) || (err = result.error))
			fail(err);
		ns[i] = bench_now_ns() - start;
		if (result.done != CALLS || result.items.items[CALLS - 1].regs.rax != 3) {
			fprintf(stderr, "throughput: a wrong result\n");
			exit(1);
		}
		ij_series_result_deinit(&result);
	}
	if (ns) {
		qsort(ns, (size_t)runs, sizeof(*ns), by_size);
		print_row(name, CALLS, ns[runs / 2]);
	}
	free(ns);
	ij_series_destroy(series);
}

static void run_calls(struct ij_session *session, const struct ij_call *call)
{
	uint64_t start = bench_now_ns();
	for (int i = 0; i < CALLS; i++) {
		struct ij_call_result result;
		struct ij_error *err = ij_session_call(session, call, &options, &result);
		if (err || (err = result.error))
			fail(err);
		ij_call_result_deinit(&result);
	}
	print_row("call", CALLS, bench_now_ns() - start);
}

/* Where the child's call ends. */
extern const char bare_end[];
__asm__(".text\n"
	"bare_end:\n"
	"	int3\n");

static int bare_add(int a, int b)
{
	return a + b;
}

static void run_bare(void)
{
	struct user_regs_struct regs;
	int status;
	pid_t child = fork();
	if (child == 0) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		raise(SIGSTOP);
		_exit(1);
	}
	waitpid(child, &status, 0);
	ptrace(PTRACE_GETREGS, child, NULL, &regs);
	regs.rsp = ((regs.rsp - 4096) & ~15ull) - 8;
	regs.orig_rax = (unsigned long long)-1;
	ptrace(PTRACE_POKEDATA, child, (void *)regs.rsp, (void *)bare_end);
	const struct user_regs_struct first = regs;
	uint64_t start = bench_now_ns();
	for (int i = 0; i < 10 * CALLS; i++) {
		regs = first;
		regs.rip = (uintptr_t)bare_add;
		regs.rdi = 1;
		regs.rsi = 2;
		ptrace(PTRACE_SETREGS, child, NULL, &regs);
		ptrace(PTRACE_CONT, child, NULL, NULL);
		waitpid(child, &status, 0);
		ptrace(PTRACE_GETREGS, child, NULL, &regs);
		if (!WIFSTOPPED(status) || WSTOPSIG(status) != SIGTRAP || (int)regs.rax != 3) {
			fprintf(stderr, "throughput: the bare call failed\n");
			exit(1);
		}
	}
	print_row("bare", 10 * CALLS, bench_now_ns() - start);
	kill(child, SIGKILL);
	waitpid(child, &status, 0);
}

static void run_gdb(const struct target *tgt)
{
	static struct session ses;
	char number[16], script[512];
	const char *ns_at;
	if (access("/usr/bin/gdb", X_OK) != 0 || !gdb_calls) {
		printf("gdb is not installed, or not wanted\n");
		return;
	}
	snprintf(number, sizeof(number), "%d", tgt->pid);
	snprintf(script, sizeof(script),
		 "python import time; gdb.parse_and_eval('((int(*)(int,int))f_add)(1,2)'); t = "
		 "time.monotonic_ns(); [gdb.parse_and_eval('((int(*)(int,int))f_add)(1,2)') for i "
		 "in "
		 "range(%ld)]; print('ns:', time.monotonic_ns() - t)",
		 gdb_calls);
	const char *const argv[] = {"/usr/bin/gdb", "-q",  "-nx",  "-p", number,
				    "-batch",       "-ex", script, NULL};
	session_run(&ses, argv, 0);
	ns_at = strstr(ses.out, "ns: ");
	if (ses.status != 0 || !ns_at)
		printf("gdb failed with status %d\n", ses.status);
	else
		print_row("gdb", (double)gdb_calls, strtoull(ns_at + 4, NULL, 10));
}

static void run_ours(const struct target *tgt, struct ij_call *const *calls)
{
	const struct ij_session_options how = {.size = sizeof(how), .tracer_path = IJ_TRACER_PATH};
	struct ij_session *session;
	struct ij_error *err = ij_session_spawn(tgt->pid, &how, &session);
	if (err || (err = ij_session_open(session)))
		fail(err);
	run_series(session, calls, "ring", IJ_SERIES_RING);
	run_series(session, calls, "steps", IJ_SERIES_STEPS);
	run_calls(session, calls[0]);
	ij_session_destroy(session);
}

int main(int argc, char **argv)
{
	static struct ij_call *calls[CALLS];
	const char *const victim[] = {IJ_VICTIMS_DIR "/victim_host", "spin", NULL};
	struct target tgt = {0};
	struct ij_error *err;
	int option;
	while ((option = getopt(argc, argv, "n:g:")) != -1) {
		if (option == 'n')
			runs = strtol(optarg, NULL, 10);
		else if (option == 'g')
			gdb_calls = strtol(optarg, NULL, 10);
		else
			return 2;
	}
	if (runs < 1 || runs > 1000000 || gdb_calls < 0)
		return 2;
	ij_call_options_init(&options, sizeof(options));
	options.pause_ns = 1000000000u;
	for (int i = 0; i < CALLS; i++)
		if ((err = ij_call_create(NULL, "(int)f_add(1, 2)", &calls[i])))
			fail(err);
	if (!target_start(&tgt, victim, true)) {
		fprintf(stderr, "throughput: the target did not start\n");
		return 1;
	}
	printf("%-8s %10s %14s %12s\n", "way", "calls", "calls/s", "us/call");
	run_ours(&tgt, calls);
	run_bare();
	run_gdb(&tgt);
	target_stop(&tgt);
	for (int i = 0; i < CALLS; i++)
		ij_call_destroy(calls[i]);
	return 0;
}
