/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Evaluating an expression in a target, and telling of it. */
#include "session/evaluate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lang/eval.h"
#include "lang/show.h"
#include "lang/type.h"
#include "lang/typedefs.h"
#include "maps/goprog.h"
#include "session/debugs.h"
#include "session/gohost.h"
#include "session/go.h"
#include "session/host.h"
#include "session/library.h"
#include "session/stop.h"

/* One evaluation. */
struct evaluation {
	struct ij_session_host sh;
	struct ij_arena arena;
	struct ij_ast ast;
	bool parsed;
	bool placed; /* over a frame of its own */
};

static bool is_type(void *ctx, const char *name)
{
	const struct ij_ctype *type = NULL;
	struct ij_error *err = ij_host_type(ctx, 0, name, &type);

	ij_error_free(err);
	return !err && type;
}

/* Parse again, now that names can be asked for; where they are not needed they are not. */
static struct ij_error *begin_text(struct ij_session *s, const char *text,
				   const struct ij_call_options *options, struct evaluation *ret)
{
	const struct ij_ast_names names = {is_type, &ret->sh.host};

	*ret = (struct evaluation){.parsed = false};
	ij_session_host_init(s, options, text, &ret->sh);
	IJ_TRY(ij_session_refresh_once(s));
	IJ_TRY(ij_ast_parse(text, &names, &ret->ast));
	ret->parsed = true;
	return NULL;
}

/* The same over the frame that is looked at, if there is one. */
static struct ij_error *begin(struct ij_session *s, const char *text,
			      const struct ij_call_options *options, struct evaluation *ret)
{
	IJ_TRY(begin_text(s, text, options, ret));
	ret->placed = true;
	return ij_stop_place_open(s, &ret->sh);
}

static void finish(struct evaluation *ev)
{
	if (ev->parsed)
		ij_ast_deinit(&ev->ast);
	ij_arena_deinit(&ev->arena);
	if (ev->placed)
		ij_stop_place_close(&ev->sh);
	ij_session_host_deinit(&ev->sh);
}

/* What is more than a call, and calls of what only debug information describes. */
static bool is_wanted_in_go(const struct ij_session *s, const struct ij_call *call)
{
	if (!call->go || ij_go_call_makes(call->go))
		return true;
	return !call->go->sig_known || (!ij_session_go_has(s, call) && !call->go->fallback);
}

struct ij_error *ij_evaluate_is_wanted(struct ij_session *s, const struct ij_call *call, bool *ret)
{
	struct ij_resolved found;
	struct ij_debug *debug;
	struct ij_error *err;
	char *spec;

	/* `x.f(1)` may be Go's or C++'s: the target tells. */
	if (ij_session_go_speaks(s, call)) {
		*ret = is_wanted_in_go(s, call);
		return NULL;
	}
	/* A package's path is nothing else. */
	*ret = call->not_simple || (call->go && !ij_session_go_has(s, call) &&
				    !(s->go.prog && strchr(call->go->name, '/')));
	if (call->go)
		return NULL;
	if (call->not_simple || !call->func)
		return NULL;
	/* What the user declared is as he said; of types that he defined values are shown whole. */
	if (call->declared && !call->library) {
		*ret = ij_prototypes_typedefs(s->prototypes)->definitions.len > 0;
		return NULL;
	}
	if (asprintf(&spec, "%s%s%s", call->module ? call->module : "", call->module ? "!" : "",
		     call->func) < 0)
		return ij_error_nomem();
	err = ij_modules_probe(s->mods, spec, true, &found);
	free(spec);
	if (err) {
		/* It may be a pointer to a function or a class, or known to debug information
		 * alone. */
		*ret = err->code == IJ_ERR_TYPE ||
		       ((err->code == IJ_ERR_NOTFOUND || err->code == IJ_ERR_AMBIGUOUS) &&
			!call->ret_known);
		ij_error_free(err);
		return NULL;
	}
	if (call->library && ij_module_is_library(s->mods, found.module, call->library))
		return NULL;
	/* The table's prototype is that of another function. */
	if (call->library &&
	    !ij_module_stands_for(s->mods, found.module, call->library, call->func)) {
		*ret = true;
		return NULL;
	}
	IJ_TRY(ij_debugs_of(s->debugs, s->mods, found.module, &debug));
	*ret = debug;
	return NULL;
}

struct ij_error *ij_evaluate_prepare(struct ij_session *s, const struct ij_call *call)
{
	struct evaluation ev;
	struct ij_error *err;
	struct ij_val val;
	unsigned calls;

