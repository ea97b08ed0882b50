/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Placing a call's arguments by the System V psABI AMD64 1.0, 3.2.3. */
#include "session/layout.h"

#include <string.h>

#include "lang/eval.h"

/* Stack words that scratch_mask has a bit for. */
#define STACK_MASKED (64 - IJ_WIRE_INT_ARGS)
#define STACK_ALIGN  64u

struct ij_error *ij_layout_scratch(struct ij_layout *layout, size_t align, size_t size,
				   uint32_t *off_ret)
{
	struct ij_marshal *out = layout->out;
	size_t start = (out->scratch.len + align - 1) / align * align, more;

	if (start > IJ_WIRE_SCRATCH_MAX || size > IJ_WIRE_SCRATCH_MAX - start)
		return ij_error_new(LIMIT,
				    "%s %zu: strings, buffers and large values of over %u bytes in "
				    "one call",
				    layout->what, layout->number, IJ_WIRE_SCRATCH_MAX);
	more = start + size - out->scratch.len;
	IJ_TRY(ij_vec_reserve(&out->scratch, more));
	memset(out->scratch.items + out->scratch.len, 0, more);
	out->scratch.len += more;
	*off_ret = (uint32_t)start;
	return NULL;
}

static struct ij_error *stack_word(struct ij_layout *layout, uint64_t word, bool scratch)
{
	if (scratch)
		IJ_TRY(ij_vec_push(&layout->offs, layout->words.len));
	return ij_vec_push(&layout->words, word);
}

/* Class INTEGER. */
struct ij_error *ij_layout_word(struct ij_layout *layout, uint64_t word, bool scratch)
{
	struct ij_wire_call *call = &layout->out->call;

	if (layout->ints >= IJ_WIRE_INT_ARGS)
		return stack_word(layout, word, scratch);
	if (scratch)
		call->scratch_mask |= (uint64_t)1 << layout->ints;
	call->int_args[layout->ints++] = word;
	return NULL;
}

/* Eightbyte @i; short integers are extended, as callees expect. */
static uint64_t eightbyte(const struct ij_ctype *type, const uint8_t *bytes, unsigned i)
{
	const struct ij_ctype *bare = ij_ctype_strip(type);
	const struct ij_val val = {.type = type, .bytes = (uint8_t *)(uintptr_t)bytes};
	uint64_t word = 0, left = bare->size - 8ull * i;

	if (ij_ctype_is_integer(bare) && bare->size <= 8)
		return (uint64_t)ij_val_integer(&val);
	memcpy(&word, bytes + 8ull * i, left < 8 ? left : 8);
	return word;
}

/* What of a long double is no part of it is zero. */
static struct ij_error *on_stack(struct ij_layout *layout, const struct ij_ctype *type,
				 const uint8_t *bytes, const struct ij_abi *abi)
{
	uint64_t size = ij_ctype_strip(type)->size;
	uint32_t align = abi->align < 8 ? 8 : abi->align;

	if (align > STACK_ALIGN)
		return ij_error_new(UNSUPPORTED,
				    "%s %zu: %s on the stack, aligned to %u bytes, is not "
				    "supported",
				    layout->what, layout->number, ij_type_shown(type).str,
				    abi->align);
	if (size > IJ_WIRE_SCRATCH_MAX)
		return ij_error_new(LIMIT, "%s %zu: a value of %llu bytes, over %u", layout->what,
				    layout->number, (unsigned long long)size, IJ_WIRE_SCRATCH_MAX);
	while (layout->words.len * 8 % align)
		IJ_TRY(stack_word(layout, 0, false));
	IJ_TRY(ij_vec_reserve(&layout->words, (size + 7) / 8));
	for (uint64_t i = 0; i < (size + 7) / 8; i++)
		IJ_TRY(stack_word(layout, eightbyte(type, bytes, (unsigned)i), false));
	return NULL;
}

struct ij_error *ij_layout_classify(const struct ij_layout *layout, const struct ij_ctype *type,
				    unsigned vector_max, struct ij_abi *ret)
{
	IJ_TRY(ij_abi_classify(type, ret));
	if (layout->spills_quads && ret->has_quad && ij_ctype_is_aggregate(type))
		ret->memory = true;
	/* A vector that is wider than the callee's registers. */
	if (ret->len > 2 && ret->classes[1] == IJ_ABI_SSEUP && 8 * ret->len > vector_max)
		ret->memory = true;
	return NULL;
}

/* Registers of either kind that the classes of @abi ask for; anything else is class MEMORY. */
static void count(struct ij_abi *abi, unsigned *ints, unsigned *sses)
{
	*ints = *sses = 0;
	for (unsigned i = 0; i < abi->len && !abi->memory; i++) {
		if (abi->classes[i] == IJ_ABI_INTEGER)
			++*ints;
		else if (abi->classes[i] == IJ_ABI_SSE)
			++*sses;
		else if (abi->classes[i] != IJ_ABI_SSEUP && abi->classes[i] != IJ_ABI_NONE)
			abi->memory = true;
	}
}

