/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Decoding symbols. */
#include "maps/codec_table.h"

/* Of an escaped set of registers: so many bits, or this for all of them. */
#define RAW_MANY 15u

static bool inside(const struct ij_codec *codec, uint64_t off, uint64_t len, uint64_t item,
		   uint64_t align)
{
	return off >= sizeof(*codec->header) && off % align == 0 && off <= codec->header->size &&
	       len <= (codec->header->size - off) / item;
}

static struct ij_error *bad(unsigned kind, const char *what)
{
	return ij_error_new(BADDATA, "encoded maps: tables of kind %u: %s", kind, what);
}

static struct ij_error *table_check(const struct ij_codec *codec, unsigned kind,
				    const struct ij_codec_dict *dict, uint32_t idx)
{
	const struct ij_codec_table *table =
		(const void *)(codec->bytes + dict->codes_off + (size_t)idx * sizeof(*table));
	uint32_t symbols = table->len - (table->escape ? 1u : 0u);
	uint64_t sum = 0, space = 0;

	if (!table->len || table->escape > table->len || !table->bits ||
	    table->bits > IJ_CODEC_BITS_MAX)
		return bad(kind, "a code of no or too many bits");
	if (!inside(codec, table->counts_off, table->bits, sizeof(uint16_t), sizeof(uint16_t)))
		return bad(kind, "counts out of range");
	for (unsigned i = 0; i < table->bits; i++) {
		uint16_t count =
			((const uint16_t *)(const void *)(codec->bytes + table->counts_off))[i];

		sum += count;
		space += (uint64_t)count << (IJ_CODEC_BITS_MAX - 1 - i);
	}
	if (sum != table->len || space > 1u << IJ_CODEC_BITS_MAX)
		return bad(kind, "counts that are no code");
	if (!table->ids_off)
		return symbols == dict->len ? NULL : bad(kind, "a code for other values");
	if (!idx || !inside(codec, table->ids_off, symbols, sizeof(uint16_t), sizeof(uint16_t)))
		return bad(kind, "symbols out of range");
	for (uint32_t i = 0; i < symbols; i++)
		if (((const uint16_t *)(const void *)(codec->bytes + table->ids_off))[i] >=
		    dict->len)
			return bad(kind, "a symbol that is not there");
	return NULL;
}

static struct ij_error *tree_check(const struct ij_codec *codec, unsigned kind,
				   const struct ij_codec_dict *dict)
{
	const struct ij_codec_node *nodes = (const void *)(codec->bytes + dict->tree_off);

	for (uint32_t i = 0; i < dict->tree_len; i++) {
		if (nodes[i].feature == IJ_CODEC_LEAF) {
			if (nodes[i].next >= dict->tables_len)
				return bad(kind, "a leaf without a table");
		} else if (nodes[i].feature > 63 || nodes[i].next <= i ||
			   nodes[i].next >= dict->tree_len || i + 1 >= dict->tree_len) {
			return bad(kind, "a tree that does not lead forward");
		}
	}
	return NULL;
}

static struct ij_error *dict_check(const struct ij_codec *codec, unsigned kind)
{
	const struct ij_codec_dict *dict = &codec->dicts[kind];

	if (!dict->tables_len)
		return dict->len || dict->tree_len ? bad(kind, "values without a code") : NULL;
	if (dict->regs_size > 8 || dict->rest_size > 4 || dict->reserved || dict->len > UINT16_MAX)
		return bad(kind, "values of no or too many bytes");
	if (!inside(codec, dict->values_off, dict->len,
		    dict->regs_size + dict->rest_size ? dict->regs_size + dict->rest_size : 1, 1) ||
	    !inside(codec, dict->codes_off, dict->tables_len, sizeof(struct ij_codec_table),
		    _Alignof(struct ij_codec_table)) ||
	    (dict->tree_len &&
	     !inside(codec, dict->tree_off, dict->tree_len, sizeof(struct ij_codec_node),
		     _Alignof(struct ij_codec_node))))
		return bad(kind, "out of range");
	for (uint32_t i = 0; i < dict->tables_len; i++)
		IJ_TRY(table_check(codec, kind, dict, i));
	return tree_check(codec, kind, dict);
}

