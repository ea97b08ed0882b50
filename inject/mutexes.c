/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Mutexes of the program that a stopped thread holds. */
#include "inject/mutexes.h"

#include <linux/futex.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* glibc, struct_mutex.h. */
struct mutex {
	uint32_t lock, count, owner, users, kind;
	int16_t spins, elision;
	uint64_t prev, next; /* in the list of robust ones */
};

/* glibc, nptl/pthreadP.h. */
enum {
	KIND_TYPE = 3,
	KIND_RECURSIVE = 1,
	KIND_ADAPTIVE = 3,
	KIND_ROBUST = 16,
	KIND_INHERIT = 32,
	KIND_PROTECT = 64,
	KIND_SHARED = 128,
	KIND_ELISION = 256,
	KIND_NO_ELISION = 512,
	KIND_MASK = KIND_TYPE | KIND_ROBUST | KIND_INHERIT | KIND_PROTECT | KIND_SHARED |
		    KIND_ELISION | KIND_NO_ELISION,
	USERS_MAX = 1 << 16,
};

#define CHUNK      64   /* candidates that are read at once */
#define SEEN_SLOTS 1024 /* a power of two, at least twice IJ_MUTEXES_CANDIDATES_MAX */
#define ADDR_MIN   65536

struct scan {
	const struct ij_locks_view *view;
	struct ij_wire_verdict *verdict;
	const struct ij_vma *vma; /* the last one that was found */
	ij_addr seen[SEEN_SLOTS]; /* an open hash; 0: free */
	struct ij_batch_item items[CHUNK];
	uint64_t bytes[CHUNK][IJ_MUTEXES_REACH / 8];
	size_t items_len;
	size_t candidates; /* so far */
};

static bool veto(const struct ij_locks_view *view, ij_addr addr, const char *what,
		 struct ij_wire_verdict *ret)
{
	ret->reason = IJ_WIRE_REASON_LOCK;
	ret->addr = addr;
	ret->classes = IJ_CLASSES_NONE;
	ret->owner = view->tid;
	snprintf(ret->text, sizeof(ret->text), "%s", what);
	return false;
}

static bool has(uint32_t kind, uint32_t bits)
{
	return (kind & bits) == bits;
}

/* What lock words say that are held by @tid: nptl/lowlevellock.h, futex(2), nptl/tpp.c. */
static bool is_locked(const struct mutex *mutex, pid_t tid)
{
	if (mutex->kind & (KIND_ROBUST | KIND_INHERIT))
		return (mutex->lock & FUTEX_TID_MASK) == (uint32_t)tid;
	/* The rest is the ceiling. */
	if (mutex->kind & KIND_PROTECT)
		return (mutex->lock & 3) == 1 || (mutex->lock & 3) == 2;
	return mutex->lock == 1 || mutex->lock == 2;
}

/*
 * All members must agree, as they do in each mutex that was initialised: in containers threads have
 * small numbers, and tables of a program are full of words that look like an owner.
 */
static bool is_held(const void *bytes, pid_t tid)
{
	struct mutex mutex;
	unsigned type;

	memcpy(&mutex, bytes, sizeof(mutex));
	type = mutex.kind & KIND_TYPE;
	if (mutex.owner != (uint32_t)tid || !mutex.users || mutex.users >= USERS_MAX ||
	    mutex.kind & ~(uint32_t)KIND_MASK || has(mutex.kind, KIND_INHERIT | KIND_PROTECT) ||
	    has(mutex.kind, KIND_ELISION | KIND_NO_ELISION) || !is_locked(&mutex, tid))
		return false;
	if ((mutex.spins && type != KIND_ADAPTIVE) ||
	    (mutex.elision && !(mutex.kind & KIND_ELISION)))
		return false;
	if (mutex.kind & KIND_ROBUST ? !mutex.prev || !mutex.next : mutex.prev || mutex.next)
		return false;
	/* Robust and PI ones count to 1 whatever their type. */
	return !mutex.count || type == KIND_RECURSIVE ||
	       (mutex.count == 1 && mutex.kind & (KIND_ROBUST | KIND_INHERIT));
}