static struct ij_error *in_registers(struct ij_layout *layout, const struct ij_ctype *type,
				     const uint8_t *bytes, const struct ij_abi *abi)
{
	for (unsigned i = 0; i < abi->len; i++) {
		uint64_t word = eightbyte(type, bytes, i);
		unsigned end = i + 1;

		if (abi->classes[i] == IJ_ABI_INTEGER)
			IJ_TRY(ij_layout_word(layout, word, false));
		if (abi->classes[i] != IJ_ABI_SSE)
			continue;
		layout->out->call.sse_args[layout->sses] = word;
		memcpy(layout->vectors[layout->sses], &word, sizeof(word));
		for (; end < abi->len && abi->classes[end] == IJ_ABI_SSEUP; end++) {
			word = eightbyte(type, bytes, end);
			memcpy(layout->vectors[layout->sses] + (end - i) * sizeof(word), &word,
			       sizeof(word));
		}
		if (end > i + 1 && 8 * (end - i) > layout->vector_size)
			layout->vector_size = 8 * (end - i);
		layout->sses++;
	}
	return NULL;
}

struct ij_error *ij_layout_value(struct ij_layout *layout, const struct ij_ctype *type,
				 const uint8_t *bytes, bool named)
{
	unsigned ints, sses;
	struct ij_abi abi;

	/* Vectors of over 16 bytes for a `...` are in memory (3.5.7). */
	IJ_TRY(ij_layout_classify(layout, type, named ? layout->vector_max : 16, &abi));
	/* Two words where registers run out: the second alone on the stack, or both, not aligned.
	 */
	if (layout->splits_int128 && ij_ctype_is_integer(type) && abi.len == 2 &&
	    layout->ints + 1 >= IJ_WIRE_INT_ARGS) {
		IJ_TRY(ij_layout_word(layout, eightbyte(type, bytes, 0), false));
		return ij_layout_word(layout, eightbyte(type, bytes, 1), false);
	}
	count(&abi, &ints, &sses);
	if (abi.memory || layout->ints + ints > IJ_WIRE_INT_ARGS ||
	    layout->sses + sses > IJ_WIRE_SSE_ARGS)
		return on_stack(layout, type, bytes, &abi);
	return in_registers(layout, type, bytes, &abi);
}

/* More words than the call itself has room for lie in its scratch memory, those that are offsets
 * there made pointers by the tracer. */
static struct ij_error *far_stack(struct ij_layout *layout)
{
	struct ij_wire_call *call = &layout->out->call;
	size_t size = layout->words.len * sizeof(uint64_t);

	if (layout->offs.len > IJ_WIRE_POINTERS)
		return ij_error_new(LIMIT, "%s %zu: over %d strings and buffers on the stack",
				    layout->what, layout->number, IJ_WIRE_POINTERS);
	IJ_TRY(ij_layout_scratch(layout, sizeof(uint64_t), size, &call->stack_off));
	memcpy(layout->out->scratch.items + call->stack_off, layout->words.items, size);
	call->stack_far = 1;
	IJ_VEC_EACH (&layout->offs, it)
		call->pointers[call->pointers_len++] =
			(uint16_t)(call->stack_off / sizeof(uint64_t) + *it);
	return NULL;
}

static struct ij_error *stack(struct ij_layout *layout)
{
	struct ij_wire_call *call = &layout->out->call;

	call->stack_len = (uint32_t)layout->words.len;
	if (layout->words.len > IJ_WIRE_STACK_ARGS ||
	    (layout->offs.len && layout->offs.items[layout->offs.len - 1] >= STACK_MASKED))
		return far_stack(layout);
	if (layout->words.len)
		memcpy(call->stack_args, layout->words.items, layout->words.len * sizeof(uint64_t));
	IJ_VEC_EACH (&layout->offs, it)
		call->scratch_mask |= (uint64_t)1 << (IJ_WIRE_INT_ARGS + *it);
	return NULL;
}

struct ij_error *ij_layout_finish(struct ij_layout *layout)
{
	struct ij_wire_call *call = &layout->out->call;

	call->sse_len = layout->sses;
	IJ_TRY(stack(layout));
	if (layout->vector_size) {
		call->vector_size = layout->vector_size;
		IJ_TRY(ij_layout_scratch(layout, IJ_WIRE_VECTOR_SIZE, sizeof(layout->vectors),
					 &call->vectors_off));
		memcpy(layout->out->scratch.items + call->vectors_off, layout->vectors,
		       sizeof(layout->vectors));
	}
	call->scratch_size = (uint32_t)layout->out->scratch.len;
	call->scratch_room = (uint32_t)layout->out->scratch.len;
	return NULL;
}

void ij_layout_deinit(struct ij_layout *layout)
{
	ij_vec_deinit(&layout->words);
	ij_vec_deinit(&layout->offs);
}
