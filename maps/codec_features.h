/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the codec `best` looks at to choose a code: 64 bits of the state, of which its trees take
 * those that help most in the file at hand. Encoder and decoder compute the same; in pieces, for
 * the decoder keeps those that do not change. Internal to the codecs.
 */
#ifndef IJ_MAPS_CODEC_FEATURES_H
#define IJ_MAPS_CODEC_FEATURES_H

#include "maps/codec_run.h"

enum ij_codec_feature {
	IJ_FEATURE_GPRS = 0, /* 16: registers that are live, or pointers if only these are told */
	IJ_FEATURE_VECTORS = 16,      /* 4: live vector registers 0 to 3 */
	IJ_FEATURE_UNSAFE = 20,       /* the point is unsafe */
	IJ_FEATURE_UNKNOWN = 21,      /* its registers are not known */
	IJ_FEATURE_FIRST = 22,        /* the unit begins here */
	IJ_FEATURE_LAST_SET = 23,     /* the last change set registers, */
	IJ_FEATURE_LAST_CLEARED = 24, /* cleared some */
	IJ_FEATURE_LAST_MANY = 25,    /* changed several */
	IJ_FEATURE_LAST_CHANGES = 26, /* 4: the first bits of its mask */
	IJ_FEATURE_LAST_NEAR = 30,    /* 5: it was within 2, 3, 4, 6, 10 bytes of the one before, */
	IJ_FEATURE_LAST_FAR = 35,     /* 2: or farther than 16, 32 */
	IJ_FEATURE_LAST_REG = 37,     /* 4: number of its lowest register */
	IJ_FEATURE_LEAF = 41,         /* nothing is on the stack */
	IJ_FEATURE_SHALLOW = 42,      /* or only saved registers */
	IJ_FEATURE_FRAMES = 43,       /* 3: the frame has at most 24, 120, 256 bytes */
	IJ_FEATURE_LATER = 46,        /* the unit is some way in */
	IJ_FEATURE_GOES_ON = 47,      /* the unit is not its function's first */
	IJ_FEATURE_SEVERAL = 48,      /* several registers are in the map */
	/* Of the change that comes: */
	IJ_FEATURE_NEXT_ANY = 49, /* it is known, and what belongs to it is coded */
	IJ_FEATURE_NEXT_SET = 50,
	IJ_FEATURE_NEXT_CLEARED = 51,
	IJ_FEATURE_NEXT_MANY = 52,
	IJ_FEATURE_NEXT_CHANGES = 53, /* 5: the first bits of its mask */
	IJ_FEATURE_NEXT_REG = 58,     /* 4 */
	IJ_FEATURE_FRAME_GROWS = 62,  /* and of its slots: what the frame does with it */
	IJ_FEATURE_FRAME_SHRINKS = 63,
};

/** Of a slot that joins a set behind another one: what no frame does. */
#define IJ_FEATURES_LATER_SLOT (1ull << IJ_FEATURE_FRAME_GROWS | 1ull << IJ_FEATURE_FRAME_SHRINKS)

/** Of general registers: those that are live, or pointers. */
static inline uint64_t ij_feature_gprs(uint64_t regs)
{
	return (regs | regs >> 48) & 0xffff;
}

static inline uint64_t ij_feature_bit(unsigned number, bool value)
{
	return (uint64_t)value << number;
}

static inline bool ij_feature_is_many(uint64_t regs)
{
	return (regs & (regs - 1)) != 0;
}

/* The number of the lowest general register, else of the lowest one. */
static inline uint64_t ij_feature_lowest(uint64_t regs)
{
	uint64_t any = ij_feature_gprs(regs) | regs;

	return any ? (uint64_t)__builtin_ctzll(any) & 15 : 0;
}

/** Of the registers that are in the map. */
static inline uint64_t ij_features_regs(uint64_t regs)
{
	uint64_t gprs = ij_feature_gprs(regs);

	return gprs << IJ_FEATURE_GPRS | (regs >> 16 & 15) << IJ_FEATURE_VECTORS |
	       ij_feature_bit(IJ_FEATURE_SEVERAL, ij_feature_is_many(gprs));
}

