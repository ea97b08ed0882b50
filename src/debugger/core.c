/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Core files: ELF with notes and memory (Linux, fs/binfmt_elf.c, elf_core_dump; core(5)). */
#include "debugger/core.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "debugger/debugger.h"
#include "interject/core.h"

enum { PAGE = 4096, PART = 1 << 20 };

/* A file that is written in order. */
struct writer {
	struct ij_debugger *d;
	const struct ij_debugger_core *how;
	const char *path;
	int fd;
	uint8_t *part; /* PART bytes */
};

static struct ij_error *cannot_write(const struct writer *w)
{
	return ij_error_os(OS, errno, "%s: %s", w->path, strerror(errno));
}

static struct ij_error *put(struct writer *w, const void *bytes, size_t size)
{
	const uint8_t *pos = bytes;

	while (size) {
		ssize_t len = write(w->fd, pos, size);

		if (len < 0 && errno == EINTR)
			continue;
		if (len <= 0)
			return cannot_write(w);
		pos += len;
		size -= (size_t)len;
	}
	return NULL;
}

static bool is_zero(const uint8_t *bytes, size_t size)
{
	return !*bytes && !memcmp(bytes, bytes + 1, size - 1);
}

/* Memory, page by page where not all of it can be read; zero pages are holes of the file. */
static struct ij_error *put_memory(struct writer *w, uint64_t addr, uint64_t size)
{
	uint64_t unread = 0;

	for (uint64_t at = 0; at < size;) {
		size_t part = size - at < PART ? (size_t)(size - at) : PART;
		struct ij_error *err = ij_debugger_read(w->d, addr + at, w->part, part);

		if (err && err->code == IJ_ERR_NOMEM)
			return err;
		for (size_t off = 0; err && off < part; off += PAGE) {
			struct ij_error *page =
				ij_debugger_read(w->d, addr + at + off, w->part + off, PAGE);

			if (page) {
				memset(w->part + off, 0, PAGE);
				unread += PAGE;
			}
			ij_error_free(page);
		}
		ij_error_free(err);
		for (size_t off = 0; off < part; off += PAGE) {
			if (!is_zero(w->part + off, PAGE))
				IJ_TRY(put(w, w->part + off, PAGE));
			else if (lseek(w->fd, PAGE, SEEK_CUR) < 0)
				return cannot_write(w);
		}
		at += part;
	}
	if (unread && w->how->unread)
		w->how->unread(w->how->ctx, addr, size);
	return NULL;
}

/* How much of @region is in the file. */
static uint64_t dumped(struct writer *w, const struct ij_core_region *region, unsigned filter)
{
	char magic[SELFMAG];
	struct ij_error *err;

	if (ij_core_is_wanted(region, filter, w->how->excluded))
		return region->hi - region->lo;
	/* The head of a file that is executed tells which it is. */
	if (!(filter & IJ_CORE_ELF_HEADERS) || region->off || !*region->path || region->io ||
	    !region->readable)
		return 0;
	err = ij_debugger_read(w->d, region->lo, magic, sizeof(magic));
	ij_error_free(err);
	return !err && !memcmp(magic, ELFMAG, SELFMAG) ? PAGE : 0;
}

static uint64_t to_page(uint64_t off)
{
	return (off + PAGE - 1) / PAGE * PAGE;
}

