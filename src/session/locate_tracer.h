/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where the tracer's file is. */
#ifndef IJ_SESSION_LOCATE_TRACER_H
#define IJ_SESSION_LOCATE_TRACER_H

#include <limits.h>

#include "base/error.h"

#define IJ_TRACER_NAME "interject-tracer"

/**
 * Find the tracer: what INTERJECT_TRACER in the environment says, unless we run with somebody
 * else's privileges (secure_getenv(3)); beside the file that our own code is in, library or
 * program, or in libexec as seen from there; where it is installed by default. A file beside ours
 * counts only if it belongs to root or to the owner of ours: else who may write to /tmp could plant
 * one for all that is run there.
 *
 * @ret: its path, absolute unless the environment says otherwise.
 * Errors: OS (it is not there: the message says where it was looked for).
 */
struct ij_error *ij_tracer_locate(char ret[PATH_MAX]) IJ_WARN_UNUSED;

#endif
