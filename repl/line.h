/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Reading lines from a person: editing, history and completion by readline(3), which is used in
 * line.c alone. The program that uses it is under GPL-3.0-or-later (DESIGN, Licence). It has
 * global state, so there is one reader.
 */
#ifndef IJ_REPL_LINE_H
#define IJ_REPL_LINE_H

#include <signal.h>

#include "repl/util.h"

/** What may stand where a word was begun. */
struct ij_words {
	IJ_LIST(char *) list; /* owned */
	bool files;           /* none of the list: names of files */
	bool calls;           /* a bracket follows the only one, not a blank */
	bool open;            /* nothing follows it: it may go on */
};

/** @before: the line up to the word; @word: what there is of it. */
typedef void (*ij_line_complete)(void *ctx, const char *before, const char *word,
				 struct ij_words *ret);

enum ij_line_end {
	IJ_LINE_TEXT,
	IJ_LINE_EOF,         /* Ctrl-D, or the terminal went away */
	IJ_LINE_INTERRUPTED, /* by a signal: *interrupted */
	IJ_LINE_EVENT, /* the watched descriptor is readable; what was typed is kept for the next
			  time */
};

/**
 * Begin. @history: a descriptor of its file, which is read now and stays the caller's; -1: none.
 *
 * False: readline cannot be loaded, and that was told; nothing else of this file may be called
 * then.
 */
bool ij_line_init(ij_line_complete complete, void *ctx, int history);
/** Add to the history what was typed; what other sessions added meanwhile stays. @limit: lines of
 * it that are kept; 0: it stays as it is. */
void ij_line_deinit(int limit);

/**
 * Read a line.
 *
 * @prompt: "\001...\002" around what is not printed. @watch: a descriptor, or -1. @interrupted: set
 * by signal handlers; SIGINT, SIGTERM, SIGHUP, SIGWINCH and SIGCONT reach them only while this
 * function waits.
 * @ret: of TEXT; free(3) it.
 */
enum ij_line_end ij_line_read(const char *prompt, int watch,
			      const volatile sig_atomic_t *interrupted, char **ret);

/** Keep @line in the history, unless it is empty or the same as the one before. */
void ij_line_remember(const char *line);

#endif
