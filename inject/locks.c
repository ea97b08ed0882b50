/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Locks of the C library. */
#include "inject/locks.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "inject/mutexes.h"
#include "maps/classes.h"

#define FILES_TRIES 3 /* other threads open and close files meanwhile */

/* What stands at a lock, of whatever kind; the owner is an int in a mutex. */
struct words {
	uint32_t lock, count;
	uint64_t owner;
};

/* A lock that is set, and nobody's by name. */
struct suspect {
	ij_addr addr;
	const struct ij_wire_lock *lock;
	int fd; /* of a FILE; -1: none */
};

struct look {
	const struct ij_locks_view *view;
	ij_classes need;
	struct ij_wire_verdict *verdict;
	struct suspect suspects[IJ_LOCKS_SUSPECTS_MAX];
	size_t suspects_len;
	size_t suspects_more; /* did not fit */
};

enum whose { FREE, OTHERS, OURS, UNKNOWN };

static enum whose whose_lock(const struct ij_locks_view *view, uint32_t kind,
			     const struct words *words)
{
	if (!words->lock)
		return FREE;
	switch (kind) {
	case IJ_WIRE_LOCK_MUTEX:
		if (!(uint32_t)words->owner)
			return UNKNOWN;
		return (uint32_t)words->owner == (uint32_t)view->tid ? OURS : OTHERS;
	case IJ_WIRE_LOCK_IO:
	case IJ_WIRE_LOCK_FILES:
		if (!words->owner)
			return UNKNOWN;
		return words->owner == view->tp ? OURS : OTHERS;
	default:
		return UNKNOWN;
	}
}

static size_t words_size(uint32_t kind)
{
	return kind == IJ_WIRE_LOCK_LOWLEVEL || kind == IJ_WIRE_LOCK_ARENAS ? sizeof(uint32_t)
									    : sizeof(struct words);
}

static bool veto(struct look *look, const struct suspect *suspect, pid_t owner)
{
	struct ij_wire_verdict *verdict = look->verdict;

	verdict->reason = IJ_WIRE_REASON_LOCK;
	verdict->addr = suspect->addr;
	verdict->classes = suspect->lock->classes & look->need;
	verdict->owner = owner;
	if (suspect->fd >= 0)
		snprintf(verdict->text, sizeof(verdict->text), "%s of descriptor %d",
			 suspect->lock->name, suspect->fd);
	else
		snprintf(verdict->text, sizeof(verdict->text), "%s", suspect->lock->name);
	return false;
}

/* Locks that cannot be looked at are no free ones. */
static bool veto_unread(struct look *look, ij_classes classes, const char *why)
{
	struct ij_wire_verdict *verdict = look->verdict;

	verdict->reason = IJ_WIRE_REASON_LOCK;
	verdict->addr = 0;
	verdict->classes = classes & look->need;
	verdict->owner = 0;
	snprintf(verdict->text, sizeof(verdict->text), "%s", why);
	return false;
}

/* False: the thread's own, and told so. */
static bool consider(struct look *look, const struct suspect *suspect, const struct words *words)
{
	switch (whose_lock(look->view, suspect->lock->kind, words)) {
	case OURS:
		return veto(look, suspect, look->view->tid);
	case UNKNOWN:
		if (look->suspects_len < IJ_LOCKS_SUSPECTS_MAX)
			look->suspects[look->suspects_len++] = *suspect;
		else
			look->suspects_more++;
		return true;
	default:
		return true;
	}
}

/* Read the locks at @addrs, all described by @lock, and consider each. */
static bool consider_all(struct look *look, const struct ij_wire_lock *lock, const ij_addr *addrs,
			 size_t len)
{
	struct ij_batch_item items[64];
	struct words words[64];

	for (size_t done = 0; done < len;) {
		size_t n = len - done < IJ_COUNT(items) ? len - done : IJ_COUNT(items);

		memset(words, 0, sizeof(words));
		for (size_t i = 0; i < n; i++)
			items[i] = (struct ij_batch_item){.addr = addrs[done + i],
							  .buf = &words[i],
							  .size = (uint32_t)words_size(lock->kind)};
		ij_batch_read(&look->view->memory, items, n);
		for (size_t i = 0; i < n; i++) {
			const struct suspect suspect = {addrs[done + i], lock, -1};

			if (!items[i].ok)
				return veto_unread(look, lock->classes,
						   "has a lock that cannot be read");
			if (!consider(look, &suspect, &words[i]))
				return false;
		}
		done += n;
	}
	return true;
}

