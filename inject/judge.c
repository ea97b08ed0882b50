/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The judge: modes, stack, frames, locks. */
#include "inject/judge.h"

#include <stdio.h>
#include <string.h>

#include "inject/stack.h"

/*
 * Stack that a call may use: most need under 6 KiB, a first call through a lazy PLT 3.2 KiB more,
 * the hungriest of libc 19 KiB. A callee that needs no library state is a bare system call or
 * arithmetic.
 */
#define STACK_FOR_CALL (16 * 1024)
#define STACK_FOR_LEAF (6 * 1024)

void ij_stop_rseq(const struct ij_injector *inj, struct ij_stop *stop)
{
	struct {
		uint32_t version, flags;
		uint64_t start_ip, post_commit_offset, abort_ip;
	} section;
	struct ij_mem *mem = (struct ij_mem *)&inj->process.mem.mem;
	ij_addr pc = ij_regs_pc(&stop->regs), area, pointer;
	uint32_t signature, found;
	IJ_ERROR_AUTO err = NULL;

	stop->resume = stop->regs;
	ij_thread_rseq_get(stop->thread, &area, &signature);
	if (!area)
		return;
	err = ij_mem_read_u64(mem, area + 8, &pointer);
	if (err || !pointer)
		return;
	err = ij_mem_read(mem, pointer, &section, sizeof(section));
	if (err || pc - section.start_ip >= section.post_commit_offset)
		return;
	err = ij_mem_read(mem, section.abort_ip - sizeof(found), &found, sizeof(found));
	if (!err && found == signature)
		ij_regs_set_pc(&stop->resume, section.abort_ip);
}

int ij_judge_marker(const struct ij_status *status, uint64_t sigmask)
{
	static const int candidates[] = {SIGURG, SIGWINCH, SIGCHLD};
	int choice = 0, cost = 3;

	for (size_t i = 0; i < IJ_COUNT(candidates); i++) {
		uint64_t bit = IJ_SIGNAL_BIT(candidates[i]);
		/* Caught is the dearest: if we die, the program's handler runs once for nothing. */
		int this_cost = status->sig_caught & bit ? 2 : sigmask & bit ? 1 : 0;

		/* One of the program's own that is pending would be swallowed with ours. */
		if (status->sig_pending & bit || this_cost >= cost)
			continue;
		choice = candidates[i];
		cost = this_cost;
	}
	return choice;
}

bool ij_judge_is_permanent(enum ij_wire_reason reason)
{
	return reason == IJ_WIRE_REASON_MODE || reason == IJ_WIRE_REASON_SIGNALS;
}

static void unsafe(struct ij_wire_verdict *verdict, enum ij_wire_reason reason, ij_addr addr,
		   const char *text)
{
	verdict->reason = reason;
	verdict->addr = addr;
	snprintf(verdict->text, sizeof(verdict->text), "%s", text);
}

/* What rules the whole thread out, wherever it stands. */
static bool mode_is_safe(const struct ij_stop *stop, struct ij_wire_verdict *verdict)
{
	const char *mode = NULL;

	if (!ij_regs_is_native(&stop->regs))
		mode = "32-bit code";
	else if (stop->status.shadow_stack)
		mode = "a shadow stack (CET)";
	else if (stop->status.seccomp == 1)
		mode = "strict seccomp";
	else if (stop->status.seccomp)
		mode = "a seccomp filter";
	if (mode)
		unsafe(verdict, IJ_WIRE_REASON_MODE, 0, mode);
	return !mode;
}

static bool stack_is_safe(const struct ij_injector *inj, const struct ij_stop *stop,
			  ij_classes need, struct ij_wire_verdict *verdict)
{
	uint64_t want = need ? STACK_FOR_CALL : STACK_FOR_LEAF;
	struct ij_stack stack;
	char text[sizeof(verdict->text)];

	ij_stack_measure(inj, &stop->regs, want, &stack);
	if (!stack.own) {
		unsafe(verdict, IJ_WIRE_REASON_STACK, ij_regs_sp(&stop->regs),
		       "not the thread's own stack (a coroutine's, or an alternate one)");
		return false;
	}
	if (stack.room < want || stack.writable < IJ_SIGFRAME_SIZE(4096)) {
		snprintf(text, sizeof(text), "%llu bytes are free, %llu are wanted",
			 (unsigned long long)(stack.room < want ? stack.room : stack.writable),
			 (unsigned long long)want);
		unsafe(verdict, IJ_WIRE_REASON_STACK, ij_regs_sp(&stop->regs), text);
		return false;
	}
	return true;
}

/* Walks the frames, and stops at the first that holds what the callee needs. */
struct frames {
	ij_classes need;
	struct ij_stop *stop; /* NULL: do not record */
	unsigned count;
	ij_classes conflict;
	ij_addr conflict_pc;
};

static bool visit_frame(void *ctx, const struct ij_unwind_frame *frame)
{
	struct frames *frames = ctx;
	ij_classes held = frame->func->classes | frame->module->map.header->module_classes;

	frames->count++;
	if (frames->stop && frames->stop->frames_len < IJ_WIRE_FRAMES_MAX)
		frames->stop->frames[frames->stop->frames_len++] = frame->pc;
	if (held & frames->need && !frames->conflict) {
		frames->conflict = held & frames->need;
		frames->conflict_pc = frame->pc;
	}
	return true;
}

static enum ij_unwind_end walk_frames(struct ij_injector *inj, const struct ij_regs *regs,
				      struct frames *frames, ij_addr *end_pc)
{
	struct ij_unwind_space space = ij_injector_space(inj);
	struct ij_unwind_regs unwind = {.known = (1u << IJ_MAP_REGS) - 1};

