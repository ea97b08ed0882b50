/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Rules of users: they add to what is unsafe, and lifting a rule makes a stop look safe that is
 * not. The last is the planted wrongness which shows that the other tests can fail.
 */
#include "harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct tool tool;

/* Write @text to a file of the test's folder; its path in static storage. */
static const char *policy_write(const char *name, const char *text)
{
	static char path[512];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", harness_dir(), name);
	file = fopen(path, "w");
	assert_non_null(file);
	assert_int_equal(fputs(text, file) < 0, 0);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(path, 0644), 0);
	return path;
}

static const char *policy_option(const char *text)
{
	static char option[600];

	snprintf(option, sizeof(option), "--policy=%s", policy_write("own.policy", text));
	return option;
}

/* Whether `interject check` calls the only thread of @vic safe for @expr. */
static bool is_safe(const struct victim *vic, const char *option, const char *expr)
{
	char safe[16] = "";

	tool_run(&tool, "check", vic->pid, "--json", option, expr, NULL);
	tool_expect(&tool, 0);
	assert_true(tool_json(&tool, "safe", safe, sizeof(safe)));
	assert_true(victim_progress(vic, 2));
	return !strcmp(safe, "true");
}

/*
 * The assertion of every safety test, "a stop in malloc is unsafe for a callee that allocates",
 * holds with the policy as it is, and fails with one that lacks the allocator's entry points.
 */
static void lifted_malloc_is_missed(void **state)
{
	static const char lifted[] = "[allocator] planted: nothing of it is known here\n"
				     "allow malloc calloc realloc free in victim_in_malloc\n";
	struct victim vic;

	(void)state;
	victim_start(&vic, "in_malloc", "malloc", NULL);
	assert_false(is_safe(&vic, "--json", "malloc_trim(0)"));
	tool_run(&tool, "call", vic.pid, "--wait=100ms", "malloc_trim(0)", NULL);
	tool_expect(&tool, 4);
	tool_expect_err(&tool, "allocator");
	assert_true(is_safe(&vic, policy_option(lifted), "malloc_trim(0)"));
	tool_run(&tool, "call", vic.pid, policy_option(lifted), "malloc_trim(0)", NULL);
	tool_expect(&tool, 0);
	victim_finish(&vic, WAKE_NONE);
}

/* An allocator of the program's own, of which only its user knows. */
static void own_allocator(void **state)
{
	static const char own[] = "[allocator] the arena of frames is half changed\n"
				  "function arena_* in victim_*\n";
	struct victim vic;

	(void)state;
	victim_start(&vic, "in_malloc", "arena", NULL);
	assert_true(is_safe(&vic, "--json", "malloc_trim(0)"));
	assert_false(is_safe(&vic, policy_option(own), "malloc_trim(0)"));
	assert_true(is_safe(&vic, policy_option(own), "getpid()"));
	tool_run(&tool, "call", vic.pid, "--wait=100ms", "--explain", policy_option(own),
		 "malloc_trim(0)", NULL);
	tool_expect(&tool, 4);
	tool_expect_err(&tool, "arena_alloc");
	tool_expect_err(&tool, "the arena of frames is half changed");
	victim_finish(&vic, WAKE_NONE);
}

/* A static program without names holds everything, until its user says what it is. */
static void static_program(void **state)
{
	static const char whole[] =
		"[none] its libc is never entered\nstatic /*/victim_static_stripped\n";
	static const char wrong[] = "[none] another one\nstatic /bin/victim_static_stripped\n";
	static const char held[] = "[crypto] all of it\nstatic /*/victim_static_stripped\n";
	struct victim vic;

	(void)state;
	victim_start(&vic, "static_stripped", NULL);
	assert_false(is_safe(&vic, "--json", NULL));
	assert_true(is_safe(&vic, policy_option(whole), NULL));
	assert_false(is_safe(&vic, policy_option(wrong), NULL));
	assert_false(is_safe(&vic, policy_option(held), NULL));
	victim_finish(&vic, WAKE_NONE);
}

