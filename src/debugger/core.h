/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a core file has of a process that stands. */
#ifndef IJ_DEBUGGER_CORE_H
#define IJ_DEBUGGER_CORE_H

#include "base/arena.h"
#include "base/strbuf.h"
#include "base/vec.h"
#include "interject/error.h"

struct ij_debugger;

/** Bits of /proc/PID/coredump_filter (core(5)). */
enum ij_core_filter_bits {
	IJ_CORE_ANONYMOUS_PRIVATE = 1 << 0,
	IJ_CORE_ANONYMOUS_SHARED = 1 << 1,
	IJ_CORE_FILE_PRIVATE = 1 << 2,
	IJ_CORE_FILE_SHARED = 1 << 3,
	IJ_CORE_ELF_HEADERS = 1 << 4,
	IJ_CORE_HUGE_PRIVATE = 1 << 5,
	IJ_CORE_HUGE_SHARED = 1 << 6,
};

struct ij_core_region {
	uint64_t lo, hi, off;
	bool readable, writable, executable, shared;
	bool changed;        /* private pages of a file that were written to */
	bool io, dont, huge; /* VmFlags of smaps: io, dd, ht */
	const char *path;    /* "": none. Of the regions */
};

struct ij_core_regions {
	IJ_VEC(struct ij_core_region) list;
	struct ij_arena arena; /* has the paths */
};

/** The mappings of the process. Errors: NOMEM. */
struct ij_error *ij_core_regions_read(struct ij_debugger *d, struct ij_core_regions *ret)
	IJ_WARN_UNUSED;
void ij_core_regions_deinit(struct ij_core_regions *regions);

/** Of process @pid; the kernel's default where it cannot be read, or is not @asked for. */
unsigned ij_core_filter(pid_t pid, bool asked);
/** Whether all of @it is to be in the file. @excluded: as of struct ij_debugger_core. */
bool ij_core_is_wanted(const struct ij_core_region *it, unsigned filter, bool excluded);

/** Add the notes: of the process, of each thread, and of its files. Errors: those of registers. */
struct ij_error *ij_core_notes(struct ij_debugger *d, const struct ij_core_regions *regions,
			       struct ij_strbuf *out) IJ_WARN_UNUSED;

#endif
