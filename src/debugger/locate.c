/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Places in the program by what people call them (gdb/linespec.c). */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "debugger/debugger.h"
#include "debugger/spec.h"
#include "obj/debug_lines.h"
#include "obj/debug_list.h"

enum { PLACES_MAX = 1024 };

struct places {
	struct ij_debugger *d;
	bool skip;  /* prologues */
	bool whole; /* nothing of a name may be left out */
	IJ_VEC(struct ij_debugger_place) list;
	const char *name, *of; /* of a function, and of its file; of: NULL: any */
	char word[256];        /* that its symbol has in it */
	/* Of a line: */
	const char *file;
	unsigned line, best; /* best: the least line behind it that has code */
	uint64_t bias;
	const struct ij_line_file *known; /* a file of that name, whatever lines it has */
	struct ij_error *err;
};

static bool has(const struct places *places, uint64_t addr)
{
	IJ_VEC_EACH (&places->list, it)
		if (it->addr == addr)
			return true;
	return false;
}

struct ij_error *ij_debugger_line(struct ij_debugger *d, uint64_t addr,
				  struct ij_debugger_place *ret, uint64_t *end_ret)
{
	struct ij_session *s = ij_debugger_names(d);
	struct ij_module *module = ij_modules_find(s->mods, addr);
	struct ij_debug *debug = NULL;
	struct ij_debug_line line;

	if (module)
		IJ_TRY(ij_debugs_of(s->debugs, s->mods, module, &debug));
	if (!debug)
		return ij_error_new(NOTFOUND,
				    "No line number information available for address "
				    "0x%llx",
				    (unsigned long long)addr);
	IJ_TRY(ij_debug_line_at(debug, addr - module->bias, &line));
	*ret = (struct ij_debugger_place){.addr = line.start + module->bias,
					  .file = line.file->name,
					  .path = line.file->path,
					  .line = line.line};
	(void)ij_debugger_function(d, addr, &ret->function, NULL, NULL);
	if (end_ret)
		*end_ret = line.end + module->bias;
	return NULL;
}

/* Add @addr with what is known of it. */
static struct ij_error *add(struct places *places, uint64_t addr)
{
	struct ij_debugger_place place;
	struct ij_error *err;

	if (has(places, addr))
		return NULL;
	if (places->list.len >= PLACES_MAX)
		return ij_error_new(LIMIT, "more than %d places are meant", PLACES_MAX);
	err = ij_debugger_line(places->d, addr, &place, NULL);
	if (err && err->code == IJ_ERR_NOMEM)
		return err;
	if (err)
		place = (struct ij_debugger_place){.addr = addr};
	ij_error_free(err);
	place.addr = addr;
	(void)ij_debugger_function(places->d, addr, &place.function, NULL, NULL);
	return ij_vec_push(&places->list, place);
}

/* ---- Functions ---- */

static struct ij_error *add_function(struct places *places, uint64_t addr)
{
	return add(places, places->skip ? ij_step_prologue(places->d, addr) : addr);
}

static struct ij_error *on_function(void *ctx, struct ij_named_hit *hit)
{
	const uint64_t addr = hit->module->bias + hit->entry->addr;
	struct places *places = ctx;
	const char *symbol = NULL;
	uint64_t start = 0;

	if (hit->entry->place != IJ_DEBUG_ADDRESS)
		return NULL;
	/* Its scope was not looked at. */
	if (ij_debugger_function(places->d, addr, &symbol, &start, NULL) && start == addr &&
	    !strncmp(symbol, "_Z", 2) && !ij_overload_matches(places->name, symbol, places->whole))
		return NULL;
	return add_function(places, addr);
}

static bool is_file(const char *path, const char *want)
{
	size_t len = strlen(path), want_len = strlen(want);

	return len >= want_len && !strcmp(path + len - want_len, want) &&
	       (len == want_len || path[len - want_len - 1] == '/' || *want == '/');
}

static bool is_in_file(struct places *places, uint64_t addr)
{
	struct ij_debugger_place place;
	struct ij_error *err;

	if (!places->of)
		return true;
	err = ij_debugger_line(places->d, addr, &place, NULL);
	ij_error_free(err);
	return !err && (is_file(place.file, places->of) || is_file(place.path, places->of));
}

