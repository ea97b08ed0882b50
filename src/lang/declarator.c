/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Declarators: pointers, arrays and functions around a name, and the types they make (C17, 6.7.6).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lang/type.h"

struct ij_error *ij_texts_take(struct ij_texts *texts, char *str, const char **ret)
{
	struct ij_error *err = str ? ij_vec_push(&texts->list, str) : ij_error_nomem();

	if (err)
		free(str);
	else
		*ret = str;
	return err;
}

void ij_texts_deinit(struct ij_texts *texts)
{
	IJ_VEC_EACH (&texts->list, str)
		free(*str);
	ij_vec_deinit(&texts->list);
}

static struct ij_error *append(const struct ij_tokens *toks, struct ij_declarator *decl,
			       struct ij_derive item)
{
	if (decl->len == IJ_DERIVES_MAX)
		return ij_error_new(
			LIMIT, "%s: more than %d pointers, arrays and functions in one type%s",
			ij_tokens_title(toks, ij_tokens_peek(toks, 0)).str, IJ_DERIVES_MAX,
			ij_tokens_place(toks, ij_tokens_peek(toks, 0)).str);
	decl->items[decl->len++] = item;
	return NULL;
}

static bool is_qualifier(const struct ij_tokens *toks)
{
	static const char *const names[] = {"const",        "volatile",     "restrict",
					    "__const",      "__restrict__", "__restrict",
					    "__volatile__", "_Atomic"};

	for (size_t i = 0; i < IJ_COUNT(names); i++)
		if (ij_tokens_is(toks, 0, names[i]))
			return true;
	return false;
}

struct ij_error *ij_attributes_skip(struct ij_tokens *toks)
{
	while (ij_tokens_is(toks, 0, "__attribute__") || ij_tokens_is(toks, 0, "__attribute")) {
		ij_tokens_next(toks);
		if (!ij_tokens_is(toks, 0, "("))
			return ij_tokens_expected(toks, "'('");
		IJ_TRY(ij_tokens_skip_group(toks));
	}
	return NULL;
}

/* A parenthesis opens either a nested declarator or, where no name stood before it, a parameter
 * list. */
static bool opens_nested(const struct ij_tokens *toks)
{
	struct ij_tokens inner = *toks;

	if (!ij_tokens_is(toks, 0, "("))
		return false;
	inner.pos++;
	return ij_tokens_is(toks, 1, "*") || ij_tokens_is(toks, 1, "(") ||
	       ij_tokens_is(toks, 1, "[") || ij_tokens_is(toks, 1, "__attribute__") ||
	       (ij_tokens_peek(toks, 1)->kind == IJ_TOKEN_NAME && !ij_type_starts(&inner) &&
		(ij_tokens_is(toks, 2, ")") || ij_tokens_is(toks, 2, "(") ||
		 ij_tokens_is(toks, 2, "[")));
}

/* `[3]` and `(int, char)` behind a declarator. */
static struct ij_error *parse_suffixes(struct ij_tokens *toks, struct ij_texts *texts,
				       struct ij_declarator *decl)
{
	while (ij_tokens_is(toks, 0, "[") || ij_tokens_is(toks, 0, "(")) {
		struct ij_derive item = {.kind = IJ_DERIVE_ARRAY, .first = toks->pos + 1};

		if (ij_tokens_is(toks, 0, "(")) {
			struct ij_params params = {0};
			struct ij_error *err;

			item.kind = IJ_DERIVE_FUNCTION;
			ij_tokens_next(toks);
			err = ij_params_parse(toks, texts, &params);
			ij_params_deinit(&params);
			IJ_TRY(err);
		} else {
			IJ_TRY(ij_tokens_skip_group(toks));
		}
		item.end = toks->pos - 1;
		IJ_TRY(append(toks, decl, item));
	}
	return NULL;
}

static struct ij_error *parse_nested(struct ij_tokens *toks, struct ij_texts *texts,
				     struct ij_declarator *decl)
{
	struct ij_derive pointers[IJ_DERIVES_MAX];
	unsigned len = 0;

