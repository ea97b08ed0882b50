/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A diagnosis for people, in three columns, and for programs. */
#include "session/report_doctor.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"

enum { NAME_COLUMN = 9, TEXT_COLUMN = 29, WIDTH = 100 };

/* From the target may come anything, which is not to reach a terminal. */
static void add_plain(struct ij_strbuf *out, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		char c = text[i] >= 0x20 && text[i] < 0x7f ? text[i] : '?';

		ij_strbuf_add(out, &c, 1);
	}
}

/* Words of @text from column @first on, in as many lines as it takes. */
static void add_wrapped(struct ij_strbuf *out, const char *text, size_t first)
{
	size_t column = first;

	for (const char *pos = text; *pos;) {
		size_t len = strcspn(pos, " ");

		if (column > first && column + 1 + len > WIDTH) {
			ij_strbuf_printf(out, "\n%*s", (int)first, "");
			column = first;
		} else if (pos > text) {
			ij_strbuf_puts(out, " ");
			column++;
		}
		add_plain(out, pos, len);
		column += len;
		pos += len;
		pos += *pos == ' ';
	}
}

static void add_line(struct ij_strbuf *out, const char *health, unsigned indent, const char *name,
		     const char *text)
{
	ij_strbuf_printf(out, "%-*s%*s%-*s ", NAME_COLUMN, health, (int)indent, "",
			 TEXT_COLUMN - NAME_COLUMN - 1 - (int)indent, name);
	add_wrapped(out, text, TEXT_COLUMN);
	ij_strbuf_puts(out, "\n");
}

static void add_details(struct ij_strbuf *out, const struct ij_wire_finding *finding)
{
	if (finding->cost[0])
		add_line(out, "", 4, "cost:", finding->cost);
	for (uint32_t i = 0; i < finding->remedies_len; i++)
		add_line(out, "", 4, i ? "or:" : "remedy:", finding->remedies[i]);
}

static uint32_t worst_of(const struct ij_finding_list *findings, uint32_t group)
{
	uint32_t worst = IJ_WIRE_HEALTH_OK;

	IJ_VEC_EACH (&findings->list, it)
		if ((group == IJ_WIRE_GROUPS || it->group == group) && it->health > worst)
			worst = it->health;
	return worst;
}

static size_t count_of(const struct ij_finding_list *findings, uint32_t health)
{
	size_t count = 0;

	IJ_VEC_EACH (&findings->list, it)
		count += it->health == health;
	return count;
}

/* The first finding of a group is its heading. */
static void add_group(struct ij_strbuf *out, const struct ij_finding_list *findings, uint32_t group,
		      bool verbose)
{
	bool first = true;

	IJ_VEC_EACH (&findings->list, it) {
		if (it->group != group)
			continue;
		if (first)
			add_line(out, ij_health_name(worst_of(findings, group)), 0,
				 ij_group_name(group), it->found);
		else if (verbose || it->health != IJ_WIRE_HEALTH_OK)
			add_line(out, ij_health_name(it->health), 2, it->name, it->found);
		if (first || verbose || it->health != IJ_WIRE_HEALTH_OK)
			add_details(out, it);
		first = false;
	}
}

/* What stands in the way, or NULL. */
static const char *reason(const struct ij_finding_list *findings)
{
	static const char said[] = "no call into it: ";
	uint32_t group = IJ_WIRE_GROUPS;

	IJ_VEC_EACH (&findings->list, it) {
		/* A heading says what it is about; what is wrong with that is its cost. */
		bool heading = it->group != group;

		group = it->group;
		if (it->health != IJ_WIRE_HEALTH_BLOCKED)
			continue;
		if (!heading)
			return it->found;
		return strncmp(it->cost, said, strlen(said)) == 0 ? it->cost + strlen(said)
								  : it->cost;
	}
	return NULL;
}

static void add_summary(struct ij_strbuf *out, const struct ij_doctor_report *report, bool verbose)
{
	const struct ij_finding_list *findings = report->findings;
	size_t limits = count_of(findings, IJ_WIRE_HEALTH_LIMITED);
	const char *blocked = reason(findings);
	IJ_STRBUF_AUTO text = {0};

	if (report->pid)
		ij_strbuf_printf(&text,
				 blocked ? "No call into %d is possible" : "Calls into %d work",
				 report->pid);
	else
		ij_strbuf_puts(&text, blocked ? "No call is possible here" : "Calls work here");
	if (blocked)
		ij_strbuf_printf(&text, ": %s", blocked);
	else if (limits)
		ij_strbuf_printf(&text, ", with %zu limitation%s", limits, limits == 1 ? "" : "s");
	ij_strbuf_puts(&text, ".");
	if (!verbose)
		ij_strbuf_printf(&text, " %zu things were looked at; --verbose shows them all.",
				 findings->list.len);
	ij_strbuf_puts(out, "\n");
	add_wrapped(out, ij_strbuf_get(&text), 0);
}

void ij_doctor_report_text(const struct ij_doctor_report *report, bool verbose,
			   struct ij_strbuf *out)
{
	if (report->error)
		return;
	for (uint32_t group = 0; group < IJ_WIRE_GROUPS; group++)
		add_group(out, report->findings, group, verbose);
	add_summary(out, report, verbose);
}

int ij_doctor_report_status(const struct ij_doctor_report *report)
{
	int status = 0;

	if (report->error)
		return ij_error_exit_status(report->error->code);
	IJ_VEC_EACH (&report->findings->list, it)
		if (it->health == IJ_WIRE_HEALTH_BLOCKED)
			status = ij_status_worse(
				status, ij_error_exit_status((enum ij_error_code)it->code));
	return status;
}

static void add_check(struct ij_json *json, const struct ij_wire_finding *it)
{
	ij_json_object(json, NULL);
	ij_json_string(json, "group", ij_group_name(it->group));
	ij_json_string(json, "name", it->name);
	ij_json_string(json, "health", ij_health_name(it->health));
	ij_json_string(json, "found", it->found);
	ij_json_string(json, "cost", it->cost[0] ? it->cost : NULL);
	ij_json_array(json, "remedies");
	for (uint32_t i = 0; i < it->remedies_len; i++)
		ij_json_string(json, NULL, it->remedies[i]);
	ij_json_array_end(json);
	ij_json_object_end(json);
}

void ij_doctor_report_json(const struct ij_doctor_report *report, struct ij_strbuf *out)
{
	const struct ij_finding_list *findings = report->findings;
	struct ij_json json;

	ij_json_init(&json, out);
	ij_json_object(&json, NULL);
	if (report->pid)
		ij_json_int(&json, "pid", report->pid);
	else
		ij_json_null(&json, "pid");
	ij_json_string(&json, "comm", !report->error && findings->comm[0] ? findings->comm : NULL);
	ij_json_string(&json, "health",
		       ij_health_name(report->error ? (uint32_t)IJ_WIRE_HEALTH_BLOCKED
						    : worst_of(findings, IJ_WIRE_GROUPS)));
	ij_json_int(&json, "exit_status", ij_doctor_report_status(report));
	ij_json_array(&json, "checks");
	if (!report->error)
		IJ_VEC_EACH (&findings->list, it)
			add_check(&json, it);
	ij_json_array_end(&json);
	if (report->error) {
		ij_json_object(&json, "error");
		ij_json_string(&json, "code", ij_error_code_name(report->error->code));
		ij_json_string(&json, "message", report->error->msg);
		ij_json_object_end(&json);
	} else {
		ij_json_null(&json, "error");
	}
	ij_json_object_end(&json);
}
