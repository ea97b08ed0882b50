/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The one error type of all layers: a pointer, NULL is success, the caller owns it. Its public
 * side, codes included, is interject/error.h. */
#ifndef IJ_BASE_ERROR_H
#define IJ_BASE_ERROR_H

#include <sys/types.h>

#include "base/types.h"
#include "interject/error.h"

/** One more than the largest code of errors.def. */
#define IJ_ERR_COUNT ((enum ij_error_code)IJ_ERR_COUNT_)
enum {
	IJ_ERR_COUNT_ = 1
#define IJ_E(NAME, name, exit_status, text) +1
#include "base/errors.def"
#undef IJ_E
};

struct ij_error {
	enum ij_error_code code;
	enum ij_touch touch;
	int os;            /* errno, or 0 */
	pid_t tid;         /* the thread concerned, or 0 */
	ij_addr addr;      /* the target address concerned, or 0 */
	const char *where; /* our function that raised it; static storage */
	char *msg;         /* names the thing, the value and the remedy; no newline */
};

/**
 * Make an error. Never returns NULL: when memory is short it returns a static out-of-memory error.
 *
 * @os: errno value, or 0. Its text is not appended; the message says what it means.
 */
struct ij_error *ij_error_make(enum ij_error_code code, int os, const char *where, const char *fmt,
			       ...) IJ_PRINTF(4, 5) IJ_WARN_UNUSED;

#define ij_error_new(code, ...)    ij_error_make(IJ_ERR_##code, 0, __func__, __VA_ARGS__)
#define ij_error_os(code, os, ...) ij_error_make(IJ_ERR_##code, (os), __func__, __VA_ARGS__)

/** The static out-of-memory error. */
struct ij_error *ij_error_nomem(void) IJ_WARN_UNUSED;

/** Put "context: " before the message of @err, which is consumed and returned. NULL stays NULL. */
struct ij_error *ij_error_wrap(struct ij_error *err, const char *fmt, ...) IJ_PRINTF(2, 3)
	IJ_WARN_UNUSED;

void ij_error_cleanup(struct ij_error **err);
#define IJ_ERROR_AUTO IJ_CLEANUP(ij_error_cleanup) struct ij_error *

/** Pass an error on to our caller. */
#define IJ_TRY(expr)                                   \
	do {                                           \
		struct ij_error *ij_try_err_ = (expr); \
		if (ij_try_err_)                       \
			return ij_try_err_;            \
	} while (0)

#endif
