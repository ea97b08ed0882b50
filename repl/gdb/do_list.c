/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is looked at: list, info line (gdb/cli/cli-cmds.c, list_command). */
#include <string.h>

#include "interject/listing.h"
#include "repl/gdb/stop.h"
#include "repl/gdb/subs.h"
#include "repl/gdb/symbols.h"

/* How many lines are listed at once. */
static unsigned list_size(const struct ij_gdb *g)
{
	const unsigned size = (unsigned)g->settings.numbers[IJ_GDB_SETTING_LISTSIZE];

	return size ? size : 1u << 30;
}

/* What is listed first has the line in its middle, by the size of that time. */
static void centre(struct ij_gdb *g)
{
	const unsigned half = list_size(g) / 2;

	g->look.next = g->look.line > half ? g->look.line - half : 1;
}

void ij_gdb_look_at(struct ij_gdb *g, const char *file, const char *path, unsigned line)
{
	if (file && (!g->look.file || strcmp(file, g->look.file) != 0 ||
		     strcmp(path ? path : "", g->look.path) != 0)) {
		char *file_copy = strdup(file), *path_copy = strdup(path ? path : "");

		free(g->look.file);
		free(g->look.path);
		g->look.file = file_copy;
		g->look.path = path_copy;
	}
	g->look.line = g->look.first = g->look.listed = line;
	g->look.fresh = true;
	centre(g);
}

/* Where a lone line number counts from: the selected frame, what was listed, or main. */
void ij_gdb_here(struct ij_gdb *g, const char **file_ret, unsigned *line_ret)
{
	struct ij_debugger_place *places;
	struct ij_debugger_frame frame;
	struct ij_error *err;
	size_t len;

	if (g->look.file && g->look.path && *g->look.path) {
		if (g->look.fresh)
			centre(g);
		*file_ret = g->look.path;
		*line_ret = g->look.line;
		return;
	}
	err = ij_debugger_frame(g->debugger, ij_debugger_selected(g->debugger), &frame);
	if (!err && frame.file) {
		ij_gdb_look_at(g, frame.file, frame.path, frame.line);
	} else {
		ij_error_free(err);
		err = ij_debugger_locate(g->debugger, "main", NULL, 0, true, &places, &len);
		if (!err && len && places[0].file) {
			const unsigned size = list_size(g);

			ij_gdb_look_at(g, places[0].file, places[0].path, places[0].line);
			/* Nothing was listed yet (gdb/source.c, select_source_symtab). */
			g->look.first = g->look.listed = 0;
			g->look.fresh = false;
			g->look.next = g->look.line >= size ? g->look.line - size + 1 : 1;
		}
		if (!err)
			free(places);
	}
	ij_error_free(err);
	*file_ret = g->look.file ? g->look.path : NULL;
	*line_ret = g->look.line;
}

/* List these lines of what is looked at; the next ones are behind them. */
static struct ij_error *show(struct ij_gdb *g, unsigned first, unsigned last)
{
	if (!first)
		first = 1;
	g->look.fresh = false;
	g->look.next = g->look.first = g->look.listed = first;
	IJ_CLI_TRY(ij_gdb_source(g, g->look.file, g->look.path, first, last));
	g->look.next = last < g->source.len ? last + 1 : (unsigned)g->source.len + 1;
	return NULL;
}

/* As many lines as are listed at once. */
static struct ij_error *show_from(struct ij_gdb *g, unsigned first)
{
	return show(g, first, first + list_size(g) - 1);
}

static struct ij_error *show_around(struct ij_gdb *g, unsigned line)
{
	const unsigned half = list_size(g) / 2;

	return show_from(g, line > half ? line - half : 1);
}

/* ---- Places ---- */

static bool is_number(const char *text)
{
	return *text && strspn(text, "0123456789") == strlen(text);
}

/* Places of the source, whether they have code or not. */
struct sources {
	struct ij_debugger_place *list; /* owned */
	size_t len;
	struct ij_debugger_definitions *defined; /* what has the strings of a variable; or NULL */
};

static void sources_deinit(struct sources *sources)
{
	free(sources->list);
	ij_debugger_definitions_free(sources->defined);
}

/* @err, which is consumed: @name is no function. It may be a variable. */
static struct ij_error *find_variable(struct ij_gdb *g, const char *name, struct ij_error *err,
				      struct sources *ret)
{
	const struct ij_debugger_definition *it;
	struct ij_error *other;

	if (ij_error_code_of(err) != IJ_ERR_NOTFOUND)
		return err;
	other = ij_gdb_named(g, name, IJ_DEBUGGER_VARIABLES, &ret->defined);
	if (other) {
		ij_error_free(err);
		return other;
	}
	it = ij_debugger_definition(ret->defined, 0);
	if (!it || !it->file || !it->line)
		return err;
	ij_error_free(err);
	ret->list = malloc(sizeof(*ret->list));
	if (!ret->list)
		return ij_cli_nomem();
	ret->list[0] = (struct ij_debugger_place){
		.addr = it->addr, .file = it->file, .path = it->path, .line = it->line};
	ret->len = 1;
	return NULL;
}

