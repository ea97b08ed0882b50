/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Looking ahead: what lies between a stop and the end of the conflict. */
#include "inject/predict.h"

#include <stdio.h>
#include <string.h>

/* A stack pointer that moves further in one instruction has changed stacks. */
#define STACK_STEP_MAX (64 * 1024)
/* Reads of one word that another thread keeps changing. */
enum { READ_TRIES = 4 };

static bool read_target(void *ctx, ij_addr addr, void *buf, size_t size)
{
	struct ij_path *path = ctx;
	struct ij_mem *mem = &path->walk->inj->process.mem.mem;
	uint8_t again[IJ_SIM_LINE_SIZE];
	struct ij_error *err = ij_mem_read(mem, addr, buf, size);

	/*
	 * The kernel copies byte by byte, if it likes, where the thread would have loaded a word at
	 * once: what was torn does not read the same twice.
	 */
	for (unsigned i = 0; path->strict && !err && size <= sizeof(again); i++) {
		err = ij_mem_read(mem, addr, again, size);
		if (!err && memcmp(buf, again, size) == 0)
			return true;
		if (i == READ_TRIES)
			break;
		memcpy(buf, again, size);
	}
	if (err) {
		ij_error_free(err);
		return false;
	}
	return !path->strict;
}

/* Memory that is memory and nothing else: not a device's, not another process's as well. */
static bool is_plain(const struct ij_vma *vma)
{
	static const char *const named[] = {"[heap]", "[stack", "[anon:"};

	if (!(vma->flags & IJ_VMA_READ) || vma->flags & IJ_VMA_SHARED)
		return false;
	if (vma->path[0] != '[')
		return true;
	for (size_t i = 0; i < IJ_COUNT(named); i++)
		if (strncmp(vma->path, named[i], strlen(named[i])) == 0)
			return true;
	return false;
}

static bool may_load(const struct ij_path *path, ij_addr addr, size_t size)
{
	const struct ij_vma *vma = ij_vmas_find(&path->walk->inj->vmas, addr);

	return vma && size <= vma->hi - addr && is_plain(vma);
}

static bool is_stack(const struct ij_path *path, ij_addr addr, size_t size, ij_addr top)
{
	return addr >= path->sp_min - IJ_RED_ZONE && addr < top && size <= top - addr;
}

static bool on_access(void *ctx, const struct ij_sim *sim, ij_addr addr, size_t size, bool store)
{
	struct ij_path *path = ctx;

	if (!store) {
		path->loads++;
		return !path->strict || may_load(path, addr, size);
	}
	/* A push writes below the stack pointer that it starts with. */
	if (path->strict && addr - (ij_regs_sp(&sim->regs) - IJ_RED_ZONE) > STACK_STEP_MAX)
		return false;
	if (path->stores_len == IJ_PATH_STORES) {
		path->lost = true;
		return !path->strict;
	}
	path->stores[path->stores_len].addr = addr;
	path->stores[path->stores_len].size = (uint32_t)size;
	path->stores[path->stores_len++].dead = false;
	return true;
}

bool ij_path_start(struct ij_path *path, struct ij_walk *walk)
{
	const struct ij_stop *stop = walk->stop;

	path->walk = walk;
	ij_sim_init(&path->sim, &stop->resume);
	path->sim.read = read_target;
	path->sim.allow = on_access;
	path->sim.ctx = path;
	path->strict = false;
	path->steps = path->loads = path->locks = path->calls = path->rets = 0;
	path->sp_min = ij_regs_sp(&stop->resume);
	path->lost = false;
	path->stores_len = 0;
	/* Interrupted in a system call it does not go on at its PC. */
	if (ij_regs_restart(&stop->regs) != IJ_RESTART_NONE)
		return false;
	if (stop->conflict.module)
		return stop->conflict.mark || stop->conflict.return_addr || stop->conflict.cfa ||
		       !stop->conflict.depth;
	return walk->verdict->reason == IJ_WIRE_REASON_UNWIND && walk->verdict->frames <= 1;
}

/* All that lies below @sp belonged to frames that have returned. */
static void release(struct ij_path *path, ij_addr sp)
{
	for (uint32_t i = 0; i < path->stores_len; i++)
		if (is_stack(path, path->stores[i].addr, path->stores[i].size, sp))
			path->stores[i].dead = true;
}

static void note_return(struct ij_path *path)
{
	const struct ij_stop *stop = path->walk->stop;
	ij_addr sp = ij_regs_sp(&path->sim.regs), pc = ij_regs_pc(&path->sim.regs);

	if (path->calls) {
		path->calls--;
		if (path->shadow[path->calls].return_addr == pc &&
		    path->shadow[path->calls].sp < sp)
			release(path, sp);
		else
			path->lost = true; /* not a return, but a jump by way of the stack */
		return;
	}
	path->rets++;
	if (path->rets < stop->frames_len && stop->frames[path->rets] == pc)
		release(path, sp);
}

