/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The system calls of this machine: names, numbers, and what their arguments are. */
#ifndef IJ_LANG_SYSTABLE_H
#define IJ_LANG_SYSTABLE_H

#include "base/types.h"

enum ij_syskind {
	IJ_SYSKIND_ANY, /* an integer, a string or a buffer */
	IJ_SYSKIND_INT,
	IJ_SYSKIND_UINT,
	IJ_SYSKIND_LONG,
	IJ_SYSKIND_SIZE,
	IJ_SYSKIND_OFF,
	IJ_SYSKIND_MODE,
	IJ_SYSKIND_ADDR,
	IJ_SYSKIND_FD,
	IJ_SYSKIND_DIRFD,
	IJ_SYSKIND_PATH,
	IJ_SYSKIND_STR,
	IJ_SYSKIND_DATA,   /* bytes to be read */
	IJ_SYSKIND_OUTBUF, /* bytes to be written, as many as parameter `link` says */
	IJ_SYSKIND_IN,     /* a struct `of` to be read */
	IJ_SYSKIND_OUT,    /* to be written */
	IJ_SYSKIND_BOTH,
	IJ_SYSKIND_LEN,   /* bytes of parameter `link` */
	IJ_SYSKIND_COUNT, /* elements of it */
	IJ_SYSKIND_LENP,  /* a pointer to an int with its bytes */
	IJ_SYSKINDS
};

enum { IJ_SYSCALL_ARGS_MAX = 6 };

struct ij_sysparam {
	enum ij_syskind kind;
	char name[20];
	char of[16];   /* of IN, OUT and BOTH: the struct's name in systypes.def */
	bool array;    /* of them */
	unsigned link; /* of OUTBUF, LEN, COUNT, LENP: index of the other parameter */
	bool optional; /* it may be left out: then it is `value` */
	int64_t value;
};

struct ij_sysproto {
	int nr;
	const char *name;      /* static storage; NULL if the number has no name */
	const char *signature; /* as in syscalls_x86_64.def; NULL: not known */
	enum ij_syskind ret;
	struct ij_sysparam params[IJ_SYSCALL_ARGS_MAX];
	unsigned params_len;
};

/** The name of a system call of this machine, or NULL. Static storage. */
const char *ij_syscall_name(int nr);

/** Its number by the first @len bytes of @name, which may also be that of the C library's function
 * (prlimit, pread, fstatat); -1 if there is none. */
int ij_syscall_number(const char *name, size_t len);

/** What is known of number @nr. A number without a name has only that. */
void ij_sysproto_get(int nr, struct ij_sysproto *ret);

/** The word for @kind in a signature. Static storage. */
const char *ij_syskind_name(enum ij_syskind kind);

#endif
