/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Declaration specifiers: `static const unsigned long`, `struct x`, `size_t` (C17, 6.7). */
#include <string.h>

#include "lang/type.h"
#include "lang/typedefs.h"

static const struct {
	const char *name;
	enum ij_type_kind kind;
	uint32_t size;
} typedefs[] = {
#define IJ_T(name, kind, size) {#name, IJ_TYPE_##kind, size},
#include "lang/types.def"
#undef IJ_T
};

enum word {
	W_NONE,
	W_VOID,
	W_BOOL,
	W_CHAR,
	W_SHORT,
	W_INT,
	W_LONG,
	W_FLOAT,
	W_DOUBLE,
	W_SIGNED,
	W_UNSIGNED,
	W_UNSUPPORTED, /* a type that calls cannot carry */
	W_TAG,         /* struct, union, enum */
	W_CONST,       /* part of the type's text, no more */
	W_STORAGE,     /* left out */
	W_NORETURN,
	W_ATTRIBUTE, /* left out with its parentheses */
};

static const struct {
	const char *name;
	enum word word;
} words[] = {
	{"void", W_VOID},
	{"_Bool", W_BOOL},
	{"bool", W_BOOL},
	{"char", W_CHAR},
	{"short", W_SHORT},
	{"int", W_INT},
	{"long", W_LONG},
	{"float", W_FLOAT},
	{"double", W_DOUBLE},
	{"signed", W_SIGNED},
	{"__signed__", W_SIGNED},
	{"__signed", W_SIGNED},
	{"unsigned", W_UNSIGNED},
	{"_Complex", W_UNSUPPORTED},
	{"__complex__", W_UNSUPPORTED},
	{"_Imaginary", W_UNSUPPORTED},
	{"__int128", W_UNSUPPORTED},
	{"__int128_t", W_UNSUPPORTED},
	{"__uint128_t", W_UNSUPPORTED},
	{"_Float16", W_UNSUPPORTED},
	{"__float128", W_UNSUPPORTED},
	{"_Float128", W_UNSUPPORTED},
	{"_Decimal32", W_UNSUPPORTED},
	{"_Decimal64", W_UNSUPPORTED},
	{"_Decimal128", W_UNSUPPORTED},
	{"__m64", W_UNSUPPORTED},
	{"__m128", W_UNSUPPORTED},
	{"__m128d", W_UNSUPPORTED},
	{"__m128i", W_UNSUPPORTED},
	{"__m256", W_UNSUPPORTED},
	{"__m256d", W_UNSUPPORTED},
	{"__m256i", W_UNSUPPORTED},
	{"__m512", W_UNSUPPORTED},
	{"__m512d", W_UNSUPPORTED},
	{"__m512i", W_UNSUPPORTED},
	{"va_list", W_UNSUPPORTED},
	{"__builtin_va_list", W_UNSUPPORTED},
	{"__gnuc_va_list", W_UNSUPPORTED},
	{"struct", W_TAG},
	{"union", W_TAG},
	{"enum", W_TAG},
	{"const", W_CONST},
	{"__const", W_CONST},
	{"volatile", W_CONST},
	{"__volatile__", W_CONST},
	{"__volatile", W_CONST},
	{"restrict", W_STORAGE},
	{"__restrict", W_STORAGE},
	{"__restrict__", W_STORAGE},
	{"extern", W_STORAGE},
	{"static", W_STORAGE},
	{"inline", W_STORAGE},
	{"__inline", W_STORAGE},
	{"__inline__", W_STORAGE},
	{"register", W_STORAGE},
	{"auto", W_STORAGE},
	{"_Thread_local", W_STORAGE},
	{"__thread", W_STORAGE},
	{"__extension__", W_STORAGE},
	{"_Noreturn", W_NORETURN},
	{"__attribute__", W_ATTRIBUTE},
	{"__attribute", W_ATTRIBUTE},
	{"_Alignas", W_ATTRIBUTE},
};

static enum word word_of(const struct ij_token *tok)
{
	if (tok->kind != IJ_TOKEN_NAME)
		return W_NONE;
	for (size_t i = 0; i < IJ_COUNT(words); i++)
		if (ij_token_is(tok, words[i].name))
			return words[i].word;
	return W_NONE;
}

/* What the name @tok stands for, by what was declared, then by the list. */
static bool typedef_find(const struct ij_tokens *toks, const struct ij_token *tok,
			 struct ij_typedef *ret)
{
	const struct ij_typedef *declared = ij_typedefs_find(toks->typedefs, tok->text, tok->len);

	if (declared) {
		*ret = *declared;
		return true;
	}
	*ret = (struct ij_typedef){0};
	for (size_t i = 0; i < IJ_COUNT(typedefs); i++) {
		if (!ij_token_is(tok, typedefs[i].name))
			continue;
		ret->type.kind = typedefs[i].kind;
		ret->type.size = typedefs[i].size;
		return true;
	}
	return false;
}

