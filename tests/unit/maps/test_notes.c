/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Notes of marks and safe-points, well-formed and not. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "interject/safepoint.h"
#include "maps/notes.h"

#define BASE 0x400000u
#define SPAN 0x1000u

/* One note, as the assembler writes it. */
struct raw {
	uint32_t name_size, desc_size, type;
	char name[12];
	uint64_t desc[2];
};

#define MARK(type, pc)                      \
	{                                   \
		10, 8, (type), "interject", \
		{                           \
			BASE + (pc)         \
		}                           \
	}
#define POLL(pc, flag)                                  \
	{                                               \
		10, 16, IJ_NOTE_SAFEPOINT, "interject", \
		{                                       \
			BASE + (pc), BASE + (flag)      \
		}                                       \
	}
#define OTHER(name, type)                      \
	{                                      \
		sizeof(name), 8, (type), name, \
		{                              \
			1                      \
		}                              \
	}

static size_t build(uint8_t *buf, const struct raw *raws, size_t len)
{
	size_t size = 0;

	for (size_t i = 0; i < len; i++) {
		size_t name = (raws[i].name_size + 3) & ~3u;

		memcpy(buf + size, &raws[i], 12);
		memcpy(buf + size + 12, raws[i].name, name);
		memcpy(buf + size + 12 + name, raws[i].desc, raws[i].desc_size);
		size += 12 + name + raws[i].desc_size;
	}
	return size;
}

static void test_order(void **state)
{
	static const struct raw raws[] = {
		MARK(IJ_NOTE_UNSAFE_BEGIN, 0x20),
		MARK(IJ_NOTE_UNSAFE_END, 0x10),
		OTHER("GNU", 77),
		MARK(IJ_NOTE_RESTARTABLE_BEGIN, 0x10),
		POLL(0x30, 0x800),
		MARK(IJ_NOTE_RESTARTABLE_END, SPAN),
		OTHER("interject", 0),
	};
	uint8_t buf[512];
	struct ij_notes notes;
	size_t size = build(buf, raws, 6);

	(void)state;
	assert_null(ij_notes_read(buf, size, BASE, SPAN, &notes));
	/* Sorted by address; where that is the same, in the order of the section. */
	assert_int_equal(notes.notes.len, 4);
	assert_int_equal(notes.notes.items[0].type, IJ_NOTE_UNSAFE_END);
	assert_int_equal(notes.notes.items[1].type, IJ_NOTE_RESTARTABLE_BEGIN);
	assert_int_equal(notes.notes.items[2].pc, 0x20);
	assert_int_equal(notes.notes.items[3].flag, 0x800);
	assert_int_equal(ij_notes_find(&notes, 0x10), 0);
	assert_int_equal(ij_notes_find(&notes, 0x11), 2);
	assert_int_equal(ij_notes_find(&notes, 0x31), 4);
	ij_notes_deinit(&notes);
}

static void test_malformed(void **state)
{
	static const struct {
		struct raw raw;
		size_t cut;
		enum ij_error_code code;
	} rows[] = {
		{{10, 8, 0, "interject", {BASE}}, 0, IJ_ERR_UNSUPPORTED},
		{{10, 8, 6, "interject", {BASE}}, 0, IJ_ERR_UNSUPPORTED},
		{{10, 4, 1, "interject", {BASE}}, 0, IJ_ERR_BADDATA},
		{{10, 16, 1, "interject", {BASE}}, 0, IJ_ERR_BADDATA},
		{{10, 8, 5, "interject", {BASE}}, 0, IJ_ERR_BADDATA},
		{MARK(1, 0), 1, IJ_ERR_BADDATA},
		{MARK(1, 0), 8, IJ_ERR_BADDATA},
		{MARK(1, 0), 22, IJ_ERR_BADDATA},
		{MARK(1, 0), 31, IJ_ERR_BADDATA},
	};

	(void)state;
	for (size_t i = 0; i < IJ_COUNT(rows); i++) {
		uint8_t buf[64];
		struct ij_notes notes;
		size_t size = build(buf, &rows[i].raw, 1);
		struct ij_error *err = ij_notes_read(buf, size - rows[i].cut, BASE, SPAN, &notes);

		assert_non_null(err);
		assert_int_equal(err->code, rows[i].code);
		ij_error_free(err);
	}
}

/* Sizes that wrap around, and none at all. */
static void test_hostile_sizes(void **state)
{
	static const uint32_t sizes[] = {0xffffffff, 0xfffffffc, 0x7fffffff, 13};

	(void)state;
	for (size_t i = 0; i < IJ_COUNT(sizes); i++)
		for (int which = 0; which < 2; which++) {
			uint32_t words[6] = {4, 4, 1, 0x006a69, 0, 0};
			struct ij_notes notes;
			struct ij_error *err;

			words[which] = sizes[i];
			err = ij_notes_read(words, sizeof(words), BASE, SPAN, &notes);
			assert_non_null(err);
			assert_int_equal(err->code, IJ_ERR_BADDATA);
			ij_error_free(err);
		}
	{
		struct ij_notes notes;

		assert_null(ij_notes_read("", 0, BASE, SPAN, &notes));
		assert_int_equal(notes.notes.len, 0);
		ij_notes_deinit(&notes);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_malformed),
		cmocka_unit_test(test_hostile_sizes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
