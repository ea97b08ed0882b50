/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A tracer without a target: it answers the protocol of wire/messages.h as if it were its own
 * target, and misbehaves as IJ_FAKE_TRACER in its environment says. Calls are made by calling.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mem/vmas.h"
#include "wire/wire.h"

/* Linux 6.3, include/uapi/linux/fcntl.h; older headers lack it. */
#define SEAL_EXEC 0x0020

static uint64_t buf[IJ_WIRE_SIZE_MAX / 8];
static const char *mode;

static bool mode_is(const char *name)
{
	return mode && !strcmp(mode, name);
}

static void send_error(int sock, struct ij_error *err)
{
	if (ij_wire_send_error(sock, err))
		_exit(1);
}

static void send_parts(int sock, enum ij_wire_type type, const struct ij_wire_part *parts,
		       size_t len, const int *fds, size_t fds_len)
{
	if (ij_wire_send(sock, type, parts, len, fds, fds_len))
		_exit(1);
}

static void answer_hello(int sock)
{
	const struct ij_wire_welcome body = {
		.version = mode_is("version") ? 99 : IJ_WIRE_VERSION,
		.pid = getpid(),
		.threads = 1,
		.comm = "fake",
	};
	const struct ij_wire_part part = {&body, sizeof(body)};
	int fds[2] = {open("/proc/self/maps", O_RDONLY | O_CLOEXEC),
		      open("/proc/self/mem", O_RDONLY | O_CLOEXEC)};

	if (mode_is("perm")) {
		send_error(sock, ij_error_new(PERM, "cannot attach: fake"));
		return;
	}
	send_parts(sock, IJ_WIRE_WELCOME, &part, 1, fds, mode_is("no-fds") ? 0 : 2);
	close(fds[0]);
	close(fds[1]);
}

static void answer_open_module(int sock, const struct ij_wire_open_module *body)
{
	const struct ij_vma *vma;
	struct ij_vmas vmas;
	int maps = open("/proc/self/maps", O_RDONLY | O_CLOEXEC), fd;

	if (ij_vmas_read(maps, &vmas))
		_exit(1);
	close(maps);
	vma = ij_vmas_find(&vmas, body->lo);
	fd = vma ? open(vma->path, O_RDONLY | O_CLOEXEC) : -1;
	if (fd >= 0) {
		send_parts(sock, IJ_WIRE_FILE, NULL, 0, &fd, 1);
		close(fd);
	} else {
		send_error(sock, ij_error_os(NOTFOUND, errno, "no such module"));
	}
	ij_vmas_deinit(&vmas);
}

/* Every second one, so that the client has to ask for others alone; or what was not sent. */
static void answer_open_modules(int sock, const struct ij_wire_open_modules *body)
{
	struct ij_wire_files files = {.opened = 0};
	const struct ij_wire_part part = {&files, sizeof(files)};
	struct ij_vmas vmas;
	int fds[IJ_WIRE_FDS_MAX], maps = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
	size_t len = 0;

	if (ij_vmas_read(maps, &vmas))
		_exit(1);
	close(maps);
	for (uint32_t i = 0; i < body->len; i += 2) {
		const struct ij_vma *vma = ij_vmas_find(&vmas, body->list[i].lo);

		fds[len] = vma ? open(vma->path, O_RDONLY | O_CLOEXEC) : -1;
		if (fds[len] < 0)
			continue;
		files.opened |= 1u << i;
		len++;
	}
	if (mode_is("bad-files"))
		files.opened = UINT32_MAX;
	send_parts(sock, IJ_WIRE_FILES, &part, 1, fds, mode_is("bad-files") ? 0 : len);
	while (len)
		close(fds[--len]);
	ij_vmas_deinit(&vmas);
}