/* What @spec means; +N and -N count from line @line of what is looked at. */
static struct ij_error *find(struct ij_gdb *g, const char *spec, unsigned line, struct sources *ret)
{
	const char *colon = strrchr(spec, ':'), *file = NULL;
	unsigned ignored = 0;
	struct ij_error *err;

	*ret = (struct sources){.list = NULL};
	ij_gdb_here(g, &file, &ignored);
	/* A number is a line, whether it has code or not. */
	if (file && (is_number(spec) || (strchr("+-", *spec) && is_number(spec + 1)))) {
		const long number = strtol(spec, NULL, 10);

		if (!is_number(spec))
			line = number + (long)line > 0 ? (unsigned)(number + (long)line) : 1;
		else
			line = (unsigned)number;
		ret->list = malloc(sizeof(*ret->list));
		if (!ret->list)
			return ij_cli_nomem();
		ret->list[0] = (struct ij_debugger_place){
			.file = g->look.file, .path = g->look.path, .line = line};
		ret->len = 1;
		return NULL;
	}
	if (*spec != '*' && strchr(spec, ',') && !strpbrk(spec, "(<"))
		return IJ_GDB_TEXT(USAGE, "Junk at end of line specification: %s",
				   strchr(spec, ','));
	err = ij_debugger_locate(g->debugger, spec, file, line, false, &ret->list, &ret->len);
	if (err)
		return find_variable(g, spec, err, ret);
	if (colon && is_number(colon + 1)) {
		ret->list[0].line = (unsigned)strtoul(colon + 1, NULL, 10);
		ret->list[0].addr = 0;
		ret->len = 1;
	}
	return NULL;
}

/* Wherever a function was inlined it is one in the source. */
static struct ij_error *find_source(struct ij_gdb *g, const char *spec, unsigned line,
				    struct sources *ret)
{
	IJ_CLI_TRY(find(g, spec, line, ret));
	while (ret->len > 1 && ret->list[0].instance && ret->list[ret->len - 1].instance &&
	       !strcmp(ret->list[0].instance, ret->list[ret->len - 1].instance))
		ret->len--;
	return NULL;
}

/* The only place of @spec. @which: how it is told of if there are several. */
static struct ij_error *find_one(struct ij_gdb *g, const char *spec, unsigned line,
				 const char *which, struct sources *ret)
{
	IJ_CLI_TRY(find_source(g, spec, line, ret));
	if (ret->len == 1)
		return NULL;
	printf("Specified %s line '%s' is ambiguous:\n", which, spec);
	for (size_t i = 0; i < ret->len; i++)
		printf("file: \"%s\", line number: %u, symbol: \"%s\"\n", ret->list[i].file,
		       ret->list[i].line, ret->list[i].function ? ret->list[i].function : "???");
	ret->len = 0;
	return NULL;
}

/* ---- list ---- */

static struct ij_error *list_range(struct ij_gdb *g, char *args, char *comma)
{
	struct sources first = {.len = 0}, last = {.len = 0};
	unsigned size = list_size(g);
	struct ij_error *err = NULL;
	char *from, *to;
	bool many;

	*comma = 0;
	from = ij_gdb_trim(args);
	to = ij_gdb_trim(comma + 1);
	if (!*from && !*to)
		return IJ_GDB_TEXT(USAGE, "Two empty args do not say what lines to list.");
	if (*from)
		err = find_one(g, from, g->look.next, "first", &first);
	many = *from && !first.len;
	if (!err && !many && *from && first.list[0].file)
		ij_gdb_look_at(g, first.list[0].file, first.list[0].path, first.list[0].line);
	if (!err && !many && *to) {
		err = find_one(g, to, *from ? g->look.line : g->look.next, "last", &last);
		many = !last.len;
	}
	if (err || many) {
		sources_deinit(&first);
		sources_deinit(&last);
		return err;
	}
	if (*from && *to && first.list[0].path && last.list[0].path &&
	    strcmp(first.list[0].path, last.list[0].path) != 0) {
		err = IJ_GDB_TEXT(USAGE, "Specified first and last lines are in different files.");
	} else if (!*from) {
		const unsigned line = last.list[0].line;

		if (last.list[0].file) {
			ij_gdb_look_at(g, last.list[0].file, last.list[0].path, line);
			err = show(g, line >= size ? line - size + 1 : 1, line);
		}
	} else if (!*to && first.list[0].file) {
		err = show_from(g, first.list[0].line);
	} else if (*to && first.list[0].file && last.list[0].line >= first.list[0].line) {
		err = show(g, first.list[0].line, last.list[0].line);
	}
	sources_deinit(&first);
	sources_deinit(&last);
	return err;
}

static struct ij_error *list_places(struct ij_gdb *g, const char *args)
{
	struct sources sources;
	struct ij_error *err;

