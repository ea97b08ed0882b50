/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The life of a session, and its requests to the tracer. */
#include "session/session_impl.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "session/debugs.h"
#include "session/go.h"
#include "session/locate_tracer.h"
#include "session/stop.h"

#define HOW_SIZE       96
#define WAITING_NS     IJ_NS_PER_S
#define INTERRUPTED_MS 100  /* the same, for somebody who wants his prompt back */
#define REAP_MS        3000 /* for the tracer to exit by itself after its socket closed */

/* What is judged by, and what is known. */
static struct ij_error *set_options(struct ij_session *s, const struct ij_session_options *options)
{
	s->policy = options->policy;
	s->patient = options->patient;
	s->waiting = options->waiting;
	s->waiting_arg = options->waiting_arg;
	s->prototypes = options->prototypes;
	if (!s->prototypes) {
		IJ_TRY(ij_prototypes_create(&s->own_prototypes));
		s->prototypes = s->own_prototypes;
	}
	for (size_t i = 0; i < options->avoid_len; i++)
		IJ_TRY(ij_avoid_add(&s->avoid, options->avoid[i]));
	return NULL;
}

static void free_session(struct ij_session *s)
{
	ij_avoid_deinit(&s->avoid);
	if (!s->keeps_debugs)
		ij_debugs_destroy(s->debugs);
	ij_policy_destroy(s->own_policy);
	ij_prototypes_destroy(s->own_prototypes);
	ij_error_free(s->posted_err);
	free(s->recv_buf);
	free(s);
}

static struct ij_error *spawn(const struct ij_session_options *options, struct ij_spawned *ret)
{
	char path[PATH_MAX];

	if (options->tracer_path)
		return ij_spawn_tracer(options->tracer_path, options->child, ret);
	IJ_TRY(ij_tracer_locate(path));
	return ij_spawn_tracer(path, options->child, ret);
}

struct ij_error *ij_session_spawn(pid_t pid, const struct ij_session_options *given,
				  struct ij_session **ret)
{
	struct ij_session_options options;
	struct ij_session *s;
	struct ij_error *err;

	IJ_TRY(ij_session_options_of(given, &options));
	s = calloc(1, sizeof(*s));
	if (!s)
		return ij_error_nomem();
	s->pid = pid;
	s->maps_fd = -1;
	ij_mem_fd_init(&s->mem, -1);
	s->recv_buf = malloc(IJ_WIRE_SIZE_MAX);
	err = s->recv_buf ? set_options(s, &options) : ij_error_nomem();
	if (!err)
		err = ij_debugs_create(&s->debugs);
	if (!err)
		err = spawn(&options, &s->tracer);
	if (err) {
		free_session(s);
		return err;
	}
	*ret = s;
	return NULL;
}

void ij_session_interrupt(struct ij_session *s)
{
	s->interrupted = 1;
	shutdown(s->tracer.sock, SHUT_RDWR);
}

void ij_session_cancel(struct ij_session *s)
{
	const struct ij_wire_header header = {.type = IJ_WIRE_CANCEL, .size = sizeof(header)};
	int saved = errno;

	s->cancelled = 1;
	/* A signal handler's means. That the queue is full means that it is not being read. */
	(void)!send(s->tracer.sock, &header, sizeof(header), MSG_DONTWAIT | MSG_NOSIGNAL);
	errno = saved;
}

/* Wait for the tracer to exit; whether it has. */
static bool wait_exit(struct ij_session *s, int wait_ms)
{
	struct pollfd pfd = {.fd = s->tracer.pidfd, .events = POLLIN};
	int n;

	do
		n = poll(&pfd, 1, wait_ms);
	while (n < 0 && errno == EINTR);
	return n > 0;
}

/*
 * Reap the tracer, killing it if it does not exit by itself. Writes how it ended to @text. Its exit
 * status; -1: it had none, or it is not known.
 */
