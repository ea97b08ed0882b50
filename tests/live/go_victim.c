/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Starting and ending the Go program of tests/victims/go. */
#include "go_victim.h"

#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void go_victim_start(struct victim *vic, const char *build)
{
	const char *argv[] = {NULL, NULL}, *folder = getenv("IJ_GO_VICTIMS");
	char path[512];

	argv[0] = path;
	snprintf(path, sizeof(path), "%s/victim_go_%s", folder ? folder : harness_victims(), build);
	if (access(path, X_OK)) {
		print_message("no Go to build %s with\n", path);
		skip();
	}
	victim_spawn(vic, argv);
	victim_await_ready(vic, build);
}

int go_victim_add(struct tool *tool, const struct victim *vic, unsigned long long id,
		  const char *wait)
{
	char option[48];

	snprintf(option, sizeof(option), "--goroutine=%llu", id);
	tool_run(tool, "call", vic->pid, option, wait, "--decl=func(int, int) int",
		 "main.add(1, 2)", NULL);
	if (!tool->status)
		tool_expect_out(tool, "3");
	return tool->status;
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

/* It says so when it keeps everybody from running. */
static void await_hold(struct victim *vic)
{
	struct pollfd fds[2] = {{.fd = vic->out, .events = POLLIN},
				{.fd = vic->pidfd, .events = POLLIN}};
	char byte = 0;

	while (byte != 'H')
		if (poll(fds, 2, HARNESS_WAIT_MS) <= 0 || !(fds[0].revents & POLLIN) ||
		    read(vic->out, &byte, 1) != 1)
			fail_msg("the victim does not go on, or has ended");
}

void go_victim_alone(struct victim *vic)
{
	setenv("IJ_GO_IDLE", "alone", 1);
	setenv("GODEBUG", "asyncpreemptoff=1", 1);
	go_victim_start(vic, "stripped");
	unsetenv("IJ_GO_IDLE");
	unsetenv("GODEBUG");
	await_hold(vic);
}

void go_victim_pass(struct victim *vic, unsigned round)
{
	const char byte = (char)('a' + round % 26);

	assert_int_equal(write(vic->in, &byte, 1), 1);
	await_hold(vic);
}

/* Shared memory that can be executed. */
unsigned go_victim_pages(const struct victim *vic)
{
	char path[64];
	unsigned len = 0;

	snprintf(path, sizeof(path), "/proc/%d/maps", vic->pid);
	char *text = proc_read(path);
	for (const char *at = text; at && (at = strstr(at, " r-xs ")); at++)
		len++;
	free(text);
	return len;
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