	if (ij_session_go_speaks(s, call))
		return ij_go_evaluate_prepare(s, call->text);
	err = begin(s, call->text, NULL, &ev);
	if (!err)
		err = ij_eval_plan(&ev.sh.host, &ev.ast, &ev.arena, &val, &calls);
	/* An expression before it may set that. */
	if (err && ev.sh.unset && err->code != IJ_ERR_NOMEM) {
		ij_error_free(err);
		err = NULL;
	}
	finish(&ev);
	return err;
}

struct ij_error *ij_evaluate_need(struct ij_session *s, const struct ij_call *call,
				  ij_classes *need_ret, struct ij_wire_callee *callee_ret)
{
	struct evaluation ev;
	struct ij_error *err;
	struct ij_val val;
	unsigned calls;

	/* A stop is judged as a whole there. */
	if (ij_session_go_speaks(s, call)) {
		*need_ret = IJ_CLASSES_NONE;
		*callee_ret = (struct ij_wire_callee){0};
		return ij_go_evaluate_prepare(s, call->text);
	}
	err = begin(s, call->text, NULL, &ev);
	ev.sh.want_need = true;
	if (!err)
		err = ij_eval_plan(&ev.sh.host, &ev.ast, &ev.arena, &val, &calls);
	if (!err) {
		*need_ret = ev.sh.need;
		*callee_ret = ev.sh.callee;
	}
	finish(&ev);
	return err;
}

static struct ij_error *go_type(struct ij_session *s, const char *text, const struct ij_ctype **ret)
{
	struct ij_go_session_host sh;
	struct ij_error *err = ij_session_refresh(s);

	*ret = NULL;
	ij_go_host_init(s, NULL, text, &sh);
	if (!err)
		err = ij_go_host_type(&sh.host, text, ret);
	ij_go_host_deinit(&sh);
	if (!err && !*ret)
		err = ij_error_new(NOTFOUND, "no type %s is known of this Go program", text);
	return err;
}

struct ij_error *ij_evaluate_type(struct ij_session *s, const char *text,
				  const struct ij_ctype **ret)
{
	struct evaluation ev;
	struct ij_error *err;
	bool is_type;

	if (s->go.main)
		return go_type(s, text, ret);
	err = begin(s, text, NULL, &ev);
	if (!err)
		err = ij_evaluate_type_of(&ev.sh, &ev.ast, &ev.arena, &is_type, ret);
	finish(&ev);
	return err;
}

/* The value as programs take numbers: VOID for all that is none. */
static void as_number(struct ij_session_host *sh, const struct ij_val *val, struct ij_type *type,
		      struct ij_result_regs *regs, char **string)
{
	const struct ij_ctype *bare = ij_ctype_strip(val->type);
	double f64;
	bool cut;

	*type = (struct ij_type){.kind = IJ_TYPE_VOID, .size = (uint32_t)bare->size, .text = ""};
	*regs = (struct ij_result_regs){.rax = 0};
	*string = NULL;
	if (bare->kind == IJ_CT_FLOAT) {
		f64 = (double)ij_val_float(val);
		type->kind = IJ_TYPE_FLOAT;
		type->size = sizeof(f64);
		memcpy(regs->xmm0, &f64, sizeof(f64));
		return;
	}
	if (bare->size > 8 || (!ij_ctype_is_integer(bare) && bare->kind != IJ_CT_POINTER))
		return;
	regs->rax = (uint64_t)ij_val_integer(val);
	type->kind = bare->kind == IJ_CT_BOOL     ? IJ_TYPE_BOOL
		     : ij_ctype_is_unsigned(bare) ? IJ_TYPE_UINT
						  : IJ_TYPE_INT;
	if (bare->kind != IJ_CT_POINTER)
		return;
	type->kind = IJ_TYPE_POINTER;
	if (!ij_ctype_is_char(bare->target) || ij_ctype_strip(bare->target)->size != 1)
		return;
	type->kind = IJ_TYPE_STRING;
	if (regs->rax)
		ij_error_free(ij_session_string(sh->s, regs->rax, string, &cut));
}

struct texts {
	struct ij_strbuf text, json, type;
};

/* As the user wants values printed. */
static struct ij_show_how how_of(const struct evaluation *ev)
{
	const struct ij_call_options *options = ev->sh.options;
	struct ij_show_how how;

	ij_show_how_init(&how);
	how.format = ev->ast.format;
	/* All elements are 0 there. */
	if (options && options->print_elements)
		how.elements = options->print_elements == UINT32_MAX ? 0 : options->print_elements;
	if (options && options->print_depth)
		how.depth = options->print_depth;
	return how;
}

