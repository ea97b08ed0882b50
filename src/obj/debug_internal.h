/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the files of this folder share of debug information. */
#ifndef IJ_OBJ_DEBUG_INTERNAL_H
#define IJ_OBJ_DEBUG_INTERNAL_H

#include "obj/debug.h"
#include "obj/dwarf_internal.h"

enum {
	IJ_DEBUG_DEPTH_MAX = 48, /* of types that are made of types */
	IJ_DEBUG_ORIGINS_MAX = 8,
	IJ_DEBUG_CHILDREN_MAX = 65536, /* of one entry, that are looked at */
};

/** Entries that one question may read: hostile sections end here. */
#define IJ_DEBUG_BUDGET ((uint64_t)1 << 26)

/** A namespace, or a type with members: what stands between `off` and `end` is in it. */
struct ij_debug_scope {
	uint64_t off, end;
	const char *name; /* borrowed from the sections; "" if it has none */
	uint32_t outer;   /* index + 1 */
};

struct ij_debug_unit {
	struct ij_dwarf_unit unit;
	bool read, bad;                     /* its first entry was read; it could not be */
	bool is_cxx, is_rust, is_assembler; /* its language */
	bool splits_int128, splits_vectors; /* its compiler passes them its own way */
	bool spills_quads;
	bool scoped;                 /* `scopes` are known */
	const char *name;            /* or NULL */
	struct ij_dwarf_die *root;   /* its first entry */
	struct ij_debug_unit *split; /* of a skeleton: the unit that has all; or NULL */
	struct ij_lines *lines;      /* NULL: not read yet, or with no_lines: it has none */
	bool no_lines;
	IJ_VEC(struct ij_debug_scope) scopes; /* sorted by `off` */
};

/** One name in the index. */
struct ij_debug_name {
	uint32_t hash;
	uint32_t kind; /* enum ij_debug_kind; IJ_DEBUG_DECLARED: only declared here;
			* IJ_DEBUG_TEMPLATE: by its name without arguments */
	uint64_t off;
};
#define IJ_DEBUG_DECLARED (1u << 31)

/** Is @name, "larger<int>", an instance of the template @of? */
bool ij_debug_is_instance(const char *name, const char *of);

struct ij_debug_memo {
	uint64_t off; /* 0: free */
	struct ij_ctype *type;
};

struct ij_debug_signature {
	uint64_t signature, off;
};

/** A definition that stands in no function. */
struct ij_debug_defined {
	uint32_t kind; /* as above */
	uint64_t off;
};

/** What ij_debug_functions found last. */
struct ij_debug_symbols {
	char *name;
	IJ_VEC(uint64_t) addrs;
};

/** What ij_debug_functions_beside found last. */
struct ij_debug_beside {
	char *name;        /* NULL: nothing */
	uint64_t unit_off; /* of the unit's first entry */
	IJ_VEC(uint64_t) offs;
};

/** What ij_debug_code_at found last. */
struct ij_debug_code {
	uint64_t addr;
	uint64_t off; /* of the function; 0: nothing */
};

struct ij_debug {
	struct ij_dwarf dwarf;
	uint64_t budget; /* of one question */
	struct ij_ctypes *types;
	int fd;                             /* of the file; -1: none */
	IJ_VEC(struct ij_debug_unit) units; /* sorted by offset; see ij_debug_units */
	bool has_units;                     /* they are known */
	/* Those that were asked for before all were known, each in memory of its own. */
	IJ_VEC(struct ij_debug_unit *) early;
	IJ_VEC(uint64_t) starts; /* of units, by .debug_aranges; sorted */
	bool has_starts;
	IJ_VEC(struct ij_debug_signature) signatures;
	IJ_VEC(struct ij_debug_name) names; /* sorted by hash */
	bool named;
	struct ij_kept *kept; /* has them where they were not read yet; or NULL */
	uint64_t kept_size;   /* of them, bytes: it begins with them */
	IJ_VEC(struct ij_debug_defined) definitions; /* in the order of the file */
	bool listed;                                 /* they are known */
	struct ij_debug_symbols symbols;
	struct ij_debug_beside beside;
	struct ij_debug_code code;
	struct ij_debug_memo *memo; /* open hash, memo_cap a power of two */
	size_t memo_len, memo_cap;
	struct ij_debug_files *files; /* other files that belong to it; or NULL */
	bool incomplete;              /* some of these are missing */
	bool asking;                  /* for the language of a unit */
};

/** An entry, and the unit that it is in. */
struct ij_debug_die {
	struct ij_debug_unit *unit;
	struct ij_dwarf_die die;
};

/** BADDATA: debug information is malformed at @off. */
struct ij_error *ij_debug_malformed(uint64_t off, const char *what) IJ_WARN_UNUSED;

/** Have all units of the file itself listed, for who goes through debug->units: where
 * .debug_aranges tells of single ones, many a question needs no more. Errors: NOMEM. */
struct ij_error *ij_debug_units(struct ij_debug *debug) IJ_WARN_UNUSED;
/** The same for who has nobody to tell that there is no memory. */
void ij_debug_units_try(struct ij_debug *debug);

