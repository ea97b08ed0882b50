/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reading OCaml's frametables. Knows bytes only. Client only. */
#ifndef IJ_MAPS_OCAMLMAPS_H
#define IJ_MAPS_OCAMLMAPS_H

#include "base/error.h"

/** A frame descriptor: what lives behind one call. */
struct ij_ocamlmaps_frame {
	size_t at;           /* bytes from the table's start: of the return address in it */
	uint64_t ret_addr;   /* as it stands there */
	uint32_t size;       /* of the frame with the return address, bytes */
	bool special;        /* no frame of OCaml's: it leads into C */
	uint32_t live_len;   /* values that live */
	const uint8_t *live; /* u16 each: see ij_ocamlmaps_live */
};

/**
 * Visit the descriptors of the table of one unit, which begins at @bytes.
 *
 * @size: bytes that may be read. @visit: returns an error to stop.
 * Errors: BADDATA (with the offset), those of @visit.
 * Source: OCaml 4.14, runtime/caml/stack.h (frame_descr), asmcomp/emitaux.ml (emit_frames).
 */
struct ij_error *
ij_ocamlmaps_each(const uint8_t *bytes, size_t size,
		  struct ij_error *(*visit)(void *ctx, const struct ij_ocamlmaps_frame *frame),
		  void *ctx) IJ_WARN_UNUSED;

/** Value @idx of @frame: true, in the register *ret (a DWARF number); false, in the stack at
 * stack pointer + *ret. -1: a register that there is not. */
bool ij_ocamlmaps_live(const struct ij_ocamlmaps_frame *frame, size_t idx, int *ret);

#endif
