/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * How rustc passes values, as far as debug information tells it. Nothing of that is written down:
 * it follows from the "ABI" that the compiler's layout of a type has (rustc_abi, layout.rs; the
 * same in rustc 1.63 and 1.95, whose LLVM functions were looked at):
 *
 * - one number or pointer: as such; also all enums whose empty variants are in what the only other
 *   one leaves unused ("niche"), Option<&T>, Option<bool>;
 * - two of them, of any size and in whatever order they lie: as two; also enums of a tag and one
 *   number that is the same in all variants, Option<i32>;
 * - anything else up to 8 bytes: in an integer register, floating-point numbers, too;
 * - anything larger: by its address, and a result where the address that is passed first says.
 */
#include <string.h>

#include "lang/eval_rust.h"

enum kind {
	NOTHING, /* of no size: not passed */
	SCALAR,
	WORD, /* an integer register, whether the layout is that of a scalar or not */
	PAIR,
	MEMORY, /* of any size: up to 8 bytes a register after all */
	UNKNOWN,
};

struct layout {
	enum kind kind;
	struct ij_cmember parts[2]; /* of SCALAR, PAIR: where they lie in the whole */
	const char *why;            /* of UNKNOWN */
};

static struct ij_error *layout_of(const struct ij_ctype *type, unsigned depth, struct layout *ret);

static struct layout unknown(const char *why)
{
	return (struct layout){.kind = UNKNOWN, .why = why};
}

static uint64_t size_of(const struct ij_cmember *member)
{
	return ij_ctype_strip(member->type)->size;
}

/* Does @first and what follows it as closely as it may fill @type, with no other alignment? */
static bool is_pair(const struct ij_ctype *type, const struct ij_cmember *first,
		    const struct ij_cmember *second)
{
	uint64_t align = size_of(second), whole = size_of(first) > align ? size_of(first) : align;
	uint64_t off = (size_of(first) + align - 1) / align * align;

	return !first->off && second->off == off &&
	       type->size == (off + align + whole - 1) / whole * whole &&
	       (!type->align || type->align == whole);
}

/* A struct of one field is laid out as that is, unless it is #[repr(C)]: nobody says that. The
 * libraries of Rust have none such. */
static void wrap(const struct ij_ctype *type, bool sure, struct layout *ret)
{
	sure = sure || (type->name &&
			(!strncmp(type->name, "core::", 6) || !strncmp(type->name, "alloc::", 7) ||
			 !strncmp(type->name, "std::", 5)));
	if (ret->kind != SCALAR || sure)
		return;
	if (ij_ctype_strip(ret->parts[0].type)->kind == IJ_CT_FLOAT)
		*ret = unknown("it depends on whether it is #[repr(C)]");
	else
		ret->kind = WORD;
}

/* A struct, tuple or variant in @type with these fields. @sure: it cannot be #[repr(C)]. */
static struct ij_error *fields(const struct ij_ctype *type, const struct ij_ctype *owner, bool sure,
			       unsigned depth, struct layout *ret)
{
	const struct ij_cmember *some[2] = {NULL, NULL};
	struct layout inner[2];
	size_t len = 0;

	IJ_TRY(ij_ctype_complete(owner));
	IJ_VEC_EACH (&owner->members, it) {
		const struct ij_ctype *bare = ij_ctype_strip(it->type);

		IJ_TRY(ij_ctype_complete(bare));
		if (bare->size && len++ < 2)
			some[len - 1] = it;
	}
	*ret = (struct layout){.kind = type->size ? MEMORY : NOTHING};
	if (!len || len > 2)
		return NULL;
	if (len == 2 && some[0]->off > some[1]->off) {
		const struct ij_cmember *low = some[1];

		some[1] = some[0];
		some[0] = low;
	}
	for (size_t i = 0; i < len; i++)
		IJ_TRY(layout_of(some[i]->type, depth + 1, &inner[i]));
	if (len == 1) {
		if (some[0]->off || size_of(some[0]) != type->size)
			return NULL;
		if (inner[0].kind == PAIR && !is_pair(type, &inner[0].parts[0], &inner[0].parts[1]))
			return NULL;
		*ret = inner[0];
		wrap(type, sure, ret);
		return NULL;
	}
	for (size_t i = 0; i < 2; i++) {
		if (inner[i].kind == MEMORY || inner[i].kind == PAIR)
			return NULL;
		inner[i].parts[0].off += some[i]->off;
	}
	for (size_t i = 0; i < 2; i++)
		if (inner[i].kind != SCALAR) {
			*ret = inner[i].kind == UNKNOWN ? inner[i]
							: unknown("it depends on whether a struct "
								  "in it is #[repr(C)]");
			return NULL;
		}
	if (is_pair(type, &inner[0].parts[0], &inner[1].parts[0]))
		*ret = (struct layout){PAIR, {inner[0].parts[0], inner[1].parts[0]}, NULL};
	return NULL;
}

