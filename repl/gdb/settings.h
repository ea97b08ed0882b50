/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What gdb's `set` and `show` know: settings.def. */
#ifndef IJ_REPL_GDB_SETTINGS_H
#define IJ_REPL_GDB_SETTINGS_H

#include <stdint.h>

#include "repl/util.h"

struct ij_gdb;

enum ij_gdb_setting {
#define IJ_GS(NAME, name, kind, value, words, sentence) IJ_GDB_SETTING_##NAME,
#include "repl/gdb/settings.def"
#undef IJ_GS
	IJ_GDB_SETTINGS
};

struct ij_gdb_settings {
	int64_t numbers[IJ_GDB_SETTINGS]; /* of BOOL, UINT, ENUM (the number of its word), AUTO */
	char *texts[IJ_GDB_SETTINGS];     /* of TEXT; NULL: "" */
	bool is_cxx;                      /* what "auto" is as a language at this moment */
};

/** The name of setting @idx; NULL behind the last one. Static. */
const char *ij_gdb_setting_name(size_t idx);

/* Among the words of LANGUAGE. */
enum { IJ_GDB_LANGUAGE_CXX = 6, IJ_GDB_LANGUAGE_RUST = 15 };

/** All defaults. */
void ij_gdb_settings_init(struct ij_gdb_settings *settings);
void ij_gdb_settings_deinit(struct ij_gdb_settings *settings);

static inline bool ij_gdb_is_on(const struct ij_gdb_settings *settings, enum ij_gdb_setting which)
{
	return settings->numbers[which];
}

/**
 * Set what @text, "print elements 10", begins with.
 *
 * @found_ret: false: no setting begins so, and nothing was done.
 * Errors: in gdb's words.
 */
struct ij_error *ij_gdb_settings_set(struct ij_gdb_settings *settings, char *text, bool *found_ret)
	IJ_CLI_RESULT;
/** Print the setting @text, or all that begin so. @found_ret: as above. */
struct ij_error *ij_gdb_settings_show(const struct ij_gdb_settings *settings, char *text,
				      bool *found_ret) IJ_CLI_RESULT;
/** Whether the setting that @text begins with is on or off, or a number, which is @ret then. */
bool ij_gdb_settings_number(const struct ij_gdb_settings *settings, const char *text, int64_t *ret);
/** Whether the @len first bytes of @text are the first word of several settings: "print". */
bool ij_gdb_settings_is_group(const char *text, size_t len);

/**
 * The value alone of the setting that @text begins with.
 *
 * @name_ret: its whole name; static; NULL: not wanted. @ret: free(3) it; NULL: there is no such.
 */
struct ij_error *ij_gdb_settings_value(const struct ij_gdb_settings *settings, const char *text,
				       const char **name_ret, char **ret) IJ_CLI_RESULT;

#endif
