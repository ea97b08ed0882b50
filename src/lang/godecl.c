/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Signatures by name: the user's, and those of the standard library that are compiled in. */
#include <stdlib.h>
#include <string.h>

#include "lang/go.h"

struct ij_go_decl {
	char *name; /* "": of every function that is not declared by name */
	struct ij_go_sig sig;
};

static const struct {
	const char *name, *sig, *other, *other_sig;
} builtin[] = {
#define IJ_F(name, sig, other, other_sig) {name, sig, other, other_sig},
#include "lang/gofuncs.def"
#undef IJ_F
};

void ij_go_decls_deinit(struct ij_go_decls *decls)
{
	IJ_VEC_EACH (&decls->list, decl) {
		free((*decl)->name);
		free(*decl);
	}
	ij_vec_deinit(&decls->list);
}

struct ij_error *ij_go_decls_add(struct ij_go_decls *decls, const char *text)
{
	struct ij_go_decl *decl = calloc(1, sizeof(*decl));
	const char *pos = text, *from;
	struct ij_error *err = decl ? NULL : ij_error_nomem();

	if (!err) {
		pos += strspn(pos, " ");
		pos += strlen("func");
		pos += strspn(pos, " ");
		from = pos;
		/* A name may hold (*T), but a list of parameters follows no dot. */
		while (*pos && (*pos != '(' || (pos > from && pos[-1] == '.')))
			pos++;
		decl->name = strndup(from, (size_t)(pos - from));
		while (decl->name && *decl->name && decl->name[strlen(decl->name) - 1] == ' ')
			decl->name[strlen(decl->name) - 1] = 0;
		err = decl->name ? ij_go_sig_parse(pos, &decl->sig) : ij_error_nomem();
	}
	if (!err)
		err = ij_vec_push(&decls->list, decl);
	if (err) {
		if (decl)
			free(decl->name);
		free(decl);
		return ij_error_wrap(err, "'%.60s'", text);
	}
	return NULL;
}

struct ij_error *ij_go_call_declare(struct ij_go_call *call, const struct ij_go_decls *decls)
{
	const struct ij_go_decl *any = NULL;

	for (size_t i = decls->list.len; i--;) {
		const struct ij_go_decl *decl = decls->list.items[i];

		if (!strcmp(decl->name, call->name)) {
			call->sig = decl->sig;
			call->sig_known = true;
			return NULL;
		}
		if (!decl->name[0] && !any)
			any = decl;
	}
	if (any) {
		call->sig = any->sig;
		call->sig_known = true;
		return NULL;
	}
	for (size_t i = 0; i < IJ_COUNT(builtin); i++) {
		if (strcmp(builtin[i].name, call->name))
			continue;
		IJ_TRY(ij_go_sig_parse(builtin[i].sig, &call->sig));
		call->sig_known = true;
		if (!builtin[i].other)
			return NULL;
		call->fallback = strdup(builtin[i].other);
		return call->fallback ? ij_go_sig_parse(builtin[i].other_sig, &call->fallback_sig)
				      : ij_error_nomem();
	}
	return NULL;
}

/* Does the integer @arg fit @type? */
static bool int_fits(const struct ij_go_arg *arg, const struct ij_go_type *type)
{
	unsigned bits = type->size * 8;

	if (type->kind == IJ_GO_UINT)
		return !arg->negative && (bits == 64 || !(arg->u64 >> bits));
	return arg->u64 <= (1ull << (bits - 1)) - !arg->negative;
}

static bool arg_fits(const struct ij_go_arg *arg, const struct ij_go_type *type)
{
	switch (arg->kind) {
	case IJ_GO_CONST_INT:
		return type->kind == IJ_GO_FLOAT ||
		       ((type->kind == IJ_GO_INT || type->kind == IJ_GO_UINT) &&
			int_fits(arg, type)) ||
		       (type->kind == IJ_GO_POINTER && !arg->negative);
	case IJ_GO_CONST_FLOAT:
		return type->kind == IJ_GO_FLOAT;
	case IJ_GO_CONST_BOOL:
		return type->kind == IJ_GO_BOOL;
	case IJ_GO_CONST_STRING:
		return arg->is_slice ? type->kind == IJ_GO_SLICE && type->elem == IJ_GO_UINT &&
					       type->elem_size == 1
				     : type->kind == IJ_GO_STRING;
	case IJ_GO_CONST_NIL:
		return type->kind == IJ_GO_POINTER || type->kind == IJ_GO_SLICE ||
		       type->kind == IJ_GO_INTERFACE;
	case IJ_GO_CONST_WORDS:
	case IJ_GO_CONST_VALUE:
		break;
	}
	return false;
}

bool ij_go_call_makes(const struct ij_go_call *call)
{
	const struct ij_go_sig *sig = &call->sig;
	bool makes = call->sig_known && sig->variadic;

	for (size_t i = 0; call->sig_known && i < sig->params_len && i < call->args.len; i++)
		makes |= sig->params[i].kind == IJ_GO_INTERFACE &&
			 call->args.items[i].kind != IJ_GO_CONST_NIL;
	return makes;
}

struct ij_error *ij_go_call_fit(const struct ij_go_call *call, const struct ij_go_sig *sig)
{
	size_t want = sig->params_len - sig->variadic;

	if (call->args.len != want)
		return ij_error_new(TYPE, "%s takes %zu argument%s, but %zu %s given", call->name,
				    want, want == 1 ? "" : "s", call->args.len,
				    call->args.len == 1 ? "is" : "are");
	for (size_t i = 0; i < want; i++)
		if (!arg_fits(&call->args.items[i], &sig->params[i]))
			return ij_error_new(TYPE,
					    "argument %zu of %s (column %zu) is no %s, or "
					    "does not fit it",
					    i + 1, call->name, call->args.items[i].column,
					    sig->params[i].text);
	return NULL;
}
