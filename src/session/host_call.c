/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The calls of an expression, one after the other. */
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

#include "lang/syscall.h"
#include "session/calls.h"
#include "session/debugs.h"
#include "session/host.h"
#include "session/pass.h"
#include "session/vectors.h"

static struct ij_error *copy(const char *text, char **ret)
{
	*ret = text ? strdup(text) : NULL;
	return text && !*ret ? ij_error_nomem() : NULL;
}

/* Its arguments, as far as buffers among them are told of afterwards. */
static struct ij_error *add_args(const struct ij_host_call *from, struct ij_call *call)
{
	for (size_t i = 0; i < from->args_len; i++) {
		const struct ij_val *val = &from->args[i];
		struct ij_arg arg = {.kind = IJ_ARG_INT,
				     .type = {.kind = IJ_TYPE_INT, .size = 8, .text = "long"}};

		if (val->is_scratch)
			arg.kind = IJ_ARG_BYTES;
		for (size_t j = 0; val->is_scratch && j < from->literals_len; j++)
			if (from->literals[j].is_buffer &&
			    from->literals[j].off == *(const uint64_t *)(const void *)val->bytes) {
				arg.buffer = true;
				arg.bytes_size = from->literals[j].size;
			}
		IJ_TRY(ij_vec_push(&call->args, arg));
	}
	return NULL;
}

/* The call as what resolves and tells of calls knows it. */
static struct ij_error *describe(const struct ij_host_call *from, struct ij_call *ret)
{
	const struct ij_func *func = from->func;
	const struct ij_prototype *proto = func ? func->proto : NULL;
	struct ij_call call = {.need = proto ? proto->need : IJ_CLASSES_ALL,
			       .traits = proto ? proto->traits : IJ_TRAITS_UNKNOWN,
			       .column = from->column,
			       .ret_known = true,
			       .variadic = from->is_variadic};
	struct ij_error *err = copy(from->text, &call.text);

	if (!err && func && func->name)
		err = copy(func->name, &call.func);
	else if (!err && func)
		call.addr = func->addr;
	if (!err && func)
		err = copy(func->module, &call.module);
	if (!err && proto)
		err = copy(proto->library, &call.library);
	if (!err)
		err = add_args(from, &call);
	call.ret = call.callee_ret = (struct ij_type){.kind = IJ_TYPE_VOID, .text = "void"};
	if (err)
		ij_call_deinit(&call);
	else
		*ret = call;
	return err;
}

static bool points(const struct ij_ctype *type)
{
	enum ij_ct_kind kind = ij_ctype_strip(type)->kind;

	return kind != IJ_CT_VOID && kind != IJ_CT_INT && kind != IJ_CT_BOOL &&
	       kind != IJ_CT_ENUM && kind != IJ_CT_FLOAT && kind != IJ_CT_COMPLEX;
}

/* What an earlier call left is not told of any more. */
static void forget(struct ij_session_host *sh)
{
	ij_call_deinit(&sh->call);
	if (!sh->called)
		return;
	sh->pause_ns += sh->made.outcome.pause_ns;
	sh->call_ns += sh->made.outcome.call_ns;
	ij_call_result_deinit(&sh->made);
	sh->made = (struct ij_call_result){.scratch = NULL};
	sh->called = false;
}

/* How wide vectors the callee takes; mostly that is of no concern. */
static struct ij_error *widest(struct ij_session_host *sh, const struct ij_host_call *call,
			       const struct ij_call *described, unsigned *ret)
{
	struct ij_marshal marshal = {.call = {.need = IJ_CLASSES_ALL}};
	uint32_t traits;

	*ret = 16;
	if (!ij_pass_is_wide(call))
		return NULL;
	IJ_TRY(ij_session_aim(sh->s, described, sh->options, &marshal, &traits));
	*ret = ij_vectors_max(sh->s->mods, &sh->s->mem.mem, marshal.call.func);
	return NULL;
}

/* Our memory as the earlier calls of the expression left it. What is kept is where it was, also
 * behind a call that told nothing of it because it faulted. @ret: the caller frees it; or NULL. */
