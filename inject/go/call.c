/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A call in Go. All is laid out first: the handler and what it needs in our pages, two words below
 * the goroutine's stack pointer, and a frame on the signal stack that leads into the protocol. One
 * register write then makes the thread take SIGTRAP over, enter the runtime's debugCall, and carry
 * everything to its end by itself. It is let go of at once; the rest of us only looks at memory.
 */
#include <errno.h>
#include <linux/futex.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "arch/gocall.h"
#include "inject/attempt.h"
#include "inject/go/go.h"
#include "inject/go/astray.h"
#include "inject/go/handler.h"
#include "inject/go/making.h"
#include "inject/prepare.h"
#include "proc/owned.h"

/* A look at a call that takes its time; and how long the target waits for one at HELD, while we
 * live. */
#define LOOK_NS (2 * IJ_NS_PER_MS)
#define HOLD_NS (900 * IJ_NS_PER_MS)
/* Where it cannot be woken. */
#define HOLD_UNSHARED_NS (5 * IJ_NS_PER_MS)
/* Of a thread that steps to where it makes the call: hardly a tenth is ever taken. */
#define STEPS_MAX 20000
/* The largest frame that debugCall offers. */
#define FRAME_MAX (64u * 1024)
/* A struct g is smaller. */
#define G_SIZE_MAX 4096u
static bool is_in(uint64_t off, uint64_t size, uint64_t total)
{
	return off <= total && size <= total - off;
}

bool ij_go_call_check(const struct ij_wire_call *call, const uint8_t *scratch)
{
	uint64_t total = call->scratch_size;
	struct ij_gocall go;

	if (total < sizeof(go) || call->flags & (IJ_WIRE_CALL_RING | IJ_WIRE_CALL_SYSCALL |
						 IJ_WIRE_CALL_REHEARSE | IJ_WIRE_CALL_IN_COPY))
		return false;
	memcpy(&go, scratch, sizeof(go));
	if (call->goroutine_id_off > G_SIZE_MAX)
		return false;
	if (go.calls_len > IJ_GOCALL_CALLS_MAX || go.frame_size > FRAME_MAX || go.phase ||
	    !is_in(go.data, go.data_size, total) || !is_in(go.stack, go.stack_size, total) ||
	    go.stack_size > go.frame_size)
		return false;
	if (go.fixes_len > total / sizeof(uint32_t) ||
	    !is_in(go.fixes, go.fixes_len * sizeof(uint32_t), total))
		return false;
	for (uint64_t i = 0; i < go.fixes_len; i++) {
		uint32_t off;

		memcpy(&off, scratch + go.fixes + i * sizeof(off), sizeof(off));
		if (!is_in(off, sizeof(uint64_t), go.data_size))
			return false;
	}
	for (uint32_t i = 0; i < go.calls_len; i++) {
		const struct ij_gocall_one *one = &go.calls[i];

		if (!is_in(one->stack, one->stack_size, total) || one->stack_size > go.frame_size ||
		    !is_in(one->to, one->from_len,
			   IJ_GOCALL_INT_ARGS + one->stack_size / sizeof(uint64_t)))
			return false;
	}
	for (size_t i = 0; i < IJ_GOCALL_READS_MAX; i++) {
		bool of_heap = go.reads[i].len == IJ_GOCALL_READ_HEAP;

		if (go.reads[i].max > (of_heap ? IJ_GOCALL_HEAP_MAX : IJ_GOCALL_READ_MAX) ||
		    (!of_heap && go.reads[i].elem_size > FRAME_MAX))
			return false;
	}
	return true;
}

static uint64_t xstate_off(const struct ij_wire_call *call)
{
	return ((uint64_t)call->scratch_size + 63) & ~63ull;
}

