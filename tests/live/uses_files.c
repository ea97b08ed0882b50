/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Recipes 11 to 18: descriptors, sockets, and what the kernel keeps of a process. */
#include "uses.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

/* Send @request; the answer must begin with @want. */
static void ask(int fd, const char *request, const char *want)
{
	char answer[512] = "";
	size_t len = 0;

	assert_int_equal(write(fd, request, strlen(request)), strlen(request));
	while (len < strlen(want)) {
		struct pollfd pfd = {.fd = fd, .events = POLLIN};
		ssize_t got = poll(&pfd, 1, HARNESS_WAIT_MS) == 1
				      ? read(fd, answer + len, sizeof(answer) - 1 - len)
				      : -1;

		if (got <= 0)
			break;
		len += (size_t)got;
	}
	answer[len] = '\0';
	assert_memory_equal(answer, want, strlen(want));
}

void recipe_unhook(void **state)
{
	struct victim vic;
	int port, null, fd;

	(void)state;
	port = recipe_redis(&vic);
	assert_memory_equal(recipe_fd(&vic, 1), "pipe:", 5);
	null = (int)recipe_call(&vic, "open(\"/dev/null\", O_RDWR)");
	for (fd = 0; fd <= 2; fd++)
		assert_int_equal(recipe_call(&vic, "dup2(%d, %d)", null, fd), fd);
	assert_int_equal(recipe_call(&vic, "close(%d)", null), 0);
	for (fd = 0; fd <= 2; fd++)
		assert_string_equal(recipe_fd(&vic, fd), "/dev/null");
	assert_string_equal(recipe_fd(&vic, null), "");
	fd = servers_dial(port);
	ask(fd, "PING\r\n", "+PONG\r\n");
	close(fd);
	victim_kill(&vic);
}

/* Which descriptor of @vic is open on @path; fails the test if none is. */
static int find_fd(const struct victim *vic, const char *path)
{
	for (int fd = 0; fd < 64; fd++)
		if (!strcmp(recipe_fd(vic, fd), path))
			return fd;
	fail_msg("nothing is open on %s", path);
	return -1;
}

void recipe_rotate(void **state)
{
	struct victim vic;
	int port, client, log, fresh;

	(void)state;
	port = recipe_nginx(&vic);
	log = find_fd(&vic, recipe_path("access.log"));
	fresh = (int)recipe_call(&vic, "open(\"%s\", O_WRONLY | O_CREAT | O_APPEND, 0644)",
				 recipe_path("fresh.log"));
	assert_int_equal(recipe_call(&vic, "dup2(%d, %d)", fresh, log), log);
	assert_int_equal(recipe_call(&vic, "close(%d)", fresh), 0);
	client = servers_dial(port);
	ask(client, "GET /no-such-page HTTP/1.0\r\n\r\n", "HTTP/1.1 404");
	close(client);
	recipe_await_file(&vic, "fresh.log", "GET /no-such-page");
	victim_kill(&vic);
}

/* Where @vic is. */
static void read_cwd(const struct victim *vic, char *buf, size_t size)
{
	char link[64];
	ssize_t len;

	snprintf(link, sizeof(link), "/proc/%d/cwd", vic->pid);
	len = readlink(link, buf, size - 1);
	assert_true(len > 0);
	buf[len] = '\0';
}

void recipe_leave_mount(void **state)
{
	struct victim vic;
	char cwd[256];

	(void)state;
	recipe_redis(&vic);
	read_cwd(&vic, cwd, sizeof(cwd));
	assert_string_equal(cwd, harness_dir());
	assert_int_equal(recipe_call(&vic, "chdir(\"/\")"), 0);
	read_cwd(&vic, cwd, sizeof(cwd));
	assert_string_equal(cwd, "/");
	victim_kill(&vic);
}

void recipe_unblock(void **state)
{
	static const char script[] =
		"import os, time\n"
		"ends = os.pipe()\n"
		"print('ready', flush=True)\n"
		"print(ends[0], flush=True)\n"
		"while True:\n"
		"    time.sleep(0.005)\n"
		"    try: os.fstat(ends[0])\n"
		"    except OSError as error: print(error.strerror, flush=True)\n";
	struct victim vic;
	int fd;

	(void)state;
	recipe_start(&vic, "python3", (const char *const[]){"-c", script, NULL});
	fd = atoi(recipe_line(&vic));
	assert_memory_equal(recipe_fd(&vic, fd), "pipe:", 5);
	assert_int_equal(recipe_call(&vic, "close(%d)", fd), 0);
	assert_string_equal(recipe_fd(&vic, fd), "");
	recipe_await(&vic, "Bad file descriptor");
	victim_kill(&vic);
}

/* The descriptor that redis-server has for the connection @client. */
static int server_fd(int client)
{
	char text[1024];
	const char *at;
	ssize_t len;

	assert_int_equal(write(client, "CLIENT LIST\r\n", 13), 13);
	len = read(client, text, sizeof(text) - 1);
	assert_true(len > 0);
	text[len] = '\0';
	at = strstr(text, " fd=");
	assert_non_null(at);
	return atoi(at + 4);
}

