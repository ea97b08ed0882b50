/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Addresses on the stack of a goroutine, which nothing but that goroutine may have: the runtime
 * moves stacks, and corrects what leads into them only in their own frames; and what a call keeps
 * of them leads nowhere when the function that has the variable returns.
 */
#include <stdio.h>
#include <string.h>

#include "lang/goeval.h"

/* How far arguments are followed, and how many values are looked at of one call. */
enum { DEPTH_MAX = 4, VALUES_MAX = 2048, NAME_MAX_SIZE = 256 };

struct search {
	struct ij_go_host *host;
	const char *what; /* the argument */
	const struct ij_go_stack *stacks;
	size_t stacks_len;
	bool asked, found;
	unsigned left; /* values */
};

static struct ij_error *walk(struct search *s, struct ij_go_value *value, unsigned depth);

/* An address that is passed on. */
static struct ij_error *look(struct search *s, ij_addr addr)
{
	if (!addr)
		return NULL;
	if (!s->asked)
		IJ_TRY(s->host->stacks(s->host, &s->stacks, &s->stacks_len));
	s->asked = true;
	for (size_t lo = 0, hi = s->stacks_len; lo < hi;) {
		size_t mid = lo + (hi - lo) / 2;
		const struct ij_go_stack *stack = &s->stacks[mid];

		s->found = addr >= stack->lo && addr < stack->hi;
		if (s->found)
			return ij_error_new(
				UNSUPPORTED,
				"%s leads to 0x%llx, on the stack of goroutine %llu, and the "
				"callee may keep that: stacks move, and variables on them end "
				"with their functions; --force passes it on all the same",
				s->what, (unsigned long long)addr,
				(unsigned long long)stack->goroutine);
		if (addr < stack->lo)
			hi = mid;
		else
			lo = mid + 1;
	}
	return NULL;
}

/* What cannot be read, or made sense of, leads to no stack that we know of. */
static struct ij_error *forgive(const struct search *s, struct ij_error *err)
{
	if (!err || s->found || err->code == IJ_ERR_NOMEM)
		return err;
	ij_error_free(err);
	return NULL;
}

/* What lies at @addr of the target. */
static struct ij_error *follow(struct search *s, const struct ij_ctype *type, ij_addr addr,
			       unsigned depth)
{
	struct ij_go_value value = ij_go_value_at(type, addr);

	if (!addr || !ij_go_leads(type) || depth >= DEPTH_MAX || !s->left)
		return NULL;
	return walk(s, &value, depth + 1);
}

/* A part of a value whose bytes are there. */
static struct ij_error *part(struct search *s, const struct ij_go_value *whole,
			     const struct ij_ctype *type, uint64_t off, unsigned depth)
{
	uint64_t size = ij_go_class_of(type) == IJ_GO_CLASS_FUNC ? 8 : ij_ctype_strip(type)->size;
	uint64_t room = ij_ctype_strip(whole->type)->size;
	struct ij_go_value value;

	if (off > room || size > room - off || !ij_go_leads(type))
		return NULL;
	IJ_TRY(ij_go_value_make(s->host, type, whole->bytes + off, (size_t)size, &value));
	return walk(s, &value, depth);
}

static struct ij_error *walk_parts(struct search *s, const struct ij_go_value *value,
				   unsigned depth)
{
	const struct ij_ctype *bare = ij_ctype_strip(value->type);

	if (bare->kind == IJ_CT_ARRAY) {
		for (uint64_t i = 0; i < bare->count && s->left; i++)
			IJ_TRY(part(s, value, bare->target, i * ij_ctype_strip(bare->target)->size,
				    depth));
		return NULL;
	}
	IJ_TRY(forgive(s, ij_ctype_complete(bare)));
	for (size_t i = 0; i < bare->members.len && s->left; i++)
		IJ_TRY(part(s, value, bare->members.items[i].type, bare->members.items[i].off,
			    depth));
	return NULL;
}

static struct ij_error *walk_slice(struct search *s, const struct ij_go_value *value,
				   unsigned depth)
{
	const struct ij_ctype *elem = ij_go_type_elem(value->type);
	uint64_t len = ij_go_value_word(value, 1);
	ij_addr from = ij_go_value_word(value, 0);

	if (len)
		IJ_TRY(look(s, from));
	for (uint64_t i = 0; elem && ij_go_leads(elem) && i < len && s->left; i++)
		IJ_TRY(follow(s, elem, from + i * ij_ctype_strip(elem)->size, depth));
	return NULL;
}

