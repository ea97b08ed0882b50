/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Finding glibc's lock words by exported symbols, by the code of exported functions, and by their
 * shape. */
#include "maps/locks.h"

#include <string.h>

#include "arch/decode.h"

#define CODE_SIZE  1024 /* bytes of a function that are looked at */
#define ARENAS_MAX 4096 /* there are a few per processor */
#define FILES_MAX  4096

/* glibc, libio/bits/types/struct_FILE.h: public layout. */
enum { FILE_CHAIN = 0x68, FILE_LOCK = 0x88 };
enum { FILE_MAGIC = 0xfbad0000u, FILE_MAGIC_MASK = 0xffff0000u };

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

static struct ij_error *lock_push(struct finder *find, struct ij_lock lock, const char *name)
{
	strncpy(lock.name, name, sizeof(lock.name) - 1);
	return ij_vec_push(&find->locks->list, lock);
}

static struct ij_error *lock_add(struct finder *find, ij_addr addr, enum ij_lock_kind kind,
				 ij_classes classes, const char *name)
{
	return lock_push(find, (struct ij_lock){.addr = addr, .kind = kind, .classes = classes},
			 name);
}

/* The instructions of an exported function, in the order of addresses. */
struct code {
	uint8_t bytes[CODE_SIZE];
	ij_addr addr;
	size_t size, off;
};

static bool code_open(const struct finder *find, const char *name, struct code *ret)
{
	uint64_t size;

	if (!symbol_find(find->libc, name, &ret->addr, &size))
		return false;
	ret->size = size < CODE_SIZE ? size : CODE_SIZE;
	ret->off = 0;
	return read_mem(find->mem, ret->addr, ret->bytes, ret->size);
}

/* False at the end, and where something is no instruction. */
static bool code_next(struct code *code, struct ij_insn *ret)
{
	if (code->off >= code->size ||
	    !ij_insn_decode(code->bytes + code->off, code->size - code->off, code->addr + code->off,
			    ret))
		return false;
	code->off += ret->size;
	return true;
}

/* The first int at a fixed address that function @name changes atomically; 0: none. */
static ij_addr locked_word(const struct finder *find, const char *name)
{
	struct code code;
	struct ij_insn insn;

	if (!code_open(find, name, &code))
		return 0;
	while (code_next(&code, &insn))
		if (insn.locked && insn.mem_pc_relative && insn.mem_size == sizeof(uint32_t))
			return insn.mem_addr;
	return 0;
}

/* The FILEs that exist from the start. */
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
		    read_mem(find->mem, file + FILE_LOCK, &lock, sizeof(lock)) &&
		    is_lock_word(find, find->libc, lock, sizeof(struct io_lock)))
			IJ_TRY(lock_add(find, lock, IJ_LOCK_IO, IJ_CLASS(STDIO), files[i].name));
	}
	return NULL;
}

/*
 * Whether a list of FILEs begins in the word at @head: each has stdio's magic number and a lock,
 * and the list ends. The target runs on, so a file that is closed meanwhile is no reason to look
 * once only.
 */
static bool files_end(const struct finder *find, ij_addr head)
{
	ij_addr file;

	if (!read_mem(find->mem, head, &file, sizeof(file)) || !file)
		return false;
	for (unsigned i = 0; i < FILES_MAX; i++) {
		uint32_t flags;

		if (file % 8 || !read_mem(find->mem, file, &flags, sizeof(flags)) ||
		    (flags & FILE_MAGIC_MASK) != FILE_MAGIC ||
		    !read_mem(find->mem, file + FILE_CHAIN, &file, sizeof(file)))
			return false;
		if (!file)
			return true;
	}
	return false;
}

static struct ij_error *files_find(struct finder *find)
{
	ij_addr head;
	uint64_t size;

	if (!symbol_find(find->libc, "_IO_list_all", &head, &size))
		return NULL;
	for (unsigned tries = 0; tries < 3; tries++)
		if (files_end(find, head))
			return lock_add(find, head, IJ_LOCK_FILES, IJ_CLASS(STDIO), "of a FILE");
	find->locks->missing |= IJ_CLASS(STDIO);
	return NULL;
}

