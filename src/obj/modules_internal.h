/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the files of this folder share about the modules of a target. */
#ifndef IJ_OBJ_MODULES_INTERNAL_H
#define IJ_OBJ_MODULES_INTERNAL_H

#include "base/strbuf.h"
#include "obj/modules.h"
#include "obj/object_internal.h"

#define IJ_MODULES_MAX 4096u

/** A module, and what only this folder needs to know of it. */
struct ij_module_full {
	struct ij_module mod; /* first */
	bool debug_tried;     /* its separate debug file was looked for */
	bool debug_sought;    /* on this machine only */
	bool unreadable;      /* its file is no ELF file, or could not be opened */
	uint64_t inode;       /* of the mapping it was found by */
	uint32_t dev_major, dev_minor;
};

struct ij_modules {
	struct ij_mem *mem;                 /* borrowed */
	struct ij_opener *opener;           /* borrowed */
	IJ_VEC(struct ij_module *) list;    /* in lookup order; owns the modules */
	IJ_VEC(struct ij_module *) by_addr; /* sorted by `lo` */
	IJ_VEC(char *) paths;               /* of debug files that the opener was told of */
};

/** Recognise the program and put `list` into lookup order. `by_addr` must be there. */
struct ij_error *ij_modules_order(struct ij_modules *mods) IJ_WARN_UNUSED;

/** Look for the separate debug file of @mod, once; a file that does not belong is passed over. */
void ij_module_want_debug(struct ij_modules *mods, struct ij_module *mod);

/** Debug files of all modules, or of those that are called @called if that is not "", are looked
 * for from now on: have them opened together. */
void ij_modules_debug_expect(struct ij_modules *mods, const char *called);
/** They are not any more. */
void ij_modules_debug_expect_none(struct ij_modules *mods);

/** The same, on this machine only; true: it was found now. */
bool ij_module_want_local_debug(struct ij_modules *mods, struct ij_module *mod);

/** Is @sym, defined in @mod, code? */
bool ij_module_is_function(const struct ij_module *mod, const struct ij_symbol *sym);

/**
 * Find what an IFUNC was bound to: sets @res->addr and clears @res->needs_resolver if some slot
 * tells. A slot that cannot be read tells nothing.
 */
void ij_ifunc_bound(struct ij_modules *mods, struct ij_resolved *res);

enum { IJ_SUGGEST_FUNCTIONS = 1 << 0, IJ_SUGGEST_DATA = 1 << 1 };
/** Append ": did you mean a, b or c?" for exported names of those @kinds near @name. */
void ij_suggest(struct ij_modules *mods, const struct ij_module *only, const char *name,
		unsigned kinds, struct ij_strbuf *out);

#endif
