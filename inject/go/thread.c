/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the Go runtime keeps of a thread, read without knowing where each version keeps it: what
 * does not move (g.stack, g.m, m.g0) is taken from its place, the rest is found by what it must
 * say.
 */
#include <string.h>

#include "arch/gocall.h"
#include "inject/go/go.h"

/* Of struct g: stack.lo, stack.hi; m. Of struct m: g0. The same since Go 1.5. */
enum { G_SIZE = 56, G_M_OFF = 48, M_SIZE = 320 };
/* R14, by its DWARF number. */
enum { G_REGISTER = 14 };
/* In m: where gsignal may be, in words; and from it to curg, which follows signal stack and TLS. */
enum { GSIGNAL_FIRST = 8, GSIGNAL_LAST = 14, CURG_STEP = 14 };
/* Stacks of g0 and gsignal are no larger, and those of goroutines not either
 * (runtime.maxstacksize). */
#define STACK_MAX (1ull << 30)

static bool read_at(const struct ij_injector *inj, ij_addr addr, void *buf, size_t size)
{
	IJ_ERROR_AUTO err = ij_mem_read((struct ij_mem *)&inj->process.mem.mem, addr, buf, size);

	return !err;
}

/* Is @g a struct g of the thread whose struct m is @m (0: any)? */
static bool read_g(const struct ij_injector *inj, ij_addr g, ij_addr m, struct ij_go_stack *stack,
		   ij_addr *m_ret)
{
	uint64_t words[G_SIZE / 8];
	struct ij_go_stack found;

	if (!g || g % 8 || !read_at(inj, g, words, sizeof(words)))
		return false;
	found = (struct ij_go_stack){.lo = words[0], .hi = words[1]};
	if (found.lo >= found.hi || found.hi - found.lo > STACK_MAX || found.lo % 8 ||
	    (m && words[G_M_OFF / 8] != m))
		return false;
	*stack = found;
	*m_ret = words[G_M_OFF / 8];
	return true;
}

/* The words of m: gsignal is the first that leads to a g of this m and is not g0. */
static bool read_m(const struct ij_injector *inj, struct ij_go_thread *t)
{
	uint64_t words[M_SIZE / 8];
	struct ij_go_stack stack;
	ij_addr m;

	if (!t->m || t->m % 8 || !read_at(inj, t->m, words, sizeof(words)))
		return false;
	t->g0 = words[0];
	if (!read_g(inj, t->g0, t->m, &stack, &m))
		return false;
	for (size_t i = GSIGNAL_FIRST; i <= GSIGNAL_LAST; i++) {
		uint32_t locks;

		if (words[i] == t->g0 || !read_g(inj, words[i], t->m, &t->signal, &m))
			continue;
		t->gsignal = words[i];
		t->curg = words[i + CURG_STEP];
		if (t->curg && !read_g(inj, t->curg, t->m, &stack, &m))
			return false;
		if (!inj->go.locks_off)
			return true;
		locks = (uint32_t)words[i + CURG_STEP + inj->go.locks_off / 8];
		if (inj->go.locks_off % 8)
			locks = (uint32_t)(words[i + CURG_STEP + inj->go.locks_off / 8] >> 32);
		t->locked = locks != 0;
		return true;
	}
	return false;
}

bool ij_go_look(const struct ij_injector *inj, const struct ij_regs *regs, struct ij_go_thread *ret)
{
	struct ij_go_thread t = {0};
	ij_addr tp = ij_regs_tp(regs), sp = ij_regs_sp(regs);
	uint64_t values[17];

	if (!tp || !read_at(inj, tp + (uint64_t)inj->go.tls_off, &t.g, sizeof(t.g)) ||
	    !read_g(inj, t.g, 0, &t.stack, &t.m) || !read_m(inj, &t)) {
		/* Where TLS is laid out otherwise (cgo): in Go code it is in a register, from 1.17
		 * on. */
		ij_regs_to_dwarf(regs, values);
		t = (struct ij_go_thread){.g = values[G_REGISTER]};
		if (!(inj->go.flags & IJ_GOCALL_V2) || !read_g(inj, t.g, 0, &t.stack, &t.m) ||
		    !read_m(inj, &t))
			return false;
	}
	t.user = t.g != t.g0 && t.g != t.gsignal && t.g == t.curg && sp > t.stack.lo &&
		 sp <= t.stack.hi;
	*ret = t;
	return true;
}

bool ij_go_is_wanted(const struct ij_injector *inj, const struct ij_wire_call *call, ij_addr g)
{
	uint64_t id;

	return g && g == call->goroutine &&
	       read_at(inj, g + call->goroutine_id_off, &id, sizeof(id)) &&
	       id == call->goroutine_id;
}

/* The thread of struct m @m: its number comes before its signal stack. */
static pid_t thread_of(const struct ij_injector *inj, ij_addr m)
{
	uint64_t words[M_SIZE / 8];
	struct ij_go_stack stack;
	ij_addr found;

	if (!m || m % 8 || !read_at(inj, m, words, sizeof(words)))
		return 0;
	for (size_t i = GSIGNAL_FIRST; i <= GSIGNAL_LAST; i++)
		if (words[i] != words[0] && read_g(inj, words[i], m, &stack, &found))
			return words[i - 1] <= INT32_MAX
				       ? ij_injector_thread_of(inj, (pid_t)words[i - 1])
				       : 0;
	return 0;
}

enum ij_go_where ij_go_find_wanted(struct ij_injector *inj, const struct ij_wire_call *call,
				   pid_t *tid_ret, struct ij_conflict *where_ret,
				   struct ij_go_stack *stack_ret)
{
	struct ij_unwind_regs regs;
	struct ij_stop nobody = {0};
	ij_addr m;

	*where_ret = (struct ij_conflict){0};
	if (!ij_go_is_wanted(inj, call, call->goroutine) ||
	    !read_g(inj, call->goroutine, 0, stack_ret, &m))
		return IJ_GO_WHERE_GONE;
	*tid_ret = thread_of(inj, m);
	if (*tid_ret)
		return IJ_GO_WHERE_THREAD;
	if (m || !ij_go_parked(inj, call->goroutine, &regs))
		return IJ_GO_WHERE_UNKNOWN;
	if (!ij_go_find_return(inj, &nobody, &regs, where_ret))
		*where_ret = (struct ij_conflict){0};
	return IJ_GO_WHERE_PARKED;
}

bool ij_go_parked(const struct ij_injector *inj, ij_addr g, struct ij_unwind_regs *ret)
{
	struct ij_go_stack stack;
	uint64_t sched[3]; /* sp, pc, g */
	ij_addr m;

	if (!read_g(inj, g, 0, &stack, &m) || !read_at(inj, g + G_SIZE, sched, sizeof(sched)) ||
	    sched[2] != g || sched[0] <= stack.lo || sched[0] >= stack.hi)
		return false;
	*ret = (struct ij_unwind_regs){.known = 1u << IJ_MAP_REG_SP | 1u << IJ_MAP_REG_RA};
	ret->value[IJ_MAP_REG_SP] = sched[0];
	ret->value[IJ_MAP_REG_RA] = sched[1];
	return true;
}

enum ij_map_go_kind ij_go_kind_at(const struct ij_injector *inj, ij_addr addr)
{
	const struct ij_unwind_space space = {.modules = inj->modules.items,
					      .modules_len = inj->modules.len};
	const struct ij_unwind_module *module = ij_unwind_module_find(&space, addr);

	return module ? ij_map_go_find(&module->map, addr - module->base) : IJ_MAP_GO_NONE;
}
