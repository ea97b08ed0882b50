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

/* ---- Calls that are put off ---- */

bool ij_go_waits(const struct ij_go_value *value)
{
	return value->deferred && !value->deferred->done;
}

struct ij_error *ij_go_force(struct ij_go_host *host, struct ij_go_value *value)
{
	struct ij_go_deferred *deferred = value->deferred;

	if (!deferred)
		return NULL;
	if (!deferred->done)
		IJ_TRY(host->call(host, deferred->func, deferred->args, &deferred->result));
	deferred->done = true;
	*value = deferred->result;
	return NULL;
}

/* May argument @idx of @func be what a call returns that is made at the same time? */
static struct ij_error *can_wait(struct ij_go_host *host, const struct ij_go_func *func,
				 const struct ij_go_value *arg, size_t idx, bool *ret)
{
	*ret = false;
	if (!ij_go_waits(arg))
		return NULL;
	*ret = func->slot && !idx;
	return *ret ? NULL : ij_go_type_same(host, arg->type, func->params[idx], ret);
}

/* Arguments that are there by now; and the function, if it is a method of one of them. */
static struct ij_error *settle(struct ij_go_host *host, const struct ij_go_func **func,
			       struct ij_go_value *args, size_t len)
{
	struct ij_go_func *found;
	bool waits = false;

	for (size_t i = 0; i < len; i++) {
		bool can = false;

		if (i < (*func)->params_len && !waits)
			IJ_TRY(can_wait(host, *func, &args[i], i, &can));
		waits |= can;
		if (!can)
			IJ_TRY(ij_go_force(host, &args[i]));
	}
	if (!(*func)->slot || !len || ij_go_waits(&args[0]))
		return NULL;
	found = ij_arena_alloc(host->arena, sizeof(*found));
	if (!found)
		return ij_error_nomem();
	*found = **func;
	*func = found;
	return ij_go_method_at(host, found, &args[0]);
}

/* Is what it returns needed only as the receiver of a method, or as the argument of another call?
 */
static bool may_wait(const struct ij_go_reader *r, const struct ij_go_func *func,
		     struct ij_go_value *args, bool whole)
{
	const char *pos = r->pos;
	size_t len;

	/* What comes back to an argument is read when the call has returned. */
	for (size_t i = 0; i < func->params_len; i++)
		if (ij_go_left_of(&args[i]).size)
			return false;

	if (r->host->plan || func->results_len != 1 || !ij_go_leads(func->results[0]))
		return false;
	while (*pos == ' ' || *pos == '\t')
		pos++;
	if (*pos != '.')
		return whole && (*pos == ',' || *pos == ')');
	len = ij_go_ident_len(pos + 1);
	pos += 1 + len;
	while (*pos == ' ')
		pos++;
	return len && *pos == '(';
}

static struct ij_error *put_off(struct ij_go_reader *r, const struct ij_go_func *func,
				struct ij_go_value *args, struct ij_go_value *ret)
{
	struct ij_go_deferred *deferred = ij_arena_alloc(r->host->arena, sizeof(*deferred));

	if (!deferred)
		return ij_error_nomem();
	*deferred = (struct ij_go_deferred){.func = func, .args = args};
	*ret = (struct ij_go_value){.type = func->results[0], .deferred = deferred};
	r->pending = deferred;
	return NULL;
}

/* Calls are made in the order in which they are written: what does not take the result of one that
 * waits lets that be made first. */
static struct ij_error *in_order(struct ij_go_reader *r, const struct ij_go_value *args, size_t len)
{
	struct ij_go_value value = {.deferred = r->pending};
	bool taken = !r->pending || r->pending->done;

	for (size_t i = 0; i < len; i++)
		taken |= args[i].deferred == r->pending;
	r->pending = NULL;
	return taken ? NULL : ij_go_force(r->host, &value);
}

/* A slice for `...T`, without the dots, is one T. */
static struct ij_error *is_one_element(struct ij_go_host *host, const struct ij_go_func *func,
				       const struct ij_go_value *arg)
{
	const struct ij_ctype *type = func->params[func->params_len - 1];
	const struct ij_ctype *elem = ij_go_type_elem(type);
	enum ij_go_class class = elem ? ij_go_class_of(elem) : IJ_GO_CLASS_NONE;
	const char *have, *want;
	bool same;

	if (class == IJ_GO_CLASS_EFACE || class == IJ_GO_CLASS_IFACE)
		return NULL;
	IJ_TRY(ij_go_type_same(host, arg->type, type, &same));
	if (!same)
		return NULL;
	IJ_TRY(ij_go_type_text(host, arg->type, &have));
	IJ_TRY(ij_go_type_text(host, elem, &want));
	return ij_error_new(TYPE,
			    "the last argument of %s is %.60s, and it takes ...%.60s: `...` behind "
			    "the argument passes the elements",
			    func->name, have, want);
}

static struct ij_error *fit(struct ij_go_host *host, const struct ij_go_func *func,
			    struct ij_go_value *args, size_t len, bool spread)
{
	size_t wanted = func->params_len, given = len;
	bool is_slice = wanted && ij_go_class_of(func->params[wanted - 1]) == IJ_GO_CLASS_SLICE;
	bool as_it_is = given && given == wanted && args[given - 1].type &&
			ij_go_class_of(args[given - 1].type) == IJ_GO_CLASS_SLICE;

	if (spread && (!as_it_is || !is_slice))
		return ij_error_new(TYPE,
				    "%s: only a slice goes before `...`, for a last parameter "
				    "that is variadic",
				    func->name);
	if (func->variadic && as_it_is && !spread) {
		IJ_TRY(is_one_element(host, func, &args[given - 1]));
		as_it_is = false;
	}
	/* A slice of another type is one of the elements, if it is anything. */
	if (as_it_is && is_slice && !spread)
		IJ_TRY(ij_go_type_same(host, args[given - 1].type, func->params[wanted - 1],
				       &as_it_is));
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
		char what[96];

		if (ij_go_waits(&args[i]))
			continue;
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

static struct ij_error *results_of(struct ij_go_reader *r, const struct ij_go_func *func,
				   struct ij_go_value *args, bool whole, struct ij_go_value *ret)
{
	struct ij_go_host *host = r->host;
	struct ij_go_value *results =
		ij_arena_alloc(host->arena, (func->results_len + 1) * sizeof(*results));

	if (!results)
		return ij_error_nomem();
	memset(results, 0, (func->results_len + 1) * sizeof(*results));
	if (may_wait(r, func, args, whole))
		return put_off(r, func, args, ret);
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

struct ij_error *ij_go_call_rest(struct ij_go_reader *r, struct ij_go_value *value, bool whole,
				 struct ij_go_value *ret)
{
	const struct ij_go_func *func = value->func;
	const char *outer = r->arg_from;
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
		ij_go_skip_space(r);
		r->arg_from = r->pos;
		IJ_TRY(ij_go_expr(r, &args[len]));
		r->arg_from = outer;
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
	IJ_TRY(in_order(r, args, len));
	IJ_TRY(settle(r->host, &func, args, len));
	IJ_TRY(fit(r->host, func, args, len, spread));
	return results_of(r, func, args, whole, ret);
}
