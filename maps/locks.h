/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Lock words of libraries, found without debug info; evidence against a stop, never for it. */
#ifndef IJ_MAPS_LOCKS_H
#define IJ_MAPS_LOCKS_H

#include "base/vec.h"
#include "maps/classes.h"
#include "mem/mem.h"
#include "obj/modules.h"

enum ij_lock_kind {
	IJ_LOCK_MUTEX,    /* pthread mutex: int lock, unsigned count, int owner tid at +8 */
	IJ_LOCK_IO,       /* stdio: int lock, int count, void *owner (the thread's TCB) at +8 */
	IJ_LOCK_LOWLEVEL, /* an int, nonzero while held; no owner */
	IJ_LOCK_ARENAS,   /* the first of a ring of malloc arenas: each begins with a low-level lock
			   */
	IJ_LOCK_FILES,    /* the head of a list of FILEs: each points to a lock like IJ_LOCK_IO */
};

struct ij_lock {
	ij_addr addr;       /* of the lock word; of the first arena; of the list's head */
	uint32_t kind;      /* enum ij_lock_kind */
	uint32_t next_off;  /* of ARENAS: where an arena points to the next */
	ij_classes classes; /* what it guards */
	char name[32];      /* "main_arena", "stdout", "_dl_load_lock" */
};

struct ij_locks {
	IJ_VEC(struct ij_lock) list;
	ij_addr single_threaded; /* of __libc_single_threaded (a byte), or 0 */
	/* Classes whose locks a glibc is known to have, but were not recognised in this one. */
	ij_classes missing;
};

/**
 * Find the lock words of the C library in @mods, without debug information: exported objects, the
 * operands of exported functions' instructions, and the shape of what they lead to.
 *
 * - stdin, stdout, stderr: their exported FILEs (_lock at +0x88);
 * - all open FILEs: _IO_list_all, each link checked; list_all_lock: what _IO_list_lock locks and
 *   _IO_list_unlock unlocks;
 * - the ring of arenas: main_arena and the offset of `next` by malloc_trim's code, the ring closed;
 * - the loader's recursive mutexes: by their shape in _rtld_global;
 * - the lock of the fork handlers: what __register_atfork locks.
 *
 * A static program is asked for the same by its own symbols. What is not recognised is left out;
 * if it guards what other threads may be changing, its class is in `missing`.
 *
 * @mem: the target's memory. @ret: the caller frees with ij_locks_deinit.
 * Errors: NOMEM only.
 * Source: glibc 2.36 libio/libioP.h, libio/bits/types/struct_FILE.h, malloc/malloc.c,
 *   malloc/arena.c, sysdeps/generic/ldsodefs.h, posix/register-atfork.c.
 */
struct ij_error *ij_locks_find(struct ij_modules *mods, struct ij_mem *mem, struct ij_locks *ret)
	IJ_WARN_UNUSED;
void ij_locks_deinit(struct ij_locks *locks);

#endif
