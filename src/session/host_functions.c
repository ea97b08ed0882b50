/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Functions that have one name: in other scopes, of other files, and of classes. */
#include <stdio.h>
#include <string.h>

#include "lang/type.h"
#include "session/debugs.h"
#include "session/host.h"
#include "session/library.h"

enum { CANDIDATES_MAX = 64, IMPOSSIBLE = IJ_HOST_IMPOSSIBLE };

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

struct candidate {
	struct ij_val val;
	unsigned cost;
	bool fits_count; /* it takes as many arguments as there are */
};

struct overload {
	struct ij_session_host *sh;
	struct ij_arena *arena;
	const struct ij_val *args; /* NULL: not known */
	size_t args_len;
	const char *shown;
	struct ij_module *module;
	struct candidate list[CANDIDATES_MAX];
	size_t len;
	bool nowhere;                  /* some has no code */
	const struct ij_ctype *absent; /* of these the first that takes the arguments; or NULL */
	bool is_object, is_const; /* of a class: that it is asked of, and whether that is const */
	bool is_constructor;
};

static bool points_to_const(const struct ij_ctype *type)
{
	type = ij_ctype_strip(type);
	return type->kind == IJ_CT_POINTER && type->target->kind == IJ_CT_QUALIFIED &&
	       type->target->is_const;
}

static unsigned total_cost(const struct overload *overload, const struct ij_debug_entry *entry,
			   bool *fits_count)
{
	const struct ij_ctype *type = entry->type;
	size_t hidden = entry->is_method, want = type->params.len - hidden;
	unsigned cost = 0;

	/* What is const is not changed; what is not is asked as such, if it can be. */
	if (hidden && overload->is_object)
		cost += points_to_const(type->params.items[0].type) == overload->is_const ? 0
			: overload->is_const ? IMPOSSIBLE
					     : 1;
	*fits_count = true;
	if (overload->args_len == SIZE_MAX)
		return cost;
	/* Whoever calls gives those; a function that needs none of them is nearer. */
	for (; overload->is_object && want > overload->args_len &&
	       ij_host_is_omitted(type->params.items[want + hidden - 1].type);
	     want--)
		cost += 20;
	*fits_count = overload->args_len == want ||
		      (overload->args_len > want && (type->is_variadic || type->is_unprototyped));
	if (!*fits_count)
		return IMPOSSIBLE;
	for (size_t i = 0; i < want; i++)
		cost += ij_host_cost(&overload->args[i], type->params.items[i + hidden].type);
	return cost + (overload->args_len > want ? 100 : 0);
}

/* The symbol @linkage of @overload's module, or of any. */
static ij_addr symbol_of(struct overload *overload, const char *linkage)
{
	struct ij_resolved found;
	struct ij_error *err;
	char *spec;

	if (asprintf(&spec, "%s!%s", overload->module->path, linkage) < 0)
		return 0;
	err = ij_modules_probe(overload->sh->s->mods, spec, true, &found);
	free(spec);
	if (err) {
		ij_error_free(err);
		err = ij_modules_probe(overload->sh->s->mods, linkage, true, &found);
	}
	if (err) {
		ij_error_free(err);
		return 0;
	}
	return found.needs_resolver ? 0 : found.addr;
}

/* GCC calls a constructor or destructor as a whole C4 or D4, of which no symbol is: that of
 * complete objects is C1 or D1 (Itanium C++ ABI, 5.1.4.3), or the same code as C2 or D2. */
static ij_addr whole_of(struct overload *overload, const char *linkage)
{
	char *name = strdup(linkage);
	ij_addr addr = 0;

	for (char *at = name; at && *at && !addr; at++) {
		if ((at[0] != 'C' && at[0] != 'D') || at[1] != '4')
			continue;
		for (char kind = '1'; kind <= '2' && !addr; kind++) {
			at[1] = kind;
			addr = symbol_of(overload, name);
		}
		at[1] = '4';
	}
	free(name);
	return addr;
}

