/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Unwind rows for procedure linkage tables whose linker wrote no CFI (lld, mold). Client only. */
#ifndef IJ_MAPS_PLT_H
#define IJ_MAPS_PLT_H

#include "maps/builder.h"

/**
 * Add one function for the PLT section [@pc, @pc + @size), read slot by slot: in each the stack
 * holds a return address, and what the slot pushes; the code that all slots jump to begins with
 * what they have pushed. A section that is none of this, or is covered, adds nothing.
 *
 * @code: its bytes. @pc: module offset. @vaddr: link-time address of module offset 0.
 * Errors: NOMEM, LIMIT.
 * Source: System V psABI AMD64 1.0, 5.2; lld 14, ELF/Arch/X86_64.cpp; mold 1.10,
 * elf/arch-x86-64.cc.
 */
struct ij_error *ij_plt_derive(const uint8_t *code, uint64_t pc, uint64_t size, uint64_t vaddr,
			       struct ij_map_builder *builder) IJ_WARN_UNUSED;

#endif
