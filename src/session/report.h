/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Writing what came of an expression, as text or JSON. */
#ifndef IJ_SESSION_REPORT_H
#define IJ_SESSION_REPORT_H

#include "base/json.h"
#include "session/session.h"

/** One expression in one target. What is not known is NULL or 0. */
struct ij_report {
	pid_t pid;
	struct ij_session *session;
	const char *expr;
	const struct ij_call *call;
	const struct ij_call_result *result; /* of a call that has an outcome */
	const struct ij_syscall *syscall;    /* it is one, and `call` only names it */
	const struct ij_syscall_result *made;
	const struct ij_error *error; /* why it is not done */
	/* Of an expression that was evaluated: instead of what the call returned. NULL: it was not.
	 */
	const char *value_text, *value_json, *value_type;
	const char *buffers_json;   /* with them: members of the array "buffers"; or NULL */
	uint64_t pause_ns, call_ns; /* of its calls before the last one */
	bool forced;                /* whatever the verdict */
	bool explain;               /* the story is wanted */
	bool text_only;             /* and no JSON */
};

/** What became of the target. */
enum ij_touch ij_report_touch(const struct ij_report *report);

/** The value, and a line for each buffer, without a newline at the end; nothing without one. */
void ij_report_value(const struct ij_report *report, struct ij_strbuf *out);

/** The story of a call that has an outcome, in lines. */
void ij_report_explain(const struct ij_report *report, struct ij_strbuf *out);

/** What a copy of the target was denied, if anything was: a result may depend on it. */
void ij_report_denied(const struct ij_report *report, struct ij_strbuf *out);

/** One JSON object. */
void ij_report_json(const struct ij_report *report, struct ij_strbuf *out);

/** Members {module, function, offset} of a place in the target, as object @key. */
void ij_report_json_place(struct ij_json *json, const char *key, struct ij_session *session,
			  ij_addr addr);

/** Member "rehearsal", and the lines of the story: nothing if there was none. */
void ij_report_json_rehearsal(struct ij_json *json, const struct ij_report *r);
void ij_report_explain_rehearsal(const struct ij_report *r, struct ij_strbuf *out);

/** Memory that the call left in the target: lines, each behind a newline, and member "kept", null
 * if there is none. */
void ij_report_kept(const struct ij_report *r, struct ij_strbuf *out);
void ij_report_json_kept(struct ij_json *json, const struct ij_report *r);

/** Of a system call: its result and what it wrote, as text; and the members "syscall" and "note".
 */
void ij_report_syscall(const struct ij_report *r, struct ij_strbuf *out);
void ij_report_json_syscall(struct ij_json *json, const struct ij_report *r);
/** What argument @idx points to after the system call, if that was written; else NULL. Borrowed. */
const uint8_t *ij_report_written(const struct ij_report *r, unsigned idx, size_t *size_ret);

/** What the descriptors of a system call were open on, a line each, for --explain. */
void ij_report_explain_syscall(const struct ij_report *r, struct ij_strbuf *out);

/**
 * What debug information says of registers and stack slots of a thread that stands at @pc, as a
 * line that begins with @indent, and as member "labels"; nothing, and null, where it says nothing.
 */
void ij_report_labels(struct ij_session *s, ij_addr pc, const char *indent, struct ij_strbuf *out);
void ij_report_json_labels(struct ij_json *json, struct ij_session *s, ij_addr pc);

/** The member "stack": which one a call runs on, and why. */
void ij_report_json_stack(struct ij_json *json, const struct ij_wire_verdict *v);

/** The member "seccomp": what a thread's filters mean for a call, or null. */
void ij_report_json_seccomp(struct ij_json *json, const struct ij_wire_verdict *v);

#endif
