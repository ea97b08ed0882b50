/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Interpreters whose functions may be called only where they let others have their turn. */
#ifndef IJ_SESSION_TURN_H
#define IJ_SESSION_TURN_H

#include "interject/stop.h"
#include "maps/classes.h"
#include "obj/modules.h"

/** A line of turn.def. */
struct ij_turn {
	const char *library, *ask, *place;
	int wake; /* signal by which the library itself ends a system call of a thread */
};

/** The turn that a function of @module (NULL: of none) which needs @need waits for, or NULL. */
const struct ij_turn *ij_turn_of(const struct ij_modules *mods, const struct ij_module *module,
				 ij_classes need);

/**
 * Before a call: hold the target, ask for @turn, and let it go on to where that is had. What is
 * held already is not moved: it stands there, or no call is made.
 *
 * @name: of the callee, for messages; NULL: it has none. @options: of the call.
 * @ret: the stop that the call is made at, for ij_stop_release; NULL if it was held already.
 * Errors: NOTFOUND (the library lacks the functions), UNSAFE (no turn was had in time; or what is
 *   held stands elsewhere), GONE, INTERRUPTED, those of ij_session_hold and ij_session_inject.
 */
struct ij_error *ij_turn_take(struct ij_session *s, const struct ij_turn *turn, const char *name,
			      const struct ij_call_options *options, struct ij_stop **ret)
	IJ_WARN_UNUSED;

#endif
