/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Types and functions that a person declares, for programs whose debug information does not. */
#include <string.h>

#include "lang/type.h"
#include "lang/typedefs.h"
#include "session/debugs.h"
#include "session/host.h"

enum { DEPTH_MAX = 32 }; /* of types that are defined by others */

/* Parameters that point to what nobody knows take any pointer: a buffer, say. */
static struct ij_error *loosen(struct ij_session_host *sh, const struct ij_ctype *func)
{
	IJ_VEC_EACH (&func->params, it) {
		const struct ij_ctype *bare = ij_ctype_strip(it->type);
		const struct ij_ctype *target =
			bare->kind == IJ_CT_POINTER ? ij_ctype_strip(bare->target) : NULL;

		if (target && (target->is_incomplete || target->kind == IJ_CT_OTHER))
			IJ_TRY(ij_ctypes_pointer(sh->host.types, ij_cbase(IJ_CBASE_VOID),
						 &it->type));
	}
	return NULL;
}

struct ij_error *ij_host_declaration(struct ij_session_host *sh, const char *text, const char *name,
				     const struct ij_ctype **ret)
{
	const struct ij_ctype *type = NULL;

	IJ_TRY(ij_eval_declared(&sh->host, text, name, &type));
	if (type->kind != IJ_CT_FUNCTION)
		return ij_error_new(TYPE, "%s is no function as it is declared: %s", name, text);
	IJ_TRY(loosen(sh, type));
	*ret = type;
	return NULL;
}

/* A typedef of our own name for what the declaration says. */
static struct ij_error *alias(struct ij_session_host *sh, const struct ij_definition *def,
			      const struct ij_ctype **ret)
{
	const struct ij_ctype *target;
	struct ij_ctype *type;

	IJ_TRY(ij_eval_declared(&sh->host, def->text, def->name, &target));
	IJ_TRY(ij_ctypes_new(sh->host.types, IJ_CT_TYPEDEF, &type));
	IJ_TRY(ij_ctypes_text(sh->host.types, def->name, strlen(def->name), &type->name));
	type->target = target;
	type->size = target->size;
	*ret = type;
	return NULL;
}

/* A type is known, but incomplete, while its members are read: they may point to it. */
static struct ij_error *define(struct ij_session_host *sh, const struct ij_definition *def,
			       const struct ij_ctype **ret)
{
	struct ij_ctype *type;

	if (!def->tag)
		return alias(sh, def, ret);
	if (def->tag == 'f')
		return ij_host_declaration(sh, def->text, def->name, ret);
	IJ_TRY(ij_ctypes_new(sh->host.types,
			     def->tag == 's'   ? IJ_CT_STRUCT
			     : def->tag == 'u' ? IJ_CT_UNION
					       : IJ_CT_ENUM,
			     &type));
	IJ_TRY(ij_ctypes_text(sh->host.types, def->name, strlen(def->name), &type->name));
	type->is_incomplete = true;
	*ret = type;
	IJ_TRY(ij_debugs_declare(sh->s->debugs, def->text, type));
	return ij_eval_define(&sh->host, def->text, type);
}

struct ij_error *ij_host_declared(struct ij_session_host *sh, char tag, const char *name,
				  const struct ij_ctype **ret)
{
	const struct ij_typedefs *defs = ij_prototypes_typedefs(sh->s->prototypes);
	const struct ij_definition *def = ij_typedefs_definition(defs, tag, name);
	const struct ij_ctype *type;
	struct ij_error *err;

	if (!def)
		return NULL;
	if (ij_debugs_declared(sh->s->debugs, def->text, &type)) {
		*ret = type ? type : *ret;
		return NULL;
	}
	if (sh->declaring == DEPTH_MAX)
		return ij_error_new(LIMIT, "%s: types are nested over %d deep", name, DEPTH_MAX);
	/* Until it is known: a typedef of itself is none. */
	IJ_TRY(ij_debugs_declare(sh->s->debugs, def->text, NULL));
	sh->declaring++;
	err = define(sh, def, &type);
	sh->declaring--;
	if (err) {
		ij_debugs_undeclare(sh->s->debugs, def->text);
		return err;
	}
	*ret = type;
	return ij_debugs_declare(sh->s->debugs, def->text, type);
}