/* The number that a variant of an enum with a tag has, to be the same in all. */
static bool is_alike(const struct ij_cmember *a, const struct ij_cmember *b, bool *depends)
{
	const struct ij_ctype *one = ij_ctype_strip(a->type), *other = ij_ctype_strip(b->type);
	bool floats = one->kind == IJ_CT_FLOAT;

	*depends = false;
	if (a->off != b->off || one->size != other->size || floats != (other->kind == IJ_CT_FLOAT))
		return false;
	*depends = ij_ctype_is_pointer(one) != ij_ctype_is_pointer(other) ||
		   (!floats && !ij_ctype_is_pointer(one) &&
		    ij_ctype_is_unsigned(one) != ij_ctype_is_unsigned(other));
	return !*depends;
}

/* An enum with a tag of its own. */
static struct ij_error *tagged(const struct ij_ctype *type, unsigned depth, struct layout *ret)
{
	struct ij_cmember number = {.name = NULL};
	bool depends;

	*ret = (struct layout){.kind = MEMORY};
	IJ_VEC_EACH (&type->variants, it) {
		const struct ij_ctype *variant = ij_ctype_strip(it->member.type);
		const struct ij_cmember *only = NULL;
		struct layout inner;

		IJ_VEC_EACH (&variant->members, field) {
			IJ_TRY(ij_ctype_complete(ij_ctype_strip(field->type)));
			if (!size_of(field))
				continue;
			if (only)
				return NULL;
			only = field;
		}
		if (!only)
			continue;
		IJ_TRY(layout_of(only->type, depth + 1, &inner));
		if (inner.kind == WORD)
			inner = unknown("it depends on whether a struct in it is #[repr(C)]");
		if (inner.kind == UNKNOWN)
			*ret = inner;
		if (inner.kind != SCALAR)
			return NULL;
		inner.parts[0].off += only->off;
		if (!number.type) {
			number = inner.parts[0];
		} else if (!is_alike(&number, &inner.parts[0], &depends)) {
			if (depends)
				*ret = unknown("it depends on the compiler's version");
			return NULL;
		}
	}
	if (size_of(&type->discriminant) == type->size)
		*ret = (struct layout){SCALAR, {type->discriminant}, NULL};
	else if (number.type && is_pair(type, &type->discriminant, &number))
		*ret = (struct layout){PAIR, {type->discriminant, number}, NULL};
	return NULL;
}

static struct ij_error *enumeration(const struct ij_ctype *type, unsigned depth, struct layout *ret)
{
	const struct ij_cmember *tag = &type->discriminant;
	const struct ij_ctype *data = NULL;
	unsigned with_data = 0;
	bool niche = false;

