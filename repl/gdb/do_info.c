/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* info: what can be seen without stopping the process. */
#include "repl/gdb/subs.h"
#include "repl/gdb/symbols.h"

const struct ij_gdb_command ij_gdb_info[] = {
#define IJ_GI(name, function, usage, summary) \
	{name, ij_gdb_do_##function, NULL, usage, summary, false},
#include "repl/gdb/info.def"
#undef IJ_GI
	{NULL, NULL, NULL, NULL, NULL, false},
};

IJ_GDB_DO(info)
{
	if (*args)
		return ij_gdb_dispatch(g, ij_gdb_info, "info ", args);
	printf("List of info subcommands:\n\n");
	for (const struct ij_gdb_command *it = ij_gdb_info; it->name; it++)
		printf("info %s -- %s\n", it->name, it->summary);
	return NULL;
}

IJ_GDB_DO(info_files)
{
	struct ij_debugger_module module;
	pid_t pid = ij_debugger_pid(g->debugger);

	(void)args;
	if (!ij_debugger_module(g->debugger, 0, &module))
		return NULL;
	printf("Symbols from \"%s\".\n", module.path);
	if (pid)
		printf("Native process:\n\tUsing the running image of %s %s %d.\n",
		       ij_debugger_is_own(g->debugger) ? "child" : "attached", "process", pid);
	for (size_t i = 0; ij_debugger_module(g->debugger, i, &module); i++) {
		if (!module.text)
			continue;
		printf("\t0x%016llx - 0x%016llx is .text", (unsigned long long)module.text,
		       (unsigned long long)module.text_end);
		printf(module.is_main ? "\n" : " in %s\n", module.path);
	}
	return NULL;
}

IJ_GDB_DO(info_sharedlibrary)
{
	struct ij_debugger_module module;
	bool any = false, bare = false;
	regex_t pattern;

	if (*args)
		IJ_CLI_TRY(ij_gdb_regex(args, &pattern));
	for (size_t i = 0; ij_debugger_module(g->debugger, i, &module); i++) {
		if (module.is_main || (*args && regexec(&pattern, module.path, 0, NULL, 0)))
			continue;
		if (!any)
			printf("%-18s  %-18s  %-10s  %s\n", "From", "To", "Syms Read",
			       "Shared Object Library");
		any = true;
		bare = bare || !module.has_debug;
		printf("0x%016llx  0x%016llx  %-10s  %s\n", (unsigned long long)module.text,
		       (unsigned long long)module.text_end, module.has_debug ? "Yes" : "Yes (*)",
		       module.path);
	}
	if (bare)
		printf("(*): Shared library is missing debugging information.\n");
	if (!any)
		printf("No shared libraries %s.\n", *args ? "matched" : "loaded at this time");
	if (*args)
		regfree(&pattern);
	return NULL;
}

IJ_GDB_DO(info_vtbl)
{
	struct ij_datum *datum;
	struct ij_error *err;
	char *text;

	IJ_CLI_TRY(ij_gdb_eval(g, *args ? args : "$", &datum));
	err = ij_datum_tables(g->debugger, datum, &text);
	ij_datum_free(datum);
	if (err)
		return err;
	fputs(text, stdout);
	free(text);
	return NULL;
}

IJ_GDB_DO(info_symbol)
{
	struct ij_datum *datum;
	int64_t value;
	uint64_t addr;
	char *text;

	if (!*args)
		return IJ_GDB_TEXT(USAGE, "Argument required (address).");
	IJ_CLI_TRY(ij_gdb_eval(g, args, &datum));
	addr = ij_datum_integer(datum, &value) ? (uint64_t)value : 0;
	if (!addr)
		(void)ij_datum_address(datum, &addr);
	ij_datum_free(datum);
	IJ_CLI_TRY(ij_debugger_symbol(g->debugger, addr, &text));
	if (text)
		printf("%s\n", text);
	else
		printf("No symbol matches %s.\n", args);
	free(text);
	return NULL;
}

IJ_GDB_DO(info_interject)
{
	const struct ij_result *result = ij_debugger_last_call(g->debugger);

	(void)args;
	if (!result) {
		printf("No call was made yet.\n");
		return NULL;
	}
	printf("status: %s\n", ij_result_status(result));
	fputs(ij_result_explain(result), stdout);
	printf("pause: %.1f us, of these %.1f us in the call\n",
	       (double)ij_result_pause_ns(result) / 1e3, (double)ij_result_call_ns(result) / 1e3);
	return NULL;
}
