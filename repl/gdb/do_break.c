/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* break and what belongs to it. */
#include <ctype.h>
#include <string.h>

#include "repl/gdb/breaks.h"
#include "repl/gdb/display.h"
#include "repl/gdb/stop.h"
#include "repl/gdb/subs.h"
#include "repl/gdb/threads.h"

char *ij_gdb_break_if(char *spec)
{
	char quote = 0;

	for (char *pos = spec; *pos; pos++) {
		if (quote) {
			quote = *pos == quote ? 0 : quote;
			continue;
		}
		if (strchr("'\"", *pos)) {
			quote = *pos;
			continue;
		}
		if (!strncmp(pos, "if", 2) && (pos == spec || strchr(" \t", pos[-1])) &&
		    strchr(" \t(", pos[2]) && pos[2])
			return pos;
	}
	return NULL;
}

/* "Breakpoint 1 at 0x1139: file t.c, line 12." */
static void tell(const struct ij_gdb *g, const struct ij_gdb_break *it,
		 const struct ij_debugger_place *places, size_t len)
{
	const bool quoted = *it->spec == '\'';

	printf("%s %u",
	       it->print       ? "Dprintf"
	       : it->hardware  ? it->temporary ? "Temporary hardware assisted breakpoint"
					       : "Hardware assisted breakpoint"
	       : it->temporary ? "Temporary breakpoint"
			       : "Breakpoint",
	       it->id);
	if (ij_gdb_is_on(&g->settings, IJ_GDB_SETTING_PRINT_ADDRESS) || !places[0].file)
		printf(" at 0x%llx", (unsigned long long)places[0].addr);
	if (len > 1)
		printf(": %.*s. (%zu locations)\n", (int)strlen(it->spec) - (quoted ? 2 : 0),
		       it->spec + quoted, len);
	else if (places[0].file)
		printf(": file %s, line %u.\n", places[0].file, places[0].line);
	else
		putchar('\n');
}

/* "Note: breakpoints 1, 2 and 3 also set at pc 0x1139." */
static void note_others(struct ij_gdb *g, const struct ij_gdb_break *besides, uint64_t addr)
{
	struct ij_text list = {0};
	unsigned count = 0;
	size_t last = 0;

	IJ_LIST_EACH (&g->breaks, it) {
		bool same = false;

		IJ_LIST_EACH (&(*it)->addrs, at)
			same = same || *at == addr;
		if (!same || *it == besides)
			continue;
		last = list.len;
		ij_text_printf(&list, "%s%u%s", count ? ", " : "", (*it)->id,
			       (*it)->disabled ? " (disabled)" : "");
		count++;
	}
	if (count == 1)
		printf("Note: breakpoint %s also set at pc 0x%llx.\n", ij_text_get(&list),
		       (unsigned long long)addr);
	else if (count)
		printf("Note: breakpoints %.*s and %s also set at pc 0x%llx.\n", (int)last,
		       ij_text_get(&list), ij_text_get(&list) + last + 2, (unsigned long long)addr);
	ij_text_deinit(&list);
}

/* Whether @err is to be no hindrance, which a person is asked; else it is what remains of it. */
static struct ij_error *ask_pending(struct ij_gdb *g, struct ij_error *err)
{
	static const char question[] =
		"Make breakpoint pending on future shared library load? (y or [n]) ";
	int64_t setting = g->settings.numbers[IJ_GDB_SETTING_BREAKPOINT_PENDING];
	bool yes = setting == 1;

	if (ij_error_code_of(err) != IJ_ERR_NOTFOUND || setting == 0)
		return err;
	fflush(stdout);
	printf("%s\n", ij_error_message(err));
	ij_error_free(err);
	if (!yes && ij_gdb_asks(g))
		yes = ij_gdb_answer(question, false);
	else if (!yes)
		printf("%s[answered N; input not from terminal]\n", question);
	return yes ? NULL : ij_error_create(IJ_ERR_NOTFOUND, "%s", "");
}

