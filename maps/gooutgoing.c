/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Arguments that are stored and results that are not loaded yet, by following a function's code. */
#include "maps/gooutgoing.h"

#include <string.h>

#include "arch/decode.h"

/* A pass goes along all the code; loops within loops need some. */
enum { DWARF_RSP = 7, PASSES_MAX = 64 };

/* One instruction, and what holds just before it. */
struct insn {
	uint32_t off, target; /* offsets of itself and of where it may jump to; else NOWHERE */
	bool next;            /* goes on behind itself */
	bool call;
	uint64_t args;      /* of a call, as args_of says */
	uint32_t disp;      /* from the stack pointer to an operand there; else NOWHERE */
	bool loads, stores; /* from and to the area */
	bool begun;         /* arguments of the next call are there */
	bool left;          /* results of the last call are still to be loaded */
};
#define NOWHERE UINT32_MAX

static bool on_stack(const struct ij_insn *insn)
{
	return insn->has_memory && insn->mem_base == DWARF_RSP && insn->mem_disp >= 0;
}

static struct insn insn_of(const struct ij_gooutgoing_func *func, uint32_t off,
			   const struct ij_insn *insn)
{
	bool calls = insn->flow == IJ_FLOW_CALL;
	bool jumps = insn->flow == IJ_FLOW_JUMP || insn->flow == IJ_FLOW_BRANCH;
	bool inside = jumps && !insn->indirect && insn->target - func->start < func->size;
	bool area = on_stack(insn);
	uint64_t args = UINT64_MAX;
	/* What is only computed is an address: of what will be stored or loaded, nobody knows. */
	bool address = area && !insn->reads_memory && !insn->writes_memory;

	if (calls && !insn->indirect)
		args = func->args_of(func->ctx, insn->target);
	return (struct insn){
		.off = off,
		.target = inside ? (uint32_t)(insn->target - func->start) : NOWHERE,
		.next = insn->flow != IJ_FLOW_JUMP && insn->flow != IJ_FLOW_RET &&
			insn->flow != IJ_FLOW_STOP,
		.call = calls && args != IJ_GOOUTGOING_HELPER,
		.args = args,
		.disp = area ? (uint32_t)insn->mem_disp : NOWHERE,
		.loads = area && (insn->reads_memory || address),
		.stores = area && (insn->writes_memory || address),
	};
}

static struct ij_error *insns_read(const struct ij_gooutgoing_func *func, struct ij_gooutgoing *out,
				   struct insn **ret, size_t *len_ret)
{
	size_t len = 0;

	IJ_TRY(ij_vec_grow(&out->insns, &out->insns_cap, 0, (func->size + 1) * sizeof(**ret), 1));
	*ret = out->insns;
	for (size_t off = 0; off < func->size;) {
		struct ij_insn insn;

		if (!ij_insn_decode(func->code + off, func->size - off, func->start + off, &insn)) {
			off++;
			continue;
		}
		(*ret)[len++] = insn_of(func, (uint32_t)off, &insn);
		off += insn.size;
	}
	*len_ret = len;
	return NULL;
}

/* The area is as large as the largest call needs, of which one may not be known. */
static void area_limit(const struct ij_gooutgoing_func *func, struct insn *insns, size_t len)
{
	uint64_t area = 0;

	for (size_t i = 0; i < len; i++)
		if (insns[i].call && insns[i].args > area)
			area = insns[i].args;
	if (area > func->area)
		area = func->area;
	for (size_t i = 0; i < len; i++)
		if (insns[i].disp >= area)
			insns[i].loads = insns[i].stores = false;
}

/* The instruction at offset @off, or the one behind it. @len: there is none. */
static size_t index_of(const struct insn *insns, size_t len, uint32_t off)
{
	size_t lo = 0, hi = len;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (insns[mid].off < off)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* Arguments, along the code; false when nothing changed. */
static bool begun_spread(struct insn *insns, size_t len)
{
	bool changed = false;

	for (size_t i = 0; i < len; i++) {
		bool after = !insns[i].call && (insns[i].begun || insns[i].stores);
		size_t to =
			insns[i].target == NOWHERE ? len : index_of(insns, len, insns[i].target);

		if (!after)
			continue;
		if (insns[i].next && i + 1 < len && !insns[i + 1].begun)
			insns[i + 1].begun = true;
		/* What lies ahead is still to come in this pass. */
		if (to < len && !insns[to].begun) {
			insns[to].begun = true;
			changed |= to <= i;
		}
	}
	return changed;
}

/* Results, against it. */
static bool left_spread(struct insn *insns, size_t len)
{
	bool changed = false;

	for (size_t i = len; i-- > 0;) {
		size_t to =
			insns[i].target == NOWHERE ? len : index_of(insns, len, insns[i].target);
		bool left =
			insns[i].loads ||
			(!insns[i].call && ((insns[i].next && i + 1 < len && insns[i + 1].left) ||
					    (to < len && insns[to].left)));

		changed |= left && !insns[i].left;
		insns[i].left |= left;
	}
	return changed;
}

struct ij_error *ij_gooutgoing_find(const struct ij_gooutgoing_func *func,
				    struct ij_gooutgoing *ret)
{
	unsigned passes = 0;
	struct insn *insns;
	size_t len;

	ret->spans.len = 0;
	if (!func->area || !func->size || func->size >= NOWHERE)
		return NULL;
	IJ_TRY(insns_read(func, ret, &insns, &len));
	area_limit(func, insns, len);
	while (passes < PASSES_MAX && begun_spread(insns, len))
		passes++;
	while (passes < PASSES_MAX && left_spread(insns, len))
		passes++;
	if (passes == PASSES_MAX) /* no compiler's code: nothing is known of any of it */
		return ij_vec_push(&ret->spans, ((struct ij_gooutgoing_span){
							func->start, func->start + func->size}));
	for (size_t i = 0; i < len; i++) {
		const struct ij_gooutgoing_span span = {
			.from = func->start + insns[i].off,
			.to = func->start + (i + 1 < len ? insns[i + 1].off : func->size)};
		struct ij_gooutgoing_span *last =
			ret->spans.len ? &ret->spans.items[ret->spans.len - 1] : NULL;

		if (!insns[i].begun && !insns[i].left)
			continue;
		if (last && last->to == span.from)
			last->to = span.to;
		else
			IJ_TRY(ij_vec_push(&ret->spans, span));
	}
	return NULL;
}

void ij_gooutgoing_deinit(struct ij_gooutgoing *outgoing)
{
	ij_vec_deinit(&outgoing->spans);
	free(outgoing->insns);
	outgoing->insns = NULL;
	outgoing->insns_cap = 0;
}
