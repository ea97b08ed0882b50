/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The model of points, sets of stack slots, the native source, and showing a function. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "maps/points_show.h"
#include "maps/points_slop.h"
#include "maps/points_source.h"
#include "maps/points_stat.h"

/* rsi is read before it is written, rbx kept in a frame of 16 bytes, rcx dead at once. */
__asm__(".pushsection .text\n"
	".globl points_example\n"
	".type points_example, @function\n"
	"points_example:\n"
	".cfi_startproc\n"
	"push %rbx\n"
	".cfi_def_cfa_offset 16\n"
	".cfi_offset %rbx, -16\n"
	"mov %rsi, %rbx\n"
	"xor %ecx, %ecx\n"
	"lea 1(%rbx), %rax\n"
	"pop %rbx\n"
	".cfi_def_cfa_offset 8\n"
	"ret\n"
	".cfi_endproc\n"
	".size points_example, . - points_example\n"
	".popsection\n");

/* Spills rdi, of which half is overwritten, and lets an address out to getpid. */
__asm__(".pushsection .text\n"
	".globl slots_example\n"
	".type slots_example, @function\n"
	"slots_example:\n"
	".cfi_startproc\n"
	"sub $40, %rsp\n" /* 0 */
	".cfi_def_cfa_offset 48\n"
	"mov %rdi, 32(%rsp)\n"    /* 4: slot -16 */
	"mov %rsi, 24(%rsp)\n"    /* 9: slot -24 */
	"movl $1, 32(%rsp)\n"     /* 14: a half: it stays live */
	"movq 24(%rsp), %rax\n"   /* 22 */
	"test %rax, %rax\n"       /* 27 */
	"je 1f\n"                 /* 30 */
	"lea 8(%rsp), %rdi\n"     /* 32 */
	"call getpid\n"           /* 37 */
	"1: mov 32(%rsp), %rax\n" /* 42 */
	"add $40, %rsp\n"         /* 47 */
	".cfi_def_cfa_offset 8\n"
	"ret\n" /* 51 */
	".cfi_endproc\n"
	".size slots_example, . - slots_example\n"
	".popsection\n");

static void sets_are_interned(void **state)
{
	struct ij_slot_sets sets = {0};
	const uint64_t padded[] = {0, 0x8000000000000001, 0}, plain = 0x8000000000000001;
	const uint64_t high = 1ull << 63;
	uint32_t a, b, c, d;

	(void)state;
	assert_null(ij_slot_sets_add(&sets, -2, padded, 3, &a));
	assert_null(ij_slot_sets_add(&sets, -1, &plain, 1, &b));
	assert_int_equal(a, b);
	assert_true(ij_slot_sets_has(&sets, a, -64));
	assert_true(ij_slot_sets_has(&sets, a, -1));
	assert_false(ij_slot_sets_has(&sets, a, 0));
	assert_false(ij_slot_sets_has(&sets, a, -65));
	assert_int_equal(ij_slot_sets_rank(&sets, a, -64), 0);
	assert_int_equal(ij_slot_sets_rank(&sets, a, -1), 1);
	assert_int_equal(ij_slot_sets_rank(&sets, a, 7), 2);
	assert_null(ij_slot_sets_add(&sets, 3, &high, 1, &b));
	assert_null(ij_slot_sets_xor(&sets, a, b, &c));
	assert_true(ij_slot_sets_has(&sets, c, -64) && ij_slot_sets_has(&sets, c, 255));
	assert_null(ij_slot_sets_xor(&sets, c, b, &d));
	assert_int_equal(d, a);
	assert_null(ij_slot_sets_xor(&sets, c, c, &d));
	assert_int_equal(d, 0);
	ij_slot_sets_deinit(&sets);
}

static void expect_error(struct ij_error *err, enum ij_error_code code)
{
	assert_non_null(err);
	assert_int_equal(err->code, code);
	ij_error_free(err);
}

