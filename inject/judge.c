/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The judge: modes, stack, frames, locks. */
#include "inject/judge.h"

#include <stdio.h>
#include <string.h>

#include "inject/cave.h"
#include "inject/go/go.h"
#include "inject/judge_frames.h"
#include "inject/stack.h"

/*
 * Stack that a call may use: most need under 6 KiB, a first call through a lazy PLT 3.2 KiB more,
 * the hungriest of libc 19 KiB. A callee that needs no library state is a bare system call or
 * arithmetic.
 */
#define STACK_FOR_CALL (16 * 1024)
#define STACK_FOR_LEAF (6 * 1024)
/* A frame of ours below the red zone, with the extended state of every processor known today but
 * AMX tiles in use, for which there is room only on a stack that is large. */
#define FRAME_SIZE (IJ_SIGFRAME_SIZE(4096) + IJ_RED_ZONE + IJ_STUB_ENTRY_SIZE)
/* Functions of C expect what C has called. */
#define IN_GO "in Go, where no function of C can be called"
/* A thread that has no room for anything: another one may map what it needs. */
#define NO_PLACE "no room to map another one from here"

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
	int choice = 0, cost = 4;

	for (size_t i = 0; i < IJ_COUNT(candidates); i++) {
		uint64_t bit = IJ_SIGNAL_BIT(candidates[i]);
		/* Caught is the dearest: if we die, a handler runs once for nothing; Go needs URG.
		 */
		int this_cost = status->sig_caught & bit ? 2 + !i : sigmask & bit ? 1 : 0;

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
	return reason == IJ_WIRE_REASON_MODE || reason == IJ_WIRE_REASON_SIGNALS ||
	       reason == IJ_WIRE_REASON_SECCOMP;
}

bool ij_judge_is_forced(const struct ij_wire_call *call)
{
	return call->flags & IJ_WIRE_CALL_FORCE && !(call->flags & IJ_WIRE_CALL_GO);
}

bool ij_judge_is_forcible(enum ij_wire_reason reason)
{
	return reason != IJ_WIRE_REASON_MODE && reason != IJ_WIRE_REASON_SIGNALS &&
	       reason != IJ_WIRE_REASON_GOROUTINE;
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
	else if (!stop->means.known)
		mode = stop->means.text;
	if (mode)
		unsafe(verdict, IJ_WIRE_REASON_MODE, 0, mode);
	return !mode;
}

/* How a call is made where filters forbid what we would do otherwise; or that it cannot be. */
static bool means_are_there(const struct ij_injector *inj, const struct ij_stop *stop,
			    struct ij_wire_verdict *verdict)
{
	const struct ij_means *means = &stop->means;
	uint64_t blocked = stop->status.sig_blocked;
	int marker = ij_judge_marker(&stop->status, blocked);
	const char *mode = NULL;

	if (!means->mode)
		return true;
	verdict->filters = means->filters;
	verdict->seccomp |= IJ_WIRE_SECCOMP_ON;
	verdict->seccomp |= means->mode == IJ_SECCOMP_STRICT ? IJ_WIRE_SECCOMP_STRICT : 0;
	verdict->seccomp |= means->mask ? 0 : IJ_WIRE_SECCOMP_UNMASKED;
	verdict->seccomp |= means->marker ? 0 : IJ_WIRE_SECCOMP_SILENT;
	if (!means->marker && (inj->events_fd < 0 || marker == SIGCHLD))
		verdict->seccomp |= IJ_WIRE_SECCOMP_LINGER;
	if (!inj->pages.ready && !means->pages)
		verdict->seccomp |=
			means->pages_ask ? IJ_WIRE_SECCOMP_SUSPENDED : IJ_WIRE_SECCOMP_CAVE;
	if (verdict->seccomp & IJ_WIRE_SECCOMP_CAVE && !ij_cave_find(inj))
		mode = "seccomp forbids our pages, and no code page has an unused end";
	else if (!means->mask && marker && blocked & IJ_SIGNAL_BIT(marker))
		mode = "seccomp forbids to unblock the signals that could be the marker";
	if (mode)
		unsafe(verdict, IJ_WIRE_REASON_MODE, 0, mode);
	return !mode;
}

