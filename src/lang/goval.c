/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Types of Go as debug information has them, and the bytes of values. */
#include "lang/goval.h"

#include <stdio.h>
#include <string.h>

enum { VALUE_MAX = 1 << 20, DEPTH_MAX = 16 };

static bool begins(const char *name, const char *prefix)
{
	return name && !strncmp(name, prefix, strlen(prefix));
}

/* Of a struct: the runtime's own are told by their names. */
static enum ij_go_class class_of_struct(const struct ij_ctype *type)
{
	if (!type->name)
		return IJ_GO_CLASS_STRUCT;
	if (!strcmp(type->name, "string"))
		return IJ_GO_CLASS_STRING;
	if (begins(type->name, "[]"))
		return IJ_GO_CLASS_SLICE;
	if (!strcmp(type->name, "runtime.eface"))
		return IJ_GO_CLASS_EFACE;
	if (!strcmp(type->name, "runtime.iface"))
		return IJ_GO_CLASS_IFACE;
	return IJ_GO_CLASS_STRUCT;
}

static enum ij_go_class class_of_pointer(const struct ij_ctype *type)
{
	const struct ij_ctype *target = ij_ctype_strip(type->target);

	if (target->kind == IJ_CT_FUNCTION)
		return IJ_GO_CLASS_FUNC;
	if (begins(target->name, "hash<") || begins(target->name, "map<"))
		return IJ_GO_CLASS_MAP;
	if (begins(target->name, "hchan<"))
		return IJ_GO_CLASS_CHAN;
	return IJ_GO_CLASS_POINTER;
}

enum ij_go_class ij_go_class_of(const struct ij_ctype *type)
{
	const struct ij_ctype *bare = ij_ctype_strip(type);

	switch (bare->kind) {
	case IJ_CT_BOOL:
		return IJ_GO_CLASS_BOOL;
	case IJ_CT_INT:
		return bare->is_unsigned ? IJ_GO_CLASS_UINT : IJ_GO_CLASS_INT;
	case IJ_CT_FLOAT:
		return IJ_GO_CLASS_FLOAT;
	case IJ_CT_ARRAY:
		return IJ_GO_CLASS_ARRAY;
	case IJ_CT_STRUCT:
		return class_of_struct(bare);
	case IJ_CT_POINTER:
		return class_of_pointer(bare);
	case IJ_CT_FUNCTION:
		return IJ_GO_CLASS_FUNC;
	default:
		return IJ_GO_CLASS_NONE;
	}
}

/* The text of types that have no name of their own. */
static void add_text(const struct ij_ctype *type, struct ij_strbuf *out, unsigned depth)
{
	if (type->name) {
		ij_strbuf_puts(out, type->name);
	} else if (depth > DEPTH_MAX) {
		ij_strbuf_puts(out, "...");
	} else if (type->kind == IJ_CT_POINTER &&
		   (!type->target || type->target->kind == IJ_CT_VOID)) {
		ij_strbuf_puts(out, "unsafe.Pointer");
	} else if (type->kind == IJ_CT_POINTER) {
		ij_strbuf_puts(out, "*");
		add_text(type->target, out, depth + 1);
	} else if (type->kind == IJ_CT_ARRAY) {
		ij_strbuf_printf(out, "[%llu]", (unsigned long long)type->count);
		add_text(type->target, out, depth + 1);
	} else if (type->kind == IJ_CT_QUALIFIED) {
		add_text(type->target, out, depth + 1);
	} else {
		ij_strbuf_puts(out, type->kind == IJ_CT_FUNCTION ? "func" : "?");
	}
}

struct ij_error *ij_go_type_text(struct ij_go_host *host, const struct ij_ctype *type,
				 const char **ret)
{
	IJ_STRBUF_AUTO text = {0};

	if (type->name) {
		*ret = type->name;
		return NULL;
	}
	add_text(type, &text, 0);
	IJ_TRY(ij_strbuf_error(&text));
	return ij_ctypes_text(host->types, ij_strbuf_get(&text), text.len, ret);
}

