/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Asking the tracer for a diagnosis, and checking what it says. */
#include "session/doctor.h"

#include <stdlib.h>
#include <string.h>

#include "session/report_doctor.h"
#include "session/session_impl.h"

/* Experiments take milliseconds; of one that hangs the tracer takes its time to be sure. */
#define DIAGNOSIS_NS (300 * (uint64_t)1000000000u)

const char *ij_health_name(uint32_t health)
{
	static const char *const names[] = {[IJ_WIRE_HEALTH_OK] = "ok",
					    [IJ_WIRE_HEALTH_NOTE] = "note",
					    [IJ_WIRE_HEALTH_LIMITED] = "limited",
					    [IJ_WIRE_HEALTH_BLOCKED] = "blocked"};

	return health < IJ_COUNT(names) ? names[health] : "?";
}

const char *ij_group_name(uint32_t group)
{
	static const char *const names[] = {[IJ_WIRE_GROUP_PERMISSION] = "permission",
					    [IJ_WIRE_GROUP_KERNEL] = "kernel",
					    [IJ_WIRE_GROUP_CPU] = "cpu",
					    [IJ_WIRE_GROUP_TARGET] = "target"};

	return group < IJ_COUNT(names) ? names[group] : "?";
}

#define TERMINATE(text) ((text)[sizeof(text) - 1] = 0)

/* Some findings carry the words of a hostile target. */
static struct ij_error *take(struct ij_wire_finding finding, struct ij_finding_list *ret)
{
	if (finding.group >= IJ_WIRE_GROUPS || finding.health >= IJ_WIRE_HEALTHS ||
	    finding.code >= IJ_ERR_COUNT || finding.remedies_len > IJ_WIRE_REMEDIES_MAX)
		return ij_error_new(PROTOCOL, "a malformed finding");
	TERMINATE(finding.name);
	TERMINATE(finding.found);
	TERMINATE(finding.cost);
	for (size_t i = 0; i < IJ_WIRE_REMEDIES_MAX; i++)
		TERMINATE(finding.remedies[i]);
	return ij_vec_push(&ret->list, finding);
}

static struct ij_error *take_all(const struct ij_wire_msg *msg, struct ij_finding_list *ret)
{
	struct ij_wire_diagnosis head;
	const uint8_t *at = msg->body + sizeof(head);

	memcpy(&head, msg->body, sizeof(head));
	if (head.len > IJ_WIRE_FINDINGS_MAX ||
	    msg->size - sizeof(head) != head.len * sizeof(struct ij_wire_finding))
		return ij_error_new(PROTOCOL, "a malformed diagnosis");
	TERMINATE(head.comm);
	memcpy(ret->comm, head.comm, sizeof(ret->comm));
	for (uint32_t i = 0; i < head.len; i++) {
		struct ij_wire_finding finding;

		memcpy(&finding, at + i * sizeof(finding), sizeof(finding));
		IJ_TRY(take(finding, ret));
	}
	return NULL;
}

struct ij_error *ij_doctor_ask(struct ij_session *s, struct ij_finding_list *ret)
{
	const struct ij_wire_doctor body = {.version = IJ_WIRE_VERSION, .pid = s->pid};
	const struct ij_request request = {
		.type = IJ_WIRE_DOCTOR,
		.parts = {{&body, sizeof(body)}},
		.parts_len = 1,
		.fd = -1,
		.timeout_ns = DIAGNOSIS_NS,
		.answer = IJ_WIRE_DIAGNOSIS,
		.answer_size = sizeof(struct ij_wire_diagnosis),
	};
	struct ij_finding_list findings = {0};
	struct ij_wire_msg msg;
	struct ij_error *err;

	IJ_TRY(ij_session_request(s, &request, &msg));
	err = take_all(&msg, &findings);
	ij_wire_msg_close(&msg);
	if (err) {
		ij_vec_deinit(&findings.list);
		return err;
	}
	*ret = findings;
	return NULL;
}

/* A diagnosis as programs get it, whole in itself. */
struct ij_findings {
	struct ij_error *error;
	int status;
	char *texts[2], *json; /* NULL: nothing, or memory ran out; texts by `verbose` */
};

/* What there is when there is no memory for any other; never changed. */
static const struct ij_findings nomem = {.status = 1};

static void fill(struct ij_findings *f, const struct ij_doctor_report *report)
{
	struct ij_strbuf json = {0};

	for (unsigned verbose = 0; verbose < 2; verbose++) {
		struct ij_strbuf text = {0};

		ij_doctor_report_text(report, verbose, &text);
		f->texts[verbose] = text.str;
	}
	ij_doctor_report_json(report, &json);
	f->json = json.str;
	f->status = ij_doctor_report_status(report);
}

struct ij_findings *ij_session_diagnose(struct ij_session *s)
{
	struct ij_findings *f = calloc(1, sizeof(*f));
	struct ij_finding_list list = {0};
	struct ij_doctor_report report = {.pid = s->pid, .findings = &list};

	if (!f)
		return (struct ij_findings *)(uintptr_t)&nomem;
	f->error = ij_doctor_ask(s, &list);
	report.error = f->error;
	fill(f, &report);
	ij_vec_deinit(&list.list);
	return f;
}

void ij_findings_free(struct ij_findings *findings)
{
	if (!findings || findings == &nomem)
		return;
	ij_error_free(findings->error);
	free(findings->texts[0]);
	free(findings->texts[1]);
	free(findings->json);
	free(findings);
}

const struct ij_error *ij_findings_error(const struct ij_findings *findings)
{
	return findings == &nomem ? ij_error_nomem() : findings->error;
}

int ij_findings_exit_status(const struct ij_findings *findings)
{
	return findings->status;
}

const char *ij_findings_text(const struct ij_findings *findings, bool verbose)
{
	return findings->texts[verbose] ? findings->texts[verbose] : "";
}

const char *ij_findings_json(const struct ij_findings *findings)
{
	return findings->json ? findings->json : "";
}
