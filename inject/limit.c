/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Limits of system calls: which argument they are, and what is left of them. */
#include "inject/limit.h"

#include <fcntl.h>
#include <linux/io_uring.h>
#include <string.h>
#include <sys/syscall.h>

#include "arch/stub.h"
#include "base/clock.h"
#include "inject/judge.h"
#include "inject/stack.h"
#include "inject/unread.h"

/* How an argument is a limit. */
enum form {
	FORM_MS,       /* milliseconds as an int; negative: none */
	FORM_TIMESPEC, /* a pointer, or NULL */
	FORM_RING,     /* a pointer to struct io_uring_getevents_arg, if the flags say so */
};

struct ij_limit_kind {
	uint16_t nr;
	uint8_t form; /* enum form */
	uint8_t arg;
};

static const struct ij_limit_kind kinds[] = {
	{SYS_epoll_wait, FORM_MS, 3},          {SYS_epoll_pwait, FORM_MS, 3},
	{SYS_epoll_pwait2, FORM_TIMESPEC, 3},  {SYS_rt_sigtimedwait, FORM_TIMESPEC, 2},
	{SYS_semtimedop, FORM_TIMESPEC, 3},    {SYS_io_getevents, FORM_TIMESPEC, 4},
	{SYS_io_pgetevents, FORM_TIMESPEC, 4}, {SYS_io_uring_enter, FORM_RING, 4},
};

/* Linux 6.12, include/uapi/linux/io_uring.h: the time is absolute; the pointer is an offset. */
#define RING_ABS_TIMER (1u << 5)
#define RING_ARG_REG   (1u << 6)

/* What is below the stack for the kernel to read: a time, and what leads to it. */
struct place {
	struct timespec left;
	struct io_uring_getevents_arg ring;
	uint64_t reserved[3];
};
_Static_assert(sizeof(struct place) == sizeof(((struct ij_limit *)0)->place), "kept as a whole");

/* Longer limits than this are as good as none. */
#define SPAN_MAX_NS (1000000ull * IJ_NS_PER_S)

static ij_addr place_of(const struct ij_regs *regs)
{
	return (ij_regs_sp(regs) - IJ_RED_ZONE - sizeof(struct place)) & ~(ij_addr)15;
}

static const struct ij_limit_kind *kind_of(long nr)
{
	for (size_t i = 0; i < IJ_COUNT(kinds); i++)
		if (kinds[i].nr == nr)
			return &kinds[i];
	return NULL;
}

static bool read_span(const struct ij_process *process, ij_addr addr, uint64_t *ret)
{
	struct timespec span;
	IJ_ERROR_AUTO err = NULL;

	if (!addr)
		return false;
	err = ij_mem_read((struct ij_mem *)&process->mem.mem, addr, &span, sizeof(span));
	if (err || span.tv_sec < 0 || (uint64_t)span.tv_sec > SPAN_MAX_NS / IJ_NS_PER_S ||
	    (uint64_t)span.tv_nsec >= IJ_NS_PER_S)
		return false;
	*ret = (uint64_t)span.tv_sec * IJ_NS_PER_S + (uint64_t)span.tv_nsec;
	return true;
}

static bool read_ring(const struct ij_process *process, const uint64_t args[6],
		      struct io_uring_getevents_arg *ret)
{
	IJ_ERROR_AUTO err = NULL;

	if (!(args[3] & IORING_ENTER_EXT_ARG) || args[3] & (RING_ABS_TIMER | RING_ARG_REG) ||
	    args[5] != sizeof(*ret))
		return false;
	err = ij_mem_read((struct ij_mem *)&process->mem.mem, args[4], ret, sizeof(*ret));
	return !err;
}

/* The limit from the beginning of the call on; false: there is none. */
static bool span_of(const struct ij_limit_kind *kind, const struct ij_process *process,
		    const uint64_t args[6], uint64_t *ret)
{
	struct io_uring_getevents_arg ring;

	switch ((enum form)kind->form) {
	case FORM_MS:
		*ret = (uint64_t)(uint32_t)args[kind->arg] * IJ_NS_PER_MS;
		return (int32_t)args[kind->arg] >= 0;
	case FORM_TIMESPEC:
		return read_span(process, args[kind->arg], ret);
	case FORM_RING:
		return read_ring(process, args, &ring) && read_span(process, ring.ts, ret);
	}
	return false;
}

