/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Names in .symtab: nothing of it is read before it is of use.
 *
 * In a shared library's .symtab GNU ld writes versions into the names ("memcpy@@GLIBC_2.14"), and
 * merges names that end alike, so a name may begin inside another. Versions are cut off in a copy,
 * after a bit for each symbol has noted which were not the default.
 */
#include <stdlib.h>
#include <string.h>

#include "base/strbuf.h"
#include "obj/object_internal.h"

#define SYMBOLS_MAX (64u << 20)

/* One "@" of the string table: the first of its string. */
struct at {
	uint64_t start; /* offset of its string */
	uint64_t pos;   /* offset of the '@' */
	bool hidden;    /* a single '@' */
};
struct ats {
	IJ_VEC(struct at) list;
};

static struct ij_error *find_ats(const char *strs, size_t size, struct ats *ret)
{
	const char *at, *from = strs;

	while ((at = memchr(from, '@', (size_t)(strs + size - from)))) {
		const char *nul = memrchr(from, 0, (size_t)(at - from));
		const char *start = nul ? nul + 1 : from;
		const char *end = memchr(at, 0, (size_t)(strs + size - at));

		/* The first character is no version, nor is one in a name that starts with '@'. */
		if (at > start)
			IJ_TRY(ij_vec_push(&ret->list,
					   ((struct at){(uint64_t)(start - strs),
							(uint64_t)(at - strs), at[1] != '@'})));
		from = end; /* the table ends with a NUL, so there is one */
	}
	return NULL;
}

/* The version mark in the string that starts at offset @name, or NULL. */
static const struct at *at_of(const struct ats *ats, uint64_t name)
{
	size_t lo = 0, hi = ats->list.len;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (ats->list.items[mid].pos > name)
			hi = mid;
		else
			lo = mid + 1;
	}
	if (lo == ats->list.len || ats->list.items[lo].start > name)
		return NULL;
	return &ats->list.items[lo];
}

struct ij_error *ij_symtab_syms(struct ij_object *obj)
{
	struct ij_symtab *tab = &obj->symtab;

	IJ_TRY(ij_symtab_open(obj));
	if (tab->syms || !tab->len)
		return NULL;
	return ij_error_wrap(ij_image_get(&obj->img, tab->syms_span.off,
					  tab->len * sizeof(Elf64_Sym), &tab->syms),
			     "%s", obj->name);
}

static Elf64_Sym raw_symbol(const struct ij_symtab *tab, size_t idx)
{
	Elf64_Sym sym;

	memcpy(&sym, tab->syms + idx * sizeof(sym), sizeof(sym));
	return sym;
}

static struct ij_error *cut_versions(struct ij_symtab *tab, const struct ats *ats)
{
	size_t size = (size_t)tab->strs_span.size;

	tab->strs_copy = malloc(size);
	tab->hidden = calloc(tab->len / 8 + 1, 1);
	if (!tab->strs_copy || !tab->hidden)
		return ij_error_nomem();
	memcpy(tab->strs_copy, tab->strs, size);
	for (size_t i = 0; i < tab->len; i++) {
		const struct at *at = at_of(ats, raw_symbol(tab, i).st_name);

		if (at && at->hidden)
			tab->hidden[i / 8] |= (uint8_t)(1u << (i % 8));
	}
	for (size_t i = 0; i < ats->list.len; i++)
		tab->strs_copy[ats->list.items[i].pos] = 0;
	tab->strs = tab->strs_copy;
	return NULL;
}

static struct ij_error *open_table(struct ij_object *obj, struct ij_symtab *tab)
{
	const struct ij_section *sec, *sections, *strs;
	struct ij_elf *elf;
	size_t len;

