/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Turning points into the symbols of huffman, interleaved and best, in the order in which decoding
 * (codec_stream.c) asks for them and with the features that it has then.
 */
#include "maps/codec_features.h"
#include "maps/encode_stream.h"

struct lower {
	struct ij_encode *encode;
	const struct ij_encode_unit *unit;
	struct ij_codec_run run; /* what decoding knows; it has no slots */
	uint32_t sets[2];        /* indexes: live, pointers; last known */
	struct ij_slot_sets *all;
};

uint64_t ij_encode_regs(const struct ij_point *point)
{
	return (point->live & 0xffff) | (point->live >> 32) << 16 | point->pointers << 48;
}

static struct ij_error *emit(struct lower *lower, unsigned kind, uint64_t regs, uint32_t rest,
			     uint64_t features)
{
	struct ij_encode_token token = {.features = features, .kind = (uint8_t)kind};

	IJ_TRY(ij_encode_symbol(lower->encode, kind,
				(struct ij_codec_symbol){.regs = regs, .rest = rest},
				&token.symbol));
	return ij_vec_push(&lower->encode->tokens, token);
}

static uint32_t class_of(const struct ij_encode *encode, const struct ij_point *point)
{
	for (uint32_t i = 0; i < encode->classes_len; i++)
		if (encode->classes[i][0] == point->why &&
		    encode->classes[i][1] == (point->unknown & IJ_POINTS_REGS))
			return i;
	return 0; /* every pair is among them */
}

static bool slots_change(const struct lower *lower, const struct ij_point *point)
{
	bool unknown = point->unknown & IJ_POINTS_SLOTS;

	if (!(lower->encode->flags & IJ_CODEC_SLOTS_FOLLOW) &&
	    unknown != !!(lower->run.unknown & IJ_POINTS_SLOTS))
		return true;
	return !unknown &&
	       (point->slots_live != lower->sets[0] || point->slots_pointers != lower->sets[1]);
}

static bool frame_changes(const struct lower *lower, const struct ij_point *point)
{
	bool unknown = point->unknown & IJ_POINTS_FRAME;

	return unknown != !!(lower->run.unknown & IJ_POINTS_FRAME) ||
	       (!unknown && point->frame != lower->run.frame);
}

/* What of registers, safety, frame and slots changes to what @point says. */
static struct ij_codec_symbol event_of(const struct lower *lower, const struct ij_point *point)
{
	const struct ij_codec_run *run = &lower->run;
	unsigned have = lower->encode->points->have;
	uint64_t gone = ij_codec_clobbered(have), old = run->regs, new = ij_encode_regs(point);
	struct ij_codec_symbol event = {0};

	if (point->unknown & IJ_POINTS_REGS)
		new = old;
	if (point->why != run->why || (point->unknown ^ run->unknown) & IJ_POINTS_REGS)
		event.rest |= IJ_CODEC_CHANGE_CLASS | class_of(lower->encode, point) << 8;
	if (frame_changes(lower, point))
		event.rest |= IJ_CODEC_CHANGE_FRAME;
	if (slots_change(lower, point))
		event.rest |= IJ_CODEC_CHANGE_SLOTS;
	if (lower->encode->codec == IJ_CODEC_BEST && old & gone && !(old & new &gone) &&
	    !((old ^ new) & ~gone)) {
		event.rest |= IJ_CODEC_CHANGE_CLOBBER;
		event.regs = new &gone;
	} else if (old != new) {
		event.rest |= IJ_CODEC_CHANGE_REGS;
		event.regs = old ^ new;
	}
	return event;
}

/* huffman, interleaved: symbols that tell which slots change. */
struct flips {
	struct ij_codec_symbol symbols[IJ_CODEC_FLIPS_MAX];
	uint32_t len;
};

/* Is it cheaper to tell all slots of @symbol at once, or one by one? By about how many bits each
 * takes; the first time nothing is known yet, and all is counted. */
static bool is_pattern(const struct lower *lower, struct ij_codec_symbol symbol)
{
	const struct ij_encode_dict *patterns = &lower->encode->patterns;
	int64_t slots = __builtin_popcountll(symbol.regs);

	return !patterns->cap || slots == 1 ||
	       (int64_t)ij_encode_dict_count(patterns, symbol) * (11 * slots - 20) > 144;
}

