/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a module defines, and where in its source, for who lists it. */
#ifndef IJ_OBJ_DEBUG_LIST_H
#define IJ_OBJ_DEBUG_LIST_H

#include "obj/debug.h"
#include "obj/lines.h"

/** A definition that stands in no function. */
struct ij_debug_definition {
	struct ij_debug_entry entry;
	const char *scope; /* "ns::Class" that it is in, or "" */
	const char *name;
	const struct ij_line_file *file; /* borrowed from @debug; NULL: not told */
	uint32_t line;                   /* 0: not told */
};

/** What is asked, and who is told. */
struct ij_debug_listing {
	unsigned kinds; /* of ij_debug_kind: functions, variables and types */
	bool declared;  /* variables, too, that are only declared here */
	/** Whether what is called @name, with its scope, is to be told of. */
	bool (*wants)(void *ctx, const char *name);
	struct ij_error *(*visit)(void *ctx, const struct ij_debug_definition *it);
	void *ctx;
};

/**
 * Visit the definitions of all units: functions that have code, variables unless they are only
 * declared, types that are complete. What several units define alike is told of by each.
 *
 * The first time all of the units are gone through; where definitions stand is remembered.
 * Errors: NOMEM, those of @listing->visit; what is malformed is left out.
 */
struct ij_error *ij_debug_list(struct ij_debug *debug, const struct ij_debug_listing *listing)
	IJ_WARN_UNUSED;

/**
 * Visit where the code of each instance of the function @name ("f", "ns::f") begins that its own
 * entry does not have: where it was inlined, and clones of it, as far as they are in its unit.
 *
 * @full: its name with its scope, of the types. @addr: link-time. Errors: NOMEM, those of @visit;
 * what is malformed is left out.
 */
typedef struct ij_error *(*ij_debug_instance_visit)(void *ctx, const char *full, uint64_t addr,
						    bool is_inlined);
struct ij_error *ij_debug_instances(struct ij_debug *debug, const char *name,
				    ij_debug_instance_visit visit, void *ctx) IJ_WARN_UNUSED;

/** Is link-time address @addr code of one of the units? */
bool ij_debug_covers(struct ij_debug *debug, uint64_t addr);

/** What is told of a unit. */
struct ij_debug_unit_about {
	const char *name, *folder, *producer; /* or NULL. Borrowed */
	unsigned version;                     /* of DWARF */
	uint64_t language;                    /* DWARF 5, 7.12; 0: not told */
};
/** That of the unit whose code holds @addr. Errors: NOTFOUND. */
struct ij_error *ij_debug_unit_about(struct ij_debug *debug, uint64_t addr,
				     struct ij_debug_unit_about *ret) IJ_WARN_UNUSED;

#endif
