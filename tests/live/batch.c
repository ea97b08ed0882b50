/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* interject batch: what scripts do in a process, what they say, and their exit status. */
#include "harness.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct tool tool;

struct row {
	const char *script;
	const char *option; /* or NULL */
	int status;
	const char *out; /* all of it; NULL: whatever */
	const char *err; /* a part; NULL: nothing at all */
};

static const struct row rows[] = {
	{"call (int)f_add(20, 3)\ncall (int)f_zero()", NULL, 0, "23\n0", NULL},
	{"set $x = (int)f_add(1, 2)\nprint $x * 2\necho x=$x.", NULL, 0, "6\nx=3.", NULL},
	{"call (size_t)f_length(<<E)\nit's \"so\"\nE", NULL, 0, "9", NULL},
	{"set $i = 0\nwhile (int)f_add($i, 1) < 4\nset $i = $i + 1\nend\necho $i", NULL, 0, "3",
	 NULL},
	{"if (int)f_zero() || (const char *)f_string() == \"x\"\necho a\nelse\necho b\nend", NULL,
	 0, "b", NULL},
	{"declare int f_add(int a, int b)\nprint f_add(2, 3)", NULL, 0, "5", NULL},
	{"syscall getppid\nif $_ == 0\nelse\necho parent\nend", "--quiet", 0, NULL, NULL},
	{"require (int)f_zero() == 0\nrequire (int)f_zero() : zero is no $pid\necho never", NULL, 1,
	 "", "s.ij:2:9: zero is no "},
	{"call no_such_function()\necho never", NULL, 1, "",
	 "s.ij:1:1: no function no_such_function"},
	{"on error continue\ncall no_such_function()\necho on", NULL, 1, "on",
	 "s.ij:2:1: no function no_such_function"},
	{"call (int)f_zero()\nbork", NULL, 1, "", "s.ij:2:1: no command \"bork\""},
	{"on error continue\ncall f_segv()\necho on", "--decl=int f_segv(void)", 6, "on",
	 "s.ij:2:1: "},
	{"set timeout 50ms\ncall (int)f_spin()\necho never", NULL, 5, "",
	 "did not return within 50 ms"},
	{"on error continue\nset timeout 50ms\ncall (int)f_spin()\ncall no_such_function()\n"
	 "call (int)f_zero()",
	 NULL, 5, "0", "no function no_such_function"},
	{"call (int)f_exit(3)\necho never", NULL, 7, "", "exited with status 3"},
	{"on error continue\nwhile 1\ncall (int)f_exit(3)\nend\necho out of it\ncall (int)f_zero()",
	 NULL, 7, "out of it", "call: the target is gone"},
	{"call (int)f_add(1, 1)\nprint (int)f_add(1, 1) + 1\nsyscall getpid", "--dry-run", 0, NULL,
	 NULL},
	{"if (int)f_zero()\ncall (int)f_add(1, 1)\nelse\ncall (int)f_add(2, 2)\nend\n"
	 "while (int)f_zero() == 0\necho once\nend",
	 "--dry-run", 0, NULL, NULL},
	{"attach 1", NULL, 2, "", "s.ij:1:1: attached to "},
	{"detach\ncall (int)f_zero()", NULL, 3, "", "s.ij:2:1: call: there is no target"},
	{"quit\ncall no_such_function()", NULL, 0, "", NULL},
	{"set wait forever", NULL, 2, "", "s.ij:1:5: "},
	{"thread 1", NULL, 3, "", "has no thread 1"},
	{"call dprintf(1, "
	 "\"%s\", \"out\")\nset capture on\ncall write(1, \"a\\n\", 2)\ncall dprintf(1, "
	 "\"b%d\\n\", 5)\n"
	 "syscall write(1, \"c\\n\", 2)\nset capture off\ncall write(1, \"d\", 1)",
	 NULL, 0, "3\na\n2\nb5\n3\nc\n2\n1", NULL},
	{"set capture on\ncall write(2, \"to stderr\\n\", 10)", NULL, 0, "10", "to stderr"},
	{"show stack\nset stack foreign\ncall (int)f_add(1, 1)\nshow stack", NULL, 0,
	 "stack auto\n2\nstack foreign", NULL},
};

static void script_does(void **state)
{
	const struct row *row = *state;
	const char *path = harness_script(row->script);
	bool lives = row->status != 7;
	struct victim vic;

	victim_start(&vic, "host", "spin", NULL);
	if (row->option)
		tool_run(&tool, "batch", vic.pid, row->option, path, NULL);
	else
		tool_run(&tool, "batch", vic.pid, path, NULL);
	tool_expect(&tool, row->status);
	if (row->out)
		tool_expect_out(&tool, row->out);
	if (row->err)
		tool_expect_err(&tool, row->err);
	else if (*tool.err)
		fail_msg("says %s", tool.err);
	assert_int_equal(victim_alive(&vic), lives);
	if (lives)
		victim_finish(&vic, WAKE_NONE);
}

