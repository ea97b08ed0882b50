/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Decoding the bit streams of best: each change is read with the distance to it, so that the next
 * one is known when one is applied.
 */
#include "maps/codec_features.h"
#include "maps/codec_table.h"

/* The slot of rank @rank in the set, from the lowest. */
static bool slot_ranked(const struct ij_codec_set *set, uint32_t rank, int64_t *ret)
{
	for (uint32_t i = 0; i < set->len; i++) {
		uint64_t bits = set->words[i].bits;
		uint32_t count = (uint32_t)__builtin_popcountll(bits);

		if (rank >= count) {
			rank -= count;
			continue;
		}
		for (; rank; rank--)
			bits &= bits - 1;
		*ret = (int64_t)set->words[i].word * 64 + __builtin_ctzll(bits);
		return true;
	}
	return false;
}

/* The table by which all of @kind in one change are read; NULL: there is none. */
static const struct ij_codec_table *table_for(const struct ij_codec *codec, unsigned kind,
					      uint64_t features)
{
	const struct ij_codec_view *view = &codec->views[kind];

	return view->tables ? ij_codec_table_of(view, features) : NULL;
}

/* The @count slots that leave their sets. */
static void slots_die(struct ij_codec_run *run, struct ij_bits *bits, uint32_t count,
		      uint64_t features)
{
	const struct ij_codec_table *table = table_for(run->codec, IJ_CODEC_DIED, features);
	int64_t slot;

	run->failed |= !table;
	while (count-- && !run->failed && !bits->failed) {
		uint32_t code =
			ij_codec_symbol_by(run->codec, bits, IJ_CODEC_DIED, table, &run->touched)
				.rest;

		if (slot_ranked(&run->state->slots[code & 1], code >> 1, &slot))
			ij_codec_slot_flip(run, code & 1, slot);
		else
			run->failed = true;
	}
}

/* @count runs of slots that join theirs: the next one is likely to be near the last one, and those
 * of one word are put there together. */
static void slots_join(struct ij_codec_run *run, struct ij_bits *bits, uint32_t count,
		       uint64_t features)
{
	int64_t origin = ij_codec_slots_origin(run->codec->header->flags, run->frame);
	const struct ij_codec_table *table = table_for(run->codec, IJ_CODEC_SLOT, features);
	int64_t word = 0;
	bool pointer = false;
	uint64_t joined = 0;

	run->failed |= !table;
	for (uint32_t i = 0; i < count && !run->failed && !bits->failed; i++) {
		uint32_t code =
			ij_codec_symbol_by(run->codec, bits, IJ_CODEC_SLOT, table, &run->touched)
				.rest;
		uint32_t len = code % IJ_CODEC_RUN_MAX + 1;
		int64_t slot;

		code /= IJ_CODEC_RUN_MAX;
		slot = origin + ij_codec_unzigzag(code >> 1);
		if (joined && (slot >> 6 != word || (code & 1) != pointer)) {
			ij_codec_word_flip(run, pointer, word, joined);
			joined = 0;
		}
		word = slot >> 6;
		pointer = code & 1;
		joined ^= ((1ull << len) - 1) << (slot & 63);
		origin = slot + len;
		if (!i)
			table = table_for(run->codec, IJ_CODEC_SLOT,
					  features | IJ_FEATURES_LATER_SLOT);
	}
	if (joined)
		ij_codec_word_flip(run, pointer, word, joined);
}

static void flips_apply(struct ij_codec_run *run, struct ij_bits *bits, uint64_t features)
{
	uint32_t code =
		ij_codec_symbol_get(run->codec, bits, IJ_CODEC_FLIPS, features, &run->touched).rest;
	uint32_t count = code & 0xffff, died = code >> 16;

	if (!count) {
		run->unknown |= IJ_POINTS_SLOTS;
		return;
	}
	run->unknown &= (uint8_t)~IJ_POINTS_SLOTS;
	if (count == IJ_CODEC_FLIPS_WORDS) {
		ij_codec_words_apply(run, bits);
		return;
	}
	died = died < count - 1 ? died : count - 1;
	if (died)
		slots_die(run, bits, died, features);
	if (count - 1 > died)
		slots_join(run, bits, count - 1 - died, features);
}

