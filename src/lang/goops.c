/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Operators on values of Go (The Go Programming Language Specification, Operators). */
#include <string.h>

#include "lang/goval.h"

enum { TEXT_MAX = IJ_GO_TEXT_MAX, DEPTH_MAX = 16 };

static bool is_integer(enum ij_go_class class)
{
	return class == IJ_GO_CLASS_INT || class == IJ_GO_CLASS_UINT;
}

static struct ij_go_value constant_int(int64_t value)
{
	struct ij_go_value ret = {.con.kind = IJ_GO_CONST_INT};

	ret.con.negative = value < 0;
	ret.con.u64 = value < 0 ? -(uint64_t)value : (uint64_t)value;
	return ret;
}

static struct ij_go_value constant_bool(bool value)
{
	return (struct ij_go_value){.con = {.kind = IJ_GO_CONST_BOOL, .u64 = value}};
}

static uint64_t constant_word(const struct ij_go_arg *con)
{
	return con->negative ? -con->u64 : con->u64;
}

static struct ij_error *undefined(struct ij_go_host *host, const char *op,
				  const struct ij_go_value *a)
{
	const char *text;

	IJ_TRY(ij_go_value_kind(host, a, &text));
	return ij_error_new(TYPE, "operator %s is not defined on %.80s", op, text);
}

static struct ij_error *integers(struct ij_go_host *host, const char *op,
				 const struct ij_go_value *a, const struct ij_go_value *b,
				 struct ij_go_value *ret)
{
	bool is_unsigned = ij_go_class_of(a->type) == IJ_GO_CLASS_UINT;
	uint64_t x = (uint64_t)ij_go_value_int(a), y = (uint64_t)ij_go_value_int(b), z;
	int64_t sx = (int64_t)x, sy = (int64_t)y;

	if ((*op == '/' || *op == '%') && !y && !b->unknown)
		return ij_error_new(TYPE, "division by zero");
	if (!strcmp(op, "+"))
		z = x + y;
	else if (!strcmp(op, "-"))
		z = x - y;
	else if (!strcmp(op, "*"))
		z = x * y;
	else if (!strcmp(op, "&"))
		z = x & y;
	else if (!strcmp(op, "|"))
		z = x | y;
	else if (!strcmp(op, "^"))
		z = x ^ y;
	else if (!strcmp(op, "&^"))
		z = x & ~y;
	else if ((*op != '/' && *op != '%') || !y)
		z = 0;
	else if (is_unsigned)
		z = *op == '/' ? x / y : x % y;
	else if (sy == -1)
		z = *op == '/' ? -x : 0;
	else
		z = (uint64_t)(*op == '/' ? sx / sy : sx % sy);
	return ij_go_value_make(host, a->type, &z, sizeof(z), ret);
}

static struct ij_error *floats(struct ij_go_host *host, const char *op, const struct ij_go_value *a,
			       const struct ij_go_value *b, struct ij_go_value *ret)
{
	double x = ij_go_value_float(a), y = ij_go_value_float(b);

	switch (*op) {
	case '+':
		return ij_go_value_of_float(host, x + y, a->type, ret);
	case '-':
		return ij_go_value_of_float(host, x - y, a->type, ret);
	case '*':
		return ij_go_value_of_float(host, x * y, a->type, ret);
	default:
		return ij_go_value_of_float(host, x / y, a->type, ret);
	}
}

static struct ij_error *join(struct ij_go_host *host, struct ij_go_value *a, struct ij_go_value *b,
			     struct ij_go_value *ret)
{
	struct ij_go_arg con = {.kind = IJ_GO_CONST_STRING};
	const uint8_t *x, *y;
	size_t x_size, y_size;
	bool x_cut, y_cut;

