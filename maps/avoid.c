/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Marking functions to be avoided in a finished container. */
#include "maps/avoid.h"

#include "maps/tails.h"

struct namer {
	struct ij_tails *tails;
	uint64_t base, span;
	struct ij_error *err;
};

/* What has a name that others can call is jumped to as it is called: it has frames of its own. */
static bool symbol_seen(void *ctx, const struct ij_symbol *sym)
{
	struct namer *namer = ctx;
	uint64_t pc = sym->value - namer->base;

	if ((sym->kind == IJ_SYMBOL_FUNC || sym->kind == IJ_SYMBOL_NONE) && pc < namer->span &&
	    (sym->dynamic || !sym->local))
		namer->err = ij_tails_named(namer->tails, (uint32_t)pc);
	return !namer->err;
}

/* Hand the class on along jumps; @builder has the container's tables in place. */
static struct ij_error *close_tails(struct ij_object *obj, struct ij_map_builder *builder)
{
	struct ij_tails tails;
	struct namer namer = {.tails = &tails, .base = ij_object_base(obj), .span = builder->span};
	struct ij_error *err;

	IJ_TRY(ij_tails_init(&tails, obj, builder));
	err = ij_object_symbols_each(obj, symbol_seen, &namer);
	if (!err)
		err = namer.err;
	if (!err)
		err = ij_tails_close(&tails);
	ij_tails_deinit(&tails);
	return err;
}

struct ij_error *ij_map_avoid(struct ij_object *obj, void *container, size_t size,
			      const uint32_t *pcs, size_t len, size_t *marked_ret)
{
	struct ij_map map;
	struct ij_map_builder view = {0};
	uint8_t *bytes = container;
	size_t marked = 0;

	IJ_TRY(ij_map_open(container, size, &map));
	view.span = map.header->span;
	view.funcs.items = (void *)(bytes + map.header->funcs_off);
	view.funcs.len = map.header->funcs_len;
	view.rows.items = (void *)(bytes + map.header->rows_off);
	view.rows.len = map.header->rows_len;
	view.rules.items = (void *)(bytes + map.header->rules_off);
	view.rules.len = map.header->rules_len;
	/* All else has been handed on when the container was made. */
	view.module_classes = ~IJ_CLASS(AVOIDED);
	for (size_t i = 0; i < len; i++) {
		struct ij_map_func *func = ij_map_builder_find(&view, pcs[i]);

		if (!func)
			continue;
		func->classes |= IJ_CLASS(AVOIDED);
		marked++;
	}
	if (marked)
		IJ_TRY(close_tails(obj, &view));
	*marked_ret = marked;
	return NULL;
}
