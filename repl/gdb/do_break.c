/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* break and what belongs to it. */
#include <ctype.h>
#include <string.h>

#include "repl/gdb/breaks.h"
#include "repl/gdb/stop.h"
#include "repl/gdb/subs.h"

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
	printf("%s %u",
	       it->hardware    ? it->temporary ? "Temporary hardware assisted breakpoint"
					       : "Hardware assisted breakpoint"
	       : it->temporary ? "Temporary breakpoint"
			       : "Breakpoint",
	       it->id);
	if (ij_gdb_is_on(&g->settings, IJ_GDB_SETTING_PRINT_ADDRESS) || !places[0].file)
		printf(" at 0x%llx", (unsigned long long)places[0].addr);
	if (len > 1)
		printf(": %s. (%zu locations)\n", it->spec, len);
	else if (places[0].file)
		printf(": file %s, line %u.\n", places[0].file, places[0].line);
	else
		putchar('\n');
}

/* "Note: breakpoint 1 also set at pc 0x1139." */
static void note_others(struct ij_gdb *g, const struct ij_gdb_break *besides, uint64_t addr)
{
	struct ij_text list = {0};
	unsigned count = 0;

	IJ_LIST_EACH (&g->breaks, it) {
		bool same = false;

		IJ_LIST_EACH (&(*it)->addrs, at)
			same = same || *at == addr;
		if (!same || *it == besides)
			continue;
		ij_text_printf(&list, "%s%u%s", count ? ", " : "", (*it)->id,
			       (*it)->disabled ? " (disabled)" : "");
		count++;
	}
	if (count)
		printf("Note: breakpoint%s %s also set at pc 0x%llx.\n", count > 1 ? "s" : "",
		       ij_text_get(&list), (unsigned long long)addr);
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

static struct ij_error *set(struct ij_gdb *g, char *args, bool temporary, bool hardware)
{
	char *condition = ij_gdb_break_if(args);
	struct ij_gdb_break_how how = {.temporary = temporary, .hardware = hardware};
	struct ij_debugger_place *places = NULL;
	struct ij_gdb_break *it;
	struct ij_error *err;
	size_t len = 0;

	if (condition) {
		*condition = 0;
		how.condition = ij_gdb_trim(condition + 2);
	}
	args = ij_gdb_trim(args);
	how.spec = *args ? args : NULL;
	err = ij_gdb_break_new(g, &how, &places, &len, &it);
	/* What an address is does not come with a library. */
	if (err && *args == '*')
		return err;
	if (err) {
		IJ_CLI_TRY(ask_pending(g, err));
		how.pending = true;
		IJ_CLI_TRY(ij_gdb_break_new(g, &how, &places, &len, &it));
	}
	if (len) {
		note_others(g, it, places[0].addr);
		tell(g, it, places, len);
	} else {
		printf("%s %u (%s) pending.\n", temporary ? "Temporary breakpoint" : "Breakpoint",
		       it->id, it->spec);
	}
	free(places);
	ij_gdb_break_changed(g, it, IJ_GDB_CREATED);
	return NULL;
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

/* Each number of @args, or range of them, as 1-3. */
static struct ij_error *each(struct ij_gdb *g, char *args,
			     void (*act)(struct ij_gdb *g, struct ij_gdb_break *it))
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
			last = *end == '-' ? strtoul(end + 1, &end, 10) : first;
			if (end == word || (*end && *end != '.'))
				return IJ_GDB_TEXT(USAGE, "Bad breakpoint number '%s'", word);
		}
		for (unsigned long id = first; id <= last && id - first < 100000; id++) {
			struct ij_gdb_break *it = ij_gdb_break_find(g, (unsigned)id);

			if (it)
				act(g, it);
			else
				printf("No breakpoint number %lu.\n", id);
		}
	}
	return NULL;
}

static void do_delete(struct ij_gdb *g, struct ij_gdb_break *it)
{
	ij_gdb_break_delete(g, it->id);
}

static void do_enable(struct ij_gdb *g, struct ij_gdb_break *it)
{
	ij_gdb_break_enable(g, it, true);
}

static void do_disable(struct ij_gdb *g, struct ij_gdb_break *it)
{
	ij_gdb_break_enable(g, it, false);
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
		return each(g, args, do_delete);
	if (g->breaks.len && !ij_gdb_ask(g, "Delete all breakpoints? "))
		return NULL;
	while (g->breaks.len)
		ij_gdb_break_delete(g, g->breaks.items[0]->id);
	return NULL;
}

static struct ij_error *all(struct ij_gdb *g, char *args,
			    void (*act)(struct ij_gdb *g, struct ij_gdb_break *it))
{
	args = behind_word(args);
	if (*args)
		return each(g, args, act);
	IJ_LIST_EACH (&g->breaks, it)
		act(g, *it);
	return NULL;
}

IJ_GDB_DO(enable)
{
	return all(g, args, do_enable);
}

IJ_GDB_DO(disable)
{
	return all(g, args, do_disable);
}

