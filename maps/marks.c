/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Marks as ranges of code: the dataflow's states, joined where they are equal. */
#include "maps/marks.h"

#include <string.h>

#include "interject/safepoint.h"
#include "maps/flow.h"
#include "maps/live.h"

/* An rseq descriptor (Linux, include/uapi/linux/rseq.h): version, flags, three addresses. */
#define RSEQ_SIZE  32
#define RSEQ_MAX   4096
#define RSEQ_WORDS 3

static int mark_compare(const void *a, const void *b)
{
	const struct ij_map_mark *x = a, *y = b;

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	return (x->kind > y->kind) - (x->kind < y->kind);
}

/* By address; what overlaps the one before is cut off. */
static void marks_sort(struct ij_map_builder *builder)
{
	struct ij_map_mark *items = builder->marks.items;
	size_t len = 0;
	uint32_t end = 0;

	if (!builder->marks.len)
		return;
	qsort(items, builder->marks.len, sizeof(*items), mark_compare);
	for (size_t i = 0; i < builder->marks.len; i++) {
		struct ij_map_mark mark = items[i];

		if (mark.start < end)
			mark.start = end;
		if (mark.start >= mark.end)
			continue;
		end = mark.end;
		items[len++] = mark;
	}
	builder->marks.len = len;
}

struct sequences {
	struct ij_map_builder *builder;
	uint64_t base, vaddr;
	const uint8_t *bytes; /* of the section, as in the file */
	size_t size;
	uint64_t *words; /* RSEQ_WORDS a descriptor, as relocated */
};

/* A position-independent program keeps the addresses in its relocations only. */
static bool sequence_reloc(void *ctx, uint64_t slot, int64_t addend)
{
	struct sequences *seqs = ctx;
	uint64_t off = slot - seqs->vaddr;
	uint64_t word = off % RSEQ_SIZE / 8;

	if (off < seqs->size && word > 0 && off % 8 == 0)
		seqs->words[off / RSEQ_SIZE * RSEQ_WORDS + word - 1] = (uint64_t)addend;
	return true;
}

static struct ij_error *sequences_add(struct sequences *seqs)
{
	for (size_t i = 0; i < seqs->size / RSEQ_SIZE; i++) {
		const uint64_t *words = seqs->words + i * RSEQ_WORDS;
		uint64_t start = words[0] - seqs->base, size = words[1];
		uint64_t aborts = words[2] - seqs->base;
		struct ij_map_mark mark = {.start = (uint32_t)start,
					   .end = (uint32_t)(start + size),
					   .aux = (uint32_t)aborts,
					   .kind = IJ_MAP_MARK_RSEQ};

		if (start >= seqs->builder->span || !size || size > seqs->builder->span - start ||
		    aborts >= seqs->builder->span)
			continue;
		IJ_TRY(ij_vec_push(&seqs->builder->marks, mark));
	}
	return NULL;
}

/* The section, NULL if there is none. Errors: as of ij_object_section, but for NOTFOUND. */
static struct ij_error *section_get(struct ij_object *obj, const char *name, const uint8_t **bytes,
				    size_t *size, uint64_t *vaddr)
{
	struct ij_error *err = ij_object_section(obj, name, bytes, size, vaddr);

	if (!err || err->code != IJ_ERR_NOTFOUND)
		return err;
	ij_error_free(err);
	*bytes = NULL;
	return NULL;
}

static struct ij_error *sequences_compile(struct ij_object *obj, struct ij_map_builder *builder)
{
	struct sequences seqs = {.builder = builder, .base = ij_object_base(obj)};
	struct ij_error *err;
	size_t len;

	IJ_TRY(section_get(obj, "__rseq_cs", &seqs.bytes, &seqs.size, &seqs.vaddr));
	len = seqs.size / RSEQ_SIZE;
	if (!seqs.bytes || !seqs.vaddr || !len)
		return NULL;
	/* The kernel is asked at every stop as well: more of them than there ever are can be left.
	 */
	if (len > RSEQ_MAX)
		len = RSEQ_MAX;
	seqs.size = len * RSEQ_SIZE;
	seqs.words = calloc(len, RSEQ_WORDS * sizeof(*seqs.words));
	if (!seqs.words)
		return ij_error_nomem();
	for (size_t i = 0; i < len; i++)
		memcpy(seqs.words + i * RSEQ_WORDS, seqs.bytes + i * RSEQ_SIZE + 8,
		       RSEQ_WORDS * sizeof(*seqs.words));
	err = ij_object_relocs_relative(obj, sequence_reloc, &seqs);
	if (!err)
		err = sequences_add(&seqs);
	free(seqs.words);
	return err;
}

