/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Opening an encoding, finding the unit of a PC in its index, and decoding it. */
#include "maps/codec.h"

#include <string.h>

#include "maps/codec_run.h"
#include "maps/codec_table.h"

/*
 * What is decoded of so many bytes at most. A unit that repeats takes three of the index, and has
 * up to 256 points (pcdata); the sets of a frame with a large buffer have thousands of words, which
 * a symbol or two change.
 */
enum { DECODE_POINTS_A_BYTE = 96, DECODE_WORDS_A_BYTE = 64, DECODE_WORDS = 1 << 22 };

const char *ij_codec_name(unsigned codec)
{
	static const char *const names[] = {[IJ_CODEC_PCDATA] = "pcdata",
					    [IJ_CODEC_HUFFMAN] = "huffman",
					    [IJ_CODEC_INTERLEAVED] = "interleaved",
					    [IJ_CODEC_BEST] = "best"};

	return codec < IJ_COUNT(names) ? names[codec] : NULL;
}

static struct ij_error *bad(const char *what)
{
	return ij_error_new(BADDATA, "encoded maps: %s", what);
}

static bool inside(const struct ij_codec_header *header, uint64_t off, uint64_t len, uint64_t item,
		   uint64_t align)
{
	uint64_t limit = header->size - IJ_CODEC_PADDING;

	return off >= sizeof(*header) && off % align == 0 && off <= limit &&
	       len <= (limit - off) / item;
}

static struct ij_error *header_check(const struct ij_codec_header *header, size_t size)
{
	if (size < sizeof(*header) + IJ_CODEC_PADDING || header->magic != IJ_CODEC_MAGIC)
		return bad("not these, or of another version");
	if (header->size != size)
		return ij_error_new(BADDATA, "encoded maps: %zu bytes, header says %u", size,
				    header->size);
	if (header->codec >= IJ_CODEC_COUNT || !header->span || header->span > 1ull << 32 ||
	    header->reserved)
		return bad("header: unknown codec or span");
	if (!inside(header, header->groups_off, header->groups_len, sizeof(struct ij_codec_group),
		    _Alignof(struct ij_codec_group)) ||
	    !inside(header, header->index_off, header->index_size, 1, 1) ||
	    !inside(header, header->stream_off, header->stream_size, 1, 1))
		return bad("header: index or units out of range");
	if (header->units_len > (uint64_t)header->groups_len * IJ_CODEC_GROUP ||
	    header->funcs_len > header->units_len)
		return bad("header: counts that do not agree");
	if (header->classes_len > IJ_CODEC_CLASSES ||
	    !inside(header, header->classes_off, header->classes_len, 2, 1))
		return bad("header: classes out of range");
	return header->codec == IJ_CODEC_PCDATA &&
			       !inside(header, header->bitmaps_off, header->bitmaps_size, 1, 1)
		       ? bad("header: bitmaps out of range")
		       : NULL;
}

struct ij_error *ij_codec_open(const void *bytes, size_t size, struct ij_codec *ret)
{
	const struct ij_codec_header *header = bytes;
	struct ij_codec codec = {.bytes = bytes, .header = header};

	if ((uintptr_t)bytes % _Alignof(struct ij_codec_header))
		return bad("not aligned in memory");
	IJ_TRY(header_check(header, size));
	codec.groups = (const void *)(codec.bytes + header->groups_off);
	codec.index = codec.bytes + header->index_off;
	codec.stream = codec.bytes + header->stream_off;
	if (header->codec != IJ_CODEC_PCDATA) {
		if (!inside(header, header->dicts_off, IJ_CODEC_KINDS, sizeof(struct ij_codec_dict),
			    _Alignof(struct ij_codec_dict)))
			return bad("header: tables out of range");
		codec.dicts = (const void *)(codec.bytes + header->dicts_off);
		IJ_TRY(ij_codec_tables_open(&codec));
	}
	*ret = codec;
	return NULL;
}

/* Reading the index. */
struct walk {
	const struct ij_codec *codec;
	uint32_t at;     /* byte of the index */
	uint32_t end;    /* where the unit before ended; module offset */
	uint32_t stream; /* where its own bytes ended */
	bool failed;
};

static uint64_t index_get(struct walk *walk)
{
	uint64_t value = 0;

	for (unsigned shift = 0; shift < 42; shift += 7) {
		uint8_t byte;

		if (walk->at >= walk->codec->header->index_size)
			break;
		byte = walk->codec->index[walk->at++];
		value |= (uint64_t)(byte & 0x7f) << shift;
		if (!(byte & 0x80))
			return value;
	}
	walk->failed = true;
	return 0;
}

