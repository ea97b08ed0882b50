/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the files about one thread under ptrace share. */
#ifndef IJ_PROC_THREAD_IMPL_H
#define IJ_PROC_THREAD_IMPL_H

#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "proc/thread.h"

/* Options end with their tracer, so these leave nothing behind when we die. */
#define IJ_THREAD_OPTIONS (PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC | PTRACE_O_TRACEEXIT)

/** glibc's wrapper takes an enum and a variable number of arguments; the kernel takes four longs.
 */
static inline long ij_ptrace(long request, pid_t tid, uintptr_t addr, const void *data)
{
	return syscall(SYS_ptrace, request, (long)tid, addr, data);
}

/** The error of errno: @what could not be done to the thread. */
struct ij_error *ij_thread_failed(const struct ij_thread *thread, const char *what) IJ_WARN_UNUSED;

#endif
