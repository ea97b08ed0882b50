/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Places of the XDG Base Directory Specification, 0.8. */
#ifndef IJ_REPL_XDG_H
#define IJ_REPL_XDG_H

#include "repl/util.h"

/**
 * The path of file @name of ours below the folder that environment variable @variable names, by
 * default @fallback below the home folder of our user.
 *
 * @make: make its folders, as far as they are missing.
 * Returns NULL if there is no such place: no home, or memory ran out. free(3) it.
 */
char *ij_xdg_path(const char *variable, const char *fallback, const char *name, bool make);

#endif
