/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Marks and liveness against the truth: the programs made of marks_program.c, as built by each
 * compiler at each level, are stepped through instruction by instruction. What the map says is
 * compared with what the program itself counts; registers and stack slots that are called dead are
 * overwritten.
 */
#include "stepped.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "maps/live.h"
#include "maps/points_source.h"

/* Throwing exceptions takes most of them. */
#define STEPS_MAX 4000000

struct tally {
	unsigned compared, inside, wrong, calls;
	unsigned missed, extra; /* by the map of the stripped program */
};

static unsigned wrong_total;

static void compare(const struct stepped *prog, const struct stepped *stripped, struct tally *tally,
		    uint64_t pc, uint64_t at)
{
	uint64_t off = stepped_offset(prog, at);
	bool marked = ij_map_mark_find(&prog->map, off) != NULL;
	bool marked_stripped = ij_map_mark_find(&stripped->map, off) != NULL;
	bool inside = (uint32_t)stepped_symbol(prog, "shadow", 0) != 0;

	tally->missed += inside && !marked_stripped;
	tally->extra += !inside && marked_stripped;
	tally->compared++;
	tally->inside += inside;
	if (marked == inside)
		return;
	tally->wrong++;
	if (inside)
		print_error("%s: %#llx: the program says inside\n", prog->name,
			    (unsigned long long)(pc - prog->bias));
}

/* Let it end, which it must do with status 0. */
static void finish(struct stepped *prog)
{
	int status;

	assert_int_equal(ptrace(PTRACE_CONT, prog->pid, NULL, NULL), 0);
	assert_int_equal(waitpid(prog->pid, &status, 0), prog->pid);
	prog->pid = 0;
	assert_int_equal(status, 0);
}

/* At every instruction of a t_ function, and at the first of what one calls. */
static void step_marks(const char *path)
{
	struct tally tally = {0};
	struct stepped prog, stripped;
	uint64_t last = 0;
	unsigned steps = 0;
	char other[512];

	stepped_open(&prog, path);
	snprintf(other, sizeof(other), "%.*s/marks_stripped-%s", (int)(strrchr(path, '/') - path),
		 path, strchr(prog.name, '-') + 1);
	stepped_open_file(&stripped, other);
	do {
		struct user_regs_struct regs;

		stepped_regs(&prog, &regs);
		if (stepped_is_compared(&prog, regs.rip)) {
			compare(&prog, &stripped, &tally, regs.rip, regs.rip);
			last = regs.rip;
		} else if (last) {
			uint64_t ret = stepped_word(&prog, regs.rsp);

			if (ret - last <= 8 && stepped_is_compared(&prog, ret - 1)) {
				compare(&prog, &stripped, &tally, ret, ret - 1);
				tally.calls++;
			}
			last = 0;
		}
		assert_true(++steps < STEPS_MAX);
	} while (stepped_next(&prog));
	finish(&prog);
	print_message(
		"%s: %u compared, %u of them inside, %u calls, %u marks; %u wrong; stripped: %u "
		"missed, %u too many\n",
		prog.name, tally.compared, tally.inside, tally.calls, prog.map.header->marks_len,
		tally.wrong, tally.missed, tally.extra);
	assert_true(tally.inside > 50 && tally.compared - tally.inside > 50);
	assert_true(tally.calls > 5);
	/*
	 * What is marked too much is paid by waiting. Without names that may be; and of landing
	 * pads it is not known to which call they belong.
	 */
	wrong_total += tally.missed + (strstr(prog.name, "-cxx_") ? 0 : tally.wrong);
	stepped_close(&prog);
	stepped_close(&stripped);
}

static void test_marks(void **state)
{
	(void)state;
	assert_true(stepped_each(step_marks) > 0);
	assert_int_equal(wrong_total, 0);
}

/* Registers of struct user_regs_struct by DWARF number. */
static unsigned long long *reg_of(struct user_regs_struct *regs, unsigned dwarf)
{
	unsigned long long *const by_number[] = {&regs->rax, &regs->rdx, &regs->rcx, &regs->rbx,
						 &regs->rsi, &regs->rdi, &regs->rbp, &regs->rsp,
						 &regs->r8,  &regs->r9,  &regs->r10, &regs->r11,
						 &regs->r12, &regs->r13, &regs->r14, &regs->r15};

	return by_number[dwarf];
}

/* Overwrite what is dead; returns how many registers. */
static unsigned spoil(const struct stepped *prog, struct user_regs_struct *regs, ij_graph_regs live)
{
	unsigned count = 0;

	for (unsigned i = 0; i < 16; i++) {
		if (live >> i & 1)
			continue;
		*reg_of(regs, i) = 0xdead000000000000ull + i;
		count++;
	}
	if (!(live >> IJ_INSN_FLAGS_BIT & 1)) {
		regs->eflags ^= 0x8d5; /* CF, PF, AF, ZF, SF, OF */
		count++;
	}
	assert_int_equal(ptrace(PTRACE_SETREGS, prog->pid, NULL, regs), 0);
	return count;
}

