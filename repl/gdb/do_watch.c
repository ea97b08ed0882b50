/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* watch, rwatch, awatch (gdb/breakpoint.c, watch_command_1, print_it_watchpoint). */
#include <ctype.h>
#include <string.h>

#include "repl/gdb/breaks.h"
#include "repl/gdb/subs.h"

enum { RED_ZONE = 128 }; /* bytes: System V psABI AMD64 1.0, 3.2.2 */

static const struct kind {
	const char *title, *row;
	bool reads;
} kinds[] = {
	[IJ_GDB_BREAK_WRITE] = {"Hardware watchpoint", "hw watchpoint", false},
	[IJ_GDB_BREAK_READ] = {"Hardware read watchpoint", "read watchpoint", true},
	[IJ_GDB_BREAK_ACCESS] = {"Hardware access (read/write) watchpoint", "acc watchpoint", true},
};

const char *ij_gdb_watch_row(const struct ij_gdb_break *it)
{
	return kinds[it->kind].row;
}

/* The value of the expression as text, in the frame that it is of. */
static struct ij_error *value_of(struct ij_gdb *g, const struct ij_gdb_break *it, char **ret,
				 uint64_t *addr_ret, uint64_t *size_ret)
{
	unsigned was = ij_debugger_selected(g->debugger);
	struct ij_debugger_frame frame;
	struct ij_datum_how how;
	struct ij_datum *datum;
	struct ij_error *err = NULL;

	for (unsigned i = 0; it->cfa && !err; i++) {
		err = ij_debugger_frame(g->debugger, i, &frame);
		if (!err && frame.cfa == it->cfa && !frame.inlined) {
			err = ij_debugger_select(g->debugger, i);
			break;
		}
	}
	if (!err)
		err = ij_gdb_eval(g, it->spec, &datum);
	if (it->cfa)
		ij_error_free(ij_debugger_select(g->debugger, was));
	IJ_CLI_TRY(err);
	ij_gdb_how(g, 0, &how);
	if (!ij_datum_address(datum, addr_ret))
		err = IJ_GDB_TEXT(UNSUPPORTED, "Cannot watch `%s': it is not in memory.", it->spec);
	*size_ret = ij_datum_size(datum);
	if (!err)
		err = ij_datum_text(g->debugger, datum, &how, ret);
	ij_datum_free(datum);
	return err;
}

/* One of the stack is good for as long as the frame lives: at its caller it ends. */
static struct ij_error *bind_frame(struct ij_gdb *g, struct ij_gdb_break *it, uint64_t addr)
{
	unsigned level = ij_debugger_selected(g->debugger);
	struct ij_debugger_frame frame, outer;
	struct ij_error *err;
	int64_t sp;

	err = ij_debugger_frame(g->debugger, level, &frame);
	if (!err)
		err = ij_debugger_frame(g->debugger, level + 1, &outer);
	if (!err)
		err = ij_gdb_number(g, "(long)$sp", &sp);
	/* Without frames it is none of theirs; the outermost one does not end. */
	if (err) {
		ij_error_free(err);
		return NULL;
	}
	/* A function that calls nothing has its variables below the stack pointer, too. */
	if (addr + RED_ZONE < (uint64_t)sp || addr >= frame.cfa)
		return NULL;
	it->cfa = frame.cfa;
	it->back = outer.pc;
	return ij_list_push(&it->addrs, outer.pc);
}

struct ij_error *ij_gdb_watch_place(struct ij_gdb *g, struct ij_gdb_break *it)
{
	uint64_t addr, size;
	struct ij_error *err;
	char *text;

	ij_debugger_unbreak(g->debugger, it->id);
	IJ_CLI_TRY(value_of(g, it, &text, &addr, &size));
	free(it->value);
	it->value = text;
	if (it->disabled)
		return NULL;
	err = ij_debugger_watch(g->debugger, it->id, addr, size, kinds[it->kind].reads);
	if (!err && it->back)
		err = ij_debugger_break(g->debugger, it->id, it->back);
	return err;
}

/* Has the frame returned? */
static bool has_ended(struct ij_gdb *g, const struct ij_gdb_break *it)
{
	struct ij_debugger_frame frame;
	struct ij_error *err = ij_debugger_frame(g->debugger, 0, &frame);
	bool ended = !err && it->back && frame.pc == it->back && frame.cfa > it->cfa;

	ij_error_free(err);
	return ended;
}

bool ij_gdb_watch_hit(struct ij_gdb *g, struct ij_gdb_break *it)
{
	uint64_t addr, size;
	struct ij_error *err;
	char *text;
	bool changed;

	it->ended = has_ended(g, it);
	if (it->ended)
		return true;
	err = value_of(g, it, &text, &addr, &size);
	if (err) {
		ij_error_free(err);
		return false;
	}
	changed = !it->value || strcmp(text, it->value) != 0;
	free(it->old);
	it->old = changed ? it->value : NULL;
	if (!changed)
		free(it->value);
	it->value = text;
	return it->kind == IJ_GDB_BREAK_WRITE  ? changed
	       : it->kind == IJ_GDB_BREAK_READ ? !changed
					       : true;
}

