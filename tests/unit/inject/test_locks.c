/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Locks as the judge sees them: who holds what, what is watched, and memory that lies. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "inject/locks.h"
#include "self.h"

enum { TID = 4711, OTHER_TID = 4712 };
enum { TP = 0x7f0000001000, OTHER_TP = 0x7f0000002000 };
enum { BASE = 0x100000, SIZE = 0x40000 };

/* Memory at BASE whose words may change by themselves at the n-th read of them. */
struct world {
	struct ij_mem mem;
	uint8_t bytes[SIZE];
	ij_addr change_addr;
	uint64_t change_value;
	unsigned change_after; /* reads of that place; 0: never */
	struct ij_wire_set_target target;
	struct ij_locks_memory known;
	struct ij_vmas vmas;
	struct ij_locks_view view;
	struct ij_wire_verdict verdict;
};

static struct ij_error *world_read(struct ij_mem *mem, ij_addr addr, void *buf, size_t size)
{
	struct world *w = (struct world *)mem;

	if (addr < BASE || addr - BASE > SIZE || size > SIZE - (addr - BASE))
		return ij_error_new(FAULT, "not there");
	memcpy(buf, w->bytes + (addr - BASE), size);
	if (w->change_after && addr <= w->change_addr && addr + size > w->change_addr &&
	    !--w->change_after)
		memcpy(w->bytes + (w->change_addr - BASE), &w->change_value,
		       sizeof(w->change_value));
	return NULL;
}

static void put32(struct world *w, ij_addr addr, uint32_t value)
{
	memcpy(w->bytes + (addr - BASE), &value, sizeof(value));
}

static void put64(struct world *w, ij_addr addr, uint64_t value)
{
	memcpy(w->bytes + (addr - BASE), &value, sizeof(value));
}

static void add_lock(struct world *w, ij_addr addr, enum ij_wire_lock_kind kind, ij_classes classes)
{
	struct ij_wire_lock *lock = &w->target.locks[w->target.locks_len++];

	*lock = (struct ij_wire_lock){.addr = addr, .kind = kind, .classes = classes};
	lock->next_off = kind == IJ_WIRE_LOCK_ARENAS ? 64 : 0;
	strcpy(lock->name, "a lock");
}

static int setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	assert_non_null(w);
	w->mem.read = world_read;
	w->view = (struct ij_locks_view){.memory = {.mem = &w->mem},
					 .target = &w->target,
					 .known = &w->known,
					 .vmas = &w->vmas,
					 .tid = TID,
					 .tp = TP,
					 .threads = 2};
	*state = w;
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;

	ij_vec_deinit(&w->vmas.list);
	free(w);
	return 0;
}

static bool are_free(struct world *w, ij_classes need)
{
	memset(&w->verdict, 0, sizeof(w->verdict));
	return ij_locks_are_free(&w->view, need, &w->verdict);
}

/* One lock of each kind, in each state. */
static void test_owners(void **state)
{
	static const struct {
		enum ij_wire_lock_kind kind;
		uint32_t lock;
		uint64_t owner;
		unsigned threads;
		bool ours;
		pid_t owner_told;
	} cases[] = {
		{IJ_WIRE_LOCK_MUTEX, 0, TID, 2, false, 0},
		{IJ_WIRE_LOCK_MUTEX, 1, TID, 2, true, TID},
		{IJ_WIRE_LOCK_MUTEX, 2, TID | 7ull << 32, 2, true, TID}, /* users stand behind */
		{IJ_WIRE_LOCK_MUTEX, 1, OTHER_TID, 2, false, 0},
		{IJ_WIRE_LOCK_MUTEX, 1, 1ull << 32, 2, true, 0}, /* not named yet */
		{IJ_WIRE_LOCK_MUTEX, 1, 0, 1, true, TID},
		{IJ_WIRE_LOCK_IO, 0, 0, 2, false, 0},
		{IJ_WIRE_LOCK_IO, 1, TP, 2, true, TID},
		{IJ_WIRE_LOCK_IO, 2, OTHER_TP, 2, false, 0},
		{IJ_WIRE_LOCK_IO, 1, 0, 2, true, 0},
		{IJ_WIRE_LOCK_IO, 1, 0, 1, true, TID},
		{IJ_WIRE_LOCK_LOWLEVEL, 0, TP, 2, false, 0},
		{IJ_WIRE_LOCK_LOWLEVEL, 1, OTHER_TP, 2, true, 0},
		{IJ_WIRE_LOCK_LOWLEVEL, 2, 0, 1, true, TID},
		{IJ_WIRE_LOCK_LOWLEVEL, 0x80000001, 0, 1, true, TID},
	};
	struct world *w = *state;

	for (size_t i = 0; i < IJ_COUNT(cases); i++) {
		w->target.locks_len = 0;
		w->view.threads = cases[i].threads;
		add_lock(w, BASE + 64, cases[i].kind, IJ_CLASS(STDIO) | IJ_CLASS(LOADER));
		put32(w, BASE + 64, cases[i].lock);
		put64(w, BASE + 72, cases[i].owner);
		if (are_free(w, IJ_CLASS(STDIO)) == cases[i].ours)
			fail_msg("case %zu", i);
		/* What does not matter is not looked at. */
		assert_true(are_free(w, IJ_CLASS(ALLOCATOR)));
		assert_true(are_free(w, IJ_CLASSES_NONE));
		if (!cases[i].ours)
			continue;
		assert_false(are_free(w, IJ_CLASS(STDIO)));
		assert_int_equal(w->verdict.reason, IJ_WIRE_REASON_LOCK);
		assert_int_equal(w->verdict.addr, BASE + 64);
		assert_int_equal(w->verdict.classes, IJ_CLASS(STDIO));
		assert_int_equal(w->verdict.owner, cases[i].owner_told);
		assert_string_equal(w->verdict.text, "a lock");
	}
}

