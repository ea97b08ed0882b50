/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The lexer between two tokens: for those who read a text in other portions than a whole one. */
#ifndef IJ_LANG_LEXER_IMPL_H
#define IJ_LANG_LEXER_IMPL_H

#include "lang/lexer.h"

struct ij_lexer {
	struct ij_tokens *toks;
	struct ij_source *src; /* whose directives are followed; NULL: '#' is a token */
	const char *pos;
	uint32_t column, line; /* of pos */
	bool lines;            /* line breaks are white space */
	int depth;             /* of parentheses */
};

/** White space, comments and directives up to the next token. */
struct ij_error *ij_lexer_space(struct ij_lexer *lex) IJ_WARN_UNUSED;
/** The token at the position, END at the NUL. */
struct ij_error *ij_lexer_one(struct ij_lexer *lex, struct ij_token *tok) IJ_WARN_UNUSED;
/** SYNTAX: "TEXT: PROBLEM at column N". */
struct ij_error *ij_lexer_bad(const struct ij_lexer *lex, const char *problem) IJ_WARN_UNUSED;

#endif
