/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Starting, watching and ending the processes of a live test. */
#include "harness.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/futex.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { CHILDREN_MAX = 64, ARGS_MAX = 32 };

/* What teardown must end. A slot is free when pid is 0. */
static struct victim children[CHILDREN_MAX];

static void child_remember(const struct victim *vic)
{
	for (unsigned i = 0; i < CHILDREN_MAX; i++)
		if (children[i].pid == 0) {
			children[i] = *vic;
			return;
		}
	fail_msg("more than %d processes in one test", CHILDREN_MAX);
}

static void child_forget(pid_t pid)
{
	for (unsigned i = 0; i < CHILDREN_MAX; i++)
		if (children[i].pid == pid)
			children[i].pid = 0;
}

static struct victim_setting setting;

void victim_set(const struct victim_setting *next)
{
	setting = *next;
}

static bool write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool done = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);
	close(fd);
	return done;
}

/* What a container's first process finds, or another user's. */
static void child_settle(void)
{
	const uint64_t flags = setting.namespaces;
	bool done = true;
	if (flags & CLONE_NEWUSER)
		done = write_file("/proc/self/setgroups", "deny") &&
		       write_file("/proc/self/gid_map", "0 0 1") &&
		       write_file("/proc/self/uid_map", "0 0 1");
	if (done && flags & CLONE_NEWNS)
		done = mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0;
	if (done && flags & CLONE_NEWNS && flags & CLONE_NEWPID)
		done = mount("proc", "/proc", "proc", 0, NULL) == 0;
	if (done && setting.settle)
		done = setting.settle(setting.settle_arg);
	if (done && setting.root)
		done = chroot(setting.root) == 0 && chdir("/") == 0;
	if (done && setting.uid)
		done = setgroups(0, NULL) == 0 &&
		       setresgid(setting.uid, setting.uid, setting.uid) == 0 &&
		       setresuid(setting.uid, setting.uid, setting.uid) == 0;
	if (!done)
		_exit(77);
}

static _Noreturn void child_exec(const char *const argv[], int in, int out, int page)
{
	child_settle();
	sigset_t none;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	int null = -1;
	/* Move everything above 3 first, so that no dup2 overwrites a source. */
	in = fcntl(in, F_DUPFD_CLOEXEC, 10);
	out = fcntl(out, F_DUPFD_CLOEXEC, 10);
	page = fcntl(page, F_DUPFD_CLOEXEC, 10);
	if (dup2(in, 0) < 0 || dup2(out, 1) < 0 || dup2(page, VICTIM_PAGE_FD) < 0)
		_exit(126);
	if (getenv("IJ_QUIET") && (null = open("/dev/null", O_WRONLY)) >= 0)
		dup2(null, 2);
	execv(argv[0], (char *const *)(uintptr_t)argv);
	/* Another machine's program, or of 32 bits where the kernel runs none. */
	_exit(errno == ENOEXEC ? 77 : 127);
}

void victim_spawn(struct victim *vic, const char *const argv[])
{
	int in[2], out[2];
	int page = memfd_create("victim page", MFD_CLOEXEC);
	assert_true(page >= 0);
	assert_int_equal(ftruncate(page, 4096), 0);
	vic->page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, page, 0);
	assert_true(vic->page != MAP_FAILED);
	assert_int_equal(pipe2(in, O_CLOEXEC), 0);
	assert_int_equal(pipe2(out, O_CLOEXEC), 0);
	/* As fork does it, beside the namespaces. */
	pid_t pid = (pid_t)syscall(SYS_clone, setting.namespaces | SIGCHLD, 0, 0, 0, 0);
	if (pid == 0)
		child_exec(argv, in[0], out[1], page);
	assert_true(pid > 0);
	setting = (struct victim_setting){0};
	close(in[0]);
	close(out[1]);
	close(page);
	vic->pid = pid;
	vic->pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	vic->in = in[1];
	vic->out = out[0];
	child_remember(vic);
	assert_true(vic->pidfd >= 0);
}

void victim_await_ready(struct victim *vic, const char *name)
{
	char byte = 0;
	struct pollfd fds[2] = {{.fd = vic->out, .events = POLLIN},
				{.fd = vic->pidfd, .events = POLLIN}};
	if (poll(fds, 2, HARNESS_WAIT_MS) > 0 && fds[0].revents & POLLIN &&
	    read(vic->out, &byte, 1) == 1 && byte == 'R')
		return;
	int status = victim_wait(vic);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 77) {
		print_message("victim %s cannot run on this machine\n", name);
		skip();
	}
	fail_msg("victim %s did not become ready: wait status %#x", name, status);
}

const char *harness_victims(void)
{
	return IJ_VICTIMS_DIR;
}

void victim_start(struct victim *vic, const char *name, ...)
{
	char path[1024];
	const char *argv[ARGS_MAX] = {path};
	va_list ap;
	va_start(ap, name);
	for (unsigned i = 1; i + 1 < ARGS_MAX && (argv[i] = va_arg(ap, const char *)); i++)
		;
	va_end(ap);
	snprintf(path, sizeof(path), "%s/victim_%s", IJ_VICTIMS_DIR, name);
	if (access(path, X_OK) != 0) {
		print_message("victim %s was not built: the toolchain lacks what it needs\n", name);
		skip();
	}
	victim_spawn(vic, argv);
	victim_await_ready(vic, name);
}

