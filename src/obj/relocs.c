/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Relocations: where the loader has written the addresses it bound.
 *
 * Source: System V psABI AMD64 1.0, 4.4; static programs keep their IRELATIVE entries in sections
 * only (glibc csu/libc-start.c, apply_irel).
 */
#include <string.h>

#include "obj/object_internal.h"

#define CHUNK 2048u /* relocations read at a time */

/* What is searched for, and who is told. */
struct search {
	struct ij_object *obj;
	const char *name, *version;
	size_t name_len;
	bool irelative, relative, by_slot;
	uint64_t resolver;
	uint64_t slot;     /* by_slot: the slot that is asked about */
	uint64_t slot_sym; /* out: the symbol's index, 0 if not found */
	ij_reloc_visit visit;
	ij_reloc_tls_visit visit_tls;
	void *ctx;
	bool more;
};

/* Does .dynsym entry @idx bear the name (and the version, unless it names none)? */
static bool binds(const struct search *search, uint64_t idx)
{
	struct ij_object *obj = search->obj;
	const struct ij_span *strs = &obj->dyn.strtab;
	const char *version;
	const uint8_t *name;
	struct ij_error *err;
	bool hidden;
	Elf64_Sym sym;

	if (!ij_dynsym_raw(obj, idx, &sym) || sym.st_name >= strs->size ||
	    search->name_len >= strs->size - sym.st_name)
		return false;
	err = ij_image_get(&obj->img, strs->off + sym.st_name, search->name_len + 1, &name);
	if (err) {
		ij_error_free(err);
		return false;
	}
	if (memcmp(name, search->name, search->name_len + 1))
		return false;
	version = ij_version_of(obj, idx, &hidden);
	return !search->version || !version || !strcmp(version, search->version);
}

/* One that tells where this very module's thread-local block is. */
static void try_tls(struct search *search, const Elf64_Rela *rela)
{
	uint64_t idx = ELF64_R_SYM(rela->r_info);
	bool is_module = ELF64_R_TYPE(rela->r_info) == R_X86_64_DTPMOD64;
	Elf64_Sym sym = {.st_value = 0};

	if (!is_module && ELF64_R_TYPE(rela->r_info) != R_X86_64_TPOFF64)
		return;
	if (idx && (!ij_dynsym_raw(search->obj, idx, &sym) || sym.st_shndx == SHN_UNDEF))
		return;
	search->more = search->visit_tls(search->ctx, rela->r_offset, is_module,
					 sym.st_value + (uint64_t)rela->r_addend);
}

/* An address of the object's own that is bound by name, unless another object takes the name. */
static bool binds_own(const struct search *search, uint64_t idx, uint64_t *ret)
{
	Elf64_Sym sym;

	if (!search->relative || !idx || !ij_dynsym_raw(search->obj, idx, &sym) ||
	    sym.st_shndx == SHN_UNDEF || sym.st_shndx >= SHN_LORESERVE)
		return false;
	*ret = sym.st_value;
	return true;
}

static void try_reloc(struct search *search, const Elf64_Rela *rela)
{
	uint64_t idx = ELF64_R_SYM(rela->r_info), own = 0;
	bool match;

	if (search->visit_tls) {
		try_tls(search, rela);
		return;
	}

	switch (ELF64_R_TYPE(rela->r_info)) {
	case R_X86_64_RELATIVE:
		match = search->relative;
		break;
	case R_X86_64_IRELATIVE:
		match = search->irelative && (uint64_t)rela->r_addend == search->resolver;
		break;
	case R_X86_64_64:
	case R_X86_64_GLOB_DAT:
	case R_X86_64_JUMP_SLOT:
		match = search->name ? idx && binds(search, idx)
				     : ELF64_R_TYPE(rela->r_info) == R_X86_64_64 &&
					       binds_own(search, idx, &own);
		if (search->by_slot && rela->r_offset == search->slot &&
		    (ELF64_R_TYPE(rela->r_info) != R_X86_64_64 || !rela->r_addend)) {
			search->slot_sym = idx;
			search->more = false;
		}
		break;
	default:
		match = false;
		break;
	}
	if (!match)
		return;
	/* psABI table 4.10: of those that bind a symbol only the 64 form adds the addend. */
	search->more = search->visit(search->ctx, rela->r_offset,
				     search->relative || ELF64_R_TYPE(rela->r_info) == R_X86_64_64
					     ? (int64_t)(own + (uint64_t)rela->r_addend)
					     : 0);
}

