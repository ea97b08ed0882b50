/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Serving the client's requests. A client may be taken over by hostile input: nothing it says is
 * trusted. */
#include "tracer/serve.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "doctor/doctor.h"
#include "inject/go/go.h"
#include "inject/rehearse.h"
#include "inject/pointers.h"
#include "inject/ring.h"
#include "tracer/audit.h"
#include "tracer/files.h"
#include "tracer/receive.h"
#include "tracer/resident.h"
#include "tracer/serve_files.h"
#include "tracer/stops.h"

#define EXIT_GRACE_NS (100 * IJ_NS_PER_MS)

/* The process that made the socket pair (unix(7), SO_PEERCRED), or 0. */
static pid_t client_pid(int sock)
{
	struct ucred peer = {0};
	socklen_t size = sizeof(peer);

	return getsockopt(sock, SOL_SOCKET, SO_PEERCRED, &peer, &size) ? 0 : peer.pid;
}

static struct ij_error *other_version(uint32_t version)
{
	return ij_error_new(PROTOCOL,
			    "interject speaks version %u of the protocol and its tracer %u; "
			    "install both from one build",
			    version, IJ_WIRE_VERSION);
}

static struct ij_error *hello(struct ij_tracer *tracer, const struct ij_wire_msg *msg)
{
	struct ij_wire_hello body;
	struct ij_wire_welcome welcome = {.version = IJ_WIRE_VERSION};
	struct ij_wire_part part = {.bytes = &welcome, .size = sizeof(welcome)};
	struct ij_status status;
	struct ij_error *err;
	int fds[2];

	IJ_TRY(ij_serve_body(msg, &body, sizeof(body)));
	if (body.version != IJ_WIRE_VERSION)
		return other_version(body.version);
	if (tracer->bound)
		return ij_error_new(PROTOCOL, "the tracer is bound to a target already");
	/* It would wait for us while we hold it. */
	if (body.pid == client_pid(tracer->sock))
		return ij_error_new(REFUSED, "cannot attach to %d: that is interject itself",
				    body.pid);
	IJ_TRY(ij_guard_init(&tracer->guard, body.pid));
	IJ_TRY(ij_injector_init(&tracer->inj, body.pid, tracer->sock));
	ij_hold_init(&tracer->hold);
	tracer->bound = true;
	tracer->patient = body.flags & IJ_WIRE_HELLO_PATIENT;
	IJ_TRY(ij_process_status(&tracer->inj.process, 0, &status));
	welcome.pid = body.pid;
	welcome.start_time = tracer->inj.process.start_time;
	welcome.uid = status.uid;
	welcome.threads = status.threads;
	memcpy(welcome.comm, status.comm, sizeof(welcome.comm));
	/* Descriptors of its own: a shared file position would tear what both of us read. */
	IJ_TRY(ij_files_proc(&tracer->inj.process, "maps", &fds[0]));
	err = ij_files_proc(&tracer->inj.process, "mem", &fds[1]);
	if (!err) {
		err = ij_wire_send(tracer->sock, IJ_WIRE_WELCOME, &part, 1, fds, 2);
		close(fds[1]);
	}
	close(fds[0]);
	return err;
}

static struct ij_error *ok(struct ij_tracer *tracer)
{
	return ij_wire_send(tracer->sock, IJ_WIRE_OK, NULL, 0, NULL, 0);
}

static struct ij_error *add_module(struct ij_tracer *tracer, const struct ij_wire_msg *msg)
{
	struct ij_wire_add_module body;

	IJ_TRY(ij_serve_body(msg, &body, sizeof(body)));
	if (msg->fds[0] < 0)
		return ij_error_new(PROTOCOL, "a module without its container");
	IJ_TRY(ij_injector_module_add(&tracer->inj, &body, msg->fds[0]));
	return ok(tracer);
}

static struct ij_error *set_target(struct ij_tracer *tracer, const struct ij_wire_msg *msg)
{
	struct ij_wire_set_target body;

