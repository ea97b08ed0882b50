/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Starting and ending the Go program of tests/victims/go. */
#include "go_victim.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void go_victim_start(struct victim *vic, const char *build)
{
	char path[512];
	const char *argv[] = {path, NULL};

	snprintf(path, sizeof(path), "%s/victim_go_%s", harness_victims(), build);
	if (access(path, X_OK)) {
		print_message("no Go to build %s with\n", path);
		skip();
	}
	victim_spawn(vic, argv);
	victim_await_ready(vic, build);
}

/* It ends when its input does, and says what it saw. */
void go_victim_finish(struct victim *vic)
{
	char text[256] = "";
	size_t len = 0;
	ssize_t got;

	assert_true(victim_alive(vic));
	close(vic->in);
	vic->in = -1;
	while ((got = read(vic->out, text + len, sizeof(text) - 1 - len)) > 0)
		len += (size_t)got;
	text[len] = 0;
	assert_int_equal(victim_wait(vic), 0);
	if (!strstr(text, "good "))
		fail_msg("the victim says: %s", text);
}

void go_victim_await_exec(const struct victim *vic)
{
	char path[64], shell[PATH_MAX], self[PATH_MAX], exe[PATH_MAX];

	assert_non_null(realpath("/bin/sh", shell));
	assert_non_null(realpath("/proc/self/exe", self));
	snprintf(path, sizeof(path), "/proc/%d/exe", vic->pid);
	while (harness_pause(vic->pidfd, 1) && realpath(path, exe) &&
	       (!strcmp(exe, shell) || !strcmp(exe, self)))
		;
}
