/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Go targets: what is found of their runtime, and calls in Go. */
#ifndef IJ_SESSION_GO_H
#define IJ_SESSION_GO_H

#include "arch/gocall.h"
#include "lang/go.h"
#include "maps/goprog.h"
#include "maps/gosched.h"
#include "session/session_impl.h"

/** Look whether the target is a Go program, after its modules were found; s->go tells. Errors:
 * NOMEM. */
struct ij_error *ij_session_go_find(struct ij_session *s) IJ_WARN_UNUSED;
/** Forget what was found; before the modules go. */
void ij_session_go_forget(struct ij_session *s);
struct ij_go_target;

/** A function of Go, and the program or plugin that it is of. */
struct ij_go_found {
	const struct ij_goprog *prog;
	struct ij_gotab_func func;
	ij_addr addr; /* in the target */
};

/** The function @name of the program, its runtime or a plugin. */
bool ij_session_go_named(const struct ij_session *s, const char *name, struct ij_go_found *ret);
/** The function that holds @addr of the target; `addr` of @ret is where it begins. */
bool ij_session_go_at(const struct ij_session *s, ij_addr addr, struct ij_go_found *ret);
/** What to do where the program has no function @name: "; ... is, ..."; or "". Static. */
const char *ij_session_go_offer(const struct ij_session *s, const char *name, size_t len);
/** Does @call name a function of Go that is there? */
bool ij_session_go_has(const struct ij_session *s, const struct ij_call *call);
/** Is @call an expression of Go: one in a Go program that names no function of C? */
bool ij_session_go_speaks(struct ij_session *s, const struct ij_call *call);

/** Where its goroutines are kept. Errors: UNSUPPORTED (it is no Go program), those of
 * ij_gosched_find. */
struct ij_error *ij_session_go_sched(struct ij_session *s, struct ij_gosched *ret) IJ_WARN_UNUSED;

/**
 * Name in @call the goroutine that @options want, if they want one.
 *
 * Errors: USAGE (a thread or a place is wanted, too), NOTFOUND (there is no such goroutine), those
 *   of ij_gosched_find and ij_gosched_read.
 */
struct ij_error *ij_session_go_want(struct ij_session *s, const struct ij_call_options *options,
				    struct ij_wire_call *call) IJ_WARN_UNUSED;
/**
 * Is none of the addresses that @call passes to @target on the stack of a goroutine?
 *
 * Errors: UNSUPPORTED (one is), NOMEM.
 */
struct ij_error *ij_session_go_escapes(struct ij_session *s, const struct ij_go_call *call,
				       const struct ij_go_target *target) IJ_WARN_UNUSED;
/** Add why goroutine @id has not made a call: "it is waiting in main.f (chan receive), ...". */
void ij_session_go_want_told(struct ij_session *s, uint64_t id, struct ij_strbuf *out);

/** Tell the tracer of it. */
struct ij_error *ij_session_go_feed(struct ij_session *s) IJ_WARN_UNUSED;

/**
 * Is @call of the language of the target?
 *
 * Errors: UNSUPPORTED, with what to write instead.
 */
struct ij_error *ij_session_go_agree(struct ij_session *s, const struct ij_call *call)
	IJ_WARN_UNUSED;

/** ij_location_resolve, which knows functions of Go by their names, too. */
struct ij_error *ij_session_go_locate(struct ij_session *s, const char *text, ij_addr *ret)
	IJ_WARN_UNUSED;

/** The function that @call names, and the signature it is called by. Link-time addresses. */
struct ij_go_target {
	struct ij_gotab_func func;
	const struct ij_go_sig *sig; /* borrowed from the call */
	const char *name;            /* borrowed from the call */
	ij_addr code;                /* in the target */
	ij_addr context;             /* of a closure; else 0 */
	ij_addr unreachable;         /* runtime.unreachableMethod; 0: there is none */
};

