/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Parsing expressions by precedence climbing (C17, 6.5), its depth limited. */
#include "lang/ast.h"

#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#include "lang/ast_internal.h"

bool ij_node_is(const struct ij_node *node, const char *text)
{
	return ij_token_is(node->tok, text);
}

static const char *const assignments[] = {
	"=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>="};

struct ij_error *ij_ast_make(struct ij_ast_parser *p, enum ij_node_kind kind,
			     const struct ij_token *tok, struct ij_node **ret)
{
	struct ij_node *node = ij_arena_alloc(&p->ast->arena, sizeof(*node));

	if (!node)
		return ij_error_nomem();
	node->kind = kind;
	node->tok = node->first = node->last = tok;
	*ret = node;
	return NULL;
}

/* @node ends before the current token. */
static void end(const struct ij_ast_parser *p, struct ij_node *node)
{
	node->last = p->toks->list.items + p->toks->pos - 1;
}

struct ij_error *ij_ast_text_of(struct ij_ast_parser *p, const struct ij_token *tok, size_t cut,
				const char **ret)
{
	*ret = ij_arena_text(&p->ast->arena, tok->text + cut, tok->len - 2 * cut);
	return *ret ? NULL : ij_error_nomem();
}

static struct ij_error *unary(struct ij_ast_parser *p, struct ij_node **ret);

static struct ij_error *strings(struct ij_ast_parser *p, struct ij_node **ret)
{
	IJ_TRY(ij_ast_make(p, IJ_NODE_STRING, ij_tokens_peek(p->toks, 0), ret));
	while (ij_tokens_peek(p->toks, 0)->kind == IJ_TOKEN_STRING)
		ij_tokens_next(p->toks);
	end(p, *ret);
	return NULL;
}

/* L"x", u8"x", u'x', and b"x" of Rust: an encoding before a string or character. */
static bool is_prefix(const struct ij_tokens *toks)
{
	const struct ij_token *tok = ij_tokens_peek(toks, 0);
	const struct ij_token *next = ij_tokens_peek(toks, 1);

	return (next->kind == IJ_TOKEN_STRING || next->kind == IJ_TOKEN_CHAR) &&
	       next->text == tok->text + tok->len &&
	       (ij_token_is(tok, "L") || ij_token_is(tok, "u") || ij_token_is(tok, "U") ||
		ij_token_is(tok, "u8") || ij_token_is(tok, "b"));
}

static struct ij_error *prefixed(struct ij_ast_parser *p, struct ij_node **ret)
{
	const struct ij_token *prefix = ij_tokens_peek(p->toks, 0);
	const char *text;

	IJ_TRY(ij_ast_text_of(p, prefix, 0, &text));
	ij_tokens_next(p->toks);
	if (ij_tokens_peek(p->toks, 0)->kind == IJ_TOKEN_STRING) {
		IJ_TRY(strings(p, ret));
	} else {
		IJ_TRY(ij_ast_make(p, IJ_NODE_CHAR, ij_tokens_peek(p->toks, 0), ret));
		ij_tokens_next(p->toks);
	}
	(*ret)->name = text;
	(*ret)->first = prefix;
	return NULL;
}

/* `static_cast<type>(x)` of C++ and its like, of which C's cast does all but dynamic_cast. */
static struct ij_error *named_cast(struct ij_ast_parser *p, struct ij_node **ret)
{
	IJ_TRY(ij_ast_make(p, IJ_NODE_CAST, ij_tokens_peek(p->toks, 0), ret));
	ij_tokens_next(p->toks);
	IJ_TRY(ij_tokens_expect(p->toks, "<"));
	IJ_TRY(ij_ast_type_name(p, &(*ret)->type));
	IJ_TRY(ij_tokens_expect(p->toks, ">"));
	IJ_TRY(ij_tokens_expect(p->toks, "("));
	IJ_TRY(ij_ast_comma(p, &(*ret)->a));
	IJ_TRY(ij_tokens_expect(p->toks, ")"));
	end(p, *ret);
	return NULL;
}

