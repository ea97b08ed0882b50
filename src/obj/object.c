/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Opening an ELF object: its header, program headers and build-id, all checked.
 *
 * Source: System V gABI 4.1 "ELF Header", "Program Header", "Note Section"; for what the kernel and
 * the loader accept, Linux fs/binfmt_elf.c (load_elf_phdrs) and glibc elf/dl-load.c.
 */
#include "obj/object.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cursor.h"
#include "obj/object_internal.h"

#define PAGE           4096u
#define PHDRS_SIZE_MAX 65536u        /* binfmt_elf.c: load_elf_phdrs() refuses more */
#define VADDR_MAX      (1ull << 47)  /* user addresses end here (4-level paging) */
#define NOTES_SIZE_MAX (256u * 1024) /* of all notes together, bytes */
#define BUILD_ID_MAX   64u

static struct ij_error *check_ident(const Elf64_Ehdr *eh)
{
	if (memcmp(eh->e_ident, ELFMAG, SELFMAG))
		return ij_error_new(BADDATA, "not an ELF file");
	if (eh->e_ident[EI_CLASS] != ELFCLASS64 || eh->e_ident[EI_DATA] != ELFDATA2LSB ||
	    eh->e_machine != EM_X86_64)
		return ij_error_new(UNSUPPORTED,
				    "ELF class %u, byte order %u, machine %u: only 64-bit "
				    "little-endian x86-64 is supported",
				    eh->e_ident[EI_CLASS], eh->e_ident[EI_DATA], eh->e_machine);
	if (eh->e_ident[EI_VERSION] != EV_CURRENT || eh->e_version != EV_CURRENT)
		return ij_error_new(BADDATA, "unknown ELF version");
	if (eh->e_phnum && eh->e_phentsize != sizeof(Elf64_Phdr))
		return ij_error_new(BADDATA, "program headers of %u bytes", eh->e_phentsize);
	if (eh->e_phnum * sizeof(Elf64_Phdr) > PHDRS_SIZE_MAX)
		return ij_error_new(BADDATA, "%u program headers are too many", eh->e_phnum);
	if (eh->e_shoff && eh->e_shentsize != sizeof(Elf64_Shdr))
		return ij_error_new(BADDATA, "section headers of %u bytes", eh->e_shentsize);
	return NULL;
}

/* Where the section table stands, with the extended numbering of gABI "ELF Header", e_shnum. */
static struct ij_error *locate_sections(struct ij_object *obj, const Elf64_Ehdr *eh)
{
	bool in_memory = obj->img.fd < 0;
	uint64_t shnum = eh->e_shnum;
	Elf64_Shdr first;

	if (!eh->e_shoff)
		return NULL;
	/* An image copied from memory seldom holds its section table, though the header names it.
	 */
	if (in_memory && (eh->e_shoff >= obj->img.size ||
			  (shnum ? shnum : 1) * sizeof(first) > obj->img.size - eh->e_shoff))
		return NULL;
	obj->shstrndx = eh->e_shstrndx;
	if (!shnum || eh->e_shstrndx == SHN_XINDEX) {
		IJ_TRY(ij_image_copy(&obj->img, eh->e_shoff, &first, sizeof(first)));
		if (!shnum)
			shnum = first.sh_size;
		if (eh->e_shstrndx == SHN_XINDEX)
			obj->shstrndx = first.sh_link;
	}
	if (eh->e_shoff > obj->img.size || shnum > (obj->img.size - eh->e_shoff) / sizeof(first))
		return ij_error_new(BADDATA,
				    "truncated: %llu section headers at 0x%llx of 0x%llx bytes",
				    (unsigned long long)shnum, (unsigned long long)eh->e_shoff,
				    (unsigned long long)obj->img.size);
	obj->shoff = eh->e_shoff;
	obj->shnum = shnum < UINT32_MAX ? (uint32_t)shnum : UINT32_MAX;
	return NULL;
}

static struct ij_error *add_load(struct ij_object *obj, const Elf64_Phdr *ph)
{
	if (!ph->p_memsz)
		return NULL;
	if (ph->p_filesz > ph->p_memsz || ph->p_vaddr >= VADDR_MAX ||
	    ph->p_memsz > VADDR_MAX - ph->p_vaddr)
		return ij_error_new(BADDATA, "segment at 0x%llx has an absurd size",
				    (unsigned long long)ph->p_vaddr);
	if (ph->p_offset > obj->img.size || ph->p_filesz > obj->img.size - ph->p_offset)
		return ij_error_new(
			BADDATA, "truncated: segment 0x%llx+0x%llx of a file of 0x%llx bytes",
			(unsigned long long)ph->p_offset, (unsigned long long)ph->p_filesz,
			(unsigned long long)obj->img.size);
	if (ph->p_filesz && (ph->p_vaddr - ph->p_offset) % PAGE)
		return ij_error_new(BADDATA, "segment at 0x%llx is not aligned to its file offset",
				    (unsigned long long)ph->p_vaddr);
	obj->segs[obj->segs_len++] = (struct ij_segment){.vaddr = ph->p_vaddr,
							 .mem_size = ph->p_memsz,
							 .off = ph->p_offset,
							 .file_size = ph->p_filesz,
							 .flags = ph->p_flags};
	return NULL;
}