/* Add those of one set, which are few enough. */
static void flips_add(const struct lower *lower, unsigned pointer, uint32_t idx,
		      struct flips *flips)
{
	struct ij_slot_set set = lower->all->items.items[idx];

	for (uint32_t w = 0; w < set.len; w++) {
		struct ij_codec_symbol symbol = {
			.regs = lower->all->words.items[set.idx + w],
			.rest = (uint32_t)ij_codec_zigzag((int64_t)set.lo + w) << 1 | pointer};
		uint64_t bits = symbol.regs;

		while (bits) {
			symbol.regs = bits;
			if (!is_pattern(lower, symbol))
				symbol.regs = bits & -bits;
			flips->symbols[flips->len++] = symbol;
			bits ^= symbol.regs;
		}
	}
}

static struct ij_error *flips_emit(struct lower *lower, const struct flips *flips,
				   uint64_t features)
{
	IJ_TRY(emit(lower, IJ_CODEC_FLIPS, 0, flips->len + 1, features));
	for (uint32_t i = 0; i < flips->len; i++)
		IJ_TRY(emit(lower, IJ_CODEC_SLOT, flips->symbols[i].regs, flips->symbols[i].rest,
			    features));
	return NULL;
}

/* best: those of @flips that leave the set. */
static struct ij_error *died_emit(struct lower *lower, unsigned pointer, uint32_t flips,
				  uint64_t features)
{
	struct ij_slot_set set = lower->all->items.items[flips];
	uint32_t gone = 0;

	for (uint32_t w = 0; w < set.len; w++) {
		for (uint64_t bits = lower->all->words.items[set.idx + w]; bits; bits &= bits - 1) {
			int64_t slot = ((int64_t)set.lo + w) * 64 + (int64_t)__builtin_ctzll(bits);
			uint32_t rank;

			if (!ij_slot_sets_has(lower->all, lower->sets[pointer], slot))
				continue;
			rank = ij_slot_sets_rank(lower->all, lower->sets[pointer], slot) - gone++;
			IJ_TRY(emit(lower, IJ_CODEC_DIED, 0, rank << 1 | pointer, features));
		}
	}
	return NULL;
}

/* best: slots that join the sets, neighbours in one word together. */
struct joins {
	struct {
		int64_t slot;
		uint32_t len;
		unsigned pointer;
	} runs[IJ_CODEC_FLIPS_MAX];
	uint32_t len;
};

/* Add those of @flips, which are few enough. */
static void joins_add(struct lower *lower, unsigned pointer, uint32_t flips, struct joins *joins)
{
	struct ij_slot_set set = lower->all->items.items[flips];

	for (uint32_t w = 0; w < set.len; w++) {
		int64_t next = INT64_MIN;

		for (uint64_t bits = lower->all->words.items[set.idx + w]; bits; bits &= bits - 1) {
			int64_t slot = ((int64_t)set.lo + w) * 64 + (int64_t)__builtin_ctzll(bits);

			if (ij_slot_sets_has(lower->all, lower->sets[pointer], slot))
				continue;
			if (slot == next &&
			    joins->runs[joins->len - 1].len < (uint32_t)IJ_CODEC_RUN_MAX) {
				joins->runs[joins->len - 1].len++;
			} else {
				joins->runs[joins->len].slot = slot;
				joins->runs[joins->len].len = 1;
				joins->runs[joins->len++].pointer = pointer;
			}
			next = slot + 1;
		}
	}
}

static struct ij_error *joins_emit(struct lower *lower, const struct joins *joins,
				   uint64_t features)
{
	int64_t origin = ij_codec_slots_origin(lower->encode->flags, lower->run.frame);

	for (uint32_t i = 0; i < joins->len; i++) {
		uint64_t code =
			ij_codec_zigzag(joins->runs[i].slot - origin) << 1 | joins->runs[i].pointer;

		code = code * IJ_CODEC_RUN_MAX + joins->runs[i].len - 1;
		if (code > UINT32_MAX)
			return ij_error_new(LIMIT, "maps: stack slots that lie too far apart");
		IJ_TRY(emit(lower, IJ_CODEC_SLOT, 0, (uint32_t)code, features));
		origin = joins->runs[i].slot + joins->runs[i].len;
		features |= IJ_FEATURES_LATER_SLOT;
	}
	return NULL;
}

