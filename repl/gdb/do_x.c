/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* x: memory in units (gdb/printcmd.c, do_examine). */
#include <string.h>

#include "repl/gdb/gdb.h"

enum { COUNT_MAX = 1 << 24 };

struct unit {
	enum ij_debugger_word word;
	char letter; /* that it is shown by; 0: by its type */
	unsigned bytes, per_line;
};

static struct unit unit_of(char letter, char size)
{
	const unsigned log2 = size == 'b' ? 0 : size == 'h' ? 1 : size == 'w' ? 2 : 3;
	struct unit unit = {.word = IJ_DEBUGGER_INT8 + log2,
			    .letter = letter == 'x' ? 'z' : letter,
			    .bytes = 1u << log2,
			    .per_line = size == 'g'   ? 2
					: size == 'w' ? 4
						      : 8};

	/* There are no shorter numbers with a point. */
	if (letter == 'f') {
		unit.letter = log2 < 2 ? 'd' : 0;
		if (log2 >= 2)
			unit.word = log2 == 2 ? IJ_DEBUGGER_FLOAT : IJ_DEBUGGER_DOUBLE;
	}
	return unit;
}

/* What is printed of @datum by @letter. */
static struct ij_error *text_of(struct ij_gdb *g, const struct ij_datum *datum, char letter,
				char **ret)
{
	struct ij_datum_how how;

	ij_gdb_how(g, letter, &how);
	return ij_datum_text(g->debugger, datum, &how, ret);
}

/* @addr as a pointer of that type. */
static struct ij_error *pointer(struct ij_gdb *g, const char *type, uint64_t addr,
				struct ij_datum **ret)
{
	char expr[48];

	snprintf(expr, sizeof(expr), "(%s *)0x%llx", type, (unsigned long long)addr);
	return ij_gdb_eval(g, expr, ret);
}

struct ij_error *ij_gdb_address(struct ij_gdb *g, uint64_t addr, char **ret)
{
	ij_debugger_mangled(g->debugger,
			    !ij_gdb_is_on(&g->settings, IJ_GDB_SETTING_PRINT_ASM_DEMANGLE));
	return ij_debugger_address(g->debugger, addr, ret);
}

/* "0x4010 <buf+4>:" */
static struct ij_error *label(struct ij_gdb *g, uint64_t addr)
{
	char *text;

	IJ_CLI_TRY(ij_gdb_address(g, addr, &text));
	printf("%s:", text);
	free(text);
	return NULL;
}

/* What was examined last is `$__`, and `$_` points to it. @seen: it was read. */
static struct ij_error *examined(struct ij_gdb *g, struct ij_datum *datum, bool seen)
{
	struct ij_datum *other;
	struct ij_error *err;

	IJ_CLI_TRY(ij_datum_pointer(g->debugger, datum, &other));
	err = ij_debugger_set(g->debugger, "$_", other);
	ij_datum_free(other);
	IJ_CLI_TRY(err);
	if (seen)
		return ij_debugger_set(g->debugger, "$__", datum);
	IJ_CLI_TRY(ij_gdb_eval(g, "(void)0", &other));
	err = ij_debugger_set(g->debugger, "$__", other);
	ij_datum_free(other);
	return err;
}

static struct ij_error *one(struct ij_gdb *g, const struct unit *unit, uint64_t addr)
{
	struct ij_datum *datum;
	struct ij_error *err;
	char *text = NULL;

	IJ_CLI_TRY(ij_debugger_word(g->debugger, unit->word, addr, &datum));
	err = text_of(g, datum, unit->letter, &text);
	if (!err) {
		/* Of binary numbers all digits are shown. */
		const int pad = unit->letter == 't' ? (int)(8 * unit->bytes - strlen(text)) : 0;

		printf("\t%.*s%s", pad > 0 ? pad : 0,
		       "0000000000000000000000000000000000000000000000000000000000000000", text);
		err = examined(g, datum, true);
	}
	free(text);
	ij_datum_free(datum);
	return err;
}

static struct ij_error *units(struct ij_gdb *g, const struct unit *unit, uint64_t addr,
			      int64_t count)
{
	for (int64_t i = 0; i < count && !g->interrupted; i++) {
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
	}
	if (count)
		putchar('\n');
	return NULL;
}

/* Bytes of the string of @width bytes a character at @addr, up to its NUL, @max characters at most;
 * @ended_ret: it came to its NUL. */
