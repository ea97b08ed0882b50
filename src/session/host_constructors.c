/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Constructors and destructors that the debug information does not tell: a template that the
 * program itself makes no use of, of which a library has an instance; and clang names no symbols of
 * those that are only declared. Of what such a function takes its symbol tells all (Itanium C++
 * ABI, 5.1.4.3 and 5.1.5), and it returns nothing.
 */
#include <ctype.h>
#include <stdint.h>
#include <string.h>

#include "obj/demangle.h"
#include "session/host.h"

enum { FOUND_MAX = 64, NAME_MAX_LEN = 4096 };

struct search {
	struct ij_session_host *sh;
	const struct ij_ctype *type; /* the class, */
	const char *own;             /* and its name without scope and arguments */
	struct ij_module *module;
	struct {
		const char *linkage;
		struct ij_module *module;
		uint64_t addr;
	} list[FOUND_MAX];
	size_t len;
	bool is_whole; /* it has virtual bases: parts of others are made in another way */
	bool failed;   /* memory ran out */
};

/* Behind @want at the beginning of @text, whatever blanks are in either; NULL: it is not there. */
static const char *behind(const char *text, const char *want)
{
	for (;;) {
		while (*want == ' ')
			want++;
		if (!*want)
			return text;
		while (*text == ' ')
			text++;
		if (*text++ != *want++)
			return NULL;
	}
}

/* The end of the part of [@pos, @end) that a comma, or the bracket around it, closes. */
static const char *part_end(const char *pos, const char *end)
{
	unsigned depth = 0;

	for (; pos < end; pos++) {
		if (!depth && (*pos == ',' || *pos == ')' || *pos == '>'))
			break;
		depth += *pos == '<' || *pos == '(';
		depth -= *pos == '>' || *pos == ')';
	}
	return pos;
}

/* What stands between the parentheses of the constructor @text; NULL: it is none of the class. */
static const char *params_of(const struct search *search, const char *text)
{
	const char *pos = behind(text, search->type->name), *end = text + strlen(text);

	pos = pos ? behind(pos, "::") : NULL;
	pos = pos ? behind(pos, search->own) : NULL;
	if (pos && *pos == '<') {
		do
			pos = part_end(pos + 1, end);
		while (*pos == ',');
		pos = *pos == '>' ? pos + 1 : NULL;
	}
	return pos && *pos == '(' && end[-1] == ')' ? pos + 1 : NULL;
}

/* `char`, `unsigned long`: as demanglers write them. */
static const struct ij_ctype *builtin(const char *text, size_t len)
{
	static const struct {
		const char *name;
		enum ij_cbase base;
	} names[] = {
		{"bool", IJ_CBASE_CXX_BOOL},
		{"char", IJ_CBASE_CHAR},
		{"signed char", IJ_CBASE_SCHAR},
		{"unsigned char", IJ_CBASE_UCHAR},
		{"short", IJ_CBASE_SHORT},
		{"unsigned short", IJ_CBASE_USHORT},
		{"int", IJ_CBASE_INT},
		{"unsigned int", IJ_CBASE_UINT},
		{"long", IJ_CBASE_LONG},
		{"unsigned long", IJ_CBASE_ULONG},
		{"long long", IJ_CBASE_LLONG},
		{"unsigned long long", IJ_CBASE_ULLONG},
		{"__int128", IJ_CBASE_INT128},
		{"unsigned __int128", IJ_CBASE_UINT128},
		{"float", IJ_CBASE_FLOAT},
		{"double", IJ_CBASE_DOUBLE},
		{"long double", IJ_CBASE_LDOUBLE},
		{"wchar_t", IJ_CBASE_WCHAR},
		{"char16_t", IJ_CBASE_CHAR16},
		{"char32_t", IJ_CBASE_CHAR32},
		{"void", IJ_CBASE_VOID},
	};

	for (size_t i = 0; i < IJ_COUNT(names); i++)
		if (strlen(names[i].name) == len && !strncmp(names[i].name, text, len))
			return ij_cbase(names[i].base);
	return NULL;
}

/* Cuts @what off the end of @text; false: it is not there. */
static bool cut(const char *text, size_t *len, const char *what)
{
	size_t size = strlen(what);

	if (*len <= size || strncmp(text + *len - size, what, size) != 0)
		return false;
	for (*len -= size; *len && text[*len - 1] == ' ';)
		--*len;
	return true;
}

