/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* dump and append: memory of the program into files (gdb/cli/cli-dump.c). */
#include <errno.h>
#include <string.h>

#include "repl/gdb/subs.h"

/* Written at once. */
enum { PART = 1 << 16 };

static struct ij_error *cannot_write(const struct ij_gdb *g, const char *path)
{
	return IJ_GDB_TEXT(OS, "%s: %s.%s", path, strerror(errno), ij_gdb_given_up(g, errno));
}

/* @size bytes at @addr go to the file @path, which is opened in @mode once the first can be read.
 */
static struct ij_error *write_out(struct ij_gdb *g, const char *path, const char *mode,
				  uint64_t addr, uint64_t size)
{
	uint8_t *bytes = malloc(PART);
	struct ij_error *err = NULL;
	FILE *file = NULL;

	if (!bytes)
		return ij_cli_nomem();
	while (size && !err) {
		size_t part = size < PART ? (size_t)size : PART;

		err = ij_debugger_read(g->debugger, addr, bytes, part);
		if (err) {
			ij_error_free(err);
			err = IJ_GDB_TEXT(FAULT, "Cannot access memory at address 0x%llx",
					  (unsigned long long)addr);
			break;
		}
		file = file ? file : fopen(path, mode);
		if (!file || fwrite(bytes, 1, part, file) != part)
			err = cannot_write(g, path);
		addr += part;
		size -= part;
	}
	if (file && fclose(file) && !err)
		err = cannot_write(g, path);
	free(bytes);
	return err;
}

static struct ij_error *memory(struct ij_gdb *g, char *args, const char *mode)
{
	const char *path = ij_gdb_word(&args), *start;
	uint64_t lo, hi;

	if (!*path)
		return IJ_GDB_TEXT(USAGE, "Missing filename.");
	if (!*args)
		return IJ_GDB_TEXT(USAGE, "Missing start address.");
	start = ij_gdb_word(&args);
	if (!*args)
		return IJ_GDB_TEXT(USAGE, "Missing stop address.");
	IJ_CLI_TRY(ij_gdb_to_address(g, start, &lo));
	IJ_CLI_TRY(ij_gdb_to_address(g, args, &hi));
	if (hi <= lo)
		return IJ_GDB_TEXT(USAGE, "Invalid memory address range (start >= end).");
	return write_out(g, path, mode, lo, hi - lo);
}

static struct ij_error *value(struct ij_gdb *g, char *args, const char *mode)
{
	const char *path = ij_gdb_word(&args);
	struct ij_datum *datum;
	uint64_t addr, size;
	bool is;

	if (!*path)
		return IJ_GDB_TEXT(USAGE, "Missing filename.");
	if (!*args)
		return IJ_GDB_TEXT(USAGE, "No value to %s.", *mode == 'a' ? "append" : "dump");
	IJ_CLI_TRY(ij_gdb_eval(g, args, &datum));
	is = ij_datum_address(datum, &addr);
	size = ij_datum_size(datum);
	ij_datum_free(datum);
	if (!is)
		return IJ_GDB_TEXT(UNSUPPORTED,
				   "Only a value that is in memory can be written to a "
				   "file.");
	return write_out(g, path, mode, addr, size);
}

/* Bytes as they are is the only format, so that its name may be left out. */
static struct ij_error *run(struct ij_gdb *g, char *args, const char *name, const char *mode)
{
	char *pos = args;
	const char *word = ij_gdb_word(&pos);

	if (*word && !strncmp("binary", word, strlen(word)))
		word = ij_gdb_word(&pos);
	if (*word && !strncmp("memory", word, strlen(word)))
		return memory(g, pos, mode);
	if (*word && !strncmp("value", word, strlen(word)))
		return value(g, pos, mode);
	return IJ_GDB_TEXT(NOTFOUND, "Undefined %s command: \"%s\".  Try \"help %s\".", name, word,
			   name);
}

IJ_GDB_DO(dump)
{
	return run(g, args, "dump", "w");
}

IJ_GDB_DO(append)
{
	return run(g, args, "append", "a");
}
