/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What structs, unions and enums consist of (DWARF 5, 5.7, 5.8, 5.12), read when it is asked for.
 */
#include <string.h>

#include "obj/debug_internal.h"

/* Bytes from the start of the struct; false if that is computed from the object. */
static bool member_off(const struct ij_dwarf_die *die, uint64_t *ret)
{
	const struct ij_dwarf_value *value = &die->member_location;
	struct ij_cursor cur;
	bool plus;

	*ret = 0;
	if (value->class == IJ_DWARF_CONSTANT)
		*ret = value->u;
	if (value->class != IJ_DWARF_BLOCK)
		return true;
	cur = ij_cursor_make(value->block, value->u, "a member's location");
	plus = ij_cursor_u8(&cur) == DW_OP_plus_uconst;
	*ret = ij_cursor_uleb(&cur);
	return plus && !cur.failed && !ij_cursor_left(&cur);
}

/* The offset of a virtual base stands before the virtual table, at a constant distance: what gcc
 * and clang write is dup, deref, N, minus, deref, plus. 0: it is something else. */
static uint32_t vbase_off(const struct ij_dwarf_die *die)
{
	const struct ij_dwarf_value *value = &die->member_location;
	struct ij_cursor cur;
	uint64_t off = 0;
	uint8_t op;
	bool plain;

	if (value->class != IJ_DWARF_BLOCK)
		return 0;
	cur = ij_cursor_make(value->block, value->u, "a member's location");
	plain = ij_cursor_u8(&cur) == DW_OP_dup && ij_cursor_u8(&cur) == DW_OP_deref;
	op = ij_cursor_u8(&cur);
	if (op >= DW_OP_lit0 && op <= DW_OP_lit31)
		off = op - DW_OP_lit0;
	else if (op == DW_OP_const1u)
		off = ij_cursor_u8(&cur);
	else if (op == DW_OP_const2u)
		off = ij_cursor_u16(&cur);
	else if (op == DW_OP_constu)
		off = ij_cursor_uleb(&cur);
	plain = plain && ij_cursor_u8(&cur) == DW_OP_minus && ij_cursor_u8(&cur) == DW_OP_deref &&
		ij_cursor_u8(&cur) == DW_OP_plus;
	return plain && !cur.failed && !ij_cursor_left(&cur) && off < 1 << 20 ? (uint32_t)off : 0;
}

/* Where a bit-field lies (DWARF 5, 5.7.6; DWARF 3, 5.5.6, counts from the highest bit). */
static void bit_field(const struct ij_dwarf_die *die, struct ij_cmember *ret)
{
	uint64_t bits = 8 * ret->off;

	if (die->bit_size.class != IJ_DWARF_CONSTANT)
		return;
	ret->bit_size = die->bit_size.u <= 128 ? (uint32_t)die->bit_size.u : 128;
	if (die->data_bit_offset.class == IJ_DWARF_CONSTANT) {
		bits = die->data_bit_offset.u;
	} else if (die->bit_offset.class == IJ_DWARF_CONSTANT) {
		uint64_t size = die->byte_size.class == IJ_DWARF_CONSTANT
					? die->byte_size.u
					: ij_ctype_strip(ret->type)->size;

		bits += 8 * size - die->bit_offset.u - die->bit_size.u;
	}
	ret->off = bits / 8;
	ret->bit_off = bits % 8;
}

/* Everything must lie within the struct. */
static bool fits(const struct ij_ctype *type, const struct ij_cmember *member)
{
	uint64_t size = member->bit_size ? (member->bit_off + member->bit_size + 7) / 8
					 : ij_ctype_strip(member->type)->size;

	return size <= type->size && member->off <= type->size - size;
}

static struct ij_error *read_member(struct ij_debug *debug, const struct ij_debug_die *at,
				    const struct ij_ctype *type, const struct ij_dwarf_die *owner,
				    struct ij_cmember *ret)
{
	bool fixed = member_off(&at->die, &ret->off);

	IJ_TRY(ij_debug_type(debug, &at->die.type, 0, &ret->type));
	IJ_TRY(ij_debug_own_name(debug, &at->die.name, &ret->name));
	ret->is_artificial = at->die.artificial.class == IJ_DWARF_CONSTANT;
	ret->access = ij_debug_access(&at->die, owner);
	bit_field(&at->die, ret);
	if (at->die.tag == DW_TAG_inheritance) {
		ret->is_base = true;
		ret->is_virtual = !fixed || at->die.virtuality.u;
		ret->name = ij_ctype_strip(ret->type)->name;
	}
	if (ret->is_virtual) {
		ret->off = 0;
		ret->vbase_off = vbase_off(&at->die);
	}
	if (!ret->is_virtual && (!fixed || !fits(type, ret)))
		return ij_debug_malformed(at->die.off, "a member lies outside of its struct");
	return NULL;
}

static struct ij_error *variant(struct ij_debug *debug, const struct ij_debug_die *at,
				struct ij_ctype *type)
{
	struct ij_cvariant one = {
		.has_value = at->die.discr_value.class == IJ_DWARF_CONSTANT,
		.value = at->die.discr_value.u,
	};
	struct ij_debug_walk walk;
	struct ij_error *err = NULL;

