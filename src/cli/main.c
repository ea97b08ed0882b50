/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* main(): the commands of interject(1). */
#include <stdio.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/print.h"
#ifdef IJ_STATIC
#include "tracer/tracer.h"
#endif

static int (*const commands[])(const struct ij_options *options) = {
#define IJ_CMD(NAME, name, letter, operands, summary) [IJ_COMMAND_##NAME] = ij_cmd_##name,
#define IJ_CMD_RAW(NAME, name, letter, operands, summary)
#include "cli/commands.def"
#undef IJ_CMD
};

int ij_commands_fail(struct ij_error *err)
{
	int status = ij_error_exit_status(ij_error_code_of(err));

	fprintf(stderr, "interject: %s\n", ij_error_message(err));
	ij_error_free(err);
	return status;
}

int ij_commands_report(const struct ij_options *options, pid_t pid, const struct ij_error *err)
{
	struct ij_result *result;

	if (!options->json) {
		ij_print_flush();
		return ij_print_error(pid, false, err);
	}
	result = ij_result_create(pid, options->exprs_len ? options->exprs[0] : NULL, NULL, err);
	puts(ij_result_json(result));
	ij_result_free(result);
	return ij_error_exit_status(ij_error_code_of(err));
}

/* What the user declares on the line wins over what a header says. */
static struct ij_error *add_declared(const struct ij_options *options, struct ij_prototypes *protos)
{
	IJ_LIST_EACH (&options->headers, path) {
		struct ij_error *err = ij_prototypes_add_header(protos, *path);

		if (err)
			return ij_cli_wrap(err, "--header");
	}
	IJ_LIST_EACH (&options->decls, decl) {
		struct ij_error *err = ij_prototypes_add(protos, *decl);

		if (err)
			return ij_cli_wrap(err, "--decl '%s'", *decl);
	}
	return NULL;
}

struct ij_error *ij_commands_prototypes(const struct ij_options *options,
					struct ij_prototypes **ret)
{
	struct ij_prototypes *protos;
	struct ij_error *err;

	IJ_CLI_TRY(ij_prototypes_create(&protos));
	err = add_declared(options, protos);
	if (err)
		ij_prototypes_destroy(protos);
	else
		*ret = protos;
	return err;
}

static int help(void)
{
	fputs("Usage: interject COMMAND [OPTION...]\n"
	      "Call functions in running processes: safe, or untouched.\n\n"
	      "Commands:\n",
	      stdout);
	for (size_t i = 0; i < IJ_COMMAND_COUNT; i++)
		printf("  %-12s %s\n", ij_command_name((enum ij_command)i),
		       ij_command_summary((enum ij_command)i));
	fputs("\nOptions:\n"
	      "  -h, --help     show this help; after a command, that command's\n"
	      "  -V, --version  show the version\n"
	      "\nExamples:\n"
	      "  interject check -p 4242\n"
	      "  interject call -p 4242 'malloc_trim(0)'\n",
	      stdout);
	return ij_print_flush();
}

static int run(enum ij_command command, int argc, char **argv)
{
	struct ij_options options;
	struct ij_error *err;
	int status;

	if (command == IJ_COMMAND_GDB)
		return ij_cmd_gdb(argc, argv);
	err = ij_options_parse(command, argc, argv, &options);
	if (err)
		return ij_commands_fail(err);
	if (options.help) {
		ij_options_help(command, stdout);
		status = ij_print_flush();
	} else {
		status = commands[command](&options);
	}
	ij_options_deinit(&options);
	return status;
}

/* Is the program run under the name @name? */
static bool is_named(const char *argv0, const char *name)
{
	const char *slash = argv0 ? strrchr(argv0, '/') : NULL;

	return argv0 && !strcmp(slash ? slash + 1 : argv0, name);
}

int main(int argc, char **argv)
{
	const char *word = argc > 1 ? argv[1] : "";

#ifdef IJ_STATIC
	if (is_named(argv[0], "interject-tracer"))
		return ij_tracer_main(argc, argv);
#endif
	if (is_named(argv[0], "interject-gdb") || is_named(argv[0], "gdb"))
		return ij_cmd_gdb(argc, argv);
	for (size_t i = 0; i < IJ_COMMAND_COUNT; i++)
		if (!strcmp(word, ij_command_name((enum ij_command)i)))
			return run((enum ij_command)i, argc - 1, argv + 1);
	if (!strcmp(word, "--help") || !strcmp(word, "-h") || !strcmp(word, "help"))
		return help();
	if (!strcmp(word, "--version") || !strcmp(word, "-V")) {
		printf("interject %s\n", ij_version());
		return 0;
	}
	if (!*word)
		return ij_commands_fail(
			ij_error_create(IJ_ERR_USAGE, "no command; see interject --help"));
	return ij_commands_fail(ij_error_create(IJ_ERR_USAGE,
						"unknown command or option \"%s\"; see "
						"interject --help",
						word));
}
