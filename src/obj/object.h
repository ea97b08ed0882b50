/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One ELF object: segments, build-id, symbols. Reads no more of the file than is asked for. */
#ifndef IJ_OBJ_OBJECT_H
#define IJ_OBJ_OBJECT_H

#include "base/error.h"

struct ij_object;

/**
 * Open the ELF file behind @fd.
 *
 * @fd: stays the caller's; must stay open and outlives the object.
 * @name: for messages; copied.
 * Errors: BADDATA (not ELF, truncated, overlapping or absurd tables), UNSUPPORTED (not 64-bit
 *   little-endian x86-64), OS, NOMEM.
 */
struct ij_error *ij_object_open_fd(int fd, const char *name, struct ij_object **ret) IJ_WARN_UNUSED;

/** Open an ELF image in memory (the vdso, as copied from the target); @bytes are copied. */
struct ij_error *ij_object_open_bytes(const void *bytes, size_t size, const char *name,
				      struct ij_object **ret) IJ_WARN_UNUSED;

/** Close; takes NULL. */
void ij_object_close(struct ij_object *obj);

/**
 * Is @obj an image in memory with the very bytes of the vdso that the kernel gave to this process?
 * What is made of it depends on no target then, and can be kept. @hash_ret: of its bytes
 * (base/hash.h), which differ from kernel to kernel; @size_ret: how many there are.
 */
bool ij_object_is_our_vdso(struct ij_object *obj, uint64_t *hash_ret, uint64_t *size_ret);

const char *ij_object_name(const struct ij_object *obj);

/**
 * Something that belongs to @obj: @close is called with it when @obj is closed. One at a time; NULL
 * takes it away.
 */
void ij_object_companion_set(struct ij_object *obj, void *companion,
			     void (*close)(void *companion));
void *ij_object_companion(const struct ij_object *obj);

enum ij_object_type { IJ_OBJECT_EXEC, IJ_OBJECT_DYN, IJ_OBJECT_OTHER };
enum ij_object_type ij_object_type_get(const struct ij_object *obj);

struct ij_segment { /* PT_LOAD; sorted by vaddr, checked not to overlap */
	uint64_t vaddr, mem_size;
	uint64_t off, file_size;
	uint32_t flags; /* PF_R, PF_W, PF_X */
};
/** Borrowed; @len_ret segments. */
const struct ij_segment *ij_object_segments(const struct ij_object *obj, size_t *len_ret);

/** Is @vaddr in an executable segment? */
bool ij_object_is_code(const struct ij_object *obj, uint64_t vaddr);

/** Page-aligned lowest vaddr, and the size from there to the end of the last segment, bytes. */
uint64_t ij_object_base(const struct ij_object *obj);
uint64_t ij_object_span(const struct ij_object *obj);

/** PT_DYNAMIC's vaddr, or 0. The ELF entry point as linked. */
uint64_t ij_object_dynamic(const struct ij_object *obj);
uint64_t ij_object_entry(const struct ij_object *obj);

/** NT_GNU_BUILD_ID; borrowed; NULL and 0 if there is none. */
const uint8_t *ij_object_build_id(const struct ij_object *obj, size_t *size_ret);

/** DT_SONAME, or NULL. Borrowed. */
const char *ij_object_soname(struct ij_object *obj);

/** Is library @soname among the first 64 that it was linked with (DT_NEEDED)? */
bool ij_object_needs(struct ij_object *obj, const char *soname);

/**
 * The contents of section @name (".eh_frame"), decompressed if need be.
 *
 * @bytes_ret, @size_ret: borrowed from @obj; @vaddr_ret: where it is loaded, 0 if it is not.
 * Errors: NOTFOUND (no such section, or SHT_NOBITS), BADDATA, UNSUPPORTED (compression), NOMEM.
 */
struct ij_error *ij_object_section(struct ij_object *obj, const char *name,
				   const uint8_t **bytes_ret, size_t *size_ret, uint64_t *vaddr_ret)
	IJ_WARN_UNUSED;

