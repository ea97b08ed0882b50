/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The control flow of functions, from their machine code: what may run after what. Client only.
 *
 * A part is the code of one FDE: a whole function, or a piece of one that the compiler put
 * elsewhere (gcc's .cold). Parts are decoded when they are asked for.
 */
#ifndef IJ_MAPS_GRAPH_H
#define IJ_MAPS_GRAPH_H

#include "arch/decode.h"
#include "base/vec.h"
#include "maps/container.h"
#include "obj/object.h"

/** No instruction, no part. */
#define IJ_GRAPH_NONE UINT32_MAX

enum ij_graph_flags {
	IJ_GRAPH_BAD = 1 << 0,      /* no instruction that we can decode */
	IJ_GRAPH_INDIRECT = 1 << 1, /* goes to an address in a register or in memory */
	IJ_GRAPH_PADDING = 1 << 2,  /* a nop */
	IJ_GRAPH_NORETURN = 1 << 3, /* a call that does not return */
	IJ_GRAPH_STACK = 1 << 4,    /* changes the stack pointer, or writes relative to it or rbp */
	IJ_GRAPH_OPAQUE = 1 << 5,   /* uses x87, MMX or mask registers, which are not tracked */
};

/** Bits 0 to 15: GPRs by DWARF number, 16: flags, 32 to 63: vector registers 0 to 31. */
typedef uint64_t ij_graph_regs;

struct ij_graph_insn {
	uint32_t pc; /* module offset */
	uint32_t part;
	uint32_t target; /* module offset of a direct transfer; IJ_GRAPH_NONE: none in the module */
	uint32_t table;  /* module offset that lea takes, or a jump indexes: maybe a jump table's */
	uint8_t size;    /* bytes */
	uint8_t flow;    /* enum ij_insn_flow */
	uint8_t flags;   /* enum ij_graph_flags */
	bool absolute;   /* of `table`: it holds addresses, not distances */
	ij_graph_regs reads, writes;
};

struct ij_graph_part {
	uint32_t func;   /* index of its function */
	uint32_t *insn;  /* one a byte: index + 1 of the instruction that starts there, or 0 */
	uint8_t *code;   /* its bytes */
	uint32_t group;  /* of the parts of one function; see ij_graph_group */
	uint32_t first;  /* its first instruction; those of the linear sweep follow one another */
	uint32_t linear; /* how many these are */
	bool distrusted; /* something in it could not be followed: nothing is known of it */
};

/** The functions of a module, as a builder or a container has them. */
struct ij_graph_funcs {
	const struct ij_map_func *items; /* sorted by start */
	size_t len;
	const struct ij_map_row *rows;
	const struct ij_map_rule *rules;
};

struct ij_graph {
	struct ij_object *obj;       /* borrowed */
	struct ij_graph_funcs funcs; /* borrowed */
	uint32_t *part_of;           /* one a function: its part + 1, or 0 */
	uint64_t base, span;
	bool lands; /* the module has landing pads: a call may go on anywhere in its function */
	IJ_VEC(struct ij_graph_part) parts;
	IJ_VEC(struct ij_graph_insn) insns;
	IJ_VEC(uint64_t) noreturn; /* link-time addresses: functions, and slots that hold them */
	IJ_VEC(uint32_t) tables;   /* every `table`; sorted by ij_graph_bound */
	size_t bounds_len;         /* so many of them are sorted */
	uint64_t budget;           /* bytes of code that may still be decoded */
};

/**
 * @funcs, @obj: borrowed for the life of the graph.
 * Errors: NOMEM, BADDATA.
 */
struct ij_error *ij_graph_init(struct ij_graph *graph, struct ij_object *obj,
			       const struct ij_graph_funcs *funcs) IJ_WARN_UNUSED;
void ij_graph_deinit(struct ij_graph *graph);

/** The function that holds module offset @pc, or NULL. */
const struct ij_map_func *ij_graph_func(const struct ij_graph *graph, uint64_t pc);

/**
 * Does it begin with a frame in place, as a cold part of a function does, and not with nothing on
 * the stack but the return address?
 */
bool ij_graph_is_piece(const struct ij_graph *graph, const struct ij_map_func *func);

/** The part that holds module offset @pc and is decoded, or IJ_GRAPH_NONE. */
uint32_t ij_graph_part(const struct ij_graph *graph, uint64_t pc);

/** The instruction that starts at module offset @pc and is decoded, or IJ_GRAPH_NONE. */
uint32_t ij_graph_insn_at(const struct ij_graph *graph, uint64_t pc);

/**
 * Decode the function that holds @pc, unless it is.
 *
 * @ret: its part; IJ_GRAPH_NONE if there is no function, its code is not in the file, or it is over
 * a limit. Errors: NOMEM.
 */
struct ij_error *ij_graph_add(struct ij_graph *graph, uint64_t pc, uint32_t *ret) IJ_WARN_UNUSED;

/**
 * The instruction at @pc, which lies in a part; decodes it where it overlaps another one.
 *
 * @ret: its index, or IJ_GRAPH_NONE. Errors: NOMEM.
 */
struct ij_error *ij_graph_at(struct ij_graph *graph, uint32_t part, uint64_t pc, uint32_t *ret)
	IJ_WARN_UNUSED;

/** Two parts turned out to be of one function. */
void ij_graph_join(struct ij_graph *graph, uint32_t a, uint32_t b);
/** A number that all parts of a function share. */
uint32_t ij_graph_group(struct ij_graph *graph, uint32_t part);

/** Where a table of what is decoded so far begins, another one ends from now on. */
void ij_graph_bound(struct ij_graph *graph);

/** May control fall from @insn to the instruction behind it? */
bool ij_graph_falls(const struct ij_graph_insn *insn);

/**
 * The targets of the indirect jump at index @insn, by the jump table that it seems to read.
 *
 * @visit: called for each, an address in this function or in another part of it; where the table
 * ends is not known, so that what stands behind it may follow. Returns false for what cannot be an
 * entry.
 * @return: false if no table was found: it may go anywhere.
 * Source: what GCC 12 and clang 14 write: lea TABLE(%rip), a 32-bit distance from TABLE an entry;
 * and without PIC jmp *TABLE(,REG,8).
 */
bool ij_graph_table(struct ij_graph *graph, uint32_t insn, bool (*visit)(void *ctx, uint32_t pc),
		    void *ctx);

#endif
