/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * held spin THREADS | alloc THREADS | spawn | sleep | exit | exec: programs for somebody who stops
 * and steps them.
 *
 * The main thread passes a number through three frames and back, adding one each time, and checks
 * that none was left out. SIGUSR1 is counted in `received`, SIGUSR2 in `ticks`. What the innermost
 * frame gets as its second argument is told in `called_in`. `spin` has THREADS more that count,
 * `alloc` too, and it allocates, `spawn` creates and joins them all the while, `sleep` sleeps
 * between numbers and checks that it slept. `exit` ends with status 7 and `exec` executes true(1)
 * once SIGUSR1 came. Ends when the page says stop.
 */
#include "victim.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { THREADS_MAX = 16, SLEEP_NS = 2000000 };

static uint64_t counters[THREADS_MAX];

__attribute__((noipa)) uint64_t held_tick(uint64_t n, uint64_t mark)
{
	atomic_store(&victim_page->called_in, mark);
	return n + 1;
}

__attribute__((noipa)) uint64_t held_middle(uint64_t n)
{
	uint64_t next = held_tick(n, 1);

	return next == n + 1 ? next : 0;
}

__attribute__((noipa)) uint64_t held_outer(uint64_t n)
{
	uint64_t next = held_middle(n);

	return next == n + 1 ? next : 0;
}

/* A function that each new thread runs through. */
__attribute__((noipa)) void held_born(uint64_t *counter)
{
	++*counter;
}

static void on_signal(int signo)
{
	if (signo == SIGUSR1)
		atomic_fetch_add(&victim_page->received, 1);
	else
		atomic_fetch_add(&victim_page->ticks, 1);
}

static void *count(void *arg)
{
	volatile uint64_t *counter = arg;

	while (!victim_stopping())
		++*counter;
	return NULL;
}

static void *be_born(void *arg)
{
	held_born(arg);
	return NULL;
}

/* Also to be called. */
__attribute__((noipa)) void held_one_more(void)
{
	uint64_t before = counters[0];
	pthread_t thread;

	if (pthread_create(&thread, NULL, be_born, &counters[0]) != 0) {
		victim_fail("no thread can be created");
		return;
	}
	pthread_join(thread, NULL);
	if (counters[0] != before + 1)
		victim_fail("a thread did not run");
}

static void allocate(void)
{
	char *block = malloc(100);

	if (!block)
		victim_fail("no memory");
	else
		block[0] = 1;
	free(block);
}

static void sleep_a_little(void)
{
	const struct timespec span = {.tv_nsec = SLEEP_NS};
	uint64_t began = victim_now_ns();

	if (nanosleep(&span, NULL) != 0 && errno != EINTR)
		victim_fail("nanosleep failed: %d", errno);
	else if (victim_now_ns() - began < SLEEP_NS && !atomic_load(&victim_page->received) &&
		 !atomic_load(&victim_page->ticks))
		victim_fail("slept too short");
}

int main(int argc, char **argv)
{
	const char *mode = argc > 1 ? argv[1] : "spin";
	unsigned threads = argc > 2 ? (unsigned)atoi(argv[2]) : 0;
	const struct sigaction action = {.sa_handler = on_signal};
	pthread_t ids[THREADS_MAX];
	uint64_t n = 0;

	if (threads > THREADS_MAX)
		return 2;
	victim_init();
	sigaction(SIGUSR1, &action, NULL);
	sigaction(SIGUSR2, &action, NULL);
	for (unsigned i = 0; i < threads; i++)
		if (pthread_create(&ids[i], NULL, count, &counters[i]) != 0)
			return 2;
	victim_ready();
	while (!victim_stopping()) {
		uint64_t next = held_outer(n);

		if (next != n + 1)
			victim_fail("after %llu came %llu", (unsigned long long)n,
				    (unsigned long long)next);
		n = next;
		if (!strcmp(mode, "spawn"))
			held_one_more();
		if (!strcmp(mode, "alloc"))
			allocate();
		if (!strcmp(mode, "sleep"))
			sleep_a_little();
		if (!strcmp(mode, "exit") && atomic_load(&victim_page->received))
			_exit(7);
		if (!strcmp(mode, "exec") && atomic_load(&victim_page->received))
			execlp("true", "true", (char *)NULL);
		victim_round();
	}
	for (unsigned i = 0; i < threads; i++)
		pthread_join(ids[i], NULL);
	return victim_verdict();
}
