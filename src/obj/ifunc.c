/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What an IFUNC was bound to, read from the slots that the loader filled.
 *
 * The defining module's own IRELATIVE slots hold the result exactly. Failing these, other modules'
 * slots for the name do, if they agree: a lazily bound slot still points to a PLT, an interposed
 * one to another module, and neither counts. Source: System V psABI AMD64 1.0, 4.4.1 and 5.2;
 * glibc 2.36 sysdeps/x86_64/dl-machine.h.
 */
#include <string.h>

#include "obj/modules_internal.h"

#define SLOTS_MAX 64u /* slots read for one name */

struct slots {
	struct ij_modules *mods;
	const struct ij_resolved *res;
	struct ij_module *mod; /* whose relocations are visited */
	unsigned seen;
	ij_addr value;
	bool found, disagree;
};

/* glibc binds time and gettimeofday to the vdso: there only a function's first byte will do. */
static bool is_vdso_function(const struct ij_module *mod, ij_addr addr)
{
	struct ij_symbol sym;
	struct ij_error *err = ij_object_symbol_at(mod->obj, addr - mod->bias, &sym);

	if (err) {
		ij_error_free(err);
		return false;
	}
	return mod->bias + sym.value == addr;
}

static bool is_implementation(const struct slots *slots, ij_addr addr)
{
	const struct ij_module *mod = ij_modules_find(slots->mods, addr);

	if (!mod || !mod->obj || addr == slots->res->addr ||
	    !ij_object_is_code(mod->obj, addr - mod->bias))
		return false;
	return mod == slots->res->module || (mod->vdso && is_vdso_function(mod, addr));
}

/* A slot that still holds what the file holds, relocated or not, was never bound. */
static bool is_bound(const struct slots *slots, uint64_t slot, uint64_t value)
{
	uint64_t initial;
	struct ij_error *err = ij_object_read(slots->mod->obj, slot, &initial, sizeof(initial));

	if (err) {
		ij_error_free(err);
		return true;
	}
	return value != initial && value != initial + slots->mod->bias;
}

static bool visit_slot(void *ctx, uint64_t slot, int64_t addend)
{
	struct slots *slots = ctx;
	uint64_t value;
	struct ij_error *err;

	if (slots->seen++ >= SLOTS_MAX)
		return false;
	err = ij_mem_read_u64(slots->mods->mem, slots->mod->bias + slot, &value);
	if (err) {
		ij_error_free(err);
		return true;
	}
	if (!is_bound(slots, slot, value) || !is_implementation(slots, value - (uint64_t)addend))
		return true;
	value -= (uint64_t)addend;
	if (slots->found && slots->value != value)
		slots->disagree = true;
	slots->value = value;
	slots->found = true;
	return true;
}

void ij_ifunc_bound(struct ij_modules *mods, struct ij_resolved *res)
{
	struct slots slots = {.mods = mods, .res = res, .mod = res->module};
	struct ij_error *err =
		ij_object_relocs_irelative(res->module->obj, res->symbol.value, visit_slot, &slots);

	ij_error_free(err);
	IJ_VEC_EACH (&mods->list, mod) {
		if (slots.found)
			break;
		if (!(*mod)->obj)
			continue;
		slots.mod = *mod;
		slots.seen = 0;
		err = ij_object_relocs_of((*mod)->obj, res->symbol.name, res->symbol.version,
					  visit_slot, &slots);
		ij_error_free(err);
	}
	if (slots.found && !slots.disagree) {
		res->addr = slots.value;
		res->needs_resolver = false;
	}
}
