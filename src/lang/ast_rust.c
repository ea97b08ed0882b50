/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What Rust writes where C has nothing (The Rust Reference, 8.2: expressions), as gdb 13 reads it.
 */
#include "lang/ast_internal.h"

enum { REPEAT_MAX = 4096 }; /* elements of `[x; n]` */

/* @node ends before the current token. */
static void end(const struct ij_ast_parser *p, struct ij_node *node)
{
	node->last = p->toks->list.items + p->toks->pos - 1;
}

struct ij_error *ij_ast_index(struct ij_ast_parser *p, struct ij_node *node)
{
	node->kind = IJ_NODE_INDEX;
	if (!ij_tokens_is(p->toks, 0, ".."))
		IJ_TRY(ij_ast_comma(p, &node->b));
	if (ij_tokens_accept(p->toks, "..")) {
		node->kind = IJ_NODE_RANGE;
		node->is_post = ij_tokens_accept(p->toks, "=");
		if (!ij_tokens_is(p->toks, 0, "]"))
			IJ_TRY(ij_ast_assignment(p, &node->c));
	}
	return ij_tokens_expect(p->toks, "]");
}

/* `*const T`, `*mut T`, `&T`: pointers of Rust, before what they point to. */
static struct ij_error *pointed_type(struct ij_ast_parser *p, struct ij_tname **ret)
{
	unsigned pointers = 0;

	while (ij_tokens_is(p->toks, 0, "*") || ij_tokens_is(p->toks, 0, "&")) {
		ij_tokens_next(p->toks);
		if (!ij_tokens_accept(p->toks, "mut"))
			ij_tokens_accept(p->toks, "const");
		if (++pointers == IJ_TITEMS_MAX)
			return ij_tokens_expected(p->toks, "a type");
	}
	p->is_bare = true;
	IJ_TRY(ij_ast_type_name(p, ret));
	p->is_bare = false;
	for (unsigned i = 0; i < pointers; i++)
		(*ret)->items[(*ret)->len++] = (struct ij_titem){.kind = IJ_TITEM_POINTER};
	return NULL;
}

struct ij_error *ij_ast_as(struct ij_ast_parser *p, struct ij_node **node)
{
	while (ij_tokens_is(p->toks, 0, "as")) {
		struct ij_node *cast = NULL;

		IJ_TRY(ij_ast_make(p, IJ_NODE_CAST, ij_tokens_peek(p->toks, 0), &cast));
		ij_tokens_next(p->toks);
		IJ_TRY(pointed_type(p, &cast->type));
		cast->a = *node;
		cast->first = (*node)->first;
		end(p, cast);
		*node = cast;
	}
	return NULL;
}

/* `[x; n]`: n nodes of the same. */
static struct ij_error *repeat(struct ij_ast_parser *p, struct ij_node *list)
{
	const struct ij_token *tok = ij_tokens_peek(p->toks, 0);
	const struct ij_node *one = list->args;
	struct ij_node **last = &list->args->next;
	unsigned count = 0;

	for (uint32_t i = 0; i < tok->len && count <= REPEAT_MAX; i++)
		count = tok->text[i] >= '0' && tok->text[i] <= '9'
				? count * 10 + (unsigned)(tok->text[i] - '0')
				: REPEAT_MAX + 1;
	if (tok->kind != IJ_TOKEN_NUMBER || !count || count > REPEAT_MAX)
		return ij_tokens_expected(p->toks, "a number of elements from 1 to 4096");
	ij_tokens_next(p->toks);
	while (--count) {
		IJ_TRY(ij_ast_make(p, one->kind, one->tok, last));
		**last = *one;
		last = &(*last)->next;
	}
	*last = NULL;
	return ij_tokens_expect(p->toks, "]");
}

struct ij_error *ij_ast_list(struct ij_ast_parser *p, struct ij_node **ret)
{
	struct ij_node *node = NULL, **last;

	IJ_TRY(ij_ast_make(p, IJ_NODE_COMPOUND, ij_tokens_peek(p->toks, 0), &node));
	ij_tokens_next(p->toks);
	last = &node->args;
	IJ_TRY(ij_tokens_enter(p->toks));
	do {
		IJ_TRY(ij_ast_assignment(p, last));
		last = &(*last)->next;
	} while (ij_tokens_accept(p->toks, ","));
	ij_tokens_leave(p->toks);
	if (last == &node->args->next && ij_tokens_accept(p->toks, ";"))
		IJ_TRY(repeat(p, node));
	else
		IJ_TRY(ij_tokens_expect(p->toks, "]"));
	end(p, node);
	*ret = node;
	return NULL;
}

struct ij_error *ij_ast_fields(struct ij_ast_parser *p, struct ij_node *node)
{
	struct ij_node **last = &node->args;

	ij_tokens_next(p->toks);
	node->kind = IJ_NODE_COMPOUND;
	node->type = ij_arena_alloc(&p->ast->arena, sizeof(*node->type));
	if (!node->type)
		return ij_error_nomem();
	node->type->tok = node->tok;
	node->type->name = node->name;
	IJ_TRY(ij_tokens_enter(p->toks));
	while (!ij_tokens_accept(p->toks, "}")) {
		const char *name = NULL;

		/* `Point{1, 2}` of C++ has no names. */
		if (ij_tokens_is(p->toks, 1, ":")) {
			IJ_TRY(ij_ast_path(p, &name));
			IJ_TRY(ij_tokens_expect(p->toks, ":"));
		} else if (ij_tokens_peek(p->toks, 0)->kind == IJ_TOKEN_NAME &&
			   ij_tokens_is(p->toks, 1, "{")) {
			return ij_tokens_expected(p->toks, "'name:' or a value");
		}
		IJ_TRY(ij_ast_assignment(p, last));
		(*last)->member = name;
		last = &(*last)->next;
		if (!ij_tokens_accept(p->toks, ",") && !ij_tokens_is(p->toks, 0, "}"))
			return ij_tokens_expected(p->toks, "'}' or ','");
	}
	ij_tokens_leave(p->toks);
	return NULL;
}
