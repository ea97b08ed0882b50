/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A part of libinterject's interface, which interject/interject.h includes: what came of calls. */
#ifndef INTERJECT_RESULTS_H
#define INTERJECT_RESULTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "interject/error.h"

#ifdef __cplusplus
extern "C" {
#endif

struct ij_call;
struct ij_result; /* what came of one expression */

/* ---- Results: whole in themselves, whatever becomes of the session ---- */

/**
 * A result that stands for an expression which nobody called, so that a program reports it like the
 * others.
 *
 * @pid: 0 if it is about no process. @text: the expression; NULL: none. @call: the same, parsed;
 * NULL: not. @error: why; copied; NULL: it was not attempted.
 */
IJ_API_RESULT struct ij_result *ij_result_create(pid_t pid, const char *text,
						 const struct ij_call *call,
						 const struct ij_error *error);
IJ_API void ij_result_free(struct ij_result *result);

/** NULL if the call is done; else why it is not, and what became of the target. Borrowed. */
IJ_API const struct ij_error *ij_result_error(const struct ij_result *result);

/** "done", "unsafe", "timeout", "fault", ...: `status` of interject-call(1), JSON. Static. */
IJ_API const char *ij_result_status(const struct ij_result *result);

/** What became of the target. */
IJ_API enum ij_touch ij_result_touch(const struct ij_result *result);

/** The thread that made the call, or was judged last; 0: none. */
IJ_API pid_t ij_result_tid(const struct ij_result *result);

/**
 * The value as people read it, `-3`, `97 'a'`, `0x7f00 "abc"`, and a line for each buffer argument
 * after the call; "" if it is not done.
 */
IJ_API const char *ij_result_text(const struct ij_result *result);

/** All that is known, as one JSON object on one line: interject-call(1), JSON. */
IJ_API const char *ij_result_json(const struct ij_result *result);

/** The story of the call in lines: --explain of interject-call(1); "" if options->explain did not
 * ask for it, or there is none. */
IJ_API const char *ij_result_explain(const struct ij_result *result);

/** What else there is to know of a system call that was made; "" if nothing. */
IJ_API const char *ij_result_note(const struct ij_result *result);

/** System calls that a copy of the target was denied, on one line; "" if there are none. */
IJ_API const char *ij_result_denied(const struct ij_result *result);

enum ij_value_kind {
	IJ_VALUE_NONE = 0,    /* the call is not done */
	IJ_VALUE_VOID = 1,    /* it returned nothing */
	IJ_VALUE_INT = 2,     /* signed: ij_result_int */
	IJ_VALUE_UINT = 3,    /* unsigned, or a truth value: ij_result_uint */
	IJ_VALUE_FLOAT = 4,   /* ij_result_float */
	IJ_VALUE_POINTER = 5, /* an address in the target: ij_result_uint */
	IJ_VALUE_STRING = 6,  /* the same, and ij_result_string */
	IJ_VALUE_OTHER = 7,   /* a struct, an array, a complex number: ij_result_text and _json */
};

IJ_API enum ij_value_kind ij_result_kind(const struct ij_result *result);
/** The C type of the value, "const char *"; NULL if it is not known. */
IJ_API const char *ij_result_type(const struct ij_result *result);
/** The value converted as by a C cast; 0 if it is not done or no number. */
IJ_API int64_t ij_result_int(const struct ij_result *result);
IJ_API uint64_t ij_result_uint(const struct ij_result *result);
IJ_API double ij_result_float(const struct ij_result *result);
/**
 * The text that a string result points to, read right after the call, up to its NUL; NULL if there
 * is none or it is not readable.
 *
 * @cut_ret: whether it goes on after what was read (4096 bytes). May be NULL.
 */
IJ_API const char *ij_result_string(const struct ij_result *result, bool *cut_ret);

/**
 * The contents of a buffer argument, `(char[64])0`, after the call.
 *
 * @arg: number of the argument, from 1. @size_ret: bytes.
 * Returns NULL if this argument is no buffer, or the call is not done.
 */
IJ_API const void *ij_result_buffer(const struct ij_result *result, unsigned arg, size_t *size_ret);

/**
 * Part @idx, from 0, of what a captured call wrote, in order.
 *
 * @stream_ret: 1 standard output, 2 standard error. @size_ret: bytes, at least 1.
 * Returns NULL behind the last one. Borrowed.
 */
IJ_API const void *ij_result_output(const struct ij_result *result, size_t idx, int *stream_ret,
				    size_t *size_ret);
/** Whether a captured call wrote more than was kept (4 MiB). */
IJ_API bool ij_result_output_cut(const struct ij_result *result);

/**
 * Where the memory is that a call with `keep` left in the target, for good; 0: there is none, for
 * the call wanted none, or was not made. It is there even if the call failed.
 *
 * @size_ret: bytes. May be NULL.
 */
IJ_API uint64_t ij_result_kept(const struct ij_result *result, uint64_t *size_ret);

/** errno of the thread after the call, or that of a system call (0: none); -1 if it is not known.
 */
IJ_API int ij_result_errno(const struct ij_result *result);

/** Nanoseconds during which the thread did not do its own work; of these, those of the call; and
 * those from the first stop until a safe-point was found. 0 if nothing was tried. */
IJ_API uint64_t ij_result_pause_ns(const struct ij_result *result);
IJ_API uint64_t ij_result_call_ns(const struct ij_result *result);
IJ_API uint64_t ij_result_wait_ns(const struct ij_result *result);

#ifdef __cplusplus
}
#endif

#endif
