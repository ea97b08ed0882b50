/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Operators on numbers of several parts: vectors (GCC, Using Vector Instructions through Built-in
 * Functions), and complex numbers (C17, 6.2.5 and annex G). */
#include "lang/eval_parts.h"

#include <string.h>

bool ij_eval_has_parts(const struct ij_ctype *type)
{
	enum ij_ct_kind kind = ij_ctype_strip(type)->kind;

	return kind == IJ_CT_VECTOR || kind == IJ_CT_COMPLEX;
}

struct ij_error *ij_eval_complex_of(struct ij_eval *ev, const struct ij_ctype *part,
				    const struct ij_ctype **ret)
{
	struct ij_ctype *complex;

	IJ_TRY(ij_ctypes_new(ev->host->types, IJ_CT_COMPLEX, &complex));
	complex->target = part;
	complex->size = 2 * ij_ctype_strip(part)->size;
	*ret = complex;
	return NULL;
}

static bool is_vector(const struct ij_val *val)
{
	return ij_ctype_strip(val->type)->kind == IJ_CT_VECTOR;
}

static struct ij_error *no_operator(struct ij_eval *ev, const struct ij_node *node, const char *op,
				    const struct ij_val *left, const struct ij_val *right)
{
	return ij_eval_error(ev, node, TYPE, "operator %s takes no %s and %s", op,
			     ij_type_shown(left->type).str, ij_type_shown(right->type).str);
}

/* Part @i of @val; of a number that stands beside a vector all are it, as one of type @part. */
static struct ij_error *part_of(struct ij_eval *ev, const struct ij_node *node,
				const struct ij_val *val, const struct ij_ctype *part, uint64_t i,
				struct ij_val *ret)
{
	if (is_vector(val))
		return ij_val_make(ev->arena, part, val->bytes + i * ij_ctype_strip(part)->size,
				   ret);
	*ret = *val;
	return ij_eval_convert(ev, node, part, false, ret);
}

/* What comparing vectors of @type gives: signed integers as wide as its elements. */
static struct ij_error *mask_type(struct ij_eval *ev, const struct ij_ctype *type,
				  const struct ij_ctype **ret)
{
	uint64_t size = ij_ctype_strip(type->target)->size;
	struct ij_ctype *vector;

	IJ_TRY(ij_ctypes_new(ev->host->types, IJ_CT_VECTOR, &vector));
	vector->target = ij_cbase(size == 1   ? IJ_CBASE_SCHAR
				  : size == 2 ? IJ_CBASE_SHORT
				  : size == 4 ? IJ_CBASE_INT
				  : size == 8 ? IJ_CBASE_LONG
					      : IJ_CBASE_INT128);
	vector->count = type->count;
	vector->has_count = true;
	vector->size = type->size;
	*ret = vector;
	return NULL;
}

static struct ij_error *vectors(struct ij_eval *ev, const struct ij_node *node, const char *op,
				const struct ij_val *left, const struct ij_val *right,
				struct ij_val *ret)
{
	const struct ij_val *whole = is_vector(left) ? left : right;
	const struct ij_ctype *type = ij_ctype_strip(whole->type), *made = whole->type;
	bool compares = strchr("=!<>", op[0]) && strcmp(op, "<<") && strcmp(op, ">>");
	uint64_t size;

	if ((is_vector(left) && is_vector(right) && !ij_ctype_same(left->type, right->type)) ||
	    (!is_vector(left) && !ij_ctype_is_arithmetic(left->type)) ||
	    (!is_vector(right) && !ij_ctype_is_arithmetic(right->type)) ||
	    ij_ctype_strip(left->type)->kind == IJ_CT_COMPLEX ||
	    ij_ctype_strip(right->type)->kind == IJ_CT_COMPLEX)
		return no_operator(ev, node, op, left, right);
	if (compares)
		IJ_TRY(mask_type(ev, type, &made));
	IJ_TRY(ij_val_make(ev->arena, made, NULL, ret));
	size = ij_ctype_strip(type->target)->size;
	for (uint64_t i = 0; i < type->count && (i + 1) * size <= type->size; i++) {
		struct ij_val a, b, one;

		IJ_TRY(part_of(ev, node, left, type->target, i, &a));
		IJ_TRY(part_of(ev, node, right, type->target, i, &b));
		IJ_TRY(ij_eval_operate(ev, node, op, &a, &b, &one));
		if (compares)
			IJ_TRY(ij_val_set_integer(ev->arena, ij_ctype_strip(made)->target,
						  ij_val_is_zero(&one) ? 0 : -1, &one));
		else
			IJ_TRY(ij_eval_convert(ev, node, type->target, false, &one));
		memcpy(ret->bytes + i * size, one.bytes, size);
	}
	return NULL;
}

struct complex {
	long double re, im;
};

