/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Files that the tracer opens for its client, whose rights may be less. */
#ifndef IJ_TRACER_FILES_H
#define IJ_TRACER_FILES_H

#include "inject/injector.h"

/** A file of the target's /proc folder ("maps", "mem"), read-only. @fd_ret: the caller owns it. */
struct ij_error *ij_files_proc(const struct ij_process *process, const char *name, int *fd_ret)
	IJ_WARN_UNUSED;

/**
 * The file that is mapped at [lo, hi): through map_files, which finds deleted and replaced ones
 * too; else by its path below /proc/PID/root, if that still is the file that is mapped.
 *
 * Errors: NOTFOUND (not mapped there, or anonymous; deleted or replaced and out of our reach).
 */
struct ij_error *ij_files_module(struct ij_injector *inj, ij_addr lo, ij_addr hi, int *fd_ret)
	IJ_WARN_UNUSED;

/**
 * A separate debug file in the target's file system. Only ELF files are opened, and only where
 * debug files live: below /usr/lib/debug, or beside a mapped file, or in `.debug` beside one.
 *
 * Errors: NOTFOUND, DENIED.
 */
struct ij_error *ij_files_debug(struct ij_injector *inj, const char *path, int *fd_ret)
	IJ_WARN_UNUSED;

/**
 * The same for the @len @paths, at most IJ_WIRE_PATHS_MAX, which follow one another with their
 * NULs, until IJ_WIRE_FDS_MAX are open.
 *
 * @ret: which of them could be opened. @fds: their descriptors, the caller's, *@fds_len of them.
 * Errors: that the target's mappings cannot be read.
 */
struct ij_error *ij_files_debugs(struct ij_injector *inj, const char *paths, uint32_t len,
				 struct ij_wire_debugs *ret, int *fds, size_t *fds_len)
	IJ_WARN_UNUSED;

#endif
