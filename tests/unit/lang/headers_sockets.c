/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The functions whose parameters are transparent unions or enums under _GNU_SOURCE, without it. */
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>

/* Only GNU mode declares these; their types follow from accept and getrlimit. */
int accept4(int, struct sockaddr *, socklen_t *, int);
struct rlimit64;
int getrlimit64(int, struct rlimit64 *);
int setrlimit64(int, const struct rlimit64 *);

#define IJ_GNU(name, ret, params)
#define IJ_DEFAULT(name, ret, params)                                                          \
	_Static_assert(__builtin_types_compatible_p(__typeof__(name), __typeof__(ret) params), \
		       #name " is declared otherwise");
#include "asserts.inc"