/* A lock that names nobody is another's if it is seen free, or named, before we lose patience. */
static void test_watch(void **state)
{
	static const struct {
		enum ij_wire_lock_kind kind;
		uint64_t at0, at8; /* one of them, later */
		bool ours;
	} cases[] = {
		{IJ_WIRE_LOCK_LOWLEVEL, 0, 0, false},
		{IJ_WIRE_LOCK_LOWLEVEL, 2, 0, true},
		{IJ_WIRE_LOCK_IO, 0, 0, false},
		{IJ_WIRE_LOCK_IO, 0, OTHER_TP, false},
		{IJ_WIRE_LOCK_MUTEX, 0, 0, false},
		{IJ_WIRE_LOCK_MUTEX, 0, OTHER_TID, false},
		/* Taken by a waiter meanwhile, so that it is never seen free. */
		{IJ_WIRE_LOCK_IO, 2, 0, true},
	};
	struct world *w = *state;

	for (size_t i = 0; i < IJ_COUNT(cases); i++) {
		w->target.locks_len = 0;
		add_lock(w, BASE + 64, cases[i].kind, IJ_CLASS(STDIO));
		put64(w, BASE + 64, 1);
		put64(w, BASE + 72, 0);
		w->change_addr = cases[i].at8 ? BASE + 72 : BASE + 64;
		w->change_value = cases[i].at8 ? cases[i].at8 : cases[i].at0;
		w->change_after = 3;
		if (are_free(w, IJ_CLASS(STDIO)) == cases[i].ours)
			fail_msg("case %zu", i);
		/* With one thread nobody else can be meant: no watching. */
		put64(w, BASE + 64, 1);
		put64(w, BASE + 72, 0);
		w->change_after = 3;
		w->view.threads = 1;
		assert_false(are_free(w, IJ_CLASS(STDIO)));
		w->view.threads = 2;
	}
}

/* Outside the library an unnamed lock is not ours, a named one is. */
static void test_outside(void **state)
{
	static const struct ij_unwind_module program = {.lo = 0x1000, .hi = 0x2000};
	static const struct ij_unwind_space space = {.modules = &program, .modules_len = 1};
	static const ij_addr frames[] = {0x1100, 0x1200};
	struct world *w = *state;
	struct ij_regs regs = {0};
	struct ij_outside outside = {.space = &space,
				     .target = &w->target,
				     .regs = &regs,
				     .frames = frames,
				     .frames_len = IJ_COUNT(frames)};

	add_lock(w, BASE + 64, IJ_WIRE_LOCK_LOWLEVEL, IJ_CLASS(ALLOCATOR));
	add_lock(w, BASE + 128, IJ_WIRE_LOCK_IO, IJ_CLASS(ALLOCATOR));
	put32(w, BASE + 64, 1);
	put32(w, BASE + 128, 1);
	assert_false(are_free(w, IJ_CLASS(ALLOCATOR)));
	w->view.outside = &outside;
	assert_true(are_free(w, IJ_CLASS(ALLOCATOR)));
	put64(w, BASE + 136, TP);
	assert_false(are_free(w, IJ_CLASS(ALLOCATOR)));
	put64(w, BASE + 136, 0);
	w->view.threads = 1; /* then whose? */
	assert_false(are_free(w, IJ_CLASS(ALLOCATOR)));
	w->view.threads = 2;
	outside.frames_len = 0;
	assert_false(are_free(w, IJ_CLASS(ALLOCATOR)));
}

