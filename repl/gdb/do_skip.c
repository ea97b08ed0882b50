/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* skip: functions and files that steps pass over (gdb/skip.c). */
#include <ctype.h>
#include <fnmatch.h>
#include <string.h>

#include "repl/gdb/skips.h"
#include "repl/gdb/subs.h"

static void destroy(struct ij_gdb_skip *it)
{
	free(it->file);
	free(it->function);
	if (it->is_regex)
		regfree(&it->pattern);
}

void ij_gdb_skips_deinit(struct ij_gdb *g)
{
	IJ_LIST_EACH (&g->skips, it)
		destroy(it);
	ij_list_deinit(&g->skips);
}

/* ---- Asked by steps ---- */

/* Is @path what @want, a name or the end of a path, calls it? */
static bool is_end(const char *path, const char *want)
{
	size_t len = strlen(path), want_len = strlen(want);

	return len >= want_len && !strcmp(path + len - want_len, want) &&
	       (len == want_len || path[len - want_len - 1] == '/');
}

static bool is_file(const struct ij_gdb_skip *it, const char *file)
{
	const char *base = strrchr(file, '/');

	if (!it->is_glob)
		return is_end(file, it->file);
	if (!fnmatch(it->file, file, FNM_PATHNAME | FNM_NOESCAPE))
		return true;
	return base && !strchr(it->file, '/') &&
	       !fnmatch(it->file, base + 1, FNM_PATHNAME | FNM_NOESCAPE);
}

/* Of C++ the types of parameters may be left out. */
static bool is_function(const struct ij_gdb_skip *it, const char *function)
{
	size_t len = strlen(it->function);

	if (it->is_regex)
		return !regexec(&it->pattern, function, 0, NULL, 0);
	return !strncmp(function, it->function, len) && (!function[len] || function[len] == '(');
}

bool ij_gdb_skips(void *ctx, const char *function, const char *file, const char *path)
{
	const struct ij_gdb *g = ctx;

	IJ_LIST_EACH (&g->skips, it) {
		if (it->disabled)
			continue;
		if (it->file && !is_file(it, file) && !is_file(it, path))
			continue;
		if (it->function && (!function || !is_function(it, function)))
			continue;
		return true;
	}
	return false;
}

/* ---- Having them ---- */

static struct ij_error *add(struct ij_gdb *g, struct ij_gdb_skip *it)
{
	struct ij_error *err = NULL;

	if (it->is_regex) {
		char why[128];
		int failed = regcomp(&it->pattern, it->function, REG_NOSUB);

		if (failed) {
			regerror(failed, &it->pattern, why, sizeof(why));
			it->is_regex = false;
			err = IJ_GDB_TEXT(USAGE, "regexp: %s", why);
		}
	}
	it->id = g->next_skip + 1;
	if (!err)
		err = ij_list_push(&g->skips, *it);
	if (err) {
		destroy(it);
		return err;
	}
	g->next_skip++;
	return NULL;
}

static struct ij_error *copy(const char *text, char **ret)
{
	*ret = strdup(text);
	return *ret ? NULL : ij_cli_nomem();
}

/* The selected frame; an error in its place: there is none. */
static struct ij_error *here(struct ij_gdb *g, const char *what, struct ij_debugger_frame *ret)
{
	struct ij_error *err =
		ij_debugger_state_of(g->debugger) == IJ_DEBUGGER_STOPPED
			? ij_debugger_frame(g->debugger, ij_debugger_selected(g->debugger), ret)
			: IJ_GDB_TEXT(NOPROC, "No stack.");

	if (!err && (!strcmp(what, "file") ? ret->path : ret->function))
		return NULL;
	ij_error_free(err);
	return IJ_GDB_TEXT(USAGE, "No default %s now.", what);
}

static struct ij_error *skip_function(struct ij_gdb *g, const char *args)
{
	struct ij_gdb_skip it = {0};
	struct ij_debugger_frame frame;

	if (!*args)
		IJ_CLI_TRY(here(g, "function", &frame));
	IJ_CLI_TRY(copy(*args ? args : frame.function, &it.function));
	IJ_CLI_TRY(add(g, &it));
	printf("Function %s will be skipped when stepping.\n", it.function);
	return NULL;
}

