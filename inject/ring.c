/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rings: checked, placed, and read back. */
#include "inject/ring.h"

#include <string.h>

#include "arch/ticks.h"
#include "base/clock.h"

static bool entry_is_good(const struct ij_wire_call *call, const struct ij_ring_entry *entry,
			  bool has_sse)
{
	if (entry->sse_len > (has_sse ? IJ_RING_SSE_ARGS : 0) ||
	    entry->scratch_mask >> IJ_RING_INT_ARGS)
		return false;
	for (unsigned i = 0; i < IJ_RING_INT_ARGS; i++)
		if (entry->scratch_mask >> i & 1 && entry->int_args[i] >= call->scratch_room)
			return false;
	return true;
}

bool ij_ring_check(const struct ij_wire_call *call, const uint8_t *scratch)
{
	struct ij_ring ring;
	size_t len;

	if (call->scratch_size < sizeof(ring))
		return false;
	memcpy(&ring, scratch, sizeof(ring));
	if ((ring.entry_size != IJ_RING_ENTRY_SHORT &&
	     ring.entry_size != sizeof(struct ij_ring_entry)) ||
	    !ring.len || ring.done || call->stack_len)
		return false;
	len = (call->scratch_size - sizeof(ring)) / ring.entry_size;
	if (ring.len > len)
		return false;
	for (size_t i = 0; i < ring.len; i++) {
		struct ij_ring_entry entry = {0};

		memcpy(&entry, scratch + sizeof(ring) + i * ring.entry_size, ring.entry_size);
		if (!entry_is_good(call, &entry, ring.entry_size == sizeof(entry)))
			return false;
	}
	return true;
}

static struct ij_ring_entry *entry_of(const struct ij_ring_run *run, struct ij_call_result *result,
				      size_t idx)
{
	return (void *)(result->scratch + sizeof(run->head) + idx * run->head.entry_size);
}

/* The scratch memory as it is to lie at target address @base: offsets become addresses. */
static void place(const struct ij_ring_run *run, const struct ij_wire_call *call, ij_addr base,
		  struct ij_call_result *result)
{
	for (size_t i = 0; i < run->head.len; i++) {
		struct ij_ring_entry *entry = entry_of(run, result, i);

		for (unsigned arg = 0; arg < IJ_RING_INT_ARGS; arg++)
			if (entry->scratch_mask >> arg & 1)
				entry->int_args[arg] += base;
	}
	memset(result->scratch + call->scratch_size, 0, call->scratch_room - call->scratch_size);
}

static void describe_step(struct ij_ring_run *run, struct ij_stub_desc *desc,
			  struct ij_call_result *result)
{
	const struct ij_ring_entry *entry = entry_of(run, result, result->outcome.ring_done);

	desc->func = entry->func;
	memcpy(desc->int_args, entry->int_args, sizeof(desc->int_args));
	desc->sse_len = entry->sse_len;
	if (entry->sse_len)
		memcpy(desc->sse_args, entry->sse_args, sizeof(desc->sse_args));
	desc->state = IJ_STUB_STATE_READY;
	run->step_ns = ij_now_ns();
}

void ij_ring_begin(struct ij_ring_run *run, const struct ij_injector *inj,
		   const struct ij_wire_call *call, const uint8_t *scratch,
		   struct ij_stub_desc *desc, struct ij_call_result *result)
{
	ij_addr base = ij_pages_scratch(inj->now);

	memcpy(result->scratch, scratch, call->scratch_size);
	memcpy(&run->head, scratch, sizeof(run->head));
	place(run, call, base, result);
	run->on = true;
	run->steps = inj->now == &inj->cave ||
		     (call->flags & IJ_WIRE_CALL_STEPS && !(desc->flags & IJ_STUB_FLAG_SILENT));
	if (run->steps) {
		describe_step(run, desc, result);
	} else {
		desc->func = ij_pages_code(inj->now, ij_stub_code_ring);
		desc->int_args[0] = base;
	}
}

bool ij_ring_next(struct ij_ring_run *run, struct ij_stub_desc *desc, struct ij_call_result *result)
{
	struct ij_ring_entry *entry = entry_of(run, result, result->outcome.ring_done);

	entry->ticks = ij_now_ns() - run->step_ns;
	entry->rax = desc->rax;
	entry->xmm0 = desc->xmm0[0];
	entry->callee_errno = (int32_t)desc->callee_errno;
	if (++result->outcome.ring_done == run->head.len)
		return false;
	describe_step(run, desc, result);
	return true;
}

static struct ij_error *read_head(const struct ij_injector *inj, struct ij_ring *ret)
{
	return ij_pages_read(inj->now, &inj->process, ij_pages_scratch(inj->now), ret,
			     sizeof(*ret));
}

bool ij_ring_moves(struct ij_ring_run *run, const struct ij_injector *inj)
{
	struct ij_ring head;
	IJ_ERROR_AUTO err = NULL;

	if (!run->on || run->steps)
		return false;
	err = read_head(inj, &head);
	if (err || head.done <= run->seen || head.done > run->head.len)
		return false;
	run->seen = head.done;
	return true;
}

/* Nanoseconds of the ticks of the first @done entries, by the rate since @inj was bound. */
static void times(const struct ij_ring_run *run, const struct ij_injector *inj,
		  struct ij_call_result *result)
{
	uint64_t ns = ij_now_ns() - inj->since_ns, ticks = ij_arch_ticks() - inj->since_ticks;

	for (size_t i = 0; i < result->outcome.ring_done; i++) {
		struct ij_ring_entry *entry = entry_of(run, result, i);

		/* A thread that moved to a processor whose counter is behind went back in time. */
		entry->ticks = !ticks || entry->ticks > ticks
				       ? 0
				       : (uint64_t)((unsigned __int128)entry->ticks * ns / ticks);
	}
}

struct ij_error *ij_ring_collect(const struct ij_ring_run *run, const struct ij_injector *inj,
				 const struct ij_wire_call *call, struct ij_call_result *result)
{
	struct ij_wire_outcome *out = &result->outcome;
	/* The results of steps are ours; what the calls wrote to their arguments is not. */
	size_t off =
		run->steps ? sizeof(run->head) + (size_t)run->head.len * run->head.entry_size : 0;
	struct ij_ring head;

	IJ_TRY(read_head(inj, &head));
	IJ_TRY(ij_pages_read(inj->now, &inj->process, ij_pages_scratch(inj->now) + off,
			     result->scratch + off, call->scratch_room - off));
	if (!run->steps) {
		memcpy(result->scratch, &run->head, sizeof(run->head));
		out->ring_done = head.done < run->head.len ? head.done : run->head.len;
		times(run, inj, result);
	}
	out->errno_known = inj->target.errno_location != 0;
	out->scratch_size = call->scratch_room;
	return NULL;
}
