/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The unwinder on the test process itself: from handlers, through libc's callbacks, to _start. */
#include <dlfcn.h>
#include <pthread.h>
#include <search.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "self.h"

int main(void);

#define FRAMES_MAX 64

static struct {
	struct self self;
	ij_addr starts[FRAMES_MAX]; /* of the functions met, innermost first */
	bool exact[FRAMES_MAX];
	uint32_t flags[FRAMES_MAX];
	size_t len;
	enum ij_unwind_end end;
	bool from_handler; /* unwind from the handler itself rather than from what it interrupted */
	bool done;
} run;

static bool visit(void *ctx, const struct ij_unwind_frame *frame)
{
	(void)ctx;
	if (run.len == FRAMES_MAX)
		return false;
	run.starts[run.len] = frame->module->base + frame->func->start;
	run.exact[run.len] = frame->exact;
	run.flags[run.len] = frame->func->flags;
	run.len++;
	return true;
}

static void unwind(const ucontext_t *context)
{
	struct ij_unwind_regs regs = self_regs(context);
	ij_addr end_pc;

	run.len = 0;
	run.end = ij_unwind(&run.self.space, &run.self.mem.mem, &regs, visit, NULL, &end_pc);
}

static void handler(int signo, siginfo_t *info, void *context)
{
	ucontext_t here;

	(void)signo;
	(void)info;
	if (run.done)
		return;
	run.done = true;
	if (run.from_handler) {
		getcontext(&here);
		unwind(&here);
	} else {
		unwind(context);
	}
}

/* Where in the frames the function that starts at @addr is, or SIZE_MAX. */
static size_t frame_of(const void *addr)
{
	for (size_t i = 0; i < run.len; i++)
		if (run.starts[i] == (uintptr_t)addr)
			return i;
	return SIZE_MAX;
}

static __attribute__((noinline)) int compare(const void *left, const void *right)
{
	int result = *(const int *)left - *(const int *)right;

	raise(SIGUSR1);
	__asm__ volatile("" : "+r"(result));
	return result;
}

/* libc's own function, also where a sanitizer puts one of its own before it. */
static void *libc_func(const char *name)
{
	void *libc = dlopen("libc.so.6", RTLD_NOW | RTLD_NOLOAD);
	void *func = dlsym(libc, name);

	assert_non_null(func);
	dlclose(libc);
	return func;
}

static __attribute__((noinline)) void sort(void)
{
	void (*libc_qsort)(void *, size_t, size_t, int (*)(const void *, const void *)) = (void (*)(
		void *, size_t, size_t, int (*)(const void *, const void *)))libc_func("qsort");
	int numbers[16];

	for (int i = 0; i < 16; i++)
		numbers[i] = i * 7 % 16;
	libc_qsort(numbers, 16, sizeof(*numbers), compare);
	__asm__ volatile("" : : "r"(numbers) : "memory");
}

static void install(int flags)
{
	struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO | flags};

	run.done = false;
	assert_int_equal(sigaction(SIGUSR1, &action, NULL), 0);
}

static void check_sorted_stack(void)
{
	size_t at_compare = frame_of((const void *)compare), at_sort = frame_of((const void *)sort);
	size_t at_qsort = frame_of(libc_func("qsort_r"));

	if (at_qsort == SIZE_MAX)
		at_qsort = frame_of(libc_func("qsort"));
	assert_int_equal(run.end, IJ_UNWIND_ROOT);
	assert_true(at_compare < at_qsort);
	assert_true(at_qsort < at_sort);
	assert_true(at_sort < frame_of((const void *)main));
	assert_true(frame_of((const void *)main) < run.len - 1);
}

/* From the interrupted registers: raise's system call, the comparison, qsort, main, _start. */
static void test_interrupted(void **state)
{
	(void)state;
	install(0);
	run.from_handler = false;
	sort();
	assert_true(run.done);
	check_sorted_stack();
	assert_true(run.exact[0]);
	for (size_t i = 1; i < run.len; i++)
		assert_false(run.exact[i]);
}

/* From inside the handler, through its signal frame, which lies on another stack than what it
 * interrupted. */
static void test_through_signal_frame(void **state)
{
	static char stack[1 << 16];
	stack_t alt = {.ss_sp = stack, .ss_size = sizeof(stack)}, old;
	size_t at_handler, at_signal = SIZE_MAX;

	(void)state;
	assert_int_equal(sigaltstack(&alt, &old), 0);
	install(SA_ONSTACK);
	run.from_handler = true;
	sort();
	assert_int_equal(sigaltstack(&old, NULL), 0);
	assert_true(run.done);
	check_sorted_stack();
	at_handler = frame_of((const void *)handler);
	for (size_t i = 0; i < run.len; i++)
		if (run.flags[i] & IJ_MAP_FUNC_SIGNAL)
			at_signal = i;
	assert_int_equal(at_signal, at_handler + 1);
	assert_true(run.exact[at_signal + 1]);
	assert_true(at_signal < frame_of((const void *)compare));
}

static void *thread(void *arg)
{
	(void)arg;
	sort();
	return NULL;
}

/* A thread's stack ends in clone. */
static void test_thread(void **state)
{
	pthread_t id;

	(void)state;
	install(0);
	run.from_handler = false;
	assert_int_equal(pthread_create(&id, NULL, thread, NULL), 0);
	assert_int_equal(pthread_join(id, NULL), 0);
	assert_true(run.done);
	assert_int_equal(run.end, IJ_UNWIND_ROOT);
	assert_true(frame_of((const void *)sort) < frame_of((const void *)thread));
	assert_true(frame_of((const void *)thread) < run.len - 1);
}

static int setup(void **state)
{
	(void)state;
	self_init(&run.self);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	self_deinit(&run.self);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_interrupted),
		cmocka_unit_test(test_through_signal_frame),
		cmocka_unit_test(test_thread),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
