/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where a module has code without CFI, and where that code may be entered. */
#include <elf.h>
#include <string.h>

#include "maps/derive.h"
#include "maps/transfers.h"

/* No function of interest is shorter: .fini has 9 bytes. */
#define GAP_MIN 4u

/* Code is aligned to 64 bytes at most, to a cache line. */
#define PADDING_MAX 64u

/* As for policy: names of a large program that is linked dynamically are not read. */
#define SYMTAB_SPAN_MAX (16u << 20)

/* Of a segment, in memory at a time. */
#define PIECE_SIZE ((size_t)32 << 10)

/* No instruction is longer (Intel SDM volume 2, 2.3.11). */
#define INSN_MAX 15u

struct gap {
	uint32_t start, end; /* module offsets */
	bool seeded;
};

struct search {
	struct ij_object *obj;
	struct ij_map_builder *builder;
	uint64_t base;
	IJ_VEC(struct gap) gaps; /* sorted */
	uint64_t blocks; /* bit N: a gap lies in part of [N << block_shift, (N + 1) << block_shift)
			  */
	unsigned block_shift;
	struct ij_derive_seeds seeds;
	struct ij_error *err;
	bool dynamic; /* a dynamic symbol was seen */
};

/* Most of what is asked for is in none, and told by its block. */
static struct gap *gap_find(const struct search *search, uint64_t pc)
{
	size_t lo = 0, hi = search->gaps.len;

	if (pc >= search->builder->span || !(search->blocks >> (pc >> search->block_shift) & 1))
		return NULL;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (search->gaps.items[mid].start <= pc)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (!lo || pc >= search->gaps.items[lo - 1].end)
		return NULL;
	return &search->gaps.items[lo - 1];
}

static struct ij_error *seed_add(struct search *search, uint64_t vaddr, bool weak)
{
	struct gap *gap = gap_find(search, vaddr - search->base);

	if (!gap)
		return NULL;
	gap->seeded = true;
	return ij_vec_push(
		&search->seeds.list,
		((struct ij_derive_seed){.pc = (uint32_t)(vaddr - search->base), .weak = weak}));
}

static bool image_read(void *ctx, uint64_t vaddr, void *buf, size_t size)
{
	struct ij_error *err = ij_object_read(ctx, vaddr, buf, size);

	ij_error_free(err);
	return !err;
}

static bool is_padding(const struct search *search, uint64_t start, uint64_t end)
{
	uint8_t bytes[PADDING_MAX];
	size_t size = (size_t)(end - start);

	return size <= sizeof(bytes) &&
	       image_read(search->obj, search->base + start, bytes, size) &&
	       ij_transfer_is_padding(bytes, size);
}

/* The parts of [@start, @end) that no function covers. */
static struct ij_error *gaps_of(struct search *search, uint64_t start, uint64_t end)
{
	const struct ij_map_func *funcs = search->builder->funcs.items;
	size_t len = search->builder->funcs.len;

	for (size_t i = 0; i <= len && start < end; i++) {
		uint64_t stop = i < len && funcs[i].start < end ? funcs[i].start : end;

		if (stop > start && stop - start >= GAP_MIN && !is_padding(search, start, stop))
			IJ_TRY(ij_vec_push(&search->gaps, ((struct gap){.start = (uint32_t)start,
									.end = (uint32_t)stop})));
		if (i < len && funcs[i].start + (uint64_t)funcs[i].size > start)
			start = funcs[i].start + (uint64_t)funcs[i].size;
		if (stop == end)
			break;
	}
	return NULL;
}

static struct ij_error *gaps_find(struct search *search)
{
	size_t len;
	const struct ij_segment *segs = ij_object_segments(search->obj, &len);

	for (size_t i = 0; i < len; i++)
		if (segs[i].flags & PF_X)
			IJ_TRY(gaps_of(search, segs[i].vaddr - search->base,
				       segs[i].vaddr - search->base + segs[i].file_size));
	while (search->builder->span > (uint64_t)64 << search->block_shift)
		search->block_shift++;
	IJ_VEC_EACH (&search->gaps, gap)
		for (uint64_t at = gap->start >> search->block_shift;
		     at <= (gap->end - 1) >> search->block_shift; at++)
			search->blocks |= (uint64_t)1 << at;
	return NULL;
}

static bool symbol_seen(void *ctx, const struct ij_symbol *sym)
{
	struct search *search = ctx;

	if (sym->dynamic)
		search->dynamic = true;
	else if (search->dynamic && search->builder->span > SYMTAB_SPAN_MAX)
		return false;
	if (sym->kind == IJ_SYMBOL_FUNC || sym->kind == IJ_SYMBOL_IFUNC)
		search->err = seed_add(search, sym->value, false);
	return !search->err;
}

/* Into the gaps from code that is covered: hardly any that is no call or jump leads there. */
static struct ij_error *transfers_scan(struct search *search, uint64_t vaddr, const uint8_t *code,
				       size_t size)
{
	struct ij_transfer found = {.at = 0};

	while (ij_transfer_next(code, size, found.at, &found))
		IJ_TRY(seed_add(search, vaddr + (uint64_t)found.to,
				found.kind != IJ_TRANSFER_CALL));
	return NULL;
}

