/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Composite literals: structs, arrays, and slices of what has no pointers (The Go Programming
 * Language Specification, Composite literals). A slice's elements get memory when a call takes it,
 * as those of a string do; that memory is not looked into by the collector.
 */
#include <stdio.h>
#include <string.h>

#include "lang/goeval.h"

enum { NAME_SIZE = 256 };

/* What is being filled in. */
struct filling {
	struct ij_go_reader *r;
	const struct ij_ctype *type;
	uint8_t *bytes;
	struct ij_go_value *whole; /* what is true of a part is true of it */
};

static struct ij_error *no_pointers(const struct ij_ctype *type, unsigned depth, bool *ret)
{
	const struct ij_ctype *bare = ij_ctype_strip(type);

	*ret = bare->kind == IJ_CT_BOOL || bare->kind == IJ_CT_INT || bare->kind == IJ_CT_FLOAT;
	if (bare->kind == IJ_CT_ARRAY && depth < IJ_CT_DEPTH_MAX)
		return no_pointers(bare->target, depth + 1, ret);
	if (ij_go_class_of(type) != IJ_GO_CLASS_STRUCT || depth == IJ_CT_DEPTH_MAX)
		return NULL;
	IJ_TRY(ij_ctype_complete(bare));
	*ret = true;
	for (size_t i = 0; *ret && i < bare->members.len; i++)
		IJ_TRY(no_pointers(bare->members.items[i].type, depth + 1, ret));
	return NULL;
}

/* {...} within a literal, whose type @type is left out; of pointers it leads to a new one. */
static struct ij_error *elided(struct ij_go_reader *r, const struct ij_ctype *type,
			       struct ij_go_value *ret)
{
	const struct ij_ctype *elem = ij_go_type_elem(type);
	struct ij_go_value whole;

	if (ij_go_class_of(type) != IJ_GO_CLASS_POINTER || !elem)
		return ij_go_literal_rest(r, type, ret);
	IJ_TRY(ij_go_literal_rest(r, elem, &whole));
	return ij_go_pointer_to(r->host, &whole, ret);
}

/* Is it a string or slice whose bytes are here, and get new memory? */
static bool is_anew(const struct ij_go_value *value)
{
	enum ij_go_class class = ij_go_class_of(value->type);
	const struct ij_ctype *elem = ij_go_type_elem(value->type);

	return value->held_size && !value->held_cut &&
	       (class == IJ_GO_CLASS_STRING ||
		(class == IJ_GO_CLASS_SLICE && elem && !ij_go_leads(elem)));
}

/* One element of @type, which goes to @off of the bytes. @what: for messages. */
static struct ij_error *element(const struct filling *f, const struct ij_ctype *type, uint64_t off,
				size_t idx, const char *what)
{
	struct ij_go_value value, fitting;
	uint64_t size = ij_ctype_strip(type)->size;
	bool anew;

	/* The type of what lies within may be left out. */
	if (ij_go_take(f->r, "{"))
		IJ_TRY(elided(f->r, type, &value));
	else
		IJ_TRY(ij_go_expr(f->r, &value));
	IJ_TRY(ij_go_assign_to(f->r->host, &value, type, what, &fitting));
	IJ_TRY(ij_go_value_load(f->r->host, &fitting));
	anew = fitting.made || is_anew(&fitting);
	f->whole->unknown |= fitting.unknown;
	f->whole->fleeting |= fitting.fleeting && !anew;
	if (fitting.bytes)
		memcpy(f->bytes + off, fitting.bytes, size);
	if (f->whole->holds)
		f->whole->holds[idx] = fitting;
	if (!anew || !f->whole->holds)
		return NULL;
	return ij_go_part_made(f->r->host, f->whole, off, &fitting);
}

/* A comma, or the end. */
static struct ij_error *more(struct ij_go_reader *r, bool *ret)
{
	*ret = ij_go_take(r, ",");
	if (ij_go_take(r, "}"))
		*ret = false;
	else if (!*ret)
		return ij_go_syntax(r, "`,` or `}` is expected");
	return NULL;
}

/* "name:" before a value; false: there is none. */
static bool take_key(struct ij_go_reader *r, char *name)
{
	const char *from = r->pos;
	size_t len;

	ij_go_skip_space(r);
	len = ij_go_ident_len(r->pos);
	if (!len || len >= NAME_SIZE)
		return false;
	snprintf(name, NAME_SIZE, "%.*s", (int)len, r->pos);
	r->pos += len;
	if (ij_go_take(r, ":"))
		return true;
	r->pos = from;
	return false;
}

static struct ij_error *fill_struct(const struct filling *f)
{
	const struct ij_ctype *bare = ij_ctype_strip(f->type);
	bool go_on = !ij_go_take(f->r, "}"), keyed = false;
	char name[NAME_SIZE];
	size_t i;

	IJ_TRY(ij_ctype_complete(bare));
	for (i = 0; go_on; i++) {
		const struct ij_cmember *member = NULL;

		if (take_key(f->r, name)) {
			if (i && !keyed)
				return ij_go_syntax(f->r, "fields are named all, or none");
			keyed = true;
			for (size_t j = 0; j < bare->members.len && !member; j++)
				if (bare->members.items[j].name &&
				    !strcmp(bare->members.items[j].name, name))
					member = &bare->members.items[j];
			if (!member)
				return ij_error_new(NOTFOUND, "a struct without a field %.80s",
						    name);
		} else if (keyed || i >= bare->members.len) {
			return keyed ? ij_go_syntax(f->r, "fields are named all, or none")
				     : ij_error_new(TYPE, "a struct of %zu fields gets more",
						    bare->members.len);
		} else {
			member = &bare->members.items[i];
		}
		if (member->off > bare->size ||
		    ij_ctype_strip(member->type)->size > bare->size - member->off)
			return ij_error_new(BADDATA, "a field outside of its struct");
		snprintf(name, sizeof(name), "field %.80s", member->name ? member->name : "?");
		IJ_TRY(element(f, member->type, member->off, (size_t)(member - bare->members.items),
			       name));
		IJ_TRY(more(f->r, &go_on));
	}
	if (i && !keyed && i < bare->members.len)
		return ij_error_new(TYPE, "a struct of %zu fields gets %zu", bare->members.len, i);
	return NULL;
}

