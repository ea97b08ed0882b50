/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Experiments with system calls that need no other process (pidfd_open(2), openat2(2),
 * memfd_create(2)). */
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/memfd.h"
#include "doctor/experiments.h"

void ij_try_pidfd(struct ij_trial *trial)
{
	int fd = (int)syscall(SYS_pidfd_open, getpid(), 0);

	if (fd < 0)
		ij_trial_fails(trial, errno, "pidfd_open: %s", strerror(errno));
	else if (syscall(SYS_pidfd_send_signal, fd, 0, NULL, 0))
		ij_trial_fails(trial, errno, "pidfd_send_signal: %s", strerror(errno));
	else
		ij_trial_works(trial);
}

void ij_try_openat2(struct ij_trial *trial)
{
	const struct open_how how = {.flags = O_PATH | O_CLOEXEC,
				     .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS};

	if (syscall(SYS_openat2, AT_FDCWD, ".", &how, sizeof(how)) < 0)
		ij_trial_fails(trial, errno, "openat2: %s", strerror(errno));
	else
		ij_trial_works(trial);
}

void ij_try_memfd(struct ij_trial *trial)
{
	int fd = ij_memfd_create("interject-doctor");

	if (fd < 0)
		ij_trial_fails(trial, errno, "memfd_create: %s", strerror(errno));
	else if (ftruncate(fd, 4096) ||
		 fcntl(fd, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE))
		ij_trial_fails(trial, errno, "a memfd cannot be sealed: %s", strerror(errno));
	else
		ij_trial_works(trial);
}
