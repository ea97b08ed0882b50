/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * May a Go call be made on top of this stop? Decided from the maps before anything is written: what
 * the runtime would answer, and what it does not look at.
 */
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>

#include "arch/gocall.h"
#include "inject/go/go.h"

/* The most arguments of syscall.Syscall6, with the number of the call. */
#define BACK_WORDS 7
/* A frame of ours on the signal stack, and one that the kernel may put below it. */
#define SIGNAL_ROOM (2 * IJ_SIGFRAME_SIZE(4096) + 1024)
/* Of struct g: sched.sp, sched.pc. */
enum { G_SCHED_SP = 56 };

static void unsafe(struct ij_wire_verdict *verdict, ij_addr addr, const char *text)
{
	verdict->reason = IJ_WIRE_REASON_GO;
	verdict->addr = addr;
	snprintf(verdict->text, sizeof(verdict->text), "%s", text);
}

void ij_go_idle(const struct ij_injector *inj, struct ij_wire_verdict *ret)
{
	memset(ret, 0, sizeof(*ret));
	ret->syscall = -1;
	unsafe(ret, 0,
	       inj->go_return ? "no goroutine ran: all threads wait in the kernel, one in a call "
				"that nobody makes again"
			      : "no goroutine ran: all threads wait in the kernel");
}

void ij_go_elsewhere(enum ij_go_where where, struct ij_wire_verdict *ret)
{
	memset(ret, 0, sizeof(*ret));
	ret->syscall = -1;
	unsafe(ret, 0, where == IJ_GO_WHERE_GONE ? "it has ended" : "it is parked");
	ret->reason = IJ_WIRE_REASON_GOROUTINE;
}

void ij_go_busy(struct ij_wire_verdict *ret)
{
	memset(ret, 0, sizeof(*ret));
	ret->syscall = -1;
	unsafe(ret, 0, IJ_GO_BUSY_TEXT);
}

/* Looks outward for the first frame that is safe when its callee has returned. */
struct outward {
	const struct ij_injector *inj;
	struct ij_stop *stop;
	struct ij_conflict last; /* the frame before */
	bool found;
	unsigned frames;
};

/*
 * A place to arrive at: where the results of the call that has returned are still on the stack, it
 * is but a few steps until they are loaded.
 */
static bool is_exit(const struct ij_injector *inj, ij_addr pc)
{
	enum ij_map_go_kind kind = ij_go_kind_at(inj, pc);

	return kind == IJ_MAP_GO_SAFE || kind == IJ_MAP_GO_OUTGOING;
}

static bool visit(void *ctx, const struct ij_unwind_frame *frame)
{
	struct outward *out = ctx;
	bool sp_known = frame->regs->known >> IJ_MAP_REG_SP & 1;

	if (frame->guessed)
		return false;
	if (out->stop->frames_len < IJ_WIRE_FRAMES_MAX)
		out->stop->frames[out->stop->frames_len++] = frame->pc;
	if (out->frames++ && out->last.cfa && is_exit(out->inj, frame->pc)) {
		out->last.return_addr = frame->pc;
		out->stop->conflict = out->last;
		out->found = true;
		return false;
	}
	out->last = (struct ij_conflict){
		.pc = frame->pc,
		.sp = sp_known ? frame->regs->value[IJ_MAP_REG_SP] : 0,
		.cfa = frame->cfa,
		.depth = frame->depth,
		.module = frame->module,
	};
	return true;
}

/*
 * Where the goroutine goes on when the runtime has done what it does on the scheduler's stack: it
 * left by systemstack, which keeps the stack pointer at its return address
 * (gosave_systemstack_switch).
 */
static bool from_scheduler(const struct ij_injector *inj, const struct ij_go_thread *t,
			   struct ij_unwind_regs *regs)
{
	struct ij_mem *mem = (struct ij_mem *)&inj->process.mem.mem;
	uint64_t sp, pc;
	IJ_ERROR_AUTO err = NULL;

	if (!t->curg)
		return false;
	err = ij_mem_read_u64(mem, t->curg + G_SCHED_SP, &sp);
	if (!err)
		err = ij_mem_read_u64(mem, sp, &pc);
	if (err || ij_go_kind_at(inj, pc) == IJ_MAP_GO_NONE)
		return false;
	*regs = (struct ij_unwind_regs){.known = 1u << IJ_MAP_REG_SP | 1u << IJ_MAP_REG_RA};
	regs->value[IJ_MAP_REG_SP] = sp + 8;
	regs->value[IJ_MAP_REG_RA] = pc;
	return true;
}