/* Real threads, real memory, real watching. */
static _Atomic uint32_t busy[4];
static _Atomic bool busy_end;

static void *keep_busy(void *arg)
{
	(void)arg;
	while (!busy_end) {
		busy[0] = 1;
		busy[0] = 0;
	}
	return NULL;
}

static void test_watch_live(void **state)
{
	struct world *w = *state;
	struct ij_process process;
	pthread_t thread;

	self_open(&process);
	w->view.memory = (struct ij_batch){.mem = &process.mem.mem, .pid = getpid()};
	add_lock(w, self_addr(&busy[0]), IJ_WIRE_LOCK_LOWLEVEL, IJ_CLASS(ALLOCATOR));
	assert_int_equal(pthread_create(&thread, NULL, keep_busy, NULL), 0);
	/* It is free most of the time that it is looked at; a thread that gets no CPU may keep it.
	 */
	for (unsigned i = 0; !are_free(w, IJ_CLASS(ALLOCATOR)); i++)
		assert_in_range(i, 0, 100000);
	busy_end = true;
	assert_int_equal(pthread_join(thread, NULL), 0);
	busy[0] = 1;
	assert_false(are_free(w, IJ_CLASS(ALLOCATOR)));
	busy[0] = 0;
	assert_true(are_free(w, IJ_CLASS(ALLOCATOR)));
	ij_process_close(&process);
}

enum { ARENA = BASE + 0x1000, ARENA_STEP = 0x100 };

static void make_ring(struct world *w, unsigned len)
{
	for (unsigned i = 0; i < len; i++) {
		put32(w, ARENA + i * ARENA_STEP, 0);
		put64(w, ARENA + i * ARENA_STEP + 64, ARENA + (i + 1) % len * ARENA_STEP);
	}
}

static void test_arenas(void **state)
{
	static const unsigned lens[] = {1, 2, 63, 64, 65, 200};
	struct world *w = *state;

	add_lock(w, ARENA, IJ_WIRE_LOCK_ARENAS, IJ_CLASS(ALLOCATOR));
	for (size_t i = 0; i < IJ_COUNT(lens); i++) {
		const ij_addr last = ARENA + (lens[i] - 1) * ARENA_STEP;

		make_ring(w, lens[i]);
		w->known.ring.known = false;
		ij_locks_prepare(&w->view.memory, &w->target, &w->known);
		assert_true(w->known.ring.known);
		assert_int_equal(w->known.ring.len, lens[i] - 1);
		assert_true(are_free(w, IJ_CLASS(ALLOCATOR)));
		put32(w, last, 1);
		assert_false(are_free(w, IJ_CLASS(ALLOCATOR)));
		assert_int_equal(w->verdict.addr, last);
		put32(w, last, 0);
	}
	/* A new one comes first; what was known before the stop is found to be old. */
	make_ring(w, 3);
	w->known.ring.known = false;
	ij_locks_prepare(&w->view.memory, &w->target, &w->known);
	put64(w, ARENA + 0x8000 + 64, ARENA + ARENA_STEP);
	put32(w, ARENA + 0x8000, 2);
	put64(w, ARENA + 64, ARENA + 0x8000);
	assert_false(are_free(w, IJ_CLASS(ALLOCATOR)));
	assert_int_equal(w->verdict.addr, ARENA + 0x8000);
	assert_int_equal(w->known.ring.len, 3);
}

/* More locks that are set than can be watched: not safe, whoever holds them. */
static void test_many_suspects(void **state)
{
	struct world *w = *state;

	add_lock(w, ARENA, IJ_WIRE_LOCK_ARENAS, IJ_CLASS(ALLOCATOR));
	make_ring(w, 400);
	for (unsigned i = 0; i < 400; i++)
		put32(w, ARENA + i * ARENA_STEP, 1);
	assert_false(are_free(w, IJ_CLASS(ALLOCATOR)));
	assert_int_equal(w->verdict.reason, IJ_WIRE_REASON_LOCK);
}