	IJ_VEC_EACH (&type->variants, it) {
		const struct ij_ctype *variant = ij_ctype_strip(it->member.type);
		bool any = false;

		IJ_TRY(ij_ctype_complete(variant));
		IJ_VEC_EACH (&variant->members, field) {
			IJ_TRY(ij_ctype_complete(ij_ctype_strip(field->type)));
			any = any || size_of(field);
			niche = niche || (tag->type && size_of(field) &&
					  tag->off < field->off + size_of(field) &&
					  field->off < tag->off + size_of(tag));
		}
		with_data += any;
		if (any || !data)
			data = variant;
	}
	if (!tag->type && type->variants.len > 1) {
		*ret = unknown(
			"its debug information does not say how its variants are told apart");
		return NULL;
	}
	if (tag->type && !niche)
		return tagged(type, depth, ret);
	*ret = (struct layout){.kind = MEMORY};
	return with_data > 1 ? NULL : fields(type, data, tag->type != NULL, depth, ret);
}

static struct ij_error *layout_of(const struct ij_ctype *type, unsigned depth, struct layout *ret)
{
	const struct ij_ctype *bare = ij_ctype_strip(type);

	*ret = unknown("it is no type whose layout is known");
	if (depth > IJ_CT_DEPTH_MAX)
		return NULL;
	IJ_TRY(ij_ctype_complete(bare));
	switch (bare->kind) {
	case IJ_CT_STRUCT:
		if (bare->is_incomplete)
			return NULL;
		return bare->variants.len
			       ? enumeration(bare, depth, ret)
			       : fields(bare, bare, bare->name && bare->name[0] == '(', depth, ret);
	case IJ_CT_ARRAY:
		ret->kind = bare->size ? MEMORY : NOTHING;
		return NULL;
	case IJ_CT_INT:
	case IJ_CT_BOOL:
	case IJ_CT_ENUM:
	case IJ_CT_FLOAT:
	case IJ_CT_POINTER:
		if (bare->size && bare->size <= sizeof(uint64_t))
			*ret = (struct layout){SCALAR, {{.type = type}}, NULL};
		return NULL;
	default:
		return NULL;
	}
}

/* Does what C's ABI says come to the same? Of one field in all, and of two that fill a register
 * each, as slices do. */
static bool is_as_in_c(const struct layout *layout)
{
	if (layout->kind == PAIR)
		return size_of(&layout->parts[0]) == 8 && size_of(&layout->parts[1]) == 8;
	return layout->kind == NOTHING || layout->kind == SCALAR || layout->kind == WORD;
}

static struct ij_error *known(struct ij_eval *ev, const struct ij_node *node,
			      const struct ij_callee *callee, const struct ij_ctype *type,
			      struct layout *ret)
{
	IJ_TRY(layout_of(type, 0, ret));
	/* extern "C" functions mostly are #[no_mangle], and then have C's ABI. */
	if (ret->kind != UNKNOWN && !callee->type->is_mangled && !is_as_in_c(ret))
		*ret = unknown("it depends on whether the function is extern \"C\"");
	if (ret->kind != UNKNOWN)
		return NULL;
	return ij_eval_error(
		ev, node, UNSUPPORTED,
		"%s by value in a function of Rust: how it is passed is not known, for "
		"%s",
		ij_type_shown(type).str, ret->why);
}

/* Is something of @type ended by what it is moved into? Nobody may have it then. That it has code
 * for that is known if somebody ends one that is not inlined. */
static struct ij_error *is_owner(struct ij_eval *ev, const struct ij_ctype *type, unsigned depth,
				 bool *ret)
{
	const struct ij_ctype *bare = ij_ctype_strip(type);
	IJ_STRBUF_AUTO text = {0};
	struct ij_host_name name = {.name = NULL};
	struct ij_val val;

	if (*ret || depth > IJ_CT_DEPTH_MAX || !ij_ctype_is_aggregate(bare) ||
	    (bare->name && bare->name[0] == '&'))
		return NULL;
	*ret = bare->name && !strncmp(bare->name, "alloc::", 7);
	if (*ret)
		return NULL;
	if (bare->name) {
		ij_strbuf_printf(&text, "core::ptr::drop_in_place<%s>", bare->name);
		IJ_TRY(ij_strbuf_error(&text));
		name.name = text.str;
		IJ_TRY(ev->host->lookup(ev->host, &name, ev->arena, &val, ret));
	}
	IJ_TRY(ij_ctype_complete(bare));
	IJ_VEC_EACH (&bare->members, it)
		IJ_TRY(is_owner(ev, it->type, depth + 1, ret));
	IJ_VEC_EACH (&bare->variants, it)
		IJ_TRY(is_owner(ev, it->member.type, depth + 1, ret));
	return NULL;
}

