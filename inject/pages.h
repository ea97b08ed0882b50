/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Our pages in the target: one read-execute with the stub, then read-write with descriptor and
 * scratch. */
#ifndef IJ_INJECT_PAGES_H
#define IJ_INJECT_PAGES_H

#include "arch/stub.h"
#include "mem/vmas.h"
#include "proc/remote.h"

#define IJ_PAGE_SIZE 4096u

/** At the end of the code page, so that a later session knows what a killed one left. */
struct ij_pages_header {
	uint64_t magic;
	uint32_t version;
	uint32_t size;       /* of the whole mapping, bytes */
	uint64_t pid_ns;     /* inode of the tracer's PID namespace */
	uint64_t start_time; /* the tracer's, clock ticks since boot */
	int32_t pid;         /* the tracer's */
	int32_t reserved;
	uint64_t check; /* sum of the words above, against chance */
};

struct ij_pages {
	struct ij_pages_header
		header;  /* who we are; its size and check are filled in when mapped */
	ij_addr base;    /* 0: not mapped */
	size_t size;     /* bytes, code page included */
	bool ready;      /* protected and filled; not if mapping them was interrupted */
	uint8_t *shared; /* the same pages in our own memory, or NULL: then through /proc/PID/mem */
};

/** No pages yet; what identifies us is found out here, before any stop. */
void ij_pages_init(struct ij_pages *pages);

/** Map the pages by remote system calls and put the stub there. Errors: as ij_remote_syscall; OS.
 */
struct ij_error *ij_pages_map(struct ij_pages *pages, struct ij_remote *remote, size_t scratch_size)
	IJ_WARN_UNUSED;

/** Unmap them by a remote system call. */
struct ij_error *ij_pages_unmap(struct ij_pages *pages, struct ij_remote *remote) IJ_WARN_UNUSED;

/** Forget the pages without touching the target, which keeps them. */
void ij_pages_forget(struct ij_pages *pages);

/** Scratch bytes that the present pages have room for. */
size_t ij_pages_scratch_size(const struct ij_pages *pages);

/** Target addresses of parts. */
static inline ij_addr ij_pages_desc(const struct ij_pages *pages)
{
	return pages->base + IJ_PAGE_SIZE;
}
static inline ij_addr ij_pages_scratch(const struct ij_pages *pages)
{
	return pages->base + 2 * IJ_PAGE_SIZE;
}
/** The target address of a place in ij_stub_code. */
ij_addr ij_pages_code(const struct ij_pages *pages, const uint8_t *place);

/** Read from or write to the read-write part; @addr is a target address in it. Errors: FAULT. */
struct ij_error *ij_pages_read(const struct ij_pages *pages, const struct ij_process *process,
			       ij_addr addr, void *buf, size_t size) IJ_WARN_UNUSED;
struct ij_error *ij_pages_write(const struct ij_pages *pages, const struct ij_process *process,
				ij_addr addr, const void *bytes, size_t size) IJ_WARN_UNUSED;

/** One mapping that a killed session left. */
struct ij_leftover {
	ij_addr base;
	size_t size;
	pid_t inner_tid; /* the thread that may still be in it, as the target numbers it */
	bool busy;       /* it is in a call that goes on */
};

/**
 * Is the mapping @vma the code page of a session whose tracer is dead? Everything read there is
 * hostile; a mapping whose size or protection does not fit is not ours.
 */
bool ij_leftover_recognise(const struct ij_process *process, const struct ij_vmas *vmas,
			   const struct ij_vma *vma, struct ij_leftover *ret);

#endif