/** What is sent of a call: a struct ij_gocall and what follows it. */
struct ij_go_marshal {
	IJ_VEC(uint8_t) bytes;
	struct ij_go_layout layout;
	uint32_t stack_off;           /* where in `bytes` the results on the stack will be */
	int reads[IJ_GO_RESULTS_MAX]; /* of each result the index of its read; -1: none */
	uint32_t room;                /* bytes of scratch memory that it takes */
	/* Of each argument that is to come back, in their order, the index of its read. */
	int backs[IJ_GOCALL_READS_MAX];
	size_t backs_len;
};

/**
 * Find what @call calls, and check its arguments.
 *
 * Errors: NOTFOUND (no such function: the linker may have dropped it, or the compiler inlined it
 *   everywhere), TYPE (no signature is known, or the arguments do not fit it).
 */
struct ij_error *ij_session_go_resolve(struct ij_session *s, const struct ij_call *call,
				       struct ij_go_target *ret) IJ_WARN_UNUSED;

/**
 * Call @target with arguments that fit its signature already.
 *
 * @ret: what came of it; its error is the caller's to look at. @marshal: how results are laid out;
 * its bytes are freed.
 */
struct ij_error *ij_session_go_apply(struct ij_session *s, const struct ij_call *call,
				     const struct ij_go_target *target,
				     const struct ij_call_options *options,
				     struct ij_go_marshal *marshal, struct ij_call_result *ret)
	IJ_WARN_UNUSED;

/** ij_session_call of a call in Go. */
struct ij_error *ij_session_go_call(struct ij_session *s, const struct ij_call *call,
				    const struct ij_call_options *options,
				    struct ij_call_result *ret) IJ_WARN_UNUSED;

/** Lay out @call for @target. @registers: Go 1.17 or later. Errors: LIMIT, NOMEM. */
struct ij_error *ij_go_marshal(const struct ij_go_call *call, const struct ij_go_target *target,
			       ij_addr func, bool registers, struct ij_go_marshal *ret)
	IJ_WARN_UNUSED;

/** Write what the call left, as text and as JSON. @result: its scratch memory. */
void ij_go_result_write(struct ij_session *s, const struct ij_go_target *target,
			const struct ij_go_marshal *marshal, const struct ij_call_result *result,
			struct ij_strbuf *text, struct ij_strbuf *json);
/** The value of result @idx, and what was read of what it leads to while that was alive. */
struct ij_go_returned {
	uint64_t words[IJ_GO_STRUCT_MAX / 8];
	const uint8_t *bytes; /* of the result's scratch memory; NULL: nothing was read */
	uint32_t size;
	bool cut;
};
struct ij_go_returned ij_go_result_get(const struct ij_go_target *target,
				       const struct ij_go_marshal *marshal,
				       const struct ij_call_result *result, size_t idx);
/** The bytes that came back of argument @idx of those that were to; NULL: they could not be read.
 */
const uint8_t *ij_go_result_back(const struct ij_go_marshal *marshal,
				 const struct ij_call_result *result, size_t idx, size_t size);
/** Write what an interface holds. @bytes: IJ_GOCALL_VALUE_SIZE of the value, then its text; or
 * NULL. */
void ij_go_dynamic_write(struct ij_session *s, struct ij_strbuf *out, ij_addr type, uint64_t data,
			 const uint8_t *bytes, size_t size, bool cut);
/** Do values of this type, whose reflect.Kind is @kind, begin with the text that they stand for? */
bool ij_go_begins_with_text(unsigned kind, const char *name);
/** The first result in the registers of a C call, for programs that ask for its value. */
void ij_go_result_regs(const struct ij_go_target *target, const struct ij_go_marshal *marshal,
		       struct ij_call_result *result);

/** What a panic or a rejection says; @call: that was made, with those before it. */
struct ij_error *ij_go_outcome_error(struct ij_session *s, const struct ij_go_call *call,
				     const struct ij_go_target *target,
				     const struct ij_call_result *result) IJ_WARN_UNUSED;

/** The name of the type whose descriptor is at @type in the target, "*errors.errorString", and its
 * reflect.Kind; "" if it cannot be read. */
unsigned ij_go_type_name(struct ij_session *s, ij_addr type, char *buf, size_t size);

#endif
