/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Messages between client and tracer: whole, malformed, with descriptors, late, and from nobody. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/clock.h"
#include "wire/wire.h"

/* The two ends; [1] is closed where the peer is to be gone. */
static int socks[2];
static uint8_t buf[IJ_WIRE_SIZE_MAX] __attribute__((aligned(8)));
static uint8_t bytes[IJ_WIRE_SIZE_MAX + 4096];

static int setup(void **state)
{
	const int room = 1 << 20;

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * 7 + (i >> 8));
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, socks))
		return -1;
	return setsockopt(socks[0], SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof(room)) &&
	       setsockopt(socks[0], SOL_SOCKET, SO_SNDBUF, &room, sizeof(room));
}

static int teardown(void **state)
{
	(void)state;
	close(socks[0]);
	if (socks[1] >= 0)
		close(socks[1]);
	return 0;
}

static void assert_ok(struct ij_error *err)
{
	if (err)
		print_error("%s\n", err->msg);
	assert_null(err);
}

static void assert_code(struct ij_error *err, enum ij_error_code code)
{
	assert_non_null(err);
	assert_int_equal(err->code, code);
	assert_true(strlen(err->msg) > 5);
	ij_error_free(err);
}

static size_t count_fds(void)
{
	DIR *dir = opendir("/proc/self/fd");
	size_t count = 0;

	assert_non_null(dir);
	while (readdir(dir))
		count++;
	closedir(dir);
	return count;
}

static void test_round_trip(void **state)
{
	static const struct {
		size_t len, sizes[3];
	} cases[] = {
		{0, {0, 0, 0}},
		{1, {1, 0, 0}},
		{1, {0, 0, 0}},
		{2, {3, 5, 0}},
		{3, {8, 0, 4096}},
		{1, {IJ_WIRE_SIZE_MAX - 8, 0, 0}},
		{3, {65536, 65536, IJ_WIRE_SIZE_MAX - 8 - 2 * 65536}},
	};

	(void)state;
	for (size_t i = 0; i < IJ_COUNT(cases); i++) {
		struct ij_wire_part parts[3];
		struct ij_wire_msg msg;
		size_t at = 0;

		for (size_t k = 0; k < 3; k++) {
			parts[k] = (struct ij_wire_part){bytes + at, cases[i].sizes[k]};
			at += cases[i].sizes[k];
		}
		assert_ok(ij_wire_send(socks[0], IJ_WIRE_CALL, parts, cases[i].len, NULL, 0));
		assert_ok(ij_wire_recv(socks[1], buf, IJ_NEVER, &msg));
		assert_int_equal(msg.type, IJ_WIRE_CALL);
		assert_int_equal(msg.size, at);
		assert_memory_equal(msg.body, bytes, at);
		assert_int_equal((uintptr_t)msg.body % 8, 0);
		for (size_t k = 0; k < IJ_WIRE_FDS_MAX; k++)
			assert_int_equal(msg.fds[k], -1);
	}
}

static void test_refuses_to_send(void **state)
{
	const struct ij_wire_part large = {bytes, IJ_WIRE_SIZE_MAX - 7};
	const struct ij_wire_part wraps[2] = {{bytes, 16}, {bytes, SIZE_MAX - 15}};
	const struct ij_wire_part many[5] = {
		{bytes, 1}, {bytes, 1}, {bytes, 1}, {bytes, 1}, {bytes, 1}};
	const int fds[IJ_WIRE_FDS_MAX + 1] = {0};
	struct ij_wire_msg msg;

	(void)state;
	assert_code(ij_wire_send(socks[0], IJ_WIRE_OK, &large, 1, NULL, 0), IJ_ERR_PROTOCOL);
	assert_code(ij_wire_send(socks[0], IJ_WIRE_OK, wraps, 2, NULL, 0), IJ_ERR_PROTOCOL);
	assert_code(ij_wire_send(socks[0], IJ_WIRE_OK, many, 5, NULL, 0), IJ_ERR_PROTOCOL);
	assert_code(ij_wire_send(socks[0], IJ_WIRE_OK, NULL, 0, fds, IJ_WIRE_FDS_MAX + 1),
		    IJ_ERR_PROTOCOL);
	assert_code(ij_wire_recv(socks[1], buf, 0, &msg), IJ_ERR_TIMEOUT);
}

