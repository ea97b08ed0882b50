/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* redis-server and nginx, each under the load of its usual benchmark. */
#include "subject.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "servers.h"

enum { SERVE_MS = 10000, END_MS = 20000 };

static bool await_port(const struct subject *sub)
{
	uint64_t start = bench_now_ns();
	int fd;
	while ((fd = servers_dial(sub->port)) < 0)
		if (!subject_alive(sub, 5) || bench_now_ns() - start > SERVE_MS * 1000000ull)
			return false;
	close(fd);
	return true;
}

/* Ask for its end by SIGTERM; true if it exits with status 0. */
static bool ends_well(struct subject *sub, char *why, size_t size)
{
	siginfo_t info = {0};
	kill(sub->target.pid, SIGTERM);
	if (subject_alive(sub, END_MS)) {
		snprintf(why, size, "it does not end");
		return false;
	}
	waitid(P_PIDFD, (id_t)sub->target.pidfd, &info, WEXITED | WNOWAIT);
	snprintf(why, size, "it ended with code %d, status %d", info.si_code, info.si_status);
	return info.si_code == CLD_EXITED && info.si_status == 0;
}

static bool loaded(const struct subject *sub)
{
	struct pollfd pfd = {.fd = sub->load.pidfd, .events = POLLIN};
	return poll(&pfd, 1, 0) == 0;
}

bool redis_start(const struct subject_kind *kind, struct subject *sub)
{
	struct servers_args server, load;

	sub->port = bench_free_port();
	servers_redis(&server, kind->needs, sub->port, NULL);
	servers_redis_load(&load, "/usr/bin/redis-benchmark", sub->port);
	return target_start(&sub->target, server.list, false) && await_port(sub) &&
	       servers_redis_prepare(sub->port) && target_start(&sub->load, load.list, false);
}

bool redis_right(struct subject *sub, char *why, size_t size)
{
	snprintf(why, size, "the load ended, or answers are wrong");
	if (!loaded(sub))
		return false;
	target_stop(&sub->load);
	return servers_redis_is_right(sub->port) && ends_well(sub, why, size);
}

bool nginx_start(const struct subject_kind *kind, struct subject *sub)
{
	struct servers_args server, load;

	sub->port = bench_free_port();
	snprintf(sub->dir, sizeof(sub->dir), "/tmp/ij-bench-XXXXXX");
	if (!mkdtemp(sub->dir) || !servers_nginx_files(sub->dir, sub->port))
		return false;
	servers_nginx(&server, kind->needs, sub->dir);
	servers_nginx_load(&load, "/usr/bin/ab", sub->port);
	return target_start(&sub->target, server.list, false) && await_port(sub) &&
	       target_start(&sub->load, load.list, false);
}

bool nginx_right(struct subject *sub, char *why, size_t size)
{
	snprintf(why, size, "the load ended at an error"); /* ab goes on as long as all is right */
	if (!loaded(sub))
		return false;
	target_stop(&sub->load);
	snprintf(why, size, "its page is wrong");
	return servers_nginx_is_right(sub->port) && ends_well(sub, why, size);
}
