/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The second oracle of the judge: locks. What frames do not show, lock words may: a library
 * function whose name no policy knows, or a lock taken and kept, as flockfile(3) does.
 *
 * Locks are a veto, never a proof: a single-threaded glibc (__libc_single_threaded is 1) takes most
 * of them not at all, so that a free one says nothing; one that is held is held.
 *
 * A lock that names its owner is ours or is not. One that does not (an arena's, and any lock in the
 * moment between being taken and being named) cannot be ours if the thread is outside the library.
 * If it may be inside, the lock is watched for a short while: nobody but this stopped
 * thread could release what it holds, so what is seen free, or named as another's, was another's,
 * which runs and is merely waited for. What stays set is taken for ours; the next attempt looks
 * again.
 */
#ifndef IJ_INJECT_LOCKS_H
#define IJ_INJECT_LOCKS_H

#include "arch/regs.h"
#include "inject/batch.h"
#include "inject/outside.h"
#include "mem/vmas.h"
#include "wire/messages.h"

enum {
	/* Eight a processor by default (glibc 2.36, malloc/arena.c, arena_get2). */
	IJ_LOCKS_ARENAS_MAX = 4096,
	IJ_LOCKS_FILES_MAX = 1024,
	IJ_LOCKS_SUSPECTS_MAX = 128, /* set, and nobody's by name */
	IJ_LOCKS_NEXT_OFF_MAX = 4096,
	IJ_LOCKS_WATCH_NS = 200 * 1000,
};

/**
 * The arenas but the first, in the order of the ring. None is ever removed and new ones come first
 * (glibc 2.36, malloc/arena.c, _int_new_arena), so while the first is the same, all are.
 */
struct ij_locks_ring {
	bool known;
	ij_addr head;  /* the first arena, where the ring begins */
	ij_addr first; /* what it points to */
	uint32_t len;
	ij_addr arenas[IJ_LOCKS_ARENAS_MAX];
};

/**
 * The open FILEs, as they were at the last look. Others open and close files at any time, so this
 * only tells what to read at once; each link is checked all the same.
 */
struct ij_locks_files {
	uint32_t len;
	ij_addr files[IJ_LOCKS_FILES_MAX];
};

/** What is remembered from look to look. */
struct ij_locks_memory {
	struct ij_locks_ring ring;
	struct ij_locks_files files;
};

/** A stop, as far as locks matter. */
struct ij_locks_view {
	struct ij_batch memory;
	const struct ij_wire_set_target *target;
	struct ij_locks_memory *known;
	const struct ij_outside *outside; /* NULL: it is not known where the thread is */
	const struct ij_vmas *vmas;       /* for mutexes */
	const struct ij_regs *regs;       /* for mutexes */
	ij_addr stack_top; /* for mutexes: frames above are not looked at; 0: no limit */
	pid_t robust_tid;  /* for mutexes: whose list of robust ones; 0: of none */
	pid_t tid;         /* as the target numbers the thread */
	ij_addr tp;        /* its TCB */
	unsigned threads;  /* of the process */
};

/** Bring the ring of arenas up to date; best before the stop. False: it cannot be read. */
bool ij_locks_ring_update(const struct ij_batch *memory, const struct ij_wire_lock *lock,
			  struct ij_locks_ring *ring);

/** One FILE: its lock, and its descriptor. Return false to stop. */
typedef bool (*ij_locks_file_visit)(void *ctx, ij_addr lock, const void *words, int fd);

enum ij_locks_end {
	IJ_LOCKS_ALL,     /* the list was walked to its end */
	IJ_LOCKS_STOPPED, /* by the visitor */
	IJ_LOCKS_BROKEN,  /* it cannot be read, or is no list of FILEs; or others change it just now
			   */
};

/**
 * Walk the list of open FILEs that begins in the word at @head, and remember it in @known.
 *
 * @visit: called for each FILE that has a lock; its words are 16 bytes. NULL: only remember.
 * Source: glibc, libio/bits/types/struct_FILE.h; libio/libioP.h, struct locked_FILE (the lock
 *   stands right behind most FILEs).
 */
enum ij_locks_end ij_locks_files_walk(const struct ij_batch *memory, ij_addr head,
				      struct ij_locks_files *known, ij_locks_file_visit visit,
				      void *ctx);

/** Prepare for a stop: what can be known before it. */
void ij_locks_prepare(const struct ij_batch *memory, const struct ij_wire_set_target *target,
		      struct ij_locks_memory *known);

/**
 * Does the thread hold no lock that guards any of @need, as far as can be seen? Of a callee that
 * may take mutexes (class THREADS) those of the program matter too: see inject/mutexes.h.
 *
 * @ret: on false reason LOCK, addr, classes, owner and text.
 */
bool ij_locks_are_free(const struct ij_locks_view *view, ij_classes need,
		       struct ij_wire_verdict *ret);

#endif
