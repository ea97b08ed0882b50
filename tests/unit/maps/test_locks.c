/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Lock words, found in the test process, held and free. */
#include <dlfcn.h>
#include <link.h>
#include <malloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "maps/locks.h"
#include "process.h"

struct world {
	struct process proc;
	struct ij_locks locks;
};

static const struct ij_lock *lock_get(const struct world *world, const char *name)
{
	IJ_VEC_EACH (&world->locks.list, lock)
		if (!strcmp(lock->name, name))
			return lock;
	return NULL;
}

static int word(ij_addr addr)
{
	return *(volatile int *)(uintptr_t)addr;
}

/* A FILE that is locked shows it, with our TCB as its owner. */
static void test_stdio(void **state)
{
	static const char *const names[] = {"stdin", "stdout", "stderr"};
	struct world *world = *state;
	FILE *files[] = {stdin, stdout, stderr};

	for (size_t i = 0; i < IJ_COUNT(names); i++) {
		const struct ij_lock *lock = lock_get(world, names[i]);
		uint64_t owner;

		assert_non_null(lock);
		assert_int_equal(lock->kind, IJ_LOCK_IO);
		assert_int_equal(lock->classes, IJ_CLASS(STDIO));
		assert_int_equal(word(lock->addr + 4), 0);
		flockfile(files[i]);
		assert_int_equal(word(lock->addr + 4), 1);
		memcpy(&owner, (const void *)(uintptr_t)(lock->addr + 8), sizeof(owner));
		assert_int_equal(owner, (uintptr_t)__builtin_thread_pointer());
		funlockfile(files[i]);
		assert_int_equal(word(lock->addr + 4), 0);
	}
}

/* The loader's lock is ours while dl_iterate_phdr calls us back: it holds _dl_load_write_lock. */
static int during_iteration(struct dl_phdr_info *info, size_t size, void *ctx)
{
	const struct ij_lock *lock = ctx;

	(void)info;
	(void)size;
	assert_int_equal(word(lock->addr), 1);
	assert_int_equal(word(lock->addr + 8), gettid());
	return 1;
}

static void test_loader(void **state)
{
	struct world *world = *state;
	const struct ij_lock *load = lock_get(world, "_dl_load_lock");
	const struct ij_lock *write = lock_get(world, "_dl_load_write_lock");

	assert_non_null(load);
	assert_non_null(write);
	assert_int_equal(load->kind, IJ_LOCK_MUTEX);
	assert_int_equal(write->addr, load->addr + 40);
	assert_int_equal(load->classes, IJ_CLASS(LOADER));
	assert_int_equal(word(write->addr), 0);
	assert_int_equal(dl_iterate_phdr(during_iteration, (void *)(uintptr_t)write), 1);
	assert_int_equal(word(write->addr), 0);
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

/* main_arena's top is the last chunk of the heap, which ends where sbrk does. */
static void test_arena(void **state)
{
	struct world *world = *state;
	const struct ij_lock *lock = lock_get(world, "main_arena");
	void *(*libc_malloc)(size_t) = (void *(*)(size_t))libc_func("malloc");
	void (*libc_free)(void *) = (void (*)(void *))libc_func("free");
	uint64_t top;

	assert_non_null(lock);
	assert_int_equal(lock->kind, IJ_LOCK_LOWLEVEL);
	assert_int_equal(lock->classes, IJ_CLASS(ALLOCATOR));
	libc_free(libc_malloc(1000)); /* so that there is a heap */
	memcpy(&top, (const void *)(uintptr_t)(lock->addr + 96), sizeof(top));
	assert_in_range(top, (uintptr_t)sbrk(0) - (1 << 24), (uintptr_t)sbrk(0));
}

static void test_list(void **state)
{
	struct world *world = *state;
	const struct ij_lock *lock = lock_get(world, "list_all_lock");
	void (*list_lock)(void) = (void (*)(void))dlsym(RTLD_DEFAULT, "_IO_list_lock");
	void (*list_unlock)(void) = (void (*)(void))dlsym(RTLD_DEFAULT, "_IO_list_unlock");

	assert_non_null(lock);
	assert_int_equal(word(lock->addr), 0);
	list_lock();
	assert_int_equal(word(lock->addr), 1);
	list_unlock();
	assert_int_equal(word(lock->addr), 0);
}

static void test_single_threaded(void **state)
{
	struct world *world = *state;

	assert_int_equal(world->locks.single_threaded,
			 (uintptr_t)dlsym(RTLD_DEFAULT, "__libc_single_threaded"));
}

/* Memory in which nothing can be read: nothing is found, and nothing goes wrong. */
static void test_unreadable(void **state)
{
	struct world *world = *state;
	struct ij_mem_bytes none;
	struct ij_locks locks;

	ij_mem_bytes_init(&none, "", 0, 0);
	assert_null(ij_locks_find(world->proc.mods, &none.mem, &locks));
	assert_int_equal(locks.list.len, 0);
	ij_locks_deinit(&locks);
}

static int setup(void **state)
{
	static struct world world;

	process_init(&world.proc);
	*state = &world;
	assert_null(ij_locks_find(world.proc.mods, &world.proc.mem.mem, &world.locks));
	return 0;
}

static int teardown(void **state)
{
	struct world *world = *state;

	ij_locks_deinit(&world->locks);
	process_deinit(&world->proc);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stdio),           cmocka_unit_test(test_loader),
		cmocka_unit_test(test_arena),           cmocka_unit_test(test_list),
		cmocka_unit_test(test_single_threaded), cmocka_unit_test(test_unreadable),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
