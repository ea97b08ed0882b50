/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Decoding pcdata: tables of bitmaps and streams of varints, as Go 1.11 to 1.14 write them.
 *
 * A unit begins with the offsets of its function's tables; then a stream for each kind of map. A
 * table: bytes a bitmap of registers; of slots: first slot and number of slots, zig-zag.
 * Source: Go 1.14, src/cmd/internal/obj/pcln.go (funcpctab), src/runtime/symtab.go (pcvalue).
 */
#include "maps/codec_run.h"

enum { LANE_REGS, LANE_WHY, LANE_FRAME, LANE_SLOTS };
enum { TABLE_REGS, TABLE_LIVE, TABLE_POINTERS };

static uint64_t varint(struct ij_bits *bits)
{
	const uint8_t *at = bits->bytes + (bits->pos >> 3), *end = bits->bytes + (bits->end >> 3);
	uint64_t value = 0;

	if (bits->failed)
		return 0;
	for (unsigned shift = 0; shift < 64 && at < end; shift += 7) {
		uint8_t byte = *at++;

		value |= (uint64_t)(byte & 0x7f) << shift;
		if (!(byte & 0x80)) {
			bits->pos = (uint64_t)(at - bits->bytes) * 8;
			return value;
		}
	}
	bits->failed = true;
	return 0;
}

/* The bytes of the bitmaps from @off on. */
static struct ij_bits bitmaps(const struct ij_codec_run *run, uint64_t off)
{
	const struct ij_codec_header *header = run->codec->header;
	uint32_t size = header->bitmaps_size;
	struct ij_bits bits = ij_bits_make(run->codec->bytes + header->bitmaps_off, size);

	bits.pos = off < size ? off * 8 : bits.end;
	return bits;
}

/* Bitmap @idx of the table at @off: its first byte, and what stands before the bitmaps. */
static struct ij_bits bitmap_at(struct ij_codec_run *run, uint32_t off, bool slots, uint64_t idx,
				int64_t *lo_ret, uint64_t *nbits_ret)
{
	struct ij_bits bits = bitmaps(run, off);
	uint64_t size;

	*lo_ret = slots ? ij_codec_unzigzag(varint(&bits)) : 0;
	*nbits_ret = varint(&bits);
	size = (*nbits_ret + 7) / 8;
	/* So long that it cannot lie in the file, or else no product overflows. */
	if (bits.failed || size > bits.end / 8 || idx > UINT32_MAX ||
	    (size && idx > bits.end / 8 / size))
		bits.failed = true;
	else
		bits.pos += size * idx * 8;
	bits.failed |= bits.pos + size * 8 > bits.end;
	run->touched += size;
	run->failed |= bits.failed;
	return bits;
}

static void regs_apply(struct ij_codec_run *run, int64_t idx)
{
	const struct ij_codec_header *header = run->codec->header;
	uint64_t nbits, value = 0;
	struct ij_bits bits;
	int64_t lo;

	if (idx < 0) {
		run->unknown |= IJ_POINTS_REGS;
		run->why = (uint8_t)(-1 - idx);
		return;
	}
	run->unknown &= (uint8_t)~IJ_POINTS_REGS;
	run->why = IJ_WHY_SAFE; /* or what the lane of reasons says, which comes next */
	if (!(header->have & IJ_POINTS_REGS))
		return;
	bits = bitmap_at(run, run->tables[TABLE_REGS], false, (uint64_t)idx, &lo, &nbits);
	run->failed |= nbits > 64;
	for (uint64_t at = 0; at < nbits && !run->failed; at += 8)
		value |= (uint64_t)ij_bits_get(&bits, 8) << at;
	run->regs = header->have & IJ_POINTS_LIVE ? value : value << 48;
}

static void slots_of(struct ij_codec_run *run, bool pointers, int64_t idx)
{
	uint64_t nbits;
	struct ij_bits bits;
	int64_t lo;

	run->state->slots[pointers].len = 0;
	run->slots_changed = true;
	if (idx < 0)
		return;
	bits = bitmap_at(run, run->tables[pointers ? TABLE_POINTERS : TABLE_LIVE], true,
			 (uint64_t)idx, &lo, &nbits);
	for (uint64_t at = 0; at < nbits && !run->failed; at += 8) {
		uint64_t byte = ij_bits_get(&bits, 8);
		int64_t slot = (int64_t)((uint64_t)lo + at);
		unsigned shift = slot & 63;

		if (byte)
			ij_codec_word_flip(run, pointers, slot >> 6, byte << shift);
		if (shift > 56 && byte >> (64 - shift))
			ij_codec_word_flip(run, pointers, (slot >> 6) + 1, byte >> (64 - shift));
	}
}

