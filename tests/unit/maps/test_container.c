/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Map containers: lookups, and each field corrupted in turn. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fixture.h"

#define SEED_MAX (64 * 1024) /* bytes */

/* Two functions with a gap between them; the second has three rows, and rules of every kind. */
static void make(struct fixture_map *ret)
{
	static const uint8_t expr[] = {0x77, 0x08};
	struct ij_map_builder builder;
	struct ij_map_state state;
	int32_t off;

	fixture_begin(&builder, 0x1000);
	fixture_func(&builder, 0x100, 0x10, IJ_MAP_REG_SP, 8);
	assert_null(ij_map_builder_func(&builder, 0x200, 0x20, IJ_MAP_FUNC_SIGNAL));
	state = fixture_state(IJ_MAP_REG_SP, 16);
	fixture_rule(&state, 3, IJ_MAP_REGISTER, 12);
	assert_null(ij_map_builder_row(&builder, 0x200, &state));
	assert_null(ij_map_builder_expr(&builder, expr, sizeof(expr), &off));
	fixture_rule(&state, 6, IJ_MAP_VAL_EXPR, off);
	assert_null(ij_map_builder_row(&builder, 0x204, &state));
	state.cfa_kind = IJ_MAP_CFA_EXPR;
	state.cfa_off = off;
	assert_null(ij_map_builder_row(&builder, 0x208, &state));
	assert_null(
		ij_vec_push(&builder.marks, ((struct ij_map_mark){.start = 0x100, .end = 0x104})));
	assert_null(ij_vec_push(
		&builder.marks,
		((struct ij_map_mark){
			.start = 0x106, .end = 0x108, .aux = 0x102, .kind = IJ_MAP_MARK_RSEQ})));
	assert_null(
		ij_vec_push(&builder.polls, ((struct ij_map_poll){.pc = 0x204, .flag = 0x800})));
	assert_null(
		ij_vec_push(&builder.polls, ((struct ij_map_poll){.pc = 0x208, .flag = 0x800})));
	fixture_end(&builder, ret);
}

static void test_find(void **state)
{
	static const struct {
		uint64_t pc;
		uint32_t start; /* 0: none */
		int row;
	} cases[] = {
		{0, 0, 0},         {0xff, 0, 0},      {0x100, 0x100, 0},  {0x10f, 0x100, 0},
		{0x110, 0, 0},     {0x1ff, 0, 0},     {0x200, 0x200, 0},  {0x203, 0x200, 0},
		{0x204, 0x200, 1}, {0x207, 0x200, 1}, {0x208, 0x200, 2},  {0x21f, 0x200, 2},
		{0x220, 0, 0},     {0x1000, 0, 0},    {UINT64_MAX, 0, 0}, {0x100000100, 0, 0},
	};
	struct fixture_map map;

	(void)state;
	make(&map);
	for (size_t i = 0; i < IJ_COUNT(cases); i++) {
		const struct ij_map_func *func = ij_map_func_find(&map.map, cases[i].pc);
		const struct ij_map_rule *want;

		if (!cases[i].start) {
			assert_null(func);
			continue;
		}
		assert_non_null(func);
		assert_int_equal(func->start, cases[i].start);
		want = &map.map.rules[map.map.rows[func->row_idx + cases[i].row].rule_idx];
		assert_ptr_equal(ij_map_rule_find(&map.map, func, cases[i].pc), want);
	}
	fixture_free(&map);
}

static void test_mark_find(void **state)
{
	static const struct {
		uint64_t pc;
		int mark; /* -1: none */
	} cases[] = {{0, -1},     {0xff, -1}, {0x100, 0}, {0x103, 0},  {0x104, -1},
		     {0x105, -1}, {0x106, 1}, {0x107, 1}, {0x108, -1}, {UINT64_MAX, -1}};
	struct fixture_map map;

	(void)state;
	make(&map);
	for (size_t i = 0; i < IJ_COUNT(cases); i++)
		assert_ptr_equal(ij_map_mark_find(&map.map, cases[i].pc),
				 cases[i].mark < 0 ? NULL : &map.map.marks[cases[i].mark]);
	fixture_free(&map);
}

