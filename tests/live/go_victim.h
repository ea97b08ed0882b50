/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The Go program of tests/victims/go, as it is built in several ways. */
#ifndef IJ_TESTS_GO_VICTIM_H
#define IJ_TESTS_GO_VICTIM_H

#include "harness.h"

/** Start victim_go_@build and wait until it works; skips the test where there is no Go. */
void go_victim_start(struct victim *vic, const char *build);
/** End it, and fail the test unless its work was right all the time. */
void go_victim_finish(struct victim *vic);
/**
 * Start victim_go_stripped so that its goroutine 1 waits in a system call, and would have to wait
 * for another goroutine when that ends: one that lets nobody run.
 */
void go_victim_alone(struct victim *vic);
/** Let it run, and wait until all is so again. @round: how often it was let before. */
void go_victim_pass(struct victim *vic, unsigned round);
/** Main.add(1, 2) by its goroutine @id, with option @wait; the exit status. */
int go_victim_add(struct tool *tool, const struct victim *vic, unsigned long long id,
		  const char *wait);
/** How many mappings of ours it has. */
unsigned go_victim_pages(const struct victim *vic);
/** Wait until a process that was spawned as a shell has executed something else. */
void go_victim_await_exec(const struct victim *vic);

#endif