bool ij_locks_ring_update(const struct ij_batch *memory, const struct ij_wire_lock *lock,
			  struct ij_locks_ring *ring)
{
	ij_addr first, at;
	uint32_t len = 0;

	if (!ij_batch_read_one(memory, lock->addr + lock->next_off, &first, sizeof(first)))
		return false;
	if (ring->known && ring->head == lock->addr && ring->first == first)
		return true;
	ring->known = false;
	for (at = first; at != lock->addr; len++) {
		if (len == IJ_LOCKS_ARENAS_MAX || at % sizeof(at))
			return false;
		ring->arenas[len] = at;
		if (!ij_batch_read_one(memory, at + lock->next_off, &at, sizeof(at)))
			return false;
	}
	ring->head = lock->addr;
	ring->first = first;
	ring->len = len;
	ring->known = true;
	return true;
}

void ij_locks_prepare(const struct ij_batch *memory, const struct ij_wire_set_target *target,
		      struct ij_locks_memory *known)
{
	/* What cannot be read now is told at the stop. */
	for (uint32_t i = 0; i < target->locks_len; i++) {
		const struct ij_wire_lock *lock = &target->locks[i];

		if (lock->kind == IJ_WIRE_LOCK_ARENAS)
			(void)ij_locks_ring_update(memory, lock, &known->ring);
		else if (lock->kind == IJ_WIRE_LOCK_FILES)
			(void)ij_locks_files_walk(memory, lock->addr, &known->files, NULL, NULL);
	}
}

static bool arenas_are_free(struct look *look, const struct ij_wire_lock *lock)
{
	const struct ij_locks_view *view = look->view;
	struct ij_locks_ring *ring = &view->known->ring;

	if (!ij_locks_ring_update(&view->memory, lock, ring))
		return veto_unread(look, lock->classes, "has malloc arenas that cannot be read");
	return consider_all(look, lock, &lock->addr, 1) &&
	       consider_all(look, lock, ring->arenas, ring->len);
}

struct files {
	struct look *look;
	const struct ij_wire_lock *lock;
};

static bool visit_file(void *ctx, ij_addr addr, const void *bytes, int fd)
{
	const struct files *files = ctx;
	const struct suspect suspect = {addr, files->lock, fd};
	struct words words;

	memcpy(&words, bytes, sizeof(words));
	return consider(files->look, &suspect, &words);
}

static bool files_are_free(struct look *look, const struct ij_wire_lock *lock)
{
	const struct ij_locks_view *view = look->view;
	size_t len = look->suspects_len, more = look->suspects_more;
	struct files files = {look, lock};

	for (unsigned i = 0; i < FILES_TRIES; i++) {
		enum ij_locks_end end = ij_locks_files_walk(
			&view->memory, lock->addr, &view->known->files, visit_file, &files);

		if (end != IJ_LOCKS_BROKEN)
			return end == IJ_LOCKS_ALL;
		look->suspects_len = len;
		look->suspects_more = more;
	}
	return veto_unread(look, lock->classes,
			   "has a list of open FILEs that cannot be read to its end");
}

