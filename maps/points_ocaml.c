/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Points of OCaml code, from its frametables: at return addresses, which stack slots and registers
 * hold values that the collector must know. What lives besides is not told.
 *
 * Found by the symbol caml_frametable, an array of units that ends with 0. Stripped programs keep
 * it if they export their symbols, as OCaml's linker has them do on Linux.
 */
#include "maps/ocamlmaps.h"
#include "maps/points_sites.h"
#include "maps/points_source.h"

/* More units than any program has. */
#define UNITS_MAX 100000u

struct reader {
	struct ij_object *obj;
	struct ij_points *out;
	struct ij_points_words words;
	struct ij_points_sites sites;
	struct ij_points_slots slots;
	uint64_t vaddr; /* of the unit's table */
};

static struct ij_error *frame_add(void *ctx, const struct ij_ocamlmaps_frame *frame)
{
	struct reader *r = ctx;
	uint64_t pc =
		ij_points_words_at(&r->words, r->vaddr + frame->at, frame->ret_addr) - r->out->base;
	struct ij_point point = {.pc = (uint32_t)pc};
	bool good;

	/* A return address that the linker resolved to nothing stands in no code. */
	if (pc >= r->out->span)
		return ij_error_new(
			BADDATA,
			"caml_frametable: the return address at 0x%llx lies outside the "
			"file",
			(unsigned long long)(r->vaddr + frame->at));
	if (frame->special || frame->size < 8)
		point.unknown |= IJ_POINTS_FRAME | IJ_POINTS_SLOTS;
	else
		point.frame = (int32_t)frame->size - 8;
	for (uint32_t i = 0; i < frame->live_len; i++) {
		int where;

		if (ij_ocamlmaps_live(frame, i, &where)) {
			if (where < 0)
				return ij_error_new(UNSUPPORTED,
						    "caml_frametable: a register that OCaml 4 does "
						    "not have, at 0x%llx",
						    (unsigned long long)(r->vaddr + frame->at));
			point.pointers |= 1ull << where;
		} else {
			IJ_TRY(ij_vec_push(&r->slots.list, (int64_t)where - (int64_t)frame->size));
		}
	}
	IJ_TRY(ij_points_slots_take(&r->slots, r->out, &point.slots_pointers, &good));
	if (!good)
		point.unknown |= IJ_POINTS_SLOTS;
	return ij_vec_push(&r->sites.list, ((struct ij_points_site){point, pc ? point.pc - 1 : 0}));
}

/* How many bytes the file has from @vaddr on. */
static uint64_t rest_of(const struct ij_object *obj, uint64_t vaddr)
{
	size_t len;
	const struct ij_segment *segs = ij_object_segments(obj, &len);

	for (size_t i = 0; i < len; i++)
		if (vaddr - segs[i].vaddr < segs[i].file_size)
			return segs[i].file_size - (vaddr - segs[i].vaddr);
	return 0;
}

static struct ij_error *unit_read(struct reader *r, uint64_t vaddr)
{
	uint64_t size = rest_of(r->obj, vaddr);
	uint8_t *bytes = malloc(size ? size : 1);
	struct ij_error *err;

	if (!bytes)
		return ij_error_nomem();
	if (!size) {
		free(bytes);
		return ij_error_new(BADDATA,
				    "caml_frametable: an entry leads to 0x%llx, where no data is",
				    (unsigned long long)vaddr);
	}
	r->vaddr = vaddr;
	err = ij_object_read(r->obj, vaddr, bytes, size);
	if (!err)
		err = ij_ocamlmaps_each(bytes, size, frame_add, r);
	free(bytes);
	return ij_error_wrap(err, "frametable at 0x%llx", (unsigned long long)vaddr);
}

static struct ij_error *units_read(struct reader *r, uint64_t vaddr)
{
	for (unsigned i = 0; i < UNITS_MAX; i++, vaddr += sizeof(uint64_t)) {
		uint64_t unit = 0;

		IJ_TRY(ij_object_read(r->obj, vaddr, &unit, sizeof(unit)));
		unit = ij_points_words_at(&r->words, vaddr, unit);
		if (!unit)
			return NULL;
		IJ_TRY(unit_read(r, unit));
	}
	return ij_error_new(LIMIT, "caml_frametable: over %u units", UNITS_MAX);
}

static bool ocaml_fits(struct ij_object *obj)
{
	struct ij_symbol symbol;
	struct ij_error *err = ij_object_symbol(obj, "caml_frametable", &symbol);

	ij_error_free(err);
	return !err;
}

static struct ij_error *ocaml_read(struct ij_object *obj, struct ij_points *ret)
{
	struct reader r = {.obj = obj, .out = ret};
	struct ij_symbol symbol;
	struct ij_error *err;
	size_t lost;

	ij_points_init(ret, "ocaml",
		       IJ_POINTS_POINTERS | IJ_POINTS_FRAME | IJ_POINTS_SLOTS_POINTERS |
			       IJ_POINTS_PARTIAL,
		       ij_object_base(obj), ij_object_span(obj));
	IJ_TRY(ij_object_symbol(obj, "caml_frametable", &symbol));
	err = ij_points_words_init(&r.words, obj);
	if (!err)
		err = units_read(&r, symbol.value);
	if (!err)
		err = ij_points_sites_write(obj, &r.sites, ret, &lost);
	if (!err && lost)
		err = ij_error_new(BADDATA,
				   "caml_frametable: %zu of %zu return addresses lie in no "
				   "function of this file",
				   lost, r.sites.list.len);
	ij_points_words_deinit(&r.words);
	ij_vec_deinit(&r.sites.list);
	ij_vec_deinit(&r.slots.list);
	return err;
}

const struct ij_points_source ij_points_ocaml = {
	.name = "ocaml",
	.text = "OCaml frametables",
	.fits = ocaml_fits,
	.read = ocaml_read,
};