	ij_regs_to_dwarf(regs, unwind.value);
	return ij_unwind(&space, (struct ij_mem *)&inj->process.mem.mem, &unwind, visit_frame,
			 frames, end_pc);
}

static bool frames_are_safe(struct ij_injector *inj, struct ij_stop *stop, ij_classes need,
			    struct ij_wire_verdict *verdict)
{
	/* Half-way through a change of stacks nothing may run, whatever it needs. */
	struct frames frames = {.need = need | IJ_CLASS(CONTEXT), .stop = stop};
	ij_addr end_pc = 0;
	enum ij_unwind_end end;

	stop->frames_len = 0;
	end = walk_frames(inj, &stop->regs, &frames, &end_pc);
	verdict->frames = frames.count;
	if (frames.conflict) {
		unsafe(verdict, IJ_WIRE_REASON_FRAME, frames.conflict_pc, "");
		verdict->classes = frames.conflict;
		return false;
	}
	/* What cannot be unwound may hide a frame that matters; a callee without needs has none. */
	if (end != IJ_UNWIND_ROOT && need) {
		unsafe(verdict, IJ_WIRE_REASON_UNWIND, end_pc, ij_unwind_end_text(end));
		return false;
	}
	return true;
}

/* Is the lock held by this thread, or may it be? Fails closed on what cannot be read. */
static bool lock_is_held(const struct ij_injector *inj, const struct ij_wire_lock *lock, pid_t tid,
			 ij_addr tp, pid_t *owner_ret)
{
	struct ij_mem *mem = (struct ij_mem *)&inj->process.mem.mem;
	struct {
		uint32_t word, count;
		uint64_t owner;
	} state;
	IJ_ERROR_AUTO err = NULL;

	err = ij_mem_read(mem, lock->addr, &state, sizeof(state));
	if (err)
		return true;
	switch (lock->kind) {
	case 0: /* pthread mutex: the owner is an int after the count */
		*owner_ret = (pid_t)(uint32_t)state.owner;
		return state.word && (uint32_t)state.owner == (uint32_t)tid;
	case 1: /* stdio: between taking the lock and storing the owner nobody is named */
		return state.word && (!state.owner || state.owner == tp);
	default:
		return state.word != 0;
	}
}

static bool locks_are_safe(const struct ij_injector *inj, pid_t tid, ij_addr tp, ij_classes need,
			   struct ij_wire_verdict *verdict)
{
	const struct ij_wire_set_target *target = &inj->target;

	/*
	 * Locks are a veto, never a proof: a single-threaded glibc takes most of them not at all,
	 * but one that is held is held.
	 */
	for (uint32_t i = 0; i < target->locks_len; i++) {
		const struct ij_wire_lock *lock = &target->locks[i];
		pid_t owner = 0;

		if (!(lock->classes & need) || !lock_is_held(inj, lock, tid, tp, &owner))
			continue;
		unsafe(verdict, IJ_WIRE_REASON_LOCK, lock->addr, lock->name);
		verdict->classes = lock->classes & need;
		verdict->owner = owner;
		return false;
	}
	return true;
}

static bool syscall_is_safe(const struct ij_stop *stop, struct ij_wire_verdict *verdict)
{
	verdict->syscall = ij_regs_syscall(&stop->regs);
	if (ij_regs_restart(&stop->regs) != IJ_RESTART_BROKEN)
		return true;
	unsafe(verdict, IJ_WIRE_REASON_SYSCALL, 0, "it cannot be taken up again");
	return false;
}

void ij_judge(struct ij_injector *inj, struct ij_stop *stop, ij_classes need,
	      struct ij_wire_verdict *ret)
{
	memset(ret, 0, sizeof(*ret));
	ret->tid = stop->thread->tid;
	ret->pc = ij_regs_pc(&stop->regs);
	ret->syscall = -1;
	memcpy(ret->comm, stop->status.comm, sizeof(ret->comm));
	/* In the order of what it costs to find out; the first reason is the one reported. */
	if (!mode_is_safe(stop, ret) || !stack_is_safe(inj, stop, need, ret) ||
	    !syscall_is_safe(stop, ret) || !frames_are_safe(inj, stop, need, ret) ||
	    !locks_are_safe(inj, stop->status.inner_pid, ij_regs_tp(&stop->regs), need, ret))
		return;
	if (!ij_judge_marker(&stop->status, stop->status.sig_blocked))
		unsafe(ret, IJ_WIRE_REASON_SIGNALS, 0,
		       "SIGURG, SIGWINCH and SIGCHLD are all pending");
}

bool ij_judge_callee(struct ij_injector *inj, const struct ij_regs *regs, pid_t tid,
		     struct ij_wire_verdict *ret)
{
	struct frames frames = {.need = IJ_CLASSES_ALL};
	ij_addr end_pc = 0;
	enum ij_unwind_end end;

	memset(ret, 0, sizeof(*ret));
	ret->pc = ij_regs_pc(regs);
	ret->syscall = ij_regs_syscall(regs);
	/* The stub has no map: the walk of the callee's frames is complete when it ends there. */
	end = walk_frames(inj, regs, &frames, &end_pc);
	ret->frames = frames.count;
	if (frames.conflict) {
		unsafe(ret, IJ_WIRE_REASON_FRAME, frames.conflict_pc, "");
		ret->classes = frames.conflict;
		return false;
	}
	if (end != IJ_UNWIND_NO_MODULE || end_pc < inj->pages.base ||
	    end_pc >= inj->pages.base + IJ_PAGE_SIZE) {
		unsafe(ret, IJ_WIRE_REASON_UNWIND, end_pc, ij_unwind_end_text(end));
		return false;
	}
	return locks_are_safe(inj, tid, ij_regs_tp(regs), IJ_CLASSES_ALL, ret);
}
