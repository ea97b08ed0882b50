/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Values of Rust as gdb 13 prints them (gdb/rust-lang.c): slices and text, tuples, structs with
 * their names. */
#include <string.h>

#include "lang/eval_rust.h"
#include "lang/show_internal.h"

bool ij_show_is_tuple(const struct ij_ctype *type)
{
	return type->members.len && type->members.items[0].name &&
	       !strcmp(type->members.items[0].name, "__0");
}

static struct ij_error *slice(struct ij_shower *sh, const struct ij_val *val, ij_addr addr,
			      uint64_t len, const struct ij_ctype *element)
{
	const struct ij_ctype *type = ij_ctype_strip(val->type);
	bool text = !strcmp(type->name, "&str") || !strcmp(type->name, "&mut str");
	uint64_t size = ij_ctype_strip(element)->size, shown = len;
	struct ij_ctype array = {.kind = IJ_CT_ARRAY, .target = element, .is_rust = true};
	struct ij_val all = {.type = &array};
	struct ij_error *err;

	if (shown > IJ_SHOW_ELEMENTS * 16)
		shown = IJ_SHOW_ELEMENTS * 16;
	if (size && shown > IJ_ARENA_MAX / 4 / size)
		shown = IJ_ARENA_MAX / 4 / size;
	all.bytes = ij_arena_alloc(&sh->arena, shown * size + 1);
	if (!all.bytes)
		return ij_error_nomem();
	err = sh->host->read(sh->host, addr, all.bytes, shown * size);
	if (err) {
		ij_error_free(err);
		ij_strbuf_printf(sh->out, "<error: Cannot access memory at address 0x%llx>",
				 (unsigned long long)addr);
		return NULL;
	}
	array.count = shown;
	if (text) {
		ij_show_chars(sh, ij_cbase(IJ_CBASE_CHAR), all.bytes, shown, shown < len);
		return NULL;
	}
	ij_strbuf_printf(sh->out, "%s ", type->name);
	return ij_show_list(sh, &all, shown);
}

/* As the language writes it: C's {x = 1}, Rust's Name {x: 1} and Name(1). */
struct ij_error *ij_show_rust(struct ij_shower *sh, const struct ij_val *val)
{
	const struct ij_ctype *type = ij_ctype_strip(val->type);
	struct ij_slice all;
	bool tuple;

	IJ_TRY(ij_ctype_complete(type));
	if (ij_rust_slice(val, &all))
		return slice(sh, val, all.addr, all.len, all.element);
	tuple = ij_show_is_tuple(type);
	if (type->name && type->name[0] != '(')
		ij_strbuf_puts(sh->out, type->name);
	if (!type->members.len && type->name)
		return NULL;
	ij_strbuf_puts(sh->out, tuple ? "(" : " {");
	IJ_TRY(ij_show_members(sh, val, ": "));
	ij_strbuf_puts(sh->out, tuple ? ")" : "}");
	return NULL;
}
