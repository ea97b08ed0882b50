/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Held stops: what is seen in them is what the target sees, and what goes on goes on from there. */
#include "held.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* All threads stand, and what is read of them is what they are. */
static void looks(void **state)
{
	static const char *const wanted[] = {"held_tick", "held_middle", "held_outer", "main"};
	struct held *f = held_begin_stopped("held", "spin", "3");
	const struct ij_stop_thread *threads;
	struct ij_stop_frame frame;
	uint64_t rounds = atomic_load(&f->vic.page->rounds), word;
	size_t len;

	(void)state;
	assert_int_equal(ij_stop_what(f->stop)->event, IJ_STOP_ASKED);
	threads = ij_stop_threads(f->stop, &len);
	assert_int_equal(len, 4);
	for (size_t i = 0; i < len; i++) {
		assert_true(threads[i].stopped);
		assert_string_equal(threads[i].comm, "victim_held");
		assert_int_equal(proc_state(f->vic.pid, threads[i].tid), 't');
	}
	assert_int_equal(ij_stop_thread(f->stop), f->vic.pid);
	assert_int_equal(held_reg(f, 0, "rip"), threads[0].pc);
	assert_int_equal(atomic_load(&f->vic.page->rounds), rounds);
	good(ij_stop_select(f->stop, threads[2].tid));
	good(ij_stop_frame(f->stop, 0, &frame));
	if (strcmp(frame.function, "victim_stopping") == 0)
		good(ij_stop_frame(f->stop, 1, &frame));
	assert_string_equal(frame.function, "count");
	assert_string_equal(frame.module, "victim_held");
	held_run_to_tick(f);
	for (unsigned i = 0; i < 4; i++) {
		good(ij_stop_frame(f->stop, i, &frame));
		assert_string_equal(frame.function, wanted[i]);
		assert_int_equal(frame.exact, i == 0);
		assert_true(!frame.guessed && !frame.signal);
	}
	assert_int_equal(held_reg(f, 1, "rsp"), held_reg(f, 0, "rsp") + 8);
	good(ij_stop_read(f->stop, held_reg(f, 0, "rsp"), &word, sizeof(word)));
	assert_int_equal(held_reg(f, 1, "rip"), word);
	held_finish(f);
}

/* Each number passes the breakpoint once; what a register is set to is what the function gets. */
static void breakpoints(void **state)
{
	struct held *f = held_begin_stopped("held", "spin", "2");
	struct ij_stop_frame frame;
	uint64_t number;

	(void)state;
	held_run_to_tick(f);
	number = held_reg(f, 0, "rdi");
	for (unsigned i = 1; i < 20; i++) {
		held_run_to_tick(f);
		assert_int_equal(held_reg(f, 0, "rdi"), number + i);
	}
	held_reg_set(f, "rsi", 4711);
	good(ij_stop_frame(f->stop, 0, &frame));
	const struct ij_stop_breakpoint back = {
		.addr = held_reg(f, 1, "rip"), .tid = ij_stop_thread(f->stop), .sp_min = frame.cfa};
	held_run_to(f, &back);
	assert_int_equal(held_reg(f, 0, "rax"), number + 20);
	assert_int_equal(atomic_load(&f->vic.page->called_in), 4711);
	held_finish(f);
}

/* Memory is written and read; who writes to it is met behind the instruction that does. */
static void data(void **state)
{
	struct held *f = held_begin_stopped("held", "spin", NULL);
	struct ij_stop_options options;
	struct ij_stop_report what;
	uint64_t word = 99, slot;
	struct ij_error *err;

	(void)state;
	err = ij_stop_write(f->stop, held_place(f, "held_tick"), &word, sizeof(word));
	assert_int_equal(ij_error_code_of(err), IJ_ERR_FAULT);
	ij_error_free(err);
	held_run_to_tick(f);
	/* Where the return address is, which the next call writes again. */
	slot = held_reg(f, 0, "rsp");
	good(ij_stop_write(f->stop, slot - 512, &word, sizeof(word)));
	word = 0;
	good(ij_stop_read(f->stop, slot - 512, &word, sizeof(word)));
	assert_int_equal(word, 99);
	const struct ij_stop_breakpoint bp = {
		.addr = slot, .on = IJ_BREAKPOINT_ON_WRITE, .size = 8};
	ij_stop_options_init(&options, sizeof(options));
	options.breakpoints = &bp;
	options.breakpoints_len = 1;
	good(ij_stop_continue(f->stop, &options, &what));
	assert_int_equal(what.event, IJ_STOP_BREAKPOINT);
	assert_true(held_reg(f, 0, "rsp") <= slot);
	held_finish(f);
}

