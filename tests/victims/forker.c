/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * forker: forks and waits all the time, beside a thread that allocates, so that fork takes every
 * lock of the allocator. Each child allocates, checks its block, and exits. Ends when the page says
 * stop.
 */
#include "victim.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SIZE = 3000 };

static bool block_good(int value)
{
	char *block = malloc(SIZE), want[SIZE];
	memset(want, value, SIZE);
	if (!block)
		return false;
	memset(block, value, SIZE);
	bool good = memcmp(block, want, SIZE) == 0;
	free(block);
	return good;
}

static void *allocate(void *arg)
{
	(void)arg;
	for (int i = 0; !victim_stopping(); i++)
		if (!block_good(i))
			victim_fail("a block is wrong in the other thread");
	return NULL;
}

int main(void)
{
	pthread_t other;
	victim_init();
	if (pthread_create(&other, NULL, allocate, NULL) != 0)
		return 2;
	victim_ready();
	while (!victim_stopping()) {
		int status = -1;
		pid_t pid = fork();
		if (pid == 0)
			_exit(block_good(7) ? 42 : 1);
		if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status) ||
		    WEXITSTATUS(status) != 42)
			victim_fail("a child ended with wait status %#x", (unsigned)status);
		victim_round();
	}
	pthread_join(other, NULL);
	return victim_verdict();
}
