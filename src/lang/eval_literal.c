/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Numbers, characters, strings, and compound literals (C17, 6.4.4, 6.4.5, 6.5.2.5, 6.7.9). */
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "lang/eval_parts.h"
#include "lang/expr.h"

static struct ij_error *real(struct ij_eval *ev, const struct ij_token *tok, struct ij_val *ret)
{
	struct ij_arg arg;
	locale_t c_locale;
	long double value;

	IJ_TRY(ij_literal_number(ev->toks, tok, &arg));
	if (arg.kind == IJ_ARG_INT)
		return ij_val_set_integer(
			ev->arena,
			ij_cbase(arg.type.size == 4 ? arg.type.kind == IJ_TYPE_UINT ? IJ_CBASE_UINT
										    : IJ_CBASE_INT
				 : arg.type.kind == IJ_TYPE_UINT ? IJ_CBASE_ULONG
								 : IJ_CBASE_LONG),
			arg.type.kind == IJ_TYPE_UINT ? (__int128)arg.u64
						      : (__int128)(int64_t)arg.u64,
			ret);
	if (arg.type.size < 16)
		return ij_val_set_float(
			ev->arena, ij_cbase(arg.type.size == 4 ? IJ_CBASE_FLOAT : IJ_CBASE_DOUBLE),
			arg.f64, ret);
	c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
	if (!c_locale)
		return ij_error_nomem();
	value = strtold_l(tok->text, NULL, c_locale);
	freelocale(c_locale);
	return ij_val_set_float(ev->arena, ij_cbase(IJ_CBASE_LDOUBLE), value, ret);
}

enum { NUMBER_MAX = 128 }; /* characters of a number that has more than digits */

/* Has it what C has not: the `i` of `2.0i`, `2.0if`, `2.0fi` (GCC, Complex Data Types), or the
 * marks of `1'000'000` (C++14, [lex.icon]) and `1_000`? */
static bool is_beyond_c(const struct ij_token *tok)
{
	for (uint32_t i = 0; i < tok->len; i++)
		if (strchr("iIjJ'_", tok->text[i]))
			return true;
	return false;
}

/* The type behind a number of Rust, `1u8`, `2.5f32` (The Rust Reference, 2.6: suffixes): @len_ret:
 * of the digits before it. @ret: stays where there is none. */
static struct ij_error *suffix_of(struct ij_eval *ev, const struct ij_token *tok, uint32_t *len_ret,
				  const struct ij_ctype **ret)
{
	static const struct {
		const char *text;
		enum ij_cbase base;
	} suffixes[] = {
		{"u8", IJ_CBASE_UCHAR},   {"i8", IJ_CBASE_SCHAR},     {"u16", IJ_CBASE_USHORT},
		{"i16", IJ_CBASE_SHORT},  {"u32", IJ_CBASE_UINT},     {"i32", IJ_CBASE_INT},
		{"u64", IJ_CBASE_ULONG},  {"i64", IJ_CBASE_LONG},     {"usize", IJ_CBASE_ULONG},
		{"isize", IJ_CBASE_LONG}, {"u128", IJ_CBASE_UINT128}, {"i128", IJ_CBASE_INT128},
		{"f32", IJ_CBASE_FLOAT},  {"f64", IJ_CBASE_DOUBLE},
	};

	for (size_t i = 0; i < IJ_COUNT(suffixes); i++) {
		uint32_t len = (uint32_t)strlen(suffixes[i].text);
		bool is_hex = tok->len > 1 && (tok->text[1] | 0x20) == 'x';

		if (tok->len <= len || memcmp(tok->text + tok->len - len, suffixes[i].text, len) ||
		    (is_hex && suffixes[i].text[0] == 'f'))
			continue;
		*len_ret = tok->len - len;
		/* As the program has it: its u8 is no character. */
		IJ_TRY(ev->host->type(ev->host, 0, suffixes[i].text, ret));
		if (!*ret)
			*ret = ij_cbase(suffixes[i].base);
		return NULL;
	}
	return NULL;
}

static struct ij_error *number(struct ij_eval *ev, const struct ij_node *node, struct ij_val *ret)
{
	struct ij_token tok = *node->tok;
	const struct ij_ctype *type, *suffix = NULL;
	uint32_t len = tok.len;
	bool is_imaginary = false;
	struct ij_val part;
	char text[NUMBER_MAX];

	IJ_TRY(suffix_of(ev, &tok, &len, &suffix));
	if ((!suffix && !is_beyond_c(&tok)) || tok.len >= sizeof(text))
		return real(ev, &tok, ret);
	tok.len = 0;
	for (uint32_t i = 0; i < len; i++) {
		char c = node->tok->text[i];

		if (strchr("iIjJ", c) && !is_imaginary && !suffix)
			is_imaginary = true;
		else if (c != '\'' && c != '_')
			text[tok.len++] = c;
	}
	text[tok.len] = 0;
	tok.text = text;
	IJ_TRY(real(ev, &tok, &part));
	if (suffix)
		IJ_TRY(ij_eval_convert(ev, node, suffix, true, &part));
	if (!is_imaginary) {
		*ret = part;
		return NULL;
	}
	IJ_TRY(ij_eval_complex_of(ev, part.type, &type));
	IJ_TRY(ij_val_make(ev->arena, type, NULL, ret));
	memcpy(ret->bytes + type->size / 2, part.bytes, type->size / 2);
	return NULL;
}

