/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * blocked KIND: sits in one system call, and checks its result, errno and how long it took at
 * least.
 *
 * A kind with a time limit starts the call again and again, each time checking that it did not end
 * early. A kind without one ends only when the harness wakes it: by a byte on stdin, by SIGUSR1, by
 * a wake-up of the page's futex word, or by a connection to the abstract socket "ij-victim-PID";
 * the victim checks that `stop` was set by then, since anything else woke it by mistake. There is
 * no upper limit on the time: a busy machine may take as long as it likes.
 */
#include "victim.h"

#include <errno.h>
#include <linux/futex.h>
#include <poll.h>
#include <semaphore.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define LIMIT_MS 400
#define LIMIT_NS (LIMIT_MS * 1000000ull)

static volatile sig_atomic_t usr1;
static int poll_fds[2]; /* a pipe that never becomes readable, for calls with a limit */
static int epoll_fd, epoll_stdin_fd, listen_fd;
static pid_t child;

static void on_usr1(int signo)
{
	(void)signo;
	usr1 = 1;
}

static long wait_poll(void)
{
	struct pollfd pfd = {.fd = STDIN_FILENO, .events = POLLIN};
	return poll(&pfd, 1, -1);
}

static long wait_poll_ms(void)
{
	struct pollfd pfd = {.fd = poll_fds[0], .events = POLLIN};
	return poll(&pfd, 1, LIMIT_MS);
}

static long wait_ppoll_ms(void)
{
	struct pollfd pfd = {.fd = poll_fds[0], .events = POLLIN};
	return ppoll(&pfd, 1, &(struct timespec){.tv_nsec = LIMIT_NS}, NULL);
}

static long wait_nanosleep(void)
{
	struct timespec want = {.tv_nsec = LIMIT_NS};
	return syscall(SYS_nanosleep, &want, NULL);
}

static long wait_clock_nanosleep(void)
{
	struct timespec want = {.tv_nsec = LIMIT_NS};
	int err = clock_nanosleep(CLOCK_MONOTONIC, 0, &want, NULL);
	errno = err;
	return err ? -1 : 0;
}

static long wait_clock_nanosleep_abs(void)
{
	struct timespec want;
	clock_gettime(CLOCK_MONOTONIC, &want);
	uint64_t ns = (uint64_t)want.tv_nsec + LIMIT_NS;
	want.tv_sec += (time_t)(ns / 1000000000u);
	want.tv_nsec = (long)(ns % 1000000000u);
	int err = clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &want, NULL);
	errno = err;
	return err ? -1 : 0;
}

static long wait_read(void)
{
	char byte;
	return read(STDIN_FILENO, &byte, 1);
}

static long wait_epoll(void)
{
	struct epoll_event ev;
	return epoll_wait(epoll_stdin_fd, &ev, 1, -1);
}

/* As event loops do: EINTR is no event. Counted, since a mere stop gives one (kernel/signal.c). */
static long wait_epoll_loop(void)
{
	struct epoll_event ev;
	long result;
	while ((result = epoll_wait(epoll_stdin_fd, &ev, 1, -1)) == -1 && errno == EINTR)
		victim_page->aborts++;
	return result;
}

static long wait_epoll_ms(void)
{
	struct epoll_event ev;
	return epoll_wait(epoll_fd, &ev, 1, LIMIT_MS);
}

/* The same with a limit: what is left after EINTR is waited for, as of a deadline. */
static long wait_epoll_ms_loop(void)
{
	struct epoll_event ev;
	uint64_t end = victim_now_ns() + LIMIT_NS, now;
	long result = 0;
	while ((now = victim_now_ns()) < end) {
		result = epoll_wait(epoll_fd, &ev, 1, (int)((end - now + 999999) / 1000000));
		if (result != -1 || errno != EINTR)
			break;
		victim_page->aborts++;
		result = 0;
	}
	return result;
}

static long wait_select(void)
{
	fd_set set;
	FD_ZERO(&set);
	FD_SET(STDIN_FILENO, &set);
	return select(1, &set, NULL, NULL, NULL);
}

static long wait_select_ms(void)
{
	fd_set set;
	FD_ZERO(&set);
	FD_SET(poll_fds[0], &set);
	return select(poll_fds[0] + 1, &set, NULL, NULL,
		      &(struct timeval){.tv_usec = LIMIT_MS * 1000});
}

static long wait_pause(void)
{
	return pause();
}

static long wait_sigsuspend(void)
{
	sigset_t mask;
	sigemptyset(&mask);
	sigaddset(&mask, SIGUSR2);
	return sigsuspend(&mask);
}

static long wait_sigtimedwait(void)
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	return sigtimedwait(&set, NULL, NULL) == SIGUSR1 ? 0 : -1;
}

static long wait_futex(void)
{
	long result = syscall(SYS_futex, &victim_page->word, FUTEX_WAIT, 0, NULL, NULL, 0);
	return result;
}

static long wait_futex_ms(void)
{
	static uint32_t word;
	struct timespec limit = {.tv_nsec = LIMIT_NS};
	return syscall(SYS_futex, &word, FUTEX_WAIT | FUTEX_PRIVATE_FLAG, 0, &limit, NULL, 0);
}

static long wait_sem_ms(void)
{
	static sem_t sem;
	struct timespec limit;
	clock_gettime(CLOCK_REALTIME, &limit);
	uint64_t ns = (uint64_t)limit.tv_nsec + LIMIT_NS;
	limit.tv_sec += (time_t)(ns / 1000000000u);
	limit.tv_nsec = (long)(ns % 1000000000u);
	return sem_timedwait(&sem, &limit);
}

