/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What belongs to breakpoints: condition, ignore, commands, info, save. */
#include <errno.h>
#include <string.h>

#include "repl/gdb/breaks.h"
#include "repl/gdb/subs.h"

/* ---- condition, ignore, commands ---- */

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

/* ---- info breakpoints ---- */

/* "in f at t.c:3", or "<puts+4>". */
static void show_place(struct ij_gdb *g, uint64_t addr, const char *instance)
{
	struct ij_debugger_place place;
	struct ij_error *err = ij_debugger_line(g->debugger, addr, &place, NULL);
	char *name = NULL, *text = NULL;

	if (!err && instance)
		name = strdup(instance);
	else if (!err && place.function)
		ij_error_free(ij_debugger_title(g->debugger, addr, &name));
	if (name)
		printf("in %s ", name);
	if (!err)
		printf("at %s:%u", place.file, place.line);
	free(name);
	if (!err)
		return;
	ij_error_free(err);
	ij_error_free(ij_gdb_address(g, addr, &text));
	fputs(text && strchr(text, '<') ? strchr(text, '<') : "", stdout);
	free(text);
}

static void show(struct ij_gdb *g, const struct ij_gdb_break *it, int width, int address)
{
	printf("%-7u %-*s %-4s %c   ", it->id, width,
	       ij_gdb_break_is_watch(it)                       ? ij_gdb_watch_row(it)
	       : it->catches || it->kind == IJ_GDB_BREAK_EVENT ? "catchpoint"
	       : it->print                                     ? "dprintf"
	       : it->hardware                                  ? "hw breakpoint"
							       : "breakpoint",
	       it->temporary || it->once == IJ_GDB_ONCE_DELETE ? "del"
	       : it->once                                      ? "dis"
							       : "keep",
	       it->disabled ? 'n' : 'y');
	if (it->catches) {
		printf("%-*s exception %s\n", address, "", it->catches);
	} else if (it->kind == IJ_GDB_BREAK_EVENT) {
		struct ij_text what = {0};

		ij_gdb_catch_what(it, &what);
		printf("%-*s %s\n", address, "", ij_text_get(&what));
		ij_text_deinit(&what);
	} else if (it->kind != IJ_GDB_BREAK_CODE) {
		printf("%-*s %s\n", address, "", it->spec);
	} else if (it->addrs.len == 1) {
		printf("0x%016llx ", (unsigned long long)it->addrs.items[0]);
		show_place(g, it->addrs.items[0], it->instance);
		if (it->thread)
			printf(" thread %u", it->thread);
		putchar('\n');
	} else if (it->addrs.len) {
		printf("%-18s \n", "<MULTIPLE>");
	} else {
		printf("%-18s %s\n", "<PENDING>", it->spec);
	}
	if (it->condition)
		printf("\tstop only if %s\n", it->condition);
	if (it->thread)
		printf("\tstop only in thread %u\n", it->thread);
	if (it->hits)
		printf("\t%s already hit %lu time%s\n",
		       it->catches || it->kind == IJ_GDB_BREAK_EVENT ? "catchpoint" : "breakpoint",
		       it->hits, it->hits > 1 ? "s" : "");
	if (it->ignore)
		printf("\tignore next %lu hits\n", it->ignore);
	if (it->print)
		printf("        printf %s\n", it->print);
	if (it->once == IJ_GDB_ONCE_COUNT && it->left > 1)
		printf("\tdisable after next %lu hits\n", it->left);
	if (it->silent)
		printf("        silent\n");
	IJ_LIST_EACH (&it->commands.list, line)
		printf("        %s\n", *line);
	for (size_t i = 0; it->addrs.len > 1 && !it->catches && i < it->addrs.len; i++) {
		printf("%u.%-*zu %*s%c   0x%016llx ", it->id, it->id > 9 ? 4 : 5, i + 1, width + 6,
		       "",
		       it->invalid                                       ? 'N'
		       : i < IJ_GDB_BREAK_PLACES_MAX && it->off >> i & 1 ? 'n'
									 : 'y',
		       (unsigned long long)it->addrs.items[i]);
		show_place(g, it->addrs.items[i], it->instance);
		putchar('\n');
	}
}

/* Is number @id one of @list, as "1 3-5"? All are of an empty one. */
static bool is_listed(const char *list, unsigned id)
{
	const char *pos = list + strspn(list, " \t");

	if (!*pos)
		return true;
	while (*pos) {
		char *end;
		unsigned long first = strtoul(pos, &end, 10), last = first;

		if (end == pos)
			return false;
		if (*end == '-')
			last = strtoul(end + 1, &end, 10);
		if (id >= first && id <= last)
			return true;
		pos = end + strspn(end, " \t");
	}
	return false;
}

