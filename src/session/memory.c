/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Writing to the target's memory without a call. */
#include "session/session_impl.h"

/* Whether all of [addr, addr + size) may be written. */
static bool is_writable(struct ij_session *s, ij_addr addr, size_t size)
{
	ij_addr end = addr + size;

	while (addr < end) {
		const struct ij_vma *vma = ij_vmas_find(&s->vmas, addr);

		if (!vma || !(vma->flags & IJ_VMA_WRITE))
			return false;
		addr = vma->hi;
	}
	return true;
}

struct ij_error *ij_session_write(struct ij_session *s, ij_addr addr, const void *bytes,
				  size_t size)
{
	struct ij_wire_write body = {.addr = addr, .size = (uint32_t)size};
	const struct ij_request request = {
		.type = IJ_WIRE_WRITE,
		.parts = {{&body, sizeof(body)}, {bytes, size}},
		.parts_len = 2,
		.fd = -1,
		.answer = IJ_WIRE_OK,
	};
	struct ij_wire_msg msg;
	struct ij_error *err;

	if (!size)
		return NULL;
	IJ_TRY(ij_session_refresh(s));
	if (addr + size < addr || !is_writable(s, addr, size)) {
		err = ij_error_new(FAULT, "0x%llx is not in writable memory of process %d",
				   (unsigned long long)addr, s->pid);
		err->addr = addr;
		return err;
	}
	IJ_TRY(ij_session_request(s, &request, &msg));
	ij_wire_msg_close(&msg);
	return NULL;
}
