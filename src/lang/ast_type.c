/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Type names within expressions (C17, 6.7.7): `const struct x *[3]`, `int (*)(void *)`. */
#include <string.h>

#include "lang/ast_internal.h"

static const struct {
	const char *text;
	int word; /* enum ij_tword, or one of these */
} words[] = {
	{"void", IJ_TWORD_VOID},
	{"_Bool", IJ_TWORD_BOOL},
	{"bool", IJ_TWORD_BOOL},
	{"char", IJ_TWORD_CHAR},
	{"short", IJ_TWORD_SHORT},
	{"int", IJ_TWORD_INT},
	{"long", IJ_TWORD_LONG},
	{"float", IJ_TWORD_FLOAT},
	{"double", IJ_TWORD_DOUBLE},
	{"signed", IJ_TWORD_SIGNED},
	{"unsigned", IJ_TWORD_UNSIGNED},
	{"_Complex", IJ_TWORD_COMPLEX},
	{"__complex__", IJ_TWORD_COMPLEX},
	{"__int128", IJ_TWORD_INT128},
	{"__float128", IJ_TWORD_FLOAT128},
	{"_Float128", IJ_TWORD_FLOAT128},
#define TAG 100
	{"struct", TAG},
	{"class", TAG},
	{"union", TAG + 1},
	{"enum", TAG + 2},
#define CONST 200
	{"const", CONST},
	{"volatile", CONST + 1},
	{"restrict", CONST + 2},
	{"__restrict", CONST + 2},
	{"_Atomic", CONST + 2},
};

static int word_of(const struct ij_token *tok)
{
	for (size_t i = 0; i < IJ_COUNT(words); i++)
		if (tok->kind == IJ_TOKEN_NAME && ij_token_is(tok, words[i].text))
			return words[i].word;
	return -1;
}

/* Type names that every C program has, should debug information be missing. */
static bool is_usual(const struct ij_token *tok)
{
	static const char *const names[] = {
#define IJ_T(name, kind, size) #name,
#include "lang/types.def"
#undef IJ_T
	};

	for (size_t i = 0; i < IJ_COUNT(names); i++)
		if (ij_token_is(tok, names[i]))
			return true;
	return false;
}

/* Is that path the name of a type? Where nothing else tells, whoever knows the program does. */
static bool path_is_type(const struct ij_ast_parser *p, size_t ahead, size_t end)
{
	IJ_STRBUF_AUTO path = {0};

	if (end == ahead + 1 && is_usual(ij_tokens_peek(p->toks, ahead)))
		return true;
	for (; ahead < end; ahead++) {
		const struct ij_token *tok = ij_tokens_peek(p->toks, ahead);

		ij_strbuf_add(&path, tok->text, tok->len);
	}
	return p->names && !path.failed && p->names->is_type(p->names->ctx, path.str);
}

/* Does a value begin here that cannot go on with another one? */
static bool starts_value(const struct ij_ast_parser *p, size_t at)
{
	const struct ij_token *tok = ij_tokens_peek(p->toks, at);

	return tok->kind == IJ_TOKEN_NAME || tok->kind == IJ_TOKEN_NUMBER ||
	       tok->kind == IJ_TOKEN_STRING || tok->kind == IJ_TOKEN_CHAR ||
	       tok->kind == IJ_TOKEN_MODULE || ij_token_is(tok, "{") || ij_token_is(tok, "~") ||
	       ij_token_is(tok, "!");
}

/* `(name)(x)`, `(name)-x`: a value may stand there as well as a type. */
static bool either(const struct ij_ast_parser *p, size_t at)
{
	static const char *const signs[] = {"(", "-", "+", "*", "&"};

	for (size_t i = 0; i < IJ_COUNT(signs); i++)
		if (ij_tokens_is(p->toks, at, signs[i]))
			return true;
	return false;
}

/* Behind `(name`: is that a type? */
static bool names_type(const struct ij_ast_parser *p, size_t ahead, size_t end)
{
	size_t at = end;

	if (ij_tokens_is(p->toks, end, ")")) {
		if (starts_value(p, end + 1))
			return true;
		return either(p, end + 1) && path_is_type(p, ahead, end);
	}
	while (ij_tokens_is(p->toks, at, "*") || ij_tokens_is(p->toks, at, "&") ||
	       ij_tokens_is(p->toks, at, "&&") || word_of(ij_tokens_peek(p->toks, at)) >= CONST)
		at++;
	if (at > end && ij_tokens_is(p->toks, at, ")"))
		return true; /* `(name *)`: no expression ends so */
	if (ij_tokens_is(p->toks, at, "(") && ij_tokens_is(p->toks, at + 1, "*") &&
	    ij_tokens_is(p->toks, at + 2, ")"))
		return true; /* `(name (*)(int))` */
	if (at > end || !ij_tokens_is(p->toks, end, "["))
		return false;
	while (!ij_tokens_is(p->toks, at, "]") && ij_tokens_peek(p->toks, at)->kind != IJ_TOKEN_END)
		at++;
	return ij_tokens_is(p->toks, at + 1, ")") && starts_value(p, at + 2);
}

