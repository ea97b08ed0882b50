/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Programs that serve a TCP port: redis-server and nginx. */
#include "programs.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

const char *program_require(const char *name)
{
	const char *path = harness_find(name);
	if (!path) {
		print_message("%s is not installed\n", name);
		skip();
	}
	return path;
}

static int dial(int port)
{
	struct sockaddr_in addr = {.sin_family = AF_INET,
				   .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
				   .sin_port = htons((uint16_t)port)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd >= 0 && connect(fd, (struct sockaddr *)&addr, sizeof(addr)) != 0) {
		close(fd);
		return -1;
	}
	return fd;
}

static void await_port(const struct subject *sub)
{
	int fd;
	uint64_t start = harness_now_ns();
	while ((fd = dial(sub->port)) < 0) {
		assert_true(harness_pause(sub->target.pidfd, 5));
		assert_true(harness_now_ns() - start < HARNESS_WAIT_MS * 1000000ull);
	}
	close(fd);
}

/* Send @request on a new connection; read until @want bytes came or the peer closes. */
static size_t ask(int port, const char *request, char *buf, size_t size, size_t want)
{
	int fd = dial(port);
	size_t len = 0;
	assert_true(fd >= 0);
	assert_int_equal(write(fd, request, strlen(request)), strlen(request));
	while (len < want && len < size - 1) {
		struct pollfd pfd = {.fd = fd, .events = POLLIN};
		ssize_t got = poll(&pfd, 1, HARNESS_WAIT_MS) == 1
				      ? read(fd, buf + len, size - 1 - len)
				      : -1;
		if (got <= 0)
			break;
		len += (size_t)got;
	}
	close(fd);
	buf[len] = '\0';
	return len;
}

static void expect_answer(int port, const char *request, const char *answer)
{
	char buf[256];
	ask(port, request, buf, sizeof(buf), strlen(answer));
	assert_string_equal(buf, answer);
}

/* The load must not have ended: its program ends at the first error. */
static void end_load(struct subject *sub)
{
	assert_true(victim_alive(&sub->load));
	victim_kill(&sub->load);
}

static void redis_start(struct subject *sub)
{
	char port[16], dir[128], path[256], bench[256];
	snprintf(path, sizeof(path), "%s", program_require("redis-server"));
	snprintf(bench, sizeof(bench), "%s", program_require("redis-benchmark"));
	sub->port = harness_free_port();
	snprintf(port, sizeof(port), "%d", sub->port);
	snprintf(dir, sizeof(dir), "%s", harness_dir());
	const char *const server[] = {path,    "--port",    port,        "--bind", "127.0.0.1",
				      "--dir", dir,         "--save",    "",       "--appendonly",
				      "no",    "--logfile", "redis.log", NULL};
	victim_spawn(&sub->target, server);
	await_port(sub);
	expect_answer(sub->port, "SET ij:kept 12345\r\n", "+OK\r\n");
	const char *const load[] = {
		bench, "-p",   port, "-c", "8",     "-n", "20000",
		"-r",  "1000", "-l", "-q", "--csv", "-t", "set,get,incr,lpush,lpop,hset",
		NULL};
	victim_spawn(&sub->load, load);
}

static void redis_finish(struct subject *sub)
{
	char request[64], answer[64];
	end_load(sub);
	expect_answer(sub->port, "GET ij:kept\r\n", "$5\r\n12345\r\n");
	for (int i = 0; i < 200; i++) {
		snprintf(request, sizeof(request), "SET ij:%d %08d\r\n", i, i * 77);
		expect_answer(sub->port, request, "+OK\r\n");
	}
	for (int i = 0; i < 200; i++) {
		snprintf(request, sizeof(request), "GET ij:%d\r\n", i);
		snprintf(answer, sizeof(answer), "$8\r\n%08d\r\n", i * 77);
		expect_answer(sub->port, request, answer);
	}
	assert_int_equal(kill(sub->target.pid, SIGTERM), 0);
	int status = victim_wait(&sub->target);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	victim_kill(&sub->target);
}

enum { PAGE_LINES = 2000 };

static void nginx_files(const char *dir, int port, char *conf, size_t size)
{
	char path[256];
	snprintf(conf, size, "%s/nginx.conf", dir);
	FILE *file = fopen(conf, "w");
	assert_non_null(file);
	fprintf(file,
		"daemon off; master_process off; pid %s/pid; error_log %s/error.log;\n"
		"events { worker_connections 64; }\n"
		"http { access_log off; gzip on; gzip_types text/plain; default_type text/plain;\n"
		"client_body_temp_path %s/b; proxy_temp_path %s/p; fastcgi_temp_path %s/f;\n"
		"uwsgi_temp_path %s/u; scgi_temp_path %s/s;\n"
		"server { listen 127.0.0.1:%d; root %s; } }\n",
		dir, dir, dir, dir, dir, dir, dir, port, dir);
	fclose(file);
	snprintf(path, sizeof(path), "%s/page.txt", dir);
	file = fopen(path, "w");
	assert_non_null(file);
	for (int i = 0; i < PAGE_LINES; i++)
		fprintf(file, "line %05d of a page that is zipped\n", i);
	fclose(file);
	chmod(dir, 0755);
	chmod(path, 0644);
}

static void nginx_start(struct subject *sub)
{
	char path[256], ab[256], conf[256], url[128];
	snprintf(path, sizeof(path), "%s", program_require("nginx"));
	snprintf(ab, sizeof(ab), "%s", program_require("ab"));
	sub->port = harness_free_port();
	nginx_files(harness_dir(), sub->port, conf, sizeof(conf));
	const char *const server[] = {path, "-c", conf, NULL};
	victim_spawn(&sub->target, server);
	await_port(sub);
	snprintf(url, sizeof(url), "http://127.0.0.1:%d/page.txt", sub->port);
	/* -t resets -n to 50,000, so it goes first; both are more than a test lasts. */
	const char *const load[] = {ab,
				    "-q",
				    "-t",
				    "100000",
				    "-n",
				    "20000000",
				    "-c",
				    "4",
				    "-k",
				    "-H",
				    "Accept-Encoding: gzip",
				    url,
				    NULL};
	victim_spawn(&sub->load, load);
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
	static char page[PAGE_LINES * 64];
	nginx_load_was_served(sub);
	ask(sub->port, "GET /page.txt HTTP/1.0\r\n\r\n", page, sizeof(page), sizeof(page));
	char *body = strstr(page, "\r\n\r\n");
	assert_non_null(body);
	body += 4;
	for (int i = 0; i < PAGE_LINES; i++) {
		char line[64];
		int len = snprintf(line, sizeof(line), "line %05d of a page that is zipped\n", i);
		assert_memory_equal(body, line, (size_t)len);
		body += len;
	}
	assert_int_equal(kill(sub->target.pid, SIGTERM), 0);
	int status = victim_wait(&sub->target);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	victim_kill(&sub->target);
}

const struct program ij_program_redis = {"redis-server", redis_start, redis_finish};
const struct program ij_program_nginx = {"nginx", nginx_start, nginx_finish};
