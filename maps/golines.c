/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Files and lines by PC, and the tree of what was inlined: an entry names the function, and an
 * instruction of its caller that stands where the call was.
 */
#include "maps/golines.h"

#include <string.h>

enum {
	/* struct inlinedCall of 1.12 to 1.19, and of 1.20 on. */
	ENTRY_OLD = 20,
	NAME_OLD = 12,
	PARENT_OLD = 16,
	ENTRY = 16,
	NAME = 4,
	PARENT = 8,
	INLINED_MAX = 1 << 16, /* entries of one function: more than any has */
};

/* One entry; false if it cannot be read. */
static bool entry_read(const struct ij_goprog *prog, const struct ij_gotab_func *func, int64_t idx,
		       const char **name_ret, uint64_t *parent_ret)
{
	const struct ij_gotab *tab = ij_goprog_tab(prog);
	bool old = tab->form < IJ_GOTAB_20;
	struct ij_gotab_func inlined = *func;
	uint8_t bytes[ENTRY_OLD];
	int32_t name, parent;
	uint64_t addr;
	struct ij_error *err;

	if (idx < 0 || idx > INLINED_MAX ||
	    !ij_goprog_funcdata_addr(prog, func, ij_goprog_slots_get(prog)->inl_tree, &addr))
		return false;
	err = ij_object_read(ij_goprog_object(prog),
			     addr + (uint64_t)idx * (old ? ENTRY_OLD : ENTRY), bytes,
			     old ? ENTRY_OLD : ENTRY);
	ij_error_free(err);
	if (err)
		return false;
	memcpy(&name, bytes + (old ? NAME_OLD : NAME), sizeof(name));
	memcpy(&parent, bytes + (old ? PARENT_OLD : PARENT), sizeof(parent));
	if (name < 0 || parent < 0 || (uint64_t)parent >= func->end - func->start)
		return false;
	inlined.name_off = tab->names + (uint32_t)name;
	if (!*ij_gotab_name(tab, &inlined))
		return false;
	*name_ret = ij_gotab_name(tab, &inlined);
	*parent_ret = func->start + (uint32_t)parent;
	return true;
}

static struct ij_goline line_of(const struct ij_gotab *tab, const struct ij_gotab_func *func,
				uint64_t pc)
{
	int64_t line = ij_gotab_value_at(tab, func, func->pcln, pc);

	return (struct ij_goline){
		.func = ij_gotab_name(tab, func),
		.file = ij_gotab_file(tab, func, ij_gotab_value_at(tab, func, func->pcfile, pc)),
		.line = line > 0 ? line : 0,
	};
}

size_t ij_golines_at(const struct ij_goprog *prog, uint64_t pc, struct ij_goline *ret, size_t max)
{
	const struct ij_gotab *tab = ij_goprog_tab(prog);
	int slot = ij_goprog_slots_get(prog)->inl_index;
	struct ij_gotab_func func;
	uint32_t tree = 0;
	size_t len = 0;

	if (!max || !ij_goprog_find(prog, pc, &func))
		return 0;
	if (tab->form != IJ_GOTAB_2 && slot >= 0)
		tree = ij_gotab_pcdata(tab, &func, (unsigned)slot);
	/* Bounded: a tree that leads in circles ends with the room. */
	while (len < max) {
		int64_t idx = tree ? ij_gotab_value_at(tab, &func, tree, pc) : -1;

		ret[len] = line_of(tab, &func, pc);
		if (!entry_read(prog, &func, idx, &ret[len++].func, &pc))
			break;
	}
	return len;
}
