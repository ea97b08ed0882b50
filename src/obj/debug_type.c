/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Types from entries of debug information (DWARF 5, 5). What they consist of is read when asked
 * for: debug_members.c. */
#include <string.h>

#include "obj/debug_internal.h"

enum { /* DWARF 5, 7.8 */
       ATE_boolean = 0x02,
       ATE_complex_float = 0x03,
       ATE_float = 0x04,
       ATE_signed = 0x05,
       ATE_signed_char = 0x06,
       ATE_unsigned = 0x07,
       ATE_unsigned_char = 0x08,
       ATE_UTF = 0x10,
       /* GCC's complex integers (gcc/dwarf2out.cc, base_type_die). */
       ATE_lo_user = 0x80,
};

enum { SIZE_MAX_BITS = 46, DIMENSIONS_MAX = 16 };

static uint64_t memo_hash(uint64_t off)
{
	return (off ^ off >> 29) * 0x9e3779b97f4a7c15u >> 20;
}

static struct ij_debug_memo *memo_slot(struct ij_debug *debug, uint64_t off)
{
	uint64_t at = memo_hash(off);

	for (;; at++) {
		struct ij_debug_memo *slot = debug->memo + (at & (debug->memo_cap - 1));

		if (!slot->off || slot->off == off)
			return slot;
	}
}

static struct ij_error *memo_put(struct ij_debug *debug, uint64_t off, struct ij_ctype *type)
{
	if (debug->memo_len * 2 >= debug->memo_cap) {
		struct ij_debug_memo *old = debug->memo;
		size_t cap = debug->memo_cap;

		debug->memo = calloc(cap ? 2 * cap : 256, sizeof(*old));
		if (!debug->memo) {
			debug->memo = old;
			return ij_error_nomem();
		}
		debug->memo_cap = cap ? 2 * cap : 256;
		for (size_t i = 0; i < cap; i++)
			if (old[i].off)
				*memo_slot(debug, old[i].off) = old[i];
		free(old);
	}
	*memo_slot(debug, off) = (struct ij_debug_memo){off, type};
	debug->memo_len++;
	return NULL;
}

/* A name that may be printed; names are what a file says. */
static const char *clean(const struct ij_dwarf_value *name)
{
	if (name->class != IJ_DWARF_STRING || !*name->string)
		return NULL;
	for (const char *s = name->string; *s; s++)
		if ((unsigned char)*s < 0x20 || *s == 0x7f)
			return "?";
	return name->string;
}

struct ij_error *ij_debug_own_name(struct ij_debug *debug, const struct ij_dwarf_value *value,
				   const char **ret)
{
	const char *name = clean(value);

	*ret = NULL;
	return name ? ij_ctypes_text(debug->types, name, strlen(name), ret) : NULL;
}

static struct ij_error *set_name(struct ij_debug *debug, const struct ij_debug_die *at,
				 struct ij_ctype *type)
{
	const char *name = clean(&at->die.name);
	IJ_STRBUF_AUTO text = {0}, whole = {0};

	if (!name && type->kind == IJ_CT_ENUM && at->unit->is_cxx) {
		IJ_TRY(ij_debug_scope_text(debug, at->unit, at->die.off, &text));
		return text.len ? ij_ctypes_text(debug->types, text.str, text.len, &type->scope)
				: NULL;
	}
	if (!name)
		return NULL;
	if (at->unit->is_cxx || at->unit->is_rust) {
		IJ_TRY(ij_debug_scope_text(debug, at->unit, at->die.off, &text));
		if (text.len)
			ij_strbuf_puts(&text, "::");
	}
	ij_strbuf_puts(&text, name);
	IJ_TRY(ij_strbuf_error(&text));
	if (at->die.tag != DW_TAG_base_type && !strchr(text.str, '<'))
		return ij_ctypes_text(debug->types, text.str, text.len, &type->name);
	ij_debug_short_names(text.str, &whole);
	IJ_TRY(ij_strbuf_error(&whole));
	return ij_ctypes_text(debug->types, whole.str, whole.len, &type->name);
}

