/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Classification of values (System V psABI AMD64 1.0, 3.2.3). */
#include "types/abi.h"

enum { LARGEST = 8 * IJ_ABI_EIGHTBYTES };

struct state {
	struct ij_abi *out;
	bool unaligned; /* a field that is not aligned: all goes to memory */
};

/* The class of an eightbyte in which two fields lie (p. 24, rule 4). */
static enum ij_abi_class merged(enum ij_abi_class a, enum ij_abi_class b)
{
	if (a == b || b == IJ_ABI_NONE)
		return a;
	if (a == IJ_ABI_NONE)
		return b;
	if (a == IJ_ABI_MEMORY || b == IJ_ABI_MEMORY)
		return IJ_ABI_MEMORY;
	if (a == IJ_ABI_INTEGER || b == IJ_ABI_INTEGER)
		return IJ_ABI_INTEGER;
	if (a >= IJ_ABI_X87 || b >= IJ_ABI_X87)
		return IJ_ABI_MEMORY;
	return IJ_ABI_SSE;
}

static void put(struct state *state, uint64_t off, enum ij_abi_class class)
{
	enum ij_abi_class *at;

	if (off / 8 >= IJ_ABI_EIGHTBYTES)
		return;
	at = &state->out->classes[off / 8];
	*at = merged(*at, class);
}

static struct ij_error *scalar(struct state *state, const struct ij_ctype *type, uint64_t off)
{
	uint32_t align;

	IJ_TRY(ij_ctype_align(type, &align));
	if (off % align)
		state->unaligned = true;
	if (type->kind == IJ_CT_FLOAT && type->size == 16 && !type->is_quad) {
		put(state, off, IJ_ABI_X87);
		put(state, off + 8, IJ_ABI_X87UP);
		return NULL;
	}
	if (type->kind == IJ_CT_VECTOR && (type->size < 8 || type->count == 1))
		return ij_error_new(UNSUPPORTED,
				    "compilers do not agree on how a vector of %llu bytes with "
				    "%llu elements is passed",
				    (unsigned long long)type->size,
				    (unsigned long long)type->count);
	state->out->has_quad |= type->is_quad;
	if (type->kind == IJ_CT_FLOAT || type->kind == IJ_CT_VECTOR) {
		put(state, off, IJ_ABI_SSE);
		for (uint64_t i = 8; i < type->size; i += 8)
			put(state, off + i, IJ_ABI_SSEUP);
		return NULL;
	}
	for (uint64_t i = 0; i < type->size; i += 8)
		put(state, off + i, IJ_ABI_INTEGER);
	return NULL;
}

static struct ij_error *classify(struct state *state, const struct ij_ctype *type, uint64_t off,
				 unsigned depth);

static struct ij_error *member(struct state *state, const struct ij_cmember *it, uint64_t off,
			       unsigned depth)
{
	if (!it->bit_size)
		return classify(state, it->type, off + it->off, depth + 1);
	for (uint32_t bit = it->bit_off; bit < it->bit_off + it->bit_size; bit += 8)
		put(state, off + it->off + bit / 8, IJ_ABI_INTEGER);
	put(state, off + it->off + (it->bit_off + it->bit_size - 1) / 8, IJ_ABI_INTEGER);
	return NULL;
}

static struct ij_error *classify(struct state *state, const struct ij_ctype *type, uint64_t off,
				 unsigned depth)
{
	type = ij_ctype_strip(type);
	if (depth > IJ_CT_DEPTH_MAX)
		return ij_error_new(LIMIT, "a type is nested over %d deep", IJ_CT_DEPTH_MAX);
	switch (type->kind) {
	case IJ_CT_STRUCT:
	case IJ_CT_UNION:
		IJ_TRY(ij_ctype_complete(type));
		IJ_VEC_EACH (&type->members, it)
			IJ_TRY(member(state, it, off, depth));
		if (type->discriminant.type)
			IJ_TRY(member(state, &type->discriminant, off, depth));
		IJ_VEC_EACH (&type->variants, it)
			IJ_TRY(member(state, &it->member, off, depth));
		return NULL;
	case IJ_CT_ARRAY:
		/* Larger ones are in memory whatever is in them. */
		for (uint64_t i = 0; i < type->count && i < LARGEST; i++)
			IJ_TRY(classify(state, type->target, off + i * type->target->size,
					depth + 1));
		return NULL;
	case IJ_CT_COMPLEX:
		IJ_TRY(classify(state, type->target, off, depth + 1));
		return classify(state, type->target, off + type->size / 2, depth + 1);
	case IJ_CT_VOID:
	case IJ_CT_FUNCTION:
	case IJ_CT_OTHER:
		return ij_error_new(UNSUPPORTED, "a value of type %s cannot be passed",
				    type->name ? type->name : "function");
	default:
		return scalar(state, type, off);
	}
}

/* What is left to do once all fields are merged (rule 5). */
static bool in_memory(const struct ij_abi *abi, bool aggregate)
{
	if (abi->len > 2 && aggregate) {
		if (abi->classes[0] != IJ_ABI_SSE)
			return true;
		for (unsigned i = 1; i < abi->len; i++)
			if (abi->classes[i] != IJ_ABI_SSEUP)
				return true;
	}
	for (unsigned i = 0; i < abi->len; i++)
		if (abi->classes[i] == IJ_ABI_MEMORY ||
		    (abi->classes[i] == IJ_ABI_X87UP && (!i || abi->classes[i - 1] != IJ_ABI_X87)))
			return true;
	return false;
}

struct ij_error *ij_abi_classify(const struct ij_ctype *type, struct ij_abi *ret)
{
	const struct ij_ctype *bare = ij_ctype_strip(type);
	struct ij_abi abi = {0};
	struct state state = {.out = &abi};
	bool aggregate = ij_ctype_is_aggregate(bare) || bare->kind == IJ_CT_ARRAY;

	if (bare->kind == IJ_CT_VOID) {
		*ret = abi;
		return NULL;
	}
	IJ_TRY(ij_ctype_complete(bare));
	if (bare->is_incomplete)
		return ij_error_new(UNSUPPORTED, "%s is only declared, its size is not known",
				    bare->name ? bare->name : "a type");
	IJ_TRY(ij_ctype_align(bare, &abi.align));
	if (bare->size > LARGEST) {
		abi.memory = true;
		*ret = abi;
		return NULL;
	}
	abi.len = (unsigned)((bare->size + 7) / 8);
	IJ_TRY(classify(&state, bare, 0, 0));
	if (bare->kind == IJ_CT_COMPLEX && bare->size == 32) {
		abi.classes[0] = IJ_ABI_COMPLEX_X87;
		abi.memory = bare->target->is_quad;
	} else {
		abi.memory = state.unaligned || in_memory(&abi, aggregate);
	}
	/* A second part that follows no first one is a vector of its own. */
	for (unsigned i = 0; i < abi.len; i++)
		if (abi.classes[i] == IJ_ABI_SSEUP && i && abi.classes[i - 1] != IJ_ABI_SSE &&
		    abi.classes[i - 1] != IJ_ABI_SSEUP)
			abi.classes[i] = IJ_ABI_SSE;
	*ret = abi;
	return NULL;
}
