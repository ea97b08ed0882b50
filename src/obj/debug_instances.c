/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where functions were inlined, and their clones (DWARF 5, 3.3.8). */
#include <string.h>

#include "obj/debug_internal.h"
#include "obj/debug_list.h"

/* One function of that name. */
struct abstract {
	uint64_t off;
	const char *full; /* with its scope; of the types */
};

struct looking {
	struct ij_debug *debug;
	const char *wanted; /* with its scope, as it was asked for */
	IJ_VEC(struct abstract) list;
	ij_debug_instance_visit visit;
	void *ctx;
};

static bool is_called(const char *full, const char *wanted)
{
	size_t len = strlen(full), want = strlen(wanted);

	return len >= want && !strcmp(full + len - want, wanted) &&
	       (len == want || (len >= want + 2 && !strncmp(full + len - want - 2, "::", 2)));
}

/* The entry of an index line: is it the function, without code of its own? */
static struct ij_error *take(struct looking *looking, const struct ij_debug_name *line,
			     const char *name)
{
	struct ij_debug *debug = looking->debug;
	struct abstract abstract = {.off = line->off};
	IJ_STRBUF_AUTO text = {0};
	struct ij_debug_die at, full, last;

	if (line->off & IJ_DWARF_PARTS && !ij_debug_unit_at(debug, line->off))
		return NULL;
	IJ_TRY(ij_debug_read(debug, line->off, &at));
	if (at.die.low_pc.class == IJ_DWARF_ADDRESS || at.die.ranges.class != IJ_DWARF_NONE)
		return NULL;
	full = at;
	IJ_TRY(ij_debug_inherit(debug, &full, &last));
	if (full.die.name.class != IJ_DWARF_STRING || strcmp(full.die.name.string, name) != 0)
		return NULL;
	IJ_TRY(ij_debug_scope_text(debug, last.unit, last.die.off, &text));
	ij_strbuf_printf(&text, "%s%s", text.len ? "::" : "", name);
	IJ_TRY(ij_strbuf_error(&text));
	if (!is_called(text.str, looking->wanted))
		return NULL;
	IJ_TRY(ij_ctypes_text(debug->types, text.str, text.len, &abstract.full));
	return ij_vec_push(&looking->list, abstract);
}

/* Which of them @at is an instance of; a function that was declared in a class or namespace is told
 * of by that. NULL: none. */
static const struct abstract *origin_of(struct looking *looking, const struct ij_debug_die *at)
{
	uint64_t off = at->die.origin.u, declared = 0;
	struct ij_debug_die origin;
	struct ij_error *err = ij_debug_follow(looking->debug, &at->die.origin, &origin);

	if (!err && origin.die.specification.class == IJ_DWARF_REFERENCE)
		declared = origin.die.specification.u;
	ij_error_free(err);
	IJ_VEC_EACH (&looking->list, it)
		if (it->off == off || (declared && it->off == declared))
			return it;
	return NULL;
}

static struct ij_error *on_entry(void *ctx, const struct ij_debug_brief *brief, bool *enter_ret)
{
	struct looking *looking = ctx;
	struct ij_debug *debug = looking->debug;
	const struct abstract *abstract;
	struct ij_debug_die at;
	struct ij_error *err;
	uint64_t addr;

	*enter_ret = brief->children && ij_debug_kind_of(brief->tag) != IJ_DEBUG_ENUM;
	if (brief->tag != DW_TAG_subprogram && brief->tag != DW_TAG_inlined_subroutine)
		return NULL;
	err = ij_debug_read(debug, brief->off, &at);
	if (err) {
		/* What cannot be read is no instance. */
		ij_error_free(err);
		return NULL;
	}
	if (at.die.origin.class != IJ_DWARF_REFERENCE)
		return NULL;
	abstract = origin_of(looking, &at);
	if (!abstract || !ij_dwarf_die_start(&debug->dwarf, &at.unit->unit, &at.die, &addr))
		return NULL;
	return looking->visit(looking->ctx, abstract->full, addr,
			      brief->tag == DW_TAG_inlined_subroutine);
}

/* Gather the functions of that name. */
static struct ij_error *gather(struct looking *looking, const char *name)
{
	struct ij_debug *debug = looking->debug;
	const uint32_t hash = ij_debug_hash(name);

	IJ_TRY(ij_debug_index(debug));
	for (size_t i = 0; i < debug->names.len; i++) {
		const struct ij_debug_name *line = &debug->names.items[i];
		struct ij_error *err;

		if (line->hash != hash || (line->kind & ~IJ_DEBUG_DECLARED) != IJ_DEBUG_FUNCTION)
			continue;
		debug->dwarf.budget = debug->budget;
		err = take(looking, line, name);
		if (err && err->code == IJ_ERR_NOMEM)
			return err;
		ij_error_free(err);
	}
	return NULL;
}

struct ij_error *ij_debug_instances(struct ij_debug *debug, const char *name,
				    ij_debug_instance_visit visit, void *ctx)
{
	struct looking looking = {.debug = debug, .wanted = name, .visit = visit, .ctx = ctx};
	const struct ij_debug_scan scan = {.enter = on_entry, .ctx = &looking};
	const struct ij_debug_unit *done = NULL;
	const char *last = name;
	struct ij_error *err;

	for (const char *pos = name; (pos = strstr(pos, "::")); pos += 2)
		last = pos + 2;
	err = gather(&looking, last);
	/* Functions of one unit stand beside each other. */
	for (size_t i = 0; !err && i < looking.list.len; i++) {
		struct ij_debug_unit *unit = ij_debug_unit_at(debug, looking.list.items[i].off);

		if (!unit || unit == done)
			continue;
		done = unit;
		debug->dwarf.budget = debug->budget;
		err = ij_debug_scan(debug, unit, &scan);
	}
	ij_vec_deinit(&looking.list);
	return err;
}
