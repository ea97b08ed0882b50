/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* redis-server and nginx: how they are started, put under load and asked, in tests and benchmarks.
 */
#ifndef IJ_TESTS_SERVERS_H
#define IJ_TESTS_SERVERS_H

#include <stdbool.h>
#include <stddef.h>

enum { SERVERS_ARGS_MAX = 16 };

/** What a server and its load are run with; ends with NULL, as execv(3) wants it. */
struct servers_args {
	const char *list[SERVERS_ARGS_MAX];
	char text[2][256]; /* of those that are made here */
};

/** A new connection to @port of this machine; -1: nobody listens. The caller closes it. */
int servers_dial(int port);
/**
 * Send @request on a new connection; read until @want bytes came, the peer closes, or nothing came
 * for ten seconds.
 *
 * @buf: @size bytes; what came, NUL-terminated.
 * @return: bytes that came.
 */
size_t servers_ask(int port, const char *request, char *buf, size_t size, size_t want);
/** Is exactly that the answer? */
bool servers_answer(int port, const char *request, const char *answer);

/** redis-server at @program, without files but in @dir (NULL: none at all). */
void servers_redis(struct servers_args *args, const char *program, int port, const char *dir);
/** redis-benchmark at @program, which goes on until it is killed or an answer is wrong. */
void servers_redis_load(struct servers_args *args, const char *program, int port);
/** Put a value there that servers_redis_is_right looks for. */
bool servers_redis_prepare(int port);
/** Are old values and new ones what they should be? */
bool servers_redis_is_right(int port);

/** Write the configuration and the page of an nginx below @dir. */
bool servers_nginx_files(const char *dir, int port);
/** nginx at @program, with these files. */
void servers_nginx(struct servers_args *args, const char *program, const char *dir);
/** ab at @program, which goes on until it is killed or a request fails. */
void servers_nginx_load(struct servers_args *args, const char *program, int port);
/** Is the page what was written? */
bool servers_nginx_is_right(int port);

#endif
