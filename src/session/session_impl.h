/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the files of this folder share of a session. */
#ifndef IJ_SESSION_SESSION_IMPL_H
#define IJ_SESSION_SESSION_IMPL_H

#include <signal.h>

#include "session/session.h"
#include "session/spawn.h"
#include "wire/wire.h"

/** A module whose map the tracer has. */
struct ij_fed {
	ij_addr base, lo, hi;
	uint64_t inode; /* of its file; 0 for the vdso */
};

/** The answer of an IFUNC's resolver, which was called in the target. */
struct ij_resolver_answer {
	ij_addr resolver, addr;
};

struct ij_session {
	struct ij_opener opener; /* first: the callbacks get at the session through it */
	pid_t pid;
	struct ij_spawned tracer;
	bool tracer_gone;
	volatile sig_atomic_t interrupted;
	struct ij_wire_welcome welcome;
	int maps_fd;          /* /proc/PID/maps, -1 before HELLO */
	struct ij_mem_fd mem; /* on /proc/PID/mem */
	uint64_t *recv_buf;   /* IJ_WIRE_SIZE_MAX bytes */
	struct ij_vmas vmas;  /* as of the last look */
	struct ij_modules *mods;
	IJ_VEC(struct ij_fed) fed; /* sorted by address */
	IJ_VEC(struct ij_resolver_answer) resolvers;
};

/** Time for the tracer to answer, besides what the request itself may take. */
#define IJ_SESSION_GRACE_NS (10 * (uint64_t)1000000000u)

/** One request: what is sent, and what is expected back. */
struct ij_request {
	enum ij_wire_type type;
	struct ij_wire_part parts[3];
	size_t parts_len;
	int fd;              /* sent along; -1: none */
	uint64_t timeout_ns; /* besides the grace */
	enum ij_wire_type answer;
	size_t answer_size; /* bytes at least */
};

/**
 * Ask the tracer and wait for its answer.
 *
 * @msg_ret: its descriptors are the caller's; the body is borrowed until the next request.
 * Errors: what an ERROR answer carries; INTERRUPTED; PROTOCOL, or for a CALL LEFT, when the tracer
 *   died or does not answer (it is killed then, which releases the target).
 */
struct ij_error *ij_session_request(struct ij_session *s, const struct ij_request *request,
				    struct ij_wire_msg *msg_ret) IJ_WARN_UNUSED;

/**
 * Look at the target's mappings again, and if modules came or went, tell the tracer.
 *
 * Errors: GONE, UNSUPPORTED, those of ij_session_request.
 */
struct ij_error *ij_session_refresh(struct ij_session *s) IJ_WARN_UNUSED;

/**
 * Give the tracer the maps of modules that came, and take back those of modules that went.
 *
 * @changed_ret: whether there were any.
 */
struct ij_error *ij_session_feed(struct ij_session *s, bool *changed_ret) IJ_WARN_UNUSED;

/** The error that says why @outcome's call is not done, or NULL. @call: for the message. */
struct ij_error *ij_outcome_error(struct ij_session *s, const struct ij_call *call,
				  const struct ij_call_options *options,
				  const struct ij_wire_outcome *outcome) IJ_WARN_UNUSED;

#endif
