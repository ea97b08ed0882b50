/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The bytes of encoded points. Little-endian; offsets are bytes from the header; used in place.
 */
#ifndef IJ_MAPS_CODEC_FORMAT_H
#define IJ_MAPS_CODEC_FORMAT_H

#include "base/types.h"

#define IJ_CODEC_MAGIC 0x36544e494f504a49ull /* "IJPOINT6" */

/** Limits of what is accepted. */
#define IJ_CODEC_POINTS_MAX 256u  /* points a unit */
#define IJ_CODEC_WORDS_MAX  2048u /* words of 64 slots that the sets of a unit touch */
#define IJ_CODEC_CLASSES    64u
#define IJ_CODEC_BITS_MAX   20u /* of a Huffman code */
#define IJ_CODEC_GROUP      16u /* units a group of the index */
#define IJ_CODEC_PADDING    8u /* zero bytes at the end: eight can be read from everywhere before */

enum ij_codec_id {
	IJ_CODEC_PCDATA,
	IJ_CODEC_HUFFMAN,
	IJ_CODEC_INTERLEAVED,
	IJ_CODEC_BEST,
	IJ_CODEC_COUNT
};

enum ij_codec_flags {
	/* Slots are not known where registers are not known, and known elsewhere. */
	IJ_CODEC_SLOTS_FOLLOW = 1 << 0,
	/* Where registers are known the point is safe: pcdata has no stream of reasons. */
	IJ_CODEC_KNOWN_IS_SAFE = 1 << 1,
	/* best: the first slot that joins a set is counted from the stack pointer, not the CFA. */
	IJ_CODEC_SLOTS_FROM_SP = 1 << 2,
};

/** The symbols that are coded, each by a table of its own. */
enum ij_codec_kind {
	IJ_CODEC_EVENT, /* what changes: see ij_codec_symbol; in interleaved the mask alone */
	IJ_CODEC_CLASS, /* interleaved: the class of safety and knowledge that begins */
	IJ_CODEC_REGS,  /* interleaved: exclusive-or of the register maps */
	IJ_CODEC_FRAME, /* 0: not known, else 1 + zig-zag difference of the frame size */
	/* 0: slots not known, else 1 + number of symbols that tell which ones change; best: from
	 * bit 16 on how many of them are of slots that leave their set, which come first */
	IJ_CODEC_FLIPS, /* or FLIPS_WORDS */
	/* `regs`: those of a word of 64 slots that do; `rest`: zig-zag number of the word, times 2,
	 * plus 1 of pointers. best: zig-zag number of the first that joins a set, of the others its
	 * distance from the slot above the last one, times 2, plus 1 of a pointer's; this times
	 * RUN_MAX, plus how many join besides that follow it in the same word */
	IJ_CODEC_SLOT,
	IJ_CODEC_DIED,     /* best: the same of one that leaves the set: its rank in it */
	IJ_CODEC_PC,       /* difference of the PC; 0 ends the unit */
	IJ_CODEC_PC_FRAME, /* huffman: the same in the stream of frames */
	IJ_CODEC_PC_SLOTS, /* and of slots */
	IJ_CODEC_KINDS
};

enum {
	/*
	 * Instead of a FLIPS symbol's number: many slots change. Of the set of live slots, then of
	 * that of pointers: how many words of 64 slots change (12 bits), and if any do the zig-zag
	 * number of the first (20 bits), and the words, which follow one another: how many are
	 * equal (12 bits), and what changes in each of them (64 bits, high half first).
	 */
	IJ_CODEC_FLIPS_WORDS = 0xffff,
	IJ_CODEC_FLIPS_MAX = 48, /* as many are told one by one */
	IJ_CODEC_RUN_MAX = 8,    /* slots that one symbol of best tells */
};

/** Bits of a mask of what changes. Their order is that of features: codec_features.h. */
enum ij_codec_change {
	IJ_CODEC_CHANGE_CLASS = 1,
	IJ_CODEC_CHANGE_FRAME = 2,
	IJ_CODEC_CHANGE_SLOTS = 4,
	/* best: `regs` is what is in IJ_CODEC_CLOBBERED now, all else of that is gone. */
	IJ_CODEC_CHANGE_CLOBBER = 8,
	IJ_CODEC_CHANGE_REGS = 16,
	IJ_CODEC_CHANGE_END = 32, /* nothing does: the unit ends */
};