static struct ij_error *primary(struct ij_ast_parser *p, struct ij_node **ret)
{
	const struct ij_token *tok = ij_tokens_peek(p->toks, 0);

	if (ij_tokens_is(p->toks, 1, "<") &&
	    (ij_token_is(tok, "static_cast") || ij_token_is(tok, "reinterpret_cast") ||
	     ij_token_is(tok, "const_cast") || ij_token_is(tok, "dynamic_cast")))
		return named_cast(p, ret);

	if (tok->kind == IJ_TOKEN_NAME && is_prefix(p->toks))
		return prefixed(p, ret);
	if (tok->kind == IJ_TOKEN_NAME || tok->kind == IJ_TOKEN_MODULE || ij_token_is(tok, "::") ||
	    ij_ast_is_unnamed(p) || (tok->kind == IJ_TOKEN_CHAR && ij_tokens_is(p->toks, 1, "::")))
		return ij_ast_name(p, ret);
	if (ij_ast_is_quoted(tok))
		return ij_ast_quoted(p, ret);
	if (tok->kind == IJ_TOKEN_STRING)
		return strings(p, ret);
	if (ij_token_is(tok, "["))
		return ij_ast_list(p, ret);
	if (tok->kind == IJ_TOKEN_NUMBER || tok->kind == IJ_TOKEN_CHAR) {
		IJ_TRY(ij_ast_make(p, tok->kind == IJ_TOKEN_CHAR ? IJ_NODE_CHAR : IJ_NODE_NUMBER,
				   tok, ret));
		ij_tokens_next(p->toks);
		return NULL;
	}
	if (!ij_token_is(tok, "("))
		return ij_tokens_expected(p->toks, "a value");
	ij_tokens_next(p->toks);
	IJ_TRY(ij_ast_comma(p, ret));
	IJ_TRY(ij_tokens_expect(p->toks, ")"));
	(*ret)->is_group = true;
	(*ret)->first = tok;
	end(p, *ret);
	return NULL;
}

static struct ij_error *arguments(struct ij_ast_parser *p, struct ij_node *call)
{
	struct ij_node **last = &call->args;

	if (ij_tokens_accept(p->toks, ")"))
		return NULL;
	do {
		IJ_TRY(ij_ast_assignment(p, last));
		last = &(*last)->next;
	} while (ij_tokens_accept(p->toks, ","));
	return ij_tokens_is(p->toks, 0, ")") ? (ij_tokens_next(p->toks), NULL)
					     : ij_tokens_expected(p->toks, "')' or ','");
}

static struct ij_error *member(struct ij_ast_parser *p, struct ij_node *node)
{
	node->kind = IJ_NODE_MEMBER;
	node->is_arrow = ij_node_is(node, "->");
	/* `a.*b`, which binds as if it were a prefix of b. */
	if (ij_tokens_accept(p->toks, "*"))
		return unary(p, &node->b);
	if (ij_tokens_peek(p->toks, 0)->kind != IJ_TOKEN_NAME && !ij_tokens_is(p->toks, 0, "~"))
		return ij_tokens_expected(p->toks, "the name of a member");
	return ij_ast_path(p, &node->name);
}

/* `.0`, which reads as a number: a field of a tuple of Rust; `.0.1`: one of a tuple in it. */
static bool is_field(const struct ij_token *tok)
{
	return tok->kind == IJ_TOKEN_NUMBER && tok->len > 1 && tok->text[0] == '.' &&
	       strspn(tok->text, ".0123456789") >= tok->len;
}

/* @inner: what it is a field of; then that field. */
static struct ij_error *field(struct ij_ast_parser *p, const struct ij_token *tok,
			      struct ij_node **inner)
{
	for (uint32_t at = 0, len; at < tok->len; at += 1 + len) {
		struct ij_node *node = NULL;
		char name[32];

		len = (uint32_t)strspn(tok->text + at + 1, "0123456789");
		if (!len || len >= sizeof(name) - 2 || tok->text[at] != '.')
			return ij_tokens_expected(p->toks, "the number of a field");
		snprintf(name, sizeof(name), "__%.*s", (int)len, tok->text + at + 1);
		IJ_TRY(ij_ast_make(p, IJ_NODE_MEMBER, tok, &node));
		node->a = *inner;
		node->first = (*inner)->first;
		node->name = ij_arena_text(&p->ast->arena, name, strlen(name));
		if (!node->name)
			return ij_error_nomem();
		*inner = node;
	}
	return NULL;
}