/* Is the first frame of a goroutine that will go on with @regs one that waits for a return already?
 */
static bool is_safe_already(struct ij_injector *inj, const struct ij_unwind_regs *regs,
			    struct ij_conflict *ret)
{
	struct ij_unwind_space space = ij_injector_space(inj);
	ij_addr pc = regs->value[IJ_MAP_REG_RA], sp = regs->value[IJ_MAP_REG_SP];

	if (!is_exit(inj, pc))
		return false;
	*ret = (struct ij_conflict){
		.pc = pc,
		.sp = sp - 8,
		.cfa = sp,
		.return_addr = pc,
		.module = ij_unwind_module_find(&space, pc),
	};
	return true;
}

/* Unwind from @regs for the first frame that is safe, which is stop->conflict then. */
static bool look_outward(struct ij_injector *inj, struct ij_stop *stop,
			 const struct ij_unwind_regs *regs, uint32_t *frames_ret)
{
	struct ij_unwind_space space = ij_injector_space(inj);
	struct outward out = {.inj = inj, .stop = stop};
	struct ij_mem_cache cache;
	ij_addr end_pc = 0;

	stop->frames_len = 0;
	ij_mem_cache_init(&cache, &inj->process.mem.mem);
	(void)ij_unwind(&space, &cache.mem, regs, visit, &out, &end_pc);
	*frames_ret = out.frames;
	return out.found;
}

/*
 * Fill in what a walk can wait for: the return to the first frame that is safe. Who asks the vdso
 * for the time is still its goroutine, and only on another stack.
 */
static void find_exit(struct ij_injector *inj, struct ij_stop *stop, const struct ij_go_thread *t,
		      struct ij_wire_verdict *verdict)
{
	struct ij_unwind_regs regs = {.known = (1u << IJ_MAP_REGS) - 1};

	ij_regs_to_dwarf(&stop->regs, regs.value);
	if (t->g == t->curg && (look_outward(inj, stop, &regs, &verdict->frames) || t->user))
		return;
	if (from_scheduler(inj, t, &regs) && !is_safe_already(inj, &regs, &stop->conflict))
		(void)look_outward(inj, stop, &regs, &verdict->frames);
}

bool ij_go_find_return(struct ij_injector *inj, struct ij_stop *stop,
		       const struct ij_unwind_regs *regs, struct ij_conflict *ret)
{
	uint32_t frames;
	bool found;

	if (is_safe_already(inj, regs, ret)) {
		stop->frames_len = 0;
		return true;
	}
	found = look_outward(inj, stop, regs, &frames);
	*ret = stop->conflict;
	return found;
}

/* What our handler and the restoring frames ask of the kernel, where a filter has a say. */
static bool means_are_there(struct ij_injector *inj, struct ij_stop *stop,
			    struct ij_wire_verdict *ret)
{
	static const int calls[] = {SYS_rt_sigaction, SYS_gettid, SYS_futex, SYS_rt_sigreturn};
	const uint64_t args[6] = {0};

	if (!stop->means.mode)
		return true;
	ret->filters = stop->means.filters;
	ret->seccomp |= IJ_WIRE_SECCOMP_ON;
	for (size_t i = 0; i < IJ_COUNT(calls); i++) {
		if (ij_means_allow(inj, stop, calls[i], args))
			continue;
		ret->reason = IJ_WIRE_REASON_MODE;
		snprintf(
			ret->text, sizeof(ret->text),
			"a seccomp filter that may forbid system call %d, which a call in Go needs",
			calls[i]);
		return false;
	}
	return true;
}

/* The stack of signal handlers, if nobody is on it: a place for frames of ours. */
static bool find_below(struct ij_stop *stop, const struct ij_go_thread *t)
{
	ij_addr sp = ij_regs_sp(&stop->regs);

	if (t->signal.hi - t->signal.lo < SIGNAL_ROOM || (sp >= t->signal.lo && sp <= t->signal.hi))
		return false;
	stop->below = t->signal.hi & ~(ij_addr)15;
	return true;
}

bool ij_go_find_below(const struct ij_injector *inj, struct ij_stop *stop)
{
	struct ij_go_thread t;

	return ij_go_look(inj, &stop->regs, &t) && find_below(stop, &t);
}

