/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Declarations as trees (C17, 6.7): structs, unions and enums with their members, typedefs. */
#include <stdlib.h>
#include <string.h>

#include "lang/ast_internal.h"

bool ij_ast_skip_storage(struct ij_ast_parser *p)
{
	static const char *const words[] = {
		"typedef",       "extern",        "static",   "inline",      "__inline",
		"__inline__",    "auto",          "register", "_Noreturn",   "__thread",
		"_Thread_local", "__extension__", "__const",  "__volatile__"};

	for (size_t i = 0; i < IJ_COUNT(words); i++)
		if (ij_tokens_accept(p->toks, words[i])) {
			if (ij_tokens_peek(p->toks, 0)->kind == IJ_TOKEN_STRING)
				ij_tokens_next(p->toks); /* extern "C" */
			return true;
		}
	return false;
}

static bool accept_either(struct ij_tokens *toks, const char *plain, const char *marked)
{
	return ij_tokens_accept(toks, plain) || ij_tokens_accept(toks, marked);
}

/* One of those in the parentheses; what is not known changes nothing that we need. */
static struct ij_error *attribute(struct ij_ast_parser *p, struct ij_tattrs *attrs)
{
	struct ij_node **number = NULL;

	if (accept_either(p->toks, "packed", "__packed__")) {
		attrs->is_packed = true;
		return NULL;
	}
	if (accept_either(p->toks, "aligned", "__aligned__"))
		number = &attrs->align;
	else if (accept_either(p->toks, "vector_size", "__vector_size__"))
		number = &attrs->vector;
	else if (accept_either(p->toks, "ms_abi", "__ms_abi__"))
		return ij_tokens_expected(p->toks, "the calling convention of System V");
	if (!number) {
		ij_tokens_next(p->toks);
		return ij_tokens_is(p->toks, 0, "(") ? ij_tokens_skip_group(p->toks) : NULL;
	}
	if (!ij_tokens_accept(p->toks, "("))
		return ij_tokens_expected(p->toks, "how many bytes");
	IJ_TRY(ij_ast_assignment(p, number));
	return ij_tokens_expect(p->toks, ")");
}

struct ij_error *ij_ast_attributes(struct ij_ast_parser *p, struct ij_tattrs *attrs)
{
	for (;;) {
		if (ij_tokens_accept(p->toks, "_Alignas")) {
			IJ_TRY(ij_tokens_expect(p->toks, "("));
			if (ij_ast_type_starts(p, 0))
				return ij_tokens_expected(p->toks, "how many bytes");
			IJ_TRY(ij_ast_assignment(p, &attrs->align));
			IJ_TRY(ij_tokens_expect(p->toks, ")"));
			continue;
		}
		if (accept_either(p->toks, "__asm__", "__asm")) {
			IJ_TRY(ij_tokens_skip_group(p->toks));
			continue;
		}
		if (!accept_either(p->toks, "__attribute__", "__attribute"))
			return NULL;
		IJ_TRY(ij_tokens_expect(p->toks, "("));
		IJ_TRY(ij_tokens_expect(p->toks, "("));
		while (!ij_tokens_is(p->toks, 0, ")")) {
			if (ij_tokens_peek(p->toks, 0)->kind == IJ_TOKEN_END)
				return ij_tokens_expected(p->toks, "')'");
			if (!ij_tokens_accept(p->toks, ","))
				IJ_TRY(attribute(p, attrs));
		}
		IJ_TRY(ij_tokens_expect(p->toks, ")"));
		IJ_TRY(ij_tokens_expect(p->toks, ")"));
	}
}

/* Declarators behind @first, which has the specifiers, up to what is no comma. @end_ret: where the
 * next one is to be linked. */