static struct ij_error *raw_emit(struct lower *lower, uint32_t value, unsigned bits)
{
	return ij_vec_push(&lower->encode->tokens,
			   ((struct ij_encode_token){
				   .features = value, .symbol = bits, .kind = IJ_ENCODE_RAW}));
}

static struct ij_error *words_emit(struct lower *lower, uint32_t flips)
{
	struct ij_slot_set set = lower->all->items.items[flips];

	if (set.len > IJ_CODEC_WORDS_MAX)
		return ij_error_new(LIMIT, "maps: stack slots that lie too far apart");
	IJ_TRY(raw_emit(lower, set.len, 12));
	if (!set.len)
		return NULL;
	IJ_TRY(raw_emit(lower, (uint32_t)ij_codec_zigzag(set.lo), 20));
	for (uint32_t i = 0, equal; i < set.len; i += equal) {
		const uint64_t *words = &lower->all->words.items[set.idx + i];
		uint64_t word = *words;

		equal = 1;
		while (i + equal < set.len && words[equal] == word)
			equal++;
		IJ_TRY(raw_emit(lower, equal, 12));
		IJ_TRY(raw_emit(lower, (uint32_t)(word >> 32), 32));
		IJ_TRY(raw_emit(lower, (uint32_t)word, 32));
	}
	return NULL;
}

static struct ij_error *slots_emit(struct lower *lower, const struct ij_point *point,
				   uint64_t features)
{
	const uint32_t next[2] = {point->slots_live, point->slots_pointers};
	bool best = lower->encode->codec == IJ_CODEC_BEST;
	uint32_t flips[2], total = 0, died = 0;
	struct joins joins = {.len = 0};

	if (point->unknown & IJ_POINTS_SLOTS)
		return emit(lower, IJ_CODEC_FLIPS, 0, 0, features);
	for (unsigned i = 0; i < 2; i++) {
		IJ_TRY(ij_slot_sets_xor(lower->all, lower->sets[i], next[i], &flips[i]));
		total += ij_slot_sets_count(lower->all, flips[i]);
		/* Died: before, less what was not changed of it. */
		died += (ij_slot_sets_count(lower->all, lower->sets[i]) +
			 ij_slot_sets_count(lower->all, flips[i]) -
			 ij_slot_sets_count(lower->all, next[i])) /
			2;
	}
	if (total > IJ_CODEC_FLIPS_MAX) {
		IJ_TRY(emit(lower, IJ_CODEC_FLIPS, 0, IJ_CODEC_FLIPS_WORDS, features));
		for (unsigned i = 0; i < 2; i++) {
			IJ_TRY(words_emit(lower, flips[i]));
			lower->sets[i] = next[i];
		}
		return NULL;
	}
	if (!best) {
		struct flips symbols = {.len = 0};

		for (unsigned i = 0; i < 2; i++) {
			flips_add(lower, i, flips[i], &symbols);
			lower->sets[i] = next[i];
		}
		return flips_emit(lower, &symbols, features);
	}
	for (unsigned i = 0; i < 2; i++)
		joins_add(lower, i, flips[i], &joins);
	IJ_TRY(emit(lower, IJ_CODEC_FLIPS, 0, (died + joins.len + 1) | died << 16, features));
	for (unsigned i = 0; i < 2; i++) {
		IJ_TRY(died_emit(lower, i, flips[i], features));
		lower->sets[i] = next[i];
	}
	return joins_emit(lower, &joins, features);
}

static struct ij_error *frame_emit(struct lower *lower, const struct ij_point *point,
				   uint64_t features)
{
	int32_t delta = (int32_t)((uint32_t)point->frame - (uint32_t)lower->run.frame);
	uint64_t code = ij_codec_zigzag(delta) + 1;

	if (point->unknown & IJ_POINTS_FRAME)
		return emit(lower, IJ_CODEC_FRAME, 0, 0, features);
	if (code > UINT32_MAX)
		return ij_error_new(LIMIT, "maps: a frame grows by over 2 GiB at %#x", point->pc);
	lower->run.frame = point->frame;
	return emit(lower, IJ_CODEC_FRAME, 0, (uint32_t)code, features);
}

