/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How wide vectors a function takes in registers. */
#include "session/vectors.h"

#include <stdlib.h>

#include "arch/decode.h"

enum { CODE_MAX = 64 * 1024 }; /* bytes of a function that are looked at */

static unsigned scan(const uint8_t *code, size_t size, ij_addr addr)
{
	unsigned most = 16;

	for (size_t off = 0; off < size && most < 64;) {
		struct ij_insn insn;

		if (!ij_insn_decode(code + off, size - off, addr + off, &insn))
			break;
		if (insn.vector_allowed > most)
			most = insn.vector_allowed;
		off += insn.size;
	}
	return most;
}

unsigned ij_vectors_max(struct ij_modules *mods, struct ij_mem *mem, ij_addr addr)
{
	const struct ij_module *module = ij_modules_find(mods, addr);
	struct ij_symbol symbol = {.name = NULL};
	IJ_ERROR_AUTO err = NULL;
	unsigned most = 16;
	uint8_t *code;
	size_t size;

	if (!module || !module->obj)
		return most;
	err = ij_object_symbol_at(module->obj, addr - module->bias, &symbol);
	if (err || !symbol.size)
		return most;
	size = symbol.size < CODE_MAX ? symbol.size : CODE_MAX;
	code = malloc(size);
	if (!code)
		return most;
	err = ij_mem_read(mem, addr, code, size);
	if (!err)
		most = scan(code, size, addr);
	free(code);
	return most;
}
