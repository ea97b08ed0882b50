/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* printf, eval and echo: formats and escapes of C (gdb/printcmd.c and gdbsupport/format.cc tell
 * what is allowed). */
#include <ctype.h>
#include <string.h>

#include "repl/gdb/gdb.h"

enum { STRING_MAX = 1024 * 1024 };

/* The character that the escape at *@pos, behind its backslash, stands for. */
static char escape(const char **pos)
{
	static const char names[] = "abfnrtv", values[] = "\a\b\f\n\r\t\v";
	const char *at = strchr(names, **pos);
	unsigned value = 0;

	if (**pos && at) {
		(*pos)++;
		return values[at - names];
	}
	if (**pos < '0' || **pos > '7')
		return *(*pos)++;
	for (unsigned i = 0; i < 3 && **pos >= '0' && **pos <= '7'; i++)
		value = value * 8 + (unsigned)(*(*pos)++ - '0');
	return (char)value;
}

IJ_GDB_DO(echo)
{
	const char *pos = args;

	(void)g;
	while (*pos) {
		if (*pos != '\\') {
			putchar(*pos++);
			continue;
		}
		if (!*++pos)
			break;
		putchar(escape(&pos));
	}
	return NULL;
}

/* The string literal at *@pos, its escapes taken; *@pos behind it. */
static struct ij_error *take_format(const char **pos, char **ret)
{
	struct ij_text text = {0};
	const char *at = *pos;
	char other;

	if (*at != '"')
		return IJ_GDB_TEXT(USAGE, "Bad format string, missing '\"'.");
	for (at++; *at && *at != '"';) {
		char c = *at++;

		if (c == '\\' && !*at)
			break;
		if (c == '\\' && !strchr("\\abefnrtv\"", *at)) {
			other = *at;
			ij_text_deinit(&text);
			return IJ_GDB_TEXT(USAGE,
					   "Unrecognized escape character \\%c in format string.",
					   other);
		}
		if (c == '\\' && *at == 'e') {
			c = '\033';
			at++;
		} else if (c == '\\') {
			c = escape(&at);
		}
		ij_text_add(&text, &c, 1);
	}
	if (*at != '"') {
		ij_text_deinit(&text);
		return IJ_GDB_TEXT(USAGE, "Bad format string, non-terminated '\"'.");
	}
	*pos = at + 1;
	return ij_text_take(&text, ret);
}

/* The next argument, up to a comma outside of brackets and quotes. NULL: there is none. */
static char *take_argument(char **pos)
{
	char *start = *pos + strspn(*pos, " \t"), *at, quote = 0;
	int depth = 0;

	if (*start != ',')
		return NULL;
	start++;
	start += strspn(start, " \t");
	for (at = start; *at; at++) {
		if (quote) {
			if (*at == '\\' && at[1])
				at++;
			else if (*at == quote)
				quote = 0;
			continue;
		}
		if (strchr("\"'", *at))
			quote = *at;
		else if (strchr("([{", *at))
			depth++;
		else if (strchr(")]}", *at))
			depth--;
		else if (*at == ',' && depth <= 0)
			break;
	}
	*pos = at;
	if (at == start)
		return NULL;
	return strndup(start, (size_t)(at - start));
}

/* One conversion "%-5ld": its parts. */
struct conversion {
	char spec[40]; /* without length modifiers and letter */
	char letter;
	unsigned longs;
	bool is_long_double;
};

static struct ij_error *take_conversion(const char **pos, struct conversion *ret)
{
	const char *at = *pos + 1, *flags = at;
	size_t len;

