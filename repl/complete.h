/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What may stand at a place of a line that is being typed. */
#ifndef IJ_REPL_COMPLETE_H
#define IJ_REPL_COMPLETE_H

#include "repl/interp.h"
#include "repl/line.h"

/** An ij_line_complete whose context is the interpreter. */
void ij_complete(void *interp, const char *before, const char *word, struct ij_words *ret);

#endif
