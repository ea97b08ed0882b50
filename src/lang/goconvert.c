/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Constants as values, assignability and conversions (The Go Programming Language Specification).
 */
#include <math.h>
#include <string.h>

#include "lang/goval.h"

enum { TEXT_MAX = IJ_GO_TEXT_MAX };

static bool is_integer(enum ij_go_class class)
{
	return class == IJ_GO_CLASS_INT || class == IJ_GO_CLASS_UINT;
}

struct ij_error *ij_go_value_kind(struct ij_go_host *host, const struct ij_go_value *value,
				  const char **ret)
{
	static const char *const constants[] = {
		[IJ_GO_CONST_INT] = "an untyped integer",
		[IJ_GO_CONST_FLOAT] = "an untyped float",
		[IJ_GO_CONST_BOOL] = "an untyped bool",
		[IJ_GO_CONST_STRING] = "an untyped string",
		[IJ_GO_CONST_NIL] = "nil",
	};

	if (value->type)
		return ij_go_type_text(host, value->type, ret);
	*ret = value->tuple_len ? "several results"
	       : value->func    ? "a function"
				: constants[value->con.kind];
	return NULL;
}

static struct ij_error *mismatch(struct ij_go_host *host, const char *what,
				 const struct ij_go_value *value, const struct ij_ctype *type)
{
	const char *have, *want;

	IJ_TRY(ij_go_value_kind(host, value, &have));
	IJ_TRY(ij_go_type_text(host, type, &want));
	return ij_error_new(TYPE, "%s is %.80s, and %.80s is wanted", what, have, want);
}

static double constant_float(const struct ij_go_arg *con)
{
	double magnitude = con->kind == IJ_GO_CONST_FLOAT ? con->f64 : (double)con->u64;

	return con->kind == IJ_GO_CONST_INT && con->negative ? -magnitude : magnitude;
}

static uint64_t constant_word(const struct ij_go_arg *con)
{
	return con->negative ? -con->u64 : con->u64;
}

static struct ij_error *from_number(struct ij_go_host *host, const struct ij_go_arg *con,
				    const struct ij_ctype *type, const char *what,
				    struct ij_go_value *ret)
{
	unsigned bits = 8 * (unsigned)ij_ctype_strip(type)->size;
	struct ij_go_arg whole = *con;
	uint64_t max = UINT64_MAX >> (64 - bits), word;
	const char *text;

	if (con->kind == IJ_GO_CONST_FLOAT) {
		if (con->f64 != trunc(con->f64) || fabs(con->f64) >= 0x1p63)
			return ij_error_new(TYPE, "%s is no whole number: %g", what, con->f64);
		whole.negative = con->f64 < 0;
		whole.u64 = (uint64_t)fabs(con->f64);
	}
	if (ij_go_class_of(type) == IJ_GO_CLASS_INT)
		max = (max >> 1) + whole.negative;
	else if (whole.negative && whole.u64)
		max = 0;
	if (whole.u64 > max) {
		IJ_TRY(ij_go_type_text(host, type, &text));
		return ij_error_new(TYPE, "%s, %s%llu, does not fit %.80s", what,
				    whole.negative ? "-" : "", (unsigned long long)whole.u64, text);
	}
	word = constant_word(&whole);
	return ij_go_value_make(host, type, &word, sizeof(word), ret);
}

struct ij_error *ij_go_value_of_float(struct ij_go_host *host, double value,
				      const struct ij_ctype *type, struct ij_go_value *ret)
{
	float f32 = (float)value;

	if (ij_ctype_strip(type)->size == 4)
		return ij_go_value_make(host, type, &f32, sizeof(f32), ret);
	return ij_go_value_make(host, type, &value, sizeof(value), ret);
}

/* A constant string as a value: its bytes are held here, and get memory when a call takes them. */
struct ij_error *ij_go_value_of_string(struct ij_go_host *host, const struct ij_go_arg *con,
				       const struct ij_ctype *type, struct ij_go_value *ret)
{
	const uint64_t words[3] = {0, con->bytes_size, con->bytes_size};
	const uint8_t *held = (const uint8_t *)con->bytes; /* @ret may be what @con is of */

	IJ_TRY(ij_go_value_make(host, type, words, sizeof(words), ret));
	ret->held = held;
	ret->held_size = words[1];
	return NULL;
}