	ij_debug_children(&walk, debug, at);
	while (!err && ij_debug_child(&walk, &err))
		if (walk.at.die.tag == DW_TAG_member) {
			err = read_member(debug, &walk.at, type, &at->die, &one.member);
			break;
		}
	if (!err && one.member.type)
		err = ij_vec_push(&type->variants, one);
	return err;
}

/* Of a Rust enum: the discriminant, and a member for each of its values. */
static struct ij_error *variant_part(struct ij_debug *debug, const struct ij_debug_die *at,
				     struct ij_ctype *type)
{
	struct ij_debug_walk walk;
	struct ij_debug_die discr;
	struct ij_error *err = NULL;

	if (at->die.discr.class == IJ_DWARF_REFERENCE) {
		IJ_TRY(ij_debug_follow(debug, &at->die.discr, &discr));
		IJ_TRY(read_member(debug, &discr, type, &at->die, &type->discriminant));
	}
	ij_debug_children(&walk, debug, at);
	while (!err && ij_debug_child(&walk, &err))
		if (walk.at.die.tag == DW_TAG_variant)
			err = variant(debug, &walk.at, type);
	return err;
}

bool ij_debug_is_static(const struct ij_dwarf_die *die)
{
	return die->external.class == IJ_DWARF_CONSTANT ||
	       die->declaration.class == IJ_DWARF_CONSTANT;
}

static struct ij_error *load_members(struct ij_debug *debug, const struct ij_debug_die *at,
				     struct ij_ctype *type)
{
	struct ij_debug_walk walk;
	struct ij_error *err = NULL;

	ij_debug_children(&walk, debug, at);
	while (!err && ij_debug_child(&walk, &err)) {
		struct ij_cmember member = {.name = NULL};

		if (walk.at.die.tag == DW_TAG_variant_part) {
			err = variant_part(debug, &walk.at, type);
			continue;
		}
		if ((walk.at.die.tag != DW_TAG_member || ij_debug_is_static(&walk.at.die)) &&
		    walk.at.die.tag != DW_TAG_inheritance)
			continue;
		err = read_member(debug, &walk.at, type, &at->die, &member);
		if (!err)
			err = ij_vec_push(&type->members, member);
	}
	return err;
}

static struct ij_error *load_enumerators(struct ij_debug *debug, const struct ij_debug_die *at,
					 struct ij_ctype *type)
{
	struct ij_debug_walk walk;
	struct ij_error *err = NULL;

	ij_debug_children(&walk, debug, at);
	while (!err && ij_debug_child(&walk, &err)) {
		struct ij_cenumerator one = {.value = (int64_t)walk.at.die.const_value.u};

		if (walk.at.die.tag != DW_TAG_enumerator)
			continue;
		err = ij_debug_own_name(debug, &walk.at.die.name, &one.name);
		if (!err && one.name)
			err = ij_vec_push(&type->enumerators, one);
	}
	type->is_flags = ij_ctype_is_flags(type);
	return err;
}

struct find {
	struct ij_debug *debug;
	const struct ij_ctype *want;
	const struct ij_ctype *found;
};

static struct ij_error *find_whole(void *ctx, const char *scope, const struct ij_debug_entry *entry,
				   bool *more)
{
	struct find *find = ctx;
	const struct ij_ctype *type = ij_ctype_strip(entry->type);

	(void)scope;
	if (type->is_incomplete || type->kind != find->want->kind || !type->name ||
	    strcmp(type->name, find->want->name))
		return NULL;
	find->found = type;
	*more = false;
	return NULL;
}

/* What is only declared here may be defined in another unit. */
static struct ij_error *load_elsewhere(struct ij_debug *debug, struct ij_ctype *type)
{
	struct find find = {.debug = debug, .want = type};
	const char *last;
	unsigned kinds = type->kind == IJ_CT_ENUM    ? IJ_DEBUG_ENUM
			 : type->kind == IJ_CT_UNION ? IJ_DEBUG_UNION
						     : IJ_DEBUG_STRUCT;

	if (!type->name)
		return NULL;
	last = strchr(type->name, '<') ? NULL : strrchr(type->name, ':');
	IJ_TRY(ij_debug_named(debug, kinds, last ? last + 1 : type->name, find_whole, &find));
	if (!find.found)
		return NULL;
	IJ_TRY(ij_ctype_complete(find.found));
	return ij_ctype_take(type, find.found);
}

struct ij_error *ij_debug_load(struct ij_ctype *type, void *ctx)
{
	struct ij_debug *debug = ctx;
	struct ij_debug_die at;

	debug->dwarf.budget = debug->budget;
	if (type->is_incomplete)
		return load_elsewhere(debug, type);
	IJ_TRY(ij_debug_read(debug, type->load_off, &at));
	if (type->kind == IJ_CT_ENUM)
		return load_enumerators(debug, &at, type);
	return load_members(debug, &at, type);
}
