/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where names are: info scope, info address (gdb/tracepoint.c, info_scope_command;
 * gdb/printcmd.c, info_address_command). */
#include <string.h>

#include "interject/listing.h"
#include "repl/gdb/subs.h"
#include "repl/gdb/symbols.h"

struct scope {
	const char *title; /* what was asked for */
	unsigned count;
};

static void tell_variable(void *ctx, const struct ij_debugger_where *where)
{
	struct scope *scope = ctx;

	if (!scope->count++)
		printf("Scope for %s:\n", scope->title);
	printf("Symbol %s is ", where->name);
	if (where->text)
		fputs(where->text, stdout);
	else if (where->addr)
		printf("in static storage at address 0x%llx", (unsigned long long)where->addr);
	else
		printf("optimized out");
	if (where->text || where->addr)
		printf(", length %llu", (unsigned long long)where->size);
	printf(".\n");
}

IJ_GDB_DO(info_scope)
{
	struct scope scope = {.title = args};
	struct ij_debugger_place *places;
	const char *file = NULL;
	struct ij_error *err;
	unsigned line = 0;
	uint64_t addr;
	size_t len;

	if (!*args)
		return IJ_GDB_TEXT(
			USAGE, "requires an argument (function, line or *addr) to define a scope");
	ij_gdb_here(g, &file, &line);
	IJ_CLI_TRY(ij_debugger_locate(g->debugger, args, file, line, true, &places, &len));
	addr = places[0].addr;
	free(places);
	err = ij_debugger_scope(g->debugger, addr, tell_variable, &scope);
	if (err && ij_error_code_of(err) != IJ_ERR_NOTFOUND)
		return err;
	ij_error_free(err);
	if (!scope.count)
		printf("Scope for %s contains no locals or arguments.\n", args);
	return NULL;
}

/* ---- info address ---- */

struct wanted {
	const char *name;
	bool told;
};

static void tell_if_wanted(void *ctx, const struct ij_debugger_where *where)
{
	struct wanted *wanted = ctx;

	if (wanted->told || strcmp(wanted->name, where->name) != 0)
		return;
	wanted->told = true;
	printf("Symbol \"%s\" is ", where->name);
	if (where->text)
		printf("%s.\n", where->text);
	else if (where->addr)
		printf("static storage at address 0x%llx.\n", (unsigned long long)where->addr);
	else
		printf("optimized out.\n");
}

/* A variable of the selected frame. */
static struct ij_error *tell_local(struct ij_gdb *g, const char *name, bool *told)
{
	struct wanted wanted = {.name = name};
	struct ij_debugger_frame frame;
	struct ij_error *err;

	if (ij_debugger_state_of(g->debugger) != IJ_DEBUGGER_STOPPED)
		return NULL;
	err = ij_debugger_frame(g->debugger, ij_debugger_selected(g->debugger), &frame);
	/* A return address may be that of the next function. */
	if (!err)
		err = ij_debugger_scope(g->debugger, frame.pc - (frame.level ? 1 : 0),
					tell_if_wanted, &wanted);
	if (ij_error_code_of(err) == IJ_ERR_NOTFOUND) {
		ij_error_free(err);
		err = NULL;
	}
	*told = wanted.told;
	return err;
}

/* Tell of the first definition of that name; whether there is one. */
static struct ij_error *tell_defined(struct ij_gdb *g, const char *name,
				     enum ij_debugger_defined what, bool *told)
{
	const struct ij_debugger_definition *it;
	struct ij_debugger_definitions *list;

	IJ_CLI_TRY(ij_gdb_named(g, name, what, &list));
	it = ij_debugger_definition(list, 0);
	*told = it;
	if (it && !it->file)
		printf("Symbol \"%s\" is at 0x%llx in a file compiled without debugging.\n", name,
		       (unsigned long long)it->addr);
	else if (it && it->is_thread_local)
		printf("Symbol \"%s\" is a thread-local variable at offset 0x%llx in the "
		       "thread-local storage for `%s'.\n",
		       name, (unsigned long long)it->addr, it->module);
	else if (it && it->addr)
		printf("Symbol \"%s\" is %s address 0x%llx.\n", name,
		       what == IJ_DEBUGGER_FUNCTIONS ? "a function at" : "static storage at",
		       (unsigned long long)it->addr);
	else if (it)
		printf("Symbol \"%s\" is optimized out.\n", name);
	ij_debugger_definitions_free(list);
	return NULL;
}

/* What only a library has, or will have. */
static bool tell_linkage(struct ij_gdb *g, const char *name)
{
	struct ij_debugger_place *places;
	struct ij_error *err;
	size_t len;

	err = ij_debugger_locate(g->debugger, name, NULL, 0, false, &places, &len);
	if (err) {
		ij_error_free(err);
		return false;
	}
	if (places[0].addr)
		printf("Symbol \"%s\" is at 0x%llx in a file compiled without debugging.\n", name,
		       (unsigned long long)places[0].addr);
	len = places[0].addr ? len : 0;
	free(places);
	return len;
}

IJ_GDB_DO(info_address)
{
	bool told = false;

	if (!*args)
		return IJ_GDB_TEXT(USAGE, "Argument required.");
	IJ_CLI_TRY(tell_local(g, args, &told));
	if (!told)
		IJ_CLI_TRY(tell_defined(g, args, IJ_DEBUGGER_FUNCTIONS, &told));
	if (!told)
		IJ_CLI_TRY(tell_defined(g, args, IJ_DEBUGGER_VARIABLES, &told));
	if (!told && !tell_linkage(g, args))
		return IJ_GDB_TEXT(NOTFOUND, "No symbol \"%s\" in current context.", args);
	return NULL;
}
