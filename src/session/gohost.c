/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Memory, dynamic types and calls of a Go program, and an expression from its text to its result.
 */
#include "session/gohost.h"

#include <stdlib.h>
#include <string.h>

#include "session/debugs.h"
#include "session/evaluate.h"
#include "session/go.h"

enum { KEPT_TEXT_MAX = 4096 };

static struct ij_go_session_host *of(struct ij_go_host *host)
{
	return (struct ij_go_session_host *)host;
}

static struct ij_error *read_memory(struct ij_go_host *host, ij_addr addr, void *buf, size_t size)
{
	struct ij_error *err = ij_mem_read(&of(host)->s->mem.mem, addr, buf, size);

	if (!err || err->code != IJ_ERR_FAULT)
		return err;
	ij_error_free(err);
	err = ij_error_new(FAULT, "cannot read %zu byte%s at 0x%llx of process %d", size,
			   size == 1 ? "" : "s", (unsigned long long)addr, of(host)->s->pid);
	err->addr = addr;
	return err;
}

static bool can_read(struct ij_session *s, ij_addr addr, void *buf, size_t size)
{
	IJ_ERROR_AUTO err = ij_mem_read(&s->mem.mem, addr, buf, size);

	return !err;
}

static void dynamic(struct ij_go_host *host, ij_addr addr, char *buf, size_t size)
{
	(void)ij_go_type_name(of(host)->s, addr, buf, size);
}

static void show_dynamic(struct ij_go_host *host, ij_addr type, ij_addr data,
			 const struct ij_go_value *value, struct ij_strbuf *out)
{
	struct ij_session *s = of(host)->s;
	uint8_t bytes[IJ_GOCALL_VALUE_SIZE + KEPT_TEXT_MAX];
	uint64_t words[IJ_GOCALL_VALUE_SIZE / 8];
	size_t size = IJ_GOCALL_VALUE_SIZE, len = 0;
	char name[128];
	unsigned kind;

	if (value->held) {
		ij_go_dynamic_write(s, out, type, data, value->held, value->held_size,
				    value->held_cut);
		return;
	}
	if (!can_read(s, data, words, sizeof(words))) {
		ij_go_dynamic_write(s, out, type, data, NULL, 0, false);
		return;
	}
	memcpy(bytes, words, sizeof(words));
	kind = ij_go_type_name(s, type, name, sizeof(name));
	if (ij_go_begins_with_text(kind, name)) {
		len = words[1] < KEPT_TEXT_MAX ? (size_t)words[1] : KEPT_TEXT_MAX;
		if (!can_read(s, words[0], bytes + size, len))
			len = 0;
	}
	ij_go_dynamic_write(s, out, type, data, bytes, size + len, len < words[1]);
}

static const char *function_at(struct ij_go_host *host, ij_addr addr)
{
	struct ij_go_found found;

	if (!ij_session_go_at(of(host)->s, addr, &found))
		return "func";
	return ij_gotab_name(ij_goprog_tab(found.prog), &found.func);
}

/* ---- Calls ---- */

/* What an earlier call left is not told of any more. */
static void forget(struct ij_go_session_host *sh)
{
	ij_call_deinit(&sh->call);
	sh->call = (struct ij_call){0};
	if (!sh->called)
		return;
	sh->pause_ns += sh->made.outcome.pause_ns;
	sh->call_ns += sh->made.outcome.call_ns;
	ij_call_result_deinit(&sh->made);
	sh->made = (struct ij_call_result){0};
	sh->called = false;
}

static struct ij_error *take_results(struct ij_go_session_host *sh, const struct ij_go_func *func,
				     const struct ij_go_target *target,
				     const struct ij_go_marshal *marshal, struct ij_go_value *ret)
{
	for (size_t i = 0; i < func->results_len; i++) {
		struct ij_go_returned got = ij_go_result_get(target, marshal, &sh->made, i);
		uint8_t *copy = NULL;

		IJ_TRY(ij_go_value_make(&sh->host, func->results[i], got.words, sizeof(got.words),
					&ret[i]));
		ret[i].fleeting = true;
		if (!got.bytes)
			continue;
		copy = ij_arena_alloc(sh->host.arena, got.size + 1);
		if (!copy)
			return ij_error_nomem();
		memcpy(copy, got.bytes, got.size);
		ret[i].held = copy;
		ret[i].held_size = got.size;
		ret[i].held_cut = got.cut;
	}
	return NULL;
}

/* What it left in arguments that are kept here. */
static struct ij_error *take_back(struct ij_go_session_host *sh, const struct ij_go_func *func,
				  struct ij_go_value *args, const struct ij_go_marshal *marshal)
{
	size_t count = 0;

