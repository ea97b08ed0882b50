/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Copying x86-64 code along a path.
 *
 * What is put between the copied instructions touches no flag (lea, push, pop, mov, jrcxz), and
 * keeps what it saves on the thread's own stack below the red zone, where a collector sees it.
 */
#include <stdint.h>
#include <string.h>

#include "arch/displace.h"
#include "arch/zydis_x86_64.h"

enum { RAX = 0, RCX = 1, RDX = 2, RSI = 6, RDI = 7, R11 = 11, NO_REG = 0xff };
enum { LIFT = 128, EXIT_SIZE = 16, SYS_TGKILL = 234 };
/* Bit of the stack pointer in the register masks of struct ij_insn. */
#define SP_BIT (1u << 7)

/* DWARF numbers in the order of machine encoding (System V psABI AMD64 1.0, figure 3.36). */
static const uint8_t dwarf_of[16] = {0, 2, 1, 3, 7, 6, 4, 5, 8, 9, 10, 11, 12, 13, 14, 15};

/* Append one instruction, at which the thread's state is d->now. */
static void put(struct ij_displaced *d, const uint8_t *bytes, size_t size)
{
	if (d->full || d->pool - d->len < size || d->places_len == IJ_DISPLACE_PLACES) {
		d->full = true;
		return;
	}
	d->now.off = (uint16_t)d->len;
	d->places[d->places_len++] = d->now;
	memcpy(d->code + d->len, bytes, size);
	d->len += size;
}

#define PUT(d, ...)                                     \
	do {                                            \
		const uint8_t bytes_[] = {__VA_ARGS__}; \
		put(d, bytes_, sizeof(bytes_));         \
	} while (0)

/* Append @head and 32 bits of @value. */
static void put_32(struct ij_displaced *d, const uint8_t *head, size_t head_size, uint32_t value)
{
	uint8_t bytes[IJ_INSN_SIZE_MAX];

	memcpy(bytes, head, head_size);
	memcpy(bytes + head_size, &value, sizeof(value));
	put(d, bytes, head_size + sizeof(value));
}

#define PUT_32(d, value, ...)                           \
	do {                                            \
		const uint8_t head_[] = {__VA_ARGS__};  \
		put_32(d, head_, sizeof(head_), value); \
	} while (0)

static void put_move(struct ij_displaced *d, unsigned reg, uint64_t value)
{
	uint8_t bytes[10] = {0x48, (uint8_t)(0xb8 + reg)};

	memcpy(bytes + 2, &value, sizeof(value));
	put(d, bytes, sizeof(bytes));
}

static void put_push(struct ij_displaced *d, uint8_t reg)
{
	if (reg < 8)
		PUT(d, (uint8_t)(0x50 + reg));
	else
		PUT(d, 0x41, (uint8_t)(0x50 + (reg & 7)));
	d->now.pushed[d->now.pushed_len++] = reg;
}

static void put_pop(struct ij_displaced *d)
{
	uint8_t reg = d->now.pushed[d->now.pushed_len - 1];

	if (reg < 8)
		PUT(d, (uint8_t)(0x58 + reg));
	else
		PUT(d, 0x41, (uint8_t)(0x58 + (reg & 7)));
	d->now.pushed_len--;
}

/* lea -128(%rsp), %rsp */
static void put_lift(struct ij_displaced *d)
{
	PUT(d, 0x48, 0x8d, 0x64, 0x24, 0x80);
	d->now.lifted = true;
}

/* lea SIZE(%rsp), %rsp */
static void put_drop(struct ij_displaced *d, uint32_t size)
{
	PUT_32(d, size, 0x48, 0x8d, 0xa4, 0x24);
	d->now.lifted = false;
}

/* push CONSTANT(%rip) */
static void put_push_constant(struct ij_displaced *d, uint64_t value)
{
	if (d->full || d->pool - d->len < sizeof(value)) {
		d->full = true;
		return;
	}
	d->pool -= sizeof(value);
	memcpy(d->code + d->pool, &value, sizeof(value));
	PUT_32(d, (uint32_t)(d->pool - d->len - 6), 0xff, 0x35);
}

