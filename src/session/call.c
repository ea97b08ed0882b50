/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One call: resolve what it names, lay it out, have it injected, collect what it leaves. */
#include "session/location.h"
#include "session/session_impl.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "session/calls.h"
#include "session/debugs.h"
#include "session/go.h"
#include "session/library.h"
#include "session/marshal.h"
#include "session/needs.h"

#define STRING_MAX 4096u /* bytes of a string result that are read */
#define PAGE       4096u

/* A call whose names are addresses. */
struct resolved_call {
	ij_addr func;
	ij_classes need;
	uint32_t traits; /* enum ij_trait */
	struct ij_wire_callee callee;
	bool described; /* by the built-in table */
	const struct ij_turn *turn;
	IJ_VEC(ij_addr) symbols; /* n arguments; 0 where the argument is no symbol */
};

static bool is_code(const struct ij_session *s, ij_addr addr)
{
	const struct ij_vma *vma = ij_vmas_find(&s->vmas, addr);

	return vma && (vma->flags & IJ_VMA_EXEC);
}

static struct ij_error *not_code(const struct ij_session *s, const char *name, ij_addr addr)
{
	struct ij_error *err =
		ij_error_new(FAULT, "%s: 0x%llx lies in no executable mapping of process %d", name,
			     (unsigned long long)addr, s->pid);

	err->addr = addr;
	return err;
}

static uint32_t rehearsal_flags(const struct ij_call_options *options)
{
	return (options->rehearse ? IJ_WIRE_CALL_REHEARSE : 0u) |
	       (options->in_copy ? IJ_WIRE_CALL_IN_COPY : 0u);
}

/* Call the IFUNC resolver at @resolver in the target: it takes nothing and gives the function. */
static struct ij_error *ask_resolver(struct ij_session *s, const struct ij_resolved *found,
				     const struct ij_call_options *options, ij_addr *ret)
{
	char name[] = "an IFUNC resolver";
	const struct ij_call call = {.text = name, .func = name, .ret_known = true};
	struct ij_marshal marshal;
	struct ij_error *err;

	IJ_VEC_EACH (&s->resolvers, it) {
		if (it->resolver == found->addr) {
			*ret = it->addr;
			return NULL;
		}
	}
	IJ_TRY(ij_marshal_call(&call, NULL, &marshal));
	marshal.call.func = found->addr;
	marshal.call.timeout_ns = options->timeout_ns;
	marshal.call.pause_ns = options->pause_ns;
	marshal.call.wait_ns = options->wait_ns;
	marshal.call.tid = options->tid;
	marshal.call.flags = rehearsal_flags(options);
	ij_session_name_call(&marshal.call, found->symbol.name, NULL);
	err = ij_session_ask_for(s, &call, &marshal, options, ret);
	if (err)
		return ij_error_wrap(err, "%s is an IFUNC", found->symbol.name);
	if (!is_code(s, *ret) || !ij_modules_find(s->mods, *ret))
		return not_code(s, found->symbol.name, *ret);
	return ij_vec_push(&s->resolvers,
			   ((struct ij_resolver_answer){.resolver = found->addr, .addr = *ret}));
}

/*
 * @options: NULL: inject nothing, so that an IFUNC nobody has bound stays its resolver.
 * @module_ret: the module that has the name.
 */
static struct ij_error *function_address(struct ij_session *s, const char *spec,
					 const struct ij_call_options *options, ij_addr *ret,
					 struct ij_module **module_ret)
{
	struct ij_resolved found;

	IJ_TRY(ij_modules_resolve(s->mods, spec, &found));
	if (!is_code(s, found.addr))
		return not_code(s, spec, found.addr);
	*module_ret = found.module;
	if (found.needs_resolver && options)
		return ask_resolver(s, &found, options, ret);
	*ret = found.addr;
	return NULL;
}

