/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From the number of a command to its function. */
#include "repl/do.h"

static const ij_verb_fn functions[IJ_VERBS] = {
#define IJ_V(NAME, name, operand, flags, usage, summary) [IJ_VERB_##NAME] = ij_do_##name,
#define IJ_VB(NAME, name, operand, flags, usage, summary)
#include "repl/commands.def"
#undef IJ_V
};

ij_verb_fn ij_verb_function(enum ij_verb verb)
{
	return functions[verb];
}
