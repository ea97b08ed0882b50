/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Names of a target that begin with some text, for who completes what is typed. */
#include <stdlib.h>
#include <string.h>

#include "session/namelist.h"
#include "session/session_impl.h"

struct ij_error *ij_namelist_add(struct ij_namelist *list, const char *name)
{
	size_t len = strlen(name);
	struct ij_error *err;
	char *copy;

	if (list->names.len >= list->max ||
	    (list->prefix && strncmp(name, list->prefix, strlen(list->prefix)) != 0) ||
	    (list->within && !strstr(name, list->within)))
		return NULL;
	copy = malloc(list->before_len + len + 1);
	if (!copy)
		return ij_error_nomem();
	if (list->before_len)
		memcpy(copy, list->before, list->before_len);
	memcpy(copy + list->before_len, name, len + 1);
	err = ij_vec_push(&list->names, copy);
	if (err)
		free(copy);
	return err;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Sort, and keep one of each. */
static void sort(struct ij_namelist *list)
{
	size_t kept = 0;

	if (list->names.len)
		qsort(list->names.items, list->names.len, sizeof(char *), by_name);
	for (size_t i = 0; i < list->names.len; i++) {
		if (kept && !strcmp(list->names.items[kept - 1], list->names.items[i]))
			free(list->names.items[i]);
		else
			list->names.items[kept++] = list->names.items[i];
	}
	list->names.len = kept;
}

struct ij_error *ij_namelist_take(struct ij_namelist *list, struct ij_error *err, char ***ret,
				  size_t *len_ret)
{
	sort(list);
	if (err) {
		ij_names_free(list->names.items, list->names.len);
		return err;
	}
	*ret = list->names.items;
	*len_ret = list->names.len;
	return NULL;
}

struct visiting {
	struct ij_namelist list;
	struct ij_error *err;
	bool enough;
};

static bool visit(void *ctx, const struct ij_symbol *sym)
{
	struct visiting *v = ctx;

	if (sym->kind == IJ_SYMBOL_NONE || sym->kind == IJ_SYMBOL_TLS || sym->hidden_version)
		return true;
	v->err = ij_namelist_add(&v->list, sym->name);
	v->enough = v->err || v->list.names.len >= v->list.max;
	return !v->enough;
}

/* Whether @module is called by the first @len bytes of @name, as in an expression. */
static bool is_named(const struct ij_module *module, const char *name, size_t len)
{
	const char *so = strstr(module->name, ".so");
	size_t base = so ? (size_t)(so - module->name) : strlen(module->name);

	return (base == len && !strncmp(module->name, name, len)) ||
	       (strlen(module->name) == len && !memcmp(module->name, name, len)) ||
	       (strlen(module->path) == len && !memcmp(module->path, name, len));
}

/* Visit the symbols of the modules that @name, which may have "module!" before it, may be of. */
static void each_symbol(const struct ij_session *s, const char *name, ij_symbol_visit visit_one,
			void *ctx, const bool *enough)
{
	const char *mark = strchr(name, '!');
	struct ij_module *const *mods;
	size_t len;

	mods = ij_modules_list(s->mods, &len);
	for (size_t i = 0; i < len && !*enough; i++)
		/* A module that is malformed has no names to offer. */
		if (mods[i]->obj && (!mark || is_named(mods[i], name, (size_t)(mark - name))))
			ij_error_free(ij_object_symbols_each(mods[i]->obj, visit_one, ctx));
}

struct ij_error *ij_session_names(struct ij_session *s, const char *prefix, size_t max, char ***ret,
				  size_t *len_ret)
{
	const char *mark = strchr(prefix, '!');
	struct visiting v = {.list = {.prefix = mark ? mark + 1 : prefix,
				      .before = prefix,
				      .before_len = mark ? (size_t)(mark - prefix) + 1 : 0,
				      .max = max}};

	if (!s->mods)
		return ij_error_new(USAGE, "the session is not open");
	each_symbol(s, prefix, visit, &v, &v.enough);
	return ij_namelist_take(&v.list, v.err, ret, len_ret);
}

struct finding {
	const char *name;
	bool found;
};

static bool find_function(void *ctx, const struct ij_symbol *sym)
{
	struct finding *f = ctx;

	f->found = f->found || ((sym->kind == IJ_SYMBOL_FUNC || sym->kind == IJ_SYMBOL_IFUNC) &&
				!strcmp(sym->name, f->name));
	return !f->found;
}

bool ij_session_has_function(const struct ij_session *s, const char *name)
{
	const char *mark = strchr(name, '!');
	struct finding f = {.name = mark ? mark + 1 : name};

	if (s->mods)
		each_symbol(s, name, find_function, &f, &f.found);
	return f.found;
}

void ij_names_free(char **names, size_t len)
{
	for (size_t i = 0; i < len; i++)
		free(names[i]);
	free(names);
}
