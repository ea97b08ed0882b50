/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A growing string. Failure is sticky and asked for once, at the end. */
#ifndef IJ_BASE_STRBUF_H
#define IJ_BASE_STRBUF_H

#include "base/error.h"

struct ij_strbuf {
	char *str; /* NUL-terminated once anything was added, else NULL */
	size_t len;
	size_t cap;
	bool failed; /* memory ran out; further additions are ignored */
};

void ij_strbuf_deinit(struct ij_strbuf *buf);
void ij_strbuf_add(struct ij_strbuf *buf, const char *bytes, size_t size);
void ij_strbuf_puts(struct ij_strbuf *buf, const char *str);
void ij_strbuf_printf(struct ij_strbuf *buf, const char *fmt, ...) IJ_PRINTF(2, 3);

/** The text; "" if nothing was added. Borrowed, valid until the next change. */
const char *ij_strbuf_get(const struct ij_strbuf *buf);

/** NULL, or NOMEM if any addition failed. */
struct ij_error *ij_strbuf_error(const struct ij_strbuf *buf) IJ_WARN_UNUSED;

#define IJ_STRBUF_AUTO IJ_CLEANUP(ij_strbuf_deinit) struct ij_strbuf

#endif
