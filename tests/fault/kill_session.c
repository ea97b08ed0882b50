/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Killing a session at a chosen system call or a random moment.
 *
 * For a chosen one we ptrace the client with PTRACE_O_TRACEFORK and its kin, follow the child that
 * executes interject-tracer, and run the process to be killed, or to hang, from system call stop to
 * system call stop. That it is itself tracing the victim does not matter to it or to us.
 */
#include "kill_session.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <linux/ptrace.h>
#include <time.h>
#include <unistd.h>

enum {
	TRACEES_MAX = 16,
	SESSION_WAIT_MS = 60000,
	OPTIONS = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
		  PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL,
};

struct session {
	enum who who;
	uint64_t stop_no;
	bool (*when)(const void *arg); /* instead of it, or NULL */
	const void *arg;
	pid_t client;
	pid_t subject; /* the process to be killed, once it is known */
	pid_t tracees[TRACEES_MAX];
	unsigned tracees_len;
	struct killed result;
	pid_t held; /* whom the tracer is to hold while it hangs; 0: it is to be killed */
	struct hung hung;
	bool client_waits; /* stopped until the tracer has ended */
};

static const char *session_option;

void kill_option(const char *option)
{
	session_option = option;
}

static void tracee_add(struct session *ses, pid_t pid)
{
	for (unsigned i = 0; i < ses->tracees_len; i++)
		if (ses->tracees[i] == pid)
			return;
	assert_true(ses->tracees_len < TRACEES_MAX);
	ses->tracees[ses->tracees_len++] = pid;
}

static void tracee_ended(struct session *ses, pid_t pid)
{
	for (unsigned i = 0; i < ses->tracees_len; i++)
		if (ses->tracees[i] == pid)
			ses->tracees[i] = ses->tracees[--ses->tracees_len];
}

/*
 * What happened to one of them; 0: nothing yet. The victim, which may end meanwhile, is for others
 * to wait for, and a child is one of them when its parent's stop has told of its birth.
 */
static pid_t tracee_wait(const struct session *ses, int *status_ret)
{
	pid_t pid = 0;

	for (unsigned i = 0; i < ses->tracees_len && !pid; i++)
		pid = waitpid(ses->tracees[i], status_ret, WNOHANG | __WALL);
	return pid;
}

