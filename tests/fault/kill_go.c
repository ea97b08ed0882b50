/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The tool killed anywhere during calls in Go: at system call stops of the tracer, and at random
 * instants. The program goes on as if nothing had been; ours checks its own work all the time.
 *
 * Every IJ_STRIDE-th stop (8), times 4, from the IJ_FIRST-th on, or with IJ_STRIDE=0 each; IJ_KILLS
 * (180) random ones, of which 15 in a hundred are made here. IJ_GO_PROGRAM: a command whose program
 * is taken instead of ours, which ends by itself, successfully, with what is in IJ_GO_WANT in its
 * file IJ_GO_OUTPUT, and is started again. IJ_REDUCED: what is taken away from the tool.
 */
#include "../live/go_victim.h"
#include "kill_session.h"

#include "arch/gocall_layout.h"
#include "arch/stub_layout.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static struct tool tool;
/* IJ_REDUCED and IJ_GO_IDLE as they were given to us. */
static char *reduced, *waits;

/* So many sessions in a row that were over before they were to be killed. */
enum { WHOLE = 10 };

struct subject {
	struct victim vic;
	const char *command; /* NULL: ours, */
	const char *build;   /* which of them */
	bool idle;           /* it waits, and is led step by step when it is woken */
	bool alone;          /* the same, and it does not get there */
	unsigned passed;     /* of that one: how often it was let run */
	unsigned runs, sessions, killed;
};

static void begin(struct subject *sub)
{
	const char *argv[] = {"/bin/sh", "-c", sub->command, NULL};

	sub->runs++;
	if (sub->command) {
		victim_spawn(&sub->vic, argv);
		go_victim_await_exec(&sub->vic);
	} else if (sub->alone) {
		sub->passed = 0;
		go_victim_alone(&sub->vic);
	} else {
		if (sub->idle)
			setenv("IJ_GO_IDLE", waits, 1);
		go_victim_start(&sub->vic, sub->build);
		unsetenv("IJ_GO_IDLE");
	}
}

static void *map_file(const char *path, size_t *size_ret)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	void *bytes;

	if (fd < 0 || fstat(fd, &st))
		fail_msg("cannot read %s", path);
	*size_ret = (size_t)st.st_size;
	bytes = mmap(NULL, *size_ret, PROT_READ, MAP_PRIVATE, fd, 0);
	assert_ptr_not_equal(bytes, MAP_FAILED);
	close(fd);
	return bytes;
}

static void compare_output(void)
{
	const char *output = getenv("IJ_GO_OUTPUT"), *want = getenv("IJ_GO_WANT");
	size_t size, want_size;
	void *bytes, *want_bytes;

	if (!output || !want)
		fail_msg("IJ_GO_PROGRAM without IJ_GO_OUTPUT and IJ_GO_WANT");
	bytes = map_file(output, &size);
	want_bytes = map_file(want, &want_size);
	if (size != want_size || memcmp(bytes, want_bytes, size))
		fail_msg("%s differs from %s", output, want);
	munmap(bytes, size);
	munmap(want_bytes, want_size);
	unlink(output);
}

/* Sessions after the one that was killed, until nothing is left of that. */
static void settle(struct subject *sub, const struct killed *killed, uint64_t moment)
{
	for (unsigned i = 0; i < 50; i++) {
		char want[16];

		/* A thread that still steps comes to its end. */
		go_victim_pass(&sub->vic, sub->passed++);
		snprintf(want, sizeof(want), "%d", sub->vic.pid);
		tool_run(&tool, "syscall", sub->vic.pid, "getpid", NULL);
		if (!victim_alive(&sub->vic))
			return;
		tool_expect(&tool, 0);
		tool_expect_out(&tool, want);
		if (!go_victim_pages(&sub->vic))
			return;
	}
	fail_msg("killed at %llu, %s system call %ld: its pages stay", (unsigned long long)moment,
		 killed->entry ? "entering" : "after", killed->syscall);
}

