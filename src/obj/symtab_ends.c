/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "obj/symtab_ends.h"

#include <stdlib.h>
#include <string.h>

/* Bits of the set, as powers of two: of 4 KiB to 256 KiB. */
enum { BITS_LOG_MIN = 15, BITS_LOG_MAX = 21 };

/* 2^64 divided by the golden ratio: Fibonacci hashing (Knuth, TAOCP volume 3, 6.4). */
#define GOLDEN 0x9e3779b97f4a7c15ull

struct ij_error *ij_ends_init(struct ij_ends *ends, uint64_t size)
{
	unsigned log = BITS_LOG_MIN;

	/* Two bits for each byte of the table are eight times as many as there are names, or more.
	 */
	while (log < BITS_LOG_MAX && (uint64_t)1 << log < size * 2)
		log++;
	*ends = (struct ij_ends){.bits = calloc((size_t)1 << (log - 6), sizeof(*ends->bits)),
				 .shift = 64 - log};
	return ends->bits ? NULL : ij_error_nomem();
}

void ij_ends_deinit(struct ij_ends *ends)
{
	free(ends->bits);
	*ends = (struct ij_ends){.bits = NULL};
}

static uint64_t bit_of(const struct ij_ends *ends, const void *last)
{
	uint64_t word;

	_Static_assert(sizeof(word) == IJ_END_SIZE, "an end is one word");
	memcpy(&word, last, sizeof(word));
	return word * GOLDEN >> ends->shift;
}

static void add_end(struct ij_ends *ends, const uint8_t *bytes, size_t end)
{
	uint64_t bit;

	if (end < IJ_END_SIZE)
		return;
	bit = bit_of(ends, bytes + end - IJ_END_SIZE);
	ends->bits[bit / 64] |= (uint64_t)1 << bit % 64;
}

static void add_each(struct ij_ends *ends, const uint8_t *bytes, size_t size, size_t from, int byte)
{
	const uint8_t *at = bytes + from, *end = bytes + size;

	while (at < end && (at = memchr(at, byte, (size_t)(end - at))))
		add_end(ends, bytes, (size_t)(at++ - bytes));
}

void ij_ends_add(struct ij_ends *ends, const uint8_t *bytes, size_t size, size_t from)
{
	add_each(ends, bytes, size, from, 0);
	add_each(ends, bytes, size, from, '@');
}

bool ij_ends_may_have(const struct ij_ends *ends, const char *name)
{
	size_t len = strlen(name);
	uint64_t bit;

	if (!ends->whole || len < IJ_END_SIZE)
		return true;
	bit = bit_of(ends, name + len - IJ_END_SIZE);
	return ends->bits[bit / 64] >> bit % 64 & 1;
}
