/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Go targets: finding the runtime, and making a call in Go. */
#include "session/go.h"

#include <stdio.h>
#include <string.h>

#include "session/location.h"
#include "session/verdict.h"

/* From m.curg to m.locks (src/runtime/runtime2.go); 1.11 had no m.oldp between them. */
enum { LOCKS_OFF = 72, LOCKS_OFF_11 = 64 };
/* runtime.tlsg of a program is the last word before the thread pointer. */
enum { TLS_OFF = -8 };

static bool name_of(void *ctx, uint64_t vaddr, const char **name_ret, uint64_t *start_ret)
{
	const struct ij_goprog *prog = ctx;
	struct ij_gotab_func func;

	if (!ij_goprog_find(prog, vaddr, &func))
		return false;
	*name_ret = ij_gotab_name(ij_goprog_tab(prog), &func);
	*start_ret = func.start;
	return **name_ret != 0;
}

void ij_session_go_forget(struct ij_session *s)
{
	if (s->go.module)
		ij_object_namer_set(s->go.module->obj, NULL, NULL);
	ij_goprog_close(s->go.prog);
	s->go = (struct ij_session_go){0};
}

struct ij_error *ij_session_go_find(struct ij_session *s)
{
	size_t len;
	struct ij_module *const *list = ij_modules_list(s->mods, &len);

	for (size_t i = 0; i < len; i++) {
		struct ij_error *err;

		if (!list[i]->main || !list[i]->obj)
			continue;
		err = ij_goprog_open(list[i]->obj, &s->go.prog);
		if (err && err->code == IJ_ERR_NOTFOUND) {
			ij_error_free(err);
			continue;
		}
		IJ_TRY(err);
		s->go.module = list[i];
		s->go.types = ij_goprog_types(s->go.prog);
		if (s->go.types)
			s->go.types += list[i]->bias;
		ij_object_namer_set(list[i]->obj, name_of, s->go.prog);
	}
	return NULL;
}

static ij_addr loaded(const struct ij_session *s, uint64_t vaddr)
{
	return s->go.module->bias + vaddr;
}

struct ij_error *ij_session_go_locate(struct ij_session *s, const char *text, ij_addr *ret)
{
	struct ij_gotab_func func;

	if (!s->go.prog || !ij_goprog_named(s->go.prog, text, &func))
		return ij_location_resolve(s->mods, text, ret);
	*ret = loaded(s, func.start);
	return NULL;
}

/* The traps of the protocol are in debugCallV1 or V2 itself and in its helpers beside it. */
static void find_entry(struct ij_session *s, struct ij_wire_set_go *body)
{
	static const char *const helpers[] = {
		"debugCall32",   "debugCall65536",   "runtime.debugCallPanicked",
		"debugCall32<>", "debugCall65536<>", "debugCall1024"};
	const struct ij_goprog *prog = s->go.prog;
	unsigned minor = ij_goprog_minor(prog);
	struct ij_gotab_func func;

	if (!ij_goprog_named(prog, minor >= 17 ? "runtime.debugCallV2" : "runtime.debugCallV1",
			     &func))
		return;
	body->entry = loaded(s, func.start);
	body->lo = loaded(s, func.start);
	body->hi = loaded(s, func.end);
	for (size_t i = 0; i < IJ_COUNT(helpers); i++) {
		if (!ij_goprog_named(prog, helpers[i], &func))
			continue;
		if (loaded(s, func.start) < body->lo)
			body->lo = loaded(s, func.start);
		if (loaded(s, func.end) > body->hi)
			body->hi = loaded(s, func.end);
	}
	if (ij_goprog_named(prog, "runtime.mallocgc", &func))
		body->malloc = loaded(s, func.start);
}

/* What the standard library repeats after EINTR (Go 1.15 on, src/internal/poll/fd_unix.go). */
static void find_repeats(struct ij_session *s, struct ij_wire_set_go *body)
{
	static const char *const names[] = {
		"internal/poll.(*FD).Read",         "internal/poll.(*FD).Pread",
		"internal/poll.(*FD).Accept",       "internal/poll.(*FD).ReadFrom",
		"internal/poll.ignoringEINTRIO",    "internal/poll.ignoringEINTR",
		"os.(*Process).blockUntilWaitable", "os.(*Process).wait",
	};
	size_t len = 0;

	_Static_assert(IJ_COUNT(names) <= IJ_WIRE_GO_REPEATS_MAX, "room for all");
	for (size_t i = 0; i < IJ_COUNT(names); i++) {
		struct ij_gotab_func func;

		if (!ij_goprog_named(s->go.prog, names[i], &func))
			continue;
		body->repeats[len].lo = loaded(s, func.start);
		body->repeats[len++].hi = loaded(s, func.end);
	}
}

