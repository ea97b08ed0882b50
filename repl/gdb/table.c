/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The table of commands, and finding one by its name or the start of it. */
#include <ctype.h>
#include <string.h>

#include "repl/gdb/gdb.h"
#include "repl/gdb/subs.h"

const struct ij_gdb_command ij_gdb_commands[] = {
#define IJ_GC(name, function, repeats, usage, summary) \
	{name, ij_gdb_do_##function, NULL, usage, summary, repeats},
#define IJ_GP(name, function, subs, usage, summary) \
	{name, ij_gdb_do_##function, subs, usage, summary, false},
#define IJ_GA(name, function) {name, ij_gdb_do_##function, NULL, NULL, NULL, false},
#include "repl/gdb/commands.def"
#undef IJ_GC
	{NULL, NULL, NULL, NULL, NULL, false},
};

/* Two names of one command are not two commands. */
static bool differ(const struct ij_gdb_command *a, const struct ij_gdb_command *b)
{
	return a->run != b->run;
}

static struct ij_error *ambiguous(const struct ij_gdb_command *list, const char *prefix,
				  const char *text, size_t len)
{
	struct ij_text names = {0};
	struct ij_error *err;

	for (const struct ij_gdb_command *it = list; it->name; it++)
		if (it->summary && !strncmp(it->name, text, len))
			ij_text_printf(&names, "%s%s", names.len ? ", " : "", it->name);
	err = IJ_GDB_TEXT(AMBIGUOUS, "Ambiguous %scommand \"%.*s\": %s.", prefix, (int)len, text,
			  ij_text_get(&names));
	ij_text_deinit(&names);
	return err;
}

struct ij_error *ij_gdb_find(const struct ij_gdb_command *list, const char *prefix,
			     const char *text, size_t len, const struct ij_gdb_command **ret)
{
	const struct ij_gdb_command *found = NULL;
	bool several = false;

	for (const struct ij_gdb_command *it = list; it->name; it++) {
		if (strncmp(it->name, text, len) != 0)
			continue;
		if (!it->name[len]) {
			*ret = it;
			return NULL;
		}
		if (!it->summary)
			continue;
		several = several || (found && differ(found, it));
		found = found ? found : it;
	}
	if (several)
		return ambiguous(list, prefix, text, len);
	if (!found)
		return IJ_GDB_TEXT(NOTFOUND, "Undefined %scommand: \"%.*s\".  Try \"help%s%.*s\".",
				   prefix, (int)len, text, *prefix ? " " : "",
				   *prefix ? (int)strlen(prefix) - 1 : 0, prefix);
	*ret = found;
	return NULL;
}

struct ij_error *ij_gdb_dispatch(struct ij_gdb *g, const struct ij_gdb_command *list,
				 const char *prefix, char *args)
{
	const struct ij_gdb_command *command;
	size_t len = strcspn(args, " \t/");

	IJ_CLI_TRY(ij_gdb_find(list, prefix, args, len, &command));
	return command->run(g, ij_gdb_trim(args + len));
}

char *ij_gdb_trim(char *text)
{
	size_t len;

	text += strspn(text, " \t\r\n");
	len = strlen(text);
	while (len && strchr(" \t\r\n", text[len - 1]))
		text[--len] = 0;
	return text;
}

char *ij_gdb_word(char **pos)
{
	char *word = *pos + strspn(*pos, " \t");
	char *end = word + strcspn(word, " \t");

	*pos = *end ? end + 1 + strspn(end + 1, " \t") : end;
	*end = 0;
	return word;
}
