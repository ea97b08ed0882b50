/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Values of enumerators (C17, 6.7.2.2) and of macros, where they are constant expressions of
 * integers. */
#include "lang/enumerators.h"

#include <stdlib.h>
#include <string.h>

#include "lang/expr.h"

/*
 * The constant expression at the position of @toks, which is behind it then. @ret: whether it is an
 * integer. Errors: NOMEM.
 */
static struct ij_error *evaluate(struct ij_tokens *toks, struct ij_arg *arg_ret, bool *ret)
{
	struct ij_texts texts = {0};
	struct ij_parser parser = {.toks = *toks, .texts = &texts};
	struct ij_arg arg = {0};
	struct ij_error *err = ij_expr_parse(&parser, &arg);

	toks->pos = parser.toks.pos;
	*ret = !err && ij_arg_is_integer(&arg);
	if (*ret)
		*arg_ret = (struct ij_arg){.u64 = arg.u64, .type = arg.type};
	/* Static, of integers. */
	arg_ret->type.text = NULL;
	if (!err)
		ij_arg_deinit(&arg);
	ij_texts_deinit(&texts);
	if (!err || err->code == IJ_ERR_NOMEM)
		return err;
	ij_error_free(err);
	return NULL;
}

static struct ij_error *skip_attributes(struct ij_tokens *toks)
{
	struct ij_error *err = ij_attributes_skip(toks);

	if (!err || err->code == IJ_ERR_NOMEM)
		return err;
	ij_error_free(err);
	return NULL;
}

/* What is between the braces; the position is behind the first. */
static struct ij_error *read_list(struct ij_tokens *toks, struct ij_typedefs *defs)
{
	bool is_unsigned = false;
	uint64_t value = 0;

	while (ij_tokens_peek(toks, 0)->kind == IJ_TOKEN_NAME) {
		const struct ij_token *name = ij_tokens_peek(toks, 0);

		ij_tokens_next(toks);
		IJ_TRY(skip_attributes(toks));
		if (ij_tokens_accept(toks, "=")) {
			struct ij_arg arg = {0};
			bool is_integer;

			IJ_TRY(evaluate(toks, &arg, &is_integer));
			if (!is_integer)
				return NULL; /* nor can those behind it be told */
			value = arg.u64;
			is_unsigned = arg.type.kind == IJ_TYPE_UINT && (int64_t)value < 0;
		}
		IJ_TRY(ij_typedefs_add_constant(defs, name->text, name->len, (int64_t)value,
						is_unsigned));
		value++;
		if (!ij_tokens_accept(toks, ","))
			return NULL;
	}
	return NULL;
}

struct ij_error *ij_enumerators_read(const struct ij_tokens *all, struct ij_typedefs *defs)
{
	struct ij_tokens toks = *all;

	for (size_t i = 0; i + 2 < all->list.len; i++) {
		if (!ij_token_is(all->list.items + i, "enum"))
			continue;
		toks.pos = i + 1;
		IJ_TRY(skip_attributes(&toks));
		if (ij_tokens_peek(&toks, 0)->kind == IJ_TOKEN_NAME)
			ij_tokens_next(&toks);
		if (ij_tokens_accept(&toks, "{"))
			IJ_TRY(read_list(&toks, defs));
	}
	return NULL;
}

enum { BODY_MAX = 200 }; /* bytes of a macro that is looked into */

static struct ij_error *define(const struct ij_macro *macro, struct ij_typedefs *defs)
{
	char body[BODY_MAX + 1];
	struct ij_arg arg = {0};
	struct ij_tokens toks;
	struct ij_error *err;
	bool is_integer;

	memcpy(body, macro->body, macro->body_len);
	body[macro->body_len] = 0;
	for (char *c = body; (c = strchr(c, '\\')) && c[1] == '\n'; c++)
		*c = ' ';
	err = ij_tokens_init(&toks, body, true);
	if (err && err->code != IJ_ERR_NOMEM) {
		ij_error_free(err);
		return NULL;
	}
	if (err)
		return err;
	toks.typedefs = defs;
	err = evaluate(&toks, &arg, &is_integer);
	if (!err && is_integer && ij_tokens_peek(&toks, 0)->kind == IJ_TOKEN_END)
		err = ij_typedefs_add_constant(defs, macro->name, macro->len, (int64_t)arg.u64,
					       arg.type.kind == IJ_TYPE_UINT);
	ij_tokens_deinit(&toks);
	return err;
}

struct ij_error *ij_enumerators_define(const struct ij_source *src, struct ij_typedefs *defs)
{
	/* Twice, for those that name what is defined behind them. */
	for (int pass = 0; pass < 2; pass++)
		IJ_VEC_EACH (&src->macros, macro) {
			bool known = ij_typedefs_constant(defs, macro->name, macro->len);

			if (macro->ignored || macro->function || macro->body_len > BODY_MAX ||
			    (pass && known))
				continue;
			IJ_TRY(define(macro, defs));
		}
	return NULL;
}
