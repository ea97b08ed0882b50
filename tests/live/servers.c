/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "servers.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ANSWER_MS = 10000, KEYS = 200, PAGE_LINES = 2000, LINE_MAX_SIZE = 64 };

int servers_dial(int port)
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

size_t servers_ask(int port, const char *request, char *buf, size_t size, size_t want)
{
	int fd = servers_dial(port);
	size_t len = 0;

	if (fd >= 0 && write(fd, request, strlen(request)) == (ssize_t)strlen(request)) {
		while (len < want && len < size - 1) {
			struct pollfd pfd = {.fd = fd, .events = POLLIN};
			ssize_t got = poll(&pfd, 1, ANSWER_MS) == 1
					      ? read(fd, buf + len, size - 1 - len)
					      : -1;

			if (got <= 0)
				break;
			len += (size_t)got;
		}
	}
	if (fd >= 0)
		close(fd);
	buf[len] = '\0';
	return len;
}

bool servers_answer(int port, const char *request, const char *answer)
{
	char buf[256];

	servers_ask(port, request, buf, sizeof(buf), strlen(answer));
	return strcmp(buf, answer) == 0;
}

static void args_set(struct servers_args *args, size_t len, const char *const list[])
{
	memcpy(args->list, list, len * sizeof(*list));
}

#define ARGS_SET(args, ...)                                                                     \
	args_set(args, sizeof((const char *const[]){__VA_ARGS__, NULL}) / sizeof(const char *), \
		 (const char *const[]){__VA_ARGS__, NULL})

void servers_redis(struct servers_args *args, const char *program, int port, const char *dir)
{
	char *number = args->text[0];

	snprintf(number, sizeof(args->text[0]), "%d", port);
	snprintf(args->text[1], sizeof(args->text[1]), "%s", dir ? dir : "/");
	ARGS_SET(args, program, "--port", number, "--bind", "127.0.0.1", "--dir", args->text[1],
		 "--save", "", "--appendonly", "no", "--logfile", dir ? "redis.log" : "/dev/null");
}

void servers_redis_load(struct servers_args *args, const char *program, int port)
{
	char *number = args->text[0];

	snprintf(number, sizeof(args->text[0]), "%d", port);
	ARGS_SET(args, program, "-p", number, "-c", "8", "-n", "20000", "-r", "1000", "-l", "-q",
		 "--csv", "-t", "set,get,incr,lpush,lpop,hset");
}

bool servers_redis_prepare(int port)
{
	return servers_answer(port, "SET ij:kept 12345\r\n", "+OK\r\n");
}

bool servers_redis_is_right(int port)
{
	char request[64], answer[64];

	if (!servers_answer(port, "GET ij:kept\r\n", "$5\r\n12345\r\n"))
		return false;
	for (int i = 0; i < KEYS; i++) {
		snprintf(request, sizeof(request), "SET ij:%d %08d\r\n", i, i * 77);
		if (!servers_answer(port, request, "+OK\r\n"))
			return false;
	}
	for (int i = 0; i < KEYS; i++) {
		snprintf(request, sizeof(request), "GET ij:%d\r\n", i);
		snprintf(answer, sizeof(answer), "$8\r\n%08d\r\n", i * 77);
		if (!servers_answer(port, request, answer))
			return false;
	}
	return true;
}

static int page_line(char line[LINE_MAX_SIZE], int number)
{
	return snprintf(line, LINE_MAX_SIZE, "line %05d of a page that is zipped\n", number);
}

static bool page_write(const char *path)
{
	FILE *file = fopen(path, "w");
	char line[LINE_MAX_SIZE];

	for (int i = 0; file && i < PAGE_LINES; i++) {
		page_line(line, i);
		fputs(line, file);
	}
	return file && fclose(file) == 0 && chmod(path, 0644) == 0;
}

bool servers_nginx_files(const char *dir, int port)
{
	char path[256];
	FILE *file;

	snprintf(path, sizeof(path), "%s/nginx.conf", dir);
	file = fopen(path, "w");
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
	if (fclose(file) != 0 || chmod(dir, 0755) != 0)
		return false;
	snprintf(path, sizeof(path), "%s/page.txt", dir);
	return page_write(path);
}

void servers_nginx(struct servers_args *args, const char *program, const char *dir)
{
	snprintf(args->text[0], sizeof(args->text[0]), "%s/nginx.conf", dir);
	ARGS_SET(args, program, "-c", args->text[0]);
}

void servers_nginx_load(struct servers_args *args, const char *program, int port)
{
	snprintf(args->text[0], sizeof(args->text[0]), "http://127.0.0.1:%d/page.txt", port);
	/* -t resets -n to 50,000, so it goes first; both are more than a run lasts. */
	ARGS_SET(args, program, "-q", "-t", "100000", "-n", "20000000", "-c", "4", "-k", "-H",
		 "Accept-Encoding: gzip", args->text[0]);
}

bool servers_nginx_is_right(int port)
{
	static char page[PAGE_LINES * LINE_MAX_SIZE];
	char line[LINE_MAX_SIZE];
	const char *body;

	servers_ask(port, "GET /page.txt HTTP/1.0\r\n\r\n", page, sizeof(page), sizeof(page));
	body = strstr(page, "\r\n\r\n");
	body = body ? body + 4 : NULL;
	for (int i = 0; body && i < PAGE_LINES; i++) {
		size_t len = (size_t)page_line(line, i);

		body = strncmp(body, line, len) == 0 ? body + len : NULL;
	}
	return body && !*body;
}
