/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Sending and receiving one message over a SOCK_SEQPACKET socket (unix(7), recvmsg(2)). */
#include "wire/wire.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/clock.h"

#define PARTS_MAX 4

union fds_control {
	char bytes[CMSG_SPACE(IJ_WIRE_FDS_MAX * sizeof(int))];
	struct cmsghdr align;
};

struct ij_error *ij_wire_send(int sock, enum ij_wire_type type, const struct ij_wire_part *parts,
			      size_t parts_len, const int *fds, size_t fds_len)
{
	struct ij_wire_header header = {.type = type, .size = sizeof(header)};
	struct iovec iov[PARTS_MAX + 1] = {{.iov_base = &header, .iov_len = sizeof(header)}};
	struct msghdr msg = {.msg_iov = iov, .msg_iovlen = parts_len + 1};
	union fds_control control = {0};
	size_t total = sizeof(header);

	if (parts_len > PARTS_MAX || fds_len > IJ_WIRE_FDS_MAX)
		return ij_error_new(PROTOCOL, "message %d has %zu parts and %zu descriptors", type,
				    parts_len, fds_len);
	for (size_t i = 0; i < parts_len; i++) {
		iov[i + 1] = (struct iovec){(void *)(uintptr_t)parts[i].bytes, parts[i].size};
		total += parts[i].size;
		if (parts[i].size > IJ_WIRE_SIZE_MAX || total > IJ_WIRE_SIZE_MAX)
			return ij_error_new(PROTOCOL, "message %d is larger than %u bytes", type,
					    IJ_WIRE_SIZE_MAX);
	}
	header.size = (uint32_t)total;
	if (fds_len) {
		struct cmsghdr *cmsg = &control.align;

		msg.msg_control = &control;
		msg.msg_controllen = CMSG_SPACE(fds_len * sizeof(int));
		cmsg->cmsg_level = SOL_SOCKET;
		cmsg->cmsg_type = SCM_RIGHTS;
		cmsg->cmsg_len = CMSG_LEN(fds_len * sizeof(int));
		memcpy(CMSG_DATA(cmsg), fds, fds_len * sizeof(int));
	}
	while (sendmsg(sock, &msg, MSG_NOSIGNAL) < 0) {
		if (errno == EINTR)
			continue;
		if (errno == EPIPE || errno == ECONNRESET || errno == ENOTCONN)
			return ij_error_os(GONE, errno,
					   "the other process of the session has gone");
		return ij_error_os(OS, errno, "cannot send message %d: %s", type, strerror(errno));
	}
	return NULL;
}

struct ij_error *ij_wire_send_error(int sock, struct ij_error *err)
{
	struct ij_wire_error body = {
		.code = err->code,
		.touch = err->touch,
		.os = err->os,
		.tid = err->tid,
		.addr = err->addr,
	};

	strncpy(body.msg, err->msg, sizeof(body.msg) - 1);
	ij_error_free(err);
	return ij_wire_send_body(sock, IJ_WIRE_ERROR, &body);
}

/* Wait until @sock is readable. */
static struct ij_error *wait_readable(int sock, uint64_t timeout_ns)
{
	struct pollfd pfd = {.fd = sock, .events = POLLIN};
	uint64_t deadline = ij_deadline_ns(timeout_ns);

	for (;;) {
		uint64_t now = ij_now_ns();
		struct timespec ts = ij_timespec(deadline > now ? deadline - now : 0);
		int n = ppoll(&pfd, 1, deadline == IJ_NEVER ? NULL : &ts, NULL);

		if (n > 0)
			return NULL;
		if (n < 0 && errno != EINTR)
			return ij_error_os(OS, errno, "cannot wait for a message: %s",
					   strerror(errno));
		if (n == 0)
			return ij_error_new(TIMEOUT,
					    "the other process of the session did not answer "
					    "within %llu ms",
					    (unsigned long long)(timeout_ns / 1000000u));
	}
}

