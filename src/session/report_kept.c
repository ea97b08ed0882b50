/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Telling of memory that a call left in the target. */
#include "session/report.h"

#include <stdio.h>

/* Where argument @idx lies in it; false: it does not. */
static bool place_of(const struct ij_report *r, size_t idx, ij_addr *ret)
{
	const struct ij_call_result *made = r->result;

	if (r->call->args.items[idx].kind != IJ_ARG_BYTES || idx >= made->offs.list.len)
		return false;
	*ret = made->outcome.kept + made->offs.list.items[idx];
	return true;
}

void ij_report_kept(const struct ij_report *r, struct ij_strbuf *out)
{
	const struct ij_wire_outcome *o = r->result ? &r->result->outcome : NULL;
	ij_addr addr;

	if (!o || !o->kept)
		return;
	ij_strbuf_printf(out, "\n  kept: %llu bytes at 0x%llx", (unsigned long long)o->kept_size,
			 (unsigned long long)o->kept);
	for (size_t i = 0; i < r->call->args.len; i++)
		if (place_of(r, i, &addr))
			ij_strbuf_printf(out, "\n  arg %zu: at 0x%llx", i + 1,
					 (unsigned long long)addr);
}

static void add_address(struct ij_json *json, ij_addr addr)
{
	char text[24];

	snprintf(text, sizeof(text), "0x%llx", (unsigned long long)addr);
	ij_json_string(json, "address", text);
}

void ij_report_json_kept(struct ij_json *json, const struct ij_report *r)
{
	const struct ij_wire_outcome *o = r->result ? &r->result->outcome : NULL;
	ij_addr addr;

	if (!o || !o->kept) {
		ij_json_null(json, "kept");
		return;
	}
	ij_json_object(json, "kept");
	add_address(json, o->kept);
	ij_json_uint(json, "size", o->kept_size);
	ij_json_array(json, "args");
	for (size_t i = 0; i < r->call->args.len; i++) {
		if (!place_of(r, i, &addr))
			continue;
		ij_json_object(json, NULL);
		ij_json_uint(json, "arg", i + 1);
		add_address(json, addr);
		ij_json_object_end(json);
	}
	ij_json_array_end(json);
	ij_json_object_end(json);
}
