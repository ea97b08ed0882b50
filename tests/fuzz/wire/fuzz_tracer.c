/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Fuzzes the tracer's serving of requests: by an unbound tracer, and by one bound to an idle child.
 *
 * The input is a byte of modes (1: bound; 2: the target is described), then packets: type, flags,
 * length of the body (16 bits), body. Flags: 1: the header's size is wrong; 2: a descriptor, of a
 * sealed file with what follows the body of ADD_MODULE; 4: a descriptor of another kind; 8: a
 * SET_TARGET gets true gadgets. Processes are named by index, so that no other one is ever touched,
 * and a described target gets no calls: those would be valid requests.
 */
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tracer/serve.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MODE_BOUND = 1, MODE_DESCRIBED = 2 };
enum { WRONG_SIZE = 1, CONTAINER = 2, OTHER_FD = 4, GADGETS = 8 };
enum { PACKETS_MAX = 16, GO_NS = 1000000 };

extern const uint8_t gadget_syscall[], gadget_sigreturn[];
__asm__(".text\n"
	"gadget_syscall: syscall; ret\n"
	"gadget_sigreturn: mov $15, %rax; syscall\n");

static struct ij_tracer tracer;
static uint8_t buf[IJ_WIRE_SIZE_MAX] __attribute__((aligned(8)));
static pid_t child;
static uint64_t *child_page; /* shared with the child, which never writes to it */

static void start_child(void)
{
	pid_t parent;

	child_page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (child_page == MAP_FAILED)
		abort();
	*child_page = 0x1234;
	parent = getpid();
	child = fork();
	if (child < 0)
		abort();
	if (child)
		return;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* A short replay may be over before we come to say so. */
	while (getppid() == parent)
		pause();
	_exit(0);
}

static void stop_child(void)
{
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	munmap(child_page, 4096);
	child = 0;
}

/* The child lives, is attached to nobody, and is as it was. */
static void check_child(void)
{
	struct ij_process process = {
		.pid = child, .pidfd = -1, .maps_fd = -1, .live_fd = -1, .mem.fd = -1};
	struct ij_status status;
	struct ij_error *err;
	char path[32];

	snprintf(path, sizeof(path), "/proc/%d", child);
	process.proc_fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	err = process.proc_fd < 0 ? ij_error_nomem() : ij_process_status(&process, 0, &status);
	if (err || status.tracer || status.state == 'Z' || status.state == 't' ||
	    *child_page != 0x1234)
		abort();
	ij_process_close(&process);
}

static void gadgets(uint8_t *body, size_t size)
{
	const ij_addr syscall_ret = (uintptr_t)gadget_syscall;
	const ij_addr sigreturn = (uintptr_t)gadget_sigreturn;

	if (size < sizeof(struct ij_wire_set_target))
		return;
	memcpy(body + offsetof(struct ij_wire_set_target, syscall_ret), &syscall_ret, 8);
	memcpy(body + offsetof(struct ij_wire_set_target, sigreturn), &sigreturn, 8);
}

static int container_of(const uint8_t *body, size_t size)
{
	size_t skip = sizeof(struct ij_wire_add_module);
	int fd = memfd_create("container", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd < 0)
		abort();
	if (size > skip && write(fd, body + skip, size - skip) < 0)
		abort();
	fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE);
	return fd;
}