/* The class, union, enum or other type of that name. @ret: NULL: it is not known. */
static struct ij_error *named(const struct search *search, const char *text, size_t len,
			      const struct ij_ctype **ret)
{
	struct ij_host *host = &search->sh->host;
	IJ_STRBUF_AUTO name = {0};
	struct ij_error *err;

	*ret = NULL;
	/* The class itself is mostly in it, which is known. */
	ij_strbuf_add(&name, text, len);
	IJ_TRY(ij_strbuf_error(&name));
	if (!strcmp(name.str, search->type->name)) {
		*ret = search->type;
		return NULL;
	}
	err = host->type(host, 0, name.str, ret);
	if (!err || err->code == IJ_ERR_NOMEM)
		return err;
	ij_error_free(err);
	*ret = NULL;
	return NULL;
}

/* The type @text, all of whose qualifiers stand behind what they qualify. @ret: NULL: it is not
 * known, or of a kind that is no part of this, as pointers to functions. */
static struct ij_error *type_of(const struct search *search, const char *text, size_t len,
				unsigned depth, const struct ij_ctype **ret)
{
	const struct ij_ctype *target;
	bool rvalue = false;
	struct ij_ctype *made;

	*ret = NULL;
	if (!len || depth > IJ_CT_DEPTH_MAX)
		return NULL;
	if (cut(text, &len, "*")) {
		IJ_TRY(type_of(search, text, len, depth + 1, &target));
		return target ? ij_ctypes_pointer(search->sh->host.types, target, ret) : NULL;
	}
	if (cut(text, &len, " const")) {
		IJ_TRY(type_of(search, text, len, depth + 1, &target));
		return target ? ij_ctypes_qualified(search->sh->host.types, target, true, false,
						    ret)
			      : NULL;
	}
	rvalue = cut(text, &len, "&&");
	if (!rvalue && !cut(text, &len, "&")) {
		*ret = builtin(text, len);
		return *ret ? NULL : named(search, text, len, ret);
	}
	IJ_TRY(type_of(search, text, len, depth + 1, &target));
	if (!target)
		return NULL;
	IJ_TRY(ij_ctypes_new(search->sh->host.types, IJ_CT_REFERENCE, &made));
	made->target = target;
	made->size = sizeof(ij_addr);
	made->is_rvalue = rvalue;
	*ret = made;
	return NULL;
}

/* Add the parameters @text to those of @func. @known: false: not all are known. */
static struct ij_error *add_params(const struct search *search, const char *text,
				   struct ij_ctype *func, bool *known)
{
	const char *close = text + strlen(text) - 1;

	*known = true;
	while (text < close && *known) {
		const char *end = part_end(text, close);
		struct ij_cparam param = {.name = NULL};

		IJ_TRY(type_of(search, text, (size_t)(end - text), 0, &param.type));
		*known = param.type && param.type->kind != IJ_CT_VOID &&
			 !(ij_ctype_strip(param.type)->is_incomplete &&
			   ij_ctype_is_aggregate(param.type));
		if (*known)
			IJ_TRY(ij_vec_push(&func->params, param));
		for (text = end + (end < close); text < close && *text == ' ';)
			text++;
	}
	return NULL;
}

static struct ij_error *constructor(const struct search *search, const char *linkage,
				    struct ij_debug_entry *ret, bool *known)
{
	struct ij_ctypes *types = search->sh->host.types;
	struct ij_cparam this = {.is_artificial = true};
	const struct ij_ctype *pointer;
	IJ_STRBUF_AUTO text = {0};
	struct ij_ctype *func;
	const char *params;

	*known = false;
	ij_demangle(linkage, &text);
	IJ_TRY(ij_strbuf_error(&text));
	params = params_of(search, text.str);
	IJ_TRY(ij_ctypes_new(types, IJ_CT_FUNCTION, &func));
	func->target = ij_cbase(IJ_CBASE_VOID);
	IJ_TRY(ij_ctypes_pointer(types, search->type, &pointer));
	IJ_TRY(ij_ctypes_qualified(types, pointer, true, false, &this.type));
	IJ_TRY(ij_vec_push(&func->params, this));
	IJ_TRY(add_params(search, params, func, known));
	*ret = (struct ij_debug_entry){.kind = IJ_DEBUG_FUNCTION,
				       .type = func,
				       .place = IJ_DEBUG_ADDRESS,
				       .external = true,
				       .is_cxx = true,
				       .is_method = true};
	return NULL;
}

