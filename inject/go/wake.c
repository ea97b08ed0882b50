/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The walker `wake`: an idle Go program, all of whose threads wait in the kernel.
 *
 * A goroutine that waits cannot be made to call anything, so it is woken by an end of its wait that
 * it takes for spurious. The scheduler's thread in epoll_wait is told of a descriptor that a
 * goroutine waits for, with the very datum that the kernel would give; the goroutine tries to read,
 * finds nothing and waits again. A thread in a read, accept or wait gets EINTR, which Go's library
 * answers by doing it again, where the code that does so is on its stack. Either way a breakpoint
 * waits where it is first safe. If we die, the program just goes once round its own loop.
 *
 * What nobody repeats (Go up to 1.14, and programs' own) the thread itself is made to repeat, up to
 * Go 1.16: it leaves the kernel not to where syscall.Syscall looks at a result, but for
 * runtime.exitsyscall, from which it returns to the first instruction of syscall.Syscall. The
 * arguments are still on the stack, so that this is the call anew, as the kernel's own restart
 * would be, and nobody learns of it. Where it begins anew the thread is met, or finds itself
 * (struct ij_gocall, STEPS), and put before the instruction that called syscall.Syscall, the same
 * program state once more; there the runtime is told that the call has returned, for which its
 * caller has maps. Later versions pass arguments in registers: a call that nobody repeats is let be
 * there, and its end waited for.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/clock.h"
#include "inject/go/go.h"

/* Less than to wait for the system call to end by itself, which `return` would. */
#define COST_NS     (30 * IJ_NS_PER_US)
#define FDINFO_SIZE 16384
/* From pollDesc words to look through for the goroutine that waits. */
enum { DESC_WORDS = 16 };
/* Bits of a tagged pointer beside the address (src/runtime/tagptr_64bit.go), and how it is shifted.
 */
enum { TAG_BITS = 19, TAG_ALIGN = 3 };

enum ij_go_wake ij_go_wakes(long nr)
{
	switch (nr) {
	case SYS_read:
	case SYS_accept:
	case SYS_accept4:
	case SYS_wait4:
	case SYS_waitid:
	case SYS_recvfrom:
		return IJ_GO_WAKE_EINTR;
	case SYS_epoll_wait:
	case SYS_epoll_pwait:
		return IJ_GO_WAKE_EPOLL;
	/* The kernel makes these again after a stop, and Go's library does not always. */
	case SYS_openat:
	case SYS_flock:
	case SYS_fcntl:
		return IJ_GO_WAKE_AWAIT;
	default:
		return IJ_GO_WAKE_NOT;
	}
}

static uint64_t fit(struct ij_walk *walk)
{
	const struct ij_regs *regs = &walk->stop->regs;

	if (!walk->signo || ij_regs_restart(regs) == IJ_RESTART_NONE ||
	    ij_go_wakes(ij_regs_syscall(regs)) == IJ_GO_WAKE_NOT)
		return IJ_NEVER;
	return COST_NS;
}

/* Is one of the frames that were just walked in code that repeats such a call? */
static bool is_repeated(const struct ij_walk *walk)
{
	const struct ij_wire_set_go *go = &walk->inj->go;

	for (size_t i = 0; i < walk->stop->frames_len; i++)
		for (size_t j = 0; j < IJ_WIRE_GO_REPEATS_MAX; j++)
			if (walk->stop->frames[i] - go->repeats[j].lo <
			    go->repeats[j].hi - go->repeats[j].lo)
				return true;
	return false;
}

/* Have goroutine @g go on with @regs, up to where @where says. */
static struct ij_error *run_to(struct ij_walk *walk, ij_addr g, const struct ij_regs *regs,
			       const struct ij_conflict *where, enum ij_walk_end *ret)
{
	const struct ij_walk_goal goal = {.addr = where->return_addr, .sp_min = where->cfa};
	int hit;

	walk->steps++;
	if (!walk->breakpoints) {
		*ret = ij_go_aim(walk, g, regs, where) ? IJ_WALK_MOVED : IJ_WALK_UNFIT;
		return NULL;
	}
	IJ_TRY(ij_thread_regs_set(walk->stop->thread, regs));
	walk->stop->regs = *regs;
	return ij_walk_run(walk, &goal, 1, &hit, ret);
}

/* Does the instruction before @back call the function at @func? */
static bool is_called(struct ij_walk *walk, ij_addr back, ij_addr func)
{
	ij_addr pc = back - IJ_GO_CALL_SIZE;
	struct ij_insn insn;

	return ij_walk_insn(walk, pc, &insn) && insn.size == IJ_GO_CALL_SIZE &&
	       insn.flow == IJ_FLOW_CALL && !insn.indirect && insn.target == func;
}

/*
 * The first instruction of the function by which Go makes the system call that the thread is in; 0:
 * it is another one, or what it returns to cannot be called upon. @back_ret: where it returns to.
 */
static ij_addr find_again(struct ij_walk *walk, ij_addr *back_ret)
{
	const struct ij_wire_set_go *go = &walk->inj->go;
	const struct ij_regs *regs = &walk->stop->regs;
	IJ_ERROR_AUTO err = NULL;
	ij_addr pc = ij_regs_pc(regs), back;

	for (size_t i = 0; i < IJ_WIRE_GO_CALLS_MAX && go->exit_call; i++) {
		if (pc - go->calls[i].lo >= go->calls[i].hi - go->calls[i].lo)
			continue;
		err = ij_mem_read_u64(&walk->inj->process.mem.mem, ij_regs_sp(regs), &back);
		if (err || !is_called(walk, back, go->calls[i].lo) ||
		    !ij_go_may_go_back(ij_go_kind_at(walk->inj, back)))
			return 0;
		*back_ret = back;
		return go->calls[i].lo;
	}
	return 0;
}

/* The thread has come to @entry: it goes on from before the call, and is judged as behind it. */
static struct ij_error *before_call(struct ij_walk *walk, ij_addr entry, ij_addr back)
{
	struct ij_regs regs = walk->stop->regs;
	ij_addr sp = ij_regs_sp(&regs);
	uint64_t word;
	struct ij_error *err;

	if (ij_regs_pc(&regs) != entry)
		return NULL;
	err = ij_mem_read_u64(&walk->inj->process.mem.mem, sp, &word);
	if (err || word != back) {
		ij_error_free(err);
		return NULL;
	}
	ij_regs_set_pc(&regs, back - IJ_GO_CALL_SIZE);
	ij_regs_set_sp(&regs, sp + 8);
	walk->stop->go_back = back;
	return ij_walk_jump(walk, &regs);
}

/* Through runtime.exitsyscall to the call's own beginning. */
static struct ij_error *by_again(struct ij_walk *walk, ij_addr entry, ij_addr back,
				 enum ij_walk_end *ret)
{
	struct ij_regs regs = walk->stop->regs;
	const ij_addr sp = ij_regs_sp(&regs);
	const struct ij_conflict begin = {.return_addr = entry, .cfa = sp};

	IJ_TRY(ij_process_write(&walk->inj->process, sp - 8, &entry, sizeof(entry)));
	ij_regs_syscall_result_set(&regs, -EINTR);
	ij_regs_set_sp(&regs, sp - 8);
	ij_regs_set_pc(&regs, walk->inj->go.exit_call);
	if (!walk->breakpoints) {
		walk->steps++;
		*ret = ij_go_aim_again(walk, &regs, entry, sp, back) ? IJ_WALK_MOVED
								     : IJ_WALK_UNFIT;
		return NULL;
	}
	IJ_TRY(run_to(walk, 0, &regs, &begin, ret));
	return *ret == IJ_WALK_MOVED ? before_call(walk, entry, back) : NULL;
}

static struct ij_error *by_eintr(struct ij_walk *walk, enum ij_walk_end *ret)
{
	struct ij_unwind_regs unwind = {.known = (1u << IJ_MAP_REGS) - 1};
	struct ij_regs regs = walk->stop->regs;
	struct ij_go_thread thread;
	struct ij_conflict where;
	ij_addr entry, back;
	bool found, awaits;

	/* It runs another goroutine than is wanted. */
	if (walk->verdict->reason == IJ_WIRE_REASON_GOROUTINE)
		return NULL;
	ij_regs_to_dwarf(&regs, unwind.value);
	found = ij_go_find_return(walk->inj, walk->stop, &unwind, &where);
	awaits = ij_go_wakes(ij_regs_syscall(&regs)) == IJ_GO_WAKE_AWAIT || !is_repeated(walk);
	entry = awaits ? find_again(walk, &back) : 0;
	if (entry)
		return by_again(walk, entry, back, ret);
	if (!found)
		return NULL;
	if (awaits) {
		/* Nobody makes it again: all that can be done is to be there when it ends. */
		if (ij_go_look(walk->inj, &regs, &thread) && thread.user) {
			walk->inj->go_return = where.return_addr;
			walk->inj->go_return_sp = where.cfa;
			walk->inj->go_return_hi = thread.stack.hi;
		}
		return NULL;
	}
	ij_regs_syscall_result_set(&regs, -EINTR);
	return run_to(walk, 0, &regs, &where, ret);
}

/* One descriptor that a goroutine waits for. */
struct waiting {
	struct epoll_event event;
	ij_addr g;
	struct ij_conflict where; /* where the goroutine is first safe */
};

/* The pollDesc that @data leads to: a pointer, or one with a tag (Go 1.20 on). */
static bool find_waiter(struct ij_walk *walk, uint64_t data, struct waiting *ret)
{
	struct ij_mem *mem = &walk->inj->process.mem.mem;
	const ij_addr candidates[] = {data, (uint64_t)((int64_t)data >> TAG_BITS) << TAG_ALIGN};
	const struct ij_wire_call *wanted = walk->stop->wanted;
	uint64_t words[DESC_WORDS];

	for (size_t i = 0; i < IJ_COUNT(candidates); i++) {
		IJ_ERROR_AUTO err = candidates[i] % 8
					    ? NULL
					    : ij_mem_read(mem, candidates[i], words, sizeof(words));

		if (candidates[i] % 8 || err)
			continue;
		for (size_t j = 0; j < DESC_WORDS; j++) {
			struct ij_unwind_regs regs;

			if (wanted && words[j] != wanted->goroutine)
				continue;
			if (!ij_go_parked(walk->inj, words[j], &regs) ||
			    !ij_go_find_return(walk->inj, walk->stop, &regs, &ret->where))
				continue;
			ret->g = words[j];
			return true;
		}
	}
	return false;
}

/* What the epoll descriptor @fd watches: the first for which somebody waits to read. */
static bool find_waiting(struct ij_walk *walk, int fd, struct waiting *ret)
{
	static char text[FDINFO_SIZE];
	char path[48];
	ssize_t len;

	snprintf(path, sizeof(path), "fdinfo/%d", fd);
	len = ij_process_slurp(walk->inj->process.live_fd, path, text, sizeof(text));
	for (char *line = len > 0 ? text : NULL; line && (line = strstr(line, "tfd:")); line++) {
		unsigned events;
		unsigned long long data;
		int watched;

		if (sscanf(line, "tfd: %d events: %x data: %llx", &watched, &events, &data) != 3 ||
		    !(events & EPOLLIN) || !find_waiter(walk, data, ret))
			continue;
		ret->event = (struct epoll_event){.events = EPOLLIN, .data.u64 = data};
		return true;
	}
	return false;
}

static struct ij_error *by_epoll(struct ij_walk *walk, enum ij_walk_end *ret)
{
	struct ij_regs regs = walk->stop->regs;
	struct waiting waiting;
	ij_addr entry, back;
	uint64_t args[6];

	ij_regs_syscall_args_get(&regs, args);
	if ((int)args[2] < 1)
		return NULL;
	if (!find_waiting(walk, (int)args[0], &waiting)) {
		/* The program's own, not the scheduler's. A timeout would begin anew; and it may
		 * be another goroutine than is wanted that waits. */
		entry = (int)args[3] < 0 && walk->verdict->reason != IJ_WIRE_REASON_GOROUTINE
				? find_again(walk, &back)
				: 0;
		return entry ? by_again(walk, entry, back, ret) : NULL;
	}
	IJ_TRY(ij_process_write(&walk->inj->process, args[1], &waiting.event,
				sizeof(waiting.event)));
	ij_regs_syscall_result_set(&regs, 1);
	return run_to(walk, waiting.g, &regs, &waiting.where, ret);
}

static struct ij_error *go(struct ij_walk *walk, enum ij_walk_end *ret)
{
	*ret = IJ_WALK_UNFIT;
	if (ij_go_wakes(ij_regs_syscall(&walk->stop->regs)) == IJ_GO_WAKE_EPOLL)
		return by_epoll(walk, ret);
	return by_eintr(walk, ret);
}

const struct ij_walker ij_walker_go_wake = {IJ_WIRE_WALKER_WAKE, fit, go};
