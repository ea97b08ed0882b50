/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the parsers of expressions and of type names share. */
#ifndef IJ_LANG_AST_INTERNAL_H
#define IJ_LANG_AST_INTERNAL_H

#include "lang/ast.h"

struct ij_ast_parser {
	struct ij_ast *ast;
	struct ij_tokens *toks;
	const struct ij_ast_names *names;
};

struct ij_error *ij_ast_assignment(struct ij_ast_parser *p, struct ij_node **ret) IJ_WARN_UNUSED;

/** Parse all there is: an expression, or a type alone. */
struct ij_error *ij_ast_whole(struct ij_ast_parser *p, struct ij_node **ret) IJ_WARN_UNUSED;

/** Does a type name begin @ahead tokens from here? Where a name may be both, it does not. */
bool ij_ast_type_starts(const struct ij_ast_parser *p, size_t ahead);

/** Parse a type name. */
struct ij_error *ij_ast_type_name(struct ij_ast_parser *p, struct ij_tname **ret) IJ_WARN_UNUSED;

/** Parse `a::b::c`, also `::a` and templates that are known; to the arena. */
struct ij_error *ij_ast_path(struct ij_ast_parser *p, const char **ret) IJ_WARN_UNUSED;

#endif
