/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The same in hard targets and with few rights: every kind that live/environments tries. */
#include <stdio.h>
#include <string.h>

#include "../live/environment_kinds.h"
#include "kill_scenario.h"

enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

/* What no kind has: other victims, and the client killed. */
static const struct scenario list[] = {
	{"tracer, no map_files, signals",
	 {.victim = "steady", .args = {"--storm"}, .reduced = "no_map_files+no_perf+no_vm"},
	 .stride = 3,
	 .percent = 5},
	{"tracer, no map_files, asleep in poll",
	 {.victim = "blocked",
	  .args = {"poll"},
	  .behaviour = ASLEEP,
	  .wake = WAKE_BYTE,
	  .reduced = "no_map_files"},
	 .stride = 3,
	 .percent = 5},
	{"client, no map_files",
	 {.victim = "steady", .reduced = "no_map_files"},
	 .who = KILL_CLIENT,
	 .stride = 8,
	 .percent = 5},
	{"client, in one container with it",
	 {.victim = "steady", .place = NAMESPACES, .reduced = "inside+sys_ptrace"},
	 .who = KILL_CLIENT,
	 .stride = 8,
	 .percent = 5},
};

size_t scenarios_get(struct scenario scenarios[SCENARIOS_MAX])
{
	size_t len = sizeof(list) / sizeof(list[0]);
	memcpy(scenarios, list, sizeof(list));
	_Static_assert(sizeof(list) / sizeof(list[0]) + KINDS <= SCENARIOS_MAX, "a longer list");
	for (size_t i = 0; i < KINDS; i++) {
		struct scenario *next = &scenarios[len++];
		*next = (struct scenario){
			.kind = kinds[i], .stride = kinds[i].slow ? 150 : 23, .percent = 1};
		snprintf(next->label, sizeof(next->label), "tracer, %s", kinds[i].name);
	}
	return len;
}
