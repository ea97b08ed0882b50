/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The handler of SIGTRAP (arch/gocall.h) in our pages, and how a thread takes it over. */
#ifndef IJ_INJECT_GO_HANDLER_H
#define IJ_INJECT_GO_HANDLER_H

#include "arch/gocall.h"
#include "inject/judge.h"

/** Fill in new_action and desc_state of @go, for our pages as they are mapped. */
void ij_go_handler_action(const struct ij_injector *inj, struct ij_gocall *go);

/**
 * Is SIGTRAP's action one that leads to no module of the program? A call that a dead session left
 * goes on, and its handler takes every trap of the protocol for its own. By a remote system call;
 * the struct ij_gocall is in the target at @base. Errors: as ij_remote_syscall.
 */
struct ij_error *ij_go_handler_look(struct ij_injector *inj, ij_addr base, bool *busy_ret)
	IJ_WARN_UNUSED;

/**
 * Of a session that is dead: can the thread of @stop, the only one that might, still enter the
 * handler in its pages, or has it done so? Nobody can once it stands elsewhere than where its
 * tracer has led it to do so.
 */
bool ij_go_handler_is_entered(const struct ij_injector *inj, const struct ij_stop *stop,
			      ij_addr entered);

/** Write the handler, and the word by which later sessions know that the thread of @stop may be in
 * it. Errors: LIMIT, FAULT. */
struct ij_error *ij_go_handler_put(struct ij_injector *inj, const struct ij_stop *stop,
				   ij_addr base) IJ_WARN_UNUSED;

/**
 * The register write from which on the thread needs nobody: it makes the handler SIGTRAP's action
 * and goes on with @regs and signal mask @mask, when it is resumed. It must stand in the frame of
 * the last remote system call, which has saved what is not in @regs.
 * Errors: UNSUPPORTED, FAULT, GONE.
 */
struct ij_error *ij_go_handler_enter(struct ij_injector *inj, const struct ij_stop *stop,
				     ij_addr base, const struct ij_regs *regs, uint64_t mask)
	IJ_WARN_UNUSED;

#endif