static _Noreturn void client_exec(pid_t pid, bool traced)
{
	char number[16];
	int null = open("/dev/null", O_RDWR);
	sigset_t none;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (!getenv("IJ_LOUD")) {
		dup2(null, 1);
		dup2(null, 2);
	}
	dup2(null, 0);
	snprintf(number, sizeof(number), "%d", pid);
	if (traced) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		raise(SIGSTOP);
	}
	/* A walk is for a callee that needs something. */
	if (session_option && !strncmp(session_option, "--at", 4))
		execl(tool_program(), tool_program(), "call", session_option, "-p", number,
		      "malloc_trim(0)", "malloc_trim(0)", (char *)NULL);
	/* From any instant: it is for where there are no breakpoints. */
	if (session_option && !strncmp(session_option, "--walk=trampoline", 17))
		execl(tool_program(), tool_program(), "call", session_option, "-p", number,
		      "malloc_trim(0)", "malloc_trim(0)", (char *)NULL);
	/* At an entry point there is always something to be walked. */
	if (session_option && !strncmp(session_option, "--walk", 6))
		execl(tool_program(), tool_program(), "call", "--at=malloc", session_option, "-p",
		      number, "malloc_trim(0)", "malloc_trim(0)", (char *)NULL);
	if (session_option && !strcmp(session_option, "syscall"))
		execl(tool_program(), tool_program(), "syscall", "-p", number, "getppid()",
		      "getrlimit(RLIMIT_NOFILE, _)", "nanosleep({0, 1000})", (char *)NULL);
	if (session_option && !strcmp(session_option, "backtrace"))
		execl(tool_program(), tool_program(), "call", "-p", number,
		      "backtrace((char[64])0, 8)", "backtrace((char[64])0, 8)", (char *)NULL);
	if (session_option && !strcmp(session_option, "go"))
		execl(tool_program(), tool_program(), "call", "-p", number,
		      "--decl=func main.two(int, string) (string, int)", "main.two(21, \"ab\")",
		      "main.two(22, \"cd\")", (char *)NULL);
	/* By one walk, and no other way: it does not get there. */
	if (session_option && !strcmp(session_option, "go-astray"))
		execl(tool_program(), tool_program(), "call", "-p", number, "--goroutine=1",
		      "--walk=wake", "--pause-budget=60s", "--wait=60s",
		      "--decl=func(int, int) int", "main.add(1, 2)", (char *)NULL);
	/* One injection of several calls, each of what the one before returned. */
	if (session_option && !strcmp(session_option, "go-chained"))
		execl(tool_program(), tool_program(), "call", "-p", number,
		      "newNode(\"a\").under(\"b\").under(\"c\").path()",
		      "joinNodes(newNode(\"x\"), \"-end\")", (char *)NULL);
	if (session_option && !strcmp(session_option, "go-library"))
		execl(tool_program(), tool_program(), "call", "-p", number,
		      "strings.Repeat(\"ab\", 3)", "strings.Repeat(\"ab\", 3)", (char *)NULL);
	if (session_option)
		execl(tool_program(), tool_program(), "call", session_option, "-p", number,
		      "strlen(\"abc\")", "getppid()", (char *)NULL);
	execl(tool_program(), tool_program(), "call", "-p", number, "strlen(\"abc\")", "getppid()",
	      (char *)NULL);
	_exit(127);
}

/* True if @pid now runs as the tracer: its argv[0] says so, also when the program is one file. */
static bool is_tracer(pid_t pid)
{
	char path[64], name[512] = "";
	snprintf(path, sizeof(path), "/proc/%d/cmdline", pid);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got = fd >= 0 ? read(fd, name, sizeof(name) - 1) : -1;
	if (fd >= 0)
		close(fd);
	return got > 0 && strstr(name, "interject-tracer") != NULL;
}

/* Is this the moment to hang? Then nobody is there who could find out and act. */
static bool hangs(struct session *ses)
{
	if (proc_state(ses->held, ses->held) != 't' || ++ses->hung.held != ses->stop_no)
		return false;
	ses->hung.hung = true;
	kill(ses->client, SIGSTOP);
	return true;
}

static void syscall_stop(struct session *ses, pid_t pid)
{
	if (pid != ses->subject || ses->result.killed) {
		ptrace(PTRACE_CONT, pid, NULL, NULL);
		return;
	}
	struct ptrace_syscall_info info = {0};
	ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof(info), &info);
	ses->result.entry = info.op == PTRACE_SYSCALL_INFO_ENTRY;
	if (ses->result.entry) {
		ses->result.syscall = (long)info.entry.nr;
		ses->result.argument = info.entry.args[0];
	}
	ses->result.stops += !ses->held;
	if (ses->held   ? !hangs(ses)
	    : ses->when ? !ses->when(ses->arg)
			: ses->result.stops < ses->stop_no) {
		ptrace(PTRACE_SYSCALL, pid, NULL, NULL);
		return;
	}
	if (ses->held)
		return;
	ses->result.killed = true;
	kill(pid, SIGKILL);
}

