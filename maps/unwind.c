/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The unwinder: from registers outward by map containers, every step checked. */
#include "maps/unwind.h"

#include <string.h>

#include "maps/expr.h"
#include "maps/unwind_code.h"

/* Registers a callee may change (psABI AMD64 1.0, 3.2.1): rax rdx rcx rsi rdi r8-r11. */
#define VOLATILE_REGS (1u << 0 | 1u << 1 | 1u << 2 | 1u << 4 | 1u << 5 | 0xfu << 8)

/* Saved registers are read together if they lie within so many bytes. */
#define SAVE_AREA 256

/* How one frame is left. The functions on it return false and set `end` if it cannot be. */
struct step {
	const struct ij_map *map;
	const struct ij_map_rule *rule;
	const struct ij_unwind_regs *in;
	struct ij_mem *mem;
	uint64_t cfa;
	uint8_t saved[SAVE_AREA]; /* stack bytes from saved_addr on */
	uint64_t saved_addr;
	size_t saved_size; /* 0: not read */
	enum ij_unwind_end end;
};

static bool known(const struct ij_unwind_regs *regs, unsigned reg)
{
	return regs->known >> reg & 1;
}

static void set(struct ij_unwind_regs *regs, unsigned reg, uint64_t value)
{
	regs->value[reg] = value;
	regs->known |= 1u << reg;
}

static bool fail(struct step *step, enum ij_unwind_end end)
{
	step->end = end;
	return false;
}

const struct ij_unwind_module *ij_unwind_module_find(const struct ij_unwind_space *space,
						     ij_addr addr)
{
	size_t lo = 0, hi = space->modules_len;

	if (space->stub && addr >= space->stub->lo && addr < space->stub->hi)
		return space->stub;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (space->modules[mid].lo <= addr)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (!lo || addr >= space->modules[lo - 1].hi)
		return NULL;
	return &space->modules[lo - 1];
}

static enum ij_expr_end eval(const struct step *step, int32_t off, const uint64_t *initial,
			     uint64_t *ret)
{
	const uint8_t *bytes;
	size_t size;

	if (!ij_map_expr_get(step->map, off, &bytes, &size))
		return IJ_EXPR_BAD;
	return ij_expr_eval(bytes, size, step->in, step->mem, initial, ret);
}

static bool cfa_find(struct step *step)
{
	const struct ij_map_rule *rule = step->rule;

	switch (rule->cfa_kind) {
	case IJ_MAP_CFA_REG:
		if (!known(step->in, rule->cfa_reg))
			return fail(step, IJ_UNWIND_NO_RULE);
		step->cfa = step->in->value[rule->cfa_reg] + (uint64_t)(int64_t)rule->cfa_off;
		return true;
	case IJ_MAP_CFA_EXPR:
		switch (eval(step, rule->cfa_off, NULL, &step->cfa)) {
		case IJ_EXPR_OK:
			return true;
		case IJ_EXPR_FAULT:
			return fail(step, IJ_UNWIND_BAD_MEMORY);
		default:
			return fail(step, IJ_UNWIND_NO_RULE);
		}
	default:
		return fail(step, IJ_UNWIND_NO_RULE);
	}
}

/* Read all registers saved at offsets from the CFA at once, if they lie together, as they always
 * do. */
static void saved_read(struct step *step)
{
	const struct ij_map_entry *entries = &step->map->entries[step->rule->entry_idx];
	int64_t lo = INT64_MAX, hi = INT64_MIN;

	for (unsigned i = 0; i < step->rule->entry_len; i++) {
		if (entries[i].kind != IJ_MAP_OFFSET)
			continue;
		if (entries[i].value < lo)
			lo = entries[i].value;
		if (entries[i].value + (int64_t)8 > hi)
			hi = entries[i].value + (int64_t)8;
	}
	step->saved_size = 0;
	if (lo >= hi || hi - lo > SAVE_AREA)
		return;
	step->saved_addr = step->cfa + (uint64_t)lo;
	if (ij_unwind_read(step->mem, step->saved_addr, step->saved, (size_t)(hi - lo)))
		step->saved_size = (size_t)(hi - lo);
}