static struct ij_error *skip_file(struct ij_gdb *g, const char *args)
{
	struct ij_gdb_skip it = {0};
	struct ij_debugger_frame frame;

	if (!*args)
		IJ_CLI_TRY(here(g, "file", &frame));
	IJ_CLI_TRY(copy(*args ? args : frame.path, &it.file));
	IJ_CLI_TRY(add(g, &it));
	printf("File %s will be skipped when stepping.\n", it.file);
	return NULL;
}

/* "Function(s) ^h in file(s) *.c will be skipped when stepping." */
static void tell(const struct ij_gdb_skip *it)
{
	const char *files = it->is_glob ? "File(s)" : "File";

	if (it->function)
		printf("Function%s %s", it->is_regex ? "(s)" : "", it->function);
	if (it->function && it->file)
		printf(" in %s %s", it->is_glob ? "file(s)" : "file", it->file);
	else if (it->file)
		printf("%s %s", files, it->file);
	printf(" will be skipped when stepping.\n");
}

/* What the options of `skip` name. */
struct options {
	const char *file, *glob, *function, *regex;
};

/* The next word of *@pos, quotes around it taken off. */
static char *next_word(char **pos)
{
	char *word = *pos, *end;

	if (!*word || !strchr("'\"", *word))
		return ij_gdb_word(pos);
	end = strchr(word + 1, *word);
	if (!end)
		return ij_gdb_word(pos);
	*end = 0;
	*pos = ij_gdb_trim(end + 1);
	return word + 1;
}

static struct ij_error *take_options(char *args, struct options *ret)
{
	const struct {
		const char *name, *other;
		const char **at;
	} known[] = {
		{"-fi", "-file", &ret->file},
		{"-gfi", "-gfile", &ret->glob},
		{"-fu", "-function", &ret->function},
		{"-rfu", "-rfunction", &ret->regex},
	};

	while (*args) {
		const char *word = next_word(&args);
		size_t which = 0;

		while (which < IJ_CLI_COUNT(known) && strcmp(known[which].name, word) != 0 &&
		       strcmp(known[which].other, word) != 0)
			which++;
		if (which == IJ_CLI_COUNT(known))
			return *word == '-' ? IJ_GDB_TEXT(USAGE, "Invalid skip option: %s", word)
					    : IJ_GDB_TEXT(USAGE, "Invalid argument: %s", word);
		if (!*args)
			return IJ_GDB_TEXT(USAGE, "Missing value for %s option.", word);
		*known[which].at = next_word(&args);
	}
	if (ret->file && ret->glob)
		return IJ_GDB_TEXT(USAGE, "Cannot specify both -file and -gfile.");
	if (ret->function && ret->regex)
		return IJ_GDB_TEXT(USAGE, "Cannot specify both -function and -rfunction.");
	return NULL;
}

static struct ij_error *skip_by_options(struct ij_gdb *g, char *args)
{
	struct options options = {0};
	struct ij_gdb_skip it = {0};
	const char *file, *function;
	struct ij_error *err = NULL;

	IJ_CLI_TRY(take_options(args, &options));
	file = options.glob ? options.glob : options.file;
	function = options.regex ? options.regex : options.function;
	if (file)
		err = copy(file, &it.file);
	if (!err && function)
		err = copy(function, &it.function);
	if (err) {
		destroy(&it);
		return err;
	}
	it.is_glob = options.glob;
	it.is_regex = options.regex;
	IJ_CLI_TRY(add(g, &it));
	tell(&it);
	return NULL;
}

/* ---- The list of them ---- */

/* Whether number @id is one of @list, "1 3-5 $x"; all are of an empty one. */
static struct ij_error *is_listed(struct ij_gdb *g, const char *list, unsigned id, bool *ret)
{
	const char *pos = list;