/* Both functions of a pair agree about the word, so that no other one is taken for it. */
static struct ij_error *list_lock_find(struct finder *find)
{
	ij_addr lock = locked_word(find, "_IO_list_lock");

	if (lock && lock == locked_word(find, "_IO_list_unlock") &&
	    is_lock_word(find, find->libc, lock, sizeof(struct io_lock)))
		return lock_add(find, lock, IJ_LOCK_IO, IJ_CLASS(STDIO), "list_all_lock");
	find->locks->missing |= IJ_CLASS(STDIO);
	return NULL;
}

/* Its own list only; frames show a fork, so that a library without this lock lacks nothing. */
static struct ij_error *atfork_lock_find(struct finder *find)
{
	ij_addr lock = locked_word(find, "__register_atfork");

	if (lock && is_lock_word(find, find->libc, lock, sizeof(uint32_t)))
		return lock_add(find, lock, IJ_LOCK_LOWLEVEL, IJ_CLASS(FORK), "atfork_lock");
	return NULL;
}

/*
 * Whether @arena is the start of a ring of arenas linked at +@next_off. Arenas but the first lie at
 * the start of their heaps (glibc, malloc/arena.c: new_heap).
 */
static bool ring_closes(const struct finder *find, ij_addr arena, unsigned next_off)
{
	ij_addr at = arena;

	for (unsigned i = 0; i < ARENAS_MAX; i++) {
		uint32_t word;

		if (!read_mem(find->mem, at, &word, sizeof(word)) || word > 2 ||
		    !read_mem(find->mem, at + next_off, &at, sizeof(at)) || at % 8)
			return false;
		if (at == arena)
			return true;
	}
	return false;
}

/* What malloc_trim's code names: addresses it takes, and offsets from which it loads pointers. */
struct trim {
	ij_addr addrs[16];
	unsigned offs[16];
	size_t addrs_len, offs_len;
};

static void trim_read(const struct finder *find, struct trim *ret)
{
	struct code code;
	struct ij_insn insn;

	if (!code_open(find, "malloc_trim", &code))
		return;
	while (code_next(&code, &insn)) {
		bool plain = insn.has_memory && !insn.writes_memory && !insn.locked;

		if (plain && insn.mem_pc_relative && !insn.reads_memory &&
		    ret->addrs_len < IJ_COUNT(ret->addrs))
			ret->addrs[ret->addrs_len++] = insn.mem_addr;
		/* Bins, fastbins and counters of malloc_state take about two KiB before `next`. */
		if (plain && insn.reads_memory && insn.mem_size == sizeof(ij_addr) &&
		    insn.mem_base != 0xff && insn.mem_index == 0xff && insn.mem_disp >= 1024 &&
		    insn.mem_disp < 4096 && insn.mem_disp % 8 == 0 &&
		    ret->offs_len < IJ_COUNT(ret->offs))
			ret->offs[ret->offs_len++] = (unsigned)insn.mem_disp;
	}
}

/*
 * main_arena: what malloc_trim takes the address of, and has the shape of an arena: a lock word at
 * its start, and a ring that closes, at an offset from which the same code loads. A static program
 * without malloc_trim has the name, and an offset of a known version.
 */
static struct ij_error *arena_find(struct finder *find)
{
	/* Of malloc_state.next: since 2.27 (have_fastchunks), and before. */
	static const unsigned known_offs[] = {2160, 2152};
	struct trim trim = {.addrs_len = 0};
	ij_addr named;
	uint64_t size;