/* Frame and slots, of what changes; then all is as @point says. */
static struct ij_error *rest_emit(struct lower *lower, const struct ij_point *point, unsigned mask,
				  const struct ij_codec_symbol *event, uint64_t features)
{
	struct ij_codec_run *run = &lower->run;
	int32_t frame = run->frame;
	uint8_t groups = 0;

	if (lower->encode->codec == IJ_CODEC_BEST)
		features = ij_codec_features_pc(features, event);
	if (mask & IJ_CODEC_CHANGE_FRAME)
		IJ_TRY(frame_emit(lower, point, features));
	if (lower->encode->codec == IJ_CODEC_BEST)
		features |= ij_features_growth(frame, run->frame);
	if (mask & IJ_CODEC_CHANGE_SLOTS)
		IJ_TRY(slots_emit(lower, point, features));
	if (mask & (IJ_CODEC_CHANGE_CLASS | IJ_CODEC_CHANGE_REGS | IJ_CODEC_CHANGE_CLOBBER)) {
		run->regs = ij_codec_event_regs(lower->encode->points->have, run->regs, event);
		run->why = point->why;
		groups |= IJ_POINTS_REGS;
	}
	groups |= mask & IJ_CODEC_CHANGE_FRAME ? IJ_POINTS_FRAME : 0;
	groups |= mask & IJ_CODEC_CHANGE_SLOTS ? IJ_POINTS_SLOTS : 0;
	run->unknown = (uint8_t)((run->unknown & ~groups) | (point->unknown & groups));
	return NULL;
}

static struct ij_error *best_unit(struct lower *lower)
{
	const struct ij_point *points = &lower->encode->points->points.items[lower->unit->first];
	struct ij_codec_run *run = &lower->run;

	for (uint32_t i = 0; i < lower->unit->len; i++) {
		struct ij_codec_symbol event = event_of(lower, &points[i]);
		uint64_t features = ij_codec_features(run);

		IJ_TRY(emit(lower, IJ_CODEC_EVENT, event.regs, event.rest, features));
		if (i) {
			run->distance = points[i].pc - run->pc;
			run->pc = points[i].pc;
			IJ_TRY(emit(lower, IJ_CODEC_PC, 0, run->distance,
				    ij_codec_features_pc(features, &event)));
			features = ij_codec_features(run);
		}
		IJ_TRY(rest_emit(lower, &points[i], event.rest & 0xff, &event, features));
		run->last = event;
		if (lower->encode->flags & IJ_CODEC_SLOTS_FOLLOW)
			run->unknown = (uint8_t)((run->unknown & ~IJ_POINTS_SLOTS) |
						 (points[i].unknown & IJ_POINTS_SLOTS));
	}
	return emit(lower, IJ_CODEC_EVENT, 0, IJ_CODEC_CHANGE_END, ij_codec_features(run));
}

/* @kind: of PC differences, in the stream in hand. */
static struct ij_error *distance_emit(struct lower *lower, unsigned kind, uint32_t pc)
{
	uint32_t distance = pc - lower->run.pc;

	lower->run.pc = pc;
	return distance ? emit(lower, kind, 0, distance, 0) : NULL;
}

/* A stream of the changes in @parts: the first point, and those that change any of them. */
static struct ij_error *lane(struct lower *lower, unsigned parts, unsigned pc_kind)
{
	const struct ij_point *points = &lower->encode->points->points.items[lower->unit->first];
	bool regs = parts & IJ_CODEC_CHANGE_REGS;
	bool masked = lower->encode->codec == IJ_CODEC_INTERLEAVED;

