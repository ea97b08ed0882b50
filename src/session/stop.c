/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Held stops: taking hold of a target, letting it go on, and letting go of it. */
#include "session/stop.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

#define PLAIN(name) _Static_assert((int)IJ_STOP_##name == (int)IJ_WIRE_STOP_##name, "one numbering")
PLAIN(ASKED);
PLAIN(BREAKPOINT);
PLAIN(STEPPED);
PLAIN(SIGNAL);
PLAIN(JOB);
PLAIN(LATE);
PLAIN(CANCELLED);
PLAIN(GONE);
PLAIN(EXECUTED);
PLAIN(EXITED);

void ij_stop_forget(struct ij_stop *stop)
{
	stop->frames_known = stop->regs_known = false;
}

static int by_tid(const void *a, const void *b)
{
	const struct ij_wire_held *x = a, *y = b;

	return (x->tid > y->tid) - (x->tid < y->tid);
}

/* Which thread a person looks at: the one that it is about, if that is held; else the main one. */
static pid_t choose(const struct ij_stop *stop)
{
	pid_t main = stop->session->pid, first = 0;
	bool about = false, has_main = false;

	IJ_VEC_EACH (&stop->threads, thread) {
		if (!thread->stopped)
			continue;
		first = first ? first : thread->tid;
		about |= thread->tid == stop->what.tid;
		has_main |= thread->tid == main;
	}
	return about ? stop->what.tid : has_main ? main : first;
}

static struct ij_error *take_threads(struct ij_stop *stop, const struct ij_wire_held *list,
				     size_t len)
{
	IJ_TRY(ij_vec_reserve(&stop->told, len));
	IJ_TRY(ij_vec_reserve(&stop->threads, len));
	stop->told.len = stop->threads.len = len;
	if (!len)
		return NULL;
	memcpy(stop->told.items, list, len * sizeof(*list));
	qsort(stop->told.items, len, sizeof(*list), by_tid);
	for (size_t i = 0; i < len; i++) {
		struct ij_wire_held *told = &stop->told.items[i];

		told->comm[sizeof(told->comm) - 1] = 0;
		told->text[sizeof(told->text) - 1] = 0;
		stop->threads.items[i] =
			(struct ij_stop_thread){.tid = told->tid,
						.stopped = told->state == IJ_WIRE_HELD_STOPPED,
						.signo = told->signo,
						.syscall = told->syscall,
						.pc = told->pc,
						.sp = told->sp,
						.comm = told->comm,
						.text = told->text};
	}
	return NULL;
}

/* Ask for something that ends in a stop, and take in who is held. */
static struct ij_error *ask_for(struct ij_stop *stop, enum ij_wire_type type, const void *body,
				size_t size, uint64_t timeout_ns, struct ij_wire_stopped *ret)
{
	const struct ij_request request = {
		.type = type,
		.parts = {{body, size}},
		.parts_len = 1,
		.fd = -1,
		.timeout_ns = timeout_ns,
		.answer = IJ_WIRE_STOPPED,
		.answer_size = sizeof(struct ij_wire_stopped),
	};
	struct ij_wire_stopped head;
	struct ij_wire_msg msg;

	IJ_TRY(ij_session_request(stop->session, &request, &msg));
	ij_wire_msg_close(&msg);
	memcpy(&head, msg.body, sizeof(head));
	if (head.len > IJ_WIRE_HELD_MAX || head.event >= IJ_WIRE_STOP_EVENTS ||
	    msg.size != sizeof(head) + head.len * sizeof(struct ij_wire_held))
		return ij_error_new(PROTOCOL, "malformed stop of %u bytes", msg.size);
	IJ_TRY(take_threads(stop, (const void *)(msg.body + sizeof(head)), head.len));
	stop->held = head.len > 0;
	ij_stop_forget(stop);
	*ret = head;
	return NULL;
}

