/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* interject syscall: made where a call would have to wait, and leaving nothing. */
#include "programs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static struct tool tool;

static void results(void **state)
{
	struct victim vic;
	struct snapshot snap;
	char pid[16];

	(void)state;
	victim_start(&vic, "steady", NULL);
	snapshot_take(&snap, vic.pid, vic.pid);
	snprintf(pid, sizeof(pid), "%d", vic.pid);
	tool_run(&tool, "syscall", vic.pid, "getpid", NULL);
	tool_expect(&tool, 0);
	tool_expect_out(&tool, pid);
	tool_run(&tool, "syscall", vic.pid, "close", "999", NULL);
	tool_expect(&tool, 0);
	tool_expect_out(&tool, "-1 EBADF (Bad file descriptor)");
	tool_run(&tool, "syscall", vic.pid, "39()", "write(999, \"x\")", NULL);
	tool_expect(&tool, 0);
	snprintf(tool.err, sizeof(tool.err), "%d\n-1 EBADF (Bad file descriptor)", vic.pid);
	tool_expect_out(&tool, tool.err);
	assert_true(victim_progress(&vic, 2));
	snapshot_check(&snap, vic.pid, vic.pid, 0);
	snapshot_free(&snap);
	victim_finish(&vic, WAKE_NONE);
}

static void refused(void **state)
{
	static const struct {
		const char *option, *expr;
	} rows[] = {
		{"--quiet", "exit(0)"},        {"--quiet", "exit_group(0)"},
		{"--quiet", "ptrace(0, 0)"},   {"--quiet", "execve(\"/bin/true\", 0, 0)"},
		{"--quiet", "prctl(22, 1)"},   {"--quiet", "seccomp(0, 0, 0)"},
		{"--force", "fork()"},         {"--force", "rt_sigreturn()"},
		{"--force", "clone(0, 0, 0)"},
	};
	struct victim vic;
	struct snapshot snap;

	(void)state;
	victim_start(&vic, "steady", NULL);
	snapshot_take(&snap, vic.pid, vic.pid);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		tool_run(&tool, "syscall", vic.pid, rows[i].option, rows[i].expr, NULL);
		tool_expect(&tool, 9);
		tool_expect_err(&tool, "is refused: ");
	}
	snapshot_check(&snap, vic.pid, vic.pid, 0);
	snapshot_free(&snap);
	victim_finish(&vic, WAKE_NONE);
}

/* Forced, it is what it says. */
static void forced(void **state)
{
	struct victim vic;

	(void)state;
	victim_start(&vic, "steady", NULL);
	tool_run(&tool, "syscall", vic.pid, "--force", "exit_group", "3", NULL);
	tool_expect(&tool, 7);
	tool_expect_err(&tool, "exited with status 3 during exit_group(2)");
	assert_int_equal(victim_wait(&vic), 3 << 8);
}

/* One that does not return is interrupted, and the thread goes on. */
static void overdue(void **state)
{
	struct victim vic;
	struct snapshot snap;

	(void)state;
	victim_start(&vic, "steady", NULL);
	snapshot_take(&snap, vic.pid, vic.pid);
	tool_run(&tool, "syscall", vic.pid, "--timeout=100ms", "pause", NULL);
	tool_expect(&tool, 5);
	tool_expect_err(&tool, "pause(2) did not return within 100 ms");
	assert_true(victim_progress(&vic, 2));
	snapshot_check(&snap, vic.pid, vic.pid, 0);
	snapshot_free(&snap);
	victim_finish(&vic, WAKE_NONE);
}

/* A thread that allocates all the time, alone: the first stop will do, wherever it stands. */
static void anywhere(void **state)
{
	struct victim vic;

	(void)state;
	victim_start(&vic, "storm", "1", NULL);
	for (int i = 0; i < 20; i++) {
		/* One stop does, however long this one waits for a processor meanwhile. */
		tool_run(&tool, "syscall", vic.pid, "--json", "--wait=0", "--pause-budget=10s",
			 "getppid", NULL);
		tool_expect(&tool, 0);
		assert_int_equal(tool_json_number(&tool, "value"), getpid());
	}
	assert_true(victim_progress(&vic, 2));
	victim_finish(&vic, WAKE_NONE);
}

/* A call has to walk away from there; a system call has not. */
static void inside_malloc(void **state)
{
	struct victim vic;

	(void)state;
	harness_need_breakpoints();
	victim_start(&vic, "storm", "1", NULL);
	tool_run(&tool, "call", vic.pid, "--at=malloc", "--walk=none", "malloc_trim(0)", NULL);
	tool_expect(&tool, 4);
	tool_run(&tool, "syscall", vic.pid, "--at=malloc", "getppid", NULL);
	tool_expect(&tool, 0);
	victim_finish(&vic, WAKE_NONE);
}

