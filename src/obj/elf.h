/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The section side of an ELF file: headers, names and contents, decompressed. */
#ifndef IJ_OBJ_ELF_H
#define IJ_OBJ_ELF_H

#include "base/error.h"
#include "obj/image.h"
#include "obj/inflate.h"

struct ij_elf;

struct ij_section {
	const char *name; /* borrowed; "" if it has none */
	uint32_t name_off;
	uint32_t type; /* SHT_* */
	uint32_t link;
	uint64_t flags; /* SHF_* */
	uint64_t vaddr;
	uint64_t off;
	uint64_t size; /* bytes; in the file */
	enum ij_packing packing;
};

/**
 * Read the section table of @img, all of whose headers are checked to lie in the file.
 *
 * @shoff, @shnum, @shstrndx: from the ELF header, 0 of them for a file without sections.
 * @img: borrowed. Errors: BADDATA, LIMIT, NOMEM.
 */
struct ij_error *ij_elf_open(struct ij_image *img, uint64_t shoff, uint32_t shnum,
			     uint32_t shstrndx, struct ij_elf **ret) IJ_WARN_UNUSED;
void ij_elf_close(struct ij_elf *elf); /* takes NULL */

/** Index 0 is the null section. Borrowed. */
const struct ij_section *ij_elf_sections(const struct ij_elf *elf, size_t *len_ret);

/** The first section of that name (.zdebug_info is .debug_info), or of that type, or NULL. */
const struct ij_section *ij_elf_by_name(const struct ij_elf *elf, const char *name);
const struct ij_section *ij_elf_by_type(const struct ij_elf *elf, uint32_t type);

/**
 * Where its contents, decompressed, are to be had: an image, and where in it. A compressed one is
 * decompressed when any of it is first asked for, and that may fail.
 *
 * @img_ret: borrowed from @elf. Errors: NOTFOUND, BADDATA, UNSUPPORTED, LIMIT, NOMEM.
 */
struct ij_error *ij_elf_place(struct ij_elf *elf, const struct ij_section *sec,
			      struct ij_image **img_ret, uint64_t *off_ret, size_t *size_ret)
	IJ_WARN_UNUSED;

/**
 * Its contents, decompressed; borrowed from @elf, and not aligned.
 *
 * Errors: NOTFOUND, BADDATA, UNSUPPORTED, LIMIT, OS, NOMEM.
 */
struct ij_error *ij_elf_contents(struct ij_elf *elf, const struct ij_section *sec,
				 const uint8_t **bytes_ret, size_t *size_ret) IJ_WARN_UNUSED;

#endif