static bool word_read(const struct step *step, ij_addr addr, uint64_t *ret)
{
	uint64_t off = addr - step->saved_addr;

	if (step->saved_size >= 8 && off <= step->saved_size - 8) {
		memcpy(ret, step->saved + off, sizeof(*ret));
		return true;
	}
	return ij_unwind_read(step->mem, addr, ret, sizeof(*ret));
}

/* The caller's value of a register that an expression gives, or gives the address of. */
static bool reg_eval(struct step *step, const struct ij_map_entry *entry,
		     struct ij_unwind_regs *out)
{
	uint64_t value;

	switch (eval(step, entry->value, &step->cfa, &value)) {
	case IJ_EXPR_OK:
		break;
	case IJ_EXPR_UNKNOWN: /* then so is this one */
		out->known &= ~(1u << entry->reg);
		return true;
	case IJ_EXPR_FAULT:
		return fail(step, IJ_UNWIND_BAD_MEMORY);
	default:
		return fail(step, IJ_UNWIND_NO_RULE);
	}
	if (entry->kind == IJ_MAP_EXPR && !word_read(step, value, &value))
		return fail(step, IJ_UNWIND_BAD_MEMORY);
	set(out, entry->reg, value);
	return true;
}

/* Put the caller's value of one register in @out. */
static bool reg_find(struct step *step, const struct ij_map_entry *entry,
		     struct ij_unwind_regs *out)
{
	uint64_t value = step->cfa + (uint64_t)(int64_t)entry->value;
	unsigned from = entry->kind == IJ_MAP_REGISTER ? (unsigned)entry->value : entry->reg;

	switch (entry->kind) {
	case IJ_MAP_UNDEFINED:
		out->known &= ~(1u << entry->reg);
		return true;
	case IJ_MAP_SAME:
	case IJ_MAP_REGISTER:
		out->known &= ~(1u << entry->reg);
		if (known(step->in, from))
			set(out, entry->reg, step->in->value[from]);
		return true;
	case IJ_MAP_OFFSET:
		if (!word_read(step, value, &value))
			return fail(step, IJ_UNWIND_BAD_MEMORY);
		set(out, entry->reg, value);
		return true;
	case IJ_MAP_VAL_OFFSET:
		set(out, entry->reg, value);
		return true;
	default:
		return reg_eval(step, entry, out);
	}
}

/*
 * Registers without a rule keep their value if a callee must preserve them. The others are known
 * only across a signal frame, which names them all; the stack pointer is the CFA unless a rule
 * differs.
 */
static bool regs_find(struct step *step, struct ij_unwind_regs *out)
{
	const struct ij_map_entry *entries = &step->map->entries[step->rule->entry_idx];

	*out = *step->in;
	out->known &= ~(VOLATILE_REGS | 1u << IJ_MAP_REG_RA);
	set(out, IJ_MAP_REG_SP, step->cfa);
	for (unsigned i = 0; i < step->rule->entry_len; i++)
		if (!reg_find(step, &entries[i], out))
			return false;
	return (known(out, IJ_MAP_REG_RA) && known(out, IJ_MAP_REG_SP)) ||
	       fail(step, IJ_UNWIND_NO_RULE);
}

/*
 * The CFA is the caller's stack pointer before its call (psABI AMD64 1.0, 6.2.4), so the return
 * address lies right below it and not below our stack pointer. Only the innermost frame may have
 * popped it (vfork does), and only a signal frame or a change of stacks may lead to another one.
 */
