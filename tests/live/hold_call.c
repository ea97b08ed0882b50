/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Calls and walks at held stops: judged there, never moved, and the stop is as before. */
#include "held.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* What a call is asked to be at the stop. */
static struct ij_result *eval(struct held *f, const char *text)
{
	return ij_session_eval(f->session, text, NULL);
}

static void expect_int(struct held *f, const char *text, int64_t value)
{
	struct ij_result *result = eval(f, text);

	if (ij_result_error(result))
		fail_msg("%s: %s", text, ij_error_message(ij_result_error(result)));
	assert_int_equal(ij_result_int(result), value);
	assert_int_equal(ij_result_tid(result), ij_stop_thread(f->stop));
	ij_result_free(result);
}

static void expect_unsafe(struct held *f, const char *text, const char *part)
{
	struct ij_result *result = eval(f, text);
	const struct ij_error *err = ij_result_error(result);

	assert_int_equal(ij_error_code_of(err), IJ_ERR_UNSAFE);
	assert_int_equal(ij_error_touch(err), IJ_TOUCH_UNTOUCHED);
	if (!strstr(ij_error_message(err), part))
		fail_msg("no \"%s\" in: %s", part, ij_error_message(err));
	ij_result_free(result);
}

static void send_signal(const struct held *f, int signo)
{
	assert_int_equal(syscall(SYS_tgkill, f->vic.pid, f->vic.pid, signo), 0);
}

enum { REGISTERS = 17 };

static void read_all(struct held *f, uint64_t values[REGISTERS])
{
	static const char *const names[REGISTERS] = {"rax", "rbx", "rcx", "rdx", "rsi", "rdi",
						     "rbp", "rsp", "r8",  "r9",  "r10", "r11",
						     "r12", "r13", "r14", "r15", "rip"};

	for (unsigned i = 0; i < REGISTERS; i++)
		values[i] = held_reg(f, 0, names[i]);
}

/* Several in one stop, each as if the others had not been. */
static void leaves_no_trace(void **state)
{
	struct held *f = held_begin_stopped("held", "spin", "2");
	uint64_t before[REGISTERS], after[REGISTERS], number;

	(void)state;
	held_run_to_tick(f);
	number = held_reg(f, 0, "rdi");
	read_all(f, before);
	for (unsigned i = 0; i < 3; i++) {
		expect_int(f, "getpid()", f->vic.pid);
		expect_int(f, "strlen(\"abc\")", 3);
		read_all(f, after);
		assert_memory_equal(before, after, sizeof(before));
		assert_int_equal(proc_state(f->vic.pid, f->vic.pid), 't');
	}
	held_run_to_tick(f);
	assert_int_equal(held_reg(f, 0, "rdi"), number + 1);
	good(ij_session_close(f->session, NULL));
	held_finish(f);
}

/* A signal that the thread is about to receive waits until the call is over. */
static void signal_waits(void **state)
{
	struct held *f = held_begin_stopped("held", "spin", "1");
	const struct ij_stop_breakpoint bp = {.addr = held_place(f, "held_tick")};
	struct ij_stop_options options;
	struct ij_stop_report what;
	const struct ij_stop_thread *threads;
	size_t len;

	(void)state;
	ij_stop_options_init(&options, sizeof(options));
	options.breakpoints = &bp;
	options.breakpoints_len = 1;
	for (uint64_t round = 1; round <= 5; round++) {
		send_signal(f, SIGUSR1);
		good(ij_stop_continue(f->stop, NULL, &what));
		assert_int_equal(what.event, IJ_STOP_SIGNAL);
		expect_int(f, "getpid()", f->vic.pid);
		expect_int(f, "getppid()", getpid());
		assert_int_equal(atomic_load(&f->vic.page->received), round - 1);
		threads = ij_stop_threads(f->stop, &len);
		assert_int_equal(threads[0].signo, SIGUSR1);
		good(ij_stop_continue(f->stop, &options, &what));
		assert_int_equal(what.event, IJ_STOP_BREAKPOINT);
		assert_int_equal(atomic_load(&f->vic.page->received), round);
	}
	send_signal(f, SIGUSR1);
	good(ij_stop_continue(f->stop, NULL, &what));
	good(ij_stop_signal_set(f->stop, 0));
	expect_int(f, "getpid()", f->vic.pid);
	held_run_to_tick(f);
	assert_int_equal(atomic_load(&f->vic.page->received), 5);
	good(ij_session_close(f->session, NULL));
	held_finish(f);
}