	*ret = !*pos;
	while (*pos) {
		int64_t first, last;
		char *end;

		if (*pos == '$') {
			char word[64];
			size_t len = strcspn(pos, " \t");
			struct ij_error *err;

			snprintf(word, sizeof(word), "%.*s", (int)len, pos);
			err = ij_gdb_number(g, word, &first);
			if (err) {
				ij_error_free(err);
				return IJ_GDB_TEXT(USAGE,
						   "Convenience variable must have integer value.\n"
						   "Arguments must be numbers or '$' variables.");
			}
			last = first;
			pos += len;
		} else {
			first = last = strtol(pos, &end, 10);
			if (end != pos && *end == '-')
				last = strtol(end + 1, &end, 10);
			if (end == pos || (*end && !isspace((unsigned char)*end)))
				return IJ_GDB_TEXT(USAGE,
						   "Arguments must be numbers or '$' variables.");
			pos = end;
		}
		if (id >= first && id <= last) {
			*ret = true;
			return NULL;
		}
		pos += strspn(pos, " \t");
	}
	return NULL;
}

enum act { ENABLE, DISABLE, DELETE };

static struct ij_error *act_on(struct ij_gdb *g, const char *list, enum act act)
{
	bool any = false, listed;

	for (size_t i = 0; i < g->skips.len; i++) {
		struct ij_gdb_skip *it = &g->skips.items[i];

		IJ_CLI_TRY(is_listed(g, list, it->id, &listed));
		any = any || listed;
		if (!listed)
			continue;
		it->disabled = act == DISABLE;
		if (act != DELETE)
			continue;
		destroy(it);
		memmove(it, it + 1, (g->skips.len - i - 1) * sizeof(*it));
		g->skips.len--;
		i--;
	}
	return any ? NULL
		   : IJ_GDB_TEXT(NOTFOUND, "No skiplist entries found with number %s.",
				 *list ? list : "(null)");
}

IJ_GDB_DO(info_skip)
{
	bool any = false, listed;

	IJ_LIST_EACH (&g->skips, it) {
		IJ_CLI_TRY(is_listed(g, args, it->id, &listed));
		if (!listed)
			continue;
		if (!any)
			printf("Num   Enb Glob %-20s RE Function\n", "File");
		any = true;
		printf("%-5u %-3c %4c %-20s %2c %s\n", it->id, it->disabled ? 'n' : 'y',
		       it->is_glob ? 'y' : 'n', it->file ? it->file : "<none>",
		       it->is_regex ? 'y' : 'n', it->function ? it->function : "<none>");
	}
	if (!any && *args)
		printf("No skiplist entries found with number %s.\n", args);
	else if (!any)
		printf("Not skipping any files or functions.\n");
	return NULL;
}

static struct ij_error *do_file(struct ij_gdb *g, char *args)
{
	return skip_file(g, args);
}

static struct ij_error *do_function(struct ij_gdb *g, char *args)
{
	return skip_function(g, args);
}

static struct ij_error *do_delete(struct ij_gdb *g, char *args)
{
	return act_on(g, args, DELETE);
}

static struct ij_error *do_enable(struct ij_gdb *g, char *args)
{
	return act_on(g, args, ENABLE);
}

static struct ij_error *do_disable(struct ij_gdb *g, char *args)
{
	return act_on(g, args, DISABLE);
}

static const struct ij_gdb_command subs[] = {
	{"delete", do_delete, NULL, "[NUMBER...]", "Skip no more.", false},
	{"disable", do_disable, NULL, "[NUMBER...]", "Pass over it no more, until it is enabled.",
	 false},
	{"enable", do_enable, NULL, "[NUMBER...]", "To be skipped again.", false},
	{"file", do_file, NULL, "[FILE]", "Pass over all functions of a file.", false},
	{"function", do_function, NULL, "[FUNCTION]", "Pass over a function.", false},
	{NULL, NULL, NULL, NULL, NULL, false},
};

IJ_GDB_DO(skip)
{
	const struct ij_gdb_command *sub;
	size_t len = strcspn(args, " \t");
	struct ij_error *err;

	if (*args == '-')
		return skip_by_options(g, args);
	if (!*args)
		return skip_function(g, args);
	err = ij_gdb_find(subs, "skip ", args, len, &sub);
	if (!err)
		return sub->run(g, ij_gdb_trim(args + len));
	if (ij_error_code_of(err) != IJ_ERR_NOTFOUND)
		return err;
	ij_error_free(err);
	return skip_function(g, args);
}
