/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "inject/go/handler.h"

#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/syscall.h>

#include "inject/injector.h"

/* Between our frames on the signal stack. */
#define GAP 256

#define ACTION_FLAGS (SA_SIGINFO | SA_ONSTACK | 0x04000000u /* SA_RESTORER of the kernel */)

/* Of one tracer, which leads one thread at a time. */
static struct ij_sigframe enter_frame;

void ij_go_handler_action(const struct ij_injector *inj, struct ij_gocall *go)
{
	size_t room;

	go->new_action[0] = ij_pages_room(&inj->pages, &room);
	go->new_action[1] = ACTION_FLAGS;
	go->new_action[2] = inj->target.sigreturn;
	go->new_action[3] = ~IJ_SIGNALS_SYNCHRONOUS;
	go->desc_state = ij_pages_desc(&inj->pages) + offsetof(struct ij_stub_desc, state);
}

struct ij_error *ij_go_handler_look(struct ij_injector *inj, ij_addr base, bool *busy_ret)
{
	const ij_addr kept = base + offsetof(struct ij_gocall, old_action);
	const uint64_t args[6] = {SIGTRAP, 0, kept, sizeof(uint64_t)};
	const struct ij_unwind_space space = {.modules = inj->modules.items,
					      .modules_len = inj->modules.len};
	struct ij_error *err;
	uint64_t action;
	long result;

	IJ_TRY(ij_remote_enter(&inj->remote));
	err = ij_remote_syscall(&inj->remote, SYS_rt_sigaction, args, &result);
	ij_remote_leave(&inj->remote);
	IJ_TRY(err);
	IJ_TRY(ij_pages_read(&inj->pages, &inj->process, kept, &action, sizeof(action)));
	*busy_ret = result || (action > 1 && !ij_unwind_module_find(&space, action));
	return NULL;
}

bool ij_go_handler_is_entered(const struct ij_injector *inj, const struct ij_stop *stop,
			      ij_addr entered)
{
	ij_addr pc = ij_regs_pc(&stop->regs);
	uint64_t mask;
	IJ_ERROR_AUTO err = ij_mem_read_u64((struct ij_mem *)&inj->process.mem.mem, entered, &mask);

	return err || mask != IJ_GOCALL_NOT_ENTERED || pc == inj->target.syscall_ret;
}

struct ij_error *ij_go_handler_put(struct ij_injector *inj, const struct ij_stop *stop,
				   ij_addr base)
{
	struct ij_pages *pages = &inj->pages;
	size_t size = (size_t)(ij_gocall_code_end - ij_gocall_code), room;
	ij_addr addr = ij_pages_room(pages, &room), desc = ij_pages_desc(pages);
	const uint32_t tid = (uint32_t)stop->status.inner_pid;
	const uint32_t state = IJ_STUB_STATE_HANDLER;
	const uint64_t mask = IJ_GOCALL_NOT_ENTERED;
	uint8_t code[2048];

	if (size > room || size > sizeof(code))
		return ij_error_new(LIMIT, "the handler for Go does not fit its page");
	memcpy(code, ij_gocall_code, size);
	memcpy(code + size - sizeof(base), &base, sizeof(base));
	IJ_TRY(ij_pages_write(pages, &inj->process, addr, code, size));
	IJ_TRY(ij_pages_write(pages, &inj->process,
			      base + offsetof(struct ij_gocall, old_action[3]), &mask,
			      sizeof(mask)));
	IJ_TRY(ij_pages_write(pages, &inj->process, desc + offsetof(struct ij_stub_desc, tid), &tid,
			      sizeof(tid)));
	return ij_pages_write(pages, &inj->process, desc + offsetof(struct ij_stub_desc, state),
			      &state, sizeof(state));
}

struct ij_error *ij_go_handler_enter(struct ij_injector *inj, const struct ij_stop *stop,
				     ij_addr base, const struct ij_regs *regs, uint64_t mask)
{
	const struct ij_saved *saved = &inj->saved;
	const uint64_t args[6] = {SIGTRAP, base + offsetof(struct ij_gocall, new_action),
				  base + offsetof(struct ij_gocall, old_action), sizeof(uint64_t)};
	/* The thread stands in a frame that is still needed. */
	ij_addr top = inj->remote.frame.lo - GAP;
	struct ij_regs enter = saved->by_hand;

	if (!ij_sigframe_build(top, regs, mask, saved->xstate, saved->xstate_size,
			       inj->target.sigreturn, &enter_frame))
		return ij_error_new(UNSUPPORTED,
				    "the extended register state of %zu bytes is not supported",
				    saved->xstate_size);
	IJ_TRY(ij_process_write(&inj->process, enter_frame.lo, enter_frame.bytes,
				enter_frame.size));
	ij_regs_set_syscall(&enter, inj->target.syscall_ret, enter_frame.sp, SYS_rt_sigaction,
			    args);
	IJ_TRY(ij_thread_regs_set(stop->thread, &enter));
	ij_error_free(ij_thread_sigmask_set(stop->thread, ~IJ_SIGNALS_SYNCHRONOUS));
	return NULL;
}
