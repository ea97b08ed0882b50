/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One name in .symtab. Its strings are gone through window by window and not kept: of a large
 * program they are many times what else is read of it.
 */
#include <stdlib.h>
#include <string.h>

#include "base/strbuf.h"
#include "obj/object_internal.h"

#define LISTED_MAX  4u           /* addresses that an AMBIGUOUS message lists */
#define WINDOW      (128u << 10) /* bytes of strings at a time */
#define SYMBOLS     4096u        /* at a time */
#define OFFSETS_MAX 65536u

/* Where in the string table a name stands: it may be the end of others. */
struct offsets {
	IJ_VEC(uint32_t) list; /* ascending */
	bool all;              /* there are too many: any may be it */
};

/* The local symbols of one name: the first, and whether others differ. */
struct locals {
	struct ij_symbol sym;
	uint64_t values[LISTED_MAX];
	unsigned values_len;
	bool found;
};

static void note_local(struct locals *locals, const struct ij_symbol *sym)
{
	if (!locals->found)
		locals->sym = *sym;
	locals->found = true;
	for (unsigned i = 0; i < locals->values_len; i++)
		if (locals->values[i] == sym->value)
			return;
	if (locals->values_len < LISTED_MAX)
		locals->values[locals->values_len++] = sym->value;
}

static struct ij_error *ambiguous(const struct ij_object *obj, const char *name,
				  const struct locals *locals)
{
	IJ_STRBUF_AUTO list = {0};

	for (unsigned i = 0; i < locals->values_len; i++)
		ij_strbuf_printf(&list, "%s0x%llx", i ? ", " : "",
				 (unsigned long long)locals->values[i]);
	IJ_TRY(ij_strbuf_error(&list));
	return ij_error_new(AMBIGUOUS,
			    "%s has several local symbols %s, at %s; give the address instead of "
			    "the name",
			    obj->name, name, ij_strbuf_get(&list));
}

static struct ij_error *note_offset(struct offsets *offsets, uint64_t off)
{
	if (offsets->list.len == OFFSETS_MAX || off > UINT32_MAX) {
		offsets->all = true;
		return NULL;
	}
	return ij_vec_push(&offsets->list, (uint32_t)off);
}

/* @name, with a version or not, in a window of @size bytes that begins at offset @pos: where the
 * byte behind it is in the window, too. */
static struct ij_error *search_window(const uint8_t *window, size_t size, uint64_t pos,
				      const char *name, struct offsets *ret)
{
	size_t len = strlen(name);
	const uint8_t *at = window, *end = window + size;

	while (!ret->all && (at = memmem(at, (size_t)(end - at), name, len))) {
		if (at + len < end && (!at[len] || at[len] == '@'))
			IJ_TRY(note_offset(ret, pos + (uint64_t)(at - window)));
		at++;
	}
	return NULL;
}

static struct ij_error *search_strings(struct ij_object *obj, const char *name, uint8_t *window,
				       struct offsets *ret)
{
	const struct ij_span *span = &obj->symtab.strs_span;
	size_t len = strlen(name), kept = 0, size;
	uint64_t done = 0;

	while (done < span->size && !ret->all) {
		size_t part = span->size - done < WINDOW ? (size_t)(span->size - done) : WINDOW;

		IJ_TRY(ij_image_copy(&obj->img, span->off + done, window + kept, part));
		size = kept + part;
		IJ_TRY(search_window(window, size, done - kept, name, ret));
		done += part;
		if (done == span->size && window[size - 1])
			return ij_error_new(BADDATA,
					    "%s: the string table of .symtab does not end with NUL",
					    obj->name);
		/* What begins here goes on in the next one. */
		kept = size < len ? size : len;
		memmove(window, window + size - kept, kept);
	}
	return NULL;
}