static struct ij_error *show(struct evaluation *ev, struct ij_val *val, struct texts *ret)
{
	const struct ij_show_how how = how_of(ev);
	struct ij_error *err;

	IJ_TRY(ij_show_as(&ev->sh.host, val, &how, &ret->text));
	err = ij_show_json(&ev->sh.host, val, &ret->json);
	if (err && err->code == IJ_ERR_LIMIT) {
		ij_error_free(err);
		ij_strbuf_deinit(&ret->json);
		ij_strbuf_puts(&ret->json, "null");
		err = NULL;
	}
	IJ_TRY(err);
	ij_ctype_text(val->type, NULL, &ret->type);
	return ij_strbuf_error(&ret->type);
}

struct viewing {
	struct evaluation *ev;
	struct texts *texts;
};

/* While temporary objects are there. */
static struct ij_error *view(void *ctx, struct ij_val *val)
{
	struct viewing *viewing = ctx;
	struct evaluation *ev = viewing->ev;

	if (val->is_scratch)
		return ij_error_new(TYPE,
				    "%s: a literal's address is none of the target: it has "
				    "memory there during a call only",
				    ev->ast.text);
	/* The same object and function may be of use later; a bit-field by its value. */
	if (val->bit_size)
		IJ_TRY(ij_val_set_integer(&ev->arena, val->type, ij_val_integer(val), val));
	return show(ev, val, viewing->texts);
}

static struct ij_error *evaluate(struct evaluation *ev, struct ij_val *val, struct texts *texts)
{
	struct viewing viewing = {ev, texts};
	const struct ij_eval_viewer viewer = {view, &viewing};

	IJ_TRY(ij_eval_run(&ev->sh.host, &ev->ast, &ev->arena, &viewer, val));
	if (ij_ctype_strip(val->type)->kind != IJ_CT_VOID)
		return ij_debugs_keep(ev->sh.s->debugs, NULL, val, NULL);
	return NULL;
}

/* What was begun, or failed to. */
static void carry_out(struct evaluation *begun, struct ij_error *err,
		      const struct ij_call_options *options, struct ij_report *report,
		      struct ij_result *result)
{
	struct texts texts = {.text = {.len = 0}};
	struct ij_result_regs regs;
	struct ij_type type;
	char *string = NULL;
	struct ij_val val;

	report->text_only = options && options->text_only;
	if (!err)
		err = evaluate(begun, &val, &texts);
	if (begun->sh.called) {
		report->call = &begun->sh.call;
		report->result = &begun->sh.made;
		report->forced = options->force;
		report->explain = options->explain;
		report->pause_ns = begun->sh.pause_ns;
		report->call_ns = begun->sh.call_ns;
	}
	if (!err) {
		report->value_text = ij_strbuf_get(&texts.text);
		report->value_json = ij_strbuf_get(&texts.json);
		report->value_type = ij_strbuf_get(&texts.type);
		as_number(&begun->sh, &val, &type, &regs, &string);
	}
	report->error = err;
	begun->sh.made.error = err;
	ij_result_fill(result, report, begun->sh.called ? &begun->sh.made : NULL);
	begun->sh.called = false;
	if (!err)
		ij_result_set_value(result, &type, &regs, string);
	free(string);
	ij_strbuf_deinit(&texts.text);
	ij_strbuf_deinit(&texts.json);
	ij_strbuf_deinit(&texts.type);
	finish(begun);
}

void ij_evaluate(struct ij_session *s, const struct ij_call *call,
		 const struct ij_call_options *options, struct ij_result *result)
{
	struct ij_report report = {.pid = s->pid, .session = s, .expr = call->text};
	struct evaluation ev;
	struct ij_error *err;

	if (ij_session_go_speaks(s, call)) {
		ij_go_evaluate(s, call->text, options, result);
		return;
	}
	err = begin(s, call->text, options, &ev);
	carry_out(&ev, err, options, &report, result);
}

void ij_evaluate_as(struct ij_session *s, const char *text,
		    void (*change)(struct ij_session_host *sh, void *ctx), void *ctx,
		    struct ij_result *result)
{
	struct ij_report report = {.pid = s->pid, .session = s, .expr = text};
	struct evaluation ev;
	struct ij_error *err = begin_text(s, text, NULL, &ev);

	change(&ev.sh, ctx);
	carry_out(&ev, err, NULL, &report, result);
}
