/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is killed while it does what, to ordinary processes. */
#include <string.h>

#include "kill_scenario.h"

#define STEADY(...)       .victim = "steady", .args = {__VA_ARGS__}
#define STORM             .victim = "storm", .args = {"1"}
#define ASLEEP_IN(what)   .victim = "blocked", .args = {what}, .behaviour = ASLEEP, .wake = WAKE_BYTE
#define NAPPING_IN(what)  .victim = "blocked", .args = {what}, .behaviour = NAPPING
#define EVERY(nth, share) .stride = (nth), .percent = (share)

static const struct scenario list[] = {
	{"tracer, steady", {STEADY()}, EVERY(1, 20)},
	{"tracer, steady with tiles", {STEADY("--tiles")}, EVERY(4, 5)},
	{"tracer, on a new stack, with tiles",
	 {STEADY("--tiles"), .option = "--stack=foreign"},
	 EVERY(4, 5)},
	{"tracer, storm of signals", {STEADY("--storm")}, EVERY(2, 25)},
	{"tracer, several in one stop", {STEADY("--storm"), .option = "--one-stop"}, EVERY(2, 10)},
	{"tracer, markers caught", {STEADY("--markers")}, EVERY(3, 5)},
	{"tracer, asleep in poll", {ASLEEP_IN("poll")}, EVERY(1, 15)},
	{"tracer, asleep in epoll_wait", {ASLEEP_IN("epoll_loop")}, EVERY(3, 5)},
	{"tracer, asleep in nanosleep", {NAPPING_IN("clock_nanosleep")}, EVERY(2, 10)},
	/* Its limit is rewritten to what is left of it. */
	{"tracer, asleep in epoll_wait, limited", {NAPPING_IN("epoll_ms_loop")}, EVERY(3, 5)},
	{"tracer, capturing, steady", {STEADY(), .option = "--capture"}, EVERY(3, 5)},
	{"tracer, rehearsing, steady", {STEADY(), .option = "--rehearse"}, EVERY(3, 10)},
	{"tracer, rehearsing, asleep in poll",
	 {ASLEEP_IN("poll"), .option = "--rehearse"},
	 EVERY(5, 5)},
	{"tracer, in a copy, steady", {STEADY(), .option = "--in-copy"}, EVERY(5, 5)},
	{"tracer, system calls, allocating", {STORM, .option = "syscall"}, EVERY(3, 10)},
	{"tracer, system calls, asleep in nanosleep",
	 {NAPPING_IN("clock_nanosleep"), .option = "syscall"},
	 EVERY(5, 5)},
	{"tracer, walking, allocating", {STORM, .option = "--at=malloc"}, EVERY(3, 15)},
	{"tracer, seen through", {.victim = "exceptions", .option = "backtrace"}, EVERY(3, 15)},
	{"tracer, displacing", {STORM, .option = "--walk=displace,retry"}, EVERY(3, 15)},
	{"tracer, by a landing", {STORM, .option = "--walk=trampoline,retry"}, EVERY(3, 15)},
	{"client, rehearsing, steady",
	 {STEADY(), .option = "--rehearse"},
	 .who = KILL_CLIENT,
	 EVERY(8, 5)},
	{"client, steady", {STEADY("--storm")}, .who = KILL_CLIENT, EVERY(4, 15)},
	{"client, asleep in poll", {ASLEEP_IN("poll")}, .who = KILL_CLIENT, EVERY(8, 5)},
	{"tracer, in a cave", {STEADY("--bare"), .confinement = "kill"}, EVERY(3, 10)},
	{"tracer, filters suspended", {STEADY("--bare"), .confinement = "errno"}, EVERY(3, 10)},
	{"tracer, in a cave, signals blocked",
	 {STEADY("--storm"), .confinement = "exec_kill"},
	 EVERY(3, 10)},
	{"tracer, in a cave, asleep in poll",
	 {ASLEEP_IN("poll"), .confinement = "kill"},
	 EVERY(5, 5)},
	{"tracer, on a new stack", {STEADY("--storm"), .option = "--stack=foreign"}, EVERY(2, 15)},
	{"tracer, on a new stack, asleep in poll",
	 {ASLEEP_IN("poll"), .option = "--stack=foreign"},
	 EVERY(4, 5)},
	{"tracer, in a coroutine", {.victim = "host", .args = {"coroutine", "8192"}}, EVERY(3, 10)},
	{"client, in a cave",
	 {STEADY("--bare"), .confinement = "kill"},
	 .who = KILL_CLIENT,
	 EVERY(8, 5)},
};

size_t scenarios_get(struct scenario scenarios[SCENARIOS_MAX])
{
	memcpy(scenarios, list, sizeof(list));
	return sizeof(list) / sizeof(list[0]);
}
