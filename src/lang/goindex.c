/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* x[i] and x[lo:hi] (The Go Programming Language Specification, Index and Slice expressions). */
#include <string.h>

#include "lang/goeval.h"

static struct ij_error *index_int(struct ij_go_reader *r, int64_t *ret, bool *unknown)
{
	const struct ij_ctype *type;
	struct ij_go_value value;

	IJ_TRY(ij_go_expr(r, &value));
	IJ_TRY(ij_go_type_basic(r->host, "int", 3, &type));
	if (!value.type)
		IJ_TRY(ij_go_assign_to(r->host, &value, type, "an index", &value));
	if (ij_go_class_of(value.type) != IJ_GO_CLASS_INT &&
	    ij_go_class_of(value.type) != IJ_GO_CLASS_UINT)
		return ij_error_new(TYPE, "an index must be a whole number");
	IJ_TRY(ij_go_value_load(r->host, &value));
	*ret = ij_go_value_int(&value);
	*unknown = value.unknown;
	return NULL;
}

/* A pointer to an array is indexed as the array. */
static struct ij_error *auto_array(struct ij_go_reader *r, struct ij_go_value *value)
{
	const struct ij_ctype *elem = value->type ? ij_go_type_elem(value->type) : NULL;

	if (elem && ij_go_class_of(value->type) == IJ_GO_CLASS_POINTER &&
	    ij_go_class_of(elem) == IJ_GO_CLASS_ARRAY)
		return ij_go_deref(r->host, value, value);
	return NULL;
}

/* Element @idx, which is known to be there. */
static struct ij_error *element(struct ij_go_reader *r, struct ij_go_value *value, uint64_t idx,
				struct ij_go_value *ret)
{
	enum ij_go_class class = value->type ? ij_go_class_of(value->type) : IJ_GO_CLASS_STRING;
	const struct ij_ctype *elem;
	const uint8_t *bytes = NULL;
	size_t size;
	bool cut;

	if (value->holds && value->holds[idx].type) {
		*ret = value->holds[idx];
		return NULL;
	}
	if (class == IJ_GO_CLASS_STRING) {
		IJ_TRY(ij_go_type_basic(r->host, "uint8", 5, &elem));
		if (value->held || !value->type) {
			IJ_TRY(ij_go_value_text(r->host, value, idx + 1, &bytes, &size, &cut));
			if (idx >= size)
				return ij_error_new(LIMIT,
						    "only %zu bytes of a call's result were "
						    "read",
						    size);
		}
	} else {
		elem = ij_go_type_elem(value->type);
		bytes = class == IJ_GO_CLASS_ARRAY ? value->bytes : value->held;
	}
	if (!elem)
		return ij_error_new(TYPE, "the elements have no type");
	size = (size_t)ij_ctype_strip(elem)->size;
	if (bytes && class == IJ_GO_CLASS_SLICE && (idx + 1) * size > value->held_size)
		return ij_error_new(LIMIT, "only %zu bytes of a call's result were read",
				    value->held_size);
	if (bytes)
		IJ_TRY(ij_go_value_make(r->host, elem, bytes + idx * size, size, ret));
	else if (class == IJ_GO_CLASS_ARRAY)
		*ret = ij_go_value_at(elem, value->addr + idx * size);
	else
		*ret = ij_go_value_at(elem, ij_go_value_word(value, 0) + idx * size);
	if (class == IJ_GO_CLASS_ARRAY && value->in_target) {
		ret->in_target = true;
		ret->addr = value->addr + idx * size;
	}
	ret->fleeting = value->fleeting;
	return NULL;
}

static struct ij_error *out_of_range(int64_t idx, uint64_t len)
{
	return ij_error_new(TYPE, "index out of range [%lld] with length %llu", (long long)idx,
			    (unsigned long long)len);
}

/* What a call would return, of the type of an element. */
static struct ij_error *unknown_element(struct ij_go_reader *r, const struct ij_go_value *value,
					struct ij_go_value *ret)
{
	const struct ij_ctype *elem = value->type ? ij_go_type_elem(value->type) : NULL;

	if (!elem)
		IJ_TRY(ij_go_type_basic(r->host, "uint8", 5, &elem));
	IJ_TRY(ij_go_value_make(r->host, elem, NULL, 0, ret));
	ret->unknown = true;
	return NULL;
}

static struct ij_error *slice_rest(struct ij_go_reader *r, struct ij_go_value *value, int64_t lo,
				   struct ij_go_value *ret)
{
	enum ij_go_class class = value->type ? ij_go_class_of(value->type) : IJ_GO_CLASS_STRING;
	const struct ij_ctype *elem = value->type ? ij_go_type_elem(value->type) : NULL;
	const struct ij_ctype *type = value->type;
	bool unknown = value->unknown, hi_unknown = false;
	uint64_t len, cap, words[3], size = 1;
	int64_t hi, max;

