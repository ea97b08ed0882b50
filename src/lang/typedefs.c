/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Names of types that a person has declared, by hash, and of constants. */
#include "lang/typedefs.h"

#include <stdlib.h>
#include <string.h>

enum { CONSTANTS_MAX = 1 << 14, DEFINITIONS_MAX = 1 << 16 };

static uint32_t bucket_of(const char *name, size_t len)
{
	uint32_t hash = 2166136261u; /* FNV-1a */

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ (unsigned char)name[i]) * 16777619u;
	return (hash ^ hash >> 16) % 256;
}

struct ij_error *ij_typedefs_add(struct ij_typedefs *defs, const char *name, size_t len,
				 const struct ij_typedef *def)
{
	uint32_t *bucket = &defs->buckets[bucket_of(name, len)];
	struct ij_typedef copy = *def;
	struct ij_error *err;

	copy.name = strndup(name, len);
	copy.next = *bucket;
	err = copy.name ? ij_vec_push(&defs->list, copy) : ij_error_nomem();
	if (err)
		free(copy.name);
	else
		*bucket = (uint32_t)defs->list.len;
	return err;
}

const struct ij_typedef *ij_typedefs_find(const struct ij_typedefs *defs, const char *name,
					  size_t len)
{
	if (!defs)
		return NULL;
	for (uint32_t at = defs->buckets[bucket_of(name, len)]; at;) {
		const struct ij_typedef *def = &defs->list.items[at - 1];

		if (!strncmp(def->name, name, len) && !def->name[len])
			return def;
		at = def->next;
	}
	return NULL;
}

struct ij_error *ij_typedefs_add_constant(struct ij_typedefs *defs, const char *name, size_t len,
					  int64_t value, bool is_unsigned)
{
	bool is_long = is_unsigned ? (uint64_t)value > UINT32_MAX : value != (int32_t)value;
	struct ij_constant constant = {
		.value = (uint64_t)value, .size = is_long ? 8 : 4, .is_unsigned = is_unsigned};
	struct ij_error *err;

	if (defs->constants.len == CONSTANTS_MAX)
		return ij_error_new(LIMIT, "more than %d constants", CONSTANTS_MAX);
	constant.name = strndup(name, len);
	err = constant.name ? ij_vec_push(&defs->constants, constant) : ij_error_nomem();
	if (err)
		free((char *)(uintptr_t)constant.name);
	return err;
}

const struct ij_constant *ij_typedefs_constant(const struct ij_typedefs *defs, const char *name,
					       size_t len)
{
	for (size_t i = defs ? defs->constants.len : 0; i--;) {
		const struct ij_constant *constant = &defs->constants.items[i];

		if (!strncmp(constant->name, name, len) && !constant->name[len])
			return constant;
	}
	return NULL;
}

struct ij_error *ij_typedefs_define(struct ij_typedefs *defs, char tag, const struct ij_token *name,
				    const struct ij_tokens *toks, size_t first, size_t end)
{
	struct ij_definition def = {.tag = tag};
	IJ_STRBUF_AUTO text = {0};
	struct ij_error *err;

	if (defs->definitions.len == DEFINITIONS_MAX)
		return ij_error_new(LIMIT, "more than %d types are defined", DEFINITIONS_MAX);
	ij_tokens_join(toks, first, end, &text);
	IJ_TRY(ij_strbuf_error(&text));
	def.name = strndup(name->text, name->len);
	def.text = strdup(ij_strbuf_get(&text));
	err = def.name && def.text ? ij_vec_push(&defs->definitions, def) : ij_error_nomem();
	if (err) {
		free(def.name);
		free(def.text);
	}
	return err;
}

/* Behind the bracket that closes the one at @at, or the end. */
static size_t group_end(const struct ij_tokens *toks, size_t at)
{
	unsigned depth = 0;

	for (; at + 1 < toks->list.len; at++) {
		const struct ij_token *tok = toks->list.items + at;

		if (tok->kind == IJ_TOKEN_PUNCT && strchr("([{", *tok->text))
			depth++;
		else if (tok->kind == IJ_TOKEN_PUNCT && strchr(")]}", *tok->text) && !--depth)
			return at + 1;
	}
	return at;
}

static size_t attributes_end(const struct ij_tokens *toks, size_t at)
{
	while (at + 1 < toks->list.len && (ij_token_is(toks->list.items + at, "__attribute__") ||
					   ij_token_is(toks->list.items + at, "__attribute")))
		at = group_end(toks, at + 1);
	return at;
}

struct ij_error *ij_typedefs_read(struct ij_typedefs *defs, const struct ij_tokens *toks)
{
	for (size_t i = 0; i + 2 < toks->list.len; i++) {
		const struct ij_token *tok = toks->list.items + i, *name;
		char tag = ij_token_is(tok, "struct")  ? 's'
			   : ij_token_is(tok, "union") ? 'u'
			   : ij_token_is(tok, "enum")  ? 'e'
						       : 0;
		size_t at = attributes_end(toks, i + 1);

		name = toks->list.items + at;
		if (!tag || name->kind != IJ_TOKEN_NAME || !ij_token_is(name + 1, "{"))
			continue;
		at = attributes_end(toks, group_end(toks, at + 1));
		IJ_TRY(ij_typedefs_define(defs, tag, name, toks, i, at));
	}
	return NULL;
}

const struct ij_definition *ij_typedefs_definition(const struct ij_typedefs *defs, char tag,
						   const char *name)
{
	for (size_t i = defs ? defs->definitions.len : 0; i--;)
		if (defs->definitions.items[i].tag == tag &&
		    !strcmp(defs->definitions.items[i].name, name))
			return &defs->definitions.items[i];
	return NULL;
}

void ij_typedefs_deinit(struct ij_typedefs *defs)
{
	IJ_VEC_EACH (&defs->list, def)
		free(def->name);
	ij_vec_deinit(&defs->list);
	IJ_VEC_EACH (&defs->constants, constant)
		free((char *)(uintptr_t)constant->name);
	ij_vec_deinit(&defs->constants);
	IJ_VEC_EACH (&defs->definitions, def) {
		free(def->name);
		free(def->text);
	}
	ij_vec_deinit(&defs->definitions);
}
