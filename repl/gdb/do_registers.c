/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* info registers and what is like it (gdb/infcmd.c, default_print_registers_info; i387-tdep.c). */
#include <ctype.h>
#include <string.h>

#include "repl/gdb/subs.h"

enum { RAW_DIGITS = 20 }; /* of a number of the x87 */

static struct ij_error *text_of(struct ij_gdb *g, const struct ij_datum *datum, char format,
				char **ret)
{
	struct ij_datum_how how;

	ij_gdb_how(g, format, &how);
	how.bare = true;
	how.pretty = false;
	return ij_datum_text(g->debugger, datum, &how, ret);
}

/* As what it is, and its bits; of vectors these alone. */
static struct ij_error *tell(struct ij_gdb *g, const char *name, const struct ij_datum *datum)
{
	const bool is_vector = ij_datum_kind(datum) == IJ_DATUM_UNION;
	/* No whole number is that large. */
	const bool is_float = !is_vector && ij_datum_size(datum) == 16;
	char *bits, *text = NULL;
	struct ij_error *err;

	IJ_CLI_TRY(text_of(g, datum, is_float ? 'z' : 'x', &bits));
	err = is_vector ? NULL : text_of(g, datum, 0, &text);
	if (!err && is_vector) {
		printf("%-15s%s\n", name, bits);
	} else if (!err && is_float) {
		const size_t len = strlen(bits);

		printf("%-15s%-20s(raw 0x%s)\n", name, text,
		       len > RAW_DIGITS ? bits + len - RAW_DIGITS : bits);
	} else if (!err) {
		printf("%-15s%-20s%s\n", name, bits, text);
	}
	free(bits);
	free(text);
	return err;
}

/* @must: that there is none of the name is an error. */
static struct ij_error *one(struct ij_gdb *g, const char *name, bool must)
{
	struct ij_datum *datum;
	struct ij_error *err;
	char expr[32];

	snprintf(expr, sizeof(expr), "$%s", name);
	IJ_CLI_TRY(ij_gdb_eval(g, expr, &datum));
	if (ij_datum_is_void(datum))
		err = must ? IJ_GDB_TEXT(NOTFOUND, "Invalid register `%s'", name) : NULL;
	else
		err = tell(g, name, datum);
	ij_datum_free(datum);
	return err;
}

static struct ij_error *group(struct ij_gdb *g, enum ij_debugger_registers which)
{
	const char *name;

	for (size_t i = 0; (name = ij_debugger_register_of(which, i)); i++)
		IJ_CLI_TRY(one(g, name, false));
	return NULL;
}

static struct ij_error *all(struct ij_gdb *g)
{
	IJ_CLI_TRY(group(g, IJ_DEBUGGER_REGISTERS_GENERAL));
	IJ_CLI_TRY(group(g, IJ_DEBUGGER_REGISTERS_FLOAT));
	return group(g, IJ_DEBUGGER_REGISTERS_VECTOR);
}

static struct ij_error *check(struct ij_gdb *g)
{
	struct ij_debugger_frame frame;
	struct ij_error *err = ij_debugger_frame(g->debugger, 0, &frame);

	if (!err)
		return NULL;
	ij_error_free(err);
	return IJ_GDB_TEXT(NOPROC, "The program has no registers now.");
}

static struct ij_error *word(struct ij_gdb *g, const char *name)
{
	if (!strcmp(name, "general"))
		return group(g, IJ_DEBUGGER_REGISTERS_GENERAL);
	if (!strcmp(name, "float"))
		return group(g, IJ_DEBUGGER_REGISTERS_FLOAT);
	if (!strcmp(name, "vector"))
		return group(g, IJ_DEBUGGER_REGISTERS_VECTOR);
	if (!strcmp(name, "all"))
		return all(g);
	return one(g, name + (*name == '$'), true);
}

static struct ij_error *words(struct ij_gdb *g, char *args)
{
	while (*args)
		IJ_CLI_TRY(word(g, ij_gdb_word(&args)));
	return NULL;
}

IJ_GDB_DO(info_registers)
{
	IJ_CLI_TRY(check(g));
	return *args ? words(g, args) : group(g, IJ_DEBUGGER_REGISTERS_GENERAL);
}

IJ_GDB_DO(info_all_registers)
{
	IJ_CLI_TRY(check(g));
	return *args ? words(g, args) : all(g);
}

IJ_GDB_DO(info_vector)
{
	(void)args;
	IJ_CLI_TRY(check(g));
	return group(g, IJ_DEBUGGER_REGISTERS_VECTOR);
}