static int reap(struct ij_session *s, int wait_ms, char *text, size_t size)
{
	siginfo_t info = {0};

	snprintf(text, size, "how is not known; the target was released");
	if (s->tracer_gone)
		return -1;
	s->tracer_gone = true;
	/*
	 * SIGKILL is the safe release: all that is armed in the target dies with the tracer. One
	 * that kept privileges which we gave up is out of our reach; then its own timer does it.
	 */
	if (!wait_exit(s, wait_ms) &&
	    syscall(SYS_pidfd_send_signal, s->tracer.pidfd, SIGKILL, NULL, 0)) {
		snprintf(text, size, "its own timer will kill it and release the target");
		return -1;
	}
	if (!wait_exit(s, REAP_MS) || waitid(P_PIDFD, (id_t)s->tracer.pidfd, &info, WEXITED))
		return -1;
	if (info.si_code == CLD_EXITED) {
		snprintf(text, size, "exit status %d; the target was released", info.si_status);
		return info.si_status;
	}
	snprintf(text, size, "signal %d; the target was released", info.si_status);
	return -1;
}

/* A tracer that ended by itself, which it does before it reads a request. NULL: it did not. */
static struct ij_error *ended_by_itself(const struct ij_session *s, int status)
{
	if (status == IJ_TRACER_IDLE)
		return ij_error_new(
			PROTOCOL,
			"the session with process %d is over: nothing was asked of it for "
			"%llu s; attach again",
			s->pid, (unsigned long long)(IJ_TRACER_IDLE_NS / IJ_NS_PER_S));
	if (status == IJ_TRACER_STRAYS)
		return ij_error_new(
			UNSAFE,
			"the session with process %d is over: several of its threads were "
			"to be stopped, and did not stop; attach again",
			s->pid);
	return NULL;
}

/* The socket closed, or the tracer did not answer: either way it is gone after this. */
static struct ij_error *tracer_lost(struct ij_session *s, enum ij_wire_type type,
				    struct ij_error *cause)
{
	bool silent = cause->code == IJ_ERR_TIMEOUT;
	struct ij_error *err;
	char how[HOW_SIZE];
	int status;

	if (cause->code != IJ_ERR_GONE && !silent)
		return cause;
	ij_error_free(cause);
	if (s->interrupted)
		return ij_error_new(INTERRUPTED,
				    "interrupted; the tracer puts process %d back by itself",
				    s->pid);
	status = reap(s, silent ? 0 : 1000, how, sizeof(how));
	err = ended_by_itself(s, status);
	if (err)
		return err;
	if (type != IJ_WIRE_CALL)
		return ij_error_new(PROTOCOL, "the tracer of %d %s: %s", s->pid,
				    silent ? "does not answer" : "died", how);
	err = ij_error_new(
		LEFT,
		"the tracer of %d %s: %s; a call that had begun "
		"goes on and restores its thread by itself, a mapping of ours may be left "
		"until the next session removes it",
		s->pid, silent ? "does not answer" : "died", how);
	if (err->code == IJ_ERR_LEFT)
		err->touch = IJ_TOUCH_DIRTY;
	return err;
}

/* The answer to @request, for as long as it may take; who wants to know is told of long waits for
 * calls. */
static struct ij_error *await(struct ij_session *s, const struct ij_request *request,
			      struct ij_wire_msg *ret)
{
	const uint64_t start = ij_now_ns(), span = request->timeout_ns;
	const uint64_t most =
		span > IJ_NEVER - IJ_SESSION_GRACE_NS ? IJ_NEVER : span + IJ_SESSION_GRACE_NS;
	uint64_t waited = 0;
	struct ij_error *err;

	while (s->waiting && request->type == IJ_WIRE_CALL && most - waited > WAITING_NS) {
		err = ij_wire_recv(s->tracer.sock, s->recv_buf, WAITING_NS, ret);
		if (!err || err->code != IJ_ERR_TIMEOUT)
			return err;
		ij_error_free(err);
		waited = ij_now_ns() - start;
		s->waiting(s->waiting_arg, waited);
		waited = waited < most ? waited : most;
	}
	return ij_wire_recv(s->tracer.sock, s->recv_buf,
			    most == IJ_NEVER ? IJ_NEVER : most - waited, ret);
}

