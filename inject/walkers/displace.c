/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The walker `displace`: run a copy of the code up to the safe-point, in our page.
 *
 * For stops from which no breakpoint leads on. The copy follows the predicted path; where the
 * thread takes another way, it leaves to the original code. Either way it tells of it by the
 * marker. At every stop on the way the thread is first put where it would be without us, so that no
 * signal handler ever sees our page while we live; if we die, it goes through and leaves by itself,
 * and the descriptor's state keeps later sessions from unmapping what it is in.
 */
#include <stdio.h>

#include "arch/displace.h"
#include "base/clock.h"
#include "inject/predict.h"

enum {
	INSNS_MAX = 160, /* copied; about what the page has room for */
	STEPS_MAX = 600, /* followed: the rounds of a repeated instruction count each */
};
/* The rseq area's field rseq_cs (Linux, include/uapi/linux/rseq.h). */
#define RSEQ_CS 8
/* Building the copy, one more stop, the next judging; and an instruction, simulated twice. */
#define COST_NS       (100 * IJ_NS_PER_US)
#define COST_STEP_NS  (3 * IJ_NS_PER_US)
#define COST_PAGES_NS (150 * IJ_NS_PER_US)
/* Microseconds of code, on a machine that is busy. */
#define RUN_MAX_NS   (20 * IJ_NS_PER_MS)
#define STOP_WAIT_NS (100 * IJ_NS_PER_MS)

/* Of one tracer, and too large for the stack. */
static struct ij_displaced copy;

struct going {
	struct ij_walk *walk;
	struct ij_thread *thread;
	uint64_t give_up_ns; /* when to stop it, then when to give up */
	bool stopping;       /* a stop of ours is asked for */
	bool lost;           /* it stands in our page where it cannot be put back */
	bool over;
	enum ij_walk_end end;
};

static bool read_word(void *ctx, ij_addr addr, uint64_t *ret)
{
	struct ij_walk *walk = ctx;
	IJ_ERROR_AUTO err = ij_mem_read_u64(&walk->inj->process.mem.mem, addr, ret);

	return !err;
}

/* Where the copy will lie; without pages yet, as far away from everything as can be. */
static void frame_fill(const struct ij_walk *walk, struct ij_displace_frame *ret)
{
	struct ij_pages pages = walk->inj->pages;

	if (!pages.ready)
		pages.base = (ij_regs_pc(&walk->stop->regs) ^ 1ull << 46) & ~(IJ_PAGE_SIZE - 1ull);
	*ret = (struct ij_displace_frame){
		.state = ij_pages_desc(&pages) + IJ_STUB_STATE,
		.left = IJ_STUB_STATE_DONE,
		.pid = (uint32_t)walk->stop->status.inner_tgid,
		.tid = (uint32_t)walk->stop->status.inner_pid,
		.signo = (uint32_t)walk->signo,
	};
	ret->base = ij_pages_room(&pages, &ret->size);
}

/* Outside its code, the kernel would forget a restartable sequence instead of aborting it. */
static bool touches_rseq(const struct ij_walk *walk, const struct ij_path *path)
{
	ij_addr area;
	uint64_t pointer;
	uint32_t signature;

	ij_thread_rseq_get(walk->stop->thread, &area, &signature);
	if (!area)
		return false;
	area += RSEQ_CS;
	for (uint32_t i = 0; i < path->stores_len; i++)
		if (path->stores[i].addr < area + sizeof(pointer) &&
		    area < path->stores[i].addr + path->stores[i].size)
			return true;
	return !read_word((void *)walk, area, &pointer) || pointer;
}

