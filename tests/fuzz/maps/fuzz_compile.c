/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whatever ELF file is opened, what is compiled from it is a valid container. */
#include <assert.h>
#include <stdlib.h>

#include "maps/compile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ij_object *obj;
	struct ij_map map;
	void *bytes;
	size_t bytes_size;
	struct ij_error *err = ij_object_open_bytes(data, size, "fuzz", &obj);

	if (err) {
		ij_error_free(err);
		return 0;
	}
	err = ij_map_compile(obj, "libc.so.6", &bytes, &bytes_size);
	if (!err) {
		assert(!ij_map_open(bytes, bytes_size, &map));
		free(bytes);
	}
	ij_error_free(err);
	ij_object_close(obj);
	return 0;
}
