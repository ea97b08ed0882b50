/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Constant expressions (C17, 6.6) by precedence climbing, its depth limited. */
#include "lang/expr.h"

#include <stdlib.h>
#include <string.h>

#include "lang/constants.h"
#include "lang/typedefs.h"

static const struct operator
{
	const char *text;
	unsigned precedence;
}
operators[] = {
	{"*", 6},  {"/", 6},  {"%", 6}, {"+", 5}, {"-", 5},
	{"<<", 4}, {">>", 4}, {"&", 3}, {"^", 2}, {"|", 1},
};

void ij_arg_deinit(struct ij_arg *arg)
{
	free(arg->bytes);
	arg->bytes = NULL;
}

static struct ij_error *symbol(const struct ij_token *module, const struct ij_token *name,
			       struct ij_arg *ret)
{
	size_t len = module ? module->len : 0;
	char *bytes = malloc(len + name->len + 1);

	if (!bytes)
		return ij_error_nomem();
	memcpy(bytes, module ? module->text : "", len);
	memcpy(bytes + len, name->text, name->len);
	bytes[len + name->len] = 0;
	*ret = (struct ij_arg){
		.kind = IJ_ARG_SYMBOL,
		.type = {.kind = IJ_TYPE_POINTER, .size = 8, .text = "void *"},
		.bytes = bytes,
		.bytes_size = len + name->len + 1,
		.column = name->column,
	};
	return NULL;
}

/* `&name`, `&libc!name`; the & is consumed. */
static struct ij_error *address(struct ij_parser *parser, struct ij_arg *ret)
{
	const struct ij_token *tok = ij_tokens_peek(&parser->toks, 0);
	const struct ij_token *module = NULL;

	if (tok->kind == IJ_TOKEN_MODULE) {
		module = tok;
		ij_tokens_next(&parser->toks);
		tok = ij_tokens_peek(&parser->toks, 0);
	}
	if (tok->kind != IJ_TOKEN_NAME)
		return ij_tokens_expected(&parser->toks,
					  "the name of a function or variable behind &");
	ij_tokens_next(&parser->toks);
	return symbol(module, tok, ret);
}

/* What may stand in C where a name begins, and is not supported. */
static struct ij_error *check_name(const struct ij_tokens *toks, const struct ij_token *tok)
{
	const struct ij_token *next = ij_tokens_peek(toks, 1);
	struct ij_quoted quoted = ij_quote_token(tok);

	if (next->kind == IJ_TOKEN_STRING || next->kind == IJ_TOKEN_CHAR)
		return ij_parser_error(toks, UNSUPPORTED, tok->column,
				       "%s before a string or character is not supported; only "
				       "plain char strings are",
				       quoted.str);
	if (tok->text[0] == '$' || ij_token_is(tok, "sizeof") || ij_token_is(tok, "_Alignof"))
		return ij_parser_error(toks, UNSUPPORTED, tok->column,
				       "%s is not supported in an argument; write its value",
				       quoted.str);
	if (ij_token_is(next, "("))
		return ij_parser_error(toks, UNSUPPORTED, tok->column,
				       "%s(...) is a call inside a call, which is not supported; "
				       "call it first and write its result here",
				       quoted.str);
	return NULL;
}

/* A function that has a prototype: its name alone is its address, as in C. */
static struct ij_error *function_name(struct ij_parser *parser, const struct ij_token *tok,
				      struct ij_arg *ret)
{
	const struct ij_prototype *proto = NULL;
	char *copy = strndup(tok->text, tok->len);
	struct ij_error *err = copy ? NULL : ij_error_nomem();

	/* In a declaration nobody knows functions. */
	if (!err && parser->protos)
		err = ij_prototypes_lookup(parser->protos, copy, &proto);
	free(copy);
	if (err)
		return err;
	if (!proto)
		return ij_parser_error(
			&parser->toks, UNSUPPORTED, tok->column,
			"%s is no known constant, and variables of the target are not read; "
			"write its value, or &%s for its address,",
			ij_quote_token(tok).str, ij_quote_token(tok).str);
	return symbol(NULL, tok, ret);
}

static struct ij_error *name(struct ij_parser *parser, const struct ij_token *tok,
			     struct ij_arg *ret)
{
	const struct ij_constant *constant = ij_constant_find(tok->text, tok->len);

	if (!constant)
		constant = ij_typedefs_constant(parser->toks.typedefs, tok->text, tok->len);
	IJ_TRY(check_name(&parser->toks, tok));
	*ret = (struct ij_arg){.kind = IJ_ARG_INT, .type = ij_type_integer(4, false)};
	if (ij_token_is(tok, "NULL") || ij_token_is(tok, "nullptr")) {
		ret->type = (struct ij_type){.kind = IJ_TYPE_POINTER, .size = 8, .text = "void *"};
	} else if (ij_token_is(tok, "true") || ij_token_is(tok, "false")) {
		ret->u64 = ij_token_is(tok, "true");
	} else if (constant) {
		ret->type = ij_type_integer(constant->size, constant->is_unsigned);
		ret->u64 = constant->value;
	} else {
		IJ_TRY(function_name(parser, tok, ret));
	}
	ij_tokens_next(&parser->toks);
	return NULL;
}

