/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a module says of its own code: marks, safe-points, restartable sequences. Client only. */
#ifndef IJ_MAPS_MARKS_H
#define IJ_MAPS_MARKS_H

#include "maps/builder.h"
#include "obj/object.h"

/**
 * Fill builder->marks and builder->polls, both empty, from the notes of interject/safepoint.h and
 * from the section __rseq_cs. The functions of @builder are sorted already.
 *
 * Of an instruction that is reached both inside and outside of marks, by a path that cannot be
 * told, or in a function with marks by none that is seen, the worst is said: unsafe. So it is for
 * all of a function that cannot be followed. A stretch of a restartable sequence counts as
 * restartable only where no register that is live at its start has been written, nothing was stored
 * to the frame and nothing called; its first instruction is outside, for nothing has begun there.
 *
 * A module without any of these costs two look-ups of a section.
 *
 * Errors: BADDATA, UNSUPPORTED (the notes, see ij_notes_read), NOMEM.
 * Source: Linux, include/uapi/linux/rseq.h, struct rseq_cs; librseq, include/rseq/arch/x86.h, for
 * the section.
 */
struct ij_error *ij_marks_compile(struct ij_object *obj, struct ij_map_builder *builder)
	IJ_WARN_UNUSED;

#endif
