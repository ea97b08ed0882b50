/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Points of any machine code: frames by CFI, what is unsafe by policy and marks, live registers and
 * stack slots by dataflow over the instructions (maps/live.h, maps/slots.h).
 *
 * Which registers hold pointers only debug information tells, where there is any, and of a third of
 * those that are live at -O2: labels, which no verdict asks for. The flags and the stack pointer
 * are not in the sets, for they are always saved.
 */
#include <string.h>

#include "maps/compile.h"
#include "maps/live.h"
#include "maps/points_labels.h"
#include "maps/points_source.h"
#include "maps/slots.h"
#include "maps/slots_effect.h"

#define LIVE_MASK (IJ_POINT_REGS & ~(1ull << IJ_MAP_REG_SP))

struct native {
	struct ij_map map;
	struct ij_graph graph;
	struct ij_live live;
	struct ij_slots slots;
	struct ij_points_labels labels;
	struct ij_points *out;
};

/* Why nothing may be called in @func wherever it stands; SAFE if nothing speaks against it. */
static unsigned why_of_func(const struct native *native, const struct ij_map_func *func)
{
	if (func->flags & IJ_MAP_FUNC_SIGNAL)
		return IJ_WHY_SIGNAL;
	if (func->flags & IJ_MAP_FUNC_PLT)
		return IJ_WHY_PLT;
	if (func->classes | native->map.header->module_classes)
		return IJ_WHY_HOLDS;
	return IJ_WHY_SAFE;
}

static void frame_set(const struct native *native, const struct ij_map_func *func,
		      struct ij_point *point)
{
	const struct ij_map_rule *rule = ij_map_rule_find(&native->map, func, point->pc);
	bool root = ij_slots_is_root(&native->map, rule);

	if (rule->cfa_kind == IJ_MAP_CFA_REG && rule->cfa_reg == IJ_MAP_REG_SP && !root)
		point->frame = rule->cfa_off - 8;
	else
		point->unknown |= IJ_POINTS_FRAME;
	if (rule->cfa_kind == IJ_MAP_CFA_NONE && !root && !point->why)
		point->why = IJ_WHY_NOFRAME;
}

static void mark_set(const struct native *native, struct ij_point *point)
{
	const struct ij_map_mark *mark = ij_map_mark_find(&native->map, point->pc);

	if (mark)
		point->why = mark->kind == IJ_MAP_MARK_UNSAFE ? IJ_WHY_MARKED : IJ_WHY_SEQUENCE;
}

/* Live slots; and the frame, where it hangs on another register and the code tells it. */
static struct ij_error *slots_set(const struct native *native, uint32_t idx, struct ij_point *point)
{
	const struct ij_slots_state *state = &native->slots.states.items[idx];
	bool known;

	IJ_TRY(ij_slots_live(&native->slots, idx, native->out, &point->slots_live, &known));
	if (!known) {
		point->unknown |= IJ_POINTS_SLOTS;
	} else if (point->unknown & IJ_POINTS_FRAME) {
		point->unknown &= (uint8_t)~IJ_POINTS_FRAME;
		point->frame = -8 - state->sp;
	}
	return NULL;
}

/* What debug information says of pointers there. */
static struct ij_error *labels_set(struct native *native, const struct ij_map_func *func,
				   uint32_t idx, struct ij_point *point)
{
	const struct ij_slots_state *state = &native->slots.states.items[idx];
	bool known = state->reached && !state->unknown && state->sp != IJ_SLOTS_NO_SP;

	return ij_points_labels_set(&native->labels,
				    ij_map_rule_find(&native->map, func, point->pc),
				    known ? &state->sp : NULL, native->out, point);
}

/* The point before instruction @insn. */
static struct ij_error *point_add(struct native *native, const struct ij_map_func *func,
				  unsigned why, const struct ij_graph_insn *insn)
{
	uint32_t idx = (uint32_t)(insn - native->graph.insns.items);
	struct ij_point point = {.pc = insn->pc, .why = (uint8_t)why};

	if (insn->flags & IJ_GRAPH_BAD) {
		point.unknown |= IJ_POINTS_REGS;
		point.why = IJ_WHY_NOCODE;
	} else {
		point.live = native->live.before.items[idx] & LIVE_MASK;
	}
	frame_set(native, func, &point);
	IJ_TRY(slots_set(native, idx, &point));
	IJ_TRY(labels_set(native, func, idx, &point));
	mark_set(native, &point);
	return ij_points_add(native->out, &point);
}