static struct ij_error *postfix(struct ij_ast_parser *p, struct ij_node *inner,
				struct ij_node **ret)
{
	for (;;) {
		const struct ij_token *tok = ij_tokens_peek(p->toks, 0);
		struct ij_node *node = NULL;

		if (!is_field(tok) &&
		    (tok->kind != IJ_TOKEN_PUNCT ||
		     !(ij_token_is(tok, "(") || ij_token_is(tok, "[") || ij_token_is(tok, ".") ||
		       ij_token_is(tok, "->") || ij_token_is(tok, "++") || ij_token_is(tok, "--"))))
			break;
		ij_tokens_next(p->toks);
		if (is_field(tok)) {
			IJ_TRY(field(p, tok, &inner));
			continue;
		}
		IJ_TRY(ij_ast_make(p, IJ_NODE_STEP, tok, &node));
		node->a = inner;
		node->first = inner->first;
		if (ij_token_is(tok, "(")) {
			node->kind = IJ_NODE_CALL;
			IJ_TRY(arguments(p, node));
		} else if (ij_token_is(tok, "[")) {
			IJ_TRY(ij_ast_index(p, node));
		} else if (ij_token_is(tok, ".") || ij_token_is(tok, "->")) {
			IJ_TRY(member(p, node));
		} else {
			node->is_post = true;
		}
		end(p, node);
		inner = node;
	}
	*ret = inner;
	return NULL;
}

/* `{1, {2, 3}, .x = 4}`; the brace was consumed. */
static struct ij_error *elements(struct ij_ast_parser *p, struct ij_node *list)
{
	struct ij_node **last = &list->args;

	IJ_TRY(ij_tokens_enter(p->toks));
	while (!ij_tokens_accept(p->toks, "}")) {
		const struct ij_token *tok = ij_tokens_peek(p->toks, 0);
		const char *designator = NULL;

		if (ij_tokens_accept(p->toks, ".")) {
			IJ_TRY(ij_ast_path(p, &designator));
			IJ_TRY(ij_tokens_expect(p->toks, "="));
		}
		if (ij_tokens_accept(p->toks, "{")) {
			IJ_TRY(ij_ast_make(p, IJ_NODE_COMPOUND, tok, last));
			IJ_TRY(elements(p, *last));
			end(p, *last);
		} else {
			IJ_TRY(ij_ast_assignment(p, last));
		}
		(*last)->member = designator;
		last = &(*last)->next;
		if (!ij_tokens_accept(p->toks, ",") && !ij_tokens_is(p->toks, 0, "}"))
			return ij_tokens_expected(p->toks, "'}' or ','");
	}
	ij_tokens_leave(p->toks);
	return NULL;
}

/* `(type)x`, `(type){...}`; the current token is the parenthesis. */
static struct ij_error *cast(struct ij_ast_parser *p, struct ij_node **ret)
{
	const struct ij_token *tok = ij_tokens_peek(p->toks, 0);
	struct ij_node *node = NULL;

	IJ_TRY(ij_ast_make(p, IJ_NODE_CAST, tok, &node));
	ij_tokens_next(p->toks);
	IJ_TRY(ij_ast_type_name(p, &node->type));
	IJ_TRY(ij_tokens_expect(p->toks, ")"));
	if (ij_tokens_accept(p->toks, "{")) {
		node->kind = IJ_NODE_COMPOUND;
		IJ_TRY(elements(p, node));
		end(p, node);
		return postfix(p, node, ret);
	}
	IJ_TRY(unary(p, &node->a));
	end(p, node);
	*ret = node;
	return NULL;
}

/* gdb's `{type}address`, and its arrays, `{1, 2, 3}`. */
static struct ij_error *braces(struct ij_ast_parser *p, struct ij_node **ret)
{
	const struct ij_token *tok = ij_tokens_peek(p->toks, 0);
	bool is_type = ij_ast_type_starts(p, 1);
	struct ij_node *node = NULL;

