/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Laying out a call's arguments by the machine's calling convention. */
#ifndef IJ_SESSION_MARSHAL_H
#define IJ_SESSION_MARSHAL_H

#include "lang/call.h"
#include "session/session.h"
#include "session/turn.h"

/** A call as the tracer takes it. The function's address and the budgets are the caller's to fill
 * in. */
struct ij_marshal {
	struct ij_wire_call call;
	IJ_VEC(uint8_t) scratch; /* initial contents of our memory in the target */
	struct ij_offs offs;
	const struct ij_turn *turn; /* the callee waits for one; NULL: it does not */
};

/**
 * Lay out the arguments of @call.
 *
 * @symbols: n arguments: the target address of each that is IJ_ARG_SYMBOL; others are not read.
 * @ret: the caller frees it with ij_marshal_deinit; set on success.
 * Errors: LIMIT (more arguments or bytes than one call carries), NOMEM.
 * Source: System V psABI AMD64 1.0, 3.2.3 and 3.5.7.
 */
struct ij_error *ij_marshal_call(const struct ij_call *call, const ij_addr *symbols,
				 struct ij_marshal *ret) IJ_WARN_UNUSED;
void ij_marshal_deinit(struct ij_marshal *marshal);

#endif
