/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Making types, and the store that they live in. */
#include <string.h>

#include "types/ctype.h"

struct ij_ctypes {
	IJ_VEC(struct ij_ctype *) list;
	IJ_VEC(char *) texts;
};

struct ij_error *ij_ctypes_create(struct ij_ctypes **ret)
{
	*ret = calloc(1, sizeof(**ret));
	return *ret ? NULL : ij_error_nomem();
}

static void free_class(struct ij_cclass *own)
{
	if (!own)
		return;
	ij_vec_deinit(&own->statics);
	ij_vec_deinit(&own->methods);
	ij_vec_deinit(&own->typedefs);
	ij_vec_deinit(&own->params);
	free(own);
}

void ij_ctypes_destroy(struct ij_ctypes *types)
{
	if (!types)
		return;
	IJ_VEC_EACH (&types->list, it) {
		ij_vec_deinit(&(*it)->members);
		ij_vec_deinit(&(*it)->enumerators);
		ij_vec_deinit(&(*it)->params);
		ij_vec_deinit(&(*it)->variants);
		free_class((*it)->class_of);
		free(*it);
	}
	IJ_VEC_EACH (&types->texts, it)
		free(*it);
	ij_vec_deinit(&types->list);
	ij_vec_deinit(&types->texts);
	free(types);
}

void ij_ctypes_abandon(struct ij_ctypes *types, const void *ctx)
{
	IJ_VEC_EACH (&types->list, it) {
		if (!ctx || (*it)->load_ctx != ctx)
			continue;
		if ((*it)->load)
			(*it)->is_incomplete = true;
		(*it)->load = (*it)->load_class = NULL;
		(*it)->load_ctx = NULL;
	}
}

struct ij_error *ij_ctypes_text(struct ij_ctypes *types, const char *text, size_t len,
				const char **ret)
{
	char *copy = strndup(text, len);
	struct ij_error *err = copy ? ij_vec_push(&types->texts, copy) : ij_error_nomem();

	if (err) {
		free(copy);
		return err;
	}
	*ret = copy;
	return NULL;
}

struct ij_error *ij_ctypes_new(struct ij_ctypes *types, enum ij_ct_kind kind, struct ij_ctype **ret)
{
	struct ij_ctype *type = calloc(1, sizeof(*type));
	struct ij_error *err = type ? ij_vec_push(&types->list, type) : ij_error_nomem();

	if (err) {
		free(type);
		return err;
	}
	type->kind = kind;
	*ret = type;
	return NULL;
}

struct ij_error *ij_ctypes_pointer(struct ij_ctypes *types, const struct ij_ctype *target,
				   const struct ij_ctype **ret)
{
	struct ij_ctype *type;

	IJ_TRY(ij_ctypes_new(types, IJ_CT_POINTER, &type));
	type->size = 8;
	type->target = target;
	*ret = type;
	return NULL;
}

struct ij_error *ij_ctypes_array(struct ij_ctypes *types, const struct ij_ctype *target,
				 uint64_t count, const struct ij_ctype **ret)
{
	struct ij_ctype *type;
	uint64_t size;

	if (__builtin_mul_overflow(target->size, count, &size) || size > INT64_MAX)
		return ij_error_new(LIMIT, "an array of %llu elements is larger than memory",
				    (unsigned long long)count);
	IJ_TRY(ij_ctypes_new(types, IJ_CT_ARRAY, &type));
	type->size = size;
	type->target = target;
	type->count = count;
	type->has_count = true;
	*ret = type;
	return NULL;
}

struct ij_error *ij_ctypes_qualified(struct ij_ctypes *types, const struct ij_ctype *target,
				     bool is_const, bool is_volatile, const struct ij_ctype **ret)
{
	struct ij_ctype *type;

	IJ_TRY(ij_ctypes_new(types, IJ_CT_QUALIFIED, &type));
	type->size = target->size;
	type->target = target;
	type->is_const = is_const;
	type->is_volatile = is_volatile;
	*ret = type;
	return NULL;
}