/* The same, and what happened. */
static struct ij_error *ask(struct ij_stop *stop, enum ij_wire_type type, const void *body,
			    size_t size, uint64_t timeout_ns)
{
	struct ij_wire_stopped head;

	IJ_TRY(ask_for(stop, type, body, size, timeout_ns, &head));
	stop->what = (struct ij_stop_report){.event = (enum ij_stop_event)head.event,
					     .tid = head.tid,
					     .signo = head.signo,
					     .sigcode = head.sigcode,
					     .sender = head.sender,
					     .addr = head.addr,
					     .breakpoint = head.breakpoint,
					     .exit_status = head.exit_status};
	stop->tid = choose(stop);
	stop->looks = false;
	return NULL;
}

struct ij_error *ij_stop_renew(struct ij_stop *stop)
{
	struct ij_wire_stopped head;

	IJ_TRY(ask_for(stop, IJ_WIRE_HELD, "", 0, 0, &head));
	IJ_VEC_EACH (&stop->threads, thread)
		if (thread->tid == stop->tid && thread->stopped)
			return NULL;
	stop->tid = choose(stop);
	return NULL;
}

static void free_stop(struct ij_stop *stop)
{
	ij_vec_deinit(&stop->threads);
	ij_vec_deinit(&stop->told);
	ij_vec_deinit(&stop->frames);
	free(stop);
}

struct ij_error *ij_session_hold(struct ij_session *s, pid_t tid, struct ij_stop **ret)
{
	const struct ij_wire_hold body = {.tid = tid};
	struct ij_stop *stop;
	struct ij_error *err;

	ij_session_begin(s);
	if (s->stop)
		return ij_error_new(PROTOCOL, "process %d is held already", s->pid);
	/* What is mapped is known before anybody is stopped. */
	IJ_TRY(ij_session_refresh(s));
	stop = calloc(1, sizeof(*stop));
	if (!stop)
		return ij_error_nomem();
	stop->session = s;
	err = ask(stop, IJ_WIRE_HOLD, &body, sizeof(body), IJ_SESSION_GRACE_NS);
	if (err) {
		free_stop(stop);
		return err;
	}
	s->stop = stop;
	*ret = stop;
	return NULL;
}

void ij_stop_release(struct ij_stop *stop)
{
	const struct ij_request request = {.type = IJ_WIRE_RELEASE, .fd = -1, .answer = IJ_WIRE_OK};
	struct ij_wire_msg msg;

	if (!stop)
		return;
	ij_session_begin(stop->session);
	if (ij_session_alive(stop->session)) {
		struct ij_error *err = ij_session_request(stop->session, &request, &msg);

		/* A tracer that is gone has let go. */
		if (!err)
			ij_wire_msg_close(&msg);
		ij_error_free(err);
	}
	stop->session->stop = NULL;
	free_stop(stop);
}

const struct ij_stop_report *ij_stop_what(const struct ij_stop *stop)
{
	return &stop->what;
}

bool ij_stop_held(const struct ij_stop *stop)
{
	return stop->held;
}

const struct ij_stop_thread *ij_stop_threads(const struct ij_stop *stop, size_t *len_ret)
{
	*len_ret = stop->threads.len;
	return stop->threads.items;
}

pid_t ij_stop_thread(const struct ij_stop *stop)
{
	return stop->tid;
}

struct ij_error *ij_stop_select(struct ij_stop *stop, pid_t tid)
{
	IJ_VEC_EACH (&stop->threads, thread)
		if (thread->tid == tid && thread->stopped) {
			if (tid != stop->tid) {
				ij_stop_forget(stop);
				stop->looks = false;
			}
			stop->tid = tid;
			return NULL;
		}
	return ij_error_new(NOTFOUND, "thread %d is not held", tid);
}

