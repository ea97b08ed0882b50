/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Lines of the other side of GDB/MI, also while the program runs. */
#ifndef IJ_REPL_GDB_MI_INPUT_H
#define IJ_REPL_GDB_MI_INPUT_H

#include <pthread.h>

#include "repl/gdb/gdb.h"
#include "repl/text.h"

/**
 * What the other side sends while the program runs is read by a thread of ours, unless the program
 * shares the terminal that it comes from: of these lines -exec-interrupt and -gdb-exit are obeyed
 * at once, and all others wait.
 */
struct ij_mi_input {
	struct ij_gdb_input lines; /* first: for commands that read more lines */
	int fd;
	struct ij_text buf; /* bytes that were read, from `pos` on not yet taken */
	size_t pos;
	bool eof;
	pthread_mutex_t lock; /* over all above */
	pthread_t watcher, owner;
	bool watching;
	int wake[2]; /* a pipe that ends the watching */
	/** A line came while the program runs. Whether it was obeyed. Called by the watcher. */
	bool (*urgent)(void *ctx, const char *line);
	void *ctx;
};

/** @fd: borrowed. Errors: OS. */
struct ij_error *ij_mi_input_init(struct ij_mi_input *input, int fd) IJ_CLI_RESULT;
void ij_mi_input_deinit(struct ij_mi_input *input);

/** The next line without its end, to be freed; NULL: there is none any more. */
char *ij_mi_input_line(struct ij_mi_input *input);

/** Whether a whole line is there already. */
bool ij_mi_input_pending(struct ij_mi_input *input);

/** Watch for urgent lines from now on; a signal SIGINT interrupts the caller's thread. */
void ij_mi_input_watch(struct ij_mi_input *input);
void ij_mi_input_unwatch(struct ij_mi_input *input);

#endif
