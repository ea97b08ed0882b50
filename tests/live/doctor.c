/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* interject doctor in the situations that people are in: what is said, and that nothing is touched.
 */
#include "said.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

static struct tool tool;

/* What a situation puts before the command, up to NULL. */
struct situation {
	const char *const *prefix;
	bool target;         /* look at one */
	int status;          /* of doctor, and of a call */
	const char *part[6]; /* of what is printed, up to NULL */
};

static const char *const ordinary[] = {"setpriv", "--reuid=65534", "--regid=65534",
				       "--clear-groups", NULL};
/* As in a container: root, and no way to the capability. */
static const char *const container[] = {"setpriv", "--bounding-set=-sys_ptrace,-sys_admin",
					"--inh-caps=-sys_ptrace,-sys_admin", NULL};
/* The same in namespaces of its own. */
static const char *const namespaces[] = {"unshare", "--user", "--map-root-user", NULL};

static const struct situation situations[] = {
	{NULL,
	 false,
	 0,
	 {"ok       permission", "root (uid 0", "with CAP_SYS_PTRACE", "Calls work here"}},
	{NULL, true, 0, {"ok       permission", "ok       target", "Calls into "}},
	{ordinary,
	 false,
	 0,
	 {"note     permission", "an ordinary user (uid 65534", "as root", "setcap"}},
	{ordinary,
	 true,
	 3,
	 {"blocked  target", "belongs to user 0 and we are user 65534",
	  "remedy:", ": it belongs to user 0 and we are user 65534. "}},
	{container,
	 true,
	 3,
	 {"blocked  target", "has capabilities that we have not: CAP_",
	  "docker run --cap-add=SYS_PTRACE",
	  "securityContext: {capabilities: {add: [\"SYS_PTRACE\"]}}",
	  "AmbientCapabilities=CAP_SYS_PTRACE"}},
	{namespaces, true, 3, {"blocked  target", "another user namespace"}},
};

static bool prefixed(const struct situation *s, const char *command, const char *option,
		     const char *number, const char *last)
{
	const char *argv[16];
	unsigned argc = 0;
	const char *program = s->prefix ? harness_find(s->prefix[0]) : NULL;

	if (s->prefix && (getuid() != 0 || !program)) {
		print_message("needs root and %s\n", s->prefix[0]);
		return false;
	}
	for (unsigned i = 0; s->prefix && s->prefix[i]; i++)
		argv[argc++] = i ? s->prefix[i] : program;
	argv[argc++] = tool_program();
	argv[argc++] = command;
	if (option)
		argv[argc++] = option;
	if (s->target) {
		argv[argc++] = "-p";
		argv[argc++] = number;
	}
	if (last)
		argv[argc++] = last;
	argv[argc] = NULL;
	tool_exec(&tool, argv);
	return true;
}

static void says(void **state)
{
	const struct situation *s = *state;
	struct snapshot snap;
	struct victim vic;
	char number[16];

	if (!s->prefix && getuid() != 0) {
		print_message("needs root\n");
		skip();
	}
	victim_start(&vic, "host", "poll", NULL);
	assert_true(victim_blocked(&vic, vic.pid) >= 0);
	snapshot_take(&snap, vic.pid, vic.pid);
	snprintf(number, sizeof(number), "%d", vic.pid);
	if (!prefixed(s, "doctor", NULL, number, NULL))
		skip();
	if (s->prefix == namespaces && strstr(tool.err, "unshare failed")) {
		print_message("no user namespaces here: %s", tool.err);
		skip();
	}
	tool_expect(&tool, s->status);
	said_expect(&tool, s->part, 6);
	/* All that was looked at, and the same verdict. */
	assert_true(prefixed(s, "doctor", "--verbose", number, NULL));
	tool_expect(&tool, s->status);
	said_unwrap(tool.out);
	assert_non_null(strstr(tool.out, "breakpoints"));
	assert_non_null(strstr(tool.out, "Yama"));
	if (s->target && s->status) {
		assert_true(prefixed(s, "call", NULL, number, "getpid()"));
		tool_expect(&tool, s->status);
	}
	assert_true(victim_blocked(&vic, vic.pid) >= 0);
	snapshot_check(&snap, vic.pid, vic.pid, SNAPSHOT_STATE);
	snapshot_free(&snap);
	victim_finish(&vic, WAKE_BYTE);
}

/* A debugger holds it. */
static void traced(void **state)
{
	char part[64];
	struct victim vic;

	(void)state;
	victim_start(&vic, "host", "spin", NULL);
	assert_int_equal(ptrace(PTRACE_SEIZE, vic.pid, NULL, NULL), 0);
	tool_run(&tool, "doctor", vic.pid, NULL);
	tool_expect(&tool, 3);
	snprintf(part, sizeof(part), "process %d (", getpid());
	SAID(&tool, "blocked  target", part, "is tracing it already", "let that one detach",
	     "is possible: process ");
	tool_run(&tool, "call", vic.pid, "getpid()", NULL);
	tool_expect(&tool, 3);
	assert_true(victim_progress(&vic, 2));
	victim_kill(&vic);
}