static void points_are_canonical(void **state)
{
	struct ij_points points;
	struct ij_point point = {.pc = 16, .live = 5, .pointers = 4, .frame = 8};

	(void)state;
	ij_points_init(&points, "test", IJ_POINTS_LIVE | IJ_POINTS_FRAME, 0x1000, 100);
	assert_null(ij_points_begin(&points, 16, 20));
	expect_error(ij_points_add(&points, &(struct ij_point){.pc = 17}), IJ_ERR_BADDATA);
	assert_null(ij_points_add(&points, &point));
	point.pc = 20;
	point.pointers = 0; /* this module tells none: no difference */
	assert_null(ij_points_add(&points, &point));
	assert_int_equal(points.points.len, 1);
	point.unknown = IJ_POINTS_LIVE;
	assert_null(ij_points_add(&points, &point));
	assert_int_equal(points.points.items[1].live, 0);
	expect_error(ij_points_add(&points, &point), IJ_ERR_BADDATA);
	point.pc = 36;
	expect_error(ij_points_add(&points, &point), IJ_ERR_BADDATA);
	expect_error(ij_points_begin(&points, 30, 2), IJ_ERR_BADDATA);
	expect_error(ij_points_begin(&points, 96, 5), IJ_ERR_BADDATA);
	assert_null(ij_points_func(&points, 15));
	assert_null(ij_points_func(&points, 36));
	assert_ptr_equal(ij_points_func(&points, 35), points.funcs.items);
	assert_int_equal(ij_points_at(&points, points.funcs.items, 19)->pc, 16);
	assert_int_equal(ij_points_at(&points, points.funcs.items, 20)->pc, 20);
	ij_points_deinit(&points);
}

/* The columns of one line of the table that begins with @offset; "" if there is none. */
static void line_of(const char *text, const char *offset, char *ret, size_t size)
{
	const char *at = strstr(text, offset), *end = at ? strchr(at, '\n') : NULL;
	size_t len = end ? (size_t)(end - at) : 0;

	assert_true(len < size);
	memcpy(ret, at ? at : "", len);
	ret[len] = 0;
}

static void example_is_shown(void **state)
{
	static const struct {
		const char *offset, *expected; /* frame, then rax rcx rdx rbx rsi */
		const char *slots;
	} lines[] = {
		{"        0*", "      0   .   .   L   L   L", "{ -8 }"},
		{"      0x1*", "      8   .   .   L   .   L", "{ -16 -8 }"},
		{"      0x4*", "      8   .   .   L   L   ", "{ -16 -8 }"},
		{"      0xa*", "      8   L   .   L   .   ", "{ -16 -8 }"},
		{"      0xb*", "      0   L   .   L   L   ", "{ -8 }"},
	};
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	const struct ij_points_func *func;
	struct ij_strbuf text = {0};
	struct ij_object *obj;
	struct ij_points points;
	struct ij_points_stat stat;
	char line[512];

	(void)state;
	assert_null(ij_object_open_fd(fd, "self", &obj));
	assert_null(ij_points_read(obj, NULL, &points));
	assert_string_equal(points.source, "native");
	assert_null(ij_points_find(obj, &points, "points_example", &func));
	assert_null(ij_points_show_text(obj, &points, func, &text));
	for (size_t i = 0; i < IJ_COUNT(lines); i++) {
		line_of(ij_strbuf_get(&text), lines[i].offset, line, sizeof(line));
		assert_non_null(strstr(line, lines[i].expected));
		assert_non_null(strstr(line, lines[i].slots));
	}
	text.len = 0;
	assert_null(ij_points_show_json(obj, &points, func, &text));
	assert_non_null(strstr(ij_strbuf_get(&text), "\"function\":\"points_example\""));
	assert_null(ij_points_stat(&points, &stat));
	assert_int_equal(stat.funcs, points.funcs.len);
	assert_int_equal(stat.points, points.points.len);
	expect_error(ij_points_find(obj, &points, "0x0", &func), IJ_ERR_NOTFOUND);
	expect_error(ij_points_find(obj, &points, "0xzz", &func), IJ_ERR_USAGE);
	expect_error(ij_points_find(obj, &points, "points_none", &func), IJ_ERR_NOTFOUND);
	ij_points_deinit(&points);
	expect_error(ij_points_read(obj, "none", &points), IJ_ERR_USAGE);
	ij_strbuf_deinit(&text);
	ij_object_close(obj);
	close(fd);
}

