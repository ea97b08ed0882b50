/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Functions of one name, of which the one that takes the arguments is called (C++17, 16.3). */
#ifndef IJ_SESSION_CANDIDATES_H
#define IJ_SESSION_CANDIDATES_H

#include "session/host.h"

enum { IJ_CANDIDATES_MAX = 64 };

struct ij_candidate {
	struct ij_val val;
	const char *shown; /* with the arguments of its template */
	unsigned cost;
	bool fits_count; /* it takes as many arguments as there are */
	bool is_method, is_explicit;
	const char *linkage; /* the name of its symbol; or NULL */
	struct ij_module *module;
};

struct ij_candidates {
	struct ij_session_host *sh;
	struct ij_arena *arena;
	const struct ij_val *args;
	size_t args_len; /* SIZE_MAX: not known */
	const char *shown;
	const struct ij_host_wanted *wanted; /* the instances that are; NULL: all */
	struct ij_module *module;            /* that they are added of */
	struct ij_candidate list[IJ_CANDIDATES_MAX];
	size_t len;
	size_t more;                /* that take no such arguments, and are in no list */
	size_t seen;                /* all that were added, those without code, too */
	bool nowhere;               /* some has no code */
	struct ij_candidate absent; /* of these the best that takes the arguments; no type: none */
	bool is_object, is_const;   /* of a class: that it is asked of, and whether that is const */
	bool is_constructor;
	bool is_operator;        /* `args` begin with the object, if it is of a class */
	bool no_converting;      /* arguments go without functions that convert */
	bool in_place_of_absent; /* that no code is there of what fits best is all the same */
};

/** Add @entry, of candidates->module. Errors: LIMIT, NOMEM. */
struct ij_error *ij_candidates_add(struct ij_candidates *candidates,
				   const struct ij_debug_entry *entry) IJ_WARN_UNUSED;

/** Does any that was added take the arguments? */
bool ij_candidates_fit(const struct ij_candidates *candidates);

/**
 * The best of them. @found: false: there is none. Errors: NOTFOUND (it has no code), TYPE (none
 * takes the arguments; one alone is taken whatever it takes), AMBIGUOUS.
 */
struct ij_error *ij_candidates_choose(struct ij_candidates *candidates, struct ij_candidate *ret,
				      bool *found) IJ_WARN_UNUSED;

/** Add the functions of class @type called @name, or of its nearest base class that has any. */
struct ij_error *ij_candidates_of_class(struct ij_candidates *candidates,
					const struct ij_ctype *type, const char *name)
	IJ_WARN_UNUSED;

/** Add the functions outside of classes that are called @name, "ns::f", "ns::f<int>"; of the
 * program, else of any module. */
struct ij_error *ij_candidates_named(struct ij_candidates *candidates,
				     const struct ij_host_name *name) IJ_WARN_UNUSED;

/** Is @name a symbol? @all: of any module, also one that nobody exports. */
bool ij_host_is_symbol(struct ij_session_host *sh, const struct ij_host_name *name, bool all);

#endif
