/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Laying out a call's arguments by the System V psABI AMD64 1.0, 3.2.3. */
#include "session/marshal.h"

#include <string.h>

#define STRING_ALIGN 8u
#define BUFFER_ALIGN 16u /* what malloc would give: any type may be put there */

/* Stack words that scratch_mask has a bit for. */
#define STACK_MASKED (64 - IJ_WIRE_INT_ARGS)

struct layout {
	struct ij_marshal *out;
	unsigned ints; /* integer registers used */
	unsigned sses; /* vector registers used */
};

static struct ij_error *too_many(const struct ij_arg *arg)
{
	return ij_error_new(LIMIT, "column %zu: over %d words of arguments on the stack",
			    arg->column, IJ_WIRE_STACK_ARGS);
}

static struct ij_error *stack_word(struct layout *l, const struct ij_arg *arg, uint64_t word,
				   bool scratch)
{
	struct ij_wire_call *call = &l->out->call;

	if (call->stack_len >= IJ_WIRE_STACK_ARGS || (scratch && call->stack_len >= STACK_MASKED))
		return too_many(arg);
	if (scratch)
		call->scratch_mask |= (uint64_t)1 << (IJ_WIRE_INT_ARGS + call->stack_len);
	call->stack_args[call->stack_len++] = word;
	return NULL;
}

/* Class INTEGER. */
static struct ij_error *integer(struct layout *l, const struct ij_arg *arg, uint64_t word,
				bool scratch)
{
	struct ij_wire_call *call = &l->out->call;

	if (l->ints >= IJ_WIRE_INT_ARGS)
		return stack_word(l, arg, word, scratch);
	if (scratch)
		call->scratch_mask |= (uint64_t)1 << l->ints;
	call->int_args[l->ints++] = word;
	return NULL;
}

/* Class SSE: float and double in the low bytes of one eightbyte. */
static struct ij_error *sse(struct layout *l, const struct ij_arg *arg)
{
	uint64_t word = 0;

	if (arg->type.size == sizeof(float)) {
		float value = (float)arg->f64;

		memcpy(&word, &value, sizeof(value));
	} else {
		memcpy(&word, &arg->f64, sizeof(arg->f64));
	}
	if (l->sses >= IJ_WIRE_SSE_ARGS)
		return stack_word(l, arg, word, false);
	l->out->call.sse_args[l->sses++] = word;
	return NULL;
}

/* Class MEMORY: an x87 long double, 10 bytes in 16, aligned to 16 in the argument area. */
static struct ij_error *long_double(struct layout *l, const struct ij_arg *arg)
{
	long double value = arg->f64;
	uint64_t words[2] = {0};

	memcpy(words, &value, 10);
	if (l->out->call.stack_len % 2)
		IJ_TRY(stack_word(l, arg, 0, false));
	IJ_TRY(stack_word(l, arg, words[0], false));
	return stack_word(l, arg, words[1], false);
}

/* Put @arg's bytes into scratch memory. */
static struct ij_error *scratch_bytes(struct layout *l, const struct ij_arg *arg, uint32_t *off_ret)
{
	size_t align = arg->buffer ? BUFFER_ALIGN : STRING_ALIGN;
	size_t start = (l->out->scratch.len + align - 1) / align * align;
	size_t end;

	if (start > IJ_WIRE_SCRATCH_MAX || arg->bytes_size > IJ_WIRE_SCRATCH_MAX - start)
		return ij_error_new(LIMIT,
				    "column %zu: strings and buffers of over %u bytes in one call",
				    arg->column, IJ_WIRE_SCRATCH_MAX);
	end = start + arg->bytes_size;
	IJ_TRY(ij_vec_reserve(&l->out->scratch, end - l->out->scratch.len));
	memset(l->out->scratch.items + l->out->scratch.len, 0, end - l->out->scratch.len);
	if (arg->bytes_size)
		memcpy(l->out->scratch.items + start, arg->bytes, arg->bytes_size);
	l->out->scratch.len = end;
	*off_ret = (uint32_t)start;
	return NULL;
}

static struct ij_error *argument(struct layout *l, const struct ij_arg *arg, ij_addr symbol,
				 uint32_t *off_ret)
{
	switch (arg->kind) {
	case IJ_ARG_INT:
		return integer(l, arg, arg->u64, false);
	case IJ_ARG_SYMBOL:
		return integer(l, arg, symbol, false);
	case IJ_ARG_FLOAT:
		return arg->type.size > sizeof(double) ? long_double(l, arg) : sse(l, arg);
	case IJ_ARG_BYTES:
		IJ_TRY(scratch_bytes(l, arg, off_ret));
		return integer(l, arg, *off_ret, true);
	}
	return ij_error_new(UNSUPPORTED, "column %zu: argument of kind %d", arg->column, arg->kind);
}

struct ij_error *ij_marshal_call(const struct ij_call *call, const ij_addr *symbols,
				 struct ij_marshal *ret)
{
	struct ij_marshal out = {.call = {.need = call->need}};
	struct layout l = {.out = &out};
	struct ij_error *err = NULL;

	for (size_t i = 0; i < call->args.len && !err; i++) {
		const struct ij_arg *arg = &call->args.items[i];
		uint32_t off = 0;

		err = argument(&l, arg, arg->kind == IJ_ARG_SYMBOL ? symbols[i] : 0, &off);
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

void ij_marshal_deinit(struct ij_marshal *marshal)
{
	ij_vec_deinit(&marshal->scratch);
	ij_vec_deinit(&marshal->offs.list);
}
