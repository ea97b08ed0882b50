/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whatever debug information holds, functions, names and types are read from it in bounds and in
 * time. */
#include <assert.h>
#include <string.h>

#include "base/cursor.h"
#include "obj/debug.h"
#include "obj/debug_frame.h"
#include "obj/debug_list.h"
#include "types/abi.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { NAMES_MAX = 64, DEPTH_MAX = 6 };

struct look {
	struct ij_debug *debug;
	unsigned left; /* types that are still looked into */
};

/* Everything that can be asked of a type. */
static void look_at(struct look *look, const struct ij_ctype *type, unsigned depth)
{
	IJ_STRBUF_AUTO text = {0};
	const struct ij_ctype *bare = ij_ctype_strip(type);
	struct ij_abi abi;
	struct ij_error *err;

	if (depth > DEPTH_MAX || !look->left)
		return;
	look->left--;
	ij_ctype_text(type, "name", &text);
	err = ij_ctype_complete(bare);
	if (!err)
		err = ij_abi_classify(bare, &abi);
	ij_error_free(err);
	if (!depth)
		ij_error_free(ij_ctype_define(type, NULL, &text));
	IJ_VEC_EACH (&bare->members, it) {
		assert(it->is_virtual || it->off <= bare->size);
		look_at(look, it->type, depth + 1);
	}
	IJ_VEC_EACH (&bare->params, it)
		look_at(look, it->type, depth + 1);
	if (bare->target)
		look_at(look, bare->target, depth + 1);
}

static struct ij_error *visit(void *ctx, const char *scope, const struct ij_debug_entry *entry,
			      bool *more)
{
	assert(scope && entry->type && more);
	look_at(ctx, entry->type, 0);
	return NULL;
}

static struct ij_error *reg(void *ctx, unsigned number, void *bytes, size_t size)
{
	(void)ctx;
	if (number > 32)
		return ij_error_new(NOTFOUND, "register %u", number);
	memset(bytes, (int)number, size);
	return NULL;
}

static struct ij_error *read_memory(void *ctx, ij_addr addr, void *bytes, size_t size)
{
	(void)ctx;
	if (addr >> 47)
		return ij_error_new(FAULT, "0x%llx", (unsigned long long)addr);
	memset(bytes, (int)addr, size);
	return NULL;
}

static struct ij_error *cfa(void *ctx, ij_addr *ret)
{
	(void)ctx;
	*ret = 0x7000;
	return NULL;
}

static struct ij_error *entry(void *ctx, struct ij_dwarf_span expr, uint64_t *ret)
{
	const struct ij_dwarf_frame caller = {.reg = reg, .read = read_memory, .cfa = cfa};

	return ij_debug_entry_value(ctx, 8, &caller, expr, ret);
}

/* The variables of a frame that is at @pc. */
static void look_here(struct look *look, uint64_t pc)
{
	const struct ij_dwarf_frame frame = {
		.ctx = look->debug, .reg = reg, .read = read_memory, .cfa = cfa, .entry = entry};
	struct ij_debug_here here;
	struct ij_error *err = ij_debug_here(look->debug, pc, &here);

	if (err) {
		ij_error_free(err);
		return;
	}
	IJ_VEC_EACH (&here.locals, it) {
		struct ij_dwarf_where where;
		uint8_t bytes[100];
		bool whole;

		assert(it->name && it->type && it->level < here.levels.len);
		look_at(look, it->type, 0);
		err = ij_debug_local_where(look->debug, &here, it, &frame, &where);
		if (!err)
			err = ij_dwarf_gather(&where, &frame, bytes, sizeof(bytes), &whole);
		ij_error_free(err);
	}
	ij_debug_here_deinit(&here);
}

static bool any(void *ctx, const char *name)
{
	(void)ctx;
	return *name;
}

static struct ij_error *listed(void *ctx, const struct ij_debug_definition *it)
{
	look_at(ctx, it->entry.type, 0);
	return NULL;
}

/* A PC, then of each section its size and its bytes; names to look for are words of .debug_str. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ij_cursor cur = ij_cursor_make(data, size, "input");
	struct ij_dwarf dwarf = {.budget = 200000};
	struct ij_dwarf_span *const spans[] = {
		&dwarf.info,        &dwarf.abbrev, &dwarf.str,      &dwarf.line_str,
		&dwarf.str_offsets, &dwarf.addr,   &dwarf.ranges,   &dwarf.rnglists,
		&dwarf.types,       &dwarf.loc,    &dwarf.loclists, &dwarf.aranges,
		&dwarf.names,
	};
	uint64_t pc = ij_cursor_u32(&cur);
	struct look look = {.left = 2000};
	const struct ij_debug_listing listing = {
		.kinds = ~0u, .declared = true, .wants = any, .visit = listed, .ctx = &look};
	struct ij_debug_entry entry;
	struct ij_ctypes *types;
	struct ij_error *err;

	for (size_t i = 0; i < IJ_COUNT(spans); i++) {
		size_t want = ij_cursor_u16(&cur), left = ij_cursor_left(&cur);

		spans[i]->size = want < left ? want : left;
		spans[i]->bytes = ij_cursor_bytes(&cur, spans[i]->size);
	}
	err = ij_ctypes_create(&types);
	if (err)
		return 0;
	err = ij_debug_open_sections(&dwarf, types, &look.debug);
	if (err) {
		ij_error_free(err);
		ij_ctypes_destroy(types);
		return 0;
	}
	err = ij_debug_function_at(look.debug, pc, &entry);
	if (!err)
		look_at(&look, entry.type, 0);
	ij_error_free(err);
	look_here(&look, pc);
	ij_error_free(ij_debug_list(look.debug, &listing));
	cur = ij_cursor_make(dwarf.str.bytes, dwarf.str.size, "names");
	for (unsigned i = 0; i < NAMES_MAX; i++) {
		const char *name = dwarf.str.bytes ? ij_cursor_str(&cur) : NULL;

		if (!name)
			break;
		ij_error_free(ij_debug_by_tables(look.debug, ~0u, name, visit, &look));
		ij_error_free(ij_debug_named(look.debug, ~0u, name, visit, &look));
	}
	ij_debug_close(look.debug);
	ij_ctypes_destroy(types);
	return 0;
}
