/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Room on a stopped thread's stack. */
#include "inject/stack.h"

#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>

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

void ij_stack_measure(const struct ij_injector *inj, const struct ij_regs *regs, uint64_t enough,
		      struct ij_stack *ret)
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
		ret->own = tp >= sp && tp < hi;
	}
}
