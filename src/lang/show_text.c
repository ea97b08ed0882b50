/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Characters and strings, and numbers in other formats, as gdb 13 prints them. */
#include <string.h>

#include "lang/eval.h"
#include "lang/show_internal.h"
#include "lang/text.h"

enum {
	PAGE = 4096,
	STRING_MAX = 1 << 22, /* characters of a string that is shown without a limit */
};

static uint32_t char_at(const struct ij_ctype *type, const uint8_t *bytes, uint64_t i)
{
	uint32_t c = 0;

	memcpy(&c, bytes + i * type->size, type->size < 4 ? type->size : 4);
	return c;
}

static void utf8(uint32_t c, char *ret)
{
	size_t len = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;

	for (size_t i = len; i-- > 1; c >>= 6)
		ret[i] = (char)(0x80 | (c & 0x3f));
	ret[0] = (char)(len == 1 ? c : (0xf0u << (4 - len) & 0xff) | c);
	ret[len] = 0;
}

/* Has it a form to be shown: is it no half of a pair, and no code that is none (Unicode 15, 2.4)?
 */
static bool is_character(uint32_t c)
{
	return c && c < 0x110000 && (c < 0xd800 || c >= 0xe000) && (c & 0xfffe) != 0xfffe;
}

/* One character; of one-byte types that of UTF-8 if it is whole in the @left bytes. */
static uint64_t write_char(struct ij_shower *sh, const struct ij_ctype *type, const uint8_t *bytes,
			   uint64_t left, char quote)
{
	char text[8] = {0};
	uint32_t c;

	if (type->size == 1 && sh->how.sevenbit && (bytes[0] & 0x80)) {
		ij_strbuf_printf(sh->out, "\\%03o", bytes[0]);
		return 1;
	}
	if (type->size == 1) {
		memcpy(text, bytes, left < 4 ? left : 4);
		return ij_text_char((const unsigned char *)text, quote, sh->out);
	}
	c = char_at(type, bytes, 0);
	if (!is_character(c)) {
		ij_strbuf_printf(sh->out, c <= 0777 ? "\\%03o" : "\\x%x", c);
		return 1;
	}
	utf8(c, text);
	ij_text_char((const unsigned char *)text, text[0] & 0x80 ? '"' : quote, sh->out);
	return 1;
}

static const char *prefix(const struct ij_ctype *type)
{
	return type->size == 1 || type->is_rust ? ""
	       : type->size == 2                ? "u"
	       : type->is_unsigned              ? "U"
						: "L";
}

void ij_show_char(struct ij_shower *sh, __int128 value, const struct ij_ctype *type)
{
	uint32_t c = (uint32_t)value;

	ij_show_integer(value, type->is_unsigned, sh->out);
	ij_strbuf_printf(sh->out, " %s'", prefix(type));
	if (!c)
		ij_strbuf_puts(sh->out, "\\000");
	else
		write_char(sh, type, (const uint8_t *)&c, 1, '\'');
	ij_strbuf_puts(sh->out, "'");
}

/* How often the character at @i comes in a row. */
static uint64_t run_of(const struct ij_ctype *type, const uint8_t *bytes, uint64_t i,
		       uint64_t count)
{
	uint64_t end = i + 1;

	while (end < count && char_at(type, bytes, end) == char_at(type, bytes, i))
		end++;
	return end - i;
}

static void separate(struct ij_shower *sh, bool *open, bool *any, bool quotes,
		     const struct ij_ctype *type)
{
	if (*open && !quotes)
		ij_strbuf_puts(sh->out, "\"");
	if (*open != quotes || !quotes) {
		if (*any)
			ij_strbuf_puts(sh->out, ", ");
		if (quotes)
			ij_strbuf_printf(sh->out, "%s\"", prefix(type));
	}
	*open = quotes;
	*any = true;
}

