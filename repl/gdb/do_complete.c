/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* complete: what a line may be the beginning of (gdb/completer.c). */
#include <ctype.h>
#include <dirent.h>
#include <string.h>

#include "repl/gdb/subs.h"

enum { WORDS_MAX = 200 }; /* gdb's max-completions */

/* What was found so far, each behind what was typed before it. */
struct found {
	const char *before;
	size_t before_len;
	IJ_LIST(char *) list;
};

static struct ij_error *add(struct found *found, const char *text)
{
	char *line;
	struct ij_error *err;

	if (asprintf(&line, "%.*s%s", (int)found->before_len, found->before, text) < 0)
		return ij_cli_nomem();
	err = ij_list_push(&found->list, line);
	if (err)
		free(line);
	return err;
}

static struct ij_error *commands(const struct ij_gdb_command *list, const char *text,
				 struct found *found)
{
	for (const struct ij_gdb_command *it = list; it->name; it++)
		if (it->summary && !strncmp(it->name, text, strlen(text)))
			IJ_CLI_TRY(add(found, it->name));
	return NULL;
}

/* The word of settings that follows those of @text, "print ele": "elements". */
static struct ij_error *settings(const char *text, struct found *found)
{
	const char *word = strrchr(text, ' ') ? strrchr(text, ' ') + 1 : text, *name;
	const size_t skip = (size_t)(word - text);
	char last[64] = "";

	for (size_t i = 0; (name = ij_gdb_setting_name(i)); i++) {
		char next[64];

		if (strncmp(name, text, strlen(text)) != 0)
			continue;
		snprintf(next, sizeof(next), "%.*s", (int)strcspn(name + skip, " "), name + skip);
		if (!strcmp(next, last))
			continue;
		snprintf(last, sizeof(last), "%s", next);
		IJ_CLI_TRY(add(found, next));
	}
	return NULL;
}

static struct ij_error *files(const char *text, struct found *found)
{
	const char *slash = strrchr(text, '/'), *base = slash ? slash + 1 : text;
	char folder[4096] = ".";
	struct ij_error *err = NULL;
	struct dirent *entry;
	DIR *dir;

	if (slash)
		snprintf(folder, sizeof(folder), "%.*s", (int)(slash - text) + 1, text);
	dir = opendir(folder);
	if (!dir)
		return NULL;
	while (!err && (entry = readdir(dir)) && found->list.len < WORDS_MAX) {
		struct ij_text name = {0};

		if (strncmp(entry->d_name, base, strlen(base)) != 0 ||
		    (!*base && entry->d_name[0] == '.'))
			continue;
		ij_text_printf(&name, "%.*s%s%s", (int)(base - text), text, entry->d_name,
			       entry->d_type == DT_DIR ? "/" : "");
		err = add(found, ij_text_get(&name));
		ij_text_deinit(&name);
	}
	closedir(dir);
	return err;
}

static struct ij_error *symbols(struct ij_gdb *g, const char *text, struct found *found)
{
	struct ij_error *err = NULL;
	char **names;
	size_t len;

	if (!*text)
		return NULL;
	IJ_CLI_TRY(ij_debugger_complete(g->debugger, text, WORDS_MAX, &names, &len));
	for (size_t i = 0; i < len && !err; i++)
		err = add(found, names[i]);
	ij_names_free(names, len);
	return err;
}

/* Members of what stands before the last "." or "->" of @text; false: there is none. */
static bool members(struct ij_gdb *g, const char *text, struct found *found,
		    struct ij_error **err_ret)
{
	const char *dot = strrchr(text, '.'), *arrow = strstr(text, "->"), *word;
	struct ij_datum *datum;
	struct ij_error *err;
	char *object;

	for (const char *next = arrow; next; next = strstr(next + 2, "->"))
		arrow = next;
	word = arrow && arrow > dot ? arrow + 2 : dot ? dot + 1 : NULL;
	*err_ret = NULL;
	if (!word)
		return false;
	object = strndup(text, (size_t)(word - text) - (word[-1] == '.' ? 1 : 2));
	if (!object) {
		*err_ret = ij_cli_nomem();
		return true;
	}
	/* Nothing is called for that. */
	err = ij_debugger_eval(g->debugger, object, NULL, IJ_DEBUGGER_DRY, &datum);
	free(object);
	if (err) {
		ij_error_free(err);
		return true;
	}
	found->before_len += (size_t)(word - text);
	for (size_t i = 0; i < ij_datum_parts(datum) && !*err_ret; i++) {
		struct ij_datum *part;
		const char *name;

		err = ij_datum_part(g->debugger, datum, i, &name, &part);
		if (err) {
			ij_error_free(err);
			continue;
		}
		ij_datum_free(part);
		if (name && !strncmp(name, word, strlen(word)))
			*err_ret = add(found, name);
	}
	ij_datum_free(datum);
	return true;
}

/* What the operand of @command may be; @text: of it. */
static struct ij_error *operand(struct ij_gdb *g, const struct ij_gdb_command *command,
				const char *text, struct found *found)
{
	static const char *const of_files[] = {"file", "exec-file", "symbol-file", "source",
					       "cd",   "core-file", "directory"};
	const char *word = text + strlen(text);
	struct ij_error *err;

	if (command->subs) {
		const char *blank = strchr(text, ' ');

		if (!blank)
			IJ_CLI_TRY(commands(command->subs, text, found));
		if (command->run != ij_gdb_do_info) {
			const char *last = strrchr(text, ' ');

			found->before_len += last ? (size_t)(last - text) + 1 : 0;
			return settings(text, found);
		}
		return NULL;
	}
	if (command->run == ij_gdb_do_help)
		return commands(ij_gdb_commands, text, found);
	for (size_t i = 0; i < IJ_CLI_COUNT(of_files); i++)
		if (!strcmp(command->name, of_files[i]))
			return files(text, found);
	while (word > text && (isalnum((unsigned char)word[-1]) || strchr("_$.>-:", word[-1])))
		word--;
	found->before_len += (size_t)(word - text);
	if (members(g, word, found, &err))
		return err;
	return symbols(g, word, found);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

IJ_GDB_DO(complete)
{
	struct found found = {.before = args};
	const struct ij_gdb_command *command;
	size_t len = strcspn(args, " \t");
	struct ij_error *err;

	if (!args[len]) {
		err = commands(ij_gdb_commands, args, &found);
	} else {
		const size_t blanks = strspn(args + len, " \t");

		err = ij_gdb_find(ij_gdb_commands, "", args, len, &command);
		if (err) {
			ij_error_free(err);
			return NULL;
		}
		found.before_len = len + blanks;
		/* Another word for it has no subcommands of its own. */
		for (const struct ij_gdb_command *it = ij_gdb_commands; it->name; it++)
			if (it->summary && it->run == command->run)
				command = it;
		err = operand(g, command, args + found.before_len, &found);
	}
	if (!err && found.list.len)
		qsort(found.list.items, found.list.len, sizeof(*found.list.items), by_text);
	for (size_t i = 0; i < found.list.len; i++) {
		if (!err && (!i || strcmp(found.list.items[i], found.list.items[i - 1]) != 0))
			puts(found.list.items[i]);
	}
	IJ_LIST_EACH (&found.list, it)
		free(*it);
	ij_list_deinit(&found.list);
	return err;
}
