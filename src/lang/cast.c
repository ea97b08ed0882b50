/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Casts of arguments, and buffers: `(char[64])0`, `(int[]){1, 2}`, `(char[8])"abc"`. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lang/expr.h"

/* An array type with its bytes, while they are filled in. */
struct buffer {
	struct ij_type element;
	const char *text; /* "char[64]" */
	uint8_t *bytes;
	uint64_t len; /* elements */
	bool sized;
	size_t column;
};

static struct ij_error *too_large(const struct ij_parser *parser, const struct buffer *buf)
{
	return ij_parser_error(&parser->toks, LIMIT, buf->column,
			       "a buffer has at most %d bytes, more than that is asked for",
			       IJ_CALL_BYTES_MAX);
}

/* The number between the brackets, tokens [first, end). */
static struct ij_error *parse_len(struct ij_parser *parser, const struct ij_derive *array,
				  struct buffer *buf)
{
	size_t pos = parser->toks.pos;
	struct ij_arg arg;
	bool positive;

	if (array->first == array->end)
		return NULL;
	parser->toks.pos = array->first;
	IJ_TRY(ij_expr_parse(parser, &arg));
	positive = ij_arg_is_integer(&arg) && arg.u64 &&
		   (arg.type.kind == IJ_TYPE_UINT || (int64_t)arg.u64 > 0);
	ij_arg_deinit(&arg);
	if (parser->toks.pos != array->end)
		return ij_tokens_expected(&parser->toks, "']'");
	parser->toks.pos = pos;
	if (!positive)
		return ij_parser_error(&parser->toks, TYPE, arg.column, "%s",
				       "the length of a buffer is not a positive integer");
	if (arg.u64 > IJ_CALL_BYTES_MAX / buf->element.size)
		return too_large(parser, buf);
	buf->len = arg.u64;
	buf->sized = true;
	return NULL;
}

static void store(struct buffer *buf, uint64_t i, const struct ij_arg *value)
{
	uint8_t *to = buf->bytes + i * buf->element.size;
	float f32 = (float)value->f64;

	if (buf->element.kind != IJ_TYPE_FLOAT)
		memcpy(to, &value->u64, buf->element.size);
	else if (buf->element.size == 4)
		memcpy(to, &f32, sizeof(f32));
	else
		memcpy(to, &value->f64, sizeof(value->f64));
}

/* Room for @len elements, zeroed. */
static struct ij_error *allocate(struct ij_parser *parser, struct buffer *buf, uint64_t len)
{
	uint8_t *bytes;

	if (len > IJ_CALL_BYTES_MAX / buf->element.size)
		return too_large(parser, buf);
	bytes = calloc(len ? len : 1, buf->element.size);
	if (!bytes)
		return ij_error_nomem();
	free(buf->bytes);
	buf->bytes = bytes;
	return NULL;
}

static struct ij_error *parse_list(struct ij_parser *parser, struct buffer *buf)
{
	uint64_t len = 0;

	IJ_TRY(allocate(parser, buf,
			buf->sized ? buf->len : IJ_CALL_BYTES_MAX / buf->element.size));
	ij_tokens_next(&parser->toks);
	while (!ij_tokens_is(&parser->toks, 0, "}")) {
		const struct ij_token *tok = ij_tokens_peek(&parser->toks, 0);
		struct ij_arg value;
		struct ij_error *err;

		if (ij_token_is(tok, "{") || ij_token_is(tok, ".") || ij_token_is(tok, "["))
			return ij_parser_error(
				&parser->toks, UNSUPPORTED, tok->column,
				"'%.*s' in a buffer is not supported; write its elements in order",
				(int)tok->len, tok->text);
		if (buf->sized && len == buf->len)
			return ij_parser_error(&parser->toks, TYPE, tok->column,
					       "more elements than the %zu of %s", (size_t)len,
					       buf->text);
		if (len == IJ_CALL_BYTES_MAX / buf->element.size)
			return too_large(parser, buf);
		IJ_TRY(ij_expr_parse(parser, &value));
		err = value.kind == IJ_ARG_INT || value.kind == IJ_ARG_FLOAT
			      ? ij_convert_param("buffer", (size_t)len + 1, ij_quote_token(tok).str,
						 &buf->element, &value)
			      : ij_parser_error(&parser->toks, TYPE, tok->column,
						"element %zu is no number", (size_t)len + 1);
		ij_arg_deinit(&value);
		IJ_TRY(err);
		store(buf, len++, &value);
		if (!ij_tokens_accept(&parser->toks, ",") && !ij_tokens_is(&parser->toks, 0, "}"))
			return ij_tokens_expected(&parser->toks, "'}' or ','");
	}
	ij_tokens_next(&parser->toks);
	if (!buf->sized)
		buf->len = len;
	if (!buf->len)
		return ij_parser_error(&parser->toks, TYPE, buf->column, "%s",
				       "the buffer has no element; write its length");
	return NULL;
}