/* Two at a time; or what was not asked for, or was not sent. */
static void answer_open_debugs(int sock, const struct ij_wire_open_debugs *body)
{
	const char *path = (const char *)(body + 1);
	struct ij_wire_debugs debugs = {.tried = body->len < 2 ? body->len : 2};
	const struct ij_wire_part part = {&debugs, sizeof(debugs)};
	int fds[2];
	size_t len = 0;

	for (uint32_t i = 0; i < debugs.tried; i++, path += strlen(path) + 1) {
		fds[len] = open(path, O_RDONLY | O_CLOEXEC);
		if (fds[len] < 0)
			continue;
		debugs.opened[0] |= 1u << i;
		len++;
	}
	if (mode_is("debugs-none"))
		debugs.tried = 0;
	if (mode_is("debugs-more"))
		debugs.tried = body->len + 1;
	if (mode_is("debugs-unsent"))
		memset(debugs.opened, 0xff, sizeof(debugs.opened));
	send_parts(sock, IJ_WIRE_DEBUGS, &part, 1, fds, mode_is("debugs-unsent") ? 0 : len);
	while (len)
		close(fds[--len]);
}

/* Call with six integer arguments; offsets in scratch memory become addresses. */
static void run_call(const struct ij_wire_call *call, uint8_t *scratch, struct ij_wire_outcome *ret)
{
	uint64_t (*func)(uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t);
	uint64_t args[IJ_WIRE_INT_ARGS];

	for (size_t i = 0; i < IJ_WIRE_INT_ARGS; i++)
		args[i] = call->int_args[i] +
			  (call->scratch_mask >> i & 1 ? (uint64_t)(uintptr_t)scratch : 0);
	func = (__typeof__(func))(uintptr_t)call->func;
	ret->rax = func(args[0], args[1], args[2], args[3], args[4], args[5]);
	ret->touch = IJ_TOUCH_RESTORED;
}

static void answer_call(int sock, const struct ij_wire_msg *msg)
{
	static uint8_t scratch[IJ_WIRE_SCRATCH_MAX];
	const struct ij_wire_call *call = (const void *)msg->body;
	struct ij_wire_outcome outcome = {
		.verdict = {.tid = getpid(), .syscall = -1, .comm = "fake"}, .attempts = 1};
	struct ij_wire_part parts[2] = {{&outcome, sizeof(outcome)}, {scratch, 0}};

	if (mode_is("die-call"))
		raise(SIGKILL);
	if (mode_is("unsafe")) {
		outcome.status = IJ_WIRE_UNSAFE;
		outcome.attempts = 37;
		outcome.verdict.reason = IJ_WIRE_REASON_FRAME;
		outcome.verdict.classes = IJ_CLASS(ALLOCATOR);
		outcome.verdict.pc = call->func;
		outcome.verdict.addr = call->func;
	} else {
		memcpy(scratch, msg->body + sizeof(*call), call->scratch_size);
		run_call(call, scratch, &outcome);
		outcome.scratch_size = call->scratch_room;
		parts[1].size = call->scratch_room;
	}
	if (mode_is("bad-outcome"))
		outcome.frames_len = 1u << 30;
	if (mode_is("bad-status"))
		outcome.status = 77;
	if (mode && !strncmp(mode, "status=", 7)) {
		outcome.status = (uint32_t)atoi(mode + 7);
		outcome.exit_status = 3 << 8;
		outcome.signo = SIGSEGV;
		outcome.fault_addr = 0x10;
	}
	if (mode && !strncmp(mode, "rehearsal=", 10)) {
		outcome.status = IJ_WIRE_REHEARSED;
		outcome.rehearsal.status = (uint32_t)atoi(mode + 10);
		outcome.exit_status = 3 << 8;
		outcome.signo = SIGSEGV;
		outcome.fault_addr = 0x10;
		snprintf(outcome.text, sizeof(outcome.text), "for a reason");
	}
	if (mode_is("bad-denied"))
		outcome.rehearsal.denied_len = IJ_WIRE_DENIED_MAX + 1;
	if (mode_is("bad-string"))
		outcome.rehearsal.string_size = 1u << 30;
	send_parts(sock, IJ_WIRE_OUTCOME, parts, 2, NULL, 0);
}

