/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From one descriptor of a type to the next: how large each is, its kind and its own counts say. */
#include "maps/gotypes.h"

#include <string.h>

/* struct abi.Type, and what follows it in the kinds that have more. */
enum { SIZE = 0, TFLAG = 20, KIND = 23, STR = 40, COMMON_SIZE = 48 };
enum { FLAG_UNCOMMON = 1, FLAG_EXTRA_STAR = 2 };
enum { KIND_MASK = 31, KIND_MAX = 26 };
/* Counts: of parameters and results (the highest bit says variadic), of methods, of fields. */
enum { FUNC_IN = 48, FUNC_OUT = 50, FUNC_OUT_MASK = 0x7fff, LIST_LEN = 64 };
enum { POINTER_SIZE = 8, IMETHOD_SIZE = 8, FIELD_SIZE = 24 };
/* struct abi.UncommonType and abi.Method. */
enum { UNCOMMON_METHODS = 4, UNCOMMON_OFF = 8, UNCOMMON_SIZE = 16, METHOD_SIZE = 16 };
/* The first word is left free, so that no descriptor has offset 0. */
enum { FIRST = 8 };
/* A list that is longer takes more than any program has. */
#define LIST_MAX (1ull << 24)

static uint64_t word(const struct ij_gotypes *types, size_t at, size_t size)
{
	uint64_t value = 0;

	memcpy(&value, types->bytes + at, size);
	return value;
}

static uint64_t struct_size(unsigned kind)
{
	static const uint8_t sizes[KIND_MAX + 1] = {
		[17] = 72,  [18] = 64, [19] = 56, [20] = 80,
		[21] = 136, [22] = 56, [23] = 56, [25] = 80,
	};

	return sizes[kind] ? sizes[kind] : COMMON_SIZE;
}

/* Bytes of the lists that follow a struct of @kind at @at. */
static uint64_t lists_size(const struct ij_gotypes *types, size_t at, unsigned kind)
{
	uint64_t len;

	switch (kind) {
	case 19:
		return POINTER_SIZE * (word(types, at + FUNC_IN, 2) +
				       (word(types, at + FUNC_OUT, 2) & FUNC_OUT_MASK));
	case 20:
	case 25:
		len = word(types, at + LIST_LEN, 8);
		return len > LIST_MAX ? UINT64_MAX : len * (kind == 20 ? IMETHOD_SIZE : FIELD_SIZE);
	default:
		return 0;
	}
}

/* Bytes of the descriptor at @at; 0: there is none. */
static uint64_t row_size(const struct ij_gotypes *types, size_t at)
{
	uint64_t room = types->rows_size - at, size, lists, methods, end;
	unsigned kind;

	if (room < COMMON_SIZE)
		return 0;
	kind = types->bytes[at + KIND] & KIND_MASK;
	if (!kind || kind > KIND_MAX || struct_size(kind) > room)
		return 0;
	size = struct_size(kind);
	lists = lists_size(types, at, kind);
	if (lists > room - size)
		return 0;
	end = size + lists;
	if (!(types->bytes[at + TFLAG] & FLAG_UNCOMMON))
		return end;
	if (room - end < UNCOMMON_SIZE)
		return 0;
	end += UNCOMMON_SIZE;
	methods = word(types, at + size + UNCOMMON_METHODS, 2) * METHOD_SIZE;
	if (methods && size + word(types, at + size + UNCOMMON_OFF, 4) + methods > end)
		end = size + word(types, at + size + UNCOMMON_OFF, 4) + methods;
	return end <= room ? end : 0;
}

/* Is the text at @at, its flags first and then its length, @name, after the star that is too many?
 */
static bool is_name(const struct ij_gotypes *types, uint64_t at, bool star, const char *name)
{
	size_t len = strlen(name) + star;
	uint64_t said = 0;
	unsigned shift = 0;

	for (at++; at < types->size && shift < 32; shift += 7) {
		uint8_t byte = types->bytes[at++];

		said |= (uint64_t)(byte & 0x7f) << shift;
		if (byte & 0x80)
			continue;
		return said == len && types->size - at >= len &&
		       (!star || types->bytes[at] == '*') &&
		       !memcmp(types->bytes + at + star, name, len - star);
	}
	return false;
}

bool ij_gotypes_find(const struct ij_gotypes *types, const char *name, uint64_t value_size,
		     size_t *ret)
{
	uint64_t size;

	if (types->rows_size > types->size)
		return false;
	for (size_t at = FIRST; at < types->rows_size; at += (size_t)((size + 7) & ~7ull)) {
		size = row_size(types, at);
		if (!size)
			return false;
		if (word(types, at + SIZE, 8) == value_size &&
		    is_name(types, word(types, at + STR, 4),
			    types->bytes[at + TFLAG] & FLAG_EXTRA_STAR, name)) {
			*ret = at;
			return true;
		}
	}
	return false;
}
