/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Programs under load whose work can be checked: victims of the tests, and programs people run. */
#ifndef IJ_BENCH_SUBJECT_H
#define IJ_BENCH_SUBJECT_H

#include "bench.h"

struct subject {
	struct target target;
	struct target load; /* pid 0: the target makes its own */
	int port;
	char dir[64]; /* "" if it needs none */
};

struct subject_kind {
	const char *name;
	const char *needs; /* a program that may not be installed, or a victim that was not built */
	/** Start it and its load, and wait until it is at work. */
	bool (*start)(const struct subject_kind *kind, struct subject *sub);
	/**
	 * End its work, check all of it, and end the program.
	 *
	 * @why: what is wrong; at most @size bytes, set on failure.
	 */
	bool (*right)(struct subject *sub, char *why, size_t size);
	const char *args[3]; /* of a victim */
};

extern const struct subject_kind subject_kinds[];
extern const unsigned subject_kinds_len;

const struct subject_kind *subject_find(const char *name);
/** Is the program there that @kind needs? */
bool subject_available(const struct subject_kind *kind);
bool subject_start(const struct subject_kind *kind, struct subject *sub);
bool subject_right(const struct subject_kind *kind, struct subject *sub, char *why, size_t size);
/** Is it alive, a while of @ms later? Returns at once if it is not. */
bool subject_alive(const struct subject *sub, int ms);
/** Kill and reap what is left, remove its files. */
void subject_stop(struct subject *sub);
/** The thread in question: the one the victim names, else 0. */
pid_t subject_tid(const struct subject *sub);

/** The servers of subject_servers.c. */
bool redis_start(const struct subject_kind *kind, struct subject *sub);
bool redis_right(struct subject *sub, char *why, size_t size);
bool nginx_start(const struct subject_kind *kind, struct subject *sub);
bool nginx_right(struct subject *sub, char *why, size_t size);

#endif
