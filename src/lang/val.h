/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Values of expressions: what they are, their bytes, and where they live. */
#ifndef IJ_LANG_VAL_H
#define IJ_LANG_VAL_H

#include "base/arena.h"
#include "types/ctype.h"

struct ij_prototype;

/** A function that may be called. */
struct ij_func {
	const char *module;               /* that was asked for; or NULL */
	const char *name;                 /* of its symbol; NULL: none, as of an address */
	const char *shown;                /* as people know it; or NULL: `name` */
	ij_addr addr;                     /* 0: to be found by its name */
	const struct ij_prototype *proto; /* what the tables say of it; or NULL */
	bool is_virtual;                  /* the object says which: at entry `slot` of its table */
	uint64_t slot;
	bool is_explicit;   /* a constructor that converts nothing by itself */
	uint8_t convention; /* as of its type (types/ctype.h), whatever it is cast to */
};

enum ij_val_place {
	IJ_VAL_HERE,     /* only its bytes */
	IJ_VAL_TARGET,   /* an object of the target, at `addr` */
	IJ_VAL_VARIABLE, /* a variable of ours, `$name` */
};

struct ij_val {
	const struct ij_ctype *type;
	const struct ij_ctype *reference; /* of C++, by which it was reached just now; or NULL */
	uint8_t *bytes; /* NULL: of an object that was not read yet. Of the arena */
	enum ij_val_place place;
	ij_addr addr;
	uint32_t bit_off, bit_size; /* a bit-field: bits from `addr` or `bytes`; 0: none */
	const char *variable;
	const struct ij_func *func; /* of a function; or NULL */
	/* A string or compound literal, an object of its own: it gets memory in the target when its
	 * address is taken. */
	bool is_literal;
	bool is_buffer; /* a compound literal: what becomes of it is told */
	bool is_fresh;  /* a temporary object that a function returned just now, and nobody else has
			 */
	/* A pointer into the memory that literals get: its bytes are an offset there. */
	bool is_scratch;
};

#endif