static const char *const sleeps[][2] = {
	{"nanosleep", "nanosleep({0, 20000000})"},
	{"clock_nanosleep", "nanosleep({0, 20000000})"},
	{"nanosleep", "clock_nanosleep(CLOCK_MONOTONIC, 0, {0, 20000000})"},
	{"futex_ms", "nanosleep({0, 20000000})"},
	{"poll_ms", "nanosleep({0, 20000000})"},
	{"select_ms", "getpid()"},
	{"epoll_ms", "poll([], 0, 20)"},
};

/* A sleep on top of a sleep: each takes its own time, as the victim checks of its own. */
static void asleep(void **state)
{
	const char *const *row = *state;
	struct victim vic;

	victim_start(&vic, "blocked", row[0], NULL);
	for (int i = 0; i < 3; i++) {
		assert_true(victim_blocked(&vic, vic.pid) >= 0);
		tool_run(&tool, "syscall", vic.pid, row[1], NULL);
		tool_expect(&tool, 0);
		assert_true(victim_progress(&vic, 2));
		if (vic.page->failures)
			fail_msg("%s", vic.page->failure);
	}
	victim_finish(&vic, WAKE_NONE);
}

/* One that is cut short on top of a sleep, whose restart block it took. */
static void overdue_asleep(void **state)
{
	struct victim vic;

	(void)state;
	victim_start(&vic, "blocked", "nanosleep", NULL);
	for (int i = 0; i < 3; i++) {
		assert_true(victim_blocked(&vic, vic.pid) >= 0);
		tool_run(&tool, "syscall", vic.pid, "--timeout=50ms", "poll([], 0, 5000)", NULL);
		tool_expect(&tool, 5);
		assert_true(victim_progress(&vic, 2));
	}
	victim_finish(&vic, WAKE_NONE);
}

/* On stacks of 16 KiB, with data right below them that the victim verifies. */
static void small_stacks(void **state)
{
	struct victim vic;

	(void)state;
	victim_start(&vic, "small", "bare", NULL);
	for (int i = 0; i < 10; i++) {
		char tid[32];

		snprintf(tid, sizeof(tid), "--tid=%d", vic.page->tid);
		tool_run(&tool, "syscall", vic.pid, tid, "getppid", NULL);
		tool_expect(&tool, 0);
	}
	assert_true(victim_progress(&vic, 8));
	victim_finish(&vic, WAKE_NONE);
}

/* Structs go in and come out, and a file of the target's is redirected. */
static void structs(void **state)
{
	struct victim vic;
	char path[300], expr[400], link[320];
	ssize_t len;

	(void)state;
	victim_start(&vic, "steady", NULL);
	tool_run(&tool, "syscall", vic.pid, "prlimit64(0, RLIMIT_CORE, {0, 4096})",
		 "getrlimit(RLIMIT_CORE, _)", NULL);
	tool_expect(&tool, 0);
	assert_non_null(strstr(tool.out, "rlim: {rlim_cur=0, rlim_max=4096}"));
	snprintf(path, sizeof(path), "%s/redirected", harness_dir());
	snprintf(expr, sizeof(expr), "openat(AT_FDCWD, \"%s\", O_WRONLY|O_CREAT, 0600)", path);
	tool_run(&tool, "syscall", vic.pid, expr, NULL);
	tool_expect(&tool, 0);
	assert_non_null(strstr(tool.out, path));
	snprintf(expr, sizeof(expr), "dup3(%d, 100, O_CLOEXEC)", atoi(tool.out));
	tool_run(&tool, "syscall", vic.pid, expr, "write(100, \"hello\")", "fsync(100)", NULL);
	tool_expect(&tool, 0);
	snprintf(expr, sizeof(expr), "100 <%s>\n5\n0", path);
	tool_expect_out(&tool, expr);
	snprintf(expr, sizeof(expr), "/proc/%d/fd/100", vic.pid);
	len = readlink(expr, link, sizeof(link) - 1);
	assert_true(len > 0);
	link[len] = 0;
	assert_string_equal(link, path);
	tool_run(&tool, "syscall", vic.pid, "--explain", "close", "100", NULL);
	tool_expect(&tool, 0);
	snprintf(expr, sizeof(expr), "  fd: 100 <%s>", path);
	tool_expect_err(&tool, expr);
	victim_finish(&vic, WAKE_NONE);
}

/* Ends of a new pair of sockets in the target. */
static void socket_pair(const struct victim *vic, int ends[2])
{
	const char *list;

	tool_run(&tool, "syscall", vic->pid, "socketpair(AF_UNIX, SOCK_DGRAM, 0)", NULL);
	tool_expect(&tool, 0);
	list = strchr(tool.out, '[');
	assert_non_null(list);
	assert_int_equal(sscanf(list, "[%d, %d]", &ends[0], &ends[1]), 2);
	assert_non_null(strstr(tool.out, " <socket:["));
}

