/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Operators on numbers and pointers (C17, 6.5.3 to 6.5.12), with the usual arithmetic conversions.
 */
#include <math.h>
#include <string.h>

#include "lang/eval.h"
#include "lang/eval_parts.h"

static int rank(const struct ij_ctype *type)
{
	/* long and long long have one size and two ranks; so have others that we do not tell apart.
	 */
	return (int)type->size * 2 + (type->name && strstr(type->name, "long long") ? 1 : 0);
}

/* The integer promotions (C17, 6.3.1.1). */
static const struct ij_ctype *promoted(const struct ij_ctype *type)
{
	type = ij_ctype_strip(type);
	if (type->kind == IJ_CT_ENUM)
		type = type->target && ij_ctype_strip(type->target)->size >= 4
			       ? ij_ctype_strip(type->target)
			       : ij_cbase(IJ_CBASE_INT);
	if (type->kind != IJ_CT_INT && type->kind != IJ_CT_BOOL)
		return type;
	return type->size < 4 ? ij_cbase(IJ_CBASE_INT) : type;
}

/* The usual arithmetic conversions (C17, 6.3.1.8). */
static const struct ij_ctype *common(const struct ij_ctype *a, const struct ij_ctype *b)
{
	a = promoted(a);
	b = promoted(b);
	if (a->kind == IJ_CT_FLOAT || b->kind == IJ_CT_FLOAT) {
		if (a->kind == b->kind)
			return a->size >= b->size ? a : b;
		return a->kind == IJ_CT_FLOAT ? a : b;
	}
	if (rank(a) != rank(b)) {
		const struct ij_ctype *high = rank(a) > rank(b) ? a : b;
		const struct ij_ctype *low = rank(a) > rank(b) ? b : a;

		if (low->is_unsigned && !high->is_unsigned && low->size == high->size)
			return ij_cbase(low->size == 8 ? IJ_CBASE_ULLONG : IJ_CBASE_UINT128);
		return high;
	}
	return a->is_unsigned ? a : b;
}

static struct ij_error *no_operands(struct ij_eval *ev, const struct ij_node *node, const char *op,
				    const struct ij_val *left, const struct ij_val *right)
{
	return ij_eval_error(ev, node, TYPE, "operator %s takes no %s and %s", op,
			     ij_type_shown(left->type).str, ij_type_shown(right->type).str);
}

static struct ij_error *floating(struct ij_eval *ev, const struct ij_node *node, const char *op,
				 const struct ij_ctype *type, const struct ij_val *left,
				 const struct ij_val *right, struct ij_val *ret)
{
	long double a = ij_val_float(left), b = ij_val_float(right);

	switch (op[0]) {
	case '+':
		return ij_val_set_float(ev->arena, type, a + b, ret);
	case '-':
		return ij_val_set_float(ev->arena, type, a - b, ret);
	case '*':
		return ij_val_set_float(ev->arena, type, a * b, ret);
	case '/':
		return ij_val_set_float(ev->arena, type, a / b, ret);
	default:
		return no_operands(ev, node, op, left, right);
	}
}

static struct ij_error *shift(struct ij_eval *ev, const struct ij_node *node, const char *op,
			      const struct ij_val *left, const struct ij_val *right,
			      struct ij_val *ret)
{
	const struct ij_ctype *type = promoted(left->type);
	__int128 count = ij_val_integer(right), value = ij_val_integer(left);

	if (ev->dry)
		count = 0;
	if (count < 0 || count >= (__int128)(8 * type->size))
		return ij_eval_error(ev, node, TYPE,
				     "the shift count is not in 0 to %u, the bits of %s",
				     (unsigned)(8 * type->size - 1), ij_type_shown(type).str);
	if (op[0] == '<')
		value = (__int128)((unsigned __int128)value << (unsigned)count);
	else if (type->is_unsigned)
		value = (__int128)((unsigned __int128)value >> (unsigned)count);
	else
		value >>= (unsigned)count;
	return ij_val_set_integer(ev->arena, type, value, ret);
}

static struct ij_error *integers(struct ij_eval *ev, const struct ij_node *node, const char *op,
				 const struct ij_val *left, const struct ij_val *right,
				 struct ij_val *ret)
{
	const struct ij_ctype *type = common(left->type, right->type);
	struct ij_val l, r;
	__int128 a, b;

