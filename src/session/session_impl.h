/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the files of this folder share of a session. */
#ifndef IJ_SESSION_SESSION_IMPL_H
#define IJ_SESSION_SESSION_IMPL_H

#include <signal.h>

#include "maps/goprog.h"
#include "session/avoid.h"
#include "session/marshal.h"
#include "session/session.h"
#include "session/spawn.h"
#include "wire/wire.h"

/** A module whose map the tracer has. */
struct ij_fed {
	ij_addr base, lo, hi;
	uint64_t inode; /* of its file; 0 for the vdso */
};

/** A file that is mapped at [lo, hi) and was opened before anybody asked for it. */
struct ij_session_opened {
	ij_addr lo, hi;
	int fd;
};

/** A debug file that was asked for before anybody wanted it. */
struct ij_session_expected {
	const char *path; /* borrowed; NULL: it was given out */
	int fd;           /* -1: it is not there */
};

/** The answer of an IFUNC's resolver, which was called in the target. */
struct ij_resolver_answer {
	ij_addr resolver, addr;
};

/** Code of Go in one module. */
struct ij_session_go_part {
	struct ij_goprog *prog;
	struct ij_module *module; /* borrowed */
};

/** The Go that is in the target. */
struct ij_session_go {
	struct ij_goprog *prog;   /* with the runtime that calls are made by; NULL: there is none */
	struct ij_module *module; /* borrowed */
	bool main;                /* the program itself is Go, and so are expressions */
	ij_addr types;            /* that names of types count from; 0: not known */
	IJ_VEC(struct ij_session_go_part) plugins; /* of a program: what it has loaded */
	/* The function whose type debug information was asked for last: an expression is gone
	 * through twice, to see what is wrong with it and to make its calls. */
	ij_addr typed;
	const struct ij_ctype *type;
};

/** Requests that were posted and not answered, at most: the tracer must not wait for us to read
 * answers while we wait for it to read requests. */
#define IJ_SESSION_POSTED_MAX 32

struct ij_go_vars;
void ij_go_vars_destroy(struct ij_go_vars *vars);

struct ij_session {
	struct ij_opener opener; /* first: the callbacks get at the session through it */
	pid_t pid;
	struct ij_spawned tracer;
	bool tracer_gone;
	volatile sig_atomic_t interrupted;
	volatile sig_atomic_t cancelled; /* what is being done now is given up */
	bool patient;
	void (*waiting)(void *arg,
			uint64_t waited_ns); /* who is told while a call waits; or NULL */
	void *waiting_arg;
	struct ij_wire_welcome welcome;
	int maps_fd;                                     /* /proc/PID/maps, -1 before HELLO */
	struct ij_mem_fd mem;                            /* on /proc/PID/mem */
	uint64_t *recv_buf;                              /* IJ_WIRE_SIZE_MAX bytes */
	enum ij_wire_type posted[IJ_SESSION_POSTED_MAX]; /* whose answers are to come */
	size_t posted_len;
	struct ij_error *posted_err;             /* the first of those that came; or NULL */
	IJ_VEC(struct ij_session_opened) opened; /* while modules are looked for */
	IJ_VEC(struct ij_session_expected) expected;
	struct ij_vmas vmas; /* as of the last look */
	struct ij_modules *mods;
	uint64_t generation;       /* counts changes of the modules */
	IJ_VEC(struct ij_fed) fed; /* sorted by address */
	bool current;              /* nothing was asked for or begun since the last look */
	bool untold;               /* modules came or went since the tracer was told */
	IJ_VEC(struct ij_resolver_answer) resolvers;
	const struct ij_policy *policy;
	struct ij_policy *own_policy; /* if none was given; else NULL */
	const struct ij_prototypes *prototypes;
	struct ij_prototypes *own_prototypes; /* if none were given; else NULL */
	struct ij_avoid avoid;
	struct ij_session_go go;
	struct ij_go_vars *go_vars; /* `$name` of expressions of Go; NULL: none is set */
	struct ij_debugs *debugs;
	bool keeps_debugs;       /* they outlive the session: somebody else's */
	bool bare;               /* there is no tracer: names and types only, see bare.h */
	struct ij_object *image; /* bare, and no process: the file that memory is read from */
	struct ij_strbuf notes;  /* lines: what was odd, but no obstacle */
	struct ij_stop *stop;    /* held now; borrowed. NULL: none */
};

/** Before anything that ij_session_cancel may give up. */
static inline void ij_session_begin(struct ij_session *s)
{
	s->cancelled = 0;
	s->current = false;
}

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
 * Send a request that is answered by OK, and go on: each answer that is waited for costs a turn of
 * both processes on a CPU.
 *
 * Errors: INTERRUPTED, PROTOCOL. What the tracer answers ij_session_settle() returns.
 */
struct ij_error *ij_session_post(struct ij_session *s, const struct ij_request *request)
	IJ_WARN_UNUSED;

/**
 * Wait for the answers to all that was posted. That the tracer takes a module's map for unusable is
 * no error: stops in the module are unsafe, and say so.
 *
 * Errors: the first that was answered; those of ij_session_request.
 */
struct ij_error *ij_session_settle(struct ij_session *s) IJ_WARN_UNUSED;

/** Is it an error of a map that cannot be used, and no obstacle? */
bool ij_session_lives_without_map(const struct ij_error *err);

