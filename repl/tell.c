/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the interpreter says. */
#include "repl/tell.h"

#include "repl/output.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* "interject: ", with the target if there are several. */
static void start(const struct ij_interp *interp)
{
	if (interp->host->interactive)
		return;
	fputs("interject: ", stderr);
	if (interp->many && interp->pid)
		fprintf(stderr, "%d: ", interp->pid);
}

void ij_tell_line(struct ij_interp *interp, const char *text)
{
	if (interp->many && interp->pid)
		printf("%d: ", interp->pid);
	puts(text);
}

/* {"pid":N, to be closed by the caller. */
static void open_object(const struct ij_interp *interp, struct ij_text *out)
{
	ij_text_puts(out, "{\"pid\":");
	if (interp->pid)
		ij_text_printf(out, "%d", interp->pid);
	else
		ij_text_puts(out, "null");
}

static void print_object(struct ij_text *out)
{
	ij_text_puts(out, "}");
	puts(ij_text_get(out));
	ij_text_deinit(out);
}

void ij_tell_either(struct ij_interp *interp, const char *text, const char *json)
{
	if (interp->json)
		puts(json);
	else
		ij_tell_line(interp, text);
}

void ij_tell_echo(struct ij_interp *interp, const char *text)
{
	struct ij_text out = {0};

	if (!interp->json) {
		ij_tell_line(interp, text);
		return;
	}
	open_object(interp, &out);
	ij_text_puts(&out, ",\"echo\":");
	ij_text_json(&out, text);
	print_object(&out);
}

void ij_tell_value(struct ij_interp *interp, const char *expr, const struct ij_value *value)
{
	struct ij_text out = {0};

	if (!interp->json) {
		ij_script_value_print(value, &out);
		ij_tell_line(interp, ij_text_get(&out));
		ij_text_deinit(&out);
		return;
	}
	open_object(interp, &out);
	ij_text_puts(&out, ",\"print\":");
	ij_text_json(&out, expr);
	ij_text_puts(&out, ",\"value\":");
	ij_script_value_json(value, &out);
	print_object(&out);
}

void ij_tell_error(struct ij_interp *interp, const struct ij_error *err)
{
	enum ij_error_code code = ij_error_code_of(err);
	struct ij_text out = {0};

	if (!interp->json) {
		fflush(stdout);
		start(interp);
		fprintf(stderr, "%s\n", ij_error_message(err));
		return;
	}
	open_object(interp, &out);
	ij_text_printf(&out, ",\"status\":\"error\",\"exit_status\":%d,\"error\":{\"code\":\"%s\"",
		       ij_error_exit_status(code), ij_error_code_name(code));
	ij_text_puts(&out, ",\"message\":");
	ij_text_json(&out, ij_error_message(err));
	ij_text_puts(&out, "}");
	print_object(&out);
}

static void tell_aside(struct ij_interp *interp, const char *expr, const char *what,
		       const char *text)
{
	if (!*text || interp->quiet || interp->json)
		return;
	fflush(stdout);
	start(interp);
	fprintf(stderr, "%s: %s%s\n", expr, what, text);
}

void ij_tell_result(struct ij_interp *interp, const char *expr, const struct ij_result *result,
		    bool show)
{
	const struct ij_error *err = ij_result_error(result);

	if (!interp->json)
		ij_output_pass_on(result, "interject: ");
	if (interp->json)
		puts(ij_result_json(result));
	else if (!err && show)
		ij_tell_line(interp, ij_result_text(result));
	tell_aside(interp, expr, "denied in the copy: ", ij_result_denied(result));
	tell_aside(interp, expr, "", ij_result_note(result));
	if (interp->stories && !interp->quiet) {
		fflush(stdout);
		fputs(ij_result_explain(result), stderr);
	}
}

void ij_tell_judged(struct ij_interp *interp, const char *expr, pid_t tid, const char *reason)
{
	struct ij_text out = {0};

	if (interp->json) {
		open_object(interp, &out);
		ij_text_puts(&out, ",\"expr\":");
		ij_text_json(&out, expr);
		ij_text_printf(&out, ",\"status\":\"judged\",\"safe\":%s,\"tid\":",
			       tid ? "true" : "false");
		if (tid)
			ij_text_printf(&out, "%d", tid);
		else
			ij_text_puts(&out, "null");
		ij_text_puts(&out, ",\"reason\":");
		ij_text_json(&out, tid ? NULL : reason);
		print_object(&out);
		return;
	}
	if (tid)
		ij_text_printf(&out, "%s: would be called; thread %d is safe", expr, tid);
	else
		ij_text_printf(&out, "%s: no thread is safe at this moment: %s", expr, reason);
	ij_tell_line(interp, ij_text_get(&out));
	ij_text_deinit(&out);
}

void ij_tell_summary(const struct ij_counts *counts, unsigned targets)
{
	printf("{\"summary\":{\"targets\":%u,\"calls\":%lu,\"done\":%lu,\"failed\":%lu,"
	       "\"exit_status\":%d}}\n",
	       targets, counts->calls, counts->done, counts->failed, counts->status);
}

struct ij_error *ij_tell_flush(void)
{
	if (!fflush(stdout) && !ferror(stdout))
		return NULL;
	return ij_error_create(IJ_ERR_OS, "cannot write the output: %s", strerror(errno));
}
