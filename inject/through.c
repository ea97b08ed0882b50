/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Letting a callee that unwinds the stack see through our frame. */
#include "inject/through.h"

#include <string.h>

#include "inject/injector.h"

enum { BACK = IJ_WIRE_UNWINDERS_MAX };

static ij_addr return_addr(const struct ij_injector *inj)
{
	return ij_pages_code(inj->now, ij_stub_code_returned);
}

/* Could it be needed, and is there a place for a frame? */
static bool is_for(const struct ij_injector *inj, const struct ij_run *run,
		   const struct ij_stub_desc *desc)
{
	const uint32_t ring = IJ_WIRE_CALL_RING | IJ_WIRE_CALL_STEPS;

	return run->call->need & IJ_CLASS(UNWINDER) && !run->stop->bare &&
	       !(run->call->flags & ring) && !inj->now->cave && !desc->stack_len &&
	       !(desc->flags & IJ_STUB_FLAG_SILENT) && inj->events_fd >= 0 &&
	       ij_sigframe_room(desc->xsave_size) <= IJ_PAGE_SIZE;
}

static struct ij_error *arm(struct ij_through *through, const struct ij_injector *inj,
			    const struct ij_run *run, int signo)
{
	for (size_t i = 0; i < IJ_WIRE_UNWINDERS_MAX; i++) {
		if (!inj->target.unwinders[i])
			continue;
		IJ_TRY(ij_breakpoint_set(&through->bps[i], run->stop->thread->tid,
					 inj->target.unwinders[i], IJ_BREAKPOINT_EXECUTE, signo));
		through->armed = true;
	}
	return NULL;
}

static void clear(struct ij_through *through)
{
	for (size_t i = 0; i < IJ_COUNT(through->bps); i++)
		ij_breakpoint_clear(&through->bps[i]);
	through->armed = false;
}

struct ij_error *ij_through_arm(struct ij_through *through, struct ij_injector *inj,
				const struct ij_run *run, struct ij_stub_desc *desc)
{
	ij_addr sp = ij_regs_sp(&inj->saved.by_hand);
	ij_addr entry = inj->foreign ? ij_pages_stack_entry(inj->now) : ij_stub_entry_sp(sp);
	struct ij_error *err;

	for (size_t i = 0; i < IJ_COUNT(through->bps); i++)
		through->bps[i].fd = -1;
	if (!is_for(inj, run, desc))
		return NULL;
	err = arm(through, inj, run, (int)desc->marker);
	if (err || !through->armed) {
		clear(through);
		if (!err || err->code != IJ_ERR_UNSUPPORTED)
			return err;
		ij_error_free(err); /* the program has a use for its breakpoints, or none is hit */
		return NULL;
	}
	/* Arguments that nobody reads make the room; a page of ours has enough of them. */
	desc->stack_len = (ij_sigframe_room(desc->xsave_size) + 7) / sizeof(uint64_t);
	desc->stack_from = inj->now->base;
	through->context = ij_stub_args_at(entry, desc->xsave_size, desc->stack_len);
	return NULL;
}

/* For a later session, should we be killed: a return into a frame bypasses the stub, and does not
 * tell that the call is over. */
static struct ij_error *tell(const struct ij_injector *inj, uint32_t state)
{
	return ij_pages_write(inj->now, &inj->process,
			      ij_pages_desc(inj->now) + offsetof(struct ij_stub_desc, state),
			      &state, sizeof(state));
}

/*
 * Have our return address look like @code, by one store: killed at any instant, we leave the one or
 * the other.
 */
static struct ij_error *look_like(const struct ij_injector *inj, const uint8_t *code)
{
	uint64_t word;

	memcpy(&word, code, sizeof(word));
	return ij_pages_store(inj->now, &inj->process, return_addr(inj), word);
}

/* At the entry of a function that unwinds; @sp: there. */
static struct ij_error *open_up(struct ij_through *through, struct ij_injector *inj,
				const struct ij_thread *thread, ij_addr sp, int signo)
{
	const struct ij_saved *saved = &inj->saved;
	static struct ij_sigframe frame;
	ij_addr ours = return_addr(inj), found, back;
	struct ij_breakpoint want = {.kind = IJ_BREAKPOINT_EXECUTE, .size = 1, .signo = signo};
	struct ij_error *err;

	IJ_TRY(ij_mem_read(&inj->process.mem.mem, through->context - sizeof(found), &found,
			   sizeof(found)));
	IJ_TRY(ij_mem_read(&inj->process.mem.mem, sp, &back, sizeof(back)));
	if (found != ours || !ij_sigframe_behind(through->context, &saved->by_hand, saved->sigmask,
						 saved->xstate, saved->xstate_size, ours, &frame))
		return NULL;
	want.addr = back;
	err = ij_breakpoint_aim(&through->bps[BACK], thread->tid, &want);
	if (err && err->code == IJ_ERR_UNSUPPORTED) {
		ij_error_free(err); /* another took the last one: then the backtrace ends here */
		return NULL;
	}
	IJ_TRY(err);
	IJ_TRY(ij_process_write(&inj->process, frame.lo, frame.bytes, frame.size));
	IJ_TRY(tell(inj, IJ_STUB_STATE_COPY));
	IJ_TRY(look_like(inj, ij_sigframe_return));
	through->back_sp = sp + sizeof(back);
	through->open = true;
	return NULL;
}

static struct ij_error *close_up(struct ij_through *through, struct ij_injector *inj)
{
	through->open = false;
	ij_breakpoint_rest(&through->bps[BACK]);
	IJ_TRY(look_like(inj, ij_stub_code_returned));
	return tell(inj, IJ_STUB_STATE_RUNNING);
}

struct ij_error *ij_through_stop(struct ij_through *through, struct ij_injector *inj,
				 struct ij_thread *thread, const struct ij_regs *regs,
				 bool *ours_ret)
{
	ij_addr sp = ij_regs_sp(regs);
	int idx;

	*ours_ret = false;
	if (!through->armed)
		return NULL;
	idx = ij_breakpoint_which(thread, through->bps, IJ_COUNT(through->bps));
	if (idx < 0)
		return NULL;
	*ours_ret = true;
	if (idx != BACK)
		return through->open ? NULL
				     : open_up(through, inj, thread, sp, through->bps[idx].signo);
	/* A return deeper in the stack is of a recursive call. */
	return through->open && sp >= through->back_sp ? close_up(through, inj) : NULL;
}

void ij_through_disarm(struct ij_through *through, struct ij_injector *inj)
{
	if (through->open && inj->now->ready)
		ij_error_free(close_up(through, inj));
	clear(through);
}
