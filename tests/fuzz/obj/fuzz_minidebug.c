/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Fuzzes .gnu_debugdata: xz data with an ELF file inside, of which every symbol is read. */
#include <stdlib.h>
#include <string.h>

#include "obj/object_internal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool visit(void *ctx, const struct ij_symbol *sym)
{
	*(size_t *)ctx += strlen(sym->name);
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ij_object *obj;
	struct ij_symbol sym;
	size_t sum = 0;
	struct ij_error *err = ij_minidebug_open(data, size, "fuzz", &obj);

	if (!err) {
		err = ij_object_symbols_each(obj, visit, &sum);
		ij_error_free(err);
		err = ij_symtab_find(obj, "main", &sym);
		if (!err && strcmp(sym.name, "main"))
			abort();
		ij_object_close(obj);
	}
	if (err && !*err->msg)
		abort();
	ij_error_free(err);
	return 0;
}