static int by_offset(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* What is found of a name so far. */
struct found {
	struct ij_symbol global, hidden;
	struct locals locals;
};

/* Symbol @idx, whose name stands where @name does. */
static void take(struct ij_object *obj, size_t idx, const char *name, struct found *ret)
{
	struct ij_symbol sym;

	if (!ij_symtab_get(obj, idx, &sym) || strcmp(sym.name, name) != 0)
		return;
	if (sym.local)
		note_local(&ret->locals, &sym);
	else if (sym.hidden_version)
		ret->hidden = sym;
	else
		ret->global = sym;
}

static struct ij_error *search_symbols(struct ij_object *obj, const char *name,
				       const struct offsets *offsets, Elf64_Sym *syms,
				       struct found *ret)
{
	const struct ij_symtab *tab = &obj->symtab;

	for (size_t from = 0; from < tab->len && !ret->global.name; from += SYMBOLS) {
		size_t len = tab->len - from < SYMBOLS ? tab->len - from : SYMBOLS;

		IJ_TRY(ij_image_copy(&obj->img, tab->syms_span.off + from * sizeof(*syms), syms,
				     len * sizeof(*syms)));
		for (size_t i = 0; i < len && !ret->global.name; i++)
			if (syms[i].st_shndx != SHN_UNDEF &&
			    (offsets->all ||
			     bsearch(&syms[i].st_name, offsets->list.items, offsets->list.len,
				     sizeof(*offsets->list.items), by_offset)))
				take(obj, from + i, name, ret);
	}
	return NULL;
}

/* @room: for a window and what is kept of the one before, or for symbols. */
static struct ij_error *search_in(struct ij_object *obj, const char *name, void *room,
				  struct found *ret)
{
	struct offsets offsets = {{NULL, 0, 0}, false};
	struct ij_error *err = search_strings(obj, name, room, &offsets);

	if (!err && (offsets.all || offsets.list.len))
		err = search_symbols(obj, name, &offsets, room, ret);
	ij_vec_deinit(&offsets.list);
	return err;
}

static struct ij_error *search(struct ij_object *obj, const char *name, struct ij_symbol *ret)
{
	size_t size = WINDOW + strlen(name);
	struct found found = {.locals = {.found = false}};
	struct ij_error *err = NULL;
	void *room;

	_Static_assert(SYMBOLS * sizeof(Elf64_Sym) <= WINDOW, "symbols fit into a window");
	IJ_TRY(ij_symtab_open(obj));
	if (obj->symtab.len && *name) {
		room = malloc(size);
		err = room ? search_in(obj, name, room, &found) : ij_error_nomem();
		free(room);
	}
	if (err)
		return err;
	if (found.global.name || found.hidden.name) {
		*ret = found.global.name ? found.global : found.hidden;
		return NULL;
	}
	if (!found.locals.found)
		return ij_error_new(NOTFOUND, "%s has no symbol %s", obj->name, name);
	if (found.locals.values_len > 1)
		return ambiguous(obj, name, &found.locals);
	*ret = found.locals.sym;
	return NULL;
}

/* One expression asks for one name several times, and each time all names would be gone through. */
struct ij_error *ij_symtab_find(struct ij_object *obj, const char *name, struct ij_symbol *ret)
{
	struct ij_symtab_memo *memo = obj->symtab.memo;
	struct ij_error *err;

	for (size_t i = 0; i < IJ_COUNT(obj->symtab.memo); i++) {
		if (!memo[i].name || strcmp(memo[i].name, name))
			continue;
		if (!memo[i].found)
			return ij_error_new(NOTFOUND, "%s has no symbol %s", obj->name, name);
		*ret = memo[i].sym;
		return NULL;
	}
	err = search(obj, name, ret);
	if (err && err->code != IJ_ERR_NOTFOUND)
		return err;
	memo += obj->symtab.memo_next++ % IJ_COUNT(obj->symtab.memo);
	free(memo->name);
	*memo = (struct ij_symtab_memo){.name = strdup(name), .found = !err};
	if (!err)
		memo->sym = *ret;
	return err;
}
