/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The map model: what is known at each PC of a module's functions, whatever its maps were written
 * by. Every source (maps/points_source.h) is lowered to it, every codec (maps/codec.h) encodes it.
 *
 * A function is a sequence of points. What a point says holds from its PC to that of the next, or
 * to the function's end. Points are canonical: each differs from the one before it, and what is not
 * known is 0; so two sequences say the same if and only if they are equal.
 */
#ifndef IJ_MAPS_POINTS_H
#define IJ_MAPS_POINTS_H

#include "base/vec.h"

/** Why no call is possible at a point; 0: one is. */
enum ij_why {
#define IJ_WHY(NAME, name, text) IJ_WHY_##NAME,
#include "maps/whys.def"
#undef IJ_WHY
	IJ_WHY_COUNT
};

/** "marked", and what a message calls it; static storage. */
const char *ij_why_name(unsigned why);
const char *ij_why_text(unsigned why);

/** What a source tells; and, of one point, what it does not. */
enum ij_points_have {
	IJ_POINTS_LIVE = 1 << 0,       /* live registers */
	IJ_POINTS_POINTERS = 1 << 1,   /* registers that hold pointers */
	IJ_POINTS_FRAME = 1 << 2,      /* frame size */
	IJ_POINTS_SLOTS_LIVE = 1 << 3, /* live stack slots */
	IJ_POINTS_SLOTS_POINTERS = 1 << 4,
	IJ_POINTS_PARTIAL = 1 << 5, /* there may be more in registers than the source tells */
	/* Pointers are what debug information calls so: there may be more, and a register or slot
	 * so labelled may be dead. */
	IJ_POINTS_LABELS = 1 << 6,
};
#define IJ_POINTS_REGS  (IJ_POINTS_LIVE | IJ_POINTS_POINTERS)
#define IJ_POINTS_SLOTS (IJ_POINTS_SLOTS_LIVE | IJ_POINTS_SLOTS_POINTERS)

/** Registers: bits 0 to 15 GPRs by DWARF number, 32 to 63 vector registers 0 to 31. */
typedef uint64_t ij_point_regs;
#define IJ_POINT_GPRS 0xffffull
#define IJ_POINT_REGS (IJ_POINT_GPRS | 0xffffffffull << 32)

struct ij_point {
	uint32_t pc;        /* module offset */
	uint8_t why;        /* enum ij_why */
	uint8_t unknown;    /* enum ij_points_have: REGS, FRAME and SLOTS, each all or nothing */
	int32_t frame;      /* bytes from the stack pointer up to the return address */
	ij_point_regs live; /* may be read before they are written */
	ij_point_regs pointers; /* hold pointers into the heap; general registers only */
	uint32_t slots_live;    /* sets of stack slots: indexes in ij_points.sets, 0 is empty */
	uint32_t slots_pointers;
};

struct ij_points_func {
	uint32_t start; /* module offset */
	uint32_t size;  /* bytes, at least 1 */
	uint32_t first; /* its first point, whose pc is `start` */
	uint32_t len;   /* at least 1 */
	uint32_t name;  /* offset in ij_points.names; 0: the source tells none */
};

/**
 * A set of stack slots: words of 8 bytes. Bit B of word W stands for the slot at
 * CFA + 8 * (64 * (lo + W) + B), where CFA is the address behind the return address: slot -1 is the
 * return address itself, 0 the first argument on the stack. The first and the last word are not 0.
 */
struct ij_slot_set {
	int32_t lo;
	uint32_t idx; /* of its first word in ij_slot_sets.words */
	uint32_t len; /* words; 0: the empty set */
};

/** Sets, each once. */
struct ij_slot_sets {
	IJ_VEC(struct ij_slot_set) items; /* [0] is empty, once there is any */
	IJ_VEC(uint64_t) words;
	uint32_t *table; /* open addressing: index + 1, 0 while free */
	size_t cap;      /* a power of two, or 0 */
};

struct ij_points {
	const char *source;                  /* its name; static storage */
	unsigned have;                       /* enum ij_points_have */
	uint64_t base;                       /* link-time address of module offset 0 */
	uint64_t span;                       /* bytes */
	IJ_VEC(struct ij_points_func) funcs; /* sorted by start, disjoint */
	IJ_VEC(struct ij_point) points;
	IJ_VEC(char) names; /* terminated, one behind the other; [0] is 0, once there is any */
	struct ij_slot_sets sets;
	char note[200]; /* what users of them should know; "" if nothing */
};

void ij_points_init(struct ij_points *points, const char *source, unsigned have, uint64_t base,
		    uint64_t span);
void ij_points_deinit(struct ij_points *points);

/** Begin a function, which must lie in the span and behind the one before. Errors: NOMEM, BADDATA.
 */
struct ij_error *ij_points_begin(struct ij_points *points, uint32_t start, uint32_t size)
	IJ_WARN_UNUSED;

/** Name the function begun last. Errors: NOMEM, LIMIT. */
struct ij_error *ij_points_name(struct ij_points *points, const char *name) IJ_WARN_UNUSED;

/**
 * Add a point to the function begun last; the first must be at its start, later ones behind the one
 * before. One that says what the one before says is left out. Made canonical.
 *
 * Errors: NOMEM, BADDATA (out of order, or outside).
 */
struct ij_error *ij_points_add(struct ij_points *points, const struct ij_point *point)
	IJ_WARN_UNUSED;

/**
 * The set with these words, which need not be trimmed; stored once.
 *
 * @lo: slot number of bit 0 of @words, divided by 64. Errors: NOMEM, LIMIT.
 */
struct ij_error *ij_slot_sets_add(struct ij_slot_sets *sets, int32_t lo, const uint64_t *words,
				  size_t len, uint32_t *ret) IJ_WARN_UNUSED;

/** The set of slots that are in exactly one of two. */
struct ij_error *ij_slot_sets_xor(struct ij_slot_sets *sets, uint32_t a, uint32_t b, uint32_t *ret)
	IJ_WARN_UNUSED;

/** Is slot @slot (CFA + 8 * slot) in the set? */
bool ij_slot_sets_has(const struct ij_slot_sets *sets, uint32_t set, int64_t slot);

/** How many slots the set has. */
uint32_t ij_slot_sets_count(const struct ij_slot_sets *sets, uint32_t set);

/** How many slots of the set are below @slot. */
uint32_t ij_slot_sets_rank(const struct ij_slot_sets *sets, uint32_t set, int64_t slot);

void ij_slot_sets_deinit(struct ij_slot_sets *sets);

/** The function that holds module offset @pc, or NULL. */
const struct ij_points_func *ij_points_func(const struct ij_points *points, uint64_t pc);

/** The point that holds at @pc, which lies in @func. */
const struct ij_point *ij_points_at(const struct ij_points *points,
				    const struct ij_points_func *func, uint64_t pc);

/** Do two points say the same, apart from their PCs? */
bool ij_point_same(const struct ij_point *a, const struct ij_point *b);

#endif
