/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Types of a target, for who asks for them: of an expression, by name, with their members. */
#include <stdlib.h>
#include <string.h>

#include "lang/eval.h"
#include "session/debugs.h"
#include "session/evaluate.h"
#include "session/namecache.h"
#include "session/namelist.h"
#include "session/stop.h"

static struct ij_error *first_type(void *ctx, struct ij_named_hit *hit)
{
	*(const struct ij_ctype **)ctx = hit->entry->type;
	hit->more = false;
	return NULL;
}

/* A type of the program itself comes before any variable of a library. */
static struct ij_error *own_type(struct ij_session_host *sh, const char *name,
				 const struct ij_ctype **ret)
{
	size_t len;
	struct ij_module *const *list = ij_modules_list(sh->s->mods, &len);
	const struct ij_host_name own = {.module = len ? list[0]->path : NULL, .name = name};

	*ret = NULL;
	return len ? ij_host_named(sh, &own, IJ_DEBUG_TYPEDEF, first_type, ret) : NULL;
}

struct ij_error *ij_evaluate_type_of(struct ij_session_host *sh, const struct ij_ast *ast,
				     struct ij_arena *arena, bool *is_type,
				     const struct ij_ctype **ret)
{
	struct ij_eval ev = {.host = &sh->host,
			     .arena = arena,
			     .text = ast->text,
			     .toks = &ast->toks,
			     .dry = true};
	const struct ij_node *root = ast->root;
	struct ij_val val;
	unsigned calls;
	struct ij_error *err;

	*is_type = true;
	if (root->kind == IJ_NODE_TYPE) {
		err = ij_eval_type(&ev, root->type, ret);
		ij_vec_deinit(&ev.literals);
		return err;
	}
	if (root->kind == IJ_NODE_NAME && !root->module && !root->file) {
		bool found = false;
		const struct ij_host_name name = {.name = root->name};

		*ret = NULL;
		if (!ij_stop_place_has(sh, root->name))
			IJ_TRY(own_type(sh, root->name, ret));
		if (*ret)
			return NULL;
		ij_error_free(sh->host.lookup(&sh->host, &name, arena, &val, &found));
		*ret = NULL;
		if (!found)
			IJ_TRY(sh->host.type(&sh->host, 0, root->name, ret));
		if (*ret)
			return NULL;
	}
	*is_type = false;
	IJ_TRY(ij_eval_plan(&sh->host, ast, arena, &val, &calls));
	*ret = val.reference ? val.reference : val.type;
	return NULL;
}

struct ij_error *ij_session_type(struct ij_session *s, const char *text, char **ret)
{
	const struct ij_ctype *type;
	IJ_STRBUF_AUTO out = {0};

	if (!s->mods)
		return ij_error_new(USAGE, "the session is not open");
	ij_session_begin(s);
	IJ_TRY(ij_evaluate_type(s, text, &type));
	IJ_TRY(ij_ctype_define(type, NULL, &out));
	*ret = out.str;
	out = (struct ij_strbuf){0};
	return NULL;
}

/* The members of @type that @list wants, those of anonymous ones and of base classes, too. */
static struct ij_error *members(const struct ij_ctype *type, unsigned depth,
				struct ij_namelist *list)
{
	type = ij_ctype_strip(type);
	if (depth > IJ_CT_DEPTH_MAX || !ij_ctype_is_aggregate(type))
		return NULL;
	IJ_TRY(ij_ctype_complete(type));
	IJ_VEC_EACH (&type->members, it) {
		if (it->is_artificial)
			continue;
		if (!it->name || it->is_base)
			IJ_TRY(members(it->type, depth + 1, list));
		else
			IJ_TRY(ij_namelist_add(list, it->name));
	}
	return NULL;
}

struct ij_error *ij_session_members(struct ij_session *s, const char *text, const char *prefix,
				    char ***ret, size_t *len_ret)
{
	struct ij_namelist list = {.prefix = prefix, .max = SIZE_MAX};
	const struct ij_ctype *type;

	if (!s->mods)
		return ij_error_new(USAGE, "the session is not open");
	ij_session_begin(s);
	IJ_TRY(ij_evaluate_type(s, text, &type));
	type = ij_ctype_strip(type);
	if (type->kind == IJ_CT_POINTER || type->kind == IJ_CT_REFERENCE)
		type = ij_ctype_strip(type->target);
	return ij_namelist_take(&list, members(type, 0, &list), ret, len_ret);
}

static struct ij_error *on_type(void *ctx, unsigned kind, const char *scope, const char *name,
				bool *more)
{
	struct ij_namelist *list = ctx;
	IJ_STRBUF_AUTO whole = {0};

	/* As C writes it; C++ and Rust need no tag, and take one where it is a class. */
	ij_strbuf_printf(&whole, "%s%s%s%s",
			 kind == IJ_DEBUG_STRUCT  ? "struct "
			 : kind == IJ_DEBUG_UNION ? "union "
			 : kind == IJ_DEBUG_ENUM  ? "enum "
						  : "",
			 scope, *scope ? "::" : "", name);
	IJ_TRY(ij_strbuf_error(&whole));
	IJ_TRY(ij_namelist_add(list, whole.str));
	*more = list->names.len < list->max;
	return NULL;
}

struct ij_error *ij_session_types(struct ij_session *s, const char *text, size_t max, char ***ret,
				  size_t *len_ret)
{
	struct ij_namelist list = {.within = text, .max = max};
	struct ij_module *const *mods;
	struct ij_error *err = NULL;
	bool any = false;
	size_t len;

	if (!s->mods)
		return ij_error_new(USAGE, "the session is not open");
	ij_session_begin(s);
	IJ_TRY(ij_session_refresh(s));
	mods = ij_modules_list(s->mods, &len);
	for (size_t i = 0; i < len && !err; i++) {
		struct ij_debug *debug = NULL;

		if (!mods[i]->obj)
			continue;
		err = ij_debugs_of(s->debugs, s->mods, mods[i], &debug);
		if (err || !debug)
			continue;
		any = true;
		err = ij_namecache_get(debug);
		if (!err)
			err = ij_debug_each_name(debug, IJ_DEBUG_TYPES, on_type, &list);
		/* One whose debug information is malformed does not hide the others. */
		if (err && err->code != IJ_ERR_NOMEM) {
			ij_error_free(err);
			err = NULL;
		}
	}
	if (!err && !any)
		err = ij_error_new(NOTFOUND, "no module of process %d has debug information",
				   s->pid);
	return ij_namelist_take(&list, err, ret, len_ret);
}
