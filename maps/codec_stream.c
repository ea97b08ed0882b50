/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Decoding the bit streams of huffman, interleaved and best. */
#include "maps/codec_run.h"
#include "maps/codec_table.h"

#define ALL_CHANGES                                                             \
	(IJ_CODEC_CHANGE_CLASS | IJ_CODEC_CHANGE_REGS | IJ_CODEC_CHANGE_FRAME | \
	 IJ_CODEC_CHANGE_SLOTS)

static struct ij_codec_symbol get(struct ij_codec_run *run, struct ij_codec_lane *lane,
				  unsigned kind, uint64_t features)
{
	return ij_codec_symbol_get(run->codec, &lane->bits, kind, features, &run->touched);
}

static uint64_t features_of(const struct ij_codec_run *run)
{
	return run->codec->header->codec == IJ_CODEC_BEST ? ij_codec_features(run) : 0;
}

static void class_apply(struct ij_codec_run *run, uint32_t class)
{
	const struct ij_codec_header *header = run->codec->header;
	const uint8_t *pair = run->codec->bytes + header->classes_off + (size_t) class * 2;

	if (class >= header->classes_len) {
		run->failed = true;
		return;
	}
	run->why = pair[0];
	run->unknown = (uint8_t)((run->unknown & ~IJ_POINTS_REGS) | (pair[1] & IJ_POINTS_REGS));
}

static void frame_apply(struct ij_codec_run *run, uint32_t code)
{
	if (!code) {
		run->unknown |= IJ_POINTS_FRAME;
		return;
	}
	run->unknown &= (uint8_t)~IJ_POINTS_FRAME;
	run->frame = (int32_t)((uint32_t)run->frame + (uint32_t)ij_codec_unzigzag(code - 1));
}

/* The slot of rank @rank in the set, from the lowest. */
static bool slot_ranked(const struct ij_codec_set *set, uint32_t rank, int64_t *ret)
{
	int64_t from = INT64_MIN;

	/* Words are in no order: take the lowest above the last, again and again. */
	for (;;) {
		const struct ij_codec_word *best = NULL;
		uint64_t bits;
		uint32_t count;

		for (uint32_t i = 0; i < set->len; i++)
			if (set->words[i].bits && set->words[i].word > from &&
			    (!best || set->words[i].word < best->word))
				best = &set->words[i];
		if (!best)
			return false;
		count = (uint32_t)__builtin_popcountll(best->bits);
		if (rank >= count) {
			rank -= count;
			from = best->word;
			continue;
		}
		for (bits = best->bits; rank; rank--)
			bits &= bits - 1;
		*ret = (int64_t)best->word * 64 + __builtin_ctzll(bits);
		return true;
	}
}

static void slot_die(struct ij_codec_run *run, uint32_t code)
{
	bool pointer = code & 1;
	int64_t slot;

	if (slot_ranked(&run->state->slots[pointer], code >> 1, &slot))
		ij_codec_slot_flip(run, pointer, slot);
	else
		run->failed = true;
}

static void words_apply(struct ij_codec_run *run, struct ij_codec_lane *lane)
{
	for (unsigned pointer = 0; pointer < 2; pointer++) {
		uint32_t count = ij_bits_get(&lane->bits, 12);
		int64_t word = count ? ij_codec_unzigzag(ij_bits_get(&lane->bits, 20)) : 0;

		for (; count && !run->failed && !lane->bits.failed; count--, word++) {
			uint64_t bits = (uint64_t)ij_bits_get(&lane->bits, 32) << 32;

			bits |= ij_bits_get(&lane->bits, 32);
			ij_codec_word_flip(run, pointer, word, bits);
		}
	}
}

static void flips_apply(struct ij_codec_run *run, struct ij_codec_lane *lane, uint64_t features)
{
	uint32_t code = get(run, lane, IJ_CODEC_FLIPS, features).rest;
	uint32_t count = code & 0xffff, died = code >> 16;

	if (!count) {
		run->unknown |= IJ_POINTS_SLOTS;
		return;
	}
	run->unknown &= (uint8_t)~IJ_POINTS_SLOTS;
	if (count == IJ_CODEC_FLIPS_WORDS) {
		words_apply(run, lane);
		return;
	}
	for (uint32_t i = 0; i < count - 1 && !run->failed && !lane->bits.failed; i++) {
		if (i < died) {
			slot_die(run, get(run, lane, IJ_CODEC_DIED, features).rest);
			continue;
		}
		code = get(run, lane, IJ_CODEC_SLOT, features).rest;
		ij_codec_slot_flip(run, code & 1, ij_codec_unzigzag(code >> 1));
	}
}

static void lane_fail(struct ij_codec_run *run, struct ij_codec_lane *lane)
{
	if (!lane->bits.failed)
		return;
	run->failed = true;
	lane->next = IJ_CODEC_NEVER;
}

/* What changes now, from the lane of one codec or another; with the registers in it applied. */
static unsigned event_get(struct ij_codec_run *run, struct ij_codec_lane *lane)
{
	unsigned codec = run->codec->header->codec, mask;
	struct ij_codec_symbol event = lane->event;

	if (codec == IJ_CODEC_HUFFMAN && !(lane->parts & IJ_CODEC_CHANGE_REGS))
		return lane->parts;
	if (codec != IJ_CODEC_BEST)
		event = get(run, lane, IJ_CODEC_EVENT, 0);
	mask = event.rest & 0xff;
	if (codec == IJ_CODEC_INTERLEAVED && mask & IJ_CODEC_CHANGE_CLASS)
		event.rest |= get(run, lane, IJ_CODEC_CLASS, 0).rest << 8;
	if (codec == IJ_CODEC_INTERLEAVED && mask & IJ_CODEC_CHANGE_REGS)
		event.regs = get(run, lane, IJ_CODEC_REGS, 0).regs;
	if (mask & IJ_CODEC_CHANGE_CLASS)
		class_apply(run, event.rest >> 8);
	run->regs = ij_codec_event_regs(run->codec->header->have, run->regs, &event);
	run->last = event;
	return mask;
}