	IJ_TRY(ij_serve_body(msg, &body, sizeof(body)));
	IJ_TRY(ij_injector_target_set(&tracer->inj, &body));
	return ok(tracer);
}

static struct ij_error *set_go(struct ij_tracer *tracer, const struct ij_wire_msg *msg)
{
	struct ij_wire_set_go body;

	IJ_TRY(ij_serve_body(msg, &body, sizeof(body)));
	IJ_TRY(ij_injector_go_set(&tracer->inj, &body));
	return ok(tracer);
}

/* Writing to it waits for nobody: it is a memfd (fcntl(2), F_GET_SEALS), not sealed. */
static bool is_memory(int fd)
{
	return fd >= 0 && fcntl(fd, F_GET_SEALS) >= 0;
}

/* Do the arguments lie where they say? */
static bool places_are_sound(const struct ij_wire_call *call)
{
	uint64_t size = (uint64_t)call->stack_len * sizeof(uint64_t);
	bool special = call->flags & (IJ_WIRE_CALL_RING | IJ_WIRE_CALL_GO | IJ_WIRE_CALL_SYSCALL |
				      IJ_WIRE_CALL_WALK);

	if (call->vector_size &&
	    (special ||
	     (call->vector_size != 16 && call->vector_size != 32 &&
	      call->vector_size != IJ_WIRE_VECTOR_SIZE) ||
	     (uint64_t)call->vectors_off + IJ_WIRE_SSE_ARGS * IJ_WIRE_VECTOR_SIZE >
		     call->scratch_room))
		return false;
	if (!call->stack_far)
		return call->stack_len <= IJ_WIRE_STACK_ARGS;
	return !special && call->stack_off + size <= call->scratch_room;
}

static struct ij_error *call(struct ij_tracer *tracer, const struct ij_wire_msg *msg)
{
	struct ij_call_result *result = &tracer->result;
	struct ij_wire_outcome *out = &result->outcome;
	struct ij_wire_call body;
	struct ij_error *err;

	IJ_TRY(ij_serve_body(msg, &body, sizeof(body)));
	if (!places_are_sound(&body) || body.sse_len > IJ_WIRE_SSE_ARGS ||
	    body.scratch_room > IJ_WIRE_SCRATCH_MAX || body.scratch_size > body.scratch_room ||
	    msg->size - sizeof(body) != body.scratch_size ||
	    !ij_pointers_check(&body, msg->body + sizeof(body)) ||
	    (body.flags & (IJ_WIRE_CALL_WALK | IJ_WIRE_CALL_ALONE) && !tracer->hold.on) ||
	    (body.flags & IJ_WIRE_CALL_SYSCALL &&
	     (!body.callee.plain || body.callee.syscalls_len != 1)))
		return ij_error_new(PROTOCOL, "a malformed call");
	if (body.vector_size > ij_stub_vector_max())
		return ij_error_new(UNSUPPORTED,
				    "vectors of %u bytes: the widest registers of this processor "
				    "have %u",
				    body.vector_size, ij_stub_vector_max());
	if (body.flags & IJ_WIRE_CALL_RING &&
	    (body.flags & IJ_WIRE_CALL_SYSCALL || ij_rehearse_is_wanted(&body) ||
	     !ij_ring_check(&body, msg->body + sizeof(body))))
		return ij_error_new(PROTOCOL, "a malformed ring");
	if (body.flags & IJ_WIRE_CALL_KEEP &&
	    (body.flags & (IJ_WIRE_CALL_SYSCALL | IJ_WIRE_CALL_RING | IJ_WIRE_CALL_GO) ||
	     ij_rehearse_is_wanted(&body) || !body.scratch_room))
		return ij_error_new(PROTOCOL, "a malformed call whose memory is to stay");
	if (body.flags & IJ_WIRE_CALL_GO && !ij_go_call_check(&body, msg->body + sizeof(body)))
		return ij_error_new(PROTOCOL, "a malformed call in Go");
	if (body.flags & IJ_WIRE_CALL_CAPTURE && !is_memory(msg->fds[0]))
		return ij_error_new(PROTOCOL, "output is to be captured into no file in memory");
	tracer->inj.capturing = body.flags & IJ_WIRE_CALL_CAPTURE;
	tracer->inj.capture_fd = msg->fds[0];
	err = ij_guard_call(&tracer->guard, &body);
	if (!err && tracer->hold.on)
		err = ij_hold_call(&tracer->inj, &tracer->hold, &body, msg->body + sizeof(body),
				   result);
	else if (!err)
		err = ij_injector_call(&tracer->inj, &body, msg->body + sizeof(body), result);
	tracer->inj.capturing = false;
	/* Now nothing is held, but what a person looks at; the watchdog sees to that. */
	ij_audit_call(&tracer->guard, tracer->inj.process.pid, &body, out, err);
	IJ_TRY(err);
	const struct ij_wire_part parts[] = {
		{.bytes = out, .size = sizeof(*out)},
		{.bytes = result->frames, .size = out->frames_len * sizeof(result->frames[0])},
		{.bytes = result->scratch, .size = out->scratch_size},
		{.bytes = result->string, .size = out->rehearsal.string_size},
	};
	return ij_wire_send(tracer->sock, IJ_WIRE_OUTCOME, parts, IJ_COUNT(parts), NULL, 0);
}

