/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Types as the runtime itself describes them to a program, where debug information does not: those
 * of an interface's methods, and all that a stripped program has.
 *
 * Source: Go 1.11 to 1.27, src/internal/abi/type.go; before 1.21 src/runtime/type.go.
 */
#include <stdio.h>
#include <string.h>

#include "session/go.h"
#include "session/gohost.h"

enum { NAME_SIZE = 256, DEPTH_MAX = 8, FIELDS_MAX = 1024 };
/* Of every descriptor, and behind it by its kind. */
enum { TFLAG_OFF = 20, KIND_OFF = 23, BASE_SIZE = 48, KIND_MASK = 31 };
enum { TFLAG_UNCOMMON = 1, TFLAG_NAMED = 4 };
enum {
	ELEM_OFF = 48,
	ARRAY_LEN_OFF = 64,
	FUNC_IN_OFF = 48,
	FUNC_OUT_OFF = 50,
	FUNC_SIZE = 56,
	UNCOMMON_SIZE = 16,
	METHODS_OFF = 56,
	FIELDS_OFF = 56,
	FIELD_SIZE = 24,
};
/* reflect.Kind */
enum {
	KIND_BOOL = 1,
	KIND_FLOAT64 = 14,
	KIND_COMPLEX128 = 16,
	KIND_ARRAY,
	KIND_CHAN,
	KIND_FUNC,
	KIND_INTERFACE,
	KIND_MAP,
	KIND_POINTER,
	KIND_SLICE,
	KIND_STRING,
	KIND_STRUCT,
	KIND_UNSAFE_POINTER,
};

static struct ij_session *session_of(struct ij_go_host *host)
{
	return ((struct ij_go_session_host *)host)->s;
}

static struct ij_error *bytes_at(struct ij_go_host *host, ij_addr addr, void *buf, size_t size)
{
	return ij_mem_read(&session_of(host)->mem.mem, addr, buf, size);
}

/* A name of the runtime: flags, its length, its bytes. */
static struct ij_error *name_at(struct ij_go_host *host, ij_addr addr, char *buf)
{
	bool varint = ij_goprog_minor(session_of(host)->go.prog) >= 17;
	uint8_t head[4];
	size_t len, skip = 2;

	IJ_TRY(bytes_at(host, addr, head, sizeof(head)));
	len = varint ? head[1] & 0x7fu : (size_t)head[1] << 8 | head[2];
	if (varint && head[1] & 0x80)
		len |= (size_t)(head[2] & 0x7f) << 7;
	if (!varint || head[1] & 0x80)
		skip = 3;
	if (len >= NAME_SIZE)
		return ij_error_new(LIMIT, "a name of %zu bytes", len);
	IJ_TRY(bytes_at(host, addr + skip, buf, len));
	buf[len] = 0;
	return NULL;
}

static ij_addr from_types(struct ij_go_host *host, int32_t off)
{
	return session_of(host)->go.types + (uint64_t)(int64_t)off;
}

/* Where what is said of named types lies, behind what their kind needs. */
static uint64_t uncommon_off(unsigned kind, unsigned minor)
{
	switch (kind) {
	case KIND_ARRAY:
		return BASE_SIZE + 24;
	case KIND_CHAN:
		return BASE_SIZE + 16;
	case KIND_INTERFACE:
	case KIND_STRUCT:
		return BASE_SIZE + 32;
	case KIND_FUNC:
	case KIND_POINTER:
	case KIND_SLICE:
		return BASE_SIZE + 8;
	case KIND_MAP:
		/* 1.24 has larger groups, and says more of them. */
		return BASE_SIZE + (minor >= 24 ? 64 : minor >= 14 ? 40 : 32);
	default:
		return BASE_SIZE;
	}
}

