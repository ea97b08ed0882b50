/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Does the code of a marked sequence keep what its mark promises? */
#include <string.h>

#include "inject/walkers/restart.h"

enum { NODES_MAX = 128, SP = 7, NO_NODE = 0xff };
#define FLAGS (1u << IJ_INSN_FLAGS_BIT)

/* The control flow of the sequence, from its start on. */
struct node {
	ij_addr pc;
	struct ij_insn insn;
	uint8_t next[2]; /* indices of nodes; NO_NODE: none */
	bool leaves;     /* one of its ways leads out of the sequence */
	bool before;     /* may have run before the PC was reached */
	uint32_t must;   /* written on every way from the start to here, before it */
};

struct region {
	struct ij_walk *walk;
	const struct ij_unwind_module *module;
	const struct ij_map_mark *mark;
	ij_addr start;
	unsigned len;
	struct node nodes[NODES_MAX];
};

/* Sequences lie in several pieces, where the compiler moved blocks: the same start unites them. */
static bool is_inside(const struct region *region, ij_addr pc)
{
	const struct ij_map_mark *mark;

	if (pc == region->start)
		return true;
	if (pc < region->module->lo || pc >= region->module->hi)
		return false;
	mark = ij_map_mark_find(&region->module->map, pc - region->module->base);
	return mark && mark->kind == region->mark->kind && mark->aux == region->mark->aux;
}

static unsigned node_of(struct region *region, ij_addr pc)
{
	unsigned i;

	for (i = 0; i < region->len; i++)
		if (region->nodes[i].pc == pc)
			return i;
	if (i == NODES_MAX)
		return NO_NODE;
	region->nodes[i] = (struct node){.pc = pc, .next = {NO_NODE, NO_NODE}, .must = ~0u};
	region->len++;
	return i;
}

static bool link_to(struct region *region, unsigned from, unsigned slot, ij_addr pc)
{
	unsigned to;

	if (!is_inside(region, pc)) {
		region->nodes[from].leaves = true;
		return true;
	}
	to = node_of(region, pc);
	region->nodes[from].next[slot] = (uint8_t)to;
	return to != NO_NODE;
}

/* Follow all ways from the start. False: not all of them can be followed. */
static bool explore(struct region *region)
{
	node_of(region, region->start);
	for (unsigned i = 0; i < region->len; i++) {
		struct node *node = &region->nodes[i];
		struct ij_insn *insn = &node->insn;
		ij_addr behind;

		if (!ij_walk_insn(region->walk, node->pc, insn))
			return false;
		behind = node->pc + insn->size;
		switch (insn->flow) {
		case IJ_FLOW_NEXT:
			if (!link_to(region, i, 0, behind))
				return false;
			break;
		case IJ_FLOW_BRANCH:
			if (!link_to(region, i, 0, behind) || !link_to(region, i, 1, insn->target))
				return false;
			break;
		case IJ_FLOW_JUMP:
			if (insn->indirect || !link_to(region, i, 0, insn->target))
				return false;
			break;
		default:
			/* A call, a return, a system call: what was begun has ended, or is not
			 * ours to judge. */
			node->leaves = true;
			break;
		}
	}
	return true;
}

/* What may have run since the start: all from which the PC can be reached. */
static void mark_before(struct region *region, unsigned at)
{
	bool changed = true;

	while (changed) {
		changed = false;
		for (unsigned i = 0; i < region->len; i++) {
			struct node *node = &region->nodes[i];
			bool reaches = false;

			for (unsigned n = 0; n < 2; n++)
				if (node->next[n] != NO_NODE)
					reaches |= node->next[n] == at ||
						   region->nodes[node->next[n]].before;
			changed |= reaches && !node->before;
			node->before |= reaches;
		}
	}
}

/* What is written conditionally, or in part, counts as read too, so the rest is written for good.
 */
static void find_must(struct region *region)
{
	bool changed = true;

	region->nodes[0].must = 0;
	while (changed) {
		changed = false;
		for (unsigned i = 0; i < region->len; i++) {
			const struct node *node = &region->nodes[i];
			uint32_t out = node->must | node->insn.writes;

			for (unsigned n = 0; n < 2; n++) {
				struct node *next;

				if (node->next[n] == NO_NODE)
					continue;
				next = &region->nodes[node->next[n]];
				changed |= (next->must & ~out) != 0;
				next->must &= out;
			}
		}
	}
}

/* Registers that may have been overwritten since the start; false: more than that was done. */
static bool undoable(const struct region *region, uint32_t *overwritten_ret)
{
	uint32_t overwritten = 0;

	for (unsigned i = 0; i < region->len; i++) {
		const struct ij_insn *insn = &region->nodes[i].insn;

		if (!region->nodes[i].before)
			continue;
		if (insn->writes_memory || insn->locked || insn->vec_writes || insn->vector ||
		    insn->repeated || insn->writes >> SP & 1 || insn->flow > IJ_FLOW_BRANCH)
			return false;
		overwritten |= insn->writes;
	}
	*overwritten_ret = overwritten;
	return true;
}

static bool is_written_anew(const struct region *region, uint32_t overwritten)
{
	for (unsigned i = 0; i < region->len; i++) {
		const struct node *node = &region->nodes[i];
		uint32_t lost = overwritten & ~node->must;

		if (node->insn.reads & lost)
			return false;
		if (node->leaves && lost & ~node->insn.writes & ~FLAGS)
			return false;
	}
	return true;
}

bool ij_restart_marked(struct ij_walk *walk, ij_addr *start_ret)
{
	const struct ij_conflict *conflict = &walk->stop->conflict;
	struct region region;
	uint32_t overwritten;
	unsigned at;

	if (!conflict->module || conflict->depth || !conflict->mark ||
	    conflict->mark->kind != IJ_MAP_MARK_RESTARTABLE)
		return false;
	region.walk = walk;
	region.module = conflict->module;
	region.mark = conflict->mark;
	region.start = conflict->module->base + conflict->mark->aux;
	region.len = 0;
	if (!explore(&region))
		return false;
	for (at = 0; at < region.len; at++)
		if (region.nodes[at].pc == ij_regs_pc(&walk->stop->regs))
			break;
	if (at == region.len)
		return false;
	mark_before(&region, at);
	find_must(&region);
	if (!undoable(&region, &overwritten) || !is_written_anew(&region, overwritten))
		return false;
	*start_ret = region.start;
	return true;
}
