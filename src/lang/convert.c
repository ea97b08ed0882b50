/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Conversions of arguments: explicit, to a parameter's type, and the default promotions (C17, 6.3).
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "lang/expr.h"

static bool is_pointer(const struct ij_type *type)
{
	return type->kind == IJ_TYPE_POINTER || type->kind == IJ_TYPE_STRING;
}

/* What a message calls @arg. */
static const char *kind_of(const struct ij_arg *arg)
{
	switch (arg->kind) {
	case IJ_ARG_INT:
		return is_pointer(&arg->type) ? "a pointer" : "an integer";
	case IJ_ARG_FLOAT:
		return "a floating-point number";
	case IJ_ARG_BYTES:
		return arg->buffer ? "a buffer" : "a string";
	case IJ_ARG_SYMBOL:
		return "an address";
	}
	return "of no type";
}

static bool is_signed(const struct ij_type *type)
{
	return type->kind == IJ_TYPE_INT || type->kind == IJ_TYPE_CHAR;
}

/* An integer's value as a double. */
static double as_double(const struct ij_arg *arg)
{
	return is_signed(&arg->type) ? (double)(int64_t)arg->u64 : (double)arg->u64;
}

static double round_to(double value, const struct ij_type *type)
{
	return type->size == 4 ? (double)(float)value : value;
}

/* A floating-point number cut to an integer type; false if its whole part does not fit. */
static bool from_double(double value, const struct ij_type *type, uint64_t *ret)
{
	double whole = trunc(value);
	double limit = ldexp(1, (int)type->size * 8 - is_signed(type));

	if (!(whole < limit && whole >= (is_signed(type) ? -limit : 0)))
		return false;
	*ret = whole < 0 ? (uint64_t)(int64_t)whole : (uint64_t)whole;
	return true;
}

static struct ij_error *cast_number(const struct ij_tokens *toks, const struct ij_type *type,
				    struct ij_arg *arg)
{
	if (type->kind == IJ_TYPE_FLOAT) {
		arg->f64 = round_to(arg->kind == IJ_ARG_FLOAT ? arg->f64 : as_double(arg), type);
		arg->kind = IJ_ARG_FLOAT;
	} else if (type->kind == IJ_TYPE_BOOL) {
		arg->u64 = arg->kind == IJ_ARG_FLOAT ? arg->f64 != 0 : arg->u64 != 0;
		arg->kind = IJ_ARG_INT;
	} else if (arg->kind == IJ_ARG_FLOAT) {
		if (!from_double(arg->f64, type, &arg->u64))
			return ij_parser_error(toks, TYPE, arg->column, "%g does not fit %s",
					       arg->f64, type->text);
		arg->kind = IJ_ARG_INT;
	} else {
		arg->u64 = ij_type_wrap(type, arg->u64);
	}
	arg->type = *type;
	return NULL;
}

struct ij_error *ij_convert_cast(const struct ij_tokens *toks, const struct ij_type *type,
				 struct ij_arg *arg)
{
	bool address =
		arg->kind == IJ_ARG_BYTES || arg->kind == IJ_ARG_SYMBOL || is_pointer(&arg->type);
	bool bad = type->kind == IJ_TYPE_VOID || (is_pointer(type) && arg->kind == IJ_ARG_FLOAT) ||
		   (address && type->kind == IJ_TYPE_FLOAT) ||
		   (address && arg->kind != IJ_ARG_INT && !is_pointer(type) &&
		    (type->size != 8 || arg->buffer));

	if (bad)
		return ij_parser_error(toks, TYPE, arg->column, "%s cannot be cast to %s",
				       kind_of(arg), type->text);
	if (!is_pointer(type) && arg->kind != IJ_ARG_BYTES && arg->kind != IJ_ARG_SYMBOL)
		return cast_number(toks, type, arg);
	if (!arg->buffer)
		arg->type = *type;
	return NULL;
}

static struct ij_error *mismatch(const char *func, size_t number, const char *src,
				 const struct ij_type *type, const struct ij_arg *arg)
{
	char remedy[256];

	if (type->kind == IJ_TYPE_STRING && arg->kind == IJ_ARG_INT)
		snprintf(remedy, sizeof(remedy), "write a string \"...\" or a cast (char *)%s",
			 src);
	else if (is_pointer(type) && strstr(type->text, "(*"))
		snprintf(remedy, sizeof(remedy), "write the address of a function, &name");
	else if (is_pointer(type) && arg->kind == IJ_ARG_FLOAT)
		snprintf(remedy, sizeof(remedy), "write an address, or a buffer (char[64])0");
	else if (!is_pointer(type) && arg->kind == IJ_ARG_BYTES)
		snprintf(remedy, sizeof(remedy), "write a number");
	else
		snprintf(remedy, sizeof(remedy), "write a cast (%.80s)%s", type->text, src);
	return ij_error_new(TYPE,
			    "%s: argument %zu is %s at column %zu, but the parameter is %s; %s",
			    func, number, kind_of(arg), arg->column, type->text, remedy);
}