static bool cfa_check(struct step *step, const struct ij_unwind_frame *frame)
{
	uint64_t room = frame->exact ? 0 : 8;

	if (frame->func->flags & (IJ_MAP_FUNC_SIGNAL | IJ_MAP_FUNC_SWITCH) ||
	    !known(frame->regs, IJ_MAP_REG_SP))
		return true;
	if (step->cfa < room || step->cfa - room < frame->regs->value[IJ_MAP_REG_SP])
		return fail(step, IJ_UNWIND_BAD_CFA);
	return true;
}

static bool ra_undefined(const struct ij_map *map, const struct ij_map_rule *rule)
{
	const struct ij_map_entry *entries = &map->entries[rule->entry_idx];

	for (unsigned i = 0; i < rule->entry_len; i++)
		if (entries[i].reg == IJ_MAP_REG_RA)
			return entries[i].kind == IJ_MAP_UNDEFINED;
	return false;
}

/*
 * The outermost frame: CFI says so, or code without CFI was seen to clear the frame pointer without
 * having saved it, which only the first frame of a thread may do (psABI AMD64 1.0, 3.4.1). Then it
 * must be clear.
 */
static enum ij_unwind_end root_check(const struct ij_unwind_frame *frame)
{
	if (frame->func->flags & IJ_MAP_FUNC_DERIVED && known(frame->regs, IJ_MAP_REG_BP) &&
	    frame->regs->value[IJ_MAP_REG_BP])
		return IJ_UNWIND_NO_ROOT;
	return IJ_UNWIND_ROOT;
}

/*
 * Leave @frame. On true @out holds its caller's registers; on false *@end_ret says why there is
 * none. frame->cfa is set whenever the frame has one to be trusted.
 */
static bool frame_leave(struct ij_unwind_frame *frame, struct ij_mem *mem, uint64_t pc_off,
			struct ij_unwind_regs *out, enum ij_unwind_end *end_ret)
{
	const struct ij_map *map = &frame->module->map;
	struct step step = {
		.map = map,
		.rule = ij_map_rule_find(map, frame->func, pc_off),
		.in = frame->regs,
		.mem = mem,
	};

	if (ra_undefined(map, step.rule)) {
		*end_ret = root_check(frame);
		return false;
	}
	if (!cfa_find(&step) || !cfa_check(&step, frame)) {
		*end_ret = step.end;
		return false;
	}
	saved_read(&step);
	if (!regs_find(&step, out)) {
		*end_ret = step.end;
		return false;
	}
	frame->cfa = step.cfa;
	return true;
}

/* A signal trampoline that no map knows: the frame is known by its code, its rules by the kernel.
 */
static const struct ij_map_func trampoline_func = {
	.size = 1,
	.row_len = 1,
	.flags = IJ_MAP_FUNC_SIGNAL,
	.classes = IJ_CLASS(SIGNAL),
};
static const struct ij_map_header trampoline_header = {.span = 1};
static const struct ij_unwind_module trampoline_module = {.map.header = &trampoline_header};

static void trampoline_put(struct ij_unwind_frame *frame)
{
	if (!frame->module)
		frame->module = &trampoline_module;
	frame->func = &trampoline_func;
}

static bool trampoline_leave(struct ij_unwind_frame *frame, struct ij_mem *mem,
			     struct ij_unwind_regs *out, enum ij_unwind_end *end_ret)
{
	*end_ret = IJ_UNWIND_NO_RULE;
	if (!known(frame->regs, IJ_MAP_REG_SP))
		return false;
	*end_ret = IJ_UNWIND_BAD_MEMORY;
	if (!ij_unwind_sigframe(mem, frame->regs->value[IJ_MAP_REG_SP], out))
		return false;
	frame->cfa = out->value[IJ_MAP_REG_SP];
	return true;
}

/*
 * Whether the return address was never pushed by a call, but written at the bottom of a new stack:
 * Go lets a goroutine return to the second byte of runtime.goexit (runtime/proc.go, newproc1).
 */
static bool is_planted(const struct ij_unwind_frame *frame, uint64_t pc_off)
{
	return pc_off == frame->func->start &&
	       ra_undefined(&frame->module->map,
			    ij_map_rule_find(&frame->module->map, frame->func, pc_off));
}

