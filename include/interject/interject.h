/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libinterject: call functions inside running Linux processes, safe or untouched. The manual is
 * libinterject(3); docs/example.c is a whole program.
 *
 *	struct ij_session *session = NULL;
 *	struct ij_error *err = ij_session_attach(pid, NULL, &session);
 *
 *	if (!err) {
 *		struct ij_result *result = ij_session_eval(session, "getpid()", NULL);
 *		...
 *		ij_result_free(result);
 *	}
 *	ij_session_destroy(session);
 *
 * Ownership: what a `_create`, `_load`, `_parse`, `_attach`, `_spawn`, `_eval`, `_run` or `_check`
 * gives is the caller's, to be given back to the `_destroy` or `_free` of its kind, which take
 *NULL. Strings and errors got from an object are borrowed from it and live as long as it does.
 *Objects given to a call are borrowed for the call, unless it says otherwise.
 *
 * Threads: no object is used by two threads at the same time, except by ij_session_interrupt;
 * different objects may be used by different threads at the same time. A policy that is no longer
 * changed may be shared by all.
 *
 * The library has no global state, prints nothing, ends no process, changes no signal handler,
 * working directory, locale or environment, and leaves no descriptor to an executed program.
 */
#ifndef INTERJECT_INTERJECT_H
#define INTERJECT_INTERJECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "interject/error.h"
#include "interject/names.h"
#include "interject/results.h"

