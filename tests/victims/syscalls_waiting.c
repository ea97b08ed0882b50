/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rows that wait for a descriptor, a signal, a process or a lock, without a limit. */
#include "syscalls.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/select.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

static int fd = -1, wake_fd = -1;
static char path[64];

static long wait_read(void)
{
	char byte = 0;
	long got = read(quiet[0], &byte, 1);
	return got == 1 && byte != 'w' ? 99 : got;
}

static long wait_splice(void)
{
	static int to[2] = {-1, -1};
	if (to[0] < 0)
		need(pipe(to) == 0, "pipe");
	return splice(quiet[0], NULL, to[1], NULL, 1, 0);
}

/* The rest of what fills the pipe is of no use to a row that must write all or nothing. */
static void prepare_full(void)
{
	char page[4096] = {0};
	fcntl(quiet[1], F_SETFL, O_NONBLOCK);
	while (write(quiet[1], page, sizeof(page)) > 0)
		;
	fcntl(quiet[1], F_SETFL, 0);
}

static long wait_write(void)
{
	return write(quiet[1], "x", 1);
}

static void wake_drain(void)
{
	char page[4096];
	need(read(quiet[0], page, sizeof(page)) == sizeof(page), "drain");
}

/* One page is free: it takes a part of what is written, and blocks. */
static void prepare_nearly_full(void)
{
	prepare_full();
	wake_drain();
}

static long wait_write_part(void)
{
	static char pages[2 * 4096];
	return write(quiet[1], pages, sizeof(pages));
}

static void prepare_tty(void)
{
	struct termios raw;
	wake_fd = posix_openpt(O_RDWR | O_NOCTTY);
	if (wake_fd < 0 || grantpt(wake_fd) || unlockpt(wake_fd))
		missing("pseudo-terminal");
	fd = open(ptsname(wake_fd), O_RDWR | O_NOCTTY);
	need(fd >= 0 && tcgetattr(fd, &raw) == 0, "terminal");
	cfmakeraw(&raw);
	tcsetattr(fd, TCSANOW, &raw);
}

static long wait_fd(void)
{
	char byte = 0;
	long got = read(fd, &byte, 1);
	return got == 1 && byte != 'w' ? 99 : got;
}

static void wake_write(void)
{
	need(write(wake_fd, "w", 1) == 1, "write");
}

static long wait_word(void)
{
	uint64_t value = 0;
	long got = read(fd, &value, sizeof(value));
	return got == sizeof(value) && value != 1 ? 99 : got;
}

static void prepare_eventfd(void)
{
	fd = eventfd(0, 0);
	need(fd >= 0, "eventfd");
}

static void wake_eventfd(void)
{
	need(eventfd_write(fd, 1) == 0, "eventfd");
}

static void prepare_timerfd(void)
{
	fd = timerfd_create(CLOCK_MONOTONIC, 0);
	need(fd >= 0, "timerfd");
}

static void wake_timerfd(void)
{
	struct itimerspec soon = {.it_value.tv_nsec = 1};
	need(timerfd_settime(fd, 0, &soon, NULL) == 0, "timerfd");
}

static void remove_path(void)
{
	remove(path);
}

static void prepare_inotify(void)
{
	cleaner = remove_path;
	snprintf(path, sizeof(path), "/tmp/ij-inotify-%d", getpid());
	fd = inotify_init1(0);
	need(fd >= 0 && mkdir(path, 0700) == 0 && inotify_add_watch(fd, path, IN_DELETE_SELF) >= 0,
	     "inotify");
}

static long wait_inotify(void)
{
	char buf[512];
	long got = read(fd, buf, sizeof(buf));
	return got > 0 ? 1 : got;
}

static void wake_inotify(void)
{
	rmdir(path);
}

static void block_usr1(void)
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
}

static void prepare_signalfd(void)
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	block_usr1();
	fd = signalfd(-1, &set, 0);
	need(fd >= 0, "signalfd");
}

static long wait_signalfd(void)
{
	struct signalfd_siginfo info;
	long got = read(fd, &info, sizeof(info));
	return got == sizeof(info) && info.ssi_signo == SIGUSR1 ? 1 : got;
}

static void prepare_fifo(void)
{
	cleaner = remove_path;
	snprintf(path, sizeof(path), "/tmp/ij-fifo-%d", getpid());
	need(mkfifo(path, 0600) == 0, "mkfifo");
}

static long wait_open(void)
{
	int opened = open(path, O_RDONLY);
	if (opened < 0)
		return -1;
	close(opened);
	return 0;
}

static void wake_fifo(void)
{
	need(open(path, O_WRONLY) >= 0, "fifo");
}

/* Polling */

