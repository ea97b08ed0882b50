/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The debug information of a session's modules, opened when it is asked for, and what it keeps of
 * values. */
#ifndef IJ_SESSION_DEBUGS_H
#define IJ_SESSION_DEBUGS_H

#include "lang/val.h"
#include "obj/modules.h"

struct ij_debugs;

struct ij_error *ij_debugs_create(struct ij_debugs **ret) IJ_WARN_UNUSED;
void ij_debugs_destroy(struct ij_debugs *debugs);

/** Where all types of the session live. Borrowed. */
struct ij_ctypes *ij_debugs_types(struct ij_debugs *debugs);

/**
 * The debug information of @mod, or NULL if it has none that can be read. Borrowed.
 *
 * Errors: NOMEM.
 */
struct ij_error *ij_debugs_of(struct ij_debugs *debugs, struct ij_modules *mods,
			      struct ij_module *mod, struct ij_debug **ret) IJ_WARN_UNUSED;

/** The same if it was opened already, else NULL. */
struct ij_debug *ij_debugs_peek(const struct ij_debugs *debugs, const struct ij_module *mod);

/**
 * Types that declarations of a person make, by the declaration's text, which stays where it is.
 *
 * @type: NULL: it is being read. ij_debugs_declared is false for a text that is not known.
 */
struct ij_error *ij_debugs_declare(struct ij_debugs *debugs, const char *text,
				   const struct ij_ctype *type) IJ_WARN_UNUSED;
bool ij_debugs_declared(const struct ij_debugs *debugs, const char *text,
			const struct ij_ctype **ret);
void ij_debugs_undeclare(struct ij_debugs *debugs, const char *text);

/**
 * Values that are kept: `$1`, `$2`, ... in their order, and `$name`.
 *
 * @name: with its $; "$" and "$$" are the last and the one before. @ret: bytes are borrowed.
 */
bool ij_debugs_value(const struct ij_debugs *debugs, const char *name, struct ij_val *ret);
/** Set @name, or with NULL append to the history; @number_ret: of the value there. Errors: NOMEM.
 */
struct ij_error *ij_debugs_keep(struct ij_debugs *debugs, const char *name,
				const struct ij_val *value, unsigned *number_ret) IJ_WARN_UNUSED;

/** How many values the history has. */
unsigned ij_debugs_history(const struct ij_debugs *debugs);
/** Name @idx, from 0, the newest first, with its $; NULL behind the last one. Borrowed. */
const char *ij_debugs_name(const struct ij_debugs *debugs, size_t idx);

/** Give `$name` the bytes of @value, if it is of that size. What is in the history stays. */
void ij_debugs_update(struct ij_debugs *debugs, const char *name, const struct ij_val *value);

#endif
