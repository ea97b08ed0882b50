/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The section table of a file, and contents of sections.
 *
 * Source: System V gABI 4.1 "Sections".
 */
#include "obj/elf.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "obj/unpack.h"

#define SECTIONS_MAX 65536u
#define CONTENTS_MAX (2ull << 30) /* bytes of one section */

/* Sections of debug information, as they are named and as they were when GNU compressed them. */
#define DEBUG_PREFIX  ".debug_"
#define ZDEBUG_PREFIX ".zdebug_"

struct ij_elf {
	struct ij_image *img; /* borrowed */
	struct ij_section *sections;
	size_t sections_len;
	struct ij_unpacked **unpacked; /* of each section, or NULL */
};

/*
 * Name the sections. That the last byte of the table is NUL ends all names: to search the NUL of
 * each would take minutes with many names in one long string.
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
	for (size_t i = 1; i < self->sections_len; i++) {
		struct ij_section *sec = &self->sections[i];

		if (sec->name_off < strs->size)
			sec->name = (const char *)bytes + sec->name_off;
		if (!sec->packing && !strncmp(sec->name, ZDEBUG_PREFIX, strlen(ZDEBUG_PREFIX)))
			sec->packing = IJ_PACKING_GNU;
	}
	return NULL;
}

static struct ij_error *read_headers(struct ij_elf *self, uint64_t shoff, uint32_t shstrndx)
{
	const uint8_t *bytes;

	IJ_TRY(ij_image_get(self->img, shoff, self->sections_len * sizeof(Elf64_Shdr), &bytes));
	for (size_t i = 1; i < self->sections_len; i++) {
		struct ij_section *sec = &self->sections[i];
		Elf64_Shdr shdr;

		memcpy(&shdr, bytes + i * sizeof(shdr), sizeof(shdr));
		sec->name = "";
		sec->name_off = shdr.sh_name;
		sec->type = shdr.sh_type;
		sec->link = shdr.sh_link;
		sec->flags = shdr.sh_flags;
		sec->vaddr = shdr.sh_addr;
		sec->off = shdr.sh_offset;
		sec->size = shdr.sh_size;
		if (shdr.sh_flags & SHF_COMPRESSED)
			sec->packing = IJ_PACKING_ELF;
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
	self->unpacked = calloc(shnum + 1, sizeof(struct ij_unpacked *));
	if (!self->sections || !self->unpacked) {
		err = ij_error_nomem();
	} else if (shnum) {
		self->sections[0].name = "";
		err = read_headers(self, shoff, shstrndx);
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
	for (size_t i = 0; elf->unpacked && i < elf->sections_len; i++)
		ij_unpacked_destroy(elf->unpacked[i]);
	free(elf->unpacked);
	free(elf->sections);
	free(elf);
}

const struct ij_section *ij_elf_sections(const struct ij_elf *elf, size_t *len_ret)
{
	*len_ret = elf->sections_len;
	return elf->sections;
}

const struct ij_section *ij_elf_by_name(const struct ij_elf *elf, const char *name)
{
	bool debug = !strncmp(name, DEBUG_PREFIX, strlen(DEBUG_PREFIX));

	for (size_t i = 1; i < elf->sections_len; i++) {
		const struct ij_section *sec = &elf->sections[i];

		if (!strcmp(sec->name, name))
			return sec;
		if (debug && sec->packing == IJ_PACKING_GNU &&
		    !strcmp(sec->name + strlen(ZDEBUG_PREFIX), name + strlen(DEBUG_PREFIX)))
			return sec;
	}
	return NULL;
}

const struct ij_section *ij_elf_by_type(const struct ij_elf *elf, uint32_t type)
{
	for (size_t i = 1; i < elf->sections_len; i++)
		if (elf->sections[i].type == type)
			return &elf->sections[i];
	return NULL;
}

/* The image of what compressed section @idx holds. */
static struct ij_error *unpacked_get(struct ij_elf *self, size_t idx, struct ij_image **ret)
{
	const struct ij_section *sec = &self->sections[idx];
	uint8_t head[IJ_PACKED_HEADER_MAX];
	struct ij_packed packed;
	struct ij_error *err;

	if (!self->unpacked[idx]) {
		err = ij_image_copy(self->img, sec->off, head,
				    sec->size < sizeof(head) ? sec->size : sizeof(head));
		if (!err)
			err = ij_packed_open(head, sec->size, sec->packing, &packed);
		if (err)
			return ij_error_wrap(err, "section %.64s", sec->name);
		IJ_TRY(ij_unpacked_create(self->img, sec->off, sec->size, &packed, sec->name,
					  &self->unpacked[idx]));
	}
	*ret = ij_unpacked_image(self->unpacked[idx]);
	return NULL;
}

struct ij_error *ij_elf_place(struct ij_elf *elf, const struct ij_section *sec,
			      struct ij_image **img_ret, uint64_t *off_ret, size_t *size_ret)
{
	size_t idx = (size_t)(sec - elf->sections);

	if (!idx || sec->type == SHT_NOBITS || sec->type == SHT_NULL)
		return ij_error_new(NOTFOUND, "section %.64s has no contents", sec->name);
	if (sec->size > CONTENTS_MAX)
		return ij_error_new(LIMIT, "section %.64s: %llu bytes are too many", sec->name,
				    (unsigned long long)sec->size);
	*img_ret = elf->img;
	*off_ret = sec->off;
	*size_ret = (size_t)sec->size;
	if (!sec->packing)
		return NULL;
	IJ_TRY(unpacked_get(elf, idx, img_ret));
	*off_ret = 0;
	*size_ret = (size_t)(*img_ret)->size;
	return NULL;
}

struct ij_error *ij_elf_contents(struct ij_elf *elf, const struct ij_section *sec,
				 const uint8_t **bytes_ret, size_t *size_ret)
{
	struct ij_image *img;
	uint64_t off;
	size_t size;

	IJ_TRY(ij_elf_place(elf, sec, &img, &off, &size));
	IJ_TRY(ij_error_wrap(ij_image_get(img, off, size, bytes_ret), "section %.64s", sec->name));
	*size_ret = size;
	return NULL;
}
