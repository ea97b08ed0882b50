/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Numbers of DWARF expressions (DWARF 5, 2.5.1.3, 2.5.1.4 and 2.5.1.6). */
#include "obj/dwarf_stack.h"

#include <string.h>

static const struct ij_dwarf_type generic = {IJ_DWARF_GENERIC, 8};

static uint64_t cut(uint64_t bits, unsigned size)
{
	return size >= 8 ? bits : bits & (((uint64_t)1 << 8 * size) - 1);
}

static int64_t extend(uint64_t bits, unsigned size)
{
	unsigned shift = size >= 8 ? 0 : 64 - 8 * size;

	return (int64_t)(bits << shift) >> shift;
}

void ij_dwarf_push(struct ij_dwarf_stack *stack, struct ij_dwarf_type type, uint64_t bits)
{
	if (stack->len == IJ_DWARF_STACK_MAX)
		stack->failed = true;
	else
		stack->list[stack->len++] = (struct ij_dwarf_number){type, cut(bits, type.size)};
}

void ij_dwarf_push_u(struct ij_dwarf_stack *stack, uint64_t bits)
{
	ij_dwarf_push(stack, generic, bits);
}

struct ij_dwarf_number ij_dwarf_pop(struct ij_dwarf_stack *stack)
{
	if (stack->len)
		return stack->list[--stack->len];
	stack->failed = true;
	return (struct ij_dwarf_number){.type = generic};
}

uint64_t ij_dwarf_integer(const struct ij_dwarf_number *number)
{
	return number->type.sort == IJ_DWARF_SIGNED
		       ? (uint64_t)extend(number->bits, number->type.size)
		       : number->bits;
}

static double float_of(const struct ij_dwarf_number *number)
{
	double wide;
	float narrow;

	if (number->type.size == 4) {
		memcpy(&narrow, &number->bits, sizeof(narrow));
		return narrow;
	}
	memcpy(&wide, &number->bits, sizeof(wide));
	return wide;
}

static void push_float(struct ij_dwarf_stack *stack, struct ij_dwarf_type type, double value)
{
	float narrow = (float)value;
	uint64_t bits = 0;

	if (type.size == 4)
		memcpy(&bits, &narrow, sizeof(narrow));
	else
		memcpy(&bits, &value, sizeof(value));
	ij_dwarf_push(stack, type, bits);
}

static bool compare(unsigned op, bool less, bool equal)
{
	switch (op) {
	case DW_OP_eq:
		return equal;
	case DW_OP_ne:
		return !equal;
	case DW_OP_ge:
		return !less;
	case DW_OP_gt:
		return !less && !equal;
	case DW_OP_le:
		return less || equal;
	default:
		return less;
	}
}

static void float_binary(struct ij_dwarf_stack *stack, unsigned op,
			 const struct ij_dwarf_number *left, const struct ij_dwarf_number *right)
{
	double a = float_of(left), b = float_of(right);

	switch (op) {
	case DW_OP_plus:
		push_float(stack, left->type, a + b);
		break;
	case DW_OP_minus:
		push_float(stack, left->type, a - b);
		break;
	case DW_OP_mul:
		push_float(stack, left->type, a * b);
		break;
	case DW_OP_div:
		push_float(stack, left->type, a / b);
		break;
	default:
		if (op >= DW_OP_eq && op <= DW_OP_ne)
			ij_dwarf_push_u(stack, compare(op, a < b, a == b));
		else
			stack->failed = true;
		break;
	}
}

/* Division: of the generic type signed, its remainder unsigned, as consumers have it. */
static uint64_t divide(unsigned op, struct ij_dwarf_type type, uint64_t a, uint64_t b)
{
	bool is_signed =
		type.sort == IJ_DWARF_SIGNED || (type.sort == IJ_DWARF_GENERIC && op == DW_OP_div);
	int64_t left = extend(a, type.size), right = extend(b, type.size);

	if (!is_signed)
		return op == DW_OP_div ? a / b : a % b;
	if (right == -1) /* would overflow */
		return op == DW_OP_div ? (uint64_t)0 - (uint64_t)left : 0;
	return (uint64_t)(op == DW_OP_div ? left / right : left % right);
}

static uint64_t shift(unsigned op, struct ij_dwarf_type type, uint64_t a, uint64_t by)
{
	unsigned bits = 8u * type.size;
	int64_t value = extend(a, type.size);

	if (op == DW_OP_shra)
		return (uint64_t)(value >> (by >= bits ? bits - 1 : by));
	if (by >= bits)
		return 0;
	return op == DW_OP_shl ? a << by : a >> by;
}

