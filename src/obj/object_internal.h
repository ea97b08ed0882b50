/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the files of this folder share about one ELF object. */
#ifndef IJ_OBJ_OBJECT_INTERNAL_H
#define IJ_OBJ_OBJECT_INTERNAL_H

#include <elf.h>

#include "base/vec.h"
#include "obj/elf.h"
#include "obj/image.h"
#include "obj/symtab_ends.h"
#include "obj/object.h"

#define IJ_OBJ_NAME_MAX 4096u /* longest symbol name that is looked at, bytes with the NUL */

/** A table in the file; size 0: there is none. */
struct ij_span {
	uint64_t off;  /* file offset */
	uint64_t size; /* bytes; where the format gives no size, up to the end of the segment */
};

/** What PT_DYNAMIC says (gABI "Dynamic Section"). Every span lies in the file. */
struct ij_dynamic {
	struct ij_span hash, gnu_hash, symtab, strtab, versym, verdef, verneed, rela, jmprel;
	uint64_t soname;     /* offset in strtab */
	uint64_t needed[64]; /* the same of libraries; there may be more */
	unsigned needed_len;
	uint64_t rela_count; /* leading R_X86_64_RELATIVE entries of rela */
	uint64_t flags_1;
	uint64_t debug_idx; /* which entry is DT_DEBUG */
	bool present, has_soname, has_debug;
};

/** The names of version indices, from .gnu.version_d and .gnu.version_r. */
struct ij_versions {
	const char **names; /* by index; NULL where there is none */
	size_t len;
	bool loaded;
};

/** A .symtab, read in three steps: where it is, the symbols, then their strings. */
struct ij_symtab {
	const uint8_t *syms; /* len x 24 bytes; not aligned; NULL: see ij_symtab_syms */
	size_t len;
	struct ij_span syms_span;
	struct ij_span strs_span; /* the strings in the file */
	bool opened;
	const char *strs; /* NUL-terminated as a whole; "@VERSION" suffixes cut */
	uint8_t *hidden;  /* a bit a symbol: was name@VERSION; NULL: none was */
	char *strs_copy;  /* owned, where suffixes had to be cut */
	bool loaded;
	struct ij_symtab_memo {
		char *name; /* that was looked for; NULL: none yet */
		bool found;
		struct ij_symbol sym;
	} memo[8]; /* the last ones; what went wrong is not kept */
	unsigned memo_next;
	unsigned searches;   /* for names that the memo has not */
	struct ij_ends ends; /* since the second of them */
};

/** One entry of the index by address. */
struct ij_by_addr {
	uint64_t value;
	uint32_t idx;
	uint32_t table; /* index among the tables that are asked */
};
enum ij_table { IJ_TABLE_DYNSYM, IJ_TABLE_SYMTAB, IJ_TABLE_DEBUG };

/** How other files that belong to it are opened; `open` NULL: they are not. */
struct ij_object_files {
	char *path; /* its own; owned */
	ij_object_opener open;
	void *ctx;
};

struct ij_object {
	char *name;
	struct ij_image img;
	enum ij_object_type type;
	uint64_t entry;
	struct ij_segment *segs;
	size_t segs_len;
	uint64_t phoff;
	uint32_t phnum;
	uint64_t shoff;
	uint32_t shnum, shstrndx;
	uint64_t dynamic_vaddr;
	uint64_t eh_vaddr, eh_size;
	bool has_interp;
	const uint8_t *build_id;
	size_t build_id_size;
	struct ij_span build_id_note; /* the whole note, in the file */
	struct ij_dynamic dyn;
	struct ij_versions versions;
	struct ij_elf *elf; /* NULL until a section was asked for */
	struct ij_symtab symtab;
	IJ_VEC(struct ij_by_addr) by_addr;
	bool by_addr_built;
	unsigned by_addr_asked; /* times that it would have been of use */
	size_t dynsym_len;
	bool dynsym_len_known;
	struct ij_object *debug; /* the separate debug file, or NULL */
	int debug_fd;
	struct ij_object_files opener;
	void *companion;
	void (*companion_close)(void *companion);
	ij_namer namer; /* NULL: nobody */
	void *namer_ctx;
};

/**
 * Open a separate debug file: as ij_object_open_fd, but its segments are not looked at (their
 * contents were left behind in the stripped file) and its build-id is taken from the note section.
 */
struct ij_error *ij_object_open_debug(int fd, const char *name, struct ij_object **ret)
	IJ_WARN_UNUSED;

/** The same of a copy of @bytes. */
struct ij_error *ij_object_open_debug_bytes(const void *bytes, size_t size, const char *name,
					    struct ij_object **ret) IJ_WARN_UNUSED;

/**
 * Visit the paths at which the debug file of @obj may be, until @visit returns true: by build-id,
 * then by debuglink. @path: of the object itself.
 *
 * @return: whether it did. Source: GDB manual, "Debugging Information in Separate Files".
 */
