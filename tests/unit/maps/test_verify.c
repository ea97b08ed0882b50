/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The verifier finds each fault that is planted in right maps, names the place, and nothing else.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "maps/points_source.h"
#include "maps/verify.h"

__asm__(".pushsection .text\n"
	".globl verify_example\n"
	".type verify_example, @function\n"
	"verify_example:\n"
	".cfi_startproc\n"
	"push %rbx\n" /* 0 */
	".cfi_def_cfa_offset 16\n"
	".cfi_offset %rbx, -16\n"
	"mov %rdi, %rbx\n"    /* 1 */
	"mov (%rbx), %rax\n"  /* 4 */
	"test %eax, %eax\n"   /* 7 */
	"jne 1f\n"            /* 9 */
	"call getpid\n"       /* 11 */
	"mov $1, %eax\n"      /* 16 */
	"jmp 2f\n"            /* 21 */
	"1: add $1, %eax\n"   /* 23 */
	"mov 8(%rbx), %rax\n" /* 26 */
	"2: pop %rbx\n"       /* 30 */
	".cfi_def_cfa_offset 8\n"
	"ret\n" /* 31 */
	".cfi_endproc\n"
	".size verify_example, . - verify_example\n"
	".popsection\n");

enum { RAX = 0, RCX = 2, RBX = 3, RDI = 5, SIZE = 32 };
#define HAVE (IJ_POINTS_POINTERS | IJ_POINTS_FRAME | IJ_POINTS_SLOTS_POINTERS)

/* Where the maps change: offset, frame, pointers. */
static const struct ij_point right[] = {
	{.pc = 0, .frame = 0, .pointers = 1 << RDI},  {.pc = 1, .frame = 8, .pointers = 1 << RDI},
	{.pc = 4, .frame = 8, .pointers = 1 << RBX},  {.pc = 16, .frame = 8, .pointers = 0},
	{.pc = 23, .frame = 8, .pointers = 1 << RBX}, {.pc = 30, .frame = 8, .pointers = 0},
	{.pc = 31, .frame = 0, .pointers = 0},
};

static const struct fault {
	const char *name;
	size_t idx;            /* of the point that is wrong */
	struct ij_point wrong; /* what it says instead */
	enum ij_verify_check check;
	uint32_t pc, other; /* of the first contradiction of this check */
	unsigned reg;       /* DWARF number, if it is about one */
} faults[] = {
	{"a pointer is called dead", 2, {.pc = 4, .frame = 8}, IJ_VERIFY_USE, 4, 4, RBX},
	{"a pointer is called dead on one path",
	 4,
	 {.pc = 23, .frame = 8},
	 IJ_VERIFY_USE,
	 23,
	 26,
	 RBX},
	{"a PC is shifted",
	 2,
	 {.pc = 5, .frame = 8, .pointers = 1 << RBX},
	 IJ_VERIFY_BOUNDARY,
	 5,
	 0,
	 0},
	{"a PC is late", 2, {.pc = 7, .frame = 8, .pointers = 1 << RBX}, IJ_VERIFY_USE, 4, 4, RBX},
	{"a frame is too short",
	 1,
	 {.pc = 1, .frame = 0, .pointers = 1 << RDI},
	 IJ_VERIFY_FRAME,
	 1,
	 0,
	 0},
	{"a frame is kept behind pop", 6, {.pc = 31, .frame = 8}, IJ_VERIFY_FRAME, 31, 30, 0},
	{"a register is live from nothing",
	 2,
	 {.pc = 4, .frame = 8, .pointers = 1 << RBX | 1 << RCX},
	 IJ_VERIFY_APPEARS,
	 4,
	 1,
	 RCX},
	{"a return address has no stack map",
	 3,
	 {.pc = 16, .frame = 8, .unknown = IJ_POINTS_SLOTS},
	 IJ_VERIFY_RETURN,
	 16,
	 11,
	 0},
};

struct world {
	struct ij_object *obj;
	uint32_t start; /* module offset of the example */
	int fd;
};

static int setup(void **state)
{
	static struct world world;
	struct ij_symbol symbol;

	world.fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	assert_null(ij_object_open_fd(world.fd, "self", &world.obj));
	assert_null(ij_object_symbol(world.obj, "verify_example", &symbol));
	world.start = (uint32_t)(symbol.value - ij_object_base(world.obj));
	*state = &world;
	return 0;
}

static int teardown(void **state)
{
	struct world *world = *state;

	ij_object_close(world->obj);
	close(world->fd);
	return 0;
}

