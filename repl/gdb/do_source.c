/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The text of source files: where it is found, showing and searching it (gdb/source.c). */
#include <string.h>
#include <unistd.h>

#include "interject/listing.h"
#include "repl/file.h"
#include "repl/gdb/stop.h"
#include "repl/gdb/subs.h"
#include "repl/gdb/symbols.h"

void ij_gdb_source_forget(struct ij_gdb *g)
{
	free(g->source.path);
	free(g->source.text);
	free(g->source.lines);
	g->source.path = g->source.text = NULL;
	g->source.lines = NULL;
	g->source.len = 0;
}

/* The file itself, or one of that name in a folder of `directory`. */
static struct ij_error *load(struct ij_gdb *g, const char *name, const char *path)
{
	const char *slash = strrchr(name, '/');
	char *text = NULL, *found = NULL;
	struct ij_error *err = NULL;
	size_t count = 1, i = 0;

	if (g->source.path && !strcmp(g->source.path, path))
		return NULL;
	if (!access(path, R_OK))
		found = strdup(path);
	IJ_LIST_EACH (&g->folders, it) {
		struct ij_text at = {0};

		if (found)
			break;
		ij_text_printf(&at, "%s/%s", *it, name);
		if (access(ij_text_get(&at), R_OK)) {
			ij_text_deinit(&at);
			ij_text_printf(&at, "%s/%s", *it, slash ? slash + 1 : name);
		}
		if (!access(ij_text_get(&at), R_OK))
			err = ij_text_take(&at, &found);
		ij_text_deinit(&at);
		IJ_CLI_TRY(err);
	}
	if (!found)
		return IJ_GDB_TEXT(NOTFOUND, "%s: No such file or directory.", name);
	err = ij_file_load(found, &text);
	free(found);
	if (err)
		return err;
	ij_gdb_source_forget(g);
	for (const char *pos = text; *pos; pos++)
		count += *pos == '\n';
	g->source.lines = calloc(count + 1, sizeof(*g->source.lines));
	g->source.path = strdup(path);
	g->source.text = text;
	if (!g->source.lines || !g->source.path) {
		ij_gdb_source_forget(g);
		return ij_cli_nomem();
	}
	for (char *pos = text; *pos; i++) {
		char *end = pos + strcspn(pos, "\n");

		g->source.lines[i] = pos;
		pos = *end ? end + 1 : end;
		*end = 0;
	}
	g->source.len = i;
	return NULL;
}

struct ij_error *ij_gdb_source(struct ij_gdb *g, const char *name, const char *path, unsigned first,
			       unsigned last)
{
	struct ij_error *err = load(g, name, path);

	if (err) {
		/* It is said once in full. */
		if (ij_error_code_of(err) != IJ_ERR_NOTFOUND)
			return err;
		if (g->missing && !strcmp(g->missing, path))
			printf("%u\tin %s\n", first, name);
		else
			printf("%u\t%s", first, ij_error_message(err));
		if (!g->missing || strcmp(g->missing, path) != 0)
			putchar('\n');
		free(g->missing);
		g->missing = strdup(path);
		return err;
	}
	if (first > g->source.len)
		return IJ_GDB_TEXT(LIMIT, "Line number %u out of range; %s has %zu lines.", first,
				   name, g->source.len);
	for (unsigned line = first; line <= last && line <= g->source.len; line++)
		printf("%u\t%s\n", line, g->source.lines[line - 1]);
	return NULL;
}

IJ_GDB_DO(directory)
{
	if (!*args) {
		if (!ij_gdb_ask(g, "Reinitialize source path to empty? "))
			return NULL;
		IJ_LIST_EACH (&g->folders, it)
			free(*it);
		ij_list_deinit(&g->folders);
		ij_gdb_source_forget(g);
	} else {
		char *copy = strdup(args);
		struct ij_error *err = copy ? ij_list_push(&g->folders, copy) : ij_cli_nomem();

		if (err) {
			free(copy);
			return err;
		}
	}
	free(g->missing);
	g->missing = NULL;
	return ij_gdb_do_show_directories(g, args);
}

IJ_GDB_DO(show_directories)
{
	(void)args;
	printf("Source directories searched: ");
	for (size_t i = g->folders.len; i-- > 0;)
		printf("%s:", g->folders.items[i]);
	printf("$cdir:$cwd\n");
	return NULL;
}

/* Look for a line that @args matches, from the one behind or before that which was listed last on.
 */
static struct ij_error *search(struct ij_gdb *g, const char *args, int by)
{
	const char *file = NULL;
	struct ij_error *err;
	unsigned line = 0;
	regex_t pattern;

	ij_gdb_here(g, &file, &line);
	if (!file)
		return IJ_GDB_TEXT(NOTFOUND,
				   "No symbol table is loaded.  Use the \"file\" command.");
	IJ_CLI_TRY(ij_gdb_regex(args, &pattern));
	err = load(g, g->look.file, g->look.path);
	line = g->look.listed + (unsigned)by;
	for (; !err && line && line <= g->source.len; line += (unsigned)by)
		if (!regexec(&pattern, g->source.lines[line - 1], 0, NULL, 0))
			break;
	regfree(&pattern);
	IJ_CLI_TRY(err);
	if (!line || line > g->source.len)
		return IJ_GDB_TEXT(NOTFOUND, "Expression not found");
	IJ_CLI_TRY(ij_gdb_source(g, g->look.file, g->look.path, line, line));
	ij_gdb_look_at(g, NULL, NULL, line);
	return ij_debugger_set_integer(g->debugger, "$_", line);
}

IJ_GDB_DO(search)
{
	return search(g, args, 1);
}

IJ_GDB_DO(reverse_search)
{
	return search(g, args, -1);
}

/* The unit of what is looked at; false: it is not known. */
static bool unit_of(struct ij_gdb *g, struct ij_debugger_unit *ret)
{
	struct ij_debugger_place *places;
	struct ij_error *err;
	uint64_t addr;
	size_t len;

	/* The first line that has code is as good as any. */
	err = ij_debugger_locate(g->debugger, "1", g->look.path, 1, false, &places, &len);
	if (!err) {
		addr = len ? places[0].addr : 0;
		free(places);
		err = ij_debugger_unit(g->debugger, addr, ret);
	}
	ij_error_free(err);
	return !err;
}

IJ_GDB_DO(info_source)
{
	struct ij_debugger_frame frame;
	struct ij_debugger_unit unit;
	bool has_unit;
	struct ij_error *err;

	(void)args;
	err = ij_debugger_frame(g->debugger, ij_debugger_selected(g->debugger), &frame);
	if (!err && frame.file && !g->look.file)
		ij_gdb_look_at(g, frame.file, frame.path, frame.line);
	ij_error_free(err);
	if (!g->look.file || !*g->look.file) {
		printf("No current source file.\n");
		return NULL;
	}
	printf("Current source file is %s\n", g->look.file);
	has_unit = unit_of(g, &unit);
	if (has_unit && unit.folder)
		printf("Compilation directory is %s\n", unit.folder);
	printf("Located in %s\n", g->look.path);
	err = load(g, g->look.file, g->look.path);
	if (!err)
		printf("Contains %zu line%s.\n", g->source.len, g->source.len == 1 ? "" : "s");
	ij_error_free(err);
	if (!has_unit)
		return NULL;
	printf("Source language is %s.\n", unit.language);
	if (unit.producer)
		printf("Producer is %s.\n", unit.producer);
	printf("Compiled with DWARF %u debugging format.\n"
	       "Does not include preprocessor macro info.\n",
	       unit.version);
	return NULL;
}
