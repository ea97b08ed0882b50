/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What type names in expressions mean (C17, 6.7.2 and 6.7.7). */
#include <string.h>

#include "lang/eval_parts.h"

/* Type names that every program has, should debug information not say. */
enum kind { INT, UINT, FLOAT, POINTER };

static const struct {
	const char *name;
	enum kind kind;
	unsigned size;
} usual[] = {
#define IJ_T(name, kind, size) {#name, kind, size},
#include "lang/types.def"
#undef IJ_T
};

static const struct ij_ctype *usual_base(enum kind kind, unsigned size)
{
	static const enum ij_cbase bases[][4] = {
		[INT] = {IJ_CBASE_SCHAR, IJ_CBASE_SHORT, IJ_CBASE_INT, IJ_CBASE_LONG},
		[UINT] = {IJ_CBASE_UCHAR, IJ_CBASE_USHORT, IJ_CBASE_UINT, IJ_CBASE_ULONG},
		[FLOAT] = {IJ_CBASE_LDOUBLE, IJ_CBASE_LDOUBLE, IJ_CBASE_FLOAT, IJ_CBASE_DOUBLE},
	};

	if (size == 16)
		return ij_cbase(IJ_CBASE_LDOUBLE);
	return ij_cbase(bases[kind][size == 1 ? 0 : size == 2 ? 1 : size == 4 ? 2 : 3]);
}

/* The type that the words give together; false if they contradict each other. */
static bool combine(const struct ij_tname *name, const struct ij_ctype **ret)
{
	const unsigned char *n = name->words;
	bool is_unsigned = n[IJ_TWORD_UNSIGNED];
	bool sign = is_unsigned || n[IJ_TWORD_SIGNED];
	unsigned cores = n[IJ_TWORD_VOID] + n[IJ_TWORD_BOOL] + n[IJ_TWORD_CHAR] +
			 n[IJ_TWORD_FLOAT] + n[IJ_TWORD_DOUBLE] + n[IJ_TWORD_INT128] +
			 n[IJ_TWORD_FLOAT128];
	enum ij_cbase base;

	if (cores > 1 || n[IJ_TWORD_SIGNED] + is_unsigned > 1 || n[IJ_TWORD_SHORT] > 1 ||
	    n[IJ_TWORD_INT] > 1 || (n[IJ_TWORD_SHORT] && n[IJ_TWORD_LONG]) ||
	    (cores && (n[IJ_TWORD_INT] || n[IJ_TWORD_SHORT])) ||
	    (cores && n[IJ_TWORD_LONG] > n[IJ_TWORD_DOUBLE]) ||
	    (sign && cores > n[IJ_TWORD_CHAR] + n[IJ_TWORD_INT128]))
		return false;
	if (n[IJ_TWORD_VOID])
		base = IJ_CBASE_VOID;
	else if (n[IJ_TWORD_BOOL])
		base = IJ_CBASE_BOOL;
	else if (n[IJ_TWORD_CHAR])
		base = is_unsigned ? IJ_CBASE_UCHAR : sign ? IJ_CBASE_SCHAR : IJ_CBASE_CHAR;
	else if (n[IJ_TWORD_FLOAT])
		base = IJ_CBASE_FLOAT;
	else if (n[IJ_TWORD_DOUBLE])
		base = n[IJ_TWORD_LONG] ? IJ_CBASE_LDOUBLE : IJ_CBASE_DOUBLE;
	else if (n[IJ_TWORD_FLOAT128])
		base = IJ_CBASE_FLOAT128;
	else if (n[IJ_TWORD_INT128])
		base = is_unsigned ? IJ_CBASE_UINT128 : IJ_CBASE_INT128;
	else if (n[IJ_TWORD_SHORT])
		base = is_unsigned ? IJ_CBASE_USHORT : IJ_CBASE_SHORT;
	else if (n[IJ_TWORD_LONG] == 2)
		base = is_unsigned ? IJ_CBASE_ULLONG : IJ_CBASE_LLONG;
	else if (n[IJ_TWORD_LONG])
		base = is_unsigned ? IJ_CBASE_ULONG : IJ_CBASE_LONG;
	else
		base = is_unsigned ? IJ_CBASE_UINT : IJ_CBASE_INT;
	*ret = ij_cbase(base);
	return true;
}

static struct ij_error *unknown(struct ij_eval *ev, const struct ij_tname *name)
{
	static const char *const tags[] = {"struct ", "union ", "enum "};
	const char *tag = name->tag ? tags[name->tag == 's' ? 0 : name->tag == 'u' ? 1 : 2] : "";

