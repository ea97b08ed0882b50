/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Symbols of an object from all its tables: by name, one by one, and by address. */
#include <stdlib.h>
#include <string.h>

#include "obj/object_internal.h"

#define LOOK_BACK 64u /* entries below an address that are tried */

static bool is_notfound(const struct ij_error *err)
{
	return err && err->code == IJ_ERR_NOTFOUND;
}

struct ij_error *ij_symtab_find_all(struct ij_object *obj, const char *name, struct ij_symbol *ret)
{
	struct ij_error *err = ij_symtab_find(obj, name, ret);

	if (!is_notfound(err) || !obj->debug)
		return err;
	ij_error_free(err);
	return ij_symtab_find(obj->debug, name, ret);
}

struct ij_error *ij_object_symbol(struct ij_object *obj, const char *name, struct ij_symbol *ret)
{
	struct ij_error *err = ij_dynsym_find(obj, name, ret);

	if (!is_notfound(err))
		return err;
	ij_error_free(err);
	return ij_symtab_find_all(obj, name, ret);
}

static struct ij_error *symtab_each(struct ij_object *obj, ij_symbol_visit visit, void *ctx,
				    bool *more)
{
	IJ_TRY(ij_symtab_load(obj));
	for (size_t i = 1; i < obj->symtab.len && *more; i++) {
		struct ij_symbol sym;

		if (ij_symtab_get(obj, i, &sym))
			*more = visit(ctx, &sym);
	}
	return NULL;
}

struct ij_error *ij_object_symbols_each(struct ij_object *obj, ij_symbol_visit visit, void *ctx)
{
	bool more;

	IJ_TRY(ij_dynsym_each(obj, visit, ctx, &more));
	if (more)
		IJ_TRY(symtab_each(obj, visit, ctx, &more));
	if (more && obj->debug)
		IJ_TRY(symtab_each(obj->debug, visit, ctx, &more));
	return NULL;
}

static bool entry_get(struct ij_object *obj, const struct ij_by_addr *entry, struct ij_symbol *ret)
{
	switch ((enum ij_table)entry->table) {
	case IJ_TABLE_DYNSYM:
		return ij_dynsym_get(obj, entry->idx, ret);
	case IJ_TABLE_SYMTAB:
		return ij_symtab_get(obj, entry->idx, ret);
	case IJ_TABLE_DEBUG:
		return obj->debug && ij_symtab_get(obj->debug, entry->idx, ret);
	}
	return false;
}

/* Defined code, as far as the raw symbol tells. */
static bool is_function(const struct ij_object *obj, const Elf64_Sym *sym)
{
	struct ij_symbol parsed;

	return ij_symbol_from(sym, "", &parsed) &&
	       (parsed.kind == IJ_SYMBOL_FUNC || parsed.kind == IJ_SYMBOL_IFUNC ||
		(parsed.kind == IJ_SYMBOL_NONE && ij_object_is_code(obj, parsed.value)));
}

/* Index @len raw symbols; their names are not looked at until one is wanted. */
static struct ij_error *index_table(struct ij_object *obj, enum ij_table table, const uint8_t *syms,
				    size_t len)
{
	for (size_t i = 1; i < len; i++) {
		Elf64_Sym sym;

		memcpy(&sym, syms + i * sizeof(sym), sizeof(sym));
		if (!is_function(obj, &sym))
			continue;
		IJ_TRY(ij_vec_push(&obj->by_addr,
				   ((struct ij_by_addr){sym.st_value, (uint32_t)i, table})));
	}
	return NULL;
}

static struct ij_error *index_dynsym(struct ij_object *obj)
{
	const uint8_t *bytes;
	size_t len;

	IJ_TRY(ij_dynsym_len(obj, &len));
	if (!len)
		return NULL;
	IJ_TRY(ij_image_get(&obj->img, obj->dyn.symtab.off, len * sizeof(Elf64_Sym), &bytes));
	return index_table(obj, IJ_TABLE_DYNSYM, bytes, len);
}

static struct ij_error *index_symtab(struct ij_object *obj, struct ij_object *from,
				     enum ij_table table)
{
	IJ_TRY(ij_symtab_load(from));
	return index_table(obj, table, from->symtab.syms, from->symtab.len);
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

/* Pass on that memory is short; what else kept a table from being read is left at that. */
static struct ij_error *only_nomem(struct ij_error *err)
{
	if (err && err->code == IJ_ERR_NOMEM)
		return err;
	ij_error_free(err);
	return NULL;
}

/* A .symtab repeats what .dynsym holds. */
static struct ij_error *build_index(struct ij_object *obj)
{
	if (obj->by_addr_built)
		return NULL;
	obj->by_addr.len = 0;
	IJ_TRY(only_nomem(index_symtab(obj, obj, IJ_TABLE_SYMTAB)));
	if (!obj->symtab.len) {
		IJ_TRY(only_nomem(index_dynsym(obj)));
		if (obj->debug)
			IJ_TRY(only_nomem(index_symtab(obj, obj->debug, IJ_TABLE_DEBUG)));
	}
	if (obj->by_addr.len)
		qsort(obj->by_addr.items, obj->by_addr.len, sizeof(*obj->by_addr.items),
		      compare_entries);
	obj->by_addr_built = true;
	return NULL;
}

/* Of names for one address the plainest: "malloc" before "__libc_malloc", global before local. */
static unsigned plainness(const struct ij_symbol *sym)
{
	unsigned score = 0;

	for (const char *c = sym->name; *c == '_' && score < 8; c++)
		score++;
	return score + (sym->local ? 16 : 0) + (sym->hidden_version ? 8 : 0);
}

struct ij_error *ij_object_symbol_at(struct ij_object *obj, uint64_t vaddr, struct ij_symbol *ret)
{
	const struct ij_by_addr *items;
	struct ij_symbol best = {0};
	size_t lo = 0, hi, next;

	IJ_TRY(build_index(obj));
	items = obj->by_addr.items;
	hi = obj->by_addr.len;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (items[mid].value <= vaddr)
			lo = mid + 1;
		else
			hi = mid;
	}
	next = lo; /* the first entry above @vaddr */
	for (unsigned n = 0; lo > 0 && n < LOOK_BACK; n++) {
		const struct ij_by_addr *entry = &items[--lo];
		bool nearest = next == lo + 1 || entry->value == items[next - 1].value;
		struct ij_symbol sym;

		if (best.name && entry->value != best.value)
			break;
		if (!entry_get(obj, entry, &sym) ||
		    (sym.size ? vaddr - sym.value >= sym.size
			      : !nearest || !ij_object_is_code(obj, vaddr)))
			continue;
		if (!best.name || plainness(&sym) < plainness(&best))
			best = sym;
	}
	if (!best.name)
		return ij_error_new(NOTFOUND, "%s names no function at 0x%llx", obj->name,
				    (unsigned long long)vaddr);
	*ret = best;
	return NULL;
}