/* Of what an interface holds the type is known by its name only. */
static struct ij_error *walk_interface(struct search *s, struct ij_go_value *value, unsigned depth)
{
	const struct ij_ctype *type = NULL;
	char name[NAME_MAX_SIZE] = "";
	ij_addr descriptor = 0, data = ij_go_value_word(value, 1);
	enum ij_go_class class;

	IJ_TRY(look(s, data));
	IJ_TRY(forgive(s, ij_go_dynamic_type(s->host, value, &descriptor)));
	if (!descriptor)
		return NULL;
	s->host->dynamic(s->host, descriptor, name, sizeof(name));
	IJ_TRY(forgive(s, s->host->type(s->host, name + (*name == '*'), &type)));
	if (!type)
		return NULL;
	class = ij_go_class_of(type);
	/* The data word of these is the value itself. */
	if (*name != '*' && (class == IJ_GO_CLASS_POINTER || class == IJ_GO_CLASS_MAP ||
			     class == IJ_GO_CLASS_CHAN || class == IJ_GO_CLASS_FUNC))
		return NULL;
	return follow(s, type, data, depth);
}

struct pairs {
	struct search *s;
	unsigned depth;
};

static struct ij_error *on_pair(void *ctx, struct ij_go_value *key, struct ij_go_value *elem,
				bool *more)
{
	struct pairs *pairs = ctx;

	*more = pairs->s->left != 0;
	IJ_TRY(follow(pairs->s, key->type, key->addr, pairs->depth));
	return follow(pairs->s, elem->type, elem->addr, pairs->depth);
}

static struct ij_error *walk_map(struct search *s, struct ij_go_value *value, unsigned depth)
{
	struct pairs pairs = {.s = s, .depth = depth};

	IJ_TRY(look(s, ij_go_value_word(value, 0)));
	if (depth >= DEPTH_MAX)
		return NULL;
	return forgive(s, ij_go_map_each(s->host, value, on_pair, &pairs));
}

/* What is made here for the call has no address yet. */
static struct ij_error *walk_made(struct search *s, struct ij_go_value *value, unsigned depth)
{
	const struct ij_ctype *bare = ij_ctype_strip(value->type);
	enum ij_go_class class = ij_go_class_of(value->type);
	uint64_t len = class == IJ_GO_CLASS_SLICE    ? ij_go_value_word(value, 2)
		       : class == IJ_GO_CLASS_STRUCT ? bare->members.len
		       : class == IJ_GO_CLASS_ARRAY  ? bare->count
						     : 1;

	for (uint64_t i = 0; i < len && s->left; i++)
		IJ_TRY(walk(s, &value->holds[i], depth));
	return NULL;
}

static struct ij_error *walk(struct search *s, struct ij_go_value *value, unsigned depth)
{
	enum ij_go_class class;
	const struct ij_ctype *elem;

	if (!value->type || value->unknown || !s->left)
		return NULL;
	s->left--;
	if (value->holds)
		return walk_made(s, value, depth);
	IJ_TRY(forgive(s, ij_go_value_load(s->host, value)));
	if (!value->bytes)
		return NULL;
	class = ij_go_class_of(value->type);
	switch (class) {
	case IJ_GO_CLASS_STRING:
		return value->held || !ij_go_value_word(value, 1)
			       ? NULL
			       : look(s, ij_go_value_word(value, 0));
	case IJ_GO_CLASS_SLICE:
		return value->held ? NULL : walk_slice(s, value, depth);
	case IJ_GO_CLASS_ARRAY:
	case IJ_GO_CLASS_STRUCT:
		return walk_parts(s, value, depth);
	case IJ_GO_CLASS_POINTER:
		elem = ij_go_type_elem(value->type);
		IJ_TRY(look(s, ij_go_value_word(value, 0)));
		return elem ? follow(s, elem, ij_go_value_word(value, 0), depth) : NULL;
	case IJ_GO_CLASS_EFACE:
	case IJ_GO_CLASS_IFACE:
		return walk_interface(s, value, depth);
	case IJ_GO_CLASS_MAP:
		return walk_map(s, value, depth);
	case IJ_GO_CLASS_CHAN:
	case IJ_GO_CLASS_FUNC:
		return look(s, ij_go_value_word(value, 0));
	default:
		return NULL;
	}
}

struct ij_error *ij_go_escapes(struct ij_go_host *host, const struct ij_go_value *value,
			       const char *what)
{
	struct search s = {.host = host, .what = what, .left = VALUES_MAX};
	struct ij_go_value copy = *value;

	return host->force ? NULL : walk(&s, &copy, 0);
}