/* An instruction that reads the byte that its note names, and nothing else of memory. */
static bool is_poll(struct ij_object *obj, const struct ij_note *note)
{
	uint64_t base = ij_object_base(obj);
	uint8_t code[7]; /* test $0, flag(%rip) */
	struct ij_insn insn;
	struct ij_error *err = ij_object_read(obj, base + note->pc, code, sizeof(code));
	bool have = !err;

	ij_error_free(err);
	return have && ij_insn_decode(code, sizeof(code), base + note->pc, &insn) &&
	       insn.reads_memory && !insn.writes_memory && insn.mem_pc_relative &&
	       insn.mem_size == 1 && insn.mem_addr == base + note->flag &&
	       insn.size == sizeof(code);
}

static struct ij_error *polls_add(struct ij_object *obj, const struct ij_notes *notes,
				  struct ij_map_builder *builder)
{
	IJ_VEC_EACH (&notes->notes, note) {
		struct ij_map_poll poll = {.pc = note->pc, .flag = note->flag};

		if (note->type != IJ_NOTE_SAFEPOINT || !is_poll(obj, note))
			continue;
		if (builder->polls.len &&
		    builder->polls.items[builder->polls.len - 1].pc == note->pc)
			continue;
		IJ_TRY(ij_vec_push(&builder->polls, poll));
	}
	return NULL;
}

/* What becomes of one instruction; false: it is outside of all marks. */
static bool insn_mark(struct ij_flow *flow, const struct ij_live *live, uint32_t idx,
		      struct ij_map_mark *ret)
{
	const struct ij_graph_insn *insn = &flow->graph.insns.items[idx];
	struct ij_flow_state state = ij_flow_at(flow, idx);
	const struct ij_graph_part *part = &flow->graph.parts.items[insn->part];
	uint32_t start_idx;

	ret->kind = IJ_MAP_MARK_UNSAFE;
	ret->aux = 0;
	if (state.depths == 1)
		return false;
	if (state.depths & 1 || state.restart != IJ_FLOW_RESTART_GOOD)
		return true;
	if (state.start == insn->pc && ij_flow_is_entered_outside(flow, idx))
		return false;
	/* Of what stands in another part than its start, less is known than this needs. */
	if (state.start - flow->graph.funcs.items[part->func].start >=
	    flow->graph.funcs.items[part->func].size)
		return true;
	start_idx = part->insn[state.start - flow->graph.funcs.items[part->func].start];
	if (!start_idx || live->before.items[start_idx - 1] & state.written)
		return true;
	ret->kind = IJ_MAP_MARK_RESTARTABLE;
	ret->aux = state.start;
	return true;
}

/* Whether any instruction of the group may be inside a mark, or cannot be told. */
static bool *groups_find(struct ij_flow *flow, bool **distrusted_ret)
{
	size_t len = flow->graph.parts.len;
	bool *marked = calloc(len ? len : 1, sizeof(*marked));
	bool *distrusted = calloc(len ? len : 1, sizeof(*distrusted));

	if (!marked || !distrusted) {
		free(marked);
		free(distrusted);
		return NULL;
	}
	for (uint32_t i = 0; i < len; i++)
		distrusted[ij_graph_group(&flow->graph, i)] |=
			flow->graph.parts.items[i].distrusted;
	for (uint32_t i = 0; i < flow->graph.insns.len; i++)
		marked[ij_graph_group(&flow->graph, flow->graph.insns.items[i].part)] |=
			(ij_flow_at(flow, i).depths & ~1u) != 0;
	*distrusted_ret = distrusted;
	return marked;
}