static void test_descriptors(void **state)
{
	size_t before = count_fds();
	struct ij_wire_msg msg;
	int pipe_fds[2];
	char byte = 0;

	(void)state;
	assert_int_equal(pipe(pipe_fds), 0);
	assert_ok(ij_wire_send(socks[0], IJ_WIRE_FILE, NULL, 0, pipe_fds, 2));
	assert_ok(ij_wire_recv(socks[1], buf, IJ_NEVER, &msg));
	assert_true(msg.fds[0] >= 0 && msg.fds[1] >= 0);
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(fcntl(msg.fds[i], F_GETFD), FD_CLOEXEC);
	/* They are those that were sent, in that order. */
	assert_int_equal(write(msg.fds[1], "x", 1), 1);
	assert_int_equal(read(pipe_fds[0], &byte, 1), 1);
	assert_int_equal(byte, 'x');
	/* What was taken stays open. */
	close(msg.fds[0]);
	msg.fds[0] = -1;
	ij_wire_msg_close(&msg);
	assert_int_equal(msg.fds[1], -1);
	ij_wire_msg_close(&msg);
	close(pipe_fds[0]);
	close(pipe_fds[1]);
	assert_int_equal(count_fds(), before);
}

/* A packet as a hostile peer makes it. */
static void send_raw(const void *packet, size_t size, size_t fds_len)
{
	union {
		char bytes[CMSG_SPACE(4 * IJ_WIRE_FDS_MAX * sizeof(int))];
		struct cmsghdr align;
	} control = {0};
	struct iovec iov = {(void *)(uintptr_t)packet, size};
	struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1};

	if (fds_len) {
		msg.msg_control = &control;
		msg.msg_controllen = CMSG_SPACE(fds_len * sizeof(int));
		control.align.cmsg_level = SOL_SOCKET;
		control.align.cmsg_type = SCM_RIGHTS;
		control.align.cmsg_len = CMSG_LEN(fds_len * sizeof(int));
		for (size_t i = 0; i < fds_len; i++)
			memcpy(CMSG_DATA(&control.align) + i * sizeof(int), &socks[0], sizeof(int));
	}
	assert_int_equal(sendmsg(socks[0], &msg, MSG_NOSIGNAL), size);
}

static void test_malformed(void **state)
{
	static const struct {
		const char *name;
		size_t size;
		uint32_t said;
		size_t fds;
		bool good;
	} cases[] = {
		{"one byte", 1, 1, 0, false},
		{"less than a header", 7, 7, 2, false},
		{"a header alone", 8, 8, 0, true},
		{"says more", 16, 17, 0, false},
		{"says less", 16, 15, 2, false},
		{"says nothing", 16, 0, 0, false},
		{"says its body only", 16, 8, 1, false},
		{"says the most", 16, UINT32_MAX, 1, false},
		{"as large as may be", IJ_WIRE_SIZE_MAX, IJ_WIRE_SIZE_MAX, 0, true},
		{"cut off", IJ_WIRE_SIZE_MAX + 1, IJ_WIRE_SIZE_MAX + 1, 1, false},
		{"cut off, says what is left", IJ_WIRE_SIZE_MAX + 9, IJ_WIRE_SIZE_MAX, 0, false},
		{"a surplus descriptor", 16, 16, IJ_WIRE_FDS_MAX + 1, false},
		{"many descriptors", 16, 16, 4 * IJ_WIRE_FDS_MAX, false},
		{"two descriptors", 16, 16, 2, true},
		{"all descriptors", 16, 16, IJ_WIRE_FDS_MAX, true},
	};
	size_t before = count_fds();

	(void)state;
	for (size_t i = 0; i < IJ_COUNT(cases); i++) {
		static uint8_t packet[sizeof(bytes)];
		const struct ij_wire_header header = {IJ_WIRE_CALL, cases[i].said};
		struct ij_wire_msg msg;

		print_message("%s\n", cases[i].name);
		memcpy(packet, bytes, sizeof(packet));
		memcpy(packet, &header, sizeof(header));
		send_raw(packet, cases[i].size, cases[i].fds);
		if (cases[i].good) {
			assert_ok(ij_wire_recv(socks[1], buf, IJ_NEVER, &msg));
			assert_int_equal(msg.size, cases[i].size - sizeof(header));
			ij_wire_msg_close(&msg);
		} else {
			assert_code(ij_wire_recv(socks[1], buf, IJ_NEVER, &msg), IJ_ERR_PROTOCOL);
		}
		assert_int_equal(count_fds(), before);
	}
}