static struct ij_error *fill_string(struct ij_parser *parser, struct buffer *buf,
				    const struct ij_arg *value)
{
	if (buf->element.size != 1)
		return ij_parser_error(&parser->toks, TYPE, value->column,
				       "a string fills buffers of char, not %s", buf->text);
	if (!buf->sized)
		buf->len = value->bytes_size;
	if (value->bytes_size > buf->len)
		return ij_parser_error(&parser->toks, TYPE, value->column,
				       "the string has %zu bytes with its NUL, more than %s",
				       value->bytes_size, buf->text);
	IJ_TRY(allocate(parser, buf, buf->len));
	memcpy(buf->bytes, value->bytes, value->bytes_size);
	return NULL;
}

/* `0` or a string behind the parenthesis. */
static struct ij_error *parse_fill(struct ij_parser *parser, struct buffer *buf)
{
	struct ij_arg value;
	struct ij_error *err;

	IJ_TRY(ij_expr_unary(parser, &value));
	if (value.kind == IJ_ARG_BYTES && !value.buffer)
		err = fill_string(parser, buf, &value);
	else if (!ij_arg_is_integer(&value) || value.u64)
		err = ij_parser_error(&parser->toks, TYPE, value.column,
				      "a buffer is filled with 0, {1, 2} or \"text\", not with "
				      "what stands behind %s",
				      buf->text);
	else if (!buf->sized)
		err = ij_parser_error(&parser->toks, TYPE, buf->column,
				      "the length of the buffer is missing; write (%s[64])0",
				      buf->element.text);
	else
		err = allocate(parser, buf, buf->len);
	ij_arg_deinit(&value);
	return err;
}

/* "char[64]", or "char[]" while the length is not known. */
static struct ij_error *name_buffer(struct ij_parser *parser, struct buffer *buf)
{
	char number[24] = "";
	char *text = NULL;

	if (buf->len)
		snprintf(number, sizeof(number), "%zu", (size_t)buf->len);
	if (asprintf(&text, "%s[%s]", buf->element.text, number) < 0)
		text = NULL;
	return ij_texts_take(parser->texts, text, &buf->text);
}

static struct ij_error *finish(struct ij_parser *parser, struct buffer *buf, struct ij_arg *ret)
{
	IJ_TRY(name_buffer(parser, buf));
	*ret = (struct ij_arg){
		.kind = IJ_ARG_BYTES,
		.type = {.kind = buf->element.kind == IJ_TYPE_CHAR ? IJ_TYPE_STRING
								   : IJ_TYPE_POINTER,
			 .size = 8,
			 .text = buf->text},
		.bytes = (char *)buf->bytes,
		.bytes_size = buf->len * buf->element.size,
		.buffer = true,
	};
	buf->bytes = NULL;
	return NULL;
}

static struct ij_error *parse_buffer(struct ij_parser *parser, const struct ij_spec *spec,
				     const struct ij_declarator *decl, struct ij_arg *ret)
{
	struct buffer buf = {.column = spec->at->column};
	struct ij_error *err;

	if (decl->len > 1 || spec->base.kind == IJ_TYPE_VOID || spec->base.size > 8)
		return ij_parser_error(
			&parser->toks, UNSUPPORTED, buf.column, "%s",
			"a buffer of anything but numbers of up to 8 bytes is not supported");
	IJ_TRY(ij_type_derive(&parser->toks, spec, &(struct ij_declarator){0}, 0, parser->texts,
			      &buf.element));
	err = parse_len(parser, decl->items, &buf);
	if (!err)
		err = name_buffer(parser, &buf);
	if (!err)
		err = ij_tokens_is(&parser->toks, 0, "{") ? parse_list(parser, &buf)
							  : parse_fill(parser, &buf);
	if (!err)
		err = finish(parser, &buf, ret);
	free(buf.bytes);
	return err;
}

struct ij_error *ij_cast_parse(struct ij_parser *parser, struct ij_arg *ret)
{
	struct ij_tokens *toks = &parser->toks;
	struct ij_declarator decl;
	struct ij_spec spec;
	struct ij_type type;
	struct ij_error *err;

	ij_tokens_next(toks);
	IJ_TRY(ij_type_name_parse(toks, parser->texts, &spec, &decl));
	IJ_TRY(ij_tokens_expect(toks, ")"));
	if (decl.len && decl.items[0].kind == IJ_DERIVE_FUNCTION)
		return ij_parser_error(
			toks, TYPE, spec.at->column, "%s",
			"a cast to a function; write a pointer to it, (int (*)(int))");
	if (decl.len && decl.items[0].kind == IJ_DERIVE_ARRAY)
		return parse_buffer(parser, &spec, &decl, ret);
	IJ_TRY(ij_type_derive(toks, &spec, &decl, 0, parser->texts, &type));
	if (ij_tokens_is(toks, 0, "{"))
		return ij_parser_error(toks, UNSUPPORTED, spec.at->column,
				       "a compound literal of type %s is not supported; write "
				       "(%s)value, or a buffer (char[]){...},",
				       type.text, type.text);
	IJ_TRY(ij_expr_unary(parser, ret));
	err = ij_convert_cast(toks, &type, ret);
	if (err)
		ij_arg_deinit(ret);
	return err;
}