static int by_vaddr(const void *a, const void *b)
{
	const struct ij_segment *x = a, *y = b;

	return x->vaddr < y->vaddr ? -1 : x->vaddr > y->vaddr;
}

static struct ij_error *sort_loads(struct ij_object *obj)
{
	if (!obj->segs_len)
		return NULL;
	qsort(obj->segs, obj->segs_len, sizeof(*obj->segs), by_vaddr);
	for (size_t i = 1; i < obj->segs_len; i++) {
		const struct ij_segment *prev = &obj->segs[i - 1];

		if (obj->segs[i].vaddr - prev->vaddr < prev->mem_size)
			return ij_error_new(BADDATA, "segments at 0x%llx and 0x%llx overlap",
					    (unsigned long long)prev->vaddr,
					    (unsigned long long)obj->segs[i].vaddr);
	}
	return NULL;
}

/*
 * Look for NT_GNU_BUILD_ID among the notes at [off, off + size). Malformed notes end the search:
 * the object then has no build-id, and memory is compared by the headers instead.
 */
static void scan_notes(struct ij_object *obj, uint64_t off, uint64_t size, uint64_t align)
{
	const uint8_t *bytes;
	IJ_ERROR_AUTO err = ij_image_get(&obj->img, off, size, &bytes);
	struct ij_cursor cur;

	if (err || obj->build_id)
		return;
	align = align == 8 ? 8 : 4;
	cur = ij_cursor_make(bytes, size, "notes");
	while (ij_cursor_left(&cur) >= sizeof(Elf64_Nhdr)) {
		uint64_t start = ij_cursor_off(&cur);
		uint32_t name_size = ij_cursor_u32(&cur);
		uint32_t desc_size = ij_cursor_u32(&cur);
		uint32_t type = ij_cursor_u32(&cur);
		const char *name = ij_cursor_bytes(&cur, name_size);
		const uint8_t *desc;

		ij_cursor_skip(&cur, -(start + 12 + name_size) % align);
		desc = ij_cursor_bytes(&cur, desc_size);
		if (cur.failed)
			return;
		if (type == NT_GNU_BUILD_ID && name_size == 4 && !memcmp(name, "GNU", 4) &&
		    desc_size && desc_size <= BUILD_ID_MAX) {
			obj->build_id = desc;
			obj->build_id_size = desc_size;
			obj->build_id_note.off = off + start;
			obj->build_id_note.size = ij_cursor_off(&cur) - start;
			return;
		}
		ij_cursor_skip(&cur, -ij_cursor_off(&cur) % align);
	}
}

static struct ij_error *read_phdrs(struct ij_object *obj, const Elf64_Ehdr *eh)
{
	uint64_t notes_left = NOTES_SIZE_MAX, dynamic_size = 0;
	const uint8_t *bytes;

	obj->phoff = eh->e_phoff;
	obj->phnum = eh->e_phnum;
	obj->segs = calloc(eh->e_phnum + 1u, sizeof(*obj->segs));
	if (!obj->segs)
		return ij_error_nomem();
	IJ_TRY(ij_image_get(&obj->img, eh->e_phoff, eh->e_phnum * sizeof(Elf64_Phdr), &bytes));
	for (unsigned i = 0; i < eh->e_phnum; i++) {
		Elf64_Phdr ph;

		memcpy(&ph, bytes + i * sizeof(ph), sizeof(ph));
		if (ph.p_type == PT_LOAD) {
			IJ_TRY(add_load(obj, &ph));
		} else if (ph.p_type == PT_DYNAMIC) {
			obj->dynamic_vaddr = ph.p_vaddr;
			dynamic_size = ph.p_filesz;
		} else if (ph.p_type == PT_INTERP) {
			obj->has_interp = true;
		} else if (ph.p_type == PT_GNU_EH_FRAME) {
			obj->eh_vaddr = ph.p_vaddr;
			obj->eh_size = ph.p_memsz;
		} else if (ph.p_type == PT_NOTE && ph.p_filesz <= notes_left) {
			notes_left -= ph.p_filesz;
			scan_notes(obj, ph.p_offset, ph.p_filesz, ph.p_align);
		}
	}
	IJ_TRY(sort_loads(obj));
	if (dynamic_size)
		IJ_TRY(ij_dynamic_read(obj, obj->dynamic_vaddr, dynamic_size));
	return NULL;
}

