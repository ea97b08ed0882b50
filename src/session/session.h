/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The client's side of a target: its tracer, its modules, calls and verdicts. */
#ifndef IJ_SESSION_SESSION_H
#define IJ_SESSION_SESSION_H

#include "lang/call.h"
#include "obj/modules.h"
#include "wire/messages.h"

struct ij_session;

struct ij_session_options {
	/** The tracer's file; NULL: beside our own executable, then in ../libexec/interject. */
	const char *tracer_path;
};

/**
 * Start the tracer of process @pid. Nothing of the target is read yet, so that several sessions can
 * be started before ij_privileges_drop and opened after it.
 *
 * @options: borrowed for the call; NULL for the defaults.
 * @ret: the caller destroys it.
 * Errors: OS (the tracer cannot be executed; the message says where it was looked for), NOMEM.
 * Target: untouched.
 */
struct ij_error *ij_session_spawn(pid_t pid, const struct ij_session_options *options,
				  struct ij_session **ret) IJ_WARN_UNUSED;

/**
 * Bind the tracer to the target and learn what a call needs: mappings, modules, maps, gadgets,
 * locks.
 *
 * Errors: what the tracer says (NOPROC, PERM, TRACED, REFUSED, ...), UNSUPPORTED (a Go program),
 *   PROTOCOL (the tracer died), INTERRUPTED, NOMEM.
 * Target: untouched.
 */
struct ij_error *ij_session_open(struct ij_session *s) IJ_WARN_UNUSED;

/**
 * End the session: the tracer unmaps what it mapped and exits.
 *
 * @ret: what is left in the target.
 * Errors: as of any request; the tracer is gone in any case.
 */
struct ij_error *ij_session_close(struct ij_session *s, struct ij_wire_ended *ret) IJ_WARN_UNUSED;

/** Close the socket, which makes the tracer let go, and reap the tracer. Takes NULL. */
void ij_session_destroy(struct ij_session *s);

/**
 * Interrupt whatever the session waits for; everything fails with INTERRUPTED from now on, and the
 * tracer puts the target back. Async-signal-safe.
 */
void ij_session_interrupt(struct ij_session *s);

pid_t ij_session_pid(const struct ij_session *s);
/** The target's comm; "" before ij_session_open. Borrowed. */
const char *ij_session_comm(const struct ij_session *s);
/** Borrowed, until the next call (modules may come and go); NULL before ij_session_open. */
struct ij_modules *ij_session_modules(const struct ij_session *s);

struct ij_call_options {
	uint64_t timeout_ns; /* of the call */
	uint64_t pause_ns;   /* budget of one stop, without the call */
	uint64_t wait_ns;    /* for a safe-point, wall time */
	pid_t tid;           /* 0: any thread */
	bool force;          /* whatever the verdict */
	bool last;           /* no call follows: clean up in the same stop */
};

/** Where the strings and buffers of a call lie in our memory in the target. */
struct ij_offs {
	IJ_VEC(uint32_t) list; /* n arguments: offset of argument N, bytes; 0 if it has none */
};

/** What came of one call. */
struct ij_call_result {
	struct ij_wire_outcome outcome;
	ij_addr frames[IJ_WIRE_FRAMES_MAX]; /* return addresses at the stop, innermost first */
	size_t frames_len;
	ij_classes need;            /* what the callee was taken to need */
	struct ij_result_regs regs; /* converted to the call's result type */
	char *string;     /* text of a string result; NULL if there is none or it is not readable */
	bool string_cut;  /* it goes on */
	uint8_t *scratch; /* our memory in the target as the call left it */
	size_t scratch_size; /* bytes */
	struct ij_offs offs;
	struct ij_error *error; /* why the call is not done; NULL if it is */
};

/**
 * Check that everything @call names is there, injecting nothing.
 *
 * @need_ret: what the callee needs; NULL if not wanted. What the built-in table says of a library's
 *   function holds only if the name leads into that library: another one of that name needs
 *   everything.
 * Errors: NOTFOUND, AMBIGUOUS, TYPE (also of a result nobody declared), FAULT (an address that is
 *   not code), LIMIT (too many or too large arguments).
 */
struct ij_error *ij_session_prepare(struct ij_session *s, const struct ij_call *call,
				    ij_classes *need_ret) IJ_WARN_UNUSED;

/**
 * Inject @call.
 *
 * @ret: filled on success, which means that an outcome is known, not that the call is done: see
 *   `error`. The caller frees it with ij_call_result_deinit.
 * Errors: those of ij_session_prepare; what the tracer says; LEFT (the tracer died meanwhile).
 */
struct ij_error *ij_session_call(struct ij_session *s, const struct ij_call *call,
				 const struct ij_call_options *options, struct ij_call_result *ret)
	IJ_WARN_UNUSED;
void ij_call_result_deinit(struct ij_call_result *result);

struct ij_verdicts {
	IJ_VEC(struct ij_wire_verdict) list;
	uint32_t more; /* threads that are not in the list */
};

/** Judge every thread, or @tid alone, for a callee that needs @need. Deinit @ret with
 * ij_vec_deinit. */
struct ij_error *ij_session_check(struct ij_session *s, ij_classes need, pid_t tid,
				  struct ij_verdicts *ret) IJ_WARN_UNUSED;

#endif
