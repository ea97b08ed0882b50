/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How a thread enters the stub. */
#include "inject/entry.h"

#include <string.h>

#include "inject/pointers.h"

uint64_t ij_entry_block(const struct ij_injector *inj, const struct ij_stop *stop, int marker,
			bool pass)
{
	uint64_t bit = IJ_SIGNAL_BIT(marker);

	if (!stop->means.mask)
		return inj->saved.sigmask;
	if (pass)
		return inj->saved.sigmask & ~bit;
	return ~(IJ_SIGNALS_SYNCHRONOUS | bit);
}

static ij_addr scratch_address(const struct ij_injector *inj, uint64_t offset)
{
	return ij_pages_scratch(inj->now) + offset;
}

void ij_entry_describe(const struct ij_injector *inj, const struct ij_wire_call *call,
		       const struct ij_stop *stop, int marker, struct ij_stub_desc *ret)
{
	const struct ij_saved *saved = &inj->saved;
	enum ij_restart restart = ij_regs_restart(&saved->regs);

	*ret = (struct ij_stub_desc){
		.func = call->func,
		.sse_len = call->sse_len,
		.stack_len = call->stack_len,
		.stack_from = call->stack_far ? scratch_address(inj, call->stack_off)
					      : ij_pages_desc(inj->now) +
							offsetof(struct ij_stub_desc, stack_args),
		.errno_location = inj->target.errno_location,
		.sigmask = saved->sigmask,
		.caught = stop->status.sig_caught,
		.pid = (uint32_t)stop->status.inner_tgid,
		.tid = (uint32_t)stop->status.inner_pid,
		.marker = (uint32_t)marker,
		.state = IJ_STUB_STATE_READY,
	};
	/* No code of the program or its libraries runs: the kernel alone, which knows no errno. */
	if (stop->bare) {
		ret->func = inj->target.syscall_ret;
		ret->sse_len = call->callee.syscalls[0];
		ret->errno_location = 0;
	}
	ij_stub_xsave(saved->xstate, saved->xstate_size, &ret->xsave_size, &ret->xsave_mask,
		      &ret->flags);
	/* Unless it is what the thread restores itself to anyway. */
	if ((restart == IJ_RESTART_NOHAND || restart == IJ_RESTART_BLOCK ||
	     restart == IJ_RESTART_EINTR) &&
	    ij_regs_pc(&saved->by_hand) != ij_regs_pc(&saved->regs))
		ret->flags |= IJ_STUB_FLAG_EINTR;
	/* With us dead, each of them would be made in earnest. */
	if (!stop->means.pending)
		ret->flags &= ~(uint32_t)IJ_STUB_FLAG_EINTR;
	if (!stop->means.marker)
		ret->flags |= IJ_STUB_FLAG_SILENT;
	else if (stop->means.take && !inj->now->cave && saved->sigmask & IJ_SIGNAL_BIT(marker))
		ret->flags |= IJ_STUB_FLAG_TAKE;
	if (inj->foreign)
		ret->flags |= IJ_STUB_FLAG_FOREIGN;
	if (!stop->means.mask)
		ret->flags |= IJ_STUB_FLAG_UNMASKED;
	memcpy(ret->int_args, call->int_args, sizeof(ret->int_args));
	memcpy(ret->sse_args, call->sse_args, sizeof(ret->sse_args));
	memcpy(ret->stack_args, call->stack_args, sizeof(ret->stack_args));
	if (call->vector_size) {
		ret->callee = ret->func;
		ret->func = ij_pages_code(inj->now, ij_stub_code_vectors);
		ret->vectors = scratch_address(inj, call->vectors_off);
		ret->flags |= IJ_STUB_FLAG_STORE;
		ret->flags |= call->vector_size > 16 ? IJ_STUB_FLAG_WIDE : 0;
		ret->flags |= call->vector_size > 32 ? IJ_STUB_FLAG_WIDEST : 0;
	}
	for (unsigned i = 0; i < IJ_WIRE_INT_ARGS; i++)
		if (call->scratch_mask >> i & 1)
			ret->int_args[i] = scratch_address(inj, call->int_args[i]);
	for (unsigned i = 0; i < 64 - IJ_WIRE_INT_ARGS; i++)
		if (call->scratch_mask >> (IJ_WIRE_INT_ARGS + i) & 1)
			ret->stack_args[i] = scratch_address(inj, call->stack_args[i]);
}

struct ij_error *ij_entry_fill(const struct ij_pages *pages, const struct ij_process *process,
			       const struct ij_wire_call *call, const struct ij_stub_desc *desc,
			       const uint8_t *scratch)
{
	static const uint8_t zeros[IJ_PAGE_SIZE];

	IJ_TRY(ij_pages_write(pages, process, ij_pages_desc(pages), desc, sizeof(*desc)));
	IJ_TRY(ij_pages_write(pages, process, ij_pages_scratch(pages), scratch,
			      call->scratch_size));
	for (uint64_t off = call->scratch_size; off < call->scratch_room;) {
		uint64_t chunk = call->scratch_room - off;

		if (chunk > sizeof(zeros))
			chunk = sizeof(zeros);
		IJ_TRY(ij_pages_write(pages, process, ij_pages_scratch(pages) + off, zeros, chunk));
		off += chunk;
	}
	for (uint32_t i = 0; i < call->pointers_len; i++) {
		uint64_t addr = ij_pages_scratch(pages) + ij_pointers_target(call, scratch, i);

		IJ_TRY(ij_pages_write(pages, process,
				      ij_pages_scratch(pages) + ij_pointers_off(call, i), &addr,
				      sizeof(addr)));
	}
	return NULL;
}

struct ij_error *ij_entry_stack(const struct ij_injector *inj, const struct ij_process *process,
				ij_addr resume, struct ij_regs *ret)
{
	struct ij_regs regs = inj->saved.by_hand;
	struct ij_stub_entry entry = ij_stub_entry_of(&regs, ij_pages_desc(inj->now));
	ij_addr sp = inj->foreign ? ij_pages_stack_entry(inj->now)
				  : ij_stub_entry_sp(ij_regs_sp(&regs)) - inj->now->skip;

	entry.resume = resume;
	IJ_TRY(ij_process_write(process, sp, &entry,
				inj->foreign ? sizeof(entry) : IJ_STUB_ENTRY_SIZE));
	ij_regs_set_pc(&regs, ij_pages_code(inj->now, ij_stub_code));
	ij_regs_set_sp(&regs, sp);
	*ret = regs;
	return NULL;
}

struct ij_error *ij_entry_collect(const struct ij_pages *pages, const struct ij_process *process,
				  const struct ij_wire_call *call, const struct ij_stub_desc *desc,
				  struct ij_call_result *ret)
{
	struct ij_wire_outcome *out = &ret->outcome;

	out->rax = desc->rax;
	out->rdx = desc->rdx;
	memcpy(out->xmm0, desc->xmm0, sizeof(out->xmm0));
	memcpy(out->xmm1, desc->xmm1, sizeof(out->xmm1));
	memcpy(out->st0, desc->st0, sizeof(out->st0));
	memcpy(out->st1, desc->st1, sizeof(out->st1));
	out->errno_known = desc->errno_addr != 0;
	out->callee_errno = (int32_t)desc->callee_errno;
	out->scratch_size = call->scratch_room;
	return ij_pages_read(pages, process, ij_pages_scratch(pages), ret->scratch,
			     out->scratch_size);
}