/* Where its code is: here, or where its symbol is. */
static ij_addr code_of(struct overload *overload, const struct ij_debug_entry *entry)
{
	ij_addr addr;

	if (entry->place == IJ_DEBUG_ADDRESS)
		return overload->module->bias + entry->addr;
	if (!entry->linkage)
		return 0;
	addr = symbol_of(overload, entry->linkage);
	return addr ? addr : whole_of(overload, entry->linkage);
}

static struct ij_error *add(struct overload *overload, const struct ij_debug_entry *entry)
{
	ij_addr addr = code_of(overload, entry);
	struct candidate *it;
	struct ij_func *func;

	if (!addr && !entry->is_virtual) {
		bool fits;

		overload->nowhere = true;
		if (overload->args_len != SIZE_MAX && !overload->absent &&
		    total_cost(overload, entry, &fits) < IMPOSSIBLE)
			overload->absent = entry->type;
		return NULL;
	}
	for (size_t i = 0; i < overload->len; i++)
		if (addr && overload->list[i].val.addr == addr)
			return NULL;
	if (overload->len == CANDIDATES_MAX)
		return ij_error_new(LIMIT, "over %d functions of the name %s", CANDIDATES_MAX,
				    overload->shown);
	func = ij_arena_alloc(overload->arena, sizeof(*func));
	if (!func)
		return ij_error_nomem();
	*func = (struct ij_func){.addr = addr,
				 .shown = overload->shown,
				 .is_virtual = entry->is_virtual,
				 .slot = entry->slot,
				 .is_explicit = entry->is_explicit,
				 .convention = entry->type->convention};
	it = &overload->list[overload->len++];
	it->val = (struct ij_val){
		.type = entry->type, .place = IJ_VAL_TARGET, .addr = addr, .func = func};
	it->cost = total_cost(overload, entry, &it->fits_count);
	return NULL;
}

static struct ij_error *on_function(void *ctx, struct ij_named_hit *hit)
{
	((struct overload *)ctx)->module = hit->module;
	return add(ctx, hit->entry);
}

static struct ij_error *describe(const struct overload *overload, unsigned cost, const char *what)
{
	const struct ij_ctype *told[IJ_HOST_TOLD_MAX];
	IJ_STRBUF_AUTO list = {0};
	size_t n = 0;

	/* Those that take as many arguments come first. */
	for (int turn = 0; turn < 2; turn++)
		for (size_t i = 0; i < overload->len; i++) {
			if ((overload->list[i].cost != cost && cost < IMPOSSIBLE) ||
			    overload->list[i].fits_count != !turn)
				continue;
			if (n < IJ_HOST_TOLD_MAX)
				told[n] = overload->list[i].val.type;
			n++;
		}
	IJ_TRY(ij_host_tell(told, n, overload->shown, overload->is_object, &list));
	if (cost < IMPOSSIBLE)
		return ij_error_new(AMBIGUOUS, "%s is ambiguous %s: %s", overload->shown, what,
				    ij_strbuf_get(&list));
	return ij_error_new(TYPE, "no %s takes these arguments; %s %s", overload->shown,
			    overload->is_object ? "its class has" : "there is",
			    ij_strbuf_get(&list));
}

/* What would be called is not there. */
static struct ij_error *refuse_absent(const struct overload *overload)
{
	IJ_STRBUF_AUTO text = {0};

	IJ_TRY(ij_host_tell(&overload->absent, 1, overload->shown, overload->is_object, &text));
	return ij_error_new(NOTFOUND,
			    "%s takes these arguments, but has no code of its own: it was inlined "
			    "everywhere, or is only declared",
			    ij_strbuf_get(&text));
}

/* The best of the candidates. */
static struct ij_error *choose(struct overload *overload, struct ij_val *ret, bool *found)
{
	const struct candidate *best = NULL;
	bool tie = false;

