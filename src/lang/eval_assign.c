/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Writing objects: = += ++ -- (C17, 6.5.16, 6.5.3.1), in the target and in variables of ours. */
#include <string.h>

#include "lang/eval_dynamic.h"

enum { WRITE_MAX = 64 * 1024 };

static bool is_const(const struct ij_ctype *type)
{
	while (type->kind == IJ_CT_QUALIFIED || type->kind == IJ_CT_TYPEDEF) {
		if (type->is_const)
			return true;
		type = type->target;
	}
	return false;
}

static struct ij_error *check_object(struct ij_eval *ev, const struct ij_node *node,
				     const struct ij_val *object)
{
	enum ij_ct_kind kind = ij_ctype_strip(object->type)->kind;

	if (object->place == IJ_VAL_HERE)
		return ij_eval_error(ev, node, TYPE, "%s",
				     "what is assigned to is a value, not an object of the target");
	if (kind == IJ_CT_ARRAY || kind == IJ_CT_FUNCTION || kind == IJ_CT_VOID ||
	    kind == IJ_CT_OTHER)
		return ij_eval_error(ev, node, TYPE, "%s cannot be assigned to",
				     ij_type_shown(object->type).str);
	if (is_const(object->type))
		return ij_eval_error(ev, node, TYPE,
				     "%s is const; write through a pointer without it, "
				     "*(%s *)&..., if it must be",
				     ij_type_shown(object->type).str,
				     ij_type_shown(ij_ctype_strip(object->type)).str);
	return NULL;
}

/* The same to a part of a variable of ours, which is set as a whole. */
static struct ij_error *store_part(struct ij_eval *ev, const struct ij_node *node,
				   struct ij_val *object, const struct ij_val *value)
{
	const struct ij_node *root = node->a;
	struct ij_val whole;
	bool found = false;
	uint64_t size;

	while (root && root->kind != IJ_NODE_REGISTER)
		root = root->a;
	if (root)
		IJ_TRY(ev->host->variable(ev->host, root->name, ev->arena, &whole, &found));
	if (!found)
		return ij_eval_error(ev, node, TYPE, "%s",
				     "what is assigned to is a value, not an object of the target");
	size = object->bit_size ? (object->bit_off + object->bit_size + 7) / 8
				: ij_ctype_strip(object->type)->size;
	if (!whole.bytes || object->addr > ij_ctype_strip(whole.type)->size ||
	    size > ij_ctype_strip(whole.type)->size - object->addr)
		return ij_eval_error(ev, node, TYPE, "%s has no such part", root->name);
	if (object->bit_size)
		ij_val_set_bits(whole.bytes + object->addr, object->bit_off, object->bit_size,
				(uint64_t)ij_val_integer(value));
	else
		memcpy(whole.bytes + object->addr, value->bytes, size);
	object->bytes = value->bytes;
	return ev->dry ? NULL : ev->host->set_variable(ev->host, root->name, &whole);
}

/* Write @value, of the object's type, to @object. */
static struct ij_error *store(struct ij_eval *ev, const struct ij_node *node, struct ij_val *object,
			      const struct ij_val *value)
{
	uint64_t size = ij_ctype_strip(object->type)->size;

	if (value->is_scratch)
		return ij_eval_error(ev, node, UNSUPPORTED, "%s",
				     "a literal's address cannot be kept in the target: it has "
				     "memory there during a call only");
	if (object->place == IJ_VAL_VARIABLE)
		return store_part(ev, node, object, value);
	if (object->bit_size) {
		IJ_TRY(ij_eval_fetch(ev, node, object));
		ij_val_set_bits(object->bytes, object->bit_off, object->bit_size,
				(uint64_t)ij_val_integer(value));
		size = (object->bit_off + object->bit_size + 7) / 8;
	} else {
		object->bytes = value->bytes;
	}
	if (ev->dry)
		return NULL;
	if (size > WRITE_MAX)
		return ij_eval_error(ev, node, LIMIT, "over %d bytes in one assignment", WRITE_MAX);
	return ij_eval_at(ev, node, ev->host->write(ev->host, object->addr, object->bytes, size));
}

/* `$name = x`: it takes whatever type it gets; an array is copied. */
static struct ij_error *set_variable(struct ij_eval *ev, const struct ij_node *node,
				     struct ij_val *ret)
{
	const char *name = node->a->name;
	struct ij_val old, val;
	bool found = false;

	IJ_TRY(ij_eval_node(ev, node->b, &val));
	if (strcmp(node->tok->len == 1 ? "=" : "", "=")) {
		char op[3] = {node->tok->text[0], node->tok->len == 3 ? node->tok->text[1] : 0, 0};

		IJ_TRY(ev->host->variable(ev->host, name, ev->arena, &old, &found));
		if (!found)
			return ij_eval_error(ev, node, NOTFOUND, "%s has no value yet", name);
		IJ_TRY(ij_eval_decay(ev, node->b, &val));
		IJ_TRY(ij_eval_operate(ev, node, op, &old, &val, &val));
	}
	if (name[1] == 0 || strspn(name + 1, "0123456789$") == strlen(name + 1))
		return ij_eval_error(ev, node, TYPE, "%s is a value of the history, which is fixed",
				     name);
	if (ij_ctype_strip(val.type)->kind == IJ_CT_FUNCTION)
		IJ_TRY(ij_eval_decay(ev, node->b, &val));
	IJ_TRY(ij_eval_fetch(ev, node->b, &val));
	if (val.is_scratch)
		return ij_eval_error(ev, node, UNSUPPORTED, "%s",
				     "a literal's address cannot be kept: it has memory in the "
				     "target during a call only");
	*ret = val;
	if (ev->dry)
		return NULL;
	IJ_TRY(ev->host->set_variable(ev->host, name, &val));
	/* A register has a type of its own. */
	IJ_TRY(ev->host->variable(ev->host, name, ev->arena, &old, &found));
	if (found && old.bytes && !ij_ctype_same(old.type, val.type))
		*ret = old;
	return NULL;
}

