/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Reading the records of .eh_frame (LSB 5.0 Core, 10.6) and .debug_frame (DWARF 5, 6.4.1): CIEs,
 * FDEs, and the search table.
 */
#include "maps/cfi.h"

#include <string.h>

#include "maps/cfi_run.h"
#include "maps/dwarf.h"

struct cie_slot {
	uint32_t key; /* the CIE's offset + 1; 0 while free */
	uint32_t idx;
};

struct reader {
	const struct ij_cfi *cfi;
	struct ij_map_builder *builder;
	struct ij_cfi_stats *stats;
	IJ_VEC(struct ij_cfi_cie) cies;
	struct cie_slot *slots; /* open addressing */
	size_t slots_cap;       /* a power of two */
	uint64_t factor;        /* of the hash */
	/*
	 * Bytes of records that may still be read. A well-formed section has each record once; one
	 * that refers to a record again and again, under other offsets, would otherwise cost a
	 * square.
	 */
	uint64_t budget;
};

/* One record, whose length is known to lie in the section. */
struct record {
	uint64_t id_off;  /* of its CIE id or pointer: where its contents start */
	uint64_t end;     /* offset of the next record */
	uint64_t cie_off; /* of an FDE: where its CIE is, if it is anywhere */
	uint8_t id_size;
	bool cie;
};

static struct ij_cursor section(const struct reader *reader)
{
	return ij_cursor_make(reader->cfi->bytes, reader->cfi->size,
			      reader->cfi->debug ? ".debug_frame" : ".eh_frame");
}

/*
 * What tells CIEs from FDEs: in .eh_frame 0, else the distance back to the CIE; in .debug_frame all
 * ones, else the CIE's offset.
 */
static void id_read(struct ij_cursor *cur, bool debug, struct record *ret)
{
	uint64_t id = ret->id_size == 8 ? ij_cursor_u64(cur) : ij_cursor_u32(cur);

	ret->cie = id == (!debug ? 0 : ret->id_size == 8 ? UINT64_MAX : UINT32_MAX);
	ret->cie_off = debug ? id : id > ret->id_off ? UINT64_MAX : ret->id_off - id;
}

/* Read the head of the record at @off. False if its length is wrong, or (record->end == off + 4) 0.
 */
static bool record_read(const struct reader *reader, uint64_t off, struct record *ret)
{
	struct ij_cursor cur = section(reader);
	bool debug = reader->cfi->debug;
	uint64_t size;

	ij_cursor_seek(&cur, off);
	ret->id_size = 4;
	size = ij_cursor_u32(&cur);
	if (size == UINT32_MAX) {
		size = ij_cursor_u64(&cur);
		/* .eh_frame has 4 bytes also in the 64-bit form (LSB 5.0 Core, 10.6.1). */
		ret->id_size = debug ? 8 : 4;
	}
	ret->end = off + 4;
	if (cur.failed || size > ij_cursor_left(&cur)) {
		ret->end = 0;
		return false;
	}
	if (!size)
		return false;
	ret->id_off = ij_cursor_off(&cur);
	ret->end = ret->id_off + size;
	if (size < ret->id_size) {
		ret->end = 0;
		return false;
	}
	id_read(&cur, debug, ret);
	return true;
}

/* A cursor over the contents of @record behind its id. *@vaddr_ret is where they are linked. */
static struct ij_cursor record_contents(const struct reader *reader, const struct record *record,
					uint64_t *vaddr_ret)
{
	struct ij_cursor cur = section(reader);
	uint64_t off = record->id_off + record->id_size;

	*vaddr_ret = reader->cfi->vaddr + off;
	return ij_cursor_sub(&cur, off, record->end - off);
}

/* The augmentation data that the letters behind 'z' in @letters describe. */
static void augmentation_read(struct ij_cursor *cur, const char *letters, uint64_t vaddr,
			      struct ij_cfi_cie *cie)
{
	for (; *letters; letters++) {
		uint8_t enc;

		switch (*letters) {
		case 'R':
			cie->pointer_enc = ij_cursor_u8(cur);
			break;
		case 'L':
			(void)ij_cursor_u8(cur);
			break;
		case 'P': /* the personality routine: only its size matters */
			enc = ij_cursor_u8(cur);
			if (enc != DW_EH_PE_omit)
				(void)ij_cfi_pointer(cur, enc & 0x0f, vaddr, 0);
			break;
		case 'S':
			cie->signal = true;
			break;
		case 'B': /* return addresses signed with key B; AArch64 only, and no data */
			break;
		default:
			cur->failed = true;
		}
	}
}

