/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Starting targets and sessions for a benchmark, and watching both from outside. */
#ifndef IJ_BENCH_BENCH_H
#define IJ_BENCH_BENCH_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "gap_page.h"

struct target {
	pid_t pid;
	int pidfd;
	struct gap_page *page; /* of the gap victim; victims of the tests see struct victim_page */
	bool anywhere;         /* set before the start: the scheduler chooses its CPU */
	bool fed;              /* set before the start: its stdin is a pipe from us, else empty */
	int in;                /* our end of that pipe */
};

/** Start @argv, with a page as descriptor 3; @ready: wait for a byte on its stdout. */
bool target_start(struct target *tgt, const char *const argv[], bool ready);
/** Wait until the program has started up: its main thread sleeps, or has used @cpu_ms of CPU time.
 */
bool target_settled(const struct target *tgt, long cpu_ms);
void target_stop(struct target *tgt);

struct session {
	int limit_ms;          /* set before: kill it after that; 0: wait for its end */
	bool overdue;          /* it was killed for that */
	int status;            /* exit status, -1 if killed */
	uint64_t wall_ns;      /* from fork to the end */
	uint64_t stopped_ns;   /* from the first to the last sight of the target's main thread in a
				  tracing stop */
	unsigned stopped_seen; /* sights */
	uint64_t cpu_ns;       /* of it and of what it waited for */
	long rss_kib;          /* peak of its largest process */
	char out[65536];       /* its stdout */
};

/**
 * Run @argv to its end.
 *
 * @watch: a process whose main thread's state is polled meanwhile as fast as that goes, or 0.
 * Polling takes a CPU and costs about 2 us a turn; what lasts shorter may be missed.
 */
void session_run(struct session *ses, const char *const argv[], pid_t watch);

/** Run @argv under ptrace and add up the peak resident memory of all its processes, KiB; -1:
 * failed. */
long session_peak_kib(const char *const argv[]);

/** A free TCP port of the loopback address; 0 if there is none. */
int bench_free_port(void);
uint64_t bench_now_ns(void);
/** Let @ns pass. */
void bench_pass(uint64_t ns);

#endif