static struct ij_error *size_of(const struct ij_debug_die *at, struct ij_ctype *type)
{
	type->size = at->die.byte_size.class == IJ_DWARF_CONSTANT ? at->die.byte_size.u : 0;
	if (at->die.alignment.class == IJ_DWARF_CONSTANT && at->die.alignment.u <= 4096)
		type->align = (uint32_t)at->die.alignment.u;
	if (type->size >> SIZE_MAX_BITS)
		return ij_debug_malformed(at->die.off, "a type has an absurd size");
	return NULL;
}

static struct ij_error *base_type(const struct ij_debug_die *at, struct ij_ctype *type)
{
	const char *name = clean(&at->die.name);

	IJ_TRY(size_of(at, type));
	type->kind = IJ_CT_INT;
	type->is_unsigned = true;
	type->is_rust = at->unit->is_rust;
	switch (at->die.encoding.u) {
	case ATE_boolean:
		type->kind = IJ_CT_BOOL;
		break;
	case ATE_complex_float:
		type->kind = IJ_CT_COMPLEX;
		type->target = ij_cbase(type->size == 8               ? IJ_CBASE_FLOAT
					: type->size == 16            ? IJ_CBASE_DOUBLE
					: name && strstr(name, "128") ? IJ_CBASE_FLOAT128
								      : IJ_CBASE_LDOUBLE);
		break;
	case ATE_float:
		type->kind = IJ_CT_FLOAT;
		type->is_unsigned = false;
		type->is_quad = type->size == 16 && name && strstr(name, "128");
		break;
	case ATE_signed_char:
		type->is_char = true;
		type->is_unsigned = false;
		break;
	case ATE_signed:
		type->is_unsigned = false;
		type->is_char = name && !strcmp(name, "wchar_t");
		break;
	case ATE_unsigned_char:
	case ATE_UTF:
		type->is_char = true;
		break;
	case ATE_unsigned:
		break;
	case ATE_lo_user:
		type->kind = name && !strcmp(name, "complex int") ? IJ_CT_COMPLEX : IJ_CT_OTHER;
		type->target = ij_cbase(IJ_CBASE_INT);
		break;
	default:
		type->kind = IJ_CT_OTHER;
		return NULL;
	}
	/* Nothing else is a number that we can read. */
	if (!type->size || type->size > (type->kind == IJ_CT_COMPLEX ? 32 : 16) ||
	    type->size & (type->size - 1) || (type->kind == IJ_CT_FLOAT && type->size < 4) ||
	    (type->kind == IJ_CT_COMPLEX && type->size < 8))
		type->kind = IJ_CT_OTHER;
	return NULL;
}

/* How many elements a dimension has; false: that is not known. */
static bool count_of(const struct ij_dwarf_die *die, uint64_t *ret)
{
	if (die->count.class == IJ_DWARF_CONSTANT) {
		*ret = die->count.u;
		return true;
	}
	*ret = die->upper_bound.u + 1;
	return die->upper_bound.class == IJ_DWARF_CONSTANT;
}

static struct ij_error *array_type(struct ij_debug *debug, const struct ij_debug_die *at,
				   unsigned depth, struct ij_ctype *type)
{
	const struct ij_ctype *element;
	uint64_t counts[DIMENSIONS_MAX];
	bool known[DIMENSIONS_MAX];
	struct ij_debug_walk walk;
	struct ij_error *err = NULL;
	unsigned len = 0;

	IJ_TRY(ij_debug_type(debug, &at->die.type, depth + 1, &element));
	ij_debug_children(&walk, debug, at);
	while (ij_debug_child(&walk, &err)) {
		if (walk.at.die.tag != DW_TAG_subrange_type || len == DIMENSIONS_MAX)
			continue;
		known[len] = count_of(&walk.at.die, &counts[len]);
		len++;
	}
	IJ_TRY(err);
	while (len > 1) {
		len--;
		IJ_TRY(ij_ctypes_array(debug->types, element, known[len] ? counts[len] : 0,
				       &element));
	}
	type->kind = at->die.vector.class == IJ_DWARF_CONSTANT ? IJ_CT_VECTOR : IJ_CT_ARRAY;
	type->target = element;
	type->is_rust = at->unit->is_rust;
	type->has_count = len && known[0];
	type->count = type->has_count ? counts[0] : 0;
	if (__builtin_mul_overflow(type->count, ij_ctype_strip(element)->size, &type->size) ||
	    type->size >> SIZE_MAX_BITS)
		return ij_debug_malformed(at->die.off, "an array has an absurd size");
	if (type->kind == IJ_CT_VECTOR &&
	    (!type->size || type->size > 64 || type->size & (type->size - 1)))
		type->kind = IJ_CT_ARRAY;
	return NULL;
}

