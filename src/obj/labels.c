/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Pointer variables at a PC, from location descriptions (DWARF 5, 2.6, 3.3 and 4.1). */
#include "obj/labels.h"

#include <stdio.h>
#include <string.h>

#include "obj/object_internal.h"

/* Enough for any unit that was met (libjvm's whole .debug_info has 21 million entries). */
#define BUDGET 40000000u

enum { TYPE_DEPTH_MAX = 8, ORIGINS_MAX = 4, GENERAL_REGS = 16 };

struct walk {
	struct ij_dwarf *dwarf;
	struct ij_dwarf_unit unit;
	uint64_t pc;
	unsigned functions; /* entered */
	struct ij_dwarf_value frame_base;
	struct ij_labels *ret;
};

/* An entry that is referred to, and the unit that it is in, which may be another. */
struct referred {
	struct ij_dwarf_unit unit;
	struct ij_dwarf_die die;
};

static bool refer(struct walk *walk, const struct ij_dwarf_unit *near, uint64_t off,
		  struct referred *ret)
{
	enum ij_dwarf_read how;

	ret->unit = *near;
	if (off < near->off || off >= near->end)
		for (uint64_t at = 0;; at = ret->unit.end) {
			how = ij_dwarf_unit_read(walk->dwarf, at, &ret->unit, NULL);
			if (how == IJ_DWARF_END)
				return false;
			if (how == IJ_DWARF_OK && off >= ret->unit.off && off < ret->unit.end)
				break;
		}
	return ij_dwarf_die_read(walk->dwarf, &ret->unit, off, &ret->die);
}

static void append(char *text, const char *part)
{
	size_t len = strlen(text);

	snprintf(text + len, IJ_LABEL_TYPE_MAX - len, "%s", part);
}

/* What stands before the name of a type in C. */
static const char *keyword(uint64_t tag)
{
	switch (tag) {
	case DW_TAG_structure_type:
		return "struct ";
	case DW_TAG_union_type:
		return "union ";
	case DW_TAG_enumeration_type:
		return "enum ";
	case DW_TAG_const_type:
		return "const ";
	case DW_TAG_volatile_type:
		return "volatile ";
	default:
		return "";
	}
}

/* What stands behind the type that a type is made of. */
static const char *suffix(uint64_t tag)
{
	switch (tag) {
	case DW_TAG_pointer_type:
		return "*";
	case DW_TAG_reference_type:
		return "&";
	case DW_TAG_rvalue_reference_type:
		return "&&";
	case DW_TAG_array_type:
		return "[]";
	default:
		return "";
	}
}

static bool is_made_of(uint64_t tag)
{
	return tag == DW_TAG_const_type || tag == DW_TAG_volatile_type ||
	       tag == DW_TAG_restrict_type || tag == DW_TAG_atomic_type ||
	       tag == DW_TAG_array_type || *suffix(tag);
}

/* Write the type that @ref refers to: "const char **". */
static void type_write(struct walk *walk, const struct ij_dwarf_unit *unit,
		       const struct ij_dwarf_value *ref, char *text)
{
	struct referred at = {.unit = *unit};
	uint64_t off = ref->u, tags[TYPE_DEPTH_MAX];
	bool known = ref->class == IJ_DWARF_REFERENCE;
	unsigned depth = 0;

	text[0] = 0;
	while (known && depth < TYPE_DEPTH_MAX) {
		struct ij_dwarf_unit near = at.unit;

		if (!refer(walk, &near, off, &at) || !is_made_of(at.die.tag))
			break;
		tags[depth++] = at.die.tag;
		known = at.die.type.class == IJ_DWARF_REFERENCE;
		off = at.die.type.u;
	}
	/* A pointer that is itself constant is not told. */
	if (depth)
		append(text, keyword(tags[depth - 1]));
	if (!known)
		append(text, "void");
	else if (at.die.tag == DW_TAG_subroutine_type)
		append(text, "function");
	else if (at.die.name.class != IJ_DWARF_STRING)
		append(text, "?");
	else {
		append(text, keyword(at.die.tag));
		append(text, at.die.name.string);
	}
	for (unsigned i = depth; i-- > 0;) {
		if (*suffix(tags[i]) && (i + 1 == depth || !*suffix(tags[i + 1])))
			append(text, " ");
		append(text, suffix(tags[i]));
	}
}

bool ij_label_is_pointer(uint64_t tag)
{
	return tag == DW_TAG_pointer_type || tag == DW_TAG_reference_type ||
	       tag == DW_TAG_rvalue_reference_type;
}

