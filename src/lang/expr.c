/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Constant expressions (C17, 6.6) by precedence climbing, its depth limited. */
#include "lang/expr.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lang/constants.h"

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

bool ij_type_is_integer(const struct ij_type *type)
{
	return type->kind == IJ_TYPE_INT || type->kind == IJ_TYPE_UINT ||
	       type->kind == IJ_TYPE_CHAR || type->kind == IJ_TYPE_BOOL;
}

bool ij_arg_is_integer(const struct ij_arg *arg)
{
	return arg->kind == IJ_ARG_INT && ij_type_is_integer(&arg->type);
}

uint64_t ij_type_wrap(const struct ij_type *type, uint64_t bits)
{
	unsigned shift = 64 - 8 * type->size;

	if (type->kind == IJ_TYPE_INT || type->kind == IJ_TYPE_CHAR)
		return (uint64_t)((int64_t)(bits << shift) >> shift);
	return bits << shift >> shift;
}

static struct ij_error *no_integers(const struct ij_tokens *toks, const struct ij_token *op)
{
	return ij_parser_error(toks, TYPE, op->column, "operator %.*s takes integers", (int)op->len,
			       op->text);
}

/* The integer promotions (C17, 6.3.1.1). */
static struct ij_type promoted(const struct ij_type *type)
{
	return type->size < 4 ? ij_type_integer(4, false)
			      : ij_type_integer(type->size, type->kind == IJ_TYPE_UINT);
}

/* The usual arithmetic conversions (C17, 6.3.1.8). */
static struct ij_type common_type(const struct ij_type *a, const struct ij_type *b)
{
	struct ij_type left = promoted(a);
	struct ij_type right = promoted(b);

	if (left.size != right.size)
		return left.size > right.size ? left : right;
	return left.kind == IJ_TYPE_UINT ? left : right;
}

/* Signed + - * / %; false if the result does not fit @type. */
static bool compute_signed(char op, const struct ij_type *type, int64_t a, int64_t b, uint64_t *ret)
{
	int64_t value;
	bool over = false;

	switch (op) {
	case '+':
		over = __builtin_add_overflow(a, b, &value);
		break;
	case '-':
		over = __builtin_sub_overflow(a, b, &value);
		break;
	case '*':
		over = __builtin_mul_overflow(a, b, &value);
		break;
	default:
		over = a == INT64_MIN && b == -1;
		value = over ? 0 : op == '/' ? a / b : a % b;
		break;
	}
	*ret = (uint64_t)value;
	return !over && ij_type_wrap(type, (uint64_t)value) == (uint64_t)value;
}

static uint64_t compute_unsigned(char op, uint64_t a, uint64_t b)
{
	switch (op) {
	case '+':
		return a + b;
	case '-':
		return a - b;
	case '*':
		return a * b;
	case '/':
		return a / b;
	case '%':
		return a % b;
	case '&':
		return a & b;
	case '^':
		return a ^ b;
	default:
		return a | b;
	}
}

static struct ij_error *shift(const struct ij_tokens *toks, const struct ij_token *op,
			      struct ij_arg *left, const struct ij_arg *right)
{
	struct ij_type type = promoted(&left->type);

	if (right->u64 >= 8 * type.size)
		return ij_parser_error(toks, TYPE, op->column,
				       "the shift count is not in 0 to %u, the bits of %s",
				       8 * type.size - 1, type.text);
	if (op->text[0] == '<')
		left->u64 = ij_type_wrap(&type, left->u64 << right->u64);
	else if (type.kind == IJ_TYPE_UINT)
		left->u64 >>= right->u64;
	else
		left->u64 = (uint64_t)((int64_t)left->u64 >> right->u64);
	left->type = type;
	return NULL;
}

static struct ij_error *binary(const struct ij_tokens *toks, const struct ij_token *op,
			       struct ij_arg *left, const struct ij_arg *right)
{
	struct ij_type type;
	char c = op->text[0];

	if (!ij_arg_is_integer(left) || !ij_arg_is_integer(right))
		return no_integers(toks, op);
	if (op->len == 2)
		return shift(toks, op, left, right);
	if ((c == '/' || c == '%') && !right->u64)
		return ij_parser_error(toks, TYPE, op->column, "%s", "division by zero");
	type = common_type(&left->type, &right->type);
	if (type.kind == IJ_TYPE_INT && strchr("+-*/%", c)) {
		if (!compute_signed(c, &type, (int64_t)left->u64, (int64_t)right->u64, &left->u64))
			return ij_parser_error(
				toks, TYPE, op->column, "the result of %c overflows %s; use %s", c,
				type.text,
				type.size == 4 ? "the suffix l (long)" : "the suffix ul");
	} else {
		left->u64 = ij_type_wrap(&type, compute_unsigned(c, ij_type_wrap(&type, left->u64),
								 ij_type_wrap(&type, right->u64)));
	}
	left->type = type;
	return NULL;
}