static long wait_poll(void)
{
	struct pollfd pfd = {.fd = quiet[0], .events = POLLIN};
	return poll(&pfd, 1, -1);
}

static long wait_ppoll(void)
{
	struct pollfd pfd = {.fd = quiet[0], .events = POLLIN};
	sigset_t mask;
	sigemptyset(&mask);
	return ppoll(&pfd, 1, NULL, &mask);
}

static long wait_select(void)
{
	fd_set set;
	FD_ZERO(&set);
	FD_SET(quiet[0], &set);
	return syscall(SYS_select, quiet[0] + 1, &set, NULL, NULL, NULL);
}

static long wait_pselect6(void)
{
	fd_set set;
	sigset_t mask;
	FD_ZERO(&set);
	FD_SET(quiet[0], &set);
	sigemptyset(&mask);
	return pselect(quiet[0] + 1, &set, NULL, NULL, NULL, &mask);
}

static void prepare_epoll(void)
{
	struct epoll_event ev = {.events = EPOLLIN, .data.u64 = 42};
	fd = epoll_create1(EPOLL_CLOEXEC);
	need(fd >= 0 && epoll_ctl(fd, EPOLL_CTL_ADD, quiet[0], &ev) == 0, "epoll");
}

static long wait_epoll(void)
{
	struct epoll_event ev = {0};
	long got = epoll_wait(fd, &ev, 1, -1);
	return got == 1 && ev.data.u64 != 42 ? 99 : got;
}

static long wait_epoll_pwait(void)
{
	struct epoll_event ev;
	sigset_t mask;
	sigemptyset(&mask);
	return epoll_pwait(fd, &ev, 1, -1, &mask);
}

static long wait_epoll_pwait2(void)
{
	struct epoll_event ev;
	return syscall(SYS_epoll_pwait2, fd, &ev, 1, NULL, NULL, 8);
}

/* Signals and processes */

static void on_usr1(int signo)
{
	(void)signo;
}

static void prepare_usr1(void)
{
	struct sigaction sa = {.sa_handler = on_usr1};
	sigemptyset(&sa.sa_mask);
	sigaction(SIGUSR1, &sa, NULL);
}

static long wait_pause(void)
{
	return pause();
}

static void prepare_sigsuspend(void)
{
	prepare_usr1();
	block_usr1();
}

static long wait_sigsuspend(void)
{
	sigset_t mask, now;
	sigemptyset(&mask);
	long result = sigsuspend(&mask);
	int error = errno;
	sigprocmask(SIG_BLOCK, NULL, &now);
	errno = error;
	return sigismember(&now, SIGUSR1) ? result : 99;
}

static long wait_sigtimedwait(void)
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	return sigtimedwait(&set, NULL, NULL);
}

static void wake_nothing(void)
{
}

static long wait_wait4(void)
{
	int status = 0;
	pid_t pid = wait4(-1, &status, 0, NULL);
	return pid > 0 ? WEXITSTATUS(status) : pid;
}

static long wait_waitid(void)
{
	siginfo_t info = {0};
	int failed = waitid(P_ALL, 0, &info, WEXITED);
	return failed ? -1 : info.si_status;
}

/* Locks: the waker holds them first. */

static void prepare_lock_file(void)
{
	snprintf(path, sizeof(path), "/tmp/ij-lock-%d", getpid());
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	need(fd >= 0, "lock file");
}

static void flock_first(void)
{
	wake_fd = open(path, O_RDWR);
	need(flock(wake_fd, LOCK_EX) == 0, "flock");
	unlink(path);
}

static void prepare_flock(void)
{
	prepare_lock_file();
	waker_prepare = flock_first;
}

static long wait_flock(void)
{
	return flock(fd, LOCK_EX);
}

static void wake_flock(void)
{
	flock(wake_fd, LOCK_UN);
}

static void setlk(int cmd, short type)
{
	struct flock lock = {.l_type = type, .l_whence = SEEK_SET, .l_len = 1};
	need(fcntl(wake_fd, cmd, &lock) == 0, "fcntl");
}

static void setlk_first(void)
{
	wake_fd = open(path, O_RDWR);
	setlk(F_SETLK, F_WRLCK);
	unlink(path);
}

static void prepare_setlkw(void)
{
	prepare_lock_file();
	waker_prepare = setlk_first;
}

static long wait_setlkw(void)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_len = 1};
	return fcntl(fd, F_SETLKW, &lock);
}

static void wake_setlkw(void)
{
	setlk(F_SETLK, F_UNLCK);
}

static long wait_futex(void)
{
	return syscall(SYS_futex, &shared->word, FUTEX_WAIT, 0, NULL, NULL, 0);
}

static long wait_futex_bitset(void)
{
	return syscall(SYS_futex, &shared->word, FUTEX_WAIT_BITSET, 0, NULL, NULL, 1);
}

