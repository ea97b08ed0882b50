/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The CFI reader: every instruction, augmentations, pointer encodings, and malformed records. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fixture.h"
#include "maps/cfi.h"
#include "maps/dwarf.h"
#include "section.h"

#define VADDR 0x10000 /* of .eh_frame */
#define BASE  0x8000  /* of the module */
#define SPAN  0x10000
#define START 0x9000 /* of the function */

static const struct cie plain = {.augmentation = ""};

static struct ij_cfi_stats read_section(const struct section *sec, struct fixture_map *ret)
{
	const struct ij_cfi cfi = {
		.bytes = sec->bytes, .size = sec->size, .vaddr = VADDR, .base = BASE};
	struct ij_map_builder builder;
	struct ij_cfi_stats stats;

	ij_map_builder_init(&builder, SPAN);
	assert_null(ij_cfi_read(&cfi, &builder, &stats));
	fixture_end(&builder, ret);
	return stats;
}

/* The rows of the first function as text: "0:rsp+8,ra=c-8;..." by DWARF numbers. */
static void rows_text(const struct ij_map *map, char *buf, size_t size)
{
	static const char kinds[] = "us" /* undefined, same */ "cv" /* at, is CFA+ */ "rew";
	const struct ij_map_func *func = &map->funcs[0];
	size_t at = 0;

	buf[0] = 0;
	for (uint32_t i = 0; i < func->row_len; i++) {
		const struct ij_map_row *row = &map->rows[func->row_idx + i];
		const struct ij_map_rule *rule = &map->rules[row->rule_idx];

		at += (size_t)snprintf(buf + at, size - at, "%s%x:", i ? " " : "",
				       row->pc - func->start);
		if (rule->cfa_kind == IJ_MAP_CFA_EXPR)
			at += (size_t)snprintf(buf + at, size - at, "e%d", rule->cfa_off);
		else if (rule->cfa_kind == IJ_MAP_CFA_REG)
			at += (size_t)snprintf(buf + at, size - at, "%u%+d", rule->cfa_reg,
					       rule->cfa_off);
		for (uint32_t j = 0; j < rule->entry_len; j++) {
			const struct ij_map_entry *entry = &map->entries[rule->entry_idx + j];

			at += (size_t)snprintf(buf + at, size - at, ",%u%c%d", entry->reg,
					       kinds[entry->kind], entry->value);
		}
		assert_true(at < size);
	}
}

#define INITIAL   "7+8,3s0,16c-8"
#define CODE(...) {__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__})

/* One instruction or a few in an FDE of 256 bytes, and the rows they make; NULL: the FDE is left
 * out. */
