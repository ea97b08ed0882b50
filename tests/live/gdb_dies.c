/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A program that goes on for ever, to be killed while a debugger looks at it. See gdb_dies.py. */
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

volatile int counter;
volatile int never;

int forever(void)
{
	while (!never) {
		usleep(1000);
		counter++;
	}
	return counter;
}

int once(int n)
{
	int result = n;

	result += forever();
	return result;
}

int main(void)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	return once(1);
}