static void slots_are_followed(void **state)
{
	enum { RA = -1, LEAST = -6 };
	static const struct {
		uint32_t off;
		bool live[6]; /* slots -6 to -1 */
	} rows[] = {
		{0, {[5] = true}},
		{9, {[4] = true, [5] = true}},
		{14, {[3] = true, [4] = true, [5] = true}},
		{22, {[3] = true, [4] = true, [5] = true}},
		/* By the address that gets out at 32 all may be read that has been written. */
		{27, {[3] = true, [4] = true, [5] = true}},
		{32, {[3] = true, [4] = true, [5] = true}},
		{37, {true, true, true, true, true, true}},
		{47, {true, true, true, true, true, true}},
		{51, {[5] = true}},
	};
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	const struct ij_points_func *func;
	struct ij_points points;
	struct ij_object *obj;

	(void)state;
	assert_null(ij_object_open_fd(fd, "self", &obj));
	assert_null(ij_points_read(obj, "native", &points));
	assert_null(ij_points_find(obj, &points, "slots_example", &func));
	for (size_t i = 0; i < IJ_COUNT(rows); i++) {
		const struct ij_point *point =
			ij_points_at(&points, func, func->start + rows[i].off);

		assert_false(point->unknown & IJ_POINTS_SLOTS);
		for (int slot = LEAST; slot <= RA; slot++)
			if (ij_slot_sets_has(&points.sets, point->slots_live, slot) !=
			    rows[i].live[slot - LEAST])
				fail_msg("+%u: slot %d", rows[i].off, slot);
	}
	ij_points_deinit(&points);
	ij_object_close(obj);
	close(fd);
}

/* Nothing is taken away, it changes less often, and what is added has not been overwritten. */
static void slop_adds(void **state)
{
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	const struct ij_points_func *func;
	struct ij_points points, slop;
	struct ij_object *obj;

	(void)state;
	assert_null(ij_object_open_fd(fd, "self", &obj));
	assert_null(ij_points_read(obj, NULL, &points));
	assert_null(ij_points_slop(obj, &points, &slop));
	assert_int_equal(slop.funcs.len, points.funcs.len);
	assert_true(slop.points.len < points.points.len);
	IJ_VEC_EACH (&points.points, point) {
		const struct ij_points_func *at = ij_points_func(&slop, point->pc);
		const struct ij_point *other = ij_points_at(&slop, at, point->pc);

		assert_int_equal(point->live & ~other->live, 0);
		assert_int_equal(point->frame, other->frame);
		assert_int_equal(point->why, other->why);
		assert_int_equal(point->unknown, other->unknown);
	}
	/* rsi was used last at 1, and is not overwritten; rbx is, by pop; rcx never was in the map.
	 */
	assert_null(ij_points_find(obj, &slop, "points_example", &func));
	assert_true(ij_points_at(&slop, func, func->start + 10)->live & 1u << 4);
	assert_true(ij_points_at(&slop, func, func->start + 10)->live & 1u << 3);
	assert_false(ij_points_at(&slop, func, func->start + 10)->live & 1u << 2);
	assert_false(ij_points_at(&slop, func, func->start + 1)->live & 1u << 0);
	ij_points_deinit(&points);
	ij_points_deinit(&slop);
	ij_object_close(obj);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sets_are_interned), cmocka_unit_test(points_are_canonical),
		cmocka_unit_test(example_is_shown),  cmocka_unit_test(slots_are_followed),
		cmocka_unit_test(slop_adds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
