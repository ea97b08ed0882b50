/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Commands that look at memory: x. Its formats are those of gdb: x/3xw ADDRESS. */
#include <ctype.h>
#include <string.h>

#include "repl/do.h"
#include "repl/held.h"
#include "repl/tell.h"

enum { COUNT_MAX = 65536, STRING_MAX = 4096 };

struct format {
	unsigned count, size;
	char letter; /* x d u o c a f s i */
};

/* "/3xw" at @text; what is not said is as before. */
static struct ij_error *parse_format(const char **text, struct format *format)
{
	const char *at = *text;
	unsigned long count = 1;

	if (*at == '/') {
		at++;
		if (isdigit((unsigned char)*at)) {
			char *end;

			count = strtoul(at, &end, 10);
			at = end;
		}
		for (; *at && !isspace((unsigned char)*at); at++) {
			const char *sizes = "bhwg", *size = strchr(sizes, *at);

			if (size)
				format->size = 1u << (size - sizes);
			else if (strchr("xduocafsit", *at))
				format->letter = *at;
			else
				return ij_error_create(
					IJ_ERR_USAGE,
					"no format '%c'; there are x d u o t c a f s "
					"i, and sizes b h w g",
					*at);
		}
	}
	if (!count || count > COUNT_MAX)
		return ij_error_create(IJ_ERR_USAGE, "a count of %lu", count);
	if (format->letter == 'c')
		format->size = 1;
	if (format->letter == 'a' || (format->letter == 'f' && format->size < 4))
		format->size = 8;
	format->count = (unsigned)count;
	*text = at + strspn(at, " \t");
	return NULL;
}

static void binary(uint64_t word, struct ij_text *out)
{
	int top = 63;

	while (top > 0 && !(word >> top & 1))
		top--;
	for (; top >= 0; top--)
		ij_text_puts(out, word >> top & 1 ? "1" : "0");
}

static void item_text(struct ij_stop *stop, const struct format *format, uint64_t word,
		      struct ij_text *out)
{
	int64_t value = (int64_t)(word << (64 - 8 * format->size)) >> (64 - 8 * format->size);
	char place[256];
	double real;
	float small;

	switch (format->letter) {
	case 'd':
		ij_text_printf(out, "%lld", (long long)value);
		break;
	case 'u':
		ij_text_printf(out, "%llu", (unsigned long long)word);
		break;
	case 'o':
		ij_text_printf(out, "0%llo", (unsigned long long)word);
		break;
	case 't':
		binary(word, out);
		break;
	case 'c':
		ij_text_printf(out, isprint((int)word) ? "%lld '%c'" : "%lld", (long long)value,
			       (int)word);
		break;
	case 'a':
		ij_stop_describe(stop, word, place, sizeof(place));
		ij_text_printf(out, "0x%llx", (unsigned long long)word);
		if (strncmp(place, "0x", 2) != 0)
			ij_text_printf(out, " <%s>", place);
		break;
	case 'f':
		memcpy(&real, &word, sizeof(real));
		memcpy(&small, &word, sizeof(small));
		ij_text_printf(out, "%.17g", format->size == 4 ? (double)small : real);
		break;
	default:
		ij_text_printf(out, "0x%0*llx", (int)format->size * 2, (unsigned long long)word);
	}
}

/* "0x7f... <name+0x12>:" */
static void line_start(struct ij_stop *stop, uint64_t addr, struct ij_text *out)
{
	char place[256];

	ij_text_printf(out, "%s0x%llx", out->len ? "\n" : "", (unsigned long long)addr);
	ij_stop_describe(stop, addr, place, sizeof(place));
	if (strncmp(place, "0x", 2) != 0)
		ij_text_printf(out, " <%s>", place);
	ij_text_puts(out, ":");
}

static struct ij_error *words_at(struct ij_stop *stop, const struct format *format, uint64_t *addr,
				 struct ij_text *out)
{
	unsigned per_line = format->size == 8 ? 2 : format->letter == 'c' ? 8 : 16 / format->size;

	if (format->letter == 'a' || format->letter == 't')
		per_line = 1;
	for (unsigned i = 0; i < format->count; i++, *addr += format->size) {
		uint64_t word = 0;

		IJ_CLI_TRY(ij_stop_read(stop, *addr, &word, format->size));
		if (i % per_line == 0)
			line_start(stop, *addr, out);
		ij_text_puts(out, "\t");
		item_text(stop, format, word, out);
	}
	return NULL;
}