/* Take the descriptors out of @msg; surplus ones are closed. */
static void take_fds(struct msghdr *msg, struct ij_wire_msg *ret)
{
	size_t taken = 0;

	for (struct cmsghdr *c = CMSG_FIRSTHDR(msg); c; c = CMSG_NXTHDR(msg, c)) {
		size_t len;

		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		len = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		for (size_t i = 0; i < len; i++) {
			int fd;

			memcpy(&fd, CMSG_DATA(c) + i * sizeof(int), sizeof(fd));
			if (taken < IJ_WIRE_FDS_MAX)
				ret->fds[taken++] = fd;
			else
				close(fd);
		}
	}
}

struct ij_error *ij_wire_recv(int sock, void *buf, uint64_t timeout_ns, struct ij_wire_msg *ret)
{
	struct ij_wire_header header;
	struct iovec iov = {.iov_base = buf, .iov_len = IJ_WIRE_SIZE_MAX};
	union fds_control control = {0};
	struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1};
	ssize_t n;

	for (size_t i = 0; i < IJ_WIRE_FDS_MAX; i++)
		ret->fds[i] = -1;
	IJ_TRY(wait_readable(sock, timeout_ns));
	do {
		msg.msg_control = &control;
		msg.msg_controllen = sizeof(control);
		n = recvmsg(sock, &msg, MSG_CMSG_CLOEXEC);
	} while (n < 0 && errno == EINTR);
	if (n == 0 || (n < 0 && errno == ECONNRESET))
		return ij_error_new(GONE, "the other process of the session has gone");
	if (n < 0)
		return ij_error_os(OS, errno, "cannot receive a message: %s", strerror(errno));
	take_fds(&msg, ret);
	if ((size_t)n >= sizeof(header))
		memcpy(&header, buf, sizeof(header));
	if ((size_t)n < sizeof(header) || header.size != (size_t)n ||
	    (msg.msg_flags & (MSG_TRUNC | MSG_CTRUNC))) {
		ij_wire_msg_close(ret);
		return ij_error_new(PROTOCOL, "malformed message of %zd bytes", n);
	}
	ret->type = header.type;
	ret->size = (uint32_t)((size_t)n - sizeof(header));
	ret->body = (const uint8_t *)buf + sizeof(header);
	return NULL;
}

void ij_wire_msg_close(struct ij_wire_msg *msg)
{
	for (size_t i = 0; i < IJ_WIRE_FDS_MAX; i++) {
		if (msg->fds[i] >= 0)
			close(msg->fds[i]);
		msg->fds[i] = -1;
	}
}

struct ij_error *ij_wire_error_of(const struct ij_wire_msg *msg)
{
	struct ij_wire_error body;
	struct ij_error *err;

	if (msg->size != sizeof(body))
		return ij_error_new(PROTOCOL, "malformed error message of %u bytes", msg->size);
	memcpy(&body, msg->body, sizeof(body));
	body.msg[sizeof(body.msg) - 1] = 0;
	if (!body.code || body.code >= IJ_ERR_COUNT || body.touch > IJ_TOUCH_DIRTY)
		return ij_error_new(PROTOCOL, "malformed error message: code %u", body.code);
	err = ij_error_make(body.code, body.os, "tracer", "%s", body.msg);
	if (err->code == body.code) {
		err->touch = body.touch;
		err->tid = body.tid;
		err->addr = body.addr;
	}
	return err;
}

struct ij_error *ij_wire_body(const struct ij_wire_msg *msg, enum ij_wire_type type, size_t size,
			      const void **ret)
{
	if (msg->type == IJ_WIRE_ERROR)
		return ij_wire_error_of(msg);
	if (msg->type != (uint32_t)type || msg->size < size)
		return ij_error_new(PROTOCOL,
				    "expected message %d of at least %zu bytes, got %u of %u", type,
				    size, msg->type, msg->size);
	*ret = msg->body;
	return NULL;
}
