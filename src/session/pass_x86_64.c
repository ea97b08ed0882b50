/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Values in registers and on the stack (System V psABI AMD64 1.0, 3.2.3). */
#include "session/pass.h"

#include <string.h>

#include "lang/eval.h"
#include "session/layout.h"

#define RESULT_ALIGN 64u

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

/* What was there stays; what is new is filled in. Results lie behind all literals of the
 * expression, those to come, too. */
static struct ij_error *literals(const struct ij_host_call *call, const uint8_t *before,
				 size_t before_size, struct ij_marshal *out)
{
	IJ_TRY(grow(out, before_size));
	if (before_size)
		memcpy(out->scratch.items, before, before_size);
	for (size_t i = 0; i < call->literals_len; i++) {
		const struct ij_host_literal *it = &call->literals[i];

		if (i < call->literals_sent && it->off + it->size <= before_size)
			continue;
		IJ_TRY(grow(out, it->off + it->size));
		memcpy(out->scratch.items + it->off, it->bytes, it->size);
	}
	return call->literals_len ? grow(out, call->literals_room) : NULL;
}

/* Bytes of each register that a vector of @abi comes back in; 0: it does not, or xmm0 alone does.
 */
static unsigned result_part(const struct ij_host_call *call, const struct ij_abi *abi,
			    unsigned vector_max)
{
	if (abi->len <= 2 || abi->classes[1] != IJ_ABI_SSEUP)
		return 0;
	if (!abi->memory)
		return 8 * abi->len;
	/* LLVM takes as many registers as it needs. */
	return call->splits_vectors && ij_ctype_strip(call->result)->kind == IJ_CT_VECTOR
		       ? vector_max
		       : 0;
}

static struct ij_error *result_place(struct ij_layout *layout, const struct ij_host_call *call,
				     struct ij_passed_result *ret)
{
	uint64_t size = ij_ctype_strip(call->result)->size;
	struct ij_abi abi;

	*ret = (struct ij_passed_result){.in_scratch = false};
	IJ_TRY(ij_error_wrap(ij_layout_classify(layout, call->result, layout->vector_max, &abi),
			     "the result"));
	ret->part = result_part(call, &abi, layout->vector_max);
	if (!abi.memory || ret->part)
		return NULL;
	if (size > IJ_WIRE_SCRATCH_MAX)
		return ij_error_new(LIMIT, "the result has %llu bytes, over %u",
				    (unsigned long long)size, IJ_WIRE_SCRATCH_MAX);
	ret->in_scratch = true;
	IJ_TRY(ij_layout_scratch(layout, RESULT_ALIGN, size, &ret->off));
	return ij_layout_word(layout, ret->off, true);
}

static struct ij_error *arguments(struct ij_layout *layout, const struct ij_host_call *call)
{
	for (size_t i = 0; i < call->args_len; i++) {
		const struct ij_val *val = &call->args[i];
		uint64_t off = val->is_scratch ? ij_val_address(val) : 0;

		layout->number = i + 1;
		/* Its va_arg takes both halves from the same place. */
		layout->splits_int128 = call->splits_int128 && i < call->fixed_len;
		if (val->is_scratch)
			IJ_TRY(ij_layout_word(layout, off, true));
		else
			IJ_TRY(ij_layout_value(layout, val->type, val->bytes, i < call->named_len));
		IJ_TRY(ij_vec_push(&layout->out->offs.list, (uint32_t)off));
	}
	return NULL;
}

struct ij_error *ij_pass(const struct ij_host_call *call, unsigned vector_max,
			 const uint8_t *before, size_t before_size, struct ij_marshal *ret,
			 struct ij_passed_result *result_ret)
{
	struct ij_marshal out = {.call = {.need = IJ_CLASSES_ALL}};
	struct ij_layout layout = {.out = &out,
				   .what = "argument",
				   .vector_max = vector_max,
				   .spills_quads = call->spills_quads};
	struct ij_error *err = literals(call, before, before_size, &out);
	struct ij_passed_result result = {.in_scratch = false};
	if (!err)
		err = result_place(&layout, call, &result);
	if (!err)
		err = arguments(&layout, call);
	if (result.part > layout.vector_size)
		layout.vector_size = result.part;
	if (!err)
		err = ij_layout_finish(&layout);
	ij_layout_deinit(&layout);
	if (err) {
		ij_marshal_deinit(&out);
		return err;
	}
	if (result.part) {
		result.in_scratch = true;
		result.off = out.call.vectors_off;
	}
	*ret = out;
	*result_ret = result;
	return NULL;
}

bool ij_pass_is_wide(const struct ij_host_call *call)
{
	for (size_t i = 0; i <= call->args_len; i++) {
		const struct ij_ctype *type =
			i < call->args_len ? call->args[i].type : call->result;
		struct ij_abi abi;
		IJ_ERROR_AUTO err = ij_abi_classify(type, &abi);

		if (!err && !abi.memory && abi.len > 2 && abi.classes[1] == IJ_ABI_SSEUP)
			return true;
	}
	return false;
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

	if (where->part) {
		if (where->off > scratch_size ||
		    IJ_ABI_EIGHTBYTES * IJ_WIRE_VECTOR_SIZE > scratch_size - where->off)
			return ij_error_new(PROTOCOL, "the result's registers did not come back");
		for (uint64_t off = 0; off < size; off += where->part)
			memcpy(bytes + off,
			       scratch + where->off + off / where->part * IJ_WIRE_VECTOR_SIZE,
			       where->part < size - off ? where->part : size - off);
		return NULL;
	}
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
		case IJ_ABI_COMPLEX_X87:
			memcpy(bytes, regs->st0, 10);
			memcpy(bytes + 16, regs->st1, 10);
			return NULL;
		default:
			continue;
		}
		memcpy(bytes + 8ull * i, from, left < 8 ? left : 8);
	}
	return NULL;
}
