/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Following code from its entries until nothing more is learnt, and writing down the rows. */
#include "maps/derive.h"

#include <string.h>

#include "maps/derive_state.h"

/* Areas and tables over this are not followed: generated code, of no use for walking. */
#define AREA_MAX  (16u << 20)
#define NODES_MAX (1u << 20)
#define TABLE_MAX 1024u

/* How often all is done again when it is learnt that a call does not return. */
#define PASSES_MAX 12u

enum { NO_REG = 0xff, ENTRY_DEPTH = 8, FUNC_ALIGN = 16 };

/* One instruction that is reached. */
struct node {
	struct ij_derive_state state; /* before it */
	uint32_t off;                 /* in the area */
	uint32_t call; /* it stands behind this call (offset + 1), and nothing else leads to it */
	uint8_t size;  /* 0 until it was looked at */
	bool queued;
	bool entry; /* a function begins here for sure: it is called */
	bool bad;   /* it cannot be what a sane function has there */
};

struct flow {
	const struct ij_derive_area *area;
	struct ij_derive_seeds *seeds;
	uint32_t *at; /* a node's index + 1 for each byte of the area, 0: none starts there */
	IJ_VEC(struct node) nodes;
	IJ_VEC(uint32_t) queue; /* of nodes, a stack */
	size_t entries_left;    /* of jump tables that may still be read */
	uint8_t *noreturn;      /* a bit for each byte of the area: a call there never returns */
	uint8_t *returns;       /* the same: execution does come there from the call before */
	unsigned passes_left;
	bool again; /* another pass is wanted: it was learnt that a call does not return */
};

static uint64_t vaddr_of(const struct flow *flow, uint32_t off)
{
	return flow->area->vaddr + flow->area->start + off;
}

/* The offset of link-time address @vaddr in the area; false if it is not there. */
static bool off_of(const struct flow *flow, uint64_t vaddr, uint32_t *ret)
{
	uint64_t off = vaddr - flow->area->vaddr - flow->area->start;

	if (off >= flow->area->size)
		return false;
	*ret = (uint32_t)off;
	return true;
}

static void bit_set(uint8_t *bits, uint32_t off)
{
	bits[off / 8] |= (uint8_t)(1u << off % 8);
}

static bool bit_get(const uint8_t *bits, uint32_t off)
{
	return bits[off / 8] >> off % 8 & 1;
}

static struct ij_error *enqueue(struct flow *flow, uint32_t idx)
{
	if (flow->nodes.items[idx].queued)
		return NULL;
	flow->nodes.items[idx].queued = true;
	return ij_vec_push(&flow->queue, idx);
}

/*
 * What stands behind a call at an address where a function may begin is another function if the
 * call does not return. It is this one if it goes on with this one's frame: if it uses it, is
 * joined by a path that is beyond doubt, or returns from the right depth.
 */
static struct ij_error *confirm(struct flow *flow, const struct ij_derive_state *doubtful)
{
	uint32_t off = doubtful->doubt - 1;

	if (!doubtful->doubt || bit_get(flow->returns, off))
		return NULL;
	bit_set(flow->returns, off);
	ij_derive_trust(&flow->nodes.items[flow->at[off] - 1].state);
	return enqueue(flow, flow->at[off] - 1);
}

/* Whether no code can go on in both states. Behind alloca there is a frame pointer. */
static bool conflicts(const struct ij_derive_state *a, const struct ij_derive_state *b)
{
	return a->sp != b->sp && !(a->sp == IJ_DERIVE_UNKNOWN && a->bp_kind == IJ_DERIVE_BP_CFA) &&
	       !(b->sp == IJ_DERIVE_UNKNOWN && b->bp_kind == IJ_DERIVE_BP_CFA);
}

/*
 * Two ways lead to one instruction with the stack pointer at different depths. No compiler makes
 * that: if one of them stands behind a call only, the call never returns. True if that settles it.
 */
static bool settle(struct flow *flow, const struct node *node, uint32_t call)
{
	if (call)
		bit_set(flow->noreturn, call - 1);
	/* What jumps to a function's entry calls it, whatever was made of its stack. */
	if (call || node->entry)
		return true;
	if (!node->call || !flow->passes_left)
		return false;
	bit_set(flow->noreturn, node->call - 1);
	flow->again = true;
	return true;
}

/* Two paths meet at one depth: what is beyond doubt in one of them confirms the other. */
static struct ij_error *confirm_one(struct flow *flow, const struct ij_derive_state *a,
				    const struct ij_derive_state *b)
{
	if (a->sp != b->sp || a->sp == ENTRY_DEPTH || a->sp == IJ_DERIVE_UNKNOWN ||
	    !a->doubt == !b->doubt)
		return NULL;
	return confirm(flow, a->doubt ? a : b);
}