/* movl $LEFT, STATE(%rip) */
static void put_left(struct ij_displaced *d)
{
	uint8_t bytes[10] = {0xc7, 0x05};
	int64_t off = (int64_t)(d->frame.state - (d->frame.base + d->len + sizeof(bytes)));
	int32_t off32 = (int32_t)off;

	if (off != off32)
		d->full = true;
	memcpy(bytes + 2, &off32, 4);
	memcpy(bytes + 6, &d->frame.left, 4);
	put(d, bytes, sizeof(bytes));
}

/* The way out, to @target: EXIT_SIZE bytes that end in the tail. */
static void put_exit(struct ij_displaced *d, ij_addr target)
{
	struct ij_displace_place before = d->now;

	d->now.pc = target;
	put_lift(d);
	put_push_constant(d, target);
	d->now.target_pushed = true;
	PUT_32(d, (uint32_t) - (int32_t)(d->len + 5), 0xe9);
	d->now = before;
}

/* What all exits share: tell of it, take everything back, and go. Stands first. */
static void put_tail(struct ij_displaced *d)
{
	static const uint8_t clobbered[IJ_DISPLACE_PUSHES] = {RAX, RCX, R11, RDI, RSI, RDX};

	d->now = (struct ij_displace_place){.lifted = true, .target_pushed = true};
	for (size_t i = 0; i < sizeof(clobbered); i++)
		put_push(d, clobbered[i]);
	PUT_32(d, SYS_TGKILL, 0xb8 + RAX);
	PUT_32(d, d->frame.pid, 0xb8 + RDI);
	PUT_32(d, d->frame.tid, 0xb8 + RSI);
	PUT_32(d, d->frame.signo, 0xb8 + RDX);
	PUT(d, 0x0f, 0x05);
	d->marked = d->len;
	for (size_t i = 0; i < sizeof(clobbered); i++)
		put_pop(d);
	put_left(d);
	/* Takes the target, and skips the red zone at once. */
	PUT(d, 0xc2, LIFT, 0);
	d->now = (struct ij_displace_place){0};
	d->entry = d->len;
}

void ij_displace_init(struct ij_displaced *d, const struct ij_displace_frame *frame)
{
	d->frame = *frame;
	if (d->frame.size > sizeof(d->code))
		d->frame.size = sizeof(d->code);
	d->frame.size &= ~(size_t)7;
	d->len = d->places_len = 0;
	d->pool = d->frame.size;
	d->full = false;
	/* What is not used traps. */
	memset(d->code, 0xcc, sizeof(d->code));
	put_tail(d);
}

/* A return to @next, as the path has it, or to wherever. */
static bool add_ret(struct ij_displaced *d, const uint8_t *code, const struct ij_insn *insn,
		    ij_addr next)
{
	/* The address to return to lies above the red zone and two registers. */
	const uint8_t top = LIFT + 2 * 8;
	size_t jump;

	put_lift(d);
	put_push(d, RCX);
	put_push(d, RAX);
	PUT(d, 0x48, 0x8b, 0x8c, 0x24, top, 0, 0, 0); /* mov top(%rsp), %rcx */
	put_move(d, RAX, -next);
	PUT(d, 0x48, 0x8d, 0x0c, 0x01); /* lea (%rcx,%rax), %rcx */
	put_pop(d);
	PUT(d, 0xe3, 0); /* jrcxz */
	jump = d->len;
	/* Elsewhere: let it. */
	{
		struct ij_displace_place before = d->now;

		put_pop(d);
		put_drop(d, LIFT);
		put_left(d);
		put(d, code, insn->size);
		d->now = before;
	}
	if (d->full)
		return false;
	d->code[jump - 1] = (uint8_t)(d->len - jump);
	put_pop(d);
	put_drop(d, LIFT + (uint32_t)insn->stack_delta);
	return true;
}

/* Prefixes that change nothing of a short or near branch: hints, bnd, a superfluous REX. */
static bool is_hint(uint8_t byte)
{
	return byte == 0x2e || byte == 0x3e || byte == 0xf2 || (byte & 0xf0) == 0x40;
}