/*
 * Addresses in data that may be a function's, those of .init_array among them: linkers write them
 * also where the loader relocates them.
 */
static struct ij_error *words_scan(struct search *search, const uint8_t *bytes, size_t size)
{
	for (size_t at = 0; size - at >= 8; at += 8) {
		uint64_t word;

		memcpy(&word, bytes + at, sizeof(word));
		IJ_TRY(seed_add(search, word, true));
	}
	return NULL;
}

/* Piece by piece: memory for all of it would have to be cleared first. */
static struct ij_error *segment_scan(struct search *search, const struct ij_segment *seg)
{
	bool code = seg->flags & PF_X;
	uint8_t bytes[PIECE_SIZE + INSN_MAX];

	if (!code && !(seg->flags & PF_W) && ij_object_type_get(search->obj) != IJ_OBJECT_EXEC)
		return NULL;
	for (uint64_t at = 0; at < seg->file_size; at += PIECE_SIZE) {
		uint64_t left = seg->file_size - at, vaddr = seg->vaddr + at;
		size_t own = left < PIECE_SIZE ? (size_t)left : PIECE_SIZE;
		size_t size = code && left > own
				      ? (size_t)(left < sizeof(bytes) ? left : sizeof(bytes))
				      : own;

		IJ_TRY(ij_object_read(search->obj, vaddr, bytes, size));
		IJ_TRY(code ? transfers_scan(search, vaddr, bytes, size)
			    : words_scan(search, bytes, size));
	}
	return NULL;
}

/* A section that is one function begins where it does. */
static struct ij_error *section_seed(struct search *search, const char *name)
{
	const uint8_t *bytes;
	size_t size;
	uint64_t vaddr;
	struct ij_error *err = ij_object_section(search->obj, name, &bytes, &size, &vaddr);

	if (!err)
		return seed_add(search, vaddr, false);
	if (err->code == IJ_ERR_NOMEM)
		return err;
	ij_error_free(err);
	return NULL;
}

static struct ij_error *seeds_find(struct search *search)
{
	size_t len;
	const struct ij_segment *segs = ij_object_segments(search->obj, &len);

	IJ_TRY(seed_add(search, ij_object_entry(search->obj), false));
	IJ_TRY(section_seed(search, ".init"));
	IJ_TRY(section_seed(search, ".fini"));
	IJ_TRY(ij_object_symbols_own(search->obj, symbol_seen, search));
	IJ_TRY(search->err);
	for (size_t i = 0; i < len; i++)
		IJ_TRY(segment_scan(search, &segs[i]));
	return NULL;
}

static int seed_compare(const void *left, const void *right)
{
	const struct ij_derive_seed *a = left, *b = right;

	return (a->pc > b->pc) - (a->pc < b->pc);
}

void ij_derive_seeds_sort(struct ij_derive_seeds *seeds)
{
	if (seeds->list.len)
		qsort(seeds->list.items, seeds->list.len, sizeof(*seeds->list.items), seed_compare);
}

static struct ij_error *code_derive(struct search *search, struct ij_derive_area *area,
				    const struct ij_derive_seed *seeds, size_t len)
{
	struct ij_derive_seeds own = {0};
	struct ij_error *err = ij_vec_reserve(&own.list, len);

	if (!err) {
		memcpy(own.list.items, seeds, len * sizeof(*seeds));
		own.list.len = len;
		err = ij_derive_area(area, &own, search->builder);
	}
	ij_vec_deinit(&own.list);
	return err;
}

/* Derive @gap, whose seeds are the @len at @seeds. */
static struct ij_error *gap_derive(struct search *search, const struct gap *gap,
				   const struct ij_derive_seed *seeds, size_t len)
{
	struct ij_derive_area area = {
		.start = gap->start,
		.size = gap->end - gap->start,
		.vaddr = search->base,
		.entry = ij_object_entry(search->obj) - search->base,
		.read = image_read,
		.ctx = search->obj,
	};
	uint8_t *code = malloc(area.size);
	struct ij_error *err;

	if (!code)
		return ij_error_nomem();
	err = ij_object_read(search->obj, search->base + gap->start, code, area.size);
	area.code = code;
	if (!err)
		err = code_derive(search, &area, seeds, len);
	free(code);
	return err;
}

static struct ij_error *gaps_derive(struct search *search)
{
	const struct ij_derive_seed *seeds = search->seeds.list.items;
	size_t len = search->seeds.list.len, from = 0;

	ij_derive_seeds_sort(&search->seeds);
	IJ_VEC_EACH (&search->gaps, gap) {
		size_t to = from;

		while (to < len && seeds[to].pc < gap->end)
			to++;
		if (gap->seeded)
			IJ_TRY(gap_derive(search, gap, seeds + from, to - from));
		from = to;
	}
	return NULL;
}

struct ij_error *ij_derive(struct ij_object *obj, struct ij_map_builder *builder)
{
	struct search search = {.obj = obj, .builder = builder, .base = ij_object_base(obj)};
	struct ij_error *err = gaps_find(&search);

	if (!err && search.gaps.len)
		err = seeds_find(&search);
	if (!err)
		err = gaps_derive(&search);
	ij_vec_deinit(&search.gaps);
	ij_vec_deinit(&search.seeds.list);
	return err;
}
