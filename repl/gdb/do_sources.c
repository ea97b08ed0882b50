/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* info sources (gdb/symtab.c, info_sources_command), and the same for GDB/MI. */
#include <string.h>

#include "repl/gdb/sources.h"
#include "repl/gdb/subs.h"
#include "repl/gdb/symbols.h"

struct listing {
	const struct ij_gdb_sources *how;
	regex_t pattern;
};

static void on_source(void *ctx, const char *name, const char *path)
{
	const struct listing *listing = ctx;
	const struct ij_gdb_sources *how = listing->how;
	const char *slash = strrchr(path, '/'), *part = path;
	char *folder = NULL;

	if (how->by == IJ_GDB_SOURCES_BY_NAME && slash)
		part = slash + 1;
	if (how->by == IJ_GDB_SOURCES_BY_FOLDER) {
		folder = slash ? strndup(path, (size_t)(slash - path)) : strdup("");
		part = folder ? folder : "";
	}
	if (!how->pattern || !regexec(&listing->pattern, part, 0, NULL, 0))
		how->visit(how->ctx, name, path);
	free(folder);
}

struct ij_error *ij_gdb_sources(struct ij_gdb *g, const struct ij_gdb_sources *how)
{
	struct listing listing = {.how = how};
	struct ij_debugger_module module;
	struct ij_error *err = NULL;
	bool any = false;

	for (size_t i = 0; ij_debugger_module(g->debugger, i, &module); i++)
		any = any || module.has_debug;
	if (!any)
		return IJ_GDB_TEXT(NOTFOUND,
				   "No symbol table is loaded.  Use the \"file\" command.");
	if (how->pattern)
		IJ_CLI_TRY(ij_gdb_regex(how->pattern, &listing.pattern));
	for (size_t i = 0; !err && ij_debugger_module(g->debugger, i, &module); i++) {
		how->begin(how->ctx, &module);
		if (module.has_debug)
			err = ij_debugger_sources(g->debugger, i, on_source, &listing);
		how->end(how->ctx, &module);
	}
	if (how->pattern)
		regfree(&listing.pattern);
	return err;
}

static void begin(void *ctx, const struct ij_debugger_module *module)
{
	unsigned *count = ctx;

	*count = 0;
	printf("%s:\n%s\n", module->path,
	       module->has_debug ? "" : "(Objfile has no debug information.)\n");
}

static void one(void *ctx, const char *name, const char *path)
{
	unsigned *count = ctx;

	(void)name;
	printf("%s%s", (*count)++ ? ", " : "", path);
}

static void end(void *ctx, const struct ij_debugger_module *module)
{
	const unsigned *count = ctx;

	(void)module;
	if (*count)
		printf("\n\n");
}

IJ_GDB_DO(info_sources)
{
	unsigned count = 0;
	struct ij_gdb_sources how = {.begin = begin, .visit = one, .end = end, .ctx = &count};
	bool folder = false, name = false;

	while (*args == '-') {
		char *word = args;
		size_t len = strcspn(args, " \t");

		args = ij_gdb_trim(args + len);
		if (len == 2 && word[1] == '-')
			break;
		if (len > 1 && !strncmp("-dirname", word, len))
			folder = true;
		else if (len > 1 && !strncmp("-basename", word, len))
			name = true;
		else
			return IJ_GDB_TEXT(USAGE, "Unrecognized option at: %s", word);
	}
	if (folder && name)
		return IJ_GDB_TEXT(
			USAGE, "You cannot give both -basename and -dirname to 'info sources'.");
	if ((folder || name) && !*args)
		return IJ_GDB_TEXT(USAGE, "Missing REGEXP for 'info sources'.");
	how.pattern = *args ? args : NULL;
	how.by = folder ? IJ_GDB_SOURCES_BY_FOLDER
		 : name ? IJ_GDB_SOURCES_BY_NAME
			: IJ_GDB_SOURCES_BY_PATH;
	return ij_gdb_sources(g, &how);
}
