/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A program for gdb's one-liners: it sleeps, allocates and prints, and when it is told to end, says
 * what it has become. Output that was not flushed, its environment, its limits are what calls
 * change.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

struct point {
	int x, y;
	char name[12];
	struct point *next;
};

enum colour { RED, GREEN, BLUE };

struct point origin = {1, 2, "abc", &origin};
unsigned long max_connections = 151;
double ratio = 2.5;
char text[20] = "hello";
int numbers[5] = {1, 2, 3, 4, 5};
enum colour colour = GREEN;
volatile int done;

int twice(int x)
{
	return 2 * x;
}

struct point make_point(int x)
{
	struct point made = {x, x + 1, "made", NULL};

	return made;
}

double add(double a, double b)
{
	return a + b;
}

void nothing(void)
{
}

int crash(void)
{
	*(volatile int *)8 = 1;
	return 0;
}

int (*function)(int) = twice;

int main(int argc, char **argv)
{
	char line[8];
	mode_t mask;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	setvbuf(stdout, NULL, _IOFBF, 4096);
	setenv("COLOUR", "blue", 1);
	printf("begun\n");
	fprintf(stderr, "ready\n");
	(void)argc;
	(void)argv;
	while (!done) {
		struct pollfd pfd = {.fd = 0, .events = POLLIN};

		free(malloc(100));
		if (poll(&pfd, 1, 50) > 0 && read(0, line, sizeof(line)) <= 0)
			break;
	}
	mask = umask(0);
	fprintf(stderr, "mask %03o max %lu x %d env %s\n", (unsigned)mask, max_connections,
		origin.x, getenv("ADDED") ? getenv("ADDED") : "none");
	return 0;
}
