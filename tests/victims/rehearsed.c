/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rehearsed MODE: a process of which copies are made, and functions with effects to be called in
 * them.
 *
 * Every mode has a shared page and a larger shared mapping, and fails if it ever sees a child or a
 * SIGCHLD: nobody but a rehearsal makes it have one. Ends when the page says stop (asleep: with a
 * byte on stdin too).
 */
#include "victim.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#pragma GCC diagnostic ignored "-Wmissing-prototypes"

enum { SHARED_SIZE = 4 << 20, LARGE_SIZE = 256 << 20 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static volatile unsigned char *shared;
static volatile long total;

struct common {
	pthread_mutex_t mutex; /* of several processes */
	volatile long word;
};
static struct common *common;

/* The functions. */

long r_total(void)
{
	return ++total;
}

int r_print(void)
{
	return (int)write(STDOUT_FILENO, "printed\n", 8);
}

long r_share(long value)
{
	long before = common->word;
	common->word = value;
	return before + common->word;
}

/* Write to every page of the large mapping, and read all of it back. */
long r_fill(int value)
{
	long sum = 0;
	for (size_t i = 0; i < SHARED_SIZE; i += 4096)
		shared[i] = (unsigned char)value;
	for (size_t i = 0; i < SHARED_SIZE; i += 4096)
		sum += shared[i];
	return sum;
}

int r_share_lock(void)
{
	int err = pthread_mutex_lock(&common->mutex);
	if (err == 0) {
		common->word++;
		pthread_mutex_unlock(&common->mutex);
	}
	return err;
}

int r_share_mprotect(void)
{
	return mprotect(common, 4096, PROT_READ | PROT_WRITE) ? errno : 0;
}

int r_lock(void)
{
	int err = pthread_mutex_lock(&lock);
	if (err == 0)
		pthread_mutex_unlock(&lock);
	return err;
}

int r_fork(void)
{
	pid_t pid = fork();
	if (pid == 0)
		_exit(0);
	return pid > 0 ? 0 : errno;
}

static void *nothing(void *arg)
{
	return arg;
}

int r_thread(void)
{
	pthread_t id;
	return pthread_create(&id, NULL, nothing, NULL);
}

int r_first_byte(const char *path)
{
	unsigned char byte = 0;
	int fd = open(path, O_RDONLY);
	if (fd < 0)
		return -errno;
	ssize_t got = read(fd, &byte, 1);
	close(fd);
	return got == 1 ? byte : -1;
}

int r_create(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT, 0600);
	if (fd >= 0)
		close(fd);
	return fd >= 0 ? 0 : errno;
}

/* A byte that the harness put on stdin must stay there. */
int r_read_stdin(void)
{
	char byte;
	return read(STDIN_FILENO, &byte, 1) == 1 ? byte : -errno;
}

/* A pipe of its own it may use. */
int r_own_pipe(void)
{
	int ends[2];
	char byte = 'p';
	if (pipe(ends) || write(ends[1], &byte, 1) != 1)
		return errno;
	byte = 0;
	if (read(ends[0], &byte, 1) != 1)
		return errno;
	close(ends[0]);
	close(ends[1]);
	return byte;
}

int r_kill(int pid, int signo)
{
	return kill(pid, signo) ? errno : 0;
}

static volatile sig_atomic_t raised;

static void on_raised(int signo)
{
	raised = signo;
}

/* Handled by the copy itself, in spite of its new process id. */
int r_raise(void)
{
	sigset_t usr1, old;
	signal(SIGUSR1, on_raised);
	sigemptyset(&usr1);
	sigaddset(&usr1, SIGUSR1);
	sigprocmask(SIG_UNBLOCK, &usr1, &old);
	kill(getpid(), SIGUSR1);
	sigprocmask(SIG_SETMASK, &old, NULL);
	return raised;
}

/* getpid by the 32-bit convention, where 20 has another meaning than in the 64-bit one. */
int r_int80(void)
{
	int result;
	__asm__ volatile("int $0x80" : "=a"(result) : "a"(20) : "memory", "r8", "r9", "r10", "r11");
	return result;
}

int r_ask_for_ever(void)
{
	for (;;)
		getppid();
}

int r_terminate(void)
{
	return kill(getpid(), SIGTERM);
}

int r_spin(void)
{
	for (volatile unsigned i = 0;; i++)
		;
}

/* The modes. */

static void on_child(int signo)
{
	(void)signo;
	victim_fail("SIGCHLD came");
}