/* Find the function that @frame is in by its map, and check that it may be there. */
static bool map_locate(const struct ij_unwind_space *space, struct ij_mem *mem,
		       struct ij_unwind_frame *frame, uint64_t *pc_off_ret,
		       enum ij_unwind_end *end_ret)
{
	/* A return address may lie behind its function's end, after a call that never returns. */
	ij_addr lookup = frame->exact ? frame->pc : frame->pc - 1;

	*end_ret = IJ_UNWIND_NO_MODULE;
	frame->module = ij_unwind_module_find(space, lookup);
	if (!frame->module)
		return false;
	*end_ret = IJ_UNWIND_NO_FUNC;
	*pc_off_ret = lookup - frame->module->base;
	frame->func = ij_map_func_find(&frame->module->map, *pc_off_ret);
	if (!frame->func)
		return false;
	/* A handler returns to the trampoline without ever having been called from there. */
	*end_ret = IJ_UNWIND_NO_CALL;
	return frame->exact || (frame->func->flags & IJ_MAP_FUNC_SIGNAL) ||
	       is_planted(frame, lookup - frame->module->base) ||
	       ij_unwind_follows_call(mem, frame->pc);
}

/*
 * The same, but a signal trampoline without CFI that says so is recognised by its code: no call
 * stands before it, and what stands there is another function.
 */
static bool frame_locate(const struct ij_unwind_space *space, struct ij_mem *mem,
			 struct ij_unwind_frame *frame, uint64_t *pc_off_ret,
			 enum ij_unwind_end *end_ret)
{
	bool found = map_locate(space, mem, frame, pc_off_ret, end_ret);

	if (found && (!frame->exact || frame->func->flags & IJ_MAP_FUNC_SIGNAL))
		return true;
	if (!ij_unwind_is_sigreturn(mem, frame->pc))
		return found;
	trampoline_put(frame);
	return true;
}

/*
 * The caller by frame pointer, where no map tells: [rbp] is the caller's, [rbp + 8] the return
 * address, which must follow a call and lie in a known function, or again in code without a map.
 */
static bool frame_guess(const struct ij_unwind_space *space, struct ij_mem *mem,
			const struct ij_unwind_regs *in, struct ij_unwind_regs *out)
{
	uint64_t pair[2], bp = in->value[IJ_MAP_REG_BP];
	const struct ij_unwind_module *module;

	if (!known(in, IJ_MAP_REG_BP) || !known(in, IJ_MAP_REG_SP) || bp % 8 ||
	    bp < in->value[IJ_MAP_REG_SP] || bp > UINT64_MAX - sizeof(pair) ||
	    !ij_unwind_read(mem, bp, pair, sizeof(pair)) || !pair[1] ||
	    !ij_unwind_follows_call(mem, pair[1]))
		return false;
	module = ij_unwind_module_find(space, pair[1] - 1);
	if (module && !ij_map_func_find(&module->map, pair[1] - 1 - module->base))
		return false;
	*out = (struct ij_unwind_regs){.known = 0};
	set(out, IJ_MAP_REG_BP, pair[0]);
	set(out, IJ_MAP_REG_SP, bp + sizeof(pair));
	set(out, IJ_MAP_REG_RA, pair[1]);
	return true;
}

/* A walk along a stack. */
struct walk {
	const struct ij_unwind_space *space;
	struct ij_mem *mem;
	struct ij_unwind_regs cur, next;
	struct ij_unwind_frame frame;
	enum ij_unwind_end end; /* why the walk ends, or why it went on by guessing */
	ij_addr end_pc;
};

/* The first reason counts: what comes behind a guess proves nothing. */
static void walk_note(struct walk *walk, enum ij_unwind_end end)
{
	if (walk->frame.guessed)
		return;
	walk->end = end;
	walk->end_pc = walk->frame.pc;
}

