/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Policy: which functions, modules and sections hold which non-reentrant state while a frame of
 * theirs is on the stack. The rules are data: files in share/policy, which are compiled in, and
 * those of the user. interject-policy(5) describes their format. Client only.
 */
#ifndef IJ_MAPS_POLICY_H
#define IJ_MAPS_POLICY_H

#include "base/error.h"
#include "interject/interject.h"
#include "maps/classes.h"

/* struct ij_policy: rules; built once, then only asked. */

/** Classes that a callee can need: all but those that veto every callee. */
#define IJ_POLICY_NEEDS ((((ij_classes)1 << (IJ_CLASS_BIT_OTHER + 1)) - 1) & ~IJ_CLASS(CONTEXT))

/** The module that is asked about. Everything is borrowed. */
struct ij_policy_module {
	const char *soname;      /* DT_SONAME, or the base name of its file */
	const char *path;        /* as the target names it; NULL: not known */
	const uint8_t *build_id; /* NULL: not known */
	size_t build_id_size;    /* bytes */
};

/** No rules at all. @ret: the caller destroys it. Errors: NOMEM. */
struct ij_error *ij_policy_create(struct ij_policy **ret) IJ_WARN_UNUSED;

/** The rules that are compiled in. @ret: the caller destroys it. Errors: NOMEM. */
struct ij_error *ij_policy_create_builtin(struct ij_policy **ret) IJ_WARN_UNUSED;

/**
 * The same, parsed by ij_policy_prepare() only: who finds all of its maps in the cache wants no
 * more than the fingerprint.
 */
struct ij_error *ij_policy_create_late(struct ij_policy **ret) IJ_WARN_UNUSED;

/**
 * Parse what is compiled in, if that was not done. Before any question but those for the
 * fingerprint and for a user's own names. Errors: NOMEM.
 */
struct ij_error *ij_policy_prepare(const struct ij_policy *policy) IJ_WARN_UNUSED;

/**
 * Add the rules of a user's file. They add classes to what the policy says already; "allow" takes
 * some away.
 *
 * @file: its name for messages; copied. @text: @size bytes, copied.
 * Errors: SYNTAX (the message has file, line, column, the word and the remedy), LIMIT (too many
 *   rules), NOMEM. The policy is of no use then.
 */
struct ij_error *ij_policy_add(struct ij_policy *policy, const char *file, const char *text,
			       size_t size) IJ_WARN_UNUSED;

/**
 * Classes that every frame of @module holds: loaders, allocators, unwinders, ... 0 for ordinary
 * modules. A user's `static` rule without ranges counts here.
 */
ij_classes ij_policy_of_module(const struct ij_policy *policy,
			       const struct ij_policy_module *module);

/**
 * Classes that a function of this exported or internal name holds ("malloc", "_IO_puts") in
 * @module. What a compiler appends to its clones ("free.cold") is no part of the name. 0 for
 * ordinary functions.
 */
ij_classes ij_policy_of_function(const struct ij_policy *policy,
				 const struct ij_policy_module *module, const char *name);

/** Whether there are rules of a user about functions: they can be about any name of any program. */
bool ij_policy_has_own_names(const struct ij_policy *policy);

/** A stretch of code whose functions hold `classes`. */
struct ij_policy_range {
	const char *section; /* the ELF section of this name; NULL: link-time addresses */
	uint64_t start, end; /* of these addresses; end exclusive */
	ij_classes classes;
};

/**
 * The next stretch of @module that rules know; false at the end. Start with *@pos == 0.
 */
bool ij_policy_next_range(const struct ij_policy *policy, const struct ij_policy_module *module,
			  size_t *pos, struct ij_policy_range *ret);

/** Whether a `static` rule of the user says what @module is. */
bool ij_policy_is_known(const struct ij_policy *policy, const struct ij_policy_module *module);

/**
 * Why a rule gives any of @classes to the function @name of @module, or, if @name is NULL or has no
 * such rule, to its section @section, or to @module as a whole. NULL if no rule does. Borrowed.
 */
const char *ij_policy_reason(const struct ij_policy *policy, const struct ij_policy_module *module,
			     const char *name, const char *section, ij_classes classes);

/** A number that changes when any rule does, for what is cached of it. */
uint64_t ij_policy_fingerprint(const struct ij_policy *policy);

#endif
