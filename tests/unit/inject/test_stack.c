/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Room on the stacks of this process's own threads. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <cmocka.h>

#include "inject/stack.h"
#include "self.h"

#define ENOUGH (16 * 1024)
#define SMALL  (64 * 1024)

static struct ij_injector inj;

/* Registers of this thread, standing at @sp. */
static struct ij_regs regs_at(const void *sp)
{
	struct ij_regs regs = {0};

	regs.gp.rsp = self_addr(sp);
	__asm__("mov %%fs:0, %0" : "=r"(regs.gp.fs_base));
	return regs;
}

static struct ij_stack measure_at(const void *sp, uint64_t enough)
{
	struct ij_regs regs = regs_at(sp);
	struct ij_stack stack = {.room = 1, .writable = 1, .own = true};

	ij_stack_measure(&inj, &regs, gettid() == getpid(), enough, &stack);
	return stack;
}

static int setup(void **state)
{
	(void)state;
	self_open(&inj.process);
	return ij_injector_refresh(&inj) != NULL;
}

static int teardown(void **state)
{
	(void)state;
	ij_process_close(&inj.process);
	ij_vmas_deinit(&inj.vmas);
	ij_vec_deinit(&inj.tids.list);
	return 0;
}

static void test_main_thread(void **state)
{
	const void *here = __builtin_frame_address(0);
	struct rlimit limit;
	struct ij_stack stack;

	(void)state;
	stack = measure_at(here, ENOUGH);
	assert_true(stack.own);
	assert_true(stack.room >= ENOUGH);
	assert_true(stack.writable > 0 && stack.writable <= stack.room);
	/* More than is mapped is asked for: the stack may grow, but not beyond its limit. */
	assert_int_equal(getrlimit(RLIMIT_STACK, &limit), 0);
	stack = measure_at(here, UINT64_MAX);
	assert_true(stack.own);
	assert_true(stack.room > stack.writable);
	if (limit.rlim_cur != RLIM_INFINITY)
		assert_true(stack.room <= limit.rlim_cur);
}

/* The mapping that holds the main thread's control block is nobody's stack, though it be writable.
 */
static void test_beside_tcb(void **state)
{
	const uint8_t *tcb = __builtin_thread_pointer();

	(void)state;
	assert_false(measure_at(tcb - 256, 0).own);
}

static void *in_thread(void *arg)
{
	uint64_t *size = arg;
	const void *here = __builtin_frame_address(0);
	uint8_t *alternate = mmap(NULL, SMALL, PROT_READ | PROT_WRITE,
				  MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
	uint8_t *guard = alternate;
	struct ij_stack stack;

	if (ij_injector_refresh(&inj) || alternate == MAP_FAILED)
		return "no mappings";
	stack = measure_at(here, ENOUGH);
	if (!stack.own)
		return "a thread's own stack is not its own";
	if (stack.room != stack.writable || stack.room > *size || stack.room + 16384 < *size)
		return "a thread's room is not what it was given";
	/* An alternate stack, and a coroutine's on the heap. */
	mprotect(guard, 4096, PROT_NONE);
	if (ij_injector_refresh(&inj))
		return "no mappings";
	stack = measure_at(alternate + SMALL - 256, ENOUGH);
	if (stack.own)
		return "an alternate stack is taken for the thread's own";
	if (stack.room != SMALL - 256 - 4096)
		return "the guard was counted as room";
	stack = measure_at(guard + 100, ENOUGH);
	if (stack.own || stack.room || stack.writable)
		return "there is room in a guard";
	munmap(alternate, SMALL);
	return NULL;
}

static void test_threads(void **state)
{
	uint64_t sizes[] = {SMALL, 256 * 1024, 1024 * 1024};

	(void)state;
	for (size_t i = 0; i < IJ_COUNT(sizes); i++) {
		pthread_attr_t attr;
		pthread_t thread;
		void *wrong;

		assert_int_equal(pthread_attr_init(&attr), 0);
		assert_int_equal(pthread_attr_setstacksize(&attr, sizes[i]), 0);
		assert_int_equal(pthread_create(&thread, &attr, in_thread, &sizes[i]), 0);
		assert_int_equal(pthread_join(thread, &wrong), 0);
		if (wrong)
			print_error("%s\n", (const char *)wrong);
		assert_null(wrong);
		pthread_attr_destroy(&attr);
	}
}

static void test_no_stack(void **state)
{
	static const char constant[] = "constant";
	const ij_addr nowhere[] = {0,
				   8,
				   0x7fffffffffff,
				   UINT64_MAX,
				   UINT64_MAX - 7,
				   self_addr(constant),
				   0x8000000000000000ull};
	char *heap = malloc(256);

	(void)state;
	assert_non_null(heap);
	assert_null(ij_injector_refresh(&inj));
	for (size_t i = 0; i < IJ_COUNT(nowhere); i++) {
		struct ij_stack stack = measure_at((const void *)(uintptr_t)nowhere[i], ENOUGH);

		assert_false(stack.own);
		assert_int_equal(stack.room, 0);
		assert_int_equal(stack.writable, 0);
	}
	/* A coroutine's stack. */
	assert_false(measure_at(heap + 128, ENOUGH).own);
	free(heap);
}

static void *in_pool(void *arg)
{
	struct ij_stack *stack = arg;

	*stack = measure_at(__builtin_frame_address(0), ENOUGH);
	return NULL;
}

/* A stack inside a larger mapping ends where the thread's own control block says. */
static void test_pool(void **state)
{
	uint8_t *pool =
		mmap(NULL, 16 * SMALL, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct ij_stack stack;
	pthread_attr_t attr;
	pthread_t thread;

	(void)state;
	assert_ptr_not_equal(pool, MAP_FAILED);
	assert_int_equal(pthread_attr_init(&attr), 0);
	assert_int_equal(pthread_attr_setstack(&attr, pool + 8 * SMALL, SMALL), 0);
	assert_null(ij_injector_refresh(&inj));
	assert_int_equal(pthread_create(&thread, &attr, in_pool, &stack), 0);
	assert_int_equal(pthread_join(thread, NULL), 0);
	pthread_attr_destroy(&attr);
	assert_true(stack.own);
	assert_true(stack.room < SMALL && stack.room > SMALL / 2);
	assert_int_equal(stack.writable, stack.room);
	munmap(pool, 16 * SMALL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_main_thread), cmocka_unit_test(test_pool),
		cmocka_unit_test(test_beside_tcb),  cmocka_unit_test(test_threads),
		cmocka_unit_test(test_no_stack),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
