/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Mutexes that the stopped thread holds, and where they are met: this process is the target. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cmocka.h>

#include "inject/mutexes.h"
#include "self.h"

enum { STACK_SIZE = 2 * IJ_MUTEXES_STACK_SIZE, MEMBER_OFF = 64 };

/* A stack of ours with a thread's pointer in it, a heap, and a page without access. */
struct world {
	struct ij_process process;
	struct ij_vmas vmas;
	struct ij_regs regs;
	struct ij_locks_view view;
	struct ij_wire_verdict verdict;
	uint64_t *stack;
	uint8_t *heap; /* two pages, and a third that is not readable */
};

static void add_vma(struct world *w, const void *lo, size_t size, unsigned flags, const char *path)
{
	const struct ij_vma vma = {.lo = self_addr(lo),
				   .hi = self_addr(lo) + size,
				   .flags = flags,
				   .path = strdup(path)};

	assert_null(ij_vec_push(&w->vmas.list, vma));
}

static int by_addr(const void *a, const void *b)
{
	const struct ij_vma *x = a, *y = b;

	return x->lo < y->lo ? -1 : x->lo > y->lo;
}

static int setup(void **state)
{
	const unsigned rw = IJ_VMA_READ | IJ_VMA_WRITE;
	struct world *w = calloc(1, sizeof(*w));
	uint8_t *mem = mmap(NULL, STACK_SIZE + 4 * 4096, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	assert_non_null(w);
	assert_true(mem != MAP_FAILED);
	self_open(&w->process);
	w->stack = (uint64_t *)(void *)mem;
	w->heap = mem + STACK_SIZE + 4096;
	assert_int_equal(mprotect(w->heap + 2 * 4096, 4096, PROT_NONE), 0);
	add_vma(w, w->stack, STACK_SIZE, rw, "[stack]");
	add_vma(w, w->heap, 2 * 4096, rw, "[heap]");
	add_vma(w, w->heap + 2 * 4096, 4096, rw, ""); /* it was, when the list was read */
	qsort(w->vmas.list.items, w->vmas.list.len, sizeof(struct ij_vma), by_addr);
	ij_regs_set_sp(&w->regs, self_addr(w->stack));
	w->view = (struct ij_locks_view){
		.memory = {.mem = &w->process.mem.mem, .pid = getpid()},
		.vmas = &w->vmas,
		.regs = &w->regs,
		.tid = gettid(),
		.tp = self_addr(__builtin_thread_pointer()),
		.threads = 1,
	};
	*state = w;
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;

	munmap(w->stack, STACK_SIZE + 4 * 4096);
	ij_vmas_deinit(&w->vmas);
	ij_process_close(&w->process);
	free(w);
	return 0;
}

static bool are_free(struct world *w)
{
	memset(&w->verdict, 0, sizeof(w->verdict));
	return ij_mutexes_are_free(&w->view, &w->verdict);
}

static void expect_held(struct world *w, const void *mutex)
{
	assert_false(are_free(w));
	assert_int_equal(w->verdict.reason, IJ_WIRE_REASON_LOCK);
	assert_int_equal(w->verdict.addr, self_addr(mutex));
	assert_int_equal(w->verdict.owner, w->view.tid);
}

static pthread_mutex_t *make_mutex(void *place, int type, int robust, int protocol)
{
	pthread_mutexattr_t attr;
	pthread_mutex_t *mutex = place;

	pthread_mutexattr_init(&attr);
	pthread_mutexattr_settype(&attr, type);
	pthread_mutexattr_setrobust(&attr, robust);
	pthread_mutexattr_setprotocol(&attr, protocol);
	assert_int_equal(pthread_mutex_init(mutex, &attr), 0);
	return mutex;
}

/* Every kind of mutex is known when it is held, and only then. */
static void test_kinds(void **state)
{
	static const struct {
		int type, robust, protocol;
	} cases[] = {
		{PTHREAD_MUTEX_NORMAL, PTHREAD_MUTEX_STALLED, PTHREAD_PRIO_NONE},
		{PTHREAD_MUTEX_RECURSIVE, PTHREAD_MUTEX_STALLED, PTHREAD_PRIO_NONE},
		{PTHREAD_MUTEX_ERRORCHECK, PTHREAD_MUTEX_STALLED, PTHREAD_PRIO_NONE},
		{PTHREAD_MUTEX_ADAPTIVE_NP, PTHREAD_MUTEX_STALLED, PTHREAD_PRIO_NONE},
		{PTHREAD_MUTEX_NORMAL, PTHREAD_MUTEX_ROBUST, PTHREAD_PRIO_NONE},
		{PTHREAD_MUTEX_DEFAULT, PTHREAD_MUTEX_STALLED, PTHREAD_PRIO_NONE},
		{PTHREAD_MUTEX_RECURSIVE, PTHREAD_MUTEX_STALLED, PTHREAD_PRIO_INHERIT},
		{PTHREAD_MUTEX_RECURSIVE, PTHREAD_MUTEX_ROBUST, PTHREAD_PRIO_NONE},
		{PTHREAD_MUTEX_ERRORCHECK, PTHREAD_MUTEX_ROBUST, PTHREAD_PRIO_INHERIT},
	};
	struct world *w = *state;

	for (size_t i = 0; i < IJ_COUNT(cases); i++) {
		pthread_mutex_t *mutex = make_mutex(w->heap + 256, cases[i].type, cases[i].robust,
						    cases[i].protocol);

		print_message("kind %d %d %d\n", cases[i].type, cases[i].robust, cases[i].protocol);
		w->stack[100] = self_addr(mutex);
		assert_true(are_free(w));
		assert_int_equal(pthread_mutex_lock(mutex), 0);
		expect_held(w, mutex);
		if (cases[i].type == PTHREAD_MUTEX_RECURSIVE) {
			assert_int_equal(pthread_mutex_lock(mutex), 0);
			expect_held(w, mutex);
			assert_int_equal(pthread_mutex_unlock(mutex), 0);
		}
		/* Another thread's is none of ours. */
		w->view.tid++;
		assert_true(are_free(w));
		w->view.tid--;
		assert_int_equal(pthread_mutex_unlock(mutex), 0);
		assert_true(are_free(w));
		w->stack[100] = 0;
	}
}

/* Met by the stack, a register, as a member, on the stack itself, at the end of memory. */
static void test_places(void **state)
{
	struct world *w = *state;
	pthread_mutex_t *mutex = make_mutex(w->heap + MEMBER_OFF, 0, 0, 0);

	assert_int_equal(pthread_mutex_lock(mutex), 0);
	assert_true(are_free(w)); /* nothing leads to it */
	w->stack[0] = self_addr(mutex);
	expect_held(w, mutex);
	w->stack[0] = self_addr(w->heap);
	expect_held(w, mutex);
	w->stack[0] = self_addr(w->heap) + 4; /* no pointer to anything that has a mutex */
	assert_true(are_free(w));
	w->stack[0] = 0;
	w->stack[IJ_MUTEXES_STACK_SIZE / 8 - 1] = self_addr(w->heap);
	expect_held(w, mutex);
	w->view.stack_top = self_addr(&w->stack[IJ_MUTEXES_STACK_SIZE / 8 - 1]);
	assert_true(are_free(w)); /* frames of the thread that was interrupted */
	w->view.stack_top = 0;
	w->stack[IJ_MUTEXES_STACK_SIZE / 8 - 1] = 0;
	w->stack[IJ_MUTEXES_STACK_SIZE / 8] = self_addr(mutex); /* too far away */
	assert_true(are_free(w));
	ij_regs_set_pc(&w->regs, self_addr(w->heap)); /* any register will do */
	expect_held(w, mutex);
	ij_regs_set_pc(&w->regs, 0);
	memcpy(&w->stack[10], mutex, sizeof(*mutex));
	expect_held(w, &w->stack[10]);
	memset(&w->stack[10], 0, sizeof(*mutex));
	/* The last one of its mapping, with memory behind that cannot be read. */
	memcpy(w->heap + 2 * 4096 - 40, mutex, sizeof(*mutex));
	w->stack[7] = self_addr(w->heap + 2 * 4096 - 40);
	expect_held(w, w->heap + 2 * 4096 - 40);
	w->stack[6] = self_addr(w->heap + 2 * 4096);
	w->stack[5] = self_addr(w->heap + 2 * 4096 - 8);
	expect_held(w, w->heap + 2 * 4096 - 40);
	w->stack[7] = 0;
	assert_true(are_free(w));
	assert_int_equal(pthread_mutex_unlock(mutex), 0);
}

/* Some word that is the thread's id is no mutex. */
static void test_lookalikes(void **state)
{
	struct world *w = *state;
	const uint32_t tid = (uint32_t)w->view.tid, waiters = 0x80000000u;
	const struct {
		uint32_t lock, count, users, kind;
		int16_t spins, elision;
		uint64_t prev, next;
		bool held;
	} cases[] = {
		{1, 0, 1, 0, 0, 0, 0, 0, true},
		{2, 0, 1, 0, 0, 0, 0, 0, true},
		{0, 0, 1, 0, 0, 0, 0, 0, false},
		{1, 0, 0, 0, 0, 0, 0, 0, false},
		{1, 0, 1u << 16, 0, 0, 0, 0, 0, false},
		{1, 0, 1, 4, 0, 0, 0, 0, false},
		{1, 1, 1, 0, 0, 0, 0, 0, false},
		{1, 1, 1, 1, 0, 0, 0, 0, true},
		{1, 0, 1, 1024, 0, 0, 0, 0, false},
		{1, 0, 1, 0xffff, 0, 0, 0, 0, false},
		{1, 7, 1, 2, 0, 0, 0, 0, false},
		{waiters | tid, 0, 1, 33, 0, 0, 0, 0, true},
		{waiters, 0, 1, 33, 0, 0, 0, 0, false},
		{tid, 1, 1, 16, 0, 0, 4096, 8192, true},
		{tid, 1, 1, 16, 0, 0, 4096, 0, false},
		{1, 1, 1, 16, 0, 0, 4096, 8192, false},
		{1, 0, 1, 0, 0, 0, 0, 4096, false},
		{1, 0, 1, 0, 0, 0, 4096, 0, false},
		{7u << 19 | 1, 0, 1, 64, 0, 0, 0, 0, true},
		{7u << 19, 0, 1, 64, 0, 0, 0, 0, false},
		{1, 0, 1, 96, 0, 0, 0, 0, false},
		{1, 0, 1, 768, 0, 0, 0, 0, false},
		{1, 0, 1, 3, 40, 0, 0, 0, true},
		{1, 0, 1, 2, 40, 0, 0, 0, false},
		{1, 0, 1, 256, 0, 3, 0, 0, true},
		{1, 0, 1, 512, 0, 3, 0, 0, false},
		/* What stands in the data of glibc 2.36, and ruled out thread 2000 for good. */
		{16384, 0, 63, 1, 0, 0, 0, 0, false},
	};

	w->stack[1] = self_addr(w->heap);
	for (size_t i = 0; i < IJ_COUNT(cases); i++) {
		const uint32_t words[] = {cases[i].lock, cases[i].count, tid, cases[i].users,
					  cases[i].kind};

		memcpy(w->heap, words, sizeof(words));
		memcpy(w->heap + 20, &cases[i].spins, 2);
		memcpy(w->heap + 22, &cases[i].elision, 2);
		memcpy(w->heap + 24, &cases[i].prev, 8);
		memcpy(w->heap + 32, &cases[i].next, 8);
		if (are_free(w) == cases[i].held)
			fail_msg("case %zu", i);
	}
}

/* More pointers than are looked at, the same ones, and wild ones. */
static void test_many(void **state)
{
	struct world *w = *state;
	pthread_mutex_t *mutex = make_mutex(w->heap + 4096, 0, 0, 0);
	const size_t words = IJ_MUTEXES_STACK_SIZE / 8;

	assert_int_equal(pthread_mutex_lock(mutex), 0);
	for (size_t i = 0; i < words; i++)
		w->stack[i] = self_addr(w->heap) + i % 64 * 8;
	assert_true(are_free(w));
	w->stack[words - 1] = self_addr(mutex); /* the others are 64 places only */
	expect_held(w, mutex);
	for (size_t i = 0; i < words - 1; i++)
		w->stack[i] = i * 0x123456789abcdef8ull;
	expect_held(w, mutex);
	/* A bound on what is looked at, whatever the stack says. */
	for (size_t i = 0; i < words - 1; i++)
		w->stack[i] = self_addr(w->stack) + STACK_SIZE / 2 + i * 8;
	assert_true(are_free(w));
	ij_regs_set_sp(&w->regs, 0x10); /* no stack */
	assert_true(are_free(w));
	ij_regs_set_sp(&w->regs, UINT64_MAX - 7);
	assert_true(are_free(w));
	assert_int_equal(pthread_mutex_unlock(mutex), 0);
}

/* Data of a module, and the zeroed part that follows it; not other memory. */
static void test_data(void **state)
{
	static const struct {
		const char *first, *second;
		unsigned flags;
		bool met;
	} cases[] = {
		{"/bin/program", "", IJ_VMA_READ | IJ_VMA_WRITE, true},
		{"", "/lib/lib.so", IJ_VMA_READ | IJ_VMA_WRITE, true},
		{"", "", IJ_VMA_READ | IJ_VMA_WRITE, false},
		{"/bin/program", "[heap]", IJ_VMA_READ | IJ_VMA_WRITE, false},
		{"", "/dev/shm/x", IJ_VMA_READ | IJ_VMA_WRITE | IJ_VMA_SHARED, false},
		{"", "/lib/lib.so", IJ_VMA_READ, false},
	};
	struct world *w = *state;
	pthread_mutex_t *mutex = make_mutex(w->heap + 4096 + 512, 0, 0, 0);

	assert_int_equal(pthread_mutex_lock(mutex), 0);
	for (size_t i = 0; i < IJ_COUNT(cases); i++) {
		ij_vmas_deinit(&w->vmas);
		w->vmas = (struct ij_vmas){0};
		add_vma(w, w->stack, STACK_SIZE, IJ_VMA_READ | IJ_VMA_WRITE, "[stack]");
		add_vma(w, w->heap, 4096, IJ_VMA_READ | IJ_VMA_WRITE, cases[i].first);
		add_vma(w, w->heap + 4096, 4096, cases[i].flags, cases[i].second);
		if (are_free(w) == cases[i].met)
			fail_msg("case %zu", i);
	}
	assert_int_equal(pthread_mutex_unlock(mutex), 0);
}

/* Wherever in a large module, which is read part by part. */
static void test_large_data(void **state)
{
	struct world *w = *state;
	uint8_t *data = (uint8_t *)w->stack;
	pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

	assert_int_equal(pthread_mutex_lock(&mutex), 0);
	ij_vmas_deinit(&w->vmas);
	w->vmas = (struct ij_vmas){0};
	add_vma(w, data, STACK_SIZE, IJ_VMA_READ | IJ_VMA_WRITE, "/lib/lib.so");
	ij_regs_set_sp(&w->regs, 0);
	for (size_t off = 0; off + sizeof(mutex) <= STACK_SIZE; off += 8) {
		memcpy(data + off, &mutex, sizeof(mutex));
		expect_held(w, data + off);
		memset(data + off, 0, sizeof(mutex));
	}
	assert_true(are_free(w));
	assert_int_equal(pthread_mutex_unlock(&mutex), 0);
}

/* The kernel's list has robust mutexes that nothing else leads to. */
static void test_robust(void **state)
{
	struct world *w = *state;
	pthread_mutex_t *one = make_mutex(w->heap, 0, PTHREAD_MUTEX_ROBUST, 0);
	pthread_mutex_t *two = make_mutex(w->heap + 64, 0, PTHREAD_MUTEX_ROBUST, 0);

	assert_int_equal(pthread_mutex_lock(one), 0);
	assert_true(are_free(w));
	w->view.robust_tid = gettid();
	expect_held(w, one);
	assert_int_equal(pthread_mutex_lock(two), 0);
	expect_held(w, two);
	assert_int_equal(pthread_mutex_unlock(two), 0);
	expect_held(w, one);
	assert_int_equal(pthread_mutex_unlock(one), 0);
	assert_true(are_free(w));
	w->view.robust_tid = 2147483647; /* no such thread */
	assert_true(are_free(w));
}

int main(void)
{
#define T(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_kinds), T(test_places),     T(test_lookalikes), T(test_many),
		T(test_data),  T(test_large_data), T(test_robust),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
