/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the codec `best` looks at to choose a code: 64 bits of the state, of which its trees take
 * those that help most in the file at hand. The encoder computes the same.
 */
#include "maps/codec_run.h"

enum {
	GPRS = 0,          /* 16: live general registers, or pointers where only these are told */
	VECTORS = 16,      /* 4: live vector registers 0 to 3 */
	UNSAFE = 20,       /* the point is unsafe */
	UNKNOWN = 21,      /* its registers are not known */
	FIRST = 22,        /* the unit begins here */
	LAST_SET = 23,     /* the last change set registers, */
	LAST_CLEARED = 24, /* cleared some */
	LAST_MANY = 25,    /* changed several, */
	LAST_CLOBBER = 26, /* was a call's, */
	LAST_FRAME = 27,   /* changed the frame, */
	LAST_SLOTS = 28,   /* or slots */
	LAST_NEAR = 29,    /* 5: it was within 2, 3, 4, 6, 10 bytes of the one before */
	LAST_REG = 34,     /* 4: number of its lowest register */
	LEAF = 38,         /* nothing is on the stack */
	SHALLOW = 39,      /* or only saved registers */
	LATER = 40,        /* the unit is some way in */
	FRAMES = 41,       /* 3: the frame has at most 24, 120, 256 bytes */
	/* Of the change that comes: */
	NEXT_SET = 44,
	NEXT_CLEARED = 45,
	NEXT_MANY = 46,
	NEXT_CLOBBER = 47,
	NEXT_FRAME = 48,
	NEXT_SLOTS = 49,
	NEXT_CLASS = 50,
	NEXT_REGS = 51,
	NEXT_REG = 52, /* 4 */
	NEXT_ANY = 56, /* it is known: not the change itself is coded, but what belongs to it */
	/* Of the state again: */
	GOES_ON = 57,    /* the unit is not its function's first */
	SEVERAL = 58,    /* several registers are in the map */
	LAST_CLASS = 59, /* the last change was of safety */
	LAST_FAR = 60,   /* 2: it was farther than 16, 32 bytes from the one before */
};

static uint64_t bit(unsigned number, bool value)
{
	return (uint64_t)value << number;
}

/* Of general registers: those that are live, or pointers. */
static uint64_t gprs_of(uint64_t regs)
{
	return (regs | regs >> 48) & 0xffff;
}

static uint64_t lowest(uint64_t regs)
{
	uint64_t any = gprs_of(regs) | regs;

	return any ? (uint64_t)__builtin_ctzll(any) & 15 : 0;
}

static bool is_many(uint64_t regs)
{
	return (regs & (regs - 1)) != 0;
}

uint64_t ij_codec_features(const struct ij_codec_run *run)
{
	static const uint8_t near[] = {2, 3, 4, 6, 10};
	const struct ij_codec_symbol *last = &run->last;
	uint64_t ret = gprs_of(run->regs) << GPRS, set = run->regs & last->regs;

	ret |= (run->regs >> 16 & 15) << VECTORS;
	ret |= bit(UNSAFE, run->why) | bit(UNKNOWN, run->unknown & IJ_POINTS_REGS);
	ret |= bit(FIRST, run->pc == run->unit.start);
	ret |= bit(LAST_SET, set) | bit(LAST_CLEARED, last->regs & ~run->regs);
	ret |= bit(LAST_MANY, is_many(last->regs));
	ret |= bit(LAST_CLOBBER, last->rest & IJ_CODEC_CHANGE_CLOBBER);
	ret |= bit(LAST_FRAME, last->rest & IJ_CODEC_CHANGE_FRAME);
	ret |= bit(LAST_SLOTS, last->rest & IJ_CODEC_CHANGE_SLOTS);
	for (unsigned i = 0; i < IJ_COUNT(near); i++)
		ret |= bit(LAST_NEAR + i, run->distance <= near[i]);
	ret |= lowest(last->regs) << LAST_REG;
	ret |= bit(LEAF, run->frame <= 0) | bit(SHALLOW, run->frame <= 48);
	ret |= bit(LATER, run->pc - run->unit.start > 48);
	ret |= bit(FRAMES, run->frame <= 24) | bit(FRAMES + 1, run->frame <= 120) |
	       bit(FRAMES + 2, run->frame <= 256);
	ret |= bit(GOES_ON, run->unit.goes_on) | bit(SEVERAL, is_many(gprs_of(run->regs)));
	ret |= bit(LAST_CLASS, last->rest & IJ_CODEC_CHANGE_CLASS);
	ret |= bit(LAST_FAR, run->distance > 16) | bit(LAST_FAR + 1, run->distance > 32);
	return ret;
}

uint64_t ij_codec_features_pc(uint64_t features, const struct ij_codec_symbol *event)
{
	uint64_t gprs = gprs_of(event->regs), before = features >> GPRS & 0xffff;

	features |= bit(NEXT_SET, gprs & ~before) | bit(NEXT_CLEARED, gprs & before);
	features |= bit(NEXT_MANY, is_many(event->regs));
	features |= bit(NEXT_CLOBBER, event->rest & IJ_CODEC_CHANGE_CLOBBER);
	features |= bit(NEXT_FRAME, event->rest & IJ_CODEC_CHANGE_FRAME);
	features |= bit(NEXT_SLOTS, event->rest & IJ_CODEC_CHANGE_SLOTS);
	features |= bit(NEXT_CLASS, event->rest & IJ_CODEC_CHANGE_CLASS);
	features |= bit(NEXT_REGS, event->rest & IJ_CODEC_CHANGE_REGS);
	return features | lowest(event->regs) << NEXT_REG | bit(NEXT_ANY, true);
}

uint64_t ij_codec_event_regs(unsigned have, uint64_t regs, const struct ij_codec_symbol *event)
{
	if (event->rest & IJ_CODEC_CHANGE_CLOBBER)
		return (regs & ~ij_codec_clobbered(have)) | event->regs;
	return regs ^ event->regs;
}
