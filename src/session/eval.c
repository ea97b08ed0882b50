/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Expressions of programs: parsed, made as calls, and told of as results. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lang/ast.h"
#include "session/evaluate.h"
#include "session/result.h"
#include "session/series.h"
#include "session/session_impl.h"

/*
 * Is something in it named by its package, with a dot, or are there slices or Go's own
 * operators? Then it may be Go, which the target tells.
 */
static bool may_be_go(const char *text)
{
	static const char *const words[] = {"map[",  ":=",         "`",    "func(",
					    "chan ", "interface{", "new(*"};
	const char *bracket = strchr(text, '[');

	for (size_t i = 0; i < IJ_COUNT(words); i++)
		if (strstr(text, words[i]))
			return true;
	if (strstr(text, "...") || strstr(text, "[]") || strchr(text, '^') || bracket == text ||
	    (bracket && strchr(bracket, ':')))
		return true;
	/* A literal's type has no parentheses in Go. */
	for (const char *brace = strchr(text, '{'); brace; brace = strchr(brace + 1, '{'))
		if (brace > text && (isalnum((unsigned char)brace[-1]) || brace[-1] == '_'))
			return true;
	for (const char *dot = strchr(text, '.'); dot; dot = strchr(dot + 1, '.'))
		if (dot > text && isalpha((unsigned char)dot[-1]) &&
		    (isalpha((unsigned char)dot[1]) || dot[1] == '(' || dot[1] == '_'))
			return true;
	return false;
}

/* What is no call with literal arguments may be an expression all the same. */
static struct ij_error *parse_general(const char *text, struct ij_call *ret)
{
	struct ij_call call = {.not_simple = true};
	const struct ij_node *root;
	struct ij_ast ast;
	struct ij_error *err = ij_ast_parse(text, NULL, &ast);
	bool parsed = !err;

	if (err && (err->code == IJ_ERR_NOMEM || !may_be_go(text)))
		return err;
	ij_error_free(err);
	call.text = strdup(text);
	root = parsed ? ast.root : NULL;
	if (parsed && root->kind == IJ_NODE_CALL && root->a->kind == IJ_NODE_NAME)
		call.func = strdup(root->a->name);
	if (parsed)
		ij_ast_deinit(&ast);
	if (!call.text) {
		ij_call_deinit(&call);
		return ij_error_nomem();
	}
	*ret = call;
	return NULL;
}

static struct ij_error *parse(const struct ij_prototypes *protos, const char *text,
			      struct ij_call *ret)
{
	struct ij_error *err = ij_call_parse(protos, text, ret);

	if (!err || err->code == IJ_ERR_NOMEM || err->code == IJ_ERR_LIMIT)
		return err;
	ij_error_free(err);
	return parse_general(text, ret);
}

struct ij_error *ij_call_create(const struct ij_prototypes *protos, const char *text,
				struct ij_call **ret)
{
	struct ij_prototypes *builtin = NULL;
	struct ij_call *call = malloc(sizeof(*call));
	struct ij_error *err = call ? NULL : ij_error_nomem();

	if (!err && !protos)
		err = ij_prototypes_create(&builtin);
	if (!err)
		err = parse(protos ? protos : builtin, text, call);
	ij_prototypes_destroy(builtin);
	if (err) {
		free(call);
		return err;
	}
	*ret = call;
	return NULL;
}

const char *ij_call_function(const struct ij_call *call)
{
	return call->func;
}

void ij_call_destroy(struct ij_call *call)
{
	if (!call)
		return;
	ij_call_deinit(call);
	free(call);
}

/* Into @result, which there was memory for. */
static void run_simple(struct ij_session *s, const struct ij_call *call,
		       const struct ij_call_options *options, struct ij_result *result)
{
	struct ij_report report = {.pid = s->pid,
				   .session = s,
				   .expr = call->text,
				   .call = call,
				   .text_only = options->text_only};
	struct ij_call_result made;
	struct ij_error *err = ij_session_call(s, call, options, &made);

	if (!err) {
		report.result = &made;
		report.forced = options->force;
		report.explain = options->explain;
	}
	report.error = err ? err : made.error;
	ij_result_fill(result, &report, err ? NULL : &made);
}

static void run(struct ij_session *s, const struct ij_call *call,
		const struct ij_call_options *given, struct ij_result *result)
{
	struct ij_report report = {.pid = s->pid, .session = s, .expr = call->text, .call = call};
	struct ij_call_options options;
	bool typed = false;
	struct ij_error *err = ij_call_options_of(given, &options);

	report.text_only = !err && options.text_only;
	ij_session_begin(s);
	if (!err)
		err = ij_session_refresh(s);
	if (!err)
		err = ij_evaluate_is_wanted(s, call, &typed);
	if (err) {
		report.error = err;
		ij_result_fill(result, &report, NULL);
	} else if (typed) {
		ij_evaluate(s, call, &options, result);
	} else {
		run_simple(s, call, &options, result);
	}
}

struct ij_result *ij_session_run(struct ij_session *s, const struct ij_call *call,
				 const struct ij_call_options *options)
{
	struct ij_result *result = ij_result_new();

	if (!ij_result_is_nomem(result))
		run(s, call, options, result);
	return result;
}

