/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Interfaces that are made of values, and slices of what leads elsewhere (The Go Programming
 * Language Specification, Assignability). All that one of them leads to and that is new is one
 * piece of memory, which a call makes first: so nothing of it can be collected before the whole is
 * passed on.
 */
#include <string.h>

#include "lang/goeval.h"

enum { PARTS_DEPTH_MAX = 16, ALIGN = 8 };

static bool leads_elsewhere(enum ij_go_class class)
{
	return class >= IJ_GO_CLASS_POINTER || class == IJ_GO_CLASS_SLICE ||
	       class == IJ_GO_CLASS_STRING;
}

static bool leads(const struct ij_ctype *type, unsigned depth)
{
	const struct ij_ctype *bare = ij_ctype_strip(type);
	enum ij_go_class class = ij_go_class_of(type);
	IJ_ERROR_AUTO err = NULL;
	bool any = false;

	if (class == IJ_GO_CLASS_ARRAY)
		return depth > PARTS_DEPTH_MAX || leads(bare->target, depth + 1);
	if (class != IJ_GO_CLASS_STRUCT)
		return leads_elsewhere(class);
	err = ij_ctype_complete(bare);
	any = err || depth > PARTS_DEPTH_MAX;
	for (size_t i = 0; i < bare->members.len && !any; i++)
		any = leads(bare->members.items[i].type, depth + 1);
	return any;
}

bool ij_go_leads(const struct ij_ctype *type)
{
	return leads(type, 0);
}

/* Is there all that a string or slice leads to? */
static bool is_held(const struct ij_go_value *value)
{
	enum ij_go_class class = ij_go_class_of(value->type);
	const struct ij_ctype *elem = ij_go_type_elem(value->type);

	return value->held && !value->held_cut &&
	       (class == IJ_GO_CLASS_STRING ||
		(class == IJ_GO_CLASS_SLICE && elem && !ij_go_leads(elem)));
}

struct ij_error *ij_go_is_kept(struct ij_go_host *host, const struct ij_go_value *value)
{
	if (!value->fleeting || value->unknown || host->force || !ij_go_leads(value->type) ||
	    (leads_elsewhere(ij_go_class_of(value->type)) && !ij_go_value_word(value, 0)) ||
	    is_held(value))
		return NULL;
	return ij_go_not_kept(host, value);
}

/* ---- Memory that is made ---- */

static struct ij_error *made_new(struct ij_go_host *host, struct ij_go_made **ret)
{
	struct ij_go_made *made = ij_arena_alloc(host->arena, sizeof(*made));

	if (!made)
		return ij_error_nomem();
	memset(made, 0, sizeof(*made));
	*ret = made;
	return NULL;
}

/* What is not written to is no address. */
static struct ij_error *room(struct ij_go_host *host, struct ij_go_made *made, size_t size,
			     size_t *off_ret)
{
	size_t off = made->size, more = (size + ALIGN - 1) / ALIGN * ALIGN;

	if (size > IJ_GO_TEXT_MAX || off + more > IJ_GO_TEXT_MAX)
		return ij_error_new(LIMIT, "what is to be made for a call takes over %d bytes",
				    IJ_GO_TEXT_MAX);
	if (off + more > made->room) {
		uint8_t *bytes = ij_arena_alloc(host->arena, 2 * (off + more));

		if (!bytes)
			return ij_error_nomem();
		if (off)
			memcpy(bytes, made->bytes, off);
		made->bytes = bytes;
		made->room = 2 * (off + more);
	}
	if (more)
		memset(made->bytes + off, 0xff, more);
	made->size = off + more;
	*off_ret = off;
	return NULL;
}

/* The word at @at is to lead to @to. */
static struct ij_error *fix(struct ij_go_made *made, size_t at, uint64_t to)
{
	if (made->fixes_len == IJ_GO_FIXES_MAX)
		return ij_error_new(LIMIT, "what is to be made for a call has over %d parts",
				    IJ_GO_FIXES_MAX);
	memcpy(made->bytes + at, &to, sizeof(to));
	made->fixes[made->fixes_len++] = (uint32_t)at;
	return NULL;
}

/* What @value leads to, behind the rest; and its word at @at with it. */
static struct ij_error *put_made(struct ij_go_host *host, struct ij_go_made *made, size_t at,
				 const struct ij_go_value *value)
{
	const struct ij_go_made *inner = value->made;
	uint64_t word;
	size_t base;

	IJ_TRY(room(host, made, inner->size, &base));
	if (inner->size)
		memcpy(made->bytes + base, inner->bytes, inner->size);
	for (size_t i = 0; i < inner->fixes_len; i++) {
		memcpy(&word, inner->bytes + inner->fixes[i], sizeof(word));
		IJ_TRY(fix(made, base + inner->fixes[i], base + word));
	}
	made->pointers |= inner->pointers;
	for (unsigned i = 0; i < value->made_len; i++) {
		memcpy(&word, value->bytes + value->made_at[i], sizeof(word));
		IJ_TRY(fix(made, at + value->made_at[i], base + word));
	}
	return NULL;
}