struct ij_error *ij_tracer_make_room(struct ij_tracer *tracer)
{
	if (!tracer->answer)
		tracer->answer = calloc(1, sizeof(*tracer->answer));
	return tracer->answer ? NULL : ij_error_nomem();
}

static struct ij_error *check(struct ij_tracer *tracer, const struct ij_wire_msg *msg)
{
	struct ij_wire_check body;
	struct ij_wire_verdicts head;

	IJ_TRY(ij_serve_body(msg, &body, sizeof(body)));
	IJ_TRY(ij_tracer_make_room(tracer));
	if (tracer->hold.on)
		IJ_TRY(ij_hold_check(&tracer->inj, &tracer->hold, &body, tracer->answer->verdicts,
				     &head));
	else
		IJ_TRY(ij_injector_check(&tracer->inj, &body, tracer->answer->verdicts, &head));
	const struct ij_wire_part parts[] = {
		{.bytes = &head, .size = sizeof(head)},
		{.bytes = tracer->answer->verdicts,
		 .size = head.len * sizeof(tracer->answer->verdicts[0])},
	};
	return ij_wire_send(tracer->sock, IJ_WIRE_VERDICTS, parts, IJ_COUNT(parts), NULL, 0);
}

static struct ij_error *read_fd(struct ij_tracer *tracer, const struct ij_wire_msg *msg)
{
	struct ij_wire_read_fd body;
	struct ij_wire_fd_link link = {0};

	IJ_TRY(ij_serve_body(msg, &body, sizeof(body)));
	ij_process_fd_link(&tracer->inj.process, body.fd, link.text, sizeof(link.text));
	return ij_wire_send_body(tracer->sock, IJ_WIRE_FD_LINK, &link);
}

/* Pages that the program itself could write: what is written elsewhere would be a copy of its own.
 */
static bool is_writable(const struct ij_injector *inj, ij_addr addr, uint32_t size)
{
	for (ij_addr end = addr + size; addr < end;) {
		const struct ij_vma *vma = ij_vmas_find(&inj->vmas, addr);

		if (!vma || !(vma->flags & IJ_VMA_WRITE))
			return false;
		addr = vma->hi;
	}
	return true;
}

