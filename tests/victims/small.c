/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * small guarded|bare: threads on stacks of 16 KiB each, at work at changing depths.
 *
 * With `guarded` the stacks are glibc's, with a guard page. With `bare` they are parts of one
 * mapping, as a program's own pool of stacks is, and below each lies data that the thread verifies:
 * who needs more stack than there is overwrites it. Ends when the page says stop.
 */
#include "callees.h"
#include "victim.h"

#include <pthread.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { THREADS = 4, STACK = 16 * 1024, DATA = 48 * 1024, DEPTH = 6 };

static unsigned char *pool; /* THREADS x (DATA, then STACK); NULL: guarded */

static __attribute__((noinline)) unsigned dig(unsigned depth, unsigned seed)
{
	volatile unsigned char here[256];
	for (unsigned i = 0; i < sizeof(here); i++)
		here[i] = (unsigned char)(seed + i);
	unsigned below = depth ? dig(depth - 1, seed + 1) : 0;
	for (unsigned i = 0; i < sizeof(here); i++)
		if (here[i] != (unsigned char)(seed + i))
			victim_fail("a frame at depth %u changed", depth);
	return below + here[0];
}

static void check_data(const unsigned char *data)
{
	for (unsigned i = 0; i < DATA; i++)
		if (data[i] != (unsigned char)(i * 7)) {
			victim_fail("the byte %u below a stack was overwritten", DATA - i);
			return;
		}
}

static void *churn(void *arg)
{
	const unsigned char *data = arg;
	victim_page->tid = (int32_t)syscall(SYS_gettid);
	for (unsigned round = 0; !victim_stopping(); round++) {
		for (unsigned i = 0; i < 500; i++)
			dig(round % DEPTH, i);
		if (data)
			check_data(data);
		victim_round();
	}
	return NULL;
}

int main(int argc, char **argv)
{
	pthread_t ids[THREADS];
	pthread_attr_t attr;
	if (argc < 2)
		return 2;
	victim_init();
	if (strcmp(argv[1], "bare") == 0) {
		size_t size = (size_t)THREADS * (DATA + STACK);
		pool = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (pool == MAP_FAILED)
			return 2;
	}
	pthread_attr_init(&attr);
	for (unsigned i = 0; i < THREADS; i++) {
		unsigned char *data = pool ? pool + i * (DATA + STACK) : NULL;
		for (unsigned k = 0; data && k < DATA; k++)
			data[k] = (unsigned char)(k * 7);
		if (data ? pthread_attr_setstack(&attr, data + DATA, STACK)
			 : pthread_attr_setstacksize(&attr, STACK))
			return 2;
		if (pthread_create(&ids[i], &attr, churn, data) != 0)
			return 2;
	}
	while (victim_page->rounds == 0)
		usleep(1000);
	int32_t tid = victim_page->tid;
	victim_ready(); /* names this thread */
	victim_page->tid = tid;
	for (unsigned i = 0; i < THREADS; i++)
		pthread_join(ids[i], NULL);
	return victim_verdict();
}
