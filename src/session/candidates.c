/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Of several functions the one that takes the arguments (C++17, 16.3), roughly. */
#include "session/candidates.h"

#include <stdio.h>
#include <string.h>

#include "lang/type.h"

enum { IMPOSSIBLE = IJ_HOST_IMPOSSIBLE, CONVERTING_COST = 1000 };

/* ---- How far the arguments are ---- */

static bool points_to_const(const struct ij_ctype *type)
{
	type = ij_ctype_strip(type);
	return type->kind == IJ_CT_POINTER && type->target->kind == IJ_CT_QUALIFIED &&
	       type->target->is_const;
}

/* The constructors of @type, which is no class otherwise. */
static struct ij_error *constructors(struct ij_candidates *of, const struct ij_ctype *type)
{
	size_t scope_len;
	const char *last = type->name ? ij_host_last(type->name, &scope_len) : "";
	char *own = ij_arena_text(of->arena, last, ij_cname_base(last));

	if (!own)
		return ij_error_nomem();
	of->shown = own;
	IJ_TRY(ij_candidates_of_class(of, type, own));
	return NULL;
}

/* Is there a constructor of the class @type that converts @arg by itself? */
static bool is_made_of(const struct ij_candidates *from, const struct ij_val *arg,
		       const struct ij_ctype *type)
{
	struct ij_candidates *of = ij_arena_alloc(from->arena, sizeof(*of));
	bool ret = false;

	type = ij_ctype_strip(type);
	if (!of || !ij_ctype_is_aggregate(type) || type->is_rust)
		return false;
	*of = (struct ij_candidates){.sh = from->sh,
				     .arena = from->arena,
				     .args = arg,
				     .args_len = 1,
				     .is_object = true,
				     .is_constructor = true,
				     .no_converting = true};
	ij_error_free(constructors(of, type));
	for (size_t i = 0; i < of->len; i++)
		ret = ret || (of->list[i].cost < IMPOSSIBLE && !of->list[i].val.func->is_explicit);
	return ret;
}

/* Does a function of the program convert @arg to a parameter of @type? */
static bool is_converted(const struct ij_candidates *from, const struct ij_val *arg,
			 const struct ij_ctype *type)
{
	type = ij_ctype_strip(type);
	if (type->kind == IJ_CT_REFERENCE) {
		/* What is not const is to be changed: no object of ours stands for it. */
		if (!type->is_rvalue &&
		    !(type->target->kind == IJ_CT_QUALIFIED && type->target->is_const))
			return false;
		type = ij_ctype_strip(type->target);
	}
	return is_made_of(from, arg, type);
}

static unsigned cost_of(const struct ij_candidates *of, const struct ij_ctype *type, bool is_method,
			bool converting, bool *fits_count)
{
	const struct ij_val *args = of->args + (of->is_operator && is_method);
	size_t hidden = is_method, want = type->params.len - hidden;
	size_t len = of->args_len - (of->is_operator && is_method);
	unsigned cost = 0;

	/* What is const is not changed; what is not is asked as such, if it can be. */
	if (hidden && of->is_object)
		cost += points_to_const(type->params.items[0].type) == of->is_const ? 0
			: of->is_const                                              ? IMPOSSIBLE
										    : 1;
	*fits_count = true;
	if (of->args_len == SIZE_MAX)
		return cost;
	/* Whoever calls gives those; a function that needs none of them is nearer. */
	for (; of->is_object && !of->is_operator && want > len &&
	       ij_host_is_omitted(type->params.items[want + hidden - 1].type);
	     want--)
		cost += 20;
	*fits_count = len == want || (len > want && (type->is_variadic || type->is_unprototyped));
	if (!*fits_count)
		return IMPOSSIBLE;
	for (size_t i = 0; i < want && cost < IMPOSSIBLE; i++) {
		const struct ij_ctype *param = type->params.items[i + hidden].type;
		unsigned one = ij_host_cost(&args[i], param);

		if (one >= IMPOSSIBLE && converting && is_converted(of, &args[i], param))
			one = CONVERTING_COST;
		cost += one;
	}
	return cost + (len > want ? 100 : 0);
}

/* ---- Where their code is ---- */

