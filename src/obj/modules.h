/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The modules of a target: its mapped ELF objects, and names resolved among them. */
#ifndef IJ_OBJ_MODULES_H
#define IJ_OBJ_MODULES_H

#include "mem/mem.h"
#include "mem/vmas.h"
#include "obj/debug.h"
#include "obj/labels.h"
#include "obj/object.h"

struct ij_modules;

struct ij_module {
	char *path;       /* as the target names it, or "[vdso]" */
	const char *name; /* base name of `path`; borrowed from it */
	ij_addr lo, hi;   /* its mapped range in the target; hi exclusive */
	uint64_t bias;    /* target address minus link-time address */
	bool main;        /* the program itself */
	bool vdso;
	int fd;                /* its file; -1 for the vdso */
	struct ij_object *obj; /* NULL if it could not be opened: then `problem` says why */
	struct ij_error *problem;
};

/** How to get at files; the session implements it through the tracer, tests through open(2). */
struct ij_opener {
	/** Open the file mapped at [vma->lo, vma->hi). @fd_ret: the caller owns it. */
	struct ij_error *(*module)(struct ij_opener *self, const struct ij_vma *vma, int *fd_ret);
	/**
	 * Open a separate debug file in the target's file system: @path is absolute there
	 * ("/usr/lib/debug/.build-id/ab/cdef.debug"). Errors: NOTFOUND.
	 */
	struct ij_error *(*debug)(struct ij_opener *self, const char *path, int *fd_ret);
	/** Get the debug file of a build-id from elsewhere; NULL: there is no elsewhere. Asked only
	 * where none was found. Errors: NOTFOUND. */
	struct ij_error *(*fetch)(struct ij_opener *self, const uint8_t *id, size_t size,
				  int *fd_ret);
	/** `debug` will be asked for some of @paths, until the next call of this: they may be
	 * opened together. Borrowed until then. NULL: each is opened alone as well. */
	void (*expect)(struct ij_opener *self, const char *const *paths, size_t len);
};

/**
 * Find the modules in @vmas, open each through @opener, compute its bias, and check that file and
 * memory agree (build-id read through @mem where the note is loaded, else the ELF header and
 * program headers). A module that cannot be opened or does not agree is kept with its `problem`;
 * nothing is guessed. A file mapped as data only (no executable mapping) is no module. Of a file
 * that is no ELF file, or cannot be opened, only the first executable mapping is kept.
 *
 * @vmas, @mem, @opener: borrowed; @opener and @mem for the life of @ret (debug files are opened
 * late). Errors: NOMEM, LIMIT.
 */
struct ij_error *ij_modules_create(const struct ij_vmas *vmas, struct ij_mem *mem,
				   struct ij_opener *opener, struct ij_modules **ret)
	IJ_WARN_UNUSED;

/**
 * The modules of a target whose mappings were @was when @mods was made and are @now: a module all
 * of whose mappings are as they were is taken over with what is known of it (its file, symbols and
 * debug file), so that pointers to it stay good; the others are found and opened as by
 * ij_modules_create(). On success @mods is gone, on an error it is as before.
 */
struct ij_error *ij_modules_renew(struct ij_modules *mods, const struct ij_vmas *was,
				  const struct ij_vmas *now, struct ij_modules **ret)
	IJ_WARN_UNUSED;
void ij_modules_destroy(struct ij_modules *mods);

/** In lookup order: the program, then the loader's link map order (r_debug), then by address.
 * Borrowed. */
struct ij_module *const *ij_modules_list(const struct ij_modules *mods, size_t *len_ret);

/** The module that holds @addr, or NULL. */
struct ij_module *ij_modules_find(const struct ij_modules *mods, ij_addr addr);

/** Is @mod what "module!" calls @want: its path, base name, or base name cut at the first ".so"? */
bool ij_module_is_called(const struct ij_module *mod, const char *want);

