/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Values as gdb 13 prints them (gdb/valprint.c, c-valprint.c, cp-valprint.c tell the conventions).
 */
#include "lang/show.h"

#include <math.h>
#include <string.h>

#include "lang/eval.h"
#include "lang/show_internal.h"
#include "lang/text.h"

void ij_show_integer(__int128 value, bool is_unsigned, struct ij_strbuf *out)
{
	unsigned __int128 left = (unsigned __int128)value;
	char digits[48];
	size_t pos = sizeof(digits);

	if (!is_unsigned && value < 0) {
		ij_strbuf_puts(out, "-");
		left = -left;
	}
	do {
		digits[--pos] = (char)('0' + (int)(left % 10));
		left /= 10;
	} while (left);
	ij_strbuf_add(out, digits + pos, sizeof(digits) - pos);
}

struct ij_val ij_show_part(const struct ij_val *val, const struct ij_cmember *member)
{
	return (struct ij_val){.type = member->type,
			       .bytes = val->bytes + member->off,
			       .place = val->place,
			       .addr = val->addr + member->off,
			       .bit_off = member->bit_off,
			       .bit_size = member->bit_size};
}

struct ij_val ij_show_element(const struct ij_val *val, uint64_t i)
{
	const struct ij_ctype *type = ij_ctype_strip(val->type);

	uint64_t off = i * ij_ctype_strip(type->target)->size;

	return (struct ij_val){.type = type->target,
			       .bytes = val->bytes + off,
			       .place = val->place,
			       .addr = val->addr + off};
}

static void enumerator(const struct ij_ctype *type, const char *name, struct ij_strbuf *out)
{
	int len;
	const char *scope = ij_ctype_enum_scope(type, &len);

	ij_strbuf_printf(out, "%.*s%s%s", len, scope, len ? "::" : "", name);
}

static void flags(const struct ij_ctype *type, uint64_t value, struct ij_strbuf *out)
{
	bool first = true;

	ij_strbuf_puts(out, "(");
	IJ_VEC_EACH (&type->enumerators, it) {
		if (!it->value || ((uint64_t)it->value & value) != (uint64_t)it->value)
			continue;
		ij_strbuf_puts(out, first ? "" : " | ");
		enumerator(type, it->name, out);
		value &= ~(uint64_t)it->value;
		first = false;
	}
	if (value)
		ij_strbuf_printf(out, "%sunknown: 0x%llx", first ? "" : " | ",
				 (unsigned long long)value);
	ij_strbuf_puts(out, ")");
}

/* The flags of a register that are set. */
static void bits(const struct ij_ctype *type, uint64_t value, struct ij_strbuf *out)
{
	ij_strbuf_puts(out, "[ ");
	IJ_VEC_EACH (&type->enumerators, it)
		if (it->name && value & (uint64_t)it->value)
			ij_strbuf_printf(out, "%s ", it->name);
	ij_strbuf_puts(out, "]");
}

struct ij_error *ij_show_enum(const struct ij_val *val, struct ij_strbuf *out)
{
	const struct ij_ctype *type = ij_ctype_strip(val->type);
	__int128 value = ij_val_integer(val);

	IJ_TRY(ij_ctype_complete(type));
	if (type->is_bits) {
		bits(type, (uint64_t)value, out);
		return NULL;
	}
	IJ_VEC_EACH (&type->enumerators, it) {
		if ((uint64_t)it->value != (uint64_t)value)
			continue;
		enumerator(type, it->name, out);
		return NULL;
	}
	if (type->is_flags && type->enumerators.len && value > 0)
		flags(type, (uint64_t)value, out);
	else
		ij_show_integer(value, ij_ctype_is_unsigned(type), out);
	return NULL;
}

void ij_show_float(struct ij_shower *sh, uint32_t size, long double value)
{
	if (!sh->how.all_digits || value != value || value - value != 0)
		ij_text_float(size, value, sh->out);
	else if (size <= 8)
		ij_strbuf_printf(sh->out, "%.*g", size == 4 ? 9 : 17, (double)value);
	else
		ij_strbuf_printf(sh->out, "%.18Lg", value);
}

