/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* info proc and info auxv: what the kernel says of a process (proc(5); gdb/linux-tdep.c,
 * linux_info_proc; gdb/auxv.c). */
#include <ctype.h>
#include <elf.h>
#include <string.h>
#include <unistd.h>

#include "interject/listing.h"
#include "repl/file.h"
#include "repl/gdb/proc.h"
#include "repl/gdb/subs.h"

enum part {
	CMDLINE = 1 << 0,
	CWD = 1 << 1,
	EXE = 1 << 2,
	MAPPINGS = 1 << 3,
	STATUS = 1 << 4,
	STAT = 1 << 5,
};

static void tell_link(pid_t pid, const char *name)
{
	char path[64], text[4096];
	ssize_t len;

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
	len = readlink(path, text, sizeof(text) - 1);
	if (len < 0) {
		fflush(stdout);
		fprintf(stderr, "warning: unable to read link '%s'\n", path);
		return;
	}
	text[len] = 0;
	printf("%s = '%s'\n", name, text);
}

static struct ij_error *load(pid_t pid, const char *name, char **ret)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
	if (access(path, R_OK))
		return IJ_GDB_TEXT(GONE, "unable to open /proc file '%s'", path);
	return ij_file_load(path, ret);
}

static void mapping(unsigned long long lo, unsigned long long hi, unsigned long long off,
		    const char *perms, const char *path)
{
	char where[24];

	snprintf(where, sizeof(where), "0x%llx", off);
	printf("  %#18llx %#18llx %#10llx %10s  %-5s  %s\n", lo, hi, hi - lo, where, perms, path);
}

static struct ij_error *mappings(struct ij_gdb *g, pid_t pid)
{
	struct ij_debugger_mapping known;
	char *text = NULL, *save = NULL;
	bool own = pid == ij_debugger_pid(g->debugger);

	/* We may know those of the process without being allowed to read them here. */
	if (!own)
		IJ_CLI_TRY(load(pid, "maps", &text));
	printf("Mapped address spaces:\n\n"
	       "          Start Addr           End Addr       Size     Offset  Perms  objfile\n");
	for (size_t i = 0; own && ij_debugger_mapping(g->debugger, i, &known); i++)
		mapping(known.lo, known.hi, known.off, known.perms, known.path);
	for (char *line = text ? strtok_r(text, "\n", &save) : NULL; line;
	     line = strtok_r(NULL, "\n", &save)) {
		unsigned long long lo, hi, off;
		char perms[8];
		int at = 0;

		if (sscanf(line, "%llx-%llx %7s %llx %*s %*s %n", &lo, &hi, perms, &off, &at) >= 4)
			mapping(lo, hi, off, perms, at ? line + at : "");
	}
	free(text);
	return NULL;
}

/* What the numbers of /proc/PID/stat behind the state are, in their order, by gdb's words. */
static const struct field {
	const char *text;
	bool hex;
} fields[] = {
	{"Parent process", false},
	{"Process group", false},
	{"Session id", false},
	{"TTY", false},
	{"TTY owner process group", false},
	{"Flags", true},
	{"Minor faults (no memory page)", false},
	{"Minor faults, children", false},
	{"Major faults (memory page faults)", false},
	{"Major faults, children", false},
	{"utime", false},
	{"stime", false},
	{"utime, children", false},
	{"stime, children", false},
	{"jiffies remaining in current time slice", false},
	{"'nice' value", false},
	{"jiffies until next timeout", false},
	{"jiffies until next SIGALRM", false},
	{"start time (jiffies since system boot)", false},
	{"Virtual memory size", false},
	{"Resident set size", false},
	{"rlim", false},
	{"Start of text", true},
	{"End of text", true},
	{"Start of stack", true},
};

static struct ij_error *stat_of(pid_t pid)
{
	char *text, *name, *end, *pos;

