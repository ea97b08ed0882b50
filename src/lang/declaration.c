/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* External declarations (C17, 6.9): lists of declarators, typedefs, and what is passed over. */
#include "lang/declaration.h"

#include <stdlib.h>
#include <string.h>

#include "lang/enumerators.h"

static void destroy_bad(struct ij_misdeclared *bad)
{
	free(bad->name);
	ij_error_free(bad->error);
}

void ij_declared_deinit(struct ij_declared *declared)
{
	IJ_VEC_EACH (&declared->functions, proto)
		ij_prototype_destroy(*proto);
	ij_vec_deinit(&declared->functions);
	IJ_VEC_EACH (&declared->bad, bad)
		destroy_bad(bad);
	ij_vec_deinit(&declared->bad);
	ij_typedefs_deinit(&declared->typedefs);
}

/* `= {1, 2}`, up to what ends the declarator. */
static struct ij_error *skip_initialiser(struct ij_tokens *toks)
{
	if (!ij_tokens_accept(toks, "="))
		return NULL;
	while (!ij_tokens_is(toks, 0, ",") && ij_tokens_peek(toks, 0)->kind != IJ_TOKEN_END) {
		if (ij_tokens_is(toks, 0, "(") || ij_tokens_is(toks, 0, "[") ||
		    ij_tokens_is(toks, 0, "{"))
			IJ_TRY(ij_tokens_skip_group(toks));
		else
			ij_tokens_next(toks);
	}
	return NULL;
}

static struct ij_error *take_typedef(struct ij_tokens *toks, const struct ij_declaration *decl,
				     struct ij_declared *declared)
{
	const struct ij_token *name = decl->declarator.name;
	struct ij_typedef def = {
		.type = decl->spec.base,
		.problem = decl->spec.problem,
		.plain_char = decl->spec.plain_char,
	};

	if (!name)
		return ij_tokens_expected(toks, "the name of the type");
	if (decl->declarator.len) {
		struct ij_texts texts = {0};
		struct ij_error *err =
			ij_type_derive(toks, &decl->spec, &decl->declarator, 0, &texts, &def.type);

		ij_texts_deinit(&texts);
		IJ_TRY(err);
		def.problem = NULL;
		def.plain_char = false;
	}
	IJ_TRY(ij_typedefs_define(&declared->typedefs, 0, name, toks, 0, toks->list.len - 1));
	def.type.text = NULL; /* wherever it is used, its name is its text */
	return ij_typedefs_add(&declared->typedefs, name->text, name->len, &def);
}

static bool is_function(const struct ij_declarator *decl)
{
	return decl->len && decl->items[0].kind == IJ_DERIVE_FUNCTION;
}

static struct ij_error *take_function(struct ij_tokens *toks, const struct ij_declaration *decl,
				      struct ij_declared *declared)
{
	struct ij_prototype *proto;
	struct ij_error *err;

	if (!decl->declarator.name)
		return ij_tokens_expected(toks, "the name of the function");
	IJ_TRY(ij_prototype_make(toks, decl, &proto));
	err = ij_vec_push(&declared->functions, proto);
	if (err)
		ij_prototype_destroy(proto);
	return err;
}

/* What is no function: of a file it is passed over. */
static struct ij_error *take_other(struct ij_tokens *toks, const struct ij_declaration *decl)
{
	const struct ij_token *name = decl->declarator.name;

	if (!name)
		return ij_tokens_expected(toks, "the name of the function");
	if (!toks->file)
		return ij_error_new(SYNTAX,
				    "%s: %s%s is not declared as a function; expected '(' and its "
				    "parameters behind the name",
				    ij_tokens_title(toks, name).str, ij_quote_token(name).str,
				    ij_tokens_place(toks, name).str);
	/* An attribute or an assembler name. */
	while (ij_tokens_peek(toks, 0)->kind == IJ_TOKEN_NAME) {
		ij_tokens_next(toks);
		if (ij_tokens_is(toks, 0, "("))
			IJ_TRY(ij_tokens_skip_group(toks));
	}
	return skip_initialiser(toks);
}

static struct ij_error *parse_declarators(struct ij_tokens *toks, bool is_typedef,
					  struct ij_texts *texts, struct ij_declared *declared)
{
	struct ij_declaration decl;

	IJ_TRY(ij_spec_parse(toks, texts, &decl.spec));
	decl.spec_end = toks->pos;
	if (ij_tokens_peek(toks, 0)->kind == IJ_TOKEN_END && (toks->file || decl.spec.defines))
		return NULL; /* a struct, union or enum alone */
	do {
		decl.first = toks->pos;
		IJ_TRY(ij_declarator_parse(toks, texts, &decl.declarator));
		if (is_typedef)
			IJ_TRY(take_typedef(toks, &decl, declared));
		else if (is_function(&decl.declarator))
			IJ_TRY(take_function(toks, &decl, declared));
		else
			IJ_TRY(take_other(toks, &decl));
		IJ_TRY(ij_attributes_skip(toks));
	} while (ij_tokens_accept(toks, ","));
	if (ij_tokens_peek(toks, 0)->kind != IJ_TOKEN_END)
		return ij_spec_expected(toks, &decl.spec, "the end of the declaration");
	return NULL;
}

/* `_Static_assert(...)`, `__asm__("...")`: nothing of ours. */
static bool is_passed_over(const struct ij_tokens *toks)
{
	static const char *const words[] = {"_Static_assert", "static_assert", "__asm__", "__asm",
					    "asm"};

	for (size_t i = 0; i < IJ_COUNT(words); i++)
		if (ij_tokens_is(toks, 0, words[i]))
			return true;
	return false;
}

