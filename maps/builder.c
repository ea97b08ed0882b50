/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Collecting functions, rows and rules, and writing them as a map container. */
#include "maps/builder.h"

#include <assert.h>
#include <string.h>
#include <sys/auxv.h>

/* A hostile file may make hashes collide: after so many probes a rule is stored twice instead. */
#define PROBES_MAX 16

uint64_t ij_map_hash_factor(void)
{
	const void *random = (const void *)getauxval(AT_RANDOM); /* 16 bytes of the kernel's */
	uint64_t factor = 0x9e3779b97f4a7c15ull;

	if (random)
		memcpy(&factor, random, sizeof(factor));
	return factor | 1;
}

void ij_map_builder_init(struct ij_map_builder *builder, uint64_t span)
{
	*builder = (struct ij_map_builder){.span = span};
}

static void slots_deinit(struct ij_map_slots *slots)
{
	free(slots->slot);
	free(slots->hash);
}

void ij_map_builder_deinit(struct ij_map_builder *builder)
{
	ij_vec_deinit(&builder->funcs);
	ij_vec_deinit(&builder->rows);
	ij_vec_deinit(&builder->rules);
	ij_vec_deinit(&builder->entries);
	ij_vec_deinit(&builder->exprs);
	ij_vec_deinit(&builder->marks);
	ij_vec_deinit(&builder->polls);
	ij_vec_deinit(&builder->gos);
	slots_deinit(&builder->rule_slots);
	slots_deinit(&builder->expr_slots);
}

static uint64_t mix(uint64_t hash, uint64_t word)
{
	hash = (hash ^ word) * 0x9e3779b97f4a7c15ull;
	return hash ^ hash >> 29;
}

static void slots_put(struct ij_map_slots *slots, uint64_t hash, uint32_t slot)
{
	for (size_t i = 0; i < PROBES_MAX; i++) {
		size_t at = (hash + i) & (slots->cap - 1);

		if (!slots->slot[at]) {
			slots->slot[at] = slot;
			slots->hash[at] = hash;
			slots->len++;
			return;
		}
	}
}

/* Make room for one more at a load of a half at most. */
static struct ij_error *slots_grow(struct ij_map_slots *slots)
{
	struct ij_map_slots old = *slots, grown = {.cap = old.cap ? old.cap * 2 : 1024};

	if (old.len < old.cap / 2)
		return NULL;
	grown.slot = calloc(grown.cap, sizeof(*grown.slot));
	grown.hash = calloc(grown.cap, sizeof(*grown.hash));
	if (!grown.slot || !grown.hash) {
		slots_deinit(&grown);
		return ij_error_nomem();
	}
	for (size_t i = 0; i < old.cap; i++)
		if (old.slot[i])
			slots_put(&grown, old.hash[i], old.slot[i]);
	slots_deinit(&old);
	*slots = grown;
	return NULL;
}

/*
 * The next slot after *@probe (start with 0) that holds something of hash @hash: its value, an
 * index + 1; 0 if there is no more.
 */
static uint32_t slots_next(const struct ij_map_slots *slots, uint64_t hash, size_t *probe)
{
	while (slots->cap && *probe < PROBES_MAX) {
		size_t at = (hash + (*probe)++) & (slots->cap - 1);

		if (!slots->slot[at])
			return 0;
		if (slots->hash[at] == hash)
			return slots->slot[at];
	}
	return 0;
}

struct ij_error *ij_map_builder_expr(struct ij_map_builder *builder, const uint8_t *bytes,
				     size_t size, int32_t *off_ret)
{
	uint8_t head[10];
	size_t head_len = 0, probe = 0, off = builder->exprs.len;
	uint64_t hash = mix(1, size);
	uint32_t slot;

	for (uint64_t left = size; head_len == 0 || left; left >>= 7)
		head[head_len++] = (uint8_t)(left & 0x7f) | (left >> 7 ? 0x80 : 0);
	for (size_t i = 0; i < size; i++)
		hash = mix(hash, bytes[i]);
	while ((slot = slots_next(&builder->expr_slots, hash, &probe))) {
		const uint8_t *have = builder->exprs.items + slot - 1;

		if (builder->exprs.len - (slot - 1) >= head_len + size &&
		    !memcmp(have, head, head_len) && !memcmp(have + head_len, bytes, size)) {
			*off_ret = (int32_t)(slot - 1);
			return NULL;
		}
	}
	if (size > INT32_MAX || off + head_len + size > INT32_MAX)
		return ij_error_new(LIMIT, "over 2 GiB of unwind expressions");
	IJ_TRY(slots_grow(&builder->expr_slots));
	IJ_TRY(ij_vec_reserve(&builder->exprs, head_len + size));
	memcpy(builder->exprs.items + off, head, head_len);
	memcpy(builder->exprs.items + off + head_len, bytes, size);
	builder->exprs.len += head_len + size;
	slots_put(&builder->expr_slots, hash, (uint32_t)off + 1);
	*off_ret = (int32_t)off;
	return NULL;
}

