/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Serving requests about a held stop. What the client says is not trusted. */
#include "tracer/stops.h"

#include <string.h>

#include "tracer/audit.h"

static struct ij_error *malformed(const struct ij_wire_msg *msg)
{
	return ij_error_new(PROTOCOL, "a malformed request %u of %u bytes", msg->type, msg->size);
}

/* The body of @msg, copied out so that it cannot be misaligned; nothing may follow it. */
static struct ij_error *whole_body(const struct ij_wire_msg *msg, void *body, size_t size)
{
	if (msg->size != size)
		return malformed(msg);
	memcpy(body, msg->body, size);
	return NULL;
}

static struct ij_error *send_stopped(struct ij_tracer *tracer, struct ij_wire_stopped *head)
{
	IJ_TRY(ij_tracer_make_room(tracer));
	head->len =
		ij_hold_list(&tracer->hold, tracer->answer->held, IJ_WIRE_HELD_MAX, &head->more);
	const struct ij_wire_part parts[] = {
		{.bytes = head, .size = sizeof(*head)},
		{.bytes = tracer->answer->held,
		 .size = head->len * sizeof(tracer->answer->held[0])},
	};
	return ij_wire_send(tracer->sock, IJ_WIRE_STOPPED, parts, IJ_COUNT(parts), NULL, 0);
}

static struct ij_error *hold(struct ij_tracer *tracer, const struct ij_wire_msg *msg)
{
	struct ij_wire_stopped head;
	struct ij_wire_hold body;
	struct ij_error *err;

	IJ_TRY(whole_body(msg, &body, sizeof(body)));
	/* For all requests about what is held: without a hold these fail. */
	IJ_TRY(ij_tracer_make_room(tracer));
	err = ij_guard_hold(&tracer->guard);
	/* Before anything is held, as the system's log may be slow. */
	ij_audit_hold(&tracer->guard, tracer->inj.process.pid, body.tid, err);
	IJ_TRY(err);
	IJ_TRY(ij_hold_take(&tracer->inj, &tracer->hold, body.tid, &head));
	return send_stopped(tracer, &head);
}

static bool is_breakpoint(const struct ij_wire_breakpoint *bp)
{
	bool power = bp->size == 1 || bp->size == 2 || bp->size == 4 || bp->size == 8;

	return bp->kind < IJ_WIRE_BREAKPOINT_KINDS && power && bp->addr % bp->size == 0 &&
	       (bp->kind != IJ_WIRE_BREAKPOINT_EXECUTE || bp->size == 1);
}

static struct ij_error *go(struct ij_tracer *tracer, const struct ij_wire_msg *msg)
{
	const uint32_t alone = IJ_WIRE_GO_STEP | IJ_WIRE_GO_ALONE;
	struct ij_wire_stopped head;
	struct ij_wire_go body;

	IJ_TRY(whole_body(msg, &body, sizeof(body)));
	if (body.breakpoints_len > IJ_WIRE_BREAKPOINTS_MAX || body.flags & ~alone ||
	    (body.flags & alone && !body.tid) || body.signo < IJ_WIRE_GO_SIGNAL_OWN ||
	    body.signo > 64)
		return malformed(msg);
	for (uint32_t i = 0; i < body.breakpoints_len; i++)
		if (!is_breakpoint(&body.breakpoints[i]))
			return malformed(msg);
	if (body.traps_len > IJ_WIRE_TRAPS_MAX || (body.traps_len && body.flags & IJ_WIRE_GO_STEP))
		return malformed(msg);
	if (body.traps_len)
		IJ_TRY(ij_guard_write(&tracer->guard));
	IJ_TRY(ij_hold_go(&tracer->inj, &tracer->hold, &body, &head));
	return send_stopped(tracer, &head);
}

static struct ij_error *regs_get(struct ij_tracer *tracer, const struct ij_wire_msg *msg)
{
	struct ij_wire_regs_get body;
	struct ij_wire_regs head = {.general_size = sizeof(struct ij_regs)};
	struct ij_stop *stop;
	size_t idx, size;

	_Static_assert(sizeof(struct ij_regs) <= IJ_WIRE_GENERAL_MAX, "fits");
	_Static_assert(IJ_XSTATE_MAX <= IJ_WIRE_XSTATE_MAX, "fits");
	IJ_TRY(whole_body(msg, &body, sizeof(body)));
	IJ_TRY(ij_hold_find(&tracer->hold, body.tid, &idx));
	stop = ij_hold_stop(&tracer->hold, idx);
	IJ_TRY(ij_thread_xstate_get(stop->thread, tracer->answer->xstate, &size));
	head.tid = body.tid;
	head.xstate_size = (uint32_t)size;
	const struct ij_wire_part parts[] = {
		{.bytes = &head, .size = sizeof(head)},
		{.bytes = &stop->regs, .size = sizeof(stop->regs)},
		{.bytes = tracer->answer->xstate, .size = size},
	};
	return ij_wire_send(tracer->sock, IJ_WIRE_REGS, parts, IJ_COUNT(parts), NULL, 0);
}

