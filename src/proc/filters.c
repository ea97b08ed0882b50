/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The seccomp filters of a thread under ptrace (ptrace(2); Linux, kernel/seccomp.c). */
#include <errno.h>
#include <string.h>

#include "proc/thread_impl.h"

struct ij_error *ij_thread_filter_get(struct ij_thread *thread, unsigned idx,
				      struct sock_filter *prog, size_t max, size_t *len_ret)
{
	long len = ij_ptrace(PTRACE_SECCOMP_GET_FILTER, thread->tid, idx, NULL);

	/* The kernel writes as many as there are, without asking how many there is room for. */
	if (len > 0 && (size_t)len > max)
		return ij_error_new(UNSUPPORTED, "a seccomp filter of %ld instructions", len);
	if (len > 0)
		len = ij_ptrace(PTRACE_SECCOMP_GET_FILTER, thread->tid, idx, prog);
	if (len >= 0) {
		*len_ret = (size_t)len;
		return NULL;
	}
	switch (errno) {
	case ENOENT:
		*len_ret = 0;
		return NULL;
	case EACCES:
		return ij_error_os(PERM, errno,
				   "a seccomp filter, which only CAP_SYS_ADMIN may read");
	case ESRCH:
		return ij_thread_failed(thread, "read the filters of");
	default:
		return ij_error_os(UNSUPPORTED, errno, "a seccomp filter that cannot be read (%s)",
				   strerror(errno));
	}
}

struct ij_error *ij_thread_unconfine(struct ij_thread *thread, bool on)
{
	uintptr_t options = IJ_THREAD_OPTIONS | (on ? PTRACE_O_SUSPEND_SECCOMP : 0);

	if (!ij_ptrace(PTRACE_SETOPTIONS, thread->tid, 0, (const void *)options))
		return NULL;
	if (errno == ESRCH)
		return ij_thread_failed(thread, "set the options of");
	return ij_error_os(UNSUPPORTED, errno, "seccomp cannot be suspended: %s", strerror(errno));
}
