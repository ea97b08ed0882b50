/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reading the notes that include/interject/safepoint.h leaves in a file. Client only. */
#ifndef IJ_MAPS_NOTES_H
#define IJ_MAPS_NOTES_H

#include "base/vec.h"

struct ij_note {
	uint32_t pc;   /* module offset */
	uint32_t type; /* IJ_NOTE_* */
	uint32_t flag; /* module offset of the byte that is read; of IJ_NOTE_SAFEPOINT only */
	uint32_t seq;  /* place in the section: of notes at one address the order counts */
};

struct ij_notes {
	IJ_VEC(struct ij_note) notes; /* sorted by pc, then by seq */
};

/** The section's name. */
#define IJ_NOTES_SECTION ".note.interject"

/**
 * Read the section's bytes. Notes of other owners are passed over, and so is an address outside the
 * module. What is malformed, or of a type that we do not know, makes all of them useless: code that
 * its author calls unsafe would be taken for safe.
 *
 * @base, @span: of the module; see ij_object_base.
 * Errors: BADDATA, UNSUPPORTED (a type of note newer than we are), LIMIT, NOMEM.
 * Source: System V gABI 4.1, chapter 5, "Note Section".
 */
struct ij_error *ij_notes_read(const void *bytes, size_t size, uint64_t base, uint64_t span,
			       struct ij_notes *ret) IJ_WARN_UNUSED;
void ij_notes_deinit(struct ij_notes *notes);

/** Index of the first note at or behind @pc. */
size_t ij_notes_find(const struct ij_notes *notes, uint64_t pc);

#endif
