/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The kinds of targets and of missing rights; environments.c tries to call into each, and
 * kill_environments.c kills the program meanwhile. */
#ifndef IJ_TESTS_ENVIRONMENT_KINDS_H
#define IJ_TESTS_ENVIRONMENT_KINDS_H

#include "subject.h"

#define ENVIRON(...) .victim = "environ", .args = {__VA_ARGS__}
#define BARE         .victim = "steady", .args = {"--bare"}

static const struct kind kinds[] = {
	{"plain", BARE},
	/* Memory and files */
	{"memory-deny-write-execute", BARE, .confinement = "mdwe"},
	{"mount namespace", BARE, .place = MOUNTS},
	{"PID namespace", BARE, .place = PIDS},
	{"user, PID and mount namespaces", BARE, .place = NAMESPACES},
	{"chroot", BARE, .place = ROOT},
	{"static", .victim = "static", .args = {"--bare"}, .expr = "malloc_trim(0)"},
	{"static-PIE", .victim = "static_pie", .args = {"--bare"}, .expr = "malloc_trim(0)"},
	{"static, stripped", .victim = "static_stripped", .args = {"--bare"}},
	{".gnu_debugdata", .victim = "environ_mini", .args = {"threads", "0"},
	 .expr = "(int)environ_answer()"},
	{"musl, static", .victim = "musl", .args = {"--bare"}},
	{"musl, static, stripped", .victim = "musl_stripped", .args = {"--bare"}},
	/* Threads and signals */
	{"stopped by a signal", BARE, .company = STOPPER, .behaviour = HELD},
	{"stopped by a signal, in a system call", .victim = "blocked", .args = {"poll"},
	 .company = STOPPER, .behaviour = HELD, .wake = WAKE_BYTE},
	{"zombie leader", ENVIRON("leader_gone", "2"), .headless = true, .expr = "malloc_trim(0)"},
	{"vfork parent, another thread", ENVIRON("vfork_parent")},
	{"vfork parent, alone", ENVIRON("vfork_alone"), .behaviour = HELD},
	{"all signals blocked", ENVIRON("blocks_signals"), .expr = "malloc_trim(0)"},
	{"1,000 threads", ENVIRON("threads", "1000"), .slow = true},
	{"debug registers in use", BARE, .company = REGISTERS},
	{"debug registers in use, a breakpoint wanted", BARE, .company = REGISTERS,
	 .option = "--at=getpid"},
	{"more than four breakpoints wanted", .victim = "marked", .args = {"many"},
	 .guarded = true},
	{"traced already", BARE, .company = TRACER},
	/* Stacks */
	{"a coroutine's stack", .victim = "host", .args = {"coroutine", "8192"}},
	{"an alternate signal stack", .victim = "host", .args = {"alternate"}},
	/* Filters */
	{"a filter that kills for mmap", BARE, .confinement = "kill"},
	{"a filter that answers mmap with an error", BARE, .confinement = "errno"},
	/* Whatever it does meanwhile */
	{"forks", ENVIRON("forks")},
	{"executes", ENVIRON("execs"), .behaviour = STORMY},
	{"a thread executes", ENVIRON("thread_execs"), .behaviour = STORMY},
	{"exits", ENVIRON("exits"), .behaviour = ENDING},
	/* Fewer rights */
	{"no perf_event_open", BARE, .reduced = "no_perf", .expr = "malloc_trim(0)"},
	{"no perf_event_open, a breakpoint wanted", BARE, .reduced = "no_perf",
	 .option = "--at=getpid"},
	{"no process_vm_readv", .victim = "steady", .reduced = "no_vm", .expr = "malloc_trim(0)"},
	{"no map_files", BARE, .reduced = "no_map_files", .expr = "malloc_trim(0)"},
	{"none of the three", BARE, .reduced = "no_map_files+no_perf+no_vm",
	 .expr = "malloc_trim(0)"},
	{"CAP_SYS_PTRACE alone", BARE, .reduced = "sys_ptrace"},
	{"same user", BARE, .place = NOBODY, .reduced = "user", .expr = "malloc_trim(0)"},
	{"same user, none of the three", BARE, .place = NOBODY, .reduced = "user+no_perf+no_vm"},
	{"same user, memory-deny-write-execute", BARE, .place = NOBODY, .reduced = "user",
	 .confinement = "mdwe"},
	{"same user, not dumpable", .victim = "host", .args = {"undumpable"}, .place = NOBODY,
	 .reduced = "user"},
	{"same user, zombie leader", ENVIRON("leader_gone", "2"), .headless = true, .place = NOBODY,
	 .reduced = "user"},
	{"same user, stopped by a signal", BARE, .place = NOBODY, .reduced = "user",
	 .company = STOPPER, .behaviour = HELD},
	{"another user", BARE, .reduced = "user"},
	{"in one container with it, CAP_SYS_PTRACE alone", BARE, .place = NAMESPACES,
	 .reduced = "inside+sys_ptrace"},
	{"in one container with it, none of the three", BARE, .place = NAMESPACES,
	 .reduced = "inside+sys_ptrace+no_perf+no_vm"},
	{"a filter, without CAP_SYS_ADMIN", BARE, .confinement = "container",
	 .reduced = "no_map_files"},
	{"a filter, and one on interject", BARE, .confinement = "container", .reduced = "no_perf"},
};

#undef ENVIRON
#undef BARE

#endif