static void note_flow(struct ij_path *path, ij_addr sp_before)
{
	ij_addr sp = ij_regs_sp(&path->sim.regs);

	if (sp < path->sp_min)
		path->sp_min = sp;
	if (sp - sp_before + STACK_STEP_MAX > 2 * STACK_STEP_MAX)
		path->lost = true;
	if (path->sim.insn.flow == IJ_FLOW_RET) {
		note_return(path);
	} else if (path->sim.insn.flow == IJ_FLOW_CALL) {
		if (path->calls == IJ_PATH_CALLS) {
			path->lost = true;
			return;
		}
		path->shadow[path->calls].sp = sp;
		path->shadow[path->calls++].return_addr = path->sim.pc + path->sim.insn.size;
	}
}

static bool is_marked(const struct ij_unwind_module *module, ij_addr pc)
{
	const struct ij_map_mark *mark = NULL;

	if (pc >= module->lo && pc < module->hi)
		mark = ij_map_mark_find(&module->map, pc - module->base);
	return mark && mark->kind != IJ_MAP_MARK_RSEQ;
}

static bool has_arrived(const struct ij_path *path)
{
	const struct ij_stop *stop = path->walk->stop;
	const struct ij_conflict *conflict = &stop->conflict;
	ij_addr pc = ij_regs_pc(&path->sim.regs), sp = ij_regs_sp(&path->sim.regs);

	/* Without a conflict it is the place itself that cannot be unwound: out of the function. */
	if (!conflict->module)
		return path->rets && !path->calls;
	/* In the marked frame itself again, or out of it, and at code that is not marked. */
	if (conflict->mark)
		return !path->calls && path->rets >= conflict->depth &&
		       !is_marked(conflict->module, pc);
	if (conflict->return_addr && pc != conflict->return_addr)
		return false;
	if (conflict->cfa)
		return sp >= conflict->cfa;
	return !path->calls && path->rets > conflict->depth;
}

enum ij_predict_end ij_path_step(struct ij_path *path)
{
	ij_addr sp = ij_regs_sp(&path->sim.regs);
	enum ij_sim_end end;

	if (path->strict) {
		const struct ij_vma *vma =
			ij_vmas_find(&path->walk->inj->vmas, ij_regs_pc(&path->sim.regs));

		if (!vma || !(vma->flags & IJ_VMA_EXEC))
			return IJ_PREDICT_REFUSED;
	}
	end = ij_sim_step(&path->sim);
	if (end == IJ_SIM_SYSCALL)
		return IJ_PREDICT_SYSCALL;
	if (end != IJ_SIM_STEPPED)
		return IJ_PREDICT_REFUSED;
	path->steps++;
	path->locks += path->sim.insn.locked;
	note_flow(path, sp);
	return has_arrived(path) ? IJ_PREDICT_ARRIVED : IJ_PREDICT_GOES_ON;
}

uint32_t ij_path_stores(const struct ij_path *path)
{
	ij_addr sp = ij_regs_sp(&path->sim.regs);
	uint32_t seen = 0;

	for (uint32_t i = 0; i < path->stores_len; i++)
		seen += !path->stores[i].dead && !is_stack(path, path->stores[i].addr,
							   path->stores[i].size, sp - IJ_RED_ZONE);
	return seen;
}

bool ij_path_commits(const struct ij_path *path)
{
	return !path->lost && !path->locks && !path->sim.vec_written && !ij_path_stores(path);
}

bool ij_predict(struct ij_walk *walk, unsigned max, struct ij_prediction *ret)
{
	struct ij_path path;

	memset(ret, 0, sizeof(*ret));
	if (!ij_path_start(&path, walk)) {
		ret->end = IJ_PREDICT_NO_GOAL;
		ret->regs = walk->stop->resume;
		return false;
	}
	do {
		ret->end = path.steps < max ? ij_path_step(&path) : IJ_PREDICT_LIMIT;
	} while (ret->end == IJ_PREDICT_GOES_ON);
	ret->steps = path.steps;
	ret->loads = path.loads;
	ret->stores = ij_path_stores(&path);
	ret->locks = path.locks;
	ret->vectors = path.sim.vec_written != 0;
	ret->regs = path.sim.regs;
	if (ret->end == IJ_PREDICT_REFUSED)
		snprintf(ret->text, sizeof(ret->text), "%s", path.sim.text);
	return ret->end == IJ_PREDICT_ARRIVED;
}