/* jcc, or one of jrcxz and loop. */
static bool add_branch(struct ij_displaced *d, const uint8_t *code, const struct ij_insn *insn,
		       ij_addr pc, ij_addr next)
{
	ij_addr behind = pc + insn->size, other = next == behind ? insn->target : behind;
	bool narrow = false;
	unsigned at = 0;

	for (; at < insn->size && (is_hint(code[at]) || code[at] == 0x67); at++)
		narrow |= code[at] == 0x67;
	if (at + 2u > insn->size || (next != behind && next != insn->target))
		return false;
	if ((code[at] & 0xfc) == 0xe0) {
		/* There is no opposite: where the path goes on behind it, jump over the exit. */
		uint8_t rel = next == behind ? 2 : EXIT_SIZE;

		if (narrow)
			PUT(d, 0x67, code[at], rel);
		else
			PUT(d, code[at], rel);
		d->now.pc = next;
		if (next == behind)
			PUT(d, 0xeb, EXIT_SIZE);
	} else if ((code[at] & 0xf0) == 0x70 ||
		   (code[at] == 0x0f && (code[at + 1] & 0xf0) == 0x80)) {
		uint8_t cond = (code[at] == 0x0f ? code[at + 1] : code[at]) & 0xf;

		/* The lowest bit turns a condition round (Intel SDM volume 1, appendix B). */
		PUT(d, (uint8_t)(0x70 | (cond ^ (next == behind))), EXIT_SIZE);
	} else {
		return false;
	}
	put_exit(d, other);
	return true;
}

/* A register of the first eight that @insn has nothing to do with. */
static uint8_t spare_register(const struct ij_insn *insn)
{
	static const uint8_t candidates[] = {RDI, RSI, RDX, RCX, 3, RAX};

	for (size_t i = 0; i < sizeof(candidates); i++)
		if (!((insn->reads | insn->writes) >> dwarf_of[candidates[i]] & 1))
			return candidates[i];
	return NO_REG;
}

/* The same instruction with (@reg) for its PC-relative operand; its size, or 0. */
static size_t through_register(const uint8_t *code, const ZydisDecodedInstruction *z, uint8_t reg,
			       uint8_t *ret)
{
	const size_t modrm = z->raw.modrm.offset, behind = modrm + 1 + 4;
	size_t size = z->length - 4u;
	struct ij_insn check;

	if (!modrm || z->raw.disp.offset != modrm + 1 || z->raw.disp.size != 32)
		return 0;
	memcpy(ret, code, modrm);
	ret[modrm] = (code[modrm] & 0x38) | reg;
	memcpy(ret + modrm + 1, code + behind, z->length - behind);
	/* The bit that makes it one of r8 to r15, which counts for nothing with a PC. */
	if (z->attributes & ZYDIS_ATTRIB_HAS_REX)
		ret[z->raw.rex.offset] &= (uint8_t)~1u;
	else if (z->attributes & ZYDIS_ATTRIB_HAS_VEX && z->raw.vex.size == 3)
		ret[z->raw.vex.offset + 1] |= 0x20;
	else if (z->attributes & ZYDIS_ATTRIB_HAS_EVEX)
		ret[z->raw.evex.offset + 1] |= 0x20;
	if (!ij_insn_decode(ret, size, 0, &check) || check.size != size || check.mem_pc_relative ||
	    check.mem_base != dwarf_of[reg] || check.mem_disp)
		return 0;
	return size;
}

