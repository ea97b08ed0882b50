/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The inside of a held stop, for the files that implement interject/stop.h. */
#ifndef IJ_SESSION_STOP_H
#define IJ_SESSION_STOP_H

#include "arch/regfile.h"
#include "interject/stop.h"
#include "session/session_impl.h"

struct ij_stop {
	struct ij_session *session;
	bool held;
	struct ij_stop_report what;
	pid_t tid;  /* that is looked at */
	bool looks; /* expressions are evaluated in a frame of it: */
	unsigned level;
	IJ_VEC(struct ij_stop_thread) threads;
	IJ_VEC(struct ij_wire_held) told; /* as many: what the texts of `threads` lie in */
	/* Of thread `tid`, as long as they are known. */
	bool frames_known;
	IJ_VEC(struct ij_wire_frame) frames;
	struct ij_wire_frames frames_head;
	bool regs_known;
	struct ij_regfile regs;
};

/** What @given stands for, as ij_call_options_of. */
struct ij_error *ij_stop_options_of(const struct ij_stop_options *given,
				    struct ij_stop_options *ret) IJ_WARN_UNUSED;

/** Take in what the threads are like now, after a call. The chosen one stays so if it is there. */
struct ij_error *ij_stop_renew(struct ij_stop *stop) IJ_WARN_UNUSED;

/** Nothing that was read of the thread that is looked at holds any more. */
void ij_stop_forget(struct ij_stop *stop);

/** Read the registers of the thread that is looked at, unless they are known: stop->regs. */
struct ij_error *ij_stop_need_regs(struct ij_stop *stop) IJ_WARN_UNUSED;

/** Set all of its general registers. Errors: as of ij_stop_register_set. */
struct ij_error *ij_stop_general_set(struct ij_stop *stop, const struct ij_regs *regs)
	IJ_WARN_UNUSED;
/** And its floating-point and vector state: @size bytes as NT_X86_XSTATE has them. */
struct ij_error *ij_stop_xstate_set(struct ij_stop *stop, const void *xstate, size_t size)
	IJ_WARN_UNUSED;

/** The same of its frames: frame @level, borrowed until they are forgotten. Errors: as of
 * ij_stop_frame. */
struct ij_error *ij_stop_need_frame(struct ij_stop *stop, unsigned level,
				    const struct ij_wire_frame **ret) IJ_WARN_UNUSED;

struct ij_session_host;

/**
 * Have @sh, of session @s, see the frame that ij_stop_look_at chose; nothing is done if none is.
 * End it with ij_stop_place_close. Errors: those of ij_stop_need_frame, NOMEM.
 */
struct ij_error *ij_stop_place_open(struct ij_session *s, struct ij_session_host *sh)
	IJ_WARN_UNUSED;
void ij_stop_place_close(struct ij_session_host *sh);
/** Has the frame that @sh sees a variable @name? */
bool ij_stop_place_has(const struct ij_session_host *sh, const char *name);

#endif