/* Elements one after another, as many as are given, up to @max. */
static struct ij_error *fill_elements(struct filling *f, const struct ij_ctype *elem, uint64_t max,
				      uint64_t *len_ret)
{
	uint64_t size = ij_ctype_strip(elem)->size, len = 0;
	bool go_on = !ij_go_take(f->r, "}");

	while (go_on) {
		if (len == max)
			return ij_error_new(LIMIT, "a literal of over %llu elements",
					    (unsigned long long)max);
		IJ_TRY(element(f, elem, len * size, (size_t)len, "an element"));
		len++;
		IJ_TRY(more(f->r, &go_on));
	}
	*len_ret = len;
	return NULL;
}

/* Elements that lead elsewhere: memory is made for all of it. */
static struct ij_error *slice_of_leading(struct ij_go_reader *r, const struct ij_ctype *type,
					 const struct ij_ctype *elem, struct ij_go_value *ret)
{
	bool go_on = !ij_go_take(r, "}");
	struct ij_go_value *items =
		ij_arena_alloc(r->host->arena, IJ_GO_FIXES_MAX * sizeof(*items));
	size_t len = 0;

	if (!items)
		return ij_error_nomem();
	while (go_on) {
		if (len == IJ_GO_FIXES_MAX)
			return ij_error_new(LIMIT, "a literal of over %d elements",
					    IJ_GO_FIXES_MAX);
		if (ij_go_take(r, "{"))
			IJ_TRY(elided(r, elem, &items[len]));
		else
			IJ_TRY(ij_go_expr(r, &items[len]));
		len++;
		IJ_TRY(more(r, &go_on));
	}
	return ij_go_slice_of(r->host, type, items, len, ret);
}

static struct ij_error *slice(struct ij_go_reader *r, const struct ij_ctype *type,
			      struct ij_go_value *ret)
{
	const struct ij_ctype *elem = ij_go_type_elem(type);
	struct filling f = {.r = r, .type = type, .whole = ret};
	uint64_t size = elem ? ij_ctype_strip(elem)->size : 0, words[3] = {0}, len;
	struct ij_go_value value = {.unknown = false};
	bool plain = false;

	if (elem)
		IJ_TRY(no_pointers(elem, 0, &plain));
	if (elem && !plain && ij_go_leads(elem))
		return slice_of_leading(r, type, elem, ret);
	if (!plain || !size || size > IJ_GO_TEXT_MAX)
		return ij_error_new(UNSUPPORTED, "a literal of a slice of such elements is not "
						 "supported; give a variable");
	f.bytes = ij_arena_alloc(r->host->arena, IJ_GO_TEXT_MAX);
	if (!f.bytes)
		return ij_error_nomem();
	f.whole = &value;
	IJ_TRY(fill_elements(&f, elem, IJ_GO_TEXT_MAX / size, &len));
	words[1] = words[2] = len;
	IJ_TRY(ij_go_value_make(r->host, type, words, sizeof(words), ret));
	ret->unknown = value.unknown;
	ret->held = f.bytes;
	ret->held_size = len * size;
	return NULL;
}

struct ij_error *ij_go_literal_rest(struct ij_go_reader *r, const struct ij_ctype *type,
				    struct ij_go_value *ret)
{
	enum ij_go_class class = ij_go_class_of(type);
	struct filling f = {.r = r, .type = type, .whole = ret};
	const struct ij_ctype *bare = ij_ctype_strip(type);
	uint64_t len;

	if (++r->depth > IJ_CT_DEPTH_MAX)
		return ij_error_new(LIMIT, "a literal that is nested over %d times",
				    IJ_CT_DEPTH_MAX);
	if (class == IJ_GO_CLASS_SLICE) {
		IJ_TRY(slice(r, type, ret));
	} else if (class == IJ_GO_CLASS_STRUCT || class == IJ_GO_CLASS_ARRAY) {
		if (bare->size > IJ_GO_TEXT_MAX)
			return ij_error_new(LIMIT, "a literal of %llu bytes",
					    (unsigned long long)bare->size);
		IJ_TRY(ij_go_value_make(r->host, type, NULL, 0, ret));
		f.bytes = ret->bytes;
		IJ_TRY(ij_ctype_complete(bare));
		/* Parts that lead elsewhere are to be looked at, too. */
		if (ij_go_leads(type)) {
			len = class == IJ_GO_CLASS_STRUCT ? bare->members.len : bare->count;
			ret->holds =
				len <= IJ_GO_TEXT_MAX / sizeof(*ret->holds)
					? ij_arena_alloc(r->host->arena,
							 (size_t)(len + 1) * sizeof(*ret->holds))
					: NULL;
			if (!ret->holds)
				return ij_error_new(LIMIT, "a literal of too many parts");
		}
		IJ_TRY(class == IJ_GO_CLASS_STRUCT
			       ? fill_struct(&f)
			       : fill_elements(&f, bare->target, bare->count, &len));
	} else {
		return ij_error_new(UNSUPPORTED,
				    class == IJ_GO_CLASS_MAP
					    ? "a literal of a map cannot be made; give a "
					      "variable, or a call that returns one"
					    : "literals are those of structs, arrays and slices");
	}
	r->depth--;
	return NULL;
}