	IJ_CLI_TRY(load(pid, "stat", &text));
	name = strchr(text, '(');
	/* The name may have any characters. */
	end = name ? strrchr(name, ')') : NULL;
	if (!end || strlen(end) < 3) {
		free(text);
		return IJ_GDB_TEXT(BADDATA, "/proc/%d/stat is malformed", pid);
	}
	*end = 0;
	printf("Process: %d\nExec file: %s\nState: %c\n", pid, name + 1, end[2]);
	pos = end + 3;
	for (size_t i = 0; i < IJ_CLI_COUNT(fields); i++) {
		char *was = pos;
		unsigned long long value = strtoull(pos, &pos, 10);

		if (pos == was)
			break;
		printf(fields[i].hex ? "%s: 0x%llx\n" : "%s: %llu\n", fields[i].text, value);
	}
	free(text);
	return NULL;
}

static struct ij_error *tell(struct ij_gdb *g, pid_t pid, unsigned parts)
{
	struct ij_error *err;
	char *text;

	printf("process %d\n", pid);
	if (parts & CMDLINE) {
		err = ij_gdb_cmdline(pid, &text);
		if (!err) {
			printf("cmdline = '%s'\n", text);
			free(text);
		}
		ij_error_free(err);
	}
	if (parts & CWD)
		tell_link(pid, "cwd");
	if (parts & EXE)
		tell_link(pid, "exe");
	if (parts & MAPPINGS)
		IJ_CLI_TRY(mappings(g, pid));
	if (parts & STATUS) {
		IJ_CLI_TRY(load(pid, "status", &text));
		fputs(text, stdout);
		free(text);
	}
	return parts & STAT ? stat_of(pid) : NULL;
}

IJ_GDB_DO(info_proc)
{
	static const struct {
		const char *name;
		unsigned parts, least; /* letters of a short form */
	} words[] = {
		{"mappings", MAPPINGS, 1}, {"stat", STAT, 4}, {"status", STATUS, 5},
		{"cmdline", CMDLINE, 2},   {"cwd", CWD, 2},   {"exe", EXE, 1},
		{"all", ~0u, 1},
	};
	unsigned parts = CMDLINE | CWD | EXE;
	pid_t pid = ij_debugger_pid(g->debugger);
	char *word = ij_gdb_word(&args);

	if (*word && !isdigit((unsigned char)*word)) {
		size_t len = strlen(word), i = 0;

		while (i < IJ_CLI_COUNT(words) &&
		       (len < words[i].least || strncmp(words[i].name, word, len) != 0))
			i++;
		if (i < IJ_CLI_COUNT(words)) {
			parts = words[i].parts;
			word = ij_gdb_word(&args);
		}
	}
	if (isdigit((unsigned char)*word)) {
		pid = (pid_t)strtol(word, NULL, 10);
		word = ij_gdb_word(&args);
	}
	if (!pid)
		return IJ_GDB_TEXT(NOPROC, "No current process: you must name one.");
	if (*word)
		return IJ_GDB_TEXT(USAGE, "Too many parameters: %s", word);
	return tell(g, pid, parts);
}

/* ---- The auxiliary vector ---- */

static const struct aux {
	uint64_t type;
	const char *name, *text;
	char format; /* 'd', 'x', or 's': the address of a string */
} auxes[] = {
	{AT_NULL, "AT_NULL", "End of vector", 'x'},
	{AT_IGNORE, "AT_IGNORE", "Entry should be ignored", 'x'},
	{AT_EXECFD, "AT_EXECFD", "File descriptor of program", 'd'},
	{AT_PHDR, "AT_PHDR", "Program headers for program", 'x'},
	{AT_PHENT, "AT_PHENT", "Size of program header entry", 'd'},
	{AT_PHNUM, "AT_PHNUM", "Number of program headers", 'd'},
	{AT_PAGESZ, "AT_PAGESZ", "System page size", 'd'},
	{AT_BASE, "AT_BASE", "Base address of interpreter", 'x'},
	{AT_FLAGS, "AT_FLAGS", "Flags", 'x'},
	{AT_ENTRY, "AT_ENTRY", "Entry point of program", 'x'},
	{AT_NOTELF, "AT_NOTELF", "Program is not ELF", 'd'},
	{AT_UID, "AT_UID", "Real user ID", 'd'},
	{AT_EUID, "AT_EUID", "Effective user ID", 'd'},
	{AT_GID, "AT_GID", "Real group ID", 'd'},
	{AT_EGID, "AT_EGID", "Effective group ID", 'd'},
	{AT_CLKTCK, "AT_CLKTCK", "Frequency of times()", 'd'},
	{AT_PLATFORM, "AT_PLATFORM", "String identifying platform", 's'},
	{AT_HWCAP, "AT_HWCAP", "Machine-dependent CPU capability hints", 'x'},
	{AT_SECURE, "AT_SECURE", "Boolean, was exec setuid-like?", 'd'},
	{AT_BASE_PLATFORM, "AT_BASE_PLATFORM", "String identifying base platform", 's'},
	{AT_RANDOM, "AT_RANDOM", "Address of 16 random bytes", 'x'},
	{AT_HWCAP2, "AT_HWCAP2", "Extension of AT_HWCAP", 'x'},
	{AT_EXECFN, "AT_EXECFN", "File name of executable", 's'},
	{AT_SYSINFO, "AT_SYSINFO", "Special system info/entry points", 'x'},
	{AT_SYSINFO_EHDR, "AT_SYSINFO_EHDR", "System-supplied DSO's ELF header", 'x'},
	{AT_MINSIGSTKSZ, "AT_MINSIGSTKSZ", "Minimum stack size for signal delivery", 'x'},
};