enum table { HEADER, FUNCS, ROWS, RULES, ENTRIES, EXPRS, MARKS, POLLS };

static size_t table_off(const struct ij_map_header *header, enum table table)
{
	switch (table) {
	case FUNCS:
		return header->funcs_off;
	case ROWS:
		return header->rows_off;
	case RULES:
		return header->rules_off;
	case ENTRIES:
		return header->entries_off;
	case EXPRS:
		return header->exprs_off;
	case MARKS:
		return header->marks_off;
	case POLLS:
		return header->polls_off;
	default:
		return 0;
	}
}

#define FIELD(table, type, idx, field) \
	table, sizeof(type) * (idx) + offsetof(type, field), sizeof(((type *)0)->field), #field

static const struct corruption {
	enum table table;
	size_t off, size;
	const char *field;
	uint64_t value;
} corruptions[] = {
	{FIELD(HEADER, struct ij_map_header, 0, magic), 1},
	{FIELD(HEADER, struct ij_map_header, 0, version), IJ_MAP_VERSION - 1},
	{FIELD(HEADER, struct ij_map_header, 0, version), IJ_MAP_VERSION + 1},
	{FIELD(HEADER, struct ij_map_header, 0, size), 8},
	{FIELD(HEADER, struct ij_map_header, 0, span), 0},
	{FIELD(HEADER, struct ij_map_header, 0, span), 0x21f},
	{FIELD(HEADER, struct ij_map_header, 0, span), 0x100000001},
	{FIELD(HEADER, struct ij_map_header, 0, funcs_off), 0},
	{FIELD(HEADER, struct ij_map_header, 0, funcs_off), 0x7ffffff8},
	{FIELD(HEADER, struct ij_map_header, 0, funcs_off), 0x7c},
	{FIELD(HEADER, struct ij_map_header, 0, funcs_len), 0x8000000},
	{FIELD(HEADER, struct ij_map_header, 0, funcs_len), UINT32_MAX},
	{FIELD(HEADER, struct ij_map_header, 0, rows_off), 1},
	{FIELD(HEADER, struct ij_map_header, 0, rows_len), 2},
	{FIELD(HEADER, struct ij_map_header, 0, rows_len), UINT32_MAX},
	{FIELD(HEADER, struct ij_map_header, 0, rules_off), UINT32_MAX - 7},
	{FIELD(HEADER, struct ij_map_header, 0, rules_len), 1},
	{FIELD(HEADER, struct ij_map_header, 0, rules_len), 0x10000000},
	{FIELD(HEADER, struct ij_map_header, 0, entries_off), 2},
	{FIELD(HEADER, struct ij_map_header, 0, entries_len), 1},
	{FIELD(HEADER, struct ij_map_header, 0, entries_len), UINT32_MAX},
	{FIELD(HEADER, struct ij_map_header, 0, exprs_off), 3},
	{FIELD(HEADER, struct ij_map_header, 0, exprs_size), 2},
	{FIELD(HEADER, struct ij_map_header, 0, exprs_size), UINT32_MAX},
	{FIELD(FUNCS, struct ij_map_func, 0, start), 0x101},
	{FIELD(FUNCS, struct ij_map_func, 0, start), 0x300},
	{FIELD(FUNCS, struct ij_map_func, 0, size), 0},
	{FIELD(FUNCS, struct ij_map_func, 0, size), 0x101},
	{FIELD(FUNCS, struct ij_map_func, 0, size), UINT32_MAX},
	{FIELD(FUNCS, struct ij_map_func, 0, row_idx), 1},
	{FIELD(FUNCS, struct ij_map_func, 0, row_idx), UINT32_MAX},
	{FIELD(FUNCS, struct ij_map_func, 0, row_len), 0},
	{FIELD(FUNCS, struct ij_map_func, 0, row_len), 2},
	{FIELD(FUNCS, struct ij_map_func, 0, row_len), UINT32_MAX},
	{FIELD(FUNCS, struct ij_map_func, 0, flags), 16},
	{FIELD(FUNCS, struct ij_map_func, 0, reserved), 1},
	{FIELD(FUNCS, struct ij_map_func, 1, start), 0x10f},
	{FIELD(FUNCS, struct ij_map_func, 1, size), 8},
	{FIELD(ROWS, struct ij_map_row, 1, pc), 0x201},
	{FIELD(ROWS, struct ij_map_row, 2, pc), 0x200},
	{FIELD(ROWS, struct ij_map_row, 3, pc), 0x220},
	{FIELD(ROWS, struct ij_map_row, 3, rule_idx), 4},
	{FIELD(ROWS, struct ij_map_row, 0, rule_idx), UINT32_MAX},
	{FIELD(RULES, struct ij_map_rule, 0, cfa_kind), 3},
	{FIELD(RULES, struct ij_map_rule, 0, cfa_reg), 17},
	{FIELD(RULES, struct ij_map_rule, 0, entry_len), 18},
	{FIELD(RULES, struct ij_map_rule, 3, entry_len), 5},
	{FIELD(RULES, struct ij_map_rule, 3, entry_len), 0xffff},
	{FIELD(RULES, struct ij_map_rule, 3, cfa_off), 3},
	{FIELD(RULES, struct ij_map_rule, 3, cfa_off), UINT32_MAX},
	{FIELD(RULES, struct ij_map_rule, 3, entry_idx), 99},
	{FIELD(RULES, struct ij_map_rule, 3, entry_idx), UINT32_MAX},
	{FIELD(ENTRIES, struct ij_map_entry, 1, reg), 17},
	{FIELD(ENTRIES, struct ij_map_entry, 1, reg), 16},
	{FIELD(ENTRIES, struct ij_map_entry, 1, kind), 7},
	{FIELD(ENTRIES, struct ij_map_entry, 1, reserved), 1},
	{FIELD(ENTRIES, struct ij_map_entry, 1, value), 17},
	{FIELD(ENTRIES, struct ij_map_entry, 1, value), UINT32_MAX},
	{FIELD(ENTRIES, struct ij_map_entry, 4, value), 3},
	{FIELD(ENTRIES, struct ij_map_entry, 4, value), UINT32_MAX},
	{EXPRS, 0, 1, "size of an expression", 3},
	{EXPRS, 0, 1, "size of an expression", 0xff},
	{FIELD(HEADER, struct ij_map_header, 0, marks_off), 4},
	{FIELD(HEADER, struct ij_map_header, 0, marks_len), UINT32_MAX},
	{FIELD(HEADER, struct ij_map_header, 0, polls_off), UINT32_MAX - 7},
	{FIELD(HEADER, struct ij_map_header, 0, polls_len), 0x1000},
	{FIELD(MARKS, struct ij_map_mark, 0, start), 0x104},
	{FIELD(MARKS, struct ij_map_mark, 0, end), 0x107},
	{FIELD(MARKS, struct ij_map_mark, 1, end), 0x1001},
	{FIELD(MARKS, struct ij_map_mark, 1, aux), 0x1000},
	{FIELD(MARKS, struct ij_map_mark, 1, kind), 3},
	{FIELD(POLLS, struct ij_map_poll, 0, pc), 0x208},
	{FIELD(POLLS, struct ij_map_poll, 1, pc), 0x1000},
	{FIELD(POLLS, struct ij_map_poll, 1, flag), 0x1000},
};

