/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The operators of expressions: how they bind (C17, 6.5), and the words that C++ has for them. */
#include <string.h>

#include "lang/ast_internal.h"

static const struct operator
{
	const char *text;
	unsigned precedence;
}
operators[] = {
	{"*", 12}, {"/", 12}, {"%", 12}, {"+", 11}, {"-", 11}, {"@", 10}, {"<<", 9},
	{">>", 9}, {"<", 8},  {">", 8},  {"<=", 8}, {">=", 8}, {"==", 7}, {"!=", 7},
	{"&", 6},  {"^", 5},  {"|", 4},  {"&&", 3}, {"||", 2},
};

unsigned ij_ast_precedence(const struct ij_token *tok)
{
	for (size_t i = 0; i < IJ_COUNT(operators); i++)
		if (ij_token_is(tok, operators[i].text))
			return operators[i].precedence;
	return 0;
}

struct ij_error *ij_ast_spelled(struct ij_ast_parser *p, const struct ij_token *tok, bool is_prefix,
				const struct ij_token **ret)
{
	static const struct {
		const char *word, *text;
		bool is_prefix;
	} words[] = {
		{"and", "&&", false},  {"or", "||", false},  {"bitand", "&", false},
		{"bitor", "|", false}, {"xor", "^", false},  {"not_eq", "!=", false},
		{"not", "!", true},    {"compl", "~", true},
	};
	struct ij_token *made;

	*ret = tok;
	for (size_t i = 0; i < IJ_COUNT(words) && tok->kind == IJ_TOKEN_NAME; i++) {
		if (words[i].is_prefix != is_prefix || !ij_token_is(tok, words[i].word))
			continue;
		made = ij_arena_alloc(&p->ast->arena, sizeof(*made));
		if (!made)
			return ij_error_nomem();
		*made = *tok;
		made->kind = IJ_TOKEN_PUNCT;
		made->text = words[i].text;
		made->len = (uint32_t)strlen(words[i].text);
		*ret = made;
	}
	return NULL;
}
