/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A victim of some kind, in its place and company; of which kinds are refused, and with what words.
 */
#ifndef IJ_TESTS_SUBJECT_H
#define IJ_TESTS_SUBJECT_H

#include "harness.h"

enum behaviour {
	STEADY,  /* counts rounds, until it is asked to stop */
	NAPPING, /* the same, in a timed system call again and again */
	ASLEEP,  /* in one system call until the end */
	HELD,    /* in one state: makes no rounds */
	STORMY,  /* counts rounds, and executes programs */
	ENDING,  /* ends by itself */
};

enum place {
	HERE,
	MOUNTS,     /* a mount namespace, with the program on a file system of its own */
	PIDS,       /* a PID namespace, whose first process it is */
	NAMESPACES, /* user, PID and mount namespaces, with the program as for MOUNTS */
	ROOT,       /* below a chroot(2) that has its program and libraries */
	NOBODY,     /* another user's, without capabilities */
};

enum company {
	ALONE,
	REGISTERS, /* somebody has set four breakpoints in it */
	TRACER,    /* it is traced */
	STOPPER,   /* it was sent SIGSTOP */
};

struct kind {
	const char *name; /* as in refusals.txt; NULL: it is not listed */
	const char *victim, *args[2];
	enum behaviour behaviour;
	enum wake wake;
	enum place place;
	enum company company;
	bool headless; /* its main thread ends */
	bool slow;     /* a session takes long */
	bool guarded; /* nearly always in code in which nothing may be called: leftovers may stay */
	const char *confinement; /* of tests/victims/confine.c */
	const char *reduced;     /* what is taken from the program, as in reduced.c */
	const char *option;      /* of its calls */
	const char *expr;        /* one more than strlen("abc") and getpid() */
};

enum { SUBJECT_WORDS_MAX = 256 };

struct subject {
	const struct kind *kind;
	struct victim vic;
	pid_t pid; /* whose files in /proc show it: a thread's, if the leader is gone */
	struct snapshot snap;
	char words[SUBJECT_WORDS_MAX]; /* of its refusal; empty: it must be served */
	int registers[4];
};

/** Start it as @kind says, and take a snapshot of what stays as it is. Skips the test where there
 * can be no such process. */
void subject_begin(struct subject *sub, const struct kind *kind);
/** From now on the program runs with what this kind leaves it. */
void subject_reduce(const struct subject *sub);
/** Let go of it, and expect it to end well. */
void subject_finish(struct subject *sub);
/** The same for one that has done harm: kill it. */
void subject_kill(struct subject *sub);

/** Copy the words of kind @name; false if it is not in refusals.txt. */
bool refusal_find(const char *name, char words[SUBJECT_WORDS_MAX]);
/** Fail the test unless the program has said no, with the words that are listed; skip it where it
 * is this machine that lacks something. */
void subject_expect_refused(const struct subject *sub, const struct tool *tool);

#endif
