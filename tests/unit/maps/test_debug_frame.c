/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* .debug_frame where it differs from .eh_frame: identifiers, versions, the 64-bit form, gaps. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "fixture.h"
#include "maps/cfi.h"
#include "maps/dwarf.h"
#include "section.h"

#define BASE  0x8000
#define SPAN  0x10000
#define START 0x9000

static void size_put(struct section *sec, size_t start, bool wide)
{
	uint64_t size;

	while ((sec->size - start) % 8)
		section_u8(sec, DW_CFA_nop);
	size = sec->size - start;
	memcpy(sec->bytes + start - (wide ? 8 : 4), &size, wide ? 8 : 4);
}

static size_t begin(struct section *sec, bool wide)
{
	section_u32(sec, wide ? UINT32_MAX : 0);
	if (wide)
		section_u64(sec, 0);
	return sec->size;
}

static void word(struct section *sec, bool wide, uint64_t value)
{
	if (wide)
		section_u64(sec, value);
	else
		section_u32(sec, (uint32_t)value);
}

/* Returns the CIE's offset. */
static uint64_t cie_put(struct section *sec, bool wide, uint8_t version, uint8_t address_size,
			uint8_t segment_size)
{
	static const uint8_t rest[] = {1, 0x78, 16, DW_CFA_def_cfa, 7, 8, DW_CFA_offset | 16, 1};
	uint64_t off = sec->size;
	size_t start = begin(sec, wide);

	word(sec, wide, UINT64_MAX);
	section_u8(sec, version);
	section_u8(sec, 0); /* no augmentation */
	if (version >= 4) {
		section_u8(sec, address_size);
		section_u8(sec, segment_size);
	}
	section_put(sec, rest, sizeof(rest));
	size_put(sec, start, wide);
	return off;
}

static void fde_put(struct section *sec, bool wide, uint64_t cie, uint64_t pc, uint64_t size)
{
	static const uint8_t code[] = {DW_CFA_advance_loc | 1, DW_CFA_def_cfa_offset, 16};
	size_t start = begin(sec, wide);

	word(sec, wide, cie);
	section_u64(sec, pc);
	section_u64(sec, size);
	section_put(sec, code, sizeof(code));
	size_put(sec, start, wide);
}

static struct ij_cfi_stats section_read(const struct section *sec, struct ij_map_builder *builder)
{
	const struct ij_cfi cfi = {
		.bytes = sec->bytes, .size = sec->size, .base = BASE, .debug = true};
	struct ij_cfi_stats stats;

	assert_null(ij_cfi_read(&cfi, builder, &stats));
	return stats;
}

static const struct {
	const char *what;
	bool wide;
	uint8_t version, address_size, segment_size;
	bool good;
} cases[] = {
	{"DWARF 2", false, 1, 0, 0, true},
	{"DWARF 3", false, 3, 0, 0, true},
	{"DWARF 4 and 5", false, 4, 8, 0, true},
	{"DWARF 3, 64-bit", true, 3, 0, 0, true},
	{"DWARF 5, 64-bit", true, 4, 8, 0, true},
	{"a version that is none", false, 2, 0, 0, false},
	{"a version to come", false, 5, 8, 0, false},
	{"short addresses", false, 4, 4, 0, false},
	{"segments", false, 4, 8, 2, false},
};

static void test_versions(void **state)
{
	(void)state;
	for (size_t i = 0; i < IJ_COUNT(cases); i++) {
		struct section sec = {.size = 0};
		struct ij_map_builder builder;
		struct ij_cfi_stats stats;
		struct fixture_map map;
		uint64_t cie;

		section_u32(&sec, 4); /* something first, so that no offset is 0 */
		section_u32(&sec, UINT32_MAX);
		cie = cie_put(&sec, cases[i].wide, cases[i].version, cases[i].address_size,
			      cases[i].segment_size);
		fde_put(&sec, cases[i].wide, cie, START, 16);
		ij_map_builder_init(&builder, SPAN);
		stats = section_read(&sec, &builder);
		if (stats.fdes != cases[i].good || stats.malformed == cases[i].good)
			fail_msg("%s: %zu good, %zu malformed", cases[i].what, stats.fdes,
				 stats.malformed);
		fixture_end(&builder, &map);
		if (cases[i].good) {
			assert_int_equal(map.map.funcs[0].start, START - BASE);
			assert_int_equal(map.map.funcs[0].row_len, 2);
			assert_int_equal(map.map.rules[map.map.rows[1].rule_idx].cfa_off, 16);
		}
		fixture_free(&map);
	}
}

/* The CIE at offset 0, which in .eh_frame would be none, and CIEs that are not there. */
static void test_pointers(void **state)
{
	static const uint64_t bad[] = {4, 0x1000, UINT32_MAX - 1};
	struct section sec = {.size = 0};
	struct ij_map_builder builder;
	struct ij_cfi_stats stats;

	(void)state;
	assert_int_equal(cie_put(&sec, false, 1, 0, 0), 0);
	fde_put(&sec, false, 0, START, 16);
	for (size_t i = 0; i < IJ_COUNT(bad); i++)
		fde_put(&sec, false, bad[i], START + 0x100, 16);
	ij_map_builder_init(&builder, SPAN);
	stats = section_read(&sec, &builder);
	assert_int_equal(stats.fdes, 1);
	assert_int_equal(stats.malformed, IJ_COUNT(bad));
	assert_false(stats.truncated);
	ij_map_builder_deinit(&builder);
}

/* What was there first stays; what a linker dropped is not there. */
static void test_gaps(void **state)
{
	static const struct {
		uint64_t pc, size;
	} fdes[] = {
		{START - 16, 16},  {START - 16, 17},   {START, 0x100},       {START + 0x80, 1},
		{START + 0xff, 8}, {START + 0x100, 8}, {START - 64, 0x1000}, {0, 32},
	};
	struct section sec = {.size = 0};
	struct ij_map_builder builder;
	struct ij_cfi_stats stats;
	uint64_t cie = cie_put(&sec, false, 3, 0, 0);

	(void)state;
	for (size_t i = 0; i < IJ_COUNT(fdes); i++)
		fde_put(&sec, false, cie, fdes[i].pc, fdes[i].size);
	ij_map_builder_init(&builder, SPAN);
	fixture_func(&builder, START - BASE, 0x100, IJ_MAP_REG_BP, 16);
	fixture_func(&builder, START - BASE + 0x400, 0x100, IJ_MAP_REG_BP, 16);
	assert_int_equal(ij_map_builder_sort(&builder), 0);
	stats = section_read(&sec, &builder);
	assert_int_equal(stats.fdes, 2);
	assert_int_equal(stats.covered, 5);
	assert_int_equal(stats.malformed, 1);
	assert_int_equal(ij_map_builder_sort(&builder), 0);
	assert_int_equal(builder.funcs.len, 4);
	assert_int_equal(ij_map_builder_find(&builder, START - BASE - 1)->start, START - BASE - 16);
	assert_int_equal(ij_map_builder_find(&builder, START - BASE)->size, 0x100);
	assert_int_equal(ij_map_builder_find(&builder, START - BASE + 0x107)->size, 8);
	assert_null(ij_map_builder_find(&builder, START - BASE + 0x108));
	ij_map_builder_deinit(&builder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_versions),
		cmocka_unit_test(test_pointers),
		cmocka_unit_test(test_gaps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