/* Each is refused, and the container is good again when the field is. */
static void test_corrupt(void **state)
{
	struct fixture_map map;
	struct ij_map opened;

	(void)state;
	make(&map);
	for (size_t i = 0; i < IJ_COUNT(corruptions); i++) {
		const struct corruption *bad = &corruptions[i];
		uint8_t *at =
			(uint8_t *)map.bytes + table_off(map.map.header, bad->table) + bad->off;
		uint64_t was = 0;
		struct ij_error *err;

		memcpy(&was, at, bad->size);
		memcpy(at, &bad->value, bad->size);
		err = ij_map_open(map.bytes, map.size, &opened);
		if (!err)
			fail_msg("%s = %#llx is accepted", bad->field,
				 (unsigned long long)bad->value);
		assert_int_equal(err->code, IJ_ERR_BADDATA);
		ij_error_free(err);
		memcpy(at, &was, bad->size);
		assert_null(ij_map_open(map.bytes, map.size, &opened));
	}
	fixture_free(&map);
}

static void test_truncated(void **state)
{
	struct fixture_map map;
	struct ij_map opened;

	(void)state;
	make(&map);
	for (size_t size = 0; size < map.size; size++) {
		/* Exactly as large as said, so that a sanitizer sees what is read behind it. */
		void *copy = malloc(size ? size : 1);
		struct ij_error *err;

		memcpy(copy, map.bytes, size);
		err = ij_map_open(copy, size, &opened);
		assert_non_null(err);
		ij_error_free(err);
		free(copy);
	}
	fixture_free(&map);
}

