/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Growing a decision tree for the codes of one kind of symbol: a set of symbols is split by the
 * feature that saves most bits, as long as it saves more than another table costs.
 */
#include <math.h>
#include <string.h>

#include "maps/codec_table.h"
#include "maps/encode_stream.h"

#define FEATURES   64u
#define DEPTH_MAX  12u
#define TABLES_MAX 4000u

/* Bits that a table costs by itself, and for each symbol; those seen less often escape. */
#define TABLE_COST  320.0
#define SYMBOL_COST 16.0
#define KEEP_MIN    3u

struct sample {
	uint64_t features;
	uint32_t symbol; /* place in the local list while a set is looked at */
};

struct grow {
	struct ij_encode *encode;
	struct ij_encode_model *model;
	const struct ij_encode_dict *dict;
	double *root_bits; /* one a symbol: what an escape to the first table costs */
	uint32_t *local;   /* one a symbol: its place in the set that is looked at, plus 1 */
	struct sample *samples;
};

/* One set of samples. */
struct set {
	struct sample *samples;
	size_t len;
	uint32_t *symbols; /* that occur in it */
	uint32_t symbols_len;
	uint32_t *counts; /* (1 + FEATURES) x symbols_len: of all, and of those with a feature */
};

double ij_encode_log2(double value)
{
	int exponent;
	double part = frexp(value, &exponent), z, sum = 0;

	if (part < M_SQRT1_2) {
		part *= 2;
		exponent--;
	}
	/* ln(part) = 2 (z + z^3/3 + z^5/5 + ...), of which no more counts where |z| < 0.172. */
	z = (part - 1) / (part + 1);
	for (int n = 21; n > 0; n -= 2)
		sum = sum * z * z + 1.0 / n;
	return exponent + 2 * M_LOG2E * z * sum;
}

static double weigh(uint64_t count)
{
	return count ? (double)count * ij_encode_log2((double)count) : 0;
}

/* Bits of a table for @counts less @minus, and of what it codes. */
static double cost_of(const struct grow *grow, const struct set *set, const uint32_t *counts,
		      const uint32_t *minus)
{
	uint64_t total = 0, escapes = 0;
	double bits = TABLE_COST, inner = 0;

	for (uint32_t i = 0; i < set->symbols_len; i++) {
		uint32_t count = counts[i] - (minus ? minus[i] : 0);

		total += count;
		if (count >= KEEP_MIN) {
			inner += weigh(count);
			bits += SYMBOL_COST;
		} else if (count) {
			escapes += count;
			bits += count * grow->root_bits[set->symbols[i]];
		}
	}
	return bits + weigh(total) - inner - weigh(escapes);
}

static struct ij_error *set_count(struct grow *grow, struct set *set)
{
	set->symbols = malloc((set->len ? set->len : 1) * sizeof(uint32_t));
	if (!set->symbols)
		return ij_error_nomem();
	for (size_t i = 0; i < set->len; i++) {
		uint32_t symbol = set->samples[i].symbol;

		if (grow->local[symbol])
			continue;
		set->symbols[set->symbols_len++] = symbol;
		grow->local[symbol] = set->symbols_len;
	}
	set->counts = calloc((size_t)(1 + FEATURES) * set->symbols_len + 1, sizeof(uint32_t));
	for (size_t i = 0; i < set->len && set->counts; i++) {
		uint32_t at = grow->local[set->samples[i].symbol] - 1;

		set->counts[at]++;
		for (uint64_t bits = set->samples[i].features; bits; bits &= bits - 1)
			set->counts[(size_t)(1 + __builtin_ctzll(bits)) * set->symbols_len + at]++;
	}
	for (uint32_t i = 0; i < set->symbols_len; i++)
		grow->local[set->symbols[i]] = 0;
	return set->counts ? NULL : ij_error_nomem();
}

static void set_free(struct set *set)
{
	free(set->symbols);
	free(set->counts);
}

/* The feature that saves most, or FEATURES. */
static unsigned split_find(const struct grow *grow, const struct set *set)
{
	double whole = cost_of(grow, set, set->counts, NULL), best = whole - 24;
	unsigned ret = FEATURES;

	for (unsigned feature = 0; feature < FEATURES; feature++) {
		const uint32_t *counts = set->counts + (size_t)(1 + feature) * set->symbols_len;
		double cost =
			cost_of(grow, set, counts, NULL) + cost_of(grow, set, set->counts, counts);

		if (cost < best) {
			best = cost;
			ret = feature;
		}
	}
	return ret;
}

