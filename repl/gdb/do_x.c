/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* x: memory in units (gdb/printcmd.c, do_examine). */
#include <string.h>

#include "repl/gdb/gdb.h"

enum { COUNT_MAX = 65536 };

struct unit {
	char letter, size;
	const char *type; /* of C */
	unsigned bytes, per_line;
};

static struct unit unit_of(char letter, char size)
{
	static const char *const unsigned_types[] = {"unsigned char", "unsigned short",
						     "unsigned int", "unsigned long"};
	static const char *const signed_types[] = {"signed char", "short", "int", "long"};
	struct unit unit = {letter, size, NULL, 0, 0};
	unsigned idx;

	if (letter == 'a')
		unit.size = 'g';
	else if (letter == 'c' && (!size || size == 'w'))
		unit.size = 'b';
	else if (letter == 'f' && size != 'w')
		unit.size = 'g';
	else if (!size)
		unit.size = 'w';
	idx = unit.size == 'b' ? 0 : unit.size == 'h' ? 1 : unit.size == 'w' ? 2 : 3;
	unit.bytes = 1u << idx;
	if (letter == 'f')
		unit.type = unit.bytes == 4 ? "float" : "double";
	else
		unit.type =
			letter == 'd' || letter == 'c' ? signed_types[idx] : unsigned_types[idx];
	if (letter == 'c' && !idx)
		unit.type = "char";
	unit.per_line = unit.bytes == 8 ? 2 : unit.bytes == 4 ? 4 : 8;
	if (letter == 't')
		unit.per_line = unit.bytes == 8 ? 1 : unit.bytes == 4 ? 2 : unit.bytes == 2 ? 8 : 8;
	return unit;
}

/* Print the value of @expr, in @before and @after. */
static struct ij_error *show(struct ij_gdb *g, const char *expr, const struct ij_datum_how *how,
			     const char *before, const char *after)
{
	struct ij_datum *datum;
	struct ij_error *err;
	char *text;

	IJ_CLI_TRY(ij_gdb_eval(g, expr, &datum));
	err = ij_datum_text(g->debugger, datum, how, &text);
	ij_datum_free(datum);
	if (err)
		return err;
	printf("%s%s%s", before, text, after);
	free(text);
	return NULL;
}

/* "0x4010 <buf+4>:" */
static struct ij_error *label(struct ij_gdb *g, uint64_t addr)
{
	struct ij_datum_how how;
	char expr[48];

	snprintf(expr, sizeof(expr), "(void *)0x%llx", (unsigned long long)addr);
	ij_gdb_how(g, 0, &how);
	how.bare = true;
	how.no_address = how.no_symbol = false;
	return show(g, expr, &how, "", ":");
}

static struct ij_error *one(struct ij_gdb *g, const struct unit *unit, uint64_t addr)
{
	char letter = unit->letter == 'x' ? 'z' : unit->letter;
	struct ij_datum_how how;
	char expr[64];

	snprintf(expr, sizeof(expr), "*(%s *)0x%llx", unit->type, (unsigned long long)addr);
	ij_gdb_how(g, letter == 'f' || letter == 'd' || letter == 'u' ? 0 : letter, &how);
	if (letter == 'd' || letter == 'u')
		how.format = letter;
	return show(g, expr, &how, "\t", "");
}

static struct ij_error *units(struct ij_gdb *g, const struct unit *unit, uint64_t addr,
			      int64_t count)
{
	for (int64_t i = 0; i < count; i++) {
		struct ij_error *err = NULL;

		if (i % unit->per_line == 0) {
			if (i)
				putchar('\n');
			err = label(g, addr);
		}
		if (!err)
			err = one(g, unit, addr);
		if (err) {
			if (i % unit->per_line)
				putchar('\n');
			else
				fputs("\t", stdout);
			return err;
		}
		addr += unit->bytes;
		if (g->interrupted)
			break;
	}
	putchar('\n');
	return ij_debugger_set_integer(g->debugger, "$_", (int64_t)(addr - unit->bytes));
}