	IJ_TRY(ij_go_value_text(host, a, TEXT_MAX, &x, &x_size, &x_cut));
	IJ_TRY(ij_go_value_text(host, b, TEXT_MAX, &y, &y_size, &y_cut));
	if (x_cut || y_cut)
		return ij_error_new(LIMIT, "strings of more than %d bytes cannot be joined",
				    TEXT_MAX);
	con.bytes_size = x_size + y_size;
	con.bytes = ij_arena_alloc(host->arena, con.bytes_size + 1);
	if (!con.bytes)
		return ij_error_nomem();
	memcpy(con.bytes, x, x_size);
	memcpy(con.bytes + x_size, y, y_size);
	if (a->type)
		return ij_go_value_of_string(host, &con, a->type, ret);
	*ret = (struct ij_go_value){.con = con};
	return NULL;
}

static struct ij_error *equal(struct ij_go_host *host, struct ij_go_value *a, struct ij_go_value *b,
			      unsigned depth, bool *ret);

/* Structs and arrays, part by part. */
static struct ij_error *parts_equal(struct ij_go_host *host, struct ij_go_value *a,
				    struct ij_go_value *b, unsigned depth, bool *ret)
{
	const struct ij_ctype *bare = ij_ctype_strip(a->type);
	bool is_array = bare->kind == IJ_CT_ARRAY;
	size_t len;

	IJ_TRY(ij_ctype_complete(bare));
	len = is_array ? (size_t)bare->count : bare->members.len;
	*ret = true;
	for (size_t i = 0; i < len && *ret; i++) {
		const struct ij_ctype *type = is_array ? bare->target : bare->members.items[i].type;
		size_t size = (size_t)ij_ctype_strip(type)->size;
		size_t off = is_array ? i * size : (size_t)bare->members.items[i].off;
		struct ij_go_value x, y;

		if (off + size > bare->size)
			return ij_error_new(BADDATA, "a member lies outside of its struct");
		IJ_TRY(ij_go_value_make(host, type, a->bytes + off, size, &x));
		IJ_TRY(ij_go_value_make(host, type, b->bytes + off, size, &y));
		IJ_TRY(equal(host, &x, &y, depth + 1, ret));
	}
	return NULL;
}

static struct ij_error *equal(struct ij_go_host *host, struct ij_go_value *a, struct ij_go_value *b,
			      unsigned depth, bool *ret)
{
	enum ij_go_class class = ij_go_class_of(a->type);
	const uint8_t *x, *y;
	size_t x_size, y_size;
	bool x_cut, y_cut;
	size_t size = (size_t)ij_ctype_strip(a->type)->size;

	if (depth > DEPTH_MAX)
		return ij_error_new(LIMIT, "values nested over %d deep cannot be compared",
				    DEPTH_MAX);
	IJ_TRY(ij_go_value_load(host, a));
	IJ_TRY(ij_go_value_load(host, b));
	switch (class) {
	case IJ_GO_CLASS_STRING:
		if (ij_go_value_word(a, 1) != ij_go_value_word(b, 1)) {
			*ret = false;
			return NULL;
		}
		IJ_TRY(ij_go_value_text(host, a, TEXT_MAX, &x, &x_size, &x_cut));
		IJ_TRY(ij_go_value_text(host, b, TEXT_MAX, &y, &y_size, &y_cut));
		if (x_cut || y_cut)
			return ij_error_new(LIMIT,
					    "strings of more than %d bytes cannot be compared",
					    TEXT_MAX);
		*ret = x_size == y_size && !memcmp(x, y, x_size);
		return NULL;
	case IJ_GO_CLASS_FLOAT:
		*ret = ij_go_value_float(a) == ij_go_value_float(b);
		return NULL;
	case IJ_GO_CLASS_STRUCT:
	case IJ_GO_CLASS_ARRAY:
		if (a->made || b->made)
			return ij_error_new(UNSUPPORTED,
					    "what is only made for a call is not compared");
		return parts_equal(host, a, b, depth, ret);
	case IJ_GO_CLASS_EFACE:
	case IJ_GO_CLASS_IFACE:
		if (a->made || b->made)
			return ij_error_new(UNSUPPORTED,
					    "an interface that is only made for a call "
					    "is not compared");
		/* Of the same type and data they are equal; of other data we cannot tell here. */
		*ret = !memcmp(a->bytes, b->bytes, size);
		if (!*ret && ij_go_value_word(a, 0) == ij_go_value_word(b, 0))
			return ij_error_new(UNSUPPORTED,
					    "values in two interfaces are not compared; assert "
					    "their types first: x.(T)");
		return NULL;
	default:
		if (a->made || b->made)
			return ij_error_new(UNSUPPORTED,
					    "what is only made for a call is not compared");
		*ret = !memcmp(a->bytes, b->bytes, size > 8 || !size ? 8 : size);
		return NULL;
	}
}

