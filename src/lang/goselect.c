/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Selectors, type assertions and calls (The Go Programming Language Specification, Selectors). */
#include <stdio.h>
#include <string.h>

#include "lang/goeval.h"

enum { EMBEDDED_MAX = 6, NAME_MAX_SIZE = 512 };

struct ij_error *ij_go_deref(struct ij_go_host *host, struct ij_go_value *value,
			     struct ij_go_value *ret)
{
	const struct ij_ctype *elem = value->type ? ij_go_type_elem(value->type) : NULL;
	const char *text = "a constant";
	bool unknown = value->unknown, fleeting = value->fleeting;

	if (!elem || ij_go_class_of(value->type) != IJ_GO_CLASS_POINTER) {
		if (value->type)
			IJ_TRY(ij_go_type_text(host, value->type, &text));
		return ij_error_new(TYPE, "%.80s is no pointer to anything known", text);
	}
	if (value->holds) {
		*ret = *value->holds;
		return NULL;
	}
	IJ_TRY(ij_go_value_load(host, value));
	if (unknown) {
		IJ_TRY(ij_go_value_make(host, elem, NULL, 0, ret));
		ret->unknown = true;
		return NULL;
	}
	if (!ij_go_value_word(value, 0))
		return ij_error_new(TYPE, "nil pointer dereference");
	/* It was read while it lived. */
	if (fleeting && value->held && value->held_size >= ij_ctype_strip(elem)->size) {
		IJ_TRY(ij_go_value_make(host, elem, value->held, value->held_size, ret));
		ret->fleeting = true;
		return NULL;
	}
	if (fleeting && !host->force)
		return ij_go_not_kept(host, value);
	*ret = ij_go_value_at(elem, ij_go_value_word(value, 0));
	ret->fleeting = fleeting;
	return NULL;
}

/* ---- Fields ---- */

static struct ij_error *field_of(struct ij_go_host *host, const struct ij_go_value *value,
				 const struct ij_cmember *member, struct ij_go_value *ret)
{
	const struct ij_ctype *bare = ij_ctype_strip(value->type);
	size_t size = (size_t)ij_ctype_strip(member->type)->size;

	if (member->off > bare->size || size > bare->size - member->off)
		return ij_error_new(BADDATA, "field %s lies outside of its struct", member->name);
	if (value->holds && value->holds[member - bare->members.items].type)
		*ret = value->holds[member - bare->members.items];
	else if (value->in_target)
		*ret = ij_go_value_at(member->type, value->addr + member->off);
	else
		IJ_TRY(ij_go_value_make(host, member->type, value->bytes + member->off, size, ret));
	ret->fleeting = value->fleeting;
	ret->unknown = value->unknown;
	return NULL;
}

/* The last part of a type's name, without what it points to or is instantiated with. */
static bool is_embedded(struct ij_go_host *host, const struct ij_cmember *member)
{
	const char *text, *last;
	struct ij_error *err = ij_go_type_text(host, member->type, &text);

	if (err || !member->name) {
		ij_error_free(err);
		return false;
	}
	text += *text == '*';
	last = strrchr(text, '.');
	return !strcmp(last ? last + 1 : text, member->name);
}

/* Through pointers to a struct; false: it is none. */
static struct ij_error *as_struct(struct ij_go_host *host, struct ij_go_value *value, bool *is)
{
	const struct ij_ctype *elem = value->type ? ij_go_type_elem(value->type) : NULL;

	*is = false;
	if (elem && ij_go_class_of(value->type) == IJ_GO_CLASS_POINTER &&
	    ij_go_class_of(elem) == IJ_GO_CLASS_STRUCT)
		IJ_TRY(ij_go_deref(host, value, value));
	if (!value->type || ij_go_class_of(value->type) != IJ_GO_CLASS_STRUCT)
		return NULL;
	if (!value->in_target)
		IJ_TRY(ij_go_value_load(host, value));
	IJ_TRY(ij_ctype_complete(ij_ctype_strip(value->type)));
	*is = true;
	return NULL;
}

