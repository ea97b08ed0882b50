/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * holder STATE: stands still in one state that holds something, until a byte comes on stdin; then
 * leaves it, checks itself, and ends. In the states that end in "_other" a second thread stands
 * there, and the first one sleeps.
 */
#include <dlfcn.h>
#include <errno.h>
#include <libgen.h>
#include <link.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

#include "victim.h"

static _Atomic bool released;

/* Say that the state is reached, and stay in it. Called by the library's constructor too. */
void holder_hold(void);
void holder_hold(void)
{
	char byte;

	victim_ready();
	while (read(STDIN_FILENO, &byte, 1) < 0 && errno == EINTR)
		;
	victim_round();
	released = true;
}

static int answer(void)
{
	return 42;
}

/* A callee of the program itself, of which nothing is known: whatever the pointer leads to. */
static int (*volatile asked)(void) = answer;
int holder_nothing(void);
int holder_nothing(void)
{
	return asked();
}

static void hold_flock(void)
{
	flockfile(stdout);
	holder_hold();
	funlockfile(stdout);
}

/* A file that is neither of the three that are always there. */
static void hold_flock_file(void)
{
	FILE *files[8];

	for (unsigned i = 0; i < 8; i++)
		files[i] = fopen("/dev/null", "w");
	flockfile(files[3]);
	holder_hold();
	funlockfile(files[3]);
	for (unsigned i = 0; i < 8; i++)
		fclose(files[i]);
}

static ssize_t cookie_write(void *cookie, const char *buf, size_t size)
{
	(void)cookie;
	(void)buf;
	holder_hold();
	return (ssize_t)size;
}

/* fflush(NULL) holds the lock of the list of files, and the file's, while it writes. */
static void hold_flush(void)
{
	FILE *file = fopencookie(NULL, "w", (cookie_io_functions_t){.write = cookie_write});

	fputs("text", file);
	fflush(NULL);
	if (!released)
		victim_fail("nothing was written");
	fclose(file);
}

static void hold_atfork(void (*prepare)(void), void (*parent)(void))
{
	int status;
	pid_t pid;

	pthread_atfork(prepare, parent, NULL);
	pid = fork();
	if (pid == 0)
		_exit(3);
	if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status) || WEXITSTATUS(status) != 3)
		victim_fail("the child ended with %#x", (unsigned)status);
}

static void hold_atfork_prepare(void)
{
	hold_atfork(holder_hold, NULL);
}

static void hold_atfork_parent(void)
{
	hold_atfork(NULL, holder_hold);
}

/* The child stands still; its parent waits for it. */
static void hold_vfork(void)
{
	pid_t pid = vfork();
	int status;

	if (pid == 0) {
		holder_hold();
		_exit(0);
	}
	if (waitpid(pid, &status, 0) != pid || status)
		victim_fail("the vfork child ended with %#x", (unsigned)status);
}

#ifndef HOLDER_STATIC
static void hold_dlopen(void)
{
	char self[4096], path[4200];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	self[n < 0 ? 0 : n] = 0;
	snprintf(path, sizeof(path), "%s/libholder.so", dirname(self));
	if (!dlopen(path, RTLD_NOW))
		victim_fail("%s", dlerror());
}
#endif

static int iterated(struct dl_phdr_info *info, size_t size, void *ctx)
{
	(void)info;
	(void)size;
	(void)ctx;
	holder_hold();
	return 1;
}

static void hold_iterate(void)
{
	dl_iterate_phdr(iterated, NULL);
}

static pthread_mutex_t global_mutex = PTHREAD_MUTEX_INITIALIZER;

static void hold_mutex(void)
{
	pthread_mutex_lock(&global_mutex);
	holder_hold();
	pthread_mutex_unlock(&global_mutex);
}

struct object {
	char before[48];
	pthread_mutex_t mutex;
};

static void __attribute__((noinline)) use_object(struct object *volatile object)
{
	pthread_mutex_lock(&object->mutex);
	holder_hold();
	pthread_mutex_unlock(&object->mutex);
}

static void hold_mutex_heap(void)
{
	struct object *object = calloc(1, sizeof(*object));

	pthread_mutex_init(&object->mutex, NULL);
	use_object(object);
	free(object);
}

static void hold_mutex_robust(void)
{
	pthread_mutexattr_t attr;
	struct object *object = calloc(1, sizeof(*object));

	pthread_mutexattr_init(&attr);
	pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST);
	pthread_mutex_init(&object->mutex, &attr);
	use_object(object);
	free(object);
}

/*
 * A signal at the very first instruction of a function that holds the allocator by its name: the
 * byte before belongs to another function, which holds nothing.
 */
