/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Go's moduledata (src/runtime/symtab.go), found by what must stand in it: the address of pclntab,
 * and slices of it whose addresses and lengths the table's own header gives.
 */
#include <elf.h>
#include <string.h>

#include "maps/gomodule.h"
#include "maps/gotypes.h"

/* Offsets in moduledata, from 1.16 on and before. */
enum { TEXT_OFF = 176, TEXT_OFF_OLD = 96, NAMES_OFF = 8, PCTAB_OFF = 80, FUNCTAB_OFF_OLD = 24 };

/* A data segment larger than that is not searched. */
#define SEARCH_MAX ((uint64_t)256 << 20)

static int by_slot(const void *a, const void *b)
{
	const struct ij_goprog_reloc *x = a, *y = b;

	return (x->slot > y->slot) - (x->slot < y->slot);
}

struct collect {
	struct ij_goprog *prog;
	struct ij_error *err;
};

static bool collect_reloc(void *ctx, uint64_t slot_vaddr, int64_t addend)
{
	struct collect *collect = ctx;

	collect->err = ij_vec_push(
		&collect->prog->relocs,
		((struct ij_goprog_reloc){.slot = slot_vaddr, .addend = (uint64_t)addend}));
	return !collect->err;
}

struct ij_error *ij_goprog_relocs_read(struct ij_goprog *prog)
{
	struct collect collect = {.prog = prog};
	struct ij_error *err;

	if (ij_object_type_get(prog->obj) != IJ_OBJECT_DYN)
		return NULL;
	err = ij_object_relocs_relative(prog->obj, collect_reloc, &collect);
	if (!err)
		err = collect.err;
	if (err && err->code == IJ_ERR_NOMEM)
		return err;
	ij_error_free(err);
	if (prog->relocs.len)
		qsort(prog->relocs.items, prog->relocs.len, sizeof(prog->relocs.items[0]), by_slot);
	return NULL;
}

bool ij_goprog_word(const struct ij_goprog *prog, uint64_t addr, uint64_t *ret)
{
	const struct ij_goprog_reloc key = {.slot = addr}, *found = NULL;
	struct ij_error *err;

	if (prog->relocs.len)
		found = bsearch(&key, prog->relocs.items, prog->relocs.len, sizeof(key), by_slot);
	if (found) {
		*ret = found->addend;
		return true;
	}
	err = ij_object_read(prog->obj, addr, ret, sizeof(*ret));
	ij_error_free(err);
	return !err;
}

/* Does the word at @addr of moduledata say @want? */
static bool says(const struct ij_goprog *prog, uint64_t addr, uint64_t want)
{
	uint64_t word;

	return ij_goprog_word(prog, addr, &word) && word == want;
}

/* Is moduledata at @addr, whose first word leads to the table? */
static bool is_module(const struct ij_goprog *prog, uint64_t addr, uint32_t magic)
{
	uint64_t names, pctab, table = prog->tab_addr, len;
	unsigned first = magic == 0xfffffffa ? 24 : 32;

	if (magic == 0xfffffffb)
		return ij_goprog_word(prog, table + 8, &len) &&
		       says(prog, addr + FUNCTAB_OFF_OLD, table + 16) &&
		       says(prog, addr + FUNCTAB_OFF_OLD + 8, len + 1);
	return ij_goprog_word(prog, table + first, &names) &&
	       ij_goprog_word(prog, table + first + 24, &pctab) &&
	       says(prog, addr + NAMES_OFF, table + names) &&
	       says(prog, addr + PCTAB_OFF, table + pctab);
}

/* Where the loader writes pointers, the file has none: by the relocations. */
static uint64_t find_by_relocs(const struct ij_goprog *prog, uint32_t magic)
{
	IJ_VEC_EACH (&prog->relocs, reloc)
		if (reloc->addend == prog->tab_addr && is_module(prog, reloc->slot, magic))
			return reloc->slot;
	return 0;
}

static struct ij_error *find_in(const struct ij_goprog *prog, const struct ij_segment *seg,
				uint32_t magic, uint64_t *ret)
{
	uint64_t *words = malloc(seg->file_size);
	struct ij_error *err = words ? NULL : ij_error_nomem();

	if (!err)
		err = ij_object_read(prog->obj, seg->vaddr, words, seg->file_size);
	for (uint64_t i = 0; !err && !*ret && i < seg->file_size / sizeof(*words); i++)
		if (words[i] == prog->tab_addr &&
		    is_module(prog, seg->vaddr + i * sizeof(*words), magic))
			*ret = seg->vaddr + i * sizeof(*words);
	free(words);
	return err;
}

struct ij_error *ij_goprog_module_find(struct ij_goprog *prog, uint32_t magic, uint64_t *text_ret)
{
	size_t len;
	const struct ij_segment *segs = ij_object_segments(prog->obj, &len);
	uint64_t found = find_by_relocs(prog, magic), text;