	sh->backs.len = 0;
	for (size_t i = 0; i < func->params_len; i++) {
		struct ij_go_left left = ij_go_left_of(&args[i]);
		const uint8_t *bytes;

		if (!left.size)
			continue;
		bytes = ij_go_result_back(marshal, &sh->made, count++, left.size);
		if (!bytes)
			return ij_error_new(FAULT, "what %s left in argument %zu cannot be read",
					    func->name, i + 1);
		memcpy(left.to, bytes, left.size);
		if (args[i].made)
			memcpy(args[i].made->bytes + left.off, bytes, left.size);
		IJ_TRY(ij_vec_push(&sh->backs,
				   ((struct ij_go_back){i + !func->receiver, args[i]})));
	}
	return NULL;
}

static struct ij_error *call_function(struct ij_go_host *host, const struct ij_go_func *func,
				      struct ij_go_value *args, struct ij_go_value *ret)
{
	struct ij_go_session_host *sh = of(host);
	struct ij_go_target target = {
		.name = func->name, .code = func->code, .context = func->context};
	struct ij_go_found found;
	struct ij_go_marshal marshal;
	struct ij_call_result made;
	struct ij_call described;
	struct ij_error *err;

	IJ_TRY(ij_session_refresh_once(sh->s));
	IJ_TRY(ij_go_describe(sh, func, args, &described));
	target.sig = &described.go->sig;
	if (ij_session_go_at(sh->s, func->code, &found))
		target.func = found.func;
	if (ij_session_go_named(sh->s, "runtime.unreachableMethod", &found))
		target.unreachable = found.addr;
	err = ij_session_go_apply(sh->s, &described, &target, sh->options, &marshal, &made);
	if (err) {
		ij_call_deinit(&described);
		return err;
	}
	forget(sh);
	sh->call = described;
	sh->made = made;
	sh->called = true;
	if (made.error) {
		sh->made.error = NULL;
		return made.error;
	}
	IJ_TRY(take_back(sh, func, args, &marshal));
	return take_results(sh, func, &target, &marshal, ret);
}

void ij_go_host_init(struct ij_session *s, const struct ij_call_options *options, const char *text,
		     struct ij_go_session_host *ret)
{
	*ret = (struct ij_go_session_host){
		.host = {.types = ij_debugs_types(s->debugs),
			 .plan = !options,
			 .force = options && options->force,
			 .read = read_memory,
			 .lookup = ij_go_host_lookup,
			 .type = ij_go_host_type,
			 .dynamic = dynamic,
			 .show_dynamic = show_dynamic,
			 .descriptor = ij_go_host_descriptor,
			 .itab = ij_go_host_itab,
			 .closure = ij_go_host_closure,
			 .stacks = ij_go_host_stacks,
			 .method = ij_go_host_method,
			 .variable = ij_go_host_variable,
			 .set_variable = ij_go_host_set_variable,
			 .missing = ij_go_host_missing,
			 .function_at = function_at,
			 .call = call_function},
		.s = s,
		.text = text,
		.options = options,
	};
	ret->host.arena = &ret->arena;
}

void ij_go_host_deinit(struct ij_go_session_host *sh)
{
	forget(sh);
	ij_vec_deinit(&sh->stacks.list);
	ij_vec_deinit(&sh->backs);
	if (sh->keeps)
		ij_go_vars_take(sh->s, &sh->arena);
	else
		ij_arena_deinit(&sh->arena);
}

/* ---- From text to result ---- */

/* What cannot be found in a process that has ended says nothing of the expression. */
static struct ij_error *or_gone(struct ij_session *s, struct ij_error *err)
{
	struct ij_gotab_func first;
	uint8_t byte;

	if (!err ||
	    (err->code != IJ_ERR_NOTFOUND && err->code != IJ_ERR_FAULT &&
	     err->code != IJ_ERR_TYPE) ||
	    !ij_gotab_func_at(ij_goprog_tab(s->go.prog), 0, &first) ||
	    can_read(s, s->go.module->bias + first.start, &byte, sizeof(byte)))
		return err;
	ij_error_free(err);
	return ij_error_new(GONE, "process %d (%s) exited, or executed another program", s->pid,
			    s->welcome.comm);
}

/* @unset_ret: a variable of the session has no value, which an expression before may give it. */
static struct ij_error *plan(struct ij_session *s, const char *text, bool force, bool *unset_ret)
{
	struct ij_go_session_host sh;
	struct ij_go_value value;
	struct ij_error *err;

	ij_go_host_init(s, NULL, text, &sh);
	sh.host.force = force;
	err = ij_session_refresh_once(s);
	if (!err)
		err = ij_go_eval(&sh.host, text, &value);
	*unset_ret = sh.unset;
	ij_go_host_deinit(&sh);
	return or_gone(s, err);
}

struct ij_error *ij_go_evaluate_prepare(struct ij_session *s, const char *text)
{
	bool unset;
	struct ij_error *err = plan(s, text, true, &unset);

