/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Values of a script. */
#include "repl/value.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

struct ij_value ij_value_int(int64_t value)
{
	return (struct ij_value){.kind = IJ_KIND_INT, .i = value};
}

struct ij_error *ij_value_string(const char *text, size_t len, struct ij_value *ret)
{
	char *str = strndup(text, len);

	if (!str)
		return ij_cli_nomem();
	*ret = (struct ij_value){.kind = IJ_KIND_STRING, .str = str};
	return NULL;
}

struct ij_error *ij_value_of_result(const struct ij_result *result, struct ij_value *ret)
{
	struct ij_value value = {.kind = IJ_KIND_VOID};
	const char *str;

	switch (ij_result_kind(result)) {
	case IJ_VALUE_INT:
		value = ij_value_int(ij_result_int(result));
		break;
	case IJ_VALUE_UINT:
		value = (struct ij_value){.kind = IJ_KIND_UINT, .u = ij_result_uint(result)};
		break;
	case IJ_VALUE_FLOAT:
		value = (struct ij_value){.kind = IJ_KIND_FLOAT, .f = ij_result_float(result)};
		break;
	case IJ_VALUE_POINTER:
	case IJ_VALUE_STRING:
		value = (struct ij_value){.kind = IJ_KIND_POINTER, .u = ij_result_uint(result)};
		str = ij_result_string(result, NULL);
		if (str) {
			IJ_CLI_TRY(ij_value_string(str, strlen(str), &value));
			value.foreign = true;
			value.u = ij_result_uint(result);
		}
		break;
	case IJ_VALUE_OTHER:
		str = ij_result_text(result);
		IJ_CLI_TRY(ij_value_string(str, strlen(str), &value));
		break;
	case IJ_VALUE_NONE:
	case IJ_VALUE_VOID:
		break;
	}
	*ret = value;
	return NULL;
}

struct ij_error *ij_value_dup(const struct ij_value *value, struct ij_value *ret)
{
	struct ij_value copy = *value;

	if (value->str) {
		copy.str = strdup(value->str);
		if (!copy.str)
			return ij_cli_nomem();
	}
	*ret = copy;
	return NULL;
}

void ij_value_deinit(struct ij_value *value)
{
	free(value->str);
	*value = (struct ij_value){.kind = IJ_KIND_VOID};
}

bool ij_value_true(const struct ij_value *value)
{
	switch (value->kind) {
	case IJ_KIND_INT:
		return value->i != 0;
	case IJ_KIND_UINT:
	case IJ_KIND_POINTER:
		return value->u != 0;
	case IJ_KIND_FLOAT:
		return value->f != 0;
	case IJ_KIND_STRING:
		return value->foreign || *value->str;
	case IJ_KIND_VOID:
	case IJ_KIND_UNKNOWN:
		break;
	}
	return false;
}

/* The shortest digits that read back as the same number. */
static void print_float(double value, struct ij_text *out)
{
	char text[40];

	for (int digits = 15; digits <= 17; digits++) {
		snprintf(text, sizeof(text), "%.*g", digits, value);
		if (strtod(text, NULL) == value)
			break;
	}
	ij_text_puts(out, text);
	if (isfinite(value) && !strpbrk(text, ".e"))
		ij_text_puts(out, ".0");
}

void ij_script_value_print(const struct ij_value *value, struct ij_text *out)
{
	switch (value->kind) {
	case IJ_KIND_VOID:
		ij_text_puts(out, "(void)");
		break;
	case IJ_KIND_UNKNOWN:
		ij_text_puts(out, "(unknown)");
		break;
	case IJ_KIND_INT:
		ij_text_printf(out, "%" PRId64, value->i);
		break;
	case IJ_KIND_UINT:
		ij_text_printf(out, "%" PRIu64, value->u);
		break;
	case IJ_KIND_FLOAT:
		print_float(value->f, out);
		break;
	case IJ_KIND_POINTER:
		ij_text_printf(out, "0x%" PRIx64, value->u);
		break;
	case IJ_KIND_STRING:
		ij_text_puts(out, value->str);
		break;
	}
}

void ij_value_literal(const struct ij_value *value, struct ij_text *out)
{
	switch (value->kind) {
	case IJ_KIND_INT:
		/* The least number has no literal: its digits without the sign are too large. */
		if (value->i == INT64_MIN)
			ij_text_puts(out, "(-0x7fffffffffffffff-1)");
		else
			ij_text_printf(out, value->i < 0 ? "(%" PRId64 ")" : "%" PRId64, value->i);
		break;
	case IJ_KIND_UINT:
		ij_text_printf(out, "%" PRIu64 "u", value->u);
		break;
	case IJ_KIND_STRING:
		if (!value->foreign) {
			ij_text_quoted(out, value->str, strlen(value->str));
			break;
		}
		ij_text_printf(out, "(char *)0x%" PRIx64, value->u);
		break;
	case IJ_KIND_POINTER:
		ij_text_printf(out, "(void *)0x%" PRIx64, value->u);
		break;
	case IJ_KIND_FLOAT:
		ij_text_puts(out, "(");
		print_float(value->f, out);
		ij_text_puts(out, ")");
		break;
	case IJ_KIND_UNKNOWN:
	case IJ_KIND_VOID:
		ij_text_puts(out, "0");
		break;
	}
}

void ij_script_value_json(const struct ij_value *value, struct ij_text *out)
{
	const int64_t exact = INT64_C(1) << 53; /* above, readers of JSON lose digits */
	struct ij_text text = {0};
	bool plain = (value->kind == IJ_KIND_INT && value->i <= exact && value->i >= -exact) ||
		     (value->kind == IJ_KIND_UINT && value->u <= (uint64_t)exact) ||
		     (value->kind == IJ_KIND_FLOAT && isfinite(value->f));

	if (value->kind == IJ_KIND_VOID || value->kind == IJ_KIND_UNKNOWN) {
		ij_text_puts(out, "null");
		return;
	}
	ij_script_value_print(value, &text);
	if (plain)
		ij_text_puts(out, ij_text_get(&text));
	else
		ij_text_json(out, ij_text_get(&text));
	ij_text_deinit(&text);
}