/* The type of the characters of L"x", u"x", U"x", u8"x", "x". */
static const struct ij_ctype *char_type(const struct ij_node *node)
{
	if (!node->name || !strcmp(node->name, "u8"))
		return ij_cbase(IJ_CBASE_CHAR);
	if (node->name[0] == 'b')
		return ij_cbase(IJ_CBASE_UCHAR);
	return ij_cbase(node->name[0] == 'L'   ? IJ_CBASE_WCHAR
			: node->name[0] == 'u' ? IJ_CBASE_CHAR16
					       : IJ_CBASE_CHAR32);
}

/* One character of UTF-8 at @s of at most @len bytes; what is no UTF-8 stands for itself. */
static uint32_t utf8(const char *s, size_t len, size_t *used)
{
	unsigned char c = (unsigned char)s[0];
	size_t more = c >= 0xf0 ? 3 : c >= 0xe0 ? 2 : c >= 0xc2 ? 1 : 0;
	uint32_t value = more == 3 ? c & 7u : more == 2 ? c & 15u : more ? c & 31u : c;

	*used = 1;
	if (more >= len)
		return c;
	for (size_t i = 1; i <= more; i++) {
		if (((unsigned char)s[i] & 0xc0) != 0x80)
			return c;
		value = value << 6 | ((unsigned char)s[i] & 0x3f);
	}
	*used = more + 1;
	return value;
}

/* The text of @node in elements of its character type. @ret: of the arena. */
static struct ij_error *encode(struct ij_eval *ev, const struct ij_node *node, const char *text,
			       size_t len, uint8_t **ret, size_t *count_ret)
{
	size_t size = char_type(node)->size, count = 0;
	uint8_t *bytes = ij_arena_alloc(ev->arena, (len + 1) * size * 2);

	if (!bytes)
		return ij_error_nomem();
	for (size_t i = 0, used; i < len; i += used) {
		uint32_t c = size == 1 ? (unsigned char)text[used = 1, i]
				       : utf8(text + i, len - i, &used);

		if (size == 2 && c > 0xffff) { /* a pair of surrogates */
			uint16_t high = (uint16_t)(0xd800 + ((c - 0x10000) >> 10));

			memcpy(bytes + count++ * size, &high, size);
			c = 0xdc00 + (c & 0x3ff);
		}
		memcpy(bytes + count++ * size, &c, size);
	}
	*ret = bytes;
	*count_ret = count;
	return NULL;
}

static struct ij_error *string(struct ij_eval *ev, const struct ij_node *node, struct ij_val *ret)
{
	struct ij_tokens toks = *ev->toks;
	const struct ij_ctype *type;
	struct ij_error *err;
	struct ij_arg arg;
	uint8_t *bytes;
	size_t count;

	toks.pos = (size_t)(node->tok - toks.list.items);
	IJ_TRY(ij_literal_string(&toks, &arg));
	err = encode(ev, node, arg.bytes, arg.bytes_size, &bytes, &count);
	ij_arg_deinit(&arg);
	if (err)
		return err;
	IJ_TRY(ij_ctypes_array(ev->host->types, char_type(node), count, &type));
	*ret = (struct ij_val){.type = type, .bytes = bytes, .is_literal = true};
	return NULL;
}

static struct ij_error *character(struct ij_eval *ev, const struct ij_node *node,
				  struct ij_val *ret)
{
	/* It is unescaped as a string of one character. */
	struct ij_token both[2] = {*node->tok, {.kind = IJ_TOKEN_END}};
	struct ij_tokens toks = *ev->toks;
	struct ij_error *err;
	struct ij_arg arg;
	uint8_t *bytes;
	size_t count;

	both[0].kind = IJ_TOKEN_STRING;
	toks.list.items = both;
	toks.list.len = IJ_COUNT(both);
	toks.pos = 0;
	IJ_TRY(ij_literal_string(&toks, &arg));
	err = encode(ev, node, arg.bytes, arg.bytes_size - 1, &bytes, &count);
	ij_arg_deinit(&arg);
	if (err)
		return err;
	if (count != 1)
		return ij_eval_error(ev, node, SYNTAX,
				     "%s is not one character; write a string \"...\" or a number",
				     ij_quote_token(node->tok).str);
	return ij_val_make(ev->arena, char_type(node), bytes, ret);
}

struct ij_error *ij_eval_literal(struct ij_eval *ev, const struct ij_node *node, struct ij_val *ret)
{
	if (node->kind == IJ_NODE_NUMBER)
		return number(ev, node, ret);
	return node->kind == IJ_NODE_STRING ? string(ev, node, ret) : character(ev, node, ret);
}
