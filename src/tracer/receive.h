/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Waiting for the client. */
#ifndef IJ_TRACER_RECEIVE_H
#define IJ_TRACER_RECEIVE_H

#include "tracer/serve.h"

/**
 * The next request. While a stop is held, the watchdog is fed; a thread that was to be stopped and
 * does so only now is let go of.
 *
 * @idle_ns: how long to wait at most, unless the client is patient.
 * Errors: TIMEOUT, GONE (so is the client), PROTOCOL, OS.
 */
struct ij_error *ij_tracer_receive(struct ij_tracer *tracer, uint64_t idle_ns,
				   struct ij_wire_msg *ret) IJ_WARN_UNUSED;

#endif
