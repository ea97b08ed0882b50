/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* -data-* of GDB/MI: values, registers, memory, instructions (gdb/mi/mi-main.c, mi-cmd-disas.c). */
#include <ctype.h>
#include <string.h>

#include "repl/gdb/mi.h"

enum {
	READ_MAX = 1 << 24, /* bytes that are read at once */
	WORDS_MAX = 1 << 20,
};

/* The value of @text in @format, as MI has values: without the type of a pointer. */
static struct ij_error *text_of(struct ij_mi *mi, const char *text, char format, char **ret)
{
	struct ij_datum_how how;
	struct ij_datum *datum;
	struct ij_error *err;

	IJ_CLI_TRY(ij_gdb_eval(mi->g, text, &datum));
	ij_gdb_how(mi->g, format, &how);
	how.bare = true;
	err = ij_datum_text(mi->g->debugger, datum, &how, ret);
	ij_datum_free(datum);
	return err;
}

IJ_MI_DO(data_evaluate_expression)
{
	char *text;

	if (call->argc != 1)
		return IJ_MI_USAGE("-data-evaluate-expression: Usage: -data-evaluate-expression "
				   "expression");
	IJ_CLI_TRY(text_of(mi, call->argv[0], 0, &text));
	ij_mi_field(mi, "value", text);
	free(text);
	return NULL;
}

/* ---- Registers ---- */

static size_t register_count(void)
{
	size_t len = 0;

	while (ij_debugger_register(len))
		len++;
	return len;
}

/* The numbers that the arguments from @at on name, or those of all registers, one after another. */
static struct ij_error *
each_register(struct ij_mi *mi, struct ij_mi_call *call, size_t at,
	      struct ij_error *(*act)(struct ij_mi *mi, size_t idx, char format), char format)
{
	size_t len = register_count();

	for (size_t i = at; i < call->argc; i++) {
		char *end;
		unsigned long idx = strtoul(call->argv[i], &end, 10);

		if (*end || end == call->argv[i] || idx >= len)
			return IJ_MI_USAGE("bad register number");
		IJ_CLI_TRY(act(mi, idx, format));
	}
	for (size_t i = 0; i < len && call->argc <= at; i++)
		IJ_CLI_TRY(act(mi, i, format));
	return NULL;
}

static struct ij_error *name_of(struct ij_mi *mi, size_t idx, char format)
{
	(void)format;
	ij_mi_field(mi, NULL, ij_debugger_register(idx));
	return NULL;
}

IJ_MI_DO(data_list_register_names)
{
	struct ij_error *err;

	ij_mi_open(mi, "register-names", '[');
	err = each_register(mi, call, 0, name_of, 0);
	ij_mi_close(mi, '[');
	return err;
}

static struct ij_error *value_of(struct ij_mi *mi, size_t idx, char format)
{
	char expr[32], *text;

	snprintf(expr, sizeof(expr), "$%s", ij_debugger_register(idx));
	IJ_CLI_TRY(text_of(mi, expr, format, &text));
	ij_mi_open(mi, NULL, '{');
	ij_mi_fieldf(mi, "number", "%zu", idx);
	ij_mi_field(mi, "value", text);
	ij_mi_close(mi, '{');
	free(text);
	return NULL;
}

static struct ij_error *need_registers(struct ij_mi *mi)
{
	if (ij_debugger_pid(mi->g->debugger))
		return NULL;
	return IJ_GDB_TEXT(NOPROC, "No registers.");
}

IJ_MI_DO(data_list_register_values)
{
	static const char *const names[] = {"-skip-unavailable", NULL};
	const char *arg = NULL, *format;
	struct ij_error *err;
	int idx;

	for (;;) {
		IJ_CLI_TRY(ij_mi_option(call, names, &idx, &arg));
		if (idx < 0)
			break;
	}
	if (call->at >= call->argc)
		return IJ_MI_USAGE("-data-list-register-values: Usage: -data-list-register-values "
				   "[--skip-unavailable] <format> [<regnum1>...<regnumN>]");
	format = call->argv[call->at];
	if (!*format || format[1] || !strchr("xodtrN", *format))
		return IJ_MI_USAGE("Unknown format");
	IJ_CLI_TRY(need_registers(mi));
	ij_mi_open(mi, "register-values", '[');
	err = each_register(mi, call, call->at + 1, value_of,
			    *format == 'N'   ? 0
			    : *format == 'r' ? 'x'
					     : *format);
	ij_mi_close(mi, '[');
	return err;
}

