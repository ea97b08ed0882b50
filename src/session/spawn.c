/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Starting the tracer process (posix_spawn(3): vfork-like, async-signal-safe in threaded hosts). */
#include "session/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define TRACER     "interject-tracer"
#define CHILD_SOCK 3 /* the descriptor's number in the child */

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

/* Execute @path; an errno value, or 0. */
static int execute(const char *path, int sock, pid_t *ret)
{
	char number[] = {'0' + CHILD_SOCK, 0};
	char name[] = TRACER;
	char *argv[] = {name, number, NULL};
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	int err = posix_spawn_file_actions_init(&actions);

	if (err)
		return err;
	err = posix_spawnattr_init(&attr);
	if (!err) {
		err = set_file_actions(&actions, sock);
		if (!err)
			err = set_attributes(&attr);
		if (!err)
			err = posix_spawn(ret, path, &actions, &attr, argv, environ);
		posix_spawnattr_destroy(&attr);
	}
	posix_spawn_file_actions_destroy(&actions);
	return err;
}

#ifdef IJ_STATIC
static struct ij_error *find_and_execute(int sock, pid_t *ret)
{
	int err = execute("/proc/self/exe", sock, ret);

	return err ? ij_error_os(OS, err, "cannot execute /proc/self/exe as the tracer: %s",
				 strerror(err))
		   : NULL;
}
#else
static struct ij_error *find_and_execute(int sock, pid_t *ret)
{
	static const char *const places[] = {TRACER, "../libexec/interject/" TRACER};
	char self[PATH_MAX], path[PATH_MAX + 64];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	char *slash;
	int err = ENOENT;

	if (n < 0)
		return ij_error_os(OS, errno, "cannot read /proc/self/exe: %s", strerror(errno));
	self[n] = 0;
	slash = strrchr(self, '/');
	if (slash)
		*slash = 0;
	for (size_t i = 0; i < IJ_COUNT(places) && err == ENOENT; i++) {
		snprintf(path, sizeof(path), "%s/%s", self, places[i]);
		err = execute(path, sock, ret);
	}
	if (err == ENOENT)
		return ij_error_os(OS, err,
				   "cannot find " TRACER " in %s or %s/../libexec/interject; "
				   "reinstall interject",
				   self, self);
	return err ? ij_error_os(OS, err, "cannot execute %s: %s", path, strerror(err)) : NULL;
}
#endif

struct ij_error *ij_spawn_tracer(const char *path, struct ij_spawned *ret)
{
	struct ij_error *err = NULL;
	int pair[2], pidfd, status;
	pid_t pid = -1;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
		return ij_error_os(OS, errno, "cannot make a socket pair: %s", strerror(errno));
	if (path) {
		int os = execute(path, pair[1], &pid);

		if (os)
			err = ij_error_os(OS, os, "cannot execute %s: %s", path, strerror(os));
	} else {
		err = find_and_execute(pair[1], &pid);
	}
	close(pair[1]);
	if (err) {
		close(pair[0]);
		return err;
	}
	pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	if (pidfd < 0) {
		err = ij_error_os(OS, errno, "cannot open a pidfd of the tracer: %s",
				  strerror(errno));
		close(pair[0]);
		kill(pid, SIGKILL);
		waitpid(pid, &status, 0);
		return err;
	}
	*ret = (struct ij_spawned){.pid = pid, .pidfd = pidfd, .sock = pair[0]};
	return NULL;
}