static bool walk_unit(struct walk *walk, struct ij_codec_unit *ret)
{
	const struct ij_codec_header *header = walk->codec->header;
	uint64_t head = index_get(walk), code = head >> 3;
	uint64_t start = walk->end + (head & IJ_CODEC_UNIT_GAP ? index_get(walk) : 0);
	uint64_t bytes = index_get(walk), end = start + code;

	if (walk->failed || !code || end > header->span || end > UINT32_MAX ||
	    walk->stream > header->stream_size ||
	    (head & IJ_CODEC_UNIT_GOES_ON && head & IJ_CODEC_UNIT_GAP))
		return false;
	*ret = (struct ij_codec_unit){.start = (uint32_t)start,
				      .end = (uint32_t)end,
				      .goes_on = head & IJ_CODEC_UNIT_GOES_ON};
	walk->end = (uint32_t)end;
	if (head & IJ_CODEC_UNIT_SHARED) {
		ret->stream = (uint32_t)bytes;
		ret->size = walk->stream - (uint32_t)bytes;
		return bytes <= walk->stream;
	}
	if (bytes > header->stream_size - walk->stream)
		return false;
	ret->stream = walk->stream;
	ret->size = (uint32_t)bytes;
	walk->stream += (uint32_t)bytes;
	return true;
}

static struct walk walk_at(const struct ij_codec *codec, uint32_t group)
{
	const struct ij_codec_group *it = &codec->groups[group];

	/* The first entry of a group counts from there. */
	return (struct walk){.codec = codec, .at = it->index, .end = it->pc, .stream = it->stream};
}

/* The last group that begins at or below @pc, or NONE. */
static uint32_t group_find(const struct ij_codec *codec, uint64_t pc)
{
	uint32_t lo = 0, hi = codec->header->groups_len;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (codec->groups[mid].pc <= pc)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo - 1;
}

static enum ij_codec_end unit_find(const struct ij_codec *codec, uint64_t pc,
				   struct ij_codec_unit *ret, uint64_t *touched)
{
	uint32_t group = group_find(codec, pc), left;
	struct walk walk;

	if (group == UINT32_MAX)
		return IJ_CODEC_NONE;
	walk = walk_at(codec, group);
	left = codec->header->units_len - group * IJ_CODEC_GROUP;
	*touched += sizeof(struct ij_codec_group) *
		    (uint64_t)(32 - __builtin_clz(codec->header->groups_len | 1));
	for (uint32_t i = 0; i < IJ_CODEC_GROUP && i < left; i++) {
		if (!walk_unit(&walk, ret))
			return IJ_CODEC_BAD;
		if (pc < ret->start)
			break;
		if (pc < ret->end) {
			*touched += walk.at - codec->groups[group].index;
			return IJ_CODEC_FOUND;
		}
	}
	return IJ_CODEC_NONE;
}

static void run_begin(struct ij_codec_run *run)
{
	run->state->slots[0].len = run->state->slots[1].len = 0;
	run->slots_changed = true;
	switch (run->codec->header->codec) {
	case IJ_CODEC_PCDATA:
		ij_codec_pcdata_begin(run);
		break;
	case IJ_CODEC_BEST:
		ij_codec_best_begin(run);
		break;
	default:
		ij_codec_stream_begin(run);
		break;
	}
}

/* Apply the next change; best: and those up to @pc. */
static void run_step(struct ij_codec_run *run, uint64_t pc)
{
	if (run->steps >= IJ_CODEC_POINTS_MAX - 1) {
		run->failed = true;
		run->next = IJ_CODEC_NEVER;
		return;
	}
	switch (run->codec->header->codec) {
	case IJ_CODEC_PCDATA:
		run->steps++;
		ij_codec_pcdata_step(run);
		break;
	case IJ_CODEC_BEST:
		ij_codec_best_run(run, pc);
		break;
	default:
		run->steps++;
		ij_codec_stream_step(run);
		break;
	}
}

void ij_codec_run_next(struct ij_codec_run *run)
{
	run->next = IJ_CODEC_NEVER;
	for (unsigned i = 0; i < run->lanes_len; i++) {
		run->failed |= run->lanes[i].bits.failed;
		if (run->lanes[i].next < run->next)
			run->next = run->lanes[i].next;
	}
	if (run->next <= run->pc)
		run->failed = true;
	if (run->failed)
		run->next = IJ_CODEC_NEVER;
}