IJ_MI_DO(data_list_changed_registers)
{
	size_t len = register_count();
	bool first = !mi->registers.len;

	(void)call;
	IJ_CLI_TRY(need_registers(mi));
	ij_mi_open(mi, "changed-registers", '[');
	for (size_t i = 0; i < len; i++) {
		char expr[32];
		int64_t value;

		snprintf(expr, sizeof(expr), "$%s", ij_debugger_register(i));
		IJ_CLI_TRY(ij_gdb_number(mi->g, expr, &value));
		if (i >= mi->registers.len)
			IJ_CLI_TRY(ij_list_push(&mi->registers, 0));
		if (first || mi->registers.items[i] != (uint64_t)value)
			ij_mi_fieldf(mi, NULL, "%zu", i);
		mi->registers.items[i] = (uint64_t)value;
	}
	ij_mi_close(mi, '[');
	return NULL;
}

/* ---- Memory ---- */

/* As much of @size bytes at @addr as can be read, from the start. @ret: free(3) it. */
static struct ij_error *read_some(struct ij_mi *mi, uint64_t addr, size_t size, uint8_t **ret,
				  size_t *len_ret)
{
	enum { PAGE = 4096 };
	uint8_t *bytes = malloc(size ? size : 1);
	size_t len = 0;

	if (!bytes)
		return ij_cli_nomem();
	while (len < size) {
		size_t part = PAGE - (addr + len) % PAGE;
		struct ij_error *err;

		part = part < size - len ? part : size - len;
		err = ij_debugger_read(mi->g->debugger, addr + len, bytes + len, part);
		if (err) {
			ij_error_free(err);
			break;
		}
		len += part;
	}
	if (!len && size) {
		free(bytes);
		return IJ_GDB_TEXT(FAULT, "Unable to read memory.");
	}
	*ret = bytes;
	*len_ret = len;
	return NULL;
}

/* The offset of -o; how many arguments are left is checked. */
static struct ij_error *take_offset(struct ij_mi_call *call, int64_t *ret, size_t least,
				    size_t most, const char *usage)
{
	static const char *const names[] = {"o:", NULL};
	const char *arg = NULL;
	size_t args;
	int idx;

	*ret = 0;
	for (;;) {
		IJ_CLI_TRY(ij_mi_option(call, names, &idx, &arg));
		if (idx < 0)
			break;
		*ret = strtoll(arg, NULL, 0);
	}
	args = call->argc - call->at;
	return args < least || args > most ? IJ_MI_USAGE("Usage: %s", usage) : NULL;
}

IJ_MI_DO(data_read_memory_bytes)
{
	struct ij_text hex = {0};
	uint64_t addr, size;
	int64_t off;
	uint8_t *bytes;
	size_t len;

	IJ_CLI_TRY(take_offset(call, &off, 2, 2, "[ -o OFFSET ] ADDR LENGTH."));
	IJ_CLI_TRY(ij_gdb_to_address(mi->g, call->argv[call->at], &addr));
	size = strtoull(call->argv[call->at + 1], NULL, 0);
	if (!size || size > READ_MAX)
		return IJ_MI_USAGE("-data-read-memory-bytes: invalid number of bytes: %s",
				   call->argv[call->at + 1]);
	addr += (uint64_t)off;
	IJ_CLI_TRY(read_some(mi, addr, size, &bytes, &len));
	for (size_t i = 0; i < len; i++)
		ij_text_printf(&hex, "%02x", bytes[i]);
	free(bytes);
	ij_mi_open(mi, "memory", '[');
	ij_mi_open(mi, NULL, '{');
	ij_mi_address(mi, "begin", addr);
	ij_mi_address(mi, "offset", 0);
	ij_mi_address(mi, "end", addr + len);
	ij_mi_field(mi, "contents", ij_text_get(&hex));
	ij_mi_close(mi, '{');
	ij_mi_close(mi, '[');
	ij_text_deinit(&hex);
	return NULL;
}

static int digit(char c)
{
	return isdigit((unsigned char)c) ? c - '0' : tolower((unsigned char)c) - 'a' + 10;
}

static struct ij_error *write_byte(struct ij_mi *mi, uint64_t addr, unsigned byte)
{
	char expr[80];
	struct ij_datum *datum;

	snprintf(expr, sizeof(expr), "*(unsigned char *)0x%llx = %u", (unsigned long long)addr,
		 byte);
	IJ_CLI_TRY(ij_gdb_eval(mi->g, expr, &datum));
	ij_datum_free(datum);
	return NULL;
}