/* Requests that the tracer answers by what it knows of modules. */
static bool is_of_modules(enum ij_wire_type type)
{
	return type == IJ_WIRE_CALL || type == IJ_WIRE_CHECK || type == IJ_WIRE_HOLD ||
	       type == IJ_WIRE_GO || type == IJ_WIRE_FRAMES_GET;
}

/* May anything be sent? */
static struct ij_error *begin(struct ij_session *s)
{
	if (s->interrupted || s->cancelled)
		return ij_error_new(INTERRUPTED, "interrupted");
	if (s->tracer_gone)
		return ij_error_new(PROTOCOL, "the tracer of %d is gone", s->pid);
	s->current = false;
	return NULL;
}

static struct ij_error *send_request(struct ij_session *s, const struct ij_request *request)
{
	return ij_wire_send(s->tracer.sock, request->type, request->parts, request->parts_len,
			    &request->fd, request->fd >= 0);
}

bool ij_session_lives_without_map(const struct ij_error *err)
{
	return err->code == IJ_ERR_BADDATA || err->code == IJ_ERR_LIMIT ||
	       err->code == IJ_ERR_UNSUPPORTED;
}

static struct ij_error *answer_to(struct ij_session *s, enum ij_wire_type type)
{
	const struct ij_request request = {.type = type};
	struct ij_error *err;
	struct ij_wire_msg msg;
	const void *body;

	err = await(s, &request, &msg);
	if (err)
		return tracer_lost(s, type, err);
	err = ij_wire_body(&msg, IJ_WIRE_OK, 0, &body);
	ij_wire_msg_close(&msg);
	if (err && type == IJ_WIRE_ADD_MODULE && ij_session_lives_without_map(err)) {
		ij_error_free(err);
		err = NULL;
	}
	return err;
}

/* Read the answers to all that was posted. */
static void collect(struct ij_session *s)
{
	for (size_t i = 0; i < s->posted_len && !s->tracer_gone; i++) {
		struct ij_error *err = answer_to(s, s->posted[i]);

		if (s->posted_err)
			ij_error_free(err);
		else
			s->posted_err = err;
	}
	s->posted_len = 0;
}

struct ij_error *ij_session_post(struct ij_session *s, const struct ij_request *request)
{
	struct ij_error *err;

	if (s->posted_len == IJ_COUNT(s->posted))
		collect(s);
	IJ_TRY(begin(s));
	err = send_request(s, request);
	if (err)
		return tracer_lost(s, request->type, err);
	s->posted[s->posted_len++] = request->type;
	return NULL;
}

struct ij_error *ij_session_settle(struct ij_session *s)
{
	struct ij_error *err;

	collect(s);
	err = s->posted_err;
	s->posted_err = NULL;
	return err;
}

struct ij_error *ij_session_request(struct ij_session *s, const struct ij_request *request,
				    struct ij_wire_msg *msg_ret)
{
	struct ij_wire_msg msg;
	const void *body;
	struct ij_error *err;

	IJ_TRY(begin(s));
	if (is_of_modules(request->type))
		IJ_TRY(ij_session_tell(s));
	collect(s);
	err = send_request(s, request);
	if (!err)
		err = await(s, request, &msg);
	if (err)
		return tracer_lost(s, request->type, err);
	err = ij_wire_body(&msg, request->answer, request->answer_size, &body);
	if (err) {
		ij_wire_msg_close(&msg);
		return err;
	}
	*msg_ret = msg;
	return NULL;
}

static struct ij_error *hello(struct ij_session *s)
{
	const struct ij_wire_hello body = {.version = IJ_WIRE_VERSION,
					   .pid = s->pid,
					   .flags = s->patient ? IJ_WIRE_HELLO_PATIENT : 0};
	const struct ij_request request = {
		.type = IJ_WIRE_HELLO,
		.parts = {{&body, sizeof(body)}},
		.parts_len = 1,
		.fd = -1,
		.answer = IJ_WIRE_WELCOME,
		.answer_size = sizeof(s->welcome),
	};
	struct ij_wire_msg msg;

