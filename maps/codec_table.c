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

	if (!table->len || table->escape > table->len || table->least > table->bits ||
	    table->bits > IJ_CODEC_BITS_MAX)
		return bad(kind, "a code of no or too many bits");
	if (!inside(codec, table->counts_off, table->bits - table->least + 1u, sizeof(uint16_t),
		    sizeof(uint16_t)))
		return bad(kind, "counts out of range");
	for (unsigned len = table->least; len <= table->bits; len++) {
		uint16_t count =
			((const uint16_t *)(const void *)(codec->bytes +
							  table->counts_off))[len - table->least];

		sum += count;
		space += (uint64_t)count << (IJ_CODEC_BITS_MAX - len);
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

/* Eight bytes are read of the last one, too: the padding must be behind it. */
static bool values_inside(const struct ij_codec *codec, const struct ij_codec_dict *dict)
{
	uint64_t size = dict->regs_size + dict->rest_size;

	return dict->values_off >= sizeof(*codec->header) &&
	       dict->values_off + dict->len * (size ? size : 1) <=
		       codec->header->size - IJ_CODEC_PADDING;
}

static struct ij_error *dict_check(const struct ij_codec *codec, unsigned kind)
{
	const struct ij_codec_dict *dict = &codec->dicts[kind];

	if (!dict->tables_len)
		return dict->len || dict->tree_len ? bad(kind, "values without a code") : NULL;
	if (dict->regs_size > 8 || dict->rest_size > 4 || dict->reserved || dict->len > UINT16_MAX)
		return bad(kind, "values of no or too many bytes");
	if (!values_inside(codec, dict) ||
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

struct ij_error *ij_codec_tables_open(struct ij_codec *codec)
{
	static const struct ij_codec_node leaf = {.feature = IJ_CODEC_LEAF};

	for (unsigned kind = 0; kind < IJ_CODEC_KINDS; kind++) {
		const struct ij_codec_dict *dict = &codec->dicts[kind];
		struct ij_codec_view *view = &codec->views[kind];

		IJ_TRY(dict_check(codec, kind));
		if (!dict->tables_len)
			continue;
		*view = (struct ij_codec_view){
			.nodes = dict->tree_len ? (const void *)(codec->bytes + dict->tree_off)
						: &leaf,
			.tables = (const void *)(codec->bytes + dict->codes_off),
			.values = codec->bytes + dict->values_off,
			.regs_mask = dict->regs_size ? UINT64_MAX >> (64 - 8 * dict->regs_size) : 0,
			.rest_mask = dict->rest_size ? UINT32_MAX >> (32 - 8 * dict->rest_size) : 0,
			.regs_size = dict->regs_size,
			.size = dict->regs_size + dict->rest_size,
		};
	}
	return NULL;
}

struct ij_codec_symbol ij_codec_raw_get(const struct ij_codec_dict *dict, struct ij_bits *bits)
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
