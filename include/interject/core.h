/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A part of libinterject's interface: writing a core file of a debugger's process, which lives on.
 * See interject/debugger.h. */
#ifndef INTERJECT_CORE_H
#define INTERJECT_CORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "interject/error.h"

#ifdef __cplusplus
extern "C" {
#endif

struct ij_debugger;

/** To be zeroed, and `size` set. */
struct ij_debugger_core {
	size_t size;
	bool no_filter; /* the kernel's usual choice of memory, not that of
			   /proc/PID/coredump_filter */
	bool excluded;  /* memory, too, that its owner keeps out of cores (MADV_DONTDUMP) */
	/** @size bytes at @addr could not be read, and are zero. NULL: nobody is told. */
	void (*unread)(void *ctx, uint64_t addr, uint64_t size);
	void *ctx;
};

/**
 * Write the process to the file @path, as the kernel would if it died: registers of all threads,
 * what is told of the process and its files, and its memory. It stands meanwhile, and nothing of it
 * changes. The file is readable by its owner alone.
 *
 * Errors: NOPROC, OS (the file), those of reading registers, NOMEM.
 */
IJ_API_RESULT struct ij_error *ij_debugger_core(struct ij_debugger *debugger, const char *path,
						const struct ij_debugger_core *how);

#ifdef __cplusplus
}
#endif

#endif
