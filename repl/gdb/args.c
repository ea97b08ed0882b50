/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Parsing gdb's command line (gdb/main.c, captured_main_1). */
#include "repl/gdb/args.h"

#include <ctype.h>
#include <string.h>

enum option {
#define IJ_GO(NAME, name, letter, value, summary) OPT_##NAME,
#include "repl/gdb/options.def"
#undef IJ_GO
	OPTS
};

static const struct row {
	const char *name, *letter, *value, *summary;
} rows[] = {
#define IJ_GO(NAME, name, letter, value, summary) {name, letter, value, summary},
#include "repl/gdb/options.def"
#undef IJ_GO
};

/* The option that @text of @len bytes is, or begins. Short names are whole names. */
static int find(const char *text, size_t len)
{
	int found = -1;

	for (size_t i = 0; i < IJ_CLI_COUNT(rows); i++) {
		if (rows[i].letter && strlen(rows[i].letter) == len &&
		    !strncmp(rows[i].letter, text, len))
			return (int)i;
		if (strncmp(rows[i].name, text, len) != 0)
			continue;
		if (!rows[i].name[len])
			return (int)i;
		found = found < 0 ? (int)i : -2;
	}
	return found < 0 ? -1 : found;
}

static struct ij_error *add(struct ij_gdb_args *args, const char *text, bool is_file, bool early)
{
	const struct ij_gdb_arg arg = {is_file, early, text, NULL};

	return ij_list_push(&args->run, arg);
}

static struct ij_error *take(struct ij_gdb_args *args, enum option option, const char *value)
{
	switch (option) {
	case OPT_ARGS:
	case OPT_NW:
	case OPT_NOWINDOWS:
	case OPT_RETURN_CHILD_RESULT:
	case OPT_WRITE:
	case OPT_READNOW:
	case OPT_BAUD:
	case OPT_WAIT:
	case OPT_DATA_DIRECTORY:
		return NULL;
	case OPT_PID:
		args->pid = value;
		return NULL;
	case OPT_EX:
		return add(args, value, false, false);
	case OPT_IEX:
	case OPT_EARLY_EVAL:
		return add(args, value, false, true);
	case OPT_COMMAND:
		return add(args, value, true, false);
	case OPT_IX:
		return add(args, value, true, true);
	case OPT_BATCH:
	case OPT_BATCH_SILENT:
		args->batch = args->quiet = true;
		return NULL;
	case OPT_GDB_STATUS:
		args->gdb_status = true;
		return NULL;
	case OPT_QUIET:
	case OPT_SILENT:
		args->quiet = true;
		return NULL;
	case OPT_NX:
		args->no_init = true;
		return NULL;
	case OPT_NH:
		args->no_home_init = true;
		return NULL;
	case OPT_CD:
		args->cd = value;
		return NULL;
	case OPT_DIRECTORY:
		return ij_list_push(&args->folders, value);
	case OPT_SYMBOLS:
		args->symbols = value;
		return NULL;
	case OPT_EXEC:
		args->program = value;
		return NULL;
	case OPT_SE:
		args->program = args->symbols = value;
		return NULL;
	case OPT_CORE:
		args->core = value;
		return NULL;
	case OPT_TTY:
		args->tty = value;
		return NULL;
	case OPT_INTERPRETER:
		args->mi = !strcmp(value, "mi") || !strcmp(value, "mi2") || !strcmp(value, "mi3");
		if (args->mi || !strcmp(value, "console"))
			return NULL;
		return ij_error_create(
			IJ_ERR_USAGE,
			"Interpreter `%s' unrecognized: console, mi, mi2 and mi3 are "
			"supported",
			value);
	case OPT_READNEVER:
		args->readnever = true;
		return NULL;
	case OPT_HELP:
		args->help = true;
		return NULL;
	case OPT_VERSION:
		args->version = true;
		return NULL;
	case OPTS:
		break;
	}
	return NULL;
}

static struct ij_error *operand(struct ij_gdb_args *args, const char *text)
{
	if (!args->program) {
		args->program = text;
	} else if (!args->pid && !args->core) {
		if (isdigit((unsigned char)*text))
			args->pid = text;
		else
			args->core = text;
	} else {
		fprintf(stderr, "Excess command line arguments ignored. (%s)\n", text);
	}
	return NULL;
}

static struct ij_error *parse(int argc, char **argv, struct ij_gdb_args *args)
{
	bool rest = false, program_args = false;

	for (int i = 1; i < argc; i++) {
		const char *text = argv[i], *value = NULL, *equals;
		int option;

		if (rest || *text != '-' || !text[1]) {
			if (program_args && !args->program) {
				args->program = text;
				args->args = argv + i + 1;
				args->args_len = (size_t)(argc - i - 1);
				return NULL;
			}
			IJ_CLI_TRY(operand(args, text));
			continue;
		}
		if (!strcmp(text, "--")) {
			rest = true;
			continue;
		}
		text += 1 + (text[1] == '-');
		equals = strchr(text, '=');
		option = find(text, equals ? (size_t)(equals - text) : strlen(text));
		if (option < 0)
			return ij_error_create(IJ_ERR_USAGE,
					       "%s: unrecognized option '%s'\n"
					       "Use `interject gdb --help' for a complete list of "
					       "options.",
					       argv[0], argv[i]);
		if (rows[option].value) {
			value = equals ? equals + 1 : i + 1 < argc ? argv[++i] : NULL;
			if (!value)
				return ij_error_create(IJ_ERR_USAGE,
						       "%s: option '%s' requires an argument\n"
						       "Use `interject gdb --help' for a complete "
						       "list of options.",
						       argv[0], argv[i]);
		}
		program_args = program_args || option == OPT_ARGS;
		IJ_CLI_TRY(take(args, (enum option)option, value));
	}
	return NULL;
}

struct ij_error *ij_gdb_args_parse(int argc, char **argv, struct ij_gdb_args *ret)
{
	struct ij_gdb_args args = {.program = NULL};
	struct ij_error *err = parse(argc, argv, &args);

	if (err)
		ij_gdb_args_deinit(&args);
	else
		*ret = args;
	return err;
}

void ij_gdb_args_deinit(struct ij_gdb_args *args)
{
	IJ_LIST_EACH (&args->run, it)
		free(it->loaded);
	ij_list_deinit(&args->run);
	ij_list_deinit(&args->folders);
}

void ij_gdb_args_help(FILE *out)
{
	fputs("Usage: interject gdb [OPTION...] [PROGRAM [PID|CORE]]\n"
	      "       interject gdb [OPTION...] --args PROGRAM [ARG...]\n"
	      "gdb's command line and commands; calls are safe, or the process is untouched.\n\n"
	      "Options, with one dash or two:\n",
	      out);
	for (size_t i = 0; i < IJ_CLI_COUNT(rows); i++) {
		bool letter = rows[i].letter && !rows[i].letter[1];
		int len =
			fprintf(out, letter ? "  -%s, --%s" : "      --%s%s",
				letter ? rows[i].letter : rows[i].name, letter ? rows[i].name : "");

		if (rows[i].value)
			len += fprintf(out, "=%s", rows[i].value);
		fprintf(out, "%*s %s\n", len < 30 ? 30 - len : 0, "", rows[i].summary);
	}
	fputs("\nExamples:\n"
	      "  interject gdb -batch -p 4242 -ex 'call (int)malloc_trim(0)'\n"
	      "  interject gdb -q -nx --args ./program 1 2\n",
	      out);
}