#ifdef __cplusplus
extern "C" {
#endif

struct ij_session;     /* a target and its tracer */
struct ij_prototypes;  /* declarations of functions, by name */
struct ij_policy;      /* rules of what is unsafe */
struct ij_call;        /* an expression, parsed */
struct ij_syscall;     /* a system call, parsed */
struct ij_result;      /* what came of one expression */
struct ij_verdicts;    /* what was judged of a target's threads */
struct ij_findings;    /* what works here, and what stands in the way */
struct ij_maps;        /* the maps of a file */
struct ij_maps_report; /* what was found out about them */

/** The version of the library that runs, "0.1.0". Static storage. */
IJ_API const char *ij_version(void);

/* ---- Targets: by what /proc shows to everybody ---- */

/**
 * Refuse what cannot be a target: no such process, a thread's id, a kernel thread, a zombie,
 * ourselves.
 *
 * Errors: NOPROC, REFUSED.
 */
IJ_API_RESULT struct ij_error *ij_target_check(pid_t pid);

/** The process that thread @tid belongs to. Errors: NOPROC. */
IJ_API_RESULT struct ij_error *ij_target_of_thread(pid_t tid, pid_t *ret);

/**
 * Every process whose comm or executable's base name is @name, by number, without ourselves.
 *
 * @ret: @len_ret of them; free(3) it. Errors: NOPROC (none), OS, NOMEM.
 */
IJ_API_RESULT struct ij_error *ij_target_find(const char *name, pid_t **ret, size_t *len_ret);

/* ---- What is known of functions, and what is unsafe ---- */

/** The built-in table of functions. Errors: NOMEM. */
IJ_API_RESULT struct ij_error *ij_prototypes_create(struct ij_prototypes **ret);

/**
 * Parse and add C declarations: `int f(const char *, ...)`, `typedef long obj; obj g(obj);`. One
 * wins over an earlier one of its name. A comment behind it may say what the function needs: `int
 * f(int); // need: none`.
 *
 * Errors: SYNTAX (with the column), TYPE (a type that is not known), UNSUPPORTED (a struct, union,
 *   complex or vector value), LIMIT, NOMEM; then none of the functions is added.
 */
IJ_API_RESULT struct ij_error *ij_prototypes_add(struct ij_prototypes *protos, const char *decl);

/**
 * The same for all declarations of the C header at @path. What is no function or typedef is passed
 * over: `#include`, structs, variables, bodies of functions. A function that
 * takes or returns what no call carries is an error only when it is called.
 *
 * Errors: OS (it cannot be read), SYNTAX and LIMIT ("FILE:LINE:COLUMN: ..."), NOMEM.
 */
IJ_API_RESULT struct ij_error *ij_prototypes_add_header(struct ij_prototypes *protos,
							const char *path);
IJ_API void ij_prototypes_destroy(struct ij_prototypes *protos);

/**
 * The built-in policy, and what adds to it, in this order: the files that end in ".policy" in
 * /etc/interject/policy.d and in $XDG_CONFIG_HOME/interject/policy.d (by default ~/.config), by
 * name, then @files. interject-policy(5) describes them.
 *
 * @files: @len paths.
 * Errors: OS (a file or folder cannot be read, or others could write to it), SYNTAX, LIMIT, NOMEM.
 */
IJ_API_RESULT struct ij_error *ij_policy_load(const char *const *files, size_t len,
					      struct ij_policy **ret);
IJ_API void ij_policy_destroy(struct ij_policy *policy);

/* ---- Sessions ---- */

/** Zero what is not wanted; ij_session_options_init does. */
struct ij_session_options {
	size_t size; /* sizeof(struct ij_session_options) where the program was compiled */
	/** The tracer's file; NULL: see libinterject(3), FILES. */
	const char *tracer_path;
	/** What holds what; borrowed for the life of the session. NULL: what ij_policy_load gives
	 * without files when the session is opened. */
	const struct ij_policy *policy;
	/** @avoid_len names of functions: "NAME" or "MODULE!NAME", both may be patterns. While a
	 * frame of one is on its stack a thread is unsafe for every callee. */
	const char *const *avoid;
	size_t avoid_len;
	/** Declarations for ij_session_eval; borrowed for the life of the session. NULL: the
	 * built-in table. */
	const struct ij_prototypes *prototypes;
	/** The tracer is a child of this process, which gets a SIGCHLD when it ends, and whose
	 * wait(2) can meet it. Wanted where the target chose this process by PR_SET_PTRACER. */
	bool child;
	/** The tracer waits for the next request as long as this process lives; else a session that
	 * is asked nothing for 60 seconds ends. */
	bool patient;
	/** Called about every second, by the thread that waits, while a call has not come back: it
	 * waits for a safe-point, or for its end. @waited_ns: since it was sent off. It may
	 * interrupt or cancel the session, and do nothing else with it. NULL: nobody is told. */
	void (*waiting)(void *arg, uint64_t waited_ns);
	void *waiting_arg;
};

/** All defaults. @size: sizeof(*@options). */
IJ_API void ij_session_options_init(struct ij_session_options *options, size_t size);

/**
 * Start the tracer of process @pid, and learn what a call needs: ij_target_check,
 * ij_session_spawn and ij_session_open in one.
 *
 * @options: NULL for the defaults. Errors: those of the three.
 * Target: untouched.
 */
IJ_API_RESULT struct ij_error *
ij_session_attach(pid_t pid, const struct ij_session_options *options, struct ij_session **ret);

/**
 * Start the tracer of process @pid. Nothing of the target is read yet, so that a program can start
 * several, give up privileges, and open the sessions then.
 *
 * Errors: OS (the tracer cannot be executed; the message says where it was looked for), USAGE (of
 *   the options), NOMEM.
 * Target: untouched.
 */
IJ_API_RESULT struct ij_error *ij_session_spawn(pid_t pid, const struct ij_session_options *options,
						struct ij_session **ret);

/**
 * Bind the tracer to the target and learn what a call needs: mappings, modules, maps, locks.
 *
 * Errors: what the tracer says (NOPROC, PERM, TRACED, REFUSED, ...), UNSUPPORTED (a version of Go
 * that is not known), NOTFOUND (a name to be avoided is no function's), those of ij_policy_load,
 *   PROTOCOL (the tracer died), INTERRUPTED, NOMEM.
 * Target: untouched.
 */
IJ_API_RESULT struct ij_error *ij_session_open(struct ij_session *session);

/**
 * End the session: the tracer unmaps what it mapped in the target and exits.
 *
 * @left_ret: mappings of ours that could not be removed for want of a safe-point; they do no harm,
 *   and the next session removes them. May be NULL.
 * Errors: as of any call; the tracer is gone in any case.
 */
IJ_API_RESULT struct ij_error *ij_session_close(struct ij_session *session, unsigned *left_ret);

/** Let go of the target, if ij_session_close did not, and free. Takes NULL. */
IJ_API void ij_session_destroy(struct ij_session *session);

/**
 * Interrupt whatever the session waits for; everything fails with INTERRUPTED from now on, and the
 * tracer puts the target back. Async-signal-safe, and may be called by any thread while the session
 * exists.
 */
IJ_API void ij_session_interrupt(struct ij_session *session);

/**
 * Give up what the session is doing at this moment: a call is rolled back, or does not begin, and
 * fails with INTERRUPTED unless it is over already. The session goes on. Async-signal-safe, and may
 * be called by any thread while the session exists.
 */
IJ_API void ij_session_cancel(struct ij_session *session);

IJ_API pid_t ij_session_pid(const struct ij_session *session);
/** The target's comm; "" before ij_session_open. Borrowed. */
IJ_API const char *ij_session_comm(const struct ij_session *session);
/** Lines about what was odd but no obstacle, such as a damaged file in the cache; "" if nothing
 * was. Borrowed, valid until the session is used. */
IJ_API const char *ij_session_notes(const struct ij_session *session);
/** Whether it has a tracer that answers: false once that died or was interrupted. */
IJ_API bool ij_session_alive(const struct ij_session *session);

/* ---- Calls ---- */

/**
 * Parse one expression, `malloc_trim(0)`, `(int)libc!f(1, "x", 2.5)`, `f((char[64])0, 64)`:
 * interject-call(1), EXPRESSIONS. Knows no process, so that what is wrong is found before any is
 * attached to, and one call can be made in many.
 *
 * @protos: borrowed for the call. NULL: the built-in table.
 * Errors: SYNTAX and TYPE (with the column and what was expected), UNSUPPORTED, LIMIT, NOMEM.
 */
IJ_API_RESULT struct ij_error *ij_call_create(const struct ij_prototypes *protos, const char *text,
					      struct ij_call **ret);
IJ_API void ij_call_destroy(struct ij_call *call);
/** The name of its function, without the module; NULL of an address. Borrowed. */
IJ_API const char *ij_call_function(const struct ij_call *call);

/** Which stack a call may run on. */
enum ij_call_stack {
	IJ_CALL_STACK_AUTO,    /* the thread's own; a new one where there is too little room */
	IJ_CALL_STACK_OWN,     /* the thread's own, or the call is refused */
	IJ_CALL_STACK_FOREIGN, /* a new one */
};

/** To be initialised by ij_call_options_init. The options of interject-call(1) have these names. */
struct ij_call_options {
	size_t size;         /* sizeof(struct ij_call_options) where the program was compiled */
	uint64_t timeout_ns; /* of the call (5 s) */
	uint64_t pause_ns;   /* budget of one stop, without the call (50 ms) */
	uint64_t wait_ns;    /* for a safe-point, wall time (2 s) */
	pid_t tid;           /* 0: any thread */
	uint32_t walkers;    /* that may be used: of ij_walkers_parse (all) */
	const char *at;      /* wait until a thread arrives at this LOCATION; or NULL */
	const char *until;   /* LOCATION where the walker `until` waits; or NULL */
	bool force;          /* whatever the verdict; may break the target */
	bool rehearse;       /* in a copy first, and in the target only if it returned there */
	bool in_copy;        /* in a copy only */
	bool last;           /* no call follows: clean up in the same stop */
	bool explain;        /* write the story; labels of debug information: may take a second */
	enum ij_call_stack stack;
	/** Copy what the call itself writes to the target's standard output and error: see
	 * ij_result_output. What threads that it starts write is not seen. */
	bool capture;
	/** Of a Go program: the goroutine that makes the call, by its number; 0: any. */
	uint64_t goroutine;
	/** How much of a value is printed: elements of an array or string, and structs within
	 * structs; 0: the usual (200 and 20), UINT32_MAX: all. */
	uint32_t print_elements;
	uint32_t print_depth;
	/** Leave the strings, buffers and structs of the call in the target, as memory of its own:
	 * see ij_result_kept. Not of calls in a copy, in Go, or in one stop. */
	bool keep;
	/** Nobody asks for ij_result_json, which is empty then: it costs more than the text, since
	 * it names places. */
	bool text_only;
};

/** All defaults. @size: sizeof(*@options). */
IJ_API void ij_call_options_init(struct ij_call_options *options, size_t size);

/**
 * A set of walkers, as --walk of interject-call(1) takes it: "auto", "none", "step,return".
 *
 * Errors: USAGE (the message lists them).
 */
IJ_API_RESULT struct ij_error *ij_walkers_parse(const char *text, uint32_t *ret);

/**
 * A time as people write it: a decimal number with an optional unit of ns, us, ms, s or m; without
 * one it is seconds.
 *
 * Errors: USAGE (not such a time, or over a day).
 */
IJ_API_RESULT struct ij_error *ij_duration_parse(const char *text, uint64_t *ret_ns);

/**
 * Check that everything that @call names is in the target, injecting nothing.
 *
 * Errors: NOTFOUND, AMBIGUOUS, TYPE (also of a result nobody declared), FAULT (an address that is
 *   not code), LIMIT (too many or too large arguments), those of any request to the tracer.
 * Target: untouched.
 */
IJ_API_RESULT struct ij_error *ij_session_prepare(struct ij_session *session,
						  const struct ij_call *call);

/**
 * Make @call in the target.
 *
 * @options: NULL for the defaults.
 * Returns what came of it, never NULL: ij_result_error says whether it is done.
 */
IJ_API_RESULT struct ij_result *ij_session_run(struct ij_session *session,
					       const struct ij_call *call,
					       const struct ij_call_options *options);

/**
 * Make @len calls in one stop of a thread, one right after another: it does nothing of its own
 * between them, and is judged once, for all that they together need. A call that fails is rolled
 * back and ends the series: those before it are done, those behind it were not attempted.
 *
 * @options: NULL for the defaults; the timeout is of each call. A series cannot be rehearsed.
 * @results: room for @len of them; set to what came of each, none of them NULL.
 */
IJ_API void ij_session_run_series(struct ij_session *session, struct ij_call *const *calls,
				  size_t len, const struct ij_call_options *options,
				  struct ij_result **results);

/** The same as ij_session_run of an expression as text. */
IJ_API_RESULT struct ij_result *ij_session_eval(struct ij_session *session, const char *text,
						const struct ij_call_options *options);

/* ---- System calls: with no function, safe at nearly every instruction ---- */

/**
 * Parse a system call as interject-syscall(1) takes it: one word that is an expression,
 * `openat(AT_FDCWD, "/tmp/x", O_RDWR|O_CREAT, 0600)`, or its name or number and each argument in a
 * word of its own. Knows no process.
 *
 * @words: @len of them.
 * Errors: SYNTAX, NOTFOUND (no such system call), TYPE (too few or many arguments, or of the wrong
 *   kind), UNSUPPORTED, LIMIT, NOMEM.
 */
IJ_API_RESULT struct ij_error *ij_syscall_create(char *const *words, size_t len,
						 struct ij_syscall **ret);
IJ_API void ij_syscall_destroy(struct ij_syscall *call);
/** As an expression. Borrowed. */
IJ_API const char *ij_syscall_text(const struct ij_syscall *call);

/**
 * Have one thread of the target make the system call @call. Refused with DENIED, unless
 * options->force, is what would cut the target from us or break it.
 *
 * @options: NULL for the defaults.
 * Returns what came of it, never NULL. Its value is that of syscall(2): -1 with an errno.
 */
IJ_API_RESULT struct ij_result *ij_session_run_syscall(struct ij_session *session,
						       const struct ij_syscall *call,
						       const struct ij_call_options *options);

/** ij_result_create of a system call. */
IJ_API_RESULT struct ij_result *ij_syscall_result(pid_t pid, const struct ij_syscall *call,
						  const struct ij_error *error);

/* ---- Judging without injecting ---- */

/**
 * Judge every thread of the target, or options->tid alone; with options->at only the thread that
 * arrives there within options->wait_ns. Injects nothing.
 *
 * @call: the callee; NULL: one that may need anything.
 * @ret: free it with ij_verdicts_free.
 * Errors: those of ij_session_prepare.
 */
IJ_API_RESULT struct ij_error *ij_session_check(struct ij_session *session,
						const struct ij_call *call,
						const struct ij_call_options *options,
						struct ij_verdicts **ret);
IJ_API void ij_verdicts_free(struct ij_verdicts *verdicts);

IJ_API size_t ij_verdicts_len(const struct ij_verdicts *verdicts);
/** Threads that are not in the list: over 512. */
IJ_API unsigned ij_verdicts_more(const struct ij_verdicts *verdicts);

/* Of the thread at @idx, from 0. */
IJ_API pid_t ij_verdicts_tid(const struct ij_verdicts *verdicts, size_t idx);
IJ_API bool ij_verdicts_safe(const struct ij_verdicts *verdicts, size_t idx);
/** "holds the allocator in malloc+0x12 (libc.so.6)"; "" if it is safe. */
IJ_API const char *ij_verdicts_reason(const struct ij_verdicts *verdicts, size_t idx);
/** A line, or with options->explain several, as interject-check(1) prints it. */
IJ_API const char *ij_verdicts_text(const struct ij_verdicts *verdicts, size_t idx);
/** One JSON object on one line: interject-check(1), JSON. */
IJ_API const char *ij_verdicts_json(const struct ij_verdicts *verdicts, size_t idx);

/* ---- Whether this works here ---- */

/**
 * Diagnose this system, and the target of @session, instead of opening it.
 *
 * @session: spawned; with 0 as its process no target is looked at.
 * Returns what was found, never NULL. Target: not touched, nor attached to.
 */
IJ_API_RESULT struct ij_findings *ij_session_diagnose(struct ij_session *session);
IJ_API void ij_findings_free(struct ij_findings *findings);

/** Why there is no diagnosis; NULL if there is. Borrowed. */
IJ_API const struct ij_error *ij_findings_error(const struct ij_findings *findings);
/** The exit status that a call would come to; 0 if nothing stands in its way. */
IJ_API int ij_findings_exit_status(const struct ij_findings *findings);
/** Lines, as interject-doctor(1) prints them. @verbose: of what is all right, too. */
IJ_API const char *ij_findings_text(const struct ij_findings *findings, bool verbose);
/** One JSON object on one line: interject-doctor(1), JSON. */
IJ_API const char *ij_findings_json(const struct ij_findings *findings);

/* ---- Maps: what is known of each instruction of a file; no process ---- */

/** To be initialised by ij_maps_options_init. The options of interject-maps(1) have these names. */
struct ij_maps_options {
	size_t size;        /* sizeof(struct ij_maps_options) where the program was compiled */
	const char *source; /* where maps come from; NULL: the best there is in the file */
	bool slop;          /* extend registers from their last use to where they are overwritten */
};

/** All defaults. @size: sizeof(*@options). */
IJ_API void ij_maps_options_init(struct ij_maps_options *options, size_t size);

/**
 * Read the maps of the ELF file behind @fd.
 *
 * @fd: stays the caller's, and open until ij_maps_close. @name: for messages; copied.
 * @options: NULL for the defaults. @ret: close it with ij_maps_close.
 * Errors: OS, BADDATA, UNSUPPORTED, NOTFOUND (no such maps), LIMIT, USAGE (no such source), NOMEM.
 */
IJ_API_RESULT struct ij_error *
ij_maps_open(int fd, const char *name, const struct ij_maps_options *options, struct ij_maps **ret);
IJ_API void ij_maps_close(struct ij_maps *maps);

/**
 * What the maps say of one function, beside its instructions.
 *
 * @func: its name, or an address in it as linked, "0x401000".
 * @ret: free it with ij_maps_report_free. Errors: NOTFOUND, AMBIGUOUS, USAGE, NOMEM.
 */
IJ_API_RESULT struct ij_error *ij_maps_show(struct ij_maps *maps, const char *func,
					    struct ij_maps_report **ret);

/** What the maps of the file consist of. Errors: NOMEM. */
IJ_API_RESULT struct ij_error *ij_maps_stat(struct ij_maps *maps, struct ij_maps_report **ret);

/** Check the maps against the code. Errors: NOMEM. */
IJ_API_RESULT struct ij_error *ij_maps_verify(struct ij_maps *maps, struct ij_maps_report **ret);
/** How many contradictions a report of ij_maps_verify has; 0 of another. */
IJ_API uint64_t ij_maps_report_contradictions(const struct ij_maps_report *report);

/**
 * Encode the maps, as a file of type .ijmap.
 *
 * @codec: "pcdata", "huffman", "interleaved", "best"; NULL: best.
 * @ret: free(3) it. Errors: USAGE (no such codec), LIMIT, NOMEM.
 */
IJ_API_RESULT struct ij_error *ij_maps_encode(struct ij_maps *maps, const char *codec, void **ret,
					      size_t *size_ret);

IJ_API void ij_maps_report_free(struct ij_maps_report *report);
/** Lines, as interject-maps(1) prints them. Borrowed. */
IJ_API const char *ij_maps_report_text(const struct ij_maps_report *report);
/** One JSON object on one line: interject-maps(1), JSON. Borrowed. */
IJ_API const char *ij_maps_report_json(const struct ij_maps_report *report);

/** Of two exit statuses of interject(1) the worse, in the order 8, 7, 6, 5, 4, 9, 3, 130, 2, 1, 0.
 */
IJ_API int ij_status_worse(int a, int b);

#ifdef __cplusplus
}
#endif

#endif
