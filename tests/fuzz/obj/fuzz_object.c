/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Fuzzes the ELF reader: opening, every symbol and section, lookups, relocations, debug files. */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "obj/object.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct seen {
	size_t sum;
	const char *names[16];
	unsigned names_len;
};

static bool visit_plt(void *ctx, uint64_t vaddr, const char *name)
{
	struct seen *seen = ctx;

	seen->sum += vaddr + strlen(name);
	return true;
}

static bool visit_symbol(void *ctx, const struct ij_symbol *sym)
{
	struct seen *seen = ctx;

	/* Every byte of what is handed out must be readable. */
	seen->sum += strlen(sym->name) + (sym->version ? strlen(sym->version) : 0);
	if (seen->names_len < IJ_COUNT(seen->names))
		seen->names[seen->names_len++] = sym->name;
	return true;
}

static bool visit_reloc(void *ctx, uint64_t slot, int64_t addend)
{
	*(size_t *)ctx += slot ^ (uint64_t)addend;
	return true;
}

/* Use of an error's text. */
static void drop(struct ij_error *err)
{
	if (err && !*err->msg)
		abort();
	ij_error_free(err);
}

static void read_sections(struct ij_object *obj, size_t *sum)
{
	static const char *const names[] = {".eh_frame", ".debug_info", ".debug_str", ".text",
					    ".dynsym",   ".strtab",     ".comment"};

	for (size_t i = 0; i < IJ_COUNT(names); i++) {
		const uint8_t *bytes;
		size_t size;
		uint64_t vaddr;
		struct ij_error *err = ij_object_section(obj, names[i], &bytes, &size, &vaddr);

		if (!err && size)
			*sum += bytes[0] + bytes[size - 1];
		drop(err);
	}
}

static void look_up(struct ij_object *obj, struct seen *seen)
{
	static const char *const names[] = {"f", "main", "fx_versioned", "puts", ""};
	struct ij_symbol sym;

	for (size_t i = 0; i < IJ_COUNT(names); i++) {
		drop(ij_object_symbol(obj, names[i], &sym));
		drop(ij_object_relocs_of(obj, names[i], "V", visit_reloc, &seen->sum));
	}
	for (unsigned i = 0; i < seen->names_len; i++) {
		struct ij_error *err = ij_object_symbol(obj, seen->names[i], &sym);
		struct ij_symbol at;

		if (!err) {
			if (strcmp(sym.name, seen->names[i]))
				abort();
			drop(ij_object_symbol_at(obj, sym.value + sym.size / 2, &at));
			drop(ij_object_relocs_irelative(obj, sym.value, visit_reloc, &seen->sum));
		}
		drop(err);
	}
}

static void use(struct ij_object *obj)
{
	struct seen seen = {0};
	uint8_t buf[64];
	uint64_t vaddr, size;
	const char *link;
	uint32_t crc;
	size_t len;
	const struct ij_segment *segs = ij_object_segments(obj, &len);

	for (size_t i = 0; i < len; i++) {
		if (i && segs[i].vaddr < segs[i - 1].vaddr + segs[i - 1].mem_size)
			abort();
		drop(ij_object_read(obj, segs[i].vaddr + segs[i].file_size / 2, buf, sizeof(buf)));
	}
	if (ij_object_base(obj) + ij_object_span(obj) < ij_object_span(obj))
		abort();
	if (ij_object_soname(obj))
		seen.sum += strlen(ij_object_soname(obj));
	if (ij_object_eh_frame_hdr(obj, &vaddr, &size) && size <= sizeof(buf))
		drop(ij_object_read(obj, vaddr, buf, size));
	drop(ij_object_symbols_each(obj, visit_symbol, &seen));
	drop(ij_object_plt_each(obj, visit_plt, &seen));
	look_up(obj, &seen);
	read_sections(obj, &seen.sum);
	if (ij_object_debuglink(obj, &link, &crc))
		seen.sum += strlen(link);
	drop(ij_object_symbol_at(obj, ij_object_entry(obj), &(struct ij_symbol){0}));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ij_object *obj;
	struct ij_error *err = ij_object_open_bytes(data, size, "image", &obj);
	int fd, debug_fd;

	if (!err) {
		use(obj);
		ij_object_close(obj);
	}
	drop(err);

	/* The same as a file, and as its own debug file. */
	fd = memfd_create("fuzz", MFD_CLOEXEC);
	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	err = ij_object_open_fd(fd, "file", &obj);
	if (!err) {
		debug_fd = dup(fd);
		if (debug_fd < 0)
			abort();
		drop(ij_object_debug_attach(obj, debug_fd, "debug"));
		use(obj);
		ij_object_close(obj);
	}
	drop(err);
	close(fd);
	return 0;
}