	if (op[0] == op[1])
		return shift(ev, node, op, left, right, ret);
	IJ_TRY(ij_val_set_integer(ev->arena, type, ij_val_integer(left), &l));
	IJ_TRY(ij_val_set_integer(ev->arena, type, ij_val_integer(right), &r));
	a = ij_val_integer(&l);
	b = ij_val_integer(&r);
	switch (op[0]) {
	case '+':
		a = (__int128)((unsigned __int128)a + (unsigned __int128)b);
		break;
	case '-':
		a = (__int128)((unsigned __int128)a - (unsigned __int128)b);
		break;
	case '*':
		a = (__int128)((unsigned __int128)a * (unsigned __int128)b);
		break;
	case '&':
		a &= b;
		break;
	case '|':
		a |= b;
		break;
	case '^':
		a ^= b;
		break;
	default:
		if (!b && ev->dry)
			b = 1;
		if (!b)
			return ij_eval_error(ev, node, TYPE, "%s", "division by zero");
		if (type->is_unsigned && type->size == 16)
			a = op[0] == '/' ? (__int128)((unsigned __int128)a / (unsigned __int128)b)
					 : (__int128)((unsigned __int128)a % (unsigned __int128)b);
		else if (b == -1) /* the quotient of the least number does not fit */
			a = op[0] == '/' ? (__int128)-(unsigned __int128)a : 0;
		else
			a = op[0] == '/' ? a / b : a % b;
		break;
	}
	return ij_val_set_integer(ev->arena, type, a, ret);
}

static bool compares(const char *op)
{
	return !strcmp(op, "==") || !strcmp(op, "!=") || !strcmp(op, "<") || !strcmp(op, ">") ||
	       !strcmp(op, "<=") || !strcmp(op, ">=");
}

/* @order: the sign of left - right; 2 if there is none (NaN). */
static bool holds(const char *op, int order)
{
	if (order == 2)
		return op[0] == '!';
	switch (op[0]) {
	case '=':
		return !order;
	case '!':
		return order;
	case '<':
		return op[1] ? order <= 0 : order < 0;
	default:
		return op[1] ? order >= 0 : order > 0;
	}
}

static int order_of(const struct ij_ctype *type, const struct ij_val *left,
		    const struct ij_val *right)
{
	if (type->kind == IJ_CT_FLOAT) {
		long double a = ij_val_float(left), b = ij_val_float(right);

		return a < b ? -1 : a > b ? 1 : a == b ? 0 : 2;
	}
	if (type->is_unsigned && type->size == 16) {
		unsigned __int128 a = (unsigned __int128)ij_val_integer(left);
		unsigned __int128 b = (unsigned __int128)ij_val_integer(right);

		return a < b ? -1 : a > b;
	}
	return ij_val_integer(left) < ij_val_integer(right)
		       ? -1
		       : ij_val_integer(left) > ij_val_integer(right);
}

static struct ij_error *compare(struct ij_eval *ev, const struct ij_node *node, const char *op,
				const struct ij_val *left, const struct ij_val *right,
				struct ij_val *ret)
{
	const struct ij_ctype *type = ij_cbase(IJ_CBASE_ULONG);
	struct ij_val l = *left, r = *right;

	if (left->is_scratch || right->is_scratch)
		return ij_eval_error(ev, node, UNSUPPORTED, "%s",
				     "a literal's address is not compared: it has one during a "
				     "call only");
	if (ij_ctype_is_arithmetic(left->type) && ij_ctype_is_arithmetic(right->type))
		type = common(left->type, right->type);
	else if ((!ij_ctype_is_pointer(left->type) && !ij_ctype_is_integer(left->type)) ||
		 (!ij_ctype_is_pointer(right->type) && !ij_ctype_is_integer(right->type)))
		return no_operands(ev, node, op, left, right);
	if (type->kind != IJ_CT_FLOAT) {
		IJ_TRY(ij_val_set_integer(ev->arena, type, ij_val_integer(left), &l));
		IJ_TRY(ij_val_set_integer(ev->arena, type, ij_val_integer(right), &r));
	}
	return ij_val_set_integer(ev->arena, ij_eval_truth(ev), holds(op, order_of(type, &l, &r)),
				  ret);
}

/* p + n, n + p, p - n */
static struct ij_error *move(struct ij_eval *ev, const struct ij_node *node, const char *op,
			     const struct ij_val *pointer, const struct ij_val *number,
			     struct ij_val *ret)
{
	uint64_t size, addr = ij_val_address(pointer);
	__int128 by = ij_val_integer(number);

	IJ_TRY(ij_eval_size(ev, node, ij_ctype_strip(pointer->type)->target, &size));
	by *= (__int128)size;
	addr += op[0] == '-' ? -(uint64_t)by : (uint64_t)by;
	IJ_TRY(ij_val_make(ev->arena, pointer->type, &addr, ret));
	ret->is_scratch = pointer->is_scratch;
	return NULL;
}