/* `&name`: a function, or else an object. */
static struct ij_error *symbol_address(struct ij_session *s, const char *spec,
				       const struct ij_call_options *options, ij_addr *ret)
{
	struct ij_module *module;
	struct ij_error *err = function_address(s, spec, options, ret, &module);
	struct ij_resolved found;

	if (!err || err->code != IJ_ERR_TYPE)
		return err;
	ij_error_free(err);
	IJ_TRY(ij_modules_resolve_data(s->mods, spec, &found));
	*ret = found.addr;
	return NULL;
}

static struct ij_error *callee_address(struct ij_session *s, const struct ij_call *call,
				       const struct ij_call_options *options, ij_addr *ret,
				       struct ij_module **module_ret)
{
	struct ij_error *err;
	char *spec;

	if (!call->func) {
		if (!is_code(s, call->addr))
			return not_code(s, call->text, call->addr);
		*ret = call->addr;
		return NULL;
	}
	if (!call->module)
		return function_address(s, call->func, options, ret, module_ret);
	if (asprintf(&spec, "%s!%s", call->module, call->func) < 0)
		return ij_error_nomem();
	err = function_address(s, spec, options, ret, module_ret);
	free(spec);
	return err;
}

/* What @call's function needs, and how it behaves, given the module it was found in (NULL: none).
 */
static struct ij_error *judge_callee(struct ij_session *s, const struct ij_call *call,
				     const struct ij_module *module, struct resolved_call *ret)
{
	bool described =
		!call->library || (module && ij_module_is_library(s->mods, module, call->library));
	struct ij_needs needs;

	ret->need = described ? call->need : IJ_CLASSES_ALL;
	ret->traits = described ? call->traits : IJ_TRAITS_UNKNOWN;
	ret->described = described && call->library;
	if (ret->need != IJ_CLASSES_ALL)
		return NULL;
	/* Nobody said: its own code may. */
	IJ_TRY(ij_needs_compute(s->mods, &s->mem.mem, s->policy, ret->func, &needs));
	ret->need = needs.need;
	ret->callee = needs.calls;
	/* What its code reaches starts no thread and no process, unless they are needed. */
	if (!(needs.need & (IJ_CLASS(THREADS) | IJ_CLASS(FORK))))
		ret->traits &= ~(uint32_t)IJ_TRAIT_THREADS;
	return NULL;
}

/* What the user declares is as he says, but not how it has to be called. */
static struct ij_error *check_convention(struct ij_session *s, const struct ij_call *call,
					 struct ij_module *module, ij_addr addr)
{
	struct ij_debug_entry entry;
	struct ij_debug *debug;
	struct ij_error *err;
	const char *why;

	if (!call->declared || call->library || !module)
		return NULL;
	IJ_TRY(ij_debugs_of(s->debugs, s->mods, module, &debug));
	if (!debug)
		return NULL;
	err = ij_debug_function_at(debug, addr - module->bias, &entry);
	why = err ? NULL : ij_ctype_convention_refused(entry.type->convention);
	ij_error_free(err);
	return why ? ij_error_new(UNSUPPORTED, "%s %s", call->func, why) : NULL;
}

static struct ij_error *resolve(struct ij_session *s, const struct ij_call *call,
				const struct ij_call_options *options, struct resolved_call *ret)
{
	struct ij_module *module = NULL;
	struct resolved_call out = {0};

	IJ_TRY(callee_address(s, call, options, &out.func, &module));
	if (!call->ret_known)
		return ij_call_ret_unknown(call);
	IJ_TRY(check_convention(s, call, module, out.func));
	IJ_TRY(judge_callee(s, call, module, &out));
	out.turn = ij_turn_of(s->mods, module, out.need);
	if (call->traits & IJ_TRAIT_UNTRACED)
		return ij_error_new(UNSUPPORTED,
				    "%s attaches to the process's threads itself, and ends the "
				    "process where another has done so, as it would be during the "
				    "call; the program must call it",
				    call->func);

	struct ij_error *err = NULL;

	for (size_t i = 0; i < call->args.len && !err; i++) {
		ij_addr addr = 0;

		if (call->args.items[i].kind == IJ_ARG_SYMBOL)
			err = symbol_address(s, call->args.items[i].bytes, options, &addr);
		if (!err)
			err = ij_vec_push(&out.symbols, addr);
	}
	if (err) {
		ij_vec_deinit(&out.symbols);
		return err;
	}
	*ret = out;
	return NULL;
}