/* What the filters would do to the callee, which always runs under them. */
static bool callee_is_safe(const struct ij_stop *stop, struct ij_wire_verdict *verdict)
{
	uint32_t set;
	long nr;

	if (!stop->means.mode || !stop->callee)
		return true;
	set = ij_means_of_callee(stop, stop->callee, &nr);
	if (ij_seccomp_is_harmless(set)) {
		if (!ij_seccomp_is_certain(set))
			verdict->seccomp |= IJ_WIRE_SECCOMP_ERRNO;
		return true;
	}
	unsafe(verdict, IJ_WIRE_REASON_SECCOMP, (ij_addr)nr, ij_seccomp_action_text(set));
	return false;
}

/* Whether there is a place for a frame of ours from which the thread restores itself. */
static void find_below(const struct ij_injector *inj, struct ij_stop *stop,
		       const struct ij_stack *stack)
{
	bool main = stop->thread->tid == inj->process.pid;

	stop->idle = false;
	stop->below = ij_regs_sp(&stop->regs);
	if (stack->own && stack->writable >= FRAME_SIZE)
		return;
	stop->below = stack->own ? 0 : ij_stack_idle(inj, &stop->regs, main, FRAME_SIZE);
	stop->idle = stop->below != 0;
}

/* What speaks against a stack of ours; NULL: nothing. */
static const char *foreign_is_wrong(const struct ij_injector *inj, const struct ij_stop *stop)
{
	if (stop->flags & IJ_WIRE_CALL_STACK_OWN)
		return "another one is not wanted";
	if (inj->scanner[0])
		return inj->scanner;
	if (inj->pages.ready && inj->pages.back)
		return NULL;
	if (!stop->means.stack)
		return "seccomp forbids to map another one";
	return stop->below ? NULL : NO_PLACE;
}

/*
 * Room for the call: on the thread's own stack, or else on one of ours. @want: for the callee,
 * bytes.
 */
static bool stack_is_safe(const struct ij_injector *inj, struct ij_stop *stop, uint64_t want,
			  const struct ij_stack *stack, struct ij_wire_verdict *verdict)
{
	bool enough = stack->room >= want && stack->writable >= IJ_SIGFRAME_SIZE(4096);
	bool asked = stop->flags & IJ_WIRE_CALL_STACK_FOREIGN;
	char text[sizeof(verdict->text)];
	const char *wrong;

	find_below(inj, stop, stack);
	stop->foreign = !stack->own || !enough || asked;
	verdict->stack = !stack->own ? IJ_WIRE_STACK_NOT_OWN
			 : !enough   ? IJ_WIRE_STACK_SHORT
			 : asked     ? IJ_WIRE_STACK_ASKED
				     : IJ_WIRE_STACK_OWN;
	verdict->stack_room = stack->room;
	if (!stop->foreign)
		return true;
	wrong = foreign_is_wrong(inj, stop);
	if (!wrong)
		return true;
	if (stack->own && !enough)
		snprintf(text, sizeof(text), "%llu bytes are free; %.52s",
			 (unsigned long long)(stack->room < want ? stack->room : stack->writable),
			 wrong);
	else
		snprintf(text, sizeof(text), "%s%.52s",
			 stack->own ? "" : "a coroutine's or an alternate stack; ", wrong);
	stop->foreign = false;
	unsafe(verdict, IJ_WIRE_REASON_STACK, ij_regs_sp(&stop->regs), text);
	return false;
}

/*
 * What no callee is injected into, whatever it needs: half-way through a change of stacks, and
 * where the code's author or the user says so.
 */
#define ABSOLUTE (IJ_CLASS(CONTEXT) | IJ_CLASS(MARKED) | IJ_CLASS(AVOIDED))
/*
 * A bare system call calls nothing and looks at no stack: below the red zone it may use the stack
 * wherever the kernel may put a signal's frame there, which is at every instruction.
 */
#define ABSOLUTE_BARE (IJ_CLASS(MARKED) | IJ_CLASS(AVOIDED))

static bool frames_are_safe(struct ij_injector *inj, struct ij_stop *stop, ij_classes need,
			    struct ij_wire_verdict *verdict)
{
	struct ij_frames frames = {.inj = inj,
				   .need = need | (stop->bare ? ABSOLUTE_BARE : ABSOLUTE),
				   .stop = stop,
				   .mem = &inj->process.mem.mem};
	ij_addr end_pc = 0;
	enum ij_unwind_end end;

