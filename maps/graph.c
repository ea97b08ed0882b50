/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Decoding functions part by part: a linear sweep, and what jumps into the middle of it. */
#include "maps/graph.h"

#include <string.h>

/* Larger functions and modules are not followed: nothing is known of what is over. */
#define PART_MAX   (1u << 20)
#define MODULE_MAX (16u << 20)

/* A jump table is read so far, and its address looked for so many instructions before the jump. */
#define TABLE_MAX  4096
#define TABLE_BACK 24

enum { REG_BP = 6, REG_SP = 7, REG_NONE = 0xff };

/* What never returns, by the names that libraries export. */
static const char *const noreturn_names[] = {
	"abort",
	"exit",
	"_exit",
	"_Exit",
	"quick_exit",
	"longjmp",
	"_longjmp",
	"siglongjmp",
	"__longjmp_chk",
	"pthread_exit",
	"__assert_fail",
	"__assert_perror_fail",
	"__stack_chk_fail",
	"__fortify_fail",
	"__chk_fail",
	"__cxa_throw",
	"__cxa_rethrow",
	"__cxa_bad_cast",
	"__cxa_throw_bad_array_new_length",
	"_Unwind_Resume",
	"_ZSt9terminatev",
	"_ZSt17__throw_bad_allocv",
	"_ZSt19__throw_logic_errorPKc",
	"_ZSt20__throw_length_errorPKc",
	"_ZSt20__throw_out_of_rangePKc",
	"_ZSt24__throw_out_of_range_fmtPKcz",
};

static bool slot_add(void *ctx, uint64_t slot, int64_t addend)
{
	struct ij_graph *graph = ctx;
	struct ij_error *err = ij_vec_push(&graph->noreturn, slot);

	(void)addend;
	/* One name less is known: code behind a call of it is held for nothing. */
	ij_error_free(err);
	return !err;
}

static bool has_landing_pads(struct ij_object *obj)
{
	const uint8_t *bytes;
	uint64_t vaddr;
	size_t size;
	struct ij_error *err = ij_object_section(obj, ".gcc_except_table", &bytes, &size, &vaddr);
	bool ret = !err || err->code != IJ_ERR_NOTFOUND;

	ij_error_free(err);
	return ret;
}

struct ij_error *ij_graph_init(struct ij_graph *graph, struct ij_object *obj,
			       const struct ij_graph_funcs *funcs)
{
	struct ij_error *err = NULL;

	*graph = (struct ij_graph){
		.obj = obj,
		.funcs = *funcs,
		.part_of = calloc(funcs->len ? funcs->len : 1, sizeof(*graph->part_of)),
		.base = ij_object_base(obj),
		.span = ij_object_span(obj),
		.lands = has_landing_pads(obj),
		.budget = MODULE_MAX,
	};
	if (!graph->part_of)
		return ij_error_nomem();
	for (size_t i = 0; i < IJ_COUNT(noreturn_names) && !err; i++) {
		struct ij_symbol sym;

		err = ij_object_relocs_of(obj, noreturn_names[i], NULL, slot_add, graph);
		if (err)
			break;
		err = ij_object_symbol_own(obj, noreturn_names[i], &sym);
		if (!err) {
			err = ij_vec_push(&graph->noreturn, sym.value);
		} else if (err->code == IJ_ERR_NOTFOUND || err->code == IJ_ERR_AMBIGUOUS) {
			ij_error_free(err);
			err = NULL;
		}
	}
	if (err)
		ij_graph_deinit(graph);
	return err;
}

void ij_graph_deinit(struct ij_graph *graph)
{
	IJ_VEC_EACH (&graph->parts, part) {
		free(part->insn);
		free(part->code);
	}
	free(graph->part_of);
	ij_vec_deinit(&graph->parts);
	ij_vec_deinit(&graph->insns);
	ij_vec_deinit(&graph->noreturn);
	ij_vec_deinit(&graph->tables);
}

const struct ij_map_func *ij_graph_func(const struct ij_graph *graph, uint64_t pc)
{
	size_t lo = 0, hi = graph->funcs.len;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (graph->funcs.items[mid].start <= pc)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo && pc - graph->funcs.items[lo - 1].start < graph->funcs.items[lo - 1].size
		       ? &graph->funcs.items[lo - 1]
		       : NULL;
}

