/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Every kind of process that is hard to inject into, and of rights that are missing: attempts at
 * random instants are served, or refused by name, as the reviewed list refusals.txt says; and the
 * process goes on as it was.
 *
 * A kind of which the list says nothing must be served: every attempt if it is steady; if it ends,
 * executes or forks meanwhile, each has one of the exit statuses that say so. IJ_CALLS (10) says
 * how many attempts.
 */
#include "environment_kinds.h"

#include <fcntl.h>
#include <linux/hw_breakpoint.h>
#include <linux/perf_event.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static struct tool tool;

enum { KINDS = sizeof(kinds) / sizeof(kinds[0]), WORDS_MAX = 256 };

struct subject {
	const struct kind *kind;
	struct victim vic;
	pid_t pid; /* whose files in /proc show it: a thread's, if the leader is gone */
	struct snapshot snap;
	char words[WORDS_MAX]; /* of its refusal; empty: it must be served */
	char reduced[128];
	int registers[4];
};

/* The list */

/* Copy the words of kind @name; false if it is not in the list. */
static bool refusal_find(const char *name, char *words)
{
	FILE *file = fopen(IJ_REFUSALS_PATH, "re");
	char line[512];
	bool found = false;
	assert_non_null(file);
	while (!found && fgets(line, sizeof(line), file)) {
		char *tab = strchr(line, '\t');
		line[strcspn(line, "\n")] = '\0';
		if (line[0] == '#' || !tab)
			continue;
		*tab++ = '\0';
		tab += strspn(tab, "\t");
		found = strcmp(line, name) == 0;
		if (found)
			snprintf(words, WORDS_MAX, "%s", tab);
	}
	fclose(file);
	return found;
}

/* Every line is of a kind that there is. */
static void list_names_kinds(void **state)
{
	FILE *file = fopen(IJ_REFUSALS_PATH, "re");
	char line[512];
	(void)state;
	assert_non_null(file);
	while (fgets(line, sizeof(line), file)) {
		bool known = line[0] == '#' || line[0] == '\n';
		size_t len = strcspn(line, "\t\n");
		for (size_t i = 0; !known && i < KINDS; i++)
			known = strlen(kinds[i].name) == len &&
				strncmp(line, kinds[i].name, len) == 0;
		if (!known || (line[0] != '#' && line[0] != '\n' && line[len] != '\t'))
			fail_msg("refusals.txt: no kind, or no reason: %s", line);
	}
	fclose(file);
}

/* Starting */

static bool file_copy(const char *from, const char *to)
{
	struct stat st;
	int in = open(from, O_RDONLY | O_CLOEXEC);
	int out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0755);
	bool done = in >= 0 && out >= 0 && fstat(in, &st) == 0;
	for (off_t left = done ? st.st_size : 0; left > 0;) {
		ssize_t n = sendfile(out, in, NULL, (size_t)left);
		done = n > 0;
		left = done ? left - n : 0;
	}
	close(in);
	close(out);
	return done;
}

static char original[512], moved[512];

/* In a mount namespace of its own: a file system that nobody else has, with the program on it. */
static bool settle_mounts(const void *arg)
{
	return mount("ij-test", arg, "tmpfs", 0, "mode=755") == 0 && file_copy(original, moved);
}

/* All that victim_steady needs; false if this system keeps it elsewhere. */
static bool make_root(const char *dir)
{
	static const char *const files[] = {"/lib64/ld-linux-x86-64.so.2",
					    "/lib/x86_64-linux-gnu/libc.so.6"};
	static const char *const folders[] = {"/lib64", "/lib", "/lib/x86_64-linux-gnu"};
	char to[512];
	bool done = chmod(dir, 0755) == 0;
	for (size_t i = 0; done && i < 3; i++) {
		snprintf(to, sizeof(to), "%s%s", dir, folders[i]);
		done = mkdir(to, 0755) == 0;
	}
	for (size_t i = 0; done && i < 2; i++) {
		snprintf(to, sizeof(to), "%s%s", dir, files[i]);
		done = file_copy(files[i], to);
	}
	snprintf(to, sizeof(to), "%s/victim", dir);
	return done && file_copy(original, to);
}

