/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Choosing the codes of huffman, interleaved and best, and writing their units and tables. */
#include <assert.h>
#include <string.h>

#include "maps/builder.h"
#include "maps/codec_table.h"
#include "maps/encode_stream.h"

/* About what an escape costs besides the bits of the symbol itself. */
#define ESCAPE_BITS 8.0

struct streams {
	struct ij_encode *encode;
	struct ij_codec_dict dicts[IJ_CODEC_KINDS];
	struct ij_encode_model models[IJ_CODEC_KINDS];
};

static size_t hash_of(struct ij_codec_symbol symbol)
{
	uint64_t hash = (symbol.regs + symbol.rest * 0x9e3779b97f4a7c15u) * ij_map_hash_factor();

	return (size_t)(hash ^ hash >> 32);
}

struct ij_error *ij_encode_symbol(struct ij_encode *encode, unsigned kind,
				  struct ij_codec_symbol symbol, uint32_t *ret)
{
	struct ij_encode_dict *dict = &encode->dicts[kind];
	size_t at;

	if ((dict->symbols.len + 1) * 2 > dict->cap) {
		size_t cap = dict->cap ? dict->cap * 2 : 256;
		uint32_t *table = calloc(cap, sizeof(*table));

		if (!table)
			return ij_error_nomem();
		for (uint32_t i = 0; i < dict->symbols.len; i++) {
			at = hash_of(dict->symbols.items[i]) & (cap - 1);
			while (table[at])
				at = (at + 1) & (cap - 1);
			table[at] = i + 1;
		}
		free(dict->table);
		dict->table = table;
		dict->cap = cap;
	}
	at = hash_of(symbol) & (dict->cap - 1);
	for (; dict->table[at]; at = (at + 1) & (dict->cap - 1)) {
		const struct ij_codec_symbol *it = &dict->symbols.items[dict->table[at] - 1];

		if (it->regs != symbol.regs || it->rest != symbol.rest)
			continue;
		*ret = dict->table[at] - 1;
		dict->counts.items[*ret]++;
		return NULL;
	}
	IJ_TRY(ij_vec_push(&dict->symbols, symbol));
	IJ_TRY(ij_vec_push(&dict->counts, 1));
	*ret = (uint32_t)dict->symbols.len - 1;
	dict->table[at] = *ret + 1;
	return NULL;
}

uint64_t ij_encode_dict_count(const struct ij_encode_dict *dict, struct ij_codec_symbol symbol)
{
	size_t at = hash_of(symbol) & (dict->cap - 1);

	for (; dict->cap && dict->table[at]; at = (at + 1) & (dict->cap - 1)) {
		const struct ij_codec_symbol *it = &dict->symbols.items[dict->table[at] - 1];

		if (it->regs == symbol.regs && it->rest == symbol.rest)
			return dict->counts.items[dict->table[at] - 1];
	}
	return 0;
}

void ij_encode_dicts_free(struct ij_encode_dict *dicts)
{
	for (unsigned kind = 0; kind < IJ_CODEC_KINDS; kind++) {
		ij_vec_deinit(&dicts[kind].symbols);
		ij_vec_deinit(&dicts[kind].counts);
		free(dicts[kind].table);
		dicts[kind] = (struct ij_encode_dict){.cap = 0};
	}
}

static uint8_t bytes_of(uint64_t value)
{
	return value ? (uint8_t)((71 - __builtin_clzll(value)) / 8) : 0;
}

/* Is it cheaper to have the symbol in the table than to escape each time? */
static bool is_kept(const struct ij_codec_dict *sizes, const struct ij_codec_symbol *symbol,
		    uint64_t count, uint64_t total)
{
	double own = ij_encode_log2((double)total / (double)count);
	double escaped = ESCAPE_BITS + ij_codec_raw_bits(sizes, symbol);

	return (double)count * (escaped - own) > 8.0 * (sizes->regs_size + sizes->rest_size) + 2;
}

