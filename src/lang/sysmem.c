/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Pieces of memory beside one another, before anybody knows their address. */
#include "lang/sysmem.h"

#include <string.h>

#include "lang/call.h"

/* What pieces are aligned to: anything may be put there. */
#define ALIGN 16u

void ij_sysmem_deinit(struct ij_sysmem *mem)
{
	ij_vec_deinit(&mem->bytes);
	ij_vec_deinit(&mem->pointers);
	*mem = (struct ij_sysmem){0};
}

struct ij_error *ij_sysmem_add(struct ij_sysmem *mem, const void *bytes, size_t size,
			       size_t *off_ret)
{
	size_t start = (mem->bytes.len + ALIGN - 1) / ALIGN * ALIGN, end;

	if (start > IJ_CALL_BYTES_MAX || size > IJ_CALL_BYTES_MAX - start)
		return ij_error_new(LIMIT,
				    "strings and buffers of over %d bytes in one call; read or "
				    "write in parts",
				    IJ_CALL_BYTES_MAX);
	end = start + size;
	IJ_TRY(ij_vec_reserve(&mem->bytes, end - mem->bytes.len));
	if (end > mem->bytes.len)
		memset(mem->bytes.items + mem->bytes.len, 0, end - mem->bytes.len);
	if (size && bytes)
		memcpy(mem->bytes.items + start, bytes, size);
	mem->bytes.len = end;
	*off_ret = start;
	return NULL;
}

struct ij_error *ij_sysmem_point(struct ij_sysmem *mem, size_t off)
{
	if (mem->pointers.len == IJ_SYSMEM_POINTERS_MAX)
		return ij_error_new(LIMIT,
				    "over %d buffers and names that structs point to in one call",
				    IJ_SYSMEM_POINTERS_MAX);
	return ij_vec_push(&mem->pointers, (uint32_t)off);
}

bool ij_sysmem_target(const struct ij_sysmem *mem, size_t off, size_t *ret)
{
	for (size_t i = 0; i < mem->pointers.len; i++) {
		uint64_t target;

		if (mem->pointers.items[i] != off)
			continue;
		memcpy(&target, mem->bytes.items + off, sizeof(target));
		*ret = target;
		return true;
	}
	return false;
}