/* Where `C1` or `D1` is in @name of the constructor of complete objects, or what ends them; or `C2`
 * and `D2`, which are the same for those without virtual bases. Where a name could be read in two
 * ways it is left. NULL: it is none. */
static char *kind_of(const struct search *search, const char *name)
{
	const char letter = *search->own == '~' ? 'D' : 'C', *found = NULL;

	for (const char *at = strchr(name, letter); at; at = strchr(at + 1, letter)) {
		if ((at[1] != '1' && at[1] != '2') || (at[2] != 'E' && at[2] != 'I'))
			continue;
		if (found || (letter == 'D' && strcmp(at + 2, "Ev") != 0))
			return NULL;
		found = at + 1;
	}
	return (char *)(uintptr_t)found;
}

static bool on_symbol(void *ctx, const struct ij_symbol *sym)
{
	struct search *search = ctx;
	IJ_STRBUF_AUTO text = {0};

	if (sym->kind != IJ_SYMBOL_FUNC || sym->local || strncmp(sym->name, "_ZN", 3) != 0 ||
	    strlen(sym->name) > NAME_MAX_LEN || !kind_of(search, sym->name) ||
	    (search->is_whole && *kind_of(search, sym->name) == '2'))
		return true;
	/* Several libraries may have it: it is the same. */
	for (size_t i = 0; i < search->len; i++)
		if (!strcmp(search->list[i].linkage, sym->name))
			return true;
	ij_demangle(sym->name, &text);
	search->failed = text.failed;
	if (text.failed || !text.str || !params_of(search, text.str))
		return !text.failed;
	search->list[search->len].linkage = sym->name;
	search->list[search->len].module = search->module;
	search->list[search->len++].addr = sym->value;
	return search->len < FOUND_MAX;
}

static bool has_virtual_base(const struct ij_ctype *type, unsigned depth)
{
	type = ij_ctype_strip(type);
	IJ_VEC_EACH (&type->members, it)
		if (it->is_base && (it->is_virtual || depth == IJ_CT_DEPTH_MAX ||
				    has_virtual_base(it->type, depth + 1)))
			return true;
	return false;
}

struct ij_error *ij_host_constructors(struct ij_session_host *sh, const struct ij_ctype *type,
				      const char *own, ij_named_visit visit, void *ctx)
{
	struct search search = {.sh = sh, .type = ij_ctype_strip(type), .own = own};
	IJ_STRBUF_AUTO part = {0};
	bool has_whole = false;
	size_t len;
	struct ij_module *const *list = ij_modules_list(sh->s->mods, &len);

	if (!search.type->name)
		return NULL;
	IJ_TRY(ij_ctype_complete(search.type));
	search.is_whole = has_virtual_base(search.type, 0);
	ij_strbuf_printf(&part, "%zu%s", strlen(own + (*own == '~')), own + (*own == '~'));
	IJ_TRY(ij_strbuf_error(&part));
	for (size_t i = 0; i < len && search.len < FOUND_MAX; i++) {
		search.module = list[i];
		if (list[i]->obj)
			IJ_TRY(ij_object_symbols_with(list[i]->obj, part.str, on_symbol, &search));
		if (search.failed)
			return ij_error_nomem();
	}
	for (size_t i = 0; i < search.len; i++)
		has_whole = has_whole || *kind_of(&search, search.list[i].linkage) == '1';
	for (size_t i = 0; i < search.len; i++) {
		struct ij_debug_entry entry;
		struct ij_named_hit hit = {search.list[i].module, &entry, true};
		bool known;

		/* Where there are some of complete objects, these do. */
		if (has_whole && *kind_of(&search, search.list[i].linkage) == '2')
			continue;
		IJ_TRY(constructor(&search, search.list[i].linkage, &entry, &known));
		if (!known)
			continue;
		entry.addr = search.list[i].addr;
		/* No symbol says whether it converts by itself: std::string's from text does
		 * (C++17, 24.3.2.2). */
		entry.is_explicit = strcmp(own, "basic_string") != 0 ||
				    strncmp(search.type->name, "std::", 5) != 0;
		IJ_TRY(visit(ctx, &hit));
	}
	return NULL;
}