/* By the word that the target waits at the kernel tells it of our death. */
static void own(struct ij_go_making *m, struct ij_gocall *go)
{
	const struct ij_pages *pages = &m->inj->pages;
	uint8_t *here = pages->shared ? pages->shared + (m->base - pages->base) : NULL;

	go->ack = go->owner =
		here ? ij_owned_take((uint32_t *)(void *)(here + offsetof(struct ij_gocall, ack)))
		     : 0;
}

/* The struct ij_gocall as the handler wants it, in front of what the client sent. */
static struct ij_error *fill(struct ij_go_making *m, const uint8_t *scratch)
{
	const struct ij_saved *saved = &m->inj->saved;
	uint8_t *bytes = m->result->scratch;
	struct ij_pages *pages = &m->inj->pages;
	struct ij_gocall go;

	memcpy(bytes, scratch, m->call->scratch_size);
	memcpy(&go, bytes, sizeof(go));
	m->frame_size = go.frame_size;
	go.state = IJ_GOCALL_RUNNING;
	own(m, &go);
	go.flags = m->inj->go.flags | (go.flags & (IJ_GOCALL_HOLD | IJ_GOCALL_HOLD_RESULTS));
	ij_go_handler_action(m->inj, &go);
	go.lo = m->inj->go.lo;
	go.hi = m->inj->go.hi;
	go.hold_time[1] = pages->shared ? HOLD_NS : HOLD_UNSHARED_NS;
	go.data += m->base;
	go.stack += m->base;
	go.fixes += m->base;
	go.sigmask = saved->sigmask;
	ij_gocall_regs(&go, &saved->by_hand);
	ij_go_fill_back(m->inj, m->stop, &go);
	go.xstate_size = saved->xstate_size;
	go.xstate = m->base + xstate_off(m->call);
	for (uint32_t i = 0; i < go.calls_len; i++)
		go.calls[i].stack += m->base;
	if (go.data_size)
		go.calls[0].func = m->inj->go.malloc;
	go.next = 0;
	go.root =
		go.flags & IJ_GOCALL_SLOTS ? 0 : ij_regs_sp(&m->stop->regs) - IJ_GOCALL_ROOT_BELOW;
	go.flags |= m->stop->go_goal ? IJ_GOCALL_STEPS : 0;
	go.goal = m->stop->go_goal;
	go.goal_sp = m->stop->go_goal_sp;
	go.entry = m->inj->go.entry;
	go.steps_left = STEPS_MAX;
	memcpy(bytes, &go, sizeof(go));
	IJ_TRY(ij_pages_write(pages, &m->inj->process, m->base, bytes, m->call->scratch_size));
	return ij_pages_write(pages, &m->inj->process, go.xstate, saved->xstate,
			      saved->xstate_size);
}

/* Below the goroutine's stack pointer: nothing of value, by the maps. */
static struct ij_error *push(struct ij_go_making *m)
{
	ij_addr sp = ij_regs_sp(&m->stop->regs);
	const uint64_t pc = ij_go_pc(m->stop);

	IJ_TRY(ij_process_write(&m->inj->process, sp - 24, &m->frame_size, sizeof(m->frame_size)));
	return ij_process_write(&m->inj->process, sp - 8, &pc, sizeof(pc));
}

/* From the register write on, the thread needs nobody. */
static struct ij_error *enter(struct ij_go_making *m)
{
	struct ij_injector *inj = m->inj;
	const struct ij_saved *saved = &inj->saved;
	struct ij_regs regs = ij_gocall_enter(&saved->by_hand, inj->go.entry);
	uint64_t mask = saved->sigmask;

	if (m->stop->go_goal)
		regs = ij_gocall_stepping(&saved->by_hand);
	/* Preemption is put off, where the same thread will see the end, or steps. */
	if (inj->go.flags & IJ_GOCALL_MASK || m->stop->go_goal)
		mask |= IJ_SIGNAL_BIT(SIGURG);
	IJ_TRY(ij_go_handler_enter(inj, m->stop, m->base, &regs, mask));
	m->start_ns = ij_now_ns();
	ij_thread_detach(m->stop->thread, 0);
	ij_place_part(&inj->place);
	return NULL;
}

