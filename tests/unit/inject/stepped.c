/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "stepped.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "inject/attempt.h"

static int compare(const void *a, const void *b)
{
	int x = *(const int *)a, y = *(const int *)b;

	return x < y ? -1 : x > y;
}

/* One round of work whose result is always the same. */
static uint64_t round_of_work(void)
{
	uint64_t sum = 0;
	unsigned seed = 1;
	int numbers[30];
	char text[128];
	void *blocks[8];

	for (unsigned i = 0; i < 8; i++) {
		blocks[i] = malloc(16 + (seed = seed * 1103515245 + 12345) % 3000);
		memset(blocks[i], (int)i, 16);
	}
	for (unsigned i = 0; i < 30; i++)
		numbers[i] = (int)(seed = seed * 1103515245 + 12345);
	qsort(numbers, 30, sizeof(numbers[0]), compare);
	snprintf(text, sizeof(text), "%d %#x %s", numbers[0], numbers[1], "text");
	for (unsigned i = 0; text[i]; i++)
		sum = sum * 31 + (unsigned char)text[i];
	for (unsigned i = 0; i < 30; i++)
		sum = sum * 31 + (unsigned)numbers[i];
	for (unsigned i = 0; i < 8; i++) {
		sum = sum * 31 + ((unsigned char *)blocks[i])[15];
		free(blocks[i]);
	}
	return sum;
}

static _Noreturn void work(volatile struct stepped_page *page)
{
	uint64_t first;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	first = round_of_work();
	for (;;) {
		page->wrong += round_of_work() != first;
		page->rounds++;
	}
}

static void await_rounds(struct stepped *s, uint64_t more)
{
	uint64_t until = s->page->rounds + more, deadline = ij_deadline_ns(60 * IJ_NS_PER_S);

	while (s->page->rounds < until && !s->page->wrong) {
		assert_true(ij_process_is_alive(&s->inj.process));
		assert_true(ij_now_ns() < deadline);
		usleep(100);
	}
	assert_int_equal(s->page->wrong, 0);
}

void stepped_start(struct stepped *s)
{
	memset(s, 0, sizeof(*s));
	s->page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_true(s->page != MAP_FAILED);
	s->pid = fork();
	assert_true(s->pid >= 0);
	if (!s->pid)
		work(s->page);
	assert_null(ij_injector_init(&s->inj, s->pid, -1));
	await_rounds(s, 2);
	s->module.lo = 0;
	s->module.hi = ~0ull;
}

void stepped_stop(struct stepped *s)
{
	assert_null(ij_injector_refresh(&s->inj));
	memset(&s->stop, 0, sizeof(s->stop));
	assert_null(ij_attempt_stop(&s->inj, s->pid, &s->thread, &s->stop, &s->verdict));
	assert_true(s->thread.stopped);
	s->walk = (struct ij_walk){.inj = &s->inj,
				   .stop = &s->stop,
				   .verdict = &s->verdict,
				   .deadline_ns = ij_deadline_ns(10 * IJ_NS_PER_S),
				   .signo = SIGURG};
}

void stepped_step(struct stepped *s)
{
	int status;

	assert_int_equal(ptrace(PTRACE_SINGLESTEP, s->pid, NULL, NULL), 0);
	assert_int_equal(waitpid(s->pid, &status, __WALL), s->pid);
	assert_true(WIFSTOPPED(status) && WSTOPSIG(status) == SIGTRAP);
	assert_null(ij_thread_regs_get(&s->thread, &s->stop.regs));
	s->stop.resume = s->stop.regs;
}

void stepped_let_go(struct stepped *s)
{
	ij_attempt_let_go(&s->stop);
	await_rounds(s, 1);
}

void stepped_end(struct stepped *s)
{
	await_rounds(s, 2);
	kill(s->pid, SIGKILL);
	waitpid(s->pid, NULL, 0);
	ij_injector_deinit(&s->inj);
	munmap((void *)(uintptr_t)s->page, 4096);
}

uint64_t stepped_word(struct stepped *s, ij_addr addr)
{
	uint64_t value;

	assert_null(ij_mem_read_u64(&s->inj.process.mem.mem, addr, &value));
	return value;
}