static struct ij_error *struct_new(struct ij_go_host *host, const char *name, const char *first,
				   const struct ij_ctype *first_type, bool cap,
				   const struct ij_ctype **ret)
{
	const struct ij_ctype *word;
	struct ij_ctype *type;

	IJ_TRY(ij_go_type_basic(host, "int", 3, &word));
	IJ_TRY(ij_ctypes_new(host->types, IJ_CT_STRUCT, &type));
	IJ_TRY(ij_ctypes_text(host->types, name, strlen(name), &type->name));
	type->size = cap ? 24 : 16;
	IJ_TRY(ij_vec_push(&type->members,
			   ((struct ij_cmember){.name = first, .type = first_type})));
	IJ_TRY(ij_vec_push(&type->members,
			   ((struct ij_cmember){.name = "len", .type = word, .off = 8})));
	if (cap)
		IJ_TRY(ij_vec_push(&type->members,
				   ((struct ij_cmember){.name = "cap", .type = word, .off = 16})));
	*ret = type;
	return NULL;
}

struct ij_error *ij_go_type_slice(struct ij_go_host *host, const struct ij_ctype *elem,
				  const struct ij_ctype **ret)
{
	const struct ij_ctype *pointer;
	const char *text;
	char name[IJ_GO_TYPE_SIZE];

	IJ_TRY(ij_go_type_text(host, elem, &text));
	snprintf(name, sizeof(name), "[]%.90s", text);
	IJ_TRY(ij_ctypes_pointer(host->types, elem, &pointer));
	return struct_new(host, name, "array", pointer, true, ret);
}

struct ij_error *ij_go_type_basic(struct ij_go_host *host, const char *name, size_t len,
				  const struct ij_ctype **ret)
{
	static const struct ij_ctype basics[] = {
		{.kind = IJ_CT_BOOL, .size = 1, .name = "bool"},
		{.kind = IJ_CT_INT, .size = 8, .name = "int"},
		{.kind = IJ_CT_INT, .size = 1, .name = "int8"},
		{.kind = IJ_CT_INT, .size = 2, .name = "int16"},
		{.kind = IJ_CT_INT, .size = 4, .name = "int32"},
		{.kind = IJ_CT_INT, .size = 8, .name = "int64"},
		{.kind = IJ_CT_INT, .size = 8, .name = "uint", .is_unsigned = true},
		{.kind = IJ_CT_INT, .size = 1, .name = "uint8", .is_unsigned = true},
		{.kind = IJ_CT_INT, .size = 2, .name = "uint16", .is_unsigned = true},
		{.kind = IJ_CT_INT, .size = 4, .name = "uint32", .is_unsigned = true},
		{.kind = IJ_CT_INT, .size = 8, .name = "uint64", .is_unsigned = true},
		{.kind = IJ_CT_INT, .size = 8, .name = "uintptr", .is_unsigned = true},
		{.kind = IJ_CT_FLOAT, .size = 4, .name = "float32"},
		{.kind = IJ_CT_FLOAT, .size = 8, .name = "float64"},
	};
	static const struct ij_ctype eface = {
		.kind = IJ_CT_STRUCT, .size = 16, .name = "runtime.eface"};
	static const struct ij_ctype any = {
		.kind = IJ_CT_TYPEDEF, .size = 16, .name = "interface {}", .target = &eface};
	static const struct ij_ctype nothing = {.kind = IJ_CT_VOID};
	static const struct ij_ctype any_pointer = {
		.kind = IJ_CT_POINTER, .size = 8, .name = "unsafe.Pointer", .target = &nothing};
	static const char *const anys[] = {"any", "interface {}", "interface{}"};
	static const struct {
		const char *name, *means;
	} others[] = {{"byte", "uint8"}, {"rune", "int32"}};
	const struct ij_ctype *pointer;

	*ret = NULL;
	for (size_t i = 0; i < IJ_COUNT(others); i++)
		if (!strncmp(others[i].name, name, len) && !others[i].name[len])
			return ij_go_type_basic(host, others[i].means, strlen(others[i].means),
						ret);
	for (size_t i = 0; i < IJ_COUNT(basics); i++)
		if (!strncmp(basics[i].name, name, len) && !basics[i].name[len])
			*ret = &basics[i];
	for (size_t i = 0; i < IJ_COUNT(anys) && !*ret; i++)
		if (!strncmp(anys[i], name, len) && !anys[i][len])
			*ret = &any;
	if (!strncmp(any_pointer.name, name, len) && !any_pointer.name[len])
		*ret = &any_pointer;
	if (*ret || len != strlen("string") || strncmp(name, "string", len))
		return NULL;
	IJ_TRY(ij_ctypes_pointer(host->types, &basics[7], &pointer));
	return struct_new(host, "string", "str", pointer, false, ret);
}