	if (!err || !unset || err->code == IJ_ERR_NOMEM)
		return err;
	ij_error_free(err);
	return NULL;
}

/* Lines and members for what the last call left in its arguments. */
static struct ij_error *show_backs(struct ij_go_session_host *sh, struct ij_strbuf *text,
				   struct ij_strbuf *json)
{
	IJ_VEC_EACH (&sh->backs, back) {
		struct ij_go_value shown = back->value.holds ? *back->value.holds : back->value;
		IJ_STRBUF_AUTO type = {0};
		IJ_STRBUF_AUTO value = {0};

		if (back->number)
			ij_strbuf_printf(text, "\n  arg %zu: ", back->number);
		else
			ij_strbuf_puts(text, "\n  receiver: ");
		IJ_TRY(ij_go_show(&sh->host, &shown, text, &value, &type));
		ij_strbuf_printf(json, "%s{\"arg\":%zu,\"text\":%s}", json->len ? "," : "",
				 back->number, ij_strbuf_get(&value));
	}
	return ij_strbuf_error(json);
}

/* The value as programs take numbers: VOID for all that is none. */
static void as_number(const struct ij_go_value *value, struct ij_type *type,
		      struct ij_result_regs *regs, char **string)
{
	enum ij_go_class class =
		value->type && value->bytes ? ij_go_class_of(value->type) : IJ_GO_CLASS_NONE;
	double f64;

	*type = (struct ij_type){.kind = IJ_TYPE_VOID, .text = ""};
	*regs = (struct ij_result_regs){.rax = 0};
	*string = NULL;
	switch (class) {
	case IJ_GO_CLASS_BOOL:
	case IJ_GO_CLASS_INT:
	case IJ_GO_CLASS_UINT:
		type->kind = class == IJ_GO_CLASS_BOOL  ? IJ_TYPE_BOOL
			     : class == IJ_GO_CLASS_INT ? IJ_TYPE_INT
							: IJ_TYPE_UINT;
		type->size = (uint32_t)ij_ctype_strip(value->type)->size;
		regs->rax = (uint64_t)ij_go_value_int(value);
		break;
	case IJ_GO_CLASS_FLOAT:
		type->kind = IJ_TYPE_FLOAT;
		type->size = sizeof(f64);
		f64 = ij_go_value_float(value);
		memcpy(regs->xmm0, &f64, sizeof(f64));
		break;
	case IJ_GO_CLASS_STRING:
		type->kind = IJ_TYPE_STRING;
		type->size = 8;
		regs->rax = ij_go_value_word(value, 0);
		if (value->held)
			*string = strndup((const char *)value->held, value->held_size);
		break;
	case IJ_GO_CLASS_POINTER:
		type->kind = IJ_TYPE_POINTER;
		type->size = 8;
		regs->rax = ij_go_value_word(value, 0);
		break;
	default:
		break;
	}
}

void ij_go_evaluate(struct ij_session *s, const char *text, const struct ij_call_options *options,
		    struct ij_result *result)
{
	struct ij_report report = {
		.pid = s->pid, .session = s, .expr = text, .text_only = options->text_only};
	IJ_STRBUF_AUTO shown = {0};
	IJ_STRBUF_AUTO json = {0};
	IJ_STRBUF_AUTO name = {0};
	struct ij_go_session_host sh;
	struct ij_result_regs regs;
	struct ij_go_value value;
	struct ij_error *err;
	struct ij_type type;
	IJ_STRBUF_AUTO buffers = {0};
	char *string = NULL;
	bool unset;

	/* What is wrong with it is found before the first call is made. */
	err = plan(s, text, options->force, &unset);
	ij_go_host_init(s, options, text, &sh);
	if (!err)
		err = ij_go_eval(&sh.host, text, &value);
	if (!err)
		err = ij_go_show(&sh.host, &value, &shown, &json, &name);
	if (!err)
		err = show_backs(&sh, &shown, &buffers);
	err = or_gone(s, err);
	if (sh.called) {
		report.call = &sh.call;
		report.result = &sh.made;
		report.forced = options->force;
		report.explain = options->explain;
		report.pause_ns = sh.pause_ns;
		report.call_ns = sh.call_ns;
	}
	if (!err) {
		report.value_text = ij_strbuf_get(&shown);
		report.value_json = ij_strbuf_get(&json);
		report.value_type = ij_strbuf_get(&name);
		report.buffers_json = ij_strbuf_get(&buffers);
		as_number(&value, &type, &regs, &string);
	}
	report.error = err;
	sh.made.error = err;
	ij_result_fill(result, &report, sh.called ? &sh.made : NULL);
	sh.called = false;
	if (!err)
		ij_result_set_value(result, &type, &regs, string);
	free(string);
	ij_go_host_deinit(&sh);
}
