/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The map of the stub, from what stub_x86_64.S does to the stack.
 *
 * With R the interrupted stack pointer, which is the CFA: the resume address lies at R - 136, and
 * below the 144 bytes of red zone and entry the registers are pushed. On a stack of ours the same
 * holds of an R that nobody stands at, and the interrupted one lies in the entry.
 */
#include "inject/stub_map.h"

#include <assert.h>
#include <string.h>

#include "arch/stub.h"

/* CFA - stack pointer on entry, and with everything pushed. */
#define ENTRY_DEPTH (IJ_RED_ZONE + IJ_STUB_ENTRY_SIZE)
#define FULL_DEPTH  (ENTRY_DEPTH + 16 * 8)
/* The resume address, from the CFA. */
#define RESUME_OFF (8 - ENTRY_DEPTH)
/* On a stack of ours, the interrupted stack pointer. */
#define SP_OFF ((int32_t)offsetof(struct ij_stub_entry, sp) - ENTRY_DEPTH)

#define R15 15 /* DWARF number */

/* The order of pushes behind the flags, by DWARF number: rax rcx rdx rbx rbp rsi rdi r8-r15. */
static const uint8_t pushed[] = {0, 2, 1, 3, 6, 4, 5, 8, 9, 10, 11, 12, 13, 14, 15};

enum {
	PUSHES_OFF = 1,      /* of the first of them in the stub: behind pushfq */
	FLAGS_SET_SIZE = 3,  /* pushq $2; popfq */
	FRAME_SIZE = 3,      /* mov %rsp, %rbp, and back */
	LEAVE_SIZE = 8,      /* lea 8(%rsp), %rsp; ret $128 */
	RET_SIZE = 3,        /* ret $128 */
	IRET_SIZE = 2,       /* iretq */
	ENTRY_SKIP_SIZE = 5, /* lea 16(%rsp), %rsp */
	PUSH_IMM_SIZE = 2,   /* pushq $2 */
	ALIGN_SIZE = 4,      /* sub $8, %rsp, and back */
};

/* Sets of entries, IJ_MAP_REGS each. */
enum saved {
	SAVED_NONE,  /* all registers are as they were */
	SAVED_ALL,   /* all lie where they were pushed */
	RING_NONE,   /* of a function that the stub calls: none was pushed */
	RING_BP,     /* rbp was */
	RING_BP_R15, /* r15, too */
};

/* push and pop of rax to rdi are one byte, of r8 to r15 two (Intel SDM volume 2, PUSH). */
static uint32_t push_size(uint8_t reg)
{
	return reg < 8 ? 1 : 2;
}

static void row_add(struct ij_stub_map *map, uint32_t pc, unsigned reg, int32_t off,
		    enum saved saved)
{
	uint32_t at = map->header.rows_len++;

	assert(at < IJ_STUB_MAP_ROWS_MAX);
	map->rows[at] = (struct ij_map_row){.pc = pc, .rule_idx = at};
	map->rules[at] = (struct ij_map_rule){
		.cfa_kind = IJ_MAP_CFA_REG,
		.cfa_reg = (uint8_t)reg,
		.entry_len = IJ_MAP_REGS,
		.cfa_off = off,
		.entry_idx = (uint32_t)saved * IJ_MAP_REGS,
	};
}

static struct ij_map_entry *entry_of(struct ij_stub_map *map, enum saved saved, unsigned reg)
{
	return &map->entries[(unsigned)saved * IJ_MAP_REGS + reg];
}

static void pushed_at(struct ij_map_entry *entry, int32_t off)
{
	entry->kind = IJ_MAP_OFFSET;
	entry->value = off;
}

static void entries_fill(struct ij_stub_map *map)
{
	for (unsigned saved = SAVED_NONE; saved <= RING_BP_R15; saved++) {
		for (uint8_t reg = 0; reg < IJ_MAP_REGS; reg++)
			*entry_of(map, saved, reg) =
				(struct ij_map_entry){.reg = reg, .kind = IJ_MAP_SAME};
		entry_of(map, saved, IJ_MAP_REG_SP)->kind = IJ_MAP_VAL_OFFSET;
		pushed_at(entry_of(map, saved, IJ_MAP_REG_RA), saved < RING_NONE ? RESUME_OFF : -8);
	}
	for (size_t i = 0; i < sizeof(pushed); i++)
		pushed_at(entry_of(map, SAVED_ALL, pushed[i]), -ENTRY_DEPTH - 16 - 8 * (int32_t)i);
	pushed_at(entry_of(map, RING_BP, IJ_MAP_REG_BP), -16);
	pushed_at(entry_of(map, RING_BP_R15, IJ_MAP_REG_BP), -16);
	pushed_at(entry_of(map, RING_BP_R15, R15), -24);
}

/* Of ij_stub_code_ring, in [@pc, @end). */
static void ring_rows_fill(struct ij_stub_map *map, uint32_t pc, uint32_t end)
{
	row_add(map, pc, IJ_MAP_REG_SP, 8, RING_NONE);
	pc += push_size(IJ_MAP_REG_BP);
	row_add(map, pc, IJ_MAP_REG_SP, 16, RING_BP);
	pc += push_size(R15);
	row_add(map, pc, IJ_MAP_REG_SP, 24, RING_BP_R15);
	row_add(map, pc + ALIGN_SIZE, IJ_MAP_REG_SP, 32, RING_BP_R15);

	/* Back, to ret. */
	pc = end - 1 - push_size(IJ_MAP_REG_BP) - push_size(R15);
	row_add(map, pc, IJ_MAP_REG_SP, 24, RING_BP_R15);
	pc += push_size(R15);
	row_add(map, pc, IJ_MAP_REG_SP, 16, RING_BP);
	row_add(map, end - 1, IJ_MAP_REG_SP, 8, RING_NONE);
}

