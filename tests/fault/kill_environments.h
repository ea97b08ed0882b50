/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The same in hard targets, and with few rights; for kill_anywhere.c alone. */
#ifndef IJ_TESTS_KILL_ENVIRONMENTS_H
#define IJ_TESTS_KILL_ENVIRONMENTS_H

#include <sched.h>

#include "kill_scenario.h"

#define STEADY .victim = "steady", .args = {NULL}, .kind = BUSY
#define BARE   .victim = "steady", .args = {"--bare"}, .kind = BUSY
#define RARELY .stride = 3, .percent = 5

static const struct scenario scenarios[] = {
	{"tracer, no perf_event_open", STEADY, RARELY, .reduced = "no_perf"},
	{"tracer, no process_vm_readv", STEADY, RARELY, .reduced = "no_vm"},
	{"tracer, no map_files", STEADY, RARELY, .reduced = "no_map_files"},
	{"tracer, no map_files, signals", .victim = "steady", .args = {"--storm"}, RARELY,
	 .reduced = "no_map_files+no_perf+no_vm"},
	{"tracer, no map_files, asleep in poll", .victim = "blocked", .args = {"poll"},
	 .kind = ASLEEP, .wake = WAKE_BYTE, RARELY, .reduced = "no_map_files"},
	{"client, no map_files", STEADY, .who = KILL_CLIENT, .stride = 8, .percent = 5,
	 .reduced = "no_map_files"},
	{"tracer, same user", STEADY, RARELY, .uid = 65534, .reduced = "user"},
	{"tracer, same user, no perf_event_open", STEADY, RARELY, .uid = 65534,
	 .reduced = "user+no_perf+no_vm"},
	{"tracer, CAP_SYS_PTRACE alone", STEADY, RARELY, .reduced = "sys_ptrace"},
	{"tracer, in a container", STEADY, RARELY,
	 .namespaces = CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNS, .reduced = "inside+sys_ptrace"},
	{"tracer, around a container", STEADY, RARELY,
	 .namespaces = CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNS},
	{"tracer, memory-deny-write-execute", BARE, RARELY, .confinement = "mdwe"},
	{"tracer, all signals blocked", .victim = "environ", .args = {"blocks_signals"}, RARELY},
	{"tracer, zombie leader", .victim = "environ", .args = {"leader_gone", "1"}, RARELY,
	 .headless = true},
	{"tracer, vfork parent", .victim = "environ", .args = {"vfork_parent"}, RARELY},
	{"tracer, forks", .victim = "environ", .args = {"forks"}, RARELY},
	{"tracer, static", .victim = "static", RARELY},
	{"tracer, musl", .victim = "musl", RARELY},
};

#undef STEADY
#undef BARE
#undef RARELY

#endif