static void check_children(void)
{
	if (waitpid(-1, NULL, WNOHANG) != -1 || errno != ECHILD)
		victim_fail("waitpid(-1) saw a child");
	if (common->word)
		victim_fail("shared memory changed");
}

static void spin(void)
{
	victim_ready();
	while (!victim_stopping()) {
		for (volatile int i = 0; i < 10000; i++)
			;
		check_children();
		victim_page->rounds++;
	}
}

static void asleep(void)
{
	struct pollfd pfd = {.fd = STDIN_FILENO, .events = POLLIN};
	pthread_mutex_lock(&lock);
	victim_ready();
	if (poll(&pfd, 1, -1) != 1)
		victim_fail("poll failed, errno %d", errno);
	if (!victim_stopping())
		victim_fail("poll ended although nothing woke it");
	check_children();
}

static _Atomic bool locked;

static void *hold_lock(void *arg)
{
	pthread_mutex_lock(&lock);
	locked = true;
	while (!victim_stopping())
		usleep(1000);
	pthread_mutex_unlock(&lock);
	return arg;
}

/* Another thread holds the lock. */
static void other_holds(void)
{
	pthread_t id;
	if (pthread_create(&id, NULL, hold_lock, NULL) != 0)
		_exit(2);
	while (!locked)
		usleep(1000);
	spin();
	pthread_join(id, NULL);
}

/* The main thread holds it, and is not the only thread. */
static void self_holds(void)
{
	pthread_t id;
	pthread_mutex_lock(&lock);
	if (pthread_create(&id, NULL, hold_lock, NULL) != 0)
		_exit(2);
	spin();
	pthread_mutex_unlock(&lock);
	pthread_join(id, NULL);
}

/* A lock in shared memory is held, perhaps by another process. */
static void shared_held(void)
{
	pthread_mutex_lock(&common->mutex);
	spin();
}

static void large(void)
{
	if (mmap(NULL, LARGE_SIZE, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0) == MAP_FAILED)
		_exit(77);
	spin();
}

static void *sleep_on(void *arg)
{
	while (!victim_stopping())
		usleep(1000);
	return arg;
}

/* Allocates and frees, so that the arena's lock is held about half of the time. There is a second
 * thread: in a program of one glibc takes no lock. */
static void allocates(void)
{
	pthread_t id;
	mallopt(M_TRIM_THRESHOLD, 0);
	mallopt(M_TOP_PAD, 0);
	if (pthread_create(&id, NULL, sleep_on, NULL) != 0)
		_exit(2);
	victim_ready();
	for (unsigned i = 0; !victim_stopping(); i++) {
		for (unsigned k = 0; k < 64; k++) {
			size_t len = 3000 + (i + k) % 5000 * 8;
			unsigned char *block = malloc(len);
			block[0] = block[len - 1] = (unsigned char)i;
			if (block[0] != (unsigned char)i || malloc_usable_size(block) < len)
				victim_fail("a block changed");
			free(block);
		}
		check_children();
		victim_page->rounds++;
	}
	pthread_join(id, NULL);
}

static void new_pids(void)
{
	if (unshare(CLONE_NEWPID))
		_exit(77);
	spin();
}

static const struct mode {
	const char *name;
	void (*run)(void);
} modes[] = {
	{"spin", spin},
	{"asleep", asleep},
	{"other_holds", other_holds},
	{"self_holds", self_holds},
	{"large", large},
	{"shared_held", shared_held},
	{"new_pids", new_pids},
	{"allocates", allocates},
};

static void *map_shared(size_t size)
{
	void *mem = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (mem == MAP_FAILED)
		_exit(2);
	return mem;
}

int main(int argc, char **argv)
{
	struct sigaction sa = {.sa_handler = on_child};
	pthread_mutexattr_t attr;
	victim_init();
	common = map_shared(4096);
	shared = map_shared(SHARED_SIZE);
	memset((void *)(uintptr_t)shared, 1, SHARED_SIZE);
	pthread_mutexattr_init(&attr);
	pthread_mutexattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
	pthread_mutex_init(&common->mutex, &attr);
	sigaction(SIGCHLD, &sa, NULL);
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
		if (argc == 2 && strcmp(argv[1], modes[i].name) == 0) {
			modes[i].run();
			for (size_t at = 0; at < SHARED_SIZE; at += 4096)
				if (shared[at] != 1)
					victim_fail("shared memory changed at %zu", at);
			return victim_verdict();
		}
	return 2;
}