struct ij_error *ij_go_equal(struct ij_go_host *host, struct ij_go_value *a, struct ij_go_value *b,
			     bool *ret)
{
	return equal(host, a, b, 0, ret);
}

static bool is_nil(const struct ij_go_value *value)
{
	return !value->type && !value->tuple_len && value->con.kind == IJ_GO_CONST_NIL;
}

/* It leads nowhere yet, and is not nil. */
static bool is_new(const struct ij_go_value *value)
{
	return value->type && (value->made || value->holds);
}

static struct ij_error *compare(struct ij_go_host *host, const char *op, struct ij_go_value *a,
				struct ij_go_value *b, struct ij_go_value *ret)
{
	enum ij_go_class class = ij_go_class_of(a->type);
	bool same = false, by_order = op[0] == '<' || op[0] == '>', less = false, more = false;
	const uint8_t *x, *y;
	size_t x_size, y_size;
	bool x_cut, y_cut;
	int order;

	if (!by_order && !is_nil(b) &&
	    (class == IJ_GO_CLASS_SLICE || class == IJ_GO_CLASS_MAP || class == IJ_GO_CLASS_FUNC))
		return undefined(host, op, a);
	if (!by_order) {
		IJ_TRY(ij_go_equal(host, a, b, &same));
		*ret = constant_bool(same == (op[0] == '='));
		return NULL;
	}
	if (class == IJ_GO_CLASS_STRING) {
		IJ_TRY(ij_go_value_text(host, a, TEXT_MAX, &x, &x_size, &x_cut));
		IJ_TRY(ij_go_value_text(host, b, TEXT_MAX, &y, &y_size, &y_cut));
		order = memcmp(x, y, x_size < y_size ? x_size : y_size);
		less = order < 0 || (!order && x_size < y_size);
		more = order > 0 || (!order && x_size > y_size);
	} else if (class == IJ_GO_CLASS_FLOAT) {
		less = ij_go_value_float(a) < ij_go_value_float(b);
		more = ij_go_value_float(a) > ij_go_value_float(b);
		same = ij_go_value_float(a) == ij_go_value_float(b);
		*ret = constant_bool(*op == '<' ? less || (op[1] && same)
						: more || (op[1] && same));
		return NULL;
	} else if (class == IJ_GO_CLASS_UINT) {
		less = (uint64_t)ij_go_value_int(a) < (uint64_t)ij_go_value_int(b);
		more = (uint64_t)ij_go_value_int(a) > (uint64_t)ij_go_value_int(b);
	} else if (class == IJ_GO_CLASS_INT) {
		less = ij_go_value_int(a) < ij_go_value_int(b);
		more = ij_go_value_int(a) > ij_go_value_int(b);
	} else {
		return undefined(host, op, a);
	}
	*ret = constant_bool(*op == '<' ? less || (op[1] && !more) : more || (op[1] && !less));
	return NULL;
}