struct ij_error *ij_codec_tables_check(const struct ij_codec *codec)
{
	for (unsigned kind = 0; kind < IJ_CODEC_KINDS; kind++)
		IJ_TRY(dict_check(codec, kind));
	return NULL;
}

/*
 * The place of the next code among the codes of @table, in canonical order: codes of one length
 * follow one another, and the first of a length is twice what follows the last that is shorter.
 */
static inline uint32_t code_get(const struct ij_codec *codec, const struct ij_codec_table *table,
				struct ij_bits *bits)
{
	const uint16_t *counts = (const void *)(codec->bytes + table->counts_off);
	uint32_t window = ij_bits_peek(bits), first = 0, place = 0;

	for (unsigned len = 1; len <= table->bits; len++) {
		uint32_t code = window >> (32 - len), count = counts[len - 1];

		if (code - first < count) {
			ij_bits_skip(bits, len);
			return place + code - first;
		}
		place += count;
		first = (first + count) << 1;
	}
	bits->failed = true;
	return 0;
}

/* @size bytes: the padding of the encoding is behind them, so that eight can be read. */
static uint64_t value_read(const uint8_t *bytes, unsigned size)
{
	uint64_t value;

	if (!size)
		return 0;
	memcpy(&value, bytes, sizeof(value));
	return value << (64 - 8 * size) >> (64 - 8 * size);
}

static struct ij_codec_symbol raw_get(const struct ij_codec_dict *dict, struct ij_bits *bits)
{
	struct ij_codec_symbol ret = {0};
	unsigned count = dict->regs_size ? ij_bits_get(bits, 4) : 0;

	if (count == RAW_MANY) {
		ret.regs = (uint64_t)ij_bits_get(bits, 32) << 32;
		ret.regs |= ij_bits_get(bits, 32);
	} else {
		for (; count; count--)
			ret.regs |= 1ull << ij_bits_get(bits, 6);
	}
	ret.rest = ij_bits_get(bits, dict->rest_size * 8u);
	return ret;
}

unsigned ij_codec_raw_bits(const struct ij_codec_dict *dict, const struct ij_codec_symbol *symbol)
{
	unsigned count = (unsigned)__builtin_popcountll(symbol->regs);

	return dict->rest_size * 8u + (!dict->regs_size   ? 0
				       : count < RAW_MANY ? 4 + 6 * count
							  : 4 + 64);
}

static uint32_t leaf_of(const struct ij_codec *codec, const struct ij_codec_dict *dict,
			uint64_t features)
{
	const struct ij_codec_node *nodes = (const void *)(codec->bytes + dict->tree_off);
	uint32_t at = 0;

	if (!dict->tree_len)
		return 0;
	while (nodes[at].feature != IJ_CODEC_LEAF)
		at = features >> nodes[at].feature & 1 ? nodes[at].next : at + 1;
	return nodes[at].next;
}

struct ij_codec_symbol ij_codec_symbol_get(const struct ij_codec *codec, struct ij_bits *bits,
					   unsigned kind, uint64_t features, uint64_t *touched)
{
	const struct ij_codec_dict *dict = &codec->dicts[kind];
	const struct ij_codec_table *tables = (const void *)(codec->bytes + dict->codes_off);
	const struct ij_codec_table *table;
	struct ij_codec_symbol ret = {0};
	const uint8_t *value;
	uint32_t place;

	if (!dict->tables_len) {
		bits->failed = true;
		return ret;
	}
	table = &tables[leaf_of(codec, dict, features)];
	place = code_get(codec, table, bits);
	if (place + 1 == table->escape && table != tables) {
		table = tables;
		place = code_get(codec, table, bits);
	}
	if (place + 1 == table->escape)
		return raw_get(dict, bits);
	if (bits->failed)
		return ret;
	place -= table->escape && place >= table->escape;
	if (table->ids_off)
		place = ((const uint16_t *)(const void *)(codec->bytes + table->ids_off))[place];
	value = codec->bytes + dict->values_off +
		(size_t)place * (dict->regs_size + dict->rest_size);
	*touched += sizeof(*table) + (uint64_t)dict->regs_size + dict->rest_size;
	ret.regs = value_read(value, dict->regs_size);
	ret.rest = (uint32_t)value_read(value + dict->regs_size, dict->rest_size);
	return ret;
}