	IJ_TRY(ij_go_value_len(r->host, value, false, &len));
	cap = len;
	if (class == IJ_GO_CLASS_SLICE)
		IJ_TRY(ij_go_value_len(r->host, value, true, &cap));
	hi = (int64_t)len;
	ij_go_skip_space(r);
	if (*r->pos != ']')
		IJ_TRY(index_int(r, &hi, &hi_unknown));
	if (class != IJ_GO_CLASS_STRING && ij_go_take(r, ":")) {
		IJ_TRY(index_int(r, &max, &hi_unknown));
		if (!unknown && !hi_unknown && (max < hi || (uint64_t)max > cap))
			return ij_error_new(TYPE,
					    "slice bounds out of range [::%lld] with capacity %llu",
					    (long long)max, (unsigned long long)cap);
		cap = (uint64_t)max;
	}
	if (!ij_go_take(r, "]"))
		return ij_go_syntax(r, "`]` is expected");
	if ((!unknown || value->made) && !hi_unknown &&
	    (hi < 0 || (uint64_t)hi > cap || lo < 0 || lo > hi))
		return ij_error_new(TYPE,
				    "slice bounds out of range [%lld:%lld] with capacity %llu",
				    (long long)lo, (long long)hi, (unsigned long long)cap);
	/* What is new is made anew, up to the capacity. */
	if (value->made && class == IJ_GO_CLASS_SLICE && !hi_unknown) {
		IJ_TRY(ij_go_slice_of(r->host, type, value->holds + lo,
				      (size_t)(cap - (uint64_t)lo), ret));
		words[0] = (uint64_t)(hi - lo);
		memcpy(ret->bytes + sizeof(words[0]), words, sizeof(words[0]));
		return NULL;
	}
	if (!value->type) {
		*ret = *value;
		ret->con.bytes += lo;
		ret->con.bytes_size = (size_t)(hi - lo);
		return NULL;
	}
	if (elem)
		size = ij_ctype_strip(elem)->size;
	if (class == IJ_GO_CLASS_ARRAY && !value->in_target)
		return ij_error_new(TYPE, "an array that is no variable cannot be sliced");
	if (class == IJ_GO_CLASS_ARRAY)
		IJ_TRY(ij_go_type_slice(r->host, elem, &type));
	words[0] = (class == IJ_GO_CLASS_ARRAY ? value->addr : ij_go_value_word(value, 0)) +
		   (uint64_t)lo * size;
	words[1] = (uint64_t)(hi - lo);
	words[2] = cap - (uint64_t)lo;
	/* It leads nowhere before the call is made. */
	if (unknown || hi_unknown)
		memset(words, 0, sizeof(words));
	IJ_TRY(ij_go_value_make(r->host, type, words, sizeof(words), ret));
	ret->unknown = unknown || hi_unknown;
	ret->fleeting = value->fleeting;
	if (value->held && (uint64_t)hi * size > value->held_size)
		return ij_error_new(LIMIT, "only %zu bytes of a call's result were read",
				    value->held_size);
	if (value->held) {
		ret->held = value->held + (uint64_t)lo * size;
		ret->held_size = (size_t)((uint64_t)(hi - lo) * size);
		ret->is_kept = value->is_kept;
		ret->origin = value->origin;
	}
	return NULL;
}

struct ij_error *ij_go_index_rest(struct ij_go_reader *r, struct ij_go_value *value,
				  struct ij_go_value *ret)
{
	enum ij_go_class class;
	int64_t idx = 0;
	uint64_t len;
	bool unknown = false, found;

	if (value->tuple)
		return ij_error_new(TYPE, "the results of a call are not indexed");
	IJ_TRY(auto_array(r, value));
	class = value->type ? ij_go_class_of(value->type) : IJ_GO_CLASS_STRING;
	if (class == IJ_GO_CLASS_MAP) {
		struct ij_go_value key;

		IJ_TRY(ij_go_expr(r, &key));
		if (!ij_go_take(r, "]"))
			return ij_go_syntax(r, "`]` is expected");
		return ij_go_map_get(r->host, value, &key, ret, &found);
	}
	if ((class != IJ_GO_CLASS_STRING && class != IJ_GO_CLASS_SLICE &&
	     class != IJ_GO_CLASS_ARRAY) ||
	    (!value->type && value->con.kind != IJ_GO_CONST_STRING))
		return ij_error_new(TYPE, "only strings, slices, arrays and maps are indexed");
	IJ_TRY(ij_go_value_load(r->host, value));
	ij_go_skip_space(r);
	if (*r->pos != ':')
		IJ_TRY(index_int(r, &idx, &unknown));
	if (ij_go_take(r, ":"))
		return slice_rest(r, value, idx, ret);
	if (!ij_go_take(r, "]"))
		return ij_go_syntax(r, "`]` is expected");
	if (unknown || value->unknown)
		return unknown_element(r, value, ret);
	IJ_TRY(ij_go_value_len(r->host, value, false, &len));
	if (idx < 0 || (uint64_t)idx >= len)
		return out_of_range(idx, len);
	return element(r, value, (uint64_t)idx, ret);
}