/* Both untyped: as the widest of the two kinds. */
static struct ij_error *give_types(struct ij_go_host *host, struct ij_go_value *a,
				   struct ij_go_value *b)
{
	static const char *const names[] = {[IJ_GO_CONST_INT] = "int",
					    [IJ_GO_CONST_FLOAT] = "float64",
					    [IJ_GO_CONST_BOOL] = "bool",
					    [IJ_GO_CONST_STRING] = "string"};
	enum ij_go_const kind = a->con.kind > b->con.kind ? a->con.kind : b->con.kind;
	const struct ij_ctype *type;

	if (kind == IJ_GO_CONST_NIL)
		return undefined(host, "on nil", a);
	IJ_TRY(ij_go_type_basic(host, names[kind], strlen(names[kind]), &type));
	IJ_TRY(ij_go_assign_to(host, a, type, "the left operand", a));
	return ij_go_assign_to(host, b, type, "the right operand", b);
}

static struct ij_error *shift(struct ij_go_host *host, const char *op, struct ij_go_value *a,
			      struct ij_go_value *b, struct ij_go_value *ret)
{
	const struct ij_ctype *type;
	uint64_t word, count;

	IJ_TRY(ij_go_type_basic(host, "int", 3, &type));
	if (!a->type)
		IJ_TRY(ij_go_assign_to(host, a, type, "the left operand", a));
	if (!b->type)
		IJ_TRY(ij_go_assign_to(host, b, type, "the shift count", b));
	if (!is_integer(ij_go_class_of(a->type)))
		return undefined(host, op, a);
	if (!is_integer(ij_go_class_of(b->type)))
		return undefined(host, op, b);
	IJ_TRY(ij_go_value_load(host, a));
	IJ_TRY(ij_go_value_load(host, b));
	if (ij_go_class_of(b->type) == IJ_GO_CLASS_INT && ij_go_value_int(b) < 0)
		return ij_error_new(TYPE, "a shift count is negative");
	count = (uint64_t)ij_go_value_int(b);
	word = (uint64_t)ij_go_value_int(a);
	if (*op == '<')
		word = count < 64 ? word << count : 0;
	else if (ij_go_class_of(a->type) == IJ_GO_CLASS_UINT)
		word = count < 64 ? word >> count : 0;
	else
		word = (uint64_t)((int64_t)word >> (count < 64 ? count : 63));
	return ij_go_value_make(host, a->type, &word, sizeof(word), ret);
}

static struct ij_error *same_types(struct ij_go_host *host, const char *op, struct ij_go_value *a,
				   struct ij_go_value *b)
{
	const char *x, *y;
	bool same;

	if (a->tuple_len || b->tuple_len)
		return undefined(host, op, a->tuple_len ? a : b);
	if (!a->type && !b->type)
		return give_types(host, a, b);
	if (!a->type)
		return ij_go_assign_to(host, a, b->type, "the left operand", a);
	if (!b->type)
		return ij_go_assign_to(host, b, a->type, "the right operand", b);
	IJ_TRY(ij_go_type_same(host, a->type, b->type, &same));
	if (same)
		return NULL;
	IJ_TRY(ij_go_value_kind(host, a, &x));
	IJ_TRY(ij_go_value_kind(host, b, &y));
	return ij_error_new(TYPE, "the operands of %s are %.60s and %.60s: convert one", op, x, y);
}

struct ij_error *ij_go_binary(struct ij_go_host *host, const char *op, struct ij_go_value *a,
			      struct ij_go_value *b, struct ij_go_value *ret)
{
	bool unknown = a->unknown || b->unknown, untyped = !a->type && !b->type;
	bool is_compared = strchr("=!", op[0]) || (strchr("<>", op[0]) && op[1] != op[0]);
	bool with_nil = is_nil(a) || is_nil(b);
	enum ij_go_class class;

