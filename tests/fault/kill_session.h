/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Sessions of the program under test that are killed by SIGKILL at a chosen or a random moment. */
#ifndef IJ_TESTS_KILL_SESSION_H
#define IJ_TESTS_KILL_SESSION_H

#include "../live/harness.h"

enum who { KILL_TRACER, KILL_CLIENT };

/** From now on sessions are of two calls with option @option, or of system calls if it is
 * "syscall", of calls to victim_go if it is "go", of one that does not get there if it is
 * "go-astray", of Go's library if it is "go-library", and of backtrace if it is "backtrace"; NULL:
 * of calls without one. */
void kill_option(const char *option);

struct killed {
	bool killed;            /* the moment came before the session was over */
	uint64_t stops;         /* system call stops made by the process that was to be killed */
	long syscall;           /* the system call at whose stop it was killed */
	unsigned long argument; /* its first argument */
	bool entry;             /* before, not after it */
	int client_status;      /* exit status of the client; 128 + N if a signal ended it */
};

/**
 * Run one session on @pid and kill @who at its @stop_no-th system call stop (entries and exits both
 * count, from 1), by tracing the session. Returns when all of its processes have ended.
 */
struct killed kill_at_stop(pid_t pid, enum who who, uint64_t stop_no);

/** The same at the first of those stops at which @when says so of @arg. */
struct killed kill_when(pid_t pid, enum who who, bool (*when)(const void *arg), const void *arg);

/** Run one session on @pid untraced and kill @who @delay_ns after it started. */
struct killed kill_at_time(pid_t pid, enum who who, uint64_t delay_ns);

struct hung {
	uint64_t held; /* system call stops of the tracer at which it held the victim */
	bool hung;     /* the wanted one of these came */
	int signo;     /* that then ended the tracer, which nobody else has sent; 0: it exited */
	int client_status;
};

/**
 * Run one session on @pid and let the tracer hang at the @held_no-th of its system call stops at
 * which @pid is held, with the client stopped, until it has ended. Fails the test if it does not.
 */
struct hung hang_when_held(pid_t pid, uint64_t held_no);

#endif