	*found = false;
	for (size_t i = 0; i < overload->len; i++) {
		const struct candidate *it = &overload->list[i];

		if (best && it->cost == best->cost)
			tie = true;
		if (!best || it->cost < best->cost) {
			best = it;
			tie = false;
		}
	}
	if (!best && overload->nowhere)
		return ij_error_new(NOTFOUND,
				    "%s is known to the debug information, but has no code of its "
				    "own: it was inlined everywhere, or is only declared",
				    overload->shown);
	if (!best)
		return NULL;
	if (overload->absent && best->cost >= IMPOSSIBLE)
		return refuse_absent(overload);
	/* One alone is taken, and its own errors are told. */
	if ((overload->len > 1 || (overload->is_constructor && !best->fits_count)) &&
	    best->cost >= IMPOSSIBLE)
		return describe(overload, best->cost, "");
	if (tie)
		return describe(overload, best->cost,
				overload->args_len == SIZE_MAX
					? "without arguments; say which by a call or 'file'::name"
					: "with these arguments; cast them");
	*ret = best->val;
	*found = true;
	return NULL;
}

/* Does the program itself define a function @name? @several: more than one. */
static bool is_own(struct ij_modules *mods, const char *name, bool *several)
{
	size_t len;
	struct ij_module *const *list = ij_modules_list(mods, &len);
	struct ij_resolved symbol;
	struct ij_error *err;
	bool found;
	char *spec;

	*several = false;
	if (!len || !list[0]->main || asprintf(&spec, "%s!%s", list[0]->path, name) < 0)
		return false;
	err = ij_modules_probe(mods, spec, true, &symbol);
	free(spec);
	*several = err && err->code == IJ_ERR_AMBIGUOUS;
	found = !err;
	ij_error_free(err);
	return found;
}

/* Does the symbol table know that very name? Asked of ever more, for it costs ever more. */
static bool is_symbol(struct ij_session_host *sh, const struct ij_host_name *name, bool all)
{
	struct ij_resolved symbol;
	struct ij_error *err;
	bool several;
	char *spec;

	if (name->file || strstr(name->name, "::"))
		return false;
	if (!all)
		return !name->module && (is_own(sh->s->mods, name->name, &several) ||
					 (!several && ij_modules_exports(sh->s->mods, name->name)));
	if (asprintf(&spec, "%s%s%s", name->module ? name->module : "", name->module ? "!" : "",
		     name->name) < 0)
		return false;
	err = ij_modules_probe(sh->s->mods, spec, true, &symbol);
	free(spec);
	ij_error_free(err);
	return !err;
}

/* Those that are called that, else the instances of a template. */
static struct ij_error *gather_in(struct ij_session_host *sh, const struct ij_host_name *name,
				  struct overload *overload)
{
	IJ_TRY(ij_host_named(sh, name, IJ_DEBUG_FUNCTION, on_function, overload));
	return overload->len || overload->nowhere || strchr(name->name, '<')
		       ? NULL
		       : ij_host_named(sh, name, IJ_DEBUG_FUNCTION | IJ_DEBUG_TEMPLATE, on_function,
				       overload);
}

/* The program's own come first, then what has a symbol: mostly nothing else needs to be read. */
static struct ij_error *gather_named(struct ij_session_host *sh, const struct ij_host_name *name,
				     struct overload *overload)
{
	size_t len;
	struct ij_module *const *list = ij_modules_list(sh->s->mods, &len);
	const struct ij_host_name own = {len ? list[0]->path : NULL, name->file, name->name};

	if (!name->module && len && list[0]->main) {
		IJ_TRY(gather_in(sh, &own, overload));
		overload->nowhere = overload->nowhere && overload->len;
		if (overload->len || (overload->args_len != SIZE_MAX && is_symbol(sh, name, true)))
			return NULL;
	}
	return gather_in(sh, name, overload);
}