/* The code for all of @kind, and the places of the values. */
static struct ij_error *root_make(struct streams *streams, unsigned kind)
{
	const struct ij_encode_dict *dict = &streams->encode->dicts[kind];
	struct ij_codec_dict *sizes = &streams->dicts[kind];
	struct ij_encode_model *model = &streams->models[kind];
	uint64_t *counts = malloc((dict->symbols.len + 1) * sizeof(*counts));
	uint32_t *ids = malloc((dict->symbols.len + 1) * sizeof(*ids));
	uint64_t total = 0, escapes = 0, regs = 0;
	uint32_t len = 0, rest = 0;
	struct ij_encode_code code;
	struct ij_error *err = counts && ids ? NULL : ij_error_nomem();

	IJ_VEC_EACH (&dict->counts, count)
		total += *count;
	IJ_VEC_EACH (&dict->symbols, symbol) {
		regs |= symbol->regs;
		rest |= symbol->rest;
	}
	sizes->regs_size = bytes_of(regs);
	sizes->rest_size = bytes_of(rest);
	for (uint32_t i = 0; i < dict->symbols.len && !err; i++) {
		uint64_t count = dict->counts.items[i];

		if (len == UINT16_MAX - 1 ||
		    !is_kept(sizes, &dict->symbols.items[i], count, total)) {
			escapes += count;
			continue;
		}
		ids[len] = i;
		counts[len++] = count;
	}
	if (!err)
		err = ij_encode_code_make(ids, counts, len, escapes, &code);
	free(counts);
	free(ids);
	IJ_TRY(err);
	model->place = malloc((dict->symbols.len + 1) * sizeof(uint32_t));
	err = model->place ? ij_vec_push(&model->codes, code) : ij_error_nomem();
	if (err) {
		ij_encode_code_free(&code);
		return err;
	}
	memset(model->place, 0xff, (dict->symbols.len + 1) * sizeof(uint32_t));
	for (uint32_t i = 0; i < len; i++)
		model->place[code.ids[i]] = i;
	return NULL;
}

/* Write @symbol by @code; false if it is not in it: then its escape is written. */
static struct ij_error *code_put(struct ij_bits_out *out, const struct ij_encode_code *code,
				 uint32_t symbol, bool *ret)
{
	/* A leaf's codes are few, and the first table's are found by their place. */
	for (uint32_t i = 0, id = 0; i < code->len; i++) {
		bool escape = i + 1 == code->escape;

		if (!escape && code->ids[id++] != symbol)
			continue;
		if (escape)
			continue;
		*ret = true;
		return ij_bits_put(out, code->codes[i], code->bits[i]);
	}
	*ret = false;
	assert(code->escape);
	return ij_bits_put(out, code->codes[code->escape - 1], code->bits[code->escape - 1]);
}

static struct ij_error *root_put(struct ij_bits_out *out, const struct streams *streams,
				 unsigned kind, uint32_t id)
{
	const struct ij_encode_model *model = &streams->models[kind];
	const struct ij_encode_code *root = &model->codes.items[0];
	const struct ij_codec_dict *sizes = &streams->dicts[kind];
	const struct ij_codec_symbol *symbol = &streams->encode->dicts[kind].symbols.items[id];
	unsigned count = (unsigned)__builtin_popcountll(symbol->regs);
	uint32_t place = model->place[id];

	if (place != IJ_ENCODE_NONE) {
		place += root->escape && place + 1 >= root->escape;
		return ij_bits_put(out, root->codes[place], root->bits[place]);
	}
	assert(root->escape);
	IJ_TRY(ij_bits_put(out, root->codes[root->escape - 1], root->bits[root->escape - 1]));
	if (sizes->regs_size && count >= 15) {
		IJ_TRY(ij_bits_put(out, 15, 4));
		IJ_TRY(ij_bits_put(out, (uint32_t)(symbol->regs >> 32), 32));
		IJ_TRY(ij_bits_put(out, (uint32_t)symbol->regs, 32));
	} else if (sizes->regs_size) {
		IJ_TRY(ij_bits_put(out, count, 4));
		for (uint64_t bits = symbol->regs; bits; bits &= bits - 1)
			IJ_TRY(ij_bits_put(out, (uint32_t)__builtin_ctzll(bits), 6));
	}
	return ij_bits_put(out, symbol->rest, sizes->rest_size * 8u);
}

