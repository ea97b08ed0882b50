/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A victim that is held, for the tests of held stops. */
#ifndef IJ_TESTS_HELD_H
#define IJ_TESTS_HELD_H

#include "harness.h"
#include "interject/stop.h"

struct held {
	struct victim vic;
	struct snapshot snap;
	struct ij_session *session;
	struct ij_stop *stop;
};

/** Fail the test with the message of @err, if it is one. */
void good(struct ij_error *err);

/** A patient session on @pid. */
struct ij_session *held_attach(pid_t pid);
/** Start victim_@name with two arguments at most, and attach. */
struct held *held_begin(const char *name, const char *arg, const char *more);
/** The same, and hold all of it. */
struct held *held_begin_stopped(const char *name, const char *arg, const char *more);
/** Let go, and end the session. */
void held_end(struct held *f);
/** The same, and see that the victim goes on as it was. */
void held_finish(struct held *f);

/** A register of frame @level, which must be known. */
uint64_t held_reg(struct held *f, unsigned level, const char *name);
void held_reg_set(struct held *f, const char *name, uint64_t word);
uint64_t held_place(struct held *f, const char *text);
/** Go on until @bp, and be there. */
void held_run_to(struct held *f, const struct ij_stop_breakpoint *bp);
void held_run_to_tick(struct held *f);

/** Of a test that holds a victim: ends it also when an assertion jumped. */
int held_teardown(void **state);

#define HELD_TEST(fn) cmocka_unit_test_setup_teardown(fn, harness_setup, held_teardown)
#define HELD_ROW(label, fn, row)                                                      \
	{                                                                             \
		(label), (fn), harness_setup, held_teardown, (void *)(uintptr_t)(row) \
	}

#endif
