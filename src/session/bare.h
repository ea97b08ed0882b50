/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A session without a tracer: the names and types of a file, or of a process that we may read
 * ourselves. Nothing is ever injected by one; what calls are made is somebody else's business.
 */
#ifndef IJ_SESSION_BARE_H
#define IJ_SESSION_BARE_H

#include "session/debugs.h"
#include "session/session_impl.h"

/**
 * A session that knows no file yet.
 *
 * @debugs, @protos: borrowed for its life. @ret: ij_session_destroy it.
 */
struct ij_error *ij_session_bare(struct ij_debugs *debugs, const struct ij_prototypes *protos,
				 struct ij_session **ret) IJ_WARN_UNUSED;

/**
 * Have the file @path as its only module, at the addresses that it is linked to. What was known
 * before is forgotten.
 *
 * @path: absolute; NULL: no file.
 * Errors: those of ij_object_open_fd.
 */
struct ij_error *ij_session_bare_file(struct ij_session *s, const char *path) IJ_WARN_UNUSED;

/** Have the modules of process @pid, our own child, from its memory. Errors: OS, GONE, NOMEM. */
struct ij_error *ij_session_bare_process(struct ij_session *s, pid_t pid) IJ_WARN_UNUSED;

/** From now on values are kept in @debugs, which outlives the session; borrowed. */
void ij_session_share_debugs(struct ij_session *s, struct ij_debugs *debugs);

#endif