__asm__(".text\n"
	".type before_malloc_stats, @function\n"
	"before_malloc_stats:\n"
	".cfi_startproc\n"
	"ret\n"
	".cfi_endproc\n"
	".size before_malloc_stats, . - before_malloc_stats\n"
	".globl malloc_stats\n"
	".type malloc_stats, @function\n"
	"malloc_stats:\n"
	".cfi_startproc\n"
	"ud2\n"
	"ret\n"
	".cfi_endproc\n"
	".size malloc_stats, . - malloc_stats\n");
void malloc_stats(void);

static void on_ill(int signo, siginfo_t *info, void *ctx)
{
	ucontext_t *uc = ctx;

	(void)signo;
	(void)info;
	holder_hold();
	uc->uc_mcontext.gregs[REG_RIP] += 2;
}

static void hold_handler(void)
{
	struct sigaction sa = {.sa_sigaction = on_ill, .sa_flags = SA_SIGINFO};

	sigaction(SIGILL, &sa, NULL);
	malloc_stats();
}

/* The same, with the handler on a stack of its own. */
static void hold_handler_altstack(void)
{
	static char stack[256 * 1024];
	stack_t alt = {.ss_sp = stack, .ss_size = sizeof(stack)};
	struct sigaction sa = {.sa_sigaction = on_ill, .sa_flags = SA_SIGINFO | SA_ONSTACK};

	sigaltstack(&alt, NULL);
	sigaction(SIGILL, &sa, NULL);
	malloc_stats();
}

static void on_usr1(int signo)
{
	(void)signo;
	holder_hold();
}

static void hold_altstack(void)
{
	static char stack[256 * 1024];
	stack_t alt = {.ss_sp = stack, .ss_size = sizeof(stack)};
	struct sigaction sa = {.sa_handler = on_usr1, .sa_flags = SA_ONSTACK};

	sigaltstack(&alt, NULL);
	sigaction(SIGUSR1, &sa, NULL);
	raise(SIGUSR1);
}

static ucontext_t context_main, context_other;

static void hold_context(void)
{
	size_t size = 256 * 1024;
	char *stack = malloc(size);

	getcontext(&context_other);
	context_other.uc_stack.ss_sp = stack;
	context_other.uc_stack.ss_size = size;
	context_other.uc_link = &context_main;
	makecontext(&context_other, holder_hold, 0);
	swapcontext(&context_main, &context_other);
	free(stack);
}

static sigjmp_buf jump;

static void on_jump(int signo)
{
	siglongjmp(jump, signo);
}

/* What the handler interrupted has been left for good. */
static void hold_jumped(void)
{
	signal(SIGUSR1, on_jump);
	if (!sigsetjmp(jump, 1))
		raise(SIGUSR1);
	holder_hold();
}

static int compare(const void *a, const void *b)
{
	if (!released)
		holder_hold();
	return *(const char *)a - *(const char *)b;
}

static void hold_qsort(void)
{
	char text[] = "dcba";

	qsort(text, 4, 1, compare);
	if (strcmp(text, "abcd") != 0)
		victim_fail("sorted to %s", text);
}

static const struct {
	const char *name;
	void (*hold)(void);
} states[] = {
	{"nothing", holder_hold},
	{"flock", hold_flock},
	{"flock_file", hold_flock_file},
	{"flush", hold_flush},
	{"atfork_prepare", hold_atfork_prepare},
	{"atfork_parent", hold_atfork_parent},
	{"vfork", hold_vfork},
#ifndef HOLDER_STATIC
	{"dlopen", hold_dlopen},
#endif
	{"iterate", hold_iterate},
	{"mutex", hold_mutex},
	{"mutex_heap", hold_mutex_heap},
	{"mutex_robust", hold_mutex_robust},
	{"handler", hold_handler},
	{"handler_altstack", hold_handler_altstack},
	{"altstack", hold_altstack},
	{"context", hold_context},
	{"jumped", hold_jumped},
	{"qsort", hold_qsort},
};

static void *other_thread(void *arg)
{
	void (*hold)(void);

	memcpy(&hold, arg, sizeof(hold));
	hold();
	return NULL;
}

static void hold_other(void (*hold)(void))
{
	pthread_t thread;

	pthread_create(&thread, NULL, other_thread, &hold);
	while (!released)
		poll(NULL, 0, 1);
	pthread_join(thread, NULL);
}

int main(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : "";
	const char *suffix = strstr(name, "_other");
	size_t len = suffix ? (size_t)(suffix - name) : strlen(name);

	victim_init();
	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
		if (strlen(states[i].name) != len || strncmp(states[i].name, name, len) != 0)
			continue;
		if (suffix)
			hold_other(states[i].hold);
		else
			states[i].hold();
		return victim_verdict();
	}
	puts("usage: holder STATE");
	return 2;
}
