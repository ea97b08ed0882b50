/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a scenario of killing is made of; for kill_anywhere.c alone. */
#ifndef IJ_TESTS_KILL_SCENARIO_H
#define IJ_TESTS_KILL_SCENARIO_H

#include "kill_session.h"

enum kind {
	BUSY,    /* makes rounds all the time */
	ASLEEP,  /* in one system call until the end */
	NAPPING, /* in a timed system call, again and again */
};

struct scenario {
	const char *label;
	const char *victim;
	const char *args[2];
	enum kind kind;
	enum wake wake;
	enum who who;
	unsigned stride;         /* of the kills at each stop; times IJ_STRIDE */
	unsigned percent;        /* of the kills at random instants */
	const char *option;      /* of the session's calls, or NULL */
	const char *confinement; /* of tests/victims/confine.c, or NULL */
	const char *reduced;     /* what is taken from the tool (tests/live/reduced.c), or NULL */
	uint64_t namespaces;     /* of the victim, as victim_set has them */
	uid_t uid;               /* the same */
	bool headless;           /* its main thread has ended */
};

#endif
