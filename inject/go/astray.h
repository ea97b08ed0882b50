/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A thread that steps to where it makes a call in Go (struct ij_gocall, STEPS), and gets elsewhere.
 */
#ifndef IJ_INJECT_GO_ASTRAY_H
#define IJ_INJECT_GO_ASTRAY_H

#include "inject/go/making.h"

/** Has it waited in the kernel for a while, instead of coming to its goal? To be asked again and
 * again. */
bool ij_go_is_astray(struct ij_go_making *m);

/**
 * Stop it, and take its trap flag and the handler back; m->called_back, and the outcome is that of
 * a thread that has not arrived.
 *
 * @back_ret: false: it is just taking a step, or ended.
 * Errors: OS, GONE.
 */
struct ij_error *ij_go_call_back(struct ij_go_making *m, bool *back_ret) IJ_WARN_UNUSED;

/**
 * May the pages @left, busy with a handler of a session that is dead, be unmapped? A thread that
 * sleeps on its way to the call is called back: in an idle program it might sleep for ever, and
 * nobody else could make a call.
 *
 * @tid: the thread that may be in them; 0: it has ended.
 * @free_ret: true: nobody is in them, and @left no longer busy; or, if it still is, nobody was when
 * it was looked at, and ij_go_handler_is_entered() has to tell in a stop of the thread. Errors: OS,
 * GONE, FAULT.
 */
struct ij_error *ij_go_free_left(struct ij_injector *inj, pid_t tid, struct ij_leftover *left,
				 bool *free_ret) IJ_WARN_UNUSED;

/** The outcome of a call that was not made, since its thread did not come to where it could be. */
void ij_go_not_arrived(struct ij_go_making *m);

#endif