/* The symbol @linkage of @overload's module, or of any. */
static ij_addr symbol_of(const struct ij_candidates *candidates, const char *linkage)
{
	struct ij_resolved found;
	struct ij_error *err;
	char *spec;

	if (asprintf(&spec, "%s!%s", candidates->module->path, linkage) < 0)
		return 0;
	err = ij_modules_probe(candidates->sh->s->mods, spec, true, &found);
	free(spec);
	if (err) {
		ij_error_free(err);
		err = ij_modules_probe(candidates->sh->s->mods, linkage, true, &found);
	}
	if (err) {
		ij_error_free(err);
		return 0;
	}
	return found.needs_resolver ? 0 : found.addr;
}

/* GCC calls a constructor or destructor as a whole C4 or D4, of which no symbol is: that of
 * complete objects is C1 or D1 (Itanium C++ ABI, 5.1.4.3), or the same code as C2 or D2. */
static ij_addr whole_of(const struct ij_candidates *candidates, const char *linkage)
{
	char *name = strdup(linkage);
	ij_addr addr = 0;

	for (char *at = name; at && *at && !addr; at++) {
		if ((at[0] != 'C' && at[0] != 'D') || at[1] != '4')
			continue;
		for (char kind = '1'; kind <= '2' && !addr; kind++) {
			at[1] = kind;
			addr = symbol_of(candidates, name);
		}
		at[1] = '4';
	}
	free(name);
	return addr;
}

/* Where its code is: here, or where its symbol is. */
static ij_addr code_of(const struct ij_candidates *candidates, const struct ij_debug_entry *entry)
{
	ij_addr addr;

	if (entry->place == IJ_DEBUG_ADDRESS)
		return candidates->module->bias + entry->addr;
	if (!entry->linkage)
		return 0;
	addr = symbol_of(candidates, entry->linkage);
	return addr ? addr : whole_of(candidates, entry->linkage);
}

/* With the arguments of its template, as its own name has them. */
static const char *shown_of(const struct ij_candidates *candidates,
			    const struct ij_debug_entry *entry)
{
	const char *shown = candidates->shown, *args;
	IJ_STRBUF_AUTO text = {0};
	size_t scope_len;
	const char *last = ij_host_last(shown, &scope_len);

	if (!entry->name || !entry->name[ij_cname_base(entry->name)])
		return shown;
	args = entry->name + ij_cname_base(entry->name);
	ij_strbuf_add(&text, shown, (size_t)(last - shown) + ij_cname_base(last));
	/* "operator< <int>" */
	ij_strbuf_puts(&text, text.len && text.str[text.len - 1] == '<' ? " " : "");
	ij_debug_short_names(args + (*args == ' '), &text);
	return text.failed ? NULL : ij_arena_text(candidates->arena, text.str, text.len);
}

static void add_absent(struct ij_candidates *candidates, const struct ij_debug_entry *entry,
		       const struct ij_candidate *one)
{
	struct ij_candidate *absent = &candidates->absent;

	candidates->nowhere = true;
	if (candidates->args_len != SIZE_MAX && one->cost < IMPOSSIBLE &&
	    (!absent->val.type || one->cost < absent->cost)) {
		*absent = *one;
		absent->val.type = entry->type;
	}
}

/* Where there is room for one that takes the arguments. NULL: nowhere. */
static struct ij_candidate *room_for(struct ij_candidates *candidates, unsigned cost)
{
	if (candidates->len < IJ_CANDIDATES_MAX)
		return &candidates->list[candidates->len++];
	candidates->more++;
	for (size_t i = 0; i < candidates->len && cost < IMPOSSIBLE; i++)
		if (candidates->list[i].cost >= IMPOSSIBLE)
			return &candidates->list[i];
	return NULL;
}

static bool take_alike(const struct ij_ctype *a, const struct ij_ctype *b)
{
	for (size_t i = 1; i < a->params.len && i < b->params.len; i++)
		if (!ij_ctype_same(a->params.items[i].type, b->params.items[i].type))
			return false;
	return a->params.len == b->params.len;
}

/* Does that constructor convert nothing by itself? Its symbol does not say, but what was declared.
 */
static bool is_explicit(const struct ij_candidates *candidates, const struct ij_debug_entry *entry)
{
	const struct ij_ctype *declared = candidates->absent.val.type;

	return candidates->is_constructor && declared && take_alike(declared, entry->type)
		       ? candidates->absent.is_explicit
		       : entry->is_explicit;
}