/* Make the copy; false if it does not lead to where the walk wants. */
static bool follow(struct ij_path *path, struct ij_walk *walk)
{
	struct ij_displace_frame frame;
	enum ij_predict_end end;
	unsigned insns = 0;

	frame_fill(walk, &frame);
	ij_displace_init(&copy, &frame);
	if (!ij_path_start(path, walk))
		return false;
	do {
		ij_addr pc = ij_regs_pc(&path->sim.regs), next;

		end = ij_path_step(path);
		if ((end != IJ_PREDICT_GOES_ON && end != IJ_PREDICT_ARRIVED) || path->lost)
			return false;
		next = ij_regs_pc(&path->sim.regs);
		/* One round of many; the copy makes them all at once. */
		if (next == pc && path->sim.insn.repeated)
			continue;
		if (insns++ == INSNS_MAX ||
		    !ij_displace_add(&copy, path->sim.code, &path->sim.insn, pc, next))
			return false;
	} while (end == IJ_PREDICT_GOES_ON && path->steps < STEPS_MAX);
	return end == IJ_PREDICT_ARRIVED && !touches_rseq(walk, path) &&
	       ij_displace_end(&copy, ij_regs_pc(&path->sim.regs));
}

static uint64_t fit(struct ij_walk *walk)
{
	const struct ij_stop *stop = walk->stop;
	struct ij_path path;

	if (!stop->means.marker ||
	    (!walk->inj->pages.ready && !stop->means.pages && !stop->means.pages_ask))
		return IJ_NEVER;
	/* The copy keeps what it needs on the thread's own stack. */
	if (!walk->signo || stop->foreign || walk->verdict->reason == IJ_WIRE_REASON_STACK ||
	    ij_regs_pc(&stop->regs) != ij_regs_pc(&stop->resume) || !follow(&path, walk))
		return IJ_NEVER;
	return COST_NS + path.steps * COST_STEP_NS + (walk->inj->pages.ready ? 0 : COST_PAGES_NS);
}

static struct ij_error *enter(struct going *g)
{
	const struct ij_injector *inj = g->walk->inj;
	struct ij_stop *stop = g->walk->stop;
	struct ij_regs regs = stop->resume;

	IJ_TRY(ij_pages_write(&inj->pages, &inj->process, copy.frame.base, copy.code,
			      copy.frame.size));
	IJ_TRY(ij_walk_tell(g->walk, IJ_STUB_STATE_COPY));
	ij_regs_set_pc(&regs, copy.frame.base + copy.entry);
	IJ_TRY(ij_thread_regs_set(g->thread, &regs));
	stop->paused_ns += ij_now_ns() - stop->since_ns;
	g->give_up_ns = ij_deadline_ns(RUN_MAX_NS);
	return ij_thread_resume(g->thread, 0);
}

/* Put the stopped thread where it would be without us. *@marked_ret: it had left the copy. */
static struct ij_error *put_back(struct going *g, bool *marked_ret)
{
	struct ij_regs regs;

	*marked_ret = false;
	IJ_TRY(ij_thread_regs_get(g->thread, &regs));
	if (!ij_displace_holds(&copy, ij_regs_pc(&regs)))
		return NULL;
	*marked_ret = ij_regs_pc(&regs) == copy.frame.base + copy.marked;
	if (!ij_displace_back(&copy, &regs, read_word, g->walk)) {
		*marked_ret = false;
		g->lost = true;
		return NULL;
	}
	return ij_thread_regs_set(g->thread, &regs);
}

static void leave(struct going *g, enum ij_walk_end end)
{
	g->over = true;
	g->end = end;
}

static struct ij_error *stop(struct going *g)
{
	if (!g->stopping)
		g->give_up_ns = ij_deadline_ns(STOP_WAIT_NS);
	g->stopping = true;
	return ij_thread_interrupt(g->thread);
}

static struct ij_error *on_signal(struct going *g, int signo)
{
	bool marked;

	IJ_TRY(put_back(g, &marked));
	if (marked && signo == g->walk->signo) {
		leave(g, IJ_WALK_MOVED);
		return NULL;
	}
	/* The program's own: it is delivered in the original code, and then looked again. */
	IJ_TRY(stop(g));
	return ij_thread_resume(g->thread, signo);
}

static struct ij_error *on_time(struct going *g)
{
	if (!g->stopping)
		return stop(g);
	ij_injector_strand(g->walk->inj, g->thread);
	g->lost = true;
	leave(g, IJ_WALK_GONE);
	return NULL;
}

