/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Errors of this program itself. */
#include "repl/util.h"

#include <stdarg.h>

struct ij_error *ij_cli_nomem(void)
{
	return ij_error_create(IJ_ERR_NOMEM, "out of memory");
}

struct ij_error *ij_cli_wrap(struct ij_error *err, const char *format, ...)
{
	struct ij_error *wrapped;
	char context[256];
	va_list ap;

	if (!err)
		return NULL;
	va_start(ap, format);
	vsnprintf(context, sizeof(context), format, ap);
	va_end(ap);
	wrapped = ij_error_create(ij_error_code_of(err), "%s: %s", context, ij_error_message(err));
	ij_error_free(err);
	return wrapped;
}
