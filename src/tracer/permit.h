/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the administrator lets users do: /etc/interject/policy.conf, which interject.conf(5)
 * describes. It is read by the tracer, once, for the client may have been taken over.
 */
#ifndef IJ_TRACER_PERMIT_H
#define IJ_TRACER_PERMIT_H

#include <sys/types.h>

#include "base/error.h"

#define IJ_PERMIT_FILE "/etc/interject/policy.conf"

enum { IJ_PERMIT_SIZE_MAX = 256 * 1024 };

/** Who asks: the user who ran sudo(8), or our own. */
struct ij_permit_user {
	uid_t uid;
	gid_t gid;         /* of its name */
	char name[64];     /* "" if it has none */
	char groups[1024]; /* names with a comma before and behind each */
};

enum ij_permit_kind {
	IJ_PERMIT_CALL,
	IJ_PERMIT_SYSCALL,
	IJ_PERMIT_WRITE, /* of memory, without a call */
	IJ_PERMIT_HOLD,  /* of threads, to be looked at */
};

struct ij_permit_request {
	const struct ij_permit_user *user;
	const char *program; /* path of its executable */
	enum ij_permit_kind kind;
	const char *name; /* of the function or system call; "": it has none */
	bool force;
};

/** Find out who asks, without groups. */
void ij_permit_user(struct ij_permit_user *ret);

/** Add the groups of @user, for rules: glibc takes a system call for each line of their file. */
void ij_permit_groups(struct ij_permit_user *user);

/**
 * The rules of the file; @ret stays NULL if there is none.
 *
 * @ret: free(3) it. Errors: DENIED (it cannot be read, or others could have written it), NOMEM.
 */
struct ij_error *ij_permit_load(const char *path, char **ret) IJ_WARN_UNUSED;

/**
 * Whether the rules @text allow @request: the first line that fits decides, and if none fits it is
 * denied.
 *
 * Errors: DENIED (with the line that says so, or the one that is malformed).
 */
struct ij_error *ij_permit_decide(const char *text, const struct ij_permit_request *request)
	IJ_WARN_UNUSED;

#endif
