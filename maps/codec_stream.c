/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Decoding the bit streams of huffman and interleaved. */
#include "maps/codec_run.h"
#include "maps/codec_table.h"

#define ALL_CHANGES                                                             \
	(IJ_CODEC_CHANGE_CLASS | IJ_CODEC_CHANGE_REGS | IJ_CODEC_CHANGE_FRAME | \
	 IJ_CODEC_CHANGE_SLOTS)

static struct ij_codec_symbol get(struct ij_codec_run *run, struct ij_codec_lane *lane,
				  unsigned kind)
{
	return ij_codec_symbol_get(run->codec, &lane->bits, kind, 0, &run->touched);
}

void ij_codec_class_apply(struct ij_codec_run *run, uint32_t number)
{
	const struct ij_codec_header *header = run->codec->header;
	const uint8_t *pair = run->codec->bytes + header->classes_off + (size_t)number * 2;

	if (number >= header->classes_len) {
		run->failed = true;
		return;
	}
	run->why = pair[0];
	run->unknown = (uint8_t)((run->unknown & ~IJ_POINTS_REGS) | (pair[1] & IJ_POINTS_REGS));
}

void ij_codec_frame_apply(struct ij_codec_run *run, uint32_t code)
{
	if (!code) {
		run->unknown |= IJ_POINTS_FRAME;
		return;
	}
	run->unknown &= (uint8_t)~IJ_POINTS_FRAME;
	run->frame = (int32_t)((uint32_t)run->frame + (uint32_t)ij_codec_unzigzag(code - 1));
}

void ij_codec_words_apply(struct ij_codec_run *run, struct ij_bits *bits)
{
	for (unsigned pointer = 0; pointer < 2; pointer++) {
		uint32_t count = ij_bits_get(bits, 12);
		int64_t word = count ? ij_codec_unzigzag(ij_bits_get(bits, 20)) : 0;

		while (count && !run->failed && !bits->failed) {
			uint32_t equal = ij_bits_get(bits, 12);
			uint64_t flips = (uint64_t)ij_bits_get(bits, 32) << 32;

			flips |= ij_bits_get(bits, 32);
			if (!equal || equal > count) {
				run->failed = true;
				return;
			}
			ij_codec_words_flip(run, pointer, word, equal, flips);
			count -= equal;
			word += equal;
		}
	}
}

static void flips_apply(struct ij_codec_run *run, struct ij_codec_lane *lane)
{
	uint32_t count = get(run, lane, IJ_CODEC_FLIPS).rest;

	if (!count) {
		run->unknown |= IJ_POINTS_SLOTS;
		return;
	}
	run->unknown &= (uint8_t)~IJ_POINTS_SLOTS;
	if (count == IJ_CODEC_FLIPS_WORDS) {
		ij_codec_words_apply(run, &lane->bits);
		return;
	}
	for (uint32_t i = 0; i < count - 1 && !run->failed && !lane->bits.failed; i++) {
		struct ij_codec_symbol symbol = get(run, lane, IJ_CODEC_SLOT);

		ij_codec_word_flip(run, symbol.rest & 1, ij_codec_unzigzag(symbol.rest >> 1),
				   symbol.regs);
	}
}

static void lane_fail(struct ij_codec_run *run, struct ij_codec_lane *lane)
{
	if (!lane->bits.failed)
		return;
	run->failed = true;
	lane->next = IJ_CODEC_NEVER;
}

/* What changes now, from the lane of one codec or the other; with the registers in it applied. */
static unsigned event_get(struct ij_codec_run *run, struct ij_codec_lane *lane)
{
	bool masked = run->codec->header->codec == IJ_CODEC_INTERLEAVED;
	struct ij_codec_symbol event;

	if (!masked && !(lane->parts & IJ_CODEC_CHANGE_REGS))
		return lane->parts;
	event = get(run, lane, IJ_CODEC_EVENT);
	if (masked && event.rest & IJ_CODEC_CHANGE_CLASS)
		event.rest |= get(run, lane, IJ_CODEC_CLASS).rest << 8;
	if (masked && event.rest & IJ_CODEC_CHANGE_REGS)
		event.regs = get(run, lane, IJ_CODEC_REGS).regs;
	if (event.rest & IJ_CODEC_CHANGE_CLASS)
		ij_codec_class_apply(run, event.rest >> 8);
	run->regs = ij_codec_event_regs(run->codec->header->have, run->regs, &event);
	return event.rest & 0xff;
}

/* Apply the lane's change; all of the lane's parts if it is the first. */
static void change_apply(struct ij_codec_run *run, struct ij_codec_lane *lane)
{
	unsigned mask = event_get(run, lane);

	if (mask & IJ_CODEC_CHANGE_FRAME)
		ij_codec_frame_apply(run, get(run, lane, IJ_CODEC_FRAME).rest);
	if (mask & IJ_CODEC_CHANGE_SLOTS)
		flips_apply(run, lane);
	ij_codec_slots_follow(run);
}

/* Where the lane's next change is. */
static void lane_next(struct ij_codec_run *run, struct ij_codec_lane *lane)
{
	uint32_t distance = get(run, lane, lane->pc_kind).rest;
	uint64_t pc = distance ? (uint64_t)run->pc + distance : run->unit.end;

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
		run->lanes[run->lanes_len++] =
			(struct ij_codec_lane){.bits = ij_bits_make(bytes, left),
					       .parts = ALL_CHANGES,
					       .pc_kind = IJ_CODEC_PC};
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
		run->lanes[run->lanes_len++] =
			(struct ij_codec_lane){.bits = ij_bits_make(bytes + at, size),
					       .parts = parts[i],
					       .pc_kind = (uint8_t)(IJ_CODEC_PC + i)};
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

		change_apply(run, lane);
		lane_next(run, lane);
	}
	ij_codec_run_next(run);
}

void ij_codec_stream_step(struct ij_codec_run *run)
{
	run->pc = run->next;
	for (unsigned i = 0; i < run->lanes_len; i++) {
		if (run->lanes[i].next != run->pc)
			continue;
		change_apply(run, &run->lanes[i]);
		lane_next(run, &run->lanes[i]);
	}
	ij_codec_run_next(run);
}
