/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Operators on values. */
#include "repl/formula_ops.h"

#include <string.h>

/* Longer ones before what they begin with. */
static const struct ij_operator operators[] = {
	{"||", IJ_OP_OR, 0}, {"&&", IJ_OP_AND, 1}, {"==", IJ_OP_EQ, 2}, {"!=", IJ_OP_NE, 2},
	{"<=", IJ_OP_LE, 3}, {">=", IJ_OP_GE, 3},  {"<", IJ_OP_LT, 3},  {">", IJ_OP_GT, 3},
	{"+", IJ_OP_ADD, 4}, {"-", IJ_OP_SUB, 4},  {"*", IJ_OP_MUL, 5}, {"/", IJ_OP_DIV, 5},
	{"%", IJ_OP_MOD, 5},
};

const struct ij_operator *ij_operator_at(const char *at, unsigned level)
{
	for (size_t i = 0; i < IJ_CLI_COUNT(operators); i++)
		if (operators[i].level == level &&
		    !strncmp(at, operators[i].text, strlen(operators[i].text)))
			return &operators[i];
	return NULL;
}

static void set_bool(struct ij_value *value, bool on)
{
	ij_value_deinit(value);
	*value = ij_value_int(on);
}

static bool is_number(const struct ij_value *value)
{
	return value->kind == IJ_KIND_INT || value->kind == IJ_KIND_UINT ||
	       value->kind == IJ_KIND_FLOAT || value->kind == IJ_KIND_POINTER ||
	       (value->kind == IJ_KIND_STRING && value->foreign);
}

static double as_float(const struct ij_value *value)
{
	return value->kind == IJ_KIND_FLOAT ? value->f
	       : value->kind == IJ_KIND_INT ? (double)value->i
					    : (double)value->u;
}

static uint64_t as_bits(const struct ij_value *value)
{
	return value->kind == IJ_KIND_INT ? (uint64_t)value->i : value->u;
}

struct ij_error *ij_formula_unary(char op, struct ij_value *value)
{
	if (value->kind == IJ_KIND_UNKNOWN)
		return NULL;
	if (value->kind == IJ_KIND_VOID)
		return ij_error_create(IJ_ERR_TYPE, "a call that returns nothing has no value");
	if (op == 'b' || op == '!') {
		set_bool(value, ij_value_true(value) == (op == 'b'));
		return NULL;
	}
	if (!is_number(value) || value->kind == IJ_KIND_STRING)
		return ij_error_create(IJ_ERR_TYPE, "%c wants a number", op);
	if (value->kind == IJ_KIND_FLOAT) {
		if (op == '~')
			return ij_error_create(IJ_ERR_TYPE, "~ wants an integer");
		value->f = op == '-' ? -value->f : value->f;
		return NULL;
	}
	if (value->kind == IJ_KIND_INT)
		value->i = op == '-'   ? (int64_t)(0 - (uint64_t)value->i)
			   : op == '~' ? ~value->i
				       : value->i;
	else
		value->u = op == '-' ? 0 - value->u : op == '~' ? ~value->u : value->u;
	return NULL;
}

static bool holds(enum ij_op op, int order)
{
	switch (op) {
	case IJ_OP_EQ:
		return order == 0;
	case IJ_OP_NE:
		return order != 0;
	case IJ_OP_LE:
		return order <= 0;
	case IJ_OP_GE:
		return order >= 0;
	case IJ_OP_LT:
		return order < 0;
	default:
		return order > 0;
	}
}

static bool is_comparison(enum ij_op op)
{
	return op >= IJ_OP_EQ && op <= IJ_OP_GT;
}

static struct ij_error *strings(enum ij_op op, struct ij_value *a, const struct ij_value *b)
{
	struct ij_value joined = {.kind = IJ_KIND_STRING};
	struct ij_text text = {0};

	if (is_comparison(op)) {
		set_bool(a, holds(op, strcmp(a->str, b->str)));
		return NULL;
	}
	if (op != IJ_OP_ADD)
		return ij_error_create(IJ_ERR_TYPE, "strings can be compared and added only");
	ij_text_puts(&text, a->str);
	ij_text_puts(&text, b->str);
	IJ_CLI_TRY(ij_text_take(&text, &joined.str));
	ij_value_deinit(a);
	*a = joined;
	return NULL;
}