/* A value in memory that is made, at @at. */
static struct ij_error *put(struct ij_go_host *host, struct ij_go_made *made, size_t at,
			    struct ij_go_value *value)
{
	enum ij_go_class class = ij_go_class_of(value->type);
	size_t size = class == IJ_GO_CLASS_FUNC ? 8 : (size_t)ij_ctype_strip(value->type)->size;
	size_t base;

	IJ_TRY(ij_go_value_load(host, value));
	IJ_TRY(ij_go_is_kept(host, value));
	memcpy(made->bytes + at, value->bytes, size);
	if (value->made) {
		/* What else it leads to is not new. */
		made->pointers |= class == IJ_GO_CLASS_STRUCT || class == IJ_GO_CLASS_ARRAY;
		return put_made(host, made, at, value);
	}
	if (is_held(value) && value->held_size) {
		IJ_TRY(room(host, made, value->held_size, &base));
		memcpy(made->bytes + base, value->held, value->held_size);
		return fix(made, at, base);
	}
	if (value->held_cut)
		return ij_error_new(LIMIT, "what is to be made for a call is too long");
	made->pointers |= ij_go_leads(value->type);
	return NULL;
}

struct ij_error *ij_go_slice_of(struct ij_go_host *host, const struct ij_ctype *type,
				struct ij_go_value *items, size_t len, struct ij_go_value *ret)
{
	const struct ij_ctype *elem = ij_go_type_elem(type);
	const uint64_t words[3] = {0, len, len};
	size_t size = (size_t)ij_ctype_strip(elem)->size, base;
	struct ij_go_value *holds = ij_arena_alloc(host->arena, (len + 1) * sizeof(*holds));
	struct ij_go_made *made = NULL;
	bool unknown = false;

	if (!holds)
		return ij_error_nomem();
	IJ_TRY(made_new(host, &made));
	if (len && size > IJ_GO_TEXT_MAX / len)
		return ij_error_new(LIMIT, "%zu elements of %zu bytes are too many", len, size);
	IJ_TRY(room(host, made, size * len, &base));
	for (size_t i = 0; i < len; i++) {
		IJ_TRY(ij_go_assign_to(host, &items[i], elem, "an element", &holds[i]));
		unknown |= holds[i].unknown;
		IJ_TRY(put(host, made, i * size, &holds[i]));
	}
	IJ_TRY(ij_go_value_make(host, type, words, sizeof(words), ret));
	ret->made = len ? made : NULL;
	ret->made_len = 1;
	ret->holds = holds;
	ret->unknown = unknown;
	return NULL;
}

struct ij_error *ij_go_pointer_to(struct ij_go_host *host, struct ij_go_value *value,
				  struct ij_go_value *ret)
{
	const uint64_t word = 0;
	struct ij_go_value *holds = ij_arena_alloc(host->arena, sizeof(*holds));
	const struct ij_ctype *type;
	struct ij_go_made *made = NULL;
	size_t base;

	if (!holds)
		return ij_error_nomem();
	*holds = *value;
	IJ_TRY(ij_ctypes_pointer(host->types, value->type, &type));
	IJ_TRY(made_new(host, &made));
	IJ_TRY(room(host, made, (size_t)ij_ctype_strip(value->type)->size + 1, &base));
	IJ_TRY(put(host, made, base, holds));
	IJ_TRY(ij_go_value_make(host, type, &word, sizeof(word), ret));
	ret->made = made;
	ret->made_len = 1;
	ret->holds = holds;
	ret->unknown = value->unknown;
	return NULL;
}

struct ij_error *ij_go_part_made(struct ij_go_host *host, struct ij_go_value *whole, uint64_t off,
				 struct ij_go_value *part)
{
	bool by_bytes = !part->made;
	unsigned more = by_bytes ? 1 : part->made_len;
	struct ij_go_made *made = (struct ij_go_made *)(uintptr_t)whole->made;
	uint64_t word;
	size_t base;