static bool on_symbol(void *ctx, const struct ij_symbol *symbol)
{
	struct places *places = ctx;

	if (symbol->kind != IJ_SYMBOL_FUNC || !symbol->value ||
	    strncmp(symbol->name, "_Z", 2) != 0 || !strstr(symbol->name, places->word) ||
	    strstr(symbol->name, ".cold") ||
	    !ij_overload_matches(places->name, symbol->name, places->whole) ||
	    !is_in_file(places, places->bias + symbol->value))
		return true;
	places->err = add_function(places, places->bias + symbol->value);
	return !places->err;
}

/* Functions of C++ that are called so if templates' arguments or parameters are left out, or told
 * of. */
static struct ij_error *overloads(struct places *places)
{
	struct ij_module *const *list;
	size_t len;

	if (!ij_overload_word(places->name, places->word, sizeof(places->word)))
		return NULL;
	list = ij_modules_list(ij_debugger_names(places->d)->mods, &len);
	for (size_t i = 0; i < len; i++) {
		struct ij_error *err;

		if (!list[i]->obj)
			continue;
		places->bias = list[i]->bias;
		err = ij_object_symbols_each(list[i]->obj, on_symbol, places);
		if (err && err->code == IJ_ERR_NOMEM)
			return err;
		ij_error_free(err);
		IJ_TRY(places->err);
	}
	return NULL;
}

struct linkage {
	const char *name;
	size_t len; /* without its "@plt" */
	uint64_t vaddr;
	bool found;
};

static bool on_plt(void *ctx, uint64_t vaddr, const char *name)
{
	struct linkage *linkage = ctx;

	linkage->found = strlen(name) == linkage->len && !memcmp(name, linkage->name, linkage->len);
	linkage->vaddr = vaddr;
	return !linkage->found;
}

/* "puts@plt": what the modules call `puts` by; so they do as long as nobody has it. */
static struct ij_error *linkages(struct places *places, const char *name)
{
	static const char suffix[] = "@plt";
	size_t len = strlen(name), modules;
	struct ij_module *const *list;

	if (len >= sizeof(suffix) && !strcmp(name + len - strlen(suffix), suffix))
		len -= strlen(suffix);
	list = ij_modules_list(ij_debugger_names(places->d)->mods, &modules);
	for (size_t i = 0; i < modules; i++) {
		struct linkage linkage = {.name = name, .len = len};

		if (!list[i]->obj)
			continue;
		IJ_TRY(ij_object_plt_each(list[i]->obj, on_plt, &linkage));
		if (linkage.found)
			IJ_TRY(add(places, list[i]->bias + linkage.vaddr));
	}
	return NULL;
}

/* Where it was inlined, or what is a clone of it. */
static struct ij_error *on_instance(void *ctx, const char *full, uint64_t addr, bool is_inlined)
{
	struct places *places = ctx;

	addr += places->bias;
	if (!is_in_file(places, addr))
		return NULL;
	if (!is_inlined && places->skip)
		addr = ij_step_prologue(places->d, addr);
	IJ_TRY(add(places, addr));
	IJ_VEC_EACH (&places->list, it) {
		if (it->addr != addr)
			continue;
		/* The symbol of a function of C++ tells more of it. */
		if (is_inlined || !it->function || strncmp(it->function, "_Z", 2) != 0)
			it->instance = full;
	}
	return NULL;
}

static struct ij_error *instances(struct places *places)
{
	struct ij_session *s = ij_debugger_names(places->d);
	size_t len;
	struct ij_module *const *list = ij_modules_list(s->mods, &len);

	/* What is asked for first of all is no reason to go through all names. */
	if (!strcmp(places->name, "main"))
		return NULL;
	for (size_t i = 0; i < len; i++) {
		struct ij_debug *debug;

		IJ_TRY(ij_debugs_of(s->debugs, s->mods, list[i], &debug));
		if (!debug)
			continue;
		places->bias = list[i]->bias;
		IJ_TRY(ij_debug_instances(debug, places->name, on_instance, places));
	}
	return NULL;
}

static struct ij_error *functions(struct places *places, const char *file, const char *name)
{
	struct ij_session *s = ij_debugger_names(places->d);
	const struct ij_host_name asked = {.file = file, .name = name};
	struct ij_debugger_host host;
	struct ij_resolved symbol;
	struct ij_error *err;

