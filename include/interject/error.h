/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The errors of libinterject: see libinterject(3). Depends on nothing. */
#ifndef INTERJECT_ERROR_H
#define INTERJECT_ERROR_H

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define IJ_API               __attribute__((visibility("default")))
#define IJ_API_RESULT        __attribute__((visibility("default"), warn_unused_result))
#define IJ_API_PRINTF_(f, a) __attribute__((format(printf, f, a)))
#else
#define IJ_API
#define IJ_API_RESULT
#define IJ_API_PRINTF_(f, a)
#endif

/** What went wrong. Numbers are never given to another meaning; new ones may come. */
enum ij_error_code {
	IJ_ERR_USAGE = 1,        /* an argument or option makes no sense */
	IJ_ERR_SYNTAX = 2,       /* of an expression, a declaration or a policy file */
	IJ_ERR_TYPE = 3,         /* of an argument or a result */
	IJ_ERR_NOTFOUND = 4,     /* no such function, object or module */
	IJ_ERR_AMBIGUOUS = 5,    /* several have this name */
	IJ_ERR_BADDATA = 6,      /* a file is malformed */
	IJ_ERR_FAULT = 7,        /* an address in the target that is not readable, or no code */
	IJ_ERR_LIMIT = 8,        /* too long, too large, too many */
	IJ_ERR_NOMEM = 9,        /* memory of this process ran out */
	IJ_ERR_OS = 10,          /* a system call of ours failed */
	IJ_ERR_UNSUPPORTED = 11, /* this version cannot do it */
	IJ_ERR_PROTOCOL = 12,    /* the tracer died, or is of another version */
	IJ_ERR_NOPROC = 13,      /* no such process */
	IJ_ERR_PERM = 14,        /* not permitted */
	IJ_ERR_TRACED = 15,      /* the target has a tracer already */
	IJ_ERR_REFUSED = 16,     /* the target cannot be injected into */
	IJ_ERR_UNSAFE = 17,      /* no safe-point within the time given; target untouched */
	IJ_ERR_TIMEOUT = 18,     /* the call did not return in time; rolled back */
	IJ_ERR_CALLFAULT = 19,   /* the call faulted; rolled back */
	IJ_ERR_GONE = 20,        /* the target exited */
	IJ_ERR_LEFT = 21,        /* the call was left running, or something is not restored */
	IJ_ERR_DENIED = 22,      /* by policy */
	IJ_ERR_INTERRUPTED = 23, /* by ij_session_interrupt or ij_session_cancel */
	IJ_ERR_FAILED = 24,      /* what was required does not hold */
};

/** What became of the target. */
enum ij_touch {
	IJ_TOUCH_UNTOUCHED = 0, /* nothing was written to it */
	IJ_TOUCH_RESTORED = 1,  /* written to, and put back */
	IJ_TOUCH_DIRTY = 2,     /* something is left; the message says what */
};

/** An error: NULL is success; who got it frees it, unless it says "borrowed". */
struct ij_error;

/** Its code; 0 of NULL. */
IJ_API enum ij_error_code ij_error_code_of(const struct ij_error *err);

/**
 * One sentence that names the thing, the value and the remedy, without a newline at its end; "" of
 * NULL. Borrowed from @err.
 */
IJ_API const char *ij_error_message(const struct ij_error *err);

/** What became of the target; untouched of NULL. */
IJ_API enum ij_touch ij_error_touch(const struct ij_error *err);

/** The errno value behind it, or 0. */
IJ_API int ij_error_errno(const struct ij_error *err);

/** The exit status of interject(1) for @code; 0 of 0. */
IJ_API int ij_error_exit_status(enum ij_error_code code);

/** The name of @code as JSON shows it ("notfound"); "unknown" of others. Static storage. */
IJ_API const char *ij_error_code_name(enum ij_error_code code);

/** "untouched", "restored" or "dirty". Static storage. */
IJ_API const char *ij_touch_name(enum ij_touch touch);

/**
 * An error of the program's own, so that it can report it as it does those of the library. Never
 * NULL.
 */
IJ_API_RESULT struct ij_error *ij_error_create(enum ij_error_code code, const char *format, ...)
	IJ_API_PRINTF_(2, 3);

/** Free; takes NULL. */
IJ_API void ij_error_free(struct ij_error *err);

#ifdef __cplusplus
}
#endif

#endif
