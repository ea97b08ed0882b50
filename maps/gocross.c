/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Before it calls C, asmcgocall saves its g and how deep it is in that one's stack, which may move
 * meanwhile; where it was on the thread's own stack already, just the stack pointer.
 */
#include "maps/gocross.h"

#include <string.h>

#include "base/dwarf_ops.h"
#include "maps/goprog.h"
#include "maps/gotime_x86_64.h"
#include "maps/pclntab.h"

enum {
	CODE_MAX = 1024, /* bytes; it has less than 200 */
	STACK_HI = 8,    /* offset in a g */
	EXPR_MAX = 16,
};

/* The stack pointer's caller of a call, as a DWARF expression, and the code that computes it. */
struct cross {
	uint8_t expr[EXPR_MAX];
	size_t expr_size;
	size_t code_size; /* bytes, of the call too */
};

/* Bytes of an instruction that ends in 8(%rsp)-like operands: @op, then a byte's offset or none. */
static size_t rsp_operand(const uint8_t *code, size_t size, const uint8_t op[2], uint8_t reg,
			  uint8_t *off_ret)
{
	/* ModRM: a register and [SIB], without and with an offset of a byte; SIB: rsp alone. */
	const uint8_t near[] = {op[0], op[1], (uint8_t)(0x04 | reg << 3), 0x24};
	const uint8_t far[] = {op[0], op[1], (uint8_t)(0x44 | reg << 3), 0x24};

	*off_ret = 0;
	if (size >= sizeof(near) && !memcmp(code, near, sizeof(near)))
		return sizeof(near);
	if (size <= sizeof(far) || memcmp(code, far, sizeof(far)) || code[sizeof(far)] > 0x3f)
		return 0;
	*off_ret = code[sizeof(far)];
	return sizeof(far) + 1;
}

static void put(struct cross *cross, uint8_t byte)
{
	cross->expr[cross->expr_size++] = byte;
}

/* The word at @off of the stack. */
static void put_word(struct cross *cross, uint8_t off)
{
	put(cross, DW_OP_breg0 + IJ_MAP_REG_SP);
	put(cross, off); /* below 0x40: one byte of SLEB128 */
	put(cross, DW_OP_deref);
}

/* mov G(%rsp),%rdi; mov 8(%rdi),%rsi; sub DEPTH(%rsp),%rsi, or mov SP(%rsp),%rsi, behind a call. */
static bool match(const uint8_t *code, size_t size, struct cross *ret)
{
	static const uint8_t call[] = {0xff, 0xd0}, load[] = {0x48, 0x8b}, sub[] = {0x48, 0x2b};
	static const uint8_t stack_hi[] = {0x48, 0x8b, 0x77, STACK_HI};
	/* Where code is independent of its place: mov $OFFSET,%rcx or mov GOT(%rip),%rcx, of TLS.
	 */
	static const uint8_t tls[][3] = {{0x48, 0xc7, 0xc1}, {0x48, 0x8b, 0x0d}};
	const size_t tls_size = sizeof(tls[0]) + 4;
	size_t at = sizeof(call), len;
	uint8_t g, off;

	*ret = (struct cross){.expr_size = 0};
	if (size < at || memcmp(code, call, sizeof(call)))
		return false;
	for (size_t i = 0; i < IJ_COUNT(tls); i++) {
		if (size - at > tls_size && !memcmp(code + at, tls[i], sizeof(tls[i]))) {
			at += tls_size;
			break;
		}
	}
	len = rsp_operand(code + at, size - at, load, 7, &g);
	if (len) {
		at += len;
		if (size - at < sizeof(stack_hi) || memcmp(code + at, stack_hi, sizeof(stack_hi)))
			return false;
		at += sizeof(stack_hi);
		put_word(ret, g);
		put(ret, DW_OP_plus_uconst);
		put(ret, STACK_HI);
		put(ret, DW_OP_deref);
	}
	len = rsp_operand(code + at, size - at, len ? sub : load, 6, &off);
	put_word(ret, off);
	if (ret->expr_size > 3)
		put(ret, DW_OP_minus);
	/* The return address is popped, too. */
	put(ret, DW_OP_plus_uconst);
	put(ret, 8);
	ret->code_size = at + len;
	return len != 0;
}

static struct ij_error *row_add(struct ij_map_builder *builder, uint32_t pc,
				const struct cross *cross)
{
	struct ij_map_state state = {.cfa_kind = IJ_MAP_CFA_NONE};

	if (!cross)
		return ij_map_builder_row(builder, pc, &state);
	state.cfa_kind = IJ_MAP_CFA_EXPR;
	IJ_TRY(ij_map_builder_expr(builder, cross->expr, cross->expr_size, &state.cfa_off));
	ij_pclntab_caller(&state);
	return ij_map_builder_row(builder, pc, &state);
}

static struct ij_error *rows_add(const uint8_t *code, size_t size, uint32_t start,
				 struct ij_map_builder *builder)
{
	struct cross cross;
	bool any = false;

	for (size_t at = 1; at < size; at++) {
		if (!match(code + at, size - at, &cross))
			continue;
		if (!any) {
			IJ_TRY(ij_map_builder_func(builder, start, (uint32_t)size,
						   IJ_MAP_FUNC_SWITCH));
			builder->funcs.items[builder->funcs.len - 1].classes = IJ_CLASS(CONTEXT);
			IJ_TRY(row_add(builder, start, NULL));
		}
		any = true;
		IJ_TRY(row_add(builder, start + (uint32_t)at, &cross));
		at += cross.code_size;
		if (at < size)
			IJ_TRY(row_add(builder, start + (uint32_t)at, NULL));
	}
	return NULL;
}

static struct ij_error *asmcgocall_add(struct ij_object *obj, const struct ij_goprog *prog,
				       struct ij_map_builder *builder)
{
	uint64_t base = ij_object_base(obj);
	struct ij_gotab_func func;
	uint8_t code[CODE_MAX];
	size_t size;

	if (!ij_goprog_named(prog, "runtime.asmcgocall", &func) || func.start < base ||
	    func.end <= func.start || func.end - base > builder->span)
		return NULL;
	size = func.end - func.start < sizeof(code) ? (size_t)(func.end - func.start)
						    : sizeof(code);
	IJ_TRY(ij_object_read(obj, func.start, code, size));
	return rows_add(code, size, (uint32_t)(func.start - base), builder);
}

struct ij_error *ij_gocross_add(struct ij_object *obj, struct ij_map_builder *builder)
{
	struct ij_goprog *prog;
	struct ij_error *err = ij_goprog_open(obj, &prog);

	if (!err) {
		err = asmcgocall_add(obj, prog, builder);
		if (!err)
			err = ij_gotime_add(prog, builder);
		ij_goprog_close(prog);
	}
	if (err && err->code == IJ_ERR_NOMEM)
		return err;
	ij_error_free(err); /* then unwinding ends there */
	return NULL;
}