static void skip_because(const char *why)
{
	print_message("%s\n", why);
	skip();
}

/* The path to execute, in the place that is set for the next process. */
static const char *settle(const struct kind *kind)
{
	struct victim_setting setting = {0};
	const char *path = original;
	snprintf(original, sizeof(original), "%s/victim_%s", harness_victims(), kind->victim);
	if (access(original, X_OK) != 0)
		skip_because("the victim was not built: the toolchain lacks what it needs");
	if (kind->place != HERE && getuid() != 0)
		skip_because("needs root");
	if (kind->place == MOUNTS || kind->place == NAMESPACES) {
		snprintf(moved, sizeof(moved), "%s/victim", harness_dir());
		setting.settle = settle_mounts;
		setting.settle_arg = harness_dir();
		setting.namespaces = CLONE_NEWNS;
		path = moved;
	}
	if (kind->place == NAMESPACES)
		setting.namespaces |= CLONE_NEWUSER | CLONE_NEWPID;
	if (kind->place == ROOT) {
		if (!make_root(harness_dir()))
			skip_because("the C library is elsewhere");
		setting.root = harness_dir();
		path = "/victim";
	}
	if (kind->place == NOBODY)
		setting.uid = 65534;
	victim_set(&setting);
	return path;
}

/* Somebody else's breakpoints, as many as there are, where the victim never comes. */
static void take_registers(struct subject *sub)
{
	static const char nowhere[4];
	for (unsigned i = 0; i < 4; i++) {
		struct perf_event_attr attr = {.type = PERF_TYPE_BREAKPOINT,
					       .size = sizeof(attr),
					       .bp_type = HW_BREAKPOINT_X,
					       .bp_addr = (uintptr_t)&nowhere[i],
					       .bp_len = sizeof(long),
					       .exclude_kernel = 1,
					       .exclude_hv = 1};
		sub->registers[i] = (int)syscall(SYS_perf_event_open, &attr, sub->vic.pid, -1, -1,
						 PERF_FLAG_FD_CLOEXEC);
		if (sub->registers[i] < 0)
			skip_because("perf_event_open sets no four breakpoints");
	}
}

static void await_state(const struct subject *sub, char state)
{
	uint64_t start = harness_now_ns();
	while (proc_state(sub->pid, sub->pid) != state)
		if (!harness_pause(sub->vic.pidfd, 1) ||
		    harness_now_ns() - start > HARNESS_WAIT_MS * 1000000ull)
			fail_msg("its state is %c, not %c", proc_state(sub->pid, sub->pid), state);
}

static void join(struct subject *sub)
{
	switch (sub->kind->company) {
	case ALONE:
		break;
	case REGISTERS:
		take_registers(sub);
		break;
	case TRACER:
		assert_int_equal(ptrace(PTRACE_SEIZE, sub->vic.pid, NULL, NULL), 0);
		break;
	case STOPPER:
		assert_int_equal(kill(sub->vic.pid, SIGSTOP), 0);
		await_state(sub, 'T');
		break;
	}
}

static void begin(struct subject *sub)
{
	const struct kind *kind = sub->kind;
	char rounds[16];
	const char *argv[] = {settle(kind), kind->args[0], kind->args[1], NULL};
	if (kind->behaviour == ENDING)
		argv[2] = rounds;
	snprintf(rounds, sizeof(rounds), "%d", 1 + rand() % 3000);
	if (kind->confinement)
		setenv("IJ_CONFINE", kind->confinement, 1);
	victim_spawn(&sub->vic, argv);
	unsetenv("IJ_CONFINE");
	victim_await_ready(&sub->vic, kind->victim);
	sub->pid = sub->vic.pid;
	if (kind->behaviour == STEADY || kind->behaviour == STORMY)
		assert_true(victim_progress(&sub->vic, 2));
	if (kind->args[0] && strcmp(kind->args[0], "leader_gone") == 0) {
		await_state(sub, 'Z');
		sub->pid = sub->vic.page->tid;
	}
	if (strcmp(kind->victim, "blocked") == 0)
		assert_true(victim_blocked(&sub->vic, sub->vic.pid) >= 0);
	if (strcmp(kind->name, "vfork parent, alone") == 0)
		await_state(sub, 'D');
	join(sub);
	if (kind->behaviour != ENDING && kind->behaviour != STORMY)
		snapshot_take(&sub->snap, sub->pid, sub->pid);
}

