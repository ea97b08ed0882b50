/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Our pages in the target: one read-execute with the stub, then read-write with descriptor and
 * scratch; then, where a call needs one, a guard and a stack.
 *
 * All are mapped as one and unmapped as one, so that whenever we are killed what is left is known
 * by its first page. The stack is private memory, which a child that the callee forks has its own
 * copy of, and takes none until it is touched.
 */
#ifndef IJ_INJECT_PAGES_H
#define IJ_INJECT_PAGES_H

#include <sys/mman.h>

#include "arch/stub.h"
#include "mem/vmas.h"
#include "proc/remote.h"

#define IJ_PAGE_SIZE 4096u

/** The guard below our stack: more than a frame that no probe touches page by page should have. */
#define IJ_PAGES_GUARD_SIZE (64u * 1024)
/** Our stack: 8 MiB for the callee, as a main thread has by default, and what the stub saves. */
#define IJ_PAGES_STACK_SIZE ((8u << 20) + 64u * 1024)

/** At the end of the code page, so that a later session knows what a killed one left. */
struct ij_pages_header {
	uint64_t magic;
	uint32_t version;
	uint32_t size;       /* of the whole mapping, bytes */
	uint64_t pid_ns;     /* inode of the tracer's PID namespace */
	uint64_t start_time; /* the tracer's, clock ticks since boot */
	int32_t pid;         /* the tracer's */
	uint32_t back;       /* of `size`, bytes of guard and stack; 0: there is none */
	uint64_t check;      /* sum of the words above, against chance */
};

struct ij_pages {
	struct ij_pages_header
		header;  /* who we are; its size and check are filled in when mapped */
	ij_addr base;    /* 0: not mapped */
	size_t size;     /* bytes, code page and stack included */
	size_t back;     /* of these, guard and stack; 0: there is none */
	bool ready;      /* protected and filled; not if mapping them was interrupted */
	uint8_t *shared; /* the same pages in our own memory, or NULL: then through /proc/PID/mem */
	/* A cave (inject/cave.h) instead: `base` is that of the stub there. Else 0. */
	ij_addr desc;  /* in the stack */
	uint64_t skip; /* bytes of stack between the red zone and what the stub saves */
	ij_addr cave;  /* its start */
	ij_addr kept;  /* where the scratch memory of the present call is instead, to stay; or 0 */
};

/** How a private code page is mapped, in the place of a shared one: the flags of mmap(2). */
#define IJ_PAGES_CODE_KIND (MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE)
/** How our stack is mapped: the flags of mmap(2). */
#define IJ_PAGES_STACK_KIND (MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE | MAP_STACK)

/** No pages yet; what identifies us is found out here, before any stop. */
void ij_pages_init(struct ij_pages *pages);

/** Map the pages by remote system calls, with a @stack if wanted, and put the stub there. Errors:
 * as ij_remote_syscall; OS. */
struct ij_error *ij_pages_map(struct ij_pages *pages, struct ij_remote *remote, size_t scratch_size,
			      bool stack) IJ_WARN_UNUSED;

/**
 * Unmap them by a remote system call. What we have of them ourselves is left for ij_pages_forget,
 * after the stop: it takes as long as all the rest.
 */
struct ij_error *ij_pages_unmap(struct ij_pages *pages, struct ij_remote *remote) IJ_WARN_UNUSED;

/** Forget the pages without touching the target, which keeps them if it has them. */
void ij_pages_forget(struct ij_pages *pages);

/** Places for landings (arch/landing.h) in the code page. */
enum { IJ_PAGES_LANDINGS = 8 };
ij_addr ij_pages_landing(const struct ij_pages *pages, unsigned idx);

/** Scratch bytes that the present pages have room for. */
size_t ij_pages_scratch_size(const struct ij_pages *pages);

/** Bytes of a descriptor in the stack. */
#define IJ_PAGES_DESC_SIZE ((sizeof(struct ij_stub_desc) + 15) & ~(size_t)15)

/** Fill in what identifies a session, for something of @size bytes; and the other way. */
void ij_pages_header_seal(struct ij_pages_header *header, uint64_t magic, uint32_t size);
/** Is it one of ours of this magic, by a tracer that we know to be dead? Its size is not checked.
 */
bool ij_pages_header_is_dead(const struct ij_pages_header *header, uint64_t magic);

/** Target addresses of parts. */
static inline ij_addr ij_pages_desc(const struct ij_pages *pages)
{
	return pages->desc ? pages->desc : pages->base + IJ_PAGE_SIZE;
}
static inline ij_addr ij_pages_scratch(const struct ij_pages *pages)
{
	if (pages->kept)
		return pages->kept;
	return pages->desc ? pages->desc + IJ_PAGES_DESC_SIZE : pages->base + 2 * IJ_PAGE_SIZE;
}
/** Where the stub is entered on our stack (struct ij_stub_entry); there must be one. */
static inline ij_addr ij_pages_stack_entry(const struct ij_pages *pages)
{
	return pages->base + pages->size - IJ_STUB_ENTRY_SPAN;
}
/** Does @addr lie on our stack? */
static inline bool ij_pages_on_stack(const struct ij_pages *pages, ij_addr addr)
{
	return pages->back && addr < pages->base + pages->size &&
	       addr >= pages->base + pages->size - IJ_PAGES_STACK_SIZE;
}
/** The target address of a place in ij_stub_code. */
ij_addr ij_pages_code(const struct ij_pages *pages, const uint8_t *place);

/** What is free of the code page, behind the stub; 16-byte aligned. @size_ret: bytes. */
ij_addr ij_pages_room(const struct ij_pages *pages, size_t *size_ret);

/** Read from or write to the read-write part; @addr is a target address in it. Writing the
 * room of the code page works, too. Errors: FAULT. */
struct ij_error *ij_pages_read(const struct ij_pages *pages, const struct ij_process *process,
			       ij_addr addr, void *buf, size_t size) IJ_WARN_UNUSED;
struct ij_error *ij_pages_write(const struct ij_pages *pages, const struct ij_process *process,
				ij_addr addr, const void *bytes, size_t size) IJ_WARN_UNUSED;

/** Write @word at target address @addr, a multiple of 8 in either part: at once, so that nobody
 * ever sees half of it. Errors: FAULT. */
struct ij_error *ij_pages_store(const struct ij_pages *pages, const struct ij_process *process,
				ij_addr addr, uint64_t word) IJ_WARN_UNUSED;

/** One mapping that a killed session left. */
struct ij_leftover {
	ij_addr base;
	size_t size;
	pid_t inner_tid; /* the thread that may still be in it, as the target numbers it */
	bool busy;       /* it is in a call that goes on */
	ij_addr entered; /* busy only if the word there is not IJ_GOCALL_NOT_ENTERED; 0: in any case
			  */
	bool copy;       /* it may be in a copy of code there, or a signal handler on top of that */
};

/**
 * Is the mapping @vma the code page of a session whose tracer is dead? Everything read there is
 * hostile; a mapping whose size or protection does not fit is not ours.
 */
bool ij_leftover_recognise(const struct ij_process *process, const struct ij_vmas *vmas,
			   const struct ij_vma *vma, struct ij_leftover *ret);

/**
 * Is @vma the code page of any session, dead or not, in which a call is under way?
 *
 * @inner_tid_ret: the thread that entered it, as the target numbers it.
 */
bool ij_pages_are_busy(const struct ij_process *process, const struct ij_vmas *vmas,
		       const struct ij_vma *vma, pid_t *inner_tid_ret);

#endif