/* One packet as the input wants it; false if it is not to be sent. */
static bool send_packet(int sock, uint8_t type, uint8_t flags, uint8_t *body, size_t size,
			bool described)
{
	const pid_t pids[] = {child, getpid(), 0, -1, INT_MAX, 1 << 30};
	struct ij_wire_header header = {type, (uint32_t)(sizeof(header) + size)};
	struct iovec iov[2] = {{&header, sizeof(header)}, {body, size}};
	union {
		char bytes[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control = {0};
	struct msghdr msg = {.msg_iov = iov, .msg_iovlen = 2};
	const bool thread_id =
		type == IJ_WIRE_HOLD || type == IJ_WIRE_REGS_GET || type == IJ_WIRE_FRAMES_GET;
	int fd = -1;
	bool sent;

	/* Registers that are set make another program of it. */
	if ((type == IJ_WIRE_CALL && described) || type == IJ_WIRE_REGS_SET)
		return false;
	if (type == IJ_WIRE_HELLO && size >= sizeof(struct ij_wire_hello)) {
		struct ij_wire_hello hello;

		memcpy(&hello, body, sizeof(hello));
		hello.pid = pids[(unsigned)hello.pid % IJ_COUNT(pids)];
		memcpy(body, &hello, sizeof(hello));
	}
	/* Of nobody: experiments would take too long. */
	if (type == IJ_WIRE_DOCTOR && size >= sizeof(struct ij_wire_doctor)) {
		struct ij_wire_doctor doctor;

		memcpy(&doctor, body, sizeof(doctor));
		doctor.pid = doctor.pid & 1 ? -1 : INT_MAX;
		memcpy(body, &doctor, sizeof(doctor));
	}
	if (type == IJ_WIRE_GO && size >= sizeof(struct ij_wire_go)) {
		struct ij_wire_go go;

		memcpy(&go, body, sizeof(go));
		go.tid = go.tid & 1 ? child : go.tid;
		go.timeout_ns %= GO_NS;
		go.pass = ~0ull;
		memcpy(body, &go, sizeof(go));
	}
	if (thread_id && size >= sizeof(pid_t) && body[0] & 1)
		memcpy(body, &child, sizeof(child));
	if (type == IJ_WIRE_SET_TARGET && flags & GADGETS && described)
		gadgets(body, size);
	if (flags & CONTAINER)
		fd = container_of(body, size);
	else if (flags & OTHER_FD)
		fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		msg.msg_control = &control;
		msg.msg_controllen = sizeof(control.bytes);
		control.align.cmsg_level = SOL_SOCKET;
		control.align.cmsg_type = SCM_RIGHTS;
		control.align.cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(&control.align), &fd, sizeof(int));
	}
	header.size += flags & WRONG_SIZE;
	sent = sendmsg(sock, &msg, MSG_NOSIGNAL | MSG_DONTWAIT) > 0;
	if (fd >= 0)
		close(fd);
	return sent;
}

/* Take all answers, so that the tracer never waits for room; they must be well-formed. */
static void drain(int sock)
{
	struct ij_wire_msg msg;
	struct ij_error *err;

	while (!(err = ij_wire_recv(sock, buf, 0, &msg)))
		ij_wire_msg_close(&msg);
	if (err->code != IJ_ERR_TIMEOUT && err->code != IJ_ERR_GONE)
		abort();
	ij_error_free(err);
}

static bool request(int sock, uint8_t type, uint8_t flags, uint8_t *body, size_t size,
		    bool described)
{
	bool more = true;

	if (send_packet(sock, type, flags, body, size, described))
		more = ij_tracer_serve(&tracer, 0);
	drain(sock);
	return more;
}

static bool begin(int sock, uint8_t mode)
{
	struct ij_wire_hello hello = {.version = IJ_WIRE_VERSION};
	static struct ij_wire_set_target target;

	memset(&target, 0, sizeof(target));
	if (mode & (MODE_BOUND | MODE_DESCRIBED) &&
	    !request(sock, IJ_WIRE_HELLO, 0, (uint8_t *)&hello, sizeof(hello), false))
		return false;
	return !(mode & MODE_DESCRIBED) ||
	       request(sock, IJ_WIRE_SET_TARGET, GADGETS, (uint8_t *)&target, sizeof(target), true);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t body[65536] __attribute__((aligned(8)));
	int socks[2];
	uint8_t mode = size ? *data : 0;
	bool more;

	if (!child)
		start_child();
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, socks))
		abort();
	memset(&tracer, 0, sizeof(tracer));
	tracer.sock = socks[0];
	more = begin(socks[1], mode);
	for (size_t at = 1, n = 0; more && n < PACKETS_MAX && at + 4 <= size; n++) {
		size_t len = data[at + 2] | (size_t)data[at + 3] << 8;

		if (len > size - at - 4)
			len = size - at - 4;
		memcpy(body, data + at + 4, len);
		more = request(socks[1], data[at], data[at + 1], body, len, mode & MODE_DESCRIBED);
		at += 4 + len;
	}
	ij_tracer_deinit(&tracer);
	close(socks[0]);
	close(socks[1]);
	/* Attached and not stopped in time, on a busy machine: only our exit would release it. */
	if (tracer.inj.stray)
		stop_child();
	else
		check_child();
	return 0;
}
