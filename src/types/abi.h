/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How values are passed to functions and returned. */
#ifndef IJ_TYPES_ABI_H
#define IJ_TYPES_ABI_H

#include "types/ctype.h"

/** Classes of eightbytes (psABI AMD64 1.0, 3.2.3). */
enum ij_abi_class {
	IJ_ABI_NONE,
	IJ_ABI_INTEGER,
	IJ_ABI_SSE,
	IJ_ABI_SSEUP,
	IJ_ABI_X87,
	IJ_ABI_X87UP,
	IJ_ABI_COMPLEX_X87,
	IJ_ABI_MEMORY,
};

enum { IJ_ABI_EIGHTBYTES = 8 };

struct ij_abi {
	enum ij_abi_class classes[IJ_ABI_EIGHTBYTES];
	unsigned len;  /* eightbytes; 0: the type has no bytes */
	bool memory;   /* all of it is of class MEMORY: `classes` says nothing */
	bool has_quad; /* there is a __float128 in it, as far as it was looked into */
	uint32_t align;
};

/**
 * Classify @type.
 *
 * Errors: UNSUPPORTED (an incomplete type, one that is no object), BADDATA, NOMEM.
 * Source: System V psABI AMD64 1.0, 3.2.3.
 */
struct ij_error *ij_abi_classify(const struct ij_ctype *type, struct ij_abi *ret) IJ_WARN_UNUSED;

#endif