static struct ij_error *parse_one(struct ij_tokens *toks, struct ij_declared *declared)
{
	struct ij_texts texts = {0};
	struct ij_error *err;
	bool is_typedef;
	size_t start;

	if (is_passed_over(toks))
		return NULL;
	while (ij_tokens_accept(toks, "__extension__"))
		continue;
	start = toks->pos;
	IJ_TRY(ij_attributes_skip(toks));
	is_typedef = ij_tokens_accept(toks, "typedef");
	if (!is_typedef)
		toks->pos = start; /* they are the function's */
	if (ij_tokens_is(toks, 0, "extern") && ij_tokens_peek(toks, 1)->kind == IJ_TOKEN_STRING) {
		ij_tokens_next(toks);
		ij_tokens_next(toks);
	}
	err = parse_declarators(toks, is_typedef, &texts, declared);
	ij_texts_deinit(&texts);
	return err;
}

/* The name of the function that @toks declare, to the reader's eye; NULL if there is none. */
static const struct ij_token *guess_name(const struct ij_tokens *toks)
{
	unsigned depth = 0;

	for (size_t i = 0; i + 1 < toks->list.len; i++) {
		const struct ij_token *tok = toks->list.items + i;

		if (!depth && tok->kind == IJ_TOKEN_NAME && ij_token_is(tok + 1, "(") &&
		    strncmp(tok->text, "__attribute", 11) != 0)
			return tok;
		if (tok->kind == IJ_TOKEN_PUNCT && strchr("([{", *tok->text))
			depth++;
		else if (tok->kind == IJ_TOKEN_PUNCT && strchr(")]}", *tok->text) && depth)
			depth--;
	}
	return NULL;
}

/*
 * A header is not refused for a function that is not called, nor is any declaration for types that
 * only calls of expressions carry: keep @err, which is taken, with the name of the function that it
 * is about.
 */
static struct ij_error *put_off(const struct ij_tokens *toks, struct ij_error *err,
				struct ij_declared *declared)
{
	const struct ij_token *name = guess_name(toks);
	struct ij_misdeclared bad = {.error = err};
	struct ij_error *failed;

	if (!name || (err->code != IJ_ERR_UNSUPPORTED && (!toks->file || err->code != IJ_ERR_TYPE)))
		return err;
	failed = ij_convention_check(toks);
	if (failed && !toks->file) {
		ij_error_free(failed);
		return err;
	}
	if (!failed)
		failed = ij_typedefs_define(&declared->typedefs, 'f', name, toks, 0,
					    toks->list.len - 1);
	if (failed && failed->code == IJ_ERR_NOMEM) {
		ij_error_free(err);
		return failed;
	}
	ij_error_free(failed);
	bad.name = strndup(name->text, name->len);
	failed = bad.name ? ij_vec_push(&declared->bad, bad) : ij_error_nomem();
	if (failed)
		destroy_bad(&bad);
	return failed;
}

struct ij_error *ij_declarations_parse(const char *text, const char *file,
				       struct ij_declared *declared)
{
	struct ij_error *err = NULL;
	struct ij_source src;
	bool more = true, first = true;

	if (!file && strlen(text) > IJ_CALL_TEXT_MAX)
		return ij_error_new(LIMIT, "%s: %zu bytes are too long; at most %d are read",
				    ij_quote(text, strlen(text)).str, strlen(text),
				    IJ_CALL_TEXT_MAX);
	ij_source_init(&src, text, file);
	while (more && !err) {
		struct ij_tokens toks;

		err = ij_tokens_read(&toks, &src);
		if (err)
			break;
		toks.typedefs = &declared->typedefs;
		more = toks.list.len > 1;
		/* Of an empty line the parser says what is missing. */
		if (more || (first && !file))
			err = parse_one(&toks, declared);
		if (!err)
			err = ij_enumerators_read(&toks, &declared->typedefs);
		if (!err)
			err = ij_typedefs_read(&declared->typedefs, &toks);
		if (err)
			err = put_off(&toks, err, declared);
		ij_tokens_deinit(&toks);
		first = false;
	}
	if (!err)
		err = ij_enumerators_define(&src, &declared->typedefs);
	if (!err && src.linkage)
		err = ij_error_new(SYNTAX, "%s:%u: an extern \"C\" { has no end",
				   file ? file : "the declarations", src.line);
	ij_source_deinit(&src);
	return err;
}

/* The one function that @declared must hold, taken out of it. */
static struct ij_error *take_one(const char *text, struct ij_declared *declared,
				 struct ij_prototype **ret)
{
	if (declared->bad.len) {
		struct ij_error *err = declared->bad.items[0].error;

		declared->bad.items[0].error = NULL;
		return err;
	}
	if (declared->functions.len != 1)
		return ij_error_new(SYNTAX,
				    "%s: expected the declaration of one function, found %s",
				    ij_quote(text, strlen(text)).str,
				    declared->functions.len ? "several" : "none");
	*ret = declared->functions.items[0];
	declared->functions.len = 0;
	return NULL;
}

struct ij_error *ij_prototype_parse(const char *text, struct ij_prototype **ret)
{
	struct ij_declared declared = {0};
	struct ij_error *err = ij_declarations_parse(text, NULL, &declared);

	if (!err)
		err = take_one(text, &declared, ret);
	ij_declared_deinit(&declared);
	return err;
}