/** The unit that holds @off, its first entry read; NULL if there is none. */
struct ij_debug_unit *ij_debug_unit_at(struct ij_debug *debug, uint64_t off);
/** The same of one that begins at @start, by what .debug_aranges tells. */
struct ij_debug_unit *ij_debug_unit_from(struct ij_debug *debug, uint64_t start);
void ij_debug_unit_deinit(struct ij_debug_unit *unit);
void ij_debug_unit_destroy(struct ij_debug_unit *unit); /* takes NULL */
/** Read it again when it is asked for; nothing of it may be in use. Not if it is split. */
void ij_debug_unit_unload(struct ij_debug *debug, struct ij_debug_unit *unit);

/** The sections of @obj whose names end in @suffix, "" or ".dwo", to @ret. */
void ij_debug_sections(struct ij_object *obj, const char *suffix, struct ij_dwarf *ret);

/* Type units by the number that refers to them: add, then sort. */
struct ij_error *ij_debug_signature_add(struct ij_debug *debug, uint64_t signature, uint64_t off)
	IJ_WARN_UNUSED;
void ij_debug_signatures_sort(struct ij_debug *debug);

/** The file that @unit is the skeleton of was missed: see ij_debug_lost. Nothing if it is there. */
void ij_debug_lose(struct ij_debug *debug, const struct ij_debug_unit *unit);
/** Open the file that @unit is the skeleton of, if it is one: unit->split. */
void ij_debug_split(struct ij_debug *debug, struct ij_debug_unit *unit);
/** The unit of another file that holds @off, its first entry read; NULL if there is none. */
struct ij_debug_unit *ij_debug_part_unit(struct ij_debug *debug, uint64_t off);
/** Visit all units of other files that are open. */
struct ij_error *ij_debug_parts_each(struct ij_debug *debug,
				     struct ij_error *(*visit)(struct ij_debug *debug,
							       struct ij_debug_unit *unit))
	IJ_WARN_UNUSED;
void ij_debug_files_free(struct ij_debug *debug);
/** Room for the split units of all units, once these are known. Errors: NOMEM. */
struct ij_error *ij_debug_files_room(struct ij_debug *debug) IJ_WARN_UNUSED;
/** Has @unit, which was read, a file of its own? */
bool ij_debug_is_skeleton(const struct ij_debug_unit *unit);

/** The unit that .debug_aranges has @addr in, its first entry read; NULL: it does not say. */
struct ij_debug_unit *ij_debug_unit_of_address(struct ij_debug *debug, uint64_t addr);
/** The last offset of a unit up to @off that .debug_aranges tells; false: it tells none. */
bool ij_debug_unit_before(struct ij_debug *debug, uint64_t off, uint64_t *ret);

/** Read the first entry of @unit; false if it cannot be. */
bool ij_debug_unit_load(struct ij_debug *debug, struct ij_debug_unit *unit);

/** Read the entry at @off. Errors: BADDATA. */
struct ij_error *ij_debug_read(struct ij_debug *debug, uint64_t off, struct ij_debug_die *ret)
	IJ_WARN_UNUSED;

/** Read what @ref refers to. Errors: BADDATA. */
struct ij_error *ij_debug_follow(struct ij_debug *debug, const struct ij_dwarf_value *ref,
				 struct ij_debug_die *ret) IJ_WARN_UNUSED;

/**
 * Complete @at with what the entries say that it is an instance of, or specifies.
 *
 * @last_ret: the entry at the end of that way, which has the children of a declaration; may be
 * NULL.
 */
struct ij_error *ij_debug_inherit(struct ij_debug *debug, struct ij_debug_die *at,
				  struct ij_debug_die *last_ret) IJ_WARN_UNUSED;

/**
 * The children of an entry, one after the other.
 *
 *	ij_debug_children(&walk, debug, &parent);
 *	while (ij_debug_child(&walk, &err)) ... walk.at
 */
struct ij_debug_walk {
	struct ij_debug *debug;
	uint64_t off; /* of the next one; 0: no more */
	unsigned left;
	struct ij_debug_die at;
};
void ij_debug_children(struct ij_debug_walk *walk, struct ij_debug *debug,
		       const struct ij_debug_die *parent);
bool ij_debug_child(struct ij_debug_walk *walk, struct ij_error **err_ret);

/** The offset of what follows @die and all that is below it; 0 if it cannot be told. */
uint64_t ij_debug_behind(struct ij_debug *debug, struct ij_debug_unit *unit,
			 const struct ij_dwarf_die *die);

/** The type that @ref refers to; void if it is none. */
struct ij_error *ij_debug_type(struct ij_debug *debug, const struct ij_dwarf_value *ref,
			       unsigned depth, const struct ij_ctype **ret) IJ_WARN_UNUSED;
/** The text of @value as a name that may be printed, kept with the types; NULL if it is none. */
struct ij_error *ij_debug_own_name(struct ij_debug *debug, const struct ij_dwarf_value *value,
				   const char **ret) IJ_WARN_UNUSED;
