/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the program defines: info functions, variables and types, and rbreak (gdb/symtab.c). */
#include "repl/gdb/symbols.h"

#include <string.h>

#include "repl/gdb/breaks.h"
#include "repl/gdb/subs.h"

static bool name_matches(void *ctx, const char *name)
{
	const struct ij_gdb_search *search = ctx;

	return !regexec(&search->name, name, 0, NULL, 0);
}

static bool type_matches(void *ctx, const char *type)
{
	const struct ij_gdb_search *search = ctx;

	return !regexec(&search->type, type, 0, NULL, 0);
}

struct ij_error *ij_gdb_regex(const char *text, regex_t *ret)
{
	char why[128];
	int failed = regcomp(ret, text, REG_NOSUB);

	if (!failed)
		return NULL;
	regerror(failed, ret, why, sizeof(why));
	return IJ_GDB_TEXT(USAGE, "Invalid regexp: %s", why);
}

struct ij_error *ij_gdb_search(struct ij_gdb *g, const struct ij_gdb_search_how *how,
			       struct ij_debugger_definitions **ret)
{
	struct ij_debugger_wanted wanted = {
		.size = sizeof(wanted), .what = how->what, .symbols = how->symbols};
	struct ij_gdb_search search;
	struct ij_error *err = NULL;

	if (how->name)
		IJ_CLI_TRY(ij_gdb_regex(how->name, &search.name));
	if (how->type)
		err = ij_gdb_regex(how->type, &search.type);
	if (!err) {
		wanted.ctx = &search;
		wanted.name = how->name ? name_matches : NULL;
		wanted.type = how->type ? type_matches : NULL;
		err = ij_debugger_definitions(g->debugger, &wanted, ret);
		if (how->type)
			regfree(&search.type);
	}
	if (how->name)
		regfree(&search.name);
	return err;
}

static const char *const kinds[] = {
	[IJ_DEBUGGER_FUNCTIONS] = "function",
	[IJ_DEBUGGER_VARIABLES] = "variable",
	[IJ_DEBUGGER_TYPES] = "type",
};

static void tell(const struct ij_debugger_definitions *list)
{
	const struct ij_debugger_definition *it;
	const char *file = "";

	for (size_t i = 0; (it = ij_debugger_definition(list, i)) && it->file; i++) {
		if (strcmp(it->file, file) != 0)
			printf("\nFile %s:\n", it->file);
		file = it->file;
		if (it->line)
			printf("%u:", it->line);
		printf("\t%s\n", it->text);
	}
	for (size_t i = 0, n = 0; (it = ij_debugger_definition(list, i)); i++) {
		if (it->file)
			continue;
		if (!n++)
			printf("\nNon-debugging symbols:\n");
		printf("0x%016llx  %s\n", (unsigned long long)it->addr, it->name);
	}
}

/* Options, then a regular expression, which is all the rest. */
static struct ij_error *parse(char *args, struct ij_gdb_search_how *ret, bool *quiet_ret)
{
	*quiet_ret = false;
	while (*args == '-') {
		char *word = args;

		if (!strncmp(args, "--", 2) && (!args[2] || args[2] == ' ')) {
			args = ij_gdb_trim(args + 2);
			break;
		}
		word = ij_gdb_word(&args);
		if (!strcmp(word, "-q")) {
			*quiet_ret = true;
		} else if (!strcmp(word, "-n") && ret->what != IJ_DEBUGGER_TYPES) {
			ret->symbols = false;
		} else if (!strcmp(word, "-t") && ret->what != IJ_DEBUGGER_TYPES) {
			ret->type = ij_gdb_word(&args);
			if (!*ret->type)
				return IJ_GDB_TEXT(USAGE, "-t requires an argument");
		} else {
			/* It begins so. */
			if (*args)
				word[strlen(word)] = ' ';
			args = word;
			break;
		}
	}
	if (*args)
		ret->name = args;
	return NULL;
}

static struct ij_error *show(struct ij_gdb *g, enum ij_debugger_defined what, char *args)
{
	struct ij_gdb_search_how how = {.what = what, .symbols = true};
	struct ij_debugger_definitions *list;
	bool quiet;

	IJ_CLI_TRY(parse(args, &how, &quiet));
	IJ_CLI_TRY(ij_gdb_search(g, &how, &list));
	if (!quiet && how.name) {
		printf("All %ss matching regular expression \"%s\"", kinds[what], how.name);
		if (how.type)
			printf(" with type matching regular expression \"%s\"", how.type);
		printf(":\n");
	} else if (!quiet) {
		printf("All defined %ss", kinds[what]);
		if (how.type)
			printf(" with type matching regular expression \"%s\" ", how.type);
		printf(":\n");
	}
	tell(list);
	ij_debugger_definitions_free(list);
	return NULL;
}

IJ_GDB_DO(info_functions)
{
	return show(g, IJ_DEBUGGER_FUNCTIONS, args);
}

IJ_GDB_DO(info_variables)
{
	return show(g, IJ_DEBUGGER_VARIABLES, args);
}

IJ_GDB_DO(info_types)
{
	return show(g, IJ_DEBUGGER_TYPES, args);
}

static bool is_of_file(const struct ij_debugger_definition *it, const char *file)
{
	size_t len, want = strlen(file);

	if (!it->path)
		return false;
	len = strlen(it->path);
	return len >= want && !strcmp(it->path + len - want, file) &&
	       (len == want || it->path[len - want - 1] == '/' || *file == '/');
}

IJ_GDB_DO(rbreak)
{
	struct ij_gdb_search_how how = {.what = IJ_DEBUGGER_FUNCTIONS, .symbols = true};
	const struct ij_debugger_definition *it;
	struct ij_debugger_definitions *list;
	struct ij_error *err = NULL;
	char *colon = strchr(args, ':'), *file = NULL;

	/* FILE:REGEX */
	if (colon && colon[1] != ':' && colon > args) {
		*colon = 0;
		file = args;
		how.symbols = false;
		args = colon + 1 + strspn(colon + 1, " \t");
	}
	if (*args)
		how.name = args;
	IJ_CLI_TRY(ij_gdb_search(g, &how, &list));
	for (size_t i = 0; !err && (it = ij_debugger_definition(list, i)); i++) {
		struct ij_text spec = {0};

		if (file && !is_of_file(it, file))
			continue;
		if (it->file)
			ij_text_printf(&spec, "%s:'%s'", it->file, it->name);
		else
			ij_text_printf(&spec, "'%s'", it->name);
		err = spec.failed ? ij_cli_nomem() : ij_gdb_do_break(g, spec.str);
		ij_text_deinit(&spec);
		if (!err && it->file)
			printf("%s\n", it->text);
		else if (!err)
			printf("<function, no debug info> %s;\n", it->name);
	}
	ij_debugger_definitions_free(list);
	return err;
}

struct wanted_name {
	const char *name;
};

static bool is_named(void *ctx, const char *name)
{
	return !strcmp(((const struct wanted_name *)ctx)->name, name);
}

struct ij_error *ij_gdb_named(struct ij_gdb *g, const char *name, enum ij_debugger_defined what,
			      struct ij_debugger_definitions **ret)
{
	struct wanted_name named = {name};
	const struct ij_debugger_wanted wanted = {.size = sizeof(wanted),
						  .what = what,
						  .symbols = true,
						  .name = is_named,
						  .ctx = &named};

	return ij_debugger_definitions(g->debugger, &wanted, ret);
}