/* Buffers that an array points to, one way and the other. */
static void vectors(void **state)
{
	static const char here[] = "in another process";
	struct victim vic;
	struct snapshot snap;
	char send[64], receive[96], remote[128], out[64];
	int ends[2];

	(void)state;
	victim_start(&vic, "steady", NULL);
	socket_pair(&vic, ends);
	snapshot_take(&snap, vic.pid, vic.pid);
	snprintf(send, sizeof(send), "writev(%d, [\"hello, \", {\"world!\", 5}])", ends[0]);
	snprintf(receive, sizeof(receive), "readv(%d, [(char[4])0, {_, 3}, {_, 100}])", ends[1]);
	tool_run(&tool, "syscall", vic.pid, send, receive, NULL);
	tool_expect(&tool, 0);
	tool_expect_out(&tool, "12\n12\n  iov: [\"hell\", \"o, \", \"world\"]");
	snprintf(remote, sizeof(remote), "process_vm_readv(%d, [{_, 3}, {_, %zu}], _, [{%p, %zu}])",
		 getpid(), sizeof(here), (const void *)here, sizeof(here) - 1);
	tool_run(&tool, "syscall", vic.pid, remote, NULL);
	tool_expect(&tool, 0);
	snprintf(out, sizeof(out), "18\n  local_iov: [\"in \", \"another process\"]");
	tool_expect_out(&tool, out);
	assert_true(victim_progress(&vic, 2));
	snapshot_check(&snap, vic.pid, vic.pid, 0);
	snapshot_free(&snap);
	victim_finish(&vic, WAKE_NONE);
}

/* Messages with an address, in parts, and with a descriptor that comes with one. */
static void messages(void **state)
{
	struct victim vic;
	char send[256], many[128], receive[160], both[160], text[64], link[64];
	const char *got;
	int ends[2], number;

	(void)state;
	victim_start(&vic, "steady", NULL);
	socket_pair(&vic, ends);
	snprintf(send, sizeof(send),
		 "sendmsg(%d, {msg_iov=[\"a\", \"bc\"], "
		 "msg_control=[{SOL_SOCKET, SCM_RIGHTS, [%d]}]})",
		 ends[0], ends[0]);
	snprintf(receive, sizeof(receive),
		 "recvmsg(%d, {msg_iov=[{_, 16}], msg_control=_}, MSG_DONTWAIT)", ends[1]);
	tool_run(&tool, "syscall", vic.pid, send, receive, NULL);
	tool_expect(&tool, 0);
	got = strstr(tool.out, "msg: {msg_iov=[\"abc\"], msg_control=[{SOL_SOCKET, SCM_RIGHTS, [");
	assert_non_null(got);
	number = atoi(strstr(got, "SCM_RIGHTS, [") + strlen("SCM_RIGHTS, ["));
	assert_int_not_equal(number, ends[0]);
	snprintf(text, sizeof(text), "/proc/%d/fd/%d", vic.pid, number);
	memset(link, 0, sizeof(link));
	assert_true(readlink(text, link, sizeof(link) - 1) > 0);
	snprintf(text, sizeof(text), "\n  %d <%.40s>", number, link);
	assert_non_null(strstr(got, text));
	snprintf(many, sizeof(many), "sendmmsg(%d, [{msg_iov=[\"one\"]}, {msg_iov=[\"two\"]}])",
		 number);
	snprintf(both, sizeof(both),
		 "recvmmsg(%d, [{msg_iov=[{_, 2}]}, {msg_iov=[{_, 9}]}, {msg_iov=[{_, 9}]}], _, "
		 "MSG_DONTWAIT)",
		 ends[1]);
	tool_run(&tool, "syscall", vic.pid, many, both, NULL);
	tool_expect(&tool, 0);
	tool_expect_out(&tool, "2\n2\n  msgvec: [{msg_iov=[\"on\"], msg_flags=0x20}, "
			       "{msg_iov=[\"two\"], msg_flags=0x0}]");
	tool_run(&tool, "syscall", vic.pid, "--json", send, receive, NULL);
	tool_expect(&tool, 0);
	assert_non_null(strstr(tool.out, "\"cmsg_level\":1,\"cmsg_type\":1,\"fds\":["));
	assert_true(victim_progress(&vic, 2));
	victim_finish(&vic, WAKE_NONE);
}

