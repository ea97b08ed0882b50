/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A program to be stepped through: nested calls, recursion, a signal, and an exit status. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct pair {
	int first;
	double second;
};

static int counter;

static int twice(int value)
{
	int doubled = value * 2;

	counter++;
	return doubled;
}

static struct pair make_pair(int first, double second)
{
	struct pair made;

	made.first = first;
	made.second = second;
	return made;
}

static unsigned long factorial(unsigned n)
{
	if (n < 2)
		return 1;
	return n * factorial(n - 1);
}

static void nothing(const char *text)
{
	static int seen = 10;

	seen += (int)strlen(text);
}

static void on_signal(int signo)
{
	counter += signo;
}

static int sum(int count)
{
	int total = 0;

	for (int i = 0; i < count; i++) {
		int shadow = twice(i);

		total += shadow;
	}
	return total;
}

int main(int argc, char **argv)
{
	struct pair pair;
	int total;

	(void)argv;
	signal(SIGUSR1, on_signal);
	total = sum(3);
	nothing("four");
	pair = make_pair(total, 1.5);
	raise(SIGUSR1);
	if (argc > 1)
		abort();
	return (int)factorial(3) + pair.first % 2;
}
