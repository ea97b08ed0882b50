/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the frames of a stop hold. */
#include "inject/judge_frames.h"

static void record(struct ij_stop *stop, unsigned depth, const struct ij_unwind_frame *frame)
{
	struct ij_conflict *conflict = &stop->conflict;

	if (stop->frames_len < IJ_WIRE_FRAMES_MAX)
		stop->frames[stop->frames_len++] = frame->pc;
	if (conflict->module && conflict->depth + 1 == depth)
		conflict->return_addr = frame->pc;
}

static void record_conflict(struct ij_stop *stop, unsigned depth,
			    const struct ij_unwind_frame *frame, ij_classes held,
			    const struct ij_map_mark *mark)
{
	bool sp_known = frame->regs->known >> IJ_MAP_REG_SP & 1;

	stop->conflict = (struct ij_conflict){
		.pc = frame->pc,
		.sp = sp_known ? frame->regs->value[IJ_MAP_REG_SP] : 0,
		.cfa = frame->cfa,
		.depth = depth,
		.held = held,
		.module = frame->module,
		.mark = mark,
	};
}

/*
 * Is the thread in a handler on an alternate stack? The kernel notes that stack in each signal
 * frame (Linux, arch/x86/kernel/signal_64.c, x64_setup_rt_frame; uc_stack of struct ucontext).
 */
static void note_alternate(const struct ij_frames *frames, const struct ij_unwind_frame *frame)
{
	struct {
		uint64_t flags, link, sp, ss_flags, size;
	} context;
	ij_addr sp = ij_regs_sp(&frames->stop->regs);
	IJ_ERROR_AUTO err = NULL;

	if (!(frame->func->flags & IJ_MAP_FUNC_SIGNAL) ||
	    !(frame->regs->known >> IJ_MAP_REG_SP & 1))
		return;
	err = ij_mem_read(frames->mem, frame->regs->value[IJ_MAP_REG_SP], &context,
			  sizeof(context));
	if (!err && sp - context.sp <= context.size)
		frames->stop->alternate = true;
}

/*
 * A frame of Go. What the program calls by cgocall runs on the thread's own stack while the
 * scheduler takes the goroutine for one in a system call: as far as that it is C like any other.
 * What else has called C is the runtime, in the middle of something.
 */
static bool visit_go(struct ij_frames *frames, const struct ij_unwind_frame *frame)
{
	const struct ij_wire_set_go *go = &frames->inj->go;

	if (!frames->from_go && frames->count && !frame->guessed &&
	    frame->func->flags & IJ_MAP_FUNC_SWITCH) {
		frames->from_go = true;
		return true;
	}
	frames->go_reached = frames->from_go && !frame->guessed &&
			     frame->pc - go->cgocall_lo < go->cgocall_hi - go->cgocall_lo;
	frames->in_go = !frames->go_reached;
	return false;
}

/*
 * At the entry of a function by which an interpreter lets others have their turn it holds nothing
 * of its own: its code calls that function where anything may be done to it, and has its lock.
 */
static void note_turn(struct ij_frames *frames, const struct ij_unwind_frame *frame, ij_addr offset)
{
	if (!frames->count && frame->exact && offset == frame->func->start &&
	    frame->func->classes & IJ_CLASS(YIELDS))
		frames->yielding = frame->module;
}

static bool visit_frame(void *ctx, const struct ij_unwind_frame *frame)
{
	struct ij_frames *frames = ctx;
	unsigned depth = frames->count;
	/* A return address may be the first behind the marked code. */
	ij_addr offset = frame->pc - !frame->exact - frame->module->base;
	const struct ij_map_mark *mark = ij_map_mark_find(&frame->module->map, offset);
	ij_classes held = frame->func->classes | frame->module->map.header->module_classes;

	if (ij_map_go_find(&frame->module->map, offset) != IJ_MAP_GO_NONE)
		return visit_go(frames, frame);
	if (frame->module == frames->floor) {
		frames->floor_reached = !frame->guessed;
		return false;
	}
	note_turn(frames, frame, offset);
	held &= ~IJ_CLASS(YIELDS);
	if (frames->yielding == frame->module)
		held &= ~IJ_CLASS(INTERPRETER);
	frames->count++;
	frames->outermost = frame->module;
	if (frames->stop && frame->regs->known >> IJ_MAP_REG_SP & 1 && !frame->guessed &&
	    frame->regs->value[IJ_MAP_REG_SP] < frames->stop->deepest)
		frames->stop->deepest = frame->regs->value[IJ_MAP_REG_SP];
	if (frames->stop)
		note_alternate(frames, frame);
	/* The kernel's own restartable sequences are left by their abort address (ij_stop_rseq). */
	if (mark && mark->kind != IJ_MAP_MARK_RSEQ)
		held |= IJ_CLASS(MARKED);
	else
		mark = NULL;
	if (frames->stop)
		record(frames->stop, depth, frame);
	if (!(held & frames->need))
		return true;
	if (frames->stop)
		record_conflict(frames->stop, depth, frame, held, mark);
	if (!frames->conflict) {
		frames->conflict = held & frames->need;
		frames->conflict_pc = frame->pc;
	}
	return true;
}

enum ij_unwind_end ij_frames_walk(struct ij_injector *inj, const struct ij_regs *regs,
				  struct ij_frames *frames, ij_addr *end_pc)
{
	struct ij_unwind_space space = ij_injector_space(inj);
	struct ij_unwind_regs unwind = {.known = (1u << IJ_MAP_REGS) - 1};
	struct ij_mem_cache cache; /* the stack is the stopped thread's own */

	ij_mem_cache_init(&cache, &inj->process.mem.mem);
	ij_regs_to_dwarf(regs, unwind.value);
	return ij_unwind(&space, &cache.mem, &unwind, visit_frame, frames, end_pc);
}
