/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rows with a limit of their own. */
#include "syscalls.h"

#include <errno.h>
#include <linux/futex.h>
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/syscall.h>
#include <unistd.h>

/* What the present call says is left. */
static struct timespec rest;
static struct timeval rest_tv;
static int epoll_fd = -1;

static uint64_t left_rest(void)
{
	return (uint64_t)rest.tv_sec * 1000000000u + (uint64_t)rest.tv_nsec;
}

static uint64_t left_rest_tv(void)
{
	return (uint64_t)rest_tv.tv_sec * 1000000000u + (uint64_t)rest_tv.tv_usec * 1000u;
}

static long wait_poll(void)
{
	struct pollfd pfd = {.fd = quiet[0], .events = POLLIN};
	return poll(&pfd, 1, LIMIT_MS);
}

/* The kernel writes the rest to what it is given, which the C library hides. */
static long wait_ppoll(void)
{
	struct pollfd pfd = {.fd = quiet[0], .events = POLLIN};
	rest = limit_span();
	return syscall(SYS_ppoll, &pfd, 1, &rest, NULL, 8);
}

static long wait_ppoll_libc(void)
{
	const struct timespec span = limit_span();
	struct pollfd pfd = {.fd = quiet[0], .events = POLLIN};
	return ppoll(&pfd, 1, &span, NULL);
}

static long wait_select(void)
{
	fd_set set;
	FD_ZERO(&set);
	FD_SET(quiet[0], &set);
	rest_tv = (struct timeval){.tv_sec = LIMIT_MS / 1000};
	return syscall(SYS_select, quiet[0] + 1, &set, NULL, NULL, &rest_tv);
}

static long wait_pselect6(void)
{
	fd_set set;
	FD_ZERO(&set);
	FD_SET(quiet[0], &set);
	rest = limit_span();
	return syscall(SYS_pselect6, quiet[0] + 1, &set, NULL, NULL, &rest, NULL);
}

static void prepare_epoll(void)
{
	struct epoll_event ev = {.events = EPOLLIN};
	epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	need(epoll_fd >= 0 && epoll_ctl(epoll_fd, EPOLL_CTL_ADD, quiet[0], &ev) == 0, "epoll");
}

static long wait_epoll(void)
{
	struct epoll_event ev;
	return epoll_wait(epoll_fd, &ev, 1, LIMIT_MS);
}

static long wait_epoll_pwait(void)
{
	struct epoll_event ev;
	sigset_t mask;
	sigemptyset(&mask);
	return epoll_pwait(epoll_fd, &ev, 1, LIMIT_MS, &mask);
}

static long wait_epoll_pwait2(void)
{
	const struct timespec span = limit_span();
	struct epoll_event ev;
	return syscall(SYS_epoll_pwait2, epoll_fd, &ev, 1, &span, NULL, 8);
}

static long wait_nanosleep(void)
{
	struct timespec span = limit_span();
	return syscall(SYS_nanosleep, &span, &rest);
}

static long wait_clock(clockid_t clock, int flags, const struct timespec *when)
{
	int error = clock_nanosleep(clock, flags, when, &rest);
	errno = error;
	return error ? -1 : 0;
}

static long wait_clock_nanosleep(void)
{
	struct timespec span = limit_span();
	return wait_clock(CLOCK_MONOTONIC, 0, &span);
}

static long wait_clock_nanosleep_abs(void)
{
	struct timespec when = after_limit(CLOCK_REALTIME);
	return wait_clock(CLOCK_REALTIME, TIMER_ABSTIME, &when);
}

static long wait_futex(void)
{
	struct timespec span = limit_span();
	return syscall(SYS_futex, &shared->word, FUTEX_WAIT, 0, &span, NULL, 0);
}

static long wait_futex_bitset(void)
{
	struct timespec when = after_limit(CLOCK_MONOTONIC);
	return syscall(SYS_futex, &shared->word, FUTEX_WAIT_BITSET, 0, &when, NULL, 1);
}

static void own_futex(void)
{
	need(syscall(SYS_futex, &shared->owned, FUTEX_LOCK_PI, 0, NULL, NULL, 0) == 0, "lock_pi");
}

/* Another process must hold it: one that lives as long as its stdin, that is the victim's. */
static void prepare_lock_pi(void)
{
	pid_t pid = fork();
	need(pid >= 0, "fork");
	if (pid == 0) {
		char byte;
		close(STDOUT_FILENO);
		own_futex();
		shared->ready = 1;
		_exit(read(STDIN_FILENO, &byte, 1) == 1);
	}
	while (!shared->ready)
		poll(NULL, 0, 1);
}

static long wait_lock_pi(void)
{
	struct timespec when = after_limit(CLOCK_REALTIME);
	return syscall(SYS_futex, &shared->owned, FUTEX_LOCK_PI, 0, &when, NULL, 0);
}

static long wait_futex_waitv(void)
{
	struct {
		uint64_t val, uaddr;
		uint32_t flags, reserved;
	} waiter = {.uaddr = (uintptr_t)&shared->word, .flags = 2};
	struct timespec when = after_limit(CLOCK_MONOTONIC);
	return syscall(449, &waiter, 1, 0, &when, CLOCK_MONOTONIC);
}

static void block_usr1(void)
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
}

static long wait_sigtimedwait(void)
{
	struct timespec span = limit_span();
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	return syscall(SYS_rt_sigtimedwait, &set, NULL, &span, 8);
}

const struct row timed_rows[] = {
	{"poll_ms", NULL, wait_poll, NULL, 0, 0, EINTRED, NULL},
	{"ppoll_ts", NULL, wait_ppoll, NULL, 0, 0, EINTRED, left_rest},
	{"ppoll_libc_ts", NULL, wait_ppoll_libc, NULL, 0, 0, EINTRED, NULL},
	{"select_tv", NULL, wait_select, NULL, 0, 0, EINTRED, left_rest_tv},
	{"pselect6_ts", NULL, wait_pselect6, NULL, 0, 0, EINTRED, left_rest},
	{"epoll_wait_ms", prepare_epoll, wait_epoll, NULL, 0, 0, EINTRED, NULL},
	{"epoll_pwait_ms", prepare_epoll, wait_epoll_pwait, NULL, 0, 0, EINTRED, NULL},
	{"epoll_pwait2_ts", prepare_epoll, wait_epoll_pwait2, NULL, 0, 0, EINTRED, NULL},
	{"nanosleep", NULL, wait_nanosleep, NULL, 0, 0, EINTRED, left_rest},
	{"clock_nanosleep", NULL, wait_clock_nanosleep, NULL, 0, 0, EINTRED, left_rest},
	{"clock_nanosleep_abs", NULL, wait_clock_nanosleep_abs, NULL, 0, 0, EINTRED, NULL},
	{"futex_wait_ts", NULL, wait_futex, NULL, -1, ETIMEDOUT, EINTRED, NULL},
	{"futex_wait_bitset_abs", NULL, wait_futex_bitset, NULL, -1, ETIMEDOUT, EINTRED, NULL},
	{"futex_lock_pi_abs", prepare_lock_pi, wait_lock_pi, NULL, -1, ETIMEDOUT, GOES_ON, NULL},
	{"futex_waitv_abs", NULL, wait_futex_waitv, NULL, -1, ETIMEDOUT, BY_FLAG, NULL},
	{"sigtimedwait_ts", block_usr1, wait_sigtimedwait, NULL, -1, EAGAIN, EINTRED, NULL},
	{0},
};
