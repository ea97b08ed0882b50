/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Calls and jumps found without disassembling. Client only.
 *
 * Every byte is taken for the start of one: a superset of those that a disassembler would find.
 */
#ifndef IJ_MAPS_TRANSFERS_H
#define IJ_MAPS_TRANSFERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum ij_transfer_kind {
	IJ_TRANSFER_CALL,
	IJ_TRANSFER_JUMP,
	IJ_TRANSFER_BRANCH, /* a conditional jump */
};

/** What looks like a transfer of control to a place that is told relative to it. */
struct ij_transfer {
	enum ij_transfer_kind kind;
	size_t at;  /* where to go on looking: an offset into the code, bytes */
	int64_t to; /* the offset that it leads to, in the code or out of it */
};

/** The first call or jump that begins at offset @from of @code or behind; false: none. */
bool ij_transfer_next(const uint8_t *code, size_t size, size_t from, struct ij_transfer *ret);

/** The same for conditional jumps. */
bool ij_transfer_next_branch(const uint8_t *code, size_t size, size_t from,
			     struct ij_transfer *ret);

/**
 * Whether @code is but what assemblers fill up with: bytes of which no code can be made that ends.
 * Source: binutils, gas/config/tc-i386.c: forms of NOP; zeros; INT3.
 */
bool ij_transfer_is_padding(const uint8_t *code, size_t size);

#endif
