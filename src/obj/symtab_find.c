/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One name in .symtab. Its strings are gone through window by window and not kept: of a large
 * program they are many times what else is read of it.
 */
#include <stdlib.h>
#include <string.h>

#include "base/io.h"
#include "base/strbuf.h"
#include "obj/object_internal.h"

#define LISTED_MAX 4u           /* addresses that an AMBIGUOUS message lists */
#define WINDOW     (128u << 10) /* bytes of strings at a time */
#define SYMBOLS    4096u        /* at a time */
#define PLACES_MAX 65536u

/* Where in the string table names stand that may be it: they begin from @from to @to, both in one
 * string. */
struct place {
	uint32_t from, to;
};
struct places {
	IJ_VEC(struct place) list; /* ascending */
	bool all;                  /* there are too many: any may be it */
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

static struct ij_error *note_place(struct places *places, uint64_t from, uint64_t to)
{
	struct place *last = places->list.len ? places->list.items + places->list.len - 1 : NULL;

	if (last && last->from == from && to <= UINT32_MAX) {
		last->to = (uint32_t)to;
		return NULL;
	}
	if (places->list.len == PLACES_MAX || to > UINT32_MAX) {
		places->all = true;
		return NULL;
	}
	return ij_vec_push(&places->list, ((struct place){(uint32_t)from, (uint32_t)to}));
}

static int by_place(const void *key, const void *item)
{
	const uint32_t *off = key;
	const struct place *place = item;

	return *off < place->from ? -1 : *off > place->to;
}

static bool is_noted(const struct places *places, uint32_t off)
{
	return places->all ||
	       (places->list.len && bsearch(&off, places->list.items, places->list.len,
					    sizeof(*places->list.items), by_place));
}

/* A part of the strings: @size bytes, that begin at offset @pos of them; the first @kept were at
 * the end of the part before. */
struct window {
	const uint8_t *bytes;
	size_t size, kept;
	uint64_t pos;
};

/* The text that is looked for, and what a window is searched for by. */
struct search {
	const char *text;
	size_t keep;          /* bytes of a window that the next one begins with */
	struct ij_ends *ends; /* of all names, gathered on the way; NULL: not wanted */
	struct ij_error *(*window)(const struct search *search, const struct window *window,
				   struct places *ret);
	bool (*symbol)(void *ctx, struct ij_object *obj, size_t idx); /* false: enough */
	void *ctx;
};

/* @text as a name, with a version or not, in a window: where the byte behind it is there, too. */
static struct ij_error *find_name(const struct search *search, const struct window *window,
				  struct places *ret)
{
	const uint8_t *at = window->bytes, *end = at + window->size;
	size_t len = strlen(search->text);

	while (!ret->all && (at = memmem(at, (size_t)(end - at), search->text, len))) {
		uint64_t off = window->pos + (uint64_t)(at - window->bytes);

		/* What ends in what is kept of the window before was met there. */
		if (at + len < end && at + len >= window->bytes + window->kept &&
		    (!at[len] || at[len] == '@'))
			IJ_TRY(note_place(ret, off, off));
		at++;
	}
	return NULL;
}

/* @text as a part of a name: the name begins where the string does, or later. */
static struct ij_error *find_part(const struct search *search, const struct window *window,
				  struct places *ret)
{
	const uint8_t *at = window->bytes, *end = at + window->size, *nul;
	size_t len = strlen(search->text);

