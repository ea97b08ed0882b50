/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Unwinds at every single instruction of a child that runs through libc: allocator, stdio, qsort,
 * time zones, the loader, signals, vfork, longjmp. All but a few named places must lead to the same
 * root.
 *
 * A fork has the addresses of its parent, so the parent's own containers serve.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "self.h"

static volatile int signals;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static jmp_buf jump;

static void on_signal(int signo)
{
	signals += signo;
}

static int compare(const void *left, const void *right)
{
	return *(const int *)left - *(const int *)right;
}

static void work(void)
{
	struct timespec pause = {.tv_nsec = 1000};
	char text[100];
	void *blocks[10];
	int numbers[20];
	time_t now = time(NULL);
	struct tm tm;
	FILE *file;

	for (size_t i = 0; i < 10; i++)
		blocks[i] = malloc(i * 100 + 1);
	for (size_t i = 0; i < 10; i++)
		free(blocks[i]);
	snprintf(text, sizeof(text), "%d %s %f", 1, "abc", 2.5);
	file = fopen("/dev/null", "w");
	if (file) {
		fprintf(file, "%s %g\n", text, 3.25);
		fclose(file);
	}
	for (int i = 0; i < 20; i++)
		numbers[i] = i * 7 % 20;
	qsort(numbers, 20, sizeof(*numbers), compare);
	localtime_r(&now, &tm);
	strftime(text, sizeof(text), "%H:%M:%S %Z", &tm);
	signal(SIGUSR1, on_signal);
	raise(SIGUSR1);
	pthread_mutex_lock(&mutex);
	pthread_mutex_unlock(&mutex);
	if (!setjmp(jump))
		longjmp(jump, 1);
	nanosleep(&pause, NULL);
	(void)dlsym(RTLD_DEFAULT, "no such name");
	if (!vfork())
		_exit(0);
}

struct outcome {
	unsigned long steps;
	unsigned long ends[IJ_UNWIND_STOPPED + 1];
	ij_addr root; /* start of the outermost function */
	unsigned long other_roots;
};

static bool visit(void *ctx, const struct ij_unwind_frame *frame)
{
	*(ij_addr *)ctx = frame->module->base + frame->func->start;
	return true;
}

static void step(struct self *self, pid_t child, struct outcome *out)
{
	struct user_regs_struct user;
	struct ij_unwind_regs regs = {.known = (1u << IJ_MAP_REGS) - 1};
	ij_addr outermost = 0, end_pc;
	enum ij_unwind_end end;

	if (ptrace(PTRACE_GETREGS, child, NULL, &user))
		return;
	memcpy(regs.value,
	       (const uint64_t[]){user.rax, user.rdx, user.rcx, user.rbx, user.rsi, user.rdi,
				  user.rbp, user.rsp, user.r8, user.r9, user.r10, user.r11,
				  user.r12, user.r13, user.r14, user.r15, user.rip},
	       sizeof(regs.value));
	end = ij_unwind(&self->space, &self->mem.mem, &regs, visit, &outermost, &end_pc);
	out->steps++;
	out->ends[end]++;
	if (end != IJ_UNWIND_ROOT) {
		/* longjmp between its loads, clone3 in its system call: neither has CFI that holds.
		 */
		if (end != IJ_UNWIND_BAD_CFA && end != IJ_UNWIND_NO_FUNC)
			printf("at %#llx: %s\n", user.rip, ij_unwind_end_text(end));
		return;
	}
	if (!out->root)
		out->root = outermost;
	out->other_roots += outermost != out->root;
}

static void run(struct self *self, pid_t child, struct outcome *out)
{
	char path[64];
	int status, fd;

	snprintf(path, sizeof(path), "/proc/%d/mem", child);
	if (waitpid(child, &status, 0) != child || !WIFSTOPPED(status))
		return;
	ptrace(PTRACE_SETOPTIONS, child, NULL, PTRACE_O_EXITKILL);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	ij_mem_fd_init(&self->mem, fd);
	for (;;) {
		int signo = WSTOPSIG(status);

		step(self, child, out);
		if (signo == SIGTRAP || signo == SIGSTOP)
			signo = 0;
		if (ptrace(PTRACE_SINGLESTEP, child, NULL, (void *)(intptr_t)signo) ||
		    waitpid(child, &status, 0) != child || !WIFSTOPPED(status))
			break;
	}
	close(fd);
}

int main(void)
{
	static struct self self;
	struct outcome out = {0};
	unsigned long lost;
	pid_t child;

	self_init(&self);
	child = fork();
	if (child < 0)
		return 1;
	if (!child) {
		if (ptrace(PTRACE_TRACEME, 0, NULL, NULL)) {
			_exit(77);
		}
		raise(SIGSTOP);
		work();
		_exit(0);
	}
	run(&self, child, &out);
	self_deinit(&self);
	if (!out.steps) {
		printf("skipped: ptrace is not permitted here\n");
		return 77;
	}
	lost = out.ends[IJ_UNWIND_BAD_CFA] + out.ends[IJ_UNWIND_NO_FUNC];
	printf("%lu instructions: %lu complete stacks, %lu without CFI that holds, %lu other "
	       "roots\n",
	       out.steps, out.ends[IJ_UNWIND_ROOT], lost, out.other_roots);
	if (out.ends[IJ_UNWIND_ROOT] + lost != out.steps || out.other_roots)
		return 1;
	return out.steps < 5000 || lost * 1000 > out.steps;
}
