/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Backward dataflow of registers.
 *
 * Source: System V psABI AMD64 1.0, 3.2.1 and 3.2.3, for what a call reads and a return leaves.
 */
#include "maps/live.h"

#include <string.h>

#define GPR(dwarf) ((ij_graph_regs)1 << (dwarf))

enum {
	RAX = 0,
	RDX = 1,
	RCX = 2,
	RBX = 3,
	RSI = 4,
	RDI = 5,
	RBP = 6,
	RSP = 7,
	R8 = 8,
	R9 = 9,
	R10 = 10
};

/* Vector registers 0 to N - 1. */
#define VECTORS(n) (((((ij_graph_regs)1 << (n)) - 1)) << 32)

/* What a call may read: arguments, the static chain, how many vector registers hold arguments. */
#define CALL_READS                                                                             \
	(GPR(RDI) | GPR(RSI) | GPR(RDX) | GPR(RCX) | GPR(R8) | GPR(R9) | GPR(R10) | GPR(RAX) | \
	 GPR(RSP) | VECTORS(8))

/*
 * What a return hands over: results, and what a function must not change. Besides, a caller may
 * know what a local function leaves alone (gcc's -fipa-ra), so all that this one never writes.
 */
#define RET_READS                                                                             \
	(GPR(RAX) | GPR(RDX) | GPR(RBX) | GPR(RBP) | GPR(RSP) | GPR(12) | GPR(13) | GPR(14) | \
	 GPR(15) | VECTORS(2))

/* What a landing pad may read of the frame of a call that threw. */
#define PAD_READS (GPR(RBX) | GPR(RBP) | GPR(12) | GPR(13) | GPR(14) | GPR(15))

/* Passes over the code: each is linear, and code needs about as many as its loops nest. */
#define PASSES_MAX 64

struct pass {
	struct ij_graph *graph;
	struct ij_live *live;
	ij_graph_regs out;
	IJ_VEC(ij_graph_regs) written; /* one a part: all that it writes */
};

/* What is live at @pc as a place to go to: of a tail call, what that function takes. */
static ij_graph_regs live_at(const struct pass *pass, uint64_t pc)
{
	uint32_t idx = ij_graph_insn_at(pass->graph, pc);

	return idx == IJ_GRAPH_NONE ? IJ_LIVE_ALL : pass->live->before.items[idx];
}

static bool table_join(void *ctx, uint32_t pc)
{
	struct pass *pass = ctx;

	pass->out |= live_at(pass, pc);
	return true;
}

static ij_graph_regs live_before(struct pass *pass, uint32_t idx)
{
	const struct ij_graph_insn *insn = &pass->graph->insns.items[idx];

	pass->out = 0;
	if (insn->flags & IJ_GRAPH_BAD)
		return IJ_LIVE_ALL;
	if (ij_graph_falls(insn))
		pass->out = live_at(pass, (uint64_t)insn->pc + insn->size);
	switch (insn->flow) {
	case IJ_FLOW_CALL:
		return pass->out | insn->reads | CALL_READS | (pass->graph->lands ? PAD_READS : 0);
	case IJ_FLOW_RET:
		return insn->reads | RET_READS | ~pass->written.items[insn->part];
	case IJ_FLOW_SYSCALL:
	case IJ_FLOW_STOP:
		return IJ_LIVE_ALL;
	case IJ_FLOW_JUMP:
	case IJ_FLOW_BRANCH:
		if (insn->target != IJ_GRAPH_NONE)
			pass->out |= live_at(pass, insn->target);
		else if (!ij_graph_table(pass->graph, idx, table_join, pass))
			return IJ_LIVE_ALL;
		break;
	default:
		break;
	}
	return (pass->out & ~insn->writes) | insn->reads;
}

struct ij_error *ij_live_init(struct ij_live *live, struct ij_graph *graph)
{
	struct pass pass = {.graph = graph, .live = live};
	bool more = true;

	memset(live, 0, sizeof(*live));
	if (!graph->insns.len)
		return NULL;
	IJ_TRY(ij_vec_reserve(&live->before, graph->insns.len));
	live->before.len = graph->insns.len;
	memset(live->before.items, 0, live->before.len * sizeof(ij_graph_regs));
	IJ_TRY(ij_vec_reserve(&pass.written, graph->parts.len));
	memset(pass.written.items, 0, graph->parts.len * sizeof(ij_graph_regs));
	IJ_VEC_EACH (&graph->insns, insn)
		pass.written.items[insn->part] |= insn->writes;
	for (unsigned passes = 0; more && passes < PASSES_MAX; passes++) {
		more = false;
		for (size_t i = live->before.len; i-- > 0;) {
			ij_graph_regs before = live_before(&pass, (uint32_t)i);

			more |= before != live->before.items[i];
			live->before.items[i] |= before;
		}
	}
	ij_vec_deinit(&pass.written);
	if (more)
		memset(live->before.items, 0xff, live->before.len * sizeof(ij_graph_regs));
	return NULL;
}

void ij_live_deinit(struct ij_live *live)
{
	ij_vec_deinit(&live->before);
}

struct ij_error *ij_live_at(struct ij_object *obj, const struct ij_graph_funcs *funcs, uint64_t pc,
			    ij_graph_regs *ret)
{
	struct ij_graph graph;
	struct ij_live live = {0};
	struct ij_error *err;
	uint32_t part, idx = IJ_GRAPH_NONE;

	IJ_TRY(ij_graph_init(&graph, obj, funcs));
	err = ij_graph_add(&graph, pc, &part);
	if (!err && part != IJ_GRAPH_NONE)
		err = ij_graph_at(&graph, part, pc, &idx);
	if (!err)
		err = ij_live_init(&live, &graph);
	if (!err)
		*ret = idx == IJ_GRAPH_NONE ? IJ_LIVE_ALL : live.before.items[idx];
	ij_live_deinit(&live);
	ij_graph_deinit(&graph);
	return err;
}
