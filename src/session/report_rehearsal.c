/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is told of a rehearsal: as text, as JSON, and for --explain. */
#include "session/report.h"

#include <stdio.h>

#include "session/duration.h"
#include "session/rehearsal.h"

void ij_report_denied(const struct ij_report *r, struct ij_strbuf *out)
{
	if (r->result)
		ij_rehearsal_denied(&r->result->outcome.rehearsal, out);
}

void ij_report_explain_rehearsal(const struct ij_report *r, struct ij_strbuf *out)
{
	const struct ij_wire_rehearsal *rehearsal = &r->result->outcome.rehearsal;
	char copy[32], pause[32];

	if (rehearsal->status == IJ_WIRE_REHEARSAL_NONE)
		return;
	ij_duration_format(rehearsal->copy_ns, copy, sizeof(copy));
	ij_duration_format(rehearsal->pause_ns, pause, sizeof(pause));
	ij_strbuf_printf(out,
			 "  rehearsal: %s; the copy was made in %s, and the thread waited %s\n",
			 ij_rehearsal_status_name(rehearsal->status), copy, pause);
	if (!rehearsal->denied_len)
		ij_strbuf_puts(out, "  no system call of the copy was denied\n");
}

static void add_denied(struct ij_json *json, const struct ij_wire_denied *denied)
{
	char arg[24];

	snprintf(arg, sizeof(arg), "0x%llx", (unsigned long long)denied->arg);
	ij_json_object(json, NULL);
	ij_json_string(json, "name", ij_syscall_name(denied->nr));
	ij_json_int(json, "number", denied->nr);
	ij_json_string(json, "arg", arg);
	ij_json_uint(json, "count", denied->count);
	ij_json_object_end(json);
}

void ij_report_json_rehearsal(struct ij_json *json, const struct ij_report *r)
{
	const struct ij_wire_rehearsal *rehearsal =
		r->result ? &r->result->outcome.rehearsal : NULL;

	if (!rehearsal || rehearsal->status == IJ_WIRE_REHEARSAL_NONE) {
		ij_json_null(json, "rehearsal");
		return;
	}
	ij_json_object(json, "rehearsal");
	ij_json_string(json, "status", ij_rehearsal_status_name(rehearsal->status));
	ij_json_array(json, "denied");
	for (uint32_t i = 0; i < rehearsal->denied_len; i++)
		add_denied(json, &rehearsal->denied[i]);
	ij_json_array_end(json);
	ij_json_uint(json, "denied_more", rehearsal->denied_more);
	ij_json_double(json, "pause_us", (double)rehearsal->pause_ns / 1000);
	ij_json_double(json, "copy_us", (double)rehearsal->copy_ns / 1000);
	ij_json_object_end(json);
}
