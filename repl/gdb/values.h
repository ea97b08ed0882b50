/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What expressions ask the session: hooks of struct ij_debugger_hooks. */
#ifndef IJ_REPL_GDB_VALUES_H
#define IJ_REPL_GDB_VALUES_H

#include "repl/gdb/gdb.h"

/** `number`; @ctx: the session. */
bool ij_gdb_value_number(void *ctx, const char *name, int64_t *ret);
/** `setting`; @ctx: the session. */
struct ij_error *ij_gdb_value_setting(void *ctx, const char *name, char **ret, bool *is_number_ret,
				      int64_t *number_ret) IJ_CLI_RESULT;

#endif
