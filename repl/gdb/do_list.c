/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Source files: list, directory, info line, info source. */
#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "interject/listing.h"
#include "repl/file.h"
#include "repl/gdb/stop.h"
#include "repl/gdb/subs.h"

void ij_gdb_source_forget(struct ij_gdb *g)
{
	free(g->source.path);
	free(g->source.text);
	free(g->source.lines);
	g->source.path = g->source.text = NULL;
	g->source.lines = NULL;
	g->source.len = 0;
}

void ij_gdb_look_at(struct ij_gdb *g, const char *file, const char *path, unsigned line)
{
	char *file_copy = strdup(file ? file : ""), *path_copy = strdup(path ? path : "");

	free(g->look.file);
	free(g->look.path);
	g->look.file = file_copy;
	g->look.path = path_copy;
	g->look.line = line;
	g->look.first = g->look.last = 0;
}

/* Where a lone line number counts from: the selected frame, what was listed, or main. */
void ij_gdb_here(struct ij_gdb *g, const char **file_ret, unsigned *line_ret)
{
	struct ij_debugger_place *places;
	struct ij_debugger_frame frame;
	struct ij_error *err;
	size_t len;

	if (g->look.file && g->look.path && *g->look.path) {
		*file_ret = g->look.path;
		*line_ret = g->look.line;
		return;
	}
	err = ij_debugger_frame(g->debugger, ij_debugger_selected(g->debugger), &frame);
	if (!err && frame.file) {
		ij_gdb_look_at(g, frame.file, frame.path, frame.line);
	} else {
		ij_error_free(err);
		err = ij_debugger_locate(g->debugger, "main", NULL, 0, false, &places, &len);
		if (!err && len && places[0].file)
			ij_gdb_look_at(g, places[0].file, places[0].path, places[0].line);
		if (!err)
			free(places);
	}
	ij_error_free(err);
	*file_ret = g->look.file ? g->look.path : NULL;
	*line_ret = g->look.line;
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

static struct ij_error *show(struct ij_gdb *g, unsigned first, unsigned last)
{
	struct ij_error *err;

	if (!first)
		first = 1;
	err = ij_gdb_source(g, g->look.file, g->look.path, first, last);
	if (err)
		return err;
	if (last > g->source.len)
		last = (unsigned)g->source.len;
	g->look.first = first;
	g->look.last = last;
	return NULL;
}

/* The only place of @spec. */
static struct ij_error *place_of(struct ij_gdb *g, const char *spec, struct ij_debugger_place *ret)
{
	struct ij_debugger_place *places;
	const char *file = NULL;
	unsigned line = 0;
	size_t len;

	ij_gdb_here(g, &file, &line);
	/* A number is a line, whether it has code or not. */
	if (*spec && strspn(spec, "0123456789") == strlen(spec) && file) {
		*ret = (struct ij_debugger_place){.file = g->look.file,
						  .path = g->look.path,
						  .line = (unsigned)strtoul(spec, NULL, 10)};
		return NULL;
	}
	IJ_CLI_TRY(ij_debugger_locate(g->debugger, spec, file, line, false, &places, &len));
	*ret = places[0];
	free(places);
	return ret->file ? NULL : IJ_GDB_TEXT(NOTFOUND, "Function \"%s\" is in no file.", spec);
}

static struct ij_error *list_range(struct ij_gdb *g, char *args, char *comma, unsigned size)
{
	struct ij_debugger_place first = {.line = 0}, last = {.line = 0};
	char *from, *to;

	*comma = 0;
	from = ij_gdb_trim(args);
	to = ij_gdb_trim(comma + 1);
	if (!*from && !*to)
		return IJ_GDB_TEXT(USAGE, "Two empty args do not say what lines to list.");
	if (*from) {
		IJ_CLI_TRY(place_of(g, from, &first));
		ij_gdb_look_at(g, first.file, first.path, first.line);
	}
	if (*to)
		IJ_CLI_TRY(place_of(g, to, &last));
	if (!*from) {
		ij_gdb_look_at(g, last.file, last.path, last.line);
		first.line = last.line > size ? last.line - size + 1 : 1;
	}
	if (!*to)
		last.line = first.line + size - 1;
	/* gdb 13 says nothing to that. */
	if (last.line < first.line)
		return NULL;
	return show(g, first.line, last.line);
}

IJ_GDB_DO(list)
{
	unsigned size = (unsigned)g->settings.numbers[IJ_GDB_SETTING_LISTSIZE], line = 0, first;
	struct ij_debugger_place place;
	const char *file = NULL;
	char *comma;

	if (!size)
		size = 1u << 30;
	if (*args == '-' && !args[1]) {
		if (g->look.first == 1)
			return IJ_GDB_TEXT(LIMIT, "Already at the start of %s.", g->look.file);
		first = g->look.first ? g->look.first : g->look.line;
		return show(g, first > size ? first - size : 1, first > 1 ? first - 1 : 1);
	}
	if (!*args && g->look.last) {
		if (g->source.len && g->look.last >= g->source.len)
			return IJ_GDB_TEXT(LIMIT, "Line number %u out of range; %s has %zu lines.",
					   g->look.last + 1, g->look.file, g->source.len);
		return show(g, g->look.last + 1, g->look.last + size);
	}
	if (!*args) {
		ij_gdb_here(g, &file, &line);
		if (!file)
			return IJ_GDB_TEXT(NOTFOUND,
					   "No symbol table is loaded.  Use the \"file\" command.");
	} else {
		comma = strchr(args, ',');
		if (comma)
			return list_range(g, args, comma, size);
		IJ_CLI_TRY(place_of(g, args, &place));
		ij_gdb_look_at(g, place.file, place.path, place.line);
		line = place.line;
	}
	first = line > size / 2 ? line - size / 2 : 1;
	return show(g, first, first + size - 1);
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
	printf("Source directories searched: ");
	for (size_t i = g->folders.len; i-- > 0;)
		printf("%s:", g->folders.items[i]);
	printf("$cdir:$cwd\n");
	free(g->missing);
	g->missing = NULL;
	return NULL;
}

IJ_GDB_DO(info_line)
{
	struct ij_debugger_place *places, place;
	const char *file = NULL;
	unsigned line = 0;
	uint64_t end = 0;
	size_t len;
	struct ij_error *err;

	ij_gdb_here(g, &file, &line);
	if (!*args)
		return IJ_GDB_TEXT(USAGE, "Argument required (a line).");
	IJ_CLI_TRY(ij_debugger_locate(g->debugger, args, file, line, false, &places, &len));
	place = places[0];
	free(places);
	if (!place.addr) {
		printf("Line number %u is out of range for \"%s\".\n", place.line, place.file);
		return NULL;
	}
	err = ij_debugger_line(g->debugger, place.addr, &place, &end);
	if (err) {
		printf("No line number information available for address 0x%llx\n",
		       (unsigned long long)place.addr);
		ij_error_free(err);
		return NULL;
	}
	{
		uint64_t start = 0;
		const char *name = NULL;

		if (!ij_debugger_function(g->debugger, place.addr, &name, &start, NULL))
			name = "??";
		printf("Line %u of \"%s\" starts at address 0x%llx <%s", place.line, place.file,
		       (unsigned long long)place.addr, name);
		if (place.addr != start)
			printf("+%llu", (unsigned long long)(place.addr - start));
		printf("> and ends at 0x%llx <%s+%llu>.\n", (unsigned long long)end, name,
		       (unsigned long long)(end - start));
	}
	return ij_debugger_set_integer(g->debugger, "$_", (int64_t)place.addr);
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
