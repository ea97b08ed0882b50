/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Dataflow of stack slots: forward what may have been written and whether an address of the frame
 * is known outside of the instructions that address it, backward what may be read.
 *
 * Source: System V psABI AMD64 1.0, 3.2.2 (the frame, the red zone) and 3.2.3 (arguments).
 */
#include "maps/slots.h"

#include <string.h>

#include "maps/slots_effect.h"

#define SLOTS      (IJ_SLOTS_WORDS * 64)
#define PASSES_MAX 64
#define RED_ZONE   128
/* A set of more words than this says little, and takes as long. */
#define FRAME_MAX (1 << 20)

struct run {
	struct ij_graph *graph;
	const struct ij_map *map;
	struct ij_slots *slots;
	IJ_VEC(struct ij_slots_effect) effects; /* one an instruction */
	bool *lost;  /* one a part: an indirect jump in it goes who knows where */
	bool *calls; /* one a part: it calls, and so keeps nothing below the stack pointer */
	bool more;
	/* Of the instruction in hand, for visitors: */
	struct ij_slots_state out;
	uint32_t part;
};

static struct ij_slots_mask mask_all(void)
{
	struct ij_slots_mask mask;

	memset(&mask, 0xff, sizeof(mask));
	return mask;
}

static bool mask_has(const struct ij_slots_mask *mask, int slot)
{
	unsigned bit = (unsigned)(slot + IJ_SLOTS_BELOW);

	return bit < SLOTS && mask->words[bit / 64] >> bit % 64 & 1;
}

/* Slots @lo to @hi - 1, as far as they are told apart. */
static struct ij_slots_mask mask_of(int64_t lo, int64_t hi)
{
	struct ij_slots_mask mask = {0};

	lo = lo + IJ_SLOTS_BELOW > 0 ? lo + IJ_SLOTS_BELOW : 0;
	hi = hi + IJ_SLOTS_BELOW < SLOTS ? hi + IJ_SLOTS_BELOW : SLOTS;
	for (; lo < hi; lo++)
		mask.words[lo / 64] |= 1ull << lo % 64;
	return mask;
}

static void mask_or(struct ij_slots_mask *mask, const struct ij_slots_mask *other)
{
	for (unsigned i = 0; i < IJ_SLOTS_WORDS; i++)
		mask->words[i] |= other->words[i];
}

static void mask_clear(struct ij_slots_mask *mask, const struct ij_slots_mask *other)
{
	for (unsigned i = 0; i < IJ_SLOTS_WORDS; i++)
		mask->words[i] &= ~other->words[i];
}

/* The slot that byte @at lies in. */
static int64_t slot_of(int64_t at)
{
	return at >= 0 ? at / 8 : -((-at + 7) / 8);
}

/* Of @size bytes at @at: the slots that they touch, or those that they fill. */
static struct ij_slots_mask mask_touched(int64_t at, int64_t size)
{
	return mask_of(slot_of(at), slot_of(at + size - 1) + 1);
}

static struct ij_slots_mask mask_filled(int64_t at, int64_t size)
{
	return mask_of(slot_of(at + 7), slot_of(at + size));
}

static struct ij_slots_state *state_at(const struct run *run, uint32_t idx)
{
	return &run->slots->states.items[idx];
}

/* Is a jump to @idx one within the function, or to another one for good? */
static bool is_inside(const struct run *run, uint32_t idx)
{
	const struct ij_graph *graph = run->graph;
	const struct ij_graph_part *part = &graph->parts.items[graph->insns.items[idx].part];

	return graph->insns.items[idx].part == run->part ||
	       graph->insns.items[idx].pc != graph->funcs.items[part->func].start ||
	       ij_graph_is_piece(graph, &graph->funcs.items[part->func]);
}

static void join(struct run *run, uint32_t idx)
{
	struct ij_slots_state *state = state_at(run, idx), before = *state;

	if (!state->reached) {
		struct ij_slots_mask wanted = state->wanted;

		*state = run->out;
		state->wanted = wanted;
		state->reached = true;
		run->more = true;
		return;
	}
	mask_or(&state->written, &run->out.written);
	state->escaped |= run->out.escaped;
	state->unknown |= run->out.unknown;
	if (state->sp != run->out.sp)
		state->sp = IJ_SLOTS_NO_SP;
	run->more |= memcmp(&before.written, &state->written, sizeof(before.written)) != 0 ||
		     before.escaped != state->escaped || before.unknown != state->unknown ||
		     before.sp != state->sp;
}