/* The held mutex among the @size bytes that stand at @addr; 0: none. */
static ij_addr find_held(const void *bytes, size_t size, ij_addr addr, pid_t tid)
{
	const uint8_t *at = bytes;

	for (size_t off = 0; off + sizeof(struct mutex) <= size; off += 8) {
		uint32_t owner;

		/* Most of what is looked at ends here. */
		memcpy(&owner, at + off + offsetof(struct mutex, owner), sizeof(owner));
		if (owner == (uint32_t)tid && is_held(at + off, tid))
			return addr + off;
	}
	return 0;
}

static bool chunk_is_free(struct scan *scan)
{
	ij_batch_read(&scan->view->memory, scan->items, scan->items_len);
	for (size_t i = 0; i < scan->items_len; i++) {
		const struct ij_batch_item *item = &scan->items[i];
		ij_addr held =
			item->ok ? find_held(item->buf, item->size, item->addr, scan->view->tid)
				 : 0;

		if (held)
			return veto(scan->view, held, "of a mutex", scan->verdict);
	}
	scan->items_len = 0;
	return true;
}

static bool is_new(struct scan *scan, ij_addr addr)
{
	size_t at = (size_t)((addr >> 3) * 0x9e3779b97f4a7c15ull >> 54);

	while (scan->seen[at]) {
		if (scan->seen[at] == addr)
			return false;
		at = (at + 1) % SEEN_SLOTS;
	}
	scan->seen[at] = addr;
	return true;
}

/* May a mutex stand at or behind the address that this word is? False: one is held there. */
static bool word_is_free(struct scan *scan, uint64_t word)
{
	struct ij_batch_item *item;
	uint64_t size;

	if (word % 8 || word < ADDR_MIN || scan->candidates == IJ_MUTEXES_CANDIDATES_MAX)
		return true;
	if (!scan->vma || word < scan->vma->lo || word >= scan->vma->hi)
		scan->vma = ij_vmas_find(scan->view->vmas, word);
	if (!scan->vma ||
	    (scan->vma->flags & (IJ_VMA_READ | IJ_VMA_WRITE)) != (IJ_VMA_READ | IJ_VMA_WRITE))
		return true;
	size = scan->vma->hi - word;
	if (size < sizeof(struct mutex) || !is_new(scan, word))
		return true;
	item = &scan->items[scan->items_len];
	item->addr = word;
	item->buf = scan->bytes[scan->items_len++];
	item->size = size < IJ_MUTEXES_REACH ? (uint32_t)size : IJ_MUTEXES_REACH;
	scan->candidates++;
	return scan->items_len < CHUNK || chunk_is_free(scan);
}

static bool stack_is_free(struct scan *scan)
{
	const struct ij_locks_view *view = scan->view;
	ij_addr sp = ij_regs_sp(view->regs) & ~(ij_addr)7;
	const struct ij_vma *stack = ij_vmas_find(view->vmas, sp);
	ij_addr top = view->stack_top ? view->stack_top : UINT64_MAX;
	uint64_t words[IJ_MUTEXES_STACK_SIZE / 8];
	uint64_t size;
	ij_addr held;

	/* The judge has seen to it that this is the thread's own stack. */
	if (!stack || top <= sp)
		return true;
	if (top > stack->hi)
		top = stack->hi;
	size = top - sp < sizeof(words) ? top - sp : sizeof(words);
	if (!ij_batch_read_one(&view->memory, sp, words, size))
		return true;
	held = find_held(words, size, sp, view->tid);
	if (held)
		return veto(view, held, "of a mutex", scan->verdict);
	for (size_t i = 0; i < size / sizeof(words[0]); i++)
		if (!word_is_free(scan, words[i]))
			return false;
	return true;
}