	return ij_eval_lacking(
		ev,
		ij_error_new(
			TYPE,
			"%s: type %s%s is unknown to the program's debug information; write the "
			"C type behind it (int, unsigned long, void *, ...) at column %u",
			ij_quote(ev->text, strlen(ev->text)).str, tag,
			ij_quote(name->name, strlen(name->name)).str, name->tok->column));
}

/* A pointer to what is not known is still a pointer. */
static struct ij_error *opaque(struct ij_eval *ev, const struct ij_tname *name,
			       const struct ij_ctype **ret)
{
	struct ij_ctype *type;

	if (!name->len || name->items[name->len - 1].kind != IJ_TITEM_POINTER)
		return unknown(ev, name);
	IJ_TRY(ij_ctypes_new(ev->host->types,
			     name->tag == 's'   ? IJ_CT_STRUCT
			     : name->tag == 'u' ? IJ_CT_UNION
			     : name->tag == 'e' ? IJ_CT_ENUM
						: IJ_CT_OTHER,
			     &type));
	type->is_incomplete = true;
	IJ_TRY(ij_ctypes_text(ev->host->types, name->name, strlen(name->name), &type->name));
	*ret = type;
	return NULL;
}

static struct ij_error *named(struct ij_eval *ev, const struct ij_tname *name,
			      const struct ij_ctype **ret)
{
	struct ij_ctype *type;

	*ret = NULL;
	IJ_TRY(ev->host->type(ev->host, name->tag, name->name, ret));
	if (*ret)
		return NULL;
	for (size_t i = 0; !name->tag && i < IJ_COUNT(usual); i++) {
		if (strcmp(usual[i].name, name->name))
			continue;
		IJ_TRY(ij_ctypes_new(ev->host->types, IJ_CT_TYPEDEF, &type));
		if (usual[i].kind == POINTER)
			IJ_TRY(ij_ctypes_pointer(ev->host->types, ij_cbase(IJ_CBASE_VOID),
						 &type->target));
		else
			type->target = usual_base(usual[i].kind, usual[i].size);
		type->name = usual[i].name;
		type->size = type->target->size;
		*ret = type;
		return NULL;
	}
	return opaque(ev, name, ret);
}

static struct ij_error *array_of(struct ij_eval *ev, const struct ij_titem *item,
				 const struct ij_ctype **type)
{
	struct ij_val count;
	struct ij_ctype *open;
	uint64_t size;

	if (!item->count) {
		IJ_TRY(ij_ctypes_new(ev->host->types, IJ_CT_ARRAY, &open));
		open->target = *type;
		*type = open;
		return NULL;
	}
	IJ_TRY(ij_eval_value(ev, item->count, &count));
	if (!ij_ctype_is_integer(count.type) || ij_val_integer(&count) < !ev->declaring ||
	    ij_val_integer(&count) > INT64_MAX)
		return ij_eval_error(ev, item->count, TYPE, "%s",
				     "the length of an array is not a positive integer");
	IJ_TRY(ij_eval_size(ev, item->count, *type, &size));
	return ij_ctypes_array(ev->host->types, *type, (uint64_t)ij_val_integer(&count), type);
}

static struct ij_error *function_of(struct ij_eval *ev, const struct ij_titem *item,
				    const struct ij_ctype **type)
{
	struct ij_ctype *func;

	IJ_TRY(ij_ctypes_new(ev->host->types, IJ_CT_FUNCTION, &func));
	func->target = *type;
	func->is_variadic = item->is_variadic;
	func->is_unprototyped = item->is_unspecified;
	for (const struct ij_tname *it = item->params; it; it = it->next) {
		struct ij_cparam param = {.name = NULL};

		if (it->declared)
			IJ_TRY(ij_ctypes_text(ev->host->types, it->declared, strlen(it->declared),
					      &param.name));
		IJ_TRY(ij_eval_type(ev, it, &param.type));
		if (ij_ctype_strip(param.type)->kind == IJ_CT_ARRAY)
			IJ_TRY(ij_ctypes_pointer(ev->host->types,
						 ij_ctype_strip(param.type)->target, &param.type));
		else if (ij_ctype_strip(param.type)->kind == IJ_CT_FUNCTION)
			IJ_TRY(ij_ctypes_pointer(ev->host->types, param.type, &param.type));
		IJ_TRY(ij_vec_push(&func->params, param));
	}
	*type = func;
	return NULL;
}

