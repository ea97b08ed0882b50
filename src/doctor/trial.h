/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Experiments, each in a process of its own, on a child of its own. */
#ifndef IJ_DOCTOR_TRIAL_H
#define IJ_DOCTOR_TRIAL_H

#include "proc/thread.h"

enum ij_trial_end {
	IJ_TRIAL_UNKNOWN, /* it could not be made */
	IJ_TRIAL_WORKS,
	IJ_TRIAL_FAILS,
	IJ_TRIAL_KILLED, /* the process that tried was killed by `signo` */
};

struct ij_trial {
	enum ij_trial_end end;
	int os; /* of FAILS: errno, or 0 */
	int signo;
	char text[256]; /* of FAILS and UNKNOWN: what was tried; NUL-terminated */
};

/** What is tried, in a process that does nothing else; fills in @trial. */
typedef void (*ij_trial_fn)(struct ij_trial *trial);

/** Run @fn. A seccomp filter may kill it, and nothing may hold it up for long. */
void ij_trial_run(ij_trial_fn fn, struct ij_trial *ret);

/** For an ij_trial_fn: how it ended. @os: errno, or 0. */
void ij_trial_works(struct ij_trial *trial);
void ij_trial_fails(struct ij_trial *trial, int os, const char *fmt, ...) IJ_PRINTF(3, 4);
/** The same by an error, which is freed. */
void ij_trial_fails_by(struct ij_trial *trial, struct ij_error *err);

/** For an ij_trial_fn: a child to be tried on, which ends with us. */
struct ij_subject {
	pid_t pid;
	int go; /* one byte written here starts it */
	struct ij_waiter waiter;
	struct ij_thread thread;
};

/**
 * Start a child that calls @prepare, waits for the byte, calls @body, and exits. @prepare, which
 * may be NULL, has returned when this does. False: it could not be; @trial says so.
 */
bool ij_subject_start(struct ij_subject *subject, void (*prepare)(void), void (*body)(void),
		      struct ij_trial *trial);

/** Attach to it and stop it. False: that does not work; @trial says what. */
bool ij_subject_stop(struct ij_subject *subject, struct ij_trial *trial);

/** Let it run, if it is stopped, and call its body. */
struct ij_error *ij_subject_go(struct ij_subject *subject) IJ_WARN_UNUSED;

#endif