static struct ij_error *strings(struct ij_gdb *g, uint64_t *addr, int64_t count)
{
	for (int64_t i = 0; i < count && !g->interrupted; i++) {
		struct ij_datum_how how;
		struct ij_datum *datum;
		struct ij_error *err;
		char expr[48], *text, *raw;
		const char *quoted;

		IJ_CLI_TRY(label(g, *addr));
		snprintf(expr, sizeof(expr), "(char *)0x%llx", (unsigned long long)*addr);
		IJ_CLI_TRY(ij_gdb_eval(g, expr, &datum));
		ij_gdb_how(g, 0, &how);
		how.no_symbol = true;
		err = ij_datum_string(g->debugger, datum, how.elements ? how.elements : 1 << 20,
				      &raw);
		if (!err)
			err = ij_datum_text(g->debugger, datum, &how, &text);
		else
			raw = NULL;
		ij_datum_free(datum);
		if (err) {
			free(raw);
			putchar('\t');
			return err;
		}
		quoted = strchr(text, ' ');
		printf("\t%s\n", quoted ? quoted + 1 : text);
		*addr += strlen(raw) + (strlen(raw) < how.elements || !how.elements);
		free(text);
		free(raw);
	}
	return NULL;
}

/* "=> 0x1139 <main>:\tpush   %rbp" */
static struct ij_error *instructions(struct ij_gdb *g, uint64_t *addr, int64_t count)
{
	struct ij_debugger_frame frame = {.pc = 0};
	uint64_t last = *addr;

	if (ij_debugger_state_of(g->debugger) == IJ_DEBUGGER_STOPPED)
		ij_error_free(
			ij_debugger_frame(g->debugger, ij_debugger_selected(g->debugger), &frame));
	for (int64_t i = 0; i < count && !g->interrupted; i++) {
		unsigned size;
		char *text;

		fputs(frame.pc == *addr && frame.pc ? "=> " : "   ", stdout);
		IJ_CLI_TRY(label(g, *addr));
		IJ_CLI_TRY(ij_gdb_instruction(g, *addr, &text, &size));
		printf("\t%s\n", text);
		free(text);
		last = *addr;
		*addr += size;
	}
	return ij_debugger_set_integer(g->debugger, "$_", (int64_t)last);
}

struct ij_error *ij_gdb_examine(struct ij_gdb *g, const char *expr,
				const struct ij_gdb_format *format, uint64_t *next_ret)
{
	struct ij_datum *datum;
	struct unit unit;
	int64_t value;
	uint64_t addr = 0;
	struct ij_error *err;

	IJ_CLI_TRY(ij_gdb_eval(g, expr, &datum));
	/* An array is where it is, any other value is an address. */
	if (ij_datum_integer(datum, &value))
		addr = (uint64_t)value;
	else
		(void)ij_datum_address(datum, &addr);
	ij_datum_free(datum);
	if (format->letter == 'i' || format->letter == 's') {
		err = format->letter == 'i' ? instructions(g, &addr, format->count)
					    : strings(g, &addr, format->count);
	} else {
		unit = unit_of(format->letter, format->size);
		err = units(g, &unit, addr, format->count);
		addr += (uint64_t)format->count * unit.bytes;
	}
	*next_ret = addr;
	return err;
}

IJ_GDB_DO(x)
{
	struct ij_gdb_format format;
	uint64_t addr = 0;
	struct ij_error *err;

	IJ_CLI_TRY(ij_gdb_format(&args, &format));
	if (format.letter)
		g->x_format = format.letter;
	if (format.size)
		g->x_size = format.size;
	if (!g->x_format)
		g->x_format = 'x';
	if (format.count < 0 || format.count > COUNT_MAX)
		return IJ_GDB_TEXT(LIMIT, "Cannot examine %lld units.", (long long)format.count);
	if (!*args && !g->x_next)
		return IJ_GDB_TEXT(USAGE, "Argument required (starting display address).");
	format.letter = g->x_format;
	format.size = g->x_size;
	err = ij_gdb_examine(g, *args ? args : g->x_next, &format, &addr);
	if (err)
		return err;
	free(g->x_next);
	if (asprintf(&g->x_next, "0x%llx", (unsigned long long)addr) < 0) {
		g->x_next = NULL;
		return ij_cli_nomem();
	}
	return NULL;
}