void ij_show_chars(struct ij_shower *sh, const struct ij_ctype *type, const uint8_t *bytes,
		   uint64_t count, bool more)
{
	uint64_t max = sh->depth || !more || sh->how.elements != IJ_SHOW_ELEMENTS
			       ? ij_show_elements(sh)
			       : IJ_SHOW_STRING;
	uint64_t shown = 0;
	bool open = false, any = false;

	/* One NUL at the end is that of a string. */
	if (!more && count && !char_at(type, bytes, count - 1))
		count--;
	for (uint64_t i = 0; i < count;) {
		uint64_t run = run_of(type, bytes, i, count);

		if (shown >= max) {
			more = true;
			break;
		}
		if (sh->how.repeats && run > sh->how.repeats) {
			separate(sh, &open, &any, false, type);
			ij_strbuf_printf(sh->out, "%s'", prefix(type));
			if (!char_at(type, bytes, i))
				ij_strbuf_puts(sh->out, "\\000");
			else
				write_char(sh, type, bytes + i * type->size, 1, '\'');
			ij_strbuf_printf(sh->out, "' <repeats %llu times>",
					 (unsigned long long)run);
			i += run;
			shown += sh->how.repeats;
			continue;
		}
		separate(sh, &open, &any, true, type);
		run = 1;
		if (!char_at(type, bytes, i))
			ij_strbuf_puts(sh->out, "\\000");
		else
			run = write_char(sh, type, bytes + i * type->size, count - i, '"');
		i += run;
		shown += run;
	}
	if (!any)
		ij_strbuf_printf(sh->out, "%s\"\"", prefix(type));
	else if (open)
		ij_strbuf_puts(sh->out, "\"");
	if (more)
		ij_strbuf_puts(sh->out, "...");
}

struct ij_error *ij_show_read_string(struct ij_shower *sh, uint64_t size, ij_addr addr,
				     uint64_t max, const uint8_t **ret, uint64_t *count_ret,
				     bool *more_ret)
{
	/* With that one more it is seen that a string is no longer than what is shown. */
	const uint64_t most = (max < STRING_MAX ? max + 1 : STRING_MAX) * size;
	uint64_t have = 0, count = 0, room = 0;
	uint8_t *bytes = NULL;
	bool end = false, single = false;

	while (!end && have < most) {
		uint64_t part = PAGE - (addr + have) % PAGE;
		struct ij_error *err;

		if (part > most - have)
			part = most - have;
		if (single)
			part = size;
		if (have + part > room) {
			uint8_t *more = ij_arena_alloc(&sh->arena, 2 * (have + part));

			if (!more)
				return ij_error_nomem();
			if (have)
				memcpy(more, bytes, have);
			bytes = more;
			room = 2 * (have + part);
		}
		err = sh->host->read(sh->host, addr + have, bytes + have, part);
		if (err && err->code == IJ_ERR_NOMEM)
			return err;
		ij_error_free(err);
		if (err && single)
			break;
		/* The memory may end within a page. */
		single = single || err;
		if (err)
			continue;
		have += part;
		for (; !end && (count + 1) * size <= have; count += !end) {
			end = true;
			for (uint64_t i = 0; i < size; i++)
				end = end && !bytes[count * size + i];
		}
	}
	*ret = have ? bytes : NULL;
	*count_ret = count < max ? count : max;
	*more_ret = !end;
	return NULL;
}

struct ij_error *ij_show_string_at(struct ij_shower *sh, const struct ij_ctype *type, ij_addr addr,
				   uint64_t max)
{
	const uint8_t *bytes;
	uint64_t count;
	bool more;

	IJ_TRY(ij_show_read_string(sh, type->size, addr, max, &bytes, &count, &more));
	if (!bytes)
		ij_strbuf_printf(sh->out, "<error: Cannot access memory at address 0x%llx>",
				 (unsigned long long)addr);
	else if (!count && !more)
		ij_strbuf_printf(sh->out, "%s\"\"", prefix(type));
	else
		ij_show_chars(sh, type, bytes, count, more);
	return NULL;
}

