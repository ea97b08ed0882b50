/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The dataflow of marks.
 *
 * The state is the set of depths at which marks may be nested, for one marked function may be
 * inlined into another; and what became of the restartable sequence that the code may be in. States
 * only grow, so that the work is bounded.
 */
#include "maps/flow.h"

#include <string.h>

#include "interject/safepoint.h"

/* Deeper nesting, or a loop that opens marks and does not close them, stays at this depth. */
#define DEPTH_TOP (1u << 15)

/* Rounds of handing states to blocks that nothing is seen to jump to. */
#define ROUNDS_MAX 64

enum { BY_FALL, BY_JUMP };

/* @into becomes what holds if either does; true if that is more. */
static bool state_join(struct ij_flow_state *into, const struct ij_flow_state *from)
{
	struct ij_flow_state old = *into;

	if (!from->depths)
		return false;
	if (!into->depths) {
		*into = *from;
		into->weak = old.weak;
		return true;
	}
	into->depths |= from->depths;
	if (into->restart != from->restart || into->start != from->start)
		into->restart = IJ_FLOW_RESTART_BAD;
	into->written |= from->written;
	if (into->restart != IJ_FLOW_RESTART_GOOD) {
		into->start = 0;
		into->written = 0;
	}
	return into->depths != old.depths || into->restart != old.restart ||
	       into->written != old.written;
}

static void restart_set(struct ij_flow_state *state, enum ij_flow_restart restart, uint32_t start)
{
	state->restart = (uint8_t)restart;
	state->start = start;
	state->written = 0;
}

static void mark_apply(const struct ij_note *note, struct ij_flow_state *state)
{
	bool outside = state->depths == 1;

	switch (note->type) {
	case IJ_NOTE_UNSAFE_BEGIN:
	case IJ_NOTE_RESTARTABLE_BEGIN:
		state->depths = (uint16_t)(state->depths << 1 | (state->depths & DEPTH_TOP));
		if (note->type == IJ_NOTE_RESTARTABLE_BEGIN && outside)
			restart_set(state, IJ_FLOW_RESTART_GOOD, note->pc);
		else
			restart_set(state, IJ_FLOW_RESTART_BAD, 0);
		break;
	case IJ_NOTE_UNSAFE_END:
	case IJ_NOTE_RESTARTABLE_END:
		state->depths = (uint16_t)(state->depths >> 1 | (state->depths & 1));
		if (state->depths == 1)
			restart_set(state, IJ_FLOW_RESTART_NO, 0);
		break;
	default:
		break;
	}
}

/* Notes [*first, *end) are those of @pc; returns how many more marks these open than close. */
static int notes_of(const struct ij_notes *notes, uint32_t pc, size_t *first, size_t *end)
{
	int net = 0;

	*first = ij_notes_find(notes, pc);
	for (*end = *first; *end < notes->notes.len && notes->notes.items[*end].pc == pc; ++*end) {
		uint32_t type = notes->notes.items[*end].type;

		if (type == IJ_NOTE_UNSAFE_BEGIN || type == IJ_NOTE_RESTARTABLE_BEGIN)
			net++;
		else if (type == IJ_NOTE_UNSAFE_END || type == IJ_NOTE_RESTARTABLE_END)
			net--;
	}
	return net;
}

static void marks_apply(const struct ij_flow *flow, size_t first, size_t end,
			struct ij_flow_state *state)
{
	for (size_t i = first; i < end; i++)
		mark_apply(&flow->notes->notes.items[i], state);
}

struct ij_flow_state ij_flow_at(const struct ij_flow *flow, uint32_t idx)
{
	struct ij_flow_state state = flow->states.items[(size_t)idx * 2 + BY_FALL];
	struct ij_flow_state jumped = flow->states.items[(size_t)idx * 2 + BY_JUMP];
	size_t first, end;
	int net = notes_of(flow->notes, flow->graph.insns.items[idx].pc, &first, &end);

	if (first == end) {
		(void)state_join(&state, &jumped);
		return state;
	}
	if (state.depths)
		marks_apply(flow, first, end, &state);
	/* Where marks open, the outermost comes first, for what it gives may be what the next has.
	 */
	for (unsigned i = 0; i < 16; i++) {
		struct ij_flow_state one = jumped;

		one.depths &= (uint16_t)(1u << (net >= 0 ? i : 15 - i));
		if (!(one.depths & state.depths))
			marks_apply(flow, first, end, &one);
		(void)state_join(&state, &one);
	}
	return state;
}