	IJ_TRY(ij_session_request(s, &request, &msg));
	memcpy(&s->welcome, msg.body, sizeof(s->welcome));
	s->welcome.comm[sizeof(s->welcome.comm) - 1] = 0;
	if (s->welcome.version != IJ_WIRE_VERSION || msg.fds[0] < 0 || msg.fds[1] < 0) {
		ij_wire_msg_close(&msg);
		return ij_error_new(PROTOCOL,
				    "the tracer speaks version %u and the client %u; reinstall "
				    "interject",
				    s->welcome.version, IJ_WIRE_VERSION);
	}
	s->maps_fd = msg.fds[0];
	ij_mem_fd_init(&s->mem, msg.fds[1]);
	return NULL;
}

struct ij_error *ij_session_open(struct ij_session *s)
{
	ij_session_opener_init(s);
	if (!s->policy) {
		IJ_TRY(ij_policy_load(NULL, 0, &s->own_policy));
		s->policy = s->own_policy;
	}
	IJ_TRY(hello(s));
	IJ_TRY(ij_session_refresh(s));
	if (!s->avoid.names.len)
		return NULL;
	/* Which names there are is known once each module's map was made. */
	IJ_TRY(ij_session_tell(s));
	return ij_avoid_check(&s->avoid, s->mods);
}

struct ij_error *ij_session_attach(pid_t pid, const struct ij_session_options *options,
				   struct ij_session **ret)
{
	struct ij_session *s;
	struct ij_error *err;

	IJ_TRY(ij_target_check(pid));
	IJ_TRY(ij_session_spawn(pid, options, &s));
	err = ij_session_open(s);
	if (err) {
		ij_session_destroy(s);
		return err;
	}
	*ret = s;
	return NULL;
}

struct ij_error *ij_session_close(struct ij_session *s, unsigned *left_ret)
{
	const struct ij_request request = {
		.type = IJ_WIRE_END,
		.fd = -1,
		.timeout_ns = IJ_SESSION_GRACE_NS,
		.answer = IJ_WIRE_ENDED,
		.answer_size = sizeof(struct ij_wire_ended),
	};
	struct ij_wire_ended ended;
	struct ij_wire_msg msg;

	ij_session_begin(s);
	IJ_TRY(ij_session_request(s, &request, &msg));
	memcpy(&ended, msg.body, sizeof(ended));
	ij_wire_msg_close(&msg);
	if (left_ret)
		*left_ret = ended.leaked;
	return NULL;
}

void ij_session_destroy(struct ij_session *s)
{
	char how[HOW_SIZE];

	if (!s)
		return;
	if (s->tracer.sock >= 0)
		close(s->tracer.sock);
	/* Who interrupted us waits for nothing; the tracer puts the target back without us. */
	if (s->interrupted && !wait_exit(s, INTERRUPTED_MS))
		s->tracer_gone = true;
	reap(s, REAP_MS, how, sizeof(how));
	if (s->tracer.pidfd >= 0)
		close(s->tracer.pidfd);
	ij_session_go_forget(s);
	ij_modules_destroy(s->mods);
	ij_go_vars_destroy(s->go_vars);
	ij_object_close(s->image);
	ij_vmas_deinit(&s->vmas);
	ij_session_opened_drop(s);
	ij_vec_deinit(&s->expected);
	ij_vec_deinit(&s->fed);
	ij_vec_deinit(&s->resolvers);
	ij_strbuf_deinit(&s->notes);
	if (s->maps_fd >= 0)
		close(s->maps_fd);
	if (s->mem.fd >= 0)
		close(s->mem.fd);
	free_session(s);
}

pid_t ij_session_pid(const struct ij_session *s)
{
	return s->pid;
}

const char *ij_session_comm(const struct ij_session *s)
{
	return s->welcome.comm;
}

const char *ij_session_notes(const struct ij_session *s)
{
	return ij_strbuf_get(&s->notes);
}

bool ij_session_alive(const struct ij_session *s)
{
	return !s->interrupted && !s->tracer_gone;
}

struct ij_modules *ij_session_modules(const struct ij_session *s)
{
	return s->mods;
}
