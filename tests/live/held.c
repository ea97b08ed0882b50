/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A victim that is held. */
#include "held.h"

#include <string.h>

static struct held fixture;

void good(struct ij_error *err)
{
	if (err)
		fail_msg("%s", ij_error_message(err));
}

void held_end(struct held *f)
{
	ij_stop_release(f->stop);
	f->stop = NULL;
	ij_session_destroy(f->session);
	f->session = NULL;
}

/* Also when an assertion jumped. */
int held_teardown(void **state)
{
	held_end(&fixture);
	return harness_teardown(state);
}

struct ij_session *held_attach(pid_t pid)
{
	struct ij_session_options options;
	struct ij_session *session;

	ij_session_options_init(&options, sizeof(options));
	options.tracer_path = IJ_TRACER_PATH;
	options.patient = true;
	good(ij_session_attach(pid, &options, &session));
	return session;
}

struct held *held_begin(const char *name, const char *arg, const char *more)
{
	struct held *f = &fixture;

	memset(f, 0, sizeof(*f));
	victim_start(&f->vic, name, arg, more, NULL);
	snapshot_take(&f->snap, f->vic.pid, f->vic.pid);
	f->session = held_attach(f->vic.pid);
	return f;
}

struct held *held_begin_stopped(const char *name, const char *arg, const char *more)
{
	struct held *f = held_begin(name, arg, more);

	good(ij_session_hold(f->session, 0, &f->stop));
	return f;
}

/* Let go, and see that the victim goes on as it was. */
void held_finish(struct held *f)
{
	held_end(f);
	assert_true(victim_progress(&f->vic, 3));
	snapshot_check(&f->snap, f->vic.pid, f->vic.pid, SNAPSHOT_HEAP);
	snapshot_check_code(f->vic.pid);
	snapshot_free(&f->snap);
	victim_finish(&f->vic, WAKE_NONE);
}

uint64_t held_reg(struct held *f, unsigned level, const char *name)
{
	struct ij_register value;
	uint64_t word;
	size_t idx;

	good(ij_stop_register_find(name, &idx));
	good(ij_stop_register(f->stop, level, idx, &value));
	assert_true(value.known);
	assert_string_equal(value.name, name);
	memcpy(&word, value.bytes, sizeof(word));
	return word;
}

void held_reg_set(struct held *f, const char *name, uint64_t word)
{
	size_t idx;

	good(ij_stop_register_find(name, &idx));
	good(ij_stop_register_set(f->stop, idx, &word, sizeof(word)));
}

uint64_t held_place(struct held *f, const char *text)
{
	uint64_t addr;

	good(ij_stop_locate(f->stop, text, &addr));
	return addr;
}

/* Go on until @addr, and be there. */
void held_run_to(struct held *f, const struct ij_stop_breakpoint *bp)
{
	struct ij_stop_options options;
	struct ij_stop_report what;

	ij_stop_options_init(&options, sizeof(options));
	options.breakpoints = bp;
	options.breakpoints_len = 1;
	good(ij_stop_continue(f->stop, &options, &what));
	assert_int_equal(what.event, IJ_STOP_BREAKPOINT);
	assert_int_equal(what.tid, ij_stop_thread(f->stop));
	assert_int_equal(held_reg(f, 0, "rip"), bp->addr);
}

void held_run_to_tick(struct held *f)
{
	const struct ij_stop_breakpoint bp = {.addr = held_place(f, "held_tick")};

	held_run_to(f, &bp);
}