static void in_base(struct ij_shower *sh, unsigned __int128 value, unsigned base, unsigned least)
{
	char digits[130];
	size_t pos = sizeof(digits);

	do {
		digits[--pos] = "0123456789abcdef"[(unsigned)(value % base)];
		value /= base;
	} while (value || sizeof(digits) - pos < least);
	ij_strbuf_add(sh->out, digits + pos, sizeof(digits) - pos);
}

/* The bits of @val without a sign. */
static unsigned __int128 bits_of(const struct ij_val *val)
{
	const struct ij_ctype *type = ij_ctype_strip(val->type);
	unsigned bits = (unsigned)type->size * 8;
	unsigned __int128 value = 0;

	if (type->kind == IJ_CT_FLOAT)
		memcpy(&value, val->bytes, type->size < 16 ? type->size : type->is_quad ? 16 : 10);
	else
		value = (unsigned __int128)ij_val_integer(val);
	return bits >= 128 ? value : value & (((unsigned __int128)1 << bits) - 1);
}

static void as_float(struct ij_shower *sh, const struct ij_val *val)
{
	const struct ij_ctype *type = ij_ctype_strip(val->type);
	struct ij_val same = *val;

	if (type->kind != IJ_CT_FLOAT && (type->size == 4 || type->size == 8) && !val->bit_size) {
		same.type = ij_cbase(type->size == 4 ? IJ_CBASE_FLOAT : IJ_CBASE_DOUBLE);
		ij_show_float(sh, (uint32_t)type->size, ij_val_float(&same));
	} else if (type->kind == IJ_CT_FLOAT) {
		ij_show_float(sh, (uint32_t)type->size, ij_val_float(val));
	} else {
		ij_show_integer(ij_val_integer(val), ij_ctype_is_unsigned(type), sh->out);
	}
}

struct ij_error *ij_show_formatted(struct ij_shower *sh, const struct ij_val *val)
{
	const struct ij_ctype *type = ij_ctype_strip(val->type);
	unsigned __int128 bits = bits_of(val);
	unsigned size = (unsigned)type->size;

	/* As numbers they are shown by their bytes, as characters and addresses by their value. */
	if (type->kind == IJ_CT_FLOAT && (sh->how.format == 'c' || sh->how.format == 'a'))
		bits = (unsigned __int128)ij_val_integer(val);
	switch (sh->how.format) {
	case 'x':
		ij_strbuf_puts(sh->out, "0x");
		in_base(sh, bits, 16, 1);
		break;
	case 'z':
		ij_strbuf_puts(sh->out, "0x");
		in_base(sh, bits, 16, 2 * size);
		break;
	case 'o':
		ij_strbuf_puts(sh->out, bits ? "0" : "");
		in_base(sh, bits, 8, 1);
		break;
	case 't':
		in_base(sh, bits, 2, 1);
		break;
	case 'd':
		if (!val->bit_size && size < 16)
			bits = (unsigned __int128)((__int128)(bits << (128 - 8 * size)) >>
						   (128 - 8 * size));
		ij_show_integer((__int128)bits, false, sh->out);
		break;
	case 'u':
		ij_show_integer((__int128)bits, true, sh->out);
		break;
	case 'c':
		ij_show_char(sh, (__int128)(signed char)bits, ij_cbase(IJ_CBASE_CHAR));
		break;
	case 'a': {
		IJ_STRBUF_AUTO name = {0};

		ij_strbuf_printf(sh->out, "0x%llx", (unsigned long long)bits);
		sh->host->symbol(sh->host, (ij_addr)bits, &name);
		if (name.len)
			ij_strbuf_printf(sh->out, " <%s>", name.str);
		break;
	}
	case 'f':
		as_float(sh, val);
		break;
	default:
		return ij_error_new(UNSUPPORTED, "format /%c", sh->how.format);
	}
	return NULL;
}