bool ij_type_starts(const struct ij_tokens *toks)
{
	const struct ij_token *tok = ij_tokens_peek(toks, 0);
	struct ij_typedef def;
	size_t i = 1;

	if (word_of(tok) != W_NONE || (tok->kind == IJ_TOKEN_NAME && typedef_find(toks, tok, &def)))
		return true;
	if (tok->kind != IJ_TOKEN_NAME || !ij_tokens_is(toks, i, "*"))
		return false;
	while (ij_tokens_is(toks, i, "*") || word_of(ij_tokens_peek(toks, i)) == W_CONST)
		i++;
	return ij_tokens_is(toks, i, ")");
}

/* What has been read of the specifiers. */
struct seen {
	struct ij_spec *spec;
	struct ij_strbuf text;
	unsigned count[W_ATTRIBUTE + 1];
	bool named; /* a tag or a typedef name */
};

static void add_text(struct seen *seen, const struct ij_token *tok)
{
	if (seen->text.len)
		ij_strbuf_puts(&seen->text, " ");
	ij_strbuf_add(&seen->text, tok->text, tok->len);
}

static void set_problem(struct seen *seen, const struct ij_token *tok, const char *problem)
{
	if (seen->spec->problem)
		return;
	seen->spec->problem = problem;
	seen->spec->name = ij_quote_token(tok);
}

static struct ij_error *parse_attribute(struct ij_tokens *toks, struct seen *seen)
{
	size_t first = toks->pos;

	ij_tokens_next(toks);
	if (!ij_tokens_is(toks, 0, "("))
		return ij_tokens_expected(toks, "'('");
	IJ_TRY(ij_tokens_skip_group(toks));
	for (size_t i = first; i < toks->pos; i++) {
		const struct ij_token *tok = toks->list.items + i;

		if (ij_token_is(tok, "noreturn") || ij_token_is(tok, "__noreturn__"))
			seen->spec->no_return = true;
		if (ij_token_is(tok, "vector_size") || ij_token_is(tok, "__vector_size__"))
			set_problem(seen, tok, "a vector");
	}
	return NULL;
}

/* `struct name`, `enum {A, B}`, `struct __attribute__((packed)) name {...}`. */
static struct ij_error *parse_tag(struct ij_tokens *toks, struct seen *seen)
{
	const struct ij_token *kind = ij_tokens_peek(toks, 0);
	const struct ij_token *name = kind;

	add_text(seen, kind);
	ij_tokens_next(toks);
	while (word_of(ij_tokens_peek(toks, 0)) == W_ATTRIBUTE)
		IJ_TRY(parse_attribute(toks, seen));
	if (ij_tokens_peek(toks, 0)->kind == IJ_TOKEN_NAME) {
		name = ij_tokens_peek(toks, 0);
		add_text(seen, name);
		ij_tokens_next(toks);
	} else if (!ij_tokens_is(toks, 0, "{")) {
		return ij_tokens_expected(toks, "the tag of the struct, union or enum");
	}
	if (ij_tokens_is(toks, 0, "{")) {
		IJ_TRY(ij_tokens_skip_group(toks));
		seen->spec->defines = true;
		if (name == kind)
			ij_strbuf_puts(&seen->text, " {...}");
	}
	if (ij_token_is(kind, "enum")) {
		/* Compilers take unsigned int if no enumerator is negative; int reads better. */
		seen->spec->base.kind = IJ_TYPE_INT;
		seen->spec->base.size = 4;
	} else {
		set_problem(seen, name, ij_token_is(kind, "struct") ? "a struct" : "a union");
	}
	seen->named = true;
	return NULL;
}

/* A name that is no word of C. */
static void take_name(const struct ij_tokens *toks, const struct ij_token *tok, struct seen *seen)
{
	struct ij_typedef def;

	seen->named = true;
	if (!typedef_find(toks, tok, &def)) {
		set_problem(seen, tok, "unknown");
		return;
	}
	seen->spec->base = def.type;
	seen->spec->plain_char = def.plain_char;
	if (def.problem)
		set_problem(seen, tok, def.problem);
}

struct ij_error *ij_spec_expected(const struct ij_tokens *toks, const struct ij_spec *spec,
				  const char *what)
{
	struct ij_error *err = ij_tokens_expected(toks, what);

	if (!toks->file || !spec->problem || strcmp(spec->problem, "unknown") != 0)
		return err;
	ij_error_free(err);
	return ij_error_new(SYNTAX,
			    "%s: expected %s; %s is neither a known type nor a macro that this "
			    "file defines: give what cc -E makes of the file",
			    ij_tokens_title(toks, ij_tokens_peek(toks, 0)).str, what,
			    spec->name.str);
}

