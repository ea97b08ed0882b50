/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Why the kernel refused an attachment (Linux, kernel/ptrace.c, __ptrace_may_access; Yama). */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "proc/process.h"

/* Yama's level, or -1 where the kernel has no Yama. */
static int yama_scope(void)
{
	char text[16] = "";
	int fd = open("/proc/sys/kernel/yama/ptrace_scope", O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return -1;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	return n > 0 ? atoi(text) : -1;
}

static bool have_sys_ptrace(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[2] = {{0}};

	if (syscall(SYS_capget, &header, data))
		return false;
	return data[CAP_SYS_PTRACE / 32].effective >> (CAP_SYS_PTRACE % 32) & 1;
}

static struct ij_error *traced(pid_t pid, const struct ij_status *status)
{
	struct ij_process tracer = {.pid = status->tracer};
	struct ij_status by = {.comm = "?"};
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d", status->tracer);
	tracer.proc_fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (tracer.proc_fd >= 0) {
		ij_error_free(ij_process_status(&tracer, 0, &by));
		close(tracer.proc_fd);
	}
	return ij_error_os(
		TRACED, EPERM,
		"cannot attach to %d (%s): process %d (%s) is tracing it already; let that "
		"one detach first",
		pid, status->comm, status->tracer, by.comm);
}

struct ij_error *ij_process_denied(pid_t pid, int os)
{
	struct ij_process process = {.pid = pid};
	struct ij_status status = {.comm = "?"};
	IJ_ERROR_AUTO err = NULL;
	int scope = yama_scope();
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d", pid);
	process.proc_fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (process.proc_fd < 0 || os == ESRCH)
		return ij_error_os(NOPROC, os, "no process %d", pid);
	err = ij_process_status(&process, 0, &status);
	close(process.proc_fd);
	if (err)
		return ij_error_os(NOPROC, os, "no process %d", pid);
	if (status.tracer)
		return traced(pid, &status);
	if (os != EPERM && os != EACCES)
		return ij_error_os(OS, os, "cannot attach to %d (%s): %s", pid, status.comm,
				   strerror(os));
	if (scope == 3)
		return ij_error_os(
			PERM, os,
			"cannot attach to %d (%s): Yama ptrace_scope is 3, which forbids "
			"tracing until the next boot; boot with kernel.yama.ptrace_scope=0",
			pid, status.comm);
	if (have_sys_ptrace())
		return ij_error_os(
			PERM, os,
			"cannot attach to %d (%s): refused although we have CAP_SYS_PTRACE; "
			"the target lives in another user namespace, or a security module "
			"(SELinux, AppArmor) forbids it: run in the target's namespace, or "
			"see the audit log",
			pid, status.comm);
	if (geteuid() != status.uid)
		return ij_error_os(
			PERM, os,
			"cannot attach to %d (%s): it belongs to user %u and we are user %u; "
			"run as root, as that user, or with CAP_SYS_PTRACE",
			pid, status.comm, status.uid, geteuid());
	if (scope == 1)
		return ij_error_os(
			PERM, os,
			"cannot attach to %d (%s): Yama ptrace_scope is 1 and %d is not our "
			"child; run as root, or set kernel.yama.ptrace_scope=0",
			pid, status.comm, pid);
	if (scope == 2)
		return ij_error_os(PERM, os,
				   "cannot attach to %d (%s): Yama ptrace_scope is 2, which needs "
				   "CAP_SYS_PTRACE; run as root, or set kernel.yama.ptrace_scope=0",
				   pid, status.comm);
	return ij_error_os(
		PERM, os,
		"cannot attach to %d (%s): it is not dumpable (it changed its user, or runs "
		"a file we may not read), or has capabilities that we have not; run as root, "
		"or give the container CAP_SYS_PTRACE",
		pid, status.comm);
}
