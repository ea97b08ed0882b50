/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Calls with values as arguments (The Go Programming Language Specification, Calls). */
#include <stdio.h>
#include <string.h>

#include "lang/goeval.h"

/* Arguments from @from on as a slice of the type of the last parameter. */
static struct ij_error *gather(struct ij_go_host *host, const struct ij_go_func *func,
			       struct ij_go_value *args, size_t from, size_t *len)
{
	const struct ij_ctype *type = func->params[func->params_len - 1];
	const struct ij_ctype *elem = ij_go_type_elem(type);
	size_t count = *len - from, size;
	uint64_t words[3] = {0, count, count};
	struct ij_go_value slice;
	uint8_t *bytes;

	if (!elem)
		return ij_error_new(TYPE, "%s takes no variable number of arguments", func->name);
	if (ij_go_leads(elem)) {
		IJ_TRY(ij_go_slice_of(host, type, args + from, count, &slice));
		args[from] = slice;
		*len = from + 1;
		return NULL;
	}
	size = (size_t)ij_ctype_strip(elem)->size;
	bytes = ij_arena_alloc(host->arena, count * size + 1);
	if (!bytes)
		return ij_error_nomem();
	for (size_t i = 0; i < count; i++) {
		struct ij_go_value each;

		IJ_TRY(ij_go_assign_to(host, &args[from + i], elem, "an argument", &each));
		memcpy(bytes + i * size, each.bytes, size);
	}
	IJ_TRY(ij_go_value_make(host, type, words, sizeof(words), &slice));
	slice.held = count ? bytes : NULL;
	slice.held_size = count * size;
	args[from] = slice;
	*len = from + 1;
	return NULL;
}

static struct ij_error *fit(struct ij_go_host *host, const struct ij_go_func *func,
			    struct ij_go_value *args, size_t len, bool spread)
{
	size_t wanted = func->params_len, given = len;
	bool is_slice = wanted && ij_go_class_of(func->params[wanted - 1]) == IJ_GO_CLASS_SLICE;
	bool as_it_is = given && given == wanted && args[given - 1].type &&
			ij_go_class_of(args[given - 1].type) == IJ_GO_CLASS_SLICE;

	/* Debug information does not say which functions are variadic. */
	if (wanted && !spread && !as_it_is && (func->variadic || is_slice) && given + 1 >= wanted &&
	    (func->variadic || given != wanted || args[given - 1].type ||
	     args[given - 1].con.kind != IJ_GO_CONST_NIL))
		IJ_TRY(gather(host, func, args, wanted - 1, &len));
	if (len != wanted)
		return ij_error_new(TYPE, "%s takes %zu argument%s, but %zu %s given", func->name,
				    wanted - (func->receiver ? 1 : 0),
				    wanted - (func->receiver ? 1 : 0) == 1 ? "" : "s",
				    given - (func->receiver ? 1 : 0),
				    given - (func->receiver ? 1 : 0) == 1 ? "is" : "are");
	for (size_t i = 0; i < len; i++) {
		char what[64];

		if (func->receiver && !i)
			snprintf(what, sizeof(what), "the receiver of %.40s", func->name);
		else
			snprintf(what, sizeof(what), "argument %zu of %.40s", i + !func->receiver,
				 func->name);
		IJ_TRY(ij_go_assign_to(host, &args[i], func->params[i], what, &args[i]));
		IJ_TRY(ij_go_is_kept(host, &args[i]));
		IJ_TRY(ij_go_escapes(host, &args[i], what));
	}
	return NULL;
}

static struct ij_error *results_of(struct ij_go_host *host, const struct ij_go_func *func,
				   struct ij_go_value *args, struct ij_go_value *ret)
{
	struct ij_go_value *results =
		ij_arena_alloc(host->arena, (func->results_len + 1) * sizeof(*results));

	if (!results)
		return ij_error_nomem();
	memset(results, 0, (func->results_len + 1) * sizeof(*results));
	if (host->plan) {
		for (size_t i = 0; i < func->results_len; i++) {
			IJ_TRY(ij_go_value_make(host, func->results[i], NULL, 0, &results[i]));
			results[i].unknown = true;
		}
	} else {
		IJ_TRY(host->call(host, func, args, results));
	}
	if (func->results_len == 1)
		*ret = results[0];
	else
		*ret = (struct ij_go_value){
			.tuple = results, .tuple_len = func->results_len, .unknown = host->plan};
	return NULL;
}

/* A func value: its signature is its type's name. */
static struct ij_error *closure(struct ij_go_host *host, struct ij_go_value *value,
				const struct ij_go_func **ret)
{
	struct ij_go_value found;

	IJ_TRY(ij_go_value_load(host, value));
	if (!ij_go_value_word(value, 0) && !value->unknown)
		return ij_error_new(TYPE, "nil pointer dereference: the func is nil");
	IJ_TRY(host->closure(host, value, &found));
	*ret = found.func;
	return NULL;
}

struct ij_error *ij_go_call_rest(struct ij_go_reader *r, struct ij_go_value *value,
				 struct ij_go_value *ret)
{
	const struct ij_go_func *func = value->func;
	struct ij_go_value *args;
	size_t len = 0;
	bool spread = false;

	if (!func && value->type && ij_go_class_of(value->type) == IJ_GO_CLASS_FUNC)
		IJ_TRY(closure(r->host, value, &func));
	if (!func)
		return ij_error_new(TYPE, "only functions can be called");
	if (!func->known || (func->receiver && !func->params_len))
		return ij_error_new(TYPE,
				    "nobody said what %s takes and returns; declare it, as with "
				    "--decl 'func(int) int'",
				    func->name);
	args = ij_arena_alloc(r->host->arena, (IJ_GO_PARAMS_MAX + 2) * sizeof(*args));
	if (!args)
		return ij_error_nomem();
	if (func->receiver)
		args[len++] = *func->receiver;
	while (!ij_go_take(r, ")")) {
		if (len > IJ_GO_PARAMS_MAX)
			return ij_error_new(LIMIT, "over %d arguments", IJ_GO_PARAMS_MAX);
		IJ_TRY(ij_go_expr(r, &args[len]));
		/* f(g()) with several results. */
		if (args[len].tuple && !len && args[len].tuple_len <= IJ_GO_PARAMS_MAX) {
			struct ij_go_value *tuple = args[len].tuple;

			len = args[len].tuple_len;
			memcpy(args, tuple, len * sizeof(*args));
		} else {
			len++;
		}
		spread |= ij_go_take(r, "...");
		if (!ij_go_take(r, ",")) {
			if (!ij_go_take(r, ")"))
				return ij_go_syntax(r, "`,` or `)` is expected");
			break;
		}
	}
	IJ_TRY(fit(r->host, func, args, len, spread));
	return results_of(r->host, func, args, ret);
}
