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
	assert_int_equal(lock->kind, IJ_LOCK_ARENAS);
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

static void test_files(void **state)
{
	struct world *world = *state;
	const struct ij_lock *files = lock_get(world, "of a FILE");

	assert_non_null(files);
	assert_int_equal(files->kind, IJ_LOCK_FILES);
	assert_int_equal(files->classes, IJ_CLASS(STDIO));
	assert_int_equal(files->addr, (uintptr_t)libc_func("_IO_list_all"));
	assert_int_equal(world->locks.missing, 0);
}

static void test_atfork(void **state)
{
	struct world *world = *state;
	const struct ij_lock *lock = lock_get(world, "atfork_lock");
	const struct ij_module *libc = process_module(&world->proc, "libc.so.6");

	assert_non_null(lock);
	assert_int_equal(lock->kind, IJ_LOCK_LOWLEVEL);
	assert_int_equal(lock->classes, IJ_CLASS(FORK));
	assert_in_range(lock->addr, libc->lo, libc->hi);
	assert_int_equal(word(lock->addr), 0);
}

/* This process's memory, but for some bytes. */
struct lies {
	struct ij_mem mem;
	struct ij_mem *truth;
	struct {
		ij_addr addr;
		uint64_t value;
		size_t size; /* filled with the eight bytes of `value`, again and again */
	} list[2];
};

static struct ij_error *lies_read(struct ij_mem *mem, ij_addr addr, void *buf, size_t size)
{
	struct lies *lies = (struct lies *)mem;

	IJ_TRY(ij_mem_read(lies->truth, addr, buf, size));
	for (size_t i = 0; i < IJ_COUNT(lies->list); i++)
		for (size_t at = 0; at < size; at++)
			if (addr + at - lies->list[i].addr < lies->list[i].size)
				((uint8_t *)buf)[at] =
					(uint8_t)(lies->list[i].value >>
						  (addr + at - lies->list[i].addr) % 8 * 8);
	return NULL;
}

/* What does not have the shape that it should have is left out, and missing. */
static void test_lies(void **state)
{
	struct world *world = *state;
	const struct ij_lock *arena = lock_get(world, "main_arena");
	const struct ij_lock *files = lock_get(world, "of a FILE");
	const struct ij_lock *load = lock_get(world, "_dl_load_lock");
	const struct ij_lock *list = lock_get(world, "list_all_lock");
	const ij_addr next = arena->addr + arena->next_off;
	const ij_addr file = (uintptr_t)libc_func("_IO_2_1_stdout_");
	const struct {
		const char *what, *name;
		ij_addr addr;
		uint64_t value;
		size_t size;
		ij_classes missing;
	} cases[] = {
		{"no lock", "main_arena", arena->addr, 7, 4, IJ_CLASS(ALLOCATOR)},
		{"a ring to nowhere", "main_arena", next, 8, 8, IJ_CLASS(ALLOCATOR)},
		{"a ring to no address", "main_arena", next, UINT64_MAX, 8, IJ_CLASS(ALLOCATOR)},
		{"a ring to an odd address", "main_arena", next, arena->addr + 1, 8,
		 IJ_CLASS(ALLOCATOR)},
		{"a ring of others", "main_arena", next, file, 8, IJ_CLASS(ALLOCATOR)},
		{"other code", "main_arena", (uintptr_t)libc_func("malloc_trim"),
		 0x9090909090909090, 2048, IJ_CLASS(ALLOCATOR)},
		{"no code", "main_arena", (uintptr_t)libc_func("malloc_trim"), 0x0606060606060606,
		 2048, IJ_CLASS(ALLOCATOR)},
		{"an endless list", "of a FILE", file + 0x68, file, 8, IJ_CLASS(STDIO)},
		{"a list to nowhere", "of a FILE", file + 0x68, 8, 8, IJ_CLASS(STDIO)},
		{"no list", "of a FILE", files->addr, 0, 8, IJ_CLASS(STDIO)},
		{"no FILEs", "of a FILE", file, 0, 4, IJ_CLASS(STDIO)},
		{"no list lock", "list_all_lock", list->addr, 3, 4, IJ_CLASS(STDIO)},
		{"two list locks", "list_all_lock", (uintptr_t)libc_func("_IO_list_unlock"),
		 0x9090909090909090, 64, IJ_CLASS(STDIO)},
		{"mutexes of another kind", "_dl_load_lock", load->addr, 0, 80, IJ_CLASS(LOADER)},
		{"no mutexes", "_dl_load_lock", load->addr, UINT64_MAX, 120, IJ_CLASS(LOADER)},
		{"a fork lock of another kind", "atfork_lock", lock_get(world, "atfork_lock")->addr,
		 99, 4, 0},
	};

	for (size_t i = 0; i < IJ_COUNT(cases); i++) {
		struct lies lies = {
			.mem = {lies_read},
			.truth = &world->proc.mem.mem,
			.list = {{cases[i].addr, cases[i].value, cases[i].size}},
		};
		struct world other = {.proc = world->proc};

		print_message("%s\n", cases[i].what);
		assert_null(ij_locks_find(world->proc.mods, &lies.mem, &other.locks));
		assert_null(lock_get(&other, cases[i].name));
		assert_int_equal(other.locks.missing, cases[i].missing);
		ij_locks_deinit(&other.locks);
	}
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
	assert_int_equal(locks.missing, IJ_CLASS(ALLOCATOR) | IJ_CLASS(STDIO) | IJ_CLASS(LOADER));
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
		cmocka_unit_test(test_stdio),
		cmocka_unit_test(test_loader),
		cmocka_unit_test(test_arena),
		cmocka_unit_test(test_list),
		cmocka_unit_test(test_single_threaded),
		cmocka_unit_test(test_unreadable),
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_atfork),
		cmocka_unit_test(test_lies),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