bool ij_flow_is_entered_outside(const struct ij_flow *flow, uint32_t idx)
{
	const struct ij_flow_state *states = &flow->states.items[(size_t)idx * 2];

	return !((states[BY_FALL].depths | states[BY_JUMP].depths) & ~1u);
}

/* What executing @insn makes of the state. */
static void insn_apply(const struct ij_graph_insn *insn, struct ij_flow_state *state)
{
	if (state->restart != IJ_FLOW_RESTART_GOOD)
		return;
	state->written |= insn->writes;
	if (insn->flags & (IJ_GRAPH_STACK | IJ_GRAPH_OPAQUE) || insn->flow == IJ_FLOW_CALL ||
	    insn->flow == IJ_FLOW_SYSCALL)
		restart_set(state, IJ_FLOW_RESTART_BAD, 0);
}

static struct ij_error *states_grow(struct ij_flow *flow)
{
	size_t extra = flow->graph.insns.len - flow->queued.len;

	if (!extra)
		return NULL;
	IJ_TRY(ij_vec_reserve(&flow->states, extra * 2));
	IJ_TRY(ij_vec_reserve(&flow->queued, extra));
	memset(flow->states.items + flow->states.len, 0, extra * 2 * sizeof(struct ij_flow_state));
	memset(flow->queued.items + flow->queued.len, 0, extra * sizeof(bool));
	flow->states.len += extra * 2;
	flow->queued.len += extra;
	return NULL;
}

/* @state holds before the instruction at @pc of @part, which is come to @by falling or jumping. */
static struct ij_error *reach(struct ij_flow *flow, uint32_t part, uint64_t pc, int by,
			      const struct ij_flow_state *state)
{
	uint32_t idx;

	IJ_TRY(ij_graph_at(&flow->graph, part, pc, &idx));
	IJ_TRY(states_grow(flow));
	if (idx == IJ_GRAPH_NONE || flow->graph.insns.items[idx].flags & IJ_GRAPH_BAD)
		flow->graph.parts.items[part].distrusted = true;
	if (idx == IJ_GRAPH_NONE || !state_join(&flow->states.items[(size_t)idx * 2 + by], state) ||
	    flow->queued.items[idx])
		return NULL;
	flow->queued.items[idx] = true;
	return ij_vec_push(&flow->queue, idx);
}

static bool is_named(const struct ij_flow *flow, uint32_t pc)
{
	size_t lo = 0, hi = flow->named.len;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (flow->named.items[mid] < pc)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < flow->named.len && flow->named.items[lo] == pc;
}

/* A jump to another part of the same function. */
static struct ij_error *jump_far(struct ij_flow *flow, uint32_t part, uint64_t pc,
				 const struct ij_flow_state *state)
{
	uint32_t to;

	IJ_TRY(ij_graph_add(&flow->graph, pc, &to));
	if (to == IJ_GRAPH_NONE) {
		flow->graph.parts.items[part].distrusted = true;
		return NULL;
	}
	ij_graph_join(&flow->graph, part, to);
	return reach(flow, to, pc, BY_JUMP, state);
}

/* A jump in @state from @part to @pc, which may be in another part of the same function. */
static struct ij_error *jump(struct ij_flow *flow, uint32_t part, uint64_t pc,
			     const struct ij_flow_state *state)
{
	const struct ij_map_func *func = ij_graph_func(&flow->graph, pc);

	if (!func || func->flags & IJ_MAP_FUNC_PLT)
		return NULL;
	if (ij_graph_part(&flow->graph, pc) == part)
		return reach(flow, part, pc, BY_JUMP, state);
	/*
	 * To the start of what begins as a function does: a tail call, which ends the frame and
	 * with it what was marked; or the cold part of a function without a frame, which has no
	 * name.
	 */
	if (pc == func->start && !ij_graph_is_piece(&flow->graph, func) &&
	    (state->depths == 1 || is_named(flow, func->start)))
		return NULL;
	return jump_far(flow, part, pc, state);
}
/* A table has entries for this function only, but perhaps for parts of it that begin like others.
 */
