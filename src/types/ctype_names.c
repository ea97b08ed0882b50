/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The names that a class gives to types, in the table that gdb has for them: ctype_names.h. */
#include "types/ctype_names.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* libiberty/hashtab.c, prime_tab; a class with more names than the last holds has no more. */
static const uint32_t primes[] = {7,    13,   31,   61,   127,   251,   509,
				  1021, 2039, 4093, 8191, 16381, 32749, 65521};

enum { CHAIN_MAX = 64, TEXT_DEPTH_MAX = 32 };

static size_t prime_above(size_t count)
{
	size_t i = 0;

	while (i < IJ_COUNT(primes) - 1 && primes[i] < count)
		i++;
	return primes[i];
}

static uint32_t hash_of(const char *text, size_t len)
{
	uint32_t hash = 0;

	for (size_t i = 0; i < len; i++)
		hash = hash * 67 + (unsigned char)text[i] - 113;
	return hash;
}

/* What a type is called in the table; of one without a name gdb's words. */
static const char *key_of(const struct ij_ctype *type)
{
	type = ij_ctype_unqualified(type);
	return (type->kind == IJ_CT_VOID || type->name) && type->kind != IJ_CT_POINTER &&
			       type->kind != IJ_CT_REFERENCE && type->kind != IJ_CT_ARRAY &&
			       type->kind != IJ_CT_FUNCTION && type->kind != IJ_CT_MEMBER
		       ? type->name
		       : "<unnamed type>";
}

/* gdb/gdbtypes.c, types_equal */
static bool are_equal(const struct ij_ctype *a, const struct ij_ctype *b, unsigned depth)
{
	a = ij_ctype_unqualified(a);
	b = ij_ctype_unqualified(b);
	if (a == b)
		return true;
	a = ij_ctype_strip(a);
	b = ij_ctype_strip(b);
	if (a == b)
		return true;
	if (a->kind != b->kind || depth > IJ_CT_DEPTH_MAX)
		return false;
	if (a->kind == IJ_CT_POINTER || (a->kind == IJ_CT_REFERENCE && !a->is_rvalue))
		return a->is_rvalue == b->is_rvalue && are_equal(a->target, b->target, depth + 1);
	if (a->name && b->name)
		return !strcmp(a->name, b->name);
	if (a->kind != IJ_CT_FUNCTION || a->params.len != b->params.len ||
	    !are_equal(a->target, b->target, depth + 1))
		return false;
	for (size_t i = 0; i < a->params.len; i++)
		if (!are_equal(a->params.items[i].type, b->params.items[i].type, depth + 1))
			return false;
	return true;
}

/* What is looked for: a type, or what only its name tells of. */
struct wanted {
	const struct ij_ctype *type; /* or NULL: */
	const char *text;
	size_t len;
};

static bool is_called(const struct ij_ctype *type, const struct wanted *want)
{
	return type->name && strlen(type->name) == want->len &&
	       !memcmp(type->name, want->text, want->len);
}

static bool is_match(const struct ij_ctype_alias *slot, const struct wanted *want)
{
	if (want->type)
		return are_equal(slot->type, want->type, 0);
	return is_called(ij_ctype_unqualified(slot->type), want) ||
	       is_called(ij_ctype_strip(slot->type), want);
}

/* The slot that has it, or a free one. */
static struct ij_ctype_alias *slot_of(const struct ij_ctype_names *names, uint32_t hash,
				      const struct wanted *want)
{
	size_t at = hash % names->size, step = 1 + hash % (names->size - 2);

	for (size_t i = 0; i <= names->size; i++) {
		struct ij_ctype_alias *slot = names->slots + at;

		if (!slot->name || (want && is_match(slot, want)))
			return slot;
		at += step;
		if (at >= names->size)
			at -= names->size;
	}
	return NULL;
}

static struct ij_error *grow(struct ij_ctype_names *names)
{
	struct ij_ctype_names wider = {.size = names->size, .len = names->len};

	if (names->len * 2 > names->size)
		wider.size = prime_above(names->len * 2);
	wider.slots = calloc(wider.size, sizeof(*wider.slots));
	if (!wider.slots)
		return ij_error_nomem();
	for (size_t i = 0; i < names->size; i++) {
		const struct ij_ctype_alias *old = names->slots + i;
		const char *key = old->name ? key_of(old->type) : NULL;

		if (key)
			*slot_of(&wider, hash_of(key, strlen(key)), NULL) = *old;
	}
	free(names->slots);
	*names = wider;
	return NULL;
}

struct ij_error *ij_ctype_names_init(struct ij_ctype_names *ret)
{
	*ret = (struct ij_ctype_names){.size = 13};
	ret->slots = calloc(ret->size, sizeof(*ret->slots));
	return ret->slots ? NULL : ij_error_nomem();
}

void ij_ctype_names_deinit(struct ij_ctype_names *names)
{
	free(names->slots);
	*names = (struct ij_ctype_names){.size = 0};
}

