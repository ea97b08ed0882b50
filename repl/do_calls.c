/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Commands that call: call, print, syscall, check. */
#include <ctype.h>
#include <string.h>

#include "repl/do.h"
#include "repl/held.h"
#include "repl/scan.h"
#include "repl/tell.h"

/* Set $_, the last value, to a copy of @value. */
static struct ij_error *remember(struct ij_interp *interp, const struct ij_value *value)
{
	struct ij_value copy;

	if (value->kind == IJ_KIND_VOID)
		return NULL;
	IJ_CLI_TRY(ij_value_dup(value, &copy));
	return ij_vars_set(&interp->vars, "_", 1, &copy);
}

/* Who asks for the story of a call asks when it is over: it is written of every one. */
static struct ij_call_options told_options(const struct ij_interp *interp)
{
	struct ij_call_options options = interp->call;

	options.explain = interp->stories || interp->host->interactive;
	options.text_only = !interp->json;
	return options;
}

static void keep_story(struct ij_interp *interp, const struct ij_result *result)
{
	free(interp->story);
	interp->story = strdup(ij_result_explain(result));
}

struct ij_error *ij_do_explain(struct ij_interp *interp, const char *operand)
{
	size_t len = interp->story ? strlen(interp->story) : 0;

	(void)operand;
	if (!len)
		return ij_error_create(IJ_ERR_NOTFOUND, "there is no story: no call was made%s",
				       interp->host->interactive ? "" : ", or not with explain on");
	interp->story[len - 1] = interp->story[len - 1] == '\n' ? 0 : interp->story[len - 1];
	ij_tell_echo(interp, interp->story);
	return NULL;
}

/* Set $tid, the thread that made a call. */
static struct ij_error *remember_thread(struct ij_interp *interp, const struct ij_result *result)
{
	struct ij_value tid = ij_value_int(ij_result_tid(result));

	return tid.i ? ij_vars_set(&interp->vars, "tid", 3, &tid) : NULL;
}

/* Why @result's call is not done, as an error of our own; NULL if it is. It was told already. */
static struct ij_error *error_of(struct ij_interp *interp, const struct ij_result *result)
{
	const struct ij_error *err = ij_result_error(result);

	interp->counts.done += !err;
	if (!err)
		return NULL;
	interp->told = interp->json;
	return ij_error_create(ij_error_code_of(err), "%s", ij_error_message(err));
}

static struct ij_error *judge(struct ij_interp *interp, const char *expr)
{
	struct ij_verdicts *verdicts = NULL;
	struct ij_call *call;
	struct ij_error *err;
	pid_t tid = 0;
	size_t len;

	IJ_CLI_TRY(ij_call_create(interp->protos, expr, &call));
	err = ij_session_check(interp->session, call, &interp->call, &verdicts);
	ij_call_destroy(call);
	if (err)
		return err;
	len = ij_verdicts_len(verdicts);
	for (size_t i = 0; i < len && !tid; i++)
		if (ij_verdicts_safe(verdicts, i))
			tid = ij_verdicts_tid(verdicts, i);
	ij_tell_judged(interp, expr, tid, len ? ij_verdicts_reason(verdicts, 0) : "no thread");
	if (!tid)
		ij_interp_status(interp, ij_error_exit_status(IJ_ERR_UNSAFE));
	ij_verdicts_free(verdicts);
	return NULL;
}

struct ij_error *ij_interp_call(struct ij_interp *interp, const char *expr, bool show,
				struct ij_value *ret)
{
	struct ij_value value = {.kind = IJ_KIND_UNKNOWN};
	struct ij_call_options options;
	struct ij_result *result;
	struct ij_error *err;

	if (!interp->session)
		return ij_error_create(IJ_ERR_NOPROC,
				       interp->lost ? "%s: the target is gone"
						    : "%s: there is no target; attach to one",
				       expr);
	interp->counts.calls++;
	if (interp->dry_run) {
		IJ_CLI_TRY(judge(interp, expr));
		if (ret)
			*ret = value;
		return remember(interp, &value);
	}
	IJ_CLI_TRY(ij_interp_see_frame(interp));
	options = told_options(interp);
	result = ij_session_eval(interp->session, expr, &options);
	keep_story(interp, result);
	ij_tell_result(interp, expr, result, show);
	err = error_of(interp, result);
	if (!err)
		err = remember_thread(interp, result);
	if (!err)
		err = ij_value_of_result(result, &value);
	ij_result_free(result);
	if (!err)
		err = remember(interp, &value);
	if (!err && ret)
		*ret = value;
	else
		ij_value_deinit(&value);
	return err;
}

struct ij_error *ij_do_call(struct ij_interp *interp, const char *operand)
{
	unsigned column = 1;
	char *expr;
	struct ij_error *err =
		ij_vars_expand(&interp->vars, operand, strlen(operand), &expr, &column);