struct ij_error *ij_host_overload(struct ij_host *host, const struct ij_host_name *given,
				  const struct ij_val *args, size_t args_len,
				  struct ij_arena *arena, struct ij_val *ret, bool *found)
{
	struct ij_session_host *sh = (struct ij_session_host *)host;
	struct ij_host_name full;
	const struct ij_host_name *name = &full;
	struct overload *overload;

	*found = false;
	IJ_TRY(ij_host_name_in_crate(sh, arena, given, &full));
	if (args_len != SIZE_MAX && is_symbol(sh, name, name->module))
		return NULL;
	overload = ij_arena_alloc(arena, sizeof(*overload));
	if (!overload)
		return ij_error_nomem();
	*overload = (struct overload){
		.sh = sh, .arena = arena, .args = args, .args_len = args_len, .shown = name->name};
	IJ_TRY(gather_named(sh, name, overload));
	return choose(overload, ret, found);
}

static struct ij_error *on_method(void *ctx, const char *scope, const struct ij_debug_entry *entry,
				  bool *more)
{
	(void)scope;
	(void)more;
	return add(ctx, entry);
}

/* The functions of @type itself, or of its nearest base class that has any. */
static struct ij_error *gather(struct overload *overload, const struct ij_ctype *type,
			       const char *name, unsigned depth)
{
	size_t len;
	struct ij_module *const *list = ij_modules_list(overload->sh->s->mods, &len);

	type = ij_ctype_strip(type);
	if (depth > IJ_CT_DEPTH_MAX)
		return NULL;
	IJ_TRY(ij_ctype_complete(type));
	for (size_t i = 0; i < len && !overload->len && !overload->nowhere; i++) {
		struct ij_debug *debug = ij_debugs_peek(overload->sh->s->debugs, list[i]);

		overload->module = list[i];
		if (debug)
			IJ_TRY(ij_debug_methods(debug, type, name, on_method, overload));
	}
	for (size_t i = 0; i < type->members.len && !overload->len && !overload->nowhere; i++)
		if (type->members.items[i].is_base && !type->members.items[i].is_virtual)
			IJ_TRY(gather(overload, type->members.items[i].type, name, depth + 1));
	return NULL;
}

/* Is @name that of the constructors of @type? */
static bool is_constructor(const struct ij_ctype *type, const char *name)
{
	size_t len = strlen(name), scope_len;
	const char *own = ij_ctype_strip(type)->name;

	own = own ? ij_host_last(own, &scope_len) : "";
	return !strncmp(own, name, len) && (!own[len] || own[len] == '<');
}

/* Does any of them take the arguments? */
static bool has_fitting(const struct overload *overload)
{
	for (size_t i = 0; i < overload->len; i++)
		if (overload->list[i].cost < IMPOSSIBLE)
			return true;
	return false;
}

struct ij_error *ij_host_method(struct ij_host *host, const struct ij_val *object, const char *name,
				const struct ij_val *args, size_t args_len, struct ij_arena *arena,
				struct ij_val *ret, bool *found)
{
	struct overload *overload = ij_arena_alloc(arena, sizeof(*overload));

	if (!overload)
		return ij_error_nomem();
	*overload = (struct overload){.sh = (struct ij_session_host *)host,
				      .arena = arena,
				      .args = args,
				      .args_len = args_len,
				      .shown = name,
				      .is_object = true,
				      .is_const = object->type->kind == IJ_CT_QUALIFIED &&
						  object->type->is_const};
	overload->is_constructor = is_constructor(object->type, name);
	IJ_TRY(gather(overload, object->type, name, 0));
	/* Templates are in the debug information of those alone who use them. */
	if (args_len != SIZE_MAX && !has_fitting(overload) && overload->is_constructor)
		IJ_TRY(ij_host_constructors(overload->sh, object->type, name, on_function,
					    overload));
	return choose(overload, ret, found);
}
