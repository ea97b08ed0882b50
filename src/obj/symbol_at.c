/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The function at an address, for messages.
 *
 * Most sessions ask once or twice an object, so the first questions read the raw symbols from end
 * to end and not a name but the answer's; only later ones are worth a sorted index.
 */
#include <stdlib.h>
#include <string.h>

#include "obj/object_internal.h"

#define UNINDEXED_MAX 16u /* questions answered before the index is built */
#define LOOK_BACK     64u /* index entries below an address that are tried */

struct table {
	enum ij_table id;
	const uint8_t *syms; /* len x 24 bytes; not aligned */
	size_t len;
};

struct tables {
	struct table list[2];
	unsigned len;
};

/* One question: the first pass finds the start of the function, the second the plainest name for
 * it. */
struct pick {
	struct ij_object *obj;
	uint64_t vaddr;
	bool is_code;
	uint64_t nearest; /* highest start at or below vaddr */
	bool any, nearest_unsized;
	uint64_t covering; /* highest start of a sized symbol that reaches vaddr */
	bool covered;
	bool second;
	uint64_t start; /* second pass: the start to look for */
	struct ij_symbol best;
};

static Elf64_Sym raw_symbol(const struct table *table, size_t idx)
{
	Elf64_Sym sym;

	memcpy(&sym, table->syms + idx * sizeof(sym), sizeof(sym));
	return sym;
}

/* Pass on that memory is short; what else kept a table from being read is left at that. */
static struct ij_error *only_nomem(struct ij_error *err)
{
	if (err && err->code == IJ_ERR_NOMEM)
		return err;
	ij_error_free(err);
	return NULL;
}

static struct ij_error *add_symtab(struct ij_object *from, enum ij_table id, struct tables *ret)
{
	IJ_TRY(ij_symtab_syms(from));
	if (from->symtab.len)
		ret->list[ret->len++] = (struct table){id, from->symtab.syms, from->symtab.len};
	return NULL;
}

static struct ij_error *add_dynsym(struct ij_object *obj, struct tables *ret)
{
	const uint8_t *syms;
	size_t len;

	IJ_TRY(ij_dynsym_len(obj, &len));
	if (!len)
		return NULL;
	IJ_TRY(ij_image_get(&obj->img, obj->dyn.symtab.off, len * sizeof(Elf64_Sym), &syms));
	ret->list[ret->len++] = (struct table){IJ_TABLE_DYNSYM, syms, len};
	return NULL;
}

/* A .symtab repeats what .dynsym holds. */
static struct ij_error *get_tables(struct ij_object *obj, struct tables *ret)
{
	IJ_TRY(only_nomem(add_symtab(obj, IJ_TABLE_SYMTAB, ret)));
	if (ret->len)
		return NULL;
	IJ_TRY(only_nomem(add_dynsym(obj, ret)));
	if (obj->debug)
		IJ_TRY(only_nomem(add_symtab(obj->debug, IJ_TABLE_DEBUG, ret)));
	return NULL;
}

/* Defined code, as far as the raw symbol tells. */
static bool is_function(const struct ij_object *obj, const Elf64_Sym *sym)
{
	struct ij_symbol parsed;

	return ij_symbol_from(sym, "", &parsed) &&
	       (parsed.kind == IJ_SYMBOL_FUNC || parsed.kind == IJ_SYMBOL_IFUNC ||
		(parsed.kind == IJ_SYMBOL_NONE && ij_object_is_code(obj, parsed.value)));
}

static bool get_symbol(struct ij_object *obj, enum ij_table table, size_t idx,
		       struct ij_symbol *ret)
{
	switch (table) {
	case IJ_TABLE_DYNSYM:
		return ij_dynsym_get(obj, idx, ret);
	case IJ_TABLE_SYMTAB:
		return ij_symtab_get(obj, idx, ret);
	case IJ_TABLE_DEBUG:
		break;
	}
	return ij_symtab_get(obj->debug, idx, ret);
}

/* Of names for one address the plainest: "malloc" before "__libc_malloc", global before local. */
static unsigned plainness(const struct ij_symbol *sym)
{
	unsigned score = 0;

	for (const char *c = sym->name; *c == '_' && score < 8; c++)
		score++;
	return score + (sym->local ? 16 : 0) + (sym->hidden_version ? 8 : 0);
}

