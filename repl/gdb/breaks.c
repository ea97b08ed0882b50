/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The list of breakpoints, and what happens at them. */
#include "repl/gdb/breaks.h"

#include <string.h>

struct ij_gdb_break *ij_gdb_break_find(struct ij_gdb *g, unsigned id)
{
	IJ_LIST_EACH (&g->breaks, it)
		if ((*it)->id == id)
			return *it;
	return NULL;
}

static void destroy(struct ij_gdb_break *it)
{
	free(it->spec);
	free(it->condition);
	free(it->what);
	ij_gdb_lines_deinit(&it->commands);
	ij_list_deinit(&it->addrs);
	free(it);
}

void ij_gdb_break_delete(struct ij_gdb *g, unsigned id)
{
	for (size_t i = 0; i < g->breaks.len; i++) {
		if (g->breaks.items[i]->id != id)
			continue;
		ij_debugger_unbreak(g->debugger, id);
		destroy(g->breaks.items[i]);
		memmove(g->breaks.items + i, g->breaks.items + i + 1,
			(g->breaks.len - i - 1) * sizeof(*g->breaks.items));
		g->breaks.len--;
		return;
	}
}

void ij_gdb_breaks_deinit(struct ij_gdb *g)
{
	IJ_LIST_EACH (&g->breaks, it)
		destroy(*it);
	ij_list_deinit(&g->breaks);
}

/* Have it at the places that its spec means now. */
struct ij_error *ij_gdb_break_place(struct ij_gdb *g, struct ij_gdb_break *it,
				    struct ij_debugger_place **ret, size_t *len_ret)
{
	struct ij_debugger_place *places;
	struct ij_error *err;
	const char *file = NULL;
	unsigned line = 0;
	size_t len;

	ij_gdb_here(g, &file, &line);
	IJ_CLI_TRY(ij_debugger_locate(g->debugger, it->spec, file, line, true, &places, &len));
	ij_debugger_unbreak(g->debugger, it->id);
	it->addrs.len = 0;
	err = NULL;
	for (size_t i = 0; i < len && !err; i++) {
		if (!places[i].addr)
			continue;
		err = ij_list_push(&it->addrs, places[i].addr);
		if (!err && !it->disabled)
			err = ij_debugger_break(g->debugger, it->id, places[i].addr);
	}
	if (!err && len) {
		struct ij_text what = {0};

		if (places[0].function)
			ij_text_printf(&what, "in %s", places[0].function);
		if (places[0].file)
			ij_text_printf(&what, " at %s:%u", places[0].file, places[0].line);
		free(it->what);
		it->what = NULL;
		err = ij_text_take(&what, &it->what);
	}
	if (err || !ret) {
		free(places);
		return err;
	}
	*ret = places;
	*len_ret = len;
	return NULL;
}

void ij_gdb_breaks_renew(struct ij_gdb *g)
{
	uint64_t generation = ij_debugger_generation(g->debugger);

	if (g->generation == generation)
		return;
	g->generation = generation;
	IJ_LIST_EACH (&g->breaks, it) {
		struct ij_error *err = ij_gdb_break_place(g, *it, NULL, NULL);

		/* It may come back with a library. */
		ij_error_free(err);
	}
}

static bool is_true(struct ij_gdb *g, struct ij_gdb_break *it)
{
	int64_t value;
	struct ij_error *err = ij_gdb_number(g, it->condition, &value);

	if (!err)
		return value;
	fflush(stdout);
	fprintf(stderr, "Error in testing condition for breakpoint %u:\n%s\n", it->id,
		ij_error_message(err));
	ij_error_free(err);
	return true;
}

bool ij_gdb_break_hit(void *ctx, unsigned id)
{
	struct ij_gdb *g = ctx;
	struct ij_gdb_break *it = ij_gdb_break_find(g, id);

	if (!it || it->disabled)
		return false;
	if (it->condition && !is_true(g, it))
		return false;
	it->hits++;
	if (!it->ignore)
		return true;
	it->ignore--;
	return false;
}

void ij_gdb_breaks_met(struct ij_gdb *g, const struct ij_debugger_event *event)
{
	for (unsigned i = 0; i < event->hits_len; i++) {
		struct ij_gdb_break *it = ij_gdb_break_find(g, event->hits[i]);

		if (it && it->temporary)
			ij_gdb_break_delete(g, it->id);
	}
}

struct ij_error *ij_gdb_breaks_commands(struct ij_gdb *g, const struct ij_debugger_event *event)
{
	for (unsigned i = 0; i < event->hits_len; i++) {
		struct ij_gdb_break *it = ij_gdb_break_find(g, event->hits[i]);
		struct ij_gdb_lines copy = {{0}};
		struct ij_error *err = NULL;

		if (!it || !it->commands.list.len)
			continue;
		/* They may delete the breakpoint. */
		IJ_LIST_EACH (&it->commands.list, line) {
			char *text = strdup(*line);

			if (!err)
				err = text ? ij_list_push(&copy.list, text) : ij_cli_nomem();
		}
		if (!err)
			err = ij_gdb_run_lines(g, &copy);
		ij_gdb_lines_deinit(&copy);
		IJ_CLI_TRY(err);
	}
	return NULL;
}