/* Call @idx of a series that was made: done, failed, or not attempted. */
static void fill_item(const struct ij_series *series, struct ij_series_result *made, size_t idx,
		      struct ij_report *report, struct ij_result *result)
{
	struct ij_call_result item;
	struct ij_error *err;

	if (idx > made->done || (idx == made->done && !made->error)) {
		ij_result_fill(result, report, NULL);
		return;
	}
	err = ij_series_item(series, made, idx, &item);
	if (err) {
		report->error = err;
		ij_result_fill(result, report, NULL);
		return;
	}
	if (idx == made->done) {
		item.error = made->error;
		made->error = NULL;
	}
	report->result = &item;
	report->error = item.error;
	ij_result_fill(result, report, &item);
}

void ij_session_run_series(struct ij_session *s, struct ij_call *const *calls, size_t len,
			   const struct ij_call_options *given, struct ij_result **results)
{
	struct ij_call_options options;
	struct ij_series *series = NULL;
	struct ij_series_result made = {0};
	struct ij_error *err = ij_call_options_of(given, &options);

	/* Room for all of them first, so that none is lost. */
	for (size_t i = 0; i < len; i++)
		results[i] = ij_result_new();
	if (!err)
		err = ij_series_create(s, calls, len, IJ_SERIES_RING, &options, &series);
	if (!err)
		err = ij_series_run(series, &made);
	for (size_t i = 0; i < len; i++) {
		struct ij_report report = {
			.pid = s->pid, .session = s, .expr = calls[i]->text, .call = calls[i]};

		if (ij_result_is_nomem(results[i]))
			continue;
		report.forced = options.force;
		report.explain = options.explain;
		report.text_only = options.text_only;
		if (series && !err) {
			fill_item(series, &made, i, &report, results[i]);
			continue;
		}
		report.error = err;
		ij_result_fill(results[i], &report, NULL);
		err = NULL;
		ij_series_destroy(series);
		series = NULL;
	}
	ij_error_free(err);
	ij_series_destroy(series);
	ij_series_result_deinit(&made);
}

struct ij_error *ij_syscall_create(char *const *words, size_t len, struct ij_syscall **ret)
{
	struct ij_prototypes *protos = NULL;
	struct ij_syscall *call = malloc(sizeof(*call));
	struct ij_error *err = call ? ij_prototypes_create(&protos) : ij_error_nomem();

	if (!err)
		err = ij_syscall_parse(protos, words, len, call);
	ij_prototypes_destroy(protos);
	if (err) {
		free(call);
		return err;
	}
	*ret = call;
	return NULL;
}

void ij_syscall_destroy(struct ij_syscall *call)
{
	if (!call)
		return;
	ij_syscall_deinit(call);
	free(call);
}

const char *ij_syscall_text(const struct ij_syscall *call)
{
	return call->text;
}

/* Into @result, which there was memory for. @report: of the system call. */
static void run_syscall(struct ij_report *report, const struct ij_call_options *given,
			struct ij_result *result)
{
	struct ij_call_options options;
	struct ij_syscall_result made;
	struct ij_error *err = ij_call_options_of(given, &options);

	if (!err)
		err = ij_session_syscall(report->session, report->syscall, &options, &made);
	if (err) {
		report->error = err;
		ij_result_fill(result, report, NULL);
		return;
	}
	report->result = &made.call;
	report->made = &made;
	report->forced = options.force;
	report->explain = options.explain;
	report->text_only = options.text_only;
	report->error = made.call.error;
	ij_result_fill(result, report, &made.call);
	made.call = (struct ij_call_result){0};
	ij_syscall_result_deinit(&made);
}

/* As a call that names it, for the story and JSON. @name: borrowed by it. */
static struct ij_call name_syscall(const struct ij_syscall *call, char name[32])
{
	if (call->proto.name)
		snprintf(name, 32, "%s(2)", call->proto.name);
	else
		snprintf(name, 32, "the system call");
	return (struct ij_call){
		.text = call->text,
		.func = name,
		.ret = {.kind = IJ_TYPE_INT, .size = sizeof(long), .text = "long"},
		.ret_known = true,
	};
}

struct ij_result *ij_session_run_syscall(struct ij_session *s, const struct ij_syscall *call,
					 const struct ij_call_options *options)
{
	char name[32];
	const struct ij_call named = name_syscall(call, name);
	struct ij_report report = {
		.pid = s->pid, .session = s, .expr = call->text, .call = &named, .syscall = call};
	struct ij_result *result = ij_result_new();

	if (!ij_result_is_nomem(result))
		run_syscall(&report, options, result);
	return result;
}

struct ij_result *ij_syscall_result(pid_t pid, const struct ij_syscall *call,
				    const struct ij_error *error)
{
	char name[32];
	const struct ij_call named = name_syscall(call, name);
	struct ij_report report = {.pid = pid, .expr = call->text, .call = &named, .syscall = call};

	return ij_result_unmade(&report, error);
}

struct ij_result *ij_session_eval(struct ij_session *s, const char *text,
				  const struct ij_call_options *options)
{
	struct ij_result *result;
	struct ij_call *call;
	struct ij_error *err = ij_call_create(s->prototypes, text, &call);

	if (err) {
		result = ij_result_create(s->pid, text, NULL, err);
		ij_error_free(err);
		return result;
	}
	result = ij_session_run(s, call, options);
	ij_call_destroy(call);
	return result;
}