/* The type of the parts; of a number that is not complex its own. */
static const struct ij_ctype *part_type(const struct ij_ctype *type)
{
	type = ij_ctype_strip(type);
	return type->kind == IJ_CT_COMPLEX ? ij_ctype_strip(type->target) : type;
}

static struct ij_error *complex_value(struct ij_eval *ev, const struct ij_val *val,
				      struct complex *ret)
{
	const struct ij_ctype *type = ij_ctype_strip(val->type);
	struct ij_val im;

	*ret = (struct complex){.re = ij_val_float(val)};
	if (type->kind != IJ_CT_COMPLEX)
		return NULL;
	IJ_TRY(ij_val_make(ev->arena, type->target, val->bytes + type->size / 2, &im));
	ret->im = ij_val_float(&im);
	return NULL;
}

static struct ij_error *make_complex(struct ij_eval *ev, const struct ij_ctype *type,
				     struct complex value, struct ij_val *ret)
{
	const struct ij_ctype *bare = ij_ctype_strip(type);
	struct ij_val im;

	IJ_TRY(ij_val_set_float(ev->arena, bare->target, value.im, &im));
	IJ_TRY(ij_val_set_float(ev->arena, type, value.re, ret));
	memcpy(ret->bytes + bare->size / 2, im.bytes, bare->size / 2);
	return NULL;
}

struct ij_error *ij_eval_parts_to_complex(struct ij_eval *ev, const struct ij_ctype *type,
					  struct ij_val *val)
{
	struct complex value;

	IJ_TRY(complex_value(ev, val, &value));
	return make_complex(ev, type, value, val);
}

/* The real or the imaginary part of a number; that of what is not complex is 0. */
static struct ij_error *part_at(struct ij_eval *ev, const struct ij_val *val, bool is_imaginary,
				struct ij_val *ret)
{
	const struct ij_ctype *type = ij_ctype_strip(val->type);

	if (type->kind == IJ_CT_COMPLEX)
		return ij_val_make(ev->arena, type->target,
				   val->bytes + (is_imaginary ? type->size / 2 : 0), ret);
	*ret = *val;
	return is_imaginary ? ij_val_set_integer(ev->arena, val->type, 0, ret) : NULL;
}

/* Neither has a point: the parts stay integers, as GCC has them. */
static struct ij_error *complex_integers(struct ij_eval *ev, const struct ij_node *node,
					 const char *op, const struct ij_val *left,
					 const struct ij_val *right, struct ij_val *ret)
{
	/* (a + bi) op (c + di): the products ac, bd, ad, bc, and for `/` also cc and dd. */
	static const unsigned char of[6][2] = {{0, 2}, {1, 3}, {0, 3}, {1, 2}, {2, 2}, {3, 3}};
	const struct ij_ctype *type;
	struct ij_val in[4], product[6], size, re, im;
	bool divides = op[0] == '/', plain = op[0] == '+' || op[0] == '-';

	IJ_TRY(part_at(ev, left, false, &in[0]));
	IJ_TRY(part_at(ev, left, true, &in[1]));
	IJ_TRY(part_at(ev, right, false, &in[2]));
	IJ_TRY(part_at(ev, right, true, &in[3]));
	for (size_t i = 0; !plain && i < IJ_COUNT(of); i++)
		IJ_TRY(ij_eval_operate(ev, node, "*", &in[of[i][0]], &in[of[i][1]], &product[i]));
	IJ_TRY(ij_eval_operate(ev, node,
			       plain     ? op
			       : divides ? "+"
					 : "-",
			       plain ? &in[0] : &product[0], plain ? &in[2] : &product[1], &re));
	if (plain)
		IJ_TRY(ij_eval_operate(ev, node, op, &in[1], &in[3], &im));
	else
		IJ_TRY(ij_eval_operate(ev, node, divides ? "-" : "+", &product[divides ? 3 : 2],
				       &product[divides ? 2 : 3], &im));
	if (divides) {
		IJ_TRY(ij_eval_operate(ev, node, "+", &product[4], &product[5], &size));
		IJ_TRY(ij_eval_operate(ev, node, op, &re, &size, &re));
		IJ_TRY(ij_eval_operate(ev, node, op, &im, &size, &im));
	}
	IJ_TRY(ij_eval_complex_of(ev, re.type, &type));
	IJ_TRY(ij_val_make(ev->arena, type, NULL, ret));
	memcpy(ret->bytes, re.bytes, type->size / 2);
	memcpy(ret->bytes + type->size / 2, im.bytes, type->size / 2);
	return NULL;
}