/* What is no number says which bits it is of (gdb/target-float.c, floatformat_mantissa). */
static void number(struct ij_shower *sh, const struct ij_val *val)
{
	const struct ij_ctype *type = ij_ctype_strip(val->type);
	const long double value = ij_val_float(val);
	const unsigned size = type->size > 10 && !type->is_quad ? 10 : (unsigned)type->size;
	const unsigned mantissa = size == 2   ? (type->is_brain ? 7 : 10)
				  : size == 4 ? 23
				  : size == 8 ? 52
					      : 64;
	uint64_t bits = 0;

	if (isnan(value) && sh->how.all_digits && size <= 10) {
		memcpy(&bits, val->bytes, size < sizeof(bits) ? size : sizeof(bits));
		if (mantissa < 64)
			bits &= (1ull << mantissa) - 1;
		ij_strbuf_printf(sh->out, "%snan(0x%llx)", val->bytes[size - 1] & 0x80 ? "-" : "",
				 (unsigned long long)bits);
	} else if (size == 2 && isfinite(value)) {
		ij_strbuf_printf(sh->out, "%.*g", type->is_brain ? 4 : 5, (double)value);
	} else {
		ij_show_float(sh, (uint32_t)type->size, value);
	}
}

void ij_show_symbol(struct ij_shower *sh, ij_addr addr, const char *before)
{
	IJ_STRBUF_AUTO name = {0};

	if (sh->how.no_symbol)
		return;
	sh->host->symbol(sh->host, addr, &name);
	if (name.len)
		ij_strbuf_printf(sh->out, "%s<%s>", before, name.str);
	sh->out->failed = sh->out->failed || name.failed;
}

/* `char *`, under no other name. */
static bool is_plain_text(const struct ij_ctype *type)
{
	type = ij_ctype_unqualified(type);
	if (type->kind != IJ_CT_POINTER)
		return false;
	type = ij_ctype_unqualified(type->target);
	if (type->kind == IJ_CT_TYPEDEF)
		return type->name && !strcmp(type->name, "wchar_t");
	return type->kind == IJ_CT_INT && type->name &&
	       (!strcmp(type->name, "char") || !strcmp(type->name, "wchar_t") ||
		!strcmp(type->name, "char16_t") || !strcmp(type->name, "char32_t"));
}

static struct ij_error *pointer(struct ij_shower *sh, const struct ij_val *val)
{
	const struct ij_ctype *type = ij_ctype_strip(val->type);
	const struct ij_ctype *target = ij_ctype_shown(type->target);
	uint64_t addr = ij_val_address(val);
	size_t start = sh->out->len;
	bool text = ij_ctype_is_char(target) && (!sh->how.format || sh->how.format == 's');

	/* gdb says the type of every pointer but `char *`. */
	if (!sh->depth && !(text && is_plain_text(val->type)) && !sh->how.no_type &&
	    !sh->how.format) {
		ij_strbuf_puts(sh->out, "(");
		ij_ctype_text(val->type, NULL, sh->out);
		ij_strbuf_puts(sh->out, ") ");
	}
	if (!sh->how.no_address)
		ij_strbuf_printf(sh->out, "0x%llx", (unsigned long long)addr);
	if (!addr)
		return NULL;
	ij_show_symbol(sh, addr, sh->how.no_address ? "" : " ");
	if (!text)
		return NULL;
	if (sh->out->len > start)
		ij_strbuf_puts(sh->out, " ");
	return ij_show_string_at(sh, target, addr,
				 sh->depth || sh->how.elements != IJ_SHOW_ELEMENTS
					 ? ij_show_elements(sh)
					 : IJ_SHOW_STRING);
}

void ij_show_indent(struct ij_shower *sh)
{
	ij_strbuf_printf(sh->out, "\n%*s", (int)(2 * sh->depth), "");
}

static bool same_bytes(const struct ij_val *val, uint64_t a, uint64_t b)
{
	struct ij_val x = ij_show_element(val, a), y = ij_show_element(val, b);

	return !memcmp(x.bytes, y.bytes, ij_ctype_strip(x.type)->size);
}

struct ij_error *ij_show_list(struct ij_shower *sh, const struct ij_val *val, uint64_t count)
{
	bool rust = ij_ctype_strip(val->type)->is_rust;
	uint64_t next, shown = 0;