/* Everything of a CIE but its initial instructions, which are left at @cur. */
static bool cie_head_read(struct ij_cursor *cur, uint64_t vaddr, bool debug, struct ij_cfi_cie *cie)
{
	uint8_t version = ij_cursor_u8(cur);
	const char *augmentation = ij_cursor_str(cur);
	uint64_t ra, size;

	if (!augmentation || (version != 1 && version != 3 && !(debug && version == 4)))
		return false;
	/* Version 4 names the size of addresses and of segment selectors: 8 and none. */
	if (version == 4 && (ij_cursor_u8(cur) != 8 || ij_cursor_u8(cur)))
		return false;
	cie->code_align = ij_cursor_uleb(cur);
	cie->data_align = ij_cursor_sleb(cur);
	ra = version == 1 ? ij_cursor_u8(cur) : ij_cursor_uleb(cur);
	cie->augmented = *augmentation == 'z';
	if (cie->augmented) {
		size_t start;

		size = ij_cursor_uleb(cur);
		start = ij_cursor_off(cur);
		if (size > ij_cursor_left(cur))
			return false;
		augmentation_read(cur, augmentation + 1, vaddr, cie);
		if (ij_cursor_off(cur) > start + size)
			return false;
		ij_cursor_seek(cur, start + size);
	} else if (*augmentation) {
		return false;
	}
	return !cur->failed && ra == IJ_MAP_REG_RA;
}

static struct ij_error *cie_parse(struct reader *reader, const struct record *record,
				  struct ij_cfi_cie *cie)
{
	uint64_t vaddr;
	struct ij_cfi_run run = {.cie = cie, .builder = reader->builder};

	run.code = record_contents(reader, record, &vaddr);
	if (!cie_head_read(&run.code, vaddr, reader->cfi->debug, cie))
		return NULL;
	run.code_vaddr = vaddr;
	IJ_TRY(ij_cfi_run(&run, &cie->good));
	cie->state = run.state;
	return NULL;
}

static struct cie_slot *slot_find(const struct reader *reader, uint64_t off)
{
	uint32_t key = (uint32_t)off + 1;
	size_t at = (size_t)((key * reader->factor) >> 32);

	while (reader->slots[at & (reader->slots_cap - 1)].key &&
	       reader->slots[at & (reader->slots_cap - 1)].key != key)
		at++;
	return &reader->slots[at & (reader->slots_cap - 1)];
}

static struct ij_error *slots_grow(struct reader *reader)
{
	struct cie_slot *old = reader->slots;
	size_t old_cap = reader->slots_cap;

	if (reader->cies.len < old_cap / 2)
		return NULL;
	reader->slots_cap = old_cap ? old_cap * 2 : 64;
	reader->slots = calloc(reader->slots_cap, sizeof(*reader->slots));
	if (!reader->slots) {
		reader->slots = old;
		reader->slots_cap = old_cap;
		return ij_error_nomem();
	}
	for (size_t i = 0; i < old_cap; i++)
		if (old[i].key)
			*slot_find(reader, old[i].key - 1) = old[i];
	free(old);
	return NULL;
}

static bool budget_take(struct reader *reader, const struct record *record)
{
	uint64_t size = record->end - record->id_off;

	if (size > reader->budget)
		return false;
	reader->budget -= size;
	return true;
}

/* The CIE at offset @off, read at its first use. *@ret is NULL if there is no good one. */
static struct ij_error *cie_get(struct reader *reader, uint64_t off, const struct ij_cfi_cie **ret)
{
	struct cie_slot *slot;
	struct ij_cfi_cie cie = {.good = false};
	struct record record;

	*ret = NULL;
	if (off >= UINT32_MAX)
		return NULL;
	IJ_TRY(slots_grow(reader));
	slot = slot_find(reader, off);
	if (!slot->key) {
		if (record_read(reader, off, &record) && record.cie && budget_take(reader, &record))
			IJ_TRY(cie_parse(reader, &record, &cie));
		IJ_TRY(ij_vec_push(&reader->cies, cie));
		slot->key = (uint32_t)off + 1;
		slot->idx = (uint32_t)reader->cies.len - 1;
	}
	if (reader->cies.items[slot->idx].good)
		*ret = &reader->cies.items[slot->idx];
	return NULL;
}

/* Add the function of one FDE. *@good_ret is false if it was left out. */
static struct ij_error *fde_read(struct reader *reader, const struct record *record, bool *good_ret)
{
	const struct ij_cfi_cie *cie;
	uint64_t vaddr, start, size;
	struct ij_cfi_run run = {.builder = reader->builder, .base = reader->cfi->base};

	*good_ret = false;
	if (!budget_take(reader, record))
		return NULL;
	IJ_TRY(cie_get(reader, record->cie_off, &cie));
	if (!cie)
		return NULL;
	run.code = record_contents(reader, record, &vaddr);
	start = ij_cfi_pointer(&run.code, cie->pointer_enc, vaddr, 0) - run.base;
	size = ij_cfi_pointer(&run.code, cie->pointer_enc & 0x0f, vaddr, 0);
	if (cie->augmented)
		ij_cursor_skip(&run.code, ij_cursor_uleb(&run.code));
	/* Where a linker dropped a function, .debug_frame still has its FDE, at address 0. */
	if (reader->cfi->debug && start + run.base == 0)
		return NULL;
	if (run.code.failed || !size || start >= reader->builder->span ||
	    size > reader->builder->span - start || size > UINT32_MAX)
		return NULL;
	if (ij_map_builder_covers(reader->builder, start, size)) {
		reader->stats->covered++;
		return NULL;
	}
	run.cie = cie;
	run.code_vaddr = vaddr;
	run.rows = true;
	run.pc = run.start = start;
	run.end = start + size;
	run.state = cie->state;
	IJ_TRY(ij_map_builder_func(reader->builder, (uint32_t)start, (uint32_t)size,
				   cie->signal ? IJ_MAP_FUNC_SIGNAL : 0));
	IJ_TRY(ij_cfi_run(&run, good_ret));
	if (!*good_ret)
		ij_map_builder_undo(reader->builder);
	return NULL;
}

