/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The prototype table and the type names against the headers under _GNU_SOURCE. */
#include <uchar.h>

#include "headers.h"

/* In C dirname is <libgen.h>'s, but that header replaces GNU's basename. */
char *dirname(char *path);
char *__xpg_basename(char *path);

/* Types of the other libraries. */
typedef unsigned int PyGILState_STATE;
typedef unsigned long VALUE, ID;
typedef long Py_ssize_t;

#define IJ_T(name, kind, size)                         \
	_Static_assert(sizeof(name) == (size), #name); \
	_Static_assert(IJ_SIGN_##kind(name), #name " has the other sign");
#define IJ_SIGN_INT(name)     ((name)-1 < (name)1)
#define IJ_SIGN_UINT(name)    ((name)-1 > (name)1)
#define IJ_SIGN_POINTER(name) 1
#define IJ_SIGN_FLOAT(name)   1
#include "lang/types.def"
#undef IJ_T

#define IJ_GNU(name, ret, params)                                                              \
	_Static_assert(__builtin_types_compatible_p(__typeof__(name), __typeof__(ret) params), \
		       #name " is declared otherwise");
#define IJ_DEFAULT(name, ret, params)
#include "asserts.inc"
