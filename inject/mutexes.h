/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Mutexes of the program itself, which a function of the program may want to take: those that the
 * stopped thread holds, as far as they can be met.
 *
 * Looked at are the words of the stack and the registers, mutexes that lie on the stack, those that
 * any of these words leads to or almost leads to (a mutex is mostly a member of what is pointed
 * to), and the list of robust mutexes that the thread gave to the kernel. A mutex that is reached
 * by a fixed address only, while no register has it, is not met. What only looks like a held mutex
 * makes a stop unsafe that was not; that is the lesser evil.
 */
#ifndef IJ_INJECT_MUTEXES_H
#define IJ_INJECT_MUTEXES_H

#include "inject/locks.h"

enum {
	IJ_MUTEXES_STACK_SIZE = 32 * 1024, /* bytes of stack that are looked at */
	IJ_MUTEXES_CANDIDATES_MAX = 512,   /* places that are looked at */
	IJ_MUTEXES_REACH = 152,            /* bytes behind such a place */
	IJ_MUTEXES_DATA_SIZE = 128 * 1024, /* bytes of modules' data, the program's first */
	IJ_MUTEXES_ROBUST_MAX = 64,
};

/**
 * Does @view->tid hold no mutex that can be met?
 *
 * @ret: on false reason LOCK, the mutex's address, no class (it guards what only the program
 *   knows), the owner.
 * Source: glibc 2.36, sysdeps/x86/nptl/bits/struct_mutex.h and nptl/pthreadP.h (kinds);
 *   get_robust_list(2); Linux, Documentation/locking/robust-futex-ABI.rst.
 */
bool ij_mutexes_are_free(const struct ij_locks_view *view, struct ij_wire_verdict *ret);

#endif