IJ_MI_DO(data_write_memory_bytes)
{
	uint64_t addr, count;
	const char *hex;
	size_t len;

	if (call->argc != 2 && call->argc != 3)
		return IJ_MI_USAGE("Usage: ADDR DATA [COUNT].");
	IJ_CLI_TRY(ij_gdb_to_address(mi->g, call->argv[0], &addr));
	hex = call->argv[1];
	len = strlen(hex);
	if (!len || len % 2 || strspn(hex, "0123456789abcdefABCDEF") != len)
		return IJ_MI_USAGE("Hex-encoded '%s' must have an even number of characters.", hex);
	count = call->argc == 3 ? strtoull(call->argv[2], NULL, 0) : len / 2;
	if (count > READ_MAX)
		return IJ_MI_USAGE("-data-write-memory-bytes: too many bytes");
	for (uint64_t i = 0; i < count; i++) {
		size_t at = 2 * (size_t)(i % (len / 2));

		IJ_CLI_TRY(write_byte(mi, addr + i,
				      (unsigned)(digit(hex[at]) << 4 | digit(hex[at + 1]))));
	}
	return NULL;
}

/* One word of @size bytes at @bytes, in @format. */
static struct ij_error *word_of(struct ij_mi *mi, const uint8_t *bytes, unsigned size, char format)
{
	static const char *const types[] = {[1] = "char", [2] = "short", [4] = "int", [8] = "long"};
	uint64_t value = 0;
	char expr[64], *text;

	memcpy(&value, bytes, size);
	snprintf(expr, sizeof(expr), "(unsigned %s)%lluul", types[size], (unsigned long long)value);
	/* "x" of gdb's x command has all digits. */
	IJ_CLI_TRY(text_of(mi, expr, format == 'x' ? 'z' : format, &text));
	ij_mi_field(mi, NULL, text);
	free(text);
	return NULL;
}

IJ_MI_DO(data_read_memory)
{
	uint64_t addr, rows, columns, total;
	struct ij_error *err = NULL;
	unsigned long size;
	int64_t off;
	char format, *const *argv;
	uint8_t *bytes;
	size_t len;

	IJ_CLI_TRY(take_offset(call, &off, 5, 6,
			       "ADDR WORD-FORMAT WORD-SIZE NR-ROWS NR-COLS [ASCHAR]."));
	argv = call->argv + call->at;
	IJ_CLI_TRY(ij_gdb_to_address(mi->g, argv[0], &addr));
	format = argv[1][0] ? argv[1][0] : 'x';
	size = strtoul(argv[2], NULL, 10);
	rows = strtoull(argv[3], NULL, 10);
	columns = strtoull(argv[4], NULL, 10);
	if (size != 1 && size != 2 && size != 4 && size != 8)
		return IJ_MI_USAGE("-data-read-memory: invalid word size: %s", argv[2]);
	if (!rows || rows > WORDS_MAX)
		return IJ_MI_USAGE("-data-read-memory: invalid number of rows.");
	if (!columns || columns > WORDS_MAX || rows * columns > WORDS_MAX)
		return IJ_MI_USAGE("-data-read-memory: invalid number of columns.");
	total = rows * columns * size;
	addr += (uint64_t)off;
	IJ_CLI_TRY(read_some(mi, addr, total, &bytes, &len));
	ij_mi_address(mi, "addr", addr);
	ij_mi_fieldf(mi, "nr-bytes", "%zu", len);
	ij_mi_fieldf(mi, "total-bytes", "%llu", (unsigned long long)total);
	ij_mi_address(mi, "next-row", addr + columns * size);
	ij_mi_address(mi, "prev-row", addr - columns * size);
	ij_mi_address(mi, "next-page", addr + total);
	ij_mi_address(mi, "prev-page", addr - total);
	ij_mi_open(mi, "memory", '[');
	for (uint64_t row = 0; row < rows && !err; row++) {
		uint64_t at = row * columns * size;

		ij_mi_open(mi, NULL, '{');
		ij_mi_address(mi, "addr", addr + at);
		ij_mi_open(mi, "data", '[');
		for (uint64_t i = at; i < at + columns * size && !err; i += size) {
			if (i + size > len)
				ij_mi_field(mi, NULL, "N/A");
			else
				err = word_of(mi, bytes + i, (unsigned)size, format);
		}
		ij_mi_close(mi, '[');
		if (call->argc - call->at == 6) {
			struct ij_text ascii = {0};

			for (uint64_t i = at; i < at + columns * size; i++)
				ij_text_printf(&ascii, "%c",
					       i < len && bytes[i] >= 32 && bytes[i] < 127
						       ? bytes[i]
						       : argv[5][0]);
			ij_mi_field(mi, "ascii", ij_text_get(&ascii));
			ij_text_deinit(&ascii);
		}
		ij_mi_close(mi, '{');
	}
	ij_mi_close(mi, '[');
	free(bytes);
	return err;
}
