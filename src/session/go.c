/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Go targets: making a call in Go. */
#include "session/go.h"

#include <stdio.h>
#include <string.h>

#include "session/verdict.h"

struct ij_error *ij_session_go_agree(struct ij_session *s, const struct ij_call *call)
{
	if (call->go && !s->go.prog)
		return ij_error_new(UNSUPPORTED,
				    "%s names a function of Go, and %d (%s) is no Go program",
				    call->text, s->pid, s->welcome.comm);
	if (call->go || !ij_session_go_speaks(s, call))
		return NULL;
	if (ij_go_is_call(call->text)) {
		/* What is wrong with it; in other programs it may be an expression. */
		struct ij_call again;

		IJ_TRY(ij_call_parse(s->prototypes, call->text, &again));
		ij_call_deinit(&again);
	}
	return ij_error_new(
		NOTFOUND,
		"%d (%s) is a Go program (%s), and has no function of C as in %.80s; one "
		"of Go is called by its full name, as in 'runtime/debug.SetGCPercent(50)'",
		s->pid, s->welcome.comm, ij_goprog_version(s->go.prog), call->text);
}

static struct ij_error *not_found(struct ij_session *s, const struct ij_go_call *call)
{
	return ij_error_new(NOTFOUND,
			    "%s is not in %d (%s): the linker drops what nobody calls, and the "
			    "compiler may have inlined it everywhere%s%s%s",
			    call->name, s->pid, s->welcome.comm,
			    call->fallback ? "; neither is " : "",
			    call->fallback ? call->fallback : "",
			    ij_session_go_offer(s, call->name, strlen(call->name)));
}

struct ij_error *ij_session_go_resolve(struct ij_session *s, const struct ij_call *call,
				       struct ij_go_target *ret)
{
	const struct ij_go_call *go = call->go;
	struct ij_go_target target = {.sig = &go->sig, .name = go->name};
	struct ij_go_found where;
	bool found = ij_session_go_named(s, go->name, &where);

	if (!found && go->fallback) {
		target.sig = &go->fallback_sig;
		target.name = go->fallback;
		found = ij_session_go_named(s, go->fallback, &where);
	}
	if (!found)
		return not_found(s, go);
	target.func = where.func;
	target.code = where.addr;
	if (!go->sig_known)
		return ij_error_new(TYPE,
				    "nobody said what %s takes and returns; declare it, as with "
				    "--decl 'func(int) int'",
				    go->name);
	IJ_TRY(ij_go_call_fit(go, target.sig));
	*ret = target;
	return NULL;
}

/* The call as the tracer takes it. */
static struct ij_error *make(struct ij_session *s, const struct ij_call *call,
			     const struct ij_call_options *options,
			     const struct ij_go_marshal *marshal, struct ij_call_result *ret)
{
	struct ij_wire_call body = {
		.flags = IJ_WIRE_CALL_GO | (options->force ? IJ_WIRE_CALL_FORCE : 0u),
		.scratch_size = (uint32_t)marshal->bytes.len,
		.scratch_room = marshal->room,
	};

	IJ_TRY(ij_session_budget(s, options, &body));
	IJ_TRY(ij_session_go_want(s, options, &body));
	ij_session_name_call(&body, call->func, call->text);
	return ij_session_inject(s, &body, marshal->bytes.items, ret);
}

/* What came of it, in words. */
static struct ij_error *conclude(struct ij_session *s, const struct ij_go_target *target,
				 const struct ij_go_marshal *marshal, struct ij_call_result *result)
{
	struct ij_strbuf text = {0}, json = {0};

	if (result->outcome.status != IJ_WIRE_DONE || result->error)
		return NULL;
	ij_go_result_write(s, target, marshal, result, &text, &json);
	ij_go_result_regs(target, marshal, result);
	result->go_text = text.str;
	result->go_json = json.str;
	return text.failed || json.failed ? ij_error_nomem() : NULL;
}

struct ij_error *ij_session_go_apply(struct ij_session *s, const struct ij_call *call,
				     const struct ij_go_target *target,
				     const struct ij_call_options *options,
				     struct ij_go_marshal *marshal, struct ij_call_result *ret)
{
	bool registers = ij_goprog_minor(s->go.prog) >= 17;
	struct ij_error *err;

	if (options->rehearse || options->in_copy)
		return ij_error_new(UNSUPPORTED,
				    "a call in Go cannot be rehearsed: a copy of the process has "
				    "one thread only, and Go's runtime needs the others");
	if (options->capture)
		return ij_error_new(UNSUPPORTED,
				    "the output of a call in Go cannot be captured: the goroutine "
				    "that makes it may move to another thread");
	if (options->keep)
		return ij_error_new(UNSUPPORTED,
				    "memory of a call in Go is not kept (--keep): its strings and "
				    "values lie in the program's own heap, and live as long as "
				    "the program refers to them");
	IJ_TRY(ij_go_marshal(call->go, target, target->code, registers, marshal));
	err = make(s, call, options, marshal, ret);
	ij_vec_deinit(&marshal->bytes);
	if (err)
		return err;
	ret->error = ij_outcome_error(s, call, options, &ret->outcome);
	if (ret->outcome.status == IJ_WIRE_DONE && !ret->error)
		ret->error = ij_go_outcome_error(s, call->go, target, ret);
	return NULL;
}

struct ij_error *ij_session_go_call(struct ij_session *s, const struct ij_call *call,
				    const struct ij_call_options *options,
				    struct ij_call_result *ret)
{
	struct ij_go_target target;
	struct ij_go_marshal marshal;
	struct ij_call_result out;
	struct ij_error *err;

	IJ_TRY(ij_session_go_resolve(s, call, &target));
	if (!options->force)
		IJ_TRY(ij_session_go_escapes(s, call->go, &target));
	IJ_TRY(ij_session_go_apply(s, call, &target, options, &marshal, &out));
	err = conclude(s, &target, &marshal, &out);
	if (err) {
		ij_call_result_deinit(&out);
		return err;
	}
	*ret = out;
	return NULL;
}