	*ret = (struct conversion){.letter = 0};
	at += strspn(at, "-+ #0'");
	if (*at == '*')
		return IJ_GDB_TEXT(USAGE, "`*' not supported for precision or width in printf");
	at += strspn(at, "0123456789");
	if (*at == '.') {
		at++;
		if (*at == '*')
			return IJ_GDB_TEXT(USAGE,
					   "`*' not supported for precision or width in printf");
		at += strspn(at, "0123456789");
	}
	len = (size_t)(at - flags);
	if (len > sizeof(ret->spec) - 8)
		return IJ_GDB_TEXT(USAGE, "Inappropriate modifiers to format specifier in printf");
	ret->spec[0] = '%';
	memcpy(ret->spec + 1, flags, len);
	for (; *at && strchr("lLzw", *at); at++) {
		ret->longs += *at == 'l';
		ret->is_long_double = ret->is_long_double || *at == 'L';
	}
	if (!*at)
		return IJ_GDB_TEXT(USAGE, "Incomplete format specifier at end of format string");
	if (*at == 'n')
		return IJ_GDB_TEXT(USAGE, "Format specifier `n' not supported in printf");
	if (!strchr("diouxXcspeEfgG", *at))
		return IJ_GDB_TEXT(USAGE, "Unrecognized format specifier '%c' in printf", *at);
	if (*at == 'p' && strcspn(flags, "+ #0") < strspn(flags, "-+ #0'"))
		return IJ_GDB_TEXT(USAGE,
				   "Inappropriate modifiers to format specifier 'p' in printf");
	ret->letter = *at;
	*pos = at + 1;
	return NULL;
}

/* @value by one conversion; the format is of our own making. */
static void add_number(struct ij_text *out, const struct conversion *conv, int64_t value)
{
	char format[sizeof(conv->spec) + 4], buf[512];
	bool cut = !conv->longs;

	snprintf(format, sizeof(format), "%sll%c", conv->spec, conv->letter);
	if (cut && strchr("di", conv->letter))
		value = (int)value;
	else if (cut)
		value = (unsigned)value;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	snprintf(buf, sizeof(buf), format, (long long)value);
#pragma GCC diagnostic pop
	ij_text_puts(out, buf);
}

static void add_float(struct ij_text *out, const struct conversion *conv, double value)
{
	char format[sizeof(conv->spec) + 4], buf[512];

	snprintf(format, sizeof(format), "%s%c", conv->spec, conv->letter);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	snprintf(buf, sizeof(buf), format, value);
#pragma GCC diagnostic pop
	ij_text_puts(out, buf);
}

/* Text in the width and to the precision that the conversion says. */
static void add_text(struct ij_text *out, const struct conversion *conv, const char *text,
		     size_t len)
{
	const char *pos = conv->spec + 1;
	bool left = false;
	size_t width;

	for (; *pos && strchr("-+ #0'", *pos); pos++)
		left = left || *pos == '-';
	width = strtoul(pos, (char **)&pos, 10);
	if (*pos == '.') {
		size_t precision = strtoul(pos + 1, NULL, 10);

		len = precision < len ? precision : len;
	}
	for (size_t i = len; !left && i < width && width < 4096; i++)
		ij_text_add(out, " ", 1);
	ij_text_add(out, text, len);
	for (size_t i = len; left && i < width && width < 4096; i++)
		ij_text_add(out, " ", 1);
}

/* The bits of an integer are those of a number with a point of that size, as gdb has it. */
static bool real_of(const struct ij_datum *datum, double *ret)
{
	const uint64_t size = ij_datum_size(datum);
	int64_t bits = 0;
	float narrow;

	if (!ij_datum_float(datum, ret))
		return false;
	if (!ij_datum_is_integer(datum) || !ij_datum_integer(datum, &bits))
		return true;
	if (size == sizeof(*ret))
		memcpy(ret, &bits, sizeof(*ret));
	if (size == sizeof(narrow)) {
		memcpy(&narrow, &bits, sizeof(narrow));
		*ret = narrow;
	}
	return true;
}