static void integer_binary(struct ij_dwarf_stack *stack, unsigned op,
			   const struct ij_dwarf_number *left, const struct ij_dwarf_number *right)
{
	struct ij_dwarf_type type = left->type;
	uint64_t a = left->bits, b = cut(right->bits, type.size), value;
	bool is_signed = type.sort != IJ_DWARF_UNSIGNED;

	switch (op) {
	case DW_OP_and:
		value = a & b;
		break;
	case DW_OP_or:
		value = a | b;
		break;
	case DW_OP_xor:
		value = a ^ b;
		break;
	case DW_OP_plus:
		value = a + b;
		break;
	case DW_OP_minus:
		value = a - b;
		break;
	case DW_OP_mul:
		value = a * b;
		break;
	case DW_OP_div:
	case DW_OP_mod:
		stack->failed |= !b;
		value = b ? divide(op, type, a, b) : 0;
		break;
	case DW_OP_shl:
	case DW_OP_shr:
	case DW_OP_shra:
		value = shift(op, type, a, ij_dwarf_integer(right));
		break;
	default:
		ij_dwarf_push_u(
			stack,
			compare(op, is_signed ? extend(a, type.size) < extend(b, type.size) : a < b,
				a == b));
		return;
	}
	ij_dwarf_push(stack, type, value);
}

static void unary(struct ij_dwarf_stack *stack, unsigned op)
{
	struct ij_dwarf_number top = ij_dwarf_pop(stack);
	int64_t value = extend(top.bits, top.type.size);

	if (top.type.sort == IJ_DWARF_FLOAT) {
		double number = float_of(&top);

		stack->failed |= op == DW_OP_not;
		push_float(stack, top.type, op == DW_OP_neg || number < 0 ? -number : number);
		return;
	}
	if (op == DW_OP_not)
		ij_dwarf_push(stack, top.type, ~top.bits);
	else if (op == DW_OP_neg || (value < 0 && top.type.sort != IJ_DWARF_UNSIGNED))
		ij_dwarf_push(stack, top.type, (uint64_t)0 - top.bits);
	else
		ij_dwarf_push(stack, top.type, top.bits);
}

/* Entries of the stack moved and copied. */
static bool shuffle(struct ij_dwarf_stack *stack, unsigned op)
{
	struct ij_dwarf_number a, b, c;

	switch (op) {
	case DW_OP_drop:
		(void)ij_dwarf_pop(stack);
		return true;
	case DW_OP_dup:
		a = ij_dwarf_pop(stack);
		ij_dwarf_push(stack, a.type, a.bits);
		ij_dwarf_push(stack, a.type, a.bits);
		return true;
	case DW_OP_over:
	case DW_OP_swap:
		b = ij_dwarf_pop(stack);
		a = ij_dwarf_pop(stack);
		if (op == DW_OP_over)
			ij_dwarf_push(stack, a.type, a.bits);
		ij_dwarf_push(stack, b.type, b.bits);
		ij_dwarf_push(stack, a.type, a.bits);
		return true;
	case DW_OP_rot:
		c = ij_dwarf_pop(stack);
		b = ij_dwarf_pop(stack);
		a = ij_dwarf_pop(stack);
		ij_dwarf_push(stack, c.type, c.bits);
		ij_dwarf_push(stack, a.type, a.bits);
		ij_dwarf_push(stack, b.type, b.bits);
		return true;
	default:
		return false;
	}
}

bool ij_dwarf_operate(struct ij_dwarf_stack *stack, unsigned op)
{
	struct ij_dwarf_number left, right;

	if (shuffle(stack, op))
		return true;
	if (op == DW_OP_abs || op == DW_OP_neg || op == DW_OP_not) {
		unary(stack, op);
		return true;
	}
	if (op < DW_OP_and || op > DW_OP_ne || op == DW_OP_plus_uconst || op == DW_OP_bra)
		return false;
	right = ij_dwarf_pop(stack);
	left = ij_dwarf_pop(stack);
	if ((left.type.sort == IJ_DWARF_FLOAT) != (right.type.sort == IJ_DWARF_FLOAT))
		stack->failed = true;
	else if (left.type.sort == IJ_DWARF_FLOAT)
		float_binary(stack, op, &left, &right);
	else
		integer_binary(stack, op, &left, &right);
	return true;
}

/* A number outside of the type's range is undefined in C, and any here. */
static uint64_t truncate_float(double value, struct ij_dwarf_type type)
{
	if (!(value > -0x1p63 && value < 0x1p64))
		return 0;
	return type.sort == IJ_DWARF_SIGNED || value < 0
		       ? (uint64_t)(int64_t)(value < 0x1p63 ? value : 0)
		       : (uint64_t)value;
}

void ij_dwarf_convert(struct ij_dwarf_stack *stack, struct ij_dwarf_type type, bool reinterpret)
{
	struct ij_dwarf_number top = ij_dwarf_pop(stack);

	if (reinterpret)
		ij_dwarf_push(stack, type, top.bits);
	else if (type.sort == IJ_DWARF_FLOAT && top.type.sort == IJ_DWARF_FLOAT)
		push_float(stack, type, float_of(&top));
	else if (type.sort == IJ_DWARF_FLOAT && top.type.sort == IJ_DWARF_SIGNED)
		push_float(stack, type, (double)extend(top.bits, top.type.size));
	else if (type.sort == IJ_DWARF_FLOAT)
		push_float(stack, type, (double)top.bits);
	else if (top.type.sort == IJ_DWARF_FLOAT)
		ij_dwarf_push(stack, type, truncate_float(float_of(&top), type));
	else
		ij_dwarf_push(stack, type, ij_dwarf_integer(&top));
}