	if (err)
		return ij_interp_wrong(interp, column, err);
	err = ij_interp_call(interp, expr, true, NULL);
	free(expr);
	return err;
}

struct ij_error *ij_do_print(struct ij_interp *interp, const char *operand)
{
	struct ij_value value;
	struct ij_error *err;

	IJ_CLI_TRY(ij_interp_eval(interp, operand, 0, NULL, &value));
	ij_tell_value(interp, operand, &value);
	err = remember(interp, &value);
	ij_value_deinit(&value);
	return err;
}

struct ij_error *ij_interp_syscall(struct ij_interp *interp, char *const *words, size_t len)
{
	struct ij_call_options options;
	struct ij_syscall *call;
	struct ij_value value;
	struct ij_result *result;
	struct ij_error *err;

	IJ_CLI_TRY(ij_syscall_create(words, len, &call));
	interp->counts.calls++;
	if (interp->dry_run) {
		ij_tell_judged(interp, ij_syscall_text(call), ij_session_pid(interp->session),
			       NULL);
		ij_syscall_destroy(call);
		value = (struct ij_value){.kind = IJ_KIND_UNKNOWN};
		return remember(interp, &value);
	}
	options = told_options(interp);
	result = ij_session_run_syscall(interp->session, call, &options);
	keep_story(interp, result);
	ij_tell_result(interp, ij_syscall_text(call), result, true);
	ij_syscall_destroy(call);
	err = error_of(interp, result);
	value = ij_value_int(ij_result_int(result));
	ij_result_free(result);
	return err ? err : remember(interp, &value);
}

/* Bytes of the word at @at: blanks within quotes and brackets belong to it. */
static size_t word_len(const char *at)
{
	size_t len = 0, depth = 0;

	for (; at[len]; len++) {
		if (isspace((unsigned char)at[len]) && !depth)
			break;
		if (at[len] == '"' || at[len] == '\'') {
			size_t quoted = ij_scan_quoted(at + len);

			len += quoted ? quoted - 1 : 0;
		}
		depth += at[len] == '{' || at[len] == '(' || at[len] == '[';
		depth -= depth && (at[len] == '}' || at[len] == ')' || at[len] == ']');
	}
	return len;
}

/* The words of @text, which is changed. */
static struct ij_error *split(char *text, char **words, size_t max, size_t *len_ret)
{
	size_t len = 0;

	/* One expression, blanks and all. */
	if (text[strcspn(text, " \t(")] == '(') {
		words[0] = text;
		*len_ret = 1;
		return NULL;
	}
	for (char *pos = text; *pos; pos += strspn(pos, " \t\n")) {
		if (len == max)
			return ij_error_create(IJ_ERR_LIMIT, "more than %zu words", max);
		words[len++] = pos;
		pos += word_len(pos);
		if (*pos)
			*pos++ = 0;
	}
	*len_ret = len;
	return NULL;
}

struct ij_error *ij_do_syscall(struct ij_interp *interp, const char *operand)
{
	char *text, *words[16];
	unsigned column = 1;
	size_t len = 0;
	struct ij_error *err =
		ij_vars_expand(&interp->vars, operand, strlen(operand), &text, &column);

	if (err)
		return ij_interp_wrong(interp, column, err);
	err = split(text, words, IJ_CLI_COUNT(words), &len);
	if (!err)
		err = ij_interp_syscall(interp, words, len);
	free(text);
	return err;
}

struct ij_error *ij_interp_callee(struct ij_interp *interp, const char *operand,
				  struct ij_call **ret)
{
	unsigned column = 1;
	struct ij_error *err;
	char *expr;

	*ret = NULL;
	if (!*operand)
		return NULL;
	err = ij_vars_expand(&interp->vars, operand, strlen(operand), &expr, &column);
	if (err)
		return ij_interp_wrong(interp, column, err);
	err = ij_call_create(interp->protos, expr, ret);
	free(expr);
	return err;
}

struct ij_error *ij_do_check(struct ij_interp *interp, const char *operand)
{
	struct ij_call_options options = interp->call;
	struct ij_verdicts *verdicts = NULL;
	struct ij_call *call;
	struct ij_error *err;

	options.explain = interp->stories;
	IJ_CLI_TRY(ij_interp_callee(interp, operand, &call));
	err = ij_session_check(interp->session, call, &options, &verdicts);
	ij_call_destroy(call);
	if (err)
		return err;
	for (size_t i = 0; i < ij_verdicts_len(verdicts); i++)
		ij_tell_either(interp, ij_verdicts_text(verdicts, i),
			       ij_verdicts_json(verdicts, i));
	ij_verdicts_free(verdicts);
	return NULL;
}