static bool has_nil(enum ij_go_class class)
{
	return class == IJ_GO_CLASS_SLICE || (class >= IJ_GO_CLASS_POINTER);
}

static struct ij_error *from_constant(struct ij_go_host *host, struct ij_go_value *value,
				      const struct ij_ctype *type, const char *what,
				      struct ij_go_value *ret)
{
	enum ij_go_class class = ij_go_class_of(type);
	const struct ij_go_arg *con = &value->con;
	uint8_t truth = (uint8_t)con->u64;
	bool is_number = con->kind == IJ_GO_CONST_INT || con->kind == IJ_GO_CONST_FLOAT;

	if (is_number && is_integer(class))
		return from_number(host, con, type, what, ret);
	if (is_number && class == IJ_GO_CLASS_FLOAT)
		return ij_go_value_of_float(host, constant_float(con), type, ret);
	if (con->kind == IJ_GO_CONST_BOOL && class == IJ_GO_CLASS_BOOL)
		return ij_go_value_make(host, type, &truth, 1, ret);
	if (con->kind == IJ_GO_CONST_STRING && class == IJ_GO_CLASS_STRING)
		return ij_go_value_of_string(host, con, type, ret);
	if (con->kind == IJ_GO_CONST_NIL && has_nil(class))
		return ij_go_value_make(host, type, NULL, 0, ret);
	return mismatch(host, what, value, type);
}

struct ij_error *ij_go_type_same(struct ij_go_host *host, const struct ij_ctype *a,
				 const struct ij_ctype *b, bool *ret)
{
	const char *x, *y;

	IJ_TRY(ij_go_type_text(host, a, &x));
	IJ_TRY(ij_go_type_text(host, b, &y));
	*ret = a == b || !strcmp(x, y);
	return NULL;
}

struct ij_error *ij_go_assign_to(struct ij_go_host *host, struct ij_go_value *value,
				 const struct ij_ctype *type, const char *what,
				 struct ij_go_value *ret)
{
	enum ij_go_class class = ij_go_class_of(type);
	bool is_interface = class == IJ_GO_CLASS_EFACE || class == IJ_GO_CLASS_IFACE;
	bool same;

	if (is_interface && !value->type && !value->tuple_len && !value->func &&
	    value->con.kind != IJ_GO_CONST_NIL)
		return ij_go_interface_of(host, value, type, what, ret);
	if (value->func && class == IJ_GO_CLASS_FUNC)
		return ij_go_func_value(host, value->func, type, what, ret);
	if (!value->type && !value->tuple_len && !value->func)
		return from_constant(host, value, type, what, ret);
	if (!value->type)
		return mismatch(host, what, value, type);
	IJ_TRY(ij_go_type_same(host, value->type, type, &same));
	if (same) {
		*ret = *value;
		return ij_go_value_load(host, ret);
	}
	if (is_interface)
		return ij_go_interface_of(host, value, type, what, ret);
	return mismatch(host, what, value, type);
}

/* ---- Conversions ---- */

static struct ij_error *to_bytes(struct ij_go_host *host, struct ij_go_value *value,
				 const struct ij_ctype *type, struct ij_go_value *ret)
{
	struct ij_go_arg con = {.kind = IJ_GO_CONST_STRING};
	const uint8_t *bytes;
	bool cut;

	IJ_TRY(ij_go_value_text(host, value, TEXT_MAX, &bytes, &con.bytes_size, &cut));
	if (cut)
		return ij_error_new(LIMIT, "a string of more than %d bytes cannot be converted",
				    TEXT_MAX);
	con.bytes = (char *)(uintptr_t)bytes;
	return ij_go_value_of_string(host, &con, type, ret);
}

static struct ij_error *number_convert(struct ij_go_host *host, struct ij_go_value *value,
				       const struct ij_ctype *type, struct ij_go_value *ret)
{
	bool from_f = ij_go_class_of(value->type) == IJ_GO_CLASS_FLOAT;
	bool to_f = ij_go_class_of(type) == IJ_GO_CLASS_FLOAT;
	bool is_unsigned = ij_go_class_of(value->type) == IJ_GO_CLASS_UINT;
	double f64 = from_f ? ij_go_value_float(value) : 0;
	int64_t i64 = from_f ? 0 : ij_go_value_int(value);

	if (to_f)
		return ij_go_value_of_float(host,
					    from_f        ? f64
					    : is_unsigned ? (double)(uint64_t)i64
							  : (double)i64,
					    type, ret);
	if (from_f) {
		/* Out of range it is whatever the machine makes of it; here the largest. */
		i64 = f64 >= 0x1p63 ? INT64_MAX : f64 > -0x1p63 ? (int64_t)f64 : INT64_MIN;
	}
	return ij_go_value_make(host, type, &i64, sizeof(i64), ret);
}