static const struct {
	uint8_t code[24];
	size_t size;
	const char *rows;
} cases[] = {
	{CODE(DW_CFA_nop), "0:" INITIAL},
	{CODE(DW_CFA_advance_loc | 4, DW_CFA_def_cfa_offset, 16), "0:" INITIAL " 4:7+16,3s0,16c-8"},
	{CODE(DW_CFA_advance_loc1, 0x80, DW_CFA_def_cfa_offset, 16),
	 "0:" INITIAL " 80:7+16,3s0,16c-8"},
	{CODE(DW_CFA_advance_loc2, 0x81, 0, DW_CFA_def_cfa_offset, 16),
	 "0:" INITIAL " 81:7+16,3s0,16c-8"},
	{CODE(DW_CFA_advance_loc4, 0x82, 0, 0, 0, DW_CFA_def_cfa_offset, 16),
	 "0:" INITIAL " 82:7+16,3s0,16c-8"},
	{CODE(DW_CFA_set_loc, 0x10, 0x90, 0, 0, 0, 0, 0, 0, DW_CFA_def_cfa_offset, 16),
	 "0:" INITIAL " 10:7+16,3s0,16c-8"},
	/* Two changes at one place are one row; a change that is none makes no row. */
	{CODE(DW_CFA_advance_loc | 1, DW_CFA_def_cfa_offset, 16, DW_CFA_offset | 6, 2),
	 "0:" INITIAL " 1:7+16,3s0,6c-16,16c-8"},
	{CODE(DW_CFA_advance_loc | 1, DW_CFA_def_cfa_offset, 8, DW_CFA_advance_loc | 1,
	      DW_CFA_def_cfa_offset, 16),
	 "0:" INITIAL " 2:7+16,3s0,16c-8"},
	{CODE(DW_CFA_advance_loc | 0, DW_CFA_def_cfa_offset, 16), "0:7+16,3s0,16c-8"},
	/* What holds past the end holds for nothing. */
	{CODE(DW_CFA_advance_loc2, 0, 1, DW_CFA_def_cfa_offset, 16), "0:" INITIAL},
	{CODE(DW_CFA_advance_loc4, 0xff, 0xff, 0xff, 0xff, DW_CFA_def_cfa_offset, 16),
	 "0:" INITIAL},
	{CODE(DW_CFA_def_cfa, 6, 0x80, 1), "0:6+128,3s0,16c-8"},
	{CODE(DW_CFA_def_cfa_sf, 6, 0x7e), "0:6+16,3s0,16c-8"},
	{CODE(DW_CFA_def_cfa_register, 6), "0:6+8,3s0,16c-8"},
	{CODE(DW_CFA_def_cfa_offset_sf, 2), "0:7-16,3s0,16c-8"},
	{CODE(DW_CFA_def_cfa_expression, 2, DW_OP_breg0 + 7, 8), "0:e0,3s0,16c-8"},
	{CODE(DW_CFA_offset | 6, 2), "0:7+8,3s0,6c-16,16c-8"},
	{CODE(DW_CFA_offset_extended, 6, 2), "0:7+8,3s0,6c-16,16c-8"},
	{CODE(DW_CFA_offset_extended_sf, 6, 0x7e), "0:7+8,3s0,6c16,16c-8"},
	{CODE(DW_CFA_GNU_negative_offset_extended, 6, 2), "0:7+8,3s0,6c16,16c-8"},
	{CODE(DW_CFA_val_offset, 6, 2), "0:7+8,3s0,6v-16,16c-8"},
	{CODE(DW_CFA_val_offset_sf, 6, 0x7e), "0:7+8,3s0,6v16,16c-8"},
	{CODE(DW_CFA_register, 6, 12), "0:7+8,3s0,6r12,16c-8"},
	{CODE(DW_CFA_register, 6, 17), "0:7+8,3s0,6u0,16c-8"},
	{CODE(DW_CFA_undefined, 16), "0:7+8,3s0,16u0"},
	{CODE(DW_CFA_same_value, 6), "0:7+8,3s0,6s0,16c-8"},
	{CODE(DW_CFA_expression, 6, 1, DW_OP_lit0), "0:7+8,3s0,6e0,16c-8"},
	{CODE(DW_CFA_val_expression, 6, 1, DW_OP_lit0), "0:7+8,3s0,6w0,16c-8"},
	/* The same expression twice is stored once, another one behind it. */
	{CODE(DW_CFA_expression, 6, 1, DW_OP_lit0, DW_CFA_expression, 12, 1, DW_OP_lit0,
	      DW_CFA_expression, 13, 1, DW_OP_nop),
	 "0:7+8,3s0,6e0,12e0,13e2,16c-8"},
	{CODE(DW_CFA_undefined, 3, DW_CFA_advance_loc | 1, DW_CFA_restore | 3),
	 "0:7+8,3u0,16c-8 1:" INITIAL},
	{CODE(DW_CFA_offset | 6, 2, DW_CFA_advance_loc | 1, DW_CFA_restore_extended, 6),
	 "0:7+8,3s0,6c-16,16c-8 1:" INITIAL},
	{CODE(DW_CFA_remember_state, DW_CFA_def_cfa, 6, 16, DW_CFA_undefined, 3,
	      DW_CFA_advance_loc | 1, DW_CFA_restore_state),
	 "0:6+16,3u0,16c-8 1:" INITIAL},
	{CODE(DW_CFA_remember_state, DW_CFA_def_cfa_offset, 16, DW_CFA_remember_state,
	      DW_CFA_def_cfa_offset, 24, DW_CFA_restore_state, DW_CFA_advance_loc | 1,
	      DW_CFA_restore_state),
	 "0:7+16,3s0,16c-8 1:" INITIAL},
	{CODE(DW_CFA_GNU_args_size, 0x80, 1), "0:" INITIAL},
	/* Vector registers are passed over. */
	{CODE(DW_CFA_offset | 17, 2, DW_CFA_undefined, 40, DW_CFA_restore | 18, DW_CFA_expression,
	      20, 1, DW_OP_lit0),
	 "0:" INITIAL},
	{CODE(DW_CFA_restore_state), NULL},
	{CODE(DW_CFA_GNU_window_save), NULL},
	{CODE(0x3f), NULL},
	{CODE(DW_CFA_def_cfa, 17, 8), NULL},
	{CODE(DW_CFA_def_cfa, 7, 0xff, 0xff, 0xff, 0xff, 0x0f), NULL},
	{CODE(DW_CFA_def_cfa_offset, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1),
	 NULL},
	{CODE(DW_CFA_def_cfa_expression, 0, DW_CFA_def_cfa_offset, 16), NULL},
	{CODE(DW_CFA_def_cfa_expression, 0, DW_CFA_def_cfa_register, 6), NULL},
	{CODE(DW_CFA_def_cfa_expression, 100), NULL},
	{CODE(DW_CFA_offset | 6, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f), NULL},
	{CODE(DW_CFA_offset | 6, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1), NULL},
	{CODE(DW_CFA_advance_loc | 8, DW_CFA_set_loc, 4, 0x90, 0, 0, 0, 0, 0, 0), NULL},
	{CODE(DW_CFA_nop, DW_CFA_nop, DW_CFA_advance_loc4, 1), NULL},
};