static bool is_noreturn_addr(const struct ij_graph *graph, uint64_t vaddr)
{
	IJ_VEC_EACH (&graph->noreturn, it)
		if (*it == vaddr)
			return true;
	return false;
}

/* Does the call never come back: by its target, by the slot that it reads, or by its PLT entry? */
static bool is_noreturn(const struct ij_graph *graph, const struct ij_insn *insn)
{
	uint8_t code[2 * IJ_INSN_SIZE_MAX];
	struct ij_insn stub;
	size_t at = 0;

	if (insn->indirect)
		return insn->mem_pc_relative && is_noreturn_addr(graph, insn->mem_addr);
	if (is_noreturn_addr(graph, insn->target))
		return true;
	/* A PLT entry: endbr64 perhaps, then a jump through the slot. */
	for (size_t size = sizeof(code); size >= 6; size--) {
		struct ij_error *err = ij_object_read(graph->obj, insn->target, code, size);

		ij_error_free(err);
		if (err)
			continue;
		if (!ij_insn_decode(code, size, insn->target, &stub))
			return false;
		if (stub.transparent)
			at = stub.size;
		return ij_insn_decode(code + at, size - at, insn->target + at, &stub) &&
		       stub.flow == IJ_FLOW_JUMP && stub.indirect && stub.mem_pc_relative &&
		       is_noreturn_addr(graph, stub.mem_addr);
	}
	return false;
}

static uint32_t offset_of(const struct ij_graph *graph, uint64_t vaddr)
{
	return vaddr - graph->base < graph->span ? (uint32_t)(vaddr - graph->base) : IJ_GRAPH_NONE;
}

static void insn_fill(const struct ij_graph *graph, const struct ij_insn *insn, const uint8_t *code,
		      struct ij_graph_insn *ret)
{
	bool stack_base = insn->mem_base == REG_SP || insn->mem_base == REG_BP;

	ret->size = insn->size;
	ret->flow = insn->flow;
	ret->reads = insn->reads | (ij_graph_regs)insn->vec_reads << 32;
	ret->writes = insn->writes | (ij_graph_regs)insn->vec_writes << 32;
	if (insn->flow == IJ_FLOW_JUMP || insn->flow == IJ_FLOW_BRANCH ||
	    insn->flow == IJ_FLOW_CALL)
		ret->target = insn->indirect ? IJ_GRAPH_NONE : offset_of(graph, insn->target);
	if (insn->indirect)
		ret->flags |= IJ_GRAPH_INDIRECT;
	/* endbr64, pause and lfence run; what fills the space between blocks is none of them. */
	if (insn->transparent && (code[0] != 0xf3 && !(code[0] == 0x0f && code[1] == 0xae)))
		ret->flags |= IJ_GRAPH_PADDING;
	if (insn->flow == IJ_FLOW_CALL && is_noreturn(graph, insn))
		ret->flags |= IJ_GRAPH_NORETURN;
	if (insn->writes >> REG_SP & 1 || (insn->writes_memory && stack_base))
		ret->flags |= IJ_GRAPH_STACK;
	if (insn->vector && !insn->vec_reads && !insn->vec_writes)
		ret->flags |= IJ_GRAPH_OPAQUE;
	if (insn->has_memory && !insn->reads_memory && !insn->writes_memory &&
	    insn->mem_pc_relative) {
		ret->table = offset_of(graph, insn->mem_addr);
	} else if (insn->flow == IJ_FLOW_JUMP && insn->indirect && insn->has_memory &&
		   insn->mem_base == REG_NONE && insn->mem_scale == 8) {
		ret->table = offset_of(graph, (uint64_t)(int64_t)insn->mem_disp);
		ret->absolute = true;
	}
}

