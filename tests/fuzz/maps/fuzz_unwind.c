/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A container that was accepted can be unwound with, whatever the stack holds. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "maps/unwind.h"

#define BASE  0x400000ull
#define STACK 0x70000000ull

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Memory that has something everywhere: calls in the module, its addresses on the stack. */
struct hostile {
	struct ij_mem mem;
	uint64_t span;
	uint64_t seed;
	size_t frames;
};

static uint64_t scramble(uint64_t value)
{
	value *= 0x9e3779b97f4a7c15ull;
	return value ^ value >> 31;
}

static struct ij_error *hostile_read(struct ij_mem *mem, ij_addr addr, void *buf, size_t size)
{
	struct hostile *hostile = (struct hostile *)mem;
	uint64_t word;

	if (addr >= BASE && addr - BASE <= hostile->span) {
		memset(buf, 0xe8, size);
		return NULL;
	}
	if (!(scramble((addr >> 12) ^ hostile->seed) & 15))
		return ij_error_new(FAULT, "nothing there");
	for (size_t i = 0; i < size; i += sizeof(word)) {
		word = scramble((addr + i) ^ hostile->seed);
		if (word & 3)
			word = BASE + (word >> 8) % hostile->span;
		else
			word = STACK + (word >> 8) % 0x10000;
		memcpy((uint8_t *)buf + i, &word, size - i < 8 ? size - i : 8);
	}
	return NULL;
}

static bool visit(void *ctx, const struct ij_unwind_frame *frame)
{
	struct hostile *hostile = ctx;
	uint64_t off = frame->pc - !frame->exact - frame->module->base;

	assert(frame->depth == hostile->frames++);
	assert(off - frame->func->start < frame->func->size);
	assert(hostile->frames <= IJ_UNWIND_FRAMES_MAX);
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ij_unwind_module module = {.base = BASE, .lo = BASE};
	const struct ij_unwind_space space = {.modules = &module, .modules_len = 1};
	struct ij_map_header *header;
	struct hostile hostile = {.mem.read = hostile_read};
	struct ij_error *err;

	if (size < sizeof(*header))
		return 0;
	/* malloc aligns. The fields that a fuzzer would never guess are right. */
	header = malloc(size);
	memcpy(header, data, size);
	header->magic = IJ_MAP_MAGIC;
	header->version = IJ_MAP_VERSION;
	header->size = (uint32_t)size;
	err = ij_map_open(header, size, &module.map);
	if (!err) {
		hostile.span = header->span;
		module.hi = BASE + header->span;
		for (uint32_t i = 0; i < header->funcs_len && i < 16; i++) {
			const struct ij_map_func *func = &module.map.funcs[i];
			struct ij_unwind_regs regs = {.known = 0x1ffff};
			ij_addr end_pc;

			for (unsigned reg = 0; reg < IJ_MAP_REGS; reg++)
				regs.value[reg] = STACK + scramble(reg + i) % 64 * 8;
			regs.value[IJ_MAP_REG_RA] = BASE + func->start + func->size / 2;
			hostile.seed = scramble(i);
			hostile.frames = 0;
			(void)ij_unwind(&space, &hostile.mem, &regs, visit, &hostile, &end_pc);
			assert(hostile.frames >= 1);
		}
	}
	ij_error_free(err);
	free(header);
	return 0;
}
