/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Declarations by name: what the user added, then the built-in table, parsed entry by entry on
 * demand. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lang/builtin.h"
#include "lang/declaration.h"
#include "lang/go.h"
#include "lang/header.h"

struct protos {
	IJ_VEC(struct ij_prototype *) list;
};

struct ij_prototypes {
	struct ij_declared user; /* in the order they came: the last of a name wins */
	struct ij_go_decls go;   /* of the user, in Go */
	struct protos *parsed;   /* entries of the built-in table that somebody asked for */
};

struct ij_error *ij_prototypes_create(struct ij_prototypes **ret)
{
	struct ij_prototypes *protos = calloc(1, sizeof(*protos));

	if (protos)
		protos->parsed = calloc(1, sizeof(*protos->parsed));
	if (!protos || !protos->parsed) {
		free(protos);
		return ij_error_nomem();
	}
	*ret = protos;
	return NULL;
}

static void clear(struct protos *protos)
{
	IJ_VEC_EACH (&protos->list, proto)
		ij_prototype_destroy(*proto);
	ij_vec_deinit(&protos->list);
}

void ij_prototypes_destroy(struct ij_prototypes *protos)
{
	if (!protos)
		return;
	ij_declared_deinit(&protos->user);
	ij_go_decls_deinit(&protos->go);
	clear(protos->parsed);
	free(protos->parsed);
	free(protos);
}

/* The last of that name among @len. */
static struct ij_prototype *find_in(struct ij_prototype *const *list, size_t len, const char *name)
{
	while (len--)
		if (!strcmp(list[len]->name, name))
			return list[len];
	return NULL;
}

static struct ij_prototype *find_user(const struct ij_prototypes *protos, const char *name)
{
	return find_in(protos->user.functions.items, protos->user.functions.len, name);
}

/* All of the declarations, or none of the functions. */
static struct ij_error *add(struct ij_prototypes *protos, const char *text, const char *file)
{
	size_t before = protos->user.functions.len;
	struct ij_error *err = ij_declarations_parse(text, file, &protos->user);

	while (err && protos->user.functions.len > before)
		ij_prototype_destroy(protos->user.functions.items[--protos->user.functions.len]);
	return err;
}

struct ij_error *ij_prototypes_add(struct ij_prototypes *protos, const char *decl)
{
	if (ij_go_is_decl(decl))
		return ij_go_decls_add(&protos->go, decl);
	return add(protos, decl, NULL);
}

const struct ij_go_decls *ij_prototypes_go(const struct ij_prototypes *protos)
{
	return &protos->go;
}

struct ij_error *ij_prototypes_add_header(struct ij_prototypes *protos, const char *path)
{
	struct ij_error *err;
	char *text;

	IJ_TRY(ij_header_load(path, &text));
	err = add(protos, text, path);
	free(text);
	return err;
}

/* Why the user's declaration of @name cannot be used, if so; a copy of what was found out. */
static struct ij_error *check_user(const struct ij_prototypes *protos, const char *name)
{
	IJ_VEC_EACH (&protos->user.bad, bad)
		if (!strcmp(bad->name, name))
			return ij_error_make(bad->error->code, 0, __func__, "%s", bad->error->msg);
	return NULL;
}

/* The prototype of a function that passes structs by value: what is needed of it is behind its
 * text, which says the rest to who knows structs. */
static struct ij_error *parse_by_value(const struct ij_builtin_line *line,
				       struct ij_prototype **ret)
{
	const char *end = memmem(line->text, line->len, ");", 2);
	struct ij_error *err;
	char *text = NULL, *own = end ? strndup(line->text, (size_t)(end + 1 - line->text)) : NULL;

	if (!own || asprintf(&text, "void %.*s()%.*s", (int)line->name_len, line->name,
			     (int)(line->text + line->len - end - 1), end + 1) < 0) {
		free(own);
		return ij_error_nomem();
	}
	err = ij_prototype_parse(text, ret);
	free(text);
	if (err) {
		free(own);
		return err;
	}
	free((*ret)->text);
	(*ret)->text = own;
	(*ret)->by_value = true;
	return NULL;
}

/* Parse a line of the table into the cache. The table is ours, and a test parses all of it. */
static struct ij_error *parse_line(struct protos *parsed, const struct ij_builtin_line *line,
				   struct ij_prototype **ret)
{
	char *text = strndup(line->text, line->len);
	struct ij_prototype *proto = NULL;
	struct ij_error *err = text ? ij_prototype_parse(text, &proto) : ij_error_nomem();

	free(text);
	if (err && (err->code == IJ_ERR_TYPE || err->code == IJ_ERR_UNSUPPORTED)) {
		ij_error_free(err);
		err = parse_by_value(line, &proto);
	}
	if (!err) {
		proto->typed = false;
		proto->library = strndup(line->library ? line->library : "", line->library_len);
	}
	if (!err && !proto->library)
		err = ij_error_nomem();
	if (!err)
		err = ij_vec_push(&parsed->list, proto);
	if (err)
		ij_prototype_destroy(proto);
	else
		*ret = proto;
	return err;
}

struct ij_error *ij_prototypes_lookup(const struct ij_prototypes *protos, const char *name,
				      const struct ij_prototype **ret)
{
	struct ij_prototype *found = find_user(protos, name);
	struct ij_builtin_line line;

	if (!found)
		IJ_TRY(check_user(protos, name));
	if (!found)
		found = find_in(protos->parsed->list.items, protos->parsed->list.len, name);
	if (!found && ij_builtin_find(name, &line))
		IJ_TRY(parse_line(protos->parsed, &line, &found));
	*ret = found;
	return NULL;
}

const struct ij_typedefs *ij_prototypes_typedefs(const struct ij_prototypes *protos)
{
	return &protos->user.typedefs;
}

const struct ij_prototype *ij_prototypes_find(const struct ij_prototypes *protos, const char *name)
{
	const struct ij_prototype *found = NULL;
	IJ_ERROR_AUTO err = ij_prototypes_lookup(protos, name, &found);

	return err ? NULL : found;
}

static int by_name(const void *a, const void *b)
{
	const struct ij_prototype *const *left = a;
	const struct ij_prototype *const *right = b;

	return strcmp((*left)->name, (*right)->name);
}

void ij_prototypes_each(const struct ij_prototypes *protos,
			void (*visit)(void *ctx, const struct ij_prototype *proto), void *ctx)
{
	IJ_VEC(const struct ij_prototype *) all = {0};
	struct ij_builtin_scan scan = {.pos = ij_builtin_text};
	struct ij_builtin_line line;
	IJ_ERROR_AUTO err = NULL;
	/* A table of its own, so that no name is looked up in a growing cache. */
	struct protos builtin = {0};

	while (!err && ij_builtin_next(&scan, &line)) {
		struct ij_prototype *proto;

		err = parse_line(&builtin, &line, &proto);
		if (!err && !find_user(protos, proto->name))
			err = ij_vec_push(&all, (const struct ij_prototype *)proto);
	}
	for (size_t i = 0; i < protos->user.functions.len && !err; i++) {
		const struct ij_prototype *proto = protos->user.functions.items[i];

		if (find_user(protos, proto->name) == proto)
			err = ij_vec_push(&all, proto);
	}
	if (all.len)
		qsort(all.items, all.len, sizeof(all.items[0]), by_name);
	IJ_VEC_EACH (&all, proto)
		visit(ctx, *proto);
	ij_vec_deinit(&all);
	clear(&builtin);
}
