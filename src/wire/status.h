/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the tracer's exit status tells. */
#ifndef IJ_WIRE_STATUS_H
#define IJ_WIRE_STATUS_H

#include <stdint.h>

/* How the tracer ends. But for the first, it ends by itself, and never with a request begun. */
enum ij_tracer_status {
	IJ_TRACER_DONE = 0, /* the client has gone */
	IJ_TRACER_FAILED,   /* the socket, or memory, failed */
	IJ_TRACER_USAGE,    /* it was started by hand */
	IJ_TRACER_IDLE,     /* nothing was asked of it for IJ_TRACER_IDLE_NS */
	IJ_TRACER_STRAYS,   /* several threads would not stop, and its end alone lets go of them */
};

/* A client that is not patient and asks nothing for so long is taken for hung. */
#define IJ_TRACER_IDLE_NS ((uint64_t)60 * 1000000000u)

#endif