static struct ij_error *set_parts(struct ij_tracer *tracer, const struct ij_wire_regs *body,
				  const uint8_t *bytes)
{
	struct ij_regs regs;
	size_t idx;

	IJ_TRY(ij_guard_write(&tracer->guard));
	IJ_TRY(ij_hold_find(&tracer->hold, body->tid, &idx));
	if (body->xstate_size)
		IJ_TRY(ij_thread_xstate_set(ij_hold_stop(&tracer->hold, idx)->thread,
					    bytes + body->general_size, body->xstate_size));
	if (!body->general_size)
		return NULL;
	memcpy(&regs, bytes, sizeof(regs));
	return ij_hold_regs_set(&tracer->inj, &tracer->hold, idx, &regs);
}

static struct ij_error *regs_set(struct ij_tracer *tracer, const struct ij_wire_msg *msg)
{
	struct ij_wire_regs body;
	struct ij_error *err;

	if (msg->size < sizeof(body))
		return malformed(msg);
	memcpy(&body, msg->body, sizeof(body));
	if ((body.general_size && body.general_size != sizeof(struct ij_regs)) ||
	    body.xstate_size > IJ_XSTATE_MAX ||
	    msg->size - sizeof(body) != body.general_size + body.xstate_size)
		return malformed(msg);
	err = set_parts(tracer, &body, msg->body + sizeof(body));
	ij_audit_registers(&tracer->guard, tracer->inj.process.pid, body.tid, err);
	IJ_TRY(err);
	return ij_wire_send(tracer->sock, IJ_WIRE_OK, NULL, 0, NULL, 0);
}

static struct ij_error *frames(struct ij_tracer *tracer, const struct ij_wire_msg *msg)
{
	struct ij_wire_frames_get body;
	struct ij_wire_frames head;
	size_t idx;

	IJ_TRY(whole_body(msg, &body, sizeof(body)));
	if (!body.max || body.max > IJ_WIRE_HELD_FRAMES_MAX)
		return malformed(msg);
	IJ_TRY(ij_hold_find(&tracer->hold, body.tid, &idx));
	ij_hold_frames(&tracer->inj, &tracer->hold, idx, tracer->answer->frames, body.max, &head);
	const struct ij_wire_part parts[] = {
		{.bytes = &head, .size = sizeof(head)},
		{.bytes = tracer->answer->frames,
		 .size = head.len * sizeof(tracer->answer->frames[0])},
	};
	return ij_wire_send(tracer->sock, IJ_WIRE_FRAMES, parts, IJ_COUNT(parts), NULL, 0);
}

static struct ij_error *signal_set(struct ij_tracer *tracer, const struct ij_wire_msg *msg)
{
	struct ij_wire_signal_set body;
	size_t idx;

	IJ_TRY(whole_body(msg, &body, sizeof(body)));
	IJ_TRY(ij_hold_find(&tracer->hold, body.tid, &idx));
	IJ_TRY(ij_hold_signal_set(&tracer->hold, idx, body.signo));
	return ij_wire_send(tracer->sock, IJ_WIRE_OK, NULL, 0, NULL, 0);
}

static struct ij_error *held(struct ij_tracer *tracer)
{
	struct ij_wire_stopped head = {.event = IJ_WIRE_STOP_ASKED, .exit_status = -1};

	return send_stopped(tracer, &head);
}

static struct ij_error *release(struct ij_tracer *tracer)
{
	ij_hold_release(&tracer->inj, &tracer->hold);
	ij_watchdog_disarm(&tracer->inj.watchdog);
	return ij_wire_send(tracer->sock, IJ_WIRE_OK, NULL, 0, NULL, 0);
}

bool ij_stops_is_request(uint32_t type)
{
	return type == IJ_WIRE_HOLD || type == IJ_WIRE_GO || type == IJ_WIRE_REGS_GET ||
	       type == IJ_WIRE_REGS_SET || type == IJ_WIRE_FRAMES_GET || type == IJ_WIRE_RELEASE ||
	       type == IJ_WIRE_SIGNAL_SET || type == IJ_WIRE_HELD;
}

struct ij_error *ij_stops_serve(struct ij_tracer *tracer, const struct ij_wire_msg *msg)
{
	if (msg->type == IJ_WIRE_HOLD)
		return hold(tracer, msg);
	if (msg->type == IJ_WIRE_RELEASE)
		return release(tracer);
	/* It may have ended during a call. */
	if (msg->type == IJ_WIRE_HELD)
		return held(tracer);
	if (!tracer->hold.on)
		return ij_error_new(PROTOCOL, "request %u without a held stop", msg->type);
	switch (msg->type) {
	case IJ_WIRE_GO:
		return go(tracer, msg);
	case IJ_WIRE_REGS_GET:
		return regs_get(tracer, msg);
	case IJ_WIRE_REGS_SET:
		return regs_set(tracer, msg);
	case IJ_WIRE_SIGNAL_SET:
		return signal_set(tracer, msg);
	default:
		return frames(tracer, msg);
	}
}
