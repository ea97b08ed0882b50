/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* disassemble (gdb/cli/cli-cmds.c, disassemble_command; gdb/disasm.c). */
#include <string.h>

#include "repl/gdb/stop.h"

enum { CODE_MAX = 1 << 22 }; /* bytes that are shown at once */

/** What is shown, and how. */
struct dump {
	uint64_t start, end, pc;
	bool raw, by_line, in_order; /* /r, /m, /s */
	bool whole;                  /* a function: places are told by their offset alone */
};

/** Instructions in a row that are of one source line. */
struct run {
	uint64_t start, end;
	const char *file, *path; /* NULL: no line is known */
	unsigned line;
};

typedef IJ_LIST(struct run) runs_t;

struct ij_error *ij_gdb_instruction(struct ij_gdb *g, uint64_t addr, char **ret, unsigned *size_ret)
{
	ij_debugger_intel(g->debugger, g->settings.numbers[IJ_GDB_SETTING_DISASSEMBLY_FLAVOR] == 1);
	ij_debugger_mangled(g->debugger,
			    !ij_gdb_is_on(&g->settings, IJ_GDB_SETTING_PRINT_ASM_DEMANGLE));
	return ij_debugger_instruction(g->debugger, addr, ret, size_ret);
}

/* "   0x0000555555555159 <+0>:\t" */
static void label(struct ij_gdb *g, const struct dump *dump, uint64_t addr)
{
	const char *name;
	uint64_t start, end;

	printf("%s0x%016llx", addr == dump->pc ? "=> " : "   ", (unsigned long long)addr);
	if (ij_debugger_function(g->debugger, addr, &name, &start, &end))
		printf(" <%s+%llu>", dump->whole ? "" : name, (unsigned long long)(addr - start));
	fputs(":\t", stdout);
}

static struct ij_error *one(struct ij_gdb *g, const struct dump *dump, uint64_t *addr)
{
	unsigned size;
	struct ij_error *err;
	char *text;

	label(g, dump, *addr);
	err = ij_gdb_instruction(g, *addr, &text, &size);
	if (err) {
		putchar('\n');
		return err;
	}
	if (dump->raw) {
		struct ij_text hex = {0};
		uint8_t bytes[16] = {0};

		err = size <= sizeof(bytes) ? ij_debugger_read(g->debugger, *addr, bytes, size)
					    : NULL;
		for (unsigned i = 0; !err && i < size && i < sizeof(bytes); i++)
			ij_text_printf(&hex, "%s%02x", i ? " " : "", bytes[i]);
		printf("%-19s\t", ij_text_get(&hex));
		ij_text_deinit(&hex);
	}
	if (!err)
		puts(text);
	free(text);
	*addr += size;
	return err;
}

static struct ij_error *range(struct ij_gdb *g, const struct dump *dump, uint64_t start,
			      uint64_t end)
{
	for (uint64_t at = start; at < end && !g->interrupted;)
		IJ_CLI_TRY(one(g, dump, &at));
	return NULL;
}

static struct ij_error *collect(struct ij_gdb *g, const struct dump *dump, runs_t *ret)
{
	for (uint64_t at = dump->start; at < dump->end;) {
		struct ij_debugger_place place = {.line = 0};
		struct run *last = ret->len ? &ret->items[ret->len - 1] : NULL;
		struct run made;
		uint64_t end = at;
		struct ij_error *err = ij_debugger_line(g->debugger, at, &place, &end);

		if (err || end <= at)
			end = at + 1;
		if (err)
			place = (struct ij_debugger_place){.line = 0};
		ij_error_free(err);
		if (end > dump->end)
			end = dump->end;
		if (last && last->line == place.line &&
		    !strcmp(last->path ? last->path : "", place.path ? place.path : "")) {
			last->end = at = end;
			continue;
		}
		made = (struct run){at, end, place.file, place.path, place.line};
		IJ_CLI_TRY(ij_list_push(ret, made));
		at = end;
	}
	return NULL;
}

static void source(struct ij_gdb *g, const struct run *run, unsigned first)
{
	if (run->file && run->line)
		ij_error_free(ij_gdb_source(g, run->file, run->path, first, run->line));
}

static bool is_same_file(const struct run *a, const struct run *b)
{
	return !strcmp(a->path ? a->path : "", b->path ? b->path : "");
}

/* Lines before that of @idx of which nothing else is shown go with it (disasm.c,
 * do_mixed_source_and_assembly). */
static unsigned first_line(const runs_t *runs, size_t idx)
{
	const struct run *run = &runs->items[idx];
	unsigned line = run->line;

	if (!idx || !is_same_file(run, run - 1) || line <= run[-1].line + 1 || !run[-1].line)
		return line;
	while (line - 1 > run[-1].line) {
		for (size_t i = 0; i < runs->len; i++)
			if (runs->items[i].line == line - 1 && is_same_file(run, &runs->items[i]))
				return line;
		line--;
	}
	return line;
}

static struct ij_error *with_source(struct ij_gdb *g, const struct dump *dump, const runs_t *runs)
{
	for (size_t i = 0; i < runs->len && !g->interrupted; i++) {
		const struct run *run = &runs->items[i];

		if (i)
			putchar('\n');
		if (run->file && (!i || !is_same_file(run, run - 1)))
			printf("%s:\n", run->file);
		source(g, run, first_line(runs, i));
		IJ_CLI_TRY(range(g, dump, run->start, run->end));
	}
	return NULL;
}

