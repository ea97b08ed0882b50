/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A growing string. */
#include "base/strbuf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/vec.h"

void ij_strbuf_deinit(struct ij_strbuf *buf)
{
	free(buf->str);
	*buf = (struct ij_strbuf){0};
}

/* Room for @extra bytes and the NUL. */
static bool reserve(struct ij_strbuf *buf, size_t extra)
{
	IJ_ERROR_AUTO err = NULL;

	if (buf->failed)
		return false;
	err = ij_vec_grow(&buf->str, &buf->cap, buf->len + 1, extra, 1);
	buf->failed = err != NULL;
	return !buf->failed;
}

void ij_strbuf_add(struct ij_strbuf *buf, const char *bytes, size_t size)
{
	if (!reserve(buf, size))
		return;
	memcpy(buf->str + buf->len, bytes, size);
	buf->len += size;
	buf->str[buf->len] = 0;
}

void ij_strbuf_puts(struct ij_strbuf *buf, const char *str)
{
	ij_strbuf_add(buf, str, strlen(str));
}

void ij_strbuf_printf(struct ij_strbuf *buf, const char *fmt, ...)
{
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (len < 0 || !reserve(buf, (size_t)len)) {
		buf->failed = true;
		return;
	}
	va_start(ap, fmt);
	vsnprintf(buf->str + buf->len, (size_t)len + 1, fmt, ap);
	va_end(ap);
	buf->len += (size_t)len;
}

const char *ij_strbuf_get(const struct ij_strbuf *buf)
{
	return buf->str ? buf->str : "";
}

struct ij_error *ij_strbuf_error(const struct ij_strbuf *buf)
{
	return buf->failed ? ij_error_nomem() : NULL;
}
