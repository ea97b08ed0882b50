/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Finding glibc's lock words by exported symbols, by the code of exported functions, and by their
 * shape. */
#include "maps/locks.h"

#include <string.h>

#define CODE_SIZE 256 /* bytes of a function that are looked at */

struct finder {
	struct ij_mem *mem;
	const struct ij_module *libc;
	const struct ij_module *rtld; /* NULL in a static program */
	struct ij_locks *locks;
};

/* glibc, sysdeps/nptl/stdio-lock.h: _IO_lock_t. */
struct io_lock {
	int32_t lock;
	int32_t count;
	uint64_t owner;
};

/* glibc, sysdeps/x86/nptl/bits/struct_mutex.h: the part of a mutex that tells one from other data.
 */
struct mutex {
	int32_t lock;
	uint32_t count;
	int32_t owner;
	uint32_t users;
	int32_t kind;
	int16_t spins, elision;
	uint64_t list[2];
};

enum { MUTEX_RECURSIVE = 1 }; /* glibc, nptl/pthreadP.h: PTHREAD_MUTEX_RECURSIVE_NP */

static bool read_mem(struct ij_mem *mem, ij_addr addr, void *buf, size_t size)
{
	struct ij_error *err = ij_mem_read(mem, addr, buf, size);

	ij_error_free(err);
	return !err;
}

/* Whether a low-level lock word (free, held, held with waiters) of @size bytes lies at @addr in
 * @module. */
static bool is_lock_word(const struct finder *find, const struct ij_module *module, ij_addr addr,
			 size_t size)
{
	uint32_t value;

	return addr % sizeof(value) == 0 && addr >= module->lo && addr < module->hi &&
	       module->hi - addr >= size && read_mem(find->mem, addr, &value, sizeof(value)) &&
	       value <= 2;
}

/* The address and size of @name, which @module defines; false if it does not. */
static bool symbol_find(const struct ij_module *module, const char *name, ij_addr *addr_ret,
			uint64_t *size_ret)
{
	struct ij_symbol sym;
	struct ij_error *err = ij_object_symbol(module->obj, name, &sym);

	ij_error_free(err);
	if (err || sym.kind == IJ_SYMBOL_TLS || sym.kind == IJ_SYMBOL_IFUNC)
		return false;
	*addr_ret = sym.value + module->bias;
	*size_ret = sym.size;
	return true;
}

static struct ij_error *lock_add(struct finder *find, ij_addr addr, enum ij_lock_kind kind,
				 ij_classes classes, const char *name)
{
	struct ij_lock lock = {.addr = addr, .kind = kind, .classes = classes};

	strncpy(lock.name, name, sizeof(lock.name) - 1);
	return ij_vec_push(&find->locks->list, lock);
}

/* The FILEs that exist from the start; _lock stands at +0x88 (glibc, struct_FILE.h). */
static struct ij_error *stdio_find(struct finder *find)
{
	static const struct {
		const char *symbol;
		const char *name;
	} files[] = {
		{"_IO_2_1_stdin_", "stdin"},
		{"_IO_2_1_stdout_", "stdout"},
		{"_IO_2_1_stderr_", "stderr"},
	};

	for (size_t i = 0; i < IJ_COUNT(files); i++) {
		ij_addr file, lock;
		uint64_t size;

		if (symbol_find(find->libc, files[i].symbol, &file, &size) &&
		    read_mem(find->mem, file + 0x88, &lock, sizeof(lock)) &&
		    is_lock_word(find, find->libc, lock, sizeof(struct io_lock)))
			IJ_TRY(lock_add(find, lock, IJ_LOCK_IO, IJ_CLASS(STDIO), files[i].name));
	}
	return NULL;
}

/* The code of the exported function @name. @addr_ret: its address. */
static bool code_read(const struct finder *find, const char *name, uint8_t *code, ij_addr *addr_ret)
{
	uint64_t size;

	return symbol_find(find->libc, name, addr_ret, &size) &&
	       read_mem(find->mem, *addr_ret, code, CODE_SIZE);
}

/* The target of a rip-relative operand whose instruction starts at @off and is @len bytes long. */
static ij_addr rip_target(const uint8_t *code, ij_addr addr, size_t off, size_t len)
{
	int32_t disp;

	memcpy(&disp, code + off + len - sizeof(disp), sizeof(disp));
	return addr + off + len + (uint64_t)(int64_t)disp;
}

/* _IO_list_lock: the operand of its `lock cmpxchg %reg, disp(%rip)`: f0 0f b1 /r. */
static struct ij_error *list_lock_find(struct finder *find)
{
	uint8_t code[CODE_SIZE];
	ij_addr addr;

	if (!code_read(find, "_IO_list_lock", code, &addr))
		return NULL;
	for (size_t i = 0; i + 8 <= CODE_SIZE; i++) {
		ij_addr lock;

		if (code[i] != 0xf0 || code[i + 1] != 0x0f || code[i + 2] != 0xb1 ||
		    (code[i + 3] & 0xc7) != 0x05)
			continue;
		lock = rip_target(code, addr, i, 8);
		if (is_lock_word(find, find->libc, lock, sizeof(struct io_lock)))
			return lock_add(find, lock, IJ_LOCK_IO, IJ_CLASS(STDIO), "list_all_lock");
	}
	return NULL;
}

/*
 * Whether @arena is the start of a ring of arenas linked at +@next_off. Arenas but the first lie at
 * the start of their heaps (glibc, malloc/arena.c: new_heap), and there are a few per processor.
 */
