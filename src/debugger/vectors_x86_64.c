/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Floating-point and vector registers of x86-64 and registers of flags, with the types that gdb
 * gives them (gdb/features/i386/64bit-sse.xml, 64bit-core.xml; gdb/i386-tdep.c, i386_ymm_type).
 */
#include <stdio.h>
#include <string.h>

#include "arch/regfile.h"
#include "debugger/registers.h"

/* Where FXSAVE keeps what is told as a number of its own (Intel SDM volume 1, table 10-2). */
static const struct field {
	const char *name;
	unsigned off, size;
} fields[] = {
	{"fctrl", 0, 2}, {"fstat", 2, 2},  {"ftag", 4, 1},   {"fiseg", 12, 2},
	{"fioff", 8, 4}, {"foseg", 20, 2}, {"fooff", 16, 4}, {"fop", 6, 2},
};

enum { ST_OFF = 32, ST_SIZE = 16, ST_BYTES = 10, FX_SIZE = 512 };

/* The element types of the views of a vector, in the order in which they are told. */
static const struct view {
	const char *element, *long_element; /* in xmm0, and in what is longer */
	const char *member;                 /* "v%u_" and this */
	const char *vector; /* "v%u" and this: the name of the view's type in xmm0 */
	enum ij_ct_kind kind;
	unsigned size;
	bool is_brain;
} views[] = {
	{"bfloat16", "bfloat16", "bfloat16", "bf16", IJ_CT_FLOAT, 2, true},
	{"half", "half", "half", "h", IJ_CT_FLOAT, 2, false},
	{"builtin_type_ieee_single", "float", "float", "f", IJ_CT_FLOAT, 4, false},
	{"builtin_type_ieee_double", "double", "double", "d", IJ_CT_FLOAT, 8, false},
	{"int8_t", "int8_t", "int8", "i8", IJ_CT_INT, 1, false},
	{"int16_t", "int16_t", "int16", "i16", IJ_CT_INT, 2, false},
	{"int32_t", "int32_t", "int32", "i32", IJ_CT_INT, 4, false},
	{"int64_t", "int64_t", "int64", "i64", IJ_CT_INT, 8, false},
	{"uint128_t", "int128_t", "int128", NULL, IJ_CT_INT, 16, false},
};

static const struct ij_cenumerator eflags[] = {
	{"CF", 1 << 0},   {NULL, 1 << 1},  {"PF", 1 << 2},  {"AF", 1 << 4},  {"ZF", 1 << 6},
	{"SF", 1 << 7},   {"TF", 1 << 8},  {"IF", 1 << 9},  {"DF", 1 << 10}, {"OF", 1 << 11},
	{"NT", 1 << 14},  {"RF", 1 << 16}, {"VM", 1 << 17}, {"AC", 1 << 18}, {"VIF", 1 << 19},
	{"VIP", 1 << 20}, {"ID", 1 << 21},
};

static const struct ij_cenumerator mxcsr[] = {
	{"IE", 1 << 0},  {"DE", 1 << 1},  {"ZE", 1 << 2},  {"OE", 1 << 3},  {"UE", 1 << 4},
	{"PE", 1 << 5},  {"DAZ", 1 << 6}, {"IM", 1 << 7},  {"DM", 1 << 8},  {"ZM", 1 << 9},
	{"OM", 1 << 10}, {"UM", 1 << 11}, {"PM", 1 << 12}, {"FZ", 1 << 15},
};

static struct ij_error *named(struct ij_ctypes *types, enum ij_ct_kind kind, const char *name,
			      unsigned size, struct ij_ctype **ret)
{
	IJ_TRY(ij_ctypes_new(types, kind, ret));
	(*ret)->size = size;
	return ij_ctypes_text(types, name, strlen(name), &(*ret)->name);
}

