/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Names with their scopes and the arguments of templates: `ns::Box<int, char *>::x` (C++17, 17.2),
 * and those of operators (16.5). */
#include <string.h>

#include "lang/ast_internal.h"

/* Can what stands @at only follow a template's arguments, and not `a < b > c`? */
static bool ends_template(const struct ij_ast_parser *p, size_t at)
{
	while (ij_tokens_is(p->toks, at, "*") || ij_tokens_is(p->toks, at, "&"))
		at++;
	return ij_tokens_is(p->toks, at, "(") || ij_tokens_is(p->toks, at, "::") ||
	       ij_tokens_is(p->toks, at, ")") || ij_tokens_is(p->toks, at, "{") ||
	       ij_tokens_peek(p->toks, at)->kind == IJ_TOKEN_END;
}

/* Behind the parameters `(int, char *)`, or what is a cast, that stand @at; the same if these are
 * none. */
static size_t params_end(const struct ij_ast_parser *p, size_t at)
{
	unsigned depth = 0;
	size_t end = at;

	if (!ij_tokens_is(p->toks, at + 1, ")") && !ij_tokens_is(p->toks, at + 1, "*") &&
	    !ij_ast_type_starts(p, at + 1))
		return at;
	do {
		const struct ij_token *tok = ij_tokens_peek(p->toks, end++);

		if (tok->kind == IJ_TOKEN_END)
			return at;
		depth += ij_token_is(tok, "(");
		depth -= ij_token_is(tok, ")");
	} while (depth);
	/* `(ns::Color)5` is a value. */
	return ij_tokens_peek(p->toks, end)->kind == IJ_TOKEN_NUMBER ||
			       ij_tokens_is(p->toks, end, ">") ||
			       ij_tokens_is(p->toks, end, ">>") ||
			       ij_tokens_is(p->toks, end, ",") || ij_tokens_is(p->toks, end, "(")
		       ? end
		       : at;
}

/* Is what stands @at, `*` or `&`, of a type, and not between two values? */
static bool is_of_type(const struct ij_ast_parser *p, size_t at)
{
	static const char *const behind[] = {">", ">>", ",", ")", "*", "&", "&&", "const"};

	for (size_t i = 0; i < IJ_COUNT(behind); i++)
		if (ij_tokens_is(p->toks, at + 1, behind[i]))
			return true;
	return false;
}

/* Where `<int, char>` that stands @ahead ends; the same if it is none. */
static size_t template_end(const struct ij_ast_parser *p, size_t ahead)
{
	size_t at = ahead;
	unsigned depth = 0;

	if (!ij_tokens_is(p->toks, at, "<"))
		return ahead;
	do {
		const struct ij_token *tok = ij_tokens_peek(p->toks, at++);

		if (ij_token_is(tok, "(") && params_end(p, at - 1) > at) {
			at = params_end(p, at - 1);
			continue;
		}
		if (ij_token_is(tok, "<"))
			depth++;
		else if (ij_token_is(tok, ">"))
			depth--;
		else if (ij_token_is(tok, ">>") && depth > 1)
			depth -= 2;
		else if (tok->kind != IJ_TOKEN_NAME && tok->kind != IJ_TOKEN_NUMBER &&
			 !ij_token_is(tok, "::") && !ij_token_is(tok, ",") &&
			 !((ij_token_is(tok, "*") || ij_token_is(tok, "&") ||
			    ij_token_is(tok, "&&")) &&
			   is_of_type(p, at - 1)))
			return ahead;
	} while (depth);
	return ends_template(p, at) ? at : ahead;
}

size_t ij_ast_path_end(const struct ij_ast_parser *p, size_t ahead)
{
	const struct ij_token *tok = ij_tokens_peek(p->toks, ahead);

	if (tok->kind != IJ_TOKEN_NAME || tok->text[0] == '$')
		return ahead;
	ahead = template_end(p, ahead + 1);
	while (ij_tokens_is(p->toks, ahead, "::") &&
	       ij_tokens_peek(p->toks, ahead + 1)->kind == IJ_TOKEN_NAME)
		ahead = template_end(p, ahead + 2);
	return ahead;
}

