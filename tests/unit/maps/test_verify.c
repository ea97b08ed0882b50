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

#include "arch/decode.h"
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

/* Labels of debug information: one that is dead is found, and contradicts nothing. */
static void dead_labels_are_findings(void **state)
{
	const struct world *world = *state;
	const struct ij_verify_finding *finding;
	IJ_STRBUF_AUTO text = {0}, json = {0};
	struct ij_points points;
	struct ij_verify found;
	struct ij_json out;

	ij_points_init(&points, "test", HAVE | IJ_POINTS_LIVE | IJ_POINTS_LABELS,
		       ij_object_base(world->obj), ij_object_span(world->obj));
	assert_null(ij_points_begin(&points, world->start, SIZE));
	for (size_t i = 0; i < IJ_COUNT(right); i++) {
		struct ij_point point = right[i];

		point.pc += world->start;
		point.live = 0xffff;
		if (i == 2 || i == 3) {
			point.live &= ~(1ull << RCX);
			point.pointers |= 1ull << RCX;
		}
		assert_null(ij_points_add(&points, &point));
	}
	assert_null(ij_verify(world->obj, &points, &found));
	assert_int_equal(found.found[IJ_VERIFY_LABEL], 1);
	assert_false(ij_verify_is_proof(IJ_VERIFY_LABEL));
	assert_int_equal(found.possible[IJ_VERIFY_RETURN], 0);
	finding = &found.findings.items[found.findings.len - 1];
	IJ_VEC_EACH (&found.findings, it)
		if (it->check == IJ_VERIFY_LABEL)
			finding = it;
	assert_int_equal(finding->pc, world->start + 4);
	assert_int_equal(finding->reg, RCX);
	ij_verify_text(&found, world->obj, &points, 10, &text);
	assert_non_null(strstr(ij_strbuf_get(&text),
			       "verify_example+0x4: rcx is a pointer by debug information"));
	assert_non_null(strstr(ij_strbuf_get(&text), "1 finding\n"));
	ij_json_init(&out, &json);
	ij_json_object(&out, NULL);
	ij_verify_json(&found, world->obj, &points, &out);
	ij_json_object_end(&out);
	assert_non_null(strstr(ij_strbuf_get(&json), "\"findings\":[{\"check\":\"label\""));
	ij_verify_deinit(&found);
	ij_points_deinit(&points);
}

/* Faults planted in what each source reads of a real program. */
enum plant { SHIFTED_PC, WRONG_FRAME, LIVE_FROM_NOTHING, LOST_STACK_MAP, PLANTS };
enum { PLANTED_MAX = 40 };

static const struct {
	const char *name;
	enum ij_verify_check check;
} plants[] = {
	[SHIFTED_PC] = {"a point is shifted into an instruction", IJ_VERIFY_BOUNDARY},
	[WRONG_FRAME] = {"a frame is eight bytes short", IJ_VERIFY_FRAME},
	[LIVE_FROM_NOTHING] = {"a register is live from nothing", IJ_VERIFY_APPEARS},
	[LOST_STACK_MAP] = {"a return address has no stack map", IJ_VERIFY_RETURN},
};

/* Plant a fault at the point, if it can have it there. @end: of the point, @insn: the first of it.
 */
static bool plant(enum plant what, const struct ij_points *points, struct ij_point *point,
		  uint32_t end, const struct ij_insn *insn, bool returned_to)
{
	const struct ij_point *before = point - 1;
	unsigned have = points->have & ~(unsigned)point->unknown;
	ij_point_regs free = ~(point->live | before->live) & 0xffff & ~(1u << 7);

	switch (what) {
	case SHIFTED_PC:
		point->pc += insn->size > 1 && end > point->pc + 1;
		return insn->size > 1 && end > point->pc;
	case WRONG_FRAME:
		if (!(have & IJ_POINTS_FRAME) || before->unknown & IJ_POINTS_FRAME ||
		    point->frame <= before->frame)
			return false;
		point->frame -= 8;
		return true;
	case LIVE_FROM_NOTHING:
		/* The instruction before it makes the frame: it writes nothing else. */
		if (!(have & IJ_POINTS_LIVE) || before->unknown || !free ||
		    point->frame <= before->frame)
			return false;
		point->live |= free & -free;
		return true;
	default:
		if (!returned_to || !(have & IJ_POINTS_SLOTS_POINTERS))
			return false;
		point->unknown |= IJ_POINTS_SLOTS;
		return true;
	}
}