	IJ_TRY(ij_ast_make(p, is_type ? IJ_NODE_AT : IJ_NODE_COMPOUND, tok, &node));
	ij_tokens_next(p->toks);
	if (is_type) {
		IJ_TRY(ij_ast_type_name(p, &node->type));
		IJ_TRY(ij_tokens_expect(p->toks, "}"));
		IJ_TRY(unary(p, &node->a));
		end(p, node);
		*ret = node;
		return NULL;
	}
	IJ_TRY(elements(p, node));
	end(p, node);
	return postfix(p, node, ret);
}

static struct ij_error *size_of(struct ij_ast_parser *p, struct ij_node **ret)
{
	const struct ij_token *tok = ij_tokens_peek(p->toks, 0);
	struct ij_node *node = NULL;

	IJ_TRY(ij_ast_make(p, ij_token_is(tok, "sizeof") ? IJ_NODE_SIZEOF : IJ_NODE_ALIGNOF, tok,
			   &node));
	ij_tokens_next(p->toks);
	if (ij_tokens_is(p->toks, 0, "(") && ij_ast_type_starts(p, 1)) {
		ij_tokens_next(p->toks);
		IJ_TRY(ij_ast_type_name(p, &node->type));
		IJ_TRY(ij_tokens_expect(p->toks, ")"));
	} else {
		IJ_TRY(unary(p, &node->a));
	}
	end(p, node);
	*ret = node;
	return NULL;
}

static struct ij_error *prefix(struct ij_ast_parser *p, const struct ij_token *tok,
			       struct ij_node **ret)
{
	bool step = ij_token_is(tok, "++") || ij_token_is(tok, "--");
	struct ij_node *node = NULL;

	IJ_TRY(ij_ast_make(p, step ? IJ_NODE_STEP : IJ_NODE_UNARY, tok, &node));
	node->first = ij_tokens_peek(p->toks, 0);
	ij_tokens_next(p->toks);
	/* `&mut x` of Rust. */
	if (ij_token_is(tok, "&") && ij_tokens_is(p->toks, 0, "mut") &&
	    ij_tokens_peek(p->toks, 1)->kind == IJ_TOKEN_NAME)
		ij_tokens_next(p->toks);
	IJ_TRY(unary(p, &node->a));
	end(p, node);
	*ret = node;
	return NULL;
}

static struct ij_error *unary_level(struct ij_ast_parser *p, struct ij_node **ret)
{
	const struct ij_token *tok = ij_tokens_peek(p->toks, 0);
	const struct ij_token *next = ij_tokens_peek(p->toks, 1);
	struct ij_node *inner;

	/* `not(x)` is a call. */
	if (next->kind == IJ_TOKEN_NAME || next->kind == IJ_TOKEN_NUMBER)
		IJ_TRY(ij_ast_spelled(p, tok, true, &tok));
	if (ij_token_is(tok, "sizeof") || ij_token_is(tok, "_Alignof") ||
	    ij_token_is(tok, "alignof"))
		return size_of(p, ret);
	if (ij_token_is(tok, "(") && ij_ast_type_starts(p, 1))
		return cast(p, ret);
	if (ij_token_is(tok, "{"))
		return braces(p, ret);
	if ((tok->kind == IJ_TOKEN_PUNCT && strchr("+-~!*&", tok->text[0]) &&
	     (tok->len == 1 || ij_token_is(tok, "++") || ij_token_is(tok, "--"))) ||
	    ij_token_is(tok, "__real__") || ij_token_is(tok, "__imag__"))
		return prefix(p, tok, ret);
	IJ_TRY(primary(p, &inner));
	return postfix(p, inner, ret);
}

static struct ij_error *unary(struct ij_ast_parser *p, struct ij_node **ret)
{
	IJ_TRY(ij_tokens_enter(p->toks));
	IJ_TRY(unary_level(p, ret));
	ij_tokens_leave(p->toks);
	return NULL;
}