/* The text of the template's arguments that are next, as compilers write it. */
static void template_args(struct ij_ast_parser *p, struct ij_strbuf *path)
{
	size_t first = p->toks->pos, len = template_end(p, 0);

	for (size_t i = first; i < first + len; i++) {
		const struct ij_token *tok = p->toks->list.items + i;
		bool word = tok->kind != IJ_TOKEN_PUNCT && tok[-1].kind != IJ_TOKEN_PUNCT;

		if ((i > first && word) || ij_token_is(tok - 1, ",") ||
		    (ij_token_is(tok, ">") && ij_token_is(tok - 1, ">")))
			ij_strbuf_puts(path, " ");
		ij_strbuf_add(path, tok->text, tok->len);
	}
	p->toks->pos += len;
}

/* `operator==`, `operator()`, `operator bool`: what stands behind the word. */
static void operator_name(struct ij_ast_parser *p, struct ij_strbuf *path)
{
	const struct ij_token *tok = ij_tokens_peek(p->toks, 0);
	bool pair = (ij_token_is(tok, "(") && ij_tokens_is(p->toks, 1, ")")) ||
		    (ij_token_is(tok, "[") && ij_tokens_is(p->toks, 1, "]"));

	for (bool more = true; more; tok = ij_tokens_peek(p->toks, 0)) {
		if (tok->kind == IJ_TOKEN_NAME)
			ij_strbuf_puts(path, " ");
		ij_strbuf_add(path, tok->text, tok->len);
		ij_tokens_next(p->toks);
		more = tok->kind == IJ_TOKEN_NAME
			       ? ij_tokens_peek(p->toks, 0)->kind == IJ_TOKEN_NAME ||
					 ij_tokens_is(p->toks, 0, "*")
			       : ij_tokens_is(p->toks, 0, "*") && tok[-1].kind == IJ_TOKEN_NAME;
		if (pair) {
			ij_strbuf_add(path, tok[1].text, tok[1].len);
			ij_tokens_next(p->toks);
			more = false;
		}
	}
}

/* Does the name of an operator go on with what stands next? Not if it is called as a function. */
static bool is_operator(const struct ij_ast_parser *p, const struct ij_token *word)
{
	const struct ij_token *tok = ij_tokens_peek(p->toks, 0);

	if (!ij_token_is(word, "operator"))
		return false;
	if (ij_token_is(tok, "("))
		return ij_tokens_is(p->toks, 1, ")") && ij_tokens_is(p->toks, 2, "(");
	if (ij_token_is(tok, "["))
		return ij_tokens_is(p->toks, 1, "]");
	return tok->kind == IJ_TOKEN_NAME ||
	       (tok->kind == IJ_TOKEN_PUNCT && !ij_token_is(tok, ")") && !ij_token_is(tok, "]") &&
		!ij_token_is(tok, ";"));
}

bool ij_ast_is_unnamed(const struct ij_ast_parser *p)
{
	return ij_tokens_is(p->toks, 0, "(") && ij_tokens_is(p->toks, 1, "anonymous") &&
	       ij_tokens_is(p->toks, 2, "namespace") && ij_tokens_is(p->toks, 3, ")") &&
	       ij_tokens_is(p->toks, 4, "::");
}

struct ij_error *ij_ast_path(struct ij_ast_parser *p, const char **ret)
{
	IJ_STRBUF_AUTO path = {0};

	if (ij_tokens_accept(p->toks, "::"))
		ij_strbuf_puts(&path, "::");
	for (;;) {
		const struct ij_token *tok;

		/* What is in it is in the scope around it, too. */
		while (ij_ast_is_unnamed(p))
			p->toks->pos += 5;
		if (ij_tokens_accept(p->toks, "~"))
			ij_strbuf_puts(&path, "~");
		tok = ij_tokens_peek(p->toks, 0);
		if (tok->kind != IJ_TOKEN_NAME)
			return ij_tokens_expected(p->toks, "a name");
		ij_strbuf_add(&path, tok->text, tok->len);
		ij_tokens_next(p->toks);
		if (is_operator(p, tok))
			operator_name(p, &path);
		template_args(p, &path);
		if (!ij_tokens_accept(p->toks, "::"))
			break;
		ij_strbuf_puts(&path, "::");
	}
	IJ_TRY(ij_strbuf_error(&path));
	*ret = ij_arena_text(&p->ast->arena, path.str, path.len);
	return *ret ? NULL : ij_error_nomem();
}
