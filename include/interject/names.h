/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A part of libinterject's interface, which interject/interject.h includes: names of a target, for
 * who completes what is typed, and its types. */
#ifndef INTERJECT_NAMES_H
#define INTERJECT_NAMES_H

#include <stdbool.h>
#include <stddef.h>

#include "interject/error.h"

#ifdef __cplusplus
extern "C" {
#endif

struct ij_session;

/**
 * Functions and variables of the target whose names begin with @prefix, which may begin with
 * "module!"; sorted, each once, @max at most, found so far by symbols alone.
 *
 * @ret: @len_ret names; free them with ij_names_free. Errors: USAGE (the session is not open),
 * NOMEM.
 */
IJ_API_RESULT struct ij_error *ij_session_names(struct ij_session *session, const char *prefix,
						size_t max, char ***ret, size_t *len_ret);
IJ_API void ij_names_free(char **names, size_t len);
/** Whether one of these names is a function's. */
IJ_API bool ij_session_has_function(const struct ij_session *session, const char *name);

/* ---- Types, as debug information has them ---- */

/**
 * The type that @text names, or that the value of the expression @text would have, as C defines it:
 * a struct with its members, one a line. Nothing is called. Of a Go program @text is a type's name.
 *
 * @ret: free(3) it. Errors: USAGE (the session is not open), SYNTAX, NOTFOUND, TYPE, LIMIT, NOMEM.
 */
IJ_API_RESULT struct ij_error *ij_session_type(struct ij_session *session, const char *text,
					       char **ret);

/**
 * The members that begin with @prefix of the struct or union that @text is, or points to; none of
 * any other value.
 *
 * @ret: as of ij_session_names. Errors: those of ij_session_type.
 */
IJ_API_RESULT struct ij_error *ij_session_members(struct ij_session *session, const char *text,
						  const char *prefix, char ***ret, size_t *len_ret);

/**
 * The types of all modules whose names have @text in them, as C writes them: "struct stat",
 * "size_t"; @max at most.
 *
 * @text: NULL: all. @ret: as of ij_session_names. Errors: USAGE, NOTFOUND (no module has debug
 * information), NOMEM.
 */
IJ_API_RESULT struct ij_error *ij_session_types(struct ij_session *session, const char *text,
						size_t max, char ***ret, size_t *len_ret);

/** The name of system call @nr, "read"; NULL if it has none here. Static storage. */
IJ_API const char *ij_syscall_name(int nr);

#ifdef __cplusplus
}
#endif

#endif
