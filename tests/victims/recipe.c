/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A program as the recipes find it, without debug information: it has printed something that lies
 * in a buffer, lost a block of memory, and works on. Built plainly, for coverage, for profiles, and
 * with a leak checker.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

static void *volatile kept;

static int twice(int n)
{
	return n < 0 ? -1 : 2 * n;
}

static void say(const char *text)
{
	if (write(1, text, strlen(text)) < 0)
		_exit(1);
}

int main(void)
{
	int sum = 0;

	prctl(PR_SET_PDEATHSIG, 9);
	setvbuf(stdout, NULL, _IOFBF, 4096);
	for (int i = 0; i < 7; i++)
		sum += twice(i);
	printf("buffered %d\n", sum);
	kept = malloc(1234);
	kept = NULL;
	say("ready\n");
	for (;;) {
		const struct timespec pause = {.tv_nsec = 10 * 1000 * 1000};

		say("working\n");
		nanosleep(&pause, NULL);
	}
}