/* It works on, or has ended as it should. */
static void judge(struct subject *sub, const struct killed *killed, uint64_t moment)
{
	int status;

	sub->sessions++;
	sub->killed += killed->killed;
	if (sub->alone && victim_alive(&sub->vic))
		settle(sub, killed, moment);
	if (victim_alive(&sub->vic))
		return;
	status = victim_wait(&sub->vic);
	if (!sub->command || status)
		fail_msg("killed at %llu, %s system call %ld: the program ended: %#x",
			 (unsigned long long)moment, killed->entry ? "entering" : "after",
			 killed->syscall, status);
	compare_output();
	/* The harness remembers so many only. */
	victim_kill(&sub->vic);
	begin(sub);
}

static void finish(struct subject *sub)
{
	int status;

	print_message("%u sessions, %u killed, %u runs of the program\n", sub->sessions,
		      sub->killed, sub->runs);
	if (sub->command) {
		/* It ends by itself, on a busy machine in minutes. */
		do
			status = victim_wait(&sub->vic);
		while (status == -1 && victim_alive(&sub->vic));
		assert_int_equal(status, 0);
		compare_output();
		return;
	}
	if (!sub->alone) {
		tool_run(&tool, "call", sub->vic.pid, "--decl=func(int, int) int", "main.add(1, 2)",
			 NULL);
		tool_expect(&tool, 0);
		tool_expect_out(&tool, "3");
	}
	go_victim_finish(&sub->vic);
}

/* @kind: of the sessions; NULL: of calls in Go. */
static struct subject subject_make(const char *kind)
{
	const bool chained = kind && !strcmp(kind, "go-chained");
	/* Methods of what a call returned need types. */
	struct subject sub = {.command = getenv("IJ_GO_PROGRAM"),
			      .build = chained ? "plain" : "stripped"};

	sub.idle = kind && !strcmp(kind, "go-idle");
	sub.alone = kind && !strcmp(kind, "go-astray");
	if ((chained || sub.idle || sub.alone) && sub.command)
		skip();
	tool_reduce(sub.idle || sub.alone ? "no_perf" : reduced);
	kill_option(sub.idle ? "go" : kind ? kind : sub.command ? "go-library" : "go");
	begin(&sub);
	return sub;
}

static void killed_at_each_stop(void **state)
{
	const uint64_t wide = 4 * (uint64_t)harness_env("IJ_STRIDE", 8), stride = wide ? wide : 1;
	uint64_t stop = (uint64_t)harness_env("IJ_FIRST", 1 + (long)(harness_now_ns() % stride));
	struct subject sub = subject_make(*state);
	unsigned runs_before, whole = 0;
	struct killed killed;

	print_message("from stop %llu on, every %lluth\n", (unsigned long long)stop,
		      (unsigned long long)stride);
	do {
		runs_before = sub.runs;
		killed = kill_at_stop(sub.vic.pid, KILL_TRACER, stop);
		judge(&sub, &killed, stop);
		/* Over before its time, since the program was. */
		if (!killed.killed && sub.runs > runs_before)
			continue;
		/* Some find no place for a call, and are short. */
		whole = killed.killed ? 0 : whole + 1;
		stop += killed.killed ? stride + (wide ? sub.sessions % 2 : 0) : 0;
	} while (killed.killed || sub.runs > runs_before || (sub.command && whole < WHOLE));
	print_message("a session takes %llu stops\n", (unsigned long long)killed.stops);
	assert_true(killed.stops > 0);
	finish(&sub);
}

/* How long a session takes: the middle of some. */
static uint64_t session_ns(struct subject *sub)
{
	uint64_t took[5];

	for (unsigned i = 0; i < 5; i++) {
		uint64_t start = harness_now_ns();
		struct killed killed = kill_at_time(sub->vic.pid, KILL_TRACER, 60000000000ull);

		took[i] = harness_now_ns() - start;
		judge(sub, &killed, 0);
		for (unsigned k = i; k > 0 && took[k] < took[k - 1]; k--) {
			uint64_t swap = took[k];

			took[k] = took[k - 1];
			took[k - 1] = swap;
		}
	}
	return took[2];
}