static int by_line(const void *a, const void *b)
{
	const struct run *x = a, *y = b;

	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	return x->start < y->start ? -1 : x->start > y->start;
}

/* Each line once (disasm.c, do_mixed_source_and_assembly_deprecated). */
static struct ij_error *by_source(struct ij_gdb *g, const struct dump *dump, runs_t *runs)
{
	qsort(runs->items, runs->len, sizeof(*runs->items), by_line);
	for (size_t i = 0; i < runs->len && !g->interrupted; i++) {
		const struct run *run = &runs->items[i];
		const bool same = i && run[-1].line == run->line;
		unsigned first = run->line;

		if (i && !same)
			putchar('\n');
		/* Lines between have no code, or they would come now. */
		if (i && !same && run[-1].line)
			first = first_line(runs, i);
		if (!same)
			source(g, run, first);
		IJ_CLI_TRY(range(g, dump, run->start, run->end));
	}
	putchar('\n');
	return NULL;
}

static struct ij_error *show(struct ij_gdb *g, const struct dump *dump)
{
	runs_t runs = {0};
	struct ij_error *err;

	if (!dump->by_line && !dump->in_order)
		return range(g, dump, dump->start, dump->end);
	err = collect(g, dump, &runs);
	/* Without lines it is as if nobody had asked for them. */
	if (!err && runs.len == 1 && !runs.items[0].line)
		err = range(g, dump, dump->start, dump->end);
	else if (!err)
		err = dump->in_order ? with_source(g, dump, &runs) : by_source(g, dump, &runs);
	ij_list_deinit(&runs);
	return err;
}

static struct ij_error *take_flags(char **args, struct dump *ret)
{
	while (**args == '/') {
		const char *word = ij_gdb_word(args) + 1;

		if (!*word)
			return IJ_GDB_TEXT(USAGE, "Missing modifier.");
		for (; *word; word++) {
			bool *flag = *word == 'r'   ? &ret->raw
				     : *word == 'm' ? &ret->by_line
				     : *word == 's' ? &ret->in_order
						    : NULL;

			if (!flag)
				return IJ_GDB_TEXT(USAGE, "Invalid disassembly modifier.");
			*flag = true;
		}
	}
	if (ret->by_line && ret->in_order)
		return IJ_GDB_TEXT(USAGE, "Cannot specify both /m and /s.");
	return NULL;
}

static struct ij_error *take_range(struct ij_gdb *g, char *args, char *comma, struct dump *ret)
{
	char *end = ij_gdb_trim(comma + 1);
	const bool is_size = *end == '+';

	*comma = 0;
	IJ_CLI_TRY(ij_gdb_to_address(g, ij_gdb_trim(args), &ret->start));
	IJ_CLI_TRY(ij_gdb_to_address(g, end + is_size, &ret->end));
	if (is_size)
		ret->end += ret->start;
	return NULL;
}

/* The comma that is in no parentheses. */
static char *find_comma(char *text)
{
	unsigned depth = 0;

	for (; *text; text++) {
		if (*text == '(' || *text == '[')
			depth++;
		else if (*text == ')' || *text == ']')
			depth--;
		else if (*text == ',' && !depth)
			return text;
	}
	return NULL;
}

IJ_GDB_DO(disassemble)
{
	struct dump dump = {.pc = 0};
	struct ij_debugger_frame frame;
	const char *name = NULL;
	struct ij_error *err;
	char *comma;

	IJ_CLI_TRY(take_flags(&args, &dump));
	err = ij_debugger_state_of(g->debugger) == IJ_DEBUGGER_NONE
		      ? IJ_GDB_TEXT(NOPROC, "No frame selected.")
		      : ij_debugger_frame(g->debugger, ij_debugger_selected(g->debugger), &frame);
	if (!err)
		dump.pc = frame.pc;
	else if (!*args)
		return err;
	ij_error_free(err);
	comma = find_comma(args);
	if (comma && comma[1]) {
		IJ_CLI_TRY(take_range(g, args, comma, &dump));
	} else {
		if (comma)
			*comma = 0;
		dump.start = dump.pc;
		if (*args)
			IJ_CLI_TRY(ij_gdb_to_address(g, args, &dump.start));
		if (!ij_debugger_function(g->debugger, dump.start, &name, &dump.start, &dump.end))
			return IJ_GDB_TEXT(NOTFOUND, "No function contains %s.",
					   *args ? "specified address"
						 : "program counter for selected frame");
		dump.whole = true;
	}
	if (dump.end > dump.start && dump.end - dump.start > CODE_MAX)
		return IJ_GDB_TEXT(LIMIT, "Cannot disassemble more than %d bytes at once.",
				   CODE_MAX);
	if (name)
		printf("Dump of assembler code for function %s:\n", name);
	else
		printf("Dump of assembler code from 0x%llx to 0x%llx:\n",
		       (unsigned long long)dump.start, (unsigned long long)dump.end);
	IJ_CLI_TRY(show(g, &dump));
	printf("End of assembler dump.\n");
	return NULL;
}