/** What a call does not preserve (System V psABI AMD64 1.0, 3.2.1), as in ij_codec_symbol. */
#define IJ_CODEC_CLOBBERED 0xffffffff0f37ull
/** The same of Go up to 1.16 (and, but for the stack pointer, of later ones): all pointers. */
#define IJ_CODEC_CLOBBERED_POINTERS (0xffffull << 48)

/**
 * A value of a symbol. `regs`: bits 0 to 15 live GPRs, 16 to 47 live vector registers, 48 to 63
 * pointers. `rest`: any other number; of an EVENT the mask, and the new class from bit 8 on.
 */
struct ij_codec_symbol {
	uint64_t regs;
	uint32_t rest;
};

/** Where the table of a kind lies; len 0: the kind does not occur. */
struct ij_codec_dict {
	uint32_t values_off; /* len x (regs_size + rest_size) bytes; in the order of the code */
	uint32_t len;        /* symbols, without the escape */
	uint32_t codes_off;  /* struct ij_codec_tables */
	uint8_t regs_size, rest_size; /* bytes of a value */
	uint16_t reserved;
	uint32_t tree_off, tree_len; /* best: struct ij_codec_node; 0: the first table is for all */
	uint32_t tables_len;
};

/** One inner node of a decision tree, or its leaf. */
struct ij_codec_node {
	uint8_t feature; /* bit of the state's features; 0xff: a leaf */
	uint8_t reserved;
	uint16_t next; /* node if the bit is set, else the one behind this; of a leaf: its table */
};

/** One Huffman code: counts of codes by length, then (best, but for the first) the symbols. */
struct ij_codec_table {
	uint32_t ids_off; /* uint16_t a code but the escape: places in the values; 0: as they are */
	uint32_t
		counts_off; /* (bits - least + 1) x uint16_t: codes of least, least + 1, ... bits */
	uint16_t len;       /* codes, with the escape */
	uint16_t escape; /* place of the escape to the first table, of the first: to raw bits; plus
			  * 1; 0: there is none */
	uint8_t bits;    /* of the longest; 0: there is one code, which takes none */
	uint8_t least;   /* of the shortest */
	uint8_t reserved[2];
};

/** Of every IJ_CODEC_GROUP units the first. */
struct ij_codec_group {
	uint32_t pc;     /* module offset at which it begins */
	uint32_t index;  /* offset of its entry in the index */
	uint32_t stream; /* offset of its bytes, if they are its own */
};

/**
 * An entry of the index, in varints: the bytes of code that it covers, times 8, plus 1 if it goes
 * on with the same function, plus 2 if its bytes are those of an earlier unit, plus 4 if it does
 * not begin where the unit before ends; then the distance from there, if so; the bytes of its own,
 * or the offset of the earlier one's in the stream.
 */
enum { IJ_CODEC_UNIT_GOES_ON = 1, IJ_CODEC_UNIT_SHARED = 2, IJ_CODEC_UNIT_GAP = 4 };

struct ij_codec_header {
	uint64_t magic;
	uint32_t size; /* of all of it, bytes */
	uint8_t codec; /* enum ij_codec_id */
	uint8_t have;  /* enum ij_points_have */
	uint8_t flags; /* enum ij_codec_flags */
	uint8_t reserved;
	uint64_t base; /* link-time address of module offset 0 */
	uint64_t span; /* of the module, bytes */
	uint64_t regs; /* that a unit begins with, as in ij_codec_symbol; not pcdata */
	uint32_t funcs_len, units_len, points_len;
	uint32_t groups_off, groups_len; /* struct ij_codec_group, sorted by pc */
	uint32_t index_off, index_size;
	uint32_t stream_off, stream_size;   /* without the padding */
	uint32_t bitmaps_off, bitmaps_size; /* pcdata */
	uint32_t dicts_off;                 /* IJ_CODEC_KINDS of them; the others */
	uint32_t classes_off, classes_len;  /* pairs of bytes: why, unknown (IJ_POINTS_REGS or 0) */
};

#endif
