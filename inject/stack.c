/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Room on a stopped thread's stack. */
#include "inject/stack.h"

#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>

#include "arch/sigframe.h"

/* Linux 6.11, include/uapi/linux/fs.h; older headers lack it. */
struct procmap_query {
	uint64_t size, query_flags, query_addr;
	uint64_t vma_start, vma_end, vma_flags, vma_page_size, vma_offset, inode;
	uint32_t dev_major, dev_minor, vma_name_size, build_id_size;
	uint64_t vma_name_addr, build_id_addr;
};
#define PROCMAP_QUERY              _IOWR('f', 17, struct procmap_query)
#define PROCMAP_QUERY_VMA_WRITABLE 2u

/* The kernel keeps this much free below a growing stack (mm/mmap.c, stack_guard_gap). */
#define STACK_GUARD_GAP (256 * 4096ull)

/* glibc's control block takes 2.3 KiB, and the pair lies near its end. */
#define CONTROL_BLOCK_SIZE 2560
/* Stack looked at above a stack pointer for a way into some code: a signal frame and more. */
#define SCAN_SIZE (16 * 1024)
/* What may be a thread's stack: PTHREAD_STACK_MIN and a gigabyte. */
#define STACK_SIZE_MIN 16384u
#define STACK_SIZE_MAX (1ull << 30)

static bool mapping_at(const struct ij_injector *inj, ij_addr addr, ij_addr *lo, ij_addr *hi)
{
	struct procmap_query query = {.size = sizeof(query),
				      .query_addr = addr,
				      .query_flags = PROCMAP_QUERY_VMA_WRITABLE};
	const struct ij_vma *vma;

	if (!ioctl(inj->process.maps_fd, PROCMAP_QUERY, &query)) {
		*lo = query.vma_start;
		*hi = query.vma_end;
		return true;
	}
	vma = ij_vmas_find(&inj->vmas, addr);
	if (!vma || !(vma->flags & IJ_VMA_WRITE))
		return false;
	*lo = vma->lo;
	*hi = vma->hi;
	return true;
}

/* The main thread's stack grows on demand, down to its limit or its lower neighbour. */
static uint64_t growth(const struct ij_injector *inj, ij_addr lo, ij_addr hi)
{
	struct rlimit limit;
	ij_addr bottom = 0, floor;

	IJ_VEC_EACH (&inj->vmas.list, vma)
		if (vma->hi <= lo && vma->hi + STACK_GUARD_GAP > bottom)
			bottom = vma->hi + STACK_GUARD_GAP;
	if (prlimit(inj->process.pid, RLIMIT_STACK, NULL, &limit) || limit.rlim_cur > hi)
		return lo > bottom ? lo - bottom : 0;
	floor = hi - limit.rlim_cur;
	if (floor < bottom)
		floor = bottom;
	return lo > floor ? lo - floor : 0;
}

/*
 * The lowest address of a thread's stack, as its C library noted it in the control block: a pair of
 * words, (lowest, size) in glibc (nptl/descr.h, stackblock and stackblock_size), (end, size) in
 * musl (src/internal/pthread_impl.h, stack and stack_size). Where in the block differs by version,
 * so any pair counts that holds the stack pointer; a wrong one makes the stack smaller than it is,
 * which costs a refusal. A stack may be a part of a larger mapping, a program's own pool of them,
 * with data below that is not its own. @lo: of the mapping.
 */
static ij_addr noted_lowest(const struct ij_injector *inj, ij_addr tp, ij_addr sp, ij_addr lo,
			    ij_addr hi)
{
	struct ij_mem *mem = (struct ij_mem *)&inj->process.mem.mem;
	uint64_t words[CONTROL_BLOCK_SIZE / sizeof(uint64_t)];
	size_t size = hi - tp < sizeof(words) ? (size_t)(hi - tp) : sizeof(words);
	IJ_ERROR_AUTO err = ij_mem_read(mem, tp, words, size);
	ij_addr lowest = lo;

	for (size_t i = 1; !err && i < size / sizeof(words[0]); i++) {
		uint64_t len = words[i];
		ij_addr from = words[i - 1], end = words[i - 1] - len;

		if (len > STACK_SIZE_MAX || len < STACK_SIZE_MIN)
			continue;
		if (from <= sp && sp - from < len && from > lowest)
			lowest = from;
		if (end < sp && sp < words[i - 1] && end > lowest)
			lowest = end;
	}
	return lowest;
}