	if (whole->made_len + more > IJ_GO_MADE_MAX || off > UINT16_MAX - IJ_GO_STRUCT_MAX)
		return ij_error_new(LIMIT, "over %d parts of a literal lead to new memory",
				    IJ_GO_MADE_MAX);
	if (!made)
		IJ_TRY(made_new(host, &made));
	IJ_TRY(room(host, made, by_bytes ? part->held_size : part->made->size, &base));
	if (by_bytes)
		memcpy(made->bytes + base, part->held, part->held_size);
	else if (part->made->size)
		memcpy(made->bytes + base, part->made->bytes, part->made->size);
	for (size_t i = 0; !by_bytes && i < part->made->fixes_len; i++) {
		memcpy(&word, part->made->bytes + part->made->fixes[i], sizeof(word));
		IJ_TRY(fix(made, base + part->made->fixes[i], base + word));
	}
	made->pointers |= !by_bytes && part->made->pointers;
	for (unsigned i = 0; i < more; i++) {
		unsigned at = by_bytes ? 0 : part->made_at[i];

		memcpy(&word, part->bytes + at, sizeof(word));
		word = by_bytes ? base : base + word;
		memcpy(whole->bytes + off + at, &word, sizeof(word));
		whole->made_at[whole->made_len++] = (uint16_t)(off + at);
	}
	whole->made = made;
	return NULL;
}

/* "func(int, string) (int, error)", as debug information calls it. */
static struct ij_error *func_text(struct ij_go_host *host, const struct ij_go_func *func,
				  struct ij_strbuf *out)
{
	const char *text;

	ij_strbuf_puts(out, "func(");
	for (size_t i = 0; i < func->params_len; i++) {
		IJ_TRY(ij_go_type_text(host, func->params[i], &text));
		/* Debug information of a function does not tell `...T` from []T. */
		ij_strbuf_printf(out, "%s%s", i ? ", " : "", text);
	}
	ij_strbuf_puts(out, func->results_len > 1 ? ") (" : func->results_len ? ") " : ")");
	for (size_t i = 0; i < func->results_len; i++) {
		IJ_TRY(ij_go_type_text(host, func->results[i], &text));
		ij_strbuf_printf(out, "%s%s", i ? ", " : "", text);
	}
	ij_strbuf_puts(out, func->results_len > 1 ? ")" : "");
	return ij_strbuf_error(out);
}

struct ij_error *ij_go_func_value(struct ij_go_host *host, const struct ij_go_func *func,
				  const struct ij_ctype *type, const char *what,
				  struct ij_go_value *ret)
{
	IJ_STRBUF_AUTO have = {0};
	const uint64_t word = 0;
	struct ij_go_made *made = NULL;
	const char *want;
	size_t base;

	if (func->receiver)
		return ij_error_new(
			UNSUPPORTED,
			"%s is a method with its receiver, for which code would have to be "
			"made; give a function",
			what);
	IJ_TRY(ij_go_type_text(host, type, &want));
	IJ_TRY(func_text(host, func, &have));
	if (!func->known || strcmp(want, ij_strbuf_get(&have)) != 0)
		return ij_error_new(TYPE, "%s is %.80s, and %.80s is wanted", what,
				    func->known ? ij_strbuf_get(&have) : func->name, want);
	IJ_TRY(made_new(host, &made));
	IJ_TRY(room(host, made, sizeof(func->code), &base));
	memcpy(made->bytes + base, &func->code, sizeof(func->code));
	IJ_TRY(ij_go_value_make(host, type, &word, sizeof(word), ret));
	/* That of a closure is there. */
	if (func->context)
		memcpy(ret->bytes, &func->context, sizeof(func->context));
	else
		ret->made = made;
	ret->made_len = 1;
	return NULL;
}

/* ---- Interfaces ---- */

/* Is a value of @type the data word itself (src/cmd/compile/internal/types, IsDirectIface)? */
static bool is_direct(const struct ij_ctype *type, unsigned depth)
{
	const struct ij_ctype *bare = ij_ctype_strip(type);
	enum ij_go_class class = ij_go_class_of(type);
	IJ_ERROR_AUTO err = NULL;

	if (depth > PARTS_DEPTH_MAX)
		return false;
	switch (class) {
	case IJ_GO_CLASS_POINTER:
	case IJ_GO_CLASS_MAP:
	case IJ_GO_CLASS_CHAN:
	case IJ_GO_CLASS_FUNC:
		return true;
	case IJ_GO_CLASS_ARRAY:
		return bare->count == 1 && is_direct(bare->target, depth + 1);
	case IJ_GO_CLASS_STRUCT:
		err = ij_ctype_complete(bare);
		return !err && bare->members.len == 1 &&
		       is_direct(bare->members.items[0].type, depth + 1);
	default:
		return false;
	}
}

/* The method table for values of the type at @descriptor; or that type, if there are no methods. */
static struct ij_error *head_of(struct ij_go_host *host, const struct ij_ctype *type,
				ij_addr descriptor, const char *have, const char *what,
				uint64_t *ret)
{
	const char *want;
	ij_addr inter;

	*ret = descriptor;
	if (ij_go_class_of(type) != IJ_GO_CLASS_IFACE || !descriptor)
		return NULL;
	IJ_TRY(host->descriptor(host, type, &inter));
	if (host->plan)
		return NULL;
	IJ_TRY(host->itab(host, inter, descriptor, ret));
	if (*ret)
		return NULL;
	IJ_TRY(ij_go_type_text(host, type, &want));
	return ij_error_new(TYPE, "%s is %.80s, which has not all methods of %.80s", what, have,
			    want);
}