/** A section that is in memory. */
struct ij_object_section {
	const char *name;     /* borrowed from the object */
	uint64_t vaddr, size; /* bytes */
	bool is_tls_bss;      /* it takes no room there: each thread has its own */
};
/** Section @idx, from 0, of those that are in memory; false behind the last one, or if the file has
 * none that can be read. */
bool ij_object_section_of(struct ij_object *obj, size_t idx, struct ij_object_section *ret);

/** Copy @size file-backed bytes at link-time address @vaddr. Errors: NOTFOUND (in no segment). */
struct ij_error *ij_object_read(struct ij_object *obj, uint64_t vaddr, void *buf, size_t size)
	IJ_WARN_UNUSED;

/** PT_GNU_EH_FRAME's vaddr and size; false if there is none. */
bool ij_object_eh_frame_hdr(const struct ij_object *obj, uint64_t *vaddr_ret, uint64_t *size_ret);

enum ij_symbol_kind {
	IJ_SYMBOL_FUNC,
	IJ_SYMBOL_IFUNC,
	IJ_SYMBOL_DATA,
	IJ_SYMBOL_TLS,
	IJ_SYMBOL_NONE
};

struct ij_symbol {
	const char *name; /* borrowed from the object; without version */
	uint64_t value;   /* link-time address; for TLS the offset in the block */
	uint64_t size;    /* bytes; 0 if not known */
	enum ij_symbol_kind kind;
	bool dynamic; /* from .dynsym */
	bool local;   /* STB_LOCAL */
	bool weak;
	bool hidden_version; /* not the default version (name@VER rather than name@@VER) */
	/* Of a .dynsym symbol, and of one of .symtab if it is not the default ("GLIBC_2.14"); or
	 * NULL; borrowed. */
	const char *version;
};

/**
 * Find a defined symbol: .dynsym through DT_GNU_HASH (DT_HASH where that is missing), default
 * version first (of several others the newest); then .symtab; then .symtab of a separate debug file
 * that was attached. Global before local. Absolute symbols are no addresses and are not found.
 *
 * Errors: NOTFOUND, AMBIGUOUS (several local symbols of that name with different values; the
 * message lists their addresses), BADDATA.
 */
struct ij_error *ij_object_symbol(struct ij_object *obj, const char *name, struct ij_symbol *ret)
	IJ_WARN_UNUSED;

/** Visit every defined symbol of .dynsym, .symtab and the debug file; stop early by returning
 * false. */
typedef bool (*ij_symbol_visit)(void *ctx, const struct ij_symbol *sym);
struct ij_error *ij_object_symbols_each(struct ij_object *obj, ij_symbol_visit visit, void *ctx)
	IJ_WARN_UNUSED;
/**
 * The same of the file itself alone, whatever separate debug file is attached: for what is kept of
 * a file, which must not depend on what somebody asked of it before. Errors: as above.
 */
struct ij_error *ij_object_symbols_own(struct ij_object *obj, ij_symbol_visit visit, void *ctx)
	IJ_WARN_UNUSED;
struct ij_error *ij_object_symbol_own(struct ij_object *obj, const char *name,
				      struct ij_symbol *ret) IJ_WARN_UNUSED;

/**
 * The same of those whose names contain @part, which is not empty: no more of the tables is kept
 * than those names, however large they are.
 */
struct ij_error *ij_object_symbols_with(struct ij_object *obj, const char *part,
					ij_symbol_visit visit, void *ctx) IJ_WARN_UNUSED;

/**
 * The function symbol that holds link-time address @vaddr, by size (a symbol of size 0 reaches to
 * the next one). Builds a sorted index at first use. For messages only, never for safety.
 *
 * Errors: NOTFOUND.
 */
struct ij_error *ij_object_symbol_at(struct ij_object *obj, uint64_t vaddr, struct ij_symbol *ret)
	IJ_WARN_UNUSED;

/** Who else knows the functions of the object, where it has no symbol: @name_ret is borrowed. */
typedef bool (*ij_namer)(void *ctx, uint64_t vaddr, const char **name_ret, uint64_t *start_ret);
/** NULL: nobody. @ctx: outlives the object, or is taken back. */
void ij_object_namer_set(struct ij_object *obj, ij_namer namer, void *ctx);

