/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which of our own system calls a thread's seccomp filters let it make, and so how a call is made
 * in it. */
#ifndef IJ_INJECT_MEANS_H
#define IJ_INJECT_MEANS_H

#include "inject/seccomp.h"
#include "wire/messages.h"

struct ij_injector;
struct ij_stop;

/**
 * What may be done in a stopped thread. A call of ours that is not certainly allowed is not made,
 * for it would have to be harmless with us dead, too.
 */
struct ij_means {
	unsigned mode;    /* of seccomp, as of the stop */
	unsigned filters; /* read */
	bool known;       /* the rest holds; else `text` says why nothing is known */
	bool pages;       /* map and unmap our pages, and return from that by rt_sigreturn */
	bool pages_ask;   /* the same with the filters suspended: they would answer with an error */
	bool stack;       /* the same of a stack: allowed, or harmless while they are suspended */
	bool marker;      /* tgkill */
	bool mask;        /* rt_sigprocmask: else the signal mask is left alone */
	bool pending;     /* rt_sigpending */
	bool take;        /* rt_sigtimedwait */
	bool restart;     /* restart_syscall, which the kernel itself makes of a timed one */
	bool copy;        /* clone and wait4: for a rehearsal */
	long skip;        /* of the copy: a call that is made in place of one that is denied */
	bool sleep;       /* ppoll, in place of the callee's nanosleep */
	char text[76];    /* "a seccomp filter, which ..." */
};

/**
 * Find out for the thread of @stop: stop->means. To be called at each new stop, before anything
 * else is done with it.
 *
 * Errors: GONE, OS. Filters that cannot be read are no error: `known` is false then.
 */
struct ij_error *ij_means_find(const struct ij_injector *inj, struct ij_stop *stop) IJ_WARN_UNUSED;

/** May we read filters at all? Found out once, by what we are. */
bool ij_means_can_read(void);

/** Is this one system call, made by our gadget in the thread of @stop, certainly allowed, and the
 * return from it? */
bool ij_means_allow(const struct ij_injector *inj, const struct ij_stop *stop, long nr,
		    const uint64_t args[6]);

/**
 * What the filters say to the system calls of a callee.
 *
 * @nr_ret: the first that is not harmless; -1 if that is not known, because nobody said which calls
 *   the callee makes.
 * @return: the set of what is possible (enum ij_seccomp_action), of all its calls.
 */
uint32_t ij_means_of_callee(const struct ij_stop *stop, const struct ij_wire_callee *callee,
			    long *nr_ret);

#endif
