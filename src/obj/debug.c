/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Debug information of one module: its units, and entries that refer to entries. */
#include "obj/debug_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "obj/kept.h"
#include "obj/object_internal.h"

struct ij_error *ij_debug_malformed(uint64_t off, const char *what)
{
	return ij_error_new(BADDATA, "debug information is malformed or cut off at 0x%llx: %s",
			    (unsigned long long)(off & ~(IJ_DWARF_TYPES | IJ_DWARF_PARTS)), what);
}

/*
 * Many a call needs none of these: where they are compressed, they stay so until they are asked
 * for. Of the others it is to be known at once whether they can be had: their first bytes tell, or,
 * of small ones, all.
 */
static bool is_late(const char *stem)
{
	static const char *const late[] = {".debug_ranges", ".debug_rnglists", ".debug_loc",
					   ".debug_loclists", ".debug_line"};

	for (size_t i = 0; i < IJ_COUNT(late); i++)
		if (!strcmp(stem, late[i]))
			return true;
	return false;
}

static struct ij_dwarf_span section_of(struct ij_object *obj, const char *stem, const char *suffix)
{
	struct ij_dwarf_span span = {.bytes = NULL};
	const uint8_t *bytes;
	struct ij_error *err;
	char name[40];

	snprintf(name, sizeof(name), "%s%s", stem, suffix);
	err = ij_object_section_place(obj, name, &span.img, &span.at, &span.size);
	if (!err && span.img->fetch && !is_late(stem))
		err = ij_image_get(span.img, span.at, span.size ? 1 : 0, &bytes);
	if (err) {
		ij_error_free(err);
		return (struct ij_dwarf_span){.bytes = NULL};
	}
	span.bytes = span.img->bytes + span.at;
	return span;
}

static int by_signature(const void *a, const void *b)
{
	const struct ij_debug_signature *x = a, *y = b;

	return x->signature < y->signature ? -1 : x->signature > y->signature;
}

struct ij_error *ij_debug_signature_add(struct ij_debug *debug, uint64_t signature, uint64_t off)
{
	return ij_vec_push(&debug->signatures, ((struct ij_debug_signature){signature, off}));
}

void ij_debug_signatures_sort(struct ij_debug *debug)
{
	if (debug->signatures.len)
		qsort(debug->signatures.items, debug->signatures.len,
		      sizeof(*debug->signatures.items), by_signature);
}

static struct ij_error *add_units(struct ij_debug *debug, uint64_t first)
{
	struct ij_debug_unit unit = {.read = false};
	enum ij_dwarf_read how;

	for (uint64_t off = first;; off = unit.unit.end) {
		how = ij_dwarf_unit_header(&debug->dwarf, off, &unit.unit);
		if (how == IJ_DWARF_END)
			return NULL;
		if (how != IJ_DWARF_OK)
			continue;
		IJ_TRY(ij_vec_push(&debug->units, unit));
		if (unit.unit.is_type)
			IJ_TRY(ij_debug_signature_add(debug, unit.unit.signature,
						      unit.unit.type_off));
	}
}

struct ij_error *ij_debug_open_sections(const struct ij_dwarf *sections, struct ij_ctypes *types,
					struct ij_debug **ret)
{
	struct ij_debug *debug = calloc(1, sizeof(*debug));
	struct ij_error *err;

	if (!debug)
		return ij_error_nomem();
	debug->dwarf = *sections;
	debug->budget = sections->budget ? sections->budget : IJ_DEBUG_BUDGET;
	debug->dwarf.budget = debug->budget;
	debug->types = types;
	debug->fd = -1;
	/* Who has a table of addresses is asked for one unit, mostly. */
	if (!debug->dwarf.aranges.bytes) {
		err = ij_debug_units(debug);
		if (err) {
			ij_debug_close(debug);
			return err;
		}
	}
	*ret = debug;
	return NULL;
}

struct ij_error *ij_debug_units(struct ij_debug *debug)
{
	const uint64_t left = debug->dwarf.budget;
	struct ij_error *err;

