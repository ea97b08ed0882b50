/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The Go program of tests/victims/go, as it is built in several ways. */
#ifndef IJ_TESTS_GO_VICTIM_H
#define IJ_TESTS_GO_VICTIM_H

#include "harness.h"

/** Start victim_go_@build and wait until it works; skips the test where there is no Go. */
void go_victim_start(struct victim *vic, const char *build);
/** End it, and fail the test unless its work was right all the time. */
void go_victim_finish(struct victim *vic);
/** Wait until a process that was spawned as a shell has executed something else. */
void go_victim_await_exec(const struct victim *vic);

#endif