/* Execution comes to @off in @state; from behind @call (offset + 1), or 0. */
static struct ij_error *reach_from(struct flow *flow, uint32_t off, uint32_t call,
				   const struct ij_derive_state *state)
{
	struct node *node;

	if (off >= flow->area->size || flow->nodes.len >= NODES_MAX)
		return NULL;
	if (!flow->at[off]) {
		IJ_TRY(ij_vec_push(&flow->nodes,
				   ((struct node){.off = off, .call = call, .state = *state})));
		flow->at[off] = (uint32_t)flow->nodes.len;
		node = &flow->nodes.items[flow->nodes.len - 1];
	} else {
		node = &flow->nodes.items[flow->at[off] - 1];
		if (conflicts(&node->state, state) && settle(flow, node, call))
			return NULL;
		if (!call)
			node->call = 0;
		IJ_TRY(confirm_one(flow, &node->state, state));
		if (!ij_derive_merge(&node->state, state))
			return NULL;
	}
	return enqueue(flow, flow->at[off] - 1);
}

static struct ij_error *reach(struct flow *flow, uint32_t off, const struct ij_derive_state *state)
{
	return reach_from(flow, off, 0, state);
}

/* A function that is called begins at @off. */
static struct ij_error *enter(struct flow *flow, uint32_t off, const struct ij_derive_state *state)
{
	struct node *node;

	if (off >= flow->area->size)
		return NULL;
	if (flow->at[off]) {
		node = &flow->nodes.items[flow->at[off] - 1];
		if (!node->entry && conflicts(&node->state, state))
			flow->again = flow->passes_left > 0;
		node->entry = true;
		node->call = 0;
	}
	IJ_TRY(reach(flow, off, state));
	if (flow->at[off])
		flow->nodes.items[flow->at[off] - 1].entry = true;
	return NULL;
}

static struct ij_error *reach_vaddr(struct flow *flow, uint64_t vaddr,
				    const struct ij_derive_state *state)
{
	uint32_t off;

	return off_of(flow, vaddr, &off) ? reach(flow, off, state) : NULL;
}

static struct ij_error *seed_add(struct flow *flow, uint64_t vaddr, bool weak)
{
	uint32_t off;

	if (!off_of(flow, vaddr, &off))
		return NULL;
	return ij_vec_push(&flow->seeds->list,
			   ((struct ij_derive_seed){.pc = flow->area->start + off, .weak = weak}));
}

/* An address that an instruction loads may be a function's. */
static struct ij_error *note_address(struct flow *flow, const struct ij_insn *insn,
				     const uint8_t *code)
{
	uint32_t imm;

	if (insn->flow != IJ_FLOW_NEXT)
		return NULL;
	if (insn->mem_pc_relative && !insn->reads_memory && !insn->writes_memory)
		return seed_add(flow, insn->mem_addr, true); /* lea */
	/* mov $imm32, %r32, or %r64 */
	if (!(insn->size == 5 && (code[0] & 0xf8) == 0xb8) &&
	    !(insn->size == 6 && code[0] == 0x41 && (code[1] & 0xf8) == 0xb8) &&
	    !(insn->size == 7 && (code[0] & 0xf8) == 0x48 && code[1] == 0xc7))
		return NULL;
	memcpy(&imm, code + insn->size - sizeof(imm), sizeof(imm));
	return seed_add(flow, imm, true);
}

/*
 * The entries of a jump table: @entry_size 4: offsets from the table, 8: addresses. All of them
 * must lead into the area, or it is no table.
 */
static struct ij_error *table_follow(struct flow *flow, uint64_t table, size_t entry_size,
				     const struct ij_derive_state *state)
{
	uint8_t bytes[TABLE_MAX * 8];
	size_t len = state->bound;
	uint32_t off;

	if (!table || !len || len > TABLE_MAX || len > flow->entries_left ||
	    !flow->area->read(flow->area->ctx, table, bytes, len * entry_size))
		return NULL;
	flow->entries_left -= len;
	for (unsigned pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < len; i++) {
			uint64_t to;
			int32_t rel;

			if (entry_size == 8) {
				memcpy(&to, bytes + i * 8, sizeof(to));
			} else {
				memcpy(&rel, bytes + i * 4, sizeof(rel));
				to = table + (uint64_t)(int64_t)rel;
			}
			if (!off_of(flow, to, &off))
				return NULL;
			if (pass)
				IJ_TRY(reach(flow, off, state));
		}
	return NULL;
}

static struct ij_error *jump_follow(struct flow *flow, const struct ij_insn *insn, bool first,
				    struct ij_derive_state *state)
{
	uint64_t used = state->table_used ? state->table : 0;