static bool join_jump(void *ctx, uint32_t pc)
{
	struct run *run = ctx;
	uint32_t idx = ij_graph_insn_at(run->graph, pc);

	if (idx != IJ_GRAPH_NONE && is_inside(run, idx))
		join(run, idx);
	return true;
}

/* Does the CFI place the stack pointer elsewhere than the code does? Then one of them is wrong. */
static bool contradicts(const struct ij_slots_effect *effect, const struct ij_slots_state *state)
{
	return effect->flags & IJ_SLOTS_SP_CFA && state->sp != IJ_SLOTS_NO_SP &&
	       state->sp != effect->at_sp;
}

/* The state behind instruction @idx. */
static void step(const struct run *run, uint32_t idx, struct ij_slots_state *ret)
{
	const struct ij_graph_insn *insn = &run->graph->insns.items[idx];
	const struct ij_slots_effect *effect = &run->effects.items[idx];
	struct ij_slots_mask mask;

	*ret = *state_at(run, idx);
	ret->unknown |= contradicts(effect, ret);
	if (effect->flags & IJ_SLOTS_SP_CFA)
		ret->sp = effect->at_sp;
	if (effect->flags & IJ_SLOTS_BAD) {
		ret->unknown = true;
		ret->sp = IJ_SLOTS_NO_SP;
		return;
	}
	if (effect->flags & IJ_SLOTS_WRITES) {
		mask = mask_touched(effect->at, effect->size);
		mask_or(&ret->written, &mask);
	}
	if (effect->flags & IJ_SLOTS_PUSHES && ret->sp != IJ_SLOTS_NO_SP) {
		mask = mask_touched((int64_t)ret->sp - 8, 8);
		mask_or(&ret->written, &mask);
	}
	ret->escaped |= (effect->flags & IJ_SLOTS_LEAKS) != 0;
	if (effect->flags & IJ_SLOTS_ALL_WRITE ||
	    (effect->flags & IJ_SLOTS_PUSHES && ret->sp == IJ_SLOTS_NO_SP))
		ret->written = mask_all();
	if (effect->flags & IJ_SLOTS_SETS_SP)
		ret->sp = effect->delta;
	else if (effect->flags & IJ_SLOTS_LOSES_SP)
		ret->sp = IJ_SLOTS_NO_SP;
	else if (ret->sp != IJ_SLOTS_NO_SP)
		ret->sp += effect->delta;
	if (ret->escaped) {
		ret->written =
			ret->sp == IJ_SLOTS_NO_SP
				? mask_all()
				: mask_of(slot_of(ret->sp) -
						  (run->calls[insn->part] ? 0 : RED_ZONE / 8),
					  SLOTS);
	} else if (insn->flow == IJ_FLOW_CALL && ret->sp != IJ_SLOTS_NO_SP) {
		/* What lies below is not kept by the callee. */
		mask = mask_of(-IJ_SLOTS_BELOW, slot_of(ret->sp));
		mask_clear(&ret->written, &mask);
	}
}

/* A call behind which the frame is another one, by the CFI: it does not return. */
static bool is_end(const struct run *run, const struct ij_graph_insn *insn)
{
	uint32_t next = insn->flow == IJ_FLOW_CALL
				? ij_graph_insn_at(run->graph, (uint64_t)insn->pc + insn->size)
				: IJ_GRAPH_NONE;

	return next != IJ_GRAPH_NONE && contradicts(&run->effects.items[next], &run->out);
}

static void insn_forward(struct run *run, uint32_t idx)
{
	const struct ij_graph_insn *insn = &run->graph->insns.items[idx];

	if (!state_at(run, idx)->reached)
		return;
	run->part = insn->part;
	step(run, idx, &run->out);
	if (ij_graph_falls(insn) && !is_end(run, insn))
		(void)join_jump(run, insn->pc + insn->size);
	if (insn->flow != IJ_FLOW_JUMP && insn->flow != IJ_FLOW_BRANCH)
		return;
	if (insn->target != IJ_GRAPH_NONE)
		(void)join_jump(run, insn->target);
	else if (insn->flags & IJ_GRAPH_INDIRECT &&
		 !ij_graph_table(run->graph, idx, join_jump, run) && run->out.sp != -8)
		run->lost[insn->part] = true; /* a tail call has nothing on the stack any more */
}

