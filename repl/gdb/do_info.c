/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* info: what can be seen without stopping the process. */
#include "interject/listing.h"
#include "repl/gdb/breaks.h"
#include "repl/gdb/subs.h"
#include "repl/gdb/symbols.h"
#include "repl/gdb/threads.h"

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

/* "\tUsing the running image of child process 12." */
static void tell_image(struct ij_gdb *g)
{
	char text[96];

	ij_gdb_thread_text(g, ij_debugger_current(g->debugger), false, text, sizeof(text));
	if (ij_debugger_state_of(g->debugger) != IJ_DEBUGGER_STOPPED)
		snprintf(text, sizeof(text), "process %d", ij_debugger_pid(g->debugger));
	printf("\tUsing the running image of %s %s.\n",
	       ij_debugger_is_own(g->debugger) ? "child" : "attached", text);
}

IJ_GDB_DO(info_files)
{
	struct ij_debugger_section section;
	struct ij_debugger_module module;

	(void)args;
	if (!ij_debugger_module(g->debugger, 0, &module))
		return NULL;
	printf("Symbols from \"%s\".\n", module.path);
	if (ij_debugger_pid(g->debugger)) {
		printf("Native process:\n");
		tell_image(g);
		printf("\tWhile running this, GDB does not access memory from...\n");
	}
	printf("Local exec file:\n\t`%s', file type elf64-x86-64.\n\tEntry point: 0x%llx\n",
	       module.path, (unsigned long long)module.entry);
	for (size_t i = 0; ij_debugger_module(g->debugger, i, &module); i++) {
		for (size_t j = 0; ij_debugger_section(g->debugger, i, j, &section); j++) {
			printf("\t0x%016llx - 0x%016llx is %s", (unsigned long long)section.lo,
			       (unsigned long long)section.hi, section.name);
			printf(module.is_main ? "\n" : " in %s\n", module.path);
		}
	}
	return NULL;
}

IJ_GDB_DO(info_program)
{
	const struct ij_debugger_event *event = &g->stop;
	char name[IJ_GDB_SIGNAL_MAX], text[IJ_GDB_SIGNAL_MAX];
	struct ij_debugger_frame frame;

	(void)args;
	if (!ij_debugger_pid(g->debugger)) {
		printf("The program being debugged is not being run.\n");
		return NULL;
	}
	IJ_CLI_TRY(ij_debugger_frame(g->debugger, 0, &frame));
	tell_image(g);
	printf("Program stopped at 0x%llx.\n", (unsigned long long)frame.pc);
	for (unsigned i = 0; event->kind == IJ_DEBUGGER_BREAKPOINT && i < event->hits_len; i++) {
		if (ij_gdb_break_find(g, event->hits[i]))
			printf("It stopped at breakpoint %u.\n", event->hits[i]);
		else
			printf("It stopped at a breakpoint that has since been deleted.\n");
	}
	if (event->kind == IJ_DEBUGGER_STEPPED || event->kind == IJ_DEBUGGER_REACHED)
		printf("It stopped after being stepped.\n");
	if (event->kind == IJ_DEBUGGER_SIGNALLED && event->signo) {
		ij_gdb_signal_words(event->signo, name, text);
		printf("It stopped with signal %s, %s.\n", name, text);
	}
	if (g->from_tty)
		printf("Type \"info stack\" or \"info registers\" for more information.\n");
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
