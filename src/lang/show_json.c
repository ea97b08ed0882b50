/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Values as JSON: what C has as one thing is one, and no number is rounded by a reader. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "lang/eval.h"
#include "lang/show_internal.h"
#include "lang/text.h"

static struct ij_error *any(struct ij_shower *sh, const struct ij_val *val);

static void text(struct ij_shower *sh, const char *str)
{
	struct ij_json json;

	ij_json_init(&json, sh->out);
	ij_json_string(&json, NULL, str);
}

/* What a double cannot hold is a string. */
static void integer(struct ij_shower *sh, const struct ij_val *val)
{
	bool is_unsigned = ij_ctype_is_unsigned(val->type);
	__int128 value = ij_val_integer(val);
	bool large = value > (__int128)1 << 53 || value < -((__int128)1 << 53);

	ij_strbuf_puts(sh->out, large ? "\"" : "");
	ij_show_integer(value, is_unsigned && ij_ctype_strip(val->type)->size == 16, sh->out);
	ij_strbuf_puts(sh->out, large ? "\"" : "");
}

static void floating(struct ij_shower *sh, const struct ij_val *val)
{
	long double value = ij_val_float(val);
	const char *quote = isfinite(value) ? "" : "\"";

	ij_strbuf_puts(sh->out, quote);
	ij_text_float((uint32_t)ij_ctype_strip(val->type)->size, value, sh->out);
	ij_strbuf_puts(sh->out, quote);
}

static struct ij_error *pointer(struct ij_shower *sh, const struct ij_val *val)
{
	const struct ij_ctype *target = ij_ctype_strip(ij_ctype_strip(val->type)->target);
	uint64_t addr = ij_val_address(val), count;
	const uint8_t *bytes = NULL;
	char number[24];
	bool more;

	if (ij_ctype_is_char(target) && target->size == 1) {
		if (!addr) {
			ij_strbuf_puts(sh->out, "null");
			return NULL;
		}
		IJ_TRY(ij_show_read_string(sh, 1, addr, IJ_SHOW_STRING, &bytes, &count, &more));
	}
	if (bytes) {
		((uint8_t *)(uintptr_t)bytes)[count] = 0;
		text(sh, (const char *)bytes);
		return NULL;
	}
	snprintf(number, sizeof(number), "0x%llx", (unsigned long long)addr);
	text(sh, number);
	return NULL;
}

static struct ij_error *array(struct ij_shower *sh, const struct ij_val *val)
{
	const struct ij_ctype *type = ij_ctype_strip(val->type);

	if (ij_ctype_is_char(type->target) && ij_ctype_strip(type->target)->size == 1) {
		char *copy = ij_arena_text(&sh->arena, (const char *)val->bytes, type->count);

		if (!copy)
			return ij_error_nomem();
		text(sh, copy);
		return NULL;
	}
	ij_strbuf_puts(sh->out, "[");
	for (uint64_t i = 0; i < type->count; i++) {
		struct ij_val one = ij_show_element(val, i);

		if (!sh->left)
			return ij_error_new(
				LIMIT, "a value of over %d elements has no place in JSON", 100000);
		sh->left--;
		ij_strbuf_puts(sh->out, i ? "," : "");
		IJ_TRY(any(sh, &one));
	}
	ij_strbuf_puts(sh->out, "]");
	return NULL;
}

static struct ij_error *members(struct ij_shower *sh, const struct ij_val *val, bool *first)
{
	const struct ij_ctype *type = ij_ctype_strip(val->type);

	if (++sh->depth > IJ_SHOW_DEPTH)
		return ij_error_new(LIMIT, "a value is nested over %d deep", IJ_SHOW_DEPTH);
	IJ_TRY(ij_ctype_complete(type));
	IJ_VEC_EACH (&type->members, it) {
		struct ij_val one = ij_show_part(val, it);

		if (it->is_virtual)
			continue;
		/* What C reaches without a name belongs to the whole. */
		if ((!it->name || it->is_base) && ij_ctype_is_aggregate(it->type)) {
			IJ_TRY(members(sh, &one, first));
			continue;
		}
		ij_strbuf_puts(sh->out, *first ? "" : ",");
		*first = false;
		text(sh, it->name ? it->name : "");
		ij_strbuf_puts(sh->out, ":");
		IJ_TRY(any(sh, &one));
	}
	sh->depth--;
	return NULL;
}

static struct ij_error *aggregate(struct ij_shower *sh, const struct ij_val *val)
{
	const struct ij_ctype *type = ij_ctype_strip(val->type);
	bool first = true;

	IJ_TRY(ij_ctype_complete(type));
	ij_strbuf_puts(sh->out, "{");
	if (type->variants.len) {
		const struct ij_cvariant *variant = ij_show_variant(val);

		if (variant) {
			struct ij_val one = ij_show_part(val, &variant->member);

			text(sh, variant->member.name ? variant->member.name : "");
			ij_strbuf_puts(sh->out, ":");
			IJ_TRY(any(sh, &one));
		}
	} else {
		IJ_TRY(members(sh, val, &first));
	}
	ij_strbuf_puts(sh->out, "}");
	return NULL;
}

static struct ij_error *enumeration(struct ij_shower *sh, const struct ij_val *val)
{
	IJ_STRBUF_AUTO name = {0};

	IJ_TRY(ij_show_enum(val, &name));
	IJ_TRY(ij_strbuf_error(&name));
	if (name.str[0] == '-' || (name.str[0] >= '0' && name.str[0] <= '9'))
		integer(sh, val);
	else
		text(sh, name.str);
	return NULL;
}

static struct ij_error *any(struct ij_shower *sh, const struct ij_val *val)
{
	const struct ij_ctype *type = ij_ctype_strip(val->type);
	IJ_STRBUF_AUTO shown = {0};

	switch (type->kind) {
	case IJ_CT_VOID:
		ij_strbuf_puts(sh->out, "null");
		return NULL;
	case IJ_CT_BOOL:
		ij_strbuf_puts(sh->out, ij_val_is_zero(val) ? "false" : "true");
		return NULL;
	case IJ_CT_INT:
		integer(sh, val);
		return NULL;
	case IJ_CT_FLOAT:
		floating(sh, val);
		return NULL;
	case IJ_CT_ENUM:
		return enumeration(sh, val);
	case IJ_CT_POINTER:
		return pointer(sh, val);
	case IJ_CT_ARRAY:
	case IJ_CT_VECTOR:
		return array(sh, val);
	case IJ_CT_STRUCT:
	case IJ_CT_UNION:
		return aggregate(sh, val);
	default:
		IJ_TRY(ij_show(sh->host, val, 0, &shown));
		text(sh, ij_strbuf_get(&shown));
		return NULL;
	}
}

struct ij_error *ij_show_json(struct ij_host *host, const struct ij_val *val, struct ij_strbuf *out)
{
	struct ij_shower sh = {.host = host, .left = 100000, .out = out};
	struct ij_error *err = any(&sh, val);

	ij_arena_deinit(&sh.arena);
	return err ? err : ij_strbuf_error(out);
}