	trim_read(find, &trim);
	if (!trim.addrs_len && symbol_find(find->libc, "main_arena", &named, &size))
		trim.addrs[trim.addrs_len++] = named;
	if (!trim.offs_len) {
		memcpy(trim.offs, known_offs, sizeof(known_offs));
		trim.offs_len = IJ_COUNT(known_offs);
	}
	for (size_t i = 0; i < trim.addrs_len; i++) {
		for (size_t j = 0; j < trim.offs_len; j++) {
			struct ij_lock lock = {.addr = trim.addrs[i],
					       .kind = IJ_LOCK_ARENAS,
					       .next_off = trim.offs[j],
					       .classes = IJ_CLASS(ALLOCATOR)};

			if (is_lock_word(find, find->libc, lock.addr, lock.next_off + 8) &&
			    ring_closes(find, lock.addr, lock.next_off))
				return lock_push(find, lock, "main_arena");
		}
	}
	/* A program linked statically without malloc has none. */
	if (trim.addrs_len || symbol_find(find->libc, "malloc", &named, &size))
		find->locks->missing |= IJ_CLASS(ALLOCATOR);
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

static const char *const rtld_names[] = {"_dl_load_lock", "_dl_load_write_lock",
					 "_dl_load_tls_lock"};

/*
 * The loader's mutexes stand side by side in _rtld_global (glibc, sysdeps/generic/ldsodefs.h:
 * _dl_load_lock, _dl_load_write_lock, and since 2.35 _dl_load_tls_lock), at an offset that changes
 * from version to version. So they are found by their shape, and only if one place has it.
 */
static struct ij_error *rtld_find(struct finder *find)
{
	uint8_t global[8192];
	ij_addr addr;
	uint64_t size;
	size_t found = 0, found_len = 0, places = 0;

	if (!symbol_find(find->rtld, "_rtld_global", &addr, &size) || size > sizeof(global) ||
	    !read_mem(find->mem, addr, global, size))
		size = 0;
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
	if (places != 1 || found_len > IJ_COUNT(rtld_names)) {
		find->locks->missing |= IJ_CLASS(LOADER);
		return NULL;
	}
	for (size_t i = 0; i < found_len; i++)
		IJ_TRY(lock_add(find, addr + found + i * sizeof(struct mutex), IJ_LOCK_MUTEX,
				IJ_CLASS(LOADER), rtld_names[i]));
	return NULL;
}

/* In a static program each is an object of its own. */
static struct ij_error *rtld_find_static(struct finder *find)
{
	for (size_t i = 0; i < IJ_COUNT(rtld_names); i++) {
		uint8_t bytes[sizeof(struct mutex)];
		ij_addr addr;
		uint64_t size;

		if (symbol_find(find->libc, rtld_names[i], &addr, &size) &&
		    read_mem(find->mem, addr, bytes, sizeof(bytes)) && is_rtld_mutex(bytes))
			IJ_TRY(lock_add(find, addr, IJ_LOCK_MUTEX, IJ_CLASS(LOADER),
					rtld_names[i]));
	}
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

static struct ij_error *all_find(struct finder *find)
{
	ij_addr file;
	uint64_t size;

	IJ_TRY(stdio_find(find));
	IJ_TRY(files_find(find));
	IJ_TRY(list_lock_find(find));
	IJ_TRY(arena_find(find));
	IJ_TRY(find->rtld ? rtld_find(find) : rtld_find_static(find));
	IJ_TRY(atfork_lock_find(find));
	/* Other C libraries have other locks, and what frames say of them. */
	if (!symbol_find(find->libc, "_IO_2_1_stdout_", &file, &size))
		find->locks->missing = IJ_CLASSES_NONE;
	if (!symbol_find(find->libc, "__libc_single_threaded", &find->locks->single_threaded,
			 &size))
		find->locks->single_threaded = 0;
	return NULL;
}

struct ij_error *ij_locks_find(struct ij_modules *mods, struct ij_mem *mem, struct ij_locks *ret)
{
	struct ij_locks locks = {.single_threaded = 0};
	struct finder find = {.mem = mem, .locks = &locks};
	struct ij_error *err = NULL;

	modules_find(mods, &find);
	if (find.libc)
		err = all_find(&find);
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
