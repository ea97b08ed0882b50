/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The one error type of all layers. */
#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static char nomem_msg[] = "out of memory";
static struct ij_error nomem = {.code = IJ_ERR_NOMEM, .where = "ij_error_nomem", .msg = nomem_msg};

struct ij_error *ij_error_nomem(void)
{
	return &nomem;
}

struct ij_error *ij_error_make(enum ij_error_code code, int os, const char *where, const char *fmt,
			       ...)
{
	va_list ap;
	struct ij_error *err = calloc(1, sizeof(*err));
	int len;

	if (!err)
		return &nomem;
	va_start(ap, fmt);
	len = vasprintf(&err->msg, fmt, ap);
	va_end(ap);
	if (len < 0) {
		free(err);
		return &nomem;
	}
	err->code = code;
	err->os = os;
	err->where = where;
	return err;
}

struct ij_error *ij_error_wrap(struct ij_error *err, const char *fmt, ...)
{
	va_list ap;
	char *context = NULL;
	char *msg = NULL;
	int len;

	if (!err || err == &nomem)
		return err;
	va_start(ap, fmt);
	len = vasprintf(&context, fmt, ap);
	va_end(ap);
	if (len < 0)
		return err;
	if (asprintf(&msg, "%s: %s", context, err->msg) >= 0) {
		free(err->msg);
		err->msg = msg;
	}
	free(context);
	return err;
}

struct ij_error *ij_error_create(enum ij_error_code code, const char *format, ...)
{
	va_list ap;
	char *msg = NULL;
	struct ij_error *err;
	int len;

	va_start(ap, format);
	len = vasprintf(&msg, format, ap);
	va_end(ap);
	if (len < 0)
		return &nomem;
	err = ij_error_make(code, 0, "host", "%s", msg);
	free(msg);
	return err;
}

void ij_error_free(struct ij_error *err)
{
	if (!err || err == &nomem)
		return;
	free(err->msg);
	free(err);
}

void ij_error_cleanup(struct ij_error **err)
{
	ij_error_free(*err);
	*err = NULL;
}

enum ij_error_code ij_error_code_of(const struct ij_error *err)
{
	return err ? err->code : (enum ij_error_code)0;
}

const char *ij_error_message(const struct ij_error *err)
{
	return err ? err->msg : "";
}

enum ij_touch ij_error_touch(const struct ij_error *err)
{
	return err ? err->touch : IJ_TOUCH_UNTOUCHED;
}

int ij_error_errno(const struct ij_error *err)
{
	return err ? err->os : 0;
}

/* Codes are indices, and stand in the public header: each must be there, below the count. */
#define IJ_E(NAME, name, exit_status, text) \
	_Static_assert(IJ_ERR_##NAME > 0 && (int)IJ_ERR_##NAME < (int)IJ_ERR_COUNT, #NAME);
#include "base/errors.def"
#undef IJ_E

int ij_error_exit_status(enum ij_error_code code)
{
	static const int statuses[] = {
#define IJ_E(NAME, name, exit_status, text) [IJ_ERR_##NAME] = exit_status,
#include "base/errors.def"
#undef IJ_E
	};
	return (size_t)code < IJ_COUNT(statuses) ? statuses[code] : 1;
}

const char *ij_error_code_name(enum ij_error_code code)
{
	static const char *const names[] = {
#define IJ_E(NAME, name, exit_status, text) [IJ_ERR_##NAME] = #name,
#include "base/errors.def"
#undef IJ_E
	};
	return (size_t)code < IJ_COUNT(names) && names[code] ? names[code] : "unknown";
}

const char *ij_touch_name(enum ij_touch touch)
{
	switch (touch) {
	case IJ_TOUCH_UNTOUCHED:
		return "untouched";
	case IJ_TOUCH_RESTORED:
		return "restored";
	case IJ_TOUCH_DIRTY:
		return "dirty";
	}
	return "unknown";
}
