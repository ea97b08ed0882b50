/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Values of a script, and its variables. */
#ifndef IJ_REPL_VALUE_H
#define IJ_REPL_VALUE_H

#include "repl/text.h"

enum ij_kind {
	IJ_KIND_VOID,    /* no value */
	IJ_KIND_UNKNOWN, /* of a call that --dry-run did not make */
	IJ_KIND_INT,
	IJ_KIND_UINT,
	IJ_KIND_FLOAT,
	IJ_KIND_POINTER, /* an address in the target: u */
	IJ_KIND_STRING,  /* str, and if it is one of the target's its address: u */
};

struct ij_value {
	enum ij_kind kind;
	int64_t i;
	uint64_t u;
	double f;
	char *str;    /* owned; NULL unless STRING */
	bool foreign; /* of STRING: of the target, at u */
};

struct ij_value ij_value_int(int64_t value);
/** @len bytes at @text, copied. Errors: NOMEM. */
struct ij_error *ij_value_string(const char *text, size_t len, struct ij_value *ret) IJ_CLI_RESULT;
/** What a call gave. Errors: NOMEM. */
struct ij_error *ij_value_of_result(const struct ij_result *result, struct ij_value *ret)
	IJ_CLI_RESULT;
struct ij_error *ij_value_dup(const struct ij_value *value, struct ij_value *ret) IJ_CLI_RESULT;
void ij_value_deinit(struct ij_value *value);

/** Whether it is not zero, NULL or an empty string of the script's own. */
bool ij_value_true(const struct ij_value *value);
/** As people read it. */
void ij_script_value_print(const struct ij_value *value, struct ij_text *out);
/** As it is written in an expression of the target: a literal, or for what lives there its address.
 */
void ij_value_literal(const struct ij_value *value, struct ij_text *out);
/** The same as JSON. */
void ij_script_value_json(const struct ij_value *value, struct ij_text *out);

struct ij_var {
	char *name;
	struct ij_value value;
};

struct ij_vars {
	IJ_LIST(struct ij_var) list;
	bool registers; /* a name of a register that is no variable's is the target's */
};

/** NULL: there is none. @len: bytes of @name, without its $. */
const struct ij_value *ij_vars_get(const struct ij_vars *vars, const char *name, size_t len);
/** Is the name one of a register, which the target is asked about? */
bool ij_vars_is_register(const struct ij_vars *vars, const char *name, size_t len);
/** @value is the variable's from now on, also on failure. Errors: NOMEM. */
struct ij_error *ij_vars_set(struct ij_vars *vars, const char *name, size_t len,
			     struct ij_value *value) IJ_CLI_RESULT;
/** Copies of all of @from, which may be NULL. Errors: NOMEM. */
struct ij_error *ij_vars_copy(const struct ij_vars *from, struct ij_vars *to) IJ_CLI_RESULT;
void ij_vars_deinit(struct ij_vars *vars);

/** Bytes of the variable's name at @at, which stands behind a $; 0: none. */
size_t ij_var_name_len(const char *at);

/**
 * The @len bytes at @text of an expression of the target, its variables put in as literals.
 *
 * @column_ret: on an error, of the variable, from 1. Errors: NOTFOUND (no such variable), TYPE (it
 * has no value), NOMEM.
 */
struct ij_error *ij_vars_expand(const struct ij_vars *vars, const char *text, size_t len,
				char **ret, unsigned *column_ret) IJ_CLI_RESULT;

/**
 * Text for people: $NAME and ${NAME} put in, and the escapes \n, \t, \$, \" and \\ resolved; quotes
 * around all of it go.
 *
 * Errors: as of ij_vars_expand.
 */
struct ij_error *ij_vars_format(const struct ij_vars *vars, const char *text, char **ret,
				unsigned *column_ret) IJ_CLI_RESULT;

#endif
