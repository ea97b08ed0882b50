/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Writing JSON (RFC 8259). */
#include "base/json.h"

#include <assert.h>
#include <math.h>
#include <string.h>

void ij_json_init(struct ij_json *json, struct ij_strbuf *out)
{
	*json = (struct ij_json){.out = out};
}

/* The length of the UTF-8 sequence at @s (RFC 3629), or 0 if there is none. */
static size_t utf8_len(const unsigned char *s)
{
	if (s[0] < 0x80)
		return 1;
	if (s[0] >= 0xc2 && s[0] <= 0xdf)
		return (s[1] & 0xc0) == 0x80 ? 2 : 0;
	if (s[0] >= 0xe0 && s[0] <= 0xef) {
		if ((s[1] & 0xc0) != 0x80 || (s[2] & 0xc0) != 0x80 ||
		    (s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f))
			return 0;
		return 3;
	}
	if (s[0] >= 0xf0 && s[0] <= 0xf4) {
		if ((s[1] & 0xc0) != 0x80 || (s[2] & 0xc0) != 0x80 || (s[3] & 0xc0) != 0x80 ||
		    (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f))
			return 0;
		return 4;
	}
	return 0;
}

static void quoted(struct ij_strbuf *out, const char *str)
{
	const unsigned char *s = (const unsigned char *)str;

	ij_strbuf_puts(out, "\"");
	while (*s) {
		size_t len = utf8_len(s);

		if (*s == '"' || *s == '\\')
			ij_strbuf_printf(out, "\\%c", *s);
		else if (*s == '\n')
			ij_strbuf_puts(out, "\\n");
		else if (*s == '\t')
			ij_strbuf_puts(out, "\\t");
		else if (*s < 0x20 || *s == 0x7f)
			ij_strbuf_printf(out, "\\u%04x", *s);
		else if (len)
			ij_strbuf_add(out, (const char *)s, len);
		else
			ij_strbuf_puts(out, "\xef\xbf\xbd");
		s += len ? len : 1;
	}
	ij_strbuf_puts(out, "\"");
}

static void member(struct ij_json *json, const char *key)
{
	if (json->comma[json->depth])
		ij_strbuf_puts(json->out, ",");
	json->comma[json->depth] = true;
	if (key) {
		quoted(json->out, key);
		ij_strbuf_puts(json->out, ":");
	}
}

static void open_level(struct ij_json *json, const char *key, const char *bracket)
{
	member(json, key);
	assert(json->depth + 1 < IJ_JSON_DEPTH);
	json->comma[++json->depth] = false;
	ij_strbuf_puts(json->out, bracket);
}

static void close_level(struct ij_json *json, const char *bracket)
{
	assert(json->depth > 0);
	json->depth--;
	ij_strbuf_puts(json->out, bracket);
}

void ij_json_object(struct ij_json *json, const char *key)
{
	open_level(json, key, "{");
}

void ij_json_object_end(struct ij_json *json)
{
	close_level(json, "}");
}

void ij_json_array(struct ij_json *json, const char *key)
{
	open_level(json, key, "[");
}

void ij_json_array_end(struct ij_json *json)
{
	close_level(json, "]");
}

void ij_json_string(struct ij_json *json, const char *key, const char *value)
{
	member(json, key);
	if (value)
		quoted(json->out, value);
	else
		ij_strbuf_puts(json->out, "null");
}

void ij_json_int(struct ij_json *json, const char *key, int64_t value)
{
	member(json, key);
	ij_strbuf_printf(json->out, "%lld", (long long)value);
}

void ij_json_uint(struct ij_json *json, const char *key, uint64_t value)
{
	member(json, key);
	ij_strbuf_printf(json->out, "%llu", (unsigned long long)value);
}

void ij_json_bool(struct ij_json *json, const char *key, bool value)
{
	member(json, key);
	ij_strbuf_puts(json->out, value ? "true" : "false");
}

void ij_json_null(struct ij_json *json, const char *key)
{
	member(json, key);
	ij_strbuf_puts(json->out, "null");
}

void ij_json_double(struct ij_json *json, const char *key, double value)
{
	if (!isfinite(value)) {
		ij_json_null(json, key);
		return;
	}
	member(json, key);
	ij_strbuf_printf(json->out, "%.15g", value);
}

void ij_json_raw(struct ij_json *json, const char *key, const char *value)
{
	member(json, key);
	ij_strbuf_puts(json->out, value);
}

void ij_json_bytes(struct ij_json *json, const uint8_t *bytes, size_t size)
{
	IJ_STRBUF_AUTO text = {0};
	IJ_STRBUF_AUTO hex = {0};

	ij_strbuf_add(&text, (const char *)bytes, strnlen((const char *)bytes, size));
	for (size_t i = 0; i < size; i++)
		ij_strbuf_printf(&hex, "%02x", bytes[i]);
	ij_json_string(json, "text", ij_strbuf_get(&text));
	ij_json_string(json, "hex", ij_strbuf_get(&hex));
}