/* Initialised data of a module, or the zeroed data that follows it. */
static bool is_data(const struct ij_vma *vma, const struct ij_vma *before, bool before_is_data)
{
	unsigned flags = vma->flags & (IJ_VMA_READ | IJ_VMA_WRITE | IJ_VMA_SHARED);

	if (flags != (IJ_VMA_READ | IJ_VMA_WRITE))
		return false;
	return vma->path[0] == '/' ||
	       (!vma->path[0] && before && before_is_data && before->hi == vma->lo);
}

static bool range_is_free(const struct ij_locks_view *view, ij_addr lo, uint64_t size,
			  struct ij_wire_verdict *ret)
{
	uint64_t words[4096];

	/* One may begin at the end of a part, and goes on in the next. */
	for (uint64_t off = 0; off + sizeof(struct mutex) <= size;
	     off += sizeof(words) - sizeof(struct mutex) + 8) {
		uint64_t n = size - off < sizeof(words) ? size - off : sizeof(words);
		ij_addr held;

		if (!ij_batch_read_one(&view->memory, lo + off, words, n))
			return true;
		held = find_held(words, n, lo + off, view->tid);
		if (held)
			return veto(view, held, "of a mutex", ret);
	}
	return true;
}

/* In the order of addresses the program comes first, then the libraries that were loaded last. */
static bool data_is_free(const struct ij_locks_view *view, struct ij_wire_verdict *ret)
{
	uint64_t left = IJ_MUTEXES_DATA_SIZE;
	const struct ij_vma *before = NULL;
	bool before_is_data = false;

	IJ_VEC_EACH (&view->vmas->list, vma) {
		uint64_t size = vma->hi - vma->lo < left ? vma->hi - vma->lo : left;

		before_is_data = is_data(vma, before, before_is_data);
		before = vma;
		if (!before_is_data)
			continue;
		if (!range_is_free(view, vma->lo, size, ret))
			return false;
		left -= size;
		if (!left)
			break;
	}
	return true;
}

/* The list's entries point to each other; the futex word of each stands beside at a fixed offset.
 */
static bool robust_ones_are_free(const struct ij_locks_view *view, struct ij_wire_verdict *ret)
{
	struct {
		ij_addr next;
		int64_t futex_off;
		ij_addr pending;
	} head;
	ij_addr at = 0, entry;
	size_t size = 0;

	if (!view->robust_tid || syscall(SYS_get_robust_list, view->robust_tid, &at, &size) ||
	    !at || size != sizeof(head) ||
	    !ij_batch_read_one(&view->memory, at, &head, sizeof(head)))
		return true;
	entry = head.next & ~(ij_addr)1; /* bit 0: priority inheritance */
	for (unsigned i = 0; i < IJ_MUTEXES_ROBUST_MAX && entry && entry != at; i++) {
		ij_addr futex = entry + (uint64_t)head.futex_off;
		uint32_t word;

		if (!ij_batch_read_one(&view->memory, futex, &word, sizeof(word)))
			return true;
		if ((word & FUTEX_TID_MASK) == (uint32_t)view->tid)
			return veto(view, futex, "of a robust mutex", ret);
		if (!ij_batch_read_one(&view->memory, entry, &entry, sizeof(entry)))
			return true;
		entry &= ~(ij_addr)1;
	}
	return true;
}

bool ij_mutexes_are_free(const struct ij_locks_view *view, struct ij_wire_verdict *ret)
{
	struct scan scan;
	uint64_t regs[17];

	if (!robust_ones_are_free(view, ret))
		return false;
	scan.view = view;
	scan.verdict = ret;
	scan.vma = NULL;
	scan.items_len = scan.candidates = 0;
	memset(scan.seen, 0, sizeof(scan.seen));
	ij_regs_to_dwarf(view->regs, regs);
	for (size_t i = 0; i < IJ_COUNT(regs); i++)
		if (!word_is_free(&scan, regs[i]))
			return false;
	return stack_is_free(&scan) && chunk_is_free(&scan) && data_is_free(view, ret);
}
