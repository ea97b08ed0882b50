/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Numbers, characters and strings (C17, 6.4.4 and 6.4.5). */
#include <limits.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lang/expr.h"

struct ij_type ij_type_integer(uint32_t size, bool is_unsigned)
{
	return (struct ij_type){
		.kind = is_unsigned ? IJ_TYPE_UINT : IJ_TYPE_INT,
		.size = size,
		.text = size == 4 ? (is_unsigned ? "unsigned int" : "int")
				  : (is_unsigned ? "unsigned long" : "long"),
	};
}

static struct ij_error *bad_number(const struct ij_tokens *toks, const struct ij_token *tok,
				   const char *why)
{
	return ij_parser_error(toks, SYNTAX, tok->column, "%s is no number of C: %s",
			       ij_quote_token(tok).str, why);
}

/* `u`, `l`, `ll` and their combinations; @long_ret counts the l's. */
static bool parse_suffix(const char *s, size_t len, bool *unsigned_ret, unsigned *long_ret)
{
	*unsigned_ret = false;
	*long_ret = 0;
	for (size_t i = 0; i < len; i++) {
		if ((s[i] | 0x20) == 'u' && !*unsigned_ret) {
			*unsigned_ret = true;
		} else if ((s[i] | 0x20) == 'l' && !*long_ret) {
			*long_ret = i + 1 < len && s[i + 1] == s[i] ? 2 : 1;
			i += *long_ret - 1;
		} else {
			return false;
		}
	}
	return true;
}

/* The first type that holds the value (C17, 6.4.4.1 p. 5); a decimal one past long is unsigned
 * long. */
static struct ij_type integer_type(uint64_t value, bool decimal, bool is_unsigned, bool is_long)
{
	if (!is_long && !is_unsigned && value <= INT_MAX)
		return ij_type_integer(4, false);
	if (!is_long && (is_unsigned || !decimal) && value <= UINT_MAX)
		return ij_type_integer(4, true);
	return ij_type_integer(8, is_unsigned || value > LONG_MAX);
}

static struct ij_error *parse_integer(const struct ij_tokens *toks, const struct ij_token *tok,
				      struct ij_arg *ret)
{
	const char *s = tok->text;
	unsigned base = 10, longs;
	size_t pos = 0, first;
	uint64_t value = 0;
	bool is_unsigned;

	if (tok->len > 1 && s[0] == '0') {
		base = (s[1] | 0x20) == 'x' ? 16 : (s[1] | 0x20) == 'b' ? 2 : 8;
		/* Rust writes 0o17. */
		pos = base == 8 && s[1] != 'o' ? 1 : 2;
	}
	for (first = pos; pos < tok->len; pos++) {
		char c = s[pos];
		unsigned digit = c >= '0' && c <= '9' ? (unsigned)(c - '0')
				 : base == 16 && (c | 0x20) >= 'a' && (c | 0x20) <= 'f'
					 ? (unsigned)((c | 0x20) - 'a') + 10
					 : UINT_MAX;

		if (digit == UINT_MAX)
			break;
		if (digit >= base)
			return bad_number(
				toks, tok,
				base == 8 ? "a leading 0 means octal, which has the digits 0 to 7"
					  : "binary has the digits 0 and 1");
		if (__builtin_mul_overflow(value, (uint64_t)base, &value) ||
		    __builtin_add_overflow(value, (uint64_t)digit, &value))
			return ij_parser_error(toks, TYPE, tok->column, "%s does not fit 64 bits",
					       ij_quote_token(tok).str);
	}
	if (pos == first && (base != 8 || s[1] == 'o'))
		return bad_number(toks, tok, "digits are missing");
	if (!parse_suffix(s + pos, tok->len - pos, &is_unsigned, &longs))
		return bad_number(toks, tok, "expected digits, or a suffix of u, l and ll");
	*ret = (struct ij_arg){
		.kind = IJ_ARG_INT,
		.type = integer_type(value, base == 10, is_unsigned, longs > 0),
		.u64 = value,
		.column = tok->column,
	};
	return NULL;
}

