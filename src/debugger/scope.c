/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What expressions would mean at a place where nothing stands yet. */
#include "debugger/debugger.h"

struct ij_error *ij_debugger_check(struct ij_debugger *d, const char *text, uint64_t addr)
{
	struct ij_session *s = ij_debugger_names(d);
	struct ij_debug *debug = NULL;
	struct ij_debug_here here;
	struct ij_datum *datum = NULL;
	struct ij_module *module;
	struct ij_error *err;

	IJ_TRY(ij_session_refresh(s));
	module = ij_modules_find(s->mods, addr);
	if (module)
		IJ_TRY(ij_debugs_of(s->debugs, s->mods, module, &debug));
	err = debug ? ij_debug_here(debug, addr - module->bias, &here)
		    : ij_error_new(NOTFOUND, "no debug information");
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