struct ij_error *ij_map_builder_func(struct ij_map_builder *builder, uint32_t start, uint32_t size,
				     uint32_t flags)
{
	assert(size && (uint64_t)start + size <= builder->span);
	return ij_vec_push(
		&builder->funcs,
		((struct ij_map_func){
			.start = start,
			.size = size,
			.row_idx = (uint32_t)builder->rows.len,
			.flags = flags,
			.classes = flags & IJ_MAP_FUNC_SIGNAL ? IJ_CLASS(SIGNAL) : IJ_CLASSES_NONE,
		}));
}

void ij_map_builder_undo(struct ij_map_builder *builder)
{
	assert(builder->funcs.len);
	builder->rows.len = builder->funcs.items[--builder->funcs.len].row_idx;
}

/* Made of values: reading back what was just written by bytes makes a CPU wait. */
static uint64_t word_of(uint8_t first, uint8_t second, int32_t value)
{
	return first | (uint64_t)second << 8 | (uint64_t)(uint32_t)value << 32;
}

/* Write the entries of @state in register order, and add their hash to *@hash; their number. */
static uint16_t entries_pack(const struct ij_map_state *state, struct ij_map_entry *entries,
			     uint64_t *hash)
{
	uint64_t sum = 0;
	uint16_t len = 0;

	for (uint32_t left = state->have; left; left &= left - 1) {
		unsigned reg = (unsigned)__builtin_ctz(left);
		uint64_t word = word_of((uint8_t)reg, state->kind[reg], state->value[reg]);

		entries[len++] = (struct ij_map_entry){
			.reg = (uint8_t)reg,
			.kind = state->kind[reg],
			.value = state->value[reg],
		};
		/* Each names its register, so a sum will do, whose terms need not wait for another.
		 */
		word *= 0x9e3779b97f4a7c15ull;
		sum += word ^ word >> 32;
	}
	*hash = mix(*hash, sum);
	return len;
}

/* Find or store the rule that @state is. */
static struct ij_error *rule_get(struct ij_map_builder *builder, const struct ij_map_state *state,
				 uint32_t *idx_ret)
{
	struct ij_map_entry entries[IJ_MAP_REGS];
	struct ij_map_rule rule = {
		.cfa_kind = state->cfa_kind,
		.cfa_reg = state->cfa_reg,
		.cfa_off = state->cfa_off,
		.entry_idx = (uint32_t)builder->entries.len,
	};
	uint64_t hash = mix(0, word_of(rule.cfa_kind, rule.cfa_reg, rule.cfa_off));
	size_t entries_size, probe = 0;
	uint32_t slot;

	rule.entry_len = entries_pack(state, entries, &hash);
	entries_size = rule.entry_len * sizeof(*entries);
	while ((slot = slots_next(&builder->rule_slots, hash, &probe))) {
		const struct ij_map_rule *have = &builder->rules.items[slot - 1];

		if (!memcmp(have, &rule, offsetof(struct ij_map_rule, entry_idx)) &&
		    (!entries_size ||
		     !memcmp(builder->entries.items + have->entry_idx, entries, entries_size))) {
			*idx_ret = slot - 1;
			return NULL;
		}
	}
	if (builder->rules.len >= UINT32_MAX / sizeof(rule) ||
	    builder->entries.len >= UINT32_MAX / sizeof(*entries) - IJ_MAP_REGS)
		return ij_error_new(LIMIT, "over %zu unwind rules", builder->rules.len);
	IJ_TRY(slots_grow(&builder->rule_slots));
	IJ_TRY(ij_vec_reserve(&builder->entries, IJ_MAP_REGS));
	IJ_TRY(ij_vec_push(&builder->rules, rule));
	memcpy(builder->entries.items + builder->entries.len, entries, entries_size);
	builder->entries.len += rule.entry_len;
	*idx_ret = (uint32_t)builder->rules.len - 1;
	slots_put(&builder->rule_slots, hash, *idx_ret + 1);
	return NULL;
}

struct ij_error *ij_map_builder_row(struct ij_map_builder *builder, uint32_t pc,
				    const struct ij_map_state *state)
{
	struct ij_map_func *func = &builder->funcs.items[builder->funcs.len - 1];
	struct ij_map_row row = {.pc = pc};

	IJ_TRY(rule_get(builder, state, &row.rule_idx));
	assert(func->row_len ? pc > builder->rows.items[builder->rows.len - 1].pc
			     : pc == func->start);
	if (func->row_len && builder->rows.items[builder->rows.len - 1].rule_idx == row.rule_idx)
		return NULL;
	if (builder->rows.len >= UINT32_MAX / sizeof(row))
		return ij_error_new(LIMIT, "over %zu unwind rows", builder->rows.len);
	IJ_TRY(ij_vec_push(&builder->rows, row));
	func->row_len++;
	return NULL;
}

static int func_compare(const void *left, const void *right)
{
	const struct ij_map_func *a = left, *b = right;

	if (a->start != b->start)
		return a->start < b->start ? -1 : 1;
	return a->row_idx < b->row_idx ? -1 : 1; /* in the order in which they were added */
}