static struct ij_error *distance(struct ij_eval *ev, const struct ij_node *node,
				 const struct ij_val *left, const struct ij_val *right,
				 struct ij_val *ret)
{
	int64_t bytes = (int64_t)(ij_val_address(left) - ij_val_address(right));
	uint64_t size;

	if (left->is_scratch != right->is_scratch)
		return ij_eval_error(ev, node, UNSUPPORTED, "%s",
				     "a literal's address has no distance to another object's");
	IJ_TRY(ij_eval_size(ev, node, ij_ctype_strip(left->type)->target, &size));
	if (!size)
		return ij_eval_error(ev, node, TYPE, "%s",
				     "objects without a size have no distance");
	return ij_val_set_integer(ev->arena, ij_cbase(IJ_CBASE_LONG), bytes / (int64_t)size, ret);
}

struct ij_error *ij_eval_operate(struct ij_eval *ev, const struct ij_node *node, const char *op,
				 const struct ij_val *left, const struct ij_val *right,
				 struct ij_val *ret)
{
	bool pointer_left = ij_ctype_is_pointer(left->type);
	bool pointer_right = ij_ctype_is_pointer(right->type);
	const struct ij_ctype *type;

	if (ij_eval_has_parts(left->type) || ij_eval_has_parts(right->type))
		return ij_eval_parts_binary(ev, node, op, left, right, ret);
	if (compares(op))
		return compare(ev, node, op, left, right, ret);
	if (pointer_left && ij_ctype_is_integer(right->type) && (op[0] == '+' || op[0] == '-'))
		return move(ev, node, op, left, right, ret);
	if (pointer_right && ij_ctype_is_integer(left->type) && op[0] == '+')
		return move(ev, node, op, right, left, ret);
	if (pointer_left && pointer_right && op[0] == '-')
		return distance(ev, node, left, right, ret);
	if (!ij_ctype_is_arithmetic(left->type) || !ij_ctype_is_arithmetic(right->type))
		return no_operands(ev, node, op, left, right);
	type = common(left->type, right->type);
	if (type->kind == IJ_CT_FLOAT)
		return floating(ev, node, op, type, left, right, ret);
	return integers(ev, node, op, left, right, ret);
}

struct ij_error *ij_eval_arith(struct ij_eval *ev, const struct ij_node *node,
			       const struct ij_val *left, const struct ij_val *right,
			       struct ij_val *ret)
{
	char op[4] = {0};

	memcpy(op, node->tok->text, node->tok->len < 3 ? node->tok->len : 3);
	return ij_eval_operate(ev, node, op, left, right, ret);
}

/* + - ~ ! */
struct ij_error *ij_eval_unary(struct ij_eval *ev, const struct ij_node *node, struct ij_val *ret)
{
	char op = node->tok->text[0];
	const struct ij_ctype *type;
	struct ij_val val;

	IJ_TRY(ij_eval_value(ev, node->a, &val));
	if (ij_ctype_is_aggregate(val.type)) {
		const char name[] = {op, 0};
		bool found;

		IJ_TRY(ij_eval_operator(ev, node, name, &val, 1, ret, &found));
		if (found)
			return NULL;
		if (op == '!')
			IJ_TRY(ij_eval_user_conversion(ev, node, ij_cbase(IJ_CBASE_CXX_BOOL), &val,
						       &found));
	}
	if (node->tok->len > 1)
		return ij_eval_part_named(ev, node, ij_node_is(node, "__imag__"), &val, ret);
	if (ij_eval_has_parts(val.type))
		return ij_eval_parts_unary(ev, node, op, &val, ret);
	if (op == '!' && ij_ctype_strip(val.type)->kind == IJ_CT_INT && ij_eval_is_rust(ev))
		return ij_val_set_integer(ev->arena, val.type, ~ij_val_integer(&val), ret);
	type = promoted(val.type);
	if (op == '!' && (ij_ctype_is_arithmetic(type) || type->kind == IJ_CT_POINTER))
		return ij_val_set_integer(ev->arena, ij_eval_truth(ev), ij_val_is_zero(&val), ret);
	if (type->kind == IJ_CT_FLOAT && op != '~') {
		long double value = ij_val_float(&val);

		/* What is no number has no sign that could be turned: it stays as it is, as in gdb.
		 */
		return ij_val_set_float(ev->arena, type,
					op == '-' && !isnan(value) ? -value : value, ret);
	}
	if (!ij_ctype_is_integer(type))
		return ij_eval_error(ev, node, TYPE, "operator %c takes no %s", op,
				     ij_type_shown(val.type).str);
	return ij_val_set_integer(ev->arena, type,
				  op == '~'   ? ~ij_val_integer(&val)
				  : op == '-' ? (__int128)-(unsigned __int128)ij_val_integer(&val)
					      : ij_val_integer(&val),
				  ret);
}