static void finish(struct subject *sub)
{
	for (unsigned i = 0; sub->kind->company == REGISTERS && i < 4; i++)
		close(sub->registers[i]);
	if (sub->kind->company == TRACER) {
		assert_int_equal(ptrace(PTRACE_INTERRUPT, sub->vic.pid, NULL, NULL), 0);
		assert_int_equal(waitpid(sub->vic.pid, NULL, __WALL), sub->vic.pid);
		assert_int_equal(ptrace(PTRACE_DETACH, sub->vic.pid, NULL, NULL), 0);
	}
	if (sub->kind->company == STOPPER)
		assert_int_equal(kill(sub->vic.pid, SIGCONT), 0);
	if (sub->kind->company == STOPPER && sub->kind->wake == WAKE_NONE)
		assert_true(victim_progress(&sub->vic, 2));
	snapshot_free(&sub->snap);
	victim_finish(&sub->vic, sub->kind->wake);
}

/* Attempts */

/* "inside" is told whose. */
static void reduce(struct subject *sub)
{
	const char *list = sub->kind->reduced, *inside = list ? strstr(list, "inside") : NULL;
	if (inside)
		snprintf(sub->reduced, sizeof(sub->reduced), "inside=%d%s", sub->vic.pid,
			 inside + strlen("inside"));
	else if (list)
		snprintf(sub->reduced, sizeof(sub->reduced), "%s", list);
	tool_reduce(list ? sub->reduced : NULL);
}

static void run(struct subject *sub, const char *expr)
{
	const struct kind *kind = sub->kind;
	const char *wait = sub->words[0] ? "--wait=200ms" : "--wait=10s";
	reduce(sub);
	if (kind->option)
		tool_run(&tool, "call", sub->vic.pid, wait, kind->option, expr, NULL);
	else
		tool_run(&tool, "call", sub->vic.pid, wait, expr, NULL);
	tool_reduce(NULL);
}

static void check_after(struct subject *sub)
{
	const bool held = sub->kind->behaviour == HELD;
	uint64_t rounds = sub->vic.page->rounds;
	if (!held && !victim_progress(&sub->vic, 1))
		fail_msg("it does not go on; the program said: %s%s", tool.out, tool.err);
	if (sub->vic.page->failures)
		fail_msg("%s", sub->vic.page->failure);
	if (sub->kind->company != TRACER)
		snapshot_check(&sub->snap, sub->pid, sub->pid,
			       SNAPSHOT_HEAP | (held ? SNAPSHOT_STATE : 0));
	if (held && sub->vic.page->rounds != rounds)
		fail_msg("it went on, though it is to be held");
}

static void check_refused(const struct subject *sub)
{
	if (tool.status != 1 && tool.status != 3 && tool.status != 4)
		fail_msg("refusals.txt says that %s is refused; exit status %d\nstdout: %s\n"
			 "stderr: %s",
			 sub->kind->name, tool.status, tool.out, tool.err);
	if (strstr(tool.err, "never hit"))
		skip_because("this machine's breakpoints are never hit");
	tool_expect_err(&tool, sub->words);
}

static void attempt(struct subject *sub, const char *expr, const char *want)
{
	harness_pause(sub->vic.pidfd, rand() % 20);
	run(sub, expr);
	if (sub->words[0]) {
		check_refused(sub);
	} else {
		tool_expect(&tool, 0);
		if (want)
			tool_expect_out(&tool, want);
	}
	check_after(sub);
}