static void consider(struct pick *pick, enum ij_table table, size_t idx, const Elf64_Sym *sym)
{
	bool covers = sym->st_size && pick->vaddr - sym->st_value < sym->st_size;
	struct ij_symbol symbol;

	if (pick->second) {
		if (sym->st_value == pick->start && (covers || !sym->st_size) &&
		    is_function(pick->obj, sym) && get_symbol(pick->obj, table, idx, &symbol) &&
		    (!pick->best.name || plainness(&symbol) < plainness(&pick->best)))
			pick->best = symbol;
		return;
	}
	if (sym->st_value > pick->vaddr ||
	    (pick->any && sym->st_value < pick->nearest && !covers) || !is_function(pick->obj, sym))
		return;
	if (!pick->any || sym->st_value > pick->nearest) {
		pick->any = true;
		pick->nearest = sym->st_value;
		pick->nearest_unsized = false;
	}
	if (sym->st_value == pick->nearest && !sym->st_size)
		pick->nearest_unsized = true;
	if (covers && (!pick->covered || sym->st_value > pick->covering)) {
		pick->covered = true;
		pick->covering = sym->st_value;
	}
}

/* One pass over the index entries below the address, or over every symbol. */
static void pass(struct pick *pick, const struct tables *tables)
{
	const struct ij_by_addr *items = pick->obj->by_addr.items;
	size_t lo = 0, hi = pick->obj->by_addr.len;

	if (!pick->obj->by_addr_built) {
		for (unsigned t = 0; t < tables->len; t++)
			for (size_t i = 1; i < tables->list[t].len; i++) {
				Elf64_Sym sym = raw_symbol(&tables->list[t], i);

				consider(pick, tables->list[t].id, i, &sym);
			}
		return;
	}
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (items[mid].value <= pick->vaddr)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (unsigned n = 0; lo > 0 && n < LOOK_BACK; n++) {
		const struct ij_by_addr *item = &items[--lo];
		const struct table *table = &tables->list[item->table];
		Elf64_Sym sym = raw_symbol(table, item->idx);

		consider(pick, table->id, item->idx, &sym);
	}
}

static int compare_entries(const void *a, const void *b)
{
	const struct ij_by_addr *x = a, *y = b;

	if (x->value != y->value)
		return x->value < y->value ? -1 : 1;
	if (x->table != y->table)
		return x->table < y->table ? -1 : 1;
	return x->idx < y->idx ? -1 : x->idx > y->idx;
}

static struct ij_error *build_index(struct ij_object *obj, const struct tables *tables)
{
	obj->by_addr.len = 0;
	for (unsigned t = 0; t < tables->len; t++)
		for (size_t i = 1; i < tables->list[t].len; i++) {
			Elf64_Sym sym = raw_symbol(&tables->list[t], i);

			if (is_function(obj, &sym))
				IJ_TRY(ij_vec_push(
					&obj->by_addr,
					((struct ij_by_addr){sym.st_value, (uint32_t)i, t})));
		}
	if (obj->by_addr.len)
		qsort(obj->by_addr.items, obj->by_addr.len, sizeof(*obj->by_addr.items),
		      compare_entries);
	obj->by_addr_built = true;
	return NULL;
}

struct ij_error *ij_object_symbol_at(struct ij_object *obj, uint64_t vaddr, struct ij_symbol *ret)
{
	struct pick pick = {.obj = obj, .vaddr = vaddr, .is_code = ij_object_is_code(obj, vaddr)};
	struct tables tables = {0};

	IJ_TRY(get_tables(obj, &tables));
	if (!obj->by_addr_built && obj->by_addr_asked++ >= UNINDEXED_MAX)
		IJ_TRY(build_index(obj, &tables));
	pass(&pick, &tables);
	/* A symbol without a size reaches to the next one, but not out of the code. */
	if (pick.nearest_unsized && pick.is_code)
		pick.start = pick.nearest;
	else if (pick.covered)
		pick.start = pick.covering;
	else
		pick.any = false;
	if (pick.any) {
		pick.second = true;
		pass(&pick, &tables);
	}
	if (!pick.best.name)
		return ij_error_new(NOTFOUND, "%s names no function at 0x%llx", obj->name,
				    (unsigned long long)vaddr);
	*ret = pick.best;
	return NULL;
}