struct ij_resolved {
	struct ij_module *module; /* borrowed */
	struct ij_symbol symbol;
	ij_addr addr; /* in the target; for an IFUNC the resolver's, see below */
	/**
	 * The symbol is an IFUNC and @addr is its resolver: nobody has bound it yet (no relocation
	 * slot in any module holds its result), so the resolver must be called in the target to
	 * know. When a bound slot was found, `symbol.kind` stays IFUNC, but @addr is the
	 * implementation and this is false.
	 */
	bool needs_resolver;
};

/**
 * Resolve "name" or "module!name" to a function.
 *
 * A module is named by its base name ("libc.so.6"), by that cut at the first ".so" ("libc"), or by
 * its path. Without one the program's own comes first, private ones of its files too, of which two
 * are AMBIGUOUS; then the first module in lookup order that exports the name, as the loader would
 * bind it; then .symtab names, where two different functions are AMBIGUOUS.
 *
 * Errors: NOTFOUND (the message lists up to three nearest names, and names modules that could not
 * be read), AMBIGUOUS (lists module!name of each), TYPE (it is data, or a thread-local: the message
 * says which, and where).
 */
struct ij_error *ij_modules_resolve(struct ij_modules *mods, const char *spec,
				    struct ij_resolved *ret) IJ_WARN_UNUSED;

/** The same for functions or data, by one who does not read what a NOTFOUND says: that takes time.
 */
struct ij_error *ij_modules_probe(struct ij_modules *mods, const char *spec, bool functions,
				  struct ij_resolved *ret) IJ_WARN_UNUSED;

/** The function that the loader binds @name to, whatever the program's own files call so; NOTFOUND
 * as above. */
struct ij_error *ij_modules_bound(struct ij_modules *mods, const char *name,
				  struct ij_resolved *ret) IJ_WARN_UNUSED;

/** Whether some module exports @name: no more of any file is read than that takes. */
bool ij_modules_exports(struct ij_modules *mods, const char *name);

/** Whether @module does. */
bool ij_module_exports(const struct ij_module *module, const char *name);

/** The same for data symbols (`_rtld_global`). Functions are TYPE errors. */
struct ij_error *ij_modules_resolve_data(struct ij_modules *mods, const char *spec,
					 struct ij_resolved *ret) IJ_WARN_UNUSED;

/** NOTFOUND: nothing at all, neither code nor data, is called @spec; with the nearest names of
 * either. */
struct ij_error *ij_modules_unknown(struct ij_modules *mods, const char *spec) IJ_WARN_UNUSED;

/**
 * Write "function+0x1f (libc.so.6)" for a target address, "0x7f12 (libc.so.6)" (an offset from the
 * module's start) or "0x7ffff7e12345" (the address) if less is known, to @buf of @size bytes. For
 * messages.
 */
void ij_modules_describe(struct ij_modules *mods, ij_addr addr, char *buf, size_t size);

/**
 * The parts of that: function name (or NULL), offset in it (or in the module, or the address
 * itself), module (or NULL). Borrowed.
 */
void ij_modules_locate(struct ij_modules *mods, ij_addr addr, const char **func_ret,
		       uint64_t *off_ret, const struct ij_module **module_ret);

/**
 * The debug information of @mod: its own, or that of its separate debug file, which is looked for.
 *
 * @types: what is read goes there. @ret: the caller closes it before @mods are destroyed.
 * Errors: NOTFOUND (it has none), BADDATA, NOMEM.
 */
struct ij_error *ij_modules_debug(struct ij_modules *mods, struct ij_module *mod,
				  struct ij_ctypes *types, struct ij_debug **ret) IJ_WARN_UNUSED;

/** The object of data that holds @addr: its name, borrowed, and the offset in it; false if none is
 * known. */
bool ij_modules_locate_data(struct ij_modules *mods, ij_addr addr, const char **name_ret,
			    uint64_t *off_ret);

/** What debug information says of a thread that stands at @addr: see ij_labels_find. */
struct ij_error *ij_modules_labels(struct ij_modules *mods, ij_addr addr, struct ij_labels *ret)
	IJ_WARN_UNUSED;

#endif