/* What to look for at each level of embedded structs: a field, or a method. */
typedef struct ij_error *(*look_fn)(struct ij_go_host *host, struct ij_go_value *value,
				    const char *name, struct ij_go_value *ret, bool *found);

static struct ij_error *look_field(struct ij_go_host *host, struct ij_go_value *value,
				   const char *name, struct ij_go_value *ret, bool *found)
{
	struct ij_go_value object = *value;
	const struct ij_ctype *bare;

	IJ_TRY(as_struct(host, &object, found));
	if (!*found)
		return NULL;
	*found = false;
	bare = ij_ctype_strip(object.type);
	for (size_t i = 0; i < bare->members.len && !*found; i++) {
		if (!bare->members.items[i].name || strcmp(bare->members.items[i].name, name))
			continue;
		*found = true;
		IJ_TRY(field_of(host, &object, &bare->members.items[i], ret));
	}
	return NULL;
}

/* At @value itself, then in what it embeds, level by level. */
static struct ij_error *look_within(struct ij_go_host *host, struct ij_go_value *value,
				    const char *name, unsigned levels, look_fn look,
				    struct ij_go_value *ret, bool *found)
{
	struct ij_go_value object = *value;
	const struct ij_ctype *bare;
	bool is;

	if (!levels)
		return look(host, value, name, ret, found);
	*found = false;
	IJ_TRY(as_struct(host, &object, &is));
	if (!is)
		return NULL;
	bare = ij_ctype_strip(object.type);
	for (size_t i = 0; i < bare->members.len && !*found; i++) {
		struct ij_go_value inner;

		if (!is_embedded(host, &bare->members.items[i]))
			continue;
		IJ_TRY(field_of(host, &object, &bare->members.items[i], &inner));
		/* A nil pointer that is embedded has nothing in it. */
		if (ij_go_class_of(inner.type) == IJ_GO_CLASS_POINTER) {
			IJ_TRY(ij_go_value_load(host, &inner));
			if (!inner.unknown && !ij_go_value_word(&inner, 0))
				continue;
		}
		IJ_TRY(look_within(host, &inner, name, levels - 1, look, ret, found));
	}
	return NULL;
}

/* ---- Methods ---- */

static struct ij_error *function_named(struct ij_go_host *host, const char *name,
				       const struct ij_go_func **ret)
{
	struct ij_go_value value;
	bool found;

	*ret = NULL;
	IJ_TRY(host->lookup(host, name, &value, &found));
	if (found && value.func && !value.bytes)
		*ret = value.func;
	return NULL;
}

/* @func with its receiver given. */
static struct ij_error *bind(struct ij_go_host *host, const struct ij_go_func *func,
			     const struct ij_go_value *receiver, struct ij_go_value *ret)
{
	struct ij_go_func *bound = ij_arena_alloc(host->arena, sizeof(*bound));
	struct ij_go_value *copy = ij_arena_alloc(host->arena, sizeof(*copy));

	if (!bound || !copy)
		return ij_error_nomem();
	*copy = *receiver;
	*bound = *func;
	bound->receiver = copy;
	*ret = (struct ij_go_value){.func = bound, .unknown = receiver->unknown};
	return NULL;
}

/* The wrapper that takes a pointer, with the signature of the method that it wraps. */
static struct ij_error *with_signature(struct ij_go_host *host, const struct ij_go_func *wrapper,
				       const struct ij_go_func *method,
				       const struct ij_ctype *receiver,
				       const struct ij_go_func **ret)
{
	struct ij_go_func *both;

	*ret = wrapper;
	/* Of a wrapper debug information names no parameters. */
	if ((wrapper->known && wrapper->params_len) || !method || !method->known ||
	    !method->params_len)
		return NULL;
	both = ij_arena_alloc(host->arena, sizeof(*both));
	if (!both)
		return ij_error_nomem();
	*both = *method;
	both->name = wrapper->name;
	both->code = wrapper->code;
	both->params[0] = receiver;
	*ret = both;
	return NULL;
}