bool ij_ast_type_starts(const struct ij_ast_parser *p, size_t ahead)
{
	size_t end = ij_ast_path_end(p, ahead);

	if (word_of(ij_tokens_peek(p->toks, ahead)) >= 0)
		return true;
	if (end == ahead || !ahead)
		return false;
	if (end == ahead + 1 && is_usual(ij_tokens_peek(p->toks, ahead)))
		return true;
	return ij_tokens_is(p->toks, ahead - 1, "(") && names_type(p, ahead, end);
}

bool ij_ast_is_type(const struct ij_ast_parser *p)
{
	size_t at = ij_ast_path_end(p, 0);

	if (ij_ast_type_starts(p, 0))
		return !ij_tokens_is(p->toks, 1, "(") ||
		       (ij_tokens_is(p->toks, 2, "*") && ij_tokens_is(p->toks, 3, ")"));
	/* `name *`: no expression ends so. */
	if (!at || ij_tokens_peek(p->toks, at)->kind == IJ_TOKEN_END)
		return false;
	while (ij_tokens_is(p->toks, at, "*") || ij_tokens_is(p->toks, at, "&") ||
	       ij_tokens_is(p->toks, at, "&&") || word_of(ij_tokens_peek(p->toks, at)) >= CONST)
		at++;
	return ij_tokens_peek(p->toks, at)->kind == IJ_TOKEN_END;
}

static struct ij_error *tag(struct ij_ast_parser *p, int word, struct ij_tname *type)
{
	type->tag = word == TAG ? 's' : word == TAG + 1 ? 'u' : 'e';
	ij_tokens_next(p->toks);
	if (p->declaring)
		IJ_TRY(ij_ast_attributes(p, &type->attrs));
	if (ij_tokens_peek(p->toks, 0)->kind == IJ_TOKEN_NAME)
		IJ_TRY(ij_ast_path(p, &type->name));
	else if (!p->declaring || !ij_tokens_is(p->toks, 0, "{"))
		return ij_tokens_expected(p->toks, "the tag of the struct, union or enum");
	if (!p->declaring || !ij_tokens_is(p->toks, 0, "{"))
		return NULL;
	IJ_TRY(ij_ast_body(p, type));
	return ij_ast_attributes(p, &type->attrs);
}

/* Is a type said already? */
static bool is_said(const struct ij_tname *type)
{
	for (size_t i = 0; i < IJ_TWORDS; i++)
		if (type->words[i] && i != IJ_TWORD_COMPLEX)
			return true;
	return type->name || type->body;
}

/* `const unsigned long`, `struct x`, `name`. */
static struct ij_error *specifiers(struct ij_ast_parser *p, struct ij_tname *type)
{
	for (;;) {
		const struct ij_token *tok = ij_tokens_peek(p->toks, 0);
		int word = word_of(tok);

		if (p->declaring) {
			IJ_TRY(ij_ast_attributes(p, &type->attrs));
			if (ij_ast_skip_storage(p))
				continue;
			tok = ij_tokens_peek(p->toks, 0);
			word = word_of(tok);
		}
		if (word >= CONST) {
			type->is_const |= word == CONST;
			type->is_volatile |= word == CONST + 1;
		} else if (word >= TAG) {
			if (is_said(type))
				break;
			IJ_TRY(tag(p, word, type));
			continue;
		} else if (word >= 0) {
			if (type->name || type->body || type->words[word] == 2)
				break;
			type->words[word]++;
		} else if (tok->kind == IJ_TOKEN_NAME && !is_said(type)) {
			IJ_TRY(ij_ast_path(p, &type->name));
			continue;
		} else {
			break;
		}
		ij_tokens_next(p->toks);
	}
	if (!type->words[IJ_TWORD_COMPLEX] && !is_said(type))
		return ij_tokens_expected(p->toks, "a type");
	return NULL;
}

static struct ij_error *add_item(struct ij_ast_parser *p, struct ij_tname *type,
				 struct ij_titem item)
{
	if (type->len == IJ_TITEMS_MAX)
		return ij_error_new(LIMIT, "%s: a type with over %d '*', '[' and '(' at column %u",
				    ij_quote(p->toks->text, strlen(p->toks->text)).str,
				    IJ_TITEMS_MAX, ij_tokens_peek(p->toks, 0)->column);
	type->items[type->len++] = item;
	return NULL;
}

