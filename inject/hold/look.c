/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a person sees of a held thread besides its registers: its frames. */
#include <stdio.h>
#include <string.h>

#include "inject/hold/hold.h"

struct frames {
	struct ij_wire_frame *list;
	uint32_t len, max;
};

static bool visit(void *ctx, const struct ij_unwind_frame *frame)
{
	struct frames *frames = ctx;
	struct ij_wire_frame *out;

	_Static_assert(IJ_WIRE_FRAME_REGS == IJ_MAP_REGS, "one numbering");
	if (frames->len == frames->max)
		return false;
	out = &frames->list[frames->len++];
	*out = (struct ij_wire_frame){
		.pc = frame->pc,
		.cfa = frame->cfa,
		.known = frame->regs->known,
		.flags = (frame->exact ? IJ_WIRE_FRAME_EXACT : 0u) |
			 (frame->guessed ? IJ_WIRE_FRAME_GUESSED : 0u) |
			 (frame->func && frame->func->flags & IJ_MAP_FUNC_SIGNAL
				  ? IJ_WIRE_FRAME_SIGNAL
				  : 0u),
	};
	memcpy(out->regs, frame->regs->value, sizeof(out->regs));
	return true;
}

void ij_hold_frames(struct ij_injector *inj, struct ij_hold *hold, size_t idx,
		    struct ij_wire_frame *list, uint32_t max, struct ij_wire_frames *ret)
{
	const struct ij_unwind_space space = ij_injector_space(inj);
	const struct ij_stop *stop = ij_hold_stop(hold, idx);
	struct ij_unwind_regs regs = {.known = (1u << IJ_MAP_REGS) - 1};
	struct frames frames = {.list = list, .max = max};
	struct ij_mem_cache cache; /* the stack is the stopped thread's own */
	enum ij_unwind_end end;
	ij_addr end_pc = 0;

	ij_mem_cache_init(&cache, &inj->process.mem.mem);
	ij_regs_to_dwarf(&stop->regs, regs.value);
	end = ij_unwind(&space, &cache.mem, &regs, visit, &frames, &end_pc);
	*ret = (struct ij_wire_frames){
		.len = frames.len, .complete = end == IJ_UNWIND_ROOT, .end_pc = end_pc};
	if (end != IJ_UNWIND_ROOT && end != IJ_UNWIND_STOPPED)
		snprintf(ret->text, sizeof(ret->text), "%s", ij_unwind_end_text(end));
	/* Where no module is known the place itself is all there is. */
	if (!frames.len && max) {
		list[0] = (struct ij_wire_frame){.pc = ij_regs_pc(&stop->regs),
						 .flags = IJ_WIRE_FRAME_EXACT,
						 .known = regs.known};
		memcpy(list[0].regs, regs.value, sizeof(list[0].regs));
		ret->len = 1;
	}
}

struct ij_error *ij_hold_regs_set(struct ij_injector *inj, struct ij_hold *hold, size_t idx,
				  const struct ij_regs *regs)
{
	struct ij_stop *stop = ij_hold_stop(hold, idx);
	struct ij_regs wanted = *regs;

	/* A place that a person chose is where it goes on, not a system call. */
	if (ij_regs_pc(regs) != ij_regs_pc(&stop->regs)) {
		ij_regs_set_pc(&wanted, ij_regs_pc(regs));
		ij_regs_pass(&wanted, false);
	}
	IJ_TRY(ij_thread_regs_set(stop->thread, &wanted));
	stop->again_known = false;
	stop->limit = (struct ij_limit){0};
	return ij_stop_reread(inj, stop);
}
