/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Which module is the program, and in which order the loader looks names up.
 *
 * The order is the loader's link map, read from target memory and therefore believed only as far as
 * it names modules that we found ourselves. The kernel's vdso stands in that list, but the loader
 * never searches it, so it comes last.
 * Source: glibc 2.36 elf/link.h (struct r_debug, struct link_map), the same in musl's <link.h>.
 */
#include <string.h>

#include "obj/modules_internal.h"

#define LINKS_MAX IJ_MODULES_MAX

/* The first fields of struct link_map. */
struct link {
	uint64_t addr, name, ld, next, prev;
};

/* The first fields of struct r_debug. */
struct debug_head {
	uint32_t version, pad;
	uint64_t map;
};

/* The address of r_debug that the loader stored in the DT_DEBUG entry of @mod, or 0. */
static ij_addr debug_of(struct ij_modules *mods, const struct ij_module *mod)
{
	ij_addr entries = mod->bias + ij_object_dynamic(mod->obj);
	struct ij_error *err;
	Elf64_Dyn entry;

	if (!mod->obj->dyn.has_debug)
		return 0;
	err = ij_mem_read(mods->mem, entries + mod->obj->dyn.debug_idx * sizeof(entry), &entry,
			  sizeof(entry));
	if (err) {
		ij_error_free(err);
		return 0;
	}
	return entry.d_tag == DT_DEBUG ? entry.d_un.d_ptr : 0;
}

/* The loader's own r_debug, for when the program could not be opened. */
static ij_addr debug_of_loader(struct ij_modules *mods)
{
	IJ_VEC_EACH (&mods->by_addr, it) {
		struct ij_module *mod = *it;
		struct ij_symbol sym;
		struct ij_error *err;

		if (!mod->obj || strncmp(mod->name, "ld-", 3))
			continue;
		err = ij_dynsym_find(mod->obj, "_r_debug", &sym);
		if (!err)
			return mod->bias + sym.value;
		ij_error_free(err);
	}
	return 0;
}

/*
 * How much @mod looks like the program: libc.so.6 has PT_INTERP too, and a library DT_DEBUG never;
 * glibc since 2.30 refuses to dlopen what is marked DF_1_PIE.
 */
static unsigned program_score(const struct ij_module *mod)
{
	if (!mod->obj || mod->vdso)
		return 0;
	if (ij_object_type_get(mod->obj) == IJ_OBJECT_EXEC)
		return 4;
	if (ij_object_is_program(mod->obj))
		return mod->obj->has_interp ? 3 : 2;
	return mod->obj->has_interp && !mod->obj->dyn.has_soname ? 1 : 0;
}

static struct ij_module *guess_program(const struct ij_modules *mods)
{
	struct ij_module *best = NULL;
	unsigned best_score = 0;

	IJ_VEC_EACH (&mods->by_addr, mod) {
		unsigned score = program_score(*mod);

		if (score > best_score) {
			best_score = score;
			best = *mod;
		}
	}
	return best;
}

/* The module whose dynamic section is at @ld, or NULL. */
static struct ij_module *module_of(const struct ij_modules *mods, ij_addr ld)
{
	struct ij_module *mod = ij_modules_find(mods, ld);

	if (!mod || !mod->obj || !ij_object_dynamic(mod->obj) ||
	    mod->bias + ij_object_dynamic(mod->obj) != ld)
		return NULL;
	return mod;
}

/* Append @mod to @list, unless it is there: `list` has room for every module once. */
static void append(struct ij_modules *mods, struct ij_module **list, size_t *len, bool *listed,
		   struct ij_module *mod)
{
	size_t lo = 0, hi = mods->by_addr.len;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (mods->by_addr.items[mid]->lo < mod->lo)
			lo = mid + 1;
		else
			hi = mid;
	}
	while (lo < mods->by_addr.len && mods->by_addr.items[lo] != mod)
		lo++;
	if (lo == mods->by_addr.len || listed[lo])
		return;
	listed[lo] = true;
	list[(*len)++] = mod;
}

/*
 * Follow the link map from @debug. The list is foreign: its length is bounded, so a cycle ends, and
 * an entry that is no module of ours is passed over.
 */
static void follow(struct ij_modules *mods, ij_addr debug, struct ij_module **list, size_t *len,
		   bool *listed)
{
	struct debug_head head;
	struct ij_error *err = ij_mem_read(mods->mem, debug, &head, sizeof(head));
	ij_addr pos;

	if (err) {
		ij_error_free(err);
		return;
	}
	pos = head.map;
	for (unsigned n = 0; pos && n < LINKS_MAX; n++) {
		struct ij_module *mod;
		struct link link;

		err = ij_mem_read(mods->mem, pos, &link, sizeof(link));
		if (err) {
			ij_error_free(err);
			return;
		}
		mod = module_of(mods, link.ld);
		if (mod && !mod->vdso) {
			/* The list begins with the program, if it could be opened. */
			if (!n && program_score(mod))
				mod->main = true;
			append(mods, list, len, listed, mod);
		}
		pos = link.next;
	}
}

static void order(struct ij_modules *mods, struct ij_module **list, bool *listed)
{
	struct ij_module *program = guess_program(mods);
	ij_addr debug = program ? debug_of(mods, program) : 0;
	size_t len = 0;

	if (!debug)
		debug = debug_of_loader(mods);
	if (debug)
		follow(mods, debug, list, &len, listed);
	if (program && !(len && list[0]->main)) {
		/* No link map (a static program, or before the loader's start). */
		program->main = true;
		len = 0;
		memset(listed, 0, mods->by_addr.len * sizeof(*listed));
		append(mods, list, &len, listed, program);
		if (debug)
			follow(mods, debug, list, &len, listed);
	}
	for (unsigned vdso = 0; vdso < 2; vdso++)
		IJ_VEC_EACH (&mods->by_addr, mod)
			if ((*mod)->vdso == vdso)
				append(mods, list, &len, listed, *mod);
}

struct ij_error *ij_modules_order(struct ij_modules *mods)
{
	size_t len = mods->by_addr.len;
	bool *listed = calloc(len + 1, sizeof(*listed));

	if (!listed)
		return ij_error_nomem();
	/* A module taken over from an earlier list may have been the program of that one. */
	IJ_VEC_EACH (&mods->by_addr, mod)
		(*mod)->main = false;
	/* `by_addr` keeps every module, so `list` can be written over in place. */
	if (len)
		order(mods, mods->list.items, listed);
	free(listed);
	return NULL;
}