/* "-source F -line N" and the like as F:N. @ret: as given if it is none; else @made has it. */
static struct ij_error *explicit_place(char *args, struct ij_text *made, const char **ret)
{
	const char *source = NULL, *place = NULL;
	char *pos = args;

	*ret = args;
	if (strncmp(args, "-source", 7) != 0 && strncmp(args, "-function", 9) != 0 &&
	    strncmp(args, "-line", 5) != 0)
		return NULL;
	while (*pos) {
		const char *option = ij_gdb_word(&pos);
		const char *value = ij_gdb_word(&pos);

		if (!*value)
			return IJ_GDB_TEXT(USAGE, "missing argument for \"%s\"", option);
		if (!strcmp(option, "-source"))
			source = value;
		else if (!strcmp(option, "-function") || !strcmp(option, "-line"))
			place = value;
		else
			return IJ_GDB_TEXT(USAGE, "invalid explicit argument, \"%s\"", option);
	}
	if (!place)
		return IJ_GDB_TEXT(USAGE,
				   "Source filename requires function, label, or line offset.");
	ij_text_printf(made, "%s%s%s", source ? source : "", source ? ":" : "", place);
	*ret = ij_text_get(made);
	return NULL;
}

/* "... thread 2" at the end of @args, which is cut off. */
static struct ij_error *take_thread(struct ij_gdb *g, char *args, unsigned *ret)
{
	char *at = strstr(args, " thread "), *end;
	unsigned long number;

	*ret = 0;
	if (!at)
		return NULL;
	number = strtoul(at + 8, &end, 10);
	if (end == at + 8 || *ij_gdb_trim(end))
		return NULL;
	if (!ij_gdb_thread_of(g, (unsigned)number))
		return IJ_GDB_TEXT(NOTFOUND, "Unknown thread %lu.", number);
	*ret = (unsigned)number;
	*at = 0;
	return NULL;
}

static void tell_notes(struct ij_gdb *g, const struct ij_gdb_break *it,
		       const struct ij_debugger_place *places, size_t len)
{
	const bool is_line = strspn(it->spec, "0123456789") || strchr(it->spec, '.');

	/* Functions are gone through from the last one on. */
	for (size_t i = 0; i < len; i++)
		note_others(g, it, places[is_line ? i : len - 1 - i].addr);
}

static struct ij_error *put(struct ij_gdb *g, struct ij_gdb_break_how *how)
{
	struct ij_debugger_place *places = NULL;
	struct ij_gdb_break *it;
	struct ij_error *err;
	size_t len = 0;

	err = ij_gdb_break_new(g, how, &places, &len, &it);
	/* What an address is does not come with a library. */
	if (err && how->spec && *how->spec == '*')
		return err;
	if (err) {
		IJ_CLI_TRY(ask_pending(g, err));
		how->pending = true;
		IJ_CLI_TRY(ij_gdb_break_new(g, how, &places, &len, &it));
	}
	if (len) {
		tell_notes(g, it, places, len);
		tell(g, it, places, len);
	} else {
		printf("%s %u (%s) pending.\n",
		       how->print       ? "Dprintf"
		       : how->temporary ? "Temporary breakpoint"
					: "Breakpoint",
		       it->id, it->spec);
	}
	free(places);
	ij_gdb_break_changed(g, it, IJ_GDB_CREATED);
	return NULL;
}

static struct ij_error *set(struct ij_gdb *g, char *args, bool temporary, bool hardware)
{
	char *condition = ij_gdb_break_if(args);
	struct ij_gdb_break_how how = {.temporary = temporary, .hardware = hardware};
	struct ij_text made = {0};
	struct ij_error *err;