/* A function begins with its return address and the arguments on the stack. */
static void entries_fill(struct run *run)
{
	run->out = (struct ij_slots_state){.written = mask_of(-1, SLOTS), .sp = -8};
	IJ_VEC_EACH (&run->graph->parts, part) {
		const struct ij_map_func *func = &run->graph->funcs.items[part->func];

		if (part->insn && part->insn[0] && !ij_graph_is_piece(run->graph, func))
			join(run, part->insn[0] - 1);
	}
}

static void forward(struct run *run)
{
	entries_fill(run);
	for (unsigned pass = 0; run->more && pass < PASSES_MAX; pass++) {
		run->more = false;
		for (uint32_t i = 0; i < run->graph->insns.len; i++)
			insn_forward(run, i);
	}
	for (uint32_t i = 0; i < run->graph->insns.len; i++) {
		const struct ij_graph_insn *insn = &run->graph->insns.items[i];
		struct ij_slots_state *state = state_at(run, i);

		state->unknown |= !state->reached || run->more ||
				  contradicts(&run->effects.items[i], state) ||
				  run->effects.items[i].flags & IJ_SLOTS_BAD ||
				  run->lost[insn->part];
		if (run->effects.items[i].flags & IJ_SLOTS_SP_CFA)
			state->sp = run->effects.items[i].at_sp;
	}
}

static bool want_jump(void *ctx, uint32_t pc)
{
	struct run *run = ctx;
	uint32_t idx = ij_graph_insn_at(run->graph, pc);
	struct ij_slots_mask tail = mask_of(-1, SLOTS);

	/* A function that is gone to reads its return address and arguments. */
	if (idx == IJ_GRAPH_NONE || !is_inside(run, idx))
		mask_or(&run->out.wanted, &tail);
	else
		mask_or(&run->out.wanted, &state_at(run, idx)->wanted);
	return true;
}

/* What is wanted behind instruction @idx. */
static void wanted_behind(struct run *run, uint32_t idx)
{
	const struct ij_graph_insn *insn = &run->graph->insns.items[idx];

	memset(&run->out, 0, sizeof(run->out));
	run->part = insn->part;
	if (ij_graph_falls(insn))
		(void)want_jump(run, insn->pc + insn->size);
	if (insn->flow == IJ_FLOW_STOP)
		run->out.wanted = mask_all();
	if (insn->flow != IJ_FLOW_JUMP && insn->flow != IJ_FLOW_BRANCH)
		return;
	if (insn->target != IJ_GRAPH_NONE || !(insn->flags & IJ_GRAPH_INDIRECT))
		(void)want_jump(run, insn->target);
	else if (!ij_graph_table(run->graph, idx, want_jump, run))
		(void)want_jump(run, UINT32_MAX);
}

static struct ij_slots_mask wanted_before(struct run *run, uint32_t idx)
{
	const struct ij_slots_effect *effect = &run->effects.items[idx];
	const struct ij_slots_state *state = state_at(run, idx);
	struct ij_slots_mask mask;

	if (state->unknown || state->escaped ||
	    effect->flags & (IJ_SLOTS_LEAKS | IJ_SLOTS_ALL_READ))
		return mask_all();
	wanted_behind(run, idx);
	if (effect->flags & IJ_SLOTS_WRITES && !(effect->flags & IJ_SLOTS_MAYBE)) {
		mask = mask_filled(effect->at, effect->size);
		mask_clear(&run->out.wanted, &mask);
	}
	if (effect->flags & IJ_SLOTS_PUSHES && state->sp != IJ_SLOTS_NO_SP) {
		mask = mask_filled((int64_t)state->sp - 8, 8);
		mask_clear(&run->out.wanted, &mask);
	}
	if (run->graph->insns.items[idx].flow == IJ_FLOW_CALL) {
		int64_t from = state->sp == IJ_SLOTS_NO_SP ? -IJ_SLOTS_BELOW : slot_of(state->sp);

		mask = mask_of(-IJ_SLOTS_BELOW, from);
		mask_clear(&run->out.wanted, &mask);
		mask = mask_of(from, 0);
		mask_or(&run->out.wanted, &mask);
	}
	if (effect->flags & IJ_SLOTS_READS) {
		mask = mask_touched(effect->at, effect->size);
		mask_or(&run->out.wanted, &mask);
	}
	if (effect->flags & IJ_SLOTS_POPS) {
		mask = state->sp == IJ_SLOTS_NO_SP ? mask_all() : mask_touched(state->sp, 8);
		mask_or(&run->out.wanted, &mask);
	}
	return run->out.wanted;
}

