/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Structs, arrays and sets that system calls point to: their layouts, and reading them from text.
 */
#include "lang/systypes.h"

#include <sched.h>
#include <string.h>
#include <sys/socket.h>

#include "lang/sysmsg.h"
#include "lang/systypes_impl.h"

/* What has no members. */
static const struct {
	const char *name;
	size_t size;
} others[] = {
	{"int", 4},     {"uint", 4},     {"long", 8},
	{"off", 8},     {"fds", 8},      {"sigset", 8},
	{"text16", 16}, {"cpuset", 128}, {"sockaddr", sizeof(struct sockaddr_storage)},
};

size_t ij_systype_size(const char *name)
{
	struct ij_sysstruct type;

	if (ij_sysstruct_find(name, &type))
		return type.size;
	for (size_t i = 0; i < IJ_COUNT(others); i++)
		if (!strcmp(others[i].name, name))
			return others[i].size;
	return ij_sysmsg_size(name);
}

bool ij_systype_points(const char *name)
{
	return ij_sysmsg_size(name) != 0;
}

static bool is_set(const char *name)
{
	return !strcmp(name, "sigset") || !strcmp(name, "cpuset");
}

bool ij_systype_starts(const struct ij_parser *parser, const char *name)
{
	const struct ij_tokens *toks = &parser->toks;

	return ij_tokens_is(toks, 0, "{") || ij_tokens_is(toks, 0, "[") ||
	       (!strcmp(name, "sockaddr") && ij_tokens_peek(toks, 0)->kind == IJ_TOKEN_STRING);
}

struct ij_error *ij_sysvalue_number(struct ij_parser *parser, const char *what, uint64_t *ret)
{
	struct ij_arg value = {0};
	bool number;

	IJ_TRY(ij_expr_parse(parser, &value));
	number = value.kind == IJ_ARG_INT;
	*ret = value.u64;
	ij_arg_deinit(&value);
	if (!number)
		return ij_parser_error(&parser->toks, TYPE, value.column, "%s is a number", what);
	return NULL;
}

static struct ij_error *put_number(struct ij_parser *parser, const char *what, size_t size,
				   uint8_t *bytes)
{
	uint64_t value;
	uint32_t column = ij_tokens_peek(&parser->toks, 0)->column;

	IJ_TRY(ij_sysvalue_number(parser, what, &value));
	if (size < sizeof(value) && value >> (8 * size) && (int64_t)value >> (8 * size - 1) != -1)
		return ij_parser_error(&parser->toks, TYPE, column,
				       "%s has %zu bytes, too few for it", what, size);
	memcpy(bytes, &value, size < sizeof(value) ? size : sizeof(value));
	return NULL;
}

struct ij_error *ij_sysmember_choose(struct ij_parser *parser, const char *of,
				     const struct ij_sysmember *members, unsigned len,
				     unsigned *idx)
{
	struct ij_tokens *toks = &parser->toks;
	bool dot = ij_tokens_accept(toks, ".");
	const struct ij_token *tok = ij_tokens_peek(toks, 0);

	if (dot || (tok->kind == IJ_TOKEN_NAME && ij_tokens_is(toks, 1, "="))) {
		for (*idx = 0; *idx < len; ++*idx)
			if (ij_token_is(tok, members[*idx].name))
				break;
		if (*idx == len)
			return ij_parser_error(toks, TYPE, tok->column,
					       "%s is no member of struct %s that can be given",
					       ij_quote_token(tok).str, of);
		ij_tokens_next(toks);
		return ij_tokens_expect(toks, "=");
	}
	if (*idx >= len)
		return ij_parser_error(toks, TYPE, tok->column, "struct %s has %u members", of,
				       len);
	return NULL;
}

static struct ij_error *parse_struct(struct ij_parser *parser, const struct ij_sysstruct *type,
				     uint8_t *bytes)
{
	struct ij_tokens *toks = &parser->toks;

	IJ_TRY(ij_tokens_expect(toks, "{"));
	for (unsigned idx = 0; !ij_tokens_is(toks, 0, "}"); idx++) {
		const struct ij_sysmember *member;
		struct ij_sysstruct sub;

		IJ_TRY(ij_sysmember_choose(parser, type->name, type->members, type->len, &idx));
		member = &type->members[idx];
		/* Two levels at most: the table has no more. */
		if (member->sub && ij_sysstruct_find(member->sub, &sub))
			IJ_TRY(parse_struct(parser, &sub, bytes + member->off));
		else if (member->kind == IJ_SYSMEMBER_TEXT)
			return ij_parser_error(toks, UNSUPPORTED, ij_tokens_peek(toks, 0)->column,
					       "the text %s cannot be given", member->name);
		else
			IJ_TRY(put_number(parser, member->name, member->size, bytes + member->off));
		if (!ij_tokens_accept(toks, ","))
			break;
	}
	return ij_tokens_expect(toks, "}");
}

