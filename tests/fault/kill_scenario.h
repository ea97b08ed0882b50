/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a scenario of killing is made of; for kill_anywhere.c and its lists. */
#ifndef IJ_TESTS_KILL_SCENARIO_H
#define IJ_TESTS_KILL_SCENARIO_H

#include "../live/subject.h"
#include "kill_session.h"

struct scenario {
	char label[96];
	struct kind kind; /* whom; its option is that of the session's calls, see kill_option */
	enum who who;
	unsigned stride;  /* of the kills at each stop; times IJ_STRIDE */
	unsigned percent; /* of the kills at random instants */
};

enum { SCENARIOS_MAX = 128 };

/** The list of this program: kill_scenarios.c, or kill_environments.c. Returns how many. */
size_t scenarios_get(struct scenario scenarios[SCENARIOS_MAX]);

#endif