/* The thread's own stack, when its stack pointer is on another one. */
static bool own_stack(const struct ij_injector *inj, const struct ij_regs *regs, bool main,
		      ij_addr *lo, ij_addr *hi)
{
	ij_addr tp = ij_regs_tp(regs);

	if (!main) {
		if (!mapping_at(inj, tp, lo, hi))
			return false;
		*lo = noted_lowest(inj, tp, tp, *lo, *hi);
		return true;
	}
	IJ_VEC_EACH (&inj->vmas.list, vma) {
		if (!(vma->flags & IJ_VMA_STACK))
			continue;
		/* It may have grown since. */
		return mapping_at(inj, vma->hi - 1, lo, hi);
	}
	return false;
}

ij_addr ij_stack_idle(const struct ij_injector *inj, const struct ij_regs *regs, bool main,
		      uint64_t size)
{
	static uint8_t bytes[IJ_STACK_IDLE_MAX];
	struct ij_mem *mem = (struct ij_mem *)&inj->process.mem.mem;
	ij_addr sp = ij_regs_sp(regs), lo, hi;
	IJ_ERROR_AUTO err = NULL;

	if (size > sizeof(bytes) || !own_stack(inj, regs, main, &lo, &hi) || hi - lo < 2 * size ||
	    (sp >= lo && sp < hi))
		return 0;
	err = ij_mem_read(mem, lo, bytes, size);
	/* A session that was killed did not come to put its zeros back. */
	if (err || !ij_sigframe_alone(bytes, size, lo, inj->target.sigreturn))
		return 0;
	return lo + size;
}

bool ij_stack_leads_into(const struct ij_injector *inj, const struct ij_regs *regs, ij_addr lo,
			 uint64_t size)
{
	static uint64_t words[SCAN_SIZE / sizeof(uint64_t)];
	struct ij_mem *mem = (struct ij_mem *)&inj->process.mem.mem;
	ij_addr sp = ij_regs_sp(regs) & ~(ij_addr)7;

	if (ij_regs_pc(regs) - lo < size || sp - lo < size)
		return true;
	for (ij_addr end = sp + SCAN_SIZE; sp < end;) {
		size_t part = (size_t)(IJ_PAGE_SIZE - sp % IJ_PAGE_SIZE);
		IJ_ERROR_AUTO err = ij_mem_read(mem, sp, words, part);

		for (size_t i = 0; !err && i < part / sizeof(words[0]); i++)
			if (words[i] - lo < size)
				return true;
		if (err)
			return false;
		sp += part;
	}
	return false;
}

void ij_stack_measure(const struct ij_injector *inj, const struct ij_regs *regs, bool main,
		      uint64_t enough, struct ij_stack *ret)
{
	ij_addr sp = ij_regs_sp(regs), tp = ij_regs_tp(regs), lo, hi;
	const struct ij_vma *vma;

	memset(ret, 0, sizeof(*ret));
	if (!mapping_at(inj, sp, &lo, &hi))
		return;
	ret->room = ret->writable = sp - lo;
	vma = ij_vmas_find(&inj->vmas, hi - 1);
	if (vma && vma->flags & IJ_VMA_STACK) {
		ret->own = true;
		if (ret->room < enough)
			ret->room += growth(inj, lo, hi);
	} else {
		ret->own = !main && tp >= sp && tp < hi;
		if (ret->own)
			ret->room = ret->writable = sp - noted_lowest(inj, tp, sp, lo, hi);
	}
}