static uint64_t string_size(struct ij_gdb *g, uint64_t addr, unsigned width, uint64_t max,
			    bool *ended_ret)
{
	uint64_t size = 0;

	*ended_ret = false;
	for (; size / width < max && !*ended_ret; size += width) {
		uint32_t unit = 0;
		struct ij_error *err = ij_debugger_read(g->debugger, addr + size, &unit, width);

		ij_error_free(err);
		if (err)
			break;
		*ended_ret = !unit;
	}
	return size;
}

static struct ij_error *string(struct ij_gdb *g, char size, uint64_t *addr)
{
	const unsigned width = size == 'h' ? 2 : size == 'w' ? 4 : 1;
	const uint64_t most = (uint64_t)g->settings.numbers[IJ_GDB_SETTING_PRINT_ELEMENTS];
	struct ij_datum *unit, *datum = NULL;
	struct ij_datum_how how;
	struct ij_error *err;
	char *text = NULL;
	bool ended;

	IJ_CLI_TRY(label(g, *addr));
	IJ_CLI_TRY(ij_debugger_word(g->debugger,
				    width == 2   ? IJ_DEBUGGER_CHAR16
				    : width == 4 ? IJ_DEBUGGER_CHAR32
						 : IJ_DEBUGGER_INT8,
				    *addr, &unit));
	err = examined(g, unit, false);
	if (!err)
		err = width == 1 ? pointer(g, "char", *addr, &datum)
				 : ij_datum_pointer(g->debugger, unit, &datum);
	ij_datum_free(unit);
	IJ_CLI_TRY(err);
	ij_gdb_how(g, 0, &how);
	how.no_symbol = how.bare = true;
	how.no_address = false;
	err = ij_debugger_read(g->debugger, *addr, &(uint32_t){0}, width);
	if (!err)
		err = ij_datum_text(g->debugger, datum, &how, &text);
	ij_datum_free(datum);
	if (err) {
		putchar('\t');
		return err;
	}
	printf("\t%s\n", strchr(text, ' ') ? strchr(text, ' ') + 1 : text);
	free(text);
	*addr += string_size(g, *addr, width, most ? most : UINT32_MAX, &ended);
	return NULL;
}

/* "=> 0x1139 <main>:\tpush   %rbp" */
static struct ij_error *instructions(struct ij_gdb *g, uint64_t *addr, int64_t count)
{
	struct ij_debugger_frame frame = {.pc = 0};
	struct ij_datum *datum;
	uint64_t last = *addr;
	struct ij_error *err;

	if (ij_debugger_state_of(g->debugger) == IJ_DEBUGGER_STOPPED)
		ij_error_free(
			ij_debugger_frame(g->debugger, ij_debugger_selected(g->debugger), &frame));
	for (int64_t i = 0; i < count && !g->interrupted; i++) {
		unsigned size;
		char *text;

		fputs(frame.pc == *addr && frame.pc ? "=> " : "   ", stdout);
		IJ_CLI_TRY(label(g, *addr));
		err = ij_gdb_instruction(g, *addr, &text, &size);
		if (err) {
			putchar('\t');
			return err;
		}
		printf("\t%s\n", text);
		free(text);
		last = *addr;
		*addr += size;
	}
	IJ_CLI_TRY(ij_debugger_word(g->debugger, IJ_DEBUGGER_INT8, last, &datum));
	err = examined(g, datum, false);
	ij_datum_free(datum);
	return err;
}

/* The instruction @count before @addr, as far as functions are known there. */
static struct ij_error *instructions_before(struct ij_gdb *g, uint64_t addr, int64_t count,
					    uint64_t *ret)
{
	IJ_LIST(uint64_t) starts = {NULL, 0};
	struct ij_error *err = NULL;

	while (count > 0 && !err) {
		uint64_t start = 0;
		unsigned size = 1;
		char *text;

		if (!ij_debugger_function(g->debugger, addr - 1, NULL, &start, NULL)) {
			err = IJ_GDB_TEXT(NOTFOUND,
					  "No line number information available for address "
					  "0x%llx",
					  (unsigned long long)addr - 1);
			break;
		}
		starts.len = 0;
		for (uint64_t at = start; at < addr && !err; at += size) {
			err = ij_gdb_instruction(g, at, &text, &size);
			if (err)
				break;
			free(text);
			err = ij_list_push(&starts, at);
		}
		if (err)
			break;
		addr = (size_t)count <= starts.len ? starts.items[starts.len - (size_t)count]
						   : start;
		count -= (int64_t)starts.len;
	}
	ij_list_deinit(&starts);
	*ret = addr;
	return err;
}