/* "path/pkg.T": the methods of T and *T. */
static struct ij_error *methods_of(struct ij_go_host *host, const char *type, const char *method,
				   const struct ij_go_func **by_value,
				   const struct ij_go_func **by_pointer)
{
	const char *last = strrchr(type, '.');
	char name[NAME_MAX_SIZE];

	*by_value = *by_pointer = NULL;
	if (!last || strlen(type) + strlen(method) + 8 > sizeof(name) || strpbrk(type, "[]{}* "))
		return NULL;
	snprintf(name, sizeof(name), "%s.%s", type, method);
	IJ_TRY(function_named(host, name, by_value));
	snprintf(name, sizeof(name), "%.*s.(*%s).%s", (int)(last - type), type, last + 1, method);
	return function_named(host, name, by_pointer);
}

static struct ij_error *look_method(struct ij_go_host *host, struct ij_go_value *value,
				    const char *method, struct ij_go_value *ret, bool *found)
{
	bool is_pointer = value->type && ij_go_class_of(value->type) == IJ_GO_CLASS_POINTER;
	const struct ij_ctype *type = is_pointer ? ij_go_type_elem(value->type) : value->type;
	const struct ij_go_func *by_value, *by_pointer;
	const struct ij_ctype *pointer;
	struct ij_go_value receiver;
	struct ij_go_type passed;
	struct ij_error *err;
	const char *name;

	*found = false;
	if (!type)
		return NULL;
	IJ_TRY(ij_go_type_text(host, type, &name));
	IJ_TRY(methods_of(host, name, method, &by_value, &by_pointer));
	if (!by_value && !by_pointer)
		return NULL;
	IJ_TRY(ij_ctypes_pointer(host->types, type, &pointer));
	/* What a call is yet to return has no address, and is not looked into. */
	if (ij_go_waits(value)) {
		*found = is_pointer ? by_pointer != NULL : by_value != NULL;
		if (!*found)
			return NULL;
		IJ_TRY(with_signature(host, is_pointer ? by_pointer : by_value, by_value, pointer,
				      &by_pointer));
		return bind(host, is_pointer ? by_pointer : by_value, value, ret);
	}
	*found = true;
	if (by_value) {
		err = ij_go_type_passed(host, type, &passed);
		if (!err) {
			receiver = *value;
			if (is_pointer)
				IJ_TRY(ij_go_deref(host, value, &receiver));
			return bind(host, by_value, &receiver, ret);
		}
		if (!by_pointer || err->code == IJ_ERR_NOMEM)
			return err;
		ij_error_free(err);
	}
	IJ_TRY(with_signature(host, by_pointer, by_value, pointer, &by_pointer));
	if (is_pointer)
		return bind(host, by_pointer, value, ret);
	if (value->origin) {
		IJ_TRY(ij_go_pointer_to(host, value, &receiver));
		receiver.is_kept = true;
		receiver.origin = value->origin;
		return bind(host, by_pointer, &receiver, ret);
	}
	if (!value->in_target)
		return ij_error_new(TYPE,
				    "%s has a pointer as its receiver, and only a variable "
				    "has an address",
				    by_pointer->name);
	IJ_TRY(ij_go_value_make(host, pointer, &value->addr, sizeof(value->addr), &receiver));
	receiver.fleeting = value->fleeting;
	return bind(host, by_pointer, &receiver, ret);
}

/* Is it of the same method: "main.(*T).Error" of "error.Error"? */
static bool is_method(const char *name, const char *as)
{
	const char *dot = strrchr(name, '.'), *wanted = strrchr(as, '.');

	return dot && wanted && !strcmp(dot, wanted);
}

struct ij_error *ij_go_method_at(struct ij_go_host *host, struct ij_go_func *func,
				 struct ij_go_value *data)
{
	const struct ij_ctype *type = func->params[0];
	bool fleeting = data->fleeting, unknown = data->unknown;
	const char *name;
	ij_addr table;
	uint64_t word;

