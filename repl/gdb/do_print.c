/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* print, call, output, ptype, whatis. */
#include <string.h>

#include "repl/gdb/gdb.h"

/* Options of print; offsets in struct ij_datum_how. */
static const struct option {
	const char *name;
	size_t off;
	bool is_number, inverse, nothing; /* nothing: known, and of no use here */
} options[] = {
	{"-address", offsetof(struct ij_datum_how, no_address), false, true, false},
	{"-array", offsetof(struct ij_datum_how, array), false, false, false},
	{"-array-indexes", offsetof(struct ij_datum_how, indexes), false, false, false},
	{"-elements", offsetof(struct ij_datum_how, elements), true, false, false},
	{"-max-depth", offsetof(struct ij_datum_how, depth), true, false, false},
	{"-null-stop", offsetof(struct ij_datum_how, null_stop), false, false, false},
	{"-object", offsetof(struct ij_datum_how, object), false, false, false},
	{"-pretty", offsetof(struct ij_datum_how, pretty), false, false, false},
	{"-raw-values", 0, false, false, true},
	{"-repeats", offsetof(struct ij_datum_how, repeats), true, false, false},
	{"-static-members", offsetof(struct ij_datum_how, no_statics), false, true, false},
	{"-symbol", offsetof(struct ij_datum_how, no_symbol), false, true, false},
	{"-union", offsetof(struct ij_datum_how, no_union), false, true, false},
	{"-vtbl", 0, false, false, true},
};

/* The option that @word of @len bytes is, or the start of; NULL: none, or of several. */
static const struct option *option_of(const char *word, size_t len)
{
	const struct option *found = NULL;

	for (size_t i = 0; i < IJ_CLI_COUNT(options); i++) {
		if (len < 2 || strncmp(options[i].name, word, len) != 0)
			continue;
		if (!options[i].name[len])
			return &options[i];
		if (found)
			return NULL;
		found = &options[i];
	}
	return found;
}

/* The number behind an option: "unlimited" is 0, or of the depth as much as there can be. */
static struct ij_error *take_number(const struct option *option, char **pos, unsigned *ret)
{
	const bool is_depth = option->off == offsetof(struct ij_datum_how, depth);
	const char *word = ij_gdb_word(pos);
	char *end;
	long value = strtol(word, &end, 0);

	if (!*word)
		return IJ_GDB_TEXT(USAGE, "%s requires an argument", option->name);
	if (!strncmp("unlimited", word, strlen(word)) || (is_depth && value == -1 && !*end))
		*ret = is_depth ? UINT32_MAX : 0;
	else if (*end || value < 0 || value > UINT32_MAX)
		return IJ_GDB_TEXT(USAGE, "Invalid number \"%s\".", word);
	else
		*ret = (unsigned)value;
	return NULL;
}

/* Options of print, as in `print -pretty -- x`, into @how. What is none begins the expression. */
static struct ij_error *take_options(char **args, struct ij_datum_how *how)
{
	while (**args == '-' && (*args)[1] >= 'a' && (*args)[1] <= 'z') {
		const size_t len = strcspn(*args, " \t");
		const struct option *option = option_of(*args, len);
		char *pos = *args;
		bool on = true;

		if (!option)
			return NULL;
		(void)ij_gdb_word(&pos);
		if (option->is_number) {
			IJ_CLI_TRY(
				take_number(option, &pos, (unsigned *)((char *)how + option->off)));
		} else {
			const size_t word = strcspn(pos, " \t");

			if ((word == 2 && !strncmp(pos, "on", word)) ||
			    (word == 3 && !strncmp(pos, "off", word)))
				on = ij_gdb_word(&pos)[1] == 'n';
			if (!option->nothing)
				*(bool *)((char *)how + option->off) = on != option->inverse;
		}
		*args = pos;
	}
	if (!strncmp(*args, "--", 2) && strchr(" \t", (*args)[2])) {
		*args += 2;
		*args += strspn(*args, " \t");
	}
	return NULL;
}

/* `set print nibbles`: binary numbers in groups of four digits (gdb/printcmd.c,
 * print_scalar_formatted). */
static struct ij_error *group_nibbles(const char *text, char separator, char **ret)
{
	struct ij_text out = {0};

	while (*text) {
		size_t len = strspn(text, "01"), other = strcspn(text, "01");

		ij_text_add(&out, text, other);
		text += other;
		if (other || !len)
			continue;
		/* Zero is one digit. */
		for (size_t i = 0; strncmp(text, "0", len) != 0 && i < (4 - len % 4) % 4; i++)
			ij_text_puts(&out, "0");
		for (size_t i = 0; i < len; i++) {
			if (i && (len - i) % 4 == 0)
				ij_text_add(&out, &separator, 1);
			ij_text_add(&out, text + i, 1);
		}
		text += len;
	}
	return ij_text_take(&out, ret);
}

/* @datum as text, with what the session has set beside @how. */
static struct ij_error *text_of(struct ij_gdb *g, struct ij_datum *datum,
				const struct ij_datum_how *how, char **ret)
{
	const int64_t language = g->settings.numbers[IJ_GDB_SETTING_LANGUAGE];
	struct ij_error *err;
	char *text;

	IJ_CLI_TRY(ij_datum_text(g->debugger, datum, how, &text));
	if (how->format != 't' || !ij_gdb_is_on(&g->settings, IJ_GDB_SETTING_PRINT_NIBBLES)) {
		*ret = text;
		return NULL;
	}
	/* These have marks for that. */
	err = group_nibbles(text,
			    language == IJ_GDB_LANGUAGE_CXX    ? '\''
			    : language == IJ_GDB_LANGUAGE_RUST ? '_'
							       : ' ',
			    ret);
	free(text);
	return err;
}

