/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Function declarations: parameter lists, whole prototypes, and the annotation behind them. */
#include <stdlib.h>
#include <string.h>

#include "lang/declaration.h"

void ij_params_deinit(struct ij_params *params)
{
	ij_vec_deinit(&params->list);
}

static struct ij_error *parse_param(struct ij_tokens *toks, struct ij_texts *texts,
				    struct ij_params *params, bool *void_ret)
{
	struct ij_declarator decl;
	struct ij_spec spec;
	struct ij_type type;

	IJ_TRY(ij_spec_parse(toks, texts, &spec));
	IJ_TRY(ij_declarator_parse(toks, texts, &decl));
	IJ_TRY(ij_attributes_skip(toks));
	IJ_TRY(ij_type_derive(toks, &spec, &decl, 0, texts, &type));
	*void_ret = type.kind == IJ_TYPE_VOID;
	if (*void_ret && (params->list.len || decl.name || !ij_tokens_is(toks, 0, ")")))
		return ij_error_new(TYPE, "%s: parameter %zu%s is void; write void * or (void)",
				    ij_tokens_title(toks, spec.at).str, params->list.len + 1,
				    ij_tokens_place(toks, spec.at).str);
	if (*void_ret)
		return NULL;
	if (params->list.len == IJ_CALL_ARGS_MAX)
		return ij_error_new(LIMIT, "%s: more than %d parameters",
				    ij_tokens_title(toks, spec.at).str, IJ_CALL_ARGS_MAX);
	return ij_vec_push(&params->list, type);
}

static struct ij_error *parse_params(struct ij_tokens *toks, struct ij_texts *texts,
				     struct ij_params *params)
{
	bool is_void = false;

	if (ij_tokens_accept(toks, ")")) {
		params->unspecified = true;
		return NULL;
	}
	do {
		if (ij_tokens_is(toks, 0, "...") && params->list.len) {
			ij_tokens_next(toks);
			params->variadic = true;
			return ij_tokens_expect(toks, ")");
		}
		IJ_TRY(parse_param(toks, texts, params, &is_void));
	} while (!is_void && ij_tokens_accept(toks, ","));
	if (ij_tokens_accept(toks, ")"))
		return NULL;
	return ij_tokens_expected(toks, "')' or ',' in the parameter list");
}

struct ij_error *ij_params_parse(struct ij_tokens *toks, struct ij_texts *texts,
				 struct ij_params *ret)
{
	struct ij_params params = {0};
	struct ij_error *err;

	IJ_TRY(ij_tokens_enter(toks));
	err = parse_params(toks, texts, &params);
	ij_tokens_leave(toks);
	if (err)
		ij_params_deinit(&params);
	else
		*ret = params;
	return err;
}

/* `all`, `none`, or names of classes; commas and blanks between them. */
static struct ij_error *parse_need(const char *words, size_t len, ij_classes *ret)
{
	ij_classes need = 0;
	bool said = false;
	size_t pos = 0;

	while (pos < len) {
		size_t word = strcspn(words + pos, ", ;\n");
		ij_classes one;

		one = ij_class_by_name(words + pos, word);
		if (word == 3 && !memcmp(words + pos, "all", 3))
			one = IJ_CLASSES_ALL;
		if (word && !one && !(word == 4 && !memcmp(words + pos, "none", 4)))
			return ij_error_new(SYNTAX,
					    "need: '%s' is no class; write none, all, or names "
					    "such as allocator, stdio, loader",
					    ij_quote(words + pos, word).str);
		need |= one;
		said = said || word;
		pos += word + 1;
	}
	if (!said)
		return ij_error_new(SYNTAX, "need: nothing stands behind it; write none, all, or "
					    "names such as allocator, stdio, loader");
	*ret = need;
	return NULL;
}

static struct ij_error *parse_traits(const char *words, size_t len, uint32_t *ret)
{
	static const struct {
		const char *name;
		uint32_t trait;
	} names[] = {
		{"signal-safe", IJ_TRAIT_SIGNAL_SAFE},
		{"blocks", IJ_TRAIT_MAY_BLOCK},
		{"noreturn", IJ_TRAIT_NO_RETURN},
		{"threads", IJ_TRAIT_THREADS},
		{"timed", IJ_TRAIT_TIMED},
		{"untraced", IJ_TRAIT_UNTRACED},
	};
	uint32_t traits = 0;
	size_t pos = 0;

	while (pos < len) {
		size_t word = strcspn(words + pos, ", ;\n");
		uint32_t one = 0;

		for (size_t i = 0; i < IJ_COUNT(names); i++)
			if (word == strlen(names[i].name) &&
			    !memcmp(words + pos, names[i].name, word))
				one = names[i].trait;
		if (word && !one)
			return ij_error_new(SYNTAX,
					    "traits: '%s' is none; write signal-safe, blocks, "
					    "noreturn, threads, timed or untraced",
					    ij_quote(words + pos, word).str);
		traits |= one;
		pos += word + 1;
	}
	*ret = traits;
	return NULL;
}

struct ij_error *ij_annotation_parse(const char *text, struct ij_prototype *proto)
{
	size_t end = strcspn(text, "\n");
	size_t pos = strspn(text, " ");
	ij_classes need = IJ_CLASSES_ALL;
	uint32_t traits = 0;

	if (strncmp(text + pos, "need:", 5))
		return NULL; /* an ordinary comment */
	pos += 5;
	IJ_TRY(parse_need(text + pos, strcspn(text + pos, ";\n"), &need));
	pos += strcspn(text + pos, ";\n");
	if (pos < end) {
		pos += 1 + strspn(text + pos + 1, " ");
		if (strncmp(text + pos, "traits:", 7))
			return ij_error_new(
				SYNTAX, "'%s' stands where only traits: may follow the need set",
				ij_quote(text + pos, end - pos).str);
		pos += 7;
		IJ_TRY(parse_traits(text + pos, end - pos, &traits));
	}
	proto->need = need;
	proto->traits = traits;
	return NULL;
}

