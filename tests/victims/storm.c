/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * storm THREADS [signals]: threads that allocate, resize, print and free all the time, and verify
 * what they stored.
 *
 * With "signals" a timer interrupts it all the time, and the handler verifies that what it
 * interrupts is code of the program's files. With one thread no second one is ever started, since
 * glibc takes no lock then. Every block carries a pattern made of its own size and slot, checked
 * before it is freed. Ends when the page says stop.
 */
#include "victim.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <ucontext.h>

enum {
	SLOTS = 512,
	BATCH = 256,
	RANGES = 64,
	TIMER_US = 1000,
};

/* The PC among the registers of a signal frame; storm is a 32-bit victim, too. */
#ifdef __x86_64__
#define REG_PC REG_RIP
#else
#define REG_PC REG_EIP
#endif

static _Atomic unsigned ready_len; /* threads that have all that they need */
static unsigned threads_len;

static struct {
	unsigned long lo, hi;
} code[RANGES];
static size_t code_len;

struct block {
	uint64_t *words;
	size_t words_len;
	uint64_t seed;
};

static uint64_t rng(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

static void fill(struct block *blk, size_t from)
{
	for (size_t i = from; i < blk->words_len; i++)
		blk->words[i] = blk->seed + i * 0x9e3779b97f4a7c15ull;
}

static void check(const struct block *blk)
{
	for (size_t i = 0; i < blk->words_len; i++)
		if (blk->words[i] != blk->seed + i * 0x9e3779b97f4a7c15ull) {
			victim_fail("word %zu of a block of %zu changed", i, blk->words_len);
			return;
		}
}

static size_t random_len(uint64_t *state)
{
	/* Small ones for tcache and the bins, some large, a few that are mapped. */
	uint64_t dice = rng(state) % 64;
	size_t limit = dice == 0 ? 40000 : dice < 8 ? 1000 : 40;
	return 1 + rng(state) % limit;
}

static void step(struct block *blk, uint64_t *state)
{
	if (!blk->words) {
		blk->words_len = random_len(state);
		blk->seed = rng(state);
		blk->words = malloc(blk->words_len * 8);
		fill(blk, 0);
	} else if (rng(state) % 4 == 0) {
		size_t old = blk->words_len;
		blk->words_len = random_len(state);
		blk->words = realloc(blk->words, blk->words_len * 8);
		fill(blk, old < blk->words_len ? old : blk->words_len);
		check(blk);
	} else {
		check(blk);
		free(blk->words);
		blk->words = NULL;
	}
}

static void *churn(void *arg)
{
	uint64_t state = 0x9e3779b97f4a7c15ull * (uint64_t)(uintptr_t)arg;
	struct block *blocks = calloc(SLOTS, sizeof(*blocks));
	FILE *out = fopen("/dev/null", "w");
	if (!blocks || !out)
		_Exit(2);
	ready_len++;
	if (arg == (void *)1) {
		/* What the harness finds from then on is there to stay. */
		while (ready_len < threads_len)
			sched_yield();
		victim_ready();
	}
	while (!victim_stopping()) {
		for (unsigned i = 0; i < BATCH; i++)
			step(&blocks[rng(&state) % SLOTS], &state);
		fprintf(out, "%s %llu\n", "round", (unsigned long long)victim_page->rounds);
		victim_page->rounds++;
	}
	for (unsigned i = 0; i < SLOTS; i++) {
		if (blocks[i].words)
			check(&blocks[i]);
		free(blocks[i].words);
	}
	free(blocks);
	fclose(out);
	return NULL;
}

static void on_timer(int signo, siginfo_t *info, void *context)
{
	const ucontext_t *interrupted = context;
	unsigned long pc = (unsigned long)interrupted->uc_mcontext.gregs[REG_PC];

	(void)signo;
	(void)info;
	victim_page->received++;
	for (size_t i = 0; i < code_len; i++)
		if (pc >= code[i].lo && pc < code[i].hi)
			return;
	victim_fail("a signal handler was run on top of foreign code at %#lx", pc);
}

/* The program's own code, before anybody adds to it; then the timer. */
static bool signals_start(void)
{
	const struct itimerval timer = {{0, TIMER_US}, {0, TIMER_US}};
	struct sigaction action = {.sa_sigaction = on_timer, .sa_flags = SA_SIGINFO | SA_RESTART};
	FILE *maps = fopen("/proc/self/maps", "r");
	char line[512];

	while (maps && code_len < RANGES && fgets(line, sizeof(line), maps)) {
		char mode[5];

		if (sscanf(line, "%lx-%lx %4s", &code[code_len].lo, &code[code_len].hi, mode) ==
			    3 &&
		    mode[2] == 'x')
			code_len++;
	}
	return maps && !fclose(maps) && !sigaction(SIGALRM, &action, NULL) &&
	       !setitimer(ITIMER_REAL, &timer, NULL);
}

int main(int argc, char **argv)
{
	pthread_t ids[64];
	threads_len = argc > 1 ? (unsigned)atoi(argv[1]) : 1;
	if (threads_len < 1 || threads_len > 64)
		return 2;
	victim_init();
	if (argc > 2 && !strcmp(argv[2], "signals") && !signals_start())
		return 2;
	for (unsigned i = 1; i < threads_len; i++)
		if (pthread_create(&ids[i], NULL, churn, (void *)(uintptr_t)(i + 1)) != 0)
			return 2;
	churn((void *)1);
	for (unsigned i = 1; i < threads_len; i++)
		pthread_join(ids[i], NULL);
	return victim_verdict();
}