	state->table_used = false;
	if (!insn->indirect) {
		if (first && state->sp == ENTRY_DEPTH) /* perhaps a tail call */
			IJ_TRY(seed_add(flow, insn->target, true));
		return reach_vaddr(flow, insn->target, state);
	}
	if (!insn->has_memory)
		return table_follow(flow, used, 4, state);
	if (insn->mem_pc_relative || insn->mem_index == NO_REG || insn->mem_scale != 8)
		return NULL;
	return table_follow(
		flow, insn->mem_base == NO_REG ? (uint64_t)(int64_t)insn->mem_disp : state->table,
		8, state);
}

/* Execution comes to @off behind @call, perhaps. */
static struct ij_error *reach_behind(struct flow *flow, uint32_t off, uint32_t call,
				     struct ij_derive_state *state)
{
	if (call && (flow->area->start + off) % FUNC_ALIGN == 0 && !bit_get(flow->returns, off))
		ij_derive_doubt(state, off);
	return reach_from(flow, off, call, state);
}

static struct ij_error *call_follow(struct flow *flow, const struct ij_insn *insn, uint32_t off,
				    bool first, struct ij_derive_state *state)
{
	uint32_t next = off + insn->size, to;
	const struct ij_derive_state entry = ij_derive_entry();

	/* A call of what follows reads the PC and leaves a word on the stack. */
	if (!insn->indirect && insn->target == vaddr_of(flow, next)) {
		state->sp = IJ_DERIVE_UNKNOWN;
	} else if (!insn->indirect && first) {
		IJ_TRY(seed_add(flow, insn->target, false));
		if (off_of(flow, insn->target, &to))
			IJ_TRY(enter(flow, to, &entry));
	}
	if (bit_get(flow->noreturn, off))
		return NULL;
	return reach_behind(flow, next, off + 1, state);
}

/* Look at one instruction, and pass its state on to where it leads. */
static struct ij_error *visit(struct flow *flow, uint32_t idx)
{
	struct node *node = &flow->nodes.items[idx];
	struct ij_derive_state state = node->state;
	const uint8_t *code = flow->area->code + node->off;
	uint32_t next, off = node->off, call = node->call;
	struct ij_insn insn;
	bool first = !node->size;

	node->queued = false;
	node->bad = false;
	if (!ij_insn_decode(code, flow->area->size - node->off, vaddr_of(flow, node->off), &insn)) {
		node->bad = true;
		return NULL;
	}
	node->size = insn.size;
	next = node->off + insn.size;
	if (insn.flow == IJ_FLOW_RET)
		node->bad = state.sp != IJ_DERIVE_UNKNOWN &&
			    (state.sp != ENTRY_DEPTH || state.ra_kind != IJ_DERIVE_RA_STACK) &&
			    state.bp_kind != IJ_DERIVE_BP_ZERO;
	if ((insn.flow == IJ_FLOW_RET && state.sp == ENTRY_DEPTH &&
	     state.doubt_sp != ENTRY_DEPTH) ||
	    (state.doubt && ij_derive_uses_frame(&state, &insn, code)))
		IJ_TRY(confirm(flow, &state));
	if (first)
		IJ_TRY(note_address(flow, &insn, code));
	ij_derive_apply(&state, &insn, code);
	switch (insn.flow) {
	case IJ_FLOW_NEXT:
	case IJ_FLOW_SYSCALL:
		return reach_behind(flow, next, insn.transparent ? call : 0, &state);
	case IJ_FLOW_BRANCH:
		IJ_TRY(reach_vaddr(flow, insn.target, &state));
		return reach(flow, next, &state);
	case IJ_FLOW_JUMP:
		return jump_follow(flow, &insn, first, &state);
	case IJ_FLOW_CALL:
		return call_follow(flow, &insn, off, first, &state);
	default:
		return NULL;
	}
}

static struct ij_error *drain(struct flow *flow)
{
	while (flow->queue.len)
		IJ_TRY(visit(flow, flow->queue.items[--flow->queue.len]));
	return NULL;
}

/*
 * Whether a function may begin at @off: aligned, behind padding or the end of another, and if it is
 * reached already, then with nothing on the stack.
 */
static bool may_begin(const struct flow *flow, uint32_t off)
{
	uint8_t before = off ? flow->area->code[off - 1] : 0x90;
	const struct node *node = flow->at[off] ? &flow->nodes.items[flow->at[off] - 1] : NULL;

	if (node && node->state.sp != ENTRY_DEPTH && !node->state.doubt)
		return false;
	return (flow->area->start + off) % FUNC_ALIGN == 0 &&
	       (before == 0x90 || before == 0xcc || before == 0x00 || before == 0xc3);
}

/* Follow the seeds once; those that come up on the way are at the list's end. */
static struct ij_error *pass_follow(struct flow *flow)
{
	const struct ij_derive_state entry = ij_derive_entry(), root = ij_derive_root();

