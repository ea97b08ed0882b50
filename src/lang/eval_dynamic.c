/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What objects of C++ really are, by their virtual tables (Itanium C++ ABI, 2.5; gdb/gnu-v3-abi.c).
 */
#include "lang/eval_dynamic.h"

#include <string.h>

#include "lang/eval_class.h"

static bool is_dynamic(const struct ij_ctype *type, unsigned depth)
{
	struct ij_error *err;

	type = ij_ctype_strip(type);
	err = ij_ctype_complete(type);
	ij_error_free(err);
	if (err || type->kind != IJ_CT_STRUCT || type->is_rust || depth > IJ_CT_DEPTH_MAX)
		return false;
	IJ_VEC_EACH (&type->members, it) {
		if (it->is_base && (it->is_virtual || is_dynamic(it->type, depth + 1)))
			return true;
		if (it->is_artificial && it->name && !strncmp(it->name, "_vptr", 5))
			return true;
	}
	return false;
}

bool ij_dynamic_is(const struct ij_ctype *type)
{
	return is_dynamic(type, 0);
}

/* The class whose virtual table @table points into; NULL: none is known. */
static const struct ij_ctype *class_of(struct ij_host *host, uint64_t table)
{
	static const char before[] = "vtable for ";
	const struct ij_ctype *type = NULL;
	IJ_STRBUF_AUTO name = {0};
	char *plus;

	host->symbol(host, table, &name);
	if (name.failed || !name.len || strncmp(name.str, before, strlen(before)) != 0)
		return NULL;
	plus = strrchr(name.str, '+');
	if (plus)
		*plus = 0;
	ij_error_free(host->type(host, 0, name.str + strlen(before), &type));
	return type;
}

bool ij_dynamic_class(struct ij_host *host, const struct ij_ctype *type, uint64_t addr,
		      const struct ij_ctype **ret, uint64_t *addr_ret)
{
	const struct ij_ctype *found;
	uint64_t table;
	int64_t top;
	struct ij_error *err;

	if (!ij_dynamic_is(type))
		return false;
	err = host->read(host, addr, &table, sizeof(table));
	if (!err)
		err = host->read(host, table - 16, &top, sizeof(top));
	found = err ? NULL : class_of(host, table);
	ij_error_free(err);
	if (!found)
		return false;
	*ret = found;
	*addr_ret = addr + (uint64_t)top;
	return true;
}

/* @addr, of a @from; then of the @to, a class or void, that the whole object has. @found: false: it
 * has none. */
static struct ij_error *reach(struct ij_eval *ev, const struct ij_node *node,
			      const struct ij_ctype *from, const struct ij_ctype *to,
			      uint64_t *addr, bool *found)
{
	const struct ij_ctype *whole;

	*found = true;
	if (ev->dry || !*addr)
		return NULL;
	if (!ij_dynamic_class(ev->host, from, *addr, &whole, addr))
		return ij_eval_error(
			ev, node, UNSUPPORTED,
			"nothing tells what the object at 0x%llx, seen as %s, really is",
			(unsigned long long)*addr, ij_type_shown(from).str);
	return ij_ctype_strip(to)->kind == IJ_CT_VOID ? NULL
						      : ij_eval_to_base(ev, whole, to, addr, found);
}

struct ij_error *ij_eval_dynamic_cast(struct ij_eval *ev, const struct ij_node *node,
				      const struct ij_ctype *type, struct ij_val *ret)
{
	const struct ij_ctype *to = ij_ctype_strip(type), *from;
	bool refers = to->kind == IJ_CT_REFERENCE, found;
	uint64_t addr;

	if (refers)
		IJ_TRY(ij_eval_node(ev, node->a, ret));
	else
		IJ_TRY(ij_eval_value(ev, node->a, ret));
	from = ij_ctype_strip(ret->type);
	if ((!refers && (to->kind != IJ_CT_POINTER || from->kind != IJ_CT_POINTER)) ||
	    (refers && ret->place != IJ_VAL_TARGET) || !ij_dynamic_is(refers ? from : from->target))
		return ij_eval_error(ev, node, TYPE,
				     "dynamic_cast takes a pointer or a reference to a class with "
				     "virtual functions, this is %s",
				     ij_type_shown(ret->type).str);
	if (ij_ctype_strip(to->target)->kind != IJ_CT_VOID && !ij_ctype_is_aggregate(to->target))
		return ij_eval_error(ev, node, TYPE,
				     "dynamic_cast leads to a class or void, not %s",
				     ij_type_shown(to->target).str);
	addr = refers ? ret->addr : ij_val_address(ret);
	IJ_TRY(reach(ev, node, refers ? from : from->target, to->target, &addr, &found));
	if (!found && refers)
		return ij_eval_error(ev, node, TYPE, "std::bad_cast: the object is no %s",
				     ij_type_shown(to->target).str);
	if (refers) {
		*ret = (struct ij_val){.type = to->target, .place = IJ_VAL_TARGET, .addr = addr};
		return NULL;
	}
	return ij_eval_pointer(ev, to->target, found ? addr : 0, ret);
}