static struct ij_error *check_move(struct ij_eval *ev, const struct ij_node *node,
				   const struct ij_ctype *type)
{
	bool owner = false;

	ev->host->dry = ev->dry;
	IJ_TRY(is_owner(ev, type, 0, &owner));
	if (!owner)
		return NULL;
	return ij_eval_error(ev, node, UNSUPPORTED,
			     "%s by value in a function of Rust: it would be moved there and "
			     "dropped, and the target has it still; pass a reference,",
			     ij_type_shown(type).str);
}

/* Up to 8 bytes as a number. */
static struct ij_error *word(struct ij_eval *ev, struct ij_val *arg)
{
	const bool is_scratch = arg->is_scratch;
	uint64_t number = 0;

	memcpy(&number, arg->bytes, ij_ctype_strip(arg->type)->size);
	IJ_TRY(ij_val_make(ev->arena, ij_cbase(IJ_CBASE_ULONG), &number, arg));
	arg->is_scratch = is_scratch;
	return NULL;
}

static struct ij_error *part(struct ij_eval *ev, const struct ij_val *whole,
			     const struct ij_cmember *member, struct ij_val *ret)
{
	IJ_TRY(ij_val_make(ev->arena, member->type, whole->bytes + member->off, ret));
	ret->is_scratch = whole->is_scratch && ij_ctype_is_pointer(member->type);
	return NULL;
}

static void remove_at(struct ij_args *args, size_t at)
{
	args->len--;
	memmove(args->list + at, args->list + at + 1, (args->len - at) * sizeof(*args->list));
	memmove(args->nodes + at, args->nodes + at + 1, (args->len - at) * sizeof(*args->nodes));
}

static struct ij_error *split(struct ij_eval *ev, const struct ij_node *node, size_t at,
			      const struct layout *layout, struct ij_args *args)
{
	const struct ij_val whole = args->list[at];

	if (args->len >= IJ_CALL_ARGS_MAX)
		return ij_eval_error(ev, node, LIMIT, "more than %d arguments", IJ_CALL_ARGS_MAX);
	memmove(args->list + at + 1, args->list + at, (args->len - at) * sizeof(*args->list));
	memmove(args->nodes + at + 1, args->nodes + at, (args->len - at) * sizeof(*args->nodes));
	args->len++;
	IJ_TRY(part(ev, &whole, &layout->parts[0], &args->list[at]));
	return part(ev, &whole, &layout->parts[1], &args->list[at + 1]);
}

/* Argument @at, an aggregate; @len_ret: arguments that it is passed as. */
static struct ij_error *pass(struct ij_eval *ev, const struct ij_node *node,
			     const struct ij_callee *callee, size_t at, struct ij_args *args,
			     size_t *len_ret)
{
	struct ij_val *arg = &args->list[at];
	const struct ij_node *own = args->nodes[at] ? args->nodes[at] : node;
	struct layout layout;
	uint32_t align;

	IJ_TRY(known(ev, own, callee, arg->type, &layout));
	IJ_TRY(check_move(ev, own, arg->type));
	IJ_TRY(ij_eval_fetch(ev, own, arg));
	*len_ret = layout.kind == PAIR ? 2 : layout.kind != NOTHING;
	if (layout.kind == NOTHING) {
		remove_at(args, at);
		return NULL;
	}
	if (layout.kind == PAIR)
		return split(ev, own, at, &layout, args);
	if (layout.kind == SCALAR) {
		const struct ij_val whole = *arg;

		return part(ev, &whole, &layout.parts[0], arg);
	}
	if (ij_ctype_strip(arg->type)->size <= sizeof(uint64_t))
		return word(ev, arg);
	IJ_TRY(ij_ctype_align(arg->type, &align));
	if (arg->is_scratch || align > 16)
		return ij_eval_error(ev, own, UNSUPPORTED,
				     "%s by value that holds the address of a literal, or that is "
				     "aligned at over 16 bytes,",
				     ij_type_shown(arg->type).str);
	/* Of a copy, nobody is told what becomes of it. */
	arg->is_buffer = false;
	return ij_eval_place(ev, own, arg, arg);
}

