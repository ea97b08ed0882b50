/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * environ MODE [ARG]: processes that are hard to inject into, for what they do with threads,
 * children and signals.
 *
 * The modes are listed in the table at the end. All of them count rounds while they behave, and end
 * when the page says stop.
 */
#include "victim.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { THREADS_MAX = 2000, THREAD_STACK = 65536 };

static const char *self;
static int argument;

/* To be called; only the symbol table, or what is left of it, tells where it is. */
static __attribute__((used, noinline)) int environ_answer(void)
{
	return 42;
}

static void busy(void)
{
	for (volatile int i = 0; i < 10000; i++)
		;
}

static void spin(void)
{
	while (!victim_stopping()) {
		busy();
		victim_page->rounds++;
	}
}

static void *spin_thread(void *arg)
{
	const int32_t tid = (int32_t)syscall(SYS_gettid);
	while (!victim_stopping()) {
		busy();
		victim_page->tid = tid;
		victim_page->rounds++;
	}
	return arg;
}

/* Nothing can be delivered to it, and so it stays. */
static void blocks_signals(void)
{
	sigset_t all, now;
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &now);
	sigprocmask(SIG_BLOCK, NULL, &all);
	victim_ready();
	while (!victim_stopping()) {
		busy();
		sigprocmask(SIG_BLOCK, NULL, &now);
		if (memcmp(&now, &all, sizeof(uint64_t)) != 0)
			victim_fail("the signal mask changed");
		victim_page->rounds++;
	}
}

/* The leader has ended; ARG threads go on. */
static void leader_gone(void)
{
	pthread_t id;
	for (int i = 0; i < argument; i++)
		if (pthread_create(&id, NULL, spin_thread, NULL) != 0)
			_exit(2);
	victim_ready();
	pthread_exit(NULL);
}

/* The child of a vfork stays until the end, and its parent waits for it. */
static void vfork_wait(void)
{
	pid_t pid = vfork();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		while (!victim_stopping())
			victim_page->word++;
		_exit(0);
	}
	if (pid < 0 || waitpid(pid, NULL, 0) != pid)
		victim_fail("vfork failed");
}

/* A system call through the door for 32-bit code, where it has a number of its own. */
static long call32(long nr)
{
	__asm__ volatile("int $0x80" : "+a"(nr) : : "memory", "r8", "r9", "r10", "r11");
	return nr;
}

static bool is_traced(pid_t pid)
{
	char line[256];
	int tracer = 0;
	FILE *f;

	snprintf(line, sizeof(line), "/proc/%d/status", pid);
	f = fopen(line, "r");
	while (f && fgets(line, sizeof(line), f) && sscanf(line, "TracerPid: %d", &tracer) != 1)
		;
	if (f)
		fclose(f);
	return tracer;
}

/*
 * A vfork(2) by its number for 32-bit code: nothing tells that the thread waits for a child, but
 * that it does not stop. The child stays until ARG milliseconds after the parent was attached to;
 * if ARG is 0, until the end.
 */
static void vfork_hidden(void)
{
	const long nr_getpid = 20, nr_vfork = 190; /* arch/x86/entry/syscalls/syscall_32.tbl */
	int status;
	pid_t pid;

	/* Not every kernel has that door. */
	pid = fork();
	if (pid == 0)
		_exit(call32(nr_getpid) != getpid());
	if (pid < 0 || waitpid(pid, &status, 0) != pid || status)
		_exit(77);
	victim_ready();
	pid = (pid_t)call32(nr_vfork);
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		while (!victim_stopping() && !(argument && is_traced(getppid())))
			victim_page->word++;
		usleep((useconds_t)argument * 1000);
		_exit(0);
	}
	if (pid < 0 || waitpid(pid, NULL, 0) != pid)
		victim_fail("vfork failed");
	spin();
}

static void vfork_alone(void)
{
	victim_ready();
	vfork_wait();
}