const struct ij_ctype *ij_go_type_elem(const struct ij_ctype *type)
{
	const struct ij_ctype *bare = ij_ctype_strip(type);
	struct ij_error *err;
	bool is;

	switch (ij_go_class_of(type)) {
	case IJ_GO_CLASS_ARRAY:
	case IJ_GO_CLASS_POINTER:
		return bare->target && ij_ctype_strip(bare->target)->kind != IJ_CT_VOID
			       ? bare->target
			       : NULL;
	case IJ_GO_CLASS_SLICE:
		err = ij_ctype_complete(bare);
		is = !err && bare->members.len &&
		     ij_ctype_strip(bare->members.items[0].type)->kind == IJ_CT_POINTER;
		ij_error_free(err);
		return is ? ij_ctype_strip(bare->members.items[0].type)->target : NULL;
	default:
		return NULL;
	}
}

/* ---- How types are passed ---- */

static struct ij_error *add_parts(const struct ij_ctype *type, uint64_t off, unsigned depth,
				  struct ij_go_type *ret);

static struct ij_error *too_large(const struct ij_go_type *type)
{
	return ij_error_new(UNSUPPORTED,
			    "a value of type %.80s is too large to be passed to or from a call in "
			    "Go here; pass a pointer to it",
			    type->text);
}

static struct ij_error *add_part(struct ij_go_type *ret, uint64_t off, unsigned size, bool is_float)
{
	if (ret->parts_len == IJ_GO_PARTS_MAX)
		return too_large(ret);
	ret->parts[ret->parts_len++] = (struct ij_go_part){
		.off = (uint16_t)off, .size = (uint8_t)size, .is_float = is_float};
	if (size > ret->align)
		ret->align = size;
	return NULL;
}

static struct ij_error *add_members(const struct ij_ctype *bare, uint64_t off, unsigned depth,
				    struct ij_go_type *ret)
{
	IJ_TRY(ij_ctype_complete(bare));
	for (size_t i = 0; i < bare->members.len; i++)
		IJ_TRY(add_parts(bare->members.items[i].type, off + bare->members.items[i].off,
				 depth + 1, ret));
	return NULL;
}

/*
 * Basic values one by one, as they are assigned to registers; an array of several elements goes to
 * memory with all that it is in (src/cmd/compile/abi-internal.md).
 */
static struct ij_error *add_parts(const struct ij_ctype *type, uint64_t off, unsigned depth,
				  struct ij_go_type *ret)
{
	const struct ij_ctype *bare = ij_ctype_strip(type);
	enum ij_go_class class = ij_go_class_of(type);

	if (depth > DEPTH_MAX || off > IJ_GO_STRUCT_MAX)
		return too_large(ret);
	switch (class) {
	case IJ_GO_CLASS_STRUCT:
		return add_members(bare, off, depth, ret);
	case IJ_GO_CLASS_ARRAY:
		ret->in_memory |= bare->count > 1;
		/* There only the alignment counts. */
		return bare->count ? add_parts(bare->target, off, depth + 1, ret) : NULL;
	case IJ_GO_CLASS_STRING:
	case IJ_GO_CLASS_EFACE:
	case IJ_GO_CLASS_IFACE:
	case IJ_GO_CLASS_SLICE:
		IJ_TRY(add_part(ret, off, 8, false));
		IJ_TRY(add_part(ret, off + 8, 8, false));
		return class == IJ_GO_CLASS_SLICE ? add_part(ret, off + 16, 8, false) : NULL;
	case IJ_GO_CLASS_NONE:
		return too_large(ret);
	case IJ_GO_CLASS_FUNC:
		return add_part(ret, off, 8, false);
	default:
		return add_part(ret, off, (unsigned)bare->size, class == IJ_GO_CLASS_FLOAT);
	}
}

static struct ij_error *passed_struct(const struct ij_ctype *type, struct ij_go_type *ret)
{
	ret->kind = IJ_GO_STRUCT;
	ret->align = 1;
	if (ret->size > IJ_GO_STRUCT_MAX)
		return too_large(ret);
	return add_parts(type, 0, 0, ret);
}