	places->name = name;
	ij_debugger_host_init(places->d, NULL, name, &host);
	err = ij_host_named(&host.sh, &asked, IJ_DEBUG_FUNCTION | IJ_HOST_ANY_SCOPE, on_function,
			    places);
	ij_debugger_host_deinit(&host);
	IJ_TRY(err);
	places->of = file;
	IJ_TRY(overloads(places));
	/* The processor has four breakpoints for a process that was attached to: there it is looked
	 * for where else a function is only if it has no code of its own. */
	if (!places->d->target)
		IJ_TRY(instances(places));
	if (places->list.len)
		return NULL;
	err = file ? NULL : ij_modules_resolve(s->mods, name, &symbol);
	if (!err && !file)
		return add_function(places, symbol.addr);
	ij_error_free(err);
	if (places->d->target)
		IJ_TRY(instances(places));
	return places->list.len || file ? NULL : linkages(places, name);
}

/* ---- Lines ---- */

bool ij_locate_is_file(const struct ij_line_file *file, const char *want)
{
	return is_file(file->name, want) || is_file(file->path, want);
}

/* First pass: the least line at or behind the wanted one that has code. */
static bool find_best(void *ctx, const char *name, const struct ij_lines *lines)
{
	struct places *places = ctx;

	(void)name;
	IJ_VEC_EACH (&lines->files, it)
		if (!places->known && ij_locate_is_file(it, places->file))
			places->known = it;
	IJ_VEC_EACH (&lines->rows, row) {
		if (row->flags & IJ_LINE_END || !(row->flags & IJ_LINE_STMT) ||
		    row->line < places->line || (places->best && row->line >= places->best) ||
		    !ij_locate_is_file(&lines->files.items[row->file], places->file))
			continue;
		places->best = row->line;
	}
	return true;
}

/* Is there a place in the same function already, before @addr? The first one of each counts. */
static bool is_covered(struct places *places, uint64_t addr)
{
	uint64_t start = 0, other = 0;

	if (!ij_debugger_function(places->d, addr, NULL, &start, NULL))
		return false;
	IJ_VEC_EACH (&places->list, it)
		if (ij_debugger_function(places->d, it->addr, NULL, &other, NULL) && other == start)
			return true;
	return false;
}

static bool find_rows(void *ctx, const char *name, const struct ij_lines *lines)
{
	struct places *places = ctx;

	(void)name;
	IJ_VEC_EACH (&lines->rows, row) {
		uint64_t addr = row->addr + places->bias, start = 0;

		if (row->flags & IJ_LINE_END || !(row->flags & IJ_LINE_STMT) ||
		    row->line != places->best ||
		    !ij_locate_is_file(&lines->files.items[row->file], places->file) ||
		    is_covered(places, addr))
			continue;
		if (places->skip && ij_debugger_function(places->d, addr, NULL, &start, NULL) &&
		    start == addr)
			addr = ij_step_prologue(places->d, addr);
		places->err = add(places, addr);
		if (places->err)
			return false;
	}
	return true;
}

static struct ij_error *each_module(struct places *places, ij_debug_lines_visit visit)
{
	struct ij_session *s = ij_debugger_names(places->d);
	size_t len;
	struct ij_module *const *list = ij_modules_list(s->mods, &len);

	for (size_t i = 0; i < len; i++) {
		struct ij_debug *debug;

		IJ_TRY(ij_debugs_of(s->debugs, s->mods, list[i], &debug));
		if (!debug)
			continue;
		places->bias = list[i]->bias;
		IJ_TRY(ij_debug_lines_each(debug, visit, places));
		IJ_TRY(places->err);
		/* The program's own files are not looked for in libraries. */
		if (places->best || places->known)
			return NULL;
	}
	return NULL;
}

