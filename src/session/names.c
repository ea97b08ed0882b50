/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Names of a target that begin with some text, for who completes what is typed. */
#include <stdlib.h>
#include <string.h>

#include "session/session_impl.h"

struct collected {
	IJ_VEC(char *) list;
	const char *prefix;
	size_t prefix_len;
	const char *before; /* "module!", as typed, @before_len bytes */
	size_t before_len;
	size_t max;
	struct ij_error *err;
};

static bool visit(void *ctx, const struct ij_symbol *sym)
{
	struct collected *c = ctx;
	size_t len = strlen(sym->name);
	char *name;

	if (c->list.len >= c->max)
		return false;
	if (strncmp(sym->name, c->prefix, c->prefix_len) != 0 || sym->kind == IJ_SYMBOL_NONE ||
	    sym->kind == IJ_SYMBOL_TLS || sym->hidden_version)
		return true;
	name = malloc(c->before_len + len + 1);
	if (name) {
		memcpy(name, c->before, c->before_len);
		memcpy(name + c->before_len, sym->name, len + 1);
	}
	c->err = name ? ij_vec_push(&c->list, name) : ij_error_nomem();
	if (c->err)
		free(name);
	return !c->err;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Sort, and keep one of each. */
static void sort(struct collected *c)
{
	size_t kept = 0;

	if (c->list.len)
		qsort(c->list.items, c->list.len, sizeof(char *), by_name);
	for (size_t i = 0; i < c->list.len; i++) {
		if (kept && !strcmp(c->list.items[kept - 1], c->list.items[i]))
			free(c->list.items[i]);
		else
			c->list.items[kept++] = c->list.items[i];
	}
	c->list.len = kept;
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

struct ij_error *ij_session_names(struct ij_session *s, const char *prefix, size_t max, char ***ret,
				  size_t *len_ret)
{
	const char *mark = strchr(prefix, '!');
	struct collected c = {.prefix = mark ? mark + 1 : prefix, .before = prefix, .max = max};
	struct ij_module *const *mods;
	size_t len;

	if (!s->mods)
		return ij_error_new(USAGE, "the session is not open");
	c.prefix_len = strlen(c.prefix);
	c.before_len = mark ? (size_t)(mark - prefix) + 1 : 0;
	mods = ij_modules_list(s->mods, &len);
	for (size_t i = 0; i < len && !c.err; i++) {
		struct ij_error *err;

		if (!mods[i]->obj || (mark && !is_named(mods[i], prefix, c.before_len - 1)))
			continue;
		/* A module that is malformed has no names to offer. */
		err = ij_object_symbols_each(mods[i]->obj, visit, &c);
		ij_error_free(err);
	}
	sort(&c);
	if (c.err) {
		ij_names_free(c.list.items, c.list.len);
		return c.err;
	}
	*ret = c.list.items;
	*len_ret = c.list.len;
	return NULL;
}

void ij_names_free(char **names, size_t len)
{
	for (size_t i = 0; i < len; i++)
		free(names[i]);
	free(names);
}
