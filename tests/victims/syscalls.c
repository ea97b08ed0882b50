/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * syscalls ROW [restart|plain [anew|early|beside]]: sits in one system call, and judges its result,
 * its errno, what it delivered, and when it ended.
 *
 * A row without a limit ends when a byte comes on stdin: another process, which shares what is
 * waited for, then does whatever ends the call. Nothing else may end it. A row with a limit makes
 * its call again and again. No call may end before its limit; and none may have begun anew: the
 * harness says in the page when it came (`came_ns`), and a call that began a round well before that
 * must end well before that and the whole limit.
 *
 * SIGUSR2 has a handler, with SA_RESTART if asked for. If it ran during the call, the call must
 * have ended as a signal ends it. With `anew` a limit may begin anew, and with `early` a call may
 * end with what was done so far: what cannot be had (interject-safety(7)). With `beside` another
 * thread waits in read(2), where a stop costs nothing. f_nap() and f_nap_poll()
 * are for injected calls that sleep themselves, f_nap_signal() sends the process SIGUSR2 before
 * that.
 */
#include "syscalls.h"
#include "victim.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

struct shared *shared;
int quiet[2];
void (*waker_prepare)(void);
void (*cleaner)(void);

static _Atomic uint64_t raised_ns;
static bool restarting, may_begin_anew, may_end_early;

void need(bool good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "%s: %s\n", what, strerror(errno));
	_exit(2);
}

void missing(const char *what)
{
	fprintf(stderr, "%s: %s\n", what, strerror(errno));
	_exit(77);
}

void wake_quiet(void)
{
	need(write(quiet[1], "w", 1) == 1, "pipe");
}

void wake_signal(void)
{
	kill(shared->victim, SIGUSR1);
}

struct timespec after_limit(clockid_t clock)
{
	struct timespec when;
	clock_gettime(clock, &when);
	when.tv_sec += LIMIT_MS / 1000;
	return when;
}

struct timespec limit_span(void)
{
	return (struct timespec){.tv_sec = LIMIT_MS / 1000};
}

/* Callees */

long f_nap(long ms)
{
	victim_page->called_in = victim_page->rounds;
	struct timespec span = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
	return nanosleep(&span, NULL) ? -errno : ms;
}

long f_nap_poll(long ms)
{
	victim_page->called_in = victim_page->rounds;
	return poll(NULL, 0, (int)ms) ? -errno : ms;
}

long f_nap_signal(long ms)
{
	raised_ns = victim_now_ns();
	kill(getpid(), SIGUSR2);
	return f_nap_poll(ms);
}

static void on_usr2(int signo)
{
	(void)signo;
	victim_page->ticks++;
}

/* The waker, and who cleans up: the end of the victim closes the pipe's last other end. */

static int end[2];

static void cleaner_start(void)
{
	char byte;
	pid_t pid;
	need(pipe(end) == 0, "pipe");
	if (!cleaner)
		return;
	pid = fork();
	need(pid >= 0, "fork");
	if (pid)
		return;
	close(STDOUT_FILENO);
	close(end[1]);
	if (read(end[0], &byte, 1) == 0)
		cleaner();
	_exit(0);
}

static _Noreturn void waker(const struct row *row)
{
	char byte;
	close(end[1]);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* Its stdout is the harness's sign that the victim has ended. */
	close(STDOUT_FILENO);
	if (waker_prepare)
		waker_prepare();
	shared->ready = 1;
	if (read(STDIN_FILENO, &byte, 1) == 1)
		row->wake();
	_exit(42);
}

static void waker_start(const struct row *row)
{
	pid_t pid;
	if (!row->wake)
		return;
	pid = fork();
	need(pid >= 0, "fork");
	if (pid == 0)
		waker(row);
	while (!shared->ready)
		poll(NULL, 0, 1);
}

/* Judging */

struct round {
	uint64_t start_ns, end_ns;
	uint64_t handled; /* signals */
	long result;
	int error;
};

static unsigned long long us(uint64_t ns)
{
	return (unsigned long long)(ns / 1000);
}

/* A relative time that is left after EINTR: from when the signal was raised, until it came. */
static void judge_left(const struct row *row, const struct round *round)
{
	uint64_t left = row->left(), limit = LIMIT_NS;
	uint64_t most = limit - (raised_ns - round->start_ns),
		 took = round->end_ns - round->start_ns;
	uint64_t least = took < limit ? limit - took : 0;
	/* What the kernel and clock ticks may add. */
	const uint64_t slack = 5000000;
	if (raised_ns < round->start_ns)
		return;
	if (left > most + slack || left + slack < least)
		victim_fail("%s says that %llu us are left, not %llu to %llu", row->name, us(left),
			    us(least), us(most));
}