static uint32_t leaf_of(const struct ij_encode_model *model, uint64_t features)
{
	uint32_t at = 0;

	if (!model->nodes.len)
		return 0;
	while (model->nodes.items[at].feature != IJ_CODEC_LEAF)
		at = features >> model->nodes.items[at].feature & 1 ? model->nodes.items[at].next
								    : at + 1;
	return model->nodes.items[at].next;
}

static struct ij_error *token_put(struct ij_bits_out *out, const struct streams *streams,
				  const struct ij_encode_token *token)
{
	const struct ij_encode_model *model = &streams->models[token->kind];
	uint32_t leaf = leaf_of(model, token->features);
	bool done = false;

	if (leaf)
		IJ_TRY(code_put(out, &model->codes.items[leaf], token->symbol, &done));
	return done ? NULL : root_put(out, streams, token->kind, token->symbol);
}

/* Append a stream of a unit to the others; each but the last with its size before it. */
static struct ij_error *lane_end(struct ij_encode *encode, struct ij_bits_out *lane, bool last)
{
	size_t size = lane->bytes.len;
	uint8_t head[3] = {(uint8_t)size};
	struct ij_encode_out *out = &encode->stream;
	uint32_t off;

	if (size >= 1u << 23)
		return ij_error_new(LIMIT, "maps: a unit of %zu bytes", size);
	if (size >= 0x80) {
		head[0] = (uint8_t)(0x80 | size >> 16);
		head[1] = (uint8_t)(size >> 8);
		head[2] = (uint8_t)size;
	}
	if (!last)
		IJ_TRY(ij_encode_append(out, head, size >= 0x80 ? 3 : 1, 1, &off));
	IJ_TRY(ij_encode_append(out, lane->bytes.items, size, 1, &off));
	ij_vec_deinit(&lane->bytes);
	*lane = (struct ij_bits_out){0};
	return NULL;
}

static struct ij_error *unit_write(struct streams *streams, struct ij_encode_unit *unit,
				   size_t first, size_t end)
{
	struct ij_encode *encode = streams->encode;
	struct ij_bits_out lane = {0};
	struct ij_error *err = NULL;

	unit->stream = (uint32_t)encode->stream.bytes.len;
	for (size_t i = first; i < end && !err; i++) {
		const struct ij_encode_token *token = &encode->tokens.items[i];

		uint64_t before = lane.bytes.len * 8 - (lane.bytes.len ? 8 - lane.used : 0);

		if (token->kind == IJ_ENCODE_LANE) {
			err = lane_end(encode, &lane, false);
			continue;
		}
		if (token->kind == IJ_ENCODE_RAW) {
			err = ij_bits_put(&lane, (uint32_t)token->features, token->symbol);
			continue;
		}
		err = token_put(&lane, streams, token);
		encode->sizes.kind_bits[token->kind] +=
			lane.bytes.len * 8 - (lane.bytes.len ? 8 - lane.used : 0) - before;
	}
	if (!err)
		err = lane_end(encode, &lane, true);
	ij_vec_deinit(&lane.bytes);
	unit->size = (uint32_t)encode->stream.bytes.len - unit->stream;
	return err;
}

static struct ij_error *code_append(struct ij_encode_out *out, const struct ij_encode_model *model,
				    size_t idx, struct ij_codec_table *ret)
{
	const struct ij_encode_code *code = &model->codes.items[idx];
	uint16_t counts[IJ_CODEC_BITS_MAX] = {0};
	struct ij_codec_table table = {.len = (uint16_t)code->len,
				       .escape = (uint16_t)code->escape,
				       .bits = code->bits[code->len - 1],
				       .least = code->bits[0]};

	for (uint32_t i = 0; i < code->len; i++)
		counts[code->bits[i] - table.least]++;
	IJ_TRY(ij_encode_append(out, counts, (table.bits - table.least + 1u) * sizeof(*counts),
				sizeof(*counts), &table.counts_off));
	for (uint32_t i = 0; idx && i < code->len - !!code->escape; i++) {
		uint16_t place = (uint16_t)model->place[code->ids[i]];
		uint32_t off;

		IJ_TRY(ij_encode_append(out, &place, sizeof(place), sizeof(place), &off));
		if (!i)
			table.ids_off = off;
	}
	*ret = table;
	return NULL;
}