	ij_strbuf_puts(sh->out, rust ? "[" : "{");
	for (uint64_t i = 0; i < count; i = next) {
		struct ij_val one = ij_show_element(val, i);

		if (shown >= ij_show_elements(sh) || !sh->left) {
			ij_strbuf_puts(sh->out, "...");
			break;
		}
		for (next = i + 1; next < count && same_bytes(val, i, next);)
			next++;
		if (i)
			ij_strbuf_puts(sh->out, sh->how.array ? "," : ", ");
		if (i && sh->how.array)
			ij_show_indent(sh);
		if (sh->how.indexes)
			ij_strbuf_printf(sh->out, "[%llu] = ", (unsigned long long)i);
		IJ_TRY(ij_show_any(sh, &one));
		sh->left--;
		shown++;
		if (sh->how.repeats && next - i > sh->how.repeats) {
			ij_strbuf_printf(sh->out, " <repeats %llu times>",
					 (unsigned long long)(next - i));
			shown += sh->how.repeats - 1;
		} else {
			next = i + 1;
		}
	}
	ij_strbuf_puts(sh->out, rust ? "]" : "}");
	return NULL;
}

static struct ij_error *array(struct ij_shower *sh, const struct ij_val *val)
{
	const struct ij_ctype *type = ij_ctype_strip(val->type);
	const struct ij_ctype *target = ij_ctype_shown(type->target);
	struct ij_error *err;

	if (ij_ctype_is_char(target) && (!sh->how.format || sh->how.format == 's') &&
	    type->kind == IJ_CT_ARRAY) {
		uint64_t count = type->count, size = target->size;

		if (sh->how.null_stop && size == 1)
			count = strnlen((const char *)val->bytes, count);
		ij_show_chars(sh, target, val->bytes, count, false);
		return NULL;
	}
	sh->depth++;
	err = ij_show_list(sh, val, type->count);
	sh->depth--;
	return err;
}

const struct ij_cvariant *ij_show_variant(const struct ij_val *val)
{
	const struct ij_ctype *type = ij_ctype_strip(val->type);
	const struct ij_cvariant *other = NULL;
	uint64_t value = 0;

	if (type->discriminant.type) {
		struct ij_val discriminant = ij_show_part(val, &type->discriminant);

		value = (uint64_t)ij_val_integer(&discriminant);
	}
	IJ_VEC_EACH (&type->variants, it) {
		uint64_t size =
			type->discriminant.type ? ij_ctype_strip(type->discriminant.type)->size : 8;
		uint64_t mask = size >= 8 ? ~(uint64_t)0 : ((uint64_t)1 << 8 * size) - 1;

		if (it->has_value && (it->value & mask) == (value & mask))
			return it;
		if (!it->has_value)
			other = it;
	}
	return other;
}

struct ij_error *ij_show_members(struct ij_shower *sh, const struct ij_val *val, const char *equals)
{
	const struct ij_ctype *type = ij_ctype_strip(val->type);
	bool tuple = ij_show_is_tuple(type), first = true;

	IJ_VEC_EACH (&type->members, it) {
		struct ij_val one = ij_show_part(val, it);

		if (!first)
			ij_strbuf_puts(sh->out, sh->how.pretty ? "," : ", ");
		first = false;
		if (sh->how.pretty)
			ij_show_indent(sh);
		if (it->name && !tuple)
			ij_strbuf_printf(sh->out, "%s%s", it->name, equals);
		IJ_TRY(ij_show_any(sh, &one));
	}
	return NULL;
}

static struct ij_error *aggregate(struct ij_shower *sh, const struct ij_val *val)
{
	const struct ij_ctype *type = ij_ctype_strip(val->type);
	const struct ij_cvariant *variant;
	struct ij_error *err;

	IJ_TRY(ij_ctype_complete(type));
	if (type->is_incomplete) {
		ij_strbuf_puts(sh->out, "<incomplete type>");
		return NULL;
	}
	if (sh->depth >= sh->how.depth ||
	    (sh->how.no_union && sh->depth && type->kind == IJ_CT_UNION)) {
		ij_strbuf_puts(sh->out, "{...}");
		return NULL;
	}
	sh->depth++;
	if (type->variants.len) {
		variant = ij_show_variant(val);
		if (variant) {
			struct ij_val one = ij_show_part(val, &variant->member);

			err = ij_show_rust(sh, &one);
		} else {
			ij_strbuf_puts(sh->out, "<unknown variant>");
			err = NULL;
		}
	} else if (type->is_rust) {
		err = ij_show_rust(sh, val);
	} else {
		err = ij_show_class(sh, val);
	}
	sh->depth--;
	return err;
}

