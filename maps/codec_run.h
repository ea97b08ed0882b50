/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Decoding one unit, change by change. Internal to the codecs. */
#ifndef IJ_MAPS_CODEC_RUN_H
#define IJ_MAPS_CODEC_RUN_H

#include "maps/bits.h"
#include "maps/codec.h"

#define IJ_CODEC_NEVER UINT32_MAX
#define IJ_CODEC_LANES 4

/** A unit: where it lies in code and stream. */
struct ij_codec_unit {
	uint32_t start, end;   /* module offsets */
	uint32_t stream, size; /* bytes of it in the stream; of a shared one all that follow */
	bool goes_on;          /* with the function of the unit before */
};

/** One of the streams of a unit. */
struct ij_codec_lane {
	struct ij_bits bits;
	uint32_t next;   /* PC of its next change, or NEVER */
	unsigned parts;  /* enum ij_codec_change: what it tells */
	uint8_t pc_kind; /* enum ij_codec_kind, of its distances */
	int64_t value;   /* pcdata */
	bool fresh;      /* pcdata: the value was not looked up yet */
};

/** The state of decoding: last values, also of what is not known at the moment. */
struct ij_codec_run {
	const struct ij_codec *codec;
	struct ij_codec_unit unit;
	struct ij_codec_state
		*state; /* its slots are those of the run; the point is written last */
	struct ij_codec_lane lanes[IJ_CODEC_LANES];
	unsigned lanes_len;
	uint32_t steps;
	uint32_t pc, next; /* of the change that was applied last, and of the next or NEVER */
	uint64_t regs;     /* as in ij_codec_symbol */
	int32_t frame;
	uint8_t why, unknown;         /* unknown: of registers, by class; of frame and slots */
	struct ij_codec_symbol last;  /* best: the last change, */
	uint32_t distance;            /* how far it was from the one before, */
	struct ij_codec_symbol event; /* the next one, at `next`, */
	uint64_t class_features, frame_features; /* and features of the state that seldom change */
	uint32_t tables[3];                      /* pcdata: offsets of the function's bitmaps */
	uint64_t touched;
	bool slots_changed; /* since whoever cares for it has reset it */
	bool failed;
};

/** Begin a unit: its first point is applied. @run: codec, unit and state set, all else 0. */
void ij_codec_pcdata_begin(struct ij_codec_run *run);
void ij_codec_pcdata_step(struct ij_codec_run *run);
/** Look up what the values of the streams stand for. */
void ij_codec_pcdata_settle(struct ij_codec_run *run);
void ij_codec_stream_begin(struct ij_codec_run *run);
/** Apply the next change, at run->next. */
void ij_codec_stream_step(struct ij_codec_run *run);
void ij_codec_best_begin(struct ij_codec_run *run);
/** Apply the next change and those up to @pc. */
void ij_codec_best_run(struct ij_codec_run *run, uint64_t pc);

/** Class @number of safety and knowledge begins. */
void ij_codec_class_apply(struct ij_codec_run *run, uint32_t number);
/** The frame changes by what @code, of kind FRAME, says. */
void ij_codec_frame_apply(struct ij_codec_run *run, uint32_t code);
/** Words of slots change: see IJ_CODEC_FLIPS_WORDS. */
void ij_codec_words_apply(struct ij_codec_run *run, struct ij_bits *bits);
/** Slots are known where registers are, if the file says so. */
static inline void ij_codec_slots_follow(struct ij_codec_run *run)
{
	if (run->codec->header->flags & IJ_CODEC_SLOTS_FOLLOW)
		run->unknown = (uint8_t)((run->unknown & ~IJ_POINTS_SLOTS) |
					 (run->unknown & IJ_POINTS_REGS ? IJ_POINTS_SLOTS : 0));
}

/** The slot from which those that join a set are counted. */
static inline int64_t ij_codec_slots_origin(unsigned flags, int32_t frame)
{
	return flags & IJ_CODEC_SLOTS_FROM_SP ? -(int64_t)(frame >> 3) - 1 : 0;
}

/** run->next from the lanes'. */
void ij_codec_run_next(struct ij_codec_run *run);

/** Put slot @slot into the set or take it out; the run fails if there are too many. */
void ij_codec_slot_flip(struct ij_codec_run *run, bool pointer, int64_t slot);

/** Flip the slots of @bits of a word of 64. */
void ij_codec_word_flip(struct ij_codec_run *run, bool pointer, int64_t word, uint64_t bits);

/** The same of @count words that follow one another. */
void ij_codec_words_flip(struct ij_codec_run *run, bool pointer, int64_t word, uint32_t count,
			 uint64_t bits);

/** The registers that are gone after a call, of what a source tells. */
static inline uint64_t ij_codec_clobbered(unsigned have)
{
	return have & IJ_POINTS_LIVE ? IJ_CODEC_CLOBBERED : IJ_CODEC_CLOBBERED_POINTERS;
}

/** What @event makes of the registers. */
static inline uint64_t ij_codec_event_regs(unsigned have, uint64_t regs,
					   const struct ij_codec_symbol *event)
{
	if (event->rest & IJ_CODEC_CHANGE_CLOBBER)
		return (regs & ~ij_codec_clobbered(have)) | event->regs;
	return regs ^ event->regs;
}

static inline uint64_t ij_codec_zigzag(int64_t value)
{
	return (uint64_t)value << 1 ^ (uint64_t)(value >> 63);
}

static inline int64_t ij_codec_unzigzag(uint64_t value)
{
	return (int64_t)(value >> 1) ^ -(int64_t)(value & 1);
}

#endif