static struct ij_error *derive(struct ij_eval *ev, const struct ij_tname *name,
			       const struct ij_titem *item, const struct ij_ctype **type)
{
	enum ij_ct_kind kind = ij_ctype_strip(*type)->kind;
	struct ij_ctype *reference;

	switch (item->kind) {
	case IJ_TITEM_POINTER:
		IJ_TRY(ij_ctypes_pointer(ev->host->types, *type, type));
		break;
	case IJ_TITEM_REFERENCE:
		IJ_TRY(ij_ctypes_new(ev->host->types, IJ_CT_REFERENCE, &reference));
		reference->size = 8;
		reference->target = *type;
		reference->is_rvalue = item->is_rvalue;
		*type = reference;
		break;
	case IJ_TITEM_ARRAY:
		if (kind == IJ_CT_FUNCTION || kind == IJ_CT_VOID)
			return ij_eval_error(ev, name, TYPE, "%s", "an array of no objects");
		return array_of(ev, item, type);
	case IJ_TITEM_FUNCTION:
		if (kind == IJ_CT_FUNCTION || kind == IJ_CT_ARRAY)
			return ij_eval_error(ev, name, TYPE, "%s",
					     "a function cannot return an array or a function");
		return function_of(ev, item, type);
	}
	if (item->is_const || item->is_volatile)
		return ij_ctypes_qualified(ev->host->types, *type, item->is_const,
					   item->is_volatile, type);
	return NULL;
}

/* `_Complex int` of GCC; `_Complex` alone is of double. */
static bool says_integer(const struct ij_tname *name)
{
	static const enum ij_tword words[] = {IJ_TWORD_CHAR, IJ_TWORD_SHORT,  IJ_TWORD_INT,
					      IJ_TWORD_LONG, IJ_TWORD_SIGNED, IJ_TWORD_UNSIGNED};

	for (size_t i = 0; i < IJ_COUNT(words); i++)
		if (name->words[words[i]])
			return true;
	return false;
}

struct ij_error *ij_eval_type(struct ij_eval *ev, const struct ij_tname *name,
			      const struct ij_ctype **ret)
{
	const struct ij_ctype *type;

	if (name->body)
		IJ_TRY(ij_eval_body(ev, name, &type));
	else if (name->name)
		IJ_TRY(named(ev, name, &type));
	else if (!combine(name, &type))
		return ij_eval_error(ev, name, SYNTAX, "%s", "these words are no type of C");
	if (name->words[IJ_TWORD_COMPLEX]) {
		if (type->kind != IJ_CT_FLOAT && !says_integer(name))
			type = ij_cbase(IJ_CBASE_DOUBLE);
		IJ_TRY(ij_eval_complex_of(ev, type, &type));
	}
	if (name->attrs.vector || name->outer.vector)
		IJ_TRY(ij_eval_vector(ev, name, &type));
	if (name->is_const || name->is_volatile)
		IJ_TRY(ij_ctypes_qualified(ev->host->types, type, name->is_const, name->is_volatile,
					   &type));
	for (unsigned i = name->len; i--;)
		IJ_TRY(derive(ev, name, name->items + i, &type));
	*ret = type;
	return NULL;
}

struct ij_error *ij_eval_size(struct ij_eval *ev, const struct ij_node *node,
			      const struct ij_ctype *type, uint64_t *ret)
{
	const struct ij_ctype *bare = ij_ctype_strip(type);

	if (bare->kind == IJ_CT_FUNCTION || bare->kind == IJ_CT_VOID) {
		*ret = 1; /* as gcc has it: pointers to them count bytes */
		return NULL;
	}
	if (bare->kind == IJ_CT_REFERENCE)
		return ij_eval_size(ev, node, bare->target, ret);
	if (bare->kind == IJ_CT_OTHER)
		return ij_eval_lacking(
			ev, ij_eval_error(ev, node, TYPE, "%s",
					  "debug information says nothing of the type of this; "
					  "write a cast (type)name, or *(type *)&name"));
	IJ_TRY(ij_ctype_complete(bare));
	if (bare->is_incomplete || (bare->kind == IJ_CT_ARRAY && !bare->has_count))
		return ij_eval_error(ev, node, TYPE,
				     "the size of %s is not known: it is only declared",
				     ij_type_shown(type).str);
	*ret = bare->size;
	return NULL;
}