/* Go on from a frame that no map leads out of; false: it ends here. */
static bool walk_guess(struct walk *walk, enum ij_unwind_end end)
{
	walk_note(walk, end);
	if (end != IJ_UNWIND_NO_MODULE && end != IJ_UNWIND_NO_FUNC && end != IJ_UNWIND_NO_RULE)
		return false;
	if (!frame_guess(walk->space, walk->mem, &walk->cur, &walk->next))
		return false;
	walk->frame.guessed = true;
	walk->frame.exact = false;
	walk->cur = walk->next;
	return true;
}

/* Visit the frame of walk->cur and go on to its caller; false: the walk ends. */
static bool walk_step(struct walk *walk, ij_unwind_visit visit, void *ctx)
{
	struct ij_unwind_frame *frame = &walk->frame;
	enum ij_unwind_end end;
	uint64_t pc_off = 0;
	bool more;

	frame->pc = walk->cur.value[IJ_MAP_REG_RA];
	frame->cfa = 0;
	frame->func = NULL;
	if (frame->depth == IJ_UNWIND_FRAMES_MAX) {
		walk_note(walk, IJ_UNWIND_TOO_DEEP);
		return false;
	}
	if (!frame_locate(walk->space, walk->mem, frame, &pc_off, &end)) {
		if (!frame->exact && ij_unwind_is_context_start(walk->mem, frame->pc))
			end = IJ_UNWIND_ROOT;
		return walk_guess(walk, end);
	}
	if (frame->func == &trampoline_func)
		more = trampoline_leave(frame, walk->mem, &walk->next, &end);
	else
		more = frame_leave(frame, walk->mem, pc_off, &walk->next, &end);
	if (!visit(ctx, frame)) {
		walk_note(walk, IJ_UNWIND_STOPPED);
		return false;
	}
	frame->depth++;
	if (!more)
		return walk_guess(walk, end);
	frame->exact = frame->func->flags & IJ_MAP_FUNC_SIGNAL;
	walk->cur = walk->next;
	return true;
}

enum ij_unwind_end ij_unwind(const struct ij_unwind_space *space, struct ij_mem *mem,
			     const struct ij_unwind_regs *regs, ij_unwind_visit visit, void *ctx,
			     ij_addr *end_pc_ret)
{
	struct walk walk = {
		.space = space,
		.mem = mem,
		.cur = *regs,
		.frame = {.exact = true, .regs = &walk.cur},
		.end = IJ_UNWIND_NO_RULE,
		.end_pc = regs->value[IJ_MAP_REG_RA],
	};

	/* Frames that are not visited are guessed, and a guess needs a frame pointer that grows. */
	if (known(regs, IJ_MAP_REG_RA))
		for (unsigned i = 0; i < 2 * IJ_UNWIND_FRAMES_MAX; i++)
			if (!walk_step(&walk, visit, ctx))
				break;
	*end_pc_ret = walk.end_pc;
	return walk.end;
}

const char *ij_unwind_end_text(enum ij_unwind_end end)
{
	static const char *const texts[] = {
		[IJ_UNWIND_ROOT] = "the stack is complete",
		[IJ_UNWIND_NO_MODULE] = "the code lies in no known module",
		[IJ_UNWIND_NO_FUNC] = "the module has no unwind rule for this code",
		[IJ_UNWIND_NO_RULE] = "the caller cannot be computed here",
		[IJ_UNWIND_BAD_MEMORY] = "the stack cannot be read",
		[IJ_UNWIND_BAD_CFA] = "the stack does not grow from frame to frame",
		[IJ_UNWIND_NO_CALL] = "the return address does not follow a call",
		[IJ_UNWIND_NO_ROOT] = "the stack does not end where a thread starts",
		[IJ_UNWIND_TOO_DEEP] = "the stack has too many frames",
		[IJ_UNWIND_STOPPED] = "unwinding was stopped",
	};

	return (size_t)end < IJ_COUNT(texts) ? texts[end] : "unknown";
}