/** Set s->opener: files are opened through the tracer. */
void ij_session_opener_init(struct ij_session *s);
/** Open the files that are mapped as code in @vmas, for the opener to give them out; no error. */
void ij_session_open_together(struct ij_session *s, const struct ij_vmas *vmas);
/** Close those that nobody asked for. */
void ij_session_opened_drop(struct ij_session *s);

/**
 * Look at the target's mappings again. If modules came or went the tracer is told before it is next
 * asked for a stop: whoever only wants to know names and types waits for no maps.
 *
 * Errors: GONE, UNSUPPORTED, those of ij_session_request.
 */
struct ij_error *ij_session_refresh(struct ij_session *s) IJ_WARN_UNUSED;

/** The same, unless that was the last thing that was done. */
static inline IJ_WARN_UNUSED struct ij_error *ij_session_refresh_once(struct ij_session *s)
{
	return s->current ? NULL : ij_session_refresh(s);
}

/** Tell the tracer now, if modules came or went. Errors: those of ij_session_feed. */
struct ij_error *ij_session_tell(struct ij_session *s) IJ_WARN_UNUSED;

/**
 * Give the tracer the maps of modules that came, and take back those of modules that went.
 *
 * @changed_ret: whether there were any.
 */
struct ij_error *ij_session_feed(struct ij_session *s, bool *changed_ret) IJ_WARN_UNUSED;

/**
 * Resolve what @call names, and lay it out. Everything but flags and budget is filled in.
 *
 * @options: NULL: inject nothing, so that an IFUNC nobody has bound stays its resolver.
 * @ret: the caller frees it. @traits_ret: enum ij_trait of the callee.
 * Errors: those of ij_session_prepare, and of ij_session_call for a resolver.
 */
struct ij_error *ij_session_build(struct ij_session *s, const struct ij_call *call,
				  const struct ij_call_options *options, struct ij_marshal *ret,
				  uint32_t *traits_ret) IJ_WARN_UNUSED;

/**
 * The same for a call whose arguments are laid out in @marshal already: its function and what that
 * needs.
 */
struct ij_error *ij_session_aim(struct ij_session *s, const struct ij_call *call,
				const struct ij_call_options *options, struct ij_marshal *marshal,
				uint32_t *traits_ret) IJ_WARN_UNUSED;

/** Inject what @marshal, which is consumed, has. @ret: not yet converted; see ij_session_call. */
struct ij_error *ij_session_make(struct ij_session *s, const struct ij_call *call,
				 const struct ij_call_options *options, struct ij_marshal *marshal,
				 struct ij_call_result *ret) IJ_WARN_UNUSED;

/** The flags for @call; @scratch: its arguments take memory in the target. */
uint32_t ij_session_flags(const struct ij_call *call, uint32_t traits,
			  const struct ij_call_options *options, bool scratch);

/** Fill in times, thread, walkers and places. Errors: those of ij_location_resolve. */
struct ij_error *ij_session_budget(struct ij_session *s, const struct ij_call_options *options,
				   struct ij_wire_call *call) IJ_WARN_UNUSED;

/**
 * Have the tracer make @call. @scratch: call->scratch_size bytes.
 *
 * @ret: what the tracer says, not yet converted; the caller frees it.
 * Errors: those of ij_session_request; NOMEM.
 */
struct ij_error *ij_session_inject(struct ij_session *s, const struct ij_wire_call *call,
				   const uint8_t *scratch, struct ij_call_result *ret)
	IJ_WARN_UNUSED;

/**
 * The same of a call of our own, as of an IFUNC's resolver, which gives a number.
 *
 * @marshal: of @call; freed. @ret: RAX. Errors: and those of ij_outcome_error.
 */
struct ij_error *ij_session_ask_for(struct ij_session *s, const struct ij_call *call,
				    struct ij_marshal *marshal,
				    const struct ij_call_options *options, uint64_t *ret)
	IJ_WARN_UNUSED;

/**
 * Read the text at target address @addr, up to a limit and no further than the last readable page.
 *
 * @ret: the caller frees it; stays as it is if nothing can be read. @cut_ret: it goes on.
 * Errors: NOMEM.
 */
struct ij_error *ij_session_string(struct ij_session *s, ij_addr addr, char **ret, bool *cut_ret)
	IJ_WARN_UNUSED;

enum ij_session_language {
	IJ_SESSION_C, /* also where nothing tells */
	IJ_SESSION_CXX,
	IJ_SESSION_RUST
};
/** The language of the program's function main; asked of its debug information each time. */
enum ij_session_language ij_session_language(struct ij_session *s);

/** Write @size bytes, at most IJ_WIRE_WRITE_MAX, at @addr, where the program itself may write.
 * Errors: FAULT, DENIED, those of ij_session_request. */
struct ij_error *ij_session_write(struct ij_session *s, ij_addr addr, const void *bytes,
				  size_t size) IJ_WARN_UNUSED;

/** Say in @wire what is called, for rules and the log. @name, @expr: NULL if there is none. */
void ij_session_name_call(struct ij_wire_call *wire, const char *name, const char *expr);

/** The error that says why @outcome's call is not done, or NULL. @call: for the message. */
struct ij_error *ij_outcome_error(struct ij_session *s, const struct ij_call *call,
				  const struct ij_call_options *options,
				  const struct ij_wire_outcome *outcome) IJ_WARN_UNUSED;

#endif
