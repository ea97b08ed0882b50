/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Recipes: scripts that are ready to be run, with what they are for, need and risk;
 * interject-recipes(7). Those of share/recipes are compiled in.
 */
#ifndef IJ_REPL_RECIPE_H
#define IJ_REPL_RECIPE_H

#include "repl/interp.h"

struct ij_recipe_param {
	char *name, *fallback, *text; /* fallback NULL: it must be given */
};

struct ij_recipe {
	char *name, *summary;
	struct ij_text about, needs, risks; /* one line each, or several sentences */
	IJ_LIST(struct ij_recipe_param) params;
	const char *text; /* the whole script; borrowed from the program */
};

/** Name and text of built-in recipe @idx; false behind the last one. Static storage. */
bool ij_recipe_builtin(size_t idx, const char **name_ret, const char **text_ret);

/**
 * Read the head of @text: comments, the first of which is the summary, with "needs:", "risks:" and
 * "param NAME[=DEFAULT]:" as in interject-recipes(7).
 *
 * Errors: SYNTAX (with the line), NOMEM.
 */
struct ij_error *ij_recipe_parse(const char *name, const char *text, struct ij_recipe *ret)
	IJ_CLI_RESULT;
/** The built-in recipe @name. Errors: NOTFOUND, NOMEM. */
struct ij_error *ij_recipe_find(const char *name, struct ij_recipe *ret) IJ_CLI_RESULT;
void ij_recipe_deinit(struct ij_recipe *recipe);

/**
 * Set the parameters, @words_len words NAME=VALUE and defaults for the rest, in @vars.
 *
 * @partial: what is missing may come later.
 * Errors: USAGE (one that is missing, unknown or malformed), NOMEM.
 */
struct ij_error *ij_recipe_bind(const struct ij_recipe *recipe, char *const *words,
				size_t words_len, bool partial, struct ij_vars *vars) IJ_CLI_RESULT;

/** A line for a list; all there is to know. @json: as one JSON object. */
void ij_recipe_list_line(const struct ij_recipe *recipe, bool json, struct ij_text *out);
void ij_recipe_show(const struct ij_recipe *recipe, struct ij_text *out);

#endif
