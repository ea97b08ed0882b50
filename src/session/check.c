/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Verdicts of a target's threads, injecting nothing. */
#include <string.h>

#include "session/go.h"
#include "session/location.h"
#include "session/session_impl.h"

/* What is asked of the tracer for @call. */
static struct ij_error *describe(struct ij_session *s, const struct ij_call *call,
				 const struct ij_call_options *options, struct ij_wire_check *ret)
{
	bool go;

	*ret = (struct ij_wire_check){
		.need = IJ_CLASSES_ALL, .tid = options->tid, .wait_ns = options->wait_ns};
	IJ_TRY(ij_session_refresh(s));
	if (call) {
		IJ_TRY(ij_session_need(s, call, &ret->need));
		IJ_TRY(ij_session_callee(s, call, &ret->callee));
	}
	go = !call ? s->go.main : call->go ? s->go.prog != NULL : ij_session_go_speaks(s, call);
	ret->flags = go ? IJ_WIRE_CALL_GO : 0;
	if (options->at)
		IJ_TRY(ij_error_wrap(ij_session_go_locate(s, options->at, &ret->at), "--at"));
	return NULL;
}

struct ij_error *ij_session_judge(struct ij_session *s, const struct ij_call *call,
				  const struct ij_call_options *options, struct ij_judged *ret)
{
	struct ij_wire_check what;

	IJ_TRY(describe(s, call, options, &what));
	return ij_session_judge_for(s, &what, ret);
}

struct ij_error *ij_session_judge_for(struct ij_session *s, const struct ij_wire_check *what,
				      struct ij_judged *ret)
{
	const struct ij_request request = {
		.type = IJ_WIRE_CHECK,
		.parts = {{what, sizeof(*what)}},
		.parts_len = 1,
		.fd = -1,
		.timeout_ns = IJ_SESSION_GRACE_NS + what->wait_ns,
		.answer = IJ_WIRE_VERDICTS,
		.answer_size = sizeof(struct ij_wire_verdicts),
	};
	struct ij_wire_verdicts head;
	struct ij_judged out = {0};
	struct ij_wire_msg msg;

	IJ_TRY(ij_session_refresh(s));
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