struct ij_error *ij_candidates_add(struct ij_candidates *candidates,
				   const struct ij_debug_entry *entry)
{
	ij_addr addr = code_of(candidates, entry);
	struct ij_candidate one = {.is_method = entry->is_method,
				   .is_explicit = is_explicit(candidates, entry),
				   .linkage = entry->linkage,
				   .module = candidates->module};
	struct ij_candidate *it;
	struct ij_func *func;

	candidates->seen++;
	one.cost = cost_of(candidates, entry->type, entry->is_method, false, &one.fits_count);
	one.shown = shown_of(candidates, entry);
	if (!one.shown)
		return ij_error_nomem();
	if (!addr && !entry->is_virtual) {
		add_absent(candidates, entry, &one);
		return NULL;
	}
	for (size_t i = 0; i < candidates->len; i++)
		if (addr && candidates->list[i].val.addr == addr)
			return NULL;
	it = room_for(candidates, one.cost);
	if (!it && one.cost < IMPOSSIBLE)
		return ij_error_new(LIMIT, "over %d functions of the name %s", IJ_CANDIDATES_MAX,
				    candidates->shown);
	if (!it)
		return NULL;
	func = ij_arena_alloc(candidates->arena, sizeof(*func));
	if (!func)
		return ij_error_nomem();
	*func = (struct ij_func){.addr = addr,
				 .shown = candidates->shown,
				 .is_virtual = entry->is_virtual,
				 .slot = entry->slot,
				 .is_explicit = one.is_explicit,
				 .convention = entry->type->convention};
	one.val = (struct ij_val){
		.type = entry->type, .place = IJ_VAL_TARGET, .addr = addr, .func = func};
	*it = one;
	return NULL;
}

bool ij_candidates_fit(const struct ij_candidates *candidates)
{
	for (size_t i = 0; i < candidates->len; i++)
		if (candidates->list[i].cost < IMPOSSIBLE)
			return true;
	return false;
}

/* ---- Which it is ---- */

/* Of an operator: does it take any of the operands that are of classes? Others are far from what is
 * meant, of which a namespace has many. */
static bool is_near(const struct ij_candidates *of, const struct ij_candidate *it)
{
	const struct ij_ctype *type = it->val.type;

	if (!of->is_operator || it->is_method)
		return true;
	for (size_t i = 0; i < of->args_len && i < type->params.len; i++)
		if (ij_ctype_is_aggregate(of->args[i].type) &&
		    ij_host_cost(&of->args[i], type->params.items[i].type) < IMPOSSIBLE)
			return true;
	return false;
}

/* Those that cost that much, or all of them: what takes as many arguments comes first. */
static struct ij_error *tell(const struct ij_candidates *of, unsigned cost, struct ij_strbuf *out)
{
	struct ij_host_told told[IJ_HOST_TOLD_MAX];
	size_t n = 0;

	for (int turn = 0; turn < 2; turn++)
		for (size_t i = 0; i < of->len; i++) {
			if ((of->list[i].cost != cost && cost < IMPOSSIBLE) ||
			    of->list[i].fits_count != !turn || !is_near(of, &of->list[i]))
				continue;
			if (n < IJ_HOST_TOLD_MAX)
				told[n] = (struct ij_host_told){of->list[i].val.type,
								of->list[i].shown};
			n++;
		}
	if (cost >= IMPOSSIBLE && !of->is_operator)
		n += of->more;
	return ij_host_tell(told, n, of->is_object, out);
}

/* Are the best instances of a template, which its arguments tell apart? */
static bool are_instances(const struct ij_candidates *of, unsigned cost)
{
	for (size_t i = 0; i < of->len; i++)
		if (of->list[i].cost == cost && of->list[i].shown == of->shown)
			return false;
	return true;
}

static struct ij_error *ambiguous(const struct ij_candidates *of, unsigned cost)
{
	IJ_STRBUF_AUTO list = {0};
	const char *what = are_instances(of, cost)    ? "; say which instance"
			   : of->args_len == SIZE_MAX ? " without arguments; say which by a call "
							"or 'file'::name"
						      : " with these arguments; cast them";

	IJ_TRY(tell(of, cost, &list));
	return ij_error_new(AMBIGUOUS, "%s is ambiguous%s: %s", of->shown, what,
			    ij_strbuf_get(&list));
}

/* Does any take what is given, and more, which may have a default? */
static bool some_take_more(const struct ij_candidates *of)
{
	for (size_t i = 0; i < of->len; i++) {
		const struct ij_ctype *type = of->list[i].val.type;
		size_t hidden = of->list[i].is_method, at = 0;

		if (of->is_operator || type->params.len <= hidden + of->args_len)
			continue;
		while (at < of->args_len &&
		       ij_host_cost(&of->args[at], type->params.items[hidden + at].type) <
			       IMPOSSIBLE)
			at++;
		if (at == of->args_len)
			return true;
	}
	return false;
}