	IJ_TRY(ij_go_value_load(host, data));
	table = ij_go_value_word(data, 0);
	word = ij_go_value_word(data, 1);
	if (!unknown && !data->planned) {
		if (!table)
			return ij_error_new(TYPE, "nil pointer dereference: the interface is nil");
		IJ_TRY(host->read(host, table + func->slot, &func->code, sizeof(func->code)));
		name = host->function_at(host, func->code);
		/* What stands in for it ends the program (src/runtime/iface.go). */
		if (!is_method(name, func->name))
			return ij_error_new(
				NOTFOUND,
				"%s is not there: the linker drops what nobody calls by "
				"an interface",
				func->name);
		func->name = name;
	}
	func->slot = 0;
	IJ_TRY(ij_go_value_make(host, type, &word, sizeof(word), data));
	data->fleeting = fleeting;
	data->unknown = unknown;
	return NULL;
}

/* By the table of methods that an interface has with it, as the compiler would call it. */
static struct ij_error *table_method(struct ij_go_host *host, struct ij_go_value *value,
				     const char *method, struct ij_go_value *ret, bool *found)
{
	struct ij_go_func *func = ij_arena_alloc(host->arena, sizeof(*func));
	struct ij_go_value receiver = *value;

	if (!func)
		return ij_error_nomem();
	IJ_TRY(host->method(host, value->type, method, func, found));
	if (!*found)
		return NULL;
	if (!ij_go_waits(value)) {
		struct ij_error *err = ij_go_force(host, &receiver);

		if (!err)
			err = ij_go_method_at(host, func, &receiver);
		/* By its own name it may be there. */
		*found = !err || err->code != IJ_ERR_NOTFOUND;
		if (!*found)
			ij_error_free(err);
		if (!*found || err)
			return *found ? err : NULL;
	}
	return bind(host, func, &receiver, ret);
}

/* A method of what an interface holds, which takes the interface's data as its receiver. */
static struct ij_error *interface_method(struct ij_go_host *host, struct ij_go_value *value,
					 const char *method, struct ij_go_value *ret)
{
	const struct ij_go_func *by_value, *by_pointer;
	const struct ij_ctype *type = NULL, *pointer;
	struct ij_go_value receiver;
	ij_addr descriptor, data;
	char name[NAME_MAX_SIZE];
	bool is_pointer, found = false;

	if (ij_go_class_of(value->type) == IJ_GO_CLASS_IFACE && !value->holds)
		IJ_TRY(table_method(host, value, method, ret, &found));
	if (found)
		return NULL;
	IJ_TRY(ij_go_force(host, value));
	IJ_TRY(ij_go_dynamic_type(host, value, &descriptor));
	if (value->unknown)
		return ij_error_new(UNSUPPORTED, "a method of an interface that a call returns is "
						 "not known before the call is made");
	if (!descriptor)
		return ij_error_new(TYPE, "nil pointer dereference: the interface is nil");
	if (value->holds)
		return ij_go_select(host, value->holds, method, ret);
	host->dynamic(host, descriptor, name, sizeof(name));
	is_pointer = *name == '*';
	IJ_TRY(methods_of(host, name + is_pointer, method, &by_value, &by_pointer));
	if (!by_pointer)
		return ij_error_new(NOTFOUND, "%s has no method %s that could be called", name,
				    method);
	IJ_TRY(host->type(host, name + is_pointer, &type));
	if (!type)
		return ij_error_new(NOTFOUND, "debug information has no type %s",
				    name + is_pointer);
	IJ_TRY(ij_ctypes_pointer(host->types, type, &pointer));
	IJ_TRY(with_signature(host, by_pointer, by_value, pointer, &by_pointer));
	data = ij_go_value_word(value, 1);
	IJ_TRY(ij_go_value_make(host, pointer, &data, sizeof(data), &receiver));
	receiver.fleeting = value->fleeting;
	return bind(host, by_pointer, &receiver, ret);
}

struct ij_error *ij_go_select(struct ij_go_host *host, struct ij_go_value *value, const char *name,
			      struct ij_go_value *ret)
{
	static const look_fn looks[] = {look_field, look_method};
	const char *text = "a constant";
	enum ij_go_class class;
	bool found;