static struct ij_error *unary(const struct ij_tokens *toks, const struct ij_token *op,
			      struct ij_arg *arg)
{
	char c = op->text[0];

	if (arg->kind == IJ_ARG_FLOAT && c != '~') {
		bool zero = arg->f64 == 0;

		if (c == '-')
			arg->f64 = -arg->f64;
		if (c == '!')
			*arg = (struct ij_arg){
				.kind = IJ_ARG_INT, .type = ij_type_integer(4, false), .u64 = zero};
		return NULL;
	}
	if (!ij_arg_is_integer(arg))
		return no_integers(toks, op);
	arg->type = promoted(&arg->type);
	if (c == '!') {
		arg->u64 = !arg->u64;
		arg->type = ij_type_integer(4, false);
	} else if (c == '~') {
		arg->u64 = ij_type_wrap(&arg->type, ~arg->u64);
	} else if (c == '-') {
		uint64_t value = ij_type_wrap(&arg->type, -arg->u64);

		if (arg->type.kind == IJ_TYPE_INT && value && value == arg->u64)
			return ij_parser_error(toks, TYPE, op->column,
					       "the result of - overflows %s", arg->type.text);
		arg->u64 = value;
	}
	return NULL;
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

static struct ij_error *name(struct ij_parser *parser, const struct ij_token *tok,
			     struct ij_arg *ret)
{
	const struct ij_constant *constant = ij_constant_find(tok->text, tok->len);
	struct ij_quoted quoted = ij_quote_token(tok);

	*ret = (struct ij_arg){
		.kind = IJ_ARG_INT, .type = ij_type_integer(4, false), .column = tok->column};
	if (ij_tokens_peek(&parser->toks, 1)->kind == IJ_TOKEN_STRING ||
	    ij_tokens_peek(&parser->toks, 1)->kind == IJ_TOKEN_CHAR)
		return ij_parser_error(&parser->toks, UNSUPPORTED, tok->column,
				       "%s before a string or character is not supported; only "
				       "plain char strings are",
				       quoted.str);
	if (ij_tokens_is(&parser->toks, 1, "(") && !ij_token_is(tok, "sizeof"))
		return ij_parser_error(&parser->toks, UNSUPPORTED, tok->column,
				       "%s(...) is a call inside a call, which is not supported; "
				       "call it first and write its result here",
				       quoted.str);
	if (tok->text[0] == '$' || ij_token_is(tok, "sizeof") || ij_token_is(tok, "_Alignof"))
		return ij_parser_error(&parser->toks, UNSUPPORTED, tok->column,
				       "%s is not supported in an argument; write its value",
				       quoted.str);
	if (ij_token_is(tok, "NULL") || ij_token_is(tok, "nullptr")) {
		ret->type = (struct ij_type){.kind = IJ_TYPE_POINTER, .size = 8, .text = "void *"};
	} else if (ij_token_is(tok, "true") || ij_token_is(tok, "false")) {
		ret->u64 = ij_token_is(tok, "true");
	} else if (constant) {
		ret->type = ij_type_integer(constant->size, constant->is_unsigned);
		ret->u64 = constant->value;
	} else {
		char *copy = strndup(tok->text, tok->len);
		bool function = copy && ij_prototypes_find(parser->protos, copy);

		free(copy);
		if (!copy)
			return ij_error_nomem();
		if (!function)
			return ij_parser_error(
				&parser->toks, UNSUPPORTED, tok->column,
				"%s is no known constant, and variables of the target are not "
				"read; write its value, or &%s for its address,",
				quoted.str, quoted.str);
		IJ_TRY(symbol(NULL, tok, ret));
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
	if (ij_tokens_accept(toks, "&"))
		return address(parser, ret);
	if (!ij_token_is(tok, "+") && !ij_token_is(tok, "-") && !ij_token_is(tok, "~") &&
	    !ij_token_is(tok, "!"))
		return primary(parser, ret);
	ij_tokens_next(toks);
	IJ_TRY(ij_expr_unary(parser, ret));
	err = unary(toks, tok, ret);
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
			err = binary(&parser->toks, tok, ret, &right);
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