	if (condition) {
		*condition = 0;
		how.condition = ij_gdb_trim(condition + 2);
	}
	args = ij_gdb_trim(args);
	IJ_CLI_TRY(take_thread(g, args, &how.thread));
	args = ij_gdb_trim(args);
	err = explicit_place(args, &made, &how.spec);
	if (!err && !*how.spec)
		how.spec = NULL;
	if (!err)
		err = put(g, &how);
	ij_text_deinit(&made);
	return err;
}

/* dprintf PLACE,"FORMAT",EXPR... */
IJ_GDB_DO(dprintf)
{
	struct ij_gdb_break_how how = {.spec = args};
	char *comma = args + strcspn(args, ",");

	if (!*args)
		return IJ_GDB_TEXT(USAGE, "No default breakpoint address now.");
	if (!*comma)
		return IJ_GDB_TEXT(USAGE, "Format string required");
	*comma = 0;
	how.spec = ij_gdb_trim(args);
	how.print = ij_gdb_trim(comma + 1);
	if (*how.print != '"')
		return IJ_GDB_TEXT(USAGE, "Bad format string, missing '\"'.");
	return put(g, &how);
}

IJ_GDB_DO(break)
{
	return set(g, args, false, false);
}

IJ_GDB_DO(tbreak)
{
	return set(g, args, true, false);
}

IJ_GDB_DO(hbreak)
{
	return set(g, args, false, true);
}

IJ_GDB_DO(thbreak)
{
	return set(g, args, true, true);
}

enum act { DELETE, ENABLE, DISABLE, ONCE, ONCE_DELETE, ONCE_COUNT };

/* @left: of ONCE_COUNT. */
static void act_on(struct ij_gdb *g, struct ij_gdb_break *it, enum act act, unsigned long left)
{
	if (act == DELETE) {
		ij_gdb_break_delete(g, it->id);
		return;
	}
	if (act >= ONCE) {
		it->once = act == ONCE          ? IJ_GDB_ONCE_DISABLE
			   : act == ONCE_DELETE ? IJ_GDB_ONCE_DELETE
						: IJ_GDB_ONCE_COUNT;
		it->left = left;
	}
	ij_gdb_break_enable(g, it, act != DISABLE);
}

/* "1.2": a place of one. */
static struct ij_error *act_on_place(struct ij_gdb *g, const char *word, enum act act)
{
	char *end;
	unsigned long id = strtoul(word, &end, 10), place = *end ? strtoul(end + 1, &end, 10) : 0;
	struct ij_gdb_break *it = ij_gdb_break_find(g, (unsigned)id);

	if (*end || (act != ENABLE && act != DISABLE) || place > IJ_GDB_BREAK_PLACES_MAX)
		return IJ_GDB_TEXT(USAGE, "Bad breakpoint location number '%s'", word);
	if (!it)
		return IJ_GDB_TEXT(NOTFOUND, "Bad breakpoint number '%s'", word);
	if (!place || place > it->addrs.len)
		return IJ_GDB_TEXT(NOTFOUND, "Bad breakpoint location number '%lu'", place);
	ij_gdb_break_enable_place(g, it, place - 1, act == ENABLE);
	return NULL;
}

/* Each number of @args, or range of them, as 1-3, or place of one, as 1.2. */
static struct ij_error *each(struct ij_gdb *g, char *args, enum act act, unsigned long left)
{
	while (*args) {
		char *word = ij_gdb_word(&args), *end;
		unsigned long first, last;
		int64_t value;

		if (*word == '$') {
			IJ_CLI_TRY(ij_gdb_number(g, word, &value));
			first = last = (unsigned long)value;
		} else {
			first = strtoul(word, &end, 10);
			if (end != word && *end == '.') {
				IJ_CLI_TRY(act_on_place(g, word, act));
				continue;
			}
			last = *end == '-' ? strtoul(end + 1, &end, 10) : first;
			if (end == word || *end)
				return IJ_GDB_TEXT(USAGE, "Bad breakpoint number '%s'", word);
		}
		for (unsigned long id = first; id <= last && id - first < 100000; id++) {
			struct ij_gdb_break *it = ij_gdb_break_find(g, (unsigned)id);

			if (it)
				act_on(g, it, act, left);
			else
				printf("No breakpoint number %lu.\n", id);
		}
	}
	return NULL;
}

