/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Executing the call frame instructions of one CIE or FDE. Internal to the CFI reader. */
#ifndef IJ_MAPS_CFI_RUN_H
#define IJ_MAPS_CFI_RUN_H

#include "base/cursor.h"
#include "maps/builder.h"

#define IJ_CFI_REMEMBER_MAX 32

/** What a CIE says. */
struct ij_cfi_cie {
	uint64_t code_align;
	int64_t data_align;
	uint8_t pointer_enc;       /* DW_EH_PE_* of its FDEs' addresses */
	bool augmented;            /* 'z': its FDEs have augmentation data */
	bool signal;               /* 'S' */
	bool good;                 /* false: malformed, and so are its FDEs */
	struct ij_map_state state; /* after its initial instructions */
};

/** One run of instructions. */
struct ij_cfi_run {
	struct ij_cursor code;
	uint64_t code_vaddr; /* link-time address of code.start */
	uint64_t base;       /* link-time address of module offset 0 */
	const struct ij_cfi_cie *cie;
	struct ij_map_builder *builder;
	bool rows;      /* add rows to the builder's last function (an FDE, not a CIE) */
	uint64_t pc;    /* module offset */
	uint64_t start; /* of the function, module offset */
	uint64_t end;   /* of the function, module offset */
	struct ij_map_state state;
};

/**
 * Execute to the end of run->code.
 *
 * @good_ret: false if the instructions are malformed or not supported.
 * Errors: NOMEM, LIMIT.
 * Source: DWARF 5, 6.4.2; LSB 5.0 Core, 10.5.1.
 */
struct ij_error *ij_cfi_run(struct ij_cfi_run *run, bool *good_ret) IJ_WARN_UNUSED;

/**
 * Read a pointer encoded as @enc at @cur; cur->failed is set if it cannot be.
 *
 * @vaddr: link-time address of cur->start.
 * @data_base: what DW_EH_PE_datarel counts from; 0 if nothing.
 * Source: LSB 5.0 Core, 10.5.1.
 */
uint64_t ij_cfi_pointer(struct ij_cursor *cur, uint8_t enc, uint64_t vaddr, uint64_t data_base);

#endif