static void test_body(void **state)
{
	struct ij_wire_msg msg = {.type = IJ_WIRE_WELCOME, .size = 40, .body = bytes};
	const void *body = NULL;

	(void)state;
	assert_ok(ij_wire_body(&msg, IJ_WIRE_WELCOME, 40, &body));
	assert_ptr_equal(body, bytes);
	assert_ok(ij_wire_body(&msg, IJ_WIRE_WELCOME, 0, &body));
	body = NULL;
	assert_code(ij_wire_body(&msg, IJ_WIRE_WELCOME, 41, &body), IJ_ERR_PROTOCOL);
	assert_code(ij_wire_body(&msg, IJ_WIRE_OK, 40, &body), IJ_ERR_PROTOCOL);
	msg.type = IJ_WIRE_ERROR;
	assert_code(ij_wire_body(&msg, IJ_WIRE_ERROR, 0, &body), IJ_ERR_PROTOCOL);
	assert_null(body);
}

/* What the other side reads of @err. */
static struct ij_error *carried(struct ij_error *err)
{
	struct ij_wire_msg msg;
	const void *body;

	assert_ok(ij_wire_send_error(socks[0], err));
	assert_ok(ij_wire_recv(socks[1], buf, IJ_NEVER, &msg));
	assert_int_equal(msg.type, IJ_WIRE_ERROR);
	return ij_wire_body(&msg, IJ_WIRE_OUTCOME, 1, &body);
}

static void test_errors(void **state)
{
	struct ij_error *err;
	char *text = calloc(1, 5000);

	(void)state;
	for (int code = 1; code < (int)IJ_ERR_COUNT; code++) {
		err = ij_error_make((enum ij_error_code)code, EPERM, __func__, "no %d", code);
		err->touch = IJ_TOUCH_DIRTY;
		err->tid = 4711;
		err->addr = 0xfedcba9876543210ull;
		err = carried(err);
		assert_non_null(err);
		assert_int_equal(err->code, code);
		assert_int_equal(err->touch, IJ_TOUCH_DIRTY);
		assert_int_equal(err->os, EPERM);
		assert_int_equal(err->tid, 4711);
		assert_int_equal(err->addr, 0xfedcba9876543210ull);
		assert_memory_equal(err->msg, "no ", 3);
		assert_int_equal(atoi(err->msg + 3), code);
		ij_error_free(err);
	}
	/* A text that is too long is cut, and ends. */
	assert_non_null(text);
	memset(text, 'x', 4999);
	err = carried(ij_error_new(BADDATA, "%s", text));
	assert_int_equal(err->code, IJ_ERR_BADDATA);
	assert_int_equal(strspn(err->msg, "x"), sizeof(((struct ij_wire_error *)0)->msg) - 1);
	ij_error_free(err);
	free(text);
}