/** The type that the entry @at is. */
struct ij_error *ij_debug_type_of(struct ij_debug *debug, const struct ij_debug_die *at,
				  unsigned depth, const struct ij_ctype **ret) IJ_WARN_UNUSED;
/**
 * The type of function @at, a DW_TAG_subprogram or DW_TAG_subroutine_type.
 *
 * LLVM before 18 takes an __int128 parameter for two of 8 bytes: the second may be on the stack
 * when the first is in the last register, and both are not aligned there (LLVM 18 release notes,
 * "Changes to the X86 Backend"). And clang before 18 has in memory whatever contains a __float128
 * (LLVM's issue 74601).
 */
struct ij_error *ij_debug_function_type(struct ij_debug *debug, const struct ij_debug_die *at,
					unsigned depth, const struct ij_ctype **ret) IJ_WARN_UNUSED;
/** Fill in the members of a struct, union or enum. An ij_ctype's `load`. */
struct ij_error *ij_debug_load(struct ij_ctype *type, void *debug) IJ_WARN_UNUSED;

/** The same of what else a class of C++ has: its `load_class`. */
struct ij_error *ij_debug_load_class(struct ij_ctype *type, void *debug) IJ_WARN_UNUSED;
/** Which entry of the virtual table the function @die is; false: it does not say. */
bool ij_debug_slot(const struct ij_dwarf_die *die, uint64_t *ret);
/** Is the DW_TAG_member @die a static one? */
bool ij_debug_is_static(const struct ij_dwarf_die *die);
/** DW_AT_accessibility of @die, in a class whose entry is @owner. */
enum ij_caccess ij_debug_access(const struct ij_dwarf_die *die, const struct ij_dwarf_die *owner);

/** The DW_TAG_subprogram whose code holds link-time address @addr. Errors: NOTFOUND, BADDATA,
 * LIMIT, NOMEM. */
struct ij_error *ij_debug_code_at(struct ij_debug *debug, uint64_t addr, struct ij_debug_die *ret)
	IJ_WARN_UNUSED;

/** What a scan of a unit tells of an entry. */
struct ij_debug_brief {
	uint64_t off;
	uint64_t tag;
	const char *name; /* or NULL; borrowed */
	bool children;
	bool declared;          /* only declared here */
	uint64_t specification; /* offset of what it defines, or 0 */
	/* Of a scan for code: that of the entry, if it is all in one place; else `spread`. */
	uint64_t low_pc, size;
	bool spread;
};

/**
 * Go through the entries of @unit quickly, without looking at most of their attributes.
 *
 * @enter: whether the children of @brief are to be seen, too. @leave: the children of the entry
 * that was entered last end before @end; may be NULL. Errors: NOMEM, and those of @enter. What is
 * malformed ends where it is.
 *
 * @for_code: where code is is told, and no names and specifications; it is paid for from the
 * budget. @done: ends it when set; may be NULL.
 */
struct ij_debug_scan {
	struct ij_error *(*enter)(void *ctx, const struct ij_debug_brief *brief, bool *enter_ret);
	void (*leave)(void *ctx, uint64_t end);
	void *ctx;
	bool for_code;
	const bool *done;
};
struct ij_error *ij_debug_scan(struct ij_debug *debug, struct ij_debug_unit *unit,
			       const struct ij_debug_scan *scan) IJ_WARN_UNUSED;

uint32_t ij_debug_hash(const char *name);
/** Lines of the index. */
struct ij_debug_lines {
	struct ij_debug_name *items;
	size_t len, cap;
};
/** Those whose hash is @hash, to @ret; the index is built if it is not there. Errors: NOMEM. */
struct ij_error *ij_debug_lines_find(struct ij_debug *debug, uint32_t hash,
				     struct ij_debug_lines *ret) IJ_WARN_UNUSED;
/** The line table of @unit, or NULL: it has none that can be read. Errors: NOMEM. */
struct ij_error *ij_debug_unit_lines(struct ij_debug *debug, struct ij_debug_unit *unit,
				     const struct ij_lines **ret) IJ_WARN_UNUSED;

/** The kind of name that an entry with @tag is; 0: none. */
unsigned ij_debug_kind_of(uint64_t tag);
/** Visit the entry of an index line, if its name is @name. */
struct ij_error *ij_debug_visit_name(struct ij_debug *debug, const struct ij_debug_name *line,
				     const char *name, ij_debug_visit visit, void *ctx, bool *more)
	IJ_WARN_UNUSED;

/** "ns::Class" that the entry at @off is in, to @out; nothing if in none. */
struct ij_error *ij_debug_scope_text(struct ij_debug *debug, struct ij_debug_unit *unit,
				     uint64_t off, struct ij_strbuf *out) IJ_WARN_UNUSED;

/** Everything of what entry @at stands for. */
struct ij_error *ij_debug_entry(struct ij_debug *debug, const struct ij_debug_die *at,
				enum ij_debug_kind kind, struct ij_debug_entry *ret) IJ_WARN_UNUSED;

#endif
