/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The walker `trampoline`: the outermost frame that conflicts returns to code of ours, which tells
 * us and goes on to the caller. For machines on which no breakpoint can be had.
 *
 * One word of the stack is changed, which the return itself reads. At every stop on the way the
 * thread is first put where it would be without us, so that no signal handler ever sees our page
 * while we live, and the word is put back when the walk ends otherwise. If we die, the frame
 * returns through the landing by itself; the descriptor's state keeps later sessions from unmapping
 * it until the stack leads nowhere but to its root.
 *
 * Who unwinds the stack meanwhile meets an address that no table knows: a backtrace ends there, a
 * longjmp does not mind, an exception would end the program. So only frames of the C library are
 * taken, with nothing but such frames inside: none of them throws. Not where the unwinder itself is
 * at work, where threads may be cancelled (which unwinds, too) or return addresses are checked by
 * shadow stacks.
 */
#include "arch/landing.h"
#include "base/clock.h"
#include "inject/walk.h"

/* More than `return`, which changes nothing: two writes, a signal, one more stop. */
#define COST_NS       (70 * IJ_NS_PER_US)
#define COST_PAGES_NS (150 * IJ_NS_PER_US)
/* glibc's signal for cancelling threads (nptl/descr.h, SIGCANCEL); it has a handler from the first
 * pthread_cancel on. */
#define SIGCANCEL 32

/* Frames that unwind, fork or do not return as they should, or through no word of the stack. */
#define EXCEPT                                                                         \
	(IJ_CLASS(CONTEXT) | IJ_CLASS(UNWINDER) | IJ_CLASS(FORK) | IJ_CLASS(THREADS) | \
	 IJ_CLASS(MARKED) | IJ_CLASS(AVOIDED) | IJ_CLASS(SIGNAL))

/* Of one tracer, which makes one walk at a time. */
static struct ij_landing landing;
static ij_addr slot;
/*
 * Another place each time: should the thread have forked on its way, its child goes through the one
 * that it was given.
 */
static unsigned next;

static bool read_word(void *ctx, ij_addr addr, uint64_t *ret)
{
	struct ij_walk *walk = ctx;
	IJ_ERROR_AUTO err = ij_mem_read_u64(&walk->inj->process.mem.mem, addr, ret);

	return !err;
}

/* The C library's module, in a program that has a loader: else it is one with all the rest. */
static const struct ij_unwind_module *c_library(const struct ij_injector *inj)
{
	const struct ij_unwind_module *found = NULL;
	bool has_loader = false;

	IJ_VEC_EACH (&inj->modules, module) {
		if (inj->target.errno_location - module->lo < module->hi - module->lo)
			found = module;
		has_loader |= (module->map.header->module_classes & IJ_CLASS(LOADER)) != 0;
	}
	return has_loader ? found : NULL;
}

/* Is every frame up to the one that conflicts the C library's? */
static bool is_c_alone(const struct ij_walk *walk)
{
	const struct ij_stop *stop = walk->stop;
	const struct ij_unwind_module *libc = c_library(walk->inj);

	if (!libc || stop->conflict.depth >= stop->frames_len)
		return false;
	for (unsigned i = 0; i <= stop->conflict.depth; i++)
		if (stop->frames[i] < libc->lo || stop->frames[i] >= libc->hi)
			return false;
	return true;
}

/* Does the frame's return address lie where it is looked for? */
static bool is_there(struct ij_walk *walk)
{
	const struct ij_conflict *conflict = &walk->stop->conflict;
	uint64_t word;

	return read_word(walk, ij_landing_slot(conflict->cfa), &word) &&
	       word == conflict->return_addr;
}

static uint64_t fit(struct ij_walk *walk)
{
	const struct ij_stop *stop = walk->stop;
	const struct ij_conflict *conflict = &stop->conflict;
	const struct ij_means *means = &stop->means;

	if (!conflict->module || !conflict->return_addr || !conflict->cfa || !walk->signo)
		return IJ_NEVER;
	if (!means->marker || (!walk->inj->pages.ready && !means->pages && !means->pages_ask))
		return IJ_NEVER;
	if (ij_regs_restart(&stop->regs) != IJ_RESTART_NONE ||
	    ij_regs_pc(&stop->regs) != ij_regs_pc(&stop->resume))
		return IJ_NEVER;
	if (conflict->held & EXCEPT || stop->status.shadow_stack ||
	    stop->status.sig_caught & IJ_SIGNAL_BIT(SIGCANCEL))
		return IJ_NEVER;
	if (!is_c_alone(walk) || !is_there(walk))
		return IJ_NEVER;
	return COST_NS + (walk->inj->pages.ready ? 0 : COST_PAGES_NS);
}

