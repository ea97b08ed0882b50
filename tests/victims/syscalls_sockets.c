/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rows of sockets, some with a limit that is the socket's. */
#include "syscalls.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

static int pair[2] = {-1, -1};
static int listener = -1, client = -1;
static struct sockaddr_un address = {.sun_family = AF_UNIX};
static socklen_t address_size;

static void prepare_pair(void)
{
	need(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0, "socketpair");
}

static void prepare_datagrams(void)
{
	need(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair) == 0, "socketpair");
}

static void wake_pair(void)
{
	need(send(pair[1], "w", 1, 0) == 1, "send");
}

static long wait_read(void)
{
	char byte;
	return read(pair[0], &byte, 1);
}

static long wait_recv(void)
{
	char byte = 0;
	long got = recv(pair[0], &byte, 1, 0);
	return got == 1 && byte != 'w' ? 99 : got;
}

static long wait_recvmsg(void)
{
	char byte = 0;
	struct iovec iov = {.iov_base = &byte, .iov_len = 1};
	struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1};
	return recvmsg(pair[0], &msg, 0);
}

static long wait_recvmmsg(void)
{
	char byte = 0;
	struct iovec iov = {.iov_base = &byte, .iov_len = 1};
	struct mmsghdr msg = {.msg_hdr = {.msg_iov = &iov, .msg_iovlen = 1}};
	return recvmmsg(pair[0], &msg, 1, 0, NULL);
}

/* Two bytes are wanted, and one is there. */
static void prepare_part(void)
{
	prepare_pair();
	wake_pair();
}

static long wait_all(void)
{
	char bytes[2];
	return recv(pair[0], bytes, 2, MSG_WAITALL);
}

static void fill(int sock)
{
	char page[4096] = {0};
	while (send(sock, page, sizeof(page), MSG_DONTWAIT) > 0)
		;
}

static void prepare_full(void)
{
	prepare_pair();
	fill(pair[0]);
}

static long wait_send(void)
{
	return send(pair[0], "x", 1, 0);
}

static void wake_drain(void)
{
	char page[4096];
	while (recv(pair[1], page, sizeof(page), MSG_DONTWAIT) > 0)
		;
}

static void prepare_listener(int backlog)
{
	int len = snprintf(address.sun_path + 1, sizeof(address.sun_path) - 1, "ij-syscalls-%d",
			   getpid());
	address_size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)len);
	listener = socket(AF_UNIX, SOCK_STREAM, 0);
	need(bind(listener, (struct sockaddr *)&address, address_size) == 0 &&
		     listen(listener, backlog) == 0,
	     "listen");
}

static void prepare_accept(void)
{
	prepare_listener(1);
}

static long wait_accept(void)
{
	int fd = accept(listener, NULL, NULL);
	if (fd < 0)
		return -1;
	close(fd);
	return 0;
}

static void wake_connect(void)
{
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	need(connect(fd, (struct sockaddr *)&address, address_size) == 0, "connect");
}

/* The listener's queue is full, so the next one waits. */
static void prepare_connect(void)
{
	prepare_listener(0);
	client = socket(AF_UNIX, SOCK_STREAM, 0);
	for (int i = 0; i < 2; i++) {
		int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
		if (connect(fd, (struct sockaddr *)&address, address_size))
			break;
	}
}

static long wait_connect(void)
{
	return connect(client, (struct sockaddr *)&address, address_size);
}

static void wake_accept(void)
{
	need(accept(listener, NULL, NULL) >= 0, "accept");
}

static void limit(int sock, int option)
{
	const struct timeval span = {.tv_sec = LIMIT_MS / 1000};
	need(setsockopt(sock, SOL_SOCKET, option, &span, sizeof(span)) == 0, "setsockopt");
}

/* Of TCP: a request that nobody answers. */
static struct sockaddr_in tcp = {.sin_family = AF_INET};

static void prepare_tcp_limit(void)
{
	socklen_t size = sizeof(tcp);
	tcp.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	listener = socket(AF_INET, SOCK_STREAM, 0);
	need(bind(listener, (struct sockaddr *)&tcp, size) == 0 && listen(listener, 0) == 0 &&
		     getsockname(listener, (struct sockaddr *)&tcp, &size) == 0,
	     "listen");
	for (int i = 0; i < 2; i++) {
		int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
		if (connect(fd, (struct sockaddr *)&tcp, size) == 0)
			break;
	}
}

static long wait_tcp(void)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	limit(fd, SO_SNDTIMEO);
	long result = connect(fd, (struct sockaddr *)&tcp, sizeof(tcp));
	int error = errno;
	close(fd);
	/* Made again it says at its end that it was made before; interject-safety(7) says so. */
	errno = error == EALREADY ? EINPROGRESS : error;
	return result;
}

static void prepare_recv_limit(void)
{
	prepare_pair();
	limit(pair[0], SO_RCVTIMEO);
}

static void prepare_send_limit(void)
{
	prepare_full();
	limit(pair[0], SO_SNDTIMEO);
}

static void prepare_accept_limit(void)
{
	prepare_listener(1);
	limit(listener, SO_RCVTIMEO);
}

static void prepare_connect_limit(void)
{
	prepare_connect();
	limit(client, SO_SNDTIMEO);
}

const struct row socket_rows[] = {
	{"read_socket", prepare_pair, wait_read, wake_pair, 1, 0, BY_FLAG, NULL},
	{"recv", prepare_pair, wait_recv, wake_pair, 1, 0, BY_FLAG, NULL},
	{"recv_datagram", prepare_datagrams, wait_recv, wake_pair, 1, 0, BY_FLAG, NULL},
	{"recvmsg", prepare_pair, wait_recvmsg, wake_pair, 1, 0, BY_FLAG, NULL},
	{"recvmmsg", prepare_datagrams, wait_recvmmsg, wake_pair, 1, 0, BY_FLAG, NULL},
	{"recv_waitall", prepare_part, wait_all, wake_pair, 2, 0, BY_FLAG, NULL},
	{"send", prepare_full, wait_send, wake_drain, 1, 0, BY_FLAG, NULL},
	{"accept", prepare_accept, wait_accept, wake_connect, 0, 0, BY_FLAG, NULL},
	{"connect", prepare_connect, wait_connect, wake_accept, 0, 0, BY_FLAG, NULL},
	{"recv_rcvtimeo", prepare_recv_limit, wait_recv, NULL, -1, EAGAIN, EINTRED, NULL},
	{"send_sndtimeo", prepare_send_limit, wait_send, NULL, -1, EAGAIN, EINTRED, NULL},
	{"accept_rcvtimeo", prepare_accept_limit, wait_accept, NULL, -1, EAGAIN, EINTRED, NULL},
	{"connect_sndtimeo", prepare_connect_limit, wait_connect, NULL, -1, EAGAIN, EINTRED, NULL},
	{"connect_tcp_sndtimeo", prepare_tcp_limit, wait_tcp, NULL, -1, EINPROGRESS, EINTRED, NULL},
	{0},
};