/* What --avoid names is avoided for every callee, and a name that nothing has is an error. */
static void avoided(void **state)
{
	struct victim vic;

	(void)state;
	victim_start(&vic, "in_malloc", "arena", NULL);
	assert_true(is_safe(&vic, "--avoid=malloc", "getpid()"));
	assert_false(is_safe(&vic, "--avoid=arena_alloc", "getpid()"));
	assert_false(is_safe(&vic, "--avoid=malloc,arena_*", "getpid()"));
	assert_false(is_safe(&vic, "--avoid=victim_in_malloc!*_alloc", "getpid()"));
	assert_true(is_safe(&vic, "--avoid=libc!*alloc", "getpid()"));
	assert_true(is_safe(&vic, "--avoid=strlen", "getpid()")); /* an IFUNC */
	tool_run(&tool, "call", vic.pid, "--wait=100ms", "--avoid", "main", "getpid()", NULL);
	tool_expect(&tool, 4);
	tool_run(&tool, "call", vic.pid, "--avoid=arena_aloc", "getpid()", NULL);
	tool_expect(&tool, 1);
	tool_expect_err(&tool, "did you mean arena_alloc");
	tool_run(&tool, "check", vic.pid, "--avoid=no_such_*", NULL);
	tool_expect(&tool, 1);
	tool_expect_err(&tool, "no_such_*");
	tool_run(&tool, "check", vic.pid, "--avoid=a!b!c", NULL);
	tool_expect(&tool, 2);
	assert_true(victim_progress(&vic, 2));
	victim_finish(&vic, WAKE_NONE);
}

/* A file that is wrong, or not to be trusted, is told, and the target is not touched. */
static void bad_files(void **state)
{
	struct victim vic;
	struct snapshot snap;
	const char *option;

	(void)state;
	victim_start(&vic, "host", "spin", NULL);
	snapshot_take(&snap, vic.pid, vic.pid);
	tool_run(&tool, "call", vic.pid, policy_option("[alocator] x\n"), "getpid()", NULL);
	tool_expect(&tool, 1);
	tool_expect_err(&tool, "own.policy:1:2: unknown class \"alocator\"; did you mean");
	tool_run(&tool, "call", vic.pid, "--policy=/nonexistent/x.policy", "getpid()", NULL);
	tool_expect(&tool, 1);
	tool_expect_err(&tool, "/nonexistent/x.policy");
	tool_run(&tool, "call", vic.pid, "--policy=/dev/null", "getpid()", NULL);
	tool_expect(&tool, 1);
	tool_expect_err(&tool, "no regular file");
	option = policy_option("[none] x\n");
	assert_int_equal(chmod(strchr(option, '/'), 0664), 0);
	tool_run(&tool, "call", vic.pid, option, "getpid()", NULL);
	tool_expect(&tool, 1);
	tool_expect_err(&tool, "can be written by others");
	tool_run(&tool, "check", vic.pid, option, NULL);
	tool_expect(&tool, 1);
	snapshot_check(&snap, vic.pid, vic.pid, 0);
	snapshot_free(&snap);
	victim_finish(&vic, WAKE_NONE);
}

/* Files in the user's own folder are found; those in the current one are not. */
static void own_folder(void **state)
{
	static const char own[] = "[allocator] its arena\nfunction arena_*\n";
	const char *config = getenv("XDG_CONFIG_HOME");
	char path[600], back[512], *old = config ? strdup(config) : NULL;
	struct victim vic;

	(void)state;
	victim_start(&vic, "in_malloc", "arena", NULL);
	policy_write("a.policy", own);
	assert_non_null(getcwd(back, sizeof(back)));
	assert_int_equal(chdir(harness_dir()), 0);
	setenv("XDG_CONFIG_HOME", harness_dir(), 1);
	assert_true(is_safe(&vic, "--json", "malloc_trim(0)"));
	snprintf(path, sizeof(path), "%s/interject", harness_dir());
	assert_int_equal(mkdir(path, 0755), 0);
	strcat(path, "/policy.d");
	assert_int_equal(mkdir(path, 0755), 0);
	policy_write("interject/policy.d/notes.txt", "this is no policy");
	assert_true(is_safe(&vic, "--json", "malloc_trim(0)"));
	policy_write("interject/policy.d/a.policy", own);
	assert_false(is_safe(&vic, "--json", "malloc_trim(0)"));
	assert_int_equal(chmod(path, 0777), 0);
	tool_run(&tool, "check", vic.pid, NULL);
	tool_expect(&tool, 1);
	tool_expect_err(&tool, "policy.d can be written by others");
	assert_int_equal(chdir(back), 0);
	if (old)
		setenv("XDG_CONFIG_HOME", old, 1);
	else
		unsetenv("XDG_CONFIG_HOME");
	free(old);
	victim_finish(&vic, WAKE_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		LIVE_TEST(lifted_malloc_is_missed),
		LIVE_TEST(own_allocator),
		LIVE_TEST(avoided),
		LIVE_TEST(bad_files),
		LIVE_TEST(own_folder),
		LIVE_TEST(static_program),
	};

	return cmocka_run_group_tests_name("call_policy", tests, NULL, NULL);
}