static bool ring_closes(const struct finder *find, ij_addr arena, unsigned next_off)
{
	ij_addr at = arena;

	for (unsigned i = 0; i < 4096; i++) {
		uint32_t word;

		if (!read_mem(find->mem, at + next_off, &at, sizeof(at)) || at % 8)
			return false;
		if (at == arena)
			return true;
		if (!read_mem(find->mem, at, &word, sizeof(word)) || word > 2)
			return false;
	}
	return false;
}

/*
 * main_arena: the first rip-relative lea of malloc_trim (48/4c 8d /r) whose target has the shape of
 * an arena: a lock word at its start, and at malloc_state.next a ring that closes.
 */
static struct ij_error *arena_find(struct finder *find)
{
	/* Of malloc_state.next: since 2.27 (have_fastchunks), and before. */
	static const unsigned next_offs[] = {2160, 2152};
	uint8_t code[CODE_SIZE];
	ij_addr addr;

	if (!code_read(find, "malloc_trim", code, &addr))
		return NULL;
	for (size_t i = 0; i + 7 <= CODE_SIZE; i++) {
		ij_addr arena;

		if ((code[i] != 0x48 && code[i] != 0x4c) || code[i + 1] != 0x8d ||
		    (code[i + 2] & 0xc7) != 0x05)
			continue;
		arena = rip_target(code, addr, i, 7);
		if (!is_lock_word(find, find->libc, arena, next_offs[0] + 8))
			continue;
		for (size_t j = 0; j < IJ_COUNT(next_offs); j++)
			if (ring_closes(find, arena, next_offs[j]))
				return lock_add(find, arena, IJ_LOCK_LOWLEVEL, IJ_CLASS(ALLOCATOR),
						"main_arena");
	}
	return NULL;
}

/* A recursive mutex of the loader: initialised statically, so all but lock, count, owner, users is
 * fixed. */
static bool is_rtld_mutex(const uint8_t *bytes)
{
	struct mutex mutex;

	memcpy(&mutex, bytes, sizeof(mutex));
	if (mutex.kind != MUTEX_RECURSIVE || mutex.spins || mutex.elision || mutex.list[0] ||
	    mutex.list[1])
		return false;
	return (uint32_t)mutex.lock <= 2 && mutex.owner >= 0 && mutex.count < 1024 &&
	       mutex.users < (1u << 22);
}

/*
 * The loader's mutexes stand side by side in _rtld_global (glibc, sysdeps/generic/ldsodefs.h:
 * _dl_load_lock, _dl_load_write_lock, and since 2.35 _dl_load_tls_lock), at an offset that changes
 * from version to version. So they are found by their shape, and only if one place has it.
 */
static struct ij_error *rtld_find(struct finder *find)
{
	static const char *const names[] = {"_dl_load_lock", "_dl_load_write_lock",
					    "_dl_load_tls_lock"};
	uint8_t global[8192];
	ij_addr addr;
	uint64_t size;
	size_t found = 0, found_len = 0, places = 0;

	if (!find->rtld || !symbol_find(find->rtld, "_rtld_global", &addr, &size) ||
	    size > sizeof(global) || !read_mem(find->mem, addr, global, size))
		return NULL;
	for (size_t off = 0; off + sizeof(struct mutex) <= size;) {
		size_t len = 0;

		while (off + (len + 1) * sizeof(struct mutex) <= size &&
		       is_rtld_mutex(global + off + len * sizeof(struct mutex)))
			len++;
		if (len >= 2) {
			found = off;
			found_len = len;
			places++;
		}
		off += len >= 2 ? len * sizeof(struct mutex) : 8;
	}
	if (places != 1 || found_len > IJ_COUNT(names))
		return NULL;
	for (size_t i = 0; i < found_len; i++)
		IJ_TRY(lock_add(find, addr + found + i * sizeof(struct mutex), IJ_LOCK_MUTEX,
				IJ_CLASS(LOADER), names[i]));
	return NULL;
}

static bool named(const struct ij_module *module, const char *prefix)
{
	return !strncmp(module->name, prefix, strlen(prefix));
}

/* glibc and its loader; in a static program libc is the program itself. */
static void modules_find(struct ij_modules *mods, struct finder *find)
{
	const struct ij_module *main = NULL;
	size_t len;
	struct ij_module *const *list = ij_modules_list(mods, &len);

	for (size_t i = 0; i < len; i++) {
		if (!list[i]->obj)
			continue;
		if (named(list[i], "libc.so.6") || named(list[i], "libc-2."))
			find->libc = list[i];
		else if (named(list[i], "ld-linux-") || named(list[i], "ld-2."))
			find->rtld = list[i];
		else if (list[i]->main)
			main = list[i];
	}
	if (!find->libc && !find->rtld)
		find->libc = main;
}

struct ij_error *ij_locks_find(struct ij_modules *mods, struct ij_mem *mem, struct ij_locks *ret)
{
	struct ij_locks locks = {.single_threaded = 0};
	struct finder find = {.mem = mem, .locks = &locks};
	uint64_t size;
	struct ij_error *err = NULL;

	modules_find(mods, &find);
	if (find.libc) {
		err = stdio_find(&find);
		if (!err)
			err = list_lock_find(&find);
		if (!err)
			err = arena_find(&find);
		if (!err)
			err = rtld_find(&find);
		if (!symbol_find(find.libc, "__libc_single_threaded", &locks.single_threaded,
				 &size))
			locks.single_threaded = 0;
	}
	if (err) {
		ij_locks_deinit(&locks);
		return err;
	}
	*ret = locks;
	return NULL;
}

void ij_locks_deinit(struct ij_locks *locks)
{
	ij_vec_deinit(&locks->list);
}