struct ij_error *ij_rust_pass(struct ij_eval *ev, const struct ij_node *node,
			      const struct ij_callee *callee, struct ij_args *args)
{
	size_t len;

	for (size_t i = 0; callee->type->is_rust && i < args->len; i += len) {
		len = 1;
		if (ij_ctype_is_aggregate(args->list[i].type))
			IJ_TRY(pass(ev, node, callee, i, args, &len));
	}
	return NULL;
}

/* A struct that C returns as Rust does: of one or two registers, or in memory. */
static struct ij_error *carrier(struct ij_eval *ev, const struct layout *layout,
				const struct ij_ctype **ret)
{
	struct ij_cmember member = {.name = "part"};
	struct ij_ctype *type;
	size_t len = layout->kind == PAIR ? 2 : 3;

	IJ_TRY(ij_ctypes_new(ev->host->types, IJ_CT_STRUCT, &type));
	for (size_t i = 0; i < len; i++) {
		member.type =
			layout->kind == PAIR ? layout->parts[i].type : ij_cbase(IJ_CBASE_ULONG);
		member.off = i * sizeof(uint64_t);
		IJ_TRY(ij_vec_push(&type->members, member));
	}
	type->size = len * sizeof(uint64_t);
	*ret = type;
	return NULL;
}

struct ij_error *ij_rust_returned(struct ij_eval *ev, const struct ij_node *node,
				  const struct ij_callee *callee, const struct ij_ctype *result,
				  const struct ij_ctype **ret)
{
	struct layout layout;

	*ret = result;
	if (!callee->type->is_rust || !ij_ctype_is_aggregate(result))
		return NULL;
	IJ_TRY(known(ev, node, callee, result, &layout));
	if (layout.kind == NOTHING)
		*ret = ij_cbase(IJ_CBASE_VOID);
	else if (layout.kind == SCALAR)
		*ret = layout.parts[0].type;
	else if (layout.kind == PAIR)
		return carrier(ev, &layout, ret);
	else if (ij_ctype_strip(result)->size <= sizeof(uint64_t))
		*ret = ij_cbase(IJ_CBASE_ULONG);
	/* C returns more than 16 bytes in memory, too. */
	else if (ij_ctype_strip(result)->size <= 2 * sizeof(uint64_t))
		return carrier(ev, &layout, ret);
	return NULL;
}

struct ij_error *ij_rust_take(struct ij_eval *ev, const struct ij_ctype *result,
			      const struct ij_val *given, struct ij_val *ret)
{
	struct layout layout;

	if (given->type == result) {
		*ret = *given;
		return NULL;
	}
	IJ_TRY(layout_of(result, 0, &layout));
	IJ_TRY(ij_val_make(ev->arena, result, NULL, ret));
	for (size_t i = 0; layout.kind == PAIR && i < 2; i++)
		memcpy(ret->bytes + layout.parts[i].off, given->bytes + i * sizeof(uint64_t),
		       size_of(&layout.parts[i]));
	if (layout.kind == SCALAR)
		memcpy(ret->bytes + layout.parts[0].off, given->bytes, size_of(&layout.parts[0]));
	else if (layout.kind != PAIR && layout.kind != NOTHING)
		memcpy(ret->bytes, given->bytes, ij_ctype_strip(result)->size);
	return NULL;
}