static struct ij_error *write_checked(struct ij_tracer *tracer, const struct ij_wire_msg *msg,
				      const struct ij_wire_write *body)
{
	IJ_TRY(ij_guard_write(&tracer->guard));
	IJ_TRY(ij_injector_refresh(&tracer->inj));
	if (body->addr + body->size < body->addr ||
	    !is_writable(&tracer->inj, body->addr, body->size))
		return ij_error_new(FAULT, "0x%llx is not in writable memory of process %d",
				    (unsigned long long)body->addr, tracer->inj.process.pid);
	return ij_process_write(&tracer->inj.process, body->addr, msg->body + sizeof(*body),
				body->size);
}

static struct ij_error *write_memory(struct ij_tracer *tracer, const struct ij_wire_msg *msg)
{
	struct ij_wire_write body;
	struct ij_error *err;

	IJ_TRY(ij_serve_body(msg, &body, sizeof(body)));
	if (!body.size || body.size > IJ_WIRE_WRITE_MAX || msg->size - sizeof(body) != body.size)
		return ij_error_new(PROTOCOL, "a malformed write");
	err = write_checked(tracer, msg, &body);
	ij_audit_memory(&tracer->guard, tracer->inj.process.pid, body.addr, body.size, err);
	IJ_TRY(err);
	return ok(tracer);
}

static struct ij_error *end(struct ij_tracer *tracer)
{
	struct ij_wire_ended ended;

	ij_hold_release(&tracer->inj, &tracer->hold);
	ij_error_free(ij_injector_whole(&tracer->inj));
	IJ_TRY(ij_injector_end(&tracer->inj, &ended));
	return ij_wire_send_body(tracer->sock, IJ_WIRE_ENDED, &ended);
}

/* Instead of a session: no target is bound. */
static struct ij_error *diagnose(struct ij_tracer *tracer, const struct ij_wire_msg *msg)
{
	struct ij_wire_doctor body;
	struct ij_wire_diagnosis head = {0};
	struct ij_diagnosis *diagnosis;
	struct ij_error *err;

	IJ_TRY(ij_serve_body(msg, &body, sizeof(body)));
	if (body.version != IJ_WIRE_VERSION)
		return other_version(body.version);
	if (tracer->bound || body.pid < 0)
		return ij_error_new(PROTOCOL, "a diagnosis of %d is asked for at the wrong time",
				    body.pid);
	diagnosis = malloc(sizeof(*diagnosis));
	if (!diagnosis)
		return ij_error_nomem();
	err = ij_doctor_run(body.pid, diagnosis);
	if (!err) {
		head.len = (uint32_t)diagnosis->len;
		memcpy(head.comm, diagnosis->access.target.comm, sizeof(head.comm));
		const struct ij_wire_part parts[] = {
			{.bytes = &head, .size = sizeof(head)},
			{.bytes = diagnosis->findings,
			 .size = diagnosis->len * sizeof(diagnosis->findings[0])},
		};
		err = ij_wire_send(tracer->sock, IJ_WIRE_DIAGNOSIS, parts, IJ_COUNT(parts), NULL,
				   0);
	}
	free(diagnosis);
	return err;
}

static bool may_stop(uint32_t type)
{
	return type == IJ_WIRE_CALL || type == IJ_WIRE_CHECK || type == IJ_WIRE_DOCTOR ||
	       ij_stops_is_request(type);
}

