/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* All registers of a thread by name, for people: read from, and written to, what ptrace(2) gives.
 */
#ifndef IJ_ARCH_REGFILE_H
#define IJ_ARCH_REGFILE_H

#include "arch/regs.h"

#define IJ_REG_SIZE_MAX 64 /* bytes */

enum ij_reg_group {
	IJ_REG_GENERAL, /* integers and the program counter */
	IJ_REG_FLAGS,
	IJ_REG_SEGMENT, /* selectors, and the bases of those that have one */
	IJ_REG_FLOAT,   /* x87 */
	IJ_REG_VECTOR,
};

struct ij_reg {
	const char *name;
	enum ij_reg_group group;
	unsigned size;   /* bytes */
	int where;       /* state component of XSAVE, or IJ_REG_IN_GENERAL */
	unsigned offset; /* there, bytes */
};

/** It is one of struct ij_regs. */
#define IJ_REG_IN_GENERAL (-1)

/** A thread's registers. */
struct ij_regfile {
	struct ij_regs general;
	uint8_t xstate[IJ_XSTATE_MAX]; /* as NT_X86_XSTATE gives it */
	size_t xstate_size;            /* bytes */
};

/** Those that this machine may have. @len_ret: how many. Static storage. */
const struct ij_reg *ij_regfile_list(size_t *len_ret);

/** The register called @name; NULL if there is none. */
const struct ij_reg *ij_regfile_find(const char *name);

/** Its DWARF number if it is one of those that are unwound (the PC is the last of 17); or -1. */
int ij_reg_dwarf(const struct ij_reg *reg);

/**
 * Read @reg, in the machine's byte order.
 *
 * @ret: reg->size bytes. @return: false if this processor does not have it.
 */
bool ij_regfile_get(const struct ij_regfile *file, const struct ij_reg *reg, void *ret);

/** Write it. @value: reg->size bytes. @return: false if this processor does not have it. */
bool ij_regfile_set(struct ij_regfile *file, const struct ij_reg *reg, const void *value);

#endif
