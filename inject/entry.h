/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How a thread enters the stub: the descriptor, our pages' contents, its stack and registers. */
#ifndef IJ_INJECT_ENTRY_H
#define IJ_INJECT_ENTRY_H

#include "inject/judge.h"

/** The signals to block during a call: all but what the kernel raises for faults and the marker, or
 * with @pass those that the thread blocks itself; or all of the latter, if the stub could not
 * restore them. */
uint64_t ij_entry_block(const struct ij_injector *inj, const struct ij_stop *stop, int marker,
			bool pass);

/** The descriptor for @call on @stop; scratch offsets become addresses in our pages. A copy of the
 * target has its pages at the same addresses. */
void ij_entry_describe(const struct ij_injector *inj, const struct ij_wire_call *call,
		       const struct ij_stop *stop, int marker, struct ij_stub_desc *ret);

/**
 * Write the descriptor and the scratch memory of @call.
 *
 * @process: whose @pages they are. @scratch: call->scratch_size bytes. Errors: FAULT.
 */
struct ij_error *ij_entry_fill(const struct ij_pages *pages, const struct ij_process *process,
			       const struct ij_wire_call *call, const struct ij_stub_desc *desc,
			       const uint8_t *scratch) IJ_WARN_UNUSED;

/**
 * Write what the stub finds on the stack of the interrupted thread in @process.
 *
 * @resume: the address at which it goes on when the stub has restored it.
 * @ret: the registers to enter the stub with. Errors: FAULT.
 */
struct ij_error *ij_entry_stack(const struct ij_injector *inj, const struct ij_process *process,
				ij_addr resume, struct ij_regs *ret) IJ_WARN_UNUSED;

/**
 * Take what a finished call left: results, errno, scratch memory.
 *
 * @desc: as the stub left it. @process: as in ij_entry_fill. Errors: FAULT.
 */
struct ij_error *ij_entry_collect(const struct ij_pages *pages, const struct ij_process *process,
				  const struct ij_wire_call *call, const struct ij_stub_desc *desc,
				  struct ij_call_result *ret) IJ_WARN_UNUSED;

#endif