bool ij_label_is_through(uint64_t tag)
{
	return tag == DW_TAG_typedef || tag == DW_TAG_const_type || tag == DW_TAG_volatile_type ||
	       tag == DW_TAG_restrict_type || tag == DW_TAG_atomic_type;
}

/* Is the type that @ref refers to a pointer, behind typedefs and qualifiers? */
static bool is_pointer(struct walk *walk, const struct ij_dwarf_unit *unit,
		       const struct ij_dwarf_value *ref)
{
	struct referred at = {.unit = *unit};
	struct ij_dwarf_value type = *ref;

	for (unsigned i = 0; i < TYPE_DEPTH_MAX; i++) {
		struct ij_dwarf_unit near = at.unit;

		if (type.class != IJ_DWARF_REFERENCE || !refer(walk, &near, type.u, &at))
			return false;
		if (ij_label_is_pointer(at.die.tag))
			return true;
		if (!ij_label_is_through(at.die.tag))
			return false;
		type = at.die.type;
	}
	return false;
}

static bool slot(struct ij_label_at *ret, enum ij_label_place place, unsigned reg, int64_t off)
{
	ret->place = place;
	ret->reg = reg;
	ret->off = off;
	return reg < GENERAL_REGS;
}

/* A slot at the frame base plus @off. */
static bool frame_slot(const struct ij_dwarf_value *base, int64_t off, struct ij_label_at *ret)
{
	struct ij_cursor cur;
	unsigned op;

	if (base->class != IJ_DWARF_BLOCK)
		return false;
	cur = ij_cursor_make(base->block, base->u, "a frame base");
	op = ij_cursor_u8(&cur);
	if (op >= DW_OP_breg0 && op <= DW_OP_breg31)
		off += ij_cursor_sleb(&cur);
	if (cur.failed || ij_cursor_left(&cur))
		return false;
	if (op == DW_OP_call_frame_cfa)
		return slot(ret, IJ_LABEL_CFA, 0, off);
	if (op >= DW_OP_breg0 && op <= DW_OP_breg31)
		return slot(ret, IJ_LABEL_SLOT, op - DW_OP_breg0, off);
	return op >= DW_OP_reg0 && op <= DW_OP_reg31 &&
	       slot(ret, IJ_LABEL_SLOT, op - DW_OP_reg0, off);
}

/* Descriptions of one operation: a register, or memory at an offset. */
bool ij_label_at_read(const struct ij_dwarf_value *base, struct ij_dwarf_span expr,
		      struct ij_label_at *ret)
{
	struct ij_cursor cur = ij_cursor_make(expr.bytes, expr.size, "a location");
	unsigned op = ij_cursor_u8(&cur);
	int64_t off = 0;

	if (op == DW_OP_fbreg || (op >= DW_OP_breg0 && op <= DW_OP_breg31))
		off = ij_cursor_sleb(&cur);
	if (cur.failed || ij_cursor_left(&cur))
		return false;
	if (op >= DW_OP_reg0 && op <= DW_OP_reg31)
		return slot(ret, IJ_LABEL_REGISTER, op - DW_OP_reg0, 0);
	if (op >= DW_OP_breg0 && op <= DW_OP_breg31)
		return slot(ret, IJ_LABEL_SLOT, op - DW_OP_breg0, off);
	return op == DW_OP_fbreg && frame_slot(base, off, ret);
}

/* Code that was copied has its variables once a copy. */
static bool is_told(const struct ij_labels *labels, const struct ij_label *label)
{
	for (size_t i = 0; i < labels->len; i++)
		if (labels->list[i].at.place == label->at.place &&
		    labels->list[i].at.reg == label->at.reg &&
		    labels->list[i].at.off == label->at.off &&
		    !strcmp(labels->list[i].name, label->name))
			return true;
	return false;
}

static void variable(struct walk *walk, const struct ij_dwarf_die *die)
{
	struct ij_label label = {.name = NULL};
	struct referred at = {walk->unit, *die};
	struct ij_dwarf_span expr;

	if (walk->ret->len == IJ_LABELS_MAX || die->location.class == IJ_DWARF_NONE ||
	    !ij_dwarf_location_at(walk->dwarf, &walk->unit, &die->location, walk->pc, &expr) ||
	    !ij_label_at_read(&walk->frame_base, expr, &label.at))
		return;
	/* What is inlined has its name and type in the entry that it is made of. */
	for (unsigned i = 0;
	     i < ORIGINS_MAX && ij_dwarf_die_origin(&at.die)->class == IJ_DWARF_REFERENCE &&
	     at.die.type.class == IJ_DWARF_NONE;
	     i++) {
		struct ij_dwarf_unit near = at.unit;

		if (!refer(walk, &near, ij_dwarf_die_origin(&at.die)->u, &at))
			return;
	}
	if (at.die.name.class != IJ_DWARF_STRING || !is_pointer(walk, &at.unit, &at.die.type))
		return;
	label.name = at.die.name.string;
	if (is_told(walk->ret, &label))
		return;
	type_write(walk, &at.unit, &at.die.type, label.type);
	walk->ret->list[walk->ret->len++] = label;
}