/* Wait a little for the state to be another than @state. */
static void wait_change(struct ij_go_making *m, uint32_t state)
{
	const struct ij_pages *pages = &m->inj->pages;
	struct timespec ts = ij_timespec(LOOK_NS);

	if (!pages->shared) {
		ij_process_await_exit(&m->inj->process, 100 * IJ_NS_PER_US);
		return;
	}
	syscall(SYS_futex, pages->shared + (m->base - pages->base), FUTEX_WAIT, state, &ts, NULL,
		0);
}

/* Watch it from outside until it is over, or its time is. @state_ret: as it was at last. */
static struct ij_error *watch(struct ij_go_making *m, uint32_t *state_ret)
{
	uint64_t deadline = ij_deadline_ns(m->call->timeout_ns);
	struct ij_wire_outcome *out = &m->result->outcome;
	uint32_t seen = UINT32_MAX; /* the call that was looked at */

	ij_watchdog_arm(&m->inj->watchdog, m->call->timeout_ns + IJ_HOLD_MAX_NS);
	for (;;) {
		IJ_TRY(ij_pages_read(&m->inj->pages, &m->inj->process, m->base, state_ret,
				     sizeof(*state_ret)));
		if (*state_ret == IJ_GOCALL_DONE || ij_now_ns() >= deadline)
			return NULL;
		if (*state_ret == IJ_GOCALL_HELD) {
			struct ij_gocall go;
			bool anew;

			IJ_TRY(ij_go_is_held_anew(m, seen, &go, &anew));
			if (anew) {
				seen = go.phase;
				IJ_TRY(ij_go_gather(m, &go));
				continue;
			}
		}
		if (!ij_process_is_alive(&m->inj->process)) {
			out->status = IJ_WIRE_EXITED;
			return NULL;
		}
		wait_change(m, *state_ret);
		if (m->stop->go_goal && ij_go_is_astray(m)) {
			bool back;

			IJ_TRY(ij_go_call_back(m, &back));
			if (back)
				return NULL;
		}
	}
}

/* What the handler left, for the client. */
static struct ij_error *collect(struct ij_go_making *m)
{
	struct ij_wire_outcome *out = &m->result->outcome;
	uint32_t size = m->call->scratch_size;
	struct ij_gocall go;

	IJ_TRY(ij_pages_read(&m->inj->pages, &m->inj->process, m->base, m->result->scratch, size));
	memcpy(&go, m->result->scratch, sizeof(go));
	m->inj->go_last = (pid_t)go.tid;
	if (out->scratch_size < size)
		out->scratch_size = size;
	if (go.code == IJ_GOCALL_CODE_LATE) {
		ij_go_not_arrived(m);
		return NULL;
	}
	out->status = IJ_WIRE_DONE;
	out->touch = IJ_TOUCH_RESTORED;
	return NULL;
}

/* Back as it was: nothing that leads into the protocol has been written to its registers. */
static struct ij_error *give_up(struct ij_go_making *m, struct ij_error *err)
{
	struct ij_wire_outcome *out = &m->result->outcome;
	struct ij_error *late =
		ij_saved_put_back(m->stop->thread, &m->inj->saved, ij_stop_put_back(m->stop));
	int signo = err->code == IJ_ERR_INTERRUPTED ? err->os : 0;

