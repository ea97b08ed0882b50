/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Writing a diagnosis, as text or JSON. */
#ifndef IJ_SESSION_REPORT_DOCTOR_H
#define IJ_SESSION_REPORT_DOCTOR_H

#include "base/strbuf.h"
#include "session/doctor.h"

struct ij_doctor_report {
	pid_t pid; /* 0: no target */
	const struct ij_finding_list *findings;
	const struct ij_error *error; /* why there is no diagnosis, or NULL */
};

/** The exit status that a call would have come to; 0 if nothing stands in its way. */
int ij_doctor_report_status(const struct ij_doctor_report *report);

/** Lines of health, name and text. @verbose: of what is all right, too. */
void ij_doctor_report_text(const struct ij_doctor_report *report, bool verbose,
			   struct ij_strbuf *out);

/** One JSON object. */
void ij_doctor_report_json(const struct ij_doctor_report *report, struct ij_strbuf *out);

#endif