static struct ij_error *show(struct ij_gdb *g, struct ij_datum *datum,
			     const struct ij_datum_how *how)
{
	struct ij_error *err;
	unsigned number;
	char *text;

	IJ_CLI_TRY(text_of(g, datum, how, &text));
	err = ij_debugger_keep(g->debugger, datum, &number);
	if (!err)
		printf("$%u = %s\n", number, text);
	free(text);
	return err;
}

static struct ij_error *check_format(const struct ij_gdb_format *format, const char *command)
{
	if (format->counted && format->count != 1)
		return IJ_GDB_TEXT(USAGE,
				   "Item count other than 1 is meaningless in \"%s\" command.",
				   command);
	if (format->size)
		return IJ_GDB_TEXT(USAGE, "Size letters are meaningless in \"%s\" command.",
				   command);
	if (format->letter == 'i')
		return IJ_GDB_TEXT(USAGE, "Format letter \"i\" is meaningless in \"%s\" command.",
				   command);
	return NULL;
}

static struct ij_error *print(struct ij_gdb *g, char *args, const char *command, bool voids)
{
	struct ij_gdb_format format;
	struct ij_datum_how how;
	struct ij_datum *datum;
	struct ij_error *err;

	ij_gdb_how(g, 0, &how);
	IJ_CLI_TRY(take_options(&args, &how));
	IJ_CLI_TRY(ij_gdb_format(&args, &format));
	IJ_CLI_TRY(check_format(&format, command));
	how.format = format.letter;
	IJ_CLI_TRY(ij_gdb_eval(g, *args ? args : "$", &datum));
	if (ij_datum_is_void(datum) && (!*args || !strcmp(args, "$"))) {
		ij_datum_free(datum);
		return IJ_GDB_TEXT(USAGE, "The history is empty.");
	}
	err = voids || !ij_datum_is_void(datum) ? show(g, datum, &how) : NULL;
	ij_datum_free(datum);
	return err;
}

IJ_GDB_DO(print)
{
	return print(g, args, "print", true);
}

IJ_GDB_DO(call)
{
	return print(g, args, "call", false);
}

IJ_GDB_DO(output)
{
	struct ij_gdb_format format;
	struct ij_datum_how how;
	struct ij_datum *datum;
	struct ij_error *err;
	char *text;

	IJ_CLI_TRY(ij_gdb_format(&args, &format));
	IJ_CLI_TRY(check_format(&format, "output"));
	if (!*args)
		return IJ_GDB_TEXT(USAGE, "Argument required (expression to compute).");
	ij_gdb_how(g, format.letter, &how);
	IJ_CLI_TRY(ij_gdb_eval(g, args, &datum));
	err = text_of(g, datum, &how, &text);
	ij_datum_free(datum);
	if (err)
		return err;
	fputs(text, stdout);
	free(text);
	return NULL;
}

/* `/mt`: how much of a class is shown (gdb/typeprint.c, whatis_exp). */
static struct ij_error *type_flags(char **args, unsigned *flags)
{
	const char *word;

	if (**args != '/')
		return NULL;
	for (word = ij_gdb_word(args) + 1; *word; word++) {
		switch (*word) {
		case 'r':
			*flags |= IJ_DEBUGGER_RAW;
			break;
		case 'm':
			*flags |= IJ_DEBUGGER_NO_METHODS;
			break;
		case 'M':
			*flags &= ~(unsigned)IJ_DEBUGGER_NO_METHODS;
			break;
		case 't':
			*flags |= IJ_DEBUGGER_NO_TYPEDEFS;
			break;
		case 'T':
			*flags &= ~(unsigned)IJ_DEBUGGER_NO_TYPEDEFS;
			break;
		case 'o':
			if (*flags & IJ_DEBUGGER_EXPAND)
				*flags |= IJ_DEBUGGER_OFFSETS | IJ_DEBUGGER_NO_METHODS |
					  IJ_DEBUGGER_NO_TYPEDEFS;
			break;
		case 'x':
			*flags |= IJ_DEBUGGER_HEX;
			break;
		case 'd':
			*flags &= ~(unsigned)IJ_DEBUGGER_HEX;
			break;
		default:
			return IJ_GDB_TEXT(USAGE, "unrecognized flag '%c'", *word);
		}
	}
	return **args ? NULL : IJ_GDB_TEXT(USAGE, "expected space after format");
}

static struct ij_error *type(struct ij_gdb *g, char *args, unsigned flags)
{
	char *text;

	ij_gdb_language(g);
	if (ij_gdb_is_on(&g->settings, IJ_GDB_SETTING_PRINT_OBJECT))
		flags |= IJ_DEBUGGER_OBJECT;
	IJ_CLI_TRY(type_flags(&args, &flags));
	if (!*args)
		return IJ_GDB_TEXT(USAGE, "The history is empty.");
	IJ_CLI_TRY(ij_debugger_type(g->debugger, args, flags, &text));
	printf("%s\n", text);
	free(text);
	return NULL;
}

IJ_GDB_DO(ptype)
{
	return type(g, args, IJ_DEBUGGER_EXPAND);
}

IJ_GDB_DO(whatis)
{
	return type(g, args, 0);
}
