/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Results as text and JSON. */
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "lang/expr.h"
#include "lang/text.h"

/* The integer in rax, cut to the type's size: the ABI leaves the upper bits undefined
 * (psABI 3.2.3). */
uint64_t ij_value_integer(const struct ij_type *type, const struct ij_result_regs *regs)
{
	if (type->kind == IJ_TYPE_VOID || type->kind == IJ_TYPE_FLOAT)
		return 0;
	if (type->kind == IJ_TYPE_BOOL)
		return (regs->rax & 0xff) != 0;
	if (type->kind == IJ_TYPE_POINTER || type->kind == IJ_TYPE_STRING)
		return regs->rax;
	return ij_type_wrap(type, regs->rax);
}

long double ij_value_float(const struct ij_type *type, const struct ij_result_regs *regs)
{
	long double f80 = 0;
	double f64;
	float f32;

	if (type->kind != IJ_TYPE_FLOAT)
		return 0;
	if (type->size == 4) {
		memcpy(&f32, regs->xmm0, sizeof(f32));
		return f32;
	}
	if (type->size == 8) {
		memcpy(&f64, regs->xmm0, sizeof(f64));
		return f64;
	}
	memcpy(&f80, regs->st0, 10);
	return f80;
}

/* Does @text read back as @value in @size bytes? */
static bool reads_back(const char *text, uint32_t size, long double value)
{
	if (size == 4)
		return strtof(text, NULL) == (float)value;
	if (size == 8)
		return strtod(text, NULL) == (double)value;
	return strtold(text, NULL) == value;
}

/* Whole numbers up to here are printed without an exponent: a double has 17 digits. */
#define WHOLE_MAX 1e17L

/* The shortest digits that read back as the same value, in the C locale. */
static void print_finite(uint32_t size, long double value, struct ij_strbuf *out)
{
	locale_t c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
	locale_t old;
	char text[64];

	if (!c_locale) {
		out->failed = true;
		return;
	}
	old = uselocale(c_locale);
	for (int digits = 1; digits <= 21; digits++) {
		snprintf(text, sizeof(text), "%.*Lg", digits, value);
		if (reads_back(text, size, value))
			break;
	}
	/* Ten is 10, as in gdb, not 1e+01. */
	if (strchr(text, 'e') && fabsl(value) >= 1 && fabsl(value) < WHOLE_MAX)
		snprintf(text, sizeof(text), "%.0Lf", value);
	uselocale(old);
	freelocale(c_locale);
	ij_strbuf_puts(out, text);
}

void ij_text_float(uint32_t size, long double value, struct ij_strbuf *out)
{
	if (isnan(value))
		ij_strbuf_puts(out, signbit(value) ? "-nan" : "nan");
	else if (isinf(value))
		ij_strbuf_puts(out, value < 0 ? "-inf" : "inf");
	else
		print_finite(size, value, out);
}

static void print_float(const struct ij_type *type, const struct ij_result_regs *regs,
			struct ij_strbuf *out)
{
	ij_text_float(type->size, ij_value_float(type, regs), out);
}

/* The length of the printable UTF-8 sequence at @s (RFC 3629), or 0. */
static size_t printable_len(const unsigned char *s)
{
	size_t len = s[0] >= 0xc2 && s[0] <= 0xdf   ? 2
		     : (s[0] & 0xf0) == 0xe0        ? 3
		     : s[0] >= 0xf0 && s[0] <= 0xf4 ? 4
						    : 0;
	uint32_t c = len ? s[0] & (0x7fu >> len) : 0;

	for (size_t i = 1; i < len; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (s[i] & 0x3f);
	}
	if ((len == 2 && c < 0xa0) || (len == 3 && c < 0x800) || (len == 4 && c < 0x10000))
		return 0; /* control characters, and longer encodings than needed */
	return c > 0x10ffff || (c >= 0xd800 && c < 0xe000) ? 0 : len;
}

/* One character as gdb writes it between @quote's: escapes, and octal for what has none. */
size_t ij_text_char(const unsigned char *s, char quote, struct ij_strbuf *out)
{
	static const char names[] = "abtnvfr"; /* from 7 to 13 */
	size_t len = quote == '"' ? printable_len(s) : 0;

	if (len)
		ij_strbuf_add(out, (const char *)s, len);
	else if (*s == (unsigned char)quote || *s == '\\')
		ij_strbuf_printf(out, "\\%c", *s);
	else if (*s >= 7 && *s <= 13)
		ij_strbuf_printf(out, "\\%c", names[*s - 7]);
	else if (*s < 0x20 || *s >= 0x7f)
		ij_strbuf_printf(out, "\\%03o", *s);
	else
		ij_strbuf_add(out, (const char *)s, 1);
	return len ? len : 1;
}

void ij_text_literal(const uint8_t *bytes, size_t size, struct ij_strbuf *out)
{
	static const char letters[] = "abtnvfr"; /* from \a, 7 */

	while (size && !bytes[size - 1])
		size--;
	ij_strbuf_puts(out, "\"");
	for (size_t i = 0; i < size; i++) {
		uint8_t c = bytes[i];

		if (c == '"' || c == '\\')
			ij_strbuf_printf(out, "\\%c", c);
		else if (c >= 7 && c <= 13)
			ij_strbuf_printf(out, "\\%c", letters[c - 7]);
		else if (c >= 0x20 && c < 0x7f)
			ij_strbuf_printf(out, "%c", c);
		else
			ij_strbuf_printf(out, "\\%03o", c);
	}
	ij_strbuf_puts(out, "\"");
}