void recipe_drop(void **state)
{
	struct victim vic;
	int port, client, fd;
	char byte;

	(void)state;
	port = recipe_redis(&vic);
	client = servers_dial(port);
	fd = server_fd(client);
	assert_int_equal(recipe_call(&vic, "shutdown(%d, SHUT_RDWR)", fd), 0);
	/* We are told, and the server has closed it by itself. */
	assert_int_equal(read(client, &byte, 1), 0);
	close(client);
	client = servers_dial(port);
	ask(client, "PING\r\n", "+PONG\r\n");
	close(client);
	victim_kill(&vic);
}

/* A server that accepts one connection after the other. */
static const char acceptor[] = "import socket\n"
			       "server = socket.create_server(('127.0.0.1', 0))\n"
			       "print('ready', flush=True)\n"
			       "print(server.fileno(), server.getsockname()[1], flush=True)\n"
			       "while True:\n"
			       "    client, _ = server.accept()\n"
			       "    client.sendall(b'hello')\n"
			       "    client.close()\n";

static void expect_hello(int port)
{
	int fd = servers_dial(port);

	assert_true(fd >= 0);
	ask(fd, "", "hello");
	close(fd);
}

void recipe_move_listener(void **state)
{
	struct victim vic;
	int old_fd, old_port, fd, port = harness_free_port();

	(void)state;
	recipe_start(&vic, "python3", (const char *const[]){"-c", acceptor, NULL});
	assert_int_equal(sscanf(recipe_line(&vic), "%d %d", &old_fd, &old_port), 2);
	expect_hello(old_port);
	fd = (int)recipe_call(&vic, "socket(AF_INET, SOCK_STREAM, 0)");
	assert_int_equal(
		recipe_call(&vic, "setsockopt(%d, SOL_SOCKET, SO_REUSEADDR, (int[1]){1}, 4)", fd),
		0);
	assert_int_equal(recipe_call(&vic,
				     "bind(%d, (struct sockaddr *)\"\\x02\\x00\\x%02x\\x%02x"
				     "\\x7f\\x00\\x00\\x01\\0\\0\\0\\0\\0\\0\\0\\0\", 16)",
				     fd, port >> 8, port & 0xff),
			 0);
	assert_int_equal(recipe_call(&vic, "listen(%d, 8)", fd), 0);
	assert_int_equal(recipe_call(&vic, "dup2(%d, %d)", fd, old_fd), old_fd);
	assert_int_equal(recipe_call(&vic, "close(%d)", fd), 0);
	/* It waits in accept(2), which is made again, on what its descriptor is now. */
	expect_hello(port);
	assert_int_equal(servers_dial(old_port), -1);
	victim_kill(&vic);
}

void recipe_mask(void **state)
{
	struct victim vic;
	char mask[16];
	uint64_t old;

	(void)state;
	recipe_redis(&vic);
	old = recipe_call(&vic, "umask(0)");
	proc_status(vic.pid, vic.pid, "Umask", mask, sizeof(mask));
	assert_string_equal(mask, "0000");
	assert_int_equal(recipe_call(&vic, "umask(%d)", 027), 0);
	proc_status(vic.pid, vic.pid, "Umask", mask, sizeof(mask));
	assert_string_equal(mask, "0027");
	recipe_call(&vic, "umask(%#lx)", old);
	proc_status(vic.pid, vic.pid, "Umask", mask, sizeof(mask));
	assert_int_equal(strtoul(mask, NULL, 8), old);
	victim_kill(&vic);
}

void recipe_subreaper(void **state)
{
	/* Who becomes the parent of an orphan? */
	static const char script[] = "import os, time\n"
				     "def orphan():\n"
				     "    inp, out = os.pipe()\n"
				     "    if os.fork() == 0:\n"
				     "        middle = os.getpid()\n"
				     "        if os.fork() == 0:\n"
				     "            while os.getppid() == middle: time.sleep(0.001)\n"
				     "            os.write(out, str(os.getppid()).encode())\n"
				     "        os._exit(0)\n"
				     "    os.close(out)\n"
				     "    parent = os.read(inp, 20)\n"
				     "    os.close(inp)\n"
				     "    while True:\n"
				     "        try: os.wait()\n"
				     "        except ChildProcessError: break\n"
				     "    return int(parent) == os.getpid()\n"
				     "print('ready', flush=True)\n"
				     "while True: print(orphan(), flush=True); time.sleep(0.02)\n";
	struct victim vic;

	(void)state;
	recipe_start(&vic, "python3", (const char *const[]){"-c", script, NULL});
	assert_string_equal(recipe_line(&vic), "False");
	assert_int_equal(recipe_call(&vic, "prctl(PR_SET_CHILD_SUBREAPER, 1)"), 0);
	recipe_await(&vic, "True");
	victim_kill(&vic);
}
