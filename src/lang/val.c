/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Numbers in and out of the bytes of values. */
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "lang/eval.h"

struct ij_type_text ij_type_shown(const struct ij_ctype *type)
{
	struct ij_type_text text;
	IJ_STRBUF_AUTO buf = {0};

	ij_ctype_text(type, NULL, &buf);
	snprintf(text.str, sizeof(text.str), "%s", ij_strbuf_get(&buf));
	return text;
}

struct ij_error *ij_eval_at(const struct ij_eval *ev, const struct ij_node *node,
			    struct ij_error *err)
{
	if (!err || node->tok == ev->toks->list.items)
		return err;
	return ij_error_wrap(err, "%s at column %u", ij_quote(ev->text, strlen(ev->text)).str,
			     node->tok->column);
}

struct ij_error *ij_eval_lacking(const struct ij_eval *ev, struct ij_error *err)
{
	IJ_STRBUF_AUTO text = {0};
	struct ij_error *more;

	if (!err || err->code == IJ_ERR_NOMEM || !ev->host->lacks)
		return err;
	ev->host->lacks(ev->host, &text);
	if (!text.len || text.failed)
		return err;
	more = ij_error_make(err->code, err->os, err->where, "%s%s", err->msg, text.str);
	ij_error_free(err);
	return more;
}

struct ij_error *ij_val_make(struct ij_arena *arena, const struct ij_ctype *type, const void *bytes,
			     struct ij_val *ret)
{
	uint64_t size = ij_ctype_strip(type)->size;
	uint8_t *copy = ij_arena_alloc(arena, size ? size : 1);

	if (!copy)
		return ij_error_new(LIMIT, "a value of %llu bytes is larger than we hold",
				    (unsigned long long)size);
	if (bytes)
		memcpy(copy, bytes, size);
	*ret = (struct ij_val){.type = type, .bytes = copy};
	return NULL;
}

/* The low @bits of @value, extended as the type has it. */
static __int128 extend(unsigned __int128 value, unsigned bits, bool is_unsigned)
{
	unsigned shift = 128 - bits;

	if (!bits)
		return 0;
	if (is_unsigned)
		return (__int128)(value << shift >> shift);
	return (__int128)(value << shift) >> shift;
}

/* @value without its fraction. C says nothing of what is too large: it is the nearest there is. */
static __int128 whole(long double value)
{
	static const long double limit = 0x1p127L;
	const unsigned __int128 top = (unsigned __int128)1 << 127;

	if (value != value)
		return 0;
	if (value < -limit)
		return (__int128)top;
	if (value >= 2 * limit)
		return (__int128)(top - 1);
	/* As an unsigned one it has its place. */
	return value < limit ? (__int128)value : (__int128)(unsigned __int128)value;
}

__int128 ij_val_integer(const struct ij_val *val)
{
	const struct ij_ctype *type = ij_ctype_strip(val->type);
	unsigned __int128 bits = 0;
	unsigned size =
		val->bit_size ? (val->bit_off + val->bit_size + 7) / 8 : (unsigned)type->size;

	if (type->kind == IJ_CT_COMPLEX) {
		const struct ij_val real = {.type = type->target, .bytes = val->bytes};

		return ij_val_integer(&real);
	}
	if (type->kind == IJ_CT_FLOAT)
		return whole(ij_val_float(val));
	if (size > sizeof(bits) + 1)
		return 0;
	memcpy(&bits, val->bytes, size < sizeof(bits) ? size : sizeof(bits));
	if (!val->bit_size)
		return extend(bits, 8 * size, ij_ctype_is_unsigned(type));
	bits >>= val->bit_off;
	if (size > sizeof(bits))
		bits |= (unsigned __int128)val->bytes[16] << (128 - val->bit_off);
	return extend(bits, val->bit_size, ij_ctype_is_unsigned(type));
}

uint64_t ij_val_address(const struct ij_val *val)
{
	return (uint64_t)ij_val_integer(val);
}

/* Those of IEEE 754 in two bytes (2008, 3.6), and the upper half of a float. */
static long double short_float(const uint8_t *bytes, bool is_brain)
{
	const unsigned bits = bytes[0] | (unsigned)bytes[1] << 8, exponent = bits >> 10 & 31;
	const uint32_t whole = (uint32_t)bits << 16;
	long double value;
	float f32;

	if (is_brain) {
		memcpy(&f32, &whole, sizeof(f32));
		return f32;
	}
	value = bits & 1023;
	if (exponent == 31)
		value = bits & 1023 ? (long double)NAN : (long double)INFINITY;
	else
		value = exponent ? ldexpl(value + 1024, (int)exponent - 25) : ldexpl(value, -24);
	return bits >> 15 ? -value : value;
}

/* @value, not negative, rounded; halves to even. No call of libm, which nothing else needs. */
static unsigned nearest(long double value)
{
	const long double whole = 1 / LDBL_EPSILON; /* from here on there are no fractions */

	return (unsigned)(value + whole - whole);
}