static struct ij_error *declarators(struct ij_ast_parser *p, struct ij_tname *first,
				    bool are_members, struct ij_tname ***end_ret)
{
	struct ij_tname specifiers = *first, *type = first;

	specifiers.len = 0;
	specifiers.declared = NULL;
	specifiers.outer = (struct ij_tattrs){.is_packed = false};
	for (;;) {
		if (are_members && ij_tokens_accept(p->toks, ":"))
			IJ_TRY(ij_ast_assignment(p, &type->bits));
		IJ_TRY(ij_ast_attributes(p, &type->outer));
		if (!ij_tokens_accept(p->toks, ","))
			break;
		type->next = ij_arena_alloc(&p->ast->arena, sizeof(*type));
		if (!type->next)
			return ij_error_nomem();
		type = type->next;
		*type = specifiers;
		type->tok = ij_tokens_peek(p->toks, 0);
		IJ_TRY(ij_ast_declarator(p, type));
	}
	*end_ret = &type->next;
	return NULL;
}

static struct ij_error *members(struct ij_ast_parser *p, struct ij_tname **end)
{
	while (!ij_tokens_accept(p->toks, "}")) {
		if (ij_tokens_accept(p->toks, ";"))
			continue;
		if (ij_tokens_accept(p->toks, "_Static_assert")) {
			IJ_TRY(ij_tokens_skip_group(p->toks));
			continue;
		}
		IJ_TRY(ij_ast_type_name(p, end));
		IJ_TRY(declarators(p, *end, true, &end));
		if (!ij_tokens_is(p->toks, 0, "}"))
			IJ_TRY(ij_tokens_expect(p->toks, ";"));
	}
	return NULL;
}

static struct ij_error *constants(struct ij_ast_parser *p, struct ij_tname **end)
{
	struct ij_tattrs none = {.is_packed = false};

	while (!ij_tokens_accept(p->toks, "}")) {
		struct ij_tname *it = ij_arena_alloc(&p->ast->arena, sizeof(*it));

		if (!it)
			return ij_error_nomem();
		it->tok = ij_tokens_peek(p->toks, 0);
		if (it->tok->kind != IJ_TOKEN_NAME)
			return ij_tokens_expected(p->toks, "the name of a constant");
		it->declared = ij_arena_text(&p->ast->arena, it->tok->text, it->tok->len);
		if (!it->declared)
			return ij_error_nomem();
		ij_tokens_next(p->toks);
		IJ_TRY(ij_ast_attributes(p, &none));
		if (ij_tokens_accept(p->toks, "="))
			IJ_TRY(ij_ast_assignment(p, &it->bits));
		*end = it;
		end = &it->next;
		if (!ij_tokens_is(p->toks, 0, "}"))
			IJ_TRY(ij_tokens_expect(p->toks, ","));
	}
	return NULL;
}

struct ij_error *ij_ast_body(struct ij_ast_parser *p, struct ij_tname *type)
{
	type->body = ij_arena_alloc(&p->ast->arena, sizeof(*type->body));
	if (!type->body)
		return ij_error_nomem();
	IJ_TRY(ij_tokens_enter(p->toks));
	IJ_TRY(ij_tokens_expect(p->toks, "{"));
	IJ_TRY(type->tag == 'e' ? constants(p, &type->body->members)
				: members(p, &type->body->members));
	ij_tokens_leave(p->toks);
	return NULL;
}

static struct ij_error *whole(struct ij_ast_parser *p)
{
	struct ij_tname **end;

	IJ_TRY(ij_ast_type_name(p, &p->ast->declared));
	IJ_TRY(declarators(p, p->ast->declared, false, &end));
	if (ij_tokens_peek(p->toks, 0)->kind != IJ_TOKEN_END)
		return ij_tokens_expected(p->toks, "the end of the declaration");
	return NULL;
}

struct ij_error *ij_ast_declaration(const char *text, const struct ij_ast_names *names,
				    struct ij_ast *ret)
{
	struct ij_ast ast = {.format = 0, .text = strdup(text)};
	struct ij_ast_parser p = {.ast = &ast, .names = names, .declaring = true};
	struct ij_error *err;

	if (!ast.text)
		return ij_error_nomem();
	err = ij_tokens_init(&ast.toks, ast.text, true);
	if (err) {
		free(ast.text);
		return err;
	}
	p.toks = &ast.toks;
	err = whole(&p);
	if (err) {
		ij_ast_deinit(&ast);
		return err;
	}
	*ret = ast;
	return NULL;
}
