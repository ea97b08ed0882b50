/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The functions of a class as gdb's ptype lists them (gdb/c-typeprint.c). */
#include "types/ctype_methods.h"

#include <ctype.h>
#include <string.h>

/* "operator int": its name says what it returns (c-typeprint.c, is_type_conversion_operator). */
static bool is_conversion(const char *name)
{
	size_t len = strlen("operator");

	if (strncmp(name, "operator", len) != 0 || !isspace((unsigned char)name[len]))
		return false;
	name += len + strspn(name + len, " \t");
	if (!isalpha((unsigned char)*name) && *name != '_')
		return false;
	len = !strncmp(name, "new", 3) ? 3 : !strncmp(name, "delete", 6) ? 6 : 0;
	return !len || isalnum((unsigned char)name[len]) || name[len] == '_';
}

static bool has_this(const struct ij_cmethod *method)
{
	return method->type->params.len && method->type->params.items[0].is_artificial;
}

/* What `this` points to is const: so is the function. */
static void qualifiers(const struct ij_cmethod *method, struct ij_strbuf *out)
{
	const struct ij_ctype *at = ij_ctype_strip(method->type->params.items[0].type);
	bool is_const = false, is_volatile = false;

	at = at->target ? at->target : at;
	for (unsigned i = 0; i < IJ_CT_DEPTH_MAX && at->kind == IJ_CT_QUALIFIED; i++) {
		is_const = is_const || at->is_const;
		is_volatile = is_volatile || at->is_volatile;
		at = at->target;
	}
	ij_strbuf_printf(out, "%s%s", is_const ? " const" : "", is_volatile ? " volatile" : "");
}

void ij_cmethod_text(const struct ij_cmethod *method, const struct ij_ctype_names *names,
		     struct ij_strbuf *out)
{
	bool any = false;

	ij_strbuf_puts(out, method->is_virtual ? "virtual " : !has_this(method) ? "static " : "");
	if (!method->is_constructor && method->name[0] != '~' && !is_conversion(method->name)) {
		ij_ctype_text_by(method->type->target, NULL, names, out);
		ij_strbuf_puts(out, " ");
	}
	ij_strbuf_printf(out, "%s(", method->name);
	IJ_VEC_EACH (&method->type->params, it) {
		if (it->is_artificial)
			continue;
		ij_strbuf_puts(out, any ? ", " : "");
		ij_ctype_text_by(it->type, NULL, names, out);
		any = true;
	}
	if (method->type->is_variadic)
		ij_strbuf_puts(out, any ? ", ..." : "...");
	else if (!any)
		ij_strbuf_puts(out, "void");
	ij_strbuf_puts(out, ")");
	if (has_this(method))
		qualifiers(method, out);
}
