/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Targets that change under the tool's hands: they end, their threads come and go, they exec. */
#include "harness.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static struct tool tool;

static bool one_of(int status, const int *list)
{
	for (; *list >= 0; list++)
		if (*list == status)
			return true;
	return false;
}

static void expect_one_of(const int *list)
{
	if (!one_of(tool.status, list))
		tool_expect(&tool, list[0]);
}

/* A target that ends by itself at any moment: an answer in time, never a hang. */
static void target_ends(void **state)
{
	(void)state;
	static const int allowed[] = {0, 3, 4, 7, -1};
	for (int i = 0; i < 40; i++) {
		char rounds[16];
		struct victim vic;
		snprintf(rounds, sizeof(rounds), "%d", 40 * i + 1);
		victim_start(&vic, "host", "die", rounds, NULL);
		tool_call(&tool, &vic, "(int)f_add(1, 2)");
		expect_one_of(allowed);
		int status = victim_wait(&vic);
		assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
		victim_kill(&vic);
	}
}

/* The same by SIGKILL. */
static void target_is_killed(void **state)
{
	(void)state;
	static const int allowed[] = {0, 3, 4, 7, -1};
	for (int i = 0; i < 40; i++) {
		struct victim vic;
		victim_start(&vic, "host", "spin", NULL);
		pid_t child = fork();
		if (child == 0) {
			for (volatile int k = 0; k < 400000 * i; k++)
				;
			kill(vic.pid, SIGKILL);
			_exit(0);
		}
		assert_true(child > 0);
		tool_call(&tool, &vic, "(int)f_add(1, 2)");
		expect_one_of(allowed);
		int status = victim_wait(&vic);
		assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
		victim_kill(&vic);
	}
}

static void threads_come_and_go(void **state)
{
	(void)state;
	static const int allowed[] = {0, 4, -1};
	int done = 0;
	struct victim vic;
	victim_start(&vic, "host", "churn", NULL);
	for (int i = 0; i < 30; i++) {
		tool_run(&tool, "call", vic.pid, "--wait=500ms", "getpid()", NULL);
		expect_one_of(allowed);
		done += tool.status == 0;
		assert_true(victim_progress(&vic, 5));
	}
	print_message("%d of 30 done\n", done);
	assert_true(done >= 15);
	victim_finish(&vic, WAKE_NONE);
}

static void target_executes_itself(void **state)
{
	(void)state;
	static const int allowed[] = {0, 3, 4, 7, 1, -1};
	struct victim vic;
	victim_start(&vic, "host", "exec", NULL);
	for (int i = 0; i < 40; i++) {
		tool_run(&tool, "call", vic.pid, "--wait=300ms", "(int)f_add(1, 2)", NULL);
		expect_one_of(allowed);
		assert_true(victim_progress(&vic, 100));
	}
	victim_finish(&vic, WAKE_NONE);
}

/* The leader has ended; the remaining thread can serve. Refusing is right too, hanging is not. */
static void leader_has_ended(void **state)
{
	(void)state;
	static const int allowed[] = {0, 3, 4, -1};
	struct victim vic;
	victim_start(&vic, "host", "leader_gone", NULL);
	assert_true(victim_progress(&vic, 5));
	tool_run(&tool, "call", vic.pid, "--wait=300ms", "getpid()", NULL);
	expect_one_of(allowed);
	assert_true(victim_progress(&vic, 5));
	victim_kill(&vic);
}

/* Two tools at one target: each is done or refused, and the target is whole. */
static void two_tools(void **state)
{
	(void)state;
	static const int allowed[] = {0, 3, 4, -1};
	char number[16];
	struct victim vic;
	struct snapshot snap;
	victim_start(&vic, "steady", NULL);
	snapshot_take(&snap, vic.pid, vic.pid);
	snprintf(number, sizeof(number), "%d", vic.pid);
	for (int i = 0; i < 20; i++) {
		const char *const argv[] = {tool_program(), "call", "-p", number, "getpid()", NULL};
		struct victim other;
		victim_spawn(&other, argv);
		tool_call(&tool, &vic, "getppid()");
		expect_one_of(allowed);
		int status = victim_wait(&other);
		assert_true(WIFEXITED(status) && one_of(WEXITSTATUS(status), allowed));
		victim_kill(&other);
		assert_true(victim_progress(&vic, 2));
	}
	snapshot_check(&snap, vic.pid, vic.pid, 0);
	snapshot_free(&snap);
	victim_finish(&vic, WAKE_NONE);
}

/* A client that has begun to call into @vic. */
static void client_begin(struct victim *client, const struct victim *vic)
{
	char number[16];
	const char *const argv[] = {tool_program(), "call", "-p", number, "getpid()", NULL};
	snprintf(number, sizeof(number), "%d", vic->pid);
	victim_spawn(client, argv);
}

/* A while that gets longer with @i. */
static void dawdle(int i)
{
	for (volatile int k = 0; k < 500000 * i; k++)
		;
}

/* Stop @pid until the victim has gone on for a while; then the client ends. */
static void stop_for_a_while(struct victim *client, pid_t pid, const struct victim *vic)
{
	if (pid)
		kill(pid, SIGSTOP);
	assert_true(victim_progress(vic, 20));
	if (pid)
		kill(pid, SIGCONT);
	assert_true(victim_wait(client) != -1);
	victim_kill(client);
}

/* The client stopped in the middle must not hold the target: it is released by a timer. */
static void stopped_client_releases(void **state)
{
	(void)state;
	struct victim vic;
	victim_start(&vic, "steady", NULL);
	for (int i = 0; i < 20; i++) {
		struct victim client;
		client_begin(&client, &vic);
		dawdle(i);
		stop_for_a_while(&client, client.pid, &vic);
	}
	victim_finish(&vic, WAKE_NONE);
}

/* The tracer of a client that runs: its only child; 0 once the client has ended. */
static pid_t tracer_of(const struct victim *client)
{
	char path[64], text[64];
	while (victim_alive(client)) {
		snprintf(path, sizeof(path), "/proc/%d/task/%d/children", client->pid, client->pid);
		FILE *file = fopen(path, "r");
		bool found = file && fgets(text, sizeof(text), file);
		if (file)
			fclose(file);
		if (found)
			return (pid_t)atoi(text);
	}
	return 0;
}

/* A tracer stopped while it holds the target is killed by its own timer, which releases the target.
 */
static void stopped_tracer_releases(void **state)
{
	(void)state;
	struct victim vic;
	victim_start(&vic, "steady", NULL);
	for (int i = 0; i < 20; i++) {
		struct victim client;
		client_begin(&client, &vic);
		pid_t tracer = tracer_of(&client);
		dawdle(i);
		stop_for_a_while(&client, tracer, &vic);
	}
	victim_finish(&vic, WAKE_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		LIVE_TEST(target_ends),
		LIVE_TEST(target_is_killed),
		LIVE_TEST(threads_come_and_go),
		LIVE_TEST(target_executes_itself),
		LIVE_TEST(leader_has_ended),
		LIVE_TEST(two_tools),
		LIVE_TEST(stopped_client_releases),
		LIVE_TEST(stopped_tracer_releases),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
