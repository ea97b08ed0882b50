/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A session with a Go program as what evaluates expressions of Go sees it. */
#ifndef IJ_SESSION_GOHOST_H
#define IJ_SESSION_GOHOST_H

#include "lang/goval.h"
#include "session/result.h"
#include "session/session_impl.h"

/** The stacks of goroutines, sorted by address. */
struct ij_go_stacks {
	IJ_VEC(struct ij_go_stack) list;
};

/** An argument that the last call has changed. */
struct ij_go_back {
	size_t number; /* from 1; 0: the receiver */
	struct ij_go_value value;
};

struct ij_go_session_host {
	struct ij_go_host host; /* first */
	struct ij_session *s;
	const char *text;                      /* the expression */
	const struct ij_call_options *options; /* NULL: inject nothing */
	struct ij_arena arena;
	struct ij_go_stacks stacks;
	IJ_VEC(struct ij_go_back) backs;
	bool unset; /* a variable of the session was asked for that has no value */
	bool keeps; /* a variable was set to what is of the arena */
	/* Of the last call: */
	struct ij_call call;
	struct ij_call_result made;
	bool called;
	uint64_t pause_ns, call_ns; /* of those before it */
};

/** @options: NULL: nothing is to be injected. @text: of the expression; borrowed. @ret: deinit it.
 */
void ij_go_host_init(struct ij_session *s, const struct ij_call_options *options, const char *text,
		     struct ij_go_session_host *ret);
void ij_go_host_deinit(struct ij_go_session_host *sh);

/** Evaluate @text. What comes of it goes to @result. @options: all of them. */
void ij_go_evaluate(struct ij_session *s, const char *text, const struct ij_call_options *options,
		    struct ij_result *result);
/** Find out what @text means, injecting nothing. */
struct ij_error *ij_go_evaluate_prepare(struct ij_session *s, const char *text) IJ_WARN_UNUSED;

/**
 * The call of @func with @args as reports know it, and as it is laid out (goargs.c).
 *
 * @args: fit; one of them may be deferred. Errors: UNSUPPORTED, LIMIT, NOMEM.
 */
struct ij_error *ij_go_describe(struct ij_go_session_host *sh, const struct ij_go_func *func,
				struct ij_go_value *args, struct ij_call *ret) IJ_WARN_UNUSED;

/* gonames.c */
struct ij_error *ij_go_host_lookup(struct ij_go_host *host, const char *name,
				   struct ij_go_value *ret, bool *found) IJ_WARN_UNUSED;
struct ij_error *ij_go_host_type(struct ij_go_host *host, const char *name,
				 const struct ij_ctype **ret) IJ_WARN_UNUSED;
/** The same, by debug information only. */
struct ij_error *ij_go_host_debug_type(struct ij_go_host *host, const char *name,
				       const struct ij_ctype **ret) IJ_WARN_UNUSED;
struct ij_error *ij_go_host_closure(struct ij_go_host *host, struct ij_go_value *value,
				    struct ij_go_value *ret) IJ_WARN_UNUSED;
/* godescribe.c */
struct ij_error *ij_go_host_descriptor(struct ij_go_host *host, const struct ij_ctype *type,
				       ij_addr *ret) IJ_WARN_UNUSED;
struct ij_error *ij_go_host_itab(struct ij_go_host *host, ij_addr inter, ij_addr type, ij_addr *ret)
	IJ_WARN_UNUSED;
/** The type @name, if the program describes pointers to it; else NULL. */
struct ij_error *ij_go_host_described_name(struct ij_go_host *host, const char *name,
					   const struct ij_ctype **ret) IJ_WARN_UNUSED;
/** The descriptor of some type of pointers. Errors: NOTFOUND. */
struct ij_error *ij_go_host_pointer_type(struct ij_go_host *host, ij_addr *ret) IJ_WARN_UNUSED;
/** Can all of @made be looked into as pointers? Errors: UNSUPPORTED (a number looks like one). */
struct ij_error *ij_go_made_check(struct ij_go_host *host, const struct ij_go_made *made)
	IJ_WARN_UNUSED;

/* gotypes.c */
/** The type whose descriptor is at @addr, by debug information, else by what it is made of. */
struct ij_error *ij_go_host_described(struct ij_go_host *host, ij_addr addr,
				      const struct ij_ctype **ret) IJ_WARN_UNUSED;
struct ij_error *ij_go_host_method(struct ij_go_host *host, const struct ij_ctype *type,
				   const char *name, struct ij_go_func *ret, bool *found)
	IJ_WARN_UNUSED;
/* govars.c */
/** Keep @arena for the variables of @s, which has some. */
void ij_go_vars_take(struct ij_session *s, const struct ij_arena *arena);
struct ij_go_value *ij_go_host_variable(struct ij_go_host *host, const char *name);
struct ij_error *ij_go_host_set_variable(struct ij_go_host *host, const char *name,
					 const struct ij_go_value *value) IJ_WARN_UNUSED;
/* gostacks.c */
struct ij_error *ij_go_host_stacks(struct ij_go_host *host, const struct ij_go_stack **ret,
				   size_t *len_ret) IJ_WARN_UNUSED;

struct ij_error *ij_go_host_missing(struct ij_go_host *host, const char *text, size_t len)
	IJ_WARN_UNUSED;

#endif
