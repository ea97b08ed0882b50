/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What bytes of x86-64 code look like a call or jump (Intel SDM volume 2). */
#include "maps/transfers.h"

#include <string.h>

/* call rel32, jmp rel32, and the two bytes of jcc rel32, of which the low four bits tell what for.
 */
enum { CALL = 0xe8, JUMP = 0xe9, ESCAPE = 0x0f, BRANCH = 0x80, REL_SIZE = 4 };

/* The first byte of [@pos, @end) that is CALL or JUMP; @end if there is none. */
static const uint8_t *near_find(const uint8_t *pos, const uint8_t *end)
{
	const uint64_t ones = 0x0101010101010101ull;

	_Static_assert((CALL ^ JUMP) == 1, "they differ in the bit that is left out");
	/* Eight at a time: the lowest byte of @left that is 0 is where it is. */
	for (; end - pos >= 8; pos += 8) {
		uint64_t left, zeros;

		memcpy(&left, pos, sizeof(left));
		left = (left ^ CALL * ones) & ~ones;
		zeros = (left - ones) & ~left & ones << 7;
		if (zeros)
			return pos + __builtin_ctzll(zeros) / 8;
	}
	while (pos < end && (*pos & ~1) != CALL)
		pos++;
	return pos;
}

/* Finish @ret by the displacement at offset @rel. */
static void rel_read(const uint8_t *code, size_t rel, struct ij_transfer *ret)
{
	int32_t value;

	memcpy(&value, code + rel, REL_SIZE);
	ret->to = (int64_t)rel + REL_SIZE + value;
}

bool ij_transfer_next(const uint8_t *code, size_t size, size_t from, struct ij_transfer *ret)
{
	const uint8_t *end, *found;

	if (size < 1 + REL_SIZE || from > size - 1 - REL_SIZE)
		return false;
	end = code + size - REL_SIZE;
	found = near_find(code + from, end);
	if (found == end)
		return false;
	ret->kind = *found == CALL ? IJ_TRANSFER_CALL : IJ_TRANSFER_JUMP;
	ret->at = (size_t)(found - code) + 1;
	rel_read(code, ret->at, ret);
	return true;
}

bool ij_transfer_next_branch(const uint8_t *code, size_t size, size_t from, struct ij_transfer *ret)
{
	const uint8_t *end, *found = code + from;

	if (size < 2 + REL_SIZE || from > size - 2 - REL_SIZE)
		return false;
	end = code + size - 1 - REL_SIZE;
	while (found < end && (found = memchr(found, ESCAPE, (size_t)(end - found)))) {
		if ((*++found & 0xf0) != BRANCH)
			continue;
		ret->kind = IJ_TRANSFER_BRANCH;
		ret->at = (size_t)(found - code);
		rel_read(code, ret->at + 1, ret);
		return true;
	}
	return false;
}

bool ij_transfer_is_padding(const uint8_t *code, size_t size)
{
	static const uint8_t fill[] = {0x66, 0x2e, 0x0f, 0x1f, 0x84, 0x80,
				       0x44, 0x40, 0,    0x90, 0xcc};

	for (size_t i = 0; i < size; i++)
		if (!memchr(fill, code[i], sizeof(fill)))
			return false;
	return true;
}
