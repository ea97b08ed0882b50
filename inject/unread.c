/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Every way on from one place, until the register is written, read, or of no use to anybody. */
#include "inject/unread.h"

#include "arch/decode.h"

/* Instructions looked at, ways still to be followed, returns of the function that it starts in. */
enum { INSNS_MAX = 512, WAYS_MAX = 64, RETURNS_MAX = 2 };

/* What a way has of the stack. */
enum frame {
	FRAME_OWN,    /* of the function, or of one that it has returned to: sp is known */
	FRAME_LOST,   /* the same, and the stack pointer is not known */
	FRAME_CALLEE, /* of a function that it has called */
};

struct way {
	ij_addr pc, sp;
	uint8_t frame; /* enum frame */
	uint8_t returns;
};

struct search {
	struct ij_mem *mem;
	uint32_t reg; /* its bit in masks */
	bool passed;  /* functions take arguments in it */
	bool own;     /* the function writes it: no caller relies on it */
	struct way ways[WAYS_MAX];
	size_t ways_len;
	struct way seen[INSNS_MAX]; /* each instruction once for every kind of way */
	size_t seen_len;
};

static bool add(struct search *search, struct way way)
{
	if (search->ways_len == WAYS_MAX)
		return false;
	search->ways[search->ways_len++] = way;
	return true;
}

static bool was_seen(const struct search *search, const struct way *way)
{
	for (size_t i = 0; i < search->seen_len; i++)
		if (search->seen[i].pc == way->pc && search->seen[i].frame == way->frame &&
		    search->seen[i].returns == way->returns)
			return true;
	return false;
}

static bool decode(struct search *search, ij_addr pc, struct ij_insn *ret)
{
	uint8_t code[IJ_INSN_SIZE_MAX];

	/* Code may end with its mapping. */
	for (size_t size = sizeof(code); size; size--) {
		struct ij_error *err = ij_mem_read(search->mem, pc, code, size);

		if (!err)
			return ij_insn_decode(code, size, pc, ret);
		ij_error_free(err);
	}
	return false;
}

static bool follow_return(struct search *search, const struct way *way)
{
	struct way caller = {.sp = way->sp + sizeof(uint64_t),
			     .frame = FRAME_OWN,
			     .returns = (uint8_t)(way->returns + 1)};
	IJ_ERROR_AUTO err = NULL;

	if (way->frame == FRAME_CALLEE || way->returns == RETURNS_MAX || search->own)
		return true;
	if (way->frame == FRAME_LOST)
		return !search->passed;
	err = ij_mem_read_u64(search->mem, way->sp, &caller.pc);
	return !err && add(search, caller);
}

/* On from one instruction that leaves the register alone; false: it may be read there. */
static bool follow(struct search *search, const struct ij_insn *insn, struct way way)
{
	struct way next = way, target = way;

	next.pc += insn->size;
	target.pc = insn->target;
	if (way.frame == FRAME_OWN && insn->flow != IJ_FLOW_CALL) {
		if (!insn->stack_known)
			next.frame = target.frame = FRAME_LOST;
		next.sp += (ij_addr)(int64_t)insn->stack_delta;
		target.sp = next.sp;
	}
	switch ((enum ij_insn_flow)insn->flow) {
	case IJ_FLOW_NEXT:
		return add(search, next);
	case IJ_FLOW_BRANCH:
		return add(search, next) && add(search, target);
	case IJ_FLOW_JUMP:
		/* A linkage table, or somewhere in the function itself. */
		if (insn->indirect)
			return !search->passed && way.frame == FRAME_CALLEE;
		return add(search, target);
	case IJ_FLOW_CALL:
		target.frame = FRAME_CALLEE;
		if (insn->indirect)
			return !search->passed && add(search, next);
		return add(search, next) && add(search, target);
	case IJ_FLOW_RET:
		return follow_return(search, &way);
	case IJ_FLOW_SYSCALL:
		return false;
	case IJ_FLOW_STOP:
		return true;
	}
	return false;
}

/* Is it written anywhere in the function? What is decoded wrongly, behind data, ends the search. */
static bool is_written(struct search *search, ij_addr lo, ij_addr hi)
{
	struct ij_insn insn;

	for (unsigned i = 0; i < INSNS_MAX && lo < hi && decode(search, lo, &insn); i++) {
		if (insn.writes & search->reg && insn.flow == IJ_FLOW_NEXT)
			return true;
		lo += insn.size;
	}
	return false;
}

bool ij_is_unread(struct ij_mem *mem, ij_addr pc, ij_addr sp, unsigned arg, ij_addr lo, ij_addr hi)
{
	struct search search = {.mem = mem,
				.reg = 1u << ij_regs_syscall_arg_dwarf(arg),
				.passed = ij_regs_syscall_arg_is_passed(arg)};

	search.own = is_written(&search, lo, hi);
	add(&search, (struct way){.pc = pc, .sp = sp});
	while (search.ways_len) {
		struct way way = search.ways[--search.ways_len];
		struct ij_insn insn;

		if (was_seen(&search, &way))
			continue;
		if (search.seen_len == INSNS_MAX || !decode(&search, way.pc, &insn) ||
		    insn.reads & search.reg)
			return false;
		search.seen[search.seen_len++] = way;
		if (insn.writes & search.reg)
			continue;
		if (!follow(&search, &insn, way))
			return false;
	}
	return true;
}
