/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The stop that a person looks at, or a command for as long as it runs. */
#ifndef IJ_REPL_HELD_H
#define IJ_REPL_HELD_H

#include "interject/stop.h"
#include "repl/interp.h"

/** A stop to look at. */
struct ij_look {
	struct ij_stop *stop;
	bool own; /* held by the command itself, which lets go of it */
};

/**
 * The held stop; if none is held, one for as long as the command runs: of the chosen thread, else
 * of all. End it with ij_look_end. Errors: those of ij_session_hold.
 */
struct ij_error *ij_look_begin(struct ij_interp *interp, struct ij_look *ret) IJ_CLI_RESULT;
void ij_look_end(struct ij_look *look);

/** Hold the target: @tid, or with 0 all of it. Errors: USAGE (it is held already), those of
 * ij_session_hold. */
struct ij_error *ij_interp_hold(struct ij_interp *interp, pid_t tid) IJ_CLI_RESULT;
/** Let it go on, if it is held. */
void ij_interp_release(struct ij_interp *interp);

/** The held stop, for what cannot be done without one. Errors: USAGE. */
struct ij_error *ij_interp_held(struct ij_interp *interp, struct ij_stop **ret) IJ_CLI_RESULT;

/** Have expressions see the frame that is looked at, if the target is held. Errors: those of
 * ij_stop_look_at. */
struct ij_error *ij_interp_see_frame(struct ij_interp *interp) IJ_CLI_RESULT;

/** Tell where the thread that is looked at stands: its frame @level and what is next there. */
struct ij_error *ij_tell_frame(struct ij_interp *interp, struct ij_stop *stop, unsigned level)
	IJ_CLI_RESULT;
/** "#1  0x401136 in main+0x20 (prog)". */
void ij_frame_text(const struct ij_stop_frame *frame, unsigned level, struct ij_text *out);

/**
 * Tell what the threads have met, and where. If nothing is held any more, the target is let go of.
 */
struct ij_error *ij_tell_stopped(struct ij_interp *interp) IJ_CLI_RESULT;

/** What the prompt says of the held thread: "1234 in read". */
void ij_held_state(const struct ij_interp *interp, struct ij_text *out);

/** Signals that programs take as a matter of course: they are delivered without a word. */
uint64_t ij_quiet_signals(void);

/** A count as operand of a command: @fallback if there is none. Errors: USAGE. */
struct ij_error *ij_count_operand(struct ij_interp *interp, const char *operand, unsigned fallback,
				  unsigned *ret) IJ_CLI_RESULT;

#endif