/* Single locks of one kind are read together. */
static bool single_ones_are_free(struct look *look)
{
	const struct ij_wire_set_target *target = look->view->target;
	struct ij_batch_item items[IJ_WIRE_LOCKS_MAX];
	struct words words[IJ_WIRE_LOCKS_MAX] = {0};
	const struct ij_wire_lock *locks[IJ_WIRE_LOCKS_MAX];
	size_t len = 0;

	for (uint32_t i = 0; i < target->locks_len; i++) {
		const struct ij_wire_lock *lock = &target->locks[i];

		if (!(lock->classes & look->need) || lock->kind > IJ_WIRE_LOCK_LOWLEVEL)
			continue;
		items[len] = (struct ij_batch_item){.addr = lock->addr,
						    .buf = &words[len],
						    .size = (uint32_t)words_size(lock->kind)};
		locks[len++] = lock;
	}
	ij_batch_read(&look->view->memory, items, len);
	for (size_t i = 0; i < len; i++) {
		const struct suspect suspect = {locks[i]->addr, locks[i], -1};

		if (!items[i].ok)
			return veto_unread(look, locks[i]->classes,
					   "has a lock that cannot be read");
		if (!consider(look, &suspect, &words[i]))
			return false;
	}
	return true;
}

static bool lists_are_free(struct look *look)
{
	const struct ij_wire_set_target *target = look->view->target;

	for (uint32_t i = 0; i < target->locks_len; i++) {
		const struct ij_wire_lock *lock = &target->locks[i];

		if (!(lock->classes & look->need))
			continue;
		if (lock->kind == IJ_WIRE_LOCK_ARENAS && !arenas_are_free(look, lock))
			return false;
		if (lock->kind == IJ_WIRE_LOCK_FILES && !files_are_free(look, lock))
			return false;
	}
	return true;
}

/* Drop the suspects that have turned out to be another's. */
static void watch_once(struct look *look)
{
	struct ij_batch_item items[IJ_LOCKS_SUSPECTS_MAX];
	struct words words[IJ_LOCKS_SUSPECTS_MAX] = {0};
	size_t left = 0;

	for (size_t i = 0; i < look->suspects_len; i++)
		items[i] = (struct ij_batch_item){
			.addr = look->suspects[i].addr,
			.buf = &words[i],
			.size = (uint32_t)words_size(look->suspects[i].lock->kind)};
	ij_batch_read(&look->view->memory, items, look->suspects_len);
	for (size_t i = 0; i < look->suspects_len; i++) {
		const struct suspect *suspect = &look->suspects[i];
		enum whose whose = whose_lock(look->view, suspect->lock->kind, &words[i]);

		/* What cannot be read any more (a FILE that was closed) was nobody's of a stopped
		 * thread. */
		if (items[i].ok && (whose == UNKNOWN || whose == OURS))
			look->suspects[left++] = *suspect;
	}
	look->suspects_len = left;
}

static bool suspects_are_others(struct look *look)
{
	const struct ij_locks_view *view = look->view;
	uint64_t deadline;

	if (look->suspects_len && view->threads == 1)
		return veto(look, &look->suspects[0], view->tid);
	if (look->suspects_len && view->outside && ij_outside_is(view->outside))
		return true;
	/* Each would have to be watched. */
	if (look->suspects_more)
		return veto(look, &look->suspects[0], 0);
	deadline = ij_deadline_ns(IJ_LOCKS_WATCH_NS);
	while (look->suspects_len) {
		watch_once(look);
		if (look->suspects_len && ij_now_ns() >= deadline)
			return veto(look, &look->suspects[0], 0);
	}
	return true;
}

/* In a program with one thread locks matter little; with more they are half of what we know. */
static bool all_are_known(struct look *look)
{
	ij_classes missing = look->view->target->locks_missing & look->need;
	char text[sizeof(look->verdict->text)];

	if (!missing || look->view->threads <= 1)
		return true;
	snprintf(text, sizeof(text), "has a C library whose locks of %s are unknown",
		 ij_classes_text(missing));
	return veto_unread(look, missing, text);
}

bool ij_locks_are_free(const struct ij_locks_view *view, ij_classes need,
		       struct ij_wire_verdict *ret)
{
	struct look look = {.view = view, .need = need, .verdict = ret};

	return all_are_known(&look) && single_ones_are_free(&look) && lists_are_free(&look) &&
	       suspects_are_others(&look) &&
	       (!(need & IJ_CLASS(THREADS)) || ij_mutexes_are_free(view, ret));
}