static void backward(struct run *run)
{
	run->more = true;
	for (unsigned pass = 0; run->more && pass < PASSES_MAX; pass++) {
		run->more = false;
		for (uint32_t i = (uint32_t)run->graph->insns.len; i-- > 0;) {
			struct ij_slots_mask before = state_at(run, i)->wanted,
					     now = wanted_before(run, i);

			mask_or(&now, &before);
			run->more |= memcmp(&now, &before, sizeof(now)) != 0;
			state_at(run, i)->wanted = now;
		}
	}
	for (uint32_t i = 0; i < run->graph->insns.len; i++) {
		const struct ij_graph_insn *insn = &run->graph->insns.items[i];
		struct ij_slots_state *state = state_at(run, i);

		state->unknown |= run->more;
		/* What fills the space between blocks never runs: nothing changes there. */
		if (!state->reached && insn->flags & IJ_GRAPH_PADDING && i &&
		    insn[-1].part == insn->part)
			*state = state[-1];
	}
}

static struct ij_error *fill(struct run *run)
{
	size_t len = run->graph->insns.len;

	run->lost = calloc(run->graph->parts.len + 1, sizeof(*run->lost));
	run->calls = calloc(run->graph->parts.len + 1, sizeof(*run->calls));
	if (!run->lost || !run->calls)
		return ij_error_nomem();
	IJ_TRY(ij_vec_reserve(&run->effects, len));
	IJ_TRY(ij_vec_reserve(&run->slots->states, len));
	run->slots->states.len = len;
	memset(run->slots->states.items, 0, len * sizeof(*run->slots->states.items));
	IJ_VEC_EACH (&run->graph->insns, insn) {
		run->effects.items[run->effects.len++] =
			ij_slots_effect_of(run->graph, run->map, insn);
		run->calls[insn->part] |= insn->flow == IJ_FLOW_CALL;
	}
	forward(run);
	backward(run);
	return NULL;
}

struct ij_error *ij_slots_init(struct ij_slots *slots, struct ij_graph *graph,
			       const struct ij_map *map)
{
	struct run run = {.graph = graph, .map = map, .slots = slots};
	struct ij_error *err = NULL;

	memset(slots, 0, sizeof(*slots));
	if (graph->insns.len)
		err = fill(&run);
	free(run.lost);
	free(run.calls);
	ij_vec_deinit(&run.effects);
	return err;
}

void ij_slots_deinit(struct ij_slots *slots)
{
	ij_vec_deinit(&slots->states);
}

struct ij_error *ij_slots_live(const struct ij_slots *slots, uint32_t idx, struct ij_points *points,
			       uint32_t *ret, bool *known_ret)
{
	const struct ij_slots_state *state = &slots->states.items[idx];
	uint64_t words[FRAME_MAX / 8 / 64 + IJ_SLOTS_WORDS];
	int64_t bottom = slot_of(state->sp) - RED_ZONE / 8;
	int64_t lo = -IJ_SLOTS_BELOW / 64 - 1, count;

	*known_ret = !state->unknown && state->sp != IJ_SLOTS_NO_SP && state->sp > -FRAME_MAX;
	if (!*known_ret)
		return NULL;
	if (bottom >> 6 < lo)
		lo = bottom >> 6;
	count = 1 - lo;
	memset(words, 0, (size_t)count * sizeof(*words));
	for (int64_t slot = bottom; slot < SLOTS - IJ_SLOTS_BELOW; slot++) {
		/* Those that are not told apart are taken for live where they are the frame's. */
		bool live = slot < -IJ_SLOTS_BELOW ? slot >= slot_of(state->sp)
						   : mask_has(&state->written, (int)slot) &&
							     mask_has(&state->wanted, (int)slot);

		if (live)
			words[(slot >> 6) - lo] |= 1ull << (slot & 63);
	}
	return ij_slot_sets_add(&points->sets, (int32_t)lo, words, (size_t)count, ret);
}
