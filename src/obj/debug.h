/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What debug information says of one module's functions, variables and types.
 *
 * Read by our own bounds-checked reader rather than libdwarf: Debian 12's version misses the names
 * that optimised units refer to, gives made-up text for what it cannot read, copies all
 * sections, and has known overflows; nothing is read here that is not asked for.
 */
#ifndef IJ_OBJ_DEBUG_H
#define IJ_OBJ_DEBUG_H

#include "obj/dwarf.h"
#include "obj/object.h"
#include "types/ctype.h"

struct ij_debug;

enum ij_debug_kind {
	IJ_DEBUG_FUNCTION = 1 << 0,
	IJ_DEBUG_VARIABLE = 1 << 1,
	IJ_DEBUG_ENUMERATOR = 1 << 2,
	IJ_DEBUG_TYPEDEF = 1 << 3, /* and base types: what is named without a tag in C */
	IJ_DEBUG_STRUCT = 1 << 4,
	IJ_DEBUG_UNION = 1 << 5,
	IJ_DEBUG_ENUM = 1 << 6,
	IJ_DEBUG_NAMESPACE = 1 << 7,
};
/** With kinds of ij_debug_named: the instances of a template of that name, "larger" for
 * "larger<int>", and nothing else. */
#define IJ_DEBUG_TEMPLATE (1u << 29)
#define IJ_DEBUG_TYPES    (IJ_DEBUG_TYPEDEF | IJ_DEBUG_STRUCT | IJ_DEBUG_UNION | IJ_DEBUG_ENUM)

enum ij_debug_place {
	IJ_DEBUG_NOWHERE,  /* only declared, or optimised out */
	IJ_DEBUG_ADDRESS,  /* `addr`: link-time address */
	IJ_DEBUG_TLS,      /* `addr`: offset in the module's thread-local block */
	IJ_DEBUG_CONSTANT, /* `bytes`, or `addr`: the value itself */
};

/** What a name stands for. */
struct ij_debug_entry {
	enum ij_debug_kind kind;
	const char *name;            /* without its scope; or NULL. Borrowed */
	const struct ij_ctype *type; /* of a function its own: IJ_CT_FUNCTION */
	enum ij_debug_place place;
	uint64_t addr;
	const uint8_t *bytes; /* of CONSTANT: type->size of them, or NULL. Borrowed */
	const char *linkage;  /* the symbol's name, where it differs; or NULL. Borrowed */
	const char *file;     /* of the unit: the name of its source file; or NULL. Borrowed */
	bool external;
	bool is_inline;       /* NAMESPACE: what is in it is in the scope around it, too */
	bool is_cxx, is_rust; /* of the unit's language */
	bool is_method;       /* FUNCTION: its first parameter is `this` */
	bool is_explicit;     /* FUNCTION: a constructor that converts nothing by itself */
	bool is_virtual;      /* FUNCTION: which one is called, the object says, at: */
	uint64_t slot;        /* the number of its entry in the virtual table */
};

/**
 * Open the debug information of @obj, or of the debug file that is attached to it.
 *
 * @obj: borrowed for the life of @ret. @types: what is read goes there; borrowed, too.
 * Errors: NOTFOUND (there is none), BADDATA, NOMEM.
 */
struct ij_error *ij_debug_open(struct ij_object *obj, struct ij_ctypes *types,
			       struct ij_debug **ret) IJ_WARN_UNUSED;
/** The same of sections that are there already; they stay the caller's. @sections->budget: entries
 * that one question may read; 0: the usual. */
struct ij_error *ij_debug_open_sections(const struct ij_dwarf *sections, struct ij_ctypes *types,
					struct ij_debug **ret) IJ_WARN_UNUSED;
void ij_debug_close(struct ij_debug *debug);

/**
 * Tell how other files that belong to @debug are opened: what dwz(1) took out of it, and split
 * units. They are looked for where debug files live, and beside @path.
 *
 * @obj: that @debug was opened of. @open: gives a descriptor that is the caller's. @ctx: borrowed
 * for the life of @debug. Errors: NOMEM; that a file is not there is none.
 */
struct ij_error *ij_debug_files_set(struct ij_debug *debug, struct ij_object *obj, const char *path,
				    ij_object_opener open, void *ctx) IJ_WARN_UNUSED;

/** The function whose code holds link-time address @addr. Errors: NOTFOUND, BADDATA, LIMIT, NOMEM.
 */
struct ij_error *ij_debug_function_at(struct ij_debug *debug, uint64_t addr,
				      struct ij_debug_entry *ret) IJ_WARN_UNUSED;

/**
 * The variable @name that lasts of the function whose code holds @addr, in whatever block of it.
 *
 * @found: false: it has none. Errors: as above; that no function is known there is none.
 */
struct ij_error *ij_debug_function_static(struct ij_debug *debug, uint64_t addr, const char *name,
					  struct ij_debug_entry *ret, bool *found) IJ_WARN_UNUSED;