static struct ij_error *dispatch(struct going *g, const struct ij_event *event)
{
	bool marked;

	switch (event->kind) {
	case IJ_EVENT_SIGNAL:
		return on_signal(g, event->signo);
	case IJ_EVENT_STOP:
		IJ_TRY(put_back(g, &marked));
		leave(g, marked ? IJ_WALK_MOVED : IJ_WALK_LATE);
		return NULL;
	case IJ_EVENT_GROUP_STOP:
		IJ_TRY(put_back(g, &marked));
		ij_thread_detach(g->thread, event->signo);
		leave(g, IJ_WALK_GONE);
		return NULL;
	case IJ_EVENT_EXEC:
		ij_thread_detach(g->thread, 0);
		ij_pages_forget(&g->walk->inj->pages);
		leave(g, IJ_WALK_GONE);
		return NULL;
	case IJ_EVENT_ENDED:
		leave(g, IJ_WALK_GONE);
		return NULL;
	case IJ_EVENT_SYSCALL:
	case IJ_EVENT_CLONE:
	case IJ_EVENT_EXITING:
		if (g->stopping)
			IJ_TRY(ij_thread_interrupt(g->thread));
		return ij_thread_resume(g->thread, 0);
	case IJ_EVENT_CANCELLED:
		return g->stopping ? NULL : stop(g);
	case IJ_EVENT_DEADLINE:
		break;
	}
	return on_time(g);
}

static struct ij_error *run(struct going *g)
{
	IJ_TRY(enter(g));
	/* The second event is our stop, at the latest: the kernel takes it before any signal. */
	while (!g->over) {
		struct ij_event event;

		IJ_TRY(ij_thread_wait(g->thread, g->give_up_ns, &event));
		IJ_TRY(dispatch(g, &event));
	}
	return NULL;
}

/* After a run that ended anyhow: what is known of the page, and of the thread. */
static struct ij_error *finish(struct going *g, struct ij_error *err)
{
	struct ij_injector *inj = g->walk->inj;

	if (err && err->code == IJ_ERR_GONE && !g->thread->stopped) {
		ij_error_free(err);
		err = NULL;
		g->end = IJ_WALK_GONE;
	} else if (err && g->thread->seized && !g->thread->stopped) {
		ij_injector_strand(inj, g->thread);
		g->lost = true;
	}
	if (g->lost || (err && g->thread->stopped)) {
		/* It goes on in the page, which leads it out, and must stay. */
		if (g->thread->stopped)
			ij_thread_detach(g->thread, 0);
		ij_pages_forget(&inj->pages);
		inj->leaked++;
		g->end = IJ_WALK_GONE;
		return err;
	}
	if (err)
		return err;
	if (inj->pages.base)
		err = ij_walk_tell(g->walk, IJ_STUB_STATE_READY);
	if (!err && g->end != IJ_WALK_GONE)
		return ij_stop_reread(inj, g->walk->stop);
	/* With the thread its pages may be gone. */
	if (g->end != IJ_WALK_GONE)
		return err;
	ij_error_free(err);
	return NULL;
}

static struct ij_error *go(struct ij_walk *walk, enum ij_walk_end *ret)
{
	struct going g = {.walk = walk, .thread = walk->stop->thread, .end = IJ_WALK_UNFIT};
	struct ij_path path;
	struct ij_error *err;

	IJ_TRY(ij_walk_map_pages(walk, ret));
	if (*ret != IJ_WALK_MOVED)
		return NULL;
	*ret = IJ_WALK_UNFIT;
	if (!follow(&path, walk)) {
		snprintf(walk->text, sizeof(walk->text), "cannot copy %s",
			 path.sim.text[0] ? path.sim.text : "the way");
		return NULL;
	}
	err = finish(&g, run(&g));
	walk->steps = path.steps;
	snprintf(walk->text, sizeof(walk->text), "%u instructions run in a copy", path.steps);
	*ret = g.end;
	return err;
}

const struct ij_walker ij_walker_displace = {IJ_WIRE_WALKER_DISPLACE, fit, go};