	while (!ret->all && (at = memmem(at, (size_t)(end - at), search->text, len))) {
		uint64_t off = window->pos + (uint64_t)(at - window->bytes), start = window->pos;

		nul = memrchr(window->bytes, 0, (size_t)(at - window->bytes));
		if (nul)
			start += (uint64_t)(nul + 1 - window->bytes);
		if (at + len > window->bytes + window->kept)
			IJ_TRY(note_place(ret, start, off));
		at++;
	}
	return NULL;
}

static struct ij_error *search_strings(struct ij_object *obj, const struct search *search,
				       uint8_t *room, struct places *ret)
{
	const struct ij_span *span = &obj->symtab.strs_span;
	struct window window = {.bytes = room};
	uint64_t done = 0;

	while (done < span->size && !ret->all) {
		size_t part = span->size - done < WINDOW ? (size_t)(span->size - done) : WINDOW;

		IJ_TRY(ij_image_copy(&obj->img, span->off + done, room + window.kept, part));
		window.size = window.kept + part;
		window.pos = done - window.kept;
		IJ_TRY(search->window(search, &window, ret));
		if (search->ends)
			ij_ends_add(search->ends, window.bytes, window.size, window.kept);
		done += part;
		if (done == span->size && room[window.size - 1])
			return ij_error_new(BADDATA,
					    "%s: the string table of .symtab does not end with NUL",
					    obj->name);
		/* What begins here goes on in the next one. */
		window.kept = window.size < search->keep ? window.size : search->keep;
		memmove(room, room + window.size - window.kept, window.kept);
	}
	if (search->ends)
		search->ends->whole = done == span->size;
	return NULL;
}

static struct ij_error *search_symbols(struct ij_object *obj, const struct search *search,
				       const struct places *places, Elf64_Sym *syms)
{
	const struct ij_symtab *tab = &obj->symtab;
	/* Nearly all symbols are outside of these. */
	uint32_t first = places->all ? 0 : places->list.items[0].from;
	uint32_t last = places->all ? UINT32_MAX : places->list.items[places->list.len - 1].to;
	bool more = true;

	for (size_t from = 0; from < tab->len && more; from += SYMBOLS) {
		size_t len = tab->len - from < SYMBOLS ? tab->len - from : SYMBOLS;

		IJ_TRY(ij_image_copy(&obj->img, tab->syms_span.off + from * sizeof(*syms), syms,
				     len * sizeof(*syms)));
		for (size_t i = 0; i < len && more; i++) {
			if (syms[i].st_name < first || syms[i].st_name > last)
				continue;
			if (syms[i].st_shndx != SHN_UNDEF && is_noted(places, syms[i].st_name))
				more = search->symbol(search->ctx, obj, from + i);
		}
	}
	return NULL;
}

/* @room: for a window and what is kept of the one before, or for symbols. */
static struct ij_error *search_in(struct ij_object *obj, const struct search *search, void *room)
{
	struct places places = {{NULL, 0, 0}, false};
	struct ij_error *err = search_strings(obj, search, room, &places);

	if (!err && (places.all || places.list.len))
		err = search_symbols(obj, search, &places, room);
	ij_vec_deinit(&places.list);
	return err;
}

static struct ij_error *search_table(struct ij_object *obj, const struct search *search)
{
	const struct ij_span *span = &obj->symtab.strs_span;
	struct ij_error *err;
	void *room;

	_Static_assert(SYMBOLS * sizeof(Elf64_Sym) <= WINDOW, "symbols fit into a window");
	IJ_TRY(ij_symtab_open(obj));
	if (!obj->symtab.len || !*search->text)
		return NULL;
	room = malloc(WINDOW + search->keep);
	if (!room)
		return ij_error_nomem();
	ij_populate(room, span->size < WINDOW ? (size_t)span->size : WINDOW + search->keep);
	err = search_in(obj, search, room);
	free(room);
	return err;
}

/* What is found of a name so far. */
struct found {
	const char *name;
	struct ij_symbol global, hidden;
	struct locals locals;
};

/* Symbol @idx, whose name stands where it may be the one that is looked for. */
static bool take(void *ctx, struct ij_object *obj, size_t idx)
{
	struct found *found = ctx;
	struct ij_symbol sym;

	if (!ij_symtab_get(obj, idx, &sym) || strcmp(sym.name, found->name) != 0)
		return true;
	if (sym.local)
		note_local(&found->locals, &sym);
	else if (sym.hidden_version)
		found->hidden = sym;
	else
		found->global = sym;
	return !found->global.name;
}

static struct ij_error *search(struct ij_object *obj, const char *name, struct ij_symbol *ret)
{
	struct ij_ends *ends = &obj->symtab.ends;
	struct found found = {.name = name};
	struct search search = {.text = name,
				.keep = strlen(name) < IJ_END_SIZE ? IJ_END_SIZE : strlen(name),
				.window = find_name,
				.symbol = take,
				.ctx = &found};

	/* Who asks for a second name asks for more, and most of them are not there. */
	if (obj->symtab.searches++ && obj->symtab.len && !ends->bits) {
		IJ_TRY(ij_ends_init(ends, obj->symtab.strs_span.size));
		search.ends = ends;
	}
	if (!ij_ends_may_have(ends, name))
		return ij_error_new(NOTFOUND, "%s has no symbol %s", obj->name, name);
	IJ_TRY(search_table(obj, &search));
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

/* Who is told of symbols. */
struct visitor {
	ij_symbol_visit visit;
	void *ctx;
	bool more;
};

static bool pass_on(void *ctx, struct ij_object *obj, size_t idx)
{
	struct visitor *visitor = ctx;
	struct ij_symbol sym;

	if (ij_symtab_get(obj, idx, &sym))
		visitor->more = visitor->visit(visitor->ctx, &sym);
	return visitor->more;
}

struct ij_error *ij_symtab_with(struct ij_object *obj, const char *part, ij_symbol_visit visit,
				void *ctx, bool *more_ret)
{
	struct visitor visitor = {visit, ctx, true};
	const struct search search = {.text = part,
				      .keep = IJ_OBJ_NAME_MAX,
				      .window = find_part,
				      .symbol = pass_on,
				      .ctx = &visitor};

	IJ_TRY(search_table(obj, &search));
	*more_ret = visitor.more;
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
