/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A copy-on-write copy of the target: made in a stop, run under our eyes, killed, and reaped.
 *
 * The target's thread makes it by clone(2) without exit signal, so that neither SIGCHLD nor wait(2)
 * of the program shows it, through code of ours (ij_stub_code_fork) whose child exits and whose
 * parent waits for the child. If we die at any instant, the copy ends and the target reaps it.
 */
#ifndef IJ_PROC_COPY_H
#define IJ_PROC_COPY_H

#include "proc/remote.h"

struct ij_copy {
	struct ij_process process;
	struct ij_thread thread; /* its only one */
	pid_t inner; /* as the target and the copy itself number it; 0: nothing to be reaped */
};

/**
 * Make a copy of the target's stopped thread and its memory. The thread's restoring frame has been
 * written (ij_remote_enter).
 *
 * @code: the target's address of ij_stub_code_fork.
 * @ret: its thread will stop before its first instruction; end it with ij_copy_kill. Filled in on
 * failure too, where `inner` then says what the target must reap.
 * Errors: REFUSED (clone failed), INTERRUPTED, TIMEOUT, GONE, OS.
 */
struct ij_error *ij_copy_make(struct ij_remote *remote, ij_addr code, struct ij_copy *ret)
	IJ_WARN_UNUSED;

/**
 * Wait for its first stop, and have it killed should we die; until then it would end by itself.
 *
 * @code: the address of ij_stub_code_fork. @alone: the target's thread does not wait for it, and a
 * later session is to know it by its name (ij_copy_leftovers).
 * Errors: TIMEOUT, GONE, OS.
 */
struct ij_error *ij_copy_adopt(struct ij_copy *copy, ij_addr code, bool alone) IJ_WARN_UNUSED;

/** Kill it and close its files. What is left is a zombie of the target. */
void ij_copy_kill(struct ij_copy *copy);

/**
 * Let the thread that made the copy, and stands stopped since, reap the killed copy.
 *
 * @copy: its `inner` becomes 0 if that was done. Errors: those of ij_remote_syscall.
 */
struct ij_error *ij_copy_reap(struct ij_remote *remote, struct ij_copy *copy) IJ_WARN_UNUSED;

/**
 * Zombies of @process, of whose thread @tid they are children, that were copies of killed sessions.
 *
 * @inner: room for @max numbers by which the target knows them. @return: how many there are.
 */
size_t ij_copy_leftovers(const struct ij_process *process, pid_t tid, pid_t *inner, size_t max);

/**
 * Make a system call in the copy, which stands in any stop but a system call's entry, and put its
 * registers back.
 *
 * @gadget: the address of a `syscall` instruction in the copy. @result_ret: or a negative errno.
 * Errors: GONE, TIMEOUT, OS.
 */
struct ij_error *ij_copy_syscall(struct ij_copy *copy, ij_addr gadget, long nr,
				 const uint64_t args[6], long *result_ret) IJ_WARN_UNUSED;

#endif
