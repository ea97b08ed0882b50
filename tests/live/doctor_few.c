/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* interject doctor where something is missing: filters on interject itself, and hard targets. What
 * it foretells is compared with a call. */
#include "said.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static struct tool tool;

/* Filters on interject itself, as of a container's profile: which call, and what comes of it. */
struct filter {
	long nr;
	uint32_t action;
	int status;
	const char *part[4];
};

static const struct filter filters[] = {
	{SYS_perf_event_open,
	 SECCOMP_RET_ERRNO | EPERM,
	 0,
	 {"limited    breakpoints", "Operation not permitted", "--security-opt seccomp=unconfined",
	  "allows perf_event_open"}},
	{SYS_ptrace,
	 SECCOMP_RET_ERRNO | EPERM,
	 3,
	 {"blocked    ptrace", "no call at all", "allows ptrace", "No call is possible here"}},
	{SYS_ptrace,
	 SECCOMP_RET_KILL_PROCESS,
	 8,
	 {"blocked    ptrace", "whoever tries is killed by signal 31", "seccompProfile: {type:"}},
	{SYS_openat2,
	 SECCOMP_RET_ERRNO | ENOSYS,
	 0,
	 {"limited    openat2", "Function not implemented", "profile that allows openat2"}},
	{SYS_memfd_create,
	 SECCOMP_RET_ERRNO | EPERM,
	 1,
	 {"blocked    memfd", "no call at all", "allows memfd_create"}},
	{SYS_pidfd_open, SECCOMP_RET_ERRNO | EPERM, 1, {NULL}},
	{SYS_process_vm_readv,
	 SECCOMP_RET_ERRNO | EPERM,
	 0,
	 {"note       process_vm", "locks are read one by one", "allows process_vm_readv"}},
};

/* This program once more, which installs the filter and becomes the tool. */
static int under_filter(char **argv)
{
	const struct filter *filter = &filters[atoi(argv[2])];
	struct sock_filter insns[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)filter->nr, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, filter->action),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	const struct sock_fprog prog = {.len = 4, .filter = insns};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog))
		return 77;
	execv(argv[3], argv + 3);
	return 126;
}

static void filtered(void **state)
{
	const struct filter *filter = *state;
	char number[16], pid[16];
	struct victim vic;

	snprintf(number, sizeof(number), "%d", (int)(filter - filters));
	tool_exec(&tool, (const char *const[]){"/proc/self/exe", "--filter", number, tool_program(),
					       "doctor", NULL});
	if (tool.status == 77) {
		print_message("no seccomp filters here\n");
		skip();
	}
	print_message("%s%s\n", tool.out, tool.err);
	tool_expect(&tool, filter->status);
	said_expect(&tool, filter->part, 4);
	/* A call ends as was foretold. */
	victim_start(&vic, "host", "spin", NULL);
	snprintf(pid, sizeof(pid), "%d", vic.pid);
	tool_exec(&tool, (const char *const[]){"/proc/self/exe", "--filter", number, tool_program(),
					       "call", "-p", pid, "getpid()", NULL});
	tool_expect(&tool, filter->status);
	assert_true(victim_progress(&vic, 2));
	victim_finish(&vic, WAKE_NONE);
}

/* Stopped by job control: nothing can be called, and it stays so. */
static void stopped(void **state)
{
	char part[32];
	struct victim vic;

	(void)state;
	victim_start(&vic, "host", "spin", NULL);
	assert_int_equal(kill(vic.pid, SIGSTOP), 0);
	assert_int_equal(waitpid(vic.pid, NULL, WUNTRACED), vic.pid);
	tool_run(&tool, "doctor", vic.pid, NULL);
	tool_expect(&tool, 4);
	snprintf(part, sizeof(part), "kill -CONT %d", vic.pid);
	SAID(&tool, "blocked    threads", "1 thread, 1 stopped by job control", part);
	tool_run(&tool, "call", vic.pid, "getpid()", NULL);
	tool_expect(&tool, 4);
	assert_int_equal(proc_state(vic.pid, vic.pid), 'T');
	kill(vic.pid, SIGCONT);
	assert_true(victim_progress(&vic, 2));
	victim_finish(&vic, WAKE_NONE);
}

static void confined(void **state)
{
	struct victim vic;

	(void)state;
	setenv("IJ_CONFINE", "service", 1);
	victim_start(&vic, "host", "spin", NULL);
	unsetenv("IJ_CONFINE");
	tool_run(&tool, "doctor", vic.pid, NULL);
	if (getuid() != 0 || tool.status) {
		tool_expect(&tool, 4);
		SAID(&tool, "blocked    seccomp", "its filters cannot be read");
	} else {
		SAID(&tool, "note       seccomp", "1 of 1 threads under 1 filter",
		     "each call is compared with that", "Calls into ");
	}
	assert_true(victim_progress(&vic, 2));
	victim_finish(&vic, WAKE_NONE);
}

