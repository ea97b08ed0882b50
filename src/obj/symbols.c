/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Symbols of an object from all its tables: by name, and one by one. */
#include <string.h>

#include "obj/object_internal.h"

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

struct ij_error *ij_object_symbol_own(struct ij_object *obj, const char *name,
				      struct ij_symbol *ret)
{
	struct ij_error *err = ij_dynsym_find(obj, name, ret);

	if (!is_notfound(err))
		return err;
	ij_error_free(err);
	return ij_symtab_find(obj, name, ret);
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

static struct ij_error *own_each(struct ij_object *obj, ij_symbol_visit visit, void *ctx,
				 bool *more)
{
	IJ_TRY(ij_dynsym_each(obj, visit, ctx, more));
	if (*more)
		IJ_TRY(symtab_each(obj, visit, ctx, more));
	return NULL;
}

struct ij_error *ij_object_symbols_own(struct ij_object *obj, ij_symbol_visit visit, void *ctx)
{
	bool more;

	return own_each(obj, visit, ctx, &more);
}

struct ij_error *ij_object_symbols_each(struct ij_object *obj, ij_symbol_visit visit, void *ctx)
{
	bool more;

	IJ_TRY(own_each(obj, visit, ctx, &more));
	if (more && obj->debug)
		IJ_TRY(symtab_each(obj->debug, visit, ctx, &more));
	return NULL;
}

/* Are there names with @part in .dynsym? All its symbols are gone through only then. */
static bool dynsym_has(struct ij_object *obj, const char *part)
{
	const struct ij_span *strs = &obj->dyn.strtab;
	const uint8_t *bytes;
	struct ij_error *err = ij_image_get(&obj->img, strs->off, strs->size, &bytes);
	bool has = !err && memmem(bytes, strs->size, part, strlen(part));

	ij_error_free(err);
	return has;
}

/* Only those symbols that have the part. */
struct filter {
	const char *part;
	ij_symbol_visit visit;
	void *ctx;
};

static bool with_part(void *ctx, const struct ij_symbol *sym)
{
	const struct filter *filter = ctx;

	return !strstr(sym->name, filter->part) || filter->visit(filter->ctx, sym);
}

struct ij_error *ij_object_symbols_with(struct ij_object *obj, const char *part,
					ij_symbol_visit visit, void *ctx)
{
	struct filter filter = {part, visit, ctx};
	bool more = true;

	if (dynsym_has(obj, part))
		IJ_TRY(ij_dynsym_each(obj, with_part, &filter, &more));
	if (more)
		IJ_TRY(ij_symtab_with(obj, part, with_part, &filter, &more));
	if (more && obj->debug)
		IJ_TRY(ij_symtab_with(obj->debug, part, with_part, &filter, &more));
	return NULL;
}