/* Decode what stands at byte @off of the part, and store it. */
static struct ij_error *insn_add(struct ij_graph *graph, uint32_t part_idx, uint32_t off,
				 uint32_t *size_ret)
{
	struct ij_graph_part *part = &graph->parts.items[part_idx];
	const struct ij_map_func *func = &graph->funcs.items[part->func];
	struct ij_graph_insn stored = {.pc = func->start + off,
				       .part = part_idx,
				       .target = IJ_GRAPH_NONE,
				       .table = IJ_GRAPH_NONE,
				       .size = 1,
				       .flow = IJ_FLOW_STOP};
	struct ij_insn insn;

	if (ij_insn_decode(part->code + off, func->size - off, graph->base + stored.pc, &insn))
		insn_fill(graph, &insn, part->code + off, &stored);
	else
		stored.flags |= IJ_GRAPH_BAD;
	if (stored.table != IJ_GRAPH_NONE)
		IJ_TRY(ij_vec_push(&graph->tables, stored.table));
	IJ_TRY(ij_vec_push(&graph->insns, stored));
	part->insn[off] = (uint32_t)graph->insns.len;
	*size_ret = stored.size;
	return NULL;
}

static struct ij_error *part_read(struct ij_graph *graph, uint32_t idx, struct ij_graph_part *part,
				  bool *ret)
{
	const struct ij_map_func *func = &graph->funcs.items[idx];
	struct ij_error *err;

	part->code = malloc(func->size);
	part->insn = calloc(func->size, sizeof(*part->insn));
	if (!part->code || !part->insn)
		return ij_error_nomem();
	err = ij_object_read(graph->obj, graph->base + func->start, part->code, func->size);
	*ret = !err;
	if (err && err->code == IJ_ERR_NOMEM)
		return err;
	ij_error_free(err);
	return NULL;
}

bool ij_graph_is_piece(const struct ij_graph *graph, const struct ij_map_func *func)
{
	const struct ij_map_rule *rule =
		&graph->funcs.rules[graph->funcs.rows[func->row_idx].rule_idx];

	return !(rule->cfa_kind == IJ_MAP_CFA_REG && rule->cfa_reg == IJ_MAP_REG_SP &&
		 rule->cfa_off == 8);
}

uint32_t ij_graph_part(const struct ij_graph *graph, uint64_t pc)
{
	const struct ij_map_func *func = ij_graph_func(graph, pc);
	uint32_t part = func ? graph->part_of[func - graph->funcs.items] : 0;

	return part ? part - 1 : IJ_GRAPH_NONE;
}

uint32_t ij_graph_insn_at(const struct ij_graph *graph, uint64_t pc)
{
	uint32_t idx = ij_graph_part(graph, pc);
	const struct ij_graph_part *part;

	if (idx == IJ_GRAPH_NONE)
		return IJ_GRAPH_NONE;
	part = &graph->parts.items[idx];
	idx = part->insn[pc - graph->funcs.items[part->func].start];
	return idx ? idx - 1 : IJ_GRAPH_NONE;
}

struct ij_error *ij_graph_add(struct ij_graph *graph, uint64_t pc, uint32_t *ret)
{
	const struct ij_map_func *func = ij_graph_func(graph, pc);
	struct ij_graph_part part = {0};
	struct ij_error *err;
	bool have = false;

	*ret = ij_graph_part(graph, pc);
	if (*ret != IJ_GRAPH_NONE || !func || func->size > PART_MAX || func->size > graph->budget)
		return NULL;
	part.func = (uint32_t)(func - graph->funcs.items);
	part.group = (uint32_t)graph->parts.len;
	part.first = (uint32_t)graph->insns.len;
	err = part_read(graph, part.func, &part, &have);
	if (!err && have)
		err = ij_vec_push(&graph->parts, part);
	if (err || !have) {
		free(part.code);
		free(part.insn);
		return err;
	}
	graph->part_of[part.func] = part.group + 1;
	graph->budget -= func->size;
	for (uint32_t off = 0, size; off < func->size; off += size)
		IJ_TRY(insn_add(graph, part.group, off, &size));
	*ret = part.group;
	graph->parts.items[*ret].linear = (uint32_t)graph->insns.len - part.first;
	return NULL;
}

struct ij_error *ij_graph_at(struct ij_graph *graph, uint32_t part_idx, uint64_t pc, uint32_t *ret)
{
	struct ij_graph_part *part = &graph->parts.items[part_idx];
	const struct ij_map_func *func = &graph->funcs.items[part->func];
	uint64_t off = pc - func->start;