static struct ij_error *flags_type(struct ij_ctypes *types, const char *name,
				   const struct ij_cenumerator *bits, size_t len,
				   const struct ij_ctype **ret)
{
	struct ij_ctype *made;

	IJ_TRY(named(types, IJ_CT_ENUM, name, 4, &made));
	made->is_plain = made->is_bits = true;
	for (size_t i = 0; i < len; i++)
		IJ_TRY(ij_vec_push(&made->enumerators, bits[i]));
	*ret = made;
	return NULL;
}

/* A view of a vector of @size bytes: "v4_float", of a type that has a name in xmm0 only. */
static struct ij_error *view_type(struct ij_ctypes *types, const struct view *view, unsigned size,
				  struct ij_cmember *ret)
{
	const unsigned count = size / view->size;
	const bool is_long = size > 16;
	struct ij_ctype *element, *vector, *alias;
	char name[32];

	IJ_TRY(named(types, view->kind, is_long ? view->long_element : view->element, view->size,
		     &element));
	element->is_brain = view->is_brain;
	/* One whole number is no vector. */
	if (count == 1) {
		element->is_unsigned = true;
		*ret = (struct ij_cmember){.name = "uint128", .type = element};
		return NULL;
	}
	IJ_TRY(ij_ctypes_new(types, IJ_CT_VECTOR, &vector));
	vector->size = size;
	vector->count = count;
	vector->has_count = true;
	vector->target = element;
	snprintf(name, sizeof(name), "v%u_%s", count, view->member);
	*ret = (struct ij_cmember){.type = vector};
	IJ_TRY(ij_ctypes_text(types, name, strlen(name), &ret->name));
	if (is_long || !view->vector)
		return NULL;
	snprintf(name, sizeof(name), "v%u%s", count, view->vector);
	IJ_TRY(named(types, IJ_CT_TYPEDEF, name, size, &alias));
	alias->target = vector;
	ret->type = alias;
	return NULL;
}

static struct ij_error *union_type(struct ij_ctypes *types, const char *name, unsigned size,
				   const struct ij_ctype **ret)
{
	struct ij_ctype *made;

	IJ_TRY(named(types, IJ_CT_UNION, name, size, &made));
	for (size_t i = 0; i < IJ_COUNT(views); i++) {
		struct ij_cmember member;

		IJ_TRY(view_type(types, &views[i], size, &member));
		IJ_TRY(ij_vec_push(&made->members, member));
	}
	*ret = made;
	return NULL;
}

static struct ij_error *make_type(struct ij_ctypes *types, enum ij_debugger_vector which,
				  const struct ij_ctype **ret)
{
	struct ij_ctype *made;

	switch (which) {
	case IJ_DEBUGGER_XMM:
		return union_type(types, "vec128", 16, ret);
	case IJ_DEBUGGER_YMM:
		return union_type(types, "builtin_type_vec256i", 32, ret);
	case IJ_DEBUGGER_ZMM:
		return union_type(types, "builtin_type_vec512i", 64, ret);
	case IJ_DEBUGGER_EFLAGS:
		return flags_type(types, "i386_eflags", eflags, IJ_COUNT(eflags), ret);
	case IJ_DEBUGGER_MXCSR:
		return flags_type(types, "i386_mxcsr", mxcsr, IJ_COUNT(mxcsr), ret);
	default:
		IJ_TRY(named(types, IJ_CT_FLOAT, "builtin_type_i387_ext", 16, &made));
		*ret = made;
		return NULL;
	}
}

struct ij_error *ij_vectors_type(struct ij_debugger *d, enum ij_debugger_vector which,
				 const struct ij_ctype **ret)
{
	if (!d->vector_types[which])
		IJ_TRY(make_type(ij_debugs_types(d->debugs), which, &d->vector_types[which]));
	*ret = d->vector_types[which];
	return NULL;
}

static const struct field *field_of(const char *name)
{
	for (size_t i = 0; i < IJ_COUNT(fields); i++)
		if (!strcmp(fields[i].name, name))
			return &fields[i];
	return NULL;
}