	if (!strcmp(op, "<<") || !strcmp(op, ">>")) {
		IJ_TRY(shift(host, op, a, b, ret));
		if (untyped)
			*ret = constant_int(ij_go_value_int(ret));
		ret->unknown = unknown;
		return NULL;
	}
	IJ_TRY(same_types(host, op, a, b));
	class = ij_go_class_of(a->type);
	IJ_TRY(ij_go_value_load(host, a));
	IJ_TRY(ij_go_value_load(host, b));
	if (is_compared && with_nil && op[1] == '=' && op[0] != '<' && op[0] != '>') {
		*ret = constant_bool((!(ij_go_value_word(a, 0) | ij_go_value_word(b, 0)) &&
				      !is_new(a) && !is_new(b)) == (op[0] == '='));
	} else if (is_compared) {
		IJ_TRY(compare(host, op, a, b, ret));
	} else if (is_integer(class)) {
		IJ_TRY(integers(host, op, a, b, ret));
	} else if (class == IJ_GO_CLASS_FLOAT && strchr("+-*/", *op)) {
		IJ_TRY(floats(host, op, a, b, ret));
	} else if (class == IJ_GO_CLASS_STRING && *op == '+') {
		IJ_TRY(join(host, a, b, ret));
	} else {
		return undefined(host, op, a);
	}
	/* What constants make is a constant. */
	if (untyped && !is_compared && is_integer(class))
		*ret = constant_int(ij_go_value_int(ret));
	else if (untyped && !is_compared && class == IJ_GO_CLASS_FLOAT)
		*ret = (struct ij_go_value){
			.con = {.kind = IJ_GO_CONST_FLOAT, .f64 = ij_go_value_float(ret)}};
	else if (untyped && !is_compared)
		*ret = (struct ij_go_value){.con = {.kind = IJ_GO_CONST_STRING,
						    .bytes = (char *)(uintptr_t)ret->held,
						    .bytes_size = ret->held_size}};
	ret->unknown = unknown;
	return NULL;
}

static struct ij_error *constant_unary(struct ij_go_host *host, char op, struct ij_go_value *a,
				       struct ij_go_value *ret)
{
	const char text[2] = {op};

	*ret = *a;
	if (a->con.kind == IJ_GO_CONST_BOOL && op == '!')
		ret->con.u64 = !a->con.u64;
	else if (a->con.kind == IJ_GO_CONST_FLOAT && (op == '-' || op == '+'))
		ret->con.f64 = op == '-' ? -a->con.f64 : a->con.f64;
	else if (a->con.kind == IJ_GO_CONST_INT && op == '-')
		ret->con.negative = a->con.u64 && !a->con.negative;
	else if (a->con.kind == IJ_GO_CONST_INT && op == '^')
		*ret = constant_int(~(int64_t)constant_word(&a->con));
	else if (a->con.kind != IJ_GO_CONST_INT || op != '+')
		return undefined(host, text, a);
	return NULL;
}

struct ij_error *ij_go_unary(struct ij_go_host *host, char op, struct ij_go_value *a,
			     struct ij_go_value *ret)
{
	const char text[2] = {op};
	enum ij_go_class class;
	uint64_t word;

	if (a->tuple_len)
		return undefined(host, text, a);
	if (!a->type)
		return constant_unary(host, op, a, ret);
	class = ij_go_class_of(a->type);
	IJ_TRY(ij_go_value_load(host, a));
	if (op == '!' ? class != IJ_GO_CLASS_BOOL
		      : !is_integer(class) && (class != IJ_GO_CLASS_FLOAT || op == '^'))
		return undefined(host, text, a);
	if (class == IJ_GO_CLASS_FLOAT) {
		double value = ij_go_value_float(a);

		IJ_TRY(ij_go_value_of_float(host, op == '-' ? -value : value, a->type, ret));
	} else {
		word = (uint64_t)ij_go_value_int(a);
		word = op == '!' ? !word : op == '-' ? -word : op == '^' ? ~word : word;
		IJ_TRY(ij_go_value_make(host, a->type, &word, sizeof(word), ret));
	}
	ret->unknown = a->unknown;
	return NULL;
}