/* Beside a thread that goes on. */
static void vfork_parent(void)
{
	pthread_t id;
	if (pthread_create(&id, NULL, spin_thread, NULL) != 0)
		_exit(2);
	victim_ready();
	vfork_wait();
	pthread_join(id, NULL);
}

/* ARG threads that sleep, and the main one, which does not. */
static void *sleep_thread(void *arg)
{
	while (!victim_stopping())
		usleep(50000);
	return arg;
}

static void many_threads(void)
{
	static pthread_t ids[THREADS_MAX];
	pthread_attr_t attr;
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, THREAD_STACK);
	for (int i = 0; i < argument && i < THREADS_MAX; i++)
		if (pthread_create(&ids[i], &attr, sleep_thread, NULL) != 0)
			_exit(2);
	victim_ready();
	spin();
	for (int i = 0; i < argument && i < THREADS_MAX; i++)
		pthread_join(ids[i], NULL);
}

static void reap(pid_t pid)
{
	int status = -1;
	if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0)
		victim_fail("a child ended with wait status %#x", (unsigned)status);
}

/* Children come and go: by fork, by vfork, and with a program of their own. */
static void fork_storm(void)
{
	victim_ready();
	while (!victim_stopping()) {
		pid_t pid = fork();
		if (pid == 0)
			_exit(0);
		reap(pid);
		pid = vfork();
		if (pid == 0)
			_exit(0);
		reap(pid);
		pid = vfork();
		if (pid == 0) {
			execl(self, self, "nothing", (char *)NULL);
			_exit(3);
		}
		reap(pid);
		victim_page->rounds++;
	}
}

/* Between two programs: from no time at all up to enough for a session. */
static void work(void)
{
	for (uint64_t i = 0; i < victim_page->rounds % 4 * 1500; i++)
		busy();
}

/* The same program again and again; only the first says that it is ready. */
static void exec_storm(void)
{
	if (!getenv("IJ_AGAIN"))
		victim_ready();
	work();
	victim_page->rounds++;
	if (victim_stopping())
		return;
	setenv("IJ_AGAIN", "1", 1);
	execl(self, self, "execs", (char *)NULL);
	victim_fail("execl failed");
}

/* A thread executes the program again, the leader being elsewhere. */
static void *exec_thread(void *arg)
{
	work();
	execl(self, self, "thread_execs", (char *)NULL);
	victim_fail("execl failed");
	return arg;
}

static void thread_exec_storm(void)
{
	pthread_t id;
	if (!getenv("IJ_AGAIN"))
		victim_ready();
	setenv("IJ_AGAIN", "1", 1);
	victim_page->rounds++;
	if (!victim_stopping() && pthread_create(&id, NULL, exec_thread, NULL) != 0)
		victim_fail("no thread");
	while (!victim_stopping())
		busy();
	exit(victim_verdict());
}

/* Ends after ARG rounds. */
static void exits(void)
{
	victim_ready();
	for (int i = 0; i < argument; i++) {
		busy();
		victim_page->rounds++;
	}
}

static const struct mode {
	const char *name;
	void (*run)(void);
} modes[] = {
	{"blocks_signals", blocks_signals},
	{"leader_gone", leader_gone},
	{"vfork_alone", vfork_alone},
	{"vfork_hidden", vfork_hidden},
	{"vfork_parent", vfork_parent},
	{"threads", many_threads},
	{"forks", fork_storm},
	{"execs", exec_storm},
	{"thread_execs", thread_exec_storm},
	{"exits", exits},
};

int main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "nothing") == 0)
		return 0;
	if (argc < 2)
		return 2;
	self = argv[0];
	argument = argc > 2 ? atoi(argv[2]) : 1;
	victim_init();
	for (unsigned i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
		if (strcmp(argv[1], modes[i].name) == 0) {
			modes[i].run();
			return victim_verdict();
		}
	return 2;
}