/* Instruction by instruction, each where the one before leads. */
static void steps(void **state)
{
	struct held *f = held_begin_stopped("held", "spin", "2");
	uint64_t rounds = atomic_load(&f->vic.page->rounds);
	unsigned ticks = 0, made = 0;

	(void)state;
	held_run_to_tick(f);
	for (; ticks < 2 && made < 500; made++) {
		uint64_t pc = held_reg(f, 0, "rip"), sp = held_reg(f, 0, "rsp"), word;
		struct ij_stop_report what;
		char text[96];
		unsigned size;

		good(ij_stop_disassemble(f->stop, pc, text, sizeof(text), &size));
		good(ij_stop_read(f->stop, sp, &word, sizeof(word)));
		good(ij_stop_step(f->stop, NULL, &what));
		assert_int_equal(what.event, IJ_STOP_STEPPED);
		if (!strncmp(text, "ret", 3))
			assert_int_equal(held_reg(f, 0, "rip"), word);
		else if (text[0] != 'j' && strncmp(text, "call", 4) != 0)
			assert_int_equal(held_reg(f, 0, "rip"), pc + size);
		ticks += held_reg(f, 0, "rip") == held_place(f, "held_tick");
	}
	assert_int_equal(ticks, 2);
	assert_true(atomic_load(&f->vic.page->rounds) > rounds);
	held_finish(f);
}

static void send_signal(const struct held *f, int signo)
{
	assert_int_equal(syscall(SYS_tgkill, f->vic.pid, f->vic.pid, signo), 0);
}

/* A signal is told of, then delivered, kept for the end, or withheld: as asked, and never lost. */
static void signals(void **state)
{
	struct held *f = held_begin_stopped("held", "spin", "1");
	const struct ij_stop_breakpoint bp = {.addr = held_place(f, "held_tick")};
	struct ij_stop_options options;
	struct ij_stop_report what;

	(void)state;
	send_signal(f, SIGUSR1);
	good(ij_stop_continue(f->stop, NULL, &what));
	assert_int_equal(what.event, IJ_STOP_SIGNAL);
	assert_int_equal(what.signo, SIGUSR1);
	assert_int_equal(what.sender, getpid());
	assert_int_equal(atomic_load(&f->vic.page->received), 0);
	/* Delivered: by a step to the first instruction of its handler. */
	good(ij_stop_step(f->stop, NULL, &what));
	assert_int_equal(what.event, IJ_STOP_STEPPED);
	assert_int_equal(held_reg(f, 0, "rip"), held_place(f, "on_signal"));
	assert_int_equal(held_reg(f, 0, "rdi"), SIGUSR1);
	held_run_to_tick(f);
	assert_int_equal(atomic_load(&f->vic.page->received), 1);
	/* Withheld. */
	send_signal(f, SIGUSR1);
	good(ij_stop_continue(f->stop, NULL, &what));
	assert_int_equal(what.event, IJ_STOP_SIGNAL);
	ij_stop_options_init(&options, sizeof(options));
	options.breakpoints = &bp;
	options.breakpoints_len = 1;
	options.signo = 0;
	good(ij_stop_continue(f->stop, &options, &what));
	assert_int_equal(what.event, IJ_STOP_BREAKPOINT);
	assert_int_equal(atomic_load(&f->vic.page->received), 1);
	/* Passed without a word. */
	send_signal(f, SIGUSR1);
	options.signo = IJ_STOP_SIGNAL_OWN;
	options.pass = 1ull << (SIGUSR1 - 1);
	good(ij_stop_continue(f->stop, &options, &what));
	assert_int_equal(what.event, IJ_STOP_BREAKPOINT);
	assert_int_equal(atomic_load(&f->vic.page->received), 2);
	/* Kept, and delivered when it is let go. */
	send_signal(f, SIGUSR2);
	good(ij_stop_continue(f->stop, NULL, &what));
	assert_int_equal(what.event, IJ_STOP_SIGNAL);
	assert_int_equal(what.signo, SIGUSR2);
	held_end(f);
	assert_true(victim_progress(&f->vic, 3));
	assert_int_equal(atomic_load(&f->vic.page->ticks), 1);
	snapshot_check(&f->snap, f->vic.pid, f->vic.pid, SNAPSHOT_HEAP);
	snapshot_free(&f->snap);
	victim_finish(&f->vic, WAKE_NONE);
}