static struct ij_error *put_headers(struct writer *w, const struct ij_core_regions *regions,
				    const uint64_t *sizes, size_t notes)
{
	const size_t count = regions->list.len + 1;
	Elf64_Ehdr ehdr = {.e_type = ET_CORE,
			   .e_machine = EM_X86_64,
			   .e_version = EV_CURRENT,
			   .e_phoff = sizeof(ehdr),
			   .e_ehsize = sizeof(ehdr),
			   .e_phentsize = sizeof(Elf64_Phdr),
			   .e_phnum = (uint16_t)count};
	const uint64_t begin = sizeof(ehdr) + count * sizeof(Elf64_Phdr);
	Elf64_Phdr note = {.p_type = PT_NOTE, .p_offset = begin, .p_filesz = notes, .p_align = 4};
	uint64_t off = to_page(begin + notes);

	if (count >= PN_XNUM)
		return ij_error_new(LIMIT, "%s: the process has too many mappings for a core file",
				    w->path);
	memcpy(ehdr.e_ident, ELFMAG, SELFMAG);
	ehdr.e_ident[EI_CLASS] = ELFCLASS64;
	ehdr.e_ident[EI_DATA] = ELFDATA2LSB;
	ehdr.e_ident[EI_VERSION] = EV_CURRENT;
	IJ_TRY(put(w, &ehdr, sizeof(ehdr)));
	IJ_TRY(put(w, &note, sizeof(note)));
	for (size_t i = 0; i < regions->list.len; i++) {
		const struct ij_core_region *it = &regions->list.items[i];
		const Elf64_Phdr load = {.p_type = PT_LOAD,
					 .p_offset = off,
					 .p_vaddr = it->lo,
					 .p_filesz = sizes[i],
					 .p_memsz = it->hi - it->lo,
					 .p_flags = (it->readable ? PF_R : 0u) |
						    (it->writable ? PF_W : 0u) |
						    (it->executable ? PF_X : 0u),
					 .p_align = PAGE};

		IJ_TRY(put(w, &load, sizeof(load)));
		off += sizes[i];
	}
	return NULL;
}

static struct ij_error *write_core(struct writer *w)
{
	struct ij_core_regions regions = {.list = {0}};
	IJ_STRBUF_AUTO notes = {0};
	uint64_t *sizes = NULL;
	struct ij_error *err;
	unsigned filter = ij_core_filter(w->d->inf->pid, !w->how->no_filter);
	off_t end = 0;

	err = ij_core_regions_read(w->d, &regions);
	if (!err)
		err = ij_core_notes(w->d, &regions, &notes);
	if (!err)
		err = ij_strbuf_error(&notes);
	sizes = err ? NULL : calloc(regions.list.len + 1, sizeof(*sizes));
	if (!err && !sizes)
		err = ij_error_nomem();
	for (size_t i = 0; !err && i < regions.list.len; i++)
		sizes[i] = dumped(w, &regions.list.items[i], filter);
	if (!err)
		err = put_headers(w, &regions, sizes, notes.len);
	if (!err)
		err = put(w, notes.str, notes.len);
	if (!err) {
		end = lseek(w->fd, 0, SEEK_CUR);
		end = lseek(w->fd, (off_t)to_page((uint64_t)end), SEEK_SET);
		err = end < 0 ? cannot_write(w) : NULL;
	}
	for (size_t i = 0; !err && i < regions.list.len; i++)
		err = put_memory(w, regions.list.items[i].lo, sizes[i]);
	if (!err) {
		end = lseek(w->fd, 0, SEEK_CUR);
		err = end < 0 || ftruncate(w->fd, end) ? cannot_write(w) : NULL;
	}
	free(sizes);
	ij_core_regions_deinit(&regions);
	return err;
}

struct ij_error *ij_debugger_core(struct ij_debugger *d, const char *path,
				  const struct ij_debugger_core *how)
{
	struct writer w = {.d = d, .how = how, .path = path};
	struct ij_error *err;

	if (!d->inf && !d->target)
		return ij_error_new(NOPROC, "You can't do that without a process to debug.");
	if (!d->inf)
		IJ_TRY(ij_debugger_hold(d));
	w.fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (w.fd < 0)
		return ij_error_os(OS, errno, "Failed to open '%s' for output.", path);
	w.part = malloc(PART);
	err = w.part ? write_core(&w) : ij_error_nomem();
	free(w.part);
	if (close(w.fd) && !err)
		err = cannot_write(&w);
	if (err)
		unlink(path);
	return err;
}
