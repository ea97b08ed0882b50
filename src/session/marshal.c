/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Laying out a call with literal arguments. */
#include "session/marshal.h"

#include <string.h>

#include "session/layout.h"

#define STRING_ALIGN 8u
#define BUFFER_ALIGN 16u /* what malloc would give: any type may be put there */

/* Put @arg's bytes into scratch memory. */
static struct ij_error *scratch_bytes(struct ij_layout *layout, const struct ij_arg *arg,
				      uint32_t *off_ret)
{
	IJ_TRY(ij_layout_scratch(layout, arg->buffer ? BUFFER_ALIGN : STRING_ALIGN, arg->bytes_size,
				 off_ret));
	if (arg->bytes_size)
		memcpy(layout->out->scratch.items + *off_ret, arg->bytes, arg->bytes_size);
	return NULL;
}

static struct ij_error *floating(struct ij_layout *layout, const struct ij_arg *arg)
{
	uint8_t bytes[sizeof(long double)] = {0};
	const float f32 = (float)arg->f64;
	const long double f80 = arg->f64;

	if (arg->type.size == sizeof(f32)) {
		memcpy(bytes, &f32, sizeof(f32));
		return ij_layout_value(layout, ij_cbase(IJ_CBASE_FLOAT), bytes, true);
	}
	if (arg->type.size == sizeof(arg->f64)) {
		memcpy(bytes, &arg->f64, sizeof(arg->f64));
		return ij_layout_value(layout, ij_cbase(IJ_CBASE_DOUBLE), bytes, true);
	}
	memcpy(bytes, &f80, 10);
	return ij_layout_value(layout, ij_cbase(IJ_CBASE_LDOUBLE), bytes, true);
}

static struct ij_error *argument(struct ij_layout *layout, const struct ij_arg *arg, ij_addr symbol,
				 uint32_t *off_ret)
{
	switch (arg->kind) {
	case IJ_ARG_INT:
		return ij_layout_word(layout, arg->u64, false);
	case IJ_ARG_SYMBOL:
		return ij_layout_word(layout, symbol, false);
	case IJ_ARG_FLOAT:
		return floating(layout, arg);
	case IJ_ARG_BYTES:
		IJ_TRY(scratch_bytes(layout, arg, off_ret));
		return ij_layout_word(layout, *off_ret, true);
	}
	return ij_error_new(UNSUPPORTED, "column %zu: argument of kind %d", arg->column, arg->kind);
}

struct ij_error *ij_marshal_call(const struct ij_call *call, const ij_addr *symbols,
				 struct ij_marshal *ret)
{
	struct ij_marshal out = {.call = {.need = call->need}};
	struct ij_layout layout = {.out = &out, .what = "column", .vector_max = 16};
	struct ij_error *err = NULL;

	for (size_t i = 0; i < call->args.len && !err; i++) {
		const struct ij_arg *arg = &call->args.items[i];
		uint32_t off = 0;

		layout.number = arg->column;
		err = argument(&layout, arg, arg->kind == IJ_ARG_SYMBOL ? symbols[i] : 0, &off);
		if (!err)
			err = ij_vec_push(&out.offs.list, off);
	}
	if (!err)
		err = ij_layout_finish(&layout);
	ij_layout_deinit(&layout);
	if (err) {
		ij_marshal_deinit(&out);
		return err;
	}
	*ret = out;
	return NULL;
}

void ij_marshal_deinit(struct ij_marshal *marshal)
{
	ij_vec_deinit(&marshal->scratch);
	ij_vec_deinit(&marshal->offs.list);
}