	IJ_TRY(ij_attributes_skip(toks));
	while (ij_tokens_accept(toks, "*")) {
		if (len == IJ_DERIVES_MAX)
			return append(toks, &(struct ij_declarator){.len = IJ_DERIVES_MAX},
				      pointers[0]);
		pointers[len] = (struct ij_derive){.kind = IJ_DERIVE_POINTER, .first = toks->pos};
		while (is_qualifier(toks))
			ij_tokens_next(toks);
		pointers[len++].end = toks->pos;
		IJ_TRY(ij_attributes_skip(toks));
	}
	if (opens_nested(toks)) {
		ij_tokens_next(toks);
		IJ_TRY(ij_tokens_enter(toks));
		IJ_TRY(parse_nested(toks, texts, decl));
		ij_tokens_leave(toks);
		IJ_TRY(ij_tokens_expect(toks, ")"));
	} else if (ij_tokens_peek(toks, 0)->kind == IJ_TOKEN_NAME) {
		decl->name = ij_tokens_peek(toks, 0);
		ij_tokens_next(toks);
	}
	IJ_TRY(parse_suffixes(toks, texts, decl));
	while (len)
		IJ_TRY(append(toks, decl, pointers[--len]));
	return NULL;
}

struct ij_error *ij_declarator_parse(struct ij_tokens *toks, struct ij_texts *texts,
				     struct ij_declarator *ret)
{
	const struct ij_token *first = ij_tokens_peek(toks, 0);
	struct ij_declarator decl = {0};

	IJ_TRY(ij_tokens_enter(toks));
	IJ_TRY(parse_nested(toks, texts, &decl));
	ij_tokens_leave(toks);
	for (unsigned i = 0; i + 1 < decl.len; i++) {
		enum ij_derive_kind next = decl.items[i + 1].kind;

		if ((decl.items[i].kind == IJ_DERIVE_FUNCTION && next != IJ_DERIVE_POINTER) ||
		    (decl.items[i].kind == IJ_DERIVE_ARRAY && next == IJ_DERIVE_FUNCTION))
			return ij_error_new(SYNTAX,
					    "%s: a function cannot return an array or a function, "
					    "nor an array hold functions",
					    ij_tokens_title(toks, first).str);
	}
	*ret = decl;
	return NULL;
}

static struct ij_error *no_name(const struct ij_tokens *toks, const struct ij_token *name)
{
	return ij_error_new(SYNTAX,
			    "%s: expected ')' behind the type of the cast, found %s at column %u",
			    ij_quote(toks->text, strlen(toks->text)).str, ij_quote_token(name).str,
			    name->column);
}

struct ij_error *ij_type_name_parse(struct ij_tokens *toks, struct ij_texts *texts,
				    struct ij_spec *spec_ret, struct ij_declarator *decl_ret)
{
	IJ_TRY(ij_spec_parse(toks, texts, spec_ret));
	if (ij_tokens_peek(toks, 0)->kind == IJ_TOKEN_NAME)
		return no_name(toks, ij_tokens_peek(toks, 0));
	IJ_TRY(ij_declarator_parse(toks, texts, decl_ret));
	return decl_ret->name ? no_name(toks, decl_ret->name) : NULL;
}

/* Put @before and @after around the text in *@str. */
static struct ij_error *surround(char **str, const char *before, const char *after)
{
	char *all = NULL;

	if (asprintf(&all, "%s%s%s", before, *str, after) < 0)
		return ij_error_nomem();
	free(*str);
	*str = all;
	return NULL;
}