/** The descriptor of the file that it is read from, for its identity; -1: of none. Borrowed. */
int ij_debug_fd(const struct ij_debug *debug);

/** Which other files @debug is made of, as they are now: a number that changes with any of them; 0:
 * there are none. All of them are opened for it. */
uint64_t ij_debug_parts_identity(struct ij_debug *debug);

/** A file with a part of it that was asked for and is not there, and what to do about that:
 * "/build/a.dwo (put it there, ...)"; NULL: none is known to be missing. Borrowed until the next
 * question. */
const char *ij_debug_lost(const struct ij_debug *debug);

/** Is there an index of all names? */
bool ij_debug_is_indexed(const struct ij_debug *debug);
/**
 * The index of all names, once it was built: @size_ret bytes to be kept and given back another time
 * for the same file. NULL: it was not built, or files are missing that would belong in it.
 * Borrowed.
 */
const void *ij_debug_index_bytes(const struct ij_debug *debug, size_t *size_ret);
struct ij_kept;
/**
 * Take an index that was kept: the first @size bytes of @kept, which are read as far as they are
 * asked for. What is wrong in it is found where it is used: names are compared with what stands in
 * the file; damage makes it be built anew.
 *
 * @kept: from now on @debug's, unless this fails. Errors: BADDATA (it is none).
 */
struct ij_error *ij_debug_index_take(struct ij_debug *debug, struct ij_kept *kept, uint64_t size)
	IJ_WARN_UNUSED;
/** A name of C++ or Rust, "ns::Class::f", and its last part in it. */
struct ij_debug_path {
	const char *full, *last;
};

/**
 * The functions called @path->last ("flat", "larger<int>") that have code and a symbol in @obj, by
 * these symbols: without an index of all names. C's are not found. Those whose symbols tell that
 * they are in another scope than @path's are left out, others need not be.
 *
 * @visit: is given the scope as C++ and Rust write it, "ns::Class", or "" outside of all; it clears
 *   @more when it has enough. Errors: BADDATA, LIMIT, NOMEM, those of @visit.
 */
typedef struct ij_error *(*ij_debug_visit)(void *ctx, const char *scope,
					   const struct ij_debug_entry *entry, bool *more);
struct ij_error *ij_debug_functions(struct ij_debug *debug, struct ij_object *obj,
				    const struct ij_debug_path *path, ij_debug_visit visit,
				    void *ctx) IJ_WARN_UNUSED;

/**
 * The same by the tables of names that the compiler made for all of the file, if it did: of the
 * @kinds, definitions alone, and no enumerators.
 */
struct ij_error *ij_debug_by_tables(struct ij_debug *debug, unsigned kinds, const char *name,
				    ij_debug_visit visit, void *ctx) IJ_WARN_UNUSED;

/** Add @name with the types in it as people write them: "as<unsigned long>". */
void ij_debug_short_names(const char *name, struct ij_strbuf *out);

/** Build it now, if it is not there. Errors: NOMEM. */
struct ij_error *ij_debug_index(struct ij_debug *debug) IJ_WARN_UNUSED;

/**
 * Visit every entry of one of the @kinds whose name is @name, without its scope; stops when @visit
 * returns false. Builds an index of all names at first use.
 *
 * Errors: BADDATA, LIMIT, NOMEM; those of @visit.
 */
struct ij_error *ij_debug_named(struct ij_debug *debug, unsigned kinds, const char *name,
				ij_debug_visit visit, void *ctx) IJ_WARN_UNUSED;

/**
 * Visit the name of every definition of one of the @kinds, with its scope as above; those of C's
 * units that are defined alike in many of them at least once. In no order; stops when @visit
 * returns false.
 */
typedef struct ij_error *(*ij_debug_name_visit)(void *ctx, unsigned kind, const char *scope,
						const char *name, bool *more);
struct ij_error *ij_debug_each_name(struct ij_debug *debug, unsigned kinds,
				    ij_debug_name_visit visit, void *ctx) IJ_WARN_UNUSED;

/**
 * The functions that are members of @type under the name @name: visited as above. All instances of
 * a template, or those that have the arguments, "get<int>", which may be the first ones alone.
 * @type: as this debug information gave it; others have none.
 */
struct ij_error *ij_debug_methods(struct ij_debug *debug, const struct ij_ctype *type,
				  const char *name, ij_debug_visit visit, void *ctx) IJ_WARN_UNUSED;

/**
 * Visit the functions outside of classes called @name, without arguments of templates, that the
 * unit with the function at @addr knows, with code or without: of overloads those that a compiler
 * saw beside that one. Errors: NOTFOUND (no function there), BADDATA, LIMIT, NOMEM, those of
 * @visit.
 */
struct ij_error *ij_debug_functions_beside(struct ij_debug *debug, uint64_t addr, const char *name,
					   ij_debug_visit visit, void *ctx) IJ_WARN_UNUSED;

#endif