/* The frame and slots of a change. */
static __attribute__((noinline)) void rest_apply(struct ij_codec_run *run, struct ij_bits *bits,
						 uint32_t changes, uint64_t features)
{
	int32_t frame = run->frame;

	if (changes & IJ_CODEC_CHANGE_FRAME) {
		ij_codec_frame_apply(run, ij_codec_symbol_get(run->codec, bits, IJ_CODEC_FRAME,
							      features, &run->touched)
						  .rest);
		run->frame_features = ij_features_frame(run->frame);
	}
	if (changes & IJ_CODEC_CHANGE_SLOTS)
		flips_apply(run, bits, features | ij_features_growth(frame, run->frame));
}

/*
 * Apply the change in hand, at run->next, and read the one behind it and where it is. What it is
 * about is kept in registers of ours: this is where a look-up spends its time.
 */
static inline __attribute__((always_inline)) void change(struct ij_codec_run *run,
							 struct ij_bits *bits)
{
	struct ij_codec_symbol event = run->event;
	uint64_t features, pc, place = ij_features_place(&run->unit, run->pc);

	if (event.rest & (IJ_CODEC_CHANGE_FRAME | IJ_CODEC_CHANGE_SLOTS)) {
		features = ij_features_regs(run->regs) | run->class_features | run->frame_features |
			   ij_features_last(&run->last, run->regs) |
			   ij_features_distance(run->distance) | place;
		rest_apply(run, bits, event.rest, ij_codec_features_pc(features, &event));
	}
	run->regs = ij_codec_event_regs(run->codec->header->have, run->regs, &event);
	if (event.rest & IJ_CODEC_CHANGE_CLASS) {
		ij_codec_class_apply(run, event.rest >> 8);
		run->class_features = ij_features_class(run->why, run->unknown);
	}
	ij_codec_slots_follow(run);
	run->last = event;
	features = ij_features_regs(run->regs) | run->class_features | run->frame_features |
		   ij_features_last(&event, run->regs) | ij_features_distance(run->distance) |
		   place;
	event = ij_codec_symbol_get(run->codec, bits, IJ_CODEC_EVENT, features, &run->touched);
	run->event = event;
	run->next = IJ_CODEC_NEVER;
	if (!(event.rest & IJ_CODEC_CHANGE_END)) {
		features = ij_codec_features_pc(features, &event);
		pc = run->pc + (uint64_t)ij_codec_symbol_get(run->codec, bits, IJ_CODEC_PC,
							     features, &run->touched)
				       .rest;
		run->failed |= pc <= run->pc;
		if (pc < run->unit.end)
			run->next = (uint32_t)pc;
	}
	run->failed |= bits->failed;
	if (run->failed)
		run->next = IJ_CODEC_NEVER;
}

void ij_codec_best_begin(struct ij_codec_run *run)
{
	struct ij_bits *bits = &run->lanes[0].bits;
	uint64_t features;

	run->lanes_len = 1;
	*bits = ij_bits_make(run->codec->stream + run->unit.stream, run->unit.size);
	run->pc = run->unit.start;
	run->regs = run->codec->header->regs;
	run->frame_features = ij_features_frame(0);
	features = ij_codec_features(run);
	run->event = ij_codec_symbol_get(run->codec, bits, IJ_CODEC_EVENT, features, &run->touched);
	change(run, bits);
}

void ij_codec_best_run(struct ij_codec_run *run, uint64_t pc)
{
	struct ij_bits bits = run->lanes[0].bits;

	do {
		run->distance = run->next - run->pc;
		run->pc = run->next;
		change(run, &bits);
		run->steps++;
	} while (run->next <= pc && run->steps < IJ_CODEC_POINTS_MAX - 1);
	run->lanes[0].bits = bits;
}
