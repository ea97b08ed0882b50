/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Any bytes as the notes of marks. */
#include "maps/notes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ij_notes notes;
	struct ij_error *err = ij_notes_read(data, size, 0x1000, 0x10000, &notes);

	if (err) {
		ij_error_free(err);
		return 0;
	}
	for (size_t i = 0; i < notes.notes.len; i++)
		if (notes.notes.items[i].pc >= 0x10000 || notes.notes.items[i].flag >= 0x10000 ||
		    ij_notes_find(&notes, notes.notes.items[i].pc) > i)
			__builtin_trap();
	ij_notes_deinit(&notes);
	return 0;
}