	if (debug->has_units)
		return NULL;
	debug->has_units = true;
	debug->dwarf.budget = debug->budget;
	err = add_units(debug, 0);
	if (!err && debug->dwarf.types.bytes)
		err = add_units(debug, IJ_DWARF_TYPES);
	debug->dwarf.budget = left;
	if (!err)
		err = ij_debug_files_room(debug);
	if (err) {
		debug->units.len = debug->signatures.len = 0;
		debug->has_units = false;
		return err;
	}
	ij_debug_signatures_sort(debug);
	return NULL;
}

void ij_debug_units_try(struct ij_debug *debug)
{
	ij_error_free(ij_debug_units(debug));
}

void ij_debug_sections(struct ij_object *obj, const char *suffix, struct ij_dwarf *ret)
{
	*ret = (struct ij_dwarf){
		.info = section_of(obj, ".debug_info", suffix),
		.types = section_of(obj, ".debug_types", suffix),
		.abbrev = section_of(obj, ".debug_abbrev", suffix),
		.str = section_of(obj, ".debug_str", suffix),
		.line_str = section_of(obj, ".debug_line_str", suffix),
		.str_offsets = section_of(obj, ".debug_str_offsets", suffix),
		.addr = section_of(obj, ".debug_addr", suffix),
		.ranges = section_of(obj, ".debug_ranges", suffix),
		.rnglists = section_of(obj, ".debug_rnglists", suffix),
		.loc = section_of(obj, ".debug_loc", suffix),
		.loclists = section_of(obj, ".debug_loclists", suffix),
		.line = section_of(obj, ".debug_line", suffix),
		.aranges = section_of(obj, ".debug_aranges", suffix),
		.names = section_of(obj, ".debug_names", suffix),
	};
}

struct ij_error *ij_debug_open(struct ij_object *obj, struct ij_ctypes *types,
			       struct ij_debug **ret)
{
	struct ij_dwarf dwarf = {.info = section_of(obj, ".debug_info", "")};

	if (!dwarf.info.bytes && obj->debug)
		obj = obj->debug;
	ij_debug_sections(obj, "", &dwarf);
	if (!dwarf.info.bytes)
		return ij_error_new(NOTFOUND, "%s has no debug information", obj->name);
	IJ_TRY(ij_debug_open_sections(&dwarf, types, ret));
	(*ret)->fd = obj->img.fd;
	return NULL;
}

int ij_debug_fd(const struct ij_debug *debug)
{
	return debug->fd;
}

void ij_debug_close(struct ij_debug *debug)
{
	if (!debug)
		return;
	ij_debug_files_free(debug);
	ij_kept_close(debug->kept);
	IJ_VEC_EACH (&debug->units, it)
		ij_debug_unit_deinit(it);
	IJ_VEC_EACH (&debug->early, it)
		ij_debug_unit_destroy(*it);
	ij_vec_deinit(&debug->units);
	ij_vec_deinit(&debug->early);
	ij_vec_deinit(&debug->starts);
	ij_vec_deinit(&debug->signatures);
	ij_vec_deinit(&debug->names);
	ij_vec_deinit(&debug->definitions);
	free(debug->symbols.name);
	ij_vec_deinit(&debug->symbols.addrs);
	free(debug->beside.name);
	ij_vec_deinit(&debug->beside.offs);
	free(debug->memo);
	ij_dwarf_deinit(&debug->dwarf);
	free(debug);
}

struct ij_error *ij_debug_read(struct ij_debug *debug, uint64_t off, struct ij_debug_die *ret)
{
	ret->unit = ij_debug_unit_at(debug, off);
	if (!ret->unit)
		return ij_debug_malformed(off, "no unit is there");
	if (!ij_dwarf_die_read(&debug->dwarf, &ret->unit->unit, off, &ret->die) || !ret->die.tag)
		return debug->dwarf.budget
			       ? ij_debug_malformed(off, "no entry is there")
			       : ij_error_new(LIMIT, "debug information asks for too much work");
	return NULL;
}

static bool signature_find(struct ij_debug *debug, uint64_t signature, uint64_t *ret)
{
	const struct ij_debug_signature key = {signature, 0};
	const struct ij_debug_signature *found;

	ij_debug_units_try(debug);
	found = debug->signatures.len ? bsearch(&key, debug->signatures.items,
						debug->signatures.len, sizeof(key), by_signature)
				      : NULL;
	if (found)
		*ret = found->off;
	return found;
}