static unsigned found_in(const struct ij_verify *found, enum ij_verify_check check, uint32_t func)
{
	unsigned count = 0;

	IJ_VEC_EACH (&found->findings, finding)
		count += finding->check == check && finding->func == func;
	return count;
}

/* Is the instruction at @pc, whose bytes are at code + 5, behind a call that may return to it? */
static bool is_returned_to(const struct ij_points *points, uint32_t pc, const uint8_t *code)
{
	const struct ij_points_func *callee;
	int32_t distance;

	memcpy(&distance, code + 1, sizeof(distance));
	callee = ij_points_func(points, (uint64_t)((int64_t)pc + distance));
	return code[0] == 0xe8 &&
	       (!callee || !callee->name ||
		strncmp(points->names.items + callee->name, "runtime.panic", 13) != 0);
}

/* One in each of some functions, of which the verifier says nothing without it. */
static void plant_all(struct ij_object *obj, const char *source, enum plant what, unsigned least)
{
	enum ij_verify_check check = plants[what].check;
	struct ij_verify before, found;
	uint32_t planted[PLANTED_MAX];
	struct ij_points points;
	unsigned len = 0, missed = 0;

	assert_null(ij_points_read(obj, source, &points));
	assert_null(ij_verify(obj, &points, &before));
	for (uint32_t f = 0; f < points.funcs.len && len < PLANTED_MAX; f++) {
		const struct ij_points_func *func = &points.funcs.items[f];

		if (found_in(&before, check, f))
			continue;
		for (uint32_t i = 1; i < func->len; i++) {
			struct ij_point *point = &points.points.items[func->first + i];
			uint32_t end = i + 1 < func->len ? point[1].pc : func->start + func->size;
			struct ij_insn insn;
			uint8_t code[20] = {0};

			/* From five bytes before it on: what may be a call. */
			ij_error_free(
				ij_object_read(obj, points.base + point->pc - 5, code,
					       5 + (end - point->pc < 15 ? end - point->pc : 15)));
			if (!ij_insn_decode(code + 5, 15, 0, &insn) ||
			    !plant(what, &points, point, end, &insn,
				   is_returned_to(&points, point->pc, code)))
				continue;
			planted[len++] = f;
			break;
		}
	}
	assert_null(ij_verify(obj, &points, &found));
	for (unsigned i = 0; i < len; i++) {
		if (found_in(&found, check, planted[i]))
			continue;
		print_error(
			"not found in the function at 0x%llx\n",
			(unsigned long long)(points.base + points.funcs.items[planted[i]].start));
		missed++;
	}
	if (len < least || missed)
		fail_msg("%s: %s: planted %u times, missed %u times", source, plants[what].name,
			 len, missed);
	ij_verify_deinit(&before);
	ij_verify_deinit(&found);
	ij_points_deinit(&points);
}

static void faults_of_each_source_are_found(void **state)
{
	static const struct {
		const char *source, *path;
		unsigned least[PLANTS]; /* 0: it has no such maps */
	} rows[] = {
#ifndef __SANITIZE_ADDRESS__
		/* Instrumented code calls reports that do not return, which nobody tells us. */
		{"native", "/proc/self/exe", {20, 20, 20, 0}},
#endif
#ifdef GO_PROGRAM
		{"go", GO_PROGRAM, {20, 20, 0, 20}},
#endif
		{"llvm", LLVM_FIXED, {1, 0, 0, 1}},
		{"ocaml", OCAML_FIXED, {1, 0, 0, 1}},
	};

	(void)state;
	for (size_t i = 0; i < IJ_COUNT(rows); i++) {
		int fd = open(rows[i].path, O_RDONLY | O_CLOEXEC);
		struct ij_object *obj;

		assert_true(fd >= 0);
		assert_null(ij_object_open_fd(fd, rows[i].path, &obj));
		for (unsigned what = 0; what < PLANTS; what++)
			if (rows[i].least[what])
				plant_all(obj, rows[i].source, what, rows[i].least[what]);
		ij_object_close(obj);
		close(fd);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(right_maps_pass),
		cmocka_unit_test(planted_faults_are_found),
		cmocka_unit_test(flipped_live_bits_are_found),
		cmocka_unit_test(dead_labels_are_findings),
		cmocka_unit_test(faults_of_each_source_are_found),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
