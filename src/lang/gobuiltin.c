/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* len, cap, unsafe.Sizeof, make and new (The Go Programming Language Specification, Built-in
 * functions). */
#include <string.h>

#include "lang/goeval.h"

struct ij_error *ij_go_len_rest(struct ij_go_reader *r, bool cap, struct ij_go_value *ret)
{
	struct ij_go_value value;
	const struct ij_ctype *type;
	uint64_t len = 0;

	if (!ij_go_take(r, "("))
		return ij_go_syntax(r, "`(` is expected");
	IJ_TRY(ij_go_expr(r, &value));
	if (!ij_go_take(r, ")"))
		return ij_go_syntax(r, "`)` is expected");
	IJ_TRY(ij_go_value_len(r->host, &value, cap, &len));
	IJ_TRY(ij_go_type_basic(r->host, "int", 3, &type));
	IJ_TRY(ij_go_value_make(r->host, type, &len, sizeof(len), ret));
	ret->unknown = value.unknown;
	return NULL;
}

struct ij_error *ij_go_size_rest(struct ij_go_reader *r, struct ij_go_value *ret)
{
	const struct ij_ctype *type;
	struct ij_go_value value;
	bool plan = r->host->plan;
	struct ij_error *err;
	uint64_t size;

	if (!ij_go_take(r, "("))
		return ij_go_syntax(r, "`(` is expected");
	/* The operand is not evaluated. */
	r->host->plan = true;
	err = ij_go_expr(r, &value);
	r->host->plan = plan;
	IJ_TRY(err);
	if (!ij_go_take(r, ")"))
		return ij_go_syntax(r, "`)` is expected");
	if (!value.type)
		return ij_error_new(TYPE, "unsafe.Sizeof takes a value with a type");
	size = ij_go_class_of(value.type) == IJ_GO_CLASS_FUNC ? sizeof(uint64_t)
							      : ij_ctype_strip(value.type)->size;
	IJ_TRY(ij_go_type_basic(r->host, "uintptr", 7, &type));
	return ij_go_value_make(r->host, type, &size, sizeof(size), ret);
}

static struct ij_error *count_of(struct ij_go_reader *r, const char *what, uint64_t *ret,
				 bool *unknown)
{
	const struct ij_ctype *type;
	struct ij_go_value value;

	IJ_TRY(ij_go_expr(r, &value));
	IJ_TRY(ij_go_type_basic(r->host, "int", 3, &type));
	if (!value.type)
		IJ_TRY(ij_go_assign_to(r->host, &value, type, what, &value));
	if (ij_go_class_of(value.type) != IJ_GO_CLASS_INT &&
	    ij_go_class_of(value.type) != IJ_GO_CLASS_UINT)
		return ij_error_new(TYPE, "%s must be a whole number", what);
	IJ_TRY(ij_go_value_load(r->host, &value));
	*unknown |= value.unknown;
	*ret = value.unknown ? 0 : (uint64_t)ij_go_value_int(&value);
	if ((int64_t)*ret < 0)
		return ij_error_new(TYPE, "%s is negative", what);
	return NULL;
}

static struct ij_error *make_slice(struct ij_go_reader *r, const struct ij_ctype *type,
				   uint64_t len, uint64_t cap, struct ij_go_value *ret)
{
	const struct ij_ctype *elem = ij_go_type_elem(type);
	uint64_t size = elem ? ij_ctype_strip(elem)->size : 0;
	const uint64_t words[3] = {0, len, cap};
	struct ij_go_value *items;
	uint8_t *bytes;

	if (!size || cap > IJ_GO_TEXT_MAX / size)
		return ij_error_new(LIMIT, "make gives up to %d bytes here", IJ_GO_TEXT_MAX);
	if (ij_go_leads(elem)) {
		items = ij_arena_alloc(r->host->arena, (size_t)(cap + 1) * sizeof(*items));
		if (!items)
			return ij_error_nomem();
		for (uint64_t i = 0; i < cap; i++)
			IJ_TRY(ij_go_value_make(r->host, elem, NULL, 0, &items[i]));
		IJ_TRY(ij_go_slice_of(r->host, type, items, (size_t)cap, ret));
		memcpy(ret->bytes, words, sizeof(words));
		return NULL;
	}
	bytes = ij_arena_alloc(r->host->arena, (size_t)(cap * size) + 1);
	if (!bytes)
		return ij_error_nomem();
	IJ_TRY(ij_go_value_make(r->host, type, words, sizeof(words), ret));
	ret->held = bytes;
	ret->held_size = (size_t)(len * size);
	ret->is_kept = true;
	return NULL;
}

struct ij_error *ij_go_make_rest(struct ij_go_reader *r, struct ij_go_value *ret)
{
	const struct ij_ctype *type;
	uint64_t len = 0, cap;
	bool unknown = false;

	if (!ij_go_take(r, "("))
		return ij_go_syntax(r, "`(` is expected");
	IJ_TRY(ij_go_read_type(r, &type));
	if (ij_go_class_of(type) != IJ_GO_CLASS_SLICE)
		return ij_error_new(UNSUPPORTED, "make gives slices here; of maps and channels "
						 "give a variable of the program");
	if (!ij_go_take(r, ","))
		return ij_go_syntax(r, "`,` and a length are expected");
	IJ_TRY(count_of(r, "the length", &len, &unknown));
	cap = len;
	if (ij_go_take(r, ","))
		IJ_TRY(count_of(r, "the capacity", &cap, &unknown));
	if (!ij_go_take(r, ")"))
		return ij_go_syntax(r, "`)` is expected");
	if (len > cap && !unknown)
		return ij_error_new(TYPE, "a length of %llu is over the capacity of %llu",
				    (unsigned long long)len, (unsigned long long)cap);
	IJ_TRY(make_slice(r, type, len, cap, ret));
	ret->unknown |= unknown;
	return NULL;
}

struct ij_error *ij_go_new_rest(struct ij_go_reader *r, struct ij_go_value *ret)
{
	const struct ij_ctype *type;
	struct ij_go_value zero;

	if (!ij_go_take(r, "("))
		return ij_go_syntax(r, "`(` is expected");
	IJ_TRY(ij_go_read_type(r, &type));
	if (!ij_go_take(r, ")"))
		return ij_go_syntax(r, "`)` is expected");
	if (ij_ctype_strip(type)->size > IJ_GO_TEXT_MAX)
		return ij_error_new(LIMIT, "new gives up to %d bytes here", IJ_GO_TEXT_MAX);
	IJ_TRY(ij_go_value_make(r->host, type, NULL, 0, &zero));
	IJ_TRY(ij_go_pointer_to(r->host, &zero, ret));
	ret->is_kept = true;
	return NULL;
}
