/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What points to more memory: struct iovec, msghdr and mmsghdr; for systypes.c and sysstructs.c. */
#ifndef IJ_LANG_SYSMSG_H
#define IJ_LANG_SYSMSG_H

#include "lang/systypes.h"
#include "lang/systypes_impl.h"

/** Bytes of the struct @name, or 0 if it is none of these. */
size_t ij_sysmsg_size(const char *name);

/** Parse one at @off of @value; see ij_systype_parse for how it is written. */
struct ij_error *ij_sysmsg_parse(struct ij_parser *parser, const char *name,
				 struct ij_sysvalue *value, size_t off) IJ_WARN_UNUSED;

/** Descriptors that came with it; see ij_syscall_received. */
size_t ij_sysmsg_received(const char *name, const struct ij_sysview *view, const uint8_t *bytes,
			  int *fds, size_t max);

/** Add one as text, or as JSON. @bytes: of @view->after. */
void ij_sysmsg_print(const char *name, struct ij_sysview *view, const uint8_t *bytes,
		     struct ij_strbuf *out);
void ij_sysmsg_json(const char *name, struct ij_sysview *view, const uint8_t *bytes,
		    struct ij_json *json, const char *key);

#endif
