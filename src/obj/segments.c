/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What an opened object knows about itself: segments, addresses, sections by name. */
#include <elf.h>
#include <string.h>

#include "obj/object_internal.h"

#define PAGE 4096u

const char *ij_object_name(const struct ij_object *obj)
{
	return obj->name;
}

enum ij_object_type ij_object_type_get(const struct ij_object *obj)
{
	return obj->type;
}

const struct ij_segment *ij_object_segments(const struct ij_object *obj, size_t *len_ret)
{
	*len_ret = obj->segs_len;
	return obj->segs;
}

uint64_t ij_object_base(const struct ij_object *obj)
{
	return obj->segs_len ? obj->segs[0].vaddr & ~(uint64_t)(PAGE - 1) : 0;
}

uint64_t ij_object_span(const struct ij_object *obj)
{
	const struct ij_segment *last = obj->segs + obj->segs_len - 1;

	return obj->segs_len ? last->vaddr + last->mem_size - ij_object_base(obj) : 0;
}

uint64_t ij_object_dynamic(const struct ij_object *obj)
{
	return obj->dynamic_vaddr;
}

uint64_t ij_object_entry(const struct ij_object *obj)
{
	return obj->entry;
}

const uint8_t *ij_object_build_id(const struct ij_object *obj, size_t *size_ret)
{
	*size_ret = obj->build_id_size;
	return obj->build_id;
}

bool ij_object_eh_frame_hdr(const struct ij_object *obj, uint64_t *vaddr_ret, uint64_t *size_ret)
{
	if (!obj->eh_size)
		return false;
	*vaddr_ret = obj->eh_vaddr;
	*size_ret = obj->eh_size;
	return true;
}

bool ij_object_is_program(const struct ij_object *obj)
{
	return obj->dyn.present && (obj->dyn.has_debug || (obj->dyn.flags_1 & DF_1_PIE));
}

/* The last segment that starts at or below @vaddr, if it reaches there. */
static const struct ij_segment *segment_of(const struct ij_object *obj, uint64_t vaddr)
{
	size_t lo = 0, hi = obj->segs_len;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (obj->segs[mid].vaddr <= vaddr)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (!lo || vaddr - obj->segs[lo - 1].vaddr >= obj->segs[lo - 1].mem_size)
		return NULL;
	return &obj->segs[lo - 1];
}

bool ij_object_span_of(const struct ij_object *obj, uint64_t vaddr, struct ij_span *ret)
{
	const struct ij_segment *seg = segment_of(obj, vaddr);

	if (!seg || vaddr - seg->vaddr >= seg->file_size)
		return false;
	ret->off = seg->off + (vaddr - seg->vaddr);
	ret->size = seg->file_size - (vaddr - seg->vaddr);
	return true;
}

bool ij_object_vaddr_of(const struct ij_object *obj, uint64_t off, uint64_t size, uint64_t *ret)
{
	for (size_t i = 0; i < obj->segs_len; i++) {
		const struct ij_segment *seg = &obj->segs[i];

		if (off >= seg->off && off - seg->off <= seg->file_size &&
		    size <= seg->file_size - (off - seg->off)) {
			*ret = seg->vaddr + (off - seg->off);
			return true;
		}
	}
	return false;
}

bool ij_object_is_code(const struct ij_object *obj, uint64_t vaddr)
{
	const struct ij_segment *seg = segment_of(obj, vaddr);

	return seg && (seg->flags & PF_X);
}

struct ij_error *ij_object_read(struct ij_object *obj, uint64_t vaddr, void *buf, size_t size)
{
	struct ij_span span;

	if (!size)
		return NULL;
	if (!ij_object_span_of(obj, vaddr, &span) || size > span.size)
		return ij_error_new(NOTFOUND, "%s has no %zu bytes at 0x%llx", obj->name, size,
				    (unsigned long long)vaddr);
	return ij_error_wrap(ij_image_copy(&obj->img, span.off, buf, size), "%s", obj->name);
}

struct ij_error *ij_object_elf(struct ij_object *obj, struct ij_elf **ret)
{
	if (!obj->elf)
		IJ_TRY(ij_error_wrap(
			ij_elf_open(&obj->img, obj->shoff, obj->shnum, obj->shstrndx, &obj->elf),
			"%s", obj->name));
	*ret = obj->elf;
	return NULL;
}

struct ij_error *ij_object_section_place(struct ij_object *obj, const char *name,
					 struct ij_image **img_ret, uint64_t *off_ret,
					 size_t *size_ret)
{
	const struct ij_section *sec;
	struct ij_elf *elf;

	IJ_TRY(ij_object_elf(obj, &elf));
	sec = ij_elf_by_name(elf, name);
	if (!sec)
		return ij_error_new(NOTFOUND, "%s has no section %s", obj->name, name);
	return ij_error_wrap(ij_elf_place(elf, sec, img_ret, off_ret, size_ret), "%s", obj->name);
}

bool ij_object_section_of(struct ij_object *obj, size_t idx, struct ij_object_section *ret)
{
	const struct ij_section *list;
	struct ij_elf *elf;
	struct ij_error *err = ij_object_elf(obj, &elf);
	size_t len;

	ij_error_free(err);
	if (err)
		return false;
	list = ij_elf_sections(elf, &len);
	for (size_t i = 1; i < len; i++) {
		if (!(list[i].flags & SHF_ALLOC) || idx--)
			continue;
		*ret = (struct ij_object_section){.name = list[i].name,
						  .vaddr = list[i].vaddr,
						  .size = list[i].size,
						  .is_tls_bss = list[i].type == SHT_NOBITS &&
								list[i].flags & SHF_TLS};
		return true;
	}
	return false;
}

struct ij_error *ij_object_section(struct ij_object *obj, const char *name,
				   const uint8_t **bytes_ret, size_t *size_ret, uint64_t *vaddr_ret)
{
	const struct ij_section *sec;
	const uint8_t *bytes;
	struct ij_elf *elf;
	size_t size;

	IJ_TRY(ij_object_elf(obj, &elf));
	sec = ij_elf_by_name(elf, name);
	if (!sec)
		return ij_error_new(NOTFOUND, "%s has no section %s", obj->name, name);
	IJ_TRY(ij_error_wrap(ij_elf_contents(elf, sec, &bytes, &size), "%s", obj->name));
	*bytes_ret = bytes;
	*size_ret = size;
	*vaddr_ret = sec->flags & SHF_ALLOC ? sec->vaddr : 0;
	return NULL;
}