struct ij_error *ij_stop_signal_set(struct ij_stop *stop, int signo)
{
	const struct ij_wire_signal_set body = {.tid = stop->tid, .signo = signo};
	const struct ij_request request = {
		.type = IJ_WIRE_SIGNAL_SET,
		.parts = {{&body, sizeof(body)}},
		.parts_len = 1,
		.fd = -1,
		.answer = IJ_WIRE_OK,
	};
	struct ij_wire_msg msg;

	ij_session_begin(stop->session);
	IJ_TRY(ij_session_request(stop->session, &request, &msg));
	ij_wire_msg_close(&msg);
	IJ_VEC_EACH (&stop->threads, thread)
		if (thread->tid == stop->tid)
			thread->signo = signo;
	return NULL;
}

static struct ij_error *take_breakpoints(const struct ij_stop_options *options,
					 struct ij_wire_go *body)
{
	if (options->breakpoints_len > IJ_BREAKPOINTS_AT_ONCE)
		return ij_error_new(USAGE, "%zu breakpoints at once, over %d",
				    options->breakpoints_len, IJ_BREAKPOINTS_AT_ONCE);
	body->breakpoints_len = (uint32_t)options->breakpoints_len;
	for (size_t i = 0; i < options->breakpoints_len; i++) {
		const struct ij_stop_breakpoint *bp = &options->breakpoints[i];
		bool code = bp->on == IJ_BREAKPOINT_ON_EXECUTE;

		if (bp->on > IJ_BREAKPOINT_ON_ACCESS ||
		    (!code && ((bp->size != 1 && bp->size != 2 && bp->size != 4 && bp->size != 8) ||
			       bp->addr % bp->size)))
			return ij_error_new(
				USAGE,
				"a breakpoint of %u bytes at 0x%llx: 1, 2, 4 or 8 bytes "
				"at a multiple of that can be watched",
				bp->size, (unsigned long long)bp->addr);
		body->breakpoints[i] = (struct ij_wire_breakpoint){.addr = bp->addr,
								   .sp_min = bp->sp_min,
								   .kind = bp->on,
								   .size = code ? 1 : bp->size,
								   .tid = bp->tid};
	}
	return NULL;
}

static struct ij_error *go(struct ij_stop *stop, const struct ij_stop_options *given, uint32_t step,
			   struct ij_stop_report *ret)
{
	struct ij_wire_go body = {.tid = stop->tid, .flags = step};
	struct ij_stop_options options;

	ij_session_begin(stop->session);
	IJ_TRY(ij_stop_options_of(given, &options));
	if (!stop->held)
		return ij_error_new(GONE, "nothing of process %d is held any more",
				    stop->session->pid);
	if (options.signo < IJ_STOP_SIGNAL_OWN || options.signo > 64)
		return ij_error_new(USAGE, "%d is not a signal", options.signo);
	if (!step)
		IJ_TRY(take_breakpoints(&options, &body));
	if (!step && options.traps_len > IJ_TRAPS_AT_ONCE)
		return ij_error_new(USAGE, "%zu traps at once, over %d", options.traps_len,
				    IJ_TRAPS_AT_ONCE);
	for (size_t i = 0; !step && i < options.traps_len; i++)
		body.traps[body.traps_len++] = options.traps[i];
	body.flags |= options.alone ? IJ_WIRE_GO_ALONE : 0u;
	body.signo = options.signo;
	body.pass = options.pass;
	body.timeout_ns = options.timeout_ns;
	IJ_TRY(ask(stop, IJ_WIRE_GO, &body, sizeof(body), options.timeout_ns));
	if (ret)
		*ret = stop->what;
	return NULL;
}

struct ij_error *ij_stop_continue(struct ij_stop *stop, const struct ij_stop_options *options,
				  struct ij_stop_report *ret)
{
	return go(stop, options, 0, ret);
}

struct ij_error *ij_stop_step(struct ij_stop *stop, const struct ij_stop_options *options,
			      struct ij_stop_report *ret)
{
	return go(stop, options, IJ_WIRE_GO_STEP, ret);
}