static bool add_pc_relative(struct ij_displaced *d, const uint8_t *code, const struct ij_insn *insn,
			    ij_addr pc)
{
	int64_t disp = (int64_t)(insn->mem_addr - (d->frame.base + d->len + insn->size));
	int32_t disp32 = (int32_t)disp;
	uint8_t bytes[IJ_INSN_SIZE_MAX], spare;
	ZydisDecoder decoder;
	ZydisDecodedInstruction z;
	size_t size;

	if (!ZYAN_SUCCESS(
		    ZydisDecoderInit(&decoder, ZYDIS_MACHINE_MODE_LONG_64, ZYDIS_STACK_WIDTH_64)) ||
	    !ZYAN_SUCCESS(ZydisDecoderDecodeInstruction(&decoder, NULL, code, insn->size, &z)))
		return false;
	if (disp == disp32) {
		if (z.raw.disp.size != 32)
			return false;
		memcpy(bytes, code, insn->size);
		memcpy(bytes + z.raw.disp.offset, &disp32, sizeof(disp32));
		put(d, bytes, insn->size);
		return true;
	}
	/* Too far away for that: by a register that is lent for the one instruction. */
	spare = spare_register(insn);
	if (spare == NO_REG || (insn->reads | insn->writes) & SP_BIT)
		return false;
	size = through_register(code, &z, spare, bytes);
	if (!size)
		return false;
	put_lift(d);
	put_push(d, spare);
	put_move(d, spare, insn->mem_addr);
	put(d, bytes, size);
	d->now.pc = pc + insn->size;
	put_pop(d);
	put_drop(d, LIFT);
	return true;
}

static bool add(struct ij_displaced *d, const uint8_t *code, const struct ij_insn *insn, ij_addr pc,
		ij_addr next)
{
	switch (insn->flow) {
	case IJ_FLOW_NEXT:
		if (next != pc + insn->size)
			return false;
		if (insn->mem_pc_relative && insn->has_memory)
			return add_pc_relative(d, code, insn, pc);
		put(d, code, insn->size);
		return true;
	case IJ_FLOW_JUMP:
		return !insn->indirect && next == insn->target;
	case IJ_FLOW_CALL:
		if (insn->indirect || next != insn->target)
			return false;
		put_push_constant(d, pc + insn->size);
		return true;
	case IJ_FLOW_BRANCH:
		return add_branch(d, code, insn, pc, next);
	case IJ_FLOW_RET:
		return insn->stack_known && insn->size <= 4 && add_ret(d, code, insn, next);
	default:
		return false;
	}
}

bool ij_displace_add(struct ij_displaced *d, const uint8_t *code, const struct ij_insn *insn,
		     ij_addr pc, ij_addr next)
{
	size_t len = d->len, pool = d->pool, places_len = d->places_len;

	d->now = (struct ij_displace_place){.pc = pc};
	/* An exit has to fit behind it in any case: its code, and its constant. */
	if (add(d, code, insn, pc, next) && !d->full && d->pool - d->len >= EXIT_SIZE + 8)
		return true;
	d->len = len;
	d->pool = pool;
	d->places_len = places_len;
	d->full = false;
	return false;
}

bool ij_displace_end(struct ij_displaced *d, ij_addr pc)
{
	d->now = (struct ij_displace_place){.pc = pc};
	put_exit(d, pc);
	return !d->full;
}

bool ij_displace_holds(const struct ij_displaced *d, ij_addr pc)
{
	return pc - d->frame.base < d->frame.size;
}

static const struct ij_displace_place *place_find(const struct ij_displaced *d, ij_addr off)
{
	size_t lo = 0, hi = d->places_len;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (d->places[mid].off < off)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < d->places_len && d->places[lo].off == off ? &d->places[lo] : NULL;
}

bool ij_displace_back(const struct ij_displaced *d, struct ij_regs *regs,
		      bool (*read)(void *ctx, ij_addr addr, uint64_t *ret), void *ctx)
{
	const struct ij_displace_place *place = NULL;
	struct ij_regs back = *regs;
	ij_addr sp = ij_regs_sp(regs), pc;
	uint64_t value;

	if (ij_displace_holds(d, ij_regs_pc(regs)))
		place = place_find(d, ij_regs_pc(regs) - d->frame.base);
	if (!place)
		return false;
	for (unsigned i = place->pushed_len; i-- > 0; sp += 8) {
		if (!read(ctx, sp, &value))
			return false;
		ij_regs_set_dwarf(&back, dwarf_of[place->pushed[i]], value);
	}
	pc = place->pc;
	if (place->target_pushed) {
		if (!read(ctx, sp, &pc))
			return false;
		sp += 8;
	}
	if (place->lifted)
		sp += LIFT;
	ij_regs_set_sp(&back, sp);
	ij_regs_set_pc(&back, pc);
	*regs = back;
	return true;
}
