/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Verdicts of a target's threads, injecting nothing. */
#include <string.h>

#include "session/go.h"
#include "session/location.h"
#include "session/session_impl.h"

struct ij_error *ij_session_judge(struct ij_session *s, ij_classes need,
				  const struct ij_wire_callee *callee,
				  const struct ij_call_options *options, struct ij_judged *ret)
{
	struct ij_wire_check body = {
		.need = need, .tid = options->tid, .wait_ns = options->wait_ns};
	const struct ij_request request = {
		.type = IJ_WIRE_CHECK,
		.parts = {{&body, sizeof(body)}},
		.parts_len = 1,
		.fd = -1,
		.timeout_ns = IJ_SESSION_GRACE_NS + options->wait_ns,
		.answer = IJ_WIRE_VERDICTS,
		.answer_size = sizeof(struct ij_wire_verdicts),
	};
	struct ij_wire_verdicts head;
	struct ij_judged out = {0};
	struct ij_wire_msg msg;

	if (callee)
		body.callee = *callee;
	IJ_TRY(ij_session_refresh(s));
	if (options->at)
		IJ_TRY(ij_error_wrap(ij_session_go_locate(s, options->at, &body.at), "--at"));
	IJ_TRY(ij_session_request(s, &request, &msg));
	ij_wire_msg_close(&msg);
	memcpy(&head, msg.body, sizeof(head));
	if (head.len > IJ_WIRE_VERDICTS_MAX ||
	    msg.size != sizeof(head) + head.len * sizeof(struct ij_wire_verdict))
		return ij_error_new(PROTOCOL, "malformed verdicts of %u bytes", msg.size);
	IJ_TRY(ij_vec_reserve(&out.list, head.len));
	if (head.len)
		memcpy(out.list.items, msg.body + sizeof(head),
		       head.len * sizeof(struct ij_wire_verdict));
	out.list.len = head.len;
	out.more = head.more;
	IJ_VEC_EACH (&out.list, v) {
		v->comm[sizeof(v->comm) - 1] = 0;
		v->text[sizeof(v->text) - 1] = 0;
	}
	*ret = out;
	return NULL;
}