	if (!value->type)
		return ij_error_new(TYPE, "%s has no fields or methods",
				    value->tuple  ? "what several results make"
				    : value->func ? value->func->name
						  : text);
	class = ij_go_class_of(value->type);
	if (class == IJ_GO_CLASS_IFACE || class == IJ_GO_CLASS_EFACE)
		return interface_method(host, value, name, ret);
	if (ij_go_waits(value)) {
		IJ_TRY(look_method(host, value, name, ret, &found));
		if (found)
			return NULL;
		IJ_TRY(ij_go_force(host, value));
	}
	for (unsigned levels = 0; levels < EMBEDDED_MAX; levels++) {
		for (size_t i = 0; i < IJ_COUNT(looks); i++) {
			IJ_TRY(look_within(host, value, name, levels, looks[i], ret, &found));
			if (found)
				return NULL;
		}
	}
	IJ_TRY(ij_go_type_text(host, value->type, &text));
	return ij_error_new(NOTFOUND,
			    "%.80s has no field or method %s that is there: the linker drops what "
			    "nobody calls",
			    text, name);
}

/* ---- Assertions ---- */

/* Up to the last slash a package's path, which the runtime's names do not have. */
static const char *without_path(const char *name)
{
	const char *slash = strrchr(name, '/');

	return slash ? slash + 1 : name;
}

struct ij_error *ij_go_assertion(struct ij_go_reader *r, struct ij_go_value *value,
				 struct ij_go_value *ret)
{
	struct ij_go_host *host = r->host;
	const struct ij_ctype *type;
	enum ij_go_class class, to;
	ij_addr descriptor;
	char name[NAME_MAX_SIZE];
	const char *text, *bare;
	bool fleeting = value->fleeting;

	IJ_TRY(ij_go_read_type(r, &type));
	if (!ij_go_take(r, ")"))
		return ij_go_syntax(r, "`)` is expected");
	class = value->type ? ij_go_class_of(value->type) : IJ_GO_CLASS_NONE;
	if (class != IJ_GO_CLASS_IFACE && class != IJ_GO_CLASS_EFACE)
		return ij_error_new(TYPE, "only what an interface holds can be asserted");
	to = ij_go_class_of(type);
	IJ_TRY(ij_go_dynamic_type(host, value, &descriptor));
	if (to == IJ_GO_CLASS_IFACE || to == IJ_GO_CLASS_EFACE) {
		if (descriptor || value->unknown)
			return ij_go_interface_of(host, value, type, "what the interface holds",
						  ret);
		IJ_TRY(ij_go_type_text(host, type, &text));
		return ij_error_new(TYPE, "the interface holds nil, not %.80s", text);
	}
	if (value->unknown) {
		IJ_TRY(ij_go_value_make(host, type, NULL, 0, ret));
		ret->unknown = true;
		return NULL;
	}
	IJ_TRY(ij_go_type_text(host, type, &text));
	snprintf(name, sizeof(name), "nil");
	if (descriptor)
		host->dynamic(host, descriptor, name, sizeof(name));
	bare = text + (*text == '*');
	if ((*text == '*') != (*name == '*') ||
	    strcmp(without_path(bare), without_path(name + (*name == '*'))))
		return ij_error_new(TYPE, "the interface holds %s, not %s", name, text);
	if (value->holds) {
		*ret = *value->holds;
		return NULL;
	}
	if (to == IJ_GO_CLASS_POINTER || to == IJ_GO_CLASS_MAP || to == IJ_GO_CLASS_CHAN ||
	    to == IJ_GO_CLASS_FUNC) {
		uint64_t data = ij_go_value_word(value, 1);

		IJ_TRY(ij_go_value_make(host, type, &data, sizeof(data), ret));
	} else {
		*ret = ij_go_value_at(type, ij_go_value_word(value, 1));
	}
	ret->fleeting = fleeting;
	return NULL;
}
