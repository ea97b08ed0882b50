/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Between the files that make a system call out of text. */
#ifndef IJ_LANG_SYSCALL_IMPL_H
#define IJ_LANG_SYSCALL_IMPL_H

#include "lang/syscall.h"

/** Add what was left out, and check the lengths that were given. */
struct ij_error *ij_syscall_complete(struct ij_syscall *call) IJ_WARN_UNUSED;

/** Make room for one more argument, of which nothing is known but its parameter. */
struct ij_error *ij_syscall_begin_arg(struct ij_syscall *call, unsigned *idx_ret) IJ_WARN_UNUSED;
/** Add @size bytes, or zeros, to the memory; @arg points to them. */
struct ij_error *ij_syscall_add_memory(struct ij_syscall *call, const void *bytes, size_t size,
				       struct ij_sysarg *arg) IJ_WARN_UNUSED;
/** May `_` stand for an argument of this kind? */
bool ij_syskind_follows(enum ij_syskind kind);

/** TYPE: "openat: @what; its parameters are (dirfd dirfd, ...)". */
struct ij_error *ij_syscall_wrong(const struct ij_syscall *call, const char *what) IJ_WARN_UNUSED;
/** The same: "argument 2 (buf) @what, but is 3". */
struct ij_error *ij_syscall_bad_arg(const struct ij_syscall *call, unsigned idx, const char *what)
	IJ_WARN_UNUSED;

#endif