/* Never a hang, and an answer that is among those that are right. */
static void expect_answer(void)
{
	if (tool.status != 0 && tool.status != 1 && tool.status != 3 && tool.status != 4)
		tool_expect(&tool, 7);
}

static void stormy(struct subject *sub, long attempts)
{
	long done = 0;
	begin(sub);
	for (long i = 0; i < attempts; i++) {
		harness_pause(sub->vic.pidfd, rand() % 20);
		run(sub, i % 2 ? "getpid()" : "strlen(\"abc\")");
		expect_answer();
		done += tool.status == 0;
		if (!victim_progress(&sub->vic, 20))
			fail_msg("it does not go on; the program said: %s%s", tool.out, tool.err);
	}
	print_message("%ld of %ld done\n", done, attempts);
	victim_finish(&sub->vic, WAKE_NONE);
}

static void ending(struct subject *sub, long attempts)
{
	long done = 0;
	for (long i = 0; i < attempts; i++) {
		begin(sub);
		run(sub, "strlen(\"abc\")");
		expect_answer();
		done += tool.status == 0;
		victim_finish(&sub->vic, WAKE_NONE);
	}
	print_message("%ld of %ld done\n", done, attempts);
}

static void kind_is_served(void **state)
{
	struct subject sub = {.kind = *state};
	const long attempts = harness_env("IJ_CALLS", 10);
	char own[16];
	refusal_find(sub.kind->name, sub.words);
	if (sub.kind->behaviour == STORMY) {
		stormy(&sub, attempts);
		return;
	}
	if (sub.kind->behaviour == ENDING) {
		ending(&sub, attempts);
		return;
	}
	begin(&sub);
	snprintf(own, sizeof(own), "%d", sub.kind->place == NAMESPACES ? 1 : sub.vic.pid);
	for (long i = 0; i < attempts; i++) {
		attempt(&sub, "strlen(\"abc\")", "3");
		attempt(&sub, "getpid()", own);
		if (sub.kind->expr)
			attempt(&sub, sub.kind->expr, NULL);
	}
	finish(&sub);
}

/* Stopped by a signal while an overdue call sleeps: that ends in time, and it stays stopped. */
static void stopped_during_a_call(void **state)
{
	struct victim vic, client;
	char number[16];
	(void)state;
	victim_start(&vic, "host", "spin", NULL);
	snprintf(number, sizeof(number), "%d", vic.pid);
	const char *const argv[] = {tool_program(),
				    "call",
				    "-p",
				    number,
				    "--timeout=1s",
				    "poll((void*)0, 0, 1000000)",
				    NULL};
	victim_spawn(&client, argv);
	assert_int_equal(victim_blocked(&vic, vic.pid), SYS_poll);
	assert_int_equal(kill(vic.pid, SIGSTOP), 0);
	int status = victim_wait(&client);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 5)
		fail_msg("wait status %#x of a call that was overdue", status);
	victim_kill(&client);
	assert_int_equal(proc_state(vic.pid, vic.pid), 'T');
	assert_int_equal(kill(vic.pid, SIGCONT), 0);
	assert_true(victim_progress(&vic, 2));
	victim_finish(&vic, WAKE_NONE);
}

int main(void)
{
	struct CMUnitTest tests[KINDS + 2];
	const char *filter = getenv("IJ_FILTER");
	srand((unsigned)harness_env("IJ_SEED", (long)harness_now_ns()));
	for (size_t i = 0; i < KINDS; i++)
		tests[i] = (struct CMUnitTest)LIVE_ROW(kinds[i].name, kind_is_served, &kinds[i]);
	tests[KINDS] = (struct CMUnitTest)LIVE_TEST(list_names_kinds);
	tests[KINDS + 1] = (struct CMUnitTest)LIVE_TEST(stopped_during_a_call);
	if (filter)
		cmocka_set_test_filter(filter);
	return _cmocka_run_group_tests("environments", tests, KINDS + 2, NULL, NULL);
}