static struct ij_error *render_one(const struct ij_tokens *toks, const struct ij_derive *item,
				   const struct ij_derive *outer, char **str)
{
	IJ_STRBUF_AUTO buf = {0};

	if (item->kind == IJ_DERIVE_POINTER) {
		bool bracket = outer && outer->kind != IJ_DERIVE_POINTER;

		ij_strbuf_puts(&buf, bracket ? "(*" : "*");
		for (size_t i = item->first; i < item->end; i++)
			if (!strstr(ij_quote_token(toks->list.items + i).str, "restrict"))
				ij_strbuf_printf(&buf, "%s ",
						 ij_quote_token(toks->list.items + i).str);
		/* "*const" needs its blank only before more words. */
		if (!**str && buf.len && buf.str[buf.len - 1] == ' ')
			buf.str[--buf.len] = 0;
		IJ_TRY(ij_strbuf_error(&buf));
		return surround(str, buf.str, bracket ? ")" : "");
	}
	ij_strbuf_puts(&buf, item->kind == IJ_DERIVE_ARRAY ? "[" : "(");
	ij_tokens_join(toks, item->first, item->end, &buf);
	ij_strbuf_puts(&buf, item->kind == IJ_DERIVE_ARRAY ? "]" : ")");
	IJ_TRY(ij_strbuf_error(&buf));
	return surround(str, "", buf.str);
}

/* The type as C writes it without a name: "int (*)(const char *)". */
static struct ij_error *render(const struct ij_tokens *toks, const char *base,
			       const struct ij_derive *items, unsigned len, struct ij_texts *texts,
			       const char **ret)
{
	char *str = strdup("");
	struct ij_error *err = str ? NULL : ij_error_nomem();

	for (unsigned i = 0; i < len && !err; i++)
		err = render_one(toks, items + i, i + 1 < len ? items + i + 1 : NULL, &str);
	if (!err)
		err = surround(&str, !*str || *str == '[' ? "" : " ", "");
	if (!err)
		err = surround(&str, base, "");
	if (err) {
		free(str);
		return err;
	}
	return ij_texts_take(texts, str, ret);
}

static struct ij_error *no_value(const struct ij_tokens *toks, const struct ij_spec *spec)
{
	struct ij_title title = ij_tokens_title(toks, spec->at);
	struct ij_place place = ij_tokens_place(toks, spec->at);

	if (!strcmp(spec->problem, "unknown"))
		return ij_error_new(TYPE,
				    "%s: type %s%s is unknown; write the C type behind it (int, "
				    "unsigned long, struct %s *, ...)",
				    title.str, spec->name.str, place.str, spec->name.str);
	return ij_error_new(
		UNSUPPORTED,
		"%s: %s%s is %s%s; only numbers and pointers can be passed and returned", title.str,
		spec->name.str, place.str,
		!strcmp(spec->problem, "not supported") ? "a type that calls do not support"
							: spec->problem,
		!strcmp(spec->problem, "not supported") ? "" : " by value");
}

struct ij_error *ij_type_derive(const struct ij_tokens *toks, const struct ij_spec *spec,
				const struct ij_declarator *decl, unsigned from,
				struct ij_texts *texts, struct ij_type *ret)
{
	struct ij_derive items[IJ_DERIVES_MAX + 1];
	struct ij_type type = spec->base;
	unsigned len = decl->len - from;

	if (!len) {
		if (spec->problem)
			return no_value(toks, spec);
		*ret = type;
		return NULL;
	}
	/* What decays: an array becomes the pointer to its element, a function gets a pointer
	 * before it. */
	if (decl->items[from].kind == IJ_DERIVE_FUNCTION) {
		items[0] = (struct ij_derive){.kind = IJ_DERIVE_POINTER};
		memcpy(items + 1, decl->items + from, len * sizeof(items[0]));
		len++;
	} else {
		memcpy(items, decl->items + from, len * sizeof(items[0]));
		if (items[0].kind == IJ_DERIVE_ARRAY)
			items[0] = (struct ij_derive){.kind = IJ_DERIVE_POINTER};
	}
	type.kind = len == 1 && spec->plain_char ? IJ_TYPE_STRING : IJ_TYPE_POINTER;
	type.size = 8;
	IJ_TRY(render(toks, spec->base.text, items, len, texts, &type.text));
	*ret = type;
	return NULL;
}