/* What a thread holds that stays where it is stands in the way, of its own calls and of others'. */
static void others_hold(void **state)
{
	struct held *f = held_begin_stopped("held", "alloc", "1");
	const struct ij_stop_breakpoint bp = {.addr = held_place(f, "malloc")};
	const struct ij_stop_thread *threads;
	struct ij_verdicts *verdicts;
	char tid[32];
	size_t len;

	(void)state;
	held_run_to(f, &bp);
	assert_int_equal(ij_stop_thread(f->stop), f->vic.pid);
	expect_unsafe(f, "malloc_trim(0)", "allocator");
	expect_int(f, "getpid()", f->vic.pid);
	threads = ij_stop_threads(f->stop, &len);
	assert_int_equal(len, 2);
	good(ij_stop_select(f->stop, threads[1].tid));
	snprintf(tid, sizeof(tid), "thread %d", f->vic.pid);
	expect_unsafe(f, "malloc_trim(0)", tid);
	expect_int(f, "getpid()", f->vic.pid);
	good(ij_session_check(f->session, NULL, NULL, &verdicts));
	assert_int_equal(ij_verdicts_len(verdicts), 2);
	for (size_t i = 0; i < 2; i++)
		assert_false(ij_verdicts_safe(verdicts, i));
	ij_verdicts_free(verdicts);
	good(ij_session_close(f->session, NULL));
	held_finish(f);
}

/* To where it would be safe, and no further. */
static void walks(void **state)
{
	struct held *f = held_begin_stopped("held", "alloc", NULL);
	const struct ij_stop_breakpoint bp = {.addr = held_place(f, "malloc")};
	struct ij_stop_frame frame;
	struct ij_call *call;
	char *text;
	bool safe;

	(void)state;
	held_run_to(f, &bp);
	good(ij_call_create(NULL, "malloc_trim(0)", &call));
	good(ij_stop_walk(f->stop, call, NULL, &text, &safe));
	assert_true(safe);
	assert_non_null(strstr(text, "walk by "));
	assert_non_null(strstr(text, "malloc_trim is safe now"));
	free(text);
	good(ij_stop_frame(f->stop, 0, &frame));
	assert_string_equal(frame.module, "victim_held");
	expect_int(f, "(int)malloc_trim(0) * 0", 0);
	good(ij_stop_walk(f->stop, call, NULL, &text, &safe));
	assert_true(safe);
	assert_null(strstr(text, "walk by "));
	free(text);
	ij_call_destroy(call);
	good(ij_session_close(f->session, NULL));
	held_finish(f);
}

/* A callee may create threads and wait for them: they run, and are held when it is over. */
static void creates(void **state)
{
	struct held *f = held_begin_stopped("held", "spin", "1");
	struct ij_result *result;
	size_t len;

	(void)state;
	held_run_to_tick(f);
	result = eval(f, "held_one_more()");
	if (ij_result_error(result))
		fail_msg("%s", ij_error_message(ij_result_error(result)));
	ij_result_free(result);
	ij_stop_threads(f->stop, &len);
	assert_int_equal(len, 2);
	held_run_to_tick(f);
	good(ij_session_close(f->session, NULL));
	held_end(f);
	assert_true(victim_progress(&f->vic, 3));
	snapshot_free(&f->snap);
	victim_finish(&f->vic, WAKE_NONE);
}

/* The end of the process in a call is the end of the stop. */
static void ends(void **state)
{
	struct held *f = held_begin_stopped("held", "spin", "1");
	struct ij_result *result;

	(void)state;
	held_run_to_tick(f);
	result = eval(f, "_exit(3)");
	if (ij_error_code_of(ij_result_error(result)) != IJ_ERR_GONE)
		fail_msg("%s", ij_error_message(ij_result_error(result)));
	ij_result_free(result);
	assert_false(ij_stop_held(f->stop));
	held_end(f);
	assert_int_equal(victim_wait(&f->vic), 3 << 8);
	victim_kill(&f->vic);
	snapshot_free(&f->snap);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HELD_TEST(leaves_no_trace), HELD_TEST(signal_waits), HELD_TEST(others_hold),
		HELD_TEST(walks),           HELD_TEST(creates),      HELD_TEST(ends),
	};

	harness_exit_without_breakpoints();
	if (getenv("IJ_FILTER"))
		cmocka_set_test_filter(getenv("IJ_FILTER"));
	return cmocka_run_group_tests_name("hold_call", tests, NULL, NULL);
}