static struct ij_error *convert(struct ij_gdb *g, const struct conversion *conv,
				const struct ij_datum *datum, struct ij_text *out)
{
	double real = 0;
	int64_t value = 0;
	bool number = ij_datum_integer(datum, &value);
	struct conversion as = *conv;
	char *text;

	switch (conv->letter) {
	case 's':
		if (number && !value) {
			add_text(out, conv, "(null)", strlen("(null)"));
			return NULL;
		}
		IJ_CLI_TRY(ij_datum_string(g->debugger, datum, STRING_MAX, &text));
		add_text(out, conv, text, strlen(text));
		free(text);
		return NULL;
	case 'e':
	case 'E':
	case 'f':
	case 'g':
	case 'G':
		if (!real_of(datum, &real))
			return IJ_GDB_TEXT(TYPE, "Invalid floating value found in program.");
		add_float(out, conv, real);
		return NULL;
	default:
		break;
	}
	if (!number)
		return IJ_GDB_TEXT(TYPE, "Value can't be converted to integer.");
	if (conv->letter == 'c') {
		char c = (char)value;

		add_text(out, conv, &c, 1);
	} else if (conv->letter == 'p') {
		if (value) {
			char buf[32];

			snprintf(buf, sizeof(buf), "0x%llx", (unsigned long long)value);
			add_text(out, conv, buf, strlen(buf));
		} else {
			add_text(out, conv, "(nil)", 5);
		}
	} else {
		add_number(out, &as, value);
	}
	return NULL;
}

static struct ij_error *format_with(struct ij_gdb *g, const char *format, char **args,
				    struct ij_text *out)
{
	while (*format) {
		struct conversion conv;
		struct ij_datum *datum;
		struct ij_error *err;
		char *arg;

		if (*format != '%' || format[1] == '%') {
			ij_text_add(out, format, 1);
			format += 1 + (*format == '%');
			continue;
		}
		IJ_CLI_TRY(take_conversion(&format, &conv));
		arg = take_argument(args);
		if (!arg)
			return IJ_GDB_TEXT(USAGE, "Bad format string, missing '\"'");
		err = ij_gdb_eval(g, arg, &datum);
		free(arg);
		IJ_CLI_TRY(err);
		err = convert(g, &conv, datum, out);
		ij_datum_free(datum);
		IJ_CLI_TRY(err);
	}
	return NULL;
}

/* How many arguments @format takes, and how many there are. */
static struct ij_error *check_count(const char *format, char *args)
{
	unsigned wanted = 0, given = 0;
	struct conversion conv;
	char *arg;

	while (*format) {
		if (*format == '%' && format[1] != '%') {
			IJ_CLI_TRY(take_conversion(&format, &conv));
			wanted++;
		} else {
			format += 1 + (*format == '%');
		}
	}
	args += strspn(args, " \t");
	if (*args && *args != ',')
		return IJ_GDB_TEXT(USAGE, "Invalid argument syntax");
	while ((arg = take_argument(&args))) {
		free(arg);
		given++;
	}
	return wanted == given ? NULL
			       : IJ_GDB_TEXT(USAGE, "Wrong number of arguments for specified "
						    "format-string");
}

static struct ij_error *formatted(struct ij_gdb *g, char *args, struct ij_text *out)
{
	const char *pos = args;
	struct ij_error *err;
	char *format, *rest;

	if (!*args)
		return IJ_GDB_TEXT(USAGE, "Argument required (format-control string and values to "
					  "print).");
	IJ_CLI_TRY(take_format(&pos, &format));
	rest = args + (pos - args);
	err = check_count(format, rest);
	if (!err)
		err = format_with(g, format, &rest, out);
	free(format);
	return err;
}

IJ_GDB_DO(printf)
{
	struct ij_text text = {0};
	struct ij_error *err = formatted(g, args, &text);

	if (!err)
		fwrite(ij_text_get(&text), 1, text.len, stdout);
	ij_text_deinit(&text);
	return err;
}

IJ_GDB_DO(eval)
{
	struct ij_text text = {0};
	struct ij_error *err = formatted(g, args, &text);

	if (!err)
		err = ij_gdb_execute(g, ij_text_get(&text));
	ij_text_deinit(&text);
	return err;
}