/* The maps of the example, with @fault or right. */
static void verify(const struct world *world, const struct fault *fault, struct ij_verify *ret,
		   struct ij_strbuf *text, struct ij_strbuf *json)
{
	struct ij_points points;
	struct ij_json out;

	ij_points_init(&points, "test", HAVE, ij_object_base(world->obj),
		       ij_object_span(world->obj));
	assert_null(ij_points_begin(&points, world->start, SIZE));
	for (size_t i = 0; i < IJ_COUNT(right); i++) {
		struct ij_point point = fault && fault->idx == i ? fault->wrong : right[i];

		point.pc += world->start;
		assert_null(ij_points_add(&points, &point));
	}
	assert_null(ij_verify(world->obj, &points, ret));
	ij_verify_text(ret, world->obj, &points, 10, text);
	ij_json_init(&out, json);
	ij_json_object(&out, NULL);
	ij_verify_json(ret, world->obj, &points, &out);
	ij_json_object_end(&out);
	ij_points_deinit(&points);
}

static void right_maps_pass(void **state)
{
	struct ij_strbuf text = {0}, json = {0};
	struct ij_verify found;

	verify(*state, NULL, &found, &text, &json);
	assert_int_equal(found.findings.len, 0);
	assert_int_equal(found.checked[IJ_VERIFY_BOUNDARY], IJ_COUNT(right));
	assert_int_equal(found.checked[IJ_VERIFY_RETURN], 1);
	assert_true(found.checked[IJ_VERIFY_USE] >= 3);
	assert_true(found.checked[IJ_VERIFY_FRAME] >= 9);
	assert_non_null(strstr(ij_strbuf_get(&text), "0 contradictions"));
	ij_verify_deinit(&found);
	ij_strbuf_deinit(&text);
	ij_strbuf_deinit(&json);
}

static void planted_faults_are_found(void **state)
{
	const struct world *world = *state;

	for (size_t i = 0; i < IJ_COUNT(faults); i++) {
		const struct fault *fault = &faults[i];
		const struct ij_verify_finding *first = NULL;
		struct ij_strbuf text = {0}, json = {0};
		struct ij_verify found;

		verify(world, fault, &found, &text, &json);
		IJ_VEC_EACH (&found.findings, finding)
			if (!first && finding->check == fault->check)
				first = finding;
		if (!first)
			fail_msg("not found: %s", fault->name);
		assert_int_equal(first->pc, world->start + fault->pc);
		if (fault->check != IJ_VERIFY_BOUNDARY)
			assert_int_equal(first->other, world->start + fault->other);
		if (fault->check == IJ_VERIFY_USE || fault->check == IJ_VERIFY_APPEARS)
			assert_int_equal(first->reg & 15, fault->reg);
		assert_non_null(strstr(ij_strbuf_get(&text), "verify_example+0x"));
		assert_non_null(strstr(ij_strbuf_get(&json), ij_verify_name(fault->check)));
		ij_verify_deinit(&found);
		ij_strbuf_deinit(&text);
		ij_strbuf_deinit(&json);
	}
}

/* A live bit that is cleared in the maps of machine code: each of many functions is caught. */
static void flipped_live_bits_are_found(void **state)
{
	const struct world *world = *state;
	unsigned planted = 0;
	struct ij_points points;
	struct ij_verify found;
	uint64_t before;

	assert_null(ij_points_read(world->obj, "native", &points));
	assert_null(ij_verify(world->obj, &points, &found));
	before = found.found[IJ_VERIFY_USE];
	assert_int_equal(before, 0);
	ij_verify_deinit(&found);
	IJ_VEC_EACH (&points.funcs, func) {
		struct ij_point *point = &points.points.items[func->first];

		/* Its first argument, at its start, if it takes one. */
		if (func->len < 8 || !(point->live >> RDI & 1) || point->unknown)
			continue;
		point->live &= ~(1ull << RDI);
		planted++;
	}
	assert_true(planted > 20);
	assert_null(ij_verify(world->obj, &points, &found));
	/* Some only hand it on to a call, which is not known to take it. */
	assert_true(found.found[IJ_VERIFY_USE] + found.found[IJ_VERIFY_APPEARS] >= planted);
	ij_verify_deinit(&found);
	ij_points_deinit(&points);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(right_maps_pass),
		cmocka_unit_test(planted_faults_are_found),
		cmocka_unit_test(flipped_live_bits_are_found),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