struct ij_error *ij_ctype_names_add(struct ij_ctype_names *names, const char *name,
				    const struct ij_ctype *type)
{
	const struct wanted want = {.type = type};
	const char *key = key_of(type);
	struct ij_ctype_alias *slot;

	if (names->size * 3 <= names->len * 4)
		IJ_TRY(grow(names));
	if (names->len * 4 >= (size_t)primes[IJ_COUNT(primes) - 1] * 3)
		return NULL;
	slot = slot_of(names, hash_of(key, strlen(key)), &want);
	if (!slot || slot->name)
		return NULL;
	*slot = (struct ij_ctype_alias){name, type};
	names->len++;
	return NULL;
}

struct ij_error *ij_ctype_names_copy(struct ij_ctype_names *names,
				     const struct ij_ctype_names *from)
{
	for (size_t i = 0; i < from->size; i++)
		if (from->slots[i].name)
			IJ_TRY(ij_ctype_names_add(names, from->slots[i].name, from->slots[i].type));
	return NULL;
}

const char *ij_ctype_names_find(const struct ij_ctype_names *names, const struct ij_ctype *type)
{
	const struct wanted want = {.type = type};
	const struct ij_ctype_alias *slot;
	const char *key = key_of(type);

	if (!names || !names->len)
		return NULL;
	slot = slot_of(names, hash_of(key, strlen(key)), &want);
	return slot ? slot->name : NULL;
}

static const char *find_text(const struct ij_ctype_names *names, const char *text, size_t len)
{
	const struct wanted want = {.text = text, .len = len};
	const struct ij_ctype_alias *slot = slot_of(names, hash_of(text, len), &want);

	return slot ? slot->name : NULL;
}

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '$';
}

/* Of "<...>" at @text all of it. */
static size_t angles(const char *text, size_t len)
{
	unsigned depth = 0;

	for (size_t i = 0; i < len; i++) {
		if (text[i] == '<')
			depth++;
		else if (text[i] == '>' && !--depth)
			return i + 1;
	}
	return len;
}

static bool is_keyword(const char *text, size_t len, bool of_int)
{
	static const char *const ints[] = {"unsigned", "signed", "long",  "short",
					   "int",      "char",   "double"};
	static const char *const others[] = {"const", "volatile"};
	const char *const *list = of_int ? ints : others;

	for (size_t i = 0; i < (of_int ? IJ_COUNT(ints) : IJ_COUNT(others)); i++)
		if (strlen(list[i]) == len && !memcmp(list[i], text, len))
			return true;
	return false;
}

/* The length of the name at @text, "ns::Box<int>::x" or "unsigned int". */
static size_t name_at(const char *text, size_t len)
{
	size_t i = 0, word;

	for (;;) {
		word = i;
		while (i < len && is_word(text[i]))
			i++;
		if (is_keyword(text + word, i - word, true) && i + 1 < len && text[i] == ' ') {
			size_t next = i + 1;

			while (next < len && is_word(text[next]))
				next++;
			if (is_keyword(text + i + 1, next - i - 1, true)) {
				i++;
				continue;
			}
		}
		if (i < len && text[i] == '<')
			i += angles(text + i, len - i);
		if (i + 2 < len && text[i] == ':' && text[i + 1] == ':' && is_word(text[i + 2]))
			i += 2;
		else
			return i;
	}
}

/* The end of a template's list: as demanglers write it, "a<b<c> >" and "a<b>". */
static void close_angle(struct ij_strbuf *out)
{
	while (out->len && out->str[out->len - 1] == ' ')
		out->str[--out->len] = 0;
	ij_strbuf_puts(out, out->len && out->str[out->len - 1] == '>' ? " >" : ">");
}

static void replace(const struct ij_ctype_names *names, const char *text, size_t len,
		    unsigned depth, struct ij_strbuf *out)
{
	for (size_t i = 0, part; i < len; i += part) {
		const char *own;

		part = 1;
		if (!is_word(text[i]) || isdigit((unsigned char)text[i]) ||
		    depth > TEXT_DEPTH_MAX) {
			ij_strbuf_add(out, text + i, 1);
			continue;
		}
		part = name_at(text + i, len - i);
		own = is_keyword(text + i, part, false) ? NULL : find_text(names, text + i, part);
		if (own) {
			ij_strbuf_puts(out, own);
			continue;
		}
		/* What it is made of: parameters of templates. */
		for (size_t j = 0, next; j < part; j += next) {
			next = 1;
			if (text[i + j] == '<') {
				next = angles(text + i + j, part - j);
				ij_strbuf_add(out, "<", 1);
				replace(names, text + i + j + 1, next > 2 ? next - 2 : 0, depth + 1,
					out);
				close_angle(out);
			} else {
				ij_strbuf_add(out, text + i + j, 1);
			}
		}
	}
}

void ij_ctype_names_text(const struct ij_ctype_names *names, const char *name,
			 struct ij_strbuf *out)
{
	if (!names || !names->len)
		ij_strbuf_puts(out, name);
	else
		replace(names, name, strlen(name), 0, out);
}