static void test_malformed_errors(void **state)
{
	static const struct {
		uint32_t code, touch;
		size_t size;
		bool good;
	} cases[] = {
		{IJ_ERR_GONE, IJ_TOUCH_DIRTY, sizeof(struct ij_wire_error), true},
		{IJ_ERR_COUNT, 0, sizeof(struct ij_wire_error), false},
		{UINT32_MAX, 0, sizeof(struct ij_wire_error), false},
		{IJ_ERR_GONE, IJ_TOUCH_DIRTY + 1, sizeof(struct ij_wire_error), false},
		{IJ_ERR_GONE, 0, sizeof(struct ij_wire_error) - 1, false},
		{IJ_ERR_GONE, 0, sizeof(struct ij_wire_error) + 1, false},
		{IJ_ERR_GONE, 0, 0, false},
	};

	(void)state;
	for (size_t i = 0; i < IJ_COUNT(cases); i++) {
		struct ij_wire_error body = {.code = cases[i].code, .touch = cases[i].touch};
		struct ij_wire_msg msg = {.type = IJ_WIRE_ERROR,
					  .size = (uint32_t)cases[i].size,
					  .body = (const uint8_t *)&body};
		struct ij_error *err;

		/* Not terminated. */
		memset(body.msg, 'y', sizeof(body.msg));
		err = ij_wire_error_of(&msg);
		assert_non_null(err);
		assert_int_equal(err->code, cases[i].good ? cases[i].code : IJ_ERR_PROTOCOL);
		if (cases[i].good)
			assert_int_equal(strlen(err->msg), sizeof(body.msg) - 1);
		ij_error_free(err);
	}
}

static void test_deadline_and_end(void **state)
{
	const struct ij_wire_part part = {bytes, 8};
	struct ij_wire_msg msg;

	(void)state;
	assert_code(ij_wire_recv(socks[1], buf, 0, &msg), IJ_ERR_TIMEOUT);
	assert_code(ij_wire_recv(socks[1], buf, IJ_NS_PER_MS, &msg), IJ_ERR_TIMEOUT);
	/* What a peer said before it went is still heard, then its end. */
	assert_ok(ij_wire_send(socks[0], IJ_WIRE_OK, &part, 1, NULL, 0));
	assert_ok(ij_wire_send(socks[1], IJ_WIRE_END, &part, 1, NULL, 0));
	assert_ok(ij_wire_recv(socks[1], buf, IJ_NEVER, &msg));
	close(socks[1]);
	socks[1] = -1;
	assert_ok(ij_wire_recv(socks[0], buf, IJ_NEVER, &msg));
	assert_int_equal(msg.type, IJ_WIRE_END);
	assert_code(ij_wire_recv(socks[0], buf, IJ_NEVER, &msg), IJ_ERR_GONE);
	/* No SIGPIPE either. */
	assert_code(ij_wire_send(socks[0], IJ_WIRE_OK, &part, 1, NULL, 0), IJ_ERR_GONE);
	assert_code(ij_wire_send(-1, IJ_WIRE_OK, &part, 1, NULL, 0), IJ_ERR_OS);
}

/* It went with our message unread: that is its end too, not an error of the system. */
static void test_reset(void **state)
{
	const struct ij_wire_part part = {bytes, 8};
	struct ij_wire_msg msg;

	(void)state;
	assert_ok(ij_wire_send(socks[0], IJ_WIRE_OK, &part, 1, NULL, 0));
	close(socks[1]);
	socks[1] = -1;
	assert_code(ij_wire_recv(socks[0], buf, IJ_NEVER, &msg), IJ_ERR_GONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_round_trip, setup, teardown),
		cmocka_unit_test_setup_teardown(test_refuses_to_send, setup, teardown),
		cmocka_unit_test_setup_teardown(test_descriptors, setup, teardown),
		cmocka_unit_test_setup_teardown(test_malformed, setup, teardown),
		cmocka_unit_test_setup_teardown(test_body, setup, teardown),
		cmocka_unit_test_setup_teardown(test_errors, setup, teardown),
		cmocka_unit_test_setup_teardown(test_malformed_errors, setup, teardown),
		cmocka_unit_test_setup_teardown(test_deadline_and_end, setup, teardown),
		cmocka_unit_test_setup_teardown(test_reset, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