	IJ_TRY(ij_object_elf(obj, &elf));
	sec = ij_elf_by_type(elf, SHT_SYMTAB);
	if (!sec)
		return NULL;
	sections = ij_elf_sections(elf, &len);
	if (!sec->link || sec->link >= len || sections[sec->link].type != SHT_STRTAB)
		return ij_error_new(BADDATA, "%s: .symtab has no string table", obj->name);
	strs = &sections[sec->link];
	if (sec->packing || strs->packing)
		return ij_error_new(UNSUPPORTED, "%s: compressed .symtab", obj->name);
	if (sec->size / sizeof(Elf64_Sym) > SYMBOLS_MAX)
		return ij_error_new(LIMIT, "%s: %llu bytes of symbols are too many", obj->name,
				    (unsigned long long)sec->size);
	tab->len = (size_t)sec->size / sizeof(Elf64_Sym);
	tab->syms_span = (struct ij_span){sec->off, sec->size};
	tab->strs_span = (struct ij_span){strs->off, strs->size};
	return NULL;
}

struct ij_error *ij_symtab_open(struct ij_object *obj)
{
	struct ij_symtab tab = {0};

	if (obj->symtab.opened)
		return NULL;
	IJ_TRY(open_table(obj, &tab));
	tab.opened = true;
	obj->symtab = tab;
	return NULL;
}

/* Read all the strings, as they are in the file: versions are still in the names. */
static struct ij_error *read_strs(struct ij_object *obj, const char **ret)
{
	const struct ij_span *span = &obj->symtab.strs_span;
	const uint8_t *bytes;

	IJ_TRY(ij_image_get(&obj->img, span->off, span->size, &bytes));
	if (bytes[span->size - 1])
		return ij_error_new(BADDATA,
				    "%s: the string table of .symtab does not end with NUL",
				    obj->name);
	*ret = (const char *)bytes;
	return NULL;
}

static struct ij_error *load(struct ij_object *obj, struct ij_symtab *tab)
{
	const struct ij_span *span = &tab->strs_span;
	struct ats ats = {0};
	struct ij_error *err;

	if (!tab->len || !span->size)
		return NULL;
	IJ_TRY(read_strs(obj, &tab->strs));
	err = find_ats(tab->strs, (size_t)span->size, &ats);
	if (!err && ats.list.len)
		err = cut_versions(tab, &ats);
	ij_vec_deinit(&ats.list);
	return err;
}

struct ij_error *ij_symtab_load(struct ij_object *obj)
{
	struct ij_symtab tab;
	struct ij_error *err;

	if (obj->symtab.loaded)
		return NULL;
	IJ_TRY(ij_symtab_syms(obj));
	tab = obj->symtab;
	err = load(obj, &tab);
	if (err) {
		free(tab.strs_copy);
		free(tab.hidden);
		return err;
	}
	tab.loaded = true;
	obj->symtab = tab;
	return NULL;
}

/* The name at offset @off, or NULL. Only if it bears a version are all the strings needed. */
static const char *name_at(struct ij_object *obj, uint32_t off)
{
	const struct ij_span *span = &obj->symtab.strs_span;
	const char *name = NULL;
	struct ij_error *err = NULL;

	if (!obj->symtab.loaded) {
		err = ij_image_str(&obj->img, span->off + off, span->off + span->size,
				   IJ_OBJ_NAME_MAX, &name);
		if (!err && !strchr(name, '@'))
			return name;
		if (!err)
			err = ij_symtab_load(obj);
	}
	if (err) {
		ij_error_free(err);
		return NULL;
	}
	name = obj->symtab.strs + off;
	return strnlen(name, IJ_OBJ_NAME_MAX) < IJ_OBJ_NAME_MAX ? name : NULL;
}

bool ij_symtab_get(struct ij_object *obj, size_t idx, struct ij_symbol *ret)
{
	const struct ij_symtab *tab = &obj->symtab;
	Elf64_Sym sym;
	const char *name;
	struct ij_error *err =
		ij_image_copy(&obj->img, tab->syms_span.off + idx * sizeof(sym), &sym, sizeof(sym));

	if (err) {
		ij_error_free(err);
		return false;
	}
	if (!sym.st_name || sym.st_name >= obj->symtab.strs_span.size || sym.st_shndx == SHN_UNDEF)
		return false;
	name = name_at(obj, sym.st_name);
	if (!name || !*name || !ij_symbol_from(&sym, name, ret))
		return false;
	ret->hidden_version = obj->symtab.hidden && (obj->symtab.hidden[idx / 8] >> (idx % 8) & 1);
	if (ret->hidden_version)
		ret->version = name + strlen(name) + 1;
	return true;
}