struct ij_error *ij_ctype_take(struct ij_ctype *type, const struct ij_ctype *from)
{
	IJ_VEC_EACH (&from->members, it)
		IJ_TRY(ij_vec_push(&type->members, *it));
	IJ_VEC_EACH (&from->enumerators, it)
		IJ_TRY(ij_vec_push(&type->enumerators, *it));
	IJ_VEC_EACH (&from->variants, it)
		IJ_TRY(ij_vec_push(&type->variants, *it));
	type->size = from->size;
	type->align = from->align;
	type->is_incomplete = false;
	type->is_flags = from->is_flags;
	type->is_by_reference = from->is_by_reference;
	type->target = from->target;
	type->discriminant = from->discriminant;
	type->load_ctx = from->load_ctx;
	type->load_off = from->load_off;
	type->is_class = from->is_class;
	return NULL;
}

const struct ij_ctype *ij_cbase(enum ij_cbase which)
{
#define INTEGER(text, bytes, ...)                                               \
	{                                                                       \
		.kind = IJ_CT_INT, .name = (text), .size = (bytes), __VA_ARGS__ \
	}
#define FLOATING(text, bytes)                                        \
	{                                                            \
		.kind = IJ_CT_FLOAT, .name = (text), .size = (bytes) \
	}
	static const struct ij_ctype types[] = {
		[IJ_CBASE_VOID] = {.kind = IJ_CT_VOID, .name = "void"},
		[IJ_CBASE_BOOL] = {.kind = IJ_CT_BOOL,
				   .name = "_Bool",
				   .size = 1,
				   .is_unsigned = true},
		[IJ_CBASE_CXX_BOOL] = {.kind = IJ_CT_BOOL,
				       .name = "bool",
				       .size = 1,
				       .is_unsigned = true},
		[IJ_CBASE_CHAR] = INTEGER("char", 1, .is_char = true),
		[IJ_CBASE_SCHAR] = INTEGER("signed char", 1, .is_char = true),
		[IJ_CBASE_UCHAR] =
			INTEGER("unsigned char", 1, .is_char = true, .is_unsigned = true),
		[IJ_CBASE_SHORT] = INTEGER("short", 2),
		[IJ_CBASE_USHORT] = INTEGER("unsigned short", 2, .is_unsigned = true),
		[IJ_CBASE_INT] = INTEGER("int", 4),
		[IJ_CBASE_UINT] = INTEGER("unsigned int", 4, .is_unsigned = true),
		[IJ_CBASE_LONG] = INTEGER("long", 8),
		[IJ_CBASE_ULONG] = INTEGER("unsigned long", 8, .is_unsigned = true),
		[IJ_CBASE_LLONG] = INTEGER("long long", 8),
		[IJ_CBASE_ULLONG] = INTEGER("unsigned long long", 8, .is_unsigned = true),
		[IJ_CBASE_INT128] = INTEGER("__int128", 16),
		[IJ_CBASE_UINT128] = INTEGER("unsigned __int128", 16, .is_unsigned = true),
		[IJ_CBASE_FLOAT] = FLOATING("float", 4),
		[IJ_CBASE_DOUBLE] = FLOATING("double", 8),
		[IJ_CBASE_LDOUBLE] = FLOATING("long double", 16),
		[IJ_CBASE_FLOAT128] = {.kind = IJ_CT_FLOAT,
				       .name = "_Float128",
				       .size = 16,
				       .is_quad = true},
		[IJ_CBASE_WCHAR] = INTEGER("wchar_t", 4, .is_char = true),
		[IJ_CBASE_CHAR16] = INTEGER("char16_t", 2, .is_char = true, .is_unsigned = true),
		[IJ_CBASE_CHAR32] = INTEGER("char32_t", 4, .is_char = true, .is_unsigned = true),
	};
#undef INTEGER
#undef FLOATING

	return types + which;
}