/* The wider of the two, whose parts are floating-point numbers. */
static struct ij_error *complex_type(struct ij_eval *ev, const struct ij_ctype *a,
				     const struct ij_ctype *b, const struct ij_ctype **ret)
{
	const struct ij_ctype *left = part_type(a), *right = part_type(b), *part = left;

	if (left->kind != IJ_CT_FLOAT || (right->kind == IJ_CT_FLOAT && right->size > left->size))
		part = right;
	if (part->kind != IJ_CT_FLOAT)
		part = ij_cbase(IJ_CBASE_DOUBLE);
	*ret = ij_ctype_strip(part_type(a) == part ? a : b);
	if ((*ret)->kind == IJ_CT_COMPLEX && ij_ctype_strip((*ret)->target) == part)
		return NULL;
	return ij_eval_complex_of(ev, part, ret);
}

static struct ij_error *complexes(struct ij_eval *ev, const struct ij_node *node, const char *op,
				  const struct ij_val *left, const struct ij_val *right,
				  struct ij_val *ret)
{
	const struct ij_ctype *type;
	struct complex a, b, value;
	long double size;

	if (!ij_ctype_is_arithmetic(left->type) || !ij_ctype_is_arithmetic(right->type))
		return no_operator(ev, node, op, left, right);
	IJ_TRY(complex_value(ev, left, &a));
	IJ_TRY(complex_value(ev, right, &b));
	if (!strcmp(op, "==") || !strcmp(op, "!="))
		return ij_val_set_integer(ev->arena, ij_eval_truth(ev),
					  (a.re == b.re && a.im == b.im) == (op[0] == '='), ret);
	if (op[1] || !strchr("+-*/", op[0]))
		return no_operator(ev, node, op, left, right);
	if (part_type(left->type)->kind != IJ_CT_FLOAT &&
	    part_type(right->type)->kind != IJ_CT_FLOAT)
		return complex_integers(ev, node, op, left, right, ret);
	IJ_TRY(complex_type(ev, left->type, right->type, &type));
	switch (op[0]) {
	case '+':
		value = (struct complex){a.re + b.re, a.im + b.im};
		break;
	case '-':
		value = (struct complex){a.re - b.re, a.im - b.im};
		break;
	case '*':
		value = (struct complex){a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
		break;
	default:
		size = b.re * b.re + b.im * b.im;
		value = (struct complex){(a.re * b.re + a.im * b.im) / size,
					 (a.im * b.re - a.re * b.im) / size};
		break;
	}
	return make_complex(ev, type, value, ret);
}

struct ij_error *ij_eval_parts_binary(struct ij_eval *ev, const struct ij_node *node,
				      const char *op, const struct ij_val *left,
				      const struct ij_val *right, struct ij_val *ret)
{
	return is_vector(left) || is_vector(right) ? vectors(ev, node, op, left, right, ret)
						   : complexes(ev, node, op, left, right, ret);
}

struct ij_error *ij_eval_parts_unary(struct ij_eval *ev, const struct ij_node *node, char op,
				     const struct ij_val *val, struct ij_val *ret)
{
	const char *as = op == '~' ? "^" : "-";
	struct ij_val other;
	struct complex value;

	if (op == '!' && !is_vector(val))
		return ij_val_set_integer(ev->arena, ij_eval_truth(ev), ij_val_is_zero(val), ret);
	if (op == '+') {
		*ret = *val;
		return NULL;
	}
	if (!is_vector(val)) {
		IJ_TRY(complex_value(ev, val, &value));
		if (op == '-')
			value.re = -value.re;
		value.im = -value.im;
		return make_complex(ev, val->type, value, ret);
	}
	if (op == '~' && ij_ctype_strip(ij_ctype_strip(val->type)->target)->kind == IJ_CT_FLOAT)
		return ij_eval_error(ev, node, TYPE, "operator ~ takes no %s",
				     ij_type_shown(val->type).str);
	/* -x is -0 - x, ~x is -1 ^ x, !x is 0 == x. */
	IJ_TRY(ij_val_set_integer(ev->arena, ij_cbase(IJ_CBASE_INT), op == '~' ? -1 : 0, &other));
	if (op == '-')
		IJ_TRY(ij_val_set_float(ev->arena, ij_cbase(IJ_CBASE_DOUBLE), -0.0L, &other));
	return ij_eval_parts_binary(ev, node, op == '!' ? "==" : as, &other, val, ret);
}

struct ij_error *ij_eval_part_named(struct ij_eval *ev, const struct ij_node *node,
				    bool is_imaginary, const struct ij_val *val, struct ij_val *ret)
{
	const struct ij_ctype *type = ij_ctype_strip(val->type);

	if (!ij_ctype_is_arithmetic(type))
		return ij_eval_error(ev, node, TYPE, "operator %.*s takes no %s",
				     (int)node->tok->len, node->tok->text,
				     ij_type_shown(val->type).str);
	return part_at(ev, val, is_imaginary, ret);
}
