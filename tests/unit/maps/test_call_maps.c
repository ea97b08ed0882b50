/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Maps that stand at calls: LLVM stack maps and OCaml frametables, written by hand into this
 * program, whose addresses the loader relocates; and what is wrong in them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "maps/llvmmaps.h"
#include "maps/ocamlmaps.h"
#include "maps/points_source.h"

/* Two calls in a frame of 24 bytes. */
__asm__(".pushsection .text\n"
	".globl call_maps_example, call_maps_first, call_maps_second\n"
	".type call_maps_example, @function\n"
	"call_maps_example:\n"
	".cfi_startproc\n"
	"sub $24, %rsp\n"
	".cfi_def_cfa_offset 32\n"
	"call getpid\n"
	"call_maps_first:\n"
	"mov %rax, %rbx\n"
	"call getpid\n"
	"call_maps_second:\n"
	"add $24, %rsp\n"
	".cfi_def_cfa_offset 8\n"
	"ret\n"
	".cfi_endproc\n"
	".size call_maps_example, . - call_maps_example\n"
	".popsection\n"
	".pushsection .llvm_stackmaps, \"aw\"\n"
	".balign 8\n"
	".byte 3, 0, 0, 0\n"
	".long 1, 1, 2\n"
	".quad call_maps_example, 24, 2\n"
	".quad 0x123456789ab\n"
	/* A statepoint: three constants, no deoptimisation, a pair in the stack, one in rbx. */
	".quad 2882400000\n"
	".long call_maps_first - call_maps_example\n"
	".short 0, 7\n"
	".byte 4, 0\n.short 8, 0, 0\n.long 0\n"
	".byte 4, 0\n.short 8, 0, 0\n.long 0\n"
	".byte 4, 0\n.short 8, 0, 0\n.long 0\n"
	".byte 3, 0\n.short 8, 7, 0\n.long 16\n" /* [rsp + 16] */
	".byte 3, 0\n.short 8, 7, 0\n.long 16\n"
	".byte 1, 0\n.short 8, 3, 0\n.long 0\n" /* rbx */
	".byte 1, 0\n.short 8, 3, 0\n.long 0\n"
	".balign 8\n"
	".short 0, 0\n.balign 8\n"
	/* A stackmap: a value in rcx, one in the stack, a large constant, an address; xmm2 lives
	   out. */
	".quad 7\n"
	".long call_maps_second - call_maps_example\n"
	".short 0, 4\n"
	".byte 1, 0\n.short 8, 2, 0\n.long 0\n"
	".byte 3, 0\n.short 8, 6, 0\n.long -24\n" /* [rbp - 24] */
	".byte 5, 0\n.short 8, 0, 0\n.long 0\n"
	".byte 2, 0\n.short 8, 7, 0\n.long 8\n"
	".balign 8\n"
	".short 0, 1\n.short 19\n.byte 0, 16\n.balign 8\n"
	".popsection\n"
	".pushsection .data\n"
	".balign 8\n"
	".globl caml_frametable\n"
	".type caml_frametable, @object\n"
	"caml_frametable: .quad call_maps_unit, 0\n"
	".size caml_frametable, . - caml_frametable\n"
	"call_maps_unit: .quad 2\n"
	/* Allocations and debug information; the stack at 0 and 16, and rdi. */
	".quad call_maps_first\n"
	".short 32 + 3, 3, 0, 16, 2 * 2 + 1\n"
	".byte 2, 1, 1\n.balign 4\n.long 5, 6\n"
	".balign 8\n"
	".quad call_maps_second\n"
	".short 32, 0\n"
	".balign 8\n"
	".popsection\n");

extern const char call_maps_example[], call_maps_first[], call_maps_second[];

static const struct expected {
	const char *source;
	const char *place; /* address */
	unsigned have;     /* of the source */
	struct ij_point point;
	int64_t live[3], pointers[3]; /* slots, from the CFA in words; 0 ends them */
} table[] = {
	{"llvm",
	 call_maps_first,
	 IJ_POINTS_REGS | IJ_POINTS_FRAME | IJ_POINTS_SLOTS | IJ_POINTS_PARTIAL,
	 {.frame = 24, .live = 1 << 3, .pointers = 1 << 3},
	 {-2},
	 {-2}},
	{"llvm",
	 call_maps_second,
	 IJ_POINTS_REGS | IJ_POINTS_FRAME | IJ_POINTS_SLOTS | IJ_POINTS_PARTIAL,
	 {.frame = 24, .live = 1ull << 34 | 1 << 2},
	 {-5},
	 {0}},
	{"ocaml",
	 call_maps_first,
	 IJ_POINTS_POINTERS | IJ_POINTS_FRAME | IJ_POINTS_SLOTS_POINTERS | IJ_POINTS_PARTIAL,
	 {.frame = 24, .pointers = 1 << 5},
	 {0},
	 {-4, -2}},
	{"ocaml",
	 call_maps_second,
	 IJ_POINTS_POINTERS | IJ_POINTS_FRAME | IJ_POINTS_SLOTS_POINTERS | IJ_POINTS_PARTIAL,
	 {.frame = 24},
	 {0},
	 {0}},
};

