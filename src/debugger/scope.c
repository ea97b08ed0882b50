/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What expressions would mean at a place where nothing stands yet, and which variables it has. */
#include "debugger/debugger.h"
#include "interject/listing.h"

/* What is in scope at @addr. @ret: deinit it. Errors: those of ij_debug_here. */
static struct ij_error *scope_at(struct ij_debugger *d, uint64_t addr,
				 struct ij_module **module_ret, struct ij_debug **debug_ret,
				 struct ij_debug_here *ret)
{
	struct ij_session *s = ij_debugger_names(d);

	*debug_ret = NULL;
	IJ_TRY(ij_session_refresh(s));
	*module_ret = ij_modules_find(s->mods, addr);
	if (*module_ret)
		IJ_TRY(ij_debugs_of(s->debugs, s->mods, *module_ret, debug_ret));
	return *debug_ret ? ij_debug_here(*debug_ret, addr - (*module_ret)->bias, ret)
			  : ij_error_new(NOTFOUND, "no debug information");
}

struct ij_error *ij_debugger_check(struct ij_debugger *d, const char *text, uint64_t addr)
{
	struct ij_debug_here here;
	struct ij_datum *datum = NULL;
	struct ij_module *module;
	struct ij_debug *debug;
	struct ij_error *err;

	err = scope_at(d, addr, &module, &debug, &here);
	if (err && err->code != IJ_ERR_NOTFOUND)
		return err;
	d->scope = err ? NULL : &here;
	ij_error_free(err);
	err = ij_debugger_eval(d, text, NULL, IJ_DEBUGGER_DRY, &datum);
	ij_datum_free(datum);
	if (d->scope)
		ij_debug_here_deinit(&here);
	d->scope = NULL;
	return err;
}

bool ij_debugger_used_frame(const struct ij_debugger *d)
{
	return d->used_frame;
}

struct ij_error *ij_debugger_scope(struct ij_debugger *d, uint64_t addr,
				   ij_debugger_where_visit visit, void *ctx)
{
	struct ij_debug_here here;
	struct ij_module *module;
	struct ij_debug *debug;
	struct ij_error *err;

	IJ_TRY(scope_at(d, addr, &module, &debug, &here));
	err = NULL;
	IJ_VEC_EACH (&here.locals, it) {
		struct ij_debugger_where where = {.name = it->name};
		IJ_STRBUF_AUTO text = {0};
		bool is_static = false;

		if (it->level || err)
			continue;
		err = ij_ctype_complete(ij_ctype_strip(it->type));
		where.size = ij_ctype_strip(it->type)->size;
		if (!err)
			err = ij_debug_local_words(debug, &here, it, module->bias, module->path,
						   &text, &is_static, &where.addr);
		if (!is_static)
			where.addr = 0;
		if (!err)
			err = ij_strbuf_error(&text);
		where.text = text.len ? text.str : NULL;
		if (!err)
			visit(ctx, &where);
	}
	ij_debug_here_deinit(&here);
	return err;
}
