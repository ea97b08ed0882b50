/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Canonical Huffman codes of limited length. */
#include <string.h>

#include "maps/encode_stream.h"

struct leaf {
	uint64_t count;
	uint32_t place; /* of the symbol given, or len of the escape */
	uint8_t bits;
};

static int by_count(const void *left, const void *right)
{
	const struct leaf *a = left, *b = right;

	if (a->count != b->count)
		return a->count < b->count ? -1 : 1;
	return (a->place > b->place) - (a->place < b->place);
}

static int by_bits(const void *left, const void *right)
{
	const struct leaf *a = left, *b = right;

	if (a->bits != b->bits)
		return a->bits < b->bits ? -1 : 1;
	return (a->place > b->place) - (a->place < b->place);
}

/* Lengths by Huffman's algorithm with two queues: leaves by count, and inner nodes as they come. */
static unsigned lengths_make(struct leaf *leaves, uint32_t len, uint64_t *sums, uint32_t *parents)
{
	uint32_t leaf = 0, inner = len, end = len;
	unsigned max = 0;

	/* What is always the same takes no bits. */
	if (len == 1) {
		leaves[0].bits = 0;
		return 0;
	}
	for (; end < 2 * len - 1; end++) {
		uint64_t sum = 0;

		for (int i = 0; i < 2; i++) {
			bool take_leaf =
				leaf < len && (inner >= end || leaves[leaf].count <= sums[inner]);
			uint32_t node = take_leaf ? leaf++ : inner++;

			sum += take_leaf ? leaves[node].count : sums[node];
			parents[node] = end;
		}
		sums[end] = sum;
	}
	/* Depths from the root down; parents come behind their children. */
	sums[end - 1] = 0;
	for (uint32_t i = end - 1; i-- > 0;) {
		uint64_t depth = sums[parents[i]] + 1;

		if (i >= len)
			sums[i] = depth;
		else
			leaves[i].bits = (uint8_t)(depth < 255 ? depth : 255);
		if (i < len && depth > max)
			max = (unsigned)depth;
	}
	return max;
}

/* Flatten the counts until no code is too long. */
static struct ij_error *lengths_limit(struct leaf *leaves, uint32_t len)
{
	uint64_t *sums = calloc((size_t)len * 2, sizeof(*sums));
	uint32_t *parents = calloc((size_t)len * 2, sizeof(*parents));
	struct ij_error *err = sums && parents ? NULL : ij_error_nomem();

	while (!err && lengths_make(leaves, len, sums, parents) > IJ_CODEC_BITS_MAX)
		for (uint32_t i = 0; i < len; i++)
			leaves[i].count = leaves[i].count / 2 + 1;
	free(sums);
	free(parents);
	return err;
}

static void codes_assign(const struct leaf *leaves, const uint32_t *ids, uint32_t symbols,
			 struct ij_encode_code *ret)
{
	uint32_t code = 0, used = 0;
	unsigned bits = leaves[0].bits;

	for (uint32_t i = 0; i < ret->len; i++) {
		code <<= leaves[i].bits - bits;
		bits = leaves[i].bits;
		ret->bits[i] = leaves[i].bits;
		ret->codes[i] = code++;
		if (leaves[i].place == symbols)
			ret->escape = i + 1;
		else
			ret->ids[used++] = ids[leaves[i].place];
	}
}

struct ij_error *ij_encode_code_make(const uint32_t *ids, const uint64_t *counts, uint32_t len,
				     uint64_t escapes, struct ij_encode_code *ret)
{
	uint32_t all = len + (escapes ? 1 : 0);
	struct leaf *leaves = calloc(all ? all : 1, sizeof(*leaves));
	struct ij_error *err = leaves ? NULL : ij_error_nomem();

	*ret = (struct ij_encode_code){.ids = calloc(all ? all : 1, sizeof(uint32_t)),
				       .bits = calloc(all ? all : 1, 1),
				       .codes = calloc(all ? all : 1, sizeof(uint32_t)),
				       .len = all};
	if (!ret->ids || !ret->bits || !ret->codes)
		err = ij_error_nomem();
	for (uint32_t i = 0; i < all && !err; i++)
		leaves[i] = (struct leaf){.count = i < len ? counts[i] : escapes, .place = i};
	if (!err && all) {
		qsort(leaves, all, sizeof(*leaves), by_count);
		err = lengths_limit(leaves, all);
	}
	if (!err && all) {
		qsort(leaves, all, sizeof(*leaves), by_bits);
		codes_assign(leaves, ids, len, ret);
	}
	free(leaves);
	if (err)
		ij_encode_code_free(ret);
	return err;
}

void ij_encode_code_free(struct ij_encode_code *code)
{
	free(code->ids);
	free(code->bits);
	free(code->codes);
	*code = (struct ij_encode_code){0};
}
