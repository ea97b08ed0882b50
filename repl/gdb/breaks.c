/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The list of breakpoints, and what happens at them. */
#include "repl/gdb/breaks.h"

#include <ctype.h>
#include <string.h>

#include "repl/gdb/threads.h"

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
	free(it->given);
	free(it->condition);
	free(it->print);
	free(it->what);
	free(it->value);
	free(it->old);
	free(it->program);
	free(it->instance);
	ij_list_deinit(&it->numbers);
	ij_gdb_lines_deinit(&it->commands);
	ij_list_deinit(&it->addrs);
	free(it);
}

void ij_gdb_break_changed(struct ij_gdb *g, const struct ij_gdb_break *it,
			  enum ij_gdb_change change)
{
	if (g->observer)
		g->observer->breakpoint(g->observer->ctx, it, change);
}

void ij_gdb_break_delete(struct ij_gdb *g, unsigned id)
{
	const struct ij_gdb_break *it = ij_gdb_break_find(g, id);

	if (!it)
		return;
	ij_gdb_break_changed(g, it, IJ_GDB_DELETED);
	ij_gdb_break_drop(g, id);
}

void ij_gdb_break_drop(struct ij_gdb *g, unsigned id)
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

/* Is place @idx of @it passed over? */
static bool is_off(const struct ij_gdb_break *it, size_t idx)
{
	return idx < IJ_GDB_BREAK_PLACES_MAX && it->off >> idx & 1;
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

	if (it->kind == IJ_GDB_BREAK_EVENT)
		return ij_gdb_catch_place(g, it);
	if (it->kind != IJ_GDB_BREAK_CODE)
		return ij_gdb_watch_place(g, it);
	ij_gdb_here(g, &file, &line);
	IJ_CLI_TRY(ij_debugger_locate(g->debugger, it->spec, file, line, true, &places, &len));
	ij_debugger_unbreak(g->debugger, it->id);
	it->addrs.len = 0;
	err = NULL;
	for (size_t i = 0; i < len && !err; i++) {
		if (!places[i].addr)
			continue;
		err = ij_list_push(&it->addrs, places[i].addr);
		if (!err && !it->disabled && !it->invalid && !is_off(it, it->addrs.len - 1))
			err = ij_debugger_break(g->debugger, it->id, places[i].addr);
	}
	free(it->instance);
	it->instance = !err && len && places[0].instance ? strdup(places[0].instance) : NULL;
	if (!err && len) {
		struct ij_text what = {0};
		char *name = NULL;

		if (it->instance)
			name = strdup(it->instance);
		else if (places[0].function)
			err = ij_debugger_title(g->debugger, places[0].addr, &name);
		if (name)
			ij_text_printf(&what, "in %s", name);
		free(name);
		if (places[0].file)
			ij_text_printf(&what, " at %s:%u", places[0].file, places[0].line);
		free(it->what);
		it->what = NULL;
		if (!err)
			err = ij_text_take(&what, &it->what);
		else
			ij_text_deinit(&what);
	}
	if (err || !ret) {
		free(places);
		return err;
	}
	*ret = places;
	*len_ret = len;
	return NULL;
}

/* The place that a spec without a file means must not change with what is looked at. */
static struct ij_error *make_whole(struct ij_gdb_break *it, const struct ij_debugger_place *place)
{
	const char *pos = it->spec;
	char *whole;

	if (!isdigit((unsigned char)*pos) && *pos != '+' && *pos != '-')
		return NULL;
	if (*pos == '-' && !isdigit((unsigned char)pos[1]))
		return NULL;
	if (strchr(pos, ':') || !place->path)
		return NULL;
	if (asprintf(&whole, "%s:%u", place->path, place->line) < 0)
		return ij_cli_nomem();
	free(it->spec);
	it->spec = whole;
	return NULL;
}

/* The spec of where the program stands. */
static struct ij_error *spec_of_here(struct ij_gdb *g, char **ret)
{
	struct ij_debugger_frame frame;
	struct ij_error *err =
		ij_debugger_frame(g->debugger, ij_debugger_selected(g->debugger), &frame);

	if (err) {
		ij_error_free(err);
		return IJ_GDB_TEXT(USAGE, "No default breakpoint address now.");
	}
	return asprintf(ret, "*0x%llx", (unsigned long long)frame.pc) < 0 ? ij_cli_nomem() : NULL;
}

static struct ij_error *fill(struct ij_gdb *g, const struct ij_gdb_break_how *how,
			     struct ij_gdb_break *it)
{
	*it = (struct ij_gdb_break){.id = g->next_break,
				    .ignore = how->ignore,
				    .temporary = how->temporary,
				    .hardware = how->hardware,
				    .disabled = how->disabled,
				    .thread = how->thread,
				    .catches = how->catches};
	if (how->spec)
		it->spec = strdup(how->spec);
	else
		IJ_CLI_TRY(spec_of_here(g, &it->spec));
	if (how->given)
		it->given = strdup(how->given);
	if (how->condition)
		it->condition = strdup(how->condition);
	if (how->print)
		it->print = strdup(how->print);
	if (!it->spec || (how->given && !it->given) || (how->condition && !it->condition) ||
	    (how->print && !it->print))
		return ij_cli_nomem();
	return NULL;
}

