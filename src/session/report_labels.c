/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What registers and stack slots hold by debug information: labels, told apart from any verdict. */
#include <stdio.h>

#include "arch/regs.h"
#include "base/json.h"
#include "session/report.h"

/* An error is no reason to withhold a verdict: then nothing is known. */
static bool find(struct ij_session *s, ij_addr pc, struct ij_labels *ret)
{
	struct ij_modules *mods = ij_session_modules(s);
	IJ_ERROR_AUTO err = NULL;

	if (!mods || !pc)
		return false;
	err = ij_modules_labels(mods, pc, ret);
	return !err && ret->len;
}

/* "rdi", "[rsp+24]", "[CFA-16]". */
static void place_write(const struct ij_label *label, char *buf, size_t size)
{
	const char *base =
		label->at.place == IJ_LABEL_CFA ? "CFA" : ij_regs_dwarf_name(label->at.reg);

	if (label->at.place == IJ_LABEL_REGISTER)
		snprintf(buf, size, "%s", base);
	else
		snprintf(buf, size, "[%s%+lld]", base, (long long)label->at.off);
}

void ij_report_labels(struct ij_session *s, ij_addr pc, const char *indent, struct ij_strbuf *out)
{
	struct ij_labels labels;
	char place[40];

	if (!find(s, pc, &labels))
		return;
	ij_strbuf_printf(out, "%sby debug information, which proves nothing: ", indent);
	for (size_t i = 0; i < labels.len; i++) {
		place_write(&labels.list[i], place, sizeof(place));
		ij_strbuf_printf(out, "%s%s is %s, a %s", i ? "; " : "", place, labels.list[i].name,
				 labels.list[i].type);
	}
	ij_strbuf_puts(out, "\n");
}

void ij_report_json_labels(struct ij_json *json, struct ij_session *s, ij_addr pc)
{
	struct ij_labels labels;
	char place[40];

	if (!find(s, pc, &labels)) {
		ij_json_null(json, "labels");
		return;
	}
	ij_json_array(json, "labels");
	for (size_t i = 0; i < labels.len; i++) {
		place_write(&labels.list[i], place, sizeof(place));
		ij_json_object(json, NULL);
		ij_json_string(json, "place", place);
		ij_json_string(json, "name", labels.list[i].name);
		ij_json_string(json, "type", labels.list[i].type);
		ij_json_object_end(json);
	}
	ij_json_array_end(json);
}
