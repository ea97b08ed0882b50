/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Serving the client's requests; the protocol is described in wire/messages.h. */
#ifndef IJ_TRACER_SERVE_H
#define IJ_TRACER_SERVE_H

#include "inject/hold/hold.h"
#include "tracer/guard.h"
#include "wire/wire.h"

/* What answers list. Apart, since most sessions have none, and all memory is locked. */
union ij_tracer_list {
	struct ij_wire_verdict verdicts[IJ_WIRE_VERDICTS_MAX];
	struct ij_wire_held held[IJ_WIRE_HELD_MAX];
	struct ij_wire_frame frames[IJ_WIRE_HELD_FRAMES_MAX];
	uint8_t xstate[IJ_XSTATE_MAX];
};

struct ij_tracer {
	int sock;
	bool bound;                   /* HELLO came: `inj` is initialised */
	bool patient;                 /* the client may ask nothing for long */
	bool resident;                /* its memory is locked */
	enum ij_tracer_status status; /* of the session's end */
	struct ij_guard guard;
	struct ij_injector inj;
	struct ij_call_result result;
	struct ij_hold hold;          /* threads that a person looks at */
	union ij_tracer_list *answer; /* NULL: nothing was asked for that has one */
	uint8_t buf[IJ_WIRE_SIZE_MAX] __attribute__((aligned(8)));
};

/** Serve one request, which comes within @idle_ns unless the client is patient. False when the
 * session is over: the client went away, or nothing more can be done. Should this process hang
 * while a stop is held, the watchdog ends it. */
bool ij_tracer_serve(struct ij_tracer *tracer, uint64_t idle_ns);

/** Make room for lists in answers, before anything is stopped for one. Errors: NOMEM. */
struct ij_error *ij_tracer_make_room(struct ij_tracer *tracer) IJ_WARN_UNUSED;

/** Take our pages out of the target, if a session ended without that, and let go. */
void ij_tracer_deinit(struct ij_tracer *tracer);

#endif
