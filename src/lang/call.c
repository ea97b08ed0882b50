/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One call: its function by prototype or cast, and its arguments converted to the parameters. */
#include "lang/call.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lang/go.h"
#include "lang/callee.h"

void ij_call_deinit(struct ij_call *call)
{
	free(call->text);
	free(call->module);
	free(call->func);
	free(call->library);
	IJ_VEC_EACH (&call->args, arg)
		ij_arg_deinit(arg);
	ij_vec_deinit(&call->args);
	ij_texts_deinit(&call->texts);
	ij_go_call_destroy(call->go);
	*call = (struct ij_call){0};
}

/* What messages about arguments begin with. */
static void callee_name(const struct ij_call *call, char *buf, size_t size)
{
	if (call->func)
		snprintf(buf, size, "%s", ij_quote(call->func, strlen(call->func)).str);
	else
		snprintf(buf, size, "0x%llx", (unsigned long long)call->addr);
}

/* Tell what is written instead of a call, where that is easy to tell. */
static struct ij_error *not_a_call(const struct ij_tokens *toks, const struct ij_call *call)
{
	static const char *const writes[] = {
		"=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "++", "--"};
	static const char *const reads[] = {".", "->", "["};
	const struct ij_token *tok = ij_tokens_peek(toks, 0);

	for (size_t i = 0; i < IJ_COUNT(writes); i++)
		if (ij_token_is(tok, writes[i]))
			return ij_parser_error(
				toks, UNSUPPORTED, tok->column,
				"writing a variable of the target ('%s') is not supported",
				writes[i]);
	for (size_t i = 0; i < IJ_COUNT(reads); i++)
		if (ij_token_is(tok, reads[i]))
			return ij_parser_error(toks, UNSUPPORTED, tok->column,
					       "reading a variable of the target ('%s') is not "
					       "supported; neither are methods",
					       reads[i]);
	if (ij_token_is(tok, "::") || ij_token_is(tok, "<"))
		return ij_parser_error(toks, UNSUPPORTED, tok->column,
				       "names of C++ ('%.*s') are not supported; write the "
				       "symbol's name, such as _ZN3foo3barEi,",
				       (int)tok->len, tok->text);
	if (tok->kind == IJ_TOKEN_END && call->func)
		return ij_error_new(SYNTAX,
				    "%s: expected '(' at column %u, found end of input; to call it "
				    "say %s(), variables are not read",
				    ij_quote(toks->text, strlen(toks->text)).str, tok->column,
				    ij_quote(call->func, strlen(call->func)).str);
	return ij_tokens_expected(toks, "'('");
}

static struct ij_error *too_many(const struct ij_parser *parser, const struct ij_call *call,
				 size_t want, size_t got, const char *proto, const char *least)
{
	char name[80];

	callee_name(call, name, sizeof(name));
	return ij_error_new(TYPE, "%s: takes %s%zu argument%s, but %zu %s given (column %u)%s%s",
			    name, least, want, want == 1 ? "" : "s", got, got == 1 ? "is" : "are",
			    ij_tokens_peek(&parser->toks, 0)->column, proto ? ": " : "",
			    proto ? ij_quote(proto, strlen(proto)).str : "");
}

static struct ij_error *convert(const struct ij_parser *parser, const struct ij_callee *callee,
				const struct ij_call *call, size_t first, struct ij_arg *arg)
{
	const struct ij_token *begin = parser->toks.list.items + first;
	const struct ij_token *last = parser->toks.list.items + parser->toks.pos - 1;
	size_t i = call->args.len;
	char name[80];

	if (!callee->declared || i >= callee->params.list.len) {
		ij_convert_promote(arg);
		return NULL;
	}
	callee_name(call, name, sizeof(name));
	return ij_convert_param(
		name, i + 1,
		ij_quote(begin->text, (size_t)(last->text + last->len - begin->text)).str,
		callee->params.list.items + i, arg);
}

static struct ij_error *parse_arg(struct ij_parser *parser, const struct ij_callee *callee,
				  struct ij_call *call, size_t *bytes)
{
	size_t first = parser->toks.pos;
	struct ij_arg arg = {0};
	struct ij_error *err;

