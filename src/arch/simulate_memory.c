/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a simulated thread reads and writes: the target's memory below, an overlay of ours above. */
#include <string.h>

#include "arch/simulate_x86_64.h"

/* The slot of the word at @addr, or where it would go; NULL: the table is full. */
static struct ij_sim_word *word_find(struct ij_sim *sim, ij_addr addr)
{
	uint32_t at = (uint32_t)((addr >> 3) * 0x9e3779b1u >> 7);

	for (unsigned i = 0; i < IJ_SIM_WORDS; i++) {
		struct ij_sim_word *word = &sim->words[(at + i) & (IJ_SIM_WORDS - 1)];

		if (!word->mask || word->addr == addr)
			return word;
	}
	return NULL;
}

/* Read through the cache, line by line. */
static bool read_cached(struct ij_sim *sim, ij_addr addr, uint8_t *buf, size_t size)
{
	while (size) {
		ij_addr start = addr & ~(ij_addr)(IJ_SIM_LINE_SIZE - 1);
		struct ij_sim_line *line =
			&sim->lines[start / IJ_SIM_LINE_SIZE & (IJ_SIM_LINES - 1)];
		size_t chunk = IJ_SIM_LINE_SIZE - (size_t)(addr - start);

		if (chunk > size)
			chunk = size;
		if (!line->valid || line->addr != start) {
			line->valid = sim->read(sim->ctx, start, line->bytes, IJ_SIM_LINE_SIZE);
			line->addr = start;
		}
		if (!line->valid)
			return false;
		memcpy(buf, line->bytes + (addr - start), chunk);
		addr += chunk;
		buf += chunk;
		size -= chunk;
	}
	return true;
}

/* Lay what was written over the @size bytes read from @addr. */
static void patch(struct ij_sim *sim, ij_addr addr, uint8_t *buf, size_t size)
{
	ij_addr first = addr & ~7ull;

	if (!sim->words_len)
		return;
	for (ij_addr at = first; at - first < size + (addr - first); at += 8) {
		const struct ij_sim_word *word = word_find(sim, at);

		if (!word || !word->mask || word->addr != at)
			continue;
		for (unsigned i = 0; i < 8; i++)
			if (word->mask >> i & 1 && at + i - addr < size)
				buf[at + i - addr] = word->value[i];
	}
}

bool ij_sim_peek(struct ij_sim *sim, ij_addr addr, void *buf, size_t size)
{
	if (!read_cached(sim, addr, buf, size))
		return false;
	patch(sim, addr, buf, size);
	return true;
}

/* Is all of it written by the simulated thread itself? */
static bool is_own(struct ij_sim *sim, ij_addr addr, size_t size)
{
	const struct ij_sim_word *word = word_find(sim, addr & ~7ull);
	unsigned shift = (unsigned)(addr & 7);

	if (!word || !word->mask || shift + size > 8)
		return false;
	return (word->mask >> shift & ((1u << size) - 1)) == (1u << size) - 1;
}

bool ij_sim_load(struct ij_sim_op *op, ij_addr addr, void *buf, size_t size)
{
	struct ij_sim *sim = op->sim;

	if (sim->allow && !sim->allow(sim->ctx, sim, addr, size, false))
		return ij_sim_refuse(op, IJ_SIM_DENIED);
	if (is_own(sim, addr, size))
		memset(buf, 0, size);
	else if (sim->uncached ? !sim->read(sim->ctx, addr, buf, size)
			       : !read_cached(sim, addr, buf, size))
		return ij_sim_refuse(op, IJ_SIM_FAULT);
	patch(sim, addr, buf, size);
	return true;
}

bool ij_sim_store(struct ij_sim_op *op, ij_addr addr, const void *bytes, size_t size)
{
	struct ij_sim *sim = op->sim;
	const uint8_t *from = bytes;
	uint8_t old[64];

	if (sim->allow && !sim->allow(sim->ctx, sim, addr, size, true))
		return ij_sim_refuse(op, IJ_SIM_DENIED);
	/* What cannot be read cannot be written. */
	if (size > sizeof(old) || (!is_own(sim, addr, size) && !read_cached(sim, addr, old, size)))
		return ij_sim_refuse(op, IJ_SIM_FAULT);
	/* Half of the table stays free, so that finding a word is quick. */
	if (sim->words_len + size / 8 + 2 > IJ_SIM_WORDS / 2)
		return ij_sim_refuse(op, IJ_SIM_FULL);
	for (size_t i = 0; i < size; i++) {
		struct ij_sim_word *word = word_find(sim, (addr + i) & ~7ull);

		sim->words_len += !word->mask;
		word->addr = (addr + i) & ~7ull;
		word->mask |= (uint8_t)(1u << ((addr + i) & 7));
		word->value[(addr + i) & 7] = from[i];
	}
	return true;
}

bool ij_sim_load_int(struct ij_sim_op *op, ij_addr addr, unsigned size, uint64_t *ret)
{
	uint64_t value = 0;

	if (!ij_sim_load(op, addr, &value, size))
		return false;
	*ret = value;
	return true;
}

bool ij_sim_store_int(struct ij_sim_op *op, ij_addr addr, unsigned size, uint64_t value)
{
	return ij_sim_store(op, addr, &value, size);
}