static struct ij_error *search_bytes(struct search *search, const uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < len && search->more; i++) {
		Elf64_Rela rela;

		memcpy(&rela, bytes + i * sizeof(rela), sizeof(rela));
		try_reloc(search, &rela);
	}
	return NULL;
}

static struct ij_error *search_span(struct search *search, const struct ij_span *span,
				    uint64_t first)
{
	uint64_t len = span->size / sizeof(Elf64_Rela);

	for (uint64_t i = first; i < len && search->more; i += CHUNK) {
		uint64_t n = len - i < CHUNK ? len - i : CHUNK;
		const uint8_t *bytes;

		IJ_TRY(ij_image_get(&search->obj->img, span->off + i * sizeof(Elf64_Rela),
				    n * sizeof(Elf64_Rela), &bytes));
		IJ_TRY(search_bytes(search, bytes, n));
	}
	return NULL;
}

/* A static program: the loaded relocation sections. */
static struct ij_error *search_sections(struct search *search)
{
	const struct ij_section *sections;
	struct ij_elf *elf;
	size_t len;

	IJ_TRY(ij_object_elf(search->obj, &elf));
	sections = ij_elf_sections(elf, &len);
	for (size_t i = 1; i < len && search->more; i++) {
		const uint8_t *bytes;
		size_t size;

		if (sections[i].type != SHT_RELA || !(sections[i].flags & SHF_ALLOC))
			continue;
		IJ_TRY(ij_elf_contents(elf, &sections[i], &bytes, &size));
		IJ_TRY(search_bytes(search, bytes, size / sizeof(Elf64_Rela)));
	}
	return NULL;
}

static struct ij_error *run(struct search *search)
{
	struct ij_dynamic *dyn = &search->obj->dyn;
	struct ij_error *err;

	search->more = true;
	if (dyn->present) {
		/* The first rela_count are RELATIVE. */
		err = search_span(search, &dyn->rela, search->relative ? 0 : dyn->rela_count);
		if (!err)
			err = search_span(search, &dyn->jmprel, 0);
	} else {
		err = search_sections(search);
	}
	return ij_error_wrap(err, "%s: relocations", search->obj->name);
}

struct ij_error *ij_object_relocs_of(struct ij_object *obj, const char *name, const char *version,
				     ij_reloc_visit visit, void *ctx)
{
	struct search search = {.obj = obj,
				.name = name,
				.name_len = strlen(name),
				.version = version,
				.visit = visit,
				.ctx = ctx};

	return run(&search);
}

struct ij_error *ij_object_relocs_relative(struct ij_object *obj, ij_reloc_visit visit, void *ctx)
{
	struct search search = {.obj = obj, .relative = true, .visit = visit, .ctx = ctx};

	return run(&search);
}

struct ij_error *ij_object_relocs_irelative(struct ij_object *obj, uint64_t resolver,
					    ij_reloc_visit visit, void *ctx)
{
	struct search search = {
		.obj = obj, .irelative = true, .resolver = resolver, .visit = visit, .ctx = ctx};

	return run(&search);
}

struct ij_error *ij_object_relocs_tls(struct ij_object *obj, ij_reloc_tls_visit visit, void *ctx)
{
	struct search search = {.obj = obj, .visit_tls = visit, .ctx = ctx};

	return run(&search);
}

struct ij_error *ij_object_reloc_name(struct ij_object *obj, uint64_t slot_vaddr, const char **ret)
{
	struct search search = {.obj = obj, .by_slot = true, .slot = slot_vaddr};
	Elf64_Sym sym;

	IJ_TRY(run(&search));
	if (!search.slot_sym || !ij_dynsym_raw(obj, search.slot_sym, &sym))
		return ij_error_new(NOTFOUND, "%s: nothing is bound into 0x%llx", obj->name,
				    (unsigned long long)slot_vaddr);
	return ij_dynamic_str(obj, sym.st_name, ret);
}
