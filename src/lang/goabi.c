/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where Go passes arguments and results: ABI0 and ABIInternal. */
#include "lang/go.h"

enum { INT_REGS = 9, FLOAT_REGS = 15, WORD = 8 };

struct assigner {
	bool registers;
	unsigned ints, floats;
	uint32_t off, spill;
};

unsigned ij_go_type_words(const struct ij_go_type *type)
{
	switch (type->kind) {
	case IJ_GO_STRING:
	case IJ_GO_INTERFACE:
		return 2;
	case IJ_GO_SLICE:
		return 3;
	case IJ_GO_STRUCT:
		return type->parts_len;
	default:
		return 1;
	}
}

static uint32_t align_of(const struct ij_go_type *type)
{
	if (type->align)
		return type->align;
	return type->size && type->size < WORD ? type->size : WORD;
}

static uint32_t align_up(uint32_t off, uint32_t align)
{
	return (off + align - 1) / align * align;
}

static bool is_float_part(const struct ij_go_type *type, unsigned idx)
{
	return type->kind == IJ_GO_STRUCT ? type->parts[idx].is_float : type->kind == IJ_GO_FLOAT;
}

/* All of it in registers, or all of it on the stack. */
static void assign(struct assigner *a, const struct ij_go_type *type, bool is_param,
		   struct ij_go_place *ret)
{
	unsigned words = ij_go_type_words(type), floats = 0;

	*ret = (struct ij_go_place){0};
	for (unsigned i = 0; i < words; i++)
		floats += is_float_part(type, i);
	if (a->registers && !type->in_memory && a->floats + floats <= FLOAT_REGS &&
	    a->ints + words - floats <= INT_REGS) {
		ret->in_regs = true;
		for (unsigned i = 0; i < words; i++) {
			bool is_float = is_float_part(type, i);

			ret->parts[i].is_float = is_float;
			ret->parts[i].reg = (uint8_t)(is_float ? a->floats++ : a->ints++);
		}
		if (is_param)
			a->spill = align_up(a->spill, align_of(type)) + type->size;
		return;
	}
	a->off = align_up(a->off, align_of(type));
	ret->stack_off = a->off;
	a->off += type->size;
}

void ij_go_assign(const struct ij_go_sig *sig, bool registers, struct ij_go_layout *ret)
{
	struct assigner a = {.registers = registers};

	for (size_t i = 0; i < sig->params_len; i++)
		assign(&a, &sig->params[i], true, &ret->params[i]);
	a.off = align_up(a.off, WORD);
	a.ints = a.floats = 0;
	for (size_t i = 0; i < sig->results_len; i++)
		assign(&a, &sig->results[i], false, &ret->results[i]);
	ret->stack_size = align_up(a.off, WORD);
	ret->frame_size = ret->stack_size + align_up(a.spill, WORD);
}
