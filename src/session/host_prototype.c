/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is declared of functions, by us or by the user. */
#include <stdio.h>
#include <string.h>

#include "lang/type.h"
#include "session/host.h"
#include "session/library.h"

/* The type that the text of a declaration's type means; what has no name is a void *. */
static struct ij_error *type_of_text(struct ij_session_host *sh, const struct ij_type *type,
				     const struct ij_ctype **ret)
{
	static const enum ij_cbase ints[2][9] = {
		{0, IJ_CBASE_SCHAR, IJ_CBASE_SHORT, 0, IJ_CBASE_INT, 0, 0, 0, IJ_CBASE_LONG},
		{0, IJ_CBASE_UCHAR, IJ_CBASE_USHORT, 0, IJ_CBASE_UINT, 0, 0, 0, IJ_CBASE_ULONG},
	};

	switch (type->kind) {
	case IJ_TYPE_VOID:
		*ret = ij_cbase(IJ_CBASE_VOID);
		return NULL;
	case IJ_TYPE_BOOL:
		*ret = ij_cbase(IJ_CBASE_BOOL);
		return NULL;
	case IJ_TYPE_CHAR:
		*ret = ij_cbase(IJ_CBASE_CHAR);
		return NULL;
	case IJ_TYPE_INT:
	case IJ_TYPE_UINT:
		*ret = ij_cbase(ints[type->kind == IJ_TYPE_UINT][type->size <= 8 ? type->size : 8]);
		return NULL;
	case IJ_TYPE_FLOAT:
		*ret = ij_cbase(type->size == 4   ? IJ_CBASE_FLOAT
				: type->size == 8 ? IJ_CBASE_DOUBLE
						  : IJ_CBASE_LDOUBLE);
		return NULL;
	case IJ_TYPE_STRING:
		return ij_ctypes_pointer(sh->host.types, ij_cbase(IJ_CBASE_CHAR), ret);
	case IJ_TYPE_POINTER:
		break;
	}
	return ij_ctypes_pointer(sh->host.types, ij_cbase(IJ_CBASE_VOID), ret);
}

/* A declaration that ij_prototypes_lookup has only @err, which is taken, to say of. */
static struct ij_error *misdeclared(struct ij_session_host *sh, const char *name,
				    struct ij_error *err, const struct ij_ctype **type)
{
	struct ij_error *other = ij_host_declared(sh, 'f', name, type);

	if (!other && !*type)
		return err;
	ij_error_free(other ? other : err);
	return other ? err : NULL;
}

struct ij_error *ij_host_prototype(struct ij_session_host *sh, const char *name,
				   const struct ij_module *module, const struct ij_prototype **ret,
				   const struct ij_ctype **type)
{
	const struct ij_prototype *proto = NULL;
	struct ij_error *err = ij_prototypes_lookup(sh->s->prototypes, name, &proto);
	struct ij_ctype *made;

	/* What calls with literal arguments do not know, expressions may. */
	if (err && err->code != IJ_ERR_NOMEM && !*type)
		return misdeclared(sh, name, err, type);
	/* What is wrong with a declaration in a header does not matter if more is known. */
	if (err && err->code == IJ_ERR_NOMEM)
		return err;
	ij_error_free(err);
	if (proto && proto->library &&
	    !ij_module_stands_for(sh->s->mods, module, proto->library, name))
		proto = NULL;
	*ret = proto;
	if (!proto || (*type && !proto->typed))
		return NULL;
	err = ij_host_declaration(sh, proto->text, name, type);
	if (!err || err->code == IJ_ERR_NOMEM || proto->by_value)
		return err;
	ij_error_free(err);
	IJ_TRY(ij_ctypes_new(sh->host.types, IJ_CT_FUNCTION, &made));
	IJ_TRY(type_of_text(sh, &proto->ret, &made->target));
	for (size_t i = 0; i < proto->params.len; i++) {
		struct ij_cparam param = {.name = NULL};

		IJ_TRY(type_of_text(sh, &proto->params.items[i], &param.type));
		IJ_TRY(ij_vec_push(&made->params, param));
	}
	made->is_variadic = proto->variadic;
	made->is_unprototyped = proto->unspecified;
	*type = made;
	return NULL;
}