struct ij_error *ij_debug_follow(struct ij_debug *debug, const struct ij_dwarf_value *ref,
				 struct ij_debug_die *ret)
{
	uint64_t off = ref->u;

	if (ref->class == IJ_DWARF_SIGNATURE && !signature_find(debug, ref->u, &off))
		return ij_error_new(BADDATA,
				    "debug information refers to type unit %016llx, which is "
				    "missing",
				    (unsigned long long)ref->u);
	if (ref->class != IJ_DWARF_REFERENCE && ref->class != IJ_DWARF_SIGNATURE)
		return ij_error_new(UNSUPPORTED,
				    "debug information refers to another file (dwz), which is "
				    "not there");
	return ij_debug_read(debug, off, ret);
}

/* What @to does not say itself, it has from @from. */
static void take(struct ij_dwarf_die *to, const struct ij_dwarf_die *from)
{
#define IJ_A(member, attribute, code)                                                  \
	if (to->member.class == IJ_DWARF_NONE && DW_AT_##attribute != DW_AT_sibling && \
	    DW_AT_##attribute != DW_AT_declaration)                                    \
		to->member = from->member;
#include "obj/dwarf_attrs.def"
#undef IJ_A
}

struct ij_error *ij_debug_inherit(struct ij_debug *debug, struct ij_debug_die *at,
				  struct ij_debug_die *last_ret)
{
	struct ij_debug_die from = *at;

	for (unsigned i = 0; i < IJ_DEBUG_ORIGINS_MAX; i++) {
		struct ij_dwarf_value ref = *ij_dwarf_die_origin(&from.die);

		if (ref.class == IJ_DWARF_NONE)
			break;
		IJ_TRY(ij_debug_follow(debug, &ref, &from));
		take(&at->die, &from.die);
	}
	if (last_ret)
		*last_ret = from;
	return NULL;
}

uint64_t ij_debug_behind(struct ij_debug *debug, struct ij_debug_unit *unit,
			 const struct ij_dwarf_die *die)
{
	uint64_t off = die->next;
	unsigned depth = 1;
	struct ij_dwarf_die at;

	if (!die->children)
		return off;
	if (die->sibling.class == IJ_DWARF_REFERENCE && die->sibling.u > off)
		return die->sibling.u;
	while (depth) {
		if (!ij_dwarf_die_read(&debug->dwarf, &unit->unit, off, &at))
			return 0;
		off = at.next;
		if (!at.tag)
			depth--;
		else if (at.children && at.sibling.class == IJ_DWARF_REFERENCE &&
			 at.sibling.u > off)
			off = at.sibling.u;
		else if (at.children)
			depth++;
	}
	return off;
}

void ij_debug_children(struct ij_debug_walk *walk, struct ij_debug *debug,
		       const struct ij_debug_die *parent)
{
	walk->debug = debug;
	walk->left = IJ_DEBUG_CHILDREN_MAX;
	walk->off = parent->die.children ? parent->die.next : 0;
	walk->at.unit = parent->unit;
}

bool ij_debug_child(struct ij_debug_walk *walk, struct ij_error **err_ret)
{
	struct ij_debug *debug = walk->debug;
	uint64_t off = walk->off;

	if (!off)
		return false;
	if (!walk->left--) {
		*err_ret =
			ij_error_new(LIMIT, "an entry of the debug information has over %d parts",
				     IJ_DEBUG_CHILDREN_MAX);
		return false;
	}
	if (!ij_dwarf_die_read(&debug->dwarf, &walk->at.unit->unit, off, &walk->at.die)) {
		*err_ret = ij_debug_malformed(off, "an entry is cut off");
		return false;
	}
	if (!walk->at.die.tag)
		return false;
	walk->off = ij_debug_behind(debug, walk->at.unit, &walk->at.die);
	if (!walk->off)
		*err_ret = ij_debug_malformed(off, "an entry does not end");
	return walk->off;
}
