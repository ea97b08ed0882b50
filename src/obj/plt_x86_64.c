/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Entries of procedure linkage tables: jumps through slots of the global offset table (AMD64 ABI
 * 1.0, 5.2; with -z ibtplt the jumps are in .plt.sec, 13.2). */
#include <string.h>

#include "base/cursor.h"
#include "obj/object.h"

enum { ENTRY_SIZE = 16, SHORT_SIZE = 8, JUMP_SIZE = 6 };

/* The slot that the code of one entry jumps through: `jmp *slot(%rip)`, perhaps behind endbr64 or
 * a bnd prefix. */
static bool slot_of(const uint8_t *code, uint64_t size, uint64_t vaddr, uint64_t *ret)
{
	for (uint64_t at = 0; at + JUMP_SIZE <= size; at++) {
		struct ij_cursor cur = ij_cursor_make(code + at + 2, 4, "a displacement");

		if (code[at] != 0xff || code[at + 1] != 0x25)
			continue;
		*ret = vaddr + at + JUMP_SIZE + (uint64_t)(int64_t)(int32_t)ij_cursor_u32(&cur);
		return true;
	}
	return false;
}

/* @more: cleared when no more are wanted. */
static struct ij_error *table(struct ij_object *obj, const char *section, uint64_t step,
			      ij_plt_visit visit, void *ctx, bool *more)
{
	const uint8_t *bytes;
	const char *name;
	uint64_t vaddr, slot;
	size_t size;
	struct ij_error *err = ij_object_section(obj, section, &bytes, &size, &vaddr);

	if (err && err->code == IJ_ERR_NOTFOUND) {
		ij_error_free(err);
		return NULL;
	}
	IJ_TRY(err);
	/* With endbr64 in them those of .plt.got are long, too. */
	if (step == SHORT_SIZE && size >= 4 && !memcmp(bytes, "\xf3\x0f\x1e\xfa", 4))
		step = ENTRY_SIZE;
	for (uint64_t at = 0; *more && at + step <= size; at += step) {
		if (!slot_of(bytes + at, step, vaddr + at, &slot))
			continue;
		err = ij_object_reloc_name(obj, slot, &name);
		if (!err)
			*more = visit(ctx, vaddr + at, name);
		else if (err->code != IJ_ERR_NOTFOUND)
			return err;
		ij_error_free(err);
	}
	return NULL;
}

struct ij_error *ij_object_plt_each(struct ij_object *obj, ij_plt_visit visit, void *ctx)
{
	bool more = true;

	IJ_TRY(table(obj, ".plt", ENTRY_SIZE, visit, ctx, &more));
	if (more)
		IJ_TRY(table(obj, ".plt.got", SHORT_SIZE, visit, ctx, &more));
	return more ? table(obj, ".plt.sec", ENTRY_SIZE, visit, ctx, &more) : NULL;
}
