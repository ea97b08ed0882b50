/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a captured call wrote, to our own standard output and error. */
#ifndef IJ_REPL_OUTPUT_H
#define IJ_REPL_OUTPUT_H

#include "repl/util.h"

/** Pass it on, in order. @cut: what precedes the words that there was more. */
void ij_output_pass_on(const struct ij_result *result, const char *cut);

#endif