void ij_gdb_watch_tell(struct ij_gdb_break *it)
{
	if (it->ended) {
		printf("Watchpoint %u deleted because the program has left the block in\n"
		       "which its expression is valid.\n",
		       it->id);
		return;
	}
	printf("%s %u: %s\n\n", kinds[it->kind].title, it->id, it->spec);
	if (it->old)
		printf("Old value = %s\nNew value = %s\n", it->old, it->value);
	else
		printf("Value = %s\n", it->value);
}

/* `-location x`: what is there now, whatever x means later. */
static struct ij_error *locate(struct ij_gdb *g, struct ij_gdb_break *it, const char *expr)
{
	struct ij_datum *datum;
	struct ij_error *err;
	char *type = NULL, *text = NULL;
	uint64_t addr = 0;

	IJ_CLI_TRY(ij_gdb_eval(g, expr, &datum));
	err = ij_datum_type(datum, &type);
	if (!err && !ij_datum_address(datum, &addr))
		err = IJ_GDB_TEXT(TYPE, "Attempt to take address of value not located in memory.");
	ij_datum_free(datum);
	if (!err && asprintf(&text, "*(%s *) 0x%llx", type, (unsigned long long)addr) < 0)
		err = ij_cli_nomem();
	free(type);
	if (err)
		return err;
	free(it->spec);
	it->spec = text;
	return NULL;
}

static struct ij_error *prepare(struct ij_gdb *g, struct ij_gdb_break *it, const char *expr,
				bool location)
{
	struct ij_datum *datum;
	uint64_t addr;
	bool placed;

	if (location)
		IJ_CLI_TRY(locate(g, it, expr));
	IJ_CLI_TRY(ij_gdb_eval(g, it->spec, &datum));
	placed = ij_datum_address(datum, &addr);
	ij_datum_free(datum);
	if (!placed && isdigit((unsigned char)*it->spec))
		return IJ_GDB_TEXT(TYPE, "Cannot watch constant value `%s'.", it->spec);
	if (placed && !location)
		IJ_CLI_TRY(bind_frame(g, it, addr));
	return ij_gdb_watch_place(g, it);
}

struct ij_error *ij_gdb_watch_new(struct ij_gdb *g, enum ij_gdb_break_kind kind, const char *expr,
				  const char *condition, bool location, struct ij_gdb_break **ret)
{
	struct ij_gdb_break *it = calloc(1, sizeof(*it));
	struct ij_error *err = NULL;

	if (!it)
		return ij_cli_nomem();
	*it = (struct ij_gdb_break){.id = g->next_break, .kind = kind, .spec = strdup(expr)};
	if (condition)
		it->condition = strdup(condition);
	if (location && asprintf(&it->given, "-location %s", expr) < 0)
		it->given = NULL;
	if (!it->spec || (condition && !it->condition) || (location && !it->given))
		err = ij_cli_nomem();
	if (!err)
		err = ij_list_push(&g->breaks, it);
	if (err) {
		free(it->spec);
		free(it->condition);
		free(it->given);
		free(it);
		return err;
	}
	err = prepare(g, it, expr, location);
	if (err) {
		ij_gdb_break_drop(g, it->id);
		return err;
	}
	g->next_break++;
	ij_error_free(ij_debugger_set_integer(g->debugger, "$bpnum", it->id));
	*ret = it;
	return NULL;
}

static struct ij_error *watch(struct ij_gdb *g, char *args, enum ij_gdb_break_kind kind)
{
	char *condition = ij_gdb_break_if(args);
	struct ij_gdb_break *it;
	bool location = false;

	if (condition) {
		*condition = 0;
		condition = ij_gdb_trim(condition + 2);
	}
	args = ij_gdb_trim(args);
	if (!strncmp(args, "-l", 2)) {
		location = true;
		(void)ij_gdb_word(&args);
	}
	if (!*args)
		return IJ_GDB_TEXT(USAGE, "Argument required (expression to compute).");
	IJ_CLI_TRY(ij_gdb_watch_new(g, kind, args, condition, location, &it));
	printf("%s %u: %s\n", kinds[kind].title, it->id, it->given ? it->given : it->spec);
	ij_gdb_break_changed(g, it, IJ_GDB_CREATED);
	return NULL;
}

IJ_GDB_DO(watch)
{
	return watch(g, args, IJ_GDB_BREAK_WRITE);
}

IJ_GDB_DO(rwatch)
{
	return watch(g, args, IJ_GDB_BREAK_READ);
}

IJ_GDB_DO(awatch)
{
	return watch(g, args, IJ_GDB_BREAK_ACCESS);
}