/* Everything of the callee in @marshal, whose arguments are laid out. */
static void aim(const struct ij_call *call, const struct resolved_call *resolved,
		struct ij_marshal *marshal)
{
	marshal->call.func = resolved->func;
	marshal->call.need = resolved->need;
	marshal->call.callee = resolved->callee;
	marshal->turn = resolved->turn;
	if (resolved->described && call->func)
		ij_calls_of(&marshal->call.callee, call->func, !resolved->need, &marshal->call,
			    call->args.len);
}

struct ij_error *ij_session_build(struct ij_session *s, const struct ij_call *call,
				  const struct ij_call_options *options, struct ij_marshal *ret,
				  uint32_t *traits_ret)
{
	struct resolved_call resolved = {0};
	struct ij_error *err;

	IJ_TRY(resolve(s, call, options, &resolved));
	err = ij_marshal_call(call, resolved.symbols.items, ret);
	if (!err) {
		aim(call, &resolved, ret);
		*traits_ret = resolved.traits;
	}
	ij_vec_deinit(&resolved.symbols);
	return err;
}

struct ij_error *ij_session_aim(struct ij_session *s, const struct ij_call *call,
				const struct ij_call_options *options, struct ij_marshal *marshal,
				uint32_t *traits_ret)
{
	struct resolved_call resolved = {0};

	IJ_TRY(resolve(s, call, options, &resolved));
	*traits_ret = resolved.traits;
	ij_vec_deinit(&resolved.symbols);
	aim(call, &resolved, marshal);
	return NULL;
}

struct ij_error *ij_session_string(struct ij_session *s, ij_addr addr, char **ret, bool *cut_ret)
{
	char *text = malloc(STRING_MAX + 1);
	size_t len = 0, end;

	if (!text)
		return ij_error_nomem();
	while (len < STRING_MAX && !memchr(text, 0, len)) {
		size_t part = PAGE - (size_t)((addr + len) % PAGE);
		IJ_ERROR_AUTO err = NULL;

		if (part > STRING_MAX - len)
			part = STRING_MAX - len;
		err = ij_mem_read(&s->mem.mem, addr + len, text + len, part);
		if (err)
			break;
		len += part;
	}
	if (!len) {
		free(text);
		return NULL;
	}
	end = strnlen(text, len);
	text[end] = 0;
	*ret = text;
	*cut_ret = end == len;
	return NULL;
}

uint32_t ij_session_flags(const struct ij_call *call, uint32_t traits,
			  const struct ij_call_options *options, bool scratch)
{
	uint32_t flags = rehearsal_flags(options);

	if (options->in_copy && call->ret.kind == IJ_TYPE_STRING)
		flags |= IJ_WIRE_CALL_STRING;
	if (options->force)
		flags |= IJ_WIRE_CALL_FORCE;
	if (options->capture)
		flags |= IJ_WIRE_CALL_CAPTURE;
	if (options->keep && scratch)
		flags |= IJ_WIRE_CALL_KEEP;
	if (options->stack == IJ_CALL_STACK_OWN)
		flags |= IJ_WIRE_CALL_STACK_OWN;
	if (options->stack == IJ_CALL_STACK_FOREIGN)
		flags |= IJ_WIRE_CALL_STACK_FOREIGN;
	if (traits & IJ_TRAIT_THREADS)
		flags |= IJ_WIRE_CALL_PASS_SIGNALS;
	if (traits & IJ_TRAIT_TIMED)
		flags |= IJ_WIRE_CALL_TIMED;
	/* A string result may point into our memory there (`strcpy`), which must still be mapped
	 * then. */
	if (options->last && !(scratch && call->ret.kind == IJ_TYPE_STRING))
		flags |= IJ_WIRE_CALL_LAST;
	return flags;
}

