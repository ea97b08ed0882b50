/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Arguments laid out by the System V AMD64 calling convention (psABI 1.0, 3.2.3), row by row. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "session/marshal.h"

#define ARGS_MAX 96

/*
 * An argument is a letter: i integer, f float, d double, L long double, s string, b buffer, &
 * symbol. The expectation names where each goes: iN integer register, xN vector register, mN stack
 * word.
 */
struct row {
	const char *args;
	const char *places[ARGS_MAX];
	unsigned stack_len, sse_len;
};

static const struct row rows[] = {
	{"", {0}, 0, 0},
	{"i", {"i0"}, 0, 0},
	{"iiiiii", {"i0", "i1", "i2", "i3", "i4", "i5"}, 0, 0},
	{"iiiiiii", {"i0", "i1", "i2", "i3", "i4", "i5", "m0"}, 1, 0},
	{"d", {"x0"}, 0, 1},
	{"idif", {"i0", "x0", "i1", "x1"}, 0, 2},
	{"ddddddddd", {"x0", "x1", "x2", "x3", "x4", "x5", "x6", "x7", "m0"}, 1, 8},
	{"fffffffff", {"x0", "x1", "x2", "x3", "x4", "x5", "x6", "x7", "m0"}, 1, 8},
	{"L", {"m0"}, 2, 0},
	{"iLd", {"i0", "m0", "x0"}, 2, 1},
	/* A word before it: padded to 16. */
	{"iiiiiiiL", {"i0", "i1", "i2", "i3", "i4", "i5", "m0", "m2"}, 4, 0},
	{"iiiiiiiLi", {"i0", "i1", "i2", "i3", "i4", "i5", "m0", "m2", "m4"}, 5, 0},
	{"LL", {"m0", "m2"}, 4, 0},
	{"s", {"i0"}, 0, 0},
	{"sisb", {"i0", "i1", "i2", "i3"}, 0, 0},
	{"iiiiiis", {"i0", "i1", "i2", "i3", "i4", "i5", "m0"}, 1, 0},
	{"iiiiiidsb", {"i0", "i1", "i2", "i3", "i4", "i5", "x0", "m0", "m1"}, 2, 1},
	{"&d", {"i0", "x0"}, 0, 1},
	{"iiiiiidddddddddid",
	 {"i0", "i1", "i2", "i3", "i4", "i5", "x0", "x1", "x2", "x3", "x4", "x5", "x6", "x7", "m0",
	  "m1", "m2"},
	 3,
	 8},
};

static char string_bytes[] = "abc";
static char buffer_bytes[20] = {1, 2, 3};

static void make_arg(char kind, size_t idx, struct ij_arg *ret)
{
	*ret = (struct ij_arg){.column = idx + 1};
	switch (kind) {
	case 'i':
		ret->kind = IJ_ARG_INT;
		ret->type = (struct ij_type){IJ_TYPE_UINT, 8, "unsigned long"};
		ret->u64 = 0x1000 + idx;
		break;
	case 'f':
	case 'd':
	case 'L':
		ret->kind = IJ_ARG_FLOAT;
		ret->type = (struct ij_type){IJ_TYPE_FLOAT,
					     kind == 'f'   ? 4
					     : kind == 'd' ? 8
							   : 16,
					     "double"};
		ret->f64 = 1.5 + (double)idx;
		break;
	case 's':
		ret->kind = IJ_ARG_BYTES;
		ret->type = (struct ij_type){IJ_TYPE_STRING, 8, "const char *"};
		ret->bytes = string_bytes;
		ret->bytes_size = sizeof(string_bytes);
		break;
	case 'b':
		ret->kind = IJ_ARG_BYTES;
		ret->type = (struct ij_type){IJ_TYPE_POINTER, 8, "char *"};
		ret->bytes = buffer_bytes;
		ret->bytes_size = sizeof(buffer_bytes);
		ret->buffer = true;
		break;
	default:
		ret->kind = IJ_ARG_SYMBOL;
		ret->type = (struct ij_type){IJ_TYPE_POINTER, 8, "void *"};
		break;
	}
}

/* The word at @place, and its bit of the scratch mask. */
static const uint64_t *word_at(const struct ij_wire_call *call, const char *place,
			       bool *scratch_ret)
{
	unsigned idx = (unsigned)(place[1] - '0');

	*scratch_ret = false;
	if (place[0] == 'x')
		return &call->sse_args[idx];
	if (place[0] == 'i') {
		*scratch_ret = call->scratch_mask >> idx & 1;
		return &call->int_args[idx];
	}
	*scratch_ret = call->scratch_mask >> (6 + idx) & 1;
	return &call->stack_args[idx];
}

