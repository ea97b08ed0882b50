/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * host MODE [ARG]: a process to call the functions of libij_callees.so in, in one of several
 * states.
 *
 * The modes are listed in the table at the end. Except where a mode's comment says otherwise a host
 * counts rounds while it behaves, and ends when the page says stop (poll: with a byte on stdin
 * too).
 */
#include "callees.h"
#include "victim.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

static const char *self;
static const char *argument;

static void rounds(void)
{
	while (!victim_stopping()) {
		for (volatile int i = 0; i < 10000; i++)
			;
		victim_page->rounds++;
	}
}

/* User code that holds nothing. */
static void spin(void)
{
	victim_ready();
	while (!victim_stopping()) {
		for (volatile int i = 0; i < 10000; i++)
			;
		victim_page->rounds++;
	}
}

/* f_longjmp arrives here, and the loop goes on. */
static void spin_jump(void)
{
	if (setjmp(callee_jump)) {
		victim_page->jumps++;
		while (!victim_stopping())
			victim_page->rounds++;
		return;
	}
	spin();
}

static void wait_poll(void)
{
	struct pollfd pfd = {.fd = STDIN_FILENO, .events = POLLIN};
	victim_ready();
	if (poll(&pfd, 1, -1) != 1)
		victim_fail("poll failed, errno %d", errno);
	if (!victim_stopping())
		victim_fail("poll ended although nothing woke it");
}

static void spin_locked(void)
{
	pthread_mutex_lock(&callee_mutex);
	spin();
	pthread_mutex_unlock(&callee_mutex);
}

static void *spin_thread(void *arg)
{
	(void)arg;
	spin();
	return NULL;
}

/* A thread of 16 KiB that spins, while the main thread sleeps in poll. Ends by stop and a byte. */
static void small_stack(void)
{
	pthread_attr_t attr;
	pthread_t id;
	struct pollfd pfd = {.fd = STDIN_FILENO, .events = POLLIN};
	pthread_attr_init(&attr);
	if (pthread_attr_setstacksize(&attr, 16384) != 0 ||
	    pthread_create(&id, &attr, spin_thread, NULL) != 0)
		_exit(2);
	if (poll(&pfd, 1, -1) != 1)
		victim_fail("poll failed, errno %d", errno);
	pthread_join(id, NULL);
}

static ucontext_t main_context;

static void coroutine_body(void)
{
	spin();
}

/* The only thread runs on a heap block of ARG bytes (24 KiB), without a guard page. */
static void coroutine(void)
{
	static ucontext_t context;
	size_t size = argument ? (size_t)atol(argument) : 24576;
	char *stack = malloc(3 * size);
	memset(stack, 0x5a, 3 * size);
	getcontext(&context);
	context.uc_stack.ss_sp = stack + size;
	context.uc_stack.ss_size = size;
	context.uc_link = &main_context;
	makecontext(&context, coroutine_body, 0);
	swapcontext(&main_context, &context);
	for (size_t i = 0; i < size; i++)
		if (stack[i] != 0x5a || stack[2 * size + i] != 0x5a) {
			victim_fail("heap beside the coroutine's stack changed");
			break;
		}
	free(stack);
}

static void on_usr2(int signo)
{
	(void)signo;
	spin();
}

/* Spins in a handler, on an alternate stack that has little more room than the kernel's frame. */
static void alternate(void)
{
	struct sigaction sa = {.sa_handler = on_usr2, .sa_flags = SA_ONSTACK};
	size_t size = (size_t)sysconf(_SC_MINSIGSTKSZ) + 3072;
	char *memory = malloc(3 * size);
	stack_t stack = {.ss_sp = memory + size, .ss_size = size};
	memset(memory, 0x5a, 3 * size);
	if (sigaltstack(&stack, NULL) != 0 || sigaction(SIGUSR2, &sa, NULL) != 0)
		_exit(2);
	raise(SIGUSR2);
	for (size_t i = 0; i < size; i++)
		if (memory[i] != 0x5a || memory[2 * size + i] != 0x5a) {
			victim_fail("heap beside the alternate stack changed");
			break;
		}
	if (sigaltstack(NULL, &stack) != 0 || stack.ss_sp != memory + size || stack.ss_flags != 0)
		victim_fail("the alternate stack changed");
}

/* Recurses until less than a KiB is left above the guard page, and makes its rounds there. */
static void descend(char *lowest)
{
	volatile char here[64];
	here[0] = 1;
	if ((char *)here - lowest < 600 + 256)
		rounds();
	else
		descend(lowest);
	here[1] = here[0];
}

static void *edge_thread(void *arg)
{
	pthread_attr_t attr;
	void *lowest;
	size_t size;
	(void)arg;
	if (pthread_getattr_np(pthread_self(), &attr) != 0 ||
	    pthread_attr_getstack(&attr, &lowest, &size) != 0)
		_exit(2);
	pthread_attr_destroy(&attr);
	victim_ready();
	descend(lowest);
	return NULL;
}