/* Threads that are created while it goes on meet the breakpoint too. */
static void newborn(void **state)
{
	struct held *f = held_begin_stopped("held", "spawn", NULL);
	const struct ij_stop_breakpoint bp = {.addr = held_place(f, "held_born")};
	pid_t last = 0;

	(void)state;
	for (unsigned i = 0; i < 10; i++) {
		held_run_to(f, &bp);
		assert_int_not_equal(ij_stop_thread(f->stop), f->vic.pid);
		assert_int_not_equal(ij_stop_thread(f->stop), last);
		last = ij_stop_thread(f->stop);
	}
	held_end(f);
	assert_true(victim_progress(&f->vic, 3));
	snapshot_check_code(f->vic.pid);
	snapshot_free(&f->snap);
	victim_finish(&f->vic, WAKE_NONE);
}

/* A sleep is slept to its end, whoever looked meanwhile. */
static void sleeps(void **state)
{
	struct held *f = held_begin("held", "sleep", NULL);

	(void)state;
	for (unsigned i = 0; i < 10; i++) {
		struct ij_stop_options options;
		struct ij_stop_report what;

		good(ij_session_hold(f->session, 0, &f->stop));
		ij_stop_options_init(&options, sizeof(options));
		options.timeout_ns = 1000000;
		good(ij_stop_continue(f->stop, &options, &what));
		assert_int_equal(what.event, IJ_STOP_LATE);
		ij_stop_release(f->stop);
		f->stop = NULL;
	}
	held_finish(f);
}

static void *cancel_soon(void *arg)
{
	const struct held *f = arg;

	while (proc_state(f->vic.pid, f->vic.pid) == 't')
		sched_yield();
	ij_session_cancel(f->session);
	return NULL;
}

/* Somebody who waits for what does not come gives it up, and still holds the target. */
static void cancelled(void **state)
{
	struct held *f = held_begin_stopped("held", "spin", "1");
	struct ij_stop_report what;
	pthread_t thread;

	(void)state;
	assert_int_equal(pthread_create(&thread, NULL, cancel_soon, f), 0);
	good(ij_stop_continue(f->stop, NULL, &what));
	pthread_join(thread, NULL);
	assert_int_equal(what.event, IJ_STOP_CANCELLED);
	assert_int_equal(proc_state(f->vic.pid, f->vic.pid), 't');
	held_run_to_tick(f);
	held_finish(f);
}

/* It ends, or becomes another program: that is told, and nothing is held any more. */
static void ends(void **state)
{
	const char *mode = *state;
	struct held *f = held_begin_stopped("held", mode, "2");
	struct ij_stop_options options;
	struct ij_stop_report what;
	struct ij_error *err;

	ij_stop_options_init(&options, sizeof(options));
	options.pass = 1ull << (SIGUSR1 - 1);
	send_signal(f, SIGUSR1);
	good(ij_stop_continue(f->stop, &options, &what));
	assert_false(ij_stop_held(f->stop));
	if (!strcmp(mode, "exit")) {
		assert_int_equal(what.event, IJ_STOP_EXITED);
		assert_int_equal(what.exit_status, 7 << 8);
	} else {
		assert_int_equal(what.event, IJ_STOP_EXECUTED);
	}
	err = ij_stop_continue(f->stop, NULL, &what);
	assert_int_equal(ij_error_code_of(err), IJ_ERR_GONE);
	ij_error_free(err);
	held_end(f);
	assert_int_equal(victim_wait(&f->vic), strcmp(mode, "exit") ? 0 : 7 << 8);
	victim_kill(&f->vic);
	snapshot_free(&f->snap);
}

/* One thread alone: the others run on. */
static void one_thread(void **state)
{
	struct held *f = held_begin("held", "spin", "2");

	(void)state;
	good(ij_session_hold(f->session, f->vic.pid, &f->stop));
	held_run_to_tick(f);
	for (unsigned i = 0; i < 3; i++)
		held_run_to_tick(f);
	held_finish(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HELD_TEST(looks),
		HELD_TEST(breakpoints),
		HELD_TEST(data),
		HELD_TEST(steps),
		HELD_TEST(signals),
		HELD_TEST(newborn),
		HELD_TEST(sleeps),
		HELD_TEST(cancelled),
		HELD_ROW("exits", ends, "exit"),
		HELD_ROW("executes", ends, "exec"),
		HELD_TEST(one_thread),
	};

	harness_exit_without_breakpoints();
	if (getenv("IJ_FILTER"))
		cmocka_set_test_filter(getenv("IJ_FILTER"));
	return cmocka_run_group_tests_name("hold", tests, NULL, NULL);
}