/* The address that @expr is: an array is where it is, any other value is one. */
static struct ij_error *address_of(struct ij_gdb *g, const char *expr, uint64_t *ret)
{
	struct ij_datum *datum;
	struct ij_error *err = NULL;
	int64_t value;

	IJ_CLI_TRY(ij_gdb_eval(g, expr, &datum));
	if (ij_datum_integer(datum, &value))
		*ret = (uint64_t)value;
	else if (ij_datum_kind(datum) != IJ_DATUM_ARRAY || !ij_datum_address(datum, ret))
		err = IJ_GDB_TEXT(TYPE, "Value can't be converted to integer.");
	ij_datum_free(datum);
	return err;
}

struct ij_error *ij_gdb_examine(struct ij_gdb *g, const char *expr,
				const struct ij_gdb_format *format, uint64_t *next_ret)
{
	const int64_t count = format->count < 0 ? -format->count : format->count;
	struct ij_error *err = NULL;
	struct unit unit;
	uint64_t addr, first;

	IJ_CLI_TRY(address_of(g, expr, &addr));
	first = addr;
	if (format->letter == 'i') {
		if (format->count < 0)
			IJ_CLI_TRY(instructions_before(g, addr, count, &addr));
		first = addr;
		err = instructions(g, &addr, count);
	} else if (format->letter == 's') {
		for (int64_t i = 0; i < count && !err && !g->interrupted; i++)
			err = string(g, format->size, &addr);
	} else {
		unit = unit_of(format->letter, format->size);
		if (format->count < 0)
			first = addr -= (uint64_t)count * unit.bytes;
		err = units(g, &unit, addr, count);
		addr += (uint64_t)count * unit.bytes;
	}
	/* Backwards it goes on before them. */
	*next_ret = format->count < 0 ? first : addr;
	return err;
}

/* The size of units by @letter if none is given, after those of size @last. */
static char size_by(char letter, char last)
{
	switch (letter) {
	case 'a':
		return 'g';
	case 'c':
		return 'b';
	case 'f':
		return last == 'w' || last == 'g' ? last : 'g';
	case 's':
		return 0;
	default:
		return last;
	}
}

void ij_gdb_format_size(struct ij_gdb_format *format, char last)
{
	if (!format->size)
		format->size = size_by(format->letter, last);
}

static struct ij_error *remember(struct ij_gdb *g, uint64_t addr)
{
	char *text;

	if (asprintf(&text, "0x%llx", (unsigned long long)addr) < 0)
		return ij_cli_nomem();
	free(g->x_next);
	g->x_next = text;
	return NULL;
}

struct ij_error *ij_gdb_examine_next(struct ij_gdb *g, uint64_t addr)
{
	struct ij_datum *datum;
	struct ij_error *err;

	IJ_CLI_TRY(remember(g, addr));
	IJ_CLI_TRY(pointer(g, "void", addr, &datum));
	err = ij_debugger_set(g->debugger, "$_", datum);
	ij_datum_free(datum);
	return err;
}

IJ_GDB_DO(x)
{
	struct ij_gdb_format format;
	const bool bare = !*args;
	uint64_t addr = 0;

	IJ_CLI_TRY(ij_gdb_format(&args, &format));
	/* A size makes no sense of instructions. */
	if (!format.letter)
		format.letter =
			g->x_format && (g->x_format != 'i' || !format.size) ? g->x_format : 'x';
	ij_gdb_format_size(&format, g->x_size ? g->x_size : 'w');
	if (format.letter == 's' && format.size == 'g') {
		fflush(stdout);
		fprintf(stderr,
			"warning: Unable to display strings with size 'g', using 'b' instead.\n");
		format.size = 'b';
	}
	if (bare && g->x_count > 0)
		format.count = g->x_count;
	if (format.count < -COUNT_MAX || format.count > COUNT_MAX ||
	    (format.count < 0 && format.letter == 's'))
		return IJ_GDB_TEXT(LIMIT, "Cannot examine %lld %s.", (long long)format.count,
				   format.letter == 's' ? "strings" : "units");
	if (!*args && !g->x_next)
		return IJ_GDB_TEXT(USAGE, "Argument required (starting display address).");
	g->x_count = format.count;
	IJ_CLI_TRY(ij_gdb_examine(g, *args ? args : g->x_next, &format, &addr));
	g->x_format = format.letter;
	g->x_size = format.letter == 's' ? 'b' : format.size;
	return remember(g, addr);
}