/* Have it at its places that are not passed over. */
static void insert(struct ij_gdb *g, const struct ij_gdb_break *it)
{
	for (size_t i = 0; i < it->addrs.len; i++)
		if (!it->invalid && it->kind == IJ_GDB_BREAK_CODE && !is_off(it, i))
			ij_error_free(ij_debugger_break(g->debugger, it->id, it->addrs.items[i]));
}

/* Whether @condition means something where @it is. @forced: that it does not is but told. */
static struct ij_error *check(struct ij_gdb *g, struct ij_gdb_break *it, const char *condition,
			      bool forced)
{
	struct ij_error *err = NULL;
	bool was = it->invalid;

	if (condition && it->addrs.len) {
		err = ij_debugger_check(g->debugger, condition, it->addrs.items[0]);
	} else if (condition && it->kind != IJ_GDB_BREAK_CODE) {
		struct ij_datum *datum = NULL;

		err = ij_debugger_eval(g->debugger, condition, &g->call, IJ_DEBUGGER_DRY, &datum);
		ij_datum_free(datum);
	}
	if (err && !forced) {
		/* That a name is not known does not mean that the place may come yet. */
		struct ij_error *told = IJ_GDB_TEXT(TYPE, "%s", ij_error_message(err));

		ij_error_free(err);
		return told;
	}
	it->invalid = err;
	if (err) {
		fflush(stdout);
		fprintf(stderr,
			"warning: failed to validate condition at location 1, disabling:\n  %s\n",
			ij_error_message(err));
		ij_debugger_unbreak(g->debugger, it->id);
	} else if (was) {
		printf("Breakpoint %u's condition is now valid at location 1, enabling.\n", it->id);
		if (!it->disabled)
			insert(g, it);
	}
	ij_error_free(err);
	return NULL;
}

struct ij_error *ij_gdb_no_code(const char *spec, const struct ij_debugger_place *place)
{
	if (strchr(spec, ':'))
		return IJ_GDB_TEXT(NOTFOUND, "No line %u in file \"%s\".", place->line,
				   place->file ? place->file : "");
	return IJ_GDB_TEXT(NOTFOUND, "No line %u in the current file.", place->line);
}

/* Have it somewhere, or nowhere yet. */
static struct ij_error *settle(struct ij_gdb *g, const struct ij_gdb_break_how *how,
			       struct ij_gdb_break *it, struct ij_debugger_place **places_ret,
			       size_t *len_ret)
{
	struct ij_debugger_place *places = NULL;
	size_t len = 0;
	struct ij_error *err = ij_gdb_break_place(g, it, &places, &len);

	if (!err && (!len || (!places[0].addr && *it->spec != '*')))
		err = ij_gdb_no_code(it->spec, &places[0]);
	if (!err)
		err = make_whole(it, &places[0]);
	if (ij_error_code_of(err) == IJ_ERR_NOTFOUND && how->pending) {
		ij_error_free(err);
		err = NULL;
		len = 0;
	}
	if (!err && len)
		err = check(g, it, it->condition, how->forced);
	if (err) {
		free(places);
		return err;
	}
	*places_ret = places;
	*len_ret = len;
	return NULL;
}

struct ij_error *ij_gdb_break_new(struct ij_gdb *g, const struct ij_gdb_break_how *how,
				  struct ij_debugger_place **places_ret, size_t *len_ret,
				  struct ij_gdb_break **ret)
{
	struct ij_gdb_break *it = malloc(sizeof(*it));
	struct ij_debugger_place *places = NULL;
	struct ij_error *err = it ? fill(g, how, it) : ij_cli_nomem();

	if (!err)
		err = settle(g, how, it, &places, len_ret);
	if (!err)
		err = ij_list_push(&g->breaks, it);
	if (err) {
		if (it) {
			ij_debugger_unbreak(g->debugger, it->id);
			destroy(it);
		}
		free(places);
		return err;
	}
	g->next_break++;
	ij_error_free(ij_debugger_set_integer(g->debugger, "$bpnum", it->id));
	*places_ret = places;
	*ret = it;
	return NULL;
}

struct ij_error *ij_gdb_break_condition(struct ij_gdb *g, struct ij_gdb_break *it,
					const char *condition, bool forced)
{
	char *copy;

	IJ_CLI_TRY(check(g, it, condition, forced));
	copy = condition ? strdup(condition) : NULL;
	if (condition && !copy)
		return ij_cli_nomem();
	free(it->condition);
	it->condition = copy;
	ij_gdb_break_changed(g, it, IJ_GDB_MODIFIED);
	return NULL;
}