static struct ij_error *strings_at(struct ij_stop *stop, const struct format *format,
				   uint64_t *addr, struct ij_text *out)
{
	for (unsigned i = 0; i < format->count; i++) {
		char text[STRING_MAX + 1];
		size_t len = 0;

		line_start(stop, *addr, out);
		do
			IJ_CLI_TRY(ij_stop_read(stop, *addr + len, &text[len], 1));
		while (text[len] && ++len < STRING_MAX);
		ij_text_puts(out, "\t");
		ij_text_quoted(out, text, len);
		if (len == STRING_MAX)
			ij_text_puts(out, "...");
		*addr += len + (len < STRING_MAX);
	}
	return NULL;
}

static struct ij_error *code_at(struct ij_stop *stop, const struct format *format, uint64_t *addr,
				struct ij_text *out)
{
	for (unsigned i = 0; i < format->count; i++) {
		char code[128];
		unsigned size;

		IJ_CLI_TRY(ij_stop_disassemble(stop, *addr, code, sizeof(code), &size));
		line_start(stop, *addr, out);
		ij_text_printf(out, "\t%s", code);
		*addr += size;
	}
	return NULL;
}

/* A register, a place in the code, or the value of an expression. */
struct ij_error *ij_interp_address(struct ij_interp *interp, struct ij_stop *stop, const char *text,
				   size_t from, uint64_t *ret)
{
	struct ij_register reg;
	struct ij_value value;
	struct ij_error *err;
	size_t idx;

	err = *text == '$' ? ij_stop_register_find(text + 1, &idx) : NULL;
	if (*text == '$' && !err) {
		IJ_CLI_TRY(ij_stop_register(stop, interp->level, idx, &reg));
		*ret = 0;
		memcpy(ret, reg.bytes, reg.size < sizeof(*ret) ? reg.size : sizeof(*ret));
		return NULL;
	}
	ij_error_free(err);
	err = ij_stop_locate(stop, text, ret);
	if (!err)
		return NULL;
	ij_error_free(err);
	IJ_CLI_TRY(ij_interp_eval(interp, text, from, NULL, &value));
	*ret = value.kind == IJ_KIND_INT ? (uint64_t)value.i : value.u;
	if (value.kind == IJ_KIND_VOID || value.kind == IJ_KIND_UNKNOWN ||
	    value.kind == IJ_KIND_FLOAT || (value.kind == IJ_KIND_STRING && !value.foreign))
		err = ij_interp_wrong(interp, (unsigned)from + 1,
				      ij_error_create(IJ_ERR_TYPE, "that is no address"));
	ij_value_deinit(&value);
	return err;
}

static void tell(struct ij_interp *interp, uint64_t addr, const struct ij_text *text)
{
	struct ij_text json = {0};

	ij_text_printf(&json, "{\"pid\":%d,\"address\":\"0x%llx\",\"text\":", interp->pid,
		       (unsigned long long)addr);
	ij_text_json(&json, ij_text_get(text));
	ij_text_puts(&json, "}");
	ij_tell_either(interp, ij_text_get(text), ij_text_get(&json));
	ij_text_deinit(&json);
}

static struct ij_error *examine(struct ij_interp *interp, struct ij_stop *stop,
				const struct format *format, const char *operand, size_t from)
{
	uint64_t addr = interp->examined, start;
	struct ij_text text = {0};
	struct ij_error *err;

	if (*operand)
		IJ_CLI_TRY(ij_interp_address(interp, stop, operand, from, &addr));
	start = addr;
	err = format->letter == 's'   ? strings_at(stop, format, &addr, &text)
	      : format->letter == 'i' ? code_at(stop, format, &addr, &text)
				      : words_at(stop, format, &addr, &text);
	/* What could be read is worth seeing. */
	if (text.len)
		tell(interp, start, &text);
	ij_text_deinit(&text);
	interp->examined = addr;
	return err;
}

struct ij_error *ij_do_x(struct ij_interp *interp, const char *operand)
{
	struct format format = {.size = 4, .letter = 'x'};
	const char *at = operand;
	struct ij_look look;
	struct ij_error *err;

	IJ_CLI_TRY(ij_interp_wrong(interp, 1, parse_format(&at, &format)));
	if (!*at && !interp->examined)
		return ij_error_create(IJ_ERR_USAGE, "x takes an address at first");
	IJ_CLI_TRY(ij_look_begin(interp, &look));
	err = examine(interp, look.stop, &format, at, (size_t)(at - operand));
	ij_look_end(&look);
	return err;
}