/* @b as people read it, behind the string @a. */
static struct ij_error *append(struct ij_value *a, const struct ij_value *b)
{
	struct ij_text text = {0};
	struct ij_error *err;
	char *joined;

	ij_text_puts(&text, a->str);
	ij_script_value_print(b, &text);
	err = ij_text_take(&text, &joined);
	if (err)
		return err;
	free(a->str);
	a->str = joined;
	return NULL;
}

static struct ij_error *floats(enum ij_op op, struct ij_value *a, const struct ij_value *b)
{
	double x = as_float(a), y = as_float(b);

	if (is_comparison(op)) {
		bool ordered = x == x && y == y; /* NaN is unequal to all, and in no order */

		set_bool(a, ordered ? holds(op, (x > y) - (x < y)) : op == IJ_OP_NE);
		return NULL;
	}
	if (op == IJ_OP_MOD)
		return ij_error_create(IJ_ERR_TYPE, "%% wants integers");
	x = op == IJ_OP_ADD ? x + y : op == IJ_OP_SUB ? x - y : op == IJ_OP_MUL ? x * y : x / y;
	ij_value_deinit(a);
	*a = (struct ij_value){.kind = IJ_KIND_FLOAT, .f = x};
	return NULL;
}

static struct ij_error *divide(enum ij_op op, bool is_signed, uint64_t x, uint64_t y, uint64_t *ret)
{
	int64_t sx = (int64_t)x, sy = (int64_t)y;

	if (!y)
		return ij_error_create(IJ_ERR_TYPE, "division by zero");
	if (!is_signed)
		*ret = op == IJ_OP_DIV ? x / y : x % y;
	else if (sy == -1) /* the least number has no counterpart */
		*ret = op == IJ_OP_DIV ? 0 - x : 0;
	else
		*ret = (uint64_t)(op == IJ_OP_DIV ? sx / sy : sx % sy);
	return NULL;
}

static struct ij_error *integers(enum ij_op op, struct ij_value *a, const struct ij_value *b)
{
	uint64_t x = as_bits(a), y = as_bits(b), r = 0;
	bool is_signed = a->kind == IJ_KIND_INT && b->kind == IJ_KIND_INT;
	bool pointer =
		(a->kind == IJ_KIND_POINTER || a->kind == IJ_KIND_STRING) && b->kind == IJ_KIND_INT;

	if (is_comparison(op)) {
		int order = is_signed ? ((int64_t)x > (int64_t)y) - ((int64_t)x < (int64_t)y)
				      : (x > y) - (x < y);

		set_bool(a, holds(op, order));
		return NULL;
	}
	if (op == IJ_OP_DIV || op == IJ_OP_MOD)
		IJ_CLI_TRY(divide(op, is_signed, x, y, &r));
	else
		r = op == IJ_OP_ADD ? x + y : op == IJ_OP_SUB ? x - y : x * y;
	ij_value_deinit(a);
	*a = is_signed
		     ? ij_value_int((int64_t)r)
		     : (struct ij_value){.kind = pointer ? IJ_KIND_POINTER : IJ_KIND_UINT, .u = r};
	return NULL;
}

struct ij_error *ij_formula_binary(enum ij_op op, struct ij_value *a, const struct ij_value *b)
{
	if (a->kind == IJ_KIND_UNKNOWN || b->kind == IJ_KIND_UNKNOWN) {
		ij_value_deinit(a);
		a->kind = IJ_KIND_UNKNOWN;
		return NULL;
	}
	if (a->kind == IJ_KIND_VOID || b->kind == IJ_KIND_VOID)
		return ij_error_create(IJ_ERR_TYPE, "a call that returns nothing has no value");
	if (op == IJ_OP_AND || op == IJ_OP_OR) {
		bool x = ij_value_true(a), y = ij_value_true(b);

		set_bool(a, op == IJ_OP_AND ? x && y : x || y);
		return NULL;
	}
	if (a->kind == IJ_KIND_STRING && b->kind == IJ_KIND_STRING)
		return strings(op, a, b);
	if (op == IJ_OP_ADD && a->kind == IJ_KIND_STRING && !a->foreign)
		return append(a, b);
	if (!is_number(a) || !is_number(b))
		return ij_error_create(IJ_ERR_TYPE, "a string and a number do not go together");
	if (a->kind == IJ_KIND_FLOAT || b->kind == IJ_KIND_FLOAT)
		return floats(op, a, b);
	return integers(op, a, b);
}