static void test_instructions(void **state)
{
	(void)state;
	for (size_t i = 0; i < IJ_COUNT(cases); i++) {
		struct section sec = {.size = 0};
		size_t cie = section_cie(&sec, &plain);
		struct fixture_map map;
		struct ij_cfi_stats stats;
		char text[512];

		section_fde(&sec, cie, START, 0x100, cases[i].code, cases[i].size);
		stats = read_section(&sec, &map);
		assert_int_equal(stats.fdes, cases[i].rows != NULL);
		assert_int_equal(stats.malformed, cases[i].rows == NULL);
		assert_int_equal(map.map.header->funcs_len, stats.fdes);
		if (cases[i].rows) {
			assert_int_equal(map.map.funcs[0].start, START - BASE);
			assert_int_equal(map.map.funcs[0].size, 0x100);
			rows_text(&map.map, text, sizeof(text));
			assert_string_equal(text, cases[i].rows);
		} else {
			assert_int_equal(map.map.header->rows_len, 0);
		}
		fixture_free(&map);
	}
}

/* The remembered states nest so deep and no deeper. */
static void test_remember_limit(void **state)
{
	uint8_t code[64];

	(void)state;
	memset(code, DW_CFA_remember_state, sizeof(code));
	for (size_t depth = 31; depth <= 33; depth++) {
		struct section sec = {.size = 0};
		size_t cie = section_cie(&sec, &plain);
		struct fixture_map map;

		section_fde(&sec, cie, START, 0x100, code, depth);
		assert_int_equal(read_section(&sec, &map).fdes, depth <= 32);
		fixture_free(&map);
	}
}