	stop->frames_len = 0;
	stop->conflict = (struct ij_conflict){0};
	stop->deepest = ij_regs_sp(&stop->regs);
	stop->alternate = false;
	stop->yielded = IJ_CLASSES_NONE;
	end = ij_frames_walk(inj, &stop->regs, &frames, &end_pc);
	if (frames.yielding)
		stop->yielded = IJ_CLASS(INTERPRETER);
	/* Bare system calls are made wherever a frame of ours has a place. */
	if (frames.in_go && !stop->bare) {
		unsafe(verdict, IJ_WIRE_REASON_GO, ij_regs_pc(&stop->regs),
		       frames.from_go ? "in C that Go's runtime called for itself" : IN_GO);
		return false;
	}
	if (frames.go_reached || frames.in_go)
		end = IJ_UNWIND_ROOT;
	stop->end = end;
	/* Unwinding ended at its caller, which is therefore known by its address alone. */
	if (stop->conflict.module && stop->conflict.depth + 1 == frames.count &&
	    end != IJ_UNWIND_ROOT)
		stop->conflict.return_addr = end_pc;
	verdict->frames = frames.count;
	if (frames.conflict) {
		unsafe(verdict, IJ_WIRE_REASON_FRAME, frames.conflict_pc, "");
		verdict->classes = frames.conflict;
		return false;
	}
	/*
	 * Before the program's own start its modules are not bound yet, and before it has a thread
	 * pointer it has no errno: nothing of theirs can run, however little it needs.
	 */
	if (!stop->bare && (!ij_regs_tp(&stop->regs) ||
			    (frames.outermost &&
			     frames.outermost->map.header->module_classes & IJ_CLASS(LOADER)))) {
		unsafe(verdict, IJ_WIRE_REASON_EARLY, 0, "");
		return false;
	}
	/* What cannot be unwound may hide a frame that matters; a callee without needs has none. */
	if (end != IJ_UNWIND_ROOT && need) {
		unsafe(verdict, IJ_WIRE_REASON_UNWIND, end_pc, ij_unwind_end_text(end));
		return false;
	}
	return true;
}

/* @top: the stack above it is not the one to be judged; 0: all of it is. */
static bool locks_are_safe(struct ij_injector *inj, const struct ij_stop *stop,
			   const struct ij_regs *regs, ij_addr top, ij_classes need,
			   struct ij_wire_verdict *verdict)
{
	const struct ij_unwind_space space = ij_injector_space(inj);
	const struct ij_outside outside = {
		.space = &space,
		.target = &inj->target,
		.regs = regs,
		.frames = stop->frames,
		.frames_len = stop->end == IJ_UNWIND_ROOT ? stop->frames_len : 0,
	};
	const struct ij_locks_view view = {
		.outside = top ? NULL : &outside,
		.memory = ij_injector_batch(inj),
		.target = &inj->target,
		.known = &inj->locks,
		.vmas = &inj->vmas,
		.regs = regs,
		.stack_top = top,
		.robust_tid = top ? 0 : stop->thread->tid,
		.tid = stop->status.inner_pid,
		.tp = ij_regs_tp(regs),
		.threads = stop->status.threads,
	};

	return ij_locks_are_free(&view, need, verdict);
}

static bool syscall_is_safe(const struct ij_stop *stop, struct ij_wire_verdict *verdict)
{
	verdict->syscall = ij_regs_syscall(&stop->regs);
	if (ij_regs_restart(&stop->regs) != IJ_RESTART_BROKEN)
		return true;
	unsafe(verdict, IJ_WIRE_REASON_SYSCALL, 0, "it cannot be taken up again");
	return false;
}

/*
 * What only the frames tell. An alternate stack may lie on the thread's own one, in a local array:
 * then the room below belongs to the frames that the handler will return to. And a signal that came
 * during a call on our stack would be handled on the alternate one, which the kernel took for free.
 */
static bool stack_is_still_safe(const struct ij_injector *inj, struct ij_stop *stop, uint64_t want,
				struct ij_stack *stack, struct ij_wire_verdict *verdict)
{
	bool pass = stop->flags & IJ_WIRE_CALL_PASS_SIGNALS;

	if (stack->own && ij_regs_sp(&stop->regs) - stop->deepest - 1 < stack->room) {
		*stack = (struct ij_stack){0};
		if (!stack_is_safe(inj, stop, want, stack, verdict))
			return false;
	}
	if (!stop->foreign || stack->own || !pass ||
	    (stop->end == IJ_UNWIND_ROOT && !stop->alternate))
		return true;
	unsafe(verdict, IJ_WIRE_REASON_STACK, ij_regs_sp(&stop->regs),
	       "an alternate stack; the callee may start threads, so signals are not blocked");
	return false;
}

