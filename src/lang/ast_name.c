/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Names in expressions, with all that may stand before them. */
#include <ctype.h>
#include <stdint.h>
#include <string.h>

#include "lang/ast_internal.h"

/* Where the parentheses that come next end, if `::` follows them: `f(int)::x` is a variable of that
 * function. 0: they are no such. */
static size_t function_scope(const struct ij_ast_parser *p)
{
	unsigned depth = 0;
	size_t at = 0;

	if (!ij_tokens_is(p->toks, 0, "("))
		return 0;
	do {
		if (ij_tokens_peek(p->toks, at)->kind == IJ_TOKEN_END)
			return 0;
		depth += ij_tokens_is(p->toks, at, "(");
		depth -= ij_tokens_is(p->toks, at, ")");
		at++;
	} while (depth);
	if (ij_tokens_is(p->toks, at, "const"))
		at++;
	return ij_tokens_is(p->toks, at, "::") &&
			       ij_tokens_peek(p->toks, at + 1)->kind == IJ_TOKEN_NAME
		       ? at
		       : 0;
}

/* `::x` behind the function @name, in whose scope that is. */
static struct ij_error *in_function(struct ij_ast_parser *p, size_t len, const char **name)
{
	IJ_STRBUF_AUTO text = {0};
	const char *rest;

	ij_strbuf_puts(&text, *name);
	for (size_t i = 0; i < len; i++) {
		const struct ij_token *tok = ij_tokens_peek(p->toks, i);

		if (i && tok->kind == IJ_TOKEN_NAME && tok[-1].kind == IJ_TOKEN_NAME)
			ij_strbuf_puts(&text, " ");
		ij_strbuf_add(&text, tok->text, tok->len);
	}
	p->toks->pos += len;
	IJ_TRY(ij_ast_path(p, &rest));
	ij_strbuf_puts(&text, rest);
	IJ_TRY(ij_strbuf_error(&text));
	*name = ij_arena_text(&p->ast->arena, text.str, text.len);
	return *name ? NULL : ij_error_nomem();
}

/* `'ns::name'`, `'f(int)::x'`: a name as a whole (gdb, "Expressions"); no character has these. */
bool ij_ast_is_quoted(const struct ij_token *tok)
{
	const char *end = tok->text + tok->len - 1;

	if (tok->kind != IJ_TOKEN_CHAR || tok->len < 4 ||
	    !(isalpha((unsigned char)tok->text[1]) || strchr("_:(", tok->text[1])))
		return false;
	for (const char *c = tok->text + 1; c < end; c++)
		if (*c == '(' || *c == '<' || (c[0] == ':' && c[1] == ':'))
			return true;
	return false;
}

struct ij_error *ij_ast_quoted(struct ij_ast_parser *p, struct ij_node **ret)
{
	const struct ij_token *tok = ij_tokens_peek(p->toks, 0);

	IJ_TRY(ij_ast_make(p, IJ_NODE_NAME, tok, ret));
	ij_tokens_next(p->toks);
	return ij_ast_text_of(p, tok, 1, &(*ret)->name);
}

/* `name`, `module!name`, `'file.c'::name`, `ns::name`, `$name`. */
struct ij_error *ij_ast_name(struct ij_ast_parser *p, struct ij_node **ret)
{
	const struct ij_token *tok = ij_tokens_peek(p->toks, 0);
	struct ij_node *node = NULL;

	IJ_TRY(ij_ast_make(p, tok->text[0] == '$' ? IJ_NODE_REGISTER : IJ_NODE_NAME, tok, &node));
	if (tok->kind == IJ_TOKEN_MODULE) {
		IJ_TRY(ij_ast_text_of(p, tok, 0, &node->module));
		((char *)(uintptr_t)node->module)[tok->len - 1] = 0;
		ij_tokens_next(p->toks);
	}
	tok = ij_tokens_peek(p->toks, 0);
	if (tok->kind == IJ_TOKEN_CHAR && ij_tokens_is(p->toks, 1, "::")) {
		IJ_TRY(ij_ast_text_of(p, tok, 1, &node->file));
		ij_tokens_next(p->toks);
		ij_tokens_next(p->toks);
	}
	node->tok = ij_tokens_peek(p->toks, 0);
	IJ_TRY(ij_ast_path(p, &node->name));
	if (node->kind == IJ_NODE_NAME && function_scope(p))
		IJ_TRY(in_function(p, function_scope(p), &node->name));
	if (node->kind == IJ_NODE_NAME && ij_tokens_is(p->toks, 0, "{"))
		IJ_TRY(ij_ast_fields(p, node));
	node->last = p->toks->list.items + p->toks->pos - 1;
	*ret = node;
	return NULL;
}
