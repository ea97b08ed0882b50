/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Pointers inside the memory that a call's arguments are in or point to, as of struct iovec. */
#ifndef IJ_INJECT_POINTERS_H
#define IJ_INJECT_POINTERS_H

#include <string.h>

#include "wire/messages.h"

/** Where in the scratch memory pointer @idx lies. */
static inline size_t ij_pointers_off(const struct ij_wire_call *call, uint32_t idx)
{
	return call->pointers[idx] * sizeof(uint64_t);
}

/** Where in the scratch memory it leads. @scratch: what was sent. */
static inline uint64_t ij_pointers_target(const struct ij_wire_call *call, const uint8_t *scratch,
					  uint32_t idx)
{
	uint64_t target;

	memcpy(&target, scratch + ij_pointers_off(call, idx), sizeof(target));
	return target;
}

/** Are there as many as there may be, of a call that may have them, all in what was sent, and none
 * leading out of the scratch memory? @scratch: call->scratch_size bytes. */
bool ij_pointers_check(const struct ij_wire_call *call, const uint8_t *scratch);

#endif