static struct ij_error *add_param(struct ij_debug *debug, const struct ij_debug_die *at,
				  unsigned depth, struct ij_ctype *type)
{
	struct ij_debug_die full = *at;
	struct ij_cparam param = {.name = NULL};

	IJ_TRY(ij_debug_inherit(debug, &full, NULL));
	IJ_TRY(ij_debug_type(debug, &full.die.type, depth + 1, &param.type));
	param.is_artificial = full.die.artificial.class == IJ_DWARF_CONSTANT;
	/* `this` is const, whether that is said or not. */
	if (param.is_artificial && at->unit->is_cxx && param.type->kind == IJ_CT_POINTER)
		IJ_TRY(ij_ctypes_qualified(debug->types, param.type, true, false, &param.type));
	param.is_result = full.die.variable_parameter.class == IJ_DWARF_CONSTANT &&
			  full.die.variable_parameter.u;
	IJ_TRY(ij_debug_own_name(debug, &full.die.name, &param.name));
	return ij_vec_push(&type->params, param);
}

/* Its result and parameters. */
static struct ij_error *function_type(struct ij_debug *debug, const struct ij_debug_die *at,
				      unsigned depth, struct ij_ctype *type)
{
	struct ij_debug_walk walk;
	struct ij_error *err = NULL;

	IJ_TRY(ij_debug_type(debug, &at->die.type, depth + 1, &type->target));
	ij_debug_children(&walk, debug, at);
	while (!err && ij_debug_child(&walk, &err)) {
		if (walk.at.die.tag == DW_TAG_formal_parameter)
			err = add_param(debug, &walk.at, depth, type);
		else if (walk.at.die.tag == DW_TAG_unspecified_parameters)
			type->is_variadic = true;
	}
	IJ_TRY(err);
	type->convention = at->die.calling_convention.class == IJ_DWARF_CONSTANT
				   ? (uint8_t)at->die.calling_convention.u
				   : 0;
	type->is_rust = at->unit->is_rust;
	type->splits_int128 = at->unit->splits_int128;
	type->splits_vectors = at->unit->splits_vectors;
	type->spills_quads = at->unit->spills_quads;
	/* gcc 12 marks `f()` of C by neither a prototype nor parameters, or by `...` alone; what
	 * was defined as before C89 has parameters, and is passed them promoted. */
	if (!at->unit->is_cxx && !at->unit->is_rust && at->die.prototyped.class == IJ_DWARF_NONE) {
		type->is_unprototyped = true;
		type->is_variadic = false;
	}
	return NULL;
}

/* Results that only an instance has: Go's declarations of what is inlined leave out those without a
 * name. */
static struct ij_error *add_results(struct ij_debug *debug, const struct ij_debug_die *at,
				    unsigned depth, struct ij_ctype *type)
{
	struct ij_debug_walk walk;
	struct ij_error *err = NULL;

	ij_debug_children(&walk, debug, at);
	while (!err && ij_debug_child(&walk, &err)) {
		const struct ij_dwarf_die *die = &walk.at.die;

		if (die->tag == DW_TAG_formal_parameter && die->origin.class == IJ_DWARF_NONE &&
		    die->variable_parameter.class == IJ_DWARF_CONSTANT && die->variable_parameter.u)
			err = add_param(debug, &walk.at, depth, type);
	}
	return err;
}