void ij_prototype_destroy(struct ij_prototype *proto)
{
	if (!proto)
		return;
	free(proto->name);
	free(proto->text);
	free(proto->library);
	ij_vec_deinit(&proto->params);
	ij_texts_deinit(&proto->texts);
	free(proto);
}

/* A macro that is left to stand as it is: its name is in capitals. */
static bool is_macro(const struct ij_tokens *toks)
{
	const struct ij_token *tok = ij_tokens_peek(toks, 0);

	if (!toks->file || tok->kind != IJ_TOKEN_NAME)
		return false;
	for (uint32_t i = 0; i < tok->len; i++)
		if (tok->text[i] >= 'a' && tok->text[i] <= 'z')
			return false;
	return true;
}

/* What may stand behind the declarator: attributes, assembler names, header macros such as __THROW.
 */
static struct ij_error *skip_trailer(struct ij_tokens *toks, uint32_t *traits)
{
	while (ij_tokens_peek(toks, 0)->kind == IJ_TOKEN_NAME &&
	       (!strncmp(ij_tokens_peek(toks, 0)->text, "__", 2) || ij_tokens_is(toks, 0, "asm") ||
		is_macro(toks))) {
		size_t first = toks->pos;

		ij_tokens_next(toks);
		if (ij_tokens_is(toks, 0, "("))
			IJ_TRY(ij_tokens_skip_group(toks));
		for (size_t i = first; i < toks->pos; i++)
			if (ij_token_is(toks->list.items + i, "noreturn") ||
			    ij_token_is(toks->list.items + i, "__noreturn__"))
				*traits |= IJ_TRAIT_NO_RETURN;
	}
	return NULL;
}

struct ij_error *ij_convention_check(const struct ij_tokens *toks)
{
	static const char *const others[] = {"ms_abi",       "__ms_abi__",    "regcall",
					     "__regcall__",  "__regcall",     "vectorcall",
					     "__vectorcall", "preserve_most", "swiftcall"};

	for (size_t i = 0; i < toks->list.len; i++)
		for (size_t j = 0; j < IJ_COUNT(others); j++) {
			const struct ij_token *tok = toks->list.items + i;

			if (ij_token_is(tok, others[j]))
				return ij_error_new(UNSUPPORTED,
						    "%s: calling convention %s%s is not supported",
						    ij_tokens_title(toks, tok).str, others[j],
						    ij_tokens_place(toks, tok).str);
		}
	return NULL;
}

/* Take the parameters from the tokens of the declarator's function, whose syntax is checked
 * already. */
static struct ij_error *take_params(struct ij_tokens *toks, const struct ij_derive *func,
				    struct ij_prototype *proto)
{
	struct ij_params params;
	size_t pos = toks->pos;

	toks->pos = func->first;
	IJ_TRY(ij_params_parse(toks, &proto->texts, &params));
	toks->pos = pos;
	proto->params.items = params.list.items;
	proto->params.len = params.list.len;
	proto->params.cap = params.list.cap;
	proto->variadic = params.variadic;
	proto->unspecified = params.unspecified;
	return NULL;
}

/* The declaration of this declarator alone. */
static void join(const struct ij_tokens *toks, const struct ij_declaration *decl,
		 struct ij_strbuf *out)
{
	if (decl->first == decl->spec_end) {
		ij_tokens_join(toks, 0, toks->pos, out);
		return;
	}
	ij_tokens_join(toks, 0, decl->spec_end, out);
	ij_strbuf_puts(out, " ");
	ij_tokens_join(toks, decl->first, toks->pos, out);
}

static struct ij_error *fill(struct ij_tokens *toks, const struct ij_declaration *decl,
			     struct ij_prototype *proto)
{
	const struct ij_declarator *made = &decl->declarator;
	struct ij_spec spec = decl->spec; /* with a text that the prototype owns */
	IJ_STRBUF_AUTO joined = {0};

	IJ_TRY(ij_convention_check(toks));
	IJ_TRY(take_params(toks, made->items, proto));
	IJ_TRY(ij_texts_take(&proto->texts, strdup(spec.base.text), &spec.base.text));
	IJ_TRY(ij_type_derive(toks, &spec, made, 1, &proto->texts, &proto->ret));
	join(toks, decl, &joined);
	proto->typed = !toks->file;
	proto->need = IJ_CLASSES_ALL;
	proto->traits = IJ_TRAITS_UNKNOWN;
	if (toks->comment)
		IJ_TRY(ij_error_wrap(ij_annotation_parse(toks->comment, proto), "%s",
				     ij_tokens_title(toks, made->name).str));
	if (decl->spec.no_return)
		proto->traits |= IJ_TRAIT_NO_RETURN;
	IJ_TRY(skip_trailer(toks, &proto->traits));
	IJ_TRY(ij_strbuf_error(&joined));
	proto->text = strdup(joined.str);
	proto->name = strndup(made->name->text, made->name->len);
	return proto->text && proto->name ? NULL : ij_error_nomem();
}

struct ij_error *ij_prototype_make(struct ij_tokens *toks, const struct ij_declaration *decl,
				   struct ij_prototype **ret)
{
	struct ij_prototype *proto = calloc(1, sizeof(*proto));
	struct ij_error *err = proto ? fill(toks, decl, proto) : ij_error_nomem();

	if (err)
		ij_prototype_destroy(proto);
	else
		*ret = proto;
	return err;
}
