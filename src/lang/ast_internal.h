/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the parsers of expressions and of type names share. */
#ifndef IJ_LANG_AST_INTERNAL_H
#define IJ_LANG_AST_INTERNAL_H

#include "lang/ast.h"

struct ij_ast_parser {
	struct ij_ast *ast;
	struct ij_tokens *toks;
	const struct ij_ast_names *names;
	bool is_bare;   /* types have no declarators */
	bool declaring; /* names, definitions and attributes may stand in types */
};

struct ij_error *ij_ast_assignment(struct ij_ast_parser *p, struct ij_node **ret) IJ_WARN_UNUSED;

/** Parse all there is: an expression, or a type alone. */
struct ij_error *ij_ast_whole(struct ij_ast_parser *p, struct ij_node **ret) IJ_WARN_UNUSED;

/** Does a type name begin @ahead tokens from here? Where a name may be both, it does not. */
bool ij_ast_type_starts(const struct ij_ast_parser *p, size_t ahead);

/* Is `(anonymous namespace)::` next, as C++ names are written? */
bool ij_ast_is_unnamed(const struct ij_ast_parser *p);
/** Is all there is a type? A name alone may be one, too: that is not asked. */
bool ij_ast_is_type(const struct ij_ast_parser *p);

/** Parse a type name. */
struct ij_error *ij_ast_type_name(struct ij_ast_parser *p, struct ij_tname **ret) IJ_WARN_UNUSED;

/** Parse what stands behind the specifiers; @type has these. */
struct ij_error *ij_ast_declarator(struct ij_ast_parser *p, struct ij_tname *type) IJ_WARN_UNUSED;

/* ast_declare.c: of declarations */
/** Parse `{int x, *y; unsigned z : 3;}` or `{A, B = 3}` of @type, whose tag stands. */
struct ij_error *ij_ast_body(struct ij_ast_parser *p, struct ij_tname *type) IJ_WARN_UNUSED;
/** Parse `__attribute__((packed))` and the like, any number of them. */
struct ij_error *ij_ast_attributes(struct ij_ast_parser *p, struct ij_tattrs *attrs) IJ_WARN_UNUSED;
/** Skip words that say nothing of a type: `static`, `inline`, ... True: there was one. */
bool ij_ast_skip_storage(struct ij_ast_parser *p);

/** A new node at @tok. */
struct ij_error *ij_ast_make(struct ij_ast_parser *p, enum ij_node_kind kind,
			     const struct ij_token *tok, struct ij_node **ret) IJ_WARN_UNUSED;
struct ij_error *ij_ast_comma(struct ij_ast_parser *p, struct ij_node **ret) IJ_WARN_UNUSED;

/* ast_rust.c: what C has no use for */
/** What stands behind `a[`, to the end: an index, or a range of Rust. */
struct ij_error *ij_ast_index(struct ij_ast_parser *p, struct ij_node *node) IJ_WARN_UNUSED;
/** `x as type`, any number of times, behind @node. */
struct ij_error *ij_ast_as(struct ij_ast_parser *p, struct ij_node **node) IJ_WARN_UNUSED;
/** `[1, 2, 3]`, `[1; 3]`. */
struct ij_error *ij_ast_list(struct ij_ast_parser *p, struct ij_node **ret) IJ_WARN_UNUSED;
/** `{x: 1, y: 2}` behind the name @node of a type, which becomes a value of it. */
struct ij_error *ij_ast_fields(struct ij_ast_parser *p, struct ij_node *node) IJ_WARN_UNUSED;

/* ast_operators.c */
/** How a binary operator binds, the more the tighter; 0: it is none. */
unsigned ij_ast_precedence(const struct ij_token *tok);
/** @ret: the operator that C++ writes as the word @tok (C++17, 5.5, table 1), of the arena; else
 * @tok. To be asked where no name of the program can stand. */
struct ij_error *ij_ast_spelled(struct ij_ast_parser *p, const struct ij_token *tok, bool is_prefix,
				const struct ij_token **ret) IJ_WARN_UNUSED;

/** Where the path of names that begins @ahead of the next token ends; the same: there is none. */
size_t ij_ast_path_end(const struct ij_ast_parser *p, size_t ahead);

/** Parse `a::b::c`, also `::a` and templates that are known; to the arena. */
struct ij_error *ij_ast_path(struct ij_ast_parser *p, const char **ret) IJ_WARN_UNUSED;

/** The text of @tok but for @cut characters at either end. */
struct ij_error *ij_ast_text_of(struct ij_ast_parser *p, const struct ij_token *tok, size_t cut,
				const char **ret) IJ_WARN_UNUSED;

/* ast_name.c */
struct ij_error *ij_ast_name(struct ij_ast_parser *p, struct ij_node **ret) IJ_WARN_UNUSED;
/** `'ns::name'`: a name as a whole. */
bool ij_ast_is_quoted(const struct ij_token *tok);
struct ij_error *ij_ast_quoted(struct ij_ast_parser *p, struct ij_node **ret) IJ_WARN_UNUSED;

#endif