/* The build-id of a file whose segments are not in it: from the section. */
static struct ij_error *read_note_sections(struct ij_object *obj)
{
	const struct ij_section *sections;
	struct ij_elf *elf;
	size_t len;

	IJ_TRY(ij_object_elf(obj, &elf));
	sections = ij_elf_sections(elf, &len);
	for (size_t i = 1; i < len && !obj->build_id; i++)
		if (sections[i].type == SHT_NOTE && sections[i].size <= NOTES_SIZE_MAX)
			scan_notes(obj, sections[i].off, sections[i].size, 4);
	return NULL;
}

static struct ij_error *read_headers(struct ij_object *obj, bool debug)
{
	Elf64_Ehdr eh;

	if (obj->img.size < sizeof(eh))
		return ij_error_new(BADDATA, "not an ELF file: only %llu bytes",
				    (unsigned long long)obj->img.size);
	IJ_TRY(ij_image_copy(&obj->img, 0, &eh, sizeof(eh)));
	IJ_TRY(check_ident(&eh));
	obj->type = eh.e_type == ET_EXEC  ? IJ_OBJECT_EXEC
		    : eh.e_type == ET_DYN ? IJ_OBJECT_DYN
					  : IJ_OBJECT_OTHER;
	obj->entry = eh.e_entry;
	IJ_TRY(locate_sections(obj, &eh));
	return debug ? read_note_sections(obj) : read_phdrs(obj, &eh);
}

/* @img is taken over, on failure too. */
static struct ij_error *open_image(struct ij_image *img, const char *name, bool debug,
				   struct ij_object **ret)
{
	struct ij_object *obj = calloc(1, sizeof(*obj));
	struct ij_error *err;

	if (!obj) {
		ij_image_close(img);
		return ij_error_nomem();
	}
	obj->img = *img;
	obj->debug_fd = -1;
	obj->name = strdup(name);
	err = obj->name ? read_headers(obj, debug) : ij_error_nomem();
	if (err) {
		ij_object_close(obj);
		return ij_error_wrap(err, "%s", name);
	}
	*ret = obj;
	return NULL;
}

static struct ij_error *open_fd(int fd, const char *name, bool debug, struct ij_object **ret)
{
	struct ij_image img;
	struct ij_error *err = ij_image_open_fd(&img, fd);

	if (err)
		return ij_error_wrap(err, "%s", name);
	return open_image(&img, name, debug, ret);
}

struct ij_error *ij_object_open_fd(int fd, const char *name, struct ij_object **ret)
{
	return open_fd(fd, name, false, ret);
}

struct ij_error *ij_object_open_debug(int fd, const char *name, struct ij_object **ret)
{
	return open_fd(fd, name, true, ret);
}

static struct ij_error *open_bytes(const void *bytes, size_t size, const char *name, bool debug,
				   struct ij_object **ret)
{
	struct ij_image img;
	struct ij_error *err = ij_image_open_bytes(&img, bytes, size);

	if (err)
		return ij_error_wrap(err, "%s", name);
	return open_image(&img, name, debug, ret);
}

struct ij_error *ij_object_open_bytes(const void *bytes, size_t size, const char *name,
				      struct ij_object **ret)
{
	return open_bytes(bytes, size, name, false, ret);
}

struct ij_error *ij_object_open_debug_bytes(const void *bytes, size_t size, const char *name,
					    struct ij_object **ret)
{
	return open_bytes(bytes, size, name, true, ret);
}

void ij_object_companion_set(struct ij_object *obj, void *companion, void (*close)(void *companion))
{
	obj->companion = companion;
	obj->companion_close = close;
}

void *ij_object_companion(const struct ij_object *obj)
{
	return obj->companion;
}

void ij_object_close(struct ij_object *obj)
{
	if (!obj)
		return;
	if (obj->companion)
		obj->companion_close(obj->companion);
	if (obj->debug)
		ij_object_close(obj->debug);
	if (obj->debug_fd >= 0)
		close(obj->debug_fd);
	ij_vec_deinit(&obj->by_addr);
	free(obj->symtab.hidden);
	free(obj->symtab.strs_copy);
	ij_ends_deinit(&obj->symtab.ends);
	for (size_t i = 0; i < IJ_COUNT(obj->symtab.memo); i++)
		free(obj->symtab.memo[i].name);
	free(obj->versions.names);
	ij_elf_close(obj->elf);
	free(obj->segs);
	ij_image_close(&obj->img);
	free(obj->opener.path);
	free(obj->name);
	free(obj);
}
