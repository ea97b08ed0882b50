/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Programs that serve a TCP port: redis-server and nginx. */
#include "programs.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "servers.h"

const char *program_require(const char *name)
{
	const char *path = harness_find(name);
	if (!path) {
		print_message("%s is not installed\n", name);
		skip();
	}
	return path;
}

static void await_port(const struct subject *sub)
{
	int fd;
	uint64_t start = harness_now_ns();
	while ((fd = servers_dial(sub->port)) < 0) {
		assert_true(harness_pause(sub->target.pidfd, 5));
		assert_true(harness_now_ns() - start < HARNESS_WAIT_MS * 1000000ull);
	}
	close(fd);
}

/* The load must not have ended: its program ends at the first error. */
static void end_load(struct subject *sub)
{
	assert_true(victim_alive(&sub->load));
	victim_kill(&sub->load);
}

static void end_program(struct subject *sub)
{
	int status;

	assert_int_equal(kill(sub->target.pid, SIGTERM), 0);
	status = victim_wait(&sub->target);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	victim_kill(&sub->target);
}

static void redis_start(struct subject *sub)
{
	struct servers_args server, load;
	char path[256], bench[256];

	snprintf(path, sizeof(path), "%s", program_require("redis-server"));
	snprintf(bench, sizeof(bench), "%s", program_require("redis-benchmark"));
	sub->port = harness_free_port();
	servers_redis(&server, path, sub->port, harness_dir());
	victim_spawn(&sub->target, server.list);
	await_port(sub);
	assert_true(servers_redis_prepare(sub->port));
	servers_redis_load(&load, bench, sub->port);
	victim_spawn(&sub->load, load.list);
}

static void redis_finish(struct subject *sub)
{
	end_load(sub);
	assert_true(servers_redis_is_right(sub->port));
	end_program(sub);
}

static void nginx_start(struct subject *sub)
{
	struct servers_args server, load;
	char path[256], ab[256];

	snprintf(path, sizeof(path), "%s", program_require("nginx"));
	snprintf(ab, sizeof(ab), "%s", program_require("ab"));
	sub->port = harness_free_port();
	assert_true(servers_nginx_files(harness_dir(), sub->port));
	servers_nginx(&server, path, harness_dir());
	victim_spawn(&sub->target, server.list);
	await_port(sub);
	servers_nginx_load(&load, ab, sub->port);
	victim_spawn(&sub->load, load.list);
}

/* ab prints its summary when interrupted. */
static void nginx_load_was_served(struct subject *sub)
{
	char text[8192];
	size_t len = 0;
	ssize_t got;
	assert_true(victim_alive(&sub->load));
	assert_int_equal(kill(sub->load.pid, SIGINT), 0);
	assert_true(victim_wait(&sub->load) != -1);
	while (len < sizeof(text) - 1 &&
	       (got = read(sub->load.out, text + len, sizeof(text) - 1 - len)) > 0)
		len += (size_t)got;
	text[len] = '\0';
	if (!strstr(text, "Failed requests:        0") || strstr(text, "Non-2xx"))
		fail_msg("ab says: %s", text);
	victim_kill(&sub->load);
}

static void nginx_finish(struct subject *sub)
{
	nginx_load_was_served(sub);
	assert_true(servers_nginx_is_right(sub->port));
	end_program(sub);
}

const struct program ij_program_redis = {"redis-server", redis_start, redis_finish};
const struct program ij_program_nginx = {"nginx", nginx_start, nginx_finish};
