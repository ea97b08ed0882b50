/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What classes of C++ have besides their data (DWARF 5, 5.7): functions, static members, typedefs,
 * and what their template was given; read when it is asked for. */
#include <string.h>

#include "obj/debug_internal.h"
#include "obj/demangle.h"

enum { /* DWARF 5, 7.9 */
       ACCESS_public = 1,
       ACCESS_protected = 2,
       ACCESS_private = 3,
};

enum ij_caccess ij_debug_access(const struct ij_dwarf_die *die, const struct ij_dwarf_die *owner)
{
	/* The virtual pointer is nobody's (gdb/dwarf2/read.c, dwarf2_add_field). */
	if (die->artificial.class == IJ_DWARF_CONSTANT && die->tag == DW_TAG_member)
		return IJ_ACCESS_PRIVATE;
	if (die->accessibility.class == IJ_DWARF_CONSTANT)
		switch (die->accessibility.u) {
		case ACCESS_public:
			return IJ_ACCESS_PUBLIC;
		case ACCESS_protected:
			return IJ_ACCESS_PROTECTED;
		case ACCESS_private:
			return IJ_ACCESS_PRIVATE;
		default:
			break;
		}
	return owner->tag == DW_TAG_class_type ? IJ_ACCESS_PRIVATE : IJ_ACCESS_PUBLIC;
}

/* "Box" of class "ns::Box<int>" (gdb/dwarf2/read.c, dwarf2_is_constructor). */
static bool is_constructor(const struct ij_dwarf_die *owner, const char *name)
{
	size_t len = strlen(name);

	return owner->name.class == IJ_DWARF_STRING && !strncmp(owner->name.string, name, len) &&
	       (!owner->name.string[len] || owner->name.string[len] == '<');
}

bool ij_debug_slot(const struct ij_dwarf_die *die, uint64_t *ret)
{
	const struct ij_dwarf_value *value = &die->vtable_slot;
	struct ij_cursor cur;
	bool is_number;

	*ret = 0;
	if (value->class != IJ_DWARF_BLOCK)
		return false;
	cur = ij_cursor_make(value->block, value->u, "an entry of a virtual table");
	is_number = ij_cursor_u8(&cur) == DW_OP_constu;
	*ret = ij_cursor_uleb(&cur);
	return is_number && !cur.failed && *ret < 65536;
}

static struct ij_error *add_method(struct ij_debug *debug, const struct ij_debug_die *at,
				   const struct ij_dwarf_die *owner, struct ij_cclass *ret)
{
	struct ij_cmethod one = {.access = ij_debug_access(&at->die, owner),
				 .is_virtual = at->die.vtable_slot.class == IJ_DWARF_BLOCK,
				 .is_artificial = at->die.artificial.class == IJ_DWARF_CONSTANT,
				 .is_deleted = at->die.deleted.class == IJ_DWARF_CONSTANT,
				 /* DW_DEFAULTED_in_class (DWARF 5, 7.23) */
				 .is_defaulted = at->die.defaulted.class == IJ_DWARF_CONSTANT &&
						 at->die.defaulted.u == 1};
	IJ_STRBUF_AUTO name = {0};

	IJ_TRY(ij_debug_own_name(debug, &at->die.name, &one.name));
	if (!one.name)
		return NULL;
	if (strchr(one.name, '<')) {
		ij_debug_short_names(one.name, &name);
		IJ_TRY(ij_strbuf_error(&name));
		IJ_TRY(ij_ctypes_text(debug->types, name.str, name.len, &one.name));
	}
	IJ_TRY(ij_debug_function_type(debug, at, 0, &one.type));
	one.is_constructor = is_constructor(owner, one.name);
	if (one.is_virtual && ij_debug_slot(&at->die, &one.slot) &&
	    at->die.linkage_name.class == IJ_DWARF_STRING) {
		ij_strbuf_deinit(&name);
		ij_demangle(at->die.linkage_name.string, &name);
		IJ_TRY(ij_strbuf_error(&name));
		IJ_TRY(ij_ctypes_text(debug->types, name.str, name.len, &one.shown));
	}
	return ij_vec_push(&ret->methods, one);
}

static struct ij_error *add_static(struct ij_debug *debug, const struct ij_debug_die *at,
				   const struct ij_dwarf_die *owner, size_t before,
				   struct ij_cclass *ret)
{
	struct ij_cstatic one = {.access = ij_debug_access(&at->die, owner), .before = before};

	IJ_TRY(ij_debug_own_name(debug, &at->die.name, &one.name));
	if (!one.name)
		return NULL;
	IJ_TRY(ij_debug_type(debug, &at->die.type, 0, &one.type));
	return ij_vec_push(&ret->statics, one);
}

static struct ij_error *add_typedef(struct ij_debug *debug, const struct ij_debug_die *at,
				    const struct ij_dwarf_die *owner, struct ij_cclass *ret)
{
	struct ij_calias one = {.access = ij_debug_access(&at->die, owner)};

	IJ_TRY(ij_debug_own_name(debug, &at->die.name, &one.name));
	if (!one.name)
		return NULL;
	IJ_TRY(ij_debug_type_of(debug, at, 0, &one.type));
	return ij_vec_push(&ret->typedefs, one);
}

static struct ij_error *add_param(struct ij_debug *debug, const struct ij_debug_die *at,
				  struct ij_cclass *ret)
{
	struct ij_calias one = {.access = IJ_ACCESS_PUBLIC};

	IJ_TRY(ij_debug_own_name(debug, &at->die.name, &one.name));
	if (!one.name)
		return NULL;
	IJ_TRY(ij_debug_type(debug, &at->die.type, 0, &one.type));
	return ij_vec_push(&ret->params, one);
}

static struct ij_error *load(struct ij_debug *debug, const struct ij_debug_die *at,
			     struct ij_cclass *ret)
{
	struct ij_debug_walk walk;
	struct ij_error *err = NULL;
	size_t before = 0;

	ij_debug_children(&walk, debug, at);
	while (!err && ij_debug_child(&walk, &err)) {
		switch (walk.at.die.tag) {
		case DW_TAG_subprogram:
			err = add_method(debug, &walk.at, &at->die, ret);
			break;
		case DW_TAG_inheritance:
			before++;
			break;
		case DW_TAG_member:
		case DW_TAG_variable:
			/* Of inline ones gcc writes DW_TAG_variable (DWARF 5, 5.7.7). */
			if (walk.at.die.tag == DW_TAG_variable || ij_debug_is_static(&walk.at.die))
				err = add_static(debug, &walk.at, &at->die, before, ret);
			else
				before++;
			break;
		case DW_TAG_typedef:
			err = add_typedef(debug, &walk.at, &at->die, ret);
			break;
		case DW_TAG_template_type_param:
			err = add_param(debug, &walk.at, ret);
			break;
		default:
			break;
		}
	}
	return err;
}

struct ij_error *ij_debug_load_class(struct ij_ctype *type, void *ctx)
{
	struct ij_debug *debug = ctx;
	struct ij_debug_die at;

	debug->dwarf.budget = debug->budget;
	IJ_TRY(ij_debug_read(debug, type->load_off, &at));
	type->class_of = calloc(1, sizeof(*type->class_of));
	if (!type->class_of)
		return ij_error_nomem();
	return load(debug, &at, type->class_of);
}