/* Each part's instructions by address, as ranges. */
static struct ij_error *part_add(struct ij_flow *flow, const struct ij_live *live,
				 uint32_t part_idx, struct ij_map_builder *builder)
{
	const struct ij_graph_part *part = &flow->graph.parts.items[part_idx];
	const struct ij_map_func *func = &flow->graph.funcs.items[part->func];
	struct ij_map_mark mark = {0};

	for (uint32_t off = 0; off <= func->size; off++) {
		struct ij_map_mark here = {.start = func->start + off};
		bool inside;

		if (off < func->size && !part->insn[off])
			continue;
		inside = off < func->size && insn_mark(flow, live, part->insn[off] - 1, &here);
		if (mark.start != mark.end &&
		    (!inside || here.kind != mark.kind || here.aux != mark.aux)) {
			mark.end = here.start;
			IJ_TRY(ij_vec_push(&builder->marks, mark));
			mark.start = mark.end = 0;
		}
		if (inside && mark.start == mark.end) {
			mark = here;
			mark.end = mark.start + 1;
		}
	}
	return NULL;
}

static struct ij_error *whole_add(struct ij_map_builder *builder, const struct ij_map_func *func)
{
	struct ij_map_mark mark = {
		.start = func->start, .end = func->start + func->size, .kind = IJ_MAP_MARK_UNSAFE};

	return ij_vec_push(&builder->marks, mark);
}

static struct ij_error *parts_add(struct ij_flow *flow, const struct ij_live *live,
				  struct ij_map_builder *builder)
{
	bool *distrusted = NULL;
	bool *marked = groups_find(flow, &distrusted);
	struct ij_error *err = marked ? NULL : ij_error_nomem();

	for (uint32_t i = 0; !err && i < flow->graph.parts.len; i++) {
		uint32_t group = ij_graph_group(&flow->graph, i);

		if (distrusted[group])
			err = whole_add(builder,
					&flow->graph.funcs.items[flow->graph.parts.items[i].func]);
		else if (marked[group])
			err = part_add(flow, live, i, builder);
	}
	/* Functions with marks that were not even decoded. */
	for (size_t i = 0; !err && i < flow->notes->notes.len; i++) {
		const struct ij_note *note = &flow->notes->notes.items[i];
		const struct ij_map_func *func = ij_graph_func(&flow->graph, note->pc);

		if (func && note->type != IJ_NOTE_SAFEPOINT &&
		    ij_graph_part(&flow->graph, note->pc) == IJ_GRAPH_NONE)
			err = whole_add(builder, func);
	}
	free(marked);
	free(distrusted);
	return err;
}

/* Liveness is asked for at the start of a restartable sequence only. */
static bool has_restartable(const struct ij_notes *notes)
{
	IJ_VEC_EACH (&notes->notes, note)
		if (note->type == IJ_NOTE_RESTARTABLE_BEGIN)
			return true;
	return false;
}

static struct ij_error *notes_compile(struct ij_object *obj, const struct ij_notes *notes,
				      struct ij_map_builder *builder)
{
	const struct ij_graph_funcs funcs = {.items = builder->funcs.items,
					     .len = builder->funcs.len,
					     .rows = builder->rows.items,
					     .rules = builder->rules.items};
	struct ij_flow flow;
	struct ij_live live = {0};
	struct ij_error *err;

	IJ_TRY(polls_add(obj, notes, builder));
	IJ_TRY(ij_flow_init(&flow, obj, &funcs, notes));
	err = has_restartable(notes) ? ij_live_init(&live, &flow.graph) : NULL;
	if (!err)
		err = parts_add(&flow, &live, builder);
	ij_live_deinit(&live);
	ij_flow_deinit(&flow);
	return err;
}

struct ij_error *ij_marks_compile(struct ij_object *obj, struct ij_map_builder *builder)
{
	struct ij_notes notes;
	const uint8_t *bytes;
	uint64_t vaddr;
	size_t size = 0;
	struct ij_error *err;

	IJ_TRY(section_get(obj, IJ_NOTES_SECTION, &bytes, &size, &vaddr));
	if (bytes) {
		IJ_TRY(ij_notes_read(bytes, size, ij_object_base(obj), ij_object_span(obj),
				     &notes));
		err = notes_compile(obj, &notes, builder);
		ij_notes_deinit(&notes);
		if (err)
			return err;
	}
	IJ_TRY(sequences_compile(obj, builder));
	marks_sort(builder);
	return NULL;
}
