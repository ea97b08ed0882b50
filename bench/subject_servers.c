/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* redis-server and nginx, each under the load of its usual benchmark. */
#include "subject.h"

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

enum { SERVE_MS = 10000, END_MS = 20000, PAGE_LINES = 2000 };

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

static bool await_port(const struct subject *sub)
{
	uint64_t start = bench_now_ns();
	int fd;
	while ((fd = dial(sub->port)) < 0)
		if (!subject_alive(sub, 5) || bench_now_ns() - start > SERVE_MS * 1000000ull)
			return false;
	close(fd);
	return true;
}

/* Send @request on a new connection; read until @want bytes came, the peer closes, or too late. */
static size_t ask(int port, const char *request, char *buf, size_t size, size_t want)
{
	int fd = dial(port);
	size_t len = 0;
	if (fd >= 0 && write(fd, request, strlen(request)) == (ssize_t)strlen(request)) {
		while (len < want && len < size - 1) {
			struct pollfd pfd = {.fd = fd, .events = POLLIN};
			ssize_t got = poll(&pfd, 1, SERVE_MS) == 1
					      ? read(fd, buf + len, size - 1 - len)
					      : -1;
			if (got <= 0)
				break;
			len += (size_t)got;
		}
	}
	close(fd);
	buf[len] = '\0';
	return len;
}

static bool answers(int port, const char *request, const char *answer)
{
	char buf[256];
	ask(port, request, buf, sizeof(buf), strlen(answer));
	return strcmp(buf, answer) == 0;
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
	char port[16];
	sub->port = bench_free_port();
	snprintf(port, sizeof(port), "%d", sub->port);
	const char *const server[] = {kind->needs, "--port", port,           "--bind", "127.0.0.1",
				      "--save",    "",       "--appendonly", "no",     NULL};
	const char *const load[] = {"/usr/bin/redis-benchmark",
				    "-p",
				    port,
				    "-c",
				    "8",
				    "-n",
				    "20000",
				    "-r",
				    "1000",
				    "-l",
				    "-q",
				    "--csv",
				    "-t",
				    "set,get,incr,lpush,lpop,hset",
				    NULL};
	return target_start(&sub->target, server, false) && await_port(sub) &&
	       answers(sub->port, "SET ij:kept 12345\r\n", "+OK\r\n") &&
	       target_start(&sub->load, load, false);
}

bool redis_right(struct subject *sub, char *why, size_t size)
{
	char request[64], answer[64];
	snprintf(why, size, "the load ended, or answers are wrong");
	if (!loaded(sub) || !answers(sub->port, "GET ij:kept\r\n", "$5\r\n12345\r\n"))
		return false;
	target_stop(&sub->load);
	for (int i = 0; i < 200; i++) {
		snprintf(request, sizeof(request), "SET ij:%d %08d\r\n", i, i * 77);
		if (!answers(sub->port, request, "+OK\r\n"))
			return false;
	}
	for (int i = 0; i < 200; i++) {
		snprintf(request, sizeof(request), "GET ij:%d\r\n", i);
		snprintf(answer, sizeof(answer), "$8\r\n%08d\r\n", i * 77);
		if (!answers(sub->port, request, answer))
			return false;
	}
	return ends_well(sub, why, size);
}

static bool nginx_files(const char *dir, int port)
{
	char path[128];
	snprintf(path, sizeof(path), "%s/nginx.conf", dir);
	FILE *file = fopen(path, "w");
	if (!file)
		return false;
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
	for (int i = 0; file && i < PAGE_LINES; i++)
		fprintf(file, "line %05d of a page that is zipped\n", i);
	if (file)
		fclose(file);
	chmod(dir, 0755);
	return file != NULL && chmod(path, 0644) == 0;
}

bool nginx_start(const struct subject_kind *kind, struct subject *sub)
{
	char conf[128], url[128];
	sub->port = bench_free_port();
	snprintf(sub->dir, sizeof(sub->dir), "/tmp/ij-bench-XXXXXX");
	if (!mkdtemp(sub->dir) || !nginx_files(sub->dir, sub->port))
		return false;
	snprintf(conf, sizeof(conf), "%s/nginx.conf", sub->dir);
	snprintf(url, sizeof(url), "http://127.0.0.1:%d/page.txt", sub->port);
	const char *const server[] = {kind->needs, "-c", conf, NULL};
	/* -t resets -n to 50,000, so it goes first; both are more than a run lasts. */
	const char *const load[] = {"/usr/bin/ab",
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
	return target_start(&sub->target, server, false) && await_port(sub) &&
	       target_start(&sub->load, load, false);
}

bool nginx_right(struct subject *sub, char *why, size_t size)
{
	static char page[PAGE_LINES * 64], want[PAGE_LINES * 64];
	size_t len = 0;
	snprintf(why, size, "the load ended at an error"); /* ab goes on as long as all is right */
	if (!loaded(sub))
		return false;
	target_stop(&sub->load);
	for (int i = 0; i < PAGE_LINES; i++)
		len += (size_t)sprintf(want + len, "line %05d of a page that is zipped\n", i);
	ask(sub->port, "GET /page.txt HTTP/1.0\r\n\r\n", page, sizeof(page), sizeof(page));
	const char *body = strstr(page, "\r\n\r\n");
	snprintf(why, size, "its page is wrong");
	return body && strcmp(body + 4, want) == 0 && ends_well(sub, why, size);
}
