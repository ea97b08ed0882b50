/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reading a script's file as a whole. */
#ifndef IJ_REPL_FILE_H
#define IJ_REPL_FILE_H

#include "repl/util.h"

/**
 * All of the text that @fd gives, up to IJ_SCRIPT_SIZE_MAX bytes.
 *
 * @name: for messages. @ret: free(3) it. Errors: OS, LIMIT, BADDATA (a NUL in it), NOMEM.
 */
struct ij_error *ij_file_read(int fd, const char *name, char **ret) IJ_CLI_RESULT;

/** The same of the file @path; "-": standard input. */
struct ij_error *ij_file_load(const char *path, char **ret) IJ_CLI_RESULT;

#endif