void ij_gdb_break_commands(struct ij_gdb *g, struct ij_gdb_break *it, struct ij_gdb_lines *body)
{
	ij_gdb_lines_deinit(&it->commands);
	it->silent = body->list.len && !strcmp(body->list.items[0], "silent");
	if (it->silent) {
		free(body->list.items[0]);
		memmove(body->list.items, body->list.items + 1,
			(body->list.len - 1) * sizeof(*body->list.items));
		body->list.len--;
	}
	it->commands = *body;
	ij_gdb_break_changed(g, it, IJ_GDB_MODIFIED);
}

void ij_gdb_break_enable(struct ij_gdb *g, struct ij_gdb_break *it, bool on)
{
	if (it->disabled == !on)
		return;
	it->disabled = !on;
	if (!on)
		ij_debugger_unbreak(g->debugger, it->id);
	else if (it->kind != IJ_GDB_BREAK_CODE)
		ij_error_free(ij_gdb_break_place(g, it, NULL, NULL));
	if (on)
		insert(g, it);
	ij_gdb_break_changed(g, it, IJ_GDB_MODIFIED);
}

void ij_gdb_break_enable_place(struct ij_gdb *g, struct ij_gdb_break *it, size_t idx, bool on)
{
	it->off = on ? it->off & ~(1ull << idx) : it->off | 1ull << idx;
	ij_debugger_unbreak(g->debugger, it->id);
	if (!it->disabled)
		insert(g, it);
	ij_gdb_break_changed(g, it, IJ_GDB_MODIFIED);
}

unsigned ij_gdb_break_place_of(struct ij_gdb *g, const struct ij_gdb_break *it)
{
	struct ij_debugger_frame frame;
	struct ij_error *err;

	if (it->addrs.len < 2)
		return 0;
	err = ij_debugger_frame(g->debugger, 0, &frame);
	ij_error_free(err);
	for (size_t i = 0; !err && i < it->addrs.len; i++)
		if (it->addrs.items[i] == frame.pc)
			return (unsigned)i + 1;
	return 0;
}

void ij_gdb_breaks_ended(struct ij_gdb *g)
{
	for (size_t i = g->breaks.len; i-- > 0;) {
		const struct ij_gdb_break *it = g->breaks.items[i];

		if (!it->thread)
			continue;
		printf("Thread-specific breakpoint %u deleted - thread %u no longer in the thread "
		       "list.\n",
		       it->id, it->thread);
		ij_gdb_break_delete(g, it->id);
	}
}

void ij_gdb_breaks_renew(struct ij_gdb *g)
{
	uint64_t generation = ij_debugger_generation(g->debugger);

	if (g->generation == generation)
		return;
	g->generation = generation;
	IJ_LIST_EACH (&g->breaks, it) {
		uint64_t was = (*it)->addrs.len ? (*it)->addrs.items[0] : 0;
		struct ij_error *err = ij_gdb_break_place(g, *it, NULL, NULL);

		/* It may come back with a library. */
		ij_error_free(err);
		if (was != ((*it)->addrs.len ? (*it)->addrs.items[0] : 0))
			ij_gdb_break_changed(g, *it, IJ_GDB_MODIFIED);
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

/* What a dprintf says where it is met. */
static void print(struct ij_gdb *g, const struct ij_gdb_break *it)
{
	char *args = strdup(it->print);
	struct ij_error *err = args ? ij_gdb_do_printf(g, args) : ij_cli_nomem();

	fflush(stdout);
	if (err)
		fprintf(stderr, "%s\n", ij_error_message(err));
	ij_error_free(err);
	free(args);
}

bool ij_gdb_break_hit(void *ctx, unsigned id)
{
	struct ij_gdb *g = ctx;
	struct ij_gdb_break *it = ij_gdb_break_find(g, id);
	bool ignored;

	if (!it || it->disabled)
		return false;
	if (ij_gdb_break_is_watch(it) && !ij_gdb_watch_hit(g, it))
		return false;
	if (it->ended)
		return true;
	if (it->thread && it->thread != ij_gdb_thread_number(g, ij_debugger_current(g->debugger)))
		return false;
	if (it->condition && !is_true(g, it))
		return false;
	ignored = it->ignore;
	it->hits++;
	it->ignore -= it->ignore ? 1 : 0;
	ij_gdb_break_changed(g, it, IJ_GDB_MODIFIED);
	if (!it->print || ignored)
		return !ignored;
	print(g, it);
	return false;
}

void ij_gdb_breaks_met(struct ij_gdb *g, const struct ij_debugger_event *event)
{
	for (unsigned i = 0; i < event->hits_len; i++) {
		struct ij_gdb_break *it = ij_gdb_break_find(g, event->hits[i]);

		if (!it)
			continue;
		if (it->kind == IJ_GDB_BREAK_EVENT)
			it->child = event->caught.child;
		if (it->once == IJ_GDB_ONCE_COUNT && it->left > 1)
			it->left--;
		else if (it->once == IJ_GDB_ONCE_COUNT || it->once == IJ_GDB_ONCE_DISABLE)
			ij_gdb_break_enable(g, it, false);
		if (it->temporary || it->ended || it->once == IJ_GDB_ONCE_DELETE)
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