static void test_misaligned(void **state)
{
	struct fixture_map map;
	struct ij_map opened;
	struct ij_error *err;
	uint8_t *copy;

	(void)state;
	make(&map);
	copy = malloc(map.size + 4);
	memcpy(copy + 4, map.bytes, map.size);
	err = ij_map_open(copy + 4, map.size, &opened);
	assert_non_null(err);
	ij_error_free(err);
	free(copy);
	fixture_free(&map);
}

/* Sorting, overlaps, undone functions, rows that change nothing, and rules stored once. */
static void test_builder(void **state)
{
	struct ij_map_builder builder;
	struct ij_map_state row;
	struct fixture_map map;

	(void)state;
	fixture_begin(&builder, 0x1000);
	fixture_func(&builder, 0x300, 0x10, IJ_MAP_REG_SP, 8);
	fixture_func(&builder, 0x100, 0x20, IJ_MAP_REG_SP, 8);
	fixture_func(&builder, 0x110, 0x20, IJ_MAP_REG_SP, 24); /* overlaps the last */
	fixture_func(&builder, 0x300, 0x20, IJ_MAP_REG_SP, 32); /* starts with the first */
	fixture_func(&builder, 0x400, 0x20, IJ_MAP_REG_SP, 40);
	ij_map_builder_undo(&builder);
	row = fixture_state(IJ_MAP_REG_SP, 8);
	assert_null(ij_map_builder_func(&builder, 0x120, 0x10, 0));
	assert_null(ij_map_builder_row(&builder, 0x120, &row));
	assert_null(ij_map_builder_row(&builder, 0x124, &row));
	assert_int_equal(ij_map_builder_sort(&builder), 2);
	assert_null(ij_map_builder_find(&builder, 0xff));
	assert_int_equal(ij_map_builder_find(&builder, 0x11f)->start, 0x100);
	fixture_end(&builder, &map);
	assert_int_equal(map.map.header->funcs_len, 3);
	assert_int_equal(map.map.funcs[0].start, 0x100);
	assert_int_equal(map.map.funcs[1].start, 0x120);
	assert_int_equal(map.map.funcs[1].row_len, 1);
	assert_int_equal(map.map.funcs[2].start, 0x300);
	assert_int_equal(map.map.funcs[2].size, 0x10);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(map.map.rows[map.map.funcs[i].row_idx].rule_idx, 0);
	fixture_free(&map);
}

/*
 * What fuzzing of the unwinder begins with are containers as they are now: it would not get past
 * the look at the header with others.
 */
static void test_seeds(void **state)
{
	static const char *const names[] = {"ld", "libdl", "libgcc", "sleep"};

	(void)state;
	for (size_t i = 0; i < IJ_COUNT(names); i++) {
		char path[512];
		struct ij_map map;
		void *bytes;
		size_t size;
		FILE *file;

		snprintf(path, sizeof(path), SEEDS_DIR "/%s", names[i]);
		file = fopen(path, "r");
		assert_non_null(file);
		bytes = malloc(SEED_MAX);
		size = fread(bytes, 1, SEED_MAX, file);
		fclose(file);
		if (ij_map_open(bytes, size, &map))
			fail_msg("%s is no container of version %u: cut it anew out of a file of "
				 "the cache, from IJMAP1 on",
				 path, IJ_MAP_VERSION);
		free(bytes);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_find),       cmocka_unit_test(test_mark_find),
		cmocka_unit_test(test_corrupt),    cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_misaligned), cmocka_unit_test(test_builder),
		cmocka_unit_test(test_seeds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