	if (call->args.len == IJ_CALL_ARGS_MAX)
		return ij_parser_error(&parser->toks, LIMIT,
				       ij_tokens_peek(&parser->toks, 0)->column,
				       "more than %d arguments", IJ_CALL_ARGS_MAX);
	IJ_TRY(ij_expr_parse(parser, &arg));
	err = convert(parser, callee, call, first, &arg);
	if (!err && arg.kind == IJ_ARG_BYTES) {
		*bytes += arg.bytes_size;
		if (*bytes > IJ_CALL_BYTES_MAX)
			err = ij_parser_error(&parser->toks, LIMIT, arg.column,
					      "the strings and buffers of a call have at most %d "
					      "bytes, more are given",
					      IJ_CALL_BYTES_MAX);
	}
	if (!err)
		err = ij_vec_push(&call->args, arg);
	if (err)
		ij_arg_deinit(&arg);
	return err;
}

static struct ij_error *parse_args(struct ij_parser *parser, const struct ij_callee *callee,
				   const char *proto, struct ij_call *call)
{
	const struct ij_params *params = &callee->params;
	size_t want = params->list.len;
	bool open_end = !callee->declared || params->variadic || params->unspecified;
	struct ij_tokens *toks = &parser->toks;
	size_t bytes = 0, given = 0;

	if (!ij_tokens_is(toks, 0, "("))
		return not_a_call(toks, call);
	ij_tokens_next(toks);
	if (!ij_tokens_is(toks, 0, ")")) {
		do {
			given++;
			if (given > want && !open_end)
				return too_many(parser, call, want, given, proto, "");
			IJ_TRY(parse_arg(parser, callee, call, &bytes));
		} while (ij_tokens_accept(toks, ","));
	}
	if (!ij_tokens_is(toks, 0, ")"))
		return ij_tokens_expected(toks, "')' or ','");
	if (given < want)
		return too_many(parser, call, want, given, proto, open_end ? "at least " : "");
	ij_tokens_next(toks);
	ij_tokens_accept(toks, ";");
	if (ij_tokens_peek(toks, 0)->kind != IJ_TOKEN_END)
		return ij_tokens_expected(toks, "the end of the call");
	return NULL;
}

/* May a result of type @from be cast to @to (C17, 6.5.4)? */
static bool castable(const struct ij_type *from, const struct ij_type *to)
{
	bool from_pointer = from->kind == IJ_TYPE_POINTER || from->kind == IJ_TYPE_STRING;
	bool to_pointer = to->kind == IJ_TYPE_POINTER || to->kind == IJ_TYPE_STRING;

	if (to->kind == IJ_TYPE_VOID)
		return true;
	if (from->kind == IJ_TYPE_VOID)
		return false;
	return !(from_pointer && to->kind == IJ_TYPE_FLOAT) &&
	       !(to_pointer && from->kind == IJ_TYPE_FLOAT);
}

static struct ij_error *set_result(const struct ij_parser *parser, const struct ij_callee *callee,
				   struct ij_call *call)
{
	char name[80];

