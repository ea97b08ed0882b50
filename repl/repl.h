/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The interactive front end: one line after another, until the end of input. */
#ifndef IJ_REPL_REPL_H
#define IJ_REPL_REPL_H

#include "repl/interp.h"

/** An init file. */
struct ij_repl_init {
	char *path, *text;      /* owned; text NULL: left out, for `error` */
	struct ij_error *error; /* owned; NULL: none */
};

/** What a person keeps in files, opened while the program still has its user's rights. */
struct ij_repl_files {
	int history;                        /* a descriptor; -1: none is kept */
	IJ_LIST(struct ij_repl_init) inits; /* in the order in which they are run */
};

/**
 * Open the history, $XDG_STATE_HOME/interject/history, and with @init read the init files: init.ij
 * in $XDG_CONFIG_DIRS/interject and $XDG_CONFIG_HOME/interject. One that others could write to is
 * left out.
 */
void ij_repl_files_open(struct ij_repl_files *files, bool init);
void ij_repl_files_close(struct ij_repl_files *files);
/** Run the init files; what was left out is told. */
void ij_repl_files_run(const struct ij_repl_files *files, struct ij_interp *interp);

struct ij_repl {
	struct ij_interp *interp;
	int history; /* a descriptor, or -1 */
	bool plain;  /* standard input is no terminal: no prompt, no editing */
	const volatile sig_atomic_t *hangup; /* it ends: SIGTERM or SIGHUP came */
};

/** Read and run lines until the end, a `quit` or a hangup. */
void ij_repl_run(struct ij_repl *repl);

#endif
