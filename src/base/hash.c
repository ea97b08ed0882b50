/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Fowler, Noll and Vo's hash, FNV-1a, of words rather than bytes. */
#include "base/hash.h"

#include <string.h>

#define BASIS 14695981039346656037ull
#define PRIME 1099511628211ull

enum { LANES = 4 }; /* a multiplication takes as long as four that do not wait for one another */

static uint64_t word_at(const uint8_t *bytes)
{
	uint64_t word;

	memcpy(&word, bytes, sizeof(word));
	return word;
}

uint64_t ij_hash_on(uint64_t value, const void *bytes, size_t size)
{
	const uint8_t *at = bytes;
	uint64_t lanes[LANES] = {value, value + 1, value + 2, value + 3};

	for (; size >= LANES * sizeof(uint64_t); size -= LANES * sizeof(uint64_t)) {
		for (size_t i = 0; i < LANES; i++)
			lanes[i] = (lanes[i] ^ word_at(at + i * sizeof(uint64_t))) * PRIME;
		at += LANES * sizeof(uint64_t);
	}
	for (size_t i = 1; i < LANES; i++)
		lanes[0] = (lanes[0] ^ lanes[i]) * PRIME;
	for (; size; size -= size < sizeof(uint64_t) ? size : sizeof(uint64_t)) {
		uint64_t word = 0;

		memcpy(&word, at, size < sizeof(word) ? size : sizeof(word));
		lanes[0] = (lanes[0] ^ word) * PRIME;
		at += size < sizeof(word) ? size : sizeof(word);
	}
	return lanes[0];
}

uint64_t ij_hash(const void *bytes, size_t size)
{
	return ij_hash_on(BASIS, bytes, size);
}