static const struct aux *aux_of(uint64_t type)
{
	static const struct aux unknown = {0, "???", "", 'x'};

	for (size_t i = 0; i < IJ_CLI_COUNT(auxes); i++)
		if (auxes[i].type == type)
			return &auxes[i];
	return &unknown;
}

enum { STRING_MAX = 256, STACK_MAX = 1 << 20, VECTOR_MAX = 128 };

static void tell_string(struct ij_gdb *g, uint64_t addr)
{
	char text[STRING_MAX];
	size_t len = 0;

	for (; len < sizeof(text) - 1; len++) {
		struct ij_error *err = ij_debugger_read(g->debugger, addr + len, text + len, 1);
		bool ends = err || !text[len];

		ij_error_free(err);
		if (ends)
			break;
	}
	text[len] = 0;
	printf(" \"%s\"", text);
}

static void tell_aux(struct ij_gdb *g, uint64_t type, uint64_t value)
{
	const struct aux *aux = aux_of(type);

	printf("%-4llu %-20s %-30s ", (unsigned long long)type, aux->name, aux->text);
	printf(aux->format == 'd' ? "%llu" : "0x%llx", (unsigned long long)value);
	if (aux->format == 's')
		tell_string(g, value);
	putchar('\n');
}

/* The kernel puts the vector onto the stack, below the program's strings; on x86-64 the address of
 * the vdso comes first (arch/x86/include/asm/elf.h, ARCH_DLINFO; fs/binfmt_elf.c). */
static bool find_vector(struct ij_gdb *g, uint64_t *ret)
{
	struct ij_debugger_mapping it;
	uint64_t vdso = 0, lo = 0, hi = 0, pair[2];

	for (size_t i = 0; ij_debugger_mapping(g->debugger, i, &it); i++) {
		if (!strcmp(it.path, "[vdso]"))
			vdso = it.lo;
		if (!strcmp(it.path, "[stack]")) {
			lo = it.lo;
			hi = it.hi;
		}
	}
	if (!vdso)
		return false;
	for (uint64_t at = hi; at >= lo + sizeof(pair) && hi - at < STACK_MAX;) {
		struct ij_error *err;

		at -= 8;
		err = ij_debugger_read(g->debugger, at, pair, sizeof(pair));
		if (err && at < hi - 8) {
			ij_error_free(err);
			return false;
		}
		if (!err && pair[0] == AT_SYSINFO_EHDR && pair[1] == vdso) {
			*ret = at;
			return true;
		}
		ij_error_free(err);
	}
	return false;
}

IJ_GDB_DO(info_auxv)
{
	uint64_t pair[2] = {AT_IGNORE, 0}, at;
	struct ij_error *err;

	(void)args;
	if (!ij_debugger_pid(g->debugger) || !find_vector(g, &at))
		return IJ_GDB_TEXT(NOTFOUND, "The program has no auxiliary information now.");
	for (unsigned i = 0; i < VECTOR_MAX && pair[0] != AT_NULL; i++, at += sizeof(pair)) {
		err = ij_debugger_read(g->debugger, at, pair, sizeof(pair));
		if (err)
			return err;
		tell_aux(g, pair[0], pair[1]);
	}
	return NULL;
}