static struct ij_error *params(struct ij_ast_parser *p, struct ij_titem *item)
{
	struct ij_tname **end = &item->params;

	if (ij_tokens_accept(p->toks, ")")) {
		item->is_unspecified = true;
		return NULL;
	}
	if (ij_tokens_is(p->toks, 0, "void") && ij_tokens_is(p->toks, 1, ")")) {
		ij_tokens_next(p->toks);
		ij_tokens_next(p->toks);
		return NULL;
	}
	do {
		if (ij_tokens_accept(p->toks, "...")) {
			item->is_variadic = true;
			break;
		}
		IJ_TRY(ij_ast_type_name(p, end));
		end = &(*end)->next;
	} while (ij_tokens_accept(p->toks, ","));
	return ij_tokens_expect(p->toks, ")");
}

static struct ij_error *suffixes(struct ij_ast_parser *p, struct ij_tname *type)
{
	for (;;) {
		struct ij_titem item = {.kind = IJ_TITEM_ARRAY};

		if (ij_tokens_accept(p->toks, "[")) {
			if (!ij_tokens_is(p->toks, 0, "]"))
				IJ_TRY(ij_ast_assignment(p, &item.count));
			IJ_TRY(ij_tokens_expect(p->toks, "]"));
		} else if (ij_tokens_accept(p->toks, "(")) {
			item.kind = IJ_TITEM_FUNCTION;
			IJ_TRY(params(p, &item));
		} else {
			return NULL;
		}
		IJ_TRY(add_item(p, type, item));
	}
}

/* The name that a declarator is about; an abstract one has none. */
static struct ij_error *declared_name(struct ij_ast_parser *p, struct ij_tname *type)
{
	const struct ij_token *tok = ij_tokens_peek(p->toks, 0);

	if (!p->declaring || type->declared || tok->kind != IJ_TOKEN_NAME ||
	    !strncmp(tok->text, "__attribute", 11) || !strncmp(tok->text, "__asm", 5))
		return NULL;
	type->declared = ij_arena_text(&p->ast->arena, tok->text, tok->len);
	ij_tokens_next(p->toks);
	return type->declared ? NULL : ij_error_nomem();
}

struct ij_error *ij_ast_declarator(struct ij_ast_parser *p, struct ij_tname *type)
{
	struct ij_titem pointers[IJ_TITEMS_MAX];
	unsigned len = 0;

	while (len < IJ_TITEMS_MAX) {
		struct ij_titem item = {.kind = IJ_TITEM_POINTER};

		if (ij_tokens_accept(p->toks, "&&")) {
			item.kind = IJ_TITEM_REFERENCE;
			item.is_rvalue = true;
		} else if (ij_tokens_accept(p->toks, "&")) {
			item.kind = IJ_TITEM_REFERENCE;
		} else if (!ij_tokens_accept(p->toks, "*")) {
			break;
		}
		for (int word; (word = word_of(ij_tokens_peek(p->toks, 0))) >= CONST;) {
			item.is_const |= word == CONST;
			item.is_volatile |= word == CONST + 1;
			ij_tokens_next(p->toks);
		}
		pointers[len++] = item;
	}
	if (ij_tokens_is(p->toks, 0, "(") &&
	    (ij_tokens_is(p->toks, 1, "*") || ij_tokens_is(p->toks, 1, "&") ||
	     ij_tokens_is(p->toks, 1, "("))) {
		ij_tokens_next(p->toks);
		IJ_TRY(ij_tokens_enter(p->toks));
		IJ_TRY(ij_ast_declarator(p, type));
		ij_tokens_leave(p->toks);
		IJ_TRY(ij_tokens_expect(p->toks, ")"));
	} else {
		IJ_TRY(declared_name(p, type));
	}
	IJ_TRY(suffixes(p, type));
	while (len)
		IJ_TRY(add_item(p, type, pointers[--len]));
	return NULL;
}

struct ij_error *ij_ast_type_name(struct ij_ast_parser *p, struct ij_tname **ret)
{
	struct ij_tname *type = ij_arena_alloc(&p->ast->arena, sizeof(*type));

	if (!type)
		return ij_error_nomem();
	IJ_TRY(ij_tokens_enter(p->toks));
	type->tok = ij_tokens_peek(p->toks, 0);
	IJ_TRY(specifiers(p, type));
	/* Behind `as` a `*` multiplies. */
	if (!p->is_bare)
		IJ_TRY(ij_ast_declarator(p, type));
	if (p->declaring)
		IJ_TRY(ij_ast_attributes(p, &type->outer));
	ij_tokens_leave(p->toks);
	*ret = type;
	return NULL;
}
