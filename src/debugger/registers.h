/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Registers as variables, `$rax`; one implementation a machine. */
#ifndef IJ_DEBUGGER_REGISTERS_H
#define IJ_DEBUGGER_REGISTERS_H

#include "debugger/debugger.h"

/** Register @name, with its $, of the selected frame. @found_ret: false: there is none of the name.
 */
struct ij_error *ij_registers_get(struct ij_debugger *d, const char *name, struct ij_arena *arena,
				  struct ij_val *ret, bool *found_ret) IJ_WARN_UNUSED;

/** Set it in the innermost frame. @found_ret: as above. */
struct ij_error *ij_registers_set(struct ij_debugger *d, const char *name,
				  const struct ij_val *value, bool *found_ret) IJ_WARN_UNUSED;

/** Register number @reg of DWARF as @frame has it, up to @size bytes. Errors: NOTFOUND. */
struct ij_error *ij_registers_dwarf(struct ij_debugger *d, const struct ij_stack_frame *frame,
				    unsigned reg, void *bytes, size_t size) IJ_WARN_UNUSED;

/* ---- siginfo.c: of the signal that a thread stopped for ---- */

#define IJ_SIGINFO "$_siginfo"
/** @found_ret: false: it is not known of this process. Errors: OS, NOMEM. */
struct ij_error *ij_siginfo_get(struct ij_debugger *d, struct ij_arena *arena, struct ij_val *ret,
				bool *found_ret) IJ_WARN_UNUSED;
/** Errors: TYPE, OS. @found_ret: as above. */
struct ij_error *ij_siginfo_set(struct ij_debugger *d, const struct ij_val *value, bool *found_ret)
	IJ_WARN_UNUSED;

/* ---- Of floating-point numbers, vectors and flags; of a thread that stands ---- */

/** Is @name, without a $, one of them? */
bool ij_vectors_has(const char *name);
/** Its value. @found_ret: false: this processor does not have it. Errors: OS, NOMEM. */
struct ij_error *ij_vectors_get(struct ij_debugger *d, const char *name, struct ij_arena *arena,
				struct ij_val *ret, bool *found_ret) IJ_WARN_UNUSED;
/** Errors: TYPE, NOTFOUND (this processor does not have it), OS. */
struct ij_error *ij_vectors_set(struct ij_debugger *d, const char *name, const struct ij_val *value)
	IJ_WARN_UNUSED;
/** The type of such registers, which lives as long as the debugger. */
struct ij_error *ij_vectors_type(struct ij_debugger *d, enum ij_debugger_vector which,
				 const struct ij_ctype **ret) IJ_WARN_UNUSED;

#endif