/* `[SIGINT, SIGTERM]`: signals from 1; `[0, 2-3]`: CPUs from 0. */
static struct ij_error *parse_set(struct ij_parser *parser, const char *name, uint8_t *bytes,
				  size_t size)
{
	struct ij_tokens *toks = &parser->toks;
	unsigned first = !strcmp(name, "sigset");

	IJ_TRY(ij_tokens_expect(toks, "["));
	while (!ij_tokens_is(toks, 0, "]")) {
		struct ij_arg value = {0};
		uint64_t from, to;

		/* Without operators: a minus makes a range. */
		IJ_TRY(ij_expr_unary(parser, &value));
		from = to = value.u64;
		ij_arg_deinit(&value);
		if (value.kind == IJ_ARG_INT && ij_tokens_accept(toks, "-")) {
			IJ_TRY(ij_expr_unary(parser, &value));
			to = value.u64;
			ij_arg_deinit(&value);
		}
		if (value.kind != IJ_ARG_INT || from < first || to < from || to >= 8 * size + first)
			return ij_parser_error(toks, TYPE, value.column,
					       "the numbers of this set go from %u to %zu", first,
					       8 * size + first - 1);
		for (uint64_t bit = from - first; bit <= to - first; bit++)
			bytes[bit / 8] |= (uint8_t)(1u << bit % 8);
		if (!ij_tokens_accept(toks, ","))
			break;
	}
	return ij_tokens_expect(toks, "]");
}

static struct ij_error *parse_address(struct ij_parser *parser, uint8_t *bytes, size_t *size_ret)
{
	struct ij_arg text = {0};
	struct ij_error *err;

	if (ij_tokens_peek(&parser->toks, 0)->kind != IJ_TOKEN_STRING)
		return ij_tokens_expected(&parser->toks, "a socket address, \"127.0.0.1:80\"");
	IJ_TRY(ij_literal_string(&parser->toks, &text));
	err = ij_sockaddr_parse(text.bytes, bytes, size_ret);
	ij_arg_deinit(&text);
	return err;
}

struct ij_error *ij_sysvalue_parse(struct ij_parser *parser, const char *name,
				   struct ij_sysvalue *value, size_t off, size_t *size_ret)
{
	uint8_t *bytes = value->bytes + off;
	struct ij_sysstruct type;

	*size_ret = ij_systype_size(name);
	IJ_TRY(ij_sysvalue_room(parser, off, *size_ret));
	if (ij_sysstruct_find(name, &type))
		return parse_struct(parser, &type, bytes);
	if (ij_sysmsg_size(name))
		return ij_sysmsg_parse(parser, name, value, off);
	if (!strcmp(name, "sockaddr"))
		return parse_address(parser, bytes, size_ret);
	if (is_set(name))
		return parse_set(parser, name, bytes, *size_ret);
	/* `{1}` of a number, for symmetry. */
	IJ_TRY(ij_tokens_expect(&parser->toks, "{"));
	IJ_TRY(put_number(parser, "it", *size_ret, bytes));
	return ij_tokens_expect(&parser->toks, "}");
}

struct ij_error *ij_sysvalue_room(const struct ij_parser *parser, size_t off, size_t size)
{
	if (size > IJ_SYSVALUE_MAX - off)
		return ij_parser_error(&parser->toks, LIMIT,
				       ij_tokens_peek(&parser->toks, 0)->column,
				       "an array has at most %d bytes", IJ_SYSVALUE_MAX);
	return NULL;
}

static struct ij_error *parse_array(struct ij_parser *parser, const char *name,
				    struct ij_sysvalue *value, struct ij_sysplace *place)
{
	struct ij_tokens *toks = &parser->toks;

	IJ_TRY(ij_tokens_expect(toks, "["));
	while (!ij_tokens_is(toks, 0, "]")) {
		size_t each;

		IJ_TRY(ij_sysvalue_parse(parser, name, value, place->size, &each));
		place->size += each;
		place->len++;
		if (!ij_tokens_accept(toks, ","))
			break;
	}
	return ij_tokens_expect(toks, "]");
}

struct ij_error *ij_systype_parse(struct ij_parser *parser, struct ij_sysmem *mem, const char *name,
				  bool array, struct ij_sysplace *ret)
{
	struct ij_sysvalue value = {.mem = mem};
	struct ij_sysplace place = {.len = array ? 0 : 1};

	if (array)
		IJ_TRY(parse_array(parser, name, &value, &place));
	else
		IJ_TRY(ij_sysvalue_parse(parser, name, &value, 0, &place.size));
	IJ_TRY(ij_sysmem_add(mem, value.bytes, place.size, &place.off));
	for (unsigned i = 0; i < value.pointers_len; i++)
		IJ_TRY(ij_sysmem_point(mem, place.off + value.pointers[i]));
	*ret = place;
	return NULL;
}
