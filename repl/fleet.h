/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The same work on many targets, several at a time, each in a process of its own: what is read of
 * one target, or crashes because of it, cannot reach another. Who starts them parses nothing and
 * may keep privileges, which each gives up by itself.
 */
#ifndef IJ_REPL_FLEET_H
#define IJ_REPL_FLEET_H

#include "repl/interp.h"

enum { IJ_FLEET_JOBS_MAX = 256 };

struct ij_fleet {
	size_t len;    /* targets */
	unsigned jobs; /* at a time */
	bool progress; /* a line on standard error, if it is a terminal */
	/** In the process of target @idx: do it, and say in @ret what came of it. */
	void (*work)(void *ctx, size_t idx, struct ij_counts *ret);
	pid_t (*pid_of)(void *ctx, size_t idx); /* for messages */
	void *ctx;
	const volatile sig_atomic_t *interrupted; /* no more are started */
};

/**
 * Run all of them; what they print is passed on by whole lines.
 *
 * @ret: the sum of counts, and the worst status. Errors: OS, NOMEM.
 */
struct ij_error *ij_fleet_run(const struct ij_fleet *fleet, struct ij_counts *ret) IJ_CLI_RESULT;

#endif
