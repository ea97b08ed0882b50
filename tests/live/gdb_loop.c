/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A process that a debugger attaches to: it waits until `go` is set, goes five rounds, and says at
 * its end what came of them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <signal.h>
#include <unistd.h>

struct total {
	int rounds, sum;
};

volatile int go;
int counter;
struct total total;

int add(int a, int b)
{
	int sum = a + b;

	counter += sum;
	return sum;
}

int factorial(int n)
{
	if (n < 2)
		return 1;
	return n * factorial(n - 1);
}

int round_of(int n)
{
	int twice = 0;

	twice = add(n, n);
	total.rounds++;
	total.sum += twice;
	twice = factorial(n);
	return twice;
}

static int waited(void)
{
	usleep(1000);
	return go;
}

int main(void)
{
	int all = 0;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	fprintf(stderr, "ready\n");
	while (!waited())
		;
	for (int n = 1; n <= 5; n++) {
		free(malloc((size_t)n));
		all += round_of(n);
	}
	while (getchar() != EOF)
		;
	fprintf(stderr, "rounds %d sum %d counter %d all %d\n", total.rounds, total.sum, counter,
		all);
	return 0;
}