/* A CIE, and an FDE whose addresses and augmentation data are given as bytes. */
static const struct {
	struct cie cie;
	uint8_t fde[24]; /* address, size, augmentation data */
	size_t fde_size;
	uint32_t start; /* module offset of the function; 0: the FDE is left out */
	uint32_t flags;
} augmentations[] = {
	{{.augmentation = "zR", .data = {DW_EH_PE_pcrel | DW_EH_PE_sdata4}, .data_size = 1},
	 CODE(0, 0xf0, 0xff, 0xff, 0x20, 0, 0, 0, 0),
	 0x7020, /* at VADDR + 0x20 less 0x1000 */
	 0},
	{{.augmentation = "zR", .data = {DW_EH_PE_udata4}, .data_size = 1},
	 CODE(0, 0x90, 0, 0, 0x20, 0, 0, 0, 0),
	 0x1000,
	 0},
	{{.augmentation = "zR", .data = {DW_EH_PE_udata2}, .data_size = 1},
	 CODE(0, 0x90, 0x20, 0, 0),
	 0x1000,
	 0},
	{{.augmentation = "zR", .data = {DW_EH_PE_uleb128}, .data_size = 1},
	 CODE(0x80, 0xa0, 2, 0x20, 0),
	 0x1000,
	 0},
	{{.augmentation = "zR", .data = {DW_EH_PE_sdata8}, .data_size = 1},
	 CODE(0, 0x90, 0, 0, 0, 0, 0, 0, 0x20, 0, 0, 0, 0, 0, 0, 0, 0),
	 0x1000,
	 0},
	{{.augmentation = "zRS", .data = {DW_EH_PE_udata4}, .data_size = 1},
	 CODE(0, 0x90, 0, 0, 0x20, 0, 0, 0, 0),
	 0x1000,
	 IJ_MAP_FUNC_SIGNAL},
	/* An LSDA, a personality of four bytes, 'B', and data that nobody knows. */
	{{.augmentation = "zPLRB",
	  .data = {DW_EH_PE_indirect | DW_EH_PE_pcrel | DW_EH_PE_sdata4, 1, 2, 3, 4,
		   DW_EH_PE_udata4, DW_EH_PE_udata4, 99, 99},
	  .data_size = 9},
	 CODE(0, 0x90, 0, 0, 0x20, 0, 0, 0, 4, 0xff, 0xff, 0xff, 0xff),
	 0x1000,
	 0},
	{{.augmentation = "zPR", .data = {DW_EH_PE_omit, DW_EH_PE_udata4}, .data_size = 2},
	 CODE(0, 0x90, 0, 0, 0x20, 0, 0, 0, 0),
	 0x1000,
	 0},
	{{.augmentation = "zR", .data = {DW_EH_PE_udata4}, .data_size = 1, .version = 3},
	 CODE(0, 0x90, 0, 0, 0x20, 0, 0, 0, 0),
	 0x1000,
	 0},
	/* Left out: */
	{{.augmentation = "zR", .data = {DW_EH_PE_udata4}, .data_size = 1, .version = 2},
	 CODE(0, 0x90, 0, 0, 0x20, 0, 0, 0, 0),
	 0,
	 0},
	{{.augmentation = "zR", .data = {DW_EH_PE_udata4}, .data_size = 1, .ra = 15},
	 CODE(0, 0x90, 0, 0, 0x20, 0, 0, 0, 0),
	 0,
	 0},
	{{.augmentation = "zQ", .data = {0}, .data_size = 1},
	 CODE(0, 0x90, 0, 0, 0x20, 0, 0),
	 0,
	 0},
	{{.augmentation = "eh"}, CODE(0, 0x90, 0, 0, 0x20, 0, 0), 0, 0},
	{{.augmentation = "zR", .data_size = 0}, CODE(0, 0x90, 0, 0, 0x20, 0, 0, 0, 0), 0, 0},
	{{.augmentation = "zR", .data = {DW_EH_PE_indirect | DW_EH_PE_udata4}, .data_size = 1},
	 CODE(0, 0x90, 0, 0, 0x20, 0, 0, 0, 0),
	 0,
	 0},
	{{.augmentation = "zR", .data = {DW_EH_PE_datarel | DW_EH_PE_udata4}, .data_size = 1},
	 CODE(0, 0x90, 0, 0, 0x20, 0, 0, 0, 0),
	 0,
	 0},
	{{.augmentation = "zR", .data = {0x0f}, .data_size = 1},
	 CODE(0, 0x90, 0, 0, 0x20, 0, 0, 0, 0),
	 0,
	 0},
	/* Augmentation data past the record's end; a size of nothing; outside the module. */
	{{.augmentation = "zR", .data = {DW_EH_PE_udata4}, .data_size = 1},
	 CODE(0, 0x90, 0, 0, 0x20, 0, 0, 0, 0x70),
	 0,
	 0},
	{{.augmentation = "zR", .data = {DW_EH_PE_udata4}, .data_size = 1},
	 CODE(0, 0x90, 0, 0, 0, 0, 0, 0, 0),
	 0,
	 0},
	{{.augmentation = "zR", .data = {DW_EH_PE_udata4}, .data_size = 1},
	 CODE(0xff, 0x7f, 0, 0, 0x20, 0, 0, 0, 0),
	 0,
	 0},
	{{.augmentation = "zR", .data = {DW_EH_PE_udata4}, .data_size = 1},
	 CODE(0xf0, 0x7f, 1, 0, 0x11, 0, 0, 0, 0),
	 0x0,
	 0},
	{{.augmentation = "zR", .data = {DW_EH_PE_udata4}, .data_size = 1},
	 CODE(0xf0, 0x7f, 1, 0, 0xff, 0xff, 0xff, 0xff, 0),
	 0,
	 0},
};

