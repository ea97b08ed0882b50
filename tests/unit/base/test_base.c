/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Errors, arrays, the byte cursor and strings. */
#include "tests.h"

#include <errno.h>
#include <string.h>

#include "base/cursor.h"
#include "base/error.h"
#include "base/strbuf.h"
#include "base/vec.h"

static void test_error(void **state)
{
	struct ij_error *err = ij_error_os(PERM, EPERM, "cannot attach to %d", 42);

	(void)state;
	assert_int_equal(err->code, IJ_ERR_PERM);
	assert_int_equal(err->touch, IJ_TOUCH_UNTOUCHED);
	assert_int_equal(err->os, EPERM);
	assert_string_equal(err->where, "test_error");
	assert_string_equal(err->msg, "cannot attach to 42");
	err = ij_error_wrap(err, "target %s", "x");
	assert_string_equal(err->msg, "target x: cannot attach to 42");
	assert_int_equal(err->code, IJ_ERR_PERM);
	ij_error_free(err);
	assert_null(ij_error_wrap(NULL, "context"));
	ij_error_free(NULL);
	/* The static error survives wrapping and freeing. */
	err = ij_error_wrap(ij_error_nomem(), "context");
	assert_ptr_equal(err, ij_error_nomem());
	ij_error_free(err);
	assert_string_equal(err->msg, "out of memory");
}

static void test_error_tables(void **state)
{
	/* Exit statuses that DESIGN.md promises. */
	static const struct {
		enum ij_error_code code;
		const char *name;
		int status;
	} cases[] = {
		{IJ_ERR_NOTFOUND, "notfound", 1},
		{IJ_ERR_USAGE, "usage", 2},
		{IJ_ERR_NOPROC, "noproc", 3},
		{IJ_ERR_TRACED, "traced", 3},
		{IJ_ERR_UNSAFE, "unsafe", 4},
		{IJ_ERR_TIMEOUT, "timeout", 5},
		{IJ_ERR_CALLFAULT, "callfault", 6},
		{IJ_ERR_GONE, "gone", 7},
		{IJ_ERR_LEFT, "left", 8},
		{IJ_ERR_DENIED, "denied", 9},
		{IJ_ERR_INTERRUPTED, "interrupted", 130},
		{IJ_ERR_FAILED, "failed", 1},
	};

	(void)state;
	for (size_t i = 0; i < IJ_COUNT(cases); i++) {
		assert_string_equal(ij_error_code_name(cases[i].code), cases[i].name);
		assert_int_equal(ij_error_exit_status(cases[i].code), cases[i].status);
	}
	for (int code = 1; code < (int)IJ_ERR_COUNT; code++)
		assert_int_not_equal(ij_error_exit_status((enum ij_error_code)code), 0);
	assert_string_equal(ij_error_code_name(IJ_ERR_COUNT), "unknown");
	assert_int_equal(ij_error_exit_status(IJ_ERR_COUNT), 1);
	assert_string_equal(ij_touch_name(IJ_TOUCH_UNTOUCHED), "untouched");
	assert_string_equal(ij_touch_name(IJ_TOUCH_RESTORED), "restored");
	assert_string_equal(ij_touch_name(IJ_TOUCH_DIRTY), "dirty");
}

static struct ij_error *fails_at(int n, int at)
{
	return n == at ? ij_error_new(LIMIT, "at %d", n) : NULL;
}

static struct ij_error *tries(int at, int *reached)
{
	for (*reached = 0; *reached < 3; ++*reached)
		IJ_TRY(fails_at(*reached, at));
	return NULL;
}

static void test_try(void **state)
{
	int reached;
	struct ij_error *err = tries(1, &reached);

	(void)state;
	assert_non_null(err);
	assert_int_equal(reached, 1);
	assert_string_equal(err->msg, "at 1");
	ij_error_free(err);
	assert_null(tries(9, &reached));
	assert_int_equal(reached, 3);
}

static void test_vec(void **state)
{
	IJ_VEC(uint32_t) vec = {0};
	struct ij_error *err;
	uint32_t sum = 0;
	void *items = NULL;
	size_t cap = 0;

	(void)state;
	IJ_VEC_EACH (&vec, it)
		fail();
	for (uint32_t i = 0; i < 1000; i++)
		assert_null(ij_vec_push(&vec, i));
	assert_int_equal(vec.len, 1000);
	assert_true(vec.cap >= 1000);
	IJ_VEC_EACH (&vec, it)
		sum += *it;
	assert_int_equal(sum, 499500);
	assert_null(ij_vec_reserve(&vec, 5000));
	assert_true(vec.cap >= 6000);
	assert_int_equal(vec.items[999], 999);
	ij_vec_deinit(&vec);
	assert_null(vec.items);
	assert_int_equal(vec.len + vec.cap, 0);

	err = ij_vec_grow(&items, &cap, SIZE_MAX, 1, 4);
	assert_int_equal(err->code, IJ_ERR_LIMIT);
	ij_error_free(err);
	err = ij_vec_grow(&items, &cap, SIZE_MAX / 4, 1, 16);
	assert_int_equal(err->code, IJ_ERR_LIMIT);
	ij_error_free(err);
	assert_null(items);
	assert_int_equal(cap, 0);
}

