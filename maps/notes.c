/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Notes of marks and safe-points: see include/interject/safepoint.h for their form. */
#include "maps/notes.h"

#include <string.h>

#include "base/cursor.h"
#include "interject/safepoint.h"

#define OWNER     "interject"
#define NOTES_MAX (1u << 20)

static struct ij_error *note_add(struct ij_notes *notes, uint32_t type, struct ij_cursor *desc,
				 uint64_t base, uint64_t span)
{
	struct ij_note note = {.type = type, .seq = (uint32_t)notes->notes.len};
	uint64_t pc, flag = base;

	if (type < IJ_NOTE_UNSAFE_BEGIN || type > IJ_NOTE_SAFEPOINT)
		return ij_error_new(UNSUPPORTED, "a note is of type %u, which is not known", type);
	pc = ij_cursor_u64(desc);
	if (type == IJ_NOTE_SAFEPOINT)
		flag = ij_cursor_u64(desc);
	if (desc->failed || ij_cursor_left(desc))
		return ij_error_new(BADDATA, "note %u has a description of the wrong size",
				    note.seq);
	if (pc - base >= span || flag - base >= span)
		return NULL;
	if (notes->notes.len >= NOTES_MAX)
		return ij_error_new(LIMIT, "there are more than %u notes", NOTES_MAX);
	note.pc = (uint32_t)(pc - base);
	note.flag = type == IJ_NOTE_SAFEPOINT ? (uint32_t)(flag - base) : 0;
	return ij_vec_push(&notes->notes, note);
}

static int note_compare(const void *a, const void *b)
{
	const struct ij_note *x = a, *y = b;

	if (x->pc != y->pc)
		return x->pc < y->pc ? -1 : 1;
	return x->seq < y->seq ? -1 : x->seq > y->seq;
}

static struct ij_error *read_all(struct ij_cursor *cur, uint64_t base, uint64_t span,
				 struct ij_notes *ret)
{
	while (ij_cursor_left(cur)) {
		uint32_t name_size = ij_cursor_u32(cur), desc_size = ij_cursor_u32(cur);
		uint32_t type = ij_cursor_u32(cur);
		const char *name = ij_cursor_bytes(cur, name_size);
		struct ij_cursor desc;

		ij_cursor_skip(cur, -name_size & 3);
		desc = ij_cursor_sub(cur, ij_cursor_off(cur), desc_size);
		ij_cursor_skip(cur, desc_size);
		/* The last one need not be padded. */
		if (ij_cursor_left(cur) < (-desc_size & 3))
			ij_cursor_skip(cur, ij_cursor_left(cur));
		else
			ij_cursor_skip(cur, -desc_size & 3);
		IJ_TRY(ij_cursor_error(cur));
		if (name_size == sizeof(OWNER) && !memcmp(name, OWNER, sizeof(OWNER)))
			IJ_TRY(note_add(ret, type, &desc, base, span));
	}
	return NULL;
}

struct ij_error *ij_notes_read(const void *bytes, size_t size, uint64_t base, uint64_t span,
			       struct ij_notes *ret)
{
	struct ij_cursor cur = ij_cursor_make(bytes, size, IJ_NOTES_SECTION);
	struct ij_notes notes = {0};
	struct ij_error *err = read_all(&cur, base, span, &notes);

	if (err) {
		ij_notes_deinit(&notes);
		return err;
	}
	if (notes.notes.len)
		qsort(notes.notes.items, notes.notes.len, sizeof(*notes.notes.items), note_compare);
	*ret = notes;
	return NULL;
}

void ij_notes_deinit(struct ij_notes *notes)
{
	ij_vec_deinit(&notes->notes);
}

size_t ij_notes_find(const struct ij_notes *notes, uint64_t pc)
{
	size_t lo = 0, hi = notes->notes.len;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (notes->notes.items[mid].pc < pc)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}