	call->ret_known = callee->declared || callee->cast;
	call->declared = callee->declared;
	call->callee_ret = callee->declared ? callee->ret : callee->cast_type;
	call->ret = callee->cast ? callee->cast_type : callee->ret;
	if (!callee->declared || !callee->cast || castable(&callee->ret, &callee->cast_type))
		return NULL;
	callee_name(call, name, sizeof(name));
	return ij_error_new(TYPE,
			    "%s: %s returns %s, which cannot be cast to %s; leave the cast out",
			    ij_quote(parser->toks.text, strlen(parser->toks.text)).str, name,
			    callee->ret.text, callee->cast_type.text);
}

/* Copy the text of @type, which belongs to the prototypes. */
static struct ij_error *own_type(struct ij_texts *texts, struct ij_type *type)
{
	return type->text ? ij_texts_take(texts, strdup(type->text), &type->text) : NULL;
}

static struct ij_error *own_types(struct ij_call *call)
{
	IJ_TRY(own_type(&call->texts, &call->ret));
	IJ_TRY(own_type(&call->texts, &call->callee_ret));
	IJ_VEC_EACH (&call->args, arg)
		IJ_TRY(own_type(&call->texts, &arg->type));
	return NULL;
}

static struct ij_error *apply_prototype(const struct ij_prototype *proto, struct ij_callee *callee,
					struct ij_call *call)
{
	call->need = proto->need;
	call->traits = proto->traits;
	if (proto->library) {
		call->library = strdup(proto->library);
		if (!call->library)
			return ij_error_nomem();
	}
	if (callee->declared)
		return NULL; /* a cast to a function pointer says the type itself */
	if (proto->by_value)
		return ij_error_new(TYPE, "%s passes structs by value", proto->name);
	callee->declared = true;
	callee->ret = proto->ret;
	callee->params.variadic = proto->variadic;
	callee->params.unspecified = proto->unspecified;
	for (size_t i = 0; i < proto->params.len; i++)
		IJ_TRY(ij_vec_push(&callee->params.list, proto->params.items[i]));
	return NULL;
}

static struct ij_error *parse_call(struct ij_parser *parser, struct ij_callee *callee,
				   struct ij_call *call)
{
	const struct ij_prototype *proto = NULL;

	IJ_TRY(ij_callee_parse(parser, callee, call));
	call->need = IJ_CLASSES_ALL;
	call->traits = IJ_TRAITS_UNKNOWN;
	if (call->func)
		IJ_TRY(ij_prototypes_lookup(parser->protos, call->func, &proto));
	if (proto)
		IJ_TRY(apply_prototype(proto, callee, call));
	IJ_TRY(parse_args(parser, callee, proto ? proto->text : NULL, call));
	call->variadic = !callee->declared || callee->params.variadic || callee->params.unspecified;
	IJ_TRY(set_result(parser, callee, call));
	return own_types(call);
}

struct ij_error *ij_call_parse(const struct ij_prototypes *protos, const char *text,
			       struct ij_call *ret)
{
	struct ij_call call = {.text = strdup(text)};
	struct ij_parser parser = {.protos = protos, .texts = &call.texts};
	struct ij_callee callee = {0};
	struct ij_error *err = call.text ? NULL : ij_error_nomem();

	if (!err && ij_go_is_call(text)) {
		ij_call_deinit(&call);
		return ij_call_parse_go(protos, text, ret);
	}
	if (!err)
		err = ij_tokens_init(&parser.toks, text, false);
	if (!err) {
		parser.toks.typedefs = ij_prototypes_typedefs(protos);
		err = parse_call(&parser, &callee, &call);
		ij_tokens_deinit(&parser.toks);
	}
	ij_params_deinit(&callee.params);
	if (err)
		ij_call_deinit(&call);
	else
		*ret = call;
	return err;
}

struct ij_error *ij_call_ret_unknown(const struct ij_call *call)
{
	IJ_STRBUF_AUTO decl = {0};
	char name[80];

	callee_name(call, name, sizeof(name));
	for (size_t i = 0; i < call->args.len; i++)
		ij_strbuf_printf(&decl, "%s%s", i ? ", " : "", call->args.items[i].type.text);
	IJ_TRY(ij_strbuf_error(&decl));
	if (!call->func)
		return ij_error_new(TYPE, "result type of %s is unknown; say (int)%s", name,
				    ij_quote(call->text, strlen(call->text)).str);
	return ij_error_new(TYPE,
			    "result type of %s is unknown; say (int)%s or --decl 'int %s(%s);'",
			    name, ij_quote(call->text, strlen(call->text)).str, name,
			    decl.len ? ij_quote(decl.str, decl.len).str : "void");
}
