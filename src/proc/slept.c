/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How long a thread has been asleep, from the scheduler's accounts. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "proc/process.h"

uint64_t ij_sched_exec_start(const char *text)
{
	static const char key[] = "\nse.exec_start";
	const char *line = NULL, *colon;
	char *end, *fraction_end;
	unsigned long long ms, ns;

	/* The first line has the thread's name, and that may be anything. */
	for (const char *p = text; (p = strstr(p, key)); p++)
		line = p;
	colon = line ? strchr(line, ':') : NULL;
	if (!colon)
		return 0;
	ms = strtoull(colon + 1, &end, 10);
	if (end == colon + 1 || *end != '.' || ms > UINT64_MAX / IJ_NS_PER_MS - 1)
		return 0;
	ns = strtoull(end + 1, &fraction_end, 10);
	/* Always six digits (Linux, kernel/sched/debug.c, SPLIT_NS). */
	if (fraction_end != end + 7)
		return 0;
	return ms * IJ_NS_PER_MS + ns;
}

static uint64_t exec_start(int dir, const char *path)
{
	char text[8192];

	return ij_process_slurp(dir, path, text, sizeof(text)) < 0 ? 0 : ij_sched_exec_start(text);
}

uint64_t ij_process_slept_ns(const struct ij_process *process, pid_t tid)
{
	const struct timespec least = {.tv_nsec = 1};
	char path[64];
	uint64_t then, now;

	snprintf(path, sizeof(path), "task/%d/sched", tid);
	then = exec_start(process->proc_fd, path);
	if (!then)
		return 0;
	/* Our own account is brought up to date as we come back from a sleep. */
	nanosleep(&least, NULL);
	now = exec_start(AT_FDCWD, "/proc/thread-self/sched");
	return now > then ? now - then : 0;
}