static struct ij_error *dict_append(struct streams *streams, unsigned kind,
				    struct ij_encode_out *out)
{
	const struct ij_encode_model *model = &streams->models[kind];
	const struct ij_encode_code *root = &model->codes.items[0];
	struct ij_codec_dict *dict = &streams->dicts[kind];
	IJ_VEC(struct ij_codec_table) tables = {0};
	struct ij_error *err = NULL;

	dict->len = root->len - (root->escape ? 1 : 0);
	for (uint32_t i = 0; i < dict->len && !err; i++) {
		const struct ij_codec_symbol *symbol =
			&streams->encode->dicts[kind].symbols.items[root->ids[i]];
		uint32_t off;

		err = ij_encode_append(out, &symbol->regs, dict->regs_size, 1, &off);
		if (!i)
			dict->values_off = off;
		if (!err)
			err = ij_encode_append(out, &symbol->rest, dict->rest_size, 1, &off);
	}
	if (!dict->len)
		dict->values_off = (uint32_t)out->bytes.len;
	for (size_t i = 0; i < model->codes.len && !err; i++) {
		struct ij_codec_table table = {0};

		err = code_append(out, model, i, &table);
		if (!err)
			err = ij_vec_push(&tables, table);
	}
	dict->tables_len = (uint32_t)model->codes.len;
	dict->tree_len = (uint32_t)model->nodes.len;
	if (!err)
		err = ij_encode_append(out, tables.items, tables.len * sizeof(*tables.items), 4,
				       &dict->codes_off);
	if (!err && dict->tree_len)
		err = ij_encode_append(out, model->nodes.items,
				       model->nodes.len * sizeof(*model->nodes.items), 4,
				       &dict->tree_off);
	ij_vec_deinit(&tables);
	return err;
}

static struct ij_error *kind_make(struct streams *streams, unsigned kind)
{
	struct ij_encode *encode = streams->encode;

	if (!encode->dicts[kind].symbols.len)
		return NULL;
	IJ_TRY(root_make(streams, kind));
	return encode->codec == IJ_CODEC_BEST
		       ? ij_encode_tree(encode, kind, &streams->dicts[kind], &streams->models[kind])
		       : NULL;
}

static struct ij_error *all_write(struct streams *streams, struct ij_encode_out *out,
				  uint32_t *dicts_off_ret)
{
	struct ij_encode *encode = streams->encode;

	for (unsigned kind = 0; kind < IJ_CODEC_KINDS; kind++)
		IJ_TRY(kind_make(streams, kind));
	for (size_t i = 0; i < encode->units.len; i++)
		if (encode->units.items[i].same == i)
			IJ_TRY(unit_write(streams, &encode->units.items[i],
					  i ? encode->token_ends.items[i - 1] : 0,
					  encode->token_ends.items[i]));
	for (unsigned kind = 0; kind < IJ_CODEC_KINDS; kind++)
		if (encode->dicts[kind].symbols.len)
			IJ_TRY(dict_append(streams, kind, out));
	return ij_encode_append(out, streams->dicts, sizeof(streams->dicts), 8, dicts_off_ret);
}

struct ij_error *ij_encode_streams(struct ij_encode *encode, struct ij_encode_out *out,
				   uint32_t *dicts_off_ret)
{
	struct streams streams = {.encode = encode};
	struct ij_error *err = all_write(&streams, out, dicts_off_ret);

	for (unsigned kind = 0; kind < IJ_CODEC_KINDS; kind++) {
		IJ_VEC_EACH (&streams.models[kind].codes, code)
			ij_encode_code_free(code);
		ij_vec_deinit(&streams.models[kind].codes);
		ij_vec_deinit(&streams.models[kind].nodes);
		free(streams.models[kind].place);
	}
	return err;
}