static void judge_time(const struct row *row, const struct round *round)
{
	uint64_t came = victim_page->came_ns, took = round->end_ns - round->start_ns;
	/* A clock tick of slack: absolute limits are taken a moment before they are used; and they
	 * are told by a clock that may be slewed meanwhile (adjtime(3)). */
	if (took + 1000000 + LIMIT_NS / 20 < LIMIT_NS)
		victim_fail("%s ended after %llu us", row->name, us(took));
	/* If it came late enough to tell; a busy machine may take a second to wake somebody up. */
	if (came < round->start_ns + LIMIT_NS / 3 || may_begin_anew)
		return;
	if (took > LIMIT_NS + (came - round->start_ns) / 4 * 3)
		victim_fail("%s ended after %llu us, disturbed after %llu", row->name, us(took),
			    us(came - round->start_ns));
}

static void judge(const struct row *row, const struct round *round)
{
	bool eintr = round->result == -1 && round->error == EINTR;
	if (round->handled && row->handled != GOES_ON && (row->handled == EINTRED || !restarting)) {
		/* It may have ended by itself just before. */
		if (!eintr && !(round->result == row->result && round->error == row->error))
			victim_fail("%s gave %ld, errno %d, although a signal was handled",
				    row->name, round->result, round->error);
		if (eintr && row->left)
			judge_left(row, round);
		if (eintr)
			return;
	}
	if (may_end_early && round->result >= 0 && round->result <= row->result)
		return;
	if (round->result != row->result || (round->result == -1 && round->error != row->error))
		victim_fail("%s gave %ld, errno %d, after %llu us, %llu signals", row->name,
			    round->result, round->error, us(round->end_ns - round->start_ns),
			    (unsigned long long)round->handled);
	if (!row->wake)
		judge_time(row, round);
	else if (!victim_stopping())
		victim_fail("%s ended although nothing woke it", row->name);
}

static void round_once(const struct row *row)
{
	struct round round = {.start_ns = victim_now_ns()};
	uint64_t handled = victim_page->ticks;
	victim_page->began_ns = round.start_ns;
	errno = 0;
	round.result = row->wait();
	round.error = errno;
	round.end_ns = victim_now_ns();
	round.handled = victim_page->ticks - handled;
	judge(row, &round);
	victim_page->rounds++;
}

static const struct row *find(const char *name)
{
	static const struct row *const tables[] = {waiting_rows, socket_rows, queue_rows,
						   timed_rows};
	for (unsigned i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		for (const struct row *row = tables[i]; row->name; row++)
			if (strcmp(row->name, name) == 0)
				return row;
	return NULL;
}

static void *read_forever(void *arg)
{
	char byte;
	/* Nobody writes. */
	while (read(*(int *)arg, &byte, 1) < 0)
		;
	return arg;
}

static void read_beside(void)
{
	static int other[2];
	pthread_t id;
	need(pipe(other) == 0 && pthread_create(&id, NULL, read_forever, &other[0]) == 0,
	     "a thread");
}

int main(int argc, char **argv)
{
	const struct row *row = argc > 1 ? find(argv[1]) : NULL;
	struct sigaction sa = {.sa_handler = on_usr2};
	if (!row)
		return 2;
	restarting = argc > 2 && strcmp(argv[2], "restart") == 0;
	may_begin_anew = argc > 3 && strcmp(argv[3], "anew") == 0;
	may_end_early = argc > 3 && strcmp(argv[3], "early") == 0;
	sa.sa_flags = restarting ? SA_RESTART : 0;
	sigemptyset(&sa.sa_mask);
	victim_init();
	shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	need(shared != MAP_FAILED && pipe(quiet) == 0, "set-up");
	shared->victim = getpid();
	if (row->prepare)
		row->prepare();
	sigaction(SIGUSR2, &sa, NULL);
	cleaner_start();
	waker_start(row);
	if (argc > 3 && strcmp(argv[3], "beside") == 0)
		read_beside();
	victim_ready();
	do
		round_once(row);
	while (!victim_stopping());
	return victim_verdict();
}
