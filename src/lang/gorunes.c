/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Strings and the characters in them (The Go Programming Language Specification, Conversions to and
 * from a string type). */
#include <string.h>

#include "lang/goval.h"

enum { RUNE_ERROR = 0xfffd, RUNE_MAX = 0x10ffff, SURROGATE_LO = 0xd800, SURROGATE_HI = 0xdfff };

size_t ij_go_utf8_put(char *out, uint32_t rune)
{
	if (rune > RUNE_MAX || (rune >= SURROGATE_LO && rune <= SURROGATE_HI))
		rune = RUNE_ERROR;
	if (rune < 0x80) {
		out[0] = (char)rune;
		return 1;
	}
	if (rune < 0x800) {
		out[0] = (char)(0xc0 | rune >> 6);
		out[1] = (char)(0x80 | (rune & 0x3f));
		return 2;
	}
	if (rune < 0x10000) {
		out[0] = (char)(0xe0 | rune >> 12);
		out[1] = (char)(0x80 | (rune >> 6 & 0x3f));
		out[2] = (char)(0x80 | (rune & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | rune >> 18);
	out[1] = (char)(0x80 | (rune >> 12 & 0x3f));
	out[2] = (char)(0x80 | (rune >> 6 & 0x3f));
	out[3] = (char)(0x80 | (rune & 0x3f));
	return 4;
}

/* The character that @bytes begin with; a byte that begins none is one U+FFFD. */
static size_t rune_at(const uint8_t *bytes, size_t size, int32_t *ret)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	size_t len = bytes[0] < 0x80   ? 1
		     : bytes[0] < 0xc2 ? 0
		     : bytes[0] < 0xe0 ? 2
		     : bytes[0] < 0xf0 ? 3
		     : bytes[0] < 0xf5 ? 4
				       : 0;
	uint32_t rune = len < 2 ? bytes[0] : bytes[0] & (0x7fu >> len);

	*ret = RUNE_ERROR;
	if (!len || len > size)
		return 1;
	for (size_t i = 1; i < len; i++) {
		if ((bytes[i] & 0xc0) != 0x80)
			return 1;
		rune = rune << 6 | (bytes[i] & 0x3fu);
	}
	if (rune < least[len] || rune > RUNE_MAX || (rune >= SURROGATE_LO && rune <= SURROGATE_HI))
		return 1;
	*ret = (int32_t)rune;
	return len;
}

struct ij_error *ij_go_text_of_rune(struct ij_go_host *host, int64_t rune,
				    const struct ij_ctype *type, struct ij_go_value *ret)
{
	struct ij_go_arg con = {.kind = IJ_GO_CONST_STRING,
				.bytes = ij_arena_alloc(host->arena, 4)};

	if (!con.bytes)
		return ij_error_nomem();
	con.bytes_size = ij_go_utf8_put(con.bytes,
					rune < 0 || rune > RUNE_MAX ? RUNE_ERROR : (uint32_t)rune);
	return ij_go_value_of_string(host, &con, type, ret);
}

struct ij_error *ij_go_runes_of(struct ij_go_host *host, struct ij_go_value *value,
				const struct ij_ctype *type, struct ij_go_value *ret)
{
	uint64_t words[3] = {0};
	const uint8_t *bytes;
	size_t size, len = 0;
	uint8_t *runes;
	bool cut;

	IJ_TRY(ij_go_value_text(host, value, IJ_GO_TEXT_MAX / sizeof(int32_t), &bytes, &size,
				&cut));
	if (cut || size > IJ_GO_TEXT_MAX / sizeof(int32_t))
		return ij_error_new(LIMIT, "a string of more than %zu bytes cannot be converted",
				    IJ_GO_TEXT_MAX / sizeof(int32_t));
	runes = ij_arena_alloc(host->arena, size * sizeof(int32_t) + 1);
	if (!runes)
		return ij_error_nomem();
	for (size_t at = 0; at < size; len++) {
		int32_t rune;

		at += rune_at(bytes + at, size - at, &rune);
		memcpy(runes + len * sizeof(rune), &rune, sizeof(rune));
	}
	words[1] = words[2] = len;
	IJ_TRY(ij_go_value_make(host, type, words, sizeof(words), ret));
	ret->held = runes;
	ret->held_size = len * sizeof(int32_t);
	return NULL;
}

struct ij_error *ij_go_text_of_runes(struct ij_go_host *host, struct ij_go_value *value,
				     const struct ij_ctype *type, struct ij_go_value *ret)
{
	struct ij_go_arg con = {.kind = IJ_GO_CONST_STRING};
	const uint8_t *bytes;
	uint8_t *read = NULL;
	uint64_t len;

	IJ_TRY(ij_go_value_load(host, value));
	len = ij_go_value_word(value, 1);
	bytes = value->held;
	if (len > IJ_GO_TEXT_MAX / sizeof(int32_t) ||
	    (bytes && value->held_size < len * sizeof(int32_t)))
		return ij_error_new(LIMIT, "%llu characters cannot be converted",
				    (unsigned long long)len);
	con.bytes = ij_arena_alloc(host->arena, (size_t)len * 4 + 1);
	if (!bytes)
		read = ij_arena_alloc(host->arena, (size_t)len * sizeof(int32_t) + 1);
	if (!con.bytes || (!bytes && !read))
		return ij_error_nomem();
	if (!bytes && value->fleeting && len && !host->force)
		return ij_go_not_kept(host, value);
	if (!bytes && len && !value->unknown)
		IJ_TRY(host->read(host, ij_go_value_word(value, 0), read,
				  (size_t)len * sizeof(int32_t)));
	for (uint64_t i = 0; i < len; i++) {
		uint32_t rune;

		memcpy(&rune, (bytes ? bytes : read) + i * sizeof(rune), sizeof(rune));
		con.bytes_size += ij_go_utf8_put(con.bytes + con.bytes_size, rune);
	}
	return ij_go_value_of_string(host, &con, type, ret);
}