	lower->run.pc = lower->unit->start;
	for (uint32_t i = 0; i < lower->unit->len; i++) {
		struct ij_codec_symbol event = event_of(lower, &points[i]);
		unsigned mask = event.rest & parts;

		if (i && !mask)
			continue;
		IJ_TRY(distance_emit(lower, pc_kind, points[i].pc));
		if (masked) {
			IJ_TRY(emit(lower, IJ_CODEC_EVENT, 0, mask, 0));
			if (mask & IJ_CODEC_CHANGE_CLASS)
				IJ_TRY(emit(lower, IJ_CODEC_CLASS, 0, event.rest >> 8, 0));
			if (mask & IJ_CODEC_CHANGE_REGS)
				IJ_TRY(emit(lower, IJ_CODEC_REGS, event.regs, 0, 0));
		} else if (regs) {
			event.rest &= ~(uint32_t)(IJ_CODEC_CHANGE_FRAME | IJ_CODEC_CHANGE_SLOTS);
			IJ_TRY(emit(lower, IJ_CODEC_EVENT, event.regs, event.rest, 0));
		}
		/* Without a mask the stream tells its part each time. */
		IJ_TRY(rest_emit(lower, &points[i], masked || regs ? mask : parts, &event, 0));
	}
	return emit(lower, pc_kind, 0, 0, 0);
}

static struct ij_error *lanes(struct lower *lower)
{
	unsigned have = lower->encode->points->have;
	const unsigned parts[] = {
		IJ_CODEC_CHANGE_CLASS | IJ_CODEC_CHANGE_REGS,
		have & IJ_POINTS_FRAME ? IJ_CODEC_CHANGE_FRAME : 0,
		have & IJ_POINTS_SLOTS ? IJ_CODEC_CHANGE_SLOTS : 0,
	};

	for (size_t i = 0; i < IJ_COUNT(parts); i++) {
		if (!parts[i])
			continue;
		if (i)
			IJ_TRY(ij_vec_push(&lower->encode->tokens,
					   ((struct ij_encode_token){.kind = IJ_ENCODE_LANE})));
		IJ_TRY(lane(lower, parts[i], IJ_CODEC_PC + (unsigned)i));
	}
	return NULL;
}

static struct ij_error *unit_lower(struct ij_encode *encode, const struct ij_encode_unit *unit,
				   struct ij_slot_sets *all)
{
	struct lower lower = {.encode = encode, .unit = unit, .all = all};

	lower.run.unit = (struct ij_codec_unit){
		.start = unit->start, .end = unit->end, .goes_on = unit->goes_on};
	lower.run.pc = unit->start;
	lower.run.regs = encode->regs;
	switch (encode->codec) {
	case IJ_CODEC_BEST:
		return best_unit(&lower);
	case IJ_CODEC_INTERLEAVED:
		return lane(&lower,
			    IJ_CODEC_CHANGE_CLASS | IJ_CODEC_CHANGE_REGS | IJ_CODEC_CHANGE_FRAME |
				    IJ_CODEC_CHANGE_SLOTS,
			    IJ_CODEC_PC);
	default:
		return lanes(&lower);
	}
}

/* A copy of the sets, for differences are added to it. */
static struct ij_error *sets_copy(const struct ij_slot_sets *from, struct ij_slot_sets *ret)
{
	uint32_t idx;

	IJ_TRY(ij_slot_sets_add(ret, 0, NULL, 0, &idx));
	IJ_VEC_EACH (&from->items, set)
		if (set->len)
			IJ_TRY(ij_slot_sets_add(ret, set->lo, from->words.items + set->idx,
						set->len, &idx));
	return NULL;
}

static struct ij_error *all_lower(struct ij_encode *encode)
{
	struct ij_slot_sets all = {0};
	struct ij_error *err = sets_copy(&encode->points->sets, &all);

	for (size_t i = 0; i < encode->units.len && !err; i++) {
		const struct ij_encode_unit *unit = &encode->units.items[i];

		if (unit->same == i)
			err = unit_lower(encode, unit, &all);
		if (!err)
			err = ij_vec_push(&encode->token_ends, (uint32_t)encode->tokens.len);
	}
	ij_slot_sets_deinit(&all);
	return err;
}

struct ij_error *ij_encode_lower(struct ij_encode *encode)
{
	IJ_TRY(all_lower(encode));
	if (encode->codec == IJ_CODEC_BEST)
		return NULL;
	/* Again, now that it is known how often slots change together. */
	encode->patterns = encode->dicts[IJ_CODEC_SLOT];
	encode->dicts[IJ_CODEC_SLOT] = (struct ij_encode_dict){.cap = 0};
	ij_encode_dicts_free(encode->dicts);
	encode->tokens.len = encode->token_ends.len = 0;
	return all_lower(encode);
}