static struct ij_error *complex_number(struct ij_shower *sh, const struct ij_val *val)
{
	const struct ij_ctype *type = ij_ctype_strip(val->type);
	struct ij_val real = {.type = type->target, .bytes = val->bytes};
	struct ij_val imaginary = {.type = type->target, .bytes = val->bytes + type->size / 2};

	IJ_TRY(ij_show_any(sh, &real));
	ij_strbuf_puts(sh->out, " + ");
	IJ_TRY(ij_show_any(sh, &imaginary));
	ij_strbuf_puts(sh->out, "i");
	return NULL;
}

void ij_show_raw(struct ij_shower *sh, const struct ij_val *val)
{
	uint64_t size = ij_ctype_strip(val->type)->size;

	ij_strbuf_puts(sh->out, "0x");
	for (uint64_t i = size; i--;)
		ij_strbuf_printf(sh->out, "%02x", val->bytes[i]);
}

struct ij_error *ij_show_any(struct ij_shower *sh, const struct ij_val *val)
{
	const struct ij_ctype *type = ij_ctype_shown(val->type);

	if (sh->how.format && sh->how.format != 's' && !ij_ctype_is_aggregate(type) &&
	    type->kind != IJ_CT_ARRAY && type->kind != IJ_CT_VECTOR &&
	    type->kind != IJ_CT_COMPLEX && type->kind != IJ_CT_VOID &&
	    type->kind != IJ_CT_FUNCTION && type->kind != IJ_CT_REFERENCE)
		return ij_show_formatted(sh, val);
	switch (type->kind) {
	case IJ_CT_VOID:
		ij_strbuf_puts(sh->out, "(void)");
		return NULL;
	case IJ_CT_BOOL:
		if ((unsigned __int128)ij_val_integer(val) > 1)
			ij_show_integer(ij_val_integer(val), true, sh->out);
		else
			ij_strbuf_puts(sh->out, ij_val_is_zero(val) ? "false" : "true");
		return NULL;
	case IJ_CT_INT:
		if (type->is_char)
			ij_show_char(sh, ij_val_integer(val), type);
		else
			ij_show_integer(ij_val_integer(val), type->is_unsigned, sh->out);
		return NULL;
	case IJ_CT_FLOAT:
		number(sh, val);
		return NULL;
	case IJ_CT_COMPLEX:
		return complex_number(sh, val);
	case IJ_CT_ENUM:
		return ij_show_enum(val, sh->out);
	case IJ_CT_POINTER:
		return pointer(sh, val);
	case IJ_CT_REFERENCE:
		return ij_show_reference(sh, val);
	case IJ_CT_MEMBER:
		return ij_show_member_pointer(sh, val);
	case IJ_CT_ARRAY:
	case IJ_CT_VECTOR:
		return array(sh, val);
	case IJ_CT_STRUCT:
	case IJ_CT_UNION:
		return aggregate(sh, val);
	case IJ_CT_FUNCTION:
		ij_strbuf_puts(sh->out, "{");
		ij_ctype_text(val->type, NULL, sh->out);
		ij_strbuf_printf(sh->out, "} 0x%llx", (unsigned long long)val->addr);
		ij_show_symbol(sh, val->addr, " ");
		return NULL;
	default:
		ij_show_raw(sh, val);
		return NULL;
	}
}

void ij_show_how_init(struct ij_show_how *how)
{
	*how = (struct ij_show_how){
		.elements = IJ_SHOW_ELEMENTS, .repeats = IJ_SHOW_REPEATS, .depth = IJ_SHOW_DEPTH};
}

struct ij_error *ij_show_as(struct ij_host *host, const struct ij_val *val,
			    const struct ij_show_how *how, struct ij_strbuf *out)
{
	/* The limit is of one array; what is in it counts, too, as nobody reads more. */
	struct ij_shower sh = {.host = host,
			       .how = *how,
			       .left = how->elements == IJ_SHOW_ELEMENTS ? 2000 : UINT32_MAX,
			       .out = out};
	struct ij_error *err = ij_show_any(&sh, val);

	ij_arena_deinit(&sh.arena);
	ij_vec_deinit(&sh.bases);
	ij_vec_deinit(&sh.statics);
	return err ? err : ij_strbuf_error(out);
}

struct ij_error *ij_show(struct ij_host *host, const struct ij_val *val, char format,
			 struct ij_strbuf *out)
{
	struct ij_show_how how;

	ij_show_how_init(&how);
	how.format = format;
	return ij_show_as(host, val, &how, out);
}