static void lane_apply(struct ij_codec_run *run, struct ij_codec_lane *lane)
{
	unsigned have = run->codec->header->have;
	int64_t value = lane->value;

	switch (lane->parts) {
	case LANE_REGS:
		regs_apply(run, value);
		break;
	case LANE_WHY:
		if (!(run->unknown & IJ_POINTS_REGS))
			run->why = (uint8_t)value;
		break;
	case LANE_FRAME:
		run->unknown &= (uint8_t)~IJ_POINTS_FRAME;
		run->unknown |= value == -1 ? IJ_POINTS_FRAME : 0;
		run->frame = (int32_t)(value < -1 ? value + 1 : value);
		break;
	default:
		/* The others are numbers; these are many bytes to read. */
		if (!lane->fresh)
			break;
		run->unknown &= (uint8_t)~IJ_POINTS_SLOTS;
		run->unknown |= value < 0 ? IJ_POINTS_SLOTS : 0;
		if (have & IJ_POINTS_SLOTS_LIVE)
			slots_of(run, false, value);
		if (have & IJ_POINTS_SLOTS_POINTERS)
			slots_of(run, true, value);
		lane->fresh = false;
		break;
	}
}

void ij_codec_pcdata_settle(struct ij_codec_run *run)
{
	for (unsigned i = 0; i < run->lanes_len && !run->failed; i++)
		lane_apply(run, &run->lanes[i]);
}

/* The next pair of a lane: its value holds from run->pc on. */
static void lane_step(struct ij_codec_run *run, struct ij_codec_lane *lane)
{
	uint64_t distance;

	lane->value =
		(int64_t)((uint64_t)lane->value + (uint64_t)ij_codec_unzigzag(varint(&lane->bits)));
	lane->fresh = true;
	distance = varint(&lane->bits);
	run->failed |= !distance;
	lane->next =
		distance < run->unit.end - run->pc ? run->pc + (uint32_t)distance : IJ_CODEC_NEVER;
	run->failed |= lane->bits.failed;
}

/* Go past a stream: the lanes follow one another. */
static void lane_skip(struct ij_bits *bits, uint32_t size)
{
	uint64_t pc = 0;

	while (!bits->failed) {
		uint64_t distance;

		(void)varint(bits);
		distance = varint(bits);
		pc += distance;
		if (pc < size && distance)
			continue;
		/* A difference of 0, which no pair but the first has, ends them. */
		bits->failed |= varint(bits) != 0 || !distance;
		return;
	}
}

static bool lane_is(const struct ij_codec_header *header, unsigned kind)
{
	switch (kind) {
	case LANE_WHY:
		return !(header->flags & IJ_CODEC_KNOWN_IS_SAFE);
	case LANE_FRAME:
		return header->have & IJ_POINTS_FRAME;
	case LANE_SLOTS:
		return header->have & IJ_POINTS_SLOTS;
	default:
		return true;
	}
}

void ij_codec_pcdata_begin(struct ij_codec_run *run)
{
	const struct ij_codec_header *header = run->codec->header;
	struct ij_bits bits = ij_bits_make(run->codec->stream + run->unit.stream, run->unit.size);

	run->pc = run->unit.start;
	if (header->have & IJ_POINTS_REGS)
		run->tables[TABLE_REGS] = (uint32_t)varint(&bits);
	if (header->have & IJ_POINTS_SLOTS_LIVE)
		run->tables[TABLE_LIVE] = (uint32_t)varint(&bits);
	if (header->have & IJ_POINTS_SLOTS_POINTERS)
		run->tables[TABLE_POINTERS] = (uint32_t)varint(&bits);
	for (unsigned kind = 0; kind < IJ_CODEC_LANES && !run->failed; kind++) {
		struct ij_codec_lane *lane = &run->lanes[run->lanes_len];

		if (!lane_is(header, kind))
			continue;
		*lane = (struct ij_codec_lane){.bits = bits, .parts = kind, .value = -1};
		run->lanes_len++;
		lane_skip(&bits, run->unit.end - run->unit.start);
		lane_step(run, lane);
	}
	run->failed |= bits.failed;
	ij_codec_run_next(run);
}

void ij_codec_pcdata_step(struct ij_codec_run *run)
{
	run->pc = run->next;
	for (unsigned i = 0; i < run->lanes_len && !run->failed; i++)
		if (run->lanes[i].next == run->pc)
			lane_step(run, &run->lanes[i]);
	ij_codec_run_next(run);
}