/** .gnu_debuglink: file name (borrowed) and CRC-32; false if there is none. */
bool ij_object_debuglink(struct ij_object *obj, const char **name_ret, uint32_t *crc_ret);

/**
 * Attach a separate debug file, whose symbols are then used too. Checked: same build-id, or, if
 * either has none, the CRC of the debuglink. @fd is taken (closed with the object, or at once on
 * failure).
 *
 * Errors: BADDATA (does not belong to this object, or malformed).
 */
struct ij_error *ij_object_debug_attach(struct ij_object *obj, int fd, const char *name)
	IJ_WARN_UNUSED;

/** Opens a file that belongs to an object: a descriptor that is the caller's. */
typedef struct ij_error *(*ij_object_opener)(void *ctx, const char *path, int *fd_ret);

/**
 * Look for the debug file of @obj, and attach it if it is there and belongs; later also for what
 * dwz(1) took out of it, and split units.
 *
 * @path: the object's own, from the root; copied. @ctx: borrowed for the life of @obj.
 * Errors: NOMEM; that there is none is no error.
 */
struct ij_error *ij_object_debug_find(struct ij_object *obj, const char *path,
				      ij_object_opener open, void *ctx) IJ_WARN_UNUSED;

/**
 * Use the symbols of the object's own .gnu_debugdata, too, unless a debug file is attached.
 *
 * Errors: NOTFOUND (it has none), BADDATA, LIMIT, NOMEM.
 */
struct ij_error *ij_object_minidebug_attach(struct ij_object *obj) IJ_WARN_UNUSED;

/**
 * The slots of the relocations that bind symbol @name (JUMP_SLOT, GLOB_DAT, 64): link-time
 * addresses.
 *
 * @version: only those that want this version, or none at all; NULL: any.
 */
typedef bool (*ij_reloc_visit)(void *ctx, uint64_t slot_vaddr, int64_t addend);
struct ij_error *ij_object_relocs_of(struct ij_object *obj, const char *name, const char *version,
				     ij_reloc_visit visit, void *ctx) IJ_WARN_UNUSED;

/**
 * The name of the symbol that the loader binds into the slot at link-time address @slot_vaddr
 * (JUMP_SLOT, GLOB_DAT, 64 without addend). Borrowed from @obj.
 *
 * Errors: NOTFOUND (no such relocation), BADDATA.
 */
struct ij_error *ij_object_reloc_name(struct ij_object *obj, uint64_t slot_vaddr, const char **ret)
	IJ_WARN_UNUSED;

/**
 * Visit what calls go through to functions of other objects: entries of procedure linkage tables,
 * each by the function that is bound to its slot (AMD64 ABI 1.0, 5.2). In the order of the tables.
 *
 * @name: borrowed from @obj. Stop early by returning false. Errors: BADDATA, NOMEM.
 */
typedef bool (*ij_plt_visit)(void *ctx, uint64_t vaddr, const char *name);
struct ij_error *ij_object_plt_each(struct ij_object *obj, ij_plt_visit visit, void *ctx)
	IJ_WARN_UNUSED;

/**
 * The slots that get an address of the object itself; addend: the link-time address. By RELATIVE
 * relocations, and by those of type 64 that bind a symbol it defines: should another object take
 * the symbol's place, it is that one's.
 */
struct ij_error *ij_object_relocs_relative(struct ij_object *obj, ij_reloc_visit visit, void *ctx)
	IJ_WARN_UNUSED;

/**
 * The slots into which the loader writes where the object's own thread-local block is: its module
 * number (DTPMOD64, @is_module), or how far from the thread pointer @off of the block is (TPOFF64).
 */
typedef bool (*ij_reloc_tls_visit)(void *ctx, uint64_t slot_vaddr, bool is_module, uint64_t off);
struct ij_error *ij_object_relocs_tls(struct ij_object *obj, ij_reloc_tls_visit visit, void *ctx)
	IJ_WARN_UNUSED;

/** The slots of the IRELATIVE relocations whose resolver is at link-time address @resolver. */
struct ij_error *ij_object_relocs_irelative(struct ij_object *obj, uint64_t resolver,
					    ij_reloc_visit visit, void *ctx) IJ_WARN_UNUSED;

#endif