/* By a function of the class, where the object is one. @found: false: it has none, and what is
 * assigned is copied. Errors: UNSUPPORTED (it must not be copied byte by byte). */
static struct ij_error *by_class(struct ij_eval *ev, const struct ij_node *node,
				 const struct ij_val operands[2], struct ij_val *ret, bool *found)
{
	const struct ij_ctype *type = ij_ctype_strip(operands[0].type);
	bool by_reference = false, has_own = false;
	char op[4] = {0};

	*found = false;
	if (!ij_ctype_is_aggregate(type) || type->is_rust || operands[0].place != IJ_VAL_TARGET)
		return NULL;
	IJ_TRY(ij_ctype_by_reference(type, &by_reference));
	if (node->tok->len == 1 && !by_reference)
		return NULL;
	memcpy(op, node->tok->text, node->tok->len < 3 ? node->tok->len : 3);
	IJ_TRY(ij_eval_operator(ev, node, op, operands, 2, ret, found));
	if (*found || node->tok->len > 1)
		return NULL;
	/* Where nobody wrote one, all parts are copied; but the pointer to the table stays. */
	IJ_TRY(ij_ctype_has_own(type, "operator=", &has_own));
	if (!has_own && !ij_dynamic_is(type))
		return NULL;
	return ij_eval_error(
		ev, node, UNSUPPORTED,
		"%s is not copied byte by byte, and the program has no operator= of it "
		"to call",
		ij_type_shown(operands[0].type).str);
}

struct ij_error *ij_eval_assign(struct ij_eval *ev, const struct ij_node *node, struct ij_val *ret)
{
	struct ij_val object, value, old;
	bool found;

	if (node->a->kind == IJ_NODE_REGISTER)
		return set_variable(ev, node, ret);
	IJ_TRY(ij_eval_node(ev, node->a, &object));
	IJ_TRY(check_object(ev, node, &object));
	IJ_TRY(ij_eval_node(ev, node->b, &value));
	IJ_TRY(by_class(ev, node, (const struct ij_val[]){object, value}, ret, &found));
	if (found)
		return NULL;
	IJ_TRY(ij_eval_decay(ev, node->b, &value));
	if (node->tok->len > 1) {
		char op[3] = {node->tok->text[0], node->tok->len == 3 ? node->tok->text[1] : 0, 0};

		IJ_TRY(ij_eval_fetch(ev, node->a, &object));
		old = object;
		IJ_TRY(ij_eval_operate(ev, node, op, &old, &value, &value));
		IJ_TRY(ij_eval_convert(ev, node, object.type, false, &value));
	} else {
		IJ_TRY(ij_eval_convert(ev, node, object.type, true, &value));
	}
	IJ_TRY(store(ev, node, &object, &value));
	*ret = object;
	return NULL;
}

struct ij_error *ij_eval_step(struct ij_eval *ev, const struct ij_node *node, struct ij_val *ret)
{
	char op[2] = {node->tok->text[0], 0};
	struct ij_val object, before, one, after;

	IJ_TRY(ij_eval_node(ev, node->a, &object));
	if (ij_ctype_is_aggregate(object.type)) {
		const char name[] = {op[0], op[0], 0};
		struct ij_val both[2] = {object};
		bool found;

		/* An int tells the one behind from the one before (C++17, 16.5.7). */
		IJ_TRY(ij_val_set_integer(ev->arena, ij_cbase(IJ_CBASE_INT), 0, &both[1]));
		IJ_TRY(ij_eval_operator(ev, node, name, both, 1 + node->is_post, ret, &found));
		if (found)
			return NULL;
	}
	if (node->a->kind != IJ_NODE_REGISTER)
		IJ_TRY(check_object(ev, node, &object));
	IJ_TRY(ij_eval_fetch(ev, node->a, &object));
	before = object;
	IJ_TRY(ij_val_make(ev->arena, object.type, object.bytes, &before));
	if (object.bit_size)
		IJ_TRY(ij_val_set_integer(ev->arena, object.type, ij_val_integer(&object),
					  &before));
	IJ_TRY(ij_val_set_integer(ev->arena, ij_cbase(IJ_CBASE_INT), 1, &one));
	IJ_TRY(ij_eval_operate(ev, node, op, &before, &one, &after));
	IJ_TRY(ij_eval_convert(ev, node, object.type, false, &after));
	if (node->a->kind != IJ_NODE_REGISTER)
		IJ_TRY(store(ev, node, &object, &after));
	else if (!ev->dry)
		IJ_TRY(ev->host->set_variable(ev->host, node->a->name, &after));
	*ret = node->is_post ? before : node->a->kind == IJ_NODE_REGISTER ? after : object;
	return NULL;
}