/* A session that is killed in its call leaves its pages; the next one removes them. */
static void leftovers(void **state)
{
	struct victim vic;
	char number[16], tracer[32] = "0";
	pid_t caller;

	(void)state;
	victim_start(&vic, "host", "poll", NULL);
	snprintf(number, sizeof(number), "%d", vic.pid);
	tool_run(&tool, "doctor", vic.pid, "-v", NULL);
	said_unwrap(tool.out);
	assert_non_null(strstr(tool.out, "leftovers         none of killed sessions"));
	caller = fork();
	if (!caller) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		dup2(open("/dev/null", O_WRONLY), 2);
		execl(tool_program(), tool_program(), "call", "-p", number, "usleep(1000000)",
		      NULL);
		_exit(126);
	}
	/* In the call the thread sleeps otherwise than in poll. */
	for (uint64_t end = harness_now_ns() + HARNESS_WAIT_MS * 1000000ull;
	     harness_now_ns() < end;) {
		char path[64], *text;
		bool there;

		snprintf(path, sizeof(path), "/proc/%d/syscall", vic.pid);
		text = proc_read(path);
		there = text && strncmp(text, "7 ", 2) && strncmp(text, "running", 7);
		free(text);
		if (there)
			break;
	}
	proc_status(vic.pid, vic.pid, "TracerPid", tracer, sizeof(tracer));
	assert_true(atoi(tracer) > 0);
	assert_int_equal(kill(atoi(tracer), SIGKILL), 0);
	assert_int_equal(waitpid(caller, NULL, 0), caller);
	tool_run(&tool, "doctor", vic.pid, NULL);
	tool_expect(&tool, 0);
	SAID(&tool, "note       leftovers", "of killed sessions: 1 mapping", "Calls into ");
	/* The call that goes on comes to its end. */
	for (uint64_t end = harness_now_ns() + HARNESS_WAIT_MS * 1000000ull;
	     strstr(tool.out, "goes on in 1 of them") && harness_now_ns() < end;) {
		tool_run(&tool, "doctor", vic.pid, NULL);
		said_unwrap(tool.out);
	}
	assert_non_null(strstr(tool.out, "the next call removes them"));
	tool_call(&tool, &vic, "getpid()");
	tool_expect(&tool, 0);
	tool_run(&tool, "doctor", vic.pid, "-v", NULL);
	tool_expect(&tool, 0);
	said_unwrap(tool.out);
	assert_non_null(strstr(tool.out, "leftovers         none of killed sessions"));
	victim_finish(&vic, WAKE_BYTE);
}

/* In strict mode: as doctor says, so it is. */
static void strict(void **state)
{
	struct victim vic;
	int status;

	(void)state;
	victim_start(&vic, "host", "seccomp_strict", NULL);
	tool_run(&tool, "doctor", vic.pid, NULL);
	status = tool.status;
	SAID(&tool, "seccomp           1 of 1 threads in strict mode");
	tool_run(&tool, "call", vic.pid, "abs(-3)", NULL);
	tool_expect(&tool, status);
	victim_kill(&vic);
}

/* Other threads go on without the main one, whose folder in /proc shows no memory. */
static void leader_gone(void **state)
{
	struct victim vic;

	(void)state;
	victim_start(&vic, "host", "leader_gone", NULL);
	tool_run(&tool, "doctor", vic.pid, "-v", NULL);
	tool_expect(&tool, 0);
	SAID(&tool, "ok         attach            allowed", "program           64-bit",
	     "leftovers         none of killed sessions");
	tool_run(&tool, "call", vic.pid, "getpid()", NULL);
	tool_expect(&tool, 0);
	victim_kill(&vic);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		LIVE_TEST(stopped),
		LIVE_TEST(confined),
		LIVE_TEST(strict),
		LIVE_TEST(leftovers),
		LIVE_TEST(leader_gone),
		LIVE_ROW("no_perf_event_open", filtered, &filters[0]),
		LIVE_ROW("no_ptrace", filtered, &filters[1]),
		LIVE_ROW("killed_for_ptrace", filtered, &filters[2]),
		LIVE_ROW("no_openat2", filtered, &filters[3]),
		LIVE_ROW("no_memfd", filtered, &filters[4]),
		LIVE_ROW("no_pidfd", filtered, &filters[5]),
		LIVE_ROW("no_process_vm", filtered, &filters[6]),
	};

	if (argc > 3 && !strcmp(argv[1], "--filter"))
		return under_filter(argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
