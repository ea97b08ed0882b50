/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* display and undisplay. */
#include "repl/gdb/display.h"

#include <string.h>

#include "repl/gdb/subs.h"

/* Memory is shown, as by `x`, rather than a value. */
static bool is_memory(const struct ij_gdb_format *format)
{
	return format->letter == 'i' || format->letter == 's' || format->size;
}

/* "/4xw " */
static void format_text(const struct ij_gdb_format *format, char *buf, size_t size)
{
	char count[24] = "";

	if (format->count != 1)
		snprintf(count, sizeof(count), "%lld", (long long)format->count);
	if (!is_memory(format))
		snprintf(buf, size, format->letter ? "/%c " : "", format->letter);
	else
		snprintf(buf, size, "/%s%c%.*s ", count, format->letter ? format->letter : 'x',
			 strchr("is", format->letter) ? 0 : 1, &format->size);
}

static struct ij_error *show_memory(struct ij_gdb *g, const struct ij_gdb_display *it)
{
	struct ij_gdb_format format = it->format;
	char text[40];
	uint64_t next;

	if (!format.letter)
		format.letter = 'x';
	format_text(&format, text, sizeof(text));
	printf("%u: x%s%s", it->id, text, it->expr);
	fputs(format.count == 1 && format.letter != 'i' ? "  " : "\n", stdout);
	return ij_gdb_examine(g, it->expr, &format, &next);
}

static struct ij_error *show(struct ij_gdb *g, const struct ij_gdb_display *it)
{
	struct ij_datum_how how;
	struct ij_datum *datum;
	struct ij_error *err;
	char *text, format[40];

	if (is_memory(&it->format))
		return show_memory(g, it);
	IJ_CLI_TRY(ij_gdb_eval(g, it->expr, &datum));
	ij_gdb_how(g, it->format.letter, &how);
	err = ij_datum_text(g->debugger, datum, &how, &text);
	ij_datum_free(datum);
	if (err)
		return err;
	format_text(&it->format, format, sizeof(format));
	printf("%u: %s%s = %s\n", it->id, format, it->expr, text);
	free(text);
	return NULL;
}

void ij_gdb_displays(struct ij_gdb *g)
{
	IJ_LIST_EACH (&g->displays, it)
		if (!it->disabled)
			ij_error_free(show(g, it));
}

void ij_gdb_displays_deinit(struct ij_gdb *g)
{
	IJ_LIST_EACH (&g->displays, it)
		free(it->expr);
	ij_list_deinit(&g->displays);
}

IJ_GDB_DO(display)
{
	struct ij_gdb_format format;
	struct ij_gdb_display made = {.id = g->next_display};
	struct ij_datum *datum;
	struct ij_error *err;

	if (!*args) {
		ij_gdb_displays(g);
		return NULL;
	}
	IJ_CLI_TRY(ij_gdb_format(&args, &format));
	if (format.counted && !is_memory(&format))
		format.size = 'w';
	made.format = format;
	/* What is wrong with it is said now. */
	IJ_CLI_TRY(ij_gdb_eval(g, args, &datum));
	ij_datum_free(datum);
	made.expr = strdup(args);
	err = made.expr ? ij_list_push(&g->displays, made) : ij_cli_nomem();
	if (err) {
		free(made.expr);
		return err;
	}
	g->next_display++;
	return show(g, &g->displays.items[g->displays.len - 1]);
}

static void drop(struct ij_gdb *g, size_t idx)
{
	free(g->displays.items[idx].expr);
	memmove(g->displays.items + idx, g->displays.items + idx + 1,
		(g->displays.len - idx - 1) * sizeof(*g->displays.items));
	g->displays.len--;
}

IJ_GDB_DO(undisplay)
{
	if (!*args && !ij_gdb_ask(g, "Delete all auto-display expressions? "))
		return NULL;
	while (!*args && g->displays.len)
		drop(g, 0);
	while (*args) {
		unsigned long id = strtoul(ij_gdb_word(&args), NULL, 10);
		size_t idx = 0;

		while (idx < g->displays.len && g->displays.items[idx].id != id)
			idx++;
		if (idx == g->displays.len)
			printf("No display number %lu.\n", id);
		else
			drop(g, idx);
	}
	return NULL;
}

struct ij_error *ij_gdb_displays_enable(struct ij_gdb *g, char *args, bool on)
{
	bool all = !*args;

	IJ_LIST_EACH (&g->displays, it)
		it->disabled = all ? !on : it->disabled;
	while (*args) {
		const char *word = ij_gdb_word(&args);
		unsigned long id = strtoul(word, NULL, 10);
		bool found = false;

		IJ_LIST_EACH (&g->displays, it) {
			if (it->id != id)
				continue;
			it->disabled = !on;
			found = true;
		}
		if (!found)
			printf("Could not find display number %lu.\n", id);
	}
	return NULL;
}

IJ_GDB_DO(info_display)
{
	(void)args;
	if (!g->displays.len) {
		printf("There are no auto-display expressions now.\n");
		return NULL;
	}
	printf("Auto-display expressions now in effect:\nNum Enb Expression\n");
	IJ_LIST_EACH (&g->displays, it) {
		char format[40];

		format_text(&it->format, format, sizeof(format));
		/* Here the size comes first, and is never left out. */
		if (is_memory(&it->format))
			snprintf(format, sizeof(format), "/%lld%c%c ", (long long)it->format.count,
				 it->format.size ? it->format.size : 'b',
				 it->format.letter ? it->format.letter : 'x');
		printf("%u:   %c  %s%s\n", it->id, it->disabled ? 'n' : 'y', format, it->expr);
	}
	return NULL;
}
