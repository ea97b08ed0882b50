/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Fuzzes the parser of /proc/PID/maps. */
#include <stdlib.h>
#include <string.h>

#include "mem/vmas.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ij_vmas vmas;
	struct ij_error *err = ij_vmas_parse((const char *)data, size, &vmas);
	ij_addr last = 0;

	if (err) {
		ij_error_free(err);
		return 0;
	}
	/* What is accepted is sorted, disjoint, and found again. */
	IJ_VEC_EACH (&vmas.list, vma) {
		if (vma->lo < last || vma->hi <= vma->lo || strlen(vma->path) > size ||
		    ij_vmas_find(&vmas, vma->lo) != vma || ij_vmas_find(&vmas, vma->hi - 1) != vma)
			abort();
		last = vma->hi;
	}
	ij_vmas_deinit(&vmas);
	return 0;
}
