/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The walk that a call would begin with, at a held stop, told step by step. */
#include <string.h>

#include "session/stop.h"
#include "session/verdict.h"

static void insn_line(struct ij_stop *stop, ij_addr pc, struct ij_strbuf *out)
{
	char code[128], place[256];
	unsigned size;
	IJ_ERROR_AUTO err = ij_stop_disassemble(stop, pc, code, sizeof(code), &size);

	ij_stop_describe(stop, pc, place, sizeof(place));
	ij_strbuf_printf(out, "    0x%012llx <%s>  %s\n", (unsigned long long)pc, place,
			 err ? "(cannot be read)" : code);
}

/* From where it stood to where it stands, by the instructions that are known. */
static void walk_lines(struct ij_stop *stop, const struct ij_wire_walk *walk, struct ij_strbuf *out)
{
	ij_strbuf_puts(out, "walk by ");
	ij_walk_sentence(stop->session, walk, out);
	ij_strbuf_puts(out, "\n");
	if (!walk->path_len)
		insn_line(stop, walk->from, out);
	for (uint32_t i = 0; i < walk->path_len; i++)
		insn_line(stop, walk->path[i], out);
	if (walk->to != walk->from)
		insn_line(stop, walk->to, out);
}

static void tell(struct ij_stop *stop, const struct ij_call *call,
		 const struct ij_wire_outcome *outcome, struct ij_strbuf *out)
{
	const char *callee = call && ij_call_function(call) ? ij_call_function(call) : "the call";

	for (uint32_t i = 0; i < outcome->walks_len; i++)
		walk_lines(stop, &outcome->walks[i], out);
	if (!outcome->verdict.reason) {
		ij_strbuf_printf(out, "%s is safe %s", callee,
				 outcome->walks_len ? "now" : "where the thread stands");
		return;
	}
	ij_strbuf_printf(out, "%s is not safe: ", callee);
	ij_verdict_sentence(stop->session, &outcome->verdict, callee, out);
}

struct ij_error *ij_stop_walk(struct ij_stop *stop, const struct ij_call *call,
			      const struct ij_call_options *given, char **text_ret, bool *safe_ret)
{
	struct ij_session *s = stop->session;
	struct ij_wire_call wire = {.need = IJ_CLASSES_ALL, .flags = IJ_WIRE_CALL_WALK};
	struct ij_call_options options;
	struct ij_call_result result;
	struct ij_strbuf text = {0};
	struct ij_error *err;

	ij_session_begin(s);
	IJ_TRY(ij_call_options_of(given, &options));
	if (!stop->held)
		return ij_error_new(GONE, "nothing of process %d is held any more", s->pid);
	options.at = NULL;
	if (call) {
		IJ_TRY(ij_session_need(s, call, &wire.need));
		IJ_TRY(ij_session_callee(s, call, &wire.callee));
	}
	IJ_TRY(ij_session_budget(s, &options, &wire));
	ij_session_name_call(&wire, call ? ij_call_function(call) : NULL, NULL);
	IJ_TRY(ij_session_inject(s, &wire, NULL, &result));
	tell(stop, call, &result.outcome, &text);
	*safe_ret = !result.outcome.verdict.reason;
	ij_call_result_deinit(&result);
	err = ij_strbuf_error(&text);
	if (err) {
		ij_strbuf_deinit(&text);
		return err;
	}
	*text_ret = text.str;
	return NULL;
}
