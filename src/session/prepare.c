/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a call or an expression needs, found out before anything is injected. */
#include "session/evaluate.h"
#include "session/go.h"
#include "session/marshal.h"
#include "session/session_impl.h"

/* Both of an expression: of all its calls. */
static struct ij_error *need_of(struct ij_session *s, const struct ij_call *call,
				ij_classes *need_ret, struct ij_wire_callee *callee_ret)
{
	struct ij_marshal marshal;
	uint32_t traits;
	bool typed;

	IJ_TRY(ij_evaluate_is_wanted(s, call, &typed));
	if (typed)
		return ij_evaluate_need(s, call, need_ret, callee_ret);
	IJ_TRY(ij_session_go_agree(s, call));
	if (call->go) {
		struct ij_go_target target;

		*need_ret = IJ_CLASSES_NONE;
		*callee_ret = (struct ij_wire_callee){0};
		return ij_session_go_resolve(s, call, &target);
	}
	IJ_TRY(ij_session_build(s, call, NULL, &marshal, &traits));
	*need_ret = marshal.call.need;
	*callee_ret = marshal.call.callee;
	ij_marshal_deinit(&marshal);
	return NULL;
}

struct ij_error *ij_session_need(struct ij_session *s, const struct ij_call *call, ij_classes *ret)
{
	struct ij_wire_callee callee;

	return need_of(s, call, ret, &callee);
}

struct ij_error *ij_session_prepare(struct ij_session *s, const struct ij_call *call)
{
	ij_classes need;
	bool typed;

	ij_session_begin(s);
	IJ_TRY(ij_evaluate_is_wanted(s, call, &typed));
	return typed ? ij_evaluate_prepare(s, call) : ij_session_need(s, call, &need);
}

struct ij_error *ij_session_callee(struct ij_session *s, const struct ij_call *call,
				   struct ij_wire_callee *ret)
{
	ij_classes need;

	return need_of(s, call, &need, ret);
}