static struct ij_error *binary(struct ij_ast_parser *p, unsigned least, struct ij_node **ret)
{
	struct ij_node *left;

	IJ_TRY(unary(p, &left));
	IJ_TRY(ij_ast_as(p, &left));
	for (;;) {
		const struct ij_token *tok;
		struct ij_node *node = NULL;
		unsigned level;

		IJ_TRY(ij_ast_spelled(p, ij_tokens_peek(p->toks, 0), false, &tok));
		level = ij_ast_precedence(tok);
		if (!level || level < least)
			break;
		ij_tokens_next(p->toks);
		IJ_TRY(ij_ast_make(p, IJ_NODE_BINARY, tok, &node));
		node->a = left;
		node->first = left->first;
		IJ_TRY(binary(p, level + 1, &node->b));
		end(p, node);
		left = node;
	}
	*ret = left;
	return NULL;
}

static struct ij_error *conditional(struct ij_ast_parser *p, struct ij_node **ret)
{
	const struct ij_token *tok;
	struct ij_node *node = NULL, *test;

	IJ_TRY(binary(p, 1, &test));
	tok = ij_tokens_peek(p->toks, 0);
	if (!ij_tokens_accept(p->toks, "?")) {
		*ret = test;
		return NULL;
	}
	IJ_TRY(ij_ast_make(p, IJ_NODE_COND, tok, &node));
	node->a = test;
	node->first = test->first;
	IJ_TRY(ij_tokens_enter(p->toks));
	IJ_TRY(ij_ast_comma(p, &node->b));
	IJ_TRY(ij_tokens_expect(p->toks, ":"));
	IJ_TRY(conditional(p, &node->c));
	ij_tokens_leave(p->toks);
	end(p, node);
	*ret = node;
	return NULL;
}

struct ij_error *ij_ast_assignment(struct ij_ast_parser *p, struct ij_node **ret)
{
	const struct ij_token *tok;
	struct ij_node *node = NULL, *left;
	bool assigns = false;

	IJ_TRY(conditional(p, &left));
	tok = ij_tokens_peek(p->toks, 0);
	for (size_t i = 0; i < IJ_COUNT(assignments); i++)
		assigns = assigns || ij_token_is(tok, assignments[i]);
	*ret = left;
	if (!assigns)
		return NULL;
	ij_tokens_next(p->toks);
	IJ_TRY(ij_ast_make(p, IJ_NODE_ASSIGN, tok, &node));
	node->a = left;
	node->first = left->first;
	IJ_TRY(ij_tokens_enter(p->toks));
	IJ_TRY(ij_ast_assignment(p, &node->b));
	ij_tokens_leave(p->toks);
	end(p, node);
	*ret = node;
	return NULL;
}

struct ij_error *ij_ast_comma(struct ij_ast_parser *p, struct ij_node **ret)
{
	IJ_TRY(ij_ast_assignment(p, ret));
	while (ij_tokens_is(p->toks, 0, ",")) {
		const struct ij_token *tok = ij_tokens_peek(p->toks, 0);
		struct ij_node *node = NULL;

		ij_tokens_next(p->toks);
		IJ_TRY(ij_ast_make(p, IJ_NODE_BINARY, tok, &node));
		node->a = *ret;
		node->first = node->a->first;
		IJ_TRY(ij_ast_assignment(p, &node->b));
		end(p, node);
		*ret = node;
	}
	return NULL;
}

struct ij_error *ij_ast_whole(struct ij_ast_parser *p, struct ij_node **ret)
{
	if (ij_ast_is_type(p)) {
		IJ_TRY(ij_ast_make(p, IJ_NODE_TYPE, ij_tokens_peek(p->toks, 0), ret));
		IJ_TRY(ij_ast_type_name(p, &(*ret)->type));
	} else {
		IJ_TRY(ij_ast_comma(p, ret));
	}
	ij_tokens_accept(p->toks, ";");
	if (ij_tokens_peek(p->toks, 0)->kind != IJ_TOKEN_END)
		return ij_tokens_expected(p->toks, "an operator, or the end of the expression");
	end(p, *ret);
	return NULL;
}
