/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Streams of bits, the first in the highest bit of a byte, as canonical Huffman codes want them. */
#ifndef IJ_MAPS_BITS_H
#define IJ_MAPS_BITS_H

#include <string.h>

#include "base/vec.h"

/** Reading. Behind the end must be IJ_BITS_PADDING bytes that can be read, whatever they hold. */
#define IJ_BITS_PADDING 8
struct ij_bits {
	const uint8_t *bytes; /* borrowed */
	uint64_t pos, end;    /* bits */
	bool failed;          /* was read past the end */
};

static inline struct ij_bits ij_bits_make(const uint8_t *bytes, size_t size)
{
	return (struct ij_bits){.bytes = bytes, .end = (uint64_t)size * 8};
}

/** The next 32 bits, without going on; 0 behind the end. */
static inline uint32_t ij_bits_peek(const struct ij_bits *bits)
{
	uint64_t word;

	if (bits->pos >= bits->end)
		return 0;
	memcpy(&word, bits->bytes + (bits->pos >> 3), sizeof(word));
	return (uint32_t)(__builtin_bswap64(word) << (bits->pos & 7) >> 32);
}

static inline void ij_bits_skip(struct ij_bits *bits, unsigned count)
{
	bits->pos += count;
	bits->failed |= bits->pos > bits->end;
}

/** The next @count bits, at most 32. */
static inline uint32_t ij_bits_get(struct ij_bits *bits, unsigned count)
{
	uint32_t value = count ? ij_bits_peek(bits) >> (32 - count) : 0;

	ij_bits_skip(bits, count);
	return value;
}

/** Writing. */
struct ij_bits_out {
	IJ_VEC(uint8_t) bytes;
	unsigned used; /* bits of the last byte; 8 or no byte: none is begun */
};

static inline struct ij_error *ij_bits_put(struct ij_bits_out *out, uint32_t value, unsigned count)
{
	while (count) {
		unsigned room, take;

		if (!out->bytes.len || out->used == 8) {
			IJ_TRY(ij_vec_push(&out->bytes, 0));
			out->used = 0;
		}
		room = 8 - out->used;
		take = count < room ? count : room;
		out->bytes.items[out->bytes.len - 1] |=
			(uint8_t)((value >> (count - take) & ((1u << take) - 1)) << (room - take));
		out->used += take;
		count -= take;
	}
	return NULL;
}

/** Begin the next byte. */
static inline void ij_bits_align(struct ij_bits_out *out)
{
	out->used = 8;
}

#endif