static struct ij_error *dispatch(struct ij_tracer *tracer, const struct ij_wire_msg *msg)
{
	if (may_stop(msg->type))
		ij_resident_make(&tracer->resident);
	if (msg->type == IJ_WIRE_HELLO)
		return hello(tracer, msg);
	if (msg->type == IJ_WIRE_DOCTOR)
		return diagnose(tracer, msg);
	if (!tracer->bound)
		return ij_error_new(PROTOCOL, "request %u before HELLO", msg->type);
	/* A call that is not made in a held stop waits for it as long as for any safe-point. */
	if (msg->type == IJ_WIRE_HOLD || msg->type == IJ_WIRE_GO || msg->type == IJ_WIRE_CHECK ||
	    (msg->type == IJ_WIRE_CALL && tracer->hold.on))
		IJ_TRY(ij_injector_whole(&tracer->inj));
	if (ij_stops_is_request(msg->type))
		return ij_stops_serve(tracer, msg);
	switch (msg->type) {
	case IJ_WIRE_OPEN_MODULE:
		return ij_serve_module(tracer, msg);
	case IJ_WIRE_OPEN_MODULES:
		return ij_serve_modules(tracer, msg);
	case IJ_WIRE_OPEN_DEBUG:
		return ij_serve_debug(tracer, msg);
	case IJ_WIRE_OPEN_DEBUGS:
		return ij_serve_debugs(tracer, msg);
	case IJ_WIRE_ADD_MODULE:
		return add_module(tracer, msg);
	case IJ_WIRE_SET_TARGET:
		return set_target(tracer, msg);
	case IJ_WIRE_SET_GO:
		return set_go(tracer, msg);
	case IJ_WIRE_CALL:
		return call(tracer, msg);
	case IJ_WIRE_CHECK:
		return check(tracer, msg);
	case IJ_WIRE_READ_FD:
		return read_fd(tracer, msg);
	case IJ_WIRE_WRITE:
		return write_memory(tracer, msg);
	case IJ_WIRE_END:
		return end(tracer);
	default:
		return ij_error_new(PROTOCOL, "unknown request %u", msg->type);
	}
}

/* Whatever failed, that the target has exited is what there is to say. */
static struct ij_error *name_exit(const struct ij_tracer *tracer, struct ij_error *err)
{
	const struct ij_process *process = &tracer->inj.process;
	struct ij_error *gone;

	if (!tracer->bound || err->code == IJ_ERR_GONE)
		return err;
	/* A process gives up its memory a little before it can be seen to have exited. */
	if (err->code == IJ_ERR_FAULT)
		ij_process_await_exit(process, EXIT_GRACE_NS);
	if (ij_process_is_alive(process))
		return err;
	gone = ij_error_new(GONE, "process %d exited", process->pid);
	if (gone->code == IJ_ERR_GONE)
		gone->touch = err->touch;
	ij_error_free(err);
	return gone;
}

/* What it means for the session that no message came, or that none could be sent. */
static enum ij_tracer_status status_of(const struct ij_error *err)
{
	return err->code == IJ_ERR_GONE      ? IJ_TRACER_DONE
	       : err->code == IJ_ERR_TIMEOUT ? IJ_TRACER_IDLE
					     : IJ_TRACER_FAILED;
}

bool ij_tracer_serve(struct ij_tracer *tracer, uint64_t idle_ns)
{
	struct ij_wire_msg msg;
	IJ_ERROR_AUTO err = NULL;

	err = ij_tracer_receive(tracer, idle_ns, &msg);
	if (err) {
		tracer->status = status_of(err);
		return false;
	}
	if (msg.type == IJ_WIRE_CANCEL) {
		/* What it was about is answered already. */
		tracer->inj.waiter.cancelled = false;
		ij_wire_msg_close(&msg);
		return true;
	}
	err = dispatch(tracer, &msg);
	ij_wire_msg_close(&msg);
	if (err) {
		struct ij_error *sent = ij_wire_send_error(tracer->sock, name_exit(tracer, err));

		err = sent;
	}
	/* Threads that are attached, would not stop and are not known are released by our end
	 * alone.
	 */
	tracer->status = err                       ? status_of(err)
			 : tracer->inj.strays_lost ? IJ_TRACER_STRAYS
						   : IJ_TRACER_DONE;
	return !err && !tracer->status;
}

void ij_tracer_deinit(struct ij_tracer *tracer)
{
	struct ij_wire_ended ended;

	ij_guard_deinit(&tracer->guard);
	free(tracer->answer);
	tracer->answer = NULL;
	if (!tracer->bound)
		return;
	ij_hold_release(&tracer->inj, &tracer->hold);
	ij_hold_deinit(&tracer->hold);
	ij_error_free(ij_injector_end(&tracer->inj, &ended));
	ij_injector_deinit(&tracer->inj);
}
