/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Any bytes are code that is followed or refused: nothing else is read or written. */
#include <assert.h>
#include <string.h>

#include "arch/simulate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { STEPS = 256 };
#define BASE 0x10000ull

struct input {
	const uint8_t *data;
	size_t size;
};

/* The input is the memory, over and over, in two pages. */
static bool input_read(void *ctx, ij_addr addr, void *buf, size_t size)
{
	const struct input *input = ctx;

	if (addr < BASE || addr - BASE > 0x2000 || size > 0x2000 - (addr - BASE))
		return false;
	for (size_t i = 0; i < size; i++)
		((uint8_t *)buf)[i] = input->data[(addr - BASE + i) % input->size];
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct ij_sim sim;
	struct ij_regs regs;
	struct input input = {data, size};

	if (!size)
		return 0;
	memset(&regs, 0, sizeof(regs));
	for (unsigned i = 0; i < 16; i++)
		ij_regs_set_dwarf(&regs, i, BASE + 0x100 * i + data[i % size]);
	regs.gp.eflags = 0x202;
	ij_regs_set_pc(&regs, BASE);
	ij_sim_init(&sim, &regs);
	sim.read = input_read;
	sim.ctx = &input;
	sim.vec_known = size % 2 ? 0xffff : 0;
	for (unsigned i = 0; i < STEPS; i++) {
		struct ij_regs before = sim.regs;
		enum ij_sim_end end = ij_sim_step(&sim);

		if (end == IJ_SIM_STEPPED)
			continue;
		assert(memcmp(&before, &sim.regs, sizeof(before)) == 0);
		assert(end <= IJ_SIM_FULL);
		break;
	}
	assert(sim.words_len <= IJ_SIM_WORDS / 2);
	return 0;
}