static const struct ij_reg *reg_of(const char *name)
{
	const struct ij_reg *reg = ij_regfile_find(name);

	return reg && (reg->group == IJ_REG_FLOAT || reg->group == IJ_REG_VECTOR ||
		       !strcmp(name, "mxcsr"))
		       ? reg
		       : NULL;
}

bool ij_vectors_has(const char *name)
{
	return field_of(name) || reg_of(name);
}

/* FXSAVE says of a register only whether it is empty; what it holds says the rest (Intel SDM volume
 * 1, 10.5.1.1). */
static unsigned full_tag(const uint8_t *fx)
{
	const unsigned top = fx[3] >> 3 & 7;
	unsigned tag = 0;

	for (unsigned i = 0; i < 8; i++) {
		const uint8_t *st = fx + ST_OFF + ST_SIZE * ((i + 8 - top) % 8);
		uint64_t mantissa;
		unsigned exponent = (st[8] | (unsigned)st[9] << 8) & 0x7fff, value;

		memcpy(&mantissa, st, sizeof(mantissa));
		if (!(fx[4] >> i & 1))
			value = 3;
		else if (!exponent && !mantissa)
			value = 1;
		else
			value = exponent == 0x7fff || !(mantissa >> 63) ? 2 : 0;
		tag |= value << 2 * i;
	}
	return tag;
}

static struct ij_error *load(struct ij_debugger *d, struct ij_regfile *file)
{
	uint8_t *bytes;
	size_t size;

	IJ_TRY(ij_inferior_xstate(d->inf, d->current, &bytes, &size));
	if (size < FX_SIZE || size > sizeof(file->xstate)) {
		free(bytes);
		return ij_error_new(UNSUPPORTED, "floating-point state of %zu bytes", size);
	}
	memcpy(file->xstate, bytes, size);
	file->xstate_size = size;
	free(bytes);
	return NULL;
}

/* The type of a register that is kept as such. */
static struct ij_error *type_of(struct ij_debugger *d, const struct ij_reg *reg,
				const struct ij_ctype **ret)
{
	if (!strcmp(reg->name, "mxcsr"))
		return ij_vectors_type(d, IJ_DEBUGGER_MXCSR, ret);
	if (reg->name[0] == 'k') {
		*ret = ij_cbase(IJ_CBASE_ULONG);
		return NULL;
	}
	return ij_vectors_type(d,
			       reg->size == 10   ? IJ_DEBUGGER_ST
			       : reg->size == 16 ? IJ_DEBUGGER_XMM
			       : reg->size == 32 ? IJ_DEBUGGER_YMM
						 : IJ_DEBUGGER_ZMM,
			       ret);
}

static struct ij_error *get(struct ij_debugger *d, const char *name, struct ij_regfile *file,
			    struct ij_arena *arena, struct ij_val *ret, bool *found_ret)
{
	const struct field *field = field_of(name);
	const struct ij_reg *reg = reg_of(name);
	uint8_t bytes[IJ_REG_SIZE_MAX] = {0};
	const struct ij_ctype *type;

	IJ_TRY(load(d, file));
	if (field) {
		unsigned tag = full_tag(file->xstate);

		memcpy(bytes, file->xstate + field->off, field->size);
		if (!strcmp(name, "ftag"))
			memcpy(bytes, &tag, sizeof(tag));
		*found_ret = true;
		return ij_val_make(arena, ij_cbase(IJ_CBASE_INT), bytes, ret);
	}
	*found_ret = ij_regfile_get(file, reg, bytes);
	if (!*found_ret)
		return NULL;
	IJ_TRY(type_of(d, reg, &type));
	return ij_val_make(arena, type, bytes, ret);
}

struct ij_error *ij_vectors_get(struct ij_debugger *d, const char *name, struct ij_arena *arena,
				struct ij_val *ret, bool *found_ret)
{
	struct ij_regfile *file = malloc(sizeof(*file));
	struct ij_error *err = file ? get(d, name, file, arena, ret, found_ret) : ij_error_nomem();

