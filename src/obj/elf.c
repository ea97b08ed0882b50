/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Sections through libelf; the only file that uses it (and zstd, which Debian's libelf 0.188
 * lacks).
 *
 * libelf reads by descriptor (ELF_C_READ), never by mapping the file. It trusts sizes more than we
 * do, so the table is checked before it allocates by it, and each section before it is read.
 * Source: System V gABI 4.1 "Sections"; the compression header is gABI "Section Compression".
 */
#include "obj/elf.h"

#include <elf.h>
#include <libelf.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#ifndef ELFCOMPRESS_ZSTD
#define ELFCOMPRESS_ZSTD 2 /* binutils 2.40; newer than glibc 2.36's elf.h */
#endif

#define SECTIONS_MAX 65536u
#define CONTENTS_MAX (2ull << 30) /* bytes of one section, decompressed */
#define INFLATE_MAX  4096u        /* of size to compressed size; zlib cannot exceed 1032 */

struct ij_elf {
	struct ij_image *img; /* borrowed */
	Elf *elf;
	struct ij_section *sections;
	size_t sections_len;
	uint8_t **inflated; /* of each section, or NULL: what we decompressed ourselves */
	size_t *inflated_size;
};

static struct ij_error *bad(const char *what)
{
	return ij_error_new(BADDATA, "%.64s: %s", what, elf_errmsg(-1));
}

/*
 * Name the sections. Not by elf_strptr(), which searches the NUL of each name anew: with many names
 * in one long string that takes minutes.
 */
static struct ij_error *read_names(struct ij_elf *self, uint32_t shstrndx)
{
	const struct ij_section *strs = &self->sections[shstrndx];
	const uint8_t *bytes;

	if (!shstrndx || shstrndx >= self->sections_len || strs->type != SHT_STRTAB || !strs->size)
		return NULL;
	IJ_TRY(ij_image_get(self->img, strs->off, strs->size, &bytes));
	if (bytes[strs->size - 1])
		return ij_error_new(BADDATA, "the table of section names does not end with NUL");
	for (size_t i = 1; i < self->sections_len; i++)
		if (self->sections[i].name_off < strs->size)
			self->sections[i].name = (const char *)bytes + self->sections[i].name_off;
	return NULL;
}

static struct ij_error *read_headers(struct ij_elf *self, uint32_t shstrndx)
{
	for (size_t i = 1; i < self->sections_len; i++) {
		struct ij_section *sec = &self->sections[i];
		Elf_Scn *scn = elf_getscn(self->elf, i);
		Elf64_Shdr *found = scn ? elf64_getshdr(scn) : NULL;
		Elf64_Shdr shdr;

		if (!found)
			return bad("section header");
		memcpy(&shdr, found, sizeof(shdr));
		sec->name = "";
		sec->name_off = shdr.sh_name;
		sec->type = shdr.sh_type;
		sec->link = shdr.sh_link;
		sec->flags = shdr.sh_flags;
		sec->vaddr = shdr.sh_addr;
		sec->off = shdr.sh_offset;
		sec->size = shdr.sh_size;
		sec->compressed = shdr.sh_flags & SHF_COMPRESSED;
		if (sec->type != SHT_NOBITS && sec->type != SHT_NULL &&
		    (sec->off > self->img->size || sec->size > self->img->size - sec->off))
			return ij_error_new(BADDATA,
					    "section %zu ends past the end of the file "
					    "(0x%llx bytes at 0x%llx of 0x%llx)",
					    i, (unsigned long long)sec->size,
					    (unsigned long long)sec->off,
					    (unsigned long long)self->img->size);
	}
	return read_names(self, shstrndx);
}

struct ij_error *ij_elf_open(struct ij_image *img, uint64_t shoff, uint32_t shnum,
			     uint32_t shstrndx, struct ij_elf **ret)
{
	struct ij_elf *self;
	struct ij_error *err = NULL;

	if (shnum > SECTIONS_MAX)
		return ij_error_new(LIMIT, "%u sections are too many", shnum);
	if (shoff > img->size || shnum * sizeof(Elf64_Shdr) > img->size - shoff)
		return ij_error_new(BADDATA, "truncated: %u section headers at 0x%llx of 0x%llx",
				    shnum, (unsigned long long)shoff,
				    (unsigned long long)img->size);
	if (shoff % _Alignof(Elf64_Shdr))
		return ij_error_new(BADDATA, "misaligned section headers");
	self = calloc(1, sizeof(*self));
	if (!self)
		return ij_error_nomem();
	self->img = img;
	self->sections_len = shnum;
	self->sections = calloc(shnum + 1, sizeof(*self->sections));
	self->inflated = calloc(shnum + 1, sizeof(*self->inflated));
	self->inflated_size = calloc(shnum + 1, sizeof(*self->inflated_size));
	if (!self->sections || !self->inflated || !self->inflated_size) {
		err = ij_error_nomem();
	} else if (shnum) {
		elf_version(EV_CURRENT);
		self->sections[0].name = "";
		self->elf = img->fd >= 0 ? elf_begin(img->fd, ELF_C_READ, NULL)
					 : elf_memory((char *)img->bytes, img->size);
		err = self->elf ? read_headers(self, shstrndx) : bad("ELF");
	}
	if (err) {
		ij_elf_close(self);
		return err;
	}
	*ret = self;
	return NULL;
}

