/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A call of an expression, with those that are made before it in one go, as it is laid out. */
#include <stdlib.h>
#include <string.h>

#include "session/go.h"
#include "session/gohost.h"

/* Does it get memory for what it leads to, of bytes that we have? */
static bool is_made(const struct ij_go_type *type)
{
	return type->kind == IJ_GO_STRING || type->kind == IJ_GO_SLICE;
}

/* Memory that is made for an argument. */
static struct ij_error *describe_made(struct ij_go_session_host *sh,
				      const struct ij_go_value *value, struct ij_go_call *call,
				      struct ij_go_arg *arg)
{
	const struct ij_go_made *made = value->made;

	if (made->pointers)
		IJ_TRY(ij_go_made_check(&sh->host, made));
	if (made->pointers && !call->pointer_type)
		IJ_TRY(ij_go_host_pointer_type(&sh->host, &call->pointer_type));
	arg->made_len = value->made_len;
	memcpy(arg->made_at, value->made_at, sizeof(arg->made_at));
	arg->pointers = made->pointers;
	arg->made_size = made->size;
	arg->fixes_len = made->fixes_len;
	arg->made = malloc(made->size + 1);
	arg->fixes = malloc((made->fixes_len + 1) * sizeof(*arg->fixes));
	if (!arg->made || !arg->fixes)
		return ij_error_nomem();
	memcpy(arg->made, made->bytes, made->size);
	memcpy(arg->fixes, made->fixes, made->fixes_len * sizeof(*arg->fixes));
	return NULL;
}

/*
 * Can what @before returns be passed on word by word as @arg? Both are of one type, of which parts
 * that are no whole words must be in registers of their own.
 */
static bool can_pass_on(const struct ij_go_type *result)
{
	bool plain = true;

	for (unsigned i = 0; result->kind == IJ_GO_STRUCT && i < result->parts_len; i++)
		plain &= !result->parts[i].is_float;
	return plain && !result->in_memory;
}

/* The call whose result is argument @idx of @call, which is to be made before. */
static struct ij_error *describe_before(struct ij_go_session_host *sh,
					const struct ij_go_func *func,
					const struct ij_go_deferred *deferred, size_t idx,
					struct ij_go_call *call)
{
	struct ij_session *s = sh->s;
	struct ij_go_found found;
	struct ij_call before;
	bool makes = false;

	IJ_TRY(ij_go_describe(sh, deferred->func, deferred->args, &before));
	ij_go_call_destroy(call->before);
	call->before = before.go;
	before.go = NULL;
	ij_call_deinit(&before);
	call->before->code = deferred->func->code;
	call->before->context = deferred->func->context;
	if (ij_session_go_at(s, deferred->func->code, &found) && found.func.args > 0)
		call->before->frame_min = (uint32_t)found.func.args;
	call->before_arg = idx;
	call->method = (uint16_t)func->slot;
	if (!can_pass_on(&call->before->sig.results[0]))
		return ij_error_new(UNSUPPORTED,
				    "what %s returns cannot be passed on to %s while it is alive",
				    deferred->func->name, func->name);
	/* What stands in tables for methods that the linker has dropped is known from 1.16 on; that
	 * of error it never drops. */
	if (func->slot && !ij_session_go_named(s, "runtime.unreachableMethod", &found) &&
	    strcmp(func->name, "error.Error") != 0)
		return ij_error_new(UNSUPPORTED,
				    "%s of what %s returns may have been dropped by the linker, "
				    "which is not seen before Go 1.16",
				    func->name, deferred->func->name);
	IJ_VEC_EACH (&call->args, arg)
		makes |= arg->made || (arg->bytes_size && arg->kind != IJ_GO_CONST_VALUE);
	/* Where the goroutine that is interrupted makes the call itself, the collector has its
	 * frames exactly, and nothing of ours in them. */
	if (makes && ij_goprog_minor(s->go.prog) < 15)
		return ij_error_new(UNSUPPORTED,
				    "%s takes what %s returns and memory that is made for it, "
				    "which needs Go 1.15 or later",
				    func->name, deferred->func->name);
	return NULL;
}

struct ij_error *ij_go_describe(struct ij_go_session_host *sh, const struct ij_go_func *func,
				struct ij_go_value *args, struct ij_call *ret)
{
	struct ij_call call = {.text = strdup(sh->text), .func = strdup(func->name)};
	const struct ij_go_value *waits = NULL;
	struct ij_error *err = NULL;

	call.go = calloc(1, sizeof(*call.go));
	if (call.go)
		call.go->name = strdup(func->name);
	if (!call.text || !call.func || !call.go || !call.go->name)
		err = ij_error_nomem();
	for (size_t i = 0; !err && i < func->params_len; i++) {
		struct ij_go_arg arg = {.kind = IJ_GO_CONST_WORDS};

		err = ij_go_type_passed(&sh->host, func->params[i], &call.go->sig.params[i]);
		if (!err && args[i].deferred) {
			waits = &args[i];
			args[i].bytes = ij_arena_alloc(&sh->arena, IJ_GO_STRUCT_MAX);
			err = args[i].bytes ? NULL : ij_error_nomem();
			if (!err)
				memset(args[i].bytes, 0, IJ_GO_STRUCT_MAX);
		}
		if (!err && args[i].held_cut && is_made(&call.go->sig.params[i]))
			err = ij_error_new(LIMIT, "what is passed to %s is too long", func->name);
		if (!err && args[i].held && args[i].held_size && is_made(&call.go->sig.params[i])) {
			arg.kind = IJ_GO_CONST_STRING;
			arg.bytes_size = args[i].held_size;
			arg.bytes = malloc(arg.bytes_size);
			err = arg.bytes ? NULL : ij_error_nomem();
			if (!err)
				memcpy(arg.bytes, args[i].held, arg.bytes_size);
		}
		if (!err && call.go->sig.params[i].kind == IJ_GO_STRUCT) {
			arg.kind = IJ_GO_CONST_VALUE;
			arg.bytes_size = call.go->sig.params[i].size;
			arg.bytes = malloc(arg.bytes_size + 1);
			err = arg.bytes ? NULL : ij_error_nomem();
			if (!err)
				memcpy(arg.bytes, args[i].bytes, arg.bytes_size);
		} else if (!err) {
			memcpy(arg.words, args[i].bytes,
			       8 * ij_go_type_words(&call.go->sig.params[i]));
		}
		if (!err && args[i].made)
			err = describe_made(sh, &args[i], call.go, &arg);
		arg.out_off = (uint32_t)ij_go_left_of(&args[i]).off;
		arg.out_size = (uint32_t)ij_go_left_of(&args[i]).size;
		if (!err)
			err = ij_vec_push(&call.go->args, arg);
		if (err) {
			free(arg.bytes);
			free(arg.made);
			free(arg.fixes);
		}
	}
	for (size_t i = 0; !err && i < func->results_len; i++)
		err = ij_go_type_passed(&sh->host, func->results[i], &call.go->sig.results[i]);
	if (!err && waits)
		err = describe_before(sh, func, waits->deferred, (size_t)(waits - args), call.go);
	if (err) {
		ij_call_deinit(&call);
		return err;
	}
	call.go->sig.params_len = func->params_len;
	call.go->sig.results_len = func->results_len;
	call.go->sig_known = call.ret_known = true;
	call.ret = call.callee_ret = (struct ij_type){.kind = IJ_TYPE_VOID, .text = ""};
	*ret = call;
	return NULL;
}
