/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Any code, copied along any path: what is emitted are instructions, each with its place. */
#include <assert.h>
#include <string.h>

#include "arch/displace.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define BASE 0x7f0000000000ull

static bool no_memory(void *ctx, ij_addr addr, uint64_t *ret)
{
	(void)ctx;
	*ret = addr;
	return true;
}

/* Behind one place begins the next, up to the end of the code; from each there is a way back. */
static void check(const struct ij_displaced *displaced)
{
	assert(displaced->len <= displaced->pool && displaced->pool <= displaced->frame.size);
	assert(displaced->places_len && displaced->places_len <= IJ_DISPLACE_PLACES);
	for (size_t i = 0; i < displaced->places_len; i++) {
		size_t off = displaced->places[i].off;
		size_t end = i + 1 < displaced->places_len ? displaced->places[i + 1].off
							   : displaced->len;
		struct ij_insn insn;
		struct ij_regs regs;

		assert(off < end && end <= displaced->len);
		assert(ij_insn_decode(displaced->code + off, end - off, BASE + off, &insn));
		assert(insn.size == end - off);
		memset(&regs, 0, sizeof(regs));
		ij_regs_set_pc(&regs, BASE + off);
		assert(ij_displace_back(displaced, &regs, no_memory, NULL));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct ij_displaced displaced;
	struct ij_displace_frame frame = {.base = BASE, .state = BASE + 4096};
	ij_addr pc;

	if (!size)
		return 0;
	/* Near it or far away; with much room, or little. */
	pc = data[0] & 1 ? BASE - 0x100000 : 0x400000;
	frame.size = data[0] & 2 ? 256 : IJ_DISPLACE_SIZE;
	ij_displace_init(&displaced, &frame);
	for (size_t at = 1; at < size;) {
		struct ij_insn insn;
		ij_addr next;

		if (!ij_insn_decode(data + at, size - at, pc, &insn))
			break;
		next = insn.target && data[at] & 1 ? insn.target : pc + insn.size;
		if (insn.flow == IJ_FLOW_RET)
			next = pc * 3;
		if (!ij_displace_add(&displaced, data + at, &insn, pc, next) &&
		    displaced.len + 64 > displaced.pool)
			break;
		at += insn.size;
		pc = next;
	}
	assert(ij_displace_end(&displaced, pc));
	check(&displaced);
	return 0;
}
