/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What stands before the arguments of a call: a cast of the result, a module, a name or an address.
 */
#include "lang/callee.h"

#include <string.h>

static struct ij_error *dup_token(const struct ij_token *tok, size_t cut, char **ret)
{
	*ret = strndup(tok->text, tok->len - cut);
	return *ret ? NULL : ij_error_nomem();
}

/* `0x401136`, `*0x401136`, `name`, `module!name`. */
static struct ij_error *parse_function(struct ij_parser *parser, struct ij_call *call)
{
	struct ij_tokens *toks = &parser->toks;
	bool star = ij_tokens_accept(toks, "*");
	const struct ij_token *tok = ij_tokens_peek(toks, 0);
	struct ij_arg number;

	call->column = tok->column;
	if (tok->kind == IJ_TOKEN_NUMBER) {
		IJ_TRY(ij_literal_number(toks, tok, &number));
		if (number.kind != IJ_ARG_INT || !number.u64)
			return ij_parser_error(toks, TYPE, tok->column,
					       "%s is no address of a function",
					       ij_quote_token(tok).str);
		call->addr = number.u64;
		ij_tokens_next(toks);
		return NULL;
	}
	if (star)
		return ij_tokens_expected(toks, "an address (0x...) behind '*'");
	if (tok->kind == IJ_TOKEN_MODULE) {
		IJ_TRY(dup_token(tok, 1, &call->module));
		ij_tokens_next(toks);
		tok = ij_tokens_peek(toks, 0);
		call->column = tok->column;
	}
	if (tok->kind != IJ_TOKEN_NAME)
		return ij_tokens_expected(toks, "a function to call, name(...)");
	if (tok->text[0] == '$')
		return ij_parser_error(toks, UNSUPPORTED, tok->column,
				       "%s is a variable of a debugger, which is not supported",
				       ij_quote_token(tok).str);
	IJ_TRY(dup_token(tok, 0, &call->func));
	ij_tokens_next(toks);
	return NULL;
}

/* `((int (*)(int))0x401136)`; both opening parentheses are still to come. */
static struct ij_error *parse_pointer_cast(struct ij_parser *parser, struct ij_callee *callee,
					   struct ij_call *call)
{
	struct ij_tokens *toks = &parser->toks;
	struct ij_declarator decl;
	struct ij_spec spec;
	size_t pos;

	ij_tokens_next(toks);
	ij_tokens_next(toks);
	IJ_TRY(ij_type_name_parse(toks, parser->texts, &spec, &decl));
	if (decl.len < 2 || decl.items[0].kind != IJ_DERIVE_POINTER ||
	    decl.items[1].kind != IJ_DERIVE_FUNCTION)
		return ij_parser_error(
			toks, TYPE, spec.at->column, "%s",
			"expected the type of a pointer to a function, such as int (*)(int),");
	pos = toks->pos;
	toks->pos = decl.items[1].first;
	IJ_TRY(ij_params_parse(toks, parser->texts, &callee->params));
	toks->pos = pos;
	IJ_TRY(ij_type_derive(toks, &spec, &decl, 2, parser->texts, &callee->ret));
	callee->declared = true;
	IJ_TRY(ij_tokens_expect(toks, ")"));
	ij_tokens_accept(toks, "&");
	IJ_TRY(parse_function(parser, call));
	return ij_tokens_expect(toks, ")");
}

/* `(int)` before the call. */
static struct ij_error *parse_result_cast(struct ij_parser *parser, struct ij_callee *callee)
{
	struct ij_tokens *toks = &parser->toks;
	struct ij_declarator decl;
	struct ij_spec spec;

	ij_tokens_next(toks);
	IJ_TRY(ij_type_name_parse(toks, parser->texts, &spec, &decl));
	if (decl.len && decl.items[0].kind != IJ_DERIVE_POINTER)
		return ij_parser_error(
			toks, TYPE, spec.at->column, "%s",
			"a function returns no array and no function, so the cast is wrong");
	IJ_TRY(ij_tokens_expect(toks, ")"));
	IJ_TRY(ij_type_derive(toks, &spec, &decl, 0, parser->texts, &callee->cast_type));
	callee->cast = true;
	return NULL;
}

static bool type_behind_paren(const struct ij_tokens *toks, size_t ahead)
{
	struct ij_tokens inner = *toks;

	inner.pos += ahead + 1;
	return ij_tokens_is(toks, ahead, "(") && inner.pos < inner.list.len &&
	       ij_type_starts(&inner);
}

struct ij_error *ij_callee_parse(struct ij_parser *parser, struct ij_callee *callee,
				 struct ij_call *call)
{
	struct ij_tokens *toks = &parser->toks;

	if (ij_tokens_peek(toks, 0)->kind == IJ_TOKEN_END)
		return ij_tokens_expected(toks, "a function to call, name(...)");
	if (type_behind_paren(toks, 0))
		IJ_TRY(parse_result_cast(parser, callee));
	if (callee->cast && type_behind_paren(toks, 0))
		return ij_parser_error(toks, UNSUPPORTED, ij_tokens_peek(toks, 0)->column, "%s",
				       "a second cast of the result is not supported");
	if (ij_tokens_is(toks, 0, "(") && type_behind_paren(toks, 1))
		return parse_pointer_cast(parser, callee, call);
	if (ij_tokens_is(toks, 0, "(") && ij_tokens_peek(toks, 1)->kind == IJ_TOKEN_NAME)
		return ij_parser_error(toks, TYPE, ij_tokens_peek(toks, 1)->column,
				       "type %s is unknown; write the C type behind it (int, "
				       "unsigned long, void *, ...),",
				       ij_quote_token(ij_tokens_peek(toks, 1)).str);
	/* An operator, whatever it looks like. */
	if (ij_tokens_is(toks, 0, "sizeof") || ij_tokens_is(toks, 0, "_Alignof"))
		return ij_tokens_expected(toks, "a function");
	return parse_function(parser, call);
}