/* Code over a limit of the graph: frames by the rows alone. */
static struct ij_error *rows_add(const struct native *native, const struct ij_map_func *func,
				 unsigned why)
{
	for (uint32_t i = 0; i < func->row_len; i++) {
		struct ij_point point = {.pc = native->map.rows[func->row_idx + i].pc,
					 .why = (uint8_t)why,
					 .unknown = IJ_POINTS_REGS | IJ_POINTS_SLOTS};

		frame_set(native, func, &point);
		mark_set(native, &point);
		IJ_TRY(ij_points_add(native->out, &point));
	}
	return NULL;
}

static struct ij_error *func_add(struct native *native, const struct ij_map_func *func)
{
	uint32_t idx = ij_graph_part(&native->graph, func->start);
	unsigned why = why_of_func(native, func);
	const struct ij_graph_part *part;

	IJ_TRY(ij_points_begin(native->out, func->start, func->size));
	if (idx == IJ_GRAPH_NONE)
		return rows_add(native, func, why);
	part = &native->graph.parts.items[idx];
	for (uint32_t i = 0; i < part->linear; i++)
		IJ_TRY(point_add(native, func, why, &native->graph.insns.items[part->first + i]));
	return NULL;
}

static struct ij_error *graph_fill(struct native *native)
{
	uint32_t part;

	for (uint32_t i = 0; i < native->map.header->funcs_len; i++)
		IJ_TRY(ij_graph_add(&native->graph, native->map.funcs[i].start, &part));
	ij_graph_bound(&native->graph);
	IJ_TRY(ij_live_init(&native->live, &native->graph));
	return ij_slots_init(&native->slots, &native->graph, &native->map);
}

static struct ij_error *funcs_add(struct ij_object *obj, struct native *native)
{
	const struct ij_graph_funcs funcs = {.items = native->map.funcs,
					     .len = native->map.header->funcs_len,
					     .rows = native->map.rows,
					     .rules = native->map.rules};
	struct ij_error *err;

	IJ_TRY(ij_graph_init(&native->graph, obj, &funcs));
	err = graph_fill(native);
	for (size_t i = 0; i < funcs.len && !err; i++)
		err = func_add(native, &funcs.items[i]);
	ij_live_deinit(&native->live);
	ij_slots_deinit(&native->slots);
	ij_graph_deinit(&native->graph);
	return err;
}

/* By what a policy may know a file: its soname, else its base name. */
static const char *name_of(struct ij_object *obj)
{
	const char *soname = ij_object_soname(obj), *slash;

	if (soname)
		return soname;
	slash = strrchr(ij_object_name(obj), '/');
	return slash ? slash + 1 : ij_object_name(obj);
}

static bool native_fits(struct ij_object *obj)
{
	(void)obj;
	return true;
}

static struct ij_error *native_read(struct ij_object *obj, struct ij_points *ret)
{
	struct native native = {.out = ret};
	struct ij_error *err;
	void *bytes;
	size_t size;

	ij_points_init(ret, "native", IJ_POINTS_LIVE | IJ_POINTS_FRAME | IJ_POINTS_SLOTS_LIVE,
		       ij_object_base(obj), ij_object_span(obj));
	IJ_TRY(ij_map_compile(obj, name_of(obj), &bytes, &size));
	err = ij_map_open(bytes, size, &native.map);
	if (!err)
		err = ij_points_labels_init(&native.labels, obj, ret);
	if (native.labels.events.len)
		ret->have |= IJ_POINTS_POINTERS | IJ_POINTS_SLOTS_POINTERS | IJ_POINTS_LABELS;
	if (!err)
		err = funcs_add(obj, &native);
	ij_points_labels_deinit(&native.labels);
	free(bytes);
	return err;
}

const struct ij_points_source ij_points_native = {
	.name = "native",
	.text = "call frame information and machine code",
	.fits = native_fits,
	.read = native_read,
};