struct ij_error *ij_session_go_feed(struct ij_session *s)
{
	struct ij_wire_set_go body = {.tls_off = TLS_OFF};
	const struct ij_request request = {
		.type = IJ_WIRE_SET_GO,
		.parts = {{&body, sizeof(body)}},
		.parts_len = 1,
		.fd = -1,
		.answer = IJ_WIRE_OK,
	};
	struct ij_wire_msg msg;
	unsigned minor;

	if (!s->go.prog)
		return NULL;
	minor = ij_goprog_minor(s->go.prog);
	find_entry(s, &body);
	body.flags = (minor >= 17 ? IJ_GOCALL_V2 : 0u) | (minor < 15 ? IJ_GOCALL_SLOTS : 0u) |
		     (minor >= 21 ? IJ_GOCALL_MASK : 0u);
	if (minor >= 15)
		find_repeats(s, &body);
	body.locks_off = minor >= 12 ? LOCKS_OFF : LOCKS_OFF_11;
	IJ_TRY(ij_session_request(s, &request, &msg));
	ij_wire_msg_close(&msg);
	return NULL;
}

struct ij_error *ij_session_go_agree(struct ij_session *s, const struct ij_call *call)
{
	if (call->go && !s->go.prog)
		return ij_error_new(UNSUPPORTED,
				    "%s names a function of Go, and %d (%s) is no Go program",
				    call->text, s->pid, s->welcome.comm);
	if (!call->go && s->go.prog && ij_go_is_call(call->text)) {
		/* What is wrong with it; in other programs it may be an expression. */
		struct ij_call again;

		IJ_TRY(ij_call_parse(s->prototypes, call->text, &again));
		ij_call_deinit(&again);
	}
	if (!call->go && s->go.prog)
		return ij_error_new(UNSUPPORTED,
				    "%d (%s) is a Go program (%s), in whose threads functions of C "
				    "cannot be called; call one of Go by its full name, as in "
				    "'runtime/debug.SetGCPercent(50)'",
				    s->pid, s->welcome.comm, ij_goprog_version(s->go.prog));
	return NULL;
}

static struct ij_error *not_found(struct ij_session *s, const struct ij_go_call *call)
{
	return ij_error_new(NOTFOUND,
			    "%s is not in %d (%s): the linker drops what nobody calls, and the "
			    "compiler may have inlined it everywhere%s%s",
			    call->name, s->pid, s->welcome.comm,
			    call->fallback ? "; neither is " : "",
			    call->fallback ? call->fallback : "");
}

struct ij_error *ij_session_go_resolve(struct ij_session *s, const struct ij_call *call,
				       struct ij_go_target *ret)
{
	const struct ij_go_call *go = call->go;
	struct ij_go_target target = {.sig = &go->sig, .name = go->name};
	bool found = ij_goprog_named(s->go.prog, go->name, &target.func);

	if (!found && go->fallback) {
		target.sig = &go->fallback_sig;
		target.name = go->fallback;
		found = ij_goprog_named(s->go.prog, go->fallback, &target.func);
	}
	if (!found)
		return not_found(s, go);
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
	ij_addr code = target->code ? target->code : loaded(s, target->func.start);
	struct ij_error *err;

	if (options->rehearse || options->in_copy)
		return ij_error_new(UNSUPPORTED,
				    "a call in Go cannot be rehearsed: a copy of the process has "
				    "one thread only, and Go's runtime needs the others");
	if (options->capture)
		return ij_error_new(UNSUPPORTED,
				    "the output of a call in Go cannot be captured: the goroutine "
				    "that makes it may move to another thread");
	IJ_TRY(ij_go_marshal(call->go, target, code, registers, marshal));
	err = make(s, call, options, marshal, ret);
	ij_vec_deinit(&marshal->bytes);
	if (err)
		return err;
	ret->error = ij_outcome_error(s, call, options, &ret->outcome);
	if (ret->outcome.status == IJ_WIRE_DONE && !ret->error)
		ret->error = ij_go_outcome_error(s, target, ret);
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
	IJ_TRY(ij_session_go_apply(s, call, &target, options, &marshal, &out));
	err = conclude(s, &target, &marshal, &out);
	if (err) {
		ij_call_result_deinit(&out);
		return err;
	}
	*ret = out;
	return NULL;
}