/*
 * Does it step to where another session, which may be dead, wants a call to be made? Code of ours
 * would be stepped through, too, and save the flag.
 */
static bool is_led(const struct ij_injector *inj, const struct ij_stop *stop)
{
	struct ij_regs regs = stop->regs;

	return inj->go_known && ij_gocall_is_stepping(&regs);
}

void ij_judge(struct ij_injector *inj, struct ij_stop *stop, ij_classes need,
	      struct ij_wire_verdict *ret)
{
	uint64_t want = (need ? STACK_FOR_CALL : STACK_FOR_LEAF) + stop->args_size;
	struct ij_stack stack;

	memset(ret, 0, sizeof(*ret));
	ret->tid = stop->thread->tid;
	ret->pc = ij_regs_pc(&stop->regs);
	ret->syscall = -1;
	memcpy(ret->comm, stop->status.comm, sizeof(ret->comm));
	stop->below = stop->foreign = stop->idle = 0;
	if (is_led(inj, stop)) {
		unsafe(ret, IJ_WIRE_REASON_GO, ret->pc, "led step by step by another session");
		return;
	}
	if (stop->flags & IJ_WIRE_CALL_GO) {
		if (mode_is_safe(stop, ret) && syscall_is_safe(stop, ret))
			ij_go_judge(inj, stop, ret);
		return;
	}
	if (stop->bare && ij_go_judge_bare(inj, stop, ret)) {
		if (!ret->reason && mode_is_safe(stop, ret) && means_are_there(inj, stop, ret) &&
		    callee_is_safe(stop, ret))
			(void)syscall_is_safe(stop, ret);
		return;
	}
	/* Its stack is nobody's who could be asked for its frames. */
	if (ij_go_kind_at(inj, ret->pc) != IJ_MAP_GO_NONE) {
		unsafe(ret, IJ_WIRE_REASON_GO, ret->pc, IN_GO);
		return;
	}
	ij_stack_measure(inj, &stop->regs, stop->thread->tid == inj->process.pid, want, &stack);
	/* In the order of what it costs to find out; the first reason is the one reported. */
	if (!mode_is_safe(stop, ret) || !means_are_there(inj, stop, ret) ||
	    !callee_is_safe(stop, ret) || !stack_is_safe(inj, stop, want, &stack, ret) ||
	    !syscall_is_safe(stop, ret) || !frames_are_safe(inj, stop, need, ret) ||
	    !stack_is_still_safe(inj, stop, want, &stack, ret) ||
	    !locks_are_safe(inj, stop, &stop->regs, 0, need, ret))
		return;
	if (!ij_judge_marker(&stop->status, stop->status.sig_blocked))
		unsafe(ret, IJ_WIRE_REASON_SIGNALS, 0,
		       "SIGURG, SIGWINCH and SIGCHLD are all pending");
}

bool ij_judge_callee(struct ij_injector *inj, const struct ij_stop *stop,
		     const struct ij_regs *regs, struct ij_wire_verdict *ret)
{
	struct ij_frames frames = {
		.inj = inj, .need = IJ_CLASSES_ALL, .floor = &inj->stub_map.module};
	ij_addr end_pc = 0;
	enum ij_unwind_end end;

	memset(ret, 0, sizeof(*ret));
	ret->pc = ij_regs_pc(regs);
	ret->syscall = ij_regs_syscall(regs);
	/* What lies below the stub was judged before the call. */
	end = ij_frames_walk(inj, regs, &frames, &end_pc);
	ret->frames = frames.count;
	if (frames.conflict) {
		unsafe(ret, IJ_WIRE_REASON_FRAME, frames.conflict_pc, "");
		ret->classes = frames.conflict;
		return false;
	}
	if (frames.in_go || frames.go_reached) {
		unsafe(ret, IJ_WIRE_REASON_GO, ij_regs_pc(regs), IN_GO);
		return false;
	}
	if (!frames.floor_reached) {
		unsafe(ret, IJ_WIRE_REASON_UNWIND, end_pc, ij_unwind_end_text(end));
		return false;
	}
	return locks_are_safe(inj, stop, regs,
			      inj->foreign ? ij_pages_stack_entry(inj->now)
					   : ij_regs_sp(&stop->regs),
			      IJ_CLASSES_ALL, ret);
}
