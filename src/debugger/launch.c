/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Starting a program to be debugged: what posix_spawn(3) does, and what it cannot: fixed addresses,
 * and standing still until it is traced (gdb/nat/fork-inferior.c tells what a program expects).
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "debugger/own.h"

#define OPTIONS                                                                              \
	(PTRACE_O_EXITKILL | PTRACE_O_TRACEEXEC | PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK | \
	 PTRACE_O_TRACEVFORK | PTRACE_O_TRACEVFORKDONE | PTRACE_O_TRACESYSGOOD)

/* What the new process needs; nothing is allocated there. */
struct start {
	const struct ij_debugger_run *run;
	char *const *argv;
	int go; /* a byte can be read once it is traced */
};

/* Of the new process, without what the program that we are part of does at its end. */
static void leave(int status)
{
	for (;;)
		syscall(SYS_exit_group, status);
}

/* In the new process, which never returns. */
static void execute(const struct start *start)
{
	const struct ij_debugger_run *run = start->run;
	sigset_t none;
	char byte;

	setpgid(0, 0);
	if (!run->random_addresses)
		personality((unsigned long)personality(0xffffffff) | ADDR_NO_RANDOMIZE);
	if (run->cwd && syscall(SYS_chdir, run->cwd))
		leave(126);
	if (run->tty) {
		int fd = open(run->tty, O_RDWR);

		for (int i = 0; fd >= 0 && i < 3; i++)
			dup2(fd, i);
	}
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (read(start->go, &byte, 1) != 1)
		leave(126);
	execve(start->argv[0], start->argv, run->env ? run->env : environ);
	leave(127);
}

static struct ij_error *os_error(const char *what)
{
	return ij_error_os(OS, errno, "%s: %s.", what, strerror(errno));
}

/* Give it the terminal that we have, if we have one. */
static void give_terminal(pid_t pid)
{
	sigset_t ttou, old;

	if (!isatty(0) || tcgetpgrp(0) != getpgrp())
		return;
	sigemptyset(&ttou);
	sigaddset(&ttou, SIGTTOU);
	pthread_sigmask(SIG_BLOCK, &ttou, &old);
	tcsetpgrp(0, pid);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
}

/* Wait for the exec that begins the program, the @execs-th, and for its return. */
static struct ij_error *await_program(pid_t pid, unsigned execs)
{
	for (;;) {
		int status, signo;

		if (waitpid(pid, &status, __WALL) < 0) {
			if (errno == EINTR)
				continue;
			return os_error("wait");
		}
		if (WIFEXITED(status))
			return ij_error_new(GONE, "During startup program exited with code %d.",
					    WEXITSTATUS(status));
		if (WIFSIGNALED(status))
			return ij_error_new(GONE,
					    "During startup program terminated with signal SIG%s, "
					    "%s.",
					    sigabbrev_np(WTERMSIG(status)),
					    strsignal(WTERMSIG(status)));
		signo = WSTOPSIG(status);
		if (!execs)
			return NULL;
		if (status >> 16 == PTRACE_EVENT_EXEC) {
			if (!--execs) {
				/* So that nobody takes it for one of the program's calls. */
				ptrace(PTRACE_SYSCALL, pid, NULL, NULL);
				continue;
			}
			signo = 0;
		} else if (status >> 16) {
			signo = 0;
		}
		ptrace(PTRACE_CONT, pid, NULL, (void *)(uintptr_t)signo);
	}
}

static struct ij_error *begin(const struct start *start, int go, unsigned execs, pid_t *ret)
{
	/* A copy, not a thread: between it and the exec only the calls above are made. */
	pid_t pid = (pid_t)syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL);
	struct ij_error *err = NULL;

	if (!pid)
		execute(start);
	if (pid < 0)
		return os_error("fork");
	setpgid(pid, pid);
	if (ptrace(PTRACE_SEIZE, pid, NULL, (void *)(uintptr_t)OPTIONS))
		err = os_error("ptrace");
	give_terminal(pid);
	if (!err && write(go, "", 1) != 1)
		err = os_error("write");
	if (!err)
		err = await_program(pid, execs);
	if (err) {
		kill(pid, SIGKILL);
		while (waitpid(pid, NULL, __WALL) < 0 && errno == EINTR)
			;
		return err;
	}
	*ret = pid;
	return NULL;
}

static struct ij_error *spawn(const struct ij_debugger_run *run, pid_t *ret)
{
	char shell_flag[] = "-c";
	char *shell_argv[] = {(char *)(uintptr_t)run->shell, shell_flag, NULL, NULL};
	struct start start = {.run = run};
	struct ij_error *err;
	char *command = NULL;
	int go[2];

	if (run->shell) {
		if (asprintf(&command, "exec %s", run->command) < 0)
			return ij_error_nomem();
		shell_argv[2] = command;
		start.argv = shell_argv;
	} else {
		start.argv = run->argv;
	}
	if (pipe2(go, O_CLOEXEC)) {
		free(command);
		return os_error("pipe");
	}
	start.go = go[0];
	err = begin(&start, go[1], run->shell ? 2 : 1, ret);
	close(go[0]);
	close(go[1]);
	free(command);
	return err;
}

struct ij_error *ij_inferior_start(const struct ij_debugger_run *run, struct ij_inferior **ret)
{
	struct ij_inferior *inf = calloc(1, sizeof(*inf));
	struct ij_inferior_thread thread = {.running = false};
	struct ij_error *err;
	char path[32];

	if (!inf)
		return ij_error_nomem();
	inf->ops = &ij_own_ops;
	inf->mem = -1;
	err = spawn(run, &inf->pid);
	if (err) {
		free(inf);
		return err;
	}
	thread.tid = inf->pid;
	err = ij_vec_push(&inf->threads, thread);
	snprintf(path, sizeof(path), "/proc/%d/mem", inf->pid);
	inf->mem = open(path, O_RDWR | O_CLOEXEC);
	if (!err && inf->mem < 0)
		err = os_error(path);
	if (err) {
		ij_inferior_destroy(inf);
		return err;
	}
	*ret = inf;
	return NULL;
}