bool ij_go_judge_bare(struct ij_injector *inj, struct ij_stop *stop, struct ij_wire_verdict *ret)
{
	struct ij_go_thread t;

	if (!inj->go_known || !ij_go_look(inj, &stop->regs, &t))
		return false;
	stop->frames_len = 0;
	stop->conflict = (struct ij_conflict){0};
	stop->end = IJ_UNWIND_ROOT;
	if (!find_below(stop, &t))
		unsafe(ret, ij_regs_pc(&stop->regs), "in a signal handler");
	/* A goroutine's stack has no room for what the stub saves, and moves. */
	stop->foreign = true;
	ret->stack = IJ_WIRE_STACK_NOT_OWN;
	return true;
}

/* Is it in code of C that it called, on the thread's own stack? */
static bool is_in_c(const struct ij_injector *inj, const struct ij_stop *stop,
		    const struct ij_go_thread *t)
{
	const struct ij_unwind_space space = {.modules = inj->modules.items,
					      .modules_len = inj->modules.len};

	return !t->user && stop->go_kind == IJ_MAP_GO_NONE && inj->go.cgocall_lo &&
	       ij_unwind_module_find(&space, ij_regs_pc(&stop->regs));
}

ij_addr ij_go_pc(const struct ij_stop *stop)
{
	ij_addr pc = ij_regs_pc(&stop->regs);

	return pc + IJ_GO_CALL_SIZE == stop->go_back ? stop->go_back : pc;
}

bool ij_go_may_go_back(enum ij_map_go_kind kind)
{
	return kind == IJ_MAP_GO_SAFE || kind == IJ_MAP_GO_OUTGOING || kind == IJ_MAP_GO_SYSCALL;
}

void ij_go_fill_back(const struct ij_injector *inj, const struct ij_stop *stop,
		     struct ij_gocall *ret)
{
	struct ij_go_thread thread;

	ret->back = ij_go_pc(stop) - ij_regs_pc(&stop->regs);
	ret->back_words = 0;
	if (stop->go_goal && stop->go_back) {
		ret->back = IJ_GO_CALL_SIZE;
		ret->gp[IJ_GOCALL_GP_PC] = stop->go_back - ret->back;
	}
	if (!ret->back || !ij_go_look(inj, &stop->regs, &thread))
		return;
	ret->back_words = BACK_WORDS;
	ret->stack_lo = thread.stack.lo;
	ret->stack_hi = thread.stack.hi;
}

void ij_go_judge(struct ij_injector *inj, struct ij_stop *stop, struct ij_wire_verdict *ret)
{
	ij_addr pc = ij_go_pc(stop), sp = ij_regs_sp(&stop->regs);
	struct ij_go_thread t;
	bool known = ij_go_look(inj, &stop->regs, &t);

	stop->frames_len = 0;
	stop->conflict = (struct ij_conflict){0};
	stop->end = IJ_UNWIND_ROOT;
	stop->go_kind = ij_go_kind_at(inj, pc);
	if (!means_are_there(inj, stop, ret))
		return;
	if (!known) {
		unsafe(ret, pc,
		       stop->go_kind == IJ_MAP_GO_NONE ? "a thread of C, which runs no goroutine"
						       : "not known to run a goroutine");
		return;
	}
	if (!find_below(stop, &t)) {
		unsafe(ret, pc, "in a signal handler");
		return;
	}
	/* Judged by the maps when it was aimed at. */
	if (stop->go_goal)
		return;
	if (stop->wanted && !ij_go_is_wanted(inj, stop->wanted, t.curg)) {
		unsafe(ret, pc, "running another goroutine");
		ret->reason = IJ_WIRE_REASON_GOROUTINE;
		stop->go_kind = IJ_MAP_GO_NONE;
		return;
	}
	if (!inj->go.entry) {
		unsafe(ret, pc, "this version of Go has no way to call a function from outside");
	} else if (!t.user) {
		unsafe(ret, pc,
		       !t.curg                  ? "in the scheduler"
		       : is_in_c(inj, stop, &t) ? "in C that its goroutine called"
						: "on the scheduler's stack");
	} else if (stop->go_kind != IJ_MAP_GO_SAFE &&
		   !(pc == stop->go_back && ij_go_may_go_back(stop->go_kind))) {
		unsafe(ret, pc, ij_map_go_text(stop->go_kind));
	} else if (t.locked) {
		unsafe(ret, pc, ij_map_go_text(IJ_MAP_GO_PINNED));
	} else if (sp - t.stack.lo < IJ_GO_ROOM) {
		ret->reason = IJ_WIRE_REASON_STACK;
		ret->addr = sp;
		snprintf(ret->text, sizeof(ret->text),
			 "%llu bytes are left of the goroutine's stack",
			 (unsigned long long)(sp - t.stack.lo));
	} else {
		return;
	}
	find_exit(inj, stop, &t, ret);
}