	for (size_t i = 0; i < len && !found; i++)
		if (segs[i].flags & PF_W && !(segs[i].vaddr % 8) && segs[i].file_size &&
		    segs[i].file_size <= SEARCH_MAX)
			IJ_TRY(find_in(prog, &segs[i], magic, &found));
	*text_ret = 0;
	prog->module_addr = found;
	if (found &&
	    ij_goprog_word(prog, found + (magic == 0xfffffffb ? TEXT_OFF_OLD : TEXT_OFF), &text))
		*text_ret = text;
	return NULL;
}

/* moduledata.types of Go 1.27; the bytes of descriptors, and where types end, follow it. */
enum { TYPES_OFF_27 = 296 };

uint64_t ij_goprog_types(const struct ij_goprog *prog)
{
	/* Two words before rodata, which is one before gofunc; earlier in a fixed place. */
	static const unsigned offs[] = {
		[IJ_GOTAB_2] = 200,  [IJ_GOTAB_12] = 200, [IJ_GOTAB_16] = 280,
		[IJ_GOTAB_18] = 280, [IJ_GOTAB_20] = 296,
	};
	unsigned off = offs[prog->tab.form];
	uint64_t types;

	if (prog->minor_lo >= 27)
		off = TYPES_OFF_27;
	return prog->module_addr && ij_goprog_word(prog, prog->module_addr + off, &types) ? types
											  : 0;
}

bool ij_goprog_typelinks(const struct ij_goprog *prog, uint64_t *addr_ret, uint64_t *len_ret)
{
	/* moduledata.typelinks, a slice behind textsectmap (src/runtime/symtab.go). */
	static const unsigned offs[] = {
		[IJ_GOTAB_2] = 240,  [IJ_GOTAB_12] = 240, [IJ_GOTAB_16] = 320,
		[IJ_GOTAB_18] = 336, [IJ_GOTAB_20] = 352,
	};
	unsigned off = prog->minor_lo == 26 ? 360 : offs[prog->tab.form];

	return prog->minor_lo < 27 && prog->module_addr &&
	       ij_goprog_word(prog, prog->module_addr + off, addr_ret) && *addr_ret &&
	       ij_goprog_word(prog, prog->module_addr + off + 8, len_ret) && *len_ret <= INT32_MAX;
}

bool ij_goprog_type_find(const struct ij_goprog *prog, const char *name, uint64_t size,
			 uint64_t *ret)
{
	uint64_t at = prog->module_addr + TYPES_OFF_27, begin, rows, end;
	struct ij_error *err;
	uint8_t *bytes;
	size_t off;
	bool found;

	if (prog->minor_lo < 27 || !prog->module_addr || !ij_goprog_word(prog, at, &begin) ||
	    !ij_goprog_word(prog, at + 8, &rows) || !ij_goprog_word(prog, at + 16, &end) ||
	    end < begin || end - begin > SEARCH_MAX || rows > end - begin)
		return false;
	bytes = malloc(end - begin + 1);
	if (!bytes)
		return false;
	err = ij_object_read(prog->obj, begin, bytes, end - begin);
	found = !err &&
		ij_gotypes_find(&(struct ij_gotypes){bytes, end - begin, rows}, name, size, &off);
	ij_error_free(err);
	free(bytes);
	if (found)
		*ret = begin + off;
	return found;
}

/* Does some function's table of locals, counted from @gofunc, look like one for all that look? */
static bool gofunc_fits(struct ij_goprog *prog, uint64_t gofunc)
{
	unsigned seen = 0;

	prog->gofunc = gofunc;
	for (uint64_t i = 0; i < prog->tab.len && seen < 64; i++) {
		struct ij_gotab_func func;
		struct ij_gobits bits;

		if (!ij_gotab_func_at(&prog->tab, i, &func) ||
		    !ij_goprog_has(prog, &func, prog->slots.locals))
			continue;
		if (!ij_goprog_bits(prog, &func, prog->slots.locals, &bits) || !bits.n)
			return false;
		seen++;
	}
	return seen > 0;
}

void ij_goprog_gofunc_find(struct ij_goprog *prog)
{
	/* 1.18 and 1.19; 1.20 to 1.26; 1.27. */
	static const unsigned offs[] = {304, 320, 344};
	uint64_t gofunc;

	for (size_t i = 0; i < IJ_COUNT(offs) && prog->module_addr; i++) {
		/* What stands before it is where read-only data begins. */
		if (ij_goprog_word(prog, prog->module_addr + offs[i], &gofunc) && gofunc &&
		    gofunc_fits(prog, gofunc))
			return;
	}
	prog->gofunc = 0;
}
