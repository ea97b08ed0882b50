/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* State taken and put back, and remote system calls without any code of ours in the target. */
#include "proc/remote.h"

#include <errno.h>
#include <string.h>

#include "arch/stub.h"

struct ij_error *ij_saved_take(struct ij_thread *thread, const struct ij_process *process,
			       const struct ij_regs *regs, struct ij_saved *ret)
{
	ret->regs = *regs;
	ret->by_hand = *regs;
	ret->call_known = true;
	if (ij_regs_restart(regs) == IJ_RESTART_BLOCK) {
		uint8_t code[IJ_RESTART_CODE_SIZE];
		IJ_ERROR_AUTO err =
			ij_mem_read((struct ij_mem *)&process->mem.mem,
				    ij_regs_pc(regs) - sizeof(code), code, sizeof(code));

		ret->call_known = !err && ij_regs_restart_original(&ret->by_hand, code);
	}
	ij_regs_restart_by_hand(&ret->by_hand);
	IJ_TRY(ij_thread_sigmask_get(thread, &ret->sigmask));
	return ij_thread_xstate_get(thread, ret->xstate, &ret->xstate_size);
}

struct ij_error *ij_saved_put_back(struct ij_thread *thread, const struct ij_saved *saved,
				   enum ij_put_back how)
{
	struct ij_regs regs = saved->regs;
	enum ij_restart restart;

	/*
	 * restart_syscall would go on with what the callee left in the block: where the call itself
	 * is not known, EINTR is the only true answer.
	 */
	if (how == IJ_PUT_BACK_EINTR || (how == IJ_PUT_BACK_BY_HAND && !saved->call_known))
		ij_regs_restart_as_eintr(&regs);
	else if (how == IJ_PUT_BACK_BY_HAND && ij_regs_restart(&regs) == IJ_RESTART_BLOCK)
		regs = saved->by_hand;
	else
		ij_regs_restart_by_kernel(&regs);
	/*
	 * In a system call's entry stop the kernel would make the call whose number it finds here:
	 * one that was over would be made twice (Linux, kernel/entry/common.c).
	 */
	restart = ij_regs_restart(&regs);
	if (restart == IJ_RESTART_NONE || restart == IJ_RESTART_BROKEN)
		ij_regs_set_pc(&regs, ij_regs_pc(&regs));
	IJ_TRY(ij_thread_xstate_set(thread, saved->xstate, saved->xstate_size));
	IJ_TRY(ij_thread_sigmask_set(thread, saved->sigmask));
	return ij_thread_regs_set(thread, &regs);
}

void ij_saved_settle(struct ij_thread *thread, const struct ij_saved *saved, uint64_t deadline_ns)
{
	struct ij_event event = {.kind = IJ_EVENT_CANCELLED};
	struct ij_error *err = NULL;

	if (!thread->signo || !(saved->sigmask & IJ_SIGNAL_BIT(thread->signo)))
		return;
	err = ij_thread_interrupt(thread);
	if (!err)
		err = ij_thread_resume(thread, 0);
	while (!err && event.kind == IJ_EVENT_CANCELLED)
		err = ij_thread_wait(thread, deadline_ns, &event);
	ij_error_free(err);
}

struct ij_error *ij_remote_enter(struct ij_remote *remote)
{
	const struct ij_saved *saved = remote->saved;
	/* Above it is where the stub is entered, which is written while this frame still counts. */
	ij_addr top = ij_stub_entry_sp(remote->below);

	if (!ij_sigframe_build(top, &saved->by_hand, saved->sigmask, saved->xstate,
			       saved->xstate_size, remote->sigreturn, &remote->frame))
		return ij_error_new(UNSUPPORTED,
				    "the extended register state of %zu bytes is not supported",
				    saved->xstate_size);
	IJ_TRY(ij_process_write(remote->process, remote->frame.lo, remote->frame.bytes,
				remote->frame.size));
	return remote->ask ? ij_thread_unconfine(remote->thread, true) : NULL;
}

/* Run to the next stop of the system call: one of ptrace's, or our breakpoint's. */
static struct ij_error *to_stop(struct ij_remote *remote)
{
	struct ij_event event;

	if (remote->done.fd >= 0)
		IJ_TRY(ij_thread_resume(remote->thread, 0));
	else
		IJ_TRY(ij_thread_resume_syscall(remote->thread, 0));
	do
		IJ_TRY(ij_thread_wait(remote->thread, remote->deadline_ns, &event));
	while (event.kind == IJ_EVENT_CANCELLED);
	switch (event.kind) {
	case IJ_EVENT_SYSCALL:
		return NULL;
	case IJ_EVENT_SIGNAL:
		if (remote->done.fd >= 0 && !ij_breakpoint_which(remote->thread, &remote->done, 1))
			return NULL;
		break;
	case IJ_EVENT_ENDED:
	case IJ_EVENT_EXITING:
	case IJ_EVENT_EXEC:
		return ij_error_new(GONE, "thread %d ended during a remote system call",
				    remote->thread->tid);
	case IJ_EVENT_DEADLINE:
		return ij_error_new(TIMEOUT,
				    "a remote system call in thread %d did not end in time",
				    remote->thread->tid);
	default:
		break;
	}
	return ij_error_os(INTERRUPTED, event.signo,
			   "signal %d came during a remote system call in thread %d", event.signo,
			   remote->thread->tid);
}

/* The breakpoint is a matter of speed alone. */
static void done_set(struct ij_remote *remote)
{
	if (remote->done.fd >= 0 || !remote->marker)
		return;
	ij_error_free(ij_breakpoint_set(&remote->done, remote->thread->tid,
					remote->syscall_ret + IJ_SYSCALL_SIZE,
					IJ_BREAKPOINT_EXECUTE, remote->marker));
}

void ij_remote_leave(struct ij_remote *remote)
{
	ij_breakpoint_clear(&remote->done);
	if (remote->ask && remote->thread->stopped)
		ij_error_free(ij_thread_unconfine(remote->thread, false));
}

struct ij_error *ij_remote_syscall(struct ij_remote *remote, long nr, const uint64_t args[6],
				   long *result_ret)
{
	struct ij_regs regs = remote->saved->by_hand;

	ij_regs_set_syscall(&regs, remote->syscall_ret, remote->frame.sp, nr, args);
	/* From here on the thread restores itself; only then may its mask be changed. */
	IJ_TRY(ij_thread_regs_set(remote->thread, &regs));
	IJ_TRY(ij_thread_sigmask_set(remote->thread, remote->block));
	done_set(remote);
	IJ_TRY(to_stop(remote));
	if (remote->done.fd < 0)
		IJ_TRY(to_stop(remote));
	IJ_TRY(ij_thread_regs_get(remote->thread, &regs));
	*result_ret = ij_regs_syscall_result(&regs);
	return NULL;
}

void ij_remote_erase(struct ij_remote *remote)
{
	memset(remote->frame.bytes, 0, remote->frame.size);
	ij_error_free(ij_process_write(remote->process, remote->frame.lo, remote->frame.bytes,
				       remote->frame.size));
	remote->frame.size = 0;
}
