/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The variables that are in scope at a PC, and where they are in a frame. */
#ifndef IJ_OBJ_DEBUG_FRAME_H
#define IJ_OBJ_DEBUG_FRAME_H

#include "base/strbuf.h"
#include "obj/debug.h"
#include "obj/dwarf_expr.h"

struct ij_debug_unit;

/** A function at a PC: the one whose code it is, or one that was inlined there. */
struct ij_debug_level {
	const char *name;            /* "ns::f"; NULL: none. Of the types */
	const struct ij_ctype *type; /* IJ_CT_FUNCTION, its parameters named */
	bool is_inlined;
	uint64_t entry; /* link-time address of its first instruction; 0: not told */
	/* Of an inlined one, where it was called: numbers of the unit's line table; 0: not told. */
	uint64_t call_file, call_line;
};

/** A variable or parameter. */
struct ij_debug_local {
	const char *name;            /* of the types */
	const struct ij_ctype *type; /* never NULL */
	unsigned level;              /* of `levels`: the function that it is of */
	unsigned block;              /* 0: of the function itself; else how deep its block is */
	bool is_parameter;
	bool is_artificial; /* the compiler's own: `this` */
	struct ij_debug_unit *unit;
	struct ij_dwarf_value location, constant;
};

/** All that is in scope at a PC. */
struct ij_debug_here {
	uint64_t pc;
	struct ij_debug_unit *unit;
	struct ij_dwarf_value frame_base;
	uint64_t line_table;                  /* offset in .debug_line; IJ_DEBUG_NO_LINES: none */
	const char *file;                     /* the unit's; or NULL. Borrowed */
	bool is_cxx, is_rust;                 /* its language */
	IJ_VEC(struct ij_debug_level) levels; /* innermost first */
	/* Innermost block first; of one block in the order in which they stand in it. */
	IJ_VEC(struct ij_debug_local) locals;
};
#define IJ_DEBUG_NO_LINES UINT64_MAX

/**
 * Find what is in scope at link-time address @pc. Of a frame that is not the innermost that is one
 * less than its return address.
 *
 * @ret: deinit it; valid as long as @debug.
 * Errors: NOTFOUND (no function is there), BADDATA, LIMIT, NOMEM.
 */
struct ij_error *ij_debug_here(struct ij_debug *debug, uint64_t pc, struct ij_debug_here *ret)
	IJ_WARN_UNUSED;
void ij_debug_here_deinit(struct ij_debug_here *here);

/**
 * The variable @name as code at the PC would see it: of the innermost function only; NULL if it has
 * none.
 */
const struct ij_debug_local *ij_debug_here_find(const struct ij_debug_here *here, const char *name);

/** Where @local is in @frame. Errors: those of ij_dwarf_locate. */
struct ij_error *ij_debug_local_where(struct ij_debug *debug, const struct ij_debug_here *here,
				      const struct ij_debug_local *local,
				      const struct ij_dwarf_frame *frame,
				      struct ij_dwarf_where *ret) IJ_WARN_UNUSED;

/**
 * Add in words where @local is; nothing: nowhere, it is optimised out.
 *
 * @bias, @module: as of struct ij_dwarf_words. @is_static_ret, @addr_ret, errors: as of
 * ij_dwarf_words.
 */
struct ij_error *ij_debug_local_words(struct ij_debug *debug, const struct ij_debug_here *here,
				      const struct ij_debug_local *local, uint64_t bias,
				      const char *module, struct ij_strbuf *out,
				      bool *is_static_ret, uint64_t *addr_ret) IJ_WARN_UNUSED;

/**
 * What the caller says that @expr was worth when it made the call: an `entry` of ij_dwarf_frame
 * (DWARF 5, 3.4).
 *
 * @debug: of the caller's module. @pc: the link-time return address. @caller: its frame.
 * Errors: NOTFOUND (it is not told), and those of ij_dwarf_number.
 */
struct ij_error *ij_debug_entry_value(struct ij_debug *debug, uint64_t pc,
				      const struct ij_dwarf_frame *caller,
				      struct ij_dwarf_span expr, uint64_t *ret) IJ_WARN_UNUSED;

/**
 * Whether the call that returns to link-time address @pc may be one of the function @name, without
 * its scope: one by a pointer may be of any.
 *
 * Errors: NOTFOUND (nothing is told of it), and those of reading.
 */
struct ij_error *ij_debug_calls(struct ij_debug *debug, uint64_t pc, const char *name, bool *ret)
	IJ_WARN_UNUSED;

/** The register alone that @local is in at link-time address @pc; empty: it is in none. */
struct ij_dwarf_span ij_debug_local_register(struct ij_debug *debug,
					     const struct ij_debug_local *local, uint64_t pc);

#endif