static void test_augmentations(void **state)
{
	(void)state;
	for (size_t i = 0; i < IJ_COUNT(augmentations); i++) {
		struct section sec = {.size = 0};
		size_t cie = section_cie(&sec, &augmentations[i].cie),
		       start = section_record_begin(&sec);
		struct fixture_map map;
		struct ij_cfi_stats stats;

		section_u32(&sec, (uint32_t)(start - cie));
		section_put(&sec, augmentations[i].fde, augmentations[i].fde_size);
		section_record_end(&sec, start);
		stats = read_section(&sec, &map);
		if (stats.fdes != (augmentations[i].start != 0))
			fail_msg("case %zu: %zu functions", i, stats.fdes);
		if (stats.fdes) {
			assert_int_equal(map.map.funcs[0].start, augmentations[i].start);
			assert_int_equal(map.map.funcs[0].flags, augmentations[i].flags);
			assert_int_equal(map.map.funcs[0].classes,
					 augmentations[i].flags ? IJ_CLASS(SIGNAL) : 0);
			assert_int_equal(map.map.funcs[0].size, 0x20);
		}
		fixture_free(&map);
	}
}

/* A malformed FDE is left out alone; one that overlaps is dropped; a terminator ends nothing. */
static void test_records(void **state)
{
	static const uint8_t unknown[] = {0x3f};
	struct section sec = {.size = 0};
	size_t cie = section_cie(&sec, &plain);
	struct fixture_map map;
	struct ij_cfi_stats stats;

	(void)state;
	section_fde(&sec, cie, START + 0x40, 0x20, NULL, 0);
	section_fde(&sec, cie, START, 0x20, unknown, sizeof(unknown));
	section_fde(&sec, cie, START + 0x50, 0x20, NULL, 0);
	section_u32(&sec, 0);
	section_fde(&sec, cie + 1, START, 0x20, NULL, 0); /* there is no CIE */
	section_fde(&sec, cie, START, 0x20, NULL, 0);
	stats = read_section(&sec, &map);
	assert_int_equal(stats.fdes, 3);
	assert_int_equal(stats.malformed, 2);
	assert_false(stats.truncated);
	assert_int_equal(map.map.header->funcs_len, 2);
	assert_int_equal(map.map.funcs[0].start, START - BASE);
	assert_int_equal(map.map.funcs[1].start, START + 0x40 - BASE);
	fixture_free(&map);
}

