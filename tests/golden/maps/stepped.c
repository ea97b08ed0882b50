/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A program to be stepped through: allocator, stdio, qsort with a callback, the clock, longjmp, a
 * handler on another stack, one with a restorer of its own, a thread. Its functions count how deep
 * they are nested (-finstrument-functions).
 */
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define PLAIN __attribute__((no_instrument_function))

int work_depth; /* read by the test */

PLAIN void __cyg_profile_func_enter(void *func, void *site);
PLAIN void __cyg_profile_func_exit(void *func, void *site);
void stepped_more(void);

void __cyg_profile_func_enter(void *func, void *site)
{
	(void)func;
	(void)site;
	work_depth++;
}

void __cyg_profile_func_exit(void *func, void *site)
{
	(void)func;
	(void)site;
	work_depth--;
}

/* The restorer of a program that is its own libc. */
__asm__(".text\n"
	"own_restorer:\n"
	"	mov $15, %eax\n"
	"	syscall\n");
extern void own_restorer(void);

static volatile int signals;
static jmp_buf jump;
static char alternate[65536];

static int work_compare(const void *left, const void *right)
{
	return *(const int *)left - *(const int *)right;
}

static void work_handler(int signo)
{
	char text[32];

	signals += signo;
	snprintf(text, sizeof(text), "%d", signo);
}

static void work_nested(int levels)
{
	if (!levels)
		longjmp(jump, 1);
	work_nested(levels - 1);
	signals++;
}

static void work_jump(void)
{
	volatile int depth = work_depth;

	if (!setjmp(jump))
		work_nested(3);
	work_depth = depth;
}

static void work_signals(void)
{
	const stack_t stack = {.ss_sp = alternate, .ss_size = sizeof(alternate)};
	struct sigaction action = {.sa_handler = work_handler, .sa_flags = SA_ONSTACK};
	struct {
		void (*handler)(int);
		unsigned long flags;
		void (*restorer)(void);
		unsigned long mask;
	} raw = {work_handler, 0x04000000 /* SA_RESTORER */, own_restorer, 0};

	sigaltstack(&stack, NULL);
	sigaction(SIGUSR1, &action, NULL);
	raise(SIGUSR1);
	syscall(SYS_rt_sigaction, SIGUSR2, &raw, NULL, 8);
	raise(SIGUSR2);
}

static void *work_thread(void *arg)
{
	char text[64];

	snprintf(text, sizeof(text), "%g", 2.5);
	return arg;
}

static void work_library(void)
{
	struct timespec now;
	int numbers[12];
	char text[100];
	void *blocks[8];
	FILE *file;

	for (size_t i = 0; i < 8; i++)
		blocks[i] = malloc(i * 300 + 1);
	for (size_t i = 0; i < 8; i++)
		free(blocks[i]);
	for (int i = 0; i < 12; i++)
		numbers[i] = i * 7 % 12;
	qsort(numbers, 12, sizeof(*numbers), work_compare);
	clock_gettime(CLOCK_MONOTONIC, &now);
	snprintf(text, sizeof(text), "%d %s %f", 1, "abc", 2.5);
	file = fopen("/dev/null", "w");
	if (!file)
		return;
	fprintf(file, "%s %ld\n", text, (long)strlen(text));
	fclose(file);
}

#ifndef STEPPED_MORE
void stepped_more(void)
{
}
#endif

int main(void)
{
	pthread_t thread;
	pid_t child;

#ifdef STEPPED_LATE
	raise(SIGSTOP);
#endif
	work_library();
	work_jump();
	work_signals();
	stepped_more();
	if (pthread_create(&thread, NULL, work_thread, NULL))
		return 1;
	pthread_join(thread, NULL);
	child = vfork();
	if (!child)
		_exit(0);
	return signals != SIGUSR1 + SIGUSR2;
}