static bool is_slice_of(const struct ij_ctype *type, enum ij_go_class class, uint64_t size)
{
	const struct ij_ctype *elem =
		ij_go_class_of(type) == IJ_GO_CLASS_SLICE ? ij_go_type_elem(type) : NULL;

	return elem && ij_go_class_of(elem) == class && ij_ctype_strip(elem)->size == size;
}

static bool is_bytes(const struct ij_ctype *type)
{
	return is_slice_of(type, IJ_GO_CLASS_UINT, 1);
}

static bool is_runes(const struct ij_ctype *type)
{
	return is_slice_of(type, IJ_GO_CLASS_INT, sizeof(int32_t));
}

struct ij_error *ij_go_convert(struct ij_go_host *host, struct ij_go_value *value,
			       const struct ij_ctype *type, struct ij_go_value *ret)
{
	enum ij_go_class to = ij_go_class_of(type), from;
	bool to_text = to == IJ_GO_CLASS_STRING || is_bytes(type);
	bool is_number = is_integer(to) || to == IJ_GO_CLASS_FLOAT;

	if (to == IJ_GO_CLASS_EFACE || to == IJ_GO_CLASS_IFACE)
		return ij_go_assign_to(host, value, type, "what is converted", ret);
	if (value->func)
		return ij_go_assign_to(host, value, type, "what is converted", ret);
	if (!value->type && !value->tuple_len) {
		if (value->con.kind == IJ_GO_CONST_STRING && to_text)
			return to_bytes(host, value, type, ret);
		if (value->con.kind == IJ_GO_CONST_STRING && is_runes(type))
			return ij_go_runes_of(host, value, type, ret);
		if (value->con.kind == IJ_GO_CONST_INT && to == IJ_GO_CLASS_STRING)
			return ij_go_text_of_rune(host, (int64_t)constant_word(&value->con), type,
						  ret);
		/* An address that somebody has seen. */
		if (value->con.kind == IJ_GO_CONST_INT && to == IJ_GO_CLASS_POINTER) {
			uint64_t word = constant_word(&value->con);

			return ij_go_value_make(host, type, &word, sizeof(word), ret);
		}
		return from_constant(host, value, type, "what is converted", ret);
	}
	if (!value->type)
		return mismatch(host, "what is converted", value, type);
	from = ij_go_class_of(value->type);
	IJ_TRY(ij_go_value_load(host, value));
	if (is_number && (is_integer(from) || from == IJ_GO_CLASS_FLOAT)) {
		IJ_TRY(number_convert(host, value, type, ret));
	} else if (to == IJ_GO_CLASS_STRING && is_integer(from)) {
		IJ_TRY(ij_go_text_of_rune(host, ij_go_value_int(value), type, ret));
	} else if (to == IJ_GO_CLASS_STRING && is_runes(value->type)) {
		IJ_TRY(ij_go_text_of_runes(host, value, type, ret));
	} else if (is_runes(type) && from == IJ_GO_CLASS_STRING) {
		IJ_TRY(ij_go_runes_of(host, value, type, ret));
	} else if (to_text && (from == IJ_GO_CLASS_STRING || is_bytes(value->type))) {
		IJ_TRY(to_bytes(host, value, type, ret));
	} else if (from == to || (to == IJ_GO_CLASS_POINTER && from == IJ_GO_CLASS_UINT) ||
		   (from == IJ_GO_CLASS_POINTER && to == IJ_GO_CLASS_UINT)) {
		const struct ij_ctype *bare = ij_ctype_strip(type);

		if (ij_ctype_strip(value->type)->size != bare->size ||
		    (value->made && to == IJ_GO_CLASS_UINT))
			return mismatch(host, "what is converted", value, type);
		*ret = *value;
		ret->type = type;
		ret->in_target = false;
	} else {
		return mismatch(host, "what is converted", value, type);
	}
	ret->unknown = value->unknown;
	ret->fleeting = value->fleeting && !ret->held;
	return NULL;
}