static void killed_at_random(void **state)
{
	const unsigned kills = (unsigned)(harness_env("IJ_KILLS", 180) * 15 / 100);
	struct subject sub = subject_make(*state);
	uint64_t range = session_ns(&sub);

	srand((unsigned)harness_env("IJ_SEED", 1));
	while (sub.killed < kills) {
		uint64_t delay = (uint64_t)rand() * (uint64_t)rand() % range;
		struct killed killed = kill_at_time(
			sub.vic.pid, sub.sessions % 4 ? KILL_TRACER : KILL_CLIENT, delay);

		judge(&sub, &killed, delay);
		if (sub.sessions > 20 * kills + 100)
			fail_msg("only %u of %u sessions were killed", sub.killed, kills);
	}
	finish(&sub);
}

/* In our pages of the victim: IJ_STUB_STATE_*, or what the kernel has written over it, and whether
 * the thread, *@tid_ret, has entered the handler. False: there are no pages, or not yet whole ones.
 */
static bool look(const struct victim *vic, uint32_t *state_ret, bool *entered_ret, pid_t *tid_ret)
{
	unsigned long long base = 0, from;
	char path[64], *text;
	uint64_t mask = 0;
	bool read = false;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/maps", vic->pid);
	text = proc_read(path);
	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
		if (strstr(line, " r-xs ") && sscanf(line, "%llx", &from) == 1)
			base = from;
	free(text);
	snprintf(path, sizeof(path), "/proc/%d/mem", vic->pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (base && fd >= 0)
		read = pread(fd, state_ret, sizeof(*state_ret),
			     (off_t)(base + 4096 + IJ_STUB_STATE)) == sizeof(*state_ret) &&
		       pread(fd, tid_ret, sizeof(*tid_ret), (off_t)(base + 4096 + IJ_STUB_TID)) ==
			       sizeof(*tid_ret) &&
		       pread(fd, &mask, sizeof(mask),
			     (off_t)(base + 2 * 4096 + IJ_GOCALL_OLD + 24)) == sizeof(mask);
	close(fd);
	*entered_ret = mask != UINT64_MAX;
	return read;
}

/* The handler is there, and the thread not yet on its way to it, or just so. */
static bool is_before_entry(const void *arg)
{
	bool entered;
	uint32_t state;
	pid_t tid;

	return look(arg, &state, &entered, &tid) && state == IJ_STUB_STATE_HANDLER && !entered;
}

/* The kernel has put the program's action back, and the tracer has not yet said so. */
static bool is_taken_back(const void *arg)
{
	bool entered;
	uint32_t state;
	pid_t tid;

	return look(arg, &state, &entered, &tid) && entered && state > IJ_STUB_STATE_HANDLER;
}

/* It has gone another way and sleeps. */
static bool is_asleep(const void *arg)
{
	const struct victim *vic = arg;
	bool entered, asleep;
	uint32_t state;
	char path[64], *text;
	pid_t tid = 0;

	if (!look(vic, &state, &entered, &tid) || !entered || state != IJ_STUB_STATE_HANDLER)
		return false;
	snprintf(path, sizeof(path), "/proc/%d/task/%d/syscall", vic->pid, tid);
	text = proc_read(path);
	/* futex */
	asleep = text && !strncmp(text, "202 ", 4);
	free(text);
	return asleep;
}

/* Kill a session whose thread sleeps; not each gets to that. */
static struct killed kill_asleep(struct subject *sub)
{
	struct killed killed = {0};

	for (unsigned i = 0; i < 20 && !killed.killed; i++) {
		killed = kill_when(sub->vic.pid, KILL_TRACER, is_asleep, &sub->vic);
		if (!killed.killed)
			judge(sub, &killed, 0);
	}
	assert_true(killed.killed);
	return killed;
}

/* Nobody wakes it, and the next session calls it back all the same. */
static void killed_asleep(void **state)
{
	struct subject sub = subject_make("go-astray");
	char want[16];

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		struct killed killed = kill_asleep(&sub);

		assert_int_equal(go_victim_pages(&sub.vic), 1);
		snprintf(want, sizeof(want), "%d", sub.vic.pid);
		tool_run(&tool, "syscall", sub.vic.pid, "getpid", NULL);
		tool_expect(&tool, 0);
		tool_expect_out(&tool, want);
		assert_int_equal(go_victim_pages(&sub.vic), 0);
		judge(&sub, &killed, killed.stops);
	}
	finish(&sub);
}