/* Look at one entry; are its children to be looked at? */
static bool visit(struct walk *walk, const struct ij_dwarf_die *die)
{
	switch (die->tag) {
	case DW_TAG_namespace:
		return true;
	case DW_TAG_formal_parameter:
	case DW_TAG_variable:
		if (walk->functions)
			variable(walk, die);
		return false;
	case DW_TAG_subprogram:
		if (!ij_dwarf_die_contains(walk->dwarf, &walk->unit, die, walk->pc))
			return false;
		walk->functions++;
		walk->frame_base = die->frame_base;
		return true;
	case DW_TAG_inlined_subroutine:
	case DW_TAG_lexical_block:
	case DW_TAG_try_block:
	case DW_TAG_catch_block:
		return ij_dwarf_die_contains(walk->dwarf, &walk->unit, die, walk->pc);
	default:
		return false;
	}
}

/* The entries of the unit, in their order; whole trees are passed over. */
static void unit_walk(struct walk *walk, const struct ij_dwarf_die *root)
{
	uint64_t off = root->next;
	unsigned depth = 1, hidden = 0; /* hidden: entries deeper than this are passed over */
	struct ij_dwarf_die die;

	while (root->children && depth && ij_dwarf_die_read(walk->dwarf, &walk->unit, off, &die)) {
		bool enter;

		off = die.next;
		if (!die.tag) {
			if (--depth <= hidden)
				hidden = 0;
			continue;
		}
		enter = !hidden && visit(walk, &die);
		if (!die.children)
			continue;
		if (!enter && die.sibling.class == IJ_DWARF_REFERENCE && die.sibling.u > off) {
			off = die.sibling.u;
			continue;
		}
		if (!enter && !hidden)
			hidden = depth;
		depth++;
	}
}

struct ij_error *ij_labels_find(struct ij_dwarf *dwarf, uint64_t pc, struct ij_labels *ret)
{
	struct walk walk = {.dwarf = dwarf, .pc = pc, .ret = ret};
	struct ij_dwarf_die root;
	enum ij_dwarf_read how;

	ret->len = 0;
	dwarf->budget = BUDGET;
	for (uint64_t off = 0;; off = walk.unit.end) {
		how = ij_dwarf_unit_read(dwarf, off, &walk.unit, &root);
		if (how == IJ_DWARF_END)
			return NULL;
		if (how == IJ_DWARF_OK && !walk.unit.is_type &&
		    ij_dwarf_die_contains(dwarf, &walk.unit, &root, pc))
			break;
	}
	IJ_TRY(ij_dwarf_abbrevs_index(dwarf, &walk.unit));
	unit_walk(&walk, &root);
	return NULL;
}

/* A section that is not there is empty. */
static struct ij_dwarf_span section_of(struct ij_object *obj, const char *name)
{
	struct ij_dwarf_span span = {.bytes = NULL};
	uint64_t vaddr;
	IJ_ERROR_AUTO err = ij_object_section(obj, name, &span.bytes, &span.size, &vaddr);

	return err ? (struct ij_dwarf_span){.bytes = NULL} : span;
}

struct ij_error *ij_object_labels(struct ij_object *obj, uint64_t pc, struct ij_labels *ret)
{
	struct ij_dwarf dwarf = {.info = section_of(obj, ".debug_info")};
	struct ij_error *err;

	ret->len = 0;
	if (!dwarf.info.bytes && obj->debug) {
		obj = obj->debug;
		dwarf.info = section_of(obj, ".debug_info");
	}
	if (!dwarf.info.bytes)
		return NULL;
	dwarf.abbrev = section_of(obj, ".debug_abbrev");
	dwarf.str = section_of(obj, ".debug_str");
	dwarf.line_str = section_of(obj, ".debug_line_str");
	dwarf.str_offsets = section_of(obj, ".debug_str_offsets");
	dwarf.addr = section_of(obj, ".debug_addr");
	dwarf.ranges = section_of(obj, ".debug_ranges");
	dwarf.rnglists = section_of(obj, ".debug_rnglists");
	dwarf.loc = section_of(obj, ".debug_loc");
	dwarf.loclists = section_of(obj, ".debug_loclists");
	err = ij_labels_find(&dwarf, pc, ret);
	ij_dwarf_deinit(&dwarf);
	return err;
}
