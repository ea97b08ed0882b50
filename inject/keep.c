/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Memory of a call that stays. */
#include "inject/keep.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "inject/prepare.h"

/* One system call in the thread of @stop, which stands where it was stopped, or in the stub. */
static struct ij_error *ask(struct ij_injector *inj, const struct ij_stop *stop, long nr,
			    const uint64_t args[6], long *ret)
{
	struct ij_error *err;

	ij_prepare_remote(inj, stop, stop->below);
	IJ_TRY(ij_remote_enter(&inj->remote));
	err = ij_remote_syscall(&inj->remote, nr, args, ret);
	ij_remote_leave(&inj->remote);
	return err;
}

static void use(struct ij_injector *inj, ij_addr addr)
{
	inj->pages.kept = inj->cave.kept = addr;
}

struct ij_error *ij_keep_begin(struct ij_injector *inj, const struct ij_stop *stop,
			       const struct ij_wire_call *call, const char **why_ret)
{
	const uint64_t size =
		((uint64_t)call->scratch_room + IJ_PAGE_SIZE - 1) & ~(uint64_t)(IJ_PAGE_SIZE - 1);
	const uint64_t args[6] = {
		0, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, (uint64_t)-1, 0};
	long result;

	if (!(call->flags & IJ_WIRE_CALL_KEEP))
		return NULL;
	inj->kept.fresh = false;
	if (!call->kept || call->kept != inj->kept.addr || size > inj->kept.size) {
		if (stop->means.mode && !stop->means.pages_ask &&
		    !ij_means_allow(inj, stop, SYS_mmap, args)) {
			*why_ret = "a seccomp filter does not let memory be mapped that is to stay";
			return NULL;
		}
		IJ_TRY(ask(inj, stop, SYS_mmap, args, &result));
		if (result < 0 && result > -4096)
			return ij_error_os(REFUSED, (int)-result,
					   "mmap of memory that is to stay failed in the target: "
					   "%s",
					   strerror((int)-result));
		inj->kept.addr = (ij_addr)result;
		inj->kept.size = size;
		inj->kept.fresh = true;
	}
	use(inj, inj->kept.addr);
	return NULL;
}

void ij_keep_end(struct ij_injector *inj, const struct ij_stop *stop, bool entered,
		 struct ij_wire_outcome *ret)
{
	const uint64_t args[6] = {inj->kept.addr, inj->kept.size};
	long result;

	if (!inj->pages.kept)
		return;
	use(inj, 0);
	if (entered || !inj->kept.fresh) {
		ret->kept = inj->kept.addr;
		ret->kept_size = inj->kept.size;
		return;
	}
	/* A page that stays does no harm. */
	if (stop->thread->stopped)
		ij_error_free(ask(inj, stop, SYS_munmap, args, &result));
	inj->kept.addr = inj->kept.size = 0;
}