static void wake_futex(void)
{
	syscall(SYS_futex, &shared->word, FUTEX_WAKE, 1, NULL, NULL, 0);
}

static void own_futex(void)
{
	need(syscall(SYS_futex, &shared->owned, FUTEX_LOCK_PI, 0, NULL, NULL, 0) == 0, "lock_pi");
}

static void prepare_lock_pi(void)
{
	waker_prepare = own_futex;
}

static long wait_lock_pi(void)
{
	return syscall(SYS_futex, &shared->owned, FUTEX_LOCK_PI, 0, NULL, NULL, 0);
}

static void wake_lock_pi(void)
{
	need(syscall(SYS_futex, &shared->owned, FUTEX_UNLOCK_PI, 0, NULL, NULL, 0) == 0,
	     "unlock_pi");
}

/* Linux 5.16, include/uapi/linux/futex.h; older headers lack it. */
static long wait_futex_waitv(void)
{
	struct {
		uint64_t val, uaddr;
		uint32_t flags, reserved;
	} waiter = {.uaddr = (uintptr_t)&shared->word, .flags = 2};
	return syscall(449, &waiter, 1, 0, NULL, 0);
}

const struct row waiting_rows[] = {
	{"read_pipe", NULL, wait_read, wake_quiet, 1, 0, BY_FLAG, NULL},
	{"read_tty", prepare_tty, wait_fd, wake_write, 1, 0, BY_FLAG, NULL},
	{"read_eventfd", prepare_eventfd, wait_word, wake_eventfd, 8, 0, BY_FLAG, NULL},
	{"read_timerfd", prepare_timerfd, wait_word, wake_timerfd, 8, 0, BY_FLAG, NULL},
	{"read_inotify", prepare_inotify, wait_inotify, wake_inotify, 1, 0, BY_FLAG, NULL},
	{"read_signalfd", prepare_signalfd, wait_signalfd, wake_signal, 1, 0, BY_FLAG, NULL},
	{"splice", NULL, wait_splice, wake_quiet, 1, 0, BY_FLAG, NULL},
	{"write_pipe", prepare_full, wait_write, wake_drain, 1, 0, BY_FLAG, NULL},
	{"write_part", prepare_nearly_full, wait_write_part, wake_drain, 2 * 4096, 0, BY_FLAG,
	 NULL},
	{"open_fifo", prepare_fifo, wait_open, wake_fifo, 0, 0, BY_FLAG, NULL},
	{"poll", NULL, wait_poll, wake_quiet, 1, 0, EINTRED, NULL},
	{"ppoll", NULL, wait_ppoll, wake_quiet, 1, 0, EINTRED, NULL},
	{"select", NULL, wait_select, wake_quiet, 1, 0, EINTRED, NULL},
	{"pselect6", NULL, wait_pselect6, wake_quiet, 1, 0, EINTRED, NULL},
	{"epoll_wait", prepare_epoll, wait_epoll, wake_quiet, 1, 0, EINTRED, NULL},
	{"epoll_pwait", prepare_epoll, wait_epoll_pwait, wake_quiet, 1, 0, EINTRED, NULL},
	{"epoll_pwait2", prepare_epoll, wait_epoll_pwait2, wake_quiet, 1, 0, EINTRED, NULL},
	{"pause", prepare_usr1, wait_pause, wake_signal, -1, EINTR, EINTRED, NULL},
	{"sigsuspend", prepare_sigsuspend, wait_sigsuspend, wake_signal, -1, EINTR, EINTRED, NULL},
	{"sigtimedwait", block_usr1, wait_sigtimedwait, wake_signal, SIGUSR1, 0, EINTRED, NULL},
	{"wait4", NULL, wait_wait4, wake_nothing, 42, 0, BY_FLAG, NULL},
	{"waitid", NULL, wait_waitid, wake_nothing, 42, 0, BY_FLAG, NULL},
	{"flock", prepare_flock, wait_flock, wake_flock, 0, 0, BY_FLAG, NULL},
	{"setlkw", prepare_setlkw, wait_setlkw, wake_setlkw, 0, 0, BY_FLAG, NULL},
	{"futex_wait", NULL, wait_futex, wake_futex, 0, 0, BY_FLAG, NULL},
	{"futex_wait_bitset", NULL, wait_futex_bitset, wake_futex, 0, 0, BY_FLAG, NULL},
	{"futex_lock_pi", prepare_lock_pi, wait_lock_pi, wake_lock_pi, 0, 0, GOES_ON, NULL},
	{"futex_waitv", NULL, wait_futex_waitv, wake_futex, 0, 0, BY_FLAG, NULL},
	{0},
};
