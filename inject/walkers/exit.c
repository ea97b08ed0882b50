/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The walker `exit`: wait at every way out of the marked code.
 *
 * The ways out are where the code that can be reached from here leaves what is marked. A recursive
 * call of the same function gets there earlier, with a lower stack pointer. What leaves by an
 * exception, or by a jump to anywhere, is not met: the deadline ends that.
 */
#include <stdio.h>

#include "base/clock.h"
#include "inject/walk.h"

/* One stop more: up to four breakpoints, the search. A return of the same frame would come later.
 */
#define COST_NS (50 * IJ_NS_PER_US)

/* Larger marked code is not searched while a thread waits. */
enum { BLOCKS_MAX = 128, INSNS_MAX = 2048, WINDOW_SIZE = 512 };

struct search {
	struct ij_walk *walk;
	const struct ij_unwind_module *module;
	struct ij_walk_goal exits[IJ_BREAKPOINTS_MAX];
	size_t exits_len;
	ij_addr blocks[BLOCKS_MAX]; /* the starts of blocks that were found */
	size_t blocks_len;
	unsigned insns;
	uint8_t window[WINDOW_SIZE]; /* target memory at `at` */
	ij_addr at;
	size_t window_size;
};

/* As the judge sees it, who leaves the kernel's own sequences by their abort address. */
static bool is_marked(const struct search *search, ij_addr pc)
{
	const struct ij_map_mark *mark =
		ij_map_mark_find(&search->module->map, pc - search->module->base);

	return mark && mark->kind != IJ_MAP_MARK_RSEQ;
}

static bool insn_read(struct search *search, ij_addr pc, struct ij_insn *ret)
{
	ij_addr off = pc - search->at;

	if (off >= search->window_size || search->window_size - off < IJ_INSN_SIZE_MAX) {
		struct ij_mem *mem = &search->walk->inj->process.mem.mem;
		IJ_ERROR_AUTO err = ij_mem_read(mem, pc, search->window, WINDOW_SIZE);

		search->window_size = 0;
		/* Near the end of the mapping. */
		if (err)
			return ij_walk_insn(search->walk, pc, ret);
		search->at = pc;
		search->window_size = WINDOW_SIZE;
		off = 0;
	}
	return ij_insn_decode(search->window + off, search->window_size - off, pc, ret);
}

static bool exit_add(struct search *search, ij_addr addr, ij_addr sp_min)
{
	for (size_t i = 0; i < search->exits_len; i++)
		if (search->exits[i].addr == addr)
			return true;
	if (search->exits_len == IJ_COUNT(search->exits))
		return false;
	search->exits[search->exits_len++] = (struct ij_walk_goal){.addr = addr, .sp_min = sp_min};
	return true;
}

/* Control may go on at @pc. */
static bool block_add(struct search *search, ij_addr pc)
{
	if (!is_marked(search, pc))
		return exit_add(search, pc, search->walk->stop->conflict.sp);
	for (size_t i = 0; i < search->blocks_len; i++)
		if (search->blocks[i] == pc)
			return true;
	if (search->blocks_len == BLOCKS_MAX)
		return false;
	search->blocks[search->blocks_len++] = pc;
	return true;
}

/* A jump to anywhere: into any marked code of the function. */
static bool anywhere_add(struct search *search, ij_addr pc)
{
	const struct ij_map *map = &search->module->map;
	const struct ij_map_func *func = ij_map_func_find(map, pc - search->module->base);

	if (!func)
		return false;
	for (uint32_t i = 0; i < map->header->marks_len; i++) {
		const struct ij_map_mark *mark = &map->marks[i];

		if (mark->start - func->start < func->size && mark->kind != IJ_MAP_MARK_RSEQ &&
		    !block_add(search, search->module->base + mark->start))
			return false;
	}
	return true;
}

/* Follow the code from @pc until it leaves what is marked, or another block begins. */
static bool block_follow(struct search *search, ij_addr pc)
{
	const struct ij_conflict *conflict = &search->walk->stop->conflict;

	while (search->insns++ < INSNS_MAX) {
		struct ij_insn insn;

		if (!insn_read(search, pc, &insn))
			return false;
		if (insn.flow == IJ_FLOW_STOP)
			return true;
		if (insn.flow == IJ_FLOW_RET)
			return conflict->return_addr && conflict->cfa &&
			       exit_add(search, conflict->return_addr, conflict->cfa);
		if (insn.flow == IJ_FLOW_JUMP || insn.flow == IJ_FLOW_BRANCH) {
			if (insn.indirect ? !anywhere_add(search, pc)
					  : !block_add(search, insn.target))
				return false;
			if (insn.flow == IJ_FLOW_JUMP)
				return true;
		}
		pc += insn.size;
		if (!is_marked(search, pc))
			return block_add(search, pc);
	}
	return false;
}

static uint64_t fit(struct ij_walk *walk)
{
	const struct ij_conflict *conflict = &walk->stop->conflict;

	return conflict->module && conflict->mark && conflict->sp && walk->signo ? COST_NS
										 : IJ_NEVER;
}

static struct ij_error *go(struct ij_walk *walk, enum ij_walk_end *ret)
{
	const struct ij_conflict *conflict = &walk->stop->conflict;
	struct search search = {.walk = walk, .module = conflict->module};
	int hit;

	*ret = IJ_WALK_UNFIT;
	snprintf(walk->text, sizeof(walk->text), "its exits are too many, or cannot be told");
	/* A return address may be the first behind the marked code, and so its exit. */
	if (!block_add(&search, conflict->pc))
		return NULL;
	for (size_t i = 0; i < search.blocks_len; i++)
		if (!block_follow(&search, search.blocks[i]))
			return NULL;
	walk->text[0] = 0;
	walk->steps++;
	return ij_walk_run(walk, search.exits, search.exits_len, &hit, ret);
}

const struct ij_walker ij_walker_exit = {IJ_WIRE_WALKER_EXIT, fit, go};