static struct ij_error *fde_add(struct reader *reader, const struct record *record)
{
	size_t covered = reader->stats->covered;
	bool good;

	IJ_TRY(fde_read(reader, record, &good));
	reader->stats->fdes += good;
	reader->stats->malformed += !good && covered == reader->stats->covered;
	return NULL;
}

static struct reader reader_make(const struct ij_cfi *cfi, struct ij_map_builder *builder,
				 struct ij_cfi_stats *stats)
{
	*stats = (struct ij_cfi_stats){0};
	return (struct reader){
		.cfi = cfi,
		.builder = builder,
		.stats = stats,
		.factor = ij_map_hash_factor(),
		.budget = cfi->size,
	};
}

static void reader_deinit(struct reader *reader)
{
	ij_vec_deinit(&reader->cies);
	free(reader->slots);
}

/* What gcc's output comes to: an FDE of 40 bytes on average, a row of 6. */
static struct ij_error *reserve(struct ij_map_builder *builder, size_t size)
{
	IJ_TRY(ij_vec_reserve(&builder->funcs, size / 40));
	return ij_vec_reserve(&builder->rows, size / 6);
}

struct ij_error *ij_cfi_read(const struct ij_cfi *cfi, struct ij_map_builder *builder,
			     struct ij_cfi_stats *stats)
{
	struct reader reader = reader_make(cfi, builder, stats);
	struct ij_error *err = reserve(builder, cfi->size);
	struct record record;

	for (uint64_t off = 0; !err && off < cfi->size; off = record.end) {
		if (record_read(&reader, off, &record)) {
			if (!record.cie)
				err = fde_add(&reader, &record);
		} else if (!record.end) {
			stats->truncated = true;
			break;
		} /* else a terminator: linkers leave some in the middle, where crtend.o was not
		     last */
	}
	reader_deinit(&reader);
	return err;
}

/* The encodings in the head of .eh_frame_hdr (LSB 5.0 Core, 10.6.2). */
struct hdr {
	uint64_t eh_frame;
	uint8_t count_enc;
	uint8_t table_enc;
};

static struct ij_error *hdr_read(struct ij_cursor *cur, uint64_t vaddr, struct hdr *ret)
{
	uint8_t version = ij_cursor_u8(cur), enc = ij_cursor_u8(cur);

	ret->count_enc = ij_cursor_u8(cur);
	ret->table_enc = ij_cursor_u8(cur);
	ret->eh_frame = ij_cfi_pointer(cur, enc, vaddr, vaddr);
	if (version != 1)
		cur->failed = true;
	return ij_cursor_error(cur);
}

struct ij_error *ij_cfi_hdr_eh_frame(const uint8_t *hdr, size_t hdr_size, uint64_t hdr_vaddr,
				     uint64_t *ret)
{
	struct ij_cursor cur = ij_cursor_make(hdr, hdr_size, ".eh_frame_hdr");
	struct hdr head;

	IJ_TRY(hdr_read(&cur, hdr_vaddr, &head));
	*ret = head.eh_frame;
	return NULL;
}

struct ij_error *ij_cfi_read_table(const struct ij_cfi *cfi, const uint8_t *hdr, size_t hdr_size,
				   uint64_t hdr_vaddr, struct ij_map_builder *builder,
				   struct ij_cfi_stats *stats)
{
	struct reader reader = reader_make(cfi, builder, stats);
	struct ij_cursor cur = ij_cursor_make(hdr, hdr_size, ".eh_frame_hdr");
	struct ij_error *err = NULL;
	struct record record;
	struct hdr head;
	uint64_t count;

	IJ_TRY(hdr_read(&cur, hdr_vaddr, &head));
	if (head.count_enc == DW_EH_PE_omit || head.table_enc == DW_EH_PE_omit)
		return ij_error_new(BADDATA, ".eh_frame_hdr: no search table");
	count = ij_cfi_pointer(&cur, head.count_enc, hdr_vaddr, hdr_vaddr);
	for (uint64_t i = 0; !err && i < count && !cur.failed; i++) {
		uint64_t fde;

		(void)ij_cfi_pointer(&cur, head.table_enc, hdr_vaddr, hdr_vaddr);
		fde = ij_cfi_pointer(&cur, head.table_enc, hdr_vaddr, hdr_vaddr);
		if (!cur.failed && record_read(&reader, fde - cfi->vaddr, &record) && !record.cie)
			err = fde_add(&reader, &record);
		else
			stats->malformed++;
	}
	stats->truncated = cur.failed;
	reader_deinit(&reader);
	return err;
}
