/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Predictions, and the walkers that live by them, against what a real program then does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "inject/attempt.h"
#include "inject/predict.h"
#include "inject/walkers/restart.h"
#include "stepped.h"

#define STATUS 0x8d5ull

/* A return out of the function that it stands in is all that is known of the conflict. */
static void conflict_here(struct stepped *s)
{
	s->stop.conflict = (struct ij_conflict){.module = &s->module};
	s->stop.frames_len = 0;
}

static void assert_same(const struct ij_regs *a, const struct ij_regs *b)
{
	uint64_t x[17], y[17];

	ij_regs_to_dwarf(a, x);
	ij_regs_to_dwarf(b, y);
	for (unsigned i = 0; i < 17; i++)
		if (x[i] != y[i])
			fail_msg("register %u is %#llx, not %#llx", i, (unsigned long long)x[i],
				 (unsigned long long)y[i]);
}

static void a_prediction_comes_true(void **state)
{
	static struct stepped s;
	unsigned arrived = 0, refused = 0, other = 0;
	uint64_t steps = 0, ns = 0;

	(void)state;
	stepped_start(&s);
	for (unsigned i = 0; i < 300; i++) {
		struct ij_prediction prediction;
		uint64_t start;

		stepped_stop(&s);
		conflict_here(&s);
		start = ij_now_ns();
		if (ij_predict(&s.walk, 300, &prediction)) {
			ns += ij_now_ns() - start;
			steps += prediction.steps;
			for (unsigned n = 0; n < prediction.steps; n++)
				stepped_step(&s);
			assert_same(&prediction.regs, &s.stop.regs);
			arrived++;
		} else {
			refused += prediction.end == IJ_PREDICT_REFUSED;
			other += prediction.end != IJ_PREDICT_REFUSED;
		}
		stepped_let_go(&s);
	}
	stepped_end(&s);
	print_message("%u came true (%llu instructions, %llu ns each), %u refused, %u too long\n",
		      arrived, (unsigned long long)steps,
		      (unsigned long long)(steps ? ns / steps : 0), refused, other);
	assert_true(arrived > 30);
}

/* The walker does in one register write what the program does by itself. */
static void what_is_committed_is_what_happens(void **state)
{
	static struct stepped s;
	unsigned fits = 0, stops = 0;

	(void)state;
	stepped_start(&s);
	for (; stops < 2000 && fits < 40; stops++) {
		struct ij_prediction prediction;
		struct ij_regs before;
		enum ij_walk_end end;

		stepped_stop(&s);
		conflict_here(&s);
		if (!ij_predict(&s.walk, 100, &prediction)) {
			stepped_let_go(&s);
			continue;
		}
		/* What the unwinder would have found. */
		s.stop.frames[1] = ij_regs_pc(&prediction.regs);
		s.stop.frames_len = 2;
		if (ij_walker_simulate.fit(&s.walk) == IJ_NEVER) {
			stepped_let_go(&s);
			continue;
		}
		before = s.stop.regs;
		assert_null(ij_walker_simulate.go(&s.walk, &end));
		assert_int_equal(end, IJ_WALK_MOVED);
		assert_int_equal(s.walk.steps, prediction.steps);
		assert_same(&s.stop.regs, &prediction.regs);
		assert_int_equal(prediction.locks, 0);
		/* Every other time go back, and let the processor do it. */
		if (fits++ % 2) {
			assert_null(ij_thread_regs_set(&s.thread, &before));
			for (unsigned n = 0; n < prediction.steps; n++)
				stepped_step(&s);
			assert_same(&s.stop.regs, &prediction.regs);
		}
		stepped_let_go(&s);
	}
	stepped_end(&s);
	print_message("%u of %u stops\n", fits, stops);
	assert_true(fits >= 40);
}

/* Has the instruction just stepped been a call? Then `before` is the state before it. */
static bool was_call(struct stepped *s, const struct ij_regs *before)
{
	ij_addr sp = ij_regs_sp(&s->stop.regs);
	uint64_t back;

	if (sp != ij_regs_sp(before) - 8)
		return false;
	back = stepped_word(s, sp);
	return back - ij_regs_pc(before) <= 6 && back - ij_regs_pc(before) >= 5 &&
	       ij_regs_pc(&s->stop.regs) != back;
}

/* From each instruction of a prologue back to before the call. */
static unsigned undo_from_here(struct stepped *s, const struct ij_regs *before)
{
	ij_addr cfa = ij_regs_sp(&s->stop.regs) + 8;
	uint64_t back = stepped_word(s, cfa - 8);
	unsigned undone = 0;

	for (unsigned n = 0; n < 12; n++) {
		struct ij_regs found, here = s->stop.regs;
		uint32_t steps;

		s->stop.conflict =
			(struct ij_conflict){.module = &s->module, .cfa = cfa, .return_addr = back};
		if (ij_restart_call(&s->walk, &found, &steps)) {
			ij_regs_set_dwarf(&found, 11, before->gp.r11);
			assert_same(&found, before);
			undone++;
			if (undone == 3) {
				enum ij_walk_end end;

				assert_null(ij_walker_restart.go(&s->walk, &end));
				assert_int_equal(end, IJ_WALK_MOVED);
				assert_int_equal(ij_regs_pc(&s->stop.regs), ij_regs_pc(before));
				return undone;
			}
		}
		assert_memory_equal(&here, &s->stop.regs, sizeof(here));
		stepped_step(s);
		if (ij_regs_sp(&s->stop.regs) >= cfa)
			break;
	}
	return undone;
}

static void a_call_is_undone(void **state)
{
	static struct stepped s;
	unsigned undone = 0, calls = 0, gone_back = 0;

	(void)state;
	stepped_start(&s);
	for (unsigned i = 0; i < 40; i++) {
		stepped_stop(&s);
		for (unsigned n = 0; n < 200; n++) {
			struct ij_regs before = s.stop.regs;
			unsigned here;

			stepped_step(&s);
			if (!was_call(&s, &before))
				continue;
			calls++;
			here = undo_from_here(&s, &before);
			undone += here;
			gone_back += here == 3;
		}
		stepped_let_go(&s);
	}
	stepped_end(&s);
	print_message("%u calls: undone from %u places, %u for real\n", calls, undone, gone_back);
	assert_true(undone > calls && gone_back > 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_prediction_comes_true),
		cmocka_unit_test(what_is_committed_is_what_happens),
		cmocka_unit_test(a_call_is_undone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