static bool table_edge(void *ctx, uint32_t pc)
{
	struct ij_flow *flow = ctx;
	const struct ij_map_func *func = ij_graph_func(&flow->graph, pc);

	if (ij_graph_part(&flow->graph, pc) == flow->edge_part)
		flow->err = reach(flow, flow->edge_part, pc, BY_JUMP, &flow->edge);
	else if (!func || is_named(flow, func->start))
		return false;
	else
		flow->err = jump_far(flow, flow->edge_part, pc, &flow->edge);
	return !flow->err;
}

static struct ij_error *any_grow(struct ij_flow *flow)
{
	while (flow->any.len < flow->graph.parts.len)
		IJ_TRY(ij_vec_push(&flow->any, (struct ij_flow_state){0}));
	return NULL;
}

/* @state may go on where nothing is seen to jump to, anywhere in the function. */
static struct ij_error *anywhere(struct ij_flow *flow, uint32_t part,
				 const struct ij_flow_state *state)
{
	IJ_TRY(any_grow(flow));
	(void)state_join(&flow->any.items[part], state);
	return NULL;
}

/* Where instruction @idx goes otherwise than by falling into the next. */
static struct ij_error *transfer(struct ij_flow *flow, uint32_t idx,
				 const struct ij_graph_insn *insn,
				 const struct ij_flow_state *state)
{
	if (insn->flow == IJ_FLOW_CALL)
		return flow->graph.lands ? anywhere(flow, insn->part, state) : NULL;
	if (insn->flow != IJ_FLOW_JUMP && insn->flow != IJ_FLOW_BRANCH)
		return NULL;
	if (insn->target != IJ_GRAPH_NONE)
		return jump(flow, insn->part, insn->target, state);
	if (!(insn->flags & IJ_GRAPH_INDIRECT))
		return NULL;
	flow->edge = *state;
	flow->edge_part = insn->part;
	if (ij_graph_table(&flow->graph, idx, table_edge, flow))
		return flow->err;
	return anywhere(flow, insn->part, state);
}

static struct ij_error *step(struct ij_flow *flow, uint32_t idx)
{
	const struct ij_graph_insn insn = flow->graph.insns.items[idx];
	const struct ij_map_func *func =
		&flow->graph.funcs.items[flow->graph.parts.items[insn.part].func];
	struct ij_flow_state state = ij_flow_at(flow, idx);
	uint64_t behind = (uint64_t)insn.pc + insn.size;

	flow->queued.items[idx] = false;
	insn_apply(&insn, &state);
	IJ_TRY(transfer(flow, idx, &insn, &state));
	/* A function does not run into the next one: its last call does not return. */
	if (!ij_graph_falls(&insn) || behind - func->start >= func->size)
		return NULL;
	return reach(flow, insn.part, behind, BY_FALL, &state);
}

static struct ij_error *drain(struct ij_flow *flow)
{
	while (flow->queue.len)
		IJ_TRY(step(flow, flow->queue.items[--flow->queue.len]));
	return NULL;
}

/* The heads of blocks that nothing is seen to run into get what may go on anywhere. */
static struct ij_error *heads_seed(struct ij_flow *flow, uint32_t part_idx,
				   const struct ij_flow_state *any)
{
	const struct ij_graph_part part = flow->graph.parts.items[part_idx];
	bool open = true;

	for (uint32_t i = part.first; i < part.first + part.linear; i++) {
		const struct ij_graph_insn insn = flow->graph.insns.items[i];

		if (open && !(insn.flags & (IJ_GRAPH_PADDING | IJ_GRAPH_BAD))) {
			struct ij_flow_state *states = &flow->states.items[(size_t)i * 2];

			if (!states[BY_FALL].depths && !states[BY_JUMP].depths)
				states[BY_JUMP].weak = true;
			if (states[BY_JUMP].weak)
				IJ_TRY(reach(flow, part_idx, insn.pc, BY_JUMP, any));
			open = false;
		}
		open = open || !ij_graph_falls(&insn);
	}
	return NULL;
}