/* The nearest of these; halves to even. */
static uint16_t short_bits(long double value, bool is_brain)
{
	const float f32 = (float)value;
	const long double size = value < 0 ? -value : value;
	const unsigned sign = signbit(value) ? 0x8000 : 0;
	uint32_t whole;
	int exponent;

	memcpy(&whole, &f32, sizeof(whole));
	if (is_brain)
		return (uint16_t)(isnan(value) ? whole >> 16 | 64
					       : (whole + 0x7fff + (whole >> 16 & 1)) >> 16);
	if (isnan(value))
		return (uint16_t)(sign | 0x7e00);
	if (size >= 65520)
		return (uint16_t)(sign | 0x7c00);
	if (size < ldexpl(1, -14))
		return (uint16_t)(sign | nearest(ldexpl(size, 24)));
	(void)frexpl(size, &exponent);
	/* A mantissa that is rounded up to the next power of two carries into the exponent. */
	return (uint16_t)(sign | ((unsigned)(exponent + 13) * 1024 +
				  nearest(ldexpl(size, 11 - exponent))));
}

long double ij_val_float(const struct ij_val *val)
{
	const struct ij_ctype *type = ij_ctype_strip(val->type);
	long double f80 = 0;
	double f64;
	float f32;

	if (type->kind == IJ_CT_COMPLEX)
		type = ij_ctype_strip(type->target);
	if (type->kind != IJ_CT_FLOAT) {
		/* Of a complex number the real part, which stands first. */
		__int128 value = ij_val_integer(val);

		return ij_ctype_is_unsigned(type) ? (long double)(unsigned __int128)value
						  : (long double)value;
	}
	if (type->is_quad) {
		__float128 f128;

		memcpy(&f128, val->bytes, sizeof(f128));
		return (long double)f128;
	}
	if (type->size == 2)
		return short_float(val->bytes, type->is_brain);
	if (type->size == 4) {
		memcpy(&f32, val->bytes, sizeof(f32));
		return f32;
	}
	if (type->size == 8) {
		memcpy(&f64, val->bytes, sizeof(f64));
		return f64;
	}
	memcpy(&f80, val->bytes, 10);
	return f80;
}

bool ij_val_is_zero(const struct ij_val *val)
{
	const struct ij_ctype *type = ij_ctype_strip(val->type);

	if (val->is_scratch)
		return false;
	if (type->kind == IJ_CT_FLOAT)
		return ij_val_float(val) == 0;
	if (type->kind == IJ_CT_COMPLEX || type->kind == IJ_CT_MEMBER) {
		for (uint64_t i = 0; i < type->size; i++)
			if (val->bytes[i])
				return false;
		return true;
	}
	return ij_val_integer(val) == 0;
}

struct ij_error *ij_val_set_integer(struct ij_arena *arena, const struct ij_ctype *type,
				    __int128 value, struct ij_val *ret)
{
	const struct ij_ctype *bare = ij_ctype_strip(type);
	unsigned __int128 bits = (unsigned __int128)value;

	if (bare->kind == IJ_CT_COMPLEX && ij_ctype_strip(bare->target)->kind != IJ_CT_FLOAT) {
		IJ_TRY(ij_val_make(arena, type, NULL, ret));
		memcpy(ret->bytes, &bits, bare->size / 2);
		return NULL;
	}
	if (bare->kind == IJ_CT_FLOAT || bare->kind == IJ_CT_COMPLEX)
		return ij_val_set_float(arena, type, (long double)value, ret);
	if (bare->kind == IJ_CT_BOOL)
		bits = value != 0;
	IJ_TRY(ij_val_make(arena, type, NULL, ret));
	memcpy(ret->bytes, &bits, bare->size < sizeof(bits) ? bare->size : sizeof(bits));
	return NULL;
}

struct ij_error *ij_val_set_float(struct ij_arena *arena, const struct ij_ctype *type,
				  long double value, struct ij_val *ret)
{
	const struct ij_ctype *bare = ij_ctype_strip(type);
	double f64 = (double)value;
	float f32 = (float)value;

	if (bare->kind == IJ_CT_COMPLEX)
		bare = ij_ctype_strip(bare->target);
	if (bare->kind != IJ_CT_FLOAT)
		return ij_val_set_integer(arena, type, whole(value), ret);
	IJ_TRY(ij_val_make(arena, type, NULL, ret));
	if (bare->is_quad) {
		__float128 f128 = value;

		memcpy(ret->bytes, &f128, sizeof(f128));
	} else if (bare->size == 2) {
		const uint16_t bits = short_bits(value, bare->is_brain);

		memcpy(ret->bytes, &bits, sizeof(bits));
	} else if (bare->size == 4) {
		memcpy(ret->bytes, &f32, sizeof(f32));
	} else if (bare->size == 8) {
		memcpy(ret->bytes, &f64, sizeof(f64));
	} else {
		memcpy(ret->bytes, &value, 10);
	}
	return NULL;
}

void ij_val_set_bits(uint8_t *bytes, uint32_t bit_off, uint32_t bit_size, uint64_t value)
{
	for (uint32_t i = 0; i < bit_size; i++) {
		uint32_t at = bit_off + i;
		uint8_t mask = (uint8_t)(1u << at % 8);

		if (i < 64 && value >> i & 1)
			bytes[at / 8] |= mask;
		else
			bytes[at / 8] &= (uint8_t)~mask;
	}
}