static struct ij_error *parse_float(const struct ij_tokens *toks, const struct ij_token *tok,
				    struct ij_arg *ret)
{
	locale_t c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
	char last = tok->text[tok->len - 1] | 0x20;
	size_t len = tok->len;
	char *end = NULL;
	double value;

	if (!c_locale)
		return ij_error_nomem();
	value = strtod_l(tok->text, &end, c_locale);
	freelocale(c_locale);
	if (last == 'f' || last == 'l')
		len--;
	if (end != tok->text + len)
		return bad_number(toks, tok, "expected digits, an exponent, or a suffix f or l");
	*ret = (struct ij_arg){
		.kind = IJ_ARG_FLOAT,
		.type = {.kind = IJ_TYPE_FLOAT, .size = 8, .text = "double"},
		.f64 = value,
		.column = tok->column,
	};
	if (len < tok->len && last == 'f') {
		ret->type = (struct ij_type){.kind = IJ_TYPE_FLOAT, .size = 4, .text = "float"};
		ret->f64 = (double)(float)value;
	} else if (len < tok->len) {
		ret->type =
			(struct ij_type){.kind = IJ_TYPE_FLOAT, .size = 16, .text = "long double"};
	}
	if (isinf(ret->f64))
		return ij_parser_error(toks, TYPE, tok->column, "%s does not fit %s",
				       ij_quote_token(tok).str, ret->type.text);
	return NULL;
}

struct ij_error *ij_literal_number(const struct ij_tokens *toks, const struct ij_token *tok,
				   struct ij_arg *ret)
{
	bool hex = tok->len > 1 && tok->text[0] == '0' && (tok->text[1] | 0x20) == 'x';

	for (size_t i = 0; i < tok->len; i++)
		if (tok->text[i] == '.' || (tok->text[i] | 0x20) == (hex ? 'p' : 'e'))
			return parse_float(toks, tok, ret);
	return parse_integer(toks, tok, ret);
}