/* What would take the code or the stack away that the call needs to come back. */
static void hits_us(void **state)
{
	struct victim vic;
	char expr[128];

	(void)state;
	victim_start(&vic, "steady", NULL);
	tool_run(&tool, "syscall", vic.pid, "--wait=0", "munmap(0, 0x7ffffffff000)", NULL);
	tool_expect(&tool, 9);
	tool_expect_err(&tool, "code of the program");
	snprintf(expr, sizeof(expr), "mprotect(0, 0x7ffffffff000, PROT_NONE)");
	tool_run(&tool, "syscall", vic.pid, "--force", "--wait=0", expr, NULL);
	tool_expect(&tool, 4);
	tool_expect_err(&tool, "the system call would change");
	/* The memory that it is given for its own strings and buffers. */
	tool_run(&tool, "syscall", vic.pid, "--force", "--wait=0", "munmap((char[9000])0, 4096)",
		 NULL);
	tool_expect(&tool, 4);
	tool_expect_err(&tool, "the system call would change the pages that our code is in");
	assert_true(victim_progress(&vic, 2));
	victim_finish(&vic, WAKE_NONE);
}

/* Under a filter that kills for executable memory: made from a cave; and what the filter kills for
 * is not made. */
static void filtered(void **state)
{
	struct victim vic;

	(void)state;
	setenv("IJ_CONFINE", "exec_kill", 1);
	victim_start(&vic, "steady", "--bare", NULL);
	unsetenv("IJ_CONFINE");
	tool_run(&tool, "syscall", vic.pid, "--explain", "getppid", NULL);
	tool_expect(&tool, 0);
	tool_run(&tool, "syscall", vic.pid, "--wait=100ms", "mmap", "0", "4096", "PROT_EXEC",
		 "MAP_PRIVATE|MAP_ANONYMOUS", NULL);
	tool_expect(&tool, 4);
	tool_expect_err(&tool, "mmap(2)");
	assert_true(victim_progress(&vic, 2));
	snapshot_check_code(vic.pid);
	victim_finish(&vic, WAKE_NONE);
}

static void on_program(void **state)
{
	const struct program *program = *state;
	struct subject sub;
	char expr[96];
	int fd;

	program->start(&sub);
	/* A socket that it has forgotten: a connection that nobody will use. */
	tool_run(&tool, "syscall", sub.target.pid, "socket(AF_INET, SOCK_STREAM)", NULL);
	tool_expect(&tool, 0);
	assert_non_null(strstr(tool.out, " <socket:["));
	fd = atoi(tool.out);
	snprintf(expr, sizeof(expr), "setsockopt(%d, SOL_SOCKET, SO_KEEPALIVE, 1)", fd);
	tool_run(&tool, "syscall", sub.target.pid, expr, NULL);
	tool_expect_out(&tool, "0");
	snprintf(expr, sizeof(expr), "getsockopt(%d, SOL_SOCKET, SO_KEEPALIVE)", fd);
	tool_run(&tool, "syscall", sub.target.pid, expr, NULL);
	tool_expect_out(&tool, "0\n  optval: 1");
	snprintf(expr, sizeof(expr), "ioctl(%d, FIONBIO, 1)", fd);
	tool_run(&tool, "syscall", sub.target.pid, expr, NULL);
	tool_expect_out(&tool, "0");
	snprintf(expr, sizeof(expr), "close(%d)", fd);
	/* Once: under load the program may have opened another one of this number by now. */
	tool_run(&tool, "syscall", sub.target.pid, expr, NULL);
	tool_expect_out(&tool, "0");
	program->finish(&sub);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		LIVE_TEST(results),
		LIVE_TEST(refused),
		LIVE_TEST(forced),
		LIVE_TEST(overdue),
		LIVE_TEST(anywhere),
		LIVE_TEST(inside_malloc),
		LIVE_ROW("asleep, nanosleep", asleep, sleeps[0]),
		LIVE_ROW("asleep, clock_nanosleep", asleep, sleeps[1]),
		LIVE_ROW("asleep, nanosleep by clock", asleep, sleeps[2]),
		LIVE_ROW("asleep, futex", asleep, sleeps[3]),
		LIVE_ROW("asleep, poll", asleep, sleeps[4]),
		LIVE_ROW("asleep, select", asleep, sleeps[5]),
		LIVE_ROW("asleep, epoll_wait", asleep, sleeps[6]),
		LIVE_TEST(overdue_asleep),
		LIVE_TEST(small_stacks),
		LIVE_TEST(structs),
		LIVE_TEST(vectors),
		LIVE_TEST(messages),
		LIVE_TEST(hits_us),
		LIVE_TEST(filtered),
		LIVE_ROW("redis", on_program, &ij_program_redis),
		LIVE_ROW("nginx", on_program, &ij_program_nginx),
		LIVE_ROW("python", on_program, &ij_program_python),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