	err = find_source(g, args, g->look.next, &sources);
	for (size_t i = 0; !err && i < sources.len; i++) {
		const struct ij_debugger_place *it = &sources.list[i];

		/* What has no source is passed over. */
		if (!it->file)
			continue;
		if (*args == '*' && it->function)
			printf("0x%llx is in %s (%s:%u).\n", (unsigned long long)it->addr,
			       it->function, it->file, it->line);
		if (sources.len > 1)
			printf("file: \"%s\", line number: %u, symbol: \"%s\"\n", it->file,
			       it->line, it->function ? it->function : "???");
		ij_gdb_look_at(g, it->file, it->path, it->line);
		err = show_around(g, it->line);
	}
	sources_deinit(&sources);
	return err;
}

IJ_GDB_DO(list)
{
	const bool back = *args == '-' && !args[1], on = !*args || (*args == '+' && !args[1]);
	const char *file = NULL;
	unsigned line = 0;
	char *comma;

	if (back || on) {
		ij_gdb_here(g, &file, &line);
		if (!file)
			return IJ_GDB_TEXT(NOTFOUND,
					   "No symbol table is loaded.  Use the \"file\" command.");
		if (on && !g->look.first)
			return show_around(g, g->look.next);
		if (on)
			return show_from(g, g->look.next);
		if (g->look.first == 1)
			return IJ_GDB_TEXT(LIMIT, "Already at the start of %s.", g->look.file);
		line = g->look.first ? g->look.first : g->look.next;
		return show(g, line > list_size(g) ? line - list_size(g) : 1,
			    line > 1 ? line - 1 : 1);
	}
	comma = strchr(args, ',');
	return comma ? list_range(g, args, comma) : list_places(g, args);
}

/* ---- info line ---- */

/* The code of @place, or of the next line that has some. @end_ret: where it ends; the same: it has
 * none itself. False: there is none. */
static bool code_of(struct ij_gdb *g, const struct ij_debugger_place *place, uint64_t *start_ret,
		    uint64_t *end_ret)
{
	struct ij_debugger_place *places, found;
	struct ij_error *err;
	bool is = false;
	char line[16];
	size_t len;

	if (place->addr) {
		*start_ret = *end_ret = place->addr;
		err = ij_debugger_line(g->debugger, place->addr, &found, end_ret);
		if (!err)
			*start_ret = found.addr;
		ij_error_free(err);
		return true;
	}
	snprintf(line, sizeof(line), "%u", place->line);
	err = ij_debugger_locate(g->debugger, line, place->path, 0, false, &places, &len);
	if (err) {
		ij_error_free(err);
		return false;
	}
	if (len && places[0].addr) {
		is = true;
		*start_ret = *end_ret = places[0].addr;
		if (places[0].line == place->line)
			ij_error_free(
				ij_debugger_line(g->debugger, places[0].addr, &found, end_ret));
	}
	free(places);
	return is;
}

static struct ij_error *tell_line(struct ij_gdb *g, const struct ij_debugger_place *place)
{
	char *from = NULL, *to = NULL;
	uint64_t start = 0, end = 0;
	struct ij_error *err;

	if (!place->file) {
		if (!place->addr) {
			printf("No line number information available.\n");
			return NULL;
		}
		IJ_CLI_TRY(ij_gdb_address(g, place->addr, &from));
		printf("No line number information available for address %s\n", from);
		free(from);
		return NULL;
	}
	if (!code_of(g, place, &start, &end)) {
		printf("Line number %u is out of range for \"%s\".\n", place->line, place->file);
		return NULL;
	}
	IJ_CLI_TRY(ij_gdb_address(g, start, &from));
	err = ij_gdb_address(g, end, &to);
	if (!err && start == end)
		printf("Line %u of \"%s\" is at address %s but contains no code.\n", place->line,
		       place->file, from);
	else if (!err)
		printf("Line %u of \"%s\" starts at address %s and ends at %s.\n", place->line,
		       place->file, from, to);
	free(from);
	free(to);
	/* Once more it is the next line. */
	g->look.listed = place->line + 1;
	return err ? err : ij_gdb_examine_next(g, start);
}

IJ_GDB_DO(info_line)
{
	struct sources sources;
	const char *file = NULL;
	struct ij_error *err;
	unsigned line = 0;

	ij_gdb_here(g, &file, &line);
	if (!*args) {
		const struct ij_debugger_place place = {.file = g->look.file,
							.path = g->look.path,
							.line = g->look.listed ? g->look.listed
									       : g->look.next};

		return tell_line(g, &place);
	}
	err = find(g, args, line, &sources);
	/* Functions are gone through from the last one on. */
	for (size_t i = 0; !err && i < sources.len; i++)
		err = tell_line(g, &sources.list[strpbrk(args, ":*") ? i : sources.len - 1 - i]);
	sources_deinit(&sources);
	return err;
}