static long wait_child(void)
{
	int status;
	pid_t pid = wait4(child, &status, 0, NULL);
	return pid == child && WIFEXITED(status) && WEXITSTATUS(status) == 42 ? 0 : -1;
}

static long wait_accept(void)
{
	int fd = accept(listen_fd, NULL, NULL);
	if (fd >= 0)
		close(fd);
	return fd >= 0 ? 0 : -1;
}

static void prepare_poll(void)
{
	struct epoll_event ev = {.events = EPOLLIN};
	epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	epoll_stdin_fd = epoll_create1(EPOLL_CLOEXEC);
	if (pipe(poll_fds) != 0 || epoll_ctl(epoll_fd, EPOLL_CTL_ADD, poll_fds[0], &ev) != 0 ||
	    epoll_ctl(epoll_stdin_fd, EPOLL_CTL_ADD, STDIN_FILENO, &ev) != 0)
		_exit(2);
}

static void prepare_signal(void)
{
	struct sigaction sa = {.sa_handler = on_usr1};
	sigset_t block;
	sigemptyset(&sa.sa_mask);
	sigaction(SIGUSR1, &sa, NULL);
	sigemptyset(&block);
	sigaddset(&block, SIGUSR1);
	sigprocmask(SIG_BLOCK, &block, NULL);
}

static void prepare_pause(void)
{
	struct sigaction sa = {.sa_handler = on_usr1};
	sigemptyset(&sa.sa_mask);
	sigaction(SIGUSR1, &sa, NULL);
}

static void prepare_child(void)
{
	child = fork();
	if (child < 0)
		_exit(2);
	if (child == 0) {
		char byte;
		_exit(read(STDIN_FILENO, &byte, 1) == 1 ? 42 : 1);
	}
}

static void prepare_accept(void)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	int len = snprintf(addr.sun_path + 1, sizeof(addr.sun_path) - 1, "ij-victim-%d", getpid());
	listen_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)len);
	if (bind(listen_fd, (struct sockaddr *)&addr, size) != 0 || listen(listen_fd, 1) != 0)
		_exit(2);
}

static const struct kind {
	const char *name;
	void (*prepare)(void);
	long (*wait)(void);
	long result;
	int error;    /* errno wanted with a result of -1 */
	bool limited; /* ends by itself, after LIMIT_MS */
} kinds[] = {
	{"poll", prepare_poll, wait_poll, 1, 0, false},
	{"poll_ms", prepare_poll, wait_poll_ms, 0, 0, true},
	{"ppoll_ms", prepare_poll, wait_ppoll_ms, 0, 0, true},
	{"nanosleep", NULL, wait_nanosleep, 0, 0, true},
	{"clock_nanosleep", NULL, wait_clock_nanosleep, 0, 0, true},
	{"clock_nanosleep_abs", NULL, wait_clock_nanosleep_abs, 0, 0, true},
	{"read", NULL, wait_read, 1, 0, false},
	{"epoll", prepare_poll, wait_epoll, 1, 0, false},
	{"epoll_loop", prepare_poll, wait_epoll_loop, 1, 0, false},
	{"epoll_ms", prepare_poll, wait_epoll_ms, 0, 0, true},
	{"epoll_ms_loop", prepare_poll, wait_epoll_ms_loop, 0, 0, true},
	{"select", prepare_poll, wait_select, 1, 0, false},
	{"select_ms", prepare_poll, wait_select_ms, 0, 0, true},
	{"pause", prepare_pause, wait_pause, -1, EINTR, false},
	{"sigsuspend", prepare_signal, wait_sigsuspend, -1, EINTR, false},
	{"sigtimedwait", prepare_signal, wait_sigtimedwait, 0, 0, false},
	{"futex", NULL, wait_futex, 0, 0, false},
	{"futex_ms", NULL, wait_futex_ms, -1, ETIMEDOUT, true},
	{"sem_ms", NULL, wait_sem_ms, -1, ETIMEDOUT, true},
	{"wait4", prepare_child, wait_child, 0, 0, false},
	{"accept", prepare_accept, wait_accept, 0, 0, false},
};

static void round_once(const struct kind *kind)
{
	uint64_t start = victim_now_ns();
	errno = 0;
	long result = kind->wait();
	int err = errno;
	uint64_t took = victim_now_ns() - start;
	if (result != kind->result || (result == -1 && err != kind->error))
		victim_fail("%s gave %ld, errno %d, after %llu us", kind->name, result, err,
			    (unsigned long long)(took / 1000));
	/* A clock tick of slack: absolute limits are set a moment before `start` is compared; and
	 * they are told by a clock that may be slewed meanwhile (adjtime(3)). */
	if (kind->limited && took + 1000000 + LIMIT_NS / 20 < LIMIT_NS)
		victim_fail("%s ended after %llu us", kind->name,
			    (unsigned long long)(took / 1000));
	if (!kind->limited && !victim_stopping())
		victim_fail("%s ended although nothing woke it", kind->name);
}

int main(int argc, char **argv)
{
	const struct kind *kind = NULL;
	for (unsigned i = 0; argc > 1 && i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(argv[1], kinds[i].name) == 0)
			kind = &kinds[i];
	if (!kind)
		return 2;
	victim_init();
	if (kind->prepare)
		kind->prepare();
	victim_ready();
	do {
		round_once(kind);
		victim_page->rounds++;
	} while (!victim_stopping());
	return victim_verdict();
}
