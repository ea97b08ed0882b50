/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The findings of one diagnosis, collected. */
#ifndef IJ_DOCTOR_DIAGNOSIS_H
#define IJ_DOCTOR_DIAGNOSIS_H

#include "proc/access.h"
#include "wire/messages.h"

struct ij_diagnosis {
	struct ij_access access; /* what all findings are explained by */
	bool container;          /* we run in one, as far as can be seen */
	bool reads_filters;      /* seccomp filters can be read, as experiments showed */
	size_t len;
	struct ij_wire_finding findings[IJ_WIRE_FINDINGS_MAX];
};

/**
 * Begin a finding, which is OK until told otherwise.
 *
 * @fmt: what was seen.
 * @return: it; of one finding too many, one that is not told.
 */
struct ij_wire_finding *ij_diagnosis_add(struct ij_diagnosis *diagnosis, enum ij_wire_group group,
					 const char *name, const char *fmt, ...) IJ_PRINTF(4, 5);

/** What was found under @name does not matter here after all: it is OK, and costs nothing.
 * @why: added to what was found. */
void ij_diagnosis_settle(struct ij_diagnosis *diagnosis, const char *name, const char *why);

/** Something is to be said of it. @fmt: what it costs. */
void ij_finding_note(struct ij_wire_finding *finding, const char *fmt, ...) IJ_PRINTF(2, 3);
void ij_finding_limit(struct ij_wire_finding *finding, const char *fmt, ...) IJ_PRINTF(2, 3);
/** @code: what a call would end with. */
void ij_finding_block(struct ij_wire_finding *finding, enum ij_error_code code, const char *fmt,
		      ...) IJ_PRINTF(3, 4);

/** Add one thing that would help; what there is no room for is left out. */
void ij_finding_remedy(struct ij_wire_finding *finding, const char *fmt, ...) IJ_PRINTF(2, 3);

#endif