static inline uint64_t ij_features_class(uint8_t why, uint8_t unknown)
{
	return ij_feature_bit(IJ_FEATURE_UNSAFE, why) |
	       ij_feature_bit(IJ_FEATURE_UNKNOWN, unknown & IJ_POINTS_REGS);
}

static inline uint64_t ij_features_frame(int32_t frame)
{
	return ij_feature_bit(IJ_FEATURE_LEAF, frame <= 0) |
	       ij_feature_bit(IJ_FEATURE_SHALLOW, frame <= 48) |
	       ij_feature_bit(IJ_FEATURE_FRAMES, frame <= 24) |
	       ij_feature_bit(IJ_FEATURE_FRAMES + 1, frame <= 120) |
	       ij_feature_bit(IJ_FEATURE_FRAMES + 2, frame <= 256);
}

/** Of the last change, and what it made of the registers. */
static inline uint64_t ij_features_last(const struct ij_codec_symbol *last, uint64_t regs)
{
	return ij_feature_bit(IJ_FEATURE_LAST_SET, regs & last->regs) |
	       ij_feature_bit(IJ_FEATURE_LAST_CLEARED, last->regs & ~regs) |
	       ij_feature_bit(IJ_FEATURE_LAST_MANY, ij_feature_is_many(last->regs)) |
	       (uint64_t)(last->rest & 15) << IJ_FEATURE_LAST_CHANGES |
	       ij_feature_lowest(last->regs) << IJ_FEATURE_LAST_REG;
}

/** Of how far the last change was from the one before. */
static inline uint64_t ij_features_distance(uint32_t distance)
{
	/* NEAR in the low bits, FAR in the next ones. */
	static const uint8_t of[34] = {
		[0 ... 2] = 31,       [3] = 30,        [4] = 28,
		[5 ... 6] = 24,       [7 ... 10] = 16, [11 ... 16] = 0,
		[17 ... 32] = 1 << 5, [33] = 3 << 5,
	};

	return (uint64_t)of[distance < 33 ? distance : 33] << IJ_FEATURE_LAST_NEAR;
}

/** Of the place in the unit. */
static inline uint64_t ij_features_place(const struct ij_codec_unit *unit, uint32_t pc)
{
	return ij_feature_bit(IJ_FEATURE_FIRST, pc == unit->start) |
	       ij_feature_bit(IJ_FEATURE_LATER, pc - unit->start > 48) |
	       ij_feature_bit(IJ_FEATURE_GOES_ON, unit->goes_on);
}

/** All of the state. */
static inline uint64_t ij_codec_features(const struct ij_codec_run *run)
{
	return ij_features_regs(run->regs) | ij_features_class(run->why, run->unknown) |
	       ij_features_frame(run->frame) | ij_features_last(&run->last, run->regs) |
	       ij_features_distance(run->distance) | ij_features_place(&run->unit, run->pc);
}

/** The same with the change that comes next, for what belongs to it. */
static inline uint64_t ij_codec_features_pc(uint64_t features, const struct ij_codec_symbol *event)
{
	uint64_t gprs = ij_feature_gprs(event->regs);
	uint64_t before = features >> IJ_FEATURE_GPRS & 0xffff;

	return features | ij_feature_bit(IJ_FEATURE_NEXT_SET, gprs & ~before) |
	       ij_feature_bit(IJ_FEATURE_NEXT_CLEARED, gprs & before) |
	       ij_feature_bit(IJ_FEATURE_NEXT_MANY, ij_feature_is_many(event->regs)) |
	       (uint64_t)(event->rest & 31) << IJ_FEATURE_NEXT_CHANGES |
	       ij_feature_lowest(event->regs) << IJ_FEATURE_NEXT_REG |
	       ij_feature_bit(IJ_FEATURE_NEXT_ANY, true);
}

/** Of what the frame does, for the slots of the same change. */
static inline uint64_t ij_features_growth(int32_t before, int32_t after)
{
	return ij_feature_bit(IJ_FEATURE_FRAME_GROWS, after > before) |
	       ij_feature_bit(IJ_FEATURE_FRAME_SHRINKS, after < before);
}

#endif
