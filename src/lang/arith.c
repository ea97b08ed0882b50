/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The operators of constant expressions (C17, 6.5), with C's types and without its undefined
 * results. */
#include <string.h>

#include "lang/expr.h"

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

struct ij_error *ij_arith_binary(const struct ij_tokens *toks, const struct ij_token *op,
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

struct ij_error *ij_arith_unary(const struct ij_tokens *toks, const struct ij_token *op,
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