static bool any_basic(const struct seen *seen)
{
	for (int w = W_VOID; w <= W_UNSUPPORTED; w++)
		if (seen->count[w])
			return true;
	return false;
}

/* One specifier; @more_ret is false at the first token that is none. */
static struct ij_error *parse_one(struct ij_tokens *toks, struct seen *seen, bool *more_ret)
{
	const struct ij_token *tok = ij_tokens_peek(toks, 0);
	enum word word = word_of(tok);

	*more_ret = true;
	if (word == W_ATTRIBUTE)
		return parse_attribute(toks, seen);
	if (word == W_TAG && !seen->named && !any_basic(seen))
		return parse_tag(toks, seen);
	if (word == W_NONE) {
		*more_ret = tok->kind == IJ_TOKEN_NAME && !seen->named && !any_basic(seen);
		if (!*more_ret)
			return NULL;
		take_name(toks, tok, seen);
	} else if (word == W_TAG || (word <= W_UNSUPPORTED && seen->named)) {
		return ij_spec_expected(toks, seen->spec, "a name or '*' after the type");
	}
	if (word == W_UNSUPPORTED)
		set_problem(seen, tok,
			    strstr(ij_quote_token(tok).str, "va_list") ? "an argument list"
								       : "not supported");
	if (word == W_NORETURN)
		seen->spec->no_return = true;
	seen->count[word]++;
	if (word != W_STORAGE && word != W_NORETURN)
		add_text(seen, tok);
	ij_tokens_next(toks);
	return NULL;
}

static void set_type(struct ij_type *type, enum ij_type_kind kind, uint32_t size)
{
	type->kind = kind;
	type->size = size;
}

/* The type that the basic words give together (C17, 6.7.2); false if they contradict each other. */
static bool combine(const struct seen *seen, struct ij_spec *spec)
{
	const unsigned *n = seen->count;
	bool sign = n[W_SIGNED] || n[W_UNSIGNED];
	enum ij_type_kind integer = n[W_UNSIGNED] ? IJ_TYPE_UINT : IJ_TYPE_INT;
	unsigned cores = n[W_VOID] + n[W_BOOL] + n[W_CHAR] + n[W_FLOAT] + n[W_DOUBLE];

	if (cores > 1 || n[W_SIGNED] + n[W_UNSIGNED] > 1 || n[W_SHORT] > 1 || n[W_INT] > 1 ||
	    n[W_LONG] > 2 || (n[W_SHORT] && n[W_LONG]) || (cores && (n[W_INT] || n[W_SHORT])) ||
	    (cores && n[W_LONG] > n[W_DOUBLE]) || (sign && cores > n[W_CHAR]))
		return false;
	spec->plain_char = n[W_CHAR] && !sign;
	if (n[W_VOID])
		set_type(&spec->base, IJ_TYPE_VOID, 0);
	else if (n[W_BOOL])
		set_type(&spec->base, IJ_TYPE_BOOL, 1);
	else if (n[W_CHAR])
		set_type(&spec->base, sign ? integer : IJ_TYPE_CHAR, 1);
	else if (n[W_FLOAT])
		set_type(&spec->base, IJ_TYPE_FLOAT, 4);
	else if (n[W_DOUBLE])
		set_type(&spec->base, IJ_TYPE_FLOAT, n[W_LONG] ? 16 : 8);
	else
		set_type(&spec->base, integer, n[W_SHORT] ? 2 : n[W_LONG] ? 8 : 4);
	return true;
}

struct ij_error *ij_spec_parse(struct ij_tokens *toks, struct ij_texts *texts, struct ij_spec *ret)
{
	struct ij_spec spec = {.at = ij_tokens_peek(toks, 0)};
	struct seen seen = {.spec = &spec};
	struct ij_error *err = NULL;
	bool more = true;

	while (!err && more)
		err = parse_one(toks, &seen, &more);
	if (!err && !seen.named && !any_basic(&seen))
		err = ij_tokens_expected(toks, "a type");
	if (!err && !seen.named && !seen.count[W_UNSUPPORTED] && !combine(&seen, &spec))
		err = ij_error_new(SYNTAX, "%s: '%s'%s is no type of C",
				   ij_tokens_title(toks, spec.at).str,
				   ij_quote(seen.text.str, seen.text.len).str,
				   ij_tokens_place(toks, spec.at).str);
	if (!err)
		err = ij_strbuf_error(&seen.text);
	if (err) {
		ij_strbuf_deinit(&seen.text);
		return err;
	}
	IJ_TRY(ij_texts_take(texts, seen.text.str, &spec.base.text));
	*ret = spec;
	return NULL;
}