static void slots_equal(const struct ij_points *points, uint32_t set, const int64_t *slots)
{
	uint32_t count = 0;

	for (; *slots; slots++, count++)
		assert_true(ij_slot_sets_has(&points->sets, set, *slots));
	assert_int_equal(ij_slot_sets_count(&points->sets, set), count);
}

static void calls_have_maps(void **state)
{
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	struct ij_object *obj;
	struct ij_symbol symbol;

	(void)state;
	assert_null(ij_object_open_fd(fd, "self", &obj));
	assert_null(ij_object_symbol(obj, "call_maps_example", &symbol));
	for (size_t i = 0; i < IJ_COUNT(table); i++) {
		uint64_t pc = symbol.value + (uint64_t)(table[i].place - call_maps_example);
		const struct ij_points_func *func;
		const struct ij_point *point;
		struct ij_points points;

		assert_null(ij_points_read(obj, table[i].source, &points));
		assert_int_equal(points.have, table[i].have);
		func = ij_points_func(&points, pc - points.base);
		assert_non_null(func);
		point = ij_points_at(&points, func, pc - points.base);
		assert_int_equal(point->pc, pc - points.base);
		assert_int_equal(point->why, IJ_WHY_SAFE);
		assert_int_equal(point->unknown, 0);
		assert_int_equal(point->frame, table[i].point.frame);
		assert_int_equal(point->live, table[i].point.live);
		assert_int_equal(point->pointers, table[i].point.pointers);
		slots_equal(&points, point->slots_live, table[i].live);
		slots_equal(&points, point->slots_pointers, table[i].pointers);
		/* Before the call and behind the instruction at the return address it is not safe.
		 */
		point = ij_points_at(&points, func, pc - points.base - 1);
		assert_int_equal(point->why, IJ_WHY_NOTCALL);
		point = ij_points_at(&points, func, pc - points.base + 4);
		assert_int_equal(point->why, IJ_WHY_NOTCALL);
		ij_points_deinit(&points);
	}
	/* The better source is taken by itself. */
	{
		struct ij_points points;

		assert_null(ij_points_read(obj, NULL, &points));
		assert_string_equal(points.source, "llvm");
		ij_points_deinit(&points);
	}
	ij_object_close(obj);
	close(fd);
}

static struct ij_error *ignore_record(void *ctx, const struct ij_llvmmaps_record *rec)
{
	(void)ctx;
	(void)rec;
	return NULL;
}

static struct ij_error *ignore_frame(void *ctx, const struct ij_ocamlmaps_frame *frame)
{
	(void)ctx;
	(void)frame;
	return NULL;
}

static void expect(struct ij_error *err, enum ij_error_code code, const char *text)
{
	assert_non_null(err);
	assert_int_equal(err->code, code);
	assert_non_null(strstr(ij_error_message(err), text));
	ij_error_free(err);
}

static void malformed_ones_are_refused(void **state)
{
	static const uint8_t version[16] = {4};
	static const uint8_t more[16 + 24] = {3, 0, 0, 0, 1, 0, 0, 0,       0,
					      0, 0, 0, 0, 0, 0, 0, [32] = 1};
	static const uint8_t many[16] = {0xff, 0xff, 0xff};

	(void)state;
	expect(ij_llvmmaps_each(version, 16, ignore_record, NULL), IJ_ERR_UNSUPPORTED, "version 4");
	expect(ij_llvmmaps_each(more, sizeof(more), ignore_record, NULL), IJ_ERR_BADDATA,
	       "more records");
	expect(ij_llvmmaps_each(more, 20, ignore_record, NULL), IJ_ERR_BADDATA, "offset");
	expect(ij_llvmmaps_each(more, 7, ignore_record, NULL), IJ_ERR_BADDATA, "header");
	expect(ij_ocamlmaps_each(many, sizeof(many), ignore_frame, NULL), IJ_ERR_BADDATA,
	       "descriptors");
	expect(ij_ocamlmaps_each(many, 4, ignore_frame, NULL), IJ_ERR_BADDATA, "descriptors");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(calls_have_maps),
		cmocka_unit_test(malformed_ones_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