/* Where it is written, nobody looks at it afterwards. */
static bool is_unread(const struct ij_injector *inj, const struct ij_blocked *blocked, unsigned arg)
{
	const struct ij_unwind_module *module = NULL;
	const struct ij_map_func *func = NULL;
	ij_addr lo = 0, hi = 0;

	IJ_VEC_EACH (&inj->modules, each)
		if (blocked->pc >= each->lo && blocked->pc < each->hi)
			module = each;
	if (module)
		func = ij_map_func_find(&module->map, blocked->pc - module->base);
	if (func) {
		lo = module->base + func->start;
		hi = lo + func->size;
	}
	return ij_is_unread((struct ij_mem *)&inj->process.mem.mem, blocked->pc, blocked->sp, arg,
			    lo, hi);
}

void ij_limit_look(const struct ij_injector *inj, struct ij_stop *stop,
		   const struct ij_blocked *blocked)
{
	const struct ij_process *process = &inj->process;
	const struct ij_limit_kind *kind = kind_of(blocked->nr);
	struct ij_limit *limit = &stop->limit;
	pid_t tid = stop->thread->tid;
	uint64_t span, slept;

	*limit = (struct ij_limit){.process = process};
	/* The clocks are those of its CPU, where we must be. */
	if (!kind || !inj->place.joined || inj->place.cpu != ij_process_cpu(process, tid) ||
	    !span_of(kind, process, blocked->args, &span) || !is_unread(inj, blocked, kind->arg))
		return;
	slept = ij_process_slept_ns(process, tid);
	if (!slept || slept > span)
		return;
	limit->kind = kind;
	limit->due_ns = ij_now_ns() + span - slept;
	memcpy(limit->args, blocked->args, sizeof(limit->args));
}

/* Is it about to make that same call again? */
static bool is_in(const struct ij_limit *limit, const struct ij_regs *regs)
{
	enum ij_restart restart = ij_regs_restart(regs);
	uint64_t args[6];

	ij_regs_syscall_args_get(regs, args);
	return (restart == IJ_RESTART_EINTR || restart == IJ_RESTART_NOHAND) &&
	       ij_regs_syscall_nr(regs) == limit->kind->nr &&
	       !memcmp(args, limit->args, sizeof(args));
}

/* Below the stack is nothing else. */
static bool has_room(const struct ij_injector *inj, const struct ij_stop *stop)
{
	const uint64_t want = IJ_RED_ZONE + sizeof(struct place) + 16;
	struct ij_stack stack;

	ij_stack_measure(inj, &stop->regs, stop->thread->tid == inj->process.pid, want, &stack);
	return stack.own && stack.writable >= want;
}

void ij_limit_confirm(const struct ij_injector *inj, struct ij_stop *stop)
{
	struct ij_limit *limit = &stop->limit;
	struct ij_status status;
	IJ_ERROR_AUTO err = NULL;

	if (!limit->kind)
		return;
	/* It gave up its CPU for the stop, and for nothing else: it did not wake up before. */
	err = ij_process_status(&inj->process, stop->thread->tid, &status);
	if (err || status.switches != stop->status.switches + 1 || !is_in(limit, &stop->regs) ||
	    (limit->kind->form != FORM_MS && !has_room(inj, stop)))
		limit->kind = NULL;
}

/* Where the kernel has written what is left. */
static ij_addr rest_of(const struct ij_regs *regs, bool *is_timeval_ret)
{
	enum ij_restart restart = ij_regs_restart(regs);
	uint64_t args[6];

	ij_regs_syscall_args_get(regs, args);
	*is_timeval_ret = false;
	switch (ij_regs_syscall_nr(regs)) {
	case SYS_select:
		*is_timeval_ret = true;
		return restart == IJ_RESTART_NOHAND ? args[4] : 0;
	case SYS_pselect6:
		return restart == IJ_RESTART_NOHAND ? args[4] : 0;
	case SYS_ppoll:
		return restart == IJ_RESTART_NOHAND ? args[2] : 0;
	/* The kernel goes on by itself; this is what a handled signal lets the program see. */
	case SYS_nanosleep:
		return restart == IJ_RESTART_BLOCK ? args[1] : 0;
	case SYS_clock_nanosleep:
		return restart == IJ_RESTART_BLOCK && !(args[1] & TIMER_ABSTIME) ? args[3] : 0;
	default:
		return 0;
	}
}

static void look_at_rest(struct ij_limit *limit, const struct ij_regs *regs)
{
	IJ_ERROR_AUTO err = NULL;

	limit->rest = rest_of(regs, &limit->rest_is_timeval);
	if (!limit->rest)
		return;
	limit->rest_ns = ij_now_ns();
	err = ij_mem_read((struct ij_mem *)&limit->process->mem.mem, limit->rest, limit->rest_words,
			  sizeof(limit->rest_words));
	if (err || limit->rest_words[0] > SPAN_MAX_NS / IJ_NS_PER_S ||
	    limit->rest_words[1] >= IJ_NS_PER_S / (limit->rest_is_timeval ? 1000 : 1))
		limit->rest = 0;
}