struct ij_error *ij_debug_function_type(struct ij_debug *debug, const struct ij_debug_die *at,
					unsigned depth, const struct ij_ctype **ret)
{
	struct ij_debug_die full = *at, last;
	struct ij_ctype *type;

	IJ_TRY(ij_debug_inherit(debug, &full, &last));
	IJ_TRY(ij_ctypes_new(debug->types, IJ_CT_FUNCTION, &type));
	/* The declaration has all parameters; an instance may have lost some. */
	full.die.children = last.die.children;
	full.die.next = last.die.next;
	full.unit = last.unit;
	IJ_TRY(function_type(debug, &full, depth, type));
	if (last.die.off != at->die.off)
		IJ_TRY(add_results(debug, at, depth, type));
	*ret = type;
	return NULL;
}

static struct ij_error *tagged_type(struct ij_debug *debug, const struct ij_debug_die *at,
				    enum ij_ct_kind kind, struct ij_ctype *type)
{
	type->kind = kind;
	type->is_class = at->die.tag == DW_TAG_class_type;
	type->is_plain = at->unit->is_cxx || at->unit->is_rust;
	type->is_rust = at->unit->is_rust;
	type->is_incomplete = at->die.declaration.class == IJ_DWARF_CONSTANT;
	/* DW_CC_pass_by_reference (DWARF 5, 7.15) */
	type->is_by_reference = at->die.calling_convention.u == 4;
	type->load = ij_debug_load;
	type->load_ctx = debug;
	type->load_off = at->die.off;
	if (kind != IJ_CT_ENUM && at->unit->is_cxx)
		type->load_class = ij_debug_load_class;
	IJ_TRY(size_of(at, type));
	return set_name(debug, at, type);
}

static struct ij_error *enum_type(struct ij_debug *debug, const struct ij_debug_die *at,
				  unsigned depth, struct ij_ctype *type)
{
	IJ_TRY(tagged_type(debug, at, IJ_CT_ENUM, type));
	type->is_scoped = at->unit->is_rust || at->die.enum_class.class == IJ_DWARF_CONSTANT;
	if (at->die.type.class != IJ_DWARF_NONE)
		IJ_TRY(ij_debug_type(debug, &at->die.type, depth + 1, &type->target));
	if (!type->size && type->target)
		type->size = ij_ctype_strip(type->target)->size;
	if (type->size > 8 || type->size & (type->size - 1))
		return ij_debug_malformed(at->die.off, "an enum has an absurd size");
	if (!type->target || !ij_ctype_is_integer(type->target) ||
	    ij_ctype_strip(type->target)->size != type->size)
		type->target = ij_cbase(type->size == 8   ? IJ_CBASE_LONG
					: type->size == 2 ? IJ_CBASE_SHORT
					: type->size == 1 ? IJ_CBASE_SCHAR
							  : IJ_CBASE_INT);
	return NULL;
}

/* A type that is made of one other. */
static struct ij_error *made_of(struct ij_debug *debug, const struct ij_debug_die *at,
				enum ij_ct_kind kind, unsigned depth, struct ij_ctype *type)
{
	type->kind = kind;
	IJ_TRY(ij_debug_type(debug, &at->die.type, depth + 1, &type->target));
	type->size = kind == IJ_CT_POINTER || kind == IJ_CT_REFERENCE
			     ? 8
			     : ij_ctype_strip(type->target)->size;
	return NULL;
}