/* Each call is judged, none is made, and both sides of what is not known are looked at. */
static void dry_run_calls_nothing(void **state)
{
	struct victim vic;
	char before[32], after[32];

	(void)state;
	victim_start(&vic, "host", "spin", NULL);
	tool_call(&tool, &vic, "(unsigned long)f_count()");
	snprintf(before, sizeof(before), "%.20s", tool.out);
	tool_run(&tool, "batch", vic.pid, "--dry-run",
		 harness_script("if (unsigned long)f_count()\ncall (unsigned long)f_count()\nelse\n"
				"call (int)f_zero()\nend"),
		 NULL);
	tool_expect(&tool, 0);
	assert_non_null(strstr(tool.out, "(int)f_zero(): would be called; thread "));
	tool_call(&tool, &vic, "(unsigned long)f_count()");
	snprintf(after, sizeof(after), "%.20s", tool.out);
	assert_int_equal(strtol(after, NULL, 10), strtol(before, NULL, 10) + 1);
	victim_finish(&vic, WAKE_NONE);
}

static unsigned lines_with(const char *text, const char *part)
{
	unsigned count = 0;

	for (; (text = strstr(text, part)); text++)
		count++;
	return count;
}

static void json_has_a_line_a_call(void **state)
{
	struct victim vic;

	(void)state;
	victim_start(&vic, "host", "spin", NULL);
	tool_run(&tool, "batch", vic.pid, "--json",
		 harness_script(
			 "on error continue\ncall (int)f_zero()\nif (int)f_add(1, 1) == 2\n"
			 "echo \"q\\\"\"\nend\ncall no_such_function()\nrequire 0 : not \"this\""),
		 NULL);
	tool_expect(&tool, 1);
	assert_string_equal(tool.err, "");
	assert_int_equal(lines_with(tool.out, "\n"), 6);
	assert_int_equal(lines_with(tool.out, "\"expr\":"), 3);
	assert_int_equal(lines_with(tool.out, "\"echo\":\"q\\\"\""), 1);
	assert_int_equal(lines_with(tool.out, "not \\\"this\\\""), 1);
	assert_non_null(strstr(tool.out,
			       "{\"summary\":{\"targets\":1,\"calls\":3,\"done\":2,\"failed\":2,"
			       "\"exit_status\":1}}"));
	victim_finish(&vic, WAKE_NONE);
}

/* The user gives up while a call does not return. */
static void interrupt_rolls_back(void **state)
{
	const char *timeout = harness_find("timeout");
	char pid[16];
	struct victim vic;
	struct snapshot snap;

	(void)state;
	assert_non_null(timeout);
	victim_start(&vic, "host", "spin", NULL);
	snapshot_take(&snap, vic.pid, vic.pid);
	snprintf(pid, sizeof(pid), "%d", vic.pid);
	const char *const argv[] = {
		timeout,   "--preserve-status",
		"-s",      "INT",
		"1",       tool_program(),
		"batch",   "-p",
		pid,       "--timeout=60s",
		"--quiet", harness_script("on error continue\ncall (int)f_spin()\necho never"),
		NULL};
	tool_exec(&tool, argv);
	tool_expect(&tool, 130);
	tool_expect_out(&tool, "");
	snapshot_check(&snap, vic.pid, vic.pid, SNAPSHOT_HEAP);
	snapshot_free(&snap);
	victim_finish(&vic, WAKE_NONE);
}

/* Each of several targets is served, whatever becomes of the others. */
static void serves_many(void **state)
{
	enum { TARGETS = 4 };
	struct victim vics[TARGETS];
	char list[96] = "", want[64];
	const char *path =
		harness_script("if $pid == getpid()\necho mine\nend\nif (int)f_zero()\nend\n"
			       "if $_ == 0 && $pid % 2 == $odd\ncall (int)f_exit(0)\nend\necho on");
	int exited = 0;

	(void)state;
	for (int i = 0; i < TARGETS; i++) {
		victim_start(&vics[i], "host", "spin", NULL);
		snprintf(list + strlen(list), sizeof(list) - strlen(list), "%d,", vics[i].pid);
		exited += vics[i].pid % 2;
	}
	strcat(list, "5000000");
	const char *const argv[] = {tool_program(), "batch", "-p", list, "-j", "3",
				    path,           "odd=1", NULL};
	tool_exec(&tool, argv);
	tool_expect(&tool, exited ? 7 : 3);
	tool_expect_err(&tool, "interject: 5000000: there is no process 5000000");
	for (int i = 0; i < TARGETS; i++) {
		bool odd = vics[i].pid % 2;

		snprintf(want, sizeof(want), "%d: mine\n", vics[i].pid);
		assert_non_null(strstr(tool.out, want));
		snprintf(want, sizeof(want), "%d: on\n", vics[i].pid);
		assert_int_equal(!strstr(tool.out, want), odd);
		if (odd)
			victim_kill(&vics[i]);
		else
			victim_finish(&vics[i], WAKE_NONE);
	}
}

int main(void)
{
	enum { ROWS = sizeof(rows) / sizeof(rows[0]) };
	struct CMUnitTest tests[ROWS + 4] = {
		LIVE_TEST(dry_run_calls_nothing), LIVE_TEST(json_has_a_line_a_call),
		LIVE_TEST(interrupt_rolls_back), LIVE_TEST(serves_many)};

	static char names[ROWS][32];

	for (size_t i = 0; i < ROWS; i++) {
		snprintf(names[i], sizeof(names[i]), "script %zu: %.*s", i,
			 (int)strcspn(rows[i].script, "\n(") % 16, rows[i].script);
		tests[4 + i] = (struct CMUnitTest)LIVE_ROW(names[i], script_does, &rows[i]);
	}
	return _cmocka_run_group_tests("batch", tests, ROWS + 4, NULL, NULL);
}
