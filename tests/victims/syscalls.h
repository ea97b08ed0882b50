/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The rows of victim_syscalls: a system call each, and what must come of it. */
#ifndef IJ_VICTIM_SYSCALLS_H
#define IJ_VICTIM_SYSCALLS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

/** How long a row with a limit sleeps. */
#define LIMIT_MS 3000
#define LIMIT_NS (LIMIT_MS * 1000000ull)

/** What a handled signal does to the call: signal(7), "Interruption of system calls". */
enum handled {
	BY_FLAG, /* goes on after the handler if that has SA_RESTART, else EINTR */
	EINTRED, /* EINTR, whatever the flag */
	GOES_ON, /* goes on, whatever the flag */
};

struct row {
	const char *name;
	void (*prepare)(void); /* or NULL; in the victim, before it is ready */
	long (*wait)(void);    /* the call; -1 with errno */
	void (*wake)(void);    /* ends the call, in a process of its own; NULL: it has a limit */
	long result;           /* of `wait`, as it ends by itself or is woken */
	int error;             /* wanted with a result of -1 */
	enum handled handled;
	uint64_t (*left)(void); /* after EINTR: nanoseconds that the call says are left; or NULL */
};

extern const struct row waiting_rows[]; /* each ends with a row without a name */
extern const struct row socket_rows[];
extern const struct row queue_rows[];
extern const struct row timed_rows[];

/** Memory shared with the process that wakes. */
struct shared {
	_Atomic uint32_t word;  /* a futex that is waited on */
	_Atomic uint32_t owned; /* a futex with priority inheritance, held by the waker */
	_Atomic uint32_t ready; /* the waker has done what it does beforehand */
	pid_t victim;
};
extern struct shared *shared;

/** A pipe that nobody writes to but the waker. */
extern int quiet[2];

/** End the victim unless @good: it could not be set up. */
void need(bool good, const char *what);
/** End the victim as one that cannot run here: @what is not there. */
void missing(const char *what);
/** What the waker does before the victim goes to sleep, in its own process; set by `prepare`. */
extern void (*waker_prepare)(void);

/** What to remove once the victim has ended, however it does; set by `prepare`. */
extern void (*cleaner)(void);

void wake_quiet(void);
void wake_signal(void);
struct timespec after_limit(clockid_t clock);
struct timespec limit_span(void);

#endif