IJ_GDB_DO(clear)
{
	struct ij_debugger_place *places;
	struct ij_text list = {0};
	unsigned count = 0;
	size_t len;
	const char *file = NULL;
	unsigned line = 0;

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

static struct ij_error *take_number(struct ij_gdb *g, char **args, struct ij_gdb_break **ret)
{
	char *word = ij_gdb_word(args), *end;
	unsigned long id = strtoul(word, &end, 10);
	int64_t value;

	if (*word == '$') {
		IJ_CLI_TRY(ij_gdb_number(g, word, &value));
		id = (unsigned long)value;
		end = word + strlen(word);
	}
	if (*end)
		return IJ_GDB_TEXT(USAGE, "Bad breakpoint argument: '%s'", word);
	*ret = ij_gdb_break_find(g, (unsigned)id);
	return *ret ? NULL : IJ_GDB_TEXT(NOTFOUND, "No breakpoint number %lu.", id);
}

IJ_GDB_DO(condition)
{
	struct ij_gdb_break *it;

	if (!*args)
		return IJ_GDB_TEXT(USAGE, "Argument required (breakpoint number).");
	IJ_CLI_TRY(take_number(g, &args, &it));
	if (!*args)
		printf("Breakpoint %u now unconditional.\n", it->id);
	return ij_gdb_break_condition(g, it, *args ? args : NULL, false);
}

IJ_GDB_DO(ignore)
{
	struct ij_gdb_break *it;
	int64_t count = 0;

	if (!*args)
		return IJ_GDB_TEXT(USAGE, "Argument required (a breakpoint number).");
	if (!strpbrk(args, " \t"))
		return IJ_GDB_TEXT(USAGE, "Second argument (specified ignore-count) is missing.");
	IJ_CLI_TRY(take_number(g, &args, &it));
	IJ_CLI_TRY(ij_gdb_number(g, args, &count));
	it->ignore = count > 0 ? (unsigned long)count : 0;
	if (!it->ignore)
		printf("Will stop next time breakpoint %u is reached.\n", it->id);
	else if (it->ignore == 1)
		printf("Will ignore next crossing of breakpoint %u.\n", it->id);
	else
		printf("Will ignore next %lu crossings of breakpoint %u.\n", it->ignore, it->id);
	ij_gdb_break_changed(g, it, IJ_GDB_MODIFIED);
	return NULL;
}

IJ_GDB_DO(commands)
{
	struct ij_gdb_lines body = {{0}};
	struct ij_gdb_break *it = g->breaks.len ? g->breaks.items[g->breaks.len - 1] : NULL;
	unsigned id;
	struct ij_error *err;

	if (*args)
		IJ_CLI_TRY(take_number(g, &args, &it));
	if (!it)
		return IJ_GDB_TEXT(USAGE, "No breakpoints specified.");
	id = it->id;
	if (g->interactive && g->input && !g->input->outer)
		printf("Type commands for breakpoint(s) %u, one per line.\n"
		       "End with a line saying just \"end\".\n",
		       id);
	err = ij_gdb_read_block(g, &body, NULL, false);
	it = ij_gdb_break_find(g, id);
	if (err || !it) {
		ij_gdb_lines_deinit(&body);
		return err;
	}
	ij_gdb_break_commands(g, it, &body);
	return NULL;
}

static void show(const struct ij_gdb_break *it, int width)
{
	printf("%-7u %-*s %-4s %c   ", it->id, width,
	       it->kind != IJ_GDB_BREAK_CODE ? ij_gdb_watch_row(it)
	       : it->hardware                ? "hw breakpoint"
					     : "breakpoint",
	       it->temporary ? "del" : "keep", it->disabled ? 'n' : 'y');
	if (it->kind != IJ_GDB_BREAK_CODE)
		printf("%-18s %s\n", "", it->spec);
	else if (it->addrs.len == 1)
		printf("0x%016llx %s\n", (unsigned long long)it->addrs.items[0],
		       it->what ? it->what : "");
	else if (it->addrs.len)
		printf("%-18s \n", "<MULTIPLE>");
	else
		printf("%-18s %s\n", "<PENDING>", it->spec);
	if (it->condition)
		printf("\tstop only if %s\n", it->condition);
	if (it->hits)
		printf("\tbreakpoint already hit %lu time%s\n", it->hits, it->hits > 1 ? "s" : "");
	if (it->ignore)
		printf("\tignore next %lu hits\n", it->ignore);
	IJ_LIST_EACH (&it->commands.list, line)
		printf("        %s\n", *line);
	for (size_t i = 0; it->addrs.len > 1 && i < it->addrs.len; i++)
		printf("%u.%-20zu y   0x%016llx\n", it->id, i + 1,
		       (unsigned long long)it->addrs.items[i]);
}

IJ_GDB_DO(info_breakpoints)
{
	int width = (int)strlen("hw breakpoint ");

	(void)args;
	ij_gdb_breaks_renew(g);
	if (!g->breaks.len) {
		printf("No breakpoints or watchpoints.\n");
		return NULL;
	}
	/* The widest kind that there is makes the column. */
	IJ_LIST_EACH (&g->breaks, it)
		if ((*it)->kind == IJ_GDB_BREAK_READ)
			width = (int)strlen(ij_gdb_watch_row(*it));
	printf("Num     %-*s Disp Enb Address            What\n", width, "Type");
	IJ_LIST_EACH (&g->breaks, it)
		show(*it, width);
	return NULL;
}
