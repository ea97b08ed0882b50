/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The recipes that people run with gdb today, each on a program that it is meant for. Its result is
 * seen from the target: what it printed, wrote, answers, or has open; and it goes on with its work.
 */
#include "uses.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct tool recipe_tool;

const char *recipe_path(const char *name)
{
	static char path[256];

	snprintf(path, sizeof(path), "%s/%s", harness_dir(), name);
	return path;
}

const char *recipe_line(const struct victim *vic)
{
	static char line[512];
	size_t len = 0;
	struct pollfd fd = {.fd = vic->out, .events = POLLIN};

	while (len < sizeof(line) - 1) {
		if (poll(&fd, 1, HARNESS_WAIT_MS) != 1 || read(vic->out, line + len, 1) != 1)
			fail_msg("the program prints no more");
		if (line[len] == '\n')
			break;
		len++;
	}
	line[len] = '\0';
	return line;
}

void recipe_await(const struct victim *vic, const char *want)
{
	while (strcmp(recipe_line(vic), want) != 0)
		continue;
}

void recipe_await_file(const struct victim *vic, const char *name, const char *part)
{
	uint64_t start = harness_now_ns();

	for (;;) {
		char *text = proc_read(recipe_path(name));
		bool found = text && strstr(text, part);

		free(text);
		if (found)
			return;
		if (!harness_pause(vic->pidfd, 2))
			fail_msg("the program died before %s had %s", name, part);
		if (harness_now_ns() - start > HARNESS_WAIT_MS * 1000000ull)
			fail_msg("%s has no %s", name, part);
	}
}

void recipe_start_env(struct victim *vic, const char *const env[], const char *program,
		      const char *const args[])
{
	const char *argv[32] = {"/usr/bin/env"};
	char path[256];
	size_t len = 1;

	while (*env)
		argv[len++] = *env++;
	snprintf(path, sizeof(path), "%s", *program == '/' ? program : program_require(program));
	argv[len++] = path;
	while (*args)
		argv[len++] = *args++;
	argv[len] = NULL;
	victim_spawn(vic, argv);
	recipe_await(vic, "ready");
}

void recipe_start(struct victim *vic, const char *program, const char *const args[])
{
	recipe_start_env(vic, (const char *const[]){NULL}, program, args);
}

static void await_port(const struct victim *vic, int port)
{
	uint64_t start = harness_now_ns();
	int fd;

	while ((fd = servers_dial(port)) < 0) {
		assert_true(harness_pause(vic->pidfd, 5));
		assert_true(harness_now_ns() - start < HARNESS_WAIT_MS * 1000000ull);
	}
	close(fd);
}

/* `sh` gives the program a stderr of its own, and becomes it. */
static void start_quiet(struct victim *vic, const char *command)
{
	char script[1024];
	const char *const argv[] = {"/bin/sh", "-c", script, NULL};

	snprintf(script, sizeof(script), "exec %s 2>%s", command, recipe_path("stderr"));
	victim_spawn(vic, argv);
}

int recipe_redis(struct victim *vic)
{
	char command[512];
	int port = harness_free_port();

	snprintf(command, sizeof(command),
		 "%s --port %d --bind 127.0.0.1 --dir %s --save '' --logfile redis.log",
		 program_require("redis-server"), port, harness_dir());
	start_quiet(vic, command);
	await_port(vic, port);
	return port;
}

int recipe_nginx(struct victim *vic)
{
	char path[256];
	const char *dir = harness_dir();
	int port = harness_free_port();
	FILE *file;

	snprintf(path, sizeof(path), "%s", program_require("nginx"));
	file = fopen(recipe_path("nginx.conf"), "w");
	assert_non_null(file);
	fprintf(file,
		"daemon off; master_process off; pid %s/pid; error_log %s/error.log notice;\n"
		"events { worker_connections 16; }\n"
		"http { access_log %s/access.log; client_body_temp_path %s/b; proxy_temp_path "
		"%s/p;\n"
		"fastcgi_temp_path %s/f; uwsgi_temp_path %s/u; scgi_temp_path %s/s;\n"
		"server { listen 127.0.0.1:%d; root %s; } }\n",
		dir, dir, dir, dir, dir, dir, dir, dir, port, dir);
	fclose(file);
	const char *const argv[] = {path, "-c", recipe_path("nginx.conf"), NULL};
	victim_spawn(vic, argv);
	await_port(vic, port);
	return port;
}

uint64_t recipe_call(const struct victim *vic, const char *format, ...)
{
	char expr[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(expr, sizeof(expr), format, args);
	va_end(args);
	tool_call(&recipe_tool, vic, expr);
	tool_expect(&recipe_tool, 0);
	return strtoull(recipe_tool.out, NULL, 0);
}

const char *recipe_fd(const struct victim *vic, int fd)
{
	static char target[256];
	char link[64];
	ssize_t len;

	snprintf(link, sizeof(link), "/proc/%d/fd/%d", vic->pid, fd);
	len = readlink(link, target, sizeof(target) - 1);
	target[len < 0 ? 0 : len] = '\0';
	return target;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define RECIPE(name, text) {text, recipe_##name, harness_setup, harness_teardown, NULL},
		RECIPES(RECIPE)
#undef RECIPE
	};
	const char *filter = getenv("IJ_FILTER");

	if (filter)
		cmocka_set_test_filter(filter);
	return cmocka_run_group_tests_name("uses", tests, NULL, NULL);
}