/* "breakpoints" before the numbers is but a word. */
static char *behind_word(char *args)
{
	size_t len = strcspn(args, " \t");

	if (len >= 2 && !strncmp("breakpoints", args, len))
		return args + len + strspn(args + len, " \t");
	return args;
}

IJ_GDB_DO(delete)
{
	size_t word = strcspn(args, " \t");

	if (word >= 2 && !strncmp("display", args, word))
		return ij_gdb_do_undisplay(g, ij_gdb_trim(args + word));
	args = behind_word(args);
	if (*args)
		return each(g, args, DELETE, 0);
	if (g->breaks.len && !ij_gdb_ask(g, "Delete all breakpoints? "))
		return NULL;
	while (g->breaks.len)
		ij_gdb_break_delete(g, g->breaks.items[0]->id);
	return NULL;
}

/* Whether *@args begins with @word, or the start of it; it is moved behind it. */
static bool take_word(char **args, const char *word)
{
	const size_t len = strcspn(*args, " \t");

	if (!len || strncmp(word, *args, len) != 0)
		return false;
	*args = ij_gdb_trim(*args + len);
	return true;
}

static struct ij_error *all(struct ij_gdb *g, char *args, enum act act)
{
	unsigned long left = 0;

	args = behind_word(args);
	if (take_word(&args, "display"))
		return ij_gdb_displays_enable(g, args, act == ENABLE);
	if (act == ENABLE && take_word(&args, "once")) {
		act = ONCE;
	} else if (act == ENABLE && take_word(&args, "delete")) {
		act = ONCE_DELETE;
	} else if (act == ENABLE && take_word(&args, "count")) {
		int64_t count;

		if (!*args)
			return IJ_GDB_TEXT(USAGE, "Argument required (hit count).");
		IJ_CLI_TRY(ij_gdb_number(g, ij_gdb_word(&args), &count));
		left = count > 0 ? (unsigned long)count : 0;
		act = left ? ONCE_COUNT : DISABLE;
	}
	if (*args)
		return each(g, args, act, left);
	IJ_LIST_EACH (&g->breaks, it)
		act_on(g, *it, act, left);
	return NULL;
}

IJ_GDB_DO(enable)
{
	return all(g, args, ENABLE);
}

IJ_GDB_DO(disable)
{
	return all(g, args, DISABLE);
}

IJ_GDB_DO(clear)
{
	struct ij_debugger_place *places;
	struct ij_text list = {0};
	unsigned count = 0;
	size_t len;
	const char *file = NULL;
	unsigned line = 0;

	ij_gdb_breaks_renew(g);
	ij_gdb_here(g, &file, &line);
	if (!*args)
		return IJ_GDB_TEXT(USAGE, "No source file specified.");
	IJ_CLI_TRY(ij_debugger_locate(g->debugger, args, file, line, true, &places, &len));
	for (size_t i = 0; i < g->breaks.len; i++) {
		struct ij_gdb_break *it = g->breaks.items[i];
		bool same = false;

		for (size_t j = 0; j < len; j++)
			IJ_LIST_EACH (&it->addrs, at)
				same = same || *at == places[j].addr;
		if (!same)
			continue;
		ij_text_printf(&list, "%u ", it->id);
		count++;
		ij_gdb_break_delete(g, it->id);
		i--;
	}
	free(places);
	if (count)
		printf("Deleted breakpoint%s %s\n", count > 1 ? "s" : "", ij_text_get(&list));
	ij_text_deinit(&list);
	return count ? NULL : IJ_GDB_TEXT(NOTFOUND, "No breakpoint at %s.", args);
}
