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
};

struct ij_lock {
	ij_addr addr;  /* of the lock word, in the target */
	uint32_t kind; /* enum ij_lock_kind */
	uint32_t reserved;
	ij_classes classes; /* what it guards */
	char name[32];      /* "main_arena", "stdout", "_dl_load_lock" */
};

struct ij_locks {
	IJ_VEC(struct ij_lock) list;
	ij_addr single_threaded; /* of __libc_single_threaded (a byte), or 0 */
};

/**
 * Find the lock words of glibc in @mods: stdin, stdout, stderr by their exported FILEs (_lock at
 * +0x88), list_all_lock by the code of _IO_list_lock, _dl_load_lock by _rtld_global, main_arena by
 * the code of malloc_trim, its ring checked to close. A lock whose code or structure is not
 * recognised is left out: the frame rule covers it.
 *
 * @mem: the target's memory. @ret: the caller frees with ij_locks_deinit.
 * Errors: NOMEM only.
 * Source: glibc 2.36 libio/libioP.h, malloc/malloc.c, sysdeps/generic/ldsodefs.h.
 */
struct ij_error *ij_locks_find(struct ij_modules *mods, struct ij_mem *mem, struct ij_locks *ret)
	IJ_WARN_UNUSED;
void ij_locks_deinit(struct ij_locks *locks);

#endif