static void test_hostile_rings(void **state)
{
	static const ij_addr nexts[] = {
		0,          1,         BASE - 8,           BASE + SIZE,
		UINT64_MAX, ARENA + 4, ARENA + ARENA_STEP, 0x800000000000,
	};
	struct world *w = *state;

	add_lock(w, ARENA, IJ_WIRE_LOCK_ARENAS, IJ_CLASS(ALLOCATOR));
	for (size_t i = 0; i < IJ_COUNT(nexts); i++) {
		make_ring(w, 3);
		/* The second leads elsewhere: also to itself, so that the first is never met. */
		put64(w, ARENA + ARENA_STEP + 64, nexts[i]);
		if (are_free(w, IJ_CLASS(ALLOCATOR)))
			fail_msg("case %zu", i);
		assert_int_equal(w->verdict.addr, 0);
		assert_int_equal(w->verdict.classes, IJ_CLASS(ALLOCATOR));
		assert_false(w->known.ring.known);
	}
	w->target.locks[0].addr = BASE + SIZE; /* the ring itself cannot be read */
	assert_false(are_free(w, IJ_CLASS(ALLOCATOR)));
}

enum { FILES = BASE + 0x1000, FILE_STEP = 0x100, FILES_HEAD = BASE + 8 };

static void make_files(struct world *w, unsigned len)
{
	put64(w, FILES_HEAD, len ? FILES : 0);
	for (unsigned i = 0; i < len; i++) {
		const ij_addr file = FILES + i * FILE_STEP;

		memset(w->bytes + (file - BASE), 0, FILE_STEP);
		put32(w, file, 0xfbad2484);
		put64(w, file + 0x68, i + 1 < len ? file + FILE_STEP : 0);
		put32(w, file + 0x70, i);
		put64(w, file + 0x88, file + 0xe0);
	}
}

static void test_files(void **state)
{
	struct world *w = *state;
	const ij_addr second = FILES + FILE_STEP, elsewhere = BASE + 0x100;

	add_lock(w, FILES_HEAD, IJ_WIRE_LOCK_FILES, IJ_CLASS(STDIO));
	make_files(w, 0);
	assert_true(are_free(w, IJ_CLASS(STDIO)));
	make_files(w, 3);
	assert_true(are_free(w, IJ_CLASS(STDIO)));
	put32(w, second + 0xe0, 1);
	put64(w, second + 0xe8, OTHER_TP);
	assert_true(are_free(w, IJ_CLASS(STDIO)));
	put64(w, second + 0xe8, TP);
	assert_false(are_free(w, IJ_CLASS(STDIO)));
	assert_int_equal(w->verdict.addr, second + 0xe0);
	assert_int_equal(w->verdict.owner, TID);
	assert_string_equal(w->verdict.text, "a lock of descriptor 1");
	/* A lock that stands elsewhere, as those of stdin, stdout and stderr. */
	put64(w, second + 0x88, elsewhere);
	assert_true(are_free(w, IJ_CLASS(STDIO)));
	put32(w, elsewhere, 1);
	assert_false(are_free(w, IJ_CLASS(STDIO))); /* taken, and not named yet */
	assert_int_equal(w->verdict.owner, 0);
	put64(w, elsewhere + 8, TP);
	assert_false(are_free(w, IJ_CLASS(STDIO)));
	put64(w, second + 0x88, 0); /* without a lock */
	assert_true(are_free(w, IJ_CLASS(STDIO)));
	make_files(w, 500);
	put32(w, FILES + 499 * FILE_STEP + 0xe0, 1);
	put64(w, FILES + 499 * FILE_STEP + 0xe8, TP);
	assert_false(are_free(w, IJ_CLASS(STDIO)));
	assert_int_equal(w->verdict.addr, FILES + 499 * FILE_STEP + 0xe0);
}