static struct ij_error *memory_before(struct ij_session_host *sh, uint8_t **ret, size_t *size_ret)
{
	size_t size = sh->kept ? sh->kept_used : sh->called ? sh->made.scratch_size : 0;
	struct ij_error *err = NULL;
	uint8_t *bytes;

	*ret = NULL;
	*size_ret = size;
	if (!size)
		return NULL;
	bytes = malloc(size);
	if (!bytes)
		return ij_error_nomem();
	if (sh->kept)
		err = ij_mem_read(&sh->s->mem.mem, sh->kept, bytes, size);
	else
		memcpy(bytes, sh->made.scratch, size);
	if (err)
		free(bytes);
	else
		*ret = bytes;
	return err;
}

enum { KEPT_RESULTS_MAX = 16 * 1024 }; /* bytes of results in memory, of an expression that keeps */

/* What is kept is mapped once, with room for all that is to come: nothing there may move. */
static struct ij_error *stay(const struct ij_session_host *sh, const struct ij_host_call *call,
			     struct ij_marshal *marshal)
{
	uint64_t room = call->literals_room + KEPT_RESULTS_MAX;
	struct ij_error *err = NULL;

	if (marshal->call.scratch_room > (sh->kept ? sh->kept_size : room))
		err = ij_error_new(LIMIT,
				   "results of over %d bytes beside objects that are not copied "
				   "byte by byte",
				   KEPT_RESULTS_MAX);
	if (err)
		ij_marshal_deinit(marshal);
	else if (!sh->kept)
		marshal->call.scratch_room = (uint32_t)room;
	return err;
}

static struct ij_error *prepare(struct ij_session_host *sh, const struct ij_host_call *call,
				struct ij_call *described, struct ij_marshal *marshal,
				struct ij_passed_result *where)
{
	uint32_t traits;
	unsigned vector_max;
	struct ij_error *err;
	struct ij_call_options options = *sh->options;
	uint8_t *before;
	size_t before_size;

	IJ_TRY(describe(call, described));
	IJ_TRY(widest(sh, call, described, &vector_max));
	IJ_TRY(memory_before(sh, &before, &before_size));
	err = ij_pass(call, vector_max, before, before_size, marshal, where);
	free(before);
	if (err)
		return err;
	err = ij_session_aim(sh->s, described, sh->options, marshal, &traits);
	if (err) {
		ij_marshal_deinit(marshal);
		return err;
	}
	/* A result may point into our memory there, which must still be mapped then. */
	options.last =
		options.last && call->is_last && !(marshal->scratch.len && points(call->result));
	options.keep = options.keep || call->keeps;
	marshal->call.flags =
		ij_session_flags(described, traits, &options, marshal->scratch.len > 0);
	/* What an earlier call of the expression gave may point there. */
	marshal->call.kept = sh->kept;
	sh->kept_used = marshal->scratch.len;
	return call->keeps ? stay(sh, call, marshal) : NULL;
}

/* Variables of ours whose memory the call had hold what it left there. */
static void update_variables(struct ij_session_host *sh, const struct ij_host_call *call,
			     const struct ij_call_result *made)
{
	for (size_t i = 0; i < call->literals_len; i++) {
		const struct ij_host_literal *it = &call->literals[i];
		struct ij_val val = {.type = it->type};

		if (!it->variable || it->off > made->scratch_size ||
		    it->size > made->scratch_size - it->off)
			continue;
		val.bytes = made->scratch + it->off;
		ij_debugs_update(sh->s->debugs, it->variable, &val);
	}
}

struct ij_error *ij_host_call(struct ij_host *host, const struct ij_host_call *call,
			      struct ij_arena *arena, struct ij_val *ret)
{
	struct ij_session_host *sh = (struct ij_session_host *)host;
	struct ij_passed_result where;
	struct ij_call described = {.text = NULL};
	struct ij_call_result made;
	struct ij_marshal marshal;
	struct ij_error *err;

