/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Asking an interpreter for a turn. */
#include "session/turn.h"

#include <signal.h>

#include "base/clock.h"
#include "session/duration.h"
#include "session/library.h"
#include "session/marshal.h"
#include "session/session_impl.h"
#include "session/stop.h"

/* For a thread that does not wait for long; then it is woken. */
#define SLICE_NS (100 * IJ_NS_PER_MS)

static const struct ij_turn turns[] = {
#define IJ_TURN(library, ask, place, wake) {library, ask, place, wake},
#include "session/turn.def"
#undef IJ_TURN
};

const struct ij_turn *ij_turn_of(const struct ij_modules *mods, const struct ij_module *module,
				 ij_classes need)
{
	for (size_t i = 0; module && need && i < IJ_COUNT(turns); i++)
		if (ij_module_is_library(mods, module, turns[i].library))
			return &turns[i];
	return NULL;
}

/* Have the thread that is looked at call the function at @func, which needs nothing. */
static struct ij_error *call_plain(struct ij_session *s, const char *name, ij_addr func,
				   const uint64_t args[2], const struct ij_call_options *options,
				   uint64_t *ret)
{
	char text[] = "a turn";
	const struct ij_call call = {.text = text, .func = text, .ret_known = true};
	struct ij_marshal marshal;
	struct ij_error *err;

	IJ_TRY(ij_marshal_call(&call, NULL, &marshal));
	err = ij_session_budget(s, options, &marshal.call);
	if (err) {
		ij_marshal_deinit(&marshal);
		return err;
	}
	marshal.call.func = func;
	marshal.call.need = IJ_CLASSES_NONE;
	marshal.call.int_args[0] = args[0];
	marshal.call.int_args[1] = args[1];
	ij_session_name_call(&marshal.call, name, NULL);
	return ij_session_ask_for(s, &call, &marshal, options, ret);
}

static struct ij_error *ask(struct ij_session *s, const struct ij_turn *turn,
			    const struct ij_call_options *options, ij_addr place)
{
	const uint64_t args[2] = {0, place};
	struct ij_resolved found;
	uint64_t made;

	IJ_TRY(ij_modules_resolve(s->mods, turn->ask, &found));
	IJ_TRY(call_plain(s, turn->ask, found.addr, args, options, &made));
	/* 1: it will be done; 2: it was asked for already. */
	if ((uint32_t)made != 1 && (uint32_t)made != 2)
		return ij_error_new(UNSAFE,
				    "%s has no room for another job; target restored; try again",
				    turn->library);
	return NULL;
}

static bool is_blocked(const struct ij_stop *stop, pid_t tid)
{
	size_t len;
	const struct ij_stop_thread *threads = ij_stop_threads(stop, &len);

	for (size_t i = 0; i < len; i++)
		if (threads[i].tid == tid && threads[i].stopped)
			return threads[i].syscall >= 0;
	return false;
}

/* End its system call, as the interpreter itself would. */
static struct ij_error *wake(struct ij_session *s, const struct ij_turn *turn,
			     const struct ij_call_options *options)
{
	const uint64_t args[2] = {(uint64_t)turn->wake};
	struct ij_resolved found;
	uint64_t unused;

	IJ_TRY(ij_modules_bound(s->mods, "raise", &found));
	return call_plain(s, "raise", found.addr, args, options, &unused);
}

/* Where nobody had the turn in time, or nobody is left who could. */
static struct ij_error *not_had(const struct ij_turn *turn, const char *name,
				const struct ij_stop_report *what,
				const struct ij_call_options *options)
{
	char wait[32];

	if (what->event == IJ_STOP_EXITED || what->event == IJ_STOP_EXECUTED)
		return ij_error_new(GONE, "the target ended before %s was called", name);
	if (what->event == IJ_STOP_CANCELLED)
		return ij_error_new(INTERRUPTED, "interrupted; %s was not called, target restored",
				    name);
	ij_duration_format(options->wait_ns, wait, sizeof(wait));
	return ij_error_new(UNSAFE,
			    "%s is called only where %s lets others have their turn, and no thread "
			    "came to %s within %s; target restored, but for a job that does "
			    "nothing, which it has still to do; try again, or a longer --wait",
			    name, turn->library, turn->place, wait);
}

/* Ask, and let all go on to where the turn is had; several times, for it may be another thread that
 * was asked. One that only waits is woken from the second time on. */
static struct ij_error *await(struct ij_session *s, struct ij_stop *stop,
			      const struct ij_turn *turn, const char *name,
			      const struct ij_call_options *options, ij_addr place)
{
	const struct ij_stop_breakpoint here = {.addr = place, .tid = options->tid};
	const pid_t main = options->tid ? options->tid : s->pid;
	uint64_t deadline = ij_deadline_ns(options->wait_ns), now;
	struct ij_stop_options going;
	struct ij_stop_report what;

	ij_stop_options_init(&going, sizeof(going));
	going.breakpoints = &here;
	going.breakpoints_len = 1;
	going.pass = UINT64_MAX;
	for (unsigned i = 0;; i++) {
		IJ_TRY(ij_stop_select(stop, main));
		IJ_TRY(ask(s, turn, options, place));
		if (i && is_blocked(stop, main))
			IJ_TRY(wake(s, turn, options));
		now = ij_now_ns();
		going.timeout_ns = now < deadline ? deadline - now : 0;
		if (going.timeout_ns > SLICE_NS)
			going.timeout_ns = SLICE_NS;
		IJ_TRY(ij_stop_continue(stop, &going, &what));
		if (what.event == IJ_STOP_BREAKPOINT)
			return NULL;
		if (what.event != IJ_STOP_LATE || ij_now_ns() >= deadline)
			return not_had(turn, name, &what, options);
	}
}

/* At a stop that somebody else holds nobody is moved. */
static struct ij_error *check_held(struct ij_session *s, const struct ij_turn *turn,
				   const char *name, ij_addr place)
{
	const struct ij_wire_frame *frame;

	IJ_TRY(ij_stop_need_frame(s->stop, 0, &frame));
	if (frame->pc == place)
		return NULL;
	return ij_error_new(UNSAFE,
			    "%s is called only where %s lets others have their turn: have the "
			    "program stop at %s; target untouched",
			    name, turn->library, turn->place);
}

struct ij_error *ij_turn_take(struct ij_session *s, const struct ij_turn *turn, const char *name,
			      const struct ij_call_options *options, struct ij_stop **ret)
{
	struct ij_resolved place;
	struct ij_stop *stop;
	struct ij_error *err;

	*ret = NULL;
	name = name ? name : "what is called";
	IJ_TRY(ij_modules_resolve(s->mods, turn->place, &place));
	if (s->stop && ij_stop_held(s->stop))
		return options->force ? NULL : check_held(s, turn, name, place.addr);
	IJ_TRY(ij_session_hold(s, 0, &stop));
	err = await(s, stop, turn, name, options, place.addr);
	if (err)
		ij_stop_release(stop);
	else
		*ret = stop;
	return err;
}
