/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The unwinder: from registers outward by map containers, every step checked. */
#include "maps/unwind.h"

#include <string.h>

#include "maps/expr.h"

/* Registers a callee may change (psABI AMD64 1.0, 3.2.1): rax rdx rcx rsi rdi r8-r11. */
#define VOLATILE_REGS (1u << 0 | 1u << 1 | 1u << 2 | 1u << 4 | 1u << 5 | 0xfu << 8)

/* Saved registers are read together if they lie within so many bytes. */
#define SAVE_AREA 256

enum { CALL_LEN_MAX = 7 }; /* longest call that ends in its operand, without prefixes */

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

static bool read_mem(struct ij_mem *mem, ij_addr addr, void *buf, size_t size)
{
	struct ij_error *err = ij_mem_read(mem, addr, buf, size);

	ij_error_free(err);
	return !err;
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

/*
 * The length of the indirect call FF /2 at @code, counted from its opcode, 0 if it is none (Intel
 * SDM volume 2, CALL and table 2-2). Prefixes stand before the opcode and change nothing behind it.
 */
static size_t indirect_call_len(const uint8_t *code)
{
	uint8_t mod = code[1] >> 6, rm = code[1] & 7;
	bool sib = mod != 3 && rm == 4;
	size_t len = sib ? 3 : 2;

	if (code[0] != 0xff || (code[1] >> 3 & 7) != 2)
		return 0;
	if (mod == 1)
		return len + 1;
	if (mod == 2 || (mod == 0 && (rm == 5 || (sib && (code[2] & 7) == 5))))
		return len + 4;
	return len;
}

/* Whether the instruction before @pc is a call: E8 rel32 or FF /2. */
static bool follows_call(struct ij_mem *mem, ij_addr pc)
{
	uint8_t code[CALL_LEN_MAX + 1] = {
		0}; /* one more than a call, as a SIB byte is looked for */
	size_t have = CALL_LEN_MAX;

	/* At the start of a mapping fewer bytes may be readable; the shortest call has two. */
	while (!read_mem(mem, pc - have, code + CALL_LEN_MAX - have, have))
		if (--have < 2)
			return false;
	if (have >= 5 && code[CALL_LEN_MAX - 5] == 0xe8)
		return true;
	for (size_t len = 2; len <= have; len++)
		if (indirect_call_len(code + CALL_LEN_MAX - len) == len)
			return true;
	return false;
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
	if (read_mem(step->mem, step->saved_addr, step->saved, (size_t)(hi - lo)))
		step->saved_size = (size_t)(hi - lo);
}

static bool word_read(const struct step *step, ij_addr addr, uint64_t *ret)
{
	uint64_t off = addr - step->saved_addr;

	if (step->saved_size >= 8 && off <= step->saved_size - 8) {
		memcpy(ret, step->saved + off, sizeof(*ret));
		return true;
	}
	return read_mem(step->mem, addr, ret, sizeof(*ret));
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
 * popped it (vfork does), and only a signal frame may lead to another stack.
 */
static bool cfa_check(struct step *step, const struct ij_unwind_frame *frame)
{
	uint64_t room = frame->exact ? 0 : 8;

	if (frame->func->flags & IJ_MAP_FUNC_SIGNAL || !known(frame->regs, IJ_MAP_REG_SP))
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

	*end_ret = IJ_UNWIND_ROOT;
	if (ra_undefined(map, step.rule))
		return false;
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

/* Find the function that @frame is in, and check that it may be there. */
static bool frame_locate(const struct ij_unwind_space *space, struct ij_mem *mem,
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
	       follows_call(mem, frame->pc);
}

enum ij_unwind_end ij_unwind(const struct ij_unwind_space *space, struct ij_mem *mem,
			     const struct ij_unwind_regs *regs, ij_unwind_visit visit, void *ctx,
			     ij_addr *end_pc_ret)
{
	struct ij_unwind_regs cur = *regs, next;
	bool exact = true;

	*end_pc_ret = cur.value[IJ_MAP_REG_RA];
	if (!known(&cur, IJ_MAP_REG_RA))
		return IJ_UNWIND_NO_RULE;
	for (unsigned depth = 0;; depth++) {
		struct ij_unwind_frame frame = {
			.pc = cur.value[IJ_MAP_REG_RA],
			.exact = exact,
			.depth = depth,
			.regs = &cur,
		};
		enum ij_unwind_end end;
		uint64_t pc_off;
		bool more;

		*end_pc_ret = frame.pc;
		if (depth == IJ_UNWIND_FRAMES_MAX)
			return IJ_UNWIND_TOO_DEEP;
		if (!frame_locate(space, mem, &frame, &pc_off, &end))
			return end;
		more = frame_leave(&frame, mem, pc_off, &next, &end);
		if (!visit(ctx, &frame))
			return IJ_UNWIND_STOPPED;
		if (!more)
			return end;
		exact = frame.func->flags & IJ_MAP_FUNC_SIGNAL;
		cur = next;
	}
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
		[IJ_UNWIND_TOO_DEEP] = "the stack has too many frames",
		[IJ_UNWIND_STOPPED] = "unwinding was stopped",
	};

	return (size_t)end < IJ_COUNT(texts) ? texts[end] : "unknown";
}
