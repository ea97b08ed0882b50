/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Verdicts and outcomes in words. */
#ifndef IJ_SESSION_VERDICT_H
#define IJ_SESSION_VERDICT_H

#include "session/session.h"

/**
 * Add why @v is unsafe: "holds the allocator", "lock main_arena is held by thread 12", ...; nothing
 * if it is safe.
 */
void ij_verdict_reason(struct ij_session *s, const struct ij_wire_verdict *v,
		       struct ij_strbuf *out);

/**
 * Add a sentence about @v and a callee: "thread 1234 stands in malloc+0x12 (libc.so.6), and
 * malloc_trim needs the allocator".
 *
 * @callee: its name; borrowed.
 */
void ij_verdict_sentence(struct ij_session *s, const struct ij_wire_verdict *v, const char *callee,
			 struct ij_strbuf *out);

/** The walker's name on the command line ("return"); "none" of no walker. Static storage. */
const char *ij_walker_name(uint32_t walker);

/**
 * Tell one walk: "return: from malloc+0x12 (libc.so.6), which holds the allocator, to f+0x8 in 61
 * us".
 */
void ij_walk_sentence(struct ij_session *s, const struct ij_wire_walk *walk, struct ij_strbuf *out);

/** Short name of @status for --json ("done", "unsafe", ...). Static storage. */
const char *ij_outcome_status_name(uint32_t status);
/** The same of a call that ended with @error, or NULL: "interrupted" where the user wanted the end.
 */
const char *ij_outcome_status(const struct ij_wire_outcome *outcome, const struct ij_error *error);

/** That a call runs on a stack of ours, and why; nothing if on the thread's own. */
void ij_verdict_stack(const struct ij_wire_verdict *v, struct ij_strbuf *out);

/** What a thread's seccomp filters were found to mean for a call; nothing if it has none. */
void ij_verdict_seccomp(const struct ij_wire_verdict *v, struct ij_strbuf *out);

#endif