/* States that go on anywhere: joined over each function, and handed to what is left. */
static struct ij_error *spread(struct ij_flow *flow)
{
	for (unsigned round = 0; round < ROUNDS_MAX; round++) {
		bool more = false;

		IJ_TRY(drain(flow));
		IJ_TRY(any_grow(flow));
		for (uint32_t i = 0; i < flow->any.len; i++) {
			uint32_t group = ij_graph_group(&flow->graph, i);

			if (group != i)
				more |= state_join(&flow->any.items[group], &flow->any.items[i]);
		}
		for (uint32_t i = 0; i < flow->any.len; i++) {
			struct ij_flow_state any = flow->any.items[ij_graph_group(&flow->graph, i)];

			if (any.depths)
				IJ_TRY(heads_seed(flow, i, &any));
		}
		if (!flow->queue.len && !more)
			return NULL;
	}
	for (uint32_t i = 0; i < flow->graph.parts.len; i++)
		flow->graph.parts.items[i].distrusted = true;
	return drain(flow);
}

/*
 * Is part @idx entered from outside, at its start? In round 0 what certainly is a function; then
 * what may be one and is led into by nothing so far; at last a piece of which the rest has no
 * marks.
 */
static bool is_entry(const struct ij_flow *flow, uint32_t idx, int round)
{
	const struct ij_graph_part *part = &flow->graph.parts.items[idx];
	const struct ij_map_func *func = &flow->graph.funcs.items[part->func];
	const struct ij_flow_state *states = &flow->states.items[(size_t)part->first * 2];

	if (round == 0)
		return !ij_graph_is_piece(&flow->graph, func) && is_named(flow, func->start);
	if (states[BY_FALL].depths || states[BY_JUMP].depths)
		return false;
	return round == 2 || !ij_graph_is_piece(&flow->graph, func);
}

static struct ij_error *run(struct ij_flow *flow)
{
	static const struct ij_flow_state outside = {.depths = 1};
	uint32_t part;

	IJ_VEC_EACH (&flow->notes->notes, note)
		if (note->type != IJ_NOTE_SAFEPOINT)
			IJ_TRY(ij_graph_add(&flow->graph, note->pc, &part));
	ij_graph_bound(&flow->graph);
	for (int round = 0; round < 3; round++) {
		IJ_TRY(states_grow(flow));
		for (uint32_t i = 0; i < flow->graph.parts.len; i++)
			if (is_entry(flow, i, round))
				IJ_TRY(reach(
					flow, i,
					flow->graph.funcs.items[flow->graph.parts.items[i].func]
						.start,
					BY_FALL, &outside));
		IJ_TRY(drain(flow));
	}
	return spread(flow);
}

/* Functions of which a name tells that they are no part of another. */
static bool name_add(void *ctx, const struct ij_symbol *sym)
{
	struct ij_flow *flow = ctx;
	uint64_t pc = sym->value - flow->graph.base;

	if (sym->kind == IJ_SYMBOL_FUNC && pc < flow->graph.span && !strstr(sym->name, ".cold"))
		flow->err = ij_vec_push(&flow->named, (uint32_t)pc);
	return !flow->err;
}

static int offset_compare(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

struct ij_error *ij_flow_init(struct ij_flow *flow, struct ij_object *obj,
			      const struct ij_graph_funcs *funcs, const struct ij_notes *notes)
{
	struct ij_error *err;

	memset(flow, 0, sizeof(*flow));
	flow->notes = notes;
	IJ_TRY(ij_graph_init(&flow->graph, obj, funcs));
	err = ij_object_symbols_own(obj, name_add, flow);
	if (!err)
		err = flow->err;
	flow->err = NULL;
	if (!err && flow->named.len)
		qsort(flow->named.items, flow->named.len, sizeof(uint32_t), offset_compare);
	if (!err)
		err = run(flow);
	if (err)
		ij_flow_deinit(flow);
	return err;
}

void ij_flow_deinit(struct ij_flow *flow)
{
	ij_graph_deinit(&flow->graph);
	ij_vec_deinit(&flow->states);
	ij_vec_deinit(&flow->queued);
	ij_vec_deinit(&flow->queue);
	ij_vec_deinit(&flow->named);
	ij_vec_deinit(&flow->any);
}
