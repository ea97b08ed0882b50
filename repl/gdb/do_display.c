/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* display and undisplay. */
#include "repl/gdb/display.h"

#include <string.h>

#include "repl/gdb/subs.h"

static struct ij_error *show(struct ij_gdb *g, const struct ij_gdb_display *it)
{
	struct ij_datum_how how;
	struct ij_datum *datum;
	struct ij_error *err;
	char *text;

	IJ_CLI_TRY(ij_gdb_eval(g, it->expr, &datum));
	ij_gdb_how(g, it->format, &how);
	err = ij_datum_text(g->debugger, datum, &how, &text);
	ij_datum_free(datum);
	if (err)
		return err;
	printf("%u: ", it->id);
	if (it->format)
		printf("/%c ", it->format);
	printf("%s = %s\n", it->expr, text);
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
	if (format.letter == 'i' || format.letter == 's' || format.size || format.counted)
		return IJ_GDB_TEXT(UNSUPPORTED, "display of memory is not supported; use x");
	made.format = format.letter;
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
	if (!*args && g->displays.len && !ij_gdb_ask(g, "Delete all auto-display expressions? "))
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

IJ_GDB_DO(info_display)
{
	(void)args;
	if (!g->displays.len) {
		printf("There are no auto-display expressions now.\n");
		return NULL;
	}
	printf("Auto-display expressions now in effect:\nNum Enb Expression\n");
	IJ_LIST_EACH (&g->displays, it) {
		char format[4] = {'/', it->format, ' ', 0};

		printf("%u:   %c  %s%s\n", it->id, it->disabled ? 'n' : 'y',
		       it->format ? format : "", it->expr);
	}
	return NULL;
}
