/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The layouts of systypes.def, for the files that read and write them. */
#ifndef IJ_LANG_SYSTYPES_IMPL_H
#define IJ_LANG_SYSTYPES_IMPL_H

#include "base/types.h"
#include "lang/expr.h"
#include "lang/systypes.h"

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

/* A value that is being read, at one level: what it points to lies in the memory already. */
struct ij_sysvalue {
	struct ij_sysmem *mem;
	uint8_t bytes[IJ_SYSVALUE_MAX];
	uint32_t pointers[IJ_SYSMEM_POINTERS_MAX]; /* offsets in `bytes` */
	unsigned pointers_len;
};

/** Parse one value of type @name at @off of @value. */
struct ij_error *ij_sysvalue_parse(struct ij_parser *parser, const char *name,
				   struct ij_sysvalue *value, size_t off, size_t *size_ret)
	IJ_WARN_UNUSED;
/** LIMIT unless @size more bytes have room behind @off. */
struct ij_error *ij_sysvalue_room(const struct ij_parser *parser, size_t off, size_t size)
	IJ_WARN_UNUSED;
/** One integer expression; @what is for messages. */
struct ij_error *ij_sysvalue_number(struct ij_parser *parser, const char *what, uint64_t *ret)
	IJ_WARN_UNUSED;
/** The member of struct @of that comes next: by name, `.tv_sec=` or `tv_sec=`, or by position. */
struct ij_error *ij_sysmember_choose(struct ij_parser *parser, const char *of,
				     const struct ij_sysmember *members, unsigned len,
				     unsigned *idx) IJ_WARN_UNUSED;

/** By name; false if there is none. */
bool ij_sysstruct_find(const char *name, struct ij_sysstruct *ret);

#endif
