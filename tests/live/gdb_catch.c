// SPDX-License-Identifier: LGPL-2.1-or-later
// What can be caught of a program: what it forks and executes, its system calls, its signals. The
// calls are made here, so that where they are made does not depend on what is known of the C
// library.
#include <signal.h>
#include <stddef.h>
#include <sys/syscall.h>

static long call(long number, long a, long b, long c)
{
	long result;

	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "0"(number), "D"(a), "S"(b), "d"(c)
			 : "rcx", "r11", "memory");
	return result;
}

/* The fourth argument is the size of the mask. */
static void set_action(int signo, const unsigned long *action)
{
	register long size __asm__("r10") = 8;
	long result;

	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "0"((long)SYS_rt_sigaction), "D"((long)signo), "S"(action), "d"(0L),
			   "r"(size)
			 : "rcx", "r11", "memory");
}

/* Their arguments are not told: a process has another number every time. */
static void signal_self(void)
{
	long number = SYS_getpid, self, result;

	__asm__ volatile("syscall" : "=a"(self) : "0"(number) : "rcx", "r11", "memory");
	number = SYS_kill;
	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "0"(number), "D"(self), "S"((long)SIGUSR1)
			 : "rcx", "r11", "memory");
}

int helper(int n)
{
	return n + 1;
}

int twice(int n)
{
	return helper(n) * 2;
}

int main(int argc, char **argv)
{
	char *none = NULL, *args[] = {argv[0], NULL};
	/* As the kernel has it: handler, flags, restorer, mask. */
	const unsigned long ignore[] = {(unsigned long)SIG_IGN, 0, 0, 0};
	long child;
	int n;

	set_action(SIGUSR1, ignore);
	child = call(SYS_fork, 0, 0, 0);
	if (!child)
		call(SYS_exit_group, 0, 0, 0);
	call(SYS_wait4, child, 0, 0);
	n = twice(argc);
	call(SYS_getpid, 0, 0, 0);
	call(SYS_getppid, 0, 0, 0);
	signal_self();
	n += twice(n);
	if (argc > 1)
		call(SYS_execve, (long)"/proc/self/exe", (long)args, (long)&none);
	return n & 1;
}
