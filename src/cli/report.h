/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Writing what came of an expression, as text or JSON. */
#ifndef IJ_CLI_REPORT_H
#define IJ_CLI_REPORT_H

#include "cli/options.h"

/** One expression in one target. What is not known is NULL or 0. */
struct ij_report {
	pid_t pid;
	struct ij_session *session;
	const char *expr;
	const struct ij_call *call;
	const struct ij_call_result *result; /* of a call that has an outcome */
	const struct ij_error *error;        /* why it is not done */
	bool many;                           /* there are several targets: say which */
};

/** The exit status that @report stands for. */
int ij_report_status(const struct ij_report *report);

/** Results to @out (standard output), diagnostics to @diag (standard error). */
void ij_report_text(const struct ij_options *options, const struct ij_report *report,
		    struct ij_strbuf *out, struct ij_strbuf *diag);

/** The story of one call, for --explain. */
void ij_report_explain(const struct ij_options *options, const struct ij_report *report,
		       struct ij_strbuf *diag);

/** One JSON object and a newline. */
void ij_report_json(const struct ij_report *report, struct ij_strbuf *out);

/** Members {module, function, offset} of a place in the target, as object @key. */
struct ij_json;
void ij_report_json_place(struct ij_json *json, const char *key, struct ij_session *session,
			  ij_addr addr);

/** Write both to standard output and error, and free them. */
struct ij_error *ij_report_flush(struct ij_strbuf *out, struct ij_strbuf *diag) IJ_WARN_UNUSED;

/** Add "interject: <err>" and a newline. */
void ij_diag(struct ij_strbuf *diag, const struct ij_error *err);

#endif
