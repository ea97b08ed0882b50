/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rehearsals in words. */
#ifndef IJ_SESSION_REHEARSAL_H
#define IJ_SESSION_REHEARSAL_H

#include "base/strbuf.h"
#include "lang/systable.h"
#include "session/session.h"

/** enum ij_wire_rehearsal_status as JSON shows it; static storage. */
const char *ij_rehearsal_status_name(uint32_t status);

/** Add what was denied, "write(2, ...), 3 times; connect(5, ...)". Nothing if nothing was. */
void ij_rehearsal_denied(const struct ij_wire_rehearsal *rehearsal, struct ij_strbuf *out);

/** Of an outcome REHEARSED: the error that it stands for, and the sentence that says so. */
enum ij_error_code ij_rehearsal_code(const struct ij_wire_outcome *outcome);
void ij_rehearsal_sentence(struct ij_session *s, const struct ij_wire_outcome *outcome,
			   const char *callee, const struct ij_call_options *options,
			   struct ij_strbuf *out);

#endif
