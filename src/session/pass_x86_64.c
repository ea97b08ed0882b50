/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Values in registers and on the stack (System V psABI AMD64 1.0, 3.2.3). */
#include "session/pass.h"

#include <string.h>

#include "lang/eval.h"
#include "types/abi.h"

#define STACK_MASKED (64 - IJ_WIRE_INT_ARGS) /* stack words that scratch_mask has a bit for */
#define RESULT_ALIGN 64u

struct layout {
	struct ij_marshal *out;
	unsigned ints, sses; /* registers used */
	size_t number;       /* of the argument, from 1 */
	bool splits_int128;
};

static struct ij_error *stack_word(struct layout *l, uint64_t word, bool scratch)
{
	struct ij_wire_call *call = &l->out->call;

	if (call->stack_len >= IJ_WIRE_STACK_ARGS || (scratch && call->stack_len >= STACK_MASKED))
		return ij_error_new(LIMIT, "argument %zu: over %d words of arguments on the stack",
				    l->number, IJ_WIRE_STACK_ARGS);
	if (scratch)
		call->scratch_mask |= (uint64_t)1 << (IJ_WIRE_INT_ARGS + call->stack_len);
	call->stack_args[call->stack_len++] = word;
	return NULL;
}

static struct ij_error *integer(struct layout *l, uint64_t word, bool scratch)
{
	struct ij_wire_call *call = &l->out->call;

	if (l->ints >= IJ_WIRE_INT_ARGS)
		return stack_word(l, word, scratch);
	if (scratch)
		call->scratch_mask |= (uint64_t)1 << l->ints;
	call->int_args[l->ints++] = word;
	return NULL;
}

/* Eightbyte @i of @val; short integers are extended, as callees expect. */
static uint64_t eightbyte(const struct ij_val *val, unsigned i)
{
	const struct ij_ctype *type = ij_ctype_strip(val->type);
	uint64_t word = 0, left = type->size - 8ull * i;

	if (ij_ctype_is_integer(type) && type->size <= 8)
		return (uint64_t)ij_val_integer(val);
	memcpy(&word, val->bytes + 8ull * i, left < 8 ? left : 8);
	return word;
}

static struct ij_error *on_stack(struct layout *l, const struct ij_val *val,
				 const struct ij_abi *abi)
{
	uint64_t size = ij_ctype_strip(val->type)->size;

	if (abi->align > 16)
		return ij_error_new(UNSUPPORTED,
				    "argument %zu: %s on the stack, aligned to %u bytes, is not "
				    "supported",
				    l->number, ij_type_shown(val->type).str, abi->align);
	if (abi->align == 16 && l->out->call.stack_len % 2)
		IJ_TRY(stack_word(l, 0, false));
	for (uint64_t i = 0; i < (size + 7) / 8; i++)
		IJ_TRY(stack_word(l, eightbyte(val, (unsigned)i), false));
	return NULL;
}

static struct ij_error *argument(struct layout *l, const struct ij_val *val)
{
	unsigned ints = 0, sses = 0;
	struct ij_abi abi;

	if (val->is_scratch)
		return integer(l, ij_val_address(val), true);
	IJ_TRY(ij_abi_classify(val->type, &abi));
	if (l->splits_int128 && ij_ctype_is_integer(val->type) && abi.len == 2 &&
	    l->ints + 1 == IJ_WIRE_INT_ARGS) {
		IJ_TRY(integer(l, eightbyte(val, 0), false));
		return integer(l, eightbyte(val, 1), false);
	}
	for (unsigned i = 0; i < abi.len && !abi.memory; i++) {
		switch (abi.classes[i]) {
		case IJ_ABI_INTEGER:
			ints++;
			break;
		case IJ_ABI_SSE:
			sses++;
			break;
		case IJ_ABI_SSEUP:
			return ij_error_new(UNSUPPORTED,
					    "argument %zu: %s takes a whole vector register, which "
					    "is not supported",
					    l->number, ij_type_shown(val->type).str);
		case IJ_ABI_NONE:
			break;
		default:
			abi.memory = true;
			break;
		}
	}
	if (abi.memory || l->ints + ints > IJ_WIRE_INT_ARGS || l->sses + sses > IJ_WIRE_SSE_ARGS)
		return on_stack(l, val, &abi);
	for (unsigned i = 0; i < abi.len; i++) {
		if (abi.classes[i] == IJ_ABI_INTEGER)
			IJ_TRY(integer(l, eightbyte(val, i), false));
		else if (abi.classes[i] == IJ_ABI_SSE)
			l->out->call.sse_args[l->sses++] = eightbyte(val, i);
	}
	return NULL;
}

static struct ij_error *grow(struct ij_marshal *out, size_t size)
{
	if (size > IJ_WIRE_SCRATCH_MAX)
		return ij_error_new(LIMIT, "strings, buffers and a result of over %u bytes",
				    IJ_WIRE_SCRATCH_MAX);
	if (size <= out->scratch.len)
		return NULL;
	IJ_TRY(ij_vec_reserve(&out->scratch, size - out->scratch.len));
	memset(out->scratch.items + out->scratch.len, 0, size - out->scratch.len);
	out->scratch.len = size;
	return NULL;
}

