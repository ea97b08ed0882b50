/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Handing classes on along the direct jumps out of a function (facts: glibc 2.36 tail calls). */
#include "maps/tails.h"

#include "maps/transfers.h"

/* Larger functions are interpreters or tables, not library entry points. */
#define CODE_MAX (256u << 10)

struct ij_error *ij_tails_init(struct ij_tails *tails, struct ij_object *obj,
			       struct ij_map_builder *builder)
{
	size_t len = builder->funcs.len ? builder->funcs.len : 1;

	*tails = (struct ij_tails){
		.obj = obj,
		.builder = builder,
		.factor = ij_map_hash_factor(),
		.queued = calloc(len, sizeof(*tails->queued)),
	};
	return tails->queued ? NULL : ij_error_nomem();
}

void ij_tails_deinit(struct ij_tails *tails)
{
	free(tails->named);
	free(tails->queued);
	ij_vec_deinit(&tails->queue);
	ij_vec_deinit(&tails->code);
}

/* The slot that holds @key, or the free one where it belongs. */
static uint32_t *named_slot(const struct ij_tails *tails, uint32_t key)
{
	size_t at = (size_t)((key * tails->factor) >> 32);

	for (;; at++) {
		uint32_t *slot = &tails->named[at & (tails->named_cap - 1)];

		if (!*slot || *slot == key)
			return slot;
	}
}

static struct ij_error *named_grow(struct ij_tails *tails)
{
	uint32_t *old = tails->named;
	size_t old_cap = tails->named_cap;

	tails->named = calloc(old_cap ? old_cap * 2 : 4096, sizeof(*tails->named));
	if (!tails->named) {
		tails->named = old;
		return ij_error_nomem();
	}
	tails->named_cap = old_cap ? old_cap * 2 : 4096;
	for (size_t i = 0; i < old_cap; i++)
		if (old[i])
			*named_slot(tails, old[i]) = old[i];
	free(old);
	return NULL;
}

struct ij_error *ij_tails_named(struct ij_tails *tails, uint32_t pc)
{
	uint32_t *slot;

	if (tails->named_len >= tails->named_cap / 2)
		IJ_TRY(named_grow(tails));
	slot = named_slot(tails, pc + 1);
	tails->named_len += !*slot;
	*slot = pc + 1;
	return NULL;
}

static bool is_named(const struct ij_tails *tails, uint32_t pc)
{
	return tails->named_cap && *named_slot(tails, pc + 1);
}

static struct ij_error *enqueue(struct ij_tails *tails, uint32_t idx)
{
	if (tails->queued[idx])
		return NULL;
	tails->queued[idx] = true;
	return ij_vec_push(&tails->queue, idx);
}

/*
 * Whether @func begins as a called function does, with nothing on the stack but its return address.
 * The cold part of a function begins with that function's frame in place.
 */
static bool begins_called(const struct ij_tails *tails, const struct ij_map_func *func)
{
	const struct ij_map_row *row = &tails->builder->rows.items[func->row_idx];
	const struct ij_map_rule *rule = &tails->builder->rules.items[row->rule_idx];

	return rule->cfa_kind == IJ_MAP_CFA_REG && rule->cfa_reg == IJ_MAP_REG_SP &&
	       rule->cfa_off == 8;
}

/* A jump from a function of @classes to module offset @to, which lies outside it. */
static struct ij_error *jump_found(struct ij_tails *tails, ij_classes classes, uint64_t to)
{
	struct ij_map_func *func = ij_map_builder_find(tails->builder, to);
	uint32_t idx;

	if (!func || func->flags)
		return NULL;
	idx = (uint32_t)(func - tails->builder->funcs.items);
	if (is_named(tails, func->start) || (func->start != to && begins_called(tails, func)))
		return NULL;
	if (!(classes & ~func->classes))
		return NULL;
	func->classes |= classes;
	return enqueue(tails, idx);
}

/* Follow the jump @found in the code of @func, of @classes, if it leaves the function. */
static struct ij_error *jump_follow(struct ij_tails *tails, const struct ij_map_func *func,
				    ij_classes classes, const struct ij_transfer *found)
{
	if (found->kind == IJ_TRANSFER_CALL || (found->to >= 0 && found->to < func->size))
		return NULL;
	return jump_found(tails, classes, func->start + (uint64_t)found->to);
}

/*
 * Jumps go to the start of a function, or anywhere into a cold part. One found too many makes a
 * function held for nothing, which costs a retry.
 */
static struct ij_error *func_scan(struct ij_tails *tails, const struct ij_map_func *func)
{
	const uint8_t *code = tails->code.items;
	const ij_classes classes = func->classes;
	struct ij_transfer found = {.at = 0};

	while (ij_transfer_next(code, func->size, found.at, &found))
		IJ_TRY(jump_follow(tails, func, classes, &found));
	found.at = 0;
	while (ij_transfer_next_branch(code, func->size, found.at, &found))
		IJ_TRY(jump_follow(tails, func, classes, &found));
	return NULL;
}

/* The code of @func into tails->code; *@ret is false if the file has none for it. */
static struct ij_error *code_read(struct ij_tails *tails, const struct ij_map_func *func, bool *ret)
{
	struct ij_error *err;

	*ret = false;
	if (func->size > CODE_MAX)
		return NULL;
	tails->code.len = 0;
	IJ_TRY(ij_vec_reserve(&tails->code, func->size));
	err = ij_object_read(tails->obj, ij_object_base(tails->obj) + func->start,
			     tails->code.items, func->size);
	*ret = !err;
	if (err && err->code == IJ_ERR_NOMEM)
		return err;
	ij_error_free(err);
	return NULL;
}

struct ij_error *ij_tails_close(struct ij_tails *tails)
{
	const struct ij_map_func *funcs = tails->builder->funcs.items;

	for (uint32_t i = 0; i < tails->builder->funcs.len; i++)
		if (funcs[i].classes & ~tails->builder->module_classes)
			IJ_TRY(enqueue(tails, i));
	/* A function is scanned again only when its classes grew: at most once for each class. */
	for (size_t next = 0; next < tails->queue.len; next++) {
		const struct ij_map_func *func = &funcs[tails->queue.items[next]];
		bool have;

		tails->queued[tails->queue.items[next]] = false;
		IJ_TRY(code_read(tails, func, &have));
		if (have)
			IJ_TRY(func_scan(tails, func));
	}
	return NULL;
}
