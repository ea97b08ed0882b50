/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Requests about a held stop (wire/stops.h). */
#ifndef IJ_TRACER_STOPS_H
#define IJ_TRACER_STOPS_H

#include "tracer/serve.h"

/** Does @type belong to a held stop? */
bool ij_stops_is_request(uint32_t type);

/** Serve such a request. Errors: as the parts of inject/hold/hold.h; PROTOCOL (malformed, or
 * nothing is held). */
struct ij_error *ij_stops_serve(struct ij_tracer *tracer, const struct ij_wire_msg *msg)
	IJ_WARN_UNUSED;

#endif