void ij_elf_close(struct ij_elf *elf)
{
	if (!elf)
		return;
	for (size_t i = 0; elf->inflated && i < elf->sections_len; i++)
		free(elf->inflated[i]);
	free(elf->inflated);
	free(elf->inflated_size);
	free(elf->sections);
	elf_end(elf->elf);
	free(elf);
}

const struct ij_section *ij_elf_sections(const struct ij_elf *elf, size_t *len_ret)
{
	*len_ret = elf->sections_len;
	return elf->sections;
}

const struct ij_section *ij_elf_by_name(const struct ij_elf *elf, const char *name)
{
	for (size_t i = 1; i < elf->sections_len; i++)
		if (!strcmp(elf->sections[i].name, name))
			return &elf->sections[i];
	return NULL;
}

const struct ij_section *ij_elf_by_type(const struct ij_elf *elf, uint32_t type)
{
	for (size_t i = 1; i < elf->sections_len; i++)
		if (elf->sections[i].type == type)
			return &elf->sections[i];
	return NULL;
}

/* zstd by ourselves: @raw starts with the compression header. */
static struct ij_error *inflate_zstd(struct ij_elf *self, size_t idx, const Elf_Data *raw,
				     uint64_t size)
{
	uint8_t *out = malloc(size ? size : 1);
	size_t n;

	if (!out)
		return ij_error_nomem();
	n = ZSTD_decompress(out, size, (const char *)raw->d_buf + sizeof(Elf64_Chdr),
			    raw->d_size - sizeof(Elf64_Chdr));
	if (ZSTD_isError(n) || n != size) {
		free(out);
		return ij_error_new(BADDATA, "section %.64s: malformed zstd data",
				    self->sections[idx].name);
	}
	self->inflated[idx] = out;
	self->inflated_size[idx] = size;
	return NULL;
}

/* Decompress; on success either inflated[idx] is set or libelf's data of @scn is the plain one. */
static struct ij_error *inflate(struct ij_elf *self, size_t idx, Elf_Scn *scn)
{
	const char *name = self->sections[idx].name;
	Elf_Data *raw = elf_rawdata(scn, NULL);
	Elf64_Chdr chdr;

	if (!raw || !raw->d_buf || raw->d_size < sizeof(chdr))
		return ij_error_new(BADDATA, "section %.64s: truncated compression header", name);
	memcpy(&chdr, raw->d_buf, sizeof(chdr));
	if (chdr.ch_size > CONTENTS_MAX)
		return ij_error_new(LIMIT, "section %.64s: %llu bytes are too many", name,
				    (unsigned long long)chdr.ch_size);
	if (chdr.ch_size / INFLATE_MAX > raw->d_size)
		return ij_error_new(BADDATA, "section %.64s: implausible size %llu of %zu bytes",
				    name, (unsigned long long)chdr.ch_size, raw->d_size);
	if (chdr.ch_type == ELFCOMPRESS_ZSTD)
		return inflate_zstd(self, idx, raw, chdr.ch_size);
	if (chdr.ch_type != ELFCOMPRESS_ZLIB)
		return ij_error_new(UNSUPPORTED, "section %.64s: compression type %u", name,
				    chdr.ch_type);
	if (elf_compress(scn, 0, 0) < 0)
		return bad(name);
	self->sections[idx].inflated = true;
	return NULL;
}

struct ij_error *ij_elf_contents(struct ij_elf *elf, const struct ij_section *sec,
				 const uint8_t **bytes_ret, size_t *size_ret)
{
	size_t idx = (size_t)(sec - elf->sections);
	Elf_Scn *scn = elf_getscn(elf->elf, idx);
	Elf_Data *data;

	if (!idx || sec->type == SHT_NOBITS || sec->type == SHT_NULL || !scn)
		return ij_error_new(NOTFOUND, "section %.64s has no contents", sec->name);
	if (sec->size > CONTENTS_MAX)
		return ij_error_new(LIMIT, "section %.64s: %llu bytes are too many", sec->name,
				    (unsigned long long)sec->size);
	if (sec->compressed && !sec->inflated && !elf->inflated[idx])
		IJ_TRY(inflate(elf, idx, scn));
	if (elf->inflated[idx]) {
		*bytes_ret = elf->inflated[idx];
		*size_ret = elf->inflated_size[idx];
		return NULL;
	}
	data = elf_rawdata(scn, NULL);
	if (!data || (data->d_size && !data->d_buf))
		return bad(sec->name);
	*bytes_ret = data->d_size ? data->d_buf : (const uint8_t *)"";
	*size_ret = data->d_size;
	return NULL;
}