/* Where the programs are that make a mount namespace and another user; else skip. */
static void other_user_begin(char unshare[256], char setpriv[256])
{
	const char *found = harness_find("unshare");

	snprintf(unshare, 256, "%s", found ? found : "");
	found = harness_find("setpriv");
	snprintf(setpriv, 256, "%s", found ? found : "");
	if (getuid() != 0 || !*unshare || !*setpriv) {
		print_message("needs root, unshare and setpriv\n");
		skip();
	}
}

/* Yama, by another file system over the place where its level is read. */
static void yama(void **state)
{
	static const char script[] =
		"mount -t tmpfs none /proc/sys/kernel && mkdir /proc/sys/kernel/yama && "
		"echo 1 >/proc/sys/kernel/yama/ptrace_scope && "
		"exec \"$0\" --reuid=65534 --regid=65534 --clear-groups \"$1\" doctor";
	char unshare[256], setpriv[256];
	static const struct situation s = {
		.part = {"blocked    Yama", "ptrace_scope is 1: only descendants", "PR_SET_PTRACER",
			 "sysctl -w kernel.yama.ptrace_scope=0",
			 "No call is possible here: ptrace_scope is 1"}};

	(void)state;
	other_user_begin(unshare, setpriv);
	tool_exec(&tool, (const char *const[]){unshare, "--mount", "/bin/sh", "-c", script, setpriv,
					       tool_program(), NULL});
	if (tool.status != 3 && !tool.out[0]) {
		print_message("no mount namespace here: %s\n", tool.err);
		skip();
	}
	tool_expect(&tool, 3);
	said_expect(&tool, s.part, 6);
}

/* A process that /proc does not show to other users. */
static void hidden(void **state)
{
	static const char script[] =
		"mount -t proc -o hidepid=2 proc /proc && "
		"exec \"$0\" --reuid=65534 --regid=65534 --clear-groups \"$1\" doctor -p \"$2\"";
	char unshare[256], setpriv[256], pid[16];
	struct victim vic;

	(void)state;
	other_user_begin(unshare, setpriv);
	victim_start(&vic, "host", "poll", NULL);
	snprintf(pid, sizeof(pid), "%d", vic.pid);
	tool_exec(&tool, (const char *const[]){unshare, "--mount", "/bin/sh", "-c", script, setpriv,
					       tool_program(), pid, NULL});
	if (!strstr(tool.err, "interject")) {
		print_message("/proc cannot be mounted here: %s\n", tool.err);
		skip();
	}
	tool_expect(&tool, 3);
	tool_expect_err(&tool, "hidden from us by /proc");
	victim_finish(&vic, WAKE_BYTE);
}

/* One object a target, with the whole of it. */
static void json(void **state)
{
	struct victim vic;
	char text[64];

	(void)state;
	victim_start(&vic, "host", "spin", NULL);
	tool_run(&tool, "doctor", vic.pid, "--json", NULL);
	assert_true(tool.status == 0 || tool.status == 3);
	assert_int_equal((int)tool_json_number(&tool, "pid"), vic.pid);
	assert_int_equal((int)tool_json_number(&tool, "exit_status"), tool.status);
	assert_true(tool_json(&tool, "health", text, sizeof(text)));
	assert_true(tool_json(&tool, "comm", text, sizeof(text)));
	assert_string_equal(text, "victim_host");
	assert_non_null(
		strstr(tool.out, "{\"group\":\"kernel\",\"name\":\"breakpoints\",\"health\":"));
	/* As the harness finds them itself. */
	assert_int_equal(strstr(tool.out, "\"name\":\"breakpoints\",\"health\":\"ok\"") != NULL,
			 harness_no_breakpoints() == NULL);
	assert_non_null(strstr(tool.out, "{\"group\":\"target\",\"name\":\"attach\",\"health\":"));
	victim_finish(&vic, WAKE_NONE);
}

static void no_target(void **state)
{
	(void)state;
	tool_run(&tool, "doctor", 0x7ffffff0, NULL);
	tool_expect(&tool, 3);
	tool_expect_err(&tool, "no process 2147483632");
	tool_run(&tool, "doctor", 0x7ffffff0, "--json", NULL);
	tool_expect(&tool, 3);
	assert_non_null(strstr(tool.out, "\"code\":\"noproc\""));
	tool_exec(&tool, (const char *const[]){tool_program(), "doctor", "word", NULL});
	tool_expect(&tool, 2);
	tool_expect_err(&tool, "\"word\"");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		LIVE_ROW("root", says, &situations[0]),
		LIVE_ROW("root_and_target", says, &situations[1]),
		LIVE_ROW("ordinary_user", says, &situations[2]),
		LIVE_ROW("ordinary_user_and_target", says, &situations[3]),
		LIVE_ROW("container_without_capability", says, &situations[4]),
		LIVE_ROW("user_namespace", says, &situations[5]),
		LIVE_TEST(yama),
		LIVE_TEST(hidden),
		LIVE_TEST(traced),
		LIVE_TEST(json),
		LIVE_TEST(no_target),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
