/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Records of GDB/MI (gdb's manual, 27.2.2; gdb/mi/mi-out.c, mi-console.c). */
#include <stdarg.h>
#include <string.h>

#include "repl/gdb/mi.h"

void ij_mi_quote(struct ij_text *out, const char *text, size_t len)
{
	static const char plain[] = "\a\b\f\n\r\t\"\\", letters[] = "abfnrt\"\\";

	ij_text_puts(out, "\"");
	for (size_t i = 0; i < len; i++) {
		const char *found = text[i] ? strchr(plain, text[i]) : NULL;
		unsigned char c = (unsigned char)text[i];

		if (found)
			ij_text_printf(out, "\\%c", letters[found - plain]);
		else if (c < 0x20 || c >= 0x7f)
			ij_text_printf(out, "\\%03o", c);
		else
			ij_text_add(out, text + i, 1);
	}
	ij_text_puts(out, "\"");
}

/* A comma where something stands before, and the name. */
static void begin(struct ij_mi *mi, const char *name)
{
	struct ij_text *fields = &mi->fields;

	if (fields->len && !strchr("{[", fields->str[fields->len - 1]))
		ij_text_puts(fields, ",");
	if (name)
		ij_text_printf(fields, "%s=", name);
}

void ij_mi_field(struct ij_mi *mi, const char *name, const char *value)
{
	begin(mi, name);
	ij_mi_quote(&mi->fields, value, strlen(value));
}

void ij_mi_fieldf(struct ij_mi *mi, const char *name, const char *format, ...)
{
	char *text;
	va_list args;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		text = NULL;
	va_end(args);
	ij_mi_field(mi, name, text ? text : "");
	free(text);
}

void ij_mi_address(struct ij_mi *mi, const char *name, uint64_t addr)
{
	ij_mi_fieldf(mi, name, "0x%016llx", (unsigned long long)addr);
}

void ij_mi_open(struct ij_mi *mi, const char *name, char kind)
{
	begin(mi, name);
	ij_text_add(&mi->fields, &kind, 1);
}

void ij_mi_close(struct ij_mi *mi, char kind)
{
	ij_text_puts(&mi->fields, kind == '{' ? "}" : "]");
}

void ij_mi_line(struct ij_mi *mi, const char *format, ...)
{
	va_list args;

	/* In the order in which things were said. */
	fflush(stdout);
	fflush(stderr);
	va_start(args, format);
	vfprintf(mi->out, format, args);
	va_end(args);
	fputc('\n', mi->out);
	fflush(mi->out);
}

void ij_mi_record(struct ij_mi *mi, const char *token, const char *head)
{
	ij_mi_line(mi, "%s%s%s%s", token, head, mi->fields.len ? "," : "",
		   ij_text_get(&mi->fields));
	ij_text_deinit(&mi->fields);
}

/* ---- What commands print ---- */

struct stream {
	struct ij_mi *mi;
	char mark;
};

static ssize_t stream_write(void *cookie, const char *bytes, size_t len)
{
	struct stream *stream = cookie;
	struct ij_text text = {0};

	/* A record a line. */
	for (size_t at = 0; at < len;) {
		const char *end = memchr(bytes + at, '\n', len - at);
		size_t part = end ? (size_t)(end + 1 - bytes) - at : len - at;

		ij_text_add(&text, &stream->mark, 1);
		ij_mi_quote(&text, bytes + at, part);
		ij_text_puts(&text, "\n");
		at += part;
	}
	fputs(ij_text_get(&text), stream->mi->out);
	fflush(stream->mi->out);
	ij_text_deinit(&text);
	return (ssize_t)len;
}

static int stream_close(void *cookie)
{
	free(cookie);
	return 0;
}

FILE *ij_mi_stream(struct ij_mi *mi, char mark)
{
	const cookie_io_functions_t functions = {.write = stream_write, .close = stream_close};
	struct stream *stream = malloc(sizeof(*stream));
	FILE *file;

	if (!stream)
		return NULL;
	*stream = (struct stream){mi, mark};
	file = fopencookie(stream, "w", functions);
	if (file)
		setvbuf(file, NULL, _IOLBF, BUFSIZ);
	else
		free(stream);
	return file;
}
