/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Text that grows. */
#include "repl/text.h"

#include <stdarg.h>
#include <string.h>

static bool grow(struct ij_text *text, size_t more)
{
	size_t size = text->size ? text->size : 64;
	char *str;

	if (text->failed)
		return false;
	while (size < text->len + more + 1)
		size *= 2;
	if (size == text->size)
		return true;
	str = realloc(text->str, size);
	text->failed = !str;
	if (!str)
		return false;
	text->str = str;
	text->size = size;
	return true;
}

void ij_text_add(struct ij_text *text, const char *bytes, size_t len)
{
	if (!grow(text, len))
		return;
	if (len)
		memcpy(text->str + text->len, bytes, len);
	text->len += len;
	text->str[text->len] = 0;
}

void ij_text_puts(struct ij_text *text, const char *str)
{
	ij_text_add(text, str, strlen(str));
}

void ij_text_printf(struct ij_text *text, const char *format, ...)
{
	va_list ap;
	int len;

	va_start(ap, format);
	len = vsnprintf(NULL, 0, format, ap);
	va_end(ap);
	if (len < 0 || !grow(text, (size_t)len))
		return;
	va_start(ap, format);
	vsnprintf(text->str + text->len, (size_t)len + 1, format, ap);
	va_end(ap);
	text->len += (size_t)len;
}

/* Bytes of the UTF-8 sequence at @at (RFC 3629, 4), 0 if it is none. */
static size_t utf8_len(const unsigned char *at)
{
	size_t len = at[0] < 0x80 ? 1 : at[0] < 0xc2 ? 0 : at[0] < 0xe0 ? 2 : at[0] < 0xf0 ? 3 : 4;

	if (at[0] > 0xf4)
		return 0;
	for (size_t i = 1; i < len; i++)
		if ((at[i] & 0xc0) != 0x80)
			return 0;
	if ((at[0] == 0xe0 && at[1] < 0xa0) || (at[0] == 0xed && at[1] > 0x9f) ||
	    (at[0] == 0xf0 && at[1] < 0x90) || (at[0] == 0xf4 && at[1] > 0x8f))
		return 0;
	return len;
}

void ij_text_json(struct ij_text *text, const char *str)
{
	const unsigned char *at = (const unsigned char *)str;

	if (!str) {
		ij_text_puts(text, "null");
		return;
	}
	ij_text_puts(text, "\"");
	while (*at) {
		size_t len = utf8_len(at);

		if (*at == '"' || *at == '\\')
			ij_text_printf(text, "\\%c", *at);
		else if (*at == '\n')
			ij_text_puts(text, "\\n");
		else if (*at < 0x20 || *at == 0x7f)
			ij_text_printf(text, "\\u%04x", *at);
		else if (len)
			ij_text_add(text, (const char *)at, len);
		else
			ij_text_puts(text, "\xef\xbf\xbd");
		at += len ? len : 1;
	}
	ij_text_puts(text, "\"");
}

void ij_text_quoted(struct ij_text *text, const char *bytes, size_t len)
{
	ij_text_puts(text, "\"");
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)bytes[i];

		if (c == '"' || c == '\\')
			ij_text_printf(text, "\\%c", c);
		else if (c == '\n')
			ij_text_puts(text, "\\n");
		else if (c < 0x20 || c == 0x7f)
			ij_text_printf(text, "\\%03o", c);
		else
			ij_text_add(text, bytes + i, 1);
	}
	ij_text_puts(text, "\"");
}

const char *ij_text_get(const struct ij_text *text)
{
	return text->str ? text->str : "";
}

struct ij_error *ij_text_take(struct ij_text *text, char **ret)
{
	char *str;

	ij_text_add(text, "", 0);
	str = text->failed ? NULL : text->str;
	if (!str) {
		ij_text_deinit(text);
		return ij_cli_nomem();
	}
	*text = (struct ij_text){0};
	*ret = str;
	return NULL;
}

void ij_text_deinit(struct ij_text *text)
{
	free(text->str);
	*text = (struct ij_text){0};
}