/* A record with a 64-bit length, whose CIE pointer still has four bytes. */
static void test_long_record(void **state)
{
	struct section sec = {.size = 0};
	size_t cie = section_cie(&sec, &plain), start;
	struct fixture_map map;

	(void)state;
	section_u32(&sec, UINT32_MAX);
	section_u64(&sec, 20);
	start = sec.size;
	section_u32(&sec, (uint32_t)(start - cie));
	section_u64(&sec, START);
	section_u64(&sec, 0x20);
	assert_int_equal(read_section(&sec, &map).fdes, 1);
	assert_int_equal(map.map.funcs[0].start, START - BASE);
	fixture_free(&map);
}

/* Cut short at each byte, nothing is read behind the end, and whole records before it still count.
 */
static void test_truncated(void **state)
{
	struct section sec = {.size = 0};
	size_t cie = section_cie(&sec, &plain), head = sec.size, first, last = 0;

	(void)state;
	section_fde(&sec, cie, START, 0x20, NULL, 0);
	first = sec.size;
	section_fde(&sec, cie, START + 0x40, 0x20, NULL, 0);
	for (size_t size = 0; size <= sec.size; size++) {
		uint8_t *copy = malloc(size ? size : 1);
		const struct ij_cfi cfi = {
			.bytes = copy, .size = size, .vaddr = VADDR, .base = BASE};
		struct ij_map_builder builder;
		struct ij_cfi_stats stats;

		memcpy(copy, sec.bytes, size);
		ij_map_builder_init(&builder, SPAN);
		assert_null(ij_cfi_read(&cfi, &builder, &stats));
		assert_int_equal(stats.fdes, (size >= first) + (size == sec.size));
		assert_int_equal(stats.truncated,
				 size && size != head && size != first && size != sec.size);
		last = stats.fdes;
		ij_map_builder_deinit(&builder);
		free(copy);
	}
	assert_int_equal(last, 2);
}

/* A search table that lists one large FDE again and again costs no more than reading it once. */
static void test_table_budget(void **state)
{
	struct section sec = {.size = 0}, hdr = {.size = 0};
	size_t cie = section_cie(&sec, &plain), fde;
	struct ij_map_builder builder;
	struct ij_cfi_stats stats;
	struct ij_cfi cfi = {.bytes = sec.bytes, .vaddr = VADDR, .base = BASE};
	static const uint8_t head[] = {1, DW_EH_PE_udata4, DW_EH_PE_udata4, DW_EH_PE_udata4};

	(void)state;
	fde = sec.size;
	section_fde(&sec, cie, START, 0x20, NULL, 0);
	cfi.size = sec.size;
	section_put(&hdr, head, sizeof(head));
	section_u32(&hdr, VADDR);
	section_u32(&hdr, 500);
	for (int i = 0; i < 500; i++) {
		section_u32(&hdr, START);
		section_u32(&hdr, VADDR + (uint32_t)fde);
	}
	ij_map_builder_init(&builder, SPAN);
	assert_null(ij_cfi_read_table(&cfi, hdr.bytes, hdr.size, VADDR, &builder, &stats));
	assert_in_range(stats.fdes, 1, 2);
	assert_int_equal(stats.fdes + stats.malformed, 500);
	assert_int_equal(ij_map_builder_sort(&builder), stats.fdes - 1);
	ij_map_builder_deinit(&builder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_instructions),  cmocka_unit_test(test_remember_limit),
		cmocka_unit_test(test_augmentations), cmocka_unit_test(test_records),
		cmocka_unit_test(test_long_record),   cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_table_budget),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