/* A string literal is text: it goes where C has pointers to bytes or to anything. */
static bool takes_text(const struct ij_type *type)
{
	static const char *const bytes[] = {"void *",    "unsigned char *", "signed char *",
					    "uint8_t *", "int8_t *",        "u_char *",
					    "u_int8_t *"};
	const char *text = type->text;

	if (type->kind == IJ_TYPE_STRING)
		return true;
	for (size_t skip = 1; skip;) {
		skip = !strncmp(text, "const ", 6) ? 6 : !strncmp(text, "volatile ", 9) ? 9 : 0;
		text += skip;
	}
	for (size_t i = 0; i < IJ_COUNT(bytes); i++)
		if (!strcmp(text, bytes[i]))
			return true;
	return false;
}

static bool fits_pointer(const struct ij_type *type, const struct ij_arg *arg)
{
	switch (arg->kind) {
	case IJ_ARG_INT:
		return is_pointer(&arg->type) || !arg->u64;
	case IJ_ARG_FLOAT:
		return false;
	case IJ_ARG_BYTES:
		if (strstr(type->text, "(*"))
			return false;
		return arg->buffer || arg->type.kind != IJ_TYPE_STRING || takes_text(type);
	case IJ_ARG_SYMBOL:
		return is_pointer(&arg->type);
	}
	return false;
}

/* Any value that is representable as signed or as unsigned of that size: 0xffffffff and -1 are both
 * meant. */
static bool fits_integer(const struct ij_type *type, const struct ij_arg *arg)
{
	struct ij_type as_signed = {.kind = IJ_TYPE_INT, .size = type->size};
	struct ij_type as_unsigned = {.kind = IJ_TYPE_UINT, .size = type->size};

	if (ij_type_wrap(&as_unsigned, arg->u64) == arg->u64)
		return true;
	return is_signed(&arg->type) && ij_type_wrap(&as_signed, arg->u64) == arg->u64;
}

struct ij_error *ij_convert_param(const char *func, size_t number, const char *src,
				  const struct ij_type *type, struct ij_arg *arg)
{
	if (is_pointer(type)) {
		if (!fits_pointer(type, arg))
			return mismatch(func, number, src, type, arg);
		if (!arg->buffer)
			arg->type = *type;
		return NULL;
	}
	if (type->kind == IJ_TYPE_FLOAT && (arg->kind == IJ_ARG_FLOAT || ij_arg_is_integer(arg))) {
		double value = arg->kind == IJ_ARG_FLOAT ? arg->f64 : as_double(arg);

		arg->f64 = round_to(value, type);
		if (isinf(arg->f64) && !isinf(value))
			return ij_error_new(
				TYPE, "%s: argument %zu is %g at column %zu, which does not fit %s",
				func, number, value, arg->column, type->text);
		arg->kind = IJ_ARG_FLOAT;
		arg->type = *type;
		return NULL;
	}
	/* An address cast to a long stays an address. */
	if ((arg->kind == IJ_ARG_BYTES || arg->kind == IJ_ARG_SYMBOL) &&
	    ij_type_is_integer(&arg->type) && type->size == 8)
		return NULL;
	if (!ij_arg_is_integer(arg))
		return mismatch(func, number, src, type, arg);
	if (type->kind == IJ_TYPE_BOOL) {
		arg->u64 = arg->u64 != 0;
	} else if (!fits_integer(type, arg)) {
		return ij_error_new(TYPE,
				    "%s: argument %zu is %s at column %zu, which does not fit %s "
				    "(%u byte%s); write a cast (%s)%s to cut it",
				    func, number, src, arg->column, type->text, type->size,
				    type->size == 1 ? "" : "s", type->text, src);
	} else {
		arg->u64 = ij_type_wrap(type, arg->u64);
	}
	arg->type = *type;
	return NULL;
}

void ij_convert_promote(struct ij_arg *arg)
{
	if (arg->kind == IJ_ARG_FLOAT && arg->type.size == 4)
		arg->type = (struct ij_type){.kind = IJ_TYPE_FLOAT, .size = 8, .text = "double"};
	else if (ij_arg_is_integer(arg) && arg->type.size < 4)
		arg->type = ij_type_integer(4, false);
}
