/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The settings of settings.def, by name. */
#ifndef IJ_REPL_SETTINGS_H
#define IJ_REPL_SETTINGS_H

#include "repl/interp.h"

/** Name @idx, NULL behind the last one, and what it is for. Static storage. */
const char *ij_setting_name(size_t idx);

/** Set @name, @len bytes. Errors: NOTFOUND, USAGE (the value), NOMEM. */
struct ij_error *ij_setting_set(struct ij_interp *interp, const char *name, size_t len,
				const char *value) IJ_CLI_RESULT;
/** "NAME VALUE" of setting @idx. */
void ij_setting_print(const struct ij_interp *interp, size_t idx, struct ij_text *out);

#endif