	for (unsigned weak = 0; weak < 2; weak++) {
		for (size_t i = 0; i < flow->seeds->list.len; i++) {
			struct ij_derive_seed *seed = &flow->seeds->list.items[i];
			uint32_t off = seed->pc - flow->area->start;

			if (seed->pc < flow->area->start || off >= flow->area->size ||
			    (seed->weak && (!weak || !may_begin(flow, off))))
				continue;
			seed->weak = false;
			IJ_TRY(enter(flow, off, seed->pc == flow->area->entry ? &root : &entry));
			if (weak)
				IJ_TRY(drain(flow));
		}
		IJ_TRY(drain(flow));
	}
	return NULL;
}

/* Follow the seeds until no more calls turn out not to return. */
static struct ij_error *follow(struct flow *flow)
{
	flow->passes_left = PASSES_MAX;
	do {
		flow->passes_left--;
		flow->again = false;
		flow->nodes.len = 0;
		flow->entries_left = flow->area->size;
		memset(flow->at, 0, flow->area->size * sizeof(*flow->at));
		memset(flow->returns, 0, flow->area->size / 8 + 1);
		IJ_TRY(pass_follow(flow));
	} while (flow->again);
	return NULL;
}

/* The last byte that is reached in [@start, @end) plus 1, and whether all that is reached is sane.
 */
static uint32_t extent(const struct flow *flow, uint32_t start, uint32_t end, bool *good_ret)
{
	uint32_t last = start;

	*good_ret = true;
	for (uint32_t off = start; off < end; off++) {
		const struct node *node;

		if (!flow->at[off])
			continue;
		node = &flow->nodes.items[flow->at[off] - 1];
		if (node->state.doubt)
			continue;
		*good_ret &= !node->bad;
		if (off + node->size > last)
			last = off + node->size;
	}
	return last < end ? last : end;
}

/* Add the function [@start, @end) of the area. */
static struct ij_error *function_add(const struct flow *flow, uint32_t start, uint32_t end,
				     struct ij_map_builder *builder)
{
	const struct ij_map_state none = {.cfa_kind = IJ_MAP_CFA_NONE};
	uint32_t known_to = start, pc = flow->area->start;
	bool good;

	end = extent(flow, start, end, &good);
	if (!good || end == start)
		return NULL;
	IJ_TRY(ij_map_builder_func(builder, pc + start, end - start, IJ_MAP_FUNC_DERIVED));
	for (uint32_t off = start; off < end; off++) {
		const struct node *node =
			flow->at[off] ? &flow->nodes.items[flow->at[off] - 1] : NULL;
		struct ij_map_state rule;

		if (!node || node->state.doubt) {
			if (off == known_to)
				IJ_TRY(ij_map_builder_row(builder, pc + off, &none));
			continue;
		}
		rule = ij_derive_rule(&node->state);
		IJ_TRY(ij_map_builder_row(builder, pc + off, &rule));
		known_to = off + node->size;
	}
	return NULL;
}

static struct ij_error *functions_add(const struct flow *flow, struct ij_map_builder *builder)
{
	struct ij_derive_seed *seeds = flow->seeds->list.items;
	size_t len = flow->seeds->list.len;
	uint32_t start = UINT32_MAX;

	ij_derive_seeds_sort(flow->seeds);
	for (size_t i = 0; i < len; i++) {
		uint32_t off = seeds[i].pc - flow->area->start;

		if (seeds[i].pc < flow->area->start || off >= flow->area->size || seeds[i].weak ||
		    off == start)
			continue;
		if (start != UINT32_MAX)
			IJ_TRY(function_add(flow, start, off, builder));
		start = off;
	}
	if (start != UINT32_MAX)
		return function_add(flow, start, flow->area->size, builder);
	return NULL;
}

struct ij_error *ij_derive_area(const struct ij_derive_area *area, struct ij_derive_seeds *seeds,
				struct ij_map_builder *builder)
{
	struct flow flow = {.area = area, .seeds = seeds};
	struct ij_error *err;

	if (area->size > AREA_MAX)
		return NULL;
	flow.at = calloc(area->size ? area->size : 1, sizeof(*flow.at));
	flow.noreturn = calloc(area->size / 8 + 1, 1);
	flow.returns = calloc(area->size / 8 + 1, 1);
	err = flow.at && flow.noreturn && flow.returns ? follow(&flow) : ij_error_nomem();
	if (!err && flow.nodes.len < NODES_MAX)
		err = functions_add(&flow, builder);
	free(flow.at);
	free(flow.noreturn);
	free(flow.returns);
	ij_vec_deinit(&flow.nodes);
	ij_vec_deinit(&flow.queue);
	return err;
}
