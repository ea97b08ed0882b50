/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Serving requests for files (wire/files.h). */
#ifndef IJ_TRACER_SERVE_FILES_H
#define IJ_TRACER_SERVE_FILES_H

#include "tracer/serve.h"

/** The fixed body of a request, copied out so that it cannot be misaligned. Errors: PROTOCOL (it is
 * shorter). */
struct ij_error *ij_serve_body(const struct ij_wire_msg *msg, void *body, size_t size)
	IJ_WARN_UNUSED;

/* OPEN_MODULE, OPEN_MODULES, OPEN_DEBUG, OPEN_DEBUGS. Errors: PROTOCOL (malformed), those of
 * tracer/files.h. */
struct ij_error *ij_serve_module(struct ij_tracer *tracer, const struct ij_wire_msg *msg)
	IJ_WARN_UNUSED;
struct ij_error *ij_serve_modules(struct ij_tracer *tracer, const struct ij_wire_msg *msg)
	IJ_WARN_UNUSED;
struct ij_error *ij_serve_debug(struct ij_tracer *tracer, const struct ij_wire_msg *msg)
	IJ_WARN_UNUSED;
struct ij_error *ij_serve_debugs(struct ij_tracer *tracer, const struct ij_wire_msg *msg)
	IJ_WARN_UNUSED;

#endif