static void test_cursor_fixed(void **state)
{
	static const uint8_t bytes[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 'a', 0};
	struct ij_cursor cur = ij_cursor_make(bytes, sizeof(bytes), "bytes");
	struct ij_error *err;

	(void)state;
	assert_int_equal(ij_cursor_u8(&cur), 1);
	assert_int_equal(ij_cursor_u16(&cur), 0x0302);
	assert_int_equal(ij_cursor_u32(&cur), 0x07060504);
	assert_int_equal(ij_cursor_u64(&cur), 0x0f0e0d0c0b0a0908);
	assert_int_equal(ij_cursor_left(&cur), 2);
	assert_string_equal(ij_cursor_str(&cur), "a");
	assert_int_equal(ij_cursor_left(&cur), 0);
	assert_null(ij_cursor_error(&cur));
	/* Failure is sticky, even though later reads would fit. */
	assert_int_equal(ij_cursor_u8(&cur), 0);
	assert_true(cur.failed);
	ij_cursor_seek(&cur, 0);
	assert_int_equal(ij_cursor_u8(&cur), 0);
	assert_int_equal(ij_cursor_left(&cur), 0);
	err = ij_cursor_error(&cur);
	assert_int_equal(err->code, IJ_ERR_BADDATA);
	assert_non_null(strstr(err->msg, "bytes"));
	ij_error_free(err);
}

static void test_cursor_bounds(void **state)
{
	static const uint8_t bytes[] = {1, 2, 3, 4};
	struct ij_cursor cur = ij_cursor_make(bytes, sizeof(bytes), "bytes"), sub;

	(void)state;
	ij_cursor_seek(&cur, 4);
	assert_false(cur.failed);
	ij_cursor_seek(&cur, 5);
	assert_true(cur.failed);
	cur = ij_cursor_make(bytes, sizeof(bytes), "bytes");
	ij_cursor_skip(&cur, UINT64_MAX);
	assert_true(cur.failed);
	cur = ij_cursor_make(bytes, sizeof(bytes), "bytes");
	assert_null(ij_cursor_str(&cur));
	assert_true(cur.failed);
	cur = ij_cursor_make(bytes, sizeof(bytes), "bytes");
	sub = ij_cursor_sub(&cur, 1, 2);
	assert_int_equal(ij_cursor_u16(&sub), 0x0302);
	assert_int_equal(ij_cursor_left(&sub), 0);
	sub = ij_cursor_sub(&cur, 4, 0);
	assert_false(sub.failed);
	sub = ij_cursor_sub(&cur, 2, 3);
	assert_true(sub.failed);
	sub = ij_cursor_sub(&cur, UINT64_MAX, 2);
	assert_true(sub.failed);
	sub = ij_cursor_sub(&cur, 1, UINT64_MAX);
	assert_true(sub.failed);
}

static void test_leb(void **state)
{
	/* DWARF 5, 7.6, tables 7.8 and 7.9, and the ends of the range. */
	static const struct {
		const char *bytes;
		size_t size;
		bool is_signed;
		uint64_t value;
		bool failed;
	} cases[] = {
		{"\x02", 1, false, 2, false},
		{"\x7f", 1, false, 127, false},
		{"\x80\x01", 2, false, 128, false},
		{"\x39\x64", 1, false, 57, false},
		{"\xb9\x64", 2, false, 12857, false},
		{"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 10, false, UINT64_MAX, false},
		{"\x02", 1, true, 2, false},
		{"\x7e", 1, true, (uint64_t)-2, false},
		{"\xff\x00", 2, true, 127, false},
		{"\x81\x7f", 2, true, (uint64_t)-127, false},
		{"\x80\x7f", 2, true, (uint64_t)-128, false},
		{"\x80\x80\x80\x80\x80\x80\x80\x80\x80\x7f", 10, true, (uint64_t)INT64_MIN, false},
		{"\x80", 1, false, 0, true},
		{"", 0, true, 0, true},
		{"\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01", 11, false, 0, true},
	};

	(void)state;
	for (size_t i = 0; i < IJ_COUNT(cases); i++) {
		struct ij_cursor cur = ij_cursor_make(cases[i].bytes, cases[i].size, "leb");
		uint64_t value =
			cases[i].is_signed ? (uint64_t)ij_cursor_sleb(&cur) : ij_cursor_uleb(&cur);

		assert_int_equal(cur.failed, cases[i].failed);
		assert_int_equal(value, cases[i].value);
	}
}

static void test_strbuf(void **state)
{
	IJ_STRBUF_AUTO buf = {0};

	(void)state;
	assert_string_equal(ij_strbuf_get(&buf), "");
	ij_strbuf_puts(&buf, "a");
	ij_strbuf_printf(&buf, "%d-%s", 12, "x");
	ij_strbuf_add(&buf, "yz!", 2);
	assert_string_equal(ij_strbuf_get(&buf), "a12-xyz");
	assert_int_equal(buf.len, 7);
	for (unsigned i = 0; i < 1000; i++)
		ij_strbuf_printf(&buf, "%04u", i);
	assert_int_equal(buf.len, 4007);
	assert_int_equal(strlen(ij_strbuf_get(&buf)), 4007);
	assert_null(ij_strbuf_error(&buf));
	/* Failure is sticky and additions after it change nothing. */
	buf.failed = true;
	ij_strbuf_puts(&buf, "more");
	assert_int_equal(buf.len, 4007);
	assert_ptr_equal(ij_strbuf_error(&buf), ij_error_nomem());
	ij_strbuf_deinit(&buf);
	assert_null(buf.str);
	assert_false(buf.failed);
}

int test_base(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_error),        cmocka_unit_test(test_error_tables),
		cmocka_unit_test(test_try),          cmocka_unit_test(test_vec),
		cmocka_unit_test(test_cursor_fixed), cmocka_unit_test(test_cursor_bounds),
		cmocka_unit_test(test_leb),          cmocka_unit_test(test_strbuf),
	};

	return cmocka_run_group_tests_name("base", tests, NULL, NULL);
}
