/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Passing typed values to a function, and getting one back. */
#ifndef IJ_SESSION_PASS_H
#define IJ_SESSION_PASS_H

#include "lang/host.h"
#include "session/marshal.h"

/** Where a result is found. */
struct ij_passed_result {
	bool in_scratch; /* at `off` of our memory */
	uint32_t off;    /* bytes */
	/* Bytes of it in each vector register, which lie there IJ_WIRE_VECTOR_SIZE apart; 0: it
	 * lies there as it is in memory. */
	uint32_t part;
};

/**
 * Lay out @call's arguments, its literals, and room for a result in memory.
 *
 * @vector_max: bytes of the widest vectors that the callee has in registers: see
 *   ij_session_vector_size; 16 unless ij_pass_is_wide.
 * @before, @before_size: our memory as an earlier call of the expression left it; or NULL.
 * @ret: the caller frees it with ij_marshal_deinit.
 * Errors: UNSUPPORTED (a type that calls do not carry), LIMIT, NOMEM.
 * Source: System V psABI AMD64 1.0, 3.2.3.
 */
struct ij_error *ij_pass(const struct ij_host_call *call, unsigned vector_max,
			 const uint8_t *before, size_t before_size, struct ij_marshal *ret,
			 struct ij_passed_result *result_ret) IJ_WARN_UNUSED;

/** Is a vector of over 16 bytes among the arguments, or the result? */
bool ij_pass_is_wide(const struct ij_host_call *call);

/**
 * The bytes of a result of type @type.
 *
 * @scratch, @scratch_size: our memory after the call. @bytes: room for the type's size.
 */
struct ij_error *ij_pass_result(const struct ij_ctype *type, const struct ij_passed_result *where,
				const struct ij_result_regs *regs, const uint8_t *scratch,
				size_t scratch_size, uint8_t *bytes) IJ_WARN_UNUSED;

#endif