/* Where @word is in @set, or would be. Frames of large buffers have very many. */
static uint32_t word_find(const struct ij_codec_set *set, int64_t word)
{
	uint32_t at = 0;

	for (uint32_t end = set->len; at < end;) {
		uint32_t mid = at + (end - at) / 2;

		if (set->words[mid].word < word)
			at = mid + 1;
		else
			end = mid;
	}
	return at;
}

void ij_codec_word_flip(struct ij_codec_run *run, bool pointer, int64_t word, uint64_t bits)
{
	struct ij_codec_set *set = &run->state->slots[pointer];
	uint32_t at = word_find(set, word);

	run->slots_changed = true;
	if (at < set->len && set->words[at].word == word) {
		set->words[at].bits ^= bits;
		return;
	}
	if (set->len == IJ_CODEC_WORDS_MAX || word != (int32_t)word) {
		run->failed = true;
		return;
	}
	memmove(&set->words[at + 1], &set->words[at], (set->len - at) * sizeof(set->words[0]));
	set->words[at] = (struct ij_codec_word){.word = (int32_t)word, .bits = bits};
	set->len++;
}

void ij_codec_words_flip(struct ij_codec_run *run, bool pointer, int64_t word, uint32_t count,
			 uint64_t bits)
{
	struct ij_codec_set *set = &run->state->slots[pointer];
	uint32_t at = word_find(set, word);

	run->slots_changed = true;
	/* A buffer comes, behind all that is there, or goes. */
	for (; at < set->len && set->words[at].word == word && count; at++, word++, count--)
		set->words[at].bits ^= bits;
	if (at == set->len && count <= IJ_CODEC_WORDS_MAX - set->len && word == (int32_t)word &&
	    word + count == (int32_t)(word + count)) {
		for (; count; word++, count--)
			set->words[set->len++] =
				(struct ij_codec_word){.word = (int32_t)word, .bits = bits};
	}
	for (; count && !run->failed; word++, count--)
		ij_codec_word_flip(run, pointer, word, bits);
}

void ij_codec_slot_flip(struct ij_codec_run *run, bool pointer, int64_t slot)
{
	ij_codec_word_flip(run, pointer, slot >> 6, 1ull << (slot & 63));
}

/* The point that the run has come to; what is not known is 0. */
static void point_write(struct ij_codec_run *run)
{
	struct ij_point *point = &run->state->point;
	bool known;

	if (run->codec->header->codec == IJ_CODEC_PCDATA)
		ij_codec_pcdata_settle(run);
	known = !(run->unknown & IJ_POINTS_REGS);
	*point = (struct ij_point){.pc = run->pc, .why = run->why, .unknown = run->unknown};
	if (known) {
		point->live = (run->regs & 0xffff) | (run->regs >> 16 & 0xffffffff) << 32;
		point->pointers = run->regs >> 48;
	}
	if (!(run->unknown & IJ_POINTS_FRAME))
		point->frame = run->frame;
	run->state->end = run->next == IJ_CODEC_NEVER ? run->unit.end : run->next;
}

enum ij_codec_end ij_codec_find(const struct ij_codec *codec, uint64_t pc,
				struct ij_codec_state *ret, uint64_t *touched)
{
	struct ij_codec_run run = {.codec = codec, .state = ret};
	uint64_t index = 0;
	enum ij_codec_end end = unit_find(codec, pc, &run.unit, &index);

	if (end != IJ_CODEC_FOUND)
		return end;
	run_begin(&run);
	while (run.next <= pc)
		run_step(&run, pc);
	point_write(&run);
	if (run.failed)
		return IJ_CODEC_BAD;
	if (touched) {
		*touched += index + run.touched;
		for (unsigned i = 0; i < run.lanes_len; i++)
			*touched += (run.lanes[i].bits.pos + 7) / 8;
	}
	return IJ_CODEC_FOUND;
}

/* Decoding all of an encoding, with what it may still take: a few bytes can stand for very much. */
struct whole {
	const struct ij_codec *codec;
	struct ij_codec_state *state;
	struct ij_points *points;
	uint64_t points_left, words_left;
	IJ_VEC(uint64_t) words; /* of the set in hand */
	uint32_t sets[2];       /* of the unit in hand, as they were last */
};

