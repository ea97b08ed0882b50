/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The client's side of a target: its tracer, its modules, calls and verdicts. What programs see of
 * it is interject/interject.h. */
#ifndef IJ_SESSION_SESSION_H
#define IJ_SESSION_SESSION_H

#include "interject/interject.h"
#include "lang/call.h"
#include "lang/syscall.h"
#include "maps/policy.h"
#include "obj/modules.h"
#include "session/captured.h"
#include "wire/messages.h"

/* What is public of a session is in interject/interject.h; here is the rest. */

/** Borrowed, until the next call (modules may come and go); NULL before ij_session_open. */
struct ij_modules *ij_session_modules(const struct ij_session *s);

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
	char *go_text, *go_json;    /* of a call in Go: what it returned, as text and JSON */
	char *string;     /* text of a string result; NULL if there is none or it is not readable */
	bool string_cut;  /* it goes on */
	uint8_t *scratch; /* our memory in the target as the call left it */
	size_t scratch_size; /* bytes */
	struct ij_offs offs;
	bool capture; /* was asked for */
	struct ij_captured captured;
	struct ij_error *error; /* why the call is not done; NULL if it is */
};

/**
 * ij_session_prepare, and what the callee needs. What the built-in table says of a library's
 * function holds only if the name leads into that library: another one of that name needs
 * everything.
 */
struct ij_error *ij_session_need(struct ij_session *s, const struct ij_call *call, ij_classes *ret)
	IJ_WARN_UNUSED;

/** What @call's function may ask of the kernel. Errors: those of ij_session_prepare. */
struct ij_error *ij_session_callee(struct ij_session *s, const struct ij_call *call,
				   struct ij_wire_callee *ret) IJ_WARN_UNUSED;

/**
 * Inject @call. What may be cancelled began before, with ij_session_begin: the target's mappings
 * are looked at again unless they were since then.
 *
 * @options: all of them.
 * @ret: filled on success, which means that an outcome is known, not that the call is done: see
 *   `error`. The caller frees it with ij_call_result_deinit.
 * Errors: those of ij_session_prepare; what the tracer says; LEFT (the tracer died meanwhile).
 */
struct ij_error *ij_session_call(struct ij_session *s, const struct ij_call *call,
				 const struct ij_call_options *options, struct ij_call_result *ret)
	IJ_WARN_UNUSED;
void ij_call_result_deinit(struct ij_call_result *result);

/** The buffer of argument @idx after the call, @size_ret bytes; NULL if it is none. Borrowed. */
const uint8_t *ij_call_result_buffer(const struct ij_call *call,
				     const struct ij_call_result *result, size_t idx,
				     size_t *size_ret);

/** What came of one system call. */
enum { IJ_SYSCALL_RECEIVED_MAX = 16 };

struct ij_syscall_result {
	struct ij_call_result call; /* as of a call: outcome, scratch memory, error */
	uint64_t value;             /* as the kernel gave it: a negative errno is one */
	/* What descriptors are open on: those that were given, before the call, and the one that is
	 * the result. NULL where there is none. */
	char *fds[IJ_SYSCALL_ARGS_MAX];
	char *fd;
	/* And those that it has made or received besides. */
	struct {
		int fd;
		char *what;
	} received[IJ_SYSCALL_RECEIVED_MAX];
	size_t received_len;
	const char *note; /* what else there is to know of it; NULL: nothing. Static */
};

/**
 * Have one thread of the target make the system call @call, without any function: safe at nearly
 * every instruction, for no code of the program runs.
 *
 * @ret: as that of ij_session_call; the caller frees it with ij_syscall_result_deinit.
 * Errors: DENIED (a system call that would cut the target from us or break it, unless
 *   options->force); what the tracer says; LEFT (the tracer died meanwhile).
 */
struct ij_error *ij_session_syscall(struct ij_session *s, const struct ij_syscall *call,
				    const struct ij_call_options *options,
				    struct ij_syscall_result *ret) IJ_WARN_UNUSED;
void ij_syscall_result_deinit(struct ij_syscall_result *result);

/**
 * Why the policy gives any of @classes to the code at @addr, an address in the target; NULL if no
 * rule says. Borrowed from the policy.
 */
const char *ij_session_reason(struct ij_session *s, ij_addr addr, ij_classes classes);

/** Verdicts as the tracer gives them. */
struct ij_judged {
	IJ_VEC(struct ij_wire_verdict) list;
	uint32_t more; /* threads that are not in the list */
};

/**
 * Judge every thread, or options->tid alone, for @call; with options->at only the thread that
 * arrives there within options->wait_ns. Deinit @ret with ij_vec_deinit.
 *
 * @call: NULL: one that may need anything. @options: all of them.
 */
struct ij_error *ij_session_judge(struct ij_session *s, const struct ij_call *call,
				  const struct ij_call_options *options, struct ij_judged *ret)
	IJ_WARN_UNUSED;
/** The same for whatever @what says. */
struct ij_error *ij_session_judge_for(struct ij_session *s, const struct ij_wire_check *what,
				      struct ij_judged *ret) IJ_WARN_UNUSED;

/**
 * What @given stands for: NULL all defaults, else a struct of any version of this library.
 *
 * Errors: USAGE (it was not initialised, or says what this version does not know).
 */
struct ij_error *ij_session_options_of(const struct ij_session_options *given,
				       struct ij_session_options *ret) IJ_WARN_UNUSED;
struct ij_error *ij_call_options_of(const struct ij_call_options *given,
				    struct ij_call_options *ret) IJ_WARN_UNUSED;
struct ij_error *ij_maps_options_of(const struct ij_maps_options *given,
				    struct ij_maps_options *ret) IJ_WARN_UNUSED;

#endif