/* "path/pkg.T", where the runtime's own name is "pkg.T". */
static struct ij_error *full_name(struct ij_go_host *host, ij_addr addr, const uint8_t *raw,
				  char *name)
{
	char path[NAME_SIZE], *dot, copy[NAME_SIZE];
	size_t span;
	int32_t off;

	(void)ij_go_type_name(session_of(host), addr, name, NAME_SIZE);
	if (!(raw[TFLAG_OFF] & TFLAG_NAMED) || !(raw[TFLAG_OFF] & TFLAG_UNCOMMON))
		return NULL;
	span = strcspn(name, "[");
	dot = memchr(name, '.', span);
	IJ_TRY(bytes_at(host,
			addr + uncommon_off(raw[KIND_OFF] & KIND_MASK,
					    ij_goprog_minor(session_of(host)->go.prog)),
			&off, sizeof(off)));
	if (!dot || !off)
		return NULL;
	IJ_TRY(name_at(host, from_types(host, off), path));
	if (strlen(path) + strlen(dot) >= NAME_SIZE)
		return NULL;
	snprintf(copy, sizeof(copy), "%s", dot);
	snprintf(name, NAME_SIZE, "%.*s%.*s", (int)(NAME_SIZE / 2), path, (int)(NAME_SIZE / 2 - 1),
		 copy);
	return NULL;
}

static struct ij_error *type_at(struct ij_go_host *host, ij_addr addr, unsigned depth,
				const struct ij_ctype **ret);

static struct ij_error *elem_at(struct ij_go_host *host, ij_addr addr, unsigned depth,
				const struct ij_ctype **ret)
{
	ij_addr elem;

	IJ_TRY(bytes_at(host, addr + ELEM_OFF, &elem, sizeof(elem)));
	return type_at(host, elem, depth + 1, ret);
}

/* Something of @size bytes that is called @name and not looked into. */
static struct ij_error *named_type(struct ij_go_host *host, const char *name, uint64_t size,
				   const struct ij_ctype *of, const struct ij_ctype **ret)
{
	struct ij_ctype *type;

	IJ_TRY(ij_ctypes_new(host->types, IJ_CT_TYPEDEF, &type));
	type->size = size;
	type->target = of;
	*ret = type;
	return ij_ctypes_text(host->types, name, strlen(name), &type->name);
}

static struct ij_error *opaque_pointer(struct ij_go_host *host, const struct ij_ctype **ret)
{
	struct ij_ctype *nothing;

	IJ_TRY(ij_ctypes_new(host->types, IJ_CT_OTHER, &nothing));
	return ij_ctypes_pointer(host->types, nothing, ret);
}

static struct ij_error *basic_of(struct ij_go_host *host, unsigned kind,
				 const struct ij_ctype **ret)
{
	static const char *const names[] = {
		[1] = "bool",     [2] = "int",      [3] = "int8",    [4] = "int16",
		[5] = "int32",    [6] = "int64",    [7] = "uint",    [8] = "uint8",
		[9] = "uint16",   [10] = "uint32",  [11] = "uint64", [12] = "uintptr",
		[13] = "float32", [14] = "float64",
	};

	return ij_go_type_basic(host, names[kind], strlen(names[kind]), ret);
}

/* A struct with its fields. */
static struct ij_error *struct_at(struct ij_go_host *host, ij_addr addr, const char *name,
				  uint64_t size, unsigned depth, const struct ij_ctype **ret)
{
	/* Up to 1.18 the offset has a bit that says whether the field is embedded. */
	unsigned shift = ij_goprog_minor(session_of(host)->go.prog) < 19 ? 1 : 0;
	uint64_t fields[2], words[FIELD_SIZE / 8];
	struct ij_ctype *type;

	IJ_TRY(bytes_at(host, addr + FIELDS_OFF, fields, sizeof(fields)));
	if (fields[1] > FIELDS_MAX)
		return ij_error_new(LIMIT, "a struct of %llu fields",
				    (unsigned long long)fields[1]);
	IJ_TRY(ij_ctypes_new(host->types, IJ_CT_STRUCT, &type));
	IJ_TRY(ij_ctypes_text(host->types, name, strlen(name), &type->name));
	type->size = size;
	for (uint64_t i = 0; i < fields[1]; i++) {
		struct ij_cmember member = {.name = NULL};
		char text[NAME_SIZE];

		IJ_TRY(bytes_at(host, fields[0] + i * FIELD_SIZE, words, sizeof(words)));
		IJ_TRY(name_at(host, words[0], text));
		IJ_TRY(ij_ctypes_text(host->types, text, strlen(text), &member.name));
		IJ_TRY(type_at(host, words[1], depth + 1, &member.type));
		member.off = words[2] >> shift;
		IJ_TRY(ij_vec_push(&type->members, member));
	}
	*ret = type;
	return NULL;
}

