/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The bounds-checked byte cursor. */
#include "base/cursor.h"

#include <string.h>

struct ij_cursor ij_cursor_make(const void *bytes, size_t size, const char *what)
{
	static const uint8_t nothing[1];
	const uint8_t *start = bytes ? bytes : nothing;

	if (!bytes)
		size = 0;
	return (struct ij_cursor){.start = start, .pos = start, .end = start + size, .what = what};
}

struct ij_cursor ij_cursor_sub(const struct ij_cursor *cur, uint64_t off, uint64_t size)
{
	uint64_t total = (uint64_t)(cur->end - cur->start);
	struct ij_cursor sub;

	if (off > total || size > total - off) {
		sub = ij_cursor_make(cur->end, 0, cur->what);
		sub.failed = true;
		return sub;
	}
	return ij_cursor_make(cur->start + off, size, cur->what);
}

size_t ij_cursor_off(const struct ij_cursor *cur)
{
	return (size_t)(cur->pos - cur->start);
}

void ij_cursor_seek(struct ij_cursor *cur, uint64_t off)
{
	if (off > (uint64_t)(cur->end - cur->start))
		cur->failed = true;
	else
		cur->pos = cur->start + off;
}

const void *ij_cursor_bytes(struct ij_cursor *cur, uint64_t size)
{
	const uint8_t *bytes = cur->pos;

	if (cur->failed || size > ij_cursor_left(cur)) {
		cur->failed = true;
		return NULL;
	}
	cur->pos += size;
	return bytes;
}

void ij_cursor_skip(struct ij_cursor *cur, uint64_t size)
{
	(void)ij_cursor_bytes(cur, size);
}

#define GETTER(name, type)                                              \
	type name(struct ij_cursor *cur)                                \
	{                                                               \
		const void *bytes = ij_cursor_bytes(cur, sizeof(type)); \
		type value = 0;                                         \
                                                                        \
		if (bytes)                                              \
			memcpy(&value, bytes, sizeof(value));           \
		return value;                                           \
	}

GETTER(ij_cursor_u16, uint16_t)
GETTER(ij_cursor_u32, uint32_t)
GETTER(ij_cursor_u64, uint64_t)

/* Both LEB128 forms share the loop; @sign asks for sign extension. */
static uint64_t leb(struct ij_cursor *cur, bool sign)
{
	uint64_t value = 0;
	unsigned shift = 0;

	for (;;) {
		uint8_t byte = ij_cursor_u8(cur);

		if (cur->failed || shift >= 70) {
			cur->failed = true;
			return 0;
		}
		if (shift < 64)
			value |= (uint64_t)(byte & 0x7f) << shift;
		shift += 7;
		if (!(byte & 0x80)) {
			if (sign && (byte & 0x40) && shift < 64)
				value |= ~(uint64_t)0 << shift;
			return value;
		}
	}
}

uint64_t ij_cursor_long_uleb(struct ij_cursor *cur)
{
	return leb(cur, false);
}

int64_t ij_cursor_sleb(struct ij_cursor *cur)
{
	return (int64_t)leb(cur, true);
}

const char *ij_cursor_str(struct ij_cursor *cur)
{
	const uint8_t *nul = NULL;
	const char *str = (const char *)cur->pos;

	if (!cur->failed && cur->pos < cur->end)
		nul = memchr(cur->pos, 0, (size_t)(cur->end - cur->pos));
	if (!nul) {
		cur->failed = true;
		return NULL;
	}
	cur->pos = nul + 1;
	return str;
}

struct ij_error *ij_cursor_error(const struct ij_cursor *cur)
{
	if (!cur->failed)
		return NULL;
	return ij_error_new(BADDATA, "%s: truncated or malformed at offset %zu of %zu bytes",
			    cur->what, ij_cursor_off(cur), (size_t)(cur->end - cur->start));
}