/* Those without the feature first; returns how many. */
static size_t partition(struct set *set, unsigned feature)
{
	size_t lo = 0, hi = set->len;

	while (lo < hi) {
		if (set->samples[lo].features >> feature & 1) {
			struct sample swap = set->samples[--hi];

			set->samples[hi] = set->samples[lo];
			set->samples[lo] = swap;
		} else {
			lo++;
		}
	}
	return lo;
}

static struct ij_error *leaf_add(struct grow *grow, const struct set *set)
{
	struct ij_encode_model *model = grow->model;
	uint64_t *counts = malloc((set->symbols_len + 1) * sizeof(*counts)), escapes = 0;
	uint32_t *ids = malloc((set->symbols_len + 1) * sizeof(*ids)), len = 0;
	struct ij_encode_code code = {0};
	struct ij_error *err = counts && ids ? NULL : ij_error_nomem();
	struct ij_codec_node node = {.feature = IJ_CODEC_LEAF};

	for (uint32_t i = 0; i < set->symbols_len && !err; i++) {
		bool kept = model->place[set->symbols[i]] != IJ_ENCODE_NONE;

		if (set->counts[i] < KEEP_MIN || !kept) {
			escapes += set->counts[i];
			continue;
		}
		ids[len] = set->symbols[i];
		counts[len++] = set->counts[i];
	}
	/* Nothing but escapes: the first table serves as well. */
	if (!err && len)
		err = ij_encode_code_make(ids, counts, len, escapes, &code);
	free(counts);
	free(ids);
	IJ_TRY(err);
	if (len) {
		node.next = (uint16_t)model->codes.len;
		err = ij_vec_push(&model->codes, code);
		if (err) {
			ij_encode_code_free(&code);
			return err;
		}
	}
	return ij_vec_push(&model->nodes, node);
}

static struct ij_error *set_grow(struct grow *grow, struct sample *samples, size_t len,
				 unsigned depth)
{
	struct set set = {.samples = samples, .len = len};
	struct ij_error *err = set_count(grow, &set);
	unsigned feature = FEATURES;
	size_t node = grow->model->nodes.len, less;

	if (!err && depth < DEPTH_MAX && grow->model->codes.len + depth < TABLES_MAX)
		feature = split_find(grow, &set);
	if (!err && feature == FEATURES)
		err = leaf_add(grow, &set);
	set_free(&set);
	if (err || feature == FEATURES)
		return err;
	less = partition(&set, feature);
	IJ_TRY(ij_vec_push(&grow->model->nodes,
			   ((struct ij_codec_node){.feature = (uint8_t)feature})));
	IJ_TRY(set_grow(grow, samples, less, depth + 1));
	grow->model->nodes.items[node].next = (uint16_t)grow->model->nodes.len;
	return set_grow(grow, samples + less, len - less, depth + 1);
}

/* What each symbol costs by the first table. */
static void root_fill(struct grow *grow, const struct ij_codec_dict *sizes)
{
	const struct ij_encode_code *root = &grow->model->codes.items[0];

	for (uint32_t i = 0; i < grow->dict->symbols.len; i++)
		grow->root_bits[i] = (root->escape ? root->bits[root->escape - 1] : 0) +
				     ij_codec_raw_bits(sizes, &grow->dict->symbols.items[i]);
	for (uint32_t place = 0, id = 0; place < root->len; place++)
		if (place + 1 != root->escape)
			grow->root_bits[root->ids[id++]] = root->bits[place];
}

static size_t samples_fill(struct grow *grow, unsigned kind)
{
	size_t len = 0;

	IJ_VEC_EACH (&grow->encode->tokens, token)
		if (token->kind == kind)
			grow->samples[len++] = (struct sample){.features = token->features,
							       .symbol = token->symbol};
	return len;
}

struct ij_error *ij_encode_tree(struct ij_encode *encode, unsigned kind,
				const struct ij_codec_dict *sizes, struct ij_encode_model *model)
{
	struct grow grow = {.encode = encode, .model = model, .dict = &encode->dicts[kind]};
	size_t symbols = grow.dict->symbols.len;
	struct ij_error *err = NULL;

	grow.root_bits = calloc(symbols + 1, sizeof(*grow.root_bits));
	grow.local = calloc(symbols + 1, sizeof(*grow.local));
	grow.samples = malloc((encode->tokens.len + 1) * sizeof(*grow.samples));
	if (!grow.root_bits || !grow.local || !grow.samples) {
		err = ij_error_nomem();
	} else {
		root_fill(&grow, sizes);
		err = set_grow(&grow, grow.samples, samples_fill(&grow, kind), 0);
	}
	free(grow.root_bits);
	free(grow.local);
	free(grow.samples);
	return err;
}
