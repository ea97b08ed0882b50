/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The .ijmap file: writing it, and checking one. */
#include "maps/ijmap.h"

#include <stdlib.h>
#include <string.h>

static const size_t summed_from = offsetof(struct ij_ijmap_header, identity);

uint64_t ij_ijmap_checksum(const void *bytes, size_t size)
{
	const uint8_t *at = (const uint8_t *)bytes + summed_from,
		      *end = (const uint8_t *)bytes + size;
	uint64_t sum = size;

	/* Words of eight bytes, so that a large file costs a few hundred microseconds. */
	while (at < end) {
		size_t step = end - at < 8 ? (size_t)(end - at) : 8;
		uint64_t word = 0;

		memcpy(&word, at, step);
		sum = (sum ^ word) * 0x9e3779b97f4a7c15u;
		sum ^= sum >> 32;
		at += step;
	}
	return sum;
}

static size_t aligned(size_t off)
{
	return (off + IJ_IJMAP_ALIGN - 1) / IJ_IJMAP_ALIGN * IJ_IJMAP_ALIGN;
}

struct ij_error *ij_ijmap_write(const struct ij_ijmap_identity *identity,
				const struct ij_ijmap_part *parts, size_t len, void **ret,
				size_t *size_ret)
{
	struct ij_ijmap_header header = {.magic = IJ_IJMAP_MAGIC,
					 .version = IJ_IJMAP_VERSION,
					 .sections_len = (uint32_t)len,
					 .identity = *identity};
	size_t off = aligned(sizeof(header) + len * sizeof(struct ij_ijmap_section));
	uint8_t *bytes;

	if (len > IJ_IJMAP_SECTIONS_MAX)
		return ij_error_new(LIMIT, ".ijmap: %zu sections", len);
	header.size = off;
	for (size_t i = 0; i < len; i++) {
		if (parts[i].size > (size_t)1 << 40)
			return ij_error_new(LIMIT, ".ijmap: a section of %zu bytes", parts[i].size);
		header.size = aligned(header.size) + parts[i].size;
	}
	bytes = calloc(1, header.size);
	if (!bytes)
		return ij_error_nomem();
	for (size_t i = 0; i < len; i++) {
		const struct ij_ijmap_section section = {
			.kind = parts[i].kind, .off = off, .size = parts[i].size};

		memcpy(bytes + sizeof(header) + i * sizeof(section), &section, sizeof(section));
		if (parts[i].size)
			memcpy(bytes + off, parts[i].bytes, parts[i].size);
		off = aligned(off + parts[i].size);
	}
	memcpy(bytes, &header, sizeof(header));
	header.checksum = ij_ijmap_checksum(bytes, header.size);
	memcpy(bytes, &header, sizeof(header));
	*ret = bytes;
	*size_ret = header.size;
	return NULL;
}

static struct ij_error *sections_check(const struct ij_ijmap *file)
{
	uint64_t size = file->header->size, len = file->header->sections_len;
	uint64_t free_from = sizeof(*file->header) + len * sizeof(*file->sections);

	for (uint64_t i = 0; i < len; i++) {
		const struct ij_ijmap_section *section = &file->sections[i];

		if (section->off % IJ_IJMAP_ALIGN || section->off < free_from ||
		    section->off > size || section->size > size - section->off || section->reserved)
			return ij_error_new(BADDATA,
					    ".ijmap: section %llu is out of order, or "
					    "outside the file",
					    (unsigned long long)i);
		free_from = section->off + section->size;
		for (uint64_t j = 0; j < i; j++)
			if (file->sections[j].kind == section->kind)
				return ij_error_new(BADDATA, ".ijmap: two sections of kind %u",
						    section->kind);
	}
	return NULL;
}

struct ij_error *ij_ijmap_open(const void *bytes, size_t size, struct ij_ijmap *ret)
{
	struct ij_ijmap file = {.header = bytes};

	if ((uintptr_t)bytes % IJ_IJMAP_ALIGN)
		return ij_error_new(BADDATA, ".ijmap: not aligned in memory");
	if (size < sizeof(*file.header))
		return ij_error_new(BADDATA,
				    ".ijmap: truncated: %zu bytes are too few for a header", size);
	if (file.header->magic != IJ_IJMAP_MAGIC)
		return ij_error_new(BADDATA, ".ijmap: foreign: it is another kind of file");
	if (file.header->version != IJ_IJMAP_VERSION)
		return ij_error_new(UNSUPPORTED, ".ijmap: version %u; this program knows %u",
				    file.header->version, IJ_IJMAP_VERSION);
	if (file.header->size != size)
		return ij_error_new(BADDATA, ".ijmap: truncated: %zu bytes, its header says %llu",
				    size, (unsigned long long)file.header->size);
	if (file.header->checksum != ij_ijmap_checksum(bytes, size))
		return ij_error_new(BADDATA, ".ijmap: damaged: its checksum is wrong");
	if (file.header->sections_len > IJ_IJMAP_SECTIONS_MAX ||
	    file.header->sections_len > (size - sizeof(*file.header)) / sizeof(*file.sections))
		return ij_error_new(BADDATA, ".ijmap: %u sections", file.header->sections_len);
	file.sections = (const void *)((const uint8_t *)bytes + sizeof(*file.header));
	IJ_TRY(sections_check(&file));
	*ret = file;
	return NULL;
}

const void *ij_ijmap_section(const struct ij_ijmap *file, enum ij_ijmap_kind kind, size_t *size_ret)
{
	for (uint32_t i = 0; i < file->header->sections_len; i++) {
		if (file->sections[i].kind != (uint32_t)kind)
			continue;
		*size_ret = (size_t)file->sections[i].size;
		return (const uint8_t *)file->header + file->sections[i].off;
	}
	return NULL;
}