uint64_t harness_now_ns(void)
{
	struct timespec ts;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

bool harness_pause(int pidfd, int ms)
{
	struct pollfd fd = {.fd = pidfd, .events = POLLIN};
	return poll(&fd, 1, ms) == 0;
}

bool victim_alive(const struct victim *vic)
{
	return harness_pause(vic->pidfd, 0);
}

static bool overdue(uint64_t start_ns)
{
	return harness_now_ns() - start_ns > HARNESS_WAIT_MS * 1000000ull;
}

bool victim_progress(const struct victim *vic, uint64_t rounds)
{
	uint64_t goal = vic->page->rounds + rounds, start = harness_now_ns();
	while (vic->page->rounds < goal)
		if (!harness_pause(vic->pidfd, 1) || overdue(start))
			return false;
	return true;
}

long victim_blocked(const struct victim *vic, pid_t tid)
{
	char path[64];
	uint64_t start = harness_now_ns();
	snprintf(path, sizeof(path), "/proc/%d/task/%d/syscall", vic->pid, tid);
	do {
		char *text = proc_read(path), *end = NULL;
		long number = text ? strtol(text, &end, 10) : -1;
		bool asleep = end && end != text && number >= 0 && proc_state(vic->pid, tid) == 'S';
		free(text);
		if (asleep)
			return number;
	} while (harness_pause(vic->pidfd, 1) && !overdue(start));
	return -1;
}

static void wake_connect(const struct victim *vic)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	int len = snprintf(addr.sun_path + 1, sizeof(addr.sun_path) - 1, "ij-victim-%d", vic->pid);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)len);
	int failed = connect(fd, (struct sockaddr *)&addr, size);
	close(fd);
	assert_int_equal(failed, 0);
}

void victim_wake(struct victim *vic, enum wake wake)
{
	switch (wake) {
	case WAKE_NONE:
		break;
	case WAKE_BYTE:
		assert_int_equal(write(vic->in, "w", 1), 1);
		break;
	case WAKE_USR1:
		assert_int_equal(kill(vic->pid, SIGUSR1), 0);
		break;
	case WAKE_FUTEX:
		vic->page->word = 1;
		syscall(SYS_futex, &vic->page->word, FUTEX_WAKE, 1, NULL, NULL, 0);
		break;
	case WAKE_CONNECT:
		wake_connect(vic);
		break;
	}
}

static void victim_close(struct victim *vic)
{
	child_forget(vic->pid);
	munmap(vic->page, 4096);
	close(vic->pidfd);
	close(vic->out);
	if (vic->in >= 0)
		close(vic->in);
	vic->pid = 0;
}

int victim_wait(struct victim *vic)
{
	int status = -1;
	if (!harness_pause(vic->pidfd, HARNESS_WAIT_MS))
		waitpid(vic->pid, &status, __WALL);
	return status;
}

void victim_finish(struct victim *vic, enum wake wake)
{
	vic->page->stop = 1;
	victim_wake(vic, wake);
	int status = victim_wait(vic);
	uint32_t failures = vic->page->failures;
	char failure[sizeof(vic->page->failure)];
	memcpy(failure, vic->page->failure, sizeof(failure));
	if (status == -1)
		fail_msg("the victim did not end; %u failures, first: %s", failures, failure);
	victim_close(vic);
	if (failures)
		fail_msg("%u self-checks failed; the first: %s", failures, failure);
	if (status != 0)
		fail_msg("the victim ended with wait status %#x", status);
}

void victim_kill(struct victim *vic)
{
	if (vic->pid == 0)
		return;
	syscall(SYS_pidfd_send_signal, vic->pidfd, SIGKILL, NULL, 0);
	waitpid(vic->pid, NULL, __WALL);
	victim_close(vic);
}

int harness_setup(void **state)
{
	(void)state;
	/* Orphans of the program under test become our children, so that none is left unseen. */
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	signal(SIGPIPE, SIG_IGN);
	return 0;
}

/* Reap orphans; whatever does not end by itself soon is a process left behind. */
static int reap_orphans(void)
{
	uint64_t start = harness_now_ns();
	for (;;) {
		pid_t pid = waitpid(-1, NULL, WNOHANG | __WALL);
		if (pid < 0)
			return 0;
		if (pid == 0 && harness_now_ns() - start > 10000000000ull)
			break;
		if (pid == 0)
			poll(NULL, 0, 1);
	}
	print_error("a process was left behind\n");
	return -1;
}

int harness_teardown(void **state)
{
	(void)state;
	for (unsigned i = 0; i < CHILDREN_MAX; i++)
		if (children[i].pid) {
			struct victim vic = children[i];
			victim_kill(&vic);
		}
	harness_dir_remove();
	return reap_orphans();
}
