/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The values that system calls point to: written by a person, read by one. */
#ifndef IJ_LANG_SYSTYPES_H
#define IJ_LANG_SYSTYPES_H

#include "base/json.h"
#include "lang/expr.h"
#include "lang/sysmem.h"

enum { IJ_SYSVALUE_MAX = 4096 /* bytes of one value, or of an array of them */ };

/** Bytes of type @name: a struct of systypes.def, or int, uint, long, off, fds, sigset, sockaddr,
 * cpuset, text16, iovec, msghdr, mmsghdr. 0: there is no such type. Of sockaddr and cpuset the
 * largest. */
size_t ij_systype_size(const char *name);

/** Does such a struct point to more memory? */
bool ij_systype_points(const char *name);

/* Where a value lies in the memory. */
struct ij_sysplace {
	size_t off, size; /* bytes */
	size_t len;       /* elements */
};

/**
 * Parse a value of type @name, and put it with all that it points to into @mem: a number; a struct
 * as `{1, 500}`, `{.tv_sec=1}` or `{tv_sec=1}`, members that are left out being 0; an array of them
 * as `[{...}, {...}]`; a set of signals
 * `[SIGINT, 2]` or of CPUs `[0, 1, 4-7]`; a socket address as a string, "127.0.0.1:80", "[::1]:80",
 * "/run/socket",
 * "@abstract"; an iovec as a string, a buffer, `{ADDRESS, LENGTH}` or `{_, LENGTH}`; a msghdr as
 * `{msg_name="/run/socket", msg_iov=["a", "b"], msg_control=[{SOL_SOCKET, SCM_RIGHTS, [3]}]}`, with
 * `_` where it is the kernel's to fill in, and a mmsghdr in the same way.
 *
 * Errors: SYNTAX, TYPE, LIMIT.
 */
struct ij_error *ij_systype_parse(struct ij_parser *parser, struct ij_sysmem *mem, const char *name,
				  bool array, struct ij_sysplace *ret) IJ_WARN_UNUSED;

/** Does a value that is written in this way begin at the parser's position? */
bool ij_systype_starts(const struct ij_parser *parser, const char *name);

/* The memory of a call after it: what is shown of a value that points to more. */
struct ij_sysview {
	const struct ij_sysmem *mem; /* as it was before; tells what leads where */
	const uint8_t *after;        /* as many bytes */
	uint64_t filled;             /* bytes of iovecs that hold something; counted down */
};

/** Add a value as text, "{tv_sec=1, tv_nsec=0}"; @size bytes of @view->after, which may be fewer
 * than the type's. */
void ij_systype_print(const char *name, bool array, struct ij_sysview *view, const uint8_t *bytes,
		      size_t size, struct ij_strbuf *out);

/** The same as JSON: objects, arrays, numbers. */
void ij_systype_json(const char *name, bool array, struct ij_sysview *view, const uint8_t *bytes,
		     size_t size, struct ij_json *json, const char *key);

/** A socket address (lang/sockaddr.c). */
struct ij_error *ij_sockaddr_parse(const char *text, uint8_t *bytes, size_t *size_ret)
	IJ_WARN_UNUSED;
/** Add it as ij_sockaddr_parse takes it; of a family that is not known its bytes. */
void ij_sockaddr_print(const uint8_t *bytes, size_t size, struct ij_strbuf *out);

#endif