static struct ij_error *fill(struct ij_debug *debug, const struct ij_debug_die *at, unsigned depth,
			     struct ij_ctype *type)
{
	switch (at->die.tag) {
	case DW_TAG_base_type:
		IJ_TRY(base_type(at, type));
		return set_name(debug, at, type);
	case DW_TAG_structure_type:
	case DW_TAG_class_type:
		return tagged_type(debug, at, IJ_CT_STRUCT, type);
	case DW_TAG_union_type:
		return tagged_type(debug, at, IJ_CT_UNION, type);
	case DW_TAG_enumeration_type:
		return enum_type(debug, at, depth, type);
	case DW_TAG_pointer_type:
		return made_of(debug, at, IJ_CT_POINTER, depth, type);
	case DW_TAG_reference_type:
	case DW_TAG_rvalue_reference_type:
		type->is_rvalue = at->die.tag == DW_TAG_rvalue_reference_type;
		return made_of(debug, at, IJ_CT_REFERENCE, depth, type);
	case DW_TAG_typedef:
		IJ_TRY(set_name(debug, at, type));
		return made_of(debug, at, IJ_CT_TYPEDEF, depth, type);
	case DW_TAG_const_type:
	case DW_TAG_volatile_type:
	case DW_TAG_restrict_type:
	case DW_TAG_atomic_type:
		type->is_const = at->die.tag == DW_TAG_const_type;
		type->is_volatile = at->die.tag == DW_TAG_volatile_type;
		return made_of(debug, at, IJ_CT_QUALIFIED, depth, type);
	case DW_TAG_array_type:
		return array_type(debug, at, depth, type);
	case DW_TAG_subroutine_type:
		type->kind = IJ_CT_FUNCTION;
		return function_type(debug, at, depth, type);
	case DW_TAG_ptr_to_member_type:
		IJ_TRY(made_of(debug, at, IJ_CT_MEMBER, depth, type));
		IJ_TRY(ij_debug_type(debug, &at->die.containing_type, depth + 1, &type->owner));
		type->size = type->target->kind == IJ_CT_FUNCTION ? 16 : 8;
		return NULL;
	default:
		type->kind = IJ_CT_OTHER;
		return set_name(debug, at, type);
	}
}

struct ij_error *ij_debug_type_of(struct ij_debug *debug, const struct ij_debug_die *at,
				  unsigned depth, const struct ij_ctype **ret)
{
	uint64_t off = at->die.off;
	struct ij_ctype *type;
	struct ij_debug_die other;

	if (debug->memo_cap && memo_slot(debug, off)->type) {
		*ret = memo_slot(debug, off)->type;
		return NULL;
	}
	if (depth > IJ_DEBUG_DEPTH_MAX)
		return ij_error_new(LIMIT,
				    "a type at 0x%llx of the debug information is made of "
				    "types over %d deep",
				    (unsigned long long)off, IJ_DEBUG_DEPTH_MAX);
	if (at->die.signature.class == IJ_DWARF_SIGNATURE) {
		IJ_TRY(ij_debug_follow(debug, &at->die.signature, &other));
		return ij_debug_type_of(debug, &other, depth + 1, ret);
	}
	IJ_TRY(ij_ctypes_new(debug->types, IJ_CT_OTHER, &type));
	IJ_TRY(fill(debug, at, depth, type));
	if (at->die.go_runtime_type.class == IJ_DWARF_ADDRESS ||
	    at->die.go_runtime_type.class == IJ_DWARF_CONSTANT)
		type->go_type = at->die.go_runtime_type.u;
	IJ_TRY(memo_put(debug, off, type));
	*ret = type;
	return NULL;
}

struct ij_error *ij_debug_type(struct ij_debug *debug, const struct ij_dwarf_value *ref,
			       unsigned depth, const struct ij_ctype **ret)
{
	struct ij_debug_die at;

	if (ref->class == IJ_DWARF_NONE) {
		*ret = ij_cbase(IJ_CBASE_VOID);
		return NULL;
	}
	if (ref->class == IJ_DWARF_REFERENCE && debug->memo_cap && memo_slot(debug, ref->u)->type) {
		*ret = memo_slot(debug, ref->u)->type;
		return NULL;
	}
	IJ_TRY(ij_debug_follow(debug, ref, &at));
	return ij_debug_type_of(debug, &at, depth, ret);
}
