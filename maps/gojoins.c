/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Targets of jumps within one function of Go, and the branches that stand there. */
#include "maps/gojoins.h"

#include "arch/decode.h"

static int by_address(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static void sort_unique(struct ij_gojoins *joins)
{
	size_t len = 0;

	qsort(joins->addrs.items, joins->addrs.len, sizeof(*joins->addrs.items), by_address);
	for (size_t i = 0; i < joins->addrs.len; i++)
		if (!len || joins->addrs.items[len - 1] != joins->addrs.items[i])
			joins->addrs.items[len++] = joins->addrs.items[i];
	joins->addrs.len = len;
}

/* What follows the branches among the joins, and those that follow these. */
static struct ij_error *add_behind(const uint8_t *code, size_t size, uint64_t start,
				   struct ij_gojoins *joins)
{
	size_t len = joins->addrs.len;

	for (size_t i = 0; i < len; i++) {
		uint64_t off = joins->addrs.items[i] - start;
		struct ij_insn insn;

		/* The next join looks at its own. */
		while (ij_insn_decode(code + off, size - off, start + off, &insn) &&
		       insn.flow == IJ_FLOW_BRANCH && off + insn.size < size &&
		       (i + 1 == len || start + off + insn.size < joins->addrs.items[i + 1])) {
			off += insn.size;
			IJ_TRY(ij_vec_push(&joins->addrs, start + off));
		}
	}
	return NULL;
}

struct ij_error *ij_gojoins_find(const uint8_t *code, size_t size, uint64_t start,
				 struct ij_gojoins *joins)
{
	struct ij_insn insn;

	joins->addrs.len = 0;
	for (size_t off = 0; off < size; off += insn.size) {
		if (!ij_insn_decode(code + off, size - off, start + off, &insn)) {
			insn.size = 1;
			continue;
		}
		if ((insn.flow == IJ_FLOW_JUMP || insn.flow == IJ_FLOW_BRANCH) && !insn.indirect &&
		    insn.target - start < size)
			IJ_TRY(ij_vec_push(&joins->addrs, (uint64_t)insn.target));
	}
	if (!joins->addrs.len)
		return NULL;
	sort_unique(joins);
	IJ_TRY(add_behind(code, size, start, joins));
	sort_unique(joins);
	return NULL;
}