static void words_get(const struct stepped *prog, uint64_t *words)
{
	for (unsigned i = 0; i < 32; i++)
		words[i] = stepped_symbol(prog, "data", i * 8);
}

/* Run it, overwriting at every instruction; what it has computed goes to @words. */
static unsigned run_spoiled(const char *path, uint64_t *words)
{
	struct stepped prog;
	struct ij_graph_funcs funcs;
	ij_graph_regs *known;
	unsigned spoiled = 0, steps = 0;

	stepped_open(&prog, path);
	funcs = (struct ij_graph_funcs){.items = prog.map.funcs,
					.len = prog.map.header->funcs_len,
					.rows = prog.map.rows,
					.rules = prog.map.rules};
	/* By module offset; 0: not computed, for nothing is dead everywhere. */
	known = calloc(prog.map.header->span, sizeof(*known));
	assert_non_null(known);
	do {
		struct user_regs_struct regs;
		uint64_t off;

		stepped_regs(&prog, &regs);
		if (stepped_is_compared(&prog, regs.rip)) {
			off = stepped_offset(&prog, regs.rip);
			if (!known[off])
				assert_null(ij_live_at(prog.obj, &funcs, off, &known[off]));
			spoiled += spoil(&prog, &regs, known[off]);
		}
		assert_true(++steps < STEPS_MAX);
	} while (stepped_next(&prog));
	words_get(&prog, words);
	finish(&prog);
	free(known);
	stepped_close(&prog);
	return spoiled;
}

/* Overwrite the dead slots of the frame and the red zone below it; returns how many. */
static unsigned spoil_slots(const struct stepped *prog, const struct ij_points *points,
			    const struct user_regs_struct *regs)
{
	uint64_t off = stepped_offset(prog, regs->rip);
	const struct ij_points_func *func = ij_points_func(points, off);
	const struct ij_point *point = func ? ij_points_at(points, func, off) : NULL;
	unsigned count = 0;
	uint64_t cfa;

	if (!point || point->unknown & (IJ_POINTS_SLOTS | IJ_POINTS_FRAME))
		return 0;
	cfa = regs->rsp + (uint64_t)(int64_t)point->frame + 8;
	assert_int_equal(cfa % 8, 0);
	for (int64_t slot = -(point->frame / 8) - 1 - 16; slot < 0; slot++) {
		if (ij_slot_sets_has(&points->sets, point->slots_live, slot))
			continue;
		assert_int_equal(ptrace(PTRACE_POKEDATA, prog->pid, cfa + (uint64_t)slot * 8,
					0xdead510000000000ull + (uint64_t)(slot & 0xfff)),
				 0);
		count++;
	}
	return count;
}

static unsigned run_spoiled_slots(const char *path, uint64_t *words)
{
	unsigned spoiled = 0, steps = 0;
	struct ij_points points;
	struct stepped prog;

	stepped_open(&prog, path);
	assert_null(ij_points_read(prog.obj, "native", &points));
	do {
		struct user_regs_struct regs;

		stepped_regs(&prog, &regs);
		spoiled += spoil_slots(&prog, &points, &regs);
		assert_true(++steps < STEPS_MAX);
	} while (stepped_next(&prog));
	words_get(&prog, words);
	finish(&prog);
	ij_points_deinit(&points);
	stepped_close(&prog);
	return spoiled;
}

static void step_spoiled(const char *path, unsigned (*run)(const char *path, uint64_t *words),
			 const char *what)
{
	uint64_t plain[32], spoiled[32];
	struct stepped prog;
	unsigned count;

	stepped_open(&prog, path);
	stepped_rest(&prog);
	words_get(&prog, plain);
	finish(&prog);
	stepped_close(&prog);
	count = run(path, spoiled);
	print_message("%s: %u dead %s overwritten\n", strrchr(path, '/') + 1, count, what);
	assert_memory_equal(plain, spoiled, sizeof(plain));
	assert_true(count > 100);
}

static void step_live(const char *path)
{
	step_spoiled(path, run_spoiled, "registers");
}

static void step_slots(const char *path)
{
	step_spoiled(path, run_spoiled_slots, "slots");
}

static void test_live(void **state)
{
	(void)state;
	assert_true(stepped_each(step_live) > 0);
}

static void test_slots(void **state)
{
	(void)state;
	assert_true(stepped_each(step_slots) > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_marks),
		cmocka_unit_test(test_live),
		cmocka_unit_test(test_slots),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
