/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What /proc says of a process. */
#ifndef IJ_REPL_GDB_PROC_H
#define IJ_REPL_GDB_PROC_H

#include "repl/util.h"

/** Its threads by number. @ret: free(3) it. Errors: GONE, NOMEM. */
struct ij_error *ij_gdb_threads(pid_t pid, pid_t **ret, size_t *len_ret) IJ_CLI_RESULT;

/** The words that it was started with, blanks between them. @ret: free(3) it. */
struct ij_error *ij_gdb_cmdline(pid_t pid, char **ret) IJ_CLI_RESULT;

/** The name that thread @tid has for the kernel. @ret: free(3) it. Errors: OS (it is gone), NOMEM.
 */
struct ij_error *ij_gdb_thread_name(pid_t pid, pid_t tid, char **ret) IJ_CLI_RESULT;

/** The process that traces @pid; 0: none does. */
pid_t ij_gdb_tracer(pid_t pid);

/** Where a thread that sleeps in a system call stands; false: it runs, or we may not know. */
bool ij_gdb_sleeps_at(pid_t pid, pid_t tid, uint64_t *ret);

#endif