static void print_string(uint64_t addr, const char *string, struct ij_strbuf *out)
{
	ij_strbuf_printf(out, "0x%llx", (unsigned long long)addr);
	if (!addr)
		return;
	if (!string) {
		ij_strbuf_printf(out, " <error: Cannot access memory at address 0x%llx>",
				 (unsigned long long)addr);
		return;
	}
	ij_strbuf_puts(out, " \"");
	for (const unsigned char *s = (const unsigned char *)string; *s;)
		s += ij_text_char(s, '"', out);
	ij_strbuf_puts(out, "\"");
}

void ij_value_print(const struct ij_type *type, const struct ij_result_regs *regs,
		    const char *string, struct ij_strbuf *out)
{
	uint64_t value = ij_value_integer(type, regs);
	unsigned char byte = (unsigned char)value;

	switch (type->kind) {
	case IJ_TYPE_VOID:
		ij_strbuf_puts(out, "(void)");
		break;
	case IJ_TYPE_BOOL:
		ij_strbuf_puts(out, value ? "true" : "false");
		break;
	case IJ_TYPE_CHAR:
		ij_strbuf_printf(out, "%lld '", (long long)value);
		ij_text_char(&byte, '\'', out);
		ij_strbuf_puts(out, "'");
		break;
	case IJ_TYPE_INT:
		ij_strbuf_printf(out, "%lld", (long long)value);
		break;
	case IJ_TYPE_UINT:
		ij_strbuf_printf(out, "%llu", (unsigned long long)value);
		break;
	case IJ_TYPE_FLOAT:
		print_float(type, regs, out);
		break;
	case IJ_TYPE_POINTER:
		ij_strbuf_printf(out, "0x%llx", (unsigned long long)value);
		break;
	case IJ_TYPE_STRING:
		print_string(value, string, out);
		break;
	}
}

/* Integers that a double cannot hold are strings, so that no reader of JSON rounds them. */
static void json_integer(const struct ij_type *type, uint64_t value, struct ij_strbuf *out)
{
	bool is_signed = type->kind != IJ_TYPE_UINT;
	uint64_t size = is_signed && (int64_t)value < 0 ? -value : value;
	const char *quote = size > (uint64_t)1 << 53 ? "\"" : "";

	if (is_signed)
		ij_strbuf_printf(out, "%s%lld%s", quote, (long long)value, quote);
	else
		ij_strbuf_printf(out, "%s%llu%s", quote, (unsigned long long)value, quote);
}

void ij_value_json(const struct ij_type *type, const struct ij_result_regs *regs,
		   const char *string, struct ij_strbuf *out)
{
	uint64_t value = ij_value_integer(type, regs);
	const char *quote;
	struct ij_json json;

	switch (type->kind) {
	case IJ_TYPE_VOID:
		ij_strbuf_puts(out, "null");
		break;
	case IJ_TYPE_BOOL:
		ij_strbuf_puts(out, value ? "true" : "false");
		break;
	case IJ_TYPE_CHAR:
	case IJ_TYPE_INT:
	case IJ_TYPE_UINT:
		json_integer(type, value, out);
		break;
	case IJ_TYPE_FLOAT:
		quote = isfinite(ij_value_float(type, regs)) ? "" : "\"";
		ij_strbuf_puts(out, quote);
		print_float(type, regs, out);
		ij_strbuf_puts(out, quote);
		break;
	case IJ_TYPE_STRING:
		ij_json_init(&json, out);
		if (!value || string) {
			ij_json_string(&json, NULL, value ? string : NULL);
			break;
		}
		/* fall through: a string that cannot be read is an address */
		__attribute__((fallthrough));
	case IJ_TYPE_POINTER:
		ij_strbuf_printf(out, "\"0x%llx\"", (unsigned long long)value);
		break;
	}
}

/* A floating-point result as an integer; what does not fit is undefined in C, and 0x8000... on
 * x86-64. */
static uint64_t float_to_integer(long double value, const struct ij_type *to)
{
	if (to->kind == IJ_TYPE_BOOL)
		return value != 0;
	if (isnan(value) || value >= 18446744073709551616.0L || value < -9223372036854775808.0L)
		return (uint64_t)1 << 63;
	return value < 0 ? (uint64_t)(int64_t)value : (uint64_t)value;
}

void ij_value_cast(const struct ij_type *from, const struct ij_type *to,
		   struct ij_result_regs *regs)
{
	bool is_signed = from->kind == IJ_TYPE_INT || from->kind == IJ_TYPE_CHAR;
	long double f80;
	uint64_t bits;
	double f64;
	float f32;

	if (from->kind == IJ_TYPE_VOID || to->kind == IJ_TYPE_VOID)
		return;
	if (to->kind != IJ_TYPE_FLOAT) {
		if (from->kind == IJ_TYPE_FLOAT)
			regs->rax = float_to_integer(ij_value_float(from, regs), to);
		else
			regs->rax = ij_value_integer(from, regs);
		if (to->kind == IJ_TYPE_BOOL)
			regs->rax = regs->rax != 0;
		return;
	}
	bits = from->kind == IJ_TYPE_FLOAT ? 0 : ij_value_integer(from, regs);
	f80 = from->kind == IJ_TYPE_FLOAT ? ij_value_float(from, regs)
	      : is_signed                 ? (long double)(int64_t)bits
					  : (long double)bits;
	f64 = (double)f80;
	f32 = (float)f80;
	if (to->size == 16)
		memcpy(regs->st0, &f80, 10);
	else if (to->size == 8)
		memcpy(regs->xmm0, &f64, sizeof(f64));
	else
		memcpy(regs->xmm0, &f32, sizeof(f32));
}
