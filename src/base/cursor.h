/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The bounds-checked byte cursor: the only way foreign bytes are parsed. Little-endian. */
#ifndef IJ_BASE_CURSOR_H
#define IJ_BASE_CURSOR_H

#include "base/error.h"

/**
 * A read position in a borrowed buffer.
 *
 * Failure is sticky: after the first read past the end every getter returns 0 and `failed` stays
 * set, so a parser may read a whole record and ask once.
 */
struct ij_cursor {
	const uint8_t *start;
	const uint8_t *pos;
	const uint8_t *end;
	const char *what; /* what the bytes are, for messages; borrowed */
	bool failed;
};

struct ij_cursor ij_cursor_make(const void *bytes, size_t size, const char *what);

/** A cursor over @size bytes at offset @off of @cur's buffer; failed if out of range. */
struct ij_cursor ij_cursor_sub(const struct ij_cursor *cur, uint64_t off, uint64_t size);

/** Bytes left; 0 once failed. */
static inline size_t ij_cursor_left(const struct ij_cursor *cur)
{
	return cur->failed ? 0 : (size_t)(cur->end - cur->pos);
}

size_t ij_cursor_off(const struct ij_cursor *cur);        /* offset from the start, bytes */
void ij_cursor_seek(struct ij_cursor *cur, uint64_t off); /* from the start */
void ij_cursor_skip(struct ij_cursor *cur, uint64_t size);

/* Inline, as the next: unwind tables are a million such reads. */
static inline uint8_t ij_cursor_u8(struct ij_cursor *cur)
{
	if (!ij_cursor_left(cur)) {
		cur->failed = true;
		return 0;
	}
	return *cur->pos++;
}

uint16_t ij_cursor_u16(struct ij_cursor *cur);
uint32_t ij_cursor_u32(struct ij_cursor *cur);
uint64_t ij_cursor_u64(struct ij_cursor *cur);
/** LEB128 (DWARF 5, 7.6); fails on encodings longer than 10 bytes. */
uint64_t ij_cursor_long_uleb(struct ij_cursor *cur);
int64_t ij_cursor_sleb(struct ij_cursor *cur);
static inline uint64_t ij_cursor_uleb(struct ij_cursor *cur)
{
	if (ij_cursor_left(cur) && *cur->pos < 0x80)
		return *cur->pos++;
	return ij_cursor_long_uleb(cur);
}
/** Borrow @size bytes; NULL and failed if there are fewer. */
const void *ij_cursor_bytes(struct ij_cursor *cur, uint64_t size);
/** Borrow a NUL-terminated string; NULL and failed if no NUL follows. */
const char *ij_cursor_str(struct ij_cursor *cur);

/** NULL, or a BADDATA error that names what was read and where it ended. */
struct ij_error *ij_cursor_error(const struct ij_cursor *cur) IJ_WARN_UNUSED;

#endif