static struct ij_error *number_of(struct ij_gdb *g, const char *name, unsigned *ret)
{
	int64_t value;

	IJ_CLI_TRY(ij_gdb_number(g, name, &value));
	*ret = (unsigned)value;
	return NULL;
}

/* "  " and the words of the bits of @value that are set, blanks for the others. */
static void bits(unsigned value, const char *const *names, const unsigned *at, size_t len)
{
	printf("  ");
	for (size_t i = 0; i < len; i++)
		printf(" %s", value >> at[i] & 1 ? names[i] : "  ");
}

/* "  R7: Valid   0x4000e000000000000000 +3.5" */
static struct ij_error *stack(struct ij_gdb *g, unsigned top, unsigned tag)
{
	static const char *const kinds[] = {"Valid  ", "Zero   ", "Special", "Empty  "};

	for (unsigned i = 8; i-- > 0;) {
		const unsigned kind = tag >> 2 * i & 3;
		char expr[8], *raw, *text = NULL;
		struct ij_datum *datum;
		struct ij_error *err;
		double value = 0;
		size_t len;

		snprintf(expr, sizeof(expr), "$st%u", (i + 8 - top) % 8);
		IJ_CLI_TRY(ij_gdb_eval(g, expr, &datum));
		(void)ij_datum_float(datum, &value);
		err = text_of(g, datum, 'z', &raw);
		if (!err && kind != 3)
			err = text_of(g, datum, 0, &text);
		ij_datum_free(datum);
		if (err) {
			free(raw);
			return err;
		}
		len = strlen(raw);
		printf("%sR%u: %s 0x%s", i == top ? "=>" : "  ", i, kinds[kind],
		       len > RAW_DIGITS ? raw + len - RAW_DIGITS : raw);
		if (text) {
			const bool plain = *text == '-' || isalpha((unsigned char)*text);

			printf(" %s%-*s", plain ? "" : "+", plain ? 27 : 26, text);
		}
		putchar('\n');
		free(raw);
		free(text);
	}
	return NULL;
}

IJ_GDB_DO(info_float)
{
	static const char *const names[] = {"$fctrl", "$fstat", "$ftag",  "$fiseg",
					    "$fioff", "$foseg", "$fooff", "$fop"};
	static const char *const errors[] = {"IE", "DE", "ZE", "OE", "UE", "PE"};
	static const char *const masks[] = {"IM", "DM", "ZM", "OM", "UM", "PM"};
	static const char *const conditions[] = {"C0", "C1", "C2", "C3"};
	static const char *const precisions[] = {"Single Precision (24-bits)", "Reserved",
						 "Double Precision (53-bits)",
						 "Extended Precision (64-bits)"};
	static const char *const roundings[] = {"Round to nearest", "Round down", "Round up",
						"Round toward zero"};
	static const unsigned low[] = {0, 1, 2, 3, 4, 5}, condition_bits[] = {8, 9, 10, 14};
	unsigned values[8], control, status, top;

	(void)args;
	IJ_CLI_TRY(check(g));
	for (size_t i = 0; i < IJ_CLI_COUNT(names); i++)
		IJ_CLI_TRY(number_of(g, names[i], &values[i]));
	control = values[0];
	status = values[1];
	top = status >> 11 & 7;
	IJ_CLI_TRY(stack(g, top, values[2]));
	printf("\nStatus Word:         0x%04x", status & 0xffff);
	bits(status, errors, low, 6);
	bits(status, (const char *const[]){"ES"}, (const unsigned[]){7}, 1);
	bits(status, (const char *const[]){"SF"}, (const unsigned[]){6}, 1);
	bits(status, conditions, condition_bits, 4);
	printf("\n                       TOP: %u\n", top);
	printf("Control Word:        0x%04x", control & 0xffff);
	bits(control, masks, low, 6);
	printf("\n                       PC: %s\n", precisions[control >> 8 & 3]);
	printf("                       RC: %s\n", roundings[control >> 10 & 3]);
	printf("Tag Word:            0x%04x\n", values[2] & 0xffff);
	printf("Instruction Pointer: 0x%02x:0x%08x\n", values[3], values[4]);
	printf("Operand Pointer:     0x%02x:0x%08x\n", values[5], values[6]);
	printf("Opcode:              0x%04x\n", values[7] ? (values[7] & 0x7ff) | 0xd800 : 0);
	return NULL;
}
