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
	arg->made_word = value->made_at / 8;
	arg->pointers = made->pointers;
	arg->bytes_size = made->size;
	arg->fixes_len = made->fixes_len;
	arg->bytes = malloc(made->size + 1);
	arg->fixes = malloc((made->fixes_len + 1) * sizeof(*arg->fixes));
	if (!arg->bytes || !arg->fixes)
		return ij_error_nomem();
	memcpy(arg->bytes, made->bytes, made->size);
	memcpy(arg->fixes, made->fixes, made->fixes_len * sizeof(*arg->fixes));
	return NULL;
}

/* The call as what reports of it knows it, and as it is laid out. */
static struct ij_error *describe(struct ij_go_session_host *sh, const struct ij_go_func *func,
				 struct ij_go_value *args, struct ij_call *ret)
{
	struct ij_call call = {.text = strdup(sh->text), .func = strdup(func->name)};
	struct ij_error *err = NULL;

	call.go = calloc(1, sizeof(*call.go));
	if (call.go)
		call.go->name = strdup(func->name);
	if (!call.text || !call.func || !call.go || !call.go->name)
		err = ij_error_nomem();
	for (size_t i = 0; !err && i < func->params_len; i++) {
		struct ij_go_arg arg = {.kind = IJ_GO_CONST_WORDS};

		err = ij_go_type_passed(&sh->host, func->params[i], &call.go->sig.params[i]);
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
			if (args[i].made)
				err = describe_made(sh, &args[i], call.go, &arg);
		}
		if (!err)
			err = ij_vec_push(&call.go->args, arg);
		if (err) {
			free(arg.bytes);
			free(arg.fixes);
		}
	}
	for (size_t i = 0; !err && i < func->results_len; i++)
		err = ij_go_type_passed(&sh->host, func->results[i], &call.go->sig.results[i]);
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

	IJ_TRY(ij_session_refresh(sh->s));
	IJ_TRY(describe(sh, func, args, &described));
	target.sig = &described.go->sig;
	if (ij_session_go_at(sh->s, func->code, &found))
		target.func = found.func;
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
	ij_arena_deinit(&sh->arena);
}

/* ---- From text to result ---- */

static struct ij_error *plan(struct ij_session *s, const char *text, bool force)
{
	struct ij_go_session_host sh;
	struct ij_go_value value;
	struct ij_error *err;

	ij_go_host_init(s, NULL, text, &sh);
	sh.host.force = force;
	err = ij_session_refresh(s);
	if (!err)
		err = ij_go_eval(&sh.host, text, &value);
	ij_go_host_deinit(&sh);
	return err;
}

struct ij_error *ij_go_evaluate_prepare(struct ij_session *s, const char *text)
{
	return plan(s, text, true);
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
	struct ij_report report = {.pid = s->pid, .session = s, .expr = text};
	IJ_STRBUF_AUTO shown = {0};
	IJ_STRBUF_AUTO json = {0};
	IJ_STRBUF_AUTO name = {0};
	struct ij_go_session_host sh;
	struct ij_result_regs regs;
	struct ij_go_value value;
	struct ij_error *err;
	struct ij_type type;
	char *string = NULL;

	/* What is wrong with it is found before the first call is made. */
	err = plan(s, text, options->force);
	ij_go_host_init(s, options, text, &sh);
	if (!err)
		err = ij_go_eval(&sh.host, text, &value);
	if (!err)
		err = ij_go_show(&sh.host, &value, &shown, &json, &name);
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