	ij_thread_detach(m->stop->thread, signo);
	ij_place_leave(&m->inj->place);
	if (!m->inj->pages.base)
		ij_pages_forget(&m->inj->pages);
	if (late) {
		ij_error_free(err);
		late->touch = IJ_TOUCH_DIRTY;
		return late;
	}
	if (err->code != IJ_ERR_REFUSED && err->code != IJ_ERR_UNSAFE &&
	    !ij_prepare_is_transient(err)) {
		err->touch = IJ_TOUCH_RESTORED;
		return err;
	}
	out->status = IJ_WIRE_UNSAFE;
	out->verdict.reason =
		m->busy || err->code == IJ_ERR_UNSAFE ? IJ_WIRE_REASON_GO : IJ_WIRE_REASON_MEMORY;
	snprintf(out->verdict.text, sizeof(out->verdict.text), "%s", err->msg);
	ij_error_free(err);
	return NULL;
}

static struct ij_error *prepare(struct ij_go_making *m, const uint8_t *scratch)
{
	struct ij_injector *inj = m->inj;
	uint64_t room = xstate_off(m->call) + inj->saved.xstate_size;

	/*
	 * Nor may pages be mapped anew: a thread may still be on its way out of the handler. But
	 * where mapping them was interrupted, nobody was in them yet.
	 */
	if (room > m->call->scratch_room ||
	    (inj->pages.ready && !ij_prepare_is_done(inj, m->call->scratch_room, false)))
		return ij_error_new(PROTOCOL, "a call in Go without room for what it saves");
	/* The kernel ends a process that traps where it blocks that (kernel/signal.c,
	 * force_sig_info_to_task). */
	if (inj->saved.sigmask & IJ_SIGNAL_BIT(SIGTRAP))
		return ij_error_new(UNSAFE, "blocking SIGTRAP, by which Go's protocol works");
	IJ_TRY(ij_prepare_pages(inj, m->call->scratch_room, false));
	m->base = ij_pages_scratch(&inj->pages);
	IJ_TRY(fill(m, scratch));
	IJ_TRY(ij_go_handler_look(inj, m->base, &m->busy));
	if (m->busy)
		return ij_error_new(TIMEOUT, IJ_GO_BUSY_TEXT);
	IJ_TRY(ij_go_handler_put(inj, m->stop, m->base));
	if (!m->stop->go_goal)
		IJ_TRY(push(m));
	return enter(m);
}

/* It goes on by itself, and our pages stay for it. */
static void leave_running(struct ij_go_making *m)
{
	struct ij_wire_outcome *out = &m->result->outcome;

	if (out->status != IJ_WIRE_EXITED) {
		out->status = IJ_WIRE_LEFT;
		out->touch = IJ_TOUCH_DIRTY;
		out->leaked = 1;
		m->inj->leaked++;
	}
	ij_pages_forget(&m->inj->pages);
}

struct ij_error *ij_go_inject(struct ij_injector *inj, const struct ij_wire_call *call,
			      const uint8_t *scratch, struct ij_stop *stop,
			      struct ij_call_result *ret)
{
	struct ij_go_making m = {.inj = inj, .call = call, .stop = stop, .result = ret};
	struct ij_wire_outcome *out = &ret->outcome;
	uint32_t state = IJ_GOCALL_RUNNING;
	struct ij_error *err;

	IJ_TRY(ij_prepare_take(inj, stop));
	err = prepare(&m, scratch);
	if (err)
		err = give_up(&m, err);
	else
		err = watch(&m, &state);
	ij_place_leave(&inj->place);
	ij_owned_release();
	if (!m.start_ns)
		return err;
	out->call_ns = ij_now_ns() - m.start_ns;
	out->pause_ns = ij_stop_paused(stop);
	if (!err && m.called_back)
		return NULL;
	if (!err && state == IJ_GOCALL_DONE)
		return collect(&m);
	leave_running(&m);
	if (err && !ij_process_is_alive(&inj->process)) {
		ij_error_free(err);
		err = NULL;
		out->status = IJ_WIRE_EXITED;
	}
	if (err)
		err->touch = IJ_TOUCH_DIRTY;
	return err;
}

pid_t ij_go_unmaps(const struct ij_injector *inj)
{
	return inj->go_last ? ij_injector_thread_of(inj, inj->go_last) : 0;
}