static struct ij_error *interface_at(struct ij_go_host *host, ij_addr addr,
				     const struct ij_ctype **ret)
{
	uint64_t methods;
	struct ij_ctype *type;

	IJ_TRY(bytes_at(host, addr + METHODS_OFF + 8, &methods, sizeof(methods)));
	IJ_TRY(ij_ctypes_new(host->types, IJ_CT_STRUCT, &type));
	type->size = 16;
	type->name = methods ? "runtime.iface" : "runtime.eface";
	*ret = type;
	return NULL;
}

/* By what it is made of. */
static struct ij_error *build(struct ij_go_host *host, ij_addr addr, const uint8_t *raw,
			      const char *name, unsigned depth, const struct ij_ctype **ret)
{
	unsigned kind = raw[KIND_OFF] & KIND_MASK;
	const struct ij_ctype *inner;
	uint64_t size, count;

	memcpy(&size, raw, sizeof(size));
	if (kind >= KIND_BOOL && kind <= KIND_FLOAT64) {
		IJ_TRY(basic_of(host, kind, &inner));
	} else if (kind == KIND_STRING) {
		IJ_TRY(ij_go_type_basic(host, "string", 6, &inner));
	} else if (kind == KIND_STRUCT && depth < DEPTH_MAX) {
		return struct_at(host, addr, name, size, depth, ret);
	} else if (kind == KIND_ARRAY && depth < DEPTH_MAX) {
		IJ_TRY(bytes_at(host, addr + ARRAY_LEN_OFF, &count, sizeof(count)));
		IJ_TRY(elem_at(host, addr, depth, &inner));
		IJ_TRY(ij_ctypes_array(host->types, inner, count, &inner));
	} else if (kind == KIND_SLICE && depth < DEPTH_MAX) {
		IJ_TRY(elem_at(host, addr, depth, &inner));
		IJ_TRY(ij_go_type_slice(host, inner, &inner));
	} else if (kind == KIND_INTERFACE) {
		IJ_TRY(interface_at(host, addr, &inner));
	} else if (kind == KIND_POINTER && depth < DEPTH_MAX) {
		/* What is behind pointers is deeper than it looks. */
		IJ_TRY(elem_at(host, addr, depth + DEPTH_MAX / 2, &inner));
		IJ_TRY(ij_ctypes_pointer(host->types, inner, &inner));
	} else if (size == sizeof(uint64_t)) {
		IJ_TRY(opaque_pointer(host, &inner));
	} else {
		struct ij_ctype *other;

		IJ_TRY(ij_ctypes_new(host->types, IJ_CT_OTHER, &other));
		other->size = size;
		inner = other;
	}
	return named_type(host, name, size, inner, ret);
}

static struct ij_error *type_at(struct ij_go_host *host, ij_addr addr, unsigned depth,
				const struct ij_ctype **ret)
{
	uint8_t raw[BASE_SIZE];
	char name[NAME_SIZE];

	IJ_TRY(bytes_at(host, addr, raw, sizeof(raw)));
	IJ_TRY(full_name(host, addr, raw, name));
	IJ_TRY(ij_go_type_basic(host, name, strlen(name), ret));
	if (!*ret)
		IJ_TRY(ij_go_host_debug_type(host, name, ret));
	return *ret ? NULL : build(host, addr, raw, name, depth, ret);
}

struct ij_error *ij_go_host_described(struct ij_go_host *host, ij_addr addr,
				      const struct ij_ctype **ret)
{
	return type_at(host, addr, 0, ret);
}

/* ---- Methods of interfaces ---- */

/* What the func type at @addr takes and returns, behind what is there. */
static struct ij_error *signature(struct ij_go_host *host, ij_addr addr, struct ij_go_func *func)
{
	uint8_t raw[BASE_SIZE];
	uint16_t in, out;
	ij_addr at = addr + FUNC_SIZE;