static uint64_t left_of(const struct ij_limit *limit)
{
	uint64_t now = ij_now_ns();

	return limit->due_ns > now ? limit->due_ns - now : 0;
}

static uint32_t ms_of(uint64_t ns)
{
	return (uint32_t)((ns + IJ_NS_PER_MS - 1) / IJ_NS_PER_MS);
}

void ij_limit_enter(struct ij_limit *limit, struct ij_saved *saved)
{
	const struct ij_regs *regs = &saved->regs;
	const struct ij_limit_kind *kind = kind_of(ij_regs_syscall_nr(regs));
	uint64_t args[6];
	IJ_ERROR_AUTO err = NULL;

	look_at_rest(limit, regs);
	if (limit->kind && !is_in(limit, regs))
		limit->kind = NULL;
	if (limit->kind && limit->kind->form == FORM_MS)
		ij_regs_syscall_arg_set(&saved->by_hand, limit->kind->arg, ms_of(left_of(limit)));
	ij_regs_syscall_args_get(regs, args);
	if (!kind || kind->form == FORM_MS ||
	    args[kind->arg] - place_of(regs) >= sizeof(struct place))
		return;
	/* Below the stack, where our frame comes now. */
	err = ij_mem_read((struct ij_mem *)&limit->process->mem.mem, place_of(regs), limit->place,
			  sizeof(limit->place));
	limit->placed = !err;
	saved->by_hand = *regs;
	ij_regs_restart_as_eintr(&saved->by_hand);
}

enum ij_put_back ij_limit_put_back(struct ij_limit *limit, enum ij_put_back how)
{
	/* It ends, then: only what was left is still to be told. */
	if (how == IJ_PUT_BACK_EINTR) {
		limit->kind = NULL;
		limit->placed = false;
	}
	return limit->placed ? IJ_PUT_BACK_EINTR : how;
}

static void leave_rest(const struct ij_limit *limit)
{
	uint64_t unit = limit->rest_is_timeval ? 1000 : 1, words[2], left, gone;
	struct ij_error *err;

	if (!limit->rest)
		return;
	err = ij_mem_read((struct ij_mem *)&limit->process->mem.mem, limit->rest, words,
			  sizeof(words));
	/* Another thread, or the callee, has written there. */
	if (err || memcmp(words, limit->rest_words, sizeof(words)) != 0) {
		ij_error_free(err);
		return;
	}
	left = words[0] * IJ_NS_PER_S + words[1] * unit;
	gone = ij_now_ns() - limit->rest_ns;
	left = left > gone ? left - gone : 0;
	words[0] = left / IJ_NS_PER_S;
	words[1] = (left % IJ_NS_PER_S + unit - 1) / unit;
	if (words[1] == IJ_NS_PER_S / unit) {
		words[0]++;
		words[1] = 0;
	}
	ij_error_free(ij_process_write(limit->process, limit->rest, words, sizeof(words)));
}

/* Write what is left, and lead the argument of @regs to it. */
static struct ij_error *tell(const struct ij_limit *limit, struct ij_regs *regs)
{
	struct place place = {.left = ij_timespec(left_of(limit))};
	const struct ij_limit_kind *kind = limit->kind;
	ij_addr at = place_of(regs), arg = at + offsetof(struct place, left);

	if (kind->form == FORM_MS) {
		ij_regs_syscall_arg_set(regs, kind->arg, ms_of(left_of(limit)));
		return NULL;
	}
	if (kind->form == FORM_RING) {
		if (!read_ring(limit->process, limit->args, &place.ring))
			return ij_error_new(FAULT, "what io_uring_enter was given has gone");
		place.ring.ts = arg;
		arg = at + offsetof(struct place, ring);
	}
	IJ_TRY(ij_process_write(limit->process, at, &place, sizeof(place)));
	ij_regs_syscall_arg_set(regs, kind->arg, arg);
	return NULL;
}

void ij_limit_leave(const struct ij_limit *limit, struct ij_thread *thread,
		    const struct ij_regs *regs)
{
	struct ij_regs again = *regs;
	struct ij_error *err = NULL;

	leave_rest(limit);
	if (limit->placed)
		err = ij_process_write(limit->process, place_of(regs), limit->place,
				       sizeof(limit->place));
	/* What an earlier stop told it is still right, if a little long. */
	if (!err && limit->kind && is_in(limit, regs))
		err = tell(limit, &again);
	else if (!limit->placed)
		return;
	if (!err) {
		ij_regs_restart_by_kernel(&again);
		err = ij_thread_regs_set(thread, &again);
	}
	ij_error_free(err);
}
