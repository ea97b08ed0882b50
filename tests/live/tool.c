/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Running the program under test, and reading what it says. */
#include "harness.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ARGS_MAX = 32, TOOL_WAIT_MS = 120000 };

void tool_reduce(const char *what)
{
	if (what)
		setenv("IJ_REDUCED", what, 1);
	else
		unsetenv("IJ_REDUCED");
}

const char *tool_program(void)
{
	const char *path = getenv("IJ_PROGRAM");
	if (getenv("IJ_REDUCED"))
		return IJ_REDUCED_PATH;
	return path ? path : IJ_PROGRAM_PATH;
}

/* Append what can be read; false at the end of the file. What does not fit is read and dropped. */
static bool take(int fd, char *buf, size_t *len)
{
	char spill[4096];
	size_t room = HARNESS_OUT_MAX - 1 - *len;
	ssize_t got = room ? read(fd, buf + *len, room) : read(fd, spill, sizeof(spill));
	if (got <= 0)
		return got < 0 && errno == EINTR;
	if (room)
		*len += (size_t)got;
	buf[*len] = '\0';
	return true;
}

/* Collect output until both pipes are closed, that is until all of the tool's processes ended. */
static bool collect(struct tool *tool, int out, int err)
{
	size_t out_len = 0, err_len = 0;
	uint64_t deadline = harness_now_ns() + TOOL_WAIT_MS * 1000000ull;
	struct pollfd fds[2] = {{.fd = out, .events = POLLIN}, {.fd = err, .events = POLLIN}};
	while (fds[0].fd >= 0 || fds[1].fd >= 0) {
		uint64_t now = harness_now_ns();
		if (now >= deadline)
			return false;
		if (poll(fds, 2, (int)((deadline - now) / 1000000) + 1) <= 0)
			continue;
		if (fds[0].revents && !take(out, tool->out, &out_len))
			fds[0].fd = -1;
		if (fds[1].revents && !take(err, tool->err, &err_len))
			fds[1].fd = -1;
	}
	return true;
}

static _Noreturn void tool_child(const char *const argv[], int out, int err)
{
	int null = open("/dev/null", O_RDONLY);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (dup2(null, 0) < 0 || dup2(out, 1) < 0 || dup2(err, 2) < 0)
		_exit(126);
	execv(argv[0], (char *const *)(uintptr_t)argv);
	_exit(127);
}

void tool_exec(struct tool *tool, const char *const argv[])
{
	int out[2], err[2];
	tool->out[0] = tool->err[0] = '\0';
	tool->status = -1;
	assert_int_equal(pipe2(out, O_CLOEXEC), 0);
	assert_int_equal(pipe2(err, O_CLOEXEC), 0);
	uint64_t start = harness_now_ns();
	pid_t pid = fork();
	if (pid == 0)
		tool_child(argv, out[1], err[1]);
	assert_true(pid > 0);
	close(out[1]);
	close(err[1]);
	bool ended = collect(tool, out[0], err[0]);
	if (!ended)
		kill(pid, SIGKILL);
	int status = 0;
	while (wait4(pid, &status, __WALL, &tool->usage) < 0 && errno == EINTR)
		;
	tool->wall_ns = harness_now_ns() - start;
	close(out[0]);
	close(err[0]);
	if (ended)
		tool->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void tool_run(struct tool *tool, const char *command, pid_t pid, ...)
{
	char number[16];
	const char *argv[ARGS_MAX] = {tool_program(), command, "-p", number};
	va_list ap;
	va_start(ap, pid);
	for (unsigned i = 4; i + 1 < ARGS_MAX && (argv[i] = va_arg(ap, const char *)); i++)
		;
	va_end(ap);
	snprintf(number, sizeof(number), "%d", pid);
	tool_exec(tool, argv);
}

void tool_call(struct tool *tool, const struct victim *vic, const char *expr)
{
	tool_run(tool, "call", vic->pid, expr, NULL);
}

/* The end of the JSON value at @at: of a string, a bracketed value, or a plain one. */
static const char *value_end(const char *at)
{
	int depth = 0;
	bool string = false;
	for (; *at; at++) {
		if (string) {
			if (*at == '\\' && at[1])
				at++;
			else if (*at == '"')
				string = false;
		} else if (*at == '"') {
			string = true;
		} else if (*at == '{' || *at == '[') {
			depth++;
		} else if (*at == '}' || *at == ']') {
			if (depth-- == 0)
				return at;
		} else if (*at == ',' && depth == 0) {
			return at;
		}
	}
	return at;
}

bool tool_json(const struct tool *tool, const char *name, char *buf, size_t size)
{
	char key[64];
	const char *found = NULL;
	snprintf(key, sizeof(key), "\"%s\":", name);
	for (const char *at = tool->out; (at = strstr(at, key)); at++)
		found = at;
	if (!found)
		return false;
	found += strlen(key);
	found += strspn(found, " ");
	const char *end = value_end(found);
	while (end > found && (end[-1] == ' ' || end[-1] == '\n'))
		end--;
	if (*found == '"' && end - found >= 2) {
		found++;
		end--;
	}
	snprintf(buf, size, "%.*s", (int)(end - found), found);
	return true;
}

double tool_json_number(const struct tool *tool, const char *name)
{
	char text[64], *end;
	if (!tool_json(tool, name, text, sizeof(text)))
		fail_msg("no member %s in: %s", name, tool->out);
	double number = strtod(text, &end);
	if (end == text || *end)
		fail_msg("member %s is %s, not a number", name, text);
	return number;
}

void tool_expect(const struct tool *tool, int status)
{
	if (tool->status != status)
		fail_msg("exit status %d, not %d\nstdout: %s\nstderr: %s", tool->status, status,
			 tool->out, tool->err);
}

void tool_expect_out(const struct tool *tool, const char *out)
{
	size_t len = strlen(tool->out);
	if (len && tool->out[len - 1] == '\n')
		len--;
	if (len != strlen(out) || memcmp(tool->out, out, len) != 0)
		fail_msg("stdout is: %s\nand not: %s\nstderr: %s", tool->out, out, tool->err);
}

void tool_expect_err(const struct tool *tool, const char *part)
{
	if (!strstr(tool->err, part))
		fail_msg("stderr has no \"%s\": %s\nstdout: %s", part, tool->err, tool->out);
}
