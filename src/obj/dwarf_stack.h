/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The typed stack of DWARF expressions and its arithmetic (DWARF 5, 2.5.1). */
#ifndef IJ_OBJ_DWARF_STACK_H
#define IJ_OBJ_DWARF_STACK_H

#include "obj/dwarf.h"

enum ij_dwarf_sort {
	IJ_DWARF_GENERIC, /* an address, or an integer of its size without a sign of its own */
	IJ_DWARF_UNSIGNED,
	IJ_DWARF_SIGNED,
	IJ_DWARF_FLOAT,
};

struct ij_dwarf_type {
	enum ij_dwarf_sort sort;
	uint8_t size; /* bytes: up to 8 */
};

struct ij_dwarf_number {
	struct ij_dwarf_type type;
	uint64_t bits; /* the low `size` bytes; the rest is zero */
};

enum { IJ_DWARF_STACK_MAX = 64 };

struct ij_dwarf_stack {
	struct ij_dwarf_number list[IJ_DWARF_STACK_MAX];
	unsigned len;
	bool failed; /* too much was pushed or popped; sticky */
};

void ij_dwarf_push(struct ij_dwarf_stack *stack, struct ij_dwarf_type type, uint64_t bits);
/** An address, or a number of the generic type. */
void ij_dwarf_push_u(struct ij_dwarf_stack *stack, uint64_t bits);
struct ij_dwarf_number ij_dwarf_pop(struct ij_dwarf_stack *stack);
/** The number as an integer: signed ones extended. */
uint64_t ij_dwarf_integer(const struct ij_dwarf_number *number);

/** Carry out the arithmetic, comparing or stack operation @op; false if it is none of these. */
bool ij_dwarf_operate(struct ij_dwarf_stack *stack, unsigned op);

/** The top becomes of @type: by value, or with @reinterpret bit by bit. */
void ij_dwarf_convert(struct ij_dwarf_stack *stack, struct ij_dwarf_type type, bool reinterpret);

#endif
