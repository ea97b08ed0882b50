/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whether what a client says of pointers can be believed. */
#include "inject/pointers.h"

bool ij_pointers_check(const struct ij_wire_call *call, const uint8_t *scratch)
{
	if (!call->pointers_len)
		return true;
	if (call->pointers_len > IJ_WIRE_POINTERS ||
	    (!(call->flags & IJ_WIRE_CALL_SYSCALL) && !call->stack_far))
		return false;
	for (uint32_t i = 0; i < call->pointers_len; i++)
		if (ij_pointers_off(call, i) + sizeof(uint64_t) > call->scratch_size ||
		    ij_pointers_target(call, scratch, i) > call->scratch_room)
			return false;
	return true;
}