static struct ij_error *none_takes(const struct ij_candidates *of)
{
	IJ_STRBUF_AUTO list = {0};

	IJ_TRY(tell(of, IMPOSSIBLE, &list));
	/* Whoever asked knows how to say that there is none. */
	if (!list.len)
		return NULL;
	return ij_error_new(TYPE, "no %s takes these arguments; %s %s%s", of->shown,
			    of->is_object && !of->is_operator ? "its class has" : "there is",
			    ij_strbuf_get(&list),
			    some_take_more(of)
				    ? "; give all, for default arguments are not known to "
				      "debug information"
				    : "");
}

struct clone {
	const char *linkage;
	bool found;
};

static bool on_symbol(void *ctx, const struct ij_symbol *sym)
{
	struct clone *clone = ctx;
	size_t len = strlen(clone->linkage);

	clone->found = !strncmp(sym->name, clone->linkage, len) && sym->name[len] == '.';
	return !clone->found;
}

/* Is there but a copy, "_ZN2ns1fEi.isra.0", whose arguments the compiler changed? */
static struct ij_error *is_cloned(const struct ij_candidate *of, bool *ret)
{
	struct clone clone = {.linkage = of->linkage};

	if (of->linkage && of->module->obj)
		IJ_TRY(ij_object_symbols_with(of->module->obj, of->linkage, on_symbol, &clone));
	*ret = clone.found;
	return NULL;
}

/* What would be called is not there. */
static struct ij_error *refuse_absent(const struct ij_candidates *of)
{
	const struct ij_host_told told = {of->absent.val.type, of->absent.shown};
	IJ_STRBUF_AUTO text = {0}, list = {0};
	bool cloned = false;

	if (told.type) {
		IJ_TRY(ij_host_tell(&told, 1, of->is_object, &text));
		IJ_TRY(is_cloned(&of->absent, &cloned));
	}
	if (of->len)
		IJ_TRY(tell(of, IMPOSSIBLE, &list));
	return ij_error_new(NOTFOUND, "%s %s, but has no code of its own: %s%s%s",
			    told.type ? text.str : of->shown,
			    told.type ? "takes these arguments"
				      : "is known to the debug information",
			    cloned ? "there is but a clone of it, with arguments that the compiler "
				     "changed"
				   : "it was inlined everywhere, or is only declared",
			    list.len ? "; there is " : "", ij_strbuf_get(&list));
}

/* The best of the candidates. @tie: another is as good. NULL: there are none. */
static const struct ij_candidate *best_of(const struct ij_candidates *of, bool *tie)
{
	const struct ij_candidate *best = NULL;

	*tie = false;
	for (size_t i = 0; i < of->len; i++) {
		const struct ij_candidate *it = &of->list[i];

		if (best && it->cost == best->cost)
			*tie = true;
		if (!best || it->cost < best->cost) {
			best = it;
			*tie = false;
		}
	}
	return best;
}

/* Where none takes the arguments as they are, one may take what functions of the program make of
 * them. */
static void convert(struct ij_candidates *of)
{
	bool fits_count;

	if (of->args_len == SIZE_MAX || of->no_converting || ij_candidates_fit(of))
		return;
	for (size_t i = 0; i < of->len; i++)
		of->list[i].cost =
			cost_of(of, of->list[i].val.type, of->list[i].is_method, true, &fits_count);
}

struct ij_error *ij_candidates_choose(struct ij_candidates *candidates, struct ij_candidate *ret,
				      bool *found)
{
	const struct ij_candidate *best;
	bool tie, alone;

	*found = false;
	if (!candidates->len && candidates->nowhere)
		return refuse_absent(candidates);
	if (!candidates->len)
		return NULL;
	if (!candidates->absent.val.type || candidates->in_place_of_absent)
		convert(candidates);
	best = best_of(candidates, &tie);
	if (candidates->absent.val.type && candidates->absent.cost < best->cost &&
	    !(candidates->in_place_of_absent && best->cost < IMPOSSIBLE))
		return refuse_absent(candidates);
	/* One alone is taken, and its own errors are told. */
	alone = candidates->len == 1 && !candidates->is_operator &&
		!(candidates->is_constructor && !best->fits_count);
	if (!alone && best->cost >= IMPOSSIBLE)
		return none_takes(candidates);
	if (tie)
		return ambiguous(candidates, best->cost);
	*ret = *best;
	*found = true;
	return NULL;
}
