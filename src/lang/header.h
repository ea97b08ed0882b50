/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reading a user's header. */
#ifndef IJ_LANG_HEADER_H
#define IJ_LANG_HEADER_H

#include "base/error.h"

/**
 * The text of the regular file or pipe at @path.
 *
 * @ret: malloc'ed.
 * Errors: OS (it cannot be read), SYNTAX (it is no text), LIMIT (over 16 MiB), NOMEM.
 */
struct ij_error *ij_header_load(const char *path, char **ret) IJ_WARN_UNUSED;

#endif