static void stopped(struct session *ses, pid_t pid, int status)
{
	int signo = WSTOPSIG(status), event = status >> 16;
	tracee_add(ses, pid);
	if (ses->hung.hung && pid == ses->client && signo == SIGSTOP && !event && ses->subject) {
		ses->client_waits = true;
		return;
	}
	if (signo == (SIGTRAP | 0x80)) {
		syscall_stop(ses, pid);
		return;
	}
	if (event == PTRACE_EVENT_EXEC) {
		if (ses->who == KILL_CLIENT ? pid == ses->client : is_tracer(pid))
			ses->subject = pid;
	} else if (event == PTRACE_EVENT_FORK || event == PTRACE_EVENT_VFORK ||
		   event == PTRACE_EVENT_CLONE) {
		unsigned long child = 0;
		ptrace(PTRACE_GETEVENTMSG, pid, NULL, &child);
		tracee_add(ses, (pid_t)child);
	}
	/* A child that was attached automatically begins with a SIGSTOP of ptrace's own. */
	bool deliver = !event && signo != SIGTRAP && signo != SIGSTOP;
	ptrace(pid == ses->subject ? PTRACE_SYSCALL : PTRACE_CONT, pid, NULL,
	       deliver ? (void *)(uintptr_t)signo : NULL);
}

