/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* info: what can be seen without stopping the process. */
#include <dirent.h>
#include <string.h>
#include <unistd.h>

#include "repl/file.h"
#include "repl/gdb/proc.h"
#include "repl/gdb/subs.h"

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

/* A symbolic link of /proc/PID; "" if it cannot be read. */
static void link_of(pid_t pid, const char *name, char *ret, size_t size)
{
	char path[64];
	ssize_t len;

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
	len = readlink(path, ret, size - 1);
	ret[len < 0 ? 0 : len] = 0;
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

IJ_GDB_DO(info_inferiors)
{
	struct ij_debugger_module module = {.path = ""};
	pid_t pid = ij_debugger_pid(g->debugger);
	char number[32];

	(void)args;
	(void)ij_debugger_module(g->debugger, 0, &module);
	if (pid)
		snprintf(number, sizeof(number), "process %d", pid);
	else
		snprintf(number, sizeof(number), "<null>");
	printf("  Num  Description       Connection           Executable        \n"
	       "* 1    %-17s %-20s %s \n",
	       number, pid ? "1 (native)" : "", module.path);
	return NULL;
}

static struct ij_error *mappings(pid_t pid)
{
	char path[64], *text, *save = NULL;

	snprintf(path, sizeof(path), "/proc/%d/maps", pid);
	if (access(path, R_OK))
		return IJ_GDB_TEXT(GONE, "unable to open /proc file '%s'", path);
	IJ_CLI_TRY(ij_file_load(path, &text));
	printf("Mapped address spaces:\n\n"
	       "          Start Addr           End Addr       Size     Offset  Perms  objfile\n");
	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		unsigned long long lo, hi, off;
		char perms[8];
		int at = 0;

		if (sscanf(line, "%llx-%llx %7s %llx %*s %*s %n", &lo, &hi, perms, &off, &at) < 4)
			continue;
		printf("  %#18llx %#18llx %#10llx %#10llx  %s  %s\n", lo, hi, hi - lo, off, perms,
		       at ? line + at : "");
	}
	free(text);
	return NULL;
}

IJ_GDB_DO(info_proc)
{
	char path[64], text[4096], *cmdline;
	struct ij_error *err;
	pid_t pid;

	pid = ij_debugger_pid(g->debugger);
	if (!pid)
		return IJ_GDB_TEXT(NOPROC, "No current process: you must name one.");
	printf("process %d\n", pid);
	if (!strncmp(args, "map", 3))
		return mappings(pid);
	snprintf(path, sizeof(path), "/proc/%d/cmdline", pid);
	err = ij_gdb_cmdline(pid, &cmdline);
	if (!err) {
		printf("cmdline = '%s'\n", cmdline);
		free(cmdline);
	}
	ij_error_free(err);
	link_of(pid, "cwd", text, sizeof(text));
	printf("cwd = '%s'\n", text);
	link_of(pid, "exe", text, sizeof(text));
	printf("exe = '%s'\n", text);
	return NULL;
}

IJ_GDB_DO(info_sharedlibrary)
{
	struct ij_debugger_module module;
	bool any = false, bare = false;

	(void)args;
	for (size_t i = 0; ij_debugger_module(g->debugger, i, &module); i++) {
		if (module.is_main)
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
		printf("No shared libraries loaded at this time.\n");
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