static void answer_doctor(int sock)
{
	static struct ij_wire_finding findings[2];
	struct ij_wire_diagnosis head = {.len = mode_is("bad-count") ? 1u << 30 : 2};
	const struct ij_wire_part parts[] = {
		{&head, sizeof(head)},
		{findings, mode_is("short") ? sizeof(findings) - 1 : sizeof(findings)}};

	/* No text has an end. */
	memset(head.comm, 'c', sizeof(head.comm));
	memset(findings, 'x', sizeof(findings));
	for (size_t i = 0; i < 2; i++) {
		findings[i].group = mode_is("bad-group") ? IJ_WIRE_GROUPS : IJ_WIRE_GROUP_CPU;
		findings[i].health = mode_is("bad-health") ? IJ_WIRE_HEALTHS : IJ_WIRE_HEALTH_NOTE;
		findings[i].code = mode_is("bad-code") ? IJ_ERR_COUNT : IJ_ERR_PERM;
		findings[i].remedies_len = mode_is("bad-remedies") ? IJ_WIRE_REMEDIES_MAX + 1 : 1;
	}
	send_parts(sock, IJ_WIRE_DIAGNOSIS, parts, 2, NULL, 0);
}

static void answer(int sock, struct ij_wire_msg *msg)
{
	static const struct ij_wire_ended ended;
	static const struct ij_wire_part ended_part = {&ended, sizeof(ended)};

	switch (msg->type) {
	case IJ_WIRE_HELLO:
		answer_hello(sock);
		break;
	case IJ_WIRE_OPEN_MODULE:
		answer_open_module(sock, (const void *)msg->body);
		break;
	case IJ_WIRE_OPEN_MODULES:
		if (!mode_is("no-files"))
			answer_open_modules(sock, (const void *)msg->body);
		else
			send_error(sock, ij_error_new(NOTFOUND, "no files"));
		break;
	case IJ_WIRE_OPEN_DEBUGS:
		if (mode_is("no-debugs"))
			send_error(sock, ij_error_new(NOTFOUND, "no debug files"));
		else
			answer_open_debugs(sock, (const void *)msg->body);
		break;
	case IJ_WIRE_ADD_MODULE:
		if ((fcntl(msg->fds[0], F_GET_SEALS) & ~SEAL_EXEC) !=
		    (F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE))
			_exit(1);
		if (mode_is("die-module"))
			_exit(42);
		if (mode_is("bad-maps"))
			send_error(sock, ij_error_new(BADDATA, "a map that is none"));
		else if (mode_is("no-module"))
			send_error(sock, ij_error_new(NOMEM, "no module"));
		else
			send_parts(sock, IJ_WIRE_OK, NULL, 0, NULL, 0);
		break;
	case IJ_WIRE_SET_TARGET:
		if (mode_is("no-target"))
			send_error(sock, ij_error_new(NOTFOUND, "no target"));
		else
			send_parts(sock, IJ_WIRE_OK, NULL, 0, NULL, 0);
		break;
	case IJ_WIRE_CALL:
		answer_call(sock, msg);
		break;
	case IJ_WIRE_DOCTOR:
		answer_doctor(sock);
		break;
	case IJ_WIRE_END:
		send_parts(sock, IJ_WIRE_ENDED, &ended_part, 1, NULL, 0);
		break;
	default:
		send_error(sock, ij_error_new(NOTFOUND, "message %u", msg->type));
	}
	ij_wire_msg_close(msg);
}

/* What the real tracer relies on: nothing but the socket and standard error came along. */
static void check_descriptors(int sock)
{
	for (int fd = 3; fd < 64; fd++)
		if (fd != sock && fcntl(fd, F_GETFD) >= 0)
			_exit(43);
}

int main(int argc, char **argv)
{
	int sock = argc == 2 ? atoi(argv[1]) : -1;

	mode = getenv("IJ_FAKE_TRACER");
	check_descriptors(sock);
	if (mode_is("die-start"))
		return 41;
	for (;;) {
		struct ij_wire_msg msg;
		IJ_ERROR_AUTO err = ij_wire_recv(sock, buf, UINT64_MAX, &msg);

		if (err)
			return 0;
		answer(sock, &msg);
	}
}
