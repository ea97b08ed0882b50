/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What each command does: one function each, named by commands.def. */
#ifndef IJ_REPL_DO_H
#define IJ_REPL_DO_H

#include "repl/interp.h"

#define IJ_V(NAME, name, operand, flags, usage, summary)                                  \
	struct ij_error *ij_do_##name(struct ij_interp *interp, const char *operand_text) \
		IJ_CLI_RESULT;
#define IJ_VB(NAME, name, operand, flags, usage, summary)
#include "repl/commands.def"
#undef IJ_V

#endif