static struct ij_error *lines(struct places *places, const char *file, unsigned line)
{
	places->file = file;
	places->line = line;
	IJ_TRY(each_module(places, find_best));
	if (!places->known)
		return ij_error_new(NOTFOUND, "No source file named %s.", file);
	if (places->best) {
		struct ij_session *s = ij_debugger_names(places->d);
		size_t len;
		struct ij_module *const *list = ij_modules_list(s->mods, &len);

		for (size_t i = 0; i < len && !places->list.len; i++) {
			struct ij_debug *debug;

			IJ_TRY(ij_debugs_of(s->debugs, s->mods, list[i], &debug));
			if (!debug)
				continue;
			places->bias = list[i]->bias;
			IJ_TRY(ij_debug_lines_each(debug, find_rows, places));
			IJ_TRY(places->err);
		}
	}
	if (places->list.len)
		return NULL;
	return ij_vec_push(&places->list, ((struct ij_debugger_place){.file = places->known->name,
								      .path = places->known->path,
								      .line = line}));
}

/* ---- What is written ---- */

static struct ij_error *address(struct places *places, const char *expr)
{
	struct ij_datum *datum;
	int64_t value;
	bool is;

	IJ_TRY(ij_debugger_eval(places->d, expr, NULL, 0, &datum));
	is = ij_datum_integer(datum, &value);
	ij_datum_free(datum);
	if (!is)
		return ij_error_new(TYPE, "Value can't be converted to integer.");
	return add(places, (uint64_t)value);
}

static struct ij_error *not_found(const char *file, const char *name)
{
	if (file)
		return ij_error_new(NOTFOUND, "Function \"%s\" not defined in \"%s\".", name, file);
	return ij_error_new(NOTFOUND, "Function \"%s\" not defined.", name);
}

static struct ij_error *locate(struct places *places, char *spec, const char *file, unsigned line)
{
	char *given = NULL, *rest;
	struct ij_session *s = ij_debugger_names(places->d);

	if (*spec == '*')
		return address(places, spec + 1);
	if (!s->vmas.list.len)
		return ij_error_new(NOTFOUND,
				    "No symbol table is loaded.  Use the \"file\" command.");
	places->whole = !strncmp(spec, "-qualified", 10) || !strncmp(spec, "-q ", 3);
	if (places->whole)
		spec = ij_spec_trim(spec + strcspn(spec, " \t"));
	if (!strncmp(spec, "-function ", 10) || !strncmp(spec, "-line ", 6))
		spec = ij_spec_trim(spec + strcspn(spec, " \t"));
	if ((*spec == '+' || *spec == '-') && ij_spec_is_number(spec + 1)) {
		long off = strtol(spec, NULL, 10);

		if (!file)
			return ij_error_new(NOTFOUND, "No line number information.");
		return lines(places, file, (unsigned)((long)line + off > 0 ? (long)line + off : 1));
	}
	if (ij_spec_split_file(spec, &given, &rest)) {
		spec = ij_spec_trim(rest);
		given = ij_spec_trim(given);
	}
	if (ij_spec_is_number(spec)) {
		if (!given && !file)
			return ij_error_new(NOTFOUND, "No symbol table is loaded.  Use the "
						      "\"file\" command.");
		return lines(places, given ? given : file, (unsigned)strtoul(spec, NULL, 10));
	}
	ij_spec_unquote(&spec);
	IJ_TRY(functions(places, given, spec));
	if (places->list.len)
		return NULL;
	if (given) {
		places->file = given;
		places->line = 1;
		IJ_TRY(each_module(places, find_best));
		if (!places->known)
			return ij_error_new(NOTFOUND, "No source file named %s.", given);
	}
	return not_found(given, spec);
}

static int by_address(const void *a, const void *b)
{
	const struct ij_debugger_place *x = a, *y = b;

	return (x->addr > y->addr) - (x->addr < y->addr);
}

struct ij_error *ij_debugger_locate(struct ij_debugger *d, const char *spec, const char *file,
				    unsigned line, bool skip, struct ij_debugger_place **ret,
				    size_t *len_ret)
{
	struct places places = {.d = d, .skip = skip};
	char *copy = strdup(spec);
	struct ij_error *err;

	if (!copy)
		return ij_error_nomem();
	err = ij_session_refresh(ij_debugger_names(d));
	if (!err)
		err = locate(&places, ij_spec_trim(copy), file, line);
	free(copy);
	if (err) {
		ij_vec_deinit(&places.list);
		return err;
	}
	if (places.list.len)
		qsort(places.list.items, places.list.len, sizeof(*places.list.items), by_address);
	*ret = places.list.items;
	*len_ret = places.list.len;
	return NULL;
}
