/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reading call frame information: .eh_frame, or the FDEs that .eh_frame_hdr lists, or .debug_frame.
 * Client only. */
#ifndef IJ_MAPS_CFI_H
#define IJ_MAPS_CFI_H

#include "base/cursor.h"
#include "maps/builder.h"

/** The bytes of .eh_frame or .debug_frame, and where they and their module are linked. */
struct ij_cfi {
	const uint8_t *bytes; /* borrowed */
	size_t size;
	uint64_t vaddr; /* link-time address of `bytes` */
	uint64_t base;  /* link-time address of module offset 0 */
	bool debug;     /* they are .debug_frame */
};

struct ij_cfi_stats {
	size_t fdes;      /* read */
	size_t malformed; /* left out: malformed, or outside the module */
	size_t covered;   /* left out: in the range of a function that was there first */
	bool truncated;   /* a record's length was wrong: what follows it was not read */
};

/**
 * Add a function to @builder for each FDE in @cfi. A malformed FDE is left out and counted, and so
 * is one that overlaps a function that the builder had when it was sorted last.
 *
 * Errors: NOMEM, LIMIT.
 * Source: LSB 5.0 Core, 10.6; DWARF 2 to 5, 6.4 and 7.24 (CIE versions 1, 3 and 4).
 */
struct ij_error *ij_cfi_read(const struct ij_cfi *cfi, struct ij_map_builder *builder,
			     struct ij_cfi_stats *stats) IJ_WARN_UNUSED;

/**
 * The same for the FDEs that the search table of .eh_frame_hdr lists, for when sections are gone
 * and nothing says where .eh_frame ends: @cfi reaches to the end of its segment.
 *
 * @hdr, @hdr_vaddr: the bytes of .eh_frame_hdr, and its link-time address.
 * Errors: as above, BADDATA (no table, or one in an encoding that no linker writes).
 */
struct ij_error *ij_cfi_read_table(const struct ij_cfi *cfi, const uint8_t *hdr, size_t hdr_size,
				   uint64_t hdr_vaddr, struct ij_map_builder *builder,
				   struct ij_cfi_stats *stats) IJ_WARN_UNUSED;

/** The link-time address of .eh_frame, as .eh_frame_hdr says. Errors: BADDATA. */
struct ij_error *ij_cfi_hdr_eh_frame(const uint8_t *hdr, size_t hdr_size, uint64_t hdr_vaddr,
				     uint64_t *ret) IJ_WARN_UNUSED;

#endif
