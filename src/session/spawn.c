/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Starting the tracer process.
 *
 * posix_spawn(3) is vfork(2) done right, and safe in threaded hosts. But exec makes every child one
 * that signals SIGCHLD and that wait(2) of anybody meets (Linux, fs/exec.c, de_thread). So a
 * process in between, which shares all with us, starts the tracer and ends at once: the tracer goes
 * to init. That process never executes anything, so it signals nothing and only we can wait for it
 * (__WCLONE in waitpid(2)).
 */
#include "session/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "session/locate_tracer.h"

#define CHILD_SOCK 3            /* the descriptor's number in the child */
#define STACK_SIZE (128 * 1024) /* of the process in between; posix_spawn maps its own besides */

extern char **environ;

static int set_file_actions(posix_spawn_file_actions_t *actions, int sock)
{
	int err = posix_spawn_file_actions_addopen(actions, 0, "/dev/null", O_RDONLY, 0);

	if (!err)
		err = posix_spawn_file_actions_addopen(actions, 1, "/dev/null", O_WRONLY, 0);
	if (!err)
		err = posix_spawn_file_actions_adddup2(actions, sock, CHILD_SOCK);
	if (!err)
		err = posix_spawn_file_actions_addclosefrom_np(actions, CHILD_SOCK + 1);
	return err;
}

/*
 * All signals at their defaults and none blocked; a process group of its own, so that an interrupt
 * or a stop typed at the terminal reaches the client alone: a stopped tracer would keep its target
 * stopped.
 */
static int set_attributes(posix_spawnattr_t *attr)
{
	sigset_t none, all;
	int err;

	sigemptyset(&none);
	sigfillset(&all);
	err = posix_spawnattr_setsigmask(attr, &none);
	if (!err)
		err = posix_spawnattr_setsigdefault(attr, &all);
	if (!err)
		err = posix_spawnattr_setpgroup(attr, 0);
	if (!err)
		err = posix_spawnattr_setflags(attr, POSIX_SPAWN_SETSIGMASK |
							     POSIX_SPAWN_SETSIGDEF |
							     POSIX_SPAWN_SETPGROUP);
	return err;
}

/* What is started, by whom it may be. */
struct start {
	const char *path;
	int sock;
	pid_t pid;
	int pidfd;
	int err;      /* an errno value, or 0 */
	bool started; /* it is the descriptor that could not be had */
};

/* Execute start->path; an errno value, or 0. */
static int execute(struct start *start)
{
	char number[] = {'0' + CHILD_SOCK, 0};
	char name[] = IJ_TRACER_NAME;
	char *argv[] = {name, number, NULL};
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	int err = posix_spawn_file_actions_init(&actions);

	if (err)
		return err;
	err = posix_spawnattr_init(&attr);
	if (!err) {
		err = set_file_actions(&actions, start->sock);
		if (!err)
			err = set_attributes(&attr);
		if (!err)
			err = posix_spawn(&start->pid, start->path, &actions, &attr, argv, environ);
		posix_spawnattr_destroy(&attr);
	}
	posix_spawn_file_actions_destroy(&actions);
	return err;
}

/* Start the tracer, and hold it by a descriptor while its number is certainly its own. */
static int start_tracer(void *arg)
{
	struct start *start = arg;

	start->err = execute(start);
	if (start->err)
		return 0;
	start->started = true;
	start->pidfd = (int)syscall(SYS_pidfd_open, start->pid, 0);
	if (start->pidfd < 0) {
		start->err = errno;
		kill(start->pid, SIGKILL);
		waitpid(start->pid, NULL, 0);
	}
	return 0;
}

/*
 * The same in a process in between. It has our memory and our descriptors, and we stand still
 * meanwhile; it must not run handlers of ours, so signals are blocked.
 */
static void start_orphan(struct start *start)
{
	char *stack = malloc(STACK_SIZE);
	sigset_t all, old;
	pid_t pid;

	if (!stack) {
		start->err = ENOMEM;
		return;
	}
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	pid = clone(start_tracer, (void *)((uintptr_t)(stack + STACK_SIZE) & ~(uintptr_t)15),
		    CLONE_VM | CLONE_VFORK | CLONE_FILES, start);
	if (pid < 0)
		start->err = errno;
	else
		while (waitpid(pid, NULL, __WCLONE) < 0 && errno == EINTR)
			;
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	free(stack);
}

struct ij_error *ij_spawn_tracer(const char *path, bool child, struct ij_spawned *ret)
{
	struct start start = {.path = path};
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
		return ij_error_os(OS, errno, "cannot make a socket pair: %s", strerror(errno));
	start.sock = pair[1];
	if (child)
		start_tracer(&start);
	else
		start_orphan(&start);
	close(pair[1]);
	if (start.err) {
		close(pair[0]);
		if (start.started)
			return ij_error_os(
				OS, start.err,
				"cannot open a pidfd of the tracer: %s; it takes Linux "
				"5.3, and a seccomp profile of the container that allows "
				"pidfd_open",
				strerror(start.err));
		return ij_error_os(OS, start.err, "cannot execute %s as the tracer: %s", path,
				   strerror(start.err));
	}
	*ret = (struct ij_spawned){.pid = start.pid, .pidfd = start.pidfd, .sock = pair[0]};
	return NULL;
}