/* Apply the lane's change; all of the lane's parts if it is the first. */
static void change_apply(struct ij_codec_run *run, struct ij_codec_lane *lane)
{
	bool best = run->codec->header->codec == IJ_CODEC_BEST;
	uint64_t features = 0;
	unsigned mask;

	if (best && lane->event.rest & (IJ_CODEC_CHANGE_FRAME | IJ_CODEC_CHANGE_SLOTS))
		features = ij_codec_features_pc(ij_codec_features(run), &lane->event);
	mask = event_get(run, lane);
	if (mask & IJ_CODEC_CHANGE_FRAME)
		frame_apply(run, get(run, lane, IJ_CODEC_FRAME, features).rest);
	if (mask & IJ_CODEC_CHANGE_SLOTS)
		flips_apply(run, lane, features);
	if (run->codec->header->flags & IJ_CODEC_SLOTS_FOLLOW)
		run->unknown = (uint8_t)((run->unknown & ~IJ_POINTS_SLOTS) |
					 (run->unknown & IJ_POINTS_REGS ? IJ_POINTS_SLOTS : 0));
}

/* Where the lane's next change is. */
static void lane_next(struct ij_codec_run *run, struct ij_codec_lane *lane)
{
	uint64_t features = features_of(run);
	uint64_t pc = run->pc;

	if (run->codec->header->codec == IJ_CODEC_BEST) {
		lane->event = get(run, lane, IJ_CODEC_EVENT, features);
		features = ij_codec_features_pc(features, &lane->event);
		if (lane->event.rest & IJ_CODEC_CHANGE_END)
			pc = run->unit.end;
		else
			pc += get(run, lane, IJ_CODEC_PC, features).rest;
	} else {
		uint32_t distance = get(run, lane, IJ_CODEC_PC, features).rest;

		pc = distance ? pc + distance : run->unit.end;
	}
	if (pc <= run->pc)
		run->failed = true;
	lane->next = pc < run->unit.end ? (uint32_t)pc : IJ_CODEC_NEVER;
	lane_fail(run, lane);
}

/* huffman: a lane for registers and safety, for the frame, for slots, of what the module has. */
static void lanes_make(struct ij_codec_run *run)
{
	const struct ij_codec_header *header = run->codec->header;
	const uint8_t *bytes = run->codec->stream + run->unit.stream;
	const unsigned parts[] = {
		IJ_CODEC_CHANGE_CLASS | IJ_CODEC_CHANGE_REGS,
		header->have & IJ_POINTS_FRAME ? IJ_CODEC_CHANGE_FRAME : 0,
		header->have & IJ_POINTS_SLOTS ? IJ_CODEC_CHANGE_SLOTS : 0,
	};
	size_t at = 0, left = run->unit.size;

	if (header->codec != IJ_CODEC_HUFFMAN) {
		run->lanes[run->lanes_len++] = (struct ij_codec_lane){
			.bits = ij_bits_make(bytes, left), .parts = ALL_CHANGES};
		return;
	}
	/* Each but the last begins with its size. */
	for (size_t i = 0; i < IJ_COUNT(parts); i++) {
		struct ij_bits head = ij_bits_make(bytes + at, left);
		bool more = false;
		uint32_t size;

		for (size_t j = i + 1; j < IJ_COUNT(parts); j++)
			more |= parts[j] != 0;
		if (!parts[i])
			continue;
		size = more ? ij_bits_get(&head, 8) : (uint32_t)left;
		if (more && size & 0x80)
			size = (size & 0x7f) << 16 | ij_bits_get(&head, 16);
		at += head.pos / 8;
		left -= head.failed ? left : head.pos / 8;
		if (head.failed || size > left) {
			run->failed = true;
			return;
		}
		run->lanes[run->lanes_len++] = (struct ij_codec_lane){
			.bits = ij_bits_make(bytes + at, size), .parts = parts[i]};
		at += size;
		left -= size;
	}
}

void ij_codec_stream_begin(struct ij_codec_run *run)
{
	run->pc = run->unit.start;
	run->regs = run->codec->header->regs;
	lanes_make(run);
	for (unsigned i = 0; i < run->lanes_len && !run->failed; i++) {
		struct ij_codec_lane *lane = &run->lanes[i];

		if (run->codec->header->codec == IJ_CODEC_BEST)
			lane->event = get(run, lane, IJ_CODEC_EVENT, features_of(run));
		change_apply(run, lane);
		lane_next(run, lane);
	}
	ij_codec_run_next(run);
}

void ij_codec_stream_step(struct ij_codec_run *run)
{
	run->distance = run->next - run->pc;
	run->pc = run->next;
	for (unsigned i = 0; i < run->lanes_len; i++) {
		if (run->lanes[i].next != run->pc)
			continue;
		change_apply(run, &run->lanes[i]);
		lane_next(run, &run->lanes[i]);
	}
	ij_codec_run_next(run);
}