	(void)arena;
	IJ_TRY(ij_session_refresh_once(sh->s));
	err = prepare(sh, call, &described, &marshal, &where);
	if (!err)
		err = ij_session_make(sh->s, &described, sh->options, &marshal, &made);
	if (err) {
		ij_call_deinit(&described);
		return err;
	}
	if (sh->called)
		ij_captured_join(&made.captured, &sh->made.captured);
	forget(sh);
	sh->call = described;
	sh->made = made;
	sh->called = true;
	sh->kept = made.outcome.kept;
	sh->kept_size = made.outcome.kept_size;
	/* Of what stays for this expression only, nobody is told. */
	if (!sh->options->keep)
		sh->made.outcome.kept = sh->made.outcome.kept_size = 0;
	if (made.error) {
		sh->made.error = NULL;
		return made.error;
	}
	if (made.outcome.status == IJ_WIRE_DONE)
		update_variables(sh, call, &sh->made);
	if (made.outcome.status != IJ_WIRE_DONE || !ret->bytes)
		return NULL;
	return ij_pass_result(call->result, &where, &made.regs, made.scratch, made.scratch_size,
			      ret->bytes);
}

/* munmap of what was kept, in any thread. */
static struct ij_error *unmap(struct ij_session_host *sh)
{
	char text[] = "munmap";
	struct ij_syscall call = {.text = text, .args_len = 2};
	struct ij_syscall_result result;
	struct ij_error *err;

	ij_sysproto_get(SYS_munmap, &call.proto);
	call.args[0].value = sh->kept;
	call.args[1].value = sh->kept_size;
	err = ij_session_syscall(sh->s, &call, sh->options, &result);
	if (err)
		return err;
	err = result.call.error;
	result.call.error = NULL;
	if (!err && result.value)
		err = ij_error_new(REFUSED, "munmap: %s", strerror(ij_syscall_errno(result.value)));
	ij_syscall_result_deinit(&result);
	return err;
}

struct ij_error *ij_host_place(struct ij_host *host, uint64_t off, ij_addr *ret)
{
	const struct ij_session_host *sh = (struct ij_session_host *)host;

	if (!sh->kept || off >= sh->kept_size)
		return ij_error_new(UNSUPPORTED,
				    "the call left nothing in the memory that it was to make an "
				    "object in");
	*ret = sh->kept + off;
	return NULL;
}

struct ij_error *ij_host_release(struct ij_host *host, bool in_use)
{
	struct ij_session_host *sh = (struct ij_session_host *)host;
	struct ij_error *err = NULL;

	if (!sh->kept || sh->options->keep)
		return NULL;
	if (!in_use)
		err = unmap(sh);
	if (in_use || err) {
		struct ij_error *left =
			ij_error_new(LEFT, "%s: %llu bytes at 0x%llx stay mapped in process %d",
				     err ? err->msg : "a temporary object could not be ended",
				     (unsigned long long)sh->kept_size,
				     (unsigned long long)sh->kept, sh->s->pid);

		ij_error_free(err);
		left->touch = IJ_TOUCH_DIRTY;
		err = left;
	}
	sh->kept = sh->kept_size = 0;
	return err;
}

/* What the function that @described is needs, injecting nothing to find it. */
static struct ij_error *add_need(struct ij_session_host *sh, const struct ij_call *described,
				 struct ij_marshal *marshal)
{
	uint32_t traits;

	IJ_TRY(ij_session_aim(sh->s, described, NULL, marshal, &traits));
	sh->need |= marshal->call.need;
	if (!sh->planned++)
		sh->callee = marshal->call.callee;
	else
		ij_calls_merge(&sh->callee, &marshal->call.callee);
	return NULL;
}

struct ij_error *ij_host_plan(struct ij_host *host, const struct ij_host_call *call)
{
	struct ij_session_host *sh = (struct ij_session_host *)host;
	struct ij_passed_result where;
	struct ij_call described = {.text = NULL};
	struct ij_marshal marshal;
	struct ij_error *err = NULL;

	IJ_TRY(ij_pass(call, 16, NULL, 0, &marshal, &where));
	if (sh->want_need && call->func && !call->func->name && !call->func->addr) {
		/* Called through a pointer that was not read yet. */
		sh->need = IJ_CLASSES_ALL;
		sh->planned = 2;
		sh->callee = (struct ij_wire_callee){.known = 0};
	} else if (sh->want_need) {
		err = describe(call, &described);
		if (!err)
			err = add_need(sh, &described, &marshal);
		ij_call_deinit(&described);
	}
	ij_marshal_deinit(&marshal);
	return err;
}
