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

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>

static struct tool tool;

enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

/* The list */

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

/* Attempts */

static void run(struct subject *sub, const char *expr)
{
	const struct kind *kind = sub->kind;
	const char *wait = sub->words[0] ? "--wait=200ms" : "--wait=10s";
	subject_reduce(sub);
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

static void attempt(struct subject *sub, const char *expr, const char *want)
{
	harness_pause(sub->vic.pidfd, rand() % 20);
	run(sub, expr);
	if (sub->words[0]) {
		subject_expect_refused(sub, &tool);
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

static void stormy(const struct kind *kind, long attempts)
{
	struct subject sub;
	long done = 0;
	subject_begin(&sub, kind);
	/* Where the machine is slow, one in many comes between two storms. */
	for (long i = 0; i < attempts || (attempts >= 10 && !done && i < 20 * attempts); i++) {
		harness_pause(sub.vic.pidfd, rand() % 20);
		run(&sub, i % 2 ? "getpid()" : "strlen(\"abc\")");
		expect_answer();
		done += tool.status == 0;
		if (!victim_progress(&sub.vic, 4))
			fail_msg("it does not go on; the program said: %s%s", tool.out, tool.err);
	}
	print_message("%ld of %ld done\n", done, attempts);
	if (attempts >= 10)
		assert_true(done > 0);
	subject_finish(&sub);
}

static void ending(const struct kind *kind, long attempts)
{
	struct subject sub;
	long done = 0;
	for (long i = 0; i < attempts; i++) {
		subject_begin(&sub, kind);
		run(&sub, "strlen(\"abc\")");
		expect_answer();
		done += tool.status == 0;
		subject_finish(&sub);
	}
	print_message("%ld of %ld done\n", done, attempts);
}

static void steady(const struct kind *kind, long attempts)
{
	const bool first = kind->place == NAMESPACES || kind->place == PIDS;
	struct subject sub;
	char own[16];
	subject_begin(&sub, kind);
	snprintf(own, sizeof(own), "%d", first ? 1 : sub.vic.pid);
	for (long i = 0; i < attempts; i++) {
		attempt(&sub, "strlen(\"abc\")", "3");
		attempt(&sub, "getpid()", own);
		if (kind->expr)
			attempt(&sub, kind->expr, NULL);
	}
	subject_finish(&sub);
}

static void kind_is_served(void **state)
{
	const struct kind *kind = *state;
	const long attempts = harness_env("IJ_CALLS", 10);
	if (kind->behaviour == STORMY)
		stormy(kind, attempts);
	else if (kind->behaviour == ENDING)
		ending(kind, attempts);
	else
		steady(kind, attempts);
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