/* A stop on the way: out of the landing, if the thread stands in it. */
static enum ij_walk_leave leave(struct ij_walk *walk, struct ij_regs *regs)
{
	bool marked = ij_landing_is_marked(&landing, ij_regs_pc(regs));

	if (!ij_landing_back(&landing, regs, read_word, walk))
		return IJ_WALK_ELSEWHERE;
	return marked ? IJ_WALK_LEFT_MARKED : IJ_WALK_LEFT;
}

/* First the landing, then who is in it, and last the one word that leads there. */
static struct ij_error *arm(struct ij_walk *walk)
{
	const struct ij_injector *inj = walk->inj;
	const struct ij_stop *stop = walk->stop;
	uint8_t code[IJ_LANDING_SIZE];

	landing = (struct ij_landing){
		.base = ij_pages_landing(&inj->pages, next++ % IJ_PAGES_LANDINGS),
		.return_addr = stop->conflict.return_addr,
		.pid = (uint32_t)stop->status.inner_tgid,
		.tid = (uint32_t)stop->status.inner_pid,
		.signo = (uint32_t)walk->signo,
	};
	slot = ij_landing_slot(stop->conflict.cfa);
	ij_landing_fill(&landing, code);
	IJ_TRY(ij_pages_write(&inj->pages, &inj->process, landing.base, code, sizeof(code)));
	IJ_TRY(ij_walk_tell(walk, IJ_STUB_STATE_COPY));
	return ij_process_write(&inj->process, slot, &landing.base, sizeof(landing.base));
}

/* In a stop after the walk: nothing may lead to the landing any more. */
static struct ij_error *disarm(struct ij_walk *walk, enum ij_walk_end *ret)
{
	struct ij_regs regs = walk->stop->regs;
	uint64_t word;

	if (leave(walk, &regs) != IJ_WALK_ELSEWHERE) {
		IJ_TRY(ij_walk_jump(walk, &regs));
		*ret = IJ_WALK_MOVED;
	}
	/* Left by longjmp, it may be anybody's word by now, but then it is hardly our address. */
	if (read_word(walk, slot, &word) && word == landing.base)
		IJ_TRY(ij_process_write(&walk->inj->process, slot, &landing.return_addr,
					sizeof(landing.return_addr)));
	return ij_walk_tell(walk, IJ_STUB_STATE_READY);
}

/* Not stopped any more, and its stack may lead to the landing: the pages must stay. */
static void abandon(struct ij_walk *walk)
{
	struct ij_injector *inj = walk->inj;

	if (ij_process_thread_ended(inj->process.pid, walk->stop->thread->tid)) {
		ij_error_free(ij_walk_tell(walk, IJ_STUB_STATE_READY));
		return;
	}
	ij_pages_forget(&inj->pages);
	inj->leaked++;
}

static struct ij_error *go(struct ij_walk *walk, enum ij_walk_end *ret)
{
	struct ij_error *err, *late;
	int hit;

	IJ_TRY(ij_walk_map_pages(walk, ret));
	if (*ret != IJ_WALK_MOVED)
		return NULL;
	*ret = IJ_WALK_UNFIT;
	if (!is_there(walk))
		return NULL;
	err = arm(walk);
	if (!err) {
		walk->steps++;
		walk->leave = leave;
		err = ij_walk_run(walk, NULL, 0, &hit, ret);
		walk->leave = NULL;
	}
	if (!walk->stop->thread->stopped) {
		abandon(walk);
		return err;
	}
	late = disarm(walk, ret);
	if (!err)
		return late;
	ij_error_free(late);
	return err;
}

const struct ij_walker ij_walker_trampoline = {IJ_WIRE_WALKER_TRAMPOLINE, fit, go};