/* Tell of those of @list. @memory: only what is watched. */
static struct ij_error *show_all(struct ij_gdb *g, const char *list, bool memory)
{
	int width = (int)strlen("hw breakpoint "), address;
	bool has_place = false;
	const struct ij_gdb_break *last = NULL;

	ij_gdb_breaks_renew(g);
	IJ_LIST_EACH (&g->breaks, it) {
		if (!is_listed(list, (*it)->id) || (memory && !ij_gdb_break_is_watch(*it)))
			continue;
		last = *it;
		has_place = has_place || (*it)->kind != IJ_GDB_BREAK_EVENT;
		/* The widest kind that there is makes the column. */
		if ((*it)->kind == IJ_GDB_BREAK_READ)
			width = (int)strlen(ij_gdb_watch_row(*it));
	}
	if (!last) {
		if (*list)
			printf("No %s matching '%s'.\n",
			       memory ? "watchpoint" : "breakpoint or watchpoint", list);
		else
			printf("No %s.\n", memory ? "watchpoints" : "breakpoints or watchpoints");
		return NULL;
	}
	/* Where nothing has one, there is no room for addresses. */
	address = memory || !has_place ? 10 : 18;
	printf("Num     %-*s Disp Enb %-*s What\n", width, "Type", address, "Address");
	IJ_LIST_EACH (&g->breaks, it)
		if (is_listed(list, (*it)->id) && (!memory || ij_gdb_break_is_watch(*it)))
			show(g, *it, width, address);
	if (last->addrs.len && last->kind == IJ_GDB_BREAK_CODE)
		return ij_gdb_examine_next(g, last->addrs.items[last->addrs.len - 1]);
	return NULL;
}

IJ_GDB_DO(info_breakpoints)
{
	return show_all(g, args, false);
}

IJ_GDB_DO(info_watchpoints)
{
	return show_all(g, args, true);
}

/* ---- save breakpoints ---- */

static const char *command_of(const struct ij_gdb_break *it)
{
	switch (it->kind) {
	case IJ_GDB_BREAK_WRITE:
		return "watch";
	case IJ_GDB_BREAK_READ:
		return "rwatch";
	case IJ_GDB_BREAK_ACCESS:
		return "awatch";
	default:
		break;
	}
	if (it->catches)
		return it->temporary ? "tcatch" : "catch";
	if (it->print)
		return "dprintf";
	return it->hardware    ? it->temporary ? "thbreak" : "hbreak"
	       : it->temporary ? "tbreak"
			       : "break";
}

/* The commands that make @it. */
static void save(FILE *out, const struct ij_gdb_break *it)
{
	if (it->kind == IJ_GDB_BREAK_EVENT) {
		struct ij_text text = {0};

		ij_gdb_catch_command(it, &text);
		fputs(ij_text_get(&text), out);
		ij_text_deinit(&text);
	} else {
		fprintf(out, "%s %s", command_of(it), it->catches ? it->catches : it->spec);
	}
	if (it->print)
		fprintf(out, ",%s", it->print);
	if (it->thread)
		fprintf(out, " thread %u", it->thread);
	fputc('\n', out);
	if (it->condition)
		fprintf(out, "  condition $bpnum %s\n", it->condition);
	if (it->ignore)
		fprintf(out, "  ignore $bpnum %lu\n", it->ignore);
	if (it->commands.list.len || it->silent) {
		fprintf(out, "  commands\n");
		if (it->silent)
			fprintf(out, "    silent\n");
		IJ_LIST_EACH (&it->commands.list, line)
			fprintf(out, "    %s\n", *line);
		fprintf(out, "  end\n");
	}
	if (it->disabled)
		fprintf(out, "disable $bpnum\n");
}

IJ_GDB_DO(save)
{
	const char *word = ij_gdb_word(&args);
	FILE *out;

	if (!*word || strncmp("breakpoints", word, strlen(word)) != 0)
		return *word ? IJ_GDB_TEXT(NOTFOUND,
					   "Undefined save command: \"%s\".  Try \"help save\".",
					   word)
			     : IJ_GDB_TEXT(USAGE, "\"save\" must be followed by \"breakpoints\".");
	if (!*args)
		return IJ_GDB_TEXT(USAGE, "Argument required (file name in which to save)");
	if (!g->breaks.len) {
		printf("Nothing to save.\n");
		return NULL;
	}
	out = fopen(args, "we");
	if (!out)
		return IJ_GDB_TEXT(OS, "Unable to open file '%s' for saving (%s)", args,
				   strerror(errno));
	IJ_LIST_EACH (&g->breaks, it)
		save(out, *it);
	if (fclose(out))
		return IJ_GDB_TEXT(OS, "Unable to write file '%s' (%s)", args, strerror(errno));
	if (g->from_tty)
		printf("Saved to file '%s'.\n", args);
	return NULL;
}