static struct ij_error *primary(struct ij_parser *parser, struct ij_arg *ret)
{
	const struct ij_token *tok = ij_tokens_peek(&parser->toks, 0);
	struct ij_error *err;

	switch (tok->kind) {
	case IJ_TOKEN_NUMBER:
		err = ij_literal_number(&parser->toks, tok, ret);
		ij_tokens_next(&parser->toks);
		return err;
	case IJ_TOKEN_CHAR:
		err = ij_literal_char(&parser->toks, tok, ret);
		ij_tokens_next(&parser->toks);
		return err;
	case IJ_TOKEN_STRING:
		return ij_literal_string(&parser->toks, ret);
	case IJ_TOKEN_NAME:
		return name(parser, tok, ret);
	default:
		return ij_tokens_expected(&parser->toks, "a value");
	}
}

static struct ij_error *parenthesised(struct ij_parser *parser, struct ij_arg *ret)
{
	struct ij_error *err;

	ij_tokens_next(&parser->toks);
	IJ_TRY(ij_expr_parse(parser, ret));
	err = ij_tokens_expect(&parser->toks, ")");
	if (err)
		ij_arg_deinit(ret);
	return err;
}

static struct ij_error *unary_level(struct ij_parser *parser, struct ij_arg *ret)
{
	struct ij_tokens *toks = &parser->toks;
	const struct ij_token *tok = ij_tokens_peek(toks, 0);
	struct ij_tokens inner = *toks;
	struct ij_error *err;

	if (ij_token_is(tok, "(")) {
		ij_tokens_next(&inner);
		return ij_type_starts(&inner) ? ij_cast_parse(parser, ret)
					      : parenthesised(parser, ret);
	}
	if (ij_token_is(tok, "*") || ij_token_is(tok, "++") || ij_token_is(tok, "--") ||
	    ij_token_is(tok, "&&"))
		return ij_parser_error(toks, UNSUPPORTED, tok->column,
				       "operator %.*s is not supported in an argument",
				       (int)tok->len, tok->text);
	if (ij_tokens_is(toks, 0, "&") && ij_tokens_peek(toks, 1)->kind == IJ_TOKEN_NAME &&
	    ij_tokens_peek(toks, 1)->text[0] == '$')
		return ij_parser_error(toks, UNSUPPORTED, ij_tokens_peek(toks, 1)->column, "%s",
				       "the address of a variable of ours is no constant,");
	if (ij_tokens_accept(toks, "&"))
		return address(parser, ret);
	if (!ij_token_is(tok, "+") && !ij_token_is(tok, "-") && !ij_token_is(tok, "~") &&
	    !ij_token_is(tok, "!"))
		return primary(parser, ret);
	ij_tokens_next(toks);
	IJ_TRY(ij_expr_unary(parser, ret));
	err = ij_arith_unary(toks, tok, ret);
	if (err)
		ij_arg_deinit(ret);
	return err;
}

struct ij_error *ij_expr_unary(struct ij_parser *parser, struct ij_arg *ret)
{
	size_t column = ij_tokens_peek(&parser->toks, 0)->column;
	struct ij_arg arg = {0};

	IJ_TRY(ij_tokens_enter(&parser->toks));
	IJ_TRY(unary_level(parser, &arg));
	ij_tokens_leave(&parser->toks);
	arg.column = column;
	*ret = arg;
	return NULL;
}

static const struct operator* operator_at(const struct ij_tokens *toks)
{
	for (size_t i = 0; i < IJ_COUNT(operators); i++)
		if (ij_tokens_is(toks, 0, operators[i].text))
			return operators + i;
	return NULL;
}

/* Operators of at least @precedence; its recursion is at most one level a precedence deep. */
static struct ij_error *climb(struct ij_parser *parser, unsigned precedence, struct ij_arg *ret)
{
	const struct operator* op;

	IJ_TRY(ij_expr_unary(parser, ret));
	while ((op = operator_at(&parser->toks)) && op->precedence >= precedence) {
		const struct ij_token *tok = ij_tokens_peek(&parser->toks, 0);
		struct ij_arg right = {0};
		struct ij_error *err;

		ij_tokens_next(&parser->toks);
		err = climb(parser, op->precedence + 1, &right);
		if (!err)
			err = ij_arith_binary(&parser->toks, tok, ret, &right);
		ij_arg_deinit(&right);
		if (err) {
			ij_arg_deinit(ret);
			return err;
		}
	}
	return NULL;
}

struct ij_error *ij_expr_parse(struct ij_parser *parser, struct ij_arg *ret)
{
	static const char *const others[] = {
		"==", "!=", "<",  ">",  "<=", ">=", "&&", "||", "?",  "=",   "->",  ".",  "[", "++",
		"--", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>=", "::", "("};
	size_t column = ij_tokens_peek(&parser->toks, 0)->column;
	struct ij_arg arg = {0};

	IJ_TRY(climb(parser, 0, &arg));
	for (size_t i = 0; i < IJ_COUNT(others); i++) {
		if (!ij_tokens_is(&parser->toks, 0, others[i]))
			continue;
		ij_arg_deinit(&arg);
		return ij_parser_error(
			&parser->toks, UNSUPPORTED, ij_tokens_peek(&parser->toks, 0)->column,
			"operator %s is not supported in an argument; arguments are constants",
			others[i]);
	}
	arg.column = column;
	*ret = arg;
	return NULL;
}