/* What was there stays; what is new is filled in. */
static struct ij_error *literals(const struct ij_host_call *call, const uint8_t *before,
				 size_t before_size, struct ij_marshal *out)
{
	IJ_TRY(grow(out, before_size));
	if (before_size)
		memcpy(out->scratch.items, before, before_size);
	for (size_t i = 0; i < call->literals_len; i++) {
		const struct ij_host_literal *it = &call->literals[i];

		if (it->off + it->size <= before_size)
			continue;
		IJ_TRY(grow(out, it->off + it->size));
		memcpy(out->scratch.items + it->off, it->bytes, it->size);
	}
	return NULL;
}

static struct ij_error *result_place(struct layout *l, const struct ij_ctype *type,
				     struct ij_passed_result *ret)
{
	size_t at = (l->out->scratch.len + RESULT_ALIGN - 1) / RESULT_ALIGN * RESULT_ALIGN;
	uint64_t size = ij_ctype_strip(type)->size;
	struct ij_abi abi;

	*ret = (struct ij_passed_result){.in_scratch = false};
	IJ_TRY(ij_error_wrap(ij_abi_classify(type, &abi), "the result"));
	for (unsigned i = 0; i < abi.len && !abi.memory; i++)
		if (abi.classes[i] == IJ_ABI_COMPLEX_X87 ||
		    (abi.classes[i] == IJ_ABI_SSEUP && i > 1))
			return ij_error_new(UNSUPPORTED, "a result of type %s is not supported",
					    ij_type_shown(type).str);
	if (!abi.memory)
		return NULL;
	if (size > IJ_WIRE_SCRATCH_MAX)
		return ij_error_new(LIMIT, "the result has %llu bytes, over %u",
				    (unsigned long long)size, IJ_WIRE_SCRATCH_MAX);
	IJ_TRY(grow(l->out, at + size));
	ret->in_scratch = true;
	ret->off = (uint32_t)at;
	return integer(l, at, true);
}

struct ij_error *ij_pass(const struct ij_host_call *call, const uint8_t *before, size_t before_size,
			 struct ij_marshal *ret, struct ij_passed_result *result_ret)
{
	struct ij_marshal out = {.call = {.need = IJ_CLASSES_ALL}};
	struct layout l = {.out = &out, .splits_int128 = call->splits_int128};
	struct ij_error *err = literals(call, before, before_size, &out);

	if (!err)
		err = result_place(&l, call->result, result_ret);
	for (size_t i = 0; i < call->args_len && !err; i++) {
		uint32_t off =
			call->args[i].is_scratch ? (uint32_t)ij_val_address(&call->args[i]) : 0;

		l.number = i + 1;
		err = argument(&l, &call->args[i]);
		if (!err)
			err = ij_vec_push(&out.offs.list, off);
	}
	if (err) {
		ij_marshal_deinit(&out);
		return err;
	}
	out.call.sse_len = l.sses;
	out.call.scratch_size = (uint32_t)out.scratch.len;
	out.call.scratch_room = (uint32_t)out.scratch.len;
	*ret = out;
	return NULL;
}

struct ij_error *ij_pass_result(const struct ij_ctype *type, const struct ij_passed_result *where,
				const struct ij_result_regs *regs, const uint8_t *scratch,
				size_t scratch_size, uint8_t *bytes)
{
	uint64_t size = ij_ctype_strip(type)->size;
	const uint64_t ints[2] = {regs->rax, regs->rdx};
	const uint64_t *const sses[2] = {regs->xmm0, regs->xmm1};
	unsigned int_idx = 0, sse_idx = 0;
	struct ij_abi abi;

	if (where->in_scratch) {
		if (where->off > scratch_size || size > scratch_size - where->off)
			return ij_error_new(PROTOCOL, "the result of %llu bytes did not come back",
					    (unsigned long long)size);
		memcpy(bytes, scratch + where->off, size);
		return NULL;
	}
	IJ_TRY(ij_abi_classify(type, &abi));
	for (unsigned i = 0; i < abi.len; i++) {
		uint64_t left = size - 8ull * i;
		const void *from = NULL;

		switch (abi.classes[i]) {
		case IJ_ABI_INTEGER:
			from = ints + (int_idx++ & 1);
			break;
		case IJ_ABI_SSE:
			from = sses[sse_idx++ & 1];
			break;
		case IJ_ABI_SSEUP:
			from = sses[(sse_idx - 1) & 1] + 1;
			break;
		case IJ_ABI_X87:
			from = regs->st0;
			break;
		case IJ_ABI_X87UP:
			memcpy(bytes + 8, regs->st0 + 8, 2);
			continue;
		default:
			continue;
		}
		memcpy(bytes + 8ull * i, from, left < 8 ? left : 8);
	}
	return NULL;
}