/* Pops from @pc on, up to the flags. What was popped still lies below the stack pointer. */
static uint32_t pops_fill(struct ij_stub_map *map, uint32_t pc)
{
	int32_t depth = FULL_DEPTH;

	for (size_t i = sizeof(pushed); i-- > 0;) {
		row_add(map, pc, IJ_MAP_REG_SP, depth, SAVED_ALL);
		pc += push_size(pushed[i]);
		depth -= 8;
	}
	row_add(map, pc, IJ_MAP_REG_SP, depth, SAVED_ALL);
	return pc;
}

/* @size: up to the end by which the interrupted stack is left; @end: of ours. */
static void rows_fill(struct ij_stub_map *map, uint32_t size, uint32_t end)
{
	uint32_t pc = PUSHES_OFF;
	int32_t depth = ENTRY_DEPTH;

	row_add(map, 0, IJ_MAP_REG_SP, depth, SAVED_NONE);
	for (size_t i = 0; i < sizeof(pushed); i++) {
		depth += 8;
		row_add(map, pc, IJ_MAP_REG_SP, depth, SAVED_NONE);
		pc += push_size(pushed[i]);
	}
	row_add(map, pc, IJ_MAP_REG_SP, FULL_DEPTH, SAVED_NONE);
	row_add(map, pc + PUSH_IMM_SIZE, IJ_MAP_REG_SP, FULL_DEPTH + 8, SAVED_NONE);
	pc += FLAGS_SET_SIZE;
	row_add(map, pc, IJ_MAP_REG_SP, FULL_DEPTH, SAVED_NONE);
	row_add(map, pc + FRAME_SIZE, IJ_MAP_REG_BP, FULL_DEPTH, SAVED_ALL);

	pc = size - LEAVE_SIZE - 1;
	for (size_t i = 0; i < sizeof(pushed); i++)
		pc -= push_size(pushed[i]);
	pc = pops_fill(map, pc);
	row_add(map, pc + 1, IJ_MAP_REG_SP, ENTRY_DEPTH, SAVED_ALL);
	row_add(map, size - RET_SIZE, IJ_MAP_REG_SP, ENTRY_DEPTH - 8, SAVED_ALL);
	pc = pops_fill(map, size);
	assert(pc + ENTRY_SKIP_SIZE + IRET_SIZE == end);
	row_add(map, pc + ENTRY_SKIP_SIZE, IJ_MAP_REG_SP, ENTRY_DEPTH - 8, SAVED_ALL);
	/* Where the result's whole registers are stored: as behind the call. */
	row_add(map, end, IJ_MAP_REG_BP, FULL_DEPTH, SAVED_ALL);
}

static void func_add(struct ij_stub_map *map, uint32_t start, uint32_t end, uint32_t flags)
{
	struct ij_map_func *func = &map->funcs[map->header.funcs_len++];
	uint32_t row_idx = func > map->funcs ? func[-1].row_idx + func[-1].row_len : 0;

	*func = (struct ij_map_func){
		.start = start,
		.size = end - start,
		.row_idx = row_idx,
		.row_len = map->header.rows_len - row_idx,
		.flags = flags,
	};
}

static uint32_t offset_of(const uint8_t *place)
{
	return (uint32_t)(place - ij_stub_code);
}

void ij_stub_map_init(struct ij_stub_map *map)
{
	/* What lies behind is entered as a remote system call, not on top of a call. */
	uint32_t size = offset_of(ij_stub_code_left), wide = offset_of(ij_stub_code_wide),
		 vectors = offset_of(ij_stub_code_vectors), ring = offset_of(ij_stub_code_ring),
		 end = offset_of(ij_stub_code_ring_end);

	memset(map, 0, sizeof(*map));
	map->header.span = end;
	rows_fill(map, size, wide);
	func_add(map, 0, vectors, IJ_MAP_FUNC_SIGNAL);
	/* It stands in the callee's place, and pushes nothing. */
	row_add(map, vectors, IJ_MAP_REG_SP, 8, RING_NONE);
	func_add(map, vectors, ring, 0);
	ring_rows_fill(map, ring, end);
	func_add(map, ring, end, 0);
	assert(map->header.funcs_len == IJ_COUNT(map->funcs));
	entries_fill(map);
	map->module.map = (struct ij_map){
		.header = &map->header,
		.funcs = map->funcs,
		.rows = map->rows,
		.rules = map->rules,
		.entries = map->entries,
	};
}

void ij_stub_map_foreign(struct ij_stub_map *map, bool foreign)
{
	for (size_t i = 0; i < 2; i++) {
		struct ij_map_entry *sp = &map->entries[i * IJ_MAP_REGS + IJ_MAP_REG_SP];

		sp->kind = foreign ? IJ_MAP_OFFSET : IJ_MAP_VAL_OFFSET;
		sp->value = foreign ? SP_OFF : 0;
	}
}

void ij_stub_map_place(struct ij_stub_map *map, ij_addr base)
{
	map->module.base = map->module.lo = base;
	map->module.hi = base ? base + map->header.span : 0;
}
