/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Points of code that LLVM wrote stack maps for: statepoints of a collector, stackmaps,
 * patchpoints. They stand at return addresses, and say nothing of any other instruction.
 */
#include "maps/llvmmaps.h"
#include "maps/points_sites.h"
#include "maps/points_source.h"

enum { SP = 7, BP = 6, VECTOR_FIRST = 17, VECTOR_LAST = 32 };

struct reader {
	struct ij_points *out;
	struct ij_points_words words;
	struct ij_points_sites sites;
	struct ij_points_slots live, pointers;
	uint64_t vaddr; /* of the section */
};

/* The register of a DWARF number as points have it; 0: none that they tell. */
static ij_point_regs reg_bit(unsigned dwarf)
{
	if (dwarf < 16 && dwarf != SP)
		return 1ull << dwarf;
	if (dwarf >= VECTOR_FIRST && dwarf <= VECTOR_LAST)
		return 1ull << (32 + dwarf - VECTOR_FIRST);
	return 0;
}

/* Bytes from the CFA to what lies at register + offset. False: not known. */
static bool slot_of(const struct ij_llvmmaps_record *rec, const struct ij_llvmmaps_location *loc,
		    int64_t *ret)
{
	if (loc->reg == BP)
		*ret = loc->offset - 16;
	else if (loc->reg == SP && rec->stack_size <= INT32_MAX)
		*ret = loc->offset - 8 - (int64_t)rec->stack_size;
	else
		return false;
	return true;
}

static struct ij_error *location_add(struct reader *r, const struct ij_llvmmaps_record *rec,
				     size_t idx, bool pointer, struct ij_point *point)
{
	struct ij_llvmmaps_location loc;
	int64_t slot;

	if (!ij_llvmmaps_location_at(rec, idx, &loc))
		return ij_error_new(BADDATA,
				    ".llvm_stackmaps: record at offset %zu: location %zu is "
				    "malformed",
				    rec->at, idx);
	switch (loc.kind) {
	case IJ_LLVMMAPS_REGISTER:
		if (loc.reg != SP && !reg_bit(loc.reg))
			return ij_error_new(UNSUPPORTED,
					    ".llvm_stackmaps: record at offset %zu: register %u",
					    rec->at, loc.reg);
		point->live |= reg_bit(loc.reg);
		point->pointers |= pointer ? reg_bit(loc.reg) & IJ_POINT_GPRS : 0;
		return NULL;
	case IJ_LLVMMAPS_INDIRECT:
		if (!slot_of(rec, &loc, &slot)) {
			point->unknown |= IJ_POINTS_SLOTS;
			return NULL;
		}
		if (pointer)
			IJ_TRY(ij_vec_push(&r->pointers.list, slot));
		return ij_vec_push(&r->live.list, slot);
	default:
		return NULL; /* an address in the frame, or a constant: no value is kept for it */
	}
}

static struct ij_error *record_add(void *ctx, const struct ij_llvmmaps_record *rec)
{
	struct reader *r = ctx;
	uint64_t func = ij_points_words_at(&r->words, r->vaddr + rec->func_off, rec->func);
	uint64_t pc = func + rec->offset - r->out->base;
	size_t gc = ij_llvmmaps_gc_first(rec);
	struct ij_point point = {.pc = (uint32_t)pc};
	bool good, aligned;

	if (pc >= r->out->span)
		return ij_error_new(BADDATA,
				    ".llvm_stackmaps: record at offset %zu: its place lies outside "
				    "the file",
				    rec->at);
	if (rec->stack_size <= INT32_MAX)
		point.frame = (int32_t)rec->stack_size;
	else
		point.unknown |= IJ_POINTS_FRAME;
	for (size_t i = 0; i < rec->locations_len; i++)
		IJ_TRY(location_add(r, rec, i, i >= gc, &point));
	for (size_t i = 0; i < rec->live_outs_len; i++)
		point.live |= reg_bit(ij_llvmmaps_live_out(rec, i));
	IJ_TRY(ij_points_slots_take(&r->live, r->out, &point.slots_live, &good));
	IJ_TRY(ij_points_slots_take(&r->pointers, r->out, &point.slots_pointers, &aligned));
	if (!good || !aligned)
		point.unknown |= IJ_POINTS_SLOTS;
	return ij_vec_push(&r->sites.list,
			   ((struct ij_points_site){point, rec->offset ? point.pc - 1 : point.pc}));
}

static bool llvm_fits(struct ij_object *obj)
{
	const uint8_t *bytes;
	uint64_t vaddr;
	size_t size;
	struct ij_error *err = ij_object_section(obj, ".llvm_stackmaps", &bytes, &size, &vaddr);

	ij_error_free(err);
	return !err;
}

static struct ij_error *llvm_read(struct ij_object *obj, struct ij_points *ret)
{
	struct reader r = {.out = ret};
	const uint8_t *bytes;
	struct ij_error *err;
	size_t size, lost;

	ij_points_init(ret, "llvm",
		       IJ_POINTS_REGS | IJ_POINTS_FRAME | IJ_POINTS_SLOTS | IJ_POINTS_PARTIAL,
		       ij_object_base(obj), ij_object_span(obj));
	IJ_TRY(ij_object_section(obj, ".llvm_stackmaps", &bytes, &size, &r.vaddr));
	err = ij_points_words_init(&r.words, obj);
	if (!err)
		err = ij_llvmmaps_each(bytes, size, record_add, &r);
	if (!err)
		err = ij_points_sites_write(obj, &r.sites, ret, &lost);
	if (!err && lost)
		err = ij_error_new(BADDATA,
				   ".llvm_stackmaps: %zu of %zu places lie in no function "
				   "of this file",
				   lost, r.sites.list.len);
	ij_points_words_deinit(&r.words);
	ij_vec_deinit(&r.sites.list);
	ij_vec_deinit(&r.live.list);
	ij_vec_deinit(&r.pointers.list);
	return err;
}

const struct ij_points_source ij_points_llvm = {
	.name = "llvm",
	.text = "LLVM stack maps",
	.fits = llvm_fits,
	.read = llvm_read,
};