/* That session killed in its turn. */
static void killed_asleep_twice(void **state)
{
	const uint64_t wide = 4 * (uint64_t)harness_env("IJ_STRIDE", 8), stride = wide ? wide : 1;
	uint64_t stop = (uint64_t)harness_env("IJ_FIRST", 1 + (long)(harness_now_ns() % stride));
	struct subject sub = subject_make("go-astray");
	struct killed killed;

	(void)state;
	print_message("from stop %llu on, every %lluth\n", (unsigned long long)stop,
		      (unsigned long long)stride);
	do {
		(void)kill_asleep(&sub);
		killed = kill_at_stop(sub.vic.pid, KILL_TRACER, stop);
		judge(&sub, &killed, stop);
		stop += stride;
	} while (killed.killed);
	print_message("a session takes %llu stops\n", (unsigned long long)killed.stops);
	finish(&sub);
}

/* Sessions after that neither take the pages for ones in which a call goes on, nor leave them. */
static void killed_when(void **state)
{
	bool (*const when)(const void *) = *state ? is_taken_back : is_before_entry;
	struct subject sub = subject_make("go-astray");

	/* Not each session calls a thread back. */
	while (sub.killed < 3 && sub.sessions < 60) {
		struct killed killed = kill_when(sub.vic.pid, KILL_TRACER, when, &sub.vic);

		judge(&sub, &killed, killed.stops);
	}
	assert_int_equal(sub.killed, 3);
	finish(&sub);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		LIVE_ROW("each stop", killed_at_each_stop, NULL),
		LIVE_ROW("random", killed_at_random, NULL),
		LIVE_ROW("system calls: each stop", killed_at_each_stop, "syscall"),
		LIVE_ROW("system calls: random", killed_at_random, "syscall"),
		LIVE_ROW("chained: each stop", killed_at_each_stop, "go-chained"),
		LIVE_ROW("chained: random", killed_at_random, "go-chained"),
		LIVE_ROW("idle: each stop", killed_at_each_stop, "go-idle"),
		LIVE_ROW("idle: random", killed_at_random, "go-idle"),
		LIVE_ROW("called back: before it enters", killed_when, NULL),
		LIVE_ROW("called back: before it is said", killed_when, "taken back"),
		LIVE_ROW("called back: asleep", killed_asleep, NULL),
		LIVE_ROW("called back: asleep, each stop of the next", killed_asleep_twice, NULL),
		LIVE_ROW("called back: each stop", killed_at_each_stop, "go-astray"),
		LIVE_ROW("called back: random", killed_at_random, "go-astray"),
	};
	const char *filter = getenv("IJ_FILTER"), *given = getenv("IJ_REDUCED");

	reduced = given ? strdup(given) : NULL;
	given = getenv("IJ_GO_IDLE");
	waits = strdup(given ? given : "stdin");
	unsetenv("IJ_GO_IDLE");
	if (filter)
		cmocka_set_test_filter(filter);
	return _cmocka_run_group_tests("kill_go", tests, sizeof(tests) / sizeof(tests[0]), NULL,
				       NULL);
}