static struct ij_error *bad_escape(const struct ij_tokens *toks, const struct ij_token *tok,
				   const char *at, const char *why)
{
	size_t column = tok->column;

	for (const char *c = tok->text; c < at; c++)
		column += ((unsigned char)*c & 0xc0) != 0x80;
	return ij_parser_error(toks, SYNTAX, column, "%s", why);
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static void add_utf8(struct ij_strbuf *out, uint32_t c)
{
	char bytes[4];
	size_t len = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;

	for (size_t i = len; i-- > 1; c >>= 6)
		bytes[i] = (char)(0x80 | (c & 0x3f));
	bytes[0] = (char)(len == 1 ? c : (0xf0u << (4 - len) & 0xff) | c);
	ij_strbuf_add(out, bytes, len);
}

/* \x41, \u00e9, \U0001F600, Rust's \u{e9}: the position of the x is *@pos, which is moved behind
 * all of it. */
static struct ij_error *hex_escape(const struct ij_tokens *toks, const struct ij_token *tok,
				   const char **pos, struct ij_strbuf *out)
{
	const char *start = *pos - 1;
	unsigned want = **pos == 'u' ? 4 : **pos == 'U' ? 8 : 0;
	unsigned digits = 0;
	bool braced = want == 4 && (*pos)[1] == '{';
	uint32_t value = 0;
	char byte;

	*pos += braced;
	want = braced ? 6 : want;
	for ((*pos)++; hex_digit(**pos) >= 0 && (!want || digits < want); (*pos)++, digits++) {
		if (value > (UINT32_MAX >> 4))
			return bad_escape(toks, tok, start, "the escape does not fit a byte");
		value = value << 4 | (uint32_t)hex_digit(**pos);
	}
	if (braced && **pos != '}')
		return bad_escape(toks, tok, start,
				  "expected up to 6 hexadecimal digits in \\u{...}");
	*pos += braced;
	if (!digits || (digits < want && !braced))
		return bad_escape(toks, tok, start,
				  want ? "expected 4 hexadecimal digits behind \\u, 8 behind \\U"
				       : "expected hexadecimal digits behind \\x");
	if (!want && value > 0xff)
		return bad_escape(toks, tok, start, "the escape does not fit a byte");
	if (want && (value > 0x10ffff || (value >= 0xd800 && value < 0xe000)))
		return bad_escape(toks, tok, start, "the escape is no Unicode character");
	byte = (char)value;
	if (want)
		add_utf8(out, value);
	else
		ij_strbuf_add(out, &byte, 1);
	return NULL;
}

static struct ij_error *octal_escape(const struct ij_tokens *toks, const struct ij_token *tok,
				     const char **pos, struct ij_strbuf *out)
{
	const char *start = *pos - 1;
	unsigned value = 0;
	char byte;

	for (unsigned i = 0; i < 3 && **pos >= '0' && **pos <= '7'; i++)
		value = value * 8 + (unsigned)(*(*pos)++ - '0');
	if (value > 0xff)
		return bad_escape(toks, tok, start, "the escape does not fit a byte");
	byte = (char)value;
	ij_strbuf_add(out, &byte, 1);
	return NULL;
}

/* Write the bytes between the quotes of @tok to @out. */
static struct ij_error *unescape(const struct ij_tokens *toks, const struct ij_token *tok,
				 struct ij_strbuf *out)
{
	static const char names[] = "abefnrtv\\'\"?";
	static const char bytes[] = "\a\b\033\f\n\r\t\v\\'\"?";
	const char *pos = tok->text + 1;
	const char *end = tok->text + tok->len - 1;

	while (pos < end) {
		size_t plain = strcspn(pos, "\\");
		const char *name;

		if (plain > (size_t)(end - pos))
			plain = (size_t)(end - pos);
		ij_strbuf_add(out, pos, plain);
		pos += plain;
		if (pos == end)
			break;
		pos++;
		name = strchr(names, *pos);
		if (name) {
			ij_strbuf_add(out, bytes + (name - names), 1);
			pos++;
		} else if (*pos >= '0' && *pos <= '7') {
			IJ_TRY(octal_escape(toks, tok, &pos, out));
		} else if (*pos == 'x' || *pos == 'u' || *pos == 'U') {
			IJ_TRY(hex_escape(toks, tok, &pos, out));
		} else {
			return bad_escape(toks, tok, pos - 1,
					  "unknown escape; C has \\a \\b \\f \\n \\r \\t \\v \\\\ "
					  "\\' \\\" \\? \\123 \\x41 \\u00e9");
		}
	}
	return ij_strbuf_error(out);
}

struct ij_error *ij_literal_char(const struct ij_tokens *toks, const struct ij_token *tok,
				 struct ij_arg *ret)
{
	IJ_STRBUF_AUTO buf = {0};

	IJ_TRY(unescape(toks, tok, &buf));
	if (buf.len != 1)
		return ij_parser_error(toks, SYNTAX, tok->column,
				       "%s is not one byte; write a string \"...\" or a number",
				       ij_quote_token(tok).str);
	*ret = (struct ij_arg){
		.kind = IJ_ARG_INT,
		.type = ij_type_integer(4, false),
		.u64 = (uint64_t)(int64_t)(signed char)buf.str[0],
		.column = tok->column,
	};
	return NULL;
}

struct ij_error *ij_literal_string(struct ij_tokens *toks, struct ij_arg *ret)
{
	size_t column = ij_tokens_peek(toks, 0)->column;
	IJ_STRBUF_AUTO buf = {0};

	for (; ij_tokens_peek(toks, 0)->kind == IJ_TOKEN_STRING; ij_tokens_next(toks))
		IJ_TRY(unescape(toks, ij_tokens_peek(toks, 0), &buf));
	ij_strbuf_add(&buf, "", 1);
	IJ_TRY(ij_strbuf_error(&buf));
	*ret = (struct ij_arg){
		.kind = IJ_ARG_BYTES,
		.type = {.kind = IJ_TYPE_STRING, .size = 8, .text = "char *"},
		.bytes = buf.str,
		.bytes_size = buf.len,
		.column = column,
	};
	buf = (struct ij_strbuf){0};
	return NULL;
}
