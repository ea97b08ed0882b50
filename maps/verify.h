/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Checking maps against the code that they are of: control flow and instructions know nothing of
 * who wrote the maps, so what they contradict is wrong in one or the other. Client only.
 */
#ifndef IJ_MAPS_VERIFY_H
#define IJ_MAPS_VERIFY_H

#include "base/json.h"
#include "maps/points.h"
#include "obj/object.h"

enum ij_verify_check {
#define IJ_VERIFY(NAME, name, what, text) IJ_VERIFY_##NAME,
#include "maps/verify.def"
#undef IJ_VERIFY
	IJ_VERIFY_CHECKS
};

/** Does a finding of @check contradict the maps? Labels prove nothing, and disprove nothing. */
static inline bool ij_verify_is_proof(unsigned check)
{
	return check != IJ_VERIFY_LABEL;
}

/** Where the value of a register came from that is used and not in the map. */
enum ij_verify_origin {
	IJ_VERIFY_OTHER,    /* nothing is seen to write it: an argument, or another block did */
	IJ_VERIFY_THREAD,   /* loaded through fs or gs: the thread's own data */
	IJ_VERIFY_STATIC,   /* the address of something in the module */
	IJ_VERIFY_STACK,    /* an address in the frame */
	IJ_VERIFY_LOADED,   /* from memory */
	IJ_VERIFY_COMPUTED, /* from other registers */
	IJ_VERIFY_RESULT,   /* of a call */
	IJ_VERIFY_ORIGINS
};

#define IJ_VERIFY_PATH 8

struct ij_verify_finding {
	uint8_t check;  /* enum ij_verify_check */
	uint8_t origin; /* enum ij_verify_origin, of USE */
	uint8_t reg;    /* number of a packed register (codec_format.h), where it is about one */
	uint8_t path_len;
	bool jumped; /* nothing falls into the instruction at `pc`: its map is of the one before it
		      */
	uint32_t func;                 /* index */
	uint32_t pc;                   /* module offset of the instruction or point */
	uint32_t other;                /* where it comes from, or is used */
	int32_t expected, found;       /* FRAME */
	uint32_t path[IJ_VERIFY_PATH]; /* USE: where the way to the use jumps to */
};

struct ij_verify {
	IJ_VEC(struct ij_verify_finding) findings; /* at most IJ_VERIFY_FINDINGS */
	uint64_t checked[IJ_VERIFY_CHECKS];        /* how often it was checked */
	uint64_t possible[IJ_VERIFY_CHECKS];       /* how often there was something to check */
	uint64_t found[IJ_VERIFY_CHECKS];          /* contradictions */
	uint64_t jumped[IJ_VERIFY_CHECKS];         /* of these, where nothing falls into */
	uint64_t origins[IJ_VERIFY_ORIGINS];       /* of those of USE that are not */
};
#define IJ_VERIFY_FINDINGS 100000u

/** Check @points of @obj. @ret: free with ij_verify_deinit. Errors: NOMEM. */
struct ij_error *ij_verify(struct ij_object *obj, const struct ij_points *points,
			   struct ij_verify *ret) IJ_WARN_UNUSED;
void ij_verify_deinit(struct ij_verify *verify);

const char *ij_verify_name(unsigned check);
const char *ij_verify_origin_name(unsigned origin);

/** Lines: each contradiction (up to @max a check), then a summary. */
void ij_verify_text(const struct ij_verify *verify, struct ij_object *obj,
		    const struct ij_points *points, unsigned max, struct ij_strbuf *out);
/** Members of an object that is open. */
void ij_verify_json(const struct ij_verify *verify, struct ij_object *obj,
		    const struct ij_points *points, struct ij_json *json);

#endif