/* A thread at the very end of its stack, while the main thread sleeps in poll, as small_stack. */
static void edge(void)
{
	pthread_t id;
	struct pollfd pfd = {.fd = STDIN_FILENO, .events = POLLIN};
	if (pthread_create(&id, NULL, edge_thread, NULL) != 0)
		_exit(2);
	if (poll(&pfd, 1, -1) != 1)
		victim_fail("poll failed, errno %d", errno);
	pthread_join(id, NULL);
}

static void *count_thread(void *arg)
{
	(void)arg;
	while (!victim_stopping()) {
		for (volatile int i = 0; i < 10000; i++)
			;
		victim_page->rounds++;
	}
	return NULL;
}

/* ARG threads besides the main one, all spinning. */
static void threads(void)
{
	pthread_t ids[64];
	int len = argument ? atoi(argument) : 4;
	for (int i = 0; i < len && i < 64; i++)
		if (pthread_create(&ids[i], NULL, count_thread, NULL) != 0)
			_exit(2);
	spin();
	for (int i = 0; i < len && i < 64; i++)
		pthread_join(ids[i], NULL);
}

static void *brief_thread(void *arg)
{
	for (volatile int i = 0; i < 20000; i++)
		;
	return arg;
}

/* Threads come and go. */
static void thread_churn(void)
{
	victim_ready();
	while (!victim_stopping()) {
		pthread_t id;
		if (pthread_create(&id, NULL, brief_thread, NULL) == 0)
			pthread_join(id, NULL);
		victim_page->rounds++;
	}
}

/* The leader has ended by pthread_exit; a second thread goes on. */
static void leader_gone(void)
{
	pthread_t id;
	if (pthread_create(&id, NULL, spin_thread, NULL) != 0)
		_exit(2);
	pthread_detach(id);
	pthread_exit(NULL);
}

/* Executes itself again every few hundred rounds; only the first says ready. */
static void exec_loop(void)
{
	if (!getenv("IJ_AGAIN"))
		victim_ready();
	for (int i = 0; i < 300; i++) {
		for (volatile int k = 0; k < 10000; k++)
			;
		victim_page->rounds++;
	}
	if (victim_stopping())
		return;
	setenv("IJ_AGAIN", "1", 1);
	execl("/proc/self/exe", self, "exec", (char *)NULL);
	victim_fail("exec failed, errno %d", errno);
}

/* Ends by itself after ARG rounds. */
static void die(void)
{
	long rounds = argument ? atol(argument) : 100;
	victim_ready();
	for (long i = 0; i < rounds; i++) {
		for (volatile int k = 0; k < 10000; k++)
			;
		victim_page->rounds++;
	}
}

static volatile sig_atomic_t usr1;

static void on_usr1(int signo)
{
	(void)signo;
	usr1++;
	victim_page->received++;
}

/* Counts SIGUSR1 and the real-time signals in `received`. */
static void count_signals(void)
{
	struct sigaction sa = {.sa_handler = on_usr1, .sa_flags = SA_RESTART};
	sigemptyset(&sa.sa_mask);
	sigaction(SIGUSR1, &sa, NULL);
	spin_jump();
}

static void seccomp_strict(void)
{
	victim_ready();
	/* prctl's strict mode allows read, write, exit and sigreturn; the loop needs none. */
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT) != 0)
		_exit(2);
	while (!victim_stopping()) {
		for (volatile int i = 0; i < 10000; i++)
			;
		victim_page->rounds++;
	}
	syscall(SYS_exit, victim_page->failures ? 1 : 0);
}

/* A filter that kills the process on mmap and memfd_create, and allows the rest. */
static void seccomp_filter(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_mmap, 2, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_memfd_create, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
	};
	struct sock_fprog prog = {.len = sizeof(code) / sizeof(code[0]), .filter = code};
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog) != 0)
		_exit(2);
	spin();
}

/* Same user, but not dumpable: only root may attach. */
static void undumpable(void)
{
	prctl(PR_SET_DUMPABLE, 0);
	spin();
}

static const struct mode {
	const char *name;
	void (*run)(void);
} modes[] = {
	{"spin", spin_jump},
	{"poll", wait_poll},
	{"lock", spin_locked},
	{"small_stack", small_stack},
	{"coroutine", coroutine},
	{"alternate", alternate},
	{"edge", edge},
	{"threads", threads},
	{"churn", thread_churn},
	{"leader_gone", leader_gone},
	{"exec", exec_loop},
	{"die", die},
	{"signals", count_signals},
	{"seccomp_strict", seccomp_strict},
	{"seccomp_filter", seccomp_filter},
	{"undumpable", undumpable},
};

int main(int argc, char **argv)
{
	if (argc < 2)
		return 2;
	self = argv[0];
	argument = argc > 2 ? argv[2] : NULL;
	victim_init();
	for (unsigned i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
		if (strcmp(argv[1], modes[i].name) == 0) {
			modes[i].run();
			return victim_verdict();
		}
	return 2;
}
