/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A Go program as its file tells it, stripped or not: version, functions by name and address, and
 * the compiler's maps. Needs neither symbols nor DWARF. Client only.
 */
#ifndef IJ_MAPS_GOPROG_H
#define IJ_MAPS_GOPROG_H

#include "base/types.h"
#include "maps/gotab.h"
#include "obj/object.h"

/** Which PCDATA and FUNCDATA hold what; -1: there is none in this version. */
struct ij_goprog_slots {
	int8_t unsafe_point; /* PCDATA; up to 1.14 the register maps' index says it, too */
	int8_t stack_map;    /* PCDATA: index into args and locals */
	int8_t reg_map;      /* PCDATA: index into reg_maps (1.11 to 1.14) */
	int8_t inl_index;    /* PCDATA: index into inl_tree */
	int8_t args, locals, reg_maps, objects, inl_tree; /* FUNCDATA */
};

struct ij_goprog; /* borrows its object */

/**
 * Recognise a Go program, library or plugin in @obj, which outlives @ret.
 *
 * Errors: NOTFOUND (no Go in it), UNSUPPORTED (a version whose tables do not hold what they
 *   promise: its name), BADDATA, NOMEM.
 * Source: Go 1.11 to 1.27, src/runtime/symtab.go, cmd/link/internal/ld/pcln.go,
 *   debug/buildinfo; moduledata is found by words that must agree with the table.
 */
struct ij_error *ij_goprog_open(struct ij_object *obj, struct ij_goprog **ret) IJ_WARN_UNUSED;
void ij_goprog_close(struct ij_goprog *prog);

/** The minor version: 23 of Go 1.23.5; the oldest of those that it may be. */
unsigned ij_goprog_minor(const struct ij_goprog *prog);
/** "go1.23.5", "go1.26 or later" if only the tables tell. Borrowed. */
const char *ij_goprog_version(const struct ij_goprog *prog);
const struct ij_goprog_slots *ij_goprog_slots_get(const struct ij_goprog *prog);
const struct ij_gotab *ij_goprog_tab(const struct ij_goprog *prog);
struct ij_object *ij_goprog_object(const struct ij_goprog *prog);

/** The function that holds link-time address @addr. */
bool ij_goprog_find(const struct ij_goprog *prog, uint64_t addr, struct ij_gotab_func *ret);

/**
 * The function @name ("runtime/debug.setGCPercent", "main.(*T).Add", "main.F[...]"), never a
 * wrapper for another calling convention.
 */
bool ij_goprog_named(const struct ij_goprog *prog, const char *name, struct ij_gotab_func *ret);

/** Is it one of the compiler's wrappers, such as that of an assembly function? */
bool ij_goprog_is_wrapper(const struct ij_goprog *prog, const struct ij_gotab_func *func);

/** One FUNCDATA bitmap table of @func: n bitmaps of nbit bits. */
struct ij_gobits {
	int32_t n, nbit;
	uint64_t addr; /* of the first bitmap, link-time */
};

/**
 * FUNCDATA @slot (of ij_goprog_slots) of @func as bitmaps. False: there is none, or it is
 * malformed, or where FUNCDATA lies is not known.
 */
bool ij_goprog_bits(const struct ij_goprog *prog, const struct ij_gotab_func *func, int slot,
		    struct ij_gobits *ret);
/** Bitmap @idx, its first 64 bits; bits from nbit on are 0. False: there is no such one. */
bool ij_goprog_bitmap(const struct ij_goprog *prog, const struct ij_gobits *bits, int64_t idx,
		      uint64_t *ret);

/** Link-time address that names of types count from (moduledata.types); 0: not known. */
uint64_t ij_goprog_types(const struct ij_goprog *prog);

/**
 * The list of types that have no name of their own: 32-bit offsets from ij_goprog_types, sorted by
 * the types' texts. False: there is none (Go 1.27 on), or it is not known.
 */
bool ij_goprog_typelinks(const struct ij_goprog *prog, uint64_t *addr_ret, uint64_t *len_ret);

/**
 * The descriptor of the type @name, whose values have @size bytes, where there is no such list (Go
 * 1.27 on): as of ij_gotypes_find (maps/gotypes.h). @ret: link-time address.
 */
bool ij_goprog_type_find(const struct ij_goprog *prog, const char *name, uint64_t size,
			 uint64_t *ret);

/** Link-time address of FUNCDATA @slot of @func. False: there is none, or it is not known. */
bool ij_goprog_funcdata_addr(const struct ij_goprog *prog, const struct ij_gotab_func *func,
			     int slot, uint64_t *ret);

/** Is FUNCDATA @slot of @func there? */
bool ij_goprog_has(const struct ij_goprog *prog, const struct ij_gotab_func *func, int slot);

#endif
