/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The operators of a script's expressions on its values. */
#ifndef IJ_REPL_FORMULA_OPS_H
#define IJ_REPL_FORMULA_OPS_H

#include "repl/value.h"

enum ij_op {
	IJ_OP_OR,
	IJ_OP_AND,
	IJ_OP_EQ,
	IJ_OP_NE,
	IJ_OP_LE,
	IJ_OP_GE,
	IJ_OP_LT,
	IJ_OP_GT,
	IJ_OP_ADD,
	IJ_OP_SUB,
	IJ_OP_MUL,
	IJ_OP_DIV,
	IJ_OP_MOD,
};

enum { IJ_OP_LEVELS = 6 }; /* of precedence: 0 binds least */

struct ij_operator {
	const char *text;
	enum ij_op id;
	unsigned level;
};

/** The operator of @level at @at; NULL: none. */
const struct ij_operator *ij_operator_at(const char *at, unsigned level);

/** @op of @value, in place: ! - + ~, or b for its truth. Errors: TYPE. */
struct ij_error *ij_formula_unary(char op, struct ij_value *value) IJ_CLI_RESULT;

/**
 * @a @op @b, in place of @a. As in C: floating if one is, unsigned if one is; strings are compared
 * by their text and joined by +, also a string and what is behind it.
 *
 * Errors: TYPE (also a division by zero), NOMEM; @a is unchanged then.
 */
struct ij_error *ij_formula_binary(enum ij_op op, struct ij_value *a, const struct ij_value *b)
	IJ_CLI_RESULT;

#endif
