/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Expressions of a script: numbers, strings, variables and what the target evaluates
 * (`getenv("X")`, `libc!getpid()`, `(int)f(1)`), with the operators of C on them: || && ! == != <
 * <= > >= + - * / % and parentheses. What is not reached, behind && or ||, is not called.
 */
#ifndef IJ_REPL_FORMULA_H
#define IJ_REPL_FORMULA_H

#include "repl/value.h"

struct ij_formula_env {
	const struct ij_vars *vars;
	/** Evaluate @text, its variables put in, in the target. */
	struct ij_error *(*target)(void *ctx, const char *text, struct ij_value *ret);
	void *ctx;
};

/**
 * Evaluate @text.
 *
 * @end_ret: where the expression ends, which must then be the end or a colon; NULL: it must be the
 * end.
 * @column_ret: on an error of the script's own, where, from 1; 0: the error is the target's.
 * @ret: free it with ij_value_deinit. UNKNOWN where a value depends on a call that was not made.
 * Errors: SYNTAX, TYPE, NOTFOUND (a variable), LIMIT, NOMEM; those of env->target.
 */
struct ij_error *ij_formula_eval(const struct ij_formula_env *env, const char *text,
				 const char **end_ret, unsigned *column_ret, struct ij_value *ret)
	IJ_CLI_RESULT;

/** Check the form of @text alone: nothing is called, and variables may be missing. Errors as above.
 */
struct ij_error *ij_formula_check(const char *text, const char **end_ret, unsigned *column_ret)
	IJ_CLI_RESULT;

#endif