/* Files that were opened and closed since the list was last looked at. */
static void test_files_change(void **state)
{
	static const unsigned held[] = {0, 1, 31, 32, 33, 63, 64, 99, 100, 101};
	struct world *w = *state;
	const ij_addr other = FILES + 200 * FILE_STEP;

	add_lock(w, FILES_HEAD, IJ_WIRE_LOCK_FILES, IJ_CLASS(STDIO));
	for (size_t i = 0; i < IJ_COUNT(held); i++) {
		const ij_addr file = FILES + held[i] * FILE_STEP;

		for (unsigned change = 0; change < 4; change++) {
			make_files(w, 120);
			ij_locks_prepare(&w->view.memory, &w->target, &w->known);
			assert_int_equal(w->known.files.len, 120);
			memcpy(w->bytes + (other - BASE), w->bytes + (FILES - BASE), FILE_STEP);
			put64(w, other + 0x88, other + 0xe0);
			if (change == 1) { /* a new one */
				put64(w, other + 0x68, FILES);
				put64(w, FILES_HEAD, other);
			} else if (change == 2) { /* one less */
				put64(w, FILES + 40 * FILE_STEP + 0x68, FILES + 42 * FILE_STEP);
			} else if (change == 3) { /* the last ones closed */
				put64(w, FILES + 101 * FILE_STEP + 0x68, 0);
			}
			assert_true(are_free(w, IJ_CLASS(STDIO)));
			assert_int_equal(w->known.files.len, change == 0   ? 120
							     : change == 1 ? 121
							     : change == 2 ? 119
									   : 102);
			put32(w, file + 0xe0, 1);
			put64(w, file + 0xe8, TP);
			assert_false(are_free(w, IJ_CLASS(STDIO)));
			assert_int_equal(w->verdict.addr, file + 0xe0);
			put32(w, file + 0xe0, 0);
			put64(w, file + 0xe8, 0);
		}
	}
}

static void test_hostile_files(void **state)
{
	struct world *w = *state;

	add_lock(w, FILES_HEAD, IJ_WIRE_LOCK_FILES, IJ_CLASS(STDIO));
	static const ij_addr chains[] = {1,     BASE - 8,          BASE + SIZE - 8, UINT64_MAX - 7,
					 FILES, FILES + FILE_STEP, BASE + 0x30000 /* no magic */};

	for (size_t i = 0; i < IJ_COUNT(chains); i++) {
		make_files(w, 3);
		put64(w, FILES + FILE_STEP + 0x68, chains[i]);
		if (are_free(w, IJ_CLASS(STDIO)))
			fail_msg("case %zu", i);
		assert_int_equal(w->verdict.addr, 0);
	}
	make_files(w, 3);
	put64(w, FILES + 0x88, 24); /* a lock that is not there */
	assert_false(are_free(w, IJ_CLASS(STDIO)));
	w->target.locks[0].addr = 8; /* no list */
	assert_false(are_free(w, IJ_CLASS(STDIO)));
	/* A chain that is broken at one look and whole at the next: files come and go. */
	w->target.locks[0].addr = FILES_HEAD;
	make_files(w, 3);
	put64(w, FILES + FILE_STEP + 0x68, 1);
	w->change_addr = FILES + FILE_STEP + 0x68;
	w->change_value = FILES + 2 * FILE_STEP;
	w->change_after = 1;
	assert_true(are_free(w, IJ_CLASS(STDIO)));
}

static void test_unreadable_lock(void **state)
{
	struct world *w = *state;

	add_lock(w, BASE + SIZE - 8, IJ_WIRE_LOCK_MUTEX, IJ_CLASS(LOADER));
	assert_false(are_free(w, IJ_CLASS(LOADER)));
	assert_int_equal(w->verdict.reason, IJ_WIRE_REASON_LOCK);
	assert_true(are_free(w, IJ_CLASS(STDIO)));
}

/* A C library whose locks were not recognised: safe with one thread only. */
static void test_missing(void **state)
{
	struct world *w = *state;

	w->target.locks_missing = IJ_CLASS(ALLOCATOR);
	assert_false(are_free(w, IJ_CLASS(ALLOCATOR) | IJ_CLASS(STDIO)));
	assert_int_equal(w->verdict.reason, IJ_WIRE_REASON_LOCK);
	assert_int_equal(w->verdict.addr, 0);
	assert_int_equal(w->verdict.classes, IJ_CLASS(ALLOCATOR));
	assert_non_null(strstr(w->verdict.text, "the allocator"));
	assert_true(are_free(w, IJ_CLASS(STDIO)));
	w->view.threads = 1;
	assert_true(are_free(w, IJ_CLASS(ALLOCATOR)));
}

int main(void)
{
#define T(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_owners),  T(test_watch),         T(test_watch_live),
		T(test_arenas),  T(test_many_suspects), T(test_hostile_rings),
		T(test_files),   T(test_hostile_files), T(test_unreadable_lock),
		T(test_missing), T(test_outside),       T(test_files_change),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