struct ij_error *ij_go_type_passed(struct ij_go_host *host, const struct ij_ctype *type,
				   struct ij_go_type *ret)
{
	static const enum ij_go_kind kinds[] = {
		[IJ_GO_CLASS_BOOL] = IJ_GO_BOOL,       [IJ_GO_CLASS_INT] = IJ_GO_INT,
		[IJ_GO_CLASS_UINT] = IJ_GO_UINT,       [IJ_GO_CLASS_FLOAT] = IJ_GO_FLOAT,
		[IJ_GO_CLASS_STRING] = IJ_GO_STRING,   [IJ_GO_CLASS_SLICE] = IJ_GO_SLICE,
		[IJ_GO_CLASS_ARRAY] = IJ_GO_STRUCT,    [IJ_GO_CLASS_STRUCT] = IJ_GO_STRUCT,
		[IJ_GO_CLASS_POINTER] = IJ_GO_POINTER, [IJ_GO_CLASS_MAP] = IJ_GO_POINTER,
		[IJ_GO_CLASS_CHAN] = IJ_GO_POINTER,    [IJ_GO_CLASS_FUNC] = IJ_GO_POINTER,
		[IJ_GO_CLASS_EFACE] = IJ_GO_INTERFACE, [IJ_GO_CLASS_IFACE] = IJ_GO_INTERFACE,
	};
	enum ij_go_class class = ij_go_class_of(type);
	struct ij_go_type passed = {.size = (uint32_t)ij_ctype_strip(type)->size};
	const struct ij_ctype *elem = ij_go_type_elem(type);
	const char *text;

	IJ_TRY(ij_go_type_text(host, type, &text));
	snprintf(passed.text, sizeof(passed.text), "%s", text);
	if (class == IJ_GO_CLASS_NONE)
		return too_large(&passed);
	passed.kind = kinds[class];
	if (passed.kind == IJ_GO_STRUCT)
		IJ_TRY(passed_struct(type, &passed));
	passed.methods = class == IJ_GO_CLASS_IFACE;
	if (passed.kind == IJ_GO_POINTER)
		passed.size = 8;
	if ((class == IJ_GO_CLASS_SLICE || class == IJ_GO_CLASS_POINTER) && elem) {
		passed.elem_size = (uint32_t)ij_ctype_strip(elem)->size;
		passed.elem = kinds[ij_go_class_of(elem)];
	}
	*ret = passed;
	return NULL;
}

/* ---- Values ---- */

/* A function's type says nothing of the pointer that a value of it is. */
static size_t size_of(const struct ij_ctype *type)
{
	return ij_go_class_of(type) == IJ_GO_CLASS_FUNC ? 8 : (size_t)ij_ctype_strip(type)->size;
}

struct ij_go_value ij_go_value_at(const struct ij_ctype *type, ij_addr addr)
{
	return (struct ij_go_value){.type = type, .in_target = true, .addr = addr};
}

struct ij_error *ij_go_value_make(struct ij_go_host *host, const struct ij_ctype *type,
				  const void *bytes, size_t size, struct ij_go_value *ret)
{
	size_t all = size_of(type);
	uint8_t *copy = ij_arena_alloc(host->arena, all + 24);

	if (!copy)
		return ij_error_nomem();
	memset(copy, 0, all + 24);
	if (bytes)
		memcpy(copy, bytes, size < all ? size : all);
	*ret = (struct ij_go_value){.type = type, .bytes = copy};
	return NULL;
}

struct ij_error *ij_go_value_load(struct ij_go_host *host, struct ij_go_value *value)
{
	size_t size = value->type ? size_of(value->type) : 0;
	uint8_t *bytes;

	if (!value->type || value->bytes || value->func)
		return NULL;
	if (size > VALUE_MAX)
		return ij_error_new(LIMIT, "a value of %zu bytes is too large to be read whole",
				    size);
	bytes = ij_arena_alloc(host->arena, size + 24);
	if (!bytes)
		return ij_error_nomem();
	memset(bytes, 0, size + 24);
	if (!value->unknown)
		IJ_TRY(host->read(host, value->addr, bytes, size));
	value->bytes = bytes;
	return NULL;
}

struct ij_error *ij_go_not_kept(struct ij_go_host *host, const struct ij_go_value *value)
{
	const char *text;

	IJ_TRY(ij_go_type_text(host, value->type, &text));
	return ij_error_new(
		UNSUPPORTED,
		"%.80s is of what a call returned, and nobody keeps alive what it leads "
		"to; --force goes there all the same",
		text);
}