/* What a done call left besides registers. */
static struct ij_error *finish(struct ij_session *s, const struct ij_call *call, bool in_copy,
			       struct ij_call_result *result)
{
	if (result->outcome.status != IJ_WIRE_DONE)
		return NULL;
	ij_value_cast(&call->callee_ret, &call->ret, &result->regs);
	/* That of a copy came with the outcome. */
	if (call->ret.kind == IJ_TYPE_STRING && result->regs.rax && !in_copy)
		return ij_session_string(s, result->regs.rax, &result->string, &result->string_cut);
	return NULL;
}

struct ij_error *ij_session_budget(struct ij_session *s, const struct ij_call_options *options,
				   struct ij_wire_call *call)
{
	call->timeout_ns = options->timeout_ns;
	call->pause_ns = options->pause_ns;
	call->wait_ns = options->wait_ns;
	call->tid = options->tid;
	call->walkers = options->walkers;
	if (options->goroutine && !s->go.prog)
		return ij_error_new(UNSUPPORTED, "%d (%s) is no Go program, and has no goroutines",
				    s->pid, s->welcome.comm);
	if (options->at)
		IJ_TRY(ij_error_wrap(ij_session_go_locate(s, options->at, &call->at), "--at"));
	if (options->until)
		IJ_TRY(ij_error_wrap(ij_session_go_locate(s, options->until, &call->until),
				     "--until"));
	return NULL;
}

struct ij_error *ij_session_make(struct ij_session *s, const struct ij_call *call,
				 const struct ij_call_options *options, struct ij_marshal *marshal,
				 struct ij_call_result *ret)
{
	struct ij_error *err = ij_session_budget(s, options, &marshal->call);
	struct ij_stop *turn = NULL;

	if (!err && marshal->turn && !options->at)
		err = ij_turn_take(s, marshal->turn, call->func, options, &turn);
	/* The others go on: the callee may wait for what one of them has. */
	if (turn)
		marshal->call.flags |= IJ_WIRE_CALL_ALONE;
	ij_session_name_call(&marshal->call, call->func, call->text);
	if (!err)
		err = ij_session_inject(s, &marshal->call, marshal->scratch.items, ret);
	ij_stop_release(turn);
	if (err) {
		ij_marshal_deinit(marshal);
		return err;
	}
	ret->need = marshal->call.need;
	ret->offs = marshal->offs;
	marshal->offs = (struct ij_offs){0};
	ij_marshal_deinit(marshal);
	ret->error = ij_outcome_error(s, call, options, &ret->outcome);
	return NULL;
}

struct ij_error *ij_session_call(struct ij_session *s, const struct ij_call *call,
				 const struct ij_call_options *options, struct ij_call_result *ret)
{
	struct ij_marshal marshal;
	struct ij_call_result out;
	struct ij_error *err;
	uint32_t traits;

	IJ_TRY(ij_session_refresh_once(s));
	IJ_TRY(ij_session_go_agree(s, call));
	if (call->go)
		return ij_session_go_call(s, call, options, ret);
	IJ_TRY(ij_session_build(s, call, options, &marshal, &traits));
	marshal.call.flags = ij_session_flags(call, traits, options, marshal.scratch.len > 0);
	IJ_TRY(ij_session_make(s, call, options, &marshal, &out));
	err = finish(s, call, options->in_copy, &out);
	if (err) {
		ij_call_result_deinit(&out);
		return err;
	}
	*ret = out;
	return NULL;
}

const uint8_t *ij_call_result_buffer(const struct ij_call *call,
				     const struct ij_call_result *result, size_t idx,
				     size_t *size_ret)
{
	const struct ij_arg *arg = &call->args.items[idx];
	size_t off = idx < result->offs.list.len ? result->offs.list.items[idx] : 0;

	if (!arg->buffer || idx >= result->offs.list.len || off > result->scratch_size ||
	    arg->bytes_size > result->scratch_size - off)
		return NULL;
	*size_ret = arg->bytes_size;
	return result->scratch + off;
}

void ij_call_result_deinit(struct ij_call_result *result)
{
	free(result->string);
	free(result->go_text);
	free(result->go_json);
	free(result->scratch);
	ij_vec_deinit(&result->offs.list);
	ij_error_free(result->error);
}