	IJ_TRY(bytes_at(host, addr, raw, sizeof(raw)));
	IJ_TRY(bytes_at(host, addr + FUNC_IN_OFF, &in, sizeof(in)));
	IJ_TRY(bytes_at(host, addr + FUNC_OUT_OFF, &out, sizeof(out)));
	at += raw[TFLAG_OFF] & TFLAG_UNCOMMON ? UNCOMMON_SIZE : 0;
	func->variadic = out & 0x8000;
	out &= 0x7fff;
	if ((raw[KIND_OFF] & KIND_MASK) != KIND_FUNC || in + func->params_len > IJ_GO_PARAMS_MAX ||
	    out > IJ_GO_RESULTS_MAX)
		return ij_error_new(LIMIT, "a method of %u arguments and %u results", in, out);
	for (unsigned i = 0; i < (unsigned)in + out; i++, at += sizeof(addr)) {
		const struct ij_ctype **to = i < in ? &func->params[func->params_len++]
						    : &func->results[func->results_len++];
		ij_addr type;

		IJ_TRY(bytes_at(host, at, &type, sizeof(type)));
		IJ_TRY(type_at(host, type, 0, to));
	}
	func->known = true;
	return NULL;
}

/* Where the address of method @idx stands in a table of methods (runtime.itab). */
static unsigned slot_of(uint64_t idx)
{
	return 24 + 8 * (unsigned)idx;
}

/* The one interface that every program has. */
static struct ij_error *error_method(struct ij_go_host *host, const char *name,
				     struct ij_go_func *ret, bool *found)
{
	*found = !strcmp(name, "Error");
	if (!*found)
		return NULL;
	ret->slot = slot_of(0);
	ret->results_len = 1;
	ret->known = true;
	return ij_go_type_basic(host, "string", 6, &ret->results[0]);
}

static struct ij_error *look_up(struct ij_go_host *host, ij_addr inter, const char *name,
				struct ij_go_func *ret, bool *found)
{
	uint64_t methods[2];
	uint8_t raw[BASE_SIZE];

	*found = false;
	IJ_TRY(bytes_at(host, inter, raw, sizeof(raw)));
	IJ_TRY(bytes_at(host, inter + METHODS_OFF, methods, sizeof(methods)));
	if ((raw[KIND_OFF] & KIND_MASK) != KIND_INTERFACE || methods[1] > FIELDS_MAX)
		return NULL;
	for (uint64_t i = 0; i < methods[1] && !*found; i++) {
		int32_t offs[2]; /* of its name and its type */
		char text[NAME_SIZE];

		IJ_TRY(bytes_at(host, methods[0] + i * sizeof(offs), offs, sizeof(offs)));
		IJ_TRY(name_at(host, from_types(host, offs[0]), text));
		*found = !strcmp(text, name);
		if (!*found)
			continue;
		ret->slot = slot_of(i);
		IJ_TRY(signature(host, from_types(host, offs[1]), ret));
	}
	return NULL;
}

struct ij_error *ij_go_host_method(struct ij_go_host *host, const struct ij_ctype *type,
				   const char *name, struct ij_go_func *ret, bool *found)
{
	struct ij_go_func func = {.params_len = 1};
	struct ij_error *err;
	const char *text, *dot;
	char *full;
	ij_addr inter;

	*found = false;
	IJ_TRY(ij_go_type_text(host, type, &text));
	dot = strrchr(text, '/');
	full = ij_arena_alloc(host->arena, strlen(text) + strlen(name) + 2);
	if (!full)
		return ij_error_nomem();
	sprintf(full, "%s.%s", dot ? dot + 1 : text, name);
	func.name = full;
	IJ_TRY(ij_go_type_basic(host, "unsafe.Pointer", 14, &func.params[0]));
	if (!strcmp(text, "error")) {
		IJ_TRY(error_method(host, name, &func, found));
	} else if (session_of(host)->go.types) {
		err = ij_go_host_descriptor(host, type, &inter);
		if (!err)
			err = look_up(host, inter, name, &func, found);
		/* Without it there are other ways. */
		if (err && err->code == IJ_ERR_NOMEM)
			return err;
		*found &= !err;
		ij_error_free(err);
	}
	if (*found)
		*ret = func;
	return NULL;
}