size_t ij_map_builder_sort(struct ij_map_builder *builder)
{
	struct ij_map_func *funcs = builder->funcs.items;
	size_t len = builder->funcs.len, kept = 0;

	for (size_t i = 1; i < len; i++) {
		if (funcs[i - 1].start < funcs[i].start)
			continue;
		qsort(funcs, len, sizeof(*funcs), func_compare);
		break;
	}
	for (size_t i = 0; i < len; i++)
		if (!kept ||
		    funcs[i].start >= (uint64_t)funcs[kept - 1].start + funcs[kept - 1].size)
			funcs[kept++] = funcs[i];
	builder->funcs.len = builder->sorted_len = kept;
	return len - kept;
}

bool ij_map_builder_covers(const struct ij_map_builder *builder, uint64_t start, uint64_t size)
{
	const struct ij_map_func *funcs = builder->funcs.items;
	size_t lo = 0, hi = builder->sorted_len;

	/* The last function that starts before the end: the only one that may overlap. */
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (funcs[mid].start < start + size)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo && (uint64_t)funcs[lo - 1].start + funcs[lo - 1].size > start;
}

struct ij_map_func *ij_map_builder_find(struct ij_map_builder *builder, uint64_t pc)
{
	const struct ij_map_header header = {.funcs_len = (uint32_t)builder->funcs.len};
	const struct ij_map map = {.header = &header, .funcs = builder->funcs.items};
	const struct ij_map_func *func = ij_map_func_find(&map, pc);

	return func ? builder->funcs.items + (func - map.funcs) : NULL;
}

/* Reserve room for a table of @size bytes behind what *@total already counts. */
static uint32_t place(uint64_t *total, uint64_t size)
{
	uint64_t off = (*total + 7) & ~(uint64_t)7;

	*total = off + size;
	return (uint32_t)off;
}

struct ij_error *ij_map_builder_finish(const struct ij_map_builder *builder, void **ret,
				       size_t *size_ret)
{
	struct ij_map_header header = {
		.magic = IJ_MAP_MAGIC,
		.version = IJ_MAP_VERSION,
		.span = builder->span,
		.module_classes = builder->module_classes,
		.funcs_len = (uint32_t)builder->funcs.len,
		.rows_len = (uint32_t)builder->rows.len,
		.rules_len = (uint32_t)builder->rules.len,
		.entries_len = (uint32_t)builder->entries.len,
		.exprs_size = (uint32_t)builder->exprs.len,
		.marks_len = (uint32_t)builder->marks.len,
		.polls_len = (uint32_t)builder->polls.len,
		.gos_len = (uint32_t)builder->gos.len,
	};
	uint64_t total = sizeof(header);
	size_t funcs_size = builder->funcs.len * sizeof(struct ij_map_func);
	size_t rows_size = builder->rows.len * sizeof(struct ij_map_row);
	size_t rules_size = builder->rules.len * sizeof(struct ij_map_rule);
	size_t entries_size = builder->entries.len * sizeof(struct ij_map_entry);
	size_t marks_size = builder->marks.len * sizeof(struct ij_map_mark);
	size_t polls_size = builder->polls.len * sizeof(struct ij_map_poll);
	size_t gos_size = builder->gos.len * sizeof(struct ij_map_go);
	uint8_t *bytes;

	header.funcs_off = place(&total, funcs_size);
	header.rows_off = place(&total, rows_size);
	header.rules_off = place(&total, rules_size);
	header.entries_off = place(&total, entries_size);
	header.exprs_off = place(&total, builder->exprs.len);
	header.marks_off = place(&total, marks_size);
	header.polls_off = place(&total, polls_size);
	header.gos_off = place(&total, gos_size);
	if (total > UINT32_MAX)
		return ij_error_new(LIMIT, "a map container of %llu bytes is too large",
				    (unsigned long long)total);
	header.size = (uint32_t)total;
	bytes = calloc(1, total);
	if (!bytes)
		return ij_error_nomem();
	memcpy(bytes, &header, sizeof(header));
	if (funcs_size)
		memcpy(bytes + header.funcs_off, builder->funcs.items, funcs_size);
	if (rows_size)
		memcpy(bytes + header.rows_off, builder->rows.items, rows_size);
	if (rules_size)
		memcpy(bytes + header.rules_off, builder->rules.items, rules_size);
	if (entries_size)
		memcpy(bytes + header.entries_off, builder->entries.items, entries_size);
	if (builder->exprs.len)
		memcpy(bytes + header.exprs_off, builder->exprs.items, builder->exprs.len);
	if (marks_size)
		memcpy(bytes + header.marks_off, builder->marks.items, marks_size);
	if (polls_size)
		memcpy(bytes + header.polls_off, builder->polls.items, polls_size);
	if (gos_size)
		memcpy(bytes + header.gos_off, builder->gos.items, gos_size);
	*ret = bytes;
	*size_ret = total;
	return NULL;
}
