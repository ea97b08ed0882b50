/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Threads as people count them: a thread keeps its number for as long as the process lives. */
#ifndef IJ_REPL_GDB_THREADS_H
#define IJ_REPL_GDB_THREADS_H

#include "repl/gdb/gdb.h"

/** Number those that are new; forget all if the process is another one. */
struct ij_error *ij_gdb_threads_renew(struct ij_gdb *g) IJ_CLI_RESULT;
/** The number of thread @tid; 0: it has none. */
unsigned ij_gdb_thread_number(const struct ij_gdb *g, pid_t tid);
/** The thread that lives and has number @number; 0: there is none. */
pid_t ij_gdb_thread_of(struct ij_gdb *g, unsigned number);

/** "Thread 0x7f12 (LWP 12)", as gdb names it. @buf: @size bytes. */
void ij_gdb_thread_text(struct ij_gdb *g, pid_t tid, bool with_name, char *buf, size_t size);
/** "Thread 2 "name" ", as what happens in one of several is told. */
void ij_gdb_thread_tell(struct ij_gdb *g, pid_t tid);

/** How a command is made in several threads or frames. */
struct ij_gdb_applying {
	bool quiet, go_on, silent;
};

/**
 * Take the flags -q, -c and -s from @args.
 *
 * @ascending: -ascending is one of them; NULL: it is not. Errors: USAGE.
 */
struct ij_error *ij_gdb_apply_flags(char **args, struct ij_gdb_applying *ret, bool *ascending)
	IJ_CLI_RESULT;

/** Whether it is told which thread a stop is about: there are, or were, several. */
bool ij_gdb_threads_many(struct ij_gdb *g);

#endif