	*ret = IJ_GRAPH_NONE;
	if (off >= func->size)
		return NULL;
	if (!part->insn[off]) {
		uint32_t size;

		IJ_TRY(insn_add(graph, part_idx, (uint32_t)off, &size));
	}
	*ret = part->insn[off] - 1;
	return NULL;
}

uint32_t ij_graph_group(struct ij_graph *graph, uint32_t part)
{
	struct ij_graph_part *parts = graph->parts.items;

	while (parts[part].group != part) {
		parts[part].group = parts[parts[part].group].group;
		part = parts[part].group;
	}
	return part;
}

void ij_graph_join(struct ij_graph *graph, uint32_t a, uint32_t b)
{
	a = ij_graph_group(graph, a);
	b = ij_graph_group(graph, b);
	if (a != b)
		graph->parts.items[b].group = a;
}

bool ij_graph_falls(const struct ij_graph_insn *insn)
{
	switch (insn->flow) {
	case IJ_FLOW_NEXT:
	case IJ_FLOW_BRANCH:
	case IJ_FLOW_SYSCALL:
		return true;
	case IJ_FLOW_CALL:
		return !(insn->flags & IJ_GRAPH_NORETURN);
	default:
		return false;
	}
}

static int offset_compare(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

void ij_graph_bound(struct ij_graph *graph)
{
	if (graph->tables.len)
		qsort(graph->tables.items, graph->tables.len, sizeof(uint32_t), offset_compare);
	graph->bounds_len = graph->tables.len;
}

/* The most entries of @width bytes that the table at @table can have. */
static unsigned table_max(const struct ij_graph *graph, uint32_t table, uint32_t width)
{
	size_t lo = 0, hi = graph->bounds_len;
	uint32_t room;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (graph->tables.items[mid] <= table)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (lo == graph->bounds_len)
		return TABLE_MAX;
	room = (graph->tables.items[lo] - table) / width;
	return room < TABLE_MAX ? room : TABLE_MAX;
}

/* Visit the entries of the table at module offset @table; false if it is none. */
static bool table_read(struct ij_graph *graph, uint32_t part, uint32_t table, bool absolute,
		       bool (*visit)(void *ctx, uint32_t pc), void *ctx)
{
	const struct ij_map_func *self = &graph->funcs.items[graph->parts.items[part].func];
	const uint32_t width = absolute ? 8 : 4;
	const unsigned max = table_max(graph, table, width);
	unsigned count = 0;

	for (; count < max; count++) {
		uint64_t raw = 0, pc;
		struct ij_error *err = ij_object_read(
			graph->obj, graph->base + table + (uint64_t)count * width, &raw, width);
		const struct ij_map_func *func;

		ij_error_free(err);
		if (err)
			break;
		pc = absolute ? raw - graph->base : (uint64_t)((int64_t)table + (int32_t)raw);
		/* Behind the table's end stands anything. */
		func = ij_graph_func(graph, pc);
		if (!func || (func == self && !graph->parts.items[part].insn[pc - self->start]) ||
		    !visit(ctx, (uint32_t)pc))
			break;
	}
	return count > 0;
}

bool ij_graph_table(struct ij_graph *graph, uint32_t insn, bool (*visit)(void *ctx, uint32_t pc),
		    void *ctx)
{
	const struct ij_graph_insn jump = graph->insns.items[insn];
	uint32_t first = graph->parts.items[jump.part].first;

	if (jump.table != IJ_GRAPH_NONE)
		return table_read(graph, jump.part, jump.table, jump.absolute, visit, ctx);
	if (insn - first >= graph->parts.items[jump.part].linear)
		return false;
	for (uint32_t i = insn, n = 0; i > first && n < TABLE_BACK; n++) {
		const struct ij_graph_insn *lea = &graph->insns.items[--i];

		if (lea->table != IJ_GRAPH_NONE && !lea->absolute &&
		    table_read(graph, jump.part, lea->table, false, visit, ctx))
			return true;
	}
	return false;
}