	free(file);
	return err;
}

/* @value as the bytes of a register of @size bytes and @type. */
static struct ij_error *bytes_of(const struct ij_val *value, const struct ij_ctype *type,
				 unsigned size, uint8_t *ret)
{
	const struct ij_ctype *given = ij_ctype_strip(value->type);

	if (type->kind == IJ_CT_FLOAT && ij_ctype_is_arithmetic(given)) {
		const long double number = ij_val_float(value);

		memcpy(ret, &number, ST_BYTES);
	} else if (ij_ctype_is_integer(type) && ij_ctype_is_integer(given)) {
		const uint64_t number = (uint64_t)ij_val_integer(value);

		memcpy(ret, &number, size < sizeof(number) ? size : sizeof(number));
	} else if (type->kind == IJ_CT_UNION && given->size == size && value->bytes) {
		memcpy(ret, value->bytes, size);
	} else {
		return ij_error_new(TYPE, "Invalid cast.");
	}
	return NULL;
}

static struct ij_error *set(struct ij_debugger *d, const char *name, const struct ij_val *value,
			    struct ij_regfile *file)
{
	const struct field *field = field_of(name);
	const struct ij_reg *reg = reg_of(name);
	uint8_t bytes[IJ_REG_SIZE_MAX] = {0};
	const struct ij_ctype *type = ij_cbase(IJ_CBASE_INT);

	IJ_TRY(load(d, file));
	if (field) {
		IJ_TRY(bytes_of(value, type, sizeof(uint32_t), bytes));
		if (!strcmp(name, "ftag")) {
			const unsigned tag = bytes[0] | (unsigned)bytes[1] << 8;

			bytes[0] = 0;
			for (unsigned i = 0; i < 8; i++)
				bytes[0] |= (uint8_t)(((tag >> 2 * i & 3) != 3) << i);
		}
		memcpy(file->xstate + field->off, bytes, field->size);
	} else {
		IJ_TRY(type_of(d, reg, &type));
		IJ_TRY(bytes_of(value, type, reg->size, bytes));
		if (!ij_regfile_set(file, reg, bytes))
			return ij_error_new(NOTFOUND, "this processor has no register %s", name);
	}
	return ij_inferior_xstate_set(d->inf, d->current, file->xstate, file->xstate_size);
}

struct ij_error *ij_vectors_set(struct ij_debugger *d, const char *name, const struct ij_val *value)
{
	struct ij_regfile *file = malloc(sizeof(*file));
	struct ij_error *err = file ? set(d, name, value, file) : ij_error_nomem();

	free(file);
	return err;
}

const char *ij_debugger_register_of(enum ij_debugger_registers group, size_t idx)
{
	static const char *const float_names[] = {
		"st0",   "st1",   "st2",  "st3",   "st4",   "st5",   "st6",   "st7",
		"fctrl", "fstat", "ftag", "fiseg", "fioff", "foseg", "fooff", "fop"};
	static const char *const vector_names[] = {
		"mxcsr", "k0",    "k1",    "k2",    "k3",    "k4",    "k5",   "k6",   "k7",
		"ymm0",  "ymm1",  "ymm2",  "ymm3",  "ymm4",  "ymm5",  "ymm6", "ymm7", "ymm8",
		"ymm9",  "ymm10", "ymm11", "ymm12", "ymm13", "ymm14", "ymm15"};
	const size_t general = 24; /* rax to gs */

	switch (group) {
	case IJ_DEBUGGER_REGISTERS_FLOAT:
		return idx < IJ_COUNT(float_names) ? float_names[idx] : NULL;
	case IJ_DEBUGGER_REGISTERS_VECTOR:
		return idx < IJ_COUNT(vector_names) ? vector_names[idx] : NULL;
	default:
		return idx < general ? ij_debugger_register(idx) : NULL;
	}
}