bool ij_object_debug_paths(struct ij_object *obj, const char *path,
			   bool (*visit)(void *ctx, const char *path), void *ctx);

/** From now on @debug's symbols are used too; @debug and @fd (-1: none) are taken. */
void ij_object_debug_set(struct ij_object *obj, struct ij_object *debug, int fd);

/**
 * Open what section .gnu_debugdata holds: @size @bytes of xz data, an ELF file in them.
 *
 * Errors: BADDATA, LIMIT (over 64 MiB unpacked, or 128 MiB to unpack it), NOMEM.
 */
struct ij_error *ij_minidebug_open(const uint8_t *bytes, size_t size, const char *name,
				   struct ij_object **ret) IJ_WARN_UNUSED;

/** The section table, read at first use. */
struct ij_error *ij_object_elf(struct ij_object *obj, struct ij_elf **ret) IJ_WARN_UNUSED;

/** Where @vaddr stands in the file and how many bytes of its segment follow; false: not in the
 * file. */
bool ij_object_span_of(const struct ij_object *obj, uint64_t vaddr, struct ij_span *ret);

/** The link-time address at which file offset @off is loaded; false if it is not. */
bool ij_object_vaddr_of(const struct ij_object *obj, uint64_t off, uint64_t size, uint64_t *ret);

/** Does PT_DYNAMIC mark a program (DF_1_PIE or DT_DEBUG), as opposed to a library? */
bool ij_object_is_program(const struct ij_object *obj);

/** Read PT_DYNAMIC at @vaddr of @size bytes into obj->dyn. */
struct ij_error *ij_dynamic_read(struct ij_object *obj, uint64_t vaddr, uint64_t size)
	IJ_WARN_UNUSED;

/** The .dynsym string at @off. */
struct ij_error *ij_dynamic_str(struct ij_object *obj, uint64_t off, const char **ret)
	IJ_WARN_UNUSED;

/** Fill in @ret from @sym; false if it defines nothing that can be looked up. */
bool ij_symbol_from(const Elf64_Sym *sym, const char *name, struct ij_symbol *ret);

/** Find @name in .dynsym through the hash tables. Errors: NOTFOUND, BADDATA. */
struct ij_error *ij_dynsym_find(struct ij_object *obj, const char *name, struct ij_symbol *ret)
	IJ_WARN_UNUSED;

/** How many entries .dynsym has, as far as the hash tables tell. */
struct ij_error *ij_dynsym_len(struct ij_object *obj, size_t *ret) IJ_WARN_UNUSED;

/** Entry @idx of .dynsym; false if it defines nothing, or its name is malformed. */
bool ij_dynsym_get(struct ij_object *obj, size_t idx, struct ij_symbol *ret);

/** Call @visit for the defined symbols of .dynsym; false in @more_ret: it wanted no more. */
struct ij_error *ij_dynsym_each(struct ij_object *obj, ij_symbol_visit visit, void *ctx,
				bool *more_ret) IJ_WARN_UNUSED;

/** The raw symbol @idx of .dynsym; false past the table. */
bool ij_dynsym_raw(struct ij_object *obj, uint64_t idx, Elf64_Sym *ret);

/** The version name of .dynsym entry @idx, or NULL; @hidden_ret: it is not the default version. */
const char *ij_version_of(struct ij_object *obj, uint64_t idx, bool *hidden_ret);

/** The same of .symtab: of the file itself, not of its debug file. First where it is and how many
 * symbols it has, then all the symbols, then their names. */
struct ij_error *ij_symtab_open(struct ij_object *obj) IJ_WARN_UNUSED;
struct ij_error *ij_symtab_syms(struct ij_object *obj) IJ_WARN_UNUSED;
struct ij_error *ij_symtab_load(struct ij_object *obj) IJ_WARN_UNUSED;
struct ij_error *ij_symtab_find(struct ij_object *obj, const char *name, struct ij_symbol *ret)
	IJ_WARN_UNUSED;
bool ij_symtab_get(struct ij_object *obj, size_t idx, struct ij_symbol *ret);
/** Visit those whose names may contain @part; it is gone through as above. */
struct ij_error *ij_symtab_with(struct ij_object *obj, const char *part, ij_symbol_visit visit,
				void *ctx, bool *more_ret) IJ_WARN_UNUSED;

/** Find @name in .symtab, then in the debug file's. Errors: NOTFOUND, AMBIGUOUS, BADDATA. */
struct ij_error *ij_symtab_find_all(struct ij_object *obj, const char *name, struct ij_symbol *ret)
	IJ_WARN_UNUSED;

/**
 * Where section @name stands, for those who read parts of it: in the file, whose end it was
 * checked not to pass, or, if it is compressed, in an image of its own (ij_elf_place).
 *
 * Errors: NOTFOUND, those of the file.
 */
struct ij_error *ij_object_section_place(struct ij_object *obj, const char *name,
					 struct ij_image **img_ret, uint64_t *off_ret,
					 size_t *size_ret) IJ_WARN_UNUSED;

#endif