struct ij_error *ij_go_dynamic_type(struct ij_go_host *host, struct ij_go_value *value,
				    ij_addr *ret)
{
	IJ_TRY(ij_go_value_load(host, value));
	*ret = ij_go_value_word(value, 0);
	/* With methods the first word is a table, whose second word is the type. */
	if (*ret && ij_go_class_of(value->type) == IJ_GO_CLASS_IFACE && !value->unknown &&
	    !value->planned)
		return host->read(host, *ret + 8, ret, sizeof(*ret));
	return NULL;
}

/* What another interface holds. */
static struct ij_error *of_interface(struct ij_go_host *host, struct ij_go_value *value,
				     const struct ij_ctype *type, const char *what,
				     struct ij_go_value *ret)
{
	uint64_t words[2] = {ij_go_value_word(value, 0), ij_go_value_word(value, 1)};
	char name[128] = "";

	IJ_TRY(ij_go_dynamic_type(host, value, &words[0]));
	if (words[0])
		host->dynamic(host, words[0], name, sizeof(name));
	IJ_TRY(head_of(host, type, words[0], name, what, &words[0]));
	*ret = *value;
	IJ_TRY(ij_go_value_make(host, type, words, sizeof(words), ret));
	ret->planned = host->plan && ij_go_class_of(type) == IJ_GO_CLASS_IFACE;
	ret->made = value->made;
	memcpy(ret->made_at, value->made_at, sizeof(ret->made_at));
	ret->made_len = value->made_len;
	ret->holds = value->holds;
	ret->fleeting = value->fleeting;
	ret->unknown = value->unknown;
	ret->held = value->held;
	ret->held_size = value->held_size;
	ret->held_cut = value->held_cut;
	return NULL;
}

/* A constant gets the type that it has where nothing says another. */
static struct ij_error *with_type(struct ij_go_host *host, struct ij_go_value *value,
				  const char *what, struct ij_go_value *ret)
{
	static const char *const names[] = {
		[IJ_GO_CONST_INT] = "int",
		[IJ_GO_CONST_FLOAT] = "float64",
		[IJ_GO_CONST_BOOL] = "bool",
		[IJ_GO_CONST_STRING] = "string",
	};
	const struct ij_ctype *type;
	const char *name;

	*ret = *value;
	if (value->type)
		return ij_go_value_load(host, ret);
	name = names[value->con.kind];
	IJ_TRY(ij_go_type_basic(host, name, strlen(name), &type));
	return ij_go_assign_to(host, value, type, what, ret);
}

struct ij_error *ij_go_interface_of(struct ij_go_host *host, struct ij_go_value *value,
				    const struct ij_ctype *type, const char *what,
				    struct ij_go_value *ret)
{
	struct ij_go_value *holds = ij_arena_alloc(host->arena, sizeof(*holds));
	struct ij_go_made *made = NULL;
	struct ij_go_value from;
	uint64_t words[2] = {0};
	enum ij_go_class class;
	ij_addr descriptor;
	const char *have;
	size_t base;

	if (!holds)
		return ij_error_nomem();
	IJ_TRY(with_type(host, value, what, &from));
	*holds = from;
	class = ij_go_class_of(from.type);
	if (class == IJ_GO_CLASS_EFACE || class == IJ_GO_CLASS_IFACE)
		return of_interface(host, &from, type, what, ret);
	if (class == IJ_GO_CLASS_NONE)
		return ij_error_new(TYPE, "%s is nothing that an interface holds", what);
	IJ_TRY(ij_go_type_text(host, from.type, &have));
	IJ_TRY(host->descriptor(host, from.type, &descriptor));
	IJ_TRY(head_of(host, type, descriptor, have, what, &words[0]));
	if (is_direct(from.type, 0)) {
		IJ_TRY(ij_go_is_kept(host, &from));
		words[1] = ij_go_value_word(&from, 0);
	} else {
		IJ_TRY(made_new(host, &made));
		IJ_TRY(room(host, made, (size_t)ij_ctype_strip(from.type)->size + 1, &base));
		IJ_TRY(put(host, made, base, &from));
	}
	IJ_TRY(ij_go_value_make(host, type, words, sizeof(words), ret));
	ret->made = made ? made : from.made;
	ret->made_at[0] = 8;
	ret->made_len = 1;
	ret->holds = holds;
	ret->unknown = from.unknown;
	return NULL;
}