static void check_arg(const struct ij_marshal *m, const struct ij_arg *arg, const char *place,
		      size_t idx)
{
	long double wide = 0;
	float narrow;
	bool scratch;
	const uint64_t *word = word_at(&m->call, place, &scratch);

	assert_int_equal(scratch, arg->kind == IJ_ARG_BYTES);
	switch (arg->kind) {
	case IJ_ARG_INT:
		assert_int_equal(*word, arg->u64);
		break;
	case IJ_ARG_SYMBOL:
		assert_int_equal(*word, 0x400000 + idx);
		break;
	case IJ_ARG_BYTES:
		assert_int_equal(*word, m->offs.list.items[idx]);
		assert_int_equal(*word % (arg->buffer ? 16 : 8), 0);
		assert_true(*word + arg->bytes_size <= m->scratch.len);
		assert_memory_equal(m->scratch.items + *word, arg->bytes, arg->bytes_size);
		break;
	case IJ_ARG_FLOAT:
		if (arg->type.size == 16) {
			memcpy(&wide, word, 10);
			assert_true(wide == (long double)arg->f64);
			assert_int_equal(word[1] >> 16, 0);
		} else if (arg->type.size == 8) {
			assert_memory_equal(word, &arg->f64, 8);
		} else {
			memcpy(&narrow, word, sizeof(narrow));
			assert_true(narrow == (float)arg->f64);
			assert_int_equal(*word >> 32, 0);
		}
		break;
	}
}

static void test_layout(void **state)
{
	(void)state;
	for (size_t r = 0; r < IJ_COUNT(rows); r++) {
		struct ij_arg args[ARGS_MAX];
		ij_addr symbols[ARGS_MAX];
		struct ij_marshal m;
		size_t len = strlen(rows[r].args), bytes = 0;
		struct ij_call call = {.need = 5};

		for (size_t i = 0; i < len; i++) {
			make_arg(rows[r].args[i], i, &args[i]);
			symbols[i] = 0x400000 + i;
			bytes += args[i].kind == IJ_ARG_BYTES;
		}
		call.args.items = args;
		call.args.len = len;
		assert_null(ij_marshal_call(&call, symbols, &m));
		for (size_t i = 0; i < len; i++)
			check_arg(&m, &args[i], rows[r].places[i], i);
		assert_int_equal(m.call.stack_len, rows[r].stack_len);
		assert_int_equal(m.call.sse_len, rows[r].sse_len);
		assert_int_equal(m.call.need, 5);
		assert_int_equal(m.call.scratch_size, m.scratch.len);
		assert_int_equal(m.call.scratch_room, m.scratch.len);
		assert_int_equal(__builtin_popcountll(m.call.scratch_mask), bytes);
		ij_marshal_deinit(&m);
	}
}

/* Strings and buffers do not overlap. */
static void test_scratch_disjoint(void **state)
{
	struct ij_arg args[4];
	struct ij_marshal m;
	struct ij_call call = {0};

	(void)state;
	for (size_t i = 0; i < 4; i++)
		make_arg("sbsb"[i], i, &args[i]);
	call.args.items = args;
	call.args.len = 4;
	assert_null(ij_marshal_call(&call, NULL, &m));
	assert_int_equal(m.offs.list.items[0], 0);
	assert_int_equal(m.offs.list.items[1], 16);
	assert_int_equal(m.offs.list.items[2], 40);
	assert_int_equal(m.offs.list.items[3], 48);
	assert_int_equal(m.scratch.len, 68);
	for (size_t i = 4; i < 16; i++)
		assert_int_equal(m.scratch.items[i], 0);
	ij_marshal_deinit(&m);
}

/* One over what a call carries: refused by name, with the column. */
static void test_limits(void **state)
{
	static char large[IJ_WIRE_SCRATCH_MAX + 1];
	struct ij_arg args[ARGS_MAX];
	struct ij_marshal m;
	struct ij_call call = {.args = {.items = args}};
	static const struct {
		char first, rest;
		size_t fits;
	} limits[] = {{'s', 's', 6 + IJ_WIRE_POINTERS}};

	(void)state;
	for (size_t r = 0; r < IJ_COUNT(limits); r++) {
		struct ij_error *err;

		for (size_t i = 0; i < ARGS_MAX; i++)
			make_arg(i < 6 ? limits[r].first : limits[r].rest, i, &args[i]);
		call.args.len = limits[r].fits;
		assert_null(ij_marshal_call(&call, NULL, &m));
		ij_marshal_deinit(&m);
		call.args.len++;
		err = ij_marshal_call(&call, NULL, &m);
		assert_non_null(err);
		assert_int_equal(err->code, IJ_ERR_LIMIT);
		assert_non_null(strstr(err->msg, "column"));
		ij_error_free(err);
	}
	make_arg('b', 0, &args[0]);
	args[0].bytes = large;
	args[0].bytes_size = IJ_WIRE_SCRATCH_MAX;
	call.args.len = 1;
	assert_null(ij_marshal_call(&call, NULL, &m));
	ij_marshal_deinit(&m);
	args[0].bytes_size++;
	struct ij_error *err = ij_marshal_call(&call, NULL, &m);

	assert_non_null(err);
	assert_int_equal(err->code, IJ_ERR_LIMIT);
	ij_error_free(err);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_layout),
		cmocka_unit_test(test_scratch_disjoint),
		cmocka_unit_test(test_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
