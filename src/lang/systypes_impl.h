/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The layouts of systypes.def, for the files that read and write them. */
#ifndef IJ_LANG_SYSTYPES_IMPL_H
#define IJ_LANG_SYSTYPES_IMPL_H

#include "base/types.h"

enum ij_sysmember_kind {
	IJ_SYSMEMBER_INT,
	IJ_SYSMEMBER_UINT,
	IJ_SYSMEMBER_HEX,
	IJ_SYSMEMBER_MODE,  /* octal */
	IJ_SYSMEMBER_LIMIT, /* all ones: RLIM_INFINITY */
	IJ_SYSMEMBER_TEXT,  /* an array of char */
};

struct ij_sysmember {
	const char *of; /* the struct that it belongs to */
	const char *name;
	enum ij_sysmember_kind kind;
	const char *sub; /* the struct that it is; or NULL */
	uint16_t off, size;
};

struct ij_sysstruct {
	const char *name;
	size_t size;
	const struct ij_sysmember *members;
	unsigned len;
};

/** By name; false if there is none. */
bool ij_sysstruct_find(const char *name, struct ij_sysstruct *ret);

#endif