static int exit_status_of(int status)
{
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static void subject_ended(struct session *ses, int status)
{
	ses->subject = 0;
	ses->hung.signo = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
	if (ses->client_waits)
		ptrace(PTRACE_CONT, ses->client, NULL, NULL);
}

/* Wait until every tracee has ended. SIGCHLD is blocked, so that waiting has a deadline. */
static void session_follow(struct session *ses)
{
	sigset_t chld;
	sigemptyset(&chld);
	sigaddset(&chld, SIGCHLD);
	uint64_t start = harness_now_ns();
	while (ses->tracees_len) {
		int status;
		pid_t pid = tracee_wait(ses, &status);
		if (pid == 0) {
			struct timespec limit = {.tv_sec = 1};
			sigtimedwait(&chld, NULL, &limit);
			if (harness_now_ns() - start > SESSION_WAIT_MS * 1000000ull)
				break;
		} else if (pid < 0) {
			break;
		} else if (WIFSTOPPED(status)) {
			stopped(ses, pid, status);
		} else {
			if (pid == ses->client)
				ses->result.client_status = exit_status_of(status);
			tracee_ended(ses, pid);
			if (pid == ses->subject)
				subject_ended(ses, status);
		}
	}
	if (ses->tracees_len == 0)
		return;
	for (unsigned i = 0; i < ses->tracees_len; i++) {
		pid_t pid = ses->tracees[i];
		char state = proc_state(pid, pid);
		print_error("process %d, %s, is left in state %c\n", pid,
			    pid == ses->client ? "the client" : "of the session",
			    state ? state : '-');
		kill(pid, SIGKILL);
	}
	fail_msg("a session did not end; killed at stop %llu", (unsigned long long)ses->stop_no);
}

static void session_run(struct session *ses, pid_t pid)
{
	sigset_t chld, old;
	sigemptyset(&chld);
	sigaddset(&chld, SIGCHLD);
	sigprocmask(SIG_BLOCK, &chld, &old);
	ses->client = fork();
	if (ses->client == 0)
		client_exec(pid, true);
	assert_true(ses->client > 0);
	int status;
	assert_int_equal(waitpid(ses->client, &status, __WALL), ses->client);
	assert_true(WIFSTOPPED(status));
	assert_int_equal(ptrace(PTRACE_SETOPTIONS, ses->client, NULL, OPTIONS), 0);
	tracee_add(ses, ses->client);
	ptrace(PTRACE_CONT, ses->client, NULL, NULL);
	session_follow(ses);
	sigprocmask(SIG_SETMASK, &old, NULL);
}

struct killed kill_at_stop(pid_t pid, enum who who, uint64_t stop_no)
{
	struct session ses = {.who = who, .stop_no = stop_no, .result.client_status = -1};
	session_run(&ses, pid);
	return ses.result;
}

struct killed kill_when(pid_t pid, enum who who, bool (*when)(const void *arg), const void *arg)
{
	struct session ses = {.who = who, .when = when, .arg = arg, .result.client_status = -1};
	session_run(&ses, pid);
	return ses.result;
}

struct hung hang_when_held(pid_t pid, uint64_t held_no)
{
	struct session ses = {.who = KILL_TRACER, .stop_no = held_no, .held = pid};
	session_run(&ses, pid);
	ses.hung.client_status = ses.result.client_status;
	return ses.hung;
}

/* The tracer among the descendants of @pid; 0 if it is not there yet. */
static pid_t tracer_below(pid_t pid, unsigned depth)
{
	char path[64];
	pid_t found = 0;
	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", pid, pid);
	char *text = proc_read(path), *at = text;
	for (long child; !found && at && (child = strtol(at, &at, 10)) > 0;) {
		if (is_tracer((pid_t)child))
			found = (pid_t)child;
		else if (depth)
			found = tracer_below((pid_t)child, depth - 1);
	}
	free(text);
	return found;
}

/* The tracer's PID, as soon as the client has started it; 0 if the client ended before. */
static pid_t find_tracer(pid_t client, int client_fd)
{
	pid_t found;
	do
		found = tracer_below(client, 1);
	while (!found && harness_pause(client_fd, 0));
	return found;
}

static void wait_ns(int pidfd, uint64_t ns)
{
	struct pollfd fd = {.fd = pidfd, .events = POLLIN};
	struct timespec limit = {.tv_sec = (time_t)(ns / 1000000000u),
				 .tv_nsec = (long)(ns % 1000000000u)};
	ppoll(&fd, 1, &limit, NULL);
}

/* Our children, as a line of numbers; malloc'ed. */
static char *children(void)
{
	char path[64];
	snprintf(path, sizeof(path), "/proc/self/task/%d/children", getpid());
	return proc_read(path);
}

static bool is_among(const char *list, long pid)
{
	char *at = (char *)(uintptr_t)list;
	for (long each; at && (each = strtol(at, &at, 10)) > 0;)
		if (each == pid)
			return true;
	return false;
}

/*
 * Wait for every process of the session. Its orphans have become our children, since we are the
 * subreaper: whatever is not among those that we had @before.
 */
static void await_orphans(const char *before)
{
	char *now = children(), *at = now;
	for (long pid; at && (pid = strtol(at, &at, 10)) > 0;) {
		if (is_among(before, pid))
			continue;
		int fd = (int)syscall(SYS_pidfd_open, (pid_t)pid, 0);
		if (fd >= 0 && harness_pause(fd, SESSION_WAIT_MS)) {
			kill((pid_t)pid, SIGKILL);
			fail_msg("process %ld of a killed session did not end", pid);
		}
		if (fd >= 0)
			close(fd);
		waitpid((pid_t)pid, NULL, __WALL);
	}
	free(now);
}

struct killed kill_at_time(pid_t pid, enum who who, uint64_t delay_ns)
{
	struct killed result = {.client_status = -1, .syscall = -1};
	char *before = children();
	pid_t client = fork();
	if (client == 0)
		client_exec(pid, false);
	assert_true(client > 0);
	int client_fd = (int)syscall(SYS_pidfd_open, client, 0), tracer_fd = -1;
	assert_true(client_fd >= 0);
	pid_t tracer = who == KILL_TRACER ? find_tracer(client, client_fd) : 0;
	if (tracer)
		tracer_fd = (int)syscall(SYS_pidfd_open, tracer, 0);
	int subject_fd = who == KILL_TRACER ? tracer_fd : client_fd;
	if (subject_fd >= 0) {
		wait_ns(subject_fd, delay_ns);
		result.killed = harness_pause(subject_fd, 0);
		syscall(SYS_pidfd_send_signal, subject_fd, SIGKILL, NULL, 0);
	}
	if (harness_pause(client_fd, SESSION_WAIT_MS)) {
		kill(client, SIGKILL);
		fail_msg("the client did not end after the tracer was killed");
	}
	int status;
	assert_int_equal(waitpid(client, &status, __WALL), client);
	close(client_fd);
	result.client_status = exit_status_of(status);
	if (tracer_fd >= 0)
		close(tracer_fd);
	await_orphans(before);
	free(before);
	return result;
}