uint64_t ij_go_value_word(const struct ij_go_value *value, unsigned idx)
{
	uint64_t word;

	memcpy(&word, value->bytes + 8 * (size_t)idx, sizeof(word));
	return word;
}

int64_t ij_go_value_int(const struct ij_go_value *value)
{
	const struct ij_ctype *bare = ij_ctype_strip(value->type);
	unsigned shift = 64 - 8 * (unsigned)(bare->size > 8 ? 8 : bare->size);
	uint64_t word = ij_go_value_word(value, 0) << shift;

	if (bare->kind == IJ_CT_INT && !bare->is_unsigned)
		return (int64_t)word >> shift;
	return (int64_t)(word >> shift);
}

double ij_go_value_float(const struct ij_go_value *value)
{
	float f32;
	double f64;

	memcpy(&f32, value->bytes, sizeof(f32));
	memcpy(&f64, value->bytes, sizeof(f64));
	return ij_ctype_strip(value->type)->size == 4 ? (double)f32 : f64;
}

struct ij_error *ij_go_value_text(struct ij_go_host *host, struct ij_go_value *value, size_t max,
				  const uint8_t **bytes_ret, size_t *size_ret, bool *cut_ret)
{
	uint64_t len;
	uint8_t *bytes;

	*cut_ret = false;
	if (!value->type) {
		*bytes_ret = (const uint8_t *)value->con.bytes;
		*size_ret = value->con.bytes_size;
		return NULL;
	}
	IJ_TRY(ij_go_value_load(host, value));
	len = ij_go_value_word(value, 1);
	if (value->held) {
		*bytes_ret = value->held;
		*size_ret = value->held_size;
		*cut_ret = value->held_cut;
		return NULL;
	}
	if (value->fleeting && len && !host->force)
		return ij_go_not_kept(host, value);
	*cut_ret = len > max;
	*size_ret = len > max ? max : (size_t)len;
	bytes = ij_arena_alloc(host->arena, *size_ret + 1);
	if (!bytes)
		return ij_error_nomem();
	if (*size_ret)
		IJ_TRY(host->read(host, ij_go_value_word(value, 0), bytes, *size_ret));
	*bytes_ret = bytes;
	return NULL;
}

struct ij_error *ij_go_value_len(struct ij_go_host *host, struct ij_go_value *value, bool cap,
				 uint64_t *ret)
{
	enum ij_go_class class = value->type ? ij_go_class_of(value->type) : IJ_GO_CLASS_NONE;
	uint64_t counts[2] = {0};
	const char *text = "a constant";

	if (!value->type && value->con.kind == IJ_GO_CONST_STRING && !cap) {
		*ret = value->con.bytes_size;
		return NULL;
	}
	if (value->type && class == IJ_GO_CLASS_POINTER && ij_go_type_elem(value->type) &&
	    ij_go_class_of(ij_go_type_elem(value->type)) == IJ_GO_CLASS_ARRAY) {
		*ret = ij_ctype_strip(ij_go_type_elem(value->type))->count;
		return NULL;
	}
	switch (class) {
	case IJ_GO_CLASS_ARRAY:
		*ret = ij_ctype_strip(value->type)->count;
		return NULL;
	case IJ_GO_CLASS_STRING:
	case IJ_GO_CLASS_SLICE:
		IJ_TRY(ij_go_value_load(host, value));
		if (class == IJ_GO_CLASS_STRING && cap)
			break;
		*ret = ij_go_value_word(value, cap ? 2 : 1);
		return NULL;
	case IJ_GO_CLASS_MAP:
	case IJ_GO_CLASS_CHAN:
		if (class == IJ_GO_CLASS_MAP && cap)
			break;
		/* Of both the first word is how many there are; of a channel the next its room
		 * (src/runtime/map.go, internal/runtime/maps/map.go, chan.go). */
		IJ_TRY(ij_go_value_load(host, value));
		if (ij_go_value_word(value, 0))
			IJ_TRY(host->read(host, ij_go_value_word(value, 0), counts,
					  sizeof(counts)));
		*ret = counts[cap];
		return NULL;
	default:
		break;
	}
	if (value->type)
		IJ_TRY(ij_go_type_text(host, value->type, &text));
	return ij_error_new(TYPE, "%s of %.80s is not defined", cap ? "cap" : "len", text);
}