/* A set in the making as one of the points'. */
static struct ij_error *set_write(struct whole *whole, const struct ij_codec_set *set,
				  uint32_t *ret)
{
	uint32_t first = 0, end = set->len;
	int32_t lo;
	size_t len;

	for (; end && !set->words[end - 1].bits; end--)
		;
	for (; first < end && !set->words[first].bits; first++)
		;
	if (first == end)
		return ij_slot_sets_add(&whole->points->sets, 0, NULL, 0, ret);
	lo = set->words[first].word;
	len = (size_t)((int64_t)set->words[end - 1].word - lo + 1);
	if (len > whole->words_left)
		return ij_error_new(LIMIT,
				    "encoded maps: more stack slots than %u bytes should tell of",
				    whole->codec->header->size);
	whole->words_left -= len;
	whole->words.len = 0;
	IJ_TRY(ij_vec_reserve(&whole->words, len));
	memset(whole->words.items, 0, len * sizeof(*whole->words.items));
	for (; first < end; first++)
		whole->words.items[set->words[first].word - lo] = set->words[first].bits;
	return ij_slot_sets_add(&whole->points->sets, lo, whole->words.items, len, ret);
}

static struct ij_error *sets_write(struct whole *whole, struct ij_codec_run *run)
{
	if (!run->slots_changed)
		return NULL;
	for (unsigned i = 0; i < IJ_COUNT(whole->sets); i++)
		IJ_TRY(set_write(whole, &run->state->slots[i], &whole->sets[i]));
	run->slots_changed = false;
	return NULL;
}

static struct ij_error *point_add(struct whole *whole, struct ij_codec_run *run)
{
	struct ij_point *point = &run->state->point;

	if (!whole->points_left--)
		return bad("more points than the header says");
	point_write(run);
	if (whole->points->have & IJ_POINTS_SLOTS && !(point->unknown & IJ_POINTS_SLOTS)) {
		IJ_TRY(sets_write(whole, run));
		point->slots_live = whole->sets[0];
		point->slots_pointers = whole->sets[1];
	}
	return ij_points_add(whole->points, point);
}

static struct ij_error *unit_decode(struct whole *whole, struct ij_codec_run *run)
{
	run_begin(run);
	if (!run->failed)
		IJ_TRY(point_add(whole, run));
	while (run->next != IJ_CODEC_NEVER) {
		run_step(run, 0);
		if (!run->failed)
			IJ_TRY(point_add(whole, run));
	}
	return run->failed ? ij_error_new(BADDATA, "encoded maps: unit of %#x: malformed",
					  run->unit.start)
			   : NULL;
}

static struct ij_error *units_decode(struct whole *whole)
{
	const struct ij_codec *codec = whole->codec;
	struct ij_points *points = whole->points;
	struct walk walk = {.codec = codec};

	for (uint32_t i = 0; i < codec->header->units_len; i++) {
		struct ij_codec_run run = {.codec = codec, .state = whole->state};

		if (i % IJ_CODEC_GROUP == 0)
			walk = walk_at(codec, i / IJ_CODEC_GROUP);
		if (!walk_unit(&walk, &run.unit))
			return bad("index: malformed");
		if (!run.unit.goes_on)
			IJ_TRY(ij_points_begin(points, run.unit.start,
					       run.unit.end - run.unit.start));
		else if (!points->funcs.len)
			return bad("index: the first unit goes on");
		else
			points->funcs.items[points->funcs.len - 1].size =
				run.unit.end - points->funcs.items[points->funcs.len - 1].start;
		IJ_TRY(unit_decode(whole, &run));
	}
	return whole->points_left ? bad("fewer points than the header says") : NULL;
}

struct ij_error *ij_codec_decode(const struct ij_codec *codec, const char *source,
				 struct ij_points *ret)
{
	const struct ij_codec_header *header = codec->header;
	struct whole whole = {
		.codec = codec,
		.points = ret,
		.points_left = header->points_len,
		.words_left = DECODE_WORDS + DECODE_WORDS_A_BYTE * (uint64_t)header->size,
	};
	struct ij_error *err;

	if (header->points_len / DECODE_POINTS_A_BYTE > header->size)
		return ij_error_new(LIMIT, "encoded maps: header: %u points in %u bytes",
				    header->points_len, header->size);
	whole.state = calloc(1, sizeof(*whole.state));
	if (!whole.state)
		return ij_error_nomem();
	ij_points_init(ret, source, header->have, header->base, header->span);
	err = units_decode(&whole);
	ij_vec_deinit(&whole.words);
	free(whole.state);
	if (err)
		ij_points_deinit(ret);
	return err;
}
