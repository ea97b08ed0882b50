/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Starting targets and sessions for a benchmark, and watching both from outside. */
#include "bench.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { SETTLE_MS = 30000, RSS_PROCESSES_MAX = 16 };

uint64_t bench_now_ns(void)
{
	struct timespec ts;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

int bench_free_port(void)
{
	struct sockaddr_in addr = {.sin_family = AF_INET,
				   .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof(addr);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool good = bind(fd, (struct sockaddr *)&addr, size) == 0 &&
		    getsockname(fd, (struct sockaddr *)&addr, &size) == 0;
	close(fd);
	return good ? ntohs(addr.sin_port) : 0;
}

void bench_pass(uint64_t ns)
{
	struct timespec ts = {.tv_sec = (time_t)(ns / 1000000000u),
			      .tv_nsec = (long)(ns % 1000000000u)};
	while (nanosleep(&ts, &ts) != 0 && errno == EINTR)
		;
}

/* The target has the last CPU, an observer the first one, where there are two. */
static void pin(int cpu)
{
	cpu_set_t set;
	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sysconf(_SC_NPROCESSORS_ONLN) > 1)
		sched_setaffinity(0, sizeof(set), &set);
}

static _Noreturn void child_exec(const char *const argv[], int in, int out, int page)
{
	int null = open("/dev/null", O_RDWR);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	dup2(in >= 0 ? in : null, 0);
	dup2(out >= 0 ? out : null, 1);
	if (!getenv("IJ_LOUD"))
		dup2(null, 2);
	if (page >= 0) {
		page = fcntl(page, F_DUPFD_CLOEXEC, 10);
		dup2(page, GAP_PAGE_FD);
	}
	execv(argv[0], (char *const *)(uintptr_t)argv);
	_exit(127);
}

bool target_start(struct target *tgt, const char *const argv[], bool ready)
{
	int in[2] = {-1, -1}, out[2], fd = memfd_create("gap page", MFD_CLOEXEC);
	if (fd < 0 || ftruncate(fd, 4096) != 0 || pipe2(out, O_CLOEXEC) != 0 ||
	    (tgt->fed && pipe2(in, O_CLOEXEC) != 0))
		return false;
	tgt->page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	tgt->pid = fork();
	if (tgt->pid == 0) {
		if (!tgt->anywhere)
			pin((int)sysconf(_SC_NPROCESSORS_ONLN) - 1);
		child_exec(argv, in[0], ready ? out[1] : -1, fd);
	}
	close(fd);
	close(out[1]);
	if (tgt->fed)
		close(in[0]);
	tgt->in = in[1];
	tgt->pidfd = tgt->pid > 0 ? (int)syscall(SYS_pidfd_open, tgt->pid, 0) : -1;
	char byte;
	bool good = tgt->pidfd >= 0 && tgt->page != MAP_FAILED &&
		    (!ready || read(out[0], &byte, 1) == 1);
	close(out[0]);
	return good;
}

/* State letter and CPU time (user and system, in clock ticks) of a process's main thread. */
static char read_stat(int fd, long *ticks_ret)
{
	char text[1024];
	ssize_t len = pread(fd, text, sizeof(text) - 1, 0);
	if (len <= 0)
		return 0;
	text[len] = '\0';
	char *at = strrchr(text, ')'), state = 0;
	long user = 0, system = 0;
	if (!at || sscanf(at, ") %c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %ld %ld", &state, &user,
			  &system) < 1)
		return 0;
	if (ticks_ret)
		*ticks_ret = user + system;
	return state;
}

static int open_stat(pid_t pid)
{
	char path[64];
	snprintf(path, sizeof(path), "/proc/%d/task/%d/stat", pid, pid);
	return open(path, O_RDONLY | O_CLOEXEC);
}

bool target_settled(const struct target *tgt, long cpu_ms)
{
	int fd = open_stat(tgt->pid);
	uint64_t start = bench_now_ns();
	bool settled = false;
	for (int asleep = 0; !settled && bench_now_ns() - start < SETTLE_MS * 1000000ull;) {
		struct pollfd pfd = {.fd = tgt->pidfd, .events = POLLIN};
		long ticks = 0;
		if (poll(&pfd, 1, 10) != 0)
			break;
		/* Not by what it has used: a small program is there in less than a tick. */
		asleep = read_stat(fd, &ticks) == 'S' ? asleep + 1 : 0;
		settled = asleep > 30 || ticks * 1000 / sysconf(_SC_CLK_TCK) >= cpu_ms;
	}
	close(fd);
	return settled;
}

void target_stop(struct target *tgt)
{
	if (tgt->pid > 0) {
		syscall(SYS_pidfd_send_signal, tgt->pidfd, SIGKILL, NULL, 0);
		waitpid(tgt->pid, NULL, 0);
		close(tgt->pidfd);
		munmap(tgt->page, 4096);
		if (tgt->fed)
			close(tgt->in);
	}
	tgt->pid = 0;
}

/* Look at the target's state until the session's process ends. */
static void observe(struct session *ses, int pidfd, pid_t watch)
{
	int fd = watch ? open_stat(watch) : -1;
	struct pollfd pfd = {.fd = pidfd, .events = POLLIN};
	uint64_t first = 0, last = 0;
	cpu_set_t before;
	ses->stopped_seen = 0;
	ses->overdue = false;
	sched_getaffinity(0, sizeof(before), &before);
	if (watch)
		pin(0);
	for (unsigned turn = 0;; turn++) {
		int wait_ms = fd >= 0 ? 0 : ses->limit_ms ? ses->limit_ms : -1;
		int ended = fd < 0 || turn % 64 == 0 ? poll(&pfd, 1, wait_ms) : 0;
		if (fd < 0 && ended == 0) {
			ses->overdue = true;
			syscall(SYS_pidfd_send_signal, pidfd, SIGKILL, NULL, 0);
		}
		if (ended != 0 || ses->overdue)
			break;
		char state = read_stat(fd, NULL);
		if (state != 't' && state != 'T')
			continue;
		last = bench_now_ns();
		first = first ? first : last;
		ses->stopped_seen++;
	}
	ses->stopped_ns = last - first;
	sched_setaffinity(0, sizeof(before), &before);
	if (fd >= 0)
		close(fd);
}

static uint64_t cpu_of(const struct rusage *usage)
{
	const struct timeval *user = &usage->ru_utime, *sys = &usage->ru_stime;

	return ((uint64_t)user->tv_sec + (uint64_t)sys->tv_sec) * 1000000000 +
	       ((uint64_t)user->tv_usec + (uint64_t)sys->tv_usec) * 1000;
}

void session_run(struct session *ses, const char *const argv[], pid_t watch)
{
	int out = memfd_create("session output", MFD_CLOEXEC), status = -1;
	struct rusage usage = {0};
	uint64_t start = bench_now_ns();
	pid_t pid = fork();
	if (pid == 0)
		child_exec(argv, -1, out, -1);
	int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	observe(ses, pidfd, watch);
	ses->wall_ns = bench_now_ns() - start;
	wait4(pid, &status, 0, &usage);
	ses->status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	ses->rss_kib = usage.ru_maxrss;
	ses->cpu_ns = cpu_of(&usage);
	ssize_t len = pread(out, ses->out, sizeof(ses->out) - 1, 0);
	ses->out[len > 0 ? len : 0] = '\0';
	close(pidfd);
	close(out);
}

static long peak_of(pid_t pid)
{
	char path[64], line[256];
	long kib = 0;
	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	FILE *file = fopen(path, "r");
	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "VmHWM: %ld", &kib) == 1)
			break;
	if (file)
		fclose(file);
	return kib;
}

long session_peak_kib(const char *const argv[])
{
	const long options = PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE |
			     PTRACE_O_TRACEEXIT | PTRACE_O_EXITKILL;
	long total = 0;
	int status, left = 1;
	pid_t pid = fork();
	if (pid == 0) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		raise(SIGSTOP);
		child_exec(argv, -1, -1, -1);
	}
	if (pid < 0 || waitpid(pid, &status, __WALL) != pid ||
	    ptrace(PTRACE_SETOPTIONS, pid, NULL, options) != 0)
		return -1;
	ptrace(PTRACE_CONT, pid, NULL, NULL);
	/* Targets are children of ours too, but do not end meanwhile; the count says when to stop.
	 */
	while (left > 0 && (pid = waitpid(-1, &status, __WALL)) > 0) {
		if (!WIFSTOPPED(status)) {
			left--;
			continue;
		}
		int event = status >> 16, signo = WSTOPSIG(status);
		if (event == PTRACE_EVENT_EXIT)
			total += peak_of(pid);
		else if (event)
			left++;
		bool deliver = !event && signo != SIGSTOP && signo != SIGTRAP;
		ptrace(PTRACE_CONT, pid, NULL, deliver ? (void *)(uintptr_t)signo : NULL);
	}
	return total;
}
